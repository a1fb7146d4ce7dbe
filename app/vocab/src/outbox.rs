//! What waits on a tablet to be sent: the states of one item, the steps between them, and
//! when a failed try is repeated. It is pure, so that the browser's script, the pages and
//! the tests follow one table: [`TABLE`] stands in `public/js/offline.js` word for word.

use serde::{Deserialize, Serialize};

words! {
    /// Where an item is.
    ItemState {
        /// On this tablet, sealed.
        Kept = "kept",
        /// On its way; whether it arrived is not known.
        Sending = "sending",
        /// The server has it and answered with a receipt.
        Received = "received",
        /// The server cannot take it as it is; somebody has to look.
        NeedsYou = "needs_you",
    }
}

words! {
    /// What happens to an item.
    Step {
        /// It is sent.
        Send = "send",
        /// No answer came, or the page was closed meanwhile.
        Lost = "lost",
        /// A receipt came.
        Receipt = "receipt",
        /// The server refused it for good.
        Refused = "refused",
    }
}

impl ItemState {
    /// As the item's chip says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Kept => "On this tablet",
            Self::Sending => "Sending",
            Self::Received => "Received",
            Self::NeedsYou => "Needs you",
        }
    }

    /// Where the item is after a step. What was received stays so, whatever comes later:
    /// answers may come twice and out of order.
    #[must_use]
    pub const fn after(self, step: Step) -> Self {
        match (self, step) {
            (Self::Received, _) | (_, Step::Receipt) => Self::Received,
            (_, Step::Send) => Self::Sending,
            (Self::NeedsYou, Step::Lost) | (_, Step::Refused) => Self::NeedsYou,
            (_, Step::Lost) => Self::Kept,
        }
    }
}

/// The table of [`ItemState::after`], as the browser's script holds it.
pub fn table() -> String {
    let rows = ItemState::ALL.iter().map(|state| {
        let steps = Step::ALL
            .iter()
            .map(|step| format!("{step}: '{}'", state.after(*step)));
        format!("{state}: {{ {} }}", steps.collect::<Vec<_>>().join(", "))
    });
    format!("{{ {} }}", rows.collect::<Vec<_>>().join(", "))
}

/// The longest wait between two tries, in seconds.
pub const LONGEST_WAIT_SECONDS: u32 = 300;

/// How many seconds to wait after so many tries: 1, 2, 4 and so on, at most five minutes.
/// The tablet waits between half and the whole of it, so that a class does not come back
/// in one moment.
pub const fn wait_seconds(tries: u32) -> u32 {
    if tries >= 9 {
        LONGEST_WAIT_SECONDS
    } else {
        let doubled = 1 << tries;
        if doubled > LONGEST_WAIT_SECONDS {
            LONGEST_WAIT_SECONDS
        } else {
            doubled
        }
    }
}

words! {
    /// What somebody did without a network.
    Operation {
        /// They wrote.
        Draft = "draft",
        /// They handed in.
        HandIn = "hand_in",
    }
}

words! {
    /// What became of what was done without a network.
    Outcome {
        /// It was done.
        Done = "done",
        /// Two devices wrote different words: one of them is kept aside.
        OtherWords = "other_words",
        /// The work was closed meanwhile.
        Closed = "closed",
        /// It was marked before this arrived.
        Marked = "marked",
        /// The work is not there for this student any more.
        Gone = "gone",
        /// The student has left the school.
        Left = "left",
        /// A rule for what is handed in refused it, such as too many files.
        Refused = "refused",
        /// Somebody objected to this use of their data, and the school stopped it.
        Objected = "objected",
    }
}

impl Outcome {
    /// What the student reads beside what was kept for them.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Done => "Received.",
            Self::OtherWords => {
                "Another device saved different words. Both are kept: the others are in your work, these are here."
            }
            Self::Closed => "This work was closed before this arrived.",
            Self::Marked => "Your teacher had marked this before it arrived.",
            Self::Gone => "This work is not set for you any more.",
            Self::Left => "You had left the school.",
            Self::Refused => {
                "This could not be taken in as it was. An answer may have up to 200000 characters and 20 files."
            }
            Self::Objected => {
                "You, or somebody for you, objected to the use of your data for schoolwork. While that holds nothing of yours is taken in. Ask your teacher."
            }
        }
    }
}

/// What was done, as it is sealed; the bytes of the files follow it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sealed {
    /// By whose sign-in it was made.
    pub ticket: String,
    /// What was done.
    pub operation: Operation,
    /// To which work.
    pub assignment: crate::ids::AssignmentId,
    /// The draft's version that the words began from.
    pub version: i32,
    /// The keys of what was sealed before and these words go on from: what the same page
    /// sealed, and what it showed. Nothing where an earlier version of the script made it.
    #[serde(default)]
    pub after: Vec<uuid::Uuid>,
    /// The words.
    pub text: String,
    /// The tablet's own clock, RFC 3339.
    pub made_at: String,
    /// The files, in the order of their bytes.
    #[serde(default)]
    pub files: Vec<SealedFile>,
}

/// A file among what is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedFile {
    /// As it is called on the tablet.
    pub name: String,
    /// What the browser takes it for.
    pub media_type: String,
    /// In bytes.
    pub size: usize,
}

/// What stands outside the seal, for the tablet that keeps it. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The item's own key: the same key of one person is never applied twice.
    pub id: uuid::Uuid,
    /// A number for this person on this tablet, that tells nothing of either.
    pub owner: String,
    /// Which of the server's keys it is sealed for.
    pub key: String,
}

/// What a tablet may do without a network until the sign-in ends. It stays in the page
/// that asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Whose sign-in this is, in the server's words.
    pub ticket: String,
    /// Proves what was made under it; hexadecimal.
    pub ticket_key: String,
    /// Encrypts what is kept on the tablet to be read; hexadecimal.
    pub data_key: String,
    /// Proves when the page was touched last; hexadecimal. None where the page does not lock
    /// itself.
    pub touch_key: Option<String>,
    /// The number of [`Label::owner`].
    pub owner: String,
    /// What items are sealed for: a point of P-256, hexadecimal.
    pub public_key: String,
    /// Its short name.
    pub key: String,
    /// Until when items may be made; RFC 3339.
    pub expires_at: String,
    /// After so many minutes without a touch the page locks itself; never on a device that
    /// is somebody's own.
    pub idle_minutes: Option<i64>,
    /// The device is this person's own: what is kept to read stays when the browser closes.
    pub is_own: bool,
}

/// What the owner reads in the answer to an item, and nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What became of it.
    pub outcome: Outcome,
    /// When the server had it: hours and minutes at the school.
    pub at: String,
    /// The reference to show, such as "KX4-72M-9TQ"; empty for a draft.
    pub reference: String,
    /// The draft's version now.
    pub version: i32,
}

/// Something from a tablet that waits for its owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// Which.
    pub id: uuid::Uuid,
    /// The work, if it is still there for them.
    pub work: Option<(crate::ids::AssignmentId, String)>,
    /// What became of it.
    pub outcome: Outcome,
    /// It was to be handed in, and something newer was handed in before it arrived.
    pub is_older: bool,
    /// What was written.
    pub text: String,
    /// By the tablet's own clock.
    pub made: crate::moment::Moment,
    /// When the server had it.
    pub received: crate::moment::Moment,
    /// Its files.
    pub files: Vec<crate::assignments::FileSummary>,
}

impl Waiting {
    /// Why it waits, as its owner reads it.
    pub const fn why(&self) -> &'static str {
        if self.is_older {
            "Another device handed this work in before this arrived. That hand-in stands, with its receipt and its time. What is here was made earlier and was not handed in. If it is the better one, put it into your work and hand in again."
        } else {
            self.outcome.words()
        }
    }
}

/// A pack: what a student can read without a network. Each piece of work is fetched by
/// itself, so that one that cannot be had leaves the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackList {
    /// Work to do first, then what came back.
    pub works: Vec<crate::ids::AssignmentId>,
    /// What the student is called on their own tablet.
    pub name: String,
}

/// The largest item, in bytes; what a tablet keeps is bounded by the same number.
pub const MAX_ITEM_BYTES: usize = 12 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_received_stays_received_and_a_refusal_is_not_dropped() {
        for step in Step::ALL {
            assert_eq!(ItemState::Received.after(*step), ItemState::Received);
            assert_ne!(
                ItemState::NeedsYou.after(*step),
                ItemState::Kept,
                "{step}: it would be tried again without anybody"
            );
        }
    }

    #[test]
    fn a_tablet_waits_longer_each_time_and_at_most_five_minutes() {
        let waits: Vec<u32> = (0..11).map(wait_seconds).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn a_refusal_names_what_an_answer_may_have() {
        use crate::assignments::{MAX_ANSWER_CHARS, MAX_FILES};
        let limits = format!("{MAX_ANSWER_CHARS} characters and {MAX_FILES} files");
        assert!(Outcome::Refused.words().contains(&limits));
    }

    #[test]
    fn the_browsers_script_follows_this_table() {
        let script = include_str!("../../../public/js/offline.js");
        let line = format!("const AFTER = {};", table());
        assert!(
            script.contains(&line),
            "put this line into offline.js:\n{line}"
        );
    }
}
