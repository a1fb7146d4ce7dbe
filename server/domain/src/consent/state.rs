//! Where a consent stands: a pure fold over its entries. Of every voice the last word
//! counts; one no outweighs every yes, and a yes counts only from a voice that may
//! decide at the age that the person has now.

use std::collections::BTreeMap;

use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, ConsentState, GivenBy};
use vocab::ids::PersonId;

use super::authority::{Voice, may_say_yes};
use crate::clock::Time;

/// One entry, as far as the fold asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What happened.
    pub kind: ConsentKind,
    /// How.
    pub given_by: GivenBy,
    /// By whom.
    pub actor: Option<PersonId>,
    /// A yes ends here.
    pub valid_until: Option<Time>,
}

/// Where a consent stands now. The entries are in the order of the record; one that
/// comes twice changes nothing.
pub fn fold(
    purpose: ConsentPurpose,
    age: AgeBand,
    entries: impl IntoIterator<Item = Answered>,
    now: Time,
) -> ConsentState {
    let mut was_asked = false;
    let entries = entries.into_iter().inspect(|entry| {
        was_asked |= entry.kind == ConsentKind::Requested;
    });
    let last = last_words(entries);
    let mut yes = false;
    let mut ran_out = false;
    let mut no = None;
    for ((voice, _), answer) in last {
        let counts = may_say_yes(purpose, age, voice).is_ok();
        match answer.kind {
            ConsentKind::Given if !counts => {}
            ConsentKind::Given if answer.valid_until.is_some_and(|until| until <= now) => {
                ran_out = true;
            }
            ConsentKind::Given => yes = true,
            ConsentKind::Withdrawn => no = Some(ConsentState::Withdrawn),
            ConsentKind::Refused => {
                no = no.or(Some(ConsentState::Refused));
            }
            ConsentKind::Requested => {}
        }
    }
    match (no, yes, ran_out) {
        (Some(no), _, _) => no,
        (None, true, _) => ConsentState::Given,
        (None, false, true) => ConsentState::Expired,
        (None, false, false) if was_asked => ConsentState::Waiting,
        (None, false, false) => ConsentState::None,
    }
}

/// Whether of several guardians, each with an account of their own, one says yes and
/// another no, at an age at which a guardian's yes counts.
pub(super) fn guardians_disagree(
    purpose: ConsentPurpose,
    age: AgeBand,
    entries: impl IntoIterator<Item = Answered>,
    now: Time,
) -> bool {
    let last = last_words(entries);
    let guardians = || {
        last.iter()
            .filter(|((voice, speaker), _)| *voice == Voice::Guardian && speaker.is_some())
            .map(|(_, answer)| answer)
    };
    let is_yes = |answer: &Answered| {
        answer.kind == ConsentKind::Given && answer.valid_until.is_none_or(|until| until > now)
    };
    let is_no =
        |answer: &Answered| matches!(answer.kind, ConsentKind::Refused | ConsentKind::Withdrawn);
    may_say_yes(purpose, age, Voice::Guardian).is_ok()
        && guardians().any(is_yes)
        && guardians().any(is_no)
}

/// Of every voice the last word. A guardian on paper has no account to tell them apart
/// by: all paper is one voice.
fn last_words(
    entries: impl IntoIterator<Item = Answered>,
) -> BTreeMap<(Voice, Option<PersonId>), Answered> {
    entries
        .into_iter()
        .filter(|entry| entry.kind != ConsentKind::Requested)
        .map(|entry| {
            let speaker = entry.actor.filter(|_| entry.given_by != GivenBy::Paper);
            ((entry.given_by.into(), speaker), entry)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone, Utc};
    use proptest::prelude::*;

    use super::*;

    fn now() -> Time {
        Utc.with_ymd_and_hms(2026, 11, 24, 9, 0, 0)
            .single()
            .expect("a time")
    }

    fn guardian(number: u128, kind: ConsentKind) -> Answered {
        Answered {
            kind,
            given_by: GivenBy::Guardian,
            actor: Some(PersonId(uuid::Uuid::from_u128(number))),
            valid_until: None,
        }
    }

    fn photos(entries: &[Answered]) -> ConsentState {
        fold(
            ConsentPurpose::PhotosInPublic,
            AgeBand::Under13,
            entries.iter().copied(),
            now(),
        )
    }

    #[test]
    fn of_two_guardians_who_disagree_the_no_holds() {
        use ConsentKind::{Given, Refused, Withdrawn};
        assert_eq!(photos(&[guardian(1, Given)]), ConsentState::Given);
        assert_eq!(
            photos(&[guardian(1, Given), guardian(2, Refused)]),
            ConsentState::Refused
        );
        assert_eq!(
            photos(&[guardian(2, Refused), guardian(1, Given)]),
            ConsentState::Refused,
            "whoever came last"
        );
        assert_eq!(
            photos(&[guardian(1, Given), guardian(1, Withdrawn)]),
            ConsentState::Withdrawn
        );
        assert_eq!(
            photos(&[
                guardian(1, Given),
                guardian(1, Withdrawn),
                guardian(1, Given)
            ]),
            ConsentState::Given,
            "a new yes"
        );
    }

    #[test]
    fn a_yes_that_has_run_out_is_none_and_one_of_the_wrong_voice_never_was() {
        let mut yes = guardian(1, ConsentKind::Given);
        yes.valid_until = Some(now() - TimeDelta::seconds(1));
        assert_eq!(photos(&[yes]), ConsentState::Expired);
        let old_enough = fold(
            ConsentPurpose::PhotosInPublic,
            AgeBand::From13,
            [guardian(1, ConsentKind::Given)],
            now(),
        );
        assert_eq!(old_enough, ConsentState::None, "they answer themselves now");
        assert_eq!(photos(&[]), ConsentState::None);
    }

    fn entry() -> impl Strategy<Value = Answered> {
        (
            prop::sample::select(ConsentKind::ALL),
            prop::sample::select(GivenBy::ALL),
            0_u128..3,
            prop::option::of(-5_i64..5),
        )
            .prop_map(|(kind, given_by, who, until)| Answered {
                kind,
                given_by,
                actor: Some(PersonId(uuid::Uuid::from_u128(who))),
                valid_until: until.map(|hours| now() + TimeDelta::hours(hours)),
            })
    }

    fn stands(age: AgeBand, purpose: ConsentPurpose, entries: &[Answered]) -> ConsentState {
        fold(purpose, age, entries.iter().copied(), now())
    }

    proptest! {
        #[test]
        fn what_was_taken_back_is_no_until_the_same_voice_says_yes_again(
            entries in prop::collection::vec(entry(), 0..12),
            age in prop::sample::select(AgeBand::ALL),
            purpose in prop::sample::select(ConsentPurpose::ALL),
            by in entry(),
        ) {
            let back = Answered { kind: ConsentKind::Withdrawn, ..by };
            let mut with = entries;
            with.push(back);
            prop_assert_ne!(stands(age, purpose, &with), ConsentState::Given);
            let other = Answered {
                kind: ConsentKind::Given,
                given_by: GivenBy::Guardian,
                actor: Some(PersonId(uuid::Uuid::from_u128(99))),
                valid_until: None,
            };
            with.push(other);
            prop_assert_ne!(stands(age, purpose, &with), ConsentState::Given);
        }

        #[test]
        fn an_entry_that_comes_twice_changes_nothing(
            entries in prop::collection::vec(entry(), 1..12),
            age in prop::sample::select(AgeBand::ALL),
            purpose in prop::sample::select(ConsentPurpose::ALL),
        ) {
            let doubled: Vec<Answered> = entries.iter().flat_map(|entry| [*entry, *entry]).collect();
            prop_assert_eq!(stands(age, purpose, &entries), stands(age, purpose, &doubled));
        }

        #[test]
        fn a_yes_is_never_made_of_anything_but_a_yes(
            entries in prop::collection::vec(entry(), 0..12),
            age in prop::sample::select(AgeBand::ALL),
            purpose in prop::sample::select(ConsentPurpose::ALL),
        ) {
            if stands(age, purpose, &entries) == ConsentState::Given {
                let a_real_one = entries.iter().any(|entry| {
                    entry.kind == ConsentKind::Given
                        && may_say_yes(purpose, age, entry.given_by.into()).is_ok()
                        && entry.valid_until.is_none_or(|until| until > now())
                });
                prop_assert!(a_real_one);
            }
        }
    }
}
