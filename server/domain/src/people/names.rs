//! Names as they are shown, sorted, searched and signed in with.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use vocab::form::FieldError;
use vocab::ids::{PersonId, SchoolId};

use entity::account;

/// Given and family name as the person is called. Who has neither was erased.
pub fn display_name(given: &str, family: &str) -> String {
    let name = format!("{given} {family}").trim().to_owned();
    if name.is_empty() {
        "Somebody who was erased".to_owned()
    } else {
        name
    }
}

/// What lists are sorted by and searches look in: "family given" in [`fold`]ed letters.
pub fn sort_name(given: &str, family: &str) -> String {
    fold(&format!("{family} {given}")).trim().to_owned()
}

/// Lower case without accents (NFKD, marks left out): "Siân" and "sian" are found alike.
pub fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The one spelling of a username: trimmed, lower case, accents composed (NFC).
pub fn spell_username(typed: &str) -> String {
    typed.trim().to_lowercase().nfc().collect()
}

/// The username that a person gets if nobody has it: "sian.price". Letters and
/// digits only, at most 40 of them.
pub fn username_base(given: &str, family: &str) -> String {
    let plain = |name: &str| -> String {
        fold(name)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .take(20)
            .collect()
    };
    let parts = [plain(given), plain(family)];
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        "person".to_owned()
    } else {
        parts.join(".")
    }
}

/// A username made from the name that nobody in the school has: "sian.price", or
/// "sian.price2".
pub async fn free_username(
    db: &impl ConnectionTrait,
    school: SchoolId,
    given: &str,
    family: &str,
) -> Result<String, DbErr> {
    let base = username_base(given, family);
    let alike = account::Column::Username.starts_with(&base);
    let mut taken = Usernames::read(db, school, Some(alike)).await?;
    Ok(taken.take(given, family))
}

/// The usernames of a school, to give out many new ones with one query.
#[derive(Debug)]
pub struct Usernames(HashSet<String>);

impl Usernames {
    /// All that are taken; a few thousand short words in a large school.
    pub async fn load(db: &impl ConnectionTrait, school: SchoolId) -> Result<Self, DbErr> {
        Self::read(db, school, None).await
    }

    async fn read(
        db: &impl ConnectionTrait,
        school: SchoolId,
        only: Option<sea_orm::sea_query::Expr>,
    ) -> Result<Self, DbErr> {
        let mut select = account::Entity::find()
            .select_only()
            .column(account::Column::Username)
            .filter(account::Column::SchoolId.eq(school));
        if let Some(only) = only {
            select = select.filter(only);
        }
        let taken: Vec<String> = select.into_tuple().all(db).await?;
        Ok(Self(taken.into_iter().collect()))
    }

    /// A free username made from the name, which is taken from now on.
    pub fn take(&mut self, given: &str, family: &str) -> String {
        let base = username_base(given, family);
        let mut name = base.clone();
        let mut number = 1_u32;
        while !self.0.insert(name.clone()) {
            number += 1;
            name = format!("{base}{number}");
        }
        name
    }
}

/// The error beside `username` where somebody else than `whose` has it, with a free one that is
/// made from the name.
pub(super) async fn taken_by_another(
    db: &impl ConnectionTrait,
    school: SchoolId,
    username: &str,
    (given, family): (&str, &str),
    whose: Option<PersonId>,
) -> Result<Option<FieldError>, DbErr> {
    let mut others = account::Entity::find()
        .filter(account::Column::SchoolId.eq(school))
        .filter(account::Column::Username.eq(username));
    if let Some(person) = whose {
        others = others.filter(account::Column::PersonId.ne(person));
    }
    if others.one(db).await?.is_none() {
        return Ok(None);
    }
    let free = free_username(db, school, given, family).await?;
    Ok(Some(taken_username(&free)))
}

/// The error beside `username` when somebody else has it.
pub(crate) fn taken_username(free: &str) -> FieldError {
    FieldError {
        field: "username".to_owned(),
        message: format!("Somebody else has this username. “{free}” is free"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found_without_accents_and_capitals() {
        assert_eq!(sort_name("Siân", "O'Brien-Łuk"), "o'brien-łuk sian");
        assert_eq!(sort_name("Cher", ""), "cher");
        assert_eq!(fold("ÀÉÎ ﬁ"), "aei fi");
    }

    #[test]
    fn a_username_is_made_of_what_a_tablet_can_type() {
        assert_eq!(username_base("Siân Mair", "O'Brien"), "sianmair.obrien");
        assert_eq!(username_base("", "Price"), "price");
        assert_eq!(username_base("--", "''"), "person");
    }

    #[test]
    fn three_people_of_one_name_get_three_usernames() {
        let mut names = Usernames(HashSet::new());
        let given: Vec<String> = (0..3).map(|_| names.take("Ada", "Ng")).collect();
        assert_eq!(given, ["ada.ng", "ada.ng2", "ada.ng3"]);
    }
}
