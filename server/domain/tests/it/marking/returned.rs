//! Giving back: a desk that has not seen it changes nothing of what the student reads, and
//! it counts also where the server's clock was set back.

use chrono::TimeDelta;
use domain::marking::SaveOutcome;
use test_kit::{NewWork, School};
use vocab::assignments::WorkState;
use vocab::ids::{AssignmentId, SubmissionId};
use vocab::points::Points;

use super::{desk, give_all_back, give_back, given, hand_in_again, save, seen_by, sheet};

/// Ada gives back what is marked: this answer alone, or all at once.
async fn returned(school: &School, id: AssignmentId, answer: SubmissionId, is_all: bool) {
    if is_all {
        assert_eq!(give_all_back(school, id).await, 1);
    } else {
        give_back(school, "ada", answer).await.expect("given back");
    }
}

#[tokio::test]
async fn a_desk_from_before_the_return_changes_nothing_of_what_the_student_reads() {
    let school = School::new().await;
    let id = sheet(&school).await;
    for (student, is_all) in [("zainab", true), ("tomos", false)] {
        let answer = school.submission(id, student, "x = 4").await;
        save(&school, "ada", answer, &given(18, "Neat", 0))
            .await
            .expect("kept");
        let opened = desk(&school, "bruno", answer).await.mark;
        assert!(opened.returned.is_none());
        returned(&school, id, answer, is_all).await;
        let rough = given(3, "Rough words", opened.version);
        let saved = save(&school, "bruno", answer, &rough).await;
        let SaveOutcome::Conflict(kept) = saved.expect("answered") else {
            panic!("{student} reads what was not meant to be read yet");
        };
        assert!(kept.returned.is_some(), "{student}");
        assert_eq!(kept.comment, "Neat", "{student}");
        let seen = seen_by(&school, student, id).await;
        let feedback = seen.feedback.expect("it is back");
        assert_eq!(feedback.points, Some(Points::whole(18)), "{student}");
        assert!(!feedback.comment_html.contains("Rough"), "{student}");

        let version = kept.version;
        let knowing = save(&school, "bruno", answer, &given(14, "Neater", version)).await;
        let next = SaveOutcome::Saved {
            version: version + 1,
        };
        assert_eq!(knowing.expect("kept"), next, "{student}");
    }
}

#[tokio::test]
async fn the_desk_does_not_call_a_new_try_returned_before_it_is() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 12, "Once more").await;
    assert!(desk(&school, "ada", answer).await.mark.returned.is_some());
    school.clock.advance(TimeDelta::hours(1));
    hand_in_again(&school, id).await;
    let opened = desk(&school, "ada", answer).await.mark;
    assert_eq!((opened.version, opened.returned), (1, None));
    // Who began from an older version is not told so either.
    let saved = save(&school, "bruno", answer, &given(3, "Rough words", 0)).await;
    let SaveOutcome::Conflict(kept) = saved.expect("answered") else {
        panic!("what came back was written over unseen");
    };
    assert_eq!(kept.returned, None);
    // What is saved now is not seen, and what came back is.
    save(&school, "ada", answer, &given(20, "There", 1))
        .await
        .expect("kept");
    assert_eq!(desk(&school, "ada", answer).await.mark.returned, None);
    let seen = seen_by(&school, "zainab", id).await;
    let feedback = seen.feedback.expect("what came back stays");
    assert_eq!(feedback.points, Some(Points::whole(12)));
}

#[tokio::test]
async fn a_mark_counts_and_comes_back_where_the_clock_was_set_back_after_the_hand_in() {
    let school = School::new().await;
    let id = sheet(&school).await;
    for (student, is_all) in [("zainab", true), ("tomos", false)] {
        let answer = school.submission(id, student, "x = 4").await;
        school.clock.advance(TimeDelta::minutes(-10));
        for version in [0, 1] {
            let points = 17 + version;
            save(&school, "ada", answer, &given(points, "Neat", version))
                .await
                .expect("kept");
        }
        let line = desk(&school, "ada", answer).await.queue;
        let line = line.iter().find(|line| line.submission == answer);
        assert!(line.is_some_and(|line| line.state == "Marked"), "{student}");
        returned(&school, id, answer, is_all).await;
        let seen = seen_by(&school, student, id).await;
        assert_eq!(seen.state, WorkState::Returned, "{student}");
        let feedback = seen.feedback.expect("it is back");
        assert_eq!(feedback.points, Some(Points::whole(18)), "{student}");
        school.clock.advance(TimeDelta::minutes(10));
    }
}

#[tokio::test]
async fn a_new_try_waits_to_be_marked_where_the_clock_was_set_back_after_the_first() {
    for is_all in [true, false] {
        let school = School::new().await;
        let work = NewWork::published("Sheet 6").due("2026-11-24T09:59:00Z");
        let id = school.assignment("10Ma1", work.points(20)).await;
        let answer = school.submission(id, "zainab", "x = 4").await;
        school.clock.advance(TimeDelta::minutes(-5));
        save(&school, "ada", answer, &given(12, "Once more", 0))
            .await
            .expect("kept");
        returned(&school, id, answer, is_all).await;
        school.clock.advance(TimeDelta::minutes(3));
        hand_in_again(&school, id).await;

        let opened = desk(&school, "ada", answer).await;
        assert_eq!(opened.text, "x = 5");
        let line = opened.queue.iter().find(|line| line.submission == answer);
        assert!(line.is_some_and(|line| line.state == "To mark"), "{is_all}");
        let seen = seen_by(&school, "zainab", id).await;
        assert_eq!(seen.state, WorkState::HandedIn, "in time by the clock");

        let there = given(20, "There", opened.mark.version);
        save(&school, "ada", answer, &there).await.expect("kept");
        returned(&school, id, answer, is_all).await;
        let seen = seen_by(&school, "zainab", id).await;
        assert_eq!(seen.state, WorkState::Returned, "{is_all}");
        let feedback = seen.feedback.expect("it is back");
        assert_eq!(feedback.points, Some(Points::whole(20)), "{is_all}");
    }
}
