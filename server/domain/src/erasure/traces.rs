//! What is searched for after somebody was erased, and where the answer goes, noted before
//! the first row of theirs goes. It is kept with the job until its certificate, sealed with
//! the school's key: their own is destroyed before the search begins.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use vocab::ids::{ErasureJobId, PersonId, SchoolId};

use super::Error;
use super::earlier::earlier;
use super::job::{hold, whose};
use super::plan::Whose;
use super::sealed;
use crate::db::{Db, Keyed, Write};
use crate::keys::{Opened, Place, text};
use crate::people::{contact, display_name};
use crate::rights::{self, Reply, providers_of, replies};
use entity::{account, erasure_job, person};

/// Shorter words stand in too many places that are about nobody.
const LEAST_CHARS: usize = 5;

/// What is searched for after somebody was erased. Only what is theirs alone: an address
/// or a name that somebody else of the school has as well is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Traces {
    /// The name, for the certificate's keyed hash.
    pub(super) name: String,
    /// Found anywhere within a text.
    pub(super) within: Vec<String>,
    /// Found only as a whole value of a record.
    pub(super) whole: Vec<String>,
    /// Found within texts that are copies.
    pub(super) in_copies: Vec<String>,
    /// Found there too, where no longer word holds it.
    pub(super) in_copies_alone: Vec<String>,
    /// Who is told at the end. Not searched for.
    pub(super) replies: Vec<Reply>,
    /// The providers that may have carried mail about them. Not searched for.
    pub(super) providers: Vec<String>,
}

/// What is theirs alone.
async fn traces(tx: &Write, whose: Whose) -> Result<Traces, Error> {
    let Some(row) = person::Entity::find_by_id(whose.person).one(&**tx).await? else {
        return Ok(Traces::default());
    };
    let mut traces = Traces {
        name: display_name(&row.given_name, &row.family_name),
        ..Traces::default()
    };
    let is_long = |text: &String| text.chars().count() >= LEAST_CHARS;
    let others = || {
        person::Entity::find()
            .filter(person::Column::SchoolId.eq(whose.school))
            .filter(person::Column::Id.ne(whose.person))
    };
    let email = match &row.email {
        Some(email) => said(contact::open_one(&**tx, whose.school, row.id, email).await?)?,
        None => String::new(),
    };
    if is_long(&email) {
        let kept: Vec<(PersonId, String)> = others()
            .filter(person::Column::Email.is_not_null())
            .select_only()
            .columns([person::Column::Id, person::Column::Email])
            .into_tuple()
            .all(&**tx)
            .await?;
        let texts = kept.iter().map(|(_, text)| text.as_str());
        let ring = tx.keys().to_open(texts).await?;
        // Another's address that cannot be read holds nobody's erasure up: at worst what is
        // searched for is theirs too.
        let is_shared = kept.iter().any(|(id, text)| {
            contact::opened(&ring, whose.school, *id, text)
                .text()
                .is_some_and(|other| other == email)
        });
        if !is_shared {
            traces.within.push(email);
        }
    }
    // Two systems may give one id to different people.
    if let Some(id) = row.sourced_id.filter(is_long) {
        let others_with_it = others()
            .filter(person::Column::SourcedId.eq(&*id))
            .count(&**tx);
        if others_with_it.await? == 0 {
            traces.within.push(id);
        }
    }
    let namesakes = others()
        .filter(person::Column::SortName.eq(&*row.sort_name))
        .count(&**tx);
    if namesakes.await? == 0 {
        let names = [traces.name.clone(), row.sort_name];
        traces.in_copies.extend(names.into_iter().filter(is_long));
    }
    let accounts = account::Entity::find()
        .filter(account::Column::PersonId.eq(whose.person))
        .all(&**tx)
        .await?;
    let usernames: Vec<String> = accounts
        .into_iter()
        .map(|account| account.username)
        .collect();
    let name = (row.given_name.as_str(), row.family_name.as_str());
    let earlier = earlier(&**tx, whose, name, &usernames).await?;
    traces
        .in_copies_alone
        .extend(earlier.names.into_iter().filter(is_long));
    traces.whole.extend(usernames);
    traces.whole.extend(earlier.usernames);
    Ok(traces)
}

/// An address; nothing where its key is gone. One that cannot be read is no "nothing".
fn said(opened: Opened) -> Result<String, Error> {
    sealed::said(opened).ok_or_else(|| Error::Unreadable("person.email".to_owned()))
}

/// Notes where the answers go to those who asked about the people of these jobs, before
/// anything of any of them goes: a guardian and a child are often erased in the same run, and
/// after their own first step nobody knows any more where a guardian can be reached. The
/// answers themselves wait for the certificates.
pub(super) async fn note_who_asked(db: &Db, jobs: &[ErasureJobId]) -> Result<(), Error> {
    let jobs = erasure_job::Entity::find()
        .filter(erasure_job::Column::Id.is_in(jobs.iter().copied()))
        .filter(erasure_job::Column::EndedAt.is_null())
        .order_by_asc(erasure_job::Column::Id)
        .all(db.read())
        .await?;
    let people = jobs.iter().map(|job| job.person_id);
    let asked_about = rights::asked_about(db.read(), people).await?;
    for job in jobs
        .iter()
        .filter(|job| asked_about.contains(&job.person_id))
    {
        // Its own plan meets the same, and fails that one erasure: no other waits for it.
        if let Err(error) = note_who_asked_about(db, job.id).await {
            tracing::error!(%error, "it could not be noted who asked about somebody who is erased");
        }
    }
    Ok(())
}

async fn note_who_asked_about(db: &Db, job: ErasureJobId) -> Result<(), Error> {
    let tx = db.write().await?;
    let job = hold(&tx, job).await?;
    if job.ended_at.is_some() {
        return Ok(());
    }
    let mut noted = match so_far(&*tx, &job).await {
        Ok(noted) => noted,
        // It stays as it is, and fails the search.
        Err(Error::NoTraces) => return Ok(()),
        Err(error) => return Err(error),
    };
    let now_known = replies(&tx, (job.school_id, job.person_id)).await?;
    Reply::renew(&mut noted.replies, now_known);
    let traces = sealed_for(&tx, &job, &noted).await?;
    erasure_job::ActiveModel {
        id: Set(job.id),
        traces: Set(traces),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What is searched for and who is told, as the job keeps it. After a failure the names may
/// be gone: what was noted first is what counts.
pub(super) async fn keep(tx: &Write, job: &erasure_job::Model) -> Result<String, Error> {
    let before = match so_far(&**tx, job).await {
        Ok(before) => before,
        // It stays as it is, and fails the search.
        Err(Error::NoTraces) => return Ok(job.traces.clone()),
        Err(error) => return Err(error),
    };
    if !before.name.is_empty() {
        return Ok(job.traces.clone());
    }
    let whose = whose(job);
    let mut noted = traces(tx, whose).await?;
    noted.replies = before.replies;
    let now_known = replies(tx, (whose.school, whose.person)).await?;
    Reply::renew(&mut noted.replies, now_known);
    noted.providers = providers_of(&**tx, (whose.school, whose.person)).await?;
    sealed_for(tx, job, &noted).await
}

async fn sealed_for(tx: &Write, job: &erasure_job::Model, noted: &Traces) -> Result<String, Error> {
    let noted = serde_json::to_string(noted).map_err(|error| DbErr::Json(error.to_string()))?;
    let place = place(job.school_id, job.id);
    Ok(text::seal(&**tx, job.school_id, &place, &noted).await?)
}

/// What a job has noted so far; nothing where it has not begun.
async fn so_far(db: &impl Keyed, job: &erasure_job::Model) -> Result<Traces, Error> {
    if job.traces.is_empty() {
        return Ok(Traces::default());
    }
    let place = place(job.school_id, job.id);
    match text::open(db, &place, &job.traces).await? {
        Opened::Text(noted) => serde_json::from_str(&noted).map_err(|_| Error::NoTraces),
        Opened::Deleted | Opened::Unreadable => Err(Error::NoTraces),
    }
}

/// What is searched for, from the job. What is not there or cannot be read is no "nothing":
/// without it nobody knows whether something is left.
pub(super) async fn kept(db: &Db, job: &erasure_job::Model) -> Result<Traces, Error> {
    if job.traces.is_empty() {
        return Err(Error::NoTraces);
    }
    so_far(db.read(), job).await
}

fn place(school: SchoolId, job: ErasureJobId) -> Place<'static> {
    Place {
        school,
        table: "erasure_job",
        column: "traces",
        row: job.0,
    }
}
