//! Counting. A page costs one entry of a map in memory, and no statement.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DurationRound as _, TimeDelta};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use vocab::ids::SchoolId;
use vocab::people::{Role, Roles};
use vocab::usage::PageKind;

use crate::clock::Time;
use crate::db::{Db, Write};
use crate::secrets::new_id;
use entity::usage_counter;

/// Counts older than this say nothing any more.
const KEPT_FOR: TimeDelta = TimeDelta::days(400);
/// Rows that are written in one statement.
const AT_A_TIME: usize = 200;

type Bucket = (SchoolId, PageKind, Role, Time);

/// What was opened since it was written down last.
#[derive(Debug, Default)]
pub struct Tally(Mutex<HashMap<Bucket, i32>>);

impl Tally {
    /// Counts one page of somebody with these roles; of several the first.
    pub fn count(&self, school: SchoolId, roles: Roles, page: PageKind, now: Time) {
        let Some(role) = roles.iter().next() else {
            return;
        };
        let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = counted.entry((school, page, role, hour)).or_default();
        *times = times.saturating_add(1);
    }

    /// How many pages are counted and not written down yet.
    pub fn open(&self) -> i64 {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.values().map(|times| i64::from(*times)).sum()
    }

    /// Writes everything down and begins anew. What could not be written is counted on.
    /// Answers how many buckets there were.
    pub async fn flush(&self, db: &Db) -> Result<usize, DbErr> {
        let counted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if counted.is_empty() {
            return Ok(0);
        }
        let written = async {
            let tx = db.write().await?;
            write(&tx, &counted).await?;
            tx.commit().await
        };
        match written.await {
            Ok(()) => Ok(counted.len()),
            Err(error) => {
                let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                for (bucket, times) in counted {
                    *kept.entry(bucket).or_default() += times;
                }
                Err(error)
            }
        }
    }
}

async fn write(tx: &Write, counted: &HashMap<Bucket, i32>) -> Result<(), DbErr> {
    let all: Vec<_> = counted.iter().collect();
    for part in all.chunks(AT_A_TIME) {
        let rows =
            part.iter().map(
                |((school, page, role, hour), times)| usage_counter::ActiveModel {
                    id: Set(new_id()),
                    school_id: Set(*school),
                    page: Set(*page),
                    role: Set(*role),
                    hour_at: Set(*hour),
                    times: Set(**times),
                },
            );
        let old = Expr::col((usage_counter::Entity, usage_counter::Column::Times));
        let new = Expr::col(("excluded", usage_counter::Column::Times));
        usage_counter::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([
                    usage_counter::Column::SchoolId,
                    usage_counter::Column::Page,
                    usage_counter::Column::Role,
                    usage_counter::Column::HourAt,
                ])
                .value(usage_counter::Column::Times, old.add(new))
                .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Forgets counts of more than a year ago. Answers how many.
pub async fn forget_old(tx: &Write, now: Time) -> Result<u64, DbErr> {
    let gone = usage_counter::Entity::delete_many()
        .filter(usage_counter::Column::HourAt.lt(now - KEPT_FOR))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}
