//! Packages that say only what changed, or hold only some of the tables.

use chrono::TimeDelta;
use domain::consent::Signer;
use domain::erasure::Means;
use domain::files::Store;
use domain::{retention, rosters};
use entity::{roster_import, school};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use test_kit::School;
use vocab::people::Role;
use vocab::rosters::{Counts, RosterKind};

use super::{codes, door, found, import, of, open_places, roles_of};
use test_kit::{Roster, User, user};

#[tokio::test]
async fn a_delta_touches_only_what_it_lists() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut delta = Roster::delta();
    delta.users.push(User {
        grade: "08",
        ..user("s1", "Séan", "Stone", "student")
    });
    delta.users.push(User {
        agents: "s2",
        ..user("g2", "Gil", "Moss", "parent")
    });
    delta.gone.push(("enrollments", "e3"));
    delta.gone.push(("users", "a1"));
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::People), (1, 1, 1, 0));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 1, 0));
    assert_eq!(of(&outcome, RosterKind::Classrooms), (0, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Guardianships), (1, 0, 0, 0));
    assert_eq!(found(&school, "s1").await.year_group.as_deref(), Some("8"));
    assert!(found(&school, "a1").await.ended_at.is_some());
    let again = import(&school, &delta).await;
    assert_eq!(
        (
            again.counts.created,
            again.counts.changed,
            again.counts.ended
        ),
        (0, 0, 0)
    );
}

#[tokio::test]
async fn a_delta_row_about_somebody_unknown_is_left_out_with_a_remark() {
    let school = School::new().await;
    let mut delta = Roster::delta();
    delta.enrolments.push(("e1", "c1", "s1", "student"));
    let outcome = import(&school, &delta).await;
    assert_eq!(outcome.counts, Counts::default());
    assert_eq!(codes(&outcome), ["reference.unknown_class"]);
    assert_eq!(outcome.problems[0].row, Some(2));
}

#[tokio::test]
async fn a_table_that_is_not_in_the_package_ends_nothing() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut people_only = Roster::five_people();
    people_only.classes.clear();
    people_only.enrolments.clear();
    let outcome = import(&school, &people_only).await;
    assert_eq!(outcome.counts.ended, 0);
}

/// The five people; of Wanda, her class alone says that she teaches.
fn wanda_by_her_class() -> Roster {
    let mut roster = Roster::five_people();
    roster.user("t1").role = "administrator";
    roster
}

#[tokio::test]
async fn a_package_without_enrolments_takes_the_role_of_no_teacher_of_a_class() {
    let school = School::new().await;
    import(&school, &wanda_by_her_class()).await;
    let wanda = found(&school, "t1").await.id;
    assert_eq!(roles_of(&school, wanda).await, [Role::Teacher]);
    let mut silent = wanda_by_her_class();
    silent.enrolments.clear();
    let outcome = import(&school, &silent).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 0, 5));
    assert_eq!(roles_of(&school, wanda).await, [Role::Teacher]);
    assert_eq!(codes(&outcome), ["user.no_role"], "of the office alone");

    // It does where the class itself is over, and so does one that has her class without her.
    let mut over = silent.clone();
    over.classes = vec![("c2", "7En9")];
    let outcome = import(&school, &over).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 1, 0, 4));
    assert_eq!(roles_of(&school, wanda).await, []);
    import(&school, &wanda_by_her_class()).await;
    assert_eq!(roles_of(&school, wanda).await, [Role::Teacher]);
    let mut without = wanda_by_her_class();
    without.enrolments.remove(0);
    import(&school, &without).await;
    assert_eq!(roles_of(&school, wanda).await, []);
}

#[tokio::test]
async fn a_delta_takes_no_role_from_whoever_teaches_a_class_until_the_place_is_over() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let wanda = found(&school, "t1").await.id;
    let mut delta = Roster::delta();
    delta
        .roles
        .push(("role-t1", "tobedeleted", "t1", "teacher"));
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 0, 1));
    assert_eq!(roles_of(&school, wanda).await, [Role::Teacher]);
    delta.gone.push(("enrollments", "e1"));
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 1, 0, 0));
    assert_eq!(roles_of(&school, wanda).await, []);
    assert_eq!(open_places(&school, wanda).await, 0);
}

#[tokio::test]
async fn a_delta_can_give_and_take_a_role_alone() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let greta = found(&school, "g1").await;
    let mut delta = Roster::delta();
    delta.roles.push(("r9", "active", "g1", "teacher"));
    let given = import(&school, &delta).await;
    assert_eq!(of(&given, RosterKind::People), (0, 1, 0, 0));
    assert_eq!(
        roles_of(&school, greta.id).await,
        [Role::Guardian, Role::Teacher]
    );
    delta.roles[0].1 = "tobedeleted";
    delta.roles.push(("r8", "active", "nobody", "teacher"));
    let taken = import(&school, &delta).await;
    assert_eq!(of(&taken, RosterKind::People), (0, 1, 0, 0));
    assert_eq!(codes(&taken), ["reference.unknown_person"]);
    assert_eq!(roles_of(&school, greta.id).await, [Role::Guardian]);
}

#[tokio::test]
async fn a_tie_goes_when_the_students_own_row_names_somebody_else() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.users.push(user("g2", "Gil", "Stone", "parent"));
    import(&school, &roster).await;
    let mut delta = Roster::delta();
    delta.users.push(User {
        grade: "07",
        agents: "g2",
        ..user("s1", "Séan", "Stone", "student")
    });
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::Guardianships), (1, 0, 1, 0));
    // A row that names no guardian at all says nothing about them.
    delta.users[0].agents = "";
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 0, 0));
}

#[tokio::test]
async fn which_school_of_a_trust_is_ours_is_known_after_the_record_of_imports_is_gone() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.other_school = true;
    import(&school, &roster).await;
    school.clock.advance(TimeDelta::days(100));
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    let means = Means {
        db: &school.db,
        store: &store,
        signer: &Signer::new([7; 32]),
    };
    retention::sweep(means, school.id, school.now())
        .await
        .expect("swept");
    let imports = roster_import::Entity::find()
        .filter(roster_import::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(imports, 0);

    let mut delta = Roster::delta();
    delta.users.push(User {
        org: "org-2",
        ..user("x1", "Wilf", "West", "student")
    });
    let outcome = import(&school, &delta).await;
    assert_eq!(outcome.counts, Counts::default());
    assert_eq!(codes(&outcome), ["org.other_school"]);

    // Nor does the undo of an import that knew it from before take it back.
    let id = outcome.id.expect("it is in");
    rosters::undo(&school.db, &door(&school), id, school.now())
        .await
        .expect("it can be undone");
    let outcome = import(&school, &delta).await;
    assert_eq!(outcome.counts, Counts::default());
    assert_eq!(codes(&outcome), ["org.other_school"]);
}

#[tokio::test]
async fn who_goes_to_another_school_of_the_trust_leaves_by_a_delta() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.other_school = true;
    import(&school, &roster).await;
    let mut delta = Roster::delta();
    delta.users.push(User {
        org: "org-2",
        ..user("s1", "Séan", "Stone", "student")
    });
    delta.users.push(User {
        org: "org-2",
        ..user("x1", "Wilf", "West", "student")
    });
    let outcome = import(&school, &delta).await;
    assert!(outcome.asks_about_leavers);
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 1, 0));
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 1, 0));
    let sean = found(&school, "s1").await;
    assert!(sean.ended_at.is_some());
    assert_eq!(open_places(&school, sean.id).await, 0);
    // Nobody knows Wilf here: his row alone is left out.
    assert_eq!(codes(&outcome), ["org.other_school"]);
    assert_eq!(outcome.problems[0].row, Some(3));
    assert!(
        outcome.problems[0]
            .reason
            .starts_with("This row is of another")
    );

    // A teacher may teach in both schools, until the package says that it is over in this one.
    let mut delta = Roster::delta();
    delta.users.push(User {
        org: "org-2",
        ..user("t1", "Wanda", "Teale", "teacher")
    });
    let outcome = import(&school, &delta).await;
    assert_eq!(codes(&outcome), ["org.other_school"]);
    assert!(found(&school, "t1").await.ended_at.is_none());
    delta.roles.push(("r1", "tobedeleted", "t1", "teacher"));
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 1, 0));
    assert!(codes(&outcome).is_empty());
    assert!(found(&school, "t1").await.ended_at.is_some());
}

#[tokio::test]
async fn a_role_beside_the_one_here_takes_nobody_to_another_school_of_the_trust() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.other_school = true;
    import(&school, &roster).await;
    // The role here has not changed, so it is not in the package.
    let mut delta = Roster::delta();
    delta.users.push(User {
        org: "",
        role_org: "org-2",
        is_secondary: true,
        ..user("s1", "Séan", "Stone", "student")
    });
    let outcome = import(&school, &delta).await;
    assert_eq!(outcome.counts, Counts::default());
    assert_eq!(codes(&outcome), ["org.other_school"]);
    let sean = found(&school, "s1").await;
    assert!(sean.ended_at.is_none());
    assert_eq!(open_places(&school, sean.id).await, 1);

    // It does where it is the primary one now, or where the one here is over.
    delta.users[0].is_secondary = false;
    delta.users.push(User {
        org: "",
        role_org: "org-2",
        is_secondary: true,
        ..user("s2", "Matilda", "Moss", "student")
    });
    delta.roles.push(("r1", "tobedeleted", "s2", "student"));
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 2, 0));
    assert!(codes(&outcome).is_empty());
    assert!(found(&school, "s1").await.ended_at.is_some());
    assert!(found(&school, "s2").await.ended_at.is_some());
}

#[tokio::test]
async fn a_whole_package_that_names_nobodys_guardians_leaves_who_looks_after_whom() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.user("s1").agents = "";
    let without_ties = import(&school, &roster).await;
    assert_eq!(codes(&without_ties), ["user.no_role"]);
    let with_a_tie = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&with_a_tie, RosterKind::Guardianships), (1, 0, 0, 0));
    let silent = import(&school, &roster).await;
    assert_eq!(of(&silent, RosterKind::Guardianships), (0, 0, 0, 0));
    assert_eq!(codes(&silent), ["user.no_role", "user.no_agents"]);
    let again = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&again, RosterKind::Guardianships), (0, 0, 0, 1));
}

#[tokio::test]
async fn an_undone_import_does_not_say_which_school_of_a_trust_is_ours() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.other_school = true;
    let outcome = import(&school, &roster).await;
    let id = outcome.id.expect("it is in");
    let ours = async || {
        let row = school::Entity::find_by_id(school.id).one(school.db.read());
        let row = row.await.expect("the database answers");
        row.expect("the school is there").roster_org_ids
    };
    assert_eq!(ours().await, Some(json!(["org-1"])));
    rosters::undo(&school.db, &door(&school), id, school.now())
        .await
        .expect("it can be undone");
    assert_eq!(ours().await, None);
}
