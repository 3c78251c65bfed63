//! The schools in the plane of one factor and one outcome, the other factors being taken off.

use super::effects::middles;
use super::model::{Fitted, Rows};
use crate::stats::expit;
use crate::tables::FactorPoint;

pub(super) fn points(outcome: &str, rows: &Rows, fitted: &Fitted) -> Vec<FactorPoint> {
    let coefficients = &fitted.inference.coefficients();
    let middles = middles(rows);
    let scale = |linear: f64| if fitted.counts { expit(linear) } else { linear * fitted.slope };
    let Some((level, slopes)) = coefficients.split_first() else { return Vec::new() };
    let others = |own: usize| {
        let parts = slopes.iter().zip(&middles).enumerate().filter(move |(at, _)| *at != own);
        parts.map(|(_, (slope, middle))| slope * middle).sum::<f64>()
    };
    let of_factor = |(own, column): (usize, &super::model::Column)| {
        let slope = slopes.get(own).copied().unwrap_or_default();
        let base = level + others(own);
        let design = &fitted.design;
        let each = rows.schools.iter().zip(&fitted.grouped.response).zip(&column.shares).enumerate();
        let point = move |(school, ((id, response), share)): (usize, ((&String, &f64), &f64))| {
            let fitted_all: f64 = design.row(school).iter().zip(coefficients).map(|(x, b)| x * b).sum();
            let along = base + slope * share / column.step;
            FactorPoint {
                outcome: outcome.to_owned(),
                factor: column.name.clone(),
                school_id: id.clone(),
                share: *share,
                partial: scale(along + response - fitted_all),
                expected: scale(along),
            }
        };
        each.map(point).collect::<Vec<_>>()
    };
    rows.columns.iter().enumerate().flat_map(of_factor).collect()
}
