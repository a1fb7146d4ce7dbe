//! Cells of a roster as the school keeps them: names without stray signs,
//! usernames that can be typed on a tablet, year groups as teachers say them.

use vocab::people::{is_username, looks_like_email};

use crate::people::spell_username;

pub(super) const LONGEST_NAME: usize = 100;
pub(super) const LONGEST_USERNAME: usize = 64;

/// Signs that turn the direction of what stands around them: no part of a name.
const TURNING: [char; 11] = [
    '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
    '\u{2067}', '\u{2068}', '\u{2069}',
];

/// Year 14 is the last that schools have, for who needs a year more.
const LAST_YEAR_GROUP: u32 = 14;
const LONGEST_YEAR_GROUP: usize = 10;

/// A name on one line, without control characters, of at most 100 characters.
pub(super) fn clean(text: &str) -> String {
    one_line(text)
        .chars()
        .take(LONGEST_NAME)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// Whether [`clean`] cuts a name.
pub(super) fn is_too_long(text: &str) -> bool {
    one_line(text).chars().count() > LONGEST_NAME
}

fn one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .filter(|sign| !TURNING.contains(sign))
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    words.join(" ")
}

/// An address that mail could be sent to.
pub(super) fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let is_usable =
        looks_like_email(text) && text.len() <= 254 && !text.chars().any(char::is_control);
    is_usable.then(|| text.to_owned())
}

/// A username as the file gives it, without signs that cannot be typed.
pub(super) fn username(text: &str) -> Option<String> {
    let name: String = spell_username(text)
        .chars()
        .filter(|sign| is_username(sign.encode_utf8(&mut [0; 4])))
        .take(LONGEST_USERNAME)
        .collect();
    (!name.is_empty()).then_some(name)
}

/// "7" for "07" and "Year 7", "R" for Reception, "N" for Nursery; the first that says something.
pub(super) fn year_group(grades: &[String]) -> Option<String> {
    grades.iter().find_map(|grade| one_year_group(grade))
}

fn one_year_group(grade: &str) -> Option<String> {
    let word = clean(grade).to_lowercase();
    let word = word
        .strip_prefix("year")
        .or_else(|| word.strip_prefix("yr"))
        .unwrap_or(&word)
        .trim();
    if word.is_empty() {
        return None;
    }
    if word.chars().all(|sign| sign.is_ascii_digit()) {
        let number = word.trim_start_matches('0');
        return Some(if number.is_empty() {
            "R".to_owned()
        } else {
            number.chars().take(LONGEST_YEAR_GROUP).collect()
        });
    }
    Some(match word {
        "kg" | "k" | "r" | "reception" => "R".to_owned(),
        "pk" | "pr" | "n" | "nursery" | "n1" | "n2" => "N".to_owned(),
        other => other
            .chars()
            .take(LONGEST_YEAR_GROUP)
            .collect::<String>()
            .to_uppercase(),
    })
}

/// Whether a year group may be meant: no year beyond the last, and no word that was cut.
pub(super) fn is_usual_year_group(group: &str) -> bool {
    if group.chars().all(|sign| sign.is_ascii_digit()) {
        return group
            .parse()
            .is_ok_and(|number: u32| number <= LAST_YEAR_GROUP);
    }
    group.chars().count() < LONGEST_YEAR_GROUP
}

/// The first subject that is a word; some systems write a number there.
pub(super) fn subject(subjects: &[String]) -> Option<String> {
    subjects
        .iter()
        .map(|subject| clean(subject))
        .find(|subject| subject.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_group_is_written_as_teachers_say_it() {
        let group = |text: &str| year_group(&[text.to_owned()]);
        assert_eq!(group("07").as_deref(), Some("7"));
        assert_eq!(group("Year 11").as_deref(), Some("11"));
        assert_eq!(group("00").as_deref(), Some("R"));
        assert_eq!(group("KG").as_deref(), Some("R"));
        assert_eq!(group("PK").as_deref(), Some("N"));
        assert_eq!(group(" "), None);
        assert_eq!(year_group(&[]), None);
    }

    #[test]
    fn a_year_beyond_the_last_and_a_word_that_was_cut_are_unusual() {
        for usual in ["1", "13", "14", "R", "N", "PS", "MIXED"] {
            assert!(is_usual_year_group(usual), "{usual}");
        }
        for unusual in ["15", "99", "2026", "9999999999", "PRE-SCHOOL"] {
            assert!(!is_usual_year_group(unusual), "{unusual}");
        }
    }

    #[test]
    fn a_username_can_be_typed_on_a_tablet() {
        assert_eq!(username(" Zoë Smith ").as_deref(), Some("zoësmith"));
        assert_eq!(username("J.Smith@Home").as_deref(), Some("j.smith@home"));
        assert_eq!(username("**"), None);
    }

    #[test]
    fn a_name_is_one_line_without_stray_signs() {
        assert_eq!(clean(" Mary\u{0}\n \u{202e}Ann\t"), "Mary Ann");
        assert_eq!(clean(&"é".repeat(300)).chars().count(), 100);
        assert!(is_too_long(&"é".repeat(101)) && !is_too_long(&"é".repeat(100)));
    }
}
