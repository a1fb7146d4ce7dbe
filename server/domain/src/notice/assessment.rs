//! A draft of the school's assessment of the risks (UK GDPR Article 35): what is processed,
//! why and how long, who receives it, what the school has switched on, and the risks with
//! what the platform does about them. It is made from the data map and the registers, and
//! reads no row about anybody. What only the school knows is left for it to write; the draft
//! is kept nowhere.

use std::collections::BTreeSet;

use datamap::{Category, LawfulBasis, Purpose, Retention, registry};
use sea_orm::{ConnectionTrait, DbErr};
use vocab::consent::ConsentPurpose;

use super::fields::here;
use super::recipients::{Recipient, who_receives, who_receives_which, with_switches};
use super::risks::{CONSULTED, DECISIONS, Measure, RIGHTS, RISKS, SIGNED};
use super::switches::{Switch, Switches};
use super::{Activity, activities};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::retention::{self, ToldLine};
use crate::secrets::fingerprint;

/// How much of the fingerprint is the number of a draft, in hexadecimal digits: enough to
/// tell two apart.
const NUMBER: usize = 12;

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Its parts, in the order of the law.
    pub parts: Vec<Part>,
}

/// A part under its heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The heading's `id`.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// One subject of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is; empty where the part has only one.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is asked.
    pub what: String,
    /// What is said to it.
    pub says: Says,
}

/// Who answers a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// The data map and the registers.
    Words(String),
    /// The platform: what it does, and the promises that it rests on.
    Promised(&'static str, &'static [&'static str]),
    /// The school has to.
    School,
}

/// The draft as it is now. Five queries.
pub async fn assessment(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Assessment, DbErr> {
    let (recipients, switches) = with_switches(db, permitted.school(), now).await?;
    let told = retention::told(db, Some(actor)).await?;
    let parts = vec![
        why(),
        processed(&told, &recipients, &switches),
        needed(&switches),
        received(&recipients),
        kept(&told),
        risks(),
        asked("decisions", "What your school decides", &DECISIONS),
        asked("consulted", "Who was asked, and what they said", &CONSULTED),
        asked("signed", "Signatures", &SIGNED),
    ];
    Ok(Assessment { parts })
}

/// Whether this can be the number of a draft at all: 12 hexadecimal digits.
pub fn is_number(typed: &str) -> bool {
    typed.len() == NUMBER
        && typed
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Assessment {
    /// The same as long as everything that is read is: the draft, what stands around it, and
    /// what `promise` says for the id of each.
    pub fn number(&self, around: &[(&str, &str)], promise: impl Fn(&str) -> String) -> String {
        let mut number = fingerprint(&self.csv(around, promise));
        number.truncate(NUMBER);
        number
    }

    /// As a table that a school edits: part, subject, question, answer; empty where the
    /// school answers. `head` stands first; `proof` says a promise by its id.
    pub fn csv(&self, head: &[(&str, &str)], proof: impl Fn(&str) -> String) -> String {
        let mut csv = row(["part", "about", "what", "words"]);
        for (what, words) in head {
            csv.push_str(&row(["Draft", "", what, words]));
        }
        for part in &self.parts {
            for entry in &part.entries {
                for line in &entry.lines {
                    let words = line.says.in_table(&proof);
                    csv.push_str(&row([part.title, &entry.title, &line.what, &words]));
                }
            }
        }
        csv
    }
}

impl Says {
    fn in_table(&self, proof: impl Fn(&str) -> String) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Promised(words, promises) => {
                let proofs: Vec<String> = promises.iter().map(|id| proof(id)).collect();
                format!("{words} {}", proofs.join("; "))
            }
            Self::School => String::new(),
        }
    }
}

/// A line of CSV. Registers hold names that somebody typed: what a spreadsheet would take for
/// a formula gets an apostrophe in front (OWASP, CSV injection).
fn row(cells: [&str; 4]) -> String {
    let quoted = cells.map(|cell| {
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            "'"
        } else {
            ""
        };
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    });
    format!("{}\r\n", quoted.join(","))
}

fn words(what: &str, words: impl Into<String>) -> Line {
    Line {
        what: what.to_owned(),
        says: Says::Words(words.into()),
    }
}

fn school(what: &str) -> Line {
    Line {
        what: what.to_owned(),
        says: Says::School,
    }
}

fn promised(measures: &[Measure]) -> impl Iterator<Item = Line> {
    measures.iter().map(|&(words, promises)| Line {
        what: "What the platform does".to_owned(),
        says: Says::Promised(words, promises),
    })
}

fn entry(title: impl Into<String>, lines: Vec<Line>) -> Entry {
    Entry {
        title: title.into(),
        lines,
    }
}

/// A part that the school writes.
fn asked(id: &'static str, title: &'static str, what: &[&str]) -> Part {
    let lines = what.iter().map(|what| school(what)).collect();
    Part {
        id,
        title,
        entries: vec![entry("", lines)],
    }
}

fn why() -> Part {
    let lines = vec![
        words(
            "What the platform does",
            "Teachers set work, students do it and hand it in, teachers mark it and give it back. Guardians see their own child's.",
        ),
        words(
            "Why the risks are assessed",
            "It is about children, it is about nearly everybody in the school, and some of it may say something about health. UK GDPR Article 35 asks whoever decides about such a use to look at its risks before it begins.",
        ),
        school("What your school wants to reach with it"),
        school("Who leads this assessment"),
    ];
    Part {
        id: "why",
        title: "Why",
        entries: vec![entry("", lines)],
    }
}

fn processed(told: &[ToldLine], recipients: &[Recipient], switches: &Switches) -> Part {
    let mut entries: Vec<Entry> = activities()
        .into_iter()
        .map(|activity| use_of_data(&activity, told, recipients))
        .collect();
    let sources = switches.names(Switch::Source);
    let others = if sources.is_empty() {
        "No other system is declared.".to_owned()
    } else {
        format!("Declared besides: {}.", sources.join(", "))
    };
    entries.push(entry(
        "Where it comes from, and how much it is",
        vec![
            words(
                "Where it comes from",
                format!(
                    "The school's roster, what staff type in, and what people write and hand in themselves. {others}"
                ),
            ),
            words(
                "What needs more care",
                format!(
                    "{}. {}",
                    Category::Needs.words(),
                    LawfulBasis::ReasonableAdjustments.words()
                ),
            ),
            school("How many students, guardians and staff, and which year groups"),
            school("What your school lets people write that is not foreseen here"),
        ],
    ));
    Part {
        id: "processed",
        title: "What is processed, whose, why and on which basis",
        entries,
    }
}

fn use_of_data(activity: &Activity, told: &[ToldLine], recipients: &[Recipient]) -> Entry {
    let codes = codes_of(activity.purpose);
    let periods: Vec<String> = here(told, &codes)
        .into_iter()
        .map(|line| format!("{} ({})", line.words(), line.code))
        .collect();
    let mut lines = vec![
        words("Kinds of data", activity.categories.join("; ")),
        words("Whose", activity.subjects.join(", ")),
        words("What allows it", activity.bases.join("; ")),
        words("Who decides", activity.responsible.words()),
    ];
    let receivers = who_receives_which(recipients, &activity.categories);
    lines.extend(
        receivers
            .into_iter()
            .map(|receiver| words("Who receives it", receiver)),
    );
    lines.push(words("How long", periods.join("; ")));
    entry(activity.purpose.words(), lines)
}

/// The rules of the schedule by which what serves a purpose goes.
fn codes_of(purpose: Purpose) -> BTreeSet<&'static str> {
    registry()
        .into_iter()
        .flat_map(|table| table.columns)
        .filter(|(_, class)| class.purpose == Some(purpose))
        .filter_map(|(_, class)| class.retention)
        .flat_map(Retention::rules)
        .map(|rule| rule.code)
        .collect()
}

/// Each optional feature with whether it is on, and what is on for everybody.
fn needed(switches: &Switches) -> Part {
    let is_on = |what: Switch| if switches.is_on(what) { "On" } else { "Off" };
    let choice = |title: &str, what: Switch, does: &str| {
        words(title, format!("{} at your school. {does}", is_on(what)))
    };
    let mut choices = vec![
        choice(
            "Badges for young students",
            Switch::Badges,
            "They sign in without a password, on devices that staff set up.",
        ),
        choice(
            "Sharing by consent",
            Switch::Sharing,
            "Goes to the recipients below, only of those who say yes.",
        ),
        choice(
            "Statistics over schools",
            Switch::Statistics,
            "Counts in which nobody is.",
        ),
        choice(
            "Sites outside that students may visit",
            Switch::Sites,
            "Links that say where they lead; nothing is loaded from there.",
        ),
        choice(
            "Staff are named to those whose data they looked at",
            Switch::NamesShown,
            "Off, people read a role in place of the name.",
        ),
        choice(
            "Companies in the United Kingdom only",
            Switch::OnlyHome,
            "On, nothing of your school goes to a company abroad.",
        ),
        words(
            "What helps a student to read and to learn",
            "Kept for those for whom your school writes it down.",
        ),
        words(
            "Work without a network",
            "On for students. What is kept on a tablet is encrypted.",
        ),
        words(
            "Counts of opened pages",
            "On, without people in them. Who objects is not counted.",
        ),
    ];
    choices.extend(ConsentPurpose::ALL.iter().map(|purpose| {
        words(
            purpose.label(),
            format!("Off until somebody says yes. {}", purpose.question()),
        )
    }));
    choices.push(school(
        "Why your school needs what is on, and could not reach the same with less",
    ));
    Part {
        id: "needed",
        title: "Whether it is needed, and in proportion",
        entries: vec![
            entry("Choices", choices),
            entry(
                "What people are told, and their rights",
                promised(&RIGHTS).collect(),
            ),
        ],
    }
}

fn received(recipients: &[Recipient]) -> Part {
    let mut entries: Vec<Entry> = recipients
        .iter()
        .map(|recipient| {
            let kinds: Vec<&str> = recipient.kinds.iter().map(String::as_str).collect();
            let abroad = recipient.transfer();
            entry(
                &*recipient.name,
                vec![
                    words("What it does", &*recipient.does),
                    words("What it may be given", kinds.join("; ")),
                    words(
                        "Where",
                        abroad.unwrap_or_else(|| "In the United Kingdom".to_owned()),
                    ),
                ],
            )
        })
        .collect();
    if entries.is_empty() {
        entries.push(entry(
            "",
            vec![words("Outside the school", who_receives(recipients, &[]))],
        ));
    }
    entries.push(entry(
        "Besides the platform",
        vec![school(
            "To whom your school gives the same data in another way",
        )],
    ));
    Part {
        id: "received",
        title: "Who receives it",
        entries,
    }
}

fn kept(told: &[ToldLine]) -> Part {
    let lines = told
        .iter()
        .map(|line| {
            words(
                line.code,
                format!("{}, {}: {}", line.what, line.whose, line.words()),
            )
        })
        .collect();
    Part {
        id: "kept",
        title: "How long it is kept",
        entries: vec![entry("", lines)],
    }
}

fn risks() -> Part {
    let mut entries: Vec<Entry> = RISKS
        .iter()
        .map(|risk| {
            let mut lines = vec![words("What it does to people", risk.harm)];
            lines.extend(promised(risk.measures));
            lines.push(school("How likely and how grave it still is"));
            lines.push(school("What your school does besides"));
            entry(risk.what, lines)
        })
        .collect();
    entries.push(entry(
        "Other risks at your school",
        vec![school(
            "What may happen, and what your school does about it",
        )],
    ));
    Part {
        id: "risks",
        title: "Risks, and what is done about them",
        entries,
    }
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn what_somebody_typed_into_a_register_is_no_formula_in_a_spreadsheet() {
        assert_eq!(
            row(["Who", "=1+1", "say \"it\"", ""]),
            "\"Who\",\"'=1+1\",\"say \"\"it\"\"\",\"\"\r\n"
        );
    }
}
