//! The lead's forms about what is kept how long, and about legal holds.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::schools::policy::Action;
use domain::{access, holds, retention};
use vocab::ids::LegalHoldId;
use vocab::retention::{HoldForm, PeriodForm, ReasonForm, StillNeededForm};

use app::error::AppError;
use app::ssr::Under;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, at_fields_under, change};
use crate::session::SignedIn;
use crate::site::Site;

const PAGE: &str = "/school/privacy/retention";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        (PAGE, post(choose)),
        ("/school/privacy/retention/dry-run", post(dry_run)),
        ("/school/privacy/holds", post(open_hold)),
        ("/school/privacy/holds/{id}/approve", post(approve_hold)),
        ("/school/privacy/holds/{id}/keep", post(keep_hold)),
        ("/school/privacy/holds/{id}/release", post(release_hold)),
    ]
}

/// `POST /school/privacy/retention`: another period for a rule.
async fn choose(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<PeriodForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(retention::choose(tx, &door, form.validate()?, now).await?)
    })
    .await;
    answer(&site, &parts, done, PAGE, "period", &form).await
}

/// `POST /school/privacy/retention/dry-run`: counts what is due.
async fn dry_run(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let counted = async {
        access::school(&actor, Action::HandleRequests)?;
        retention::dry_run(&site.db, actor.school, site.clock.now()).await?;
        Ok::<_, AppError>(())
    };
    let done = counted.await;
    answer(&site, &parts, done, PAGE, "dry-run", &()).await
}

/// `POST /school/privacy/holds`.
async fn open_hold(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<HoldForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        holds::open(tx, &door, form.validate()?, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, PAGE, "hold", &form).await
}

/// `POST /school/privacy/holds/{id}/approve`.
async fn approve_hold(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<LegalHoldId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(holds::approve(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, PAGE, "hold-approved", &()).await
}

/// `POST /school/privacy/holds/{id}/keep`.
async fn keep_hold(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<LegalHoldId>,
    Posted { form, parts }: Posted<StillNeededForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let days = form
            .validate()
            .map_err(|errors| at_fields_under(&id, errors))?;
        Ok(holds::keep(tx, &door, id, days, now).await?)
    })
    .await;
    let form = Under {
        under: format!("keep-{id}"),
        form,
    };
    answer(&site, &parts, done, PAGE, "hold-kept", &form).await
}

/// `POST /school/privacy/holds/{id}/release`. What waited for it goes on at once.
async fn release_hold(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<LegalHoldId>,
    Posted { form, parts }: Posted<ReasonForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let reason = form
            .validate()
            .map_err(|errors| at_fields_under(&id, errors))?;
        Ok(holds::release(tx, &door, id, reason, now).await?)
    })
    .await;
    if done.is_ok() {
        crate::erasing::go_on_soon(&site);
    }
    let form = Under {
        under: format!("release-{id}"),
        form,
    };
    answer(&site, &parts, done, PAGE, "hold-released", &form).await
}
