//! A material change is told to the admins and leads of every school by mail, at least
//! [`NOTICE_DAYS`] days before it holds, and to each of them once. Whom it did not reach is
//! written to again, once a day: by the same mail where it failed. Nothing is deleted for it.

use std::collections::HashSet;

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use vocab::ids::{PersonId, SchoolId};
use vocab::mail::MailState;

use super::NOTICE_DAYS;
use crate::clock::Time;
use crate::db::Write;
use crate::guard;
use crate::mail::{Mail, Outgoing, To, queue, send_again};
use crate::moments::day;
use crate::providers::office;
use entity::{outbox_mail, person, policy_version};

/// Mail is written down a day before the 30 begin, so that it is there when they do.
const AHEAD: TimeDelta = TimeDelta::days(NOTICE_DAYS + 1);

/// A mail that did not arrive is replaced after this.
const AGAIN_AFTER: TimeDelta = TimeDelta::days(1);

/// Writes a mail to everybody who has not had one, about every material change that comes
/// within 31 days. Whoever becomes an admin meanwhile is told too. Answers how many mails.
pub async fn announce(tx: &Write, now: Time) -> Result<usize, DbErr> {
    let coming = policy_version::Entity::find()
        .filter(policy_version::Column::IsMaterial.eq(true))
        .filter(policy_version::Column::EffectiveFrom.gt(now))
        .filter(policy_version::Column::EffectiveFrom.lte(now + AHEAD))
        .order_by_asc(policy_version::Column::EffectiveFrom)
        .all(&**tx)
        .await?;
    if coming.is_empty() {
        return Ok(0);
    }
    let office = office(&**tx).await?;
    let restricted = restricted(tx, &office).await?;
    let mut queued = 0;
    for version in coming {
        let Some(from) = version.effective_from else {
            continue;
        };
        let told: HashSet<PersonId> = outbox_mail::Entity::find()
            .select_only()
            .column(outbox_mail::Column::RecipientId)
            .filter(outbox_mail::Column::CauseId.eq(version.id.0))
            .filter(outbox_mail::Column::RecipientId.is_not_null())
            .filter(
                Condition::any()
                    .add(outbox_mail::Column::State.is_in([MailState::Queued, MailState::Sent]))
                    .add(outbox_mail::Column::EndedAt.gt(now - AGAIN_AFTER)),
            )
            .into_tuple::<PersonId>()
            .all(&**tx)
            .await?
            .into_iter()
            .collect();
        for (school, person) in &office {
            if told.contains(person) || restricted.contains(person) {
                continue;
            }
            let failed = Condition::all()
                .add(outbox_mail::Column::CauseId.eq(version.id.0))
                .add(outbox_mail::Column::RecipientId.eq(*person))
                .add(outbox_mail::Column::ExpiresAt.eq(from));
            if send_again(tx, failed, now).await? > 0 {
                queued += 1;
                continue;
            }
            let new = Outgoing {
                school: *school,
                to: To::Person(*person),
                mail: Mail::PolicyChange {
                    document: version.document.label().to_owned(),
                    semver: version.semver.clone(),
                    from: day(from),
                    what: version.change_log.clone(),
                },
                cause: Some(version.id.0),
                until: Some(from),
            };
            queue(tx, new, now).await?;
            queued += 1;
        }
    }
    Ok(queued)
}

/// Who of them is not written to now (`Use::Mail`), and is once their restriction has ended.
async fn restricted(
    tx: &Write,
    office: &[(SchoolId, PersonId)],
) -> Result<HashSet<PersonId>, DbErr> {
    let people: Vec<PersonId> = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(person::Column::Id.is_in(office.iter().map(|(_, person)| *person)))
        .filter(person::Column::Id.in_subquery(guard::restricted()))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(people.into_iter().collect())
}
