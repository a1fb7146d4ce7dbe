//! What somebody was called before: the names and usernames that the record of changes and the
//! records of imports know, noted while both are there. A problem of an import that is kept
//! quotes people as they were called on its day. What somebody else of the school is called is
//! not theirs alone, nor is what an import that is undone would write back to somebody else.

use std::collections::{BTreeSet, HashSet};

use sea_orm::sea_query::{ExprTrait, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use serde_json::Value;
use vocab::rosters::RosterKind;

use super::plan::Whose;
use crate::people::{display_name, sort_name};
use crate::ways::as_text;
use entity::{account, event, person, roster_change};

/// What somebody was called and is called no more.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// Whole names, as a sentence has them and as lists sort them.
    pub(super) names: Vec<String>,
    /// Names to sign in with.
    pub(super) usernames: Vec<String>,
}

/// What is said of somebody before and after a change.
type Change = (Option<Value>, Option<Value>);

/// What is known of earlier names of somebody who is called so now.
pub(super) async fn earlier(
    db: &impl ConnectionTrait,
    whose: Whose,
    (given, family): (&str, &str),
    usernames: &[String],
) -> Result<Earlier, DbErr> {
    let mut words = Words::default();
    words.given.insert(given.to_owned());
    words.family.insert(family.to_owned());
    for (before, after) in changes(db, whose).await? {
        for state in [before, after].into_iter().flatten() {
            words.note(&state);
        }
    }
    for username in usernames {
        words.usernames.remove(username);
    }
    let mut full = words.full_names();
    full.retain(|(name, _)| *name != display_name(given, family));
    let sorted = full.iter().map(|(_, sorted)| sorted);
    let asked: Vec<&str> = sorted.chain(&words.usernames).map(String::as_str).collect();
    let of_others = of_others(db, whose, &asked).await?;
    let is_theirs = |word: &String| !of_others.contains(word);
    Ok(Earlier {
        names: full
            .into_iter()
            .filter(|(_, sorted)| is_theirs(sorted))
            .flat_map(|(name, sorted)| [name, sorted])
            .collect(),
        usernames: words.usernames.into_iter().filter(is_theirs).collect(),
    })
}

#[derive(Debug, Default)]
struct Words {
    given: BTreeSet<String>,
    family: BTreeSet<String>,
    usernames: BTreeSet<String>,
}

impl Words {
    fn note(&mut self, state: &Value) {
        let fields = [
            ("given_name", &mut self.given),
            ("family_name", &mut self.family),
            ("username", &mut self.usernames),
        ];
        for (field, known) in fields {
            let word = state.get(field).and_then(Value::as_str);
            // Half a name is anybody's.
            if let Some(word) = word.filter(|word| !word.trim().is_empty()) {
                known.insert(word.to_owned());
            }
        }
    }

    /// Every given name with every family name, for a change tells only what it changed; each
    /// with the name that lists sort it by.
    fn full_names(&self) -> Vec<(String, String)> {
        let pairs = self
            .given
            .iter()
            .flat_map(|given| self.family.iter().map(move |family| (given, family)));
        pairs
            .map(|(given, family)| (display_name(given, family), sort_name(given, family)))
            .collect()
    }
}

/// What the record of changes and the records of imports say of somebody.
async fn changes(db: &impl ConnectionTrait, whose: Whose) -> Result<Vec<Change>, DbErr> {
    let mut changes: Vec<Change> = event::Entity::find()
        .select_only()
        .columns([event::Column::Before, event::Column::After])
        .filter(event::Column::SchoolId.eq(whose.school))
        .filter(event::Column::SubjectId.eq(whose.person.0))
        .into_tuple()
        .all(db)
        .await?;
    let by_imports: Vec<Change> = roster_change::Entity::find()
        .select_only()
        .columns([roster_change::Column::Before, roster_change::Column::After])
        .filter(roster_change::Column::SchoolId.eq(whose.school))
        .filter(roster_change::Column::Kind.eq(RosterKind::People))
        .filter(roster_change::Column::SubjectId.eq(whose.person.0))
        .into_tuple()
        .all(db)
        .await?;
    changes.extend(by_imports);
    Ok(changes)
}

/// Those of these words that others sign in with or are sorted by now, or would again where an
/// import is undone.
async fn of_others(
    db: &impl ConnectionTrait,
    whose: Whose,
    words: &[&str],
) -> Result<HashSet<String>, DbErr> {
    if words.is_empty() {
        return Ok(HashSet::new());
    }
    let names: Vec<String> = person::Entity::find()
        .select_only()
        .column(person::Column::SortName)
        .filter(person::Column::SchoolId.eq(whose.school))
        .filter(person::Column::Id.ne(whose.person))
        .filter(person::Column::SortName.is_in(words.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let usernames: Vec<String> = account::Entity::find()
        .select_only()
        .column(account::Column::Username)
        .filter(account::Column::SchoolId.eq(whose.school))
        .filter(account::Column::PersonId.ne(whose.person))
        .filter(account::Column::Username.is_in(words.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let backend = db.get_database_backend();
    let quotes_one = words.iter().fold(Condition::any(), |any, word| {
        let like = || LikeExpr::new(quoted(word)).escape('\\');
        any.add(as_text(backend, "before").like(like()))
            .add(as_text(backend, "after").like(like()))
    });
    let by_imports: Vec<Change> = roster_change::Entity::find()
        .select_only()
        .columns([roster_change::Column::Before, roster_change::Column::After])
        .filter(roster_change::Column::SchoolId.eq(whose.school))
        .filter(roster_change::Column::Kind.eq(RosterKind::People))
        .filter(roster_change::Column::SubjectId.ne(whose.person.0))
        .filter(quotes_one)
        .into_tuple()
        .all(db)
        .await?;
    let states = by_imports
        .iter()
        .flat_map(|(before, after)| [before, after])
        .flatten();
    let kept = states
        .flat_map(|state| ["sort_name", "username"].map(|field| state.get(field)))
        .filter_map(|word| Some(word?.as_str()?.to_owned()));
    Ok(names.into_iter().chain(usernames).chain(kept).collect())
}

/// The pattern of a record that has this word as a whole value.
fn quoted(word: &str) -> String {
    let mut pattern = "%".to_owned();
    for c in Value::from(word).to_string().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
