//! The annex of a list: numbered rows with municipality, official full name and the grounds, as a Word document.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::grid::Annex;
use crate::method::MethodPack;
use crate::pipeline::Declared;
use crate::reports::adverse::Sets;
use crate::reports::grounds::{Grounds, unbroken};
use crate::reports::rows::{Datum, Rows};
use crate::reports::table_or_empty;
use crate::reports::voice::Voice;
use crate::reports::workbook::{Contents, picked};
use crate::tables::{AdverseIndex, Decision};
use crate::text::{Arg, Lang};

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
    let sets = Sets::of(declared, tables)?;
    let decisions = Rows::of(&table_or_empty::<Decision>(tables)?);
    let mut lists: Vec<String> =
        entries.rows.iter().filter_map(|row| entries.at(row, "list").text().map(str::to_owned)).collect();
    lists.sort();
    lists.dedup();
    let annex = |list: String| {
        let of_list = sets.of_list(&list).unwrap_or(&pack);
        let voice = Voice::new(lang, of_list);
        let source = Sources {
            voice: &voice,
            pack: of_list,
            grounds: Grounds::of(&voice, &list, reasons, &index),
            decisions: &decisions,
        };
        let annex = source.annex(&list, entries);
        (list, annex)
    };
    Ok(lists.into_iter().map(annex).collect())
}

struct Sources<'a> {
    voice: &'a Voice,
    pack: &'a MethodPack,
    grounds: Grounds<'a>,
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
                self.grounds
                    .lines(&of_list, row)
                    .into_iter()
                    .chain(self.verdict(&of_list, row))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ]);
        }
        notes.insert(0, voice.warning(self.pack));
        let rule = self.pack.lists.iter().find(|rule| rule.id == list);
        if let Some(rule) = rule {
            notes.insert(0, voice.decision(rule.decision));
            notes.insert(0, voice.t("report-term-probability"));
        } else {
            notes.insert(0, voice.t("report-term-adverse-verdict"));
            notes.insert(0, voice.t("report-term-share-threshold"));
        }
        if rows.is_empty() {
            notes.insert(0, voice.t("report-no-rows"));
        }
        let said = [("list", Arg::from(voice.word(list))), ("year", Arg::from(&year))];
        Annex {
            corner: voice.t("report-annex-corner"),
            title: voice.cat.get("report-annex-title", &said),
            // the edition stands above every page
            lines: vec![voice.method_line(self.pack)],
            header: voice.t("report-edition"),
            page: (voice.t("report-annex-page"), voice.t("report-annex-of")),
            columns: [("number", 7), ("municipality", 19), ("name", 32), ("grounds", 71)]
                .map(|(key, part)| (voice.t(&format!("report-annex-{key}")), part))
                .to_vec(),
            rows,
            notes,
        }
    }

    /// How sure the conclusion is; nothing where none was drawn.
    fn verdict(&self, entries: &Rows, row: &[Datum]) -> Option<String> {
        entries.at(row, "verdict").text()?;
        let verdict = self.voice.value(entries, row, "verdict");
        // the word on a list by conditions follows the interval of the index, which stands there
        let is_by_rule = entries.at(row, "criteria_needed").number().is_some_and(|needed| needed > 0.0);
        if !is_by_rule || entries.at(row, "probability").number().is_none() {
            return Some(self.voice.cat.get("report-annex-verdict", &[("verdict", Arg::from(verdict))]));
        }
        let args = [
            ("verdict", Arg::from(verdict)),
            ("probability", Arg::from(self.voice.value(entries, row, "probability"))),
        ];
        Some(self.voice.cat.get("report-annex-verdict-probability", &args))
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
