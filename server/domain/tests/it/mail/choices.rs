//! What becomes of a no: it stands in the record of consents whichever way it was said, and
//! it is obeyed by each of the places that a mail passes, by each of them alone.

use domain::mail::{self, Link, Mail, Outgoing, To};
use domain::{access, rights};
use entity::{consent_event, mail_choice};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use test_kit::School;
use vocab::consent::{ConsentKind, ConsentPurpose};
use vocab::ids::MailChoiceId;
use vocab::mail::{MailChoiceState, MailState, MailTemplate, MessageCategory};
use vocab::objections::ObjectionUse;

use super::{Kept, answer, ask, choose, deliver, head, outbox, with_mail};

const OWN: MessageCategory = MessageCategory::MarketingOwn;

fn news() -> Mail {
    Mail::News {
        subject: "New pages".to_owned(),
        text: "There are new pages.".to_owned(),
    }
}

async fn send_news(school: &School) -> u64 {
    let tx = school.db.write().await.expect("free");
    let queued = mail::send_news(&tx, &news(), school.now())
        .await
        .expect("sent");
    tx.commit().await.expect("kept");
    queued
}

/// Rosa wants our news: here, and by the link in the mail.
async fn wants_news(school: &School) {
    assert!(choose(school, "rosa", OWN, "on").await);
    let carrier = Kept::default();
    deliver(school, &carrier).await;
    let mail = carrier.mails().remove(0);
    let token = mail
        .text
        .lines()
        .find_map(|line| line.strip_prefix("https://school.test/news/"))
        .expect("a link");
    let tx = school.db.write().await.expect("free");
    mail::confirm(&tx, &head().key, token, school.now())
        .await
        .expect("twice");
    tx.commit().await.expect("kept");
}

/// Follows the link that stands in the news.
async fn says_no_by_the_link(school: &School) {
    assert_eq!(send_news(school).await, 1);
    let carrier = Kept::default();
    deliver(school, &carrier).await;
    let mails = carrier.mails();
    let mail = mails.iter().find(|mail| mail.subject == "New pages");
    let url = mail.expect("it was sent").unsubscribe.as_deref();
    let token = url
        .and_then(|url| url.strip_prefix("https://school.test/unsubscribe/"))
        .expect("it can be switched off");
    let tx = school.db.write().await.expect("free");
    mail::unsubscribe(&tx, &head().key, token, school.now())
        .await
        .expect("ours");
    tx.commit().await.expect("kept");
}

async fn objects(school: &School) {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor("rosa"), school.person("rosa"))
        .await
        .expect("herself");
    rights::object(&tx, &about, ObjectionUse::News, school.now())
        .await
        .expect("hers");
    tx.commit().await.expect("kept");
}

/// What stands about Rosa in the record of consents, oldest first.
async fn recorded(school: &School) -> Vec<(ConsentPurpose, ConsentKind)> {
    consent_event::Entity::find()
        .filter(consent_event::Column::SubjectId.eq(school.person("rosa")))
        .order_by_asc(consent_event::Column::Seq)
        .all(school.db.read())
        .await
        .expect("the database answers")
        .into_iter()
        .map(|entry| (entry.purpose, entry.kind))
        .collect()
}

#[tokio::test]
async fn a_no_to_news_stands_in_the_record_of_consents_whichever_way_it_is_said() {
    for way in ["settings", "link", "objection"] {
        let school = with_mail().await;
        wants_news(&school).await;
        match way {
            "settings" => assert!(choose(&school, "rosa", OWN, "off").await),
            "link" => says_no_by_the_link(&school).await,
            _ => objects(&school).await,
        }
        let own = ConsentPurpose::NewsOwn;
        assert_eq!(
            recorded(&school).await,
            [(own, ConsentKind::Given), (own, ConsentKind::Withdrawn)],
            "{way}"
        );
        assert_eq!(send_news(&school).await, 0, "{way}: and they end at once");
    }
}

#[tokio::test]
async fn news_pass_over_who_said_no_and_the_outbox_takes_none_for_them() {
    let school = with_mail().await;
    wants_news(&school).await;
    assert!(choose(&school, "rosa", OWN, "off").await);
    let before = outbox(&school).await.len();
    assert_eq!(send_news(&school).await, 0);
    assert_eq!(outbox(&school).await.len(), before, "they are passed over");
    let new = Outgoing {
        school: school.id,
        to: To::Person(school.person("rosa")),
        mail: news(),
        cause: None,
        until: None,
    };
    let tx = school.db.write().await.expect("free");
    let state = mail::queue(&tx, new, school.now()).await.expect("written");
    tx.commit().await.expect("kept");
    assert_eq!(state, MailState::Suppressed, "and it is not taken");
}

/// Rosa answers about a trip, of which a receipt is written down.
async fn answers(school: &School) {
    let request = ask(school, None).await;
    answer(school, "rosa", "zainab", request, "yes").await;
}

async fn receipt(school: &School) -> entity::outbox_mail::Model {
    let mut rows = outbox(school).await.into_iter();
    rows.find(|row| row.template == MailTemplate::ConsentReceipt)
        .expect("a row says so")
}

#[tokio::test]
async fn what_was_switched_off_is_suppressed_before_anything_is_carried() {
    let school = with_mail().await;
    assert!(choose(&school, "rosa", MessageCategory::ServiceOptional, "off").await);
    answers(&school).await;
    let row = receipt(&school).await;
    assert_eq!(row.state, MailState::Suppressed);
    assert!(row.variables.is_empty() && row.reason.is_some());
}

#[tokio::test]
async fn what_waits_is_not_carried_once_its_kind_is_switched_off() {
    let school = with_mail().await;
    answers(&school).await;
    assert_eq!(receipt(&school).await.state, MailState::Queued);
    assert!(choose(&school, "rosa", MessageCategory::ServiceOptional, "off").await);
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let is_a_receipt = |subject: &str| subject.starts_with("Your answer");
    assert!(
        !carrier
            .mails()
            .iter()
            .any(|mail| is_a_receipt(&mail.subject))
    );
    let row = receipt(&school).await;
    assert_eq!(row.state, MailState::Suppressed);
    assert!(row.variables.is_empty() && row.reason.is_some());
}

#[tokio::test]
async fn no_switch_is_offered_for_what_is_essential_and_no_link_ends_it() {
    let school = with_mail().await;
    let essential = MessageCategory::ServiceEssential;
    for word in ["on", "off"] {
        assert!(!choose(&school, "rosa", essential, word).await, "{word}");
    }
    // No page and no mail leads to such a row.
    let id = MailChoiceId(domain::secrets::new_id());
    mail_choice::ActiveModel {
        id: Set(id),
        school_id: Set(school.id),
        person_id: Set(school.person("rosa")),
        category: Set(essential),
        state: Set(MailChoiceState::On),
        changed_at: Set(school.now()),
    }
    .insert(school.db.read())
    .await
    .expect("written");
    let token = head().key.token(Link::Unsubscribe, id);
    let tx = school.db.write().await.expect("free");
    let ended = mail::unsubscribe(&tx, &head().key, &token, school.now()).await;
    assert!(ended.is_err(), "it always comes");
}
