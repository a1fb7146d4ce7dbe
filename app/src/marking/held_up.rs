//! The desk where somebody objected to teaching: why nothing can be saved, in place of the
//! form, and the mark that was saved before, to be read.

use leptos::prelude::*;
use vocab::marking::KeptMark;

use crate::ui::{IconName, Notice, Tone};

#[component]
pub(super) fn HeldUp(mark: KeptMark) -> impl IntoView {
    let KeptMark {
        points,
        comment,
        marked_by,
        marked,
        ..
    } = mark;
    let kept = marked.map(|at| {
        let saved = match marked_by {
            Some(who) => format!("Last saved by {who}, {}", at.words),
            None => format!("Last saved {}", at.words),
        };
        let points = points.map_or_else(|| "No mark".to_owned(), |points| points.to_string());
        view! {
            <dl class="compare">
                <dt>{saved}</dt>
                <dd>
                    <b>{points}</b>
                    " "
                    <span class="as-typed">{comment}</span>
                </dd>
            </dl>
        }
    });
    view! {
        <div class="stack">
            <Notice tone=Tone::Warn icon=Some(IconName::Lock) title="Somebody objected".to_owned()>
                <p>
                    "Nothing can be marked or returned here until the objection is taken back, or the school has compelling reasons to go on."
                </p>
            </Notice>
            {kept}
            <p>
                <a class="btn btn-quiet" href="/my-data">
                    "Ask about privacy"
                </a>
            </p>
        </div>
    }
}
