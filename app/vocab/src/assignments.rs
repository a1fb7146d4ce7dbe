//! Set work and the answers to it: what a teacher sets, what a student hands in,
//! and what each of them sees of it.

mod teacher;

pub use teacher::{SubmissionLine, TeacherWork, WaitsFor};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::arrangements::Arranged;
use crate::classrooms::{ClassroomHead, Place};
use crate::form::{Checks, FieldError, YEARS, day_of};
use crate::ids::{AssignmentId, AttemptId, ClassroomId, FileId, PersonId};
use crate::moment::Moment;
use crate::points::Points;

words! {
    /// Where a piece of work stands.
    Stage {
        /// Only its teachers see it.
        Draft = "draft",
        /// It goes out by itself at a set time.
        Scheduled = "scheduled",
        /// Students see it and hand in.
        Published = "published",
        /// Students see it, and nobody hands in any more.
        Closed = "closed",
    }
}

impl Stage {
    /// The stage as people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Scheduled => "Scheduled",
            Self::Published => "Published",
            Self::Closed => "Closed",
        }
    }
}

words! {
    /// Where one student stands with one piece of work.
    WorkState {
        /// Nothing was written yet.
        NotStarted = "not_started",
        /// Something is kept, nothing was handed in.
        Draft = "draft",
        /// Handed in, in time.
        HandedIn = "handed_in",
        /// Handed in after the due time.
        HandedInLate = "handed_in_late",
        /// Marked and given back.
        Returned = "returned",
        /// The due time is past and nothing was handed in; not where it was past before the
        /// student came to the class.
        Missing = "missing",
    }
}

impl WorkState {
    /// The state as people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotStarted => "Not started",
            Self::Draft => "Draft saved",
            Self::HandedIn => "Handed in",
            Self::HandedInLate => "Handed in late",
            Self::Returned => "Returned",
            Self::Missing => "Missing",
        }
    }
}

/// A piece of work in a classroom's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignmentSummary {
    /// Which.
    pub id: AssignmentId,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub stage: Stage,
    /// When it is due, if ever.
    pub due: Option<Moment>,
    /// That time is past.
    pub was_due: bool,
    /// When it goes out, if it is scheduled.
    pub goes_out: Option<Moment>,
    /// The reader's own state; students only.
    pub mine: Option<WorkState>,
    /// Teachers only.
    pub counts: Option<WorkCounts>,
    /// Guardians only: each child of theirs who learns in the classroom, by name.
    pub children: Vec<ChildState>,
}

/// Where a child of the reader's stands with a piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildState {
    /// The child's name.
    pub name: String,
    /// As the child sees it.
    pub state: WorkState,
}

/// How far a classroom is with a piece of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkCounts {
    /// Students who have the work.
    pub students: u64,
    /// Of these, handed in.
    pub handed_in: u64,
    /// Of these, handed in and not yet marked; without those where somebody objects to it.
    pub to_mark: u64,
    /// Of these, marked and not yet given back; without those where somebody objects to it.
    pub to_return: u64,
    /// Of these, given back.
    pub returned: u64,
}

/// What everybody sees of a piece of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignmentHead {
    /// Which.
    pub id: AssignmentId,
    /// Its title.
    pub title: String,
    /// Sanitised HTML, made from the teacher's Markdown.
    pub instructions_html: String,
    /// Where it stands.
    pub stage: Stage,
    /// When it is due.
    pub due: Option<Moment>,
    /// That time is past.
    pub was_due: bool,
    /// Such as "in 2 days" or "3 days ago".
    pub due_distance: Option<String>,
    /// When it goes out.
    pub goes_out: Option<Moment>,
    /// What it is worth; none if it gets words only.
    pub points: Option<Points>,
    /// The classroom it is set in.
    pub classroom: ClassroomHead,
    /// Who set it.
    pub teacher: String,
    /// What the teacher attached; filled on the work's own page only.
    pub files: Vec<FileSummary>,
}

/// A file of a submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Which.
    pub id: FileId,
    /// As it was called on the student's device.
    pub name: String,
    /// Such as "412 KB".
    pub size_words: String,
    /// Size in bytes.
    pub size_bytes: i64,
}

/// One hand-in, with its receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptSummary {
    /// Which.
    pub id: AttemptId,
    /// From 1.
    pub number: i32,
    /// When the server had it.
    pub handed_in: Moment,
    /// Such as "KX4-72M".
    pub receipt: String,
    /// When it was written by the tablet's own clock, where it was handed in without a
    /// network.
    pub written: Option<Moment>,
    /// After the due time.
    pub is_late: bool,
    /// Taken back since.
    pub is_withdrawn: bool,
    /// The words of it; empty for the one that a page shows in full, and for who may
    /// not read it.
    pub text: String,
    /// Its files, as for the words.
    pub files: Vec<FileSummary>,
}

/// Everything that a student handed in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Receipts {
    /// The student's name; none for oneself.
    pub name: Option<String>,
    /// Newest first.
    pub lines: Vec<ReceiptLine>,
}

/// One hand-in among all of a student's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReceiptLine {
    /// The set work, where the reader can open it.
    pub work: Option<AssignmentId>,
    /// Of the set work.
    pub title: String,
    /// Where it was set.
    pub classroom: String,
    /// When the server had it.
    pub handed_in: Moment,
    /// Such as "KX4-72M".
    pub receipt: String,
    /// After the due time.
    pub is_late: bool,
    /// Taken back since.
    pub is_withdrawn: bool,
    /// "17 of 20" or "Returned, with words", once it was given back.
    pub mark: Option<String>,
}

/// Mark and words, as far as the reader may see them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    /// The number, if one was given.
    pub points: Option<Points>,
    /// Sanitised HTML, made from the teacher's Markdown; empty if there are no words.
    pub comment_html: String,
    /// Who marked it.
    pub marked_by: String,
    /// When it was given back.
    pub returned: Moment,
}

/// What came back for an older try, kept since a newer one was marked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EarlierFeedback {
    /// The try that it was for.
    pub attempt: AttemptId,
    /// Mark and words as they were last seen.
    pub feedback: Feedback,
}

/// A student's own view, or a guardian's view of their child's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudentWork {
    /// The work.
    pub head: AssignmentHead,
    /// Whose answer it is.
    pub student: String,
    /// True if the reader is that student.
    pub is_own: bool,
    /// Whether the student is in the classroom still.
    pub place: Place,
    /// Where it stands.
    pub state: WorkState,
    /// The draft's text, or the text that was handed in.
    pub text: String,
    /// The draft's version, to notice a second device.
    pub draft_version: i32,
    /// When the draft was last kept.
    pub draft_saved: Option<Moment>,
    /// The draft's files, or those that were handed in.
    pub files: Vec<FileSummary>,
    /// The draft's files that are not in what was handed in, while that is shown.
    pub left_out: Vec<FileSummary>,
    /// Newest first.
    pub attempts: Vec<AttemptSummary>,
    /// What came back last, be it for the try that stands or for an older one; none before
    /// the first return.
    pub feedback: Option<Feedback>,
    /// What came back before that for older tries, newest first.
    pub earlier: Vec<EarlierFeedback>,
    /// What is arranged for the student; their extra time is in the due time of the head.
    pub arranged: Option<Arranged>,
    /// When it is due for the class, where the student has longer.
    pub class_due: Option<Moment>,
    /// Whether handing in is open to the reader now.
    pub can_hand_in: bool,
    /// Whether taking back is open to the reader now.
    pub can_unsubmit: bool,
}

/// A guardian with several children in one classroom chooses first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildChoice {
    /// The child.
    pub person: PersonId,
    /// The child's name.
    pub name: String,
}

/// The form that makes or changes a piece of work. Dates and times are in the school's time zone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssignmentForm {
    /// Its title.
    pub title: String,
    /// Markdown.
    pub instructions: String,
    /// `2026-11-26`, or empty.
    pub due_date: String,
    /// `15:30`, or empty for the end of the day.
    pub due_time: String,
    /// A number, or empty for words only.
    pub points: String,
    /// `2026-11-26`, or empty.
    pub publish_date: String,
    /// `09:00`, or empty for the start of the day.
    pub publish_time: String,
    /// `draft`, `publish` or `schedule`: the button that was pressed.
    pub intent: String,
    /// When the work was changed last, as the form was opened; empty for new work.
    pub seen: String,
    /// The id that new work will have, so that the form sets it once, however often it is
    /// sent; empty for work that is there.
    pub id: String,
    /// Work just like this one that its teacher was told of: they want it once more.
    pub twice: String,
}

words! {
    /// What a teacher wants done with the form.
    Intent {
        /// Keep it for oneself.
        Draft = "draft",
        /// Send it out now.
        Publish = "publish",
        /// Send it out at the set time.
        Schedule = "schedule",
    }
}

/// An [`AssignmentForm`] that can be kept; times are still in the school's zone.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidAssignment {
    /// Its title.
    pub title: String,
    /// Markdown.
    pub instructions: String,
    /// When it is due, local.
    pub due: Option<NaiveDateTime>,
    /// What it is worth.
    pub points: Option<Points>,
    /// When it goes out, local; for [`Intent::Schedule`].
    pub publish: Option<NaiveDateTime>,
    /// What to do with it.
    pub intent: Intent,
    /// When the work was changed last, as the form was opened; empty for new work.
    pub seen: String,
}

/// Beside a time to go out that has passed.
pub const PASSED_OUT: &str = "This time has passed. Choose a later one, or publish the work now";
/// Beside the time to go out of work that is saved as a draft: it would be lost.
pub const NOT_OF_DRAFT: &str = "A draft does not go out by itself. Schedule the work for this time, or leave it empty to save a draft";
/// On a form that has a time to go out, of work that went out while it was open. No full stop:
/// it stands among what is wrong with fields as well.
pub const OUT_ALREADY: &str = "This work has gone out already, so it needs no time to go out any more. What you wrote is below: press Save to keep it";
/// Beside a time in the hour that a change to summer time skips.
pub const SKIPPED: &str =
    "This time does not exist on that day: the clocks go forward. Choose another";
/// Beside a due time that has passed before the work goes out.
pub const PASSED_DUE: &str = "This time has passed. Choose a later one, or leave it empty";
/// Beside the button that sends out a draft whose due time has passed.
pub const PASSED_DUE_OF_DRAFT: &str = "The due time has passed, so the work did not go out. Edit it and choose a later one, or leave it empty";

impl AssignmentForm {
    /// The work, or everything that is wrong. `now` is what the school's clocks show.
    pub fn validate(&self, now: NaiveDateTime) -> Result<ValidAssignment, Vec<FieldError>> {
        let mut checks = Checks::default();
        let title = checks.name("title", &self.title, "a title", 200);
        let instructions = checks
            .optional(
                "instructions",
                &self.instructions,
                "the instructions",
                50_000,
            )
            .unwrap_or_default();
        let due = local_time(
            &mut checks,
            "due",
            (&self.due_date, &self.due_time),
            NaiveTime::from_hms_opt(23, 59, 0),
            "due",
        );
        let publish = local_time(
            &mut checks,
            "publish",
            (&self.publish_date, &self.publish_time),
            NaiveTime::from_hms_opt(0, 0, 0),
            "publish",
        );
        let points = match self.points.trim() {
            "" => None,
            text => match text.parse::<Points>() {
                Ok(points) => Some(points),
                Err(reason) => {
                    checks.fail("points", format!("Points must be {reason}"));
                    None
                }
            },
        };
        let intent = self.intent.parse().unwrap_or(Intent::Draft);
        if intent == Intent::Schedule && publish.is_none() && self.publish_date.trim().is_empty() {
            checks.fail("publish_date", "Enter the date on which the work goes out");
        }
        let is_new = self.seen.is_empty();
        match (intent, publish, due) {
            (Intent::Draft, Some(_), _) => checks.fail("publish_date", NOT_OF_DRAFT),
            (Intent::Schedule, Some(publish), _) if publish <= now => {
                checks.fail("publish_date", PASSED_OUT);
            }
            (Intent::Schedule, Some(publish), Some(due)) if due <= publish => {
                checks.fail("due_date", "The work must be due after it goes out");
            }
            (Intent::Publish, publish, due) => {
                if publish.is_some_and(|publish| publish > now) {
                    checks.fail(
                        "publish_date",
                        "Schedule the work for this time, or leave it empty to publish now",
                    );
                }
                if is_new && due.is_some_and(|due| due <= now) {
                    checks.fail("due_date", PASSED_DUE);
                }
            }
            _ => {}
        }
        checks.finish(|| ValidAssignment {
            title,
            instructions,
            due,
            points,
            publish,
            intent,
            seen: self.seen.clone(),
        })
    }
}

fn local_time(
    checks: &mut Checks,
    name: &str,
    (date, time): (&str, &str),
    otherwise: Option<NaiveTime>,
    what: &str,
) -> Option<NaiveDateTime> {
    let (date, time) = (date.trim(), time.trim());
    if date.is_empty() {
        if !time.is_empty() {
            checks.fail(
                &format!("{name}_date"),
                format!("Enter a {what} date, or leave the time empty too"),
            );
        }
        return None;
    }
    let day = day_of(date);
    if day.is_none() {
        let is_a_day = NaiveDate::parse_from_str(date.trim(), "%Y-%m-%d").is_ok();
        let message = if is_a_day {
            format!(
                "Enter a {what} date in the years {} to {}",
                YEARS.start,
                YEARS.end - 1
            )
        } else {
            format!("Enter the {what} date as a date, such as 2026-11-26")
        };
        checks.fail(&format!("{name}_date"), message);
    }
    let hour = if time.is_empty() {
        otherwise
    } else {
        NaiveTime::parse_from_str(time, "%H:%M")
            .or_else(|_| NaiveTime::parse_from_str(time, "%H:%M:%S"))
            .ok()
    };
    if hour.is_none() {
        checks.fail(
            &format!("{name}_time"),
            format!("Enter the {what} time as hours and minutes, such as 15:30"),
        );
    }
    Some(NaiveDateTime::new(day?, hour?))
}

/// The longest answer, in characters: about 40 pages.
pub const MAX_ANSWER_CHARS: usize = 200_000;
/// The largest file, in bytes.
pub const MAX_FILE_BYTES: u64 = 50 * 1024 * 1024;
/// The most files in one submission.
pub const MAX_FILES: usize = 20;

/// What saving a draft answers to the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DraftSaved {
    /// It is kept.
    Kept {
        /// The new version, for the next save.
        version: i32,
        /// When.
        at: Moment,
    },
    /// Another device saved first; both texts are shown.
    Conflict {
        /// The version that is kept.
        version: i32,
        /// The text that is kept.
        theirs: String,
    },
}

/// The classroom's id and the form, for the page that sets work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetWorkPage {
    /// The classroom.
    pub classroom: ClassroomHead,
    /// Which work is edited; none for new work.
    pub assignment: Option<AssignmentId>,
    /// Where it stands; none for new work.
    pub stage: Option<Stage>,
    /// What the form holds.
    pub form: AssignmentForm,
    /// When the work is due; none for new work.
    pub due: Option<Moment>,
    /// When it goes out, if it is scheduled.
    pub goes_out: Option<Moment>,
    /// The school's zone, such as "Europe/London", for the hint.
    pub time_zone: String,
    /// Who will see it.
    pub audience: Audience,
}

/// How many people can open a piece of set work once it is out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Students of the classroom.
    pub students: u32,
    /// Guardians of these students.
    pub guardians: u32,
    /// Teachers of the classroom.
    pub teachers: u32,
}

impl Audience {
    /// As the form says it, such as "Seen by 28 students, 31 guardians and 2 teachers".
    pub fn words(self) -> String {
        let some = |count: u32, one: &str| {
            let many = if count == 1 { "" } else { "s" };
            format!("{count} {one}{many}")
        };
        format!(
            "Seen by {}, {} and {}",
            some(self.students, "student"),
            some(self.guardians, "guardian"),
            some(self.teachers, "teacher"),
        )
    }
}

/// A classroom that work can be set in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassroomChoice {
    /// Which.
    pub id: ClassroomId,
    /// Its name.
    pub name: String,
}

#[cfg(test)]
mod tests;
