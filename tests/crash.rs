//! Killed at any moment, failed at any disk call: the last good run stays readable and the next goes on.
