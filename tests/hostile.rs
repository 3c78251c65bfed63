//! Bad input of every kind: a message, never a panic.
