//! People of a school: looking them up, adding them by hand, ending and bringing
//! back, the ties of families, and passwords for students. What a roster import
//! does with many people at once stands in `rosters`.

pub mod contact;
mod credentials;
mod earlier;
mod edit;
pub(crate) mod family;
mod names;
mod read;
mod roles;
mod students;
mod unused;
mod write;

pub use credentials::{
    MOST_AT_ONCE, give_first_passwords, give_password_to_member, give_passwords,
    give_passwords_again, give_passwords_in_classroom,
};
pub use edit::{check_details, edit, form};
pub use family::{add_guardianship, end_guardianship};
pub use names::{
    Usernames, display_name, fold, free_username, sort_name, spell_username, username_base,
};
pub use read::{PAGE_SIZE, Search, find, find_by_username, find_name, list};
pub use roles::{add_role, end_role};
pub use write::{add, check, end, restore};

pub(crate) use contact::mail_address_of;
pub(crate) use family::children_of_each;
pub(crate) use names::taken_username;
pub(crate) use read::{names_and_mail, names_of, with_role};
pub(crate) use write::{PersonRow, end_even_the_last_admin, hold, hold_one, insert};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;
use crate::accounts;
use crate::keys::Unreadable;

/// Why something is not done with a person. The sentences are for the office.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is kept does not open, and is not written over.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Nobody ends themselves, so that a school always keeps an admin.
    #[error("You cannot end yourself. Ask another admin of your school to do it.")]
    Yourself,
    /// Somebody else saved first.
    #[error(
        "Somebody else changed this person's details while you did. Nothing was overwritten: what you wrote is below, and so is the person as they are now. Save again to keep yours."
    )]
    ChangedMeanwhile,
    /// The person has left already, or has not left.
    #[error("Nothing was changed: somebody else did the same just before.")]
    NothingToDo,
    /// An erasure is under way, and what is deleted does not come back.
    #[error(
        "This person's data is being erased, so they cannot be brought back. Cancel the erasure first, or add them as somebody new."
    )]
    BeingErased,
    /// Passwords are handed out to those who are students and nothing else;
    /// everybody else is invited and chooses their own (ASVS 5.0, 6.4.6).
    #[error(
        "Passwords are handed out to students only. Invite everybody else, so that they choose their own."
    )]
    StudentsOnly,
    /// More people than one call takes.
    #[error("Choose at most {most} people at once.")]
    TooMany {
        /// How many may be asked for.
        most: usize,
    },
    /// They have this role already.
    #[error("They have this role already.")]
    HasRole,
    /// No school gives this role.
    #[error("Choose what this person is in the school.")]
    NoSuchRole,
    /// A student has no other role.
    #[error("A student has no other role. End that role first, or add a second person.")]
    StudentAlone,
    /// Nobody takes the role of admin from themselves.
    #[error("You cannot end your own role as an admin. Ask another admin of your school to do it.")]
    OwnAdminRole,
    /// A school keeps an admin.
    #[error("Nobody else is an admin of this school. Make somebody else an admin first.")]
    LastAdmin,
    /// These two are tied already.
    #[error("This guardian is tied to this student already.")]
    TiedAlready,
    /// One of the two is not what the tie needs: a student has guardians, and
    /// nobody is a guardian of themselves.
    #[error("Choose a student, and a guardian who is not a student.")]
    NotAFamily,
    /// A password could not be made.
    #[error(transparent)]
    Passwords(#[from] accounts::Error),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
