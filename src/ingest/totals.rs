//! Printed totals that are not the sum of the tasks: is there a formula that leaves tasks out?

use std::collections::BTreeSet;

use crate::base::FindingCode;
use crate::ingest::desk::Desk;

/// So many rows say what the formula is.
const SAMPLE: usize = 4_000;
/// So many of them must agree.
const LEAST: usize = 5;

/// The rows of a sheet whose printed total is another one than that of their tasks.
#[derive(Default)]
pub(super) struct Totals {
    compared: u64,
    differ: u64,
    schools: BTreeSet<String>,
    /// What is missing in the printed total, and the points of the tasks in their order.
    rows: Vec<(f64, Vec<f64>)>,
}

impl Totals {
    /// A row with both totals. `points` are those of the tasks, a task without points as 0.
    pub(super) fn add(&mut self, printed: f64, tasks: f64, points: &[f64], school: &str) {
        self.compared += 1;
        if (printed - tasks).abs() <= 1e-9 {
            return;
        }
        self.differ += 1;
        self.schools.insert(school.to_owned());
        // A total of nothing is a form that was never computed: it says nothing about a formula.
        if self.rows.len() < SAMPLE && printed > 0.0 {
            self.rows.push((tasks - printed, points.to_vec()));
        }
    }

    /// Tells which tasks the formula of the printed total leaves out, where nine in ten of the wrong totals say so.
    pub(super) fn finish(self, desk: &mut Desk<'_>, names: &[&str], header: (u32, u32)) {
        let Some((first, last)) = left_out(&self.rows, names.len()) else { return };
        let name = |at: usize| names.get(at).copied().unwrap_or_default();
        let tasks =
            if first == last { name(first).to_owned() } else { format!("{}–{}", name(first), name(last)) };
        let place = desk.at(header.0, header.1);
        let counts = format!("{}/{}", self.differ, self.compared);
        let schools = self.schools.len();
        desk.push(FindingCode::TotalFormula, place, |f| {
            f.column("score_printed").value(tasks).detail(format!("{counts} · {schools}"))
        });
    }
}

/// The run of tasks that is missing in at least nine of ten totals; of equals the shortest, of those the last.
fn left_out(rows: &[(f64, Vec<f64>)], tasks: usize) -> Option<(usize, usize)> {
    if rows.len() < LEAST {
        return None;
    }
    // Sums of the first tasks, so that each run is one subtraction.
    let sums: Vec<(f64, Vec<f64>)> = rows
        .iter()
        .map(|(missing, points)| {
            let mut sum = 0.0;
            let running = points.iter().map(|value| {
                sum += value;
                sum
            });
            (*missing, std::iter::once(0.0).chain(running).collect())
        })
        .collect();
    let explained = |first: usize, last: usize| {
        sums.iter()
            .filter(|(missing, sums)| match (sums.get(first), sums.get(last + 1)) {
                (Some(before), Some(to)) => (to - before - missing).abs() < 1e-9,
                _ => false,
            })
            .count()
    };
    let runs = (0..tasks).flat_map(|last| (0..=last).map(move |first| (first, last)));
    let best = runs.max_by_key(|(first, last)| (explained(*first, *last), tasks - (last - first), *first))?;
    (explained(best.0, best.1) * 10 >= rows.len() * 9).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::left_out;

    #[test]
    fn a_formula_that_ends_too_early_is_seen_and_slips_are_none() {
        let row = |missing: f64, points: [f64; 4]| (missing, points.to_vec());
        let formula = [
            row(3.0, [1.0, 0.0, 1.0, 2.0]),
            row(1.0, [1.0, 1.0, 0.0, 1.0]),
            row(2.0, [0.0, 1.0, 2.0, 0.0]),
            row(4.0, [2.0, 2.0, 2.0, 2.0]),
            row(1.0, [2.0, 2.0, 1.0, 0.0]),
        ];
        assert_eq!(left_out(&formula, 4), Some((2, 3)));
        assert_eq!(left_out(formula.get(..4).unwrap_or_default(), 4), None, "too few");
        let slips: Vec<_> = formula.iter().map(|(missing, points)| (-missing, points.clone())).collect();
        assert_eq!(left_out(&slips, 4), None);
    }
}
