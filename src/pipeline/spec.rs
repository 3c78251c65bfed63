//! The pipeline file.

use std::collections::BTreeMap;

use crate::base::{Fault, FaultCode, Place, Result, Year, not_toml};
use crate::text::Lang;

/// A pipeline file, as it is written.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineSpec {
    /// The title in each language, by its code.
    pub title: BTreeMap<String, String>,
    /// The method pack: a file of `pipelines/methods` without its ending.
    pub method: String,
    /// The years in which the school years end.
    pub years: Vec<Year>,
    /// The seed from which every stage's seed is made.
    pub seed: u64,
    /// The languages of the reports.
    #[serde(default = "all_languages")]
    pub languages: Vec<Lang>,
    /// Source files: glob = layout, in the order of the file.
    #[serde(default)]
    pub sources: toml::Table,
    /// Canonical tables that stand already as Parquet files: table = path. Then no stage may write them.
    #[serde(default)]
    pub tables: BTreeMap<String, String>,
    /// The stages.
    #[serde(rename = "stage")]
    pub stages: Vec<StageSpec>,
}

/// One stage of a pipeline file: its kind, and everything else as its parameters.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct StageSpec {
    /// The word by which the stage is known.
    pub kind: String,
    /// Its parameters.
    #[serde(flatten)]
    pub params: toml::Table,
}

fn all_languages() -> Vec<Lang> {
    Lang::ALL.to_vec()
}

impl PipelineSpec {
    /// Reads a pipeline file. `path` is its path in the workspace, for messages.
    ///
    /// # Errors
    /// `E302` with the line where the text is not valid, `E307` where years or languages make no sense.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let mut spec: Self = toml::from_str(text).map_err(|error| not_toml(path, text, &error))?;
        let invalid = |field: &str, value: String| {
            Fault::new(FaultCode::ValueInvalid)
                .at(Place::Line(path.to_owned(), line_of(text, text.find(field).unwrap_or_default())))
                .with("field", field)
                .with("value", value)
        };
        spec.years.sort();
        spec.years.dedup();
        if spec.years.is_empty() || spec.years.iter().any(|year| !(1990..=2100).contains(&year.0)) {
            return Err(invalid(
                "years",
                format!("{:?}", spec.years.iter().map(|y| y.0).collect::<Vec<_>>()),
            )
            .why("value-years"));
        }
        for (field, empty) in [("languages", spec.languages.is_empty()), ("stage", spec.stages.is_empty())] {
            if empty {
                return Err(invalid(field, "[]".to_owned()).why("value-empty"));
            }
        }
        spec.languages.sort();
        spec.languages.dedup();
        Ok(spec)
    }
}

/// The line (from 1) of a byte position in a text.
#[must_use]
pub fn line_of(text: &str, position: usize) -> usize {
    text.bytes().take(position).filter(|&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::PipelineSpec;
    use crate::base::{FaultCode, Place};

    const GOOD: &str = r#"
title = { ru = "Ежегодная идентификация", en = "Annual identification" }
method = "federal-847"
years = [2025, 2023, 2024]
seed = 7
[sources]
"data/demo/*.xlsx" = "auto"
[[stage]]
kind = "ingest"
[[stage]]
kind = "clusters"
k = 3
"#;

    #[test]
    fn a_pipeline_is_read_with_its_parameters() {
        let spec = PipelineSpec::parse("p.toml", GOOD).unwrap();
        assert_eq!(spec.years.iter().map(|y| y.0).collect::<Vec<_>>(), [2023, 2024, 2025]);
        assert_eq!(spec.stages[1].params.get("k").and_then(toml::Value::as_integer), Some(3));
    }

    #[test]
    fn trouble_points_at_the_line() {
        let fault = PipelineSpec::parse("p.toml", &GOOD.replace("seed = 7", "seed = \"x\"")).unwrap_err();
        assert_eq!(fault.code, FaultCode::DeclarationUnreadable);
        assert_eq!(fault.place, Place::Line("p.toml".into(), 5));
        let fault = PipelineSpec::parse("p.toml", &GOOD.replace("[2025, 2023, 2024]", "[20]")).unwrap_err();
        assert_eq!((fault.code, fault.place), (FaultCode::ValueInvalid, Place::Line("p.toml".into(), 4)));
    }
}
