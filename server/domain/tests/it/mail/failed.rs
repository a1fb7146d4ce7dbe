//! Mail that cannot be missed and does not arrive: the lead sees it and tries it again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use domain::mail::{self, CarryError};
use domain::schools::policy::Action;
use domain::secrets::new_id;
use domain::{Permitted, access, rights, tasks};
use entity::outbox_mail;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use test_kit::School;
use vocab::ids::MailId;
use vocab::mail::{FailedMail, MailState, MailTemplate};
use vocab::rights::{ContactForm, RequestKind};

use super::{Kept, deliver, outbox, with_mail};

fn door(school: &School) -> Permitted<()> {
    access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead")
}

/// A mail server that takes nothing.
fn refusing() -> Kept {
    Kept {
        says: Some(CarryError::Refused),
        ..Kept::default()
    }
}

/// Rosa asks for something, and is written to.
async fn rosa_asks(school: &School) {
    let tx = school.db.write().await.expect("free");
    let rosa = school.actor("rosa");
    let about = access::about(&*tx, &rosa, rosa.person)
        .await
        .expect("herself");
    let kind = RequestKind::Access;
    rights::file(&tx, &about, kind, String::new(), school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
}

async fn failed(school: &School) -> Vec<FailedMail> {
    let edith = school.actor("edith");
    mail::failed(school.db.read(), &edith, &door(school), school.now())
        .await
        .expect("hers")
}

async fn is_a_task(school: &School) -> bool {
    tasks::tasks(school.db.read(), &door(school), school.now())
        .await
        .expect("hers")
        .iter()
        .any(|task| task.href == "/school/privacy/mail")
}

async fn on_the_server(school: &School) -> u64 {
    let counted = mail::count_failed(school.db.read(), school.now()).await;
    counted.expect("counted")
}

async fn try_again(school: &School) -> u64 {
    let tx = school.db.write().await.expect("free");
    let queued = mail::try_again(&tx, &door(school), school.now())
        .await
        .expect("hers");
    tx.commit().await.expect("kept");
    queued
}

#[tokio::test]
async fn what_did_not_arrive_is_a_task_of_the_lead_until_it_has_arrived() {
    let school = with_mail().await;
    assert!(!is_a_task(&school).await);
    let before = on_the_server(&school).await;
    rosa_asks(&school).await;
    assert_eq!(deliver(&school, &refusing()).await.ended, 1);
    assert!(is_a_task(&school).await);
    let listed = failed(&school).await;
    assert_eq!(listed[0].whom.as_deref(), Some("Rosa Okafor"));
    assert!(listed[0].why.contains("refuses") && listed[0].may_go_again);
    assert_eq!(on_the_server(&school).await, before + 1);
    assert_eq!(try_again(&school).await, 1);
    assert!(!is_a_task(&school).await, "it waits again");
    let carrier = Kept::default();
    assert_eq!(deliver(&school, &carrier).await.sent, 1);
    assert_eq!(carrier.mails()[0].to, "rosa@northgate.example");
    assert!(failed(&school).await.is_empty());
    assert_eq!(try_again(&school).await, 0, "once");
}

#[tokio::test]
async fn an_answer_that_waited_for_too_long_can_be_tried_again_for_a_month() {
    let school = with_mail().await;
    rosa_asks(&school).await;
    school.clock.advance(TimeDelta::days(8));
    let look_after = async || {
        let tx = school.db.write().await.expect("free");
        mail::expire(&tx, school.now()).await.expect("given up");
        mail::forget_old(&tx, school.now()).await.expect("runs");
        tx.commit().await.expect("kept");
    };
    look_after().await;
    assert!(failed(&school).await[0].may_go_again);
    school.clock.advance(TimeDelta::days(31));
    look_after().await;
    assert!(!is_a_task(&school).await);
    let row = &outbox(&school).await[0];
    assert_eq!(row.state, MailState::Failed);
    assert!(row.variables.is_empty(), "its words are gone");
    assert_eq!(try_again(&school).await, 0);
}

#[tokio::test]
async fn the_address_of_who_has_no_account_goes_at_once_and_their_request_is_shown() {
    let school = with_mail().await;
    let form = ContactForm {
        school: "NORTH".to_owned(),
        name: "Ines Former".to_owned(),
        contact: "ines@mail.example".to_owned(),
        topic: RequestKind::Complaint.to_string(),
        text: "It took too long".to_owned(),
        website: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    let valid = form.validate().expect("complete");
    rights::file_by_contact(&tx, valid, None, school.now())
        .await
        .expect("taken");
    tx.commit().await.expect("kept");
    deliver(&school, &refusing()).await;
    let row = &outbox(&school).await[0];
    assert!(row.address.is_none() && row.variables.is_empty());
    let listed = failed(&school).await;
    assert!(listed[0].whom.is_none() && !listed[0].may_go_again);
    assert!(listed[0].request.is_some(), "where their address stands");
    assert_eq!(try_again(&school).await, 0);
}

#[tokio::test]
async fn another_school_sees_and_tries_nothing_of_it() {
    let school = with_mail().await;
    rosa_asks(&school).await;
    deliver(&school, &refusing()).await;
    let saskia = school.actor("saskia");
    let theirs = access::school(&saskia, Action::HandleRequests).expect("her own");
    let listed = mail::failed(school.db.read(), &saskia, &theirs, school.now());
    let listed = listed.await.expect("hers");
    let whom: Vec<_> = listed
        .iter()
        .filter_map(|mail| mail.whom.as_deref())
        .collect();
    assert!(!whom.contains(&"Rosa Okafor"), "{whom:?}");
    let tx = school.db.write().await.expect("free");
    mail::try_again(&tx, &theirs, school.now())
        .await
        .expect("hers");
    tx.commit().await.expect("kept");
    assert!(
        !failed(&school).await.is_empty(),
        "nothing of another's goes"
    );
}

/// The mail to Rosa did not arrive, and others like it did not either.
async fn did_not_arrive(school: &School, others: &[MailTemplate]) {
    rosa_asks(school).await;
    deliver(school, &refusing()).await;
    let row = outbox(school).await.remove(0);
    let others = others.iter().map(|template| {
        let other = outbox_mail::Model {
            id: MailId(new_id()),
            template: *template,
            ..row.clone()
        };
        other.into_active_model().reset_all()
    });
    let tx = school.db.write().await.expect("free");
    for other in others {
        outbox_mail::Entity::insert(other)
            .exec_without_returning(&*tx)
            .await
            .expect("written");
    }
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn one_press_tries_a_thousand_again_with_a_few_statements() {
    let mut school = with_mail().await;
    did_not_arrive(&school, &[MailTemplate::RequestReceived; 1_000]).await;
    let taken = Arc::new(AtomicU32::new(0));
    let count = taken.clone();
    school.db.watch_statements(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    assert_eq!(try_again(&school).await, 1_000);
    let taken = taken.load(Ordering::Relaxed);
    assert!(taken <= 6, "{taken} statements");
    assert_eq!(try_again(&school).await, 1, "what is left");
}

#[tokio::test]
async fn what_makes_sense_for_longer_keeps_its_end_and_nothing_goes_to_who_is_restricted() {
    let school = with_mail().await;
    did_not_arrive(&school, &[MailTemplate::ProviderNotice]).await;
    let until = outbox(&school).await[0].expires_at;
    let tx = school.db.write().await.expect("free");
    let rosa = school.actor("rosa");
    let about = access::about(&*tx, &rosa, rosa.person)
        .await
        .expect("herself");
    rights::restrict(&tx, &about, school.now())
        .await
        .expect("hers");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::days(2));
    assert_eq!(try_again(&school).await, 1, "the answer alone");
    let rows = outbox(&school).await;
    assert_eq!(rows[0].state, MailState::Queued);
    assert_eq!(rows[0].expires_at, until);
    assert_eq!(rows[1].state, MailState::Failed);
}
