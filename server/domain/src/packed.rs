//! Long lists that come over in one value. SQLite answers on a thread of its own and
//! hands over each column of each row by itself, which for a list of a hundred rows
//! costs more than to find them. So the database writes its rows as JSON, and they are
//! read in one go. PostgreSQL does the same, so that there is one way.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, IntoColumnRef, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// One column of a row.
pub(crate) enum Column {
    /// Text, a number, a time: as JSON has it.
    Plain(Expr),
    /// An id, which SQLite keeps as bytes.
    Id(Expr),
}

impl Column {
    /// Text, a number or a time.
    pub(crate) fn of(column: impl IntoColumnRef) -> Self {
        Self::Plain(Expr::col(column))
    }

    /// An id.
    pub(crate) fn id(column: impl IntoColumnRef) -> Self {
        Self::Id(Expr::col(column))
    }

    fn written(self, on: DbBackend) -> Expr {
        match (self, on) {
            (Self::Id(id), DbBackend::Sqlite) => Func::cust("hex").arg(id).into(),
            (Self::Id(value) | Self::Plain(value), _) => value,
        }
    }
}

/// The rows of a query that selects nothing yet: these columns, in the order of `R`'s
/// fields. One statement. The rows come in no order that can be relied on.
pub(crate) async fn all<R: DeserializeOwned>(
    db: &impl ConnectionTrait,
    select: SelectStatement,
    columns: impl IntoIterator<Item = Column>,
) -> Result<Vec<R>, DbErr> {
    let statement = statement(db.get_database_backend(), select, columns);
    match db.query_one(&statement).await? {
        Some(row) => read(&row),
        None => Ok(Vec::new()),
    }
}

/// The same as a statement of one row, to ask for something else beside it. Its answer is
/// read by [`read`].
pub(crate) fn statement(
    on: DbBackend,
    mut select: SelectStatement,
    columns: impl IntoIterator<Item = Column>,
) -> SelectStatement {
    let (array, join) = match on {
        DbBackend::Sqlite => ("json_array", "group_concat"),
        _ => ("json_build_array", "string_agg"),
    };
    let row = Func::cust(array).args(columns.into_iter().map(|column| column.written(on)));
    select.expr_as(Expr::from(row).cast_as("text"), "line");
    let lines = Func::cust(join).args([Expr::col("line"), Expr::val(",")]);
    Query::select()
        .expr_as(lines, LINES)
        .from_subquery(select, Alias::new("list"))
        .take()
}

/// The column in which all rows come over.
const LINES: &str = "lines";

/// The rows that a [`statement`] answered.
pub(crate) fn read<R: DeserializeOwned>(row: &QueryResult) -> Result<Vec<R>, DbErr> {
    let lines: Option<String> = row.try_get("", LINES)?;
    let lines = format!("[{}]", lines.unwrap_or_default());
    serde_json::from_str(&lines).map_err(|error| DbErr::Type(error.to_string()))
}

/// A yes or no, which SQLite keeps as a number.
pub(crate) fn yes_or_no<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Word(bool),
        Number(u8),
    }
    Ok(Option::<Kept>::deserialize(from)?.map(|kept| match kept {
        Kept::Word(word) => word,
        Kept::Number(number) => number != 0,
    }))
}
