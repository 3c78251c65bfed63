//! The declared rule: from kinds of evidence and years to one word. Never a sum of unequal signs.

use crate::objectivity::kind::{Finding, KINDS, Kind};
use crate::objectivity::region::Region;
use crate::objectivity::weigh::{OfKind, Schools, Weighed};
use crate::stats::benjamini_hochberg;

/// How much speaks for a finding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    #[default]
    None,
    Weak,
    Moderate,
    Strong,
}

impl Grade {
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Weak => "weak",
            Self::Moderate => "moderate",
            Self::Strong => "strong",
        }
    }
}

/// p up to which a kind is a sign at all.
const SIGN: f64 = 0.005;
/// p on the other side up to which a kind speaks against the finding.
const AGAINST: f64 = 0.05;

/// With fewer participants in the usual test p goes in few steps, and is off where it is smallest: no sign is strong, and a
/// kind that carries a grade alone must have a p up to the second number.
const PUPILS_MIN: u32 = 10;
const ALONE_OF_FEW: f64 = 1e-3;

/// What a grade asks of the kind that leads, and of a second, independent kind.
struct Asked {
    /// p of a kind that carries the grade alone, its q, and p of each of two years.
    alone: (f64, f64, f64),
    /// p of a kind that needs support, its q, and p of the kind that supports it.
    supported: (f64, f64, f64),
    /// Must the marks themselves show it: may no exam carry the grade alone, and must what supports it say which mark is wrong?
    clear: bool,
}

/// No q at moderate: p itself holds the share of honest schools there, and the few of a region with few would never be found.
const MODERATE: Asked = Asked { alone: (2.5e-3, 1.0, 0.20), supported: (5e-3, 1.0, 0.02), clear: false };
const STRONG: Asked = Asked { alone: (2e-4, 0.02, 0.05), supported: (1e-3, 0.05, 5e-3), clear: true };

/// q of each school in each kind over all years: Benjamini and Hochberg among the schools of the region.
pub(super) type Adjusted = [Vec<Option<f64>>; KINDS];

pub(super) fn adjust(schools: &Schools) -> Adjusted {
    let of_kind = |kind: usize| {
        let p: Vec<Option<f64>> =
            schools.iter().map(|school| school.get(kind).and_then(|of| of.all).map(|all| all.p)).collect();
        benjamini_hochberg(&p)
    };
    std::array::from_fn(of_kind)
}

/// What was judged of a school.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Verdict {
    pub(super) grade: Grade,
    /// Kinds that speak for the finding, the leading ones first.
    pub(super) speak_for: Vec<Kind>,
    /// Kinds that speak against it.
    pub(super) speak_against: Vec<Kind>,
    /// Kinds that could say anything.
    pub(super) kinds: usize,
    /// Years in which a kind that speaks for it does so by itself, at 5 %.
    pub(super) years: Vec<i32>,
}

/// Judges a school, by its position.
fn judge(school: &[OfKind; KINDS], position: usize, size: u32, q: &Adjusted, finding: Finding) -> Verdict {
    let mut verdict = Verdict::default();
    let mut signs: Vec<Sign<'_>> = Vec::new();
    for (kind, (of_kind, q)) in Kind::ALL.into_iter().zip(school.iter().zip(q)) {
        if !kind.counts() || !kind.speaks_of(finding) {
            continue;
        }
        let Some(all) = of_kind.all else { continue };
        verdict.kinds += 1;
        // no agreement of its own says which of two marks is wrong, so a high one clears neither
        if all.p_against <= AGAINST && kind.leads() {
            verdict.speak_against.push(kind);
        }
        let q = q.get(position).copied().flatten().unwrap_or(1.0);
        if all.p <= SIGN.max(MODERATE.supported.2) && all.effect >= kind.gate() {
            signs.push(Sign { kind, all, q, of_kind });
        }
    }
    signs.sort_by_key(|sign| !sign.kind.leads());
    verdict.grade = grade(&signs, size);
    if verdict.grade == Grade::Strong && (!verdict.speak_against.is_empty() || size < PUPILS_MIN) {
        verdict.grade = Grade::Moderate;
    }
    let told = signs.iter().filter(|sign| sign.all.p <= SIGN || verdict.grade >= Grade::Moderate);
    for sign in told {
        verdict.speak_for.push(sign.kind);
        let years = sign.of_kind.years.iter().filter(|(_, year)| year.p <= 0.05);
        verdict.years.extend(years.map(|(year, _)| *year));
    }
    verdict.years.sort_unstable();
    verdict.years.dedup();
    verdict
}

/// The verdicts of all schools of the region.
pub(super) fn of_region(region: &Region, schools: &Schools, q: &Adjusted, finding: Finding) -> Vec<Verdict> {
    let school = |(at, school)| judge(school, at, region.usual_size(at), q, finding);
    schools.iter().enumerate().map(school).collect()
}

/// A kind that is a sign.
struct Sign<'a> {
    kind: Kind,
    all: Weighed,
    q: f64,
    of_kind: &'a OfKind,
}

impl Sign<'_> {
    /// Is it seen in two years, each by itself? A school with one year has nothing to persist in, and its p must do alone.
    fn persists(&self, p: f64) -> bool {
        self.of_kind.years.iter().filter(|(_, year)| year.p <= p && year.effect > 0.0).count() >= 2
    }

    fn alone(&self, asked: &Asked, size: u32) -> bool {
        let (p, q, year) = asked.alone;
        let p = if size < PUPILS_MIN { p.min(ALONE_OF_FEW) } else { p };
        let leads = if asked.clear { self.kind.carries() } else { self.kind.leads() };
        leads && self.all.p <= p && self.q <= q && self.persists(year)
    }

    fn supported(&self, asked: &Asked, others: &[Sign<'_>]) -> bool {
        let (p, q, support) = asked.supported;
        // a low agreement does not say which of the two marks is wrong: it carries no school to strong
        let speaks = |kind: Kind| kind != self.kind && !(asked.clear && kind == Kind::Agreement);
        let other = |other: &&Sign<'_>| speaks(other.kind) && other.all.p <= support;
        self.kind.leads() && self.all.p <= p && self.q <= q && others.iter().any(|sign| other(&sign))
    }
}

fn grade(signs: &[Sign<'_>], size: u32) -> Grade {
    let reached =
        |asked: &Asked| signs.iter().any(|sign| sign.alone(asked, size) || sign.supported(asked, signs));
    if reached(&STRONG) {
        Grade::Strong
    } else if reached(&MODERATE) {
        Grade::Moderate
    } else if signs.iter().any(|sign| sign.all.p <= SIGN) {
        Grade::Weak
    } else {
        Grade::None
    }
}
