//! Who decides about each purpose: the school, for which the platform works, or whoever
//! runs the platform. It follows from the purpose alone, so no activity is without one.

use crate::handling::Purpose;

/// Who decides why and how data is used (UK GDPR Articles 4(7), 4(8) and 26).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Responsible {
    /// The school is the controller; whoever runs the platform is its processor.
    School,
    /// Whoever runs the platform is the controller.
    Platform,
}

impl Responsible {
    /// As the notice says it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::School => {
                "The school decides (controller). Whoever runs this platform does what the school says (processor)."
            }
            Self::Platform => "Whoever runs this platform decides (controller).",
        }
    }

    /// What whoever runs the platform is in it, in the law's word.
    pub const fn of_the_platform(self) -> &'static str {
        match self {
            Self::School => "processor",
            Self::Platform => "controller",
        }
    }

    /// Under which paragraph of UK GDPR Article 30 the platform keeps its record.
    pub const fn article(self) -> &'static str {
        match self {
            Self::School => "30(2)",
            Self::Platform => "30(1)",
        }
    }
}

impl Purpose {
    /// Who decides about it.
    pub const fn responsible(self) -> Responsible {
        match self {
            Self::Teaching | Self::RunningTheSchool | Self::SigningIn | Self::Accountability => {
                Responsible::School
            }
            Self::Security | Self::PublicPages => Responsible::Platform,
        }
    }
}
