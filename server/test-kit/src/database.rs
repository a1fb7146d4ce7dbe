//! A database for one test alone, gone when the test ends.
//!
//! `CLASSIMIZE_TEST_DATABASE` chooses `sqlite` (the default) or `postgres`; for
//! PostgreSQL, `CLASSIMIZE_TEST_POSTGRES_URL` names a database whose user may
//! create others. The schema is migrated once in a process and copied for each test.

use std::path::Path;

use domain::keys::Keys;
use domain::{Clock, Db};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend};
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};

const CONNECTIONS: u32 = 3;

/// A database that is deleted when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its pool.
    pub db: Db,
    /// What to hand to `Db::connect` or to a server under test.
    pub url: String,
    folder: Option<TempDir>,
    _on_server: Option<ServerDatabase>,
}

impl TestDatabase {
    /// Which of the two databases it is.
    pub fn backend(&self) -> DbBackend {
        self.db.read().get_database_backend()
    }

    /// The folder that a SQLite file lies in; none for PostgreSQL.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }
}

/// A database with the whole schema and no rows.
pub async fn fresh() -> TestDatabase {
    match server_url() {
        None => in_a_file(Some(migrated_file().await)).await,
        Some(server) => {
            let template = migrated_database(&server).await;
            on_the_server(&server, Some(template)).await
        }
    }
}

/// A database without a schema.
pub async fn empty() -> TestDatabase {
    match server_url() {
        None => in_a_file(None).await,
        Some(server) => on_the_server(&server, None).await,
    }
}

fn server_url() -> Option<String> {
    match std::env::var("CLASSIMIZE_TEST_DATABASE").as_deref() {
        Err(_) | Ok("" | "sqlite") => None,
        Ok("postgres") => Some(
            std::env::var("CLASSIMIZE_TEST_POSTGRES_URL")
                .expect("CLASSIMIZE_TEST_POSTGRES_URL says where PostgreSQL is"),
        ),
        Ok(other) => panic!("CLASSIMIZE_TEST_DATABASE is sqlite or postgres, not {other}"),
    }
}

async fn migrate(db: &Db) {
    Migrator::up(db.pool(), None)
        .await
        .expect("the migrations run");
}

async fn close(db: Db) {
    db.close().await.expect("what is idle can be closed");
}

async fn connect(url: &str) -> Db {
    let keys = Keys::in_memory(Clock::system())
        .await
        .expect("keys in memory");
    Db::connect(url, CONNECTIONS)
        .await
        .expect("the test database opens")
        .with_keys(keys)
}

// SQLite.

fn folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("classimize-test-")
        .tempdir()
        .expect("the temporary folder can be written")
}

/// A migrated file's bytes: kept in memory, so that no template is left behind.
async fn migrated_file() -> &'static [u8] {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    FILE.get_or_init(|| async {
        let template = in_a_file(None).await;
        migrate(&template.db).await;
        // Closing the last connection moves the write-ahead log into the file.
        close(template.db.clone()).await;
        let file = template.folder().expect("a folder").join("test.db");
        std::fs::read(file).expect("the template was just written")
    })
    .await
}

async fn in_a_file(contents: Option<&[u8]>) -> TestDatabase {
    let folder = folder();
    let file = folder.path().join("test.db");
    if let Some(contents) = contents {
        std::fs::write(&file, contents).expect("the temporary folder can be written");
    }
    let url = format!("sqlite://{}", file.display());
    TestDatabase {
        db: connect(&url).await,
        url,
        folder: Some(folder),
        _on_server: None,
    }
}

// PostgreSQL.

/// A database on the server; dropping it drops the database.
#[derive(Debug)]
struct ServerDatabase {
    server: String,
    name: String,
}

impl Drop for ServerDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A test's own runtime may be ending and cannot be waited on from here.
        let dropping = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?
                .block_on(async {
                    let db = Db::connect(&server, 1).await.ok()?;
                    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    db.read().execute_unprepared(&drop).await.ok()
                })
        });
        let _ = dropping.join();
    }
}

/// The name of a migrated database that others are copied from.
async fn migrated_database(server: &str) -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    NAME.get_or_init(|| async {
        drop_leftovers(server).await;
        let name = new_name();
        create(server, &name, None).await;
        let db = connect(&beside(server, &name)).await;
        migrate(&db).await;
        // PostgreSQL copies only a database that nobody is connected to.
        close(db).await;
        name
    })
    .await
}

async fn on_the_server(server: &str, template: Option<&str>) -> TestDatabase {
    let name = new_name();
    create(server, &name, template).await;
    let url = beside(server, &name);
    TestDatabase {
        db: connect(&url).await,
        url,
        folder: None,
        _on_server: Some(ServerDatabase {
            server: server.to_owned(),
            name,
        }),
    }
}

async fn create(server: &str, name: &str, template: Option<&str>) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    let _turn = ONE_AT_A_TIME.lock().await;
    let from = template.map_or_else(String::new, |template| format!(" TEMPLATE {template}"));
    run(server, &format!("CREATE DATABASE {name}{from}")).await;
}

async fn run(server: &str, sql: &str) {
    let db = Db::connect(server, 1).await.expect("PostgreSQL answers");
    db.read()
        .execute_unprepared(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    close(db).await;
}

fn new_name() -> String {
    format!(
        "ct_{}_{}",
        std::process::id(),
        crate::school::new_id().simple()
    )
}

/// The address of another database on the same server.
fn beside(server: &str, name: &str) -> String {
    let (address, options) = match server.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (server, String::new()),
    };
    let (host, _) = address
        .rsplit_once('/')
        .expect("the address ends in a database's name");
    format!("{host}/{name}{options}")
}

/// A template outlives its process; the next run on the same machine drops it.
async fn drop_leftovers(server: &str) {
    let is_here = server.contains("@127.0.0.1") || server.contains("@localhost");
    if !is_here || !Path::new("/proc/self").exists() {
        return;
    }
    let db = Db::connect(server, 1).await.expect("PostgreSQL answers");
    let names = db
        .read()
        .query_all_raw(sea_orm::Statement::from_string(
            DbBackend::Postgres,
            "SELECT datname::text FROM pg_database WHERE datname LIKE 'ct\\_%'",
        ))
        .await
        .expect("PostgreSQL lists its databases");
    for row in names {
        let name: String = row.try_get_by_index(0).expect("a name is text");
        let process = name.split('_').nth(1).unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            // Another process may be dropping it too.
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            let _ = db.read().execute_unprepared(&drop).await;
        }
    }
    close(db).await;
}
