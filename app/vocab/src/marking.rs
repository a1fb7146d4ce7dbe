//! The marking desk: one submission at a time, its mark and words, and its history.

use serde::{Deserialize, Serialize};

use crate::arrangements::Arranged;
use crate::assignments::{AssignmentHead, AttemptSummary, FileSummary, WorkState};
use crate::form::{Checks, FieldError};
use crate::ids::{AttemptId, SubmissionId};
use crate::moment::Moment;
use crate::points::Points;

/// One student in the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueLine {
    /// Which answer.
    pub submission: SubmissionId,
    /// Whose.
    pub name: String,
    /// Such as "Marked", "Comment only", "To mark", "Returned", "Somebody objected".
    pub state: String,
    /// True once it has a mark or words.
    pub is_marked: bool,
    /// Somebody objects to teaching: it is neither marked nor returned before that is decided.
    pub is_objected_to: bool,
}

/// The mark as it is kept, for the form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptMark {
    /// 0 before the first save; goes up by one with each save and with each return.
    pub version: i32,
    /// The number.
    pub points: Option<Points>,
    /// Markdown.
    pub comment: String,
    /// Who saved it last.
    pub marked_by: Option<String>,
    /// Who reads this saved it, where it stands in the way: in another window.
    pub is_own: bool,
    /// When.
    pub marked: Option<Moment>,
    /// When it was given back.
    pub returned: Option<Moment>,
}

impl KeptMark {
    /// Whether there is nothing in it: nothing was given, or it was taken off.
    pub fn is_empty(&self) -> bool {
        self.points.is_none() && self.comment.is_empty()
    }
}

/// All that the desk shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkingDesk {
    /// The work.
    pub head: AssignmentHead,
    /// Which answer.
    pub submission: SubmissionId,
    /// Whose.
    pub student: String,
    /// What is arranged for them.
    pub arranged: Option<Arranged>,
    /// Where it stands.
    pub state: WorkState,
    /// The text that was handed in, as written.
    pub text: String,
    /// The files that were handed in.
    pub files: Vec<FileSummary>,
    /// Newest first.
    pub attempts: Vec<AttemptSummary>,
    /// The mark as it is kept.
    pub mark: KeptMark,
    /// Everybody who handed in, in the order of the list; a window of at most 20 around this one.
    pub queue: Vec<QueueLine>,
    /// Somebody objects to teaching: this one is read, and nothing of it can be saved.
    pub is_objected_to: bool,
    /// From 1, among those that are counted. None where somebody objects, and where the student
    /// has left the classroom.
    pub position: Option<u64>,
    /// How many handed in, without those that an objection holds up and who has left.
    pub total: u64,
    /// How many of them are marked.
    pub marked: u64,
    /// The one before, of those that are counted.
    pub previous: Option<SubmissionId>,
    /// The one after, of those that are counted.
    pub next: Option<SubmissionId>,
    /// Newest first.
    pub history: Vec<HistoryLine>,
}

impl MarkingDesk {
    /// The try that lies on the desk.
    pub fn attempt(&self) -> Option<AttemptId> {
        let standing = self.attempts.iter().find(|attempt| !attempt.is_withdrawn);
        standing.map(|attempt| attempt.id)
    }
}

/// One change to a submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// When.
    pub at: Moment,
    /// Who.
    pub who: String,
    /// Such as "Marked 14 (was 12)".
    pub what: String,
}

/// The form beside the work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MarkForm {
    /// A number, or empty.
    pub points: String,
    /// Markdown, or empty.
    pub comment: String,
    /// The version that the form was opened with.
    pub version: i32,
    /// Which try lay beside it.
    pub attempt: Option<AttemptId>,
    /// `save`, `next` or `return`: the button that was pressed.
    pub intent: String,
}

/// A [`MarkForm`] that can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidMark {
    /// The number.
    pub points: Option<Points>,
    /// Markdown.
    pub comment: String,
    /// The version that the form was opened with.
    pub version: i32,
    /// Which try lay beside it, where that is known.
    pub attempt: Option<AttemptId>,
}

impl ValidMark {
    /// Whether there is neither mark nor words.
    pub fn is_empty(&self) -> bool {
        self.points.is_none() && self.comment.is_empty()
    }
}

impl MarkForm {
    /// Whether nothing is typed: then it takes off what was not returned yet.
    pub fn is_empty(&self) -> bool {
        self.points.trim().is_empty() && self.comment.trim().is_empty()
    }

    /// The mark, or everything that is wrong. `out_of` is what the work is worth.
    pub fn validate(&self, out_of: Option<Points>) -> Result<ValidMark, Vec<FieldError>> {
        let mut checks = Checks::default();
        let text = self.points.trim();
        let points = match (text, out_of) {
            ("", _) => None,
            (_, None) => {
                checks.fail(
                    "points",
                    "This work has no points: leave the mark empty and write a comment",
                );
                None
            }
            (text, Some(most)) => match text.parse::<Points>() {
                Ok(points) if points <= most => Some(points),
                Ok(_) => {
                    checks.fail("points", format!("The mark must be {most} or less"));
                    None
                }
                Err(_) => {
                    let number = format!("a number from 0 to {most}, with at most two decimals");
                    checks.fail("points", format!("Enter the mark as {number}"));
                    None
                }
            },
        };
        let comment = checks
            .optional("comment", &self.comment, "the comment", 20_000)
            .unwrap_or_default();
        checks.finish(|| ValidMark {
            points,
            comment,
            version: self.version,
            attempt: self.attempt,
        })
    }
}

/// What saving a mark answers to the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MarkSaved {
    /// It is kept; here is the desk that comes next (or this one again).
    Kept(Box<MarkingDesk>),
    /// Something in the form is wrong.
    Invalid(Vec<FieldError>),
    /// Somebody else saved first: both are shown, nothing was overwritten.
    Conflict(Box<KeptMark>),
    /// The student handed in again meanwhile: here is the new try, and nothing was kept.
    NewTry(Box<MarkingDesk>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_above_what_the_work_is_worth_is_refused() {
        let form = MarkForm {
            points: "21".into(),
            ..MarkForm::default()
        };
        let errors = form
            .validate(Some(Points::whole(20)))
            .expect_err("too many points");
        assert_eq!(errors[0].message, "The mark must be 20 or less");
    }

    #[test]
    fn a_mark_with_more_than_two_decimals_is_told_how_many_there_may_be() {
        let form = MarkForm {
            points: "12.345".into(),
            ..MarkForm::default()
        };
        let errors = form
            .validate(Some(Points::whole(20)))
            .expect_err("three decimals");
        assert_eq!(
            errors[0].message,
            "Enter the mark as a number from 0 to 20, with at most two decimals"
        );
    }

    #[test]
    fn words_alone_are_enough() {
        let form = MarkForm {
            comment: "Well argued".into(),
            ..MarkForm::default()
        };
        assert_eq!(
            form.validate(None).expect("words are feedback").points,
            None
        );
    }
}
