//! The context index: how hard the conditions are in which a school works.
//!
//! Parameters: `measures`, names of shares with the direction in which they make conditions harder (1 or −1); `draws`,
//! posterior draws behind each interval (400). Outcomes have no part in it: that would make comparisons circular.
//!
//! `sets`, packs with a list by conditions of work ([`AdverseRule`](crate::method::AdverseRule)): each school's index by each
//! of them, its place, and how far both hang on the weights (`weight_draws`, 400). The method of the run makes the list
//! `adverse_conditions` where it is among them, else the first of them; the others stand beside it.

mod adverse;
mod index;
mod set;

use crate::base::Result;
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{
    AdverseAgreement, AdverseIndex, AdverseMeasure, AdverseShare, ContextIndex, Register, Shares, Table,
};
use set::{Around, Set};

/// The stage `context`.
pub struct Context;

/// Its parameters.
struct Asked {
    measures: Vec<(String, i32)>,
    draws: usize,
    sets: Vec<Set>,
    weight_draws: usize,
}

impl Asked {
    fn read(declared: &Declared<'_>) -> Result<Self> {
        let params = Params::of(declared.params, &["measures", "draws", "sets", "weight_draws"])?;
        Ok(Self {
            measures: params.directions("measures", &[1, -1])?,
            draws: params.whole("draws", 400, 100..=100_000)?,
            sets: Set::read(declared, &sets(declared)?)?,
            weight_draws: params.whole("weight_draws", 400, 100..=100_000)?,
        })
    }
}

/// The packs of the sets, the one that makes the list first: the method of the run where it is among them, else the first.
fn sets(declared: &Declared<'_>) -> Result<Vec<String>> {
    let params = Params::of(declared.params, &["measures", "draws", "sets", "weight_draws"])?;
    let mut sets = if declared.params.contains_key("sets") { params.names("sets")? } else { Vec::new() };
    if let Some(own) = own(declared, &sets).and_then(|own| sets.iter().position(|set| *set == own)) {
        sets.get_mut(..=own).into_iter().for_each(|sets| sets.rotate_right(1));
    }
    Ok(sets)
}

/// The method of the run, where it is one of the sets.
fn own(declared: &Declared<'_>, sets: &[String]) -> Option<String> {
    let (path, _) = declared.document("method").ok()?;
    let name = path.rsplit('/').next()?.strip_suffix(".toml")?;
    sets.iter().find(|set| *set == name).cloned()
}

impl Stage for Context {
    fn kind(&self) -> &'static str {
        "context"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Asked::read(declared).map(drop)
    }

    fn reads(&self, declared: &Declared<'_>) -> Result<Vec<Read>> {
        let mut columns = Register::COLUMNS.to_vec();
        let sets = Set::read(declared, &sets(declared)?)?;
        columns.extend(sets.iter().flat_map(|set| set.population.columns()));
        columns.sort_unstable();
        columns.dedup();
        Ok(vec![Read::columns("measure", Shares::COLUMNS), Read::columns("school", &columns).or_empty()])
    }

    fn writes(&self) -> &'static [&'static str] {
        &["adverse_agreement", "adverse_index", "adverse_measure", "adverse_share", "context_index"]
    }

    fn documents(&self, declared: &Declared<'_>) -> Vec<String> {
        // parameters that cannot be read are refused by `check`
        let sets = sets(declared).unwrap_or_default();
        let own = own(declared, &sets).map(|_| "method".to_owned());
        sets.iter().map(|name| set::document(name)).chain(own).collect()
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let asked = Asked::read(&input.declared)?;
        let of_sets = asked.sets.iter().flat_map(|set| set.rule.measures.iter().map(|m| m.measure.as_str()));
        let names: Vec<&str> = asked.measures.iter().map(|(name, _)| name.as_str()).chain(of_sets).collect();
        let shares = Shares::read(input.table("measure")?, &names)?;
        let school = input.table("school")?;
        let register = Register::read(school)?;
        let outside =
            asked.sets.iter().map(|set| set.population.outside(school)).collect::<Result<Vec<_>>>()?;
        let mut output = Output::default();
        let mut rows = Vec::new();
        let (mut adverse, mut of_shares, mut of_measures) = (Vec::new(), Vec::new(), Vec::new());
        let draws = adverse::Draws { shares: asked.draws, weights: asked.weight_draws };
        input.progress.total(input.declared.years.len() as u64);
        for year in input.declared.years {
            let known = shares.schools(year.0);
            let schools: Vec<String> = known.union(&register.ids(*year)).map(|&id| id.to_owned()).collect();
            let (of_year, findings) = index::of_year(year.0, &schools, &shares, &asked, input.seed)?;
            rows.extend(of_year);
            output.findings.extend(findings);
            for (set, outside) in asked.sets.iter().zip(&outside) {
                let around =
                    Around { year: *year, schools: &schools, shares: &shares, register: &register, outside };
                let year = adverse::of_year(&around, set, draws, input.seed)?;
                adverse.extend(year.index);
                of_shares.extend(year.shares);
                of_measures.extend(year.measures);
                // a share of several sets is told once
                let new = year.findings.into_iter().filter(|finding| !output.findings.contains(finding));
                let new: Vec<_> = new.collect();
                output.findings.extend(new);
            }
            input.progress.advance(1);
        }
        set::mark_listed_by(&mut adverse);
        let years: Vec<i32> = input.declared.years.iter().map(|year| year.0).collect();
        let agreements = set::agreements(&asked.sets, &years, &adverse);
        output.tables = vec![
            ("adverse_agreement", AdverseAgreement::frame(agreements)?),
            ("adverse_index", AdverseIndex::frame(adverse)?),
            ("adverse_measure", AdverseMeasure::frame(of_measures)?),
            ("adverse_share", AdverseShare::frame(of_shares)?),
            ("context_index", ContextIndex::frame(rows)?),
        ];
        Ok(output)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Context;
    use crate::base::{Seed, Year};
    use crate::pipeline::{Declared, Input, Quiet, Stage};
    use crate::tables::{AdverseIndex, Measure, School, Table, conform, floats, int64s, ints, texts};

    const PACK: &str = include_str!("../../pipelines/methods/irkutsk-2020.toml");
    const MEASURES: [&str; 4] =
        ["large_families", "both_parents_unemployed", "socially_dangerous", "police_register"];

    /// Of 21 schools 14 have nobody on the police register: its median deviation would be that of their sizes.
    #[test]
    fn a_rare_share_has_the_scale_that_the_pack_declares() {
        let id = |number: u32| number.to_string();
        let row = |number: u32, measure: &str, x: u32| Measure {
            year: 2025,
            period: "year".into(),
            school_id: id(number),
            measure: measure.into(),
            numerator: Some(f64::from(x)),
            denominator: Some(f64::from(60 + 10 * number)),
            unit: "share".into(),
            status: "value".into(),
            ..Measure::default()
        };
        let mut rows = Vec::new();
        for measure in MEASURES {
            let rare = measure == "police_register";
            let count =
                |number: u32| if rare && !number.is_multiple_of(3) { 0 } else { 2 + 3 * (number % 7) };
            rows.extend((1..=21).map(|number| row(number, measure, count(number))));
        }
        let schools =
            (1..=21).map(|number| School { year: 2025, school_id: id(number), ..School::default() });
        let schools = School::frame(schools.collect()).unwrap();
        let frame = Measure::frame(rows).unwrap();
        let scales = |pack: &str| {
            let params =
                toml::from_str("measures = { large_families = 1 }\nsets = [\"irkutsk-2020\"]").unwrap();
            let documents =
                BTreeMap::from([("method/irkutsk-2020".to_owned(), ("p.toml".to_owned(), pack.to_owned()))]);
            let declared =
                Declared { years: &[Year(2025)], languages: &[], params: &params, documents: &documents };
            let tables = BTreeMap::from([("measure", frame.clone()), ("school", schools.clone())]);
            let input = Input {
                declared,
                tables: &tables,
                seed: Seed(1),
                run: "",
                sources: &Quiet,
                progress: &Quiet,
            };
            let made: BTreeMap<_, _> = Context.run(&input).unwrap().tables.into_iter().collect();
            let of = |name: &str| texts(&made["adverse_measure"], name).unwrap().into_iter();
            let told: BTreeMap<String, (String, Option<String>)> = of("measure")
                .flatten()
                .zip(of("status").flatten().zip(of("scale")))
                .filter(|(measure, _)| MEASURES.contains(&measure.as_str()))
                .collect();
            let index = floats(&made["adverse_index"], "index").unwrap();
            (told, index.into_iter().flatten().filter(|index| index.is_finite()).count())
        };
        let used = |scale: &str| ("used".to_owned(), Some(scale.to_owned()));
        let (told, known) = scales(PACK);
        assert_eq!((&told["police_register"], &told["large_families"]), (&used("mean"), &used("median")));
        assert_eq!(known, 21, "every school has an index");
        let (told, _) = scales(&PACK.replacen("rare = \"mean\"", "rare = \"leave_out\"", 1));
        assert_eq!(
            (&told["police_register"], &told["large_families"]),
            (&("rare".to_owned(), None), &used("median"))
        );
    }

    /// Twenty ordinary schools, a correctional one with extreme shares, and a branch of the first.
    #[test]
    fn a_school_outside_the_packs_population_has_no_place_and_a_branch_counts_with_its_parent() {
        let id = |number: u32| number.to_string();
        let row = |school: &str, measure: &str, x: u32| Measure {
            year: 2025,
            period: "year".into(),
            school_id: school.into(),
            measure: measure.into(),
            numerator: Some(f64::from(x)),
            denominator: Some(100.0),
            unit: "share".into(),
            status: "value".into(),
            ..Measure::default()
        };
        let mut rows = Vec::new();
        for measure in MEASURES {
            rows.extend((1..=20).map(|number| row(&id(number), measure, 2 + 3 * (number % 7))));
            rows.extend([row("odd", measure, 99), row("part", measure, 50)]);
        }
        let school = |id: String, kind: &str, parent: Option<&str>| School {
            year: 2025,
            school_id: id,
            kind: Some(kind.into()),
            parent: parent.map(str::to_owned),
            ..School::default()
        };
        let mut register: Vec<School> = (1..=20).map(|number| school(id(number), "general", None)).collect();
        register.push(school("odd".into(), "correctional", None));
        register.push(school("part".into(), "branch", Some("1")));
        let params = toml::from_str("measures = { large_families = 1 }\nsets = [\"irkutsk-2020\"]").unwrap();
        let documents =
            BTreeMap::from([("method/irkutsk-2020".to_owned(), ("p.toml".to_owned(), PACK.to_owned()))]);
        let declared =
            Declared { years: &[Year(2025)], languages: &[], params: &params, documents: &documents };
        let tables = BTreeMap::from([
            ("measure", Measure::frame(rows).unwrap()),
            ("school", School::frame(register).unwrap()),
        ]);
        let input =
            Input { declared, tables: &tables, seed: Seed(1), run: "", sources: &Quiet, progress: &Quiet };
        let made = Context.run(&input).unwrap().tables;
        let index = made.into_iter().find(|(name, _)| *name == "adverse_index").unwrap().1;
        let index = conform(AdverseIndex::SPEC, &index).unwrap();
        let schools = texts(&index, "school_id").unwrap();
        let at = |id: &str| schools.iter().position(|known| known.as_deref() == Some(id)).unwrap();
        let text = |name: &str, id: &str| texts(&index, name).unwrap()[at(id)].clone();
        assert_eq!(
            [text("outside", "odd"), text("outside", "part"), text("outside", "1")],
            [Some("correctional".to_owned()), Some("branch".to_owned()), None]
        );
        assert_eq!(text("state", "odd").as_deref(), Some("out_of_population"));
        let ranks = ints(&index, "rank").unwrap();
        assert_eq!((ranks[at("odd")], ranks.iter().flatten().count()), (None, 20));
        assert_eq!(int64s(&index, "pupils").unwrap()[at("1")], Some(200), "the pupils of the branch too");
    }
}
