//! The school itself: how it is set up, its declaration, and what its admin sees first.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::moment::Moment;
use crate::people::looks_like_email;

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
    /// An IANA zone that exists.
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
    /// The school and its admin, or everything that is wrong. `is_zone` knows the time
    /// zones; the set-up code is checked elsewhere.
    pub fn validate(
        &self,
        is_zone: impl Fn(&str) -> bool,
    ) -> Result<(ValidSchool, ValidAdmin), Vec<FieldError>> {
        let mut checks = Checks::default();
        let name = checks.text("school_name", &self.school_name, "the school's name", 120);
        let code = check_code(&mut checks, &self.school_code);
        let phase = check_phase(&mut checks, &self.phase);
        let time_zone = check_zone(&mut checks, &self.time_zone, is_zone);
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
    /// What the school was like as the form was opened.
    pub seen: String,
}

/// [`SchoolDetails`] that can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidSchoolDetails {
    /// The school's name.
    pub name: String,
    /// The phase.
    pub phase: Phase,
    /// An IANA zone that exists.
    pub time_zone: String,
    /// What the school was like as the form was opened.
    pub seen: String,
}

impl SchoolDetails {
    /// The details, or everything that is wrong. `is_zone` knows the time zones.
    pub fn validate(
        &self,
        is_zone: impl Fn(&str) -> bool,
    ) -> Result<ValidSchoolDetails, Vec<FieldError>> {
        let mut checks = Checks::default();
        let name = checks.text("school_name", &self.school_name, "the school's name", 120);
        let phase = check_phase(&mut checks, &self.phase);
        let time_zone = check_zone(&mut checks, &self.time_zone, is_zone);
        checks.finish(|| ValidSchoolDetails {
            name,
            phase: phase.expect("checked above"),
            time_zone,
            seen: self.seen.clone(),
        })
    }
}

fn check_zone(checks: &mut Checks, zone: &str, is_zone: impl Fn(&str) -> bool) -> String {
    let zone = checks.text("time_zone", zone, "a time zone", 64);
    if !zone.is_empty() && !is_zone(&zone) {
        checks.fail(
            "time_zone",
            "There is no such time zone. Enter one like Europe/London",
        );
    }
    zone
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

words! {
    /// What allows the school to use its students' data, as it declares.
    DeclaredBasis {
        /// A task in the public interest.
        PublicTask = "public_task",
        /// A duty under the law.
        LegalObligation = "legal_obligation",
        /// A contract with the family, at an independent school.
        Contract = "contract",
        /// Legitimate interests, at an independent school.
        LegitimateInterests = "legitimate_interests",
    }
}

impl DeclaredBasis {
    /// As the form offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PublicTask => "Our task in the public interest (state schools)",
            Self::LegalObligation => "A duty that the law lays on us",
            Self::Contract => "A contract with the family (independent schools)",
            Self::LegitimateInterests => "Legitimate interests (independent schools)",
        }
    }
}

words! {
    /// How far the school's assessment of the risks is (DPIA, UK GDPR Article 35).
    Assessment {
        /// It is written.
        Done = "done",
        /// It is being written.
        Underway = "underway",
    }
}

impl Assessment {
    /// As the form offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Underway => "Being written",
        }
    }
}

/// The form with which a school declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeclarationForm {
    /// Which text was read before it was signed.
    pub text_version: String,
    /// The school's number in the public register: URN, or its like outside England.
    pub establishment_number: String,
    /// Who answers for data protection.
    pub contact_name: String,
    /// How to reach them.
    pub contact: String,
    /// A [`DeclaredBasis`] word.
    pub basis: String,
    /// An [`Assessment`] word.
    pub assessment: String,
    /// "yes": for the listed purposes and no others.
    pub purposes: String,
}

/// A [`DeclarationForm`] that can be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidDeclaration {
    /// Six or seven digits.
    pub establishment_number: String,
    /// Who answers for data protection.
    pub contact_name: String,
    /// How to reach them.
    pub contact: String,
    /// What allows it.
    pub basis: DeclaredBasis,
    /// How far the assessment is.
    pub assessment: Assessment,
}

impl DeclarationForm {
    /// What is declared, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidDeclaration, Vec<FieldError>> {
        let mut checks = Checks::default();
        let number = spell_number(&self.establishment_number);
        if !is_establishment_number(&number) {
            checks.fail(
                "establishment_number",
                "Enter the number of your school in the public register: six digits in England, seven elsewhere",
            );
        }
        let contact_name = checks.text(
            "contact_name",
            &self.contact_name,
            "who answers for data protection",
            200,
        );
        let contact = checks.text("contact", &self.contact, "how to reach them", 300);
        if !contact.is_empty() && !reaches_somebody(&contact) {
            checks.fail("contact", "Enter an e-mail address or a telephone number");
        }
        let basis = self.basis.parse().ok();
        if basis.is_none() {
            checks.fail("basis", "Choose what allows your school to use the data");
        }
        let assessment = self.assessment.parse().ok();
        if assessment.is_none() {
            checks.fail("assessment", "Say how far the assessment of risks is");
        }
        if self.purposes != "yes" {
            checks.fail(
                "purposes",
                "Say that the data is used for these purposes and no others",
            );
        }
        checks.finish(|| ValidDeclaration {
            establishment_number: number,
            contact_name,
            contact,
            basis: basis.expect("checked above"),
            assessment: assessment.expect("checked above"),
        })
    }
}

/// "URN 100 023", "URN: 100023" and "100023" are the same number.
fn spell_number(typed: &str) -> String {
    let number: String = typed
        .chars()
        .filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '/' | ':' | '.'))
        .flat_map(char::to_uppercase)
        .collect();
    number.strip_prefix("URN").unwrap_or(&number).to_owned()
}

/// Whether an e-mail address stands in it, or as many digits as a telephone number has.
fn reaches_somebody(contact: &str) -> bool {
    let digits = contact.chars().filter(char::is_ascii_digit).count();
    let is_mark = |sign: char| matches!(sign, ',' | ';' | ':' | '<' | '>' | '(' | ')');
    digits >= 6
        || contact
            .split_whitespace()
            .any(|word| looks_like_email(word.trim_matches(is_mark)))
}

/// A URN of England begins with 1 and has six digits; the other nations use seven.
fn is_establishment_number(number: &str) -> bool {
    let is_digits = number.bytes().all(|sign| sign.is_ascii_digit());
    is_digits && ((number.len() == 6 && number.starts_with('1')) || number.len() == 7)
}

/// The form of the school's hue, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HueForm {
    /// Degrees or `#rrggbb`; empty for the colour that everybody has.
    pub hue: String,
}

words! {
    /// Whether a declaration opens the roster.
    DeclarationState {
        /// Nobody has signed the present text.
        NotSigned = "not_signed",
        /// Signed, and good for more than 30 days.
        Holds = "holds",
        /// Signed, and over within 30 days: sign again.
        EndsSoon = "ends_soon",
        /// A year has passed.
        Ended = "ended",
    }
}

impl DeclarationState {
    /// True while rosters may be imported.
    pub const fn opens_the_roster(self) -> bool {
        matches!(self, Self::Holds | Self::EndsSoon)
    }
}

/// One declaration of a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedDeclaration {
    /// Which text.
    pub text_version: String,
    /// Who signed.
    pub signer: String,
    /// When.
    pub signed: Moment,
    /// Until when it holds.
    pub until: Moment,
    /// The school's number; empty for one from before it was asked for.
    pub establishment_number: String,
    /// Who answers for data protection.
    pub contact_name: String,
    /// How to reach them.
    pub contact: String,
    /// What allows it; none for one from before it was asked for.
    pub basis: Option<DeclaredBasis>,
    /// How far the assessment was; none for one from before it was asked for.
    pub assessment: Option<Assessment>,
}

impl SignedDeclaration {
    /// The form with what was declared last, to be read again. That the purposes are
    /// the listed ones is said anew each time.
    pub fn said_again(&self) -> DeclarationForm {
        DeclarationForm {
            establishment_number: self.establishment_number.clone(),
            contact_name: self.contact_name.clone(),
            contact: self.contact.clone(),
            basis: self
                .basis
                .map(|basis| basis.to_string())
                .unwrap_or_default(),
            assessment: self
                .assessment
                .map(|how| how.to_string())
                .unwrap_or_default(),
            ..DeclarationForm::default()
        }
    }
}

/// The school's declaration as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeclarationPage {
    /// Which text is to be signed, such as "2026-12".
    pub text_version: String,
    /// What the school says.
    pub sentences: Vec<String>,
    /// What whoever runs the platform owes the school.
    pub obligations: Vec<String>,
    /// The purposes, a closed list.
    pub purposes: Vec<String>,
    /// How it stands.
    pub state: DeclarationState,
    /// Every declaration, newest first.
    pub history: Vec<SignedDeclaration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_code_has_one_spelling() {
        assert_eq!(spell_code(" brk 4-17 "), "BRK417");
    }

    #[test]
    fn a_number_is_taken_as_the_register_prints_it() {
        for typed in ["100023", "URN 100023", "urn: 10 00 23", " URN100-023 "] {
            assert_eq!(spell_number(typed), "100023", "{typed}");
        }
    }

    #[test]
    fn somebody_is_reached_by_an_address_or_a_number_and_not_by_a_letter() {
        for right in [
            "lead@school.example",
            "Edith Pryce <lead@school.example>, room 4",
            "0161 496 0000",
            "+44 (0)161 496-0000",
        ] {
            assert!(reaches_somebody(right), "{right}");
        }
        for wrong in ["x", "Edith Pryce", "room 12", "@school", "lead@school"] {
            assert!(!reaches_somebody(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_number_that_no_register_has_is_no_establishment() {
        for right in ["100023", "6734567"] {
            assert!(is_establishment_number(right), "{right}");
        }
        for wrong in ["", "12345", "900023", "10002x", "12345678"] {
            assert!(!is_establishment_number(wrong), "{wrong}");
        }
    }
}
