//! The signed statement of the record of consents by mail: who gets it, that each comes once,
//! and that the mail as it arrived finds a record that was written anew.

use chrono::TimeDelta;
use domain::consent::{self, Compared, Signer};
use domain::mail::{self, Composed};
use domain::people;
use domain::schools::policy::Action;
use domain::{Permitted, access};
use entity::{consent_event, ledger_checkpoint, outbox_mail, person};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use test_kit::School;
use vocab::mail::{MailState, MailTemplate, MessageCategory};
use vocab::people::Role;

use super::{Kept, ask, choose, deliver, head, outbox, with_mail};
use crate::consent::without_guards;
use crate::restrictions::restricts;

fn server() -> Signer {
    Signer::new([7; 32])
}

fn door(school: &School, action: Action) -> Permitted<()> {
    access::school(&school.actor("desmond"), action).expect("an admin")
}

/// The nightly work for Northgate; answers whether there was something to sign.
async fn sign(school: &School) -> bool {
    let tx = school.db.write().await.expect("free");
    let is_new = consent::sign_checkpoint(&tx, school.id, &server(), school.now())
        .await
        .expect("signed");
    tx.commit().await.expect("kept");
    is_new
}

/// What the outbox holds of these mails.
async fn written(school: &School) -> Vec<outbox_mail::Model> {
    let mut rows = outbox(school).await;
    rows.retain(|row| row.template == MailTemplate::SignedStatement);
    rows
}

/// To whom they went that arrived, by address, and the last of them.
fn arrived(carrier: &Kept) -> (Vec<String>, Option<Composed>) {
    let mut mails = carrier.mails();
    mails.retain(|mail| mail.subject.starts_with("To keep"));
    let mut to: Vec<String> = mails.iter().map(|mail| mail.to.clone()).collect();
    to.sort();
    (to, mails.pop())
}

/// The mail as somebody at the school has it.
async fn arriving(school: &School) -> Composed {
    let carrier = Kept::default();
    deliver(school, &carrier).await;
    arrived(&carrier).1.expect("it came")
}

async fn checkpoint(school: &School) -> ledger_checkpoint::Model {
    ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::SchoolId.eq(school.id))
        .one(school.db.read())
        .await
        .expect("read")
        .expect("it was signed")
}

async fn compared(school: &School, kept: &str) -> Compared {
    let door = door(school, Action::HandleRequests);
    consent::compare(school.db.read(), &door, &server(), kept)
        .await
        .expect("read")
}

#[tokio::test]
async fn a_signed_statement_is_mailed_once_to_each_admin_and_lead_with_all_that_is_in_it() {
    let school = with_mail().await;
    ask(&school, None).await;
    for is_new in [true, false, false] {
        assert_eq!(sign(&school).await, is_new, "the sweep runs again");
    }
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let (to, mail) = arrived(&carrier);
    assert_eq!(to, ["desmond@northgate.example", "edith@northgate.example"]);
    let (mail, signed) = (mail.expect("two came"), checkpoint(&school).await);
    assert_eq!(
        mail.subject,
        "To keep: the record of consents at Northgate on 24 November 2026"
    );
    let entries = format!("Number of entries: {}", signed.up_to_seq);
    for words in [
        entries.as_str(),
        &signed.root_hash,
        &signed.signature,
        &signed.public_key,
        "It needs no reply",
        "classimize verify-ledger --statement FILE",
        "https://school.test/school/privacy#record",
    ] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
        assert!(mail.html.contains(words), "{words}: {}", mail.html);
    }
    for row in written(&school).await {
        assert_eq!(row.cause_id, Some(signed.id));
        assert_eq!(row.category, MessageCategory::ServiceOptional);
        assert_eq!(row.state, MailState::Sent);
    }
}

#[tokio::test]
async fn a_day_without_a_new_entry_mails_no_statement_and_the_next_entry_does() {
    let school = with_mail().await;
    assert!(!sign(&school).await, "the record is empty");
    assert!(written(&school).await.is_empty());
    ask(&school, None).await;
    assert!(sign(&school).await);
    for _ in 0..3 {
        school.clock.advance(TimeDelta::days(1));
        assert!(!sign(&school).await);
        assert_eq!(written(&school).await.len(), 2, "of the first day");
    }
    ask(&school, None).await;
    assert!(sign(&school).await);
    assert_eq!(written(&school).await.len(), 4);
}

#[tokio::test]
async fn a_sweep_that_is_killed_leaves_neither_statement_nor_mail_and_the_next_makes_both() {
    let school = with_mail().await;
    ask(&school, None).await;
    let tx = school.db.write().await.expect("free");
    let is_new = consent::sign_checkpoint(&tx, school.id, &server(), school.now()).await;
    assert!(is_new.expect("signed"));
    drop(tx);
    assert!(written(&school).await.is_empty(), "undone with its cause");
    assert!(sign(&school).await);
    assert_eq!(written(&school).await.len(), 2);
}

#[tokio::test]
async fn who_has_left_is_restricted_has_no_address_or_no_role_any_more_gets_no_statement() {
    let school = with_mail().await;
    let next = async |expected: usize, why: &str| {
        ask(&school, None).await;
        let before = written(&school).await.len();
        assert!(sign(&school).await);
        assert_eq!(written(&school).await.len() - before, expected, "{why}");
    };
    let office = door(&school, Action::ManagePeople);
    let lead = Role::DataProtectionLead;
    let tx = school.db.write().await.expect("free");
    for who in ["ada", "bruno", "cleo"] {
        people::add_role(&tx, &office, school.person(who), lead, school.now())
            .await
            .expect("given");
    }
    tx.commit().await.expect("kept");
    next(5, "Desmond, Edith and the three").await;
    restricts(&school, "cleo", "cleo").await.expect("hers");
    next(4, "one is restricted").await;
    let tx = school.db.write().await.expect("free");
    people::end(&tx, &office, school.person("bruno"), school.now())
        .await
        .expect("he leaves");
    people::end_role(&tx, &office, school.person("ada"), lead, school.now())
        .await
        .expect("she teaches and no more");
    tx.commit().await.expect("kept");
    next(2, "one has left, and one leads no more").await;
    person::ActiveModel {
        id: Set(school.person("edith")),
        email: Set(None),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("her address is gone");
    next(1, "one has no address").await;
    ask(&school, None).await;
    let before = written(&school).await.len();
    school.leaves().await;
    assert!(sign(&school).await, "it is signed all the same");
    assert_eq!(written(&school).await.len(), before, "the school has left");
}

#[tokio::test]
async fn one_click_in_the_mail_ends_statements_for_who_does_not_want_them() {
    let school = with_mail().await;
    ask(&school, None).await;
    assert!(choose(&school, "edith", MessageCategory::ServiceOptional, "off").await);
    sign(&school).await;
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let (to, mail) = arrived(&carrier);
    assert_eq!(to, ["desmond@northgate.example"], "she has said no");
    let url = mail.and_then(|mail| mail.unsubscribe).expect("one click");
    let token = url
        .strip_prefix("https://school.test/unsubscribe/")
        .expect("ours");
    let tx = school.db.write().await.expect("free");
    mail::unsubscribe(&tx, &head().key, token, school.now())
        .await
        .expect("switched off");
    tx.commit().await.expect("kept");
    ask(&school, None).await;
    assert!(sign(&school).await, "it is signed all the same");
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    assert!(arrived(&carrier).0.is_empty());
}

#[tokio::test]
async fn the_mail_as_it_came_shows_later_that_an_honest_record_still_holds_what_was_signed() {
    let school = with_mail().await;
    ask(&school, None).await;
    sign(&school).await;
    let entries = checkpoint(&school).await.up_to_seq;
    let mail = arriving(&school).await.text;
    ask(&school, None).await;
    school.clock.advance(TimeDelta::days(1));
    sign(&school).await;
    let quoted = format!("> > {}", mail.replace('\n', "\n> > "));
    let narrow = mail.split_whitespace().collect::<Vec<_>>().join("\r\n");
    for kept in [&mail, &quoted, &narrow] {
        assert_eq!(consent::school_named(kept), Some(school.id), "{kept}");
        let found = compared(&school, kept).await;
        assert_eq!(found, Compared::Contained { entries }, "{kept}");
    }
    let changed = mail.replace(
        &format!("entries {entries}\n"),
        &format!("entries {}\n", entries - 1),
    );
    assert_ne!(changed, mail);
    assert_eq!(compared(&school, &changed).await, Compared::NotOurs);
    let nothing = mail.replace("consent record", "record");
    assert_eq!(consent::school_named(&nothing), None);
}

#[tokio::test]
async fn the_mail_as_it_came_finds_a_record_that_was_written_and_signed_anew() {
    let school = with_mail().await;
    ask(&school, None).await;
    sign(&school).await;
    let entries = checkpoint(&school).await.up_to_seq;
    let mail = arriving(&school).await.text;
    without_guards(&school).await;
    ledger_checkpoint::Entity::delete_many()
        .filter(ledger_checkpoint::Column::SchoolId.eq(school.id))
        .exec(school.db.read())
        .await
        .expect("gone");
    consent_event::Entity::delete_many()
        .filter(consent_event::Column::SchoolId.eq(school.id))
        .exec(school.db.read())
        .await
        .expect("gone");
    for _ in 0..2 {
        ask(&school, None).await;
    }
    sign(&school).await;
    let report = consent::verify(school.db.read(), school.id, &server())
        .await
        .expect("read");
    assert_eq!(report.broken, None, "nothing of it is wrong in itself");
    let found = compared(&school, &mail).await;
    assert_eq!(found, Compared::NotContained { entries });
}
