//! Classrooms: the teaching groups, their members, and the stream of set work.

use serde::{Deserialize, Serialize};

use crate::arrangements::Arranged;
use crate::assignments::AssignmentSummary;
use crate::form::{Checks, FieldError};
use crate::ids::{ClassroomId, EnrolmentId, PersonId};
use crate::moment::Moment;

words! {
    /// What a person is in one classroom.
    ClassroomRole {
        /// Sets and marks work.
        Teacher = "teacher",
        /// Does the work.
        Student = "student",
    }
}

words! {
    /// How somebody stands to a classroom, which decides what they may do in it.
    Standing {
        /// Teaches it.
        Teacher = "teacher",
        /// Learns in it.
        Student = "student",
        /// A child of theirs learns in it.
        Guardian = "guardian",
        /// Runs the school.
        Admin = "admin",
    }
}

/// Whether a student is in a classroom still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// They learn in it.
    Open,
    /// They handed in while they did: that and what comes back is read, and nothing else.
    Ended,
}

/// A classroom in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassroomSummary {
    /// Which.
    pub id: ClassroomId,
    /// Such as "10Ma2".
    pub name: String,
    /// Such as "Mathematics".
    pub subject: Option<String>,
    /// Such as "10".
    pub year_group: Option<String>,
    /// Names, joined by commas.
    pub teachers: String,
    /// The reader's own children who learn in it, by name; in the list of classrooms alone.
    pub children: Vec<String>,
    /// Students who have not ended.
    pub students: u64,
    /// Handed in and not yet marked; teachers only.
    pub to_mark: u64,
    /// The day on which it was archived, such as "24 November 2026"; none while it is in use.
    pub archived: Option<String>,
}

/// A page of the list of classrooms: those in use, or those that are archived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassroomsPage {
    /// What was searched for; empty for all.
    pub query: String,
    /// The archived ones are shown.
    pub is_archived: bool,
    /// By name; of the archived ones those that hold nothing come last.
    pub classrooms: Vec<ClassroomSummary>,
    /// How many match, on all pages.
    pub total: u64,
    /// How many more match that are archived; 0 where these are shown.
    pub archived: u64,
    /// This page, from 1.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
}

/// The head of every page of a classroom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassroomHead {
    /// Which.
    pub id: ClassroomId,
    /// Such as "10Ma2".
    pub name: String,
    /// Such as "Mathematics".
    pub subject: Option<String>,
    /// Such as "10".
    pub year_group: Option<String>,
    /// How the reader stands to it.
    pub standing: Standing,
    /// When it was archived.
    pub archived: Option<Moment>,
}

/// The stream: set work, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassroomPage {
    /// The head.
    pub head: ClassroomHead,
    /// Drafts and scheduled work (teachers only), then by due date, newest first.
    pub work: Vec<AssignmentSummary>,
    /// Teachers' names.
    pub teachers: Vec<String>,
    /// How many students.
    pub students: u64,
}

/// What the teachers of a classroom have still to do with answers that were handed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// To be marked.
    pub to_mark: u64,
    /// Marked, and to be given back.
    pub to_return: u64,
}

impl Unfinished {
    /// As it is said before the classroom is archived; nothing where nothing waits.
    pub fn words(self) -> Option<String> {
        let answers = |count: u64, what: &str| match count {
            0 => None,
            1 => Some(format!("1 answer is {what}")),
            many => Some(format!("{many} answers are {what}")),
        };
        let waiting: Vec<_> = [
            answers(self.to_mark, "not marked"),
            answers(self.to_return, "marked and not returned"),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!waiting.is_empty()).then(|| format!("{}. That stays so.", waiting.join(", ")))
    }
}

/// A member of a classroom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Their place, to end it by.
    pub enrolment: EnrolmentId,
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The name to sign in with; shown to staff only.
    pub username: Option<String>,
    /// Teacher or student.
    pub role: ClassroomRole,
    /// What is arranged for them; shown to staff only.
    pub arranged: Option<Arranged>,
    /// Their data is restricted; told to staff only.
    pub is_restricted: bool,
    /// The roster has closed their account; told to staff only.
    pub is_closed: bool,
}

/// A page of the people: teachers first, then students by family name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MembersPage {
    /// The head.
    pub head: ClassroomHead,
    /// Students see their teachers and classmates by name only.
    pub members: Vec<Member>,
    /// How many teachers, on all pages.
    pub teachers: u64,
    /// How many students, on all pages.
    pub students: u64,
    /// This page, from 1.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
    /// People who could be added, found by the search: by family name, each with the place
    /// that fits them.
    pub found: Vec<Candidate>,
    /// More were found than are named.
    pub has_more_found: bool,
    /// What was searched for.
    pub query: String,
}

/// Somebody who could be added to a classroom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The place that fits them; who both teaches and learns at the school is found twice.
    pub role: ClassroomRole,
    /// Such as "10".
    pub year_group: Option<String>,
    /// The name to sign in with; shown to admins only.
    pub username: Option<String>,
}

impl Candidate {
    /// What tells two people of one name apart, such as "Student, Year 10".
    pub fn about(&self) -> String {
        let role = match self.role {
            ClassroomRole::Teacher => "Teacher",
            ClassroomRole::Student => "Student",
        };
        let year = self.year_group.as_ref().map(|year| format!("Year {year}"));
        let parts = [Some(role.to_owned()), year, self.username.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The form that gives somebody a place in a classroom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberForm {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: ClassroomRole,
    /// What was searched for to find them.
    #[serde(default)]
    pub q: String,
}

/// The form that makes or renames a classroom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClassroomForm {
    /// Such as "10Ma2".
    pub name: String,
    /// May be empty.
    pub subject: String,
    /// May be empty.
    pub year_group: String,
    /// What the classroom was like as the form was opened; empty for a new one.
    pub seen: String,
}

/// A [`ClassroomForm`] that can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidClassroom {
    /// Such as "10Ma2".
    pub name: String,
    /// Such as "Mathematics".
    pub subject: Option<String>,
    /// Such as "10".
    pub year_group: Option<String>,
    /// What the classroom was like as the form was opened; empty for a new one.
    pub seen: String,
}

impl ClassroomForm {
    /// The classroom, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidClassroom, Vec<FieldError>> {
        let mut checks = Checks::default();
        let name = checks.name("name", &self.name, "a name for the classroom", 80);
        let subject = checks.optional("subject", &self.subject, "the subject", 80);
        let year_group = checks.optional("year_group", &self.year_group, "the year group", 10);
        checks.finish(|| ValidClassroom {
            name,
            subject,
            year_group,
            seen: self.seen.clone(),
        })
    }
}
