//! What people chose about mail. What is essential cannot be switched off; reminders and
//! receipts are sent until somebody switches them off; news are sent to adults who said
//! yes twice, here and by the link in a mail, and both stand in the record of consents.

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QuerySelect,
};
use serde_json::json;
use vocab::consent::ConsentPurpose;
use vocab::ids::{MailChoiceId, PersonId, SchoolId};
use vocab::legal_entity::LegalEntity;
use vocab::mail::{ChooseMessages, LinkPage, MailChoiceState, MessageCategory, MessageChoice};
use vocab::objections::ObjectionUse;
use vocab::people::Role;

use super::letter::Mail;
use super::outbox::{Outgoing, To, queue};
use super::token::{Link, LinkKey};
use crate::access::AccessError;
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent;
use crate::db::Write;
use crate::events::{self, Event};
use crate::rights;
use crate::secrets::new_id;
use entity::{mail_choice, person_role, school};

/// Somebody who is not a student. News are for them alone: what asks for an `Adult`
/// cannot be called with a student.
#[derive(Clone, Copy, Debug)]
pub struct Adult {
    school: SchoolId,
    person: PersonId,
}

impl Adult {
    /// None for a student.
    pub const fn of(actor: &Actor) -> Option<Self> {
        if actor.is(Role::Student) {
            return None;
        }
        Some(Self {
            school: actor.school,
            person: actor.person,
        })
    }
}

/// People who are students.
pub(super) fn students() -> SelectStatement {
    Query::select()
        .column(person_role::Column::PersonId)
        .from(person_role::Entity)
        .cond_where(person_role::Column::Role.eq(Role::Student))
        .cond_where(person_role::Column::EndedAt.is_null())
        .to_owned()
}

/// Every category that the actor may choose about, with what holds. News of partners
/// are among them only where there are partners.
pub async fn choices(
    db: &impl ConnectionTrait,
    actor: &Actor,
    entity: &LegalEntity,
) -> Result<Vec<MessageChoice>, DbErr> {
    let kept = mail_choice::Entity::find()
        .filter(mail_choice::Column::PersonId.eq(actor.person))
        .all(db)
        .await?;
    Ok(MessageCategory::ALL
        .iter()
        .copied()
        .filter(|category| is_offered(actor, *category, entity))
        .map(|category| MessageChoice {
            category,
            state: kept
                .iter()
                .find(|choice| choice.category == category)
                .map_or(unasked(category), |choice| choice.state),
        })
        .collect())
}

fn is_offered(actor: &Actor, category: MessageCategory, entity: &LegalEntity) -> bool {
    let has_partners = category != MessageCategory::MarketingPartner || !entity.partners.is_empty();
    let is_for_them = !category.is_marketing() || Adult::of(actor).is_some();
    category.can_be_muted() && has_partners && is_for_them
}

const fn unasked(category: MessageCategory) -> MailChoiceState {
    if category.is_marketing() {
        MailChoiceState::Off
    } else {
        MailChoiceState::On
    }
}

/// Switches a category on or off. A yes to news sends a mail, and counts once its link
/// was followed.
pub async fn choose(
    tx: &Write,
    actor: &Actor,
    form: &ChooseMessages,
    entity: &LegalEntity,
    now: Time,
) -> Result<(), AccessError> {
    let category = form.category.parse().map_err(|_| AccessError::NotFound)?;
    if !is_offered(actor, category, entity) {
        return Err(AccessError::NotFound);
    }
    let of = (actor.school, actor.person);
    match (form.answer.as_str(), category.is_marketing()) {
        ("on", false) => {
            keep_choice(tx, of, category, MailChoiceState::On, now).await?;
        }
        ("on", true) => {
            let adult = Adult::of(actor).ok_or(AccessError::NotFound)?;
            ask_twice(tx, adult, category, entity, now).await?;
        }
        ("off", _) => mute(tx, of, category, now).await?,
        _ => return Err(AccessError::NotFound),
    }
    Ok(())
}

/// Switches a category off for somebody. What cannot be switched off is not there.
pub(crate) async fn mute(
    tx: &Write,
    of: (SchoolId, PersonId),
    category: MessageCategory,
    now: Time,
) -> Result<(), AccessError> {
    if !category.can_be_muted() {
        return Err(AccessError::NotFound);
    }
    let kept = find_choice(&**tx, of.1, category).await?;
    let was_on = kept.is_some_and(|choice| choice.state == MailChoiceState::On);
    keep_choice(tx, of, category, MailChoiceState::Off, now).await?;
    record_no(tx, of, category, was_on, now).await
}

async fn ask_twice(
    tx: &Write,
    adult: Adult,
    category: MessageCategory,
    entity: &LegalEntity,
    now: Time,
) -> Result<(), AccessError> {
    let of = (adult.school, adult.person);
    rights::require_no_objection(&**tx, of, ObjectionUse::News).await?;
    let kept = find_choice(&**tx, adult.person, category).await?;
    if kept.is_some_and(|choice| choice.state == MailChoiceState::On) {
        return Ok(());
    }
    let choice = keep_choice(tx, of, category, MailChoiceState::Asked, now).await?;
    let whose = if category == MessageCategory::MarketingPartner {
        entity.partners.join(", ")
    } else {
        entity.line()
    };
    let new = Outgoing {
        school: adult.school,
        to: To::Person(adult.person),
        mail: Mail::ConfirmNews { whose },
        cause: Some(choice.0),
        until: None,
    };
    queue(tx, new, now).await?;
    Ok(())
}

/// What the page behind a link in a mail shows; none where we did not make the link.
pub async fn open(
    db: &impl ConnectionTrait,
    key: &LinkKey,
    link: Link,
    token: &str,
) -> Result<Option<LinkPage>, DbErr> {
    let Some(choice) = behind(db, key, link, token).await? else {
        return Ok(None);
    };
    let school = school::Entity::find_by_id(choice.school_id).one(db).await?;
    Ok(school.map(|school| LinkPage {
        category: choice.category,
        state: choice.state,
        school: school.name,
    }))
}

async fn behind(
    db: &impl ConnectionTrait,
    key: &LinkKey,
    link: Link,
    token: &str,
) -> Result<Option<mail_choice::Model>, DbErr> {
    match key.read(link, token) {
        Some(id) => mail_choice::Entity::find_by_id(id).one(db).await,
        None => Ok(None),
    }
}

/// Switches off what the link is about. Once more changes nothing.
pub async fn unsubscribe(
    tx: &Write,
    key: &LinkKey,
    token: &str,
    now: Time,
) -> Result<(), AccessError> {
    let choice = behind(&**tx, key, Link::Unsubscribe, token)
        .await?
        .ok_or(AccessError::NotFound)?;
    if choice.state == MailChoiceState::Off {
        return Ok(());
    }
    let of = (choice.school_id, choice.person_id);
    keep_choice(tx, of, choice.category, MailChoiceState::Off, now).await?;
    let was_on = choice.state == MailChoiceState::On;
    record_no(tx, of, choice.category, was_on, now).await
}

/// Says yes to news the second time. A link whose question was taken back meanwhile
/// does nothing.
pub async fn confirm(tx: &Write, key: &LinkKey, token: &str, now: Time) -> Result<(), AccessError> {
    let choice = behind(&**tx, key, Link::Confirm, token)
        .await?
        .ok_or(AccessError::NotFound)?;
    let purpose = purpose_of(choice.category).ok_or(AccessError::NotFound)?;
    if choice.state != MailChoiceState::Asked {
        return Ok(());
    }
    let of = (choice.school_id, choice.person_id);
    consent::answer_by_mail(tx, of, purpose, true, now).await?;
    keep_choice(tx, of, choice.category, MailChoiceState::On, now).await?;
    Ok(())
}

pub(super) async fn record_no(
    tx: &Write,
    of: (SchoolId, PersonId),
    category: MessageCategory,
    was_on: bool,
    now: Time,
) -> Result<(), AccessError> {
    if let Some(purpose) = purpose_of(category).filter(|_| was_on) {
        consent::answer_by_mail(tx, of, purpose, false, now).await?;
    }
    Ok(())
}

const fn purpose_of(category: MessageCategory) -> Option<ConsentPurpose> {
    match category {
        MessageCategory::MarketingOwn => Some(ConsentPurpose::NewsOwn),
        MessageCategory::MarketingPartner => Some(ConsentPurpose::NewsPartners),
        MessageCategory::ServiceEssential | MessageCategory::ServiceOptional => None,
    }
}

/// The category that is sent for a purpose of consent; none where it is no news.
pub(crate) fn news_of(purpose: ConsentPurpose) -> Option<MessageCategory> {
    MessageCategory::ALL
        .iter()
        .copied()
        .find(|category| purpose_of(*category) == Some(purpose))
}

pub(super) async fn find_choice(
    db: &impl ConnectionTrait,
    person: PersonId,
    category: MessageCategory,
) -> Result<Option<mail_choice::Model>, DbErr> {
    mail_choice::Entity::find()
        .filter(mail_choice::Column::PersonId.eq(person))
        .filter(mail_choice::Column::Category.eq(category))
        .one(db)
        .await
}

/// Keeps a choice, and writes down that it changed.
pub(super) async fn keep_choice(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    category: MessageCategory,
    state: MailChoiceState,
    now: Time,
) -> Result<MailChoiceId, DbErr> {
    let kept = mail_choice::Entity::find()
        .filter(mail_choice::Column::PersonId.eq(person))
        .filter(mail_choice::Column::Category.eq(category))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let before = kept.as_ref().map(|choice| choice.state);
    let id = kept.map_or_else(|| MailChoiceId(new_id()), |choice| choice.id);
    if before == Some(state) {
        return Ok(id);
    }
    let row = mail_choice::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        person_id: Set(person),
        category: Set(category),
        state: Set(state),
        changed_at: Set(now),
    };
    if before.is_some() {
        row.update(&**tx).await?;
        let event = Event {
            school,
            actor: Some(person),
            kind: "mail.chosen",
            subject: person.0,
            before: before.map(|state| json!({ "category": category, "state": state })),
            after: Some(json!({ "category": category, "state": state })),
        };
        events::record(&**tx, event, now).await?;
    } else {
        row.insert(&**tx).await?;
    }
    Ok(id)
}
