//! The office is written to before a promised time is over, and once for each clock.

use chrono::TimeDelta;
use domain::schools::policy::Action;
use domain::{Time, access, alerts, breaches, rights};
use entity::{breach, outbox_mail, rights_request};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::School;
use uuid::Uuid;
use vocab::breaches::{BreachRisk, BreachStep};
use vocab::ids::RightsRequestId;
use vocab::mail::MailTemplate;
use vocab::rights::{RequestKind, RequestStep};

use crate::registers::lost_list;

/// Edith leads data protection, Desmond runs the office.
const THE_OFFICE: u64 = 2;

/// Lets the hourly work run, and counts what the office was sent about this until then.
async fn told(school: &School, cause: Uuid, now: Time) -> u64 {
    alerts::write_of_deadlines(&school.db, now)
        .await
        .expect("written");
    outbox_mail::Entity::find()
        .filter(outbox_mail::Column::CauseId.eq(cause))
        .filter(outbox_mail::Column::Template.eq(MailTemplate::DeadlineNear))
        .count(school.db.read())
        .await
        .expect("counted")
}

async fn asked_by_zainab(school: &School) -> RightsRequestId {
    let tx = school.db.write().await.expect("free");
    let zainab = school.actor("zainab");
    let about = access::about(&*tx, &zainab, zainab.person)
        .await
        .expect("herself");
    let words = "My name is spelled wrong".to_owned();
    let reference = rights::file(&tx, &about, RequestKind::Rectification, words, school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    let request = rights_request::Entity::find()
        .filter(rights_request::Column::Reference.eq(reference))
        .one(school.db.read())
        .await
        .expect("read");
    request.expect("it is there").id
}

#[tokio::test]
async fn the_office_is_told_once_twelve_hours_before_a_first_answer_is_late() {
    let school = School::new().await;
    let id = asked_by_zainab(&school).await;
    let after = |hours| school.now() + TimeDelta::hours(hours);
    assert_eq!(told(&school, id.0, after(35)).await, 0);
    assert_eq!(told(&school, id.0, after(36)).await, THE_OFFICE);
    assert_eq!(told(&school, id.0, after(37)).await, THE_OFFICE, "once");
}

#[tokio::test]
async fn who_has_answered_hears_again_when_the_month_is_nearly_over() {
    let school = School::new().await;
    let id = asked_by_zainab(&school).await;
    let edith = school.actor("edith");
    let lead = access::school(&edith, Action::HandleRequests).expect("she leads");
    let tx = school.db.write().await.expect("free");
    let taken = (RequestStep::Approve, "It will be corrected");
    rights::step(&tx, &lead, id, taken, school.now())
        .await
        .expect("granted");
    tx.commit().await.expect("kept");
    let after = |days| school.now() + TimeDelta::days(days);
    assert_eq!(told(&school, id.0, after(2)).await, 0, "it was answered");
    assert_eq!(told(&school, id.0, after(20)).await, 0);
    assert_eq!(told(&school, id.0, after(25)).await, THE_OFFICE);
    assert_eq!(told(&school, id.0, after(40)).await, THE_OFFICE, "once");
}

#[tokio::test]
async fn both_clocks_are_told_of_where_both_are_nearly_over_and_old_mail_is_no_reason_to_repeat() {
    let school = School::new().await;
    let id = asked_by_zainab(&school).await;
    let after = |days| school.now() + TimeDelta::days(days);
    assert_eq!(told(&school, id.0, after(26)).await, 2 * THE_OFFICE);
    outbox_mail::Entity::delete_many()
        .exec(school.db.read())
        .await
        .expect("mail is forgotten after 90 days");
    assert_eq!(told(&school, id.0, after(130)).await, 0, "not again");
}

#[tokio::test]
async fn the_office_of_another_school_hears_nothing() {
    let school = School::new().await;
    let id = asked_by_zainab(&school).await;
    told(&school, id.0, school.now() + TimeDelta::hours(40)).await;
    let elsewhere = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::CauseId.eq(id.0))
        .filter(outbox_mail::Column::SchoolId.ne(school.id))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(elsewhere, 0);
}

#[tokio::test]
async fn the_office_is_told_of_a_breach_18_hours_before_the_72_are_over() {
    let school = School::new().await;
    let edith = school.actor("edith");
    let lead = access::school(&edith, Action::HandleRequests).expect("she leads");
    for _ in 0..2 {
        let tx = school.db.write().await.expect("free");
        breaches::report(&tx, &lead, lost_list(), school.now())
            .await
            .expect("reported");
        tx.commit().await.expect("kept");
    }
    let rows = breach::Entity::find()
        .filter(breach::Column::SchoolId.eq(school.id))
        .all(school.db.read())
        .await
        .expect("read");
    let ids: Vec<_> = rows.into_iter().map(|row| row.id).collect();
    let tx = school.db.write().await.expect("free");
    let nothing = (
        BreachStep::Assess,
        Some(BreachRisk::NearMiss),
        "Found at once".to_owned(),
    );
    breaches::step(&tx, &lead, ids[1], nothing, school.now())
        .await
        .expect("assessed");
    tx.commit().await.expect("kept");
    let after = |hours| school.now() + TimeDelta::hours(hours);
    assert_eq!(told(&school, ids[0].0, after(53)).await, 0);
    assert_eq!(told(&school, ids[0].0, after(54)).await, THE_OFFICE);
    assert_eq!(told(&school, ids[1].0, after(80)).await, 0, "a near miss");
}
