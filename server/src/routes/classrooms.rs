//! The forms of a classroom.

use axum::extract::State;
use axum::response::Response;
use domain::classrooms::{self, policy::Action};
use domain::{access, accounts};
use http::request::Parts;
use serde::{Deserialize, Serialize};
use vocab::classrooms::{ClassroomForm, ClassroomRole};
use vocab::ids::{ClassroomId, EnrolmentId, PersonId};

use app::error::AppError;
use app::ssr::{Posted as PostedContext, unavailable};

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{on_to, refused, shown_once};
use crate::session::SignedIn;
use crate::site::Site;

/// `POST /classrooms/new`.
pub(crate) async fn create(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<ClassroomForm>,
) -> Response {
    let made = async {
        let door = access::school(&actor, domain::schools::policy::Action::MakeClassroom)?;
        let classroom = form.validate()?;
        let tx = site.db.write().await.map_err(unavailable)?;
        let id = classrooms::create(&tx, &actor, &door, &classroom, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)?;
        Ok::<_, AppError>(id)
    };
    match made.await {
        Ok(id) => on_to(&format!("/classrooms/{id}?done=created")),
        Err(error) => refused(&site, &parts, "/classrooms/new", &form, error).await,
    }
}

/// `POST /classrooms/{id}/settings`.
pub(crate) async fn rename(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { form, parts }: Posted<ClassroomForm>,
) -> Response {
    let renamed = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let classroom = access::classroom(&*tx, &actor, id, Action::Rename).await?;
        classrooms::rename(&tx, &classroom, &form.validate()?, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        renamed.await,
        &format!("/classrooms/{id}/settings"),
        "saved",
        &form,
    )
    .await
}

/// Who is added, and as what.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct NewMember {
    person: PersonId,
    role: ClassroomRole,
}

/// `POST /classrooms/{id}/members`.
pub(crate) async fn add_member(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { form, parts }: Posted<NewMember>,
) -> Response {
    let added = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let classroom = access::classroom(&*tx, &actor, id, Action::ManageMembers).await?;
        classrooms::add_member(&tx, &classroom, form.person, form.role, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        added.await,
        &format!("/classrooms/{id}/people"),
        "added",
        &(),
    )
    .await
}

/// `POST /classrooms/{id}/members/{enrolment}/end`.
pub(crate) async fn end_member(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, enrolment)): Path<(ClassroomId, EnrolmentId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let ended = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let classroom = access::classroom(&*tx, &actor, id, Action::ManageMembers).await?;
        classrooms::end_member(&tx, &classroom, enrolment, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        ended.await,
        &format!("/classrooms/{id}/people"),
        "ended",
        &(),
    )
    .await
}

/// `POST /classrooms/{id}/passwords`: passwords for the students who have none, shown once.
pub(crate) async fn give_passwords(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let made = async {
        let classroom =
            access::classroom(site.db.read(), &actor, id, Action::ManageMembers).await?;
        let now = site.clock.now();
        Ok::<_, AppError>(
            accounts::give_passwords_in_classroom(&site.db, &site.hasher, &classroom, now).await?,
        )
    };
    let page = format!("/classrooms/{id}/people");
    match made.await {
        Ok(made) => shown_once(&site, &parts, &page, PostedContext::Credentials(made)).await,
        Err(error) => refused(&site, &parts, &page, &(), error).await,
    }
}

/// `POST /classrooms/{id}/archive`.
pub(crate) async fn archive(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let archived = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let classroom = access::classroom(&*tx, &actor, id, Action::Archive).await?;
        classrooms::archive(&tx, &classroom, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        archived.await,
        &format!("/classrooms/{id}/settings"),
        "archived",
        &(),
    )
    .await
}

/// `POST /classrooms/{id}/restore`.
pub(crate) async fn restore(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let restored = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let classroom = access::classroom(&*tx, &actor, id, Action::Archive).await?;
        classrooms::restore(&tx, &classroom, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    answer(
        &site,
        &parts,
        restored.await,
        &format!("/classrooms/{id}/settings"),
        "restored",
        &(),
    )
    .await
}

/// Back to the page with what was done, or the page again with what is wrong.
pub(super) async fn answer(
    site: &Site,
    parts: &Parts,
    outcome: Result<(), AppError>,
    page: &str,
    done: &str,
    form: &impl Serialize,
) -> Response {
    match outcome {
        Ok(()) => on_to(&format!("{page}?done={done}")),
        Err(error) => refused(site, parts, page, form, error).await,
    }
}
