//! The part of `/my-data` with what was asked: how far each request has come, and what
//! whoever reads it can do with it now. Forms: `server/src/routes/rights.rs`.

use leptos::prelude::*;
use vocab::ids::RightsRequestId;
use vocab::rights::{QuestionForm, RequestKind, RequestState, RequestSummary, StudentView};

use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, CollectErased, Erased, IconName, Spread, TextArea, Tone,
};

/// Every request of whoever reads it, or about them.
#[component]
pub(super) fn Asked(asked: Vec<RequestSummary>) -> impl IntoView {
    if asked.is_empty() {
        return ().into_any();
    }
    let rows = asked
        .into_iter()
        .map(|request| view! { <Row request /> })
        .collect_erased();
    view! {
        <Spread id="asked" title="Asked">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

#[component]
fn Row(request: RequestSummary) -> impl IntoView {
    let (when, standing) = (when(&request), request.standing());
    let goes_on = request.kind == RequestKind::Erasure && request.state == RequestState::Approved;
    // What another asked is not said in the reader's own name.
    let what = if request.is_own {
        request.kind.wish()
    } else {
        request.kind.label()
    };
    let may_take_back = request.is_own && !request.state.is_over() && !goes_on;
    let asks_you = request
        .asks_you
        .map(|said| view! { <YourView id=request.id said /> });
    let which = format!(" {}", request.reference);
    let whose = which.clone();
    let take_back = may_take_back.then(|| {
        view! {
            <form method="post" action=format!("/my-data/requests/{}/take-back", request.id)>
                <Button kind=ButtonKind::Quiet>
                    "Take back" <span class="hush">{whose}</span>
                </Button>
            </form>
        }
    });
    let decision = request
        .decision
        .map(|words| view! { <div class="row-meta as-typed">{words}</div> });
    let question = request
        .question
        .map(|asks| view! { <Question id=request.id reference=request.reference.clone() asks /> });
    let copy = request.copy.map(|(person, until)| {
        view! {
            <div class="row-meta">{format!("You can fetch the copy until {}.", until.words)}</div>
            <ButtonLink href=format!("/my-data/{person}/copy") icon=IconName::Import>
                "Get the copy" <span class="hush">{which}</span>
            </ButtonLink>
        }
    });
    let looks_again = request.looks_again.map(|until| {
        let words = format!(
            "The school looks through the copy once more. Then you can fetch it, until {}.",
            until.words
        );
        view! { <div class="row-meta">{words}</div> }
    });
    view! {
        <li class="row">
            <div>
                <span class="row-title">{what}</span>
                <div class="row-meta">
                    {format!("{}, {}, asked {}. ", request.about, request.reference, request.received.words)}
                    {when}
                </div>
                {decision}
                {question}
                {copy}
                {looks_again}
                {asks_you}
            </div>
            <div class="row-end">
                <Chip tone=Tone::Plain>{standing}</Chip>
                {take_back}
            </div>
        </li>
    }
    .erased()
}

/// What is waited for: the school until a day, or whoever asked.
fn when(request: &RequestSummary) -> Option<String> {
    if request.state == RequestState::Clarification {
        let waits = if request.is_own {
            "The school waits for you."
        } else {
            "The school waits for who asked."
        };
        return Some(waits.to_owned());
    }
    let first = request.first_answer_due.as_ref();
    let first = first.map(|due| format!("You hear from the school by {}.", due.words));
    let end = request.due.as_ref();
    first.or_else(|| end.map(|due| format!("Done by {}.", due.words)))
}

/// What the school asks whoever asked, and their answer: until it comes nothing goes on.
#[component]
fn Question(id: RightsRequestId, reference: String, asks: String) -> impl IntoView {
    let again: Again<()> = ssr::again();
    let field = format!("words-{id}");
    let error = again.error(&field);
    let typed: Option<QuestionForm> = ssr::again_under(&id.to_string());
    view! {
        <form class="stack gap-2" method="post" action=format!("/my-data/requests/{id}/answer")>
            <p>"The school asks you:"</p>
            <p class="as-typed">{asks}</p>
            <TextArea
                id=field
                name="words"
                label=format!("Your answer to the school ({reference})")
                error=error
                value=typed.unwrap_or_default().words
                rows=3
            />
            <div class="cluster">
                <Button kind=ButtonKind::Main>"Send the answer"</Button>
            </div>
        </form>
    }
    .erased()
}

/// Two equal answers to a request of somebody else, which can be changed until it is granted.
#[component]
fn YourView(id: RightsRequestId, said: StudentView) -> impl IntoView {
    let answer = |view: StudentView, words: &'static str| {
        view! {
            <Button name="view" value=view.to_string() pressed=said == view>
                {words}
            </Button>
        }
    };
    view! {
        <form class="stack gap-2" method="post" action=format!("/my-data/requests/{id}/view")>
            <p>"Somebody else, such as a guardian, asks this. Your school asks you first: is it all right for you?"</p>
            <div class="cluster">
                {answer(StudentView::Agrees, "I do not mind")} {answer(StudentView::Minds, "I do not want it")}
            </div>
        </form>
    }
    .erased()
}
