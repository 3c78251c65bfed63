//! The region as the files that its schools and federal systems would send, dirt included.

mod dirt;
mod f1;
mod passport;
mod raw;
mod register;
mod ris;
mod strange;

use std::path::PathBuf;

use crate::base::{Result, Year};
use crate::synth::Artefact;
use crate::synth::blueprint::Subject;
use crate::synth::region::Region;

use dirt::Dirt;

/// Grades whose ВПР are sent as files.
const GRADES: [i32; 2] = [5, 6];
/// The first year of the form Ф1; before it, the raw export.
const FIRST_F1: Year = Year(2024);

/// What will be written: how many files.
#[must_use]
pub fn count(region: &Region) -> u64 {
    let years = region.years.len() as u64;
    years * (4 + 2 + 1 + region.municipalities.len() as u64) + 3
}

/// Makes the files one by one and hands each over.
///
/// # Errors
/// What `give` says, and `E101` where a workbook cannot be made: a bug.
pub fn write(region: &Region, give: &mut dyn FnMut(Artefact) -> Result<()>) -> Result<()> {
    let dirt = Dirt::plan(region);
    for &year in &region.years {
        for grade in GRADES {
            for subject in Subject::ALL {
                give(vpr(region, &dirt, year, grade, subject)?)?;
            }
        }
        give(ris::oge(region, &dirt, year)?)?;
        give(ris::ege(region, year)?)?;
        give(register::write(region, year)?)?;
        for municipality in 0..region.municipalities.len() {
            give(passport::write(region, &dirt, year, municipality)?)?;
        }
    }
    if let Some(&last) = region.years.last() {
        give(strange::truncated(region, &dirt, last)?)?;
        give(strange::holidays(last)?)?;
    }
    give(Artefact { path: PathBuf::from("README.md"), bytes: include_bytes!("README.md").to_vec() })
}

fn vpr(region: &Region, dirt: &Dirt, year: Year, grade: i32, subject: Subject) -> Result<Artefact> {
    if year < FIRST_F1 {
        raw::write(region, dirt, year, grade, subject)
    } else {
        f1::write(region, dirt, year, grade, subject)
    }
}

/// The subject's letters in file and sheet names.
fn letters(subject: Subject) -> &'static str {
    match subject {
        Subject::Maths => "МА",
        Subject::Russian => "РУ",
    }
}

/// How a school writes "not attempted".
fn cross(school: usize) -> &'static str {
    match school % 12 {
        3 => "Х",
        5 => "х",
        7 => "x ",
        9 => "\u{a0}X",
        _ => "X",
    }
}

/// How a school writes the name of a class.
fn class(school: usize, grade: i32, letter: char) -> String {
    let latin = match letter {
        'А' => 'A',
        'В' => 'B',
        other => other,
    };
    match school % 14 {
        4 => format!("{grade} \"{letter}\""),
        6 => format!("{grade}{}", letter.to_lowercase()),
        8 => format!("{grade}{latin}"),
        11 => format!("{grade} {letter}"),
        _ => format!("{grade}{letter}"),
    }
}
