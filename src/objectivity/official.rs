//! The fourteen signs of the federal algorithm exactly as printed (handbook 2.2), traps included: the region holds the
//! school, the quantile is the normal one, small schools are not spared, ranks have no correction for ties, and the fence
//! for a rise is hardly ever reached. They stand beside our own signs, never instead of them.
//!
//! Sign 9 is printed as "Russian, grade 4" a second time and read as grade 5. Quartiles are those of a spreadsheet (type 7).

use std::collections::BTreeMap;

use crate::objectivity::kernels::{Moments, moments};
use crate::objectivity::region::{Cell, MARKS, Region, Sat, Test};
use crate::stats::sum;
use crate::tables::Marker;

/// The printed quantile.
const Z: f64 = 1.96;
/// Subjects that the signs are about.
const SUBJECTS: [&str; 2] = ["ru", "ma"];

/// A sign of a school: statistic, the bound that it is compared with, and whether it is a sign. `None` where undefined.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sign {
    pupils: i64,
    statistic: Option<f64>,
    bound: Option<f64>,
    flag: Option<bool>,
}

/// All rows of the set, and the region's index year by year.
pub(super) fn markers(region: &Region) -> Vec<Marker> {
    let mut rows = Vec::new();
    for sat in region.tests.iter().filter(|sat| SUBJECTS.contains(&sat.test.subject.as_str())) {
        if [4, 5].contains(&sat.test.grade) {
            means(region, sat, &mut rows);
            marks(region, sat, &mut rows);
        }
    }
    exams(region, &mut rows);
    jumps(region, &mut rows);
    let index = indices(&rows);
    rows.extend(index);
    rows
}

fn row(region: &Region, sat: &Sat, marker: &str, school: usize, sign: Sign) -> Marker {
    Marker {
        marker_set: "fioko_official".to_owned(),
        marker: marker.to_owned(),
        year: sat.test.year,
        wave: sat.test.wave.clone(),
        grade: sat.test.grade,
        subject: sat.test.subject.clone(),
        school_id: region.schools.get(school).cloned().unwrap_or_default(),
        participants: sign.pupils,
        statistic: sign.statistic,
        expected: sign.bound,
        unit: match marker {
            "official_mean" => "points",
            "official_marks" => "spearman",
            _ => "ratio",
        }
        .to_owned(),
        flag: sign.flag,
        ..Marker::default()
    }
}

/// The lower bound of the school's corridor against the upper bound of the region's. One pupil has no deviation.
fn above_corridor(own: Option<Moments>, alone: f64, region: &Moments) -> Sign {
    let upper = region.mean + Z * (region.variance / region.pupils).sqrt();
    match own {
        Some(own) => {
            let lower = own.mean - Z * (own.variance / own.pupils).sqrt();
            Sign {
                pupils: whole(own.pupils),
                statistic: Some(lower),
                bound: Some(upper),
                flag: Some(lower > upper),
            }
        }
        None => Sign { pupils: whole(alone), bound: Some(upper), ..Sign::default() },
    }
}

fn means(region: &Region, sat: &Sat, rows: &mut Vec<Marker>) {
    let Some(all) = moments(&sat.total().scores) else { return };
    for cell in &sat.cells {
        let pupils: u32 = cell.scores.iter().flatten().sum();
        if pupils > 0 {
            let sign = above_corridor(moments(&cell.scores), f64::from(pupils), &all);
            rows.push(row(region, sat, "official_mean", cell.school, sign));
        }
    }
}

fn exams(region: &Region, rows: &mut Vec<Marker>) {
    for exam in region.exams.iter().filter(|exam| SUBJECTS.contains(&exam.subject.as_str())) {
        let Some(all) = exam.scores else { continue };
        let sat = Sat {
            test: Test { year: exam.year, grade: 9, subject: exam.subject.clone(), wave: None },
            ..Sat::default()
        };
        for school in exam.schools.iter().filter(|school| school.scored > 0.0) {
            let sign = above_corridor(school.scores, school.scored, &all);
            rows.push(row(region, &sat, "official_mean", school.school, sign));
        }
    }
}

fn marks(region: &Region, sat: &Sat, rows: &mut Vec<Marker>) {
    for cell in &sat.cells {
        let sign = printed_spearman(cell);
        if sign.pupils > 0 {
            rows.push(row(region, sat, "official_marks", cell.school, sign));
        }
    }
}

/// 1 − 6 Σd² / (n (n² − 1)) over mean ranks, without a correction for ties; undefined for one pupil, and where all marks or all
/// scores are equal.
fn printed_spearman(cell: &Cell) -> Sign {
    let mut by_mark = [0_u32; MARKS];
    for by in &cell.scores {
        by_mark.iter_mut().zip(by).for_each(|(slot, count)| *slot += count);
    }
    let n: u32 = by_mark.iter().sum();
    let mark_ranks = ranks(&by_mark);
    let by_score: Vec<u32> = cell.scores.iter().map(|by| by.iter().take(MARKS).sum()).collect();
    let score_ranks = ranks(&by_score);
    let squares: Vec<f64> = cell
        .scores
        .iter()
        .zip(&score_ranks)
        .flat_map(|(by, score)| {
            by.iter()
                .zip(&mark_ranks)
                .map(move |(count, mark)| f64::from(*count) * (score - mark) * (score - mark))
        })
        .collect();
    let varied = |counts: &[u32]| counts.iter().filter(|count| **count > 0).count() > 1;
    let all = f64::from(n);
    let statistic = (varied(&by_mark) && varied(&by_score))
        .then(|| 1.0 - 6.0 * sum(&squares) / (all * (all * all - 1.0)));
    Sign { pupils: i64::from(n), statistic, bound: Some(0.0), flag: statistic.map(|r| r < 0.0) }
}

/// The mean rank of each group of equal values.
fn ranks(counts: &[u32]) -> Vec<f64> {
    let mut before = 0.0;
    counts
        .iter()
        .map(|&count| {
            let rank = before + (f64::from(count) + 1.0) / 2.0;
            before += f64::from(count);
            rank
        })
        .collect()
}

/// K of the cohort from grade 4 to 5 against the fences of three interquartile ranges over all schools.
fn jumps(region: &Region, rows: &mut Vec<Marker>) {
    for (before, after) in region.cohorts() {
        let (Some(first), Some(second)) = (region.tests.get(before), region.tests.get(after)) else {
            continue;
        };
        if first.test.grade != 4 || !SUBJECTS.contains(&first.test.subject.as_str()) {
            continue;
        }
        let share = |sat: &Sat, cell: &Cell| {
            let max = sat.max.filter(|max| *max > 0.0)?;
            mean(cell).map(|mean| mean / max)
        };
        let ratios: Vec<(usize, i64, f64)> = first
            .cells
            .iter()
            .filter_map(|cell| {
                let later = second.of(cell.school)?;
                let (s, t) = (share(first, cell)?, share(second, later)?);
                (t > 0.0).then(|| (cell.school, i64::from(later.participants()), s / t))
            })
            .collect();
        let mut sorted: Vec<f64> = ratios.iter().map(|ratio| ratio.2).collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(q1), Some(q3)) = (quartile(&sorted, 0.25), quartile(&sorted, 0.75)) else { continue };
        let (low, high) = (q1 - 3.0 * (q3 - q1), q3 + 3.0 * (q3 - q1));
        for (school, pupils, k) in ratios {
            let sign = |bound: f64, flag: bool| Sign {
                pupils,
                statistic: Some(k),
                bound: Some(bound),
                flag: Some(flag),
            };
            rows.push(row(region, second, "official_rise", school, sign(low, k < low)));
            rows.push(row(region, second, "official_drop", school, sign(high, k > high)));
        }
    }
}

fn mean(cell: &Cell) -> Option<f64> {
    let pupils: u32 = cell.scores.iter().flatten().sum();
    let points =
        cell.scores.iter().zip(0_u32..).map(|(by, score)| by.iter().sum::<u32>() * score).sum::<u32>();
    (pupils > 0).then(|| f64::from(points) / f64::from(pupils))
}

/// The quartile of sorted values as spreadsheets compute it (type 7 of Hyndman and Fan).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position among schools"
)]
fn quartile(sorted: &[f64], part: f64) -> Option<f64> {
    let at = part * sorted.len().checked_sub(1)? as f64;
    let low = sorted.get(at.floor() as usize)?;
    let high = sorted.get(at.ceil() as usize)?;
    Some(low + (high - low) * at.fract())
}

/// 100 less the percentage of schools with a sign or more, of those with any sign defined, by year.
fn indices(rows: &[Marker]) -> Vec<Marker> {
    let mut years: BTreeMap<i32, BTreeMap<&str, bool>> = BTreeMap::new();
    for row in rows {
        if let Some(flag) = row.flag {
            *years.entry(row.year).or_default().entry(&row.school_id).or_default() |= flag;
        }
    }
    let index = |(year, schools): (&i32, &BTreeMap<&str, bool>)| {
        let flagged = u32::try_from(schools.values().filter(|flag| **flag).count()).unwrap_or(u32::MAX);
        let all = u32::try_from(schools.len()).unwrap_or(u32::MAX);
        Marker {
            marker_set: "fioko_official".to_owned(),
            marker: "official_index".to_owned(),
            year: *year,
            school_id: "region".to_owned(),
            participants: i64::from(all),
            statistic: Some(100.0 - 100.0 * f64::from(flagged) / f64::from(all.max(1))),
            unit: "percent".to_owned(),
            ..Marker::default()
        }
    };
    years.iter().map(index).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number of pupils")]
fn whole(pupils: f64) -> i64 {
    pupils.round() as i64
}

#[cfg(test)]
mod tests {
    use super::{above_corridor, jumps, marks, means, printed_spearman, quartile};
    use crate::objectivity::kernels::moments;
    use crate::objectivity::region::{Cell, Region, Sat, Test};

    /// A school's pupils as (score, journal mark).
    fn cell(school: usize, pupils: &[(usize, usize)]) -> Cell {
        let mut cell = Cell { school, scores: vec![[0; 5]; 21], ..Cell::default() };
        for (score, journal) in pupils {
            cell.scores[*score][journal - 2] += 1;
        }
        cell
    }

    fn sat(grade: i32, year: i32, cells: Vec<Cell>) -> Sat {
        let test = Test { year, grade, subject: "ma".into(), wave: None };
        Sat { test, max: Some(20.0), cells, ..Sat::default() }
    }

    fn region(tests: Vec<Sat>) -> Region {
        Region { schools: (0..12).map(|i| format!("{i:02}")).collect(), tests, ..Region::default() }
    }

    #[test]
    fn the_corridor_cell_by_cell() {
        let high: Vec<(usize, usize)> = vec![(15, 4), (16, 4), (17, 5), (16, 4)];
        let low: Vec<(usize, usize)> = (4..14).map(|score| (score, 3)).collect();
        let schools = vec![cell(0, &high), cell(1, &low), cell(2, &[(20, 5)]), cell(3, &[(12, 3), (12, 4)])];
        let sat = sat(5, 2024, schools);
        let mut rows = Vec::new();
        means(&region(vec![sat.clone()]), &sat, &mut rows);
        // by hand: school 0: mean 16, s² = 2/3, m = 4: 16 − 1.96 · √(2/3) / 2
        let lower = 16.0 - 1.96 * (2.0_f64 / 3.0).sqrt() / 2.0;
        assert!((rows[0].statistic.unwrap() - lower).abs() < 1e-12);
        // the region holds all 17 pupils, the school among them
        let scores: Vec<f64> =
            high.iter().chain(&low).map(|p| p.0 as f64).chain([20.0, 12.0, 12.0]).collect();
        let n = scores.len() as f64;
        let mean = scores.iter().sum::<f64>() / n;
        let variance = scores.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        assert!((rows[0].expected.unwrap() - (mean + 1.96 * (variance / n).sqrt())).abs() < 1e-12);
        assert_eq!(
            rows.iter().map(|row| row.flag).collect::<Vec<_>>(),
            [Some(true), Some(false), None, Some(false)]
        );
        // s = 0: a corridor without width, defined
        assert!((rows[3].statistic.unwrap() - 12.0).abs() < 1e-15);
        let all = moments(&sat.total().scores).unwrap();
        assert_eq!(above_corridor(None, 1.0, &all).flag, None);
    }

    #[test]
    fn the_printed_correlation_misses_what_ties_hide() {
        // marks against scores, four pupils without ties: Σd² = 9 + 1 + 1 + 9 = 20, r = 1 − 120 / 60 = −1
        let falling = cell(0, &[(5, 5), (8, 4), (11, 3), (14, 2)]);
        let sign = printed_spearman(&falling);
        assert!((sign.statistic.unwrap() + 1.0).abs() < 1e-12 && sign.flag == Some(true));
        // 3 3 3 4 | scores 10 11 12 9: ranks 2 2 2 4 and 2 3 4 1, Σd² = 0 + 1 + 4 + 9 = 14: 1 − 84 / 60
        let tied = cell(0, &[(10, 3), (11, 3), (12, 3), (9, 4)]);
        assert!((printed_spearman(&tied).statistic.unwrap() + 0.4).abs() < 1e-12);
        // all marks equal, one pupil, no journal mark: undefined
        for pupils in [vec![(10, 4), (12, 4), (15, 4)], vec![(10, 4)], vec![(10, 6), (11, 6)]] {
            assert_eq!(printed_spearman(&cell(0, &pupils)).flag, None);
        }
        let sat = sat(4, 2024, vec![falling]);
        let mut rows = Vec::new();
        marks(&region(vec![sat.clone()]), &sat, &mut rows);
        assert_eq!((rows.len(), rows[0].flag), (1, Some(true)));
    }

    #[test]
    fn the_fences_of_a_jump() {
        assert_eq!(quartile(&[1.0, 2.0, 3.0, 4.0], 0.25), Some(1.75));
        // eleven schools with K = 1 + i / 100 and one that falls from 16 to 4
        let of = |score: usize, school: usize| cell(school, &[(score, 3), (score, 3)]);
        let first: Vec<Cell> = (0..12).map(|i| of(if i == 11 { 16 } else { 10 + i % 3 }, i)).collect();
        let second: Vec<Cell> = (0..12).map(|i| of(if i == 11 { 4 } else { 10 }, i)).collect();
        let mut rows = Vec::new();
        jumps(&region(vec![sat(4, 2023, first), sat(5, 2024, second)]), &mut rows);
        let flagged: Vec<(&str, &str)> = rows
            .iter()
            .filter(|row| row.flag == Some(true))
            .map(|row| (row.marker.as_str(), row.school_id.as_str()))
            .collect();
        assert_eq!(flagged, [("official_drop", "11")]);
        let drop = rows.iter().find(|row| row.school_id == "11" && row.marker == "official_drop").unwrap();
        assert!((drop.statistic.unwrap() - 4.0).abs() < 1e-12);
        assert_eq!(rows.len(), 24);
    }
}
