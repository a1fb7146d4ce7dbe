//! The copy that somebody asked for, once the request is done: for thirty days to whoever
//! asked, who is reminded once.

use chrono::TimeDelta;
use domain::schools::policy::Action;
use domain::{AccessError, access, export, home, people, rights, tasks};
use entity::outbox_mail;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use test_kit::{NewWork, School};
use vocab::ids::RightsRequestId;
use vocab::people::EditPerson;
use vocab::rights::{RequestKind, RequestStep};

use super::{OF_ZAINAB, asked_by_a_guardian, at_work, copy_for, copy_of, newest, step, text};

async fn may_fetch(school: &School, who: &str, whose: &str) -> bool {
    let (actor, whose) = (school.actor(who), school.person(whose));
    match export::open_door(school.db.read(), &actor, whose, school.now()).await {
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
async fn nobody_of_a_school_that_has_left_is_reminded_of_a_copy_that_they_cannot_fetch() {
    let school = School::new().await;
    let id = asked_by_zainab(&school).await;
    step(&school, id, RequestStep::Complete).await;
    school.clock.advance(TimeDelta::days(10));
    school.leaves().await;
    school.clock.advance(TimeDelta::days(5));
    assert_eq!(remind(&school).await, 0, "she cannot sign in");
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

/// How many copies the lead is to look through again.
async fn to_look_through(school: &School) -> usize {
    let door = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    tasks::tasks(school.db.read(), &door, school.now())
        .await
        .expect("hers")
        .iter()
        .filter(|task| task.href.ends_with("#copy"))
        .count()
}

/// Rosa's request for Zainab's data is done, and the lead looked through the copy so many
/// days before.
async fn done_after(school: &School, days: i64) -> RightsRequestId {
    at_work(school).await;
    let id = asked_by_a_guardian(school, RequestKind::Access).await;
    step(school, id, RequestStep::Approve).await;
    copy_for(school, "edith", id).await.expect("looked through");
    school.clock.advance(TimeDelta::days(days));
    step(school, id, RequestStep::Complete).await;
    id
}

/// The office corrects the address of somebody.
async fn is_corrected(school: &School, whose: &str) {
    let office = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
    let details = EditPerson {
        given_name: "Zainab".to_owned(),
        family_name: "Okafor".to_owned(),
        year_group: "10".to_owned(),
        email: "hidden@mail.example".to_owned(),
        ..EditPerson::default()
    };
    let details = details.validate().expect("complete");
    let tx = school.db.write().await.expect("free");
    people::edit(&tx, &office, school.person(whose), &details, school.now())
        .await
        .expect("corrected");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn what_was_written_since_the_lead_looked_goes_out_only_once_they_have_looked_again() {
    let school = School::new().await;
    let id = done_after(&school, 1).await;
    school.clock.advance(TimeDelta::hours(1));
    assert!(may_fetch(&school, "rosa", "zainab").await);
    assert_eq!(to_look_through(&school).await, 0, "nothing is newer");
    for is_work in [true, false] {
        school.clock.advance(TimeDelta::hours(1));
        if is_work {
            let sheet = NewWork::published("Diary");
            let sheet = school.assignment("10Ma1", sheet).await;
            school.draft(sheet, "zainab", "zqsecret").await;
        } else {
            is_corrected(&school, "zainab").await;
        }
        assert!(!may_fetch(&school, "rosa", "zainab").await);
        assert_eq!(offered(&school, "rosa").await, [false]);
        assert_eq!(to_look_through(&school).await, 1);
        school.clock.advance(TimeDelta::hours(1));
        copy_for(&school, "edith", id).await.expect("once more");
        assert!(may_fetch(&school, "rosa", "zainab").await);
        assert_eq!(offered(&school, "rosa").await, [true]);
        assert_eq!(to_look_through(&school).await, 0);
        let over = copy_for(&school, "edith", id).await.err();
        assert!(over.is_some(), "there is nothing to look for");
    }
    school.clock.advance(TimeDelta::days(31));
    let late = school.assignment("10Ma1", NewWork::published("Late")).await;
    school.draft(late, "zainab", "zqlate").await;
    assert_eq!(to_look_through(&school).await, 0, "it is not offered");
}

#[tokio::test]
async fn a_copy_that_was_looked_through_long_before_the_request_was_done_is_looked_through_again() {
    let school = School::new().await;
    let id = done_after(&school, 8).await;
    assert!(!may_fetch(&school, "rosa", "zainab").await);
    assert_eq!(to_look_through(&school).await, 1);
    copy_for(&school, "edith", id).await.expect("once more");
    assert!(may_fetch(&school, "rosa", "zainab").await);
}

#[tokio::test]
async fn nobody_is_reminded_of_a_copy_that_has_to_be_looked_through_again() {
    let school = School::new().await;
    let id = done_after(&school, 0).await;
    school.clock.advance(TimeDelta::days(15));
    let sheet = school
        .assignment("10Ma1", NewWork::published("Diary"))
        .await;
    school.draft(sheet, "zainab", "zqsecret").await;
    assert_eq!(remind(&school).await, 0);
    copy_for(&school, "edith", id).await.expect("once more");
    assert_eq!(remind(&school).await, 1);
}

#[tokio::test]
async fn who_asked_is_told_that_the_school_looks_again_and_the_lead_finds_it_on_the_first_page() {
    let school = School::new().await;
    let id = done_after(&school, 1).await;
    let zainab = school.person("zainab");
    let told = async || {
        let (rosa, now) = (school.actor("rosa"), school.now());
        let mine = rights::mine(school.db.read(), &rosa, now).await;
        let mine = mine.expect("hers").into_iter().find(|one| one.id == id);
        let door = export::door(school.db.read(), &rosa, zainab, now).await;
        let edith = school.actor("edith");
        let home = home::page(school.db.read(), &edith, home::Length::Whole, now).await;
        let copies = home.expect("hers").lead.expect("the lead").copies;
        let mine = mine.expect("it is listed");
        (
            mine.copy.is_some(),
            mine.looks_again.is_some(),
            matches!(door, Ok(export::Door::LooksAgain)),
            copies.len(),
        )
    };
    assert_eq!(told().await, (true, false, false, 0));
    school.clock.advance(TimeDelta::hours(1));
    let other = asked_by_a_guardian(&school, RequestKind::Erasure).await;
    step(&school, other, RequestStep::Refuse).await;
    assert_eq!(told().await, (false, true, true, 1));
    school.clock.advance(TimeDelta::hours(1));
    copy_for(&school, "edith", id).await.expect("once more");
    assert_eq!(told().await, (true, false, false, 0));
    copy_of(&school, "rosa", "zainab").await;
    school.clock.advance(TimeDelta::hours(1));
    is_corrected(&school, "zainab").await;
    assert_eq!(told().await, (false, false, false, 0), "she has it");
}
