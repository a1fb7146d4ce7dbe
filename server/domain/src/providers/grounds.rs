//! What allows the third parties of the public pages to be used now: their own entry in
//! the register, for the one purpose that they are asked for, and a transfer that is valid.
//! Where something is missing, nobody can say yes, and a yes that was said rests.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use vocab::providers::{HOME, ProviderPurpose, ProviderState};
use vocab::visitors::{Ground, ThirdParty, ThirdPartyPurpose};

use crate::clock::Time;
use crate::moments::day;
use entity::{provider, transfer};

/// What was read is believed for so long; the command line may have changed it since.
const BELIEVED_FOR: TimeDelta = TimeDelta::minutes(1);

/// The one purpose that the register has to name for what a visitor is asked.
const fn purpose_of(asked: ThirdPartyPurpose) -> ProviderPurpose {
    match asked {
        ThirdPartyPurpose::Analytics => ProviderPurpose::Analytics,
        ThirdPartyPurpose::Ads => ProviderPurpose::Advertising,
    }
}

/// The same third parties, each with its ground now, and the moment at which the first
/// ground ends. Two queries.
pub async fn grounds(
    db: &impl ConnectionTrait,
    parties: &[ThirdParty],
    now: Time,
) -> Result<(Vec<ThirdParty>, Option<Time>), DbErr> {
    let names = parties.iter().map(|party| party.name.as_str());
    let entries = provider::Entity::find()
        .filter(provider::Column::Name.is_in(names))
        .all(db)
        .await?;
    let transfers = transfer::Entity::find()
        .filter(transfer::Column::ProviderId.is_in(entries.iter().map(|entry| entry.id)))
        .filter(transfer::Column::ValidUntil.gt(now))
        .order_by_desc(transfer::Column::ValidUntil)
        .all(db)
        .await?;
    let mut ends: Option<Time> = None;
    let filled = parties
        .iter()
        .map(|party| {
            let entry = entries.iter().find(|entry| entry.name == party.name);
            let allowed = entry.and_then(|entry| {
                transfers
                    .iter()
                    .find(|row| row.provider_id == entry.id && row.country == entry.country)
            });
            let ground = ground(party.purpose, entry, allowed);
            if let (Ground::Open(_), Some(allowed)) = (&ground, allowed) {
                let until = allowed.valid_until;
                ends = Some(ends.map_or(until, |first| first.min(until)));
            }
            ThirdParty {
                policy: entry
                    .map_or_else(|| party.policy.clone(), |entry| entry.policy_url.clone()),
                ground,
                ..party.clone()
            }
        })
        .collect();
    Ok((filled, ends))
}

fn ground(
    asked: ThirdPartyPurpose,
    entry: Option<&provider::Model>,
    allowed: Option<&transfer::Model>,
) -> Ground {
    let closed = |why: &str| Ground::Closed(why.to_owned());
    let Some(entry) = entry else {
        return closed("It is not in the register of providers.");
    };
    if entry.purpose != purpose_of(asked) {
        return closed("The register of providers names it for another purpose.");
    }
    // One that was paused because its transfer ran out is told apart: that is what to mend.
    let is_abroad = entry.country != HOME;
    if is_abroad && allowed.is_none() {
        return closed("Nothing allows data to go to its country now.");
    }
    if entry.state != ProviderState::Active {
        return closed("It is not in use now.");
    }
    let mut words = vec![("Country", entry.country.clone())];
    if let Some(transfer) = allowed {
        words.extend([
            (
                "What allows data to go there",
                transfer.mechanism.label().to_owned(),
            ),
            ("Assessment", transfer.assessment_ref.clone()),
            ("Written down on", day(transfer.recorded_at)),
            ("Valid until", day(transfer.valid_until)),
        ]);
    }
    Ground::Open(words)
}

/// When it was read, what it was, and when the first ground ends.
type Kept = (Time, Arc<Vec<ThirdParty>>, Option<Time>);

/// The third parties with their grounds, as they were read last.
#[derive(Debug, Default)]
pub struct Grounds(Mutex<Option<Kept>>);

impl Grounds {
    /// What holds now: from memory, unless that is older than a minute or a ground has
    /// ended since.
    pub async fn get(
        &self,
        db: &impl ConnectionTrait,
        parties: &[ThirdParty],
        now: Time,
    ) -> Result<Arc<Vec<ThirdParty>>, DbErr> {
        let kept = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((read_at, parties, ends)) = kept {
            let is_young = read_at <= now && now - read_at < BELIEVED_FOR;
            if is_young && ends.is_none_or(|ends| now < ends) {
                return Ok(parties);
            }
        }
        let (read, ends) = grounds(db, parties, now).await?;
        let read = Arc::new(read);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, read.clone(), ends));
        Ok(read)
    }
}
