//! A school's one hue, and its shades for every theme. A shade is the liveliest of its
//! hue (in the colour space OKLCH) that keeps the contrast: 7:1 for text on every ground
//! it stands on, 3:1 for edges (WCAG 2.2, 1.4.6 and 1.4.11). The high contrast theme has
//! no hue: it is black, white and yellow.

use std::fmt::{self, Display};

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};
use serde_json::json;
use vocab::form::FieldError;

use super::Error;
use super::colour::{Rgb, oklch};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use entity::school;

/// Stands in the address of a hue's style sheet, which browsers keep for a year: raise it
/// whenever a shade changes.
pub const EDITION: u8 = 1;

const TEXT: f64 = 7.0;
const EDGE: f64 = 3.0;

/// An angle on the wheel of OKLCH, from 0 to 359 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hue(u16);

/// Hues with a name, to begin with.
pub const NAMED: [(&str, Hue); 10] = [
    ("Red", Hue(27)),
    ("Orange", Hue(55)),
    ("Gold", Hue(85)),
    ("Olive", Hue(115)),
    ("Green", Hue(150)),
    ("Teal", Hue(190)),
    ("Sky blue", Hue(230)),
    ("Blue", Hue(262)),
    ("Purple", Hue(305)),
    ("Pink", Hue(350)),
];

impl Hue {
    /// The hue at `degrees`; none outside 0 to 359.
    pub fn new(degrees: i32) -> Option<Self> {
        u16::try_from(degrees)
            .ok()
            .filter(|degrees| *degrees < 360)
            .map(Self)
    }

    /// Degrees, from 0 to 359.
    pub const fn degrees(self) -> u16 {
        self.0
    }

    /// From what an admin typed: degrees, or the school's colour as `#rrggbb`, of which
    /// the hue is taken. `Err` is the sentence that stands beside the field.
    pub fn typed(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if let Some(colour) = text.strip_prefix('#') {
            let colour = Rgb::of_hex(colour).ok_or(
                "Write a colour as # and six signs from 0 to 9 and a to f, such as #0b4f9e",
            )?;
            return colour
                .hue()
                .and_then(Self::new)
                .ok_or("This is black, white or grey, which has no hue. Choose another colour");
        }
        text.parse()
            .ok()
            .and_then(Self::new)
            .ok_or("A hue is a whole number from 0 to 359. A colour begins with #")
    }
}

impl Display for Hue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A theme that takes a hue: its grounds as `style/tokens.css` has them, from the page to
/// what is pressed.
struct Theme {
    is_dark: bool,
    grounds: [Rgb; 4],
    /// Lightness and chroma of the tint.
    tint: (f64, f64),
    /// What stands on the accent.
    on_accent: Rgb,
}

const LIGHT: Theme = Theme {
    is_dark: false,
    grounds: [
        Rgb::new(0xfc, 0xfb, 0xf8),
        Rgb::new(0xff, 0xff, 0xff),
        Rgb::new(0xf5, 0xf3, 0xee),
        Rgb::new(0xec, 0xea, 0xe4),
    ],
    tint: (0.965, 0.016),
    on_accent: Rgb::new(0xff, 0xff, 0xff),
};
const DARK: Theme = Theme {
    is_dark: true,
    grounds: [
        Rgb::new(0x11, 0x14, 0x18),
        Rgb::new(0x17, 0x1b, 0x20),
        Rgb::new(0x1d, 0x21, 0x27),
        Rgb::new(0x27, 0x2d, 0x35),
    ],
    tint: (0.25, 0.04),
    on_accent: Rgb::new(0x0a, 0x14, 0x20),
};
const CREAM: Theme = Theme {
    is_dark: false,
    grounds: [
        Rgb::new(0xfb, 0xf3, 0xe2),
        Rgb::new(0xfd, 0xf8, 0xec),
        Rgb::new(0xf5, 0xea, 0xd2),
        Rgb::new(0xee, 0xe0, 0xc3),
    ],
    tint: (0.945, 0.022),
    on_accent: Rgb::new(0xff, 0xff, 0xff),
};

/// The shades of a hue in one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shades {
    /// Links and what is pressed: text.
    pub accent: Rgb,
    /// The same under the pointer, also on the darkest ground: text.
    pub strong: Rgb,
    /// Text on the accent.
    pub on_accent: Rgb,
    /// A quiet ground.
    pub tint: Rgb,
    /// The line above the page: an edge, as lively as it may be.
    pub brand: Rgb,
}

impl Theme {
    /// None where no shade of the hue keeps the contrast.
    fn shades(&self, hue: Hue) -> Option<Shades> {
        let tint = oklch(self.tint.0, self.tint.1, hue.0);
        let [bg, sheet, surface, pressed] = self.grounds;
        let accent = self.liveliest(hue, TEXT, &[bg, sheet, surface, tint, self.on_accent])?;
        let strong = self.liveliest(
            hue,
            TEXT + 1.5,
            &[bg, sheet, surface, pressed, tint, self.on_accent],
        )?;
        let brand = self.liveliest(hue, EDGE, &self.grounds)?;
        Some(Shades {
            accent,
            strong,
            on_accent: self.on_accent,
            tint,
            brand,
        })
    }

    /// The shade nearest to the ground that still stands out from all of them.
    fn liveliest(&self, hue: Hue, ratio: f64, grounds: &[Rgb]) -> Option<Rgb> {
        (0..=200)
            .map(|step| f64::from(step) / 200.0)
            .map(|step| if self.is_dark { step } else { 1.0 - step })
            .map(|lightness| oklch(lightness, 0.17, hue.0))
            .find(|shade| {
                grounds
                    .iter()
                    .all(|ground| shade.contrast(*ground) >= ratio)
            })
    }
}

/// The shades of a hue in the light and in the dark theme.
pub fn shades(hue: Hue) -> Option<(Shades, Shades)> {
    Some((LIGHT.shades(hue)?, DARK.shades(hue)?))
}

/// The style sheet of a hue, which goes over the tokens. None where a theme has no shade
/// of it that keeps the contrast.
pub fn style_sheet(hue: Hue) -> Option<String> {
    let words = |shades: Shades| {
        let Shades {
            accent,
            strong,
            on_accent,
            tint,
            brand,
        } = shades;
        format!(
            "--accent: {accent}; --accent-strong: {strong}; --on-accent: {on_accent}; --accent-tint: {tint}; --brand: {brand};"
        )
    };
    let (light, dark) = shades(hue)?;
    let (light, dark, cream) = (words(light), words(dark), words(CREAM.shades(hue)?));
    Some(format!(
        "@layer tokens {{\n\
         :root:not([data-theme]), [data-theme=\"light\"] {{ {light} }}\n\
         @media (prefers-color-scheme: dark) {{ :root:not([data-theme]) {{ {dark} }} }}\n\
         [data-theme=\"dark\"] {{ {dark} }}\n\
         [data-theme=\"cream\"] {{ {cream} }}\n\
         }}\n"
    ))
}

/// The address of a hue's style sheet.
pub fn address(hue: Hue) -> String {
    format!("/hue/{EDITION}-{hue}.css")
}

/// The hue in the last part of such an address.
pub fn in_address(name: &str) -> Option<Hue> {
    let degrees = name
        .strip_suffix(".css")?
        .strip_prefix(&format!("{EDITION}-"))?;
    Hue::new(degrees.parse().ok()?).filter(|hue| hue.to_string() == degrees)
}

/// Chooses the school's hue, from the next page on; none for the colour that everybody
/// has.
pub async fn choose(
    tx: &Write,
    permitted: &Permitted<()>,
    hue: Option<Hue>,
    now: Time,
) -> Result<(), Error> {
    if hue.is_some_and(|hue| style_sheet(hue).is_none()) {
        return Err(Error::Invalid(vec![FieldError {
            field: "hue".to_owned(),
            message: "No shade of this hue can be read well enough. Choose another".to_owned(),
        }]));
    }
    let old = find(&**tx, permitted).await?;
    let new = hue.map(|hue| i32::from(hue.0));
    if old.hue == new {
        return Ok(());
    }
    school::ActiveModel {
        id: Set(old.id),
        hue: Set(new),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let event = Event {
        school: old.id,
        actor: permitted.actor(),
        kind: "school.hue_chosen",
        subject: old.id.0,
        before: Some(json!({ "hue": old.hue })),
        after: Some(json!({ "hue": new })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

async fn find(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
) -> Result<school::Model, Error> {
    Ok(school::Entity::find_by_id(permitted.school())
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hue_has_shades_that_keep_the_contrast_in_every_theme() {
        for hue in (0..360).filter_map(Hue::new) {
            for theme in [&LIGHT, &DARK, &CREAM] {
                let shades = theme.shades(hue).expect("a shade");
                let [bg, sheet, surface, pressed] = theme.grounds;
                for ground in [bg, sheet, surface, shades.tint, shades.on_accent] {
                    assert!(shades.accent.contrast(ground) >= TEXT, "{hue} on {ground}");
                }
                for ground in [bg, sheet, pressed, shades.tint, shades.on_accent] {
                    assert!(shades.strong.contrast(ground) >= TEXT, "{hue} on {ground}");
                }
                for ground in theme.grounds {
                    assert!(shades.brand.contrast(ground) >= EDGE, "{hue} on {ground}");
                }
            }
            assert!(style_sheet(hue).is_some());
        }
    }

    #[test]
    fn a_colour_gives_its_hue_and_grey_has_none() {
        let typed = |text: &str| Hue::typed(text).map(Hue::degrees);
        assert_eq!(typed(" 210 "), Ok(210));
        let blue = typed("#0b4f9e").expect("a hue");
        assert!((250..=265).contains(&blue), "{blue}");
        let red = typed("#aa1111").expect("a hue");
        assert!((20..=35).contains(&red), "{red}");
        for wrong in ["", "360", "-1", "12.5", "blue", "#12", "#gggggg", "#ééé"] {
            assert!(typed(wrong).is_err(), "{wrong}");
        }
        for grey in ["#000000", "#ffffff", "#808080", "#818080"] {
            assert!(
                typed(grey).expect_err("no hue").contains("no hue"),
                "{grey}"
            );
        }
    }

    #[test]
    fn only_the_one_spelling_of_an_address_is_a_hue() {
        let hue = Hue::new(210).expect("a hue");
        assert_eq!(address(hue), "/hue/1-210.css");
        assert_eq!(in_address("1-210.css"), Some(hue));
        for other in [
            "1-0210.css",
            "1-360.css",
            "2-210.css",
            "210.css",
            "1-210",
            "1-+1.css",
        ] {
            assert_eq!(in_address(other), None, "{other}");
        }
    }

    #[test]
    fn the_named_hues_are_hues() {
        for (name, hue) in NAMED {
            assert_eq!(Hue::new(i32::from(hue.0)), Some(hue), "{name}");
        }
    }
}
