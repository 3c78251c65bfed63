//! Official lists beside ours, school by school, with the criterion that is nearest to turning our state.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Finding, FindingCode, Place, Result, Year};
use crate::tables::{ListComparison, ListEntry, OfficialList, Reason, Register, Table, ints, texts};

/// What an official list says of a school.
#[derive(Clone)]
struct Said {
    document: Option<String>,
    name: Option<String>,
    /// The sheet that says it.
    source_id: String,
}

/// The schools of an official list of a year.
type Official = BTreeMap<String, Said>;

/// Official lists by name and year.
type Lists = BTreeMap<String, BTreeMap<i32, Official>>;

/// The official list that is about something else.
const BIAS: &str = "federal_bias";

/// The lists of schools of either official list.
const EITHER: &str = "all_official";

/// The federal service's list.
const FEDERAL: &str = "federal";

/// What the region adds to it.
const REGIONAL: &str = "regional";

/// What stands beside our lists, and what was found.
#[derive(Default)]
pub(super) struct Compared {
    pub rows: Vec<ListComparison>,
    pub findings: Vec<Finding>,
}

/// Our list of results against each official list, and against both together. Of each official list the latest that is not later
/// than ours is taken, with its year: the federal service and the region do not name their lists in the same month as we do.
///
/// The region adds to the federal list what is not on it: beside the regional list stand its own schools, and of ours those that the
/// federal list leaves to the region. A school that a decision put on our list or took off it has its row, too.
pub(super) fn compare(
    official: &DataFrame,
    sources: &Sources,
    lists: &[String],
    entries: &[ListEntry],
    reasons: &[Reason],
    register: &Register,
) -> Result<Compared> {
    let known = read(official)?;
    let mut out = Compared::default();
    let mut told = BTreeSet::new();
    for list in lists {
        let ours: BTreeMap<&str, &ListEntry> = entries
            .iter()
            .filter(|entry| entry.list == *list)
            .map(|entry| (entry.school_id.as_str(), entry))
            .collect();
        let Some(year) = ours.values().map(|entry| entry.year).next() else { continue };
        for (name, years) in &known {
            // once, however many lists the pack has
            if told.insert((name, year)) {
                out.findings.extend(other_year(name, years, year, sources));
            }
        }
        let beside = beside(&known, year);
        let federal: BTreeSet<&str> = beside
            .get(FEDERAL)
            .into_iter()
            .flat_map(|(_, schools)| schools.keys().map(String::as_str))
            .collect();
        for (name, (of_year, theirs)) in &beside {
            let left = |school: &str| *name != REGIONAL || !federal.contains(school);
            let mut schools: BTreeSet<&str> = theirs.keys().map(String::as_str).collect();
            let ours_here =
                ours.values().filter(|entry| is_told(entry)).map(|entry| entry.school_id.as_str());
            schools.extend(ours_here.filter(|school| left(school)));
            for school in schools {
                let (entry, said) = (ours.get(school).copied(), theirs.get(school));
                let printed = said.and_then(|said| said.name.clone());
                let registered = register.school(school, Year(year)).map(|known| known.name_short.clone());
                out.rows.push(ListComparison {
                    official: (*name).to_owned(),
                    official_year: *of_year,
                    name: registered.or(printed),
                    ..row(list, year, school, entry, said, reasons)
                });
            }
        }
    }
    Ok(out)
}

/// The official lists that stand beside ours of a year, each with its own year, and both together.
fn beside(known: &Lists, year: i32) -> BTreeMap<&str, (i32, Official)> {
    let mut beside: BTreeMap<&str, (i32, Official)> = BTreeMap::new();
    for (name, years) in known {
        let Some((&of_year, schools)) = years.range(..=year).next_back() else { continue };
        beside.insert(name, (of_year, schools.clone()));
        let (latest, either) = beside.entry(EITHER).or_insert_with(|| (of_year, Official::new()));
        *latest = of_year.max(*latest);
        for (school, said) in schools {
            either.entry(school.clone()).or_insert_with(|| said.clone());
        }
    }
    beside
}

/// That an official list is of another year than ours, or only of later ones: at the file that it came in.
fn other_year(name: &str, years: &BTreeMap<i32, Official>, ours: i32, sources: &Sources) -> Option<Finding> {
    let (&latest, schools) = years.range(..=ours).next_back().or_else(|| years.iter().next())?;
    let files = schools.values().filter_map(|said| sources.get(&said.source_id));
    let place = files.min().map_or_else(|| Place::Table(OfficialList::SPEC.name.to_owned()), Place::of_sheet);
    let found = Finding::new(FindingCode::OfficialListOfOtherYear, place);
    (latest != ours).then(|| found.column(name).value(latest.to_string()).detail(ours.to_string()))
}

/// On our list, by the decision where there is one.
fn is_listed(entry: &ListEntry) -> bool {
    entry.decided.as_deref().unwrap_or(&entry.state) == "listed"
}

/// On our list, by the rule or by a decision: what a decision took off is told, not dropped.
fn is_told(entry: &ListEntry) -> bool {
    entry.state == "listed" || is_listed(entry)
}

/// Path and sheet of each source.
pub(super) type Sources = BTreeMap<String, (String, String)>;

/// Where the rows of `source` lie.
pub(super) fn sources(frame: &DataFrame) -> Result<Sources> {
    let ids = texts(frame, "source_id")?.into_iter();
    let places = texts(frame, "path")?.into_iter().zip(texts(frame, "sheet")?);
    Ok(ids
        .zip(places)
        .filter_map(|(id, (path, sheet))| Some((id?, (path?, sheet.unwrap_or_default()))))
        .collect())
}

fn read(frame: &DataFrame) -> Result<Lists> {
    let rows = ints(frame, "year")?.into_iter().zip(texts(frame, "list")?);
    let rows = rows
        .zip(texts(frame, "school_id")?)
        .zip(texts(frame, "document")?.into_iter().zip(texts(frame, "name")?))
        .zip(texts(frame, "source_id")?);
    let mut lists = Lists::new();
    for ((((year, list), school), (document, name)), source_id) in rows {
        let (Some(year), Some(list), Some(school)) = (year, list, school) else { continue };
        // biased results are no low results
        if list == BIAS {
            continue;
        }
        let schools = lists.entry(list).or_default().entry(year).or_default();
        let source_id = source_id.unwrap_or_default();
        schools.entry(school).or_insert(Said { document, name, source_id });
    }
    Ok(lists)
}

fn row(
    list: &str,
    year: i32,
    school: &str,
    entry: Option<&ListEntry>,
    theirs: Option<&Said>,
    reasons: &[Reason],
) -> ListComparison {
    let ours = entry.is_some_and(is_listed);
    let computed = entry.is_some_and(|entry| entry.state == "listed");
    // of criteria that would turn our state by themselves the one that fewest pupils would turn
    let own: Vec<&Reason> =
        reasons.iter().filter(|reason| reason.list == list && reason.school_id == school).collect();
    let needed = entry.map_or(0, |entry| entry.criteria_needed);
    let turning = turning_years(&own, needed, computed);
    let nearest = own
        .into_iter()
        .filter(|reason| reason.met == Some(computed) && turning.contains(&reason.criterion_year))
        .filter_map(|reason| Some((reason.distance_pupils?.abs(), reason)))
        .min_by_key(|(pupils, _)| *pupils)
        .map(|(_, reason)| reason);
    ListComparison {
        list: list.to_owned(),
        year,
        school_id: school.to_owned(),
        standing: match (ours, theirs.is_some()) {
            (true, true) => "both",
            (true, false) => "only_ours",
            (false, true) => "only_theirs",
            (false, false) => "neither",
        }
        .to_owned(),
        state: entry.map(|entry| entry.state.clone()),
        decided: entry.and_then(|entry| entry.decided.clone()),
        obstacle: entry.map_or_else(|| Some("unregistered".to_owned()), |entry| entry.obstacle.clone()),
        criteria_met: entry.map(|entry| entry.criteria_met),
        criteria_needed: entry.map(|entry| entry.criteria_needed),
        criterion: nearest.map(|reason| reason.criterion.clone()),
        criterion_year: nearest.map(|reason| reason.criterion_year),
        value: nearest.and_then(|reason| reason.value),
        threshold: nearest.map(|reason| reason.threshold),
        distance_pupils: nearest.and_then(|reason| reason.distance_pupils),
        document: theirs.and_then(|said| said.document.clone()),
        ..ListComparison::default()
    }
}

/// Years in which a single criterion would turn the state of a school, where so many are needed in each year: of a listed school
/// those without one to spare; of another the only year that lacks one, and lacks no more. All years where none are counted.
fn turning_years(reasons: &[&Reason], needed: i32, listed: bool) -> BTreeSet<i32> {
    let mut met: BTreeMap<i32, i32> = BTreeMap::new();
    for reason in reasons {
        if let Some(is_met) = reason.met {
            *met.entry(reason.criterion_year).or_default() += i32::from(is_met);
        }
    }
    let short = met.values().filter(|met| **met < needed).count();
    let turns = |met: i32| match (needed, listed) {
        (..=0, _) => true,
        (_, true) => met == needed,
        (_, false) => short == 1 && met == needed - 1,
    };
    met.into_iter().filter(|(_, met)| turns(*met)).map(|(year, _)| year).collect()
}

#[cfg(test)]
mod tests {
    use super::{Compared, compare, turning_years};
    use crate::tables::{ListEntry, OfficialList, Reason, Register, School, Table};

    #[test]
    fn a_criterion_is_named_where_it_alone_turns_the_state() {
        let reason =
            |year: i32, met: bool| Reason { criterion_year: year, met: Some(met), ..Reason::default() };
        let of = |marks: &[(i32, bool)], listed: bool| {
            let all: Vec<Reason> = marks.iter().map(|&(year, met)| reason(year, met)).collect();
            let all: Vec<&Reason> = all.iter().collect();
            turning_years(&all, 2, listed).into_iter().collect::<Vec<_>>()
        };
        let spare = [(2024, true), (2024, true), (2025, true), (2025, true), (2025, true)];
        assert_eq!(of(&spare, true), [2024], "2025 has one to spare");
        assert!(of(&spare[2..], true).is_empty());
        let lacking = [(2024, true), (2024, true), (2024, false), (2025, true), (2025, false)];
        assert_eq!(of(&lacking, false), [2025], "2024 has enough");
        assert!(of(&lacking[2..], false).is_empty(), "two years lack");
        assert!(of(&[(2025, false)], false).is_empty(), "two are lacking");
    }

    #[test]
    fn every_school_of_either_list_has_its_standing_and_its_nearest_criterion() {
        let entry = |school: &str, state: &str, decided: Option<&str>| ListEntry {
            list: "l".into(),
            year: 2025,
            school_id: school.into(),
            state: state.into(),
            decided: decided.map(str::to_owned),
            ..ListEntry::default()
        };
        let reason = |school: &str, criterion: &str, met: bool, pupils: i64| Reason {
            list: "l".into(),
            year: 2025,
            school_id: school.into(),
            criterion: criterion.into(),
            met: Some(met),
            distance_pupils: Some(pupils),
            ..Reason::default()
        };
        let entries = [
            entry("1", "listed", None),
            entry("2", "listed", None),
            entry("3", "not_listed", None),
            entry("4", "not_listed", Some("listed")),
            entry("5", "not_listed", None),
            entry("6", "listed", Some("not_listed")),
            entry("7", "listed", Some("not_listed")),
            entry("8", "listed", None),
        ];
        let reasons = [
            reason("3", "far", false, -9),
            reason("3", "near", false, -1),
            reason("3", "met", true, 1),
            reason("2", "sure", true, 6),
            reason("2", "close", true, 2),
        ];
        let official = |list: &str, school: &str| OfficialList {
            year: 2025,
            list: list.into(),
            school_id: school.into(),
            document: Some("Письмо № 1".into()),
            ..OfficialList::default()
        };
        let theirs = vec![
            official("federal", "1"),
            official("federal", "3"),
            official("federal", "6"),
            official("regional", "9"),
            official("regional", "8"),
            official("regional", "3"),
            OfficialList { year: 2024, ..official("federal", "5") },
            official("federal_bias", "3"),
        ];
        let compared = compare(
            &OfficialList::frame(theirs).unwrap(),
            &super::Sources::new(),
            &["l".into()],
            &entries,
            &reasons,
            &Register::default(),
        );
        let Compared { rows, findings } = compared.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        let of = |official: &str| -> Vec<(String, String, Option<String>)> {
            rows.iter()
                .filter(|row| row.official == official)
                .map(|row| (row.school_id.clone(), row.standing.clone(), row.criterion.clone()))
                .collect()
        };
        let line = |school: &str, standing: &str, criterion: Option<&str>| {
            (school.to_owned(), standing.to_owned(), criterion.map(str::to_owned))
        };
        assert_eq!(
            of("federal"),
            [
                line("1", "both", None),
                line("2", "only_ours", Some("close")),
                line("3", "only_theirs", Some("near")),
                line("4", "only_ours", None),
                line("6", "only_theirs", None),
                line("7", "neither", None),
                line("8", "only_ours", None),
            ]
        );
        assert_eq!(
            of("regional"),
            [
                line("2", "only_ours", Some("close")),
                line("3", "only_theirs", Some("near")),
                line("4", "only_ours", None),
                line("7", "neither", None),
                line("8", "both", None),
                line("9", "only_theirs", None),
            ],
            "1 and 6 are on the federal list, which the region adds to; 3 is on both"
        );
        let of_both = |school: &str| {
            let row = rows.iter().find(|row| row.official == "federal" && row.school_id == school).unwrap();
            (row.state.as_deref(), row.decided.as_deref())
        };
        assert_eq!(of_both("4"), (Some("not_listed"), Some("listed")));
        assert_eq!(of_both("7"), (Some("listed"), Some("not_listed")));
        assert_eq!(of("all_official").len(), 8);
        let unknown = rows.iter().find(|row| row.school_id == "9").unwrap();
        assert_eq!((unknown.state.clone(), unknown.document.as_deref()), (None, Some("Письмо № 1")));
        assert_eq!(unknown.obstacle.as_deref(), Some("unregistered"));
    }

    #[test]
    fn the_latest_official_list_that_is_not_later_stands_beside_ours_with_its_year() {
        let entries = [ListEntry {
            list: "l".into(),
            year: 2025,
            school_id: "1".into(),
            state: "listed".into(),
            ..ListEntry::default()
        }];
        let official = |year, list: &str, school: &str| OfficialList {
            year,
            list: list.into(),
            school_id: school.into(),
            name: Some(format!("Школа {school}")),
            source_id: if list == "federal" { "s" } else { "parquet" }.into(),
            ..OfficialList::default()
        };
        let theirs = vec![
            official(2022, "federal", "2"),
            official(2024, "federal", "9"),
            official(2026, "federal", "3"),
            official(2025, "regional", "4"),
            official(2026, "future", "5"),
        ];
        let school = |id: &str| School {
            year: 2025,
            school_id: id.into(),
            name_short: format!("СОШ № {id}"),
            ..School::default()
        };
        let register = Register::read(&School::frame(vec![school("1"), school("4")]).unwrap()).unwrap();
        let frame = OfficialList::frame(theirs).unwrap();
        let sources = [("s".to_owned(), ("data/письмо.xlsx".to_owned(), "Лист1".to_owned()))].into();
        let other = ListEntry { list: "m".into(), ..entries[0].clone() };
        let both = [entries[0].clone(), other];
        let Compared { rows, findings } =
            compare(&frame, &sources, &["l".into(), "m".into()], &both, &[], &register).unwrap();
        let said: Vec<_> = rows
            .iter()
            .filter(|row| row.list == "l")
            .map(|row| {
                let name = row.name.as_deref().unwrap_or_default();
                (row.official.as_str(), row.official_year, row.school_id.as_str(), name)
            })
            .collect();
        assert_eq!(
            said,
            [
                ("all_official", 2025, "1", "СОШ № 1"),
                ("all_official", 2025, "4", "СОШ № 4"),
                ("all_official", 2025, "9", "Школа 9"),
                ("federal", 2024, "1", "СОШ № 1"),
                ("federal", 2024, "9", "Школа 9"),
                ("regional", 2025, "1", "СОШ № 1"),
                ("regional", 2025, "4", "СОШ № 4"),
            ]
        );
        let told: Vec<_> = findings
            .iter()
            .map(|finding| (finding.column.as_deref(), finding.value.as_deref(), finding.detail.as_deref()))
            .collect();
        assert_eq!(
            told,
            [(Some("federal"), Some("2024"), Some("2025")), (Some("future"), Some("2026"), Some("2025"))],
            "once, though there are two lists"
        );
        let places: Vec<String> = findings.iter().map(|finding| finding.place.to_string()).collect();
        assert_eq!(places, ["data/письмо.xlsx › Лист1", "official_list"]);
    }
}
