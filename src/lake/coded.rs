//! Tables whose columns are numbers of short lists of values, straight as Parquet: rows by the million, of which nothing is
//! looked up, hashed or copied as text. Files of such tables are joined without being decoded.

use std::borrow::Cow;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, PageType, Type as Physical, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result as Written};
use parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};
use zstd::bulk::Compressor;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::lake::bits;
use crate::lake::parquet::{Writer, buffers};
use crate::tables::{Coded, MISSING, TableSpec, Words};

/// A Parquet file of a table, group of rows by group of rows.
pub struct CodedFile(Writer<'static>, Packer);

impl CodedFile {
    /// An empty file.
    ///
    /// # Errors
    /// `E101` where the writer refuses the table: a bug.
    pub fn new(spec: &'static TableSpec) -> Result<Self> {
        let packer = Packer::new().map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
        Writer::new(spec).map(|writer| Self(writer, packer))
    }

    /// Adds rows: the columns in the table's order, all of one length.
    ///
    /// # Errors
    /// `E101` where the columns are not those of the table: a bug.
    pub fn add(&mut self, group: &[Coded]) -> Result<()> {
        let place = Place::Table(self.0.spec.name.to_owned());
        add(&mut self.0, &mut self.1, group)
            .map_err(|error| Fault::new(FaultCode::Bug).at(place).because(error))
    }

    /// The file.
    ///
    /// # Errors
    /// `E101` where the writer cannot end it: a bug.
    pub fn finish(self) -> Result<Vec<u8>> {
        self.0.finish()
    }
}

fn add(out: &mut Writer<'_>, packer: &mut Packer, group: &[Coded]) -> Written<()> {
    let described = out.file.schema_descr().columns().to_vec();
    let mut rows = out.file.next_row_group()?;
    let mut bodies = Bodies::new();
    for (description, column) in described.iter().zip(group) {
        let (bytes, closed) = chunk(description, column, packer, &mut bodies)?;
        rows.append_column(&buffers(bytes)?, closed)?;
    }
    rows.close().map(|_| ())
}

/// Pages of numbers that are made already, for columns that share theirs: of which numbers, in how many bits, whether some may be
/// missing; the length, and the compressed page.
type Bodies = Vec<(Arc<Vec<u32>>, Option<u32>, bool, usize, Vec<u8>)>;

/// A column chunk: a page with the values, a page with the numbers.
fn chunk(
    column: &ColumnDescPtr,
    coded: &Coded,
    packer: &mut Packer,
    bodies: &mut Bodies,
) -> Written<(Vec<u8>, ColumnCloseResult)> {
    let mut out = TrackedWrite::new(Vec::new());
    let missing = coded.codes.iter().filter(|code| **code == MISSING).count();
    let (values, count, statistics) = plain(&coded.words, missing as u64);
    if values_differ(column, &coded.words) || (missing > 0 && column.max_def_level() == 0) {
        return Err(ParquetError::General(format!("{} holds other values", column.name())));
    }
    let is_flag = coded.words == Words::Flag;
    let has_dictionary = !is_flag && missing < coded.codes.len();
    let mut pages = SerializedPageWriter::new(&mut out);
    let mut sizes = (0_i64, 0_i64);
    let mut write = |page: Page, size: usize| -> Written<PageWriteSpec> {
        let spec = pages.write_page(CompressedPage::new(page, size))?;
        sizes.0 += i64::try_from(spec.compressed_size)?;
        sizes.1 += i64::try_from(spec.uncompressed_size)?;
        Ok(spec)
    };
    let mut encodings = vec![Encoding::RLE];
    let mut told = Vec::new();
    let mut dictionary = None;
    if has_dictionary {
        let buf = packer.packed(&values)?.into();
        let page =
            Page::DictionaryPage { buf, num_values: count, encoding: Encoding::PLAIN, is_sorted: false };
        dictionary = Some(i64::try_from(write(page, values.len())?.offset)?);
        encodings.push(Encoding::PLAIN);
        told.push(stats(PageType::DICTIONARY_PAGE, Encoding::PLAIN));
    }
    let encoding = if has_dictionary { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN };
    let width = if is_flag { None } else { Some(bits::width(count.saturating_sub(1))) };
    let is_optional = column.max_def_level() > 0;
    let known = bodies.iter().find(|(codes, bits, optional, ..)| {
        Arc::ptr_eq(codes, &coded.codes) && (*bits, *optional) == (width, is_optional)
    });
    let (size, body) = match known {
        Some((.., size, body)) => (*size, body.clone()),
        None => {
            let body = numbers(&coded.codes, width, is_optional);
            let (size, body) = (body.len(), packer.packed(&body)?);
            bodies.push((Arc::clone(&coded.codes), width, is_optional, size, body.clone()));
            (size, body)
        }
    };
    let page = Page::DataPage {
        buf: body.into(),
        num_values: u32::try_from(coded.codes.len())?,
        encoding,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    };
    let data = i64::try_from(write(page, size)?.offset)?;
    encodings.push(encoding);
    told.push(stats(PageType::DATA_PAGE, encoding));
    let rows = coded.codes.len() as u64;
    let metadata = ColumnChunkMetaData::builder(Arc::clone(column))
        .set_compression_codec(packer.compression().into())
        .set_encodings(encodings)
        .set_page_encoding_stats(told)
        .set_total_compressed_size(sizes.0)
        .set_total_uncompressed_size(sizes.1)
        .set_num_values(i64::try_from(rows)?)
        .set_data_page_offset(data)
        .set_dictionary_page_offset(dictionary)
        .set_statistics(statistics)
        .build()?;
    let bytes = out.into_inner()?;
    let closed = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: rows,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok((bytes, closed))
}

fn stats(page_type: PageType, encoding: Encoding) -> PageEncodingStats {
    PageEncodingStats { page_type, encoding, count: 1 }
}

fn values_differ(column: &ColumnDescriptor, words: &Words) -> bool {
    let physical = match words {
        Words::Int(_) => Physical::INT32,
        Words::Big(_) => Physical::INT64,
        Words::Flag => Physical::BOOLEAN,
        Words::Real(_) => Physical::DOUBLE,
        Words::Text(_) => Physical::BYTE_ARRAY,
    };
    column.physical_type() != physical
}

/// The values one behind the other, how many there are, and the least and the greatest.
fn plain(words: &Words, missing: u64) -> (Vec<u8>, u32, Statistics) {
    let missing = Some(missing);
    let count = |length: usize| u32::try_from(length).unwrap_or(MISSING);
    match words {
        Words::Int(values) => (
            values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            count(values.len()),
            Statistics::int32(
                values.iter().min().copied(),
                values.iter().max().copied(),
                None,
                missing,
                false,
            ),
        ),
        Words::Big(values) => (
            values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            count(values.len()),
            Statistics::int64(
                values.iter().min().copied(),
                values.iter().max().copied(),
                None,
                missing,
                false,
            ),
        ),
        Words::Flag => (Vec::new(), 2, Statistics::boolean(None, None, None, missing, false)),
        Words::Real(values) => (
            values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            count(values.len()),
            Statistics::double(
                values.iter().copied().reduce(f64::min),
                values.iter().copied().reduce(f64::max),
                None,
                missing,
                false,
            ),
        ),
        Words::Text(values) => {
            let mut bytes = Vec::new();
            for value in values {
                bytes.extend(count(value.len()).to_le_bytes());
                bytes.extend(value.as_bytes());
            }
            let array = |text: Option<&String>| text.map(|text| ByteArray::from(text.as_str()));
            let (least, most) = (array(values.iter().min()), array(values.iter().max()));
            (bytes, count(values.len()), Statistics::byte_array(least, most, None, missing, false))
        }
    }
}

/// The body of a page of numbers: which rows have one, where some may not; then the numbers, each in so many bits. Without a
/// width they are flags.
fn numbers(codes: &[u32], width: Option<u32>, is_optional: bool) -> Vec<u8> {
    let mut body = Vec::new();
    if is_optional {
        let levels: Vec<u32> = codes.iter().map(|code| u32::from(*code != MISSING)).collect();
        let mut bits = Vec::new();
        bits::hybrid(&levels, 1, &mut bits);
        body.extend(u32::try_from(bits.len()).unwrap_or_default().to_le_bytes());
        body.append(&mut bits);
    }
    let there = match codes.contains(&MISSING) {
        true => Cow::Owned(codes.iter().copied().filter(|code| *code != MISSING).collect::<Vec<u32>>()),
        false => Cow::Borrowed(codes),
    };
    match width {
        Some(width) if !there.is_empty() => {
            body.extend(width.to_le_bytes().first());
            bits::hybrid(&there, width, &mut body);
        }
        None => bits::flags(&there, &mut body),
        Some(_) => {}
    }
    body
}

/// Packs pages as [`properties`](crate::lake::parquet::properties) tells the crate to, with one workspace for all of them.
struct Packer {
    compressor: Compressor<'static>,
    level: ZstdLevel,
}

impl Packer {
    fn new() -> std::io::Result<Self> {
        let level = ZstdLevel::default();
        Ok(Self { compressor: Compressor::new(level.compression_level())?, level })
    }

    fn compression(&self) -> Compression {
        Compression::ZSTD(self.level)
    }

    fn packed(&mut self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        self.compressor.compress(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::{Coded, CodedFile, MISSING, Words};
    use crate::base::Result;
    use crate::lake::parquet::{Part, decode, join, rows};
    use crate::tables::{ItemScore, ResultRow, Table};

    fn encoded(groups: &[Vec<Coded>]) -> Result<Vec<u8>> {
        let mut file = CodedFile::new(ItemScore::SPEC)?;
        groups.iter().try_for_each(|group| file.add(group))?;
        file.finish()
    }

    fn coded(words: Words, codes: impl IntoIterator<Item = u32>) -> Coded {
        Coded { words, codes: Arc::new(codes.into_iter().collect()) }
    }

    /// Scores of pupils, as columns of numbers and as the same rows.
    fn group(source: &str, scores: &[(u8, Option<u8>)]) -> (Vec<Coded>, Vec<ItemScore>) {
        let texts = |texts: &[&str]| Words::Text(texts.iter().map(ToString::to_string).collect());
        let slots: Vec<u32> = scores.iter().map(|(slot, _)| u32::from(slot % 3)).collect();
        let at = |slot: u32| ["A", "B", "ЯЯ"][slot as usize];
        let states = scores.iter().map(|(_, score)| u32::from(score.is_none()));
        let columns = vec![
            coded(texts(&[source]), scores.iter().map(|_| 0)),
            coded(Words::Int((0..scores.len() as i32).collect()), 0..scores.len() as u32),
            coded(texts(&["A", "B", "ЯЯ"]), slots.clone()),
            coded(Words::Int(vec![1, 2, 3]), slots.clone()),
            coded(texts(&["", "7.1", "4К1"]), slots.clone()),
            coded(
                Words::Real((0..=255).map(f64::from).collect()),
                scores.iter().map(|(_, score)| score.map_or(MISSING, u32::from)),
            ),
            coded(Words::Real(vec![]), scores.iter().map(|_| MISSING)),
            coded(texts(&["scored", "not_attempted"]), states),
        ];
        let row = |(row, (slot, score)): (usize, (&u32, &(u8, Option<u8>)))| ItemScore {
            source_id: source.to_owned(),
            row: row as i32,
            column: at(*slot).to_owned(),
            position: *slot as i32 + 1,
            item: ["", "7.1", "4К1"][*slot as usize].to_owned(),
            score: score.1.map(f64::from),
            max: None,
            state: if score.1.is_some() { "scored" } else { "not_attempted" }.to_owned(),
        };
        (columns, slots.iter().zip(scores).enumerate().map(row).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn what_is_coded_comes_back_as_rows_and_joined_files_as_all_their_rows(
            first in prop::collection::vec((any::<u8>(), prop::option::of(0_u8..4)), 1..200),
            second in prop::collection::vec((Just(1_u8), prop::option::weighted(0.9, Just(2))), 1..60),
        ) {
            let ((a, mut expected), (b, more)) = (group("s1", &first), group("s2", &second));
            let file = encoded(&[a.clone(), b.clone()]).unwrap();
            expected.extend(more);
            let expected = ItemScore::frame(expected).unwrap();
            prop_assert!(decode(ItemScore::SPEC, &file, None).unwrap().equals_missing(&expected));
            prop_assert_eq!(rows(ItemScore::SPEC, file.clone()).unwrap(), expected.height());
            let alone = [a, b].map(|group| encoded(&[group]).unwrap());
            for (smallest, as_frame) in [(1, None), (50, None), (100_000, None), (50, Some(0)), (50, Some(1))] {
                let parts = alone.iter().enumerate().map(|(at, file)| match as_frame {
                    Some(frame) if frame == at => decode(ItemScore::SPEC, file, None).map(Part::Frame),
                    _ => Ok(Part::File(file.clone())),
                });
                let (joined, count) = join(ItemScore::SPEC, parts, smallest).unwrap();
                prop_assert!(decode(ItemScore::SPEC, &joined, None).unwrap().equals_missing(&expected));
                prop_assert_eq!(count as usize, expected.height());
            }
        }
    }

    #[test]
    fn every_kind_of_column_comes_back() {
        let row = |row: i32| ResultRow {
            year: 2024,
            wave: (row % 3 > 0).then(|| "spring".to_owned()),
            school_id: format!("{}", row / 10),
            score_printed: (row % 7 > 0).then(|| f64::from(row % 11) / 2.0),
            mark: (row % 5 > 0).then_some(2 + row % 4),
            below_min: (row % 4 > 0).then_some(row % 2 == 0),
            repeat: row % 13 == 0,
            row,
            ..ResultRow::default()
        };
        for count in [1, 7, 8, 9, 1_000] {
            let rows = || (0..count).map(row).collect::<Vec<_>>();
            let mut file = CodedFile::new(ResultRow::SPEC).unwrap();
            file.add(&ResultRow::coded(rows())).unwrap();
            let found = decode(ResultRow::SPEC, &file.finish().unwrap(), None).unwrap();
            assert!(found.equals_missing(&ResultRow::frame(rows()).unwrap()), "{count}: {found:?}");
        }
    }

    #[test]
    fn columns_of_another_table_are_refused() {
        let (mut columns, _) = group("s1", &[(0, Some(1))]);
        columns.swap(0, 1);
        assert!(encoded(&[columns]).is_err());
        let (mut columns, _) = group("s1", &[(0, Some(1))]);
        columns[0].codes = Arc::new(vec![MISSING]);
        assert!(encoded(&[columns]).is_err());
    }
}
