//! The files of set work over HTTP: attached, fetched, taken off.

use http::StatusCode;
use sea_orm::{ConnectionTrait, DbBackend};
use test_kit::NewWork;

use crate::persona::Served;

fn link(body: &str) -> Option<String> {
    regex::Regex::new("/materials/[0-9a-f-]{36}")
        .expect("a pattern")
        .find(body)
        .map(|found| found.as_str().to_owned())
}

#[tokio::test]
async fn who_sees_the_work_fetches_its_files_and_nobody_else() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let page = format!("/assignments/{id}");
    let added = served
        .as_("ada")
        .post_files(
            &format!("{page}/materials"),
            &[],
            &[("files", "map.pdf", b"a map")],
        )
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    for reader in ["ada", "zainab", "rosa"] {
        let body = served.as_(reader).get(&page).await.body;
        let file = served.as_(reader).get(&link(&body).expect("a link")).await;
        assert_eq!(file.body, "a map", "{reader}");
        assert!(file.header("content-disposition").starts_with("attachment"));
    }
    let file = link(&served.as_("ada").get(&page).await.body).expect("a link");
    for other in ["cleo", "sam", "sid", "gus"] {
        assert_eq!(
            served.as_(other).get(&file).await.status,
            StatusCode::NOT_FOUND,
            "{other}"
        );
    }
    let remove = format!("{page}{file}/remove");
    assert_eq!(
        served.as_("ada").post(&remove, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        served.as_("zainab").get(&file).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_box_for_files_is_folded_until_something_is_wrong_with_them() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let page = format!("/assignments/{id}");
    let fold = regex::Regex::new("(?s)<details([^>]*)>\\s*<summary[^>]*>Add files").expect("one");
    let is_open = |body: &str| {
        let found = fold.captures(body).expect("the box is folded");
        found[1].contains("open")
    };
    let mut ada = served.as_("ada");
    assert!(!is_open(&ada.get(&page).await.body));
    // As a browser sends a field in which nothing was chosen.
    let none = ada
        .post_files(&format!("{page}/materials"), &[], &[("files", "", b"")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(is_open(&none.body) && none.body.contains("Choose a file first"));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_nothing_is_kept() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let large = vec![7_u8; 50 * 1024 * 1024 + 1];
    let page = format!("/assignments/{id}");
    let mut ada = served.as_("ada");
    let refused = ada
        .post_files(
            &format!("{page}/materials"),
            &[],
            &[("files", "film.mp4", &large)],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("larger than 50 MB"));
    assert_eq!(link(&ada.get(&page).await.body), None);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_named_also_where_too_much_comes_after_it() {
    let served = Served::configured(None, |config| config.most_drained_bytes = 1024).await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let film = vec![7_u8; 51 * 1024 * 1024];
    let files: [(&str, &str, &[u8]); 2] = [
        ("files", "film.mp4", &film),
        ("files", "sheet.pdf", &[7; 4096]),
    ];
    let page = format!("/assignments/{id}");
    let mut ada = served.as_("ada");
    let refused = ada
        .post_files(&format!("{page}/materials"), &[], &files)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("film.mp4 is larger than 50 MB"));
    assert_eq!(link(&ada.get(&page).await.body), None);
}

#[tokio::test]
async fn work_is_set_together_with_its_files() {
    let served = Served::new().await;
    let form = format!(
        "/classrooms/{}/assignments/new",
        served.school.classroom("10Ma1")
    );
    let mut ada = served.as_("ada");
    let fields = [
        ("title", "Rivers"),
        ("instructions", "Read the sheet"),
        ("intent", "publish"),
    ];
    let set = ada
        .post_files(&form, &fields, &[("files", "rivers.pdf", b"rivers")])
        .await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    let page = ada.get(set.location()).await.body;
    assert!(page.contains("rivers.pdf") && link(&page).is_some());
}

#[tokio::test]
async fn a_refused_form_says_that_its_files_have_to_be_chosen_again_and_keeps_none() {
    let served = Served::new().await;
    let form = format!(
        "/classrooms/{}/assignments/new",
        served.school.classroom("10Ma1")
    );
    let refused = served
        .as_("ada")
        .post_files(
            &form,
            &[
                ("title", ""),
                ("instructions", "unmistakable"),
                ("intent", "publish"),
            ],
            &[("files", "rivers.pdf", b"rivers")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("unmistakable") && refused.body.contains("Choose the files again")
    );
    let kept = walk(&served.folder().join("files"));
    assert_eq!(kept, Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn whoever_may_not_change_the_work_adds_nothing_to_it() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    for (other, status) in [
        ("zainab", StatusCode::FORBIDDEN),
        ("rosa", StatusCode::FORBIDDEN),
        ("cleo", StatusCode::NOT_FOUND),
    ] {
        let refused = served
            .as_(other)
            .post_files(
                &format!("/assignments/{id}/materials"),
                &[],
                &[("files", "map.pdf", b"a map")],
            )
            .await;
        assert_eq!(refused.status, status, "{other}");
    }
    assert_eq!(
        walk(&served.folder().join("files")),
        Vec::<std::path::PathBuf>::new()
    );
}

#[tokio::test]
async fn adding_nothing_is_said_beside_the_picker() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let refused = served
        .as_("ada")
        .post_files(
            &format!("/assignments/{id}/materials"),
            &[],
            &[("files", "", b"")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Choose a file first"));
}

/// A row for a file brings another with it that breaks a rule which is looked at when
/// everything else is done.
async fn let_commits_fail(served: &Served) {
    let db = served.school.db.read();
    let table = "CREATE TABLE spoilt (id INTEGER PRIMARY KEY, \
                 other INTEGER REFERENCES spoilt (id) DEFERRABLE INITIALLY DEFERRED)";
    let row = "INSERT INTO spoilt (id, other) VALUES (1, 2)";
    let mut all = vec![table.to_owned()];
    if db.get_database_backend() == DbBackend::Sqlite {
        all.push(format!(
            "CREATE TRIGGER spoil AFTER INSERT ON assignment_file BEGIN {row}; END"
        ));
    } else {
        all.push(format!(
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {row}; RETURN NULL; END $$"
        ));
        all.push(
            "CREATE TRIGGER spoil AFTER INSERT ON assignment_file \
             FOR EACH ROW EXECUTE FUNCTION spoil()"
                .to_owned(),
        );
    }
    for sql in all {
        db.execute_unprepared(&sql).await.expect("it is made");
    }
}

#[tokio::test]
async fn where_a_commit_fails_the_bytes_stay_because_it_may_still_have_happened() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let_commits_fail(&served).await;
    let forms = [
        format!("/assignments/{id}/materials"),
        format!("/assignments/{id}/edit"),
        format!(
            "/classrooms/{}/assignments/new",
            served.school.classroom("10Ma1")
        ),
    ];
    let fields = [
        ("title", "Rivers"),
        ("instructions", "Read the sheet"),
        ("intent", "publish"),
    ];
    let files = served.folder().join("files");
    for (at, form) in forms.iter().enumerate() {
        let failed = served
            .as_("ada")
            .post_files(form, &fields, &[("files", "rivers.pdf", b"rivers")])
            .await;
        assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{form}");
        assert_eq!(walk(&files).len(), at + 1, "{form}");
    }
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[tokio::test]
async fn the_simple_view_holds_the_work_and_its_files_alone_and_reads_aloud_for_everybody() {
    let served = Served::new().await;
    let id = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let page = format!("/assignments/{id}");
    let added = [("files", "map.pdf", b"a map" as &[u8])];
    let materials = format!("{page}/materials");
    served.as_("ada").post_files(&materials, &[], &added).await;
    let answer = served.school.submission(id, "zainab", "x = 4").await;
    served.school.returned_mark(answer, "ada", 14, "Neat").await;
    let simple = format!("{page}/simple");
    assert!(served.as_("zainab").get(&page).await.body.contains(&simple));
    for (reader, sees_feedback) in [("zainab", true), ("rosa", true), ("ada", false)] {
        let shown = served.as_(reader).get(&simple).await;
        assert_eq!(shown.status, StatusCode::OK, "{reader}");
        let has = |words: &str| shown.body.contains(words);
        assert!(
            has("Sheet 6") && has("What to do") && has("map.pdf"),
            "{reader}"
        );
        assert!(
            has("/reading/aloud") && has("action=\"/sign-out\""),
            "{reader}"
        );
        assert_eq!(has("Neat"), sees_feedback, "{reader}");
        assert!(
            !has("class=\"bar\"") && !has("<textarea") && !has("/remove"),
            "{reader}"
        );
    }
    let other = served.as_("tomos").get(&simple).await;
    assert!(!other.body.contains("Neat"));
    for stranger in ["cleo", "sam", "sid"] {
        let hidden = served.as_(stranger).get(&simple).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{stranger}");
    }
}
