//! Who may answer: purpose by purpose, by the age of the person it is about and by
//! who speaks. A yes needs somebody who may decide; a no is always heard from the
//! person themselves, and from who looks after somebody under 16.
//!
//! UK GDPR Article 8 and section 9 of the Data Protection Act 2018 for the age of 13;
//! for pictures and outings the common practice of schools. A school's data
//! protection lead decides what holds there.

use vocab::consent::{AgeBand, ConsentPurpose, GivenBy};
use vocab::ids::PersonId;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Voice {
    /// The person whom it is about, by screen or on paper.
    Own,
    /// Somebody who looks after them, by screen or on paper.
    Guardian,
    /// The school.
    School,
}

impl Voice {
    /// Whose voice an answer was, at the age of then: paper is signed by whoever the school
    /// asks at that age.
    pub const fn of(given_by: GivenBy, age: AgeBand) -> Self {
        match given_by {
            GivenBy::Own => Self::Own,
            GivenBy::Paper if age.answers_alone() => Self::Own,
            GivenBy::Guardian | GivenBy::Paper => Self::Guardian,
            GivenBy::School => Self::School,
        }
    }
}

/// One of those who may answer, whose last word counts. Of guardians by screen each is one.
/// All guardians on paper are one together: there is no account to tell them apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Speaker {
    /// As whom.
    pub(crate) voice: Voice,
    /// Which guardian.
    guardian: Option<PersonId>,
}

impl Speaker {
    /// Whoever gave an answer, at the age of then.
    pub(crate) fn of(given_by: GivenBy, age: AgeBand, actor: Option<PersonId>) -> Self {
        Self {
            voice: Voice::of(given_by, age),
            guardian: actor.filter(|_| given_by == GivenBy::Guardian),
        }
    }

    /// Somebody at their own screen, who reads about `subject`.
    pub(crate) fn at_screen(reader: PersonId, subject: PersonId) -> Self {
        if reader == subject {
            Self {
                voice: Voice::Own,
                guardian: None,
            }
        } else {
            Self {
                voice: Voice::Guardian,
                guardian: Some(reader),
            }
        }
    }
}

/// Whether a yes of this voice counts; else why not.
pub const fn may_say_yes(
    purpose: ConsentPurpose,
    age: AgeBand,
    voice: Voice,
) -> Result<(), &'static str> {
    use ConsentPurpose::{
        KeepMyWork, NewsOwn, NewsPartners, PhotosInPublic, PhotosInSchool, SchoolRequest,
    };
    match (purpose, age, voice) {
        (_, _, Voice::School) => Err("A school asks; it never answers for anybody."),
        (NewsOwn | NewsPartners | PhotosInSchool | PhotosInPublic, AgeBand::Adult, Voice::Own)
        | (
            PhotosInSchool | PhotosInPublic | KeepMyWork,
            AgeBand::From13 | AgeBand::From16,
            Voice::Own,
        )
        | (PhotosInSchool | PhotosInPublic | KeepMyWork, AgeBand::Under13, Voice::Guardian)
        | (SchoolRequest, AgeBand::Under13 | AgeBand::From13, Voice::Guardian)
        | (SchoolRequest, AgeBand::From16 | AgeBand::Adult, Voice::Own) => Ok(()),
        (NewsOwn | NewsPartners, _, _) => Err("This is for adults, about themselves."),
        (KeepMyWork, AgeBand::Adult, _) => Err("This is about the work of students."),
        (SchoolRequest, AgeBand::Under13 | AgeBand::From13, Voice::Own)
        | (_, AgeBand::Under13, Voice::Own) => {
            Err("A guardian answers this for you. You can always say no yourself.")
        }
        (_, _, Voice::Guardian) => Err("They are old enough to answer this themselves."),
    }
}

/// Whether a no of this voice is heard; else why not.
pub const fn may_say_no(
    purpose: ConsentPurpose,
    age: AgeBand,
    voice: Voice,
) -> Result<(), &'static str> {
    match (age, voice) {
        (_, Voice::Own) | (AgeBand::Under13 | AgeBand::From13, Voice::Guardian) => Ok(()),
        _ => may_say_yes(purpose, age, voice),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// The whole table: who may say yes (Y), only no (n), nothing (-).
    const TABLE: &str = "\
purpose           age          own guardian school
photos_in_school  under_13     n   Y        -
photos_in_school  13_to_15     Y   n        -
photos_in_school  16_or_older  Y   -        -
photos_in_school  adult        Y   -        -
photos_in_public  under_13     n   Y        -
photos_in_public  13_to_15     Y   n        -
photos_in_public  16_or_older  Y   -        -
photos_in_public  adult        Y   -        -
keep_my_work      under_13     n   Y        -
keep_my_work      13_to_15     Y   n        -
keep_my_work      16_or_older  Y   -        -
keep_my_work      adult        n   -        -
news_own          under_13     n   n        -
news_own          13_to_15     n   n        -
news_own          16_or_older  n   -        -
news_own          adult        Y   -        -
news_partners     under_13     n   n        -
news_partners     13_to_15     n   n        -
news_partners     16_or_older  n   -        -
news_partners     adult        Y   -        -
school_request    under_13     n   Y        -
school_request    13_to_15     n   Y        -
school_request    16_or_older  Y   -        -
school_request    adult        Y   -        -
";

    #[test]
    fn who_may_consent_stands_in_a_table_that_can_be_read() {
        let mut table = format!(
            "{:<17} {:<12} {:<3} {:<8} {}\n",
            "purpose", "age", "own", "guardian", "school"
        );
        for purpose in ConsentPurpose::ALL {
            for age in AgeBand::ALL {
                let cell = |voice| {
                    if may_say_yes(*purpose, *age, voice).is_ok() {
                        "Y"
                    } else if may_say_no(*purpose, *age, voice).is_ok() {
                        "n"
                    } else {
                        "-"
                    }
                };
                let _ = writeln!(
                    table,
                    "{:<17} {:<12} {:<3} {:<8} {}",
                    purpose.as_str(),
                    age.as_str(),
                    cell(Voice::Own),
                    cell(Voice::Guardian),
                    cell(Voice::School)
                );
            }
        }
        assert_eq!(table, TABLE);
    }

    #[test]
    fn paper_is_signed_by_whoever_the_school_asks_at_that_age() {
        for (age, voice) in [
            (AgeBand::Under13, Voice::Guardian),
            (AgeBand::From13, Voice::Guardian),
            (AgeBand::From16, Voice::Own),
            (AgeBand::Adult, Voice::Own),
        ] {
            assert_eq!(Voice::of(GivenBy::Paper, age), voice, "{age}");
            let may = may_say_yes(ConsentPurpose::SchoolRequest, age, voice);
            assert_eq!(may, Ok(()), "{age}: paper that nobody may sign");
        }
    }

    #[test]
    fn whoever_may_say_yes_may_say_no() {
        for purpose in ConsentPurpose::ALL {
            for age in AgeBand::ALL {
                for voice in [Voice::Own, Voice::Guardian, Voice::School] {
                    assert!(
                        may_say_yes(*purpose, *age, voice).is_err()
                            || may_say_no(*purpose, *age, voice).is_ok(),
                        "{purpose} {age} {voice:?}"
                    );
                }
            }
        }
    }
}
