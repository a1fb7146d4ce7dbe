//! `classimize demo`: demo schools to look around in, and a school made from a
//! roster to measure with. Prints who can sign in.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use domain::badges::BadgeKeys;
use domain::demo::{self, Busiest, DemoAccount};
use domain::{Clock, Db, rosters};
use serde::Serialize;
use vocab::schools::{Phase, ValidSchool};

use super::{CommandError, clock, hasher, open, signer};
use crate::config::Config;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Printed {
    accounts: Vec<DemoAccount>,
    pages: BTreeMap<&'static str, String>,
}

pub(super) async fn demo(
    config: &Config,
    json: bool,
    roster: Option<&Path>,
) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    if roster.is_some() {
        require_free_code(&db).await?;
    }
    let secret = Secret::new().await?;
    let mut printed = Printed {
        accounts: secret.make(&db).await?,
        pages: BTreeMap::new(),
    };
    give_badges(config, &db).await?;
    if let Some(file) = roster {
        roster_school(&db, file, &secret, &mut printed).await?;
    }
    if json {
        let text = serde_json::to_string_pretty(&printed).map_err(CommandError::said)?;
        println!("{text}");
    } else {
        print_accounts(&printed.accounts);
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the demo schools where the database holds no school at all.
pub(super) async fn make_if_empty(config: &Config, db: &Db) -> Result<(), CommandError> {
    if domain::schools::any_exists(db.read()).await? {
        eprintln!("There is a school already, so no demo school is made.");
        return Ok(());
    }
    eprintln!("Making two demo schools…");
    print_accounts(&Secret::new().await?.make(db).await?);
    give_badges(config, db).await
}

/// Badges for the demo's primary school, made with this server's key.
async fn give_badges(config: &Config, db: &Db) -> Result<(), CommandError> {
    let keys = BadgeKeys::new(&signer(config)?);
    demo::give_badges(db, &keys, clock().now())
        .await
        .map_err(CommandError::said)
}

/// The one password of a demo.
struct Secret {
    password: String,
    hash: String,
}

impl Secret {
    async fn new() -> Result<Self, CommandError> {
        let password = domain::secrets::password(&mut domain::secrets::random());
        let hash = hasher()
            .hash(password.clone())
            .await
            .map_err(CommandError::said)?;
        Ok(Self { password, hash })
    }

    /// Makes the demo schools and the operator with it, or gives it to them.
    async fn make(&self, db: &Db) -> Result<Vec<DemoAccount>, CommandError> {
        demo::make(db, &self.password, &self.hash, clock().now())
            .await
            .map_err(CommandError::said)
    }
}

fn print_accounts(accounts: &[DemoAccount]) {
    let Some(first) = accounts.first() else {
        return;
    };
    println!("\nEvery account has the password  {}\n", first.password);
    println!("{:<8} {:<22} role", "school", "username");
    for account in accounts {
        println!(
            "{:<8} {:<22} {}",
            account.school,
            account.username,
            account.role.label()
        );
    }
    println!();
}

/// The code of the school that is made from a roster.
const CODE: &str = "NORTH";

async fn require_free_code(db: &Db) -> Result<(), CommandError> {
    match domain::schools::find_by_code(db.read(), CODE).await? {
        None => Ok(()),
        Some(_) => Err(CommandError::Said(format!(
            "there is a school with the code {CODE} already: use an empty data folder"
        ))),
    }
}

/// The roster's school, full of work; its busiest pages are named for measuring.
async fn roster_school(
    db: &Db,
    file: &Path,
    Secret { password, hash }: &Secret,
    printed: &mut Printed,
) -> Result<(), CommandError> {
    let now = Clock::system().now();
    let bytes = std::fs::read(file).map_err(|error| CommandError::File(file.to_owned(), error))?;
    let tx = db.write().await?;
    let valid = ValidSchool {
        name: "Northgate Academy".to_owned(),
        code: CODE.to_owned(),
        phase: Phase::Secondary,
        time_zone: "Europe/London".to_owned(),
    };
    let school = domain::schools::create(&tx, &valid, now)
        .await
        .map_err(CommandError::said)?;
    demo::claim(&tx, school.id, now)
        .await
        .map_err(CommandError::said)?;
    let admin = vocab::schools::ValidAdmin {
        given_name: "Nora".to_owned(),
        family_name: "Northgate".to_owned(),
        username: "n.northgate".to_owned(),
        password: String::new(),
    };
    domain::schools::create_admin(&tx, &school, &admin, hash.clone(), now)
        .await
        .map_err(CommandError::said)?;
    let door = domain::access::school_as_operator(school.id);
    let said = domain::schools::declaration::of_a_demo();
    domain::schools::sign_declaration(&tx, &door, &said, now)
        .await
        .map_err(CommandError::said)?;
    tx.commit().await?;
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    rosters::import_now(db, &door, &name, bytes.into(), rosters::Wish::BringIn, now)
        .await
        .map_err(CommandError::said)?;
    demo::fill(db, school.id, hash, now)
        .await
        .map_err(CommandError::said)?;
    // The work was written past the rules, as fast as it could be.
    domain::keys::seal_old_rows(db)
        .await
        .map_err(CommandError::said)?;
    let Busiest { accounts, pages } = demo::busiest(db.read(), school.id, CODE, password).await?;
    printed.accounts.extend(accounts);
    printed.pages = pages;
    Ok(())
}
