//! Packages from more than one system: each speaks of what came from it, and a school that
//! changes its system keeps its people.

use domain::rosters::{self, Error, Wish};
use domain::schools::policy::Action;
use domain::{Permitted, access, sources};
use entity::{classroom, guardianship, person, roster_import};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{Roster, School, User, user};
use vocab::ids::{DataSourceId, GuardianshipId, PersonId};
use vocab::rosters::RosterKind;
use vocab::sources::SourceForm;

use super::{account_of, codes, door, everything, found, import, of, open_places, try_import};

pub(super) const TRUST: &str = "Trust directory";

fn lead(school: &School, who: &str) -> Permitted<()> {
    access::school(&school.actor(who), Action::HandleRequests).expect("of the office")
}

pub(super) async fn declares(school: &School, system: &str, replaces_roster: &str) -> DataSourceId {
    let form = SourceForm {
        system: system.to_owned(),
        what: "Names and classes".to_owned(),
        because: "The trust keeps the roll".to_owned(),
        assessment: "DPIA 12".to_owned(),
        replaces_roster: replaces_roster.to_owned(),
    };
    let tx = school.db.write().await.expect("free");
    let new = form.validate().expect("complete");
    let id = sources::declare(&tx, &lead(school, "edith"), new, school.now())
        .await
        .expect("declared");
    tx.commit().await.expect("kept");
    id
}

pub(super) async fn approves(school: &School, id: DataSourceId) {
    let tx = school.db.write().await.expect("free");
    sources::approve(&tx, &lead(school, "desmond"), id, school.now())
        .await
        .expect("a second person");
    tx.commit().await.expect("kept");
}

pub(super) async fn ends(school: &School, id: DataSourceId) {
    let tx = school.db.write().await.expect("free");
    sources::end(&tx, &lead(school, "edith"), id, school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
}

/// The five people, from the school's own system.
pub(super) fn own() -> Roster {
    Roster {
        system: "Own MIS",
        ..Roster::five_people()
    }
}

/// Two people of the trust and their class, with ids that stand in `own` too.
pub(super) fn trust() -> Roster {
    Roster {
        system: TRUST,
        users: vec![
            user("t1", "Tess", "Tarn", "teacher"),
            user("s1", "Bob", "Baker", "student"),
        ],
        classes: vec![("c1", "7Sc1")],
        enrolments: vec![("e1", "c1", "t1", "teacher"), ("e2", "c1", "s1", "student")],
        ..Roster::five_people()
    }
}

pub(super) async fn named(school: &School, given_name: &str) -> Vec<person::Model> {
    person::Entity::find()
        .filter(person::Column::SchoolId.eq(school.id))
        .filter(person::Column::GivenName.eq(given_name))
        .all(school.db.read())
        .await
        .expect("the database answers")
}

#[tokio::test]
async fn a_second_source_with_the_same_ids_and_fewer_people_changes_and_ends_nobody_of_the_first() {
    let school = School::new().await;
    import(&school, &own()).await;
    let first = everything(&school).await;
    let source = declares(&school, TRUST, "").await;
    approves(&school, source).await;
    let outcome = try_import(&school, trust().bytes(), Wish::BringIn)
        .await
        .expect("it takes nobody away");
    assert_eq!(of(&outcome, RosterKind::People), (2, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Classrooms), (1, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (2, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 0, 0));
    let after = everything(&school).await;
    for (id, row) in &first {
        assert_eq!(after.get(id), Some(row));
    }
    let bobs = named(&school, "Bob").await;
    assert_eq!(bobs.len(), 1);
    assert_eq!(bobs[0].source_id, Some(source));

    // Each goes on with its own, and with nothing of the other.
    let again = import(&school, &own()).await;
    assert_eq!(of(&again, RosterKind::People), (0, 0, 0, 5));
    assert_eq!(of(&again, RosterKind::Classrooms), (0, 0, 0, 1));
    assert_eq!(of(&again, RosterKind::Enrolments), (0, 0, 0, 3));
    assert_eq!(of(&again, RosterKind::Guardianships), (0, 0, 0, 1));
    let without_bob = import(&school, &trust().without("s1")).await;
    assert_eq!(of(&without_bob, RosterKind::People), (0, 0, 1, 1));
    assert_eq!(of(&without_bob, RosterKind::Enrolments), (0, 0, 1, 1));
    let after = everything(&school).await;
    for (id, row) in &first {
        assert_eq!(after.get(id), Some(row));
    }
}

#[tokio::test]
async fn a_pupil_of_two_sources_gets_no_second_account_and_a_namesake_is_somebody_new() {
    let school = School::new().await;
    import(&school, &own()).await;
    let (sean, tilly) = (found(&school, "s1").await, found(&school, "s2").await);
    let source = declares(&school, TRUST, "").await;
    approves(&school, source).await;
    let roster = Roster {
        users: vec![
            User {
                username: "sean.stone",
                ..user("x1", "Séan", "Stone", "student")
            },
            user("x2", "Tilly", "Moss", "student"),
        ],
        enrolments: vec![("e1", "c1", "x1", "student"), ("e2", "c1", "x2", "student")],
        ..trust()
    };
    assert_eq!(account_of(&school, sean.id).await.username, "sean.stone");
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::People), (1, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (1, 0, 0, 0));
    assert_eq!(
        codes(&outcome),
        ["user.in_another_source", "user.same_name"]
    );
    let reason = &outcome.problems[0].reason;
    assert!(
        reason.starts_with("Séan Stone is here from \"Own MIS\""),
        "{reason}"
    );
    assert_eq!(named(&school, "Séan").await, std::slice::from_ref(&sean));
    assert_eq!(open_places(&school, sean.id).await, 1);
    let namesakes = named(&school, "Tilly").await;
    assert_eq!(namesakes.len(), 2);
    assert!(namesakes.contains(&tilly));
}

/// Two of the five as another system has them, and somebody new.
pub(super) fn new_system() -> Roster {
    Roster {
        system: "New MIS",
        users: vec![
            User {
                username: "Wanda.Teale",
                ..user("n1", "Wanda", "Teale", "teacher")
            },
            User {
                username: "sean.stone",
                grade: "07",
                ..user("n2", "Séan", "Stone", "student")
            },
            user("s2", "Nia", "Newcome", "student"),
        ],
        classes: vec![("k7", "7Ma9")],
        enrolments: vec![
            ("p1", "k7", "n1", "teacher"),
            ("p2", "k7", "n2", "student"),
            ("p3", "k7", "s2", "student"),
        ],
        ..Roster::five_people()
    }
}

async fn guardians(school: &School, student: PersonId) -> Vec<PersonId> {
    guardianship::Entity::find()
        .filter(guardianship::Column::StudentId.eq(student))
        .filter(guardianship::Column::EndedAt.is_null())
        .all(school.db.read())
        .await
        .expect("the database answers")
        .into_iter()
        .map(|tie| tie.guardian_id)
        .collect()
}

#[tokio::test]
async fn a_school_that_changes_its_system_keeps_accounts_and_closes_none() {
    let school = School::new().await;
    import(&school, &own()).await;
    let (wanda, sean) = (found(&school, "t1").await, found(&school, "s1").await);
    let tilly = found(&school, "s2").await;
    let (greta, olive) = (found(&school, "g1").await, found(&school, "a1").await);
    guardianship::ActiveModel {
        id: Set(GuardianshipId(olive.id.0)),
        school_id: Set(school.id),
        guardian_id: Set(olive.id),
        student_id: Set(sean.id),
        began_at: Set(school.now()),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(school.db.read())
    .await
    .expect("the tie is written");
    let accounts = [
        account_of(&school, wanda.id).await,
        account_of(&school, sean.id).await,
        account_of(&school, tilly.id).await,
    ];
    let source = declares(&school, "New MIS", "yes").await;
    import(&school, &own()).await;
    approves(&school, source).await;
    let old = try_import(&school, own().bytes(), Wish::BringIn).await;
    assert!(matches!(old, Err(Error::UndeclaredSource(name)) if name == "Own MIS"));

    let outcome = try_import(&school, new_system().bytes(), Wish::BringIn)
        .await
        .expect("nobody leaves by it");
    assert_eq!(of(&outcome, RosterKind::People), (1, 2, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Classrooms), (1, 0, 1, 0));
    // The old classroom is archived, and who was in it may still read there.
    assert_eq!(of(&outcome, RosterKind::Enrolments), (3, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 1, 0));
    // Olive, Greta and Tilly are not in it: the office decides about them. But nobody looks
    // after Séan for ever because another system said so once.
    let codes = codes(&outcome);
    assert_eq!(codes[..3], ["user.of_replaced_source"; 3]);
    assert_eq!(codes[3..], ["user.agent_of_replaced_source"]);
    let reason = &outcome.problems[3].reason;
    for words in ["Greta Stone came from \"Own MIS\"", "look after Séan Stone"] {
        assert!(reason.contains(words), "{reason}");
    }
    assert_eq!(guardians(&school, sean.id).await, [olive.id]);
    for (before, id) in [(&wanda, "n1"), (&sean, "n2")] {
        let now = found(&school, id).await;
        assert_eq!((now.id, now.source_id), (before.id, Some(source)));
        assert_eq!(open_places(&school, now.id).await, 2);
    }
    let kept = named(&school, "Tilly").await;
    assert_eq!(kept, [tilly]);
    for account in accounts {
        assert_eq!(account_of(&school, account.person_id).await, account);
    }

    // A package that names no system is one of the new system now.
    let unnamed = Roster {
        system: "",
        ..new_system()
    };
    let again = import(&school, &unnamed).await;
    assert_eq!(of(&again, RosterKind::People), (0, 0, 0, 3));

    let id = outcome.id.expect("it went in");
    rosters::undo(&school.db, &door(&school), id, school.now())
        .await
        .expect("it can be undone");
    let back = found(&school, "t1").await;
    assert_eq!((back.id, back.source_id), (wanda.id, None));
    let room = classroom::Entity::find()
        .filter(classroom::Column::SourcedId.eq("c1"))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the classroom is there");
    assert_eq!(room.archived_at, None);
    let both = [greta.id, olive.id];
    let guardians = guardians(&school, sean.id).await;
    assert!(both.iter().all(|id| guardians.contains(id)));
}

/// Twelve students, as one of two systems has them.
fn twelve(system: &'static str, letter: &str) -> Roster {
    let student = |number: usize| {
        let text = |word: &str| -> &'static str { format!("{word}{number}").leak() };
        User {
            username: text("pupil"),
            ..user(text(letter), text("Pupil"), "Twelve", "student")
        }
    };
    Roster {
        system,
        users: (1..=12).map(student).collect(),
        classes: Vec::new(),
        enrolments: Vec::new(),
        ..Roster::five_people()
    }
}

#[tokio::test]
async fn a_change_of_system_asks_about_losses_as_a_part_of_those_whom_it_takes_on() {
    let school = School::new().await;
    import(&school, &twelve("Own MIS", "s")).await;
    let source = declares(&school, "New MIS", "yes").await;
    approves(&school, source).await;
    let mut new = twelve("New MIS", "n");
    new.users[0].is_closed = true;
    let look = try_import(&school, new.bytes(), Wish::Look)
        .await
        .expect("looking is free");
    assert_eq!(of(&look, RosterKind::People), (0, 12, 0, 0));
    assert!(!look.asks_about_leavers, "one of twelve");

    for user in &mut new.users[..3] {
        user.is_closed = true;
    }
    let error = try_import(&school, new.bytes(), Wish::BringIn)
        .await
        .expect_err("three of twelve are more than a tenth");
    let words = error.to_string();
    assert!(
        words.starts_with("3 of 12 people could not sign in any more (25.0 %)"),
        "{words}"
    );
}

#[tokio::test]
async fn a_declared_source_does_not_become_the_own_system_of_a_school_whose_own_has_no_name() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let source = declares(&school, TRUST, "").await;
    let early = try_import(&school, trust().bytes(), Wish::BringIn).await;
    assert!(matches!(early, Err(Error::UndeclaredSource(_))));
    approves(&school, source).await;
    let outcome = import(&school, &trust()).await;
    let row = roster_import::Entity::find_by_id(outcome.id.expect("it went in"))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the row is there");
    assert_eq!(row.source_id, Some(source));
    let edith = school.actor("edith");
    let page = sources::page(
        school.db.read(),
        &edith,
        &lead(&school, "edith"),
        school.now(),
    )
    .await
    .expect("hers");
    assert_eq!(page.own_system, None);
}

#[tokio::test]
async fn a_source_that_ended_and_is_declared_again_knows_its_people() {
    let school = School::new().await;
    import(&school, &own()).await;
    let source = declares(&school, TRUST, "").await;
    approves(&school, source).await;
    import(&school, &trust()).await;
    let bob = named(&school, "Bob").await.remove(0);
    ends(&school, source).await;
    let again = declares(&school, TRUST, "").await;
    approves(&school, again).await;
    let outcome = import(&school, &trust()).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 2, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 0, 2));
    let now = named(&school, "Bob").await.remove(0);
    assert_eq!((now.id, now.source_id), (bob.id, Some(again)));
}
