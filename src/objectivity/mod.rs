//! Discrepancies between ВПР, journals and exams as graded evidence, and how often it would accuse an honest school.
//!
//! Parameters: `min_pupils`, participants with both marks from which on a share is held against the expected one (10);
//! `regions`, honest regions of either kind that are simulated for the false-flag rates (200; 0 for none).
//!
//! `read` turns rows into counts; `kernels` say what a school's counts in one test show against the rest of the region;
//! `weigh` finds the norm of the region in each kind and holds every school against it; `grade` is the declared rule; `null`
//! is our own model of this region without inflation, and `simulate` runs the whole procedure on it. The base of everything
//! about journals is participants who have both marks: a missing journal mark is neither confirmed nor raised. A
//! discrepancy is a sign to look at, not an accusation.

mod agreement;
mod grade;
mod items;
mod kernels;
mod kind;
mod kinship;
mod lift;
mod null;
mod official;
mod printed;
mod read;
mod region;
mod rows;
mod simulate;
mod weigh;

use crate::base::Result;
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{
    JournalAgreement, JournalTransition, Marker, MarkerEvidence, MarkerKind, MarkerNull, MarkerPower,
    Register, ScoreCurve, Table,
};

/// Honest regions of each kind that are simulated where the pipeline does not say.
const REGIONS: usize = 200;

/// The stage `objectivity`.
pub struct Objectivity;

impl Stage for Objectivity {
    fn kind(&self) -> &'static str {
        "objectivity"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        asked(declared).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("result", &[read::COLUMNS, items::KEYS].concat()),
            Read::columns("school", Register::COLUMNS).or_empty(),
            Read::all("journal_comparison").or_empty(),
            Read::columns("item_score", items::COLUMNS).or_empty(),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &[
            "journal_agreement",
            "journal_transition",
            "marker",
            "marker_evidence",
            "marker_kind",
            "marker_null",
            "marker_power",
            "score_curve",
        ]
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let register = Register::read(input.table("school")?)?;
        let years: Vec<i32> = input.declared.years.iter().map(|year| year.0).collect();
        let (region, classes) = read::read(input.table("result")?, &years)?;
        let asked = asked(&input.declared)?;
        let steps = if asked.signs { simulate::steps(asked.regions) } else { 0 };
        input.progress.total((region.tests.len() + steps) as u64);
        let mut agreements = Vec::new();
        for (sat, classes) in region.tests.iter().zip(&classes) {
            agreements.extend(agreement::of_test(sat, classes, &region.schools, &register, asked.min_pupils));
            input.progress.advance(1);
        }
        let mut signs = if asked.signs { signs(&region, &asked, input) } else { Signs::default() };
        if asked.signs {
            signs.markers.extend(items::markers(
                &region,
                input.table("result")?,
                input.table("item_score")?,
            )?);
        }
        let comparisons = input.table("journal_comparison")?;
        agreements.extend(printed::rows(comparisons, &agreements, &years, asked.min_pupils)?);
        let tables = vec![
            ("journal_agreement", JournalAgreement::frame(agreements)?),
            ("journal_transition", JournalTransition::frame(rows::transitions(&region, &register))?),
            ("marker", Marker::frame(signs.markers)?),
            ("marker_evidence", MarkerEvidence::frame(signs.evidence)?),
            ("marker_kind", MarkerKind::frame(signs.kinds)?),
            ("marker_null", MarkerNull::frame(signs.nulls)?),
            ("marker_power", MarkerPower::frame(signs.power)?),
            ("score_curve", ScoreCurve::frame(rows::curves(&region))?),
        ];
        Ok(Output { tables, ..Output::default() })
    }
}

/// What the signs say, and how often they would say it of the honest.
#[derive(Default)]
struct Signs {
    markers: Vec<Marker>,
    evidence: Vec<MarkerEvidence>,
    kinds: Vec<MarkerKind>,
    nulls: Vec<MarkerNull>,
    power: Vec<MarkerPower>,
}

fn signs(region: &region::Region, asked: &Asked, input: &Input<'_>) -> Signs {
    let said = weigh::listen(region);
    let outcome = weigh::weigh(region, &said, false);
    let q = grade::adjust(&outcome.schools);
    let verdicts =
        kind::Finding::ALL.map(|finding| (finding, grade::of_region(region, &outcome.schools, &q, finding)));
    let simulated = if asked.regions > 0 {
        let null = null::Null::fit(region, &said, &outcome);
        simulate::simulate(&null, asked.regions, input.seed.0, input.progress)
    } else {
        simulate::Simulated::default()
    };
    let mut markers = rows::markers(region, &said);
    markers.extend(official::markers(region));
    Signs {
        markers,
        evidence: rows::evidence(region, &verdicts, &simulated),
        kinds: rows::kinds(region, &outcome, &q),
        nulls: rows::nulls(&simulated, asked.regions),
        power: rows::power(&simulated),
    }
}

/// The stage's parameters: `min_pupils`; `signs = "no"` for the comparison with the journal alone; `regions`, simulated ones.
struct Asked {
    min_pupils: u64,
    signs: bool,
    regions: usize,
}

fn asked(declared: &Declared<'_>) -> Result<Asked> {
    let params = Params::of(declared.params, &["min_pupils", "regions", "signs"])?;
    let min_pupils = u64::try_from(params.whole("min_pupils", 10, 1..=1_000)?).unwrap_or(u64::MAX);
    let signs = params.word("signs", &["yes", "no"])? == "yes";
    Ok(Asked { min_pupils, signs, regions: params.whole("regions", REGIONS, 0..=10_000)? })
}

#[cfg(test)]
mod tests {
    use super::Objectivity;
    use crate::base::{Seed, Year};
    use crate::pipeline::{Declared, Input, Quiet, Stage};
    use crate::tables::{self, ItemScore, JournalAgreement, JournalComparison, ResultRow, School, Table};
    use std::collections::BTreeMap;

    /// `count` pupils of a school with a mark and a journal mark.
    fn pupils(school: &str, mark: Option<i32>, journal_mark: Option<i32>, count: usize) -> Vec<ResultRow> {
        let row = ResultRow {
            year: 2024,
            procedure: "vpr".into(),
            grade: 5,
            subject: "ma".into(),
            school_id: school.into(),
            mark,
            journal_mark,
            status: "present".into(),
            ..ResultRow::default()
        };
        vec![row; count]
    }

    fn run(results: Vec<ResultRow>, schools: &[(&str, &str)]) -> polars::prelude::DataFrame {
        let register = schools
            .iter()
            .map(|&(id, municipality)| School {
                year: 2023,
                school_id: id.into(),
                municipality: municipality.into(),
                ..School::default()
            })
            .collect();
        let frames = BTreeMap::from([
            ("result", ResultRow::frame(results).unwrap()),
            ("school", School::frame(register).unwrap()),
            ("journal_comparison", JournalComparison::frame(Vec::new()).unwrap()),
            ("item_score", ItemScore::frame(Vec::new()).unwrap()),
        ]);
        let (params, documents) = (toml::toml! { regions = 0 }, BTreeMap::new());
        let declared =
            Declared { years: &[Year(2024)], languages: &[], params: &params, documents: &documents };
        let input =
            Input { declared, tables: &frames, seed: Seed(1), run: "", sources: &Quiet, progress: &Quiet };
        let output = Objectivity.run(&input).unwrap();
        let (name, frame) = output.tables.into_iter().next().unwrap();
        assert_eq!(name, "journal_agreement");
        tables::sort(JournalAgreement::SPEC, &frame).unwrap()
    }

    #[test]
    fn counts_shares_and_expectations_by_hand() {
        let results = [
            // a: 20 pupils, 15 lowered
            pupils("a", Some(3), Some(4), 12),
            pupils("a", Some(2), Some(4), 3),
            pupils("a", Some(4), Some(4), 4),
            pupils("a", Some(5), Some(4), 1),
            // b and c: journal 4: 10 of 40 lowered; journal 3: 0 of 20
            pupils("b", Some(3), Some(4), 10),
            pupils("b", Some(4), Some(4), 10),
            pupils("c", Some(4), Some(4), 20),
            pupils("c", Some(3), Some(3), 20),
            // no part in the base: no journal mark, no mark, absent, another procedure, repeats
            pupils("a", Some(3), None, 5),
            pupils("a", None, Some(5), 2),
            pupils("a", Some(2), Some(5), 4)
                .into_iter()
                .map(|r| ResultRow { status: "absent".into(), ..r })
                .collect(),
            pupils("a", Some(2), Some(5), 4)
                .into_iter()
                .map(|r| ResultRow { procedure: "oge".into(), ..r })
                .collect(),
            pupils("a", Some(2), Some(5), 4).into_iter().map(|r| ResultRow { repeat: true, ..r }).collect(),
        ]
        .concat();
        let frame = run(results, &[("a", "North"), ("b", "North"), ("c", "South")]);
        let entity = tables::texts(&frame, "entity_id").unwrap();
        let at = |name: &str| entity.iter().position(|e| e.as_deref() == Some(name)).unwrap();
        let count = |column: &str, name: &str| tables::int64s(&frame, column).unwrap()[at(name)].unwrap();
        let real = |column: &str, name: &str| tables::floats(&frame, column).unwrap()[at(name)];
        let word = |name: &str| tables::texts(&frame, "lowered_against_expected").unwrap()[at(name)].clone();
        assert_eq!(frame.height(), 6);
        assert_eq!((count("participants", "a"), count("both_marks", "a")), (25, 20));
        let parts = ["lowered", "confirmed", "raised", "lowered_by_two"].map(|c| count(c, "a"));
        assert_eq!(parts, [15, 4, 1, 3]);
        assert_eq!((count("both_marks", "North"), count("both_marks", "region")), (40, 80));
        // the rest of the region lowers 10 of 40 with journal mark 4
        assert!((real("lowered_expected", "a").unwrap() - 0.25).abs() < 1e-15);
        assert_eq!(word("a").as_deref(), Some("more"));
        // c: journal 4: 25 of 40 elsewhere; journal 3: nobody elsewhere has one, so nothing can be expected
        assert_eq!((real("lowered_expected", "c"), word("c")), (None, None));
        assert_eq!((real("lowered_expected", "region"), word("region")), (None, None));
        // the municipality North against South: 0 of 20
        assert!(real("lowered_expected", "North").unwrap().abs() < 1e-15);
        assert!((real("lowered_share", "b").unwrap() - 0.5).abs() < 1e-15);
        assert!(real("lowered_low", "b").unwrap() < 0.5 && real("lowered_high", "b").unwrap() > 0.5);
    }

    #[test]
    fn classes_low_achievers_and_agreement_stand_beside() {
        let class = |name: &str, rows: Vec<ResultRow>| {
            rows.into_iter().map(|row| ResultRow { class: Some(name.into()), ..row }).collect::<Vec<_>>()
        };
        let results = [
            class("5А", [pupils("a", Some(2), Some(4), 6), pupils("a", Some(4), Some(4), 6)].concat()),
            class("5Б", [pupils("a", Some(2), Some(2), 3), pupils("a", Some(3), Some(2), 2)].concat()),
            class("5А", pupils("b", Some(4), Some(4), 40)),
        ]
        .concat();
        let frame = run(results, &[]);
        let (levels, classes) =
            (tables::texts(&frame, "level").unwrap(), tables::texts(&frame, "class").unwrap());
        let at = |level: &str, class: Option<&str>| {
            let is =
                |row: &usize| levels[*row].as_deref() == Some(level) && classes[*row].as_deref() == class;
            (0..frame.height()).find(is).unwrap()
        };
        // b has one class: it is the school
        assert_eq!(levels.iter().filter(|level| level.as_deref() == Some("class")).count(), 2);
        let whole = |column: &str, row: usize| tables::int64s(&frame, column).unwrap()[row];
        let (first, second, school) = (at("class", Some("5А")), at("class", Some("5Б")), at("school", None));
        assert_eq!((whole("lowered", first), whole("both_marks", first)), (Some(6), Some(12)));
        assert_eq!(whole("raised", second), Some(2));
        let low = ["low_both", "low_test_only", "low_journal_only"].map(|column| whole(column, school));
        assert_eq!(low, [Some(3), Some(6), Some(2)]);
        let word = &tables::texts(&frame, "lowered_against_expected").unwrap()[first];
        assert_eq!(word.as_deref(), Some("more"));
        // the margins of 5А: twelve of 4 in the journal, six and six in the test; (6)² / 6 with one degree of freedom
        let p = tables::floats(&frame, "margins_p").unwrap()[first].unwrap();
        assert!((p - crate::stats::chi_square_above(6.0, 1.0).unwrap()).abs() < 1e-12, "{p}");
        let kappa = tables::floats(&frame, "kappa").unwrap();
        assert!(kappa[first].unwrap().abs() < 1e-12 && kappa[second].is_none(), "too few pupils in 5Б");
    }

    #[test]
    fn nine_pupils_are_too_few_to_be_held_against_the_expected() {
        let all_lowered = |count| {
            let rest = [pupils("b", Some(4), Some(4), 30), pupils("b", Some(3), Some(4), 3)].concat();
            let frame = run([pupils("a", Some(3), Some(4), count), rest].concat(), &[]);
            let at =
                tables::texts(&frame, "entity_id").unwrap().iter().position(|e| e.as_deref() == Some("a"));
            let expected = tables::floats(&frame, "lowered_expected").unwrap()[at.unwrap()];
            (
                expected.is_some(),
                tables::texts(&frame, "lowered_against_expected").unwrap()[at.unwrap()].clone(),
            )
        };
        assert_eq!(all_lowered(9), (true, None));
        assert_eq!(all_lowered(10), (true, Some("more".to_owned())));
    }

    #[test]
    fn a_school_outside_the_register_counts_for_the_region_alone() {
        let frame = run(pupils("x", Some(3), None, 3), &[]);
        let levels = tables::texts(&frame, "level").unwrap();
        assert_eq!(levels.into_iter().flatten().collect::<Vec<_>>(), ["region", "school"]);
        assert_eq!(tables::floats(&frame, "lowered_share").unwrap(), [None, None]);
    }
}
