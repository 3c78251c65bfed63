//! `school`: the register.

use crate::tables::spec::table;

table! {
    /// A school in a year, as the register has it.
    School "school" School sorted by ["year", "school_id", "source_id", "row"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// `123456`, or `ksh123456` for a correctional school.
        school_id: String;
        /// Official short name.
        name_short: String;
        /// Official full name.
        name_full: Option<String>;
        /// Municipality, as the register spells it.
        municipality: String;
        /// ОКТМО of the municipality.
        oktmo: Option<String>;
        /// ИНН of the school.
        inn: Option<String>;
        /// For a branch: the school that it belongs to.
        parent: Option<String>;
        /// `general`, `basic`, `primary`, `lyceum`, `gymnasium`, `correctional`, `evening`, `boarding`, `branch`,
        /// `prison`.
        kind: Option<String>, words [
            "general", "basic", "primary", "lyceum", "gymnasium", "correctional", "evening", "boarding", "branch", "prison"
        ];
        /// `city`, `town`, `village`.
        locality: Option<String>, words ["city", "town", "village"];
        /// Pupils.
        enrolment: Option<i32>, unit "pupils";
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
    }
}
