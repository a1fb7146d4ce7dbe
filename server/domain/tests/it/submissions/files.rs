//! The files of an answer: kept whole or not at all, with clean names, and bounded.

use bytes::Bytes;
use domain::files::Store;
use domain::submissions::{self, Error, FileToAdd};
use domain::{AccessError, access, keys};
use entity::submission_file;
use futures::stream;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::assignments::{FileSummary, MAX_FILES};
use vocab::form::error_for;
use vocab::ids::AssignmentId;

use super::{hand_in, sheet};

pub(super) async fn attach(
    school: &School,
    store: &Store,
    id: AssignmentId,
    name: &str,
    chunks: Vec<Result<Bytes, std::io::Error>>,
) -> Result<FileSummary, Error> {
    let file = FileToAdd {
        name: name.to_owned(),
        media_type: "text/plain".to_owned(),
    };
    let (actor, bytes) = (school.actor("zainab"), stream::iter(chunks));
    submissions::attach(
        &school.db,
        store,
        &actor,
        id,
        file,
        bytes,
        1_000,
        school.now(),
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
