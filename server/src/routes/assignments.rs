//! The forms with which a teacher sets work and lets it go out.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::assignments::{self, Sent, policy::Action};
use domain::moments::local;
use domain::{access, classrooms, marking};
use vocab::assignments::{AssignmentForm, Intent};
use vocab::ids::{AssignmentId, ClassroomId};

use app::error::AppError;

use super::materials::{self, Received};
use super::refusals::words_and_files;
use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change, on_to, refused};
use crate::session::SignedIn;
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    // Files are bounded one by one while they stream.
    let unbounded = DefaultBodyLimit::disable;
    vec![
        (
            "/classrooms/{id}/assignments/new",
            post(create).layer(unbounded()),
        ),
        ("/assignments/{id}/edit", post(edit).layer(unbounded())),
        ("/assignments/{id}/publish", post(publish)),
        ("/assignments/{id}/close", post(close)),
        ("/assignments/{id}/reopen", post(reopen)),
        ("/assignments/{id}/return-all", post(return_all)),
    ]
}

/// `POST /classrooms/{id}/assignments/new`.
async fn create(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    request: Request,
) -> Response {
    let set_work = classrooms::policy::Action::SetWork;
    let page = format!("/classrooms/{id}/assignments/new");
    let school = access::classroom(site.db.read(), &actor, id, set_work)
        .await
        .map(|classroom| classroom.school());
    let Received {
        parts,
        mut form,
        files,
        chosen,
        outcome,
    } = materials::receive::<AssignmentForm>(&site, school, request).await;
    // A form that does not say sets new work.
    let carried = form.id.parse::<AssignmentId>();
    let work_id = carried.unwrap_or_else(|_| AssignmentId(domain::secrets::new_id()));
    let (mut is_used, mut told_of) = (false, None);
    let made = materials::change_with_files(&site, &files, chosen, async |tx, now| {
        let classroom = access::classroom(&**tx, &actor, id, set_work).await?;
        let work = form.validate(local(now, actor.time_zone));
        let work = words_and_files(work.map_err(AppError::Invalid), outcome)?;
        let new = (work_id, &work);
        // Whoever went back finds what they typed in a form with another id.
        if !form.id.is_empty()
            && let Some(twin) = assignments::find_twin(tx, &actor, &classroom, new, now).await?
        {
            let twin_id = twin.id.to_string();
            let is_known = twin.id == work_id || form.twice == twin_id;
            told_of = Some(twin_id);
            if !is_known {
                return Err(twin.set_shortly_before(&actor).into());
            }
        }
        let sent = assignments::create_once(tx, &actor, &classroom, new, now).await;
        let sent = match sent {
            // The same words with another sheet are another form.
            Ok(Sent::Before) if !assignments::came_before(tx, work_id, &files).await? => {
                Err(assignments::Error::SentBefore)
            }
            sent => sent,
        };
        is_used = matches!(sent, Err(assignments::Error::SentBefore));
        let sent = sent?;
        if sent == Sent::Now {
            let new_work = access::assignment(&**tx, &actor, work_id, Action::Edit, now).await?;
            assignments::attach(tx, &new_work, &files, now).await?;
        }
        Ok((sent, work.intent))
    })
    .await;
    match made {
        Ok((sent, intent)) => {
            let done = match sent {
                Sent::Now => done_word(intent),
                Sent::Before => {
                    // The work has those of the first sending. Where it stands may be another
                    // matter by now.
                    assignments::let_go(&site.store, &files).await;
                    "created"
                }
            };
            on_to(&format!("/assignments/{work_id}?done={done}"))
        }
        Err(error) => {
            if is_used {
                // The form comes back with another.
                form.id.clear();
            }
            if let Some(twin) = told_of {
                form.twice = twin;
            }
            refused(&site, &parts, &page, &form, error).await
        }
    }
}

fn done_word(intent: Intent) -> &'static str {
    match intent {
        Intent::Draft => "saved",
        Intent::Publish => "published",
        Intent::Schedule => "scheduled",
    }
}

/// `POST /assignments/{id}/edit`.
async fn edit(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    request: Request,
) -> Response {
    let school = materials::school_of(&site, &actor, id).await;
    let Received {
        parts,
        form,
        files,
        chosen,
        outcome,
    } = materials::receive::<AssignmentForm>(&site, school, request).await;
    let edited = materials::change_with_files(&site, &files, chosen, async |tx, now| {
        let work = access::assignment(&**tx, &actor, id, Action::Edit, now).await?;
        let valid = form.validate(local(now, actor.time_zone));
        let valid = words_and_files(valid.map_err(AppError::Invalid), outcome)?;
        assignments::edit(tx, &actor, &work, &valid, now).await?;
        Ok(assignments::attach(tx, &work, &files, now).await?)
    })
    .await;
    match edited {
        Ok(()) => on_to(&format!("/assignments/{id}?done=saved")),
        Err(error) => {
            let page = format!("/assignments/{id}/edit");
            refused(&site, &parts, &page, &form, error).await
        }
    }
}

/// `POST /assignments/{id}/publish`.
async fn publish(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let work = access::assignment(&**tx, &actor, id, Action::Publish, now).await?;
        Ok(assignments::publish(tx, &work, now).await?)
    })
    .await;
    answer(
        &site,
        &parts,
        done,
        &format!("/assignments/{id}"),
        "published",
        &(),
    )
    .await
}

/// `POST /assignments/{id}/close`.
async fn close(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let work = access::assignment(&**tx, &actor, id, Action::Close, now).await?;
        Ok(assignments::close(tx, &work, now).await?)
    })
    .await;
    answer(
        &site,
        &parts,
        done,
        &format!("/assignments/{id}"),
        "closed",
        &(),
    )
    .await
}

/// `POST /assignments/{id}/reopen`.
async fn reopen(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let work = access::assignment(&**tx, &actor, id, Action::Close, now).await?;
        Ok(assignments::reopen(tx, &work, now).await?)
    })
    .await;
    answer(
        &site,
        &parts,
        done,
        &format!("/assignments/{id}"),
        "reopened",
        &(),
    )
    .await
}

/// `POST /assignments/{id}/return-all`.
async fn return_all(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let work = access::assignment(&**tx, &actor, id, Action::Return, now).await?;
        Ok(marking::return_all(tx, &work, now).await?)
    })
    .await;
    let word = match &done {
        Ok(came) if came.objected_to > 0 => "returned-what-could",
        _ => "returned-all",
    };
    answer(
        &site,
        &parts,
        done.map(|_| ()),
        &format!("/assignments/{id}"),
        word,
        &(),
    )
    .await
}
