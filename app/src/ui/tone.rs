//! The tone of a status: which ink and tint it takes, and which drawing goes
//! with it where none is named, so that colour never speaks alone.

use super::icon::IconName;

/// What a status says, before its words are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to notice.
    #[default]
    Plain,
    /// Done, safe, given back.
    Ok,
    /// Soon to matter.
    Warn,
    /// Late, missing, refused.
    Error,
    /// Begun, new, worth knowing.
    Info,
}

impl Tone {
    /// The value of `data-tone`; a plain tone sets none.
    pub const fn as_attr(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Ok => Some("ok"),
            Self::Warn => Some("warn"),
            Self::Error => Some("error"),
            Self::Info => Some("info"),
        }
    }

    /// The drawing that goes with the tone.
    pub const fn icon(self) -> IconName {
        match self {
            Self::Plain => IconName::Circle,
            Self::Ok => IconName::TickCircle,
            Self::Warn => IconName::Warn,
            Self::Error => IconName::Error,
            Self::Info => IconName::Info,
        }
    }
}
