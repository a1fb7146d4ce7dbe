//! The doors: who may do what, as a table that can be read, and the same "not
//! found" for everybody who may not know that something is there.

use domain::{AccessError, Actor, access, assignments, classrooms, submissions};
use entity::{attempt_file, enrolment, person_role, submission, submission_file};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::ids::{EnrolmentId, FileId, SubmissionId};
use vocab::people::{Role, Roles};

/// Compares with a file beside the tests; `UPDATE_SNAPSHOTS=1` writes it anew.
pub(crate) fn compare(name: &str, now: &str) {
    test_kit::compare_with_snapshot(env!("CARGO_MANIFEST_DIR"), name, now);
}

/// The name of a column, and what it allows.
type Column<A> = (&'static str, Box<dyn Fn(A) -> bool>);

fn table<A: std::fmt::Debug + Copy>(title: &str, who: &[Column<A>], actions: &[A]) -> String {
    use std::fmt::Write;
    let mut text = format!("{title}\n{:<22}", "");
    for (name, _) in who {
        let _ = write!(text, "{name:<16}");
    }
    text = text.trim_end().to_owned() + "\n";
    for action in actions {
        let mut line = format!("  {:<20}", format!("{action:?}"));
        for (_, allows) in who {
            let _ = write!(line, "{:<16}", if allows(*action) { "yes" } else { "-" });
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

fn by_standing<A: 'static>(allows: fn(Standing, A) -> bool) -> Vec<Column<A>> {
    Standing::ALL
        .iter()
        .map(|standing| -> Column<A> {
            let allows = move |action| allows(*standing, action);
            (standing.as_str(), Box::new(allows))
        })
        .collect()
}

fn by_role() -> Vec<Column<domain::schools::policy::Action>> {
    use domain::schools::policy;
    Role::ALL
        .iter()
        .map(|role| -> Column<policy::Action> {
            let name = match role {
                Role::DataProtectionLead => "protection_lead",
                role => role.as_str(),
            };
            let allows = move |action| policy::role_allows(*role, action);
            (name, Box::new(allows))
        })
        .collect()
}

#[test]
fn who_may_do_what_stands_in_a_table_that_can_be_read() {
    use domain::{assignments, classrooms, schools, submissions};
    let tables = [
        table(
            "The school, by role",
            &by_role(),
            &schools::policy::Action::ALL,
        ),
        table(
            "A classroom, by standing",
            &by_standing(classrooms::policy::allows),
            &classrooms::policy::Action::ALL,
        ),
        table(
            "Set work, by standing in its classroom",
            &by_standing(assignments::policy::allows),
            &assignments::policy::Action::ALL,
        ),
        table(
            "An answer, by standing to it",
            &by_standing(submissions::policy::allows),
            &submissions::policy::Action::ALL,
        ),
        table(
            "Access arrangements, by standing to the student",
            &by_standing(domain::arrangements::policy::allows),
            &domain::arrangements::policy::Action::ALL,
        ),
    ];
    compare("access_matrix.txt", &tables.join("\n"));
}

fn is_not_found<T>(asked: &Result<T, AccessError>) -> bool {
    matches!(asked, Err(AccessError::NotFound))
}

/// Everything in the other school that an id can be tried on.
async fn tries_everything_of_southbank(school: &School, actor: &Actor) {
    use domain::{assignments, classrooms, submissions};
    let (db, now, south) = (school.db.read(), school.now(), school.south);
    for action in classrooms::policy::Action::ALL {
        let asked = access::classroom(db, actor, south.classroom, action).await;
        assert!(is_not_found(&asked), "{} {action:?} classroom", actor.name);
    }
    for action in assignments::policy::Action::ALL {
        let asked = access::assignment(db, actor, south.assignment, action, now).await;
        assert!(is_not_found(&asked), "{} {action:?} assignment", actor.name);
    }
    for action in submissions::policy::Action::ALL {
        let asked = access::submission(db, actor, south.submission, action, now).await;
        assert!(is_not_found(&asked), "{} {action:?} submission", actor.name);
    }
    assert!(is_not_found(
        &access::file(db, actor, south.file, now).await
    ));
    assert!(is_not_found(&access::child(db, actor, south.student).await));
    for action in domain::arrangements::policy::Action::ALL {
        let asked = access::arrangements(db, actor, south.student, action).await;
        assert!(is_not_found(&asked), "{} {action:?} needs", actor.name);
    }
}

#[tokio::test]
async fn nobody_finds_anything_of_another_school() {
    let school = School::new().await;
    for name in school.everybody() {
        let actor = school.actor(name);
        if actor.school == school.id {
            tries_everything_of_southbank(&school, &actor).await;
        }
    }
}

#[tokio::test]
async fn an_outsider_of_the_classroom_finds_nothing_in_it() {
    use domain::{assignments, classrooms, submissions};
    let school = School::new().await;
    let (db, now) = (school.db.read(), school.now());
    let room = school.classroom("10Ma1");
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(work, "zainab", "x = 4").await;
    for name in ["cleo", "mei", "edith", "olga"] {
        let actor = school.actor(name);
        let asked = access::classroom(db, &actor, room, classrooms::policy::Action::See).await;
        assert!(is_not_found(&asked), "{name} classroom");
        let asked =
            access::assignment(db, &actor, work, assignments::policy::Action::See, now).await;
        assert!(is_not_found(&asked), "{name} assignment");
        let asked =
            access::submission(db, &actor, answer, submissions::policy::Action::See, now).await;
        assert!(is_not_found(&asked), "{name} submission");
    }
    for name in ["tomos", "petra", "desmond"] {
        let asked = access::submission(
            db,
            &school.actor(name),
            answer,
            submissions::policy::Action::See,
            now,
        )
        .await;
        assert!(
            is_not_found(&asked),
            "{name} sees an answer that is not theirs"
        );
    }
}

#[tokio::test]
async fn work_that_is_not_out_is_there_for_its_teachers_only() {
    use domain::assignments::policy::Action;
    let school = School::new().await;
    let (db, now) = (school.db.read(), school.now());
    let draft = school.assignment("10Ma1", NewWork::draft("Sheet 7")).await;
    let later = NewWork::scheduled("Sheet 8", "2026-11-25T08:00:00Z");
    let later = school.assignment("10Ma1", later).await;
    for work in [draft, later] {
        for name in ["zainab", "rosa", "desmond"] {
            let asked = access::assignment(db, &school.actor(name), work, Action::See, now).await;
            assert!(is_not_found(&asked), "{name}");
        }
        access::assignment(db, &school.actor("bruno"), work, Action::Edit, now)
            .await
            .expect("he teaches it");
    }
}

#[tokio::test]
async fn an_archived_classroom_can_be_read_and_nothing_else() {
    use domain::assignments;
    let school = School::new().await;
    let ada = school.actor("ada");
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    crate::classrooms::put_away(&school, "10Ma1").await;
    let (db, now) = (school.db.read(), school.now());
    access::assignment(db, &ada, work, assignments::policy::Action::See, now)
        .await
        .expect("it can be read");
    let asked = access::assignment(db, &ada, work, assignments::policy::Action::Edit, now).await;
    assert!(matches!(asked, Err(AccessError::Archived { .. })));
    let zainab = school.actor("zainab");
    let asked =
        access::assignment(db, &zainab, work, assignments::policy::Action::HandIn, now).await;
    let error = asked.expect_err("it is put away");
    assert!(
        error.to_string().contains("archived on 24 November 2026"),
        "{error}"
    );
}

#[tokio::test]
async fn who_could_not_do_it_before_is_not_told_that_a_classroom_was_archived() {
    use domain::classrooms::policy::Action;
    let school = School::new().await;
    let (db, room) = (school.db.read(), school.classroom("10Ma1"));
    crate::classrooms::put_away(&school, "10Ma1").await;
    for who in ["zainab", "rosa"] {
        let asked = access::classroom(db, &school.actor(who), room, Action::ManageMembers).await;
        assert!(matches!(asked, Err(AccessError::NotAllowed)), "{who}");
    }
    for who in ["cleo", "sam", "gus"] {
        let asked = access::classroom(db, &school.actor(who), room, Action::ManageMembers).await;
        assert!(matches!(asked, Err(AccessError::NotFound)), "{who}");
    }
}

#[tokio::test]
async fn a_place_gives_nothing_once_the_role_in_the_school_has_ended() {
    let school = School::new().await;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(work, "zainab", "x is 3").await;
    let file = handed_in_file(&school, answer).await;
    let (db, now) = (school.db.read(), school.now());
    let mut ada = school.actor("ada");
    let room = school.classroom("10Ma1");
    let see = submissions::policy::Action::See;
    assert!(access::submission(db, &ada, answer, see, now).await.is_ok());
    assert!(access::file(db, &ada, file, now).await.is_ok());
    ada.roles = Roles::default().with(Role::Guardian);
    let see_room = classrooms::policy::Action::See;
    assert!(is_not_found(
        &access::classroom(db, &ada, room, see_room).await
    ));
    let see_work = assignments::policy::Action::See;
    assert!(is_not_found(
        &access::assignment(db, &ada, work, see_work, now).await
    ));
    assert!(is_not_found(
        &access::submission(db, &ada, answer, see, now).await
    ));
    assert!(is_not_found(&access::file(db, &ada, file, now).await));

    let mut zainab = school.actor("zainab");
    zainab.roles = Roles::default().with(Role::Guardian);
    let hand_in = assignments::policy::Action::HandIn;
    assert!(is_not_found(
        &access::classroom(db, &zainab, room, see_room).await
    ));
    assert!(is_not_found(
        &access::assignment(db, &zainab, work, hand_in, now).await
    ));

    let mut rosa = school.actor("rosa");
    let child = school.person("zainab");
    assert!(access::child(db, &rosa, child).await.is_ok());
    rosa.roles = Roles::default().with(Role::Teacher);
    assert!(is_not_found(&access::child(db, &rosa, child).await));
    assert!(is_not_found(
        &access::submission(db, &rosa, answer, see, now).await
    ));
}

/// The session reads the roles that last: the end of the row is enough.
#[tokio::test]
async fn the_end_of_the_row_of_a_role_closes_its_doors() {
    let school = School::new().await;
    let (ada, now) = (school.actor("ada"), school.now());
    let tx = school.db.write().await.expect("the database is free");
    person_role::ActiveModel {
        id: Set(ada.person.0),
        school_id: Set(ada.school),
        person_id: Set(ada.person),
        role: Set(Role::Guardian),
        began_at: Set(now),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(&*tx)
    .await
    .expect("she has a child here as well");
    person_role::Entity::update_many()
        .col_expr(person_role::Column::EndedAt, Expr::value(Some(now)))
        .filter(person_role::Column::PersonId.eq(ada.person))
        .filter(person_role::Column::Role.eq(Role::Teacher))
        .exec(&*tx)
        .await
        .expect("the role can be ended");
    tx.commit().await.expect("it is kept");
    let token = school.session_token("ada");
    let found = domain::accounts::sessions::find(&school.db, &token, now)
        .await
        .expect("the database answers")
        .expect("she is still somebody here");
    assert_eq!(found.actor.roles, Roles::default().with(Role::Guardian));
    let room = school.classroom("10Ma1");
    let see = classrooms::policy::Action::See;
    assert!(is_not_found(
        &access::classroom(school.db.read(), &found.actor, room, see).await
    ));
}

/// Who both taught and learnt in a classroom keeps the place whose role lasts.
#[tokio::test]
async fn of_two_places_the_one_whose_role_lasts_counts() {
    let school = School::new().await;
    let room = school.classroom("10Ma1");
    let zainab = school.actor("zainab");
    let tx = school.db.write().await.expect("the database is free");
    enrolment::ActiveModel {
        id: Set(EnrolmentId(zainab.person.0)),
        school_id: Set(zainab.school),
        classroom_id: Set(room),
        person_id: Set(zainab.person),
        role: Set(ClassroomRole::Teacher),
        sourced_id: Set(None),
        source_id: Set(None),
        began_at: Set(school.now()),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(&*tx)
    .await
    .expect("she helps to teach");
    tx.commit().await.expect("it is kept");
    let see = classrooms::policy::Action::See;
    let mut both = zainab.clone();
    both.roles = both.roles.with(Role::Teacher);
    let standing = async |actor: &Actor| {
        access::classroom(school.db.read(), actor, room, see)
            .await
            .expect("she has a place")
            .standing()
    };
    assert_eq!(standing(&both).await, Standing::Teacher);
    assert_eq!(standing(&zainab).await, Standing::Student);
}

#[tokio::test]
async fn a_file_that_was_taken_back_is_its_students_alone_again() {
    let school = School::new().await;
    let id = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(id, "zainab", "x = 3").await;
    let file = handed_in_file(&school, answer).await;
    let reads = async |who: &str| {
        access::file(school.db.read(), &school.actor(who), file, school.now())
            .await
            .is_ok()
    };
    assert!(reads("ada").await && reads("zainab").await);
    let zainab = school.actor("zainab");
    let tx = school.db.write().await.expect("free");
    let work = access::assignment(
        &*tx,
        &zainab,
        id,
        assignments::policy::Action::HandIn,
        school.now(),
    )
    .await
    .expect("hers");
    submissions::unsubmit(&tx, &zainab, &work, school.now())
        .await
        .expect("taken back");
    submissions::remove_file(&tx, &zainab, &work, file, school.now())
        .await
        .expect("taken out of the draft");
    tx.commit().await.expect("kept");
    assert!(!reads("ada").await, "taken back");
    let tx = school.db.write().await.expect("free");
    let random = &mut domain::secrets::random();
    submissions::hand_in(
        &tx,
        &zainab,
        &work,
        ("without it", None),
        random,
        school.now(),
    )
    .await
    .expect("handed in again");
    tx.commit().await.expect("kept");
    assert!(!reads("ada").await, "it was in no hand-in that stands");
    assert!(reads("zainab").await && reads("rosa").await);
}

/// A file that was handed in with the answer.
async fn handed_in_file(school: &School, answer: SubmissionId) -> FileId {
    let tx = school.db.write().await.expect("the database is free");
    let handed_in = submission::Entity::find_by_id(answer)
        .one(&*tx)
        .await
        .expect("the database answers")
        .expect("the answer is there");
    let id = FileId(answer.0);
    submission_file::ActiveModel {
        id: Set(id),
        school_id: Set(handed_in.school_id),
        submission_id: Set(answer),
        name: Set("sheet.pdf".to_owned()),
        size_bytes: Set(3),
        media_type: Set("application/pdf".to_owned()),
        object_key: Set("sheet".to_owned()),
        sha256: Set(domain::secrets::fingerprint("pdf")),
        added_at: Set(school.now()),
        removed_at: Set(None),
    }
    .insert(&*tx)
    .await
    .expect("the file can be kept");
    attempt_file::ActiveModel {
        attempt_id: Set(handed_in.attempt_id.expect("it was handed in")),
        file_id: Set(id),
        school_id: Set(handed_in.school_id),
    }
    .insert(&*tx)
    .await
    .expect("it is handed in");
    tx.commit().await.expect("it is kept");
    id
}
