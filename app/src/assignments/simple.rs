//! Simple view: what is to do, and what came back, with nothing around it, in large
//! letters, with a button that reads it aloud.

use leptos::prelude::*;
use leptos_meta::Title;
use vocab::assignments::{AssignmentHead, AttemptSummary, Feedback, WorkState};
use vocab::ids::{AssignmentId, PersonId};

use super::api::{self, WorkPage};
use super::components::{DueLine, FOR_AN_EARLIER_TRY, FeedbackView, Instructions};
use super::materials::Materials;
use crate::error::AppError;
use crate::page::load;
use crate::routes::id_in_path;
use crate::ssr;
use crate::ui::{ButtonLink, Erased, Frame, IconName, PageHead};

/// Whether the page at this address is a simple view, which always reads aloud.
pub(crate) fn is_simple(path: &str) -> bool {
    path.starts_with("/assignments/") && path.ends_with("/simple")
}

/// Leads from the whole page to the simple view of the same work.
#[component]
pub(crate) fn ToSimple(
    /// Which work.
    id: AssignmentId,
) -> impl IntoView {
    let href = format!("/assignments/{id}/simple{}", of_the_child(child()));
    view! { <ButtonLink href icon=IconName::Book>"Simple view"</ButtonLink> }
}

/// The child whose work a guardian reads.
fn child() -> Option<PersonId> {
    ssr::query("child").and_then(|child| child.parse().ok())
}

fn of_the_child(child: Option<PersonId>) -> String {
    child
        .map(|child| format!("?child={child}"))
        .unwrap_or_default()
}

/// `/assignments/:id/simple`.
#[component]
pub(crate) fn SimpleRoute() -> impl IntoView {
    let id = id_in_path::<AssignmentId>();
    load(
        async move { Ok::<_, AppError>((ssr::actor()?, api::page(id?, child()).await?)) },
        |(actor, page)| {
            let (head, answer) = match page {
                WorkPage::Student(work) | WorkPage::OwnChild(work) => {
                    let handed_in = work
                        .attempts
                        .into_iter()
                        .find(|attempt| !attempt.is_withdrawn);
                    (work.head, Some((work.state, handed_in, work.feedback)))
                }
                WorkPage::Teacher(work) => (work.head, None),
                WorkPage::Choose(head, _) | WorkPage::Head(head) => (head, None),
            };
            let out_of = head.points.map(|points| points.to_string());
            let back = format!("/assignments/{}{}", head.id, of_the_child(child()));
            view! {
                <Title text=format!("{} - {}", head.title, actor.school_name) />
                <Frame nav=Vec::new() school=actor.school_name.clone() person=Some((actor.name.clone(), actor.initials(), actor.person.to_string()))>
                    <article class="simple stack">
                        <PageHead title=head.title.clone() crumbs=vec![(back.clone(), "The whole page".to_owned())] />
                        <DueLine head=head.clone() />
                        {answer
                            .map(|(state, handed_in, feedback)| {
                                let is_older = state != WorkState::Returned;
                                view! {
                                    {handed_in.map(|attempt| view! { <HandedIn attempt /> })}
                                    {feedback.map(|feedback| view! { <CameBack feedback out_of is_older /> })}
                                }
                            })}
                        <WhatToRead head />
                        <p>
                            <ButtonLink href=back big=true>"Back to the whole page"</ButtonLink>
                        </p>
                    </article>
                </Frame>
            }
        },
    )
}

/// That something was handed in, and when.
#[component]
fn HandedIn(attempt: AttemptSummary) -> impl IntoView {
    let at = attempt.handed_in;
    view! {
        <p>
            {if attempt.is_late { "Handed in late, " } else { "Handed in " }}
            <time datetime=at.iso>{at.words}</time>
        </p>
    }
    .erased()
}

/// What came back last, be it for the newest try or not.
#[component]
fn CameBack(feedback: Feedback, out_of: Option<String>, is_older: bool) -> impl IntoView {
    view! {
        <h2>"Feedback"</h2>
        {is_older.then(|| view! { <p>{FOR_AN_EARLIER_TRY} "."</p> })}
        <FeedbackView feedback out_of />
    }
    .erased()
}

#[component]
fn WhatToRead(head: AssignmentHead) -> impl IntoView {
    view! {
        <h2>"What to do"</h2>
        <Instructions html=head.instructions_html />
        <Materials files=head.files change=None />
    }
    .erased()
}
