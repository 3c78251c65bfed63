//! The region as the files that its schools and federal systems would send, dirt included.

mod f1;
mod hand;
mod kind;
mod ledger;
mod passport;
mod plan;
mod raw;
mod register;
mod ris;
mod strange;
mod wide;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::{Result, Year};
use crate::synth::Artefact;
use crate::synth::blueprint::Subject;
use crate::synth::region::Region;
use crate::synth::school::School;
use crate::synth::vpr::Sitting;

pub use kind::{DirtKind, Spot};
pub use ledger::DirtRow;
pub use plan::Rates;
pub use wide::write_2021;

use ledger::Ledger;
use plan::Plan;

/// The first year of the form Ф1; before it, the raw export.
const FIRST_F1: Year = Year(2024);

/// What will be written: how many files.
#[must_use]
pub fn count(region: &Region, rates: &Rates) -> u64 {
    let years = region.years.len() as u64;
    let strays = Plan::draw(region, rates).strays.len() as u64;
    years * (region.vpr_tests().count() as u64 + 2 + 1 + region.municipalities.len() as u64) + 1 + strays
}

/// Makes the files one by one and hands each over; what was planted in them comes back.
///
/// # Errors
/// What `give` says, and `E101` where a workbook cannot be made: a bug.
pub fn write(
    region: &Region,
    rates: &Rates,
    give: &mut dyn FnMut(Artefact) -> Result<()>,
) -> Result<Vec<DirtRow>> {
    let plan = Plan::draw(region, rates);
    let mut ledger = Ledger::default();
    for &year in &region.years {
        for (grade, subject) in region.vpr_tests() {
            give(vpr(region, &plan, &mut ledger, year, grade, subject)?)?;
        }
        give(ris::write(region, &plan, &mut ledger, year, 9)?)?;
        give(ris::write(region, &plan, &mut ledger, year, 11)?)?;
        give(register::write(region, &plan, &mut ledger, year)?)?;
        for municipality in 0..region.municipalities.len() {
            give(passport::write(region, &plan, &mut ledger, year, municipality)?)?;
        }
    }
    let last = region.years.last().copied().unwrap_or(FIRST_F1);
    let mut copies: BTreeMap<DirtKind, usize> = BTreeMap::new();
    for &kind in &plan.strays {
        let copy = copies.entry(kind).or_default();
        if let Some(artefact) = strange::write(region, &plan, &mut ledger, kind, (last, *copy))? {
            give(artefact)?;
        }
        *copy += 1;
    }
    give(Artefact { path: PathBuf::from("README.md"), bytes: include_bytes!("README.md").to_vec() })?;
    Ok(ledger.rows())
}

fn vpr(
    region: &Region,
    plan: &Plan,
    ledger: &mut Ledger,
    year: Year,
    grade: i32,
    subject: Subject,
) -> Result<Artefact> {
    if year < FIRST_F1 {
        raw::write(region, plan, ledger, year, grade, subject)
    } else {
        f1::write(region, plan, ledger, year, grade, subject)
    }
}

/// The row that stands twice where a pupil does: the first who was there, or the second under the first's code.
fn twin_row(kind: Option<DirtKind>, sittings: &[Sitting]) -> Option<Sitting> {
    let mut present = sittings.iter().filter(|sitting| sitting.present());
    let first = present.next()?;
    match kind? {
        DirtKind::PupilTwice => Some(first.clone()),
        DirtKind::PupilTwiceDiffering => Some(Sitting { code: first.code, ..present.next()?.clone() }),
        _ => None,
    }
}

/// Where the first of two rows of one pupil stands.
fn original(sittings: &[Sitting]) -> Option<usize> {
    sittings.iter().position(Sitting::present)
}

/// A school that no register knows: numbers from the end, where no register ends.
fn stranger(like: &School, number: usize) -> School {
    School {
        digits: format!("{}", 999_999 - number % 900),
        name_short: "ЧОУ «Школа «Неизвестная»".to_owned(),
        ..like.clone()
    }
}
