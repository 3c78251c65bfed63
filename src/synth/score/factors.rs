//! Effects of social factors against what the region was made with.

use super::Judged;
use super::counts::Share;
use super::truth::{Truth, kinds};
use crate::base::Result;
use crate::method::Explained;
use crate::synth::counted::counted_tests;
use crate::tables::{floats, texts};

/// All effects of a run.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FactorScore {
    /// Intervals that cover the planted effect.
    pub covered: Option<Share>,
    /// Of the factors that act: those that the run found, with their sign.
    pub found: Option<Share>,
    /// Of the inert ones: those that the run said to act.
    pub invented: Option<Share>,
    /// Effect by effect.
    pub lines: Vec<FactorLine>,
}

/// One factor and one outcome.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FactorLine {
    /// The outcome that is explained.
    pub outcome: String,
    /// The factor.
    pub factor: String,
    /// The planted effect of the step that the run speaks of, in log-odds; missing where it speaks of none.
    pub planted: Option<f64>,
    /// The run's estimate.
    pub estimate: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Does the interval cover the planted effect?
    pub covered: Option<bool>,
    /// Does the factor do anything?
    pub acts: bool,
    /// The run's verdict.
    pub verdict: String,
    /// Is the verdict right: an effect with its sign where there is one, none where there is none?
    pub right: bool,
}

pub(super) fn score(judged: &Judged<'_>, truth: &Truth) -> Result<Option<FactorScore>> {
    let Some(frame) = (judged.tables)("factor_effect")? else { return Ok(None) };
    let (outcomes, factors) = (texts(&frame, "outcome")?, texts(&frame, "factor")?);
    let (used, steps) = (texts(&frame, "schools_used")?, floats(&frame, "step")?);
    let (estimates, verdicts) = (floats(&frame, "estimate")?, texts(&frame, "verdict")?);
    let (lows, highs) = (floats(&frame, "low")?, floats(&frame, "high")?);
    let mut lines = Vec::new();
    let rows = outcomes.into_iter().zip(factors).zip(used.into_iter().zip(steps));
    let said = estimates.into_iter().zip(verdicts).zip(lows.into_iter().zip(highs));
    for (((outcome, factor), (used, step)), ((estimate, verdict), (low, high))) in rows.zip(said) {
        let (Some(outcome), Some(factor), Some(verdict)) = (outcome, factor, verdict) else { continue };
        let Some(procedure) = procedure(judged, truth, &outcome)? else { continue };
        let Some(&effect) = truth.factors.get(&(factor.clone(), procedure)) else { continue };
        if used.as_deref() == Some("all") {
            lines.push(line(outcome, factor, (effect, step), estimate, low.zip(high), verdict));
        }
    }
    let share = |of: &dyn Fn(&FactorLine) -> Option<bool>| {
        let known: Vec<bool> = lines.iter().filter_map(of).collect();
        Share::new(known.iter().filter(|yes| **yes).count() as u64, known.len() as u64)
    };
    let covered = share(&|line| line.covered);
    let judged = |line: &FactorLine| line.verdict != "not_estimable";
    let found = share(&|line| (line.acts && judged(line)).then_some(line.right));
    let invented = share(&|line| (!line.acts && judged(line)).then_some(!line.right));
    Ok(Some(FactorScore { covered, found, invented, lines }))
}

fn line(
    outcome: String,
    factor: String,
    (effect, step): (f64, Option<f64>),
    estimate: Option<f64>,
    interval: Option<(f64, f64)>,
    verdict: String,
) -> FactorLine {
    // The truth speaks of ten percentage points.
    let planted = step.map(|step| effect * 10.0 * step);
    let acts = effect.abs() > 0.0;
    let says = verdict == "acts";
    let same_sign = estimate.is_some_and(|estimate| estimate * effect > 0.0);
    FactorLine {
        planted,
        covered: planted.zip(interval).map(|(planted, (low, high))| (low..=high).contains(&planted)),
        acts,
        right: if acts { says && same_sign } else { !says },
        outcome,
        factor,
        estimate,
        low: interval.map(|(low, _)| low),
        high: interval.map(|(_, high)| high),
        verdict,
    }
}

/// The procedure of an outcome that counts low results: of such the truth knows what factors do.
fn procedure(judged: &Judged<'_>, truth: &Truth, outcome: &str) -> Result<Option<String>> {
    let plan = judged.pack.factors.outcomes.iter().find(|plan| plan.id == outcome);
    let plan = plan.filter(|plan| plan.explained == Explained::LowShare);
    let first = plan.and_then(|plan| plan.indicators.first());
    let Some(indicator) = first.and_then(|id| judged.pack.indicator(id)) else { return Ok(None) };
    let kinds: Vec<_> = kinds(&truth.tests).into_iter().collect();
    let counted = counted_tests(indicator, &kinds)?;
    Ok(counted.first().map(|(_, procedure, ..)| (*procedure).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_verdict_is_right_with_its_sign_only() {
        let judge = |effect: f64, estimate: f64, verdict: &str| {
            let interval = Some((estimate - 0.1, estimate + 0.1));
            line("o".into(), "f".into(), (effect, Some(0.05)), Some(estimate), interval, verdict.into())
        };
        let acting = judge(0.4, 0.25, "acts");
        assert_eq!((acting.planted, acting.covered, acting.right), (Some(0.2), Some(true), true));
        assert!(!judge(0.4, -0.25, "acts").right);
        assert!(!judge(0.4, 0.25, "cannot_tell").right);
        let inert = judge(0.0, 0.25, "acts");
        assert_eq!((inert.covered, inert.acts, inert.right), (Some(false), false, false));
        assert!(judge(0.0, 0.05, "cannot_tell").right);
    }
}
