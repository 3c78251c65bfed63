//! Tests that come in counts: statistics of marks, comparison with the journal, distribution of scores.

use crate::base::{FindingCode, SchoolId, column_letters};
use crate::grid::{Row, read_number};
use crate::ingest::desk::{Desk, Line, is_whole};
use crate::ingest::facts::SheetFacts;
use crate::ingest::header::Fit;
use crate::ingest::layout::Target;
use crate::ingest::naming::Namings;
use crate::ingest::pupils::school_unreadable;
use crate::ingest::reference::Reference;
use crate::ingest::rows::{Count, RowKind, kind_of};
use crate::ingest::words::{fold, tidy};
use crate::tables::{JournalComparison, MarkCount, SchoolNamed, ScoreCount};

/// What a sheet of counts gave.
#[derive(Default)]
pub(super) struct Aggregates {
    pub(super) marks: Vec<MarkCount>,
    pub(super) comparisons: Vec<JournalComparison>,
    pub(super) scores: Vec<ScoreCount>,
    pub(super) named: Vec<SchoolNamed>,
    pub(super) count: Count,
}

/// Of which test and of whom a row is.
struct Head {
    year: i32,
    wave: Option<String>,
    procedure: String,
    grade: i32,
    subject: String,
    level: &'static str,
    entity: String,
    school_id: Option<String>,
    row: i32,
}

pub(super) fn read(
    desk: &mut Desk<'_>,
    fit: &Fit<'_>,
    facts: &SheetFacts,
    reference: &Reference,
    source_id: &str,
) -> Aggregates {
    let mut out = Aggregates::default();
    let sheet = desk.sheet;
    let mut namings = Namings::of(fit);
    for row in sheet.rows.iter().filter(|row| row.number > fit.rows.1) {
        out.count.read += 1;
        if !matches!(kind_of(row, fit), RowKind::Data) {
            out.count.aside_quietly += 1;
            continue;
        }
        let line = Line { row, fit };
        let Some(head) = head(desk, &line, facts, reference) else {
            out.count.aside += 1;
            continue;
        };
        let school = head.school_id.as_deref().and_then(SchoolId::from_login);
        let entity = line.text("entity");
        let test = (head.year, head.procedure.as_str());
        namings.group(desk, row, test, (school.as_ref(), entity.as_deref()));
        match fit.layout.table {
            Target::MarkCount => out.marks.push(marks(desk, &line, head, source_id)),
            Target::JournalComparison => out.comparisons.push(comparison(desk, &line, head, source_id)),
            _ => scores(desk, &line, &head, source_id, &mut out.scores),
        }
    }
    out.named = namings.finish(source_id);
    out
}

/// `None`, and a finding, where the row cannot be placed.
fn head(desk: &mut Desk<'_>, line: &Line<'_, '_>, facts: &SheetFacts, reference: &Reference) -> Option<Head> {
    let (level, entity, school) = match line.text("entity") {
        Some(text) => group(&text),
        None => match line.cell("school_id").and_then(|(_, cell)| SchoolId::from_login(&cell.printed())) {
            Some(school) => ("school", school.to_string(), Some(school.to_string())),
            None => {
                school_unreadable(desk, line);
                return None;
            }
        },
    };
    let has = |to: &str| line.fit.column(to).is_some();
    let year = if has("year") { line.whole(desk, "year") } else { facts.year };
    let grade = if has("grade") { line.whole(desk, "grade") } else { facts.grade };
    let subject = match line.text("subject") {
        Some(text) => reference.subject_in(&text),
        None => facts.subject.clone(),
    };
    let missing = [("year", year.is_none()), ("grade", grade.is_none()), ("subject", subject.is_none())];
    if let Some((fact, _)) = missing.iter().find(|(_, is_missing)| *is_missing) {
        let column = line.cell(fact).map_or(0, |(column, _)| column);
        desk.push(FindingCode::FactMissing, desk.at(line.row.number, column), |f| {
            f.column(*fact).detail(*fact)
        });
    }
    Some(Head {
        year: year?,
        wave: facts.wave.map(|wave| wave.as_str().to_owned()),
        procedure: line.fit.layout.procedure.clone().unwrap_or_else(|| "vpr".to_owned()),
        grade: grade?,
        subject: subject?,
        level,
        entity,
        school_id: school,
        row: i32::try_from(line.row.number).ok()?,
    })
}

/// Who a group is: `Вся выборка`, `Школа(edu203389)`, `Район(reg20_m012)`, a region with its code or its name.
fn group(text: &str) -> (&'static str, String, Option<String>) {
    if let Some(school) = SchoolId::from_login(text)
        && !text.to_lowercase().contains("reg")
    {
        return ("school", school.to_string(), Some(school.to_string()));
    }
    if ["вся выборка", "россия", "российская федерация", "рф"].map(fold).contains(&fold(text))
    {
        return ("sample", "sample".to_owned(), None);
    }
    let lower = text.to_lowercase();
    let code: String = lower.find("reg").map_or_else(String::new, |at| {
        let is_code = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        lower.get(at..).unwrap_or_default().chars().take_while(is_code).collect()
    });
    let level = if code.contains("_m") { "municipality" } else { "region" };
    (level, if code.len() > 3 { code } else { tidy(text) }, None)
}

fn marks(desk: &mut Desk<'_>, line: &Line<'_, '_>, head: Head, source_id: &str) -> MarkCount {
    let participants = line.whole(desk, "participants");
    let shares = ["share2", "share3", "share4", "share5"].map(|to| share(desk, line, to));
    let decimals = decimals(line, &["share2", "share3", "share4", "share5"]);
    let counts = shares.map(|share| count(share?, participants?, decimals));
    let sum: Option<f64> = shares.iter().copied().sum();
    if let Some(sum) = sum
        && (sum - 1.0).abs() > 0.005
        && participants.is_some_and(|n| n > 0)
    {
        contradict(desk, line, "share2", "100", &format!("{:.2}", sum * 100.0));
    }
    let known: Option<i32> = counts.iter().copied().sum();
    if let (Some(known), Some(participants)) = (known, participants)
        && known != participants
    {
        contradict(desk, line, "participants", &participants.to_string(), &known.to_string());
    }
    let [n2, n3, n4, n5] = counts;
    let [share2, share3, share4, share5] = shares;
    MarkCount {
        year: head.year,
        wave: head.wave,
        procedure: head.procedure,
        grade: head.grade,
        subject: head.subject,
        level: head.level.to_owned(),
        entity: head.entity,
        school_id: head.school_id,
        schools: line.whole(desk, "schools"),
        participants,
        n2,
        n3,
        n4,
        n5,
        share2,
        share3,
        share4,
        share5,
        source_id: source_id.to_owned(),
        row: head.row,
    }
}

const GROUPS: [&str; 3] = ["lowered", "confirmed", "raised"];

fn comparison(desk: &mut Desk<'_>, line: &Line<'_, '_>, head: Head, source_id: &str) -> JournalComparison {
    let participants = line.whole(desk, "participants");
    let counts = GROUPS.map(|to| line.whole(desk, to));
    let shares = ["lowered_share", "confirmed_share", "raised_share"].map(|to| share(desk, line, to));
    let compared: Option<i32> = counts.iter().copied().sum();
    if let (Some(compared), Some(participants)) = (compared, participants)
        && compared > participants
    {
        contradict(desk, line, "participants", &participants.to_string(), &compared.to_string());
    }
    // The base of the shares is who has a journal mark; where the counts are all there, they must give the shares.
    if let Some(base) = compared.filter(|base| *base > 0) {
        for ((to, count), share) in GROUPS.iter().zip(counts).zip(shares) {
            let (Some(count), Some(share)) = (count, share) else { continue };
            if (f64::from(count) / f64::from(base) - share).abs() > 0.0051 {
                contradict(desk, line, to, &count.to_string(), &format!("{:.2} %", share * 100.0));
            }
        }
    }
    let [lowered, confirmed, raised] = counts;
    let [lowered_share, confirmed_share, raised_share] = shares;
    JournalComparison {
        year: head.year,
        wave: head.wave,
        procedure: head.procedure,
        grade: head.grade,
        subject: head.subject,
        level: head.level.to_owned(),
        entity: head.entity,
        school_id: head.school_id,
        participants,
        lowered,
        confirmed,
        raised,
        lowered_share,
        confirmed_share,
        raised_share,
        source_id: source_id.to_owned(),
        row: head.row,
    }
}

/// Percents by score, or counts: the sum of the row says which.
fn scores(desk: &mut Desk<'_>, line: &Line<'_, '_>, head: &Head, source_id: &str, out: &mut Vec<ScoreCount>) {
    let participants = line.whole(desk, "participants");
    let columns: Vec<(u32, i32)> =
        line.fit.items().filter_map(|(column, name, _)| Some((column, name.parse().ok()?))).collect();
    let mut values = Vec::new();
    for &(column, score) in &columns {
        let cell = line.row.cell(column);
        if cell.is_blank() {
            continue;
        }
        match crate::ingest::desk::number(cell) {
            Some(value) if value >= 0.0 => values.push((column, score, value)),
            _ => {
                let value = line.quote(cell);
                let at = desk.at(line.row.number, column);
                desk.push(FindingCode::NumberUnreadable, at, |f| f.column("share").value(value));
            }
        }
    }
    let sum: f64 = values.iter().map(|(.., value)| value).sum();
    let is_counts = participants.is_some_and(|n| (f64::from(n) - sum).abs() < 0.5)
        && values.iter().all(|(.., value)| is_whole(*value));
    if !is_counts && (sum - 100.0).abs() > 1.5 && !values.is_empty() {
        contradict(desk, line, "participants", "100", &format!("{sum:.2}"));
    }
    let decimals = places(line.row, values.iter().map(|(column, ..)| *column));
    for (column, score, value) in values {
        let share = if is_counts {
            participants.filter(|n| *n > 0).map(|n| value / f64::from(n))
        } else {
            Some(value / 100.0)
        };
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most the participants")]
        let count = if is_counts {
            Some(value as i32)
        } else {
            participants.and_then(|n| count(value / 100.0, n, decimals))
        };
        out.push(ScoreCount {
            year: head.year,
            wave: head.wave.clone(),
            procedure: head.procedure.clone(),
            grade: head.grade,
            subject: head.subject.clone(),
            level: head.level.to_owned(),
            entity: head.entity.clone(),
            school_id: head.school_id.clone(),
            participants,
            score,
            count,
            share,
            source_id: source_id.to_owned(),
            row: head.row,
            column: column_letters(column),
        });
    }
}

/// A percent as a share; blank is missing.
pub(super) fn share(desk: &mut Desk<'_>, line: &Line<'_, '_>, to: &str) -> Option<f64> {
    let (column, cell) = line.cell(to)?;
    let printed = cell.printed();
    // `5,06 %` is text; the sign says nothing that the header has not said.
    let value = match cell {
        crate::grid::Cell::Text(text) => read_number(text.trim_end().trim_end_matches('%')),
        _ => return line.number(desk, to).map(|value| value / 100.0),
    };
    if value.is_none() && line.holds(to) && line.text(to).is_some_and(|text| text != "-" && text != "–") {
        let value = line.quote(&crate::grid::Cell::Text(printed.as_ref().into()));
        desk.push(FindingCode::NumberUnreadable, desk.at(line.row.number, column), |f| {
            f.column(to).value(value)
        });
    }
    if let Some(value) = value.filter(|value| !(0.0..=100.0).contains(value)) {
        desk.push(FindingCode::OutOfScale, desk.at(line.row.number, column), |f| {
            f.column(to).value(value.to_string()).detail("0…100")
        });
        return None;
    }
    value.map(|value| value / 100.0)
}

fn contradict(desk: &mut Desk<'_>, line: &Line<'_, '_>, to: &str, one: &str, other: &str) {
    let column = line.cell(to).map_or(0, |(column, _)| column);
    desk.push(FindingCode::CountsContradict, desk.at(line.row.number, column), |f| {
        f.column(to).value(one).detail(other)
    });
}

/// The most decimals that any of these cells prints.
fn decimals(line: &Line<'_, '_>, columns: &[&str]) -> u32 {
    places(line.row, columns.iter().filter_map(|to| line.fit.column(to)))
}

fn places(row: &Row, columns: impl Iterator<Item = u32>) -> u32 {
    let of = |column: u32| {
        let printed = row.cell(column).printed().into_owned();
        printed
            .split_once(['.', ','])
            .map_or(0, |(_, after)| after.chars().filter(char::is_ascii_digit).count())
    };
    u32::try_from(columns.map(of).max().unwrap_or_default().min(6)).unwrap_or_default()
}

/// The only count of `n` that gives a share printed with so many decimals of a percent; `None` where there are several, or
/// none.
#[expect(clippy::cast_possible_truncation, reason = "between 0 and a count of pupils")]
fn count(share: f64, n: i32, decimals: u32) -> Option<i32> {
    let half = 0.500_001 / (100.0 * f64::from(10_u32.checked_pow(decimals)?));
    let whole = f64::from(n);
    let nearest = (share * whole).round();
    let fits = |count: f64| (0.0..=whole).contains(&count) && (count / whole - share).abs() <= half;
    let is_only = fits(nearest) && !fits(nearest - 1.0) && !fits(nearest + 1.0);
    (n > 0 && is_only).then_some(nearest as i32)
}

#[cfg(test)]
mod tests {
    use super::{count, group};

    #[test]
    fn a_share_gives_its_count_where_only_one_does() {
        for (share, n, decimals, expected) in [
            (0.0506, 89, 2, None),
            (0.0562, 89, 2, Some(5)),
            (0.0, 89, 2, Some(0)),
            (1.0, 89, 2, Some(89)),
            (0.06, 1000, 0, None),
            (0.25, 0, 2, None),
            (0.0506, 1_722_202, 2, None),
        ] {
            assert_eq!(count(share, n, decimals), expected, "{share} of {n}");
        }
    }

    #[test]
    fn groups_are_known_by_their_codes() {
        for (text, level, entity) in [
            ("Вся выборка", "sample", "sample"),
            ("МБОУ «Школа»(edu203389)", "school", "203389"),
            ("Район(reg20_m012)", "municipality", "reg20_m012"),
            ("Чеченская Республика (reg200000)", "region", "reg200000"),
            ("Чеченская  Республика", "region", "Чеченская Республика"),
        ] {
            let (found, who, school) = group(text);
            assert_eq!((found, who.as_str()), (level, entity), "{text}");
            assert_eq!(school.is_some(), level == "school");
        }
    }
}
