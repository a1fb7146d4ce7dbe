//! A PNG: a signature and chunks, each with its length, name, bytes and checksum. EXIF,
//! texts and the time are left out (W3C PNG, third edition, 11.3).

use bytes::BytesMut;

use super::{Step, keep};

/// The first bytes of a PNG.
pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Where in the file it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Png {
    #[default]
    Signature,
    /// Before a chunk.
    Chunk,
    /// So many bytes of a chunk are still to come; kept or left out.
    Rest {
        left: usize,
        is_kept: bool,
        is_last: bool,
    },
    /// Behind its end: what stands there is no part of it.
    Behind,
}

impl Png {
    pub(super) fn is(beginning: &[u8]) -> bool {
        beginning.starts_with(&SIGNATURE)
    }

    pub(super) fn step(&mut self, held: &mut BytesMut, out: &mut BytesMut) -> Step {
        match *self {
            Self::Signature => {
                keep(SIGNATURE.len(), held, out);
                *self = Self::Chunk;
            }
            Self::Chunk => return self.chunk(held),
            Self::Rest {
                left,
                is_kept,
                is_last,
            } => {
                let here = held.split_to(left.min(held.len()));
                if is_kept {
                    out.extend_from_slice(&here);
                }
                let left = left - here.len();
                *self = match (left, is_last) {
                    (0, true) => Self::Behind,
                    (0, false) => Self::Chunk,
                    _ => Self::Rest {
                        left,
                        is_kept,
                        is_last,
                    },
                };
            }
            Self::Behind => held.clear(),
        }
        Step::On
    }

    fn chunk(&mut self, held: &BytesMut) -> Step {
        if held.len() < 8 {
            return Step::Wait;
        }
        let length = u32::from_be_bytes([held[0], held[1], held[2], held[3]]);
        let name = &held[4..8];
        let is_left_out = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"]
            .iter()
            .any(|about| *about == name);
        *self = Self::Rest {
            left: usize::try_from(length)
                .unwrap_or(usize::MAX)
                .saturating_add(12),
            is_kept: !is_left_out,
            is_last: name == b"IEND",
        };
        Step::On
    }
}
