//! What a database really holds: its tables, columns and references, read from the
//! database itself and not from any code that describes it.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::database::TestDatabase;

/// A column that leads to a row of another table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The table that has the column.
    pub table: String,
    /// The column.
    pub column: String,
    /// The table it leads to.
    pub target: String,
}

impl TestDatabase {
    /// Every table with its columns in order; the migrations' own table is left out.
    pub async fn schema(&self) -> BTreeMap<String, Vec<String>> {
        let rows = self
            .rows(
                "SELECT tables.name, columns.name \
                 FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns \
                 WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                 ORDER BY tables.name, columns.cid",
                "SELECT table_name::text, column_name::text FROM information_schema.columns \
                 WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position",
            )
            .await;
        let mut tables = BTreeMap::<String, Vec<String>>::new();
        for [table, column] in rows {
            if table != "seaql_migrations" {
                tables.entry(table).or_default().push(column);
            }
        }
        tables
    }

    /// Every reference from a column to another table, sorted.
    pub async fn references(&self) -> Vec<Reference> {
        let rows = self
            .rows(
                "SELECT tables.name, keys.\"from\", keys.\"table\" \
                 FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys \
                 WHERE tables.type = 'table'",
                "SELECT keys.table_name::text, keys.column_name::text, targets.table_name::text \
                 FROM information_schema.key_column_usage AS keys \
                 JOIN information_schema.referential_constraints AS refs \
                 ON refs.constraint_name = keys.constraint_name \
                 AND refs.constraint_schema = keys.constraint_schema \
                 JOIN information_schema.table_constraints AS targets \
                 ON targets.constraint_name = refs.unique_constraint_name \
                 AND targets.constraint_schema = refs.unique_constraint_schema \
                 WHERE keys.table_schema = current_schema()",
            )
            .await;
        let mut references: Vec<_> = rows
            .into_iter()
            .map(|[table, column, target]| Reference {
                table,
                column,
                target,
            })
            .collect();
        references.sort();
        references
    }

    async fn rows<const N: usize>(&self, sqlite: &str, postgres: &str) -> Vec<[String; N]> {
        let backend = self.backend();
        let sql = match backend {
            DbBackend::Postgres => postgres,
            _ => sqlite,
        };
        let rows = self
            .db
            .read()
            .query_all_raw(Statement::from_string(backend, sql))
            .await
            .expect("the database describes itself");
        rows.iter()
            .map(|row| {
                std::array::from_fn(|index| row.try_get_by_index(index).expect("a name is text"))
            })
            .collect()
    }
}
