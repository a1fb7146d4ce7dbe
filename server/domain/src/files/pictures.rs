//! A picture says more than it shows: where it was taken, when, and with which device.
//! That is left out as the bytes of a JPEG or PNG pass through, in bounded memory: only
//! the way up is kept. Other files pass as they are.

use bytes::{Buf as _, Bytes, BytesMut};

const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
const EXIF: &[u8] = b"Exif\0\0";

/// What comes next in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// Its first bytes, which say what it is.
    Beginning,
    /// No picture that is known here, or a broken one: nothing is left out any more.
    Anything,
    /// A JPEG's marker with its segment.
    Segment,
    /// What is drawn of a JPEG, until the next marker.
    Drawn,
    /// A PNG's chunk: its length, its name, its bytes, its checksum.
    Chunk,
    /// So many bytes of a chunk; kept or left out.
    Rest {
        left: usize,
        is_kept: bool,
        is_last: bool,
    },
    /// Nothing: what stands behind the end of a picture is no part of it.
    Nothing,
}

/// Lets the bytes of one file through.
#[derive(Debug)]
pub(super) struct Cleaner {
    next: Next,
    held: BytesMut,
}

impl Cleaner {
    /// For a file that begins now.
    pub(super) fn new() -> Self {
        Self {
            next: Next::Beginning,
            held: BytesMut::new(),
        }
    }

    /// For a file that is kept as it is.
    pub(super) fn none() -> Self {
        Self {
            next: Next::Anything,
            held: BytesMut::new(),
        }
    }

    /// What may be kept of the next bytes. At most a segment, 64 KiB, is held back.
    pub(super) fn pass(&mut self, chunk: &[u8]) -> Bytes {
        self.held.extend_from_slice(chunk);
        let mut out = BytesMut::with_capacity(self.held.len());
        while !self.held.is_empty() && self.step(&mut out) {}
        out.freeze()
    }

    /// What is held back when the file ends; not where it breaks off within words about it.
    pub(super) fn end(&mut self) -> Bytes {
        let is_about = matches!(*self.held, [0xFF, 0xE1 | 0xED | 0xFE, ..]);
        if self.next == Next::Segment && is_about {
            self.held.clear();
        }
        self.held.split().freeze()
    }

    /// One step; false where more bytes are needed.
    fn step(&mut self, out: &mut BytesMut) -> bool {
        match self.next {
            Next::Beginning => self.begin(out),
            Next::Anything => {
                out.extend_from_slice(&self.held.split());
                true
            }
            Next::Segment => self.segment(out),
            Next::Drawn => self.drawn(out),
            Next::Chunk => self.chunk(),
            Next::Rest {
                left,
                is_kept,
                is_last,
            } => {
                let here = self.held.split_to(left.min(self.held.len()));
                if is_kept {
                    out.extend_from_slice(&here);
                }
                let left = left - here.len();
                self.next = match (left, is_last) {
                    (0, true) => Next::Nothing,
                    (0, false) => Next::Chunk,
                    _ => Next::Rest {
                        left,
                        is_kept,
                        is_last,
                    },
                };
                true
            }
            Next::Nothing => {
                self.held.clear();
                true
            }
        }
    }

    fn begin(&mut self, out: &mut BytesMut) -> bool {
        if self.held.starts_with(&[0xFF, 0xD8]) {
            self.keep(2, out);
            self.next = Next::Segment;
        } else if self.held.starts_with(&PNG) {
            self.keep(PNG.len(), out);
            self.next = Next::Chunk;
        } else if PNG.starts_with(&self.held) || *self.held == [0xFF] {
            return false;
        } else {
            self.next = Next::Anything;
        }
        true
    }

    fn keep(&mut self, bytes: usize, out: &mut BytesMut) {
        out.extend_from_slice(&self.held.split_to(bytes));
    }

    fn segment(&mut self, out: &mut BytesMut) -> bool {
        if self.held.len() < 2 {
            return false;
        }
        let (begin, marker) = (self.held[0], self.held[1]);
        match (begin, marker) {
            // Bytes that only fill.
            (0xFF, 0xFF) => self.held.advance(1),
            (0xFF, 0xD9) => {
                self.keep(2, out);
                self.next = Next::Nothing;
            }
            (0xFF, 0x01 | 0xD0..=0xD8) => self.keep(2, out),
            (0xFF, 0xC0..) => {
                if self.held.len() < 4 {
                    return false;
                }
                let length = 2 + usize::from(u16::from_be_bytes([self.held[2], self.held[3]]));
                if self.held.len() < length {
                    return false;
                }
                let whole = self.held.split_to(length.max(4));
                match marker {
                    // EXIF and XMP, IPTC, and a comment.
                    0xE1 => out.extend_from_slice(&way_up(&whole[4..])),
                    0xED | 0xFE => {}
                    _ => out.extend_from_slice(&whole),
                }
                if marker == 0xDA {
                    self.next = Next::Drawn;
                }
            }
            _ => self.next = Next::Anything,
        }
        true
    }

    fn drawn(&mut self, out: &mut BytesMut) -> bool {
        let marker = self
            .held
            .windows(2)
            .position(|two| two[0] == 0xFF && !matches!(two[1], 0x00 | 0xD0..=0xD7 | 0xFF));
        if let Some(at) = marker {
            self.keep(at, out);
            self.next = Next::Segment;
            return true;
        }
        // A marker may begin with the last byte.
        let sure = self.held.len() - usize::from(self.held.ends_with(&[0xFF]));
        self.keep(sure, out);
        false
    }

    fn chunk(&mut self) -> bool {
        if self.held.len() < 8 {
            return false;
        }
        let length = u32::from_be_bytes([self.held[0], self.held[1], self.held[2], self.held[3]]);
        let name = &self.held[4..8];
        let is_left_out = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"]
            .iter()
            .any(|about| *about == name);
        self.next = Next::Rest {
            left: usize::try_from(length)
                .unwrap_or(usize::MAX)
                .saturating_add(12),
            is_kept: !is_left_out,
            is_last: name == b"IEND",
        };
        true
    }
}

/// The way up of a picture as a segment of its own, if the EXIF data say one.
fn way_up(segment: &[u8]) -> Vec<u8> {
    let found = segment
        .strip_prefix(EXIF)
        .and_then(orientation)
        .filter(|up| (2..=8).contains(up));
    let Some(up) = found else {
        return Vec::new();
    };
    let mut kept = vec![0xFF, 0xE1, 0, 34];
    kept.extend_from_slice(EXIF);
    kept.extend_from_slice(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
    kept.extend_from_slice(&[0, up, 0, 0, 0, 0, 0, 0]);
    kept
}

/// The value of tag 0x0112 in the first directory of a TIFF.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let is_big = tiff.starts_with(b"MM");
    let short = |at: usize| {
        let two: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        })
    };
    let long: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = usize::try_from(if is_big {
        u32::from_be_bytes(long)
    } else {
        u32::from_le_bytes(long)
    })
    .ok()?;
    let entries = usize::from(short(first)?);
    (0..entries)
        .map(|entry| first.checked_add(2 + entry * 12))
        .find(|at| at.and_then(short) == Some(0x0112))
        .flatten()
        .and_then(|at| short(at.checked_add(8)?))
        .and_then(|up| u8::try_from(up).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What comes out of a file that comes in pieces of this size.
    fn cleaned(file: &[u8], piece: usize) -> Vec<u8> {
        let mut cleaner = Cleaner::new();
        let mut out = Vec::new();
        for part in file.chunks(piece.max(1)) {
            out.extend_from_slice(&cleaner.pass(part));
        }
        out.extend_from_slice(&cleaner.end());
        out
    }

    fn segment(marker: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len() + 2).expect("short").to_be_bytes();
        [&[0xFF, marker], &length[..], bytes].concat()
    }

    /// EXIF of a telephone: which way up, and where it was.
    fn exif(up: u8) -> Vec<u8> {
        let tags = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0";
        let gps = b"\0\0\0\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0GPS 51.5074 N";
        [EXIF, tags, &[up], gps].concat()
    }

    fn jpeg() -> Vec<u8> {
        [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0"),
            segment(0xE1, &exif(6)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<GPS/>"),
            segment(0xED, b"Photoshop GPS"),
            segment(0xFE, b"Comment GPS"),
            segment(0xDB, &[1; 64]),
            segment(0xDA, &[2; 8]),
            vec![5, 0xFF, 0x00, 6, 0xFF, 0xD3, 7],
            segment(0xC4, &[0xFF, 0xD9, 3]),
            segment(0xDA, &[2; 8]),
            vec![8, 0xFF, 0xD9],
            b"GPS behind the end".to_vec(),
        ]
        .concat()
    }

    #[test]
    fn a_photograph_keeps_its_way_up_and_loses_where_it_was_taken() {
        let whole = jpeg();
        let clean = cleaned(&whole, whole.len());
        assert!(!clean.windows(3).any(|word| word == b"GPS"));
        let kept = [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0"),
            way_up(&exif(6)),
            segment(0xDB, &[1; 64]),
            segment(0xDA, &[2; 8]),
            vec![5, 0xFF, 0x00, 6, 0xFF, 0xD3, 7],
            segment(0xC4, &[0xFF, 0xD9, 3]),
            segment(0xDA, &[2; 8]),
            vec![8, 0xFF, 0xD9],
        ]
        .concat();
        assert_eq!(clean, kept);
        assert_eq!(orientation(&way_up(&exif(6))[10..]), Some(6));
        assert_eq!(way_up(&exif(6)).len(), 36);
        assert!(way_up(&exif(1)).is_empty(), "upright needs no word");
    }

    #[test]
    fn a_drawing_loses_its_words_and_what_stands_behind_its_end() {
        let chunk = |name: &[u8; 4], bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).expect("short").to_be_bytes();
            [&length[..], name, bytes, &[9; 4]].concat()
        };
        let (head, drawn, end) = (
            chunk(b"IHDR", &[1; 13]),
            chunk(b"IDAT", &[4; 900]),
            chunk(b"IEND", b""),
        );
        let told = [
            chunk(b"tEXt", b"Author GPS"),
            chunk(b"eXIf", b"GPS"),
            chunk(b"iTXt", b"GPS"),
        ]
        .concat();
        let whole = [&PNG[..], &head, &told, &drawn, &end, b"GPS"].concat();
        let kept = [&PNG[..], &head, &drawn, &end].concat();
        for piece in [1, 7, 64, whole.len()] {
            assert_eq!(cleaned(&whole, piece), kept, "{piece}");
        }
    }

    proptest! {
        #[test]
        fn what_is_no_picture_passes_as_it_is(file: Vec<u8>, piece in 1_usize..300) {
            prop_assume!(!file.starts_with(&[0xFF, 0xD8]) && !file.starts_with(&PNG));
            prop_assert_eq!(cleaned(&file, piece), file);
        }

        #[test]
        fn however_a_picture_is_cut_the_same_comes_out(piece in 1_usize..300, end in 0_usize..400) {
            let whole = jpeg();
            let cut = &whole[..end.min(whole.len())];
            prop_assert_eq!(cleaned(cut, piece), cleaned(cut, cut.len()));
        }

        #[test]
        fn broken_pictures_do_no_harm(bytes: Vec<u8>, piece in 1_usize..300) {
            for begin in [&[0xFF, 0xD8][..], &PNG] {
                let file = [begin, &bytes].concat();
                prop_assert!(cleaned(&file, piece).len() <= file.len());
            }
        }
    }
}
