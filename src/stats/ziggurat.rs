//! Standard normal numbers in bulk: a table and a comparison each, hardly ever a logarithm.

use std::sync::LazyLock;

use crate::stats::Rng;

const LAYERS: usize = 128;
/// Where the tail begins.
const TAIL: f64 = 3.442_619_855_899;
/// The area of each layer.
const AREA: f64 = 9.912_563_035_262_17e-3;

/// Draws standard normal numbers by the ziggurat (Marsaglia, Tsang 2000, Journal of Statistical Software 5(8)) in the form
/// of Doornik (2005), «An improved ziggurat method to generate normal random samples»: layer and place come from different
/// bits. [`Rng::normal`] gives one number a draw, which the synthetic region is built on; this is four times as quick.
pub(in crate::stats) struct Ziggurat {
    /// Half the widths of layers of one area under exp(−z²/2), from the lowest.
    widths: [f64; LAYERS + 1],
    /// The part of each that lies under the curve whatever the height.
    safe: [f64; LAYERS],
}

static NORMAL: LazyLock<Ziggurat> = LazyLock::new(|| {
    let mut widths = [0.0; LAYERS + 1];
    widths[0] = AREA / height(TAIL);
    widths[1] = TAIL;
    for layer in 2..LAYERS {
        let below = widths[layer - 1];
        widths[layer] = (-2.0 * libm::log(AREA / below + height(below))).sqrt();
    }
    Ziggurat { widths, safe: std::array::from_fn(|layer| widths[layer + 1] / widths[layer]) }
});

fn height(z: f64) -> f64 {
    libm::exp(-0.5 * z * z)
}

impl Ziggurat {
    pub(in crate::stats) fn get() -> &'static Self {
        &NORMAL
    }

    #[inline]
    pub(in crate::stats) fn draw(&self, rng: &mut Rng) -> f64 {
        loop {
            let bits = rng.next_u64();
            let place = (bits >> 11) as f64 / 4_503_599_627_370_496.0 - 1.0;
            let layer = (bits & 0x7F) as usize;
            let z = place * self.widths[layer];
            if place.abs() < self.safe[layer] {
                return z;
            }
            if let Some(z) = self.edge(rng, layer, z) {
                return z;
            }
        }
    }

    /// Outside the safe part: in the tail, or where the curve cuts through the layer.
    #[cold]
    fn edge(&self, rng: &mut Rng, layer: usize, z: f64) -> Option<f64> {
        if layer == 0 {
            return Some(tail(rng).copysign(z));
        }
        let ratio = |width: f64| libm::exp(-0.5 * (width * width - z * z));
        let (low, high) = (ratio(self.widths[layer]), ratio(self.widths[layer + 1]));
        (high + rng.uniform() * (low - high) < 1.0).then_some(z)
    }
}

/// Beyond the layers (Marsaglia 1964).
fn tail(rng: &mut Rng) -> f64 {
    loop {
        let x = -libm::log(1.0 - rng.uniform()) / TAIL;
        let y = -libm::log(1.0 - rng.uniform());
        if 2.0 * y > x * x {
            return TAIL + x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AREA, LAYERS, TAIL, Ziggurat, height};
    use crate::stats::{Rng, normal_below};

    #[test]
    fn layers_meet_at_the_top_and_have_one_area() {
        let Ziggurat { widths, .. } = Ziggurat::get();
        for layer in 1..LAYERS {
            let area = widths[layer] * (height(widths[layer + 1]) - height(widths[layer]));
            assert!((area - AREA).abs() < 1e-10, "{layer}: {area}");
        }
        assert!((widths[0] * height(TAIL) - AREA).abs() < 1e-17);
    }

    #[test]
    fn as_many_fall_between_any_two_ends_as_the_normal_distribution_says() {
        let (mut rng, layers) = (Rng::new(9), Ziggurat::get());
        let ends: Vec<f64> = (-45..=45).map(|tenth| f64::from(tenth) / 10.0).collect();
        let drawn = 4_000_000;
        let mut counts = vec![0_u32; ends.len() + 1];
        for _ in 0..drawn {
            let z = layers.draw(&mut rng);
            counts[ends.partition_point(|end| *end < z)] += 1;
        }
        let chi: f64 = (0..counts.len())
            .map(|at| {
                let below = |at: Option<&f64>| at.map(|end| normal_below(*end));
                let low = at.checked_sub(1).and_then(|at| below(ends.get(at))).unwrap_or(0.0);
                let expected = f64::from(drawn) * (below(ends.get(at)).unwrap_or(1.0) - low);
                (f64::from(counts[at]) - expected) * (f64::from(counts[at]) - expected) / expected
            })
            .sum();
        // 91 degrees of freedom: 40 to 165 but for one region in a million
        assert!((40.0..165.0).contains(&chi), "{chi}");
    }
}
