//! Whether a hand-in is late once its due time has moved.

use chrono::TimeDelta;
use domain::assignments;
use domain::assignments::policy::Action;
use entity::{attempt, submission};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use test_kit::School;
use vocab::arrangements::ValidArrangement;
use vocab::assignments::{Intent, ValidAssignment};
use vocab::ids::AssignmentId;
use vocab::points::Points;

use super::{door, hand_in, sheet, unsubmit};
use crate::arrangements::{set, some};

/// Ada lets the work be due at a time of the school's clocks, or at none.
async fn is_due(school: &School, id: AssignmentId, due: Option<&str>) {
    let work = door(school, "ada", id, Action::Edit).await;
    let new = ValidAssignment {
        title: "Sheet 6".to_owned(),
        instructions: "Do all of it.".to_owned(),
        due: due.map(|due| due.parse().expect("a time")),
        points: Some(Points::whole(20)),
        publish: None,
        intent: Intent::Publish,
        seen: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    assignments::edit(&tx, &school.actor("ada"), &work, &new, school.now())
        .await
        .expect("changed");
    tx.commit().await.expect("kept");
}

async fn tries(school: &School, id: AssignmentId, who: &str) -> Vec<attempt::Model> {
    let answer = answer(school, id, who).await;
    attempt::Entity::find()
        .filter(attempt::Column::SubmissionId.eq(answer.id))
        .order_by_asc(attempt::Column::Number)
        .all(school.db.read())
        .await
        .expect("the database answers")
}

async fn answer(school: &School, id: AssignmentId, who: &str) -> submission::Model {
    submission::Entity::find()
        .filter(submission::Column::AssignmentId.eq(id))
        .filter(submission::Column::StudentId.eq(school.person(who)))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("there is an answer")
}

/// Whose answer is late, by the answer and by the try that stands.
async fn late(school: &School, id: AssignmentId) -> Vec<&'static str> {
    let mut late = Vec::new();
    for who in ["tomos", "zainab"] {
        let answer = answer(school, id, who).await;
        for standing in tries(school, id, who).await {
            if answer.attempt_id == Some(standing.id) {
                assert_eq!(answer.is_late, standing.is_late, "{who}");
            }
        }
        if answer.is_late {
            late.push(who);
        }
    }
    late
}

/// Both hand in on Thursday at 16:30, an hour after the class's due time.
async fn both_hand_in(school: &School, id: AssignmentId) {
    school
        .clock
        .advance(TimeDelta::hours(54) + TimeDelta::minutes(30));
    for who in ["tomos", "zainab"] {
        hand_in(school, who, id, "x = 4").await.expect("taken");
    }
}

#[tokio::test]
async fn a_due_time_that_moves_judges_hand_ins_anew_with_each_students_own_time() {
    let school = School::new().await;
    let id = sheet(&school).await;
    set(&school, "zainab", &some()).await;
    both_hand_in(&school, id).await;
    assert_eq!(late(&school, id).await, ["tomos"]);
    is_due(&school, id, Some("2026-11-27T12:00:00")).await;
    assert!(late(&school, id).await.is_empty());
    // Ten hours more for Zainab end on Wednesday at 22:00.
    is_due(&school, id, Some("2026-11-25T12:00:00")).await;
    assert_eq!(late(&school, id).await, ["tomos", "zainab"]);
    is_due(&school, id, Some("2026-11-26T15:30:00")).await;
    assert_eq!(late(&school, id).await, ["tomos"]);
    is_due(&school, id, None).await;
    assert!(late(&school, id).await.is_empty());
}

#[tokio::test]
async fn a_try_that_was_taken_back_keeps_what_it_said() {
    let school = School::new().await;
    let id = sheet(&school).await;
    hand_in(&school, "tomos", id, "x = 3").await.expect("taken");
    unsubmit(&school, "tomos", id).await.expect("taken back");
    hand_in(&school, "tomos", id, "x = 4").await.expect("taken");
    is_due(&school, id, Some("2026-11-23T15:30:00")).await;
    let tries = tries(&school, id, "tomos").await;
    let late: Vec<bool> = tries.iter().map(|one| one.is_late).collect();
    assert_eq!(late, [false, true]);
    assert!(answer(&school, id, "tomos").await.is_late);
}

#[tokio::test]
async fn extra_time_that_is_arranged_later_lifts_lateness_and_never_adds_it() {
    let school = School::new().await;
    let id = sheet(&school).await;
    both_hand_in(&school, id).await;
    assert_eq!(late(&school, id).await, ["tomos", "zainab"]);
    set(&school, "zainab", &some()).await;
    assert_eq!(late(&school, id).await, ["tomos"]);
    set(&school, "zainab", &ValidArrangement::default()).await;
    assert_eq!(late(&school, id).await, ["tomos"]);
}

#[tokio::test]
async fn a_due_time_that_moves_later_makes_nothing_late_that_was_in_time() {
    let school = School::new().await;
    let id = sheet(&school).await;
    set(&school, "zainab", &some()).await;
    both_hand_in(&school, id).await;
    set(&school, "zainab", &ValidArrangement::default()).await;
    assert_eq!(late(&school, id).await, ["tomos"]);
    // A quarter of an hour more is not enough for either without extra time.
    is_due(&school, id, Some("2026-11-26T15:45:00")).await;
    assert_eq!(late(&school, id).await, ["tomos"]);
    is_due(&school, id, Some("2026-11-26T15:40:00")).await;
    assert_eq!(late(&school, id).await, ["tomos", "zainab"]);
}
