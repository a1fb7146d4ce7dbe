//! Somebody objects to news, or their data is restricted: what waits is not sent.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use vocab::ids::{PersonId, SchoolId};
use vocab::mail::{MailState, MailTemplate, MessageCategory};

use super::choices::{record_no, switch_off};
use super::outbox::answers;
use crate::access::AccessError;
use crate::clock::Time;
use crate::db::Write;
use entity::outbox_mail;

/// Ends all news to somebody, at once.
pub(crate) async fn stop_news(
    tx: &Write,
    of: (SchoolId, PersonId),
    now: Time,
) -> Result<(), AccessError> {
    let news = || {
        MessageCategory::ALL
            .iter()
            .copied()
            .filter(|category| category.is_marketing())
    };
    for category in news() {
        if switch_off(tx, of, category, Some(of.1), now).await? {
            record_no(tx, of, category, "objection", now).await?;
        }
    }
    suppress(tx, of, outbox_mail::Column::Category.is_in(news()), now).await
}

/// Somebody's data is restricted: what waits for them is not sent, but for answers to
/// what they asked.
pub(crate) async fn stop_waiting(
    tx: &Write,
    of: (SchoolId, PersonId),
    now: Time,
) -> Result<(), AccessError> {
    let answers = MailTemplate::ALL
        .iter()
        .copied()
        .filter(|template| answers(*template));
    suppress(
        tx,
        of,
        outbox_mail::Column::Template.is_not_in(answers),
        now,
    )
    .await
}

async fn suppress(
    tx: &Write,
    of: (SchoolId, PersonId),
    which: Expr,
    now: Time,
) -> Result<(), AccessError> {
    outbox_mail::Entity::update_many()
        .col_expr(
            outbox_mail::Column::State,
            Expr::value(MailState::Suppressed),
        )
        .col_expr(outbox_mail::Column::Variables, Expr::value(""))
        .col_expr(outbox_mail::Column::EndedAt, Expr::value(Some(now)))
        .col_expr(outbox_mail::Column::Reason, Expr::value("they objected"))
        .filter(outbox_mail::Column::SchoolId.eq(of.0))
        .filter(outbox_mail::Column::RecipientId.eq(of.1))
        .filter(which)
        .filter(outbox_mail::Column::State.eq(MailState::Queued))
        .exec(&**tx)
        .await?;
    Ok(())
}
