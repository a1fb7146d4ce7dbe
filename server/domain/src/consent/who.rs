//! Who answered, for a reader who did not. A guardian is not named to another, nor
//! anybody of the staff to a family: each reads what the other is to the student.

use vocab::consent::{AgeBand, GivenBy};
use vocab::ids::PersonId;

use entity::consent_event;

/// Who made an entry, by what they are. A reader who is not known is told no more than
/// the student is.
pub(super) fn who(entry: &consent_event::Model, reader: Option<PersonId>) -> &'static str {
    let is_the_student = reader.is_none_or(|reader| reader == entry.subject_id);
    match (entry.given_by, entry.age_band) {
        (GivenBy::Paper, age) if age.answers_alone() => "The student, on paper",
        (GivenBy::Paper, _) => "A guardian, on paper",
        (GivenBy::School, _) => "The school",
        (GivenBy::Guardian, _) if is_the_student => "A guardian",
        (GivenBy::Guardian, _) => "Another guardian",
        (GivenBy::Own, AgeBand::Adult) => "The person themselves",
        (GivenBy::Own, _) => "The student",
    }
}
