//! What is asked by the contact page or by letter and stops something: it stops once the
//! lead grants it, and nothing is granted for nobody.

use domain::rights::{self, Error};
use domain::{AccessError, access, submissions};
use test_kit::{NewWork, School};
use vocab::restrictions::RestrictionLine;
use vocab::rights::{RequestKind, RequestState, RequestStep};

use super::{contact, door, first, known, page, step};

async fn restrictions(school: &School) -> Vec<RestrictionLine> {
    let edith = school.actor("edith");
    rights::list_restrictions(school.db.read(), &edith, &door(school), school.now())
        .await
        .expect("hers")
}

#[tokio::test]
async fn a_restriction_that_was_asked_for_by_the_contact_page_holds_once_it_is_granted() {
    let school = School::new().await;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 7").points(20))
        .await;
    let answer = school.submission(work, "zainab", "y = 7").await;
    let id = known(&school, RequestKind::Restriction, "zainab").await;
    step(&school, id, RequestStep::Approve, "")
        .await
        .expect("granted");
    let read = access::submission(
        school.db.read(),
        &school.actor("ada"),
        answer,
        submissions::policy::Action::See,
        school.now(),
    )
    .await;
    assert!(matches!(read, Err(AccessError::Restricted)));
    step(&school, id, RequestStep::Complete, "It holds.")
        .await
        .expect("done");
    let listed = restrictions(&school).await;
    assert_eq!(listed.len(), 1, "one, however many steps");
    assert!(listed[0].ended.is_none(), "it holds after the request");
}

#[tokio::test]
async fn a_restriction_that_is_said_to_be_done_holds_too() {
    let school = School::new().await;
    let id = known(&school, RequestKind::Restriction, "zainab").await;
    step(&school, id, RequestStep::Complete, "It holds.")
        .await
        .expect("done");
    assert_eq!(restrictions(&school).await.len(), 1);
}

#[tokio::test]
async fn nobody_is_restricted_before_it_is_clear_whom_it_is_about() {
    let school = School::new().await;
    contact(&school, RequestKind::Restriction, "north")
        .await
        .expect("taken");
    let id = first(&school).await.id;
    step(&school, id, RequestStep::IdentityShown, "")
        .await
        .expect("a passport was shown");
    let offered = page(&school, id).await.steps;
    for granted in [RequestStep::Approve, RequestStep::Complete] {
        let early = step(&school, id, granted, "It holds.").await;
        assert!(matches!(early, Err(Error::NobodyToStopFor)), "{granted}");
        assert!(!offered.contains(&granted), "{granted}");
    }
    assert_eq!(first(&school).await.state, RequestState::Open);
    assert!(restrictions(&school).await.is_empty());
    step(&school, id, RequestStep::Refuse, "We keep nothing of you.")
        .await
        .expect("refused");
}
