//! What the server does by itself, without anybody asking: something of every kind is due
//! when the real binary starts, and is done.

mod more;

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use domain::keys::{Keys, Settings};
use domain::providers::{self, NewProvider, NewTransfer};
use domain::usage::Tally;
use domain::{Clock, Db, Time, access, measure, people, rights, schools};
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;
use vocab::ids::SchoolId;
use vocab::people::{Role, Roles};
use vocab::providers::{Clause, Mechanism, ProviderPurpose, ProviderRole};
use vocab::restrictions::RestrictionGround;
use vocab::rights::{RequestKind, RequestStep};
use vocab::usage::PageKind;

use crate::process::{Account, Process, demo};
use crate::restoring::left_long_ago;

/// What is done, and the rows that are there once it is.
const WORK: [(&str, &str); 7] = [
    (
        "what was kept long enough is deleted",
        "retention_run WHERE deleted > 0",
    ),
    (
        "how far a record of consents has come is signed",
        "ledger_checkpoint",
    ),
    (
        "a restriction whose week of notice is over ends",
        "restriction WHERE ended_at IS NOT NULL",
    ),
    (
        "who has not fetched a copy is reminded",
        "event WHERE kind = 'copy.reminded'",
    ),
    (
        "the office is written to of what is nearly late",
        "outbox_mail WHERE template = 'deadline_near'",
    ),
    (
        "a provider is paused whose transfer has ended",
        "provider WHERE state = 'suspended'",
    ),
    (
        "a count of more than thirteen months ago is forgotten",
        "(SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM usage_counter WHERE page = 'marking')) AS gone",
    ),
];

/// More than it takes on a slow machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// The data of a server that does not run, with its keys.
async fn open(data: &Path) -> Db {
    let settings = Settings {
        url: format!("sqlite://{}", data.join("keys.db").display()),
        folder: data.join("keys"),
        given: None,
    };
    let keys = Keys::open(&settings, Clock::system())
        .await
        .expect("the demo's keys");
    let url = format!("sqlite://{}", data.join("classimize.db").display());
    let db = Db::connect(&url, 3).await.expect("it opens");
    db.with_keys(keys)
}

/// How many rows of a table there are, with a condition behind its name where one is.
pub(crate) async fn count(db: &Db, rows: &str) -> i64 {
    let (db, sql) = (db.read(), format!("SELECT COUNT(*) FROM {rows}"));
    db.query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .expect("the database answers")
        .expect("there is a row")
        .try_get_by_index(0)
        .expect("it is a number")
}

/// A page was counted so long ago that it says nothing any more, and a provider abroad was
/// in use until what allowed it ended yesterday.
async fn ended_by_themselves(db: &Db, school: SchoolId, now: Time) {
    let ago = |days| now - TimeDelta::days(days);
    let (tally, roles) = (Tally::default(), [Role::Teacher]);
    let roles: Roles = roles.into_iter().collect();
    tally.count(school, roles, PageKind::Marking, ago(401));
    tally.flush(db).await.expect("written down");

    let name = "Example Search";
    let new = NewProvider {
        name: name.to_owned(),
        purpose: ProviderPurpose::Search,
        role: ProviderRole::Subprocessor,
        kinds: vec!["activity".to_owned()],
        subjects: "staff".to_owned(),
        country: "US".to_owned(),
        policy_url: "https://search.example/privacy".to_owned(),
        contract: Some(("C-1".to_owned(), ago(40))),
        clauses: Clause::ALL.to_vec(),
        sells_data: false,
    };
    let transfer = NewTransfer {
        mechanism: Mechanism::Idta,
        assessment_ref: "TRA-1".to_owned(),
        valid_until: ago(1),
    };
    let tx = db.write().await.expect("free");
    providers::propose(&tx, new, ago(40))
        .await
        .expect("written");
    providers::record_transfer(&tx, name, transfer, ago(40))
        .await
        .expect("written");
    providers::activate(&tx, name, Some("a test"), ago(30))
        .await
        .expect("it was valid then");
    tx.commit().await.expect("kept");
}

/// A teacher left long ago; a student's data was restricted until days ago; another one
/// answered about photos, has not fetched a copy, and waits for an answer; a counter is
/// old, and a provider's transfer is over.
async fn leaves_work_behind(data: &Path, accounts: &[Account]) {
    let mut teachers = accounts.iter().filter(|account| account.role == "teacher");
    let teacher = teachers.next().expect("the demo has one");
    let mut students = accounts
        .iter()
        .filter(|account| account.role == "student" && account.school == teacher.school);
    let restricted = students.next().expect("the demo has students");
    let asking = students.next().expect("and more than one");
    left_long_ago(data, teacher).await;

    let db = open(data).await;
    let now = Clock::system().now();
    let ago = |days| now - TimeDelta::days(days);
    let all = schools::all(db.read()).await.expect("read");
    let school = all.iter().find(|school| school.code == teacher.school);
    let school = school.expect("it is there").id;
    let door = access::school_as_operator(school);
    let person = people::find_by_username(db.read(), &door, &asking.username)
        .await
        .expect("read")
        .expect("they are there");
    let actor = measure::somebody(school, person);
    measure::write_answers(&db, school, &[person], 1, ago(1))
        .await
        .expect("answered");

    let ground = RestrictionGround::AccuracyContested;
    let tx = db.write().await.expect("free");
    rights::restrict_for(&tx, &door, (&restricted.username, ground), ago(20))
        .await
        .expect("restricted");
    tx.commit().await.expect("kept");
    let lines = rights::list_restrictions(db.read(), &actor, &door, now)
        .await
        .expect("read");
    let tx = db.write().await.expect("free");
    rights::give_notice(&tx, &door, lines[0].id, "It was corrected.", ago(10))
        .await
        .expect("they are told");
    tx.commit().await.expect("kept");

    let file = async |kind, at| {
        let tx = db.write().await.expect("free");
        let about = access::about(&*tx, &actor, person)
            .await
            .expect("themselves");
        rights::file(&tx, &about, kind, "All of it".to_owned(), at)
            .await
            .expect("filed");
        tx.commit().await.expect("kept");
    };
    file(RequestKind::Access, ago(40)).await;
    let requests = rights::cockpit(db.read(), &actor, &door, now)
        .await
        .expect("read");
    let copy = requests
        .iter()
        .find(|request| request.kind == RequestKind::Access)
        .expect("it was filed")
        .id;
    let tx = db.write().await.expect("free");
    rights::step(
        &tx,
        &door,
        copy,
        (RequestStep::Complete, "Here it is."),
        ago(20),
    )
    .await
    .expect("done");
    tx.commit().await.expect("kept");
    file(RequestKind::Rectification, ago(3)).await;
    ended_by_themselves(&db, school, now).await;
    db.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_when_the_server_starts_is_done_without_anybody_asking() {
    let folder = TempDir::new().expect("a folder");
    let accounts = demo(folder.path());
    leaves_work_behind(folder.path(), &accounts).await;
    let db = open(folder.path()).await;
    for (work, rows) in WORK {
        assert_eq!(count(&db, rows).await, 0, "before: {work}");
    }
    let _process = Process::start(folder.path());
    for (work, rows) in WORK {
        let done = async {
            while count(&db, rows).await == 0 {
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, done).await;
        assert!(in_time.is_ok(), "not done: {work}");
    }
}
