//! The door. A `Door` is made here alone, for one payload, one school and one moment;
//! what connects to another host asks for one.

use std::marker::PhantomData;

use datamap::Category;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vocab::ids::{ProviderId, SchoolId};
use vocab::providers::{HOME, ProviderPurpose, ProviderState};

use super::read::kind_word;
use crate::clock::Time;
use crate::mail::Composed;
use entity::{provider, provider_objection, transfer, uk_only_rule};

/// Something that leaves the house.
pub trait Payload {
    /// What the provider that gets it does.
    const PURPOSE: ProviderPurpose;
    /// Every kind of data that is in it, by the data map.
    const CARRIES: &'static [Category];
}

/// What is in a mail: an address; an invitation's link; that somebody asked or answered,
/// and when; the school's own words about a request. No name, and nothing of a student's.
pub const CARRIED_BY_MAIL: &[Category] = &[
    Category::Contact,
    Category::Credential,
    Category::Activity,
    Category::History,
];

impl Payload for Composed {
    const PURPOSE: ProviderPurpose = ProviderPurpose::Mail;
    const CARRIES: &'static [Category] = CARRIED_BY_MAIL;
}

/// An open way out for one kind of payload.
#[derive(Debug)]
pub struct Door<P: Payload> {
    provider: ProviderId,
    name: String,
    _for: PhantomData<fn(P)>,
}

impl<P: Payload> Door<P> {
    /// Who gets it.
    pub const fn provider(&self) -> ProviderId {
        self.provider
    }

    /// The provider's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Why there is no way out.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// Nobody in the register does this.
    #[error("no provider for this is in use")]
    NoProvider,
    /// Its entry does not allow a kind of data.
    #[error("the provider's entry does not allow: {0}")]
    NotItsKind(String),
    /// Nothing allows data to go to its country now.
    #[error("nothing allows data to go to the provider's country")]
    NoTransfer,
    /// The school wants providers in the United Kingdom only.
    #[error("the school wants providers in the United Kingdom only")]
    UkOnly,
    /// The school objected to it.
    #[error("the school objected to the provider")]
    Objected,
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Opens the door for a payload of a school, if there is a provider for it that may be
/// used now.
pub async fn door<P: Payload>(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Door<P>, Closed> {
    let provider = provider::Entity::find()
        .filter(provider::Column::Purpose.eq(P::PURPOSE))
        .filter(provider::Column::State.eq(ProviderState::Active))
        .one(db)
        .await?
        .ok_or(Closed::NoProvider)?;
    let allowed: Vec<&str> = provider.categories.split(',').collect();
    let missing: Vec<&str> = P::CARRIES
        .iter()
        .map(|kind| kind_word(*kind))
        .filter(|kind| !allowed.contains(kind))
        .collect();
    if !missing.is_empty() {
        return Err(Closed::NotItsKind(missing.join(", ")));
    }
    if provider.country != HOME {
        if !has_transfer(db, &provider, now).await? {
            return Err(Closed::NoTransfer);
        }
        if wants_uk_only(db, school).await? {
            return Err(Closed::UkOnly);
        }
    }
    let objection = provider_objection::Entity::find()
        .filter(provider_objection::Column::SchoolId.eq(school))
        .filter(provider_objection::Column::ProviderId.eq(provider.id))
        .filter(provider_objection::Column::WithdrawnAt.is_null())
        .one(db)
        .await?;
    if objection.is_some() {
        return Err(Closed::Objected);
    }
    Ok(Door {
        provider: provider.id,
        name: provider.name,
        _for: PhantomData,
    })
}

/// Whether something allows data to go to the provider's country now.
pub(super) async fn has_transfer(
    db: &impl ConnectionTrait,
    provider: &provider::Model,
    now: Time,
) -> Result<bool, DbErr> {
    let valid = transfer::Entity::find()
        .filter(transfer::Column::ProviderId.eq(provider.id))
        .filter(transfer::Column::Country.eq(&provider.country))
        .filter(transfer::Column::ValidUntil.gt(now))
        .one(db)
        .await?;
    Ok(valid.is_some())
}

async fn wants_uk_only(db: &impl ConnectionTrait, school: SchoolId) -> Result<bool, DbErr> {
    let rule = uk_only_rule::Entity::find()
        .filter(uk_only_rule::Column::SchoolId.eq(school))
        .filter(uk_only_rule::Column::EndedAt.is_null())
        .one(db)
        .await?;
    Ok(rule.is_some())
}
