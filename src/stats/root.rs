//! Roots and minima of functions of one variable.

/// Steps after which a root is as near as it gets: each third step at least halves the bracket.
const STEPS_MAX: usize = 200;

/// A root between two points where a function has different signs, to the last digits; `None` where the signs agree or a
/// value is NaN. Chandrupatla (1997), Advances in Engineering Software 28(3): inverse quadratic steps inside a bracket.
pub(in crate::stats) fn root_between(f: impl Fn(f64) -> f64, low: f64, high: f64) -> Option<f64> {
    let (mut a, mut b) = (high, low);
    let (mut fa, mut fb) = (f(a), f(b));
    for (end, value) in [(a, fa), (b, fb)] {
        if value.abs() <= 0.0 {
            return Some(end);
        }
    }
    if fa.is_nan() || fb.is_nan() || (fa > 0.0) == (fb > 0.0) {
        return None;
    }
    let mut part = 0.5;
    for _ in 0..STEPS_MAX {
        let point = a + part * (b - a);
        let value = f(point);
        if value.is_nan() {
            return None;
        }
        let (c, fc);
        if (value > 0.0) == (fa > 0.0) {
            (c, fc) = (a, fa);
        } else {
            (c, fc) = (b, fb);
            (b, fb) = (a, fa);
        }
        (a, fa) = (point, value);
        let (best, smallest) = if fa.abs() < fb.abs() { (a, fa) } else { (b, fb) };
        let width = (b - a).abs();
        let slack = 2.0 * f64::EPSILON * best.abs();
        if width <= 2.0 * slack || smallest.abs() <= 0.0 {
            return Some(best);
        }
        let (xi, phi) = ((a - b) / (c - b), (fa - fb) / (fc - fb));
        let quadratic = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
        part = if quadratic {
            fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        } else {
            0.5
        };
        let least = slack / width;
        part = part.clamp(least, 1.0 - least);
    }
    Some(if fa.abs() < fb.abs() { a } else { b })
}

/// The place of the minimum of a function with one valley between two points, by golden section, to about seven digits:
/// the values hold hardly more.
pub(in crate::stats) fn valley_between(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (mut a, mut b) = (low, high);
    let (mut x, mut y) = (b - GOLDEN * (b - a), a + GOLDEN * (b - a));
    let (mut fx, mut fy) = (f(x), f(y));
    for _ in 0..50 {
        if (b - a).abs() <= 1e-7 * (a.abs() + b.abs() + 1e-3) {
            break;
        }
        if fx <= fy {
            (b, y, fy) = (y, x, fx);
            x = b - GOLDEN * (b - a);
            fx = f(x);
        } else {
            (a, x, fx) = (x, y, fy);
            y = a + GOLDEN * (b - a);
            fy = f(y);
        }
    }
    0.5 * (a + b)
}

#[cfg(test)]
mod tests {
    use super::{root_between, valley_between};

    #[test]
    fn roots_of_known_functions() {
        let cube = root_between(|x| x * x * x - 2.0, 0.0, 10.0).unwrap();
        assert!((cube - libm::cbrt(2.0)).abs() < 1e-15);
        let steep = root_between(|x| libm::exp(x) - 1e-9, -100.0, 1.0).unwrap();
        assert!((steep / libm::log(1e-9) - 1.0).abs() < 1e-14);
        assert!((root_between(|x| x, -1e-3, 5.0).unwrap()).abs() < 1e-300);
        assert!(root_between(|x| x * x + 1.0, -1.0, 1.0).is_none());
        assert!(root_between(|_| f64::NAN, -1.0, 1.0).is_none());
        assert!((valley_between(|x| (x - 3.0) * (x - 3.0), -10.0, 10.0) - 3.0).abs() < 1e-6);
    }
}
