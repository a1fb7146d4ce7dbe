//! The forms of requests about data, the contact page's, and the office's steps.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::moments::local;
use domain::schools::policy::Action;
use domain::{access, accounts, deadlines, delegations, erasure, export, rights};
use http::request::Parts;
use vocab::form::FieldError;
use vocab::ids::{PersonId, RightsRequestId};
use vocab::objections::ObjectionForm;
use vocab::rights::{
    AskRequest, CarryOutForm, ContactForm, CopyForm, CopyReviewForm, IntakeForm, QuestionForm,
    SameForm, StepForm, ViewForm, WhomForm,
};

use app::error::AppError;
use app::ssr::Under;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, as_made, at_fields_under, change, failed, file, on_to, refused, zip};
use crate::session::{SignedIn, device_id};
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/contact", post(contact)),
        ("/school/privacy/new", post(write_down)),
        ("/my-data", post(ask)),
        ("/my-data/objections", post(object)),
        ("/my-data/who-may/{person}/end", post(give_up)),
        ("/my-data/requests/{id}/take-back", post(take_back)),
        ("/my-data/requests/{id}/view", post(say_view)),
        ("/my-data/requests/{id}/answer", post(answer_question)),
        ("/my-data/{person}/copy", post(copy)),
        ("/school/privacy/requests/{id}/steps", post(step)),
        ("/school/privacy/requests/{id}/whom", post(say_whom)),
        ("/school/privacy/requests/{id}/copy", post(make_copy)),
        (
            "/school/privacy/requests/{id}/repeated",
            post(close_as_repeated),
        ),
        ("/school/privacy/requests/{id}/carry-out", post(carry_out)),
        ("/school/privacy/requests/{id}/told", post(told)),
        ("/my-data/erasure/call-off", post(call_off)),
    ]
}

/// `GET /school/privacy/due.ics`: what is due in the school, for the lead's own calendar.
pub(crate) async fn due(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    parts: Parts,
) -> Response {
    let made = async {
        let door = access::school(&actor, Action::HandleRequests)?;
        deadlines::calendar(site.db.read(), &actor, &door, site.clock.now())
            .await
            .map_err(app::ssr::unavailable)
    };
    match made.await {
        Ok(calendar) => file("text/calendar; charset=utf-8", "due.ics", calendar),
        Err(error) => failed(&site, &parts, error).await,
    }
}

/// `POST /my-data/{person}/copy`: the copy of everything that is kept about somebody, for
/// the person, for who looks after a young child, and for whoever asked the school for it.
/// What stands in its way is said on the page; after that it goes out while it is made.
async fn copy(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(person): Path<PersonId>,
    Posted { form, parts }: Posted<CopyForm>,
) -> Response {
    let made = async {
        let now = site.clock.now();
        let about = export::open_door(site.db.read(), &actor, person, now).await?;
        accounts::prove(&site.db, &site.hasher, &actor, &form.password, now).await?;
        export::start(site.for_copies(), &actor, &about, now)
            .await
            .map_err(|error| {
                tracing::error!(%error, "a copy of somebody's data could not be made");
                AppError::Unavailable
            })
    };
    match made.await {
        Ok(copy) => zip("data.zip", as_made(copy)),
        Err(error) => {
            let page = format!("/my-data/{person}/copy");
            // The page says whether it is only looked through again.
            if error == AppError::NotAllowed {
                return on_to(&page);
            }
            refused(&site, &parts, &page, &CopyForm::default(), error).await
        }
    }
}

/// `POST /school/privacy/requests/{id}/copy`: the same for a granted request, for the
/// lead, who hands it to whoever asked.
async fn make_copy(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { form, parts }: Posted<CopyReviewForm>,
) -> Response {
    match rights::make_copy(site.for_copies(), &actor, (id, &form), site.clock.now()).await {
        Ok(copy) => zip("data.zip", as_made(copy)),
        Err(error) => {
            let page = format!("/school/privacy/requests/{id}");
            refused(&site, &parts, &page, &form, error.into()).await
        }
    }
}

/// `POST /my-data`.
async fn ask(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<AskRequest>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let (kind, text) = form.validate()?;
        let about = form.about.parse().map_err(|_| AppError::NotFound)?;
        let about = access::about(&**tx, &actor, about).await?;
        rights::file(tx, &about, kind, text, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, "/my-data", "request", &form).await
}

/// `POST /my-data/objections`.
async fn object(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<ObjectionForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let person = form.about.parse().map_err(|_| AppError::NotFound)?;
        let purpose = form.purpose.parse().map_err(|_| AppError::NotFound)?;
        let about = access::about(&**tx, &actor, person).await?;
        match form.answer.as_str() {
            "object" => rights::object(tx, &about, purpose, now).await?,
            "take_back" => rights::withdraw(tx, &about, purpose, now).await?,
            "disagree" => rights::disagree(tx, &about, purpose, now).await?,
            _ => return Err(AppError::NotFound),
        }
        Ok(())
    })
    .await;
    let word = match form.answer.as_str() {
        "take_back" => "use-goes-on",
        "disagree" => "disagreed",
        _ => "use-stopped",
    };
    answer(&site, &parts, done, "/my-data/objections", word, &()).await
}

/// `POST /my-data/requests/{id}/take-back`.
async fn take_back(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        Ok(rights::take_back(tx, &actor, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, "/my-data", "request-back", &()).await
}

/// `POST /my-data/requests/{id}/view`: a student says what they think of a guardian's request.
async fn say_view(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { form, parts }: Posted<ViewForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let view = form.view.parse().map_err(|_| AppError::NotFound)?;
        Ok(rights::say_view(tx, &actor, id, view, now).await?)
    })
    .await;
    answer(&site, &parts, done, "/my-data", "said", &()).await
}

/// `POST /my-data/requests/{id}/answer`: who asked answers what the school asked them.
async fn answer_question(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { form, parts }: Posted<QuestionForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let words = form
            .validate()
            .map_err(|errors| at_fields_under(&id, errors))?;
        Ok(rights::answer_question(tx, &actor, id, &words, now).await?)
    })
    .await;
    let form = Under {
        under: id.to_string(),
        form,
    };
    answer(&site, &parts, done, "/my-data", "question", &form).await
}

/// `POST /my-data/who-may/{person}/end`: a guardian gives up their own tie.
async fn give_up(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(person): Path<PersonId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let child = access::child(&**tx, &actor, person).await?;
        Ok(delegations::give_up(tx, &child, now).await?)
    })
    .await;
    answer(&site, &parts, done, "/my-data/who-may", "tie-ended", &()).await
}

/// `POST /contact`, by anybody.
async fn contact(
    State(site): State<Site>,
    Posted { form, parts }: Posted<ContactForm>,
) -> Response {
    let filed = change(&site, async |tx, now| {
        if !form.website.is_empty() {
            return Err(AppError::Invalid(vec![FieldError {
                field: "website".to_owned(),
                message: "Leave the hidden field empty".to_owned(),
            }]));
        }
        let sender = device_id(&parts.headers, &site);
        let reference =
            rights::file_by_contact(tx, form.validate()?, sender.as_deref(), now).await?;
        let who = (reference.as_str(), form.name.trim());
        erasure::tell_request(tx, &site.signer, who, now)
            .await
            .map_err(app::ssr::unavailable)?;
        Ok(reference)
    })
    .await;
    match filed {
        Ok(reference) => on_to(&format!("/contact?received={reference}")),
        Err(error) => refused(&site, &parts, "/contact", &form, error).await,
    }
}

/// `POST /school/privacy/new`: what came in another way.
async fn write_down(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<IntakeForm>,
) -> Response {
    let kept = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let today = local(now, actor.time_zone).date();
        Ok(rights::file_for(tx, &door, form.validate(today)?, now).await?)
    })
    .await;
    match kept {
        Ok((id, _)) => on_to(&format!("/school/privacy/requests/{id}?done=kept")),
        Err(error) => refused(&site, &parts, "/school/privacy/new", &form, error).await,
    }
}

/// `POST /school/privacy/requests/{id}/steps`.
async fn step(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { form, parts }: Posted<StepForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let (step, words) = form.validate()?;
        Ok(rights::step(tx, &door, id, (step, &words), now).await?)
    })
    .await;
    if done.is_ok() {
        crate::erasing::go_on_soon(&site);
    }
    let page = format!("/school/privacy/requests/{id}");
    answer(&site, &parts, done, &page, "saved", &form).await
}

/// `POST /school/privacy/requests/{id}/whom`.
async fn say_whom(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { form, parts }: Posted<WhomForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let (username, who_asks) = form.validate()?;
        Ok(rights::say_whom(tx, &door, id, (&username, who_asks), now).await?)
    })
    .await;
    let page = format!("/school/privacy/requests/{id}");
    answer(&site, &parts, done, &page, "saved", &form).await
}

/// `POST /school/privacy/requests/{id}/repeated`.
async fn close_as_repeated(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { form, parts }: Posted<SameForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(rights::close_as_repeated(tx, &door, id, &form, now).await?)
    })
    .await;
    let page = format!("/school/privacy/requests/{id}");
    answer(&site, &parts, done, &page, "saved", &form).await
}

/// `POST /school/privacy/requests/{id}/carry-out`.
async fn carry_out(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { form, parts }: Posted<CarryOutForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(rights::carry_out(tx, &door, id, &form, now).await?)
    })
    .await;
    let page = format!("/school/privacy/requests/{id}");
    answer(&site, &parts, done, &page, "saved", &form).await
}

/// `POST /school/privacy/requests/{id}/told`: whoever was given the data has heard of it.
async fn told(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RightsRequestId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(rights::recipients_told(tx, &door, id, now).await?)
    })
    .await;
    let page = format!("/school/privacy/requests/{id}");
    answer(&site, &parts, done, &page, "saved", &()).await
}

/// `POST /my-data/erasure/call-off`.
async fn call_off(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        Ok(erasure::call_off(tx, &actor, now).await?)
    })
    .await;
    answer(&site, &parts, done, "/my-data", "called-off", &()).await
}
