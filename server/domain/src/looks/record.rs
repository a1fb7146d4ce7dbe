//! Writing looks down. A request waits until its looks are on disk; all that wait at
//! the same moment go in one transaction, so that thirty readers cost one commit. A
//! list is written once a day for each reader, and is remembered as written.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DurationRound, TimeDelta};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use tokio::sync::{mpsc, oneshot};
use vocab::ids::{PersonId, SchoolId};
use vocab::looks::LookVia;

use super::{Look, Whose};
use crate::clock::Time;
use crate::db::Db;
use crate::secrets::new_id;
use entity::access_event;

/// Requests that wait at once before more have to wait for them.
const MOST_WAITING: usize = 1_024;
/// Requests that are written in one transaction.
const MOST_AT_ONCE: usize = 256;

/// The looks were not written: what was read must not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("who looked could not be written down")]
pub struct NotKept;

/// Who looked, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Reader {
    school: SchoolId,
    actor: Option<PersonId>,
    at: Time,
}

struct Waiting {
    reader: Reader,
    looks: Vec<Look>,
    kept: oneshot::Sender<bool>,
}

/// One row: a reader, whose, what, on which way, in which hour or day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    school: SchoolId,
    actor: Option<PersonId>,
    look: Look,
    period: Time,
}

/// The one writer of looks in a server.
#[derive(Clone, Debug)]
pub struct Recorder {
    waiting: mpsc::Sender<Waiting>,
    lists: Arc<Mutex<HashSet<Key>>>,
}

impl Recorder {
    /// Starts the writer; it ends with the last clone of this.
    pub fn start(db: Db) -> Self {
        let (waiting, next) = mpsc::channel(MOST_WAITING);
        tokio::spawn(write_all(db, next));
        Self {
            waiting,
            lists: Arc::default(),
        }
    }

    /// Returns once the looks are on disk. Lists that were written today cost nothing.
    pub async fn keep(
        &self,
        school: SchoolId,
        actor: PersonId,
        mut looks: Vec<Look>,
        at: Time,
    ) -> Result<(), NotKept> {
        let reader = Reader {
            school,
            actor: Some(actor),
            at,
        };
        looks.retain(|look| !self.is_written(&key(&reader, *look)));
        if looks.is_empty() {
            return Ok(());
        }
        let (kept, is_kept) = oneshot::channel();
        let lists: Vec<Key> = looks
            .iter()
            .filter(|look| look.via == LookVia::List)
            .map(|look| key(&reader, *look))
            .collect();
        let waiting = Waiting {
            reader,
            looks,
            kept,
        };
        self.waiting.send(waiting).await.map_err(|_| NotKept)?;
        if is_kept.await != Ok(true) {
            return Err(NotKept);
        }
        self.remember(lists);
        Ok(())
    }

    fn is_written(&self, key: &Key) -> bool {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.contains(key)
    }

    /// Yesterday's lists are forgotten with the first of today.
    fn remember(&self, written: Vec<Key>) {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        for key in written {
            lists.retain(|known| known.period >= key.period);
            lists.insert(key);
        }
    }
}

async fn write_all(db: Db, mut next: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::new();
    while next.recv_many(&mut waiting, MOST_AT_ONCE).await > 0 {
        let looks: Vec<(Reader, Look)> = waiting
            .iter()
            .flat_map(|one| one.looks.iter().map(|look| (one.reader, *look)))
            .collect();
        let written = write_in_one(&db, &looks).await;
        if let Err(error) = &written {
            tracing::error!(%error, "who looked could not be written down");
        }
        for one in waiting.drain(..) {
            // Whoever waited may have gone meanwhile; it is written all the same.
            let _ = one.kept.send(written.is_ok());
        }
    }
}

async fn write_in_one(db: &Db, looks: &[(Reader, Look)]) -> Result<(), DbErr> {
    let tx = db.write().await?;
    insert(&*tx, looks).await?;
    tx.commit().await
}

/// Writes the looks of one reader down, in the caller's own transaction.
pub async fn write(
    db: &impl ConnectionTrait,
    school: SchoolId,
    actor: Option<PersonId>,
    looks: &[Look],
    at: Time,
) -> Result<(), DbErr> {
    let reader = Reader { school, actor, at };
    let looks: Vec<(Reader, Look)> = looks.iter().map(|look| (reader, *look)).collect();
    insert(db, &looks).await
}

async fn insert(db: &impl ConnectionTrait, looks: &[(Reader, Look)]) -> Result<(), DbErr> {
    // The same row twice in one statement is refused by PostgreSQL.
    let mut rows: HashMap<Key, (Time, Time, i32)> = HashMap::new();
    for (reader, look) in looks {
        let at = reader.at;
        let row = rows.entry(key(reader, *look)).or_insert((at, at, 0));
        *row = (Ord::min(row.0, at), Ord::max(row.1, at), row.2 + 1);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|(key, (first, last, times))| {
        let (subject, classroom, about) = match key.look.whose {
            Whose::Person(person) => (Some(person), None, person.0),
            Whose::Classroom(classroom) => (None, Some(classroom), classroom.0),
            Whose::School => (None, None, key.school.0),
        };
        access_event::ActiveModel {
            id: Set(new_id()),
            school_id: Set(key.school),
            actor_id: Set(key.actor),
            relation: Set(key.look.relation),
            subject_id: Set(subject),
            classroom_id: Set(classroom),
            about_id: Set(about),
            kind: Set(key.look.kind),
            via: Set(key.look.via),
            period: Set(key.period),
            first_at: Set(first),
            last_at: Set(last),
            times: Set(times),
        }
    });
    access_event::Entity::insert_many(rows)
        .on_conflict(and_once_more())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The hour's or day's row is there already: counted on.
fn and_once_more() -> OnConflict {
    use access_event::Column;
    let times = Expr::col((access_event::Entity, Column::Times)).add(1);
    OnConflict::columns([
        Column::SchoolId,
        Column::ActorId,
        Column::AboutId,
        Column::Kind,
        Column::Via,
        Column::Relation,
        Column::Period,
    ])
    .update_column(Column::LastAt)
    .value(Column::Times, times)
    .to_owned()
}

fn key(reader: &Reader, look: Look) -> Key {
    let step = if look.via == LookVia::List {
        TimeDelta::days(1)
    } else {
        TimeDelta::hours(1)
    };
    Key {
        school: reader.school,
        actor: reader.actor,
        look,
        period: reader.at.duration_trunc(step).unwrap_or(reader.at),
    }
}
