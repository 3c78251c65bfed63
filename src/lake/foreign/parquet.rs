//! A Parquet file of another program.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};
use arrow_schema::DataType;
use parquet::DecodeResult;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::push_decoder::{ParquetPushDecoderBuilder, PushBuffers};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;

use super::{ForeignTable, MISSING, TableRequest, TableTrouble};
use crate::lake::guard::guarded;
use crate::stats::formula::{Column, Columns};

pub(super) fn read(bytes: &[u8], request: &TableRequest) -> Result<ForeignTable, TableTrouble> {
    // the decoder panics on some damaged bytes
    guarded("", || Ok(decode(bytes, request)))
        .unwrap_or_else(|fault| Err(TableTrouble::Damaged(fault.detail.unwrap_or_default())))
}

fn decode(bytes: &[u8], request: &TableRequest) -> Result<ForeignTable, TableTrouble> {
    let whole = |error: ParquetError| TableTrouble::Damaged(error.to_string());
    let length = bytes.len() as u64;
    let mut buffers = PushBuffers::new(length);
    buffers.push_range(0..length, bytes.to_vec().into()).map_err(whole)?;
    let footer = ParquetMetaDataReader::new().parse_and_finish(&buffers).map_err(whole)?;
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = ArrowReaderMetadata::try_new(Arc::new(footer), options).map_err(whole)?;
    let fields = metadata.schema().fields().clone();
    let mut table = ForeignTable {
        names: fields.iter().map(|field| field.name().clone()).collect(),
        rows: usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or_default(),
        ..ForeignTable::default()
    };
    let mut columns = Columns::default();
    for (position, field) in fields.iter().enumerate().filter(|(_, f)| request.wanted.contains(f.name())) {
        let mut decoder = ParquetPushDecoderBuilder::new_with_metadata(metadata.clone())
            .with_projection(ProjectionMask::roots(metadata.parquet_schema(), [position]))
            .with_buffers(buffers.clone())
            .build()
            .map_err(whole)?;
        let mut arrays = Vec::new();
        loop {
            match decoder.try_decode().map_err(whole)? {
                DecodeResult::Data(batch) => arrays.extend(batch.columns().first().cloned()),
                DecodeResult::Finished => break,
                DecodeResult::NeedsData(_) => {
                    return Err(TableTrouble::Damaged("cut-off".to_owned()));
                }
            }
        }
        let kind = field.data_type();
        let column = column(&arrays)
            .ok_or_else(|| TableTrouble::Column { column: field.name().clone(), holds: kind.to_string() })?;
        columns.push(field.name().clone(), column);
    }
    table.columns = columns;
    Ok(table)
}

/// Arrays of one column as numbers or words; `None` for types that are neither.
fn column(arrays: &[ArrayRef]) -> Option<Column> {
    let first = arrays.first().map(|array| array.data_type().clone());
    if matches!(first, Some(DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)) {
        let mut words: Vec<Option<&str>> = Vec::new();
        for array in arrays {
            match array.data_type() {
                DataType::Utf8 => words.extend(array.as_string_opt::<i32>()?.iter()),
                DataType::LargeUtf8 => words.extend(array.as_string_opt::<i64>()?.iter()),
                _ => words.extend(array.as_string_view_opt()?.iter()),
            }
        }
        let present = |word: &&str| !word.trim().is_empty() && !MISSING.contains(word);
        let words: Vec<Option<&str>> = words.into_iter().map(|word| word.filter(present)).collect();
        return Some(Column::words(words));
    }
    let mut values = Vec::new();
    for array in arrays {
        numbers(array, &mut values)?;
    }
    Some(Column::Numbers(values))
}

fn numbers(array: &ArrayRef, values: &mut Vec<f64>) -> Option<()> {
    fn each<T: ArrowPrimitiveType>(
        array: &ArrayRef,
        values: &mut Vec<f64>,
        f: impl Fn(T::Native) -> f64,
    ) -> Option<()> {
        values.extend(array.as_primitive_opt::<T>()?.iter().map(|value| value.map_or(f64::NAN, &f)));
        Some(())
    }
    match array.data_type() {
        DataType::Int8 => each::<Int8Type>(array, values, f64::from),
        DataType::Int16 => each::<Int16Type>(array, values, f64::from),
        DataType::Int32 => each::<Int32Type>(array, values, f64::from),
        #[expect(clippy::cast_precision_loss, reason = "whole numbers beyond 2^53 are codes, not measures")]
        DataType::Int64 => each::<Int64Type>(array, values, |value| value as f64),
        DataType::UInt8 => each::<UInt8Type>(array, values, f64::from),
        DataType::UInt16 => each::<UInt16Type>(array, values, f64::from),
        DataType::UInt32 => each::<UInt32Type>(array, values, f64::from),
        #[expect(clippy::cast_precision_loss, reason = "whole numbers beyond 2^53 are codes, not measures")]
        DataType::UInt64 => each::<UInt64Type>(array, values, |value| value as f64),
        DataType::Float32 => each::<Float32Type>(array, values, f64::from),
        DataType::Float64 => each::<Float64Type>(array, values, |value| value),
        DataType::Boolean => {
            values.extend(
                array.as_boolean_opt()?.iter().map(|v| v.map_or(f64::NAN, |v| f64::from(u8::from(v)))),
            );
            Some(())
        }
        _ => None,
    }
}
