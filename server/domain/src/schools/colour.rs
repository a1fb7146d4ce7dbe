//! Colours of a screen: their contrast by the formula of WCAG 2.2, and the way from the
//! colour space OKLCH (lightness, chroma, hue), in which a hue looks the same at every
//! lightness. The numbers are those of its definition (CSS Color 4, 9.3).

use std::fmt::{self, Display};

/// A colour of a screen, eight bits for each part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb([u8; 3]);

impl Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl Rgb {
    /// A colour of its three parts.
    pub(crate) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Of six hex digits.
    pub(crate) fn of_hex(hex: &str) -> Option<Self> {
        if hex.len() != 6 || !hex.is_ascii() {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|part| {
            let value = f64::from(part) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    /// The ratio of contrast to another colour, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let luminance = |colour: Self| {
            let [r, g, b] = colour.linear();
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (one, other) = (luminance(self), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Its hue in whole degrees, from 0 to 359; none for what is as good as grey.
    pub(crate) fn hue(self) -> Option<i32> {
        let [red, green, blue] = self.linear();
        let long = 0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue;
        let medium = 0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue;
        let short = 0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue;
        let [long, medium, short] = [long, medium, short].map(f64::cbrt);
        let a = 1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short;
        let b = 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short;
        if a.hypot(b) < 0.02 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an angle of a circle is far below 2^31"
        )]
        let degrees = b.atan2(a).to_degrees().rem_euclid(360.0).round() as i32 % 360;
        Some(degrees)
    }
}

/// The colour at this lightness (0 to 1) with as much of `chroma` as a screen can show.
pub(crate) fn oklch(lightness: f64, chroma: f64, hue: u16) -> Rgb {
    let mut chroma = chroma;
    loop {
        let linear = linear_of(lightness, chroma, hue);
        let fits = linear.iter().all(|part| (-0.0005..=1.0005).contains(part));
        if fits || chroma <= 0.0 {
            return Rgb(linear.map(eight_bits));
        }
        chroma -= 0.004;
    }
}

fn linear_of(lightness: f64, chroma: f64, hue: u16) -> [f64; 3] {
    let (sin, cos) = f64::from(hue).to_radians().sin_cos();
    let (a, b) = (chroma.max(0.0) * cos, chroma.max(0.0) * sin);
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is held between 0 and 255 first"
)]
fn eight_bits(linear: f64) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let value = if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    };
    (value * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_gives_the_known_ratios() {
        let white = Rgb::new(255, 255, 255);
        assert!((Rgb::new(0, 0, 0).contrast(white) - 21.0).abs() < 0.001);
        assert!((Rgb::new(0x77, 0x77, 0x77).contrast(white) - 4.48).abs() < 0.01);
    }

    #[test]
    fn the_hue_of_a_shade_is_the_hue_that_it_was_made_of() {
        for hue in (0..360_u16).step_by(7) {
            let made = oklch(0.5, 0.1, hue).hue().expect("a hue");
            let apart = (made - i32::from(hue)).rem_euclid(360);
            assert!(apart <= 2 || apart >= 358, "{hue} became {made}");
        }
    }
}
