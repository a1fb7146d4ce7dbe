//! Configuration: from a TOML file, over it `CLASSIMIZE_*` variables, over them
//! the command line. `classimize serve --help` prints this list.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Where the server listens, keeps its data and finds its database.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// A TOML file with any of these options, such as `listen = "127.0.0.1:3000"`.
    #[arg(long, env = "CLASSIMIZE_CONFIG", global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:3000].
    #[arg(
        long,
        env = "CLASSIMIZE_LISTEN",
        global = true,
        value_name = "ADDRESS:PORT"
    )]
    pub listen: Option<SocketAddr>,
    /// Folder for the database and files [default: ./data].
    #[arg(long, env = "CLASSIMIZE_DATA", global = true, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// `sqlite://FILE` or `postgres://USER@HOST/NAME` [default: a SQLite file in the data folder].
    #[arg(
        long,
        env = "CLASSIMIZE_DATABASE_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<String>,
    /// Database connections kept open [default: 8].
    #[arg(
        long,
        env = "CLASSIMIZE_DATABASE_CONNECTIONS",
        global = true,
        value_name = "N"
    )]
    pub database_connections: Option<u32>,
    /// Where the keys are kept: `sqlite://FILE` or `postgres://USER@HOST/NAME`, never the
    /// database itself [default: keys.db in the data folder].
    #[arg(
        long,
        env = "CLASSIMIZE_KEYS_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub keys_url: Option<String>,
    /// The master key, 32 bytes in hexadecimal [default: the file keys/master in the data folder].
    #[arg(
        long,
        env = "CLASSIMIZE_MASTER_KEY",
        global = true,
        value_name = "HEX",
        hide_env_values = true
    )]
    pub master_key: Option<Hidden>,
    /// The master key that follows it, for `keys rotate`.
    #[arg(
        long,
        env = "CLASSIMIZE_NEW_MASTER_KEY",
        global = true,
        value_name = "HEX",
        hide_env_values = true
    )]
    pub new_master_key: Option<Hidden>,
    /// The address people type, such as `https://learn.school.example`. With https, cookies are
    /// sent over encrypted connections only [default: http:// and the listen address].
    #[arg(long, env = "CLASSIMIZE_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// `text` for people or `json` for machines [default: text].
    #[arg(
        long,
        env = "CLASSIMIZE_LOG_FORMAT",
        global = true,
        value_name = "FORMAT"
    )]
    pub log_format: Option<String>,
    /// What to log, such as `info` or `server=debug` [default: info].
    #[arg(long, env = "CLASSIMIZE_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// Serve the built site from this folder instead of the one inside the binary (developers).
    #[arg(
        long,
        env = "CLASSIMIZE_SITE",
        global = true,
        value_name = "FOLDER",
        hide = true
    )]
    pub site: Option<PathBuf>,
    /// Reload the browser when the server restarts (developers).
    #[arg(long, env = "CLASSIMIZE_DEV_RELOAD", global = true, hide = true, value_parser = clap::builder::FalseyValueParser::new())]
    #[serde(skip)]
    pub dev_reload: bool,
    /// Count database statements and tell them in the `Server-Timing` header (measuring).
    #[arg(long, env = "CLASSIMIZE_COUNT_QUERIES", global = true, hide = true, value_parser = clap::builder::FalseyValueParser::new())]
    #[serde(skip)]
    pub count_queries: bool,
    /// Serve `/bench/plain`, one database read without a page around it (measuring).
    #[arg(long, env = "CLASSIMIZE_BENCH", global = true, hide = true, value_parser = clap::builder::FalseyValueParser::new())]
    #[serde(skip)]
    pub bench: bool,
}

/// A text that is never printed.
#[derive(Clone, Deserialize)]
pub struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("hidden")
    }
}

impl std::str::FromStr for Hidden {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

/// The options with every default filled in.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Folder for the database and files.
    pub data: PathBuf,
    /// The database.
    pub database_url: String,
    /// Database connections kept open.
    pub database_connections: u32,
    /// Where the keys are kept.
    pub keys_url: String,
    /// The master key, where it is not a file.
    pub master_key: Option<Hidden>,
    /// The master key that follows.
    pub new_master_key: Option<Hidden>,
    /// The address people type, without a slash at the end.
    pub public_url: String,
    /// Log lines as JSON.
    pub log_json: bool,
    /// The log filter.
    pub log: String,
    /// A folder to serve the site from.
    pub site: Option<PathBuf>,
    /// Reload the browser when the server restarts.
    pub dev_reload: bool,
    /// Count database statements.
    pub count_queries: bool,
    /// Serve `/bench/plain`.
    pub bench: bool,
}

/// Why there is no configuration.
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
    /// Log lines are written for nobody.
    #[error("CLASSIMIZE_LOG_FORMAT is {0:?}. Use text or json")]
    UnknownLogFormat(String),
    /// The log filter says nothing that can be followed.
    #[error(
        "CLASSIMIZE_LOG cannot be followed: {0}. Use a level, which is off, error, warn, info, debug or trace, or parts with theirs, such as info,server=debug"
    )]
    UnknownLog(String),
    /// The public address is not one.
    #[error("CLASSIMIZE_PUBLIC_URL must begin with http:// or https://")]
    NotAnAddress,
}

impl Options {
    /// Reads the file, if one is named, and fills in the defaults.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None => Self::default(),
        };
        let listen = self
            .listen
            .or(file.listen)
            .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 3000)));
        let data = self
            .data
            .or(file.data)
            .unwrap_or_else(|| PathBuf::from("data"));
        let database_url = self
            .database_url
            .or(file.database_url)
            .unwrap_or_else(|| format!("sqlite://{}", data.join("classimize.db").display()));
        if !is_database(&database_url) {
            return Err(ConfigError::UnknownDatabase);
        }
        let keys_url = self
            .keys_url
            .or(file.keys_url)
            .unwrap_or_else(|| format!("sqlite://{}", data.join("keys.db").display()));
        if keys_url == database_url || !is_database(&keys_url) {
            return Err(ConfigError::KeysNotApart);
        }
        let public_url = self
            .public_url
            .or(file.public_url)
            .unwrap_or_else(|| format!("http://{listen}"))
            .trim_end_matches('/')
            .to_owned();
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            return Err(ConfigError::NotAnAddress);
        }
        Ok(Config {
            listen,
            data,
            keys_url,
            master_key: self.master_key.or(file.master_key),
            new_master_key: self.new_master_key.or(file.new_master_key),
            database_url,
            database_connections: self
                .database_connections
                .or(file.database_connections)
                .unwrap_or(8),
            public_url,
            log_json: is_json(self.log_format.or(file.log_format).as_deref())?,
            log: log_filter(self.log.or(file.log))?,
            site: self.site.or(file.site),
            dev_reload: self.dev_reload,
            count_queries: self.count_queries,
            bench: self.bench,
        })
    }
}

fn is_database(url: &str) -> bool {
    ["sqlite:", "postgres:", "postgresql:"]
        .iter()
        .any(|kind| url.starts_with(kind))
}

fn is_json(format: Option<&str>) -> Result<bool, ConfigError> {
    match format {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(other) => Err(ConfigError::UnknownLogFormat(other.to_owned())),
    }
}

/// A filter, where an empty one is none, that says what its writer meant: a lone word must be a level, since the
/// library would take a misspelt one for a part of the program and log nothing.
fn log_filter(filter: Option<String>) -> Result<String, ConfigError> {
    let Some(filter) = filter.filter(|filter| !filter.trim().is_empty()) else {
        return Ok("info,sea_orm_migration=warn".to_owned());
    };
    if let Err(error) = EnvFilter::try_new(&filter) {
        return Err(ConfigError::UnknownLog(error.to_string()));
    }
    let is_plain = |part: &&str| !part.contains(['=', '[', ']', '{', '}']);
    for part in filter.split(',').filter(is_plain) {
        if part.parse::<LevelFilter>().is_err() {
            return Err(ConfigError::UnknownLog(format!("{part:?} is no level")));
        }
    }
    Ok(filter)
}

fn read(path: &Path) -> Result<Options, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
    toml::from_str(&text).map_err(|error| ConfigError::Mistake(path.to_owned(), error))
}

impl Config {
    /// True where people reach the server over an encrypted connection, so that
    /// cookies must never travel over another.
    pub fn is_encrypted(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// True for the embedded database.
    pub fn is_sqlite(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }

    /// Where the keys are, and what opens them.
    pub fn keys(&self) -> domain::keys::Settings {
        let text = |hidden: &Hidden| hidden.0.clone();
        domain::keys::Settings {
            url: self.keys_url.clone(),
            folder: self.data.join("keys"),
            given: self
                .master_key
                .as_ref()
                .map(|key| (text(key), self.new_master_key.as_ref().map(text))),
        }
    }

    /// The folder for files that people hand in.
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_over_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("classimize.toml");
        std::fs::write(
            &file,
            "listen = \"127.0.0.1:4000\"\ndata = \"/srv/school\"\n",
        )
        .expect("written");
        let options = Options {
            config: Some(file),
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 5000))),
            ..Options::default()
        };
        let config = options.resolve().expect("a configuration");
        assert_eq!(config.listen.port(), 5000);
        assert_eq!(config.database_url, "sqlite:///srv/school/classimize.db");
        assert!(!config.is_encrypted());
    }

    #[test]
    fn a_misspelt_option_in_the_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("classimize.toml");
        std::fs::write(&file, "lisen = \"127.0.0.1:4000\"\n").expect("written");
        let error = Options {
            config: Some(file),
            ..Options::default()
        }
        .resolve()
        .expect_err("a mistake");
        assert!(error.to_string().contains("lisen"), "{error}");
    }

    fn with_log(format: Option<&str>, filter: Option<&str>) -> Result<Config, ConfigError> {
        Options {
            log_format: format.map(str::to_owned),
            log: filter.map(str::to_owned),
            ..Options::default()
        }
        .resolve()
    }

    #[test]
    fn a_log_format_that_does_not_exist_is_named() {
        let error = with_log(Some("jsonn"), None).expect_err("a mistake");
        let words = error.to_string();
        assert!(words.contains("CLASSIMIZE_LOG_FORMAT") && words.contains("jsonn"));
        assert!(with_log(Some("json"), None).is_ok_and(|config| config.log_json));
        assert!(with_log(Some("text"), None).is_ok_and(|config| !config.log_json));
        assert!(with_log(None, None).is_ok_and(|config| !config.log_json));
    }

    #[test]
    fn a_log_filter_that_cannot_be_followed_is_named() {
        for wrong in ["inof", "info,server=loud", "warn,serverr"] {
            let error = with_log(None, Some(wrong)).expect_err(wrong);
            assert!(error.to_string().contains("CLASSIMIZE_LOG"), "{error}");
        }
        for right in [
            "info",
            "OFF",
            "server=debug",
            "warn,domain=trace",
            "info,[request]=debug",
        ] {
            assert!(with_log(None, Some(right)).is_ok(), "{right}");
        }
    }
}
