//! The letter to who asked, as things stand: plain words, with what they can do next.

use vocab::rights::{RequestKind, RequestState, RequestSummary};

/// How to reach the Information Commissioner, which every decision has to name.
const COMMISSIONER: &str = "If you are not content, tell us: you can complain to the school, which \
answers within 30 days. You can also complain to the Information Commissioner's Office: \
https://ico.org.uk/make-a-complaint, telephone 0303 123 1113.";

/// The letter.
pub(super) fn letter(request: &RequestSummary, school: &str, decision: Option<&str>) -> String {
    let what = request.kind.label().to_lowercase();
    let due = by_when(request);
    let body = match request.state {
        RequestState::IdentityNeeded => format!(
            "We have your request ({what}). Before we act on it we have to be sure that it is you, \
             or that you may ask for them. Please show us: the time begins when you have."
        ),
        RequestState::Open => format!("We have your request ({what}) and work on it.{due}"),
        RequestState::Clarification => {
            let time = if request.kind.can_stand() {
                " The time stands until you have told us."
            } else {
                ""
            };
            format!("We have your request ({what}). To do it we have to know what you mean.{time}")
        }
        RequestState::Approved if decision.is_some() => {
            format!("Your request ({what}) is granted in part. That part is being done.{due}")
        }
        RequestState::Approved => {
            format!("Your request ({what}) is granted and is being done.{due}")
        }
        RequestState::Closed => match &request.answered_under {
            Some(reference) => format!("Your request ({what}) is answered under {reference}."),
            None => format!("Your request ({what}) is done."),
        },
        RequestState::Refused => format!("We cannot do what you asked ({what})."),
        RequestState::TakenBack => {
            format!("You took your request ({what}) back. Nothing was done.")
        }
    };
    let words = decision
        .map(|words| format!("\n\n{words}"))
        .unwrap_or_default();
    format!(
        "{school}\nReference {}\n\n{body}{words}\n\n{COMMISSIONER}",
        request.reference
    )
}

/// When they hear from the school, and when it is done: the days that stand at My data and in
/// the mail that acknowledged it.
fn by_when(request: &RequestSummary) -> String {
    let first = request.first_answer_due.as_ref();
    let first = first.map(|due| format!(" You hear from us by {}.", due.words));
    let end = request.due.as_ref().map(|due| match request.kind {
        RequestKind::Complaint => format!(" We acknowledge it by {}.", due.words),
        _ => format!(" It is done by {} at the latest.", due.words),
    });
    [first, end].into_iter().flatten().collect()
}
