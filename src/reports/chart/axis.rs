//! Scales with round ticks, and the frame of a chart with two of them.

use crate::reports::chart::canvas::{Anchor, Canvas};
use crate::reports::voice::{Voice, is_share};
use crate::text::{number, percent};

/// Values mapped to pixels.
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    /// The first tick, and from one to the next.
    first: f64,
    step: f64,
}

impl Scale {
    /// A scale that holds all the values, with ends on round ticks, drawn from one pixel to another.
    #[must_use]
    pub fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        let span = if high - low > 1e-12 { high - low } else { 1.0 };
        let step = round_step(span / 5.0);
        let (low, high) = ((low / step).floor() * step, ((low + span) / step).ceil().max(high / step) * step);
        Self { low, high, from, to, first: low, step }
    }

    /// A scale with exactly these ends, for bars of a known width; the ticks inside are round.
    #[must_use]
    pub fn between(low: f64, high: f64, from: f64, to: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        let step = round_step((high - low) / 8.0);
        Self { low, high, from, to, first: (low / step).ceil() * step, step }
    }

    /// The pixel of a value.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The ends.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The ticks.
    #[must_use]
    pub fn ticks(&self) -> Vec<f64> {
        (0..50)
            .map(|i| self.first + f64::from(i) * self.step)
            .take_while(|tick| *tick <= self.high + self.step * 1e-6)
            .collect()
    }

    /// A tick's text: per cent where the column holds shares.
    #[must_use]
    pub fn print(&self, voice: &Voice, column: &str, tick: f64) -> String {
        if is_share(column) {
            return percent(voice.lang, tick, usize::from(self.step < 0.0099));
        }
        let decimals = if self.step >= 0.999 {
            0
        } else if self.step >= 0.0999 {
            1
        } else {
            2
        };
        number(voice.lang, tick, decimals)
    }
}

/// 1, 2 or 5 times a power of ten, not below the wish.
fn round_step(wish: f64) -> f64 {
    let mut power = 1.0;
    while power > wish {
        power /= 10.0;
    }
    while power * 10.0 <= wish {
        power *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= wish * 0.999)
        .unwrap_or(power * 10.0)
}

/// A horizontal scale below a drawing that reaches from `top` to `bottom`, with its name.
pub fn below(canvas: &mut Canvas, scale: &Scale, voice: &Voice, column: &str, label: &str, span: (f64, f64)) {
    let (top, bottom) = span;
    for tick in scale.ticks() {
        let x = scale.at(tick);
        canvas.line((x, top), (x, bottom), "grid");
        canvas.text((x, bottom + 16.0), &scale.print(voice, column, tick), "tick", Anchor::Middle);
    }
    canvas.text((scale.to, bottom + 34.0), label, "label", Anchor::End);
}

/// A vertical scale left of a drawing that reaches from `left` to `right`, with its name above.
pub fn beside(
    canvas: &mut Canvas,
    scale: &Scale,
    voice: &Voice,
    column: &str,
    label: &str,
    span: (f64, f64),
) {
    let (left, right) = span;
    for tick in scale.ticks() {
        let y = scale.at(tick);
        canvas.line((left, y), (right, y), "grid");
        canvas.text((left - 8.0, y + 4.0), &scale.print(voice, column, tick), "tick", Anchor::End);
    }
    canvas.text((0.0, scale.to - 14.0), label, "label", Anchor::Start);
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn a_scale_of_bars_ends_half_a_bar_beyond_them() {
        let scale = Scale::between(-0.5, 21.5, 0.0, 100.0);
        assert_eq!(scale.ends(), (-0.5, 21.5));
        assert_eq!(scale.ticks(), [0.0, 5.0, 10.0, 15.0, 20.0]);
    }

    #[test]
    fn scales_hold_their_values_and_end_on_round_ticks() {
        for values in
            [vec![0.0, 0.47], vec![-2.3, 3.1], vec![5.0], vec![], vec![0.0, 1234.0], vec![0.1, 0.1004]]
        {
            let scale = Scale::over(values.iter().copied(), 0.0, 100.0);
            let (low, high) = scale.ends();
            assert!(values.iter().all(|v| (low..=high).contains(v)), "{values:?} {low} {high}");
            assert!((2..=12).contains(&scale.ticks().len()), "{values:?} {:?}", scale.ticks());
        }
    }
}
