//! The privacy notice, made from the data map: what is kept, why, on what basis, about
//! whom and how long. Nobody writes it by hand, so it cannot say less than the tables.
//! Who receives it comes from the registers. Made of the same: where a kind of data is kept,
//! and a draft of the school's assessment of the risks.

mod assessment;
mod fields;
mod recipients;
mod risks;
mod switches;

use std::collections::BTreeSet;

use datamap::{Category, LawfulBasis, Purpose, Responsible, Retention, registry};
use recipients::who_receives_which;
use serde_json::{Value, json};

pub use assessment::{Assessment, Entry, Line, Part, Says, assessment, is_number};
pub use datamap::{LOG, LogField, Responsible as WhoDecides, STORAGE, StorageItem};
pub use fields::{Elsewhere, FieldKind, Found, Places, fields, search};
pub use recipients::{Recipient, recipients, who_receives};
pub use risks::promises_named;

/// One purpose with everything that serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What it is for.
    pub purpose: Purpose,
    /// Who decides about it.
    pub responsible: Responsible,
    /// What allows it.
    pub bases: Vec<&'static str>,
    /// Which kinds of data.
    pub categories: Vec<&'static str>,
    /// The same in the words of a young student.
    pub categories_for_children: Vec<&'static str>,
    /// Whose.
    pub subjects: Vec<&'static str>,
    /// How long, line by line, with the schedule's name for each.
    pub periods: Vec<String>,
    /// The same in words, for people.
    pub periods_in_words: Vec<String>,
}

/// Every purpose of the registry, in the order of the notice. What the school decides it
/// decides as controller; whoever runs the platform acts on its instructions.
pub fn activities() -> Vec<Activity> {
    let classes: Vec<_> = registry()
        .into_iter()
        .flat_map(|table| table.columns)
        .map(|(_, class)| class)
        .filter(datamap::Class::is_personal)
        .collect();
    Purpose::ALL
        .iter()
        .map(|purpose| {
            let of = || {
                classes
                    .iter()
                    .filter(move |class| class.purpose == Some(*purpose))
            };
            Activity {
                purpose: *purpose,
                responsible: purpose.responsible(),
                bases: sorted(of().filter_map(|class| class.lawful_basis.map(LawfulBasis::words))),
                categories: sorted(of().map(|class| class.category.words())),
                categories_for_children: sorted(
                    of().map(|class| class.category.words_for_children()),
                ),
                subjects: sorted(
                    of().filter_map(|class| class.subject.map(datamap::Subject::words)),
                ),
                periods: sorted(of().filter_map(|class| class.retention).flat_map(periods)),
                periods_in_words: sorted(
                    of().filter_map(|class| class.retention)
                        .flat_map(periods_in_words),
                ),
            }
        })
        .filter(|activity| !activity.categories.is_empty())
        .collect()
}

fn sorted<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.collect::<BTreeSet<T>>().into_iter().collect()
}

/// How long, line by line of the schedule.
pub(crate) fn periods(retention: Retention) -> Vec<String> {
    retention
        .rules()
        .iter()
        .map(|rule| {
            format!(
                "{} {} ({})",
                rule.period.words(),
                rule.anchor.words(),
                rule.code
            )
        })
        .collect()
}

fn periods_in_words(retention: Retention) -> Vec<String> {
    let rules = retention.rules().iter();
    rules.map(|rule| rule.words_of(retention)).collect()
}

/// One line of the retention schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionLine {
    /// The schedule's name for it.
    pub code: &'static str,
    /// Whose data.
    pub subject: &'static str,
    /// How long, and from when.
    pub period: String,
    /// Which kinds of data.
    pub categories: Vec<&'static str>,
    /// The same, in a word or two each.
    pub labels: Vec<&'static str>,
}

/// The whole retention schedule.
pub fn retention() -> Vec<RetentionLine> {
    let tables = registry();
    Retention::ALL
        .iter()
        .flat_map(|retention| {
            let kinds = || {
                tables
                    .iter()
                    .flat_map(|table| &table.columns)
                    .filter(|(_, class)| class.retention == Some(*retention))
                    .map(|(_, class)| class.category)
            };
            let categories = sorted(kinds().map(Category::words));
            let labels = sorted(
                kinds()
                    .filter(|kind| *kind != Category::Link)
                    .map(Category::label),
            );
            retention.rules().iter().map(move |rule| RetentionLine {
                code: rule.code,
                subject: rule.subject.words(),
                period: format!("{} {}", rule.period.words(), rule.anchor.words()),
                categories: categories.clone(),
                labels: labels.clone(),
            })
        })
        .collect()
}

/// The record of processing (UK GDPR Article 30), one line for each purpose. `part`
/// leaves only what the platform records as controller (30(1)) or as processor (30(2)).
pub fn record_csv(part: Option<Responsible>, recipients: &[Recipient]) -> String {
    let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\""));
    let mut csv = "purpose,article,controller,processor,lawful_basis,categories,subjects,recipients,transfers,retention\r\n".to_owned();
    for activity in activities() {
        if part.is_some_and(|part| part != activity.responsible) {
            continue;
        }
        let (controller, processor) = match activity.responsible {
            Responsible::School => ("the school", "whoever runs this platform for it"),
            Responsible::Platform => ("whoever runs this platform", "none"),
        };
        let fields = [
            activity.purpose.words().to_owned(),
            activity.responsible.article().to_owned(),
            controller.to_owned(),
            processor.to_owned(),
            activity.bases.join("; "),
            activity.categories.join("; "),
            activity.subjects.join("; "),
            who_receives_which(recipients, &activity.categories).join(". "),
            transfers(recipients, &activity.categories),
            activity.periods.join("; "),
        ];
        csv.push_str(&fields.map(quoted).join(","));
        csv.push_str("\r\n");
    }
    csv
}

fn transfers(recipients: &[Recipient], kinds: &[&str]) -> String {
    let told: Vec<String> = recipients
        .iter()
        .filter(|recipient| recipient.receives(kinds))
        .filter_map(Recipient::transfer)
        .collect();
    if told.is_empty() {
        "none".to_owned()
    } else {
        told.join("; ")
    }
}

/// The same in the words of the Data Privacy Vocabulary.
pub fn record_json_ld(recipients: &[Recipient]) -> Value {
    let processes: Vec<Value> = activities()
        .into_iter()
        .map(|activity| {
            let receives: Vec<Value> = recipients
                .iter()
                .filter(|recipient| recipient.receives(&activity.categories))
                .map(|recipient| {
                    json!({
                        "@type": "dpv:Recipient",
                        "dpv:hasName": recipient.name,
                        "does": recipient.does,
                        "dpv:hasCountry": recipient.country,
                        "dpv:hasPersonalData": recipient.given(&activity.categories),
                        "transfer": recipient.transfer(),
                    })
                })
                .collect();
            json!({
                "@type": "dpv:Process",
                "dpv:hasPurpose": activity.purpose.words(),
                "dpv:hasResponsibleEntity": activity.responsible.words(),
                "article": activity.responsible.article(),
                "dpv:hasLegalBasis": activity.bases,
                "dpv:hasPersonalData": activity.categories,
                "dpv:hasDataSubject": activity.subjects,
                "dpv:hasStorageCondition": activity.periods,
                "dpv:hasRecipient": receives
            })
        })
        .collect();
    json!({
        "@context": { "dpv": "https://w3id.org/dpv#" },
        "@type": "dpv:RegisterOfProcessingActivities",
        "dpv:hasProcess": processes
    })
}
