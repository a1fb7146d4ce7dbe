//! `/marking`, what waits; and `/submissions/:id`, the desk. The desk's form is
//! answered by `server/src/routes/marking.rs`.

use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::SubmissionId;
use vocab::marking::MarkForm;
use vocab::people::Role;

use super::api;
use super::desk::Desk;
use super::obstacle::InTheWay;
use crate::error::AppError;
use crate::home::MarkingRows;
use crate::page::{Page, done_sentence, load};
use crate::routes::id_in_path;
use crate::ssr::{self, Again};
use crate::ui::{ButtonLink, PageHead};

/// `/marking`.
#[component]
pub(crate) fn MarkingRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            if !actor.is(Role::Teacher) {
                return Err(AppError::NotFound);
            }
            let to_mark = domain::home::to_mark(ssr::db().read(), &actor, ssr::now()).await?;
            Ok::<_, AppError>((actor, to_mark))
        },
        |(actor, to_mark)| {
            let waiting = to_mark.iter().map(|work| work.to_mark).sum::<u64>();
            view! {
                <Title text=format!("Marking - {}", actor.school_name) />
                <Page actor current="/marking" counts=vec![("/marking", waiting)]>
                    <PageHead title="Marking" dateline="Oldest first".to_owned() />
                    <MarkingRows to_mark alone=true />
                </Page>
            }
        },
    )
}

/// `/submissions/:id`.
#[component]
pub(crate) fn SubmissionRoute() -> impl IntoView {
    let id = id_in_path::<SubmissionId>();
    load(
        async move { Ok::<_, AppError>((ssr::actor()?, api::desk(id?).await?)) },
        |(actor, desk)| {
            let head = desk.head.clone();
            let again: Again<MarkForm> = ssr::again();
            let in_the_way = match ssr::beside() {
                Some(MarkConflict(kept)) => Some(InTheWay::Conflict(kept)),
                None if !again.errors.is_empty() => Some(InTheWay::Invalid(again.errors.clone())),
                None => again.sentence.clone().map(InTheWay::Said),
            };
            let title_end = format!("{} - {}", head.title, actor.school_name);
            let return_marked = head.classroom.archived.is_none().then(|| {
                view! {
                    <ButtonLink href=format!("/assignments/{}#who", head.id)>"Return marked work"</ButtonLink>
                }
            });
            let done = ssr::query("done")
                .and_then(|word| done_sentence(&word))
                .map(str::to_owned);
            view! {
                <Title text=format!("{} - {title_end}", desk.student) />
                <Page actor current="/marking" dense=true>
                    <PageHead
                        title=head.title.clone()
                        dateline=head.classroom.name.clone()
                        crumbs=vec![(format!("/assignments/{}", head.id), "All answers".to_owned())]
                    >
                        {return_marked}
                    </PageHead>
                    <Desk desk typed=again.form in_the_way done title_end />
                </Page>
            }
        },
    )
}

/// In the request while the desk is shown again because somebody else saved first.
#[derive(Clone, Debug)]
pub struct MarkConflict(pub vocab::marking::KeptMark);
