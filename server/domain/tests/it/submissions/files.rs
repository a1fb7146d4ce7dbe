//! The files of an answer: kept whole or not at all, with clean names, and bounded.

use bytes::Bytes;
use chrono::TimeDelta;
use domain::files::Store;
use domain::submissions::{self, Attached, Error, FileToAdd, LeftOut};
use domain::{AccessError, access, keys};
use entity::submission_file;
use futures::{Stream, StreamExt, stream};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::assignments::{FileSummary, MAX_FILES};
use vocab::form::error_for;
use vocab::ids::AssignmentId;

use super::{hand_in, page, save, sheet, unsubmit};

pub(super) async fn attach(
    school: &School,
    store: &Store,
    id: AssignmentId,
    name: &str,
    chunks: Vec<Result<Bytes, std::io::Error>>,
) -> Result<FileSummary, Error> {
    let attached = arrive(school, store, id, name, stream::iter(chunks)).await?;
    Ok(attached.file)
}

/// A file of Zainab's, whose bytes come as they come.
async fn arrive(
    school: &School,
    store: &Store,
    id: AssignmentId,
    name: &str,
    bytes: impl Stream<Item = Result<Bytes, std::io::Error>>,
) -> Result<Attached, Error> {
    let file = FileToAdd {
        name: name.to_owned(),
        media_type: "text/plain".to_owned(),
    };
    submissions::attach(
        &school.db,
        store,
        &school.actor("zainab"),
        id,
        file,
        bytes,
        1_000,
        &school.clock,
    )
    .await
}

pub(super) fn some(bytes: usize) -> Vec<Result<Bytes, std::io::Error>> {
    vec![Ok(Bytes::from(vec![b'a'; bytes]))]
}

pub(super) fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("a store");
    (folder, store)
}

fn files_in(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| if path.is_dir() { files_in(&path) } else { 1 })
        .sum()
}

#[tokio::test]
async fn a_file_is_kept_with_its_size_and_a_clean_name() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let (folder, store) = store();
    let kept = attach(&school, &store, id, "..\\..\\plan\u{202E}.txt", some(412))
        .await
        .expect("room");
    assert_eq!(
        (kept.name.as_str(), kept.size_words.as_str()),
        ("plan.txt", "412 bytes")
    );
    assert_eq!(files_in(folder.path()), 1);
    let zainab = school.actor("zainab");
    let file = access::file(school.db.read(), &zainab, kept.id, school.now())
        .await
        .expect("her own");
    let bytes = keys::files::get_bytes(&store, school.db.keys(), &file.object_key)
        .await
        .expect("it is there");
    assert_eq!(bytes.len(), 412);
    let asked = access::file(
        school.db.read(),
        &school.actor("ada"),
        kept.id,
        school.now(),
    )
    .await;
    assert!(asked.is_err(), "a teacher sees no draft");
    hand_in(&school, "zainab", id, "")
        .await
        .expect("files are an answer");
    access::file(
        school.db.read(),
        &school.actor("ada"),
        kept.id,
        school.now(),
    )
    .await
    .expect("handed in");
}

/// The answer to the first time was lost, and the browser sends the form again.
#[tokio::test]
async fn the_same_file_sent_again_is_one_file() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let (folder, store) = store();
    let once = attach(&school, &store, id, "plan.txt", some(412)).await;
    let again = attach(&school, &store, id, "plan.txt", some(412)).await;
    assert_eq!(once.expect("room").id, again.expect("it is there").id);
    assert_eq!(files_in(folder.path()), 1, "no bytes are left over");

    attach(&school, &store, id, "plan.txt", some(413))
        .await
        .expect("other bytes");
    attach(&school, &store, id, "other.txt", some(412))
        .await
        .expect("another name");
    assert_eq!(files_in(folder.path()), 3);
}

#[tokio::test]
async fn a_file_that_fails_leaves_neither_row_nor_bytes() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let (folder, store) = store();
    let broken = vec![
        Ok(Bytes::from_static(b"half")),
        Err(std::io::Error::other("gone")),
    ];
    for chunks in [some(1_001), broken] {
        attach(&school, &store, id, "a.txt", chunks)
            .await
            .expect_err("it fails");
    }
    let outside = NewWork::published("Cells");
    let outside = school.assignment("8Sc1", outside).await;
    let refused = attach(&school, &store, outside, "a.txt", some(1)).await;
    assert!(matches!(refused, Err(Error::Access(AccessError::NotFound))));
    let rows = submission_file::Entity::find()
        .filter(submission_file::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("files can be counted");
    assert_eq!((rows, files_in(folder.path())), (0, 0));
}

#[tokio::test]
async fn an_answer_holds_a_bounded_number_of_files() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let (folder, store) = store();
    for number in 0..MAX_FILES {
        let name = format!("{number}.txt");
        attach(&school, &store, id, &name, some(1))
            .await
            .expect("room");
    }
    match attach(&school, &store, id, "more.txt", some(1)).await {
        Err(Error::Invalid(errors)) => assert!(error_for(&errors, "files").is_some()),
        other => panic!("one too many: {other:?}"),
    }
    assert_eq!(files_in(folder.path()), MAX_FILES);
}

/// The names of these files.
fn names(files: &[FileSummary]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

#[tokio::test]
async fn words_newer_than_a_hand_in_are_the_draft_though_the_clock_was_set_back_between() {
    let school = School::new().await;
    let id = sheet(&school).await;
    hand_in(&school, "zainab", id, "x = 4").await.expect("in");
    school.clock.advance(TimeDelta::minutes(-10));
    save(&school, "zainab", id, "x = 4, or -4", 1).await;
    school.clock.advance(TimeDelta::minutes(2));
    unsubmit(&school, "zainab", id).await.expect("not due yet");
    let shown = page(&school, "zainab", id, "zainab").await;
    assert_eq!(shown.text, "x = 4, or -4");
}

#[tokio::test]
async fn a_photo_that_arrives_after_another_device_handed_in_is_kept_beside_and_can_be_added() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let (_folder, store) = store();
    // While its last bytes are on their way the other device hands in, and writes on.
    let last = stream::once(async {
        school.clock.advance(TimeDelta::minutes(5));
        hand_in(&school, "zainab", id, "x = 4").await.expect("in");
        school.clock.advance(TimeDelta::minutes(1));
        save(&school, "zainab", id, "x = 4, or -4", 1).await;
        Ok::<_, std::io::Error>(Bytes::from_static(b"and its end"))
    });
    let bytes = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"a photo "))])
        .chain(last)
        .boxed_local();
    let arrived = arrive(&school, &store, id, "film.jpg", bytes)
        .await
        .expect("kept");
    assert_eq!(arrived.left_out, Some(LeftOut::UntilTakenBack));
    for reader in ["zainab", "rosa"] {
        let shown = page(&school, reader, id, "zainab").await;
        assert_eq!(
            (shown.text.as_str(), names(&shown.files)),
            ("x = 4", vec![])
        );
        assert_eq!(names(&shown.left_out), ["film.jpg"], "{reader}");
    }
    let again = arrive(&school, &store, id, "film.jpg", stream::iter(whole())).await;
    assert_eq!(again.expect("it is there"), arrived);

    unsubmit(&school, "zainab", id).await.expect("not due yet");
    let shown = page(&school, "zainab", id, "zainab").await;
    assert_eq!(shown.text, "x = 4, or -4", "the newer words are the draft");
    assert_eq!(names(&shown.files), ["film.jpg"]);
    assert!(shown.left_out.is_empty());
    hand_in(&school, "zainab", id, "x = 4, or -4")
        .await
        .expect("in");
    let again = arrive(&school, &store, id, "film.jpg", stream::iter(whole())).await;
    assert_eq!(
        again.expect("it is there").left_out,
        None,
        "it is handed in"
    );
}

/// The photo again, sent at once.
fn whole() -> Vec<Result<Bytes, std::io::Error>> {
    vec![Ok(Bytes::from_static(b"a photo and its end"))]
}

#[tokio::test]
async fn a_photo_that_arrives_when_nothing_can_be_taken_back_goes_with_the_next_try() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let (_folder, store) = store();
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.clock.advance(TimeDelta::days(3));
    let arrived = arrive(&school, &store, id, "film.jpg", stream::iter(some(10)))
        .await
        .expect("kept");
    assert_eq!(arrived.left_out, Some(LeftOut::UntilReturned));
    let shown = page(&school, "zainab", id, "zainab").await;
    assert!(!shown.can_unsubmit && shown.files.is_empty());
    assert_eq!(names(&shown.left_out), ["film.jpg"]);

    school.returned_mark(answer, "ada", 12, "Once more").await;
    let shown = page(&school, "zainab", id, "zainab").await;
    assert!(shown.can_hand_in && shown.left_out.is_empty());
    assert_eq!(names(&shown.files), ["film.jpg"]);
    let plan = arrive(&school, &store, id, "plan.txt", stream::iter(some(10))).await;
    assert_eq!(plan.expect("room").left_out, None, "the next try has begun");
    school.clock.advance(TimeDelta::minutes(1));
    hand_in(&school, "zainab", id, "x = 4").await.expect("in");
    let shown = page(&school, "zainab", id, "zainab").await;
    assert_eq!(names(&shown.files), ["film.jpg", "plan.txt"]);
}

#[tokio::test]
async fn a_photo_that_arrives_after_the_work_was_closed_waits_for_no_new_try() {
    let school = School::new().await;
    let closed = NewWork::published("Sheet 5").closed("2026-11-24T09:00:00Z");
    let id = school.assignment("10Ma1", closed).await;
    school.submission(id, "zainab", "x = 4").await;
    let (_folder, store) = store();
    let arrived = arrive(&school, &store, id, "film.jpg", stream::iter(some(10)))
        .await
        .expect("kept");
    assert_eq!(arrived.left_out, Some(LeftOut::Closed));
    let shown = page(&school, "zainab", id, "zainab").await;
    assert!(!shown.can_hand_in && shown.files.is_empty());
    assert_eq!(names(&shown.left_out), ["film.jpg"]);
}
