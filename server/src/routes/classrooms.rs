//! The forms of a classroom.

use axum::extract::State;
use axum::response::Response;
use domain::classrooms::{self, policy::Action};
use domain::presses::{Handout, Press};
use domain::{AccessError, Actor, access, people};
use vocab::classrooms::{ClassroomForm, MemberForm};
use vocab::form::{FieldError, HandoutForm};
use vocab::ids::{ClassroomId, EnrolmentId, PersonId};

use app::error::AppError;
use app::ssr::Posted as PostedContext;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change, on_to, refused, shown_once};
use crate::session::SignedIn;
use crate::site::Site;

/// `POST /classrooms/new`.
pub(crate) async fn create(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<ClassroomForm>,
) -> Response {
    let made = change(&site, async |tx, now| {
        let door = access::school(&actor, domain::schools::policy::Action::MakeClassroom)?;
        Ok(classrooms::create(tx, &actor, &door, &form.validate()?, now).await?)
    })
    .await;
    match made {
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
    let done = change(&site, async |tx, now| {
        let classroom = match access::classroom(&**tx, &actor, id, Action::Rename).await {
            // Whoever may rename it can bring it back.
            Err(AccessError::Archived { .. }) => {
                return Err(AppError::from(classrooms::Error::Archived));
            }
            found => found?,
        };
        Ok(classrooms::rename(tx, &classroom, &form.validate()?, now).await?)
    })
    .await;
    let page = format!("/classrooms/{id}/settings");
    answer(&site, &parts, done, &page, "saved", &form).await
}

/// `POST /classrooms/{id}/members`.
pub(crate) async fn add_member(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { form, parts }: Posted<MemberForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let classroom = access::classroom(&**tx, &actor, id, Action::ManageMembers).await?;
        let added = classrooms::add_member(tx, &classroom, form.person, form.role, now).await;
        added.map_err(|error| at_the_person(error.into()))
    })
    .await;
    let page = format!("/classrooms/{id}/people");
    answer(&site, &parts, done, &page, "added", &form).await
}

/// Why somebody cannot be added is said of whom was chosen: their form stands far down.
fn at_the_person(error: AppError) -> AppError {
    match error {
        AppError::Refused(message) => AppError::Invalid(vec![FieldError {
            field: "person".to_owned(),
            message,
        }]),
        other => other,
    }
}

/// `POST /classrooms/{id}/members/{enrolment}/end`.
pub(crate) async fn end_member(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, enrolment)): Path<(ClassroomId, EnrolmentId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let classroom = access::classroom(&**tx, &actor, id, Action::ManageMembers).await?;
        Ok(classrooms::end_member(tx, &classroom, enrolment, now).await?)
    })
    .await;
    if done.is_ok() && !finds_people(&site, &actor, id).await {
        return on_to("/classrooms?done=left");
    }
    let page = format!("/classrooms/{id}/people");
    answer(&site, &parts, done, &page, "ended", &()).await
}

/// Whether the actor finds the page of people: not once their own place has ended, unless
/// they have an office.
async fn finds_people(site: &Site, actor: &Actor, id: ClassroomId) -> bool {
    let found = access::classroom(site.db.read(), actor, id, Action::SeeMembers).await;
    !matches!(found, Err(AccessError::NotFound | AccessError::NotAllowed))
}

/// `POST /classrooms/{id}/passwords`: passwords for the students who have none, shown once.
/// Pressed again on the same page, it makes those anew that nobody has used.
pub(crate) async fn give_passwords(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { form, parts }: Posted<HandoutForm>,
) -> Response {
    let press = Press::new(&form.page_made, site.clock.now());
    let made = async {
        let classroom =
            access::classroom(site.db.read(), &actor, id, Action::ManageMembers).await?;
        Ok::<_, AppError>(
            people::give_passwords_in_classroom(&site.db, &site.hasher, &classroom, press).await?,
        )
    };
    let page = format!("/classrooms/{id}/people");
    match made.await {
        Ok(made) => shown_once(&site, &parts, &page, PostedContext::Credentials(made)).await,
        Err(error) => refused(&site, &parts, &page, &form, error).await,
    }
}

/// `POST /classrooms/{id}/passwords/{person}`: a new password in place of one that
/// a student forgot, shown once.
pub(crate) async fn give_password(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, student)): Path<(ClassroomId, PersonId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let made = async {
        let room = access::classroom(site.db.read(), &actor, id, Action::ManageMembers).await?;
        let now = site.clock.now();
        Ok::<_, AppError>(
            people::give_password_to_member(&site.db, &site.hasher, &room, student, now).await?,
        )
    };
    let page = format!("/classrooms/{id}/people");
    match made.await {
        Ok(made) => {
            let made = PostedContext::Credentials(Handout::alone(made));
            shown_once(&site, &parts, &page, made).await
        }
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
    let done = change(&site, async |tx, now| {
        let classroom = access::classroom(&**tx, &actor, id, Action::Archive).await?;
        Ok(classrooms::archive(tx, &classroom, now).await?)
    })
    .await;
    let page = format!("/classrooms/{id}/settings");
    answer(&site, &parts, done, &page, "archived", &()).await
}

/// `POST /classrooms/{id}/restore`.
pub(crate) async fn restore(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let classroom = access::classroom(&**tx, &actor, id, Action::Archive).await?;
        Ok(classrooms::restore(tx, &classroom, now).await?)
    })
    .await;
    let page = format!("/classrooms/{id}/settings");
    answer(&site, &parts, done, &page, "restored", &()).await
}
