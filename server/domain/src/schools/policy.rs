//! Who may do what for the school as a whole.

use vocab::people::{Role, Roles};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Look people up and see their details.
    SeePeople,
    /// Add people, invite them, give new passwords.
    ManagePeople,
    /// Read a roster package in, confirm it, undo it.
    ImportRoster,
    /// Read the declaration and who signed it.
    SeeDeclaration,
    /// Sign that the school may process its students' data.
    SignDeclaration,
    /// Lead requests about people's data to their end, and check the record of consents.
    HandleRequests,
    /// Let whoever runs the platform look inside for a while.
    GrantSupport,
    /// Correct the school's name, phase and time zone.
    ChangeSchool,
    /// Make a classroom.
    MakeClassroom,
    /// Enrol the device that one holds; teachers where the school lets them.
    EnrolDevices,
    /// Rename and end enrolled devices, and set the hours of badges.
    ManageDevices,
    /// Give and end the duties of security and safeguarding.
    GiveDuties,
    /// Say that the school stops using the platform, confirm it, call it off.
    LeaveThePlatform,
    /// See which schools are on the platform.
    SeeSchools,
}

impl Action {
    /// Every action, for the readable matrix.
    pub const ALL: [Self; 14] = [
        Self::SeePeople,
        Self::ManagePeople,
        Self::ImportRoster,
        Self::SeeDeclaration,
        Self::SignDeclaration,
        Self::HandleRequests,
        Self::GrantSupport,
        Self::ChangeSchool,
        Self::MakeClassroom,
        Self::EnrolDevices,
        Self::ManageDevices,
        Self::GiveDuties,
        Self::LeaveThePlatform,
        Self::SeeSchools,
    ];
}

/// What one role may do for the school.
pub const fn role_allows(role: Role, action: Action) -> bool {
    match role {
        Role::SchoolAdmin => !matches!(action, Action::SeeSchools),
        Role::DataProtectionLead => matches!(
            action,
            Action::SeePeople
                | Action::SeeDeclaration
                | Action::SignDeclaration
                | Action::HandleRequests
                | Action::GiveDuties
                | Action::LeaveThePlatform
        ),
        Role::Teacher => matches!(action, Action::MakeClassroom | Action::EnrolDevices),
        Role::Operator => matches!(action, Action::SeeSchools),
        Role::Student | Role::Guardian => false,
    }
}

/// What somebody with these roles may do.
pub fn allows(roles: Roles, action: Action) -> bool {
    roles.iter().any(|role| role_allows(role, action))
}
