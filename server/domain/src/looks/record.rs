//! Writing looks down. A request waits until its looks are on disk; all that wait at
//! the same moment go in one transaction, so that thirty readers cost one commit.
//! There is one row for each reader, hour (for lists: day) and thing. Once a row is
//! there nobody waits for it again: how often it was seen is counted in memory and
//! added every few seconds, and when the server stops.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DurationRound, TimeDelta};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
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
/// Rows that are remembered as written; beyond it all are forgotten and written on.
const MOST_REMEMBERED: usize = 50_000;
/// Counts stay in memory this long at most.
const ADD_AFTER: Duration = Duration::from_secs(5);

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

/// What the writer is told.
enum Told {
    /// These are new in their hour or day; somebody waits for them.
    New(Waiting),
    /// All counts are to be added now; somebody waits for it.
    Settle(oneshot::Sender<bool>),
}

/// One row: a reader, whose, what, on which way, in which hour or day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    school: SchoolId,
    actor: Option<PersonId>,
    look: Look,
    period: Time,
}

/// Seen again: how often, and when last.
#[derive(Clone, Copy, Debug)]
struct Again {
    times: i32,
    last: Time,
}

/// What is on disk already, and what has to be added to it.
#[derive(Debug, Default)]
struct Known {
    written: HashSet<Key>,
    again: HashMap<Key, Again>,
}

/// The one writer of looks in a server.
#[derive(Clone, Debug)]
pub struct Recorder {
    told: mpsc::Sender<Told>,
    known: Arc<Mutex<Known>>,
}

impl Recorder {
    /// Starts the writer; it ends with the last clone of this.
    pub fn start(db: Db) -> Self {
        let (told, next) = mpsc::channel(MOST_WAITING);
        let known = Arc::<Mutex<Known>>::default();
        tokio::spawn(write_all(db, known.clone(), next));
        Self { told, known }
    }

    /// Returns once the looks are on disk. What was seen in this hour already is
    /// there, and only counted on; lists are written once a day and not counted.
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
        looks.retain(|look| !self.is_written(&reader, *look));
        if looks.is_empty() {
            return Ok(());
        }
        let (kept, is_kept) = oneshot::channel();
        let keys: Vec<Key> = looks.iter().map(|look| key(&reader, *look)).collect();
        let waiting = Waiting {
            reader,
            looks,
            kept,
        };
        let told = self.told.send(Told::New(waiting)).await;
        told.map_err(|_| NotKept)?;
        if is_kept.await != Ok(true) {
            return Err(NotKept);
        }
        self.remember(keys, at);
        Ok(())
    }

    /// Returns once every count is on disk; for a server that stops.
    pub async fn settle(&self) -> Result<(), NotKept> {
        let (kept, is_kept) = oneshot::channel();
        let told = self.told.send(Told::Settle(kept)).await;
        told.map_err(|_| NotKept)?;
        if is_kept.await == Ok(true) {
            Ok(())
        } else {
            Err(NotKept)
        }
    }

    /// Whether the row is on disk; if so, this look is counted.
    fn is_written(&self, reader: &Reader, look: Look) -> bool {
        let (key, at) = (key(reader, look), reader.at);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.written.contains(&key) {
            return false;
        }
        if look.via != LookVia::List {
            let again = known.again.entry(key);
            let again = again.or_insert(Again { times: 0, last: at });
            again.times += 1;
            again.last = Ord::max(again.last, at);
        }
        true
    }

    /// What is of another hour is forgotten when there is too much of it.
    fn remember(&self, keys: Vec<Key>, at: Time) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.written.len() >= MOST_REMEMBERED {
            known.written.retain(|key| is_of_now(key, at));
        }
        if known.written.len() >= MOST_REMEMBERED {
            known.written.clear();
        }
        known.written.extend(keys);
    }
}

fn is_of_now(key: &Key, at: Time) -> bool {
    key.period == period(key.look.via, at)
}

async fn write_all(db: Db, known: Arc<Mutex<Known>>, mut next: mpsc::Receiver<Told>) {
    let mut told = Vec::new();
    let mut add = tokio::time::interval(ADD_AFTER);
    loop {
        tokio::select! {
            count = next.recv_many(&mut told, MOST_AT_ONCE) => {
                if count == 0 {
                    add_all(&db, &known).await;
                    return;
                }
                listen(&db, &known, &mut told).await;
            }
            _ = add.tick() => {
                add_all(&db, &known).await;
            }
        }
    }
}

async fn listen(db: &Db, known: &Mutex<Known>, told: &mut Vec<Told>) {
    let (mut looks, mut kept, mut settle) = (Vec::new(), Vec::new(), Vec::new());
    for one in told.drain(..) {
        match one {
            Told::New(waiting) => {
                let of_one = waiting.looks.iter().map(|look| (waiting.reader, *look));
                looks.extend(of_one);
                kept.push(waiting.kept);
            }
            Told::Settle(settled) => settle.push(settled),
        }
    }
    let written = write_in_one(db, &looks).await;
    if let Err(error) = &written {
        tracing::error!(%error, "who looked could not be written down");
    }
    for one in kept {
        // Whoever waited may have gone meanwhile; it is written all the same.
        let _ = one.send(written.is_ok());
    }
    if !settle.is_empty() {
        let added = add_all(db, known).await;
        for one in settle {
            let _ = one.send(added);
        }
    }
}

/// Adds what was counted to the rows; what could not be added waits for the next time.
async fn add_all(db: &Db, known: &Mutex<Known>) -> bool {
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    let again = std::mem::take(&mut lock().again);
    if again.is_empty() {
        return true;
    }
    let added = add_in_one(db, &again).await;
    if let Err(error) = &added {
        tracing::warn!(%error, "how often somebody looked was not added yet");
        let mut known = lock();
        for (key, missed) in again {
            let waiting = known
                .again
                .entry(key)
                .or_insert(Again { times: 0, ..missed });
            waiting.times += missed.times;
        }
    }
    added.is_ok()
}

async fn add_in_one(db: &Db, again: &HashMap<Key, Again>) -> Result<(), DbErr> {
    use access_event::Column;
    let tx = db.write().await?;
    for (key, again) in again {
        let times = Expr::col(Column::Times).add(again.times);
        access_event::Entity::update_many()
            .col_expr(Column::Times, times)
            .col_expr(Column::LastAt, Expr::value(again.last))
            .filter(Column::SchoolId.eq(key.school))
            .filter(Column::ActorId.eq(key.actor))
            .filter(Column::AboutId.eq(about(key)))
            .filter(Column::Kind.eq(key.look.kind))
            .filter(Column::Via.eq(key.look.via))
            .filter(Column::Relation.eq(key.look.relation))
            .filter(Column::Period.eq(key.period))
            .exec(&*tx)
            .await?;
    }
    tx.commit().await
}

async fn write_in_one(db: &Db, looks: &[(Reader, Look)]) -> Result<(), DbErr> {
    if looks.is_empty() {
        return Ok(());
    }
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
        let (subject, classroom) = match key.look.whose {
            Whose::Person(person) => (Some(person), None),
            Whose::Classroom(classroom) => (None, Some(classroom)),
            Whose::School => (None, None),
        };
        access_event::ActiveModel {
            id: Set(new_id()),
            school_id: Set(key.school),
            actor_id: Set(key.actor),
            relation: Set(key.look.relation),
            subject_id: Set(subject),
            classroom_id: Set(classroom),
            about_id: Set(about(&key)),
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
    Key {
        school: reader.school,
        actor: reader.actor,
        look,
        period: period(look.via, reader.at),
    }
}

/// The hour of a look, or the day of a list.
fn period(via: LookVia, at: Time) -> Time {
    let step = if via == LookVia::List {
        TimeDelta::days(1)
    } else {
        TimeDelta::hours(1)
    };
    at.duration_trunc(step).unwrap_or(at)
}

/// The one thing that a row is about.
const fn about(key: &Key) -> uuid::Uuid {
    match key.look.whose {
        Whose::Person(person) => person.0,
        Whose::Classroom(classroom) => classroom.0,
        Whose::School => key.school.0,
    }
}
