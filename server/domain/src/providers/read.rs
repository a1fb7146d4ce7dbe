//! The register as it is shown: to everybody, and to one school with what it said.

use std::collections::HashMap;

use datamap::Category;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use vocab::ids::ProviderId;
use vocab::providers::{HOME, ProviderLine, ProviderState, SchoolProvider, SchoolProviders};

use super::Error;
use crate::access::Permitted;
use crate::clock::Time;
use crate::moments::day;
use crate::people::names_of;
use entity::{provider, provider_objection, transfer, uk_only_rule};

/// Every kind of personal data.
pub(super) const KINDS: [Category; 11] = [
    Category::Link,
    Category::Identity,
    Category::Contact,
    Category::Membership,
    Category::Credential,
    Category::Device,
    Category::Material,
    Category::Work,
    Category::Assessment,
    Category::Activity,
    Category::History,
];

/// The register's word for a kind of data.
pub const fn kind_word(kind: Category) -> &'static str {
    match kind {
        Category::Technical => "technical",
        Category::School => "school",
        Category::Link => "link",
        Category::Identity => "identity",
        Category::Contact => "contact",
        Category::Membership => "membership",
        Category::Credential => "credential",
        Category::Device => "device",
        Category::Material => "material",
        Category::Work => "work",
        Category::Assessment => "assessment",
        Category::Activity => "activity",
        Category::History => "history",
    }
}

/// The kind of personal data that a word names.
pub fn kind_of(word: &str) -> Option<Category> {
    KINDS.into_iter().find(|kind| kind_word(*kind) == word)
}

/// What everybody may read: who is in use, paused or announced. One that is only
/// proposed is nobody's business yet.
pub async fn public(db: &impl ConnectionTrait, now: Time) -> Result<Vec<ProviderLine>, DbErr> {
    let lines = list(db, now).await?;
    Ok(lines
        .into_iter()
        .filter(|line| !matches!(line.state, ProviderState::Proposed | ProviderState::Ended))
        .collect())
}

/// The whole register, by name.
pub async fn list(db: &impl ConnectionTrait, now: Time) -> Result<Vec<ProviderLine>, DbErr> {
    let providers = provider::Entity::find()
        .order_by_asc(provider::Column::Name)
        .all(db)
        .await?;
    let mut transfers: HashMap<ProviderId, transfer::Model> = HashMap::new();
    let valid = transfer::Entity::find()
        .filter(transfer::Column::ValidUntil.gt(now))
        .order_by_asc(transfer::Column::ValidUntil)
        .all(db)
        .await?;
    for transfer in valid {
        transfers.insert(transfer.provider_id, transfer);
    }
    Ok(providers
        .into_iter()
        .map(|provider| {
            let transfer = transfers
                .remove(&provider.id)
                .filter(|transfer| transfer.country == provider.country)
                .map(|transfer| (transfer.mechanism, day(transfer.valid_until)));
            line(provider, transfer)
        })
        .collect())
}

fn line(
    provider: provider::Model,
    transfer: Option<(vocab::providers::Mechanism, String)>,
) -> ProviderLine {
    let since = match provider.state {
        ProviderState::Proposed => Some(provider.proposed_at),
        ProviderState::Notified => provider.notified_at,
        ProviderState::Active => provider.active_at,
        ProviderState::Suspended | ProviderState::Ended => provider.stopped_at,
    };
    ProviderLine {
        id: provider.id,
        name: provider.name,
        purpose: provider.purpose,
        role: provider.role,
        kinds: provider
            .categories
            .split(',')
            .filter_map(kind_of)
            .map(|kind| kind.words().to_owned())
            .collect(),
        subjects: provider.subjects,
        country: provider.country,
        transfer,
        state: provider.state,
        since: day(since.unwrap_or(provider.proposed_at)),
        contract_day: provider.contract_at.map(day),
        policy_url: provider.policy_url,
    }
}

/// The register as one school sees it. Five queries, however long it is.
pub async fn of_school(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<SchoolProviders, Error> {
    let objections = provider_objection::Entity::find()
        .filter(provider_objection::Column::SchoolId.eq(permitted.school()))
        .filter(provider_objection::Column::WithdrawnAt.is_null())
        .all(db)
        .await?;
    let rule = uk_only_rule::Entity::find()
        .filter(uk_only_rule::Column::SchoolId.eq(permitted.school()))
        .filter(uk_only_rule::Column::EndedAt.is_null())
        .one(db)
        .await?;
    let who = objections
        .iter()
        .map(|objection| objection.objected_by)
        .chain(rule.as_ref().map(|rule| rule.begun_by));
    let names = names_of(db, who).await?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let providers = public(db, now)
        .await?
        .into_iter()
        .map(|provider| {
            let objection = objections
                .iter()
                .find(|objection| objection.provider_id == provider.id)
                .map(|objection| (objection.reason.clone(), name(objection.objected_by)));
            let is_abroad = provider.country != HOME;
            let closed_because = if objection.is_some() {
                Some("Your school objected")
            } else if is_abroad && rule.is_some() {
                Some("Your school wants providers in the United Kingdom only")
            } else if is_abroad && provider.transfer.is_none() {
                Some("Nothing allows data to go to its country")
            } else if provider.state == ProviderState::Suspended {
                Some("It is paused")
            } else {
                None
            };
            SchoolProvider {
                provider,
                closed_because: closed_because.map(str::to_owned),
                objection,
            }
        })
        .collect();
    Ok(SchoolProviders {
        providers,
        uk_only: rule.map(|rule| (name(rule.begun_by), day(rule.began_at))),
    })
}
