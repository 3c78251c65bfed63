//! A heat map: `value=` in the cells of two ordered columns, the darker the larger; below 0 in another colour, the darker the
//! further.

use std::collections::BTreeMap;

use crate::reports::chart::Drawing;
use crate::reports::chart::canvas::{Anchor, Canvas};
use crate::reports::rows::Datum;

const CELL: (f64, f64) = (92.0, 46.0);
/// Room for the names of lines: at least so much, and so much a character.
const LEFT: f64 = 150.0;
const LETTER: f64 = 6.7;
const TOP: f64 = 56.0;
/// A page draws a chart as wide as itself: a narrow one would become huge.
const NARROWEST: f64 = 760.0;
/// Shades of the style sheet, from light to dark.
const SHADES: f64 = 8.0;

pub(super) fn draw(drawing: &Drawing<'_>) -> Result<String, String> {
    let (x_column, y_column) = (drawing.column("x")?, drawing.column("y")?);
    let value_column = drawing.column("value")?;
    let rows = &drawing.rows.rows;
    let (columns, lines) = (distinct(drawing, x_column), distinct(drawing, y_column));
    let size = |count: usize, cell: f64| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) * cell;
    let longest = lines.keys().map(|name| name.chars().count()).max().unwrap_or_default();
    let left = LEFT.max(size(longest, LETTER) + 24.0);
    let (width, height) = (size(columns.len(), CELL.0), size(lines.len(), CELL.1));
    let mut canvas =
        Canvas::new((left + width + 20.0).max(NARROWEST), TOP + height + 20.0, &drawing.legend("title"));
    canvas.text((left + width / 2.0, 16.0), &drawing.axis("x", x_column), "label", Anchor::Middle);
    canvas.text((0.0, 36.0), &drawing.axis("y", y_column), "label", Anchor::Start);
    for (name, at) in &columns {
        let x = left + size(*at, CELL.0) + CELL.0 / 2.0;
        canvas.text((x, TOP - 8.0), name, "tick", Anchor::Middle);
    }
    for (name, at) in &lines {
        let y = TOP + size(*at, CELL.1) + CELL.1 / 2.0 + 4.0;
        canvas.text((left - 12.0, y), name, "tick", Anchor::End);
    }
    let largest =
        rows.iter().filter_map(|row| drawing.number(row, value_column)).map(f64::abs).fold(0.0, f64::max);
    for row in rows {
        let place =
            |named: &BTreeMap<String, usize>, column: &str| named.get(&drawing.print(row, column)).copied();
        let (Some(value), Some(column), Some(line)) =
            (drawing.number(row, value_column), place(&columns, x_column), place(&lines, y_column))
        else {
            continue;
        };
        let shade =
            if largest > 0.0 { (value.abs() / largest * SHADES).ceil().clamp(1.0, SHADES) } else { 1.0 };
        let (x, y) = (left + size(column, CELL.0), TOP + size(line, CELL.1));
        let printed = drawing.print(row, value_column);
        let title = format!(
            "{} {}, {} {}: {printed}",
            drawing.axis("y", y_column),
            drawing.print(row, y_column),
            drawing.axis("x", x_column),
            drawing.print(row, x_column)
        );
        let colour = if value < 0.0 { "under" } else { "heat" };
        canvas.bar((x + 1.0, y + 1.0), (CELL.0 - 2.0, CELL.1 - 2.0), &format!("{colour}-{shade:.0}"), &title);
        let class = if shade > SHADES / 2.0 + 1.0 { "inside light" } else { "inside" };
        canvas.text((x + CELL.0 / 2.0, y + CELL.1 / 2.0 + 4.0), &printed, class, Anchor::Middle);
    }
    Ok(canvas.finish())
}

/// The printed values of a column with their places, in the order of their first rows.
fn distinct(drawing: &Drawing<'_>, column: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for row in &drawing.rows.rows {
        if !matches!(drawing.rows.at(row, column), Datum::Missing) {
            let next = found.len();
            found.entry(drawing.print(row, column)).or_insert(next);
        }
    }
    found
}
