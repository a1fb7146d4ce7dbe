//! The formats that schools exchange, as pure codecs: bytes in, own types out.
//!
//! This crate knows file formats and nothing else. It has no database, no clock
//! and no web server, and it never writes to disk, so every reader here can be
//! tested with a byte slice. What comes in is untrusted: sizes are bounded, and
//! whatever is wrong is reported in words that a school office understands.
//! What a roster means for the people of a school is decided in `domain`.

#![warn(missing_docs)]

pub mod archive;
pub mod oneroster;
