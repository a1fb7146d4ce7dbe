//! What an erasure does where something differs from its plan, or rests are found: it
//! begins anew, and fails where that is of no use, or what is sealed cannot be read. It is
//! never complete.

use domain::erasure;
use entity::{erasure_certificate, person, submission};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter,
};
use test_kit::NewWork;
use vocab::erasure::ErasureState;
use vocab::ids::{AssignmentId, DataSourceId, ErasureJobId};

use super::Place;

/// Work that is set while an erasure is under way.
async fn one_more_sheet(place: &Place) -> AssignmentId {
    let work = NewWork::published("Sheet 7");
    place.school.assignment("10Ma1", work).await
}

#[tokio::test]
async fn what_differs_from_the_plan_is_undone_and_the_erasure_begins_anew() {
    let place = Place::new().await;
    place.at_work().await;
    let id = place.start("zainab").await;
    // Locked, and planned.
    for _ in 0..2 {
        erasure::advance(place.means(), id, place.school.now())
            .await
            .expect("it goes on");
    }
    let sheet = one_more_sheet(&place).await;
    place.school.submission(sheet, "zainab", "late words").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    let job = place.job_of("zainab").await;
    assert_eq!((job.attempts, job.last_error), (0, None));
    let left = submission::Entity::find()
        .filter(submission::Column::StudentId.eq(job.person_id))
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert_eq!(left, 0);
}

/// Every step of an erasure is done, and a row comes back, as from a device that was away.
async fn written_into_before_the_search() -> (Place, ErasureJobId) {
    let place = Place::new().await;
    let id = place.start("zainab").await;
    while place.job_of("zainab").await.state != ErasureState::Verifying {
        erasure::advance(place.means(), id, place.school.now())
            .await
            .expect("it goes on");
    }
    let sheet = one_more_sheet(&place).await;
    place.school.draft(sheet, "zainab", "words").await;
    (place, id)
}

#[tokio::test]
async fn rests_that_are_found_afterwards_are_a_failure_and_never_complete() {
    let (place, id) = written_into_before_the_search().await;
    let state = erasure::advance(place.means(), id, place.school.now()).await;
    assert_eq!(state.expect("it is looked at"), ErasureState::Failed);
    let job = place.job_of("zainab").await;
    assert!(job.last_error.expect("told").contains("rests were found"));
    let certificates = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::JobId.eq(id))
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert_eq!(certificates, 0);
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
}

#[tokio::test]
async fn what_was_noted_and_cannot_be_read_any_more_is_no_nothing() {
    let (place, id) = written_into_before_the_search().await;
    spoil(&place, "UPDATE erasure_job SET traces = '{'").await;
    let state = erasure::advance(place.means(), id, place.school.now()).await;
    assert_eq!(state.expect("it is looked at"), ErasureState::Failed);
    let why = place.job_of("zainab").await.last_error.expect("a reason");
    assert!(why.contains("what is to be searched for"), "{why}");
    let again = place.go_on().await;
    assert_eq!(again, [ErasureState::Failed], "and it is never complete");
}

#[tokio::test]
async fn what_comes_while_it_is_searched_is_erased_in_the_same_run() {
    let (place, id) = written_into_before_the_search().await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    let job = place.job_of("zainab").await;
    assert_eq!((job.attempts, job.failed_at), (0, None));
}

/// Takes the last signs off sealed texts of a column, as a broken disk would.
async fn spoil(place: &Place, sql: &str) {
    let done = place.school.db.read().execute_unprepared(sql).await;
    assert!(done.expect("written").rows_affected() > 0, "{sql}");
}

#[tokio::test]
async fn what_cannot_be_read_is_no_nothing_and_no_erasure_is_complete_beside_it() {
    let place = Place::new().await;
    place.at_work().await;
    let school = &place.school;
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 7"))
        .await;
    school.submission(sheet, "tomos", "Ask Zainab").await;
    domain::keys::seal_old_rows(&school.db)
        .await
        .expect("sealed");
    spoil(
        &place,
        "UPDATE attempt SET text = SUBSTR(text, 1, LENGTH(text) - 4) WHERE text LIKE 'sealed:%'",
    )
    .await;
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Failed]);
    let why = place.job_of("zainab").await.last_error.expect("a reason");
    assert!(why.contains("attempt.text"), "{why}");
    let certificates = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::JobId.eq(id))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(certificates, 0);
    spoil(&place, "UPDATE attempt SET text = ''").await;
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
}

#[tokio::test]
async fn an_address_that_cannot_be_read_stops_an_erasure_before_anything_goes() {
    let place = Place::new().await;
    place.at_work().await;
    domain::keys::seal_old_rows(&place.school.db)
        .await
        .expect("sealed");
    spoil(
        &place,
        "UPDATE person SET email = SUBSTR(email, 1, LENGTH(email) - 4) WHERE email LIKE 'sealed:%'",
    )
    .await;
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Failed]);
    assert_eq!(place.person("zainab").await.given_name, "Zainab");
    let why = place.job_of("zainab").await.last_error.expect("a reason");
    assert!(why.contains("person.email"), "{why}");
}

#[tokio::test]
async fn a_title_that_looks_as_if_it_were_sealed_stops_no_erasure() {
    let place = Place::new().await;
    place
        .school
        .assignment("10Ma1", NewWork::published("sealed:1:no"))
        .await;
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
}

#[tokio::test]
async fn an_id_that_another_system_gave_to_somebody_else_stops_no_erasure() {
    let place = Place::new().await;
    let other = DataSourceId(place.school.person("tomos").0);
    for (who, source) in [("zainab", None), ("tomos", Some(other))] {
        person::ActiveModel {
            id: Set(place.school.person(who)),
            sourced_id: Set(Some("pupil-70017".to_owned())),
            source_id: Set(source),
            ..Default::default()
        }
        .update(place.school.db.read())
        .await
        .expect("the id is written");
    }
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    let stays = place.person("tomos").await.sourced_id;
    assert_eq!(stays.as_deref(), Some("pupil-70017"));
}
