//! Files that nothing names go, and every other stays.

use bytes::Bytes;
use chrono::TimeDelta;
use domain::files::Store;
use domain::submissions::FileToAdd;
use domain::sweep::{Swept, sweep};
use domain::{access, assignments, keys, submissions};
use futures::stream;
use test_kit::{NewWork, School};

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
            school.now(),
        )
        .await
        .expect("kept")
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
