//! From a regression to rows that can be read.

use std::collections::BTreeMap;

use super::inference::{Robust, RobustTerm};
use super::model::{Column, Fitted, Refused, Rows};
use crate::base::Seed;
use crate::method::{Explained, FactorOutcome, FactorSet};
use crate::stats::{
    Importance, Resampling, Term, equivalence, fit_linear, holm, importance, sign_stability,
    variance_inflation,
};
use crate::tables::{FactorEffect, FactorModel};

/// Holm-adjusted p below which an effect is called sure, and p of the equivalence test below which there is none to notice.
const SURE: f64 = 0.05;
/// With fewer municipalities neither what they vary by nor errors of any form inside them are known well enough.
const MUNICIPALITIES_MIN: usize = 6;
/// A factor whose variance the others inflate by more is entangled with them.
const ENTANGLED: f64 = 5.0;
/// LMG looks at all subsets of so many factors at most.
const FACTORS_MAX: usize = 16;

/// What an outcome's regression is asked.
pub(super) struct Question<'a> {
    pub(super) outcome: &'a FactorOutcome,
    pub(super) set: &'a FactorSet,
    pub(super) schools_used: &'static str,
    /// Resamples behind intervals of importance and stability; 0 for none.
    pub(super) resamples: usize,
    /// Errors of any form inside municipalities.
    pub(super) robust: Robust,
    pub(super) seed: Seed,
    /// Factors with which each is entangled.
    pub(super) entangled: &'a BTreeMap<&'a str, Vec<&'a str>>,
}

impl Question<'_> {
    fn resampling(&self) -> Resampling {
        let draws = u32::try_from(self.resamples).unwrap_or(u32::MAX);
        let seed = self.seed.of(&format!("{} {}", self.outcome.id, self.schools_used)).0;
        Resampling { draws, seed, level: 0.95 }
    }

    fn row(&self, factor: &str, direction: i32) -> FactorEffect {
        let others = self.entangled.get(factor).map(|others| others.join(", "));
        FactorEffect {
            outcome: self.outcome.id.clone(),
            schools_used: self.schools_used.to_owned(),
            factor: factor.to_owned(),
            step: 0.1,
            noticeable: self.outcome.noticeable,
            overlaps: others.unwrap_or_default(),
            results_expected: if self.outcome.explained == Explained::Participation { 0 } else { -direction },
            verdict: "not_estimable".to_owned(),
            ..FactorEffect::default()
        }
    }

    /// Is more of the outcome better?
    fn sign(&self) -> i32 {
        if self.outcome.explained == Explained::LowShare { -1 } else { 1 }
    }
}

/// A row for every factor of the set, whether it could be estimated or not.
pub(super) fn effects(
    asked: &Question<'_>,
    rows: &Rows,
    fitted: Result<&Fitted, Refused>,
) -> Vec<FactorEffect> {
    let estimated = fitted.ok().and_then(|fitted| estimated(asked, rows, fitted)).unwrap_or_default();
    let mut estimated: BTreeMap<String, FactorEffect> =
        estimated.into_iter().map(|row| (row.factor.clone(), row)).collect();
    let row = |(factor, direction): &(String, i32)| {
        if let Some(row) = estimated.remove(factor) {
            return row;
        }
        let mut row = asked.row(factor, *direction);
        let dependent = rows.dependent.iter().find(|(at, _)| rows.names.get(*at) == Some(factor));
        match (fitted.err(), dependent) {
            (Some(status), _) => row.reason = Some(status.to_owned()),
            (None, Some((_, with))) => {
                let with: Vec<&str> =
                    with.iter().filter_map(|&at| rows.names.get(at)).map(String::as_str).collect();
                row.overlaps = with.join(", ");
                (row.verdict, row.reason) = ("cannot_tell".to_owned(), Some("entangled".to_owned()));
            }
            (None, None) => row.reason = Some("unknown_factor".to_owned()),
        }
        row
    };
    asked.set.expected.iter().map(row).collect()
}

fn estimated(asked: &Question<'_>, rows: &Rows, fitted: &Fitted) -> Option<Vec<FactorEffect>> {
    let own = fitted.inference.terms.get(1..)?;
    let robust = fitted.inference.robust.get(1..)?;
    let p: Vec<Option<f64>> = own.iter().map(|term| Some(term.p)).collect();
    let adjusted = holm(&p);
    let weighted = fitted.weighted();
    let inflation =
        fit_linear(weighted).and_then(|fit| variance_inflation(&fit, weighted.design)).unwrap_or_default();
    let stability = (asked.resamples > 0)
        .then(|| sign_stability(weighted, &rows.clusters, asked.resampling()).ok())
        .flatten()
        .unwrap_or_default();
    let importance = shares(asked, rows, fitted);
    let each = rows.columns.iter().zip(own).zip(robust);
    let mut made: Vec<FactorEffect> =
        each.map(|((column, term), robust)| one(asked, column, term, *robust, fitted)).collect();
    let p: Vec<Option<f64>> = made.iter().map(|row| row.p_equivalence).collect();
    let equivalent = holm(&p);
    let trusted = rows.by_municipality && rows.cluster_count() >= MUNICIPALITIES_MIN;
    for (at, (row, (p_holm, p_equivalence_holm))) in
        made.iter_mut().zip(adjusted.into_iter().zip(equivalent)).enumerate()
    {
        (row.p_holm, row.p_equivalence_holm) = (p_holm, p_equivalence_holm);
        row.vif = inflation.get(at + 1).copied().flatten();
        row.stability = stability.get(at + 1).copied();
        if let Some(share) = importance.get(at) {
            row.importance = Some(share.share);
            (row.importance_low, row.importance_high) = (Some(share.low), Some(share.high));
        }
        judge(asked, row, trusted);
    }
    Some(made)
}

fn shares(asked: &Question<'_>, rows: &Rows, fitted: &Fitted) -> Vec<Importance> {
    // all subsets of the factors: worth its time where the outcome decides
    if asked.resamples == 0 || !asked.outcome.primary || rows.columns.len() > FACTORS_MAX {
        return Vec::new();
    }
    let groups: Vec<Vec<usize>> = (1..=rows.columns.len()).map(|at| vec![at]).collect();
    importance(fitted.weighted(), &groups, &rows.clusters, asked.resampling()).unwrap_or_default()
}

fn one(
    asked: &Question<'_>,
    column: &Column,
    term: &Term,
    robust: Option<RobustTerm>,
    fitted: &Fitted,
) -> FactorEffect {
    let direction = asked.set.expected.iter().find(|(name, _)| *name == column.name).map_or(0, |(_, d)| *d);
    // the bound of the pack, as a coefficient
    let bound = asked.outcome.noticeable / fitted.slope * column.step / column.spread;
    FactorEffect {
        step: column.step,
        estimate: Some(term.estimate),
        std_error: Some(term.se),
        df: Some(term.df),
        low: Some(term.low),
        high: Some(term.high),
        p: Some(term.p),
        robust: robust.map(|r| r.kind.to_owned()),
        std_error_robust: robust.map(|r| r.se),
        low_robust: robust.map(|r| r.low),
        high_robust: robust.map(|r| r.high),
        p_robust: robust.map(|r| r.p),
        difference: fitted.difference(term.estimate),
        difference_low: fitted.difference(term.low),
        difference_high: fitted.difference(term.high),
        spread: Some(column.spread),
        p_equivalence: equivalence(term, (-bound, bound), SURE).ok().map(|test| test.p),
        ..asked.row(&column.name, direction)
    }
}

/// The three classes. A sure association that is surely too small to notice is no noticeable influence.
fn judge(asked: &Question<'_>, row: &mut FactorEffect, trusted: bool) {
    let below = |p: Option<f64>| trusted && p.is_some_and(|p| p < SURE);
    let by_model = below(row.p_holm);
    let sure = by_model && below(row.p_robust);
    let small = below(row.p_equivalence_holm);
    if sure {
        let up = row.estimate.is_some_and(|estimate| estimate > 0.0);
        row.results_found = if up { asked.sign() } else { -asked.sign() };
        let word = match row.results_expected {
            0 => "not_expected",
            expected if expected == row.results_found => "agrees",
            _ => "contradicts",
        };
        row.agreement = Some(word.to_owned());
    }
    let (verdict, reason) = match (small, sure) {
        (true, _) => ("no_influence", None),
        (false, true) => ("acts", None),
        (false, false) if !trusted => ("cannot_tell", Some("few_municipalities")),
        (false, false) if by_model => ("cannot_tell", Some("uneven")),
        (false, false) if row.vif.is_some_and(|vif| vif > ENTANGLED) => ("cannot_tell", Some("entangled")),
        (false, false) if below(row.p) || below(row.p_equivalence) => ("cannot_tell", Some("many_factors")),
        (false, false) => ("cannot_tell", Some("wide")),
    };
    (row.verdict, row.reason) = (verdict.to_owned(), reason.map(str::to_owned));
}

/// The row of the model itself.
pub(super) fn model(asked: &Question<'_>, rows: &Rows, fitted: Result<&Fitted, Refused>) -> FactorModel {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let known = fitted.ok();
    let weighted = known.and_then(|fitted| fit_linear(fitted.weighted()).ok());
    FactorModel {
        outcome: asked.outcome.id.clone(),
        schools_used: asked.schools_used.to_owned(),
        explains: match asked.outcome.explained {
            Explained::LowShare => "low_share",
            Explained::Score(_) => "score",
            Explained::Participation => "participation",
        }
        .to_owned(),
        primary: asked.outcome.primary,
        tests: count(rows.tests.len()),
        rows: count(rows.rows.len()),
        schools: count(rows.schools.len()),
        schools_left_out: count(rows.left_out),
        pupils: i64::try_from(rows.pupils()).unwrap_or(i64::MAX),
        clusters: count(rows.cluster_count()),
        clustered_by: if rows.by_municipality { "municipality" } else { "school" }.to_owned(),
        between_sd: known.map(|fitted| fitted.grouped.between.sqrt()),
        municipality_sd: known
            .filter(|_| rows.by_municipality)
            .map(|fitted| fitted.inference.municipal.sqrt()),
        dispersion: known.map(|fitted| fitted.grouped.dispersion),
        explained: weighted.as_ref().map(crate::stats::LinearFit::r_squared),
        condition: weighted.as_ref().map(|fit| fit.condition),
        status: fitted.err().unwrap_or("fitted").to_owned(),
    }
}

/// Middle value of each factor, in its steps.
pub(super) fn middles(rows: &Rows) -> Vec<f64> {
    let middle =
        |column: &Column| super::model::percentile(&column.shares, 0.5).unwrap_or_default() / column.step;
    rows.columns.iter().map(middle).collect()
}
