//! Complaints are kept twice as long as other requests: who complained may go on to the
//! Information Commissioner or a court.

use chrono::TimeDelta;
use datamap::{Due, RetentionRule};
use domain::{access, rights};
use entity::{rights_event, rights_request};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use vocab::rights::{RequestKind, RequestStep};

use super::Place;

/// Zainab asks for something, and is answered.
async fn answered(place: &Place, kind: RequestKind) {
    let school = &place.school;
    let zainab = school.actor("zainab");
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &zainab, zainab.person)
        .await
        .expect("herself");
    let words = "The letter went to the wrong house".to_owned();
    let reference = rights::file(&tx, &about, kind, words, school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    let mine = rights::mine(school.db.read(), &zainab, school.now())
        .await
        .expect("hers");
    let filed = mine.into_iter().find(|one| one.reference == reference);
    let step = (RequestStep::Complete, "It is dealt with.");
    let id = filed.expect("it is listed").id;
    let tx = school.db.write().await.expect("free");
    rights::step(&tx, &place.door("edith"), id, step, school.now())
        .await
        .expect("answered");
    tx.commit().await.expect("kept");
}

async fn left(place: &Place) -> Vec<RequestKind> {
    rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(place.school.id))
        .all(place.school.db.read())
        .await
        .expect("read")
        .into_iter()
        .map(|row| row.kind)
        .collect()
}

#[tokio::test]
async fn a_complaint_stays_six_years_after_its_end_and_other_requests_three() {
    let place = Place::new().await;
    answered(&place, RequestKind::Access).await;
    answered(&place, RequestKind::Complaint).await;
    place.school.clock.advance(TimeDelta::days(1_101));
    assert_eq!(place.dry("complaint").await.due, 0);
    assert_eq!(place.sweep("rights_request").await.deleted, 1);
    assert_eq!(left(&place).await, [RequestKind::Complaint]);
    place.school.clock.advance(TimeDelta::days(1_000));
    assert_eq!(place.sweep("complaint").await.due, 0, "not yet six years");
    place.school.clock.advance(TimeDelta::days(100));
    assert_eq!(place.sweep("complaint").await.deleted, 1);
    let steps = rights_event::Entity::find()
        .filter(rights_event::Column::SchoolId.eq(place.school.id))
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert!(left(&place).await.is_empty() && steps == 0);
}

#[tokio::test]
async fn a_school_chooses_for_complaints_without_changing_other_requests() {
    let place = Place::new().await;
    answered(&place, RequestKind::Access).await;
    answered(&place, RequestKind::Complaint).await;
    place
        .choose("complaint", "12", "months")
        .await
        .expect("within its bounds");
    place.school.clock.advance(TimeDelta::days(370));
    assert_eq!(place.sweep("complaint").await.deleted, 1);
    assert_eq!(left(&place).await, [RequestKind::Access]);
}

#[test]
fn a_rule_for_some_rows_is_asked_only_where_the_table_can_tell_them_apart() {
    let tables = datamap::registry();
    let rules = |name: &str| {
        let table = tables.iter().find(|table| table.table == name);
        let table = table.expect("it is mapped");
        let Ok(Due::After(_, rules)) = datamap::due(&tables, table) else {
            panic!("{name} has a time of its own");
        };
        let code = |rule: RetentionRule| rule.code;
        rules.into_iter().map(code).collect::<Vec<_>>()
    };
    assert_eq!(rules("rights_request"), ["rights_request", "complaint"]);
    assert_eq!(rules("legal_hold"), ["rights_request"]);
}
