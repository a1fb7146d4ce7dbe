//! Reads the square on a badge from a picture of the camera, in browsers that cannot do
//! so themselves. A small WASM of its own, which the page for badges loads only then.

use wasm_bindgen::prelude::wasm_bindgen;

/// The words in the first square that can be read in a picture, or nothing. `rgba` holds
/// four bytes for each of `width` times `height` pixels, as a canvas gives them.
#[wasm_bindgen]
pub fn read(rgba: &[u8], width: u32, height: u32) -> Option<String> {
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    if width == 0 || height == 0 || rgba.len() != width.checked_mul(height)?.checked_mul(4)? {
        return None;
    }
    let grey = |x: usize, y: usize| brightness(&rgba[(y * width + x) * 4..][..3]);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    picture
        .detect_grids()
        .iter()
        .find_map(|square| square.decode().ok())
        .map(|(_, words)| words)
}

/// How bright a pixel is to the eye (ITU-R BT.601), in whole numbers.
fn brightness(pixel: &[u8]) -> u8 {
    let parts = pixel.iter().zip([77_u32, 150, 29]);
    let sum: u32 = parts.map(|(part, weight)| u32::from(*part) * weight).sum();
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcodegen::{QrCode, QrCodeEcc};

    const BADGE: &str = "https://school.example/badge#KX472M9TQ";

    /// A square in a grey room, as a camera sees it: larger than its modules, off the
    /// middle, and with light falling on it from one side.
    fn seen(words: &str, pixels: usize) -> (Vec<u8>, u32, u32) {
        let code = QrCode::encode_text(words, QrCodeEcc::Quartile).expect("fits");
        let modules = usize::try_from(code.size()).expect("is positive");
        let (left, top, quiet) = (53, 31, 4);
        let side = (modules + 2 * quiet) * pixels;
        let (width, height) = (side + 2 * left, side + 2 * top);
        let mut rgba = Vec::with_capacity(width * height * 4);
        for y in 0..height {
            for x in 0..width {
                let module = |at: usize, begin: usize| {
                    let at = i32::try_from(at).ok()? - i32::try_from(begin).ok()?;
                    (0..i32::try_from(side).ok()?)
                        .contains(&at)
                        .then(|| at / i32::try_from(pixels).unwrap_or(1) - 4)
                };
                let (paper, ink) = (200 - x * 80 / width, 30 + y * 40 / height);
                let shade = match (module(x, left), module(y, top)) {
                    (Some(column), Some(row)) if code.get_module(column, row) => ink,
                    (Some(_), Some(_)) => paper,
                    _ => 120 - y * 40 / height,
                };
                let shade = u8::try_from(shade).expect("is a shade");
                rgba.extend([shade, shade, shade, 255]);
            }
        }
        let small = |length: usize| u32::try_from(length).expect("is small");
        (rgba, small(width), small(height))
    }

    #[test]
    fn a_badge_is_read_near_and_far_and_in_uneven_light() {
        for pixels in [3, 5, 9] {
            let (rgba, width, height) = seen(BADGE, pixels);
            let words = read(&rgba, width, height);
            assert_eq!(words.as_deref(), Some(BADGE), "{pixels} pixels");
        }
    }

    #[test]
    fn a_badge_with_a_smudge_is_mended() {
        let (mut rgba, width, height) = seen(BADGE, 8);
        let (left, top) = (53 + 8 * 18, 31 + 8 * 18);
        for y in top..top + 30 {
            for x in left..left + 30 {
                let at = (y * usize::try_from(width).expect("fits") + x) * 4;
                rgba[at..at + 3].fill(20);
            }
        }
        assert_eq!(read(&rgba, width, height).as_deref(), Some(BADGE));
    }

    #[test]
    fn what_is_no_square_is_nothing_and_breaks_nothing() {
        let mut state = 7_u32;
        let noise: Vec<u8> = (0..64 * 48 * 4)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u8::try_from(state >> 24).expect("is a byte")
            })
            .collect();
        assert_eq!(read(&noise, 64, 48), None);
        assert_eq!(read(&[128; 64 * 48 * 4], 64, 48), None);
        for (width, height) in [(0, 0), (64, 0), (65, 48), (u32::MAX, u32::MAX)] {
            assert_eq!(read(&noise, width, height), None);
        }
    }
}
