//! What came back for an older try stays readable for its student and their guardians,
//! whatever is marked since, and for nobody before it was returned.

use chrono::TimeDelta;
use domain::assignments::policy::Action as WorkAction;
use domain::{access, assignments, export, submissions};
use entity::earlier_mark;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::School;
use vocab::assignments::{StudentWork, WorkState};
use vocab::ids::{AssignmentId, AttemptId, SubmissionId};
use vocab::marking::ValidMark;
use vocab::points::Points;

use super::{give_back, given, hand_in_again, is_worth, save, sheet};

/// Zainab got 12 points back, has handed in something else, and got 20 for that, which were
/// not returned.
async fn marked_again(school: &School) -> (AssignmentId, SubmissionId) {
    let id = sheet(school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once *more*").await;
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(school, id).await;
    school.clock.advance(TimeDelta::hours(1));
    save(school, "bruno", answer, &given(20, "There", 1))
        .await
        .expect("kept");
    (id, answer)
}

/// Zainab's page, as she or her guardian sees it.
async fn page(school: &School, reader: &str, id: AssignmentId) -> StudentWork {
    let (actor, db, now) = (school.actor(reader), school.db.read(), school.now());
    let work = access::assignment(db, &actor, id, WorkAction::See, now)
        .await
        .expect("theirs");
    submissions::student_page(db, &actor, &work, school.person("zainab"), now)
        .await
        .expect("the page is there")
}

/// The try of this number.
fn try_of(page: &StudentWork, number: i32) -> AttemptId {
    let mut tries = page.attempts.iter();
    tries
        .find(|tried| tried.number == number)
        .expect("handed in")
        .id
}

/// Try and points of what came back before, newest first.
fn earlier(page: &StudentWork) -> Vec<(AttemptId, Option<Points>)> {
    page.earlier
        .iter()
        .map(|earlier| (earlier.attempt, earlier.feedback.points))
        .collect()
}

async fn kept(school: &School) -> Vec<earlier_mark::Model> {
    earlier_mark::Entity::find()
        .filter(earlier_mark::Column::SchoolId.eq(school.id))
        .all(school.db.read())
        .await
        .expect("they can be read")
}

#[tokio::test]
async fn what_came_back_stays_until_the_newer_mark_does_and_beside_its_try_from_then_on() {
    let school = School::new().await;
    let (id, answer) = marked_again(&school).await;
    for reader in ["zainab", "rosa"] {
        let seen = page(&school, reader, id).await;
        let whole = serde_json::to_string(&seen).expect("json");
        assert!(!whole.contains("There"), "{reader} sees it too early");
        assert_eq!(seen.state, WorkState::HandedIn);
        assert!(seen.earlier.is_empty());
        let feedback = seen.feedback.expect("what came back stays");
        assert_eq!(feedback.points, Some(Points::whole(12)), "{reader}");
        assert!(feedback.comment_html.contains("<em>more</em>"), "{reader}");
        assert_eq!(feedback.marked_by, "Ada Achterberg", "{reader}");
    }
    give_back(&school, "bruno", answer)
        .await
        .expect("given back");
    for reader in ["zainab", "rosa"] {
        let seen = page(&school, reader, id).await;
        let first = (try_of(&seen, 1), Some(Points::whole(12)));
        assert_eq!(earlier(&seen), [first], "{reader}");
        let words = &seen.earlier[0].feedback.comment_html;
        assert!(words.contains("<em>more</em>"), "{reader}");
        let feedback = seen.feedback.expect("it is back");
        assert_eq!(feedback.points, Some(Points::whole(20)), "{reader}");
        assert_eq!(feedback.marked_by, "Bruno Dhillon", "{reader}");
    }
}

#[tokio::test]
async fn every_returned_try_keeps_what_came_back_for_it() {
    let school = School::new().await;
    let (id, answer) = marked_again(&school).await;
    give_back(&school, "bruno", answer)
        .await
        .expect("given back");
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    school.clock.advance(TimeDelta::hours(1));
    save(&school, "ada", answer, &given(15, "Hm", 3))
        .await
        .expect("kept");
    let waiting = page(&school, "zainab", id).await;
    let first = (try_of(&waiting, 1), Some(Points::whole(12)));
    assert_eq!(earlier(&waiting), [first]);
    let last = waiting.feedback.as_ref().expect("the last that came back");
    assert_eq!(last.points, Some(Points::whole(20)));
    give_back(&school, "ada", answer).await.expect("given back");
    let seen = page(&school, "zainab", id).await;
    let second = (try_of(&seen, 2), Some(Points::whole(20)));
    assert_eq!(earlier(&seen), [second, first]);
    let newest = seen.feedback.expect("it is back");
    assert_eq!(newest.points, Some(Points::whole(15)));
}

#[tokio::test]
async fn nothing_earlier_is_kept_of_what_was_not_returned_or_is_of_the_same_try() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.mark(answer, "ada", 3, "Not meant to be seen").await;
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    school.clock.advance(TimeDelta::hours(1));
    save(&school, "ada", answer, &given(12, "Neat", 1))
        .await
        .expect("kept");
    assert!(page(&school, "zainab", id).await.feedback.is_none());
    give_back(&school, "ada", answer).await.expect("given back");
    save(&school, "ada", answer, &given(14, "Neat", 3))
        .await
        .expect("kept");
    assert!(kept(&school).await.is_empty());
    let seen = page(&school, "zainab", id).await;
    assert!(seen.earlier.is_empty());
    let feedback = seen.feedback.expect("it stays back");
    assert_eq!(feedback.points, Some(Points::whole(14)));
}

#[tokio::test]
async fn what_came_back_before_is_sealed_and_in_the_students_own_copy() {
    let school = School::new().await;
    marked_again(&school).await;
    let rows = kept(&school).await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].comment.starts_with("sealed:1:"));
    let (column, id) = ("earlier_mark.comment", rows[0].id.0);
    let words = school.opened(column, id, &rows[0].comment).await;
    assert_eq!(words, "Once *more*");
    for (who, is_in_it) in [("zainab", true), ("tomos", false)] {
        let copy = export::gather(school.db.read(), school.id, school.person(who))
            .await
            .expect("theirs");
        let mut groups = copy.groups.iter();
        let group = groups.find(|group| group.table == "earlier_mark");
        let told = format!("{group:?}");
        assert_eq!(told.contains("Once *more*"), is_in_it, "{who}");
    }
}

/// The mark beside each of Zainab's receipts, newest first; nothing where there is none.
async fn beside_receipts(school: &School) -> Vec<String> {
    let (zainab, db) = (school.actor("zainab"), school.db.read());
    let own = access::about(db, &zainab, zainab.person)
        .await
        .expect("herself");
    let receipts = submissions::receipts(db, &zainab, &own, school.now())
        .await
        .expect("hers");
    let marks = receipts.lines.into_iter().map(|line| line.mark);
    marks.map(Option::unwrap_or_default).collect()
}

#[tokio::test]
async fn the_receipt_of_an_older_try_says_what_it_was_given() {
    let school = School::new().await;
    let (_, answer) = marked_again(&school).await;
    assert_eq!(beside_receipts(&school).await, ["", "12 of 20"]);
    give_back(&school, "bruno", answer)
        .await
        .expect("given back");
    let both = ["20 of 20", "12 of 20"];
    assert_eq!(beside_receipts(&school).await, both);
}

#[tokio::test]
async fn a_newer_try_that_waits_has_no_mark_beside_its_receipt_and_the_older_one_keeps_its_own() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once more").await;
    assert_eq!(beside_receipts(&school).await, ["12 of 20"]);
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    assert_eq!(beside_receipts(&school).await, ["", "12 of 20"]);
    school.clock.advance(TimeDelta::hours(1));
    save(&school, "ada", answer, &given(15, "Better", 1))
        .await
        .expect("kept");
    give_back(&school, "ada", answer).await.expect("given back");
    let both = ["15 of 20", "12 of 20"];
    assert_eq!(beside_receipts(&school).await, both);
}

#[tokio::test]
async fn the_receipt_of_work_that_came_back_with_words_alone_says_so() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let words = |comment: &str, version| ValidMark {
        points: None,
        ..given(0, comment, version)
    };
    save(&school, "ada", answer, &words("Once more", 0))
        .await
        .expect("kept");
    assert_eq!(beside_receipts(&school).await, [""]);
    give_back(&school, "ada", answer).await.expect("given back");
    assert_eq!(beside_receipts(&school).await, ["Returned, with words"]);
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    let older = ["", "Returned, with words"];
    assert_eq!(beside_receipts(&school).await, older);
    school.clock.advance(TimeDelta::hours(1));
    save(&school, "ada", answer, &given(15, "Better", 2))
        .await
        .expect("kept");
    assert_eq!(beside_receipts(&school).await, older);
}

#[tokio::test]
async fn points_are_not_lowered_below_what_came_back_for_an_older_try() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 18, "Neat").await;
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    school.clock.advance(TimeDelta::hours(1));
    save(&school, "ada", answer, &given(5, "Worse", 1))
        .await
        .expect("kept");
    let refused = is_worth(&school, id, 10).await;
    assert!(matches!(refused, Err(assignments::Error::Invalid(_))));
    is_worth(&school, id, 18).await.expect("enough for both");
}
