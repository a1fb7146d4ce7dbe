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
    }
}

impl ObjectionUse {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Teaching => "Teaching",
            Self::Counting => "Counting how pages are used",
            Self::News => "News by mail",
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

/// The uses of one person's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectionsOf {
    /// Whose data.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// True for the reader themselves.
    pub is_self: bool,
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
    /// True where the reader made the objection, and it holds.
    pub can_take_back: bool,
}

/// The form that objects, or takes an objection back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectionForm {
    /// Whose data.
    pub about: String,
    /// An [`ObjectionUse`] word.
    pub purpose: String,
    /// `object` or `take_back`.
    pub answer: String,
}
