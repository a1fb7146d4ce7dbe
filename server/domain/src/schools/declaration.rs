//! The declaration: the school's signed word that it may process its students'
//! data. The roster stays locked until the present text is signed. A text is
//! never edited in place: new words get a new version, and are signed anew.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, SqlErr,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use vocab::ids::{DeclarationId, SchoolId};
use vocab::schools::DeclarationPage;

use super::{Error, policy};
use crate::access::{self, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::secrets::hex;
use crate::secrets::new_id;
use crate::{moments, people};
use entity::{declaration, person};

/// The text that is signed now.
pub const TEXT_VERSION: &str = "2026-11";

/// Its sentences. The words are ours; whether they fit is for the school's data
/// protection lead to say.
pub const SENTENCES: [&str; 5] = [
    "Our school decides why and how its students' personal data is used here: for this data we are the controller, and the platform works on our instructions.",
    "We have a lawful basis for each kind of personal data that we bring in, and we have written down which one it is.",
    "We have told our students, their families and our staff, in words that they can follow, what is kept about them here and what they can ask of us.",
    "We will keep the roster right: people who join are added, people who leave are ended, and mistakes are put right soon after we learn of them.",
    "One person leads on data protection in our school, is named to the platform with the role of data protection lead or of admin, and may sign this for the school.",
];

/// SHA-256 of the version and the sentences, line by line, in hexadecimal: proof of
/// which words were signed.
pub fn text_sha256() -> String {
    let mut text = Sha256::new();
    text.update(TEXT_VERSION);
    for sentence in SENTENCES {
        text.update("\n");
        text.update(sentence);
    }
    hex(&text.finalize())
}

/// Instead of a name, where the operator's command line signed.
const BY_THE_OPERATOR: &str = "The operator, on the command line";

#[derive(FromQueryResult)]
struct Signature {
    given_name: Option<String>,
    family_name: Option<String>,
    signed_at: Time,
}

/// The declaration for those who may read it.
pub async fn declaration(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<DeclarationPage, Error> {
    let permitted = access::school(actor, policy::Action::SeeDeclaration)?;
    let signer = declaration::Entity::belongs_to(person::Entity)
        .from(declaration::Column::SignedBy)
        .to(person::Column::Id)
        .into();
    let signature = declaration::Entity::find()
        .select_only()
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .column_as(declaration::Column::SignedAt, "signed_at")
        .join(JoinType::LeftJoin, signer)
        .filter(present_of(permitted.school()))
        .into_model::<Signature>()
        .one(db)
        .await?;
    Ok(DeclarationPage {
        text_version: TEXT_VERSION.to_owned(),
        sentences: SENTENCES.map(str::to_owned).to_vec(),
        signed: signature.map(|signature| {
            (
                signature.given_name.zip(signature.family_name).map_or_else(
                    || BY_THE_OPERATOR.to_owned(),
                    |(given, family)| people::display_name(&given, &family),
                ),
                moments::moment(signature.signed_at, actor.time_zone, now),
            )
        }),
    })
}

/// Signs the present text for the school; the actor of `permitted` is the signer.
/// Where the operator's command line signs, the row names nobody: an admin who has
/// not been here yet has put their name to nothing.
pub async fn sign_declaration(
    tx: &Write,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<DeclarationId, Error> {
    if is_declared(&**tx, permitted.school()).await? {
        return Err(Error::AlreadySigned);
    }
    let id = DeclarationId(new_id());
    let sha256 = text_sha256();
    declaration::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        signed_by: Set(permitted.actor()),
        text_version: Set(TEXT_VERSION.to_owned()),
        text_sha256: Set(sha256.clone()),
        signed_at: Set(now),
    }
    .insert(&**tx)
    .await
    .map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::AlreadySigned,
        _ => Error::Database(error),
    })?;
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind: "declaration.signed",
        subject: id.0,
        before: None,
        after: Some(json!({ "text_version": TEXT_VERSION, "text_sha256": sha256 })),
    };
    events::record(&**tx, event, now).await?;
    Ok(id)
}

/// The row of a school that has signed the present text.
pub(crate) fn present_of(school: SchoolId) -> Condition {
    Condition::all()
        .add(declaration::Column::SchoolId.eq(school))
        .add(declaration::Column::TextVersion.eq(TEXT_VERSION))
}

/// Whether the school has signed the present text.
pub async fn is_declared(db: &impl ConnectionTrait, school: SchoolId) -> Result<bool, DbErr> {
    let signed = declaration::Entity::find()
        .filter(present_of(school))
        .one(db)
        .await?;
    Ok(signed.is_some())
}

#[cfg(test)]
mod tests {
    use super::text_sha256;

    #[test]
    fn the_text_of_a_version_never_changes() {
        assert_eq!(
            text_sha256(),
            "6ed577c93ce1ea160416b7950eda4e1530c099698eaeefa848da0e88b67ff147"
        );
    }
}
