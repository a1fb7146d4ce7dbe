//! A new signed statement goes by mail to the school's admins and data protection leads, so
//! that one is kept outside this server without anybody having to think of it. The mails are
//! written in the transaction that signs: there is no statement without them, and none twice.

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use vocab::ids::{PersonId, SchoolId};
use vocab::people::Role;

use super::kept::signed_words;
use crate::clock::Time;
use crate::db::Write;
use crate::guard;
use crate::mail::{Mail, Outgoing, To, queue};
use crate::moments::day_in;
use crate::schools::{leaving, zone_of};
use entity::{ledger_checkpoint, person, person_role};

/// Writes the statement to everybody who keeps it; to nobody once the school has left.
pub(super) async fn post(
    tx: &Write,
    signed: &ledger_checkpoint::Model,
    now: Time,
) -> Result<(), DbErr> {
    let school = signed.school_id;
    if leaving::left_at(&**tx, school, now).await?.is_some() {
        return Ok(());
    }
    let zone = zone_of(&**tx, school).await?;
    let mail = Mail::SignedStatement {
        on: day_in(signed.signed_at, zone),
        entries: signed.up_to_seq.to_string(),
        statement: signed_words(signed),
    };
    for person in keepers(tx, school).await? {
        let new = Outgoing {
            school,
            to: To::Person(person),
            mail: mail.clone(),
            cause: Some(signed.id),
            until: None,
        };
        queue(tx, new, now).await?;
    }
    Ok(())
}

/// Admins and leads who are here and have an address, each once.
async fn keepers(tx: &Write, school: SchoolId) -> Result<Vec<PersonId>, DbErr> {
    let office = Query::select()
        .column(person_role::Column::PersonId)
        .from(person_role::Entity)
        .and_where(person_role::Column::Role.is_in([Role::SchoolAdmin, Role::DataProtectionLead]))
        .and_where(person_role::Column::EndedAt.is_null())
        .take();
    person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::EndedAt.is_null())
        .filter(person::Column::Email.is_not_null())
        .filter(person::Column::Id.in_subquery(office))
        // `Use::Mail`: nobody is written to who is restricted.
        .filter(person::Column::Id.not_in_subquery(guard::restricted()))
        .order_by_asc(person::Column::Id)
        .into_tuple()
        .all(&**tx)
        .await
}
