//! The ends of a school's clocks as a calendar (RFC 5545). It is copied into programs and
//! clouds that nobody here knows, so it says a reference and what is due, and no name.

use sea_orm::{ConnectionTrait, DbErr};

use super::{Clock, clocks};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::secrets::fingerprint;

/// The longest line, in bytes without its end (RFC 5545, 3.1).
const MOST_BYTES: usize = 75;

/// Every clock that runs in the school, each as one event at its end, what ends first on
/// top. Three queries.
pub async fn calendar(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<String, DbErr> {
    let mut running = clocks(db, Some(permitted.school())).await?;
    running.sort_by_key(|clock| clock.end);
    Ok(written(&actor.school_name, &running, now))
}

fn written(school: &str, running: &[Clock], now: Time) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Classimize//Data protection//EN".to_owned(),
        format!("NAME:{}", escaped(&format!("Data protection, {school}"))),
    ];
    // A calendar without any component is none (RFC 5545, 3.4): a school that owes nothing
    // gets this one.
    lines.extend(
        [
            "BEGIN:VTIMEZONE",
            "TZID:Etc/UTC",
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            "TZOFFSETFROM:+0000",
            "TZOFFSETTO:+0000",
            "END:STANDARD",
            "END:VTIMEZONE",
        ]
        .map(str::to_owned),
    );
    for clock in running {
        // The same at every download, so that an end that has moved moves in the calendar.
        let id = fingerprint(&format!("{} {}", clock.cause, clock.what));
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@classimize", &id[..32]),
            format!("DTSTAMP:{}", moment(now)),
            format!("DTSTART:{}", moment(clock.end)),
            format!("SUMMARY:{}", escaped(&clock.what)),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

/// Such as `20261126T100000Z`.
fn moment(at: Time) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text as a value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace("\r\n", "\\n")
        .replace(['\n', '\r'], "\\n")
}

/// A line with its end, folded between two letters.
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 2);
    let mut room = MOST_BYTES;
    for letter in line.chars() {
        if letter.len_utf8() > room {
            folded.push_str("\r\n ");
            room = MOST_BYTES - 1;
        }
        folded.push(letter);
        room -= letter.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vocab::ids::SchoolId;

    use super::*;

    fn clock(what: &str, end: &str) -> Clock {
        let end: Time = end.parse().expect("a time");
        Clock {
            school: SchoolId(uuid::Uuid::nil()),
            zone: chrono_tz::Tz::UTC,
            cause: uuid::Uuid::nil(),
            what: what.to_owned(),
            page: String::new(),
            begun: end,
            end,
        }
    }

    #[test]
    fn an_end_that_moves_keeps_its_event_and_another_clock_has_its_own() {
        let now = "2026-11-24T10:00:00Z".parse().expect("a time");
        let ids = |clocks: &[Clock]| -> Vec<String> {
            written("Northgate", clocks, now)
                .lines()
                .filter(|line| line.starts_with("UID:"))
                .map(str::to_owned)
                .collect()
        };
        let first = ids(&[
            clock("Request A has to be done", "2026-12-24T10:00:00Z"),
            clock("Request A needs a first answer", "2026-11-26T10:00:00Z"),
        ]);
        let moved = ids(&[clock("Request A has to be done", "2027-02-24T10:00:00Z")]);
        assert_eq!(first[0], moved[0]);
        assert_ne!(first[0], first[1]);
    }

    #[test]
    fn commas_semicolons_and_lines_of_a_name_do_not_end_it() {
        assert_eq!(
            escaped("St Mary's, Leeds; \\ north\nside"),
            "St Mary's\\, Leeds\\; \\\\ north\\nside"
        );
    }

    proptest! {
        #[test]
        fn a_folded_line_is_never_too_long_and_unfolds_to_itself(line in "[ -~£é日🏫]{0,300}") {
            let folded = folded(&line);
            for part in folded.split("\r\n") {
                prop_assert!(part.len() <= MOST_BYTES, "{}", part.len());
            }
            let whole = folded.strip_suffix("\r\n").expect("it ends");
            prop_assert_eq!(whole.replace("\r\n ", ""), line);
        }
    }
}
