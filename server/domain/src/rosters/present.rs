//! The school as it is, read with a handful of queries before an import compares
//! itself with it. Everything that a rule asks is answered from memory afterwards.

use std::collections::{HashMap, HashSet};

use entity::{account, classroom, enrolment, guardianship, person, person_role, school};
use interop::oneroster::Package;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use vocab::ids::{AccountId, PersonId, SchoolId};
use vocab::people::Role;

use super::returns::{self, Returns};
use super::states::{ClassroomState, EnrolmentState, PersonState, TieState};
use crate::clock::Time;
use crate::db::Keyed;
use crate::guard;
use crate::people::contact;
use crate::sources::{Lineage, Source};

/// Ids in one query: well under what either database takes.
pub(super) const IDS_AT_ONCE: usize = 10_000;

/// A person with the account and the open roles.
#[derive(Clone, Debug)]
pub(super) struct PersonNow {
    pub(super) id: PersonId,
    pub(super) created_at: Time,
    pub(super) account: Option<AccountNow>,
    /// Of the open roles of which it is known: whether a roster gave them.
    pub(super) by_roster: HashMap<Role, bool>,
    pub(super) state: PersonState,
}

/// An account, without its password.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccountNow {
    pub(super) id: AccountId,
    pub(super) has_password: bool,
}

/// A classroom.
#[derive(Clone, Debug)]
pub(super) struct ClassroomNow {
    pub(super) id: vocab::ids::ClassroomId,
    /// True where a person did it, not a roster.
    pub(super) is_archived_by_hand: bool,
    pub(super) state: ClassroomState,
}

/// All of the school that a roster is about.
#[derive(Debug)]
pub(super) struct Present {
    pub(super) school: school::Model,
    /// Where the package comes from: its ids mean rows of that source alone.
    pub(super) lineage: Lineage,
    /// The ids of the school's organisations, as an earlier package of the source gave them.
    pub(super) org_ids: Option<Vec<String>>,
    pub(super) people: Vec<PersonNow>,
    pub(super) person_at: HashMap<PersonId, usize>,
    pub(super) sourced_people: HashMap<String, usize>,
    pub(super) usernames: HashSet<String>,
    /// Whose data is restricted: `Use::Roster` passes over them.
    pub(super) restricted: HashSet<PersonId>,
    /// Those of the package's source.
    pub(super) classrooms: Vec<ClassroomNow>,
    /// Those of sources that it replaces.
    pub(super) replaced_classrooms: Vec<ClassroomNow>,
    /// Open places, and ended ones that the package speaks of.
    pub(super) enrolments: Vec<(vocab::ids::EnrolmentId, EnrolmentState)>,
    /// Open ties.
    pub(super) ties: Vec<(vocab::ids::GuardianshipId, TieState)>,
    /// What ended with leavers who are in the package.
    pub(super) returns: Returns,
}

impl Present {
    /// People who are here and came by an import from the package's source.
    pub(super) fn roster_people(&self) -> impl Iterator<Item = &PersonNow> {
        self.people.iter().filter(|person| {
            let state = &person.state;
            let is_known = state.sourced_id.is_some() && self.lineage.holds(state.source_id);
            is_known && state.ended_at.is_none()
        })
    }

    pub(super) fn person(&self, id: PersonId) -> Option<&PersonNow> {
        self.person_at.get(&id).map(|at| &self.people[*at])
    }

    pub(super) fn by_sourced_id(&self, sourced_id: &str) -> Option<&PersonNow> {
        self.sourced_people
            .get(sourced_id)
            .map(|at| &self.people[*at])
    }
}

/// Reads the school. `school` is its row: whoever writes has locked it.
pub(super) async fn load(
    db: &impl Keyed,
    school: school::Model,
    package: &Package,
    lineage: Lineage,
) -> Result<Present, DbErr> {
    let people = people(db, school.id).await?;
    let person_at = people
        .iter()
        .enumerate()
        .map(|(at, person)| (person.id, at))
        .collect();
    let sourced_people = sourced(&people, &lineage);
    let usernames = people
        .iter()
        .filter_map(|person| person.state.username.clone())
        .collect();
    let (classrooms, others): (Vec<_>, Vec<_>) = classrooms(db, school.id)
        .await?
        .into_iter()
        .partition(|room| lineage.holds(room.state.source_id));
    let replaced_classrooms = others
        .into_iter()
        .filter(|room| lineage.replaces(room.state.source_id))
        .collect();
    let restricted = guard::everybody(db, school.id).await?;
    Ok(Present {
        restricted: restricted.into_iter().collect(),
        classrooms,
        replaced_classrooms,
        enrolments: enrolments(db, school.id, package, &lineage).await?,
        ties: ties(db, school.id).await?,
        org_ids: lineage
            .org_ids(school.roster_org_ids.as_ref())
            .and_then(|ids| serde_json::from_value(ids.clone()).ok()),
        returns: returns::load(db, school.id, &people, package, &lineage).await?,
        lineage,
        school,
        people,
        person_at,
        sourced_people,
        usernames,
    })
}

/// People by the ids that the package speaks of.
fn sourced(people: &[PersonNow], lineage: &Lineage) -> HashMap<String, usize> {
    let rows = people.iter().enumerate().map(|(at, person)| {
        let state = &person.state;
        (state.sourced_id.as_deref(), state.source_id, at)
    });
    let found = by_ids(lineage, rows);
    found
        .into_iter()
        .map(|(id, at)| (id.to_owned(), at))
        .collect()
}

/// Rows by the ids that the package speaks of. An id that the system gave under an earlier
/// declaration steps back behind the same one of today.
pub(super) fn by_ids<'a, R>(
    lineage: &Lineage,
    rows: impl Iterator<Item = (Option<&'a str>, Source, R)>,
) -> HashMap<&'a str, R> {
    let mut found = HashMap::new();
    for (id, source, row) in rows {
        let Some(id) = id else {
            continue;
        };
        if source == lineage.source {
            found.insert(id, row);
        } else if lineage.holds(source) {
            found.entry(id).or_insert(row);
        }
    }
    found
}

#[derive(FromQueryResult)]
struct AccountRow {
    id: AccountId,
    person_id: PersonId,
    username: String,
    has_password: bool,
    disabled_at: Option<Time>,
}

/// Everybody in the school, leavers too: one of them may return.
pub(super) async fn people(db: &impl Keyed, school: SchoolId) -> Result<Vec<PersonNow>, DbErr> {
    let rows = person::Entity::find()
        .filter(person::Column::SchoolId.eq(school))
        .order_by_asc(person::Column::Id)
        .all(db)
        .await?;
    let emails = rows.iter().filter_map(|row| row.email.as_deref());
    let ring = db.keys().to_open(emails).await?;
    let accounts = account::Entity::find()
        .select_only()
        .columns([
            account::Column::Id,
            account::Column::PersonId,
            account::Column::Username,
            account::Column::DisabledAt,
        ])
        .expr_as(account::Column::PasswordHash.is_not_null(), "has_password")
        .filter(account::Column::SchoolId.eq(school))
        .into_model::<AccountRow>()
        .all(db)
        .await?;
    let mut accounts: HashMap<PersonId, AccountRow> = accounts
        .into_iter()
        .map(|row| (row.person_id, row))
        .collect();
    let roles: Vec<(PersonId, Role, Option<bool>)> = person_role::Entity::find()
        .select_only()
        .columns([
            person_role::Column::PersonId,
            person_role::Column::Role,
            person_role::Column::ByRoster,
        ])
        .filter(person_role::Column::SchoolId.eq(school))
        .filter(person_role::Column::EndedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let mut roles_of: HashMap<PersonId, HashMap<Role, Option<bool>>> = HashMap::new();
    for (person, role, by_roster) in roles {
        roles_of.entry(person).or_default().insert(role, by_roster);
    }
    let now = |row: person::Model| {
        let account = accounts.remove(&row.id);
        let given = roles_of.remove(&row.id).unwrap_or_default();
        let mut roles: Vec<Role> = given.keys().copied().collect();
        roles.sort_unstable();
        PersonNow {
            id: row.id,
            created_at: row.created_at,
            account: account.as_ref().map(|account| AccountNow {
                id: account.id,
                has_password: account.has_password,
            }),
            by_roster: given
                .into_iter()
                .filter_map(|(role, by_roster)| Some((role, by_roster?)))
                .collect(),
            state: PersonState {
                given_name: row.given_name,
                family_name: row.family_name,
                sort_name: row.sort_name,
                year_group: row.year_group,
                email: row
                    .email
                    .and_then(|email| contact::open_or_keep(&ring, school, row.id, &email)),
                sourced_id: row.sourced_id,
                ended_at: row.ended_at,
                disabled_at: account.as_ref().and_then(|account| account.disabled_at),
                username: account.map(|account| account.username),
                roles,
                source_id: row.source_id,
                roles_back: Vec::new(),
            },
        }
    };
    Ok(rows.into_iter().map(now).collect())
}

/// The classrooms that came by an import.
pub(super) async fn classrooms(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Vec<ClassroomNow>, DbErr> {
    let rows = classroom::Entity::find()
        .filter(classroom::Column::SchoolId.eq(school))
        .filter(classroom::Column::SourcedId.is_not_null())
        .order_by_asc(classroom::Column::Id)
        .all(db)
        .await?;
    let now = |row: classroom::Model| ClassroomNow {
        id: row.id,
        is_archived_by_hand: row.archived_by.is_some(),
        state: ClassroomState {
            name: row.name,
            subject: row.subject,
            year_group: row.year_group,
            sourced_id: row.sourced_id,
            archived_at: row.archived_at,
            source_id: row.source_id,
        },
    };
    Ok(rows.into_iter().map(now).collect())
}

pub(super) fn enrolment_state(row: enrolment::Model) -> EnrolmentState {
    EnrolmentState {
        classroom_id: row.classroom_id,
        person_id: row.person_id,
        role: row.role,
        sourced_id: row.sourced_id,
        began_at: row.began_at,
        ended_at: row.ended_at,
        source_id: row.source_id,
        by_roster: row.by_roster,
    }
}

async fn enrolments(
    db: &impl ConnectionTrait,
    school: SchoolId,
    package: &Package,
    lineage: &Lineage,
) -> Result<Vec<(vocab::ids::EnrolmentId, EnrolmentState)>, DbErr> {
    let mut rows = enrolment::Entity::find()
        .filter(enrolment::Column::SchoolId.eq(school))
        .filter(enrolment::Column::EndedAt.is_null())
        .order_by_asc(enrolment::Column::Id)
        .all(db)
        .await?;
    let open: HashSet<&str> = rows
        .iter()
        .filter(|row| lineage.holds(row.source_id))
        .filter_map(|row| row.sourced_id.as_deref())
        .collect();
    let not_open: Vec<&str> = package
        .enrollments
        .iter()
        .map(|row| row.sourced_id.as_str())
        .filter(|id| !open.contains(id))
        .collect();
    let mut ended = Vec::new();
    for ids in not_open.chunks(IDS_AT_ONCE) {
        let some = enrolment::Entity::find()
            .filter(enrolment::Column::SchoolId.eq(school))
            .filter(enrolment::Column::SourcedId.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        ended.extend(some);
    }
    ended.retain(|row| lineage.holds(row.source_id));
    rows.extend(ended);
    Ok(rows
        .into_iter()
        .map(|row| (row.id, enrolment_state(row)))
        .collect())
}

async fn ties(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Vec<(vocab::ids::GuardianshipId, TieState)>, DbErr> {
    let rows = guardianship::Entity::find()
        .filter(guardianship::Column::SchoolId.eq(school))
        .filter(guardianship::Column::EndedAt.is_null())
        .order_by_asc(guardianship::Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, tie_state(&row)))
        .collect())
}

pub(super) const fn tie_state(row: &guardianship::Model) -> TieState {
    TieState {
        guardian_id: row.guardian_id,
        student_id: row.student_id,
        began_at: row.began_at,
        ended_at: row.ended_at,
        by_roster: row.by_roster,
    }
}
