//! The message catalogue in Russian and English, and how numbers look in each.
//!
//! Every text that a user reads stands in `ru/*.ftl` and `en/*.ftl` (Fluent), one file a topic. Codes, table and
//! column names are the same in both languages.

mod catalogue;
mod lang;
mod natural;
mod nearest;
mod number;

pub use catalogue::{Arg, Catalogue, catalogue};
pub use lang::Lang;
pub use natural::natural_cmp;
pub use nearest::nearest;
pub use number::{day, integer, interval, number, percent, sign};
