//! The forms about how pages look: the colours at the foot of a page, all reading
//! settings, the school's hue; and the style sheet of a hue. What somebody chooses while
//! signed in is kept for them; a cookie holds what is chosen while nobody is.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use domain::reading;
use domain::schools::hue::{self, Hue};
use domain::schools::policy::Action;
use http::{HeaderMap, header};
use serde::Deserialize;
use vocab::form::FieldError;
use vocab::reading::{Reading, ReadingForm, Theme};
use vocab::schools::HueForm;

use app::error::AppError;
use app::reading::{HUE_PAGE, PAGE, READING_COOKIE, THEME_COOKIE, of_device};
use app::ssr::unavailable;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change, failed, on_to};
use crate::session::{self, SignedIn};
use crate::site::Site;

use super::accounts::own_path;
use super::offline::CACHE_CLASS;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/theme", post(choose_theme)),
        (PAGE, post(choose)),
        ("/settings/reading/reset", post(reset)),
        (HUE_PAGE, post(choose_hue)),
    ]
}

/// The theme form.
#[derive(Debug, Deserialize)]
struct ThemeChoice {
    theme: String,
    back: String,
}

/// `POST /theme`. A word that is no theme is that of the device.
async fn choose_theme(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
    Posted { form, parts }: Posted<ThemeChoice>,
) -> Response {
    let theme = form.theme.parse().unwrap_or(Theme::Auto);
    let mut response = on_to(&own_path(Some(&form.back)));
    match signed_in {
        Some(SignedIn(actor)) => {
            let device = of_device(&parts.headers);
            let kept = change(&site, async |tx, now| {
                reading::choose_theme(tx, &actor, theme, device, now)
                    .await
                    .map_err(unavailable)
            });
            if let Err(error) = kept.await {
                return failed(&site, &parts, error).await;
            }
        }
        None => set_theme(response.headers_mut(), &site, theme),
    }
    response
}

fn set_theme(headers: &mut HeaderMap, site: &Site, theme: Theme) {
    let word = match theme {
        Theme::Auto => "",
        theme => theme.as_str(),
    };
    keep_on_device(headers, site, THEME_COOKIE, word);
}

/// A choice of nobody who is signed in; an empty one is taken away.
fn keep_on_device(headers: &mut HeaderMap, site: &Site, name: &str, value: &str) {
    if value.is_empty() {
        session::set_cookie(headers, site, name, "", Some(0));
    } else {
        session::remember(headers, site, name, value);
    }
}

/// `POST /settings/reading`.
async fn choose(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
    Posted { form, parts }: Posted<ReadingForm>,
) -> Response {
    let chosen = form.validate().map_err(AppError::Invalid);
    let kept = match (&chosen, &signed_in) {
        (Err(error), _) => Err(error.clone()),
        (Ok(_), None) => Ok(()),
        (Ok(chosen), Some(SignedIn(actor))) => {
            let device = of_device(&parts.headers);
            change(&site, async |tx, now| {
                reading::choose(tx, actor, *chosen, device, now)
                    .await
                    .map_err(unavailable)
            })
            .await
        }
    };
    let mut response = answer(&site, &parts, kept, PAGE, "reading", &form).await;
    if let (Ok(chosen), None) = (chosen, signed_in) {
        let chosen = chosen.beyond(Reading::default());
        let headers = response.headers_mut();
        set_theme(headers, &site, chosen.theme.unwrap_or(Theme::Auto));
        let others = Reading {
            theme: None,
            ..chosen
        };
        keep_on_device(headers, &site, READING_COOKIE, &others.to_cookie());
    }
    response
}

/// `POST /settings/reading/reset`.
async fn reset(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let kept = match &signed_in {
        Some(SignedIn(actor)) => {
            change(&site, async |tx, now| {
                reading::forget(tx, actor, now).await.map_err(unavailable)
            })
            .await
        }
        None => Ok(()),
    };
    let mut response = answer(&site, &parts, kept, PAGE, "reading-reset", &()).await;
    if signed_in.is_none() {
        session::forget_the_look(response.headers_mut(), &site);
    }
    response
}

/// `POST /school/colour`.
async fn choose_hue(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<HueForm>,
) -> Response {
    let kept = change(&site, async |tx, now| {
        let door = domain::access::school(&actor, Action::ChangeSchool)?;
        let typed = form.hue.trim();
        let hue = if typed.is_empty() {
            None
        } else {
            Some(Hue::typed(typed).map_err(wrong_hue)?)
        };
        Ok(hue::choose(tx, &door, hue, now).await?)
    })
    .await;
    answer(&site, &parts, kept, HUE_PAGE, "colour", &form).await
}

fn wrong_hue(message: &str) -> AppError {
    AppError::Invalid(vec![FieldError {
        field: "hue".to_owned(),
        message: message.to_owned(),
    }])
}

/// `GET /hue/{name}`: the style sheet of a hue, the same for everybody and for ever.
pub(crate) async fn style_sheet(State(site): State<Site>, Path(name): Path<String>) -> Response {
    let Some(css) = hue::in_address(&name).and_then(hue::style_sheet) else {
        let (parts, ()) = http::Request::new(()).into_parts();
        return failed(&site, &parts, AppError::NotFound).await;
    };
    (
        [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (CACHE_CLASS, "public"),
        ],
        css,
    )
        .into_response()
}
