//! Builders for set work, answers and marks. They write the rows that the rules
//! would have written, and nothing else: no events.

use chrono::TimeDelta;
use domain::Time;
use entity::{assignment, attempt, mark, submission};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};
use vocab::ids::{AssignmentId, AttemptId, ClassroomId, MarkId, PersonId, SchoolId, SubmissionId};
use vocab::points::Points;

use crate::school::{at, new_id};

/// Set work that a test wants to exist.
#[derive(Clone, Debug)]
pub struct NewWork {
    title: String,
    instructions: String,
    points: Option<Points>,
    due_at: Option<Time>,
    publish: Publish,
    closed_at: Option<Time>,
}

#[derive(Clone, Copy, Debug)]
enum Publish {
    Never,
    Yesterday,
    At(Time),
}

impl NewWork {
    /// Went out a day ago; no points, no due date.
    pub fn published(title: &str) -> Self {
        Self::new(title, Publish::Yesterday)
    }

    /// Has not gone out.
    pub fn draft(title: &str) -> Self {
        Self::new(title, Publish::Never)
    }

    /// Goes out at a time such as "2026-11-25T08:00:00Z".
    pub fn scheduled(title: &str, publish_at: &str) -> Self {
        Self::new(title, Publish::At(at(publish_at)))
    }

    fn new(title: &str, publish: Publish) -> Self {
        Self {
            title: title.to_owned(),
            instructions: "Do all of it.".to_owned(),
            points: None,
            due_at: None,
            publish,
            closed_at: None,
        }
    }

    /// Due at a time such as "2026-11-26T15:30:00Z".
    #[must_use]
    pub fn due(mut self, due_at: &str) -> Self {
        self.due_at = Some(at(due_at));
        self
    }

    /// Worth whole points.
    #[must_use]
    pub fn points(mut self, points: i32) -> Self {
        self.points = Some(Points::whole(points));
        self
    }

    /// Closed since a time such as "2026-11-23T15:30:00Z".
    #[must_use]
    pub fn closed(mut self, closed_at: &str) -> Self {
        self.closed_at = Some(at(closed_at));
        self
    }

    /// What is to be done, in Markdown.
    #[must_use]
    pub fn instructions(mut self, instructions: &str) -> Self {
        instructions.clone_into(&mut self.instructions);
        self
    }
}

pub(crate) async fn set(
    db: &impl ConnectionTrait,
    school: SchoolId,
    classroom: ClassroomId,
    by: PersonId,
    work: &NewWork,
    now: Time,
) -> AssignmentId {
    let id = AssignmentId(new_id());
    let made_at = now - TimeDelta::days(2);
    assignment::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        classroom_id: Set(classroom),
        title: Set(work.title.clone()),
        instructions: Set(work.instructions.clone()),
        points: Set(work.points),
        due_at: Set(work.due_at),
        publish_at: Set(match work.publish {
            Publish::Never => None,
            Publish::Yesterday => Some(now - TimeDelta::days(1)),
            Publish::At(time) => Some(time),
        }),
        closed_at: Set(work.closed_at),
        created_by: Set(by),
        created_at: Set(made_at),
        updated_at: Set(made_at),
    }
    .insert(db)
    .await
    .expect("the work can be inserted");
    id
}

/// Whose answer to what.
pub(crate) struct Answer<'a> {
    pub(crate) school: SchoolId,
    pub(crate) assignment: AssignmentId,
    pub(crate) student: PersonId,
    pub(crate) text: &'a str,
}

pub(crate) async fn draft(
    db: &impl ConnectionTrait,
    answer: &Answer<'_>,
    now: Time,
) -> SubmissionId {
    let id = SubmissionId(new_id());
    submission::ActiveModel {
        id: Set(id),
        school_id: Set(answer.school),
        assignment_id: Set(answer.assignment),
        student_id: Set(answer.student),
        draft_text: Set(answer.text.to_owned()),
        draft_version: Set(1),
        draft_saved_at: Set(Some(now)),
        attempt_id: Set(None),
        handed_in_at: Set(None),
        is_late: Set(false),
        draft_saved_by: Set(None),
    }
    .insert(db)
    .await
    .expect("the draft can be inserted: one answer for each student and assignment");
    id
}

pub(crate) async fn hand_in(
    db: &impl ConnectionTrait,
    answer: &Answer<'_>,
    due_at: Option<Time>,
    now: Time,
) -> (SubmissionId, AttemptId) {
    let submission = draft(db, answer, now).await;
    let attempt = AttemptId(new_id());
    let is_late = due_at.is_some_and(|due_at| now > due_at);
    attempt::ActiveModel {
        written_at: Set(None),
        id: Set(attempt),
        school_id: Set(answer.school),
        submission_id: Set(submission),
        number: Set(1),
        text: Set(answer.text.to_owned()),
        receipt: Set(format!("T-{}", attempt.0.simple()).to_uppercase()),
        handed_in_at: Set(now),
        is_late: Set(is_late),
        withdrawn_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the attempt can be inserted");
    submission::ActiveModel {
        id: Set(submission),
        attempt_id: Set(Some(attempt)),
        handed_in_at: Set(Some(now)),
        is_late: Set(is_late),
        ..Default::default()
    }
    .update(db)
    .await
    .expect("the submission can be handed in");
    (submission, attempt)
}

/// What a teacher gives.
pub(crate) struct Given<'a> {
    pub(crate) points: Option<i32>,
    pub(crate) comment: &'a str,
    pub(crate) is_returned: bool,
}

pub(crate) async fn mark(
    db: &impl ConnectionTrait,
    school: SchoolId,
    submission: SubmissionId,
    by: PersonId,
    given: &Given<'_>,
    now: Time,
) -> MarkId {
    let id = MarkId(new_id());
    mark::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        submission_id: Set(submission),
        points: Set(given.points.map(Points::whole)),
        comment: Set(given.comment.to_owned()),
        version: Set(1),
        marked_by: Set(by),
        marked_at: Set(now),
        returned_at: Set(given.is_returned.then_some(now)),
        returned_by: Set(given.is_returned.then_some(by)),
    }
    .insert(db)
    .await
    .expect("the mark can be inserted: one for each submission");
    id
}

pub(crate) async fn load(db: &impl ConnectionTrait, id: AssignmentId) -> assignment::Model {
    assignment::Entity::find_by_id(id)
        .one(db)
        .await
        .expect("the database answers")
        .expect("the assignment was made by this school")
}
