//! `classimize serve`: answers requests until it is told to stop, then finishes
//! what is in flight.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use domain::consent::Signer;
use domain::files::Store;
use domain::sweep::Swept;
use domain::usage::Tally;
use domain::{Db, Time};
use sea_orm::DbErr;
use tokio::net::TcpListener;
use tokio::signal;
use vocab::ids::SchoolId;
use vocab::visitors::Ground;

use super::{CommandError, clock, demo, hasher, open, signer, store};
use crate::config::Config;
use crate::egress::PageDoor;
use crate::erasing;
use crate::listening;
use crate::mailer;
use crate::router::router;
use crate::site::Site;

/// Requests still running after this long are given up when the server stops.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn serve(config: Config, with_demo: bool) -> Result<ExitCode, CommandError> {
    let db = open(&config).await?;
    let store = store(&config)?;
    if with_demo {
        demo::make_if_empty(&config, &db).await?;
    }
    for drift in domain::policies::drift(db.read(), clock().now()).await? {
        let drift = super::policy::in_words(&drift);
        tracing::warn!(drift, "people are not told what this program does");
    }
    let setup_code = (!domain::schools::any_exists(db.read()).await?)
        .then(|| domain::secrets::code(&mut domain::secrets::random()));
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        CommandError::Said(format!("cannot listen on {}: {error}", config.listen))
    })?;
    let address = listener.local_addr().map_err(CommandError::said)?;
    if let Some(code) = &setup_code {
        eprintln!("There is no school yet. Open http://{address}/set-up and enter the code {code}");
        eprintln!(
            "Or stop this server and start it with --demo to look around in two demo schools."
        );
    }
    let signer = signer(&config)?;
    tokio::spawn(tidy_up(db.clone(), store.clone(), signer.clone()));
    if config.check_links {
        let out = PageDoor::new().map_err(CommandError::said)?;
        tokio::spawn(look_at_links(db.clone(), out));
    }
    say_what_is_closed(&db, &config).await?;
    let smtp = mailer::way_out(&config).map_err(CommandError::said)?;
    let head = config.letterhead(&signer);
    tokio::spawn(mailer::run(db.clone(), clock(), head, smtp));
    let site = Site::new(db, clock(), store, hasher(), signer, config, setup_code);
    let usage = site.usage.clone();
    tokio::spawn(write_usage_down(usage.clone(), site.afterwards.clone()));
    // Whoever stops the server waits for what is written last.
    let counted = site.db.clone();
    let told_to_stop = told_to_stop();
    eprintln!("Classimize answers on http://{address}");
    let listener = listener.tap_io(|connection| {
        // Without this, small pages wait up to 44 ms for an acknowledgement.
        let _ = connection.set_nodelay(true);
    });
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let looks = site.looks.clone();
    let serving = listening::serve(listener, router(site), listening::HEAD_WITHIN, async move {
        told_to_stop.await;
        tracing::info!("stopping: finishing what is in flight");
        let _ = stop.send(());
    });
    tokio::select! {
        () = serving => {}
        () = given_up(stopped) => tracing::warn!("some requests took too long and were given up"),
    }
    if let Err(error) = usage.flush(&counted).await {
        tracing::warn!(%error, "how often pages were opened was not written down");
    }
    if looks.settle().await.is_err() {
        tracing::warn!("how often somebody looked in the last seconds was not written down");
    }
    Ok(ExitCode::SUCCESS)
}

/// Once an hour: forgets sessions and wrong guesses that are long over, lets the database
/// count its rows, and goes on with erasures. Once a day: sweeps files that nothing names and what is due, and signs how far every record of consents has come.
async fn tidy_up(db: Db, store: Store, signer: Signer) {
    let (mut signed_on, mut swept_on) = (None, None);
    let mut hourly = tokio::time::interval(Duration::from_hours(1));
    loop {
        hourly.tick().await;
        let now = clock().now();
        let tidied = async {
            let tx = db.write().await?;
            domain::accounts::sessions::forget_old(&tx, now).await?;
            domain::accounts::guard::forget_old(&tx, now).await?;
            domain::badges::forget_old(&tx, now).await?;
            domain::safety::forget_old(&tx, now).await?;
            tx.commit().await
        };
        if let Err(error) = tidied.await {
            tracing::warn!(error = %error, "old sessions were not tidied up");
        }
        if let Err(error) = db.count_anew().await {
            tracing::warn!(%error, "the database did not count its rows");
        }
        erasing::go_on(&db, &store, &signer, now).await;
        if swept_on != Some(now.date_naive()) && erasing::sweep(&db, &store, &signer, now).await {
            swept_on = Some(now.date_naive());
        }
        lift_restrictions(&db, now).await;
        if let Err(error) = look_after_mail(&db, now).await {
            tracing::warn!(error = %error, "mail and providers were not looked after");
        }
        if let Err(error) = domain::alerts::write_of_deadlines(&db, now).await {
            tracing::warn!(%error, "the office was not told of what is nearly late");
        }
        if signed_on != Some(now.date_naive()) {
            match domain::sweep::sweep(&db, &store, now).await {
                Ok(swept) if swept == Swept::default() => {}
                Ok(swept) => tracing::info!(swept.removed, swept.left_over, "files were swept"),
                Err(error) => tracing::warn!(%error, "files were not swept"),
            }
            // What a running upload writes is sealed anyway: older files are looked at.
            match domain::keys::seal_old_files(&db, &store, now).await {
                Ok(0) => {}
                Ok(sealed) => tracing::info!(sealed, "files that were still plain were sealed"),
                Err(error) => tracing::warn!(%error, "old files were not sealed"),
            }
            match sign_records(&db, &signer, now).await {
                Ok(()) => signed_on = Some(now.date_naive()),
                Err(error) => tracing::warn!(%error, "a record of consents was not signed"),
            }
        }
    }
}

/// Once an hour: writes down how often pages were opened, and forgets what is old.
async fn write_usage_down(usage: Arc<Tally>, db: Db) {
    let mut hourly = tokio::time::interval(Duration::from_hours(1));
    loop {
        hourly.tick().await;
        let written = async {
            usage.flush(&db).await?;
            let tx = db.write().await?;
            domain::usage::forget_old(&tx, clock().now()).await?;
            tx.commit().await
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, "how often pages were opened was not written down");
        }
    }
}

/// Once an hour: looks at the links to the providers' policies that are due for it.
async fn look_at_links(db: Db, out: PageDoor) {
    let mut hourly = tokio::time::interval(Duration::from_hours(1));
    loop {
        hourly.tick().await;
        match domain::providers::look_at_links(&db, &out, clock().now()).await {
            Ok(0) => {}
            Ok(looked) => tracing::info!(looked, "links to policies were looked at"),
            Err(error) => tracing::warn!(%error, "links to policies were not looked at"),
        }
    }
}

/// A third party that is set up and not allowed by the register is never asked for.
async fn say_what_is_closed(db: &Db, config: &Config) -> Result<(), DbErr> {
    let configured = &config.public.third_parties;
    if configured.is_empty() {
        return Ok(());
    }
    let (parties, _) = domain::providers::grounds(db.read(), configured, clock().now()).await?;
    for party in parties {
        if let Ground::Closed(why) = party.ground {
            tracing::warn!(
                party = party.name,
                reason = why,
                "nobody is asked for a third party of the public pages"
            );
        }
    }
    Ok(())
}

/// Tells of changed policies, reminds before last days and of copies, forgets old mail, and pauses providers whose transfer ran out.
async fn look_after_mail(db: &Db, now: Time) -> Result<(), domain::providers::Error> {
    let tx = db.write().await?;
    domain::mail::forget_old(&tx, now).await?;
    domain::policies::announce(&tx, now).await?;
    domain::consent::remind_before_deadlines(&tx, now).await?;
    domain::rights::remind_of_copies(&tx, now).await?;
    for name in domain::providers::suspend_without_transfer(&tx, now).await? {
        tracing::warn!(
            provider = name,
            "a provider was paused: nothing allows data to go to its country"
        );
    }
    tx.commit().await?;
    Ok(())
}

/// Ends restrictions whose week of notice is over.
async fn lift_restrictions(db: &Db, now: Time) {
    if let Err(error) = domain::rights::lift_due(db, now).await {
        tracing::error!(%error, "restrictions whose notice is over could not be ended");
    }
}

/// Signs the record of every school. Where that of one cannot be signed the others are all
/// the same, and it is tried again with the next round.
async fn sign_records(db: &Db, signer: &Signer, now: Time) -> Result<(), DbErr> {
    let mut outcome = Ok(());
    for school in domain::schools::all(db.read()).await? {
        if let Err(error) = sign_record(db, school.id, signer, now).await {
            outcome = Err(error);
        }
    }
    outcome
}

async fn sign_record(db: &Db, school: SchoolId, signer: &Signer, now: Time) -> Result<(), DbErr> {
    let tx = db.write().await?;
    domain::consent::sign_checkpoint(&tx, school, signer, now).await?;
    tx.commit().await
}

async fn given_up(stopped: tokio::sync::oneshot::Receiver<()>) {
    if stopped.await.is_ok() {
        tokio::time::sleep(PATIENCE).await;
    } else {
        std::future::pending::<()>().await;
    }
}

/// Ends when the process is told to stop. It listens from the call on, so that
/// nobody who knows the address can come too early.
fn told_to_stop() -> impl Future<Output = ()> {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = {
        let heard = signal::unix::signal(signal::unix::SignalKind::terminate());
        async move {
            match heard {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    async {
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use test_kit::School;
    use vocab::people::{Role, Roles};
    use vocab::usage::PageKind;

    use super::*;

    #[tokio::test]
    async fn what_was_counted_is_written_down_while_the_server_runs() {
        let school = School::new().await;
        let usage = Arc::new(Tally::default());
        let student: Roles = [Role::Student].into_iter().collect();
        usage.count(school.id, student, PageKind::Home, clock().now());
        let running = tokio::spawn(write_usage_down(usage.clone(), school.db.clone()));
        let written = async {
            loop {
                let lines = domain::usage::of_all(school.db.read(), clock().now()).await;
                if !lines.expect("the database answers").is_empty() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_mins(1), written).await;
        running.abort();
        assert!(in_time.is_ok(), "it waits until the server stops");
    }
}
