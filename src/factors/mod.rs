//! Which social factors go with results, in which direction, how surely, and which do not; what a school achieves beyond
//! its context, and which schools are resilient.
//!
//! The method pack says which outcomes are explained, by which factors, what direction is expected, and how small an
//! influence is no noticeable one; schools outside its population take no part. Parameters: `set`, the pack's set of factors (its first one); `resamples`, of municipalities
//! behind the intervals of importance and the stability of signs (200; 0 leaves both out); `robust`, the errors that may take any form
//! inside a municipality (`cr1`, `cr2`, `wild`; `auto` is CR2, and the bootstrap where that tells too little). An effect is an association between
//! schools, never a cause and never a statement about pupils.

mod data;
mod effects;
mod inference;
mod model;
mod objectivity;
mod overlap;
mod points;
mod resilient;
mod school;

use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result, Year};
use crate::method::{Explained, FactorOutcome, FactorSet, MethodPack};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{
    FactorEffect, FactorModel, FactorOverlap, FactorPoint, Register, Resilient, ResilientCheck, SchoolEffect,
    Shares, Table, floats, ints, texts,
};

/// The columns of `context_index` that are read.
const CONTEXT_COLUMNS: &[&str] = &["year", "school_id", "index"];

/// The stage `factors`.
pub struct Factors;

/// Its parameters, and the pack that they speak of.
struct Asked {
    pack: MethodPack,
    set: FactorSet,
    resamples: usize,
    robust: inference::Robust,
}

const PARAMETERS: [&str; 3] = ["set", "resamples", "robust"];

impl Asked {
    /// `None` where the method names no factors.
    fn read(declared: &Declared<'_>) -> Result<Option<Self>> {
        let params = Params::of(declared.params, &PARAMETERS)?;
        let (path, text) = declared.document("method")?;
        let pack = MethodPack::parse(path, text)?;
        let plan = &pack.factors;
        if plan.sets.is_empty() {
            return Ok(None);
        }
        let known: Vec<&str> = plan.sets.iter().map(|set| set.id.as_str()).collect();
        let name = params.text("set")?.or(known.first().copied()).unwrap_or_default();
        let set = plan.set(name).cloned().ok_or_else(|| {
            Fault::new(FaultCode::NameUnknown)
                .with("kind", "set")
                .with("name", name)
                .with("known", known.join(", "))
        })?;
        let resamples = params.whole("resamples", 200, 0..=100_000)?;
        let kinds = inference::Robust::ALL;
        let robust = params.word("robust", &kinds.map(|(name, _)| name))?;
        let robust = kinds.into_iter().find(|(name, _)| *name == robust).map_or(kinds[0].1, |(_, kind)| kind);
        Ok(Some(Self { set, resamples, robust, pack }))
    }

    fn scores(&self) -> bool {
        self.pack.factors.outcomes.iter().any(|o| matches!(o.explained, Explained::Score(_)))
    }
}

impl Stage for Factors {
    fn kind(&self) -> &'static str {
        "factors"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Asked::read(declared).map(drop)
    }

    fn reads(&self, declared: &Declared<'_>) -> Result<Vec<Read>> {
        let Some(asked) = Asked::read(declared)? else { return Ok(Vec::new()) };
        let mut of_school: Vec<&'static str> = Register::COLUMNS.to_vec();
        of_school.extend(asked.pack.population.columns());
        of_school.sort_unstable();
        of_school.dedup();
        let mut reads = vec![
            Read::columns("indicator_value", data::COUNT_COLUMNS),
            Read::columns("measure", Shares::COLUMNS),
            Read::columns("school", &of_school),
            Read::columns("context_index", CONTEXT_COLUMNS).or_empty(),
            Read::columns("marker_evidence", objectivity::COLUMNS).or_empty(),
        ];
        if asked.scores() {
            let mut columns: Vec<&'static str> = data::SCORE_COLUMNS.to_vec();
            for indicator in asked.pack.indicators.iter().filter(|i| i.table.name == "result") {
                columns.extend(indicator.columns());
            }
            columns.sort_unstable();
            columns.dedup();
            reads.push(Read::columns("result", &columns));
        }
        Ok(reads)
    }

    fn writes(&self) -> &'static [&'static str] {
        &[
            "factor_effect",
            "factor_model",
            "factor_overlap",
            "factor_point",
            "resilient",
            "resilient_check",
            "school_effect",
        ]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        vec!["method".to_owned()]
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let Some(asked) = Asked::read(&input.declared)? else { return no_factors(&input.declared) };
        let names: Vec<&str> = asked.set.expected.iter().map(|(name, _)| name.as_str()).collect();
        let shares = Shares::read(input.table("measure")?, &names)?;
        let register = Register::read(input.table("school")?)?;
        let counted = data::Counted::read(input.table("indicator_value")?, &asked.pack)?;
        let context = data::Context::of(input.declared.years, &shares, &names);
        let overlaps = overlap::overlaps(&context, &asked.set);
        let entangled = overlap::entangled(&overlaps);
        let signs = objectivity::Signs::read(input.table("marker_evidence")?)?;
        let outside = asked.pack.population.outside(input.table("school")?)?;
        let last = input.declared.years.last().copied().unwrap_or(Year(0));
        let outcomes = &asked.pack.factors.outcomes;
        input.progress.total(outcomes.len() as u64);
        let answer = |outcome: &FactorOutcome| -> Result<Answer> {
            let mut results = match outcome.explained {
                Explained::Score(_) => data::scores(input.table("result")?, &asked.pack, outcome)?,
                Explained::LowShare | Explained::Participation => counted.results(outcome),
            };
            for ((_, year), schools) in &mut results {
                schools.retain(|school, _| outside.reason(school, Year(*year)).is_none());
            }
            let question = |schools_used: &'static str| effects::Question {
                outcome,
                set: &asked.set,
                schools_used,
                resamples: asked.resamples,
                robust: asked.robust,
                seed: input.seed,
                entangled: &entangled,
            };
            let mut answer =
                Answer::of(&question("all"), &model::Rows::of(&results, &context, &register, last));
            if !outcome.exam {
                // inflation goes with context: without the schools that carry a sign of it
                let marked = |school: &str| signs.of(school) == objectivity::Objectivity::Marked;
                results.values_mut().for_each(|schools| schools.retain(|school, _| !marked(school)));
                let rows = model::Rows::of(&results, &context, &register, last);
                answer.add(Answer::without_marked(&question("unmarked"), &rows, signs.is_empty()));
            }
            input.progress.advance(1);
            Ok(answer)
        };
        let answers: Vec<Result<Answer>> = outcomes.par_iter().map(answer).collect();
        let mut all = Answer::default();
        for answer in answers {
            all.add(answer?);
        }
        let (resilient, checks) = match &asked.pack.factors.resilient {
            None => (Vec::new(), Vec::new()),
            Some(rule) => {
                let context = latest_context(input.table("context_index")?)?;
                let objectivity = |school: &str| signs.of(school);
                let evidence = resilient::Evidence::new(rule, &context, &all.schools, &objectivity);
                (resilient::rows(&evidence), resilient::checks(&evidence))
            }
        };
        let tables = vec![
            ("factor_effect", FactorEffect::frame(all.effects)?),
            ("factor_model", FactorModel::frame(all.models)?),
            ("factor_overlap", FactorOverlap::frame(overlaps)?),
            ("factor_point", FactorPoint::frame(all.points)?),
            ("resilient", Resilient::frame(resilient)?),
            ("resilient_check", ResilientCheck::frame(checks)?),
            ("school_effect", SchoolEffect::frame(all.schools)?),
        ];
        Ok(Output { tables, ..Output::default() })
    }
}

/// What the stage writes where the method names no factors: nothing, and that it is so.
fn no_factors(declared: &Declared<'_>) -> Result<Output> {
    let (path, text) = declared.document("method")?;
    let found = Finding::new(FindingCode::NotOfMethod, Place::File(path.to_owned()));
    let set = Params::of(declared.params, &PARAMETERS)?.text("set")?.unwrap_or("[[factors.set]]").to_owned();
    let found = found.column("factors").value(set).detail(MethodPack::parse(path, text)?.id);
    let tables = vec![
        ("factor_effect", FactorEffect::frame(Vec::new())?),
        ("factor_model", FactorModel::frame(Vec::new())?),
        ("factor_overlap", FactorOverlap::frame(Vec::new())?),
        ("factor_point", FactorPoint::frame(Vec::new())?),
        ("resilient", Resilient::frame(Vec::new())?),
        ("resilient_check", ResilientCheck::frame(Vec::new())?),
        ("school_effect", SchoolEffect::frame(Vec::new())?),
    ];
    Ok(Output { tables, findings: vec![found], ..Output::default() })
}

/// Everything that is said about outcomes.
#[derive(Default)]
struct Answer {
    effects: Vec<FactorEffect>,
    models: Vec<FactorModel>,
    points: Vec<FactorPoint>,
    schools: Vec<SchoolEffect>,
}

impl Answer {
    fn of(question: &effects::Question<'_>, rows: &model::Rows) -> Self {
        let fitted = model::fit(rows, question.robust);
        let outlook = fitted.as_ref().map_err(|status| *status);
        let id = &question.outcome.id;
        let scores = matches!(question.outcome.explained, Explained::Score(_));
        let fitted = fitted.as_ref().ok();
        Self {
            effects: effects::effects(question, rows, outlook),
            models: vec![effects::model(question, rows, outlook)],
            points: fitted
                .filter(|_| question.outcome.primary)
                .map_or_else(Vec::new, |f| points::points(id, rows, f)),
            schools: fitted.filter(|_| scores).map_or_else(Vec::new, |f| school::effects(id, rows, f)),
        }
    }

    /// The same without marked schools: effects and model alone. Where nothing was tested there is nothing to leave out.
    fn without_marked(question: &effects::Question<'_>, rows: &model::Rows, untested: bool) -> Self {
        if untested {
            let model = effects::model(question, rows, Err("no_markers"));
            return Self { models: vec![model], ..Self::default() };
        }
        let fitted = model::fit(rows, question.robust);
        let outlook = fitted.as_ref().map_err(|status| *status);
        Self {
            effects: effects::effects(question, rows, outlook),
            models: vec![effects::model(question, rows, outlook)],
            ..Self::default()
        }
    }

    fn add(&mut self, other: Self) {
        self.effects.extend(other.effects);
        self.models.extend(other.models);
        self.points.extend(other.points);
        self.schools.extend(other.schools);
    }
}

/// Each school's index of the latest year that knows any.
fn latest_context(frame: &DataFrame) -> Result<BTreeMap<String, f64>> {
    if frame.height() == 0 {
        return Ok(BTreeMap::new());
    }
    let (years, schools, values) =
        (ints(frame, "year")?, texts(frame, "school_id")?, floats(frame, "index")?);
    let rows = years.into_iter().zip(schools).zip(values);
    let known: Vec<(i32, String, f64)> =
        rows.filter_map(|((year, school), value)| Some((year?, school?, value?))).collect();
    let latest = known.iter().map(|(year, ..)| *year).max();
    Ok(known
        .into_iter()
        .filter(|(year, ..)| Some(*year) == latest)
        .map(|(_, school, v)| (school, v))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::Factors;
    use crate::base::{FaultCode, Seed, Year};
    use crate::pipeline::{Declared, Input, Quiet, Stage};
    use crate::stats::{Rng, expit};
    use crate::tables::{
        ContextIndex, IndicatorValue, MarkerEvidence, Measure, ResultRow, School, Table, floats, texts,
    };
    use polars::prelude::DataFrame;
    use std::collections::BTreeMap;

    const PACK: &str = r#"
id = "p"
version = "1"
title = { ru = "Метод", en = "Method" }
basis = "none"
status = "experimental"
[[indicator]]
id = "low_ma"
title = { ru = "Доля", en = "Share" }
table = "result"
where = "procedure = 'oge' AND period = 'main' AND NOT repeat"
numerator = "SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)"
denominator = "COUNT(mark)"
better = "low"
min_n = 5
[[factors.set]]
id = "s"
source = { ru = "никто", en = "nobody" }
expected = { absent = 1, housing = 0, inert = 0, other_housing = 0, poor = 1, rich = 1 }
related = [["housing", "other_housing"]]
[[factors.outcome]]
id = "oge_low"
title = { ru = "Доля", en = "Share" }
of = ["low_*"]
explains = "low_share"
primary = true
exam = true
noticeable = 0.05
"#;

    /// Two years of a region: `poor` acts with 0.9 a ten points, `rich` with −0.9, `inert` not; the housings are what the other
    /// leaves.
    struct Made {
        counts: Vec<IndicatorValue>,
        measures: Vec<Measure>,
        schools: Vec<School>,
    }

    fn region(municipalities: usize, schools: usize) -> Made {
        let mut rng = Rng::new(5);
        let mut made = Made { counts: Vec::new(), measures: Vec::new(), schools: Vec::new() };
        let shifts: Vec<f64> = (0..municipalities).map(|_| 0.2 * rng.normal()).collect();
        for at in 0..schools {
            let id = format!("{at:04}");
            let share = |rng: &mut Rng| 5 + rng.below(50);
            let (poor, rich, inert, housing) =
                (share(&mut rng), share(&mut rng), share(&mut rng), 30 + rng.below(60));
            let own = 0.2 * rng.normal() + shifts[at % municipalities];
            let low = expit(-1.5 + 9.0 * (poor as f64 - rich as f64) / 200.0 + own);
            for year in [2024, 2025] {
                made.schools.push(School {
                    year,
                    school_id: id.clone(),
                    municipality: format!("m{:02}", at % municipalities),
                    ..School::default()
                });
                let shares = [
                    ("poor", poor),
                    ("rich", rich),
                    ("inert", inert),
                    ("housing", housing),
                    ("other_housing", 200 - housing),
                ];
                made.measures.extend(shares.map(|(measure, count)| Measure {
                    year,
                    period: "year".into(),
                    school_id: id.clone(),
                    measure: measure.into(),
                    numerator: Some(count as f64),
                    denominator: Some(200.0),
                    unit: "share".into(),
                    status: "value".into(),
                    ..Measure::default()
                }));
                made.counts.push(IndicatorValue {
                    indicator: "low_ma".into(),
                    year,
                    level: "school".into(),
                    entity_id: id.clone(),
                    state: "value".into(),
                    numerator: i64::try_from(rng.binomial(40, low)).ok(),
                    denominator: Some(40),
                    ..IndicatorValue::default()
                });
            }
        }
        made
    }

    fn run(made: Made, pack: &str) -> BTreeMap<&'static str, DataFrame> {
        run_with(made, pack, "resamples = 40")
    }

    fn run_with(made: Made, pack: &str, params: &str) -> BTreeMap<&'static str, DataFrame> {
        let years = [2024, 2025].map(Year);
        let params: toml::Table = params.parse().unwrap();
        let documents = BTreeMap::from([("method".to_owned(), ("p.toml".to_owned(), pack.to_owned()))]);
        let declared = Declared { years: &years, languages: &[], params: &params, documents: &documents };
        Factors.check(&declared).unwrap();
        let tables = BTreeMap::from([
            ("indicator_value", IndicatorValue::frame(made.counts).unwrap()),
            ("measure", Measure::frame(made.measures).unwrap()),
            ("school", School::frame(made.schools).unwrap()),
            ("result", ResultRow::frame(Vec::new()).unwrap()),
            ("context_index", ContextIndex::frame(Vec::new()).unwrap()),
            ("marker_evidence", MarkerEvidence::frame(Vec::new()).unwrap()),
        ]);
        let input =
            Input { declared, tables: &tables, seed: Seed(1), run: "", sources: &Quiet, progress: &Quiet };
        Factors.run(&input).unwrap().tables.into_iter().collect()
    }

    fn column(tables: &BTreeMap<&'static str, DataFrame>, name: &str) -> BTreeMap<String, Option<String>> {
        let effects = &tables["factor_effect"];
        let factors = texts(effects, "factor").unwrap().into_iter().flatten();
        factors.zip(texts(effects, name).unwrap()).collect()
    }

    fn said(tables: &BTreeMap<&'static str, DataFrame>, name: &str, factor: &str) -> String {
        column(tables, name)[factor].clone().unwrap_or_default()
    }

    #[test]
    fn what_acts_what_does_not_and_what_cannot_be_told() {
        let tables = run(region(14, 240), PACK);
        let verdict = |factor: &str| said(&tables, "verdict", factor);
        assert_eq!((verdict("poor").as_str(), verdict("rich").as_str()), ("acts", "acts"));
        assert_eq!(said(&tables, "agreement", "poor"), "agrees");
        assert_eq!(said(&tables, "agreement", "rich"), "contradicts");
        assert_eq!(verdict("inert"), "no_influence");
        assert_eq!(
            (verdict("absent"), said(&tables, "reason", "absent")),
            ("not_estimable".into(), "unknown_factor".into())
        );
        // of two shares that are what the other leaves one is enough, and the other is named
        assert_eq!(said(&tables, "reason", "other_housing"), "entangled");
        assert_eq!(said(&tables, "overlaps", "other_housing"), "housing");
        assert_eq!(
            texts(&tables["factor_overlap"], "kind").unwrap(),
            [Some("complementary".to_owned()), Some("complementary".to_owned())]
        );
        let effects = &tables["factor_effect"];
        let (factors, estimates) = (texts(effects, "factor").unwrap(), floats(effects, "estimate").unwrap());
        let at = factors.iter().position(|f| f.as_deref() == Some("poor")).unwrap();
        assert!((estimates[at].unwrap() - 0.9).abs() < 0.15, "{:?}", estimates[at]);
        let of = |name: &str| floats(effects, name).unwrap()[at].unwrap();
        assert!(of("difference_low") < of("difference") && of("difference") < of("difference_high"));
        assert!(of("importance") > 0.1 && of("stability") > 0.99 && of("vif") < 2.0);
        assert_eq!(tables["factor_point"].height(), 240 * 4);
    }

    #[test]
    fn an_effect_of_two_municipalities_is_not_called_sure() {
        // the model sees an effect on average; it is that of two municipalities of seven, and errors of any form see that
        let mut made = region(7, 210);
        let inert: BTreeMap<String, f64> = made
            .measures
            .iter()
            .filter(|m| m.measure == "inert")
            .map(|m| (m.school_id.clone(), m.numerator.unwrap_or_default()))
            .collect();
        let of: BTreeMap<String, String> =
            made.schools.iter().map(|s| (s.school_id.clone(), s.municipality.clone())).collect();
        for count in made.counts.iter_mut().filter(|c| ["m00", "m01"].contains(&of[&c.entity_id].as_str())) {
            let low = 40.0 * expit(-1.5 + 0.15 * (inert[&count.entity_id] - 30.0));
            count.numerator = Some(low as i64);
        }
        let tables = run(made, PACK);
        let effects = &tables["factor_effect"];
        let at =
            texts(effects, "factor").unwrap().iter().position(|f| f.as_deref() == Some("inert")).unwrap();
        let of = |name: &str| floats(effects, name).unwrap()[at].unwrap();
        assert!(of("p_holm") < 0.05 && of("p_robust") > 0.05, "{} {}", of("p_holm"), of("p_robust"));
        assert_eq!(said(&tables, "reason", "inert"), "uneven");
    }

    #[test]
    fn the_bootstrap_can_be_asked_for_and_agrees_with_cr2_where_both_know_enough() {
        let p = |kind: &str| {
            let params = format!("resamples = 0\nrobust = '{kind}'");
            let tables = run_with(region(14, 240), PACK, &params);
            assert_eq!(said(&tables, "robust", "inert"), kind);
            assert_eq!(said(&tables, "verdict", "poor"), "acts");
            let effects = &tables["factor_effect"];
            let at =
                texts(effects, "factor").unwrap().iter().position(|f| f.as_deref() == Some("inert")).unwrap();
            floats(effects, "p_robust").unwrap()[at].unwrap()
        };
        let (cr2, wild) = (p("cr2"), p("wild"));
        assert!((cr2 - wild).abs() < 0.1, "{cr2} {wild}");
    }

    #[test]
    fn rare_results_of_many_factors_are_refused_in_words_of_their_own() {
        let mut made = region(14, 120);
        made.counts.iter_mut().enumerate().for_each(|(at, count)| {
            count.numerator = Some(i64::from(at % 15 == 0));
        });
        let tables = run(made, PACK);
        assert_eq!(
            texts(&tables["factor_model"], "status").unwrap()[0].as_deref(),
            Some("too_few_events"),
            "16 low results of 240 rows, four factors"
        );
        assert_eq!(said(&tables, "reason", "poor"), "too_few_events");
    }

    #[test]
    fn nothing_is_sure_where_municipalities_are_few_and_nothing_is_estimated_where_it_cannot_be() {
        for municipalities in [1, 3] {
            let tables = run(region(municipalities, 120), PACK);
            assert_eq!(said(&tables, "verdict", "poor"), "cannot_tell", "{municipalities}");
            assert_eq!(said(&tables, "reason", "poor"), "few_municipalities");
        }
        let status = |made: Made| {
            let tables = run(made, PACK);
            assert!(column(&tables, "verdict").values().all(|v| v.as_deref() == Some("not_estimable")));
            texts(&tables["factor_model"], "status").unwrap()[0].clone().unwrap()
        };
        assert_eq!(status(region(4, 6)), "too_few_schools");
        let mut parted = region(14, 120);
        let poor: BTreeMap<String, f64> = parted
            .measures
            .iter()
            .filter(|m| m.measure == "poor")
            .map(|m| (m.school_id.clone(), m.numerator.unwrap_or_default()))
            .collect();
        parted
            .counts
            .iter_mut()
            .for_each(|c| c.numerator = Some(if poor[&c.entity_id] > 30.0 { 40 } else { 0 }));
        assert_eq!(status(parted), "separation");
    }

    #[test]
    fn a_set_that_the_pack_does_not_have_is_named() {
        let years = [Year(2025)];
        let params: toml::Table = "set = 'irkutsk'".parse().unwrap();
        let documents = BTreeMap::from([("method".to_owned(), ("p.toml".to_owned(), PACK.to_owned()))]);
        let declared = Declared { years: &years, languages: &[], params: &params, documents: &documents };
        assert_eq!(Factors.check(&declared).unwrap_err().code, FaultCode::NameUnknown);
    }
}
