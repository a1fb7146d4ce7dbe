//! A wire to PostgreSQL that can fall silent: it passes nothing on any more and hangs up on
//! nobody, as a host does that lost its power or its network.
#![expect(
    clippy::disallowed_methods,
    reason = "a test reaches the database that it was given"
)]

use domain::Db;
use sea_orm::sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::school::School;

/// Passes everything on until it falls silent. It ends with the test.
#[derive(Debug)]
pub struct Wire {
    /// The address of the school's database at this end.
    url: String,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Connections so far.
    connections: usize,
    /// Those before this one are silent.
    silent_before: usize,
}

impl Wire {
    /// A wire to the school's database; none to a file, which does not fall silent.
    pub async fn to(school: &School) -> Option<Self> {
        let url = &school.database.url;
        if !url.starts_with("postgres") {
            return None;
        }
        let server: PgConnectOptions = url.parse().expect("an address of PostgreSQL");
        let server = (server.get_host().to_owned(), server.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let (state, _) = watch::channel(State::default());
        tokio::spawn(pass_on(listener, server, state.clone()));
        let and = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{and}host=127.0.0.1&port={port}");
        Some(Self { url, state })
    }

    /// The school's database over this wire, with a pool of its own.
    pub async fn connect(&self, school: &School, connections: u32) -> Db {
        Db::connect(&self.url, connections)
            .await
            .expect("the wire passes on what is said")
            .with_keys(school.db.keys().clone())
    }

    /// From now on nothing is passed on, also of what connects from now on.
    pub fn fall_silent(&self) {
        self.state
            .send_modify(|state| state.silent_before = usize::MAX);
    }

    /// Everything is passed on again, first what was said meanwhile.
    pub fn speak_again(&self) {
        self.state.send_modify(|state| state.silent_before = 0);
    }

    /// What connects from now on is passed on; what was connected stays silent for ever.
    pub fn speak_to_others(&self) {
        self.state
            .send_modify(|state| state.silent_before = state.connections);
    }
}

async fn pass_on(listener: TcpListener, server: (String, u16), state: watch::Sender<State>) {
    while let Ok((here, _)) = listener.accept().await {
        let there = TcpStream::connect((server.0.as_str(), server.1)).await;
        let there = there.expect("PostgreSQL answers");
        for end in [&here, &there] {
            end.set_nodelay(true).expect("a wire of ours");
        }
        let mut number = 0;
        state.send_modify(|state| {
            number = state.connections;
            state.connections += 1;
        });
        let (from_here, to_here) = here.into_split();
        let (answers, questions) = there.into_split();
        tokio::spawn(one_way(from_here, questions, number, state.subscribe()));
        tokio::spawn(one_way(answers, to_here, number, state.subscribe()));
    }
}

async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    number: usize,
    mut state: watch::Receiver<State>,
) {
    let mut bytes = vec![0; 8 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let is_heard = state
            .wait_for(|state| number >= state.silent_before)
            .await
            .is_ok();
        if !is_heard || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
