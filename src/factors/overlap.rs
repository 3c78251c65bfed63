//! Factors that can hardly be told apart.

use std::collections::BTreeMap;

use super::data::Context;
use crate::method::FactorSet;
use crate::stats::{mean, standard_deviation};
use crate::tables::FactorOverlap;

/// From this correlation on two factors are called collinear.
const COLLINEAR: f64 = 0.8;
/// Two shares complete each other where their sum varies by less than this part of the one that varies less.
const COMPLETE: f64 = 0.35;
/// Shares may exceed their whole by rounding.
const ROUNDING: f64 = 1e-9;

/// The pairs that are entangled, both ways.
pub(super) fn overlaps(context: &Context, set: &FactorSet) -> Vec<FactorOverlap> {
    let columns = context.columns();
    let mut rows = Vec::new();
    for (a, (first, of_first)) in context.factors.iter().zip(&columns).enumerate() {
        for (second, of_second) in context.factors.iter().zip(&columns).skip(a + 1) {
            let both: (Vec<f64>, Vec<f64>) =
                of_first.iter().filter_map(|(school, x)| Some((*x, *of_second.get(school)?))).unzip();
            let Some(correlation) = correlation(&both.0, &both.1) else { continue };
            let related = set.related.iter().any(|group| group.contains(first) && group.contains(second));
            let Some((there, back)) = kind(&both, correlation, related) else { continue };
            let row = |factor: &String, other: &String, kind: &str| FactorOverlap {
                factor: factor.clone(),
                other: other.clone(),
                correlation,
                kind: kind.to_owned(),
            };
            rows.extend([row(first, second, there), row(second, first, back)]);
        }
    }
    rows
}

/// What the pair is, seen from the first and from the second.
fn kind(
    (first, second): &(Vec<f64>, Vec<f64>),
    correlation: f64,
    related: bool,
) -> Option<(&'static str, &'static str)> {
    let total: Vec<f64> = first.iter().zip(second).map(|(x, y)| x + y).collect();
    let spread = standard_deviation(first)?.min(standard_deviation(second)?);
    let never_more = |inner: &[f64], outer: &[f64]| inner.iter().zip(outer).all(|(x, y)| *x <= y + ROUNDING);
    if related && standard_deviation(&total)? <= COMPLETE * spread {
        return Some(("complementary", "complementary"));
    }
    if related
        && total.iter().all(|share| *share <= 1.0 + ROUNDING)
        && !never_more(first, second)
        && !never_more(second, first)
    {
        return Some(("exclusive", "exclusive"));
    }
    if related && never_more(first, second) {
        return Some(("nested", "contains"));
    }
    if related && never_more(second, first) {
        return Some(("contains", "nested"));
    }
    (correlation.abs() >= COLLINEAR).then_some(("collinear", "collinear"))
}

fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let (mx, my) = (mean(x)?, mean(y)?);
    let (sx, sy) = (standard_deviation(x)?, standard_deviation(y)?);
    let products: Vec<f64> = x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).collect();
    #[expect(clippy::cast_precision_loss, reason = "a number of schools")]
    let free = x.len().checked_sub(1)? as f64;
    let r = crate::stats::sum(&products) / free / sx / sy;
    r.is_finite().then(|| r.clamp(-1.0, 1.0))
}

/// The factors with which one is entangled so that the model can hardly tell them apart.
pub(super) fn entangled(overlaps: &[FactorOverlap]) -> BTreeMap<&str, Vec<&str>> {
    let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in overlaps {
        of.entry(&row.factor).or_default().push(&row.other);
    }
    of
}

#[cfg(test)]
mod tests {
    use super::{entangled, overlaps};
    use crate::base::Year;
    use crate::factors::data::Context;
    use crate::method::{FactorSet, Wording};
    use crate::stats::Rng;
    use crate::tables::{Measure, Shares, Table};

    /// 120 schools of 200 pupils: `b` is a part of `a`; `c` goes with `a` and answers another question; `d` and `e` are parts of
    /// one whole; `f` is what `g` leaves; `h` has nothing to do with any.
    fn context(names: &[&str]) -> Context {
        let mut rng = Rng::new(3);
        let mut rows = Vec::new();
        for school in 0..120 {
            let a = 20 + rng.below(80);
            let d = rng.below(70);
            let f = 50 + rng.below(100);
            let counts = [
                ("a", a),
                ("b", rng.below(a)),
                ("c", a + rng.below(20)),
                ("d", d),
                ("e", rng.below(200 - d)),
                ("f", f),
                ("g", 200 - f - rng.below(5)),
                ("h", rng.below(200)),
            ];
            rows.extend(counts.map(|(measure, count)| Measure {
                year: 2025,
                period: "year".into(),
                school_id: format!("{school:04}"),
                measure: measure.into(),
                numerator: Some(count as f64),
                denominator: Some(200.0),
                unit: "share".into(),
                status: "value".into(),
                ..Measure::default()
            }));
        }
        let shares = Shares::read(&Measure::frame(rows).unwrap(), names).unwrap();
        Context::of(&[Year(2025)], &shares, names)
    }

    #[test]
    fn nested_complementary_exclusive_and_collinear_shares_are_named_both_ways() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let related = [["a", "b"], ["d", "e"], ["f", "g"]].map(|pair| pair.map(str::to_owned).to_vec());
        let set = FactorSet {
            id: "s".into(),
            source: Wording::default(),
            expected: names.map(|name| (name.to_owned(), 0)).to_vec(),
            related: related.to_vec(),
        };
        let found = overlaps(&context(&names), &set);
        let said: Vec<(&str, &str, &str)> =
            found.iter().map(|row| (row.factor.as_str(), row.other.as_str(), row.kind.as_str())).collect();
        let expected = [
            ("a", "b", "contains"),
            ("b", "a", "nested"),
            ("a", "c", "collinear"),
            ("c", "a", "collinear"),
            ("d", "e", "exclusive"),
            ("e", "d", "exclusive"),
            ("f", "g", "complementary"),
            ("g", "f", "complementary"),
        ];
        assert_eq!(said, expected);
        assert_eq!(entangled(&found)["a"], ["b", "c"]);
        assert!(!entangled(&found).contains_key("h"));
        // the same shares, of which nobody says that they answer one question: only what varies together is named
        let unrelated = FactorSet { related: Vec::new(), ..set };
        let kinds: Vec<String> =
            overlaps(&context(&names), &unrelated).into_iter().map(|row| row.kind).collect();
        assert_eq!(kinds, ["collinear"; 4]);
    }
}
