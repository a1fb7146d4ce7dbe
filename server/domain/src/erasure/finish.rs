//! The end of an erasure: everything is searched once for all who are being erased, what
//! names several people is rewritten, it is searched again, and only then is there a
//! certificate and an answer to whoever asked.

use std::collections::{BTreeSet, HashSet};

use datamap::TableMap;
use sea_orm::QueryOrder;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use vocab::erasure::{ErasureState, StepAction, StepStatus};
use vocab::ids::{ErasureJobId, PersonId, SchoolId};

use super::Error;
use super::certificate::{issue, lookup};
use super::job::{Means, hold, load, whose};
use super::packages::{put_off_by, was_put_off};
use super::plan::which;
use super::search::{Found, Patterns, search, take_out};
use super::states::{begin_anew, fail};
use super::traces::{Traces, kept};
use crate::clock::Time;
use crate::events::{self, Event};
use crate::ways::count;
use crate::{rights, rosters};
use entity::{erasure_job, erasure_step};

/// Ends jobs whose steps are all done. Where something was written meanwhile, one begins anew
/// if it may, and else fails.
pub(super) async fn finish(
    means: Means<'_>,
    tables: &[TableMap],
    jobs: &[ErasureJobId],
    may_begin_anew: bool,
    now: Time,
) -> Result<Vec<(ErasureJobId, ErasureState)>, Error> {
    let mut by_school: Vec<(SchoolId, Vec<erasure_job::Model>)> = Vec::new();
    for id in jobs {
        let job = load(means.db.read(), *id).await?;
        match by_school
            .iter_mut()
            .find(|(school, _)| *school == job.school_id)
        {
            Some((_, of)) => of.push(job),
            None => by_school.push((job.school_id, vec![job])),
        }
    }
    let mut ended = Vec::with_capacity(jobs.len());
    for (school, jobs) in by_school {
        ended.extend(finish_school(means, tables, (school, &jobs), may_begin_anew, now).await?);
    }
    Ok(ended)
}

async fn finish_school(
    means: Means<'_>,
    tables: &[TableMap],
    (school, jobs): (SchoolId, &[erasure_job::Model]),
    may_begin_anew: bool,
    now: Time,
) -> Result<Vec<(ErasureJobId, ErasureState)>, Error> {
    let mut ended = Vec::with_capacity(jobs.len());
    let (mut known, mut people): (Vec<&erasure_job::Model>, Vec<Traces>) = Default::default();
    for job in jobs {
        match kept(means.db, job).await {
            Ok(traces) => {
                known.push(job);
                people.push(traces);
            }
            Err(error) => ended.push((job.id, fail(means.db, job.id, &error, now).await?)),
        }
    }
    let patterns = match Patterns::new(&people) {
        Ok(patterns) => patterns,
        Err(error) => {
            for job in known {
                ended.push((job.id, fail(means.db, job.id, &error, now).await?));
            }
            return Ok(ended);
        }
    };
    let db = means.db;
    let erased: HashSet<PersonId> = known.iter().map(|job| job.person_id).collect();
    rosters::leave_out(db, school, &erased).await?;
    let (first, _) = search(db, tables, school, &patterns, people.len()).await?;
    let rows: Vec<_> = first
        .iter()
        .flat_map(|found| found.to_take_out.iter().copied())
        .collect();
    take_out(means.db, (school, tables), &patterns, &rows).await?;
    let (second, read) = search(db, tables, school, &patterns, people.len()).await?;
    for (((job, traces), before), found) in known.iter().zip(&people).zip(&first).zip(&second) {
        let searched = Searched {
            taken_out: before.to_take_out.len(),
            mentions: found.mentions,
            columns: read.columns,
        };
        let looked = if read.unreadable.is_empty() {
            rests(means, tables, job, found).await
        } else {
            Err(Error::Unreadable(listed(&read.unreadable)))
        };
        let done = match looked {
            Ok(()) => complete(means, job, traces, searched, now).await,
            Err(error) => Err(error),
        };
        let state = match done {
            Ok(()) => ErasureState::Complete,
            Err(error) if may_begin_anew && error.is_overtaken() => {
                begin_anew(means.db, job.id, job.state, &error).await?
            }
            Err(error) => fail(means.db, job.id, &error, now).await?,
        };
        ended.push((job.id, state));
    }
    Ok(ended)
}

fn listed(columns: &BTreeSet<String>) -> String {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    columns.join(", ")
}

/// What the search did, for the certificate.
#[derive(Clone, Copy, Debug)]
struct Searched {
    taken_out: usize,
    mentions: u32,
    columns: u32,
}

/// Nothing of the person may be left: every step is counted once more, but for what is put
/// off, and the search must have found nothing.
async fn rests(
    means: Means<'_>,
    tables: &[TableMap],
    job: &erasure_job::Model,
    found: &Found,
) -> Result<(), Error> {
    let whose = whose(job);
    let put_off = put_off_by(means.db.read(), job.id).await?;
    let mut rests: Vec<String> = found.rests.keys().cloned().collect();
    rests.extend(
        found
            .to_take_out
            .iter()
            .map(|(table, _)| (*table).to_owned()),
    );
    for table in tables {
        for action in [
            StepAction::EmptyCopies,
            StepAction::DeleteFiles,
            StepAction::DeleteRows,
            StepAction::Clear,
        ] {
            let Some(rows) = which(tables, table, whose, action) else {
                continue;
            };
            let is_put_off = action == StepAction::DeleteFiles
                && put_off.iter().any(|target| target == table.table);
            if !is_put_off && count(means.db.read(), table, rows).await? > 0 {
                rests.push(table.table.to_owned());
            }
        }
    }
    if rests.is_empty() {
        return Ok(());
    }
    rests.sort_unstable();
    rests.dedup();
    Err(Error::Rests(rests.join(", ")))
}

/// The certificate, the answer to who asked, and the end of the job, in one transaction.
async fn complete(
    means: Means<'_>,
    job: &erasure_job::Model,
    traces: &Traces,
    searched: Searched,
    now: Time,
) -> Result<(), Error> {
    let tx = means.db.write().await?;
    let held = hold(&tx, job.id).await?;
    if held.state != ErasureState::Verifying {
        return Ok(());
    }
    let steps = erasure_step::Entity::find()
        .filter(erasure_step::Column::JobId.eq(job.id))
        .order_by_asc(erasure_step::Column::N)
        .all(&*tx)
        .await?;
    let mut n = steps.last().map_or(0, |step| step.n);
    let taken_out = i32::try_from(searched.taken_out).unwrap_or(i32::MAX);
    for (action, target, actual) in [
        (
            StepAction::TakeOut,
            "records about several people",
            taken_out,
        ),
        (StepAction::Search, "every text of the database", 0),
    ] {
        n += 1;
        erasure_step::ActiveModel {
            job_id: Set(job.id),
            n: Set(n),
            school_id: Set(job.school_id),
            target: Set(target.to_owned()),
            action: Set(action),
            expected: Set(actual),
            actual: Set(Some(actual)),
            status: Set(StepStatus::Done),
            note: Set(String::new()),
            done_at: Set(Some(now)),
        }
        .insert(&*tx)
        .await?;
    }
    let summary = summary(&steps, searched);
    let lookup = lookup(means.signer, job.school_id, &traces.name);
    let gone = issue(&tx, job, lookup, summary, now).await?;
    erasure_job::Entity::update_many()
        .col_expr(erasure_job::Column::Traces, Expr::val(""))
        .col_expr(erasure_job::Column::LastError, Expr::cust("NULL"))
        .filter(erasure_job::Column::PersonId.eq(job.person_id))
        .exec(&*tx)
        .await?;
    erasure_job::ActiveModel {
        id: Set(job.id),
        state: Set(ErasureState::Complete),
        failed_at: Set(None),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    let of = (job.school_id, job.person_id);
    let answer = gone.sentence();
    let told = (answer.as_str(), &*traces.replies, &*traces.providers);
    rights::answer_all_about(&tx, of, told, now).await?;
    let event = Event {
        school: job.school_id,
        actor: None,
        kind: "person.erased",
        subject: job.id.0,
        before: None,
        after: Some(json!({ "rule": job.rule, "certificate": gone.number })),
    };
    events::record(&*tx, event, now).await?;
    tx.commit().await?;
    Ok(())
}

/// What the certificate says of the steps: what was done, what stays, and what goes once
/// nothing is held any more.
fn summary(steps: &[erasure_step::Model], searched: Searched) -> Value {
    let lines = |which: fn(&erasure_step::Model) -> bool| -> Vec<Value> {
        steps
            .iter()
            .filter(|step| which(step))
            .map(|step| json!({ "does": step.action, "to": step.target, "rows": step.actual }))
            .collect()
    };
    json!({
        "done": lines(|step| step.status != StepStatus::Exempt),
        "kept": lines(|step| step.status == StepStatus::Exempt && !was_put_off(step)),
        "goes_when_nothing_is_held_any_more": lines(was_put_off),
        "searched_columns": searched.columns,
        "rests": 0,
        "mentions_in_words_of_others": searched.mentions,
    })
}
