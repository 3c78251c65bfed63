//! Which social factors go with low results, and how surely.
