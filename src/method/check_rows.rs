//! The rows that an indicator counts: its own, or those of a part `[rows.NAME]` of the pack, which several indicators share.

use std::collections::BTreeMap;

use toml::Spanned;

use super::check::Proof;
use super::raw;
use super::sql::unknown;
use crate::base::{Fault, FaultCode};

/// What says which rows count, and for whom.
pub(super) struct Chosen<'r> {
    pub table: &'r Spanned<String>,
    pub filter: &'r Spanned<String>,
    pub applicable_where: Option<&'r Spanned<String>>,
    pub applicable_school: Option<&'r Spanned<String>>,
    pub min_n: &'r Spanned<i64>,
    pub excluded: &'r [raw::Excluded],
}

impl Proof<'_> {
    /// What the indicator says itself goes before what the shared rows say.
    pub(super) fn chosen<'r>(
        &mut self,
        raw: &'r raw::Indicator,
        shared: &'r BTreeMap<String, raw::Rows>,
    ) -> Option<Chosen<'r>> {
        let rows = match &raw.rows {
            None => None,
            Some(name) => {
                let found = shared.get(name.get_ref());
                if found.is_none() {
                    let known: Vec<&str> = shared.keys().map(String::as_str).collect();
                    self.complain(&name.span(), unknown("rows", name.get_ref(), &known));
                }
                Some(found?)
            }
        };
        let table = raw.table.as_ref().or(rows.and_then(|rows| rows.table.as_ref()));
        let filter = raw.filter.as_ref().or(rows.and_then(|rows| rows.filter.as_ref()));
        let min_n = raw.min_n.as_ref().or(rows.and_then(|rows| rows.min_n.as_ref()));
        let there = [("table", table.is_some()), ("where", filter.is_some()), ("min_n", min_n.is_some())];
        for (field, _) in there.into_iter().filter(|(_, is_there)| !is_there) {
            let fault = Fault::new(FaultCode::DeclarationUnreadable).with("name", field).why("toml-missing");
            self.complain(&raw.id.span(), fault);
        }
        let excluded = raw.excluded.as_ref().or(rows.and_then(|rows| rows.excluded.as_ref()));
        Some(Chosen {
            table: table?,
            filter: filter?,
            applicable_where: raw
                .applicable_where
                .as_ref()
                .or(rows.and_then(|rows| rows.applicable_where.as_ref())),
            applicable_school: raw
                .applicable_school
                .as_ref()
                .or(rows.and_then(|rows| rows.applicable_school.as_ref())),
            min_n: min_n?,
            excluded: excluded.map_or(&[][..], Vec::as_slice),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::base::{FaultCode, Place, Year};
    use crate::method::MethodPack;

    const PACK: &str = r#"id = "p"
version = "1"
title = { ru = "М", en = "M" }
basis = "—"
status = "experimental"
[rows.vpr]
table = "result"
where = "procedure = 'vpr' AND wave = 'spring' AND NOT repeat"
applicable_where = "grade = 5"
min_n = 10
excluded = [{ year = 2020, reason = { ru = "осень", en = "autumn" } }]
[[indicator]]
id = "low"
title = { ru = "Доля", en = "Share" }
rows = "vpr"
numerator = "SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)"
denominator = "COUNT(mark)"
better = "low"
[[indicator]]
id = "mark"
title = { ru = "Отметка", en = "Mark" }
rows = "vpr"
min_n = 5
excluded = []
kind = "mean"
value = "mark"
unit = "mark"
better = "high"
"#;

    #[test]
    fn indicators_share_rows_and_what_they_say_themselves_goes_first() {
        let pack = MethodPack::parse("p.toml", PACK).unwrap();
        let [low, mark] = pack.indicators.as_slice() else { panic!("two indicators") };
        assert_eq!(
            (low.filter.clone(), low.applicable.clone()),
            (mark.filter.clone(), mark.applicable.clone())
        );
        assert_eq!((low.min_n, mark.min_n), (10, 5));
        assert!(low.excludes(Year(2020)) && !mark.excludes(Year(2020)));
    }

    #[test]
    fn what_is_wrong_in_shared_rows_is_told_once_at_its_line() {
        for (from, to, code, line) in [
            ("rows = \"vpr\"", "rows = \"vrp\"", FaultCode::NameUnknown, 15),
            ("table = \"result\"\n", "\n", FaultCode::DeclarationUnreadable, 13),
            ("AND NOT repeat", "AND NOT repeet", FaultCode::NameUnknown, 8),
            ("min_n = 10", "min_n = 0", FaultCode::ValueInvalid, 10),
            ("table = \"result\"", "tables = \"result\"", FaultCode::DeclarationUnreadable, 7),
        ] {
            let complaints = MethodPack::check("p.toml", &PACK.replacen(from, to, 1)).unwrap_err();
            let first = complaints.first().unwrap();
            assert_eq!((first.code, &first.place), (code, &Place::Line("p.toml".into(), line)), "{to}");
            let same =
                complaints.iter().filter(|other| other.place == first.place && other.args == first.args);
            assert_eq!(same.count(), 1, "{to}");
        }
    }
}
