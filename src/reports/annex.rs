//! The annex of a list: numbered rows with municipality, official full name and the grounds, as a Word document.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::grid::Annex;
use crate::method::MethodPack;
use crate::pipeline::Declared;
use crate::reports::rows::{Datum, Rows};
use crate::reports::table_or_empty;
use crate::reports::voice::Voice;
use crate::reports::workbook::{Contents, picked};
use crate::tables::{AdverseIndex, Decision};
use crate::text::{Arg, Lang, number};

/// The annexes of all lists that have entries: the list's id, and its document.
///
/// # Errors
/// `E302` where a pack cannot be read, `E803` where a table has not its columns.
pub fn annexes(
    lang: Lang,
    declared: &Declared<'_>,
    contents: &Contents,
    tables: &BTreeMap<&'static str, DataFrame>,
) -> Result<Vec<(String, Annex)>> {
    let pack = super::pack(declared)?;
    let Contents { entries, reasons, .. } = contents;
    let index = Rows::of(&table_or_empty::<AdverseIndex>(tables)?);
    let packs = super::adverse::packs(declared, &index)?;
    let decisions = Rows::of(&table_or_empty::<Decision>(tables)?);
    let mut lists: Vec<String> =
        entries.rows.iter().filter_map(|row| entries.at(row, "list").text().map(str::to_owned)).collect();
    lists.sort();
    lists.dedup();
    let annex = |list: String| {
        let set = index.rows.iter().find(|row| index.at(row, "list").text() == Some(&list));
        let of_set = set.and_then(|row| index.at(row, "set").text()).and_then(|set| packs.get(set));
        let of_list = of_set.unwrap_or(&pack);
        let voice = Voice::new(lang, of_list);
        let source = Sources {
            voice: &voice,
            pack: of_list,
            index: BySchool::of(&index, &list),
            reasons: BySchool::of(reasons, &list),
            decisions: &decisions,
        };
        let annex = source.annex(&list, entries);
        (list, annex)
    };
    Ok(lists.into_iter().map(annex).collect())
}

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

/// A number stays with its sign at the end of a line.
fn unbroken(text: &str) -> String {
    ["№", "≥", "≤"]
        .iter()
        .fold(text.to_owned(), |text, sign| text.replace(&format!("{sign} "), &format!("{sign}\u{a0}")))
}

struct Sources<'a> {
    voice: &'a Voice,
    pack: &'a MethodPack,
    index: BySchool<'a>,
    reasons: BySchool<'a>,
    decisions: &'a Rows,
}

impl Sources<'_> {
    fn annex(&self, list: &str, entries: &Rows) -> Annex {
        let voice = self.voice;
        let text =
            |row: &[Datum], column: &str| entries.at(row, column).text().unwrap_or_default().to_owned();
        let of_list = picked(entries, |rows, row| rows.at(row, "list").text() == Some(list));
        let year = of_list.rows.first().map(|row| voice.value(&of_list, row, "year")).unwrap_or_default();
        let (mut rows, mut notes) = (Vec::new(), Vec::new());
        for row in &of_list.rows {
            let (state, decided) = (text(row, "state"), entries.at(row, "decided").text());
            if let Some(decided) = decided.filter(|decided| *decided != state) {
                notes.push(self.decision(list, row, &of_list, &state, decided));
            }
            if decided.unwrap_or(&state) != "listed" {
                continue;
            }
            let full = text(row, "name_full");
            rows.push(vec![
                (rows.len() + 1).to_string(),
                if text(row, "municipality").is_empty() {
                    voice.t("report-not-in-register")
                } else {
                    text(row, "municipality")
                },
                unbroken(&if full.is_empty() { text(row, "name_short") } else { full }),
                self.grounds(row, &of_list, &state),
            ]);
        }
        notes.insert(0, voice.warning(self.pack));
        if rows.is_empty() {
            notes.insert(0, voice.t("report-no-rows"));
        }
        let said = [("list", Arg::from(voice.word(list))), ("year", Arg::from(&year))];
        Annex {
            corner: voice.t("report-annex-corner"),
            title: voice.cat.get("report-annex-title", &said),
            lines: vec![voice.t("report-edition"), voice.method_line(self.pack)],
            header: voice.t("report-edition"),
            page: (voice.t("report-annex-page"), voice.t("report-annex-of")),
            columns: [("number", 6), ("municipality", 20), ("name", 36), ("grounds", 60)]
                .map(|(key, part)| (voice.t(&format!("report-annex-{key}")), part))
                .to_vec(),
            rows,
            notes,
        }
    }

    /// Why the school is on the list: its place by an index, and each criterion that is met.
    fn grounds(&self, row: &[Datum], entries: &Rows, state: &str) -> String {
        let school = entries.at(row, "school_id").text().unwrap_or_default();
        let mut lines = Vec::new();
        if state != "listed" {
            let reason = self.voice.value(entries, row, "obstacle");
            let args = [("state", Arg::from(state)), ("reason", Arg::from(reason))];
            lines.push(self.voice.cat.get("report-annex-by-decision", &args));
        }
        let (reasons, index) = (self.reasons.rows, self.index.rows);
        let mine = self.reasons.school(school);
        let year = mine.first().and_then(|row| reasons.at(row, "year").number());
        let of_year = |row: &&&[Datum]| year.is_some() && index.at(row, "year").number() == year;
        let placed = self.index.school(school).iter().find(of_year);
        lines.extend(placed.map(|row| self.place(row)));
        let mut met: Vec<_> =
            mine.iter().filter(|row| reasons.at(row, "met") == &Datum::Flag(true)).collect();
        // year by year, as the rule looks at them
        let year = |row: &[Datum]| reasons.at(row, "criterion_year").number().unwrap_or_default();
        met.sort_by(|a, b| year(b).total_cmp(&year(a)));
        for row in met {
            let args = [
                "criterion",
                "criterion_year",
                "value",
                "numerator",
                "denominator",
                "comparison",
                "threshold",
            ]
            .map(|name| (name, Arg::from(self.voice.value(reasons, row, name))));
            lines.push(self.voice.cat.get("report-annex-reason", &args));
        }
        unbroken(&lines.join("\n"))
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

    /// What was decided against the computed state.
    fn decision(&self, list: &str, row: &[Datum], entries: &Rows, state: &str, decided: &str) -> String {
        let school = entries.at(row, "school_id").text().unwrap_or_default();
        let found = self.decisions.rows.iter().find(|row| {
            self.decisions.at(row, "list").text() == Some(list)
                && self.decisions.at(row, "school_id").text() == Some(school)
        });
        let text =
            |name: &str| found.map(|row| self.voice.value(self.decisions, row, name)).unwrap_or_default();
        let args = [
            ("name", Arg::from(self.voice.value(entries, row, "name_short"))),
            ("municipality", Arg::from(self.voice.value(entries, row, "municipality"))),
            ("state", Arg::from(self.voice.word(state))),
            ("decided", Arg::from(self.voice.word(decided))),
            ("document", Arg::from(text("document"))),
            ("by", Arg::from(text("decided_by"))),
            ("on", Arg::from(text("decided_on"))),
        ];
        self.voice.cat.get("report-annex-decision", &args)
    }
}
