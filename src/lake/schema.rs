//! What a file tells other tools about its columns: labels in both languages, units, what a null means, who may see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};

use crate::lake::columns::arrow_type;
use crate::tables::{ColumnSpec, TableSpec};
use crate::text::{Lang, catalogue};

/// What a null of a column means: `never` where none can stand; `by_state` where the row's own column `state` or
/// `status` says which kind of absence it is (missing, not applicable, not assessable, absent, not attempted); `missing`
/// (should be there and is not) everywhere else.
#[must_use]
pub fn null_means(spec: &TableSpec, column: &ColumnSpec) -> &'static str {
    let has_state = spec.column("state").or_else(|| spec.column("status")).is_some();
    match (column.nullable, has_state) {
        (false, _) => "never",
        (true, true) => "by_state",
        (true, false) => "missing",
    }
}

/// The label of a table.
#[must_use]
pub fn table_label(spec: &TableSpec, lang: Lang) -> String {
    label(lang, &[format!("table-{}", spec.name)], spec.name)
}

/// The label of a column: its own in this table, else the one that it has everywhere.
#[must_use]
pub fn column_label(spec: &TableSpec, column: &ColumnSpec, lang: Lang) -> String {
    let keys = [format!("column-{}-{}", spec.name, column.name), format!("column-{}", column.name)];
    label(lang, &keys, column.name)
}

fn label(lang: Lang, keys: &[String], name: &str) -> String {
    let texts = catalogue(lang);
    keys.iter().find(|key| texts.has(key)).map_or_else(|| name.to_owned(), |key| texts.text(key))
}

/// What a file says about its table.
pub(super) fn table_metadata(spec: &TableSpec) -> BTreeMap<String, String> {
    let mut metadata = BTreeMap::from([
        ("table".to_owned(), spec.name.to_owned()),
        ("sensitivity".to_owned(), spec.sensitivity.as_str().to_owned()),
        ("key".to_owned(), spec.key.join(",")),
    ]);
    metadata.extend(Lang::ALL.map(|lang| (format!("label.{}", lang.code()), table_label(spec, lang))));
    metadata
}

/// The Arrow schema of a table, or of some of its columns.
pub(super) fn arrow_schema(spec: &TableSpec, columns: &[&ColumnSpec]) -> SchemaRef {
    let fields: Vec<Field> = columns
        .iter()
        .map(|column| {
            let mut metadata = BTreeMap::from([
                ("unit".to_owned(), column.unit.to_owned()),
                ("missing".to_owned(), null_means(spec, column).to_owned()),
                ("sensitivity".to_owned(), spec.sensitivity.as_str().to_owned()),
            ]);
            metadata.extend(
                Lang::ALL.map(|lang| (format!("label.{}", lang.code()), column_label(spec, column, lang))),
            );
            Field::new(column.name, arrow_type(column.kind), column.nullable).with_metadata(metadata)
        })
        .collect();
    Arc::new(Schema::new_with_metadata(fields, table_metadata(spec)))
}
