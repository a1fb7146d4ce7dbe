//! The QR square of a badge, drawn as one path.

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules that stay white around the square (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A square, in modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Square {
    /// Its side, with the quiet zone.
    pub side: i32,
    /// The dark modules, as the path of an SVG.
    pub path: String,
}

/// The square that holds `text`, with error correction Q: a quarter of it may be dirty.
/// Nothing if the text is too long for any.
pub fn square(text: &str) -> Option<Square> {
    use std::fmt::Write;
    let code = QrCode::encode_text(text, QrCodeEcc::Quartile).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some(Square {
        side: code.size() + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_has_its_quiet_zone_and_stays_small() {
        let square = square("https://a-long-name.school.example/badge#KX472M9TQ").expect("it fits");
        // Version 5 of 40 at most: a module is 1 mm wide on the card, enough for a cheap camera.
        assert!(square.side <= 37 + 2 * QUIET, "{}", square.side);
        assert!(square.path.starts_with("M4 4h1v1h-1z"));
        assert!(!square.path.contains("M3 ") && !square.path.contains(" 3h"));
    }
}
