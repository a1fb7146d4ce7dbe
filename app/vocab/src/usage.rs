//! How often which kind of page is opened. Counts only: nobody is in them, and none that
//! is small is shown.

use serde::{Deserialize, Serialize};

use crate::people::Role;

words! {
    /// A kind of page.
    PageKind {
        /// What is due and what is new.
        Home = "home",
        /// Classrooms and who is in them.
        Classrooms = "classrooms",
        /// Set work and answers to it.
        Assignments = "assignments",
        /// Marking.
        Marking = "marking",
        /// The people of the school.
        People = "people",
        /// One's own data and choices about it.
        MyData = "my_data",
        /// The data protection lead's pages.
        Office = "office",
        /// Account, messages and other settings.
        Settings = "settings",
    }
}

impl PageKind {
    /// As the page about use says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Classrooms => "Classrooms",
            Self::Assignments => "Assignments and answers",
            Self::Marking => "Marking",
            Self::People => "People",
            Self::MyData => "My data",
            Self::Office => "Data protection",
            Self::Settings => "Settings",
        }
    }

    /// The kind of the page at a path; none for what is not counted.
    pub fn of(path: &str) -> Option<Self> {
        let mut parts = path.trim_start_matches('/').split('/');
        match (parts.next()?, parts.next()) {
            ("home", _) => Some(Self::Home),
            ("classrooms", _) => Some(Self::Classrooms),
            ("assignments" | "submissions", _) => Some(Self::Assignments),
            ("marking", _) => Some(Self::Marking),
            ("people", _) => Some(Self::People),
            ("my-data", _) | ("settings", Some("privacy")) => Some(Self::MyData),
            ("school", _) => Some(Self::Office),
            ("settings", _) => Some(Self::Settings),
            _ => None,
        }
    }
}

/// How often people in one role opened one kind of page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageLine {
    /// Which kind of page.
    pub page: PageKind,
    /// In which role.
    pub role: Role,
    /// How often, to the nearest five; none where it is too few to say.
    pub times: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_kind_of_its_page_and_public_pages_have_none() {
        for (path, kind) in [
            ("/home", Some(PageKind::Home)),
            ("/classrooms/1/people", Some(PageKind::Classrooms)),
            ("/submissions/1", Some(PageKind::Assignments)),
            ("/settings/privacy", Some(PageKind::MyData)),
            ("/settings", Some(PageKind::Settings)),
            ("/school/privacy/breaches", Some(PageKind::Office)),
            ("/trust", None),
            ("/sign-in", None),
            ("/", None),
        ] {
            assert_eq!(PageKind::of(path), kind, "{path}");
        }
    }
}
