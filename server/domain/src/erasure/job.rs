//! The state machine of an erasure: each call of [`advance`] does one thing in one short
//! transaction and writes down that it is done, so that it can be stopped anywhere.

use std::collections::HashMap;

use chrono::TimeDelta;
use datamap::TableMap;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::consent::AgeBand;
use vocab::erasure::{ErasureState, StepAction, StepStatus};
use vocab::ids::{ErasureJobId, PersonId, RightsRequestId, SchoolId};

use super::Error;
use super::certificate::gone_person;
use super::finish::finish;
use super::packages;
use super::plan::{self, Whose};
use super::states::{begin_anew, fail, set_state, turn_to};
use super::steps;
use super::traces;
use crate::access::{self, AccessError};
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent::{self, Signer};
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::files::Store;
use crate::secrets::new_id;
use crate::{holds, people, rights};
use entity::{erasure_job, erasure_step, guardianship, person, rights_request};

/// The rule of an erasure that somebody asked for.
pub(super) const BY_REQUEST: &str = "request";
/// The rule of an erasure that had been done, and is done again because an old backup of the
/// database brought the person back.
pub(super) const AFTER_RESTORE: &str = "again_after_a_restore";
/// So often a run begins with an erasure, where something is written about the person
/// while it runs.
const PASSES: usize = 3;
/// People whose erasures are searched for together.
const AT_A_TIME: usize = 500;
/// Adults who ask for themselves can think again for so long.
pub(super) const COOLING_OFF: TimeDelta = TimeDelta::days(7);

/// Why somebody is erased.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The request that was granted, if it is one.
    pub request: Option<RightsRequestId>,
    /// The retention rule, or that a backup was restored, where no request is.
    pub rule: Option<&'static str>,
    /// Who granted it; nobody where a rule does.
    pub by: Option<PersonId>,
    /// Until when it can be called off.
    pub cooling_off_until: Option<Time>,
}

/// Writes down that somebody is to be erased.
pub async fn start(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    ask: Ask,
    now: Time,
) -> Result<ErasureJobId, Error> {
    // The person's row stands in the way of two who begin at once.
    person::Entity::find_by_id(person)
        .filter(person::Column::SchoolId.eq(school))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if let Some(gone) = gone_person(&**tx, school, person).await? {
        return Err(Error::Gone(gone.sentence()));
    }
    if open_of(&**tx, person).await?.is_some() {
        return Err(Error::Already);
    }
    Ok(begin(tx, (school, person), &ask, now).await?)
}

/// Writes the job down. Whoever calls it holds the person's row, and knows that no other job
/// of theirs is open.
pub(super) async fn begin(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    ask: &Ask,
    now: Time,
) -> Result<ErasureJobId, DbErr> {
    let id = ErasureJobId(new_id());
    let state = if ask.cooling_off_until.is_some() {
        ErasureState::CoolingOff
    } else {
        ErasureState::Approved
    };
    remember_in_guardians(tx, (school, person), now).await?;
    let rule = ask.rule.unwrap_or(BY_REQUEST);
    erasure_job::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        person_id: Set(person),
        request_id: Set(ask.request),
        rule: Set(rule.to_owned()),
        state: Set(state),
        plan_hash: Set(None),
        traces: Set(String::new()),
        cooling_off_until: Set(ask.cooling_off_until),
        attempts: Set(0),
        last_error: Set(None),
        asked_by: Set(ask.by),
        created_at: Set(now),
        failed_at: Set(None),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    let event = Event {
        school,
        actor: ask.by,
        kind: "erasure.granted",
        subject: id.0,
        before: None,
        after: Some(json!({ "rule": rule, "state": state })),
    };
    events::record(&**tx, event, now).await?;
    Ok(id)
}

/// The ties of a student go with them: without a note their guardians would look as if
/// they had never looked after anybody, and go the next night.
async fn remember_in_guardians(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    now: Time,
) -> Result<(), DbErr> {
    let guardians = Query::select()
        .column(guardianship::Column::GuardianId)
        .from(guardianship::Entity)
        .and_where(guardianship::Column::StudentId.eq(person))
        .take();
    person::Entity::update_many()
        .col_expr(person::Column::TieErasedAt, Expr::value(Some(now)))
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::Id.in_subquery(guardians))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A request to be erased is granted. Adults who ask for themselves get seven days to
/// think again; whoever asks for a child, or is answered by the school, none.
pub(crate) async fn approve_of_request(
    tx: &Write,
    request: &rights_request::Model,
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    let person = request.subject_id.ok_or(Error::Nobody)?;
    let school = request.school_id;
    let is_own = request.requester_id == Some(person);
    let is_adult = is_own && consent::age_of(&**tx, school, person).await? == AgeBand::Adult;
    let ask = Ask {
        request: Some(request.id),
        rule: None,
        by,
        cooling_off_until: is_adult.then(|| now + COOLING_OFF),
    };
    start(tx, (school, person), ask, now).await?;
    Ok(())
}

/// The person calls their own erasure off while they still can.
pub async fn call_off(tx: &Write, actor: &Actor, now: Time) -> Result<(), Error> {
    let job = open_of(&**tx, actor.person)
        .await?
        .ok_or(AccessError::NotFound)?;
    let job = hold(tx, job.id).await?;
    if job.state != ErasureState::CoolingOff {
        return Err(Error::TooLate);
    }
    erasure_job::ActiveModel {
        id: Set(job.id),
        state: Set(ErasureState::CalledOff),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    if let Some(request) = job.request_id {
        rights::called_off(tx, (job.school_id, request), actor.person, now).await?;
    }
    let event = Event {
        school: job.school_id,
        actor: Some(actor.person),
        kind: "erasure.called_off",
        subject: job.id.0,
        before: None,
        after: None,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// The erasure of a person that is not over.
pub(super) async fn open_of(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Option<erasure_job::Model>, DbErr> {
    erasure_job::Entity::find()
        .filter(erasure_job::Column::PersonId.eq(person))
        .filter(erasure_job::Column::EndedAt.is_null())
        .one(db)
        .await
}

/// Whether the erasure of a person has begun: they were signed out and are in no list any
/// more, and what is left of them is on its way out. Not where a legal hold stopped it.
pub(crate) async fn has_begun(
    db: &impl ConnectionTrait,
    (school, person): (SchoolId, PersonId),
) -> Result<bool, DbErr> {
    let is_going_on = Condition::any()
        .add(erasure_job::Column::State.is_in([
            ErasureState::Locked,
            ErasureState::Erasing,
            ErasureState::Verifying,
        ]))
        .add(
            // What failed before its plan was written did nothing yet.
            Condition::all()
                .add(erasure_job::Column::State.eq(ErasureState::Failed))
                .add(erasure_job::Column::PlanHash.is_not_null()),
        );
    let found = erasure_job::Entity::find()
        .filter(erasure_job::Column::SchoolId.eq(school))
        .filter(erasure_job::Column::PersonId.eq(person))
        .filter(is_going_on)
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Every erasure that can go on now: what waits, what was broken off, what failed.
pub async fn open_jobs(db: &impl ConnectionTrait, now: Time) -> Result<Vec<ErasureJobId>, DbErr> {
    erasure_job::Entity::find()
        .select_only()
        .column(erasure_job::Column::Id)
        .filter(erasure_job::Column::EndedAt.is_null())
        .filter(
            Condition::any()
                .add(erasure_job::Column::CoolingOffUntil.is_null())
                .add(erasure_job::Column::CoolingOffUntil.lte(now)),
        )
        .order_by_asc(erasure_job::Column::Id)
        .into_tuple()
        .all(db)
        .await
}

/// What an erasure needs besides the job.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// The records.
    pub db: &'a Db,
    /// The files.
    pub store: &'a Store,
    /// Makes what a certificate is found by.
    pub signer: &'a Signer,
}

/// Takes jobs as far as they come: first it is noted where the answers about all of them go,
/// then they are taken step by step, and 500 of them are searched for together. What fails is
/// written down with its reason and does not stop the others.
pub async fn run(
    means: Means<'_>,
    jobs: &[ErasureJobId],
    now: Time,
) -> Result<Vec<(ErasureJobId, ErasureState)>, Error> {
    for few in jobs.chunks(AT_A_TIME) {
        traces::note_who_asked(means.db, few).await?;
    }
    let tables = datamap::registry();
    let mut ended = Vec::with_capacity(jobs.len());
    for few in jobs.chunks(AT_A_TIME) {
        ended.extend(run_together(means, &tables, few, now).await?);
    }
    Ok(ended)
}

async fn run_together(
    means: Means<'_>,
    tables: &[TableMap],
    jobs: &[ErasureJobId],
    now: Time,
) -> Result<Vec<(ErasureJobId, ErasureState)>, Error> {
    let mut ended: HashMap<ErasureJobId, ErasureState> = HashMap::with_capacity(jobs.len());
    let mut to_do = jobs.to_vec();
    for pass in 1..=PASSES {
        let may_begin_anew = pass < PASSES;
        let mut to_search = Vec::new();
        for id in &to_do {
            let state = go(means, tables, *id, may_begin_anew, now).await?;
            if state == ErasureState::Verifying {
                to_search.push(*id);
            }
            ended.insert(*id, state);
        }
        ended.extend(finish(means, tables, &to_search, may_begin_anew, now).await?);
        to_do.retain(|id| ended.get(id) == Some(&ErasureState::Approved));
    }
    Ok(jobs
        .iter()
        .filter_map(|id| Some((*id, *ended.get(id)?)))
        .collect())
}

/// Advances one job until it waits for something.
async fn go(
    means: Means<'_>,
    tables: &[TableMap],
    id: ErasureJobId,
    may_begin_anew: bool,
    now: Time,
) -> Result<ErasureState, Error> {
    let mut may_retry = true;
    loop {
        let state = load(means.db.read(), id).await?.state;
        let waits = match state {
            ErasureState::Complete | ErasureState::CalledOff | ErasureState::Verifying => true,
            // Tried again once in a run, and only what waited when the run began.
            ErasureState::Failed | ErasureState::Held => !may_retry,
            _ => false,
        };
        if waits {
            return Ok(state);
        }
        may_retry = false;
        let next = match advance_in(means, tables, id, Stride::Many, now).await {
            Ok(next) => next,
            Err(error) if may_begin_anew && error.is_overtaken() => {
                return begin_anew(means.db, id, state, &error).await;
            }
            Err(error) => fail(means.db, id, &error, now).await?,
        };
        if next == state && next != ErasureState::Erasing {
            return Ok(next);
        }
    }
}

/// Does the next thing of a job, and nothing more. Answers how far it has come. An error
/// is not written down: [`run`] does that.
pub async fn advance(means: Means<'_>, id: ErasureJobId, now: Time) -> Result<ErasureState, Error> {
    let tables = datamap::registry();
    let job = load(means.db.read(), id).await?;
    if job.state == ErasureState::Verifying {
        let done = finish(means, &tables, &[id], false, now).await?;
        return Ok(done.first().map_or(job.state, |(_, state)| *state));
    }
    advance_in(means, &tables, id, Stride::One, now).await
}

async fn advance_in(
    means: Means<'_>,
    tables: &[TableMap],
    id: ErasureJobId,
    stride: Stride,
    now: Time,
) -> Result<ErasureState, Error> {
    let job = load(means.db.read(), id).await?;
    let is_held = holds::held(means.db.read(), job.school_id)
        .await?
        .holds(job.person_id);
    match job.state {
        ErasureState::CoolingOff if job.cooling_off_until.is_some_and(|until| until > now) => {
            Ok(job.state)
        }
        ErasureState::Complete | ErasureState::CalledOff | ErasureState::Verifying => Ok(job.state),
        _ if is_held => turn_to(means.db, id, job.state, ErasureState::Held).await,
        // After a failure from the beginning: what is done already stays done.
        ErasureState::CoolingOff | ErasureState::Failed => {
            turn_to(means.db, id, job.state, ErasureState::Approved).await
        }
        ErasureState::Approved | ErasureState::Held => lock(means.db, id, now).await,
        ErasureState::Locked => write_plan(means.db, tables, id).await,
        ErasureState::Erasing => step(means, tables, &job, stride, now).await,
    }
}

/// Signs the person out everywhere, and ends them if they are still here.
async fn lock(db: &Db, id: ErasureJobId, now: Time) -> Result<ErasureState, Error> {
    let tx = db.write().await?;
    let job = hold(&tx, id).await?;
    if !matches!(job.state, ErasureState::Approved | ErasureState::Held) {
        return Ok(job.state);
    }
    let is_here = person::Entity::find_by_id(job.person_id)
        .filter(person::Column::EndedAt.is_null())
        .one(&*tx)
        .await?
        .is_some();
    if is_here {
        let door = access::school_as_operator(job.school_id);
        people::end(&tx, &door, job.person_id, now).await?;
    }
    set_state(&tx, id, ErasureState::Locked).await?;
    tx.commit().await?;
    Ok(ErasureState::Locked)
}

/// Writes the plan down. What is done already stays as it is written; the rest is counted
/// anew.
async fn write_plan(db: &Db, tables: &[TableMap], id: ErasureJobId) -> Result<ErasureState, Error> {
    let tx = db.write().await?;
    let job = hold(&tx, id).await?;
    if job.state != ErasureState::Locked {
        return Ok(job.state);
    }
    let whose = whose(&job);
    erasure_step::Entity::delete_many()
        .filter(erasure_step::Column::JobId.eq(id))
        .filter(erasure_step::Column::Status.ne(StepStatus::Done))
        .exec(&*tx)
        .await?;
    let last: Option<i32> = erasure_step::Entity::find()
        .select_only()
        .column(erasure_step::Column::N)
        .filter(erasure_step::Column::JobId.eq(id))
        .order_by_desc(erasure_step::Column::N)
        .into_tuple()
        .one(&*tx)
        .await?;
    let steps = plan::plan(&*tx, tables, whose).await?;
    let hash = plan::hash(tables, &steps);
    let rows: Vec<erasure_step::ActiveModel> = steps
        .into_iter()
        .zip(last.unwrap_or(0) + 1..)
        .map(|(step, n)| {
            let expected = i32::try_from(step.expected).unwrap_or(i32::MAX);
            let is_exempt = step.is_exempt();
            erasure_step::ActiveModel {
                job_id: Set(id),
                n: Set(n),
                school_id: Set(whose.school),
                target: Set(step.target),
                action: Set(step.action),
                expected: Set(expected),
                actual: Set(is_exempt.then_some(expected)),
                status: Set(if is_exempt {
                    StepStatus::Exempt
                } else {
                    StepStatus::Todo
                }),
                note: Set(step.note.to_owned()),
                done_at: Set(None),
            }
        })
        .collect();
    if !rows.is_empty() {
        erasure_step::Entity::insert_many(rows)
            .exec_without_returning(&*tx)
            .await?;
    }
    let noted = traces::keep(&tx, &job).await?;
    erasure_job::ActiveModel {
        id: Set(id),
        state: Set(ErasureState::Erasing),
        plan_hash: Set(Some(hash)),
        traces: Set(noted),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    tx.commit().await?;
    Ok(ErasureState::Erasing)
}

/// How many steps share a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stride {
    /// One, to be able to stop after each.
    One,
    /// As many as follow each other without a file or a key between them: still short, and
    /// three hundred leavers do not wait for the disk a dozen times each.
    Many,
}

/// Does what is to be done next, or goes on to the search.
async fn step(
    means: Means<'_>,
    tables: &[TableMap],
    job: &erasure_job::Model,
    stride: Stride,
    now: Time,
) -> Result<ErasureState, Error> {
    let whose = whose(job);
    let Some(next) = next_step(means.db.read(), job.id).await? else {
        return turn_to(
            means.db,
            job.id,
            ErasureState::Erasing,
            ErasureState::Verifying,
        )
        .await;
    };
    if next.action == StepAction::DeleteFiles {
        if packages::put_off(means.db, tables, &next).await? {
            return Ok(ErasureState::Erasing);
        }
        let keys = steps::keys_of(means.db.read(), tables, whose, &next).await?;
        steps::delete_files(means.store, &keys).await?;
    }
    let tx = means.db.write().await?;
    hold(&tx, job.id).await?;
    // Somebody else may have done it meanwhile.
    if next_step(&*tx, job.id).await?.map(|step| step.n) != Some(next.n) {
        return Ok(ErasureState::Erasing);
    }
    let mut next = Some(next);
    while let Some(step) = next {
        // A key does not come back when a transaction does not keep what went with it.
        let is_alone = stride == Stride::One || step.action == StepAction::DestroyKey;
        let actual = steps::perform(&tx, tables, whose, &step, now).await?;
        erasure_step::ActiveModel {
            job_id: Set(job.id),
            n: Set(step.n),
            actual: Set(Some(actual)),
            status: Set(StepStatus::Done),
            done_at: Set(Some(now)),
            ..Default::default()
        }
        .update(&*tx)
        .await?;
        next = if is_alone {
            None
        } else {
            let stands_alone = [StepAction::DeleteFiles, StepAction::DestroyKey];
            next_step(&*tx, job.id)
                .await?
                .filter(|step| !stands_alone.contains(&step.action))
        };
    }
    tx.commit().await?;
    Ok(ErasureState::Erasing)
}

async fn next_step(
    db: &impl ConnectionTrait,
    job: ErasureJobId,
) -> Result<Option<erasure_step::Model>, DbErr> {
    erasure_step::Entity::find()
        .filter(erasure_step::Column::JobId.eq(job))
        .filter(erasure_step::Column::Status.eq(StepStatus::Todo))
        .order_by_asc(erasure_step::Column::N)
        .one(db)
        .await
}

pub(super) const fn whose(job: &erasure_job::Model) -> Whose {
    Whose {
        school: job.school_id,
        person: job.person_id,
    }
}

pub(super) async fn load(
    db: &impl ConnectionTrait,
    id: ErasureJobId,
) -> Result<erasure_job::Model, Error> {
    Ok(erasure_job::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?)
}

/// The job's row, which nobody else changes meanwhile.
pub(super) async fn hold(tx: &Write, id: ErasureJobId) -> Result<erasure_job::Model, Error> {
    Ok(erasure_job::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?)
}
