//! One file becomes canonical tables: which layout fits which sheet, and everything that is wrong on the way.

use std::collections::BTreeMap;

use polars::prelude::SortMultipleOptions;

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result, column_letters};
use crate::grid::{
    Damage, Limits, Refusal, ScannedSheet, ScannedText, is_container, is_open_document, scan_csv, scan_ods,
    scan_xls, scan_xlsx,
};
use crate::ingest::desk::Desk;
use crate::ingest::header::{self, Fit, Role, Tops};
use crate::ingest::items::Items;
use crate::ingest::layout::{AUTO, Files, Layouts, Target};
use crate::ingest::pupils::{self, Pupils};
use crate::ingest::reference::Reference;
use crate::ingest::rows::Count;
use crate::ingest::schools;
use crate::ingest::words::fold;
use crate::ingest::{aggregates, facts, forms, vertical};
use crate::lake::{CodedFile, parquet};
use crate::pipeline::{Packed, Parsed, Test, sheet_id};
use crate::tables::{
    self, FormEntry, ItemScore, JournalComparison, MarkCount, Measure, OfficialList, ResultRow, School,
    SchoolCode, SchoolNamed, ScoreCount, Source, SourceColumn, Table,
};

/// Rows of all canonical tables that one file gave.
#[derive(Default)]
struct Book {
    /// The id of the first sheet, and how many sheets there are.
    source_id: String,
    sheets: usize,
    sources: Vec<Source>,
    columns: Vec<SourceColumn>,
    results: Vec<ResultRow>,
    items: Items,
    schools: Vec<School>,
    codes: Vec<SchoolCode>,
    named: Vec<SchoolNamed>,
    measures: Vec<Measure>,
    official: Vec<OfficialList>,
    marks: Vec<MarkCount>,
    comparisons: Vec<JournalComparison>,
    scores: Vec<ScoreCount>,
    entries: Vec<FormEntry>,
    findings: Vec<Finding>,
}

impl Book {
    fn parsed(self) -> Result<Parsed> {
        let mut packed = results(self.results)?;
        let items = self.items.finish()?;
        packed.extend(items.map(|bytes| Packed { table: ItemScore::SPEC.name, test: None, bytes }));
        Ok(Parsed {
            packed,
            tables: vec![
                (Source::SPEC.name, Source::frame(self.sources)?),
                (SourceColumn::SPEC.name, SourceColumn::frame(self.columns)?),
                (School::SPEC.name, School::frame(self.schools)?),
                (SchoolCode::SPEC.name, SchoolCode::frame(self.codes)?),
                (SchoolNamed::SPEC.name, SchoolNamed::frame(self.named)?),
                (Measure::SPEC.name, Measure::frame(self.measures)?),
                (OfficialList::SPEC.name, OfficialList::frame(self.official)?),
                (MarkCount::SPEC.name, MarkCount::frame(self.marks)?),
                (JournalComparison::SPEC.name, JournalComparison::frame(self.comparisons)?),
                (ScoreCount::SPEC.name, ScoreCount::frame(self.scores)?),
                (FormEntry::SPEC.name, FormEntry::frame(self.entries)?),
            ],
            findings: self.findings,
        })
    }

    /// Rows of the tables that layouts feed.
    fn rows(&self) -> usize {
        let counted = self.marks.len() + self.comparisons.len() + self.scores.len();
        let schools = self.schools.len() + self.measures.len() + self.official.len() + self.entries.len();
        self.results.len() + schools + counted
    }

    fn next_id(&self) -> String {
        sheet_id(&self.source_id, self.sources.len(), self.sheets)
    }
}

/// Results packed test by test.
fn results(rows: Vec<ResultRow>) -> Result<Vec<Packed>> {
    let mut tests: BTreeMap<Test, Vec<ResultRow>> = BTreeMap::new();
    let mut last: Option<(Test, Vec<ResultRow>)> = None;
    for row in rows {
        let is_of = |(year, procedure, grade, subject, wave): &Test| {
            (*year, *grade) == (row.year, row.grade)
                && *procedure == row.procedure
                && *subject == row.subject
                && *wave == row.wave
        };
        match &mut last {
            Some((test, rows)) if is_of(test) => rows.push(row),
            other => {
                let test =
                    (row.year, row.procedure.clone(), row.grade, row.subject.clone(), row.wave.clone());
                let mut known = tests.remove(&test).unwrap_or_default();
                known.push(row);
                tests.extend(other.replace((test, known)));
            }
        }
    }
    tests.extend(last);
    let spec = ResultRow::SPEC;
    let pack = |(test, rows)| {
        let mut file = CodedFile::new(spec)?;
        file.add(&ResultRow::coded(rows))?;
        Ok(Packed { table: spec.name, test: Some(test), bytes: file.finish()? })
    };
    tests.into_iter().map(pack).collect()
}

/// What was read, with frames for the packed tables too, their rows in the order of the file.
fn unpacked(mut parsed: Parsed) -> Result<Parsed> {
    for spec in [ResultRow::SPEC, ItemScore::SPEC] {
        let parts = parsed.packed.iter().filter(|part| part.table == spec.name);
        let frames =
            parts.map(|part| parquet::decode(spec, &part.bytes, None)).collect::<Result<Vec<_>>>()?;
        let whole = tables::concat(spec, &frames)?;
        let options = SortMultipleOptions::default().with_maintain_order(true);
        let whole = whole.sort(["source_id", "row"], options);
        parsed.tables.push((spec.name, whole.map_err(|error| Fault::new(FaultCode::Bug).because(error))?));
    }
    parsed.packed = Vec::new();
    Ok(parsed)
}

/// The id of the first sheet of a file that is read by itself.
const ALONE: &str = "s0001";

/// Reads the bytes of a sender's file. `file` is its path in the workspace, `layout` the declared one or `auto`.
///
/// # Errors
/// `E101` for a bug; trouble with the file is a finding.
pub fn read_bytes(
    file: &str,
    bytes: &[u8],
    layout: &str,
    layouts: &Layouts,
    reference: &Reference,
) -> Result<Parsed> {
    unpacked(read_packed((file, ALONE), bytes, layout, layouts, reference)?)
}

/// As [`read_bytes`], with results and tasks packed. Beside the file stands the `source_id` of its first sheet.
///
/// # Errors
/// As [`read_bytes`].
pub fn read_packed(
    file: (&str, &str),
    bytes: &[u8],
    layout: &str,
    layouts: &Layouts,
    reference: &Reference,
) -> Result<Parsed> {
    match scan_book(file.0, bytes, &Limits::default()) {
        Some(Ok(sheets)) => book(file, &sheets, layout, layouts, reference),
        Some(Err(refusal)) => refused(file, &refusal),
        None => read_text(file, bytes, layout, layouts, reference, &Limits::default()),
    }
}

/// The sheets of a workbook; `None` where the bytes and the name are those of a text file. Any layout may come in any kind
/// of file.
fn scan_book(
    file: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Option<std::result::Result<Vec<ScannedSheet>, Refusal>> {
    let is_workbook = bytes.starts_with(b"PK")
        || is_container(bytes)
        || has_ending(file, &["xlsx", "xlsm", "xls", "xlsb", "ods"]);
    is_workbook.then(|| match bytes {
        old if is_container(old) => scan_xls(old, limits),
        open if is_open_document(open) => scan_ods(open, limits),
        other => scan_xlsx(other, limits),
    })
}

/// The sheets of a file of any kind.
pub(super) fn scan(
    file: &str,
    bytes: &[u8],
    layout: &str,
    layouts: &Layouts,
    limits: &Limits,
) -> std::result::Result<(Vec<ScannedSheet>, Files), Refusal> {
    match scan_book(file, bytes, limits) {
        Some(scanned) => Ok((scanned?, Files::Workbook)),
        None => Ok((vec![scan_text(file, bytes, layout, layouts, limits)?.sheet], Files::Text)),
    }
}

/// What is left of a file that could not be read: a row in `source`, and the finding that says why. Beside the file stands the
/// `source_id` of its first sheet.
///
/// # Errors
/// `E101` for a bug.
pub fn refused(file: (&str, &str), refusal: &Refusal) -> Result<Parsed> {
    let code = match refusal {
        Refusal::TooLarge { .. } => FindingCode::WorkbookRefused,
        Refusal::Unreadable(_) => FindingCode::FileUnreadable,
    };
    let mut finding = Finding::new(code, Place::File(file.0.to_owned())).detail(refusal.word());
    if let Refusal::TooLarge { limit, .. } = refusal {
        finding = finding.value(limit.to_string());
    }
    unread(file, vec![finding])
}

fn unread((file, source_id): (&str, &str), findings: Vec<Finding>) -> Result<Parsed> {
    let source = Source { source_id: source_id.to_owned(), path: file.to_owned(), ..Source::default() };
    Book { sources: vec![source], findings, ..Book::default() }.parsed()
}

fn has_ending(file: &str, endings: &[&str]) -> bool {
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    endings.contains(&ending.as_str())
}

/// A text file is decoded by the declared encoding of each layout in turn, until a header fits.
fn scan_text(
    file: &str,
    bytes: &[u8],
    layout: &str,
    layouts: &Layouts,
    limits: &Limits,
) -> std::result::Result<ScannedText, Refusal> {
    let mut encodings: Vec<Option<&str>> =
        layouts.candidates(layout).iter().map(|l| l.encoding.as_deref()).collect();
    encodings.sort_unstable();
    encodings.dedup();
    encodings.retain(Option::is_some);
    encodings.push(None);
    let mut last = Refusal::Unreadable(Damage::Empty);
    let mut fallback = None;
    for encoding in encodings {
        match scan_csv(bytes, encoding, limits) {
            Ok(scanned) if best_fit(file, &scanned.sheet, layout, Files::Text, layouts).is_ok() => {
                return Ok(scanned);
            }
            Ok(scanned) => {
                fallback.get_or_insert(scanned);
            }
            Err(refusal) => last = refusal,
        }
    }
    fallback.ok_or(last)
}

fn read_text(
    (file, source_id): (&str, &str),
    bytes: &[u8],
    layout: &str,
    layouts: &Layouts,
    reference: &Reference,
    limits: &Limits,
) -> Result<Parsed> {
    let scanned = match scan_text(file, bytes, layout, layouts, limits) {
        Ok(scanned) => scanned,
        Err(refusal) => return refused((file, source_id), &refusal),
    };
    let sheets = std::slice::from_ref(&scanned.sheet);
    let mut parsed = book((file, source_id), sheets, layout, layouts, reference)?;
    let format = Finding::new(FindingCode::TextFormat, Place::File(file.to_owned()))
        .value(scanned.encoding)
        .detail(if scanned.separator == '\t' { "tab".to_owned() } else { scanned.separator.to_string() });
    parsed.findings.insert(0, format);
    for (row, column) in scanned.undecodable {
        let place = Place::Cell(file.to_owned(), String::new(), column_letters(column), row);
        parsed.findings.push(Finding::new(FindingCode::ByteUndecodable, place).detail(scanned.encoding));
    }
    Ok(parsed)
}

/// Turns the sheets of one file into canonical tables. Pure: cells in, tables and findings out.
///
/// # Errors
/// `E101` for a bug; trouble with the file is a finding.
pub fn read_sheets(
    file: &str,
    sheets: &[ScannedSheet],
    layout: &str,
    layouts: &Layouts,
    reference: &Reference,
) -> Result<Parsed> {
    unpacked(book((file, ALONE), sheets, layout, layouts, reference)?)
}

fn book(
    (file, source_id): (&str, &str),
    sheets: &[ScannedSheet],
    layout: &str,
    layouts: &Layouts,
    reference: &Reference,
) -> Result<Parsed> {
    let files = if sheets.iter().all(|sheet| sheet.name.is_empty()) { Files::Text } else { Files::Workbook };
    let fits: Vec<_> = sheets.iter().map(|sheet| best_fit(file, sheet, layout, files, layouts)).collect();
    if !fits.iter().any(std::result::Result::is_ok) {
        return unread((file, source_id), unknown(file, sheets, fits, layout));
    }
    let ignored: Vec<&String> = fits.iter().flatten().flat_map(|fit| &fit.layout.sheets_ignored).collect();
    let mut book = Book { source_id: source_id.to_owned(), sheets: sheets.len(), ..Book::default() };
    for (sheet, fit) in sheets.iter().zip(&fits) {
        match fit {
            Ok(fit) => read_sheet(&mut book, file, sheet, fit, layout, reference)?,
            Err(_) if sheet.rows.is_empty() => {}
            Err(_) => {
                book.sources.push(Source {
                    source_id: book.next_id(),
                    path: file.to_owned(),
                    sheet: sheet.name.clone(),
                    content_hash: sheet.content_hash(),
                    ..Source::default()
                });
                if !ignored.contains(&&fold(&sheet.name)) {
                    let place = Place::Sheet(file.to_owned(), sheet.name.clone());
                    book.findings.push(Finding::new(FindingCode::SheetUnread, place));
                }
            }
        }
    }
    book.parsed()
}

/// The layout whose columns are all there and of which most were found; else the one that came nearest.
pub(super) fn best_fit<'l>(
    file: &str,
    sheet: &ScannedSheet,
    layout: &str,
    files: Files,
    layouts: &'l Layouts,
) -> std::result::Result<Fit<'l>, Option<Box<Fit<'l>>>> {
    let mut best: Option<Fit<'l>> = None;
    let candidates = layouts.candidates(layout);
    let highest = candidates.iter().map(|candidate| candidate.header_rows).max().unwrap_or_default();
    let tops = Tops::new(file, sheet, highest);
    for candidate in candidates {
        let Some(fit) = header::find(sheet, &tops, candidate) else { continue };
        let rank = |fit: &Fit<'_>| {
            let whole = is_whole(fit);
            let sure = whole && !fit.layout.words.is_empty();
            (whole, sure, fit.matched, fit.known, fit.layout.files == files)
        };
        if best.as_ref().is_none_or(|best| rank(&fit) > rank(best)) {
            best = Some(fit);
        }
    }
    match best {
        Some(fit) if is_whole(&fit) => Ok(fit),
        other => Err(other.map(Box::new)),
    }
}

/// Is everything there that the layout needs?
fn is_whole(fit: &Fit<'_>) -> bool {
    fit.missing.is_empty() && fit.matched >= fit.layout.least && has_tasks(fit)
}

/// A layout with tasks fits only where a task was found.
fn has_tasks(fit: &Fit<'_>) -> bool {
    fit.layout.items.is_none() || fit.items().next().is_some()
}

/// Why no layout fits: the missing columns where one came near, else only that none fits.
fn unknown(
    file: &str,
    sheets: &[ScannedSheet],
    fits: Vec<std::result::Result<Fit<'_>, Option<Box<Fit<'_>>>>>,
    layout: &str,
) -> Vec<Finding> {
    let nearest = sheets
        .iter()
        .zip(fits.into_iter().filter_map(std::result::Result::err))
        .filter_map(|(sheet, fit)| fit.map(|fit| (sheet, fit)))
        .max_by_key(|(_, fit)| fit.matched);
    if let Some((sheet, fit)) = nearest
        && fit.matched >= 3
        && !fit.missing.is_empty()
    {
        let place = if sheet.name.is_empty() {
            Place::File(file.to_owned())
        } else {
            Place::Sheet(file.to_owned(), sheet.name.clone())
        };
        return fit
            .missing
            .iter()
            .map(|header| Finding::new(FindingCode::ColumnMissing, place.clone()).detail(header.clone()))
            .collect();
    }
    vec![Finding::new(FindingCode::LayoutUnknown, Place::File(file.to_owned())).detail(layout)]
}

fn read_sheet(
    book: &mut Book,
    file: &str,
    sheet: &ScannedSheet,
    fit: &Fit<'_>,
    declared: &str,
    reference: &Reference,
) -> Result<()> {
    let source_id = book.next_id();
    let mut desk = Desk::new(file, sheet);
    let facts = facts::read(&mut desk, fit, reference);
    let count;
    let before = book.rows();
    if facts_are_there(&mut desk, fit, &facts) {
        match fit.layout.table {
            Target::Result => {
                let Pupils { results, named, count: counted } =
                    pupils::read(&mut desk, fit, &facts, reference, &source_id, &mut book.items)?;
                book.results.extend(results);
                book.named.extend(named);
                count = counted;
            }
            Target::Measure if fit.layout.vertical => {
                let (measures, counted) = vertical::measures(&mut desk, fit, &facts, &source_id);
                book.measures.extend(measures);
                count = counted;
            }
            Target::Measure => {
                let (measures, counted) = schools::measures(&mut desk, fit, &facts, &source_id);
                book.measures.extend(measures);
                count = counted;
            }
            Target::MarkCount | Target::JournalComparison | Target::ScoreCount => {
                let read = aggregates::read(&mut desk, fit, &facts, reference, &source_id);
                book.marks.extend(read.marks);
                book.comparisons.extend(read.comparisons);
                book.scores.extend(read.scores);
                book.named.extend(read.named);
                count = read.count;
            }
            Target::FormEntry => {
                let (entries, counted) = forms::read(&mut desk, fit, &facts, &source_id);
                book.entries.extend(entries);
                count = counted;
            }
            Target::School => {
                let (schools, codes, counted) = schools::register(&mut desk, fit, &facts, &source_id);
                book.schools.extend(schools);
                book.codes.extend(codes);
                count = counted;
            }
            Target::OfficialList => {
                let (official, counted) = schools::official(&mut desk, fit, &facts, &source_id);
                book.official.extend(official);
                count = counted;
            }
        }
        if before == book.rows() {
            desk.push(FindingCode::SheetEmpty, desk.whole(), |f| f);
        }
    } else {
        let below = sheet.rows.iter().filter(|row| row.number > fit.rows.1).count();
        let below = i64::try_from(below).unwrap_or(i64::MAX);
        count = Count { read: below, aside: below, aside_quietly: 0 };
    }
    if count.aside_quietly > 0 {
        let quiet = count.aside_quietly.to_string();
        desk.push(FindingCode::RowsAside, desk.whole(), |f| f.detail(quiet));
    }
    describe(&mut desk, fit);
    let reason = if declared == AUTO { format!("{AUTO}: {}", fit.words()) } else { "declared".to_owned() };
    book.columns.extend(source_columns(fit, &source_id));
    book.sources.push(Source {
        source_id,
        path: file.to_owned(),
        sheet: sheet.name.clone(),
        content_hash: sheet.content_hash(),
        layout: Some(fit.layout.name.clone()),
        layout_reason: reason,
        rows_read: count.read,
        rows_set_aside: count.aside,
    });
    book.findings.extend(desk.finish());
    Ok(())
}

/// Without its year (and, for tests, grade and subject) a sheet cannot be placed: all its rows are set aside.
fn facts_are_there(desk: &mut Desk<'_>, fit: &Fit<'_>, facts: &facts::SheetFacts) -> bool {
    let is_test = fit.layout.procedure.is_some();
    let missing = [
        ("year", facts.year.is_none() && fit.column("year").is_none()),
        ("grade", is_test && facts.grade.is_none() && fit.column("grade").is_none()),
        (
            "school",
            fit.labels.is_empty()
                && fit.column("school_id").is_none()
                && fit.column("entity").is_none()
                && facts.school.is_none(),
        ),
        ("subject", is_test && facts.subject.is_none() && fit.column("subject").is_none()),
    ];
    let mut all = true;
    for (fact, _) in missing.iter().filter(|(_, is_missing)| *is_missing) {
        desk.push(FindingCode::FactMissing, desk.whole(), |f| f.column(*fact).detail(*fact));
        all = false;
    }
    all
}

/// What an analyst should know of the sheet itself: hidden parts, formulas, merges, columns that were not used.
fn describe(desk: &mut Desk<'_>, fit: &Fit<'_>) {
    let sheet = desk.sheet;
    if sheet.hidden {
        desk.push(FindingCode::SheetHidden, desk.whole(), |f| f);
    }
    if sheet.blind {
        desk.push(FindingCode::HiddenNotVisible, desk.whole(), |f| f);
    }
    let below = || sheet.rows.iter().filter(|row| row.number > fit.rows.1);
    let hidden = below().filter(|row| row.hidden);
    if let Some(first) = hidden.clone().next() {
        let count = hidden.count().to_string();
        desk.push(FindingCode::RowsHidden, desk.at(first.number, 0), |f| f.detail(count));
    }
    if let Some((row, column)) = sheet.first_formula {
        let count = sheet.formulas.to_string();
        desk.push(FindingCode::FormulaCells, desk.at(row, column), |f| f.detail(count));
    }
    if fit.layout.vertical {
        return;
    }
    // by column: the first row with something in it, and how many there are
    let mut filled: Vec<(u32, u64)> = Vec::new();
    for row in below() {
        for (column, _) in row.cells.iter().filter(|(_, cell)| !cell.is_blank()) {
            let place = usize::try_from(*column).unwrap_or(usize::MAX);
            if filled.len() <= place {
                filled.resize(place.saturating_add(1), (0, 0));
            }
            if let Some((first, count)) = filled.get_mut(place) {
                *first = if *count == 0 { row.number } else { *first };
                *count += 1;
            }
        }
    }
    let filled: BTreeMap<u32, (u32, u64)> = (0..).zip(filled).filter(|(_, (_, count))| *count > 0).collect();
    for column in &fit.columns {
        let at = desk.at(fit.rows.1, column.column);
        let is_read = matches!(column.role, Role::Mapped(_) | Role::Item(..));
        let hidden = sheet.hidden_columns.iter().any(|(a, b)| (*a..=*b).contains(&column.column));
        if hidden && is_read {
            desk.push(FindingCode::ColumnsHidden, at.clone(), |f| f.detail(column.printed.clone()));
        }
        match column.role {
            Role::Personal => {
                desk.push(FindingCode::PersonalColumn, at, |f| f.detail(column.printed.clone()))
            }
            Role::Unknown if filled.contains_key(&column.column) => {
                desk.push(FindingCode::ColumnUnmapped, at, |f| f.detail(column.printed.clone()));
            }
            _ => {}
        }
    }
    let headed: Vec<u32> = fit.columns.iter().map(|c| c.column).collect();
    for (column, (row, count)) in filled.iter().filter(|(column, _)| !headed.contains(column)) {
        desk.push(FindingCode::ColumnUnmapped, desk.at(*row, *column), |f| f.detail(count.to_string()));
    }
    for rule in &fit.layout.columns {
        let Some(to) = rule.to.as_deref() else { continue };
        if !(rule.needed || rule.optional) && fit.column(to).is_none() {
            let header = rule.headers.first().cloned().unwrap_or_default();
            desk.push(FindingCode::ColumnAbsent, desk.whole(), |f| f.column(to).detail(header));
        }
    }
    let merged = sheet.merges.iter().filter(|m| {
        m.rows.0 > fit.rows.1
            && m.rows.1 > m.rows.0
            && fit.columns.iter().any(|c| {
                matches!(c.role, Role::Mapped(_) | Role::Item(..))
                    && (m.columns.0..=m.columns.1).contains(&c.column)
            })
    });
    if let Some(first) = merged.clone().next() {
        let count = merged.count().to_string();
        desk.push(FindingCode::CellsMerged, desk.at(first.rows.0, first.columns.0), |f| f.detail(count));
    }
}

fn source_columns(fit: &Fit<'_>, source_id: &str) -> Vec<SourceColumn> {
    let name = fit.layout.table.name();
    let column = |c: &header::HeaderColumn<'_>| {
        let (table, canonical, status) = match &c.role {
            Role::Mapped(rule) if rule.to.as_deref() == Some("variant_2") => {
                (Some(name), Some("variant".to_owned()), "mapped")
            }
            Role::Mapped(rule) => (Some(name), rule.to.clone(), "mapped"),
            Role::Item(..) if fit.layout.table == Target::ScoreCount => {
                (Some(name), Some("share".to_owned()), "mapped")
            }
            Role::Item(..) => (Some(ItemScore::SPEC.name), Some("score".to_owned()), "mapped"),
            Role::Personal => (None, None, "personal"),
            Role::Ignored(_) | Role::Unknown => (None, None, "unmapped"),
        };
        SourceColumn {
            source_id: source_id.to_owned(),
            letter: column_letters(c.column),
            header: c.printed.clone(),
            table: table.map(str::to_owned),
            canonical,
            status: status.to_owned(),
        }
    };
    fit.columns.iter().map(column).collect()
}
