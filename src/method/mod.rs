//! Method packs: parse, check, and the fence around their expressions.
//!
//! A method is data: one TOML file with its legal basis, its indicators as SQL expressions over the canonical tables
//! and its lists as rules over the indicators. Nothing here computes an indicator; the stages do.

pub mod sql;
