//! Who asked for somebody's data, and why they were not told or refused: sealed with the
//! school's key, because the log stays after each person in it was erased.

use sea_orm::DbErr;
use vocab::ids::{DisclosureId, SchoolId};

use crate::db::Keyed;
use crate::keys::{Place, text};
use entity::disclosure;

fn place(school: SchoolId, column: &str, id: DisclosureId) -> Place<'_> {
    Place {
        school,
        table: "disclosure",
        column,
        row: id.0,
    }
}

/// Seals words for a column of a disclosure.
pub(super) async fn seal(
    db: &impl Keyed,
    (school, id): (SchoolId, DisclosureId),
    column: &str,
    words: &str,
) -> Result<String, DbErr> {
    text::seal(db, school, &place(school, column, id), words).await
}

/// Opens what is written in these rows.
pub(super) async fn open(db: &impl Keyed, rows: &mut [disclosure::Model]) -> Result<(), DbErr> {
    let texts = rows.iter().flat_map(|row| {
        let reasons = [&row.not_told_because, &row.refused_because];
        [Some(&row.requester)]
            .into_iter()
            .chain(reasons.map(Option::as_ref))
    });
    let ring = db
        .keys()
        .to_open(texts.flatten().map(String::as_str))
        .await?;
    for row in rows {
        let (school, id) = (row.school_id, row.id);
        let open = |column, text: &str| ring.open(&place(school, column, id), text).words();
        row.requester = open("requester", &row.requester);
        for (column, words) in [
            ("not_told_because", &mut row.not_told_because),
            ("refused_because", &mut row.refused_because),
        ] {
            *words = words.as_deref().map(|text| open(column, text));
        }
    }
    Ok(())
}
