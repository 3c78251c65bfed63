//! The cases: year by year what ended, what began, and what changed its name or its municipality.

use std::collections::BTreeSet;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::identity::hosts::{Candidate, Drift, likeliest};
use crate::identity::names::{likeness, same};
use crate::identity::registers::{Entry, Registers};
use crate::tables::{SchoolCase, ints, texts};

/// From this probability on a host is named.
const NAMED: f64 = 0.8;
/// Names that share so much are alike.
const ALIKE: f64 = 0.8;

/// What people decided.
#[derive(Debug, Default)]
pub(super) struct Decided(Vec<Decision>);

#[derive(Debug)]
struct Decision {
    kind: String,
    old: Option<String>,
    new: Option<String>,
    from: i32,
    place: String,
}

impl Decided {
    pub(super) fn read(alias: &DataFrame) -> Result<Self> {
        if alias.height() == 0 {
            return Ok(Self::default());
        }
        let (kinds, olds, news) =
            (texts(alias, "kind")?, texts(alias, "old_code")?, texts(alias, "new_code")?);
        let (years, places) = (ints(alias, "from_year")?, texts(alias, "decision")?);
        let rows = kinds.into_iter().zip(olds).zip(news).zip(years).zip(places);
        Ok(Self(
            rows.map(|((((kind, old), new), from), place)| Decision {
                kind: kind.unwrap_or_default(),
                old,
                new,
                from: from.unwrap_or_default(),
                place: place.unwrap_or_default(),
            })
            .collect(),
        ))
    }

    /// The decision on a case: of the same year, on one of its schools that ended or began, or on the school that changed.
    fn on(&self, case: &SchoolCase) -> Option<&str> {
        let is_end = matches!(case.kind.as_str(), "merge" | "closed");
        let is_start = matches!(case.kind.as_str(), "split" | "opened");
        let decides = |decision: &&Decision| {
            let ends = is_end && decision.old.is_some() && decision.old == case.old_code;
            let starts = is_start && decision.new.is_some() && decision.new == case.new_code;
            let own =
                decision.kind == case.kind && decision.old == case.old_code && decision.new == case.new_code;
            decision.from == case.from_year && decision.kind != "apart" && (ends || starts || own)
        };
        self.0.iter().find(decides).map(|decision| decision.place.as_str())
    }

    /// Did people say that these two are not one school?
    fn apart(&self, one: &str, other: &str) -> bool {
        let is = |code: &Option<String>, school: &str| code.as_deref() == Some(school);
        self.0.iter().filter(|decision| decision.kind == "apart").any(|decision| {
            is(&decision.old, one) && is(&decision.new, other)
                || is(&decision.old, other) && is(&decision.new, one)
        })
    }
}

/// Every case that the registers of neighbouring years show.
pub(super) fn cases(registers: &Registers, decided: &Decided) -> Vec<SchoolCase> {
    let mut cases = Vec::new();
    for pair in registers.years.windows(2) {
        let [before, after] = pair else { continue };
        changed(registers, *before, *after, &mut cases);
        came_and_went(registers, decided, *before, *after, &mut cases);
    }
    for case in &mut cases {
        case.decision = decided.on(case).map(str::to_owned);
        case.state = if case.decision.is_some() { "decided" } else { "open" }.to_owned();
    }
    cases
}

/// The same code, another name or another municipality.
fn changed(registers: &Registers, before: i32, after: i32, cases: &mut Vec<SchoolCase>) {
    for (code, old, new) in registers.stayed(before, after) {
        let both = ((code, old), (code, new));
        if is_renamed(old, new) {
            cases.push(case("rename", after, Some(both.0), Some(both.1), "code", Some(1.0)));
        }
        let is_known = is_registered(old, new) || !(old.place.is_empty() || new.place.is_empty());
        if is_known && old.place != new.place {
            cases.push(case("municipality", after, Some(both.0), Some(both.1), "code", Some(1.0)));
        }
    }
}

/// Another name. Sheets of results spell names in many ways, so there the names must be far from alike.
fn is_renamed(old: &Entry, new: &Entry) -> bool {
    if is_registered(old, new) {
        return !same(&old.name, &new.name);
    }
    !old.name.is_empty() && !new.name.is_empty() && likeness(&old.name, &new.name) < ALIKE
}

/// Do registers tell of both years?
fn is_registered(old: &Entry, new: &Entry) -> bool {
    old.is_registered && new.is_registered
}

type School<'r> = (&'r str, &'r Entry);

fn case(
    kind: &str,
    from_year: i32,
    old: Option<School<'_>>,
    new: Option<School<'_>>,
    evidence: &str,
    probability: Option<f64>,
) -> SchoolCase {
    let text =
        |school: Option<School<'_>>, of: fn(&Entry) -> &str| school.map(|(_, entry)| of(entry).to_owned());
    let address = new.or(old).map(|(_, entry)| (entry.source_id.clone(), entry.row)).unwrap_or_default();
    SchoolCase {
        from_year,
        kind: kind.to_owned(),
        old_code: old.map(|(code, _)| code.to_owned()),
        new_code: new.map(|(code, _)| code.to_owned()),
        old_name: text(old, |entry| &entry.name),
        new_name: text(new, |entry| &entry.name),
        old_municipality: text(old, |entry| &entry.municipality),
        new_municipality: text(new, |entry| &entry.municipality),
        evidence: evidence.to_owned(),
        probability,
        source_id: address.0,
        row: address.1,
        ..SchoolCase::default()
    }
}

/// Codes that end and codes that begin: one school under another code, or a school that became a part, or ceased to be one.
fn came_and_went(
    registers: &Registers,
    decided: &Decided,
    before: i32,
    after: i32,
    cases: &mut Vec<SchoolCase>,
) {
    let (ended, begun) = (registers.ended(before), registers.begun(after));
    let mut pairs: Vec<(f64, &'static str, School<'_>, School<'_>)> = Vec::new();
    for old in &ended {
        for new in begun.iter().filter(|new| !decided.apart(old.0, new.0)) {
            if let Some((weight, evidence)) = one_school(old.1, new.1) {
                pairs.push((weight, evidence, *old, *new));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.2.0, a.3.0).cmp(&(b.2.0, b.3.0))));
    let (mut gone, mut come) = (BTreeSet::new(), BTreeSet::new());
    for (weight, evidence, old, new) in pairs {
        if !gone.contains(old.0) && !come.contains(new.0) {
            gone.insert(old.0);
            come.insert(new.0);
            cases.push(case("rename", after, Some(old), Some(new), evidence, Some(weight)));
        }
    }
    let stayed: Vec<Candidate<'_>> = registers.stayed(before, after).collect();
    let sizes =
        stayed.iter().filter_map(|(_, a, b)| Some((f64::from(a.enrolment?), f64::from(b.enrolment?))));
    let drift = Drift::of(&sizes.collect::<Vec<_>>());
    let host = |code: &str, entry: &Entry, sign: f64| {
        let near = stayed.iter().copied().filter(|(other, a, b)| {
            let is_special = |e: &Entry| e.kind.as_deref() == Some("correctional");
            let place = if sign > 0.0 { &a.place } else { &b.place };
            *place == entry.place && is_special(a) == is_special(entry) && !decided.apart(code, other)
        });
        let pupils = sign * f64::from(entry.enrolment?);
        likeliest(drift?, pupils, entry.parent.as_deref(), &near.collect::<Vec<_>>())
    };
    // A school of which no pupil wrote in a year is not closed for that.
    if !registers.is_registered(before) || !registers.is_registered(after) {
        return;
    }
    for old in ended.iter().filter(|old| !gone.contains(old.0)) {
        match host(old.0, old.1, 1.0) {
            Some(((code, _, new), weight, tied)) if weight >= NAMED => {
                let evidence = if tied { "enrolment, parent" } else { "enrolment" };
                cases.push(case("merge", after, Some(*old), Some((code, new)), evidence, Some(weight)));
            }
            _ => cases.push(case("closed", after, Some(*old), None, "code", None)),
        }
    }
    for new in begun.iter().filter(|new| !come.contains(new.0)) {
        match host(new.0, new.1, -1.0) {
            Some(((code, old, _), weight, tied)) if weight >= NAMED => {
                let evidence = if tied { "enrolment, parent" } else { "enrolment" };
                let mut split = case("split", after, Some((code, old)), Some(*new), evidence, Some(weight));
                (split.source_id, split.row) = (new.1.source_id.clone(), new.1.row);
                cases.push(split);
            }
            _ => cases.push(case("opened", after, None, Some(*new), "code", None)),
        }
    }
}

/// Is this one school under two codes? The same ИНН, or a name alike in the same municipality with about as many pupils.
fn one_school(old: &Entry, new: &Entry) -> Option<(f64, &'static str)> {
    if old.inn.is_some() && old.inn == new.inn {
        return Some((0.99, "inn"));
    }
    let likeness = likeness(&old.name, &new.name);
    if !is_registered(old, new) {
        let is_alike = !old.place.is_empty() && old.place == new.place && likeness >= ALIKE;
        let has_name = !old.name.is_empty() && !new.name.is_empty();
        return (is_alike && has_name).then_some((0.8 * likeness, "name"));
    }
    let size = |entry: &Entry| entry.enrolment.map(f64::from).filter(|n| *n > 0.0);
    let is_size = match (size(old), size(new)) {
        (Some(a), Some(b)) => (0.6..=1.6).contains(&(b / a)),
        _ => true,
    };
    (old.place == new.place && likeness >= ALIKE && is_size).then_some((0.9 * likeness, "name, enrolment"))
}

#[cfg(test)]
mod tests {
    use super::{Decided, cases};
    use crate::identity::registers::Registers;
    use crate::tables::{School, SchoolAlias, SchoolCase, SchoolNamed, Table};

    fn school(year: i32, code: &str, name: &str, place: &str, enrolment: i32) -> School {
        School {
            year,
            school_id: code.into(),
            name_short: name.into(),
            municipality: place.into(),
            enrolment: Some(enrolment),
            source_id: "s1".into(),
            row: code.parse().unwrap_or_default(),
            ..School::default()
        }
    }

    /// Twenty schools that stay, spelt anew every year, and what the case adds.
    fn found(more: &[School], decisions: Vec<SchoolAlias>) -> Vec<String> {
        found_with(more, &[], decisions)
    }

    fn found_with(more: &[School], named: &[SchoolNamed], decisions: Vec<SchoolAlias>) -> Vec<String> {
        let mut rows = more.to_vec();
        for n in 0..20 {
            let (code, name) = (format!("1{n:05}"), format!("МБОУ «СОШ № {n}»"));
            let wobble = |year: i32| 200 + 10 * n + (n * 7 + year) % 5 - 2;
            rows.push(school(2023, &code, &name, "г. Барнаул", wobble(2023)));
            rows.push(school(2024, &code, &name.replace(['«', '»'], "\""), "город Барнаул", wobble(2024)));
            rows.push(school(2025, &code, &name, "Барнаул", wobble(2025)));
        }
        let named = SchoolNamed::frame(named.to_vec()).unwrap();
        let registers = Registers::read(&School::frame(rows).unwrap(), &named).unwrap();
        let decided = Decided::read(&SchoolAlias::frame(decisions).unwrap()).unwrap();
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let told = |case: &SchoolCase| {
            let (old, new) = (text(&case.old_code), text(&case.new_code));
            format!("{} {} {old} {new} {} {}", case.from_year, case.kind, case.evidence, case.state)
        };
        cases(&registers, &decided).iter().map(told).collect()
    }

    fn decision(kind: &str, old: &str, new: &str, from_year: i32) -> SchoolAlias {
        SchoolAlias {
            decision: "data/identity/a.toml:1".into(),
            kind: kind.into(),
            old_code: Some(old.into()),
            new_code: Some(new.into()),
            from_year,
            ..SchoolAlias::default()
        }
    }

    /// A village school goes into № 77, in whose year 2024 its pupils are.
    fn merged() -> [School; 4] {
        [
            school(2023, "200001", "МБОУ «Речная СОШ»", "г. Барнаул", 90),
            school(2023, "200002", "МБОУ «СОШ № 77»", "г. Барнаул", 300),
            school(2024, "200002", "МБОУ «СОШ № 77»", "г. Барнаул", 391),
            school(2025, "200002", "МБОУ «СОШ № 77»", "г. Барнаул", 390),
        ]
    }

    #[test]
    fn every_kind_of_change_is_proposed_and_spellings_are_none() {
        assert_eq!(found(&[], vec![]), [""; 0]);
        let renamed = [
            school(2023, "200001", "МБОУ «Речная СОШ»", "Район", 90),
            school(2024, "200001", "МАОУ «Речная СОШ»", "Район", 92),
            school(2025, "200001", "МАОУ «Речная СОШ»", "Нагорный округ", 92),
        ];
        assert_eq!(
            found(&renamed, vec![]),
            ["2024 rename 200001 200001 code open", "2025 municipality 200001 200001 code open"]
        );
        let recoded = [
            school(2023, "200001", "МБОУ «Речная СОШ»", "Район", 90),
            school(2024, "200002", "МАОУ «Речная СОШ»", "Район", 92),
            school(2025, "200002", "МАОУ «Речная СОШ»", "Район", 92),
        ];
        assert_eq!(found(&recoded, vec![]), ["2024 rename 200001 200002 name, enrolment open"]);
        assert_eq!(found(&merged(), vec![]), ["2024 merge 200001 200002 enrolment open"]);
        let split = [
            school(2023, "200002", "МБОУ «СОШ № 77»", "г. Барнаул", 391),
            school(2024, "200002", "МБОУ «СОШ № 77»", "г. Барнаул", 300),
            school(2024, "200001", "МБОУ «Речная СОШ»", "г. Барнаул", 90),
            school(2025, "200002", "МБОУ «СОШ № 77»", "г. Барнаул", 300),
            school(2025, "200001", "МБОУ «Речная СОШ»", "г. Барнаул", 90),
        ];
        assert_eq!(found(&split, vec![]), ["2024 split 200002 200001 enrolment open"]);
        let gone = [school(2023, "200001", "МБОУ «Речная СОШ»", "г. Барнаул", 90)];
        assert_eq!(found(&gone, vec![]), ["2024 closed 200001 - code open"]);
    }

    #[test]
    fn results_without_registers_show_renames_and_never_an_end() {
        let named = |year, code: &str, name: &str, place: &str| SchoolNamed {
            year,
            school_id: Some(code.into()),
            name: Some(name.into()).filter(|name: &String| !name.is_empty()),
            municipality: Some(place.into()).filter(|place: &String| !place.is_empty()),
            ..SchoolNamed::default()
        };
        let told = |rows: &[SchoolNamed]| found_with(&[], rows, vec![]);
        // before the registers, which begin in 2023
        let (old, new) = ("МБОУ «Речная СОШ»", "МКОУ Речная ООШ");
        let recoded = [named(2020, "200001", old, "Район"), named(2021, "200002", new, "Район")];
        assert_eq!(told(&recoded), [""; 0], "a place without a name says nothing");
        let river = "Речной район";
        let recoded =
            [named(2020, "200001", old, river), named(2021, "200002", new, "reg22_m007 | Речной МО")];
        assert_eq!(told(&recoded), ["2021 rename 200001 200002 name open"]);
        let elsewhere = [named(2020, "200001", old, river), named(2021, "200002", new, "Нагорный район")];
        assert_eq!(told(&elsewhere), [""; 0]);
        let nowhere = [named(2020, "200001", old, ""), named(2021, "200002", new, "")];
        assert_eq!(told(&nowhere), [""; 0]);
        let changed = [
            named(2020, "200001", old, river),
            named(2021, "200001", "Муниципальное учреждение «Речная средняя школа»", "reg22_m007"),
            named(2022, "200001", "МБОУ «Гимназия № 9»", "Нагорный район"),
        ];
        assert_eq!(
            told(&changed),
            ["2022 rename 200001 200001 code open"],
            "a code of a place is no other place"
        );
        let moved = [named(2021, "200001", old, river), named(2022, "200001", "", "Нагорный район")];
        assert_eq!(told(&moved), ["2022 municipality 200001 200001 code open"]);
    }

    #[test]
    fn what_was_decided_is_open_no_more() {
        let told = |kind, new| found(&merged(), vec![decision(kind, "200001", new, 2024)]);
        assert_eq!(told("merge", "200002"), ["2024 merge 200001 200002 enrolment decided"]);
        assert_eq!(
            told("merge", "100003"),
            ["2024 merge 200001 200002 enrolment decided"],
            "another host was decided on"
        );
        assert_eq!(told("apart", "200002"), ["2024 closed 200001 - code open"]);
    }
}
