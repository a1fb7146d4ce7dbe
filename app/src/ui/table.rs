//! A table with its caption and heads. Rows are the page's own: a cell that is
//! to keep its head's word on a phone carries `data-label`.

use leptos::prelude::*;

use super::{CollectErased, Erased};

/// The head of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    label: String,
    is_number: bool,
    is_hidden: bool,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            is_number: false,
            is_hidden: false,
        }
    }

    /// A column of numbers, set to the end. Its cells carry the class `n`.
    pub fn number(label: impl Into<String>) -> Self {
        Self {
            is_number: true,
            ..Self::text(label)
        }
    }

    /// A column whose head is for screen readers only, such as one of buttons.
    pub fn hidden(label: impl Into<String>) -> Self {
        Self {
            is_hidden: true,
            ..Self::text(label)
        }
    }
}

/// A table whose rows become blocks on a phone.
#[component]
pub fn Table(
    /// What the table holds.
    #[prop(into)]
    caption: String,
    /// Keep the caption for screen readers: a heading beside the table says the same.
    #[prop(optional)]
    hide_caption: bool,
    /// The heads, from first to last.
    head: Vec<Column>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let heads = head
        .into_iter()
        .map(|column| {
            let hush = column.is_hidden.then_some("hush");
            view! {
                <th scope="col" class={column.is_number.then_some("n")}>
                    <span class=hush>{column.label}</span>
                </th>
            }
        })
        .collect_erased();
    view! {
        <table class="table table-stack">
            <caption>
                <span class={hide_caption.then_some("hush")}>{caption}</span>
            </caption>
            <thead>
                <tr>{heads}</tr>
            </thead>
            <tbody>{children()}</tbody>
        </table>
    }
    .erased()
}
