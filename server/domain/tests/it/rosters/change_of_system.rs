//! Packages of systems that come, go, and come again: none is taken for another's, and nobody
//! loses an account by it.

use domain::files::Store;
use domain::rosters::{self, Error, Wish};
use entity::{classroom, person};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use test_kit::{Roster, School, User, user};
use vocab::ids::{ClassroomId, PersonId};
use vocab::people::Role;
use vocab::rosters::RosterKind;

use super::two_sources::{TRUST, approves, declares, ends, named, new_system, own, trust};
use super::{
    account_of, codes, door, everything, forget_imports, found, import, of, open_places, roles_of,
    try_import,
};

#[tokio::test]
async fn a_package_without_a_name_is_not_taken_for_the_new_systems_where_the_old_one_had_none() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let source = declares(&school, "New MIS", "yes").await;
    approves(&school, source).await;
    let nightly = || try_import(&school, Roster::five_people().bytes(), Wish::BringIn);
    let refused = nightly().await.expect_err("it may be the old system's");
    assert!(matches!(refused, Error::UnnamedSource));
    assert!(refused.is_refusal());
    assert_eq!(refused.problems()[0].code, "school.unnamed_source");

    import(&school, &new_system()).await;
    let before = everything(&school).await;
    assert!(matches!(nightly().await, Err(Error::UnnamedSource)));
    assert_eq!(everything(&school).await, before);

    forget_imports(&school).await;
    assert!(matches!(nightly().await, Err(Error::UnnamedSource)));
}

#[tokio::test]
async fn a_package_that_was_looked_at_as_one_systems_does_not_come_in_as_anothers() {
    let school = School::new().await;
    import(&school, &own()).await;
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let store = Store::local(folder.path()).expect("the folder is there");
    let (door, bytes) = (door(&school), Roster::five_people().bytes());
    let id = rosters::check(&school.db, &store, &door, "n.zip", bytes, school.now())
        .await
        .expect("it can be read");
    let source = declares(&school, "New MIS", "yes").await;
    approves(&school, source).await;
    let before = everything(&school).await;
    let confirmed = rosters::confirm(&school.db, &store, &door, id, true, school.now()).await;
    assert!(matches!(confirmed, Err(Error::SourceChanged)));
    assert_eq!(everything(&school).await, before);
}

#[tokio::test]
async fn a_pupil_whom_one_source_drops_and_another_lists_keeps_the_account_and_the_work() {
    let school = School::new().await;
    let source = declares(&school, TRUST, "").await;
    approves(&school, source).await;
    let both = Roster {
        users: vec![
            user("t1", "Tess", "Tarn", "teacher"),
            User {
                username: "sean.stone",
                ..user("x1", "Séan", "Stone", "student")
            },
        ],
        enrolments: vec![("e1", "c1", "t1", "teacher"), ("e2", "c1", "x1", "student")],
        ..trust()
    };
    import(&school, &both).await;
    let sean = found(&school, "x1").await;
    let account = account_of(&school, sean.id).await;
    let mut own = own();
    own.user("s1").username = "sean.stone";
    let left_out = import(&school, &own).await;
    assert!(codes(&left_out).contains(&"user.in_another_source"));
    import(&school, &both.clone().without("x1")).await;
    assert!(found(&school, "x1").await.ended_at.is_some());

    import(&school, &own).await;
    let now = found(&school, "s1").await;
    assert_eq!((now.id, now.source_id, now.ended_at), (sean.id, None, None));
    assert_eq!(account_of(&school, sean.id).await, account);
    assert_eq!(roles_of(&school, sean.id).await, [Role::Student]);
    assert_eq!(open_places(&school, sean.id).await, 1);
    assert_eq!(named(&school, "Séan").await, std::slice::from_ref(&now));

    // He is the roster's now: the other leaves him out.
    let left_out = import(&school, &both).await;
    assert_eq!(codes(&left_out), ["user.in_another_source"]);
    assert_eq!(named(&school, "Séan").await, [now]);
}

#[tokio::test]
async fn a_leaver_of_another_source_is_not_taken_on_by_the_row_of_a_namesake_of_another_kind() {
    let school = School::new().await;
    let source = declares(&school, TRUST, "").await;
    approves(&school, source).await;
    let mut roster = trust();
    roster.user("s1").username = "bob.baker";
    import(&school, &roster).await;
    import(&school, &roster.without("s1")).await;
    let mut own = own();
    own.users.push(User {
        username: "bob.baker",
        ..user("t9", "Bob", "Baker", "teacher")
    });
    import(&school, &own).await;
    let bobs = named(&school, "Bob").await;
    assert_eq!(bobs.len(), 2);
    assert_eq!(bobs.iter().filter(|bob| bob.ended_at.is_some()).count(), 1);
}

#[tokio::test]
async fn a_source_that_is_declared_again_keeps_its_people_though_the_roster_comes_in_between() {
    let school = School::new().await;
    import(&school, &own()).await;
    let source = declares(&school, TRUST, "").await;
    approves(&school, source).await;
    let mut roster = trust();
    roster.user("s1").username = "bob.baker";
    import(&school, &roster).await;
    let bob = named(&school, "Bob").await.remove(0);
    ends(&school, source).await;
    let again = declares(&school, TRUST, "").await;
    approves(&school, again).await;
    let mut own = own();
    own.users.push(User {
        username: "bob.baker",
        ..user("s9", "Bob", "Baker", "student")
    });
    let left_out = import(&school, &own).await;
    assert!(codes(&left_out).contains(&"user.in_another_source"));
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 2, 0, 0));
    let bobs = named(&school, "Bob").await;
    assert_eq!(bobs.len(), 1);
    assert_eq!((bobs[0].id, bobs[0].source_id), (bob.id, Some(again)));
}

#[tokio::test]
async fn a_change_of_system_is_undone_although_somebody_else_has_an_id_by_now() {
    let school = School::new().await;
    import(&school, &own()).await;
    let (wanda, sean) = (found(&school, "t1").await, found(&school, "s1").await);
    let source = declares(&school, "New MIS", "yes").await;
    approves(&school, source).await;
    let changed = import(&school, &new_system()).await;
    ends(&school, source).await;
    // No username says that the first Séan is meant.
    let back = import(&school, &own()).await;
    let newer = found(&school, "s1").await;
    assert_ne!(newer.id, sean.id);
    for import in [back.id, changed.id] {
        let id = import.expect("it went in");
        rosters::undo(&school.db, &door(&school), id, school.now())
            .await
            .expect("it can be undone");
    }
    assert_eq!(found(&school, "s1").await.id, newer.id);
    let now = found(&school, "n2").await;
    assert_eq!(
        (now.id, now.source_id, now.ended_at),
        (sean.id, Some(source), None)
    );
    let now = found(&school, "t1").await;
    assert_eq!((now.id, now.source_id), (wanda.id, None));
}

#[tokio::test]
async fn of_two_with_the_same_id_the_one_of_an_earlier_declaration_ends() {
    let school = School::new().await;
    let earlier = declares(&school, TRUST, "").await;
    approves(&school, earlier).await;
    ends(&school, earlier).await;
    let source = declares(&school, TRUST, "").await;
    approves(&school, source).await;
    import(&school, &trust()).await;
    let db = school.db.read();
    let bob = found(&school, "s1").await;
    let double = PersonId(domain::secrets::new_id());
    let row = person::ActiveModel {
        id: Set(double),
        source_id: Set(Some(earlier)),
        ..bob.into_active_model().reset_all()
    };
    row.insert(db).await.expect("the person is written");
    let room = classroom::Entity::find()
        .filter(classroom::Column::SchoolId.eq(school.id))
        .filter(classroom::Column::SourcedId.eq("c1"))
        .one(db)
        .await
        .expect("the database answers")
        .expect("the classroom is there");
    let row = classroom::ActiveModel {
        id: Set(ClassroomId(domain::secrets::new_id())),
        source_id: Set(Some(earlier)),
        ..room.into_active_model().reset_all()
    };
    row.insert(db).await.expect("the classroom is written");

    let outcome = import(&school, &trust()).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 1, 2));
    assert_eq!(of(&outcome, RosterKind::Classrooms), (0, 0, 1, 1));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 0, 2));
    let bobs = named(&school, "Bob").await;
    let ended: Vec<PersonId> = bobs
        .iter()
        .filter(|bob| bob.ended_at.is_some())
        .map(|bob| bob.id)
        .collect();
    assert_eq!((bobs.len(), ended), (2, vec![double]));
}
