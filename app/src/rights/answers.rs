//! The forms under a request with which the office answers it: what who asked would do with
//! one click, the request that it repeats, the copy, and who else has to hear of it.

use leptos::prelude::*;
use vocab::ids::RightsRequestId;
use vocab::rights::{CarryOut, CarryOutForm, CopyReviewForm, Recipients, RequestKind, SameForm};

use crate::ssr::Again;
use crate::ui::{
    Button, ButtonKind, CollectErased, Erased, Notice, SelectField, Spread, TickField, Tone,
    choose_from,
};

/// What who asked would do with one click, done for them.
#[component]
pub(super) fn OneClick(
    id: RightsRequestId,
    kind: RequestKind,
    offered: CarryOut,
    again: Again<CarryOutForm>,
) -> impl IntoView {
    let typed = again.form.clone().unwrap_or_default();
    let is_consent = !offered.by.is_empty();
    let (what, hint) = match kind {
        RequestKind::Objection => (
            "Which use stops?",
            Some("It stops at once, as with the switch under My data".to_owned()),
        ),
        RequestKind::OptOut => ("Which messages are not sent any more?", None),
        _ => ("Which consent is taken back?", None),
    };
    let by = is_consent.then(|| {
        view! {
            <SelectField
                id="by"
                label="Who takes it back?"
                hint=Some("It stands in the record of consents as theirs, with this request as the evidence".to_owned())
                error=again.error("by")
                options=choose_from(offered.by)
                selected=typed.by
            />
        }
    });
    view! {
        <Spread id="carry-out" title="Do what they ask">
            <form class="form" method="post" action=format!("/school/privacy/requests/{id}/carry-out")>
                <SelectField
                    id="wish"
                    label=what
                    hint=hint
                    error=again.error("wish")
                    options=choose_from(offered.what)
                    selected=typed.wish
                />
                {by}
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Carry it out"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

/// A request that asks the same as another which is open.
#[component]
pub(super) fn Repeated(
    id: RightsRequestId,
    others: Vec<(String, String)>,
    again: Again<SameForm>,
) -> impl IntoView {
    let typed = again.form.clone().unwrap_or_default();
    view! {
        <Spread id="repeated" title="Asked twice?">
            <form class="form" method="post" action=format!("/school/privacy/requests/{id}/repeated")>
                <SelectField
                    id="same_as"
                    label="It asks the same as"
                    hint=Some("This one is closed, and who asked reads under which reference you answer".to_owned())
                    error=again.error("same_as")
                    options=choose_from(others)
                    selected=typed.same_as
                />
                <div class="cluster">
                    <Button>"Close this one"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

/// The copy that a granted request asks for.
#[component]
pub(super) fn CopyFor(
    id: RightsRequestId,
    /// Who asked cannot fetch it until it was looked through again.
    looks_again: bool,
    again: Again<CopyReviewForm>,
) -> impl IntoView {
    let typed = again.form.clone().unwrap_or_default();
    let looked = CopyReviewForm::LOOKED
        .map(|(field, label)| {
            let is_ticked = typed.word(field) == "yes";
            view! { <TickField id=field label error=again.error(field) checked=is_ticked /> }
        })
        .collect_erased();
    view! {
        <Spread id="copy" title="The copy">
            <form class="form" method="post" action=format!("/school/privacy/requests/{id}/copy")>
                {looks_again.then(|| view! {
                    <Notice tone=Tone::Warn title="Look through it again".to_owned()>
                        <p>"Something was written about them since you did, or you did so more than a week before you said that it is done. Until you make it once more, who asked cannot fetch it."</p>
                    </Notice>
                })}
                <p>
                    "It is what they would fetch themselves: everything about them, and nothing about others. Be sure who asks before you hand it over. They can read that you made it. Whoever asked with an account can fetch it for 30 days once you say that it is done, unless you refused a part. Say so within a week of looking through it."
                </p>
                {looked}
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Make the copy"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

/// Who was given the data before, and hears from the school what became of it.
#[component]
pub(super) fn ToTell(id: RightsRequestId, recipients: Recipients) -> impl IntoView {
    let names = recipients
        .names
        .into_iter()
        .map(|name| view! { <li>{name}</li> })
        .collect_erased();
    let note = format!(
        "They were given the data before it was {}",
        recipients.what_was_done
    );
    let told = match recipients.told {
        Some((at, by)) => view! { <p class="muted">{format!("Told, {by}, {}", at.words)}</p> }
            .into_any(),
        None => view! {
            <form class="form" method="post" action=format!("/school/privacy/requests/{id}/told")>
                <p>
                    "Tell each of them outside this program, unless that is impossible or would take an effort out of all proportion."
                </p>
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"They were told"</Button>
                </div>
            </form>
        }
        .into_any(),
    };
    view! {
        <Spread id="recipients" title="Who has to hear of it" note>
            <div class="stack">
                <ul class="prose">{names}</ul>
                {told}
            </div>
        </Spread>
    }
    .into_any()
}
