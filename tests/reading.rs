//! Senders' files become canonical tables.
