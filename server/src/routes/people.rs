//! The forms of the office: adding people, their way in, leaving and coming back,
//! and who looks after whom.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::accounts::invitations::{self, Invited};
use domain::presses::{Handout, Press};
use domain::schools::policy::Action;
use domain::{Permitted, Write, access, people};
use vocab::form::{FieldError, HandoutForm};
use vocab::ids::PersonId;
use vocab::people::{EditPerson, MakeAnew, NewPerson, Role, Standing};

use app::error::AppError;
use app::people::{ChildForm, GuardianForm, RoleForm};
use app::ssr::{InvitationLink, Posted as PostedContext};

use crate::config::Config;
use crate::forms::{Nothing, Path, Posted};
use crate::logging::INVITATION;
use crate::respond::{answer, change, on_to, refused, shown_once};
use crate::session::SignedIn;
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/people/new", post(add)),
        ("/people/invitations/{role}", post(invite_waiting)),
        ("/people/invitations/{role}/again", post(invite_again)),
        ("/people/passwords", post(give_first_passwords)),
        ("/people/passwords/again", post(give_passwords_again)),
        ("/people/{id}/edit", post(edit)),
        ("/people/{id}/roles", post(add_role)),
        ("/people/{id}/roles/{role}/end", post(end_role)),
        ("/people/{id}/invite", post(invite)),
        ("/people/{id}/password", post(give_password)),
        ("/people/{id}/end", post(end)),
        ("/people/{id}/restore", post(restore)),
        ("/people/{id}/guardians", post(add_guardian)),
        ("/people/{id}/children", post(add_child)),
        ("/people/{id}/family/{other}/end", post(end_tie)),
    ]
}

/// `POST /people/new`.
async fn add(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<NewPerson>,
) -> Response {
    let added = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        let person = people::check(tx, &school, &form).await?;
        Ok(people::add(tx, &school, &person, now).await?)
    })
    .await;
    match added {
        Ok(id) => on_to(&format!("/people/{id}?done=added")),
        Err(error) => refused(&site, &parts, "/people/new", &form, error).await,
    }
}

/// `POST /people/{id}/invite`: a link that is shown once. Until mail is set up it
/// stands in the log as well, for the operator to hand on.
async fn invite(
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
            let made = PostedContext::Invitation(handed_out(&site.config, invited));
            shown_once(&site, &parts, &page, made).await
        }
        Err(error) => refused(&site, &parts, &page, &(), error).await,
    }
}

/// The link as it is shown. While no mail is set up it stands in the log as well, for the
/// operator to hand on.
fn handed_out(config: &Config, invited: Invited) -> InvitationLink {
    let link = invitation_link(config, &invited.token);
    if config.smtp.is_none() {
        tracing::info!(target: INVITATION, %link, "an invitation link was made; mail is not set up");
    }
    InvitationLink {
        name: invited.name,
        children: invited.children,
        link,
        is_mailed: invited.is_mailed && config.smtp.is_some(),
    }
}

/// The address that an invited person opens.
pub(crate) fn invitation_link(config: &Config, token: &str) -> String {
    format!("{}/invitation/{token}", config.public_url)
}

/// `POST /people/{id}/password`: a new password for a student, shown once.
async fn give_password(
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
        Ok(made) => {
            let made = PostedContext::Credentials(Handout::alone(made));
            shown_once(&site, &parts, &page, made).await
        }
        Err(error) => refused(&site, &parts, &page, &(), error).await,
    }
}

/// `POST /people/{id}/end`.
async fn end(
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
async fn restore(
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
async fn add_guardian(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(student): Path<PersonId>,
    Posted { form, parts }: Posted<GuardianForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        let guardian = by_username(tx, &school, &form.guardian, "guardian").await?;
        people::add_guardianship(tx, &school, guardian, student, now).await?;
        Ok(())
    })
    .await;
    let page = format!("/people/{student}");
    answer(&site, &parts, done, &page, "added", &form).await
}

/// `POST /people/{id}/children`: this guardian looks after somebody, named by their username.
async fn add_child(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(guardian): Path<PersonId>,
    Posted { form, parts }: Posted<ChildForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        let student = by_username(tx, &school, &form.child, "child").await?;
        match people::add_guardianship(tx, &school, guardian, student, now).await {
            Err(error @ (people::Error::TiedAlready | people::Error::NotAFamily)) => {
                Err(beside("child", &error.to_string()))
            }
            done => Ok(done.map(drop)?),
        }
    })
    .await;
    let page = format!("/people/{guardian}");
    answer(&site, &parts, done, &page, "added", &form).await
}

/// `POST /people/{id}/family/{other}/end`.
async fn end_tie(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, other)): Path<(PersonId, PersonId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok(people::end_guardianship(tx, &school, id, other, now).await?)
    })
    .await;
    answer(&site, &parts, done, &format!("/people/{id}"), "untied", &()).await
}

/// `POST /people/{id}/edit`.
async fn edit(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<PersonId>,
    Posted { form, parts }: Posted<EditPerson>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        let details = people::check_details(tx, &school, id, &form).await?;
        Ok(people::edit(tx, &school, id, &details, now).await?)
    })
    .await;
    match done {
        Ok(()) => on_to(&format!("/people/{id}?done=saved")),
        Err(error) => refused(&site, &parts, &format!("/people/{id}/edit"), &form, error).await,
    }
}

/// `POST /people/{id}/roles`.
async fn add_role(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<PersonId>,
    Posted { form, parts }: Posted<RoleForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        let role = form.role.parse().map_err(|_| people::Error::NoSuchRole)?;
        Ok(people::add_role(tx, &school, id, role, now).await?)
    })
    .await;
    answer(&site, &parts, done, &format!("/people/{id}"), "role", &form).await
}

/// `POST /people/{id}/roles/{role}/end`.
async fn end_role(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, role)): Path<(PersonId, Role)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok(people::end_role(tx, &school, id, role, now).await?)
    })
    .await;
    answer(
        &site,
        &parts,
        done,
        &format!("/people/{id}"),
        "role-ended",
        &(),
    )
    .await
}

/// `POST /people/invitations/{role}`: links for those who wait, shown once. Pressed again on
/// the same page, it makes those anew that nobody has used.
async fn invite_waiting(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(role): Path<Role>,
    Posted { form, parts }: Posted<HandoutForm>,
) -> Response {
    let press = Press::new(&form.page_made, site.clock.now());
    let invited = change(&site, async |tx, _| {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok(invitations::invite_waiting(tx, &school, role, press).await?)
    })
    .await;
    let page = list_of(role, Standing::Waiting);
    match invited {
        Ok(invited) => {
            let links = invited.map(|invited| handed_out(&site.config, invited));
            shown_once(&site, &parts, &page, PostedContext::Invitations(links)).await
        }
        Err(error) => refused(&site, &parts, &page, &form, error).await,
    }
}

/// `POST /people/passwords`: first passwords for students who have none, shown once. Pressed
/// again on the same page, it makes those anew that nobody has used.
async fn give_first_passwords(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<HandoutForm>,
) -> Response {
    let press = Press::new(&form.page_made, site.clock.now());
    let made = async {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok::<_, AppError>(
            people::give_first_passwords(&site.db, &site.hasher, &school, press).await?,
        )
    };
    let page = list_of(Role::Student, Standing::Waiting);
    match made.await {
        Ok(made) => shown_once(&site, &parts, &page, PostedContext::Credentials(made)).await,
        Err(error) => refused(&site, &parts, &page, &form, error).await,
    }
}

/// `POST /people/invitations/{role}/again`: new links for the people of a page of the list who
/// have not used theirs, shown once.
async fn invite_again(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(role): Path<Role>,
    Posted { form, parts }: Posted<MakeAnew>,
) -> Response {
    let press = Press::new(&form.page_made, site.clock.now());
    let invited = change(&site, async |tx, _| {
        let school = access::school(&actor, Action::ManagePeople)?;
        Ok(invitations::invite_again(tx, &school, role, &form.people(), press).await?)
    })
    .await;
    let page = page_of(&form, role);
    match invited {
        Ok(invited) => {
            let links = invited.map(|invited| handed_out(&site.config, invited));
            shown_once(&site, &parts, &page, PostedContext::Invitations(links)).await
        }
        Err(error) => refused(&site, &parts, &page, &as_it_is_now(form, press), error).await,
    }
}

/// `POST /people/passwords/again`: new passwords for the students of a page of the list who
/// have not used theirs, shown once.
async fn give_passwords_again(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<MakeAnew>,
) -> Response {
    let press = Press::new(&form.page_made, site.clock.now());
    let made = async {
        let school = access::school(&actor, Action::ManagePeople)?;
        let (db, hasher, shown) = (&site.db, &site.hasher, form.people());
        Ok::<_, AppError>(people::give_passwords_again(db, hasher, &school, &shown, press).await?)
    };
    let made = made.await;
    let page = page_of(&form, Role::Student);
    match made {
        Ok(made) => shown_once(&site, &parts, &page, PostedContext::Credentials(made)).await,
        Err(error) => refused(&site, &parts, &page, &as_it_is_now(form, press), error).await,
    }
}

/// The list of those of one role who stand so.
fn list_of(role: Role, standing: Standing) -> String {
    format!("/people?role={role}&state={standing}")
}

/// The page of the list that the button stood on.
fn page_of(form: &MakeAnew, role: Role) -> String {
    if form.list.starts_with("/people?") {
        form.list.clone()
    } else {
        list_of(role, Standing::NotCome)
    }
}

/// What comes back where nothing was made: the answer to a press of an old page shows the list
/// as it is now, and is a new page.
fn as_it_is_now(form: MakeAnew, press: Press) -> MakeAnew {
    if press.is_of_an_old_page() {
        return MakeAnew {
            page_made: String::new(),
            ..form
        };
    }
    form
}

/// Somebody of the school by the username in a form's field.
async fn by_username(
    tx: &Write,
    school: &Permitted<()>,
    typed: &str,
    field: &str,
) -> Result<PersonId, AppError> {
    match typed.trim() {
        "" => Err(beside(field, "Enter their username")),
        username => people::find_by_username(&**tx, school, username)
            .await?
            .ok_or_else(|| {
                beside(
                    field,
                    "Nobody in this school has this username. Look it up in the list of people",
                )
            }),
    }
}

fn beside(field: &str, message: &str) -> AppError {
    AppError::Invalid(vec![FieldError {
        field: field.to_owned(),
        message: message.to_owned(),
    }])
}
