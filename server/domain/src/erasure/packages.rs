//! Files that name many people go as a whole with any of them. While a legal hold is on
//! somebody of the school, who may be in them, they stay: the step is put off, with its
//! reason, and the erasure comes to its end without it. They go once nothing is held any
//! more. Until then nothing is brought in from a package that names somebody who was erased.

use datamap::TableMap;
use sea_orm::sea_query::{Cond, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use serde_json::json;
use vocab::erasure::{StepAction, StepStatus};
use vocab::ids::{ErasureJobId, SchoolId};

use super::Error;
use super::job::Means;
use super::steps::{delete_files, empty};
use crate::clock::Time;
use crate::db::Db;
use crate::events::{self, Event};
use crate::holds;
use crate::ways::{column, file_keys, of_school, with_files_of_many};
use entity::{erasure_job, erasure_step};

/// Why they stay, as the lead reads it.
pub(super) const PUT_OFF: &str =
    "A legal hold is on somebody who may be in it. It goes once nothing is held any more.";

/// When a file that names many people was read in.
const READ_AT: &str = "checked_at";

/// Steps that are put off.
fn is_put_off() -> Condition {
    Condition::all()
        .add(erasure_step::Column::Action.eq(StepAction::DeleteFiles))
        .add(erasure_step::Column::Status.eq(StepStatus::Exempt))
}

/// The same of a step that was read.
pub(super) fn was_put_off(step: &erasure_step::Model) -> bool {
    step.action == StepAction::DeleteFiles && step.status == StepStatus::Exempt
}

/// Whether the files of a table stay, because somebody who is held may be in them.
pub(super) async fn have_to_stay(
    db: &impl ConnectionTrait,
    table: &TableMap,
    school: SchoolId,
) -> Result<bool, DbErr> {
    if with_files_of_many(table).is_none() {
        return Ok(false);
    }
    Ok(!holds::held(db, school).await?.is_nothing())
}

/// Puts a step off where a hold came after the plan was made; answers whether one did.
pub(super) async fn put_off(
    db: &Db,
    tables: &[TableMap],
    step: &erasure_step::Model,
) -> Result<bool, DbErr> {
    let Some(table) = tables.iter().find(|table| table.table == step.target) else {
        return Ok(false);
    };
    if !have_to_stay(db.read(), table, step.school_id).await? {
        return Ok(false);
    }
    let tx = db.write().await?;
    erasure_step::Entity::update_many()
        .col_expr(
            erasure_step::Column::Status,
            Expr::value(StepStatus::Exempt),
        )
        .col_expr(
            erasure_step::Column::Actual,
            Expr::value(Some(step.expected)),
        )
        .col_expr(erasure_step::Column::Note, Expr::value(PUT_OFF))
        .filter(erasure_step::Column::JobId.eq(step.job_id))
        .filter(erasure_step::Column::N.eq(step.n))
        // Somebody else may have done it meanwhile.
        .filter(erasure_step::Column::Status.eq(StepStatus::Todo))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(true)
}

/// The tables whose files an erasure has put off.
pub(super) async fn put_off_by(
    db: &impl ConnectionTrait,
    job: ErasureJobId,
) -> Result<Vec<String>, DbErr> {
    erasure_step::Entity::find()
        .select_only()
        .column(erasure_step::Column::Target)
        .filter(erasure_step::Column::JobId.eq(job))
        .filter(is_put_off())
        .into_tuple()
        .all(db)
        .await
}

/// Deletes what erasures have put off, in every school where nothing is held any more, and
/// records it for each of them. Answers how many files went. What goes wrong in one school is
/// logged, does not stop the others, and is tried again with the next call.
pub async fn delete_put_off(means: Means<'_>, now: Time) -> Result<u64, Error> {
    let waiting: Vec<(SchoolId, String)> = erasure_step::Entity::find()
        .select_only()
        .distinct()
        .columns([erasure_step::Column::SchoolId, erasure_step::Column::Target])
        .filter(is_put_off())
        .order_by_asc(erasure_step::Column::SchoolId)
        .into_tuple()
        .all(means.db.read())
        .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let tables = datamap::registry();
    let mut gone = 0;
    for (school, target) in waiting {
        let Some(table) = tables.iter().find(|table| table.table == target) else {
            continue;
        };
        match delete(means, table, school, now).await {
            Ok(files) => gone += files,
            Err(error) => {
                tracing::error!(table = table.table, %error, "what erasures have put off could not be deleted");
            }
        }
    }
    Ok(gone)
}

/// Deletes the files of a table that erasures in a school have put off, unless somebody is
/// still held. A file that was read in after the last of these erasures had ended stays: it
/// names nobody of them, and waits for its import.
async fn delete(
    Means { db, store, .. }: Means<'_>,
    table: &TableMap,
    school: SchoolId,
    now: Time,
) -> Result<u64, Error> {
    let Some((key, rows)) = table.file_key().zip(with_files_of_many(table)) else {
        return Ok(0);
    };
    if have_to_stay(db.read(), table, school).await? {
        return Ok(0);
    }
    let jobs = put_off_in(db.read(), table, school).await?;
    // One that goes on has put off whatever is there.
    let Some(last) = jobs.iter().map(|(_, ended)| ended.unwrap_or(now)).max() else {
        return Ok(0);
    };
    let rows = if table.class(READ_AT).is_some() {
        rows.add(column(READ_AT).lte(last))
    } else {
        rows
    };
    let keys = file_keys(db.read(), table, of_school(table, school, rows)).await?;
    delete_files(store, &keys).await?;
    let these = Cond::all().add(column(key).is_in(keys.iter().map(String::as_str)));
    let tx = db.write().await?;
    empty(&tx, table, &[key], of_school(table, school, these)).await?;
    let ids = jobs.iter().map(|(id, _)| *id);
    erasure_step::Entity::update_many()
        .col_expr(erasure_step::Column::Status, Expr::value(StepStatus::Done))
        .col_expr(erasure_step::Column::DoneAt, Expr::value(Some(now)))
        .col_expr(erasure_step::Column::Note, Expr::value(gone_since(now)))
        .filter(erasure_step::Column::JobId.is_in(ids))
        .filter(erasure_step::Column::Target.eq(table.table))
        .filter(is_put_off())
        .exec(&*tx)
        .await?;
    for (job, _) in jobs {
        let event = Event {
            school,
            actor: None,
            kind: "person.files_erased",
            subject: job.0,
            before: None,
            after: Some(json!({ "table": table.table })),
        };
        events::record(&*tx, event, now).await?;
    }
    tx.commit().await?;
    Ok(keys.len() as u64)
}

/// The erasures in a school that have put the files of a table off, and when each ended.
async fn put_off_in(
    db: &impl ConnectionTrait,
    table: &TableMap,
    school: SchoolId,
) -> Result<Vec<(ErasureJobId, Option<Time>)>, DbErr> {
    erasure_step::Entity::find()
        .select_only()
        .distinct()
        .column(erasure_step::Column::JobId)
        .column(erasure_job::Column::EndedAt)
        .join(JoinType::InnerJoin, to_job())
        .filter(erasure_step::Column::SchoolId.eq(school))
        .filter(erasure_step::Column::Target.eq(table.table))
        .filter(is_put_off())
        .into_tuple()
        .all(db)
        .await
}

fn to_job() -> RelationDef {
    erasure_step::Entity::belongs_to(erasure_job::Entity)
        .from(erasure_step::Column::JobId)
        .to(erasure_job::Column::Id)
        .into()
}

/// What the lead reads beside a step that was put off, once it is done.
fn gone_since(now: Time) -> String {
    let day = now.format("%-d %B %Y");
    format!("It stayed for a legal hold, and went on {day}, when nothing was held any more.")
}

/// Whether a package that was read then is kept for a legal hold alone: somebody was erased
/// since who may be in it, or is being erased.
pub(crate) async fn is_kept_for_a_hold(
    db: &impl ConnectionTrait,
    school: SchoolId,
    read_at: Time,
) -> Result<bool, DbErr> {
    let since = Condition::any()
        .add(erasure_job::Column::EndedAt.is_null())
        .add(erasure_job::Column::EndedAt.gte(read_at));
    let found = erasure_step::Entity::find()
        .join(JoinType::InnerJoin, to_job())
        .filter(erasure_step::Column::SchoolId.eq(school))
        .filter(is_put_off())
        .filter(since)
        .one(db)
        .await?;
    Ok(found.is_some())
}
