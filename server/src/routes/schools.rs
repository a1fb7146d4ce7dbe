//! The forms of the set-up page, of the school's own details, of its declaration, and of
//! its leaving.

use axum::extract::State;
use axum::response::Response;
use domain::accounts::{self, guessable};
use domain::schools::{self, leaving, policy::Action};
use domain::{access, export};
use http::request::Parts;
use sha2::{Digest, Sha256};
use vocab::accounts::PasswordFor;
use vocab::form::FieldError;
use vocab::ids::LeavingId;
use vocab::leaving::{LeavingForm, LeavingStepForm};
use vocab::rights::CopyForm;
use vocab::schools::{DeclarationForm, NewSchool, SchoolDetails, spell_code};

use app::error::AppError;
use app::ssr::unavailable;

use crate::forms::Posted;
use crate::respond::{answer, change, failed, on_disk, on_to, refused, with_password_again, zip};
use crate::session::SignedIn;
use crate::site::Site;

/// `POST /set-up`: the first school and its admin, who then signs in.
pub(crate) async fn set_up(
    State(site): State<Site>,
    Posted { form, parts }: Posted<NewSchool>,
) -> Response {
    match make_first_school(&site, &form).await {
        Ok(code) => on_to(&format!("/sign-in?done=welcome&school={code}")),
        Err(AppError::NotFound) => failed(&site, &parts, AppError::NotFound).await,
        Err(error) => {
            let form = NewSchool {
                password: String::new(),
                ..form
            };
            let error = with_password_again(error);
            refused(&site, &parts, "/set-up", &form, error).await
        }
    }
}

async fn make_first_school(site: &Site, form: &NewSchool) -> Result<String, AppError> {
    if schools::any_exists(site.db.read())
        .await
        .map_err(unavailable)?
    {
        return Err(AppError::NotFound);
    }
    let wrong_code = wrong_code(site, &form.setup_code);
    let guessable = guessable_password(form);
    let (school, admin) = match (form.validate(schools::is_zone), wrong_code, guessable) {
        (Ok(valid), None, None) => valid,
        (outcome, wrong_code, guessable) => {
            let errors = wrong_code
                .into_iter()
                .chain(outcome.err().unwrap_or_default())
                .chain(guessable);
            return Err(AppError::Invalid(errors.collect()));
        }
    };
    let hash = site.hasher.hash(admin.password.clone()).await?;
    let (tx, now) = (
        site.db.write().await.map_err(unavailable)?,
        site.clock.now(),
    );
    // Two browsers may have got this far: only the first of them makes a school.
    if schools::any_exists(&*tx).await.map_err(unavailable)? {
        return Err(AppError::NotFound);
    }
    let made = schools::create(&tx, &school, now).await?;
    schools::create_admin(&tx, &made, &admin, hash, now).await?;
    tx.commit().await.map_err(unavailable)?;
    Ok(made.code)
}

/// An error where others would soon guess the first admin's password.
fn guessable_password(form: &NewSchool) -> Option<FieldError> {
    let own = [
        &*form.given_name,
        &*form.family_name,
        &*form.username,
        &*form.school_name,
        &*form.school_code,
    ];
    let reason = guessable(&form.password, PasswordFor::Adult, &own)?;
    Some(FieldError {
        field: "password".to_owned(),
        message: reason.to_owned(),
    })
}

/// An error unless `typed` is the one-time code from the log, in any spelling.
fn wrong_code(site: &Site, typed: &str) -> Option<FieldError> {
    let typed = spell_code(typed);
    let is_right = site
        .setup_code
        .as_deref()
        .is_some_and(|code| is_same(&spell_code(code), &typed));
    (!is_right).then(|| FieldError {
        field: "setup_code".to_owned(),
        message: if typed.is_empty() {
            "Enter the set-up code from the server's log".to_owned()
        } else {
            "This is not the set-up code. It stands in the server's log, and changes when the server starts".to_owned()
        },
    })
}

/// Compares two secrets; how long it takes tells nothing of where they differ.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (
        Sha256::digest(one.as_bytes()),
        Sha256::digest(other.as_bytes()),
    );
    one.iter()
        .zip(other.iter())
        .fold(0, |differences, (a, b)| differences | (a ^ b))
        == 0
}

/// `POST /school/details`.
pub(crate) async fn edit(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<SchoolDetails>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::ChangeSchool)?;
        Ok(schools::edit(tx, &door, &form.validate(schools::is_zone)?, now).await?)
    })
    .await;
    answer(&site, &parts, done, "/school/details", "saved", &form).await
}

/// `POST /school/declaration`.
pub(crate) async fn sign_declaration(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<DeclarationForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::SignDeclaration)?;
        if form.text_version != schools::declaration::TEXT_VERSION {
            return Err(AppError::Refused(
                "The text has changed. Read it again below before you sign.".to_owned(),
            ));
        }
        schools::sign_declaration(tx, &door, &form.validate()?, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, "/school/declaration", "signed", &form).await
}

const LEAVING: &str = "/school/leaving";

/// `POST /school/leaving`.
pub(crate) async fn ask_to_leave(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<LeavingForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::LeaveThePlatform)?;
        leaving::ask(tx, &door, &form.validate()?, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, LEAVING, "leaving-asked", &form).await
}

/// `POST /school/leaving/confirm`.
pub(crate) async fn confirm_leaving(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<LeavingStepForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::LeaveThePlatform)?;
        leaving::confirm(tx, &door, which(&form)?, now).await?;
        Ok(())
    })
    .await;
    answer_leaving(&site, &parts, done, "leaving-confirmed").await
}

/// `POST /school/leaving/call-off`.
pub(crate) async fn call_off_leaving(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<LeavingStepForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::LeaveThePlatform)?;
        leaving::call_off(tx, &door, which(&form)?, now).await?;
        Ok(())
    })
    .await;
    answer_leaving(&site, &parts, done, "stays").await
}

/// `POST /school/leaving/copy`: all of the school in one archive, for who settles that it
/// leaves, with their password. It may be large, so one is made at a time and the others
/// wait for their turn.
pub(crate) async fn take_copy(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<CopyForm>,
) -> Response {
    let made = async {
        let now = site.clock.now();
        let school = export::door_of_school(site.db.read(), &actor, now).await?;
        accounts::prove(&site.db, &site.hasher, &actor, &form.password, now).await?;
        let turn = site.school_copies.acquire().await;
        let _turn = turn.map_err(|_| AppError::Unavailable)?;
        export::archive_of_school(site.for_copies(), &actor, &school, now)
            .await
            .map_err(|error| {
                tracing::error!(%error, "a copy of a school could not be made");
                AppError::Unavailable
            })
    };
    match made.await {
        Ok(made) => zip("school.zip", on_disk(made)),
        Err(error) => refused(&site, &parts, LEAVING, &CopyForm::default(), error).await,
    }
}

fn which(form: &LeavingStepForm) -> Result<LeavingId, AppError> {
    form.leaving.parse().map_err(|_| AppError::NotFound)
}

async fn answer_leaving(
    site: &Site,
    parts: &Parts,
    done: Result<(), AppError>,
    word: &str,
) -> Response {
    answer(site, parts, done, LEAVING, word, &LeavingForm::default()).await
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn only_the_whole_code_opens_the_door() {
        assert!(is_same("KX472M", "KX472M"));
        assert!(!is_same("KX472M", "KX472"));
        assert!(!is_same("KX472M", "KX472N"));
        assert!(!is_same("KX472M", ""));
    }
}
