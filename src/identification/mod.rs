//! The method pack's lists by their raw rule, with the reasons row by row.
