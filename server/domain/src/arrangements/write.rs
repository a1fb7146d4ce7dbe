//! Setting what is arranged, and taking it away. The record of changes says that it was
//! done, and nothing of what: the data itself stands in one place only.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use vocab::arrangements::ValidArrangement;

use super::read::{arranged, version, what_helps_in};
use super::{Error, Learner};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::holds;
use crate::keys::text;
use crate::people;
use crate::secrets::new_id;
use crate::submissions;
use entity::access_arrangement;

/// Sets what is arranged for the student, from their next page on, unless somebody else did
/// since the form was opened that says `seen`. An arrangement of nothing is none: its row
/// goes. What they handed in within the extra time is not late any more.
pub async fn set(
    tx: &Write,
    learner: &Permitted<Learner>,
    new: &ValidArrangement,
    seen: &str,
    now: Time,
) -> Result<(), Error> {
    use access_arrangement::Column;
    people::hold_one(tx, learner.school(), learner.0).await?;
    let row = row_of(tx, learner).await?;
    let kept = kept(tx, learner, row.as_ref()).await?;
    if !seen.is_empty() && seen != version(row.as_ref()) {
        return if *new == kept {
            Ok(())
        } else {
            Err(Error::ChangedMeanwhile)
        };
    }
    if new.is_empty() {
        return remove(tx, learner, row, now).await;
    }
    let reading = new.reading;
    let id = new_id();
    let place = what_helps_in(learner.school(), id);
    let what_helps = text::seal(&**tx, learner.0, &place, &new.what_helps).await?;
    let row = access_arrangement::ActiveModel {
        id: Set(id),
        school_id: Set(learner.school()),
        person_id: Set(learner.0),
        extra_time_percent: Set(i32::from(new.extra_time_percent)),
        rest_breaks: Set(new.rest_breaks),
        what_helps: Set(what_helps),
        theme: Set(reading.theme),
        size: Set(reading.size),
        line: Set(reading.line),
        letters: Set(reading.letters),
        measure: Set(reading.measure),
        font: Set(reading.font),
        ruler: Set(reading.ruler),
        aloud: Set(reading.aloud),
        set_by: Set(Some(learner.actor())),
        set_at: Set(now),
    };
    let newest = OnConflict::column(Column::PersonId)
        .update_columns([
            // Sealed words are bound to their row.
            Column::Id,
            Column::ExtraTimePercent,
            Column::RestBreaks,
            Column::WhatHelps,
            Column::Theme,
            Column::Size,
            Column::Line,
            Column::Letters,
            Column::Measure,
            Column::Font,
            Column::Ruler,
            Column::Aloud,
            Column::SetBy,
            Column::SetAt,
        ])
        .to_owned();
    access_arrangement::Entity::insert(row)
        .on_conflict(newest)
        .exec_without_returning(&**tx)
        .await?;
    if new.extra_time_percent > 0 {
        submissions::lift_lateness(tx, learner.school(), learner.0).await?;
    }
    record(tx, learner, "arrangement.set", now).await
}

/// The row of the student, whom the caller holds.
async fn row_of(
    tx: &Write,
    learner: &Permitted<Learner>,
) -> Result<Option<access_arrangement::Model>, DbErr> {
    access_arrangement::Entity::find()
        .filter(access_arrangement::Column::SchoolId.eq(learner.school()))
        .filter(access_arrangement::Column::PersonId.eq(learner.0))
        .one(&**tx)
        .await
}

/// What is arranged now. Words that stand there and do not open are not written over.
async fn kept(
    tx: &Write,
    learner: &Permitted<Learner>,
    row: Option<&access_arrangement::Model>,
) -> Result<ValidArrangement, Error> {
    let Some(row) = row else {
        return Ok(ValidArrangement::default());
    };
    let place = what_helps_in(learner.school(), row.id);
    let what_helps = text::open(&**tx, &place, &row.what_helps)
        .await?
        .editable()?;
    Ok(arranged(row, what_helps))
}

/// Takes everything away that is arranged for the student, unless somebody else set it since
/// the form was opened that says `seen`; where nothing is, nothing happens. Refused while a
/// legal hold keeps it.
pub async fn take_away(
    tx: &Write,
    learner: &Permitted<Learner>,
    seen: &str,
    now: Time,
) -> Result<(), Error> {
    people::hold_one(tx, learner.school(), learner.0).await?;
    let row = row_of(tx, learner).await?;
    if row.is_some() && !seen.is_empty() && seen != version(row.as_ref()) {
        return Err(Error::SetMeanwhile);
    }
    remove(tx, learner, row, now).await
}

async fn remove(
    tx: &Write,
    learner: &Permitted<Learner>,
    row: Option<access_arrangement::Model>,
    now: Time,
) -> Result<(), Error> {
    let Some(row) = row else {
        return Ok(());
    };
    let held = holds::held(&**tx, learner.school()).await?;
    if held.holds(learner.0) {
        return Err(Error::Held);
    }
    access_arrangement::Entity::delete_by_id(row.id)
        .exec(&**tx)
        .await?;
    record(tx, learner, "arrangement.ended", now).await
}

async fn record(
    tx: &Write,
    learner: &Permitted<Learner>,
    kind: &'static str,
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: learner.school(),
        actor: Some(learner.actor()),
        kind,
        subject: learner.0.0,
        before: None,
        after: None,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
