//! The method pack's indicators at every level, with intervals and beta-binomial values.
//!
//! Polars counts pupils by class, parallel, school and year (whole numbers only); everything else is made of these counts: shares,
//! Wilson intervals, the shrunken value, sums for municipalities and the region. For means it gives the values of pupils, which
//! `stats` adds up. A pupil's own figures are in no table: `rsoko explain` shows them, row by row and without codes.

mod amount;
mod applies;
mod breaks;
mod contingent;
mod counts;
mod figure;
mod levels;
mod means;
mod prior;
mod reliability;
mod runs;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result, Year};
use crate::method::{Indicator, MethodPack, Thresholds};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{
    ColumnSpec, IndicatorValue, ItemScore, Measure, Register, School, SeriesBreak, Table, TestReliability,
    concat,
};
use applies::Applies;
use contingent::Contingent;
use counts::Asked;
use figure::Frame;
use runs::Runs;

/// The stage `indicators`. The method pack says what is computed; the parameter `inside` says which levels inside schools have
/// figures of their own (`class`, `grade`; both where it is not given, none for an empty list).
pub struct Indicators;

fn inside(declared: &Declared<'_>) -> Result<Vec<&'static str>> {
    let params = Params::of(declared.params, &["inside"])?;
    match declared.params.get("inside") {
        None => return Ok(levels::INSIDE.to_vec()),
        Some(given) if given.as_array().is_some_and(Vec::is_empty) => return Ok(Vec::new()),
        Some(_) => {}
    }
    let word = |name: String| {
        let known = levels::INSIDE.into_iter().find(|level| **level == name);
        known.ok_or_else(|| {
            Fault::new(FaultCode::ValueInvalid)
                .with("field", "inside")
                .with("value", &name)
                .with("known", levels::INSIDE.join(", "))
                .why("value-known")
        })
    };
    params.names("inside")?.into_iter().map(word).collect()
}

fn pack(declared: &Declared<'_>) -> Result<MethodPack> {
    let (path, text) = declared.document("method")?;
    MethodPack::parse(path, text)
}

impl Stage for Indicators {
    fn kind(&self) -> &'static str {
        "indicators"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        inside(declared)?;
        breaks::read(declared)?;
        let thresholds = Thresholds::parse(declared.documents)?;
        thresholds.complaints(&pack(declared)?).into_iter().next().map_or(Ok(()), Err)
    }

    fn reads(&self, declared: &Declared<'_>) -> Result<Vec<Read>> {
        let mut columns: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
        columns.entry("school").or_default().extend(Register::COLUMNS);
        let inside = inside(declared)?;
        let pack = pack(declared)?;
        for indicator in &pack.indicators {
            let mut wanted: BTreeSet<&'static str> = indicator.columns().into_iter().collect();
            if pack.is_criterion(&indicator.id) && reliability::is_of_totals(indicator) {
                wanted.extend(reliability::COLUMNS);
            }
            let inside = |column: &&ColumnSpec| match column.name {
                "grade" => !inside.is_empty(),
                "class" => inside.contains(&"class"),
                _ => false,
            };
            wanted.extend(indicator.table.columns.iter().filter(inside).map(|column| column.name));
            for (table, wanted) in indicator.tables(&wanted) {
                columns.entry(table).or_default().extend(wanted);
            }
            if indicator.contingent.is_some() {
                columns.entry(Measure::SPEC.name).or_default().extend(Contingent::COLUMNS);
            }
            if let Some(condition) = &indicator.applicable_school {
                columns.entry(School::SPEC.name).or_default().extend(&condition.columns);
            }
        }
        Ok(columns
            .into_iter()
            .map(|(table, columns)| {
                let read = Read::columns(table, &columns.into_iter().collect::<Vec<_>>());
                // not every region gives tasks, or counts of pupils
                let may_lack = [ItemScore::SPEC.name, Measure::SPEC.name].contains(&table);
                if may_lack { read.or_empty() } else { read }
            })
            .collect())
    }

    fn writes(&self) -> &'static [&'static str] {
        &["indicator_value", "series_break", "test_reliability"]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        let names = ["method", breaks::DOCUMENT].into_iter().chain(Thresholds::DOCUMENTS);
        names.map(str::to_owned).collect()
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let pack = pack(&input.declared)?;
        let register = Register::read(input.table("school")?)?;
        input.progress.total((pack.indicators.len() * input.declared.years.len()) as u64);
        let thresholds = Thresholds::parse(input.declared.documents)?;
        let threshold = |indicator: &Indicator, year: Year| {
            indicator.threshold.as_ref().and_then(|name| thresholds.value(name, year))
        };
        let years = input.declared.years;
        let of_years = |indicator: &Indicator| -> Vec<(Year, f64)> {
            years.iter().filter_map(|&year| Some((year, threshold(indicator, year)?))).collect()
        };
        let of_totals =
            |indicator: &Indicator| pack.is_criterion(&indicator.id) && reliability::is_of_totals(indicator);
        let inside = inside(&input.declared)?;
        let asked = Asked { inside: &inside, years, thresholds: &of_years, of_totals: &of_totals };
        let mut tables = BTreeMap::new();
        let no_tasks = concat(ItemScore::SPEC, &[])?;
        for name in
            pack.indicators.iter().flat_map(|indicator| indicator.tables(&BTreeSet::new()).into_keys())
        {
            if !tables.contains_key(name) {
                let frame = match input.tables.get(name) {
                    None if name == ItemScore::SPEC.name => &no_tasks,
                    _ => input.table(name)?,
                };
                tables.insert(name, Runs::of(frame)?);
            }
        }
        let with_parents = pack.population.branches_with_parent;
        let by_rows =
            counts::applicable(&pack.indicators, &tables, with_parents.then_some((&register, years)))?;
        let (mut by_register, mut contingents) = (BTreeMap::new(), BTreeMap::new());
        for indicator in &pack.indicators {
            let measures = input.tables.get(Measure::SPEC.name);
            contingents.extend(Contingent::read(indicator, measures)?.map(|all| (&indicator.id, all)));
            by_register.insert(&indicator.id, Applies::read(indicator, input.table("school")?)?);
        }
        let figures = counts::count(&pack.indicators, &asked, &tables, |indicator, year, counted| {
            let all = contingents.get(&indicator.id);
            let counted = match all {
                Some(all) => all.put(year, counted),
                None => counted,
            };
            let counted = if with_parents { counted.with_parents(&register, year) } else { counted };
            let frame = Frame { indicator, year, threshold: threshold(indicator, year) };
            // where the register says neither yes nor no, a row of any year does
            let rows = by_rows.get(&counts::condition(indicator));
            let register_says = by_register.get(&indicator.id);
            let applies = |school: &str| {
                let said = register_says.and_then(|applies| applies.says(school, year));
                said.unwrap_or_else(|| rows.is_some_and(|schools| schools.contains(school)))
            };
            let mut values = levels::values(&frame, &counted, &applies, &register, &pack.population)?;
            values.sort_by(|a, b| (&a.level, &a.entity_id).cmp(&(&b.level, &b.entity_id)));
            input.progress.advance(1);
            // a frame takes less than its rows
            let place = (indicator.id.clone(), year);
            Ok((place, IndicatorValue::frame(values)?, counted.reliability, counted.schools.is_empty()))
        });
        let (mut frames, mut reliabilities) = (Vec::new(), Vec::new());
        let mut with_rows = BTreeSet::new();
        for figures in figures {
            let (place, frame, reliability, is_bare) = figures?;
            if !is_bare {
                with_rows.insert(place.0.clone());
            }
            frames.push((place, frame));
            reliabilities.extend(reliability);
        }
        // in the order of the table: there is nothing left to sort
        frames.sort_by(|(a, _), (b, _)| a.cmp(b));
        let frames: Vec<DataFrame> = frames.into_iter().map(|(_, frame)| frame).collect();
        let known = breaks::read(&input.declared)?;
        let breaks = pack.indicators.iter().flat_map(|indicator| breaks::of(indicator, &known, years));
        let tables = vec![
            ("indicator_value", concat(IndicatorValue::SPEC, &frames)?),
            ("series_break", SeriesBreak::frame(breaks.collect())?),
            ("test_reliability", TestReliability::frame(reliabilities)?),
        ];
        let bare = pack.indicators.iter().filter(|indicator| !with_rows.contains(&indicator.id));
        let findings = bare.map(|indicator| without_rows(&pack, indicator)).collect();
        Ok(Output { tables, findings, ..Output::default() })
    }
}

/// That an indicator has not one row in the region: its files are not there, or it chooses none of their rows.
fn without_rows(pack: &MethodPack, indicator: &Indicator) -> Finding {
    let code = if pack.is_criterion(&indicator.id) {
        FindingCode::CriterionWithoutRows
    } else {
        FindingCode::IndicatorWithoutRows
    };
    Finding::new(code, indicator.place.clone()).value(&indicator.id)
}

/// The fault of an indicator: its line in the pack.
fn at(fault: Box<Fault>, indicator: &Indicator) -> Box<Fault> {
    match fault.place {
        Place::Nowhere => fault.at(indicator.place.clone()).with("indicator", &indicator.id),
        _ => fault,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use polars::prelude::DataFrame;
    use proptest::prelude::*;

    use super::Indicators;
    use crate::base::{FaultCode, Result, Seed, Year};
    use crate::pipeline::{Declared, Input, Quiet, Stage};
    use crate::tables::{
        IndicatorValue, ItemScore, Measure, ResultRow, School, Table, floats, int64s, ints, texts,
    };

    const PACK: &str = r#"
id = "p"
version = "1"
title = { ru = "Метод", en = "Method" }
basis = "none"
status = "experimental"
[[indicator]]
id = "low_ma5"
title = { ru = "Доля", en = "Share" }
table = "result"
where = "procedure = 'vpr' AND wave = 'spring' AND grade = 5 AND subject = 'ma' AND NOT repeat"
applicable_where = "grade = 5"
numerator = "SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)"
denominator = "COUNT(mark)"
better = "low"
min_n = 3
excluded = [{ year = 2023, reason = { ru = "осень", en = "autumn" } }]
"#;

    fn run(pack: &str, results: Vec<ResultRow>, schools: Vec<School>) -> Result<DataFrame> {
        run_inside("[]", pack, results, schools)
    }

    fn run_inside(
        inside: &str,
        pack: &str,
        results: Vec<ResultRow>,
        schools: Vec<School>,
    ) -> Result<DataFrame> {
        run_with(inside, pack, (results, vec![]), schools)
    }

    fn run_with(
        inside: &str,
        pack: &str,
        (results, items): (Vec<ResultRow>, Vec<ItemScore>),
        schools: Vec<School>,
    ) -> Result<DataFrame> {
        run_all(inside, pack, (results, items, vec![]), schools)
    }

    fn run_all(
        inside: &str,
        pack: &str,
        (results, items, measures): (Vec<ResultRow>, Vec<ItemScore>, Vec<Measure>),
        schools: Vec<School>,
    ) -> Result<DataFrame> {
        let years = [2023, 2024, 2025].map(Year);
        let params = toml::from_str(&format!("inside = {inside}")).unwrap();
        let minima = "[[minimum]]\nsubject = \"ma\"\nform = \"ege\"\nyears = [2024, 2030]\ntest_score = 27\nsource = \"s\"\nstatus = \"verified\"\n";
        let documents = BTreeMap::from([
            ("method".to_owned(), ("p.toml".to_owned(), pack.to_owned())),
            ("reference/exam-minimums".to_owned(), ("m.toml".to_owned(), minima.to_owned())),
        ]);
        let declared = Declared { years: &years, languages: &[], params: &params, documents: &documents };
        Indicators.check(&declared)?;
        let tables = BTreeMap::from([
            ("item_score", ItemScore::frame(items)?),
            ("measure", Measure::frame(measures)?),
            ("result", ResultRow::frame(results)?),
            ("school", School::frame(schools)?),
        ]);
        let input =
            Input { declared, tables: &tables, seed: Seed(1), run: "", sources: &Quiet, progress: &Quiet };
        Ok(Indicators.run(&input)?.tables.remove(0).1)
    }

    fn school(year: i32, id: &str, municipality: &str) -> School {
        School { year, school_id: id.into(), municipality: municipality.into(), ..School::default() }
    }

    fn pupil(year: i32, id: &str, subject: &str, mark: Option<i32>) -> ResultRow {
        ResultRow {
            year,
            wave: Some("spring".into()),
            procedure: "vpr".into(),
            grade: 5,
            subject: subject.into(),
            school_id: id.into(),
            mark,
            status: "present".into(),
            ..ResultRow::default()
        }
    }

    type Found = BTreeMap<(i32, String, String), (String, Option<i64>, Option<i64>, i64)>;

    fn found(frame: &DataFrame) -> Found {
        let years = ints(frame, "year").unwrap();
        let text = |name| texts(frame, name).unwrap().into_iter().map(Option::unwrap).collect::<Vec<_>>();
        let (levels, ids, states) = (text("level"), text("entity_id"), text("state"));
        let (xs, ns) = (int64s(frame, "numerator").unwrap(), int64s(frame, "denominator").unwrap());
        let schools = int64s(frame, "schools").unwrap();
        (0..frame.height())
            .map(|i| {
                let key = (years[i].unwrap(), levels[i].clone(), ids[i].clone());
                (key, (states[i].clone(), xs[i], ns[i], schools[i].unwrap()))
            })
            .collect()
    }

    #[test]
    fn the_four_states_are_never_confused() {
        let mut results = Vec::new();
        for year in [2023, 2024, 2025] {
            results.extend([Some(2), Some(3), Some(2), None].map(|mark| pupil(year, "1", "ma", mark)));
        }
        results.push(pupil(2025, "2", "ma", Some(2)));
        results.push(ResultRow { repeat: true, ..pupil(2025, "2", "ma", Some(2)) });
        results.push(ResultRow { wave: Some("autumn".into()), ..pupil(2025, "2", "ma", Some(2)) });
        results.push(pupil(2024, "3", "ru", Some(4)));
        results.push(pupil(2025, "9", "ma", Some(5)));
        let register = ["1", "2", "3", "4"].map(|id| school(2024, id, if id == "4" { "B" } else { "A" }));
        let frame = run(PACK, results, register.to_vec()).unwrap();
        let found = found(&frame);
        let at = |year: i32, level: &str, id: &str| found[&(year, level.to_owned(), id.to_owned())].clone();
        let row = |state: &str, x, n, schools| (state.to_owned(), x, n, schools);
        assert_eq!(at(2024, "school", "1"), row("value", Some(2), Some(3), 1));
        assert_eq!(at(2023, "school", "1"), row("not_assessable", Some(2), Some(3), 1), "an excluded year");
        assert_eq!(at(2025, "school", "2"), row("not_assessable", Some(1), Some(1), 1), "too few");
        assert_eq!(at(2024, "school", "2"), row("missing", None, None, 0));
        assert_eq!(at(2024, "school", "3"), row("missing", None, None, 0), "its grade 5 wrote another test");
        assert_eq!(at(2024, "school", "4"), row("not_applicable", None, None, 0));
        assert_eq!(
            at(2025, "school", "9"),
            row("not_assessable", Some(0), Some(1), 1),
            "not in the register"
        );
        assert_eq!(at(2025, "municipality", "A"), row("value", Some(3), Some(4), 2));
        assert_eq!(at(2025, "municipality", "B"), row("not_applicable", None, None, 0));
        assert_eq!(at(2025, "region", "region"), row("value", Some(3), Some(5), 3));
        assert!(!found.contains_key(&(2024, "school".to_owned(), "9".to_owned())));
        assert_eq!(crate::tables::conform(IndicatorValue::SPEC, &frame).unwrap().height(), frame.height());
    }

    const COUNTS: &str =
        "numerator = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(mark)\"";

    /// Every class is its own row, classes of a parallel add up to it, a pupil without a class belongs to the parallel alone.
    #[test]
    fn classes_and_parallels_have_figures_of_their_own() {
        let in_class = |class: Option<&str>, mark| ResultRow {
            class: class.map(str::to_owned),
            ..pupil(2025, "1", "ma", Some(mark))
        };
        let results = vec![
            in_class(Some("5А"), 2),
            in_class(Some("5А"), 3),
            in_class(Some("5А"), 3),
            in_class(Some("5Б"), 2),
            in_class(None, 2),
        ];
        let frame =
            run_inside("[\"class\", \"grade\"]", PACK, results, vec![school(2025, "1", "A")]).unwrap();
        let all = found(&frame);
        let inside: Vec<_> = all
            .iter()
            .filter(|((_, level, _), _)| ["class", "grade"].contains(&level.as_str()))
            .map(|((_, _, id), (state, x, n, _))| (id.as_str(), state.as_str(), x.unwrap(), n.unwrap()))
            .collect();
        assert_eq!(
            inside,
            [("1/5/5А", "value", 1, 3), ("1/5/5Б", "not_assessable", 1, 1), ("1/5", "value", 3, 5)]
        );
        let reasons = texts(&frame, "reason").unwrap();
        assert!(reasons.contains(&Some("few_participants".to_owned())));
        let unknown = run_inside("[\"pupil\"]", PACK, vec![], vec![]).unwrap_err();
        assert_eq!(unknown.code, FaultCode::ValueInvalid);
    }

    /// Two pupils of a class with three tasks each, one of another class with two: a pupil counts once, however many tasks. A
    /// task that was not taught stands nowhere, one that was not begun below the line alone.
    #[test]
    fn the_tasks_of_a_pupil_are_one_value_at_every_level() {
        let pack = PACK
            .replace("table = \"result\"", "table = \"item_score\"")
            .replace("AND NOT repeat", "AND NOT repeat AND state <> 'not_taught'")
            .replace("mark = 2", "score >= max")
            .replace("denominator = \"COUNT(mark)\"", "denominator = \"COUNT(max)\"\nkind = \"mean\"");
        let work = |row, class: &str| ResultRow {
            source_id: "s1".into(),
            row,
            class: Some(class.into()),
            ..pupil(2025, "1", "ma", None)
        };
        let task = |row, position, score: Option<f64>, state: &str| ItemScore {
            source_id: "s1".into(),
            row,
            position,
            score,
            max: Some(2.0),
            state: state.into(),
            ..ItemScore::default()
        };
        let done = |row, position, score| task(row, position, Some(score), "scored");
        let items = vec![
            done(7, 3, 2.0),
            done(7, 4, 1.0),
            done(7, 5, 2.0), // 2 of 3
            done(8, 3, 0.0),
            task(8, 4, None, "not_attempted"),
            task(8, 5, None, "not_taught"), // 0 of 2
            done(9, 3, 2.0),
            done(9, 4, 2.0),  // 2 of 2
            done(99, 3, 2.0), // of no test
        ];
        let results = vec![work(7, "5А"), work(8, "5А"), work(9, "5Б"), work(10, "5Б")];
        let run = |pack: &str| {
            let given = (results.clone(), items.clone());
            run_with("[\"class\", \"grade\"]", pack, given, vec![school(2025, "1", "A")])
        };
        let frame = run(&pack).unwrap();
        let [levels, kinds] = ["level", "kind"].map(|name| texts(&frame, name).unwrap());
        let (values, n) = (floats(&frame, "value").unwrap(), int64s(&frame, "denominator").unwrap());
        let years = ints(&frame, "year").unwrap();
        let of = |i: usize| Some((levels[i].clone()?, values[i]?, n[i]?));
        let found: BTreeMap<_, _> = (0..frame.height())
            .filter(|&i| years[i] == Some(2025) && n[i] != Some(1))
            .filter_map(of)
            .map(|(level, value, n)| (level, (value, n)))
            .collect();
        let thirds = (2.0 / 3.0 + 0.0 + 1.0) / 3.0;
        for level in ["grade", "municipality", "region", "school"] {
            let (value, n) = found[level];
            assert!((value - thirds).abs() < 1e-15 && n == 3, "{level}: {value} {n}");
        }
        assert_eq!(found["class"], (1.0 / 3.0, 2));
        assert!(kinds.iter().flatten().all(|kind| kind == "mean"));
        // task by task there would seem to be seven pupils
        let bare = pack.replace("\nkind = \"mean\"", "");
        assert_eq!(run(&bare).unwrap_err().cause, Some("value-tasks"));
    }

    /// Three pupils of school 1 have rows and five sit in the grade; nothing was sent of school 2; of school 3 the form counts
    /// fewer than have rows.
    #[test]
    fn pupils_of_whom_no_row_was_sent_are_counted_where_the_contingent_is_known() {
        let pack = |question: &str| {
            let counts = format!("per_pupil = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) {question}\"");
            PACK.replacen(COUNTS, &format!("{counts}\ncontingent = \"pupils_grade_5\""), 1)
        };
        let coded = |id: &str, code: u32, mark| ResultRow {
            pupil_code: Some(code.to_string()),
            ..pupil(2025, id, "ma", Some(mark))
        };
        let results = vec![
            coded("1", 1, 2),
            coded("1", 2, 3),
            coded("1", 3, 4),
            coded("3", 1, 2),
            coded("3", 2, 3),
            coded("3", 3, 3),
        ];
        let all = |id: &str, value| Measure {
            year: 2025,
            school_id: id.into(),
            measure: "pupils_grade_5".into(),
            value: Some(value),
            ..Measure::default()
        };
        let measures = vec![all("1", 5.0), all("2", 4.0), all("3", 2.0)];
        let register: Vec<School> = ["1", "2", "3"].map(|id| school(2025, id, "A")).to_vec();
        let of = |question: &str| {
            let given = (results.clone(), vec![], measures.clone());
            found(&run_all("[]", &pack(question), given, register.clone()).unwrap())
        };
        let (below, none) = (of("> 0"), of("= 0"));
        let at = |found: &Found, level: &str, id: &str| {
            let (_, x, n, _) = found[&(2025, level.to_owned(), id.to_owned())].clone();
            (x, n)
        };
        assert_eq!(at(&below, "school", "1"), (Some(1), Some(5)), "nobody knows that they are below");
        assert_eq!(at(&none, "school", "1"), (Some(4), Some(5)), "but no mark 2 they have");
        assert_eq!(
            at(&below, "school", "2"),
            (None, None),
            "nothing was sent: no results, and not none below"
        );
        assert_eq!(at(&below, "school", "3"), (Some(1), Some(3)));
        assert_eq!(at(&below, "region", "region"), (Some(2), Some(8)));
        let among = pack("> 0").replacen("contingent", "among = \"COUNT(mark) > 0\"\ncontingent", 1);
        let fault = run_all("[]", &among, (vec![], vec![], vec![]), vec![]).unwrap_err();
        assert_eq!(fault.cause, Some("value-contingent"));
    }

    /// A basic school has no grade 11, and a lyceum has: the register says so. Of the others nobody knows but by their rows.
    #[test]
    fn the_register_says_to_whom_an_indicator_applies() {
        let asked = "applicable_school = \"CASE WHEN kind = 'basic' THEN FALSE WHEN kind = 'lyceum' THEN TRUE END\"\nbetter";
        let pack = PACK.replacen("better", asked, 1);
        let of =
            |id: &str, kind: Option<&str>| School { kind: kind.map(str::to_owned), ..school(2024, id, "A") };
        let register = vec![
            of("1", Some("basic")),
            of("2", Some("lyceum")),
            of("3", Some("general")),
            of("4", None),
            of("5", Some("basic")),
        ];
        let mut results = vec![pupil(2024, "1", "ru", Some(3)), pupil(2024, "4", "ru", Some(3))];
        results.extend([2, 3, 4].map(|mark| pupil(2025, "5", "ma", Some(mark))));
        let found = found(&run(&pack, results.clone(), register.clone()).unwrap());
        let state = |id: &str| found[&(2025, "school".to_owned(), id.to_owned())].0.clone();
        assert_eq!(
            ["1", "2", "3", "4", "5"].map(state),
            ["not_applicable", "missing", "not_applicable", "missing", "value"],
            "figures that are there are never hidden"
        );
        let unknown = pack.replace("kind = 'basic'", "sort = 'basic'");
        assert_eq!(run(&unknown, results, register).unwrap_err().code, FaultCode::NameUnknown);
    }

    /// Two schools, two tests of different difficulty: the raw means mix them up, the standardised ones compare within each.
    #[test]
    fn a_standardised_mean_knows_no_difficulty_of_tests() {
        let pack = |kind: &str| {
            let mean = format!("kind = \"{kind}\"\nvalue = \"score_tasks\"");
            let unit = if kind == "mean" { "\nunit = \"points\"" } else { "" };
            PACK.replacen(COUNTS, &format!("{mean}{unit}"), 1).replace(" AND subject = 'ma'", "")
        };
        let scored = |id: &str, subject: &str, score: f64| ResultRow {
            score_tasks: Some(score),
            ..pupil(2025, id, subject, None)
        };
        let mut results = Vec::new();
        for (id, subject, scores) in [
            ("1", "ma", [12.0, 14.0, 16.0]),
            ("2", "ma", [11.0, 13.0, 15.0]),
            ("2", "ru", [30.0, 32.0, 40.0]),
        ] {
            results.extend(scores.map(|score| scored(id, subject, score)));
        }
        results.push(ResultRow { score_tasks: None, ..scored("1", "ma", 0.0) });
        let schools = || vec![school(2025, "1", "A"), school(2025, "2", "A")];
        let values_of =
            |kind: &str, results: &[ResultRow]| -> BTreeMap<String, (f64, Option<i64>, Option<f64>)> {
                let frame = run(&pack(kind), results.to_vec(), schools()).unwrap();
                let (ids, levels) = (texts(&frame, "entity_id").unwrap(), texts(&frame, "level").unwrap());
                let (values, n) = (floats(&frame, "value").unwrap(), int64s(&frame, "denominator").unwrap());
                let low = floats(&frame, "low").unwrap();
                let mine = (0..frame.height()).filter(|&i| levels[i].as_deref() != Some("municipality"));
                mine.filter_map(|i| Some((ids[i].clone()?, (values[i]?, n[i], low[i])))).collect()
            };
        let values = |kind: &str| values_of(kind, &results);
        let raw = values("mean");
        assert_eq!((raw["1"].0, raw["1"].1, raw["2"].0), (14.0, Some(3), 23.5));
        // With two degrees of freedom the quantile has a closed form: (2p − 1) √(2 / (4p(1 − p))). The spread is 2.
        let low = 14.0 - 0.95 * (2.0f64 / 0.0975).sqrt() * 2.0 / 3f64.sqrt();
        assert!((raw["1"].2.unwrap() - low).abs() < 1e-12);
        // nobody has fewer than no points
        let few = values_of("mean", &[0.0, 0.0, 9.0].map(|score| scored("1", "ma", score)));
        assert_eq!((few["1"].0, few["1"].2), (3.0, Some(0.0)));
        let within = values("standardised");
        // Mathematics: mean 3.5, sd of 1..6; Russian has one school, whose mean is the test's.
        let sd = 3.5f64.sqrt();
        assert!((within["1"].0 - 0.5 / sd).abs() < 1e-12, "{within:?}");
        assert!((within["2"].0 + 0.5 / sd / 2.0).abs() < 1e-12, "{within:?}");
        assert!(within["region"].0.abs() < 1e-12);
    }

    #[test]
    fn a_year_without_its_threshold_cannot_be_assessed_and_says_so() {
        let named = "threshold = { document = \"exam-minimums\", subject = \"ma\", form = \"ege\" }\nbetter";
        let pack = PACK
            .replace("mark = 2", "test_score < threshold")
            .replace("COUNT(mark)", "COUNT(test_score)")
            .replacen("better", named, 1)
            .replace("excluded = [{ year = 2023, reason = { ru = \"осень\", en = \"autumn\" } }]", "");
        let scored = |year, score| ResultRow { test_score: Some(score), ..pupil(year, "1", "ma", None) };
        let results = [2023, 2025].into_iter().flat_map(|year| [26.0, 27.0, 28.0].map(|s| scored(year, s)));
        let frame = run(&pack, results.collect(), vec![school(2023, "1", "A")]).unwrap();
        let found = found(&frame);
        let at = |year: i32| found[&(year, "school".to_owned(), "1".to_owned())].clone();
        assert_eq!(at(2025), ("value".to_owned(), Some(1), Some(3), 1));
        assert_eq!(
            at(2023),
            ("not_assessable".to_owned(), None, None, 0),
            "nobody is counted without a threshold"
        );
        assert_eq!(at(2024), ("missing".to_owned(), None, None, 0));
        let told: Vec<_> = ints(&frame, "year")
            .unwrap()
            .into_iter()
            .zip(texts(&frame, "reason").unwrap().into_iter().zip(floats(&frame, "threshold").unwrap()))
            .collect();
        assert!(told.contains(&(Some(2023), (Some("no_threshold".to_owned()), None))));
        assert!(told.contains(&(Some(2025), (None, Some(27.0)))));
        let nowhere = run(&pack.replace("subject = \"ma\", form", "subject = \"xx\", form"), vec![], vec![]);
        let fault = nowhere.unwrap_err();
        assert_eq!(
            (fault.code, fault.place),
            (FaultCode::NameUnknown, crate::base::Place::Line("p.toml".into(), 15))
        );
    }

    #[test]
    fn the_pupils_of_a_branch_are_counted_with_its_parent() {
        let pack =
            PACK.replacen("[[indicator]]", "[population]\nbranches = \"with_parent\"\n[[indicator]]", 1);
        let branch = School { parent: Some("1".into()), ..school(2024, "2", "B") };
        let results: Vec<ResultRow> = [("1", Some(2)), ("1", Some(3)), ("2", Some(2)), ("2", Some(2))]
            .map(|(id, mark)| pupil(2025, id, "ma", mark))
            .to_vec();
        let register = vec![school(2024, "1", "A"), branch];
        let found_with = found(&run(&pack, results.clone(), register.clone()).unwrap());
        let at = |found: &Found, level: &str, id: &str| {
            found.get(&(2025, level.to_owned(), id.to_owned())).cloned()
        };
        let row = |x, n, schools| Some(("value".to_owned(), Some(x), Some(n), schools));
        assert_eq!(at(&found_with, "school", "1"), row(3, 4, 1));
        assert_eq!(at(&found_with, "school", "2"), None, "a branch has no figure of its own");
        assert_eq!(at(&found_with, "municipality", "A"), row(3, 4, 1));
        assert_eq!(at(&found_with, "region", "region"), row(3, 4, 1));
        let own = found(&run(PACK, results, register).unwrap());
        assert_eq!(at(&own, "school", "2").unwrap().1, Some(2));
    }

    #[test]
    fn a_numerator_that_counts_others_than_the_denominator_is_a_fault() {
        let pack = PACK.replace("COUNT(mark)", "SUM(CASE WHEN mark = 5 THEN 1 ELSE 0 END)");
        let fault = run(&pack, vec![pupil(2025, "1", "ma", Some(2))], vec![]).unwrap_err();
        assert_eq!(fault.code, FaultCode::QueryInvalid);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
        #[test]
        fn counts_agree_with_counting_by_hand(
            rows in prop::collection::vec((2023i32..2026, 0u8..4, prop::bool::ANY, prop::option::of(2i32..6)), 0..80)
        ) {
            let results: Vec<ResultRow> = rows
                .iter()
                .map(|&(year, id, maths, mark)| pupil(year, &id.to_string(), if maths { "ma" } else { "ru" }, mark))
                .collect();
            let register = (0..3).map(|id: i32| school(2024, &id.to_string(), "A")).collect();
            let found = found(&run(PACK, results.clone(), register).unwrap());
            for year in 2023..2026 {
                for id in 0..4 {
                    let id = id.to_string();
                    let mine = |r: &&ResultRow| r.year == year && r.school_id == id && r.subject == "ma";
                    let n = results.iter().filter(mine).filter(|r| r.mark.is_some()).count() as i64;
                    let x = results.iter().filter(mine).filter(|r| r.mark == Some(2)).count() as i64;
                    let row = found.get(&(year, "school".to_owned(), id));
                    let counts = row.and_then(|(_, x, n, _)| x.zip(*n));
                    prop_assert_eq!(counts, (n > 0).then_some((x, n)));
                    if let Some((state, ..)) = row {
                        prop_assert_eq!(state == "value", n >= 3 && year != 2023);
                    }
                }
            }
        }
    }
}
