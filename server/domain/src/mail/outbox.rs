//! Writing mail down, in the transaction of its cause: queued, or suppressed where its
//! recipient does not want it.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;
use vocab::ids::{MailChoiceId, MailId, PersonId, SchoolId};
use vocab::mail::{MailChoiceState, MailState, MailTemplate, MessageCategory};

use super::choices::{find_choice, keep_choice};
use super::failed::{NEVER_TOO_LATE, SHOWN_FOR};
use super::letter::Mail;
use super::seals;
use crate::clock::Time;
use crate::db::Write;
use crate::guard;
use crate::holds;
use crate::secrets::new_id;
use entity::{mail_choice, outbox_mail, person};

/// A mail that could not be sent for so long is not sent at all: it would surprise.
pub(super) const LASTS: TimeDelta = TimeDelta::days(3);
/// What is left of a mail that has ended goes after this.
const KEPT_FOR: TimeDelta = TimeDelta::days(90);

/// Who gets a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// Somebody of the school. Their address is read when it is sent, and not kept.
    Person(PersonId),
    /// Somebody without an account, who gave this address. It goes when it was sent.
    Address(String),
}

/// A mail about to be written down.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Whose school it is about.
    pub school: SchoolId,
    /// Who gets it.
    pub to: To,
    /// What it says.
    pub mail: Mail,
    /// The row that it is about.
    pub cause: Option<Uuid>,
    /// When it makes no sense any more; three days on where none is given.
    pub until: Option<Time>,
}

/// Writes a mail down. Answers its state: queued, or suppressed. Nothing is sent here.
pub async fn queue(tx: &Write, new: Outgoing, now: Time) -> Result<MailState, DbErr> {
    let template = new.mail.template();
    let category = template.category();
    let (recipient_id, address) = match new.to {
        To::Person(person) => (Some(person), None),
        To::Address(address) => (None, Some(address)),
    };
    // `Use::Mail`: a provider carries nothing about somebody whose data is restricted,
    // but answers to what they asked.
    let is_restricted = match recipient_id.filter(|_| !answers(template)) {
        Some(person) => guard::stands(&**tx, new.school, person).await?,
        None => false,
    };
    let is_wanted = !is_restricted
        && match recipient_id {
            Some(person) => is_wanted(tx, (new.school, person), category, now).await?,
            // Whoever has no account was never asked about more than what is essential.
            None => !category.can_be_muted(),
        };
    let state = if is_wanted {
        MailState::Queued
    } else {
        MailState::Suppressed
    };
    let variables = if is_wanted {
        serde_json::to_string(&new.mail).map_err(|error| DbErr::Json(error.to_string()))?
    } else {
        String::new()
    };
    let id = MailId(new_id());
    let address = address.filter(|_| is_wanted);
    let (address, variables) =
        seals::seal(&**tx, (new.school, id, recipient_id), (address, variables)).await?;
    let row = outbox_mail::Model {
        id,
        school_id: new.school,
        category,
        template,
        recipient_id,
        address,
        variables,
        cause_id: new.cause,
        state,
        attempts: 0,
        queued_at: now,
        next_try_at: now,
        expires_at: new.until.unwrap_or(now + LASTS),
        ended_at: (!is_wanted).then_some(now),
        reason: (!is_wanted).then(|| {
            if is_restricted {
                "their data is restricted".to_owned()
            } else {
                "they do not want this kind of mail".to_owned()
            }
        }),
    };
    outbox_mail::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    Ok(state)
}

/// Answers to what somebody asked about their data.
pub(super) const ANSWERS: [MailTemplate; 2] =
    [MailTemplate::RequestReceived, MailTemplate::RequestAnswered];

/// Whether a mail is one of them.
pub(super) fn answers(template: MailTemplate) -> bool {
    ANSWERS.contains(&template)
}

/// Answers that wait for the mail server and go to an address, because nobody has an account
/// any more under which they could be read.
pub(crate) fn answers_on_their_way() -> Condition {
    Condition::all()
        .add(outbox_mail::Column::State.eq(MailState::Queued))
        .add(outbox_mail::Column::Template.is_in(ANSWERS))
        .add(outbox_mail::Column::RecipientId.is_null())
}

/// Whether somebody wants a category. What can be switched off has a row, so that the
/// link in the mail leads somewhere.
async fn is_wanted(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    category: MessageCategory,
    now: Time,
) -> Result<bool, DbErr> {
    if !category.can_be_muted() {
        return Ok(true);
    }
    if let Some(choice) = find_choice(&**tx, person, category).await? {
        return Ok(choice.state == MailChoiceState::On);
    }
    if !category.is_marketing() {
        let on = (category, MailChoiceState::On);
        keep_choice(tx, (school, person), on, Some(person), now).await?;
    }
    Ok(!category.is_marketing())
}

/// Queues news for everybody who said yes twice and is not a student. Answers how many.
pub async fn send_news(tx: &Write, mail: &Mail, now: Time) -> Result<u64, DbErr> {
    let category = mail.template().category();
    if !category.is_marketing() {
        return Ok(0);
    }
    let wanted: Vec<(MailChoiceId, SchoolId, PersonId)> = mail_choice::Entity::find()
        .select_only()
        .columns([
            mail_choice::Column::Id,
            mail_choice::Column::SchoolId,
            mail_choice::Column::PersonId,
        ])
        .filter(mail_choice::Column::Category.eq(category))
        .filter(mail_choice::Column::State.eq(MailChoiceState::On))
        .filter(mail_choice::Column::PersonId.not_in_subquery(super::choices::students()))
        .filter(
            mail_choice::Column::PersonId.in_subquery(
                sea_orm::sea_query::Query::select()
                    .column(person::Column::Id)
                    .from(person::Entity)
                    .cond_where(person::Column::EndedAt.is_null())
                    .take(),
            ),
        )
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut queued = 0;
    for (choice, school, person) in wanted {
        let new = Outgoing {
            school,
            to: To::Person(person),
            mail: mail.clone(),
            cause: Some(choice.0),
            until: None,
        };
        queued += u64::from(queue(tx, new, now).await? == MailState::Queued);
    }
    Ok(queued)
}

/// Gives up what waited for too long. Answers how many there were.
pub async fn expire(tx: &Write, now: Time) -> Result<u64, DbErr> {
    let late = || {
        outbox_mail::Entity::update_many()
            .col_expr(outbox_mail::Column::State, Expr::value(MailState::Failed))
            .col_expr(outbox_mail::Column::EndedAt, Expr::value(Some(now)))
            .filter(outbox_mail::Column::State.eq(MailState::Queued))
            .filter(outbox_mail::Column::ExpiresAt.lte(now))
    };
    let kept = late()
        .filter(outbox_mail::Column::RecipientId.is_not_null())
        .filter(outbox_mail::Column::Template.is_in(NEVER_TOO_LATE))
        .exec(&**tx)
        .await?;
    let gone = late()
        .col_expr(outbox_mail::Column::Variables, Expr::value(""))
        .col_expr(outbox_mail::Column::Address, Expr::value(None::<String>))
        .exec(&**tx)
        .await?;
    Ok(kept.rows_affected + gone.rows_affected)
}

/// Forgets mails that ended three months ago, and the words of what failed a month ago;
/// nothing of whom a legal hold keeps.
pub async fn forget_old(tx: &Write, now: Time) -> Result<u64, DbErr> {
    let not_held = || {
        let (school, person) = (
            outbox_mail::Column::SchoolId,
            outbox_mail::Column::RecipientId,
        );
        holds::not_held(school, person)
    };
    outbox_mail::Entity::update_many()
        .col_expr(outbox_mail::Column::Variables, Expr::value(""))
        .filter(outbox_mail::Column::State.eq(MailState::Failed))
        .filter(outbox_mail::Column::Variables.ne(""))
        .filter(outbox_mail::Column::EndedAt.lt(now - SHOWN_FOR))
        .filter(not_held())
        .exec(&**tx)
        .await?;
    let gone = outbox_mail::Entity::delete_many()
        .filter(outbox_mail::Column::EndedAt.lt(now - KEPT_FOR))
        .filter(not_held())
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}
