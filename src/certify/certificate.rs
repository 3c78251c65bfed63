//! What was checked, against what, and whether it held.

use serde::Serialize;

/// The certificate of this program on this machine.
#[derive(Debug, Clone, Serialize)]
pub struct Certificate {
    /// The program and its version.
    pub program: String,
    /// Operating system and processor.
    pub system: String,
    /// Did every bar hold?
    pub passed: bool,
    /// The chapters.
    pub sections: Vec<Section>,
}

/// A chapter of the certificate.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// Its name in the catalogue: `certify-section-<id>`.
    pub id: &'static str,
    /// Did every bar of it hold?
    pub passed: bool,
    /// Everything that was checked.
    pub checks: Vec<Check>,
}

/// A single number.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// The data set, or the method: `certify-name-<name>` in the catalogue.
    pub name: String,
    /// What kind of number: `certify-kind-<kind>`.
    pub kind: &'static str,
    /// Which one of its kind, where there are several.
    pub quantity: String,
    /// What the program gives.
    pub got: f64,
    /// What it should be.
    pub want: Option<f64>,
    /// Digits in which the two agree.
    pub digits: Option<f64>,
    /// Digits that the exact answer for the same floats has.
    pub ceiling: Option<f64>,
    /// The least that passes: digits, or a bound of `got` itself.
    pub bar: Option<f64>,
    /// Monte-Carlo standard error of `got`.
    pub error: Option<f64>,
    /// Did it hold? A number without a bar always does.
    pub passed: bool,
}

/// A line of the printed table: the worst number of its kind.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The worst.
    pub worst: &'a Check,
    /// How many there are of this kind.
    pub count: usize,
    /// Did all of them hold?
    pub passed: bool,
}

impl Certificate {
    /// Of these chapters.
    #[must_use]
    pub fn of(sections: Vec<Section>) -> Self {
        Self {
            program: format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            passed: sections.iter().all(|section| section.passed),
            sections,
        }
    }
}

impl Section {
    /// Of these numbers.
    #[must_use]
    pub fn of(id: &'static str, checks: Vec<Check>) -> Self {
        Self { id, passed: !checks.is_empty() && checks.iter().all(|check| check.passed), checks }
    }

    /// The worst number of each kind of each data set, in their order.
    #[must_use]
    pub fn lines(&self) -> Vec<Line<'_>> {
        let mut lines: Vec<Line<'_>> = Vec::new();
        for check in &self.checks {
            let same = |line: &&mut Line<'_>| line.worst.name == check.name && line.worst.kind == check.kind;
            match lines.iter_mut().find(same) {
                None => lines.push(Line { worst: check, count: 1, passed: check.passed }),
                Some(line) => {
                    line.count += 1;
                    line.passed &= check.passed;
                    if check.rank() < line.worst.rank() {
                        line.worst = check;
                    }
                }
            }
        }
        lines
    }
}

impl Check {
    /// Failed ones first, then by digits.
    fn rank(&self) -> (bool, u64) {
        let digits = self.digits.unwrap_or(f64::MAX).max(0.0);
        // floats that are not negative have the order of their bits
        (self.passed, digits.to_bits())
    }
}

#[cfg(test)]
mod tests {
    use super::{Check, Section};

    fn check(name: &str, digits: f64, passed: bool) -> Check {
        let name = name.to_owned();
        let (quantity, bar) = (String::new(), Some(9.0));
        let (want, ceiling, error) = (Some(1.0), None, None);
        Check {
            name,
            kind: "other",
            quantity,
            got: 1.0,
            want,
            digits: Some(digits),
            ceiling,
            bar,
            error,
            passed,
        }
    }

    #[test]
    fn a_line_shows_the_worst() {
        let section = Section::of(
            "linear",
            vec![check("a", 14.0, true), check("b", 9.5, true), check("a", 11.0, true)],
        );
        let digits: Vec<_> = section.lines().iter().map(|line| (line.worst.digits, line.count)).collect();
        assert_eq!(digits, [(Some(11.0), 2), (Some(9.5), 1)]);
        assert!(
            section.passed
                && !Section::of("linear", vec![check("a", 14.0, true), check("a", 8.0, false)]).passed
        );
        assert!(!Section::of("linear", Vec::new()).passed, "nothing checked is nothing certified");
    }
}
