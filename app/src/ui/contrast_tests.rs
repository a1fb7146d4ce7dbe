//! The contrast of every theme, computed from the style sheet itself by the
//! formula of WCAG 2.2: text at least 7:1, the edge of a control at least 3:1.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../../style/tokens.css");
const TEXT: f64 = 7.0;
const EDGE: f64 = 3.0;

/// Each theme with the selector that opens its colours. The first is the ground
/// of all: what another theme does not set, it takes from there.
const THEMES: [(&str, &str); 5] = [
    ("light", ":root {"),
    ("dark of the device", ":root:not([data-theme]) {"),
    ("dark", "[data-theme=\"dark\"] {"),
    ("cream", "[data-theme=\"cream\"] {"),
    ("contrast", "[data-theme=\"contrast\"] {"),
];

/// An ink and the grounds it stands on in the style sheets.
const INKS: [(&str, &[&str]); 8] = [
    (
        "text",
        &[
            "bg",
            "sheet",
            "surface",
            "surface-2",
            "accent-tint",
            "ok-tint",
            "warn-tint",
            "error-tint",
            "mark",
        ],
    ),
    ("muted", &["bg", "sheet", "surface", "surface-2"]),
    ("accent", &["bg", "sheet", "surface", "accent-tint"]),
    (
        "accent-strong",
        &["bg", "sheet", "surface-2", "accent-tint"],
    ),
    ("on-accent", &["accent", "accent-strong"]),
    ("ok", &["bg", "sheet", "ok-tint"]),
    ("warn", &["bg", "sheet", "warn-tint"]),
    ("error", &["bg", "sheet", "surface", "error-tint"]),
];

type Palette = BTreeMap<String, String>;

fn block(selector: &str) -> Palette {
    let (_, after) = TOKENS
        .split_once(selector)
        .expect("the theme is in tokens.css");
    let (inside, _) = after.split_once('}').expect("the block ends");
    without_comments(inside)
        .split(';')
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

fn without_comments(css: &str) -> String {
    css.split("/*")
        .map(|part| part.split_once("*/").map_or(part, |(_, rest)| rest))
        .collect()
}

fn palette(selector: &str) -> Palette {
    let mut all = block(THEMES[0].1);
    all.extend(block(selector));
    all
}

fn channel(hex: &str) -> f64 {
    let value = f64::from(u8::from_str_radix(hex, 16).expect("two hex digits")) / 255.0;
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn luminance(colour: &str) -> f64 {
    let hex = colour
        .strip_prefix('#')
        .expect("a token is written as #rrggbb");
    assert_eq!(hex.len(), 6, "{colour} is not written as #rrggbb");
    0.2126 * channel(&hex[..2]) + 0.7152 * channel(&hex[2..4]) + 0.0722 * channel(&hex[4..])
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn the_formula_gives_the_known_ratios() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.001);
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
}

#[test]
fn every_text_of_every_theme_stands_out_seven_to_one() {
    let mut faults = Vec::new();
    for (theme, selector) in THEMES {
        let colours = palette(selector);
        for (ink, grounds) in INKS {
            for ground in grounds {
                let ratio = contrast(&colours[ink], &colours[*ground]);
                if ratio < TEXT {
                    faults.push(format!("{theme}: {ink} on {ground} is {ratio:.2}:1"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The colours of a theme with the sheet of a hue over them.
fn with_hue(selector: &str, sheet: &str) -> Palette {
    let mut all = palette(selector);
    let name = selector.trim_end_matches(" {");
    let over = sheet.lines().find_map(|line| {
        let (selectors, rest) = line
            .trim_start_matches("@media (prefers-color-scheme: dark) { ")
            .split_once(" { ")?;
        let is_dark_of_device = line.starts_with("@media");
        let is_it = match name {
            ":root" => selectors.contains("[data-theme=\"light\"]"),
            ":root:not([data-theme])" => is_dark_of_device,
            name => selectors == name,
        };
        is_it.then_some(rest)
    });
    let Some(over) = over else {
        return all;
    };
    let (inside, _) = over.split_once('}').expect("the block ends");
    all.extend(inside.split(';').filter_map(|token| {
        let (name, value) = token.trim().strip_prefix("--")?.split_once(": ")?;
        Some((name.to_owned(), value.to_owned()))
    }));
    all
}

#[test]
fn with_the_hue_of_any_school_every_text_and_edge_of_every_theme_stands_out() {
    use domain::schools::hue::{Hue, style_sheet};
    let mut faults = Vec::new();
    for hue in (0..360).filter_map(Hue::new) {
        let sheet = style_sheet(hue).expect("every hue has shades");
        for (theme, selector) in THEMES {
            let colours = with_hue(selector, &sheet);
            let is_changed = colours["accent"] != palette(selector)["accent"];
            assert!(is_changed || theme == "contrast", "{theme} takes hue {hue}");
            for (ink, grounds) in INKS {
                for ground in grounds {
                    if contrast(&colours[ink], &colours[*ground]) < TEXT {
                        faults.push(format!("{hue} in {theme}: {ink} on {ground}"));
                    }
                }
            }
            for ground in ["bg", "sheet", "surface", "surface-2"] {
                let brand = colours.get("brand").unwrap_or(&colours["accent"]);
                if contrast(brand, &colours[ground]) < EDGE {
                    faults.push(format!("{hue} in {theme}: brand on {ground}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_control_and_focus_ring_of_every_theme_stands_out_three_to_one() {
    let mut faults = Vec::new();
    for (theme, selector) in THEMES {
        let colours = palette(selector);
        for ground in ["bg", "sheet", "surface", "surface-2"] {
            let ratio = |token: &str| contrast(&colours[token], &colours[ground]);
            let ring = ratio("focus-in").max(ratio("focus-out"));
            for (what, ratio) in [("control", ratio("control")), ("the focus ring", ring)] {
                if ratio < EDGE {
                    faults.push(format!("{theme}: {what} on {ground} is {ratio:.2}:1"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn dark_is_the_same_whether_chosen_or_asked_for_by_the_device() {
    assert_eq!(block(THEMES[1].1), block(THEMES[2].1));
}

#[test]
fn every_theme_that_can_be_chosen_has_its_contrast_computed() {
    for chosen in crate::shell::THEMES {
        assert!(THEMES.iter().any(|(theme, _)| *theme == chosen), "{chosen}");
    }
}
