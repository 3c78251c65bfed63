//! Two figures of each row against each other; `series=` gives the rows of each value a colour of their own.

use crate::reports::chart::Drawing;
use crate::reports::chart::axis::{Scale, below, beside};
use crate::reports::chart::canvas::{Anchor, Canvas};
use crate::reports::chart::series::{class, legend, names};

const SIZE: (f64, f64) = (900.0, 470.0);
const LEFT: f64 = 62.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 414.0;
const RIGHT: f64 = 880.0;

pub(super) fn draw(drawing: &Drawing<'_>) -> Result<String, String> {
    let (x_column, y_column) = (drawing.column("x")?, drawing.column("y")?);
    let threshold = drawing.figure("threshold")?;
    let points: Vec<_> = drawing
        .rows
        .rows
        .iter()
        .filter_map(|row| Some((row, drawing.number(row, x_column)?, drawing.number(row, y_column)?)))
        .collect();
    let mut canvas = Canvas::new(SIZE.0, SIZE.1, &drawing.legend("title"));
    let x = Scale::over(points.iter().map(|p| p.1), LEFT, RIGHT);
    let y = Scale::over(points.iter().map(|p| p.2).chain(threshold).chain([0.0]), BOTTOM, TOP);
    below(&mut canvas, &x, drawing.voice, x_column, &drawing.axis("x", x_column), (TOP, BOTTOM));
    beside(&mut canvas, &y, drawing.voice, y_column, &drawing.axis("y", y_column), (LEFT, RIGHT));
    if drawing.column("line").is_ok() {
        curve(drawing, &mut canvas, &x, &y, x_column)?;
    }
    if let Some(threshold) = threshold {
        canvas.line((LEFT, y.at(threshold)), (RIGHT, y.at(threshold)), "threshold");
        canvas.text(
            (RIGHT, y.at(threshold) - 6.0),
            &drawing.legend("threshold"),
            "note threshold",
            Anchor::End,
        );
    }
    let series = drawing.cell.attrs.contains_key("series").then(|| drawing.column("series")).transpose()?;
    let names = series.map(|column| names(drawing, column)).unwrap_or_default();
    legend(&mut canvas, drawing, &names, (LEFT, 4.0));
    for marked in [false, true] {
        for (row, at, value) in points.iter().filter(|(row, _, _)| drawing.marked(row) == marked) {
            let title = format!(
                "{}: {} {}; {} {}",
                drawing.name(row),
                drawing.axis("x", x_column),
                drawing.print(row, x_column),
                drawing.axis("y", y_column),
                drawing.print(row, y_column)
            );
            let own =
                series.and_then(|column| names.iter().position(|name| *name == drawing.print(row, column)));
            let (class, radius) = match (own, marked) {
                (Some(own), true) => (format!("point open {}", class(own)), 4.2),
                (Some(own), false) => (format!("point {}", class(own)), 4.2),
                (None, true) => ("dot marked".to_owned(), 5.0),
                (None, false) => ("dot".to_owned(), 3.6),
            };
            canvas.dot((x.at(*at), y.at(*value)), radius, &class, &title);
        }
    }
    Ok(canvas.finish())
}

/// The column of `line=`, from left to right.
fn curve(
    drawing: &Drawing<'_>,
    canvas: &mut Canvas,
    x: &Scale,
    y: &Scale,
    x_column: &str,
) -> Result<(), String> {
    let column = drawing.column("line")?;
    let at = |row| Some((drawing.number(row, x_column)?, drawing.number(row, column)?));
    let mut points: Vec<(f64, f64)> = drawing.rows.rows.iter().filter_map(|row| at(row)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    for pair in points.windows(2) {
        if let [(x0, y0), (x1, y1)] = *pair {
            canvas.line((x.at(x0), y.at(y0)), (x.at(x1), y.at(y1)), "curve");
        }
    }
    Ok(())
}
