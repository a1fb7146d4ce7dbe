//! `classimize statistics`: releases counts over the schools that agreed, and shows what
//! was released.

use std::process::ExitCode;

use clap::Subcommand;
use domain::seal::Seal;
use domain::statistics::{self, Period};
use serde_json::json;
use vocab::statistics::{Release, StatTemplate};

use super::{CommandError, clock, open, signer};
use crate::config::Config;

const REFUSED: u8 = 2;

#[derive(Debug, Subcommand)]
pub(super) enum StatisticsCommand {
    /// Make a table and keep it for good, with what was searched for in it. Exit code 0: released;
    /// 2: refused, and nothing was kept; 1: something broke.
    Release {
        /// `handed_in_by_year` or `late_by_month`.
        template: String,
        /// The first month, such as 2026-09.
        #[arg(long)]
        from: String,
        /// The last month, such as 2026-10. Four weeks have to be over since its end.
        #[arg(long)]
        until: String,
    },
    /// Show every table that was released.
    List {
        /// Print JSON: `[{"id","template","from","until","released","schools","hidden","check","lines"}]`.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(
    config: &Config,
    command: StatisticsCommand,
) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    let now = clock().now();
    match command {
        StatisticsCommand::Release {
            template,
            from,
            until,
        } => {
            let template: StatTemplate = template.parse().map_err(|_| {
                CommandError::said("the templates are: handed_in_by_year, late_by_month")
            })?;
            let seal = Seal::new(&signer(config)?, "statistics");
            let made = async {
                let period = Period::of_months(&from, &until, now)?;
                let tx = db.write().await?;
                let id = statistics::release(&tx, &seal, template, period, now).await?;
                tx.commit().await?;
                statistics::one(db.read(), id).await
            };
            match made.await {
                Ok(release) => print(&release),
                Err(statistics::Error::Database(error)) => return Err(error.into()),
                Err(refused) => {
                    eprintln!("Nothing is released: {refused}.");
                    return Ok(ExitCode::from(REFUSED));
                }
            }
        }
        StatisticsCommand::List { json: true } => {
            println!("{}", json!(statistics::list(db.read()).await?));
        }
        StatisticsCommand::List { json: false } => {
            let all = statistics::list(db.read()).await?;
            if all.is_empty() {
                println!("Nothing was released.");
            }
            for release in &all {
                print(release);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print(release: &Release) {
    println!(
        "{}, {} to {}, {} schools. {}.",
        release.template.label(),
        release.from,
        release.until,
        release.schools,
        release.check
    );
    print!("{}", statistics::as_csv(release));
}
