//! Whom the school would lose by an import, by name, so that whoever says that it is right
//! can look at each of them. Who stays as they are because their data is restricted is not
//! among them.

use vocab::rosters::LostPerson;

use super::plan::PersonChange;
use super::report::About;

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
