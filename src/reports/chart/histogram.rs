//! Bars over a whole-numbered scale with a curve beside them: `x=score y=share curve=smooth`, `mark=` colours bars.

use crate::reports::chart::Drawing;
use crate::reports::chart::axis::{Scale, below, beside};
use crate::reports::chart::canvas::{Anchor, Canvas};

const SIZE: (f64, f64) = (900.0, 380.0);
const LEFT: f64 = 62.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 324.0;
const RIGHT: f64 = 880.0;

pub(super) fn draw(drawing: &Drawing<'_>) -> Result<String, String> {
    let (x_column, y_column, curve_column) =
        (drawing.column("x")?, drawing.column("y")?, drawing.column("curve")?);
    let rows = &drawing.rows.rows;
    let bars: Vec<_> = rows
        .iter()
        .filter_map(|row| Some((row, drawing.number(row, x_column)?, drawing.number(row, y_column)?)))
        .collect();
    let curve: Vec<(f64, f64)> = rows
        .iter()
        .filter_map(|row| Some((drawing.number(row, x_column)?, drawing.number(row, curve_column)?)))
        .collect();
    let mut canvas = Canvas::new(SIZE.0, SIZE.1, &drawing.legend("title"));
    let scores = bars.iter().map(|bar| bar.1).chain(curve.iter().map(|point| point.0));
    let (low, high) = scores.fold((0.0_f64, 0.0_f64), |(low, high), at| (low.min(at), high.max(at)));
    let x = Scale::between(low - 0.5, high + 0.5, LEFT, RIGHT);
    let heights = bars.iter().map(|bar| bar.2).chain(curve.iter().map(|point| point.1));
    let y = Scale::over(heights.chain([0.0]), BOTTOM, TOP);
    below(&mut canvas, &x, drawing.voice, x_column, &drawing.axis("x", x_column), (TOP, BOTTOM));
    beside(&mut canvas, &y, drawing.voice, y_column, &drawing.axis("y", y_column), (LEFT, RIGHT));
    for (row, at, value) in &bars {
        let class = if drawing.marked(row) { "column marked" } else { "column" };
        let (from, to) = (x.at(at - 0.42), x.at(at + 0.42));
        let title = format!(
            "{} {}: {}",
            drawing.axis("x", x_column),
            drawing.print(row, x_column),
            drawing.print(row, y_column)
        );
        canvas.bar((from, y.at(*value)), (to - from, y.at(0.0) - y.at(*value)), class, &title);
    }
    let points: Vec<(f64, f64)> = curve.iter().map(|(at, value)| (x.at(*at), y.at(*value))).collect();
    canvas.path(&points, "curve");
    // above the drawing, clear of bars and curve
    if !points.is_empty() {
        let y = TOP - 18.0;
        canvas.path(&[(RIGHT - 26.0, y), (RIGHT, y)], "curve");
        canvas.text((RIGHT - 34.0, y + 4.0), &drawing.legend("curve"), "note", Anchor::End);
    }
    Ok(canvas.finish())
}
