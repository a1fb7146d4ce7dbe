//! What goes when a school has left the platform. A month after its last day everything
//! goes that is not evidence, whatever its own rule says: nobody is left for whom it could
//! be kept, but the last answers until they were sent. After six years the evidence goes as
//! well, with the school's key and the school itself.

use datamap::{Retention, SubjectPath, TableMap};
use sea_orm::sea_query::Cond;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use vocab::ids::SchoolId;

use super::run::{Counted, Counts};
use super::{Error, rows};
use crate::clock::Time;
use crate::erasure::{self, Means};
use crate::keys;
use crate::mail;
use crate::schools::leaving::{deleted_at, evidence_ends_at};
use crate::ways::of_school;
use entity::{person, school, school_leaving};

/// Since when a school has left, and whether what is due is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    since: Time,
    now: Time,
}

impl Left {
    pub(super) const fn new(since: Time, now: Time) -> Self {
        Self { since, now }
    }

    /// Everything is due but the evidence.
    pub(super) fn is_over(self) -> bool {
        deleted_at(self.since) <= self.now
    }

    /// The evidence is due as well.
    pub(super) fn is_forgotten(self) -> bool {
        evidence_ends_at(self.since) <= self.now
    }
}

/// No evidence itself, but a question of consent says in which of them it was asked.
const NAMED_BY_EVIDENCE: &str = "classroom";

/// What proves for six years what was done: consents, requests, registers, declarations. And
/// the numbers that they lead to.
fn is_evidence(table: &TableMap) -> bool {
    let is_kept = table.columns.iter().any(|(_, class)| {
        matches!(
            class.retention,
            Some(
                Retention::Evidence
                    | Retention::Consent
                    | Retention::RightsRequest
                    | Retention::Register
            )
        )
    });
    is_kept
        || table.table == NAMED_BY_EVIDENCE
        || matches!(table.subject, SubjectPath::Itself | SubjectPath::Nobody(_))
}

/// What everything leads to, and what says that the school has left: they go last and
/// together, so that a night that was broken off is followed by another.
const LAST: [&str; 2] = ["person", "school_leaving"];

/// The tables with rows of a school, what hangs on others first. What has no number of its
/// own goes with what it hangs on.
fn of_schools(tables: &[TableMap]) -> impl Iterator<Item = &TableMap> {
    tables
        .iter()
        .rev()
        .filter(|table| table.class("school_id").is_some() && table.class("id").is_some())
        .filter(|table| !LAST.contains(&table.table))
}

/// Where the last answers wait for the mail server.
const MAIL: &str = "outbox_mail";

/// The last answers to requests, which the mail server has not taken yet: they are all that
/// tells who asked what became of it. They go when they were sent, or given up a week later.
fn on_its_way(table: &TableMap) -> Option<Cond> {
    (table.table == MAIL).then(mail::answers_on_their_way)
}

/// Under which rule the rows of a table are counted.
fn rule(table: &TableMap) -> &'static str {
    let retention = table.columns.iter().find_map(|(_, class)| class.retention);
    retention
        .unwrap_or(Retention::Evidence)
        .rules()
        .first()
        .map_or("evidence", |rule| rule.code)
}

/// What is due of a school that has left, counted; with `means` it goes. Where somebody is
/// held, what may be about them waits: it cannot be told apart table by table any more.
pub(super) async fn settle(
    db: &impl ConnectionTrait,
    means: Option<Means<'_>>,
    (school, left): (SchoolId, Left),
    is_held: bool,
    counts: &mut Counts,
) -> Result<(), Error> {
    let tables = datamap::registry();
    let is_last = left.is_forgotten();
    let mut has_failed = false;
    for table in of_schools(&tables).filter(|table| is_last || !is_evidence(table)) {
        let all = of_school(table, school, Cond::all());
        let waits = on_its_way(table).filter(|_| !is_last);
        let all = rows::without(table, all, waits);
        let due = rows::how_many(db, table, all.clone()).await?;
        let mut one = Counted {
            due,
            ..Counted::default()
        };
        match means {
            _ if is_held => one.held = due,
            Some(means) if due > 0 => {
                let gone = rows::delete(means, &tables, (school, table), &all).await;
                if let Err(error) = &gone {
                    tracing::error!(table = table.table, %error, "what a school left could not be deleted");
                }
                let rest = rows::how_many(db, table, all).await?;
                one.deleted = due - rest;
                one.failed = rest;
                has_failed |= rest > 0;
            }
            _ => {}
        }
        counts.entry(rule(table)).or_default().add(one);
    }
    if let Some(means) = means
        && is_last
        && !is_held
        && !has_failed
    {
        forget(means, school, left.now).await?;
    }
    Ok(())
}

/// The numbers of people go, then what says that the school has left, its key, and itself.
async fn forget(means: Means<'_>, school: SchoolId, now: Time) -> Result<(), Error> {
    let tx = means.db.write().await?;
    school_leaving::Entity::delete_many()
        .filter(school_leaving::Column::SchoolId.eq(school))
        .exec(&*tx)
        .await?;
    person::Entity::delete_many()
        .filter(person::Column::SchoolId.eq(school))
        .exec(&*tx)
        .await?;
    keys::destroy_of_school(&tx, school, "the school left", now)
        .await
        .map_err(erasure::Error::from)?;
    school::Entity::delete_by_id(school).exec(&*tx).await?;
    tx.commit().await?;
    Ok(())
}
