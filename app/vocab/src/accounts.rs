//! Doors: signing in, passwords, invitations, and the devices a person is signed in on.

use serde::{Deserialize, Serialize};

use crate::consent::ConsentPurpose;
use crate::form::{Checks, FieldError};
use crate::ids::SessionId;
use crate::moment::Moment;
use crate::schools::spell_code;

/// The sign-in form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignIn {
    /// The school's code.
    pub school: String,
    /// The name to sign in with.
    pub username: String,
    /// As typed.
    pub password: String,
    /// Ticked where the device is theirs alone; for students.
    pub own_device: String,
}

impl SignIn {
    /// School code, username and password in their one spelling, or what is missing.
    pub fn validate(&self) -> Result<Self, Vec<FieldError>> {
        let mut checks = Checks::default();
        let school = spell_code(&checks.text("school", &self.school, "your school code", 40));
        let username = checks
            .text("username", &self.username, "your username", 100)
            .to_lowercase();
        if self.password.is_empty() {
            checks.fail("password", "Enter your password");
        } else if self.password.len() > MAX_PASSWORD_BYTES {
            checks.fail("password", "This password is too long");
        }
        checks.finish(|| Self {
            school,
            username,
            password: self.password.clone(),
            own_device: self.own_device.clone(),
        })
    }
}

/// Longer passwords are refused before they are hashed.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Whose password it is: adults need a longer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFor {
    /// Staff and guardians: at least 12 characters.
    Adult,
    /// Students: at least 8 characters.
    Student,
}

impl PasswordFor {
    /// Shorter ones are refused.
    pub fn least_characters(self) -> usize {
        match self {
            Self::Adult => 12,
            Self::Student => 8,
        }
    }
}

/// Checks a new password's length, and nothing about kinds of characters (NIST SP
/// 800-63B-4, 3.1.1.2). Whether others would guess it is for the server to say, which
/// has the lists.
pub fn check_password(checks: &mut Checks, field: &str, password: &str, whose: PasswordFor) {
    let least = whose.least_characters();
    let length = password.chars().count();
    if length == 0 {
        checks.fail(field, "Enter a password");
    } else if length < least {
        checks.fail(
            field,
            format!("Use at least {least} characters. Three or four words make a good password"),
        );
    } else if password.len() > MAX_PASSWORD_BYTES {
        checks.fail(field, "This password is too long");
    }
}

/// A wait as people say it: "20 seconds", "about 3 minutes".
pub fn wait_words(seconds: u64) -> String {
    match seconds {
        0 | 1 => "1 second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("about {} minutes", seconds.div_ceil(60)),
    }
}

/// The form that accepts an invitation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptInvitation {
    /// The name to sign in with.
    pub username: String,
    /// The new password.
    pub password: String,
    /// `yes` where this switch was turned on.
    pub photos_in_school: String,
    /// `yes` where this switch was turned on.
    pub photos_in_public: String,
}

impl AcceptInvitation {
    /// The switches that were turned on. All are off until somebody turns them on.
    pub fn switched_on(&self) -> Vec<ConsentPurpose> {
        [
            (ConsentPurpose::PhotosInSchool, &self.photos_in_school),
            (ConsentPurpose::PhotosInPublic, &self.photos_in_public),
        ]
        .into_iter()
        .filter(|(_, answer)| *answer == "yes")
        .map(|(purpose, _)| purpose)
        .collect()
    }
}

/// What the invited person sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvitationPage {
    /// The school's name.
    pub school: String,
    /// The school's code, which they will need to sign in.
    pub school_code: String,
    /// The person's name.
    pub name: String,
    /// A username to begin with.
    pub username: String,
    /// True for a student, who may choose a shorter password.
    pub is_student: bool,
    /// True for who looks after students, about whom they are asked elsewhere.
    pub is_guardian: bool,
    /// What they may say yes to themselves, and have not answered before.
    pub choices: Vec<ConsentPurpose>,
}

/// The form that changes one's own password.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangePassword {
    /// The old one, to prove who is asking.
    pub current_password: String,
    /// The new one.
    pub new_password: String,
}

/// One device somebody is signed in on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// To end it by.
    pub id: SessionId,
    /// Such as "Chrome on Android".
    pub device: String,
    /// When it was signed in.
    pub signed_in: Moment,
    /// When it was last used, to the minute.
    pub last_used: Moment,
    /// True for the device that asks.
    pub is_this_one: bool,
}

/// A new username and password, shown once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Credential {
    /// Whose.
    pub name: String,
    /// Their year group, where many of the whole school are handed one.
    pub year_group: Option<String>,
    /// The school's code.
    pub school: String,
    /// The name to sign in with.
    pub username: String,
    /// Three words.
    pub password: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_forgives_spaces_and_capitals_but_not_in_the_password() {
        let form = SignIn {
            school: "brk 417".into(),
            username: " Ada ".into(),
            password: " Secret ".into(),
            ..SignIn::default()
        };
        let form = form.validate().expect("all three are there");
        assert_eq!(
            (
                form.school.as_str(),
                form.username.as_str(),
                form.password.as_str()
            ),
            ("BRK417", "ada", " Secret ")
        );
    }
}
