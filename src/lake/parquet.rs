//! Tables as Parquet files. The same table gives the same bytes, with any number of threads.

use std::sync::Arc;

use arrow_schema::{DataType, Fields, Schema, SchemaRef};
use parquet::DecodeResult;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriter, ArrowWriterOptions,
    compute_leaves,
};
use parquet::arrow::push_decoder::{ParquetPushDecoderBuilder, PushBuffers};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaDataOptions, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use polars::prelude::{Column, DataFrame};
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Result};
use crate::lake::columns::{Gather, conform, frame, malformed, to_arrow, wanted};
use crate::lake::guard::{damaged, guarded};
use crate::lake::schema::{arrow_schema, table_metadata};
use crate::tables::{self, ColumnSpec, TableSpec};

/// Rows of a row group.
const GROUP_ROWS: usize = 1 << 20;

/// A table as a Parquet file (zstd), with labels, units and kinds of missing in its metadata.
///
/// # Errors
/// `E803` where the frame has not the declared columns, `E101` where the writer refuses them: a bug.
pub fn encode(spec: &TableSpec, table: &DataFrame) -> Result<Vec<u8>> {
    encode_parts(spec, [Ok(table.clone())])
}

/// As [`encode`], for a table that comes in parts, one below the other: only one part stands in memory at a time. A
/// part ends its row group.
///
/// # Errors
/// As [`encode`], and those of the parts.
pub fn encode_parts(spec: &TableSpec, parts: impl IntoIterator<Item = Result<DataFrame>>) -> Result<Vec<u8>> {
    let mut out = Writer::new(spec)?;
    for part in parts {
        out.add(&part?)?;
    }
    out.finish()
}

/// Rows of a table that wait to be written.
pub enum Part {
    /// As a frame.
    Frame(DataFrame),
    /// As a file of the table.
    File(Vec<u8>),
}

/// Parts of a table, one below the other, as one file and the number of its rows. Only one part stands in memory at a time. The row
/// groups of a file are taken over as they stand; parts of fewer rows than `smallest` are put together first, since a file holds
/// some thousands of groups at most.
///
/// # Errors
/// `E802` where the bytes of a file are no whole Parquet file, `E803` where a part has other columns; and those of the parts.
pub fn join(
    spec: &'static TableSpec,
    parts: impl IntoIterator<Item = Result<Part>>,
    smallest: usize,
) -> Result<(Vec<u8>, u64)> {
    let mut out = Writer::new(spec)?;
    let (mut few, mut waiting, mut count) = (Vec::new(), 0, 0_u64);
    let close = |out: &mut Writer<'_>, few: &mut Vec<DataFrame>| match std::mem::take(few).as_slice() {
        [] => Ok(()),
        [alone] => out.add(alone),
        several => out.add(&tables::concat(spec, several)?),
    };
    for part in parts {
        let rows = match part? {
            Part::Frame(frame) => {
                waiting += frame.height();
                let rows = frame.height();
                few.push(frame);
                rows
            }
            Part::File(bytes) => {
                let file = guarded(spec.name, || File::open(spec, bytes))?;
                if file.rows < smallest {
                    few.push(guarded(spec.name, || file.frame(&wanted(spec, None)?))?);
                    waiting += file.rows;
                } else {
                    close(&mut out, &mut few)?;
                    waiting = 0;
                    guarded(spec.name, || out.take_over(&file))?;
                }
                file.rows
            }
        };
        count += rows as u64;
        if waiting >= smallest {
            close(&mut out, &mut few)?;
            waiting = 0;
        }
    }
    close(&mut out, &mut few)?;
    Ok((out.finish()?, count))
}

fn bug(error: ParquetError) -> Box<Fault> {
    Fault::new(FaultCode::Bug).because(error)
}

/// A file that is being written.
pub(super) struct Writer<'s> {
    pub(super) spec: &'s TableSpec,
    schema: SchemaRef,
    pub(super) file: SerializedFileWriter<Vec<u8>>,
    factory: ArrowRowGroupWriterFactory,
}

impl<'s> Writer<'s> {
    pub(super) fn new(spec: &'s TableSpec) -> Result<Self> {
        let columns: Vec<&ColumnSpec> = spec.columns.iter().collect();
        let schema = arrow_schema(spec, &columns);
        let options = ArrowWriterOptions::new().with_properties(properties(spec));
        let (file, factory) = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options)
            .and_then(ArrowWriter::into_serialized_writer)
            .map_err(bug)?;
        Ok(Self { spec, schema, file, factory })
    }

    /// Adds the rows of a frame in groups of their own.
    fn add(&mut self, frame: &DataFrame) -> Result<()> {
        let frame = tables::conform(self.spec, frame)?;
        for start in (0..frame.height()).step_by(GROUP_ROWS) {
            let rows = frame.slice(i64::try_from(start).unwrap_or(i64::MAX), GROUP_ROWS);
            let number = self.file.flushed_row_groups().len();
            let writers = self.factory.create_column_writers(number).map_err(bug)?;
            let mut group = self.file.next_row_group().map_err(bug)?;
            for chunk in encode_group(self.spec, &self.schema, &rows, writers)? {
                chunk.append_to_row_group(&mut group).map_err(bug)?;
            }
            group.close().map_err(bug)?;
        }
        Ok(())
    }

    /// Adds the row groups of a file as they stand.
    fn take_over(&mut self, file: &File) -> Result<()> {
        let whole = |error: ParquetError| damaged(self.spec.name, error);
        // what pages are encoded in is copied as well, page by page
        let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
        let footer = ParquetMetaDataReader::new()
            .with_metadata_options(Some(options))
            .parse_and_finish(&file.buffers)
            .map_err(whole)?;
        for group in footer.row_groups() {
            let mut taken = self.file.next_row_group().map_err(whole)?;
            for chunk in group.columns() {
                let closed = ColumnCloseResult {
                    bytes_written: u64::try_from(chunk.compressed_size()).unwrap_or_default(),
                    rows_written: u64::try_from(group.num_rows()).unwrap_or_default(),
                    metadata: chunk.clone(),
                    bloom_filter: None,
                    column_index: None,
                    offset_index: None,
                };
                taken.append_column(&file.buffers, closed).map_err(whole)?;
            }
            taken.close().map_err(whole)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Vec<u8>> {
        self.file.into_inner().map_err(bug)
    }
}

/// Bytes as the crate reads them.
pub(super) fn buffers(bytes: Vec<u8>) -> std::result::Result<PushBuffers, ParquetError> {
    let length = bytes.len() as u64;
    let mut buffers = PushBuffers::new(length);
    buffers.push_range(0..length, bytes.into())?;
    Ok(buffers)
}

/// The columns of a row group, each in a thread of its own.
fn encode_group(
    spec: &TableSpec,
    schema: &SchemaRef,
    rows: &DataFrame,
    writers: Vec<ArrowColumnWriter>,
) -> Result<Vec<ArrowColumnChunk>> {
    (writers, spec.columns, schema.fields().as_ref(), rows.columns())
        .into_par_iter()
        .map(|(mut writer, column, field, values)| {
            let array = to_arrow(column, values.as_materialized_series())?;
            for leaf in compute_leaves(field, &array).map_err(bug)? {
                writer.write(&leaf).map_err(bug)?;
            }
            writer.close().map_err(bug)
        })
        .collect()
}

pub(super) fn properties(spec: &TableSpec) -> WriterProperties {
    let metadata = table_metadata(spec).into_iter().map(|(key, value)| KeyValue::new(key, value)).collect();
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("rsoko version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_key_value_metadata(Some(metadata))
        .build()
}

/// A table, or the columns of it that are named, out of a Parquet file. Columns that the table does not declare are
/// left alone; whole numbers of another width are taken where nothing is lost.
///
/// # Errors
/// `E802` where the bytes are no whole Parquet file, `E803` where a declared column is missing or has another type.
pub fn decode(spec: &'static TableSpec, bytes: &[u8], columns: Option<&[&str]>) -> Result<DataFrame> {
    decode_owned(spec, bytes.to_vec(), columns)
}

/// As [`decode`], without a copy of the bytes.
///
/// # Errors
/// As [`decode`].
pub fn decode_owned(spec: &'static TableSpec, bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<DataFrame> {
    let columns = wanted(spec, columns)?;
    guarded(spec.name, || File::open(spec, bytes)?.frame(&columns))
}

/// The number of rows, from the file's footer.
///
/// # Errors
/// `E802` where the bytes are no whole Parquet file.
pub fn rows(spec: &'static TableSpec, bytes: Vec<u8>) -> Result<usize> {
    guarded(spec.name, || File::open(spec, bytes).map(|file| file.rows))
}

/// The number of values of a column in a row group where all are missing. The decoder would look each of them up.
fn all_missing(group: &RowGroupMetaData, position: usize) -> Option<usize> {
    let chunk = group.columns().get(position)?;
    let missing = chunk.statistics()?.null_count_opt()?;
    let rows = u64::try_from(group.num_rows()).ok()?;
    (missing == rows).then_some(usize::try_from(rows).ok()?)
}

/// The columns of a file, texts as numbers of a dictionary where they are written so and the dictionary is short.
fn coded(metadata: &ArrowReaderMetadata) -> SchemaRef {
    let groups = metadata.metadata().row_groups();
    let is_coded = |position: usize| {
        groups.iter().all(|group| {
            group.columns().get(position).is_some_and(|chunk| {
                let pages = chunk.page_encoding_stats_mask();
                let is_numbers = pages.is_some_and(|pages| pages.is_only(Encoding::RLE_DICTIONARY));
                is_numbers
                    && chunk.uncompressed_size() < chunk.num_values().saturating_add(64).saturating_mul(4)
            })
        })
    };
    let fields =
        metadata.schema().fields().iter().enumerate().map(|(position, field)| match *field.data_type() {
            DataType::Utf8 if is_coded(position) => {
                let numbers = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
                Arc::new(field.as_ref().clone().with_data_type(numbers))
            }
            _ => Arc::clone(field),
        });
    Arc::new(Schema::new(fields.collect::<Fields>()))
}

/// A Parquet file in memory.
struct File {
    spec: &'static TableSpec,
    buffers: PushBuffers,
    metadata: ArrowReaderMetadata,
    rows: usize,
}

impl File {
    fn open(spec: &'static TableSpec, bytes: Vec<u8>) -> Result<Self> {
        let whole = |error: ParquetError| damaged(spec.name, error);
        let buffers = buffers(bytes).map_err(whole)?;
        let footer = ParquetMetaDataReader::new().parse_and_finish(&buffers).map_err(whole)?;
        let rows = usize::try_from(footer.file_metadata().num_rows()).unwrap_or_default();
        // Types follow from the file alone: a hint of another writer (dictionaries, long texts) changes nothing.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = ArrowReaderMetadata::try_new(Arc::new(footer), options).map_err(whole)?;
        let options = ArrowReaderOptions::new().with_schema(coded(&metadata));
        let metadata =
            ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).map_err(whole)?;
        Ok(Self { spec, buffers, metadata, rows })
    }

    fn frame(&self, columns: &[&ColumnSpec]) -> Result<DataFrame> {
        let columns =
            columns.par_iter().map(|column| self.column(column)).collect::<Result<Vec<Column>>>()?;
        frame(self.spec, self.rows, columns)
    }

    fn column(&self, column: &ColumnSpec) -> Result<Column> {
        let whole = |error: ParquetError| damaged(self.spec.name, error);
        let malformed = |why: &str| malformed(self.spec.name, column.name, why);
        let (position, field) = self
            .metadata
            .schema()
            .column_with_name(column.name)
            .ok_or_else(|| malformed("").why("column-missing"))?;
        let capacity = self.rows.min(GROUP_ROWS * 64);
        let mut values = Gather::new(column.name, field.data_type(), capacity)
            .ok_or_else(|| malformed(&format!("a column of type {}", field.data_type())))?;
        for (group, rows) in self.metadata.metadata().row_groups().iter().enumerate() {
            if let Some(count) = all_missing(rows, position) {
                values.push_missing(count);
                continue;
            }
            // a decoder a group: each has dictionaries of its own, and to join two costs more than all the rest
            let mut decoder = ParquetPushDecoderBuilder::new_with_metadata(self.metadata.clone())
                .with_projection(ProjectionMask::roots(self.metadata.parquet_schema(), [position]))
                .with_row_groups(vec![group])
                .with_batch_size(GROUP_ROWS)
                .with_buffers(self.buffers.clone())
                .build()
                .map_err(whole)?;
            loop {
                match decoder.try_decode().map_err(whole)? {
                    DecodeResult::Data(batch) => batch
                        .columns()
                        .first()
                        .and_then(|array| values.push(array.as_ref()))
                        .ok_or_else(|| malformed("a batch of another type"))?,
                    DecodeResult::Finished => break,
                    DecodeResult::NeedsData(_) => {
                        return Err(damaged(self.spec.name, "the file is cut off"));
                    }
                }
            }
        }
        conform(self.spec, column, values)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{decode, encode, rows};
    use crate::base::FaultCode;
    use crate::lake::ipc;
    use crate::tables::{FindingRow, Measure, Table};

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![Just(String::new()), "[а-яё A-Z0-9№«»]{0,40}", any::<String>()]
    }

    prop_compose! {
        fn measure()(
            year in any::<i32>(), row in any::<i32>(), texts in prop::collection::vec(text(), 7),
            numbers in prop::collection::vec(prop::option::of(any::<f64>().prop_filter("NaN is equal to nothing", |v| !v.is_nan())), 3),
        ) -> Measure {
            let t = |i: usize| texts[i].clone();
            Measure {
                year, row, period: t(0), school_id: t(1), measure: t(2), unit: t(3), status: t(4), source_id: t(5),
                column: t(6), numerator: numbers[0], denominator: numbers[1], value: numbers[2],
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn a_table_comes_back_as_it_was_and_always_as_the_same_bytes(rows in prop::collection::vec(measure(), 0..80)) {
            let table = Measure::frame(rows).unwrap();
            let bytes = encode(Measure::SPEC, &table).unwrap();
            prop_assert_eq!(&bytes, &encode(Measure::SPEC, &table).unwrap());
            prop_assert_eq!(super::rows(Measure::SPEC, bytes.clone()).unwrap(), table.height());
            prop_assert!(decode(Measure::SPEC, &bytes, None).unwrap().equals_missing(&table));
            let some = decode(Measure::SPEC, &bytes, Some(&["value", "year"])).unwrap();
            prop_assert!(some.equals_missing(&table.select(["year", "value"]).unwrap()));
            let stream = ipc::encode(Measure::SPEC, &table).unwrap();
            prop_assert!(ipc::decode(Measure::SPEC, &stream, None).unwrap().equals_missing(&table));
        }

        #[test]
        fn damaged_bytes_are_a_fault_or_a_table_and_never_a_panic(
            flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 1..4), cut in any::<prop::sample::Index>(),
        ) {
            let row = Measure { school_id: "123456".into(), value: Some(0.25), ..Measure::default() };
            let table = Measure::frame(vec![row; 50]).unwrap();
            for (mut bytes, is_parquet) in
                [(encode(Measure::SPEC, &table).unwrap(), true), (ipc::encode(Measure::SPEC, &table).unwrap(), false)]
            {
                for (place, bit) in &flips {
                    let place = place.index(bytes.len());
                    bytes[place] ^= 1 << bit;
                }
                let cut_off = &bytes[..cut.index(bytes.len())];
                for damaged in [&bytes[..], cut_off] {
                    let read = if is_parquet { decode } else { ipc::decode };
                    if let Err(fault) = read(Measure::SPEC, damaged, None) {
                        prop_assert!(matches!(fault.code, FaultCode::LakeDamaged | FaultCode::TableMalformed));
                    }
                }
            }
        }
    }

    #[test]
    fn a_file_of_another_table_is_told_by_its_missing_column() {
        let bytes = encode(FindingRow::SPEC, &FindingRow::frame(Vec::new()).unwrap()).unwrap();
        let fault = decode(Measure::SPEC, &bytes, None).unwrap_err();
        assert_eq!(fault.code, FaultCode::TableMalformed);
        assert_eq!(rows(FindingRow::SPEC, bytes).unwrap(), 0);
    }
}
