//! The choice of whose data a page shows: one's own or that of a child one looks after.

use domain::consent::About;
use leptos::prelude::*;
use vocab::ids::PersonId;

use crate::ui::{Switch, Tab};

/// A link for each person, oneself first; nothing where there is only one.
#[component]
pub(crate) fn Whose(
    /// Who may be chosen.
    people: Vec<About>,
    /// Who is asking.
    one: PersonId,
    /// Whose data is shown.
    shown: PersonId,
    /// The address of the page about somebody.
    address: fn(PersonId) -> String,
) -> impl IntoView {
    (people.len() > 1).then(|| {
        let items = people
            .into_iter()
            .map(|about| Tab {
                href: address(about.id),
                label: if about.id == one {
                    "Me".to_owned()
                } else {
                    about.name
                },
                current: about.id == shown,
                count: None,
            })
            .collect();
        view! {
            <div class="below">
                <Switch label="About whom" items />
            </div>
        }
    })
}
