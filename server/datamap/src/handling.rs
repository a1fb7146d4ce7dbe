//! Why data is kept and for how long: purposes, lawful bases, and the default
//! retention rules, which a school may shorten or lengthen within limits.

use crate::class::Subject;

/// What data is used for. Marketing and advertising are not in the list and so
/// cannot be written:
///
/// ```compile_fail
/// let for_sale = datamap::Purpose::Marketing;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Setting work, answering it, marking it.
    Teaching,
    /// Knowing who belongs to the school and to which class.
    RunningTheSchool,
    /// Letting people sign in.
    SigningIn,
    /// Keeping strangers out.
    Security,
    /// Being able to show what was done, by whom, and on what authority.
    Accountability,
    /// Running the public pages, which belong to no school.
    PublicPages,
}

/// What allows the use: an article of the UK GDPR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawfulBasis {
    /// Article 6(1)(e): the school's task in the public interest.
    PublicTask,
    /// Article 6(1)(c): a duty that the law lays on the school.
    LegalObligation,
    /// Article 6(1)(c) with Article 9(2)(g): the duty to make reasonable adjustments, for
    /// data that may say something about health.
    ReasonableAdjustments,
    /// Article 6(1)(f): the legitimate interests of whoever runs the platform.
    LegitimateInterests,
}

/// Purpose, basis and retention, which most columns of a table share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handling {
    /// What it is used for.
    pub purpose: Purpose,
    /// What allows it.
    pub lawful_basis: LawfulBasis,
    /// How long it is kept.
    pub retention: Retention,
}

/// The named rules for how long data is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// People, their places, their accounts.
    Account,
    /// An invitation or account that was never used.
    NeverUsed,
    /// A sign-in.
    SignIn,
    /// Wrong guesses at a password.
    SecurityLog,
    /// What students hand in.
    StudentWork,
    /// Marks and feedback.
    Marks,
    /// What teachers set.
    Material,
    /// The record of changes.
    ChangeRecord,
    /// Imports, and what undoing them needs.
    Import,
    /// Declarations.
    Evidence,
    /// Answers to questions of consent.
    Consent,
    /// Requests of people about their data.
    RightsRequest,
    /// Who looked at whose data.
    Looks,
    /// Breaches, disclosures, reviews and support grants.
    Register,
    /// Which mail went to whom; its words go as soon as it was sent.
    Mail,
    /// What was done without a network.
    Outbox,
    /// What somebody reported.
    Report,
}

/// From when a period counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The person left the school.
    LeftSchool,
    /// The last of their children left the school.
    LastChildLeft,
    /// The school year ended.
    EndOfSchoolYear,
    /// The row was written.
    Written,
    /// The row ran out or was ended.
    Ended,
    /// The school stopped using the platform.
    SchoolLeft,
}

/// How long after its anchor data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Days of 24 hours.
    Days(u16),
    /// Calendar months.
    Months(u16),
}

/// One line of the retention schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionRule {
    /// The schedule's own name for it, such as "student.account".
    pub code: &'static str,
    /// Whose data; [`Subject::Anybody`] where it makes no difference.
    pub subject: Subject,
    /// From when it counts.
    pub anchor: Anchor,
    /// For how long.
    pub period: Period,
    /// Only rows in which this column holds this word. The rest of a table goes by the
    /// first rule of its retention, from the same anchor.
    pub only: Option<(&'static str, &'static str)>,
}

impl RetentionRule {
    const fn new(code: &'static str, subject: Subject, anchor: Anchor, period: Period) -> Self {
        Self {
            code,
            subject,
            anchor,
            period,
            only: None,
        }
    }

    const fn only(mut self, column: &'static str, word: &'static str) -> Self {
        self.only = Some((column, word));
        self
    }

    /// The least and the most that a school may choose, and why.
    pub const fn bounds(&self) -> Bounds {
        use Period::{Days, Months};
        let (least, most, because) = match self.anchor {
            // A leaver comes back, or asks for what they made.
            Anchor::LeftSchool => (
                Months(1),
                Months(84),
                "leavers come back, and ask for their work",
            ),
            Anchor::LastChildLeft => (Months(1), Months(24), "a family may still have questions"),
            Anchor::EndOfSchoolYear => (
                Months(1),
                Months(72),
                "a result can be asked about after the year has ended",
            ),
            Anchor::Written | Anchor::Ended => (
                Days(7),
                Months(72),
                "what was done can be looked into for a while",
            ),
            Anchor::SchoolLeft => (
                Months(1),
                Months(84),
                "the school fetches its own material first",
            ),
        };
        // What no school can choose: the same for all, or laid down.
        let fixed = match self.code.as_bytes() {
            b"consent" => {
                "the record of consents is evidence, and is only added to (Limitation Act 1980, section 5)"
            }
            b"evidence" => {
                "the school has to show what it did for six years (Limitation Act 1980, section 5)"
            }
            b"session" | b"security_log" => "the server ends them for every school alike",
            b"outbox" => {
                "a tablet may deliver for sixty days, and nothing may be taken twice meanwhile"
            }
            b"report" => "who was hurt may come back to it for a year, and nobody keeps it longer",
            b"material" => "it is the school's own as long as it is here",
            b"rights_request" | b"complaint" => {
                return Bounds {
                    least: Months(12),
                    most: Months(72),
                    because: "the school has to show that it answered (UK GDPR Article 5(2))",
                };
            }
            b"import" => {
                return Bounds {
                    least: Days(30),
                    most: Months(12),
                    because: "an import can be undone for thirty days",
                };
            }
            _ => {
                return Bounds {
                    least,
                    most,
                    because,
                };
            }
        };
        Bounds {
            least: self.period,
            most: self.period,
            because: fixed,
        }
    }
}

/// Within what a school may choose its own period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Not shorter than this, whoever asks.
    pub least: Period,
    /// Not longer than this.
    pub most: Period,
    /// Why not shorter.
    pub because: &'static str,
}

impl Period {
    /// How long, to be compared with another: a month as thirty days.
    pub const fn about_days(self) -> u32 {
        match self {
            Self::Days(days) => days as u32,
            Self::Months(months) => months as u32 * 30,
        }
    }
}

impl Retention {
    /// Every rule's name.
    pub const ALL: [Self; 17] = [
        Self::Account,
        Self::NeverUsed,
        Self::SignIn,
        Self::SecurityLog,
        Self::StudentWork,
        Self::Marks,
        Self::Material,
        Self::ChangeRecord,
        Self::Import,
        Self::Evidence,
        Self::Consent,
        Self::RightsRequest,
        Self::Looks,
        Self::Register,
        Self::Mail,
        Self::Outbox,
        Self::Report,
    ];

    /// The lines of the schedule: several where it depends on whose data it is.
    pub const fn rules(self) -> &'static [RetentionRule] {
        use Anchor::{EndOfSchoolYear, Ended, LastChildLeft, LeftSchool, SchoolLeft, Written};
        use Period::{Days, Months};
        use Subject::{Anybody, Guardian, Staff, Student};
        match self {
            Self::Account => {
                const {
                    &[
                        RetentionRule::new("student.account", Student, LeftSchool, Months(12)),
                        RetentionRule::new("staff.account", Staff, LeftSchool, Months(6)),
                        RetentionRule::new("guardian.account", Guardian, LastChildLeft, Months(6)),
                    ]
                }
            }
            Self::NeverUsed => {
                const { &[RetentionRule::new("never_used", Anybody, Written, Days(90))] }
            }
            Self::SignIn => const { &[RetentionRule::new("session", Anybody, Ended, Days(30))] },
            Self::SecurityLog => {
                const {
                    &[RetentionRule::new(
                        "security_log",
                        Anybody,
                        Written,
                        Days(30),
                    )]
                }
            }
            Self::StudentWork => {
                const {
                    &[RetentionRule::new(
                        "assignment.submission",
                        Student,
                        EndOfSchoolYear,
                        Months(12),
                    )]
                }
            }
            Self::Marks => {
                const {
                    &[RetentionRule::new(
                        "assessment.mark",
                        Student,
                        EndOfSchoolYear,
                        Months(12),
                    )]
                }
            }
            Self::Material => {
                const { &[RetentionRule::new("material", Staff, SchoolLeft, Months(1))] }
            }
            Self::ChangeRecord => {
                const {
                    &[RetentionRule::new(
                        "change_record",
                        Anybody,
                        Written,
                        Months(24),
                    )]
                }
            }
            Self::Import => const { &[RetentionRule::new("import", Anybody, Written, Days(90))] },
            Self::Looks => {
                const {
                    &[RetentionRule::new(
                        "access_event",
                        Anybody,
                        Written,
                        Months(24),
                    )]
                }
            }
            Self::Register => {
                const { &[RetentionRule::new("register", Anybody, Written, Months(72))] }
            }
            Self::Report => const { &[RetentionRule::new("report", Anybody, Ended, Months(12))] },
            Self::Outbox => const { &[RetentionRule::new("outbox", Student, Written, Days(90))] },
            Self::Mail => const { &[RetentionRule::new("mail", Anybody, Written, Days(90))] },
            Self::RightsRequest => {
                const {
                    &[
                        RetentionRule::new("rights_request", Anybody, Ended, Months(36)),
                        RetentionRule::new("complaint", Anybody, Ended, Months(72))
                            .only("kind", "complaint"),
                    ]
                }
            }
            Self::Consent => {
                const {
                    &[RetentionRule::new(
                        "consent",
                        Anybody,
                        LeftSchool,
                        Months(72),
                    )]
                }
            }
            Self::Evidence => {
                const {
                    &[RetentionRule::new(
                        "evidence",
                        Staff,
                        SchoolLeft,
                        Months(72),
                    )]
                }
            }
        }
    }
}
