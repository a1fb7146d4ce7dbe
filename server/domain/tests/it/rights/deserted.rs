//! A school that has left: its lead reads what is sent to it until everything is deleted, and
//! afterwards nothing is taken that nobody would read.

use chrono::TimeDelta;
use domain::holds;
use domain::rights::Error;
use entity::rights_request;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::School;
use vocab::form::error_for;
use vocab::retention::ValidHold;
use vocab::rights::RequestKind;

use super::{contact, door};

async fn filed(school: &School) -> u64 {
    rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("counted")
}

#[tokio::test]
async fn a_school_of_which_everything_is_deleted_takes_no_message_and_it_is_said_whom_to_ask() {
    let school = School::new().await;
    school.leaves().await;
    school.clock.advance(TimeDelta::days(20));
    contact(&school, RequestKind::Access, "north")
        .await
        .expect("its lead reads it");
    school.clock.advance(TimeDelta::days(12));
    let Err(Error::Invalid(errors)) = contact(&school, RequestKind::Access, "north").await else {
        panic!("nobody is left who would read it");
    };
    let why = error_for(&errors, "school").expect("beside the code");
    assert!(
        why.contains("not sent") && why.contains("whoever runs this platform"),
        "{why}"
    );
    assert_eq!(filed(&school).await, 1, "nothing was taken");
}

#[tokio::test]
async fn while_something_is_held_there_the_lead_of_a_school_that_has_left_still_reads_messages() {
    let school = School::new().await;
    let tx = school.db.write().await.expect("free");
    let new = ValidHold {
        matter: "A claim".to_owned(),
        authority: "County Court".to_owned(),
        username: Some("zainab".to_owned()),
        days: 90,
    };
    let desmond = domain::access::school(
        &school.actor("desmond"),
        domain::schools::policy::Action::HandleRequests,
    );
    let hold = holds::open(&tx, &desmond.expect("an admin"), new, school.now())
        .await
        .expect("opened");
    holds::approve(&tx, &door(&school), hold, school.now())
        .await
        .expect("approved");
    tx.commit().await.expect("kept");
    school.leaves().await;
    school.clock.advance(TimeDelta::days(32));
    contact(&school, RequestKind::Access, "north")
        .await
        .expect("the lead is here until it is released");
}
