//! `lists.xlsx`: the lists, their reasons, the schools that could not be assessed, the findings, the method.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::grid::{Book, Range, Sheet, Style, Value};
use crate::method::MethodPack;
use crate::pipeline::Declared;
use crate::reports::adverse::Sets;
use crate::reports::columns::{Column, lines_of, only, paper, screen, telling, width};
use crate::reports::grounds::Grounds;
use crate::reports::rows::{Datum, Rows};
use crate::reports::table_or_empty;
use crate::reports::voice::{Voice, is_share, is_year, said};
use crate::tables::{Decision, FindingRow, ListChange, ListEntry, ListModel, Reason, School, SeriesBreak};
use crate::text::{Arg, Lang, natural_cmp};

/// A sheet with more findings than this is no longer read by anyone; the rest stands in `tables/finding.parquet`.
const MOST_FINDINGS: usize = 20_000;
/// What a cell of XLSX holds at most.
const LONGEST: usize = 32_000;

/// What the sheets are made of: the same in every language.
pub struct Contents {
    /// Entries of all lists, with the full names of their schools.
    pub(super) entries: Rows,
    /// Reasons of all lists, with names and state of their schools, in natural order.
    pub(super) reasons: Rows,
    findings: Rows,
    breaks: Rows,
    models: Rows,
    changes: Rows,
}

impl Contents {
    /// Takes them from the stage's tables.
    ///
    /// # Errors
    /// `E803` where a table has not its columns.
    pub fn read(tables: &BTreeMap<&'static str, DataFrame>) -> Result<Self> {
        let mut entries = Rows::of(&table_or_empty::<ListEntry>(tables)?);
        with_full_names(&mut entries, &Rows::of(&table_or_empty::<School>(tables)?));
        with_documents(&mut entries, &Rows::of(&table_or_empty::<Decision>(tables)?));
        let mut changes = Rows::of(&table_or_empty::<ListChange>(tables)?);
        changes.sort("list,change,municipality,name_short,school_id,criterion");
        Ok(Self {
            reasons: named(Rows::of(&table_or_empty::<Reason>(tables)?), &entries),
            entries,
            findings: worst(Rows::of(&table_or_empty::<FindingRow>(tables)?)),
            breaks: Rows::of(&table_or_empty::<SeriesBreak>(tables)?),
            models: Rows::of(&table_or_empty::<ListModel>(tables)?),
            changes,
        })
    }
}

/// The findings that a sheet can show, errors first.
fn worst(mut findings: Rows) -> Rows {
    let severity = findings.position("severity");
    findings.rows.sort_by_key(|row| match severity.and_then(|at| row.get(at)?.text()) {
        Some("error") => 0,
        Some("warning") => 1,
        _ => 2,
    });
    findings.rows.truncate(MOST_FINDINGS);
    findings
}

/// The workbook in one language.
///
/// # Errors
/// `E302` where the pack cannot be read, `E803` where a table has not its columns.
pub fn workbook(
    lang: Lang,
    declared: &Declared<'_>,
    contents: &Contents,
    tables: &BTreeMap<&'static str, DataFrame>,
    run: &str,
) -> Result<Book> {
    let pack = super::pack(declared)?;
    let voice = Voice::new(lang, &pack);
    let of_pack = |rows: &Rows, row: &[Datum]| {
        rows.at(row, "list").text().is_some_and(|list| pack.list(list).is_some())
    };
    let entries = picked(&contents.entries, of_pack);
    let reasons = picked(&contents.reasons, of_pack);
    let last = declared.years.last().map(|year| year.0);
    let year = super::list_years(tables, &pack)?.into_values().max();
    let sets = Sets::of(declared, tables)?;
    let maker = Maker { voice: &voice, pack: &pack, run, last, year, sets: &sets };
    // the lists of the method first, then that by conditions of work
    let mut changes = contents.changes.clone();
    changes.rows.sort_by_key(|row| !of_pack(&contents.changes, row));
    let mut book = Book::new(voice.t("report-list-title"));
    book.sheets = vec![
        maker.list(&entries, &reasons),
        maker.reasons(&reasons),
        maker.changes(&changes),
        maker.not_assessable(&entries),
        maker.outside(&entries),
    ];
    let conditions = picked(&contents.reasons, |rows, row| !of_pack(rows, row));
    book.sheets.extend(super::adverse::sheets(&maker, tables, &contents.entries, &conditions)?);
    book.sheets.extend(super::others::sheet(&maker, tables, &entries)?);
    book.sheets.extend(super::official::sheets(&maker, tables, &contents.entries)?);
    book.sheets.extend(super::types::sheets(&maker, tables)?);
    let method = maker.method(&reasons, contents, declared);
    book.sheets.extend([maker.findings(&contents.findings), method]);
    Ok(book)
}

const REASONS: [Column; 17] = [
    paper("municipality", 18.0),
    paper("name_short", 26.0),
    paper("school_id", 10.0),
    paper("list_state", 13.0),
    paper("criterion", 54.0),
    paper("criterion_year", 8.0),
    screen("state", 17.0),
    paper("value", 9.0),
    paper("low", 10.0),
    paper("high", 10.0),
    paper("numerator", 10.0),
    paper("denominator", 10.0),
    screen("comparison", 11.0),
    paper("threshold", 9.0),
    paper("met", 9.0),
    paper("distance_pupils", 12.0),
    screen("probability", 13.0),
];

#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) voice: &'a Voice,
    pub(super) pack: &'a MethodPack,
    pub(super) run: &'a str,
    /// The last year of the run.
    pub(super) last: Option<i32>,
    /// The year of the lists.
    pub(super) year: Option<i32>,
    /// The packs of the lists by conditions of work.
    pub(super) sets: &'a Sets,
}

impl Maker<'_> {
    /// The schools of the lists as computed, and those that a decision put there; what was computed stands beside what was
    /// decided.
    fn list(&self, entries: &Rows, reasons: &Rows) -> Sheet {
        let mut listed =
            picked(entries, |rows, row| ["state", "decided"].iter().any(|of| is_listed(rows.at(row, of))));
        let no_index = Rows::default();
        let of_lists: Vec<(&str, Grounds<'_>)> = self
            .pack
            .lists
            .iter()
            .map(|list| (list.id.as_str(), Grounds::of(self.voice, &list.id, reasons, &no_index).brief()))
            .collect();
        let grounds = |row: &Vec<Datum>| {
            let list = listed.at(row, "list").text().unwrap_or_default();
            let of_list = of_lists.iter().find(|(id, _)| *id == list);
            of_list.map_or(Datum::Missing, |(_, of)| Datum::Text(of.lines(&listed, row).join("\n")))
        };
        let added: Vec<Datum> = listed.rows.iter().map(grounds).collect();
        listed.names.push("grounds".to_owned());
        for (row, added) in listed.rows.iter_mut().zip(added) {
            row.push(added);
        }
        self.sheet(
            "list",
            &listed,
            &[
                paper("municipality", 20.0),
                paper("name_short", 24.0),
                paper("name_full", 36.0),
                paper("school_id", 10.0),
                paper("state", 13.0),
                paper("decided", 13.0),
                paper("document", 18.0),
                paper("verdict", 13.5),
                paper("probability", 12.0),
                paper("grounds", 72.0),
                screen("criteria_met", 13.0),
                screen("criteria_assessable", 13.0),
                screen("criteria_needed", 13.0),
                screen("years", 14.0),
                screen("rank", 9.0),
                screen("rank_low", 9.0),
                screen("rank_high", 9.0),
                screen("tier", 9.0),
                screen("probability_error", 14.0),
                screen("list", 44.0),
                screen("year", 8.0),
            ],
        )
    }

    fn reasons(&self, reasons: &Rows) -> Sheet {
        let mut columns = REASONS.to_vec();
        columns.insert(0, paper("list", 30.0));
        self.sheet("reasons", reasons, &columns)
    }

    fn changes(&self, changes: &Rows) -> Sheet {
        self.sheet(
            "changes",
            changes,
            &[
                paper("list", 30.0),
                paper("change", 12.0),
                paper("municipality", 20.0),
                paper("name_short", 26.0),
                paper("school_id", 10.0),
                paper("state_before", 13.0),
                paper("state", 13.0),
                paper("criterion", 36.0),
                paper("turn", 22.0),
                paper("before_year", 10.0),
                paper("value_before", 10.0),
                paper("criterion_year", 10.0),
                paper("value", 10.0),
                paper("participants", 10.0),
                screen("threshold", 9.0),
                screen("change_probability", 17.0),
                paper("change_verdict", 15.0),
            ],
        )
    }

    fn not_assessable(&self, entries: &Rows) -> Sheet {
        let rows = picked(entries, |rows, row| rows.at(row, "state").text() == Some("not_assessable"));
        self.sheet(
            "not-assessable",
            &rows,
            &[
                paper("municipality", 24.0),
                paper("name_short", 34.0),
                paper("school_id", 12.0),
                paper("obstacle", 44.0),
                paper("obstacle_year", 14.0),
                paper("obstacle_participants", 14.0),
                paper("criteria_assessable", 14.0),
                paper("criteria_needed", 14.0),
                paper("list", 44.0),
            ],
        )
    }

    /// Every school that the pack's lists are not about, with the reason.
    fn outside(&self, entries: &Rows) -> Sheet {
        let rows = picked(entries, |rows, row| rows.at(row, "state").text() == Some("out_of_population"));
        let columns = [
            paper("municipality", 34.0),
            paper("name_short", 54.0),
            paper("school_id", 12.0),
            paper("obstacle", 44.0),
            paper("list", 44.0),
        ];
        self.sheet("outside", &rows, &columns)
    }

    fn findings(&self, findings: &Rows) -> Sheet {
        self.sheet(
            "findings",
            findings,
            &[
                paper("severity", 16.0),
                paper("code", 8.0),
                paper("path", 40.0),
                paper("sheet", 20.0),
                paper("place", 10.0),
                paper("value", 16.0),
                paper("what", 46.0),
                paper("cure", 46.0),
                paper("school_id", 11.0),
            ],
        )
    }

    /// A sheet of rows under the labels of their columns.
    pub(super) fn sheet(&self, key: &str, rows: &Rows, columns: &[Column]) -> Sheet {
        let columns: Vec<(Column, String)> = telling(rows, columns)
            .into_iter()
            .map(|column| {
                // a number stays with its sign
                let label = self.label(key, column.name).replace(" %", "\u{a0}%");
                (Column { width: width(&column, &label), ..column }, label)
            })
            .collect();
        let (mut sheet, head) = self.headed(key, rows, &columns);
        if rows.rows.is_empty() {
            sheet.put(head + 1, 0, self.voice.t("report-no-rows"), Style::Note);
        }
        let mut deep = 2;
        for ((column, label), at) in columns.iter().zip(0u16..) {
            sheet.width(at, column.width);
            let label = Value::from(label.clone());
            deep = deep.max(lines_of(&label, 0.95 * column.width));
            sheet.put(head, at, label, Style::Header);
        }
        sheet.height(head, 15.0 * f64::from(deep) + 6.0);
        for (row, at) in rows.rows.iter().zip(head + 1..) {
            let mut lines = 1;
            for ((column, _), left) in columns.iter().zip(0u16..) {
                let (value, style) = self.cell(key, rows, row, column.name);
                lines = lines.max(lines_of(&value, column.width));
                sheet.put(at, left, value, style);
            }
            sheet.height(at, 15.0 * f64::from(lines));
        }
        let bottom = head + u32::try_from(rows.rows.len().max(1)).unwrap_or(u32::MAX - head);
        let last = |count: usize| u16::try_from(count.saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.filter(Range { top: head, left: 0, bottom, right: last(columns.len()) });
        sheet.freeze(head + 1, self.names_school(&columns));
        let printed = columns.iter().filter(|(column, _)| column.printed).count();
        sheet.print(head, head);
        sheet.paper(Range { top: 0, left: 0, bottom, right: last(printed) });
        sheet
    }

    /// The columns up to the school's name stay in sight, where they are narrow enough for a small screen.
    fn names_school(&self, columns: &[(Column, String)]) -> u16 {
        const MOST: f64 = 62.0;
        let Some(at) = columns.iter().position(|(column, _)| column.name == "name_short") else { return 0 };
        let wide: f64 = columns.iter().take(at + 1).map(|(column, _)| column.width).sum();
        if wide <= MOST { u16::try_from(at + 1).unwrap_or_default() } else { 0 }
    }

    /// A sheet with what stands on every one, and the row below it: title, edition, the method of each of its lists with its
    /// status, the run.
    fn headed(&self, key: &str, rows: &Rows, columns: &[(Column, String)]) -> (Sheet, u32) {
        let mut sheet = Sheet::new(self.voice.t(&format!("report-sheet-{key}")));
        sheet.put(0, 0, self.title(key, rows), Style::Title);
        sheet.put(1, 0, self.voice.t("report-edition"), Style::Plain);
        let mut lines = self.methods(key, rows);
        match lines.last_mut() {
            Some(line) => line.push_str(&format!(" · {}", self.run)),
            None => lines.push(self.run.to_owned()),
        }
        let note = match key {
            "findings" => Some("finding-masks"),
            "adverse-shares" => Some("report-term-share-threshold"),
            _ => None,
        };
        lines.extend(note.map(|note| self.voice.t(note)));
        let aside = columns.iter().filter(|(column, _)| !column.printed).count();
        if aside > 0 {
            let args = [("more", Arg::from(aside.to_string()))];
            lines.push(self.voice.cat.get("report-sheet-aside", &args));
        }
        let mut row = 2;
        for line in lines {
            sheet.put(row, 0, line, Style::Note);
            row += 1;
        }
        if let Some(line) = self.earlier_year() {
            sheet.put(row, 0, line, Style::Borderline);
            row += 1;
        }
        let pages = [("page", Arg::from("&P")), ("pages", Arg::from("&N"))];
        let edition = self.voice.t("report-edition").replace('&', "&&");
        sheet.page(edition, self.voice.cat.get("report-page", &pages));
        (sheet, row + 1)
    }

    /// What a sheet is called: with the list and the year that all its rows are of.
    fn title(&self, key: &str, rows: &Rows) -> String {
        let title = self.voice.t(&format!("report-sheet-{key}.title"));
        let one = match self.pack.lists.as_slice() {
            [list] if rows.rows.is_empty() => Some(list.id.as_str()),
            _ => only(rows, "list").and_then(Datum::text),
        };
        let of_list =
            matches!(key, "list" | "reasons" | "changes" | "not-assessable" | "outside" | "official");
        let year = only(rows, "year").and_then(Datum::number).map(|year| format!("{year:.0}"));
        let year = year.or_else(|| self.year.map(|year| year.to_string())).unwrap_or_default();
        match one {
            Some(list) if of_list => {
                let args = [
                    ("title", Arg::from(title)),
                    ("list", Arg::from(self.voice.word(list))),
                    ("year", Arg::from(year)),
                ];
                self.voice.cat.get("report-sheet-of-list", &args)
            }
            _ => title,
        }
    }

    /// The methods of what a sheet shows: of each of its lists, or of each of its sets of conditions; none where it is of no list.
    fn methods(&self, key: &str, rows: &Rows) -> Vec<String> {
        if matches!(key, "findings" | "types") {
            return Vec::new();
        }
        let distinct = |column: &str| -> Vec<&str> {
            let mut found = Vec::new();
            for value in rows.rows.iter().filter_map(|row| rows.at(row, column).text()) {
                if !found.contains(&value) {
                    found.push(value);
                }
            }
            found
        };
        let sets = distinct("set");
        if !sets.is_empty() {
            let packs = sets.iter().filter_map(|set| self.sets.pack(set));
            return packs.map(|pack| self.voice.method_line(pack)).collect();
        }
        let lists = distinct("list");
        let of = |list: &&str| {
            if self.pack.list(list).is_some() {
                self.pack
            } else {
                self.sets.of_list(list).unwrap_or(self.pack)
            }
        };
        match lists.as_slice() {
            [] => vec![self.voice.method_line(self.pack)],
            [list] => vec![self.voice.method_line(of(list))],
            _ => lists
                .iter()
                .map(|list| format!("{}: {}", self.voice.word(list), self.voice.method_line(of(list))))
                .collect(),
        }
    }

    /// That the lists are those of an earlier year, where the last one of the run has no results.
    fn earlier_year(&self) -> Option<String> {
        let (last, year) = (self.last?, self.year.filter(|year| Some(*year) != self.last)?);
        let args = [("last", Arg::from(last.to_string())), ("year", Arg::from(year.to_string()))];
        Some(self.voice.cat.get("report-earlier-year", &args))
    }

    fn label(&self, key: &str, column: &str) -> String {
        match (key, column) {
            ("findings", "value") => self.voice.t("column-finding-value"),
            ("outside", "obstacle") => self.voice.t("report-outside-reason"),
            ("others", "numerator" | "denominator" | "value") => {
                self.voice.t(&format!("report-others-{column}"))
            }
            // beside what was decided
            ("list" | "adverse", "state") => self.voice.t("column-computed"),
            ("adverse-sets", "state") => self.voice.t("report-side"),
            ("adverse" | "adverse-sets", "cut" | "index") => {
                self.voice.t(&format!("column-adverse_index-{column}"))
            }
            ("findings", "place") => self.voice.t("report-cell"),
            ("changes", "criterion_year" | "value_before" | "value") => {
                self.voice.t(&format!("report-changes-{column}"))
            }
            ("reasons", "numerator" | "denominator" | "value") => {
                self.voice.t(&format!("report-reasons-{column}"))
            }
            _ => self.voice.label(column),
        }
    }

    fn cell(&self, key: &str, rows: &Rows, row: &[Datum], column: &str) -> (Value, Style) {
        if (key, column) == ("findings", "place") {
            let letters = rows.at(row, "column").text().unwrap_or_default();
            let line = rows.at(row, "row").number().map_or_else(String::new, |line| format!("{line:.0}"));
            return (format!("{letters}{line}").into(), Style::Text);
        }
        if let ("adverse-sets", Datum::Text(state)) = (key, rows.at(row, column))
            && column == "state"
        {
            // only one of the sets makes a list
            let key = format!("report-side-{state}");
            let said = if self.voice.cat.has(&key) { self.voice.t(&key) } else { self.voice.word(state) };
            return (said.into(), Style::Text);
        }
        let text = || clipped(self.voice.value(rows, row, column));
        let other = key == "others" && rows.at(row, "unit").text() != Some("share");
        match rows.at(row, column) {
            // No thousands in a year.
            year @ Datum::Int(_) if is_year(column) => (Value::from(year.number()), Style::Centre),
            Datum::Text(name) if column == "municipality" && name.is_empty() => {
                (self.voice.t("report-not-in-register").into(), Style::Text)
            }
            Datum::Missing if !matches!(column, "what" | "cure") => (Value::Blank, Style::Text),
            Datum::Real(value) if other => (Value::from(*value), Style::Decimal2),
            Datum::Real(value) if is_share(column) || matches!(column, "low" | "high" | "region_value") => {
                (Value::from(*value), Style::Share1)
            }
            Datum::Real(value) => (Value::from(*value), Style::Decimal2),
            datum @ Datum::Int(_) => (Value::from(datum.number()), Style::Integer),
            Datum::Text(word) if column == "verdict" && word == "undecided" => {
                (text().into(), Style::Borderline)
            }
            Datum::Text(word)
                if column == "type_band" && matches!(word.as_str(), "unstable" | "dissolved") =>
            {
                (text().into(), Style::Borderline)
            }
            Datum::Text(_) if column == "decided" && rows.at(row, "state") != rows.at(row, "decided") => {
                (text().into(), Style::Borderline)
            }
            Datum::Text(word) if column == "verdict" && word == "yes" => (text().into(), Style::Listed),
            Datum::Flag(_) => (text().into(), Style::Centre),
            Datum::Text(_) if column == "comparison" => (text().into(), Style::Centre),
            Datum::Text(word) if column == "unit" => {
                (self.voice.t(&format!("word-unit-{word}")).into(), Style::Text)
            }
            Datum::Text(word) if column == "value" => (Value::from(clipped(word.clone())), Style::Text),
            _ => (text().into(), Style::Text),
        }
    }

    fn method(&self, reasons: &Rows, contents: &Contents, declared: &Declared<'_>) -> Sheet {
        let (breaks, models) = (&contents.breaks, &contents.models);
        let voice = self.voice;
        let (mut sheet, head) = self.headed("method", &Rows::default(), &[]);
        sheet.width(0, 34.0);
        sheet.width(1, 110.0);
        let years: Vec<String> = declared.years.iter().map(ToString::to_string).collect();
        let mut lines = vec![
            ("report-method", said(&self.pack.title, voice.lang).to_owned()),
            ("report-basis", self.pack.basis.clone()),
            ("report-version", format!("{} {}", self.pack.id, self.pack.version)),
            ("report-status", voice.status(self.pack)),
            ("report-warning", voice.warning(self.pack)),
            ("report-years", years.join(", ")),
            ("report-program", concat!("rsoko ", env!("CARGO_PKG_VERSION")).to_owned()),
            ("report-certificate", voice.t("report-certificate-line")),
            ("report-run", self.run.to_owned()),
        ];
        lines.extend(self.earlier_year().map(|line| ("report-list-year", line)));
        for list in &self.pack.lists {
            let rule = format!("{}. {}", said(&list.title, voice.lang), list.told(voice.cat));
            lines.push(("report-rule", rule));
        }
        lines.extend(self.pack.least_told(voice.cat).into_iter().map(|line| ("report-least", line)));
        lines.extend(self.skips().into_iter().map(|line| ("report-skip", line)));
        lines.extend(self.thresholds(reasons).into_iter().map(|line| ("report-threshold", line)));
        lines.extend(self.breaks(breaks).into_iter().map(|line| ("report-break", line)));
        lines.extend(
            ["value", "interval", "distance", "probability", "rank"]
                .map(|term| ("report-term", voice.t(&format!("report-term-{term}")))),
        );
        lines.push(("report-term", voice.t("finding-masks")));
        let mut decisions: Vec<String> =
            self.pack.lists.iter().map(|list| voice.decision(list.decision)).collect();
        decisions.dedup();
        lines.extend(decisions.into_iter().map(|line| ("report-term", line)));
        lines.extend(models.rows.iter().map(|row| ("report-draws", voice.draws(models, row))));
        let conditions: Vec<_> =
            self.sets.packs().into_iter().flat_map(|pack| self.conditions(pack)).collect();
        let adverse = (!conditions.is_empty()).then(|| voice.t("report-term-adverse-verdict"));
        lines.extend(conditions);
        lines.extend(adverse.map(|line| ("report-term", line)));
        lines.extend(self.pack.notes.iter().map(|note| ("report-note", note.told(voice.cat))));
        for ((key, text), row) in lines.into_iter().zip(head..) {
            sheet.put(row, 0, voice.t(key), Style::Header);
            let value = Value::from(clipped(text));
            sheet.height(row, 15.0 * f64::from(lines_of(&value, 110.0)));
            sheet.put(row, 1, value, Style::Text);
        }
        sheet.print(0, 2);
        sheet
    }

    /// What years do that cannot be assessed; of which list, where they do not do the same.
    fn skips(&self) -> Vec<String> {
        let told = self.voice.skips(self.pack);
        if told.len() < 2 {
            return told;
        }
        let of = |list: &crate::method::ListRule| {
            format!("{}. {}", said(&list.title, self.voice.lang), list.unassessable.told(self.voice.cat))
        };
        self.pack.lists.iter().map(of).collect()
    }

    /// What the list by conditions of work rests on.
    fn conditions(&self, pack: &MethodPack) -> Vec<(&'static str, String)> {
        let voice = self.voice;
        let mut lines = Vec::new();
        for rule in &pack.adverse {
            let head = format!("{} ({} {}). ", said(&rule.title, voice.lang), pack.id, pack.version);
            let shares: Vec<String> = rule
                .shares(voice.cat)
                .into_iter()
                .map(|[name, direction, weight]| format!("{name} ({direction}, {weight})"))
                .collect();
            lines.push((
                "report-conditions",
                format!("{head}{} {}.", rule.told(voice.cat), shares.join("; ")),
            ));
        }
        lines
    }

    /// The years that are not to be compared without a word, each once.
    fn breaks(&self, breaks: &Rows) -> Vec<String> {
        let text = format!("text_{}", self.voice.lang.code());
        let line = |row: &Vec<Datum>| {
            let value = |column: &str| self.voice.value(breaks, row, column);
            format!("{}, {}: {} ({})", value("year"), value("procedure"), value(&text), value("certainty"))
        };
        let lines: BTreeSet<String> = breaks.rows.iter().map(line).collect();
        lines.into_iter().collect()
    }

    /// The distinct criteria with their thresholds, as they were used.
    fn thresholds(&self, reasons: &Rows) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for row in &reasons.rows {
            let value = |column| self.voice.value(reasons, row, column);
            let line = format!("{} {} {}", value("criterion"), value("comparison"), value("threshold"));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.sort_by(|a, b| natural_cmp(a, b));
        lines
    }
}

/// How rows about schools are sorted.
const ORDER: &str = "list,list_state,municipality,name_short,school_id,criterion,criterion_year";

/// The rows that a condition picks, in natural order of municipality and name.
pub(super) fn picked(rows: &Rows, condition: impl Fn(&Rows, &[Datum]) -> bool) -> Rows {
    let mut out = Rows {
        names: rows.names.clone(),
        rows: rows.rows.iter().filter(|row| condition(rows, row)).cloned().collect(),
    };
    out.sort(ORDER);
    out
}

/// Entries with the official full names of their schools.
fn with_full_names(entries: &mut Rows, register: &Rows) {
    let names = super::official::names(register);
    let full = |row: &Vec<Datum>| {
        let id = entries.at(row, "school_id").text().unwrap_or_default();
        names.get(id).map_or(Datum::Missing, |[_, _, full]| full.clone())
    };
    let added: Vec<Datum> = entries.rows.iter().map(full).collect();
    entries.names.push("name_full".to_owned());
    for (row, added) in entries.rows.iter_mut().zip(added) {
        row.push(added);
    }
}

/// Entries with the document of the decision on them.
fn with_documents(entries: &mut Rows, decisions: &Rows) {
    let key = |rows: &Rows, row: &[Datum]| {
        ["list", "school_id"].map(|name| rows.at(row, name).text().unwrap_or_default().to_owned())
    };
    let documents: BTreeMap<[String; 2], Datum> = decisions
        .rows
        .iter()
        .map(|row| (key(decisions, row), decisions.at(row, "document").clone()))
        .collect();
    let added: Vec<Datum> = entries
        .rows
        .iter()
        .map(|row| documents.get(&key(entries, row)).cloned().unwrap_or(Datum::Missing))
        .collect();
    entries.names.push("document".to_owned());
    for (row, added) in entries.rows.iter_mut().zip(added) {
        row.push(added);
    }
}

/// Does a state say that the school is on the list?
fn is_listed(state: &Datum) -> bool {
    state.text() == Some("listed")
}

/// Reasons with the names, the municipality and the state of their schools, in natural order.
fn named(mut reasons: Rows, entries: &Rows) -> Rows {
    let text =
        |rows: &Rows, row: &[Datum], column: &str| rows.at(row, column).text().unwrap_or_default().to_owned();
    let key = |rows: &Rows, row: &[Datum]| (text(rows, row, "list"), text(rows, row, "school_id"));
    let found: BTreeMap<_, _> = entries.rows.iter().map(|row| (key(entries, row), row)).collect();
    let columns = [("municipality", "municipality"), ("name_short", "name_short"), ("list_state", "state")];
    let added: Vec<_> = reasons
        .rows
        .iter()
        .map(|row| {
            let entry = found.get(&key(&reasons, row));
            columns.map(|(_, from)| entry.map_or(Datum::Missing, |e| entries.at(e, from).clone()))
        })
        .collect();
    reasons.names.extend(columns.map(|(name, _)| name.to_owned()));
    for (row, added) in reasons.rows.iter_mut().zip(added) {
        row.extend(added);
    }
    reasons.sort(ORDER);
    reasons
}

fn clipped(text: String) -> String {
    if text.len() <= LONGEST { text } else { text.chars().take(LONGEST / 4).collect() }
}
