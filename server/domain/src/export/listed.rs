//! The files that belong into somebody's copy: what they handed in, what waits in their
//! tray, and what they set for a class. One query lists them, for the copy itself and for
//! the page that says beforehand how much it will be.

use datamap::Category;
use sea_orm::sea_query::{IntoTableRef, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr};
use vocab::ids::{FileId, PersonId};

use super::archive::Reader;
use crate::access::Permitted;
use crate::files::size_words;
use entity::{assignment_file, outbox_file, outbox_item, submission, submission_file};

/// A file that belongs into a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) id: FileId,
    pub(super) name: String,
    /// Its key in the store.
    pub(super) key: String,
    size_bytes: i64,
}

/// The files of a copy, before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// How many.
    pub files: usize,
    /// How large they are together, such as "34.5 MB".
    pub size_words: String,
}

/// How many files somebody's copy will hold, and how large they are. One query.
pub async fn inside(
    db: &impl ConnectionTrait,
    about: &Permitted<PersonId>,
) -> Result<Inside, DbErr> {
    let listed = list(db, **about, Reader::Themselves).await?;
    let bytes: i64 = listed.iter().map(|file| file.size_bytes).sum();
    Ok(Inside {
        files: listed.len(),
        size_words: size_words(bytes),
    })
}

/// The files that the person wrote, whether for their own work or for a class, as far as
/// the reader may have them. One query, or none.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    person: PersonId,
    reader: Reader<'_>,
) -> Result<Vec<Listed>, DbErr> {
    let mut parts = Vec::new();
    if reader.may_have(Category::Work) {
        parts.extend([handed_in(person), waiting(person)]);
    }
    if reader.may_have(Category::Material) {
        parts.push(set(person));
    }
    let mut parts = parts.into_iter();
    let Some(mut select) = parts.next() else {
        return Ok(Vec::new());
    };
    select.unions(parts.map(|part| (UnionType::All, part)));
    db.query_all(&select)
        .await?
        .into_iter()
        .map(|row| {
            Ok(Listed {
                id: FileId(row.try_get("", "id")?),
                name: row.try_get("", "name")?,
                key: row.try_get("", "object_key")?,
                size_bytes: row.try_get("", "size_bytes")?,
            })
        })
        .collect()
}

/// What is read of each file; the tables of files call it the same.
fn files_in(table: impl IntoTableRef) -> SelectStatement {
    Query::select()
        .columns(["id", "name", "object_key", "size_bytes"])
        .from(table)
        .take()
}

fn handed_in(person: PersonId) -> SelectStatement {
    use submission_file::Column;
    let answers = Query::select()
        .column(submission::Column::Id)
        .from(submission::Entity)
        .and_where(submission::Column::StudentId.eq(person))
        .take();
    files_in(submission_file::Entity)
        .and_where(Column::SubmissionId.in_subquery(answers))
        .to_owned()
}

fn waiting(person: PersonId) -> SelectStatement {
    use outbox_file::Column;
    let items = Query::select()
        .column(outbox_item::Column::Id)
        .from(outbox_item::Entity)
        .and_where(outbox_item::Column::PersonId.eq(person))
        .take();
    files_in(outbox_file::Entity)
        .and_where(Column::ItemId.in_subquery(items))
        .to_owned()
}

fn set(person: PersonId) -> SelectStatement {
    use assignment_file::Column;
    files_in(assignment_file::Entity)
        .and_where(Column::AddedBy.eq(person))
        .to_owned()
}
