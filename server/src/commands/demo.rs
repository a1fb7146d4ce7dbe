//! `classimize demo`: demo schools to look around in, and a school made from a
//! roster to measure with. Prints who can sign in.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use domain::demo::{self, Busiest, DemoAccount};
use domain::{Clock, Db, rosters};
use serde::Serialize;
use vocab::people::Role;
use vocab::schools::{Phase, ValidSchool};

use super::{CommandError, clock, hasher, open, school_and_admin};
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
    let password = domain::secrets::password(&mut domain::secrets::random());
    let hash = hasher()
        .hash(password.clone())
        .await
        .map_err(CommandError::said)?;
    let mut printed = Printed {
        accounts: Vec::new(),
        pages: BTreeMap::new(),
    };
    printed.accounts = demo::make(&db, &password, &hash, clock().now())
        .await
        .map_err(CommandError::said)?;
    printed
        .accounts
        .push(operator(&db, &password, &hash).await?);
    if let Some(file) = roster {
        roster_school(&db, file, &password, &hash, &mut printed).await?;
    }
    if json {
        let text = serde_json::to_string_pretty(&printed).map_err(CommandError::said)?;
        println!("{text}");
    } else {
        print_accounts(&printed.accounts);
    }
    Ok(ExitCode::SUCCESS)
}

/// The demo's operator, made at the first time and given the new password later.
async fn operator(db: &Db, password: &str, hash: &str) -> Result<DemoAccount, CommandError> {
    const USERNAME: &str = "operator";
    let tx = db.write().await?;
    demo::make_operator(&tx, USERNAME, hash, clock().now())
        .await
        .map_err(CommandError::said)?;
    tx.commit().await?;
    Ok(DemoAccount {
        school: domain::schools::OPERATOR_CODE.to_owned(),
        username: USERNAME.to_owned(),
        password: password.to_owned(),
        role: Role::Operator,
    })
}

/// Makes the demo schools where the database holds no school at all.
pub(super) async fn make_if_empty(db: &Db) -> Result<(), CommandError> {
    if domain::schools::any_exists(db.read()).await? {
        eprintln!("There is a school already, so no demo school is made.");
        return Ok(());
    }
    eprintln!("Making two demo schools…");
    let password = domain::secrets::password(&mut domain::secrets::random());
    let hash = hasher()
        .hash(password.clone())
        .await
        .map_err(CommandError::said)?;
    let accounts = demo::make(db, &password, &hash, clock().now())
        .await
        .map_err(CommandError::said)?;
    print_accounts(&accounts);
    Ok(())
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

/// The roster's school, full of work; its busiest pages are named for measuring.
async fn roster_school(
    db: &Db,
    file: &Path,
    password: &str,
    hash: &str,
    printed: &mut Printed,
) -> Result<(), CommandError> {
    const CODE: &str = "NORTH";
    let now = Clock::system().now();
    if domain::schools::find_by_code(db.read(), CODE)
        .await?
        .is_some()
    {
        return Err(CommandError::Said(format!(
            "there is a school with the code {CODE} already: use an empty data folder"
        )));
    }
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
    let admin = vocab::schools::ValidAdmin {
        given_name: "Nora".to_owned(),
        family_name: "Northgate".to_owned(),
        username: "n.northgate".to_owned(),
        password: String::new(),
    };
    domain::schools::create_admin(&tx, &school, &admin, hash.to_owned(), now)
        .await
        .map_err(CommandError::said)?;
    tx.commit().await?;
    let (door, _) = school_and_admin(db, CODE).await?;
    let tx = db.write().await?;
    domain::schools::sign_declaration(&tx, &door, now)
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
    let Busiest { accounts, pages } = demo::busiest(db.read(), school.id, CODE, password).await?;
    printed.accounts.extend(accounts);
    printed.pages = pages;
    Ok(())
}
