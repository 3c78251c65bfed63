//! What a doubt about the objectivity of ВПР marks does to a list: leave the school's ВПР out, count them as low, or only flag
//! it. All three are computed, none replaces the list of the method.
//!
//! A school is in doubt where `marker_evidence` says `moderate` or `strong` of `vpr_inflated`. No parameters.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Result, Year};
use crate::method::{ListRule, MethodPack};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{ListPolicy, Table, int64s, ints, texts};

/// The stage `policies`.
pub struct Policies;

/// What a doubt does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Policy {
    Flag,
    Exclude,
    CountAsLow,
}

impl Policy {
    const ALL: [Self; 3] = [Self::Flag, Self::Exclude, Self::CountAsLow];

    fn id(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Exclude => "exclude",
            Self::CountAsLow => "count_as_low",
        }
    }

    /// What becomes of a criterion of a school in doubt.
    fn applied(self, met: Option<bool>) -> Option<bool> {
        match self {
            Self::Flag => met,
            Self::Exclude => None,
            Self::CountAsLow => met.map(|_| true),
        }
    }
}

fn pack(declared: &Declared<'_>) -> Result<MethodPack> {
    let (path, text) = declared.document("method")?;
    MethodPack::parse(path, text)
}

impl Stage for Policies {
    fn kind(&self) -> &'static str {
        "policies"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Params::of(declared.params, &[])?;
        pack(declared).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("indicator_value", COLUMNS),
            Read::columns("list_entry", &["list", "year", "school_id", "state"]),
            Read::columns("marker_evidence", &["finding", "school_id", "evidence"]),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &["list_policy"]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        vec!["method".to_owned()]
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let pack = pack(&input.declared)?;
        let figures = Figures::read(input.table("indicator_value")?)?;
        let doubts = doubts(input.table("marker_evidence")?)?;
        let entries = input.table("list_entry")?;
        let keys = texts(entries, "list")?.into_iter().zip(ints(entries, "year")?);
        let schools = texts(entries, "school_id")?.into_iter().zip(texts(entries, "state")?);
        let mut rows = Vec::new();
        for ((list, year), (school, state)) in keys.zip(schools) {
            let (Some(list), Some(year), Some(school_id), Some(state)) = (list, year, school, state) else {
                continue;
            };
            let Some(rule) = pack.list(&list) else { continue };
            let years: Vec<Year> =
                input.declared.years.iter().copied().filter(|known| known.0 <= year).collect();
            let evidence = doubts.get(&school_id);
            let outcome = |policy: Policy| match evidence {
                Some(_) if policy != Policy::Flag && state != "not_assessable" => {
                    figures.state(&pack, rule, &years, &school_id, policy).to_owned()
                }
                _ => state.clone(),
            };
            rows.extend(Policy::ALL.map(|policy| ListPolicy {
                list: list.clone(),
                year,
                school_id: school_id.clone(),
                policy: policy.id().to_owned(),
                state: outcome(policy),
                changed: outcome(policy) != state,
                evidence: evidence.cloned(),
            }));
        }
        Ok(Output { tables: vec![("list_policy", ListPolicy::frame(rows)?)], ..Output::default() })
    }
}

const COLUMNS: &[&str] = &["indicator", "year", "level", "entity_id", "state", "numerator", "denominator"];

/// Schools in doubt with their grade.
fn doubts(frame: &DataFrame) -> Result<BTreeMap<String, String>> {
    let rows =
        texts(frame, "finding")?.into_iter().zip(texts(frame, "school_id")?).zip(texts(frame, "evidence")?);
    let doubt = |((finding, school), evidence): ((Option<String>, Option<String>), Option<String>)| {
        let evidence = evidence.filter(|grade| grade == "moderate" || grade == "strong")?;
        (finding.as_deref() == Some("vpr_inflated")).then_some((school?, evidence))
    };
    Ok(rows.filter_map(doubt).collect())
}

/// Counts by indicator, school and year; only what can be assessed.
struct Figures(BTreeMap<String, BySchool>);

/// Count above and below the line by school and year.
type BySchool = BTreeMap<(String, Year), (i64, i64)>;

impl Figures {
    fn read(frame: &DataFrame) -> Result<Self> {
        let mut figures: BTreeMap<String, BySchool> = BTreeMap::new();
        let keys =
            texts(frame, "indicator")?.into_iter().zip(ints(frame, "year")?).zip(texts(frame, "entity_id")?);
        let known = texts(frame, "level")?.into_iter().zip(texts(frame, "state")?);
        let counts = int64s(frame, "numerator")?.into_iter().zip(int64s(frame, "denominator")?);
        for (((indicator, year), school), ((level, state), (x, n))) in keys.zip(known.zip(counts)) {
            let (Some(indicator), Some(year), Some(school)) = (indicator, year, school) else { continue };
            let school_level = level.as_deref() == Some("school") && state.as_deref() == Some("value");
            if let Some(counts) = x.zip(n).filter(|_| school_level) {
                figures.entry(indicator).or_default().insert((school, Year(year)), counts);
            }
        }
        Ok(Self(figures))
    }

    fn met(&self, rule: &ListRule, criterion: &str, school: &str, year: Year) -> Option<bool> {
        let (x, n) = self.0.get(criterion)?.get(&(school.to_owned(), year))?;
        Some(rule.condition.holds(*x, *n))
    }

    /// The list's rule for a school in doubt.
    fn state(
        &self,
        pack: &MethodPack,
        rule: &ListRule,
        years: &[Year],
        school: &str,
        policy: Policy,
    ) -> &'static str {
        // a criterion that names the procedure counts ВПР
        let of_vpr: BTreeSet<&str> = rule
            .criteria
            .iter()
            .filter(|id| pack.indicator(id).is_some_and(|indicator| indicator.filter.text.contains("'vpr'")))
            .map(String::as_str)
            .collect();
        let criteria = |year: Year| -> Vec<bool> {
            let met = |criterion: &String| {
                let met = self.met(rule, criterion, school, year);
                if of_vpr.contains(criterion.as_str()) { policy.applied(met) } else { met }
            };
            rule.criteria.iter().filter_map(met).collect()
        };
        let Some(counting) = rule.years_that_count(years, |year| criteria(year).len() >= rule.at_least)
        else {
            return "not_assessable";
        };
        let low = |year: &Year| criteria(*year).into_iter().filter(|met| *met).count() >= rule.at_least;
        if counting.iter().all(low) { "listed" } else { "not_listed" }
    }
}

#[cfg(test)]
mod tests {
    use super::Policies;
    use crate::base::{Seed, Year};
    use crate::pipeline::{Declared, Input, Quiet, Stage};
    use crate::tables::{IndicatorValue, ListEntry, ListPolicy, MarkerEvidence, Table, conform, texts};
    use std::collections::BTreeMap;

    const FEDERAL: &str = include_str!("../../pipelines/methods/federal-847.toml");

    #[test]
    fn a_school_in_doubt_is_judged_three_times() {
        let years = [2024, 2025].map(Year);
        let figure = |indicator: &str, year: i32, school: &str, x: i64| IndicatorValue {
            indicator: indicator.into(),
            year,
            level: "school".into(),
            entity_id: school.into(),
            state: "value".into(),
            numerator: Some(x),
            denominator: Some(20),
            ..IndicatorValue::default()
        };
        let mut figures = Vec::new();
        for school in ["a", "b", "c"] {
            for year in [2024, 2025] {
                for subject in ["ru5", "ma5", "ru6", "ma6"] {
                    let x = if school == "c" { 9 } else { 1 };
                    figures.push(figure(&format!("low_share_vpr_{subject}"), year, school, x));
                }
            }
        }
        let entry = |school: &str, state: &str| ListEntry {
            list: "low_results".into(),
            year: 2025,
            school_id: school.into(),
            state: state.into(),
            ..ListEntry::default()
        };
        let evidence = |school: &str, grade: &str| MarkerEvidence {
            finding: "vpr_inflated".into(),
            school_id: school.into(),
            evidence: grade.into(),
            ..MarkerEvidence::default()
        };
        let tables = BTreeMap::from([
            ("indicator_value", IndicatorValue::frame(figures).unwrap()),
            (
                "list_entry",
                ListEntry::frame(vec![
                    entry("a", "not_listed"),
                    entry("b", "not_listed"),
                    entry("c", "listed"),
                ])
                .unwrap(),
            ),
            (
                "marker_evidence",
                MarkerEvidence::frame(vec![
                    evidence("a", "strong"),
                    evidence("b", "weak"),
                    evidence("c", "moderate"),
                ])
                .unwrap(),
            ),
        ]);
        let params = toml::Table::new();
        let documents = BTreeMap::from([("method".to_owned(), ("p.toml".to_owned(), FEDERAL.to_owned()))]);
        let declared = Declared { years: &years, languages: &[], params: &params, documents: &documents };
        Policies.check(&declared).unwrap();
        let input =
            Input { declared, tables: &tables, seed: Seed(1), run: "", sources: &Quiet, progress: &Quiet };
        let frame = conform(ListPolicy::SPEC, &Policies.run(&input).unwrap().tables.remove(0).1).unwrap();
        let column = |name: &str| texts(&frame, name).unwrap().into_iter().flatten().collect::<Vec<_>>();
        let (policies, states) = (column("policy"), column("state"));
        assert_eq!(policies.chunks(3).next().unwrap(), ["flag", "exclude", "count_as_low"]);
        // a: strong evidence: without its ВПР nothing is left to assess, or it is low throughout
        assert_eq!(states[..3], ["not_listed", "not_assessable", "listed"]);
        // b: weak evidence changes nothing
        assert_eq!(states[3..6], ["not_listed"; 3]);
        assert_eq!(states[6..], ["listed", "not_assessable", "listed"]);
    }
}
