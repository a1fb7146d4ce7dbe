//! What is asked by the contact page or by letter and stops something: it stops once the
//! lead grants it or chooses the use, and nothing is granted for nobody.

use domain::rights::{self, Error};
use domain::{AccessError, access, submissions};
use test_kit::{NewWork, School};
use vocab::form::error_for;
use vocab::ids::RightsRequestId;
use vocab::objections::ObjectionUse;
use vocab::restrictions::RestrictionLine;
use vocab::rights::{CarryOutForm, RequestKind, RequestState, RequestStep};

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

async fn choose_use(school: &School, id: RightsRequestId, wish: &str) -> Result<(), Error> {
    let form = CarryOutForm {
        wish: wish.to_owned(),
        by: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    rights::carry_out(&tx, &door(school), id, &form, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn teaching_goes_on(school: &School) -> bool {
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 8").points(20))
        .await;
    let hand_in = domain::assignments::policy::Action::HandIn;
    let zainab = school.actor("zainab");
    let asked = access::assignment(school.db.read(), &zainab, work, hand_in, school.now()).await;
    !matches!(asked, Err(AccessError::Objected))
}

#[tokio::test]
async fn an_objection_by_the_contact_page_stops_the_use_that_the_lead_chooses() {
    let school = School::new().await;
    let id = known(&school, RequestKind::Objection, "zainab").await;
    for granted in [RequestStep::Approve, RequestStep::Complete] {
        let early = step(&school, id, granted, "It has stopped.").await;
        assert!(matches!(early, Err(Error::UseFirst)), "{granted}");
        assert!(!page(&school, id).await.steps.contains(&granted));
    }
    let Err(Error::Invalid(errors)) = choose_use(&school, id, "everything").await else {
        panic!("there is no such use");
    };
    assert!(error_for(&errors, "wish").is_some());
    assert!(teaching_goes_on(&school).await);
    choose_use(&school, id, "teaching").await.expect("it stops");
    assert!(!teaching_goes_on(&school).await);
    let shown = page(&school, id).await;
    assert_eq!(shown.objection, Some(ObjectionUse::Teaching));
    assert!(shown.carry_out.is_none(), "it is done once");
    let again = choose_use(&school, id, "counting").await;
    assert!(matches!(again, Err(Error::NotNow)));
    step(&school, id, RequestStep::Complete, "It has stopped.")
        .await
        .expect("done");
    assert!(!teaching_goes_on(&school).await, "it stays stopped");
}

#[tokio::test]
async fn an_objection_in_words_goes_on_for_written_reasons_alone() {
    let school = School::new().await;
    let id = known(&school, RequestKind::Objection, "zainab").await;
    choose_use(&school, id, "teaching").await.expect("it stops");
    let without = step(&school, id, RequestStep::Refuse, " ").await;
    assert!(matches!(without, Err(Error::NoReasons)));
    step(&school, id, RequestStep::Refuse, "The law asks for it.")
        .await
        .expect("with reasons");
    assert!(teaching_goes_on(&school).await);
}

#[tokio::test]
async fn who_objects_twice_to_a_use_is_told_that_it_has_stopped_already() {
    let school = School::new().await;
    for is_over in [false, true] {
        let id = known(&school, RequestKind::Objection, "zainab").await;
        choose_use(&school, id, "teaching").await.expect("it stops");
        let shown = page(&school, id).await;
        assert_eq!(shown.summary.state.is_over(), is_over);
    }
    assert!(!teaching_goes_on(&school).await);
}

#[tokio::test]
async fn no_use_stops_before_it_is_clear_whom_it_is_about() {
    let school = School::new().await;
    contact(&school, RequestKind::Objection, "north")
        .await
        .expect("taken");
    let id = first(&school).await.id;
    step(&school, id, RequestStep::IdentityShown, "")
        .await
        .expect("a passport was shown");
    let early = choose_use(&school, id, "teaching").await;
    assert!(matches!(early, Err(Error::NotNow)));
    let granted = step(&school, id, RequestStep::Approve, "").await;
    assert!(matches!(granted, Err(Error::NobodyToStopFor)));
}
