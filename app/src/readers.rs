//! Whom a page speaks to. The youngest read larger letters and shorter words; students
//! read larger letters; everybody else is an adult. The shell puts the answer into
//! `<html data-audience>`, and the few words that differ are chosen with `words`.

use domain::Actor;
use vocab::people::Role;
use vocab::schools::Phase;

/// Whom a page speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A student of a primary school.
    Youngest,
    /// A student of a secondary school.
    Student,
    /// Staff and guardians.
    Adult,
}

impl Reader {
    /// Staff are adults, also where they learn in a classroom themselves.
    pub(crate) fn of(actor: &Actor) -> Self {
        match (
            actor.is(Role::Student) && !actor.roles.is_staff(),
            actor.phase,
        ) {
            (true, Phase::Primary) => Self::Youngest,
            (true, Phase::Secondary) => Self::Student,
            (false, _) => Self::Adult,
        }
    }

    /// The value of `data-audience`; adults set none.
    pub(crate) const fn as_audience(self) -> Option<&'static str> {
        match self {
            Self::Youngest => Some("youngest"),
            Self::Student => Some("student"),
            Self::Adult => None,
        }
    }

    /// The words for the youngest, or those for everybody else.
    pub(crate) const fn words(self, youngest: &'static str, others: &'static str) -> &'static str {
        match self {
            Self::Youngest => youngest,
            Self::Student | Self::Adult => others,
        }
    }
}
