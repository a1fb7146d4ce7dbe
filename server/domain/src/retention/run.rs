//! One run of the sweep over a school: who and what is due, what a hold keeps, what went.
//! The dry run is the same code with nothing deleted at its end.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use datamap::TableMap;
use sea_orm::sea_query::{Cond, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use vocab::erasure::ErasureState;
use vocab::ids::{PersonId, SchoolId};

use super::left::{self, Left};
use super::schedule::{Periods, cutoff, periods};
use super::{Error, people, rows, rules};
use crate::clock::Time;
use crate::db::Db;
use crate::erasure::{self, Ask, Means};
use crate::guard;
use crate::holds::{self, Held};
use crate::schools::{self, leaving};
use crate::secrets::new_id;
use crate::ways;
use entity::{retention_run, school};

/// What was found under one rule, and done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// People or rows that are due.
    pub due: u64,
    /// Of them, kept by a hold.
    pub held: u64,
    /// Of them, gone.
    pub deleted: u64,
    /// Of them, still there because something went wrong.
    pub failed: u64,
}

impl Counted {
    pub(super) fn add(&mut self, other: Self) {
        self.due += other.due;
        self.held += other.held;
        self.deleted += other.deleted;
        self.failed += other.failed;
    }
}

/// What is due under each rule; a rule under which nothing is due is there as well.
pub(super) type Counts = BTreeMap<&'static str, Counted>;

struct Run {
    school: SchoolId,
    zone: Tz,
    periods: Periods,
    held: Held,
    /// Somebody is under a legal hold, who may be in any file that names many people.
    keeps_packages: bool,
    /// Where something of a school that has left is held or restricted: who can end that.
    settle: Vec<PersonId>,
    /// Students whose yes to keeping their work stands.
    keep_work: Vec<PersonId>,
    /// Where the school has left and the month after its last day is over.
    left: Option<Left>,
    now: Time,
}

impl Run {
    async fn begin(db: &Db, school: SchoolId, now: Time) -> Result<Self, Error> {
        let row = school::Entity::find_by_id(school).one(db.read()).await?;
        let left = leaving::left_at(db.read(), school, now)
            .await?
            .map(|since| Left::new(since, now))
            .filter(|left| left.is_over());
        let mut held = holds::held(db.read(), school).await?;
        let keeps_packages = !held.is_nothing();
        let mut settle = Vec::new();
        // `Use::Sweep`: what is restricted is kept until that has ended.
        if left.is_some() {
            let stands = schools::stands_in_the_way(db.read(), school).await?;
            if !stands.is_nothing() {
                settle = schools::who_settle(db.read(), school).await?;
            }
            held.people.extend(stands.people());
        } else {
            let restricted = guard::everybody(db.read(), school).await?;
            held.people.extend(restricted);
        }
        let zone = row.and_then(|row| row.time_zone.parse().ok());
        Ok(Self {
            school,
            zone: zone.unwrap_or(Tz::UTC),
            periods: periods(db.read(), school).await?,
            held,
            keeps_packages,
            settle,
            keep_work: people::who_keep_work(db.read(), school, now).await?,
            left,
            now,
        })
    }

    /// Whether somebody stays: they are held, or they can end it for others.
    fn keeps(&self, person: PersonId) -> bool {
        self.held.holds(person) || self.settle.contains(&person)
    }

    /// Everybody who is due: of a school that has left, everybody.
    async fn due_people(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Vec<(PersonId, &'static datamap::RetentionRule)>, DbErr> {
        if self.left.is_some() {
            return people::everybody(db, self.school).await;
        }
        people::due(db, self.school, &self.periods, self.now).await
    }

    /// The rows of a table that are due, and of them those that a hold keeps. What a
    /// student wants to have kept is not due.
    fn due_rows(&self, tables: &[TableMap], swept: &rows::Swept<'_>) -> (Cond, Option<Cond>) {
        let (table, rule) = (swept.table, &swept.rule);
        let before = cutoff(rule.anchor, self.periods.of(rule), self.zone, self.now);
        let due = rows::due_rows(tables, swept, self.school, before);
        let kept = rows::kept_work(tables, (table, rule), &self.keep_work);
        let due = rows::without(table, due, kept);
        let held = if self.held.is_everything {
            Some(Cond::all().add(ways::column("id").is_not_null()))
        } else {
            let packages = ways::with_files_of_many(table).filter(|_| self.keeps_packages);
            rows::of_people(tables, table, &self.held.people)
                .into_iter()
                .chain(packages)
                .reduce(|either, or| Cond::any().add(either).add(or))
        };
        (due, held)
    }
}

/// Counts what is due in a school, and deletes nothing. The counts are kept.
pub async fn dry_run(db: &Db, school: SchoolId, now: Time) -> Result<Counts, Error> {
    let run = Run::begin(db, school, now).await?;
    let tables = datamap::registry();
    let mut counts = none();
    for (person, rule) in run.due_people(db.read()).await? {
        let held = u64::from(run.keeps(person));
        let one = Counted {
            due: 1,
            held,
            ..Counted::default()
        };
        counts.entry(rule.code).or_default().add(one);
    }
    for swept in rows::swept(&tables) {
        let (due, held) = run.due_rows(&tables, &swept);
        let (table, rule) = (swept.table, swept.rule);
        let kept = match held {
            Some(held) => {
                let both = Cond::all().add(due.clone()).add(held);
                rows::how_many(db.read(), table, both).await?
            }
            None => 0,
        };
        let one = Counted {
            due: rows::how_many(db.read(), table, due).await?,
            held: kept,
            ..Counted::default()
        };
        counts.entry(rule.code).or_default().add(one);
    }
    if let Some(left) = run.left {
        let is_held = !run.held.is_nothing();
        left::settle(db.read(), None, (school, left), is_held, &mut counts).await?;
    }
    keep(db, school, &counts, true, now).await?;
    Ok(counts)
}

fn none() -> Counts {
    rules()
        .map(|rule| (rule.code, Counted::default()))
        .collect()
}

/// Deletes what is due in a school: people by the same machine as a granted request, rows
/// that have a time of their own, and goes on with erasures that were broken off.
pub async fn sweep(means: Means<'_>, school: SchoolId, now: Time) -> Result<Counts, Error> {
    let run = Run::begin(means.db, school, now).await?;
    let tables = datamap::registry();
    let mut counts = none();
    let due = run.due_people(means.db.read()).await?;
    sweep_people(means, &run, &due, &mut counts).await?;
    for swept in rows::swept(&tables) {
        let (due, held) = run.due_rows(&tables, &swept);
        let (table, rule) = (swept.table, swept.rule);
        let free = rows::without(table, due.clone(), held);
        let db = means.db.read();
        let due_rows = rows::how_many(db, table, due.clone()).await?;
        let free_rows = rows::how_many(db, table, free.clone()).await?;
        let deleted = match rows::delete(means, &tables, (school, table), &free).await {
            Ok(deleted) => deleted,
            Err(error) => {
                tracing::error!(table = table.table, %error, "what is due could not be deleted");
                free_rows.saturating_sub(rows::how_many(db, table, free).await?)
            }
        };
        let one = Counted {
            due: due_rows,
            held: due_rows - free_rows,
            deleted,
            failed: free_rows.saturating_sub(deleted),
        };
        counts.entry(rule.code).or_default().add(one);
    }
    if let Some(left) = run.left {
        // Who is held or could not be erased yet may still be in what is shared, and who can
        // end what is held is here until then.
        let is_held = !run.due_people(means.db.read()).await?.is_empty();
        let db = means.db.read();
        left::settle(db, Some(means), (school, left), is_held, &mut counts).await?;
        if school::Entity::find_by_id(school).one(db).await?.is_none() {
            return Ok(counts);
        }
    }
    keep(means.db, school, &counts, false, now).await?;
    Ok(counts)
}

/// Begins the erasures of all who are due before any of them goes on, so that it can be noted
/// where each answer goes.
async fn sweep_people(
    means: Means<'_>,
    run: &Run,
    due: &[(PersonId, &'static datamap::RetentionRule)],
    counts: &mut Counts,
) -> Result<(), Error> {
    let mut jobs = Vec::with_capacity(due.len());
    for (person, rule) in due {
        let counted = counts.entry(rule.code).or_default();
        counted.due += 1;
        if run.keeps(*person) {
            counted.held += 1;
            continue;
        }
        let tx = means.db.write().await?;
        let ask = Ask {
            request: None,
            rule: Some(rule.code),
            by: None,
            cooling_off_until: None,
        };
        match erasure::start(&tx, (run.school, *person), ask, run.now).await {
            Ok(id) => {
                tx.commit().await?;
                jobs.push((id, rule.code));
            }
            // It goes on with the others that were broken off.
            Err(erasure::Error::Already) => {}
            Err(error) => {
                tracing::error!(%error, "the erasure of a leaver could not begin");
                counted.failed += 1;
            }
        }
    }
    let ids: Vec<_> = jobs.iter().map(|(id, _)| *id).collect();
    let ended = erasure::run(means, &ids, run.now).await?;
    for ((_, state), (_, code)) in ended.iter().zip(&jobs) {
        let counted = counts.entry(code).or_default();
        match state {
            ErasureState::Complete => counted.deleted += 1,
            ErasureState::Held => counted.held += 1,
            _ => counted.failed += 1,
        }
    }
    Ok(())
}

/// Keeps the counts, one row for each rule under which something was due; a run that
/// found nothing at all keeps one row that says so.
async fn keep(
    db: &Db,
    school: SchoolId,
    counts: &Counts,
    is_dry: bool,
    now: Time,
) -> Result<(), DbErr> {
    let number = |count: u64| Set(i32::try_from(count).unwrap_or(i32::MAX));
    let row = |rule: &str, counted: Counted| retention_run::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        rule: Set(rule.to_owned()),
        is_dry: Set(is_dry),
        due: number(counted.due),
        held: number(counted.held),
        deleted: number(counted.deleted),
        failed: number(counted.failed),
        at: Set(now),
    };
    let tx = db.write().await?;
    let mut is_empty = true;
    for (rule, counted) in counts.iter().filter(|(_, counted)| counted.due > 0) {
        row(rule, *counted).insert(&*tx).await?;
        is_empty = false;
    }
    if is_empty {
        row("nothing", Counted::default()).insert(&*tx).await?;
    }
    tx.commit().await
}
