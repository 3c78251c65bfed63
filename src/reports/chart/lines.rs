//! Several lines over one scale: `series=` names the column that tells them apart; `mark=` makes a point large, `low=` and
//! `high=` give points their intervals.

use crate::reports::chart::Drawing;
use crate::reports::chart::axis::{Scale, below, beside};
use crate::reports::chart::canvas::Canvas;
use crate::reports::chart::series::{class, legend, names};
use crate::reports::rows::Datum;

const SIZE: (f64, f64) = (900.0, 330.0);
const LEFT: f64 = 62.0;
const TOP: f64 = 60.0;
const BOTTOM: f64 = 276.0;
const RIGHT: f64 = 880.0;

pub(super) fn draw(drawing: &Drawing<'_>) -> Result<String, String> {
    let (x_column, y_column, series) =
        (drawing.column("x")?, drawing.column("y")?, drawing.column("series")?);
    let threshold = drawing.figure("threshold")?;
    let names = names(drawing, series);
    let point = |row: &[Datum]| Some((drawing.number(row, x_column)?, drawing.number(row, y_column)?));
    let ends = |row: &[Datum]| {
        let end = |attribute| drawing.number(row, drawing.column(attribute).ok()?);
        Some((end("low")?, end("high")?))
    };
    let rows = &drawing.rows.rows;
    let points = || rows.iter().filter_map(|row| point(row));
    let whiskers = rows.iter().filter_map(|row| ends(row)).flat_map(|(low, high)| [low, high]);
    let x = Scale::over(points().map(|p| p.0), LEFT, RIGHT);
    let y = Scale::over(points().map(|p| p.1).chain(whiskers).chain(threshold), BOTTOM, TOP);
    let mut canvas = Canvas::new(SIZE.0, SIZE.1, &drawing.legend("title"));
    below(&mut canvas, &x, drawing.voice, x_column, &drawing.axis("x", x_column), (TOP, BOTTOM));
    beside(&mut canvas, &y, drawing.voice, y_column, &drawing.axis("y", y_column), (LEFT, RIGHT));
    legend(&mut canvas, drawing, &names, (LEFT, 6.0));
    if let Some(threshold) = threshold {
        canvas.line((LEFT, y.at(threshold)), (RIGHT, y.at(threshold)), "threshold");
    }
    for (at, name) in names.iter().enumerate() {
        let own = || rows.iter().filter(|row| &drawing.print(row, series) == name);
        let mut line: Vec<(f64, f64)> = own().filter_map(|row| point(row)).collect();
        line.sort_by(|a, b| a.0.total_cmp(&b.0));
        let line: Vec<(f64, f64)> = line.into_iter().map(|(at, value)| (x.at(at), y.at(value))).collect();
        let class = class(at);
        canvas.path(&line, &format!("line {class}"));
        for row in own() {
            let Some((from, value)) = point(row) else { continue };
            if let Some((low, high)) = ends(row) {
                canvas.line((x.at(from), y.at(low)), (x.at(from), y.at(high)), &format!("whisker {class}"));
            }
            let title = format!("{name}, {}: {}", drawing.print(row, x_column), drawing.print(row, y_column));
            let radius = if drawing.marked(row) { 6.5 } else { 3.4 };
            canvas.dot((x.at(from), y.at(value)), radius, &format!("point {class}"), &title);
        }
    }
    Ok(canvas.finish())
}
