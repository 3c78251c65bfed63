//! Seeds: one number in the declaration, a stream of its own for every stage.

/// A seed of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed of a named part: the first eight bytes of BLAKE3 over this seed and the name.
    ///
    /// A function of the name alone, so that neither order nor threads can change a result, and no two parts
    /// share a stream.
    #[must_use]
    pub fn of(self, name: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0.to_le_bytes());
        hasher.update(name.as_bytes());
        let mut bytes = [0u8; 8];
        hasher.finalize_xof().fill(&mut bytes);
        Self(u64::from_le_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn a_seed_depends_on_its_name_and_on_nothing_else() {
        assert_eq!(Seed(7).of("clusters"), Seed(7).of("clusters"));
        assert_ne!(Seed(7).of("clusters"), Seed(7).of("factors"));
        assert_ne!(Seed(7).of("clusters"), Seed(8).of("clusters"));
    }
}
