//! The funnel: shares against the number behind them, with the limits that chance alone would keep around the region's
//! share. A small school may lie far out by chance; outside the funnel it does not. With `around` the figures are shifts of shares:
//! the centre is 0, `around` the share that chance moves, `chance` the factor on its variance, `spread` the standard deviation of
//! the units' own log-odds, so that the funnel never closes below what units differ by.

use crate::reports::chart::Drawing;
use crate::reports::chart::axis::{Scale, below, beside};
use crate::reports::chart::canvas::{Anchor, Canvas};
use crate::stats::sum;
use crate::text::percent;

const SIZE: (f64, f64) = (900.0, 470.0);
const LEFT: f64 = 62.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 414.0;
const RIGHT: f64 = 880.0;
/// Normal quantiles of the two pairs of limits: 95 % and 99.8 %.
const LIMITS: [(f64, &str); 2] = [(1.959_963_985, "limit"), (3.090_232_306, "limit far")];

pub(super) fn draw(drawing: &Drawing<'_>) -> Result<String, String> {
    let (x_column, y_column) = (drawing.column("x")?, drawing.column("y")?);
    let threshold = drawing.figure("threshold")?;
    let points: Vec<_> = drawing
        .rows
        .rows
        .iter()
        .filter_map(|row| Some((row, drawing.number(row, x_column)?, drawing.number(row, y_column)?)))
        .filter(|(_, n, _)| *n > 0.0)
        .collect();
    let pupils = sum(&points.iter().map(|(_, n, _)| *n).collect::<Vec<_>>());
    let low = sum(&points.iter().map(|(_, n, share)| n * share).collect::<Vec<_>>());
    let mean = if pupils > 0.0 { low / pupils } else { 0.0 };
    let around = drawing.figure("around")?;
    let centre = if around.is_some() { 0.0 } else { mean };
    let share = around.unwrap_or(mean);
    let own = share * (1.0 - share) * drawing.figure("spread")?.unwrap_or(0.0);
    let chance = share * (1.0 - share) * drawing.figure("chance")?.unwrap_or(1.0);
    let error = |n: f64| (chance / n + own * own).max(0.0).sqrt();

    let mut canvas = Canvas::new(SIZE.0, SIZE.1, &drawing.legend("title"));
    let x = Scale::over(points.iter().map(|p| p.1).chain([0.0]), LEFT, RIGHT);
    let y = Scale::over(points.iter().map(|p| p.2).chain([0.0, centre]).chain(threshold), BOTTOM, TOP);
    below(&mut canvas, &x, drawing.voice, x_column, &drawing.axis("x", x_column), (TOP, BOTTOM));
    beside(&mut canvas, &y, drawing.voice, y_column, &drawing.axis("y", y_column), (LEFT, RIGHT));
    for (z, class) in LIMITS {
        for sign in [-1.0, 1.0] {
            canvas.path(&limit(&x, &y, |n| centre + z * sign * error(n)), class);
        }
    }
    let named = |text: String, share: f64| {
        let bare = text.is_empty() || around.is_some();
        if bare { text } else { format!("{text} {}", percent(drawing.voice.lang, share, 1)) }
    };
    canvas.line((LEFT, y.at(centre)), (RIGHT, y.at(centre)), "centre");
    let note = named(drawing.legend("centre"), centre);
    canvas.text((RIGHT, y.at(centre) - 6.0), &note, "note", Anchor::End);
    if let Some(threshold) = threshold {
        canvas.line((LEFT, y.at(threshold)), (RIGHT, y.at(threshold)), "threshold");
        let note = named(drawing.legend("threshold"), threshold);
        canvas.text((RIGHT, y.at(threshold) - 6.0), &note, "note threshold", Anchor::End);
    }
    // Marked schools last, so that they lie on top.
    for marked in [false, true] {
        for (row, n, share) in points.iter().filter(|(row, _, _)| drawing.marked(row) == marked) {
            let title = format!(
                "{}: {} ({} {})",
                drawing.name(row),
                drawing.print(row, y_column),
                drawing.axis("x", x_column),
                drawing.print(row, x_column)
            );
            let (class, radius) = if marked { ("dot marked", 5.0) } else { ("dot", 3.6) };
            canvas.dot((x.at(*n), y.at(*share)), radius, class, &title);
        }
    }
    Ok(canvas.finish())
}

/// A limit, clipped to the drawing.
fn limit(x: &Scale, y: &Scale, at: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    const STEPS: u32 = 160;
    let (low, high) = y.ends();
    let last = x.ends().1;
    (1..=STEPS)
        .map(|step| {
            let part = f64::from(step) / f64::from(STEPS);
            let n = (last * part * part).max(1.0);
            (n, at(n))
        })
        .filter(|(_, share)| (low..=high).contains(share))
        .map(|(n, share)| (x.at(n), y.at(share)))
        .collect()
}
