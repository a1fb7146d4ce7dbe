//! The school itself: how it is set up, its declaration, and what its admin sees first.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::moment::Moment;

words! {
    /// How old the students are, which decides type size and tone.
    Phase {
        /// Ages 4 to 11.
        Primary = "primary",
        /// Ages 11 to 18.
        Secondary = "secondary",
    }
}

impl Phase {
    /// The phase as people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Secondary => "Secondary",
        }
    }
}

/// The set-up page: the first school and its admin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewSchool {
    /// The one-time code from the server's log.
    pub setup_code: String,
    /// The school's name.
    pub school_name: String,
    /// What people type to say which school: letters and digits.
    pub school_code: String,
    /// A [`Phase`] word.
    pub phase: String,
    /// An IANA zone such as "Europe/London".
    pub time_zone: String,
    /// The admin's given name.
    pub given_name: String,
    /// The admin's family name.
    pub family_name: String,
    /// The admin's name to sign in with.
    pub username: String,
    /// The admin's password.
    pub password: String,
}

/// A school that can be made.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidSchool {
    /// The school's name.
    pub name: String,
    /// Upper case letters and digits, 3 to 12 of them.
    pub code: String,
    /// The phase.
    pub phase: Phase,
    /// An IANA zone; the server checks that it exists.
    pub time_zone: String,
}

/// The admin that comes with a new school.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidAdmin {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The name to sign in with.
    pub username: String,
    /// As typed; it is hashed at once.
    pub password: String,
}

impl NewSchool {
    /// The school and its admin, or everything that is wrong. The set-up code is checked elsewhere.
    pub fn validate(&self) -> Result<(ValidSchool, ValidAdmin), Vec<FieldError>> {
        let mut checks = Checks::default();
        let name = checks.text("school_name", &self.school_name, "the school's name", 120);
        let code = check_code(&mut checks, &self.school_code);
        let phase = check_phase(&mut checks, &self.phase);
        let time_zone = checks.text("time_zone", &self.time_zone, "a time zone", 64);
        let given_name = checks.text("given_name", &self.given_name, "your given name", 100);
        let family_name = checks.text("family_name", &self.family_name, "your family name", 100);
        let username = checks
            .text("username", &self.username, "a username", 64)
            .to_lowercase();
        if !username.is_empty() && !crate::people::is_username(&username) {
            checks.fail(
                "username",
                "Use letters, digits, dots, hyphens or underscores only",
            );
        }
        crate::accounts::check_password(
            &mut checks,
            "password",
            &self.password,
            crate::accounts::PasswordFor::Adult,
        );
        checks.finish(|| {
            (
                ValidSchool {
                    name,
                    code,
                    phase: phase.expect("checked above"),
                    time_zone,
                },
                ValidAdmin {
                    given_name,
                    family_name,
                    username,
                    password: self.password.clone(),
                },
            )
        })
    }
}

/// The form that corrects a school.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SchoolDetails {
    /// The school's name.
    pub school_name: String,
    /// A [`Phase`] word.
    pub phase: String,
    /// An IANA zone such as "Europe/London".
    pub time_zone: String,
}

/// [`SchoolDetails`] that can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidSchoolDetails {
    /// The school's name.
    pub name: String,
    /// The phase.
    pub phase: Phase,
    /// An IANA zone; the server checks that it exists.
    pub time_zone: String,
}

impl SchoolDetails {
    /// The details, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidSchoolDetails, Vec<FieldError>> {
        let mut checks = Checks::default();
        let name = checks.text("school_name", &self.school_name, "the school's name", 120);
        let phase = check_phase(&mut checks, &self.phase);
        let time_zone = checks.text("time_zone", &self.time_zone, "a time zone", 64);
        checks.finish(|| ValidSchoolDetails {
            name,
            phase: phase.expect("checked above"),
            time_zone,
        })
    }
}

fn check_phase(checks: &mut Checks, phase: &str) -> Option<Phase> {
    let phase = phase.parse().ok();
    if phase.is_none() {
        checks.fail("phase", "Choose primary or secondary");
    }
    phase
}

/// The school code in its one spelling, or an error beside `school_code`.
pub fn check_code(checks: &mut Checks, code: &str) -> String {
    let code = spell_code(code);
    let fits = (3..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
    if !fits {
        checks.fail(
            "school_code",
            "Use 3 to 12 letters and digits for the school code",
        );
    }
    code
}

/// "brk 417" and "BRK-417" are the same school.
pub fn spell_code(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .flat_map(char::to_uppercase)
        .collect()
}

/// The school's declaration as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeclarationPage {
    /// Which text is to be signed, such as "2026-11".
    pub text_version: String,
    /// The sentences to agree to.
    pub sentences: Vec<String>,
    /// Who signed and when, if it is signed.
    pub signed: Option<(String, Moment)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_code_has_one_spelling() {
        assert_eq!(spell_code(" brk 4-17 "), "BRK417");
    }
}
