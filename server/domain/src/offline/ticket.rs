//! The offline ticket: given to a student's page at sign-in, and all that proves later
//! that something was made under that sign-in. It is kept nowhere on the server; the
//! tablet forgets it when the student signs out. Items may be delivered for sixty days,
//! a month less than their keys are remembered, so that none is ever taken twice.

use chrono::{DateTime, TimeDelta};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;
use vocab::ids::{AccountId, PersonId, SchoolId, SessionId};
use vocab::outbox::Ticket;

use super::envelope::Spoilt;
use super::keys::Keys;
use crate::accounts::sessions::{self, LONGEST, idle_limit};
use crate::actor::{Actor, OnDevice};
use crate::clock::Time;
use crate::seal::hmac;
use crate::secrets::{fingerprint, hex};

/// On a device that is somebody's own, so long after the sign-in: whatever is made then
/// has as much time again to arrive.
pub const LASTS_ON_OWN: TimeDelta = TimeDelta::days(30);
/// After this nothing made under a ticket is taken any more.
pub const DELIVERED_WITHIN: TimeDelta = TimeDelta::days(60);

/// Whose sign-in a ticket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) school: SchoolId,
    pub(super) person: PersonId,
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) issued_at: Time,
    pub(super) owner: String,
}

/// The ticket of whoever is signed in on the device with this id: one for the whole of a
/// sign-in, in each of its windows, so it counts from when that began.
pub fn issue(keys: &Keys, actor: &Actor, device: &str, signed_in_at: Time) -> Ticket {
    let owner = keys.owner(&actor.person.to_string(), device);
    let ticket = format!(
        "1|{}|{}|{}|{}|{}|{owner}",
        actor.school,
        actor.person,
        actor.account,
        actor.session,
        signed_in_at.timestamp()
    );
    let is_own = actor.on_device == OnDevice::Own;
    let lasts = if is_own { LASTS_ON_OWN } else { LONGEST };
    let is_shared = actor.on_device == OnDevice::Shared;
    let idle_minutes = idle_limit(actor.roles, is_shared).num_minutes();
    Ticket {
        idle_minutes: (!is_own).then_some(idle_minutes),
        is_own,
        ticket_key: hex(&keys.of_ticket(&ticket)),
        data_key: hex(&keys.of_session(&actor.session.to_string())),
        touch_key: (!is_own).then(|| hex(&keys.of_touches(&actor.session.to_string()))),
        ticket,
        owner,
        public_key: hex(keys.public()),
        key: keys.name(),
        expires_at: (signed_in_at + lasts).to_rfc3339(),
    }
}

/// Whether the sign-in of a ticket was ended on purpose, so that what its device keeps to
/// read has to go. One that lay idle or ran out was not: on a device of one's own the pack
/// stays then. Whoever asks proves nothing, and learns this one thing of a sign-in whose
/// number they know.
pub async fn was_ended(db: &impl ConnectionTrait, ticket: &str, now: Time) -> Result<bool, DbErr> {
    match Claims::read(ticket) {
        Some(claims) => sessions::was_ended(db, claims.school, claims.session, now).await,
        None => Ok(false),
    }
}

/// When a page of this session was touched last, as it says itself: seconds and a proof with
/// the key that it was given at sign-in. Whoever opens the browser after it was closed has
/// no such key. Nothing where the proof is not right.
pub fn touched_at(keys: &Keys, session: SessionId, said: &str) -> Option<Time> {
    let (at, proof) = said.split_once('.')?;
    let right = hmac(&keys.of_touches(&session.to_string()), at.as_bytes());
    // How long this takes tells nothing of the right one.
    let is_right = fingerprint(proof) == fingerprint(&hex(&right));
    let at = at.parse().ok()?;
    is_right.then(|| DateTime::from_timestamp(at, 0)).flatten()
}

impl Claims {
    /// What a ticket says. Nothing of it is true before the proof was checked.
    pub(super) fn read(ticket: &str) -> Option<Self> {
        let parts: Vec<&str> = ticket.split('|').collect();
        let ["1", school, person, account, session, issued, owner] = parts[..] else {
            return None;
        };
        let id = |text: &str| text.parse::<Uuid>().ok();
        Some(Self {
            school: SchoolId(id(school)?),
            person: PersonId(id(person)?),
            account: AccountId(id(account)?),
            session: SessionId(id(session)?),
            issued_at: DateTime::from_timestamp(issued.parse().ok()?, 0)?,
            owner: owner.to_owned(),
        })
    }

    /// Whether items made under it are still taken.
    pub(super) fn holds(&self, now: Time) -> Result<(), Spoilt> {
        if self.issued_at + DELIVERED_WITHIN <= now || self.issued_at > now + TimeDelta::hours(1) {
            return Err(Spoilt::TooOld);
        }
        Ok(())
    }
}
