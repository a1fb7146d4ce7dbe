//! Roster packages: the upload, which only looks; bringing one in; undoing it; and
//! its problems as a file.

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use bytes::{Bytes, BytesMut};
use domain::schools::policy::Action;
use domain::{access, rosters};
use http::request::Parts;
use http::{HeaderValue, header};
use interop::archive::Limits;
use vocab::form::FieldError;
use vocab::ids::ImportId;

use app::error::AppError;
use app::rosters::{ConfirmForm, MOST_PACKAGE_MIB};

use crate::forms::{Drain, Nothing, Path, Posted};
use crate::respond::{answer, failed, on_to, refused};
use crate::session::SignedIn;
use crate::site::Site;

const MOST_BYTES: usize = MOST_PACKAGE_MIB * 1024 * 1024;
// What the page promises is what the reader takes.
const _: () = assert!(MOST_BYTES as u64 == Limits::roster().archive_bytes);
/// The file picker's form. The package is bounded while it streams in.
pub(crate) fn upload() -> MethodRouter<Site> {
    post(look).layer(DefaultBodyLimit::disable())
}

/// `POST /people/import`: reads a package and shows what it would change.
async fn look(State(site): State<Site>, SignedIn(actor): SignedIn, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let door = access::school(&actor, Action::ImportRoster);
    let checked = async {
        let most_bytes = if door.is_ok() { MOST_BYTES } else { 0 };
        let received = receive(request, &site, most_bytes).await;
        let (school, package) = (door?, received?);
        let now = site.clock.now();
        Ok::<_, AppError>(
            rosters::check(
                &site.db,
                &site.store,
                &school,
                &package.name,
                package.bytes,
                now,
            )
            .await?,
        )
    };
    match checked.await {
        Ok(id) => on_to(&format!("/people/import/{id}")),
        Err(error) => refused(&site, &parts, "/people/import", &(), error).await,
    }
}

struct Package {
    name: String,
    bytes: Bytes,
}

/// Reads the form to its end, whatever is wrong with it, and keeps the package. What is wrong
/// with that is said, also where there was too much to read all of it.
async fn receive(request: Request, site: &Site, most_bytes: usize) -> Result<Package, AppError> {
    let mut form = Multipart::from_request(request, site)
        .await
        .map_err(|_| AppError::Interrupted)?;
    let mut package = None;
    let read = read_each(&mut form, most_bytes, Drain::new(site), &mut package).await;
    match package {
        Some(Err(error)) => Err(error),
        Some(Ok(package)) if !package.bytes.is_empty() => read.map(|()| package),
        // A browser names no file where none was chosen.
        Some(Ok(package)) if !package.name.is_empty() => {
            read?;
            let name = package.name;
            Err(beside_file(format!("{name} is empty. Choose another file")))
        }
        Some(Ok(_)) | None => {
            read?;
            Err(beside_file("Choose the zip file with the roster"))
        }
    }
}

async fn read_each(
    form: &mut Multipart,
    most_bytes: usize,
    mut rest: Drain,
    package: &mut Option<Result<Package, AppError>>,
) -> Result<(), AppError> {
    while let Some(mut field) = form.next_field().await.map_err(interrupted)? {
        if field.name() == Some("file") && package.is_none() {
            *package = Some(read(&mut field, most_bytes).await);
        }
        rest.part(field).await?;
    }
    Ok(())
}

/// The file, of at most `most_bytes`.
async fn read(field: &mut Field<'_>, most_bytes: usize) -> Result<Package, AppError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(interrupted)? {
        if bytes.len() + chunk.len() > most_bytes {
            return Err(beside_file(format!(
                "This file is larger than {MOST_PACKAGE_MIB} MB. A roster package is a zip of CSV files, and smaller"
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Package {
        name,
        bytes: bytes.freeze(),
    })
}

fn interrupted(_: MultipartError) -> AppError {
    AppError::Interrupted
}

fn beside_file(message: impl Into<String>) -> AppError {
    AppError::Invalid(vec![FieldError {
        field: "file".to_owned(),
        message: message.into(),
    }])
}

/// `POST /people/import/{id}/confirm`.
pub(crate) async fn confirm(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ImportId>,
    Posted { form, parts }: Posted<ConfirmForm>,
) -> Response {
    let confirmed = async {
        let school = access::school(&actor, Action::ImportRoster)?;
        let leavers_are_right = form.leavers_are_right.is_some();
        rosters::confirm(
            &site.db,
            &site.store,
            &school,
            id,
            leavers_are_right,
            site.clock.now(),
        )
        .await?;
        Ok(())
    };
    answer(
        &site,
        &parts,
        confirmed.await,
        &format!("/people/import/{id}"),
        "imported",
        &form,
    )
    .await
}

/// `POST /people/import/{id}/undo`.
pub(crate) async fn undo(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ImportId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let undone = async {
        let school = access::school(&actor, Action::ImportRoster)?;
        rosters::undo(&site.db, &school, id, site.clock.now()).await?;
        Ok(())
    };
    answer(
        &site,
        &parts,
        undone.await,
        &format!("/people/import/{id}"),
        "undone",
        &(),
    )
    .await
}

/// `GET /people/import/{id}/problems.csv`.
pub(crate) async fn problems(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ImportId>,
    parts: Parts,
) -> Response {
    let file = async {
        let school = access::school(&actor, Action::ImportRoster)?;
        Ok::<_, AppError>(rosters::problems_csv(site.db.read(), &actor, &school, id).await?)
    };
    match file.await {
        Ok(csv) => {
            let mut response = csv.into_response();
            let headers = response.headers_mut();
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/csv; charset=utf-8"),
            );
            headers.insert(
                header::CONTENT_DISPOSITION,
                HeaderValue::from_static("attachment; filename=\"import-problems.csv\""),
            );
            response
        }
        Err(error) => failed(&site, &parts, error).await,
    }
}
