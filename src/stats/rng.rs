//! A generator that draws the same numbers on every platform.

/// xoshiro256++ (Blackman, Vigna 2021, «Scrambled linear pseudorandom number generators», ACM TOMS 47(4)), its state
/// filled by splitmix64 as its authors advise. Integer arithmetic only; the distributions (`draws`) add `libm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// The generator of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut counter = seed;
        let state = std::array::from_fn(|_| {
            counter = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = counter;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        });
        Self { state }
    }

    /// The generator of the `index`-th part of this seed: parts may be drawn in any order, or in parallel.
    #[must_use]
    pub fn part(seed: u64, index: u64) -> Self {
        // the first draw of the seed's own generator, so that neighbouring seeds do not share parts
        Self::new(Self::new(seed).next_u64() ^ Self::new(index).next_u64().rotate_left(32))
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.state;
        let drawn = s0.wrapping_add(s3).rotate_left(23).wrapping_add(s0);
        let (s2, s3) = (s2 ^ s0, s3 ^ s1);
        self.state = [s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), s3.rotate_left(45)];
        drawn
    }

    /// A number in [0, 1), a multiple of 2⁻⁵³.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A whole number below `n`, without bias (Lemire 2019, ACM TOMACS 29(1)); 0 where `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        let rejected = n.wrapping_neg() % n;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(n);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the halves of the product are what is meant"
            )]
            let (high, low) = ((product >> 64) as u64, product as u64);
            if low >= rejected {
                return high;
            }
        }
    }

    /// Puts the items into random order (Fisher, Yates).
    #[expect(clippy::cast_possible_truncation, reason = "a position in a slice fits its own type")]
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn the_first_draws_are_those_of_the_published_generator() {
        // rand_xoshiro 0.6: xoshiro256++ from the state 1, 2, 3, 4
        let mut rng = Rng { state: [1, 2, 3, 4] };
        let drawn: Vec<u64> = (0..5).map(|_| rng.next_u64()).collect();
        assert_eq!(
            drawn,
            [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205]
        );
        // splitmix64 of 0 begins with this word
        assert_eq!(Rng::new(0).state[0], 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn below_is_even_and_shuffle_keeps_the_items() {
        let mut rng = Rng::new(7);
        let mut hits = [0u32; 5];
        for _ in 0..50_000 {
            hits[usize::try_from(rng.below(5)).unwrap()] += 1;
        }
        // four standard deviations of a binomial count
        assert!(hits.iter().all(|&h| h.abs_diff(10_000) < 360), "{hits:?}");
        let mut items: Vec<u32> = (0..100).collect();
        rng.shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn parts_of_a_seed_differ() {
        let first: Vec<u64> = (0..50).map(|part| Rng::part(1, part).next_u64()).collect();
        let mut distinct = first.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), first.len());
        assert_ne!(Rng::part(1, 2), Rng::part(2, 1));
    }
}
