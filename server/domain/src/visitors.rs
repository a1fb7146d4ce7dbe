//! The record of what browsers chose on the public pages: one chain for the platform,
//! made like a school's record of consents, with a random number where that has a person.

use std::collections::BTreeMap;

use chrono::{SubsecRound as _, TimeDelta};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use vocab::consent::ConsentKind;
use vocab::visitors::{ThirdParty, ThirdPartyPurpose};

use crate::clock::Time;
use crate::consent::{Broken, Report, chained};
use crate::db::Write;
use crate::secrets::{fingerprint, new_id};
use entity::browser_choice;

/// A yes or no holds for six months at most; then it is asked again.
pub const HOLDS_FOR: TimeDelta = TimeDelta::days(182);
/// Entries that are read at a time.
const AT_A_TIME: u64 = 1_000;

/// What the question says, as one short word: another question is asked anew.
pub fn register_of(third_parties: &[ThirdParty]) -> String {
    let mut word = fingerprint(&json!(third_parties).to_string());
    word.truncate(16);
    word
}

/// An answer about to be written.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The browser's random number.
    pub browser: String,
    /// Which question was asked, by [`register_of`].
    pub register: String,
    /// Where, such as "banner".
    pub channel: &'static str,
    /// For each purpose what happened.
    pub answers: Vec<(ThirdPartyPurpose, ConsentKind)>,
}

/// Writes a choice at the end of the chain. Whoever writes holds the first entry, so
/// that no two follow the same one.
pub async fn write(tx: &Write, choice: Choice, now: Time) -> Result<(), DbErr> {
    browser_choice::Entity::find()
        .filter(browser_choice::Column::Seq.eq(1))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let (mut seq, mut prev_hash): (i64, String) = browser_choice::Entity::find()
        .select_only()
        .columns([
            browser_choice::Column::Seq,
            browser_choice::Column::EntryHash,
        ])
        .order_by_desc(browser_choice::Column::Seq)
        .into_tuple()
        .one(&**tx)
        .await?
        .unwrap_or_default();
    // Both databases keep a millisecond, and the hash is made of what they keep.
    let at = now.trunc_subsecs(3);
    for (purpose, kind) in choice.answers {
        seq += 1;
        let mut row = browser_choice::Model {
            id: new_id(),
            seq,
            browser: choice.browser.clone(),
            purpose,
            kind,
            register: choice.register.clone(),
            channel: choice.channel.to_owned(),
            valid_until: (kind == ConsentKind::Given).then_some(at + HOLDS_FOR),
            prev_hash,
            entry_hash: String::new(),
            at,
        };
        row.entry_hash = hash_of(&row);
        prev_hash = row.entry_hash.clone();
        browser_choice::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

fn hash_of(row: &browser_choice::Model) -> String {
    let time = |at: Time| at.timestamp_millis().to_string();
    let entry: BTreeMap<&str, Value> = [
        ("id", json!(row.id)),
        ("seq", json!(row.seq.to_string())),
        ("browser", json!(row.browser)),
        ("purpose", json!(row.purpose)),
        ("kind", json!(row.kind)),
        ("register", json!(row.register)),
        ("channel", json!(row.channel)),
        ("valid_until", json!(row.valid_until.map(time))),
        ("at", json!(time(row.at))),
    ]
    .into();
    chained(&row.prev_hash, &entry)
}

/// Reads the whole chain again, in bounded memory.
pub async fn verify(db: &impl ConnectionTrait) -> Result<Report, DbErr> {
    let mut report = Report::default();
    let mut last = (0_i64, String::new());
    loop {
        let rows = browser_choice::Entity::find()
            .filter(browser_choice::Column::Seq.gt(last.0))
            .order_by_asc(browser_choice::Column::Seq)
            .limit(AT_A_TIME)
            .all(db)
            .await?;
        if rows.is_empty() {
            return Ok(report);
        }
        for row in rows {
            let why = if row.seq != last.0 + 1 {
                Some("an entry before this one is missing")
            } else if row.prev_hash != last.1 {
                Some("it does not follow the entry before it")
            } else if hash_of(&row) != row.entry_hash {
                Some("it was changed after it was written")
            } else {
                None
            };
            if let Some(why) = why {
                report.broken = Some(Broken { seq: row.seq, why });
                return Ok(report);
            }
            report.entries += 1;
            last = (row.seq, row.entry_hash);
        }
    }
}
