//! The normal distribution.

use std::f64::consts::FRAC_1_SQRT_2;

/// P(Z ≤ z) of the standard normal distribution.
///
/// - Shapes: a number in, a probability out.
/// - Units: `z` in standard deviations.
/// - Missing: NaN gives NaN.
/// - Fails: never.
/// - Reference: the complementary error function of `libm`.
/// - Accuracy: 12 digits in both tails; `tests/reference.rs` against R.
/// - Determinism: a function of its argument, the same on every platform.
#[must_use]
pub fn normal_below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// P(Z > z) of the standard normal distribution, without the loss of 1 − P(Z ≤ z).
///
/// - Shapes: a number in, a probability out.
/// - Units: `z` in standard deviations.
/// - Missing: NaN gives NaN.
/// - Fails: never.
/// - Reference: the complementary error function of `libm`.
/// - Accuracy: 12 digits in both tails; `tests/reference.rs` against R.
/// - Determinism: a function of its argument, the same on every platform.
#[must_use]
pub fn normal_above(z: f64) -> f64 {
    normal_below(-z)
}

/// The z below which the probability `p` lies.
///
/// - Shapes: a probability in, a number out.
/// - Units: standard deviations.
/// - Missing: NaN gives `None`.
/// - Fails: `None` outside (0, 1).
/// - Reference: Wichura (1988), algorithm AS 241 (PPND16), Applied Statistics 37(3).
/// - Accuracy: 13 digits; `tests/reference.rs` against R.
/// - Determinism: a function of its argument, the same on every platform.
#[must_use]
pub fn normal_quantile(p: f64) -> Option<f64> {
    (p > 0.0 && p < 1.0).then(|| quantile(p))
}

#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "as the paper prints them")]
const CENTRE: [[f64; 8]; 2] = [
    [3.387_132_872_796_366_608_0, 1.331_416_678_917_843_774_5e2, 1.971_590_950_306_551_442_7e3, 1.373_169_376_550_946_112_5e4,
     4.592_195_393_154_987_145_7e4, 6.726_577_092_700_870_085_3e4, 3.343_057_558_358_812_810_5e4, 2.509_080_928_730_122_672_7e3],
    [1.0, 4.231_333_070_160_091_125_2e1, 6.871_870_074_920_579_083_0e2, 5.394_196_021_424_751_107_7e3,
     2.121_379_430_158_659_586_7e4, 3.930_789_580_009_271_061_0e4, 2.872_908_573_572_194_267_4e4, 5.226_495_278_852_854_561_0e3],
];
#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "as the paper prints them")]
const NEAR: [[f64; 8]; 2] = [
    [1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_90, 5.769_497_221_460_691_405_50, 3.647_848_324_763_204_605_04,
     1.270_458_252_452_368_382_58, 2.417_807_251_774_506_117_70e-1, 2.272_384_498_926_918_458_33e-2, 7.745_450_142_783_414_076_40e-4],
    [1.0, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_40, 6.897_673_349_851_000_045_50e-1,
     1.481_039_764_274_800_745_90e-1, 1.519_866_656_361_645_719_66e-2, 5.475_938_084_995_344_946_00e-4, 1.050_750_071_644_416_843_24e-9],
];
#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "as the paper prints them")]
const FAR: [[f64; 8]; 2] = [
    [6.657_904_643_501_103_777_20, 5.463_784_911_164_114_369_90, 1.784_826_539_917_291_335_80, 2.965_605_718_285_048_912_30e-1,
     2.653_218_952_657_612_309_30e-2, 1.242_660_947_388_078_438_60e-3, 2.711_555_568_743_487_578_15e-5, 2.010_334_399_292_288_132_65e-7],
    [1.0, 5.998_322_065_558_879_376_90e-1, 1.369_298_809_227_358_053_10e-1, 1.487_536_129_085_061_485_25e-2,
     7.868_691_311_456_132_591_00e-4, 1.846_318_317_510_054_681_80e-5, 1.421_511_758_316_445_888_70e-7, 2.044_263_103_389_939_785_64e-15],
];

fn ratio([above, below]: &[[f64; 8]; 2], x: f64) -> f64 {
    let polynomial = |[a, b, c, d, e, f, g, h]: &[f64; 8]| {
        ((((((h * x + g) * x + f) * x + e) * x + d) * x + c) * x + b) * x + a
    };
    polynomial(above) / polynomial(below)
}

/// The quantile for `p` strictly between 0 and 1.
pub(in crate::stats) fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE, 0.180_625 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 { ratio(&NEAR, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    if q < 0.0 { -z } else { z }
}

#[cfg(test)]
mod tests {
    use super::{normal_above, normal_below, normal_quantile};

    #[test]
    fn quantile_and_probability_are_inverse() {
        for exponent in 1..300 {
            let p = libm::pow(10.0, -f64::from(exponent));
            let z = normal_quantile(p).unwrap();
            assert!((normal_below(z) / p - 1.0).abs() < 1e-11, "{p:e}");
            assert!((normal_above(-z) / p - 1.0).abs() < 1e-11, "{p:e}");
        }
        for step in 1..1_000 {
            let p = f64::from(step) / 1_000.0;
            assert!((normal_below(normal_quantile(p).unwrap()) - p).abs() < 1e-15, "{p}");
        }
    }

    #[test]
    fn outside_the_unit_interval_there_is_no_quantile() {
        assert!([0.0, 1.0, -0.1, 1.1, f64::NAN].iter().all(|&p| normal_quantile(p).is_none()));
    }
}
