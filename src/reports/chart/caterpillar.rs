//! The caterpillar: an estimate with its interval for each row, in the order of the answer.

use crate::reports::chart::Drawing;
use crate::reports::chart::axis::{Scale, below};
use crate::reports::chart::canvas::{Anchor, Canvas};

const WIDTH: f64 = 900.0;
const NAMES: f64 = 300.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 880.0;
/// Above this many rows the names are left out: they stand under the pointer.
const NAMED: usize = 48;

pub(super) fn draw(drawing: &Drawing<'_>) -> Result<String, String> {
    let (value, low, high) = (drawing.column("x")?, drawing.column("low")?, drawing.column("high")?);
    let threshold = drawing.figure("threshold")?;
    let rows: Vec<_> = drawing
        .rows
        .rows
        .iter()
        .filter_map(|row| {
            let at = |column| drawing.number(row, column);
            Some((row, at(value)?, at(low)?, at(high)?))
        })
        .collect();
    let named = rows.len() <= NAMED;
    let (left, pitch) = if named { (NAMES, 20.0) } else { (30.0, 4.5) };
    let height = f64::from(u32::try_from(rows.len().max(1)).unwrap_or(u32::MAX)) * pitch;
    let bottom = TOP + height;
    let mut canvas = Canvas::new(WIDTH, bottom + 46.0, &drawing.legend("title"));
    let ends = rows.iter().flat_map(|row| [row.2, row.3]);
    let x = Scale::over(ends.chain(threshold).chain(drawing.figure("from")?), left, RIGHT);
    below(&mut canvas, &x, drawing.voice, value, &drawing.axis("x", value), (TOP, bottom));
    if let Some(threshold) = threshold {
        canvas.line((x.at(threshold), TOP - 4.0), (x.at(threshold), bottom), "threshold");
    }
    let mut y = TOP + pitch / 2.0;
    for (row, estimate, low, high) in rows {
        let marked = if drawing.marked(row) { " marked" } else { "" };
        let name = drawing.name(row);
        let printed = drawing.voice.estimate(value, Some(estimate), Some(low), Some(high));
        if named {
            canvas.text((left - 10.0, y + 4.0), &shortened(&name, 40), "name", Anchor::End);
        }
        canvas.line((x.at(low), y), (x.at(high), y), &format!("whisker{marked}"));
        let radius = if named { 4.2 } else { 2.2 };
        canvas.dot((x.at(estimate), y), radius, &format!("dot{marked}"), &format!("{name}: {printed}"));
        y += pitch;
    }
    Ok(canvas.finish())
}

/// A name that fits its place.
pub(super) fn shortened(name: &str, length: usize) -> String {
    if name.chars().count() <= length {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(length.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}
