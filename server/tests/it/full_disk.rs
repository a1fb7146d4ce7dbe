//! A disk with no room: what was typed stays, nothing is left of the file, and who
//! sent it is told so.

use std::fmt;
use std::io;
use std::path::Path as Folder;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use domain::files::Store;
use futures::stream::BoxStream;
use http::StatusCode;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};
use test_kit::NewWork;

use crate::persona::Served;

const ROOM: usize = 1_500_000;

/// A folder on a disk with little room. Room that a file took is not given back.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    disk: LocalFileSystem,
    room: Arc<AtomicUsize>,
}

impl SmallDisk {
    fn store(folder: &Folder) -> Store {
        let disk = LocalFileSystem::new_with_prefix(folder).expect("the folder is there");
        Store::new(Arc::new(Self {
            disk,
            room: Arc::new(AtomicUsize::new(ROOM)),
        }))
    }
}

impl fmt::Display for SmallDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a small disk")
    }
}

fn take(room: &AtomicUsize, bytes: usize) -> Result<()> {
    let taken = room.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
        left.checked_sub(bytes)
    });
    taken.map(drop).map_err(|_| Error::Generic {
        store: "a small disk",
        source: Box::new(io::Error::from(io::ErrorKind::StorageFull)),
    })
}

/// A file on its way to the disk.
#[derive(Debug)]
struct Growing {
    file: Box<dyn MultipartUpload>,
    room: Arc<AtomicUsize>,
}

#[async_trait]
impl MultipartUpload for Growing {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        match take(&self.room, data.content_length()) {
            Ok(()) => self.file.put_part(data),
            Err(full) => Box::pin(std::future::ready(Err(full))),
        }
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.file.complete().await
    }

    async fn abort(&mut self) -> Result<()> {
        self.file.abort().await
    }
}

#[async_trait]
impl ObjectStore for SmallDisk {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        take(&self.room, payload.content_length())?;
        self.disk.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Growing {
            file: self.disk.put_multipart_opts(location, opts).await?,
            room: self.room.clone(),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.disk.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.disk.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.disk.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.disk.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.disk.copy_opts(from, to, options).await
    }
}

/// The files in the store, finished or not.
fn files_in(folder: &Folder) -> Vec<u64> {
    let Ok(entries) = folder.read_dir() else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.expect("readable").path())
        .flat_map(|path| {
            if path.is_dir() {
                files_in(&path)
            } else {
                vec![path.metadata().expect("readable").len()]
            }
        })
        .collect()
}

#[tokio::test]
async fn a_full_disk_refuses_the_file_in_words_and_keeps_the_draft() {
    let served = Served::storing(SmallDisk::store).await;
    let files = served.folder().join("files");
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let large = vec![7; 2_000_000];
    let mut zainab = served.as_("zainab");
    let refused = zainab
        .post_files(
            &format!("/assignments/{work}/hand-in"),
            &[("text", "unmistakable"), ("version", "0")],
            &[("files", "film.mp4", &large)],
        )
        .await;
    assert!(!refused.status.is_success() && !refused.status.is_redirection());
    assert!(
        refused.body.contains("There is no room for film.mp4"),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("unmistakable"), "what was typed");
    let page = zainab.get(&format!("/assignments/{work}")).await;
    assert!(page.body.contains("unmistakable"), "the draft is kept");
    assert!(!page.body.contains("film.mp4") && !page.body.contains("class=\"receipt\""));
    assert!(files_in(&files).is_empty(), "no half file is left");
    let small = zainab
        .post_files(
            &format!("/assignments/{work}/hand-in"),
            &[("text", "unmistakable"), ("version", "1")],
            &[("files", "graph.png", b"bytes")],
        )
        .await;
    assert_eq!(small.status, StatusCode::SEE_OTHER, "{}", small.body);
    assert_eq!(files_in(&files).len(), 1, "what fits is kept");
}

#[tokio::test]
async fn files_after_one_that_finds_no_room_are_said_not_to_be_added() {
    let served = Served::storing(SmallDisk::store).await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let large = vec![7_u8; 2_000_000];
    let files: [(&str, &str, &[u8]); 3] = [
        ("files", "plan.txt", b"a plan"),
        ("files", "film.mp4", &large),
        ("files", "graph.png", b"a graph"),
    ];
    let mut zainab = served.as_("zainab");
    let refused = zainab
        .post_files(&format!("{page}/draft"), &[("text", "my words")], &files)
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    for said in [
        "There is no room for film.mp4",
        "Files after it were not added. Your words are kept.",
    ] {
        assert!(refused.body.contains(said), "{}", refused.body);
    }
    let shown = zainab.get(&page).await.body;
    assert!(shown.contains("plan.txt") && !shown.contains("graph.png"));
    // Now the film comes last.
    let [_, film, graph] = files;
    let refused = zainab
        .post_files(
            &format!("{page}/draft"),
            &[("text", "my words")],
            &[graph, film],
        )
        .await;
    let said = "try again later. Your words and the other files are kept.";
    assert!(refused.body.contains(said), "{}", refused.body);
    assert!(zainab.get(&page).await.body.contains("graph.png"));
}

#[tokio::test]
async fn words_that_another_device_overtook_are_not_called_kept_beside_a_file_without_room() {
    let served = Served::storing(SmallDisk::store).await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let film = vec![7_u8; 2_000_000];
    let files: [(&str, &str, &[u8]); 2] = [
        ("files", "plan.txt", b"a plan"),
        ("files", "film.mp4", &film),
    ];
    let mut zainab = served.as_("zainab");
    let first = [("text", "written first"), ("version", "0")];
    let saved = zainab.post(&format!("{page}/draft"), &first).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let others = [("text", "other words"), ("version", "0")];
    for button in ["draft", "hand-in"] {
        let refused = zainab
            .post_files(&format!("{page}/{button}"), &others, &files)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{button}");
        for said in [
            "Another device saved different words",
            "There is no room for film.mp4",
        ] {
            assert!(refused.body.contains(said), "{button}: {}", refused.body);
        }
        for untrue in ["Your words and", "Your words are"] {
            assert!(!refused.body.contains(untrue), "{button}: {untrue}");
        }
    }
    let shown = zainab.get(&page).await.body;
    assert!(shown.contains("written first") && !shown.contains("other words"));
}

#[tokio::test]
async fn a_teachers_file_that_finds_no_room_leaves_nothing_behind() {
    let served = Served::storing(SmallDisk::store).await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut ada = served.as_("ada");
    let refused = ada
        .post_files(
            &format!("/assignments/{work}/materials"),
            &[],
            &[
                ("files", "film.mp4", &vec![7; 2_000_000]),
                ("files", "sheet.pdf", b"a sheet"),
            ],
        )
        .await;
    for said in [
        "There is no room for film.mp4",
        "None of the files was added.",
    ] {
        assert!(refused.body.contains(said), "{}", refused.body);
    }
    let page = ada.get(&format!("/assignments/{work}")).await;
    assert!(!page.body.contains("film.mp4"));
    assert!(files_in(&served.folder().join("files")).is_empty());
}
