//! Leading a provider through the register: proposed, announced to the schools, in use,
//! paused, ended. For whoever runs the platform, by the command line.

use chrono::TimeDelta;
use datamap::Category;
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect,
};
use serde_json::json;
use vocab::ids::{PersonId, ProviderId, SchoolId, TransferId};
use vocab::people::Role;
use vocab::providers::{Clause, HOME, Mechanism, ProviderPurpose, ProviderRole, ProviderState};

use super::door::has_transfer;
use super::read::{kind_of, kind_word};
use super::{Error, NOTICE_DAYS};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::day;
use crate::schools;
use crate::secrets::new_id;
use entity::{person, person_role, provider, transfer};

/// A provider about to be written down.
#[derive(Clone, Debug)]
pub struct NewProvider {
    /// Its name.
    pub name: String,
    /// What it does.
    pub purpose: ProviderPurpose,
    /// What it is before the law.
    pub role: ProviderRole,
    /// The kinds of data that it may be given: words of [`kind_word`].
    pub kinds: Vec<String>,
    /// About whom.
    pub subjects: String,
    /// Where it works: a code of ISO 3166-1.
    pub country: String,
    /// Where its own policy stands.
    pub policy_url: String,
    /// The contract, and its day.
    pub contract: Option<(String, Time)>,
    /// What the contract says of Article 28(3).
    pub clauses: Vec<Clause>,
    /// Whether it sells data. One that does is refused.
    pub sells_data: bool,
}

/// What allows data to go to a provider's country.
#[derive(Clone, Debug)]
pub struct NewTransfer {
    /// By what.
    pub mechanism: Mechanism,
    /// The assessment behind it.
    pub assessment_ref: String,
    /// Until when.
    pub valid_until: Time,
}

/// Writes a provider down. Nothing is given to it yet.
pub async fn propose(tx: &Write, new: NewProvider, now: Time) -> Result<ProviderId, Error> {
    if new.sells_data {
        return Err(Error::SellsData);
    }
    let kinds = kinds_of(&new.kinds)?;
    if find(&**tx, &new.name).await.is_ok() {
        return Err(Error::Taken(new.name));
    }
    let id = ProviderId(new_id());
    let (contract_ref, contract_at) = new.contract.unzip();
    let clauses: Vec<&str> = new.clauses.iter().map(|clause| clause.as_str()).collect();
    let row = provider::Model {
        id,
        name: new.name,
        purpose: new.purpose,
        role: new.role,
        categories: kinds.join(","),
        subjects: new.subjects,
        country: new.country.to_uppercase(),
        policy_url: new.policy_url,
        contract_ref,
        contract_at,
        clauses: clauses.join(","),
        sells_data: false,
        state: ProviderState::Proposed,
        proposed_at: now,
        notified_at: None,
        active_at: None,
        stopped_at: None,
        emergency_reason: None,
    };
    provider::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    Ok(id)
}

fn kinds_of(words: &[String]) -> Result<Vec<&'static str>, Error> {
    let all = || {
        let words: Vec<&str> = super::read::KINDS
            .iter()
            .map(|kind| kind_word(*kind))
            .collect();
        words.join(", ")
    };
    words
        .iter()
        .map(|word| {
            kind_of(word)
                .filter(|kind: &Category| kind.is_personal())
                .map(kind_word)
                .ok_or_else(|| Error::UnknownKind(word.clone(), all()))
        })
        .collect()
}

/// Tells every school: by mail to its leads and admins, and on its page. Answers how
/// many people were written to.
pub async fn notify(tx: &Write, name: &str, now: Time) -> Result<usize, Error> {
    let found = hold(tx, name).await?;
    if found.state != ProviderState::Proposed {
        return Err(Error::NotNow(found.state.label()));
    }
    let from = now + TimeDelta::days(NOTICE_DAYS);
    let mail = Mail::ProviderNotice {
        name: found.name.clone(),
        purpose: found.purpose.label().to_owned(),
        from: day(from),
    };
    let office = office(&**tx).await?;
    for (school, person) in &office {
        let new = Outgoing {
            school: *school,
            to: To::Person(*person),
            mail: mail.clone(),
            cause: Some(found.id.0),
            until: Some(from),
        };
        queue(tx, new, now).await?;
    }
    let change = provider::ActiveModel {
        id: Set(found.id),
        state: Set(ProviderState::Notified),
        notified_at: Set(Some(now)),
        ..Default::default()
    };
    keep(tx, &found, change, ProviderState::Notified, now).await?;
    Ok(office.len())
}

/// Leads and admins of every school.
pub(crate) async fn office(db: &impl ConnectionTrait) -> Result<Vec<(SchoolId, PersonId)>, DbErr> {
    let here = Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .cond_where(person::Column::EndedAt.is_null())
        .take();
    person_role::Entity::find()
        .select_only()
        .columns([person_role::Column::SchoolId, person_role::Column::PersonId])
        .filter(person_role::Column::Role.is_in([Role::DataProtectionLead, Role::SchoolAdmin]))
        .filter(person_role::Column::EndedAt.is_null())
        .filter(person_role::Column::PersonId.in_subquery(here))
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

/// Lets a provider be used: thirty days after the schools were told, or at once where
/// there is no school yet, or in an emergency that is written down.
pub async fn activate(
    tx: &Write,
    name: &str,
    emergency: Option<&str>,
    now: Time,
) -> Result<(), Error> {
    let found = hold(tx, name).await?;
    if !matches!(
        found.state,
        ProviderState::Proposed | ProviderState::Notified | ProviderState::Suspended
    ) {
        return Err(Error::NotNow(found.state.label()));
    }
    require_contract(&found)?;
    if found.country != HOME && !has_transfer(&**tx, &found, now).await? {
        return Err(Error::NoTransfer(found.country));
    }
    let emergency = emergency.map(str::trim).filter(|reason| !reason.is_empty());
    let is_first = !schools::any_exists(&**tx).await?;
    if emergency.is_none() && !is_first {
        require_notice(&found, now)?;
    }
    let change = provider::ActiveModel {
        id: Set(found.id),
        state: Set(ProviderState::Active),
        active_at: Set(Some(now)),
        stopped_at: Set(None),
        emergency_reason: Set(emergency.map(str::to_owned)),
        ..Default::default()
    };
    keep(tx, &found, change, ProviderState::Active, now).await
}

fn require_contract(found: &provider::Model) -> Result<(), Error> {
    if found.contract_ref.as_deref().is_none_or(str::is_empty) {
        return Err(Error::NoContract);
    }
    let said: Vec<&str> = found.clauses.split(',').collect();
    let missing: Vec<&str> = Clause::ALL
        .iter()
        .map(|clause| clause.as_str())
        .filter(|clause| !said.contains(clause))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::ClausesMissing(missing.join(", ")))
    }
}

fn require_notice(found: &provider::Model, now: Time) -> Result<(), Error> {
    let Some(told) = found.notified_at else {
        let never = "30 days after you tell them, which you have not done".to_owned();
        return Err(Error::TooEarly(never));
    };
    let from = told + TimeDelta::days(NOTICE_DAYS);
    if now < from {
        return Err(Error::TooEarly(day(from)));
    }
    Ok(())
}

/// Gives a provider nothing for now.
pub async fn suspend(tx: &Write, name: &str, now: Time) -> Result<(), Error> {
    let found = hold(tx, name).await?;
    if found.state != ProviderState::Active {
        return Err(Error::NotNow(found.state.label()));
    }
    stop(tx, &found, ProviderState::Suspended, now).await
}

/// Gives a provider nothing any more.
pub async fn end(tx: &Write, name: &str, now: Time) -> Result<(), Error> {
    let found = hold(tx, name).await?;
    if found.state == ProviderState::Ended {
        return Err(Error::NotNow(found.state.label()));
    }
    stop(tx, &found, ProviderState::Ended, now).await
}

async fn stop(
    tx: &Write,
    found: &provider::Model,
    state: ProviderState,
    now: Time,
) -> Result<(), Error> {
    let change = provider::ActiveModel {
        id: Set(found.id),
        state: Set(state),
        stopped_at: Set(Some(now)),
        ..Default::default()
    };
    keep(tx, found, change, state, now).await
}

/// Writes down what allows data to go to a provider's country.
pub async fn record_transfer(
    tx: &Write,
    name: &str,
    new: NewTransfer,
    now: Time,
) -> Result<TransferId, Error> {
    let found = hold(tx, name).await?;
    let id = TransferId(new_id());
    transfer::ActiveModel {
        id: Set(id),
        provider_id: Set(found.id),
        country: Set(found.country),
        mechanism: Set(new.mechanism),
        assessment_ref: Set(new.assessment_ref),
        valid_until: Set(new.valid_until),
        recorded_at: Set(now),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// Pauses every provider abroad whose transfer has run out. Answers their names.
pub async fn suspend_without_transfer(tx: &Write, now: Time) -> Result<Vec<String>, Error> {
    let abroad = provider::Entity::find()
        .filter(provider::Column::State.eq(ProviderState::Active))
        .filter(provider::Column::Country.ne(HOME))
        .lock_exclusive()
        .all(&**tx)
        .await?;
    let mut paused = Vec::new();
    for found in abroad {
        if !has_transfer(&**tx, &found, now).await? {
            stop(tx, &found, ProviderState::Suspended, now).await?;
            paused.push(found.name);
        }
    }
    Ok(paused)
}

async fn hold(tx: &Write, name: &str) -> Result<provider::Model, Error> {
    provider::Entity::find()
        .filter(provider::Column::Name.eq(name))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::Unknown(name.to_owned()))
}

async fn find(db: &impl ConnectionTrait, name: &str) -> Result<provider::Model, Error> {
    provider::Entity::find()
        .filter(provider::Column::Name.eq(name))
        .one(db)
        .await?
        .ok_or_else(|| Error::Unknown(name.to_owned()))
}

/// Keeps a change of state, and tells it in every school's record of changes.
async fn keep(
    tx: &Write,
    found: &provider::Model,
    change: provider::ActiveModel,
    state: ProviderState,
    now: Time,
) -> Result<(), Error> {
    change.update(&**tx).await?;
    for school in schools::all(&**tx).await? {
        let event = Event {
            school: school.id,
            actor: None,
            kind: "provider.changed",
            subject: found.id.0,
            before: Some(json!({ "name": found.name, "state": found.state })),
            after: Some(json!({ "name": found.name, "state": state })),
        };
        events::record(&**tx, event, now).await?;
    }
    Ok(())
}
