//! What came from a roster and what was given by hand, told from the record of the
//! imports that stand, where the row does not say it itself: rows that are older than that.
//! It is asked only about the few rows that an import would take something away from; an
//! ordinary import asks nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{roster_change, roster_import};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;
use vocab::ids::{GuardianshipId, PersonId, SchoolId};
use vocab::people::Role;
use vocab::rosters::{ImportStage, RosterKind};

use super::present::IDS_AT_ONCE;
use super::states::PersonState;

/// Rows of which a rule must know where something came from.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Doubts {
    pub(super) people: BTreeSet<PersonId>,
    pub(super) ties: BTreeSet<GuardianshipId>,
}

impl Doubts {
    pub(super) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.ties.is_empty()
    }
}

/// What rosters gave and still stands as they gave it.
#[derive(Debug, Default)]
pub(super) struct Origins {
    roles: HashSet<(PersonId, Role)>,
    ties: HashSet<GuardianshipId>,
}

impl Origins {
    /// True if a roster gave the role.
    pub(super) fn gave_role(&self, person: PersonId, role: Role) -> bool {
        self.roles.contains(&(person, role))
    }

    /// True if a roster made the tie.
    pub(super) fn made_tie(&self, tie: GuardianshipId) -> bool {
        self.ties.contains(&tie)
    }
}

/// Looks the doubts up.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    school: SchoolId,
    doubts: &Doubts,
) -> Result<Origins, DbErr> {
    let people: Vec<Uuid> = doubts.people.iter().map(|id| id.0).collect();
    let ties: Vec<Uuid> = doubts.ties.iter().map(|id| id.0).collect();
    let mut origins = Origins::default();
    let mut changes: HashMap<Uuid, Vec<Change>> = HashMap::new();
    for ids in people.chunks(IDS_AT_ONCE) {
        for (subject, before, after) in rows(db, school, RosterKind::People, ids).await? {
            changes.entry(subject).or_default().push((before, after));
        }
    }
    for (subject, changes) in changes {
        origins.add_person(PersonId(subject), changes);
    }
    for ids in ties.chunks(IDS_AT_ONCE) {
        let rows = rows(db, school, RosterKind::Guardianships, ids).await?;
        let made = rows.into_iter().filter(|(_, before, _)| before.is_none());
        origins
            .ties
            .extend(made.map(|(subject, ..)| GuardianshipId(subject)));
    }
    Ok(origins)
}

type Change = (Option<Value>, Option<Value>);

impl Origins {
    fn add_person(&mut self, person: PersonId, changes: Vec<Change>) {
        for (before, after) in changes {
            let before = state(before);
            let Some(after) = state(after) else { continue };
            let had = |role: Role| before.as_ref().is_some_and(|before| before.has(role));
            for role in Role::ALL.iter().copied() {
                let given = (person, role);
                match (had(role), after.has(role)) {
                    // It came back with them, and is what it was: given by hand.
                    (false, true) if after.roles_back.contains(&role) => {}
                    (false, true) => {
                        self.roles.insert(given);
                    }
                    (true, false) => {
                        self.roles.remove(&given);
                    }
                    _ => {}
                }
            }
        }
    }
}

fn state(json: Option<Value>) -> Option<PersonState> {
    json.and_then(|json| serde_json::from_value(json).ok())
}

async fn rows(
    db: &impl ConnectionTrait,
    school: SchoolId,
    kind: RosterKind,
    subjects: &[Uuid],
) -> Result<Vec<(Uuid, Option<Value>, Option<Value>)>, DbErr> {
    let import = roster_change::Entity::belongs_to(roster_import::Entity)
        .from(roster_change::Column::ImportId)
        .to(roster_import::Column::Id)
        .into();
    roster_change::Entity::find()
        .select_only()
        .columns([
            roster_change::Column::SubjectId,
            roster_change::Column::Before,
            roster_change::Column::After,
        ])
        .join(JoinType::InnerJoin, import)
        .filter(roster_change::Column::SchoolId.eq(school))
        .filter(roster_change::Column::Kind.eq(kind))
        .filter(roster_change::Column::SubjectId.is_in(subjects.iter().copied()))
        .filter(roster_import::Column::Stage.eq(ImportStage::Applied))
        .order_by_asc(roster_import::Column::AppliedAt)
        .into_tuple()
        .all(db)
        .await
}
