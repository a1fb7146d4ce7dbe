//! The forms with which a teacher sets work and lets it go out.

use axum::extract::State;
use axum::response::Response;
use domain::assignments::{self, policy::Action};
use domain::{access, classrooms, marking};
use vocab::assignments::{AssignmentForm, Intent};
use vocab::ids::{AssignmentId, ClassroomId};

use app::error::AppError;
use app::ssr::unavailable;

use super::classrooms::answer;
use crate::forms::{Nothing, Path, Posted};
use crate::respond::{on_to, refused};
use crate::session::SignedIn;
use crate::site::Site;

/// `POST /classrooms/{id}/assignments/new`.
pub(crate) async fn create(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { form, parts }: Posted<AssignmentForm>,
) -> Response {
    let made = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let classroom =
            access::classroom(&*tx, &actor, id, classrooms::policy::Action::SetWork).await?;
        let work = form.validate()?;
        let made = assignments::create(&tx, &actor, &classroom, &work, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)?;
        Ok::<_, AppError>((made, work.intent))
    };
    match made.await {
        Ok((made, intent)) => on_to(&format!("/assignments/{made}?done={}", done_word(intent))),
        Err(error) => {
            refused(
                &site,
                &parts,
                &format!("/classrooms/{id}/assignments/new"),
                &form,
                error,
            )
            .await
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
pub(crate) async fn edit(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { form, parts }: Posted<AssignmentForm>,
) -> Response {
    let edited = async {
        let (tx, now) = (
            site.db.write().await.map_err(unavailable)?,
            site.clock.now(),
        );
        let work = access::assignment(&*tx, &actor, id, Action::Edit, now).await?;
        assignments::edit(&tx, &actor, &work, &form.validate()?, now).await?;
        tx.commit().await.map_err(unavailable)
    };
    match edited.await {
        Ok(()) => on_to(&format!("/assignments/{id}?done=saved")),
        Err(error) => {
            refused(
                &site,
                &parts,
                &format!("/assignments/{id}/edit"),
                &form,
                error,
            )
            .await
        }
    }
}

/// `POST /assignments/{id}/publish`.
pub(crate) async fn publish(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let published = async {
        let (tx, now) = (
            site.db.write().await.map_err(unavailable)?,
            site.clock.now(),
        );
        let work = access::assignment(&*tx, &actor, id, Action::Publish, now).await?;
        assignments::publish(&tx, &work, now).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        published.await,
        &format!("/assignments/{id}"),
        "published",
        &(),
    )
    .await
}

/// `POST /assignments/{id}/close`.
pub(crate) async fn close(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let closed = async {
        let (tx, now) = (
            site.db.write().await.map_err(unavailable)?,
            site.clock.now(),
        );
        let work = access::assignment(&*tx, &actor, id, Action::Close, now).await?;
        assignments::close(&tx, &work, now).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        closed.await,
        &format!("/assignments/{id}"),
        "closed",
        &(),
    )
    .await
}

/// `POST /assignments/{id}/reopen`.
pub(crate) async fn reopen(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let reopened = async {
        let (tx, now) = (
            site.db.write().await.map_err(unavailable)?,
            site.clock.now(),
        );
        let work = access::assignment(&*tx, &actor, id, Action::Close, now).await?;
        assignments::reopen(&tx, &work, now).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        reopened.await,
        &format!("/assignments/{id}"),
        "reopened",
        &(),
    )
    .await
}

/// `POST /assignments/{id}/return-all`.
pub(crate) async fn return_all(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let returned = async {
        let (tx, now) = (
            site.db.write().await.map_err(unavailable)?,
            site.clock.now(),
        );
        let work = access::assignment(&*tx, &actor, id, Action::Return, now).await?;
        marking::return_all(&tx, &work, now).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        returned.await,
        &format!("/assignments/{id}"),
        "returned-all",
        &(),
    )
    .await
}
