//! Measures as columns: shares on a common scale, relatives among them named, unknown ones by a declared rule.

use ndarray::Array2;

use crate::base::{Finding, FindingCode, Place, Result};
use crate::method::TypePlan;
use crate::pipeline::unusable;
use crate::stats::{ScaledShares, mean, scaled_shares, sum};
use crate::tables::Shares;

/// Columns that go together more closely than this say nearly the same.
pub(super) const ALIKE: f64 = 0.9;
/// A share that is nowhere above another one, and goes together with it so closely, is thought to be a part of it.
const NESTED: f64 = 0.6;

/// One measure in one year that tells schools apart.
pub(super) struct Column {
    pub name: String,
    /// Share of each school.
    pub share: Vec<Option<f64>>,
    pub scaled: ScaledShares,
}

/// The measures of a year, and the schools that take part.
pub(super) struct Columns {
    pub columns: Vec<Column>,
    /// Positions of the schools that take part.
    pub schools: Vec<usize>,
    /// Standardised values of those, shape (schools, columns); 0, the middle of the region, where unknown.
    pub points: Array2<f64>,
    /// Unknown measures of each of those.
    pub replaced: Vec<i32>,
}

/// Reads the measures of a year on the scale of the plan. A school takes part where no more measures are unknown than the plan
/// allows: these stand in the middle of the region.
pub(super) fn columns(
    year: i32,
    schools: &[String],
    shares: &Shares,
    names: &[String],
    plan: &TypePlan,
) -> Result<(Columns, Vec<Finding>)> {
    let mut columns = Vec::new();
    let mut findings = Vec::new();
    for name in names {
        let known = shares.counts(year, name);
        let counts: Vec<_> = schools.iter().map(|school| known.get(school).copied()).collect();
        match scaled_shares(&counts, plan.scale) {
            Ok(scaled) => {
                #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
                let share = counts.iter().map(|c| c.map(|(x, n)| x as f64 / n as f64)).collect();
                columns.push(Column { name: name.clone(), share, scaled });
            }
            Err(trouble) => findings.push(unusable(name, year, trouble)?),
        }
    }
    let unknown = |school: usize| columns.iter().filter(|c| c.z(school).is_none()).count();
    let known_any = |school: usize| unknown(school) < columns.len();
    let taking: Vec<usize> = (0..schools.len())
        .filter(|&school| !columns.is_empty() && known_any(school) && unknown(school) <= plan.missing_max)
        .collect();
    let points = Array2::from_shape_fn((taking.len(), columns.len()), |(row, c)| {
        let z = taking.get(row).zip(columns.get(c)).and_then(|(&school, column)| column.z(school));
        z.unwrap_or_default()
    });
    let replaced = taking.iter().map(|&school| i32::try_from(unknown(school)).unwrap_or(i32::MAX)).collect();
    Ok((Columns { columns, schools: taking, points, replaced }, findings))
}

impl Column {
    pub fn z(&self, school: usize) -> Option<f64> {
        self.scaled.z.get(school).copied().flatten()
    }
}

/// Measures that are parts of others, or say nearly the same.
pub(super) fn relatives(year: i32, columns: &[Column]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, one) in columns.iter().enumerate() {
        for other in columns.iter().skip(at + 1) {
            let Some(r) = correlation(&one.scaled.z, &other.scaled.z) else { continue };
            let place = Place::Table("measure".to_owned());
            let told = |code, first: &Column, second: &Column| {
                let finding = Finding::new(code, place.clone()).column(&first.name).value(&second.name);
                finding.detail(year.to_string())
            };
            if r > NESTED && never_above(&one.share, &other.share) {
                findings.push(told(FindingCode::MeasuresNested, one, other));
            } else if r > NESTED && never_above(&other.share, &one.share) {
                findings.push(told(FindingCode::MeasuresNested, other, one));
            } else if r.abs() > ALIKE {
                findings.push(told(FindingCode::MeasuresAlike, one, other));
            }
        }
    }
    findings
}

fn never_above(one: &[Option<f64>], other: &[Option<f64>]) -> bool {
    one.iter().zip(other).filter_map(|(a, b)| a.zip(*b)).all(|(a, b)| a <= b)
}

pub(super) fn correlation(a: &[Option<f64>], b: &[Option<f64>]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> = a.iter().zip(b).filter_map(|(a, b)| a.zip(*b)).collect();
    let (left, right): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let (x, y) = (mean(&left)?, mean(&right)?);
    let products = |f: &dyn Fn(f64, f64) -> f64| {
        sum(&left.iter().zip(&right).map(|(a, b)| f(a - x, b - y)).collect::<Vec<_>>())
    };
    let r = products(&|a, b| a * b) / (products(&|a, _| a * a) * products(&|_, b| b * b)).sqrt();
    r.is_finite().then_some(r)
}
