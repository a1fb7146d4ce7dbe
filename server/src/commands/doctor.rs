//! `classimize doctor`: looks at everything the server leans on and says in plain
//! words what is wrong and what to do. It makes neither folders nor a database, and
//! what it writes to try a folder, it takes away again.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bytes::Bytes;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use domain::{Db, Time};
use migration::MigratorTrait;
use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::{CommandError, clock, store};
use crate::assets::SiteFiles;
use crate::config::{Config, Mistakes};
use crate::mailer;

/// The machine and its database or disk may differ by so much.
const CLOCKS_AGREE: TimeDelta = TimeDelta::seconds(60);
const CONFIGURATION: &str = "configuration";
/// What is written to try a folder.
const PROBE: &[u8] = b"classimize doctor was here";
const PROBE_NAME: &str = ".classimize-doctor";

/// What was found.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Fine,
    /// Works, but somebody should know.
    Note,
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug)]
struct Finding {
    of: &'static str,
    verdict: Verdict,
    words: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Fine => "ok",
            Verdict::Note => "note",
            Verdict::Wrong => "WRONG",
        };
        write!(f, "{verdict:<6}{:<14}{}", self.of, self.words)
    }
}

fn fine(of: &'static str, words: impl Into<String>) -> Finding {
    Finding {
        of,
        verdict: Verdict::Fine,
        words: words.into(),
    }
}

fn note(of: &'static str, words: impl Into<String>) -> Finding {
    Finding {
        of,
        verdict: Verdict::Note,
        words: words.into(),
    }
}

fn wrong(of: &'static str, words: impl Into<String>) -> Finding {
    Finding {
        of,
        verdict: Verdict::Wrong,
        words: words.into(),
    }
}

pub(super) async fn doctor(config: &Config) -> Result<ExitCode, CommandError> {
    Ok(tell(&examine(config, clock().now()).await))
}

/// Where the configuration itself is wrong, that is said, and nothing else can be looked at.
pub(super) fn without_configuration(mistakes: &Mistakes) -> ExitCode {
    let mut findings: Vec<Finding> = mistakes
        .iter()
        .map(|mistake| wrong(CONFIGURATION, format!("{mistake}.")))
        .collect();
    let rest = "Database, storage, mail and clock are looked at once this is right.";
    findings.push(note("the rest", rest));
    tell(&findings)
}

fn tell(findings: &[Finding]) -> ExitCode {
    for finding in findings {
        println!("{finding}");
    }
    let wrong = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Wrong)
        .count();
    println!(
        "\n{}",
        match wrong {
            0 => "Nothing is wrong.".to_owned(),
            1 => "One thing is wrong.".to_owned(),
            many => format!("{many} things are wrong."),
        }
    );
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn examine(config: &Config, now: Time) -> Vec<Finding> {
    let mut findings = configuration(config);
    let (folder, disk_time) = data_folder(&config.data);
    findings.push(folder);
    let (database, database_time) = database(config).await;
    let answers = |finding: &Finding| finding.verdict == Verdict::Fine;
    let data = if database.first().is_some_and(answers) {
        Db::connect(&config.database_url, 1).await.ok()
    } else {
        None
    };
    findings.extend(database);
    findings.push(keys(config, data).await);
    findings.extend(keys_lie(config));
    findings.push(storage(config).await);
    findings.push(mail(config).await);
    findings.push(who_runs_it(config));
    findings.push(time(now, disk_time, database_time));
    findings.push(site(config));
    findings
}

fn configuration(config: &Config) -> Vec<Finding> {
    const OF: &str = CONFIGURATION;
    let mut findings = Vec::new();
    if !config.is_encrypted() && !config.listen.ip().is_loopback() {
        let words = "The server listens to the network, and CLASSIMIZE_PUBLIC_URL is not an https:// address: passwords \
                     would travel unprotected. Put a proxy with a certificate in front and set it.";
        findings.push(note(OF, words));
    }
    if findings.is_empty() {
        findings.push(fine(
            OF,
            format!(
                "Listens on {}, known to people as {}.",
                config.listen, config.public_url
            ),
        ));
    }
    findings
}

/// Writes a file, looks at its time, and takes it away. A folder that is not there
/// is left to `serve` to make.
fn data_folder(folder: &Path) -> (Finding, Option<Time>) {
    const OF: &str = "data folder";
    if !folder.exists() {
        return (note(OF, not_there(folder)), None);
    }
    let probe = folder.join(PROBE_NAME);
    let tried = std::fs::write(&probe, PROBE).and_then(|()| {
        let written = std::fs::metadata(&probe).and_then(|about| about.modified());
        std::fs::remove_file(&probe)?;
        written
    });
    match tried {
        Ok(written) => (
            fine(OF, format!("{} can be written to.", folder.display())),
            Some(DateTime::<Utc>::from(written)),
        ),
        Err(error) => {
            let words = format!(
                "{} cannot be written to: {error}. Make it, give it to the user that runs Classimize, or name another \
                 with CLASSIMIZE_DATA.",
                folder.display()
            );
            (wrong(OF, words), None)
        }
    }
}

fn not_there(place: &Path) -> String {
    format!(
        "{} is not there yet. `classimize serve` or `classimize migrate` makes it.",
        place.display()
    )
}

/// The database, and what its clock says where it has one of its own.
async fn database(config: &Config) -> (Vec<Finding>, Option<Time>) {
    const OF: &str = "database";
    if let Some(file) = sqlite_file(&config.database_url).filter(|file| !file.exists()) {
        return (vec![note(OF, not_there(&file))], None);
    }
    let db = match Db::connect(&config.database_url, 1).await {
        Ok(db) => db,
        Err(error) => return (vec![wrong(OF, unreachable_words(config, &error))], None),
    };
    let kind = if config.is_sqlite() {
        "SQLite"
    } else {
        "PostgreSQL"
    };
    let mut findings = vec![fine(OF, format!("{kind} answers."))];
    let mut said = Vec::new();
    findings.push(
        match migration::Migrator::get_pending_migrations_read_only(db.pool()).await {
            Ok(pending) if pending.is_empty() => {
                let now = clock().now();
                said = policies(&db, now).await;
                said.push(given_up(&db, now).await);
                fine(OF, "It is up to date.")
            }
            Ok(pending) => {
                let words = format!(
                    "{} migrations are missing. Run `classimize migrate`; `serve` does it too.",
                    pending.len()
                );
                wrong(OF, words)
            }
            Err(error) => wrong(OF, format!("Its migrations cannot be read: {error}.")),
        },
    );
    findings.extend(said);
    if config.is_sqlite() {
        findings.push(match journal(&db).await {
            Ok(mode) if mode == "wal" => fine(OF, "It keeps a write-ahead log."),
            Ok(mode) => wrong(
                OF,
                format!("It keeps a {mode} journal, not a write-ahead log: the folder may lie on a network drive. Move it."),
            ),
            Err(error) => wrong(OF, format!("Its journal cannot be read: {error}.")),
        });
        return (findings, None);
    }
    match database_time(&db).await {
        Ok(time) => (findings, time),
        Err(error) => {
            findings.push(wrong(OF, format!("It does not tell the time: {error}.")));
            (findings, None)
        }
    }
}

/// Whether people are told what this program does today.
async fn policies(db: &Db, now: Time) -> Vec<Finding> {
    const OF: &str = "policies";
    match domain::policies::drift(db.read(), now).await {
        Ok(drift) if drift.is_empty() => {
            vec![fine(
                OF,
                "Notices and terms in force say what this program does.",
            )]
        }
        Ok(drift) => drift
            .iter()
            .map(|drift| {
                let is_announced = matches!(
                    drift.on_its_way,
                    Some((_, vocab::policies::PolicyState::Scheduled))
                );
                let words = super::policy::in_words(drift);
                if is_announced {
                    note(OF, words)
                } else {
                    wrong(OF, words)
                }
            })
            .collect(),
        Err(error) => vec![wrong(OF, format!("They cannot be read: {error}."))],
    }
}

/// Whether mail that cannot be missed was given up lately.
async fn given_up(db: &Db, now: Time) -> Finding {
    found_of_mail(domain::mail::count_failed(db.read(), now).await)
}

fn found_of_mail(failed: Result<u64, DbErr>) -> Finding {
    const OF: &str = "mail";
    match failed {
        Ok(0) => fine(
            OF,
            "No mail that cannot be missed was given up in the last 30 days.",
        ),
        Ok(1) => note(
            OF,
            "One mail that cannot be missed was given up in the last 30 days. The school's data protection lead sees \
             it under /school/privacy and can try it again.",
        ),
        Ok(failed) => note(
            OF,
            format!(
                "{failed} mails that cannot be missed were given up in the last 30 days. Each school's data protection \
                 lead sees them under /school/privacy and can try them again.",
            ),
        ),
        Err(error) => wrong(OF, format!("It cannot be read: {error}.")),
    }
}

/// The file of `sqlite://FILE?…`; none for another database or one in memory.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let file = rest
        .strip_prefix("//")
        .unwrap_or(rest)
        .split('?')
        .next()
        .unwrap_or_default();
    (!file.is_empty() && file != ":memory:").then(|| PathBuf::from(file))
}

fn unreachable_words(config: &Config, error: &DbErr) -> String {
    if config.is_sqlite() {
        format!(
            "The file cannot be opened: {error}. See that the user that runs Classimize owns it."
        )
    } else {
        format!("It does not answer: {error}. Is it running, and is CLASSIMIZE_DATABASE_URL right?")
    }
}

async fn journal(db: &Db) -> Result<String, DbErr> {
    one(db, "PRAGMA journal_mode").await?.try_get_by_index(0)
}

async fn database_time(db: &Db) -> Result<Option<Time>, DbErr> {
    one(db, "SELECT CURRENT_TIMESTAMP")
        .await?
        .try_get_by_index(0)
}

async fn one(db: &Db, sql: &str) -> Result<sea_orm::QueryResult, DbErr> {
    let statement = Statement::from_string(db.read().get_database_backend(), sql);
    let row = db.read().query_one_raw(statement).await?;
    row.ok_or_else(|| DbErr::Custom("there is no answer".to_owned()))
}

/// Whether the keys are there, the master key fits them, and they fit the data.
async fn keys(config: &Config, data: Option<Db>) -> Finding {
    const OF: &str = "keys";
    if let Some(file) = sqlite_file(&config.keys_url).filter(|file| !file.exists()) {
        let sealed = match &data {
            // Where the database is not up to date, that is said already.
            Some(data) => domain::keys::count_sealed(data).await.unwrap_or(0),
            None => 0,
        };
        if sealed == 0 {
            return note(OF, not_there(&file));
        }
        let words = format!(
            "{} is not there, and {sealed} people and schools have something in the database that is sealed with \
             keys from it. Bring it back from its newest copy, or correct CLASSIMIZE_KEYS_URL. Without it, nothing \
             of that can be read, and the server does not start.",
            file.display()
        );
        return wrong(OF, words);
    }
    let keys = match domain::keys::Keys::find(&config.keys()).await {
        Ok(keys) => keys,
        Err(error) => return wrong(OF, format!("{error}.")),
    };
    if let Some(data) = data {
        let data = data.with_keys(keys.clone());
        if let Err(error @ domain::keys::Error::OtherStore { .. }) =
            domain::keys::require_whole(&data).await
        {
            return wrong(OF, format!("{error}."));
        }
    }
    match keys.counts().await {
        Ok((alive, 0)) => fine(OF, format!("The master key opens {alive} keys.")),
        Ok((alive, gone)) => fine(
            OF,
            format!("The master key opens {alive} keys; {gone} were destroyed."),
        ),
        Err(error) => wrong(OF, format!("{error}.")),
    }
}

/// Whether a copy of the data folder would open itself.
fn keys_lie(config: &Config) -> Option<Finding> {
    let store = sqlite_file(&config.keys_url)
        .is_some_and(|file| is_within(&file, &config.data))
        .then_some("keys.db");
    let master = config.master_key.is_none().then_some("the master key");
    let both: Vec<&str> = store.into_iter().chain(master).collect();
    if both.is_empty() {
        return None;
    }
    let words = format!(
        "In the data folder: {}. Whoever copies the whole folder may read what is sealed. Set CLASSIMIZE_KEYS_URL \
         and CLASSIMIZE_MASTER_KEY so that they lie elsewhere, or keep them out of the folder's backups.",
        both.join(" and ")
    );
    Some(note("keys", words))
}

/// Whether a file lies anywhere in a folder, as far as their names tell.
fn is_within(file: &Path, folder: &Path) -> bool {
    let whole = |path: &Path| -> PathBuf {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        path.components().collect()
    };
    whole(file).starts_with(whole(folder))
}

/// Keeps a file, fetches it, and takes it away.
async fn storage(config: &Config) -> Finding {
    const OF: &str = "storage";
    let place = config.files();
    if !place.exists() {
        let words = format!(
            "{} is not there yet. `classimize serve` makes it.",
            place.display()
        );
        return note(OF, words);
    }
    let tried = async {
        let store = store(config)?;
        store
            .put_bytes(PROBE_NAME, Bytes::from_static(PROBE))
            .await
            .map_err(CommandError::said)?;
        let read = store
            .get_bytes(PROBE_NAME)
            .await
            .map_err(CommandError::said)?;
        store.delete(PROBE_NAME).await.map_err(CommandError::said)?;
        Ok::<_, CommandError>(read == PROBE)
    };
    match tried.await {
        Ok(true) => fine(OF, format!("Files are kept in {}.", place.display())),
        Ok(false) => wrong(
            OF,
            format!(
                "A file in {} came back different. Look at the disk.",
                place.display()
            ),
        ),
        Err(error) => wrong(
            OF,
            format!("Files cannot be kept in {}: {error}.", place.display()),
        ),
    }
}

/// Whether the mail server answers, encrypted. Nothing is sent.
async fn mail(config: &Config) -> Finding {
    const OF: &str = "mail";
    let Some(smtp) = &config.smtp else {
        return note(
            OF,
            "Mail is not set up: nothing is sent. Invitation links are shown to the admin and printed to the log.",
        );
    };
    let door = match mailer::way_out(config) {
        Ok(Some(door)) => door,
        Ok(None) => return note(OF, "Mail is not set up."),
        Err(error) => return wrong(OF, format!("{error}.")),
    };
    match door.answers().await {
        Ok(()) => fine(OF, format!("{} answers, encrypted.", smtp.host)),
        Err(why) => wrong(
            OF,
            format!(
                "{} at port {}: {why}. Mail waits until it does.",
                smtp.host, smtp.port
            ),
        ),
    }
}

fn who_runs_it(config: &Config) -> Finding {
    const OF: &str = "operator";
    if config.legal_entity.is_named() {
        fine(OF, format!("Run by {}.", config.legal_entity.line()))
    } else {
        note(
            OF,
            "The configuration file does not say who runs this server: give [legal_entity] a name, a city, a country and an email.",
        )
    }
}

fn time(now: Time, disk: Option<Time>, database: Option<Time>) -> Finding {
    const OF: &str = "clock";
    if !(2026..2100).contains(&now.year()) {
        return wrong(
            OF,
            format!(
                "The machine's clock says {}. Set it: due dates depend on it.",
                now.format("%-d %B %Y")
            ),
        );
    }
    for (whose, other) in [("the disk", disk), ("the database", database)] {
        let Some(other) = other else { continue };
        let apart = (other - now).abs();
        if apart > CLOCKS_AGREE {
            let words = format!(
                "The clocks of the machine and of {whose} are {} seconds apart. Let both keep network time.",
                apart.num_seconds()
            );
            return wrong(OF, words);
        }
    }
    fine(OF, format!("It is {} UTC.", now.format("%-d %B %Y, %H:%M")))
}

fn site(config: &Config) -> Finding {
    const OF: &str = "site";
    match (
        SiteFiles::open(config.site.as_deref())
            .assets
            .css
            .is_empty(),
        &config.site,
    ) {
        (false, None) => fine(OF, "The site is inside this binary."),
        (false, Some(folder)) => note(
            OF,
            format!(
                "The site is read from {} (for developers).",
                folder.display()
            ),
        ),
        (true, None) => wrong(
            OF,
            "This binary was built without its site: pages have no style. Build it with `cargo xtask build`.",
        ),
        (true, Some(folder)) => wrong(
            OF,
            format!("There is no built site in {}.", folder.display()),
        ),
    }
}

#[cfg(test)]
mod tests;
