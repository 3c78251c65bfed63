//! The method pack's indicators at every level, with intervals and beta-binomial values.
