//! A name for a type, proposed from what sets it apart.

use crate::tables::ClusterProfile;
use crate::text::{Arg, Catalogue, Lang, catalogue};

/// A type differs from the region by so many standard deviations, or its name does not speak of the measure.
const WORTH_NAMING: f64 = 0.5;
/// Measures in a name.
const NAMED: usize = 2;

/// How large a difference is, in words.
pub(super) fn size(z: f64) -> &'static str {
    match z {
        z if z >= 1.0 => "much_greater",
        z if z >= WORTH_NAMING => "greater",
        z if z > -WORTH_NAMING => "near",
        z if z > -1.0 => "less",
        _ => "much_less",
    }
}

/// The name of a cluster in a language, from its profile.
pub(super) fn proposed(lang: Lang, profile: &[&ClusterProfile]) -> String {
    let cat = catalogue(lang);
    let mut apart: Vec<&&ClusterProfile> =
        profile.iter().filter(|p| p.z_mean.abs() >= WORTH_NAMING).collect();
    apart.sort_by(|a, b| b.z_mean.abs().total_cmp(&a.z_mean.abs()).then_with(|| a.measure.cmp(&b.measure)));
    apart.truncate(NAMED);
    let words = |above: bool| -> Vec<String> {
        let own = apart.iter().filter(|p| (p.z_mean > 0.0) == above);
        own.map(|p| measure(cat, &p.measure)).collect()
    };
    let said: Vec<String> = [("cluster-name-more", words(true)), ("cluster-name-fewer", words(false))]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(key, names)| cat.get(key, &[("names", Arg::from(names.join(", ")))]))
        .collect();
    if said.is_empty() { cat.text("cluster-name-middle") } else { said.join("; ") }
}

fn measure(cat: &Catalogue, id: &str) -> String {
    let known = ["measure", "word"].map(|of| format!("{of}-{id}")).into_iter().find(|key| cat.has(key));
    known.map_or_else(|| id.to_owned(), |key| cat.text(&key))
}

#[cfg(test)]
mod tests {
    use super::{proposed, size};
    use crate::tables::ClusterProfile;
    use crate::text::Lang;

    #[test]
    fn a_name_speaks_of_what_sets_a_type_apart_most() {
        let row = |measure: &str, z: f64| ClusterProfile {
            measure: measure.into(),
            z_mean: z,
            ..Default::default()
        };
        let rows = [row("low_income", 1.4), row("both_parents_graduates", -0.9), row("large_families", 0.6)];
        let name = |lang| proposed(lang, &rows.iter().collect::<Vec<_>>());
        assert_eq!(
            name(Lang::En),
            "more often: from low-income families; less often: both parents with a degree"
        );
        assert!(!name(Lang::Ru).contains('⟦'), "{}", name(Lang::Ru));
        assert_eq!(proposed(Lang::En, &[&row("low_income", 0.2)]), "near the middle of the region");
        assert_eq!(
            [-2.0, -0.7, 0.0, 0.5, 3.0].map(size),
            ["much_less", "less", "near", "greater", "much_greater"]
        );
    }
}
