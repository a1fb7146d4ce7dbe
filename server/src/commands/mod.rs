//! The commands of the binary, one file each. They print for people, or JSON
//! with `--json` for scripts; mistakes go to standard error in plain words.

mod breach;
mod demo;
mod doctor;
mod import;
mod intake;
mod leaving;
mod ledger;
mod measure;
mod open;
mod people;
mod policy;
mod provider;
mod retention;
mod routes;
mod serve;
mod statistics;
mod transfer;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser, Subcommand};
use domain::accounts::passwords::{Cost, Hasher};
use domain::consent::Signer;
use domain::files::Store;
use domain::{Clock, Db};

use crate::config::{Config, Options};
use crate::logging;

pub(crate) use open::open;

/// What has no option and no variable.
const IN_THE_FILE: &str = "In the configuration file alone:
  [legal_entity]  Who runs this server: `name`, `city`, `country`, `email`, `registration`,
                  `data_protection_contact`, `security_contact` and `partners`";

/// Classimize: a learning management system for schools.
#[derive(Debug, Parser)]
#[command(name = "classimize", version, about)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the database up to date and answer requests until told to stop.
    #[command(after_help = IN_THE_FILE)]
    Serve {
        /// Make the demo schools first, if the database is empty.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database up to date.
    Migrate,
    /// Make two demo schools and print the accounts to sign in with.
    Demo {
        /// Print JSON: `{"accounts":[{"school","username","password","role"}],"pages":{…}}`.
        #[arg(long)]
        json: bool,
        /// Make a third school from this OneRoster package, with work, answers and marks in every classroom.
        #[arg(long, value_name = "FILE")]
        roster: Option<PathBuf>,
    },
    /// Manage schools.
    #[command(subcommand)]
    School(SchoolCommand),
    /// Read a OneRoster 1.1 or 1.2 package into a school. Exit code 0: it is (or would be) in;
    /// 2: it was refused; 1: something broke.
    Import {
        /// The package, a zip of CSV files.
        file: PathBuf,
        /// The school's code.
        #[arg(long)]
        school: String,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
        /// Print JSON: `{"created","changed","ended","unchanged","problems":[{"file","row","field","code","reason"}]}`.
        #[arg(long)]
        json: bool,
        /// Go on although more than a tenth of the people would leave, lose their last role or be locked out,
        /// or classes would lose more than a tenth of their places.
        #[arg(long)]
        leavers_are_right: bool,
    },
    /// Manage people.
    #[command(subcommand)]
    User(UserCommand),
    /// Read a school's record of consents again, entry by entry. Exit code 0: it holds; 2: it was
    /// tampered with, or is not the one of the statement that was kept; 1: something broke, or the
    /// file holds no statement that this server signed.
    VerifyLedger {
        /// The school's code; every school where none is given.
        #[arg(long)]
        school: Option<String>,
        /// Say whether the record still holds what this signed statement says: the file from
        /// Data protection, or the whole mail as text or .eml; - for standard input. The school
        /// is the one that it names.
        #[arg(long, value_name = "FILE")]
        statement: Option<PathBuf>,
        /// Print JSON: `[{"school","entries","checkpoints","broken":{"entry","why"}}]`, and
        /// `"statement":{"entries","holds"}` where one was given.
        #[arg(long)]
        json: bool,
    },
    /// Manage the keys that protect what is kept.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Delete what is due under the schools' retention rules, as the server does every night.
    /// Exit code 0: done; 2: something could not be deleted; 1: something broke.
    Retention {
        /// The school's code; every school where none is given.
        #[arg(long)]
        school: Option<String>,
        /// Only count, and delete nothing.
        #[arg(long)]
        dry_run: bool,
        /// Print JSON: `[{"school","rule","due","held","deleted","failed"}]`.
        #[arg(long)]
        json: bool,
    },
    /// Breaches of personal data.
    #[command(subcommand)]
    Breach(BreachCommand),
    /// What measurements ask; only with `CLASSIMIZE_BENCH`.
    #[command(subcommand, hide = true)]
    Measure(measure::MeasureCommand),
    /// Counts over the schools that agreed.
    #[command(subcommand)]
    Statistics(statistics::StatisticsCommand),
    /// Lead the register of providers.
    #[command(subcommand)]
    Provider(provider::ProviderCommand),
    /// Make a request about data of a mail that came to a school. Who wrote it is not believed: the
    /// request waits until somebody of the school knows.
    Intake {
        /// The mail as a file (.eml), or - for standard input.
        file: PathBuf,
        /// The school's code.
        #[arg(long)]
        school: String,
        /// What it asks, such as `erasure`; guessed from its words where it is left out.
        #[arg(long)]
        kind: Option<String>,
    },
    /// Send news to every adult who said yes twice.
    News {
        /// The words, as a plain text file.
        file: PathBuf,
        /// The subject line.
        #[arg(long)]
        subject: String,
        /// They are a partner's, who is named in the configuration file.
        #[arg(long)]
        partner: Option<String>,
    },
    /// How often which kind of page was opened in the last 28 days, over all schools. Nobody is in the
    /// counts, and none that is small is shown.
    Usage {
        /// Print JSON: `[{"page","role","times"}]`.
        #[arg(long)]
        json: bool,
    },
    /// The platform changes hands: announced to everybody 30 days before.
    #[command(subcommand)]
    Transfer(TransferCommand),
    /// The versions of the privacy notices, the terms and the page about cookies.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Check configuration, database, storage, mail and clock, and say what is wrong.
    Doctor,
    /// Print the address of every page as JSON, one string each, with `{…}` for what changes.
    #[command(hide = true)]
    Routes,
}

#[derive(Debug, Subcommand)]
enum SchoolCommand {
    /// Make a school and its first admin, and print the admin's invitation link.
    Create(Box<people::CreateSchool>),
    /// End a school's use of the platform, at least 30 days ahead. Everybody there is told on their
    /// pages; a month after the last day everything is deleted but its evidence.
    Leave {
        /// The school's code.
        #[arg(long)]
        school: String,
        /// The last day, such as 2027-07-31.
        #[arg(long, required_unless_present = "call_off")]
        last_day: Option<chrono::NaiveDate>,
        /// The school stays after all.
        #[arg(long, conflicts_with = "last_day")]
        call_off: bool,
    },
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make a new master key and wrap every key with it. Stop the server first, and back
    /// the new key up afterwards.
    Rotate,
}

#[derive(Debug, Subcommand)]
enum BreachCommand {
    /// Tell schools of a breach: it stands in their registers at once.
    Report {
        /// The code of a school concerned; once for each.
        #[arg(long, required = true)]
        school: Vec<String>,
        /// Since when it is known here, such as 2026-11-28T09:00:00Z [default: now].
        #[arg(long)]
        known_since: Option<String>,
        /// `confidentiality`, `integrity` or `availability`.
        #[arg(long)]
        kind: String,
        /// What happened.
        #[arg(long)]
        what: String,
        /// Which data.
        #[arg(long)]
        categories: String,
        /// About how many people in each school.
        #[arg(long, default_value = "")]
        people: String,
    },
}

#[derive(Debug, Subcommand)]
enum TransferCommand {
    /// Write down what will be announced. Nobody sees it yet.
    Draft {
        /// Who will run the platform.
        #[arg(long)]
        company: String,
        /// How they can be reached about privacy.
        #[arg(long)]
        reachable_at: String,
        /// Where their policy can be read.
        #[arg(long)]
        policy: String,
        /// What adults are told.
        #[arg(long)]
        words: String,
        /// What students are told.
        #[arg(long)]
        words_for_children: String,
    },
    /// Show it to everybody, on every page.
    Announce,
    /// It has happened. Refused before everybody has had 30 days.
    Complete,
    /// It is called off.
    Cancel,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make an account for somebody who runs this platform, and print its password once.
    /// Operators sign in with the school code OPERATOR and see no school's inside.
    Operator {
        /// The name to sign in with.
        #[arg(long)]
        username: String,
        /// Given name.
        #[arg(long)]
        given_name: String,
        /// Family name.
        #[arg(long)]
        family_name: String,
    },
    /// Print a single-use link with which a person chooses username and password.
    Invite {
        /// The school's code.
        #[arg(long)]
        school: String,
        /// The person's username.
        #[arg(long)]
        username: String,
        /// Print JSON: `{"name","invitation","expires_at"}`.
        #[arg(long)]
        json: bool,
    },
}

/// Why a command did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] domain::keys::Error),
    /// A file or folder cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// Something else, in a sentence.
    #[error("{0}")]
    Said(String),
}

impl CommandError {
    fn said(reason: impl std::fmt::Display) -> Self {
        Self::Said(reason.to_string())
    }
}

/// Reads the command line and runs its command to the end. A command line that cannot be
/// read ends with 1: the 2 of some commands means "refused" to scripts.
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => {
            let is_asked_for = !error.use_stderr();
            if error.print().is_err() || !is_asked_for {
                if let Some(name) = mistyped_variable(&error) {
                    eprintln!("The value comes from {name}.");
                }
                return ExitCode::FAILURE;
            }
            ExitCode::SUCCESS
        }
    }
}

/// The variable of the environment that a wrong value came from, if it came from one.
fn mistyped_variable(error: &clap::Error) -> Option<String> {
    let (Some(ContextValue::String(option)), Some(ContextValue::String(value))) = (
        error.get(ContextKind::InvalidArg),
        error.get(ContextKind::InvalidValue),
    ) else {
        return None;
    };
    let mut command = Cli::command();
    command.build();
    let of_option = command
        .get_arguments()
        .find(|argument| argument.to_string() == *option)?;
    let name = of_option.get_env()?.to_str()?;
    (std::env::var(name).ok()? == *value).then(|| name.to_owned())
}

fn run(cli: Cli) -> ExitCode {
    let config = match cli.options.resolve() {
        Ok(config) => config,
        Err(mistakes) if matches!(cli.command, Command::Doctor) => {
            return doctor::without_configuration(&mistakes);
        }
        Err(mistakes) => return complain(&mistakes),
    };
    logging::start(&config);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return complain(&error),
    };
    runtime
        .block_on(dispatch(cli.command, config))
        .unwrap_or_else(|error| complain(&error))
}

async fn dispatch(command: Command, config: Config) -> Result<ExitCode, CommandError> {
    match command {
        Command::Serve { demo } => serve::serve(config, demo).await,
        Command::Migrate => {
            open(&config).await?;
            println!("The database is up to date.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Demo { json, roster } => demo::demo(&config, json, roster.as_deref()).await,
        Command::School(SchoolCommand::Create(new)) => people::create_school(&config, *new).await,
        Command::School(SchoolCommand::Leave {
            school, last_day, ..
        }) => leaving::run(&config, &school, last_day).await,
        Command::Import {
            file,
            school,
            dry_run,
            json,
            leavers_are_right,
        } => {
            let ask = import::Ask {
                file,
                school,
                dry_run,
                leavers_are_right,
            };
            import::import(&config, &ask, json).await
        }
        Command::User(UserCommand::Operator {
            username,
            given_name,
            family_name,
        }) => people::create_operator(&config, [username, given_name, family_name]).await,
        Command::User(UserCommand::Invite {
            school,
            username,
            json,
        }) => people::invite(&config, &school, &username, json).await,
        Command::VerifyLedger {
            school,
            statement,
            json,
        } => {
            let ask = ledger::Ask {
                school,
                statement,
                as_json: json,
            };
            ledger::verify(&config, ask).await
        }
        Command::Keys(KeysCommand::Rotate) => {
            let count = open(&config).await?.keys().rotate().await?;
            println!("The master key is new, and {count} keys are wrapped with it.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Retention {
            school,
            dry_run,
            json,
        } => retention::run(&config, school, dry_run, json).await,
        Command::Breach(BreachCommand::Report {
            school,
            known_since,
            kind,
            what,
            categories,
            people,
        }) => {
            let told = breach::Report {
                schools: school,
                known_since,
                form: vocab::breaches::BreachForm {
                    kind,
                    what,
                    categories,
                    people,
                },
            };
            breach::report(&config, told).await
        }
        Command::Usage { json } => usage::run(&config, json).await,
        Command::Measure(command) => measure::run(&config, command).await,
        Command::Statistics(command) => statistics::run(&config, command).await,
        Command::Provider(command) => provider::run(&config, command).await,
        Command::Intake { file, school, kind } => {
            intake::intake(&config, &file, &school, kind.as_deref()).await
        }
        Command::News {
            file,
            subject,
            partner,
        } => intake::news(&config, &file, subject, partner).await,
        Command::Transfer(command) => {
            let step = match command {
                TransferCommand::Draft {
                    company,
                    reachable_at,
                    policy,
                    words,
                    words_for_children,
                } => transfer::Step::Draft(vocab::transfers::TransferDraft {
                    company,
                    reachable_at,
                    policy,
                    words,
                    words_for_children,
                }),
                TransferCommand::Announce => transfer::Step::Announce,
                TransferCommand::Complete => transfer::Step::Complete,
                TransferCommand::Cancel => transfer::Step::Cancel,
            };
            transfer::transfer(&config, step).await
        }
        Command::Policy(command) => policy::policy(&config, command).await,
        Command::Doctor => doctor::doctor(&config).await,
        Command::Routes => routes::print(),
    }
}

fn complain(error: &impl std::fmt::Display) -> ExitCode {
    for line in error.to_string().lines() {
        eprintln!("classimize: {line}");
    }
    ExitCode::FAILURE
}

/// The server's signer; its secret stands beside the data, not in it.
fn signer(config: &Config) -> Result<Signer, CommandError> {
    let folder = config.data.join("keys");
    Signer::open(&folder).map_err(|error| CommandError::File(folder, error))
}

/// The folder for files that people hand in.
pub(crate) fn store(config: &Config) -> Result<Store, CommandError> {
    let folder = config.files();
    std::fs::create_dir_all(&folder).map_err(|error| CommandError::File(folder.clone(), error))?;
    Store::local(&folder).map_err(CommandError::said)
}

/// The hasher with the cost that people's passwords deserve.
pub(crate) fn hasher() -> Hasher {
    Hasher::new(Cost::Standard)
}

/// A school by its code, through the operator's own door, and its name. Once an admin of
/// the school has been here, it opens only while the school lets the operator in.
pub(crate) async fn school_by_code(
    db: &Db,
    code: &str,
) -> Result<(domain::Permitted<()>, String), CommandError> {
    let code = vocab::schools::spell_code(code);
    let school = domain::schools::find_by_code(db.read(), &code)
        .await?
        .ok_or_else(|| CommandError::Said(format!("there is no school with the code {code}")))?;
    let tx = db.write().await?;
    let door = domain::support::enter(&tx, school.id, clock().now())
        .await
        .map_err(|error| match error {
            domain::AccessError::Database(error) => error.into(),
            _ => CommandError::Said(format!(
                "{} has not let you in: an admin of the school does so under Data protection, Support",
                school.name
            )),
        })?;
    tx.commit().await?;
    Ok((door, school.name))
}

/// The time, for commands.
pub(crate) fn clock() -> Clock {
    Clock::system()
}
