//! The people of an import to look at before it goes in: some who show what happens, and
//! everybody whom the school would lose, by name.

use std::collections::BTreeSet;

use leptos::prelude::*;
use vocab::rosters::{Loss, Losses, LostPerson, SamplePerson};

use crate::ui::{
    Avatar, Card, Chip, CollectErased, Column, Erased, IconName, Spread, Table, Tone, initials_of,
};

/// Some people, with what happens to them.
#[component]
pub(super) fn Samples(
    samples: Vec<SamplePerson>,
    /// How many people are new, changed or leave.
    of: u64,
    /// Over them: whether they look right, where that can still be asked.
    title: &'static str,
) -> impl IntoView {
    if samples.is_empty() {
        return ().into_any();
    }
    let note = samples_words(&samples, of);
    let cards = samples
        .into_iter()
        .map(|sample| view! { <SampleCard sample /> })
        .collect_erased();
    view! {
        <Spread id="look" title=title note=note>
            <div class="cards">{cards}</div>
        </Spread>
    }
    .into_any()
}

/// "5 of 30 people", and why these where they are no more of the same.
fn samples_words(samples: &[SamplePerson], of: u64) -> String {
    let shown = samples.len();
    if shown as u64 >= of {
        return match shown {
            1 => "One person".to_owned(),
            many => format!("All {many} people"),
        };
    }
    let cases: BTreeSet<_> = samples.iter().map(case).collect();
    let why = if cases.len() > 1 {
        ", picked to show different cases"
    } else {
        ""
    };
    format!("{shown} of {of} people{why}")
}

/// What happens, and to whom: a role is told of who comes or leaves.
fn case(sample: &SamplePerson) -> (&str, Option<&str>) {
    let role = sample.facts.iter().find(|(label, _)| label == "Role");
    (sample.fate.as_str(), role.map(|(_, role)| role.as_str()))
}

#[component]
fn SampleCard(sample: SamplePerson) -> impl IntoView {
    let (tone, icon) = match sample.fate.as_str() {
        "New" => (Tone::Info, IconName::Plus),
        "Changed" => (Tone::Plain, IconName::Marking),
        _ => (Tone::Plain, IconName::ArrowRight),
    };
    let facts = sample
        .facts
        .into_iter()
        .map(|(label, value)| view! { <dt>{label}</dt> <dd>{value}</dd> })
        .collect_erased();
    view! {
        <Card>
            <div class="stack gap-3">
                <div class="with-avatar">
                    <Avatar initials=initials_of(&sample.name) />
                    <div>
                        <h3>{sample.name}</h3>
                        <Chip tone icon=Some(icon)>
                            {sample.fate}
                        </Chip>
                    </div>
                </div>
                <dl class="facts small">{facts}</dl>
            </div>
        </Card>
    }
    .erased()
}

/// Everybody whom the school would lose, or lost.
#[component]
pub(super) fn Lost(lost: Vec<LostPerson>, losses: Losses) -> impl IntoView {
    if lost.is_empty() {
        return ().into_any();
    }
    let title = if losses.all() == losses.leavers {
        "Who leaves"
    } else {
        "Who leaves or is shut out"
    };
    let more = losses.all().saturating_sub(lost.len() as u64);
    let summary = match (lost.len(), more) {
        (1, 0) => "The name".to_owned(),
        (named, 0) => format!("All {named} names"),
        (named, _) => format!("The first {named} names"),
    };
    let more = (more > 0).then(|| view! { <p class="muted">{format!("And {more} more.")}</p> });
    let rows = lost
        .into_iter()
        .map(|person| {
            view! {
                <tr>
                    <th scope="row" class="breaks">
                        {person.name}
                    </th>
                    <td data-label="Year">{person.year_group.unwrap_or_default()}</td>
                    <td data-label="What happens">{loss_words(person.loss)}</td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Spread id="lost" title=title>
            <details class="history">
                <summary>{summary}</summary>
                <div class="stack">
                    <Table
                        caption=title
                        hide_caption=true
                        head=vec![
                            Column::text("Name"),
                            Column::text("Year"),
                            Column::text("What happens"),
                        ]
                    >
                        {rows}
                    </Table>
                    {more}
                </div>
            </details>
        </Spread>
    }
    .into_any()
}

const fn loss_words(loss: Loss) -> &'static str {
    match loss {
        Loss::Everything => "Leaves",
        Loss::LastRole => "Loses their last role",
        Loss::Account => "Cannot sign in any more",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaver(role: &str) -> SamplePerson {
        SamplePerson {
            name: "Ravi Walker".to_owned(),
            fate: "Leaves".to_owned(),
            facts: vec![("Role".to_owned(), role.to_owned())],
        }
    }

    #[test]
    fn people_to_look_at_are_said_to_be_different_only_where_they_are() {
        let alike = [leaver("Student"), leaver("Student")];
        assert_eq!(samples_words(&alike, 30), "2 of 30 people");
        assert_eq!(samples_words(&alike, 2), "All 2 people");
        assert_eq!(samples_words(&alike[..1], 1), "One person");
        let different = [leaver("Student"), leaver("Teacher")];
        assert_eq!(
            samples_words(&different, 30),
            "2 of 30 people, picked to show different cases"
        );
    }
}
