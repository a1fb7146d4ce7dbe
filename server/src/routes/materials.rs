//! The files of set work: read out of the forms that set or change it, taken off
//! again, and the door through which everybody who sees the work fetches them.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::access::{self, AccessError};
use domain::assignments::{self, StoredFile, policy::Action};
use domain::{Actor, Time, Write};
use futures::TryStreamExt;
use http::request::Parts;
use serde::de::DeserializeOwned;
use vocab::assignments::MAX_FILES;
use vocab::ids::{AssignmentId, FileId, SchoolId};

use app::error::AppError;
use app::ssr::unavailable;

use super::files::as_download;
use super::refusals::{FILES, Refusals, beside_files};
use crate::forms::{Drain, Nothing, Path, Posted, is_chosen, is_multipart, named, urlencoded};
use crate::respond::{answer, change};
use crate::session::SignedIn;
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        (
            "/assignments/{id}/materials",
            // Files are bounded one by one while they stream.
            post(add).layer(DefaultBodyLimit::disable()),
        ),
        ("/assignments/{id}/materials/{file}/remove", post(remove)),
    ]
}

/// `GET /materials/{id}`.
pub(crate) async fn download(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<FileId>,
    request: Request,
) -> Response {
    let found = async {
        let file = access::material(site.db.read(), &actor, id, site.clock.now()).await?;
        Ok::<_, AppError>((file.name.clone(), file.size_bytes, file.object_key.clone()))
    };
    as_download(&site, request, found.await).await
}

/// `POST /assignments/{id}/materials`.
async fn add(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
    request: Request,
) -> Response {
    let school = school_of(&site, &actor, id).await;
    let Received {
        parts,
        files,
        chosen,
        outcome,
        ..
    } = receive::<Nothing>(&site, school, request).await;
    let done = change_with_files(&site, &files, chosen, async |tx, now| {
        let work = access::assignment(&**tx, &actor, id, Action::Edit, now).await?;
        outcome?;
        if files.is_empty() {
            let error = beside_files("Choose a file first");
            return Err(AppError::Invalid(vec![error]));
        }
        Ok(assignments::attach(tx, &work, &files, now).await?)
    })
    .await;
    let page = format!("/assignments/{id}");
    answer(&site, &parts, done, &page, "files", &()).await
}

/// One change with the files that were stored for it, of those that were chosen: where it is
/// refused, they are let go.
pub(super) async fn change_with_files<T>(
    site: &Site,
    files: &[StoredFile],
    chosen: usize,
    act: impl AsyncFnOnce(&Write, Time) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let made = match site.db.write().await {
        Ok(tx) => {
            let done = act(&tx, site.clock.now()).await;
            done.map(|done| (tx, done))
        }
        Err(error) => Err(unavailable(error)),
    };
    match made {
        Ok((tx, done)) => {
            // A commit that fails may still have happened: then the bytes have to be there.
            tx.commit().await.map_err(unavailable)?;
            Ok(done)
        }
        Err(error) => {
            assignments::let_go(&site.store, files).await;
            Err(to_choose_again(error, files.len(), chosen))
        }
    }
}

/// A browser does not send chosen files again, so whoever chose some is told that they have
/// to, also where one alone is to blame: without it the form would go through, and the good
/// files would be missing.
fn to_choose_again(error: AppError, stored: usize, chosen: usize) -> AppError {
    match error {
        AppError::Invalid(mut errors) => {
            let refused = errors.iter().filter(|error| error.field == FILES).count();
            if refused == 0 && chosen > 0 {
                errors.push(beside_files("Choose the files again"));
            } else if refused > 0 && (stored > 0 || chosen > refused) {
                let again = "None of the files was added. Choose again those that fit";
                errors.push(beside_files(again));
            }
            AppError::Invalid(errors)
        }
        AppError::Refused(sentence) if stored > 0 || chosen > 1 => {
            let again = "None of the files was added. Choose them again.";
            AppError::Refused(format!("{sentence} {again}"))
        }
        error => error,
    }
}

/// The school whose files these would be, for who may change the work.
pub(super) async fn school_of(
    site: &Site,
    actor: &Actor,
    id: AssignmentId,
) -> Result<SchoolId, AccessError> {
    access::assignment(site.db.read(), actor, id, Action::Edit, site.clock.now())
        .await
        .map(|work| work.school())
}

/// `POST /assignments/{id}/materials/{file}/remove`.
async fn remove(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, file)): Path<(AssignmentId, FileId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let work = access::assignment(&**tx, &actor, id, Action::Edit, now).await?;
        Ok(assignments::remove_file(tx, &work, file, now).await?)
    })
    .await;
    let page = format!("/assignments/{id}");
    answer(&site, &parts, done, &page, "removed", &()).await
}

/// A form with its files, which are in the store and belong to nothing yet.
pub(super) struct Received<F> {
    pub(super) parts: Parts,
    pub(super) form: F,
    pub(super) files: Vec<StoredFile>,
    /// How many were chosen, those that were refused with them.
    pub(super) chosen: usize,
    /// What was wrong with the files, or that the form did not arrive.
    pub(super) outcome: Result<(), AppError>,
}

/// Reads a form: texts into memory, files straight to the store; without a school,
/// because the door was shut, to nowhere.
pub(super) async fn receive<F: DeserializeOwned + Default>(
    site: &Site,
    school: Result<SchoolId, AccessError>,
    request: Request,
) -> Received<F> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let mut files = Files::default();
    let read = if is_multipart(&parts.headers) {
        match Multipart::from_request(request, site).await {
            Ok(multipart) => read_parts(site, school, multipart, &mut files).await,
            Err(_) => Err(AppError::Interrupted),
        }
    } else {
        urlencoded(request).await.map(|form| (form, Ok(())))
    };
    let (form, outcome) = read.unwrap_or_else(|error| (F::default(), Err(error)));
    Received {
        parts,
        form,
        files: files.stored,
        chosen: files.chosen,
        outcome,
    }
}

/// The files of a form while it is read.
#[derive(Debug, Default)]
struct Files {
    stored: Vec<StoredFile>,
    chosen: usize,
    refused: Refusals,
}

/// The form of its texts, beside everything that is wrong with its files.
async fn read_parts<F: DeserializeOwned>(
    site: &Site,
    school: Result<SchoolId, AccessError>,
    multipart: Multipart,
    files: &mut Files,
) -> Result<(F, Result<(), AppError>), AppError> {
    let mut texts = Vec::new();
    let school = match school {
        Ok(school) => Some(school),
        Err(error) => {
            files.refused.note(error.into());
            None
        }
    };
    let read = read_each(site, school, multipart, files, &mut texts).await;
    if files.chosen > MAX_FILES {
        let too_many = format!("Choose at most {MAX_FILES} files at once");
        files.refused.add(beside_files(&too_many));
    }
    // More may have come after what could be read.
    files.chosen += usize::from(read.is_err());
    let outcome = std::mem::take(&mut files.refused).outcome(read);
    let form = serde_urlencoded::to_string(texts)
        .ok()
        .and_then(|form| serde_urlencoded::from_str(&form).ok());
    match form {
        Some(form) => Ok((form, outcome)),
        None => Err(outcome.err().unwrap_or(AppError::Interrupted)),
    }
}

async fn read_each(
    site: &Site,
    school: Option<SchoolId>,
    mut multipart: Multipart,
    files: &mut Files,
    texts: &mut Vec<(String, String)>,
) -> Result<(), AppError> {
    /// More fields than any form of ours has.
    const MOST_TEXTS: usize = 30;
    let mut rest = Drain::new(site);
    while let Some(mut field) = multipart
        .next_field()
        .await
        .map_err(|_| AppError::Interrupted)?
    {
        let Some(name) = field.name().map(str::to_owned) else {
            rest.part(field).await?;
            continue;
        };
        match (school, is_chosen(&field)) {
            (_, false) if field.file_name().is_none() && texts.len() < MOST_TEXTS => {
                texts.extend(rest.text(field).await?.map(|text| (name, text)));
            }
            // Also after one that is refused, so that the next is named as well.
            (Some(school), true) if name == FILES => {
                files.chosen += 1;
                if files.chosen <= MAX_FILES && files.refused.goes_on() {
                    match store_one(site, school, &mut field).await {
                        Ok(file) => files.stored.push(file),
                        Err(error) => files.refused.note(error.into()),
                    }
                }
                rest.part(field).await?;
            }
            _ => rest.part(field).await?,
        }
    }
    Ok(())
}

async fn store_one(
    site: &Site,
    school: SchoolId,
    field: &mut Field<'_>,
) -> Result<StoredFile, assignments::Error> {
    let file = named(field);
    let bytes = field.map_err(std::io::Error::other);
    assignments::store_file((&site.store, site.db.keys()), school, &file, bytes).await
}
