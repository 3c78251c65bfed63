//! Types of schools: groups of schools whose pupils come from similar conditions.
//!
//! Parameters: `columns`, names of shares; `k`, a number of clusters or the two ends of a range from which the mean
//! silhouette chooses (4); `starts` of k-means (50); `order_by`, the column by whose mean the clusters are numbered
//! (the first). Outcomes have no part in it.

mod types;

use crate::base::{Fault, FaultCode, Result};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{Cluster, ClusterProfile, ClusterQuality, Register, Shares, Table};
use std::ops::RangeInclusive;

/// The stage `clusters`.
pub struct Clusters;

/// Its parameters.
struct Asked {
    columns: Vec<String>,
    k: RangeInclusive<usize>,
    starts: usize,
    order_by: String,
}

impl Asked {
    fn read(declared: &Declared<'_>) -> Result<Self> {
        let params = Params::of(declared.params, &["columns", "k", "starts", "order_by"])?;
        let columns = params.names("columns")?;
        let order_by = match params.text("order_by")? {
            Some(name) => name.to_owned(),
            None => columns.first().cloned().unwrap_or_default(),
        };
        if !columns.contains(&order_by) {
            return Err(Fault::new(FaultCode::NameUnknown)
                .with("field", "order_by")
                .with("name", &order_by)
                .with("known", columns.join(", ")));
        }
        Ok(Self {
            k: params.span("k", 4..=4, 2..=20)?,
            starts: params.whole("starts", 50, 1..=10_000)?,
            columns,
            order_by,
        })
    }
}

impl Stage for Clusters {
    fn kind(&self) -> &'static str {
        "clusters"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Asked::read(declared).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("measure", Shares::COLUMNS),
            Read::columns("school", Register::COLUMNS).or_empty(),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &["cluster", "cluster_profile", "cluster_quality"]
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let asked = Asked::read(&input.declared)?;
        let names: Vec<&str> = asked.columns.iter().map(String::as_str).collect();
        let shares = Shares::read(input.table("measure")?, &names)?;
        let register = Register::read(input.table("school")?)?;
        let (mut clusters, mut profiles, mut qualities) = (Vec::new(), Vec::new(), Vec::new());
        let mut findings = Vec::new();
        input.progress.total(input.declared.years.len() as u64);
        for year in input.declared.years {
            let known = shares.schools(year.0);
            let schools: Vec<String> = known.union(&register.ids(*year)).map(|&id| id.to_owned()).collect();
            let found = types::of_year(year.0, &schools, &shares, &asked, input.seed.of(&year.to_string()))?;
            clusters.extend(found.clusters);
            profiles.extend(found.profiles);
            qualities.extend(found.qualities);
            findings.extend(found.findings);
            input.progress.advance(1);
        }
        let tables = vec![
            ("cluster", Cluster::frame(clusters)?),
            ("cluster_profile", ClusterProfile::frame(profiles)?),
            ("cluster_quality", ClusterQuality::frame(qualities)?),
        ];
        Ok(Output { tables, findings, files: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::Clusters;
    use crate::base::FaultCode;
    use crate::pipeline::{Declared, Stage};
    use std::collections::BTreeMap;

    #[test]
    fn parameters_are_checked_before_anything_runs() {
        let check = |text: &str| {
            let params: toml::Table = text.parse().unwrap();
            let documents = BTreeMap::new();
            Clusters.check(&Declared { years: &[], languages: &[], params: &params, documents: &documents })
        };
        assert!(check("columns = ['a', 'b']\nk = [2, 6]\norder_by = 'b'").is_ok());
        for (text, code) in [
            ("", FaultCode::DeclarationUnreadable),
            ("columns = ['a']\nk = 1", FaultCode::ValueInvalid),
            ("columns = ['a']\norder_by = 'b'", FaultCode::NameUnknown),
            ("columns = ['a']\nseed = 3", FaultCode::NameUnknown),
        ] {
            assert_eq!(check(text).unwrap_err().code, code, "{text}");
        }
    }
}
