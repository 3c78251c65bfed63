//! Lifted to the pass score: the pile there and what is missing far below it, pooled into one piece of evidence.
//!
//! A habit of rounding up moves pupils who miss a point or two; it makes a pile and leaves the share of those far below as it
//! is. Lifting from any depth does both, and in honest schools the two deviations from the region's norm are nearly
//! independent, so that their sum finds what neither finds alone. The sum is held against a norm of its own, found among
//! schools of like size: chance and habit weigh differently in small and in large ones.

use crate::objectivity::kind::{KINDS, Kind};
use crate::objectivity::region::{BANDS, Region, band};
use crate::objectivity::weigh::{OfKind, Schools, Weighed};
use crate::stats::{Evidence, UnitNorm, fit_unit_norm, normal_quantile};

/// The norm of a size is drawn towards that of all schools, which counts as so many.
const ALL_COUNT: f64 = 60.0;
const ALL_UNITS: usize = 60;
/// A smaller p of a part makes nothing clearer.
const SMALLEST: f64 = 1e-15;
/// Rounding and ties of the deviations: a norm of none would divide by nothing.
const TIES: f64 = 1e-4;

/// Fills in the kind for every school: over all years, and year by year.
pub(super) fn pool(region: &Region, schools: &mut Schools) {
    let bands: Vec<usize> = (0..region.schools.len()).map(|at| band(region.usual_size(at))).collect();
    let mut years: Vec<i32> = region.tests.iter().map(|sat| sat.test.year).collect();
    years.dedup();
    let all = of_schools(schools, &bands, |of| of.all);
    let of_year = |year: i32| {
        let of = |of: &OfKind| of.years.iter().find(|(known, _)| *known == year).map(|(_, weighed)| *weighed);
        (year, of_schools(schools, &bands, of))
    };
    let years: Vec<(i32, Vec<Option<Weighed>>)> = years.into_iter().map(of_year).collect();
    for (at, school) in schools.iter_mut().enumerate() {
        let Some(slot) = school.get_mut(Kind::Lift as usize) else { continue };
        let of = |weighed: &[Option<Weighed>]| weighed.get(at).copied().flatten();
        slot.all = of(&all);
        slot.years = years.iter().filter_map(|(year, weighed)| Some((*year, of(weighed)?))).collect();
    }
}

/// The pile of each school with the pooled p; by itself where nobody could be far below.
fn of_schools(
    schools: &Schools,
    bands: &[usize],
    of: impl Fn(&OfKind) -> Option<Weighed>,
) -> Vec<Option<Weighed>> {
    let part = |school: &[OfKind; KINDS], kind: Kind| school.get(kind as usize).and_then(&of);
    let sums: Vec<Option<f64>> = schools
        .iter()
        .map(|school| Some(deviation(&part(school, Kind::Pile)?) + deviation(&part(school, Kind::Depth)?)))
        .collect();
    let norm = |wanted: Option<usize>| {
        let units: Vec<(Evidence, f64)> = sums
            .iter()
            .zip(bands)
            .filter(|(_, band)| wanted.is_none_or(|wanted| wanted == **band))
            .filter_map(|(sum, _)| Some((Evidence::Estimate { value: (*sum)?, variance: TIES }, 0.0)))
            .collect();
        fit_unit_norm(&units, false)
    };
    let all = norm(None);
    let norms: [Option<UnitNorm>; BANDS.len()] =
        std::array::from_fn(|band| all.map(|all| drawn_together(norm(Some(band)), all)));
    schools
        .iter()
        .zip(sums.iter().zip(bands))
        .map(|(school, (sum, band))| {
            let pile = part(school, Kind::Pile)?;
            let Some((sum, norm)) = sum.zip(norms.get(*band).copied().flatten()) else { return Some(pile) };
            let against = norm.against(&Evidence::Estimate { value: sum, variance: TIES }, 0.0, false)?;
            Some(Weighed { p: against.above, p_against: against.below, exact: false, ..pile })
        })
        .collect()
}

/// In standard deviations of the norm, half of a tie on either side: where all of two pupils stand at the cut, nothing could lie
/// farther out, and that alone is no deviation.
fn deviation(weighed: &Weighed) -> f64 {
    let beyond = 0.5 * (weighed.p + 1.0 - weighed.p_against);
    -normal_quantile(beyond.clamp(SMALLEST, 1.0 - SMALLEST)).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a number of schools")]
fn drawn_together(own: Option<UnitNorm>, all: UnitNorm) -> UnitNorm {
    let Some(own) = own else { return all };
    let part = own.units as f64 / (own.units as f64 + ALL_COUNT);
    let mean = |own: f64, all: f64| part * own + (1.0 - part) * all;
    let variance = mean(own.spread * own.spread, all.spread * all.spread);
    let units = all.units.min(own.units + ALL_UNITS);
    UnitNorm { centre: mean(own.centre, all.centre), spread: variance.sqrt(), chance: 1.0, units, ..own }
}

#[cfg(test)]
mod tests {
    use super::deviation;
    use crate::objectivity::weigh::{Pooled, Weighed};
    use crate::stats::Evidence;

    #[test]
    fn all_of_two_pupils_at_the_cut_are_hardly_a_deviation() {
        let pooled =
            Pooled { evidence: Evidence::Estimate { value: 0.0, variance: 1.0 }, level: 0.0, tests: 1 };
        let of =
            |p: f64, p_against: f64| deviation(&Weighed { pooled, p, p_against, exact: true, effect: 0.0 });
        // P of both at the cut is 0.28; nothing can lie farther out
        assert!((of(0.28, 1.0) - 1.080_319).abs() < 1e-5);
        // without ties both sides add up to 1
        assert!((of(0.025, 0.975) - 1.959_964).abs() < 1e-5 && of(0.5, 0.5).abs() < 1e-12);
    }
}
