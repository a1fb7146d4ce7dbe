//! The files of set work over HTTP: attached, fetched, taken off.

use http::StatusCode;
use sea_orm::{ConnectionTrait, DbBackend};
use test_kit::NewWork;

use crate::classrooms::seen_in;
use crate::persona::Served;

/// Beside the picker, where one file keeps the others from being added.
const NONE_ADDED: &str = "None of the files was added. Choose again those that fit";

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
    let shown = served.as_("ada").get(&page).await.body;
    let (before, _) = shown
        .split_once(&format!("action=\"{remove}\""))
        .expect("the form");
    assert!(
        before.rfind("<details") > before.rfind("</details>"),
        "it is asked first: {shown}"
    );
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
async fn files_that_are_too_large_are_each_named_and_nothing_is_kept() {
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
            &[("files", "film.mp4", &large), ("files", "clip.mov", &large)],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for name in ["film.mp4", "clip.mov"] {
        // In the summary, and beside the picker.
        let said = format!("{name} is larger than 50 MB, so it was not added");
        assert!(refused.body.matches(&said).count() > 1, "{name}");
    }
    assert!(!refused.body.contains("Choose again"), "there is no other");
    assert_eq!(link(&ada.get(&page).await.body), None);
}

#[tokio::test]
async fn an_empty_file_of_a_teacher_is_named_and_not_kept() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let mut ada = served.as_("ada");
    let refused = ada
        .post_files(
            &format!("{page}/materials"),
            &[],
            &[("files", "empty.txt", b"")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = "empty.txt is empty, so it was not added. Choose it again";
    assert!(refused.body.matches(said).count() > 1, "{}", refused.body);
    assert_eq!(link(&ada.get(&page).await.body), None);
    let kept = walk(&served.folder().join("files"));
    assert_eq!(kept, Vec::<std::path::PathBuf>::new());
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
    assert!(refused.body.contains(NONE_ADDED), "{}", refused.body);
    assert_eq!(link(&ada.get(&page).await.body), None);
}

#[tokio::test]
async fn whose_file_is_refused_is_told_that_the_others_have_to_be_chosen_again() {
    let served = Served::new().await;
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let forms = [
        format!("{room}/assignments/new"),
        format!("/assignments/{id}/edit"),
        format!("/assignments/{id}/materials"),
    ];
    let fields = [
        ("title", "Rivers"),
        ("instructions", "Read the sheet"),
        ("intent", "publish"),
    ];
    let film = vec![7_u8; 50 * 1024 * 1024 + 1];
    let sheet: (&str, &str, &[u8]) = ("files", "rivers.pdf", b"rivers");
    let mut ada = served.as_("ada");
    for form in &forms {
        let refused = ada
            .post_files(form, &fields, &[sheet, ("files", "film.mp4", &film)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        for said in ["film.mp4 is larger than 50 MB", NONE_ADDED] {
            assert!(refused.body.contains(said), "{form}: {said}");
        }
        assert!(!ada.get(&room).await.body.contains("Rivers"), "{form}");
    }
    let kept = walk(&served.folder().join("files"));
    assert_eq!(kept, Vec::<std::path::PathBuf>::new());
    let set = ada.post_files(&forms[0], &fields, &[sheet]).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    assert!(ada.get(&room).await.body.contains("Rivers"));
}

#[tokio::test]
async fn of_more_files_than_work_holds_none_is_added_and_their_teacher_is_told_so() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let materials = format!("{page}/materials");
    let names: Vec<String> = (1..=21).map(|number| format!("{number}.txt")).collect();
    let files: Vec<(&str, &str, &[u8])> = names
        .iter()
        .map(|name| ("files", name.as_str(), name.as_bytes()))
        .collect();
    let mut ada = served.as_("ada");
    let refused = ada.post_files(&materials, &[], &files).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["Choose at most 20 files at once", NONE_ADDED] {
        assert!(refused.body.contains(said), "{}", refused.body);
    }
    assert_eq!(link(&ada.get(&page).await.body), None);

    let added = ada.post_files(&materials, &[], &files[..20]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let refused = ada.post_files(&materials, &[], &files[20..]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["Work holds at most 20 files", NONE_ADDED] {
        assert!(refused.body.contains(said), "{}", refused.body);
    }
    let shown = ada.get(&page).await.body;
    assert!(shown.contains("20.txt") && !shown.contains("21.txt"));
}

#[tokio::test]
async fn whose_form_came_second_is_told_that_its_files_were_not_added() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let id = served.school.assignment("10Ma1", work).await;
    let edit = format!("/assignments/{id}/edit");
    let mut ada = served.as_("ada");
    let seen = seen_in(&ada.get(&edit).await.body);
    served.school.clock.advance(chrono::TimeDelta::minutes(1));
    let mut fields = [
        ("title", "Rivers"),
        ("intent", "publish"),
        ("seen", seen.as_str()),
    ];
    let first = ada.post_files(&edit, &fields, &[]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    fields[0].1 = "Lakes";
    let second = ada
        .post_files(&edit, &fields, &[("files", "lakes.pdf", b"lakes")])
        .await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    for said in [
        "This work was changed while you wrote, by somebody else or by you in another window.",
        "None of the files was added. Choose them again.",
    ] {
        assert!(second.body.contains(said), "{}", second.body);
    }
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
