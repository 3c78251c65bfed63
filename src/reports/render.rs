//! One report: its notebook, its language, and what the declaration tells both.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Environment;
use minijinja::value::Value;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::method::sql::check_select;
use crate::method::{ListRule, MethodPack, Wording};
use crate::pipeline::Declared;
use crate::reports::adverse::Sets;
use crate::reports::chart;
use crate::reports::html::{Foreign, Page, foreign, markdown, page};
use crate::reports::notebook::{Cell, Kind, MethodOf, Notebook, Piece};
use crate::reports::query::Answers;
use crate::reports::rows::Rows;
use crate::reports::table::table;
use crate::reports::template::{STEPS, Trouble, environment, render, sql_environment, value_of};
use crate::reports::voice::{Voice, said};
use crate::tables::{CHANCE_FEWER, CHANCE_MORE};
use crate::text::{Arg, Lang};

/// The longest page, in bytes: a browser opens more only with pain. The page of a region of 1,500 schools has a tenth.
const LONGEST: usize = 32 << 20;

/// A report about to be made.
pub struct Report<'a> {
    notebook: &'a Notebook,
    pack: MethodPack,
    voice: Arc<Voice>,
    env: Environment<'static>,
    sql_env: Environment<'static>,
    constants: BTreeMap<String, Value>,
    sql_constants: BTreeMap<String, Value>,
    /// One a list of the method. Where it has none, nothing is told between `{% lists %}` and `{% endlists %}`.
    lists: Vec<OfList>,
    nothing: OfList,
    /// The packs of the lists by conditions of work.
    sets: Option<&'a Sets>,
}

/// What texts and queries know of the list that they are about.
#[derive(Default)]
struct OfList {
    id: Option<String>,
    constants: BTreeMap<String, Value>,
    sql_constants: BTreeMap<String, Value>,
}

impl OfList {
    fn of(pack: &MethodPack, voice: &Voice) -> Vec<Self> {
        let text = |text: &str| Value::from(text);
        let of = |(rule, nth): (&ListRule, usize)| Self {
            id: Some(rule.id.clone()),
            constants: BTreeMap::from([
                ("decision".to_owned(), Value::from(voice.decision(rule.decision))),
                ("list".to_owned(), text(said(&rule.title, voice.lang))),
                ("nth".to_owned(), Value::from(nth)),
            ]),
            sql_constants: BTreeMap::from([("list".to_owned(), text(&rule.id))]),
        };
        pack.lists.iter().zip(1..).map(of).collect()
    }

    fn of_year(&mut self, year: i32) {
        self.constants.insert("year".to_owned(), Value::from(year.to_string()));
        self.sql_constants.insert("year".to_owned(), Value::from(year));
    }
}

impl<'a> Report<'a> {
    /// A report of a notebook in a language.
    ///
    /// # Errors
    /// `E302` where the method pack cannot be read.
    pub fn new(notebook: &'a Notebook, lang: Lang, declared: &Declared<'_>) -> Result<Self> {
        let pack = super::pack(declared)?;
        let voice = Arc::new(Voice::new(lang, &pack));
        let env = environment(&voice);
        let constants = constants(&pack, &voice, declared);
        let sql_constants = sql_constants(&pack, declared);
        let lists = OfList::of(&pack, &voice);
        // queries about the first list find nothing where there is none
        let no_list = || BTreeMap::from([("list".to_owned(), Value::from(""))]);
        let nothing = OfList { constants: no_list(), sql_constants: no_list(), ..OfList::default() };
        let sql_env = sql_environment();
        Ok(Self { notebook, pack, voice, env, sql_env, constants, sql_constants, lists, nothing, sets: None })
    }

    /// The report of lists of these years: what `year` means in texts and queries about each of them. Without it, the last
    /// year of the run.
    pub fn of_years(mut self, years: &BTreeMap<String, i32>) -> Self {
        if let Some(year) = years.values().max() {
            self.constants.insert("year".to_owned(), Value::from(year.to_string()));
            self.sql_constants.insert("year".to_owned(), Value::from(*year));
        }
        for list in &mut self.lists {
            if let Some(year) = list.id.as_ref().and_then(|id| years.get(id)) {
                list.of_year(*year);
            }
        }
        self
    }

    /// The report with the packs of the lists by conditions of work: each page names the method of its own lists.
    pub fn of_sets(mut self, sets: &'a Sets) -> Self {
        let told = |pack: &&MethodPack| told(pack, &self.voice);
        self.constants.insert("sets".to_owned(), sets.packs().iter().map(told).collect());
        self.sets = Some(sets);
        self
    }

    /// The methods above the page, with their status.
    fn methods(&self) -> String {
        let voice = &self.voice;
        let packs = self.sets.map(Sets::packs).unwrap_or_default();
        let of_sets = packs.split_first().map(|(made, beside)| {
            let mut lines = vec![voice.method_line(made)];
            let line = |pack: &&MethodPack| {
                voice.cat.get("report-method-beside", &[("method", Arg::from(voice.method_line(pack)))])
            };
            lines.extend(beside.iter().map(line));
            lines.join("; ")
        });
        let own = voice.method_line(&self.pack);
        match (self.notebook.head.method, of_sets) {
            (MethodOf::None, _) => String::new(),
            (MethodOf::Conditions, Some(of_sets)) => of_sets,
            (MethodOf::All, _) => {
                let of_lists = self.pack.lists.iter().map(|list| (&list.title, &self.pack));
                let made = packs
                    .first()
                    .into_iter()
                    .flat_map(|pack| pack.adverse.iter().map(move |rule| (&rule.title, *pack)));
                let line = |(title, pack): (&Wording, &MethodPack)| {
                    format!("{}: {}", said(title, voice.lang), voice.method_line(pack))
                };
                of_lists.chain(made).map(line).collect::<Vec<_>>().join("; ")
            }
            _ => own,
        }
    }

    /// The pieces as they are told, each with the list that it is about: those of each list once a list, all others of the
    /// first list, or of none.
    fn told(&self) -> Vec<(&OfList, &'a Piece)> {
        let notebook = self.notebook;
        let mut told: Vec<(&OfList, &Piece)> = Vec::new();
        let mut at = 0;
        // what stands behind the last list is of no list either
        let end = notebook.pieces.len()..notebook.pieces.len();
        for range in notebook.of_lists.iter().chain([&end]) {
            let pieces = |range| notebook.pieces.get::<std::ops::Range<usize>>(range).unwrap_or_default();
            let first = self.lists.first().unwrap_or(&self.nothing);
            told.extend(pieces(at..range.start).iter().map(|piece| (first, piece)));
            let each = self.lists.iter();
            told.extend(each.flat_map(|list| pieces(range.clone()).iter().map(move |p| (list, p))));
            at = range.end;
        }
        told
    }

    /// Checks every cell before anything runs, and says which tables its queries read.
    ///
    /// # Errors
    /// `E304`, `E305`, `E303` for queries, `E309` for everything else, each with the line.
    pub fn check(&self) -> Result<Vec<String>> {
        let mut reads = Vec::new();
        let mut answers: Vec<&str> = Vec::new();
        for (list, piece) in self.told() {
            match piece {
                Piece::Text(line, text) => {
                    if let Some(foreign) = foreign(text) {
                        return Err(self.foreign(line + foreign.line - 1, foreign));
                    }
                    self.env.template_from_str(text).map(|_| ()).map_err(|error| {
                        let at = line + error.line().unwrap_or(1) - 1;
                        self.notebook.fault(at, "report-template").because(error.detail().unwrap_or_default())
                    })?;
                }
                Piece::Cell(cell) if cell.kind == Kind::Sql => {
                    let name = self.needed(cell, "name")?;
                    reads.extend(self.guarded(cell, list)?);
                    answers.push(name);
                }
                Piece::Cell(cell) => {
                    let data = self.needed(cell, "data")?;
                    if !answers.contains(&data) {
                        return Err(self.notebook.fault(cell.line, "report-data").with("name", data));
                    }
                    if cell.kind == Kind::Chart {
                        let kind = self.needed(cell, "kind")?;
                        if !chart::KINDS.contains(&kind) {
                            let known = chart::KINDS.join(", ");
                            return Err(self
                                .notebook
                                .fault(cell.line, "report-chart")
                                .with("name", kind)
                                .with("known", known));
                        }
                    }
                }
            }
        }
        Ok(reads)
    }

    /// The queries of all cells, each with its place.
    ///
    /// # Errors
    /// As `check`.
    pub fn queries(&self) -> Result<Vec<(String, Place)>> {
        let cells = self.told().into_iter().filter_map(|(list, piece)| match piece {
            Piece::Cell(cell) if cell.kind == Kind::Sql => Some((list, cell)),
            _ => None,
        });
        let guarded = |(list, cell): (&OfList, &Cell)| {
            self.guarded(cell, list)?;
            Ok((self.sql(cell, list)?, self.place(cell)))
        };
        cells.map(guarded).collect()
    }

    /// The page of a run with this id, from the answers to its queries.
    ///
    /// # Errors
    /// As `check`, and where a text fails on the answers.
    pub fn html(&self, answered: &Answers, css: &str, run: &str) -> Result<String> {
        let mut answers: BTreeMap<String, Rows> = BTreeMap::new();
        let mut data = self.constants.clone();
        data.insert("run".to_owned(), Value::from(run));
        let mut body = String::new();
        for (list, piece) in self.told() {
            data.extend(list.constants.clone());
            match piece {
                Piece::Text(line, text) => {
                    let filled = render(&self.env, text, &data).map_err(|t| self.template(*line, t))?;
                    // What a template put together is known only now, and no longer by its line.
                    if let Some(foreign) = foreign(&filled) {
                        let blank = text.lines().take_while(|line| line.trim().is_empty()).count();
                        return Err(self.foreign(line + blank, foreign));
                    }
                    body.push_str(&markdown(&filled));
                }
                Piece::Cell(cell) if cell.kind == Kind::Sql => {
                    let name = self.needed(cell, "name")?.to_owned();
                    let unasked = || Fault::new(FaultCode::Bug).at(self.place(cell));
                    let mut rows = answered.get(&self.sql(cell, list)?).ok_or_else(unasked)?.clone();
                    if let Some(keys) = cell.attrs.get("sort") {
                        let known = |key: &&str| rows.position(key.trim_start_matches('-')).is_some();
                        if let Some(key) = keys.split(',').find(|key| !known(key)) {
                            return Err(self.notebook.fault(cell.line, "report-column").with("name", key));
                        }
                        rows.sort(keys);
                    }
                    data.insert(name.clone(), value_of(&rows));
                    answers.insert(name, rows);
                }
                Piece::Cell(cell) => body.push_str(&self.drawn(cell, &answers)?),
            }
            if body.len() > LONGEST {
                let line = match piece {
                    Piece::Text(line, _) => *line,
                    Piece::Cell(cell) => cell.line,
                };
                return Err(self.notebook.fault(line, "report-long").with("bytes", LONGEST));
            }
        }
        Ok(page(&Page {
            lang: self.voice.lang,
            title: &self.notebook.head.title,
            edition: &self.voice.t("report-edition"),
            method: &[self.methods(), run.to_owned()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            certificate: &self.voice.t("report-certificate-line"),
            css,
            body: &body,
        }))
    }

    fn drawn(&self, cell: &Cell, answers: &BTreeMap<String, Rows>) -> Result<String> {
        let data = self.needed(cell, "data")?;
        let rows = answers
            .get(data)
            .ok_or_else(|| self.notebook.fault(cell.line, "report-data").with("name", data))?;
        if rows.rows.is_empty() {
            // a section that its text leaves out leaves out its cells too
            if cell.attrs.get("empty").is_some_and(|what| what == "silent") {
                return Ok(String::new());
            }
            return Ok(format!("<p class=\"nothing\">{}</p>\n", self.voice.t("report-no-rows")));
        }
        let drawn = match cell.kind {
            Kind::Chart => chart::chart(cell, rows, &self.voice),
            Kind::Table | Kind::Sql => table(cell, rows, &self.voice),
        };
        drawn.map_err(|cause| self.notebook.fault(cell.line, "report-drawn").because(cause))
    }

    /// The fault of a template whose text begins at this line.
    fn template(&self, line: usize, trouble: Trouble) -> Box<Fault> {
        let fault = self.notebook.fault(line + trouble.line - 1, trouble.why);
        if trouble.why == "report-steps" { fault.with("steps", STEPS) } else { fault.because(trouble.detail) }
    }

    fn foreign(&self, line: usize, foreign: Foreign) -> Box<Fault> {
        self.notebook.fault(line, foreign.why).with("url", foreign.url)
    }

    /// The query with the declaration's constants filled in.
    fn sql(&self, cell: &Cell, list: &OfList) -> Result<String> {
        let mut known = self.sql_constants.clone();
        known.extend(list.sql_constants.clone());
        render(&self.sql_env, &cell.body, &known).map_err(|t| self.template(cell.line + 1, t))
    }

    fn guarded(&self, cell: &Cell, list: &OfList) -> Result<Vec<String>> {
        check_select(&self.sql(cell, list)?, &super::open_tables())
            .map_err(|fault| fault.at(self.place(cell)))
    }

    fn needed<'b>(&self, cell: &'b Cell, key: &str) -> Result<&'b str> {
        cell.need(key).map_err(|key| self.notebook.fault(cell.line, "report-need").with("key", key))
    }

    fn place(&self, cell: &Cell) -> Place {
        Place::Line(self.notebook.path.clone(), cell.line)
    }
}

/// What a query is filled with: the years and the lists of the method; the list that it is about comes to it.
fn sql_constants(pack: &MethodPack, declared: &Declared<'_>) -> BTreeMap<String, Value> {
    let years: Vec<i32> = declared.years.iter().map(|year| year.0).collect();
    let lists: Vec<String> = pack.lists.iter().map(|list| list.id.clone()).collect();
    let mut known = BTreeMap::from([
        ("years".to_owned(), Value::from(years.clone())),
        ("lists".to_owned(), Value::from(lists.clone())),
    ]);
    // Without a year or a list a query that names it has no answer: the strict environment says so at its line.
    known.extend(years.last().map(|year| ("year".to_owned(), Value::from(*year))));
    known
}

/// What a notebook's text knows before any query: the years, the lists and the method.
fn constants(pack: &MethodPack, voice: &Voice, declared: &Declared<'_>) -> BTreeMap<String, Value> {
    let years: Vec<String> = declared.years.iter().map(ToString::to_string).collect();
    let lists: Vec<String> = pack.lists.iter().map(|list| said(&list.title, voice.lang).to_owned()).collect();
    BTreeMap::from([
        ("year".to_owned(), Value::from(years.last().map(String::as_str))),
        ("years".to_owned(), Value::from(years.clone())),
        ("lists".to_owned(), Value::from(lists.clone())),
        ("chance_more".to_owned(), Value::from(CHANCE_MORE)),
        ("chance_fewer".to_owned(), Value::from(CHANCE_FEWER)),
        ("method".to_owned(), told(pack, voice)),
        ("sets".to_owned(), Value::from(Vec::<Value>::new())),
        ("notes".to_owned(), notes(pack, voice)),
        ("skips".to_owned(), Value::from(voice.skips(pack))),
        ("program".to_owned(), Value::from(concat!("rsoko ", env!("CARGO_PKG_VERSION")))),
    ])
}

/// What a text knows of a pack.
fn told(pack: &MethodPack, voice: &Voice) -> Value {
    Value::from_pairs([
        ("id", pack.id.clone()),
        ("version", pack.version.clone()),
        ("title", said(&pack.title, voice.lang).to_owned()),
        ("basis", pack.basis.clone()),
        ("status", voice.status(pack)),
        ("warning", voice.warning(pack)),
    ])
}

/// What is known of the method, and how surely.
fn notes(pack: &MethodPack, voice: &Voice) -> Value {
    let note = |note: &crate::method::Note| {
        let certainty = voice.t(&format!("method-certainty-{}", note.certainty.as_str()));
        Value::from_pairs([("text", said(&note.text, voice.lang).to_owned()), ("certainty", certainty)])
    };
    pack.notes.iter().map(note).collect()
}
