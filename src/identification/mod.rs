//! The method pack's lists by their raw rule, with the reasons row by row, and the list by conditions of work.
//!
//! The rule works on whole numbers only: 3 pupils of 10 are exactly 30 %. What is uncertain about a membership stands
//! beside it (intervals, distance in pupils, the probability that the rule holds for the true shares) and never replaces it.

mod adverse;
mod cells;
mod change;
mod comparison;
mod decisions;
mod factor_change;
mod obstacle;
mod posterior;
mod rows;
mod rule;

use crate::base::{Finding, FindingCode, Place, Result, Year};
use crate::method::MethodPack;
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{
    AdverseIndex, AdverseShare, Decision, ListChange, ListComparison, ListEntry, ListModel, OfficialList,
    Reason, Register, Source, Table, TestReliability,
};

pub use rule::{Cell, Verdict, judge};

/// Draws where the pipeline does not say.
const DRAWS: usize = 2_000;

/// The stage `identification`. The method pack says what a list is; the parameter `draws` how many draws of the schools'
/// true shares stand behind its probabilities (0: none).
pub struct Identification;

fn draws(declared: &Declared<'_>) -> Result<usize> {
    Params::of(declared.params, &["draws"])?.whole("draws", DRAWS, 0..=100_000)
}

fn pack(declared: &Declared<'_>) -> Result<MethodPack> {
    let (path, text) = declared.document("method")?;
    MethodPack::parse(path, text)
}

impl Stage for Identification {
    fn kind(&self) -> &'static str {
        "identification"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        draws(declared)?;
        pack(declared)?;
        decisions::read(declared).map(drop)
    }

    fn reads(&self, declared: &Declared<'_>) -> Result<Vec<Read>> {
        let mut columns = Register::COLUMNS.to_vec();
        columns.extend(pack(declared)?.population.columns());
        columns.sort_unstable();
        columns.dedup();
        let mut reads = vec![Read::all("indicator_value"), Read::columns("school", &columns)];
        reads.extend(adverse::reads());
        reads.extend(
            [OfficialList::SPEC, TestReliability::SPEC].map(|table| Read::all(table.name).or_empty()),
        );
        reads.push(Read::columns(Source::SPEC.name, &["source_id", "path", "sheet"]).or_empty());
        Ok(reads)
    }

    fn writes(&self) -> &'static [&'static str] {
        &["decision", "list_change", "list_comparison", "list_entry", "list_model", "reason"]
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        vec!["method".to_owned(), decisions::FOLDER.to_owned()]
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let pack = pack(&input.declared)?;
        let register = Register::read(input.table("school")?)?;
        let cells = cells::Cells::read(input.table("indicator_value")?)?;
        let reliabilities = input.tables.get(TestReliability::SPEC.name);
        let reliabilities =
            reliabilities.map(posterior::Reliabilities::read).transpose()?.unwrap_or_default();
        let outside = pack.population.outside(input.table("school")?)?;
        let mut findings: Vec<Finding> = outside
            .unmet()
            .map(|out| {
                Finding::new(FindingCode::ConditionWithoutSchools, out.place.clone()).value(&out.reason)
            })
            .collect();
        let left_out = |school: &str, year| outside.word(&register, school, year).map(str::to_owned);
        let known = rows::Known {
            pack: &pack,
            cells: &cells,
            register: &register,
            left_out: &left_out,
            reliabilities: &reliabilities,
            draws: draws(&input.declared)?,
            seed: input.seed,
        };
        let mut written = rows::Written::default();
        for rule in &pack.lists {
            let year = rows::list(rule, input.declared.years, &known, &mut written);
            findings.extend(earlier(input.declared.years, year));
        }
        // once, however many lists the pack has
        findings.dedup();
        if let [Some(index), Some(shares)] =
            [AdverseIndex::SPEC, AdverseShare::SPEC].map(|table| input.tables.get(table.name))
        {
            adverse::list(index, shares, &register, &mut written)?;
        }
        let (decisions, unusable) = decisions::apply(decisions::read(&input.declared)?, &mut written.entries);
        findings.extend(unusable);
        let lists: Vec<String> = pack.lists.iter().map(|rule| rule.id.clone()).collect();
        let official = input.tables.get(OfficialList::SPEC.name);
        let sources = input.tables.get(Source::SPEC.name).map(comparison::sources).transpose()?;
        let sources = sources.unwrap_or_default();
        let compared = official.map(|official| {
            comparison::compare(official, &sources, &lists, &written.entries, &written.reasons, &register)
        });
        let compared = compared.transpose()?.unwrap_or_default();
        findings.extend(compared.findings);
        let tables = vec![
            ("list_change", ListChange::frame(written.changes)?),
            ("list_entry", ListEntry::frame(written.entries)?),
            ("list_model", ListModel::frame(written.models)?),
            ("reason", Reason::frame(written.reasons)?),
            ("decision", Decision::frame(decisions)?),
            ("list_comparison", ListComparison::frame(compared.rows)?),
        ];
        Ok(Output { tables, findings, ..Output::default() })
    }
}

/// That a list is not one of the last year: `year` is the latest in which a school can be assessed.
fn earlier(years: &[Year], year: Option<Year>) -> Option<Finding> {
    let last = years.last().filter(|last| Some(**last) != year)?;
    let place = Place::Table(ListEntry::SPEC.name.to_owned());
    let detail = year.map_or_else(|| "none".to_owned(), |year| year.to_string());
    Some(Finding::new(FindingCode::ListOfEarlierYear, place).value(last.to_string()).detail(detail))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use polars::prelude::DataFrame;

    use super::Identification;
    use crate::base::{Seed, Year};
    use crate::pipeline::{Declared, Input, Quiet, Stage};
    use crate::tables::{
        IndicatorValue, ListEntry, Reason, School, Table, bools, conform, floats, int64s, ints, texts,
    };

    const FEDERAL: &str = include_str!("../../pipelines/methods/federal-847.toml");

    fn figure(indicator: &str, year: i32, school: &str, x: i64, n: i64) -> IndicatorValue {
        IndicatorValue {
            indicator: indicator.into(),
            year,
            level: "school".into(),
            entity_id: school.into(),
            state: if n >= 10 { "value" } else { "not_assessable" }.into(),
            numerator: Some(x),
            denominator: Some(n),
            ..IndicatorValue::default()
        }
    }

    fn run(figures: Vec<IndicatorValue>, schools: &[&str]) -> (DataFrame, DataFrame) {
        let school = |id: &&str| School {
            year: 2025,
            school_id: (*id).into(),
            name_short: format!("СОШ {id}"),
            municipality: "А".into(),
            ..School::default()
        };
        run_with(figures, schools.iter().map(school).collect())
    }

    fn run_with(figures: Vec<IndicatorValue>, register: Vec<School>) -> (DataFrame, DataFrame) {
        let years = [2023, 2024, 2025].map(Year);
        let params = toml::Table::new();
        let documents = BTreeMap::from([("method".to_owned(), ("p.toml".to_owned(), FEDERAL.to_owned()))]);
        let declared = Declared { years: &years, languages: &[], params: &params, documents: &documents };
        Identification.check(&declared).unwrap();
        let tables = BTreeMap::from([
            ("indicator_value", IndicatorValue::frame(figures).unwrap()),
            ("school", School::frame(register).unwrap()),
        ]);
        let input =
            Input { declared, tables: &tables, seed: Seed(1), run: "", sources: &Quiet, progress: &Quiet };
        let mut output = Identification.run(&input).unwrap();
        let reasons = conform(Reason::SPEC, &output.tables.remove(3).1).unwrap();
        (conform(ListEntry::SPEC, &output.tables.remove(1).1).unwrap(), reasons)
    }

    #[test]
    fn a_list_has_the_latest_year_in_which_a_school_can_be_assessed() {
        let two = ["low_share_vpr_ru5", "low_share_vpr_ma5"];
        let of = |years: &[i32], n| -> Vec<IndicatorValue> {
            years.iter().flat_map(|&year| two.map(|indicator| figure(indicator, year, "1", 6, n))).collect()
        };
        let year = |figures: Vec<IndicatorValue>| {
            let (entries, reasons) = run(figures, &["1"]);
            let [years, of_reasons] = [&entries, &reasons].map(|frame| ints(frame, "year").unwrap());
            assert!(of_reasons.iter().all(|year| *year == years[0]));
            (years[0], texts(&entries, "years").unwrap()[0].clone().unwrap())
        };
        assert_eq!(year(of(&[2023, 2024, 2025], 20)), (Some(2025), "2024, 2025".to_owned()));
        assert_eq!(year(of(&[2023, 2024], 20)), (Some(2024), "2023, 2024".to_owned()));
        let small = [of(&[2023, 2024], 20), of(&[2025], 9)].concat();
        assert_eq!(
            year(small),
            (Some(2024), "2023, 2024".to_owned()),
            "nobody has enough participants in 2025"
        );
        assert_eq!(year(vec![]), (Some(2025), String::new()), "nothing at all");
    }

    /// 1 is a school with a branch (4), 2 an evening school, 3 stands in no register.
    #[test]
    fn every_school_left_out_has_a_row_with_its_reason_and_no_figures() {
        let low = |id: &str| -> Vec<IndicatorValue> {
            let of = |year| ["low_share_vpr_ru5", "low_share_vpr_ma5"].map(|i| figure(i, year, id, 6, 20));
            [2024, 2025].into_iter().flat_map(of).collect()
        };
        let school = |id: &str, kind: &str, parent: Option<&str>| School {
            year: 2025,
            school_id: id.into(),
            kind: Some(kind.into()),
            parent: parent.map(str::to_owned),
            ..School::default()
        };
        let register = vec![
            school("1", "general", None),
            school("2", "evening", None),
            school("4", "branch", Some("1")),
            school("5", "branch", Some("no one knows")),
        ];
        let figures = ["1", "2", "3", "5"].map(low).concat();
        let (entries, reasons) = run_with(figures, register);
        let text = |name| texts(&entries, name).unwrap();
        let said: Vec<_> = text("state").into_iter().zip(text("obstacle")).collect();
        let state = |state: &str, why: Option<&str>| (Some(state.to_owned()), why.map(str::to_owned));
        assert_eq!(
            said,
            [
                state("listed", None),
                state("out_of_population", Some("evening")),
                state("listed", None),
                state("out_of_population", Some("branch")),
                state("listed", None),
            ],
            "a branch of nobody is a school of its own"
        );
        let of_reasons = texts(&reasons, "school_id").unwrap();
        assert!(of_reasons.iter().flatten().all(|id| ["1", "3", "5"].contains(&id.as_str())));
    }

    #[test]
    fn three_of_ten_twice_in_two_years_is_on_the_list_and_the_reasons_say_by_how_little() {
        let two = ["low_share_vpr_ru5", "low_share_vpr_ma5"];
        let mut figures = Vec::new();
        for indicator in two {
            // School 1: exactly at the cut in 2023 and 2025; 2024 was too small and is passed over.
            figures.push(figure(indicator, 2023, "1", 3, 10));
            figures.push(figure(indicator, 2024, "1", 0, 9));
            figures.push(figure(indicator, 2025, "1", 6, 20));
            // School 2: one pupil short in one year.
            figures.push(figure(indicator, 2024, "2", 3, 10));
            figures.push(figure(indicator, 2025, "2", 5, 20));
        }
        let (entries, reasons) = run(figures, &["1", "2", "3"]);
        let text = |name| texts(&entries, name).unwrap().into_iter().map(Option::unwrap).collect::<Vec<_>>();
        assert_eq!(text("state"), ["listed", "not_listed", "not_assessable"]);
        assert_eq!(text("years"), ["2023, 2025", "2024, 2025", ""]);
        assert_eq!(ints(&entries, "criteria_met").unwrap(), [Some(2), Some(0), Some(0)]);
        assert_eq!(ints(&entries, "criteria_assessable").unwrap(), [Some(2), Some(2), Some(0)]);
        assert_eq!(reasons.height(), 3 * 8 * 2);
        let school = texts(&reasons, "school_id").unwrap();
        let distance = int64s(&reasons, "distance_pupils").unwrap();
        let met = bools(&reasons, "met").unwrap();
        let mine: Vec<_> = (0..reasons.height())
            .filter(|&i| school[i].as_deref() == Some("1") && met[i] == Some(true))
            .collect();
        assert_eq!(mine.len(), 4);
        assert!(mine.iter().all(|&i| distance[i] == Some(1)));
        let short =
            (0..reasons.height()).filter(|&i| school[i].as_deref() == Some("2") && met[i] == Some(false));
        assert_eq!(short.map(|i| distance[i]).collect::<Vec<_>>(), [Some(-1), Some(-1)]);
        // two schools with results are too few to learn how schools differ
        assert!(floats(&reasons, "probability").unwrap().iter().all(Option::is_none));
    }
}
