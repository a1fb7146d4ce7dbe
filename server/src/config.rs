//! Configuration: from a TOML file, over it `CLASSIMIZE_*` variables, over them
//! the command line. `classimize serve --help` prints this list.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use domain::consent::Signer;
use domain::mail::{Letterhead, LinkKey};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use vocab::legal_entity::LegalEntity;

mod mistakes;
mod smtp;

pub use mistakes::{ConfigError, Mistakes};
pub use smtp::{Security, Smtp};
use vocab::visitors::{PublicPages, ThirdParty};

use crate::cookies::parties;

/// What is read of one request only to be thrown away: as much as a proxy lets through that is
/// set up as docs/operating.md says, which is more than all files of a form that may be sent.
const MOST_DRAINED_BYTES: usize = 1100 * 1024 * 1024;

/// What a school's own server needs none of.
const DEVELOPERS: &str = "For developers and for measuring";

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
    /// Database connections kept open, at least one [default: 8; with SQLite one for each processor,
    /// 4 to 16].
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
    /// The mail server that carries mail out. Without one nothing is sent. It has to be in the
    /// register of providers as well: see `classimize provider`.
    #[arg(long, env = "CLASSIMIZE_SMTP_HOST", global = true, value_name = "HOST")]
    pub smtp_host: Option<String>,
    /// Its port [default: 465, or 587 with starttls].
    #[arg(long, env = "CLASSIMIZE_SMTP_PORT", global = true, value_name = "PORT")]
    pub smtp_port: Option<u16>,
    /// `tls` from the first byte, or `starttls`. Nothing is sent without encryption [default: tls].
    #[arg(
        long,
        env = "CLASSIMIZE_SMTP_SECURITY",
        global = true,
        value_name = "KIND"
    )]
    pub smtp_security: Option<String>,
    /// The name to sign in at the mail server with.
    #[arg(
        long,
        env = "CLASSIMIZE_SMTP_USERNAME",
        global = true,
        value_name = "NAME"
    )]
    pub smtp_username: Option<String>,
    /// The password to sign in at the mail server with.
    #[arg(
        long,
        env = "CLASSIMIZE_SMTP_PASSWORD",
        global = true,
        value_name = "PASSWORD",
        hide_env_values = true
    )]
    pub smtp_password: Option<String>,
    /// The address that mail comes from, such as `Our school <no-reply@learn.school.example>`.
    #[arg(
        long,
        env = "CLASSIMIZE_SMTP_FROM",
        global = true,
        value_name = "ADDRESS"
    )]
    pub smtp_from: Option<String>,
    /// A file with one more certificate (PEM) that the mail server's may be signed by.
    #[arg(long, env = "CLASSIMIZE_SMTP_CA", global = true, value_name = "FILE")]
    pub smtp_ca: Option<PathBuf>,
    /// Who runs this server: in the file alone, as `[legal_entity]` with `name`, `city`, `country`,
    /// `email`, `registration`, `data_protection_contact`, `security_contact` and `partners`.
    #[arg(skip)]
    pub legal_entity: LegalEntity,
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
    /// Measurement id of Google Analytics, for the public pages and after a yes only [default: none, and
    /// then nothing is asked].
    #[arg(
        long,
        env = "CLASSIMIZE_ANALYTICS_ID",
        global = true,
        value_name = "ID"
    )]
    pub analytics_id: Option<String>,
    /// Id of the advertising pixel, for the public pages and after a yes only.
    #[cfg(feature = "ads")]
    #[arg(long, env = "CLASSIMIZE_ADS_ID", global = true, value_name = "ID")]
    pub ads_id: Option<String>,
    /// Where this server stands, as the privacy notice says it, such as "London, United Kingdom".
    #[arg(
        long,
        env = "CLASSIMIZE_DATA_REGION",
        global = true,
        value_name = "PLACE"
    )]
    pub data_region: Option<String>,
    /// The operator's own pages on social networks, separated by commas; linked from the contact page.
    #[arg(
        long,
        env = "CLASSIMIZE_SOCIAL_LINKS",
        global = true,
        value_name = "URLS"
    )]
    pub social_links: Option<String>,
    /// Look once a week whether the links to the providers' own policies still lead anywhere. It asks their
    /// hosts for nothing but that page.
    #[arg(
        long,
        env = "CLASSIMIZE_CHECK_LINKS",
        global = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_name = "YES|NO",
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub check_links: Option<bool>,
    /// Serve the built site from this folder instead of the one inside the binary (developers).
    #[arg(
        long,
        env = "CLASSIMIZE_SITE",
        global = true,
        value_name = "FOLDER",
        help_heading = DEVELOPERS
    )]
    pub site: Option<PathBuf>,
    /// Show every part that pages are made of under `/design`, on a server that others reach too: for
    /// demos. On a developer's own machine it is there without this.
    #[arg(
        long,
        env = "CLASSIMIZE_GALLERY",
        global = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_name = "YES|NO",
        help_heading = DEVELOPERS,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub gallery: Option<bool>,
    /// Reload the browser when the server restarts (developers).
    #[arg(long, env = "CLASSIMIZE_DEV_RELOAD", global = true, help_heading = DEVELOPERS, value_parser = clap::builder::FalseyValueParser::new())]
    #[serde(skip)]
    pub dev_reload: bool,
    /// Count database statements and tell them in the `Server-Timing` header (measuring).
    #[arg(long, env = "CLASSIMIZE_COUNT_QUERIES", global = true, help_heading = DEVELOPERS, value_parser = clap::builder::FalseyValueParser::new())]
    #[serde(skip)]
    pub count_queries: bool,
    /// Serve `/bench/plain`, one database read without a page around it (measuring).
    #[arg(long, env = "CLASSIMIZE_BENCH", global = true, help_heading = DEVELOPERS, value_parser = clap::builder::FalseyValueParser::new())]
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
    /// The way out for mail, if there is one.
    pub smtp: Option<Smtp>,
    /// Who runs this server.
    pub legal_entity: LegalEntity,
    /// Log lines as JSON.
    pub log_json: bool,
    /// The log filter.
    pub log: String,
    /// What is set up for the public pages.
    pub public: Arc<PublicPages>,
    /// Look weekly whether the links to the providers' policies lead anywhere.
    pub check_links: bool,
    /// A folder to serve the site from.
    pub site: Option<PathBuf>,
    /// Show the gallery of parts to whoever reaches the server.
    pub gallery: bool,
    /// Reload the browser when the server restarts.
    pub dev_reload: bool,
    /// Count database statements.
    pub count_queries: bool,
    /// Serve `/bench/plain`.
    pub bench: bool,
    /// What is read of one request only to be thrown away, in bytes.
    pub most_drained_bytes: usize,
}

impl Options {
    /// Reads the file, if one is named, and fills in the defaults. Says everything that is
    /// wrong at once; a file that cannot be read comes alone.
    pub fn resolve(self) -> Result<Config, Mistakes> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None => Self::default(),
        };
        let mut mistakes = Mistakes::default();
        let smtp = mistakes.without(smtp::read(&self, &file));
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
        mistakes.without(check_database(&database_url));
        let keys_url = self
            .keys_url
            .or(file.keys_url)
            .unwrap_or_else(|| format!("sqlite://{}", data.join("keys.db").display()));
        mistakes.without(check_keys(&keys_url, &database_url));
        let public_url = self
            .public_url
            .or(file.public_url)
            .unwrap_or_else(|| format!("http://{listen}"))
            .trim_end_matches('/')
            .to_owned();
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            mistakes.add(ConfigError::NotAnAddress);
        }
        #[cfg_attr(
            not(feature = "ads"),
            expect(unused_mut, reason = "with ads it is added to")
        )]
        let mut third_parties: Vec<ThirdParty> = mistakes
            .without(third_party(
                "CLASSIMIZE_ANALYTICS_ID",
                self.analytics_id.or(file.analytics_id),
                parties::google_analytics,
            ))
            .into_iter()
            .collect();
        #[cfg(feature = "ads")]
        third_parties.extend(mistakes.without(third_party(
            "CLASSIMIZE_ADS_ID",
            self.ads_id.or(file.ads_id),
            crate::cookies::ads::meta_pixel,
        )));
        let public = PublicPages {
            third_parties,
            data_region: given(self.data_region.or(file.data_region)),
            social: mistakes.without(social_links(self.social_links.or(file.social_links))),
        };
        let log_json = mistakes.without(is_json(self.log_format.or(file.log_format).as_deref()));
        let log = mistakes.without(log_filter(self.log.or(file.log)));
        let database_connections = self
            .database_connections
            .or(file.database_connections)
            .unwrap_or_else(|| usual_connections(&database_url));
        if database_connections == 0 {
            mistakes.add(ConfigError::NoConnections);
        }
        mistakes.none()?;
        Ok(Config {
            public: Arc::new(public),
            listen,
            data,
            keys_url,
            master_key: self.master_key.or(file.master_key),
            new_master_key: self.new_master_key.or(file.new_master_key),
            database_url,
            database_connections,
            public_url,
            smtp,
            legal_entity: file.legal_entity,
            log_json,
            log,
            check_links: self.check_links.or(file.check_links).unwrap_or(false),
            site: self.site.or(file.site),
            gallery: self.gallery.or(file.gallery).unwrap_or(false),
            dev_reload: self.dev_reload,
            count_queries: self.count_queries,
            bench: self.bench,
            most_drained_bytes: MOST_DRAINED_BYTES,
        })
    }
}

fn is_database(url: &str) -> bool {
    ["sqlite:", "postgres:", "postgresql:"]
        .iter()
        .any(|kind| url.starts_with(kind))
}

fn check_database(url: &str) -> Result<(), ConfigError> {
    if !is_database(url) {
        return Err(ConfigError::UnknownDatabase);
    }
    if is_elsewhere_in_clear(url) {
        return Err(ConfigError::DatabaseInClear);
    }
    Ok(())
}

/// The keys lie in a database of their own, which is spoken to as secretly as the data's.
fn check_keys(url: &str, database_url: &str) -> Result<(), ConfigError> {
    if !is_database(url) || place_of(url) == place_of(database_url) {
        return Err(ConfigError::KeysNotApart);
    }
    if is_elsewhere_in_clear(url) {
        return Err(ConfigError::KeysInClear);
    }
    Ok(())
}

/// How many connections are kept open where nobody says. SQLite's are threads of this
/// process, and each keeps pages of its own: more of them than processors bring nothing.
fn usual_connections(database_url: &str) -> u32 {
    if !is_sqlite(database_url) {
        return 8;
    }
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(processors).unwrap_or(u32::MAX).clamp(4, 16)
}

fn is_sqlite(database_url: &str) -> bool {
    database_url.starts_with("sqlite:")
}

/// What an address names, the same for two spellings of it as far as words tell: the
/// tables tell the rest when it is opened.
fn place_of(url: &str) -> String {
    let Some(file) = url.strip_prefix("sqlite:") else {
        return match url.split_once("://") {
            Some((_, rest)) => rest.to_owned(),
            None => url.to_owned(),
        };
    };
    let file = file.strip_prefix("//").unwrap_or(file);
    let file = file.split('?').next().unwrap_or_default();
    match std::path::absolute(file) {
        // Put together anew, a path has no dots and doubled strokes.
        Ok(path) => path.components().collect::<PathBuf>().display().to_string(),
        Err(_) => file.to_owned(),
    }
}

/// True for a database on another machine whose address does not ask for encryption.
fn is_elsewhere_in_clear(url: &str) -> bool {
    let Some((kind, rest)) = url.split_once("://") else {
        return false;
    };
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.split('/').next().unwrap_or_default();
    let host = place.rsplit('@').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_here = matches!(name, "" | "localhost" | "127.0.0.1" | "[::1]")
        || options.contains("host=/")
        || name.starts_with('/');
    let is_guarded = ["require", "verify-ca", "verify-full"].iter().any(|mode| {
        options
            .split('&')
            .any(|option| option == format!("sslmode={mode}"))
    });
    kind.starts_with("postgres") && !is_here && !is_guarded
}

fn given(words: Option<String>) -> Option<String> {
    words
        .map(|words| words.trim().to_owned())
        .filter(|words| !words.is_empty())
}

/// A third party, if its id is given. What allows it stands in the register of providers.
fn third_party(
    name: &'static str,
    id: Option<String>,
    make: fn(&str) -> ThirdParty,
) -> Result<Option<ThirdParty>, ConfigError> {
    match given(id) {
        None => Ok(None),
        Some(id) if parties::is_id(&id) => Ok(Some(make(&id))),
        Some(_) => Err(ConfigError::ThirdParty(name)),
    }
}

fn social_links(links: Option<String>) -> Result<Vec<String>, ConfigError> {
    given(links)
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|link| !link.is_empty())
        .map(|link| {
            domain::links::outside(link)
                .filter(|_| link.starts_with("https://"))
                .map(|outside| outside.url)
                .ok_or_else(|| ConfigError::SocialLink(link.to_owned()))
        })
        .collect()
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
        return Ok("info,sea_orm_migration=warn,sqlx::postgres::notice=warn".to_owned());
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
        is_sqlite(&self.database_url)
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

    /// What stands around every mail.
    pub fn letterhead(&self, signer: &Signer) -> Letterhead {
        Letterhead {
            public_url: self.public_url.clone(),
            entity: self.legal_entity.clone(),
            key: LinkKey::of(signer),
        }
    }

    /// True on a developer's own machine: nobody else reaches the server, neither by its
    /// port nor through a proxy.
    pub fn is_for_one_alone(&self) -> bool {
        let host = self.public_url.trim_start_matches("http://");
        let name = host.split(['/', ':']).next().unwrap_or_default();
        self.listen.ip().is_loopback() && matches!(name, "localhost" | "127.0.0.1")
    }

    /// The folder for files that people hand in.
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }
}

#[cfg(test)]
mod tests;
