//! Where a consent stands: a pure fold over its entries. Of every voice the last word
//! counts; one no outweighs every yes, and a yes counts only from a voice that may
//! decide at the age that the person has now. Of a guardian whose tie has ended no yes
//! counts, and a no holds until somebody who may decide says yes after it.

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
    /// False of a guardian who looks after the person no longer.
    pub has_say: bool,
}

impl Answered {
    /// Whether a yes of this voice counts now, however long it lasts.
    fn may_say_yes(&self, purpose: ConsentPurpose, age: AgeBand) -> bool {
        self.has_say && may_say_yes(purpose, age, self.given_by.into()).is_ok()
    }

    /// Whether it is a no.
    pub(super) const fn is_no(&self) -> bool {
        matches!(self.kind, ConsentKind::Refused | ConsentKind::Withdrawn)
    }
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
    let last_yes = last
        .values()
        .filter(|(_, answer)| answer.kind == ConsentKind::Given)
        .filter(|(_, answer)| answer.may_say_yes(purpose, age))
        .map(|(at, _)| *at)
        .max();
    let mut yes = false;
    let mut ran_out = false;
    let mut no = None;
    for (at, answer) in last.into_values() {
        let is_lifted = !answer.has_say && last_yes.is_some_and(|yes| at < yes);
        match answer.kind {
            ConsentKind::Given if !answer.may_say_yes(purpose, age) => {}
            ConsentKind::Given if answer.valid_until.is_some_and(|until| until <= now) => {
                ran_out = true;
            }
            ConsentKind::Given => yes = true,
            ConsentKind::Refused | ConsentKind::Withdrawn if is_lifted => {}
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

/// Whether of the guardians whom the person has now one says yes and another no, at an
/// age at which a guardian's yes counts. What came on paper is one of them.
pub(super) fn guardians_disagree(
    purpose: ConsentPurpose,
    age: AgeBand,
    entries: impl IntoIterator<Item = Answered>,
    now: Time,
) -> bool {
    let last = last_words(entries);
    let guardians = || {
        last.iter()
            .filter(|((voice, _), _)| *voice == Voice::Guardian)
            .map(|(_, (_, answer))| answer)
            .filter(|answer| answer.has_say)
    };
    let is_yes = |answer: &Answered| {
        answer.kind == ConsentKind::Given && answer.valid_until.is_none_or(|until| until > now)
    };
    may_say_yes(purpose, age, Voice::Guardian).is_ok()
        && guardians().any(is_yes)
        && guardians().any(Answered::is_no)
}

/// Of every voice the last word, and its place in the record. A guardian on paper has no
/// account to tell them apart by: all paper is one voice, and whoever writes it in says
/// whether a yes lifts the no before it.
fn last_words(
    entries: impl IntoIterator<Item = Answered>,
) -> BTreeMap<(Voice, Option<PersonId>), (usize, Answered)> {
    entries
        .into_iter()
        .enumerate()
        .filter(|(_, entry)| entry.kind != ConsentKind::Requested)
        .map(|(at, entry)| {
            let speaker = entry.actor.filter(|_| entry.given_by != GivenBy::Paper);
            ((entry.given_by.into(), speaker), (at, entry))
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
            has_say: true,
        }
    }

    /// A guardian whose tie to the child has ended since.
    fn former(number: u128, kind: ConsentKind) -> Answered {
        Answered {
            has_say: false,
            ..guardian(number, kind)
        }
    }

    fn disagree(entries: &[Answered]) -> bool {
        guardians_disagree(
            ConsentPurpose::PhotosInPublic,
            AgeBand::Under13,
            entries.iter().copied(),
            now(),
        )
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
    fn a_guardians_yes_ends_with_their_tie() {
        use ConsentKind::{Given, Refused};
        assert_eq!(photos(&[former(1, Given)]), ConsentState::None);
        assert_eq!(
            photos(&[former(1, Given), guardian(2, Given)]),
            ConsentState::Given,
            "the other's stands"
        );
        assert!(disagree(&[guardian(1, Given), guardian(2, Refused)]));
        assert!(!disagree(&[former(1, Given), guardian(2, Refused)]));
    }

    #[test]
    fn paper_and_screen_disagree_like_two_guardians() {
        use ConsentKind::{Given, Refused};
        let on_paper = |kind| Answered {
            given_by: GivenBy::Paper,
            ..guardian(7, kind)
        };
        for entries in [
            [guardian(1, Given), on_paper(Refused)],
            [on_paper(Given), guardian(1, Refused)],
        ] {
            assert_eq!(photos(&entries), ConsentState::Refused);
            assert!(disagree(&entries));
        }
        assert!(
            !disagree(&[on_paper(Refused), on_paper(Given)]),
            "one voice"
        );
    }

    #[test]
    fn the_no_of_a_former_guardian_holds_until_somebody_who_may_says_yes_after_it() {
        use ConsentKind::{Given, Refused, Withdrawn};
        assert_eq!(
            photos(&[guardian(1, Given), former(2, Refused)]),
            ConsentState::Refused
        );
        assert!(!disagree(&[guardian(1, Given), former(2, Refused)]));
        assert_eq!(
            photos(&[former(2, Refused), former(3, Given)]),
            ConsentState::Refused,
            "nor may another former guardian"
        );
        assert_eq!(
            photos(&[former(2, Refused), guardian(1, Given)]),
            ConsentState::Given
        );
        assert_eq!(
            photos(&[
                former(2, Refused),
                guardian(1, Given),
                guardian(1, Withdrawn)
            ]),
            ConsentState::Withdrawn
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
            any::<bool>(),
        )
            .prop_map(|(kind, given_by, who, until, has_say)| Answered {
                kind,
                given_by,
                actor: Some(PersonId(uuid::Uuid::from_u128(who))),
                valid_until: until.map(|hours| now() + TimeDelta::hours(hours)),
                has_say: has_say || given_by != GivenBy::Guardian,
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
            let back = Answered { kind: ConsentKind::Withdrawn, has_say: true, ..by };
            let mut with = entries;
            with.push(back);
            prop_assert_ne!(stands(age, purpose, &with), ConsentState::Given);
            let other = Answered {
                kind: ConsentKind::Given,
                given_by: GivenBy::Guardian,
                actor: Some(PersonId(uuid::Uuid::from_u128(99))),
                valid_until: None,
                has_say: true,
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
                        && entry.may_say_yes(purpose, age)
                        && entry.valid_until.is_none_or(|until| until > now())
                });
                prop_assert!(a_real_one);
            }
        }
    }
}
