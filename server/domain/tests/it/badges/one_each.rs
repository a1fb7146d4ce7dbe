//! A student has one badge, whoever gives them at the same moment, and every student of a
//! classroom gets one.

use chrono::TimeDelta;
use domain::access;
use domain::accounts::passwords::{Cost, Hasher};
use domain::badges;
use domain::classrooms::policy::Action;
use domain::people::{self, Search};
use domain::schools::policy::Action as SchoolAction;
use entity::badge;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::School;
use vocab::badges::DeviceProfile;
use vocab::ids::PersonId;
use vocab::people::Standing;

use super::{form, issue, keys, tablet, try_on};

async fn reissue(school: &School, student: PersonId) {
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &ada, school.classroom("10Ma1"), Action::GiveBadges)
        .await
        .expect("hers");
    badges::reissue(&tx, &keys(), &room, student, ada.time_zone, school.now())
        .await
        .expect("reissued");
    tx.commit().await.expect("kept");
}

/// How many badges that have not ended somebody has.
async fn held(school: &School, person: PersonId) -> u64 {
    badge::Entity::find()
        .filter(badge::Column::PersonId.eq(person))
        .filter(badge::Column::EndedAt.is_null())
        .count(school.db.read())
        .await
        .expect("badges can be counted")
}

#[tokio::test]
async fn of_two_who_replace_a_badge_at_once_one_badge_is_left() {
    let school = School::new().await;
    let zainab = school.person("zainab");
    for _ in 0..5 {
        tokio::join!(reissue(&school, zainab), reissue(&school, zainab));
        assert_eq!(held(&school, zainab).await, 1);
    }
}

#[tokio::test]
async fn two_who_give_badges_to_a_class_at_once_give_one_to_each() {
    let school = School::new().await;
    let (one, other) = tokio::join!(
        issue(&school, "ada", "10Ma1"),
        issue(&school, "bruno", "10Ma1")
    );
    assert_eq!(one + other, 3);
    for who in ["zainab", "tomos"] {
        assert_eq!(held(&school, school.person(who)).await, 1, "{who}");
    }
}

#[tokio::test]
async fn a_badge_of_last_school_year_makes_way_for_a_new_one() {
    let school = School::new().await;
    assert_eq!(issue(&school, "ada", "10Ma1").await, 3);
    // Wednesday 1 September 2027.
    school.clock.advance(TimeDelta::hours(281 * 24));
    assert_eq!(issue(&school, "ada", "10Ma1").await, 3);
    assert_eq!(issue(&school, "ada", "10Ma1").await, 0);
    assert_eq!(held(&school, school.person("zainab")).await, 1);
}

#[tokio::test]
async fn every_student_of_a_large_class_gets_a_badge_and_stands_on_the_sheet() {
    let school = School::new().await;
    school.crowd("10Ma1", 501).await;
    assert_eq!(issue(&school, "ada", "10Ma1").await, 504);
    let ada = school.actor("ada");
    let room = school.classroom("10Ma1");
    let room = access::classroom(school.db.read(), &ada, room, Action::GiveBadges)
        .await
        .expect("hers");
    let now = school.now();
    let lines = badges::lines(school.db.read(), &keys(), &ada, &room, None, now)
        .await
        .expect("the sheet is there");
    assert_eq!(lines.len(), 504);
    assert!(lines.iter().all(|line| line.badge.is_some()));
}

#[tokio::test]
async fn a_student_who_comes_in_by_badge_is_not_listed_as_one_who_has_not_come() {
    let school = School::new().await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    issue(&school, "ada", "10Ma1").await;
    school.clock.advance(TimeDelta::minutes(1));
    let (zainab, desmond) = (school.person("zainab"), school.actor("desmond"));
    let door = access::school(&desmond, SchoolAction::ManagePeople).expect("an admin");
    let hasher = Hasher::new(Cost::ForTests);
    people::give_passwords(&school.db, &hasher, &door, &[zainab], school.now())
        .await
        .expect("hers");
    let is_listed = async || {
        let search = Search {
            standing: Some((Standing::NotCome, school.now())),
            ..Search::default()
        };
        let page = people::list(school.db.read(), &desmond, &search).await;
        let people = page.expect("he may look").people;
        people.iter().any(|person| person.id == zainab)
    };
    assert!(is_listed().await);
    let badge = form(&school, zainab).await;
    try_on(&school, &tablet.token, &badge).await.expect("in");
    assert!(!is_listed().await);
}
