//! The method pack's indicators at every level, with intervals and beta-binomial values.
//!
//! Polars counts pupils by school and year (whole numbers only); everything else is made of these counts: shares,
//! Wilson intervals, the shrunken value, sums for municipalities and the region.

mod breaks;
mod counts;
mod figure;
mod levels;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::base::{Fault, Place, Result};
use crate::method::{Indicator, MethodPack};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{IndicatorValue, Register, SeriesBreak, Table};

/// The stage `indicators`. It has no parameters: the method pack says everything.
pub struct Indicators;

fn pack(declared: &Declared<'_>) -> Result<MethodPack> {
    let (path, text) = declared.document("method")?;
    MethodPack::parse(path, text)
}

impl Stage for Indicators {
    fn kind(&self) -> &'static str {
        "indicators"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Params::of(declared.params, &[])?;
        breaks::read(declared)?;
        pack(declared).map(drop)
    }

    fn reads(&self, declared: &Declared<'_>) -> Result<Vec<Read>> {
        let mut columns: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
        columns.entry("school").or_default().extend(Register::COLUMNS);
        for indicator in &pack(declared)?.indicators {
            columns.entry(indicator.table.name).or_default().extend(indicator.columns());
        }
        Ok(columns
            .into_iter()
            .map(|(table, columns)| Read::columns(table, &columns.into_iter().collect::<Vec<_>>()))
            .collect())
    }

    fn writes(&self) -> &'static [&'static str] {
        &["indicator_value", "series_break"]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        vec!["method".to_owned(), breaks::DOCUMENT.to_owned()]
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let pack = pack(&input.declared)?;
        let register = Register::read(input.table("school")?)?;
        input.progress.total(u64::try_from(pack.indicators.len()).unwrap_or_default());
        let mut rows: Vec<IndicatorValue> = Vec::new();
        let counted = counts::count(&pack.indicators, |table| input.table(table));
        for (indicator, counted) in pack.indicators.iter().zip(counted) {
            let mut counted = counted.map_err(|fault| at(fault, indicator))?;
            if pack.population.branches_with_parent {
                counted = counted.with_parents(&register);
            }
            let years = input.declared.years.par_iter();
            let values =
                years.map(|&year| levels::values(indicator, year, &counted, &register, &pack.population));
            rows.extend(values.collect::<Result<Vec<_>>>()?.into_iter().flatten());
            input.progress.advance(1);
        }
        let (known, years) = (breaks::read(&input.declared)?, input.declared.years);
        let breaks = pack.indicators.iter().flat_map(|indicator| breaks::of(indicator, &known, years));
        let tables = vec![
            ("indicator_value", IndicatorValue::frame(rows)?),
            ("series_break", SeriesBreak::frame(breaks.collect())?),
        ];
        Ok(Output { tables, ..Output::default() })
    }
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
    use crate::tables::{IndicatorValue, ResultRow, School, Table, int64s, ints, texts};

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
        let years = [2023, 2024, 2025].map(Year);
        let params = toml::Table::new();
        let documents = BTreeMap::from([("method".to_owned(), ("p.toml".to_owned(), pack.to_owned()))]);
        let declared = Declared { years: &years, languages: &[], params: &params, documents: &documents };
        Indicators.check(&declared)?;
        let tables =
            BTreeMap::from([("result", ResultRow::frame(results)?), ("school", School::frame(schools)?)]);
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
