//! What everybody sees of a piece of work, and the form that makes or changes it.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use vocab::assignments::{AssignmentForm, AssignmentHead, Audience, SetWorkPage, Stage};
use vocab::ids::AssignmentId;

use super::write::seen;
use super::{Error, is_late, stage};
use crate::access::{Permitted, Work};
use crate::actor::Actor;
use crate::classrooms;
use crate::clock::Time;
use crate::markdown;
use crate::moments::{distance, form_fields, moment};
use crate::people::display_name;
use crate::secrets::new_id;
use entity::{classroom, person};

/// What everybody sees of it. One query, for the name of who set it.
pub async fn head(
    db: &impl ConnectionTrait,
    actor: &Actor,
    work: &Permitted<Work>,
    now: Time,
) -> Result<AssignmentHead, Error> {
    let name: Option<(String, String)> = person::Entity::find_by_id(work.assignment.created_by)
        .select_only()
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .filter(person::Column::SchoolId.eq(work.school()))
        .into_tuple()
        .one(db)
        .await?;
    let teacher = name.map_or_else(String::new, |(given, family)| display_name(&given, &family));
    Ok(AssignmentHead {
        files: super::files(db, work).await?,
        ..head_with(actor, work, work.standing(), teacher, now)
    })
}

/// The same where the name is known already.
pub(crate) fn head_with(
    actor: &Actor,
    work: &Work,
    standing: vocab::classrooms::Standing,
    teacher: String,
    now: Time,
) -> AssignmentHead {
    let zone = actor.time_zone;
    let set = &work.assignment;
    let stage = stage(set.publish_at, set.closed_at, now);
    AssignmentHead {
        id: set.id,
        title: set.title.clone(),
        instructions_html: markdown::to_html(&set.instructions),
        stage,
        due: set.due_at.map(|at| moment(at, zone, now)),
        was_due: is_late(set.due_at, now),
        due_distance: set.due_at.map(|at| distance(at, zone, now)),
        goes_out: set
            .publish_at
            .filter(|_| stage == Stage::Scheduled)
            .map(|at| moment(at, zone, now)),
        points: set.points,
        classroom: classrooms::head_of(&work.classroom, standing, actor, now),
        teacher,
        files: Vec::new(),
    }
}

/// An empty form for new work in a classroom, with the id that the work will have. No query.
pub fn new_work_page(
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    audience: Audience,
    now: Time,
) -> SetWorkPage {
    SetWorkPage {
        classroom: classrooms::head(classroom, actor, now),
        assignment: None,
        stage: None,
        form: AssignmentForm {
            id: AssignmentId(new_id()).to_string(),
            ..AssignmentForm::default()
        },
        due: None,
        goes_out: None,
        time_zone: actor.time_zone.name().to_owned(),
        audience,
    }
}

/// The form filled with the work as it is. No query.
pub fn edit_work_page(
    actor: &Actor,
    work: &Permitted<Work>,
    audience: Audience,
    now: Time,
) -> SetWorkPage {
    let zone = actor.time_zone;
    let set = &work.assignment;
    let stage = stage(set.publish_at, set.closed_at, now);
    SetWorkPage {
        classroom: classrooms::head_of(&work.classroom, work.standing(), actor, now),
        assignment: Some(set.id),
        stage: Some(stage),
        form: form_of(actor, work, now),
        due: set.due_at.map(|at| moment(at, zone, now)),
        goes_out: set
            .publish_at
            .filter(|_| stage == Stage::Scheduled)
            .map(|at| moment(at, zone, now)),
        time_zone: actor.time_zone.name().to_owned(),
        audience,
    }
}

/// What the edit form holds, in the school's time zone.
pub(super) fn form_of(actor: &Actor, work: &Work, now: Time) -> AssignmentForm {
    use vocab::assignments::Intent;
    let set = &work.assignment;
    let (due_date, due_time) = form_fields(set.due_at, actor.time_zone);
    let (publish_date, publish_time) = form_fields(set.publish_at, actor.time_zone);
    let intent = match stage(set.publish_at, set.closed_at, now) {
        Stage::Draft => Intent::Draft,
        Stage::Scheduled => Intent::Schedule,
        Stage::Published | Stage::Closed => Intent::Publish,
    };
    AssignmentForm {
        title: set.title.clone(),
        instructions: set.instructions.clone(),
        due_date,
        due_time,
        points: set
            .points
            .map_or_else(String::new, |points| points.to_string()),
        publish_date,
        publish_time,
        intent: intent.as_str().to_owned(),
        seen: seen(set),
        ..AssignmentForm::default()
    }
}
