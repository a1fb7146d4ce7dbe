//! The words of an answer at rest: sealed with the student's key, the draft and each
//! try in its own place.

use sea_orm::DbErr;
use vocab::ids::{AttemptId, PersonId, SchoolId, SubmissionId};

use super::Error;
use crate::db::Keyed;
use crate::keys::{Place, text};

/// Where the words of a draft stand.
pub(super) fn draft(school: SchoolId, submission: SubmissionId) -> Place<'static> {
    Place {
        school,
        table: "submission",
        column: "draft_text",
        row: submission.0,
    }
}

/// Where the words of a try stand.
pub(super) fn attempt(school: SchoolId, attempt: AttemptId) -> Place<'static> {
    Place {
        school,
        table: "attempt",
        column: "text",
        row: attempt.0,
    }
}

/// Seals a student's words for a place.
pub(super) async fn seal(
    db: &impl Keyed,
    student: PersonId,
    place: &Place<'_>,
    text: &str,
) -> Result<String, DbErr> {
    text::seal(db, student, place, text).await
}

/// Opens the words of one place, to go on with them. What does not open is an error.
pub(super) async fn open(db: &impl Keyed, place: &Place<'_>, text: &str) -> Result<String, Error> {
    Ok(text::open(db, place, text).await?.editable()?)
}
