//! Who runs this server: one record, from the configuration file, that every page,
//! mail, receipt, export and letter reads. No name stands in the program.

use serde::{Deserialize, Serialize};

/// The company that runs this server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LegalEntity {
    /// Its name.
    pub name: String,
    /// The town it sits in.
    pub city: String,
    /// The country it sits in.
    pub country: String,
    /// Where mail reaches it.
    pub email: String,
    /// Its number in the register of the Information Commissioner.
    pub registration: String,
    /// How to reach whoever watches over its use of personal data.
    pub data_protection_contact: String,
    /// Whoever finds a hole in the security writes there; the e-mail address if empty.
    pub security_contact: String,
    /// Partners whose news it may send on to those who agreed. Usually there are none.
    pub partners: Vec<String>,
}

impl LegalEntity {
    /// True once the configuration names it.
    pub fn is_named(&self) -> bool {
        !self.name.is_empty()
    }

    /// Name, town and country, such as "Example Ltd, Leeds, United Kingdom".
    pub fn line(&self) -> String {
        if !self.is_named() {
            return "whoever runs this server, who has not given a name yet".to_owned();
        }
        joined([&self.name, &self.city, &self.country], ", ")
    }

    /// How to reach it, and its number; empty where nothing is given.
    pub fn reach(&self) -> String {
        let registration = labelled(
            "registered with the Information Commissioner as",
            &self.registration,
        );
        let contact = labelled("data protection:", &self.data_protection_contact);
        joined([&self.email, &registration, &contact], ", ")
    }

    /// Everything in one sentence, as letters and mails end.
    pub fn sentence(&self) -> String {
        let reach = self.reach();
        let sep = if reach.is_empty() { "" } else { ". " };
        format!("This platform is run by {}{sep}{reach}.", self.line())
    }

    /// Where a hole in the security is told.
    pub fn security(&self) -> &str {
        if self.security_contact.is_empty() {
            &self.email
        } else {
            &self.security_contact
        }
    }
}

fn labelled(label: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!("{label} {value}")
    }
}

fn joined<const N: usize>(parts: [&String; N], sep: &str) -> String {
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(sep)
}

#[cfg(test)]
mod tests {
    use super::LegalEntity;

    #[test]
    fn what_is_not_given_leaves_no_gap() {
        let entity = LegalEntity {
            name: "Example Ltd".to_owned(),
            country: "United Kingdom".to_owned(),
            email: "office@example.org".to_owned(),
            ..LegalEntity::default()
        };
        assert_eq!(
            entity.sentence(),
            "This platform is run by Example Ltd, United Kingdom. office@example.org."
        );
        assert_eq!(entity.security(), "office@example.org");
        assert!(
            LegalEntity::default()
                .sentence()
                .contains("not given a name yet")
        );
    }
}
