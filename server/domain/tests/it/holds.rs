//! A legal hold stops every deletion, also those that no sweep of the retention rules does,
//! and its release lets go what is due.

use bytes::Bytes;
use chrono::TimeDelta;
use domain::arrangements::{self, policy::Action as Arrange};
use domain::files::Store;
use domain::schools::policy::Action;
use domain::submissions::FileToAdd;
use domain::sweep::{Swept, sweep};
use domain::{Permitted, Time, access, assignments, holds, mail, rights, safety, submissions};
use entity::{outbox_mail, security_event};
use futures::stream;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use test_kit::{NewWork, School};
use vocab::ids::LegalHoldId;
use vocab::retention::ValidHold;
use vocab::rights::RequestKind;
use vocab::safety::SecurityKind;

fn door(school: &School, who: &str) -> Permitted<()> {
    access::school(&school.actor(who), Action::HandleRequests).expect("of the office")
}

/// A hold on somebody, or on everybody, that two people want.
pub(crate) async fn hold(school: &School, who: Option<&str>) -> LegalHoldId {
    let tx = school.db.write().await.expect("free");
    let new = ValidHold {
        matter: "A claim".to_owned(),
        authority: "County Court".to_owned(),
        username: who.map(str::to_owned),
        days: 30,
    };
    let id = holds::open(&tx, &door(school, "desmond"), new, school.now())
        .await
        .expect("opened");
    holds::approve(&tx, &door(school, "edith"), id, school.now())
        .await
        .expect("approved");
    tx.commit().await.expect("kept");
    id
}

async fn release(school: &School, id: LegalHoldId) {
    let tx = school.db.write().await.expect("free");
    let reason = "The claim is over".to_owned();
    holds::release(&tx, &door(school, "edith"), id, reason, school.now())
        .await
        .expect("released");
    tx.commit().await.expect("kept");
}

/// Zainab adds a file to a draft and takes it out again; answers when its time is over.
pub(crate) async fn takes_a_file_out(school: &School, store: &Store) -> Time {
    let work = NewWork::published("Sheet 6");
    let id = school.assignment("10Ma1", work).await;
    let zainab = school.actor("zainab");
    let hand_in = assignments::policy::Action::HandIn;
    let work = access::assignment(school.db.read(), &zainab, id, hand_in, school.now())
        .await
        .expect("hers");
    let file = FileToAdd {
        name: "dropped.txt".to_owned(),
        media_type: "text/plain".to_owned(),
    };
    let bytes = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"words"))]);
    let (db, clock) = (&school.db, &school.clock);
    let file = submissions::attach(db, store, &zainab, id, file, bytes, 100, clock)
        .await
        .expect("kept")
        .file
        .id;
    let tx = school.db.write().await.expect("free");
    submissions::remove_file(&tx, &zainab, &work, file, school.now())
        .await
        .expect("taken out");
    tx.commit().await.expect("kept");
    domain::Clock::system().now().max(school.now()) + TimeDelta::days(8)
}

#[tokio::test]
async fn a_file_that_a_held_student_took_out_stays_until_the_release() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    let later = takes_a_file_out(&school, &store).await;
    let swept = async || sweep(&school.db, &store, later).await.expect("swept");
    for who in [Some("zainab"), None] {
        let held = hold(&school, who).await;
        assert_eq!(swept().await, Swept::default(), "{who:?}");
        release(&school, held).await;
    }
    hold(&school, Some("tomos")).await;
    assert_eq!(swept().await.removed, 1, "hers is not held any more");
}

#[tokio::test]
async fn what_is_arranged_for_a_held_student_is_not_taken_away() {
    let school = School::new().await;
    crate::arrangements::set(&school, "zainab", &crate::arrangements::some()).await;
    let held = hold(&school, Some("zainab")).await;
    let take_away = async || {
        let (desmond, zainab) = (school.actor("desmond"), school.person("zainab"));
        let learner = access::arrangements(school.db.read(), &desmond, zainab, Arrange::Set)
            .await
            .expect("an admin");
        let tx = school.db.write().await.expect("free");
        arrangements::take_away(&tx, &learner, "", school.now()).await?;
        tx.commit().await.expect("kept");
        Ok::<_, arrangements::Error>(())
    };
    let refused = take_away().await;
    assert!(matches!(refused, Err(arrangements::Error::Held)));
    release(&school, held).await;
    take_away().await.expect("nothing keeps it");
    take_away().await.expect("nothing is left");
}

#[tokio::test]
async fn what_is_left_of_a_mail_to_somebody_who_is_held_stays() {
    let school = School::new().await;
    let rosa = school.actor("rosa");
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &rosa, rosa.person)
        .await
        .expect("herself");
    rights::file(
        &tx,
        &about,
        RequestKind::Access,
        String::new(),
        school.now(),
    )
    .await
    .expect("filed");
    let over = school.now() + TimeDelta::days(8);
    mail::expire(&tx, over).await.expect("given up");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::days(200));
    let left = async || {
        let tx = school.db.write().await.expect("free");
        mail::forget_old(&tx, school.now()).await.expect("runs");
        tx.commit().await.expect("kept");
        outbox_mail::Entity::find()
            .filter(outbox_mail::Column::RecipientId.eq(rosa.person))
            .all(school.db.read())
            .await
            .expect("read")
    };
    let held = hold(&school, Some("rosa")).await;
    let kept = left().await;
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].variables.is_empty(), "its words stay too");
    release(&school, held).await;
    assert!(left().await.is_empty());
}

#[tokio::test]
async fn lines_of_the_security_log_about_somebody_who_is_held_stay() {
    let school = School::new().await;
    for who in [Some("zainab"), Some("tomos"), None] {
        security_event::ActiveModel {
            id: Set(domain::secrets::new_id()),
            school_id: Set(school.id),
            kind: Set(SecurityKind::RefusedSignIn),
            person_id: Set(who.map(|who| school.person(who))),
            detail: Set(String::new()),
            at: Set(school.now()),
        }
        .insert(school.db.read())
        .await
        .expect("written down");
    }
    school.clock.advance(TimeDelta::days(31));
    let left = async || {
        let tx = school.db.write().await.expect("free");
        safety::forget_old(&tx, school.now()).await.expect("runs");
        tx.commit().await.expect("kept");
        security_event::Entity::find()
            .filter(security_event::Column::SchoolId.eq(school.id))
            .count(school.db.read())
            .await
            .expect("counted")
    };
    let everybody = hold(&school, None).await;
    assert_eq!(left().await, 3, "of everybody, and of nobody");
    let hers = hold(&school, Some("zainab")).await;
    release(&school, everybody).await;
    assert_eq!(left().await, 1, "hers alone");
    release(&school, hers).await;
    assert_eq!(left().await, 0);
}
