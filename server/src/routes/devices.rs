//! The forms of a school's enrolled devices.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::access;
use domain::badges::{self, devices};
use domain::schools::policy::Action;
use vocab::badges::{DeviceForm, HoursForm};
use vocab::ids::DeviceId;

use app::ssr::{Under, unavailable};

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, at_fields_under, change, on_to, refused};
use crate::session::{self, SignedIn};
use crate::site::Site;

const PAGE: &str = "/school/devices";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/school/devices", post(enrol)),
        ("/school/devices/hours", post(hours)),
        ("/school/devices/{id}/rename", post(rename)),
        ("/school/devices/{id}/end", post(end)),
    ]
}

/// `POST /school/devices`: the device that the form comes from; whoever sent it is
/// signed out there.
async fn enrol(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<DeviceForm>,
) -> Response {
    let held = session::enrolment(&parts.headers, &site);
    let done = change(&site, async |tx, now| {
        let door = devices::may_enrol(&**tx, &actor).await?;
        let new = form.validate()?;
        if let Some(held) = &held {
            devices::end_replaced(tx, &door, held, now)
                .await
                .map_err(unavailable)?;
        }
        devices::enrol(tx, &door, &actor, &new, now)
            .await
            .map_err(unavailable)
    })
    .await;
    match done {
        Ok(enrolled) => {
            let mut response = on_to("/badge?done=enrolled");
            let headers = response.headers_mut();
            session::remember_enrolment(headers, &site, &enrolled.token);
            session::forget(headers, &site);
            response
        }
        Err(error) => refused(&site, &parts, PAGE, &form, error).await,
    }
}

/// `POST /school/devices/hours`.
async fn hours(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<HoursForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::ManageDevices)?;
        Ok(badges::choose(tx, &door, &form.validate()?, &form.seen, now).await?)
    })
    .await;
    answer(&site, &parts, done, PAGE, "saved", &form).await
}

/// `POST /school/devices/{id}/rename`.
async fn rename(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<DeviceId>,
    Posted { form, parts }: Posted<DeviceForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::ManageDevices)?;
        let new = form
            .validate()
            .map_err(|errors| at_fields_under(&id, errors))?;
        Ok(devices::rename(tx, &door, id, &new.label, now).await?)
    })
    .await;
    let form = Under {
        under: id.to_string(),
        form,
    };
    answer(&site, &parts, done, PAGE, "saved", &form).await
}

/// `POST /school/devices/{id}/end`.
async fn end(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<DeviceId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::ManageDevices)?;
        Ok(devices::end(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, PAGE, "forgotten", &()).await
}
