//! A student is that and nothing else, whatever a roster says beside it.

use test_kit::{Roster, School, User, user};
use vocab::people::Role;
use vocab::rosters::RosterKind;

use super::{codes, found, give_by_hand, import, of, open_places, roles_of};

#[tokio::test]
async fn a_student_who_helps_in_a_class_does_not_become_a_teacher() {
    for role in ["aide", "teacher"] {
        let school = School::new().await;
        let mut roster = Roster::five_people();
        roster.classes.push(("c2", "7En9"));
        roster.enrolments.push(("e4", "c2", "s1", role));
        let outcome = import(&school, &roster).await;
        assert_eq!(of(&outcome, RosterKind::Enrolments), (3, 0, 0, 0), "{role}");
        let sean = found(&school, "s1").await.id;
        assert_eq!(roles_of(&school, sean).await, [Role::Student], "{role}");
        assert_eq!(open_places(&school, sean).await, 1, "{role}");
        let said = |code: &str| {
            let mut problems = outcome.problems.iter();
            let problem = problems.find(|problem| problem.code == code);
            let problem = problem.expect("it is said");
            (problem.row, problem.reason.clone())
        };
        let (row, reason) = said("user.student_alone");
        assert_eq!(row, Some(5));
        assert!(reason.contains("\"Teacher\" was left out"), "{reason}");
        assert_eq!(said("enrollment.student_alone").0, Some(5));

        let again = import(&school, &roster).await;
        let counts = again.counts;
        assert_eq!((counts.created, counts.changed, counts.ended), (0, 0, 0));
        assert_eq!(codes(&again), codes(&outcome));
        assert_eq!(roles_of(&school, sean).await, [Role::Student], "{role}");
    }
}

#[tokio::test]
async fn a_second_role_of_a_student_is_left_out_and_so_is_that_of_a_student_for_others() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut delta = Roster::delta();
    delta.users.push(User {
        grade: "11",
        ..user("s9", "New", "Comer", "student")
    });
    delta.roles = vec![
        ("r9", "active", "s9", "parent"),
        ("r8", "active", "s1", "proctor"),
        ("r7", "active", "g1", "student"),
    ];
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::People), (1, 0, 0, 2));
    assert_eq!(codes(&outcome), ["user.student_alone"; 3]);
    for (id, role) in [
        ("s9", Role::Student),
        ("s1", Role::Student),
        ("g1", Role::Guardian),
    ] {
        let person = found(&school, id).await.id;
        assert_eq!(roles_of(&school, person).await, [role], "{id}");
    }
    assert!(
        outcome.problems[2].reason.contains("here as \"Guardian\""),
        "{}",
        outcome.problems[2].reason
    );
}

#[tokio::test]
async fn who_keeps_another_role_does_not_become_a_student() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.users.push(User {
        username: "desmond",
        ..user("a2", "Desmond", "Lockyer", "principal")
    });
    import(&school, &roster).await;
    roster.user("a2").role = "student";
    roster.user("t1").role = "student";
    roster.enrolments.push(("e5", "c1", "a2", "student"));
    for _ in 0..2 {
        let outcome = import(&school, &roster).await;
        assert_eq!(of(&outcome, RosterKind::People), (0, 0, 0, 6));
        assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 0, 3));
        for code in ["user.student_alone", "enrollment.student_alone"] {
            assert!(codes(&outcome).contains(&code), "{code}");
        }
    }
    let desmond = school.person("desmond");
    assert_eq!(roles_of(&school, desmond).await, [Role::SchoolAdmin]);
    assert_eq!(open_places(&school, desmond).await, 0);
    // Her class makes Wanda a teacher still.
    let wanda = found(&school, "t1").await.id;
    assert_eq!(roles_of(&school, wanda).await, [Role::Teacher]);
    assert_eq!(open_places(&school, wanda).await, 1);
}

#[tokio::test]
async fn a_student_whom_the_roster_makes_a_teacher_is_no_student_any_more() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut roster = Roster::five_people();
    roster.user("s2").role = "teacher";
    let outcome = import(&school, &roster).await;
    let tilly = found(&school, "s2").await.id;
    assert_eq!(roles_of(&school, tilly).await, [Role::Teacher]);
    assert!(!codes(&outcome).contains(&"user.student_alone"));
    assert!(codes(&outcome).contains(&"enrollment.student_alone"));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 1, 2));
    let again = import(&school, &roster).await;
    let counts = again.counts;
    assert_eq!((counts.created, counts.changed, counts.ended), (0, 0, 0));
}

#[tokio::test]
async fn what_a_roster_once_gave_a_student_beside_it_is_taken_back() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.user("s2").role = "teacher";
    import(&school, &roster).await;
    let tilly = found(&school, "s2").await.id;
    assert_eq!(roles_of(&school, tilly).await, [Role::Teacher]);
    give_by_hand(&school, tilly, Role::Student).await;
    let outcome = import(&school, &roster).await;
    assert!(codes(&outcome).contains(&"user.student_alone"));
    assert_eq!(roles_of(&school, tilly).await, [Role::Student]);
    let again = import(&school, &roster).await;
    let counts = again.counts;
    assert_eq!((counts.created, counts.changed, counts.ended), (0, 0, 0));
}
