//! The school itself: how the first one is set up, its declaration, and how it leaves.

pub mod colour;
pub mod leaving;
pub mod pages;

pub(crate) use leaving::notice as leaving_notice;

impl From<domain::schools::Error> for crate::error::AppError {
    fn from(error: domain::schools::Error) -> Self {
        use domain::schools::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::ChangedMeanwhile => Self::Refused(
                "Somebody else changed the school while you did. Nothing was overwritten: what you wrote is below, and so is the school as it is now. Save again to keep yours."
                    .to_owned(),
            ),
            Error::LeavesAlready => Self::Refused(
                "Somebody has asked for it already. It stands on this page.".to_owned(),
            ),
            Error::SecondPerson => Self::Refused(
                "A second person has to confirm it: another admin or the data protection lead."
                    .to_owned(),
            ),
            Error::LeavingTooSoon => Self::Refused(
                "Fewer than seven days are left, and everybody has to be told before. Call it off, and ask again with a later day."
                    .to_owned(),
            ),
            Error::EndedByOperator => Self::Refused(
                "Whoever runs Classimize has ended your school's use, and can call it off. Speak to them."
                    .to_owned(),
            ),
            Error::LeavingChanged => Self::Refused(
                "Nothing was changed: it was confirmed or called off just before, or its time is over."
                    .to_owned(),
            ),
            Error::AlreadySigned => Self::Refused(
                "The declaration is signed already, with these words. There is nothing more to do.".to_owned(),
            ),
        }
    }
}
