//! What Polars refuses, as causes that quote no value.

use polars::prelude::PolarsError;

use crate::base::Fault;

/// Names why Polars could not carry something out. Its own words may quote cells, so none of them is kept but the name
/// of a column that is not there.
#[must_use]
pub fn polars_refused(fault: Box<Fault>, error: &PolarsError) -> Box<Fault> {
    use PolarsError as P;
    match error {
        P::ColumnNotFound(name) => {
            let name = name.to_string();
            let plain = name.split(|c: char| !c.is_alphanumeric() && c != '_').find(|word| !word.is_empty());
            fault.with("name", plain.unwrap_or_default()).why("query-column")
        }
        P::Context { error, .. } => polars_refused(fault, error),
        P::SchemaMismatch(_) | P::SchemaFieldNotFound(_) | P::InvalidOperation(_) => fault.why("query-types"),
        P::Duplicate(_) => fault.why("query-twice"),
        P::SQLInterface(_) | P::SQLSyntax(_) => fault.why("query-sql"),
        P::ShapeMismatch(_) | P::OutOfBounds(_) => fault.why("query-shape"),
        _ => fault.why("query-failed"),
    }
}
