//! Breaks in the time series: which years of which indicator are not to be compared without a word.

use crate::base::{Result, Year, not_toml};
use crate::method::{Certainty, Indicator, Wording};
use crate::pipeline::Declared;
use crate::tables::SeriesBreak;

/// The document with the breaks. A workspace without it knows of none.
pub(super) const DOCUMENT: &str = "reference/series-breaks";

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "break")]
    breaks: Vec<Break>,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Break {
    year: i32,
    procedure: String,
    kind: Kind,
    text: Wording,
    source: String,
    certainty: Certainty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Cancelled,
    Moved,
    Subjects,
    SelfSelected,
    Revised,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Moved => "moved",
            Self::Subjects => "subjects",
            Self::SelfSelected => "self_selected",
            Self::Revised => "revised",
        }
    }
}

/// Reads the breaks.
pub(super) fn read(declared: &Declared<'_>) -> Result<Vec<Break>> {
    let Some((path, text)) = declared.documents.get(DOCUMENT) else { return Ok(Vec::new()) };
    let document: Document = toml::from_str(text).map_err(|error| not_toml(path, text, &error))?;
    Ok(document.breaks)
}

/// The breaks of an indicator between the first and the last of these years. An indicator is about the procedures that its
/// condition names.
pub(super) fn of(indicator: &Indicator, breaks: &[Break], years: &[Year]) -> Vec<SeriesBreak> {
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return Vec::new() };
    let concerns = |one: &&Break| {
        let named = indicator.filter.text.contains(&format!("'{}'", one.procedure));
        // What holds from a year on divides it from the years before; the rest stands out of all the others.
        let divides = if one.kind == Kind::Revised { one.year > first.0 } else { one.year >= first.0 };
        named && divides && one.year <= last.0
    };
    let text = |one: &Break, lang: &str| one.text.get(lang).cloned().unwrap_or_default();
    let row = |one: &Break| SeriesBreak {
        indicator: indicator.id.clone(),
        year: one.year,
        procedure: one.procedure.clone(),
        kind: one.kind.as_str().to_owned(),
        text_ru: text(one, "ru"),
        text_en: text(one, "en"),
        source: one.source.clone(),
        certainty: one.certainty.as_str().to_owned(),
    };
    breaks.iter().filter(concerns).map(row).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{DOCUMENT, of, read};
    use crate::base::{FaultCode, Place, Year};
    use crate::method::MethodPack;
    use crate::pipeline::Declared;

    const BREAKS: &str = include_str!("../../data/reference/series-breaks.toml");

    fn with<T>(text: Option<&str>, test: impl FnOnce(&Declared<'_>) -> T) -> T {
        let params = toml::Table::new();
        let document = text.map(|text| (DOCUMENT.to_owned(), ("b.toml".to_owned(), text.to_owned())));
        let documents: BTreeMap<_, _> = document.into_iter().collect();
        test(&Declared { years: &[], languages: &[], params: &params, documents: &documents })
    }

    #[test]
    fn a_revision_divides_years_and_a_cancelled_year_stands_out() {
        let text = include_str!("../../pipelines/methods/federal-847.toml");
        let pack = MethodPack::parse("p.toml", text).unwrap();
        let told = |indicator: &str, years: &[i32]| -> Vec<String> {
            let breaks = with(Some(BREAKS), |declared| read(declared).unwrap());
            let years: Vec<Year> = years.iter().copied().map(Year).collect();
            let found = of(pack.indicator(indicator).unwrap(), &breaks, &years);
            found.iter().map(|b| format!("{} {} {}", b.year, b.procedure, b.kind)).collect()
        };
        assert_eq!(told("low_share_vpr_ru5", &[2023, 2024, 2025]), ["2025 vpr revised"]);
        assert_eq!(told("low_share_vpr_ru5", &[2025, 2026]), [""; 0], "revised before the first of them");
        assert_eq!(told("low_share_vpr_ru5", &[2022, 2023]), ["2022 vpr moved"]);
        assert_eq!(
            told("low_share_oge_ma", &[2019, 2020, 2021]),
            ["2020 oge cancelled", "2021 oge subjects"]
        );
        assert_eq!(told("low_share_oge_ma", &[2023, 2024, 2025]), [""; 0]);
    }

    #[test]
    fn every_break_is_told_in_both_languages() {
        let breaks = with(Some(BREAKS), |declared| read(declared).unwrap());
        assert!(breaks.iter().all(|one| one.text.keys().map(String::as_str).eq(["en", "ru"])));
    }

    #[test]
    fn a_word_that_nobody_knows_is_a_fault_at_its_line() {
        let broken = BREAKS.replacen("kind = \"moved\"", "kind = \"shifted\"", 1);
        let fault = with(Some(&broken), |declared| read(declared).map(|_| ()).unwrap_err());
        let line = BREAKS.lines().position(|line| line == "kind = \"moved\"").unwrap() + 1;
        assert_eq!(
            (fault.code, fault.place.clone()),
            (FaultCode::DeclarationUnreadable, Place::Line("b.toml".into(), line))
        );
        assert!(with(None, |declared| read(declared).unwrap()).is_empty());
    }
}
