//! Whom the school would lose by an import, by name, so that whoever says that it is right
//! can look at each of them. Who stays as they are because their data is restricted is not
//! among them. And how many places in classes: a next year's roster that is read too early keeps
//! its people and empties its classes.

use std::collections::HashSet;

use vocab::ids::{ClassroomId, EnrolmentId, PersonId};
use vocab::rosters::LostPerson;

use super::plan::{PersonChange, Plan};
use super::present::Present;
use super::report::About;
use super::states::EnrolmentState;

/// More are counted, and not named.
const MOST_NAMED: usize = 200;

/// By what they lose, and by name.
pub(super) fn list(people: &[PersonChange]) -> Vec<About<LostPerson>> {
    let mut lost: Vec<_> = people
        .iter()
        .filter_map(|person| Some((person.loss()?, &person.row)))
        .collect();
    lost.sort_by(|(one, a), (other, b)| {
        (one, &a.after.sort_name).cmp(&(other, &b.after.sort_name))
    });
    lost.into_iter()
        .take(MOST_NAMED)
        .map(|(loss, row)| About {
            person: Some(row.id),
            told: LostPerson {
                name: row.after.name(),
                year_group: row.after.year_group.clone(),
                loss,
            },
        })
        .collect()
}

/// How many places of a roster in classes that are taught would go from people who stay, beyond
/// those that begin; and how many of them there are.
pub(super) fn places(plan: &Plan, present: &Present, leavers: &HashSet<PersonId>) -> (u64, u64) {
    let rooms = present.classrooms.iter();
    let taught: HashSet<ClassroomId> = rooms
        .chain(&present.replaced_classrooms)
        .filter(|room| room.state.archived_at.is_none())
        .map(|room| room.id)
        .collect();
    let archived: HashSet<ClassroomId> = plan
        .classrooms
        .iter()
        .filter(|room| room.after.archived_at.is_some())
        .map(|room| room.id)
        .collect();
    let (over, begun): (Vec<_>, Vec<_>) = plan
        .enrolments
        .iter()
        .filter(|row| is_open(row.before.as_ref()) != is_open(Some(&row.after)))
        .partition(|row| is_open(row.before.as_ref()));
    let over: HashSet<EnrolmentId> = over.into_iter().map(|row| row.id).collect();
    let begun = begun
        .into_iter()
        .filter(|row| !archived.contains(&row.after.classroom_id))
        .count();
    let (mut now, mut gone) = (0, 0);
    for (id, state) in &present.enrolments {
        let is_of_roster = state.sourced_id.is_some() || state.by_roster == Some(true);
        if is_open(Some(state)) && is_of_roster && taught.contains(&state.classroom_id) {
            now += 1;
            let is_over = over.contains(id) || archived.contains(&state.classroom_id);
            gone += u64::from(is_over && !leavers.contains(&state.person_id));
        }
    }
    (gone.saturating_sub(begun as u64), now)
}

fn is_open(place: Option<&EnrolmentState>) -> bool {
    place.is_some_and(|place| place.ended_at.is_none())
}
