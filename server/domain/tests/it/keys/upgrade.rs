//! A database and files from before anything was sealed: they are read as they are, and
//! sealed without a word being lost.

use std::path::Path;

use bytes::Bytes;
use domain::files::Store;
use domain::keys::{self, FIRST_WORDS_OF_SEALED as SEALED};
use domain::people::contact;
use domain::rights;
use domain::schools::policy::Action;
use domain::{Time, access, breaches, disclosures, marking};
use entity::submission_file;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbBackend, QueryResult, Statement,
};
use test_kit::{NewWork, School};
use vocab::ids::{FileId, SubmissionId};

use super::{raw, set, story};

/// What the doors show of what is sealed elsewhere.
async fn read(school: &School, answer: SubmissionId) -> Vec<String> {
    let (db, now) = (school.db.read(), school.now());
    let (ada, edith) = (school.actor("ada"), school.actor("edith"));
    let lead = access::school(&edith, Action::HandleRequests).expect("she leads");
    let door = story::answer(school, answer).await;
    let desk = marking::desk(db, &ada, &door, now).await.expect("hers");
    let email = contact::address_of(db, school.person("zainab")).await;
    let request = rights::cockpit(db, &edith, &lead, now).await.expect("hers");
    let id = request.first().expect("one").id;
    let request = rights::page(db, &edith, &lead, id, now)
        .await
        .expect("hers");
    let breach = breaches::list(db, &edith, &lead, now).await.expect("hers");
    let log = disclosures::list(db, &edith, &lead, now)
        .await
        .expect("hers");
    vec![
        desk.text,
        desk.mark.comment,
        email.expect("read").expect("hers"),
        request.details,
        request.history.last().expect("a step").3.clone(),
        breach[0].what.clone(),
        log[0].facts[0].clone(),
    ]
}

/// Writes over what is sealed, as an older version kept it.
async fn as_it_was(school: &School) {
    for (table, column) in [
        ("mark", "comment"),
        ("attempt", "text"),
        ("rights_request", "details"),
        ("breach", "what"),
        ("disclosure", "requester"),
    ] {
        let sql = format!("UPDATE {table} SET {column} = 'A plain {column}'");
        set(&school.db, &sql).await;
    }
}

#[tokio::test]
async fn what_was_kept_before_anything_was_sealed_is_read_and_then_sealed_without_a_loss() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("a store");
    story::every_private_thing_is_written(&school, &store).await;
    let work = NewWork::published("Sheet 8").points(20);
    let sheet = school.assignment("10Ma1", work).await;
    let answer = school.submission(sheet, "zainab", "x = 4").await;
    story::mark(&school, answer, "Neat").await;
    as_it_was(&school).await;

    let before = read(&school, answer).await;
    assert_eq!(before[1], "A plain comment");
    assert!(before.contains(&"A plain details".to_owned()), "{before:?}");
    assert!(before.contains(&"A plain what".to_owned()), "{before:?}");
    assert!(
        before.contains(&"A plain requester".to_owned()),
        "{before:?}"
    );
    let plain = || async {
        let marks = raw(&school.db, "mark", &["comment".to_owned()]).await;
        let mut texts = marks.into_iter().flatten().flatten();
        texts.any(|text| !text.is_empty() && !text.starts_with(SEALED))
    };
    assert!(plain().await);
    assert!(keys::seal_old_rows(&school.db).await.expect("sealed") > 10);
    assert!(!plain().await);
    assert_eq!(read(&school, answer).await, before);
    let again = keys::seal_old_rows(&school.db).await;
    assert_eq!(again.expect("nothing is left"), 0);
}

/// A row that names a file.
async fn names(school: &School, answer: SubmissionId, key: &str, size: i64) {
    submission_file::ActiveModel {
        id: Set(FileId(domain::secrets::new_id())),
        school_id: Set(school.id),
        submission_id: Set(answer),
        name: Set("photo.jpg".to_owned()),
        size_bytes: Set(size),
        media_type: Set("image/jpeg".to_owned()),
        object_key: Set(key.to_owned()),
        sha256: Set(String::new()),
        added_at: Set(school.now()),
        removed_at: Set(None),
    }
    .insert(school.db.read())
    .await
    .expect("kept");
}

#[tokio::test]
async fn a_file_that_cannot_be_sealed_stops_no_other() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("a store");
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let of_tomos = school.submission(sheet, "tomos", "").await;
    let of_zainab = school.submission(sheet, "zainab", "").await;
    for (answer, key, words) in [
        (of_tomos, "submissions/empty", ""),
        (of_zainab, "submissions/of-whom-the-key-is-gone", "hers"),
        (of_tomos, "submissions/words", "x = 4"),
    ] {
        let bytes = Bytes::from_static(words.as_bytes());
        store.put_bytes(key, bytes).await.expect("kept");
        names(&school, answer, key, 0).await;
    }
    let tx = school.db.write().await.expect("free");
    let zainab = school.person("zainab");
    let gone = keys::destroy(&tx, zainab, "erasure", school.now()).await;
    gone.expect("destroyed");
    tx.commit().await.expect("kept");
    let sealed = keys::seal_old_files(&school.db, &store, Time::MAX_UTC).await;
    assert_eq!(sealed.expect("the others are sealed"), 2);
    for (key, words) in [("submissions/empty", ""), ("submissions/words", "x = 4")] {
        let kept = store.get_bytes(key).await.expect("it is there");
        assert!(kept.starts_with(b"CLSEAL1"), "{key} is sealed");
        let read = keys::files::get_bytes(&store, school.db.keys(), key).await;
        assert_eq!(read.expect("it opens"), words.as_bytes());
    }
}

#[tokio::test]
async fn a_file_that_was_kept_before_files_were_sealed_is_sealed_byte_for_byte() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("a store");
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(sheet, "zainab", "").await;
    let key = "submissions/old";
    // A picture that says where it was made: its row knows its size and its hash.
    let bytes = Bytes::from_static(b"\xFF\xD8\xFF\xFE\0\x0A51.5074N\xFF\xDB\0\x03\x07\xFF\xD9");
    store.put_bytes(key, bytes.clone()).await.expect("kept");
    names(&school, answer, key, 22).await;
    let get = || async {
        let whole = keys::files::get_bytes(&store, school.db.keys(), key).await;
        whole.expect("it is there")
    };
    assert_eq!(get().await, bytes, "it is read as it is");
    let sealed = || keys::seal_old_files(&school.db, &store, Time::MAX_UTC);
    assert_eq!(sealed().await.expect("sealed"), 1);
    let kept = store.get_bytes(key).await.expect("it is there");
    assert!(!kept.windows(8).any(|part| part == b"51.5074N"));
    assert_eq!(get().await, bytes);
    assert_eq!(sealed().await.expect("nothing is left"), 0);
}

/// Whether these words stand anywhere in the files of the database.
fn is_in_a_file(folder: &Path, words: &str) -> bool {
    super::bytes_in(folder).iter().any(|file| {
        file.windows(words.len())
            .any(|part| part == words.as_bytes())
    })
}

/// Moves what is in the log of SQLite into its file.
async fn empty_the_log(school: &School) {
    let done = school
        .db
        .read()
        .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)");
    done.await.expect("nobody reads");
}

#[tokio::test]
async fn nothing_plain_is_left_in_the_file_or_its_log_after_old_rows_were_sealed() {
    let school = School::new().await;
    // PostgreSQL keeps its files to itself.
    let Some(folder) = school.database.folder() else {
        return;
    };
    let words = "zqplainwords";
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    // One that fits in its row, and one that needs pages of its own.
    school.submission(sheet, "tomos", words).await;
    school
        .submission(sheet, "zainab", &words.repeat(1_000))
        .await;
    empty_the_log(&school).await;
    assert!(is_in_a_file(folder, words), "that is where it is kept");
    let sealed = keys::seal_old_rows(&school.db).await.expect("sealed");
    let tidied = school.db.leave_nothing_behind(sealed > 0).await;
    tidied.expect("the file is written anew");
    assert!(!is_in_a_file(folder, words));
}

#[tokio::test]
async fn what_is_deleted_is_written_over_in_the_file() {
    let school = School::new().await;
    let Some(folder) = school.database.folder() else {
        return;
    };
    let words = "zqplainwords";
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    school.draft(sheet, "zainab", &words.repeat(1_000)).await;
    empty_the_log(&school).await;
    assert!(is_in_a_file(folder, words), "that is where it is kept");
    set(&school.db, "UPDATE submission SET draft_text = ''").await;
    empty_the_log(&school).await;
    assert!(!is_in_a_file(folder, words));
}

#[tokio::test]
async fn what_the_database_counts_of_itself_holds_no_value_of_any_row() {
    let school = School::new().await;
    // PostgreSQL keeps its statistics to itself.
    if school.database.folder().is_none() {
        return;
    }
    school.db.count_anew().await.expect("it counts");
    let counted = rows(&school, "SELECT stat FROM sqlite_stat1").await;
    assert!(!counted.is_empty(), "it has counted");
    let is_count = |sign: char| sign.is_ascii_digit() || sign == ' ';
    assert!(counted.iter().all(|stat| stat.chars().all(is_count)));
    let tables = "SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'";
    assert_eq!(rows(&school, tables).await, ["sqlite_stat1"]);
}

/// The first column of what SQLite answers.
async fn rows(school: &School, sql: &str) -> Vec<String> {
    let asked = Statement::from_string(DbBackend::Sqlite, sql);
    let rows = school.db.read().query_all_raw(asked).await;
    let first = |row: QueryResult| row.try_get_by_index(0).expect("a text");
    rows.expect("an answer").into_iter().map(first).collect()
}

#[tokio::test]
async fn what_somebody_writes_while_old_rows_are_sealed_is_not_lost() {
    let school = School::new().await;
    let on_sqlite = school.database.folder().is_some();
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let first = school.submission(sheet, "zainab", "x = 4").await;
    let second = school.submission(sheet, "tomos", "x = 5").await;
    story::mark(&school, first, "Neat").await;
    story::mark(&school, second, "Look again").await;
    set(&school.db, "UPDATE mark SET comment = 'As it was'").await;
    // Both rows are read together. As soon as one of them is sealed, the other one is
    // written by a server that knows nothing of it.
    let body = "UPDATE mark SET comment = 'Written since' WHERE comment = 'As it was'";
    let trigger = if on_sqlite {
        vec![format!(
            "CREATE TRIGGER meanwhile AFTER UPDATE ON mark WHEN NEW.comment LIKE 'sealed:%' BEGIN {body}; END"
        )]
    } else {
        vec![
            format!(
                "CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$"
            ),
            "CREATE TRIGGER meanwhile AFTER UPDATE ON mark FOR EACH ROW \
             WHEN (NEW.comment LIKE 'sealed:%') EXECUTE FUNCTION meanwhile()"
                .to_owned(),
        ]
    };
    for sql in trigger {
        let made = school.db.read().execute_unprepared(&sql).await;
        made.expect("the trigger is made");
    }
    keys::seal_old_rows(&school.db).await.expect("sealed");
    let now = || async {
        let marks = raw(&school.db, "mark", &["comment".to_owned()]).await;
        marks.into_iter().flatten().flatten().collect::<Vec<_>>()
    };
    let marks = now().await;
    let (sealed, plain): (Vec<_>, Vec<_>) = marks.iter().partition(|text| text.starts_with(SEALED));
    assert_eq!(sealed.len(), 1, "{marks:?}");
    assert!(!plain.is_empty(), "{marks:?}");
    assert!(
        plain.iter().all(|text| *text == "Written since"),
        "{marks:?}"
    );
    keys::seal_old_rows(&school.db).await.expect("sealed");
    assert!(now().await.iter().all(|text| text.starts_with(SEALED)));
}
