//! Erasures and sweeps that nobody waits for: what was granted begins at once, what was
//! broken off goes on, and once a day what is due is deleted.

use domain::consent::Signer;
use domain::erasure::{self, Means};
use domain::files::Store;
use domain::{Db, Time, retention, schools};

use crate::site::Site;

/// Goes on with every erasure that can go on, and with what was put off for a legal hold.
/// What fails is written down in its job.
pub(crate) async fn go_on(db: &Db, store: &Store, signer: &Signer, now: Time) {
    let means = Means { db, store, signer };
    let gone_on = async {
        let open = erasure::open_jobs(db.read(), now).await?;
        erasure::run(means, &open, now).await?;
        erasure::delete_put_off(means, now).await
    };
    if let Err(error) = gone_on.await {
        tracing::warn!(%error, "erasures did not go on");
    }
}

/// The same beside an answer, after something was granted.
pub(crate) fn go_on_soon(site: &Site) {
    let (db, store) = (site.afterwards.clone(), site.store.clone());
    let (signer, now) = (site.signer.clone(), site.clock.now());
    tokio::spawn(async move { go_on(&db, &store, &signer, now).await });
}

/// Deletes what is due in every school. One school's trouble does not stop the others.
pub(crate) async fn sweep(db: &Db, store: &Store, signer: &Signer, now: Time) -> bool {
    let means = Means { db, store, signer };
    let all = match schools::all(db.read()).await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "nothing was swept");
            return false;
        }
    };
    let mut all_well = true;
    for school in all {
        match retention::sweep(means, school.id, now).await {
            Ok(counts) => {
                let deleted: u64 = counts.values().map(|counted| counted.deleted).sum();
                let failed: u64 = counts.values().map(|counted| counted.failed).sum();
                if deleted + failed > 0 {
                    tracing::info!(deleted, failed, "what was due was swept");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a school was not swept");
                all_well = false;
            }
        }
    }
    all_well
}
