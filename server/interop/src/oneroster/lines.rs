//! The rows of one CSV file, numbered as a spreadsheet numbers them.
//!
//! The csv crate splits the cells; what it would accept without bound is watched
//! here, byte by byte, before it gets there: a row of many megabytes, a row of a
//! million cells, a quotation mark that is never closed and swallows the rest of
//! the file. The watch follows the same quoting rules as the crate, so that it
//! also knows which rows a spreadsheet shows empty and the crate leaves out.

use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};

use crate::archive::ArchiveError;

const LONGEST_ROW_BYTES: usize = 256 * 1024;
const MOST_CELLS: usize = 512;

/// Why a file's rows cannot be read on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LineError {
    #[error("This row is longer than any row of a roster can be.")]
    RowTooLong { row: u64 },
    #[error("This row has more cells than any row of a roster can have.")]
    TooManyCells { row: u64 },
    #[error("A quotation mark is opened in this row and never closed.")]
    OpenQuote { row: u64 },
    #[error(transparent)]
    Archive(ArchiveError),
}

impl LineError {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::RowTooLong { .. } => "row.too_long",
            Self::TooManyCells { .. } => "row.too_many_cells",
            Self::OpenQuote { .. } => "row.open_quote",
            Self::Archive(error) => error.code(),
        }
    }

    pub(crate) const fn row(&self) -> Option<u64> {
        match self {
            Self::RowTooLong { row } | Self::TooManyCells { row } | Self::OpenQuote { row } => {
                Some(*row)
            }
            Self::Archive(_) => None,
        }
    }
}

/// Reads rows one after another into one reused record.
pub(crate) struct Lines<R> {
    reader: csv::Reader<Watch<R>>,
    record: ByteRecord,
    next_index: u64,
}

impl<R: Read> Lines<R> {
    /// Skips a byte order mark, if there is one.
    pub(crate) fn new(bytes: R) -> Result<Self, LineError> {
        let watch = Watch::new(bytes).map_err(|error| line_error(&error))?;
        Ok(Self {
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .buffer_capacity(32 * 1024)
                .from_reader(watch),
            record: ByteRecord::new(),
            next_index: 0,
        })
    }

    /// The next row that is not blank, with its number.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &ByteRecord)>, LineError> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let row = self.reader.get_ref().row_of(self.next_index);
                self.next_index += 1;
                Ok(Some((row, &self.record)))
            }
            Err(error) => Err(match error.into_kind() {
                csv::ErrorKind::Io(error) => line_error(&error),
                _ => LineError::Archive(ArchiveError::Unreadable),
            }),
        }
    }
}

fn line_error(error: &io::Error) -> LineError {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<LineError>())
        .cloned()
        .unwrap_or_else(|| LineError::Archive(ArchiveError::from_io(error)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    RowStart,
    CellStart,
    InCell,
    InQuotes,
    QuoteInQuotes,
}

/// Passes bytes on and keeps count of what they mean.
struct Watch<R> {
    /// The first bytes, read to look for a byte order mark and not passed on yet.
    held: Vec<u8>,
    inner: R,
    place: Place,
    after_carriage_return: bool,
    row_bytes: usize,
    row_cells: usize,
    /// Rows begun so far that are not blank.
    begun: u64,
    blank: u64,
    /// (index of a row, blank rows before it), where that number grows.
    blanks_before: Vec<(u64, u64)>,
}

impl<R: Read> Watch<R> {
    fn new(mut inner: R) -> io::Result<Self> {
        let mut held = Vec::with_capacity(3);
        inner.by_ref().take(3).read_to_end(&mut held)?;
        if held == [0xEF, 0xBB, 0xBF] {
            held.clear();
        }
        Ok(Self {
            held,
            inner,
            place: Place::RowStart,
            after_carriage_return: false,
            row_bytes: 0,
            row_cells: 0,
            begun: 0,
            blank: 0,
            blanks_before: Vec::new(),
        })
    }

    /// The spreadsheet's number of the row with this index among the rows that are not blank.
    fn row_of(&self, index: u64) -> u64 {
        let steps = self
            .blanks_before
            .partition_point(|(from, _)| *from <= index);
        let blanks = steps.checked_sub(1).map_or(0, |i| self.blanks_before[i].1);
        index + 1 + blanks
    }

    fn current_row(&self) -> u64 {
        self.row_of(self.begun.saturating_sub(1))
    }

    fn see(&mut self, byte: u8) -> Result<(), LineError> {
        let is_second_of_line_break = self.after_carriage_return && byte == b'\n';
        self.after_carriage_return = false;
        let ends_row = matches!(byte, b'\n' | b'\r') && self.place != Place::InQuotes;
        if ends_row {
            self.after_carriage_return = byte == b'\r';
            if self.place == Place::RowStart && !is_second_of_line_break {
                self.blank += 1;
            }
            self.place = Place::RowStart;
            return Ok(());
        }
        if self.place == Place::RowStart {
            self.begin_row();
        }
        self.row_bytes += 1;
        self.place = match (self.place, byte) {
            (Place::InQuotes, b'"') => Place::QuoteInQuotes,
            (Place::InQuotes, _) | (Place::CellStart | Place::QuoteInQuotes, b'"') => {
                Place::InQuotes
            }
            (_, b',') => {
                self.row_cells += 1;
                Place::CellStart
            }
            _ => Place::InCell,
        };
        if self.row_bytes > LONGEST_ROW_BYTES {
            return Err(LineError::RowTooLong {
                row: self.current_row(),
            });
        }
        if self.row_cells >= MOST_CELLS {
            return Err(LineError::TooManyCells {
                row: self.current_row(),
            });
        }
        Ok(())
    }

    fn begin_row(&mut self) {
        if self.blanks_before.last().map_or(0, |(_, blanks)| *blanks) != self.blank {
            self.blanks_before.push((self.begun, self.blank));
        }
        self.begun += 1;
        self.place = Place::CellStart;
        self.row_bytes = 0;
        self.row_cells = 0;
    }
}

impl<R: Read> Read for Watch<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = if self.held.is_empty() {
            self.inner.read(buffer)?
        } else {
            let length = self.held.len().min(buffer.len());
            buffer[..length].copy_from_slice(&self.held[..length]);
            self.held.drain(..length);
            length
        };
        if read == 0 && !buffer.is_empty() && self.place == Place::InQuotes {
            let row = self.current_row();
            return Err(io::Error::other(LineError::OpenQuote { row }));
        }
        for byte in &buffer[..read] {
            self.see(*byte).map_err(io::Error::other)?;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, LineError> {
        let mut lines = Lines::new(bytes)?;
        let mut rows = Vec::new();
        while let Some((row, record)) = lines.next()? {
            let cells = record
                .iter()
                .map(|c| String::from_utf8_lossy(c).into_owned());
            rows.push((row, cells.collect()));
        }
        Ok(rows)
    }

    fn numbers(bytes: &[u8]) -> Vec<u64> {
        rows(bytes)
            .expect("readable")
            .iter()
            .map(|(row, _)| *row)
            .collect()
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        assert_eq!(numbers(b"h\na\nb"), [1, 2, 3]);
        assert_eq!(numbers(b"h\r\na\r\nb\r\n\r\n\r\n"), [1, 2, 3]);
        assert_eq!(numbers(b"\n\nh\n\na\n"), [3, 5]);
        assert_eq!(numbers(b"h\r\n\r\na\r\n"), [1, 3]);
        assert_eq!(numbers(b"h\n\"two\nlines\",x\nb\n"), [1, 2, 3]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_header() {
        let read = rows(b"\xEF\xBB\xBF\"h\",i\n").expect("readable");
        assert_eq!(read, [(1, vec!["h".to_owned(), "i".to_owned()])]);
        assert_eq!(numbers(b"h"), [1]);
        assert!(numbers(b"").is_empty());
    }

    #[test]
    fn a_quote_that_stays_open_is_found_in_its_row() {
        assert_eq!(
            rows(b"h\na\n\"b\nc\n"),
            Err(LineError::OpenQuote { row: 3 })
        );
    }

    #[test]
    fn an_endless_row_is_refused() {
        let long = [b"h\n".as_slice(), &vec![b'x'; LONGEST_ROW_BYTES + 1]].concat();
        assert_eq!(rows(&long), Err(LineError::RowTooLong { row: 2 }));
        let wide = [b"h\n".as_slice(), &[b','; MOST_CELLS]].concat();
        assert_eq!(rows(&wide), Err(LineError::TooManyCells { row: 2 }));
    }

    proptest! {
        #[test]
        fn the_watch_sees_as_many_rows_as_the_csv_reader(text in "[a,\"\r\n]{0,40}") {
            let mut lines = Lines::new(text.as_bytes()).expect("memory is readable");
            let mut count = 0;
            loop {
                match lines.next() {
                    Ok(Some(_)) => count += 1,
                    Ok(None) => break prop_assert_eq!(lines.reader.get_ref().begun, count),
                    Err(error) => break prop_assert!(
                        matches!(error, LineError::OpenQuote { .. }), "{:?}", error
                    ),
                }
            }
        }
    }
}
