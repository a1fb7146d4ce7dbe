//! A copy goes out while it is made, piece by piece, and one that breaks off never looks
//! whole.

use std::io::{Cursor, Read};
use std::pin::pin;

use bytes::Bytes;
use domain::export;
use domain::files::Store;
use entity::event;
use futures::TryStreamExt;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::School;
use zip::ZipArchive;

use super::{started, with_files};

/// The most that goes out at once.
const PIECE: usize = 64 * 1024;
const FILES: [(&str, &str); 3] = [
    ("submissions/a", "essay.bin"),
    ("submissions/b", "map.bin"),
    ("submissions/c", "graph.bin"),
];

/// A store in a folder of its own, which goes with it.
fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    (folder, store)
}

fn joined(pieces: &[Bytes]) -> Vec<u8> {
    let mut all = Vec::new();
    for piece in pieces {
        all.extend_from_slice(piece);
    }
    all
}

fn names(zip: &ZipArchive<Cursor<Vec<u8>>>) -> Vec<String> {
    zip.file_names()
        .filter_map(Result::ok)
        .map(std::borrow::Cow::into_owned)
        .collect()
}

#[tokio::test]
async fn a_copy_goes_out_before_its_files_are_fetched_and_is_on_record_before_that() {
    let school = School::new().await;
    let (_folder, store) = store();
    with_files(&school, &store, &FILES, &Bytes::from(vec![7; 300_000])).await;
    let copy = started(&store, &school, "zainab", "zainab").await;
    let told = event::Entity::find()
        .filter(event::Column::Kind.eq("data.copied"))
        .filter(event::Column::SubjectId.eq(school.person("zainab").0))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(told, 1, "nothing has gone out yet");
    let mut pieces = pin!(copy.bytes());
    let first = pieces.try_next().await.expect("made").expect("something");
    assert!(first.starts_with(b"PK"), "the beginning of an archive");
    // Had it been fetched, it would be in the copy.
    let (gone, name) = FILES[0];
    store.delete(gone).await.expect("deleted");
    let mut all = first.to_vec();
    while let Some(piece) = pieces.try_next().await.expect("made") {
        all.extend_from_slice(&piece);
    }
    let zip = ZipArchive::new(Cursor::new(all)).expect("a whole archive");
    let names = names(&zip);
    let missing = format!("{name} is missing.txt");
    assert!(
        names.iter().any(|name| name.ends_with(&missing)),
        "{names:?}"
    );
}

#[tokio::test]
async fn a_copy_comes_in_small_pieces_that_are_whole_together() {
    let school = School::new().await;
    let (_folder, store) = store();
    let bytes = Bytes::from(vec![7; 300_000]);
    with_files(&school, &store, &FILES, &bytes).await;
    let copy = started(&store, &school, "zainab", "zainab").await;
    let pieces: Vec<Bytes> = copy.bytes().try_collect().await.expect("made");
    assert!(pieces.iter().all(|piece| piece.len() <= PIECE));
    let mut zip = ZipArchive::new(Cursor::new(joined(&pieces))).expect("a whole archive");
    let mut files = 0;
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("it is there");
        let is_file = file.name().expect("a name").starts_with("files/");
        let mut read = Vec::new();
        file.read_to_end(&mut read).expect("as its checksum says");
        if is_file {
            assert_eq!(read, bytes);
            files += 1;
        }
    }
    assert_eq!(files, FILES.len());
    assert!(names(&zip).contains(&"data.html".to_owned()));
}

#[tokio::test]
async fn a_copy_that_breaks_off_anywhere_does_not_open() {
    let school = School::new().await;
    let (_folder, store) = store();
    with_files(&school, &store, &FILES, &Bytes::from(vec![7; 300_000])).await;
    let copy = started(&store, &school, "zainab", "zainab").await;
    let pieces: Vec<Bytes> = copy.bytes().try_collect().await.expect("made");
    assert!(pieces.len() > 10, "{} pieces", pieces.len());
    for came in 0..pieces.len() {
        let part = joined(&pieces[..came]);
        assert!(
            ZipArchive::new(Cursor::new(part)).is_err(),
            "{came} of {} pieces",
            pieces.len()
        );
    }
}

#[tokio::test]
async fn how_many_files_a_copy_holds_and_how_large_they_are_is_told_beforehand() {
    let school = School::new().await;
    let (_folder, store) = store();
    let inside = async |who: &str| {
        let actor = school.actor(who);
        let door = export::open_door(school.db.read(), &actor, actor.person, school.now())
            .await
            .expect("one's own");
        let inside = export::inside(school.db.read(), &door).await;
        inside.expect("counted")
    };
    let none = inside("zainab").await;
    assert_eq!((none.files, none.size_words.as_str()), (0, "0 bytes"));
    with_files(&school, &store, &FILES, &Bytes::from(vec![7; 300_000])).await;
    let three = inside("zainab").await;
    assert_eq!((three.files, three.size_words.as_str()), (3, "900 KB"));
    assert_eq!(inside("tomos").await.files, 0, "they are hers");
}
