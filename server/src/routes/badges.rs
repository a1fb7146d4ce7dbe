//! Signing in by badge, and the forms of a classroom's badges.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use domain::accounts::sign_in::Device;
use domain::classrooms::policy::Action;
use domain::{Actor, Time, Write, access, badges};
use http::header;
use http::request::Parts;
use vocab::badges::BadgeSignIn;
use vocab::ids::{ClassroomId, PersonId};

use app::error::AppError;
use app::ssr::{cookie_in, unavailable};

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change, on_to, refused};
use crate::session::{self, SignedIn};
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/badge", post(sign_in)),
        ("/classrooms/{id}/badges", post(issue)),
        ("/classrooms/{id}/badges/{person}/new", post(reissue)),
        ("/classrooms/{id}/badges/{person}/pictures", post(pictures)),
        ("/classrooms/{id}/badges/{person}/end", post(end)),
    ]
}

/// `GET /badge.js`: the camera of the page for badges, and of no other page.
pub(crate) async fn script() -> Response {
    (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")],
        include_str!("badge.js"),
    )
        .into_response()
}

/// `POST /badge`.
async fn sign_in(
    State(site): State<Site>,
    Posted {
        form: fields,
        parts,
    }: Posted<Vec<(String, String)>>,
) -> Response {
    let mut form = BadgeSignIn::default();
    for (field, value) in fields {
        match field.as_str() {
            "code" => form.code = value,
            "picture" => form.pictures.push(value),
            _ => {}
        }
    }
    let browser = Device {
        id: session::device_id(&parts.headers, &site),
        label: session::device_label(&parts.headers),
        session: cookie_in(&parts.headers, session::session_cookie(&site)),
        enrolment: session::enrolment(&parts.headers, &site),
    };
    let outcome = match form.validate() {
        Ok(valid) => badges::sign_in::sign_in(
            &site.db,
            &site.badge_keys,
            &valid,
            &browser,
            site.clock.now(),
        )
        .await
        .map_err(AppError::from),
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match outcome {
        Ok(started) => {
            let mut response = on_to("/home");
            let headers = response.headers_mut();
            session::remember_session(headers, &site, &started.token);
            if let Some(held) = browser.enrolment.filter(|_| started.is_shared) {
                session::remember_enrolment(headers, &site, &held);
            }
            response
        }
        Err(error) => {
            form.pictures.clear();
            refused(&site, &parts, "/badge", &form, error).await
        }
    }
}

/// `POST /classrooms/{id}/badges`: a badge for everybody who has none.
async fn issue(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let room = access::classroom(&**tx, &actor, id, Action::GiveBadges).await?;
        badges::issue_missing(tx, &site.badge_keys, &room, actor.time_zone, now)
            .await
            .map_err(unavailable)
    })
    .await;
    let page = format!("/classrooms/{id}/badges");
    answer(&site, &parts, done.map(|_| ()), &page, "badges", &()).await
}

/// `POST /classrooms/{id}/badges/{person}/new`.
async fn reissue(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(of): Path<(ClassroomId, PersonId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    of_one(
        &site,
        &actor,
        of,
        (&parts, "badge"),
        async |tx, room, now| {
            let (keys, zone) = (&site.badge_keys, actor.time_zone);
            badges::reissue(tx, keys, room, of.1, zone, now).await
        },
    )
    .await
}

/// `POST /classrooms/{id}/badges/{person}/pictures`.
async fn pictures(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(of): Path<(ClassroomId, PersonId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    of_one(
        &site,
        &actor,
        of,
        (&parts, "pictures"),
        async |tx, room, now| badges::new_pictures(tx, &site.badge_keys, room, of.1, now).await,
    )
    .await
}

/// `POST /classrooms/{id}/badges/{person}/end`.
async fn end(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(of): Path<(ClassroomId, PersonId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    of_one(
        &site,
        &actor,
        of,
        (&parts, "badge-ended"),
        async |tx, room, now| badges::end(tx, room, of.1, now).await,
    )
    .await
}

/// Changes one badge of a classroom, for who may give its badges.
async fn of_one(
    site: &Site,
    actor: &Actor,
    (id, _): (ClassroomId, PersonId),
    (parts, word): (&Parts, &str),
    act: impl AsyncFnOnce(&Write, &badges::Room, Time) -> Result<(), badges::Error>,
) -> Response {
    let done = change(site, async |tx, now| {
        let room = access::classroom(&**tx, actor, id, Action::GiveBadges).await?;
        Ok(act(tx, &room, now).await?)
    })
    .await;
    let page = format!("/classrooms/{id}/badges");
    answer(site, parts, done, &page, word, &()).await
}
