//! Whom the school would lose by an import, by name, so that whoever says that it is right
//! can look at each of them. Who stays as they are because their data is restricted is not
//! among them.

use vocab::rosters::LostPerson;

use super::plan::PersonChange;

/// More are counted, and not named.
const MOST_NAMED: usize = 200;

/// By what they lose, and by name.
pub(super) fn list(people: &[PersonChange]) -> Vec<LostPerson> {
    let mut lost: Vec<_> = people
        .iter()
        .filter_map(|person| Some((person.loss()?, &person.row.after)))
        .collect();
    lost.sort_by(|(one, a), (other, b)| (one, &a.sort_name).cmp(&(other, &b.sort_name)));
    lost.into_iter()
        .take(MOST_NAMED)
        .map(|(loss, state)| LostPerson {
            name: state.name(),
            year_group: state.year_group.clone(),
            loss,
        })
        .collect()
}
