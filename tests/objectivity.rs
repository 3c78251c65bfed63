//! The objectivity stage on data whose figures were published.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use rsoko::base::{Seed, Year};
use rsoko::objectivity::Objectivity;
use rsoko::pipeline::{Declared, Input, Quiet, Stage};
use rsoko::tables::{self, ItemScore, JournalComparison, ResultRow, School, Table};

/// The tests of 2019 with the share of pupils below the journal: 26 to 58 % in grades 6 and 7, by subject.
const LOWERED: [(i32, &str, f64); 6] =
    [(6, "ru", 0.40), (6, "hi", 0.58), (6, "ma", 0.34), (7, "ru", 0.45), (7, "ma", 0.26), (7, "bi", 0.50)];
/// The school that stands out, with its published shares of marks 3 and above: the journal has no mark 2.
const STANDS_OUT: &str = "artemovskaya";
const PASSED: [usize; 6] = [6, 3, 6, 1, 6, 4];
const SAT: [usize; 6] = [9, 7, 8, 9, 9, 8];

fn pupils(test: (i32, &str), school: &str, marks: &[(i32, i32)]) -> Vec<ResultRow> {
    let row = |(number, &(journal, mark)): (usize, &(i32, i32))| ResultRow {
        year: 2019,
        wave: Some("spring".into()),
        procedure: "vpr".into(),
        grade: test.0,
        subject: test.1.into(),
        school_id: school.into(),
        pupil_code: Some(format!("{number}")),
        mark: Some(mark),
        journal_mark: Some(journal),
        score_tasks: Some(f64::from(mark * 4)),
        max_score: Some(20.0),
        status: "present".into(),
        ..ResultRow::default()
    };
    marks.iter().enumerate().map(row).collect()
}

/// A school that lowers as the district does: journal marks 3, 4, 5 in turn, the first so many of every ten lowered.
fn usual(pupils: usize, share: f64, school: usize) -> Vec<(i32, i32)> {
    (0..pupils)
        .map(|pupil| {
            let journal = 3 + i32::try_from(pupil % 3).unwrap();
            // spread evenly over journal marks and schools
            let place = (pupil * 7 + school * 3) % 20;
            let lowered = (place as f64 + 0.5) / 20.0 < share;
            (journal, if lowered { journal - 1 } else { journal })
        })
        .collect()
}

fn district() -> Vec<ResultRow> {
    let mut rows = Vec::new();
    for (at, (grade, subject, share)) in LOWERED.into_iter().enumerate() {
        for school in 0..10 {
            let marks = usual(24 + 5 * school, share, school);
            rows.extend(pupils((grade, subject), &format!("school-{school}"), &marks));
        }
        let failed = SAT[at] - PASSED[at];
        let marks: Vec<(i32, i32)> = (0..SAT[at])
            .map(|pupil| match pupil {
                pupil if pupil < failed => (3 + i32::from(pupil % 2 == 0), 2),
                pupil if pupil % 3 == 0 => (4, 4),
                _ => (4, 3),
            })
            .collect();
        rows.extend(pupils((grade, subject), STANDS_OUT, &marks));
    }
    rows
}

fn run(rows: Vec<ResultRow>) -> BTreeMap<&'static str, DataFrame> {
    let frames = BTreeMap::from([
        ("result", ResultRow::frame(rows).unwrap()),
        ("school", School::frame(Vec::new()).unwrap()),
        ("journal_comparison", JournalComparison::frame(Vec::new()).unwrap()),
        ("item_score", ItemScore::frame(Vec::new()).unwrap()),
    ]);
    let (params, documents) = (toml::toml! { regions = 2 }, BTreeMap::new());
    let declared = Declared { years: &[Year(2019)], languages: &[], params: &params, documents: &documents };
    Objectivity.check(&declared).unwrap();
    let input =
        Input { declared, tables: &frames, seed: Seed(1), run: "", sources: &Quiet, progress: &Quiet };
    Objectivity.run(&input).unwrap().tables.into_iter().collect()
}

#[test]
fn the_published_facts_of_a_district_come_out() {
    let tables = run(district());
    let agreement = &tables["journal_agreement"];
    let (levels, shares) =
        (tables::texts(agreement, "level").unwrap(), tables::floats(agreement, "lowered_share").unwrap());
    let mut of_region: Vec<f64> = levels
        .iter()
        .zip(shares)
        .filter(|(level, _)| level.as_deref() == Some("region"))
        .filter_map(|row| row.1)
        .collect();
    of_region.sort_by(f64::total_cmp);
    assert_eq!(of_region.len(), 6);
    assert!((of_region[0] - 0.26).abs() < 0.03 && (of_region[5] - 0.58).abs() < 0.03, "{of_region:?}");
    // the school that was named: the smallest p and the largest effect of all, and a grade
    let kinds = &tables["marker_kind"];
    let text = |name: &str| tables::texts(kinds, name).unwrap();
    let (markers, schools, years) = (text("marker"), text("school_id"), tables::ints(kinds, "year").unwrap());
    let (p, effects) = (tables::floats(kinds, "p").unwrap(), tables::floats(kinds, "effect").unwrap());
    let mut lowered: Vec<(f64, f64, String)> = (0..kinds.height())
        .filter(|&row| markers[row].as_deref() == Some("lowered") && years[row].is_none())
        .map(|row| (p[row].unwrap(), effects[row].unwrap(), schools[row].clone().unwrap()))
        .collect();
    lowered.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(lowered.len(), 11);
    assert_eq!(lowered[0].2, STANDS_OUT, "{lowered:?}");
    assert!(lowered[0].0 < 0.005 && lowered[1].0 > 0.05, "{lowered:?}");
    assert!(lowered.iter().all(|school| school.1 <= lowered[0].1), "{lowered:?}");
    let evidence = &tables["marker_evidence"];
    let text = |name: &str| tables::texts(evidence, name).unwrap().into_iter().flatten().collect::<Vec<_>>();
    let graded: Vec<(String, String)> = text("finding")
        .into_iter()
        .zip(text("school_id").into_iter().zip(text("evidence")))
        .filter(|(finding, (_, grade))| finding == "journal_inflated" && grade != "none")
        .map(|(_, school)| school)
        .collect();
    assert_eq!(graded.len(), 1, "{graded:?}");
    assert_eq!(graded[0].0, STANDS_OUT);
}

#[test]
fn the_same_seed_gives_the_same_rates() {
    let (first, again) = (run(district()), run(district()));
    for (name, frame) in &first {
        assert!(frame.equals_missing(&again[name]), "{name}");
    }
    let null = &first["marker_null"];
    assert!(null.height() > 0);
    let regions = tables::int64s(null, "regions").unwrap();
    assert!(regions.iter().all(|regions| *regions == Some(2)));
}

#[test]
fn the_density_test_is_the_published_one() {
    let r: serde_json::Value = serde_json::from_str(include_str!("reference/density_jump.json")).unwrap();
    let of = |name: &str| -> Vec<f64> {
        r[name].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    };
    let (below, at, above, k) = (of("below"), of("at"), of("above"), of("k"));
    let (more, fewer) = (of("more_log"), of("fewer_log"));
    for case in 0..below.len() {
        let jump =
            rsoko::stats::density_jump(below[case] as u64, at[case] as u64, above[case] as u64, k[case])
                .unwrap();
        for (ours, theirs) in [(jump.more, more[case]), (jump.fewer, fewer[case])] {
            // far tails are below the smallest number: the logarithms are compared where there is one
            let gap = if ours > 0.0 { (libm::log(ours) - theirs).abs() } else { f64::from(theirs > -700.0) };
            assert!(gap <= 1e-11 * theirs.abs().max(1.0), "{case}: {ours} {theirs}");
        }
    }
    // at the bound of the curvature it errs no more often than it says, and hardly less
    let size = of("size")[0];
    assert!(size <= 0.05 + 0.002 && size > 0.02, "{size}");
}
