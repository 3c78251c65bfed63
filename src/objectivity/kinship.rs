//! The pupils behind two tests: how far their scores go together inside a school.
//!
//! Codes link the subjects of a wave, with two or three wrong pairs of a hundred (handbook 2.7): enough for a correlation, no key.

use std::collections::BTreeMap;

use crate::stats::sum;

/// The subjects that nearly every pupil sits.
const SUBJECTS: [&str; 2] = ["ru", "ma"];
/// One school of so many is enough for one number.
const EACH: u32 = 4;
/// Fewer linked pupils of a school have no mean to be held against; fewer in all give no number.
const PUPILS_MIN: usize = 5;
const LINKED_MIN: usize = 100;

/// Year, grade, wave and school.
type Group = (i32, i32, Option<String>, String);

/// Scores of pupils in the two subjects.
#[derive(Debug, Clone, Default)]
pub(super) struct Kinship(BTreeMap<Group, BTreeMap<String, [Option<u32>; 2]>>);

impl Kinship {
    /// Where the pupils of this test belong, if it is one of those that are linked.
    pub(super) fn slot(subject: &str, school: &str) -> Option<usize> {
        let of_school =
            school.bytes().fold(0_u32, |mix, byte| mix.wrapping_mul(31).wrapping_add(u32::from(byte)));
        SUBJECTS.iter().position(|one| *one == subject).filter(|_| of_school % EACH == 0)
    }

    /// Adds the scores of a school's pupils in a test.
    pub(super) fn add(&mut self, group: Group, slot: usize, scores: Vec<(String, u32)>) {
        let pupils = self.0.entry(group).or_default();
        for (code, score) in scores {
            if let Some(known) = pupils.entry(code).or_default().get_mut(slot) {
                *known = Some(score);
            }
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        for (group, pupils) in other.0 {
            let known = self.0.entry(group).or_default();
            for (code, scores) in pupils {
                let slots = known.entry(code).or_default();
                slots.iter_mut().zip(scores).for_each(|(slot, score)| *slot = slot.or(score));
            }
        }
    }

    /// The correlation inside schools; `None` where too few pupils are linked.
    pub(super) fn correlation(&self) -> Option<f64> {
        let mut parts: [Vec<f64>; 3] = Default::default();
        for pupils in self.0.values() {
            let linked: Vec<(f64, f64)> =
                pupils.values().filter_map(|[a, b]| Some((f64::from((*a)?), f64::from((*b)?)))).collect();
            if linked.len() < PUPILS_MIN {
                continue;
            }
            let (first, second): (Vec<f64>, Vec<f64>) = linked.iter().copied().unzip();
            let Some((a, b)) = crate::stats::mean(&first).zip(crate::stats::mean(&second)) else { continue };
            for (x, y) in linked {
                for (part, product) in
                    parts.iter_mut().zip([(x - a) * (y - b), (x - a) * (x - a), (y - b) * (y - b)])
                {
                    part.push(product);
                }
            }
        }
        let [both, first, second] = &parts;
        let scale = (sum(first) * sum(second)).sqrt();
        (both.len() >= LINKED_MIN && scale > 0.0).then(|| (sum(both) / scale).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Kinship;
    use crate::stats::Rng;

    #[test]
    fn the_correlation_is_that_inside_schools() {
        let mut rng = Rng::new(4);
        let mut kinship = Kinship::default();
        for school in 0..40 {
            // schools differ far more than pupils do, and that is no kinship
            let level = 40.0 + 10.0 * rng.normal();
            let (mut first, mut second) = (Vec::new(), Vec::new());
            for pupil in 0..30 {
                let common = rng.normal();
                let mut score =
                    || (level + 3.0 * (0.7 * common + 0.3_f64.sqrt() * 1.0 * rng.normal())).max(0.0).round();
                first.push((pupil.to_string(), score() as u32));
                second.push((pupil.to_string(), score() as u32));
            }
            let group = (2024, 5, None, school.to_string());
            kinship.add(group.clone(), 0, first);
            let mut other = Kinship::default();
            other.add(group, 1, second);
            kinship.join(other);
        }
        // 0.49 of 0.79 is shared, and rounding adds a little
        let found = kinship.correlation().unwrap();
        assert!((found - 0.61).abs() < 0.04, "{found}");
        assert_eq!(Kinship::default().correlation(), None);
    }

    #[test]
    fn a_part_of_the_schools_is_asked_in_two_subjects() {
        let asked =
            (0..400).filter(|school| Kinship::slot("ma", &format!("99{school:04}")) == Some(1)).count();
        assert!((60..140).contains(&asked), "{asked}");
        assert!((0..400).all(|school| Kinship::slot("bi", &format!("99{school:04}")).is_none()));
    }
}
