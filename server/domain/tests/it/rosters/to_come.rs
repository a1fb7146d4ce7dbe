//! Places that begin on a day to come.

use chrono::TimeDelta;
use domain::rosters::{Error, Wish};
use test_kit::{Roster, School};
use vocab::people::Role;
use vocab::rosters::RosterKind;

use super::{codes, everything, found, import, of, open_places, roles_of, try_import};

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

/// The five people in four classes with twelve places, whose ids begin with a letter.
fn a_year(letter: &str) -> Roster {
    let mut roster = Roster::five_people();
    roster.classes.clear();
    roster.enrolments.clear();
    for number in 1..=4 {
        let class: &'static str = format!("{letter}{number}").leak();
        roster.classes.push((class, class));
        for (who, role) in [("t1", "teacher"), ("s1", "student"), ("s2", "student")] {
            let place: &'static str = format!("{class}-{who}").leak();
            roster.enrolments.push((place, class, who, role));
        }
    }
    roster
}

#[tokio::test]
async fn a_roster_of_next_year_that_would_empty_the_classes_stops_and_asks() {
    let school = School::new().await;
    import(&school, &a_year("c")).await;
    let before = everything(&school).await;
    let mut early = a_year("n");
    early.begins = early
        .enrolments
        .iter()
        .map(|(id, ..)| (*id, "2027-09-01"))
        .collect();
    let look = try_import(&school, early.bytes(), Wish::Look).await;
    let look = look.expect("looking is free");
    assert_eq!(of(&look, RosterKind::People).2, 0, "nobody leaves");
    assert!(look.asks_about_leavers);
    assert_eq!((look.losses.places, look.losses.places_now), (12, 12));
    let error = try_import(&school, early.bytes(), Wish::BringIn).await;
    let error = error.expect_err("all places are more than a tenth");
    assert!(matches!(error, Error::TooManyLeavers(_)));
    let words = error.to_string();
    assert!(
        words.contains("Classes would lose 12 of their 12 places (100.0 %)"),
        "{words}"
    );
    assert_eq!(before, everything(&school).await);
}

#[tokio::test]
async fn a_new_years_classes_stand_for_the_old_ones_and_nobody_is_asked() {
    let school = School::new().await;
    import(&school, &a_year("c")).await;
    let next = try_import(&school, a_year("n").bytes(), Wish::BringIn).await;
    let next = next.expect("as many places begin as end");
    assert_eq!(of(&next, RosterKind::Classrooms), (4, 0, 4, 0));
    assert!(!next.asks_about_leavers);
    // An export that lost the rows of all classes but one.
    let mut fewer = a_year("n");
    fewer.enrolments.truncate(1);
    let look = try_import(&school, fewer.bytes(), Wish::Look).await;
    let look = look.expect("looking is free");
    assert_eq!((look.losses.places, look.losses.places_now), (11, 12));
    assert!(look.asks_about_leavers);
}
