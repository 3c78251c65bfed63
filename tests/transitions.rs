//! The stage `clusters` on regions whose types are known: moves and their probability, canonical labels, unstable types, names of
//! the method pack, measures that repeat each other.

#[path = "../benches/clusters_regions.rs"]
mod clusters_regions;

use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use rsoko::base::{Finding, Seed, Year};
use rsoko::clusters::{Clusters, Peers};
use rsoko::pipeline::{Declared, Input, Quiet, Stage};
use rsoko::stats::{Rng, expit, mean};
use rsoko::tables::{IndicatorValue, Measure, School, Table, bools, floats, int64s, ints, texts};

const PACK: &str = include_str!("../pipelines/methods/federal-847.toml");
const MEASURES: [&str; 3] = ["low_income", "large_families", "both_parents_graduates"];
const CENTRES: [[f64; 3]; 3] = [[-2.6, -2.4, 0.4], [-1.2, -1.5, -0.8], [0.2, -0.6, -2.0]];

/// A row of `measure`.
fn share(year: i32, school: usize, measure: &str, above: u64, pupils: u64) -> Measure {
    Measure {
        year,
        period: "year".into(),
        school_id: format!("{school:06}"),
        measure: measure.into(),
        numerator: Some(above as f64),
        denominator: Some(pupils as f64),
        unit: "share".into(),
        status: "value".into(),
        ..Measure::default()
    }
}

/// Three types over two years, and who truly moves: every twelfth school.
fn region(schools: usize, seed: u64) -> (Vec<Measure>, Vec<bool>) {
    let mut rng = Rng::new(seed);
    let (mut rows, mut moves) = (Vec::new(), Vec::new());
    for school in 0..schools {
        let pupils = 25 + 25 * rng.below(20);
        let own: Vec<f64> = (0..3).map(|_| 0.45 * rng.normal()).collect();
        let moved = school % 12 == 5;
        for year in [2024, 2025] {
            let kind = (school + usize::from(moved && year == 2025)) % 3;
            for (at, measure) in MEASURES.iter().enumerate() {
                let p = expit(CENTRES[kind][at] + own[at] + 0.05 * rng.normal());
                rows.push(share(year, school, measure, rng.binomial(pupils, p), pupils));
            }
        }
        moves.push(moved);
    }
    (rows, moves)
}

struct Answer {
    tables: BTreeMap<&'static str, DataFrame>,
    findings: Vec<Finding>,
}

impl Answer {
    fn ints(&self, table: &str, column: &str) -> Vec<Option<i32>> {
        ints(&self.tables[table], column).expect("a column")
    }

    fn texts(&self, table: &str, column: &str) -> Vec<Option<String>> {
        texts(&self.tables[table], column).expect("a column")
    }

    fn floats(&self, table: &str, column: &str) -> Vec<Option<f64>> {
        floats(&self.tables[table], column).expect("a column")
    }
}

/// What a stage says of tables, with these parameters and this pack.
fn asked(stage: &dyn Stage, tables: &BTreeMap<&'static str, DataFrame>, params: &str, pack: &str) -> Answer {
    let params: toml::Table = params.parse().expect("TOML");
    let pack = ("p.toml".to_owned(), pack.to_owned());
    let documents = BTreeMap::from([("method".to_owned(), pack)]);
    let years = [Year(2024), Year(2025)];
    let declared = Declared { years: &years, languages: &[], params: &params, documents: &documents };
    let input = Input { declared, tables, seed: Seed(4), run: "", sources: &Quiet, progress: &Quiet };
    let output = stage.run(&input).expect("the stage answers");
    Answer { tables: output.tables.into_iter().collect(), findings: output.findings }
}

/// What `clusters` says of measures; `more` stands at the end of the house's own pack.
fn clusters(rows: Vec<Measure>, params: &str, more: &str) -> Answer {
    clusters_by(rows, params, &format!("{PACK}\n{more}"))
}

fn clusters_by(rows: Vec<Measure>, params: &str, pack: &str) -> Answer {
    let tables = BTreeMap::from([
        ("measure", Measure::frame(rows).expect("a table")),
        ("school", School::frame(Vec::new()).expect("a table")),
    ]);
    asked(&Clusters, &tables, params, pack)
}

const THREE: &str = "columns = ['low_income', 'large_families', 'both_parents_graduates']\nk = 3\nresamples = 30\ncompare = ['ward']\n";

/// Of the schools that seem to move as many truly do as their probabilities add up to; and a move that is real has a large one.
#[test]
fn the_probability_of_a_move_is_what_it_says() {
    let (mut sure, mut said, mut seeming, mut true_moves) = (Vec::new(), 0.0, 0.0, 0.0);
    for seed in 1..=4 {
        let (rows, truth) = region(240, seed);
        let found = clusters(rows, THREE, "");
        let moved = bools(&found.tables["cluster_transition"], "moved").expect("a column");
        let schools = found.texts("cluster_transition", "school_id");
        let probabilities = found.floats("cluster_transition", "probability");
        assert_eq!(moved.len(), 240);
        for ((moved, school), probability) in moved.into_iter().zip(schools).zip(probabilities) {
            assert_eq!(moved == Some(true), probability.is_some(), "a probability for moves alone");
            let Some(probability) = probability else { continue };
            let is_real = truth[school.expect("a school").parse::<usize>().expect("a number")];
            said += probability;
            seeming += 1.0;
            true_moves += f64::from(u8::from(is_real));
            if is_real {
                sure.push(probability);
            }
        }
    }
    println!("{seeming} seem to move, {true_moves} do, {said:.1} expected; of true ones {:?}", mean(&sure));
    // 80 schools truly move; the sum of as many independent chances has a standard deviation of at most √seeming / 2
    assert!(true_moves >= 70.0, "{true_moves}");
    assert!((said - true_moves).abs() < 2.0 * f64::sqrt(seeming), "{said} {true_moves} {seeming}");
    assert!(mean(&sure).expect("some") > 0.85, "{sure:?}");
}

/// Regions without types of three kinds are not divided; types that lie clearly apart are found, and as many as there are. The
/// benchmark `clusters` does it with many regions and all draws.
#[test]
fn regions_without_types_are_not_divided_and_clear_types_are_found() {
    use clusters_regions::{Shape, said};
    for (at, shape) in [Shape::Cloud, Shape::Gradient, Shape::Skewed].into_iter().enumerate() {
        for seed in 0..3 {
            let found = said(shape, 120, 10 * at as u64 + seed, false);
            assert_eq!(found.k, None, "{}, seed {seed}: {found:?}", shape.name());
        }
    }
    let (mut right, mut agreements) = (0, Vec::new());
    for (k, seed) in [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3), (4, 1), (4, 2), (4, 3)] {
        let shape = Shape::Types(k, 8.0);
        let found = said(shape, 150, seed, false);
        println!("{}: {found:?}", shape.name());
        right += usize::from(found.k == i32::try_from(k).ok());
        agreements.extend(found.agreement);
    }
    // rare measures of small schools hide a part of what sets types apart
    assert!(right >= 6, "{right} of 9");
    assert!(mean(&agreements).expect("some") > 0.75, "{agreements:?}");
}

#[test]
fn shuffled_rows_and_any_number_of_threads_give_the_same_tables() {
    let (rows, _) = region(60, 9);
    let quick = "columns = ['low_income', 'large_families', 'both_parents_graduates']\nk = [2, 4]\nstarts = 5\nresamples = 10\nreferences = 5\ndraws = 50";
    let run = |rows: Vec<Measure>, threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| clusters(rows, quick, "").tables)
    };
    let first = run(rows.clone(), 1);
    let mut shuffled = rows;
    Rng::new(2).shuffle(&mut shuffled);
    for threads in [2, 8] {
        assert!(run(shuffled.clone(), threads) == first, "{threads} threads");
    }
    // numbers rise with the first column
    let profile = &first["cluster_profile"];
    let (measures, means) = (texts(profile, "measure").unwrap(), floats(profile, "mean").unwrap());
    let years = ints(profile, "year").unwrap();
    let own = |year: i32| -> Vec<f64> {
        let rows = years.iter().zip(&measures).zip(&means);
        rows.filter(|((y, m), _)| **y == Some(year) && m.as_deref() == Some("low_income"))
            .filter_map(|(_, v)| *v)
            .collect()
    };
    for year in [2024, 2025] {
        assert!(own(year).len() > 1 && own(year).windows(2).all(|pair| pair[0] < pair[1]), "{:?}", own(year));
    }
}

#[test]
fn the_consensus_of_clear_types_is_clear_and_methods_and_years_agree() {
    let (rows, _) = region(150, 3);
    let found = clusters(
        rows,
        THREE,
        "[[types.name]]\nyear = 2025\ntype = 1\nname = { ru = \"Благополучные\", en = \"Well off\" }",
    );
    let (own, other) =
        (found.ints("cluster_consensus", "cluster"), found.ints("cluster_consensus", "with_cluster"));
    assert_eq!(own.len(), 2 * 9);
    for ((own, other), together) in
        own.into_iter().zip(other).zip(found.floats("cluster_consensus", "together"))
    {
        let together = together.expect("a share");
        assert!(if own == other { together > 0.85 } else { together < 0.15 }, "{own:?} {other:?} {together}");
    }
    assert!(found.texts("cluster_pair", "school_id").is_empty(), "nobody asked for pairs");
    let others = found.texts("cluster_agreement", "other");
    assert_eq!(others.iter().flatten().collect::<Vec<_>>(), ["ward", "ward", "2024"]);
    assert!(found.floats("cluster_agreement", "adjusted_rand").iter().flatten().all(|ari| *ari > 0.6));
    assert_eq!(found.ints("cluster_type", "cluster_before")[3..], [Some(1), Some(2), Some(3)]);
    let names = found.texts("cluster_type", "name_en");
    assert_eq!(names[3].as_deref(), Some("Well off"));
    assert!(names[0].as_deref() != Some("Well off"));
    let sources = found.texts("cluster_type", "name_source");
    assert_eq!(sources.iter().flatten().filter(|source| *source == "declared").count(), 1);
}

/// The means of a school's pairs are what the consensus of the types says of it.
#[test]
fn the_consensus_of_schools_is_written_where_it_is_asked_for() {
    let (rows, _) = region(40, 3);
    let found = clusters(rows, &format!("{THREE}consensus = 'schools'\n"), "");
    let (years, own) = (found.ints("cluster_pair", "year"), found.texts("cluster_pair", "school_id"));
    let (with, together) =
        (found.texts("cluster_pair", "with_school"), found.floats("cluster_pair", "together"));
    assert_eq!(own.len(), 2 * 40 * 39 / 2);
    let (schools, in_year) = (found.texts("cluster", "school_id"), found.ints("cluster", "year"));
    let (types, said) = (found.ints("cluster", "cluster"), found.floats("cluster", "together"));
    let kind: BTreeMap<_, _> = in_year.iter().zip(&schools).zip(&types).collect();
    for (((school, year), own_type), said) in schools.iter().zip(&in_year).zip(&types).zip(said) {
        let pairs = (0..own.len()).filter(|&at| years[at] == *year);
        let other = pairs.filter_map(|at| match school {
            school if *school == own[at] => Some((&with[at], together[at])),
            school if *school == with[at] => Some((&own[at], together[at])),
            _ => None,
        });
        let same: Vec<f64> = other
            .filter(|(other, _)| kind[&(year, *other)] == own_type)
            .filter_map(|(_, share)| share)
            .collect();
        assert!((mean(&same).expect("pairs") - said.expect("a share")).abs() < 1e-12, "{school:?}");
    }
}

/// Types that somebody wants of schools without types: each school of an unstable one carries the word.
#[test]
fn unstable_types_are_called_so_at_every_school() {
    let mut rng = Rng::new(5);
    let mut rows = Vec::new();
    for (school, measure) in (0..90).flat_map(|school| MEASURES.map(|measure| (school, measure))) {
        let p = expit(-1.0 + 0.6 * rng.normal());
        rows.push(share(2025, school, measure, rng.binomial(300, p), 300));
    }
    let found = clusters(rows, &THREE.replace("k = 3", "k = 5"), "");
    let bands: BTreeMap<Option<i32>, Option<String>> =
        found.ints("cluster_type", "cluster").into_iter().zip(found.texts("cluster_type", "band")).collect();
    let weak = |band: &Option<String>| matches!(band.as_deref(), Some("unstable" | "dissolved"));
    assert!(bands.values().any(weak), "{bands:?}");
    for (cluster, band) in found.ints("cluster", "cluster").into_iter().zip(found.texts("cluster", "band")) {
        assert_eq!(band, bands[&cluster]);
    }
}

#[test]
fn measures_that_repeat_or_hold_each_other_are_named() {
    let mut rng = Rng::new(6);
    let mut rows = Vec::new();
    for school in 0..60 {
        let [wide, own, apart] = [-1.0, -1.5, -1.0].map(|middle| {
            let p = expit(middle + 0.8 * rng.normal());
            rng.binomial(200, p)
        });
        for (measure, above) in [
            ("low_income", wide),
            // a part of it, and nearly the same as another
            ("large_families", rng.binomial(wide, 0.6)),
            ("single_parent", own),
            ("one_parent_graduate", (own + 1 + rng.below(2)).min(200) - rng.below(3).min(own)),
            ("foster_care", apart),
        ] {
            rows.push(share(2025, school, measure, above, 200));
        }
    }
    let columns = "columns = ['low_income', 'large_families', 'single_parent', 'one_parent_graduate', 'foster_care']\nk = 2\nresamples = 0\ncompare = []";
    let found = clusters(rows, columns, "");
    let told: Vec<(String, String, String)> = found
        .findings
        .iter()
        .filter(|finding| matches!(finding.code.id(), "A430" | "A431"))
        .map(|f| {
            (
                f.code.id().to_owned(),
                f.column.clone().unwrap_or_default(),
                f.value.clone().unwrap_or_default(),
            )
        })
        .collect();
    let told: Vec<(&str, &str, &str)> =
        told.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(
        told,
        [("A431", "large_families", "low_income"), ("A430", "single_parent", "one_parent_graduate")]
    );
}

/// Schools lacking a measure: without a type unless the pack allows it, and then counted as replaced.
#[test]
fn unknown_measures_follow_the_rule_of_the_pack() {
    let (mut rows, _) = region(60, 7);
    rows.retain(|row| !(row.school_id == "000003" && row.measure == "low_income"));
    let strict = clusters(rows.clone(), THREE, "");
    let lenient = clusters_by(rows, THREE, &PACK.replace("missing_max = 0", "missing_max = 1"));
    let of = |found: &Answer, column: &str| {
        let schools = found.texts("cluster", "school_id");
        let at = schools.iter().position(|id| id.as_deref() == Some("000003")).expect("there");
        found.ints("cluster", column)[at]
    };
    assert_eq!((of(&strict, "cluster"), of(&strict, "measures_replaced")), (None, Some(0)));
    assert!(of(&lenient, "cluster").is_some());
    assert_eq!(of(&lenient, "measures_replaced"), Some(1));
    assert_eq!(int64s(&strict.tables["cluster_choice"], "left_out").unwrap(), [Some(1), Some(1)]);
}

/// Ten peers of a school are those of its own kind, and a school that does better than its peers is found among them.
#[test]
fn peers_are_schools_in_the_same_conditions_and_the_better_one_is_found() {
    let (rows, _) = region(120, 8);
    let mut rng = Rng::new(3);
    let value = |school: usize, low: u64| IndicatorValue {
        indicator: "low".into(),
        year: 2025,
        level: "school".into(),
        entity_id: format!("{school:06}"),
        state: "value".into(),
        numerator: Some(i64::try_from(low).expect("small")),
        denominator: Some(80),
        ..IndicatorValue::default()
    };
    let kind = |school: usize| (school + usize::from(school % 12 == 5)) % 3;
    // school 2 works with hard conditions as if they were easy
    let share = |school: usize| if school == 2 { 0.08 } else { [0.1, 0.25, 0.45][kind(school)] };
    let values: Vec<IndicatorValue> =
        (0..120).map(|school| value(school, rng.binomial(80, share(school)))).collect();
    let tables = BTreeMap::from([
        ("measure", Measure::frame(rows).expect("a table")),
        ("school", School::frame(Vec::new()).expect("a table")),
        ("indicator_value", IndicatorValue::frame(values).expect("a table")),
        ("cluster", rsoko::tables::Cluster::frame(Vec::new()).expect("a table")),
    ]);
    let params =
        "columns = ['low_income', 'large_families', 'both_parents_graduates']\nresults = { low = -1 }";
    let found = asked(&Peers, &tables, params, PACK);
    let number = |id: &Option<String>| id.as_ref().expect("an id").parse::<usize>().expect("a number");
    let pairs: Vec<(usize, usize)> = found
        .texts("peer", "school_id")
        .iter()
        .zip(&found.texts("peer", "peer_id"))
        .map(|(school, peer)| (number(school), number(peer)))
        .collect();
    assert_eq!(pairs.len(), 1_200);
    assert!(pairs.iter().all(|(school, peer)| school != peer));
    let alike = pairs.iter().filter(|(school, peer)| kind(*school) == kind(*peer)).count();
    assert!(alike > 1_080, "{alike} of 1200");
    assert_eq!(kind(2), 2);
    let places = found.texts("peer_place", "school_id");
    let own = places.iter().position(|id| number(id) == 2).expect("a place");
    assert_eq!(found.texts("peer_place", "verdict")[own].as_deref(), Some("better"));
    assert!(found.floats("peer_place", "better")[own].expect("a share") > 0.99);
    let low = found.floats("peer_place", "rank_low")[own].expect("a place");
    let high = found.floats("peer_place", "rank_high")[own].expect("a place");
    assert!(low <= 1.5 && high < 4.0 && low <= high, "{low} {high}");
}
