//! The task that carries mail: what is due every few seconds, where there is a mail
//! server; where there is none, what waits for too long is given up.

use std::time::Duration;

use domain::mail::{self, Letterhead};
use domain::{Clock, Db};

use crate::config::Config;
use crate::egress::{EgressError, SmtpDoor};

const EVERY: Duration = Duration::from_secs(10);

/// Carries mail until the server ends.
pub(crate) async fn run(db: Db, clock: Clock, head: Letterhead, smtp: Option<SmtpDoor>) {
    let mut often = tokio::time::interval(EVERY);
    loop {
        often.tick().await;
        let now = clock.now();
        let Some(smtp) = &smtp else {
            let given_up = async {
                let tx = db.write().await?;
                mail::expire(&tx, now).await?;
                tx.commit().await
            };
            if let Err(error) = given_up.await {
                tracing::warn!(%error, "old mail was not given up");
            }
            continue;
        };
        match mail::deliver(&db, &head, smtp, now).await {
            Ok(done) if done == mail::Delivered::default() => {}
            Ok(done) => {
                tracing::info!(done.sent, done.put_off, done.ended, "mail was carried");
            }
            Err(error) => tracing::warn!(%error, "mail was not carried"),
        }
    }
}

/// The way out of this configuration, if it has one.
pub(crate) fn way_out(config: &Config) -> Result<Option<SmtpDoor>, EgressError> {
    config.smtp.as_ref().map(SmtpDoor::new).transpose()
}
