//! Whether others would guess a new password: from the passwords that most people use,
//! from names, words, dates and rows of keys, and from what is known of the person and
//! their school. It counts the guesses that a patient stranger would need and says
//! nothing about kinds of characters. Length is checked beside the form.

use vocab::accounts::{MAX_PASSWORD_BYTES, PasswordFor};

/// What is looked at of a long password; the rest only makes it better.
const LOOKED_AT: usize = 64;

/// Why a password that is long enough is refused all the same: it is soon guessed. `own` are words
/// that stand for the person: names, username, school and its code.
///
/// An adult's must stand 10^8 guesses and a student's 10^6: what a stranger may try
/// at the slowed sign-in form in a year is far below both.
pub fn guessable(password: &str, whose: PasswordFor, own: &[&str]) -> Option<&'static str> {
    if password.chars().count() < whose.least_characters() || password.len() > MAX_PASSWORD_BYTES {
        return None;
    }
    let bare = letters(password);
    let own: Vec<String> = own
        .iter()
        .flat_map(|words| words.split_whitespace().chain([*words]))
        .map(letters)
        .filter(|word| word.chars().count() >= 3)
        .collect();
    if own.contains(&bare) {
        return Some(
            "This password is too easy to guess from your name or your school. Choose another",
        );
    }
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let looked_at: String = password.chars().take(LOOKED_AT).collect();
    let least = match whose {
        PasswordFor::Adult => 100_000_000,
        PasswordFor::Student => 1_000_000,
    };
    (zxcvbn::zxcvbn(&looked_at, &own).guesses() < least).then_some(
        "This password is too easy to guess. Choose three or four words that do not belong together",
    )
}

fn letters(text: &str) -> String {
    crate::people::fold(text)
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str, whose: PasswordFor) -> bool {
        let own = [
            "Siân Price",
            "sian.price",
            "Brookfield High School",
            "BRK417",
        ];
        guessable(password, whose, &own).is_some()
    }

    #[test]
    fn a_password_made_of_ones_own_name_or_school_is_refused() {
        for password in [
            "sian-price-2026",
            "SIÂNPRICE!!12",
            "brookfield2026",
            "sianprice1999",
        ] {
            assert!(refused(password, PasswordFor::Adult), "{password}");
        }
        assert!(!refused("sian-otter-kettle", PasswordFor::Adult));
    }

    #[test]
    fn a_password_that_many_people_use_is_refused() {
        for password in [
            "password1234",
            "Password!!!!!",
            "123456789012",
            "aaaaaaaaaaaaaaa",
            "manchesterunited",
            "iloveyou1234",
            "P4ssw0rd2026",
            "qwertyuiop12",
        ] {
            assert!(refused(password, PasswordFor::Adult), "{password}");
        }
        for password in ["football", "princess1", "abcd1234", "chelsea1", "dragon99"] {
            assert!(refused(password, PasswordFor::Student), "{password}");
        }
    }

    #[test]
    fn a_few_plain_words_are_a_good_password() {
        assert!(!refused("kettle violet lamp", PasswordFor::Adult));
        assert!(!refused("otter-shed", PasswordFor::Student));
    }

    #[test]
    fn one_that_is_too_short_or_too_long_is_left_to_the_form() {
        assert!(!refused("football", PasswordFor::Adult));
        assert!(!refused(
            &"a".repeat(MAX_PASSWORD_BYTES + 1),
            PasswordFor::Adult
        ));
    }
}
