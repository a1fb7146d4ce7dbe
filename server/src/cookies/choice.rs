//! The cookie that holds a choice: a random number for the browser, when and about which
//! question it was made, and what was allowed; sealed, so that only we can have made it.

use domain::Time;
use domain::seal::Seal;
use domain::visitors::HOLDS_FOR;
use vocab::visitors::ThirdPartyPurpose;

/// A choice as its cookie says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The browser's random number, for the record.
    pub(crate) browser: String,
    /// When it was made, in seconds.
    pub(crate) at: i64,
    /// Which question was answered.
    pub(crate) register: String,
    /// What was allowed.
    pub(crate) allowed: Vec<ThirdPartyPurpose>,
}

impl Choice {
    /// The cookie's value.
    pub(crate) fn sealed(&self, seal: &Seal) -> String {
        let words = self.words();
        let seal = seal.of(&words);
        format!("{words}.{seal}")
    }

    fn words(&self) -> String {
        let allowed: Vec<&str> = self
            .allowed
            .iter()
            .map(|purpose| purpose.as_str())
            .collect();
        format!(
            "1.{}.{}.{}.{}",
            self.browser,
            self.at,
            self.register,
            allowed.join("+")
        )
    }

    /// Reads a cookie of ours; one that was tampered with is none.
    pub(crate) fn read(cookie: &str, seal: &Seal) -> Option<Self> {
        let (words, mac) = cookie.rsplit_once('.')?;
        if !seal.fits(words, mac) {
            return None;
        }
        let mut parts = words.split('.');
        let (Some("1"), Some(browser), Some(at), Some(register), Some(allowed), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return None;
        };
        Some(Self {
            browser: browser.to_owned(),
            at: at.parse().ok()?,
            register: register.to_owned(),
            allowed: allowed
                .split('+')
                .filter_map(|word| word.parse().ok())
                .collect(),
        })
    }

    /// Whether it answers the question as it is asked today, and is young enough.
    pub(crate) fn holds(&self, register: &str, now: Time) -> bool {
        let age = now.timestamp() - self.at;
        self.register == register && (0..HOLDS_FOR.num_seconds()).contains(&age)
    }
}

#[cfg(test)]
mod tests {
    use domain::consent::Signer;

    use super::*;

    fn seal() -> Seal {
        Seal::new(&Signer::new([7; 32]), "cookies")
    }

    fn choice() -> Choice {
        Choice {
            browser: "3q2-8bV4".to_owned(),
            at: 1_700_000_000,
            register: "ab12".to_owned(),
            allowed: vec![ThirdPartyPurpose::Analytics],
        }
    }

    #[test]
    fn a_cookie_that_anybody_changed_is_ignored() {
        let cookie = choice().sealed(&seal());
        assert_eq!(Choice::read(&cookie, &seal()), Some(choice()));
        for at in 0..cookie.len() {
            let mut tampered = cookie.clone().into_bytes();
            tampered[at] = if tampered[at] == b'x' { b'y' } else { b'x' };
            let tampered = String::from_utf8(tampered).expect("letters");
            assert_eq!(Choice::read(&tampered, &seal()), None, "{tampered}");
        }
        let refused = Choice {
            allowed: Vec::new(),
            ..choice()
        };
        let refused_cookie = refused.sealed(&seal());
        assert_eq!(Choice::read(&refused_cookie, &seal()), Some(refused));
        for nothing in ["", ".", "1.a.b", "analytics"] {
            assert_eq!(Choice::read(nothing, &seal()), None);
        }
    }

    #[test]
    fn a_choice_is_asked_again_after_six_months_or_another_question() {
        let at = |seconds: i64| Time::from_timestamp(seconds, 0).expect("a time");
        let made = choice();
        assert!(made.holds("ab12", at(made.at)));
        assert!(made.holds("ab12", at(made.at + 181 * 86_400)));
        assert!(!made.holds("ab12", at(made.at + 182 * 86_400)));
        assert!(!made.holds("another", at(made.at)));
        assert!(!made.holds("ab12", at(made.at - 1)), "of the future");
    }
}
