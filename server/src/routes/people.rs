//! The forms of the office: adding people, their way in, leaving and coming back,
//! and who looks after whom.

use axum::extract::State;
use axum::response::Response;
use domain::accounts::invitations;
use domain::schools::policy::Action;
use domain::{access, people};
use vocab::form::FieldError;
use vocab::ids::PersonId;
use vocab::people::NewPerson;

use app::error::AppError;
use app::people::GuardianForm;
use app::ssr::Posted as PostedContext;

use crate::config::Config;
use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change, on_to, refused, shown_once};
use crate::session::SignedIn;
use crate::site::Site;

/// `POST /people/new`.
pub(crate) async fn add(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<NewPerson>,
) -> Response {
    let added = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok(people::add(tx, &school, &form.validate()?, now).await?)
    })
    .await;
    match added {
        Ok(id) => on_to(&format!("/people/{id}?done=added")),
        Err(error) => refused(&site, &parts, "/people/new", &form, error).await,
    }
}

/// `POST /people/{id}/invite`: a link that is shown once. Until mail is set up it
/// stands in the log as well, for the operator to hand on.
pub(crate) async fn invite(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<PersonId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let invited = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok(invitations::invite(tx, &school, id, now).await?)
    })
    .await;
    let page = format!("/people/{id}");
    match invited {
        Ok(invited) => {
            let link = invitation_link(&site.config, &invited.token);
            tracing::info!(target: "invitation", %link, "an invitation link was made; mail is not set up");
            shown_once(
                &site,
                &parts,
                &page,
                PostedContext::Invitation(invited.name, link),
            )
            .await
        }
        Err(error) => refused(&site, &parts, &page, &(), error).await,
    }
}

/// The address that an invited person opens.
pub(crate) fn invitation_link(config: &Config, token: &str) -> String {
    format!("{}/invitation/{token}", config.public_url)
}

/// `POST /people/{id}/password`: a new password for a student, shown once.
pub(crate) async fn give_password(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<PersonId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let made = async {
        let school = access::school(&actor, Action::ManagePeople)?;
        let now = site.clock.now();
        Ok::<_, AppError>(
            people::give_passwords(&site.db, &site.hasher, &school, &[id], now).await?,
        )
    };
    let page = format!("/people/{id}");
    match made.await {
        Ok(made) => shown_once(&site, &parts, &page, PostedContext::Credentials(made)).await,
        Err(error) => refused(&site, &parts, &page, &(), error).await,
    }
}

/// `POST /people/{id}/end`.
pub(crate) async fn end(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<PersonId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok(people::end(tx, &school, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, &format!("/people/{id}"), "ended", &()).await
}

/// `POST /people/{id}/restore`.
pub(crate) async fn restore(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<PersonId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok(people::restore(tx, &school, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, &format!("/people/{id}"), "back", &()).await
}

/// `POST /people/{id}/guardians`: somebody, named by their username, looks after this student.
pub(crate) async fn add_guardian(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(student): Path<PersonId>,
    Posted { form, parts }: Posted<GuardianForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        let guardian = match form.guardian.trim() {
            "" => return Err(beside_guardian("Enter the guardian's username")),
            username => people::find_by_username(&**tx, &school, username).await?,
        };
        let guardian = guardian.ok_or_else(|| {
            beside_guardian(
                "Nobody in this school has this username. Look it up in the list of people",
            )
        })?;
        people::add_guardianship(tx, &school, guardian, student, now).await?;
        Ok(())
    })
    .await;
    let page = format!("/people/{student}");
    answer(&site, &parts, done, &page, "added", &form).await
}

fn beside_guardian(message: &str) -> AppError {
    AppError::Invalid(vec![FieldError {
        field: "guardian".to_owned(),
        message: message.to_owned(),
    }])
}
