//! How pages look for somebody: the reading settings that they chose, what the school has
//! set for them under it, and the school's hue. What is chosen while signed in is kept
//! for the person and goes with them to every device; nothing of it stays on a tablet.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use vocab::reading::{Reading, Theme};

use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::schools::hue::Hue;
use crate::secrets::new_id;
use entity::reading_setting;

/// How pages look for somebody who is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// What they chose themselves.
    pub own: Reading,
    /// What the school has set for them.
    pub arranged: Reading,
    /// Others use the device after them: what was chosen on it is nobody's.
    pub is_shared: bool,
    /// The school's hue.
    pub hue: Option<Hue>,
}

impl Appearance {
    /// What lies under their own choice, where `device` was chosen on this device while
    /// nobody was signed in.
    #[must_use]
    pub fn under(&self, device: Reading) -> Reading {
        let device = if self.is_shared {
            Reading::default()
        } else {
            device
        };
        self.arranged.or(device)
    }

    /// What is in force.
    #[must_use]
    pub fn reading(&self, device: Reading) -> Reading {
        self.own.or(self.under(device))
    }

    /// What of their choice is kept for them: what differs from the school's arrangement, so
    /// that it holds on every device, even where this one has it by itself; and what differs
    /// from this device, so that a wish for the plain page holds here.
    fn kept_of(&self, chosen: Reading, device: Reading) -> Reading {
        chosen
            .beyond(self.arranged)
            .or(chosen.beyond(self.under(device)))
    }
}

/// Keeps the settings for whoever is signed in, who is at a device on which `device` was
/// chosen while nobody was.
pub async fn choose(
    tx: &Write,
    actor: &Actor,
    chosen: Reading,
    device: Reading,
    now: Time,
) -> Result<(), DbErr> {
    keep(tx, actor, actor.appearance.kept_of(chosen, device), now).await
}

/// Keeps the colours alone; everything else stays as it is.
pub async fn choose_theme(
    tx: &Write,
    actor: &Actor,
    theme: Theme,
    device: Reading,
    now: Time,
) -> Result<(), DbErr> {
    let theme = Reading {
        theme: Some(theme),
        ..Reading::default()
    };
    let kept = Reading {
        theme: actor.appearance.kept_of(theme, device).theme,
        ..actor.appearance.own
    };
    keep(tx, actor, kept, now).await
}

/// Takes everything that they chose away again.
pub async fn forget(tx: &Write, actor: &Actor, now: Time) -> Result<(), DbErr> {
    keep(tx, actor, Reading::default(), now).await
}

async fn keep(tx: &Write, actor: &Actor, own: Reading, now: Time) -> Result<(), DbErr> {
    use reading_setting::Column;
    if own == Reading::default() {
        reading_setting::Entity::delete_many()
            .filter(Column::SchoolId.eq(actor.school))
            .filter(Column::PersonId.eq(actor.person))
            .exec(&**tx)
            .await?;
    } else {
        let row = reading_setting::ActiveModel {
            id: Set(new_id()),
            school_id: Set(actor.school),
            person_id: Set(actor.person),
            theme: Set(own.theme),
            size: Set(own.size),
            line: Set(own.line),
            letters: Set(own.letters),
            measure: Set(own.measure),
            font: Set(own.font),
            ruler: Set(own.ruler),
            aloud: Set(own.aloud),
            changed_at: Set(now),
        };
        let newest = OnConflict::column(Column::PersonId)
            .update_columns([
                Column::Theme,
                Column::Size,
                Column::Line,
                Column::Letters,
                Column::Measure,
                Column::Font,
                Column::Ruler,
                Column::Aloud,
                Column::ChangedAt,
            ])
            .to_owned();
        reading_setting::Entity::insert(row)
            .on_conflict(newest)
            .exec_without_returning(&**tx)
            .await?;
    }
    let event = Event {
        school: actor.school,
        actor: Some(actor.person),
        kind: "reading.chosen",
        subject: actor.person.0,
        before: None,
        after: None,
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
