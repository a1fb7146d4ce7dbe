//! Counts of opened pages: with nobody in them, and none that is small.

use chrono::TimeDelta;
use domain::schools::policy::Action;
use domain::usage::{self, Tally};
use domain::{Time, access, people};
use entity::usage_counter;
use sea_orm::{EntityTrait, Iterable};
use test_kit::School;
use vocab::ids::SchoolId;
use vocab::people::{Role, Roles, ValidPerson};
use vocab::usage::{PageKind, UsageLine};

fn count(tally: &Tally, school: SchoolId, role: Role, times: usize, at: Time) {
    let roles: Roles = [role].into_iter().collect();
    for _ in 0..times {
        tally.count(school, roles, PageKind::Home, at);
    }
}

async fn rows(school: &School) -> Vec<usage_counter::Model> {
    usage_counter::Entity::find()
        .all(school.db.read())
        .await
        .expect("the database answers")
}

async fn page(school: &School, who: &str) -> Vec<UsageLine> {
    let door = access::school(&school.actor(who), Action::HandleRequests).expect("theirs");
    usage::of_school(school.db.read(), &door, school.now())
        .await
        .expect("the database answers")
}

#[tokio::test]
async fn a_counter_holds_an_hour_a_kind_of_page_and_a_role_and_nobody() {
    let columns: Vec<String> = usage_counter::Column::iter()
        .map(|column| sea_orm::Iden::unquoted(&column).to_owned())
        .collect();
    assert_eq!(
        columns,
        ["id", "school_id", "page", "role", "hour_at", "times"]
    );
    let map = datamap::registry()
        .into_iter()
        .find(|map| map.table == "usage_counter")
        .expect("it is in the map");
    assert!(matches!(map.subject, datamap::SubjectPath::Nobody(_)));
    let school = School::new().await;
    let tally = Tally::default();
    let at: Time = "2026-11-24T10:59:59Z".parse().expect("a time");
    count(&tally, school.id, Role::Student, 3, at);
    count(
        &tally,
        school.id,
        Role::Student,
        2,
        at - TimeDelta::minutes(50),
    );
    count(
        &tally,
        school.id,
        Role::Student,
        1,
        at + TimeDelta::seconds(1),
    );
    assert!(rows(&school).await.is_empty(), "no statement for a page");
    assert_eq!(tally.flush(&school.db).await.expect("written"), 2);
    assert_eq!(tally.flush(&school.db).await.expect("nothing"), 0);
    count(&tally, school.id, Role::Student, 4, at);
    tally.flush(&school.db).await.expect("added");
    let mut counted: Vec<(String, i32)> = rows(&school)
        .await
        .iter()
        .map(|row| (row.hour_at.to_rfc3339(), row.times))
        .collect();
    counted.sort_unstable();
    let hour = |hour: &str, times| (format!("2026-11-24T{hour}:00:00+00:00"), times);
    assert_eq!(counted, [hour("10", 9), hour("11", 1)]);
}

#[tokio::test]
async fn no_count_below_ten_and_none_of_a_role_that_few_people_have_is_seen() {
    for times in 0..200 {
        for people in 0..30 {
            match usage::shown(times, people) {
                None => assert!(times < 10 || people < 10),
                Some(seen) => {
                    assert!(times >= 10 && people >= 10 && seen >= 10);
                    assert!(seen % 5 == 0 && (seen - times).abs() <= 2);
                }
            }
        }
    }
    let school = School::new().await;
    let tally = Tally::default();
    count(&tally, school.id, Role::SchoolAdmin, 500, school.now());
    count(
        &tally,
        school.south.school,
        Role::SchoolAdmin,
        7,
        school.now(),
    );
    tally.flush(&school.db).await.expect("written");
    let seen = page(&school, "edith").await;
    assert_eq!(seen.len(), 1, "their own school's alone");
    assert_eq!(seen[0].times, None, "a few admins");
}

#[tokio::test]
async fn ten_times_by_a_role_that_ten_people_have_are_shown_and_nine_are_not() {
    let school = School::new().await;
    let tally = Tally::default();
    let students: Roles = [Role::Student].into_iter().collect();
    count(&tally, school.id, Role::Student, 10, school.now());
    for _ in 0..9 {
        tally.count(school.id, students, PageKind::Classrooms, school.now());
    }
    tally.flush(&school.db).await.expect("written");
    let seen = async || {
        let page = page(&school, "edith").await;
        let of = |kind: PageKind| {
            let line = page.iter().find(|line| line.page == kind);
            line.expect("it is counted").times
        };
        (of(PageKind::Home), of(PageKind::Classrooms))
    };
    for here in 4..10 {
        assert_eq!(seen().await, (None, None), "{here} students");
        arrives(&school, here).await;
    }
    assert_eq!(seen().await, (Some(10), None));
}

/// One more student of Northgate.
async fn arrives(school: &School, number: u8) {
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("an admin");
    let new = ValidPerson {
        given_name: format!("Noor {number}"),
        family_name: "Haddad".to_owned(),
        role: Role::Student,
        year_group: None,
        email: None,
        username: None,
    };
    let tx = school.db.write().await.expect("free");
    people::add(&tx, &door, &new, school.now())
        .await
        .expect("added");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn counts_are_forgotten_after_thirteen_months() {
    let school = School::new().await;
    let tally = Tally::default();
    count(&tally, school.id, Role::Teacher, 12, school.now());
    tally.flush(&school.db).await.expect("written");
    for (days, left) in [(399, 1), (402, 0)] {
        let tx = school.db.write().await.expect("free");
        let then = school.now() + TimeDelta::days(days);
        usage::forget_old(&tx, then).await.expect("forgotten");
        tx.commit().await.expect("kept");
        assert_eq!(rows(&school).await.len(), left);
    }
}
