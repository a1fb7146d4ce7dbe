//! The declaration: the school's signed word that it may process its students'
//! data, beside what whoever runs the platform owes the school. The roster stays locked
//! until the present text is signed, with the school's number in the public register
//! and the name of who answers for data protection. It lasts a year: after that the
//! import is locked again, and nothing else. A text is never edited in place: new words
//! get a new version, and are signed anew.

use chrono::{Days, Months};
use datamap::Purpose;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use vocab::form::FieldError;
use vocab::ids::{DeclarationId, SchoolId};
use vocab::people::Role;
use vocab::schools::{
    Assessment, DeclarationPage, DeclarationState, DeclaredBasis, SignedDeclaration,
    ValidDeclaration,
};

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
pub const TEXT_VERSION: &str = "2026-12";

/// How long a declaration lasts.
const LASTS: Months = Months::new(12);
/// How long before its end the school is reminded.
const REMINDED: Days = Days::new(30);

/// What the school says. The words are ours; whether they fit is for the school's data
/// protection lead to say.
pub const SENTENCES: [&str; 5] = [
    "Our school decides why and how its students' personal data is used here: for this data we are the controller, and the platform works on our instructions.",
    "We have a lawful basis for each kind of personal data that we bring in, and we have written down which one it is.",
    "We have told our students, their families and our staff, in words that they can follow, what is kept about them here and what they can ask of us.",
    "We will keep the roster right: people who join are added, people who leave are ended, and mistakes are put right soon after we learn of them.",
    "One person leads on data protection in our school, is named to the platform with the role of data protection lead or of admin, and may sign this for the school.",
];

/// What whoever runs the platform owes the school; signing accepts it (UK GDPR Article
/// 28(3)). The school's responsibility is never the only one.
pub const OBLIGATIONS: [&str; 7] = [
    "Whoever runs the platform uses the school's data only as the school says, and tells the school if it believes that an instruction breaks the law.",
    "Everybody who can reach the data for the platform is bound to keep it confidential, and looks inside a school only while the school allows it.",
    "The data is kept secure, and the measures are written down where the school can read them.",
    "No other company gets the data without the school knowing of it before, and being able to object.",
    "The platform helps the school to answer people who ask about their data, and gives the school the means to do so itself.",
    "The school is told of a breach within 24 hours after the platform learns of it.",
    "When the school leaves, it gets its data and the data is deleted; and the school may check all of this.",
];

/// SHA-256 of the version and both lists of sentences, line by line, in hexadecimal:
/// proof of which words were signed.
pub fn text_sha256() -> String {
    let mut text = Sha256::new();
    text.update(TEXT_VERSION);
    for sentence in SENTENCES.into_iter().chain(OBLIGATIONS) {
        text.update("\n");
        text.update(sentence);
    }
    hex(&text.finalize())
}

/// Instead of a name, where the operator's command line signed.
const BY_THE_OPERATOR: &str = "The operator, on the command line";

#[derive(FromQueryResult)]
struct Signature {
    text_version: String,
    given_name: Option<String>,
    family_name: Option<String>,
    signed_at: Time,
    establishment_number: Option<String>,
    contact_name: Option<String>,
    contact: Option<String>,
    basis: Option<DeclaredBasis>,
    assessment: Option<Assessment>,
}

/// The declaration for those who may read it, with every one that was signed before.
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
    let signatures = declaration::Entity::find()
        .select_only()
        .columns([
            declaration::Column::TextVersion,
            declaration::Column::SignedAt,
            declaration::Column::EstablishmentNumber,
            declaration::Column::ContactName,
            declaration::Column::Contact,
            declaration::Column::Basis,
            declaration::Column::Assessment,
        ])
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .join(JoinType::LeftJoin, signer)
        .filter(declaration::Column::SchoolId.eq(permitted.school()))
        .order_by_desc(declaration::Column::SignedAt)
        .order_by_desc(declaration::Column::Id)
        .limit(MOST_LISTED)
        .into_model::<Signature>()
        .all(db)
        .await?;
    let newest = signatures.iter().find(|signature| {
        signature.text_version == TEXT_VERSION && signature.establishment_number.is_some()
    });
    let state = state(newest.map(|signature| signature.signed_at), now);
    let history = signatures
        .into_iter()
        .map(|signature| signature.told(actor, now))
        .collect();
    Ok(DeclarationPage {
        text_version: TEXT_VERSION.to_owned(),
        sentences: SENTENCES.map(str::to_owned).to_vec(),
        obligations: OBLIGATIONS.map(str::to_owned).to_vec(),
        purposes: purposes(),
        state,
        history,
    })
}

/// A page shows no more declarations than this, the newest. One is signed each year, and
/// whenever something in it is put right.
const MOST_LISTED: u64 = 50;

impl Signature {
    fn told(self, actor: &Actor, now: Time) -> SignedDeclaration {
        let signer = self.given_name.zip(self.family_name).map_or_else(
            || BY_THE_OPERATOR.to_owned(),
            |(given, family)| people::display_name(&given, &family),
        );
        SignedDeclaration {
            text_version: self.text_version,
            signer,
            signed: moments::moment(self.signed_at, actor.time_zone, now),
            until: moments::moment(self.signed_at + LASTS, actor.time_zone, now),
            establishment_number: self.establishment_number.unwrap_or_default(),
            contact_name: self.contact_name.unwrap_or_default(),
            contact: self.contact.unwrap_or_default(),
            basis: self.basis,
            assessment: self.assessment,
        }
    }
}

/// The closed list of purposes that a school accepts.
fn purposes() -> Vec<String> {
    Purpose::ALL
        .iter()
        .map(|purpose| purpose.words().to_owned())
        .collect()
}

/// How a declaration of the present text stands that was signed then.
pub(crate) fn state(signed_at: Option<Time>, now: Time) -> DeclarationState {
    match signed_at.map(|at| at + LASTS) {
        None => DeclarationState::NotSigned,
        Some(end) if end <= now => DeclarationState::Ended,
        Some(end) if end - REMINDED <= now => DeclarationState::EndsSoon,
        Some(_) => DeclarationState::Holds,
    }
}

/// When a declaration that was signed then is over.
pub(crate) fn end(signed_at: Time) -> Time {
    signed_at + LASTS
}

/// What a demo school declares: a number that no register has given out.
pub fn of_a_demo() -> ValidDeclaration {
    ValidDeclaration {
        establishment_number: "9999999".to_owned(),
        contact_name: "The demo school's data protection lead".to_owned(),
        contact: "lead@school.example".to_owned(),
        basis: DeclaredBasis::PublicTask,
        assessment: Assessment::Done,
    }
}

/// Signs the present text for the school, for a year from now; the actor of `permitted`
/// is the signer. Where the operator's command line signs, the row names nobody: an
/// admin who has not been here yet has put their name to nothing. What is to be put
/// right is signed anew at any time, and the old row stays. One that says the same and
/// holds for longer than 30 days is not signed again: somebody pressed twice.
pub async fn sign_declaration(
    tx: &Write,
    permitted: &Permitted<()>,
    said: &ValidDeclaration,
    now: Time,
) -> Result<DeclarationId, Error> {
    let school = permitted.school();
    let last = last_of(&**tx, school).await?;
    let says_the_same = last.as_ref().is_some_and(|row| {
        row.text_version == TEXT_VERSION
            && state(Some(row.signed_at), now) == DeclarationState::Holds
            && is_said_by(said, row)
    });
    if says_the_same {
        return Err(Error::AlreadySigned);
    }
    require_own_number(tx, school, said).await?;
    let id = DeclarationId(new_id());
    let sha256 = text_sha256();
    let signed_as = match permitted.actor() {
        Some(signer) => role_of(tx, signer).await?,
        None => Role::Operator,
    };
    declaration::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        signed_by: Set(permitted.actor()),
        text_version: Set(TEXT_VERSION.to_owned()),
        text_sha256: Set(sha256.clone()),
        signed_at: Set(now),
        establishment_number: Set(Some(said.establishment_number.clone())),
        contact_name: Set(Some(said.contact_name.clone())),
        contact: Set(Some(said.contact.clone())),
        basis: Set(Some(said.basis)),
        assessment: Set(Some(said.assessment)),
        purposes: Set(Some(purposes().join("\n"))),
        signed_as: Set(Some(signed_as.to_string())),
    }
    .insert(&**tx)
    .await?;
    let event = Event {
        school,
        actor: permitted.actor(),
        kind: "declaration.signed",
        subject: id.0,
        before: last.as_ref().map(what_was_declared),
        after: Some(json!({
            "text_version": TEXT_VERSION,
            "text_sha256": sha256,
            "establishment_number": said.establishment_number,
            "basis": said.basis,
            "assessment": said.assessment,
            "corrected": corrected(said, last.as_ref()),
        })),
    };
    events::record(&**tx, event, now).await?;
    Ok(id)
}

/// What an event tells of a declaration that another one takes the place of.
fn what_was_declared(row: &declaration::Model) -> Value {
    json!({
        "text_version": row.text_version,
        "text_sha256": row.text_sha256,
        "establishment_number": row.establishment_number,
        "basis": row.basis,
        "assessment": row.assessment,
    })
}

/// Which details of who answers for data protection are others than before. They are a
/// person's: an event names the fields, and the rows of the declarations hold what they say.
fn corrected(said: &ValidDeclaration, last: Option<&declaration::Model>) -> Vec<&'static str> {
    let Some(last) = last else {
        return Vec::new();
    };
    let details = [
        ("contact_name", &said.contact_name, &last.contact_name),
        ("contact", &said.contact, &last.contact),
    ];
    details
        .into_iter()
        .filter(|(_, new, old)| old.as_deref() != Some(new.as_str()))
        .map(|(field, ..)| field)
        .collect()
}

/// Whether a declaration that was signed says just this.
fn is_said_by(said: &ValidDeclaration, row: &declaration::Model) -> bool {
    row.establishment_number.as_deref() == Some(&*said.establishment_number)
        && row.contact_name.as_deref() == Some(&*said.contact_name)
        && row.contact.as_deref() == Some(&*said.contact)
        && row.basis == Some(said.basis)
        && row.assessment == Some(said.assessment)
        && row.purposes.as_deref() == Some(&*purposes().join("\n"))
}

/// Two schools of the platform are not the same establishment; demo schools are none.
async fn require_own_number(
    tx: &Write,
    school: SchoolId,
    said: &ValidDeclaration,
) -> Result<(), Error> {
    if said.establishment_number == of_a_demo().establishment_number {
        return Ok(());
    }
    let others: Vec<SchoolId> = declaration::Entity::find()
        .select_only()
        .distinct()
        .column(declaration::Column::SchoolId)
        .filter(declaration::Column::EstablishmentNumber.eq(&said.establishment_number))
        .filter(declaration::Column::SchoolId.ne(school))
        .into_tuple()
        .all(&**tx)
        .await?;
    for other in others {
        // What a school has put right since keeps nobody out.
        let declared = last_of(&**tx, other).await?;
        let number = declared.and_then(|row| row.establishment_number);
        if number.as_ref() == Some(&said.establishment_number) {
            return Err(Error::Invalid(vec![FieldError {
                field: "establishment_number".to_owned(),
                message:
                    "Another school here has this number. Look yours up in the public register"
                        .to_owned(),
            }]));
        }
    }
    Ok(())
}

async fn role_of(tx: &Write, signer: vocab::ids::PersonId) -> Result<Role, DbErr> {
    let roles = entity::person_role::Entity::find()
        .filter(entity::person_role::Column::PersonId.eq(signer))
        .filter(entity::person_role::Column::EndedAt.is_null())
        .all(&**tx)
        .await?;
    let is_lead = roles.iter().any(|row| row.role == Role::DataProtectionLead);
    Ok(if is_lead {
        Role::DataProtectionLead
    } else {
        Role::SchoolAdmin
    })
}

/// The rows of a school that signed the present text, with its number.
pub(crate) fn present_of(school: SchoolId) -> Condition {
    Condition::all()
        .add(declaration::Column::SchoolId.eq(school))
        .add(declaration::Column::TextVersion.eq(TEXT_VERSION))
        .add(declaration::Column::EstablishmentNumber.is_not_null())
}

/// What a school declared last, whichever text it signed.
async fn last_of(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Option<declaration::Model>, DbErr> {
    declaration::Entity::find()
        .filter(declaration::Column::SchoolId.eq(school))
        .filter(declaration::Column::EstablishmentNumber.is_not_null())
        .order_by_desc(declaration::Column::SignedAt)
        .order_by_desc(declaration::Column::Id)
        .one(db)
        .await
}

async fn newest_of(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Option<declaration::Model>, DbErr> {
    declaration::Entity::find()
        .filter(present_of(school))
        .order_by_desc(declaration::Column::SignedAt)
        .order_by_desc(declaration::Column::Id)
        .one(db)
        .await
}

async fn newest_signed_at(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Option<Time>, DbErr> {
    Ok(newest_of(db, school).await?.map(|row| row.signed_at))
}

/// How the school's declaration stands.
pub async fn declaration_state(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<(DeclarationState, Option<Time>), DbErr> {
    let newest = newest_signed_at(db, school).await?;
    Ok((state(newest, now), newest.map(end)))
}

/// Whether the school may import a roster: the present text is signed, and less than a
/// year has passed.
pub async fn is_declared(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<bool, DbErr> {
    Ok(state(newest_signed_at(db, school).await?, now).opens_the_roster())
}

#[cfg(test)]
mod tests {
    use super::text_sha256;

    #[test]
    fn the_text_of_a_version_never_changes() {
        assert_eq!(
            text_sha256(),
            "01eef744682f0dde7e9c3b4f8b72b555c58b0bfb6dd1238a18e0320ac616dd79"
        );
    }
}
