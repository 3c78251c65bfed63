//! Results against the register, and the register against itself.

use std::collections::BTreeSet;

use polars::prelude::DataFrame;

use super::places::{Group, Places, groups};
use crate::base::{Finding, FindingCode, Place, Result, Year};
use crate::tables::Register;

const KEY: [&str; 2] = ["year", "school_id"];

/// Schools that have results in a year and are not in the register of that year: once a school and year, with their
/// number of rows. A year without any register is told once.
pub(super) fn unregistered(
    places: &Places,
    results: &DataFrame,
    schools: &DataFrame,
) -> Result<Vec<Finding>> {
    let registered = groups(schools, &KEY, 1)?;
    let known: BTreeSet<(&str, &str)> = registered.iter().map(|g| (g.value(0), g.value(1))).collect();
    let years: BTreeSet<&str> = registered.iter().map(|g| g.value(0)).collect();
    let with_results = groups(results, &KEY, 1)?;
    let bare: BTreeSet<&str> =
        with_results.iter().map(|g| g.value(0)).filter(|y| !years.contains(y)).collect();
    let mut findings: Vec<Finding> = bare
        .iter()
        .map(|year| {
            Finding::new(FindingCode::YearEmpty, Place::Table("school".to_owned()))
                .value(*year)
                .detail("school")
        })
        .collect();
    let missing = |g: &&Group| !bare.contains(g.value(0)) && !known.contains(&(g.value(0), g.value(1)));
    findings.extend(with_results.iter().filter(missing).map(|group| {
        Finding::new(FindingCode::SchoolUnregistered, places.cell("result", group, "school_id"))
            .column("school_id")
            .value(group.value(1))
            .detail(group.count.to_string())
    }));
    Ok(findings)
}

/// Schools that stand twice in the register of a year.
pub(super) fn repeated(places: &Places, schools: &DataFrame) -> Result<Vec<Finding>> {
    let found = groups(schools, &KEY, 2)?;
    Ok(found
        .iter()
        .map(|group| {
            Finding::new(FindingCode::SchoolRepeated, places.cell("school", group, "school_id"))
                .column("school_id")
                .value(group.value(1))
                .detail(group.count.to_string())
        })
        .collect())
}

/// Branches of which the register of a year names no parent, or one that it does not know: with the year from which a parent was
/// taken instead, or that the branch is counted by itself.
pub(super) fn orphans(places: &Places, schools: &DataFrame) -> Result<Vec<Finding>> {
    let register = Register::read(schools)?;
    let branches = groups(schools, &["year", "school_id", "kind", "parent"], 1)?;
    let told = branches.iter().filter_map(|group| {
        let (id, year) = (group.value(1), Year(group.value(0).parse().ok()?));
        let entry = register.school(id, year)?;
        let is_branch = group.value(2) == "branch" || !group.value(3).is_empty();
        let code = match entry.parent_of {
            _ if !is_branch => return None,
            _ if register.head(id, year).is_none() => FindingCode::BranchOfNobody,
            Some(_) => FindingCode::ParentOfOtherYear,
            None => return None,
        };
        let found = Finding::new(code, places.cell("school", group, "parent")).column("parent").value(id);
        Some(match entry.parent_of {
            Some(from) if code == FindingCode::ParentOfOtherYear => found.detail(from.to_string()),
            _ => found,
        })
    });
    Ok(told.collect())
}

/// Schools of an official list that the register of no year has: once a school, at the first row that names it.
pub(super) fn unknown_on_lists(
    places: &Places,
    official: &DataFrame,
    schools: &DataFrame,
) -> Result<Vec<Finding>> {
    let registered = groups(schools, &["school_id"], 1)?;
    let known: BTreeSet<&str> = registered.iter().map(|g| g.value(0)).collect();
    let listed = if known.is_empty() { Vec::new() } else { groups(official, &["school_id"], 1)? };
    let unknown = listed.iter().filter(|group| !known.contains(group.value(0)));
    let told = unknown.map(|group| {
        Finding::new(FindingCode::OfficialUnregistered, places.cell("official_list", group, "school_id"))
            .column("school_id")
            .value(group.value(0))
    });
    Ok(told.collect())
}

/// Schools that an official list of a year names more than once, and those that both the federal list and the regional one of a
/// year name: the region adds what is not on the federal one.
pub(super) fn twice_on_lists(places: &Places, official: &DataFrame) -> Result<Vec<Finding>> {
    let lines = groups(official, &["year", "list", "school_id"], 1)?;
    let federal: BTreeSet<(&str, &str)> =
        lines.iter().filter(|g| g.value(1) == "federal").map(|g| (g.value(0), g.value(2))).collect();
    let mut told = Vec::new();
    for group in &lines {
        let found = |code| {
            let place = places.cell("official_list", group, "school_id");
            Finding::new(code, place).column("school_id").value(group.value(2))
        };
        if group.count > 1 {
            told.push(found(FindingCode::OfficialRepeated).detail(group.count.to_string()));
        }
        if group.value(1) == "regional" && federal.contains(&(group.value(0), group.value(2))) {
            told.push(found(FindingCode::OfficialTwice).detail(group.value(0)));
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::{Places, orphans, repeated, twice_on_lists, unknown_on_lists, unregistered};
    use crate::base::Finding;
    use crate::tables::{OfficialList, ResultRow, School, Table};

    fn school(row: i32, year: i32, id: &str) -> School {
        School { year, school_id: id.into(), source_id: "1".into(), row, ..School::default() }
    }

    fn told(findings: &[Finding]) -> Vec<String> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        findings
            .iter()
            .map(|f| format!("{} {} {} {}", f.code.id(), f.place, text(&f.value), text(&f.detail)))
            .collect()
    }

    #[test]
    fn a_school_that_stands_twice_in_a_year_is_told_at_its_first_row() {
        let rows = [school(2, 2024, "1"), school(3, 2024, "2"), school(4, 2024, "1"), school(5, 2025, "2")];
        let found = repeated(&Places::of_one_sheet("A", "school_id"), &School::frame(rows.to_vec()).unwrap())
            .unwrap();
        assert_eq!(told(&found), ["V305 f.xlsx › S › A2 1 2"]);
    }

    #[test]
    fn a_branch_that_belongs_to_nobody_is_told_with_what_was_done() {
        let branch = |row, year, id: &str, parent: Option<&str>| School {
            kind: Some("branch".into()),
            parent: parent.map(str::to_owned),
            ..school(row, year, id)
        };
        let rows = vec![
            school(2, 2024, "1"),
            branch(3, 2024, "2", None),
            branch(4, 2025, "2", Some("1")),
            branch(5, 2024, "3", None),
            branch(6, 2024, "4", Some("77")),
        ];
        let found = orphans(&Places::of_one_sheet("A", "school_id"), &School::frame(rows).unwrap()).unwrap();
        assert_eq!(told(&found), ["V309 f.xlsx › S 2 2025", "V311 f.xlsx › S 3 ", "V311 f.xlsx › S 4 "]);
    }

    #[test]
    fn a_school_of_an_official_list_that_no_register_has_is_told_at_its_cell() {
        let listed = |row, year, id: &str| OfficialList {
            year,
            list: "federal".into(),
            school_id: id.into(),
            source_id: "1".into(),
            row,
            ..OfficialList::default()
        };
        let official =
            OfficialList::frame(vec![listed(5, 2024, "1"), listed(6, 2024, "7"), listed(3, 2025, "7")])
                .unwrap();
        let register = School::frame(vec![school(2, 2025, "1")]).unwrap();
        let found = unknown_on_lists(&Places::of_one_sheet("A", "school_id"), &official, &register).unwrap();
        assert_eq!(told(&found), ["V308 f.xlsx › S › A6 7 "]);
        let nobody = School::frame(vec![]).unwrap();
        assert!(
            unknown_on_lists(&Places::of_one_sheet("A", "school_id"), &official, &nobody).unwrap().is_empty(),
            "without a register"
        );
    }

    #[test]
    fn a_school_that_official_lists_name_twice_is_told_at_its_cell() {
        let listed = |row, year, list: &str, id: &str| OfficialList {
            year,
            list: list.into(),
            school_id: id.into(),
            source_id: "1".into(),
            row,
            ..OfficialList::default()
        };
        let rows = vec![
            listed(2, 2024, "federal", "1"),
            listed(3, 2024, "federal", "2"),
            listed(4, 2024, "federal", "1"),
            listed(5, 2024, "regional", "2"),
            listed(6, 2025, "regional", "1"),
            listed(7, 2024, "federal_bias", "2"),
        ];
        let official = OfficialList::frame(rows).unwrap();
        let found = twice_on_lists(&Places::of_one_sheet("A", "school_id"), &official).unwrap();
        assert_eq!(told(&found), ["V312 f.xlsx › S › A2 1 2", "V313 f.xlsx › S › A5 2 2024"]);
    }

    #[test]
    fn results_without_a_register_are_told_once_a_school_or_once_a_year() {
        let result = |row, year, id: &str| ResultRow {
            year,
            school_id: id.into(),
            source_id: "1".into(),
            row,
            ..ResultRow::default()
        };
        let results = vec![
            result(9, 2024, "1"),
            result(10, 2024, "3"),
            result(11, 2024, "3"),
            result(12, 2025, "1"),
            result(13, 2025, "3"),
        ];
        let schools = School::frame(vec![school(2, 2024, "1")]).unwrap();
        let found = unregistered(
            &Places::of_one_sheet("A", "school_id"),
            &ResultRow::frame(results).unwrap(),
            &schools,
        )
        .unwrap();
        assert_eq!(told(&found), ["V303 school 2025 school", "V301 f.xlsx › S › A10 3 2"]);
    }
}
