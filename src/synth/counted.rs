//! Which tests an indicator of a pack counts: its own expression is asked.

use polars::prelude::IntoLazy;

use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::Indicator;
use crate::tables::{ResultRow, Table, ints};

/// Year, procedure, grade, subject and, for a ВПР, the wave.
pub(in crate::synth) type Kind<'a> = (Year, &'a str, i32, &'a str, Option<&'a str>);

/// Those of the tests in which a graduate of the main period, or a pupil of a ВПР, counts.
///
/// # Errors
/// `E305` where Polars does not know the expression.
pub(in crate::synth) fn counted_tests<'a>(
    indicator: &Indicator,
    kinds: &[Kind<'a>],
) -> Result<Vec<Kind<'a>>> {
    if indicator.table.name != ResultRow::SPEC.name {
        return Ok(Vec::new());
    }
    let rows: Vec<ResultRow> = (0..).zip(kinds).map(|(number, kind)| pupil(number, *kind)).collect();
    let bug = |error: polars::prelude::PolarsError| Fault::new(FaultCode::Bug).because(error);
    let counted = ResultRow::frame(rows)?.lazy().filter(indicator.rows()?).collect().map_err(bug)?;
    let numbers = ints(&counted, "row")?.into_iter().flatten();
    Ok(numbers.filter_map(|number| kinds.get(usize::try_from(number).ok()?).copied()).collect())
}

/// A pupil whom every criterion of the test counts. The truth of ЕГЭ in mathematics is that of the advanced level.
fn pupil(number: i32, (year, procedure, grade, subject, wave): Kind<'_>) -> ResultRow {
    let form = match (procedure, subject) {
        ("vpr", _) => None,
        ("ege", "ma") => Some("ege_profile"),
        (other, _) => Some(other),
    };
    ResultRow {
        year: year.0,
        wave: wave.map(str::to_owned),
        procedure: procedure.to_owned(),
        grade,
        subject: subject.to_owned(),
        form: form.map(str::to_owned),
        period: form.map(|_| "main".to_owned()),
        category: form.map(|_| "graduate".to_owned()),
        status: "present".to_owned(),
        row: number,
        ..ResultRow::default()
    }
}

#[cfg(test)]
mod tests {
    use super::counted_tests;
    use crate::base::Year;
    use crate::method::MethodPack;

    #[test]
    fn an_indicator_counts_its_own_test() {
        let text = include_str!("../../pipelines/methods/federal-847.toml");
        let pack = MethodPack::parse("pack", text).unwrap();
        let spring = Some("spring");
        let kinds = [
            (Year(2024), "ege", 11, "ma", None),
            (Year(2024), "oge", 9, "ma", None),
            (Year(2024), "vpr", 5, "ma", spring),
            (Year(2024), "vpr", 5, "ru", spring),
            (Year(2023), "vpr", 5, "ma", Some("autumn")),
        ];
        for (id, kind) in [
            ("low_share_ege_ma", 0),
            ("low_share_oge_ma", 1),
            ("low_share_vpr_ma5", 2),
            ("low_share_vpr_ru5", 3),
        ] {
            let counted = counted_tests(pack.indicator(id).unwrap(), &kinds).unwrap();
            assert_eq!(counted, [kinds[kind]], "{id}");
        }
    }
}
