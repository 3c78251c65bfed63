//! Journal marks against marks of the test: lowered, confirmed, raised.
