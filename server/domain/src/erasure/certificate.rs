//! What is left of an erasure, and what is answered to whoever asks afterwards.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder,
};
use serde_json::Value;
use vocab::ids::{PersonId, SchoolId};
use vocab::rights::RequestChannel;

use super::job::{AFTER_RESTORE, BY_REQUEST};
use crate::clock::Time;
use crate::consent::Signer;
use crate::db::Write;
use crate::people::fold;
use crate::rights;
use crate::secrets::{self, new_id};
use entity::{erasure_certificate, erasure_job, rights_request};

/// Backups are kept no longer (docs/operating.md).
const BACKUP_DAYS: i64 = 35;

/// Somebody who was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The certificate's number.
    pub number: String,
    /// The rule, "request", or `again_after_a_restore`.
    pub rule: String,
    /// When.
    pub at: Time,
}

impl Gone {
    /// The answer to a question about them.
    pub fn sentence(&self) -> String {
        let rule = match self.rule.as_str() {
            BY_REQUEST => "as it was asked for".to_owned(),
            AFTER_RESTORE => "once more, after an old backup was restored".to_owned(),
            rule => format!("under the rule {rule}"),
        };
        format!(
            "Deleted on {} {rule}, certificate {}. Nothing more is kept that could be shown, corrected or taken along.",
            self.at.format("%-d %B %Y"),
            self.number
        )
    }
}

/// What a name is found by afterwards: a hash that nobody makes without the server's secret.
pub(super) fn lookup(signer: &Signer, school: SchoolId, name: &str) -> String {
    let name = fold(name);
    let mut words: Vec<&str> = name.split_whitespace().collect();
    words.sort_unstable();
    signer.keyed_hash(&format!("erased\n{school}\n{}", words.join(" ")))
}

/// Whether somebody of this name was erased in the school; the newest of several.
pub async fn gone(
    db: &impl ConnectionTrait,
    signer: &Signer,
    school: SchoolId,
    name: &str,
) -> Result<Option<Gone>, DbErr> {
    let found = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::SchoolId.eq(school))
        .filter(erasure_certificate::Column::Lookup.eq(lookup(signer, school, name)))
        .order_by_desc(erasure_certificate::Column::IssuedAt)
        .one(db)
        .await?;
    Ok(found.map(of_row))
}

/// Tells whoever leads a request by the contact page that somebody of the name in it was
/// erased, with the words to answer; nothing where nobody was.
pub async fn tell_request(
    tx: &Write,
    signer: &Signer,
    (reference, name): (&str, &str),
    now: Time,
) -> Result<(), DbErr> {
    let request = rights_request::Entity::find()
        .filter(rights_request::Column::Reference.eq(reference))
        .filter(rights_request::Column::Channel.eq(RequestChannel::Contact))
        .order_by_desc(rights_request::Column::Id)
        .one(&**tx)
        .await?;
    let Some(request) = request else {
        return Ok(());
    };
    if let Some(gone) = gone(&**tx, signer, request.school_id, name).await? {
        let words = format!("Somebody of this name was erased. {}", gone.sentence());
        rights::tell(tx, &request, &words, now).await?;
    }
    Ok(())
}

/// The same for somebody whose number is known.
pub(super) async fn gone_person(
    db: &impl ConnectionTrait,
    school: SchoolId,
    person: PersonId,
) -> Result<Option<Gone>, DbErr> {
    let job: Option<erasure_job::Model> = erasure_job::Entity::find()
        .filter(erasure_job::Column::SchoolId.eq(school))
        .filter(erasure_job::Column::PersonId.eq(person))
        .filter(erasure_job::Column::State.eq(vocab::erasure::ErasureState::Complete))
        .one(db)
        .await?;
    let Some(job) = job else { return Ok(None) };
    let found = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::JobId.eq(job.id))
        .one(db)
        .await?;
    Ok(found.map(of_row))
}

fn of_row(row: erasure_certificate::Model) -> Gone {
    Gone {
        number: row.number,
        rule: row.rule,
        at: row.issued_at,
    }
}

/// Issues the certificate of a job. It names nobody.
pub(super) async fn issue(
    tx: &Write,
    job: &erasure_job::Model,
    lookup: String,
    summary: Value,
    now: Time,
) -> Result<Gone, DbErr> {
    let gone = Gone {
        number: secrets::receipt(&mut secrets::random()),
        rule: job.rule.clone(),
        at: now,
    };
    erasure_certificate::ActiveModel {
        id: Set(new_id()),
        school_id: Set(job.school_id),
        job_id: Set(job.id),
        number: Set(gone.number.clone()),
        rule: Set(gone.rule.clone()),
        plan_hash: Set(job.plan_hash.clone().unwrap_or_default()),
        lookup: Set(lookup),
        summary: Set(summary),
        backups_gone_at: Set(now + TimeDelta::days(BACKUP_DAYS)),
        issued_at: Set(now),
    }
    .insert(&**tx)
    .await?;
    Ok(gone)
}
