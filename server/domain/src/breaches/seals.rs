//! What is written of a breach, sealed with the school's key: it may tell of several
//! people, and stays after each of them was erased.

use sea_orm::DbErr;
use uuid::Uuid;
use vocab::ids::{BreachId, SchoolId};

use super::Error;
use crate::db::Keyed;
use crate::keys::{Place, text};
use entity::{breach, breach_step};

fn place(school: SchoolId, column: &str, id: BreachId) -> Place<'_> {
    Place {
        school,
        table: "breach",
        column,
        row: id.0,
    }
}

/// Where the words of a step stand.
fn of_step(school: SchoolId, id: Uuid) -> Place<'static> {
    Place {
        school,
        table: "breach_step",
        column: "words",
        row: id,
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

/// Seals the words of a step.
pub(super) async fn seal_step(
    db: &impl Keyed,
    (school, id): (SchoolId, Uuid),
    words: &str,
) -> Result<String, DbErr> {
    text::seal(db, school, &of_step(school, id), words).await
}

/// Opens what is written in these rows and steps.
pub(super) async fn open(
    db: &impl Keyed,
    rows: &mut [breach::Model],
    steps: &mut [breach_step::Model],
) -> Result<(), DbErr> {
    let texts = rows
        .iter()
        .flat_map(|row| [&row.what, &row.reason, &row.measures])
        .chain(steps.iter().map(|step| &step.words));
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
    for step in steps {
        let at = of_step(step.school_id, step.id);
        step.words = ring.open(&at, &step.words).words();
    }
    Ok(())
}

/// A row with what was written in its steps, to be sealed in another place. What does not
/// open is refused, because it would be lost.
pub(super) async fn open_to_copy(
    db: &impl Keyed,
    row: &breach::Model,
) -> Result<breach::Model, Error> {
    let at = |column| place(row.school_id, column, row.id);
    let reason = text::open(db, &at("reason"), &row.reason).await?;
    let measures = text::open(db, &at("measures"), &row.measures).await?;
    Ok(breach::Model {
        reason: reason.editable()?,
        measures: measures.editable()?,
        ..row.clone()
    })
}
