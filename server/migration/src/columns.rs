//! The few kinds of column that the tables are made of, so that a migration reads
//! as a list of names.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

/// PostgreSQL cuts longer names off, and says so in the log each time.
const LONGEST_NAME: usize = 63;

/// A table under construction.
pub(crate) struct NewTable {
    name: &'static str,
    create: TableCreateStatement,
}

/// Begins a table with a UUID `id` as its key.
pub(crate) fn table(name: &'static str) -> NewTable {
    let mut new = bare_table(name);
    new.create
        .col(ColumnDef::new("id").uuid().not_null().primary_key());
    new
}

/// Begins a table whose key is declared later.
pub(crate) fn bare_table(name: &'static str) -> NewTable {
    let mut create = Table::create();
    create.table(name);
    NewTable { name, create }
}

impl NewTable {
    /// A required reference to another table's `id`.
    pub(crate) fn to(mut self, column: &'static str, table: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).uuid().not_null());
        self.reference(column, table)
    }

    /// A reference that may be absent.
    pub(crate) fn maybe_to(mut self, column: &'static str, table: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).uuid());
        self.reference(column, table)
    }

    fn reference(mut self, column: &'static str, table: &'static str) -> Self {
        self.create.foreign_key(
            ForeignKey::create()
                .name(format!("fk_{}_{column}", self.name))
                .from(self.name, column)
                .to(table, "id")
                .on_delete(ForeignKeyAction::Restrict),
        );
        self
    }

    /// Every table of a school says whose it is.
    pub(crate) fn of_school(self) -> Self {
        self.to("school_id", "school")
    }

    /// A required id that points to rows of several tables.
    pub(crate) fn id_of_any(mut self, column: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).uuid().not_null());
        self
    }

    /// An id that points forward to a table made later.
    pub(crate) fn maybe_id(mut self, column: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).uuid());
        self
    }

    pub(crate) fn text(mut self, column: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).text().not_null());
        self
    }

    pub(crate) fn maybe_text(mut self, column: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).text());
        self
    }

    /// A text that is one of a few words.
    pub(crate) fn word(mut self, column: &'static str, words: &[&'static str]) -> Self {
        let check = Expr::col(column).is_in(words.iter().copied());
        self.create
            .col(ColumnDef::new(column).text().not_null().check(check));
        self
    }

    /// One of a few words, or none yet.
    pub(crate) fn maybe_word(mut self, column: &'static str, words: &[&'static str]) -> Self {
        let check = Expr::col(column).is_in(words.iter().copied());
        self.create.col(ColumnDef::new(column).text().check(check));
        self
    }

    /// The reading settings of somebody, each of which may be left alone.
    pub(crate) fn reading(self) -> Self {
        const SPACING: &[&str] = &["normal", "wide", "wider"];
        const SWITCH: &[&str] = &["on", "off"];
        self.maybe_word("theme", &["auto", "light", "dark", "cream", "contrast"])
            .maybe_word("size", &["normal", "large", "larger", "largest"])
            .maybe_word("line", SPACING)
            .maybe_word("letters", SPACING)
            .maybe_word("measure", &["normal", "narrow", "narrowest"])
            .maybe_word(
                "font",
                &["system", "hyperlegible", "lexend", "opendyslexic"],
            )
            .maybe_word("ruler", SWITCH)
            .maybe_word("aloud", SWITCH)
    }

    pub(crate) fn time(mut self, column: &'static str) -> Self {
        self.create
            .col(ColumnDef::new(column).timestamp_with_time_zone().not_null());
        self
    }

    pub(crate) fn maybe_time(mut self, column: &'static str) -> Self {
        self.create
            .col(ColumnDef::new(column).timestamp_with_time_zone());
        self
    }

    /// A count or version: never negative.
    pub(crate) fn count(mut self, column: &'static str) -> Self {
        self.create.col(
            ColumnDef::new(column)
                .integer()
                .not_null()
                .check(Expr::col(column).gte(0)),
        );
        self
    }

    /// Points in hundredths.
    pub(crate) fn maybe_points(mut self, column: &'static str) -> Self {
        self.create.col(
            ColumnDef::new(column)
                .integer()
                .check(Expr::col(column).between(0, 100_000)),
        );
        self
    }

    pub(crate) fn size(mut self, column: &'static str) -> Self {
        self.create.col(
            ColumnDef::new(column)
                .big_integer()
                .not_null()
                .check(Expr::col(column).gte(0)),
        );
        self
    }

    /// A count that is not known yet.
    pub(crate) fn maybe_count(mut self, column: &'static str) -> Self {
        self.create.col(
            ColumnDef::new(column)
                .integer()
                .check(Expr::col(column).gte(0)),
        );
        self
    }

    pub(crate) fn yes_or_no(mut self, column: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).boolean().not_null());
        self
    }

    /// A fact that can never be true: the database refuses it.
    pub(crate) fn always_no(mut self, column: &'static str) -> Self {
        let check = Expr::col(column).eq(false);
        self.create
            .col(ColumnDef::new(column).boolean().not_null().check(check));
        self
    }

    pub(crate) fn json(mut self, column: &'static str) -> Self {
        self.create
            .col(ColumnDef::new(column).json_binary().not_null());
        self
    }

    pub(crate) fn maybe_json(mut self, column: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).json_binary());
        self
    }

    /// A key of several columns.
    pub(crate) fn key(mut self, columns: &[&'static str]) -> Self {
        let mut key = Index::create();
        for column in columns {
            key.col(*column);
        }
        self.create.primary_key(&mut key);
        self
    }

    pub(crate) async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager.create_table(self.create).await
    }
}

/// An index over columns that are looked up together.
pub(crate) async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    make_index(manager, table, columns, false, None).await
}

/// Columns that may hold a combination once.
pub(crate) async fn unique(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    make_index(manager, table, columns, true, None).await
}

/// Columns that may hold a combination once among the rows whose `column` is null.
pub(crate) async fn unique_where_null(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    column: &'static str,
) -> Result<(), DbErr> {
    make_index(manager, table, columns, true, Some(column)).await
}

async fn make_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    is_unique: bool,
    where_null: Option<&'static str>,
) -> Result<(), DbErr> {
    let mut name = format!("ix_{table}_{}", columns.join("_"));
    name.truncate(LONGEST_NAME);
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    if is_unique {
        index.unique();
    }
    if let Some(column) = where_null {
        index.and_where(Expr::col(column).is_null());
    }
    manager.create_index(index).await
}

/// A table whose rows are added and stay as they are: the database itself refuses to
/// change or delete one. `but` names a column that may be emptied.
pub(crate) async fn only_added(
    manager: &SchemaManager<'_>,
    table: &'static str,
    but: Option<&'static str>,
) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let refusal = format!("rows of {table} are only ever added");
    let statements = if db.get_database_backend() == DbBackend::Postgres {
        let same = match but {
            Some(column) => format!(
                "to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}' AND NEW.{column} = ''"
            ),
            None => "FALSE".to_owned(),
        };
        [
            format!(
                "CREATE FUNCTION keep_{table}() RETURNS trigger AS $$ BEGIN \
                 IF TG_OP = 'UPDATE' AND ({same}) THEN RETURN NEW; END IF; \
                 RAISE EXCEPTION '{refusal}'; END $$ LANGUAGE plpgsql"
            ),
            format!(
                "CREATE TRIGGER keep_{table} BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
            ),
        ]
    } else {
        let changed: Vec<String> = table_columns(manager, table)
            .await?
            .iter()
            .filter(|column| Some(column.as_str()) != but)
            .map(|column| format!("OLD.\"{column}\" IS NOT NEW.\"{column}\""))
            .chain(but.map(|column| format!("NEW.\"{column}\" != ''")))
            .collect();
        [
            format!(
                "CREATE TRIGGER keep_{table}_as_it_is BEFORE UPDATE ON {table} \
                 WHEN {} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
                changed.join(" OR ")
            ),
            format!(
                "CREATE TRIGGER keep_{table}_there BEFORE DELETE ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            ),
        ]
    };
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Lets a column of a table whose rows are only ever added be sealed: plain text once, and
/// what is sealed with the school's key once more, with the key of whom it is about.
/// Emptying it stays possible.
pub(crate) async fn may_be_sealed(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: &'static str,
    goes_when: Option<&'static str>,
) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let refusal = format!("rows of {table} are only ever added");
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    let school = if is_postgres {
        "replace(OLD.school_id::text, '-', '')"
    } else {
        "lower(hex(OLD.school_id))"
    };
    let of_school = format!("LIKE 'sealed:1:' || {school} || ':%'");
    let allowed = format!(
        "NEW.{column} = '' OR (NEW.{column} LIKE 'sealed:1:%' AND (OLD.{column} NOT LIKE 'sealed:1:%' \
         OR (OLD.{column} {of_school} AND NOT (NEW.{column} {of_school}))))"
    );
    if is_postgres {
        // One function guards both changes and deletions: what may go has to go on.
        let goes = goes_when.map_or_else(String::new, |when| {
            format!("IF TG_OP = 'DELETE' AND {when} THEN RETURN OLD; END IF; ")
        });
        let replace = format!(
            "CREATE OR REPLACE FUNCTION keep_{table}() RETURNS trigger AS $$ BEGIN \
             IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}' \
             AND ({allowed}) THEN RETURN NEW; END IF; {goes}\
             RAISE EXCEPTION '{refusal}'; END $$ LANGUAGE plpgsql"
        );
        db.execute_unprepared(&replace).await?;
        return Ok(());
    }
    let refused: Vec<String> = table_columns(manager, table)
        .await?
        .iter()
        .filter(|other| other.as_str() != column)
        .map(|other| format!("OLD.\"{other}\" IS NOT NEW.\"{other}\""))
        .chain([format!("NOT ({allowed})")])
        .collect();
    // In one go, on one connection: another may not have noticed yet that it is gone.
    let create = format!(
        "DROP TRIGGER IF EXISTS keep_{table}_as_it_is; CREATE TRIGGER keep_{table}_as_it_is BEFORE UPDATE ON {table} \
         WHEN {} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        refused.join(" OR ")
    );
    db.execute_unprepared(&create).await?;
    Ok(())
}

/// Lets rows of a table that are only ever added go, where `letting_go` names their school,
/// or where `also` says so. Changing them stays as it was.
pub(crate) async fn may_be_let_go(
    manager: &SchemaManager<'_>,
    table: &'static str,
    also: Option<&'static str>,
) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let refusal = format!("rows of {table} are only ever added");
    let named = "EXISTS (SELECT 1 FROM letting_go WHERE school_id = OLD.school_id)";
    let goes = also.map_or_else(|| named.to_owned(), |also| format!("{named} OR {also}"));
    let statement = if db.get_database_backend() == DbBackend::Postgres {
        format!(
            "DROP TRIGGER keep_{table} ON {table}; \
             CREATE TRIGGER keep_{table} BEFORE UPDATE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION keep_{table}(); \
             CREATE FUNCTION keep_{table}_there() RETURNS trigger AS $$ BEGIN \
             IF {goes} THEN RETURN OLD; END IF; \
             RAISE EXCEPTION '{refusal}'; END $$ LANGUAGE plpgsql; \
             CREATE TRIGGER keep_{table}_there BEFORE DELETE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION keep_{table}_there()"
        )
    } else {
        // In one go, on one connection: another may not have noticed yet that it is gone.
        format!(
            "DROP TRIGGER IF EXISTS keep_{table}_there; \
             DROP TRIGGER IF EXISTS keep_{table}_while_open; \
             CREATE TRIGGER keep_{table}_there BEFORE DELETE ON {table} WHEN NOT ({goes}) \
             BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
    };
    db.execute_unprepared(&statement).await?;
    Ok(())
}

async fn table_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
) -> Result<Vec<String>, DbErr> {
    let db = manager.get_connection();
    let select = Statement::from_string(
        db.get_database_backend(),
        format!("SELECT name FROM pragma_table_info('{table}')"),
    );
    db.query_all_raw(select)
        .await?
        .into_iter()
        .map(|row| row.try_get("", "name"))
        .collect()
}
