//! What the database itself promises before anything is kept in it.

use domain::Db;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};

#[tokio::test]
async fn every_connection_to_sqlite_syncs_at_each_commit_and_knows_foreign_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("x.db").display());
    let db = Db::connect(&url, 2).await.expect("it is made");
    // Two that are open at once are two connections.
    let connections = [
        db.pool().begin().await.expect("the first"),
        db.pool().begin().await.expect("the second"),
    ];
    for connection in &connections {
        let journal = asked(connection, "journal_mode").await;
        let journal: String = journal.try_get_by_index(0).expect("a word");
        assert_eq!(journal, "wal");
        // FULL: what was acknowledged is on the disk.
        for (pragma, value) in [
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
        ] {
            let found: i32 = asked(connection, pragma)
                .await
                .try_get_by_index(0)
                .expect("a number");
            assert_eq!(found, value, "{pragma}");
        }
    }
}

async fn asked(connection: &impl ConnectionTrait, pragma: &str) -> sea_orm::QueryResult {
    let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {pragma}"));
    connection
        .query_one_raw(statement)
        .await
        .expect("SQLite answers")
        .expect("with a row")
}
