//! A statement that almost every request asks. Writing it out costs as much as it costs to
//! answer, so its text is written once, with stand-ins for what changes, and each request
//! only puts its own values in their places. It is for statements of one shape: nothing in
//! how one is built may depend on who asks.

use std::sync::OnceLock;

use sea_orm::sea_query::{SelectStatement, Value, Values};
use sea_orm::{DbBackend, Statement};

/// The text of one statement, for each kind of database.
pub(crate) struct WrittenOnce {
    sqlite: OnceLock<Written>,
    postgres: OnceLock<Written>,
}

/// A value that changes, and what stands for it where the statement is written: something
/// that is nowhere else among its values.
pub(crate) struct Changing {
    stand_in: Value,
    value: Value,
}

struct Written {
    sql: String,
    values: Vec<Slot>,
}

enum Slot {
    Same(Value),
    Changing(usize),
}

impl Changing {
    pub(crate) fn new<V: Into<Value>>(stand_in: V, value: V) -> Self {
        Self {
            stand_in: stand_in.into(),
            value: value.into(),
        }
    }
}

impl WrittenOnce {
    pub(crate) const fn new() -> Self {
        Self {
            sqlite: OnceLock::new(),
            postgres: OnceLock::new(),
        }
    }

    /// The statement with these values. `write` builds it with their stand-ins, the first time.
    ///
    /// # Panics
    ///
    /// Where a stand-in is not among the statement's values: it would be asked for in place of
    /// the value.
    pub(crate) fn statement<const N: usize>(
        &self,
        on: DbBackend,
        changing: &[Changing; N],
        write: impl FnOnce() -> SelectStatement,
    ) -> Statement {
        let kept = match on {
            DbBackend::Sqlite => &self.sqlite,
            _ => &self.postgres,
        };
        let written = kept.get_or_init(|| Written::new(on.build(&write()), changing));
        let values = written.values.iter().map(|slot| match slot {
            Slot::Same(value) => value.clone(),
            Slot::Changing(at) => changing[*at].value.clone(),
        });
        Statement {
            sql: written.sql.clone(),
            values: Some(Values(values.collect())),
            db_backend: on,
        }
    }
}

impl Written {
    fn new(statement: Statement, changing: &[Changing]) -> Self {
        let Values(values) = statement.values.unwrap_or(Values(Vec::new()));
        for Changing { stand_in, .. } in changing {
            assert!(values.contains(stand_in), "{stand_in:?} stands nowhere");
        }
        let slot = |value: Value| {
            let at = changing.iter().position(|one| one.stand_in == value);
            at.map_or(Slot::Same(value), Slot::Changing)
        };
        Self {
            sql: statement.sql,
            values: values.into_iter().map(slot).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Expr, ExprTrait, Query};

    use super::*;

    fn asked(name: &str) -> SelectStatement {
        Query::select()
            .column("id")
            .from("pupil")
            .and_where(Expr::col("name").eq(name))
            .and_where(Expr::col("age").gt(11))
            .and_where(Expr::col("nickname").ne(name))
            .take()
    }

    #[test]
    fn a_statement_that_is_written_once_is_the_same_as_one_that_is_written_anew() {
        let kept = WrittenOnce::new();
        for on in [DbBackend::Sqlite, DbBackend::Postgres] {
            for name in ["Ada", "Grace"] {
                let changing = [Changing::new("somebody", name)];
                let statement = kept.statement(on, &changing, || asked("somebody"));
                assert_eq!(statement, on.build(&asked(name)));
            }
        }
    }

    #[test]
    #[should_panic(expected = "stands nowhere")]
    fn a_stand_in_that_is_not_in_the_statement_is_found_out() {
        let changing = [Changing::new("nobody", "Ada")];
        let _ = WrittenOnce::new().statement(DbBackend::Sqlite, &changing, || asked("somebody"));
    }
}
