//! A request as it stands in a list, and as the data protection lead sees it.

use serde::{Deserialize, Serialize};

use super::{
    CarryOut, Recipients, RequestChannel, RequestKind, RequestState, RequestStep, StudentView,
    Urgency,
};
use crate::ids::{PersonId, RightsRequestId};
use crate::moment::Moment;

/// A request in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestSummary {
    /// Which.
    pub id: RightsRequestId,
    /// Such as "KX4-72M".
    pub reference: String,
    /// What is asked.
    pub kind: RequestKind,
    /// Whom it is about; as they wrote themselves where they have no account.
    pub about: String,
    /// How far it has come.
    pub state: RequestState,
    /// When it came in.
    pub received: Moment,
    /// When the law wants it done, or a complaint acknowledged; none while its clock has
    /// not begun or stands, and once a complaint is acknowledged.
    pub due: Option<Moment>,
    /// When the policy's 48 hours end; none once they are met.
    pub first_answer_due: Option<Moment>,
    /// Until the end that comes first, such as "4 days left" or "2 days late".
    pub left: Option<String>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Whoever reads it asked it, and may take it back.
    pub is_own: bool,
    /// What was decided, in the school's words, for whoever asked.
    pub decision: Option<String>,
    /// It asked the same as another and was closed: under which reference it is answered.
    pub answered_under: Option<String>,
    /// What the school asked, in its own words, while it waits for the answer; for whoever
    /// asked.
    pub question: Option<String>,
    /// Whoever reads it is a student who is asked first, and what they have said.
    pub asks_you: Option<StudentView>,
    /// The copy that whoever reads it asked for, and fetches now: whose, and until when.
    pub copy: Option<(PersonId, Moment)>,
    /// Such a copy holds something new and is looked through again first: until when it can
    /// be fetched afterwards.
    pub looks_again: Option<Moment>,
}

impl RequestSummary {
    /// How far it has come, as it is said to whoever reads it.
    pub fn standing(&self) -> String {
        match &self.answered_under {
            Some(reference) => format!("Answered under {reference}"),
            None if self.is_own => self.state.label_for_who_asked().to_owned(),
            None => self.state.label().to_owned(),
        }
    }
}

/// A request as the data protection lead sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestPage {
    /// The list's view of it.
    pub summary: RequestSummary,
    /// Whom it is about, where they are known.
    pub person: Option<PersonId>,
    /// Who asks, with how to reach them.
    pub asked_by: String,
    /// How it came in.
    pub channel: RequestChannel,
    /// Who asked is told of every step by mail: an address of theirs is known.
    pub has_mail: bool,
    /// What was written.
    pub details: String,
    /// What the student says for whose data somebody else asked, where they are asked
    /// first, and since when.
    pub student_view: Option<(StudentView, Moment)>,
    /// When it was acknowledged, where it is a complaint.
    pub acknowledged: Option<Moment>,
    /// What was decided, in the words that who asked reads.
    pub decision: Option<String>,
    /// What can be done now.
    pub steps: Vec<RequestStep>,
    /// What can be carried out now for who asked, where it is done with one click.
    pub carry_out: Option<CarryOut>,
    /// The copy that it asks for can be made now, by who reads this.
    pub has_copy: bool,
    /// The copy has to be looked through again before who asked may fetch it.
    pub looks_again: bool,
    /// Other requests that it may repeat, each as id and words.
    pub may_repeat: Vec<(String, String)>,
    /// Who was given the data before, once it was corrected, restricted or erased; none
    /// where nobody was.
    pub recipients: Option<Recipients>,
    /// What was done, newest first: when, who, what, with which words.
    pub history: Vec<(Moment, String, String, String)>,
    /// A letter to who asked, as things stand.
    pub letter: String,
    /// What has stopped because of it, where it is an objection that holds.
    pub objection: Option<crate::objections::ObjectionUse>,
    /// The erasure that it led to, step by step.
    pub erasure: Option<crate::erasure::ErasurePart>,
}
