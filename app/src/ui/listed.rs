//! A part of a page that lists things, or says that there are none and what would be
//! here.

use leptos::prelude::*;

use super::empty::Empty;
use super::icon::IconName;
use super::spread::Spread;

/// How the things stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One line each; every view is a `<li class="row">`.
    #[default]
    Rows,
    /// A card each.
    Cards,
}

/// The list under its heading.
#[component]
pub fn Listed(
    /// The heading's `id`, unique on the page.
    id: &'static str,
    /// The heading.
    title: &'static str,
    /// A drawing of what would be here.
    #[prop(default = IconName::TickCircle)]
    icon: IconName,
    /// The title where there is nothing.
    empty: &'static str,
    /// What nothing means, or what would stand here.
    explains: &'static str,
    /// How the things stand.
    #[prop(optional)]
    layout: Layout,
    /// The things, in their order.
    lines: Vec<AnyView>,
) -> impl IntoView {
    let inside = match (lines.is_empty(), layout) {
        (true, _) => view! {
            <Empty icon title=empty>
                <p class="muted">{explains}</p>
            </Empty>
        }
        .into_any(),
        (false, Layout::Rows) => view! {
            <ul class="rows" role="list">
                {lines}
            </ul>
        }
        .into_any(),
        (false, Layout::Cards) => view! { <div class="stack">{lines}</div> }.into_any(),
    };
    view! {
        <Spread id title>
            {inside}
        </Spread>
    }
    .into_any()
}
