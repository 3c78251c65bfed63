//! Tests as they are sent in counts: `mark_count`, `journal_comparison`, `score_count`.

use crate::tables::spec::table;

table! {
    /// A group (a school, a municipality, the region, the whole sample) × test: how many had which mark.
    MarkCount "mark_count" School sorted by ["year", "procedure", "grade", "subject", "wave", "level", "entity", "source_id", "row"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// `spring`, `autumn`.
        wave: Option<String>, words ["spring", "autumn"];
        /// `vpr`, …
        procedure: String, words ["vpr", "oge", "ege", "gve", "diagnostic"];
        /// Grade.
        grade: i32, unit "grade", range (1, 12);
        /// `ru`, `ma`, …
        subject: String, words ["ru", "ma"];
        /// `sample`, `region`, `municipality`, `school`.
        level: String, words ["sample", "region", "municipality", "school"];
        /// Who: the school's id, the code of a municipality or a region, else its name.
        entity: String;
        /// The school, where the group is one.
        school_id: Option<String>;
        /// Schools in the group.
        schools: Option<i32>, unit "schools";
        /// Pupils in the group.
        participants: Option<i32>, unit "pupils";
        /// Pupils with mark 2, where the printed share leaves no doubt of it.
        n2: Option<i32>, unit "pupils";
        /// Mark 3.
        n3: Option<i32>, unit "pupils";
        /// Mark 4.
        n4: Option<i32>, unit "pupils";
        /// Mark 5.
        n5: Option<i32>, unit "pupils";
        /// Share of mark 2 as printed.
        share2: Option<f64>, unit "share";
        /// Share of mark 3 as printed.
        share3: Option<f64>, unit "share";
        /// Share of mark 4 as printed.
        share4: Option<f64>, unit "share";
        /// Share of mark 5 as printed.
        share5: Option<f64>, unit "share";
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
    }
}

table! {
    /// A group × test: how many marks lie below, at and above the journal's.
    JournalComparison "journal_comparison" School sorted by ["year", "procedure", "grade", "subject", "wave", "level", "entity", "source_id", "row"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// `spring`, `autumn`.
        wave: Option<String>, words ["spring", "autumn"];
        /// `vpr`, …
        procedure: String, words ["vpr", "oge", "ege", "gve", "diagnostic"];
        /// Grade.
        grade: i32, unit "grade", range (1, 12);
        /// `ru`, `ma`, …
        subject: String, words ["ru", "ma"];
        /// `sample`, `region`, `municipality`, `school`.
        level: String, words ["sample", "region", "municipality", "school"];
        /// Who: the school's id, the code of a municipality or a region, else its name.
        entity: String;
        /// The school, where the group is one.
        school_id: Option<String>;
        /// Pupils in the group.
        participants: Option<i32>, unit "pupils";
        /// Pupils whose mark is lower than the journal's.
        lowered: Option<i32>, unit "pupils";
        /// Pupils with the same mark.
        confirmed: Option<i32>, unit "pupils";
        /// Pupils whose mark is higher.
        raised: Option<i32>, unit "pupils";
        /// Their shares as printed.
        lowered_share: Option<f64>, unit "share";
        /// The same mark, as printed.
        confirmed_share: Option<f64>, unit "share";
        /// Higher, as printed.
        raised_share: Option<f64>, unit "share";
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
    }
}

table! {
    /// A group × test × primary score: how many had it.
    ScoreCount "score_count" School sorted by ["year", "procedure", "grade", "subject", "wave", "level", "entity", "score", "source_id", "row"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// `spring`, `autumn`.
        wave: Option<String>, words ["spring", "autumn"];
        /// `vpr`, …
        procedure: String, words ["vpr", "oge", "ege", "gve", "diagnostic"];
        /// Grade.
        grade: i32, unit "grade", range (1, 12);
        /// `ru`, `ma`, …
        subject: String, words ["ru", "ma"];
        /// `sample`, `region`, `municipality`, `school`.
        level: String, words ["sample", "region", "municipality", "school"];
        /// Who: the school's id, the code of a municipality or a region, else its name.
        entity: String;
        /// The school, where the group is one.
        school_id: Option<String>;
        /// Pupils in the group.
        participants: Option<i32>, unit "pupils";
        /// The primary score.
        score: i32, unit "points";
        /// Pupils who had it, where the printed share leaves no doubt of it.
        count: Option<i32>, unit "pupils";
        /// Their share as printed.
        share: Option<f64>, unit "share";
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
        /// Column letters.
        column: String;
    }
}
