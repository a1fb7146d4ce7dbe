//! Roster imports, on a real database: what comes in, what stays, what ends, and
//! that all of it can be undone.

mod away;
mod by_hand;
mod change_of_system;
mod closed;
mod deltas;
mod leavers;
mod pages;
mod real;
mod restricted;
mod student_alone;
mod to_come;
mod two_sources;
mod undo;
mod usernames;
mod year_end;

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::rosters::{self, Error, Outcome, Wish};
use domain::{Permitted, access, schools};
use entity::{
    account, classroom, enrolment, event, guardianship, person, person_role, roster_change,
    roster_import,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, Statement,
};
use test_kit::{Roster, School, User, user};
use vocab::ids::PersonId;
use vocab::people::{PersonSource, Role};
use vocab::rosters::{Counts, RosterKind};

fn door(school: &School) -> Permitted<()> {
    access::school(
        &school.actor("desmond"),
        schools::policy::Action::ImportRoster,
    )
    .expect("Desmond is a school admin")
}

async fn try_import(school: &School, bytes: Bytes, wish: Wish) -> Result<Outcome, Error> {
    let door = door(school);
    let outcome =
        rosters::import_now(&school.db, &door, "north.zip", bytes, wish, school.now()).await;
    school.clock.advance(TimeDelta::minutes(1));
    outcome
}

/// Brings a roster in, whoever leaves.
async fn import(school: &School, roster: &Roster) -> Outcome {
    try_import(school, roster.bytes(), Wish::BringInWithLeavers)
        .await
        .expect("the roster goes in")
}

fn of(outcome: &Outcome, kind: RosterKind) -> (u64, u64, u64, u64) {
    let (_, counts) = outcome.by_kind[RosterKind::ALL
        .iter()
        .position(|other| *other == kind)
        .expect("every kind is listed")];
    (
        counts.created,
        counts.changed,
        counts.ended,
        counts.unchanged,
    )
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect()
}

async fn found(school: &School, sourced_id: &str) -> person::Model {
    person::Entity::find()
        .filter(person::Column::SchoolId.eq(school.id))
        .filter(person::Column::SourcedId.eq(sourced_id))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the person is in the school")
}

async fn account_of(school: &School, id: PersonId) -> account::Model {
    account::Entity::find()
        .filter(account::Column::PersonId.eq(id))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the person has an account")
}

/// Gives somebody a role as the office does, by hand.
async fn give_by_hand(school: &School, person: PersonId, role: Role) {
    person_role::ActiveModel {
        id: Set(person.0),
        school_id: Set(school.id),
        person_id: Set(person),
        role: Set(role),
        began_at: Set(school.now()),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(school.db.read())
    .await
    .expect("the role is written");
}

async fn roles_of(school: &School, id: PersonId) -> Vec<Role> {
    let mut roles: Vec<Role> = person_role::Entity::find()
        .filter(person_role::Column::PersonId.eq(id))
        .filter(person_role::Column::EndedAt.is_null())
        .all(school.db.read())
        .await
        .expect("the database answers")
        .into_iter()
        .map(|row| row.role)
        .collect();
    roles.sort_unstable();
    roles
}

async fn open_places(school: &School, id: PersonId) -> u64 {
    enrolment::Entity::find()
        .filter(enrolment::Column::PersonId.eq(id))
        .filter(enrolment::Column::EndedAt.is_null())
        .count(school.db.read())
        .await
        .expect("the database answers")
}

/// Lets the record of all imports go, as its time ends it.
async fn forget_imports(school: &School) {
    let db = school.db.read();
    let changes = roster_change::Entity::delete_many().exec(db).await;
    changes.expect("the changes go");
    let imports = roster_import::Entity::delete_many().exec(db).await;
    imports.expect("the imports go");
}

/// Every row that an import could touch, as text, to compare a school with itself.
async fn everything(school: &School) -> BTreeMap<String, String> {
    let db = school.db.read();
    let mut rows = BTreeMap::new();
    let mut add = |id: String, text: String| rows.insert(id, text);
    for row in person::Entity::find().all(db).await.expect("people") {
        add(row.id.to_string(), format!("{row:?}"));
    }
    for row in account::Entity::find().all(db).await.expect("accounts") {
        add(row.id.to_string(), format!("{row:?}"));
    }
    for row in person_role::Entity::find().all(db).await.expect("roles") {
        add(row.id.to_string(), format!("{row:?}"));
    }
    for row in classroom::Entity::find().all(db).await.expect("rooms") {
        add(row.id.to_string(), format!("{row:?}"));
    }
    for row in enrolment::Entity::find().all(db).await.expect("places") {
        add(row.id.to_string(), format!("{row:?}"));
    }
    for row in guardianship::Entity::find().all(db).await.expect("ties") {
        add(row.id.to_string(), format!("{row:?}"));
    }
    for row in roster_import::Entity::find()
        .all(db)
        .await
        .expect("imports")
    {
        add(row.id.to_string(), format!("{:?}", row.stage));
    }
    for row in roster_change::Entity::find()
        .all(db)
        .await
        .expect("changes")
    {
        add(row.id.to_string(), format!("{:?}", row.subject_id));
    }
    rows
}

#[tokio::test]
async fn a_roster_brings_people_classrooms_places_and_ties() {
    let school = School::new().await;
    let outcome = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&outcome, RosterKind::People), (5, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Classrooms), (1, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (3, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Guardianships), (1, 0, 0, 0));
    assert_eq!(codes(&outcome), ["user.no_role"]);

    let teacher = found(&school, "t1").await;
    assert_eq!(teacher.sort_name, "teale wanda");
    let account = account_of(&school, teacher.id).await;
    assert_eq!(account.username, "wanda.teale");
    assert!(account.password_hash.is_none() && account.disabled_at.is_none());
    assert_eq!(roles_of(&school, teacher.id).await, [Role::Teacher]);
    assert_eq!(open_places(&school, teacher.id).await, 1);

    let student = found(&school, "s2").await;
    assert_eq!(
        (student.given_name.as_str(), student.year_group.as_deref()),
        ("Tilly", Some("7"))
    );
    assert_eq!(account_of(&school, student.id).await.username, "tilly.moss");
    let room = classroom::Entity::find()
        .filter(classroom::Column::SourcedId.eq("c1"))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the classroom is there");
    assert_eq!(room.name, "7Ma9");
    assert_eq!(room.subject.as_deref(), Some("Mathematics"));
    assert_eq!(room.year_group.as_deref(), Some("7"));
}

#[tokio::test]
async fn importing_the_same_file_twice_changes_nothing() {
    let school = School::new().await;
    let bytes = Roster::five_people().bytes();
    try_import(&school, bytes.clone(), Wish::BringIn)
        .await
        .expect("it goes in");
    let before = everything(&school).await;
    let again = try_import(&school, bytes, Wish::BringIn)
        .await
        .expect("it goes in");
    let nothing = Counts {
        unchanged: 10,
        ..Counts::default()
    };
    assert_eq!(again.counts, nothing);
    let mut after = everything(&school).await;
    after.retain(|id, _| Some(id) != again.id.map(|id| id.to_string()).as_ref());
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let school = School::new().await;
    let before = everything(&school).await;
    let outcome = try_import(&school, Roster::five_people().bytes(), Wish::Look)
        .await
        .expect("it would go in");
    assert_eq!((outcome.counts.created, outcome.id), (10, None));
    assert_eq!(before, everything(&school).await);
}

#[tokio::test]
async fn a_school_that_has_not_declared_imports_nothing() {
    let school = School::new().await;
    let door = access::school_as_operator(school.south.school);
    for wish in [Wish::Look, Wish::BringIn] {
        let bytes = Roster::five_people().bytes();
        let error = rosters::import_now(&school.db, &door, "x.zip", bytes, wish, school.now())
            .await
            .expect_err("the roster is locked");
        assert!(matches!(error, Error::NotDeclared) && error.is_refusal());
        assert_eq!(error.problems()[0].code, "school.not_declared");
    }
}

#[tokio::test]
async fn what_the_command_line_brings_in_is_the_operators() {
    let school = School::new().await;
    let door = access::school_as_operator(school.id);
    let bytes = Roster::five_people().bytes();
    let outcome = rosters::import_now(
        &school.db,
        &door,
        "x.zip",
        bytes,
        Wish::BringIn,
        school.now(),
    )
    .await
    .expect("the roster goes in");
    let id = outcome.id.expect("it was brought in");
    let row = roster_import::Entity::find_by_id(id)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the row is there");
    assert_eq!(row.made_by, None);
    let events = event::Entity::find()
        .filter(event::Column::Kind.eq("roster.imported"))
        .all(school.db.read())
        .await
        .expect("events can be read");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].actor_id, None);
    let desmond = school.actor("desmond");
    let page = rosters::page(
        school.db.read(),
        &desmond,
        &self::door(&school),
        id,
        school.now(),
    )
    .await
    .expect("the page is there");
    assert_eq!(page.by, "The operator");
}

#[tokio::test]
async fn somebody_made_by_hand_is_taken_on_by_username_and_name() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.users.push(User {
        username: "zainab",
        grade: "11",
        ..user("s9", "Zainab", "Okafor", "student")
    });
    roster.users.push(User {
        username: "ada",
        ..user("s8", "Adam", "Other", "student")
    });
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::People), (6, 1, 0, 0));
    let zainab = found(&school, "s9").await;
    assert_eq!(zainab.id, school.person("zainab"));
    assert_eq!(zainab.year_group.as_deref(), Some("11"));
    assert_eq!(open_places(&school, zainab.id).await, 1);
    // Adam only has the username of the teacher Ada: he is somebody else.
    let adam = found(&school, "s8").await;
    assert_ne!(adam.id, school.person("ada"));
    assert_eq!(account_of(&school, adam.id).await.username, "ada2");
    assert!(codes(&outcome).contains(&"user.username_taken"));
}

#[tokio::test]
async fn a_school_admin_is_neither_made_nor_ended_by_a_roster() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.users.push(User {
        username: "desmond",
        ..user("a2", "Desmond", "Lockyer", "principal")
    });
    import(&school, &roster).await;
    let desmond = school.person("desmond");
    assert_eq!(found(&school, "a2").await.id, desmond);
    assert_eq!(roles_of(&school, desmond).await, [Role::SchoolAdmin]);
    let office = found(&school, "a1").await;
    assert_eq!(roles_of(&school, office.id).await, []);

    let without = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&without, RosterKind::People), (0, 0, 0, 6));
    assert!(codes(&without).contains(&"user.admin_kept"));
    assert!(found(&school, "a2").await.ended_at.is_none());
}

#[tokio::test]
async fn a_changed_name_and_a_closed_account_are_changes() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut roster = Roster::five_people();
    roster.user("s1").family = "Pryce";
    roster.user("s2").is_closed = true;
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 2, 0, 3));
    assert_eq!(found(&school, "s1").await.sort_name, "pryce sean");
    let tilly = found(&school, "s2").await;
    assert!(account_of(&school, tilly.id).await.disabled_at.is_some());
    import(&school, &Roster::five_people()).await;
    assert!(account_of(&school, tilly.id).await.disabled_at.is_none());
}

#[tokio::test]
async fn a_role_that_was_given_by_hand_stays() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let greta = found(&school, "g1").await;
    give_by_hand(&school, greta.id, Role::Teacher).await;
    let outcome = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 0, 5));
    assert_eq!(
        roles_of(&school, greta.id).await,
        [Role::Guardian, Role::Teacher]
    );
}

#[tokio::test]
async fn a_role_that_the_roster_gave_goes_when_the_roster_takes_it() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let mut roster = Roster::five_people();
    roster.user("g1").role = "teacher";
    roster.user("s1").agents = "";
    let outcome = import(&school, &roster).await;
    let greta = found(&school, "g1").await;
    assert_eq!(roles_of(&school, greta.id).await, [Role::Teacher]);
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 1, 0));
}

#[tokio::test]
async fn a_class_that_is_gone_is_archived_and_comes_back() {
    let school = School::new().await;
    let mut two = Roster::five_people();
    two.classes.push(("c2", "7En9"));
    two.enrolments.push(("e4", "c2", "s1", "student"));
    import(&school, &two).await;
    let one = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&one, RosterKind::Classrooms), (0, 0, 1, 1));
    assert_eq!(of(&one, RosterKind::Enrolments), (0, 0, 0, 3));
    let back = import(&school, &two).await;
    assert_eq!(of(&back, RosterKind::Classrooms), (1, 0, 0, 1));
    assert_eq!(of(&back, RosterKind::Enrolments), (0, 0, 0, 4));
}

#[tokio::test]
async fn of_two_schools_in_a_package_only_ours_comes_in() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.other_school = true;
    roster.users.push(User {
        org: "org-2",
        ..user("x1", "Wilf", "West", "student")
    });
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::People), (5, 0, 0, 0));
    // A package of changes does not say which school is ours: the one before it did.
    let mut delta = Roster::delta();
    delta.users.push(User {
        org: "org-2",
        ..user("x2", "Wynn", "West", "student")
    });
    let outcome = import(&school, &delta).await;
    assert_eq!(outcome.counts, Counts::default());
    assert_eq!(codes(&outcome), ["org.other_school"]);
    assert_eq!(outcome.problems[0].row, Some(2));
    delta.users[0].org = "org-1";
    let outcome = import(&school, &delta).await;
    assert_eq!(of(&outcome, RosterKind::People), (1, 0, 0, 0));
    assert!(codes(&outcome).is_empty());
}

#[tokio::test]
async fn the_same_place_twice_is_remarked_and_taken_once() {
    let school = School::new().await;
    let mut roster = Roster::five_people();
    roster.enrolments.push(("e9", "c1", "s1", "student"));
    for expected in [3, 0] {
        let outcome = import(&school, &roster).await;
        assert_eq!(of(&outcome, RosterKind::Enrolments).0, expected);
        assert!(codes(&outcome).contains(&"enrollment.twice"));
    }
    // An id that moves to another class ends the old place and begins a new one.
    roster.classes.push(("c2", "7En9"));
    roster.enrolments.pop();
    roster.enrolments[2].1 = "c2";
    let moved = import(&school, &roster).await;
    assert_eq!(of(&moved, RosterKind::Enrolments), (1, 0, 1, 2));
    let import_id = moved.id.expect("it went in");
    rosters::undo(&school.db, &door(&school), import_id, school.now())
        .await
        .expect("it can be undone");
    let back = import(&school, &roster).await;
    assert_eq!(of(&back, RosterKind::Enrolments), (1, 0, 1, 2));
}

#[tokio::test]
async fn every_import_leaves_an_event() {
    let school = School::new().await;
    let id = import(&school, &Roster::five_people())
        .await
        .id
        .expect("in");
    let events = event::Entity::find()
        .filter(event::Column::SubjectId.eq(id.0))
        .all(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, "roster.imported");
    assert_eq!(events[0].actor_id, Some(school.person("desmond")));
}

#[tokio::test]
async fn strange_cells_are_kept_in_bounds() {
    let school = School::new().await;
    let long: &'static str = "é".repeat(120).leak();
    let mut roster = Roster::five_people();
    roster.users.extend([
        User {
            username: "new student",
            email: "nowhere",
            grade: "Year 7",
            ..user("z1", "=HYPERLINK(1)", "\u{202e}txt.exe", "student")
        },
        User {
            username: "**",
            ..user("z2", long, "李", "student")
        },
        User {
            grade: "99",
            ..user("z3", "!!!", "???", "student")
        },
    ]);
    let outcome = try_import(&school, roster.bytes(), Wish::BringIn).await;
    let outcome = outcome.expect("strange is not wrong");
    assert!(codes(&outcome).contains(&"user.email_not_usable"));
    let altered: Vec<_> = outcome
        .problems
        .iter()
        .filter(|problem| {
            !problem.code.starts_with("user.no_") && problem.field.as_deref() != Some("email")
        })
        .map(|problem| {
            (
                problem.code.as_str(),
                problem.field.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        altered,
        [
            ("user.name_cut", "givenName"),
            ("user.year_group_unusual", "grades"),
            ("user.username_changed", "username"),
            ("user.username_changed", "username"),
        ]
    );
    let first = found(&school, "z1").await;
    assert_eq!(first.year_group.as_deref(), Some("7"));
    assert_eq!(account_of(&school, first.id).await.username, "newstudent");
    assert_eq!(found(&school, "z2").await.given_name.chars().count(), 100);
    let nameless = found(&school, "z3").await;
    assert_eq!(account_of(&school, nameless.id).await.username, "person");
    let again = import(&school, &roster).await;
    assert_eq!(again.counts.unchanged, outcome.counts.created);
}

#[tokio::test]
async fn what_is_no_address_leaves_the_one_that_is_kept_and_the_problem_says_so() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let before = found(&school, "t1").await.email;
    let mut roster = Roster::five_people();
    roster.user("t1").email = "not an address";
    roster.user("s2").email = "not one either";
    let outcome = import(&school, &roster).await;
    let problems = outcome.problems.iter();
    let reasons: Vec<&str> = problems
        .filter(|problem| problem.code == "user.email_not_usable")
        .map(|problem| problem.reason.as_str())
        .collect();
    let words = [
        "This is not an e-mail address; the old address stays.",
        "This is not an e-mail address; the person comes in without it.",
    ];
    assert_eq!(reasons, words);
    assert!(before.is_some());
    assert_eq!(found(&school, "t1").await.email, before);
}

#[tokio::test]
async fn everybody_in_the_school_has_a_source_and_the_database_takes_nobody_without() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    assert_eq!(
        found(&school, "s2").await.source,
        PersonSource::SchoolImport
    );
    let all = person::Entity::find()
        .all(school.db.read())
        .await
        .expect("the database answers");
    for person in &all {
        let source = PersonSource::of(person.sourced_id.as_deref());
        assert_eq!(person.source, source, "{}", person.given_name);
    }
    assert!(
        all.iter()
            .any(|person| person.source == PersonSource::Typed)
    );
    let db = school.db.read();
    for words in ["NULL", "'bought'"] {
        let sql = format!("UPDATE person SET source = {words}");
        let forced = db
            .execute_raw(Statement::from_string(db.get_database_backend(), sql))
            .await;
        assert!(forced.is_err(), "{words}");
    }
}
