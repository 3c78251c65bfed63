//! School-level shares as counts, out of `measure`.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::tables::{floats, ints, texts};

/// Counts above and below the line of each school.
pub type Counts = BTreeMap<String, (u64, u64)>;

/// Shares of schools by year and measure, as whole counts.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    counts: BTreeMap<(i32, String), Counts>,
    schools: BTreeMap<i32, BTreeSet<String>>,
}

impl Shares {
    /// The columns of `measure` that are read.
    pub const COLUMNS: &'static [&'static str] =
        &["year", "period", "school_id", "measure", "numerator", "denominator", "unit", "status"];

    /// Reads the yearly shares of some measures. A share without whole counts (a printed percentage, a count above its
    /// base, nobody in the base) is unknown; of two figures for one school the first in the table's order counts.
    ///
    /// # Errors
    /// `E803` where a column is missing.
    pub fn read(frame: &DataFrame, wanted: &[&str]) -> Result<Self> {
        let (years, periods) = (ints(frame, "year")?, texts(frame, "period")?);
        let (schools, measures) = (texts(frame, "school_id")?, texts(frame, "measure")?);
        let (above, below) = (floats(frame, "numerator")?, floats(frame, "denominator")?);
        let (units, states) = (texts(frame, "unit")?, texts(frame, "status")?);
        let mut shares = Self::default();
        let rows = years.into_iter().zip(periods).zip(schools.into_iter().zip(measures));
        let figures = above.into_iter().zip(below).zip(units.into_iter().zip(states));
        for (((year, period), (school, measure)), ((above, below), (unit, state))) in rows.zip(figures) {
            let (Some(year), Some(school), Some(measure)) = (year, school, measure) else { continue };
            let yearly = period.as_deref() == Some("year") && unit.as_deref() == Some("share");
            if !yearly || !wanted.contains(&measure.as_str()) {
                continue;
            }
            shares.schools.entry(year).or_default().insert(school.clone());
            if let (Some("value"), Some(counts)) = (state.as_deref(), Self::whole(above, below)) {
                shares.counts.entry((year, measure)).or_default().entry(school).or_insert(counts);
            }
        }
        Ok(shares)
    }

    /// The counts of a measure in a year, by school; empty where nothing is known.
    #[must_use]
    pub fn counts(&self, year: i32, measure: &str) -> Counts {
        self.counts.get(&(year, measure.to_owned())).cloned().unwrap_or_default()
    }

    /// Counts as whole numbers; `None` where they are none, where nobody is in the base, or more than all above the line.
    #[must_use]
    pub fn whole(above: Option<f64>, below: Option<f64>) -> Option<(u64, u64)> {
        let count = |value: f64| {
            let sound = (0.0..=1e9).contains(&value) && value.fract().abs() < 1e-9;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole, and inside the range"
            )]
            sound.then(|| value.round() as u64)
        };
        let (above, below) = (count(above?)?, count(below?)?);
        (below > 0 && above <= below).then_some((above, below))
    }

    /// Schools with a row of any of the measures in a year, known or not.
    #[must_use]
    pub fn schools(&self, year: i32) -> BTreeSet<&str> {
        self.schools.get(&year).into_iter().flatten().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use crate::tables::{Measure, Table};

    #[test]
    fn only_sound_yearly_shares_are_counts() {
        assert_eq!(Shares::whole(Some(3.0), Some(10.0)), Some((3, 10)));
        for (above, below) in [(3.5, 10.0), (11.0, 10.0), (0.0, 0.0), (-1.0, 5.0), (f64::NAN, 5.0)] {
            assert_eq!(Shares::whole(Some(above), Some(below)), None);
        }
        let row = |school: &str, measure: &str, period: &str, status: &str, x: f64| Measure {
            year: 2024,
            period: period.into(),
            school_id: school.into(),
            measure: measure.into(),
            numerator: Some(x),
            denominator: Some(20.0),
            unit: "share".into(),
            status: status.into(),
            ..Measure::default()
        };
        let frame = Measure::frame(vec![
            row("a", "m", "year", "value", 1.0),
            row("a", "m", "year", "value", 2.0),
            row("b", "m", "year", "missing", 3.0),
            row("c", "m", "half-1", "value", 4.0),
            row("d", "other", "year", "value", 5.0),
        ])
        .unwrap();
        let shares = Shares::read(&frame, &["m"]).unwrap();
        assert_eq!(shares.counts(2024, "m").into_iter().collect::<Vec<_>>(), [("a".to_owned(), (1, 20))]);
        assert_eq!(shares.schools(2024).into_iter().collect::<Vec<_>>(), ["a", "b"]);
        assert!(shares.counts(2023, "m").is_empty() && shares.schools(2023).is_empty());
    }
}
