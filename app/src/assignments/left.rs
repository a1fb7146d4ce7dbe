//! The page of a piece of work for whose place in its classroom has ended: what is said on
//! it, and where it leads, for the class itself is closed to them. For its teachers they stand
//! below the class, and are not counted with it.

use vocab::assignments::SubmissionLine;
use vocab::classrooms::Place;

/// The way to all that they have, where the way to the class is closed.
pub(super) fn left_crumbs(place: Place, is_own: bool) -> Option<Vec<(String, String)>> {
    let (page, name) = if is_own {
        ("/work", "Work")
    } else {
        ("/home", "Home")
    };
    (place == Place::Ended).then(|| vec![(page.to_owned(), name.to_owned())])
}

/// What there is still, where the place has ended.
pub(super) fn left_words(place: Place, classroom: &str, is_own: bool) -> Option<String> {
    let whose = if is_own { "Your" } else { "Their" };
    (place == Place::Ended).then(|| {
        format!(
            "{whose} place in {classroom} has ended. What was handed in and what comes back is read here; nothing more can be handed in."
        )
    })
}

/// How many of a teacher's list are in no count, behind the counts.
pub(super) fn who_left(lines: &[SubmissionLine]) -> String {
    let has_left = |line: &&SubmissionLine| line.place == Place::Ended;
    match lines.iter().filter(has_left).count() {
        0 => String::new(),
        left => format!(". Not counted: {left} who left the class"),
    }
}
