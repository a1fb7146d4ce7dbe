//! Carrying mail out of the house. A mail is claimed first, which puts its next try off,
//! and carried then: a server that is killed in between tries again, with the same
//! Message-ID, so that it may arrive twice and is never lost.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::ids::MailId;
use vocab::mail::{MailChoiceState, MailState, MailTemplate};

use super::Letterhead;
use super::choices::find_choice;
use super::failed::keeps_words;
use super::letter::{Part, as_html, as_text};
use super::outbox::expire;
use super::seals;
use super::token::Link;
use crate::clock::Time;
use crate::db::{Db, Keyed};
use crate::people::mail_address_of;
use crate::providers::{self, Door};
use entity::{outbox_mail, school};

/// Mails that are carried in one go.
const AT_A_TIME: u64 = 20;
/// Minutes before the next try, after each try; after the last it is given up.
const WAITS: [i64; 9] = [1, 5, 15, 60, 180, 360, 720, 720, 720];

/// A mail as it goes to the mail server. Nothing else goes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// The address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The words.
    pub text: String,
    /// The same words.
    pub html: String,
    /// The same at every try.
    pub message_id: String,
    /// Where one click switches this kind of mail off; none for what is essential.
    pub unsubscribe: Option<String>,
}

/// What happened to a mail that was carried.
pub type Carried = Result<(), CarryError>;

/// Why a mail was not taken by the mail server, in plain words without its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CarryError {
    /// It offers no encryption, so nothing is told to it.
    #[error("the mail server offers no TLS")]
    NoTls,
    /// It is not there, or its certificate does not hold.
    #[error("the mail server does not answer, or cannot be trusted")]
    NoAnswer,
    /// It said no for now.
    #[error("the mail server said: not now")]
    NotNow,
    /// It said no for ever.
    #[error("the mail server refuses this mail")]
    Refused,
}

/// Carries mails: the server's way out, or a test's.
pub trait Carrier: Sync {
    /// Carries one mail through an open door.
    fn carry(&self, door: &Door<Composed>, mail: &Composed)
    -> impl Future<Output = Carried> + Send;
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Taken by the mail server.
    pub sent: u64,
    /// To be tried again.
    pub put_off: u64,
    /// Not sent: not wanted, no address, refused, or given up.
    pub ended: u64,
}

/// Carries what is due, at most 20 mails.
pub async fn deliver(
    db: &Db,
    head: &Letterhead,
    carrier: &impl Carrier,
    now: Time,
) -> Result<Delivered, DbErr> {
    let mut done = Delivered::default();
    for row in claim(db, now).await? {
        match outcome(db, head, carrier, &row, now).await? {
            Outcome::Sent => {
                end(db, &row, (MailState::Sent, None), now).await?;
                done.sent += 1;
            }
            Outcome::Ended(state, why) => {
                end(db, &row, (state, Some(why)), now).await?;
                done.ended += 1;
            }
            Outcome::PutOff(why) if usize::try_from(row.attempts).unwrap_or(0) >= WAITS.len() => {
                let why = format!("given up: {why}");
                end(db, &row, (MailState::Failed, Some(why)), now).await?;
                done.ended += 1;
            }
            Outcome::PutOff(why) => {
                note(db, row.id, why).await?;
                done.put_off += 1;
            }
        }
    }
    Ok(done)
}

/// What is due, each with its next try put off already.
async fn claim(db: &Db, now: Time) -> Result<Vec<outbox_mail::Model>, DbErr> {
    let tx = db.write().await?;
    expire(&tx, now).await?;
    let mut rows = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::State.eq(MailState::Queued))
        .filter(outbox_mail::Column::NextTryAt.lte(now))
        .order_by_asc(outbox_mail::Column::NextTryAt)
        .limit(AT_A_TIME)
        .lock_exclusive()
        .all(&*tx)
        .await?;
    for row in &mut rows {
        let tries = usize::try_from(row.attempts).unwrap_or(0);
        let wait = WAITS[tries.min(WAITS.len() - 1)];
        row.attempts += 1;
        outbox_mail::ActiveModel {
            id: Set(row.id),
            attempts: Set(row.attempts),
            next_try_at: Set(now + TimeDelta::minutes(wait)),
            ..Default::default()
        }
        .update(&*tx)
        .await?;
    }
    tx.commit().await?;
    Ok(rows)
}

enum Outcome {
    Sent,
    PutOff(String),
    Ended(MailState, String),
}

async fn outcome(
    db: &Db,
    head: &Letterhead,
    carrier: &impl Carrier,
    row: &outbox_mail::Model,
    now: Time,
) -> Result<Outcome, DbErr> {
    let mail = match compose(db.read(), head, row).await? {
        Ok(mail) => mail,
        Err(why) => return Ok(Outcome::Ended(MailState::Suppressed, why.to_owned())),
    };
    let door = match providers::door::<Composed>(db.read(), row.school_id, now).await {
        Ok(door) => door,
        Err(providers::Closed::Database(error)) => return Err(error),
        Err(why) => return Ok(Outcome::PutOff(why.to_string())),
    };
    Ok(match carrier.carry(&door, &mail).await {
        Ok(()) => Outcome::Sent,
        Err(CarryError::Refused) => {
            Outcome::Ended(MailState::Failed, CarryError::Refused.to_string())
        }
        Err(why) => Outcome::PutOff(why.to_string()),
    })
}

/// The mail in words; or why it is not sent after all.
pub(super) async fn compose(
    db: &impl Keyed,
    head: &Letterhead,
    row: &outbox_mail::Model,
) -> Result<Result<Composed, &'static str>, DbErr> {
    let ring = seals::ring(db, std::slice::from_ref(row)).await?;
    let to = match row.recipient_id {
        Some(person) => mail_address_of(db, person).await?,
        None => seals::address(&ring, row),
    };
    let Some(to) = to else {
        return Ok(Err("they have no e-mail address, or have left"));
    };
    let Some(mail) = seals::words(&ring, row) else {
        return Ok(Err("its words are gone"));
    };
    let school = school::Entity::find_by_id(row.school_id).one(db).await?;
    let school = school.map(|school| school.name).unwrap_or_default();
    let mut unsubscribe = None;
    if let Some(person) = row.recipient_id.filter(|_| row.category.can_be_muted()) {
        match find_choice(db, person, row.category).await? {
            Some(choice) if choice.state == MailChoiceState::On => {
                unsubscribe = Some(head.key.token(Link::Unsubscribe, choice.id));
            }
            _ => return Ok(Err("they do not want this kind of mail")),
        }
    }
    let confirm = (row.template == MailTemplate::ConfirmNews)
        .then_some(row.cause_id)
        .flatten()
        .map(|id| head.key.token(Link::Confirm, vocab::ids::MailChoiceId(id)));
    let parts = mail.parts(&school, confirm.as_deref());
    let foot = foot(&school, head, unsubscribe.as_deref());
    let url = &head.public_url;
    Ok(Ok(Composed {
        to,
        subject: one_line(&mail.subject(&school)),
        text: as_text(&parts, url, &foot),
        html: as_html(&parts, url, &foot),
        message_id: message_id(row.id, url),
        unsubscribe: unsubscribe.map(|token| format!("{url}/unsubscribe/{token}")),
    }))
}

fn foot(school: &str, head: &Letterhead, unsubscribe: Option<&str>) -> Vec<Part> {
    let mut foot = vec![Part::Say(format!(
        "You get this because of {school}. {}",
        head.entity.sentence()
    ))];
    if let Some(token) = unsubscribe {
        let path = format!("/unsubscribe/{token}");
        foot.push(Part::Go("Send me no more mail of this kind", path));
    }
    foot
}

/// Such as `<0190…@learn.school.example>`.
fn message_id(id: MailId, url: &str) -> String {
    let host = url.split("://").nth(1).unwrap_or("localhost");
    let host = host.split([':', '/']).next().unwrap_or("localhost");
    format!("<{}@{host}>", id.0.simple())
}

/// A title that somebody typed never begins a new header.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn end(
    db: &Db,
    row: &outbox_mail::Model,
    (state, why): (MailState, Option<String>),
    now: Time,
) -> Result<(), DbErr> {
    let tx = db.write().await?;
    let may_go_again = state == MailState::Failed && keeps_words(row);
    outbox_mail::ActiveModel {
        id: Set(row.id),
        state: Set(state),
        variables: if may_go_again {
            NotSet
        } else {
            Set(String::new())
        },
        address: Set(None),
        ended_at: Set(Some(now)),
        reason: Set(why),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    tx.commit().await
}

async fn note(db: &Db, id: MailId, why: String) -> Result<(), DbErr> {
    let tx = db.write().await?;
    outbox_mail::ActiveModel {
        id: Set(id),
        reason: Set(Some(why)),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    tx.commit().await
}
