//! What becomes of schools over the years: new names, mergers, splits, another municipality.
//!
//! A merger and a split are one thing seen from two sides: a school whose pupils belong to a host, from a year on or up
//! to it. While they do, the school stands in no file, and its pupils, with everything hidden in them, are the host's.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::base::Year;
use crate::synth::region::{Region, below};
use crate::synth::school::{Kind, School};

/// One change of one school; a school has at most one.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Another name from a year on.
    Renamed {
        /// The first year of the new name.
        from: Year,
        /// The old short name.
        old_short: String,
        /// The old full name.
        old_full: String,
    },
    /// A part of the school with this number from a year on.
    Merged {
        /// The first year without the school.
        from: Year,
        /// The number of the school that took its pupils.
        host: usize,
    },
    /// A part of the school with this number before a year.
    Split {
        /// The first year of the school.
        from: Year,
        /// The number of the school of which it was a part.
        host: usize,
    },
    /// Another municipality from a year on.
    Moved {
        /// The first year in the new municipality.
        from: Year,
        /// The number of the old one.
        old: usize,
    },
}

impl School {
    /// The school of which this one's pupils are in a year, if not of itself.
    #[must_use]
    pub fn host(&self, year: Year) -> Option<usize> {
        match self.change {
            Some(Change::Merged { from, host }) if year >= from => Some(host),
            Some(Change::Split { from, host }) if year < from => Some(host),
            _ => None,
        }
    }

    /// The school where so many municipalities and schools are taken away before it.
    pub(in crate::synth) fn renumbered(&self, municipalities: usize, schools: usize) -> Self {
        let mut school = self.clone();
        school.municipality -= municipalities;
        match &mut school.change {
            Some(Change::Merged { host, .. } | Change::Split { host, .. }) => *host -= schools,
            Some(Change::Moved { old, .. }) => *old -= municipalities,
            Some(Change::Renamed { .. }) | None => {}
        }
        school
    }

    /// Is it a school of its own in this year?
    #[must_use]
    pub fn exists(&self, year: Year) -> bool {
        self.host(year).is_none()
    }

    /// The school as it was in a year, if it was one: with the name and the municipality of then.
    #[must_use]
    pub fn as_in(&self, year: Year) -> Option<Cow<'_, Self>> {
        if !self.exists(year) {
            return None;
        }
        match &self.change {
            Some(Change::Renamed { from, old_short, old_full }) if year < *from => Some(Cow::Owned(Self {
                name_short: old_short.clone(),
                name_full: old_full.clone(),
                ..self.clone()
            })),
            Some(Change::Moved { from, old }) if year < *from => {
                Some(Cow::Owned(Self { municipality: *old, ..self.clone() }))
            }
            _ => Some(Cow::Borrowed(self)),
        }
    }

    /// Its short and full name in a year.
    #[must_use]
    pub fn names(&self, year: Year) -> (&str, &str) {
        match &self.change {
            Some(Change::Renamed { from, old_short, old_full }) if year < *from => (old_short, old_full),
            _ => (&self.name_short, &self.name_full),
        }
    }

    /// The number of its municipality in a year.
    #[must_use]
    pub fn municipality_in(&self, year: Year) -> usize {
        match self.change {
            Some(Change::Moved { from, old }) if year < from => old,
            _ => self.municipality,
        }
    }
}

/// The four kinds, in the order in which they are drawn.
#[derive(Debug, Clone, Copy)]
enum Kinds {
    Merged,
    Split,
    Moved,
    Renamed,
}

impl Region {
    /// Draws the changes; none where there is one year only.
    pub(in crate::synth) fn settle_identities(&mut self) {
        let later = self.years.get(1..).unwrap_or_default().to_vec();
        let mut rng = self.rng("identities");
        let plan = self.profile.identity.clone();
        let mut fixed: BTreeSet<String> =
            self.schools.iter().filter_map(|school| school.parent.clone()).collect();
        for (kind, rate) in [
            (Kinds::Merged, plan.merged),
            (Kinds::Split, plan.split),
            (Kinds::Moved, plan.municipality),
            (Kinds::Renamed, plan.renamed),
        ] {
            let wanted = libm::ceil(rate * self.schools.len() as f64) as usize;
            let mut made = 0;
            for _ in 0..40 * wanted {
                let at = below(&mut rng, self.schools.len());
                let Some(&from) = later.get(below(&mut rng, later.len())) else { break };
                let Some(change) = self.possible(kind, at, from, &fixed) else { continue };
                let home = below(&mut rng, self.municipalities.len());
                made += usize::from(self.apply(at, change, home, &mut fixed));
                if made == wanted {
                    break;
                }
            }
        }
    }

    /// The change of this kind, where the school can have one. `fixed` are the digits of schools at which others point.
    fn possible(&self, kind: Kinds, at: usize, from: Year, fixed: &BTreeSet<String>) -> Option<Change> {
        let free = |school: &&School| {
            matches!(school.kind, Kind::General | Kind::Basic)
                && school.change.is_none()
                && !fixed.contains(&school.digits)
        };
        let school = self.schools.get(at).filter(free)?;
        let host = at + 1;
        let neighbour = || {
            self.schools.get(host).filter(free).filter(|other| {
                let alike = other.municipality == school.municipality && other.grades() == school.grades();
                alike && school.cohort < 60.0
            })
        };
        match kind {
            Kinds::Merged => neighbour().map(|_| Change::Merged { from, host }),
            Kinds::Split => neighbour().map(|_| Change::Split { from, host }),
            Kinds::Moved => Some(Change::Moved { from, old: school.municipality }),
            Kinds::Renamed => {
                let (old_short, old_full) = (school.name_short.clone(), school.name_full.clone());
                Some(Change::Renamed { from, old_short, old_full })
            }
        }
    }

    /// Makes the change; `home` is where a school may move to. False where it cannot go there.
    fn apply(&mut self, at: usize, change: Change, home: usize, fixed: &mut BTreeSet<String>) -> bool {
        let rural = |number: usize| self.municipalities.get(number).filter(|municipality| !municipality.city);
        let region = |number: usize| rural(number).map(|municipality| municipality.region);
        match &change {
            Change::Moved { old, .. }
                if home == *old || region(home).is_none() || region(home) != region(*old) =>
            {
                return false;
            }
            Change::Merged { host, .. } | Change::Split { host, .. } => {
                if let Some(host) = self.schools.get(*host) {
                    fixed.insert(host.digits.clone());
                    self.hosts.entry(host.id()).or_default().push(at);
                }
            }
            _ => {}
        }
        let Some(school) = self.schools.get_mut(at) else { return false };
        match &change {
            Change::Moved { .. } => school.municipality = home,
            Change::Renamed { .. } => {
                // most often the legal form changes and takes the name with it
                school.name_short = school.name_short.replacen("МБОУ", "МАОУ", 1);
                school.name_full = school.name_full.replacen("бюджетное", "автономное", 1);
            }
            _ => {}
        }
        school.change = Some(change);
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Year;
    use crate::synth::identity::Change;
    use crate::synth::{Profile, Region};

    #[test]
    fn pupils_of_a_school_that_is_none_are_its_hosts() {
        let years = [Year(2023), Year(2024), Year(2025)];
        let region = Region::draw(300, 4, &years, &Profile::typical().unwrap());
        let mut kinds = [0; 4];
        for school in &region.schools {
            match school.change {
                Some(Change::Merged { host, .. } | Change::Split { host, .. }) => {
                    kinds[usize::from(matches!(school.change, Some(Change::Split { .. })))] += 1;
                    let host = &region.schools[host];
                    assert!(host.change.is_none());
                    for year in years {
                        let (own, both) = (region.pupils(school, year, 6), region.pupils(host, year, 6));
                        let alone = host.own_cohort(region.seed, year, 6);
                        assert_eq!(own.is_empty(), !school.exists(year), "{}", school.digits);
                        let guests =
                            if school.exists(year) { 0 } else { school.own_cohort(region.seed, year, 6) };
                        assert_eq!(both.len(), alone + guests);
                        assert_eq!(region.passport(school, year).pupils == 0, !school.exists(year));
                    }
                }
                Some(Change::Moved { old, .. }) => {
                    kinds[2] += 1;
                    assert_ne!(school.municipality_in(years[0]), school.municipality_in(years[2]));
                    assert_eq!(old, school.municipality_in(years[0]));
                }
                Some(Change::Renamed { .. }) => {
                    kinds[3] += 1;
                    assert_ne!(school.names(years[0]), school.names(years[2]));
                }
                None => {}
            }
        }
        assert_eq!(kinds, [3, 3, 3, 6]);
        assert!(
            Region::draw(300, 4, &years[..1], &region.profile).schools.iter().all(|s| s.change.is_none())
        );
    }
}
