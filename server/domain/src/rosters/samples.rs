//! Up to five people to look at before an import is confirmed, picked to show
//! different cases: a new student, a new guardian, a change, a leaver, a teacher.

use std::collections::BTreeSet;

use vocab::people::Role;
use vocab::rosters::SamplePerson;

use super::plan::PersonChange;
use super::report::About;
use super::states::PersonState;

const MOST_SAMPLES: usize = 5;

/// Picks them; one for each case first.
pub(super) fn pick(people: &[PersonChange]) -> Vec<About<SamplePerson>> {
    let mut cases = BTreeSet::new();
    let (mut first, rest): (Vec<_>, Vec<_>) =
        people.iter().partition(|person| cases.insert(case(person)));
    first.sort_by_key(|person| case(person));
    first
        .into_iter()
        .chain(rest)
        .take(MOST_SAMPLES)
        .map(|person| About {
            person: Some(person.row.id),
            told: sample(person),
        })
        .collect()
}

/// What happens, and to whom: changed people come first, they deserve most of the look.
fn case(person: &PersonChange) -> (u8, Option<Role>) {
    let fate = match fate(person) {
        "Changed" => 0,
        "Leaves" => 1,
        _ => 2,
    };
    let state = person.row.before.as_ref().filter(|_| fate == 1);
    let role = state.unwrap_or(&person.row.after).roles.first().copied();
    (fate, role)
}

fn fate(person: &PersonChange) -> &'static str {
    let was_here = person
        .row
        .before
        .as_ref()
        .is_some_and(|before| before.ended_at.is_none());
    match (was_here, person.row.after.ended_at.is_some()) {
        (_, true) => "Leaves",
        (true, false) => "Changed",
        (false, false) => "New",
    }
}

fn sample(person: &PersonChange) -> SamplePerson {
    let fate = fate(person);
    let after = &person.row.after;
    let facts = match (&person.row.before, fate) {
        (Some(before), "Leaves") => facts(before),
        (Some(before), "Changed") => differences(before, after),
        (Some(_), _) => [
            facts(after),
            vec![("Was here before".to_owned(), "Yes".to_owned())],
        ]
        .concat(),
        (None, _) => facts(after),
    };
    SamplePerson {
        name: after.name(),
        fate: fate.to_owned(),
        facts,
    }
}

/// What is said of a person, in the order of reading.
fn told(state: &PersonState) -> [(&'static str, String); 6] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let roles: Vec<&str> = state.roles.iter().map(|role| role.label()).collect();
    let email = if state.has_unreadable_email() {
        "cannot be read".to_owned()
    } else {
        text(&state.email)
    };
    [
        ("Given name", state.given_name.clone()),
        ("Family name", state.family_name.clone()),
        ("Role", roles.join(", ")),
        ("Year", text(&state.year_group)),
        ("Username", text(&state.username)),
        ("E-mail", email),
    ]
}

fn facts(state: &PersonState) -> Vec<(String, String)> {
    told(state)
        .into_iter()
        .skip(2)
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| (label.to_owned(), value))
        .collect()
}

fn differences(before: &PersonState, after: &PersonState) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = told(before)
        .into_iter()
        .zip(told(after))
        .filter(|((_, old), (_, new))| old != new)
        .map(|((label, old), (_, new))| {
            let (old, new) = (or_none(old), or_none(new));
            // An erasure finds a username as a whole or in quotes.
            let change = if label == "Username" {
                format!("\"{old}\" to \"{new}\"")
            } else {
                format!("{old} to {new}")
            };
            (label.to_owned(), change)
        })
        .collect();
    if (&before.sourced_id, before.source_id) != (&after.sourced_id, after.source_id) {
        facts.push(("Roster".to_owned(), "Joined to the roster's row".to_owned()));
    }
    match (before.disabled_at, after.disabled_at) {
        (None, Some(_)) => facts.push(("Account".to_owned(), "Closed".to_owned())),
        (Some(_), None) => facts.push(("Account".to_owned(), "Opened again".to_owned())),
        _ => {}
    }
    facts
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        text
    }
}
