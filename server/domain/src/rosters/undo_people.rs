//! The people of an import that is undone: what it changed of them is put back unless
//! somebody changed it again since; whom it made, it ends.

use std::collections::{HashMap, HashSet};

use sea_orm::DbErr;
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};
use vocab::people::Role;
use vocab::rosters::Stayed;

use super::plan::PersonChange;
use super::present::{self, PersonNow};
use super::states::{PersonState, Touched};
use super::undo::put_back;
use super::usernames::{Usernames, Wish};
use crate::clock::Time;
use crate::db::Keyed;
use crate::sources::Source;

/// A role, and the moment at which its person had left.
pub(super) type RoleThen = (PersonId, Role, Time);

/// The people as they were, and the roles that were given since to those who are leavers again:
/// brought back by hand, they have these too.
pub(super) async fn people(
    db: &impl Keyed,
    school: SchoolId,
    changes: Vec<Touched<Uuid, PersonState>>,
    now: Time,
    stayed: &mut Stayed,
) -> Result<(Vec<PersonChange>, Vec<RoleThen>), DbErr> {
    let everybody = present::people(db, school).await?;
    let mut ids: HashMap<(Source, String), PersonId> = everybody
        .iter()
        .filter_map(|person| Some((person.state.id_of_source()?, person.id)))
        .collect();
    let by_id: HashMap<Uuid, &PersonNow> = everybody
        .iter()
        .map(|person| (person.id.0, person))
        .collect();
    let (mut found, mut given_since) = (Vec::new(), Vec::new());
    for change in &changes {
        let Some(person) = by_id.get(&change.id).copied() else {
            continue;
        };
        let current = &person.state;
        let state = match &change.before {
            Some(before) => {
                let mut state = person_back(person, before, &change.after);
                if let (Some(then), None) = (state.ended_at, current.ended_at) {
                    if runs_the_school(current) {
                        stayed.in_charge += 1;
                        continue;
                    }
                    let roles = current.roles.iter().copied();
                    let since = roles.filter(|role| !change.after.has(*role));
                    given_since.extend(since.map(|role| (person.id, role, then)));
                }
                if let Some(id) = state.id_of_source()
                    && *ids.entry(id).or_insert(person.id) != person.id
                {
                    state.sourced_id.clone_from(&current.sourced_id);
                    state.source_id = current.source_id;
                }
                state
            }
            None if current.ended_at.is_some() => {
                stayed.closed += 1;
                continue;
            }
            None if runs_the_school(current) => {
                stayed.in_charge += 1;
                continue;
            }
            None => {
                stayed.closed += 1;
                current.ended(now)
            }
        };
        found.push((person, state, change));
    }
    keep_usernames(&everybody, &mut found);
    let mut undone = Vec::new();
    for (person, state, change) in found {
        if let Some(before) = &change.before {
            stayed.changed += u64::from(!is_as_it_was(&state, before, &change.after));
        }
        if state != person.state {
            undone.push(PersonChange {
                row: Touched {
                    id: person.id,
                    before: Some(person.state.clone()),
                    after: state,
                },
                created_at: person.created_at,
                account: person.account,
            });
        }
    }
    Ok((undone, given_since))
}

/// Somebody, as they will be, and what the import changed of them.
type Found<'p> = (&'p PersonNow, PersonState, &'p Touched<Uuid, PersonState>);

/// Leaves people the usernames they have where somebody else has the ones they had, and keeps
/// them; and where somebody may know a password for them.
fn keep_usernames(everybody: &[PersonNow], found: &mut [Found<'_>]) {
    let names = everybody.iter();
    let names = names.filter_map(|person| person.state.username.clone());
    let wishes: Vec<Wish> = found
        .iter()
        .map(|(person, state, _)| Wish {
            has: person.state.username.clone(),
            wants: state
                .username
                .clone()
                .filter(|_| state.username != person.state.username && !has_password(person)),
        })
        .collect();
    let came_true = Usernames::new(names.collect(), HashSet::new()).settle(&wishes);
    for ((person, state, _), is_back) in found.iter_mut().zip(came_true) {
        if !is_back {
            state.username.clone_from(&person.state.username);
        }
    }
}

fn has_password(person: &PersonNow) -> bool {
    let account = person.account.as_ref();
    account.is_some_and(|account| account.has_password)
}

fn runs_the_school(state: &PersonState) -> bool {
    state.has(Role::SchoolAdmin) || state.has(Role::DataProtectionLead)
}

/// Whether all of a person is as it was, but for an account that the import made. An address
/// that cannot be read is not compared, nor whose the id is where the record does not say it.
fn is_as_it_was(state: &PersonState, before: &PersonState, after: &PersonState) -> bool {
    let with_the_same = PersonState {
        username: before
            .username
            .as_ref()
            .and_then(|_| state.username.clone()),
        email: if [state, before].iter().any(|one| one.has_unreadable_email()) {
            before.email.clone()
        } else {
            state.email.clone()
        },
        source_id: if after.source_id.is_none() {
            before.source_id
        } else {
            state.source_id
        },
        ..state.clone()
    };
    with_the_same == *before
}

fn person_back(person: &PersonNow, before: &PersonState, after: &PersonState) -> PersonState {
    let current = &person.state;
    let ended_at = put_back(&current.ended_at, &before.ended_at, &after.ended_at);
    // The import gave it, and the office by hand since.
    let is_by_hand_since = |role: Role| {
        let is_by_hand = person.by_roster.get(&role) == Some(&false);
        is_by_hand && !after.roles_back.contains(&role)
    };
    let mut roles: Vec<Role> = current
        .roles
        .iter()
        .copied()
        .filter(|role| before.has(*role) || !after.has(*role) || is_by_hand_since(*role))
        .collect();
    roles.extend(
        before
            .roles
            .iter()
            .copied()
            .filter(|role| !after.has(*role) && !current.has(*role)),
    );
    roles.sort_unstable();
    if ended_at.is_some() {
        roles.clear();
    }
    let id = put_back(&current.sourced_id, &before.sourced_id, &after.sourced_id);
    let source = put_back(&current.source_id, &before.source_id, &after.source_id);
    PersonState {
        given_name: put_back(&current.given_name, &before.given_name, &after.given_name),
        family_name: put_back(
            &current.family_name,
            &before.family_name,
            &after.family_name,
        ),
        sort_name: put_back(&current.sort_name, &before.sort_name, &after.sort_name),
        year_group: put_back(&current.year_group, &before.year_group, &after.year_group),
        // Where one of the three cannot be read, it stays as it is.
        email: if [current, before, after]
            .iter()
            .any(|state| state.has_unreadable_email())
        {
            current.email.clone()
        } else {
            put_back(&current.email, &before.email, &after.email)
        },
        source_id: source.filter(|_| id.is_some()),
        sourced_id: id,
        ended_at,
        // An account that the import made stays, closed.
        username: if before.username.is_some() {
            put_back(&current.username, &before.username, &after.username)
        } else {
            current.username.clone()
        },
        disabled_at: put_back(
            &current.disabled_at,
            &before.disabled_at,
            &after.disabled_at,
        ),
        roles,
        roles_back: Vec::new(),
    }
}
