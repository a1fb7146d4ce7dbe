//! The desk where nothing can be saved, for somebody objected to teaching or the classroom is
//! archived: why, in place of the form, and the mark that was saved before, to be read.

use leptos::prelude::*;
use vocab::marking::KeptMark;
use vocab::moment::Moment;

use crate::ui::{IconName, Notice, Tone};

#[component]
pub(super) fn HeldUp(mark: KeptMark, archived: Option<Moment>) -> impl IntoView {
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
    let why = match archived {
        Some(at) => view! {
            <Notice title="This classroom is archived".to_owned()>
                <p>
                    {format!("Since {}. Nothing can be marked or returned here until it is brought back.", at.words)}
                </p>
            </Notice>
        }
        .into_any(),
        None => view! {
            <Notice tone=Tone::Warn icon=Some(IconName::Lock) title="Somebody objected".to_owned()>
                <p>
                    "Nothing can be marked or returned here until the objection is taken back, or the school has compelling reasons to go on."
                </p>
            </Notice>
        }
        .into_any(),
    };
    view! {
        <div class="stack">
            {why}
            {kept}
            <p>
                <a class="btn btn-quiet" href="/my-data">
                    "Ask about privacy"
                </a>
            </p>
        </div>
    }
}
