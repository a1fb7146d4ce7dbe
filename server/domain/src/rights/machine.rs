//! Which step leads where. What is not listed is refused.

use vocab::rights::{RequestState, RequestStep};

/// The state after a step; none where the step is not possible.
pub const fn next(state: RequestState, step: RequestStep) -> Option<RequestState> {
    use RequestState as State;
    use RequestStep as Step;
    Some(match (state, step) {
        (_, Step::Acknowledge) if !state.is_over() => state,
        (State::Open, Step::AskIdentity) => State::IdentityNeeded,
        (State::IdentityNeeded, Step::IdentityShown)
        | (State::Clarification, Step::Clarified)
        | (State::Open, Step::Extend) => State::Open,
        (State::Open, Step::AskClarification) => State::Clarification,
        (State::Approved, Step::Extend) | (State::Open, Step::Approve | Step::ApproveInPart) => {
            State::Approved
        }
        (State::Open | State::Approved, Step::Complete)
        | (State::Open | State::IdentityNeeded | State::Clarification, Step::AsksTheSame) => {
            State::Closed
        }
        (
            State::Open | State::IdentityNeeded | State::Clarification | State::Approved,
            Step::Refuse,
        ) => State::Refused,
        (
            State::Open | State::IdentityNeeded | State::Clarification | State::Approved,
            Step::TakeBack,
        ) => State::TakenBack,
        _ => return None,
    })
}

/// The steps of the office that are possible now with nothing but words.
pub(super) fn steps(state: RequestState) -> Vec<RequestStep> {
    RequestStep::ALL
        .iter()
        .copied()
        .filter(|step| needs_words_alone(*step) && next(state, *step).is_some())
        .collect()
}

/// Not for whoever asked to take, and nothing has to be named.
pub(super) const fn needs_words_alone(step: RequestStep) -> bool {
    !matches!(step, RequestStep::TakeBack | RequestStep::AsksTheSame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over() {
        for state in RequestState::ALL {
            for step in RequestStep::ALL {
                assert!(
                    !state.is_over() || next(*state, *step).is_none(),
                    "{state} {step}"
                );
            }
        }
    }

    #[test]
    fn every_request_can_come_to_an_end() {
        for state in RequestState::ALL {
            assert!(
                state.is_over() || next(*state, RequestStep::Refuse).is_some(),
                "{state}"
            );
        }
    }
}
