//! How well a school keeps the promise of an answer within 48 hours, for everybody in it
//! to see.

use chrono::TimeDelta;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use vocab::ids::SchoolId;
use vocab::rights::{RequestState, Tally};

use super::clock::first_answer_due;
use crate::actor::Actor;
use crate::clock::Time;
use entity::rights_request;

/// Of the requests of the last 365 days: how many were answered in time, and how many late
/// or not yet although the time is over. What is still within its time is not counted, nor
/// what was taken back, or closed because the same is answered under another reference: nobody
/// waits for its answer.
/// It names nobody, so everybody of the school may see it. One query.
pub async fn tally(db: &impl ConnectionTrait, actor: &Actor, now: Time) -> Result<Tally, DbErr> {
    let requests = within_a_year(db, actor.school, now).await?;
    let mut tally = Tally::default();
    for (received, answered) in requests {
        let due = first_answer_due(received);
        match answered {
            Some(at) if at <= due => tally.in_time += 1,
            None if now <= due => {}
            Some(_) | None => tally.late += 1,
        }
    }
    Ok(tally)
}

async fn within_a_year(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Vec<(Time, Option<Time>)>, DbErr> {
    rights_request::Entity::find()
        .select_only()
        .column(rights_request::Column::ReceivedAt)
        .column(rights_request::Column::FirstAnswerAt)
        .filter(rights_request::Column::SchoolId.eq(school))
        .filter(rights_request::Column::ReceivedAt.gt(now - TimeDelta::days(365)))
        .filter(rights_request::Column::State.ne(RequestState::TakenBack))
        .filter(
            Condition::any()
                .add(rights_request::Column::ClosedAt.is_null())
                .add(rights_request::Column::FirstAnswerAt.is_not_null()),
        )
        .into_tuple()
        .all(db)
        .await
}
