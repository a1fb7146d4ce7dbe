//! Places that begin on a day to come.

use chrono::TimeDelta;
use test_kit::{Roster, School};
use vocab::people::Role;
use vocab::rosters::RosterKind;

use super::{codes, found, import, of, open_places, roles_of};

#[tokio::test]
async fn a_place_that_begins_later_is_left_out_until_then() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.begins = vec![("e2", "2026-11-25"), ("e3", "2026-11-25")];
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::Enrolments), (1, 0, 0, 0));
    let sean = found(&school, "s1").await.id;
    assert_eq!(open_places(&school, sean).await, 0);
    let remark = outcome
        .problems
        .iter()
        .find(|problem| problem.code == "enrollment.not_begun")
        .expect("it is said");
    assert_eq!(remark.row, Some(3));
    assert_eq!(
        remark.reason,
        "2 places begin on 2026-11-25, the first of them in this row, and were left out; \
         import again then."
    );

    school.clock.advance(TimeDelta::days(1));
    let then = import(&school, &roster).await;
    assert_eq!(of(&then, RosterKind::Enrolments), (2, 0, 0, 1));
    assert_eq!(open_places(&school, sean).await, 1);
}

#[tokio::test]
async fn a_place_that_is_there_stays_where_its_row_begins_later() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut later = Roster::five_people();
    // A new term gives the same place another id.
    later.enrolments[2].0 = "e9";
    later.begins = vec![("e2", "2027-01-05"), ("e9", "2027-01-05")];
    let outcome = import(&school, &later).await;
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 0, 3));
    assert_eq!(codes(&outcome), ["user.no_role"]);
    let tilly = found(&school, "s2").await.id;
    assert_eq!(open_places(&school, tilly).await, 1);
}

#[tokio::test]
async fn whose_place_as_a_teacher_stays_until_a_later_day_keeps_the_role_as_well() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    // Her class alone says that Wanda teaches.
    roster.user("t1").role = "administrator";
    import(&school, &roster).await;
    let wanda = found(&school, "t1").await.id;
    for id in ["e1", "e9"] {
        roster.enrolments[0].0 = id;
        roster.begins = vec![(id, "2027-01-05")];
        let outcome = import(&school, &roster).await;
        assert_eq!(of(&outcome, RosterKind::People), (0, 0, 0, 5), "{id}");
        assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 0, 3), "{id}");
        assert_eq!(roles_of(&school, wanda).await, [Role::Teacher], "{id}");
    }
}

#[tokio::test]
async fn who_moves_to_another_class_later_keeps_the_place_until_then() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.classes.push(("c2", "7En9"));
    import(&school, &roster).await;
    roster.enrolments[1].1 = "c2";
    roster.begins = vec![("e2", "2026-11-26")];
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 0, 3));
    assert!(codes(&outcome).contains(&"enrollment.not_begun"));

    school.clock.advance(TimeDelta::days(2));
    let then = import(&school, &roster).await;
    assert_eq!(of(&then, RosterKind::Enrolments), (1, 0, 1, 2));
}

#[tokio::test]
async fn a_role_that_begins_later_is_left_out_until_then_and_one_that_is_there_stays() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    for id in ["g1", "s2"] {
        roster.user(id).role_begins = "2026-11-25";
    }
    let outcome = import(&school, &roster).await;
    let (greta, tilly) = (found(&school, "g1").await.id, found(&school, "s2").await.id);
    assert_eq!(roles_of(&school, greta).await, []);
    assert_eq!(roles_of(&school, tilly).await, []);
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 0, 0));
    // Neither is told to have no role, nor to be no guardian: they will.
    assert_eq!(codes(&outcome), ["user.no_role", "role.not_begun"]);
    let remark = &outcome.problems[1];
    assert_eq!((remark.file.as_str(), remark.row), ("roles.csv", Some(4)));
    assert_eq!(
        remark.reason,
        "2 roles begin on 2026-11-25, the first of them in this row, and were left out; \
         import again then."
    );

    school.clock.advance(TimeDelta::days(1));
    let then = import(&school, &roster).await;
    assert_eq!(of(&then, RosterKind::People), (0, 2, 0, 3));
    assert_eq!(of(&then, RosterKind::Guardianships), (1, 0, 0, 0));
    assert_eq!(roles_of(&school, greta).await, [Role::Guardian]);
    assert_eq!(roles_of(&school, tilly).await, [Role::Student]);

    // A new year's row for the role that they have.
    roster.user("s2").role_begins = "2027-01-05";
    let later = import(&school, &roster).await;
    assert_eq!(of(&later, RosterKind::People), (0, 0, 0, 5));
    assert_eq!(codes(&later), ["user.no_role"]);
    assert_eq!(roles_of(&school, tilly).await, [Role::Student]);
}

#[tokio::test]
async fn a_place_to_come_makes_nobody_a_teacher_yet() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.enrolments.push(("e4", "c1", "a1", "aide"));
    roster.begins = vec![("e4", "2026-11-25")];
    import(&school, &roster).await;
    let olive = found(&school, "a1").await.id;
    assert_eq!(roles_of(&school, olive).await, []);
    school.clock.advance(TimeDelta::days(1));
    import(&school, &roster).await;
    assert_eq!(open_places(&school, olive).await, 1);
    assert_eq!(roles_of(&school, olive).await, [Role::Teacher]);
}
