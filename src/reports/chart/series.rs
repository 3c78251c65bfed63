//! Colours that tell series apart, and their legend.

use crate::reports::chart::Drawing;
use crate::reports::chart::canvas::{Anchor, Canvas};
use crate::reports::rows::Datum;

/// Colours of the style sheet; a series more than these gets the last one.
const COLOURS: usize = 6;
/// A character of the legend's text is about so many pixels wide.
const LETTER: f64 = 7.0;

/// The printed values of a column, in the order of their first rows.
pub(super) fn names(drawing: &Drawing<'_>, column: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for row in &drawing.rows.rows {
        let name = drawing.print(row, column);
        if !matches!(drawing.rows.at(row, column), Datum::Missing) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The class of a series.
pub(super) fn class(at: usize) -> String {
    format!("series-{}", at.min(COLOURS - 1) + 1)
}

/// A dot and a name for each series, from left to right; before the name what `series: …` says in the body.
pub(super) fn legend(canvas: &mut Canvas, drawing: &Drawing<'_>, names: &[String], at: (f64, f64)) {
    let mut x = at.0;
    for (series, name) in names.iter().enumerate() {
        let name = [drawing.cell.label("series").unwrap_or_default(), name].join(" ").trim().to_owned();
        let name = name.as_str();
        canvas.dot((x + 6.0, at.1 + 6.0), 5.5, &format!("point {}", class(series)), name);
        canvas.text((x + 17.0, at.1 + 10.5), name, "name", Anchor::Start);
        x += 40.0 + LETTER * f64::from(u32::try_from(name.chars().count()).unwrap_or(u32::MAX));
    }
}
