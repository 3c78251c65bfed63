//! Senders' cells become canonical tables, every value with its address.
//!
//! [`read_packed`] is what the fenced child does with one file; [`Ingest`] is the stage that goes over all files and
//! puts the children's answers together.

mod aggregates;
mod block;
mod dates;
mod desk;
mod draft;
mod facts;
mod forms;
mod header;
mod ids;
mod items;
mod layout;
mod masks;
mod naming;
mod pupils;
mod read;
mod reference;
mod repeats;
mod rows;
mod schools;
mod spelling;
mod stage;
mod strip;
mod totals;
mod vertical;
mod who;
mod whole;
mod words;

pub use ids::Register;
pub use layout::{ColumnRule, Facts, Files, From, Items, Kind, Layout, Layouts, Rows, Target, Tells};
pub use read::{read_bytes, read_packed, read_sheets, refused};
pub use reference::Reference;
pub use stage::Ingest;
pub use strip::{SheetTry, Strip, Wanted, strips, try_layouts};
