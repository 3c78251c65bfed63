//! `catalog.json`: what every table and column of a run is, for people and tools without this program.

use serde_json::{Map, Value, json};

use crate::base::{Fault, FaultCode, Result};
use crate::lake::{column_label, null_means, table_label};
use crate::tables::{ColumnSpec, TableSpec};
use crate::text::{Lang, catalogue};

/// Tables that say what stands in files, whoever the schools are.
const AS_SENT: [&str; 4] = ["source", "source_column", "item_score", "school_alias"];

/// The catalogue of these tables with their rows. `decisions` on who is who, as `file:line`, changed the schools of rows: every
/// table that knows schools rests on them.
pub(super) fn catalog(tables: &[(&TableSpec, u64)], decisions: &[String]) -> Result<Vec<u8>> {
    let catalog = json!({
        "format": 1,
        "nulls": {
            "missing": texts(|lang| catalogue(lang).text("null-missing")),
            "by_state": texts(|lang| catalogue(lang).text("null-by_state")),
            "never": texts(|lang| catalogue(lang).text("null-never")),
        },
        "tables": tables.iter().map(|(spec, rows)| table(spec, *rows, decisions)).collect::<Vec<_>>(),
    });
    serde_json::to_vec_pretty(&catalog).map_err(|error| Fault::new(FaultCode::Bug).because(error))
}

fn table(spec: &TableSpec, rows: u64, decisions: &[String]) -> Value {
    let rests = if AS_SENT.contains(&spec.name) { &[] } else { decisions };
    json!({
        "name": spec.name,
        "file": format!("tables/{}.parquet", spec.name),
        "label": texts(|lang| table_label(spec, lang)),
        "sensitivity": spec.sensitivity.as_str(),
        "rows": rows,
        "key": spec.key,
        "rests_on": rests,
        "columns": spec.columns.iter().map(|c| column(spec, c)).collect::<Vec<_>>(),
    })
}

fn column(spec: &TableSpec, column: &ColumnSpec) -> Value {
    json!({
        "name": column.name,
        "type": column.kind,
        "label": texts(|lang| column_label(spec, column, lang)),
        "unit": column.unit,
        "null": null_means(spec, column),
    })
}

/// A text in each language.
fn texts(text: impl Fn(Lang) -> String) -> Value {
    Value::Object(Lang::ALL.iter().map(|&l| (l.code().to_owned(), text(l).into())).collect::<Map<_, _>>())
}
