//! Finding the header of a sheet, and which column stands for what.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::grid::{Cell, ScannedSheet};
use crate::ingest::layout::{ColumnRule, Layout};
use crate::ingest::spelling::Spellings;
use crate::ingest::vertical::{Label, labels};
use crate::ingest::words::{fold, shape, tidy};

/// How far down a header is looked for.
const DEEPEST_HEADER: u32 = 60;

/// Words in a header that always mean personal data, whatever the layout says of it.
const PERSONAL: [&str; 12] = [
    "фио",
    "ф и о",
    "фамилия",
    "отчество",
    "телефон",
    "тел",
    "mail",
    "снилс",
    "паспорт серия",
    "дата рождения",
    "адрес",
    "родитель фио",
];

/// What a column is for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role<'l> {
    /// It feeds a canonical column.
    Mapped(&'l ColumnRule),
    /// It is a task: its name and its highest score.
    Item(String, Option<f64>),
    /// It is known and not used.
    Ignored(&'l ColumnRule),
    /// It holds personal data and is not read.
    Personal,
    /// Nobody knows it.
    Unknown,
}

/// A column of the sheet.
#[derive(Debug, Clone)]
pub(super) struct HeaderColumn<'l> {
    pub(super) column: u32,
    /// The header as printed, where the layout knows it; a task by its name; of any other header its look.
    pub(super) printed: String,
    pub(super) role: Role<'l>,
}

/// A layout laid on a sheet.
#[derive(Debug, Clone)]
pub(super) struct Fit<'l> {
    pub(super) layout: &'l Layout,
    /// First and last row of the header.
    pub(super) rows: (u32, u32),
    pub(super) columns: Vec<HeaderColumn<'l>>,
    /// Headers of columns that the layout needs and the sheet has not.
    pub(super) missing: Vec<String>,
    /// Canonical columns found.
    pub(super) matched: usize,
    /// Columns of which the layout knows what they are, used or not.
    pub(super) known: usize,
    /// Of forms of one school a sheet: the labels that were found.
    pub(super) labels: Vec<Label<'l>>,
    /// The canonical columns.
    mapped: Mapped<'l>,
    /// What the sheet's texts say.
    pub(super) spellings: Spellings,
}

impl<'l> Fit<'l> {
    /// The place of a canonical column in the sheet.
    pub(super) fn column(&self, to: &str) -> Option<u32> {
        self.mapped(to).map(|(column, _)| column)
    }

    /// The place of a canonical column in the sheet, and its rule.
    pub(super) fn mapped(&self, to: &str) -> Option<(u32, &'l ColumnRule)> {
        self.mapped.get(to)
    }

    /// The columns of tasks: column, name, highest score.
    pub(super) fn items(&self) -> impl Iterator<Item = (u32, &str, Option<f64>)> {
        self.columns.iter().filter_map(|c| match &c.role {
            Role::Item(name, max) => Some((c.column, name.as_str(), *max)),
            _ => None,
        })
    }

    /// Header words that fitted, as printed.
    pub(super) fn words(&self) -> String {
        let words: Vec<&str> = self
            .columns
            .iter()
            .filter(|c| matches!(c.role, Role::Mapped(_)))
            .map(|c| c.printed.as_str())
            .collect();
        words.join(", ")
    }
}

/// Canonical columns by their names: asked some forty times a row, so what is not there is mostly known without a comparison.
#[derive(Debug, Clone, Default)]
struct Mapped<'l> {
    columns: Vec<(&'l str, u32, &'l ColumnRule)>,
    /// A bit for each [`mark`] of a name that is there.
    marks: u64,
}

impl<'l> Mapped<'l> {
    fn of(columns: Vec<(&'l str, u32, &'l ColumnRule)>) -> Self {
        let marks = columns.iter().fold(0, |marks, (name, ..)| marks | mark(name));
        Self { columns, marks }
    }

    fn get(&self, to: &str) -> Option<(u32, &'l ColumnRule)> {
        if self.marks & mark(to) == 0 {
            return None;
        }
        self.columns.iter().find(|(name, ..)| *name == to).map(|(_, column, rule)| (*column, *rule))
    }
}

/// One of 64 bits, by the name's length and ends.
fn mark(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let end = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(*byte));
    1 << ((bytes.len() + 5 * end(bytes.first()) + 11 * end(bytes.last())) % 64)
}

/// The best place for a layout's header in a sheet: the row with most of its columns, the first of such rows.
pub(super) fn find<'l>(sheet: &ScannedSheet, tops: &Tops, layout: &'l Layout) -> Option<Fit<'l>> {
    if !layout.words.is_empty() && !tops.speak_of(&layout.words) {
        return None;
    }
    if layout.vertical {
        return vertical(sheet, layout);
    }
    let rules = rules_of(layout, &tops.words);
    let mut best: Option<(usize, &(u32, u32), &Vec<Head>)> = None;
    // A header of several rows may come in one, as in text files.
    for height in (1..=layout.header_rows).rev() {
        for (rows, heads) in tops.of(height) {
            let matched = matches(&rules, heads);
            if matched > best.map_or(0, |(most, ..)| most) {
                best = Some((matched, rows, heads));
            }
        }
    }
    best.map(|(_, rows, heads)| lay(layout, *rows, heads, &tops.words))
}

/// The rule of each word: by a header of its own, and where the layout has patterns by one of those.
type Rules<'l> = Vec<(Option<&'l ColumnRule>, Option<&'l ColumnRule>)>;

fn rules_of<'l>(layout: &'l Layout, words: &[String]) -> Rules<'l> {
    let has_patterns = layout.has_patterns();
    let close = |word: &str| layout.columns.iter().find(|rule| rule.resembles(word).is_some());
    let of = |word: &String| match layout.headed(word) {
        Some(rule) => (Some(rule), None),
        None => (None, if has_patterns { close(word) } else { None }),
    };
    words.iter().map(of).collect()
}

/// How many canonical columns a row of headers has: all that is asked of most rows.
fn matches(rules: &Rules<'_>, heads: &[Head]) -> usize {
    let mut taken: Vec<&str> = Vec::new();
    for head in heads {
        let (leaf, close) = rules.get(head.leaf).copied().unwrap_or_default();
        let rule = leaf.or_else(|| rules.get(head.whole)?.0).or(close);
        if let Some(to) =
            rule.filter(|rule| !rule.personal && !rule.ignored).and_then(|rule| rule.to.as_deref())
            && !taken.contains(&to)
        {
            taken.push(to);
        }
    }
    taken.len()
}

/// A form of one school a sheet: its labels stand in for the header.
fn vertical<'l>(sheet: &ScannedSheet, layout: &'l Layout) -> Option<Fit<'l>> {
    let labels = labels(sheet, layout);
    let (first, ..) = labels.first()?;
    let met = |rule: &&ColumnRule| labels.iter().any(|(.., known)| std::ptr::eq(*known, *rule));
    let missing = layout.columns.iter().filter(|rule| rule.needed && !met(rule));
    let missing = missing.filter_map(|rule| rule.headers.first().cloned()).collect();
    let matched = labels.iter().filter(|(.., rule)| rule.to.is_some()).count();
    Some(Fit {
        layout,
        rows: (*first, first.saturating_sub(1)),
        columns: Vec::new(),
        missing,
        matched,
        known: labels.len(),
        labels,
        mapped: Mapped::default(),
        spellings: Spellings::default(),
    })
}

/// What titles say, and the names of the sheet, the file and its folders: folded, each behind a space.
fn said(file: &str, sheet: &ScannedSheet) -> String {
    let titles = sheet.rows.iter().take_while(|row| row.number <= 12).flat_map(|row| &row.cells);
    let titles = titles.filter_map(|(_, cell)| match cell {
        Cell::Text(text) if text.len() < 600 => Some(text.as_ref()),
        _ => None,
    });
    let all: BTreeSet<&str> = [file, sheet.name.as_str()].into_iter().chain(titles).collect();
    // a line end is in no folded word, so that no word goes over two texts
    all.into_iter().map(|text| format!(" {}\n", fold(text))).collect()
}

/// A column of what may be a header: its texts from the top, and how they compare.
pub(super) struct Head {
    column: u32,
    path: Vec<String>,
    /// The numbers of the last text and of all texts joined among the words of the sheet.
    leaf: usize,
    whole: usize,
}

/// Every place of a sheet where a header may stand, and what titles and names say, looked at once for all layouts.
pub(super) struct Tops {
    places: Vec<(u32, (u32, u32), Vec<Head>)>,
    /// What stands there as it is compared, each once: most of the rows are data, and say the same again and again.
    words: Vec<String>,
    said: String,
}

impl Tops {
    /// Headers of up to so many rows.
    pub(super) fn new(file: &str, sheet: &ScannedSheet, highest: u32) -> Self {
        let mut tops = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let (mut folded, mut known): (HashMap<String, usize>, HashMap<String, usize>) = Default::default();
        let mut number = |text: String| match folded.get(&text) {
            Some(number) => *number,
            None => {
                let word = fold(&text);
                let number = *known.entry(word.clone()).or_insert(words.len());
                if number == words.len() {
                    words.push(word);
                }
                folded.insert(text, number);
                number
            }
        };
        for height in 1..=highest {
            let firsts = sheet.rows.iter().map(|row| row.number).take_while(|n| *n <= DEEPEST_HEADER);
            for first in firsts {
                let rows = (first, first.saturating_add(height - 1));
                let mut heads = Vec::new();
                for (column, path) in printed_headers(sheet, rows) {
                    let leaf = number(path.last().cloned().unwrap_or_default());
                    heads.push(Head { column, leaf, whole: number(path.join(" ")), path });
                }
                tops.push((height, rows, heads));
            }
        }
        Self { places: tops, words, said: said(file, sheet) }
    }

    /// Does one of these beginnings of words stand in a title, or in the name of the sheet, the file or a folder?
    fn speak_of(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.said.contains(&format!(" {word}")))
    }

    fn of(&self, height: u32) -> impl Iterator<Item = (&(u32, u32), &Vec<Head>)> {
        self.places.iter().filter(move |(h, ..)| *h == height).map(|(_, rows, heads)| (rows, heads))
    }
}

fn lay<'l>(layout: &'l Layout, rows: (u32, u32), heads: &[Head], words: &[String]) -> Fit<'l> {
    let mut columns: Vec<HeaderColumn<'l>> = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    let mut met: Vec<&ColumnRule> = Vec::new();
    let has_patterns = layout.has_patterns();
    for Head { column, path, leaf, whole } in heads {
        let [folded, whole] = [leaf, whole].map(|word| words.get(*word).map_or("", String::as_str));
        let leaf = path.last().map_or("", String::as_str);
        let by_leaf = layout.headed(folded);
        let rule = by_leaf.or_else(|| layout.headed(whole));
        let rule = rule.or_else(|| {
            if !has_patterns {
                return None;
            }
            let free =
                layout.columns.iter().filter(|rule| !met.iter().any(|known| std::ptr::eq(*known, *rule)));
            let close = free.filter_map(|rule| Some((rule.resembles(folded)?, rule)));
            close.max_by_key(|(length, _)| *length).map(|(_, rule)| rule)
        });
        let role = match rule {
            Some(rule) if rule.personal => Role::Personal,
            Some(rule) if rule.ignored => Role::Ignored(rule),
            Some(rule) => match rule.to.as_deref() {
                Some(to) if !taken.contains(&to) => {
                    taken.push(to);
                    Role::Mapped(rule)
                }
                _ => Role::Unknown,
            },
            None => unmapped(layout, leaf, &columns),
        };
        met.extend(rule);
        let printed = match &role {
            Role::Item(name, max) => task_header(leaf, name, *max),
            _ if by_leaf.is_some() => leaf.to_owned(),
            _ if rule.is_some() => path.join(" / "),
            _ => shape(&path.join(" / ")),
        };
        columns.push(HeaderColumn { column: *column, printed, role });
    }
    let missing: Vec<String> = layout
        .columns
        .iter()
        .filter(|rule| rule.needed && !met.iter().any(|known| std::ptr::eq(*known, *rule)))
        .filter_map(|rule| rule.headers.first().cloned())
        .collect();
    let known = columns.iter().filter(|c| c.role != Role::Unknown).count();
    let mapped = columns.iter().filter_map(|c| match c.role {
        Role::Mapped(rule) => Some((rule.to.as_deref()?, c.column, rule)),
        _ => None,
    });
    Fit {
        layout,
        rows,
        matched: taken.len(),
        known,
        missing,
        labels: Vec::new(),
        mapped: Mapped::of(mapped.collect()),
        spellings: Spellings::default(),
        columns,
    }
}

fn unmapped<'l>(layout: &Layout, leaf: &str, before: &[HeaderColumn<'_>]) -> Role<'l> {
    if let Some(items) = &layout.items
        && let Some((name, max)) = named_task(leaf, &items.headers)
        && !before.iter().any(|c| matches!(&c.role, Role::Item(other, _) if *other == name))
    {
        return Role::Item(name, max);
    }
    if is_personal(leaf) { Role::Personal } else { Role::Unknown }
}

/// Does a header speak of personal data?
pub(super) fn is_personal(header: &str) -> bool {
    static WORDS: LazyLock<[String; 12]> = LazyLock::new(|| PERSONAL.map(|word| format!(" {} ", fold(word))));
    let folded = format!(" {} ", fold(header));
    WORDS.iter().any(|word| folded.contains(word))
}

/// Headers column by column: the texts of the header's rows from the top, merged cells expanded, repetitions once.
fn printed_headers(sheet: &ScannedSheet, rows: (u32, u32)) -> BTreeMap<u32, Vec<String>> {
    let mut headers: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for number in rows.0..=rows.1 {
        let mut texts: BTreeMap<u32, String> = BTreeMap::new();
        if let Some(row) = sheet.row(number) {
            texts.extend(row.cells.iter().map(|(column, cell)| (*column, tidy(&cell.printed()))));
        }
        for merge in
            sheet.merges.iter().filter(|m| (m.rows.0..=m.rows.1).contains(&number) && m.rows.0 >= rows.0)
        {
            let text = tidy(&sheet.cell(merge.rows.0, merge.columns.0).printed());
            let width = merge.columns.1.saturating_sub(merge.columns.0).min(1_000);
            for column in merge.columns.0..=merge.columns.0.saturating_add(width) {
                texts.entry(column).or_insert_with(|| text.clone());
            }
        }
        for (column, text) in texts {
            let path = headers.entry(column).or_default();
            if !text.is_empty() && path.last() != Some(&text) {
                path.push(text);
            }
        }
    }
    headers.retain(|_, path| !path.is_empty());
    headers
}

/// A task by a header of the layout's own form, such as `балл за 7.1` or `a-7-grade`, or by its bare name.
fn named_task(header: &str, forms: &[String]) -> Option<(String, Option<f64>)> {
    let lower = tidy(header).to_lowercase();
    let inside = forms.iter().find_map(|form| {
        let (before, after) = form.split_once("{}")?;
        lower.strip_prefix(before.trim_end())?.strip_suffix(after.trim_start())
    });
    match inside {
        Some(inside) => task(inside.trim()),
        None => task(header),
    }
}

/// A task's name and its highest score: `7.1 (2б)`, `5(1б)`, `4К1 (3 балла)`, a bare `7.1`.
fn task(header: &str) -> Option<(String, Option<f64>)> {
    let header = tidy(header);
    let (name, rest) = header.split_once('(').unwrap_or((&header, ""));
    let name: String = name.trim().trim_end_matches('.').replace(['K', 'k', 'к'], "К");
    // Longer numbers and more points are a telephone or a date.
    let valid = name.len() <= 12
        && name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_digit() || c == '.' || c == 'К')
        && name.split(['.', 'К']).all(|number| number.len() <= 2)
        && name.matches('.').count() <= 1;
    if !valid {
        return None;
    }
    if rest.is_empty() {
        return Some((name, None));
    }
    let inside = rest.split(')').next().unwrap_or_default();
    let digits: String = inside.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let unit = fold(inside.trim_start().get(digits.len()..).unwrap_or_default());
    let max = digits.parse::<f64>().ok().filter(|_| unit.starts_with('б') || unit.starts_with("в"))?;
    Some((name, Some(max)))
}

/// A task's header as printed where nothing stands in it but its name and its points.
fn task_header(leaf: &str, name: &str, max: Option<f64>) -> String {
    let letters: String = leaf.chars().filter(|c| c.is_alphabetic()).collect();
    let units = ["", "б", "балл", "балла", "баллов"];
    let is_plain = units.iter().any(|unit| {
        [(*unit).to_owned(), format!("К{unit}")].iter().any(|plain| fold(plain) == fold(&letters))
    });
    match max {
        _ if is_plain && leaf.chars().count() <= 24 => leaf.to_owned(),
        Some(max) => format!("{name} ({max})"),
        None => name.to_owned(),
    }
}

/// Is this cell a digit, or the sign of a task that was not attempted?
pub(super) fn looks_like_score(cell: &Cell, spellings: &Spellings, not_attempted: &[String]) -> bool {
    match cell {
        Cell::Number(value, _) => (0.0..100.0).contains(value),
        Cell::Text(_) => {
            let spelling = spellings.of(cell);
            not_attempted.contains(&spelling.squashed)
                || spelling.number.is_some_and(|v| (0.0..100.0).contains(&v))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::task;

    #[test]
    fn headers_of_tasks() {
        let cases = [
            ("7.1 (2б)", Some(("7.1", Some(2.0)))),
            ("5(1б)", Some(("5", Some(1.0)))),
            ("5 (1 б) ", Some(("5", Some(1.0)))),
            ("4К1 (3б)", Some(("4К1", Some(3.0)))),
            ("4K1\u{a0}(3 балла)", Some(("4К1", Some(3.0)))),
            ("12", Some(("12", None))),
            ("89141234567", None),
            ("12.03.13", None),
            ("Код", None),
            ("2023/2024", None),
            ("1 (первая)", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(
                task(header),
                expected.map(|(name, max): (&str, Option<f64>)| (name.to_owned(), max)),
                "{header:?}"
            );
        }
    }
}
