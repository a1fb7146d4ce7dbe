//! The data protection lead's part of the first page: what is due first, with how long is
//! left, and where the rest is.

use leptos::prelude::*;
use vocab::home::LeadHome;
use vocab::rights::RequestSummary;

use crate::rights::{Light, TaskRow};
use crate::ui::{ButtonLink, CollectErased, Empty, Erased, IconName, Spread};

/// Requests by what is due first, then breaches, copies and the declaration.
#[component]
pub(super) fn LeadPart(lead: LeadHome) -> impl IntoView {
    let waiting = lead
        .breaches
        .into_iter()
        .chain(lead.copies)
        .map(|task| view! { <TaskRow task /> })
        .collect_erased();
    view! {
        <Spread id="requests" title="Requests" note="What is due first".to_owned()>
            <DueFirst requests=lead.requests open=lead.open />
        </Spread>
        <Spread id="data" title="Data protection">
            <ul class="rows" role="list">
                {waiting}
                <li class="row">
                    <div>
                        <a class="row-title" href="/school/privacy">
                            "Everything to do, and the registers"
                        </a>
                        <div class="row-meta">"Reviews, holds, mail that did not arrive, and the record of consents"</div>
                    </div>
                </li>
                <li class="row">
                    <div>
                        <a class="row-title" href="/school/declaration">
                            "The school's declaration"
                        </a>
                        <div class="row-meta">"Who signed it, when, and which text"</div>
                    </div>
                </li>
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn DueFirst(requests: Vec<RequestSummary>, open: usize) -> impl IntoView {
    if requests.is_empty() {
        return view! {
            <Empty icon=IconName::TickCircle title="No request is open">
                <p class="muted">"What people ask about their data appears here, with how long is left."</p>
            </Empty>
        }
        .into_any();
    }
    let is_longer = open > requests.len();
    let rows = requests
        .into_iter()
        .map(|request| view! { <RequestRow request /> })
        .collect_erased();
    view! {
        <ul class="rows" role="list">
            {rows}
        </ul>
        {is_longer
            .then(|| {
                view! {
                    <ButtonLink href="/school/privacy#requests">{format!("All {open} that are open")}</ButtonLink>
                }
            })}
    }
    .into_any()
}

#[component]
fn RequestRow(request: RequestSummary) -> impl IntoView {
    view! {
        <li class="row">
            <div>
                <a class="row-title" href=format!("/school/privacy/requests/{}", request.id)>
                    {format!("{}: {}", request.kind.label(), request.about)}
                </a>
                <div class="row-meta">{format!("{}. {}", request.reference, request.state.label())}</div>
            </div>
            <div class="row-end">
                <Light urgency=request.urgency words=request.left />
            </div>
        </li>
    }
    .erased()
}
