//! Who was erased after a backup was made, and is there again when it is restored: their key
//! is gone, their name and their password are not.

use chrono::TimeDelta;
use domain::schools::policy::Action;
use domain::{access, accounts, erasure, holds, keys, people};
use entity::{account, erasure_certificate, erasure_job, event, key_destroyed, legal_hold};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use vocab::erasure::ErasureState;
use vocab::rights::RequestStep;

use super::Place;

/// The database as it was before the erasure, beside keys that are newer: the key is
/// destroyed, and the database knows nothing of it.
async fn came_back(place: &Place, who: &str) {
    let school = &place.school;
    // The other school has a note of its own.
    key_destroyed::Entity::delete_many()
        .exec(school.db.read())
        .await
        .expect("deleted");
    let tx = school.db.write().await.expect("free");
    keys::destroy(&tx, school.person(who), "erasure", school.now())
        .await
        .expect("destroyed");
    drop(tx);
    let noted = key_destroyed::Entity::find()
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(noted, 0, "nothing of it was kept in the database");
}

/// What a start does before it lets anybody in: for how many people.
async fn start(place: &Place) -> usize {
    let db = &place.school.db;
    keys::replay(db).await.expect("replayed");
    erasure::begin_again(db, place.school.now())
        .await
        .expect("begun")
}

async fn jobs_of(place: &Place, who: &str) -> Vec<erasure_job::Model> {
    erasure_job::Entity::find()
        .filter(erasure_job::Column::PersonId.eq(place.school.person(who)))
        .all(place.school.db.read())
        .await
        .expect("read")
}

#[tokio::test]
async fn who_was_erased_after_a_backup_is_signed_out_and_erased_again_when_it_comes_back() {
    let place = Place::new().await;
    place.at_work().await;
    let school = &place.school;
    keys::seal_old_rows(&school.db).await.expect("sealed");
    came_back(&place, "zainab").await;
    let token = school.session_token("zainab");
    let session = async || {
        accounts::sessions::find(&school.db, &token, school.now())
            .await
            .expect("read")
    };
    assert!(session().await.is_some(), "the backup lets her in");

    assert_eq!(start(&place).await, 1);
    assert!(session().await.is_none());
    assert!(place.person("zainab").await.ended_at.is_some());
    assert!(place.person("tomos").await.ended_at.is_none());
    let hers =
        || account::Entity::find().filter(account::Column::PersonId.eq(school.person("zainab")));
    let disabled = hers()
        .filter(account::Column::DisabledAt.is_not_null())
        .count(school.db.read())
        .await;
    assert_eq!(disabled.expect("counted"), 1);
    let jobs = jobs_of(&place, "zainab").await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(
        (jobs[0].rule.as_str(), jobs[0].state),
        ("again_after_a_restore", ErasureState::Approved)
    );
    assert_eq!(start(&place).await, 0, "a second start begins nothing more");
    assert_eq!(jobs_of(&place, "zainab").await.len(), 1);

    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    let left = place.person("zainab").await;
    assert_eq!(
        (left.given_name.as_str(), left.sort_name.as_str()),
        ("", "")
    );
    let usernames = hers().count(school.db.read()).await;
    assert_eq!(usernames.expect("counted"), 0);
    let gone = erasure::gone(school.db.read(), &place.signer, school.id, "Zainab Okafor")
        .await
        .expect("read")
        .expect("it is found");
    let answer = gone.sentence();
    assert!(
        answer.contains("once more, after an old backup was restored"),
        "{answer}"
    );
    assert_eq!(start(&place).await, 0, "who is erased is not begun again");
}

#[tokio::test]
async fn who_had_left_before_the_backup_is_erased_again_and_not_ended_twice() {
    let place = Place::new().await;
    let school = &place.school;
    let (zainab, left_at) = (school.person("zainab"), school.now());
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
    let tx = school.db.write().await.expect("free");
    people::end(&tx, &door, zainab, left_at)
        .await
        .expect("she leaves");
    tx.commit().await.expect("kept");
    came_back(&place, "zainab").await;
    school.clock.advance(TimeDelta::days(1));
    assert_eq!(start(&place).await, 1);
    assert_eq!(start(&place).await, 0);
    assert_eq!(place.person("zainab").await.ended_at, Some(left_at));
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    assert_eq!(place.person("zainab").await.given_name, "");
    let ended = event::Entity::find()
        .filter(event::Column::Kind.eq("person.ended"))
        .filter(event::Column::SubjectId.eq(zainab.0))
        .count(school.db.read())
        .await;
    assert_eq!(ended.expect("counted"), 1);
}

#[tokio::test]
async fn an_erasure_that_still_waited_in_the_backup_waits_no_more() {
    let place = Place::new().await;
    let id = place.ask("rosa", "rosa").await;
    place.step(id, RequestStep::Approve).await.expect("granted");
    assert!(place.go_on().await.is_empty(), "she has seven days");
    came_back(&place, "rosa").await;
    assert_eq!(start(&place).await, 1);
    assert!(place.person("rosa").await.ended_at.is_some());
    assert_eq!(start(&place).await, 0);
    let jobs = jobs_of(&place, "rosa").await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].request_id, Some(id), "it stays what she asked for");
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    assert_eq!(place.person("rosa").await.given_name, "");
}

#[tokio::test]
async fn the_last_admin_of_a_backup_is_erased_again_too() {
    let place = Place::new().await;
    came_back(&place, "desmond").await;
    assert_eq!(start(&place).await, 1);
    assert!(place.person("desmond").await.ended_at.is_some());
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    assert_eq!(place.person("desmond").await.given_name, "");
}

#[tokio::test]
async fn a_hold_in_the_backup_keeps_what_is_left_and_lets_nobody_in() {
    let place = Place::new().await;
    let hold = place.hold(Some("zainab")).await;
    place.approve("edith", hold).await.expect("a second person");
    came_back(&place, "zainab").await;
    assert_eq!(start(&place).await, 1);
    assert!(place.person("zainab").await.ended_at.is_some());
    assert_eq!(place.go_on().await, [ErasureState::Held]);
    assert_eq!(place.person("zainab").await.given_name, "Zainab");
    assert_eq!(start(&place).await, 0);
    // Her own key seals nothing any more: the words of the hold have the school's.
    let again = place.hold(Some("zainab")).await;
    place.release(again).await;
    place.release(hold).await;
    let reasons = legal_hold::Entity::find()
        .filter(legal_hold::Column::ReleaseReason.is_not_null())
        .count(place.school.db.read())
        .await;
    assert_eq!(reasons.expect("counted"), 2);
    let twice = {
        let tx = place.school.db.write().await.expect("free");
        let why = "Once more".to_owned();
        holds::release(&tx, &place.door("edith"), hold, why, place.school.now()).await
    };
    assert!(matches!(twice, Err(holds::Error::NothingToDo)));
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    assert_eq!(place.person("zainab").await.given_name, "");
    let certificates = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::Rule.eq("again_after_a_restore"))
        .count(place.school.db.read())
        .await;
    assert_eq!(certificates.expect("counted"), 1);
}
