//! A mark that was not returned yet is taken off by saving neither mark nor words: nothing of
//! it goes out, and the answer waits to be marked.

use chrono::TimeDelta;
use domain::marking::{Error, SaveOutcome};
use test_kit::School;
use vocab::assignments::WorkState;
use vocab::ids::SubmissionId;
use vocab::marking::ValidMark;
use vocab::points::Points;

use super::taken_back::take_back;
use super::{desk, give_all_back, give_back, given, hand_in_again, save, seen_by, sheet};

/// Neither mark nor words.
fn nothing(version: i32) -> ValidMark {
    ValidMark {
        points: None,
        ..given(0, "", version)
    }
}

async fn state(school: &School, answer: SubmissionId) -> String {
    let mut queue = desk(school, "ada", answer).await.queue.into_iter();
    let line = queue.find(|line| line.submission == answer);
    line.expect("in the queue").state
}

#[tokio::test]
async fn a_mark_for_the_wrong_student_is_taken_off_before_it_is_returned() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    save(&school, "ada", answer, &given(18, "Neat", 0))
        .await
        .expect("kept");
    let gone = save(&school, "bruno", answer, &nothing(1)).await;
    assert_eq!(gone.expect("off"), SaveOutcome::Saved { version: 2 });
    let twice = save(&school, "bruno", answer, &nothing(1)).await;
    assert_eq!(twice.expect("off"), SaveOutcome::Saved { version: 2 });
    let again = save(&school, "bruno", answer, &nothing(2)).await;
    assert!(matches!(again, Err(Error::Invalid(_))), "nothing is there");

    assert_eq!(state(&school, answer).await, "To mark");
    let opened = desk(&school, "ada", answer).await;
    assert_eq!((opened.marked, opened.mark.points), (0, None));
    assert_eq!(
        (opened.mark.comment.as_str(), opened.mark.marked),
        ("", None)
    );
    let told = &opened.history[0].what;
    assert_eq!(
        told,
        "Took the mark away (was 18), and took the comment away. It was: Neat"
    );
    assert_eq!(give_all_back(&school, id).await, 0);
    let refused = give_back(&school, "ada", answer).await;
    assert!(matches!(refused, Err(Error::NothingToReturn)));
    assert!(seen_by(&school, "zainab", id).await.feedback.is_none());

    save(&school, "ada", answer, &given(12, "Yours", 2))
        .await
        .expect("kept");
    give_back(&school, "ada", answer).await.expect("given back");
    let seen = seen_by(&school, "zainab", id).await;
    assert_eq!(seen.state, WorkState::Returned);
    let feedback = seen.feedback.expect("it is back");
    assert_eq!(feedback.points, Some(Points::whole(12)));
}

#[tokio::test]
async fn a_student_takes_back_what_is_not_marked_any_more() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    save(&school, "ada", answer, &given(18, "Neat", 0))
        .await
        .expect("kept");
    save(&school, "ada", answer, &nothing(1))
        .await
        .expect("off");
    take_back(&school, id).await;
    let seen = seen_by(&school, "zainab", id).await;
    assert!(seen.can_hand_in && seen.attempts.iter().all(|tried| tried.is_withdrawn));
}

#[tokio::test]
async fn a_desk_from_before_a_mark_was_taken_off_is_shown_what_holds() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    save(&school, "ada", answer, &given(18, "Neat", 0))
        .await
        .expect("kept");
    save(&school, "ada", answer, &given(17, "Neat", 1))
        .await
        .expect("kept");
    let late = save(&school, "bruno", answer, &nothing(1)).await;
    assert!(matches!(late, Ok(SaveOutcome::Conflict(kept)) if kept.version == 2));
    save(&school, "ada", answer, &nothing(2))
        .await
        .expect("off");
    save(&school, "ada", answer, &given(5, "", 3))
        .await
        .expect("kept");
    let late = save(&school, "bruno", answer, &given(16, "", 2)).await;
    assert!(matches!(late, Ok(SaveOutcome::Conflict(kept)) if kept.version == 4));
}

#[tokio::test]
async fn what_came_back_stands_again_where_the_mark_of_a_newer_try_is_taken_off() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once more").await;
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    school.clock.advance(TimeDelta::hours(1));
    save(&school, "bruno", answer, &given(20, "There", 1))
        .await
        .expect("kept");
    save(&school, "bruno", answer, &nothing(2))
        .await
        .expect("off");
    let late = save(&school, "ada", answer, &given(19, "", 2)).await;
    let Ok(SaveOutcome::Conflict(kept)) = late else {
        panic!("the mark was taken off meanwhile: {late:?}");
    };
    let said = (kept.version, kept.points, kept.marked_by);
    assert_eq!(said, (3, None, None), "nobody marked this try");
    assert_eq!(state(&school, answer).await, "To mark");
    assert_eq!(give_all_back(&school, id).await, 0);
    let seen = seen_by(&school, "zainab", id).await;
    assert_eq!(seen.state, WorkState::HandedIn);
    assert!(seen.earlier.is_empty());
    let feedback = seen.feedback.expect("what came back stays");
    assert_eq!(feedback.points, Some(Points::whole(12)));
    assert!(feedback.comment_html.contains("Once more"));
    assert_eq!(feedback.marked_by, "Ada Achterberg");

    save(&school, "ada", answer, &given(15, "Better", 3))
        .await
        .expect("kept");
    give_back(&school, "ada", answer).await.expect("given back");
    let seen = seen_by(&school, "zainab", id).await;
    let points = |feedback: &vocab::assignments::Feedback| feedback.points;
    assert_eq!(
        seen.feedback.as_ref().and_then(points),
        Some(Points::whole(15))
    );
    assert_eq!(seen.earlier.len(), 1);
    assert_eq!(points(&seen.earlier[0].feedback), Some(Points::whole(12)));
}

#[tokio::test]
async fn what_was_returned_or_never_marked_is_not_taken_off() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let unmarked = school.submission(id, "tomos", "x = 5").await;
    let refused = save(&school, "ada", unmarked, &nothing(0)).await;
    assert!(matches!(refused, Err(Error::Invalid(errors)) if errors[0].field == "points"));

    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once more").await;
    let refused = save(&school, "ada", answer, &nothing(1)).await;
    assert!(matches!(refused, Err(Error::Invalid(errors)) if errors[0].field == "points"));
    let seen = seen_by(&school, "zainab", id).await;
    assert!(seen.feedback.is_some());
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    let refused = save(&school, "ada", answer, &nothing(1)).await;
    assert!(matches!(refused, Err(Error::Invalid(errors)) if errors[0].field == "points"));
}

#[tokio::test]
async fn a_comment_without_a_mark_is_called_that_where_the_work_has_points() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let words_only = ValidMark {
        points: None,
        ..given(0, "Half a sen", 0)
    };
    save(&school, "ada", answer, &words_only)
        .await
        .expect("kept");
    assert_eq!(state(&school, answer).await, "Comment only");
    assert_eq!(
        desk(&school, "ada", answer).await.mark.comment,
        "Half a sen"
    );
    save(&school, "ada", answer, &given(12, "A sentence.", 1))
        .await
        .expect("kept");
    assert_eq!(state(&school, answer).await, "Marked");
}
