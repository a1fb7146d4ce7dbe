//! The QR square of a badge, drawn as one path.

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules that stay white around the square (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A square, in modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Square {
    /// Its side, with the quiet zone.
    pub side: i32,
    /// The dark modules, as the path of an SVG: a closed box for each run in a row.
    pub path: String,
}

/// The square that holds `text`, with error correction Q: a quarter of it may be dirty.
/// Nothing if the text is too long for any.
pub fn square(text: &str) -> Option<Square> {
    let code = QrCode::encode_text(text, QrCodeEcc::Quartile).ok()?;
    Some(Square {
        side: code.size() + 2 * QUIET,
        path: path_of(&code),
    })
}

/// Modules side by side are one box, and each box begins from where the one before began:
/// a page of thirty badges holds thirty such paths, and small numbers are sent as few bytes.
fn path_of(code: &QrCode) -> String {
    use std::fmt::Write;
    let mut path = String::new();
    // The first "m" of a path counts from the corner.
    let mut before = (0, 0);
    for y in 0..code.size() {
        for (x, wide) in dark_runs(code, y) {
            let begin = (x + QUIET, y + QUIET);
            let step = (begin.0 - before.0, begin.1 - before.1);
            let _ = write!(path, "m{} {}h{wide}v1h-{wide}z", step.0, step.1);
            before = begin;
        }
    }
    path
}

/// The runs of dark modules in a row, from left to right: where each begins and how many
/// modules it has.
fn dark_runs(code: &QrCode, y: i32) -> Vec<(i32, i32)> {
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
        match runs.last_mut() {
            Some((begin, wide)) if *begin + *wide == x => *wide += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADDRESS: &str = "https://a-long-name.school.example/badge#KX472M9TQ";

    /// The modules that a path fills, in the order in which it draws them.
    fn filled(path: &str) -> Vec<(i32, i32)> {
        let number = |digits: &str| digits.parse::<i32>().expect("a number");
        let (mut x, mut y) = (0, 0);
        let mut modules = Vec::new();
        for drawn in path.split_terminator('z') {
            let (step, shape) = drawn.split_once('h').expect("a box");
            let step = step.strip_prefix('m').expect("a step");
            let (right, down) = step.split_once(' ').expect("two numbers");
            (x, y) = (x + number(right), y + number(down));
            let (there, back) = shape.split_once("v1h-").expect("one module high");
            assert_eq!(there, back, "a box is closed where it began");
            modules.extend((x..x + number(there)).map(|x| (x, y)));
        }
        modules
    }

    /// The dark modules of the matrix, row by row.
    fn dark(text: &str) -> Vec<(i32, i32)> {
        let code = QrCode::encode_text(text, QrCodeEcc::Quartile).expect("it fits");
        let rows = 0..code.size();
        rows.flat_map(|y| (0..code.size()).map(move |x| (x, y)))
            .filter(|(x, y)| code.get_module(*x, *y))
            .map(|(x, y)| (x + QUIET, y + QUIET))
            .collect()
    }

    #[test]
    fn a_square_has_its_quiet_zone_and_stays_small() {
        let square = square(ADDRESS).expect("it fits");
        // Version 5 of 40 at most: a module is 1 mm wide on the card, enough for a cheap camera.
        assert!(square.side <= 37 + 2 * QUIET, "{}", square.side);
        assert!(square.path.starts_with("m4 4h7v1h-7z"), "{}", square.path);
        let inside = QUIET..square.side - QUIET;
        for (x, y) in filled(&square.path) {
            assert!(inside.contains(&x) && inside.contains(&y), "{x} {y}");
        }
        // A box for each module took 9.6 KB.
        assert!(square.path.len() < 4_800, "{}", square.path.len());
    }

    proptest! {
        #[test]
        fn a_path_fills_each_dark_module_once_and_no_other(text in "[ -~]{0,90}") {
            let square = square(&text).expect("it fits");
            prop_assert_eq!(filled(&square.path), dark(&text));
        }
    }
}
