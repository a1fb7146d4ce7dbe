//! A student's answer: drafts that are never lost, hand-ins that are never
//! changed, files, and who sees what of it.

mod files;
mod lateness;
mod left;
mod own_child;
mod thirty;

use chrono::TimeDelta;
use domain::assignments::policy::Action;
use domain::secrets::{self, new_id};
use domain::submissions::{self, Error};
use domain::{AccessError, Actor, Permitted, access};
use entity::{attempt, event, submission};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::assignments::{AttemptSummary, DraftSaved, MAX_ANSWER_CHARS, StudentWork, WorkState};
use vocab::form::error_for;
use vocab::ids::{AssignmentId, SessionId};

use files::{attach, some, store};

async fn door(
    school: &School,
    who: &str,
    id: AssignmentId,
    action: Action,
) -> Permitted<access::Work> {
    access::assignment(
        school.db.read(),
        &school.actor(who),
        id,
        action,
        school.now(),
    )
    .await
    .expect("the door is open")
}

async fn save(school: &School, who: &str, id: AssignmentId, text: &str, base: i32) -> DraftSaved {
    save_as(school, &school.actor(who), id, text, base).await
}

/// The same by somebody who is signed in like this.
async fn save_as(
    school: &School,
    actor: &Actor,
    id: AssignmentId,
    text: &str,
    base: i32,
) -> DraftSaved {
    let (db, now) = (school.db.read(), school.now());
    let work = access::assignment(db, actor, id, Action::HandIn, now)
        .await
        .expect("the door is open");
    let tx = school.db.write().await.expect("free");
    let saved = submissions::save_draft(&tx, actor, &work, text, base, now)
        .await
        .expect("a draft can be kept");
    tx.commit().await.expect("kept");
    saved
}

async fn hand_in(
    school: &School,
    who: &str,
    id: AssignmentId,
    text: &str,
) -> Result<AttemptSummary, Error> {
    let work = door(school, who, id, Action::HandIn).await;
    let tx = school.db.write().await.expect("free");
    let (actor, mut random) = (school.actor(who), secrets::random());
    let attempt =
        submissions::hand_in(&tx, &actor, &work, (text, None), &mut random, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(attempt)
}

async fn unsubmit(school: &School, who: &str, id: AssignmentId) -> Result<(), Error> {
    let work = door(school, who, id, Action::HandIn).await;
    let tx = school.db.write().await.expect("free");
    submissions::unsubmit(&tx, &school.actor(who), &work, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn page(school: &School, who: &str, id: AssignmentId, student: &str) -> StudentWork {
    let work = door(school, who, id, Action::See).await;
    let (actor, student) = (school.actor(who), school.person(student));
    submissions::student_page(school.db.read(), &actor, &work, student, school.now())
        .await
        .expect("the page is there")
}

async fn sheet(school: &School) -> AssignmentId {
    let sheet = NewWork::published("Sheet 6")
        .due("2026-11-26T15:30:00Z")
        .points(20);
    school.assignment("10Ma1", sheet).await
}

#[tokio::test]
async fn a_draft_is_kept_version_by_version_and_begun_once() {
    let school = School::new().await;
    let id = sheet(&school).await;
    for (text, base, version) in [("x", 0, 1), ("x =", 1, 2), ("x =", 2, 2), ("x = 4", 2, 3)] {
        let saved = save(&school, "zainab", id, text, base).await;
        assert!(matches!(saved, DraftSaved::Kept { version: kept, .. } if kept == version));
    }
    let begun = event::Entity::find()
        .filter(event::Column::Kind.eq("submission.draft_begun"))
        .count(school.db.read())
        .await
        .expect("events can be counted");
    assert_eq!(begun, 1);
    assert_eq!(
        page(&school, "zainab", id, "zainab").await.state,
        WorkState::Draft
    );
}

#[tokio::test]
async fn a_second_device_does_not_overwrite_the_first_and_sees_its_words() {
    let school = School::new().await;
    let id = sheet(&school).await;
    save(&school, "zainab", id, "from the tablet", 0).await;
    let saved = save(&school, "zainab", id, "from the phone", 0).await;
    let theirs = DraftSaved::Conflict {
        version: 1,
        theirs: "from the tablet".to_owned(),
    };
    assert_eq!(saved, theirs);
    let again = save(&school, "zainab", id, "from the tablet", 0).await;
    assert!(matches!(again, DraftSaved::Kept { version: 1, .. }));
}

#[tokio::test]
async fn words_that_hold_all_of_the_draft_take_its_place_where_an_answer_was_lost() {
    let school = School::new().await;
    let id = sheet(&school).await;
    save(&school, "zainab", id, "One leaf", 0).await;
    // The answers to the saves before were lost, or are still on their way.
    for words in ["One leaf more", "Another text\n\nOne leaf more"] {
        let saved = save(&school, "zainab", id, words, 0).await;
        assert!(matches!(saved, DraftSaved::Kept { .. }), "{words}");
    }
    let refused = save(&school, "zainab", id, "One tree", 2).await;
    assert!(matches!(refused, DraftSaved::Conflict { version: 3, .. }));
}

#[tokio::test]
async fn what_was_deleted_on_another_device_does_not_come_back_unseen() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let all = "My bean is big. I am cross.";
    save(&school, "zainab", id, all, 0).await;
    let elsewhere = Actor {
        session: SessionId(new_id()),
        ..school.actor("zainab")
    };
    for (base, left) in [(1, "My bean is big."), (2, "")] {
        save_as(&school, &elsewhere, id, left, base).await;
        for began_from in [0, base] {
            let late = save(&school, "zainab", id, all, began_from).await;
            let theirs = DraftSaved::Conflict {
                version: base + 1,
                theirs: left.to_owned(),
            };
            assert_eq!(late, theirs);
        }
    }
}

#[tokio::test]
async fn each_hand_in_raises_the_version_and_one_that_left_the_words_stops_no_other_page() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let version = async || page(&school, "zainab", id, "zainab").await.draft_version;
    save(&school, "zainab", id, "x =", 0).await;
    hand_in(&school, "zainab", id, "x =").await.expect("in");
    assert_eq!(version().await, 2);
    // The same again is no new attempt.
    hand_in(&school, "zainab", id, "x =").await.expect("in");
    assert_eq!(version().await, 2);
    unsubmit(&school, "zainab", id).await.expect("not due yet");
    hand_in(&school, "zainab", id, "x =").await.expect("in");
    assert_eq!(version().await, 3);
    // A page from before both has these words, and goes on from them.
    let saved = save(&school, "zainab", id, "x = 4", 1).await;
    assert!(matches!(saved, DraftSaved::Kept { version: 4, .. }));
    hand_in(&school, "zainab", id, "x = 5").await.expect("in");
    let saved = save(&school, "zainab", id, "x = 44", 4).await;
    assert!(matches!(saved, DraftSaved::Conflict { version: 5, .. }));
}

#[tokio::test]
async fn a_hand_in_answers_a_receipt_and_the_time() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let attempt = hand_in(&school, "zainab", id, "x = 4")
        .await
        .expect("handed in");
    assert_eq!((attempt.number, attempt.is_late), (1, false));
    assert_eq!(attempt.receipt.len(), 11);
    assert_eq!(attempt.handed_in.words, "Tuesday 24 November, 10:00");
    let page = page(&school, "zainab", id, "zainab").await;
    assert_eq!(page.state, WorkState::HandedIn);
    assert_eq!(page.attempts, [attempt]);
    assert!(page.can_unsubmit && !page.can_hand_in);
}

#[tokio::test]
async fn a_hand_in_after_the_due_minute_is_late_and_still_taken() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let to_due = TimeDelta::hours(53) + TimeDelta::minutes(30);
    school.clock.advance(to_due + TimeDelta::seconds(59));
    assert!(
        !hand_in(&school, "zainab", id, "x = 4")
            .await
            .expect("taken")
            .is_late
    );
    school.clock.advance(TimeDelta::seconds(1));
    assert!(
        hand_in(&school, "tomos", id, "x = 4")
            .await
            .expect("taken")
            .is_late
    );
    assert_eq!(
        page(&school, "tomos", id, "tomos").await.state,
        WorkState::HandedInLate
    );
}

#[tokio::test]
async fn an_empty_answer_is_refused_beside_the_text() {
    let school = School::new().await;
    let id = sheet(&school).await;
    match hand_in(&school, "zainab", id, " \n ").await {
        Err(Error::Invalid(errors)) => assert!(error_for(&errors, "text").is_some()),
        other => panic!("an empty answer: {other:?}"),
    }
    let long = "é".repeat(MAX_ANSWER_CHARS + 1);
    match hand_in(&school, "zainab", id, &long).await {
        Err(Error::Invalid(errors)) => assert!(error_for(&errors, "text").is_some()),
        other => panic!("too long an answer: {other:?}"),
    }
    hand_in(&school, "zainab", id, &long[2..])
        .await
        .expect("just short enough");
}

#[tokio::test]
async fn closed_work_takes_no_hand_in_and_still_keeps_drafts() {
    let school = School::new().await;
    let closed = NewWork::published("Sheet 5").closed("2026-11-24T09:00:00Z");
    let id = school.assignment("10Ma1", closed).await;
    let refused = hand_in(&school, "zainab", id, "x = 4").await;
    assert!(matches!(refused, Err(Error::Closed)));
    save(&school, "zainab", id, "x = 4", 0).await;
    let page = page(&school, "zainab", id, "zainab").await;
    assert_eq!((page.text.as_str(), page.can_hand_in), ("x = 4", false));
}

#[tokio::test]
async fn what_was_handed_in_stays_as_it_was_whatever_the_draft_becomes() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let (_folder, store) = store();
    let file = attach(&school, &store, id, "plan.txt", some(10))
        .await
        .expect("room");
    hand_in(&school, "zainab", id, "x = 4")
        .await
        .expect("handed in");
    let work = door(&school, "zainab", id, Action::HandIn).await;
    let tx = school.db.write().await.expect("free");
    submissions::remove_file(&tx, &school.actor("zainab"), &work, file.id, school.now())
        .await
        .expect("out of the draft");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::minutes(1));
    save(&school, "zainab", id, "x = 5", 1).await;
    let kept = attempt::Entity::find()
        .one(school.db.read())
        .await
        .expect("the database answers");
    let attempts = attempt::Entity::find()
        .filter(attempt::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("attempts can be counted");
    assert!(kept.is_some() && attempts == 1);
    let page = page(&school, "zainab", id, "zainab").await;
    assert_eq!(page.text, "x = 4");
    assert_eq!(page.files, [file]);
}

#[tokio::test]
async fn pressing_the_button_twice_makes_one_attempt_and_other_words_a_newer_one() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let first = hand_in(&school, "zainab", id, "x = 4")
        .await
        .expect("handed in");
    let twice = hand_in(&school, "zainab", id, "x = 4")
        .await
        .expect("the same");
    assert_eq!(first, twice);
    let newer = hand_in(&school, "zainab", id, "x = 5")
        .await
        .expect("handed in");
    assert_eq!(newer.number, 2);
    assert_ne!(newer.receipt, first.receipt);
}

#[tokio::test]
async fn what_is_taken_back_is_the_draft_again_with_words_and_files() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let (_folder, store) = store();
    let file = attach(&school, &store, id, "plan.txt", some(10))
        .await
        .expect("room");
    hand_in(&school, "zainab", id, "x = 4")
        .await
        .expect("handed in");
    unsubmit(&school, "zainab", id)
        .await
        .expect("it is not due yet");
    let page = page(&school, "zainab", id, "zainab").await;
    assert_eq!(
        (page.text.as_str(), page.state),
        ("x = 4", WorkState::Draft)
    );
    assert_eq!(page.files, [file]);
    assert!(page.attempts[0].is_withdrawn && page.can_hand_in);
    let refused = unsubmit(&school, "zainab", id).await;
    assert!(matches!(refused, Err(Error::NotHandedIn)));
    let ada = school.actor("ada");
    let own = submission::Entity::find()
        .filter(submission::Column::AssignmentId.eq(id))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the row stays");
    let see = submissions::policy::Action::See;
    let asked = access::submission(school.db.read(), &ada, own.id, see, school.now()).await;
    assert!(
        matches!(asked, Err(AccessError::NotFound)),
        "it is a draft again"
    );
}

#[tokio::test]
async fn taking_back_ends_with_the_due_minute_and_with_the_mark() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.submission(id, "tomos", "x = 5").await;
    school.mark(answer, "ada", 18, "").await;
    let refused = unsubmit(&school, "zainab", id).await;
    assert!(matches!(refused, Err(Error::MarkedAlready)));
    school.clock.advance(TimeDelta::days(3));
    let refused = unsubmit(&school, "tomos", id).await;
    assert!(matches!(refused, Err(Error::TooLateToTakeBack)));
    assert!(!page(&school, "tomos", id, "tomos").await.can_unsubmit);
}

#[tokio::test]
async fn without_a_due_time_taking_back_ends_when_the_work_is_closed() {
    let school = School::new().await;
    let open = school
        .assignment("10Ma1", NewWork::published("Sheet 4"))
        .await;
    hand_in(&school, "zainab", open, "x = 4")
        .await
        .expect("handed in");
    school.clock.advance(TimeDelta::days(300));
    unsubmit(&school, "zainab", open).await.expect("it is open");
    let closed = NewWork::published("Sheet 5").closed("2026-11-24T09:00:00Z");
    let closed = school.assignment("10Ma1", closed).await;
    school.submission(closed, "zainab", "x = 4").await;
    let refused = unsubmit(&school, "zainab", closed).await;
    assert!(matches!(refused, Err(Error::TooLateToTakeBack)));
}

#[tokio::test]
async fn after_the_return_a_new_try_can_be_handed_in_and_the_old_one_stands_if_it_is_taken_back() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once more").await;
    school.clock.advance(TimeDelta::hours(1));
    assert!(page(&school, "zainab", id, "zainab").await.can_hand_in);
    let again = hand_in(&school, "zainab", id, "x = 5")
        .await
        .expect("a new try");
    assert_eq!(again.number, 2);
    let waiting = page(&school, "zainab", id, "zainab").await;
    assert_eq!(waiting.state, WorkState::HandedIn);
    assert!(waiting.feedback.is_some(), "what came back stays");
    unsubmit(&school, "zainab", id)
        .await
        .expect("the new try is not marked");
    let back = page(&school, "zainab", id, "zainab").await;
    assert_eq!(
        (back.state, back.text.as_str()),
        (WorkState::Returned, "x = 5")
    );
}

#[tokio::test]
async fn every_try_can_be_read_again_by_its_student() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once more").await;
    school.clock.advance(TimeDelta::minutes(1));
    hand_in(&school, "zainab", id, "x = 5").await.expect("in");
    unsubmit(&school, "zainab", id).await.expect("back");
    hand_in(&school, "zainab", id, "x = 6").await.expect("in");
    for reader in ["zainab", "rosa"] {
        let shown = page(&school, reader, id, "zainab").await;
        assert_eq!(shown.text, "x = 6");
        let tries: Vec<_> = shown
            .attempts
            .iter()
            .map(|tried| (tried.number, tried.is_withdrawn, tried.text.as_str()))
            .collect();
        assert_eq!(
            tries,
            [(3, false, ""), (2, true, "x = 5"), (1, false, "x = 4")],
            "{reader}: the one that stands is shown in full above"
        );
    }
}

#[tokio::test]
async fn a_student_never_sees_a_mark_before_it_is_given_back() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.mark(answer, "ada", 18, "A secret comment").await;
    let page = page(&school, "zainab", id, "zainab").await;
    assert!(page.feedback.is_none());
    assert_eq!(page.state, WorkState::HandedIn);
    assert!(
        !serde_json::to_string(&page)
            .expect("json")
            .contains("secret")
    );
}

#[tokio::test]
async fn a_guardian_sees_exactly_what_their_child_sees() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 18, "**Neat**").await;
    let child = page(&school, "zainab", id, "zainab").await;
    let mut guardian = page(&school, "rosa", id, "zainab").await;
    assert!(!guardian.is_own && !guardian.can_hand_in && !guardian.can_unsubmit);
    guardian.is_own = true;
    guardian.can_hand_in = child.can_hand_in;
    guardian.can_unsubmit = child.can_unsubmit;
    guardian.head.classroom.standing = child.head.classroom.standing;
    assert_eq!(guardian, child);
}

#[tokio::test]
async fn nobody_reads_the_page_of_a_student_who_is_not_theirs() {
    let school = School::new().await;
    let id = sheet(&school).await;
    school.submission(id, "zainab", "x = 4").await;
    // Mei is a child of Petra, and learns in another classroom.
    for (who, student) in [
        ("rosa", "tomos"),
        ("petra", "zainab"),
        ("petra", "mei"),
        ("tomos", "zainab"),
        ("ada", "zainab"),
        ("desmond", "zainab"),
    ] {
        let work = door(&school, who, id, Action::See).await;
        let (actor, student_id) = (school.actor(who), school.person(student));
        let db = school.db.read();
        let asked = submissions::student_page(db, &actor, &work, student_id, school.now()).await;
        let refused = matches!(asked, Err(Error::Access(AccessError::NotFound)));
        assert!(refused, "{who} asks for {student}");
    }
}

#[tokio::test]
async fn a_guardian_chooses_among_the_children_who_learn_there() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let work = door(&school, "petra", id, Action::See).await;
    let children = submissions::children_in(school.db.read(), &school.actor("petra"), &work)
        .await
        .expect("the list is there");
    let names: Vec<&str> = children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(names, ["Tomos Griffiths"]);
}

#[tokio::test]
async fn a_guardian_cannot_write_for_their_child() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let work = door(&school, "rosa", id, Action::See).await;
    let tx = school.db.write().await.expect("free");
    let rosa = school.actor("rosa");
    let refused = submissions::save_draft(&tx, &rosa, &work, "x", 0, school.now()).await;
    assert!(matches!(
        refused,
        Err(Error::Access(AccessError::NotAllowed))
    ));
}

#[tokio::test]
async fn words_that_another_device_saved_since_are_not_written_over_by_handing_in() {
    let school = School::new().await;
    let id = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let (zainab, mut random) = (school.actor("zainab"), secrets::random());
    let work = door(&school, "zainab", id, Action::HandIn).await;
    let tx = school.db.write().await.expect("free");
    for (text, base) in [("At home", 0), ("At home, and more", 1)] {
        submissions::save_draft(&tx, &zainab, &work, text, base, school.now())
            .await
            .expect("kept");
    }
    let mut press = async |text, base| {
        submissions::hand_in(
            &tx,
            &zainab,
            &work,
            (text, Some(base)),
            &mut random,
            school.now(),
        )
        .await
    };
    let refused = press("In the library", 1).await;
    let Err(Error::Invalid(errors)) = refused else {
        panic!("the newer words went unseen");
    };
    assert!(errors[0].field == "text" && errors[0].message.contains("Another device"));
    press("At home, and more", 1)
        .await
        .expect("the same words are no others");
    press("In the library", 2)
        .await
        .expect("written on what was saved last");
    tx.commit().await.expect("kept");
}
