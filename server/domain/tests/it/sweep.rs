//! Files that nothing names go, and every other stays.

use bytes::Bytes;
use chrono::TimeDelta;
use domain::files::Store;
use domain::submissions::FileToAdd;
use domain::sweep::{Swept, sweep};
use domain::{access, assignments, keys, submissions};
use entity::assignment_file;
use futures::stream;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use test_kit::{NewWork, School};
use vocab::ids::FileId;

use crate::holds::takes_a_file_out;
use crate::restrictions::{ends, restricts};

#[tokio::test]
async fn what_was_taken_away_a_week_ago_goes_and_what_was_handed_in_stays() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    let id = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let zainab = school.actor("zainab");
    let door = async || {
        access::assignment(
            school.db.read(),
            &zainab,
            id,
            assignments::policy::Action::HandIn,
            school.now(),
        )
        .await
        .expect("hers")
    };
    let attach = async |name: &str| {
        let file = FileToAdd {
            name: name.to_owned(),
            media_type: "text/plain".to_owned(),
        };
        let bytes = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"words"))]);
        submissions::attach(
            &school.db,
            &store,
            &zainab,
            id,
            file,
            bytes,
            100,
            &school.clock,
        )
        .await
        .expect("kept")
        .file
        .id
    };
    let kept = attach("kept.txt").await;
    let work = door().await;
    let tx = school.db.write().await.expect("free");
    let random = &mut domain::secrets::random();
    submissions::hand_in(&tx, &zainab, &work, ("x", None), random, school.now())
        .await
        .expect("in");
    submissions::unsubmit(&tx, &zainab, &work, school.now())
        .await
        .expect("back");
    tx.commit().await.expect("kept");
    let dropped = attach("dropped.txt").await;
    let tx = school.db.write().await.expect("free");
    for file in [kept, dropped] {
        submissions::remove_file(&tx, &zainab, &work, file, school.now())
            .await
            .expect("taken out");
    }
    tx.commit().await.expect("kept");
    store
        .put_bytes("submissions/lost", Bytes::from_static(b"no row"))
        .await
        .expect("kept");

    let soon = domain::Clock::system().now();
    assert_eq!(
        sweep(&school.db, &store, school.now())
            .await
            .expect("swept"),
        Swept::default(),
        "everything is young"
    );
    let later = soon.max(school.now()) + TimeDelta::days(8);
    assert_eq!(
        sweep(&school.db, &store, later).await.expect("swept"),
        Swept {
            removed: 1,
            left_over: 1
        }
    );
    let key = format!("submissions/{}/{kept}", school.id);
    assert_eq!(
        &keys::files::get_bytes(&store, school.db.keys(), &key)
            .await
            .expect("held by a hand-in")[..],
        b"words"
    );
    assert_eq!(
        sweep(&school.db, &store, later).await.expect("swept"),
        Swept::default(),
        "once"
    );
}

#[tokio::test]
async fn a_file_that_a_restricted_student_took_out_stays_until_the_restriction_has_ended() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    let later = takes_a_file_out(&school, &store).await;
    let swept = async || sweep(&school.db, &store, later).await.expect("swept");
    restricts(&school, "zainab", "zainab").await.expect("hers");
    assert_eq!(swept().await, Swept::default());
    ends(&school, "zainab", "zainab").await.expect("hers");
    restricts(&school, "tomos", "tomos").await.expect("his");
    assert_eq!(swept().await.removed, 1, "hers is not restricted any more");
}

#[tokio::test]
async fn a_file_that_a_restricted_teacher_took_off_work_stays_as_well() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    let work = NewWork::published("Sheet 6");
    let work = school.assignment("10Ma1", work).await;
    let key = "assignments/taken-off";
    store
        .put_bytes(key, Bytes::from_static(b"words"))
        .await
        .expect("kept");
    assignment_file::ActiveModel {
        id: Set(FileId(domain::secrets::new_id())),
        school_id: Set(school.id),
        assignment_id: Set(work),
        name: Set("sheet.txt".to_owned()),
        size_bytes: Set(5),
        media_type: Set("text/plain".to_owned()),
        object_key: Set(key.to_owned()),
        sha256: Set(domain::secrets::fingerprint("words")),
        added_by: Set(school.person("ada")),
        added_at: Set(school.now()),
        removed_at: Set(Some(school.now())),
    }
    .insert(school.db.read())
    .await
    .expect("it was taken off");
    let later = domain::Clock::system().now().max(school.now()) + TimeDelta::days(8);
    let swept = async || sweep(&school.db, &store, later).await.expect("swept");
    restricts(&school, "ada", "ada").await.expect("hers");
    assert_eq!(swept().await, Swept::default());
    ends(&school, "ada", "ada").await.expect("hers");
    assert_eq!(swept().await.removed, 1);
}
