//! The doors: who may do what, as a table that can be read, and the same "not
//! found" for everybody who may not know that something is there.

use domain::{AccessError, Actor, access, assignments, classrooms, submissions};
use test_kit::{NewWork, School};
use vocab::classrooms::Standing;
use vocab::people::Role;

/// Compares with a file beside the tests; `UPDATE_SNAPSHOTS=1` writes it anew.
fn compare(name: &str, now: &str) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/snapshots")
        .join(name);
    if std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|value| value == "1") {
        std::fs::write(&file, now).expect("the snapshot can be written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        kept.replace("\r\n", "\n"),
        now,
        "{name} differs: look at it, then run with UPDATE_SNAPSHOTS=1"
    );
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
    use domain::{assignments, classrooms};
    let school = School::new().await;
    let ada = school.actor("ada");
    let room = school.classroom("10Ma1");
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let tx = school.db.write().await.expect("free");
    let door = access::classroom(&*tx, &ada, room, classrooms::policy::Action::Archive)
        .await
        .expect("hers");
    classrooms::archive(&tx, &door, school.now())
        .await
        .expect("archived");
    tx.commit().await.expect("kept");
    let (db, now) = (school.db.read(), school.now());
    access::assignment(db, &ada, work, assignments::policy::Action::See, now)
        .await
        .expect("it can be read");
    let asked = access::assignment(db, &ada, work, assignments::policy::Action::Edit, now).await;
    assert!(matches!(asked, Err(AccessError::NotAllowed)));
    let zainab = school.actor("zainab");
    let asked =
        access::assignment(db, &zainab, work, assignments::policy::Action::HandIn, now).await;
    assert!(matches!(asked, Err(AccessError::NotAllowed)));
}

#[tokio::test]
async fn a_place_gives_nothing_once_the_role_in_the_school_has_ended() {
    let school = School::new().await;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(work, "zainab", "x is 3").await;
    let (db, now) = (school.db.read(), school.now());
    let mut ada = school.actor("ada");
    let room = school.classroom("10Ma1");
    let see = submissions::policy::Action::See;
    assert!(access::submission(db, &ada, answer, see, now).await.is_ok());
    ada.roles = vocab::people::Roles::default().with(Role::Guardian);
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
}
