//! `result`: a pupil × test.

use crate::tables::spec::table;

table! {
    /// One pupil in one test. Absentees are rows too: `status` says so.
    ResultRow "result" Pupil sorted by ["year", "procedure", "grade", "subject", "wave", "school_id", "source_id", "row"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// VPR: `spring`, or `autumn` (of the calendar year before), which may test another grade's programme. Exams have a
        /// `period`.
        wave: Option<String>, words ["spring", "autumn"];
        /// `vpr`, `oge`, `ege`, …
        procedure: String, words ["vpr", "oge", "ege", "gve", "diagnostic"];
        /// Grade; 9 and 11 for exams.
        grade: i32, unit "grade", range (1, 12);
        /// `ru`, `ma`, …
        subject: String, words ["ru", "ma"];
        /// The school.
        school_id: String;
        /// Class, as printed after normalisation (`7Б`).
        class: Option<String>;
        /// Pupil's code, unique within school × test.
        pupil_code: Option<String>;
        /// Variant of the test.
        variant: Option<String>;
        /// `f`, `m`.
        sex: Option<String>, words ["f", "m"];
        /// The total as printed.
        score_printed: Option<f64>, unit "points";
        /// The total recomputed from the tasks, where they were sent.
        score_tasks: Option<f64>, unit "points";
        /// The highest possible total.
        max_score: Option<f64>, unit "points";
        /// ЕГЭ test score, 0–100.
        test_score: Option<f64>, unit "points";
        /// Mark 2–5.
        mark: Option<i32>, unit "mark", range (2, 5);
        /// Mark in the journal for the previous term.
        journal_mark: Option<i32>, unit "mark", range (2, 5);
        /// Is the result below the minimum of its procedure and year (ОГЭ: mark 2; ЕГЭ: test score under the minimum)?
        below_min: Option<bool>;
        /// Exams: `oge`, `gve`, `ege_base`, `ege_profile`, `ege`.
        form: Option<String>, words ["oge", "gve", "ege", "ege_base", "ege_profile"];
        /// Exams: `main`, `reserve`, `september`.
        period: Option<String>, words ["main", "reserve", "september"];
        /// Exams: first attempt is 1.
        attempt: Option<i32>;
        /// `present`, `absent`, `removed`, `annulled`.
        status: String, words ["present", "absent", "removed", "annulled", "partial"];
        /// Exams: `graduate`, `past_graduate`, `spo`.
        category: Option<String>, words ["graduate", "past_graduate", "spo"];
        /// Does the row repeat an earlier one (in the order of the sheets and their rows) of the same test, school and
        /// pupil's code in every value, the tasks included? Who counts pupils leaves such rows out.
        repeat: bool;
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
    }
}
