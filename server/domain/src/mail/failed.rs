//! Mail that cannot be missed and did not arrive: shown to the lead for thirty days, and
//! sent once more at their word. So long its words stay, sealed with the key of whoever
//! gets it, where they make sense later. An address without an account goes at once.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use vocab::ids::{MailId, RightsRequestId, SchoolId};
use vocab::mail::{FailedMail, MailState, MailTemplate, MessageCategory};

use super::outbox::{ANSWERS, LASTS};
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
/// One press tries no more than this again.
const MOST_AT_ONCE: u64 = 1_000;
/// What is worth reading after its time as well.
pub(super) const NEVER_TOO_LATE: [MailTemplate; 2] = ANSWERS;
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

/// Puts what did not arrive back among what waits: those that ended first, at most a
/// thousand. Answers how many.
pub async fn try_again(tx: &Write, permitted: &Permitted<()>, now: Time) -> Result<u64, DbErr> {
    let is_in_time = Condition::any()
        .add(outbox_mail::Column::ExpiresAt.gt(now))
        .add(outbox_mail::Column::Template.is_in(NEVER_TOO_LATE));
    // `Use::Mail`, as when it was written down.
    let is_let = Condition::any()
        .add(outbox_mail::Column::RecipientId.is_null())
        .add(outbox_mail::Column::Template.is_in(ANSWERS))
        .add(outbox_mail::Column::RecipientId.not_in_subquery(guard::restricted()));
    let ids: Vec<MailId> = outbox_mail::Entity::find()
        .select_only()
        .column(outbox_mail::Column::Id)
        .filter(failed_lately(permitted.school(), now))
        .filter(outbox_mail::Column::Variables.ne(""))
        .filter(is_in_time)
        .filter(is_let)
        .order_by_asc(outbox_mail::Column::EndedAt)
        .limit(MOST_AT_ONCE)
        .lock_exclusive()
        .into_tuple()
        .all(&**tx)
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let which = Condition::all().add(outbox_mail::Column::Id.is_in(ids));
    send_again(tx, which, now).await
}

/// Puts failed mails back among what waits. What makes sense for longer keeps its end, and
/// the rest gets three days more. Answers how many.
pub(crate) async fn send_again(tx: &Write, which: Condition, now: Time) -> Result<u64, DbErr> {
    let again = || {
        outbox_mail::Entity::update_many()
            .col_expr(outbox_mail::Column::State, Expr::value(MailState::Queued))
            .col_expr(outbox_mail::Column::Attempts, Expr::value(0))
            .col_expr(outbox_mail::Column::NextTryAt, Expr::value(now))
            .col_expr(outbox_mail::Column::EndedAt, Expr::value(None::<Time>))
            .col_expr(outbox_mail::Column::Reason, Expr::value(None::<String>))
            .filter(outbox_mail::Column::State.eq(MailState::Failed))
            .filter(outbox_mail::Column::Variables.ne(""))
            .filter(which.clone())
    };
    let in_time = again()
        .filter(outbox_mail::Column::ExpiresAt.gt(now))
        .exec(&**tx)
        .await?;
    let late = again()
        .col_expr(outbox_mail::Column::ExpiresAt, Expr::value(now + LASTS))
        .filter(outbox_mail::Column::ExpiresAt.lte(now))
        .exec(&**tx)
        .await?;
    Ok(in_time.rows_affected + late.rows_affected)
}
