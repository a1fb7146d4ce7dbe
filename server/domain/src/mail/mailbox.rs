//! The developer's mailbox: what waits in the outbox of a server that sends nothing, as
//! it would be sent.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use vocab::ids::{MailId, SchoolId};
use vocab::mail::{MailState, MailboxLine, MailboxMail};

use super::Letterhead;
use super::seals;
use super::send::{compose, one_line};
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::moment;
use crate::people::names_of;
use entity::{outbox_mail, school};

/// The list shows no more than this.
const MOST_SHOWN: u64 = 100;

/// What waits, newest first.
pub async fn mailbox(db: &impl Keyed, now: Time) -> Result<Vec<MailboxLine>, DbErr> {
    let rows = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::State.eq(MailState::Queued))
        .order_by_desc(outbox_mail::Column::Id)
        .limit(MOST_SHOWN)
        .all(db)
        .await?;
    let ring = seals::ring(db, &rows).await?;
    let names = names_of(db, rows.iter().filter_map(|row| row.recipient_id)).await?;
    let schools: HashMap<SchoolId, String> = school::Entity::find()
        .filter(school::Column::Id.is_in(rows.iter().map(|row| row.school_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|school| (school.id, school.name))
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let school = schools.get(&row.school_id).map_or("", String::as_str);
            let subject = seals::words(&ring, &row)
                .map_or_else(|| row.template.to_string(), |mail| mail.subject(school));
            MailboxLine {
                id: row.id,
                to: row
                    .recipient_id
                    .and_then(|id| names.get(&id).cloned())
                    .or_else(|| seals::address(&ring, &row))
                    .unwrap_or_default(),
                subject: one_line(&subject),
                queued: moment(row.queued_at, chrono_tz::Europe::London, now),
            }
        })
        .collect())
}

/// One of them in full, or why it would not be sent; none where it is not there.
pub async fn open_mail(
    db: &impl Keyed,
    head: &Letterhead,
    id: MailId,
) -> Result<Option<MailboxMail>, DbErr> {
    let Some(row) = outbox_mail::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    Ok(Some(match compose(db, head, &row).await? {
        Ok(mail) => MailboxMail {
            links: mail
                .text
                .lines()
                .filter_map(|line| line.strip_prefix(&head.public_url))
                .map(str::to_owned)
                .collect(),
            to: mail.to,
            subject: mail.subject,
            text: mail.text,
        },
        Err(why) => MailboxMail {
            links: Vec::new(),
            to: "nobody".to_owned(),
            subject: "This mail would not be sent".to_owned(),
            text: format!("The reason: {why}."),
        },
    }))
}
