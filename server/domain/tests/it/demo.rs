//! The demo touches what it made itself and nothing else, and what it tells is likely.

use std::collections::HashMap;

use chrono_tz::Europe::London;
use domain::Db;
use domain::accounts::passwords::{Cost, Hasher};
use domain::accounts::sessions;
use domain::accounts::sign_in::{Device, sign_in};
use domain::demo::{self, Error};
use domain::keys::Place;
use domain::schools::{self, OPERATOR_CODE};
use entity::{account, assignment, event, mark, school, submission};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use vocab::accounts::SignIn;
use vocab::ids::AccountId;
use vocab::schools::{Phase, ValidAdmin, ValidSchool};

fn now() -> domain::Time {
    "2026-11-24T10:00:00Z".parse().expect("a time")
}

fn admin(username: &str) -> ValidAdmin {
    ValidAdmin {
        given_name: "Wanda".to_owned(),
        family_name: "Wells".to_owned(),
        username: username.to_owned(),
        password: String::new(),
    }
}

/// A school that somebody works in, with an admin; not the demo's.
async fn real_school(db: &Db, code: &str) -> (school::Model, AccountId) {
    let tx = db.write().await.expect("the database is free");
    let valid = ValidSchool {
        name: "Bracken Hill".to_owned(),
        code: code.to_owned(),
        phase: Phase::Secondary,
        time_zone: "Europe/London".to_owned(),
    };
    let school = schools::create(&tx, &valid, now())
        .await
        .expect("the code is free");
    let (_, account) =
        schools::create_admin(&tx, &school, &admin("wanda"), "her own".to_owned(), now())
            .await
            .expect("the username is free");
    tx.commit().await.expect("it is kept");
    (school, account)
}

async fn hash_of(db: &Db, account: AccountId) -> Option<String> {
    account::Entity::find_by_id(account)
        .one(db.read())
        .await
        .expect("the database answers")
        .expect("the account is there")
        .password_hash
}

async fn count_events(db: &Db) -> u64 {
    event::Entity::find()
        .count(db.read())
        .await
        .expect("events can be counted")
}

#[tokio::test]
async fn a_school_with_a_demos_code_that_the_demo_did_not_make_is_left_alone() {
    let database = test_kit::fresh().await;
    let db = &database.db;
    let (_, wanda) = real_school(db, "BRACK").await;
    let before = count_events(db).await;
    let refused = demo::make(db, "a password", "the demo's", now()).await;
    let Err(Error::NotOurs { code }) = refused else {
        panic!("it was made: {refused:?}")
    };
    assert_eq!(code, "BRACK");
    assert_eq!(hash_of(db, wanda).await.as_deref(), Some("her own"));
    let schools = school::Entity::find().count(db.read()).await;
    assert_eq!(schools.expect("the database answers"), 1);
    assert_eq!(count_events(db).await, before);
}

#[tokio::test]
async fn beside_a_school_of_another_code_no_demo_is_made_either() {
    let database = test_kit::fresh().await;
    real_school(&database.db, "WEST").await;
    let refused = demo::make(&database.db, "a password", "the demo's", now()).await;
    let words = refused.expect_err("there is a school").to_string();
    assert!(words.contains("WEST") && words.contains("nothing was done"));
}

#[tokio::test]
async fn an_operator_that_the_demo_did_not_make_is_left_alone() {
    let database = test_kit::fresh().await;
    let db = &database.db;
    let tx = db.write().await.expect("the database is free");
    let (_, account) =
        schools::create_operator(&tx, &admin("operator"), "her own".to_owned(), now())
            .await
            .expect("the first operator");
    tx.commit().await.expect("it is kept");
    let refused = demo::make(db, "a password", "the demo's", now()).await;
    assert!(matches!(refused, Err(Error::NotOurs { code }) if code == OPERATOR_CODE));
    assert_eq!(hash_of(db, account).await.as_deref(), Some("her own"));
}

#[tokio::test]
async fn a_school_that_is_not_the_demos_is_not_filled_to_be_measured() {
    let database = test_kit::fresh().await;
    let db = &database.db;
    let (school, wanda) = real_school(db, "NORTH").await;
    let refused = demo::fill(db, school.id, "the demo's", now()).await;
    assert!(matches!(refused, Err(Error::NotOurs { .. })));
    assert_eq!(hash_of(db, wanda).await.as_deref(), Some("her own"));
}

#[tokio::test]
async fn made_again_the_demo_gives_a_new_password_and_signs_everybody_out() {
    let database = test_kit::fresh().await;
    let db = &database.db;
    let hasher = Hasher::new(Cost::ForTests);
    let hash = |password: &'static str| {
        let hasher = &hasher;
        async move {
            let hash = hasher.hash(password.to_owned()).await;
            hash.expect("it can be hashed")
        }
    };
    let first = demo::make(db, "the first one", &hash("the first one").await, now())
        .await
        .expect("the database is empty");
    let device = Device {
        id: None,
        label: String::new(),
        session: None,
        enrolment: None,
    };
    for account in &first {
        let form = SignIn {
            school: account.school.clone(),
            username: account.username.clone(),
            password: account.password.clone(),
            ..SignIn::default()
        };
        let signed_in = sign_in(db, &hasher, &form, &device, now()).await;
        assert!(signed_in.is_ok(), "{account:?}: {signed_in:?}");
    }
    let form = SignIn {
        school: first[0].school.clone(),
        username: first[0].username.clone(),
        password: first[0].password.clone(),
        ..SignIn::default()
    };
    let desmond = sign_in(db, &hasher, &form, &device, now())
        .await
        .expect("he is in");

    let again = demo::make(db, "the next one", &hash("the next one").await, now())
        .await
        .expect("the schools are the demo's own");
    let names = |accounts: &[demo::DemoAccount]| {
        accounts
            .iter()
            .map(|account| (account.school.clone(), account.username.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&first), names(&again));
    assert_eq!(again.last().map(|one| &*one.school), Some(OPERATOR_CODE));
    let found = sessions::find(db, &desmond.token, now()).await;
    assert!(found.expect("the database answers").is_none());
    assert!(sign_in(db, &hasher, &form, &device, now()).await.is_err());
    let given: Vec<Option<vocab::ids::PersonId>> = event::Entity::find()
        .select_only()
        .column(event::Column::ActorId)
        .filter(event::Column::Kind.eq("demo.passwords_given"))
        .into_tuple()
        .all(db.read())
        .await
        .expect("events can be read");
    // Both schools twice; the operator was made with a password the first time.
    assert_eq!(given, [None; 5]);
}

#[tokio::test]
async fn each_demo_school_has_work_in_every_state_with_marks_and_feedback() {
    let database = test_kit::fresh().await;
    let db = &database.db;
    let now = now();
    demo::make(db, "the demo's", "no hash", now)
        .await
        .expect("the database is empty");
    for code in ["BRACK", "ALDER"] {
        let school = schools::find_by_code(db.read(), code)
            .await
            .expect("the database answers")
            .expect("the demo made it")
            .id;
        let works = assignment::Entity::find()
            .filter(assignment::Column::SchoolId.eq(school))
            .all(db.read())
            .await
            .expect("work is listed");
        let is_out = |work: &assignment::Model| {
            work.closed_at.is_none() && work.publish_at.is_some_and(|at| at <= now)
        };
        let is_due = |work: &assignment::Model| work.due_at.is_some_and(|due| due <= now);
        let waits = |work: &assignment::Model| work.publish_at.is_some_and(|at| at > now);
        require_some(code, "a draft", &works, |work| work.publish_at.is_none());
        require_some(code, "scheduled work", &works, waits);
        require_some(code, "open work", &works, |work| {
            is_out(work) && work.due_at.is_some() && !is_due(work)
        });
        require_some(code, "work past due", &works, |work| {
            is_out(work) && is_due(work)
        });
        require_some(code, "closed work", &works, |work| work.closed_at.is_some());

        let answers = submission::Entity::find()
            .filter(submission::Column::SchoolId.eq(school))
            .all(db.read())
            .await
            .expect("answers are listed");
        let marks = mark::Entity::find()
            .filter(mark::Column::SchoolId.eq(school))
            .all(db.read())
            .await
            .expect("marks are listed");
        require_some(code, "a draft answer", &answers, |answer| {
            answer.attempt_id.is_none()
        });
        require_some(code, "a late answer", &answers, |answer| answer.is_late);
        require_some(code, "an answer to mark", &answers, |answer| {
            answer.attempt_id.is_some() && marks.iter().all(|mark| mark.submission_id != answer.id)
        });
        require_some(code, "a mark to return", &marks, |mark| {
            mark.returned_at.is_none()
        });
        require_some(code, "returned points", &marks, |mark| {
            mark.returned_at.is_some() && mark.points.is_some()
        });
        require_some(code, "returned words", &marks, |mark| {
            mark.returned_at.is_some() && !mark.comment.is_empty()
        });
    }
}

/// Holds that the schools' clocks showed a time between these.
fn require_between(at: domain::Time, from: &str, until: &str) {
    let shown = at.with_timezone(&London).format("%H:%M").to_string();
    let is_between = (from..=until).contains(&shown.as_str());
    assert!(is_between, "{at} is not between {from} and {until}");
}

#[tokio::test]
async fn whenever_the_demo_is_made_nobody_hands_in_at_night_and_nobody_marks_out_of_hours() {
    for made in [
        "2026-11-24T00:10:00Z",
        "2026-11-29T06:00:00Z",
        "2026-11-30T16:00:00Z",
        "2027-07-06T22:30:00Z",
    ] {
        let database = test_kit::fresh().await;
        let db = &database.db;
        let now: domain::Time = made.parse().expect("a time");
        demo::make(db, "the demo's", "no hash", now)
            .await
            .expect("the database is empty");
        let works = assignment::Entity::find().all(db.read()).await;
        let works: HashMap<_, _> = works
            .expect("work is listed")
            .into_iter()
            .map(|work| (work.id, work))
            .collect();
        let answers = submission::Entity::find().all(db.read()).await;
        let answers: HashMap<_, _> = answers
            .expect("answers are listed")
            .into_iter()
            .map(|answer| (answer.id, answer))
            .collect();
        for answer in answers.values() {
            let went_out_at = works[&answer.assignment_id].publish_at;
            let times = [answer.draft_saved_at, answer.handed_in_at];
            for at in times.into_iter().flatten() {
                require_between(at, "07:30", "21:00");
                assert!(went_out_at < Some(at) && at <= now, "{at}, made at {made}");
            }
        }
        let marks = mark::Entity::find().all(db.read()).await;
        for mark in marks.expect("marks are listed") {
            let work = &works[&answers[&mark.submission_id].assignment_id];
            let returned_at = mark.returned_at.unwrap_or(mark.marked_at);
            for at in [mark.marked_at, returned_at] {
                require_between(at, "08:00", "18:00");
                assert!(work.due_at < Some(at) && at <= now, "{at}, made at {made}");
            }
            assert!(returned_at >= mark.marked_at);
        }
    }
}

#[tokio::test]
async fn what_a_teacher_of_the_demo_writes_agrees_with_the_mark() {
    let database = test_kit::fresh().await;
    let db = &database.db;
    demo::make(db, "the demo's", "no hash", now())
        .await
        .expect("the database is empty");
    let marks = mark::Entity::find().all(db.read()).await;
    let mut points = HashMap::new();
    for mark in marks.expect("marks are listed") {
        let answer = submission::Entity::find_by_id(mark.submission_id);
        let answer = answer.one(db.read()).await.expect("the database answers");
        let of = answer.expect("it was handed in").assignment_id;
        let work = assignment::Entity::find_by_id(of).one(db.read()).await;
        let work = work.expect("the database answers").expect("it is set");
        let place = Place {
            school: mark.school_id,
            table: "mark",
            column: "comment",
            row: mark.id.0,
        };
        let ring = db.keys().to_open([mark.comment.as_str()]).await;
        let comment = ring.expect("the keys").open(&place, &mark.comment).text();
        let comment = comment.expect("it can be read");
        let known = *points
            .entry((work.id, comment.clone()))
            .or_insert(mark.points);
        assert_eq!(known, mark.points, "{comment}");
        let is_all_right = [
            "right. Next",
            "Every one right",
            "remembered",
            "no mistakes",
        ]
        .iter()
        .any(|praise| comment.contains(praise));
        let has_all_points = work.points.is_some() && mark.points == work.points;
        assert_eq!(has_all_points, is_all_right, "{comment}");
    }
}

fn require_some<T>(school: &str, what: &str, rows: &[T], is_one: impl Fn(&T) -> bool) {
    assert!(rows.iter().any(is_one), "{school} has no {what}");
}
