//! What came from a tablet and waits for its owner: words that went nowhere else, and
//! files. Only the owner reads it; it goes when they say so, or after 90 days.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;
use vocab::ids::{AssignmentId, FileId, PersonId};
use vocab::outbox::{Operation, Outcome, Waiting};

use super::{Error, seal_place};
use crate::access::{AccessError, Permitted, Work};
use crate::actor::Actor;
use crate::assignments::policy::visible_to;
use crate::clock::Time;
use crate::db::{Keyed, Write};
use crate::events::{self, Event};
use crate::moments::moment;
use crate::submissions::{file_summary, holds_all};
use entity::{assignment, outbox_file, outbox_item};

/// A page shows no more; the oldest come first, so the rest follows.
const MOST_SHOWN: u64 = 50;

fn own(actor: &Actor) -> Condition {
    Condition::all()
        .add(outbox_item::Column::SchoolId.eq(actor.school))
        .add(outbox_item::Column::PersonId.eq(actor.person))
        .add(outbox_item::Column::SeenAt.is_null())
        .add(outbox_item::Column::Outcome.ne(Outcome::Done))
}

/// Whether anything waits: a row for each thing.
pub(crate) fn waiting_query(actor: &Actor) -> SelectStatement {
    outbox_item::Entity::find()
        .select_only()
        .column(outbox_item::Column::Id)
        .filter(own(actor))
        .into_query()
}

/// What waits, oldest first. Three queries.
pub async fn waiting(db: &impl Keyed, actor: &Actor, now: Time) -> Result<Vec<Waiting>, Error> {
    let rows = outbox_item::Entity::find()
        .filter(own(actor))
        .order_by_asc(outbox_item::Column::ReceivedAt)
        .limit(MOST_SHOWN)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let titles: HashMap<AssignmentId, String> = assignment::Entity::find()
        .select_only()
        .columns([assignment::Column::Id, assignment::Column::Title])
        .filter(visible_to(actor, now))
        .filter(assignment::Column::Id.is_in(rows.iter().filter_map(|row| row.assignment_id)))
        .into_tuple::<(AssignmentId, String)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let mut files: HashMap<Uuid, Vec<_>> = HashMap::new();
    for file in outbox_file::Entity::find()
        .filter(outbox_file::Column::ItemId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(outbox_file::Column::Id)
        .all(db)
        .await?
    {
        let summary = file_summary(file.id, file.name, file.size_bytes);
        files.entry(file.item_id).or_default().push(summary);
    }
    let ring = db.keys().to_open(rows.iter().map(|row| row.text.as_str()));
    let ring = ring.await.map_err(DbErr::from)?;
    Ok(rows
        .into_iter()
        .map(|row| Waiting {
            id: row.id,
            work: row
                .assignment_id
                .and_then(|id| Some((id, titles.get(&id)?.clone()))),
            outcome: row.outcome,
            is_older: row.operation == Operation::HandIn
                && row.outcome == Outcome::OtherWords
                && row.receipt.is_empty(),
            files: files.remove(&row.id).unwrap_or_default(),
            text: ring
                .open(&seal_place(row.school_id, row.id), &row.text)
                .words(),
            made: moment(row.made_at, actor.time_zone, now),
            received: moment(row.received_at, actor.time_zone, now),
        })
        .collect())
}

/// A file that waits: its name, its size and its key in the store. For its owner alone.
pub async fn file(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: FileId,
) -> Result<(String, i64, String), AccessError> {
    let file = outbox_file::Entity::find_by_id(id)
        .filter(outbox_file::Column::SchoolId.eq(actor.school))
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    outbox_item::Entity::find_by_id(file.item_id)
        .filter(outbox_item::Column::PersonId.eq(actor.person))
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    Ok((file.name, file.size_bytes, file.object_key))
}

/// Words that had to wait and are all in what their owner hands in now need nobody any more.
/// What waits with files stays.
pub(super) async fn settle(
    tx: &Write,
    work: &Permitted<Work>,
    owner: PersonId,
    handed_in: &str,
    now: Time,
) -> Result<(), DbErr> {
    let with_files = outbox_file::Entity::find()
        .select_only()
        .column(outbox_file::Column::ItemId)
        .filter(outbox_file::Column::SchoolId.eq(work.school()))
        .into_query();
    let rows = outbox_item::Entity::find()
        .filter(outbox_item::Column::SchoolId.eq(work.school()))
        .filter(outbox_item::Column::PersonId.eq(owner))
        .filter(outbox_item::Column::AssignmentId.eq(work.assignment.id))
        .filter(outbox_item::Column::Outcome.eq(Outcome::OtherWords))
        .filter(outbox_item::Column::SeenAt.is_null())
        .filter(outbox_item::Column::Id.not_in_subquery(with_files))
        .all(&**tx)
        .await?;
    let ring = tx.keys().to_open(rows.iter().map(|row| row.text.as_str()));
    let ring = ring.await?;
    for row in rows {
        let place = seal_place(row.school_id, row.id);
        let is_in_it = ring.open(&place, &row.text).text().is_some_and(|words| {
            let words = words.trim();
            !words.is_empty() && holds_all(handed_in.trim(), words)
        });
        if is_in_it {
            put_away(tx, &row, now).await?;
        }
    }
    Ok(())
}

async fn put_away(tx: &Write, row: &outbox_item::Model, now: Time) -> Result<(), DbErr> {
    outbox_item::Entity::update_many()
        .col_expr(outbox_item::Column::SeenAt, Expr::value(Some(now)))
        .filter(outbox_item::Column::Id.eq(row.id))
        .exec(&**tx)
        .await?;
    let event = Event {
        school: row.school_id,
        actor: Some(row.person_id),
        kind: "outbox.seen",
        subject: row.id,
        before: None,
        after: None,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// The owner has what they need: it is not shown any more.
pub async fn see(tx: &Write, actor: &Actor, id: Uuid, now: Time) -> Result<(), Error> {
    let row = outbox_item::Entity::find_by_id(id)
        .filter(own(actor))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    put_away(tx, &row, now).await?;
    Ok(())
}
