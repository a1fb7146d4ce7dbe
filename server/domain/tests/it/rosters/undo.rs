//! Undoing a whole import.

use chrono::TimeDelta;
use domain::rosters::{self, Error};
use entity::{person_role, roster_change};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::Value;
use test_kit::School;
use vocab::ids::{ImportId, PersonId};
use vocab::people::Role;
use vocab::rosters::{ImportStage, RosterKind, Stayed};

use super::leavers::door_to_people;
use super::two_sources::{TRUST, approves, declares, trust};
use super::{
    account_of, door, everything, forget_imports, found, give_by_hand, import, of, open_places,
    roles_of,
};
use test_kit::{Roster, user};

#[tokio::test]
async fn an_import_can_be_undone_for_thirty_days() {
    let school = School::new().await;
    let first = import(&school, &Roster::five_people())
        .await
        .id
        .expect("in");
    let before = everything(&school).await;
    let mut roster = Roster::five_people().without("s1");
    roster.user("s2").family = "Pryce";
    roster.users.push(user("s7", "New", "Comer", "student"));
    let second = import(&school, &roster).await.id.expect("in");
    let door = door(&school);
    let too_early = rosters::undo(&school.db, &door, first, school.now()).await;
    assert!(matches!(too_early, Err(Error::LaterImport)));
    let late = school.now() + TimeDelta::days(31);
    let too_late = rosters::undo(&school.db, &door, second, late).await;
    assert!(matches!(too_late, Err(Error::TooLateToUndo)));

    rosters::undo(&school.db, &door, second, school.now())
        .await
        .expect("it can be undone");
    let after = everything(&school).await;
    let sean = found(&school, "s1").await;
    for (id, row) in &before {
        let is_ended_role = row.contains("role: Student") && row.contains(&sean.id.to_string());
        assert!(
            after.get(id) == Some(row) || is_ended_role,
            "{row}\nbecame\n{:?}",
            after.get(id)
        );
    }
    assert_eq!(roles_of(&school, sean.id).await, [Role::Student]);
    let newcomer = found(&school, "s7").await;
    assert!(newcomer.ended_at.is_some());
    assert_eq!(roles_of(&school, newcomer.id).await, []);
    let twice = rosters::undo(&school.db, &door, second, school.now()).await;
    assert!(matches!(twice, Err(Error::WrongStage(ImportStage::Undone))));
    school.clock.advance(TimeDelta::minutes(1));
    rosters::undo(&school.db, &door, first, school.now())
        .await
        .expect("now the first one can be undone");
    assert!(found(&school, "t1").await.ended_at.is_some());
    school.clock.advance(TimeDelta::minutes(1));
    let again = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&again, RosterKind::People), (5, 0, 0, 0));
    assert_eq!(of(&again, RosterKind::Enrolments), (3, 0, 0, 0));
    assert_eq!(of(&again, RosterKind::Classrooms), (1, 0, 0, 0));
}

#[tokio::test]
async fn undoing_keeps_what_was_changed_by_hand_since() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut roster = Roster::five_people();
    roster.user("s1").family = "Pryce";
    roster.user("s1").grade = "08";
    let second = import(&school, &roster).await.id.expect("in");
    let mut sean = found(&school, "s1").await.into_active_model();
    sean.family_name = Set("Price".to_owned());
    sean.update(school.db.read()).await.expect("it is written");
    rosters::undo(&school.db, &door(&school), second, school.now())
        .await
        .expect("it can be undone");
    let sean = found(&school, "s1").await;
    assert_eq!(
        (sean.family_name.as_str(), sean.year_group.as_deref()),
        ("Price", Some("7"))
    );
}

#[tokio::test]
async fn undoing_keeps_a_role_that_was_given_by_hand_since() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let greta = found(&school, "g1").await.id;
    let mut delta = Roster::delta();
    delta.roles.push(("r9", "active", "g1", "teacher"));
    let given = import(&school, &delta).await.id.expect("in");
    let by_roster = person_role::Entity::find()
        .filter(person_role::Column::PersonId.eq(greta))
        .filter(person_role::Column::Role.eq(Role::Teacher))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the role is there");
    assert_eq!(by_roster.by_roster, Some(true));
    let mut ended = by_roster.into_active_model();
    ended.ended_at = Set(Some(school.now()));
    ended.update(school.db.read()).await.expect("it is ended");
    give_by_hand(&school, greta, Role::Teacher).await;
    rosters::undo(&school.db, &door(&school), given, school.now())
        .await
        .expect("it can be undone");
    let roles = [Role::Guardian, Role::Teacher];
    assert_eq!(roles_of(&school, greta).await, roles);
}

/// Undoes an import; what its page then says was left behind.
async fn undo(school: &School, id: Option<ImportId>) -> Option<Stayed> {
    let (door, id, now) = (door(school), id.expect("it is in"), school.now());
    rosters::undo(&school.db, &door, id, now)
        .await
        .expect("it can be undone");
    school.clock.advance(TimeDelta::minutes(1));
    let desmond = school.actor("desmond");
    rosters::page(school.db.read(), &desmond, &door, id, now)
        .await
        .expect("the page is there")
        .stayed
}

#[tokio::test]
async fn an_undone_import_says_what_it_left_behind() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut roster = Roster::five_people();
    roster.user("s1").family = "Pryce";
    let renamed = import(&school, &roster).await;
    assert_eq!(undo(&school, renamed.id).await, Some(Stayed::default()));

    roster.user("s2").family = "Pryce";
    roster.users.push(user("s7", "New", "Comer", "student"));
    roster.users.push(user("t7", "New", "Head", "teacher"));
    roster.classes.push(("c2", "7En9"));
    roster.enrolments.push(("e7", "c2", "s7", "student"));
    let outcome = import(&school, &roster).await;
    let head = found(&school, "t7").await.id;
    give_by_hand(&school, head, Role::SchoolAdmin).await;
    let mut sean = found(&school, "s1").await.into_active_model();
    sean.family_name = Set("Price".to_owned());
    sean.update(school.db.read()).await.expect("it is written");
    let left = Stayed {
        closed: 1,
        archived: 1,
        changed: 1,
        in_charge: 1,
        restricted: 0,
    };
    assert_eq!(undo(&school, outcome.id).await, Some(left));
    assert!(found(&school, "t7").await.ended_at.is_none());
    assert_eq!(found(&school, "s2").await.family_name, "Moss");
}

/// Brings the teacher back whom the file before had missed; answers who she is, and the import.
async fn back_again(school: &School) -> (PersonId, Option<ImportId>) {
    import(school, &Roster::five_people()).await;
    import(school, &Roster::five_people().without("t1")).await;
    let back = import(school, &Roster::five_people()).await;
    let wanda = found(school, "t1").await;
    assert!(wanda.ended_at.is_none());
    (wanda.id, back.id)
}

#[tokio::test]
async fn who_runs_the_school_since_an_import_brought_them_back_stays_when_it_is_undone() {
    let school = School::new().await;
    let (wanda, back) = back_again(&school).await;
    give_by_hand(&school, wanda, Role::SchoolAdmin).await;
    let left = Stayed {
        in_charge: 1,
        ..Stayed::default()
    };
    assert_eq!(undo(&school, back).await, Some(left));
    assert!(found(&school, "t1").await.ended_at.is_none());
    assert_eq!(account_of(&school, wanda).await.disabled_at, None);
    let roles = [Role::Teacher, Role::SchoolAdmin];
    assert_eq!(roles_of(&school, wanda).await, roles);
}

#[tokio::test]
async fn a_leaver_by_an_undo_has_no_role_and_has_it_again_when_brought_back_by_hand() {
    let school = School::new().await;
    let (wanda, back) = back_again(&school).await;
    give_by_hand(&school, wanda, Role::Guardian).await;
    assert_eq!(undo(&school, back).await, Some(Stayed::default()));
    assert!(found(&school, "t1").await.ended_at.is_some());
    assert_eq!(roles_of(&school, wanda).await, []);

    let tx = school.db.write().await.expect("free");
    domain::people::restore(&tx, &door_to_people(&school), wanda, school.now())
        .await
        .expect("brought back by hand");
    tx.commit().await.expect("kept");
    let roles = [Role::Guardian, Role::Teacher];
    assert_eq!(roles_of(&school, wanda).await, roles);
}

#[tokio::test]
async fn after_a_wrong_file_was_undone_the_right_one_alone_counts() {
    let school = School::new().await;
    let mut wrong = Roster::five_people();
    wrong.user("a1").role = "teacher";
    wrong.user("s2").agents = "g1";
    wrong.classes.push(("c2", "7En9"));
    wrong.enrolments = vec![("e1", "c2", "t1", "teacher"), ("e3", "c2", "s2", "student")];
    let outcome = import(&school, &wrong).await;
    assert_eq!(of(&outcome, RosterKind::Guardianships), (2, 0, 0, 0));
    undo(&school, outcome.id).await;

    let right = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&right, RosterKind::People), (5, 0, 0, 0));
    assert_eq!(of(&right, RosterKind::Classrooms), (1, 0, 0, 0));
    assert_eq!(of(&right, RosterKind::Enrolments), (3, 0, 0, 0));
    assert_eq!(of(&right, RosterKind::Guardianships), (1, 0, 0, 0));
    let (office, tilly) = (found(&school, "a1").await.id, found(&school, "s2").await.id);
    assert_eq!(roles_of(&school, office).await, []);
    assert_eq!(open_places(&school, tilly).await, 1);

    // What the right one made, a later one ends.
    let mut later = Roster::five_people();
    later.user("s1").agents = "s2";
    later.user("t1").role = "guardian";
    later.enrolments.retain(|(id, ..)| *id == "e2");
    let outcome = import(&school, &later).await;
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 2, 1));
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 1, 0));
    let wanda = found(&school, "t1").await.id;
    assert_eq!(roles_of(&school, wanda).await, [Role::Guardian]);
}

/// The five people, none of whom is let in.
fn closed() -> Roster {
    let mut roster = Roster::five_people();
    for user in &mut roster.users {
        user.is_closed = true;
    }
    roster
}

/// Of the five people, those whose accounts are closed.
async fn locked_out(school: &School) -> Vec<&'static str> {
    let mut closed = Vec::new();
    for id in ["t1", "a1", "g1", "s1", "s2"] {
        let person = found(school, id).await.id;
        if account_of(school, person).await.disabled_at.is_some() {
            closed.push(id);
        }
    }
    closed
}

#[tokio::test]
async fn after_a_file_that_let_nobody_in_was_undone_the_right_one_lets_everybody_in() {
    let school = School::new().await;
    let wrong = import(&school, &closed()).await;
    assert_eq!(locked_out(&school).await.len(), 5);
    undo(&school, wrong.id).await;
    let right = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&right, RosterKind::People), (5, 0, 0, 0));
    assert_eq!(locked_out(&school).await, Vec::<&str>::new());
}

#[tokio::test]
async fn whom_a_file_locked_out_the_next_lets_in_though_the_record_of_it_is_gone() {
    let school = School::new().await;
    import(&school, &closed()).await;
    forget_imports(&school).await;
    let right = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&right, RosterKind::People), (0, 5, 0, 0));
    assert_eq!(locked_out(&school).await, Vec::<&str>::new());
}

#[tokio::test]
async fn an_undone_import_whose_record_names_no_source_says_that_nothing_stayed() {
    let school = School::new().await;
    let source = declares(&school, TRUST, "").await;
    approves(&school, source).await;
    import(&school, &trust()).await;
    let mut roster = trust();
    roster.user("s1").family = "Barker";
    roster.classes[0].1 = "7Sc2";
    let outcome = import(&school, &roster).await;
    let db = school.db.read();
    let changes = roster_change::Entity::find()
        .filter(roster_change::Column::ImportId.eq(outcome.id.expect("it is in")))
        .all(db)
        .await
        .expect("the database answers");
    assert_eq!(changes.len(), 2);
    let without_source = |state: Option<Value>| {
        let mut state = state.expect("it is a change");
        let fields = state.as_object_mut().expect("a state has fields");
        fields.remove("source_id").expect("it names the source");
        Some(state)
    };
    for change in changes {
        let mut row = change.clone().into_active_model();
        row.before = Set(without_source(change.before));
        row.after = Set(without_source(change.after));
        row.update(db).await.expect("it is written");
    }
    assert_eq!(undo(&school, outcome.id).await, Some(Stayed::default()));
}
