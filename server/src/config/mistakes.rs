//! What can be wrong with a configuration, said all at once.

use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// The file is not what it should be.
    #[error("the configuration file {0} has a mistake: {1}")]
    Mistake(PathBuf, toml::de::Error),
    /// The database address is neither of the two kinds.
    #[error("CLASSIMIZE_DATABASE_URL must begin with sqlite:// or postgres://")]
    UnknownDatabase,
    /// The keys would lie beside what they open.
    #[error(
        "CLASSIMIZE_KEYS_URL must begin with sqlite:// or postgres:// and name another database than CLASSIMIZE_DATABASE_URL"
    )]
    KeysNotApart,
    /// A key store elsewhere would tell its keys in clear.
    #[error(
        "the keys are on another machine: add ?sslmode=verify-full to CLASSIMIZE_KEYS_URL, so that nobody listens in"
    )]
    KeysInClear,
    /// Log lines are written for nobody.
    #[error("CLASSIMIZE_LOG_FORMAT is {0:?}. Use text or json")]
    UnknownLogFormat(String),
    /// The log filter says nothing that can be followed.
    #[error(
        "CLASSIMIZE_LOG cannot be followed: {0}. Use a level, which is off, error, warn, info, debug or trace, or parts with theirs, such as info,server=debug"
    )]
    UnknownLog(String),
    /// The mail server is named in part.
    #[error("CLASSIMIZE_SMTP_HOST needs CLASSIMIZE_SMTP_FROM: the address that mail comes from")]
    NoSender,
    /// Mail is sent encrypted or not at all.
    #[error("CLASSIMIZE_SMTP_SECURITY is {0:?}. Use tls or starttls")]
    UnknownSecurity(String),
    /// A database elsewhere would hear everything in clear.
    #[error(
        "the database is on another machine: add ?sslmode=verify-full to CLASSIMIZE_DATABASE_URL, so that nobody listens in"
    )]
    DatabaseInClear,
    /// A third party's id is none.
    #[error("{0} is an id of 4 to 32 letters, digits and hyphens")]
    ThirdParty(&'static str),
    /// A social link is no address.
    #[error("CLASSIMIZE_SOCIAL_LINKS holds {0:?}, which is no https:// address")]
    SocialLink(String),
    /// A server without a connection waits for ever.
    #[error("CLASSIMIZE_DATABASE_CONNECTIONS is 0. Use at least 1; 8 is usual")]
    NoConnections,
    /// The public address is not one.
    #[error("CLASSIMIZE_PUBLIC_URL must begin with http:// or https://")]
    NotAnAddress,
}

/// Everything that is wrong.
#[derive(Debug, Default, thiserror::Error)]
pub struct Mistakes(Vec<ConfigError>);

impl Mistakes {
    pub(super) fn add(&mut self, mistake: ConfigError) {
        self.0.push(mistake);
    }

    /// What was made, or nothing in its place, with the reason kept.
    pub(super) fn without<T: Default>(&mut self, made: Result<T, ConfigError>) -> T {
        made.unwrap_or_else(|mistake| {
            self.add(mistake);
            T::default()
        })
    }

    pub(super) fn none(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl From<ConfigError> for Mistakes {
    fn from(mistake: ConfigError) -> Self {
        Self(vec![mistake])
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.0.iter().enumerate() {
            let before = if at == 0 { "" } else { "\n" };
            write!(f, "{before}{mistake}")?;
        }
        Ok(())
    }
}
