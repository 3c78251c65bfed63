//! Tasks beside the tests that they belong to: `item_score` as a method pack sees it.

use std::sync::LazyLock;

use polars::prelude::{DataFrame, IntoLazy, JoinArgs, JoinType, LazyFrame, col};

use crate::tables::{ColumnSpec, ItemScore, ResultRow, Sensitivity, Table, TableSpec};

/// What tells the rows of one pupil's test, in both tables.
pub const WORK: [&str; 2] = ["source_id", "row"];

static COLUMNS: LazyLock<Vec<ColumnSpec>> = LazyLock::new(|| {
    let of_tests = ResultRow::SPEC.columns.iter().filter(|column| !WORK.contains(&column.name));
    ItemScore::SPEC.columns.iter().chain(of_tests).copied().collect()
});

/// One row is a pupil × task with the columns of its row of `result`. It goes by the name of `item_score`, and is never
/// written: a pack's expressions are checked against it, and [`tasks`] makes it.
pub static TASKS: LazyLock<TableSpec> = LazyLock::new(|| TableSpec {
    name: ItemScore::SPEC.name,
    sensitivity: Sensitivity::Pupil,
    columns: COLUMNS.as_slice(),
    key: ItemScore::SPEC.key,
});

/// The tasks with the tests that they belong to. Both frames have [`WORK`] and what else is needed of them.
pub fn tasks(items: &DataFrame, results: &DataFrame) -> LazyFrame {
    let work = || WORK.map(col).to_vec();
    items.clone().lazy().join(results.clone().lazy(), work(), work(), JoinArgs::new(JoinType::Inner))
}

#[cfg(test)]
mod tests {
    use super::{TASKS, tasks};
    use crate::tables::{ItemScore, ResultRow, Table, texts};

    #[test]
    fn a_task_stands_beside_its_test_and_no_other() {
        let item = |source: &str, row, item: &str| ItemScore {
            source_id: source.into(),
            row,
            item: item.into(),
            ..ItemScore::default()
        };
        let test = |source: &str, row, school: &str| ResultRow {
            source_id: source.into(),
            row,
            school_id: school.into(),
            ..ResultRow::default()
        };
        let items = vec![item("s1", 5, "1"), item("s1", 6, "1"), item("s2", 5, "7.1"), item("s3", 5, "1")];
        let tests = vec![test("s1", 5, "a"), test("s1", 6, "b"), test("s2", 5, "c")];
        let joined = tasks(&ItemScore::frame(items).unwrap(), &ResultRow::frame(tests).unwrap());
        let joined = joined.sort(["school_id"], Default::default()).collect().unwrap();
        let both = [texts(&joined, "school_id").unwrap(), texts(&joined, "item").unwrap()];
        let flat = both.map(|column| column.into_iter().flatten().collect::<Vec<_>>().join(" "));
        assert_eq!(flat, ["a b c", "1 1 7.1"], "a task without a test has no school");
        let columns: Vec<&str> = TASKS.columns.iter().map(|column| column.name).collect();
        assert!(columns.iter().all(|name| joined.column(name).is_ok()) && columns.len() == joined.width());
    }
}
