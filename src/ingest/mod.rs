//! Senders' cells become canonical tables, every value with its address.
