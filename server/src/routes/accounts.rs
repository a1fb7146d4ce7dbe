//! Doors: in, out, through an invitation, and one's own account.

use axum::extract::State;
use axum::response::Response;
use domain::accounts::sign_in::{Device, SignInError};
use domain::accounts::{self, invitations, sessions};
use domain::consent::Evidence;
use serde::Deserialize;
use vocab::accounts::{AcceptInvitation, ChangePassword, SignIn};
use vocab::ids::SessionId;

use app::error::AppError;
use app::ssr::{cookie_in, sign_in_page, unavailable};

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{on_to, refused, with_password_again};
use crate::session::{self, SCHOOL_COOKIE, SignedIn};
use crate::site::Site;

/// The sign-in form, with where to go afterwards.
#[derive(Debug, Deserialize)]
pub(crate) struct SignInForm {
    #[serde(flatten)]
    sign_in: SignIn,
    next: Option<String>,
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(State(site): State<Site>, posted: Posted<SignInForm>) -> Response {
    let Posted {
        form: SignInForm { sign_in, next },
        parts,
    } = posted;
    let device = Device {
        id: session::device_id(&parts.headers, &site),
        label: session::device_label(&parts.headers),
        session: cookie_in(&parts.headers, session::session_cookie(&site)),
        enrolment: session::enrolment(&parts.headers, &site),
    };
    let outcome = match sign_in.validate() {
        Ok(form) => {
            accounts::sign_in::sign_in(&site.db, &site.hasher, &form, &device, site.clock.now())
                .await
                .map(|signed_in| (form, signed_in))
                .map_err(sign_in_error)
        }
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match outcome {
        Ok((form, signed_in)) => {
            let mut response = on_to(&own_path(next.as_deref()));
            let headers = response.headers_mut();
            session::remember_session(headers, &site, &signed_in.token);
            session::remember(headers, &site, SCHOOL_COOKIE, &form.school);
            if let Some(held) = device.enrolment.as_ref().filter(|_| signed_in.is_shared) {
                session::remember_enrolment(headers, &site, held);
            }
            if device.id.is_none() {
                session::name_the_device(headers, &site, session::unsealed_id(&parts.headers));
            }
            response
        }
        Err(error) => {
            let mut response = refused(
                &site,
                &parts,
                &next
                    .as_deref()
                    .map_or_else(|| "/sign-in".to_owned(), sign_in_page),
                &sign_in_without_password(&sign_in),
                error,
            )
            .await;
            if device.id.is_none() {
                let named = session::unsealed_id(&parts.headers);
                session::name_the_device(response.headers_mut(), &site, named);
            }
            response
        }
    }
}

fn sign_in_without_password(form: &SignIn) -> SignIn {
    SignIn {
        password: String::new(),
        ..form.clone()
    }
}

/// A path of our own; anything else leads to the first page.
pub(super) fn own_path(next: Option<&str>) -> String {
    next.filter(|next| app::accounts::is_own_path(next))
        .unwrap_or("/home")
        .to_owned()
}

fn sign_in_error(error: SignInError) -> AppError {
    match error {
        SignInError::Wrong => AppError::Invalid(vec![vocab::form::FieldError {
            field: "password".to_owned(),
            message: "School code, username and password do not belong together. Check all three"
                .to_owned(),
        }]),
        SignInError::SchoolLeft => AppError::Invalid(vec![vocab::form::FieldError {
            field: "school".to_owned(),
            message: "This school has stopped using Classimize. Its admins and its data protection lead can still sign in: check all three. Everybody else asks the school's office"
                .to_owned(),
        }]),
        SignInError::Wait { seconds } => AppError::SlowDown(seconds),
        SignInError::Unavailable(reason) => {
            tracing::error!(reason, "passwords cannot be checked");
            AppError::Unavailable
        }
        SignInError::Database(error) => unavailable(error),
    }
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(State(site): State<Site>, signed_in: Option<SignedIn>) -> Response {
    if let Some(SignedIn(actor)) = signed_in {
        let ended = async {
            let tx = site.db.write().await?;
            sessions::end_current(&tx, &actor, site.clock.now()).await?;
            tx.commit().await
        };
        if let Err(error) = ended.await {
            tracing::error!(error = %error, "a session could not be ended");
        }
    }
    let mut response = on_to("/sign-in");
    session::forget(response.headers_mut(), &site);
    response.headers_mut().insert(
        "clear-site-data",
        http::HeaderValue::from_static("\"cache\""),
    );
    response
}

/// `POST /invitation/{token}`.
pub(crate) async fn accept_invitation(
    State(site): State<Site>,
    Path(token): Path<String>,
    Posted { form, parts }: Posted<AcceptInvitation>,
) -> Response {
    let evidence = Evidence {
        channel: "invitation page",
        device: session::device_label(&parts.headers),
        ..Evidence::default()
    };
    let now = site.clock.now();
    match invitations::accept(&site.db, &site.hasher, &token, &form, evidence, now).await {
        Ok((school, _)) => on_to(&format!("/sign-in?done=welcome&school={school}")),
        Err(error) => {
            let form = AcceptInvitation {
                password: String::new(),
                ..form
            };
            refused(
                &site,
                &parts,
                &format!("/invitation/{token}"),
                &form,
                with_password_again(error.into()),
            )
            .await
        }
    }
}

/// `POST /settings/password`.
pub(crate) async fn change_password(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<ChangePassword>,
) -> Response {
    match accounts::change_password(&site.db, &site.hasher, &actor, &form, site.clock.now()).await {
        Ok(()) => on_to("/settings?done=password"),
        Err(error) => {
            refused(
                &site,
                &parts,
                "/settings",
                &ChangePassword::default(),
                error.into(),
            )
            .await
        }
    }
}

/// `POST /settings/sessions/{id}/end`.
pub(crate) async fn end_session(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SessionId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let ended = async {
        let tx = site.db.write().await.map_err(unavailable)?;
        sessions::end(&tx, &actor, id, site.clock.now()).await?;
        tx.commit().await.map_err(unavailable)
    };
    match ended.await {
        Ok(()) => on_to("/settings?done=signed-out-device"),
        Err(error) => refused(&site, &parts, "/settings", &(), error).await,
    }
}

/// `POST /settings/sessions/end-others`.
pub(crate) async fn end_other_sessions(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let ended = async {
        let tx = site.db.write().await?;
        sessions::end_all_others(&tx, &actor, site.clock.now()).await?;
        tx.commit().await
    };
    match ended.await {
        Ok(()) => on_to("/settings?done=signed-out-elsewhere"),
        Err(error) => refused(&site, &parts, "/settings", &(), unavailable(error)).await,
    }
}
