//! Objections: uses of somebody's data that stop at once when they, or who looks after
//! them, object.

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;

words! {
    /// A use of somebody's data that one can object to with a switch.
    ObjectionUse {
        /// Handing in, marks and feedback.
        Teaching = "teaching",
        /// Counting how the platform is used.
        Counting = "counting",
        /// News by mail: direct marketing.
        News = "news",
        /// Running the school: the record of who somebody is, and of what was changed.
        Record = "record",
        /// The account, and the guard against strangers that goes with it.
        SigningIn = "signing_in",
    }
}

impl ObjectionUse {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Teaching => "Teaching",
            Self::Counting => "Counting how pages are used",
            Self::News => "News by mail",
            Self::Record => "Running the school",
            Self::SigningIn => "Signing in, and keeping strangers out",
        }
    }

    /// What happens at once.
    pub const fn what_stops(self) -> &'static str {
        match self {
            Self::Teaching => {
                "Nothing more is saved, handed in, marked or returned. What is there stays, and can be read."
            }
            Self::Counting => "Visits are not counted, not even without a name.",
            Self::News => {
                "No news by mail, and none that is waiting is sent. The school can never undo this."
            }
            Self::Record => {
                "What the school has is kept and nothing else: not changed, not counted, not given to anybody. Staff see the name and that it is restricted. You go on reading and writing."
            }
            Self::SigningIn => {
                "You are signed out everywhere, and nobody can sign in with the account, neither you nor a stranger. To open it again, write to the school."
            }
        }
    }

    /// Whether compelling reasons can ever make it go on: for direct marketing there are
    /// none (UK GDPR Article 21(3)).
    pub const fn can_resume(self) -> bool {
        !matches!(self, Self::News)
    }
}

words! {
    /// How an objection stands.
    ObjectionState {
        /// It holds: the use has stopped.
        Objected = "objected",
        /// The use goes on, for compelling reasons that the school wrote down.
        Resumed = "resumed",
        /// Taken back by who objected.
        TakenBack = "taken_back",
    }
}

words! {
    /// What a reader may do about a use.
    ObjectionStep {
        /// Stop it.
        Object = "object",
        /// Let it go on.
        TakeBack = "take_back",
        /// Say that they disagree with somebody who stopped it.
        Disagree = "disagree",
    }
}

/// The uses of one person's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectionsOf {
    /// Whose data.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// True for the reader themselves.
    pub is_self: bool,
    /// The reader may stop uses of this data.
    pub may_stop: bool,
    /// Each use that can be objected to.
    pub uses: Vec<ObjectionChoice>,
}

/// One use, and the newest objection to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectionChoice {
    /// Which use.
    pub purpose: ObjectionUse,
    /// How the newest objection stands; none where nobody ever objected.
    pub state: Option<ObjectionState>,
    /// Why it goes on, in the school's words.
    pub reasons: Option<String>,
    /// What the reader may do, if anything.
    pub may: Option<ObjectionStep>,
    /// True where it holds, somebody disagrees with it, and the lead knows.
    pub is_disputed: bool,
}

/// The form that objects, or takes an objection back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectionForm {
    /// Whose data.
    pub about: String,
    /// An [`ObjectionUse`] word.
    pub purpose: String,
    /// `object`, `take_back` or `disagree`.
    pub answer: String,
}
