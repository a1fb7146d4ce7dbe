//! Mail that cannot be missed and did not arrive: shown to the lead for thirty days, and
//! sent once more at their word. So long its words stay, sealed with the key of whoever
//! gets it, where they make sense later. An address without an account goes at once.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::ids::{RightsRequestId, SchoolId};
use vocab::mail::{FailedMail, MailState, MailTemplate, MessageCategory};

use super::outbox::{LASTS, answers};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Keyed, Write};
use crate::guard;
use crate::moments::moment;
use crate::people::names_of;
use entity::outbox_mail;

/// How long it is shown.
pub(super) const SHOWN_FOR: TimeDelta = TimeDelta::days(30);
/// The list shows no more than this.
const MOST_SHOWN: u64 = 100;
/// What is worth reading after its time as well.
pub(super) const NEVER_TOO_LATE: [MailTemplate; 2] =
    [MailTemplate::RequestReceived, MailTemplate::RequestAnswered];
/// What is worth reading until its time is over. What else fails is asked for, reminded of
/// or made anew where it belongs.
const IN_TIME: [MailTemplate; 2] = [MailTemplate::ProviderNotice, MailTemplate::PolicyChange];

/// Whether the words of a mail stay when it is given up.
pub(super) fn keeps_words(row: &outbox_mail::Model) -> bool {
    let may_go_again = NEVER_TOO_LATE.contains(&row.template) || IN_TIME.contains(&row.template);
    row.recipient_id.is_some() && may_go_again
}

/// What did not arrive in the last thirty days.
fn lately(now: Time) -> Condition {
    Condition::all()
        .add(outbox_mail::Column::State.eq(MailState::Failed))
        .add(outbox_mail::Column::Category.eq(MessageCategory::ServiceEssential))
        .add(outbox_mail::Column::EndedAt.gt(now - SHOWN_FOR))
}

/// The same in one school.
pub(crate) fn failed_lately(school: SchoolId, now: Time) -> Condition {
    lately(now).add(outbox_mail::Column::SchoolId.eq(school))
}

fn may_go_again(row: &outbox_mail::Model, now: Time) -> bool {
    let is_in_time = row.expires_at > now || NEVER_TOO_LATE.contains(&row.template);
    !row.variables.is_empty() && is_in_time
}

/// How many there are on the whole server.
pub async fn count_failed(db: &impl ConnectionTrait, now: Time) -> Result<u64, DbErr> {
    outbox_mail::Entity::find()
        .filter(lately(now))
        .count(db)
        .await
}

/// Those of the school, newest first. Two queries; one where there are none.
pub async fn failed(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<FailedMail>, DbErr> {
    let rows = outbox_mail::Entity::find()
        .filter(failed_lately(permitted.school(), now))
        .order_by_desc(outbox_mail::Column::EndedAt)
        .limit(MOST_SHOWN)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let names = names_of(db, rows.iter().filter_map(|row| row.recipient_id)).await?;
    Ok(rows
        .into_iter()
        .map(|row| FailedMail {
            whom: row
                .recipient_id
                .map(|id| names.get(&id).cloned().unwrap_or_default()),
            what: row.template.label(),
            // Whoever has no account is only ever written to about their request.
            request: row
                .cause_id
                .filter(|_| row.recipient_id.is_none())
                .map(RightsRequestId),
            ended: moment(row.ended_at.unwrap_or(row.queued_at), actor.time_zone, now),
            may_go_again: may_go_again(&row, now),
            why: row
                .reason
                .unwrap_or_else(|| "it could not be sent in time".to_owned()),
        })
        .collect())
}

/// Puts what did not arrive back among what waits. Answers how many.
pub async fn try_again(tx: &Write, permitted: &Permitted<()>, now: Time) -> Result<u64, DbErr> {
    let rows = outbox_mail::Entity::find()
        .filter(failed_lately(permitted.school(), now))
        .lock_exclusive()
        .all(&**tx)
        .await?;
    let mut queued = 0;
    for row in rows.into_iter().filter(|row| may_go_again(row, now)) {
        // `Use::Mail`, as when it was written down.
        if let Some(person) = row.recipient_id.filter(|_| !answers(row.template))
            && guard::stands(&**tx, row.school_id, person).await?
        {
            continue;
        }
        outbox_mail::ActiveModel {
            id: Set(row.id),
            state: Set(MailState::Queued),
            attempts: Set(0),
            next_try_at: Set(now),
            expires_at: Set(Ord::max(row.expires_at, now + LASTS)),
            ended_at: Set(None),
            reason: Set(None),
            ..Default::default()
        }
        .update(&**tx)
        .await?;
        queued += 1;
    }
    Ok(queued)
}
