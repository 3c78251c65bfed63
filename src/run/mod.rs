//! Registry, execution, reuse, progress, and the fenced child that reads senders' files.
