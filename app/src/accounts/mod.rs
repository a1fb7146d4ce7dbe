//! Doors: signing in, accepting an invitation, one's own account.

pub mod pages;

/// Whether a browser that is sent to this address stays with us. Browsers read a backslash as a
/// slash and leave tabs and ends of lines out, so that each can hide the second slash of another
/// host.
pub fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(|sign: char| sign == '\\' || sign.is_control())
}

impl From<domain::accounts::Error> for crate::error::AppError {
    fn from(error: domain::accounts::Error) -> Self {
        use domain::accounts::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Consent(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            // The same words for a link that never was: a guess learns nothing.
            Error::InvitationGone => Self::Refused(
                "This link does not work any more. It works once, and for two weeks. Ask the school office for a new one."
                    .to_owned(),
            ),
            Error::AccountClosed | Error::PageTooOld => Self::Refused(error.to_string()),
            Error::Wait { seconds } => Self::SlowDown(seconds),
            Error::Busy => {
                Self::Refused("Very many people are at the door just now. Wait a few seconds, then try again.".to_owned())
            }
            Error::Hashing(reason) => {
                tracing::error!(%reason, "a password could not be hashed");
                Self::Unavailable
            }
        }
    }
}
