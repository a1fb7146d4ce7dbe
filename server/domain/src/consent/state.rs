//! Where a consent stands: a pure fold over its entries. Of every voice the last word
//! counts, and only where that voice may say it at the age that the person has now: a yes
//! of who may decide, a no of who is heard. Of these one no outweighs every yes. Of a
//! guardian whose tie has ended no yes counts, and a no holds until somebody who may decide
//! says yes after it. Whoever takes their own no back is as if they had not answered.

use std::collections::BTreeMap;

use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, ConsentState, GivenBy};
use vocab::ids::PersonId;

use super::authority::{Speaker, Voice, may_say_no, may_say_yes};
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
    /// How old the person was then: whoever signed on paper follows from it.
    pub age: AgeBand,
    /// A yes ends here.
    pub valid_until: Option<Time>,
    /// False of a guardian who looks after the person no longer.
    pub has_say: bool,
}

impl Answered {
    /// Who said it.
    pub(super) fn speaker(&self) -> Speaker {
        Speaker::of(self.given_by, self.age, self.actor)
    }

    /// Whether a yes of this voice counts at an age, however long it lasts.
    fn may_say_yes(&self, purpose: ConsentPurpose, age: AgeBand) -> bool {
        self.has_say && may_say_yes(purpose, age, self.speaker().voice).is_ok()
    }

    /// Whether it is a no that counts at an age. One that was said while somebody was younger
    /// ends when its voice is not heard any more.
    fn is_heard_as_no(&self, purpose: ConsentPurpose, age: AgeBand) -> bool {
        self.is_no() && may_say_no(purpose, age, self.speaker().voice).is_ok()
    }

    /// Whether it is a no.
    pub(super) const fn is_no(&self) -> bool {
        matches!(self.kind, ConsentKind::Refused | ConsentKind::Withdrawn)
    }
}

/// Where a consent stands now, about somebody who is of this age now. The entries are in the
/// order of the record; one that comes twice changes nothing.
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
            ConsentKind::Refused | ConsentKind::Withdrawn
                if is_lifted || !answer.is_heard_as_no(purpose, age) => {}
            ConsentKind::Withdrawn => no = Some(ConsentState::Withdrawn),
            ConsentKind::Refused => {
                no = no.or(Some(ConsentState::Refused));
            }
            ConsentKind::Requested | ConsentKind::Lifted => {}
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

/// Whether a no of this speaker holds now: one that they may take back.
pub(crate) fn holds_a_no(
    (purpose, age): (ConsentPurpose, AgeBand),
    speaker: Speaker,
    entries: impl IntoIterator<Item = Answered>,
) -> bool {
    last_words(entries)
        .get(&speaker)
        .is_some_and(|(_, answer)| answer.is_heard_as_no(purpose, age))
}

/// Between whom answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// Two guardians.
    Guardians,
    /// The student and a guardian.
    StudentAndGuardian,
}

/// Between whom of those who have a say now one says yes and another no, both of which count
/// at this age; none where they agree. What came on paper is one of the guardians, or the
/// student who signed it.
pub(super) fn disagreement(
    purpose: ConsentPurpose,
    age: AgeBand,
    entries: impl IntoIterator<Item = Answered>,
    now: Time,
) -> Option<Between> {
    let last = last_words(entries);
    let of = |voice: Voice| {
        last.iter()
            .filter(move |(speaker, _)| speaker.voice == voice)
            .map(|(_, (_, answer))| answer)
            .filter(|answer| answer.has_say)
    };
    let says_yes = |voice: Voice| {
        of(voice).any(|answer| {
            answer.kind == ConsentKind::Given
                && answer.may_say_yes(purpose, age)
                && answer.valid_until.is_none_or(|until| until > now)
        })
    };
    let says_no = |voice: Voice| of(voice).any(|answer| answer.is_heard_as_no(purpose, age));
    let (own, guardian) = (Voice::Own, Voice::Guardian);
    if says_yes(guardian) && says_no(guardian) {
        Some(Between::Guardians)
    } else if (says_yes(own) && says_no(guardian)) || (says_yes(guardian) && says_no(own)) {
        Some(Between::StudentAndGuardian)
    } else {
        None
    }
}

/// Of everybody the last word, and its place in the record. Of paper, whoever writes it in
/// says whether a yes lifts the no before it.
fn last_words(entries: impl IntoIterator<Item = Answered>) -> BTreeMap<Speaker, (usize, Answered)> {
    entries
        .into_iter()
        .enumerate()
        .filter(|(_, entry)| entry.kind != ConsentKind::Requested)
        .map(|(at, entry)| (entry.speaker(), (at, entry)))
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
            age: AgeBand::Under13,
            valid_until: None,
            has_say: true,
        }
    }

    /// The person whom it is about.
    fn own(kind: ConsentKind) -> Answered {
        Answered {
            given_by: GivenBy::Own,
            ..guardian(50, kind)
        }
    }

    /// A guardian whose tie to the child has ended since.
    fn former(number: u128, kind: ConsentKind) -> Answered {
        Answered {
            has_say: false,
            ..guardian(number, kind)
        }
    }

    fn between(age: AgeBand, entries: &[Answered]) -> Option<Between> {
        let public = ConsentPurpose::PhotosInPublic;
        disagreement(public, age, entries.iter().copied(), now())
    }

    fn disagree(entries: &[Answered]) -> bool {
        between(AgeBand::Under13, entries) == Some(Between::Guardians)
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

    #[test]
    fn growing_older_changes_whose_no_holds_and_whose_yes_counts() {
        use ConsentKind::{Given, Lifted, Refused};
        let public = ConsentPurpose::PhotosInPublic;
        let older = Answered {
            age: AgeBand::From13,
            ..own(Given)
        };
        // Refused at 11 by a guardian; from 13 on there is a yes of their own.
        let refused = [guardian(1, Refused), older];
        for (age, state) in [
            (AgeBand::Under13, ConsentState::Refused),
            (AgeBand::From13, ConsentState::Refused),
            (AgeBand::From16, ConsentState::Given),
            (AgeBand::Adult, ConsentState::Given),
        ] {
            assert_eq!(stands(age, public, &refused), state, "{age}");
        }
        let lifted = [guardian(1, Refused), older, guardian(1, Lifted)];
        assert_eq!(
            stands(AgeBand::From13, public, &lifted),
            ConsentState::Given
        );
        // A guardian answers the school until 16, and nobody but the student after that.
        let trip = ConsentPurpose::SchoolRequest;
        for (kind, young, old) in [
            (Given, ConsentState::Given, ConsentState::None),
            (Refused, ConsentState::Refused, ConsentState::None),
        ] {
            let entries = [guardian(1, kind)];
            assert_eq!(stands(AgeBand::Under13, trip, &entries), young);
            assert_eq!(stands(AgeBand::From13, trip, &entries), young);
            assert_eq!(stands(AgeBand::From16, trip, &entries), old);
        }
    }

    #[test]
    fn whose_no_holds_is_the_table_of_who_may_say_no() {
        for purpose in ConsentPurpose::ALL {
            for age in AgeBand::ALL {
                for given_by in [GivenBy::Own, GivenBy::Guardian, GivenBy::School] {
                    let no = Answered {
                        given_by,
                        ..guardian(1, ConsentKind::Refused)
                    };
                    let is_heard = may_say_no(*purpose, *age, Voice::of(given_by, *age)).is_ok();
                    let state = stands(*age, *purpose, &[no]);
                    assert_eq!(
                        state == ConsentState::Refused,
                        is_heard,
                        "{purpose} {age} {given_by}"
                    );
                    let speaker = no.speaker();
                    assert_eq!(holds_a_no((*purpose, *age), speaker, [no]), is_heard);
                }
            }
        }
    }

    #[test]
    fn a_no_by_a_slip_is_taken_back_and_the_guardians_yes_counts_again() {
        use ConsentKind::{Given, Lifted, Refused, Requested};
        let asked = Answered {
            given_by: GivenBy::School,
            ..guardian(9, Requested)
        };
        let trip =
            |entries: &[Answered]| stands(AgeBand::Under13, ConsentPurpose::SchoolRequest, entries);
        let slip = [asked, guardian(1, Given), own(Refused)];
        assert_eq!(trip(&slip), ConsentState::Refused);
        let back = [asked, guardian(1, Given), own(Refused), own(Lifted)];
        assert_eq!(trip(&back), ConsentState::Given);
        let alone = [asked, own(Refused), own(Lifted)];
        assert_eq!(trip(&alone), ConsentState::Waiting, "it is no yes");
        let other = [own(Refused), guardian(1, Lifted), guardian(2, Given)];
        assert_eq!(trip(&other), ConsentState::Refused, "nobody else's");
    }

    #[test]
    fn paper_of_a_student_who_answers_alone_is_their_own_word_and_a_guardians_stays_a_guardians() {
        use ConsentKind::{Given, Refused};
        let on_paper = |age, kind| Answered {
            given_by: GivenBy::Paper,
            age,
            ..guardian(7, kind)
        };
        let trip =
            |entries: &[Answered]| stands(AgeBand::From16, ConsentPurpose::SchoolRequest, entries);
        let (young, old) = (AgeBand::From13, AgeBand::From16);
        assert_eq!(trip(&[on_paper(old, Given)]), ConsentState::Given);
        assert_eq!(trip(&[on_paper(old, Refused)]), ConsentState::Refused);
        assert_eq!(
            trip(&[on_paper(old, Refused), own(Given)]),
            ConsentState::Given,
            "one voice"
        );
        for kind in [Given, Refused] {
            assert_eq!(trip(&[on_paper(young, kind)]), ConsentState::None);
        }
    }

    #[test]
    fn a_student_and_a_guardian_disagree_where_both_count() {
        use ConsentKind::{Given, Lifted, Refused};
        let both = Some(Between::StudentAndGuardian);
        let child_says_no = [guardian(1, Given), own(Refused)];
        assert_eq!(between(AgeBand::Under13, &child_says_no), both);
        assert_eq!(
            between(AgeBand::From13, &child_says_no),
            None,
            "the guardian's yes has ended"
        );
        let guardian_says_no = [guardian(1, Refused), own(Given)];
        assert_eq!(between(AgeBand::From13, &guardian_says_no), both);
        for age in [AgeBand::Under13, AgeBand::From16] {
            assert_eq!(between(age, &guardian_says_no), None, "{age}");
        }
        let taken_back = [guardian(1, Given), own(Refused), own(Lifted)];
        assert_eq!(between(AgeBand::Under13, &taken_back), None);
        let all = [guardian(1, Given), guardian(2, Refused), own(Refused)];
        assert_eq!(
            between(AgeBand::Under13, &all),
            Some(Between::Guardians),
            "two guardians first"
        );
    }

    fn entry() -> impl Strategy<Value = Answered> {
        (
            prop::sample::select(ConsentKind::ALL),
            prop::sample::select(GivenBy::ALL),
            0_u128..3,
            prop::sample::select(AgeBand::ALL),
            prop::option::of(-5_i64..5),
            any::<bool>(),
        )
            .prop_map(|(kind, given_by, who, age, until, has_say)| Answered {
                kind,
                given_by,
                actor: Some(PersonId(uuid::Uuid::from_u128(who))),
                age,
                valid_until: until.map(|hours| now() + TimeDelta::hours(hours)),
                has_say: has_say || given_by != GivenBy::Guardian,
            })
    }

    fn stands(age: AgeBand, purpose: ConsentPurpose, entries: &[Answered]) -> ConsentState {
        fold(purpose, age, entries.iter().copied(), now())
    }

    /// The entries without the answers of one speaker. What was asked stays.
    fn without(entries: &[Answered], speaker: Speaker) -> Vec<Answered> {
        entries
            .iter()
            .copied()
            .filter(|entry| entry.kind == ConsentKind::Requested || entry.speaker() != speaker)
            .collect()
    }

    proptest! {
        #[test]
        fn what_was_taken_back_is_no_while_its_voice_is_heard_and_until_it_says_otherwise(
            entries in prop::collection::vec(entry(), 0..12),
            age in prop::sample::select(AgeBand::ALL),
            purpose in prop::sample::select(ConsentPurpose::ALL),
            by in entry(),
        ) {
            let back = Answered { kind: ConsentKind::Withdrawn, has_say: true, ..by };
            let rest = without(&entries, back.speaker());
            let mut with = entries;
            with.push(back);
            if may_say_no(purpose, age, back.speaker().voice).is_err() {
                prop_assert_eq!(stands(age, purpose, &with), stands(age, purpose, &rest));
                return Ok(());
            }
            prop_assert_ne!(stands(age, purpose, &with), ConsentState::Given);
            let other = Answered {
                kind: ConsentKind::Given,
                given_by: GivenBy::Guardian,
                actor: Some(PersonId(uuid::Uuid::from_u128(99))),
                age,
                valid_until: None,
                has_say: true,
            };
            with.push(other);
            prop_assert_ne!(stands(age, purpose, &with), ConsentState::Given);
        }

        #[test]
        fn who_takes_a_no_back_is_as_if_they_had_not_answered(
            entries in prop::collection::vec(entry(), 0..12),
            age in prop::sample::select(AgeBand::ALL),
            purpose in prop::sample::select(ConsentPurpose::ALL),
            by in entry(),
        ) {
            let lifted = Answered { kind: ConsentKind::Lifted, ..by };
            let rest = without(&entries, lifted.speaker());
            let mut with = entries;
            with.push(lifted);
            prop_assert_eq!(stands(age, purpose, &with), stands(age, purpose, &rest));
            prop_assert!(!holds_a_no((purpose, age), lifted.speaker(), with));
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
