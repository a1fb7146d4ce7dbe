//! The copy that somebody asked for, once the request is done: for thirty days to whoever
//! asked, who is reminded once.

use chrono::TimeDelta;
use domain::{AccessError, export, rights};
use entity::outbox_mail;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use test_kit::School;
use vocab::ids::RightsRequestId;
use vocab::rights::{RequestKind, RequestStep};

use super::{OF_ZAINAB, asked_by_a_guardian, at_work, copy_for, copy_of, newest, step, text};

async fn may_fetch(school: &School, who: &str, whose: &str) -> bool {
    let (actor, whose) = (school.actor(who), school.person(whose));
    match export::door(school.db.read(), &actor, whose, school.now()).await {
        Ok(_) => true,
        Err(AccessError::NotAllowed | AccessError::NotFound) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Until when a copy is offered under My data, request by request.
async fn offered(school: &School, who: &str) -> Vec<bool> {
    rights::mine(school.db.read(), &school.actor(who), school.now())
        .await
        .expect("theirs")
        .into_iter()
        .map(|request| request.copy.is_some())
        .collect()
}

async fn asked_by_zainab(school: &School) -> RightsRequestId {
    let tx = school.db.write().await.expect("free");
    let zainab = school.actor("zainab");
    let about = domain::access::about(&*tx, &zainab, zainab.person)
        .await
        .expect("herself");
    rights::file(
        &tx,
        &about,
        RequestKind::Access,
        String::new(),
        school.now(),
    )
    .await
    .expect("filed");
    tx.commit().await.expect("kept");
    newest(school).await
}

/// What is done every hour.
async fn remind(school: &School) -> usize {
    let tx = school.db.write().await.expect("free");
    let written = rights::remind_of_copies(&tx, school.now())
        .await
        .expect("written");
    tx.commit().await.expect("kept");
    written
}

#[tokio::test]
async fn a_guardian_fetches_what_the_lead_looked_through_for_thirty_days_after_it_is_done() {
    let school = School::new().await;
    at_work(&school).await;
    let id = asked_by_a_guardian(&school, RequestKind::Access).await;
    step(&school, id, RequestStep::Approve).await;
    copy_for(&school, "edith", id)
        .await
        .expect("looked through");
    assert!(!may_fetch(&school, "rosa", "zainab").await, "not done yet");
    step(&school, id, RequestStep::Complete).await;
    assert_eq!(offered(&school, "rosa").await, [true]);
    assert_eq!(offered(&school, "zainab").await, [false], "she did not ask");
    assert!(!may_fetch(&school, "petra", "zainab").await);
    let mut zip = copy_of(&school, "rosa", "zainab").await;
    let data = text(&mut zip, "data.json");
    assert!(data.contains(OF_ZAINAB[1]));
    assert!(
        !data.contains("agrees"),
        "what she said of it is hers alone"
    );
    school.clock.advance(TimeDelta::days(31));
    assert!(!may_fetch(&school, "rosa", "zainab").await);
    assert_eq!(offered(&school, "rosa").await, [false]);
}

#[tokio::test]
async fn nothing_is_offered_that_nobody_looked_through_or_of_which_a_part_is_refused() {
    let school = School::new().await;
    let id = asked_by_a_guardian(&school, RequestKind::Access).await;
    step(&school, id, RequestStep::Complete).await;
    assert!(!may_fetch(&school, "rosa", "zainab").await);
    school.clock.advance(TimeDelta::hours(1));
    let in_part = asked_by_a_guardian(&school, RequestKind::Access).await;
    step(&school, in_part, RequestStep::ApproveInPart).await;
    copy_for(&school, "edith", in_part)
        .await
        .expect("to be cut by hand");
    step(&school, in_part, RequestStep::Complete).await;
    assert!(!may_fetch(&school, "rosa", "zainab").await);
    assert_eq!(offered(&school, "rosa").await, [false, false]);
    school.clock.advance(TimeDelta::days(15));
    assert_eq!(remind(&school).await, 0, "there is nothing to fetch");
}

#[tokio::test]
async fn whoever_has_not_fetched_it_after_fourteen_days_is_reminded_once() {
    let school = School::new().await;
    let id = asked_by_zainab(&school).await;
    step(&school, id, RequestStep::Complete).await;
    assert_eq!(offered(&school, "zainab").await, [true]);
    school.clock.advance(TimeDelta::days(13));
    assert_eq!(remind(&school).await, 0);
    school.clock.advance(TimeDelta::days(2));
    assert_eq!(remind(&school).await, 1);
    let mail = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::CauseId.eq(id.0))
        .order_by_desc(outbox_mail::Column::QueuedAt)
        .one(school.db.read())
        .await
        .expect("read")
        .expect("it is queued");
    assert_eq!(mail.recipient_id, Some(school.person("zainab")));
    let words = school
        .opened("outbox_mail.variables", mail.id.0, &mail.variables)
        .await;
    assert!(words.contains("until 24 December 2026"), "{words}");
    school.clock.advance(TimeDelta::days(1));
    assert_eq!(remind(&school).await, 0, "once");
    school.clock.advance(TimeDelta::days(20));
    assert_eq!(remind(&school).await, 0, "it is not offered any more");
}

#[tokio::test]
async fn whoever_has_the_copy_is_not_reminded_of_it() {
    let school = School::new().await;
    let id = asked_by_zainab(&school).await;
    step(&school, id, RequestStep::Complete).await;
    school.clock.advance(TimeDelta::days(3));
    copy_of(&school, "zainab", "zainab").await;
    school.clock.advance(TimeDelta::days(12));
    assert_eq!(remind(&school).await, 0);
    let by_guardian = asked_by_a_guardian(&school, RequestKind::Access).await;
    step(&school, by_guardian, RequestStep::Approve).await;
    copy_for(&school, "edith", by_guardian)
        .await
        .expect("looked through");
    step(&school, by_guardian, RequestStep::Complete).await;
    school.clock.advance(TimeDelta::days(15));
    assert_eq!(
        remind(&school).await,
        1,
        "the lead made it, and Rosa has not got it"
    );
}
