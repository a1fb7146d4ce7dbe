//! What is written of a breach, sealed with the school's key: it may tell of several
//! people, and stays after each of them was erased.

use sea_orm::DbErr;
use vocab::ids::{BreachId, SchoolId};

use crate::db::Keyed;
use crate::keys::{Place, text};
use entity::breach;

fn place(school: SchoolId, column: &str, id: BreachId) -> Place<'_> {
    Place {
        school,
        table: "breach",
        column,
        row: id.0,
    }
}

/// Seals words for a column of a breach.
pub(super) async fn seal(
    db: &impl Keyed,
    (school, id): (SchoolId, BreachId),
    column: &str,
    words: &str,
) -> Result<String, DbErr> {
    text::seal(db, school, &place(school, column, id), words).await
}

/// Opens what is written in these rows.
pub(super) async fn open(db: &impl Keyed, rows: &mut [breach::Model]) -> Result<(), DbErr> {
    let texts = rows
        .iter()
        .flat_map(|row| [&row.what, &row.reason, &row.measures]);
    let ring = db.keys().to_open(texts.map(String::as_str)).await?;
    for row in rows {
        let (school, id) = (row.school_id, row.id);
        for (column, words) in [
            ("what", &mut row.what),
            ("reason", &mut row.reason),
            ("measures", &mut row.measures),
        ] {
            *words = ring.open(&place(school, column, id), words).words();
        }
    }
    Ok(())
}
