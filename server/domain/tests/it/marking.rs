//! Marking: two teachers never overwrite each other, nothing is seen before it is
//! given back, and the history tells what happened.

mod earlier;
mod returned;
mod taken_back;
mod taken_off;

use chrono::TimeDelta;
use domain::assignments::policy::Action as WorkAction;
use domain::marking::{self, Error, SaveOutcome};
use domain::submissions::{self, policy::Action};
use domain::{AccessError, Permitted, access, assignments, secrets};
use entity::{event, mark};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, Statement,
};
use test_kit::{NewWork, School};
use vocab::assignments::{Intent, StudentWork, ValidAssignment, WorkState};
use vocab::ids::{AssignmentId, SubmissionId};
use vocab::marking::{MarkingDesk, ValidMark};
use vocab::points::Points;

async fn sheet(school: &School) -> AssignmentId {
    school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await
}

async fn door(school: &School, who: &str, id: SubmissionId) -> Permitted<access::Answer> {
    access::submission(
        school.db.read(),
        &school.actor(who),
        id,
        Action::Mark,
        school.now(),
    )
    .await
    .expect("they teach it")
}

fn given(points: i32, comment: &str, version: i32) -> ValidMark {
    ValidMark {
        points: Some(Points::whole(points)),
        comment: comment.to_owned(),
        version,
        attempt: None,
    }
}

async fn save(
    school: &School,
    who: &str,
    id: SubmissionId,
    new: &ValidMark,
) -> Result<SaveOutcome, Error> {
    let answer = door(school, who, id).await;
    let tx = school.db.write().await.expect("free");
    let saved = marking::save(&tx, &school.actor(who), &answer, new, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(saved)
}

async fn give_back(school: &School, who: &str, id: SubmissionId) -> Result<(), Error> {
    let answer = door(school, who, id).await;
    let tx = school.db.write().await.expect("free");
    marking::return_to_student(&tx, &answer, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn give_all_back(school: &School, id: AssignmentId) -> u64 {
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let work = access::assignment(&*tx, &ada, id, WorkAction::Return, school.now())
        .await
        .expect("hers");
    let came = marking::return_all(&tx, &work, school.now())
        .await
        .expect("given back");
    tx.commit().await.expect("kept");
    came.returned
}

async fn desk(school: &School, who: &str, id: SubmissionId) -> MarkingDesk {
    let answer = door(school, who, id).await;
    marking::desk(school.db.read(), &school.actor(who), &answer, school.now())
        .await
        .expect("the desk is there")
}

async fn seen_by(school: &School, who: &str, id: AssignmentId) -> StudentWork {
    let actor = school.actor(who);
    let db = school.db.read();
    let work = access::assignment(db, &actor, id, WorkAction::See, school.now())
        .await
        .expect("theirs");
    submissions::student_page(db, &actor, &work, actor.person, school.now())
        .await
        .expect("the page is there")
}

#[tokio::test]
async fn two_teachers_who_mark_the_same_answer_are_both_shown() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let first = save(&school, "ada", answer, &given(18, "Neat", 0))
        .await
        .expect("kept");
    assert_eq!(first, SaveOutcome::Saved { version: 1 });
    let second = save(&school, "bruno", answer, &given(12, "Hm", 0))
        .await
        .expect("answered");
    let SaveOutcome::Conflict(kept) = second else {
        panic!("the second overwrote the first");
    };
    assert_eq!((kept.version, kept.points), (1, Some(Points::whole(18))));
    assert_eq!(kept.comment, "Neat");
    assert_eq!(kept.marked_by.as_deref(), Some("Ada Achterberg"));
    let knowing = save(&school, "bruno", answer, &given(12, "Hm", kept.version)).await;
    assert_eq!(knowing.expect("kept"), SaveOutcome::Saved { version: 2 });
    let late = save(&school, "ada", answer, &given(19, "Neat", 1))
        .await
        .expect("answered");
    assert!(matches!(late, SaveOutcome::Conflict(kept) if kept.version == 2));
}

#[tokio::test]
async fn two_first_marks_at_the_same_moment_end_in_one_mark_and_one_answer_to_look_at() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let mut teachers = Vec::new();
    for (who, points) in [("ada", 18), ("bruno", 12)] {
        let (db, actor, now) = (school.db.clone(), school.actor(who), school.now());
        teachers.push(tokio::spawn(async move {
            let tx = db.write().await?;
            let answer = access::submission(&*tx, &actor, answer, Action::Mark, now).await?;
            let saved = marking::save(&tx, &actor, &answer, &given(points, "", 0), now).await?;
            tx.commit().await?;
            Ok::<_, Error>(matches!(saved, SaveOutcome::Saved { .. }))
        }));
    }
    let mut kept = 0;
    for teacher in teachers {
        kept += u32::from(
            teacher
                .await
                .expect("nobody panics")
                .expect("no error page"),
        );
    }
    assert_eq!(kept, 1);
}

/// Ada changes what the work is worth.
async fn is_worth(
    school: &School,
    id: AssignmentId,
    points: i32,
) -> Result<(), assignments::Error> {
    let ada = school.actor("ada");
    let db = school.db.read();
    let work = access::assignment(db, &ada, id, WorkAction::Edit, school.now()).await?;
    let new = ValidAssignment {
        title: "Sheet 6".to_owned(),
        instructions: "Do all of it.".to_owned(),
        due: None,
        points: Some(Points::whole(points)),
        publish: None,
        intent: Intent::Publish,
        seen: String::new(),
    };
    let tx = school.db.write().await?;
    assignments::edit(&tx, &ada, &work, &new, school.now()).await?;
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn a_mark_is_within_the_points_as_they_are_when_it_is_saved() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let opened_before = door(&school, "ada", answer).await;
    is_worth(&school, id, 10).await.expect("no mark yet");
    let (ada, now) = (school.actor("ada"), school.now());
    let tx = school.db.write().await.expect("free");
    let refused = marking::save(&tx, &ada, &opened_before, &given(18, "", 0), now).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
    marking::save(&tx, &ada, &opened_before, &given(10, "", 0), now)
        .await
        .expect("all of it");
    tx.commit().await.expect("kept");
}

/// SQLite has one writer at a time; on PostgreSQL lowering the points waits for the mark.
#[tokio::test]
async fn points_are_not_lowered_below_a_mark_that_is_being_saved() {
    let school = School::new().await;
    if school.database.backend() == DbBackend::Sqlite {
        return;
    }
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let opened = door(&school, "ada", answer).await;
    let (ada, now) = (school.actor("ada"), school.now());
    let tx = school.db.write().await.expect("free");
    marking::save(&tx, &ada, &opened, &given(18, "", 0), now)
        .await
        .expect("kept");
    let mut lowering = std::pin::pin!(is_worth(&school, id, 10));
    tokio::select! {
        lowered = &mut lowering => panic!("it did not wait: {lowered:?}"),
        () = somebody_waits(&school) => {}
    }
    tx.commit().await.expect("kept");
    let refused = lowering.await;
    assert!(matches!(refused, Err(assignments::Error::Invalid(_))));
}

/// Until a connection to this database waits for a lock.
async fn somebody_waits(school: &School) {
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE datname = current_database() AND wait_event_type = 'Lock'";
    loop {
        let asked = Statement::from_string(DbBackend::Postgres, sql);
        let found = school.db.read().query_one_raw(asked).await;
        let row = found.expect("PostgreSQL answers").expect("with a row");
        let waiting: i64 = row.try_get_by_index(0).expect("a number");
        if waiting > 0 {
            return;
        }
    }
}

#[tokio::test]
async fn saving_the_same_twice_changes_nothing() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    for version in [0, 0, 1] {
        let saved = save(&school, "ada", answer, &given(18, "Neat", version)).await;
        assert_eq!(saved.expect("kept"), SaveOutcome::Saved { version: 1 });
    }
    let events = event::Entity::find()
        .filter(event::Column::Kind.eq("mark.saved"))
        .count(school.db.read())
        .await
        .expect("events can be counted");
    assert_eq!(events, 1);
}

#[tokio::test]
async fn saving_an_older_comment_as_a_field_shows_it_changes_nothing() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.mark(answer, "ada", 18, "Neat\r\nand clear").await;
    let saved = save(&school, "ada", answer, &given(18, "Neat\nand clear", 1)).await;
    assert_eq!(saved.expect("kept"), SaveOutcome::Saved { version: 1 });
}

#[tokio::test]
async fn a_mark_above_what_the_work_is_worth_is_refused() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let refused = save(&school, "ada", answer, &given(21, "", 0)).await;
    assert!(matches!(refused, Err(Error::Invalid(errors)) if errors[0].field == "points"));
}

#[tokio::test]
async fn mark_and_words_are_seen_from_the_return_on() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let refused = give_back(&school, "ada", answer).await;
    assert!(matches!(refused, Err(Error::NothingToReturn)));
    save(&school, "ada", answer, &given(18, "*Neat*", 0))
        .await
        .expect("kept");
    assert!(seen_by(&school, "zainab", id).await.feedback.is_none());
    give_back(&school, "bruno", answer)
        .await
        .expect("given back");
    give_back(&school, "ada", answer)
        .await
        .expect("it is back already");
    let seen = seen_by(&school, "zainab", id).await;
    assert_eq!(seen.state, WorkState::Returned);
    let feedback = seen.feedback.expect("it is back");
    assert_eq!(feedback.points, Some(Points::whole(18)));
    assert!(feedback.comment_html.contains("<em>Neat</em>"));
    assert_eq!(feedback.marked_by, "Ada Achterberg");
}

#[tokio::test]
async fn a_mark_can_be_changed_after_the_return_and_the_history_says_so() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    save(&school, "ada", answer, &given(12, "Neat", 0))
        .await
        .expect("kept");
    give_back(&school, "ada", answer).await.expect("given back");
    school.clock.advance(TimeDelta::minutes(5));
    save(&school, "bruno", answer, &given(14, "Neat", 2))
        .await
        .expect("kept");
    let feedback = seen_by(&school, "zainab", id)
        .await
        .feedback
        .expect("it stays back");
    assert_eq!(feedback.points, Some(Points::whole(14)));
    let desk = desk(&school, "ada", answer).await;
    let told: Vec<(&str, &str)> = desk
        .history
        .iter()
        .map(|line| (line.who.as_str(), line.what.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Bruno Dhillon", "Marked 14 (was 12)"),
            ("Ada Achterberg", "Returned it"),
            ("Ada Achterberg", "Marked 12, with a comment"),
        ]
    );
}

/// Zainab hands in something else.
async fn hand_in_again(school: &School, id: AssignmentId) {
    let zainab = school.actor("zainab");
    let tx = school.db.write().await.expect("free");
    let work = access::assignment(&*tx, &zainab, id, WorkAction::HandIn, school.now())
        .await
        .expect("hers");
    let mut random = secrets::random();
    submissions::hand_in(
        &tx,
        &zainab,
        &work,
        ("x = 5", None),
        &mut random,
        school.now(),
    )
    .await
    .expect("a new try");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn the_mark_of_a_new_try_waits_for_a_return_of_its_own() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once more").await;
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    assert!(matches!(
        give_back(&school, "ada", answer).await,
        Err(Error::NothingToReturn)
    ));
    school.clock.advance(TimeDelta::hours(1));
    save(&school, "ada", answer, &given(20, "There", 1))
        .await
        .expect("kept");
    let before = seen_by(&school, "zainab", id).await.feedback;
    assert_eq!(
        before.expect("what came back stays").points,
        Some(Points::whole(12))
    );
    give_back(&school, "ada", answer).await.expect("given back");
    let feedback = seen_by(&school, "zainab", id)
        .await
        .feedback
        .expect("it is back");
    assert_eq!(feedback.points, Some(Points::whole(20)));
}

#[tokio::test]
async fn a_try_that_came_while_the_teacher_was_marking_is_not_marked_unseen() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let door = access::submission(
        school.db.read(),
        &school.actor("ada"),
        answer,
        Action::SeeHistory,
        school.now(),
    )
    .await
    .expect("hers");
    let (ada, now) = (school.actor("ada"), school.now());
    let desk = marking::desk(school.db.read(), &ada, &door, now).await;
    let seen = desk.expect("there").attempt();
    assert!(seen.is_some());
    let with_attempt = || ValidMark {
        attempt: seen,
        ..given(20, "There", 0)
    };
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    assert!(matches!(
        save(&school, "ada", answer, &with_attempt()).await,
        Err(Error::NewTry)
    ));
    let desk = marking::desk(school.db.read(), &ada, &door, school.now()).await;
    assert_eq!(desk.expect("there").mark.points, None);
    save(&school, "ada", answer, &given(20, "There", 0))
        .await
        .expect("what does not say which try it saw is kept");
}

#[tokio::test]
async fn everything_that_is_marked_is_given_back_at_once() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let zainab = school.submission(id, "zainab", "x = 4").await;
    let tomos = school.submission(id, "tomos", "x = 5").await;
    save(&school, "ada", zainab, &given(18, "", 0))
        .await
        .expect("kept");
    assert_eq!(give_all_back(&school, id).await, 1);
    save(&school, "ada", tomos, &given(15, "", 0))
        .await
        .expect("kept");
    assert_eq!(give_all_back(&school, id).await, 1, "only what is new");
    assert_eq!(give_all_back(&school, id).await, 0);
    let returned = mark::Entity::find()
        .filter(mark::Column::SchoolId.eq(school.id))
        .filter(mark::Column::ReturnedAt.is_not_null())
        .count(school.db.read())
        .await
        .expect("marks can be counted");
    let events = event::Entity::find()
        .filter(event::Column::Kind.eq("mark.returned"))
        .count(school.db.read())
        .await
        .expect("events can be counted");
    assert_eq!((returned, events), (2, 2));
}

#[tokio::test]
async fn the_desk_shows_one_answer_and_the_queue_by_name() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let zainab = school.submission(id, "zainab", "x = 4").await;
    let tomos = school.submission(id, "tomos", "x = 5").await;
    school.mark(tomos, "bruno", 15, "So so").await;
    let desk = desk(&school, "ada", tomos).await;
    assert_eq!(desk.student, "Tomos Griffiths");
    assert_eq!(desk.text, "x = 5");
    assert_eq!((desk.position, desk.total, desk.marked), (Some(1), 2, 1));
    assert_eq!((desk.previous, desk.next), (None, Some(zainab)));
    assert_eq!(desk.mark.version, 1);
    assert_eq!(desk.mark.comment, "So so");
    assert_eq!(desk.mark.marked_by.as_deref(), Some("Bruno Dhillon"));
    let states: Vec<&str> = desk.queue.iter().map(|line| line.state.as_str()).collect();
    assert_eq!(states, ["Marked", "To mark"]);
    assert_eq!(desk.head.teacher, "Ada Achterberg");
    assert_eq!(desk.attempts.len(), 1);
    let answer = door(&school, "ada", tomos).await;
    let next = marking::next_after(school.db.read(), &answer)
        .await
        .expect("answered");
    assert_eq!(next, Some(zainab));
    let answer = door(&school, "ada", zainab).await;
    let next = marking::next_after(school.db.read(), &answer)
        .await
        .expect("answered");
    assert_eq!(next, None);
}

#[tokio::test]
async fn the_desk_and_the_history_are_for_teachers() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    for (who, action) in [
        ("zainab", Action::Mark),
        ("zainab", Action::SeeHistory),
        ("rosa", Action::Mark),
        ("rosa", Action::Return),
    ] {
        let actor = school.actor(who);
        let asked =
            access::submission(school.db.read(), &actor, answer, action, school.now()).await;
        assert!(matches!(asked, Err(AccessError::NotAllowed)), "{who}");
    }
    let zainab = school.actor("zainab");
    let own = access::submission(school.db.read(), &zainab, answer, Action::See, school.now())
        .await
        .expect("her own");
    let asked = marking::desk(school.db.read(), &zainab, &own, school.now()).await;
    assert!(matches!(asked, Err(Error::Access(AccessError::NotAllowed))));
}

#[tokio::test]
async fn a_teacher_reads_earlier_tries_but_not_what_was_taken_back() {
    let school = School::new().await;
    let work = sheet(&school).await;
    let answer = school.submission(work, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once more").await;
    school.clock.advance(TimeDelta::minutes(1));
    let zainab = school.actor("zainab");
    let hand_in = async |text: &str| {
        let tx = school.db.write().await.expect("free");
        let door = access::assignment(&*tx, &zainab, work, WorkAction::HandIn, school.now())
            .await
            .expect("hers");
        let random = &mut secrets::random();
        submissions::hand_in(&tx, &zainab, &door, (text, None), random, school.now())
            .await
            .expect("in");
        tx.commit().await.expect("kept");
    };
    hand_in("x = 5").await;
    let tx = school.db.write().await.expect("free");
    let own = access::assignment(&*tx, &zainab, work, WorkAction::HandIn, school.now())
        .await
        .expect("hers");
    submissions::unsubmit(&tx, &zainab, &own, school.now())
        .await
        .expect("back");
    tx.commit().await.expect("kept");
    hand_in("x = 6").await;
    let desk = desk(&school, "ada", answer).await;
    assert_eq!(desk.text, "x = 6");
    let tries: Vec<_> = desk
        .attempts
        .iter()
        .map(|tried| (tried.number, tried.text.as_str()))
        .collect();
    assert_eq!(tries, [(3, ""), (2, ""), (1, "x = 4")]);
}
