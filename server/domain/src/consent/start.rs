//! The switches beside a new account: one for each purpose that its owner may say yes to
//! themselves, all of them off. An account works with all of them off, and each one that
//! is turned on is an entry of its own in the school's record.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{PersonId, SchoolId};

use super::answer::{Evidence, say_yes};
use super::authority::{Voice, may_say_yes};
use super::settings::is_asked;
use super::{Error, TEXT_VERSION};
use crate::clock::Time;
use crate::db::Write;
use crate::secrets::fingerprint;
use entity::consent_event;

/// What somebody of this age may say yes to themselves and has not answered yet: a new
/// password is no reason to be asked again. One query.
pub(crate) async fn offered_at_start(
    db: &impl ConnectionTrait,
    (school, person): (SchoolId, PersonId),
    age: AgeBand,
) -> Result<Vec<ConsentPurpose>, DbErr> {
    let answered: Vec<ConsentPurpose> = consent_event::Entity::find()
        .select_only()
        .column(consent_event::Column::Purpose)
        .filter(consent_event::Column::SchoolId.eq(school))
        .filter(consent_event::Column::SubjectId.eq(person))
        .filter(consent_event::Column::GivenBy.eq(GivenBy::Own))
        .filter(consent_event::Column::Kind.ne(ConsentKind::Requested))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ConsentPurpose::ALL
        .iter()
        .copied()
        .filter(|purpose| is_asked(*purpose, age))
        .filter(|purpose| may_say_yes(*purpose, age, Voice::Own).is_ok())
        .filter(|purpose| !answered.contains(purpose))
        .collect())
}

/// Writes one entry for each switch that was turned on, and nothing for the others: a
/// switch that was left alone is no answer.
pub(crate) async fn answer_at_start(
    tx: &Write,
    whose: (SchoolId, PersonId),
    (yes, age): (Vec<ConsentPurpose>, AgeBand),
    evidence: Evidence,
    now: Time,
) -> Result<(), Error> {
    if yes.is_empty() {
        return Ok(());
    }
    let offered = offered_at_start(&**tx, whose, age).await?;
    let evidence = Evidence {
        screen: screen_of(&offered),
        ..evidence
    };
    for purpose in yes {
        say_yes(tx, whose, purpose, evidence.clone(), now).await?;
    }
    Ok(())
}

/// The fingerprint of what stood there: every switch with its words, in their order.
fn screen_of(offered: &[ConsentPurpose]) -> String {
    let words: Vec<String> = offered
        .iter()
        .map(|purpose| format!("{}\n{}", purpose.label(), purpose.question()))
        .collect();
    fingerprint(&format!("{TEXT_VERSION}\n{}", words.join("\n")))
}
