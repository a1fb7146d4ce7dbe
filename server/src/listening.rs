//! Takes connections and answers what they ask, until the server is told to stop.
//! `axum::serve` gives a client all the time in the world to send the head of a
//! request; a few thousand that never finish would hold every connection. Here a head
//! has to arrive in time, and a connection that asks nothing for as long is closed.

use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

/// How long the head of a request may take to arrive, and how long a connection may
/// wait for its next request.
pub const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// Answers connections until `stop` ends; then takes no more, and returns when every
/// request that was under way is answered.
pub async fn serve<L: Listener>(
    mut listener: L,
    router: Router,
    head_within: Duration,
    stop: impl Future<Output = ()>,
) {
    // Made once: otherwise every request would build its route anew.
    let router = router.with_state(());
    let (told, stopping) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            (connection, _) = listener.accept() => {
                let router = router.clone();
                tokio::spawn(converse(connection, router, head_within, stopping.clone()));
            }
            () = &mut stop => break,
        }
    }
    drop(listener);
    drop(stopping);
    let _ = told.send(());
    // Each connection holds an end of the channel for as long as it lives.
    told.closed().await;
}

async fn converse(
    connection: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    router: Router,
    head_within: Duration,
    mut stopping: watch::Receiver<()>,
) {
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .serve_connection(TokioIo::new(connection), TowerToHyperService::new(router));
    let mut conversation = pin!(conversation);
    tokio::select! {
        // A client that went away or sent no HTTP is nobody's trouble.
        _ = conversation.as_mut() => return,
        _ = stopping.changed() => conversation.as_mut().graceful_shutdown(),
    }
    let _ = conversation.await;
}
