//! `>= 0.30`: a comparison of a share with a threshold, exact on the counts.

use std::cmp::Ordering;
use std::fmt;

/// A decimal as it was written, kept as `digits / 10^decimals`: 3 of 10 is exactly 0.30.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    digits: i64,
    decimals: u32,
}

impl Threshold {
    /// Reads `0.30`, `0,3` or `1`: no sign, at most nine decimals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 6 || fraction.len() > 9 || !plain(whole) || !plain(fraction) {
            return None;
        }
        Some(Self {
            digits: format!("{whole}{fraction}").parse().ok()?,
            decimals: u32::try_from(fraction.len()).ok()?,
        })
    }

    fn scale(self) -> i64 {
        10i64.saturating_pow(self.decimals)
    }

    /// Is it between 0 and 1?
    #[must_use]
    pub fn is_share(self) -> bool {
        self.digits <= self.scale()
    }

    /// The nearest float.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most fifteen digits: exact")]
    pub fn value(self) -> f64 {
        self.digits as f64 / self.scale() as f64
    }

    /// `numerator / denominator` against the threshold, without rounding.
    fn cmp_share(self, numerator: i64, denominator: i64) -> Ordering {
        let left = i128::from(numerator) * i128::from(self.scale());
        left.cmp(&(i128::from(self.digits) * i128::from(denominator)))
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::try_from(self.decimals).unwrap_or_default();
        write!(f, "{:.decimals$}", self.value())
    }
}

/// How a share is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `<=`
    AtMost,
    /// `<`
    Below,
}

impl Comparison {
    /// The sign, as packs and tables write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::AtMost => "<=",
            Self::Below => "<",
        }
    }

    /// Does the condition hold for high shares?
    #[must_use]
    pub fn is_upward(self) -> bool {
        matches!(self, Self::AtLeast | Self::Above)
    }
}

/// A comparison and its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// The comparison.
    pub comparison: Comparison,
    /// The threshold.
    pub threshold: Threshold,
}

impl Condition {
    /// Reads `>= 0.30`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        [Comparison::AtLeast, Comparison::AtMost, Comparison::Above, Comparison::Below].into_iter().find_map(
            |comparison| {
                let threshold = Threshold::parse(text.strip_prefix(comparison.as_str())?.trim())?;
                Some(Self { comparison, threshold })
            },
        )
    }

    /// Does it hold for this share? Exact: 3 of 10 is `>= 0.30`.
    #[must_use]
    pub fn holds(self, numerator: i64, denominator: i64) -> bool {
        let order = self.threshold.cmp_share(numerator, denominator);
        match self.comparison {
            Comparison::AtLeast => order.is_ge(),
            Comparison::Above => order.is_gt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Below => order.is_lt(),
        }
    }

    /// How many of the pupils counted below the line would have to have another result for [`Condition::holds`] to
    /// change: positive where it holds, negative where it does not, `None` where no such number of pupils changes it.
    #[must_use]
    pub fn distance(self, numerator: i64, denominator: i64) -> Option<i64> {
        let holds = self.holds(numerator, denominator);
        // Moving the numerator this way changes the answer, if anything does.
        let up = holds != self.comparison.is_upward();
        let room = if up { denominator - numerator } else { numerator };
        let moved = |steps: i64| if up { numerator + steps } else { numerator - steps };
        let changes = |steps: i64| self.holds(moved(steps), denominator) != holds;
        if room < 1 || !changes(room) {
            return None;
        }
        let (mut same, mut other) = (0, room);
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            if changes(middle) { other = middle } else { same = middle }
        }
        Some(if holds { other } else { -other })
    }

    /// Does it hold in the whole interval?
    #[must_use]
    pub fn holds_throughout(self, low: f64, high: f64) -> bool {
        let threshold = self.threshold.value();
        match self.comparison {
            Comparison::AtLeast => low >= threshold,
            Comparison::Above => low > threshold,
            Comparison::AtMost => high <= threshold,
            Comparison::Below => high < threshold,
        }
    }

    /// Does it hold nowhere in the interval?
    #[must_use]
    pub fn fails_throughout(self, low: f64, high: f64) -> bool {
        let threshold = self.threshold.value();
        match self.comparison {
            Comparison::AtLeast => high < threshold,
            Comparison::Above => high <= threshold,
            Comparison::AtMost => low > threshold,
            Comparison::Below => low >= threshold,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.comparison.as_str(), self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Threshold};

    #[test]
    fn the_boundary_is_exact() {
        let rule = Condition::parse(">= 0.30").unwrap();
        for (numerator, denominator, holds) in [
            (3, 10, true),
            (6, 20, true),
            (299, 1000, false),
            (300, 1000, true),
            (2, 7, false),
            (0, 10, false),
        ] {
            assert_eq!(rule.holds(numerator, denominator), holds, "{numerator}/{denominator}");
        }
        assert!(!Condition::parse("> 0.3").unwrap().holds(3, 10));
        assert!(Condition::parse("<=0,3").unwrap().holds(3, 10));
        assert_eq!(rule.to_string(), ">= 0.30");
    }

    #[test]
    fn what_is_no_condition_is_not_read() {
        for text in
            ["", ">=", "0.3", ">= -0.3", "=> 0.3", ">= 30 %", ">= 0.3.1", ">= 1e-1", ">= 0.1234567890"]
        {
            assert_eq!(Condition::parse(text), None, "{text}");
        }
        assert!(!Threshold::parse("1.01").unwrap().is_share());
        assert!(Threshold::parse("1.00").unwrap().is_share());
    }

    #[test]
    fn the_distance_agrees_with_trying_pupil_by_pupil() {
        for sign in [">=", ">", "<=", "<"] {
            for threshold in ["0", "0.25", "0.3", "0.5", "1"] {
                let rule = Condition::parse(&format!("{sign} {threshold}")).unwrap();
                for n in 0..=25i64 {
                    for x in 0..=n {
                        let holds = rule.holds(x, n);
                        let plain = (1..=n)
                            .find(|step| {
                                [x - step, x + step]
                                    .iter()
                                    .any(|y| (0..=n).contains(y) && rule.holds(*y, n) != holds)
                            })
                            .map(|step| if holds { step } else { -step });
                        assert_eq!(rule.distance(x, n), plain, "{x}/{n} {rule}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_interval_is_on_one_side_or_astride() {
        let rule = Condition::parse(">= 0.3").unwrap();
        assert!(rule.holds_throughout(0.3, 0.6) && !rule.holds_throughout(0.29, 0.6));
        assert!(rule.fails_throughout(0.1, 0.29) && !rule.fails_throughout(0.1, 0.3));
    }
}
