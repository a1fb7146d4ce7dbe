//! "Where is it kept?": every kind of data, in a table or elsewhere, that is called by the
//! words that somebody types, with what is done with it. It reads the data map and its
//! registers, and no row about anybody.

use std::collections::BTreeSet;

use datamap::{BLOBS, Category, Class, EVENTS, LOG, MAILS, Retention, STORAGE, may_hold, registry};
use sea_orm::{ConnectionTrait, DbErr};

use super::recipients::{Recipient, recipients, who_receives};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::retention::{self, ToldLine};

/// Columns of tables, each table with those that were found in it.
pub type Places = Vec<(&'static str, Vec<&'static str>)>;

/// A kind of data about people: columns with which the same is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldKind {
    /// What it is, in a word or two.
    pub label: &'static str,
    /// Where it is kept.
    pub places: Places,
    /// What is asked about it, with the answer, in the order shown.
    pub facts: Vec<(&'static str, String)>,
}

/// What was found outside the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Where.
    pub store: &'static str,
    /// How long it is kept there.
    pub kept: String,
    /// What is called so, a line each.
    pub lines: Vec<String>,
}

/// Everything that is called by some words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Kinds of data about people, in the order of the data map.
    pub kinds: Vec<FieldKind>,
    /// What is called so outside the tables.
    pub elsewhere: Vec<Elsewhere>,
    /// Columns that are called so and are about nobody.
    pub nobodys: Places,
}

impl Found {
    /// True where nothing is called so.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.elsewhere.is_empty() && self.nobodys.is_empty()
    }
}

/// What is called by `find`, with the school's own periods and whoever receives its data.
/// Nothing where nothing was typed. Five queries, or none.
pub async fn fields(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    find: &str,
    now: Time,
) -> Result<Found, DbErr> {
    if words_of(find).is_empty() {
        return Ok(Found::default());
    }
    let told = retention::told(db, Some(actor)).await?;
    let recipients = recipients(db, Some(permitted.school()), now).await?;
    Ok(search(find, &told, &recipients))
}

/// The same with periods and recipients as they are given.
pub fn search(find: &str, told: &[ToldLine], recipients: &[Recipient]) -> Found {
    let words = words_of(find);
    if words.is_empty() {
        return Found::default();
    }
    let mut kinds: Vec<(Class, Places)> = Vec::new();
    let mut nobodys = Places::new();
    for table in registry() {
        for (column, class) in table.columns {
            let name = format!("{} {column} {}", table.table, may_hold(table.table, column));
            if !class.is_personal() {
                if is_called(&name, &words) {
                    put(&mut nobodys, table.table, column);
                }
            } else if is_called(&format!("{name} {}", all_words(class)), &words) {
                match kinds.iter_mut().find(|(known, _)| *known == class) {
                    Some((_, places)) => put(places, table.table, column),
                    None => kinds.push((class, vec![(table.table, vec![column])])),
                }
            }
        }
    }
    Found {
        kinds: kinds
            .into_iter()
            .map(|(class, places)| FieldKind {
                label: class.category.label(),
                places,
                facts: facts(class, told, recipients),
            })
            .collect(),
        elsewhere: elsewhere(&words, told),
        nobodys,
    }
}

/// A word that was typed.
struct Word {
    /// Without its hyphens, as texts are compared.
    joined: String,
    /// What its hyphens join; empty where there are none, or where one letter stands alone:
    /// nearly every text has a word that begins with the "e" of "e-mail".
    parts: Vec<String>,
}

impl Word {
    /// Nothing where only hyphens were typed.
    fn of(typed: &str) -> Option<Self> {
        let joined = singular(&typed.replace('-', ""));
        let mut parts: Vec<String> = singular(typed)
            .split('-')
            .filter(|part| !part.is_empty())
            .map(singular)
            .collect();
        if parts.len() < 2 || parts.iter().any(|part| part.len() < 2) {
            parts.clear();
        }
        (!joined.is_empty()).then_some(Self { joined, parts })
    }

    /// Whether a text that is [`plain`] holds it joined or all its parts.
    fn is_in(&self, text: &str) -> bool {
        let is_apart = || self.parts.iter().all(|part| holds(text, part));
        holds(text, &self.joined) || (!self.parts.is_empty() && is_apart())
    }
}

/// The plural of a word as the one of it.
fn singular(word: &str) -> String {
    let one = word.strip_suffix('s').filter(|one| one.len() > 2);
    one.unwrap_or(word).to_owned()
}

/// Small, and apart where names in the database have a line or a point.
fn apart(text: &str) -> String {
    text.to_lowercase()
        .replace(['_', '.', ':', ';', ',', '(', ')'], " ")
}

/// Texts as they are compared: together, too, where English has a hyphen.
fn plain(text: &str) -> String {
    apart(text).replace('-', "")
}

/// The words that were typed.
fn words_of(find: &str) -> Vec<Word> {
    apart(find)
        .split_whitespace()
        .filter_map(Word::of)
        .collect()
}

/// Whether a text holds every word.
fn is_called(text: &str, words: &[Word]) -> bool {
    let text = plain(text);
    words.iter().all(|word| word.is_in(&text))
}

/// Whether letters stand in a text; few of them only where a word of it begins so, for "ip"
/// stands in "recipient" too.
fn holds(text: &str, letters: &str) -> bool {
    if letters.len() > 3 {
        text.contains(letters)
    } else {
        text.split_whitespace()
            .any(|word| word.starts_with(letters))
    }
}

/// Everything that is said of a class, besides the names of its columns.
fn all_words(class: Class) -> String {
    [
        Some(class.category.label()),
        Some(class.category.words()),
        class.subject.map(datamap::Subject::words),
        class.purpose.map(datamap::Purpose::words),
        class.lawful_basis.map(datamap::LawfulBasis::words),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

fn put(places: &mut Places, table: &'static str, column: &'static str) {
    match places.iter_mut().find(|(known, _)| *known == table) {
        Some((_, columns)) => columns.push(column),
        None => places.push((table, vec![column])),
    }
}

/// What is asked about a kind of data, with the answer.
fn facts(class: Class, told: &[ToldLine], recipients: &[Recipient]) -> Vec<(&'static str, String)> {
    let what = class.category.words();
    let mut facts = vec![("What it is", what.to_owned())];
    let mut say = |asked, words: Option<String>| facts.extend(words.map(|words| (asked, words)));
    let owned = |words: &'static str| words.to_owned();
    say("Whose", class.subject.map(|whose| owned(whose.words())));
    say("What for", class.purpose.map(|what| owned(what.words())));
    say(
        "What allows it",
        class.lawful_basis.map(|basis| owned(basis.words())),
    );
    say(
        "Who decides",
        class
            .purpose
            .map(|purpose| owned(purpose.responsible().words())),
    );
    say(
        "Who receives it outside the school",
        Some(who_receives(recipients, &[what])),
    );
    say(
        "How long",
        class
            .retention
            .map(|retention| how_long(class, retention, told)),
    );
    say("A copy", Some(owned(class.on_export.words())));
    say("An erasure", Some(class.on_erasure.words()));
    let sealed = class.protect.map(datamap::Protect::words);
    say(
        "How it is protected",
        Some(owned(sealed.unwrap_or(
            "Not sealed: whoever holds the database can read it",
        ))),
    );
    facts
}

/// How long it is kept, as it holds in the school: of several rules those for whom it is
/// about, where there are any.
fn how_long(class: Class, retention: Retention, told: &[ToldLine]) -> String {
    let rules = retention.rules();
    let codes = |of_whom: bool| -> BTreeSet<&str> {
        rules
            .iter()
            .filter(|rule| !of_whom || class.subject == Some(rule.subject))
            .map(|rule| rule.code)
            .collect()
    };
    let own = codes(true);
    let lines = here(told, &if own.is_empty() { codes(false) } else { own });
    let is_one = lines.len() == 1;
    let said: Vec<String> = lines
        .into_iter()
        .map(|line| {
            if is_one {
                line.words()
            } else {
                format!("{}: {}", line.whose, line.words())
            }
        })
        .collect();
    said.join("; ")
}

/// The lines of the school's schedule with these names.
pub(super) fn here<'a>(told: &'a [ToldLine], codes: &BTreeSet<&str>) -> Vec<&'a ToldLine> {
    told.iter()
        .filter(|line| codes.contains(line.code))
        .collect()
}

/// What is called so outside the tables.
fn elsewhere(words: &[Word], told: &[ToldLine]) -> Vec<Elsewhere> {
    let period = |code| {
        here(told, &BTreeSet::from([code]))
            .first()
            .map(|line| line.words())
            .unwrap_or_default()
    };
    let all = [
        Elsewhere {
            store: "Files",
            kept: "Each goes with the row that names it".to_owned(),
            lines: files(words),
        },
        Elsewhere {
            store: "Mails",
            kept: format!("{}. The words go as soon as it is sent", period("mail")),
            lines: mails(words),
        },
        Elsewhere {
            store: "Record of changes",
            kept: period("change_record"),
            lines: changes(words),
        },
        Elsewhere {
            store: "The server's log",
            kept: "As long as whoever runs the server keeps it".to_owned(),
            lines: log(words),
        },
        Elsewhere {
            store: "Browsers",
            kept: "Cookies and other storage, each as long as it says".to_owned(),
            lines: browsers(words),
        },
    ];
    all.into_iter()
        .filter(|found| !found.lines.is_empty())
        .collect()
}

fn files(words: &[Word]) -> Vec<String> {
    BLOBS
        .iter()
        .filter(|kind| {
            let tables = kind.tables.join(" ");
            is_called(
                &format!("file {} {tables} {}", kind.folder, kind.holds),
                words,
            )
        })
        .map(|kind| {
            format!(
                "{}: {}. {}. Named by {}",
                kind.folder,
                kind.holds,
                kind.protect.words(),
                kind.tables.join(" and ")
            )
        })
        .collect()
}

fn mails(words: &[Word]) -> Vec<String> {
    MAILS
        .iter()
        .filter_map(|mail| called_in(&format!("mail {}", mail.template), mail.fields, words))
        .collect()
}

fn changes(words: &[Word]) -> Vec<String> {
    EVENTS
        .iter()
        .filter_map(|event| called_in(event.name, event.fields, words))
        .collect()
}

/// The fields of something that are called so with its name, after it; none where none is.
fn called_in(name: &str, fields: &[(&'static str, Category)], words: &[Word]) -> Option<String> {
    let called: Vec<&str> = fields
        .iter()
        .map(|(field, _)| *field)
        .filter(|field| is_called(&format!("{name} {field}"), words))
        .collect();
    (!called.is_empty()).then(|| format!("{name}: {}", called.join(", ")))
}

fn log(words: &[Word]) -> Vec<String> {
    LOG.iter()
        .filter(|field| is_called(&format!("log {} {}", field.name, field.holds), words))
        .map(|field| format!("{}: {}", field.name, field.holds))
        .collect()
}

fn browsers(words: &[Word]) -> Vec<String> {
    STORAGE
        .iter()
        .filter(|item| {
            is_called(
                &format!("cookie browser {} {}", item.name, item.purpose),
                words,
            )
        })
        .map(|item| format!("{}: {} {}", item.name, item.purpose, item.lifetime))
        .collect()
}
