//! Somebody objects to news: every kind is switched off, and what waits is not sent.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use vocab::ids::{PersonId, SchoolId};
use vocab::mail::{MailChoiceState, MailState, MessageCategory};

use super::choices::{find_choice, keep_choice, record_no};
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
        let Some(kept) = find_choice(&**tx, of.1, category).await? else {
            continue;
        };
        if kept.state != MailChoiceState::Off {
            keep_choice(tx, of, category, MailChoiceState::Off, now).await?;
            let was_on = kept.state == MailChoiceState::On;
            record_no(tx, of, category, was_on, now).await?;
        }
    }
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
        .filter(outbox_mail::Column::Category.is_in(news()))
        .filter(outbox_mail::Column::State.eq(MailState::Queued))
        .exec(&**tx)
        .await?;
    Ok(())
}
