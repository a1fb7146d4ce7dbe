//! The kit itself: every test has a database of its own, and the casts are whole.

use argon2::{Argon2, PasswordVerifier};
use chrono::Datelike;
use entity::{account, assignment, classroom, person, session};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{CANARY, NewWork, PASSWORD, School};
use vocab::people::Role;

#[tokio::test]
async fn two_schools_stand_in_one_database() {
    let school = School::new().await;
    let people = entity::person::Entity::find()
        .count(school.db.read())
        .await
        .expect("people can be counted");
    assert_eq!(people, 16);
    assert_eq!(school.everybody().len(), 15);
    assert_eq!(school.now().weekday(), chrono::Weekday::Tue);
    assert!(school.actor("ada").is(Role::Teacher));
    assert_eq!(school.actor("sid").school, school.south.school);
    assert_eq!(school.person("sid"), school.south.student);
}

#[tokio::test]
async fn no_test_sees_the_rows_of_another() {
    let (one, other) = (School::new().await, School::new().await);
    one.assignment("10Ma1", NewWork::published("Sheet 6")).await;
    let in_the_other = entity::assignment::Entity::find()
        .count(other.db.read())
        .await
        .expect("work can be counted");
    assert_eq!(in_the_other, 1, "only Southbank's own");
}

#[tokio::test]
async fn work_is_set_answered_and_marked() {
    let school = School::new().await;
    let sheet = NewWork::published("Sheet 6")
        .due("2026-11-23T15:30:00Z")
        .points(20);
    let sheet = school.assignment("10Ma1", sheet).await;
    let answer = school.submission(sheet, "zainab", "x = 4").await;
    school.draft(sheet, "tomos", "x =").await;
    school.returned_mark(answer, "ada", 18, "Neat.").await;
    let answer = entity::submission::Entity::find_by_id(answer)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the answer is there");
    assert!(answer.is_late && answer.attempt_id.is_some());
}

#[tokio::test]
async fn a_database_goes_with_its_test() {
    let school = School::new().await;
    let Some(folder) = school.database.folder().map(ToOwned::to_owned) else {
        println!("skipped: PostgreSQL drops its databases itself");
        return;
    };
    assert!(folder.join("test.db").exists());
    drop(school);
    assert!(!folder.exists());
}

#[tokio::test]
async fn everybody_can_sign_in_and_is_signed_in() {
    let school = School::new().await;
    for key in school.everybody() {
        let actor = school.actor(key);
        let account = account::Entity::find_by_id(actor.account)
            .one(school.db.read())
            .await
            .expect("the database answers")
            .expect("the account is there");
        let hash = account.password_hash.expect("a password is set");
        let verified = Argon2::default().verify_password(PASSWORD.as_bytes(), &*hash);
        assert!(account.username == key && verified.is_ok(), "{key}");
        let session = session::Entity::find_by_id(actor.session)
            .one(school.db.read())
            .await
            .expect("the database answers")
            .expect("the session is there");
        let token = domain::secrets::fingerprint(&school.session_token(key));
        assert_eq!(session.token_hash, token);
    }
}

#[tokio::test]
async fn the_canary_sits_in_every_name_of_the_other_school() {
    let school = School::new().await;
    let south = school.south.school;
    let db = school.db.read();
    let people = person::Entity::find().filter(person::Column::SchoolId.eq(south));
    for person in people.all(db).await.expect("the database answers") {
        assert!(person.family_name.contains(CANARY));
        assert!(person.email.expect("an address").contains(CANARY));
    }
    let rooms = classroom::Entity::find().filter(classroom::Column::SchoolId.eq(south));
    for room in rooms.all(db).await.expect("the database answers") {
        assert!(room.name.contains(CANARY));
    }
    let set = assignment::Entity::find().filter(assignment::Column::SchoolId.eq(south));
    for work in set.all(db).await.expect("the database answers") {
        assert!(work.title.contains(CANARY) && work.instructions.contains(CANARY));
    }
}
