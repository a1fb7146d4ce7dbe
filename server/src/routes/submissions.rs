//! The form with which a student writes, adds files, saves and hands in. One form
//! with several buttons: whatever is pressed, the words and files in it are kept
//! first, so that nothing typed is ever lost to another button.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::access::{self, Work};
use domain::assignments::policy::Action;
use domain::submissions::{self, Attached, LeftOut};
use domain::{Actor, Permitted, Write};
use futures::TryStreamExt;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use vocab::assignments::{DraftSaved, MAX_FILE_BYTES, MAX_FILES};
use vocab::form::FieldError;
use vocab::ids::{AssignmentId, FileId, PersonId};

use app::error::AppError;
use app::ssr::unavailable;

use super::materials::{beside_files, too_many};
use crate::forms::{Drain, Path, is_chosen, is_multipart, named, urlencoded};
use crate::respond::{on_to, refused};
use crate::session::SignedIn;
use crate::site::Site;

/// The addresses of the form's buttons.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    // Files are bounded one by one while they stream, not as a whole request.
    let unbounded = DefaultBodyLimit::disable;
    vec![
        (
            "/assignments/{id}/draft",
            post(save_draft).layer(unbounded()),
        ),
        (
            "/assignments/{id}/files",
            post(save_draft).layer(unbounded()),
        ),
        (
            "/assignments/{id}/files/{file}/remove",
            post(remove_file).layer(unbounded()),
        ),
        (
            "/assignments/{id}/hand-in",
            post(hand_in).layer(unbounded()),
        ),
        ("/assignments/{id}/unsubmit", post(unsubmit)),
    ]
}

/// What the form holds beside its files.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Answer {
    text: Option<String>,
    /// What another device saved, as long as it stands below the field.
    theirs: Option<String>,
    version: Option<i32>,
    /// Whose page the form stood on; a page from before it said so does not.
    whose: Option<PersonId>,
    /// How many files came with it.
    #[serde(skip)]
    files: usize,
    /// The names of those that another device's hand-in is without, and what they wait for.
    #[serde(skip)]
    left_out: Option<(String, LeftOut)>,
}

impl Answer {
    /// Holds that the form is of whoever sends it.
    fn expect_own(&self, actor: &Actor) -> Result<(), AppError> {
        match self.whose {
            Some(whose) => Ok(submissions::expect_own_page(actor, whose)?),
            None => Ok(()),
        }
    }

    /// Takes down a file that is with the draft now.
    fn note(&mut self, added: Attached) {
        let Some(how) = added.left_out else {
            return;
        };
        let name = added.file.name;
        self.left_out = Some(match self.left_out.take() {
            Some((names, _)) => (format!("{names}, {name}"), how),
            None => (name, how),
        });
    }

    /// Holds that its files go with the next hand-in: none came after another device's.
    fn expect_none_left_out(&self) -> Result<(), AppError> {
        match self.left_out.clone() {
            Some((names, how)) => Err(submissions::Error::HandedInMeanwhile { names, how }.into()),
            None => Ok(()),
        }
    }

    /// As the draft is kept: with the words of the other device, which only a hand-in leaves
    /// out. The island and `public/js/offline.js` join them likewise.
    fn draft(&self) -> Option<String> {
        let text = self.text.as_ref()?;
        Some(match &self.theirs {
            Some(theirs) => format!("{text}\n\n{theirs}"),
            None => text.clone(),
        })
    }
}

/// `POST /assignments/{id}/draft` and `/files`. The words are kept also where a file
/// did not arrive. A form that is for files alone has to bring one.
async fn save_draft(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    request: Request,
) -> Response {
    let (parts, answer, received) = receive(&site, &actor, id, request).await;
    let outcome = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let work = own_work(&site, &tx, &actor, id).await?;
        keep_words(&site, &tx, &actor, &work, &answer).await?;
        tx.commit().await.map_err(unavailable)?;
        received?;
        if is_multipart(&parts.headers) && answer.text.is_none() && answer.files == 0 {
            let error = beside_files("Choose a photo or a file first");
            return Err(AppError::Invalid(vec![error]));
        }
        answer.expect_none_left_out()
    };
    respond(&site, &parts, id, &answer, outcome.await, "draft").await
}

/// `POST /assignments/{id}/files/{file}/remove`.
async fn remove_file(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, file)): Path<(AssignmentId, FileId)>,
    request: Request,
) -> Response {
    let (parts, answer, received) = receive(&site, &actor, id, request).await;
    let outcome = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let work = own_work(&site, &tx, &actor, id).await?;
        keep_words(&site, &tx, &actor, &work, &answer).await?;
        if received.is_ok() {
            submissions::remove_file(&tx, &actor, &work, file, site.clock.now()).await?;
        }
        tx.commit().await.map_err(unavailable)?;
        received?;
        answer.expect_none_left_out()
    };
    respond(&site, &parts, id, &answer, outcome.await, "removed").await
}

/// `POST /assignments/{id}/hand-in`. A form without words hands in those of the draft.
/// Where it cannot be handed in, as when it was closed meanwhile, the words become the
/// draft.
async fn hand_in(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    request: Request,
) -> Response {
    let (parts, answer, received) = receive(&site, &actor, id, request).await;
    let outcome = async {
        received?;
        let tx = site.db.write().await.map_err(unavailable)?;
        let work = own_work(&site, &tx, &actor, id).await?;
        let text = match &answer.text {
            Some(text) => text.clone(),
            None => submissions::draft_words(&tx, &work).await?,
        };
        let random = &mut domain::secrets::random();
        let words = (text.as_str(), answer.version);
        submissions::hand_in(&tx, &actor, &work, words, random, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    let outcome = outcome.await;
    if outcome.is_err() {
        let kept = async {
            let tx = site.db.write().await.map_err(unavailable)?;
            let work = own_work(&site, &tx, &actor, id).await?;
            keep_words(&site, &tx, &actor, &work, &answer).await?;
            tx.commit().await.map_err(unavailable)
        };
        if let Err(error) = kept.await {
            tracing::info!(%error, "the words of a refused hand-in are in the form only");
        }
    }
    respond(&site, &parts, id, &answer, outcome, "handed-in").await
}

/// `POST /assignments/{id}/unsubmit`. The form says whose page it stood on, and nothing else.
async fn unsubmit(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    request: Request,
) -> Response {
    let (parts, _, received) = receive(&site, &actor, id, request).await;
    let outcome = async {
        received?;
        let tx = site.db.write().await.map_err(unavailable)?;
        let work = own_work(&site, &tx, &actor, id).await?;
        submissions::unsubmit(&tx, &actor, &work, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    respond(
        &site,
        &parts,
        id,
        &Answer::default(),
        outcome.await,
        "taken-back",
    )
    .await
}

async fn own_work(
    site: &Site,
    tx: &Write,
    actor: &Actor,
    id: AssignmentId,
) -> Result<Permitted<Work>, AppError> {
    Ok(access::assignment(&**tx, actor, id, Action::HandIn, site.clock.now()).await?)
}

/// Keeps the words of the form as the draft; another device's newer words are not overwritten.
async fn keep_words(
    site: &Site,
    tx: &Write,
    actor: &Actor,
    work: &Permitted<Work>,
    answer: &Answer,
) -> Result<(), AppError> {
    let Some(text) = answer.draft() else {
        return Ok(());
    };
    let version = answer.version.unwrap_or_default();
    match submissions::save_draft(tx, actor, work, &text, version, site.clock.now()).await? {
        DraftSaved::Kept { .. } => Ok(()),
        DraftSaved::Conflict { .. } => Err(submissions::Error::written_elsewhere().into()),
    }
}

async fn respond(
    site: &Site,
    parts: &Parts,
    id: AssignmentId,
    answer: &Answer,
    outcome: Result<(), AppError>,
    done: &str,
) -> Response {
    match outcome {
        Ok(()) => on_to(&format!("/assignments/{id}?done={done}")),
        Err(error) => refused(site, parts, &format!("/assignments/{id}"), answer, error).await,
    }
}

/// Reads the form. Of another's, whose page it was before somebody signed in in their
/// place, there is nothing to keep and nothing to show.
async fn receive(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    request: Request,
) -> (Parts, Answer, Result<(), AppError>) {
    let (parts, answer, received) = read(site, actor, id, request).await;
    match answer.expect_own(actor) {
        Ok(()) => (parts, answer, received),
        Err(error) => (parts, Answer::default(), Err(error)),
    }
}

/// Words into memory, files straight to the store. The whole request is read even after
/// something went wrong, else the browser shows a broken connection instead of our answer.
async fn read(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    request: Request,
) -> (Parts, Answer, Result<(), AppError>) {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    if !is_multipart(&parts.headers) {
        return match urlencoded(request).await {
            Ok(answer) => (parts, answer, Ok(())),
            Err(error) => (parts, Answer::default(), Err(error)),
        };
    }
    match Multipart::from_request(request, site).await {
        Ok(multipart) => {
            let mut answer = Answer::default();
            let received = read_parts(site, actor, id, multipart, &mut answer).await;
            (parts, answer, received)
        }
        Err(_) => (parts, Answer::default(), Err(AppError::Interrupted)),
    }
}

/// What was wrong first is said, also where there was too much after it to read all of it.
async fn read_parts(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    multipart: Multipart,
    answer: &mut Answer,
) -> Result<(), AppError> {
    let mut outcome = Ok(());
    let read = read_each(site, actor, id, multipart, answer, &mut outcome).await;
    outcome.and(read)
}

async fn read_each(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    mut multipart: Multipart,
    answer: &mut Answer,
    outcome: &mut Result<(), AppError>,
) -> Result<(), AppError> {
    let mut rest = Drain::new(site);
    while let Some(mut field) = multipart
        .next_field()
        .await
        .map_err(|_| AppError::Interrupted)?
    {
        match field.name() {
            Some("text") => match rest.text(field).await? {
                Some(text) => answer.text = Some(text),
                None => keep_first(outcome, Err(too_long())),
            },
            Some("theirs") => answer.theirs = rest.text(field).await?,
            Some("version") => {
                let version = rest.text(field).await?;
                answer.version = version.and_then(|version| version.trim().parse().ok());
            }
            // It stands before the files, which would be kept as they come.
            Some("whose") => {
                let whose = rest.text(field).await?;
                answer.whose = whose.and_then(|whose| whose.trim().parse().ok());
                keep_first(outcome, answer.expect_own(actor));
            }
            Some("files") if is_chosen(&field) => {
                answer.files += 1;
                if outcome.is_ok() {
                    *outcome = if answer.files <= MAX_FILES {
                        let added = add_file(site, actor, id, &mut field).await;
                        added.map(|added| answer.note(added))
                    } else {
                        Err(too_many())
                    };
                }
                rest.part(field).await?;
            }
            _ => rest.part(field).await?,
        }
    }
    Ok(())
}

fn keep_first(outcome: &mut Result<(), AppError>, next: Result<(), AppError>) {
    if outcome.is_ok() {
        *outcome = next;
    }
}

fn too_long() -> AppError {
    AppError::Invalid(vec![FieldError {
        field: "text".to_owned(),
        message: "This text is too long to be sent. Add it as a file instead".to_owned(),
    }])
}

async fn add_file(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    field: &mut Field<'_>,
) -> Result<Attached, AppError> {
    let file = named(field);
    let bytes = field.map_err(std::io::Error::other);
    let added = submissions::attach(
        &site.db,
        &site.store,
        actor,
        id,
        file,
        bytes,
        MAX_FILE_BYTES,
        &site.clock,
    )
    .await?;
    Ok(added)
}
