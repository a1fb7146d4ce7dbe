//! Who has left and is in a package again, with what ended together with them: everything
//! that ends with a leaver is stamped with the same moment. Whose export had missed them
//! once gets back what was made here by hand, as if they had been brought back by hand: only
//! what is known to be, so that nothing opens again that a roster gave and took back.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{enrolment, guardianship, person_role};
use interop::oneroster::{Package, User};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use vocab::ids::{EnrolmentId, GuardianshipId, PersonId, SchoolId};
use vocab::people::Role;

use super::by_hand::{has_left_elsewhere, names_agree};
use super::names;
use super::present::{IDS_AT_ONCE, PersonNow, enrolment_state, tie_state};
use super::scope::is_active;
use super::states::{EnrolmentState, TieState};
use crate::clock::Time;
use crate::sources::Lineage;

/// What ended with the leavers of whom a package speaks.
#[derive(Debug, Default)]
pub(super) struct Returns {
    roles: HashMap<PersonId, Vec<Role>>,
    /// Those of them that are known to be given by hand.
    by_hand: HashSet<(PersonId, Role)>,
    pub(super) places: Vec<(EnrolmentId, EnrolmentState)>,
    /// A tie ends with the guardian or with the student.
    pub(super) ties: BTreeMap<GuardianshipId, TieState>,
}

impl Returns {
    /// The roles that ended with somebody.
    pub(super) fn roles(&self, person: PersonId) -> &[Role] {
        self.roles.get(&person).map_or(&[], Vec::as_slice)
    }

    /// True for a role that was given by hand and ended with somebody.
    pub(super) fn has_by_hand(&self, person: PersonId, role: Role) -> bool {
        self.by_hand.contains(&(person, role))
    }
}

/// Reads it. Nothing is asked where nobody returns.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: &[PersonNow],
    package: &Package,
    lineage: &Lineage,
) -> Result<Returns, DbErr> {
    let left = left(people, package, lineage);
    let has_left_at =
        |person: PersonId, at: Option<Time>| at.is_some() && left.get(&person).copied() == at;
    let mut ids: Vec<PersonId> = left.keys().copied().collect();
    ids.sort_unstable();
    let mut returns = Returns::default();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let theirs = || ids.iter().copied();
        let roles: Vec<(PersonId, Role, Option<Time>, Option<bool>)> = person_role::Entity::find()
            .select_only()
            .columns([
                person_role::Column::PersonId,
                person_role::Column::Role,
                person_role::Column::EndedAt,
                person_role::Column::ByRoster,
            ])
            .filter(person_role::Column::SchoolId.eq(school))
            .filter(person_role::Column::EndedAt.is_not_null())
            .filter(person_role::Column::PersonId.is_in(theirs()))
            .into_tuple()
            .all(db)
            .await?;
        for (person, role, ended_at, by_roster) in roles {
            if has_left_at(person, ended_at) {
                returns.roles.entry(person).or_default().push(role);
                if by_roster == Some(false) {
                    returns.by_hand.insert((person, role));
                }
            }
        }
        let places = enrolment::Entity::find()
            .filter(enrolment::Column::SchoolId.eq(school))
            .filter(enrolment::Column::EndedAt.is_not_null())
            .filter(enrolment::Column::PersonId.is_in(theirs()))
            .order_by_asc(enrolment::Column::Id)
            .all(db)
            .await?;
        let ended = places
            .into_iter()
            .filter(|row| has_left_at(row.person_id, row.ended_at));
        returns
            .places
            .extend(ended.map(|row| (row.id, enrolment_state(row))));
        let one_of_them = Condition::any()
            .add(guardianship::Column::GuardianId.is_in(theirs()))
            .add(guardianship::Column::StudentId.is_in(theirs()));
        let ties = guardianship::Entity::find()
            .filter(guardianship::Column::SchoolId.eq(school))
            .filter(guardianship::Column::EndedAt.is_not_null())
            .filter(one_of_them)
            .all(db)
            .await?;
        let ended = ties.iter().filter(|row| {
            has_left_at(row.guardian_id, row.ended_at) || has_left_at(row.student_id, row.ended_at)
        });
        returns
            .ties
            .extend(ended.map(|row| (row.id, tie_state(row))));
    }
    Ok(returns)
}

/// The leavers whom the package says are here, or may mean by a username and both names, and
/// when they left.
fn left(people: &[PersonNow], package: &Package, lineage: &Lineage) -> HashMap<PersonId, Time> {
    let mut listed: HashSet<&str> = HashSet::new();
    let mut by_username: HashMap<String, Vec<&User>> = HashMap::new();
    for user in package.users.iter().filter(|user| is_active(user.status)) {
        listed.insert(user.sourced_id.as_str());
        if let Some(username) = user.username.as_deref().and_then(names::username) {
            by_username.entry(username).or_default().push(user);
        }
    }
    let is_meant = |person: &PersonNow| {
        let username = person.state.username.as_deref().map(str::to_lowercase);
        let rows = username.and_then(|username| by_username.get(&username));
        let mut rows = rows.into_iter().flatten();
        rows.any(|user| names_agree(user, person) == (true, true))
    };
    let is_listed = |person: &&PersonNow| {
        let id = person.state.sourced_id.as_deref();
        id.is_some_and(|id| listed.contains(id))
            || (has_left_elsewhere(person, lineage) && is_meant(person))
    };
    people
        .iter()
        .filter(is_listed)
        .filter_map(|person| Some((person.id, person.state.ended_at?)))
        .collect()
}
