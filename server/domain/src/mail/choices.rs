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
        .take()
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
            let on = (category, MailChoiceState::On);
            keep_choice(tx, of, on, Some(actor.person), now).await?;
        }
        ("on", true) => {
            let adult = Adult::of(actor).ok_or(AccessError::NotFound)?;
            ask_twice(tx, adult, category, entity, now).await?;
        }
        ("off", _) => {
            if switch_off(tx, of, category, Some(actor.person), now).await? {
                record_no(tx, of, category, ON_THE_PAGE, now).await?;
            }
        }
        _ => return Err(AccessError::NotFound),
    }
    Ok(())
}

/// Where an answer about news was given, as the record of consents has it.
const ON_THE_PAGE: &str = "settings page";
const BY_LINK: &str = "link in a mail";

/// Switches a category off for somebody, by whoever does it. Answers whether it was on.
/// What cannot be switched off is not there.
pub(crate) async fn switch_off(
    tx: &Write,
    of: (SchoolId, PersonId),
    category: MessageCategory,
    by: Option<PersonId>,
    now: Time,
) -> Result<bool, AccessError> {
    if !category.can_be_muted() {
        return Err(AccessError::NotFound);
    }
    let kept = find_choice(&**tx, of.1, category).await?;
    let before = kept.map_or(unasked(category), |choice| choice.state);
    if before == MailChoiceState::Off {
        return Ok(false);
    }
    let off = (category, MailChoiceState::Off);
    keep_choice(tx, of, off, by, now).await?;
    Ok(before == MailChoiceState::On)
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
    let asked = (category, MailChoiceState::Asked);
    let choice = keep_choice(tx, of, asked, Some(adult.person), now).await?;
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
    if switch_off(tx, of, choice.category, Some(choice.person_id), now).await? {
        record_no(tx, of, choice.category, BY_LINK, now).await?;
    }
    Ok(())
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
    consent::answer_about_news(tx, of, (purpose, true), BY_LINK, now).await?;
    let on = (choice.category, MailChoiceState::On);
    keep_choice(tx, of, on, Some(choice.person_id), now).await?;
    Ok(())
}

/// Writes into the record of consents that a yes to news was taken back.
pub(super) async fn record_no(
    tx: &Write,
    of: (SchoolId, PersonId),
    category: MessageCategory,
    channel: &'static str,
    now: Time,
) -> Result<(), AccessError> {
    if let Some(purpose) = purpose_of(category) {
        consent::answer_about_news(tx, of, (purpose, false), channel, now).await?;
    }
    Ok(())
}

/// The consent by which a category is sent; none where it is no news.
pub(crate) const fn purpose_of(category: MessageCategory) -> Option<ConsentPurpose> {
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

/// Keeps a choice, and writes down that it changed, and by whom.
pub(super) async fn keep_choice(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    (category, state): (MessageCategory, MailChoiceState),
    by: Option<PersonId>,
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
    let held = before.unwrap_or(unasked(category));
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
    } else {
        row.insert(&**tx).await?;
    }
    if held != state {
        let event = Event {
            school,
            actor: by,
            kind: "mail.chosen",
            subject: person.0,
            before: Some(json!({ "category": category, "state": held })),
            after: Some(json!({ "category": category, "state": state })),
        };
        events::record(&**tx, event, now).await?;
    }
    Ok(id)
}
