//! Consent: what somebody may be asked for, what they answered, and the choices as a
//! page shows them. Consent is only ever for what is optional; what the school does
//! as its task needs none and is not listed here.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError, day_of};
use crate::ids::{ClassroomId, ConsentEventId, ConsentRequestId, PersonId};
use crate::moment::Moment;

words! {
    /// What consent is given for. One purpose is one question; no answer opens a
    /// second.
    ConsentPurpose {
        /// Pictures of a student on displays and screens inside the school.
        PhotosInSchool = "photos_in_school",
        /// Pictures of a student where the public sees them.
        PhotosInPublic = "photos_in_public",
        /// A leaver's own work is kept for them up to 24 months longer.
        KeepMyWork = "keep_my_work",
        /// News of the company that runs the platform, by mail.
        NewsOwn = "news_own",
        /// News of named partners, by mail.
        NewsPartners = "news_partners",
        /// What a school asks once, such as a trip.
        SchoolRequest = "school_request",
    }
}

impl ConsentPurpose {
    /// What stands over the choice.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PhotosInSchool => "Photos inside the school",
            Self::PhotosInPublic => "Photos in public",
            Self::KeepMyWork => "Keep work after leaving school",
            Self::NewsOwn => "News from Classimize",
            Self::NewsPartners => "News from partners",
            Self::SchoolRequest => "A request of the school",
        }
    }

    /// What is asked, in a sentence that an adult and an older student read.
    pub const fn question(self) -> &'static str {
        match self {
            Self::PhotosInSchool => {
                "Pictures may hang in classrooms and corridors, and be shown on screens inside the school."
            }
            Self::PhotosInPublic => {
                "Pictures may stand on the school's website, in its newsletter and in the local press."
            }
            Self::KeepMyWork => {
                "Work that was handed in, and its marks, are kept up to 24 months after leaving, so that they can still be fetched."
            }
            Self::NewsOwn => "We write to you about new parts of the platform.",
            Self::NewsPartners => {
                "Partners whom we name here may write to you through us. Today there are none."
            }
            Self::SchoolRequest => "The school asks for something once, such as a trip.",
        }
    }

    /// What data it is about, as a receipt names it.
    pub const fn data(self) -> &'static str {
        match self {
            Self::PhotosInSchool | Self::PhotosInPublic => "Pictures of the student",
            Self::KeepMyWork => "Work that was handed in, its files, marks and feedback",
            Self::NewsOwn | Self::NewsPartners => "E-mail address",
            Self::SchoolRequest => "The answer, and what the question names",
        }
    }

    /// Who gets it, as a receipt names them.
    pub const fn recipients(self) -> &'static str {
        match self {
            Self::PhotosInSchool => "Everybody inside the school",
            Self::PhotosInPublic => {
                "Everybody who sees the school's website, its newsletter or the local press"
            }
            Self::KeepMyWork => "The leaver, and the school's staff",
            Self::NewsOwn | Self::NewsPartners => "Whoever carries the platform's mail",
            Self::SchoolRequest => "The school, and whom the question names",
        }
    }

    /// The same for a young student.
    pub const fn question_for_children(self) -> &'static str {
        match self {
            Self::PhotosInSchool => "A photo of you may hang up in school.",
            Self::PhotosInPublic => {
                "A photo of you may be on the school's website or in the newspaper."
            }
            Self::KeepMyWork => "We keep your work for you a little longer when you leave.",
            Self::NewsOwn | Self::NewsPartners => "This is for grown-ups.",
            Self::SchoolRequest => "Your school asks for something, like a trip.",
        }
    }
}

words! {
    /// What happened to a consent.
    ConsentKind {
        /// It was asked for.
        Requested = "requested",
        /// Yes.
        Given = "given",
        /// No.
        Refused = "refused",
        /// A yes was taken back.
        Withdrawn = "withdrawn",
        /// A no was taken back, and no yes was said.
        Lifted = "lifted",
    }
}

impl ConsentKind {
    /// Who answered, as it stands beside a choice. Where they took a no back, that is said too:
    /// what stands there is then somebody else's answer.
    pub fn said_by(self, who: &str) -> String {
        match self {
            Self::Lifted => format!("{who} took a no back"),
            Self::Requested | Self::Given | Self::Refused | Self::Withdrawn => who.to_owned(),
        }
    }
}

words! {
    /// What somebody answers.
    ConsentWord {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// Their own no is over, and they say no yes: as if they had not answered.
        TakeBack = "take_back",
    }
}

words! {
    /// Who gave the answer, and how.
    GivenBy {
        /// The person whom it is about.
        Own = "self",
        /// Somebody who looks after them.
        Guardian = "guardian",
        /// On paper, signed by whoever the school asks: a guardian, or a student who answers
        /// alone. Somebody of the school typed it in.
        Paper = "paper",
        /// The school itself: it may ask, and never answer.
        School = "school",
    }
}

words! {
    /// How old somebody is, as far as consent asks. Taken from the year group; unknown
    /// counts as the youngest.
    AgeBand {
        /// Under 13.
        Under13 = "under_13",
        /// 13, 14 or 15.
        From13 = "13_to_15",
        /// 16 or older, and still a student.
        From16 = "16_or_older",
        /// Not a student.
        Adult = "adult",
    }
}

impl AgeBand {
    /// The band of a student in an English year group, whose youngest member counts:
    /// year 9 begins with thirteen, year 12 with sixteen.
    pub fn of_year_group(year_group: Option<&str>) -> Self {
        let year = year_group.and_then(|year| {
            let digits: String = year.chars().filter(char::is_ascii_digit).collect();
            digits.parse::<u8>().ok()
        });
        match year {
            Some(12..=14) => Self::From16,
            Some(9..=11) => Self::From13,
            _ => Self::Under13,
        }
    }

    /// Whether the school asks a student of this age themselves, and nobody who looks after
    /// them: from 16 on.
    pub const fn answers_alone(self) -> bool {
        matches!(self, Self::From16 | Self::Adult)
    }

    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Under13 => "under 13",
            Self::From13 => "13 to 15",
            Self::From16 => "16 or older",
            Self::Adult => "an adult",
        }
    }
}

words! {
    /// Where a consent stands now.
    ConsentState {
        /// Nobody was asked.
        None = "none",
        /// Asked, and no answer yet.
        Waiting = "waiting",
        /// Yes.
        Given = "given",
        /// No, or somebody who decides with others said no.
        Refused = "refused",
        /// Yes once, taken back.
        Withdrawn = "withdrawn",
        /// Yes once, and its time is over.
        Expired = "expired",
    }
}

impl ConsentState {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "Not asked",
            Self::Waiting => "No answer yet",
            Self::Given => "Yes",
            Self::Refused => "No",
            Self::Withdrawn => "Yes, taken back",
            Self::Expired => "Ran out",
        }
    }

    /// The same among one's own choices, where a yes that was taken back is a no like any other:
    /// who asked has to see that a yes ended.
    #[must_use]
    pub const fn among_choices(self) -> Self {
        match self {
            Self::Withdrawn => Self::Refused,
            Self::None | Self::Waiting | Self::Given | Self::Refused | Self::Expired => self,
        }
    }
}

/// One choice as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentChoice {
    /// What for.
    pub purpose: ConsentPurpose,
    /// The school's request, where it is one.
    pub request: Option<ConsentRequestId>,
    /// What stands over it.
    pub title: String,
    /// What is asked.
    pub question: String,
    /// Where it stands, whoever answered.
    pub state: ConsentState,
    /// The last answer, with who gave it.
    pub answered: Option<(String, Moment)>,
    /// The receipt of the last answer.
    pub receipt: Option<ConsentEventId>,
    /// Why the reader may not say yes; none if they may.
    pub closed_because: Option<String>,
    /// True if the reader may say no, and has not.
    pub may_say_no: bool,
    /// True if a no of the reader holds, which they may take back.
    pub may_take_no_back: bool,
}

/// The choices about one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentsOf {
    /// Whom they are about.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// True if the reader is that person.
    pub is_own: bool,
    /// How old they are.
    pub age: AgeBand,
    /// Purpose by purpose, then the school's requests, newest first.
    pub choices: Vec<ConsentChoice>,
}

/// The form of one choice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentAnswer {
    /// A [`ConsentPurpose`] word.
    pub purpose: String,
    /// The school's request, where it is one.
    pub request: String,
    /// A [`ConsentWord`].
    pub answer: String,
}

/// The form that writes in what stands on paper: a guardian's answer, or that of a student who
/// answers alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaperAnswer {
    /// `yes` or `no`.
    pub answer: String,
    /// Ticked where whoever said no on paper has changed their mind, or looks after the
    /// student no longer. A yes of another guardian does not lift it.
    pub lifts_no: String,
}

/// The form with which a school asks the guardians of a classroom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AskConsent {
    /// Such as "Trip to the museum".
    pub title: String,
    /// What it is about, when, and what happens with the answer.
    pub details: String,
    /// `2026-12-01`, or empty.
    pub answer_by: String,
}

/// An [`AskConsent`] that can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidAsk {
    /// Such as "Trip to the museum".
    pub title: String,
    /// What it is about.
    pub details: String,
    /// The last day for an answer.
    pub answer_by: Option<chrono::NaiveDate>,
}

impl AskConsent {
    /// The request, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidAsk, Vec<FieldError>> {
        let mut checks = Checks::default();
        let title = checks.text("title", &self.title, "a title", 120);
        let details = checks.text("details", &self.details, "what it is about", 4_000);
        let answer_by = match self.answer_by.trim() {
            "" => None,
            day => {
                let day = day_of(day);
                if day.is_none() {
                    checks.fail(
                        "answer_by",
                        "Enter a day like 2026-12-01, or leave it empty",
                    );
                }
                day
            }
        };
        checks.finish(|| ValidAsk {
            title,
            details,
            answer_by,
        })
    }
}

/// A school's request with its answers, for who asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentRequestPage {
    /// Which.
    pub id: ConsentRequestId,
    /// Where it was asked.
    pub classroom: ClassroomId,
    /// The classroom's name.
    pub classroom_name: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub details: String,
    /// When it was sent.
    pub asked: Moment,
    /// The last day for an answer, in words.
    pub answer_by: Option<String>,
    /// No more answers are taken.
    pub is_closed: bool,
    /// The office asks it, to share data: it is ended there, and not by the classroom.
    pub is_sharing: bool,
    /// Every student, by family name.
    pub answers: Vec<RequestAnswer>,
}

/// One student's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestAnswer {
    /// Whose.
    pub student: PersonId,
    /// Their name.
    pub name: String,
    /// Where it stands.
    pub state: ConsentState,
    /// Who answered, and when.
    pub answered: Option<(String, Moment)>,
    /// Paper is signed by the student, and not by a guardian.
    pub answers_alone: bool,
    /// What stands on paper is a no.
    pub has_no_on_paper: bool,
}

/// Who of a classroom may be photographed, at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotosPage {
    /// Which classroom.
    pub classroom: ClassroomId,
    /// Its name.
    pub classroom_name: String,
    /// When the record was read.
    pub at: Moment,
    /// Its students, by family name.
    pub lines: Vec<PhotoLine>,
}

/// One student, and whether a yes to pictures of them stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoLine {
    /// Their name.
    pub name: String,
    /// On displays and screens inside the school.
    pub in_school: bool,
    /// Where the public sees them.
    pub in_public: bool,
}

/// A request in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestLine {
    /// Which.
    pub id: ConsentRequestId,
    /// Its title.
    pub title: String,
    /// When it was sent.
    pub asked: Moment,
    /// Students who were asked.
    pub students: u64,
    /// Of these, answered.
    pub answered: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_group_tells_the_age_of_its_youngest_and_an_unknown_one_the_least() {
        for (year, age) in [
            (Some("12"), AgeBand::From16),
            (Some("Year 9"), AgeBand::From13),
            (Some("11"), AgeBand::From13),
            (Some("8"), AgeBand::Under13),
            (Some("R"), AgeBand::Under13),
            (Some("2026"), AgeBand::Under13),
            (None, AgeBand::Under13),
        ] {
            assert_eq!(AgeBand::of_year_group(year), age, "{year:?}");
        }
    }

    #[test]
    fn answers_are_asked_for_by_a_day_of_a_year_that_somebody_can_mean() {
        for (day, is_taken) in [
            ("2026-12-01", true),
            ("", true),
            ("0001-12-01", false),
            ("9999-12-31", false),
            ("+262142-12-31", false),
        ] {
            let form = AskConsent {
                title: "Trip to the museum".to_owned(),
                details: "By train".to_owned(),
                answer_by: day.to_owned(),
            };
            assert_eq!(form.validate().is_ok(), is_taken, "{day}");
        }
    }
}
