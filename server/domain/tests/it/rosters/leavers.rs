//! Who is not in a roster any more, and who was never from one.

use chrono::TimeDelta;
use domain::rosters::{self, Error, Wish};
use domain::{Permitted, access, schools};
use entity::{enrolment, guardianship, person, person_role, session};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use test_kit::{Roster, School};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{EnrolmentId, GuardianshipId, ImportId};
use vocab::people::Role;
use vocab::rosters::{Losses, RosterKind};

use super::{
    account_of, door, everything, forget_imports, found, give_by_hand, import, of, open_places,
    roles_of, try_import,
};

#[tokio::test]
async fn a_leaver_is_ended_with_places_ties_and_sign_ins() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let student = found(&school, "s1").await;
    let account = account_of(&school, student.id).await;
    session::ActiveModel {
        id: Set(vocab::ids::SessionId(student.id.0)),
        school_id: Set(school.id),
        account_id: Set(account.id),
        token_hash: Set("one".to_owned()),
        device: Set("A tablet".to_owned()),
        created_at: Set(school.now()),
        last_used_at: Set(school.now()),
        expires_at: Set(school.now() + TimeDelta::hours(1)),
        ended_at: Set(None),
        device_id: Set(None),
        badge_id: Set(None),
        is_shared: Set(false),
        is_own: Set(false),
    }
    .insert(school.db.read())
    .await
    .expect("the session is written");

    let outcome = import(&school, &Roster::five_people().without("s1")).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 1, 4));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 1, 2));
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 1, 0));
    assert!(found(&school, "s1").await.ended_at.is_some());
    assert!(account_of(&school, student.id).await.disabled_at.is_some());
    assert_eq!(roles_of(&school, student.id).await, []);
    assert_eq!(open_places(&school, student.id).await, 0);
    let open_sessions = session::Entity::find()
        .filter(session::Column::AccountId.eq(account.id))
        .filter(session::Column::EndedAt.is_null())
        .count(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(open_sessions, 0);

    let back = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&back, RosterKind::People), (1, 0, 0, 4));
    assert_eq!(of(&back, RosterKind::Enrolments), (1, 0, 0, 2));
    let returned = found(&school, "s1").await;
    assert_eq!((returned.id, returned.ended_at), (student.id, None));
    assert!(account_of(&school, student.id).await.disabled_at.is_none());
    assert_eq!(roles_of(&school, student.id).await, [Role::Student]);
}

#[tokio::test]
async fn an_import_that_would_end_more_than_a_tenth_stops_and_asks() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let before = everything(&school).await;
    let fewer = Roster::five_people().without("s1").bytes();
    let look = try_import(&school, fewer.clone(), Wish::Look)
        .await
        .expect("looking is free");
    assert!(look.asks_about_leavers);
    let error = try_import(&school, fewer.clone(), Wish::BringIn)
        .await
        .expect_err("one of five is more than a tenth");
    assert!(matches!(
        error,
        Error::TooManyLeavers(Losses {
            leavers: 1,
            roleless: 0,
            closed: 0,
            people: 5,
            ..
        })
    ));
    assert_eq!(before, everything(&school).await);
    try_import(&school, fewer, Wish::BringInWithLeavers)
        .await
        .expect("somebody said that it is right");
}

#[tokio::test]
async fn an_import_that_would_close_the_accounts_of_more_than_a_tenth_stops_and_asks() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let before = everything(&school).await;
    let mut closed = Roster::five_people();
    for user in &mut closed.users {
        user.is_closed = true;
    }
    let look = try_import(&school, closed.bytes(), Wish::Look)
        .await
        .expect("looking is free");
    assert_eq!(of(&look, RosterKind::People).2, 0, "nobody leaves");
    assert!(look.asks_about_leavers);
    let error = try_import(&school, closed.bytes(), Wish::BringIn)
        .await
        .expect_err("four of five is more than a tenth");
    let words = error.to_string();
    // Olive has no role: she can do nothing here as it is.
    assert!(
        words.starts_with("4 of 5 people could not sign in any more"),
        "{words}"
    );
    assert_eq!(before, everything(&school).await);

    import(&school, &closed).await;
    let again = try_import(&school, closed.bytes(), Wish::Look)
        .await
        .expect("looking is free");
    assert!(
        !again.asks_about_leavers,
        "their accounts are closed already"
    );
}

#[tokio::test]
async fn an_import_that_would_take_the_last_role_of_more_than_a_tenth_stops_and_asks() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let before = everything(&school).await;
    let mut over = Roster::five_people();
    for user in &mut over.users {
        user.role_ends = "2026-11-20";
    }
    let look = try_import(&school, over.bytes(), Wish::Look)
        .await
        .expect("looking is free");
    assert_eq!(of(&look, RosterKind::People).2, 0);
    assert!(look.asks_about_leavers);
    let error = try_import(&school, over.bytes(), Wish::BringIn)
        .await
        .expect_err("three of five is more than a tenth");
    // The teacher's place in a class makes her a teacher still.
    assert!(matches!(
        error,
        Error::TooManyLeavers(Losses {
            leavers: 0,
            roleless: 3,
            closed: 0,
            people: 5,
            ..
        })
    ));
    let words = error.to_string();
    assert!(
        words.starts_with("3 of 5 people would lose their last role"),
        "{words}"
    );
    assert_eq!(before, everything(&school).await);

    let taken = import(&school, &over).await;
    assert_eq!(of(&taken, RosterKind::People), (0, 3, 0, 2));
    let sean = found(&school, "s1").await;
    assert_eq!(roles_of(&school, sean.id).await, []);
    assert!(
        taken
            .problems
            .iter()
            .any(|problem| problem.reason.contains("ended on 2026-11-20"))
    );
    let again = try_import(&school, over.bytes(), Wish::BringIn).await;
    again.expect("nobody loses anything a second time");
}

#[tokio::test]
async fn people_made_by_hand_are_never_ended() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let zainab = school.person("zainab");
    let ended = person::Entity::find_by_id(zainab)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("Zainab is there")
        .ended_at;
    assert!(ended.is_none());
    assert_eq!(open_places(&school, zainab).await, 1);
}

/// Makes by hand what no roster knows: Greta looks after Tilly as well and teaches, and Tilly
/// learns in 8Sc1.
async fn make_by_hand(school: &School) {
    let (greta, tilly) = (found(school, "g1").await.id, found(school, "s2").await.id);
    let db = school.db.read();
    guardianship::ActiveModel {
        id: Set(GuardianshipId(tilly.0)),
        school_id: Set(school.id),
        guardian_id: Set(greta),
        student_id: Set(tilly),
        began_at: Set(school.now()),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(db)
    .await
    .expect("the tie is written");
    enrolment::ActiveModel {
        id: Set(EnrolmentId(tilly.0)),
        school_id: Set(school.id),
        classroom_id: Set(school.classroom("8Sc1")),
        person_id: Set(tilly),
        role: Set(ClassroomRole::Student),
        sourced_id: Set(None),
        source_id: Set(None),
        began_at: Set(school.now()),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(db)
    .await
    .expect("the place is written");
    give_by_hand(school, greta, Role::Teacher).await;
}

/// Whether Greta looks after Tilly by the tie that was made by hand.
async fn is_tied(school: &School) -> bool {
    let tilly = found(school, "s2").await.id;
    let tie = guardianship::Entity::find_by_id(GuardianshipId(tilly.0))
        .one(school.db.read())
        .await
        .expect("the database answers");
    tie.expect("the tie is there").ended_at.is_none()
}

/// What the page of an import says was made by hand and is back.
async fn back(school: &School, id: Option<ImportId>) -> u64 {
    let (desmond, id) = (school.actor("desmond"), id.expect("it is in"));
    rosters::page(school.db.read(), &desmond, &door(school), id, school.now())
        .await
        .expect("the page is there")
        .back
}

/// The five people without Greta, whom Sean's row names no more.
fn without_greta() -> Roster {
    let mut roster = Roster::five_people().without("g1");
    roster.user("s1").agents = "";
    roster
}

#[tokio::test]
async fn whom_one_export_had_missed_gets_back_what_was_made_by_hand() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    make_by_hand(&school).await;
    let (greta, tilly) = (found(&school, "g1").await.id, found(&school, "s2").await.id);
    let missed = import(&school, &without_greta().without("s2")).await;
    assert_eq!(of(&missed, RosterKind::People), (0, 0, 2, 3));
    assert_eq!(of(&missed, RosterKind::Enrolments), (0, 0, 2, 2));
    assert_eq!(of(&missed, RosterKind::Guardianships), (0, 0, 2, 0));
    assert_eq!(roles_of(&school, greta).await, []);

    // A tie needs both of them.
    let one = import(&school, &without_greta()).await;
    assert_eq!(of(&one, RosterKind::People), (1, 0, 0, 3));
    assert_eq!(of(&one, RosterKind::Enrolments), (2, 0, 0, 2));
    assert_eq!(open_places(&school, tilly).await, 2);
    assert!(!is_tied(&school).await);
    assert_eq!(back(&school, one.id).await, 1);

    let both = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&both, RosterKind::People), (1, 0, 0, 4));
    assert_eq!(of(&both, RosterKind::Guardianships), (2, 0, 0, 0));
    assert!(is_tied(&school).await);
    let roles = [Role::Guardian, Role::Teacher];
    assert_eq!(roles_of(&school, greta).await, roles);
    assert_eq!(back(&school, both.id).await, 2);

    // It is by hand still: no later file takes it away.
    let later = import(&school, &Roster::five_people()).await;
    assert_eq!(later.counts.unchanged, 10);
    assert_eq!(later.counts.created + later.counts.ended, 0);
    assert_eq!(roles_of(&school, greta).await, roles);
    assert_eq!(open_places(&school, tilly).await, 2);
    assert!(is_tied(&school).await);
}

#[tokio::test]
async fn what_came_back_goes_with_an_undo_and_comes_back_with_the_next_file() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    make_by_hand(&school).await;
    let (greta, tilly) = (found(&school, "g1").await.id, found(&school, "s2").await.id);
    import(&school, &without_greta().without("s2")).await;
    let returned = import(&school, &Roster::five_people()).await;
    assert_eq!(back(&school, returned.id).await, 3);
    let id = returned.id.expect("it is in");
    rosters::undo(&school.db, &door(&school), id, school.now())
        .await
        .expect("it can be undone");
    assert_eq!(roles_of(&school, greta).await, []);
    assert_eq!(open_places(&school, tilly).await, 0);
    assert!(!is_tied(&school).await);

    school.clock.advance(TimeDelta::minutes(1));
    let again = import(&school, &Roster::five_people()).await;
    assert_eq!(back(&school, again.id).await, 3);
    assert_eq!(
        roles_of(&school, greta).await,
        [Role::Guardian, Role::Teacher]
    );
    assert_eq!(open_places(&school, tilly).await, 2);
    assert!(is_tied(&school).await);
}

#[tokio::test]
async fn what_a_roster_gave_and_took_does_not_come_back_though_its_record_is_gone() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    forget_imports(&school).await;
    let wanda = found(&school, "t1").await.id;
    let missed = without_greta().without("s1").without("t1");
    let missed = import(&school, &missed).await;
    assert_eq!(of(&missed, RosterKind::People), (0, 0, 3, 2));
    assert_eq!(of(&missed, RosterKind::Guardianships), (0, 0, 1, 0));

    // Greta looks after Séan no more, and Wanda teaches no more.
    let mut roster = Roster::five_people();
    roster.user("s1").agents = "";
    roster.user("t1").role = "guardian";
    roster.enrolments.retain(|(id, ..)| *id != "e1");
    let returned = import(&school, &roster).await;
    assert_eq!(of(&returned, RosterKind::People), (3, 0, 0, 2));
    assert_eq!(of(&returned, RosterKind::Guardianships), (0, 0, 0, 0));
    assert_eq!(roles_of(&school, wanda).await, [Role::Guardian]);
    assert_eq!(open_places(&school, wanda).await, 0);
    assert_eq!(back(&school, returned.id).await, 0);
}

#[tokio::test]
async fn what_a_roster_made_it_ends_though_the_record_of_it_is_gone() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    make_by_hand(&school).await;
    forget_imports(&school).await;
    let (wanda, greta) = (found(&school, "t1").await.id, found(&school, "g1").await.id);
    let mut roster = Roster::five_people();
    roster.user("s1").agents = "s2";
    roster.user("t1").role = "guardian";
    roster.enrolments.retain(|(id, ..)| *id != "e1");
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 1, 0));
    assert!(is_tied(&school).await);
    assert_eq!(roles_of(&school, wanda).await, [Role::Guardian]);
    let both = [Role::Guardian, Role::Teacher];
    assert_eq!(roles_of(&school, greta).await, both);
}

#[tokio::test]
async fn a_role_that_an_undo_gives_back_is_by_whom_it_was() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    make_by_hand(&school).await;
    let greta = found(&school, "g1").await.id;
    let gone = import(&school, &without_greta()).await;
    let id = gone.id.expect("it is in");
    rosters::undo(&school.db, &door(&school), id, school.now())
        .await
        .expect("it can be undone");
    let mut roles: Vec<(Role, Option<bool>)> = person_role::Entity::find()
        .filter(person_role::Column::PersonId.eq(greta))
        .filter(person_role::Column::EndedAt.is_null())
        .all(school.db.read())
        .await
        .expect("the database answers")
        .into_iter()
        .map(|row| (row.role, row.by_roster))
        .collect();
    roles.sort_unstable();
    let both = [(Role::Guardian, Some(true)), (Role::Teacher, Some(false))];
    assert_eq!(roles, both);
}

#[tokio::test]
async fn no_file_makes_somebody_run_the_school_again() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let wanda = found(&school, "t1").await.id;
    give_by_hand(&school, wanda, Role::SchoolAdmin).await;
    let tx = school.db.write().await.expect("free");
    domain::people::end(&tx, &door_to_people(&school), wanda, school.now())
        .await
        .expect("ended by hand");
    tx.commit().await.expect("kept");
    import(&school, &Roster::five_people()).await;
    assert_eq!(roles_of(&school, wanda).await, [Role::Teacher]);
}

pub(super) fn door_to_people(school: &School) -> Permitted<()> {
    let desmond = school.actor("desmond");
    access::school(&desmond, schools::policy::Action::ManagePeople)
        .expect("Desmond is a school admin")
}
