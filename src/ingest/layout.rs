//! Layouts: how senders' files look, as data.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fault, FaultCode, Place, Result, not_toml};
use crate::ingest::dates::Wave;
use crate::ingest::ids::Register;
use crate::ingest::words::{fold, squash, tidy};
use crate::pipeline::line_of;
use crate::tables::{self, TableSpec};

/// One layout file.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The name by which pipelines call it.
    pub name: String,
    /// The canonical table that it feeds: `result`, `measure`, `school`, `official_list`.
    pub table: Target,
    /// As what such files usually come, workbooks or text files: of two layouts that fit as well the usual one is taken.
    pub files: Files,
    /// Text files that are not UTF-8 have this encoding.
    #[serde(default)]
    pub encoding: Option<String>,
    /// The procedure of all rows, where no column gives it.
    #[serde(default)]
    pub procedure: Option<String>,
    /// The wave of files that do not tell theirs: `spring`, `autumn`.
    #[serde(default)]
    pub wave: Option<String>,
    /// The period of measures.
    #[serde(default)]
    pub period: Option<String>,
    /// The name of the form in `form_entry`.
    #[serde(default)]
    pub form: Option<String>,
    /// At least one of these beginnings of words stands in a title, or in the name of the sheet, the file or a folder.
    #[serde(default)]
    pub words: Vec<String>,
    /// So many columns at least must be found, beside those that are needed.
    #[serde(default)]
    pub least: usize,
    /// One school a sheet: labels stand in rows, values beside them.
    #[serde(default)]
    pub vertical: bool,
    /// Rows of the header.
    pub header_rows: u32,
    /// Sheets of such files that hold nothing for us.
    #[serde(default)]
    pub sheets_ignored: Vec<String>,
    /// Where year, grade, subject and the highest score come from.
    pub facts: Facts,
    /// Rows that are no data.
    #[serde(default)]
    pub rows: Rows,
    /// Columns of tasks.
    #[serde(default)]
    pub items: Option<Items>,
    /// The columns.
    #[serde(rename = "column")]
    pub columns: Vec<ColumnRule>,
    /// The columns by their headers, as they are compared.
    #[serde(skip)]
    headed: BTreeMap<String, usize>,
}

/// The table that a layout feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Pupils in tests.
    Result,
    /// Figures of schools.
    Measure,
    /// The register.
    School,
    /// Schools of an official list.
    OfficialList,
    /// Statistics of marks.
    MarkCount,
    /// Comparison with journal marks.
    JournalComparison,
    /// Distribution of primary scores.
    ScoreCount,
    /// Answers on a form.
    FormEntry,
}

impl Target {
    fn spec(self) -> Option<&'static TableSpec> {
        tables::spec(self.name())
    }

    /// The table's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Measure => "measure",
            Self::School => "school",
            Self::MarkCount => "mark_count",
            Self::JournalComparison => "journal_comparison",
            Self::ScoreCount => "score_count",
            Self::FormEntry => "form_entry",
            Self::OfficialList => "official_list",
        }
    }
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Files {
    /// XLSX.
    Workbook,
    /// CSV and its like.
    Text,
}

/// A place where a fact may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// Beside a label above the header.
    Label,
    /// Any cell above the header.
    Title,
    /// The sheet's name.
    Sheet,
    /// The file's name.
    File,
    /// The folders, the nearest first.
    Folder,
}

/// Where facts about the whole sheet come from, the best place first.
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The year in which the school year ends. A label `date` leads the way to the day of the test, which tells year and
    /// wave before all other places.
    pub year: Vec<From>,
    /// The wave: a word for spring or autumn.
    #[serde(default)]
    pub wave: Vec<From>,
    /// The grade.
    #[serde(default)]
    pub grade: Vec<From>,
    /// The subject.
    #[serde(default)]
    pub subject: Vec<From>,
    /// The highest possible score.
    #[serde(default)]
    pub max: Vec<From>,
    /// The school, where no column has it.
    #[serde(default)]
    pub school: Vec<From>,
    /// Labels by fact.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// Rows that are no data.
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// Words with which a total row begins.
    #[serde(default)]
    pub totals: Vec<String>,
    /// Words that a group line holds; it may name the school of the rows below it.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// Columns of tasks: headers such as `7.1 (2б)`.
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Items {
    /// How their headers look where a task's number does not stand alone: `{}` is the number, as in `балл за {}`.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Words for "not attempted".
    pub not_attempted: Vec<String>,
    /// Words for "topic not taught".
    #[serde(default)]
    pub not_taught: Vec<String>,
}

/// What a column's cells hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A school's login or code.
    School,
    /// A number.
    Number,
    /// A whole number.
    Whole,
    /// Text as it stands.
    Text,
    /// A code of digits.
    Code,
    /// A class.
    Class,
    /// A word of a vocabulary.
    Word,
    /// A count of pupils: a measure of its own.
    Pupils,
    /// A count that is a share of another column.
    Share,
    /// A percent, without its counts.
    Percent,
    /// A group of participants: a school, a municipality, a region, the whole sample.
    Group,
}

/// What a column tells of a school beside its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tells {
    /// Its name.
    Name,
    /// Its municipality.
    Municipality,
}

/// One column: mapped, ignored, or personal.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRule {
    /// The canonical column, or the measure's name.
    #[serde(default)]
    pub to: Option<String>,
    /// What its cells hold.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Headers by which it is known; a header of several rows by its last row, or by all rows joined.
    pub headers: Vec<String>,
    /// Without it the sheet is not of this layout.
    #[serde(default)]
    pub needed: bool,
    /// Nobody misses it.
    #[serde(default)]
    pub optional: bool,
    /// Known and not used.
    #[serde(default)]
    pub ignored: bool,
    /// What an ignored column tells of the school of a row of results.
    #[serde(default)]
    pub tells: Option<Tells>,
    /// Holds words by right: digits there may be tasks of another form (columns of textbooks).
    #[serde(default)]
    pub words_only: bool,
    /// Holds personal data: never read.
    #[serde(default)]
    pub personal: bool,
    /// Vocabulary: printed word = canonical word.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// Printed words that decide the form of the exam as well.
    #[serde(default)]
    pub forms: BTreeMap<String, String>,
    /// Words that mean "no value".
    #[serde(default)]
    pub blanks: Vec<String>,
    /// Words that mean "was absent".
    #[serde(default)]
    pub absent: Vec<String>,
    /// Lowest and highest value.
    #[serde(default)]
    pub range: Option<[f64; 2]>,
    /// How many digits a code may have.
    #[serde(default)]
    pub length: Option<Vec<usize>>,
    /// Codes of a register are held against their control digits and their region.
    #[serde(default)]
    pub register: Option<Register>,
    /// The unit of a measure, where it is not pupils.
    #[serde(default)]
    pub unit: Option<String>,
    /// Those of the headers that are patterns.
    #[serde(skip)]
    patterns: Vec<Pattern>,
    /// On forms: the question, and the answer to it, that leads to this one.
    #[serde(default)]
    pub asked_when: Option<(String, String)>,
    /// For shares: the column below the line.
    #[serde(default)]
    pub of: Option<String>,
}

impl ColumnRule {
    /// How much of a header the rule's patterns say: the letters of the longest one of which it has all words in their order.
    /// A pattern is a header with `*`.
    pub(super) fn resembles(&self, header: &str) -> Option<usize> {
        self.patterns.iter().filter(|pattern| pattern.fits(header)).map(|pattern| pattern.length).max()
    }
}

/// A header with `*`, as it is compared.
#[derive(Debug, Clone, PartialEq)]
struct Pattern {
    /// What stands between the stars.
    parts: Vec<String>,
    /// The length of the header.
    length: usize,
    /// What fits is no shorter.
    least: usize,
}

impl Pattern {
    fn of(header: &str) -> Option<Self> {
        if !header.contains('*') {
            return None;
        }
        let parts: Vec<String> = header.split('*').map(fold).filter(|part| !part.is_empty()).collect();
        Some(Self { length: header.len(), least: parts.iter().map(String::len).sum(), parts })
    }

    fn fits(&self, header: &str) -> bool {
        let mut rest = header;
        self.least <= header.len()
            && self.parts.iter().all(|part| match rest.find(part) {
                Some(at) => {
                    rest = rest.get(at + part.len()..).unwrap_or_default();
                    true
                }
                None => false,
            })
    }
}

/// Columns that feed a canonical column together with another one, or another table.
const PARTS: [&str; 2] = ["variant_2", "ris_code"];

impl Layout {
    /// The rule of a canonical column.
    #[must_use]
    pub fn rule(&self, to: &str) -> Option<&ColumnRule> {
        self.columns.iter().find(|rule| rule.to.as_deref() == Some(to))
    }

    /// The rule of a header, in the spelling of [`fold`].
    pub(super) fn headed(&self, header: &str) -> Option<&ColumnRule> {
        self.columns.get(*self.headed.get(header)?)
    }

    /// Are some of its headers patterns?
    pub(super) fn has_patterns(&self) -> bool {
        self.columns.iter().any(|rule| !rule.patterns.is_empty())
    }

    /// Is this one of the layout's words, in the spelling of [`squash`]?
    pub(super) fn knows(&self, word: &str) -> bool {
        let in_rule = |rule: &ColumnRule| {
            rule.words.contains_key(word)
                || rule.forms.contains_key(word)
                || rule.blanks.iter().chain(&rule.absent).any(|known| known == word)
        };
        let in_items =
            |items: &Items| items.not_attempted.iter().chain(&items.not_taught).any(|known| known == word);
        self.items.as_ref().is_some_and(in_items) || self.columns.iter().any(in_rule)
    }

    fn parse(path: &str, text: &str) -> Result<Self> {
        let mut layout: Self = toml::from_str(text).map_err(|error| not_toml(path, text, &error))?;
        layout.check(path, text)?;
        layout.normalise();
        Ok(layout)
    }

    /// Words are compared in one spelling, so they are kept in it.
    fn normalise(&mut self) {
        let each = |words: &mut Vec<String>, how: fn(&str) -> String| {
            for word in words {
                *word = how(word);
            }
        };
        each(&mut self.sheets_ignored, fold);
        each(&mut self.words, fold);
        each(&mut self.rows.totals, fold);
        each(&mut self.rows.groups, fold);
        if let Some(items) = &mut self.items {
            each(&mut items.headers, |text| tidy(text).to_lowercase());
            each(&mut items.not_attempted, squash);
            each(&mut items.not_taught, squash);
        }
        for rule in &mut self.columns {
            rule.patterns = rule.headers.iter().filter_map(|header| Pattern::of(header)).collect();
            each(&mut rule.blanks, squash);
            each(&mut rule.absent, squash);
            for words in [&mut rule.words, &mut rule.forms] {
                *words = words.iter().map(|(printed, word)| (squash(printed), word.clone())).collect();
            }
        }
        for (at, rule) in self.columns.iter().enumerate() {
            for header in &rule.headers {
                self.headed.entry(fold(header)).or_insert(at);
            }
        }
        for label in self.facts.labels.values_mut() {
            *label = fold(label);
        }
    }

    fn check(&self, path: &str, text: &str) -> Result<()> {
        let at = |name: &str| {
            let line = text.find(&format!("\"{name}\"")).map_or(1, |position| line_of(text, position));
            Place::Line(path.to_owned(), line)
        };
        let unknown = |name: &str| Err(Fault::new(FaultCode::NameUnknown).at(at(name)).with("name", name));
        let spec = self.table.spec();
        let mut seen = BTreeSet::new();
        for rule in &self.columns {
            let Some(to) = rule.to.as_deref() else {
                if rule.personal || rule.ignored {
                    continue;
                }
                return unknown(rule.headers.first().map_or("", String::as_str));
            };
            let is_measure =
                matches!(rule.kind, Some(Kind::Pupils | Kind::Share | Kind::Percent | Kind::Number))
                    && self.table == Target::Measure
                    || self.table == Target::FormEntry;
            let is_column = spec.is_some_and(|spec| spec.column(to).is_some()) || PARTS.contains(&to);
            if rule.kind.is_none() || !(is_measure || is_column) || !seen.insert(to) {
                return unknown(to);
            }
            if let Some(of) = &rule.of
                && self.rule(of).is_none()
                && !self.columns.iter().any(|other| other.words.values().any(|word| word == of))
            {
                return unknown(of);
            }
        }
        let has_school = ["school_id", "entity"].iter().any(|to| self.rule(to).is_some());
        if !(1..=4).contains(&self.header_rows) || !has_school && self.facts.school.is_empty() {
            return Err(Fault::new(FaultCode::ValueInvalid)
                .at(Place::Line(path.to_owned(), 1))
                .with("field", "header_rows, school_id")
                .with("value", self.header_rows));
        }
        self.check_values(path, text)
    }

    /// Encodings, ranges and headers: what is spelt right and cannot be meant.
    fn check_values(&self, path: &str, text: &str) -> Result<()> {
        let invalid = |position: Option<usize>, field: &str, value: String| {
            Err(Fault::new(FaultCode::ValueInvalid)
                .at(Place::Line(path.to_owned(), position.map_or(1, |position| line_of(text, position))))
                .with("field", field)
                .with("value", value))
        };
        if let Some(label) = &self.encoding
            && encoding_rs::Encoding::for_label(label.as_bytes()).is_none()
        {
            return invalid(text.find(&format!("\"{label}\"")), "encoding", label.clone());
        }
        if let Some(wave) = &self.wave
            && Wave::parse(wave).is_none()
        {
            return invalid(text.find(&format!("\"{wave}\"")), "wave", wave.clone());
        }
        let mut claimed: BTreeMap<String, usize> = BTreeMap::new();
        for (number, rule) in self.columns.iter().enumerate() {
            if let Some([low, high]) = rule.range
                && (low.is_nan() || high.is_nan() || low > high)
            {
                let to = rule.to.as_deref().unwrap_or_default();
                let column = text.find(&format!("\"{to}\"")).unwrap_or_default();
                let range = text.get(column..).and_then(|rest| rest.find("range")).map(|at| column + at);
                return invalid(range, "range", format!("[{low}, {high}]"));
            }
            for header in &rule.headers {
                let owner = *claimed.entry(fold(header)).or_insert(number);
                if owner != number {
                    return invalid(text.rfind(&format!("\"{header}\"")), "headers", header.clone());
                }
            }
        }
        Ok(())
    }
}

/// All layouts of a workspace, sorted by name.
#[derive(Debug, Clone, Default)]
pub struct Layouts(Vec<Layout>);

impl Layouts {
    /// Reads the documents `layout/<name>`: name = (path, text).
    ///
    /// # Errors
    /// `E302` for what is not valid TOML, `E303` for a column that its table does not have, `E307` for a wrong value (an
    /// unknown encoding, a range upside down, a header of two columns, a name of two layouts); each with path and line.
    pub fn parse(documents: &BTreeMap<String, (String, String)>) -> Result<Self> {
        let mut layouts = documents
            .iter()
            .filter(|(name, _)| name.starts_with("layout/"))
            .map(|(_, (path, text))| Layout::parse(path, text))
            .collect::<Result<Vec<_>>>()?;
        layouts.sort_by(|a, b| a.name.cmp(&b.name));
        let twice = layouts.windows(2).find_map(|pair| match pair {
            [first, second] if first.name == second.name => Some(&second.name),
            _ => None,
        });
        if let Some(name) = twice {
            let quoted = format!("\"{name}\"");
            let is_layout = |entry: &(&String, &(String, String))| entry.0.starts_with("layout/");
            let named = documents.iter().filter(is_layout).map(|(_, document)| document);
            let place = named
                .filter_map(|(path, text)| Some((path, line_of(text, text.find(&quoted)?))))
                .next_back()
                .map_or(Place::File(name.clone()), |(path, line)| Place::Line(path.clone(), line));
            return Err(Fault::new(FaultCode::ValueInvalid)
                .at(place)
                .with("field", "name")
                .with("value", name));
        }
        Ok(Self(layouts))
    }

    /// The layouts, sorted by name.
    #[must_use]
    pub fn all(&self) -> &[Layout] {
        &self.0
    }

    /// Names and tables, sorted by name.
    #[must_use]
    pub fn names(&self) -> Vec<(String, String)> {
        self.0.iter().map(|layout| (layout.name.clone(), layout.table.name().to_owned())).collect()
    }

    /// A layout by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Layout> {
        self.0.iter().find(|layout| layout.name == name)
    }

    /// The layouts that may read a file: the declared one, or all for `auto`.
    pub(super) fn candidates(&self, name: &str) -> Vec<&Layout> {
        self.0.iter().filter(|layout| name == AUTO || layout.name == name).collect()
    }
}

/// The name that leaves the choice to the header words.
pub const AUTO: &str = "auto";
