//! A package while somebody's data is restricted: it passes over them, and goes in for everybody
//! else.

use chrono::TimeDelta;
use domain::schools::policy::Action;
use domain::{access, rights};
use entity::{classroom, enrolment};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{Roster, School};
use vocab::ids::PersonId;
use vocab::restrictions::RestrictionGround;
use vocab::rosters::RosterKind;

use super::{account_of, codes, found, import, of, open_places};

pub(super) async fn restrict(school: &School, person: PersonId) {
    let username = account_of(school, person).await.username;
    let lead = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let tx = school.db.write().await.expect("free");
    let ground = RestrictionGround::AccuracyContested;
    rights::restrict_for(&tx, &lead, (&username, ground), school.now())
        .await
        .expect("restricted");
    tx.commit().await.expect("kept");
}

/// Ends the one restriction, with its notice.
pub(super) async fn lift(school: &School) {
    let edith = school.actor("edith");
    let lead = access::school(&edith, Action::HandleRequests).expect("the lead");
    let lines = rights::list_restrictions(school.db.read(), &edith, &lead, school.now())
        .await
        .expect("hers");
    let tx = school.db.write().await.expect("free");
    rights::give_notice(&tx, &lead, lines[0].id, "It is right.", school.now())
        .await
        .expect("told");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::days(8));
    let lifted = rights::lift_due(&school.db, school.now()).await;
    assert_eq!(lifted.expect("runs"), 1);
}

/// Who has the place with this id.
async fn whose(school: &School, sourced_id: &str) -> PersonId {
    let place = enrolment::Entity::find()
        .filter(enrolment::Column::SchoolId.eq(school.id))
        .filter(enrolment::Column::SourcedId.eq(sourced_id))
        .one(school.db.read())
        .await
        .expect("the database answers");
    place.expect("the place is there").person_id
}

#[tokio::test]
async fn a_package_that_gives_the_id_of_a_restricted_students_place_to_another_goes_in() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let (sean, tilly) = (found(&school, "s1").await.id, found(&school, "s2").await.id);
    restrict(&school, sean).await;
    let mut roster = Roster::five_people();
    roster.enrolments = vec![("e1", "c1", "t1", "teacher"), ("e2", "c1", "s2", "student")];
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::Enrolments), (1, 0, 1, 2));
    assert_eq!(whose(&school, "e2").await, sean);
    for student in [sean, tilly] {
        assert_eq!(open_places(&school, student).await, 1);
    }

    // Nor does the next one change anything, until the restriction has ended.
    let again = import(&school, &roster).await;
    assert_eq!(of(&again, RosterKind::Enrolments), (0, 0, 0, 3));
    lift(&school).await;
    let after = import(&school, &roster).await;
    assert_eq!(of(&after, RosterKind::Enrolments), (0, 1, 1, 1));
    assert_eq!(whose(&school, "e2").await, tilly);
    assert_eq!(open_places(&school, sean).await, 0);
    assert!(!codes(&after).contains(&"person.restricted"));
}

#[tokio::test]
async fn who_has_a_place_whose_id_a_restricted_student_keeps_leaves_it_by_a_later_package() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let (sean, tilly) = (found(&school, "s1").await.id, found(&school, "s2").await.id);
    restrict(&school, sean).await;
    let mut roster = Roster::five_people();
    roster.enrolments = vec![("e1", "c1", "t1", "teacher"), ("e2", "c1", "s2", "student")];
    import(&school, &roster).await;

    roster.classes.push(("c2", "7En9"));
    roster.enrolments[1] = ("e2", "c2", "s2", "student");
    let moved = import(&school, &roster).await;
    assert_eq!(of(&moved, RosterKind::Enrolments), (1, 0, 1, 2));
    assert_eq!(whose(&school, "e2").await, sean);
    let places = enrolment::Entity::find()
        .filter(enrolment::Column::PersonId.eq(tilly))
        .filter(enrolment::Column::EndedAt.is_null())
        .all(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(places.len(), 1);
    let room = classroom::Entity::find_by_id(places[0].classroom_id)
        .one(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(room.expect("it is there").name, "7En9");

    // Nor is her new place any safer.
    roster.enrolments.truncate(1);
    let gone = import(&school, &roster).await;
    assert_eq!(of(&gone, RosterKind::Enrolments), (0, 0, 1, 2));
    assert_eq!(open_places(&school, tilly).await, 0);
    assert_eq!(open_places(&school, sean).await, 1);
}
