//! What forms share: an error that names its field, and a collector that keeps
//! going, so that a person sees everything that is wrong at once.

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

/// One thing that is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's `id` and `name` in the form.
    pub field: String,
    /// A sentence for the person who typed.
    pub message: String,
}

/// Beside a password with which nothing was wrong, where another field was: no page shows it
/// again. It has to be done, and is no mistake.
pub const PASSWORD_AGAIN: &str = "Type your password again";

/// The form of a button that hands something out to many at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HandoutForm {
    /// When its page was made, by the server's clock; empty where the form does not say.
    pub page_made: String,
}

/// A word that is none of the allowed ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this word is not one of the allowed ones")
    }
}

impl std::error::Error for UnknownWord {}

/// Collects the errors of a form while it is read.
#[derive(Debug, Default)]
pub struct Checks {
    errors: Vec<FieldError>,
}

impl Checks {
    /// Notes an error.
    pub fn fail(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// The trimmed text, its lines ended by LF; an error if it is empty or longer than `max`
    /// characters.
    pub fn text(&mut self, field: &str, value: &str, label: &str, max: usize) -> String {
        let value = as_kept(value);
        if value.is_empty() {
            self.fail(field, format!("Enter {label}"));
        } else if value.chars().count() > max {
            self.fail(
                field,
                format!("{} must be {max} characters or fewer", capital(label)),
            );
        }
        value
    }

    /// The same for a title or a name, which stands in lists and in others' sentences: without
    /// signs that show nothing or that turn the writing around them.
    pub fn name(&mut self, field: &str, value: &str, label: &str, max: usize) -> String {
        self.text(field, &without_unseen(value), label, max)
    }

    /// The same for a text that may be empty; an error if it is longer than `max` characters.
    pub fn optional(
        &mut self,
        field: &str,
        value: &str,
        label: &str,
        max: usize,
    ) -> Option<String> {
        let value = as_kept(value);
        if value.chars().count() > max {
            self.fail(
                field,
                format!("{} must be {max} characters or fewer", capital(label)),
            );
        }
        (!value.is_empty()).then_some(value)
    }

    /// What was built, if nothing failed; else every error in the order of the checks.
    pub fn finish<T>(self, build: impl FnOnce() -> T) -> Result<T, Vec<FieldError>> {
        if self.errors.is_empty() {
            Ok(build())
        } else {
            Err(self.errors)
        }
    }

    /// True while nothing has failed.
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }
}

/// A form sends its lines with CRLF, a script with LF: kept is LF, so that the same words
/// are the same. Where nothing is seen, nothing is kept.
fn as_kept(value: &str) -> String {
    let is_seen = |sign: char| !sign.is_whitespace() && !is_unseen(sign) && !is_joiner(sign);
    if !value.contains(is_seen) {
        return String::new();
    }
    value.trim().replace("\r\n", "\n")
}

/// Joiners stay where they follow a sign: Persian and the languages of India are written with
/// them, and so are some emoji.
fn without_unseen(value: &str) -> String {
    let mut kept = String::with_capacity(value.len());
    for sign in value.chars() {
        if sign.is_whitespace() && is_unseen(sign) {
            kept.push(' ');
        } else if is_joiner(sign) {
            let follows = |before: char| !before.is_whitespace() && !is_joiner(before);
            if kept.ends_with(follows) {
                kept.push(sign);
            }
        } else if !is_unseen(sign) {
            kept.push(sign);
        }
    }
    kept
}

/// Signs of control, such as line ends, and signs that show nothing or turn the writing around.
fn is_unseen(sign: char) -> bool {
    sign.is_control()
        || matches!(
            sign,
            '\u{AD}'
                | '\u{61C}'
                | '\u{200B}'
                | '\u{200E}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FEFF}'
        )
}

const fn is_joiner(sign: char) -> bool {
    matches!(sign, '\u{200C}' | '\u{200D}')
}

fn capital(label: &str) -> String {
    let label = label
        .trim_start_matches("the ")
        .trim_start_matches("an ")
        .trim_start_matches("a ");
    let mut chars = label.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The years that somebody can mean.
pub(crate) const YEARS: std::ops::Range<i32> = 2000..2200;

/// A day as it is typed, like `2026-11-24`; none of a year that nobody means, such as 26 or
/// 9999.
pub fn day_of(typed: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(typed.trim(), "%Y-%m-%d")
        .ok()
        .filter(|day| YEARS.contains(&day.year()))
}

/// An error for one field of a list, if it has one.
pub fn error_for<'a>(errors: &'a [FieldError], field: &str) -> Option<&'a str> {
    errors
        .iter()
        .find(|error| error.field == field)
        .map(|error| error.message.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let mut checks = Checks::default();
        checks.text("title", "  ", "a title", 10);
        checks.text("room", "a very long room name", "the room", 10);
        let errors = checks.finish(|| ()).expect_err("both fields are wrong");
        assert_eq!(error_for(&errors, "title"), Some("Enter a title"));
        assert_eq!(
            error_for(&errors, "room"),
            Some("Room must be 10 characters or fewer")
        );
    }

    #[test]
    fn a_title_shows_something_and_turns_nothing_around() {
        let mut checks = Checks::default();
        for empty in [" \u{200b} ", "\u{feff}\u{202e}", "\u{200d}\t\u{ad}", "\n"] {
            assert_eq!(checks.name("title", empty, "a title", 20), "", "{empty:?}");
        }
        let errors = checks.finish(|| ()).expect_err("nothing is seen of them");
        assert_eq!(errors.len(), 4);

        let mut checks = Checks::default();
        for (typed, kept) in [
            ("Sheet \u{202e}6\u{200b}", "Sheet 6"),
            ("One\nline\u{7}", "One line"),
            // Persian and Malayalam, and somebody who teaches.
            (
                "\u{645}\u{6cc}\u{200c}\u{62e}",
                "\u{645}\u{6cc}\u{200c}\u{62e}",
            ),
            ("\u{d28}\u{d4d}\u{200d}", "\u{d28}\u{d4d}\u{200d}"),
            ("\u{1f469}\u{200d}\u{1f3eb}", "\u{1f469}\u{200d}\u{1f3eb}"),
            ("\u{200d}A \u{200c}B", "A B"),
        ] {
            assert_eq!(checks.name("title", typed, "a title", 20), kept);
        }
        assert!(checks.is_clean());
    }

    #[test]
    fn a_text_of_which_nothing_is_seen_is_empty() {
        let mut checks = Checks::default();
        assert_eq!(checks.optional("note", " \u{200b}\n", "a note", 9), None);
        // What is kept of a longer text is what was typed.
        let arabic = "a\u{200f}b";
        assert_eq!(checks.text("note", arabic, "a note", 9), arabic);
    }

    #[test]
    fn the_same_words_are_the_same_however_their_lines_came() {
        let mut checks = Checks::default();
        let sent = " one\r\ntwo\r\n";
        assert_eq!(checks.text("note", sent, "a note", 7), "one\ntwo");
        let optional = checks.optional("note", sent, "the note", 7);
        assert_eq!(optional.as_deref(), Some("one\ntwo"));
        assert!(checks.is_clean());
    }

    #[test]
    fn a_day_of_a_year_that_nobody_means_is_none() {
        let day = |typed: &str| day_of(typed).map(|day| day.to_string());
        assert_eq!(day(" 2026-11-24 ").as_deref(), Some("2026-11-24"));
        for typed in [
            "",
            "24.11.2026",
            "2026-02-30",
            "26-11-24",
            "0001-01-01",
            "9999-12-31",
            "+262142-12-31",
        ] {
            assert_eq!(day(typed), None, "{typed}");
        }
    }
}
