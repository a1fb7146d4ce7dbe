//! Beginning a session: its token, which nobody chooses, and the companion that a page can
//! take away without a network.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, DbErr};
use serde_json::json;
use vocab::ids::{AccountId, BadgeId, DeviceId, PersonId, SchoolId, SessionId};

use super::LONGEST;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::secrets::{self, fingerprint, new_id};
use entity::session;

/// Whose session begins.
#[derive(Clone, Copy, Debug)]
pub struct Beginner {
    /// Their school.
    pub school: SchoolId,
    /// Who they are.
    pub person: PersonId,
    /// What they signed in with.
    pub account: AccountId,
}

/// What a session knows of how it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The enrolled device that it began on.
    pub device: Option<DeviceId>,
    /// Others use this device after them.
    pub is_shared: bool,
    /// It is theirs alone.
    pub is_own: bool,
    /// The badge that it began with.
    pub badge: Option<BadgeId>,
}

/// A session that began.
#[derive(Debug)]
pub struct Started {
    /// For the cookie; kept nowhere else.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: Time,
    /// It is on a device that a class shares.
    pub is_shared: bool,
}

/// Begins a session, with an id and a token that never existed before.
pub async fn start(
    tx: &Write,
    who: Beginner,
    device: &str,
    origin: Origin,
    now: Time,
) -> Result<Started, DbErr> {
    let token = new_token();
    let id = SessionId(new_id());
    let device: String = device.chars().take(100).collect();
    session::ActiveModel {
        id: Set(id),
        school_id: Set(who.school),
        account_id: Set(who.account),
        token_hash: Set(fingerprint(&token)),
        device: Set(device.clone()),
        created_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(now + LONGEST),
        ended_at: Set(None),
        device_id: Set(origin.device),
        badge_id: Set(origin.badge),
        is_shared: Set(origin.is_shared),
        is_own: Set(origin.is_own),
    }
    .insert(&**tx)
    .await?;
    let event = Event {
        school: who.school,
        actor: Some(who.person),
        kind: "session.started",
        subject: id.0,
        before: None,
        after: Some(json!({ "device": device })),
    };
    events::record(&**tx, event, now).await?;
    Ok(Started {
        token,
        expires_at: now + LONGEST,
        is_shared: origin.is_shared,
    })
}

/// Nobody may choose a token, a test neither, so randomness is no argument here.
pub(crate) fn new_token() -> String {
    secrets::token(&mut secrets::random())
}

/// What stands beside the token in a second cookie, which a page can take away without a
/// network: both are asked for, so that a session without it is over. It tells nothing
/// of the token.
pub fn companion(token: &str) -> String {
    fingerprint(&format!("companion of {token}"))
}

/// Whether `given` is the companion of this token. How long it takes tells nothing.
pub fn is_companion(token: &str, given: &str) -> bool {
    fingerprint(&companion(token)) == fingerprint(given)
}
