//! What an import did or would do, in numbers and in few words.

use vocab::rosters::{Counts, RosterKind};

/// What it does to people.
pub(super) fn people_of(counts: &[(RosterKind, Counts)]) -> Counts {
    counts
        .iter()
        .find(|(kind, _)| *kind == RosterKind::People)
        .map(|(_, counts)| *counts)
        .unwrap_or_default()
}

/// How many rows of all kinds it touches.
pub(super) fn all_changes(counts: &[(RosterKind, Counts)]) -> u64 {
    counts
        .iter()
        .map(|(_, counts)| counts.created + counts.changed + counts.ended)
        .sum()
}

/// "412 new, 37 changed, 6 leavers" of people; nothing where nothing is known, as of a file
/// that was refused.
pub(super) fn did_words(counts: &[(RosterKind, Counts)]) -> Option<String> {
    if counts.is_empty() {
        return None;
    }
    if all_changes(counts) == 0 {
        return Some("Nothing to change".to_owned());
    }
    let people = people_of(counts);
    let leavers = if people.ended == 1 {
        "leaver"
    } else {
        "leavers"
    };
    let parts: Vec<String> = [
        (people.created, "new"),
        (people.changed, "changed"),
        (people.ended, leavers),
    ]
    .into_iter()
    .filter(|(many, _)| *many > 0)
    .map(|(many, word)| format!("{many} {word}"))
    .collect();
    if parts.is_empty() {
        return Some("No person, but classes, places or family ties".to_owned());
    }
    Some(parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_told_in_few_words() {
        let words = |created, changed, ended, places| {
            let people = Counts {
                created,
                changed,
                ended,
                unchanged: 3,
            };
            let places = Counts {
                created: places,
                ..Counts::default()
            };
            did_words(&[
                (RosterKind::People, people),
                (RosterKind::Enrolments, places),
            ])
        };
        let cases = [
            ((412, 37, 6, 9), "412 new, 37 changed, 6 leavers"),
            ((0, 0, 1, 0), "1 leaver"),
            (
                (0, 0, 0, 9),
                "No person, but classes, places or family ties",
            ),
            ((0, 0, 0, 0), "Nothing to change"),
        ];
        for ((created, changed, ended, places), expected) in cases {
            let told = words(created, changed, ended, places);
            assert_eq!(told.as_deref(), Some(expected));
        }
        assert_eq!(did_words(&[]), None);
    }
}
