//! Whether the links to the providers' own policies still lead anywhere. Looked at once a
//! week, where whoever runs the platform allows it; a dead one is a task for the leads.

use chrono::TimeDelta;
use sea_orm::sea_query::{Cond, Expr, ExprTrait as _, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use vocab::providers::{LinkAnswer, ProviderState};

use crate::clock::Time;
use crate::db::Db;
use crate::secrets::new_id;
use entity::{policy_link, provider};

/// Each link is looked at so often.
const EVERY: TimeDelta = TimeDelta::days(7);
/// A host that has not answered for so long, which is three looks, counts as gone.
const PATIENCE: TimeDelta = TimeDelta::days(14);

/// Nobody reads of providers in these states.
const UNSEEN: [ProviderState; 2] = [ProviderState::Proposed, ProviderState::Ended];

/// The way out that asks whether a page is there. It carries nothing but the address.
pub trait Reach: Sync {
    /// Asks. Never fails: no answer is an answer.
    fn ask(&self, url: &str) -> impl Future<Output = LinkAnswer> + Send;
}

/// Looks at every link that was not looked at for a week, one after the other, with no
/// transaction open meanwhile. Answers how many.
pub async fn look_at_links(db: &Db, out: &impl Reach, now: Time) -> Result<usize, DbErr> {
    let known = policy_link::Entity::find().all(db.read()).await?;
    let mut looked = 0;
    for provider in in_the_register(db.read()).await? {
        let url = provider.policy_url;
        let before = known
            .iter()
            .find(|row| row.provider_id == provider.id && row.url == url);
        if before.is_some_and(|row| now < row.looked_at + EVERY) {
            continue;
        }
        let answer = out.ask(&url).await;
        let since = before
            .filter(|row| row.answer == answer)
            .map_or(now, |row| row.since_at);
        let row = policy_link::ActiveModel {
            id: Set(new_id()),
            provider_id: Set(provider.id),
            url: Set(url),
            answer: Set(answer),
            since_at: Set(since),
            looked_at: Set(now),
        };
        let tx = db.write().await?;
        policy_link::Entity::insert(row)
            .on_conflict(
                OnConflict::column(policy_link::Column::ProviderId)
                    .update_columns([
                        policy_link::Column::Url,
                        policy_link::Column::Answer,
                        policy_link::Column::SinceAt,
                        policy_link::Column::LookedAt,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(&*tx)
            .await?;
        tx.commit().await?;
        looked += 1;
    }
    Ok(looked)
}

/// The names of providers whose link leads nowhere, as a part of another query: one column.
pub(crate) fn dead_links(now: Time) -> SelectStatement {
    let link = |column: policy_link::Column| Expr::col((policy_link::Entity, column));
    let of = |column: provider::Column| Expr::col((provider::Entity, column));
    Query::select()
        .expr(of(provider::Column::Name))
        .from(policy_link::Entity)
        .inner_join(
            provider::Entity,
            Cond::all()
                .add(
                    of(provider::Column::Id)
                        .equals((policy_link::Entity, policy_link::Column::ProviderId)),
                )
                .add(
                    of(provider::Column::PolicyUrl)
                        .equals((policy_link::Entity, policy_link::Column::Url)),
                ),
        )
        .and_where(of(provider::Column::State).is_not_in(UNSEEN))
        .cond_where(
            Cond::any()
                .add(link(policy_link::Column::Answer).eq(LinkAnswer::Gone))
                .add(
                    Cond::all()
                        .add(link(policy_link::Column::Answer).eq(LinkAnswer::NoAnswer))
                        .add(link(policy_link::Column::SinceAt).lte(now - PATIENCE)),
                ),
        )
        .take()
}

/// Every provider that people may read of.
async fn in_the_register(db: &impl ConnectionTrait) -> Result<Vec<provider::Model>, DbErr> {
    provider::Entity::find()
        .filter(provider::Column::State.is_not_in(UNSEEN))
        .order_by_asc(provider::Column::Name)
        .all(db)
        .await
}
