//! Stacked bars: parts of a whole for each row, `parts=lowered_share,confirmed_share,raised_share`.

use crate::reports::chart::Drawing;
use crate::reports::chart::axis::{Scale, below};
use crate::reports::chart::canvas::{Anchor, Canvas};
use crate::reports::chart::caterpillar::shortened;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 300.0;
const RIGHT: f64 = 880.0;
const TOP: f64 = 40.0;
const PITCH: f64 = 26.0;
/// A part narrower than this many pixels has no room for its figure.
const ROOM: f64 = 44.0;

pub(super) fn draw(drawing: &Drawing<'_>) -> Result<String, String> {
    let parts: Vec<&str> = drawing.cell.need("parts")?.split(',').collect();
    let first = parts.first().copied().unwrap_or_default();
    for part in &parts {
        if drawing.rows.position(part).is_none() {
            return Err(format!(
                "the answer has no column `{part}`; it has {}",
                drawing.rows.names.join(", ")
            ));
        }
    }
    let height = f64::from(u32::try_from(drawing.rows.rows.len().max(1)).unwrap_or(u32::MAX)) * PITCH;
    let bottom = TOP + height;
    let mut canvas = Canvas::new(WIDTH, bottom + 46.0, &drawing.legend("title"));
    let totals = drawing
        .rows
        .rows
        .iter()
        .map(|row| parts.iter().filter_map(|part| drawing.number(row, part)).fold(0.0, |a, b| a + b));
    // Shares that add up to a whole end at 100 %, whatever their last digit.
    let x = Scale::over(
        totals.map(|total| if (total - 1.0).abs() < 1e-9 { 1.0 } else { total }).chain([0.0]),
        LEFT,
        RIGHT,
    );
    below(&mut canvas, &x, drawing.voice, first, &drawing.axis("x", first), (TOP, bottom));
    let mut at = LEFT;
    for (part, class) in parts.iter().zip(["part-1", "part-2", "part-3", "part-4"]) {
        let label = drawing.axis(part, part);
        canvas.bar((at, 12.0), (12.0, 12.0), class, &label);
        canvas.text((at + 18.0, 22.5), &label, "name", Anchor::Start);
        at += 40.0 + 8.0 * f64::from(u32::try_from(label.chars().count()).unwrap_or(u32::MAX));
    }
    let mut y = TOP;
    for row in &drawing.rows.rows {
        let name = drawing.name(row);
        canvas.text((LEFT - 10.0, y + PITCH / 2.0 + 4.0), &shortened(&name, 40), "name", Anchor::End);
        let mut so_far = 0.0;
        for (part, class) in parts.iter().zip(["part-1", "part-2", "part-3", "part-4"]) {
            let Some(value) = drawing.number(row, part) else { continue };
            let (from, to) = (x.at(so_far), x.at(so_far + value));
            let printed = drawing.print(row, part);
            let title = format!("{name}: {} {printed}", drawing.axis(part, part));
            canvas.bar((from, y + 4.0), (to - from, PITCH - 8.0), class, &title);
            if to - from > ROOM {
                canvas.text(
                    ((from + to) / 2.0, y + PITCH / 2.0 + 4.0),
                    &printed,
                    &format!("inside {class}"),
                    Anchor::Middle,
                );
            }
            so_far += value;
        }
        y += PITCH;
    }
    Ok(canvas.finish())
}
