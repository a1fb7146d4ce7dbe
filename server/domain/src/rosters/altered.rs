//! What comes in otherwise than the file has it: names that are cut, usernames that lose signs.
//! And year groups that hardly any school has. Each is said once in a row, whenever it is read,
//! so that the office can put it right where the file is made; nothing is left out for it.

use interop::oneroster::{Class, Table, User};

use super::names::{self, LONGEST_NAME};
use super::plan::PersonChange;
use super::report::Remarks;
use crate::people::spell_username;

/// As much of a cell as a remark quotes.
const QUOTED: usize = 80;

/// So many changed usernames are named.
const MOST_USERNAMES: usize = 100;

/// A column of a row, and what stands there.
pub(super) type Cell<'u> = (&'static str, &'u str);

/// The cells of the given and the family name that somebody goes by.
pub(super) fn called(user: &User) -> [Cell<'_>; 2] {
    let (given, family) = (&user.preferred_given_name, &user.preferred_family_name);
    [
        preferred_or(
            ("preferredGivenName", given.as_deref()),
            ("givenName", user.given_name.as_str()),
        ),
        preferred_or(
            ("preferredFamilyName", family.as_deref()),
            ("familyName", user.family_name.as_str()),
        ),
    ]
}

fn preferred_or<'u>(
    (field, preferred): (&'static str, Option<&'u str>),
    legal: Cell<'u>,
) -> Cell<'u> {
    let preferred = preferred.filter(|text| !names::clean(text).is_empty());
    preferred.map_or(legal, |text| (field, text))
}

/// Says which of somebody's names come in shorter than they are.
pub(super) fn remark_on_names(user: &User, remarks: &mut Remarks) {
    for (field, text) in called(user) {
        if names::is_too_long(text) {
            remarks.add(
                Table::Users,
                Some(user.row),
                Some(field),
                "user.name_cut",
                format!(
                    "This name is longer than {LONGEST_NAME} characters; the first {LONGEST_NAME} come in."
                ),
            );
        }
    }
}

/// Says that a class comes in with less than its title.
pub(super) fn remark_on_title(class: &Class, remarks: &mut Remarks) {
    if names::is_too_long(&class.title) {
        remarks.add(
            Table::Classes,
            Some(class.row),
            Some("title"),
            "class.name_cut",
            format!(
                "This title is longer than {LONGEST_NAME} characters; the first {LONGEST_NAME} come in."
            ),
        );
    }
}

/// Says of a year group that it is a strange one, once for all who are in it.
pub(super) fn remark_on_year_group(user: &User, group: &str, remarks: &mut Remarks) {
    const CODE: &str = "user.year_group_unusual";
    if names::is_usual_year_group(group) {
        return;
    }
    let reason = format!("Hardly any school has a year group \"{group}\"; it comes in like this.");
    if remarks.of(CODE).all(|known| known.reason != reason) {
        let (row, field) = (Some(user.row), Some("grades"));
        remarks.add(Table::Users, row, field, CODE, reason);
    }
}

/// Says that somebody signs in with another name than the file has, for its signs' sake. What
/// somebody signs in with already is not changed by it. Where all usernames are so, the rows that
/// are left out must still find room.
pub(super) fn remark_on_username(user: &User, person: &PersonChange, remarks: &mut Remarks) {
    const CODE: &str = "user.username_changed";
    let Some(username) = person.row.after.username.as_deref() else {
        return;
    };
    let text = user.username.as_deref().unwrap_or_default();
    let spelled = names::username(text);
    let is_of_the_file = match &spelled {
        Some(name) => name == username,
        None => person.account.is_none() && !text.trim().is_empty(),
    };
    if is_of_the_file && spelled.unwrap_or_default() != spell_username(text) {
        if remarks.of(CODE).count() >= MOST_USERNAMES {
            remarks.pass_over();
            return;
        }
        let quoted: String = text.trim().chars().take(QUOTED).collect();
        remarks.add(
            Table::Users,
            Some(user.row),
            Some("username"),
            CODE,
            format!(
                "\"{quoted}\" has signs that a username cannot have, or too many; this person signs in as \"{username}\"."
            ),
        );
    }
}
