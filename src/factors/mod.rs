//! Which social factors go with results, in which direction, how surely, and which do not; what a school achieves beyond
//! its context, and which schools are resilient.
//!
//! The method pack says which outcomes are explained, by which factors, what direction is expected, and how small an
//! influence is no noticeable one; schools outside its population take no part. Parameters: `set`, the pack's set of factors (its first one); `resamples`, of municipalities
//! behind the intervals of importance and the stability of signs (200; 0 leaves both out). An effect is an association between
//! schools, never a cause and never a statement about pupils.

mod data;
mod effects;
mod model;
mod overlap;
mod points;
mod resilient;
mod school;

use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Result, Year};
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
}

impl Asked {
    fn read(declared: &Declared<'_>) -> Result<Self> {
        let params = Params::of(declared.params, &["set", "resamples"])?;
        let (path, text) = declared.document("method")?;
        let pack = MethodPack::parse(path, text)?;
        let plan = &pack.factors;
        let known: Vec<&str> = plan.sets.iter().map(|set| set.id.as_str()).collect();
        let name = params.text("set")?.or(known.first().copied()).unwrap_or_default();
        let set = plan.set(name).cloned().ok_or_else(|| {
            Fault::new(FaultCode::NameUnknown)
                .with("kind", "factor set")
                .with("name", name)
                .with("known", known.join(", "))
        })?;
        let resamples = params.whole("resamples", 200, 0..=100_000)?;
        Ok(Self { set, resamples, pack })
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
        let asked = Asked::read(declared)?;
        let mut of_school: Vec<&'static str> = Register::COLUMNS.to_vec();
        of_school.extend(asked.pack.population.columns());
        of_school.sort_unstable();
        of_school.dedup();
        let mut reads = vec![
            Read::columns("indicator_value", data::COUNT_COLUMNS),
            Read::columns("measure", Shares::COLUMNS),
            Read::columns("school", &of_school),
            Read::columns("context_index", CONTEXT_COLUMNS).or_empty(),
        ];
        if asked.scores() {
            let mut columns: Vec<&'static str> = data::SCORE_COLUMNS.to_vec();
            for indicator in &asked.pack.indicators {
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
        let asked = Asked::read(&input.declared)?;
        let names: Vec<&str> = asked.set.expected.iter().map(|(name, _)| name.as_str()).collect();
        let shares = Shares::read(input.table("measure")?, &names)?;
        let register = Register::read(input.table("school")?)?;
        let counted = data::Counted::read(input.table("indicator_value")?, &asked.pack)?;
        let context = data::Context::of(input.declared.years, &shares, &names);
        let overlaps = overlap::overlaps(&context, &asked.set);
        let entangled = overlap::entangled(&overlaps);
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
            let question = effects::Question {
                outcome,
                set: &asked.set,
                schools_used: "all",
                resamples: asked.resamples,
                seed: input.seed,
                entangled: &entangled,
            };
            let rows = model::Rows::of(&results, &context, &register, last);
            let answer = Answer::of(&question, &rows);
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
                let objectivity = |_: &str| resilient::Objectivity::Untested;
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
        let fitted = model::fit(rows);
        let outlook = fitted.as_ref().map_err(|status| *status);
        let id = &question.outcome.id;
        let scores = matches!(question.outcome.explained, Explained::Score(_));
        let fitted = fitted.as_ref().ok();
        Self {
            effects: effects::effects(question, rows, outlook),
            models: vec![effects::model(question, rows, outlook)],
            points: fitted.filter(|_| question.outcome.primary).map_or_else(Vec::new, |f| points::points(id, rows, f)),
            schools: fitted.filter(|_| scores).map_or_else(Vec::new, |f| school::effects(id, rows, f)),
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
    let (years, schools, values) = (ints(frame, "year")?, texts(frame, "school_id")?, floats(frame, "index")?);
    let rows = years.into_iter().zip(schools).zip(values);
    let known: Vec<(i32, String, f64)> =
        rows.filter_map(|((year, school), value)| Some((year?, school?, value?))).collect();
    let latest = known.iter().map(|(year, ..)| *year).max();
    Ok(known.into_iter().filter(|(year, ..)| Some(*year) == latest).map(|(_, school, v)| (school, v)).collect())
}
