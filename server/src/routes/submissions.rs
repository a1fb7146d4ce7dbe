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

use super::refusals::{FILES, Refusals, beside_files, words_and_files};
use crate::forms::{Drain, Path, is_chosen, is_multipart, named, urlencoded};
use crate::respond::{on_to, refused};
use crate::session::SignedIn;
use crate::site::Site;

const MISSED: &str = "Files after it were not added";

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
    /// How many of them are with the draft now.
    #[serde(skip)]
    added: usize,
    /// Files came, or may have come, after those that were looked at.
    #[serde(skip)]
    has_missed: bool,
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
        self.added += 1;
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

    /// Holds that a form without words, which is for files alone, brings one.
    fn expect_something(&self, parts: &Parts) -> Result<(), AppError> {
        if is_multipart(&parts.headers) && self.text.is_none() && self.files == 0 {
            let error = beside_files("Choose a photo or a file first");
            return Err(AppError::Invalid(vec![error]));
        }
        Ok(())
    }

    /// More files came than an answer holds: which of them are there.
    fn too_many(&self) -> FieldError {
        let which = if self.added == MAX_FILES {
            format!("The first {MAX_FILES} were added")
        } else {
            format!("Those after the first {MAX_FILES} were not added")
        };
        beside_files(&format!(
            "Choose at most {MAX_FILES} files at once. {which}"
        ))
    }

    /// What is wrong with it, and after that what became of the rest of it.
    fn with_the_rest(&self, error: AppError, is_kept: bool) -> AppError {
        match error {
            AppError::Invalid(mut errors) => {
                let refused = errors.iter().filter(|error| error.field == FILES).count();
                let last = errors.iter_mut().rfind(|error| error.field == FILES);
                if let Some(last) = last {
                    for sentence in self.rest(refused, is_kept) {
                        last.message = format!("{}. {sentence}", last.message);
                    }
                } else if self.has_missed {
                    errors.push(beside_files(MISSED));
                }
                AppError::Invalid(errors)
            }
            AppError::Refused(mut sentence) => {
                for more in self.rest(1, is_kept) {
                    sentence = format!("{sentence} {more}.");
                }
                AppError::Refused(sentence)
            }
            error => error,
        }
    }

    /// What became of the rest where so many files were refused: files that nobody looked at,
    /// and what is kept all the same, where its words could be.
    fn rest(&self, refused: usize, is_kept: bool) -> impl Iterator<Item = &'static str> + use<> {
        let missed = self.has_missed.then_some(MISSED);
        let kept = if is_kept { self.kept(refused) } else { None };
        missed.into_iter().chain(kept)
    }

    /// What is kept where the words are and so many files were refused. Of the other files it is
    /// said only where they are all there.
    fn kept(&self, refused: usize) -> Option<&'static str> {
        let has_words = self
            .text
            .as_ref()
            .is_some_and(|text| !text.trim().is_empty());
        let is_each_told =
            !self.has_missed && self.files <= MAX_FILES && self.added + refused == self.files;
        match (has_words, self.added > 0 && is_each_told) {
            (true, true) => Some("Your words and the other files are kept"),
            (true, false) => Some("Your words are kept"),
            (false, true) => Some("The other files are kept"),
            (false, false) => None,
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
/// did not arrive.
async fn save_draft(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    request: Request,
) -> Response {
    let (parts, answer, received) = receive(&site, &actor, id, request).await;
    let received = received.and_then(|()| answer.expect_something(&parts));
    let kept = keep_draft(&site, &actor, id, &answer).await;
    let outcome = told(kept, received, &answer);
    respond(&site, &parts, id, &answer, outcome, "draft").await
}

/// `POST /assignments/{id}/files/{file}/remove`.
async fn remove_file(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, file)): Path<(AssignmentId, FileId)>,
    request: Request,
) -> Response {
    let (parts, answer, received) = receive(&site, &actor, id, request).await;
    let kept = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let work = own_work(&site, &tx, &actor, id).await?;
        keep_words(&site, &tx, &actor, &work, &answer).await?;
        if received.is_ok() {
            submissions::remove_file(&tx, &actor, &work, file, site.clock.now()).await?;
        }
        tx.commit().await.map_err(unavailable)
    };
    let kept = kept.await;
    let outcome = told(kept, received, &answer);
    respond(&site, &parts, id, &answer, outcome, "removed").await
}

/// `POST /assignments/{id}/hand-in`. A form without words hands in those of the draft.
/// Where it cannot be handed in, as when it was closed meanwhile or a file is refused, the
/// words become the draft.
async fn hand_in(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    request: Request,
) -> Response {
    let (parts, answer, received) = receive(&site, &actor, id, request).await;
    let outcome = match (received, &answer.text) {
        (Ok(()), _) => hand_in_whole(&site, &actor, id, &answer).await,
        (received, Some(_)) => {
            let kept = keep_draft(&site, &actor, id, &answer).await;
            told(kept, received, &answer)
        }
        (received, None) => told(Ok(()), received, &answer),
    };
    respond(&site, &parts, id, &answer, outcome, "handed-in").await
}

/// Hands in what arrived as a whole.
async fn hand_in_whole(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    answer: &Answer,
) -> Result<(), AppError> {
    let outcome = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        let work = own_work(site, &tx, actor, id).await?;
        let text = match &answer.text {
            Some(text) => text.clone(),
            None => submissions::draft_words(&tx, &work).await?,
        };
        let random = &mut domain::secrets::random();
        let words = (text.as_str(), answer.version);
        submissions::hand_in(&tx, actor, &work, words, random, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    let Err(refused) = outcome.await else {
        return Ok(());
    };
    match keep_draft(site, actor, id, answer).await {
        Ok(()) => Err(answer.with_the_rest(refused, true)),
        Err(error) => {
            tracing::info!(%error, "the words of a refused hand-in are in the form only");
            words_and_files(Err(refused), Err(error))
        }
    }
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

/// Keeps the words of the form, and nothing else of it.
async fn keep_draft(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    answer: &Answer,
) -> Result<(), AppError> {
    let tx = site.db.write().await.map_err(unavailable)?;
    let work = own_work(site, &tx, actor, id).await?;
    keep_words(site, &tx, actor, &work, answer).await?;
    tx.commit().await.map_err(unavailable)
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

/// What became of the form: everything that is wrong with its words and with its files, and
/// how those get handed in that came after another device's hand-in. What stands against both
/// alike is said once, and alone.
fn told(
    kept: Result<(), AppError>,
    received: Result<(), AppError>,
    answer: &Answer,
) -> Result<(), AppError> {
    let received = received.map_err(|error| match &kept {
        Err(same) if *same == error => error,
        kept => answer.with_the_rest(error, kept.is_ok()),
    });
    words_and_files(
        words_and_files(kept, received),
        answer.expect_none_left_out(),
    )
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

/// Everything that was wrong is said, also where there was too much after it to read all of it.
async fn read_parts(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    multipart: Multipart,
    answer: &mut Answer,
) -> Result<(), AppError> {
    let mut refused = Refusals::default();
    let read = read_each(site, actor, id, multipart, answer, &mut refused).await;
    if answer.files > MAX_FILES {
        refused.add(answer.too_many());
    } else if read.is_err() {
        answer.has_missed = true;
    }
    refused.outcome(read)
}

async fn read_each(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
    mut multipart: Multipart,
    answer: &mut Answer,
    refused: &mut Refusals,
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
                None => refused.add(too_long()),
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
                if let Err(error) = answer.expect_own(actor) {
                    refused.note(error);
                }
            }
            Some(FILES) if is_chosen(&field) => {
                answer.files += 1;
                if refused.goes_on() {
                    if answer.files <= MAX_FILES {
                        match add_file(site, actor, id, &mut field).await {
                            Ok(added) => answer.note(added),
                            Err(error) => refused.note(error),
                        }
                    }
                } else {
                    answer.has_missed = true;
                }
                rest.part(field).await?;
            }
            _ => rest.part(field).await?,
        }
    }
    Ok(())
}

fn too_long() -> FieldError {
    FieldError {
        field: "text".to_owned(),
        message: "This text is too long to be sent. Add it as a file instead".to_owned(),
    }
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
