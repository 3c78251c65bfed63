//! The index of one year.

use super::Asked;
use crate::base::{Finding, Result, Seed};
use crate::pipeline::unusable;
use crate::stats::{Component, ShrunkenLogits, composites, shrunken_logits};
use crate::tables::{ContextIndex, Shares};

/// One measure in one year: counts of each school, and their common scale.
struct Column {
    direction: f64,
    counts: Vec<Option<(u64, u64)>>,
    logits: ShrunkenLogits,
}

impl Column {
    /// What the measure says about one school.
    fn component(&self, school: usize) -> Option<Component> {
        let (x, n) = (*self.counts.get(school)?)?;
        Some(Component {
            posterior: self.logits.prior.posterior(x, n),
            scale: self.logits.scale,
            direction: self.direction,
            weight: 1.0,
        })
    }

    fn pupils(&self, school: usize) -> Option<u64> {
        self.counts.get(school).copied().flatten().map(|(_, n)| n)
    }
}

/// Rows of a year, and findings on measures that tell nothing in it.
pub(super) fn of_year(
    year: i32,
    schools: &[String],
    shares: &Shares,
    asked: &Asked,
    seed: Seed,
) -> Result<(Vec<ContextIndex>, Vec<Finding>)> {
    let mut columns = Vec::new();
    let mut findings = Vec::new();
    for (measure, direction) in &asked.measures {
        let known = shares.counts(year, measure);
        let counts: Vec<_> = schools.iter().map(|school| known.get(school).copied()).collect();
        match shrunken_logits(&counts) {
            Ok(logits) => columns.push(Column { direction: f64::from(*direction), counts, logits }),
            Err(trouble) => findings.push(unusable(measure, year, trouble)?),
        }
    }
    let parts: Vec<Vec<Component>> = (0..schools.len())
        .map(|school| columns.iter().filter_map(|c| c.component(school)).collect())
        .collect();
    // half of the measures that were asked for must be known: an index of a few would be another index
    let enough = |known: usize| 2 * known >= asked.measures.len();
    let units: Vec<Vec<Component>> =
        parts.iter().map(|known| if enough(known.len()) { known.clone() } else { Vec::new() }).collect();
    let seeds: Vec<u64> = schools.iter().map(|school| seed.of(&format!("{year}/{school}")).0).collect();
    let indices = composites(&units, &seeds, asked.draws, 0.95);
    let rows = schools.iter().zip(&parts).zip(indices).enumerate().map(|(at, ((school, known), index))| {
        let pupils = columns.iter().filter_map(|c| c.pupils(at)).max();
        ContextIndex {
            year,
            school_id: school.clone(),
            index: index.map(|i| i.value),
            low: index.map(|i| i.interval.low),
            high: index.map(|i| i.interval.high),
            measures_known: i32::try_from(known.len()).unwrap_or(i32::MAX),
            measures_asked: i32::try_from(asked.measures.len()).unwrap_or(i32::MAX),
            pupils: pupils.and_then(|n| i64::try_from(n).ok()),
        }
    });
    Ok((rows.collect(), findings))
}

#[cfg(test)]
mod tests {
    use super::of_year;
    use crate::base::{FindingCode, Seed};
    use crate::context::Asked;
    use crate::stats::{logit, shrunken_logits};
    use crate::tables::{Measure, Shares, Table};

    /// (school, measure, above, below)
    fn shares(rows: &[(&str, &str, u32, u32)]) -> Shares {
        let rows = rows
            .iter()
            .map(|&(school, measure, above, below)| Measure {
                year: 2024,
                period: "year".into(),
                school_id: school.into(),
                measure: measure.into(),
                numerator: Some(f64::from(above)),
                denominator: Some(f64::from(below)),
                unit: "share".into(),
                status: "value".into(),
                ..Measure::default()
            })
            .collect();
        Shares::read(&Measure::frame(rows).unwrap(), &["poor", "educated", "nobody"]).unwrap()
    }

    fn asked(measures: &[(&str, i32)]) -> Asked {
        Asked {
            measures: measures.iter().map(|&(m, d)| (m.to_owned(), d)).collect(),
            draws: 400,
            sets: Vec::new(),
            weight_draws: 400,
        }
    }

    #[test]
    fn the_index_is_the_directed_mean_of_the_scales() {
        let poor = [5, 10, 20, 40, 60];
        let educated = [50, 45, 30, 20, 5];
        let schools: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let mut rows = Vec::new();
        for (at, school) in schools.iter().enumerate() {
            rows.push((school.as_str(), "poor", poor[at], 100));
            rows.push((school.as_str(), "educated", educated[at], 100));
        }
        let asked = asked(&[("poor", 1), ("educated", -1)]);
        let (index, findings) = of_year(2024, &schools, &shares(&rows), &asked, Seed(1)).unwrap();
        assert!(findings.is_empty());
        let z = |counts: &[u32]| {
            let pairs: Vec<_> = counts.iter().map(|&x| Some((u64::from(x), 100))).collect();
            let shrunken = shrunken_logits(&pairs).unwrap();
            (logit(shrunken.prior.posterior_mean(u64::from(counts[3]), 100)) - shrunken.scale.centre)
                / shrunken.scale.spread
        };
        let by_hand = 0.5 * (z(&poor) - z(&educated));
        let got = &index[3];
        assert!((got.index.unwrap() - by_hand).abs() < 1e-12);
        assert!(got.low.unwrap() < by_hand && by_hand < got.high.unwrap());
        assert!(
            index.windows(2).all(|pair| pair[0].index < pair[1].index),
            "harder conditions, larger index"
        );
        assert_eq!((got.measures_known, got.measures_asked, got.pupils), (2, 2, Some(100)));
    }

    #[test]
    fn too_little_known_is_no_index_and_a_dead_measure_is_a_finding() {
        let rows = [
            ("a", "poor", 1, 50),
            ("b", "poor", 20, 60),
            ("c", "poor", 40, 70),
            ("a", "nobody", 0, 50),
            ("b", "nobody", 0, 60),
        ];
        let schools: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let two = asked(&[("poor", 1), ("nobody", 1)]);
        let (index, findings) = of_year(2024, &schools, &shares(&rows), &two, Seed(1)).unwrap();
        assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), [FindingCode::MeasureUnusable]);
        assert!(index[0].index.is_some() && index[3].index.is_none());
        assert_eq!((index[3].measures_known, index[3].pupils), (0, None));
        let three = asked(&[("poor", 1), ("nobody", 1), ("educated", -1)]);
        let (index, findings) = of_year(2024, &schools, &shares(&rows), &three, Seed(1)).unwrap();
        assert_eq!(findings.len(), 2);
        assert!(index.iter().all(|row| row.index.is_none() && row.low.is_none()), "one measure of three");
    }
}
