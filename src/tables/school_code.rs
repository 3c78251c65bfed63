//! `school_code` and `school_alias`: who is who over systems and years, and by whose decision.

use crate::tables::spec::table;

table! {
    /// A code of a school in a system, and the school that it is of in these years. A code that passes to another school has
    /// a row for each.
    SchoolCode "school_code" School sorted by ["system", "code", "from", "school_id"] {
        /// `fis_oko` (logins of VPR and of diagnostic works), `ris` (exams), `register`, `forms` (passports, lists, questionnaires).
        system: String;
        /// The code as it stands there: six digits, `ksh` before those of a correctional school.
        code: String;
        /// The school.
        school_id: String;
        /// The first year in which the code was seen for this school.
        from: i32, unit "year";
        /// The last year.
        to: i32, unit "year";
        /// The decision by which the code is this school's, as `file:line`, or `register` where the register ties both;
        /// missing where code and school are the same.
        decision: Option<String>;
        /// The sheet in which the code stands first.
        source_id: String;
        /// The row of that sheet, from 1.
        row: i32;
    }
}

table! {
    /// A decision of people on schools: who became whom. Written in a file of `data/identity`, applied to every table and year.
    SchoolAlias "school_alias" School sorted by ["from_year", "old_code", "new_code", "decision"] {
        /// The decision as `file:line`.
        decision: String;
        /// `rename`, `merge`, `split`, `municipality`; `apart` (two schools, not one), `closed` (no school took its place), `opened` (it
        /// was part of none).
        kind: String;
        /// The school before; of a split, the one of which the new one was a part. Missing where there is none.
        old_code: Option<String>;
        /// The school after; of a merger, the one of which the old one is a part. Missing where there is none.
        new_code: Option<String>;
        /// The first year of the new state.
        from_year: i32, unit "year";
        /// Who decided: a body or an office.
        decided_by: String;
        /// The day, as written: `2025-11-20`.
        decided_on: String;
        /// The document that it stands in.
        document: Option<String>;
        /// Why.
        reason: String;
        /// Rows of all tables that are another school's by this decision.
        rows: i64;
    }
}

table! {
    /// A change of a school that the registers of two years show: proposed, never made. What people decided on it stands
    /// beside it.
    SchoolCase "school_case" School sorted by ["from_year", "kind", "old_code", "new_code"] {
        /// The first year of the new state.
        from_year: i32, unit "year";
        /// `rename`, `merge`, `split`, `municipality`; `closed`, `opened` where nobody can be named who took the school in, or of
        /// whom it was a part.
        kind: String;
        /// The school before.
        old_code: Option<String>;
        /// The school after.
        new_code: Option<String>;
        /// The short name before.
        old_name: Option<String>;
        /// The short name after.
        new_name: Option<String>;
        /// The municipality before.
        old_municipality: Option<String>;
        /// The municipality after.
        new_municipality: Option<String>;
        /// What speaks for it: `code` (the code is the same), `inn` (so is the ИНН), `name` (the names are alike), `enrolment` (the
        /// numbers of pupils changed by about the size of the school), `parent` (one was a branch of the other).
        evidence: String;
        /// How sure it is among the schools that come into question, 0 to 1; 1 where the code is the same.
        probability: Option<f64>, unit "share";
        /// `decided`, or `open`: nobody has decided on it yet.
        state: String;
        /// The decision as `file:line`.
        decision: Option<String>;
        /// The sheet of the register with the newer row.
        source_id: String;
        /// The row of that sheet, from 1.
        row: i32;
    }
}
