//! The context index: how hard the conditions are in which a school works.
