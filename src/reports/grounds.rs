//! Why a school is on a list: its place by an index, and each criterion that is met, year by year.

use std::collections::BTreeMap;

use crate::reports::rows::{Datum, Rows};
use crate::reports::voice::Voice;
use crate::text::{Arg, number};

/// The rows of a list by their school.
struct BySchool<'a> {
    rows: &'a Rows,
    of: BTreeMap<&'a str, Vec<&'a [Datum]>>,
}

impl<'a> BySchool<'a> {
    fn of(rows: &'a Rows, list: &str) -> Self {
        let mut of: BTreeMap<&str, Vec<&[Datum]>> = BTreeMap::new();
        for row in rows.rows.iter().filter(|row| rows.at(row, "list").text() == Some(list)) {
            of.entry(rows.at(row, "school_id").text().unwrap_or_default()).or_default().push(row);
        }
        Self { rows, of }
    }

    fn school(&self, id: &str) -> &[&'a [Datum]] {
        self.of.get(id).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The grounds of one list in one language.
pub(super) struct Grounds<'a> {
    voice: &'a Voice,
    index: BySchool<'a>,
    reasons: BySchool<'a>,
    brief: bool,
}

impl<'a> Grounds<'a> {
    /// Those of a list, from the rows of `reason` and of `adverse_index`.
    pub(super) fn of(voice: &'a Voice, list: &str, reasons: &'a Rows, index: &'a Rows) -> Self {
        Self { voice, index: BySchool::of(index, list), reasons: BySchool::of(reasons, list), brief: false }
    }

    /// Without the thresholds: for a sheet, which has them elsewhere.
    pub(super) fn brief(self) -> Self {
        Self { brief: true, ..self }
    }

    /// A line a ground; `entry` is the school's row of the list. A rule counts the criteria of each year, so a line of the year
    /// says how many were met and how many are needed.
    pub(super) fn lines(&self, entries: &Rows, entry: &[Datum]) -> Vec<String> {
        let text = |name: &str| entries.at(entry, name).text().unwrap_or_default();
        let mut lines = Vec::new();
        if text("state") != "listed" {
            let reason = self.voice.value(entries, entry, "obstacle");
            let args = [("state", Arg::from(text("state"))), ("reason", Arg::from(reason))];
            lines.push(self.voice.cat.get("report-annex-by-decision", &args));
        }
        let (reasons, index) = (self.reasons.rows, self.index.rows);
        let mine = self.reasons.school(text("school_id"));
        let year = mine.first().and_then(|row| reasons.at(row, "year").number());
        let of_year = |row: &&&[Datum]| year.is_some() && index.at(row, "year").number() == year;
        let placed = self.index.school(text("school_id")).iter().find(of_year);
        lines.extend(placed.map(|row| self.place(row)));
        let mut met: Vec<_> =
            mine.iter().filter(|row| reasons.at(row, "met") == &Datum::Flag(true)).collect();
        // year by year, the latest first, as the rule looks at them
        let year = |row: &[Datum]| reasons.at(row, "criterion_year").number().unwrap_or_default();
        met.sort_by(|a, b| year(b).total_cmp(&year(a)));
        let mut before = None;
        for row in &met {
            if before != Some(year(row).to_bits()) {
                let of_year = met.iter().filter(|other| year(other).to_bits() == year(row).to_bits());
                let args = [
                    ("year", Arg::from(self.voice.value(reasons, row, "criterion_year"))),
                    ("met", Arg::from(of_year.count().to_string())),
                    ("needed", Arg::from(self.voice.value(entries, entry, "criteria_needed"))),
                ];
                let key = if placed.is_some() { "report-grounds-shares" } else { "report-grounds-year" };
                lines.push(self.voice.cat.get(key, &args));
                before = Some(year(row).to_bits());
            }
            lines.push(self.criterion(row));
        }
        lines.into_iter().map(|line| unbroken(&line)).collect()
    }

    fn criterion(&self, row: &[Datum]) -> String {
        let args = ["criterion", "value", "numerator", "denominator", "comparison", "threshold"]
            .map(|name| (name, Arg::from(self.voice.value(self.reasons.rows, row, name))));
        self.voice.cat.get(if self.brief { "report-grounds-reason" } else { "report-annex-reason" }, &args)
    }

    fn place(&self, row: &[Datum]) -> String {
        let index = self.index.rows;
        let real = |name: &str| {
            let value = index.at(row, name).number().unwrap_or_default();
            Arg::from(number(self.voice.lang, value, 2))
        };
        let place = |name: &str| Arg::from(self.voice.value(index, row, name));
        let args = [
            ("index", real("index")),
            ("low", real("low")),
            ("high", real("high")),
            ("cut", real("cut")),
            ("from", place("rank_low")),
            ("to", place("rank_high")),
            ("schools", place("schools")),
        ];
        self.voice.cat.get("report-annex-place", &args)
    }
}

/// A number stays with its sign at the end of a line.
pub(super) fn unbroken(text: &str) -> String {
    ["№", "≥", "≤"]
        .iter()
        .fold(text.to_owned(), |text, sign| text.replace(&format!("{sign} "), &format!("{sign}\u{a0}")))
}
