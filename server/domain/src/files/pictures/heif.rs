//! HEIC and AVIF: boxes, of which one, `meta`, tells where in the file each item lies.
//! Nothing can be left out without moving what it points to, so items of EXIF and XMP
//! are blanked where they stand. The way up is a property of its own there and stays
//! (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12, 6.5.10 and annex A.2).
//!
//! It works for files whose `meta` comes before their data, as cameras write them; of
//! another order nothing is blanked.

use std::ops::Range;

use bytes::BytesMut;

use super::{Step, blank, keep};

/// A longer `meta` is not read.
const MOST_META: usize = 1024 * 1024;
/// More places than this are not remembered.
const MOST_PLACES: usize = 1_000;

/// Where in the file it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Before a box.
    #[default]
    Box,
    /// Before a `meta` of so many bytes.
    Meta(usize),
    /// So many bytes of a box are still to come; kept or blanked.
    Rest { left: u64, is_kept: bool },
}

/// A picture of this kind as it is read.
#[derive(Debug, Default)]
pub(super) struct Heif {
    at: At,
    /// Bytes that went through.
    passed: u64,
    /// What is blanked, counted from the file's beginning; sorted.
    blanks: Vec<Range<u64>>,
}

impl Heif {
    pub(super) fn is(beginning: &[u8]) -> bool {
        const BRANDS: [&[u8]; 9] = [
            b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif",
        ];
        beginning.get(4..8) == Some(b"ftyp")
            && beginning
                .get(8..12)
                .is_some_and(|brand| BRANDS.contains(&brand))
    }

    pub(super) fn step(&mut self, held: &mut BytesMut, out: &mut BytesMut) -> Step {
        match self.at {
            At::Box => self.begin(held, out),
            At::Meta(length) => {
                if held.len() < length {
                    return Step::Wait;
                }
                let meta = held.split_to(length);
                let places = places(&meta).unwrap_or_default();
                self.blanks = places.in_file;
                let begin = out.len();
                out.extend_from_slice(&meta);
                for inside in places.in_meta {
                    if let Some(bytes) = out.get_mut(begin + inside.start..begin + inside.end) {
                        bytes.fill(0);
                    }
                }
                self.passed += length as u64;
                self.at = At::Box;
                Step::On
            }
            At::Rest { left, is_kept } => {
                let here = usize::try_from(left).unwrap_or(usize::MAX).min(held.len());
                if is_kept {
                    self.keep_between(here, held, out);
                } else {
                    blank(here, held, out);
                }
                self.passed += here as u64;
                self.at = match left - here as u64 {
                    0 => At::Box,
                    left => At::Rest { left, is_kept },
                };
                Step::On
            }
        }
    }

    /// Lets go of a `meta` in which the file breaks off.
    pub(super) fn end(&self, held: &mut BytesMut) {
        if matches!(self.at, At::Meta(_)) {
            held.clear();
        }
    }

    fn begin(&mut self, held: &mut BytesMut, out: &mut BytesMut) -> Step {
        let Some(first) = Head::of(held) else {
            return Step::Wait;
        };
        let length = first.length.unwrap_or(u64::MAX);
        if length < first.size as u64 {
            return Step::Lost;
        }
        match (&first.name, usize::try_from(length)) {
            (b"meta", Ok(length)) if length <= MOST_META => self.at = At::Meta(length),
            (name, _) => {
                let is_kept = name != b"uuid";
                self.at = At::Rest {
                    left: length - first.size as u64,
                    is_kept,
                };
                keep(first.size, held, out);
                self.passed += first.size as u64;
                if length == first.size as u64 {
                    self.at = At::Box;
                }
            }
        }
        Step::On
    }

    /// Moves bytes on, with zeros where something is to be blanked.
    fn keep_between(&self, bytes: usize, held: &mut BytesMut, out: &mut BytesMut) {
        let (begin, end) = (self.passed, self.passed + bytes as u64);
        let at = out.len();
        keep(bytes, held, out);
        for range in &self.blanks {
            let (from, to) = (range.start.max(begin), range.end.min(end));
            if from < to {
                let place = |of: u64| at + usize::try_from(of - begin).unwrap_or(bytes);
                out[place(from)..place(to)].fill(0);
            }
        }
    }
}

/// The first bytes of a box.
struct Head {
    name: [u8; 4],
    /// Of these bytes: 8 or 16.
    size: usize,
    /// Of the whole box; none where it lasts until the file's end.
    length: Option<u64>,
}

impl Head {
    /// None where more bytes are needed.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut read = Read(bytes);
        let short = read.number(4)?;
        let name = read.take(4)?.try_into().ok()?;
        let (size, length) = match short {
            0 => (8, None),
            1 => (16, Some(read.number(8)?)),
            length => (8, Some(length)),
        };
        Some(Self { name, size, length })
    }
}

/// What is to be blanked.
#[derive(Debug, Default)]
struct Places {
    /// Counted from the file's beginning.
    in_file: Vec<Range<u64>>,
    /// Counted from the beginning of `meta`.
    in_meta: Vec<Range<usize>>,
}

/// Where the items of EXIF and XMP lie. None where `meta` cannot be read.
fn places(meta: &[u8]) -> Option<Places> {
    // The head, then version and flags.
    let begin = Head::of(meta)?.size + 4;
    let mut about = Vec::new();
    let mut located = Vec::new();
    let mut data = 0..0;
    let mut at = begin;
    while let Some(rest) = meta.get(at..).filter(|rest| !rest.is_empty()) {
        let head = Head::of(rest)?;
        let length = usize::try_from(head.length.unwrap_or(rest.len() as u64)).ok()?;
        let inside = rest.get(head.size..length)?;
        match &head.name {
            b"iinf" => about = items_about(inside)?,
            b"iloc" => located = locations(inside)?,
            b"idat" => data = at + head.size..at + length,
            _ => {}
        }
        at += length.max(8);
    }
    let mut places = Places::default();
    for Location { item, way, extents } in located {
        if !about.contains(&item) {
            continue;
        }
        for extent in extents {
            match way {
                0 => places.in_file.push(extent),
                1 => {
                    let from = data
                        .start
                        .checked_add(usize::try_from(extent.start).ok()?)?;
                    let to = data.start.checked_add(usize::try_from(extent.end).ok()?)?;
                    places.in_meta.push(from.min(data.end)..to.min(data.end));
                }
                _ => {}
            }
        }
    }
    Some(places)
}

/// The ids of the items that are EXIF or XMP.
fn items_about(iinf: &[u8]) -> Option<Vec<u64>> {
    let mut read = Read(iinf);
    let version = read.version()?;
    let count = read.number(if version == 0 { 2 } else { 4 })?;
    let mut about = Vec::new();
    for _ in 0..count.min(MOST_PLACES as u64) {
        let head = Head::of(read.0)?;
        let entry = read.take(usize::try_from(head.length?).ok()?)?;
        let mut entry = Read(entry.get(head.size..)?);
        let version = entry.version()?;
        if &head.name != b"infe" || version < 2 {
            continue;
        }
        let item = entry.number(if version == 2 { 2 } else { 4 })?;
        entry.take(2)?;
        // XMP is an item of the type of its media type.
        if matches!(entry.take(4)?, b"Exif" | b"mime" | b"uri ") {
            about.push(item);
        }
    }
    Some(about)
}

/// An item and where it lies.
struct Location {
    item: u64,
    /// 0 in the file, 1 in `idat`.
    way: u64,
    extents: Vec<Range<u64>>,
}

fn locations(iloc: &[u8]) -> Option<Vec<Location>> {
    let mut read = Read(iloc);
    let version = read.version()?;
    let sizes = read.number(2)?;
    let size = |place: u32| usize::try_from((sizes >> place) & 0xF).ok();
    let (offsets, lengths, bases) = (size(12)?, size(8)?, size(4)?);
    let indexes = if version == 0 { 0 } else { size(0)? };
    let count = read.number(if version < 2 { 2 } else { 4 })?;
    let mut all = Vec::new();
    for _ in 0..count.min(MOST_PLACES as u64) {
        let item = read.number(if version < 2 { 2 } else { 4 })?;
        let way = if version == 0 {
            0
        } else {
            read.number(2)? & 0xF
        };
        read.take(2)?;
        let base = read.number(bases)?;
        let mut extents = Vec::new();
        for _ in 0..read.number(2)? {
            read.take(indexes)?;
            let offset = base.checked_add(read.number(offsets)?)?;
            let length = read.number(lengths)?;
            if extents.len() < MOST_PLACES {
                extents.push(offset..offset.saturating_add(length));
            }
        }
        all.push(Location { item, way, extents });
    }
    Some(all)
}

/// Bytes, read from the front.
struct Read<'a>(&'a [u8]);

impl<'a> Read<'a> {
    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of so many bytes, most important first; 0 of none.
    fn number(&mut self, bytes: usize) -> Option<u64> {
        let taken = self.take(bytes)?;
        (bytes <= 8).then(|| {
            taken
                .iter()
                .fold(0, |number, byte| (number << 8) | u64::from(*byte))
        })
    }

    /// The version of a full box; its flags are passed over.
    fn version(&mut self) -> Option<u64> {
        let version = self.number(1)?;
        self.take(3)?;
        Some(version)
    }
}
