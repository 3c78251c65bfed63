//! Tables as Arrow IPC streams: how the fenced child hands back what it read.

use std::io::Cursor;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::ArrowError;
use polars::prelude::DataFrame;

use crate::base::{Fault, FaultCode, Result};
use crate::lake::columns::{Gather, conform, frame, malformed, to_arrow, wanted};
use crate::lake::guard::{damaged, guarded};
use crate::lake::schema::arrow_schema;
use crate::tables::{self, ColumnSpec, TableSpec};

/// A table as an Arrow IPC stream.
///
/// # Errors
/// `E803` where the frame has not the declared columns, `E101` where the writer refuses them: a bug.
pub fn encode(spec: &TableSpec, table: &DataFrame) -> Result<Vec<u8>> {
    let bug = |error: ArrowError| Fault::new(FaultCode::Bug).because(error);
    let table = tables::conform(spec, table)?;
    let columns: Vec<&ColumnSpec> = spec.columns.iter().collect();
    let schema = arrow_schema(spec, &columns);
    let arrays = columns
        .iter()
        .zip(table.columns())
        .map(|(column, values)| to_arrow(column, values.as_materialized_series()))
        .collect::<Result<Vec<ArrayRef>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(table.height()));
    let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options).map_err(bug)?;
    let mut writer = StreamWriter::try_new(Vec::new(), &schema).map_err(bug)?;
    writer.write(&batch).and_then(|()| writer.finish()).map_err(bug)?;
    writer.into_inner().map_err(bug)
}

/// A table, or the columns of it that are named, out of an Arrow IPC stream.
///
/// # Errors
/// `E802` where the bytes are no whole stream, `E803` where a declared column is missing or has another type.
pub fn decode(spec: &'static TableSpec, bytes: &[u8], columns: Option<&[&str]>) -> Result<DataFrame> {
    let columns = wanted(spec, columns)?;
    guarded(spec.name, || gather(spec, bytes, &columns))
}

fn gather(spec: &TableSpec, bytes: &[u8], wanted: &[&ColumnSpec]) -> Result<DataFrame> {
    let whole = |error: ArrowError| damaged(spec.name, error);
    let batches = StreamReader::try_new(Cursor::new(bytes), None).map_err(whole)?;
    let schema = batches.schema();
    let mut gathered = Vec::with_capacity(wanted.len());
    for column in wanted {
        let malformed = |why: &str| malformed(spec.name, column.name, why);
        let (position, field) =
            schema.column_with_name(column.name).ok_or_else(|| malformed("no such column"))?;
        let values = Gather::new(column.name, field.data_type(), 0)
            .ok_or_else(|| malformed(&format!("a column of type {}", field.data_type())))?;
        gathered.push((position, *column, values));
    }
    let mut rows = 0;
    for batch in batches {
        let batch = batch.map_err(whole)?;
        rows += batch.num_rows();
        for (position, column, values) in &mut gathered {
            let array = batch.columns().get(*position);
            array
                .and_then(|array| values.push(array.as_ref()))
                .ok_or_else(|| malformed(spec.name, column.name, "a batch of another type"))?;
        }
    }
    let columns = gathered.into_iter().map(|(_, column, values)| conform(spec, column, values));
    frame(spec, rows, columns.collect::<Result<_>>()?)
}
