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
