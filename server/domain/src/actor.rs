//! Who is asking. An [`Actor`] is made from a session by
//! [`accounts::sessions`](crate::accounts::sessions) and handed to every rule.

use chrono_tz::Tz;
use vocab::ids::{AccountId, PersonId, SchoolId, SessionId};
use vocab::people::{Role, Roles};
use vocab::schools::Phase;

use crate::clock::Time;
use crate::looks::Looks;
use crate::reading::Appearance;

/// Whose device somebody is signed in on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDevice {
    /// Nobody said: at home, or in a computer room.
    #[default]
    Unknown,
    /// A class shares it: staff enrolled it so.
    Shared,
    /// Theirs alone: staff enrolled it so, or they said so when they signed in.
    Own,
}

/// A signed-in person, with what almost every page needs to know of them.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The school whose world they are in.
    pub school: SchoolId,
    /// Who they are in it.
    pub person: PersonId,
    /// What they signed in with.
    pub account: AccountId,
    /// The sign-in itself.
    pub session: SessionId,
    /// Whose device it is on.
    pub on_device: OnDevice,
    /// Roles that have not ended.
    pub roles: Roles,
    /// Given and family name.
    pub name: String,
    /// The school's name.
    pub school_name: String,
    /// The school's code.
    pub school_code: String,
    /// How old its students are.
    pub phase: Phase,
    /// The school's time zone.
    pub time_zone: Tz,
    /// How pages look for them.
    pub appearance: Appearance,
    /// What is announced to everybody, in words for who they are.
    pub announcement: Option<String>,
    /// When their school leaves the platform, or has left it; none where it stays.
    pub leaves_at: Option<Time>,
    /// Whose data they have seen in this request, to be written down.
    pub looks: Looks,
}

impl Actor {
    /// True if they have `role`.
    pub const fn is(&self, role: Role) -> bool {
        self.roles.has(role)
    }

    /// The same person with a guardian's eyes alone, where they are one.
    pub(crate) fn as_guardian(&self) -> Option<Self> {
        self.is(Role::Guardian).then(|| Self {
            roles: Roles::default().with(Role::Guardian),
            ..self.clone()
        })
    }

    /// Two letters for the round badge beside the name.
    pub fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// The first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_come_from_the_first_and_last_word() {
        assert_eq!(initials("Siân Mair O'Brien"), "SO");
        assert_eq!(initials("Cher"), "C");
        assert_eq!(initials(""), "");
    }
}
