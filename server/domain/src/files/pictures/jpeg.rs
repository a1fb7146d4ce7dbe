//! A JPEG: segments, each with a marker, and what is drawn between them. EXIF, XMP,
//! IPTC and comments are left out (ITU-T T.81, annex B).

use bytes::{Buf as _, BytesMut};

use super::tiff::{EXIF, only_way_up};
use super::{Step, keep};

/// Where in the file it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Jpeg {
    /// Before a marker with its segment.
    #[default]
    Segment,
    /// In what is drawn, until the next marker.
    Drawn,
    /// Behind its end: what stands there is no part of it.
    Behind,
}

impl Jpeg {
    pub(super) fn is(beginning: &[u8]) -> bool {
        beginning.starts_with(&[0xFF, 0xD8])
    }

    pub(super) fn step(&mut self, held: &mut BytesMut, out: &mut BytesMut) -> Step {
        match self {
            Self::Segment => self.segment(held, out),
            Self::Drawn => self.drawn(held, out),
            Self::Behind => {
                held.clear();
                Step::On
            }
        }
    }

    /// Lets go of a segment about the picture in which the file breaks off.
    pub(super) fn end(self, held: &mut BytesMut) {
        let is_about = matches!(**held, [0xFF, 0xE1 | 0xED | 0xFE, ..]);
        if self == Self::Segment && is_about {
            held.clear();
        }
    }

    fn segment(&mut self, held: &mut BytesMut, out: &mut BytesMut) -> Step {
        if held.len() < 2 {
            return Step::Wait;
        }
        let (begin, marker) = (held[0], held[1]);
        match (begin, marker) {
            // Bytes that only fill.
            (0xFF, 0xFF) => held.advance(1),
            (0xFF, 0xD9) => {
                keep(2, held, out);
                *self = Self::Behind;
            }
            (0xFF, 0x01 | 0xD0..=0xD8) => keep(2, held, out),
            (0xFF, 0xC0..) => {
                if held.len() < 4 {
                    return Step::Wait;
                }
                let length = 2 + usize::from(u16::from_be_bytes([held[2], held[3]]));
                if held.len() < length {
                    return Step::Wait;
                }
                let whole = held.split_to(length.max(4));
                match marker {
                    // EXIF and XMP, IPTC, and a comment.
                    0xE1 => out.extend_from_slice(&way_up(&whole[4..])),
                    0xED | 0xFE => {}
                    _ => out.extend_from_slice(&whole),
                }
                if marker == 0xDA {
                    *self = Self::Drawn;
                }
            }
            _ => return Step::Lost,
        }
        Step::On
    }

    fn drawn(&mut self, held: &mut BytesMut, out: &mut BytesMut) -> Step {
        let marker = held
            .windows(2)
            .position(|two| two[0] == 0xFF && !matches!(two[1], 0x00 | 0xD0..=0xD7 | 0xFF));
        if let Some(at) = marker {
            keep(at, held, out);
            *self = Self::Segment;
            return Step::On;
        }
        // A marker may begin with the last byte.
        let sure = held.len() - usize::from(held.ends_with(&[0xFF]));
        keep(sure, held, out);
        Step::Wait
    }
}

/// The way up of a picture as a segment of its own, if the EXIF data say one.
pub(super) fn way_up(segment: &[u8]) -> Vec<u8> {
    let Some(tiff) = segment.strip_prefix(EXIF).and_then(only_way_up) else {
        return Vec::new();
    };
    let mut kept = vec![0xFF, 0xE1, 0, 34];
    kept.extend_from_slice(EXIF);
    kept.extend_from_slice(&tiff);
    kept
}
