//! `/privacy/receipts/:id`: what was answered, by whom and when, to keep.

use domain::consent::{self, Receipt};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::consent::GivenBy;
use vocab::ids::ConsentEventId;

use crate::error::AppError;
use crate::page::{Page, load};
use crate::routes::id_in_path;
use crate::ssr;
use crate::ui::{ButtonLink, Erased, PageHead, Spread};

/// `/privacy/receipts/:id`.
#[component]
pub(crate) fn ReceiptRoute() -> impl IntoView {
    let id = id_in_path::<ConsentEventId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let receipt = consent::receipt(db.read(), &actor, id?, now).await?;
            Ok::<_, AppError>((actor, receipt))
        },
        |(actor, receipt)| {
            view! {
                <Title text=format!("Receipt - {}", actor.school_name) />
                <Page actor current="/settings/privacy">
                    <PageHead
                        title="Receipt"
                        dateline=receipt.purpose.label().to_owned()
                        crumbs=vec![("/settings/privacy".to_owned(), "Privacy".to_owned())]
                    />
                    <Told receipt />
                </Page>
            }
        },
    )
}

#[component]
fn Told(receipt: Receipt) -> impl IntoView {
    let path = format!("/privacy/receipts/{}", receipt.id);
    let whose = match receipt.given_by {
        GivenBy::Own => "about themselves",
        GivenBy::Guardian => "as a guardian",
        GivenBy::Paper if receipt.age.answers_alone() => "for the student's own answer on paper",
        GivenBy::Paper => "for a guardian's answer on paper",
        GivenBy::School => "for the school, which asked",
    };
    let given_by = if receipt.is_readers {
        format!("{}, {whose}", receipt.answered_by)
    } else {
        receipt.answered_by
    };
    let what = match receipt.kind {
        vocab::consent::ConsentKind::Requested => "Asked",
        vocab::consent::ConsentKind::Given => "Yes",
        vocab::consent::ConsentKind::Refused => "No",
        vocab::consent::ConsentKind::Withdrawn => "No: the yes is taken back",
        vocab::consent::ConsentKind::Lifted => "The no is taken back",
    };
    view! {
        <Spread id="what" title="Answer">
            <dl class="facts">
                <dt>"About"</dt>
                <dd>{receipt.subject}</dd>
                <dt>"Answer"</dt>
                <dd>{what}</dd>
                <dt>"Given by"</dt>
                <dd>{given_by}</dd>
                <dt>"When"</dt>
                <dd>
                    <time datetime=receipt.at.iso>{receipt.at.words}</time>
                </dd>
                {receipt
                    .valid_until
                    .map(|until| {
                        view! {
                            <dt>"Holds until"</dt>
                            <dd>
                                "The end of " <time datetime=until.iso>{until.words}</time>
                            </dd>
                        }
                    })}
                <dt>"To"</dt>
                <dd>{receipt.school}</dd>
                <dt>"Platform"</dt>
                <dd>{ssr::head().entity.sentence()}</dd>
                <dt>"Question"</dt>
                <dd>{receipt.question.unwrap_or_else(|| receipt.purpose.question().to_owned())}</dd>
                <dt>"Data"</dt>
                <dd>{receipt.purpose.data()}</dd>
                <dt>"Who gets it"</dt>
                <dd>{receipt.purpose.recipients()}</dd>
                <dt>"Version of the question"</dt>
                <dd>{receipt.text_version}</dd>
                <dt>"Entry"</dt>
                <dd>{format!("Number {} in the school's record", receipt.number)}</dd>
                <dt>"Fingerprint"</dt>
                <dd>
                    <code class="handover">{receipt.entry_hash}</code>
                </dd>
            </dl>
        </Spread>
        <Spread id="keep" title="To keep" note="The signature shows that the server wrote it".to_owned()>
            <p class="cluster">
                <ButtonLink href=format!("{path}/receipt.json") download=true>"JSON"</ButtonLink>
                <ButtonLink href=format!("{path}/receipt.jsonld") download=true>"JSON-LD"</ButtonLink>
                <ButtonLink href=format!("{path}/receipt.jws") download=true>"Signature"</ButtonLink>
            </p>
        </Spread>
    }
    .erased()
}
