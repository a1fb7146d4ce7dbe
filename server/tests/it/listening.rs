//! Connections: a client that never finishes asking does not hold one for ever, and a
//! server that stops answers what is under way.
#![expect(
    clippy::disallowed_methods,
    reason = "a test asks the server that it started"
)]

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use server::listening;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Waited for only by a test that is about to fail.
const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

async fn start(router: Router, head_within: Duration) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let (stop, stopped) = oneshot::channel();
    let serving = tokio::spawn(async move {
        listening::serve(listener, router, head_within, async {
            let _ = stopped.await;
        })
        .await;
    });
    Running {
        address,
        stop,
        serving,
    }
}

#[tokio::test]
async fn the_head_of_a_request_that_never_ends_closes_the_connection() {
    let router = Router::new().route("/", get(async || "here"));
    let running = start(router, Duration::from_millis(50)).await;
    let mut slow = TcpStream::connect(running.address)
        .await
        .expect("connected");
    slow.write_all(b"GET / HTTP/1.1\r\nHost: school.test\r\nX-Slow: ")
        .await
        .expect("sent");
    let mut answer = Vec::new();
    let closed = timeout(PATIENCE, slow.read_to_end(&mut answer)).await;
    assert!(closed.is_ok(), "the server still waits for the rest");
    assert!(!answer.windows(4).any(|part| part == b"here"));
    let mut quick = TcpStream::connect(running.address)
        .await
        .expect("connected");
    quick
        .write_all(b"GET / HTTP/1.1\r\nHost: school.test\r\nConnection: close\r\n\r\n")
        .await
        .expect("sent");
    let mut answer = String::new();
    quick.read_to_string(&mut answer).await.expect("answered");
    assert!(answer.ends_with("here"), "{answer}");
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_is_under_way_and_takes_no_more() {
    let (asked, mut is_asked) = mpsc::channel::<oneshot::Sender<()>>(1);
    let router = Router::new().route(
        "/",
        get(async move || {
            let (go_on, may_go_on) = oneshot::channel();
            asked.send(go_on).await.expect("the test listens");
            may_go_on.await.expect("the test says so");
            "finished"
        }),
    );
    let running = start(router, Duration::from_secs(30)).await;
    let mut under_way = TcpStream::connect(running.address)
        .await
        .expect("connected");
    let mut idle = TcpStream::connect(running.address)
        .await
        .expect("connected");
    under_way
        .write_all(b"GET / HTTP/1.1\r\nHost: school.test\r\n\r\n")
        .await
        .expect("sent");
    let go_on = is_asked.recv().await.expect("it was asked");
    running.stop.send(()).expect("it runs");
    let mut nothing = Vec::new();
    idle.read_to_end(&mut nothing).await.expect("closed");
    assert!(nothing.is_empty());
    assert!(!running.serving.is_finished(), "one is under way");
    go_on.send(()).expect("it waits");
    let mut answer = String::new();
    under_way
        .read_to_string(&mut answer)
        .await
        .expect("answered");
    assert!(answer.ends_with("finished"), "{answer}");
    running.serving.await.expect("it ended by itself");
    assert!(TcpStream::connect(running.address).await.is_err());
}
