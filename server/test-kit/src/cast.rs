//! Who is who: the people of the two schools, as plain tables. What they know
//! and may do follows from their roles and places, so a test reads this file to
//! see who should see what.

use std::sync::OnceLock;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, Version, password_hash::phc::PasswordHash,
};
use vocab::people::Role;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// One person of a cast.
pub(crate) struct Member {
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) role: Role,
    pub(crate) year_group: Option<&'static str>,
    pub(crate) has_account: bool,
    /// Classrooms taught or learnt in.
    pub(crate) classrooms: &'static [&'static str],
    /// Children looked after, by key.
    pub(crate) children: &'static [&'static str],
}

impl Member {
    const fn new(given: &'static str, family: &'static str, role: Role) -> Self {
        Self {
            given,
            family,
            role,
            year_group: None,
            has_account: true,
            classrooms: &[],
            children: &[],
        }
    }

    const fn in_classrooms(mut self, classrooms: &'static [&'static str]) -> Self {
        self.classrooms = classrooms;
        self
    }

    const fn in_year(mut self, year_group: &'static str) -> Self {
        self.year_group = Some(year_group);
        self
    }

    const fn looking_after(mut self, children: &'static [&'static str]) -> Self {
        self.children = children;
        self
    }

    const fn without_account(mut self) -> Self {
        self.has_account = false;
        self
    }

    /// The given name in lower case: the key to look up by, and the username.
    pub(crate) fn key(&self) -> String {
        self.given.to_lowercase()
    }
}

/// Name, subject and year group.
pub(crate) type Room = (&'static str, &'static str, &'static str);

pub(crate) const NORTH_ROOMS: [Room; 3] = [
    ("10Ma1", "Mathematics", "10"),
    ("7En1", "English", "7"),
    ("8Sc1", "Science", "8"),
];

pub(crate) const NORTH: [Member; 12] = [
    Member::new("Ada", "Achterberg", Role::Teacher).in_classrooms(&["10Ma1", "7En1"]),
    Member::new("Bruno", "Dhillon", Role::Teacher).in_classrooms(&["10Ma1"]),
    Member::new("Cleo", "Farrow", Role::Teacher).in_classrooms(&["8Sc1"]),
    Member::new("Zainab", "Okafor", Role::Student)
        .in_year("10")
        .in_classrooms(&["10Ma1"]),
    Member::new("Tomos", "Griffiths", Role::Student)
        .in_year("10")
        .in_classrooms(&["10Ma1"]),
    Member::new("Mei", "Cheung", Role::Student)
        .in_year("8")
        .in_classrooms(&["8Sc1"]),
    Member::new("Priya", "Nair", Role::Student)
        .in_year("10")
        .in_classrooms(&["10Ma1"])
        .without_account(),
    Member::new("Rosa", "Okafor", Role::Guardian).looking_after(&["zainab"]),
    Member::new("Petra", "Griffiths", Role::Guardian).looking_after(&["tomos", "mei"]),
    Member::new("Desmond", "Lockyer", Role::SchoolAdmin),
    Member::new("Edith", "Pryce", Role::DataProtectionLead),
    Member::new("Olga", "Brandt", Role::Operator),
];

pub(crate) const SOUTH_ROOMS: [Room; 1] = [("3Owls", "Topic zqsouthcanary", "3")];

pub(crate) const SOUTH: [Member; 4] = [
    Member::new("Sam", "South zqsouthcanary", Role::Teacher).in_classrooms(&["3Owls"]),
    Member::new("Sid", "South zqsouthcanary", Role::Student)
        .in_year("3")
        .in_classrooms(&["3Owls"]),
    Member::new("Gus", "South zqsouthcanary", Role::Guardian).looking_after(&["sid"]),
    Member::new("Saskia", "South zqsouthcanary", Role::SchoolAdmin),
];

/// [`PASSWORD`] as it is kept, with the least work that argon2id allows.
pub(crate) fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let least = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None)
            .expect("the least parameters are allowed");
        let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, least)
            .hash_password_with_salt(PASSWORD.as_bytes(), b"the same for all")
            .expect("a short password can be hashed");
        hash.to_string()
    })
    .clone()
}
