//! The record of an import: every row that it touched, with what it was before and what the
//! import made of it. It is written with the rows, and read back to undo them.

use std::collections::HashMap;

use entity::roster_change;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;
use vocab::ids::{ImportId, PersonId, SchoolId};
use vocab::rosters::RosterKind;

use super::apply::save;
use super::states::Touched;
use crate::db::Keyed;
use crate::keys::{
    self, FIRST_WORDS_OF_SEALED, Opened, Owner, Place, Ring, open_fields, private_texts,
};
use crate::secrets::new_id;

/// Writes the record of an import, row by row.
pub(super) struct Log {
    pub(super) school_id: SchoolId,
    pub(super) import: ImportId,
}

impl Log {
    pub(super) async fn keep<'a, I: 'a, S: Serialize + 'a>(
        &self,
        db: &impl Keyed,
        kind: RosterKind,
        rows: impl Iterator<Item = (Uuid, &'a Touched<I, S>)>,
    ) -> Result<(), DbErr> {
        let json =
            |state: &S| serde_json::to_value(state).map_err(|error| DbErr::Json(error.to_string()));
        let rows = rows
            .map(|(subject, row)| {
                let before = row.before.as_ref().map(json).transpose()?;
                Ok((subject, before, Some(json(&row.after)?)))
            })
            .collect::<Result<Vec<_>, DbErr>>()?;
        // Only people have private fields, and not all of them; what they are of whom the
        // key is gone goes. What could not be read is sealed already.
        let with_private = rows.iter().filter(|(_, before, after)| {
            let mut states = [before.as_ref(), after.as_ref()].into_iter();
            states.any(|state| keys::private_texts(state).any(|text| !keys::is_sealed(text)))
        });
        let owners = with_private.map(|(subject, ..)| Owner::from(PersonId(*subject)));
        let ring = match kind {
            RosterKind::People => db.keys().to_seal(owners).await?,
            _ => Ring::default(),
        };
        let mut changes = Vec::with_capacity(rows.len());
        for (subject, mut before, mut after) in rows {
            let id = new_id();
            for (column, state) in [("before", &mut before), ("after", &mut after)] {
                let owner = Owner::from(PersonId(subject));
                if ring.is_destroyed(owner) {
                    *state = None;
                } else if let Some(state) = state {
                    let place = change_place(self.school_id, column, id);
                    keys::seal_plain_fields(&ring, owner, &place, state)?;
                }
            }
            changes.push(roster_change::ActiveModel {
                id: Set(id),
                school_id: Set(self.school_id),
                import_id: Set(self.import),
                kind: Set(kind),
                subject_id: Set(subject),
                before: Set(before),
                after: Set(after),
            });
        }
        save(db, changes, roster_change::Column::Id, &[]).await
    }
}

/// Where the private fields of a change stand.
fn change_place(school: SchoolId, column: &str, row: Uuid) -> Place<'_> {
    Place {
        school,
        table: "roster_change",
        column,
        row,
    }
}

/// A row that the import touched: its id, before and after.
type Change = (Uuid, Option<Value>, Option<Value>);

/// The row's own id, and what it says.
type KeptChange = (Uuid, RosterKind, Uuid, Option<Value>, Option<Value>);

/// All that an import did, as its record says it.
pub(super) struct Changes(HashMap<RosterKind, Vec<Change>>);

impl Changes {
    pub(super) async fn load(
        db: &impl Keyed,
        school: SchoolId,
        import: ImportId,
    ) -> Result<Self, DbErr> {
        let rows: Vec<KeptChange> = roster_change::Entity::find()
            .select_only()
            .columns([
                roster_change::Column::Id,
                roster_change::Column::Kind,
                roster_change::Column::SubjectId,
                roster_change::Column::Before,
                roster_change::Column::After,
            ])
            .filter(roster_change::Column::SchoolId.eq(school))
            .filter(roster_change::Column::ImportId.eq(import))
            .order_by_asc(roster_change::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        let mut changes: HashMap<RosterKind, Vec<Change>> = HashMap::new();
        let texts = rows
            .iter()
            .flat_map(|(.., before, after)| [before.as_ref(), after.as_ref()])
            .flat_map(private_texts);
        let ring = db.keys().to_open(texts).await?;
        for (id, kind, subject, mut before, mut after) in rows {
            for (column, state) in [("before", &mut before), ("after", &mut after)] {
                if let Some(state) = state {
                    let place = change_place(school, column, id);
                    open_fields(&ring, &place, state, or_unreadable);
                }
            }
            changes
                .entry(kind)
                .or_default()
                .push((subject, before, after));
        }
        Ok(Self(changes))
    }

    pub(super) fn take<S: DeserializeOwned>(&mut self, kind: RosterKind) -> Vec<Touched<Uuid, S>> {
        let state = |json: Option<Value>| json.and_then(|json| serde_json::from_value(json).ok());
        let changes = self.0.remove(&kind).unwrap_or_default();
        changes
            .into_iter()
            .filter_map(|(id, before, after)| {
                Some(Touched {
                    id,
                    before: state(before),
                    after: state(after)?,
                })
            })
            .collect()
    }
}

/// What does not open is not nothing: it stands as what is sealed does.
fn or_unreadable(opened: Opened) -> Option<String> {
    match opened {
        Opened::Unreadable => Some(FIRST_WORDS_OF_SEALED.to_owned()),
        read => read.text(),
    }
}
