//! The index of conditions: places and other weights against R, intervals and probabilities against simulated truth.

use rsoko::stats::{
    Component, Rng, composites_drawn, logit, rank_draws, reweighted, shrunken_logits, wilson,
};
use serde_json::Value;

use crate::reference::numbers;
use crate::support::assert_close;

fn r() -> Value {
    serde_json::from_str(include_str!("reference/places.json")).expect("a committed result is JSON")
}

#[test]
fn places_over_draws_are_those_of_r() {
    let r = r();
    let units: Vec<Vec<f64>> = numbers(&r, "units").chunks(60).map(<[f64]>::to_vec).collect();
    let ranks = rank_draws(&units, 4.0, 0.95).unwrap();
    assert_eq!(ranks.len(), 7);
    let columns = ["low", "high", "beyond"].map(|name| numbers(&r, name));
    for (at, rank) in ranks.iter().enumerate() {
        let expected = columns.each_ref().map(|column| column[at]);
        let got = [f64::from(rank.low), f64::from(rank.high), rank.beyond];
        for (name, (got, expected)) in ["low", "high", "beyond"].iter().zip(got.iter().zip(expected)) {
            assert_close(name, *got, expected, 1e-12);
        }
    }
    assert!(ranks.iter().any(|rank| rank.low != rank.high), "the case has something to tell");
}

/// With two parts the share of weights beyond a cut is a tail of a beta distribution.
#[test]
fn other_weights_are_drawn_around_the_declared_ones() {
    let r = r();
    let [w, concentrations, cuts, shares] =
        ["w", "concentration", "weights_cut", "share"].map(|name| numbers(&r, name));
    let parts: Vec<Option<f64>> = numbers(&r, "z").into_iter().map(Some).collect();
    let draws = 40_000;
    for at in 0..w.len() {
        let weights = [3.0 * w[at], 3.0 * (1.0 - w[at])];
        let means =
            reweighted(std::slice::from_ref(&parts), &weights, concentrations[at], draws, 11).unwrap();
        let beyond = means[0].iter().filter(|mean| **mean >= cuts[at]).count() as f64 / draws as f64;
        let error = (shares[at] * (1.0 - shares[at]) / draws as f64).sqrt();
        assert!((beyond - shares[at]).abs() < 4.0 * error.max(1e-4), "{at}: {beyond} {}", shares[at]);
    }
}

/// A region whose true shares are drawn from beta distributions: the intervals of indices hold the index of the true shares
/// (on the region's estimated scale) as often as they say, and of schools given a probability p of being beyond the cut a
/// share p is.
#[test]
fn intervals_and_probabilities_keep_their_promise() {
    let (regions, schools, cut) = (40_u64, 150, 0.75);
    let shapes = [(3.0, 9.0), (2.0, 30.0), (6.0, 20.0), (1.0, 25.0)];
    let (mut inside, mut all) = (0_u32, 0_u32);
    let mut promised = [(0.0, 0_u32, 0_u32); 5];
    for region in 0..regions {
        let mut rng = Rng::part(2025, region);
        let mut units = vec![Vec::new(); schools];
        let mut truth = vec![0.0; schools];
        for (a, b) in shapes {
            let true_shares: Vec<f64> = (0..schools).map(|_| rng.beta(a, b)).collect();
            let counts: Vec<Option<(u64, u64)>> = true_shares
                .iter()
                .map(|&share| {
                    let pupils = 30 + rng.below(400);
                    Some((rng.binomial(pupils, share), pupils))
                })
                .collect();
            let logits = shrunken_logits(&counts).unwrap();
            for (at, share) in true_shares.iter().enumerate() {
                let (x, n) = counts[at].unwrap();
                let posterior = logits.prior.posterior(x, n);
                units[at].push(Component { posterior, scale: logits.scale, direction: 1.0, weight: 1.0 });
                truth[at] += logits.scale.z(logit(*share)) / shapes.len() as f64;
            }
        }
        let seeds: Vec<u64> = (0..schools as u64).collect();
        let drawn: Vec<_> = composites_drawn(&units, &seeds, 400, 0.95).into_iter().flatten().collect();
        let draws: Vec<Vec<f64>> = drawn.iter().map(|(_, draws)| draws.clone()).collect();
        let ranks = rank_draws(&draws, cut, 0.95).unwrap();
        for (at, ((index, _), rank)) in drawn.iter().zip(&ranks).enumerate() {
            inside += u32::from((index.interval.low..=index.interval.high).contains(&truth[at]));
            all += 1;
            let bin = &mut promised[((rank.beyond * 5.0) as usize).min(4)];
            *bin = (bin.0 + rank.beyond, bin.1 + 1, bin.2 + u32::from(truth[at] >= cut));
        }
    }
    let coverage = wilson(u64::from(inside), u64::from(all), 0.999).unwrap();
    println!("coverage of the 95 % intervals: {inside} of {all}, {coverage:?}");
    assert!(coverage.low <= 0.955 && coverage.high >= 0.945, "{coverage:?}");
    for (sum, given, true_ones) in promised {
        let mean = sum / f64::from(given);
        let kept = wilson(u64::from(true_ones), u64::from(given), 0.999).unwrap();
        println!("promised {mean:.3} to {given} schools, true of {true_ones}: {kept:?}");
        assert!(kept.low <= mean + 0.01 && kept.high >= mean - 0.01, "{mean} {kept:?}");
    }
}
