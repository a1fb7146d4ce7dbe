//! Giving everything back that is marked: how many that is, and who would read a comment
//! without a mark, so that no half of it goes out unseen.

use leptos::prelude::*;
use vocab::assignments::{SubmissionLine, TeacherWork, WaitsFor};
use vocab::classrooms::Place;

use crate::ui::Confirm;

/// What is to be given back at once.
pub(super) struct ToReturn {
    count: u64,
    without_mark: Vec<String>,
}

impl ToReturn {
    /// Nothing where nothing is marked.
    pub(super) fn of(work: &TeacherWork) -> Option<Self> {
        let goes_out = |line: &&SubmissionLine| {
            line.waits_for == Some(WaitsFor::Return)
                && !line.is_objected_to
                && line.place == Place::Open
        };
        let has_points = work.head.points.is_some();
        let without_mark = work
            .lines
            .iter()
            .filter(goes_out)
            .filter(|line| has_points && line.points.is_none())
            .map(|line| line.name.clone())
            .collect();
        let count = work.counts.to_return;
        (count > 0).then_some(Self {
            count,
            without_mark,
        })
    }

    fn message(&self) -> String {
        let seen_at_once = if self.count == 1 {
            "This student sees their mark and your words at once."
        } else {
            "These students see their mark and your words at once."
        };
        if self.without_mark.is_empty() {
            return seen_at_once.to_owned();
        }
        let names = self.without_mark.join(", ");
        format!("{seen_at_once} Your comment and no mark: {names}.")
    }
}

/// The question before it.
#[component]
pub(super) fn ReturnAll(to_return: ToReturn, action: String) -> impl IntoView {
    let message = to_return.message();
    let (summary, button) = match to_return.count {
        1 => ("Return the one that is marked".to_owned(), "Return it"),
        count => (format!("Return all {count} that are marked"), "Return all"),
    };
    view! { <Confirm summary message action button /> }
}

#[cfg(test)]
mod tests {
    use super::ToReturn;

    #[test]
    fn who_would_read_a_comment_without_a_mark_is_named_before_all_is_returned() {
        let mut all = ToReturn {
            count: 3,
            without_mark: Vec::new(),
        };
        assert_eq!(
            all.message(),
            "These students see their mark and your words at once."
        );
        all.without_mark = vec!["Ruby Hall".to_owned(), "Elin Jones".to_owned()];
        assert!(
            all.message()
                .ends_with("Your comment and no mark: Ruby Hall, Elin Jones.")
        );
    }
}
