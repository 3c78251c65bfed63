//! A report notebook: Markdown with a TOML head, and cells of SQL, charts and tables.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::{Fault, FaultCode, Place, Result, toml_cause};
use crate::pipeline::line_of;

/// What a notebook's head says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The report's title.
    pub title: String,
    /// The name of its file, without an ending.
    pub output: String,
    /// Whose method stands above its page: that of the lists which it is about.
    #[serde(default)]
    pub method: MethodOf,
}

/// The lists that a page is about, each made by a method of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MethodOf {
    /// The lists of the pipeline's method pack.
    #[default]
    Results,
    /// The list by conditions of work.
    Conditions,
    /// Both.
    All,
    /// No list.
    None,
}

/// What a cell does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A query; its answer gets the cell's name.
    Sql,
    /// A chart of an answer.
    Chart,
    /// A printed table of an answer.
    Table,
}

/// A fenced cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it does.
    pub kind: Kind,
    /// Line of its fence in the file, from 1.
    pub line: usize,
    /// `key=value` pairs behind the kind.
    pub attrs: BTreeMap<String, String>,
    /// The lines between the fences.
    pub body: String,
}

/// A piece of a notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Markdown with MiniJinja: line of its first line, text.
    Text(usize, String),
    /// A cell.
    Cell(Cell),
}

/// A notebook that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notebook {
    /// Its path in the workspace.
    pub path: String,
    /// Its head.
    pub head: Head,
    /// Text and cells in order.
    pub pieces: Vec<Piece>,
    /// Which of them are told of each list of the method in turn: those between the lines `{% lists %}` and `{% endlists %}`.
    pub of_lists: Vec<Range<usize>>,
}

const LISTS: &str = "{% lists %}";
const END_LISTS: &str = "{% endlists %}";

impl Notebook {
    /// Reads a notebook.
    ///
    /// # Errors
    /// `E309` with the line where the head or a cell is malformed.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let text = text.replace("\r\n", "\n");
        let invalid = |line: usize, why: &'static str| invalid(path, line).why(why);
        let rest = text.strip_prefix("---\n").ok_or_else(|| invalid(1, "report-fence"))?;
        let (head, body) = rest.split_once("\n---\n").ok_or_else(|| invalid(1, "report-head"))?;
        let first = head.matches('\n').count() + 4;
        let read: Head = toml::from_str(head).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(head, span.start));
            toml_cause(self::invalid(path, line + 1), error.message())
        })?;
        if !is_file_name(&read.output) {
            let line = head.find("output").map_or(1, |at| line_of(head, at) + 1);
            return Err(Fault::new(FaultCode::ValueInvalid)
                .at(Place::Line(path.to_owned(), line))
                .with("field", "output")
                .with("value", &read.output)
                .why("value-output"));
        }
        let (pieces, of_lists) = pieces(path, body, first)?;
        Ok(Self { path: path.to_owned(), head: read, pieces, of_lists })
    }

    /// The fault of this notebook at a line.
    #[must_use]
    pub fn fault(&self, line: usize, why: &'static str) -> Box<Fault> {
        invalid(&self.path, line).why(why)
    }
}

fn invalid(path: &str, line: usize) -> Box<Fault> {
    Fault::new(FaultCode::ReportInvalid).at(Place::Line(path.to_owned(), line))
}

/// May a report's file be called so? `lists` is the workbook's name, `catalog` and `manifest` the run's.
fn is_file_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    (1..=60).contains(&name.chars().count()) && name.chars().all(plain)
}

fn pieces(path: &str, body: &str, first: usize) -> Result<(Vec<Piece>, Vec<Range<usize>>)> {
    let mut out = Vec::new();
    let mut of_lists = Vec::new();
    // where the pieces of each list begin, and the line that says so
    let mut open: Option<(usize, usize)> = None;
    let mut text: Option<(usize, String)> = None;
    let mut lines = body.lines().zip(first..);
    while let Some((line, number)) = lines.next() {
        let word = line.trim();
        if word == LISTS || word == END_LISTS {
            out.extend(text.take().map(|(at, text)| Piece::Text(at, text)));
            match open.take() {
                None if word == LISTS => open = Some((out.len(), number)),
                Some((start, _)) if word == END_LISTS => of_lists.push(start..out.len()),
                _ => return Err(invalid(path, number).why("report-lists")),
            }
            continue;
        }
        let Some((kind, info)) = fence(line) else {
            let (_, so_far) = text.get_or_insert_with(|| (number, String::new()));
            so_far.push_str(line);
            so_far.push('\n');
            continue;
        };
        out.extend(text.take().map(|(at, text)| Piece::Text(at, text)));
        let mut cell_body = String::new();
        loop {
            match lines.next() {
                None => return Err(invalid(path, number).why("report-cell")),
                Some((line, _)) if line.trim_end() == "```" => break,
                Some((line, _)) => {
                    cell_body.push_str(line);
                    cell_body.push('\n');
                }
            }
        }
        let attrs = attributes(info).ok_or_else(|| invalid(path, number).why("report-attributes"))?;
        out.push(Piece::Cell(Cell { kind, line: number, attrs, body: cell_body }));
    }
    out.extend(text.map(|(at, text)| Piece::Text(at, text)));
    match open {
        Some((_, line)) => Err(invalid(path, line).why("report-lists")),
        None => Ok((out, of_lists)),
    }
}

fn fence(line: &str) -> Option<(Kind, &str)> {
    let info = line.strip_prefix("```")?;
    let (word, rest) = info.split_once(' ').unwrap_or((info, ""));
    let kind = match word {
        "sql" => Kind::Sql,
        "chart" => Kind::Chart,
        "table" => Kind::Table,
        _ => return None,
    };
    Some((kind, rest))
}

fn attributes(info: &str) -> Option<BTreeMap<String, String>> {
    info.split_whitespace()
        .map(|pair| pair.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned())))
        .collect()
}

impl Cell {
    /// An attribute that must be there.
    ///
    /// # Errors
    /// The word that is missing, for a fault.
    pub fn need(&self, key: &str) -> std::result::Result<&str, String> {
        self.attrs.get(key).map(String::as_str).ok_or_else(|| key.to_owned())
    }

    /// A text of the body, `key: text`.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&str> {
        self.body
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(k, _)| k.trim() == key)
            .map(|(_, v)| v.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Notebook, Piece};
    use crate::base::{FaultCode, Place};

    const GOOD: &str = "---\ntitle = \"Т\"\noutput = \"report\"\n---\nText {{ a }}\n\n```sql name=a\nSELECT 1\n```\n```chart kind=funnel data=a\nx: Участников\n```\nend\n```text\nnot a cell\n```\n";

    #[test]
    fn pieces_know_their_lines() {
        let notebook = Notebook::parse("r.md", GOOD).unwrap();
        let lines: Vec<usize> = notebook
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(line, _) => *line,
                Piece::Cell(cell) => cell.line,
            })
            .collect();
        assert_eq!(lines, [5, 7, 10, 13]);
        let Piece::Cell(chart) = &notebook.pieces[2] else { panic!("{notebook:?}") };
        assert_eq!((chart.kind, chart.label("x")), (Kind::Chart, Some("Участников")));
        assert!(matches!(&notebook.pieces[3], Piece::Text(_, text) if text.contains("not a cell")));
    }

    #[test]
    fn what_is_told_of_each_list_is_marked() {
        let text = "---\ntitle = \"Т\"\noutput = \"r\"\n---\nbefore\n{% lists %}\nof a list\n```sql name=a\nSELECT 1\n```\n{% endlists %}\nafter\n";
        let notebook = Notebook::parse("r.md", text).unwrap();
        assert_eq!((notebook.pieces.len(), notebook.of_lists.len()), (4, 1));
        assert_eq!(notebook.of_lists[0], 1..3);
        for (text, line) in [
            (text.replace("{% endlists %}", ""), 6),
            (text.replace("{% lists %}", "{% endlists %}"), 6),
            (text.replace("after", "{% endlists %}"), 12),
            (text.replace("{% endlists %}", "{% lists %}"), 11),
        ] {
            let fault = Notebook::parse("r.md", &text).unwrap_err();
            assert_eq!((fault.cause, fault.place), (Some("report-lists"), Place::Line("r.md".into(), line)));
        }
    }

    #[test]
    fn trouble_points_at_the_line() {
        for (text, line) in [
            (GOOD.replacen("---", "+++", 1), 1),
            (GOOD.replace("title", "titel"), 2),
            (GOOD.replace("name=a", "name"), 7),
            (GOOD.replace("output", "outptu"), 3),
            (GOOD.replace("not a cell\n```\n", "```sql name=b\n"), 15),
        ] {
            let fault = Notebook::parse("r.md", &text).unwrap_err();
            assert_eq!(
                (fault.code, fault.place),
                (FaultCode::ReportInvalid, Place::Line("r.md".into(), line))
            );
            assert!(fault.cause.is_some());
        }
        for output in ["", "a/b", "..", "tables/x", "a.html", "a b"] {
            let text = GOOD.replace("\"report\"", &format!("\"{output}\""));
            let fault = Notebook::parse("r.md", &text).unwrap_err();
            assert_eq!((fault.code, fault.place), (FaultCode::ValueInvalid, Place::Line("r.md".into(), 3)));
        }
    }
}
