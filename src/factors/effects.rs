//! From a regression to rows that can be read.

use super::Asked;
use super::data::Data;
use super::model::{Fitted, Term, fit, terms};
use crate::stats::{FitTrouble, average_difference, holm, student_quantile, student_two_sided};
use crate::tables::{FactorEffect, FactorModel};

/// With fewer clusters than this a CR1 interval is likely too narrow (Cameron, Miller 2015).
const CLUSTERS_ENOUGH: usize = 40;

/// Holm-adjusted p below which an effect is called sure.
const SURE: f64 = 0.05;

/// Effects and model row of one outcome. Without a trustworthy fit every factor has a row without numbers.
pub(super) fn of_outcome(outcome: &str, data: &Data, asked: &Asked) -> (Vec<FactorEffect>, FactorModel) {
    let terms = terms(data);
    let outlook = if data.factors.is_empty() { Err(FitTrouble::TooFewRows) } else { fit(data, &terms) };
    let model = model_row(outcome, data, asked.cluster, outlook.as_ref());
    let mut effects = match &outlook {
        Ok(fitted) => estimated(outcome, data, &terms, fitted, asked),
        Err(_) => Vec::new(),
    };
    for (factor, sign) in &asked.factors {
        if !effects.iter().any(|e| e.factor == *factor) {
            effects.push(FactorEffect {
                outcome: outcome.to_owned(),
                factor: factor.clone(),
                sign_expected: *sign,
                verdict: "not_estimable".to_owned(),
                ..FactorEffect::default()
            });
        }
    }
    (effects, model)
}

fn estimated(
    outcome: &str,
    data: &Data,
    terms: &[Term],
    fitted: &Fitted,
    asked: &Asked,
) -> Vec<FactorEffect> {
    #[expect(clippy::cast_precision_loss, reason = "a number of clusters")]
    let df = (fitted.robust.clusters - 1) as f64;
    let mut effects: Vec<FactorEffect> = terms
        .iter()
        .zip(&fitted.fit.coefficients)
        .enumerate()
        .map(|(at, (term, &estimate))| {
            let std_error = fitted.robust.std_error(at);
            let half = student_quantile(0.975, df).map(|t| t * std_error);
            FactorEffect {
                outcome: outcome.to_owned(),
                factor: term.name(),
                estimate: Some(estimate),
                std_error: Some(std_error),
                low: half.map(|h| estimate - h),
                high: half.map(|h| estimate + h),
                p: student_two_sided(estimate / std_error, df),
                p_holm: None,
                odds_ratio: Some(libm::exp(estimate)),
                share_difference: match term {
                    Term::Factor(_) => average_difference(&data.trials, &fitted.fit.linear, estimate),
                    Term::Intercept | Term::Year(_) => None,
                },
                sign_expected: sign_of(term, asked),
                verdict: "not_tested".to_owned(),
            }
        })
        .collect();
    let family: Vec<Option<f64>> = terms
        .iter()
        .zip(&effects)
        .map(|(term, e)| matches!(term, Term::Factor(_)).then_some(e.p).flatten())
        .collect();
    for ((effect, term), adjusted) in effects.iter_mut().zip(terms).zip(holm(&family)) {
        if matches!(term, Term::Factor(_)) {
            effect.p_holm = adjusted;
            effect.verdict = verdict(effect, fitted.robust.clusters < CLUSTERS_ENOUGH).to_owned();
        }
    }
    effects
}

fn sign_of(term: &Term, asked: &Asked) -> i32 {
    let Term::Factor(name) = term else { return 0 };
    asked.factors.iter().find(|(factor, _)| factor == name).map_or(0, |(_, sign)| *sign)
}

/// With few clusters the test rejects too often, and nothing is sure: an effect is hinted at, no more.
fn verdict(effect: &FactorEffect, few_clusters: bool) -> &'static str {
    let (Some(p), Some(estimate)) = (effect.p_holm, effect.estimate) else { return "not_estimable" };
    let against = effect.sign_expected != 0 && (estimate > 0.0) != (effect.sign_expected > 0);
    match (few_clusters, against) {
        _ if p >= SURE => "not_shown",
        (true, true) => "hinted_against",
        (true, false) => "hinted",
        (false, true) => "contradicted",
        (false, false) if effect.sign_expected == 0 => "shown",
        (false, false) => "confirmed",
    }
}

fn model_row(
    outcome: &str,
    data: &Data,
    cluster: &str,
    outlook: Result<&Fitted, &FitTrouble>,
) -> FactorModel {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let fit = outlook.ok().map(|fitted| &fitted.fit);
    FactorModel {
        outcome: outcome.to_owned(),
        rows: count(data.trials.len()),
        schools: count(data.schools),
        pupils: i64::try_from(data.trials.iter().sum::<u64>()).unwrap_or(i64::MAX),
        clusters: count(data.distinct_clusters()),
        clustered_by: cluster.to_owned(),
        dispersion: fit.map(|f| f.dispersion),
        deviance_explained: fit.filter(|f| f.null_deviance > 0.0).map(|f| 1.0 - f.deviance / f.null_deviance),
        status: match outlook {
            Ok(fitted) if fitted.robust.clusters < CLUSTERS_ENOUGH => "few_clusters",
            Ok(_) => "fitted",
            Err(FitTrouble::TooFewClusters) => "too_few_clusters",
            Err(FitTrouble::Separated) => "separation",
            Err(FitTrouble::Singular(_)) => "singular",
            Err(FitTrouble::TooFewRows) => "too_few_rows",
            Err(FitTrouble::NotConverged | FitTrouble::Malformed) => "not_converged",
        }
        .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::of_outcome;
    use crate::factors::Asked;
    use crate::factors::data::Data;
    use crate::stats::{Rng, expit};
    use crate::tables::FactorEffect;

    /// Rows of a region in which `poor` acts with 0.6 on the logit scale and `inert` does not.
    fn region(clusters: usize, rows: usize) -> Data {
        let mut rng = Rng::new(42);
        let mut data =
            Data { factors: vec!["poor".into(), "inert".into()], schools: rows / 2, ..Data::default() };
        let shifts: Vec<f64> = (0..clusters).map(|_| 0.3 * rng.normal()).collect();
        for row in 0..rows {
            let (poor, inert) = (rng.normal(), rng.normal());
            let cluster = row % clusters;
            let share = expit(-1.5 + 0.6 * poor + shifts[cluster]);
            data.values.push(vec![poor, inert]);
            data.trials.push(30);
            data.successes.push(rng.binomial(30, share));
            data.years.push(if row < rows / 2 { 2023 } else { 2024 });
            data.clusters.push(cluster);
        }
        data
    }

    fn asked(signs: [i32; 2]) -> Asked {
        let factors =
            vec![("poor".to_owned(), signs[0]), ("inert".to_owned(), signs[1]), ("absent".to_owned(), 1)];
        Asked { outcomes: Vec::new(), factors, cluster: "municipality" }
    }

    fn effect<'a>(effects: &'a [FactorEffect], name: &str) -> &'a FactorEffect {
        effects.iter().find(|e| e.factor == name).unwrap()
    }

    #[test]
    fn a_planted_effect_is_found_and_an_inert_factor_is_not_shown() {
        let data = region(50, 600);
        let (effects, model) = of_outcome("low", &data, &asked([1, 1]));
        assert_eq!(
            (model.status.as_str(), model.clusters, model.rows, model.pupils),
            ("fitted", 50, 600, 18_000)
        );
        let poor = effect(&effects, "poor");
        assert_eq!(poor.verdict, "confirmed");
        assert!(poor.low.unwrap() < 0.6 && 0.6 < poor.high.unwrap(), "{poor:?}");
        assert!((0.05..0.12).contains(&poor.share_difference.unwrap()), "{poor:?}");
        assert_eq!(effect(&effects, "inert").verdict, "not_shown");
        assert!(effect(&effects, "inert").p_holm >= effect(&effects, "inert").p);
        assert_eq!(effect(&effects, "(intercept)").verdict, "not_tested");
        assert!(effect(&effects, "year 2024").p_holm.is_none());
        let absent = effect(&effects, "absent");
        assert_eq!((absent.verdict.as_str(), absent.estimate), ("not_estimable", None));
        assert_eq!(effect(&of_outcome("low", &data, &asked([-1, 1])).0, "poor").verdict, "contradicted");
        assert_eq!(effect(&of_outcome("low", &data, &asked([0, 1])).0, "poor").verdict, "shown");
    }

    #[test]
    fn with_few_clusters_an_effect_is_hinted_at_and_never_confirmed() {
        let data = region(12, 600);
        let verdict =
            |sign: i32| effect(&of_outcome("low", &data, &asked([sign, 1])).0, "poor").verdict.clone();
        assert_eq!([verdict(1), verdict(-1), verdict(0)], ["hinted", "hinted_against", "hinted"]);
    }

    #[test]
    fn what_is_not_to_be_trusted_says_so() {
        let status = |data: &Data| of_outcome("low", data, &asked([1, 1])).1.status;
        assert_eq!(status(&region(12, 600)), "few_clusters");
        assert_eq!(status(&region(4, 600)), "too_few_clusters");
        let mut twins = region(50, 600);
        twins.values.iter_mut().for_each(|v| v[1] = v[0]);
        assert_eq!(status(&twins), "singular");
        let mut parted = region(50, 600);
        for row in 0..600 {
            parted.successes[row] = if parted.values[row][0] > 0.0 { 30 } else { 0 };
        }
        assert_eq!(status(&parted), "separation");
        assert_eq!(status(&Data::default()), "too_few_rows");
        let (effects, _) = of_outcome("low", &parted, &asked([1, 1]));
        assert!(
            effects.iter().all(|e| e.verdict == "not_estimable" && e.estimate.is_none() && e.p.is_none())
        );
    }
}
