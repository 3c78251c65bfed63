//! Draws of all groups' shares from their joint posterior.

use rayon::prelude::*;

use super::unit::{Peak, Unit};
use super::{HYPER_DRAWS, JointFit};
use crate::stats::Rng;
use crate::stats::ziggurat::Ziggurat;

/// Steps of a chain before its first draw counts.
const BURN_IN: usize = 8;

/// The draws of one group. The n-th draw of every group has the same hyperparameters, so that draws may be compared across
/// groups.
pub struct GroupDraws<'a> {
    /// The group.
    pub group: usize,
    /// Draws.
    pub draws: usize,
    /// log-odds of each cell, shape (cells, draws) by rows.
    pub log_odds: &'a [f64],
    /// The part of them that is the group's own, without its test's intercept, same shape.
    pub own: &'a [f64],
}

impl GroupDraws<'_> {
    /// The log-odds of a cell, draw by draw.
    #[must_use]
    pub fn log_odds_of(&self, cell: usize) -> &[f64] {
        &self.log_odds[cell * self.draws..(cell + 1) * self.draws]
    }

    /// What of them is the group's own.
    #[must_use]
    pub fn own_of(&self, cell: usize) -> &[f64] {
        &self.own[cell * self.draws..(cell + 1) * self.draws]
    }
}

/// The hyperparameters of a share of the draws.
struct Hyper {
    intercepts: Vec<f64>,
    variances: Vec<f64>,
    draws: usize,
}

impl JointFit {
    /// How many draws of the hyperparameters so many draws have: each has an equal part of them, one after another.
    #[must_use]
    pub fn batches(draws: usize) -> usize {
        HYPER_DRAWS.min(draws)
    }

    /// Draws every group's shares and hands each group's draws, in the order of their cells, to `with`; the answers in the
    /// order of the groups.
    ///
    /// Hyperparameters come from the normal approximation of the posterior of (α, log σ), in antithetic pairs; under each of
    /// them every group's effects come from a chain whose proposals are the normal approximation about the group's peak
    /// (independence sampler, Tierney 1994, Annals of Statistics 22(4)), so that they have the exact posterior in the limit.
    /// A group's random numbers follow from the seed and its number: threads change nothing. `None` where a posterior has
    /// no peak.
    pub fn sample<T: Send>(
        &self,
        draws: usize,
        seed: u64,
        with: impl Fn(&GroupDraws<'_>) -> T + Sync,
    ) -> Option<Vec<T>> {
        let hypers = self.hypers(draws, seed);
        let start = vec![0.0; 0];
        self.units
            .par_iter()
            .enumerate()
            .map_init(
                || (Peak::default(), start.clone(), start.clone()),
                |(peak, log_odds, own), (group, unit)| {
                    let size = unit.low.len() * draws;
                    log_odds.resize(size, 0.0);
                    own.resize(size, 0.0);
                    let mut rng = Rng::part(seed, 1_000_000 + group as u64);
                    chain(unit, &hypers, draws, &mut rng, peak, (log_odds, own))?;
                    Some(with(&GroupDraws { group, draws, log_odds: &log_odds[..size], own: &own[..size] }))
                },
            )
            .collect()
    }

    fn hypers(&self, draws: usize, seed: u64) -> Vec<Hyper> {
        let batches = Self::batches(draws);
        let tests = self.intercepts.len();
        (0..batches)
            .map(|number| {
                let drawn = self.hyper(number, seed);
                let (intercepts, logs) = drawn.split_at(tests);
                Hyper {
                    intercepts: intercepts.to_vec(),
                    // a spread beyond three logits is the tail of an approximation, not of anything that was seen
                    variances: logs.iter().map(|log| libm::exp(2.0 * log.min(1.1))).collect(),
                    draws: draws / batches + usize::from(number < draws % batches),
                }
            })
            .collect()
    }
}

fn chain(
    unit: &Unit,
    hypers: &[Hyper],
    draws: usize,
    rng: &mut Rng,
    peak: &mut Peak,
    (log_odds, own): (&mut [f64], &mut [f64]),
) -> Option<()> {
    let size = unit.low.len();
    let layers = Ziggurat::get();
    let (mut z, mut away, mut here) = (vec![0.0; size], vec![0.0; size], vec![0.0; size]);
    let mut at = 0;
    peak.mode.fill(0.0);
    for hyper in hypers {
        if !peak.find(unit, &hyper.intercepts, &hyper.variances) || !peak.prepare() {
            return None;
        }
        here.fill(0.0);
        let mut log_weight = 0.0;
        for step in 0..hyper.draws + BURN_IN {
            z.iter_mut().for_each(|z| *z = layers.draw(rng));
            peak.draw(&z, &mut away);
            let proposed = peak.log_weight(unit, &away);
            let ratio = proposed - log_weight;
            if ratio >= 0.0 || rng.uniform() < libm::exp(ratio) {
                std::mem::swap(&mut here, &mut away);
                log_weight = proposed;
            }
            if step >= BURN_IN {
                for cell in 0..size {
                    let effect = peak.mode[cell] + here[cell];
                    own[cell * draws + at] = effect;
                    log_odds[cell * draws + at] = hyper.intercepts[unit.tests[cell]] + effect;
                }
                at += 1;
            }
        }
    }
    Some(())
}
