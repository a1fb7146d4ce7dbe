//! Who else waits: the ways to the students before and after, and all of the queue with what
//! was done with this work. Each is a link of its own; the desk takes it over where it is awake.
#![expect(
    clippy::disallowed_methods,
    reason = "a part of an island keeps its types"
)]

use leptos::either::Either;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use vocab::ids::SubmissionId;
use vocab::marking::MarkingDesk;

use crate::ui::{Chip, Icon, IconName, Progress, Tone};

#[component]
pub(super) fn Steps(desk: MarkingDesk, go: Callback<(MouseEvent, SubmissionId)>) -> impl IntoView {
    let step = move |to: Option<SubmissionId>, icon: IconName, words: &'static str| match to {
        Some(id) => Either::Left(view! {
            <a class="btn btn-icon" href=format!("/submissions/{id}") on:click={move |event| go.run((event, id))}>
                <Icon name=icon />
                <span class="hush">{words}</span>
            </a>
        }),
        None => Either::Right(view! {
            <span class="btn btn-icon" aria-disabled="true">
                <Icon name=icon />
                <span class="hush">{format!("{words}: there is none")}</span>
            </span>
        }),
    };
    let MarkingDesk {
        previous,
        next,
        marked,
        total,
        student,
        position,
        ..
    } = desk;
    let who = match position {
        Some(number) => format!("{student}, number {number}"),
        None => student,
    };
    let label = format!("{marked} of {total} marked. {who}");
    view! {
        {step(previous, IconName::ArrowLeft, "Previous student")}
        {step(next, IconName::ArrowRight, "Next student")}
        <div class="grow">
            <Progress id="marked" label value=marked max=total />
        </div>
    }
}

#[component]
pub(super) fn Queue(desk: MarkingDesk, go: Callback<(MouseEvent, SubmissionId)>) -> impl IntoView {
    let here = desk.submission;
    let rows = desk
        .queue
        .into_iter()
        .map(|line| {
            let id = line.submission;
            let (tone, icon) = match (line.is_objected_to, line.is_marked) {
                (true, _) => (Tone::Warn, IconName::Lock),
                (false, true) => (Tone::Ok, IconName::TickCircle),
                (false, false) => (Tone::Plain, IconName::Circle),
            };
            view! {
                <li class="row row-tight" aria-current={(id == here).then_some("true")}>
                    <a class="row-title" href=format!("/submissions/{id}") on:click={move |event| go.run((event, id))}>
                        {line.name}
                    </a>
                    <div class="row-end">
                        <Chip tone icon=Some(icon)>
                            {line.state}
                        </Chip>
                    </div>
                </li>
            }
        })
        .collect_view();
    let history = desk
        .history
        .into_iter()
        .map(|line| {
            view! {
                <li>
                    <b>{line.what}</b>
                    " "
                    <span class="muted">
                        {line.who} ", " <time datetime=line.at.iso>{line.at.words}</time>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <h2 id="queue-h">"Queue"</h2>
        <ol class="rows" role="list">
            {rows}
        </ol>
        <details class="history">
            <summary>"History of this work"</summary>
            <ol class="stack gap-2 small" role="list">
                {history}
            </ol>
        </details>
    }
}
