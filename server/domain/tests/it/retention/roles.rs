//! Roles that end without the person: what is kept of them goes in its time all the same.

use chrono::TimeDelta;
use domain::people;
use vocab::people::Role;

use super::Place;

impl Place {
    async fn end_role(&self, who: &str, role: Role) {
        let (school, door) = (&self.school, self.door("desmond"));
        let tx = school.db.write().await.expect("free");
        people::end_role(&tx, &door, school.person(who), role, school.now())
            .await
            .expect("it ends");
        tx.commit().await.expect("kept");
    }
}

#[tokio::test]
async fn who_lost_their_last_role_goes_although_the_office_never_ended_them() {
    let place = Place::new().await;
    place.end_role("ada", Role::Teacher).await;
    place.end_role("priya", Role::Student).await;
    place.school.clock.advance(TimeDelta::days(170));
    assert_eq!(place.sweep("staff.account").await.due, 0);
    place.school.clock.advance(TimeDelta::days(20));
    assert_eq!(place.sweep("staff.account").await.deleted, 1);
    assert_eq!(place.name_of("ada").await, "");
    assert_eq!(place.sweep("student.account").await.due, 0);
    place.school.clock.advance(TimeDelta::days(180));
    assert_eq!(place.sweep("student.account").await.deleted, 1);
    assert_eq!(place.name_of("priya").await, "");
    assert_eq!(place.name_of("bruno").await, "Bruno", "who is here stays");
}

#[tokio::test]
async fn who_stopped_teaching_goes_as_a_guardian_after_the_last_child_has_left() {
    let place = Place::new().await;
    let (school, door) = (&place.school, place.door("desmond"));
    let rosa = school.person("rosa");
    let tx = school.db.write().await.expect("free");
    people::add_role(&tx, &door, rosa, Role::Teacher, school.now())
        .await
        .expect("given");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::days(1));
    place.end_role("rosa", Role::Teacher).await;
    school.clock.advance(TimeDelta::days(200));
    assert_eq!(place.sweep("staff.account").await.due, 0);
    place.leave("zainab").await;
    school.clock.advance(TimeDelta::days(190));
    assert_eq!(place.sweep("guardian.account").await.deleted, 1);
    assert_eq!(place.name_of("rosa").await, "");
}

#[tokio::test]
async fn a_guardian_goes_after_the_last_child_is_no_student_any_more() {
    let place = Place::new().await;
    place.end_role("zainab", Role::Student).await;
    place.school.clock.advance(TimeDelta::days(190));
    assert_eq!(place.sweep("guardian.account").await.deleted, 1);
    assert_eq!(place.name_of("rosa").await, "");
    assert_eq!(place.name_of("zainab").await, "Zainab", "her own year runs");
}
