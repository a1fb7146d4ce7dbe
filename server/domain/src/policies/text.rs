//! The texts as this program would publish them today: the notices and the page about
//! cookies made from the data map, one fact a line so that a difference can be read;
//! the terms as they are written down beside this file.

use vocab::policies::PolicyDocument;

use crate::notice::{self, Activity, STORAGE, WhoDecides};

/// What an independent school relies on in place of a public task.
pub const INDEPENDENT_SCHOOLS: &str = "An independent school has no public task: it relies on its contract with parents or on its legitimate interests (UK GDPR Articles 6(1)(b) and 6(1)(f)) where this notice names the public task.";

/// The document's text of today.
pub fn text_of(document: PolicyDocument) -> String {
    match document {
        PolicyDocument::PrivacyNotice => privacy_notice(),
        PolicyDocument::ChildrensNotice => childrens_notice(),
        PolicyDocument::Terms => include_str!("terms.txt").replace("\r\n", "\n"),
        PolicyDocument::Cookies => cookies(),
    }
}

fn privacy_notice() -> String {
    let mut lines = vec![
        "Privacy notice".to_owned(),
        String::new(),
        "This notice is made from the list of everything that the platform stores.".to_owned(),
        WhoDecides::School.words().to_owned(),
        INDEPENDENT_SCHOOLS.to_owned(),
    ];
    for activity in notice::activities() {
        let Activity {
            purpose,
            responsible,
            bases,
            categories,
            subjects,
            periods,
            ..
        } = activity;
        lines.extend([String::new(), purpose.words().to_owned()]);
        lines.push(format!("Who decides: {}", responsible.words()));
        for (title, values) in [
            ("What allows it", listed(&bases)),
            ("What is kept", listed(&categories)),
            ("About whom", listed(&subjects)),
            ("How long", periods),
        ] {
            lines.extend(values.iter().map(|value| format!("{title}: {value}")));
        }
    }
    lines.extend(
        [
            "",
            "Your rights",
            "You can see everything, take it with you, have it corrected, limited or erased, and object.",
            "You can complain to the school, and to the Information Commissioner's Office (ico.org.uk, 0303 123 1113).",
        ]
        .map(str::to_owned),
    );
    joined(&lines)
}

fn childrens_notice() -> String {
    let mut lines = vec![
        "What your school keeps about you".to_owned(),
        String::new(),
        "Your school keeps some things about you here. This page says which.".to_owned(),
    ];
    for activity in notice::activities() {
        lines.extend([
            String::new(),
            activity.purpose.words_for_children().to_owned(),
        ]);
        let kept = activity.categories_for_children.iter();
        lines.extend(kept.map(|kept| format!("We keep: {kept}")));
    }
    lines.extend(
        [
            "",
            "You may ask",
            "You may see everything. You may say when something is wrong. Nobody minds.",
        ]
        .map(str::to_owned),
    );
    joined(&lines)
}

fn cookies() -> String {
    let mut lines = vec!["Cookies".to_owned(), String::new()];
    for item in STORAGE {
        lines.push(format!(
            "{}: {} {}. {}.",
            item.name,
            item.purpose,
            item.lifetime,
            item.exception.words()
        ));
    }
    joined(&lines)
}

fn listed(values: &[&'static str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn joined(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    text.push('\n');
    text
}
