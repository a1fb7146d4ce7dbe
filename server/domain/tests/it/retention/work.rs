//! Work and its marks: they go a year after the school year, and stay while the student
//! wants them kept.

use chrono::TimeDelta;
use domain::retention::Counted;
use entity::{mark, submission};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::ids::{AssignmentId, SubmissionId};

use super::Place;

/// A sheet in 10Ma1, with Zainab's answer and its mark.
async fn marked_work(school: &School) -> (AssignmentId, SubmissionId) {
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let answer = school.submission(sheet, "zainab", "x is 3").await;
    school.returned_mark(answer, "ada", 12, "Good").await;
    (sheet, answer)
}

#[tokio::test]
async fn work_and_its_marks_go_a_year_after_the_school_year_and_younger_work_stays() {
    let place = Place::new().await;
    let school = &place.school;
    marked_work(school).await;
    school.clock.advance(TimeDelta::days(330));
    let next_year = school
        .assignment("10Ma1", NewWork::published("Sheet 7").points(20))
        .await;
    school.submission(next_year, "zainab", "x is 4").await;
    // The school year of the first sheet ended on 31 August 2027.
    school.clock.advance(TimeDelta::days(300));
    assert_eq!(place.sweep("assignment.submission").await.due, 0);
    school.clock.advance(TimeDelta::days(30));
    assert_eq!(place.sweep("assessment.mark").await.deleted, 1);
    // The work went as soon as no mark hung on it.
    let left = submission::Entity::find()
        .filter(submission::Column::StudentId.eq(school.person("zainab")))
        .all(school.db.read())
        .await
        .expect("read");
    let left: Vec<_> = left.iter().map(|row| row.assignment_id).collect();
    assert_eq!(left, [next_year]);
    let marks = mark::Entity::find()
        .filter(mark::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(marks, 0);
}

#[tokio::test]
async fn work_and_its_mark_stay_while_a_student_wants_them_kept_and_go_the_night_after() {
    let place = Place::new().await;
    let school = &place.school;
    let (sheet, kept) = marked_work(school).await;
    let other = school.submission(sheet, "tomos", "x is 4").await;
    school.returned_mark(other, "ada", 9, "Nearly").await;
    place.consent("zainab", "zainab", "yes").await;
    school.clock.advance(TimeDelta::days(300));
    place.leave("zainab").await;
    // The school year of the sheet ended on 31 August 2027.
    school.clock.advance(TimeDelta::days(360));
    let of_others = Counted {
        due: 1,
        ..Counted::default()
    };
    assert_eq!(place.dry("assessment.mark").await, of_others);
    assert_eq!(place.sweep("assessment.mark").await.deleted, 1);
    place.sweep("assignment.submission").await;
    let left = async || {
        let work = submission::Entity::find()
            .filter(submission::Column::AssignmentId.eq(sheet))
            .all(school.db.read())
            .await
            .expect("read");
        let marks = mark::Entity::find()
            .filter(mark::Column::SchoolId.eq(school.id))
            .all(school.db.read())
            .await
            .expect("read");
        let work: Vec<_> = work.iter().map(|row| row.student_id).collect();
        let marks: Vec<_> = marks.iter().map(|row| row.submission_id).collect();
        (work, marks)
    };
    let zainab = school.person("zainab");
    assert_eq!(left().await, (vec![zainab], vec![kept]));
    place.consent("zainab", "zainab", "no").await;
    place.sweep("student.account").await;
    assert_eq!(left().await, (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn what_a_student_who_is_still_here_wants_kept_goes_after_a_no_with_its_own_rule() {
    let place = Place::new().await;
    let school = &place.school;
    marked_work(school).await;
    place.consent("zainab", "zainab", "yes").await;
    school.clock.advance(TimeDelta::days(660));
    assert_eq!(place.sweep("assessment.mark").await, Counted::default());
    place.consent("zainab", "zainab", "no").await;
    assert_eq!(place.sweep("assessment.mark").await.deleted, 1);
    assert_eq!(place.name_of("zainab").await, "Zainab");
}
