//! A card: boxed as one choice among others, ruled on top where it leads the page.

use leptos::prelude::*;

use super::Erased;

/// A card.
#[component]
pub fn Card(
    /// Leads the page: a strong line on top instead of a box.
    #[prop(optional)]
    lead: bool,
    /// More classes.
    #[prop(optional, into)]
    class: Option<&'static str>,
    /// The `id` of the heading that names it.
    #[prop(optional, into)]
    labelled_by: Option<String>,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let mut classes = vec!["card"];
    classes.extend(lead.then_some("card-lead"));
    classes.extend(class);
    view! {
        <section class=classes.join(" ") aria-labelledby=labelled_by>
            {children()}
        </section>
    }
    .erased()
}
