//! The mail server: where it is, how it is spoken to, and whom mail comes from.

use std::path::PathBuf;

use super::{ConfigError, Options};

/// How the connection is encrypted. There is no third way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// From the first byte.
    Tls,
    /// Right after the greeting; where the server does not offer it, nothing is sent.
    StartTls,
}

/// The mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name, which its certificate has to bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// Name and password, where it asks for them.
    pub credentials: Option<(String, String)>,
    /// Whom mail comes from.
    pub from: String,
    /// One more certificate that its own may be signed by.
    pub ca: Option<PathBuf>,
}

/// The mail server of the options, over those of the file.
pub(super) fn read(over: &Options, file: &Options) -> Result<Option<Smtp>, ConfigError> {
    /// The first of the two that is given and not empty.
    fn pick(over: Option<&String>, file: Option<&String>) -> Option<String> {
        over.or(file)
            .filter(|text| !text.trim().is_empty())
            .cloned()
    }
    let Some(host) = pick(over.smtp_host.as_ref(), file.smtp_host.as_ref()) else {
        return Ok(None);
    };
    let from =
        pick(over.smtp_from.as_ref(), file.smtp_from.as_ref()).ok_or(ConfigError::NoSender)?;
    let word = pick(over.smtp_security.as_ref(), file.smtp_security.as_ref());
    let security = match word.as_deref() {
        None | Some("tls") => Security::Tls,
        Some("starttls") => Security::StartTls,
        Some(other) => return Err(ConfigError::UnknownSecurity(other.to_owned())),
    };
    let username = pick(over.smtp_username.as_ref(), file.smtp_username.as_ref());
    let password = pick(over.smtp_password.as_ref(), file.smtp_password.as_ref());
    Ok(Some(Smtp {
        host,
        port: over.smtp_port.or(file.smtp_port).unwrap_or(match security {
            Security::Tls => 465,
            Security::StartTls => 587,
        }),
        security,
        credentials: username.zip(password),
        from,
        ca: over.smtp_ca.clone().or_else(|| file.smtp_ca.clone()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_way_to_ask_for_mail_in_clear() {
        let with = |security: Option<&str>| {
            let options = Options {
                smtp_host: Some("mail.example".to_owned()),
                smtp_from: Some("no-reply@school.example".to_owned()),
                smtp_security: security.map(str::to_owned),
                ..Options::default()
            };
            read(&options, &Options::default())
        };
        assert!(matches!(
            with(Some("none")),
            Err(ConfigError::UnknownSecurity(_))
        ));
        let smtp = with(None).expect("right").expect("named");
        assert_eq!((smtp.security, smtp.port), (Security::Tls, 465));
        let smtp = with(Some("starttls")).expect("right").expect("named");
        assert_eq!((smtp.security, smtp.port), (Security::StartTls, 587));
    }
}
