//! The stage `courses`: how the results of a school went over the years, by a rule. No clusters: outcomes make no types here.
//!
//! Parameters: `results`, indicators with a direction each (1: a larger share is better, −1: a smaller one); `draws` of the shares
//! (400). The rule looks at the last three years of the run. In each a school has the mean of its indicators against the region
//! (robust standard deviations of log-odds, larger is better). In each draw of what the counts leave open the course is
//!
//! - `rising` or `falling`: the last year is at least 1 above or below the first, and the middle one at most ½ outside of them;
//! - `unstable`: the best and the worst year are at least 1 apart otherwise;
//! - else by the mean of the years: `steadily_low` below −½, `steadily_high` above ½, `steadily_middle` between.
//!
//! A school has the course that at least 80 % of the draws give; else it is `undecided`. Results of a year that are not known
//! leave it `not_assessable`.

use std::collections::BTreeSet;

use super::results::{COLUMNS, Results, offered, together};
use crate::base::{Result, Year};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::stats::mean;
use crate::tables::{OutcomeType, Register, Table};

/// The stage `courses`.
pub struct Courses;

const YEARS: usize = 3;
const CHANGE: f64 = 1.0;
const LEVEL: f64 = 0.5;
const SURE: f64 = 0.8;

/// Every course, in the order in which equal shares of draws are decided.
const ALL: [&str; 6] =
    ["steadily_low", "falling", "unstable_course", "rising", "steadily_high", "steadily_middle"];

impl Stage for Courses {
    fn kind(&self) -> &'static str {
        "courses"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        asked(declared).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("indicator_value", COLUMNS),
            Read::columns("school", Register::COLUMNS).or_empty(),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &["outcome_type"]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        vec!["method".to_owned()]
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let (named, draws) = asked(&input.declared)?;
        let values = input.table("indicator_value")?;
        let (wanted, odd) = offered(&input.declared, self.kind(), values, named)?;
        let findings = odd.into_iter().collect();
        if wanted.is_empty() {
            let tables = vec![("outcome_type", OutcomeType::frame(Vec::new())?)];
            return Ok(Output { tables, findings, ..Output::default() });
        }
        let results = Results::read(values, &wanted)?;
        let register = Register::read(input.table("school")?)?;
        let years: Vec<Year> = input.declared.years.iter().rev().take(YEARS).rev().copied().collect();
        let Some(last) = years.last().copied() else { return Ok(Output::default()) };
        let schools: Vec<String> =
            register.ids(last).into_iter().map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect();
        let of_year = |year: &Year| {
            let seed = input.seed.of(&year.to_string());
            together(&results.drawn(year.0, &schools, &wanted, draws, seed), schools.len())
        };
        let drawn: Vec<Vec<Option<Vec<f64>>>> = years.iter().map(of_year).collect();
        let row = |(at, school): (usize, &String)| {
            let known: Vec<&[f64]> = drawn.iter().filter_map(|year| year.get(at)?.as_deref()).collect();
            OutcomeType { year: last.0, school_id: school.clone(), ..course(&known) }
        };
        let rows = schools.iter().enumerate().map(row).collect();
        let tables = vec![("outcome_type", OutcomeType::frame(rows)?)];
        Ok(Output { tables, findings, ..Output::default() })
    }
}

fn asked(declared: &Declared<'_>) -> Result<(Vec<(String, i32)>, usize)> {
    let params = Params::of(declared.params, &["results", "draws"])?;
    Ok((params.directions("results", &[-1, 1])?, params.whole("draws", 400, 40..=100_000)?))
}

/// The course of one draw.
fn of_draw([first, middle, last]: [f64; YEARS]) -> &'static str {
    let (low, high) = (first.min(middle).min(last), first.max(middle).max(last));
    let within = middle >= first.min(last) - LEVEL && middle <= first.max(last) + LEVEL;
    match last - first {
        change if change >= CHANGE && within => "rising",
        change if change <= -CHANGE && within => "falling",
        _ if high - low >= CHANGE => "unstable_course",
        _ => match (first + middle + last) / 3.0 {
            level if level < -LEVEL => "steadily_low",
            level if level > LEVEL => "steadily_high",
            _ => "steadily_middle",
        },
    }
}

/// The course of a school from the draws of its years.
fn course(years: &[&[f64]]) -> OutcomeType {
    let years_known = i32::try_from(years.len()).unwrap_or(i32::MAX);
    let [first, middle, last] = years else {
        return OutcomeType { course: "not_assessable".to_owned(), years_known, ..OutcomeType::default() };
    };
    let draws = first.iter().zip(middle.iter()).zip(last.iter());
    let courses: Vec<&str> = draws.map(|((a, b), c)| of_draw([*a, *b, *c])).collect();
    let share = |course: &str| {
        let hits: Vec<f64> = courses.iter().map(|own| f64::from(u8::from(*own == course))).collect();
        mean(&hits).unwrap_or_default()
    };
    let shares = ALL.map(|course| (course, share(course)));
    let best = shares.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
    let mut changes: Vec<f64> = first.iter().zip(last.iter()).map(|(a, b)| b - a).collect();
    changes.sort_unstable_by(f64::total_cmp);
    let end = |per_mille: usize| changes.get(per_mille * changes.len().saturating_sub(1) / 1_000).copied();
    let (name, probability) = best.unwrap_or_default();
    OutcomeType {
        course: if probability >= SURE { name } else { "undecided" }.to_owned(),
        probability: Some(probability),
        first: mean(first),
        last: mean(last),
        change: mean(&changes),
        change_low: end(25),
        change_high: end(975),
        years_known,
        ..OutcomeType::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{course, of_draw};

    #[test]
    fn the_rule_by_examples() {
        for (years, want) in [
            ([-1.0, -0.8, -1.2], "steadily_low"),
            ([1.0, 0.8, 1.2], "steadily_high"),
            ([0.1, -0.3, 0.2], "steadily_middle"),
            ([-1.0, 0.1, 0.5], "rising"),
            ([0.5, 0.1, -1.0], "falling"),
            ([0.0, 1.5, 0.1], "unstable_course"),
            ([0.0, 2.0, 1.2], "unstable_course"),
        ] {
            assert_eq!(of_draw(years), want, "{years:?}");
        }
    }

    #[test]
    fn a_course_that_the_counts_leave_open_is_undecided() {
        let low = [-1.0; 100];
        assert_eq!(course(&[&low, &low, &low]).course, "steadily_low");
        let wide: Vec<f64> = (0..100).map(|i| f64::from(i % 10) / 2.5 - 2.8).collect();
        let open = course(&[&low, &wide, &low]);
        assert_eq!(open.course, "undecided");
        assert!(open.probability.unwrap() < 0.8 && open.change_low.is_some());
        let few = course(&[&low, &low]);
        assert_eq!((few.course.as_str(), few.years_known, few.probability), ("not_assessable", 2, None));
    }
}
