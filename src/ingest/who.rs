//! Who is who: what people decided on schools, and codes of other systems, applied to every table that names a school.
//!
//! A file of `data/identity` holds decisions (`[[school]]`) and ties of codes (`[[code]]`). A person decides once; all years and
//! tables follow. Nothing is guessed here: what could be, the stage `identity` proposes.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, IntoColumn, StringChunked};
use serde::Deserialize;
use toml::Spanned;

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result, SchoolId, not_toml};
use crate::ingest::dates::day;
use crate::pipeline::line_of;
use crate::tables::{self, SchoolAlias, SchoolCode, Table};

/// The documents with decisions.
pub(super) const FOLDER: &str = "identity/";

/// The kinds of decisions.
const KINDS: [&str; 7] = ["rename", "merge", "split", "municipality", "apart", "closed", "opened"];

/// A chain of decisions that is longer goes in a ring.
const MOST_STEPS: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "school")]
    schools: Vec<Spanned<Written>>,
    #[serde(default, rename = "code")]
    codes: Vec<Spanned<WrittenCode>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: String,
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
    from: i32,
    #[serde(default)]
    by: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    document: Option<String>,
    #[serde(default)]
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCode {
    system: String,
    code: String,
    school: String,
    from: Option<i32>,
    to: Option<i32>,
}

/// A code of another system that is a school's in these years.
#[derive(Debug, Clone, PartialEq)]
struct Tie {
    school: String,
    years: std::ops::RangeInclusive<i32>,
    decision: String,
}

/// Decisions and ties that can be used; what is wrong with the others.
#[derive(Default)]
pub(super) struct Who {
    decisions: Vec<SchoolAlias>,
    ties: BTreeMap<(String, String), Vec<Tie>>,
    findings: Vec<Finding>,
}

/// Reads the files.
pub(super) fn read(documents: &BTreeMap<String, (String, String)>) -> Result<Who> {
    let mut who = Who::default();
    let mut places = Vec::new();
    for (_, (path, text)) in documents.iter().filter(|(name, _)| name.starts_with(FOLDER)) {
        let file: File = toml::from_str(text).map_err(|error| not_toml(path, text, &error))?;
        for written in file.schools {
            let place = Place::Line(path.clone(), line_of(text, written.span().start));
            let (alias, trouble) = alias(written.into_inner(), &place);
            match trouble {
                Some(trouble) => who.refuse(place, trouble),
                None => {
                    who.decisions.push(alias);
                    places.push(place);
                }
            }
        }
        for written in file.codes {
            let place = Place::Line(path.clone(), line_of(text, written.span().start));
            who.tie(written.into_inner(), place);
        }
    }
    who.drop_contradictions(&places);
    Ok(who)
}

fn alias(written: Written, place: &Place) -> (SchoolAlias, Option<&'static str>) {
    let school = |text: &str| SchoolId::from_login(text).map(|school| school.to_string());
    let (old, new) = (school(&written.old), school(&written.new));
    let needs = match written.kind.as_str() {
        "closed" => (true, false),
        "opened" => (false, true),
        _ => (true, true),
    };
    let is_own = matches!(written.kind.as_str(), "rename" | "municipality");
    let trouble = match () {
        () if !KINDS.contains(&written.kind.as_str()) => Some("kind"),
        () if old.is_none() && needs.0 || new.is_none() && needs.1 => Some("school"),
        () if !is_own && old.is_some() && old == new => Some("same"),
        () if written.by.trim().is_empty() => Some("by"),
        () if written.on.len() != 10 || day(&written.on).is_none() => Some("on"),
        () if written.why.trim().is_empty() => Some("why"),
        () => None,
    };
    let alias = SchoolAlias {
        decision: place.to_string(),
        kind: written.kind,
        old_code: old.filter(|_| needs.0),
        new_code: new.filter(|_| needs.1),
        from_year: written.from,
        decided_by: written.by,
        decided_on: written.on,
        document: written.document,
        reason: written.why,
        rows: 0,
    };
    (alias, trouble)
}

/// The school of which rows under a school's code are by a decision, in a year.
fn target<'d>(decision: &'d SchoolAlias, school: &str, year: i32) -> Option<&'d str> {
    let (old, new) = (decision.old_code.as_deref(), decision.new_code.as_deref());
    let to = match decision.kind.as_str() {
        "rename" if old == Some(school) => new,
        "merge" if old == Some(school) && year >= decision.from_year => new,
        "split" if new == Some(school) && year < decision.from_year => old,
        _ => None,
    };
    to.filter(|to| *to != school)
}

impl Who {
    fn refuse(&mut self, place: Place, trouble: &str) {
        self.findings.push(Finding::new(FindingCode::IdentityUnusable, place).detail(trouble));
    }

    fn tie(&mut self, written: WrittenCode, place: Place) {
        let [school, code] =
            [&written.school, &written.code].map(|text| SchoolId::from_login(text).map(|id| id.to_string()));
        let (Some(school), Some(code)) = (school, code) else { return self.refuse(place, "school") };
        if !["ris", "fis_oko"].contains(&written.system.as_str()) {
            return self.refuse(place, "system");
        }
        let years = written.from.unwrap_or(i32::MIN)..=written.to.unwrap_or(i32::MAX);
        let decision = place.to_string();
        let ties = self.ties.entry((written.system, code)).or_default();
        let overlaps = |tie: &Tie| tie.years.start() <= years.end() && years.start() <= tie.years.end();
        if ties.iter().any(|tie| overlaps(tie) && tie.school != school) {
            return self.refuse(place, "contradiction");
        }
        ties.push(Tie { school, years, decision });
    }

    /// Two decisions that lead one school to two others, or in a ring, are both refused.
    fn drop_contradictions(&mut self, places: &[Place]) {
        let clash = |one: &SchoolAlias, other: &SchoolAlias| {
            let ends = [one.from_year, one.from_year - 1, other.from_year, other.from_year - 1];
            let schools = [&one.old_code, &one.new_code];
            ends.iter().any(|year| {
                schools.iter().filter_map(|code| code.as_deref()).any(|school| {
                    let (a, b) = (target(one, school, *year), target(other, school, *year));
                    let is_ring = a.is_some_and(|to| target(other, to, *year) == Some(school));
                    is_ring || matches!((a, b), (Some(a), Some(b)) if a != b)
                })
            })
        };
        let bad: BTreeSet<usize> = (0..self.decisions.len())
            .filter(|&at| {
                let one = self.decisions.get(at);
                self.decisions.iter().enumerate().any(|(other_at, other)| {
                    at != other_at && one.is_some_and(|one| clash(one, other) || clash(other, one))
                })
            })
            .collect();
        for &at in &bad {
            if let Some(place) = places.get(at) {
                self.refuse(place.clone(), "contradiction");
            }
        }
        let mut at = 0;
        self.decisions.retain(|_| {
            at += 1;
            !bad.contains(&(at - 1))
        });
    }

    /// Where a code of a system leads in a year: the school, and the decisions on the way.
    fn settle(&self, system: &str, code: &str, year: i32) -> (String, Vec<usize>, Option<String>) {
        let ties = self.ties.get(&(system.to_owned(), code.to_owned()));
        let tie = ties.and_then(|ties| ties.iter().find(|tie| tie.years.contains(&year)));
        let mut school = tie.map_or(code, |tie| tie.school.as_str());
        let mut used = Vec::new();
        for _ in 0..MOST_STEPS {
            let mut open = self.decisions.iter().enumerate().filter(|(at, _)| !used.contains(at));
            let Some((at, to)) = open.find_map(|(at, decision)| Some((at, target(decision, school, year)?)))
            else {
                break;
            };
            used.push(at);
            school = to;
        }
        let by = used.last().and_then(|at| self.decisions.get(*at)).map(|decision| decision.decision.clone());
        (school.to_owned(), used, by.or_else(|| tie.map(|tie| tie.decision.clone())))
    }

    /// Ties that registers give: the rows of `school_code` that came with the files.
    fn learn(&mut self, given: &DataFrame) -> Result<()> {
        let (systems, codes) = (tables::texts(given, "system")?, tables::texts(given, "code")?);
        let (schools, years) = (tables::texts(given, "school_id")?, tables::ints(given, "from")?);
        for (((system, code), school), year) in systems.into_iter().zip(codes).zip(schools).zip(years) {
            let (Some(system), Some(code), Some(school), Some(year)) = (system, code, school, year) else {
                continue;
            };
            let ties = self.ties.entry((system, code)).or_default();
            if !ties.iter().any(|tie| tie.years.contains(&year)) {
                ties.push(Tie { school, years: year..=year, decision: "register".to_owned() });
            }
        }
        Ok(())
    }

    /// Begins to give rows their schools. What registers among the tables tell of codes is learnt first.
    pub(super) fn settling(mut self, tables: &mut BTreeMap<&'static str, DataFrame>) -> Result<Settling> {
        if let Some(given) = tables.remove(SchoolCode::SPEC.name) {
            self.learn(&given)?;
        }
        Ok(Settling { who: self, seen: Seen::default() })
    }
}

/// Gives every row of every table its school.
pub(super) struct Settling {
    who: Who,
    seen: Seen,
}

/// The place of a code in a year: its number among those that were looked up.
struct Looked {
    code: String,
    year: i32,
    system: &'static str,
    school: String,
    used: Vec<usize>,
    rows: i64,
}

impl Settling {
    /// Gives results their schools: those of a test, the tests in any order. Has any row another one now?
    pub(super) fn results(&mut self, frame: &mut DataFrame) -> Result<bool> {
        self.table(0, frame, "school_id", None)
    }

    /// Gives the rows of the other tables their schools, and adds the tables `school_code` and `school_alias`.
    pub(super) fn finish(mut self, tables: &mut BTreeMap<&'static str, DataFrame>) -> Result<Vec<Finding>> {
        for (number, (table, column, system)) in (1..).zip(NAMED) {
            let Some(frame) = tables.get_mut(table) else { continue };
            self.table(number, frame, column, system)?;
        }
        tables.insert(SchoolCode::SPEC.name, SchoolCode::frame(self.seen.rows())?);
        tables.insert(SchoolAlias::SPEC.name, SchoolAlias::frame(self.who.decisions)?);
        Ok(self.who.findings)
    }

    /// Without a system, the procedure says which it is.
    fn table(
        &mut self,
        number: usize,
        frame: &mut DataFrame,
        column: &'static str,
        system: Option<&'static str>,
    ) -> Result<bool> {
        let mut looked: Vec<Looked> = Vec::new();
        let mut places: BTreeMap<(&'static str, &str, i32), usize> = BTreeMap::new();
        let mut rows: Vec<Option<usize>> = Vec::with_capacity(frame.height());
        let procedure = if system.is_some() { column } else { "procedure" };
        let procedures = tables::words(frame, procedure)?;
        let addresses = tables::words(frame, "source_id")?.zip(tables::ints(frame, "row")?);
        let codes = tables::words(frame, column)?.zip(tables::ints(frame, "year")?);
        let mut last: Option<usize> = None;
        for (((code, year), procedure), (source, row)) in codes.zip(procedures).zip(addresses) {
            let (Some(code), Some(year)) = (code, year) else {
                rows.push(None);
                continue;
            };
            let system = system.unwrap_or_else(|| system_of(procedure.unwrap_or_default()));
            let is_last = |at: &usize| {
                looked.get(*at).is_some_and(|l| l.code == code && l.year == year && l.system == system)
            };
            let at = match last.filter(is_last).or_else(|| places.get(&(system, code, year)).copied()) {
                Some(at) => at,
                None => {
                    let (school, used, decision) = self.who.settle(system, code, year);
                    if column == "school_id" {
                        let address = (number, source.unwrap_or_default(), row.unwrap_or_default());
                        self.seen.add((system, code, year), &school, decision, address);
                    }
                    places.insert((system, code, year), looked.len());
                    looked.push(Looked { code: code.to_owned(), year, system, school, used, rows: 0 });
                    looked.len() - 1
                }
            };
            if let Some(looked) = looked.get_mut(at) {
                looked.rows += 1;
            }
            last = Some(at);
            rows.push(Some(at));
        }
        for looked in &looked {
            for decision in &looked.used {
                if let Some(decision) = self.who.decisions.get_mut(*decision) {
                    decision.rows += looked.rows;
                }
            }
        }
        let changes = looked.iter().any(|looked| looked.school != looked.code);
        if changes {
            let school = |at: &Option<usize>| Some(looked.get((*at)?)?.school.as_str());
            let settled: StringChunked = rows.iter().map(school).collect();
            let settled = settled.with_name(column.into()).into_column();
            frame.replace(column, settled).map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
        }
        Ok(changes)
    }
}

/// Tables with a school beside `result`, the column, and the system of its codes; without one the procedure says it.
const NAMED: [(&str, &str, Option<&str>); 9] = [
    ("mark_count", "school_id", None),
    ("journal_comparison", "school_id", None),
    ("score_count", "school_id", None),
    ("school", "school_id", Some("register")),
    ("school", "parent", Some("register")),
    ("measure", "school_id", Some("forms")),
    ("official_list", "school_id", Some("forms")),
    ("form_entry", "entity", Some("forms")),
    ("school_named", "school_id", None),
];

fn system_of(procedure: &str) -> &'static str {
    if ["oge", "ege", "gve"].contains(&procedure) { "ris" } else { "fis_oko" }
}

/// The codes that were seen, each with the number of the table where it stood first.
#[derive(Default)]
struct Seen(BTreeMap<(&'static str, String, String), (usize, SchoolCode)>);

impl Seen {
    /// The address of a code is the first of the first table.
    fn add(
        &mut self,
        (system, code, year): (&'static str, &str, i32),
        school: &str,
        decision: Option<String>,
        (table, source_id, row): (usize, &str, i32),
    ) {
        let key = (system, code.to_owned(), school.to_owned());
        let new = SchoolCode {
            system: system.to_owned(),
            code: code.to_owned(),
            school_id: school.to_owned(),
            from: year,
            to: year,
            decision: decision.filter(|_| school != code),
            source_id: source_id.to_owned(),
            row,
        };
        let (first, known) = self.0.entry(key).or_insert_with(|| (table, new.clone()));
        let years = (known.from.min(year), known.to.max(year));
        if (table, source_id, row) < (*first, known.source_id.as_str(), known.row) {
            (*first, *known) = (table, new);
        }
        (known.from, known.to) = years;
    }

    fn rows(self) -> Vec<SchoolCode> {
        self.0.into_values().map(|(_, code)| code).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use polars::prelude::DataFrame;

    use super::read;
    use crate::tables::{ResultRow, School, SchoolCode, Table, ints, texts};

    fn decided(text: &str) -> BTreeMap<String, (String, String)> {
        BTreeMap::from([("identity/a".to_owned(), ("data/identity/a.toml".to_owned(), text.to_owned()))])
    }

    fn decision(kind: &str, old: &str, new: &str, from: i32) -> String {
        format!(
            "[[school]]\nkind = \"{kind}\"\nold = \"{old}\"\nnew = \"{new}\"\nfrom = {from}\nby = \"Центр\"\non = \"2025-11-20\"\nwhy = \"приказ\"\n"
        )
    }

    fn tables() -> BTreeMap<&'static str, DataFrame> {
        let result = |year: i32, school: &str, procedure: &str| ResultRow {
            year,
            school_id: school.into(),
            procedure: procedure.into(),
            source_id: "s0001".into(),
            row: year,
            ..ResultRow::default()
        };
        let results = vec![
            result(2023, "1", "vpr"),
            result(2024, "1", "vpr"),
            result(2023, "3", "vpr"),
            result(2024, "3", "vpr"),
            result(2024, "700", "oge"),
        ]
        .into_iter()
        .map(|row| ResultRow { school_id: format!("{:0>6}", row.school_id), ..row })
        .collect();
        let tied = SchoolCode {
            system: "ris".into(),
            code: "000700".into(),
            school_id: "000005".into(),
            from: 2024,
            to: 2024,
            ..SchoolCode::default()
        };
        BTreeMap::from([
            ("result", ResultRow::frame(results).unwrap()),
            ("school", School::frame(Vec::new()).unwrap()),
            ("school_code", SchoolCode::frame(vec![tied]).unwrap()),
        ])
    }

    fn settled(text: &str) -> (Vec<String>, Vec<String>, BTreeMap<&'static str, DataFrame>) {
        let mut tables = tables();
        let mut settling = read(&decided(text)).unwrap().settling(&mut tables).unwrap();
        settling.results(tables.get_mut("result").unwrap()).unwrap();
        let findings = settling.finish(&mut tables).unwrap();
        let schools = texts(&tables["result"], "school_id").unwrap().into_iter().flatten().collect();
        let told = findings.iter().map(|f| format!("{} {}", f.place, f.detail.clone().unwrap())).collect();
        (schools, told, tables)
    }

    #[test]
    fn a_decision_holds_for_all_its_years_and_for_no_others() {
        let (schools, told, tables) = settled("");
        assert_eq!(
            schools,
            ["000001", "000001", "000003", "000003", "000005"],
            "the register ties the code of РИС"
        );
        assert!(told.is_empty());
        let codes = &tables["school_code"];
        assert_eq!(texts(codes, "decision").unwrap()[2].as_deref(), Some("register"));
        assert_eq!(ints(codes, "from").unwrap(), [Some(2023), Some(2023), Some(2024)]);
        assert_eq!(ints(codes, "to").unwrap(), [Some(2024), Some(2024), Some(2024)]);
        let cases = [
            ("rename", "000001", "000002", ["000002", "000002", "000003", "000003"]),
            ("merge", "000001", "000003", ["000001", "000003", "000003", "000003"]),
            ("split", "000001", "000003", ["000001", "000001", "000001", "000003"]),
            ("municipality", "000001", "000001", ["000001", "000001", "000003", "000003"]),
            ("apart", "000001", "000003", ["000001", "000001", "000003", "000003"]),
        ];
        for (kind, old, new, expected) in cases {
            let (schools, told, tables) = settled(&decision(kind, old, new, 2024));
            assert_eq!(schools[..4], expected, "{kind}");
            assert!(told.is_empty(), "{kind} {told:?}");
            let alias = &tables["school_alias"];
            assert_eq!(texts(alias, "decision").unwrap()[0].as_deref(), Some("data/identity/a.toml:1"));
            let moved =
                expected.iter().zip(["000001", "000001", "000003", "000003"]).filter(|(a, b)| *a != b);
            let rows = crate::tables::int64s(alias, "rows").unwrap()[0];
            assert_eq!(rows, Some(moved.count() as i64), "{kind}");
        }
    }

    #[test]
    fn decisions_follow_each_other() {
        let text =
            decision("rename", "000001", "000002", 2023) + &decision("merge", "000002", "000003", 2024);
        let (schools, told, tables) = settled(&text);
        assert_eq!(schools[..2], ["000002", "000003"]);
        assert!(told.is_empty(), "{told:?}");
        let codes = &tables["school_code"];
        let decisions = texts(codes, "decision").unwrap();
        assert_eq!(decisions[0].as_deref(), Some("data/identity/a.toml:1"));
        assert_eq!(decisions[1].as_deref(), Some("data/identity/a.toml:9"));
    }

    #[test]
    fn what_cannot_be_meant_is_told_at_its_line_and_not_applied() {
        let good = decision("rename", "000001", "000002", 2023);
        let cases = [
            (good.replace("rename", "fusion"), vec!["1 kind"]),
            (good.replace("000002", "вторая"), vec!["1 school"]),
            (good.replace("rename", "merge").replace("000002", "000001"), vec!["1 same"]),
            (good.replace("Центр", " "), vec!["1 by"]),
            (good.replace("2025-11-20", "осенью"), vec!["1 on"]),
            (good.replace("приказ", ""), vec!["1 why"]),
            (
                format!("{good}{}", decision("rename", "000001", "000004", 2024)),
                vec!["1 contradiction", "9 contradiction"],
            ),
            (
                format!("{good}{}", decision("rename", "000002", "000001", 2024)),
                vec!["1 contradiction", "9 contradiction"],
            ),
            (
                "[[code]]\nsystem = \"егэ\"\ncode = \"000700\"\nschool = \"000005\"\n".to_owned(),
                vec!["1 system"],
            ),
        ];
        for (text, expected) in cases {
            let (schools, told, _) = settled(&text);
            assert_eq!(schools[0], "000001", "{text}");
            let expected: Vec<String> =
                expected.iter().map(|e| format!("data/identity/a.toml:{e}")).collect();
            assert_eq!(told, expected, "{text}");
        }
        assert!(read(&decided("[[school]]\nkind = 7\n")).is_err());
    }
}
