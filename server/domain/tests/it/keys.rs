//! Protection at rest on a real database: nothing that is private stands in it in plain
//! words, nothing opens in a place that is not its own, and a destroyed key stays so.

mod erased;
mod later;
mod story;
mod unreadable;
mod upgrade;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use datamap::{PRIVATE_FIELDS, Protect, registry};
use domain::files::Store;
use domain::keys::{self, FIRST_WORDS_OF_SEALED as SEALED, Keys, Settings};
use domain::people::contact;
use domain::{Clock, Db, export, marking, submissions};
use sea_orm::{ConnectionTrait, Statement};
use test_kit::{NewWork, School};

use story::{CANARY, every_private_thing_is_written};

/// Every row of a table, each value as text.
async fn raw(db: &Db, table: &str, columns: &[String]) -> Vec<Vec<Option<String>>> {
    let list: Vec<String> = columns
        .iter()
        .map(|column| format!("CAST(\"{column}\" AS TEXT)"))
        .collect();
    let sql = format!("SELECT {} FROM \"{table}\"", list.join(", "));
    let statement = Statement::from_string(db.read().get_database_backend(), sql);
    let rows = db.read().query_all_raw(statement).await.expect("rows");
    rows.iter()
        .map(|row| {
            (0..columns.len())
                // Ids of SQLite are bytes and no text.
                .map(|at| row.try_get_by_index::<Option<String>>(at).unwrap_or(None))
                .collect()
        })
        .collect()
}

/// The texts that a protected column holds and that must be sealed.
fn private_texts(protect: Protect, value: &str) -> Vec<String> {
    if protect != Protect::PrivateFields {
        return vec![value.trim_matches('"').to_owned()];
    }
    let json: serde_json::Value = serde_json::from_str(value).expect("JSON");
    PRIVATE_FIELDS
        .iter()
        .filter_map(|name| json.get(name)?.as_str().map(str::to_owned))
        .collect()
}

fn bytes_in(folder: &Path) -> Vec<Vec<u8>> {
    std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| {
            if path.is_dir() {
                bytes_in(&path)
            } else {
                vec![std::fs::read(path).expect("a file")]
            }
        })
        .collect()
}

#[tokio::test]
async fn whoever_has_the_raw_database_the_keys_and_the_files_reads_nothing_private() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("a store");
    keys::seal_old_rows(&school.db)
        .await
        .expect("the cast is sealed");
    every_private_thing_is_written(&school, &store).await;

    let schema = school.database.schema().await;
    let mut plain = BTreeSet::new();
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    for map in registry() {
        let columns = &schema[map.table];
        let rows = raw(&school.db, map.table, columns).await;
        for (at, column) in columns.iter().enumerate() {
            let texts = rows.iter().filter_map(|row| row[at].as_deref());
            if texts.into_iter().any(|text| text.contains(CANARY)) {
                plain.insert(format!("{}.{column}", map.table));
            }
        }
        for (column, class) in &map.columns {
            let Some(protect) = class.protect else {
                continue;
            };
            let name = format!("{}.{column}", map.table);
            let at = columns.iter().position(|other| other == column);
            let at = at.expect("the column is in the schema");
            let texts = rows
                .iter()
                .filter_map(|row| row[at].as_deref())
                .flat_map(|value| private_texts(protect, value));
            for text in texts.filter(|text| !text.is_empty()) {
                assert!(text.starts_with(SEALED), "{name} holds {text}");
                *held.entry(name.clone()).or_default() += 1;
            }
            assert!(
                held.contains_key(&name),
                "the story writes nothing into {name}"
            );
        }
    }
    assert!(plain.is_empty(), "there are plain words in {plain:?}");
    let in_store = school.db.keys().raw_rows().await.expect("rows");
    assert!(in_store.contains("wrapped_key") && !in_store.contains(CANARY));
    let files = bytes_in(folder.path());
    assert!(files.len() >= 3, "an answer's, a work's and a roster's");
    for file in files {
        let is_plain = file
            .windows(CANARY.len())
            .any(|part| part == CANARY.as_bytes());
        assert!(!is_plain, "a file holds plain words");
    }
}

async fn set(db: &Db, sql: &str) {
    let done = db.read().execute_unprepared(sql).await;
    assert!(done.expect("it is written").rows_affected() > 0, "{sql}");
}

#[tokio::test]
async fn words_that_were_moved_to_another_row_are_refused_and_stand_in_no_form() {
    let school = School::new().await;
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let first = school.submission(sheet, "zainab", "x = 4").await;
    let second = school.submission(sheet, "tomos", "x = 5").await;
    story::mark(&school, first, "Neat").await;
    story::mark(&school, second, "Look again").await;
    set(
        &school.db,
        "UPDATE mark SET comment = (SELECT MAX(other.comment) FROM mark AS other)",
    )
    .await;
    let ada = school.actor("ada");
    let mut read = Vec::new();
    for id in [first, second] {
        let answer = story::answer(&school, id).await;
        let desk = marking::desk(school.db.read(), &ada, &answer, school.now());
        read.push(desk.await);
    }
    let refused = |desk: &&Result<_, _>| matches!(desk, Err(marking::Error::Unreadable(_)));
    assert_eq!(read.iter().filter(refused).count(), 1);
    assert_eq!(read.iter().filter(|desk| desk.is_ok()).count(), 1);
}

#[tokio::test]
async fn words_that_look_as_if_they_were_sealed_already_are_sealed_in_the_record_too() {
    let school = School::new().await;
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let id = school.submission(sheet, "zainab", "x = 4").await;
    let typed = format!("{SEALED}{CANARY}");
    story::mark(&school, id, &typed).await;
    let columns = ["kind", "before", "after"].map(str::to_owned);
    let events = raw(&school.db, "event", &columns).await;
    let saved = |row: &&Vec<Option<String>>| row[0].as_deref() == Some("mark.saved");
    assert_eq!(events.iter().filter(saved).count(), 1);
    let shown = format!("{events:?}");
    assert!(!shown.contains(CANARY), "{shown}");
    let answer = story::answer(&school, id).await;
    let ada = school.actor("ada");
    let desk = marking::desk(school.db.read(), &ada, &answer, school.now());
    assert_eq!(desk.await.expect("hers").mark.comment, typed);
}

#[tokio::test]
async fn a_destroyed_key_reads_as_deleted_everywhere_and_stays_destroyed() {
    let school = School::new().await;
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let id = school.submission(sheet, "zainab", "x = 4").await;
    school.submission(sheet, "tomos", "x = 5").await;
    keys::seal_old_rows(&school.db).await.expect("sealed");
    story::mark(&school, id, "Neat").await;
    let (zainab, ada) = (school.person("zainab"), school.actor("ada"));
    let email = contact::address_of(school.db.read(), zainab).await;
    assert_eq!(
        email.expect("read").as_deref(),
        Some("zainab@northgate.example")
    );
    for _ in 0..2 {
        let tx = school.db.write().await.expect("free");
        let done = keys::destroy(&tx, zainab, "erasure", school.now()).await;
        done.expect("destroyed");
        tx.commit().await.expect("kept");
    }
    let email = contact::address_of(school.db.read(), zainab).await;
    assert_eq!(email.expect("read"), None);
    let answer = story::answer(&school, id).await;
    let desk = marking::desk(school.db.read(), &ada, &answer, school.now());
    let desk = desk.await.expect("the page is there");
    assert_eq!(
        (desk.text.as_str(), desk.mark.comment.as_str()),
        ("[deleted]", "[deleted]")
    );
    let copy = export::gather(school.db.read(), school.id, zainab).await;
    let copy = format!("{:?}", copy.expect("made"));
    assert!(copy.contains("[deleted]") && !copy.contains("x = 4"));
    let other = contact::address_of(school.db.read(), school.person("tomos")).await;
    assert!(other.expect("read").is_some(), "nobody else is touched");
    let work = story::work(&school, "zainab", sheet).await;
    let tx = school.db.write().await.expect("free");
    let her = school.actor("zainab");
    let again = submissions::save_draft(&tx, &her, &work, "y", 1, school.now());
    assert!(again.await.is_err(), "nothing more is kept of her");
}

fn settings(folder: &Path) -> Settings {
    Settings {
        url: format!("sqlite://{}", folder.join("keys.db").display()),
        folder: folder.join("keys"),
        given: None,
    }
}

async fn open(folder: &Path) -> Keys {
    Keys::open(&settings(folder), Clock::system())
        .await
        .expect("the keys open")
}

/// Copies the store of keys as a backup would.
fn copy(from: &Path, to: &Path) {
    for name in ["keys.db", "keys.db-wal"] {
        let _ = std::fs::remove_file(to.join(name));
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).expect("copied");
        }
    }
    let _ = std::fs::remove_file(to.join("keys.db-shm"));
}

#[tokio::test]
async fn an_old_backup_of_keys_and_database_brings_no_destroyed_key_back() {
    let school = School::new().await;
    let (folder, backup) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let zainab = school.person("zainab");
    let db = school.db.clone().with_keys(open(folder.path()).await);
    keys::seal_old_rows(&db).await.expect("sealed");
    copy(folder.path(), backup.path());

    let tx = db.write().await.expect("free");
    keys::destroy(&tx, zainab, "erasure", school.now())
        .await
        .expect("destroyed");
    tx.commit().await.expect("kept");

    // Both come back as they were; the list beside them is newer than the backup.
    copy(backup.path(), folder.path());
    set(&db, "DELETE FROM key_destroyed").await;
    let restored = school.db.clone().with_keys(open(folder.path()).await);
    let read = || contact::address_of(restored.read(), zainab);
    let other = || contact::address_of(restored.read(), school.person("tomos"));
    assert!(
        other().await.expect("read").is_some(),
        "the backup is whole"
    );
    let replayed = keys::replay(&restored).await.expect("replayed");
    assert_eq!((replayed.known, replayed.again), (1, 1));
    assert_eq!(read().await.expect("read"), None);
    assert!(other().await.expect("read").is_some());
    assert_eq!(keys::replay(&restored).await.expect("replayed").again, 0);

    // The list is lost too: the database alone remembers.
    copy(backup.path(), folder.path());
    std::fs::remove_file(folder.path().join("keys/destroyed.log")).expect("it was there");
    let restored = school.db.clone().with_keys(open(folder.path()).await);
    assert_eq!(keys::replay(&restored).await.expect("replayed").again, 1);
    let email = contact::address_of(restored.read(), zainab).await;
    assert_eq!(email.expect("read"), None);
    assert!(folder.path().join("keys/destroyed.log").exists());
}

#[tokio::test]
async fn a_new_master_key_opens_all_that_the_old_one_wrapped_and_the_old_one_nothing_more() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let db = school.db.clone().with_keys(open(folder.path()).await);
    keys::seal_old_rows(&db).await.expect("sealed");
    let master = folder.path().join("keys/master");
    let old = std::fs::read(&master).expect("it was made");
    assert!(db.keys().rotate().await.expect("rotated") > 10);
    let again = school.db.clone().with_keys(open(folder.path()).await);
    let email = contact::address_of(again.read(), school.person("zainab")).await;
    assert!(email.expect("read").is_some());
    std::fs::write(&master, old).expect("written");
    let refused = Keys::open(&settings(folder.path()), Clock::system()).await;
    assert!(matches!(refused, Err(keys::Error::WrongMaster)));
    std::fs::remove_file(&master).expect("removed");
    let refused = Keys::open(&settings(folder.path()), Clock::system()).await;
    assert!(matches!(refused, Err(keys::Error::WrongMaster)));
    assert!(
        !master.exists(),
        "no other master key is made for keys that are there"
    );
}
