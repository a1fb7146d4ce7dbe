//! What the database itself promises before anything is kept in it.

use std::time::Duration;

use domain::rosters::{self, Wish};
use domain::secrets::new_id;
use domain::{Db, access, schools};
use entity::usage_counter;
use futures::future::join_all;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr,
    EntityTrait, IntoActiveModel, QueryFilter, Statement, TransactionTrait,
};
use test_kit::{Roster, School, Wire};
use uuid::Uuid;
use vocab::people::Role;
use vocab::usage::PageKind;

#[tokio::test]
async fn every_connection_to_sqlite_syncs_at_each_commit_and_knows_foreign_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("x.db").display());
    let db = Db::connect(&url, 2).await.expect("it is made");
    // Two that are open at once are two connections.
    let connections = [
        db.pool().begin().await.expect("the first"),
        db.pool().begin().await.expect("the second"),
    ];
    for connection in &connections {
        let journal = asked(connection, "journal_mode").await;
        let journal: String = journal.try_get_by_index(0).expect("a word");
        assert_eq!(journal, "wal");
        // FULL: what was acknowledged is on the disk.
        for (pragma, value) in [
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
        ] {
            let found: i32 = asked(connection, pragma)
                .await
                .try_get_by_index(0)
                .expect("a number");
            assert_eq!(found, value, "{pragma}");
        }
    }
}

async fn asked(connection: &impl ConnectionTrait, pragma: &str) -> sea_orm::QueryResult {
    let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {pragma}"));
    connection
        .query_one_raw(statement)
        .await
        .expect("SQLite answers")
        .expect("with a row")
}

/// `classimize import` beside `serve`: each process has a pool of its own, and the fair queue
/// of one knows nothing of the other. What keeps them apart is that a transaction which may
/// write takes SQLite's one lock when it begins. Were it deferred, as SQLite begins by itself,
/// both would read first, and who writes second would be refused at once with "database is
/// locked": waiting for the lock is of no use to whoever has read what is old by now.
#[tokio::test]
async fn two_processes_that_read_and_then_write_one_sqlite_file_take_turns_and_lose_nothing() {
    /// Transactions of each of the two, all at once.
    const EACH: usize = 40;
    let school = School::new().await;
    if school.database.backend() != DbBackend::Sqlite {
        return;
    }
    let (one, now) = (&school.db, school.now());
    let other = Db::connect(&school.database.url, 3)
        .await
        .expect("a second pool opens the file")
        .with_keys(one.keys().clone());
    let counter = new_id();
    new_counter(&school, counter)
        .insert(one.read())
        .await
        .expect("the counter is there");

    let action = schools::policy::Action::ImportRoster;
    let door = access::school(&school.actor("desmond"), action).expect("an admin");
    let roster = Roster::five_people().bytes();
    let import = rosters::import_now(&other, &door, "north.zip", roster, Wish::BringIn, now);
    let of_one = join_all((0..EACH).map(|_| count_one_more(one, counter)));
    let of_other = join_all((0..EACH).map(|_| count_one_more(&other, counter)));
    let (imported, of_one, of_other) = tokio::join!(import, of_one, of_other);
    imported.expect("the roster goes in");
    for counted in of_one.into_iter().chain(of_other) {
        counted.expect("nobody is refused");
    }
    let row = usage_counter::Entity::find_by_id(counter)
        .one(one.read())
        .await
        .expect("the database answers")
        .expect("it is there");
    assert_eq!(usize::try_from(row.times), Ok(2 * EACH));
}

fn new_counter(school: &School, id: Uuid) -> usage_counter::ActiveModel {
    usage_counter::ActiveModel {
        id: Set(id),
        school_id: Set(school.id),
        page: Set(PageKind::Home),
        role: Set(Role::Teacher),
        hour_at: Set(school.now()),
        times: Set(0),
    }
}

/// Reads a number and writes the next one, in one transaction.
async fn count_one_more(db: &Db, counter: Uuid) -> Result<(), DbErr> {
    let tx = db.write().await?;
    let row = usage_counter::Entity::find_by_id(counter)
        .one(&*tx)
        .await?
        .expect("it is there");
    let times = row.times + 1;
    let mut row = row.into_active_model();
    row.times = Set(times);
    row.update(&*tx).await?;
    tx.commit().await
}

/// One connection over a wire, so that what follows a question that was given up comes over
/// the same; none on SQLite.
async fn on_a_wire(school: &School) -> Option<(Db, Wire)> {
    let Some(wire) = Wire::to(school).await else {
        println!("skipped: a file does not fall silent");
        return None;
    };
    let db = wire.connect(school, 1).await;
    Some((db.answering_within(Duration::from_secs(1)), wire))
}

async fn counters(school: &School) -> Vec<Uuid> {
    let rows = usage_counter::Entity::find()
        .filter(usage_counter::Column::SchoolId.eq(school.id))
        .all(school.db.read())
        .await
        .expect("the database answers");
    rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn a_transaction_whose_beginning_was_given_up_does_not_swallow_what_is_written_next() {
    let school = School::new().await;
    let Some((db, wire)) = on_a_wire(&school).await else {
        return;
    };
    wire.fall_silent();
    let begun = db.write().await;
    assert!(begun.is_err(), "nobody answered");
    wire.speak_again();
    let counter = new_id();
    new_counter(&school, counter)
        .insert(db.read())
        .await
        .expect("it is written");
    assert_eq!(counters(&school).await, [counter], "and others see it");
}

#[tokio::test]
async fn a_statement_that_was_given_up_undoes_the_transaction_around_it() {
    let school = School::new().await;
    let Some((db, wire)) = on_a_wire(&school).await else {
        return;
    };
    let tx = db.write().await.expect("it begins");
    new_counter(&school, new_id())
        .insert(&*tx)
        .await
        .expect("it is written");
    wire.fall_silent();
    let asked = usage_counter::Entity::find().all(&*tx).await;
    assert!(asked.is_err(), "nobody answered");
    drop(tx);
    wire.speak_again();
    let counter = new_id();
    new_counter(&school, counter)
        .insert(db.read())
        .await
        .expect("there is none of this hour yet");
    assert_eq!(counters(&school).await, [counter]);
}
