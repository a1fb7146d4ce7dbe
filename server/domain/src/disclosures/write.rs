//! Asking for a disclosure, approving it by two, refusing it, and what the person is told.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use serde_json::json;
use vocab::disclosures::{
    DataKind, DisclosureKind, DisclosureState, DisclosureStep, ValidDisclosure,
};
use vocab::form::FieldError;
use vocab::ids::{DisclosureId, PersonId};
use vocab::people::Role;

use super::{Error, seals};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::people;
use crate::secrets::{self, new_id};
use entity::{disclosure, person_role};

/// Writes down that somebody's data is asked for. It is given to nobody yet.
pub async fn ask(
    tx: &Write,
    permitted: &Permitted<()>,
    new: ValidDisclosure,
    now: Time,
) -> Result<DisclosureId, Error> {
    let asked_by = permitted.actor().ok_or(AccessError::NotFound)?;
    let subject = subject_of(tx, permitted, &new).await?;
    let id = DisclosureId(new_id());
    let of = (permitted.school(), id);
    let requester = seals::seal(&**tx, of, "requester", &new.requester).await?;
    let row = disclosure::Model {
        id,
        school_id: permitted.school(),
        reference: secrets::receipt(&mut secrets::random()),
        kind: new.kind,
        state: DisclosureState::Asked,
        requester,
        authority: new.authority,
        basis: new.basis,
        categories: new.categories,
        kinds: (!new.kinds.is_empty()).then(|| joined(&new.kinds)),
        subject_id: subject,
        asked_by,
        asked_at: now,
        first_by: None,
        first_at: None,
        second_by: None,
        second_at: None,
        told_at: None,
        not_told_because: None,
        refused_because: None,
        given_at: None,
        payload_sha256: None,
    };
    disclosure::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    note(
        tx,
        permitted,
        id,
        "disclosure.asked",
        DisclosureState::Asked,
        now,
    )
    .await?;
    Ok(id)
}

/// As the row keeps them; read by [`DataKind::list`].
fn joined(kinds: &[DataKind]) -> String {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    words.join(" ")
}

/// Whose data it is. What is exchanged against fraud is about the school's own bills,
/// and never about a student or a guardian.
async fn subject_of(
    tx: &Write,
    permitted: &Permitted<()>,
    new: &ValidDisclosure,
) -> Result<Option<PersonId>, Error> {
    let wrong = |message: &str| {
        Error::Invalid(vec![FieldError {
            field: "username".to_owned(),
            message: message.to_owned(),
        }])
    };
    let Some(username) = &new.username else {
        return Ok(None);
    };
    let person = people::find_by_username(&**tx, permitted, username)
        .await
        .map_err(|error| match error {
            people::Error::Database(error) => Error::Database(error),
            _ => Error::Access(AccessError::NotFound),
        })?
        .ok_or_else(|| wrong("Nobody in your school has this username"))?;
    if new.kind == DisclosureKind::Fraud {
        let is_family = person_role::Entity::find()
            .filter(person_role::Column::PersonId.eq(person))
            .filter(person_role::Column::Role.is_in([Role::Student, Role::Guardian]))
            .one(&**tx)
            .await?
            .is_some();
        if is_family {
            return Err(wrong(
                "Data of students and guardians is never given for fraud or credit checks",
            ));
        }
    }
    Ok(Some(person))
}

/// Does a step with a disclosure, while its row is held.
pub async fn step(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DisclosureId,
    (step, words): (DisclosureStep, String),
    now: Time,
) -> Result<(), Error> {
    let by = permitted.actor().ok_or(AccessError::NotFound)?;
    let old = hold(tx, permitted, id).await?;
    if step == DisclosureStep::Approve && old.subject_id.is_some() && old.kinds.is_none() {
        return Err(Error::NothingChosen);
    }
    let is_open = matches!(
        old.state,
        DisclosureState::Asked | DisclosureState::ApprovedOnce | DisclosureState::Approved
    );
    if !is_open {
        return Err(Error::NotNow);
    }
    let mut new = disclosure::ActiveModel {
        id: Set(id),
        ..Default::default()
    };
    let mut state = old.state;
    let of = (old.school_id, id);
    match step {
        DisclosureStep::Approve => match old.state {
            DisclosureState::Asked => {
                (new.first_by, new.first_at) = (Set(Some(by)), Set(Some(now)));
                state = DisclosureState::ApprovedOnce;
            }
            DisclosureState::ApprovedOnce if old.first_by == Some(by) => {
                return Err(Error::TwoPeople);
            }
            DisclosureState::ApprovedOnce => {
                (new.second_by, new.second_at) = (Set(Some(by)), Set(Some(now)));
                state = DisclosureState::Approved;
            }
            _ => return Err(Error::NotNow),
        },
        DisclosureStep::Refuse => {
            let words = seals::seal(&**tx, of, "refused_because", &words).await?;
            new.refused_because = Set(Some(words));
            state = DisclosureState::Refused;
        }
        DisclosureStep::Told => {
            (new.told_at, new.not_told_because) = (Set(Some(now)), Set(None));
        }
        DisclosureStep::NotTold => {
            let words = seals::seal(&**tx, of, "not_told_because", &words).await?;
            (new.told_at, new.not_told_because) = (Set(None), Set(Some(words)));
        }
    }
    new.state = Set(state);
    new.update(&**tx).await?;
    note(tx, permitted, id, "disclosure.step", state, now).await
}

pub(super) async fn hold(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DisclosureId,
) -> Result<disclosure::Model, Error> {
    Ok(disclosure::Entity::find_by_id(id)
        .filter(disclosure::Column::SchoolId.eq(permitted.school()))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?)
}

pub(super) async fn note(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DisclosureId,
    kind: &'static str,
    state: DisclosureState,
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: id.0,
        before: None,
        after: Some(json!({ "state": state })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
