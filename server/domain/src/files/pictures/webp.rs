//! A WebP: a RIFF file whose head says how long it is, so that nothing can be left out
//! as it streams. EXIF and XMP are blanked where they stand (RFC 9649, 2.5 to 2.7).

use bytes::BytesMut;

use super::tiff::only_way_up;
use super::{Step, blank, keep};

/// EXIF data longer than this lose the way up as well.
const MOST_EXIF: usize = 256 * 1024;

/// Where in the file it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Webp {
    #[default]
    Head,
    /// Before a chunk.
    Chunk,
    /// Before EXIF data of so many bytes.
    Exif(usize),
    /// So many bytes of a chunk are still to come; kept or blanked.
    Rest { left: usize, is_kept: bool },
}

impl Webp {
    pub(super) fn is(beginning: &[u8]) -> bool {
        beginning.starts_with(b"RIFF") && beginning.get(8..12) == Some(b"WEBP")
    }

    pub(super) fn step(&mut self, held: &mut BytesMut, out: &mut BytesMut) -> Step {
        match *self {
            Self::Head => {
                keep(12, held, out);
                *self = Self::Chunk;
            }
            Self::Chunk => {
                if held.len() < 8 {
                    return Step::Wait;
                }
                let length = u32::from_le_bytes([held[4], held[5], held[6], held[7]]);
                // A chunk of odd length has one more byte.
                let left = usize::try_from(length)
                    .unwrap_or(usize::MAX)
                    .saturating_add(usize::from(length % 2 == 1));
                *self = match &held[..4] {
                    b"EXIF" if left <= MOST_EXIF => Self::Exif(left),
                    b"EXIF" | b"XMP " => Self::Rest {
                        left,
                        is_kept: false,
                    },
                    _ => Self::Rest {
                        left,
                        is_kept: true,
                    },
                };
                keep(8, held, out);
            }
            Self::Exif(length) => {
                if held.len() < length {
                    return Step::Wait;
                }
                let exif = held.split_to(length);
                let mut kept = only_way_up(&exif).unwrap_or_default();
                kept.resize(length, 0);
                out.extend_from_slice(&kept);
                *self = Self::Chunk;
            }
            Self::Rest { left, is_kept } => {
                let here = left.min(held.len());
                if is_kept {
                    keep(here, held, out);
                } else {
                    blank(here, held, out);
                }
                *self = match left - here {
                    0 => Self::Chunk,
                    left => Self::Rest { left, is_kept },
                };
            }
        }
        Step::On
    }

    /// Lets go of EXIF data in which the file breaks off.
    pub(super) fn end(self, held: &mut BytesMut) {
        if matches!(self, Self::Exif(_)) {
            held.clear();
        }
    }
}
