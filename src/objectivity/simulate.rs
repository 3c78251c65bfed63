//! How often would the whole procedure accuse an honest school, and how often does it find one that inflates?

use rayon::prelude::*;

use crate::objectivity::grade::{Grade, Verdict, adjust, of_region};
use crate::objectivity::kind::Finding;
use crate::objectivity::null::{Flavour, Null, put};
use crate::objectivity::region::{BANDS, Cell, MARKS, Region, band, mark_at};
use crate::objectivity::weigh::{listen, weigh};
use crate::pipeline::Progress;
use crate::stats::Rng;

/// The verdicts of a region, by finding and school.
pub(super) fn verdicts(region: &Region) -> [Vec<Verdict>; 2] {
    let said = listen(region);
    let outcome = weigh(region, &said, true);
    let q = adjust(&outcome.schools);
    Finding::ALL.map(|finding| of_region(region, &outcome.schools, &q, finding))
}

/// Honest schools of a band and how many reached each grade or a higher one, over the simulated regions.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Honest {
    pub(super) schools: u64,
    /// At `weak`, `moderate`, `strong` and above.
    pub(super) reached: [u64; 3],
    /// Sum over regions of the squares of (reached − its mean share of schools): for the Monte-Carlo error.
    regions: Vec<(u64, [u64; 3])>,
}

impl Honest {
    fn join(&mut self, schools: u64, reached: [u64; 3]) {
        self.schools += schools;
        self.reached.iter_mut().zip(reached).for_each(|(slot, count)| *slot += count);
        self.regions.push((schools, reached));
    }

    /// The share at a grade and its Monte-Carlo error: schools of one region share its draws, so regions are the units; never
    /// less than the error of as many independent schools (Agresti and Coull 1998), since none of few is not none.
    #[expect(clippy::cast_precision_loss, reason = "counts of schools")]
    pub(super) fn share(&self, at: usize) -> Option<(f64, f64)> {
        let all = self.schools as f64;
        let share = self.reached.get(at).map(|count| *count as f64 / all).filter(|_| self.schools > 0)?;
        let regions = self.regions.len() as f64;
        let squares = self.regions.iter().map(|(schools, reached)| {
            let far = reached.get(at).copied().unwrap_or_default() as f64 - share * *schools as f64;
            far * far
        });
        let squares = crate::stats::sum(&squares.collect::<Vec<_>>());
        let between = (squares * regions / (regions - 1.0).max(1.0)).sqrt() / all;
        let middle = (share * all + 2.0) / (all + 4.0);
        let independent = (middle * (1.0 - middle) / (all + 4.0)).sqrt();
        Some((share, between.max(independent)))
    }
}

/// What was planted into a simulated region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scenario {
    pub(super) finding: Finding,
    /// Pupils in each test.
    pub(super) pupils: u32,
    /// Tests that are manipulated; the school sits no other.
    pub(super) tests: usize,
    /// Share of the pupils below the cut that are lifted to it, or of journal marks that are raised by one.
    pub(super) part: f64,
}

const SCENARIOS: [Scenario; 16] = {
    const fn of(finding: Finding, pupils: u32, tests: usize, part: f64) -> Scenario {
        Scenario { finding, pupils, tests, part }
    }
    use Finding::{JournalInflated as J, VprInflated as V};
    [
        of(V, 50, 12, 0.5),
        of(V, 50, 12, 0.25),
        of(V, 50, 12, 1.0),
        of(V, 50, 6, 0.5),
        of(V, 50, 6, 1.0),
        of(V, 20, 12, 0.5),
        of(V, 20, 12, 1.0),
        of(V, 10, 12, 1.0),
        of(J, 50, 12, 0.25),
        of(J, 50, 12, 0.5),
        of(J, 50, 6, 0.25),
        of(J, 50, 6, 0.5),
        of(J, 20, 12, 0.25),
        of(J, 20, 12, 0.5),
        of(J, 10, 12, 0.25),
        of(J, 10, 12, 0.5),
    ]
};
/// Schools of a region that are turned into inflating ones.
const PLANTED: usize = 3;

/// One region for each scenario to so many for the false flags; with fewer no power is computed.
const PER_SCENARIO: usize = 20;

/// How often a scenario was found, at `weak`, `moderate`, `strong` and above.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Power {
    pub(super) scenario: Scenario,
    pub(super) flavour: Flavour,
    pub(super) schools: u64,
    pub(super) found: [u64; 3],
}

/// What the simulation gave.
#[derive(Debug, Default)]
pub(super) struct Simulated {
    /// By flavour, finding and band.
    pub(super) honest: Vec<(Flavour, Finding, usize, Honest)>,
    pub(super) power: Vec<Power>,
}

/// Simulates `regions` of each flavour. Some regions of their own are drawn for the power, so that what is planted never
/// stands beside a school that is counted as honest.
pub(super) fn simulate(null: &Null, regions: usize, seed: u64, progress: &dyn Progress) -> Simulated {
    let mut simulated = Simulated::default();
    for (stream, flavour) in (0_u64..).zip(Flavour::ALL) {
        let one = |index: u64| {
            let region = null.draw(flavour, &[], &mut Rng::part(seed ^ stream, index));
            progress.advance(1);
            tally(&region)
        };
        let drawn: Vec<_> = (0..regions as u64).into_par_iter().map(one).collect();
        for (position, finding) in Finding::ALL.into_iter().enumerate() {
            for band in 0..BANDS.len() {
                let mut honest = Honest::default();
                for of_region in &drawn {
                    if let Some((schools, reached)) = of_region.get(position).and_then(|of| of.get(band)) {
                        honest.join(*schools, *reached);
                    }
                }
                simulated.honest.push((flavour, finding, band, honest));
            }
        }
        simulated.power.extend(power(null, flavour, regions, seed ^ (stream + 2), progress));
    }
    simulated
}

/// Schools and grades reached, by finding and band.
fn tally(region: &Region) -> [[(u64, [u64; 3]); BANDS.len()]; 2] {
    let bands: Vec<usize> = (0..region.schools.len()).map(|at| band(region.usual_size(at))).collect();
    verdicts(region).map(|schools| {
        let mut counts = [(0, [0; 3]); BANDS.len()];
        for (verdict, band) in schools.iter().zip(&bands) {
            if let Some((all, reached)) = counts.get_mut(*band).filter(|_| verdict.kinds > 0) {
                *all += 1;
                count(reached, verdict.grade);
            }
        }
        counts
    })
}

fn count(reached: &mut [u64; 3], grade: Grade) {
    let grades = [Grade::Weak, Grade::Moderate, Grade::Strong];
    reached.iter_mut().zip(grades).for_each(|(slot, at)| *slot += u64::from(grade >= at));
}

fn power(null: &Null, flavour: Flavour, regions: usize, seed: u64, progress: &dyn Progress) -> Vec<Power> {
    let of_each = regions / PER_SCENARIO;
    let one = |index: u64| {
        let scenario = SCENARIOS.get(usize::try_from(index).ok()? % SCENARIOS.len())?;
        let mut rng = Rng::part(seed, index);
        let (region, planted) = plant(null, flavour, scenario, &mut rng);
        let position = Finding::ALL.iter().position(|finding| *finding == scenario.finding)?;
        let verdicts = verdicts(&region);
        let mut found = [0; 3];
        for school in &planted {
            count(&mut found, verdicts.get(position)?.get(*school)?.grade);
        }
        progress.advance(1);
        Some((*scenario, planted.len() as u64, found))
    };
    let drawn: Vec<_> = (0..(of_each * SCENARIOS.len()) as u64).into_par_iter().filter_map(one).collect();
    SCENARIOS
        .iter()
        .map(|scenario| {
            let mut power = Power { scenario: *scenario, flavour, schools: 0, found: [0; 3] };
            for (_, schools, found) in drawn.iter().filter(|(of, ..)| of == scenario) {
                power.schools += schools;
                power.found.iter_mut().zip(found).for_each(|(slot, count)| *slot += count);
            }
            power
        })
        .collect()
}

/// Simulated regions beside those that are counted: what `simulate` tells to the progress bar in all.
pub(super) fn steps(regions: usize) -> usize {
    Flavour::ALL.len() * (regions + regions / PER_SCENARIO * SCENARIOS.len())
}

/// A region in which some schools with tests enough inflate, and which: of one size, in so many tests, spread over the years.
/// Where no school sits so many, those that sit the most are taken with all of theirs.
fn plant(null: &Null, flavour: Flavour, scenario: &Scenario, rng: &mut Rng) -> (Region, Vec<usize>) {
    let sat = null.sat();
    let most = sat.iter().copied().max().unwrap_or_default().min(scenario.tests);
    let mut able: Vec<usize> = (0..).zip(&sat).filter(|(_, sat)| **sat >= most).map(|(at, _)| at).collect();
    rng.shuffle(&mut able);
    able.truncate(PLANTED);
    let resized: Vec<(usize, u32)> = able.iter().map(|school| (*school, scenario.pupils)).collect();
    let mut region = null.draw(flavour, &resized, rng);
    for school in &able {
        let all = sat.get(*school).copied().unwrap_or_default().max(1);
        let mut passed = 0;
        for sat in &mut region.tests {
            let Ok(at) = sat.cells.binary_search_by_key(school, |cell| cell.school) else { continue };
            let before = passed * scenario.tests / all;
            passed += 1;
            if passed * scenario.tests / all == before && scenario.tests < all {
                sat.cells.remove(at);
                continue;
            }
            let cuts = sat.cuts;
            if let Some(cell) = sat.cells.get_mut(at) {
                inflate(cell, scenario, &cuts, rng);
            }
        }
    }
    (region, able)
}

/// The pupils of a cell as (score, journal).
fn pupils(cell: &Cell) -> Vec<(usize, usize)> {
    let scores = cell.scores.iter().enumerate();
    scores
        .flat_map(|(score, by)| {
            let journals = by.iter().enumerate();
            journals.flat_map(move |(journal, count)| (0..*count).map(move |_| (score, journal)))
        })
        .collect()
}

fn refill(cell: &mut Cell, pupils: &[(usize, usize)], cuts: &[Option<usize>; 3]) {
    cell.scores.iter_mut().for_each(|by| *by = Default::default());
    (cell.both, cell.alone) = ([[0; MARKS]; MARKS], 0);
    for (score, journal) in pupils {
        put(cell, *score, *journal, mark_at(cuts, *score));
    }
}

fn inflate(cell: &mut Cell, scenario: &Scenario, cuts: &[Option<usize>; 3], rng: &mut Rng) {
    let mut known = pupils(cell);
    for (score, journal) in &mut known {
        let chosen = rng.uniform() < scenario.part;
        match scenario.finding {
            Finding::VprInflated => {
                if let [Some(cut), ..] = cuts
                    && chosen
                    && *score < *cut
                {
                    *score = *cut;
                }
            }
            Finding::JournalInflated => {
                if chosen && *journal + 1 < MARKS {
                    *journal += 1;
                }
            }
        }
    }
    refill(cell, &known, cuts);
}

#[cfg(test)]
mod tests {
    use super::{SCENARIOS, Scenario, plant, simulate, verdicts};
    use crate::objectivity::grade::{Grade, Verdict};
    use crate::objectivity::kind::Finding;
    use crate::objectivity::null::{Flavour, Null, put};
    use crate::objectivity::region::{Cell, Region, Sat, Test, mark_at};
    use crate::objectivity::weigh::{listen, weigh};
    use crate::pipeline::Quiet;
    use crate::stats::Rng;

    const CUTS: [Option<usize>; 3] = [Some(7), Some(11), Some(15)];

    /// Honest schools: binomial scores, journals that follow the marks, nobody near the cut lifted.
    fn honest(rng: &mut Rng) -> Region {
        let levels: Vec<f64> = (0..80).map(|_| 0.52 + 0.05 * rng.normal()).collect();
        let mut region =
            Region { schools: (0..80).map(|i| format!("{i:02}")).collect(), ..Region::default() };
        for year in [2023, 2024, 2025] {
            for (grade, subject) in [(5, "ma"), (5, "ru"), (6, "ma"), (6, "ru")] {
                let test = Test { year, grade, subject: subject.into(), wave: Some("spring".into()) };
                let cells =
                    levels.iter().enumerate().map(|(school, level)| cell(school, *level, rng)).collect();
                region.tests.push(Sat { test, cuts: CUTS, max: Some(20.0), cells });
            }
        }
        region
    }

    fn cell(school: usize, level: f64, rng: &mut Rng) -> Cell {
        let mut cell = Cell { school, scores: vec![[0; 5]; 21], ..Cell::default() };
        for _ in 0..(15 + school % 40) {
            let own = level + 0.15 * rng.normal();
            let score = rng.binomial(20, own.clamp(0.02, 0.98)) as usize;
            let mark = mark_at(&CUTS, score);
            let moved = rng.uniform();
            let journal = if moved < 0.25 { mark + 1 } else { mark - usize::from(moved > 0.9 && mark > 0) };
            put(&mut cell, score, journal.min(3), mark);
        }
        cell
    }

    #[test]
    fn an_honest_region_is_left_in_peace_and_planted_schools_are_found() {
        let mut rng = Rng::new(11);
        let region = honest(&mut rng);
        for schools in verdicts(&region) {
            assert!(others(&schools, &[]) <= FEW);
        }
        let said = listen(&region);
        let null = Null::fit(&region, &said, &weigh(&region, &said, true));
        for finding in Finding::ALL {
            let scenario = Scenario { finding, pupils: 50, tests: 12, part: 0.7 };
            let (planted, schools) = plant(&null, Flavour::Norm, &scenario, &mut rng);
            assert_eq!(schools.len(), 3);
            let position = Finding::ALL.iter().position(|one| *one == finding).unwrap();
            let found = verdicts(&planted);
            for at in &schools {
                assert!(found[position][*at].grade >= Grade::Moderate, "{finding:?} {at}");
            }
            assert!(others(&found[position], &schools) <= FEW, "{finding:?}");
            let other = &found[1 - position];
            let strong = other.iter().position(|verdict| verdict.grade == Grade::Strong);
            assert_eq!(
                strong.and_then(|at| other.get(at)),
                None,
                "the other finding, planted {finding:?} {schools:?} {strong:?}"
            );
        }
    }

    /// Of 80 honest schools so many may seem moderate: 0.8 are expected at most, and more than three have a chance of 1 %.
    const FEW: usize = 3;

    /// Honest schools that seem moderate; none may seem more.
    fn others(schools: &[Verdict], planted: &[usize]) -> usize {
        let honest = schools.iter().enumerate().filter(|(at, _)| !planted.contains(at));
        let grades: Vec<Grade> = honest.map(|(_, verdict)| verdict.grade).collect();
        assert!(grades.iter().all(|grade| *grade < Grade::Strong));
        grades.iter().filter(|grade| **grade == Grade::Moderate).count()
    }

    #[test]
    fn the_model_of_a_region_makes_regions_like_it() {
        let region = honest(&mut Rng::new(12));
        let said = listen(&region);
        let outcome = weigh(&region, &said, true);
        let null = Null::fit(&region, &said, &outcome);
        let simulated = simulate(&null, 3, 5, &Quiet);
        for finding in Finding::ALL {
            let of = simulated.honest.iter().filter(|(_, one, ..)| *one == finding);
            let moderate: u64 = of.map(|(.., honest)| honest.reached[1]).sum();
            // of 480 schools in either kind of region 4.8 are allowed, and more than 11 have a chance of 1 %
            assert!(moderate <= 11, "{finding:?} {moderate}");
        }
        assert!(
            simulated.honest.iter().all(|(.., honest)| honest.share(1).is_none_or(|share| share.1 < 0.1))
        );
        let schools: u64 = simulated.honest.iter().map(|of| of.3.schools).sum();
        // every school once in each flavour, finding and region
        assert_eq!(schools, 80 * 2 * 2 * 3);
        assert!(simulated.power.iter().all(|power| power.schools == 0) && SCENARIOS.len() == 16);
        let drawn = null.draw(Flavour::Norm, &[], &mut Rng::new(3));
        for (own, real) in drawn.tests.iter().zip(&region.tests) {
            let size = |sat: &Sat| sat.cells.iter().map(Cell::participants).collect::<Vec<_>>();
            assert_eq!(size(own), size(real));
            let mean = |sat: &Sat| crate::objectivity::kernels::moments(&sat.total().scores).unwrap().mean;
            assert!((mean(own) - mean(real)).abs() < 0.4, "{} {}", mean(own), mean(real));
        }
    }
}
