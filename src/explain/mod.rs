//! From a number to the cells it was made of; the dossier of a school.
//!
//! Both look at a finished run and change nothing. They give plain structs: the terminal and `--json` print them.

mod address;
mod area;
mod beside;
mod decision;
mod dossier;
mod figure;
mod find;
mod findings;
mod identity;
mod peers;
mod place;
mod signs;
mod social;
mod source;
mod trace;

pub use address::CellRef;
pub use area::{AreaFigure, AreaSchool, area_figure};
pub use beside::{BreakLine, ClusterPlace, ContextYear, JournalTest};
pub use decision::DecisionLine;
pub use dossier::{
    Dossier, Membership, Obstacle, PackCard, ReasonLine, RuleChance, Trend, TrendYear, dossier,
};
pub use figure::{Figure, PupilRow, Unseen, figure};
pub use find::{SchoolCard, find_school};
pub use findings::FindingLine;
pub use identity::IdentityLine;
pub use peers::{PeerLine, PeerView, PlaceLine, peers};
pub use place::IndexPlace;
pub use signs::{EvidenceLine, FlagLine, KindLine, OfficialLine, PolicyLine, Signs, signs};
pub use social::{PassportRow, SetLine, SocialShare, social_share};
pub use source::TableSource;
