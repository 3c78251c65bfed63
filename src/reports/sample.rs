//! A hand-made region for the tests of this room.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::{Seed, Year};
use crate::method::Decision;
use crate::pipeline::{Declared, Input, Quiet};
use crate::tables::{
    Cluster, ClusterChoice, ClusterProfile, ClusterType, ContextIndex, FactorEffect, FactorModel, FindingRow,
    IndicatorValue, JournalAgreement, ListChange, ListEntry, ListModel, Measure, Reason, ResultRow, School,
    SeriesBreak, Source, Table,
};
use crate::text::Lang;

/// The code of a pupil, which no file shows.
pub const PUPIL: &str = "51234";
const METHOD: &str = include_str!("../../pipelines/methods/federal-847.toml");

/// The documents of the repository, and its method.
pub fn documents() -> BTreeMap<String, (String, String)> {
    [
        ("method", "pipelines/methods/federal-847.toml", METHOD),
        (
            "report/identification.ru.md",
            "reports/identification.ru.md",
            include_str!("../../reports/identification.ru.md"),
        ),
        (
            "report/identification.en.md",
            "reports/identification.en.md",
            include_str!("../../reports/identification.en.md"),
        ),
        ("report/report.css", "reports/theme/report.css", include_str!("../../reports/theme/report.css")),
    ]
    .into_iter()
    .map(|(name, path, text)| (name.to_owned(), (path.to_owned(), text.to_owned())))
    .collect()
}

/// Runs a test over the sample's input with these documents.
pub fn with_input<T>(
    documents: &BTreeMap<String, (String, String)>,
    test: impl FnOnce(&Input<'_>) -> T,
) -> T {
    with_list("low_results", documents, test)
}

/// The same where the pack's list has this id.
pub fn with_list<T>(
    list: &str,
    documents: &BTreeMap<String, (String, String)>,
    test: impl FnOnce(&Input<'_>) -> T,
) -> T {
    let tables = tables(list);
    let params = toml::Table::new();
    test(&Input {
        declared: Declared {
            years: &[Year(2024), Year(2025)],
            languages: &Lang::ALL,
            params: &params,
            documents,
        },
        tables: &tables,
        seed: Seed(7),
        run: "sample-0",
        sources: &Quiet,
        progress: &Quiet,
    })
}

fn id(i: i64) -> String {
    format!("{}", 203_000 + i)
}

fn name(i: i64) -> String {
    if i == 3 {
        "МБОУ «<b>Школа</b> № 10» _х_".to_owned()
    } else {
        format!("МБОУ СОШ № {}", i + 1)
    }
}

fn municipality(i: i64) -> String {
    format!("{} район", ["Заречный", "Ёлкинский", "Горный"][usize::try_from(i % 3).unwrap()])
}

/// Every school with its municipality.
pub fn schools() -> impl Iterator<Item = (String, String)> {
    (0..40).map(|i| (id(i), municipality(i)))
}

fn share(part: i64, all: i64) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(all).unwrap())
}

fn state(i: i64) -> &'static str {
    match i % 7 {
        0 => "listed",
        5 => "not_assessable",
        _ => "not_listed",
    }
}

/// Who was decided on: one computed to be on the list, one not, one that cannot be assessed.
fn decided(i: i64) -> Option<&'static str> {
    match i {
        14 => Some("not_listed"),
        1 | 5 => Some("listed"),
        _ => None,
    }
}

/// The schools that cannot be assessed have each a reason of its own.
fn cell_state(i: i64, criterion: &str, year: i32) -> &'static str {
    match i {
        5 => "missing",
        12 if year == 2024 => "missing",
        12 | 19 => "not_assessable",
        26 if criterion == "low_share_vpr_ma5" => "missing",
        33 => "not_applicable",
        _ => "value",
    }
}

fn obstacle(i: i64) -> Option<(&'static str, Option<i32>, Option<i64>)> {
    match i {
        5 => Some(("no_results", None, None)),
        12 => Some(("no_results", Some(2024), None)),
        19 => Some(("few_participants", Some(2025), Some(6))),
        26 => Some(("few_criteria", Some(2025), None)),
        33 => Some(("no_tests", None, None)),
        _ => None,
    }
}

fn chance(i: i64) -> Option<f64> {
    (state(i) != "not_assessable")
        .then(|| if state(i) == "listed" { 0.97 - 0.02 * i as f64 } else { 0.5 - 0.01 * i as f64 })
}

/// What no list counts: a standardised mean, and who of the eleventh-graders is below the minimum.
fn figures() -> Vec<IndicatorValue> {
    let row = |indicator: &str, level: &str, entity: String, value: f64, part: Option<i64>| IndicatorValue {
        indicator: indicator.into(),
        year: 2025,
        level: level.into(),
        school_id: (level == "school").then(|| entity.clone()),
        entity_id: entity,
        unit: if part.is_some() { "share" } else { "deviations" }.into(),
        state: "value".into(),
        value: Some(value),
        numerator: part,
        denominator: Some(20),
        ..IndicatorValue::default()
    };
    let of = |level: &str, entity: String| {
        let below = row("ege_below_min_ru", level, entity.clone(), 0.05, Some(1));
        [row("z_vpr_ma5", level, entity, if level == "region" { -1e-17 } else { -0.4321 }, None), below]
    };
    let places = schools().map(|(_, municipality)| municipality).collect::<std::collections::BTreeSet<_>>();
    let schools = schools().map(|(id, _)| ("school", id));
    let places = places.into_iter().map(|place| ("municipality", place));
    let all = schools.chain(places).chain([("region", "region".to_owned())]);
    all.flat_map(|(level, entity)| of(level, entity)).collect()
}

fn change(list: &str, i: i64, change: &str, criterion: &str, turn: &str) -> ListChange {
    let known = |value: f64| (!criterion.is_empty()).then_some(value);
    ListChange {
        list: list.into(),
        year: 2025,
        school_id: id(i),
        name_short: name(i),
        municipality: municipality(i),
        change: change.into(),
        state_before: if change == "entered" { "not_listed" } else { "listed" }.into(),
        state: state(i).into(),
        criterion: criterion.into(),
        turn: turn.into(),
        before_year: (!criterion.is_empty()).then_some(2023),
        value_before: known(0.2),
        criterion_year: (!criterion.is_empty()).then_some(2025),
        value: known(0.4).filter(|_| turn != "unseen_now"),
        participants: (!criterion.is_empty()).then_some(9),
        threshold: known(0.3),
        change_probability: Some(0.6),
        change_verdict: Some("undecided".into()),
    }
}

fn frame<T: Table>(rows: Vec<T>) -> (&'static str, DataFrame) {
    (T::SPEC.name, T::frame(rows).unwrap())
}

/// The tables of the sample, whose list has this id.
pub fn tables(list: &str) -> BTreeMap<&'static str, DataFrame> {
    let schools = 40;
    let entries = (0..schools)
        .map(|i| ListEntry {
            list: list.into(),
            year: 2025,
            school_id: id(i),
            name_short: name(i),
            municipality: municipality(i),
            decided: decided(i).map(str::to_owned),
            state: state(i).into(),
            criteria_met: if state(i) == "listed" { 2 } else { 0 },
            criteria_assessable: if state(i) == "not_assessable" { 0 } else { 2 },
            criteria_needed: 2,
            years: "2024, 2025".into(),
            probability: chance(i),
            probability_error: chance(i).map(|p| (p * (1.0 - p) / 2000.0).sqrt()),
            verdict: chance(i).map(|p| Decision::default().word(p).to_owned()),
            deficit: chance(i).map(|p| 2.0 * p - 0.6),
            rank: chance(i).map(|_| (i + 1) as i32),
            rank_low: chance(i).map(|_| (i as i32 - 3).max(1)),
            rank_high: chance(i).map(|_| (i + 7) as i32),
            tier: chance(i).map(|_| 1 + (i / 9) as i32),
            obstacle: obstacle(i).map(|(word, ..)| word.to_owned()),
            obstacle_year: obstacle(i).and_then(|(_, year, _)| year),
            obstacle_participants: obstacle(i).and_then(|(.., most)| most),
        })
        .collect();
    let mut reasons = Vec::new();
    for i in 0..schools {
        for criterion in ["low_share_vpr_ru5", "low_share_vpr_ma5"] {
            for year in [2024, 2025] {
                let all = 12 + (i * 13 + i64::from(year)) % 70;
                let part = if state(i) == "listed" { all * 2 / 5 + 1 } else { all * (2 + i % 6) / 30 };
                let cell = cell_state(i, criterion, year);
                let known = cell == "value";
                let few = cell == "not_assessable";
                reasons.push(Reason {
                    list: list.into(),
                    year: 2025,
                    school_id: id(i),
                    criterion: criterion.into(),
                    criterion_year: year,
                    state: cell.into(),
                    value: known.then(|| share(part, all)),
                    low: known.then(|| (share(part, all) - 0.1).max(0.0)),
                    high: known.then(|| (share(part, all) + 0.12).min(1.0)),
                    numerator: if few { Some(1) } else { known.then_some(part) },
                    denominator: if few { Some(6) } else { known.then_some(all) },
                    threshold: 0.3,
                    comparison: ">=".into(),
                    met: known.then(|| share(part, all) >= 0.3),
                    distance_pupils: known.then(|| part - all * 3 / 10),
                    probability: known.then(|| if share(part, all) >= 0.3 { 0.87 } else { 0.12 }),
                });
            }
        }
    }
    let findings = [
        ("I204", "warning", Some(12)),
        ("S110", "note", None),
        ("I203", "error", Some(13)),
        ("I201", "warning", Some(14)),
    ]
    .into_iter()
    .map(|(code, severity, row)| FindingRow {
        path: "data/vpr/Ф1_РУ_5_2024.xlsx".into(),
        sheet: "РУ 5".into(),
        row,
        column: row.map(|_| "AB".to_owned()),
        canonical: row.map(|_| "score_printed".to_owned()),
        code: code.into(),
        severity: severity.into(),
        value: row.map(|_| "=1+1|<script>".to_owned()),
        detail: Some("31".into()),
        stage: "ingest".into(),
    })
    .collect();
    let contexts = (0..schools)
        .map(|i| ContextIndex {
            year: 2025,
            school_id: id(i),
            index: Some(share(i, 20) - 1.0),
            low: Some(share(i, 20) - 1.4),
            high: Some(share(i, 20) - 0.6),
            measures_known: 9,
            measures_asked: 9,
            pupils: Some(400),
        })
        .collect();
    let profiles = (1..=3)
        .flat_map(|cluster| {
            ["low_income", "large_families"].map(|measure| ClusterProfile {
                size: "near".to_owned(),
                year: 2025,
                cluster,
                measure: measure.into(),
                mean: 0.1 * f64::from(cluster),
                region_mean: 0.2,
                z_mean: f64::from(cluster) - 2.0,
                schools: 13,
            })
        })
        .collect();
    let effects = [
        ("oge_low", "low_income", Some((0.21, 0.002)), -1, "acts", None),
        ("oge_low", "both_parents_graduates", Some((0.11, 0.031)), 1, "acts", None),
        ("oge_low", "large_families", Some((0.02, 0.62)), -1, "cannot_tell", Some("wide")),
        ("oge_low", "single_parent", Some((0.01, 0.9)), 0, "no_influence", None),
        ("vpr_low", "low_income", None, -1, "not_estimable", Some("separation")),
    ]
    .map(|(outcome, factor, fit, results_expected, verdict, reason)| {
        let sure = verdict == "acts";
        let agreement = if results_expected < 0 { "agrees" } else { "contradicts" };
        FactorEffect {
            outcome: outcome.into(),
            schools_used: "all".into(),
            factor: factor.into(),
            step: 0.1,
            estimate: fit.map(|(estimate, _)| estimate),
            std_error: fit.map(|_| 0.05),
            df: fit.map(|_| 9.5),
            low: fit.map(|(estimate, _)| estimate - 0.1),
            high: fit.map(|(estimate, _)| estimate + 0.1),
            p: fit.map(|(_, p)| p / 2.0),
            p_holm: fit.map(|(_, p)| p),
            difference: fit.map(|(estimate, _)| estimate / 8.0),
            difference_low: fit.map(|(estimate, _)| estimate / 8.0 - 0.012),
            difference_high: fit.map(|(estimate, _)| estimate / 8.0 + 0.012),
            spread: fit.map(|_| 0.2),
            noticeable: 0.03,
            p_equivalence: fit.map(|(estimate, _)| estimate),
            p_equivalence_holm: fit.map(|(estimate, _)| estimate),
            robust: fit.map(|_| "cr2".to_owned()),
            std_error_robust: fit.map(|_| 0.06),
            p_robust: fit.map(|(_, p)| p),
            importance: fit.map(|(estimate, _)| estimate / 2.0),
            importance_low: fit.map(|(estimate, _)| estimate / 4.0),
            importance_high: fit.map(|(estimate, _)| estimate),
            stability: fit.map(|_| 0.97),
            vif: fit.map(|_| 1.8),
            results_expected,
            results_found: if sure { -1 } else { 0 },
            agreement: sure.then(|| agreement.to_owned()),
            verdict: verdict.into(),
            reason: reason.map(str::to_owned),
            ..FactorEffect::default()
        }
    })
    .into();
    let models = [("oge_low", true, "fitted"), ("vpr_low", false, "separation")]
        .map(|(outcome, primary, status)| FactorModel {
            outcome: outcome.into(),
            schools_used: "all".into(),
            explains: "low_share".into(),
            primary,
            tests: 6,
            rows: 240,
            schools: 40,
            schools_left_out: 2,
            pupils: 3000,
            clusters: 12,
            clustered_by: "municipality".into(),
            between_sd: (status == "fitted").then_some(0.4),
            municipality_sd: None,
            dispersion: (status == "fitted").then_some(1.4),
            explained: (status == "fitted").then_some(0.3),
            condition: (status == "fitted").then_some(12.0),
            status: status.into(),
        })
        .into();
    let journals = [("region", "region".to_owned()), ("school", id(0))]
        .into_iter()
        .flat_map(|(level, entity)| {
            ["ru", "ma"].map(|subject| JournalAgreement {
                year: 2025,
                wave: Some("spring".into()),
                procedure: "vpr".into(),
                grade: 5,
                subject: subject.into(),
                level: level.into(),
                entity_id: entity.clone(),
                participants: 100,
                both_marks: 90,
                lowered: 30,
                confirmed: 55,
                raised: 5,
                lowered_by_two: Some(2),
                lowered_share: Some(30.0 / 90.0),
                lowered_low: Some(0.24),
                lowered_high: Some(0.44),
                confirmed_share: Some(55.0 / 90.0),
                confirmed_low: Some(0.5),
                confirmed_high: Some(0.7),
                raised_share: Some(5.0 / 90.0),
                raised_low: Some(0.02),
                raised_high: Some(0.12),
                lowered_expected: Some(0.2),
                lowered_against_expected: Some("more".into()),
                basis: "pupils".into(),
                ..JournalAgreement::default()
            })
        })
        .collect();
    let register = (0..schools)
        .map(|i| School {
            year: 2025,
            school_id: id(i),
            name_short: name(i),
            name_full: None,
            municipality: municipality(i),
            oktmo: None,
            inn: None,
            parent: None,
            kind: Some("general".into()),
            locality: Some("village".into()),
            enrolment: Some(300),
            source_id: "s2".into(),
            row: 2,
        })
        .collect();
    let sources = vec![Source {
        source_id: "s1".into(),
        path: "data/vpr/Ф1_РУ_5_2024.xlsx".into(),
        sheet: "РУ 5".into(),
        content_hash: "00".into(),
        layout: Some("f1".into()),
        layout_reason: "declared".into(),
        rows_read: 1234,
        rows_set_aside: 1,
    }];
    let results = vec![ResultRow {
        year: 2025,
        wave: Some("spring".into()),
        procedure: "vpr".into(),
        grade: 5,
        subject: "ru".into(),
        school_id: id(0),
        class: None,
        pupil_code: Some(PUPIL.into()),
        variant: None,
        sex: None,
        score_printed: Some(30.0),
        score_tasks: Some(31.0),
        max_score: Some(45.0),
        test_score: None,
        mark: Some(4),
        journal_mark: None,
        below_min: None,
        form: None,
        period: None,
        attempt: None,
        status: "present".into(),
        category: None,
        repeat: false,
        source_id: "s1".into(),
        row: 12,
    }];
    let breaks = vec![SeriesBreak {
        indicator: "low_share_vpr_ru5".into(),
        year: 2025,
        procedure: "vpr".into(),
        kind: "revised".into(),
        text_ru: "пересмотрены шкалы".into(),
        text_en: "scales were revised".into(),
        source: "—".into(),
        certainty: "weak".into(),
    }];
    BTreeMap::from([
        frame::<IndicatorValue>(figures()),
        frame::<SeriesBreak>(breaks),
        frame::<ListEntry>(entries),
        frame::<crate::tables::Decision>(
            [14, 1, 5]
                .map(|i| crate::tables::Decision {
                    list: list.into(),
                    year: 2025,
                    school_id: id(i),
                    decided: decided(i).unwrap_or_default().into(),
                    decided_by: "комиссия".into(),
                    decided_on: "2025-08-25".into(),
                    document: format!("протокол {i}"),
                    ..Default::default()
                })
                .into(),
        ),
        frame::<ListChange>(vec![
            change(list, 0, "entered", "low_share_vpr_ru5", "reached"),
            change(list, 1, "left", "low_share_vpr_ma5", "unseen_now"),
            change(list, 7, "stays", "", ""),
        ]),
        frame::<ListModel>(vec![ListModel {
            list: list.into(),
            year: 2025,
            draws: 2000,
            seed: "17".into(),
            schools: 40,
            shares: 480,
            error_max: 0.012,
            spread_school: Some(0.6),
            ..ListModel::default()
        }]),
        frame::<Reason>(reasons),
        frame::<FindingRow>(findings),
        frame::<ContextIndex>(contexts),
        frame::<Cluster>(Vec::new()),
        frame::<ClusterProfile>(profiles),
        frame::<ClusterType>(Vec::new()),
        frame::<ClusterChoice>(vec![ClusterChoice { year: 2025, k: Some(3), ..Default::default() }]),
        frame::<FactorEffect>(effects),
        frame::<FactorModel>(models),
        frame::<JournalAgreement>(journals),
        frame::<School>(register),
        frame::<Source>(sources),
        frame::<ResultRow>(results),
        frame::<Measure>(Vec::new()),
    ])
}
