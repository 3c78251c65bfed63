//! The certificate: what the program's statistics are worth on this very machine.
//!
//! NIST's certified sets with the digits reached, random designs against exact arithmetic, R's results on real data, tails of
//! distributions against 50-digit values, and coverage by simulation. Deliberately absent: a clock, and any number that
//! was not computed just now.

mod certificate;
mod coverage;
mod designs;
mod digits;
mod exact;
mod frozen;
mod nist;
mod sets;
mod strd;

use std::sync::Mutex;
use std::sync::PoisonError;

pub use certificate::{Certificate, Check, Line, Section};

/// How far the certificate is: the chapter, steps done, steps in all.
pub type Step<'a> = &'a (dyn Fn(&'static str, u64, u64) + Sync);

/// Computes everything; each interval is simulated `trials` times.
#[must_use]
pub fn certify(trials: u32, step: Step<'_>) -> Certificate {
    let quick = |id: &'static str, section: fn() -> Section| {
        step(id, 0, 1);
        let made = section();
        step(id, 1, 1);
        made
    };
    let mut sections = vec![
        quick("linear", nist::linear),
        quick("univariate", nist::univariate),
        quick("anova", nist::one_way),
        quick("frozen", frozen::frozen),
        quick("tails", frozen::tails),
    ];
    sections
        .push(counted("designs", designs::DESIGNS + designs::REFUSALS, step, |tell| designs::designs(tell)));
    sections.push(counted("coverage", coverage::methods(), step, |tell| coverage::coverage(trials, tell)));
    Certificate::of(sections)
}

/// A chapter of many steps, made in any order.
fn counted(
    id: &'static str,
    total: u64,
    step: Step<'_>,
    make: impl Fn(&(dyn Fn() + Sync)) -> Section,
) -> Section {
    step(id, 0, total);
    let done = Mutex::new(0);
    make(&|| {
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += 1;
        step(id, *done, total);
    })
}

#[cfg(test)]
mod tests {
    use super::digits::digits;
    use super::{coverage, frozen, nist};

    /// A bar is a tolerance of 10^-bar of the number: with ten of them more or less the check fails.
    #[test]
    fn every_bar_fails_on_a_number_that_is_ten_tolerances_off() {
        let mut moved_ones = 0;
        for section in
            [nist::linear(), nist::univariate(), nist::one_way(), frozen::frozen(), frozen::tails()]
        {
            for check in &section.checks {
                let (Some(want), Some(bar)) = (check.want, check.bar) else { continue };
                // a number that is certified to be 0 is measured by the size of the data
                if !(want.abs() > 1e-300 && bar > 0.0) {
                    continue;
                }
                let tolerance = libm::pow(10.0, -bar) * want.abs();
                for moved in [check.got + 10.0 * tolerance, check.got - 10.0 * tolerance] {
                    let reached = digits(moved, want, 1.0);
                    assert!(reached < bar, "{} {}: {reached} of {bar}", check.name, check.quantity);
                    moved_ones += 1;
                }
            }
        }
        assert!(moved_ones > 1_500, "{moved_ones}");
        for check in coverage::coverage(100, &|| ()).checks {
            let (Some(want), Some(bar)) = (check.want, check.bar) else { continue };
            let slack = want - bar;
            assert!(check.got - 10.0 * slack < bar, "{}", check.name);
        }
    }
}
