//! People and their roles in a school, and the forms that add and look them up.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::{AccountId, ClassroomId, ImportId, PersonId};
use crate::moment::Moment;

words! {
    /// What a person is in a school. A person may be several.
    Role {
        /// Learns in classrooms and hands in work.
        Student = "student",
        /// Looks after students.
        Guardian = "guardian",
        /// Teaches classrooms.
        Teacher = "teacher",
        /// Runs the school's side of the product.
        SchoolAdmin = "school_admin",
        /// Watches over the school's use of personal data.
        DataProtectionLead = "data_protection_lead",
        /// Runs the platform; sees no school's inside.
        Operator = "operator",
    }
}

words! {
    /// Where what is known of somebody's identity comes from. There is no third source:
    /// nothing is bought, looked up or guessed.
    PersonSource {
        /// The school's own system, by a roster import.
        SchoolImport = "school_import",
        /// Somebody typed it in: the office, or the person.
        Typed = "typed",
    }
}

impl PersonSource {
    /// Whoever has a number in the school's system comes from there.
    pub const fn of(sourced_id: Option<&str>) -> Self {
        match sourced_id {
            Some(_) => Self::SchoolImport,
            None => Self::Typed,
        }
    }

    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SchoolImport => "The school's own system, by an import",
            Self::Typed => "Typed in by the school",
        }
    }
}

impl Role {
    /// The role's name as people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Student => "Student",
            Self::Guardian => "Guardian",
            Self::Teacher => "Teacher",
            Self::SchoolAdmin => "School admin",
            Self::DataProtectionLead => "Data protection lead",
            Self::Operator => "Operator",
        }
    }

    /// The roles that an admin may give by hand.
    pub const IN_A_SCHOOL: [Self; 5] = [
        Self::Student,
        Self::Guardian,
        Self::Teacher,
        Self::SchoolAdmin,
        Self::DataProtectionLead,
    ];
}

/// A set of roles, such as teacher and guardian at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles(u8);

impl Roles {
    /// True if the set holds `role`.
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// The set with `role` in it.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | (1 << role as u8))
    }

    /// The roles, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL
            .iter()
            .copied()
            .filter(move |role| self.has(*role))
    }

    /// True for anybody who works in the school.
    pub const fn is_staff(self) -> bool {
        self.has(Role::Teacher) || self.has(Role::SchoolAdmin) || self.has(Role::DataProtectionLead)
    }

    /// The roles' labels joined by commas.
    pub fn words(self) -> String {
        self.iter().map(Role::label).collect::<Vec<_>>().join(", ")
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        roles.into_iter().fold(Self::default(), Self::with)
    }
}

/// Whether somebody can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningIn {
    /// They have no password yet.
    NotYet,
    /// They have one.
    Yes,
    /// The roster has closed their account.
    Closed,
}

words! {
    /// How far somebody has come at their school's door, by which a list is narrowed.
    Standing {
        /// They cannot sign in yet, or not any more: the roster has closed their account.
        Waiting = "waiting",
        /// They have no password, and no link with which to make one.
        NoLink = "no_link",
        /// They were handed a link or a password, and have not used it yet, nor come in by badge.
        NotCome = "not_come",
        /// They have left the school.
        Left = "left",
    }
}

impl Standing {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Cannot sign in yet",
            Self::NoLink => "Has no link or password",
            Self::NotCome => "Has not used link or password",
            Self::Left => "Has left",
        }
    }
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonSummary {
    /// Whose row it is.
    pub id: PersonId,
    /// Given and family name as the person is called.
    pub name: String,
    /// Roles that have not ended; in a list, those of a leaver that ended as they left.
    pub roles: Roles,
    /// Such as "10"; students only.
    pub year_group: Option<String>,
    /// The name to sign in with, where there is an account.
    pub username: Option<String>,
    /// Whether they can sign in with it.
    pub signing_in: SigningIn,
    /// True for a leaver.
    pub has_ended: bool,
    /// Their data is restricted.
    pub is_restricted: bool,
}

/// One page of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeoplePage {
    /// What was searched for.
    pub query: String,
    /// Only this role, where one was chosen.
    pub role: Option<Role>,
    /// Only those who stand so, where that was chosen.
    pub standing: Option<Standing>,
    /// Sorted by family name, then given name; at most 50.
    pub people: Vec<PersonSummary>,
    /// How many match in all.
    pub total: u64,
    /// From 1.
    pub page: u64,
    /// At least 1.
    pub pages: u64,
}

/// The form of the button that makes links or passwords anew for the people of one page of the
/// list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MakeAnew {
    /// When the page was made, as in [`HandoutForm`](crate::form::HandoutForm).
    pub page_made: String,
    /// The ids of whom it showed, with commas between them.
    pub people: String,
    /// Its address.
    pub list: String,
}

impl MakeAnew {
    /// Whom the page showed; what is no id is nobody.
    pub fn people(&self) -> Vec<PersonId> {
        self.people
            .split(',')
            .filter_map(|id| id.parse().ok())
            .collect()
    }
}

/// All that the office sees of one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonDetail {
    /// The list's view of the person.
    pub summary: PersonSummary,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Where mail would go.
    pub email: Option<String>,
    /// The account, where there is one.
    pub account: Option<AccountId>,
    /// Guardians of a student, or children of a guardian.
    pub family: Vec<FamilyTie>,
    /// Classrooms, with "teacher" or "student".
    pub classrooms: Vec<(ClassroomId, String, String)>,
    /// An invitation that can still be used, until when.
    pub invited_until: Option<Moment>,
    /// The import that brought the person, where one did.
    pub from_import: Option<ImportId>,
    /// Where their identity data comes from.
    pub source: PersonSource,
    /// That they have left the school.
    pub left: Option<Left>,
}

/// When somebody left the school, and what they were there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Left {
    /// When.
    pub at: Moment,
    /// The roles that ended as they left.
    pub roles: Roles,
}

/// A guardian or a child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilyTie {
    /// The other person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// True if the other person is the guardian.
    pub is_guardian: bool,
}

/// The form that adds a person by hand. It takes these fields and no others: there is no
/// telephone number, no address and no date of birth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewPerson {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// A [`Role`] word.
    pub role: String,
    /// Students only.
    pub year_group: String,
    /// May be empty.
    pub email: String,
    /// May be empty: one is made from the name.
    pub username: String,
}

/// A [`NewPerson`] that can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidPerson {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The one role to begin with.
    pub role: Role,
    /// Students only.
    pub year_group: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
    /// The name to sign in with, if one was asked for.
    pub username: Option<String>,
}

impl NewPerson {
    /// The person to add, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidPerson, Vec<FieldError>> {
        let mut checks = Checks::default();
        let (given_name, family_name) = names(&mut checks, &self.given_name, &self.family_name);
        let role = self
            .role
            .parse::<Role>()
            .ok()
            .filter(|role| Role::IN_A_SCHOOL.contains(role));
        if role.is_none() {
            checks.fail("role", "Choose what this person is in the school");
        }
        let contact = Contact::check(&mut checks, &self.year_group, &self.email, &self.username);
        let is_other = role.is_some_and(|role| role != Role::Student);
        if is_other && contact.year_group.is_some() {
            checks.fail(
                "year_group",
                "Only students have a year group. Leave it empty, or choose Student",
            );
        }
        checks.finish(|| ValidPerson {
            given_name,
            family_name,
            role: role.expect("checked above"),
            year_group: contact.year_group,
            email: contact.email,
            username: contact.username,
        })
    }
}

/// The form that corrects a person. Like [`NewPerson`] it takes these fields and no others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EditPerson {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Students only.
    pub year_group: String,
    /// May be empty.
    pub email: String,
    /// May be empty: the one they have stays.
    pub username: String,
    /// What the person was like as the form was opened.
    pub seen: String,
}

/// An [`EditPerson`] that can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidDetails {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Students only.
    pub year_group: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
    /// The name to sign in with, if it is to be another.
    pub username: Option<String>,
    /// What the person was like as the form was opened.
    pub seen: String,
}

impl EditPerson {
    /// The details, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidDetails, Vec<FieldError>> {
        let mut checks = Checks::default();
        let (given_name, family_name) = names(&mut checks, &self.given_name, &self.family_name);
        let contact = Contact::check(&mut checks, &self.year_group, &self.email, &self.username);
        checks.finish(|| ValidDetails {
            given_name,
            family_name,
            year_group: contact.year_group,
            email: contact.email,
            username: contact.username,
            seen: self.seen.clone(),
        })
    }
}

fn names(checks: &mut Checks, given: &str, family: &str) -> (String, String) {
    (
        checks.name("given_name", given, "a given name", 100),
        checks.name("family_name", family, "a family name", 100),
    )
}

/// What may be left empty.
struct Contact {
    year_group: Option<String>,
    email: Option<String>,
    username: Option<String>,
}

impl Contact {
    fn check(checks: &mut Checks, year_group: &str, email: &str, username: &str) -> Self {
        let year_group = checks.optional("year_group", year_group, "the year group", 10);
        let email = checks.optional("email", email, "the e-mail address", 254);
        if email
            .as_deref()
            .is_some_and(|email| !looks_like_email(email))
        {
            checks.fail("email", "Enter an e-mail address like name@school.example");
        }
        let username = checks.optional("username", username, "the username", 64);
        if username.as_deref().is_some_and(|name| !is_username(name)) {
            checks.fail(
                "username",
                "Use letters, digits, dots, hyphens or underscores only",
            );
        }
        Self {
            year_group,
            email,
            username: username.map(|name| name.to_lowercase()),
        }
    }
}

/// A first look at an address; only sending proves it.
pub fn looks_like_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !text.contains(char::is_whitespace)
            && !host.contains('@')
    })
}

/// True for a name that can be typed on a tablet: letters, digits, `.`, `-`, `_`, `@`.
pub fn is_username(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || ".-_@'".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_can_be_a_teacher_and_a_guardian_at_once() {
        let roles: Roles = [Role::Teacher, Role::Guardian].into_iter().collect();
        assert!(roles.has(Role::Teacher) && roles.has(Role::Guardian) && !roles.has(Role::Student));
        assert_eq!(roles.words(), "Guardian, Teacher");
    }

    #[test]
    fn an_operator_cannot_be_made_in_a_school() {
        let form = NewPerson {
            given_name: "A".into(),
            family_name: "B".into(),
            role: "operator".into(),
            ..NewPerson::default()
        };
        let errors = form
            .validate()
            .expect_err("operators do not belong to a school");
        assert_eq!(errors[0].field, "role");
    }

    #[test]
    fn a_year_group_of_somebody_who_is_no_student_is_a_mistake_and_is_not_dropped() {
        let form = |role: &str| NewPerson {
            given_name: "Gia".into(),
            family_name: "Garden".into(),
            role: role.into(),
            year_group: "10".into(),
            ..NewPerson::default()
        };
        let student = form("student").validate().expect("a student has one");
        assert_eq!(student.year_group.as_deref(), Some("10"));
        for role in ["guardian", "teacher", "school_admin"] {
            let errors = form(role).validate().expect_err("no student");
            assert_eq!(errors[0].field, "year_group", "{role}");
        }
        let errors = form("").validate().expect_err("no role yet");
        assert!(errors.iter().all(|error| error.field == "role"));
    }
}
