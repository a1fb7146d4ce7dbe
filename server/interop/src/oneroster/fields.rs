//! The parsers of single cells: one function for each data type of the standard.
//!
//! Each is exact, as version 1.2 asks. The two `relaxed_` parsers read what
//! systems of the 1.1 generation really write, and only where the meaning cannot
//! be mistaken: `03/04/2026` stays unreadable, because it is two different days.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};

/// A cell longer than this many bytes is refused: no roster holds an essay.
pub(crate) const LONGEST_CELL_BYTES: usize = 8 * 1024;

/// An id: 1 to 255 of letters, digits and `. - _ / @`.
pub(crate) fn is_guid(cell: &str) -> bool {
    (1..=255).contains(&cell.len())
        && cell
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_/@".contains(&b))
}

/// What 1.1 systems use as ids: anything printable without spaces at its ends.
pub(crate) fn is_relaxed_guid(cell: &str) -> bool {
    (1..=255).contains(&cell.len()) && !cell.chars().any(char::is_control) && cell.trim() == cell
}

/// Text without control characters, but for line breaks and tabs.
pub(crate) fn is_text(cell: &str) -> bool {
    !cell
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// A whole number.
pub(crate) fn integer(cell: &str) -> Option<i64> {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    cell.parse().ok()
}

/// A number with an optional fraction or exponent; never infinite.
pub(crate) fn float(cell: &str) -> Option<f64> {
    let is_number = cell.bytes().any(|b| b.is_ascii_digit())
        && cell
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if !is_number {
        return None;
    }
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `true` or `false`, in small letters.
pub(crate) fn boolean(cell: &str) -> Option<bool> {
    match cell {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A boolean as spreadsheets and older systems write it.
pub(crate) fn relaxed_boolean(cell: &str) -> Option<bool> {
    boolean(&cell.to_ascii_lowercase()).or(match cell {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    })
}

/// A year of four digits, 1900 to 2199.
pub(crate) fn year(cell: &str) -> Option<u16> {
    if cell.len() != 4 || !cell.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    cell.parse().ok().filter(|year| (1900..2200).contains(year))
}

/// A day, `2026-09-01`.
pub(crate) fn date(cell: &str) -> Option<NaiveDate> {
    let bytes = cell.as_bytes();
    let is_date = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| match i {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        });
    if !is_date {
        return None;
    }
    NaiveDate::from_ymd_opt(
        cell[..4].parse().ok()?,
        cell[5..7].parse().ok()?,
        cell[8..].parse().ok()?,
    )
    .filter(|date| *date >= NaiveDate::from_ymd_opt(1000, 1, 1).unwrap_or(NaiveDate::MIN))
}

/// A day, or the day of a moment.
pub(crate) fn relaxed_date(cell: &str) -> Option<NaiveDate> {
    date(cell).or_else(|| {
        let (day, time) = cell.split_at_checked(10)?;
        is_clock_time(time).then(|| date(day)).flatten()
    })
}

/// A moment with its zone, `2026-09-01T08:30:00.000Z`.
pub(crate) fn moment(cell: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(cell)
        .ok()
        .filter(|_| cell.as_bytes().get(10) == Some(&b'T'))
}

/// A moment, or one without its zone, or only its day.
pub(crate) fn is_relaxed_moment(cell: &str) -> bool {
    moment(cell).is_some() || relaxed_date(cell).is_some()
}

/// The rest of a moment after its day: `T08:01:05`, ` 08:01`, `T08:01:05.000Z`.
fn is_clock_time(rest: &str) -> bool {
    let Some(clock) = rest.strip_prefix(['T', ' ']) else {
        return false;
    };
    let clock = clock
        .strip_suffix('Z')
        .or_else(|| clock.rfind(['+', '-']).map(|at| &clock[..at]))
        .unwrap_or(clock);
    NaiveTime::parse_from_str(clock, "%H:%M:%S%.f").is_ok()
        || NaiveTime::parse_from_str(clock, "%H:%M").is_ok()
}

/// The items of a list, `a,b,"c,d"`. `None` when an item is empty or a quote stays open.
pub(crate) fn list(cell: &str) -> Option<Vec<String>> {
    let items = items(cell)?;
    items.iter().all(|item| !item.is_empty()).then_some(items)
}

/// The items of a list, leaving out the empty ones. `None` when a quote stays open.
pub(crate) fn relaxed_list(cell: &str) -> Option<Vec<String>> {
    let mut items = items(cell)?;
    items.retain(|item| !item.is_empty());
    Some(items)
}

fn items(cell: &str) -> Option<Vec<String>> {
    let mut items = Vec::new();
    let mut item = String::new();
    let mut is_quoted = false;
    let mut rest = cell.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if is_quoted && rest.peek() == Some(&'"') => {
                rest.next();
                item.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => items.push(std::mem::take(&mut item).trim().to_owned()),
            _ => item.push(c),
        }
    }
    items.push(item.trim().to_owned());
    (!is_quoted).then_some(items)
}

/// A step of a score scale, `{A:94}`.
pub(crate) fn is_scale_step(item: &str) -> bool {
    item.strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .and_then(|inside| inside.split_once(':'))
        .is_some_and(|(left, right)| !left.trim().is_empty() && !right.trim().is_empty())
}

/// A word of a closed list, in exactly these letters, or `ext:word`.
pub(crate) fn is_word(cell: &str, words: &[&str]) -> bool {
    words.contains(&cell)
        || cell.strip_prefix("ext:").is_some_and(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
        })
}

/// A word of a closed list, whatever its letter case.
pub(crate) fn is_relaxed_word(cell: &str, words: &[&str]) -> bool {
    is_word(cell, words) || words.iter().any(|word| word.eq_ignore_ascii_case(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_the_standards_characters() {
        for good in ["a", "user-1", "A.b_c/d@e", &"x".repeat(255)] {
            assert!(is_guid(good), "{good}");
        }
        for bad in ["", "bad id", "ü", "a,b", "a\n", "{x}", &"x".repeat(256)] {
            assert!(!is_guid(bad), "{bad}");
        }
        assert!(is_relaxed_guid("bad id") && !is_relaxed_guid(" a") && !is_relaxed_guid(""));
    }

    #[test]
    fn an_integer_has_no_fraction() {
        assert_eq!(integer("20"), Some(20));
        assert_eq!(integer("-3"), Some(-3));
        for bad in [
            "",
            "-",
            "+1",
            "1.0",
            "1e3",
            " 1",
            "not-integer",
            "99999999999999999999",
        ] {
            assert_eq!(integer(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_float_is_a_finite_number() {
        assert_eq!(float("95.5"), Some(95.5));
        assert_eq!(float("-1e2"), Some(-100.0));
        for bad in ["", ".", "nan", "inf", "1e999", "1,5", "not-float", "--1"] {
            assert_eq!(float(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_boolean_is_true_or_false() {
        assert_eq!(boolean("true"), Some(true));
        assert_eq!(boolean("false"), Some(false));
        for bad in ["TRUE", "yes", "1", "", "not-boolean"] {
            assert_eq!(boolean(bad), None, "{bad}");
        }
        assert_eq!(relaxed_boolean("TRUE"), Some(true));
        assert_eq!(relaxed_boolean("0"), Some(false));
        assert_eq!(relaxed_boolean("yes"), None);
    }

    #[test]
    fn a_year_has_four_digits() {
        assert_eq!(year("2027"), Some(2027));
        for bad in ["20X5", "27", "02027", "0000", "-202", "２０２７"] {
            assert_eq!(year(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_date_is_a_day_that_exists() {
        assert_eq!(date("2024-02-29"), NaiveDate::from_ymd_opt(2024, 2, 29));
        let bad = [
            "2023-02-29",
            "2024-2-9",
            "29/02/2024",
            "2024-02-29T00:00:00Z",
            "",
            "0000-01-01",
        ];
        for bad in bad {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_older_system_may_write_the_time_of_a_day() {
        let day = NaiveDate::from_ymd_opt(2017, 5, 6);
        for good in [
            "2017-05-06",
            "2017-05-06 08:01:05",
            "2017-05-06T08:01",
            "2017-05-06T08:01:05.123Z",
            "2017-05-06T08:01:05+01:00",
        ] {
            assert_eq!(relaxed_date(good), day, "{good}");
            assert!(is_relaxed_moment(good));
        }
        for bad in [
            "2017-05-06 late",
            "2017-05-06x",
            "06/05/2017",
            "2017-05-061",
            "2017-05-0é",
        ] {
            assert_eq!(relaxed_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_moment_names_its_zone() {
        assert!(moment("2025-01-02T03:04:05.006Z").is_some());
        assert!(moment("2025-01-02T03:04:05+01:00").is_some());
        for bad in [
            "2025-01-02T03:04:05",
            "2025-01-02 03:04:05Z",
            "2025-01-02",
            "",
        ] {
            assert!(moment(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_list_has_no_empty_items() {
        assert_eq!(list("a, b"), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(list("\"a,b\",c").map(|l| l.len()), Some(2));
        assert_eq!(
            list("\"a\"\"b\"").map(|l| l.concat()),
            Some("a\"b".to_owned())
        );
        for bad in ["a,,b", ",", "a,", "\"a"] {
            assert_eq!(list(bad), None, "{bad}");
        }
        assert_eq!(relaxed_list("a,,b,").map(|l| l.len()), Some(2));
    }

    #[test]
    fn a_scale_step_has_two_sides() {
        assert!(is_scale_step("{A:94}"));
        for bad in ["A:94", "{A}", "{:94}", "{A:}", ""] {
            assert!(!is_scale_step(bad), "{bad}");
        }
    }

    #[test]
    fn a_word_is_on_the_list_or_an_extension() {
        let words = &["student", "teacher"];
        assert!(is_word("student", words) && is_word("ext:coach", words));
        for bad in ["Student", "ext:", "ext:a b", "coach", ""] {
            assert!(!is_word(bad, words), "{bad}");
        }
        assert!(is_relaxed_word("Student", words) && !is_relaxed_word("coach", words));
    }
}
