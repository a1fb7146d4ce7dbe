//! Writing down that somebody met a version: shown, read, went on under it, accepted or
//! refused. Each is written once for a person and a version, with its channel and
//! language. None of it touches the record of consents.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};
use vocab::ids::{PersonId, PolicyVersionId, SchoolId};
use vocab::people::{Role, Roles};
use vocab::policies::{NoticeKind, PolicyDocument};
use vocab::schools::Phase;

use super::in_force::{InForce, Standing, answers_terms};
use super::{Error, LANGUAGE};
use crate::access::AccessError;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::secrets::new_id;
use entity::{notice_event, notice_standing, person_role, school};

/// Rows of one statement.
const AT_ONCE: usize = 500;

/// Where somebody met a version.
const FIRST_PAGE: &str = "first page";
const TERMS_PAGE: &str = "terms page";
const ANY_PAGE: &str = "any page";

/// After a signed-in request: writes what is new about it, which is almost always
/// nothing. The first request after a newer notice came into force is written as going
/// on under it; `shows_notice` says that the page shows it.
pub async fn meet(
    db: &Db,
    in_force: &InForce,
    actor: &Actor,
    standing: Standing,
    shows_notice: bool,
    now: Time,
) -> Result<(), DbErr> {
    let Some(notice) = in_force.notice_for(actor.roles, actor.phase) else {
        return Ok(());
    };
    let is_new_use = standing.used != Some(notice.id);
    let is_new_sight = shows_notice && standing.shown != Some(notice.id);
    if !is_new_use && !is_new_sight {
        return Ok(());
    }
    let who = (actor.school, actor.person);
    let tx = db.write().await?;
    if is_new_use {
        if standing.used.is_some() {
            let what = (notice.id, NoticeKind::UseContinued, ANY_PAGE);
            write(&tx, who, what, now).await?;
        }
        stand(&tx, who, notice_standing::Column::UsedId, Some(notice.id)).await?;
    }
    if is_new_sight {
        write(&tx, who, (notice.id, NoticeKind::Shown, FIRST_PAGE), now).await?;
        stand(&tx, who, notice_standing::Column::ShownId, Some(notice.id)).await?;
    }
    tx.commit().await
}

/// Somebody says that they have read the notice that holds.
pub async fn acknowledge(
    tx: &Write,
    actor: &Actor,
    version: PolicyVersionId,
    now: Time,
) -> Result<(), Error> {
    let in_force = InForce::read(&**tx, now).await?;
    let is_theirs = in_force
        .notice_for(actor.roles, actor.phase)
        .is_some_and(|notice| notice.id == version);
    if !is_theirs {
        return Err(Error::Changed);
    }
    let who = (actor.school, actor.person);
    let what = (version, NoticeKind::Acknowledged, FIRST_PAGE);
    write(tx, who, what, now).await?;
    stand(tx, who, notice_standing::Column::ReadId, Some(version)).await?;
    Ok(())
}

/// Somebody of the staff or a guardian accepts the terms that hold, or does not. It says
/// nothing about the notice.
pub async fn answer_terms(
    tx: &Write,
    actor: &Actor,
    version: PolicyVersionId,
    accepts: bool,
    now: Time,
) -> Result<(), Error> {
    if !answers_terms(actor.roles) {
        return Err(AccessError::NotFound.into());
    }
    let in_force = InForce::read(&**tx, now).await?;
    let holds = in_force
        .of(PolicyDocument::Terms)
        .is_some_and(|terms| terms.id == version);
    if !holds {
        return Err(Error::Changed);
    }
    let kind = if accepts {
        NoticeKind::Accepted
    } else {
        NoticeKind::Refused
    };
    let who = (actor.school, actor.person);
    write(tx, who, (version, kind, TERMS_PAGE), now).await?;
    let stands = accepts.then_some(version);
    stand(tx, who, notice_standing::Column::TermsId, stands).await?;
    Ok(())
}

/// For demo schools: everybody has read the notice, and staff and guardians have
/// accepted the terms, so that one can look around.
pub async fn settle(tx: &Write, of: SchoolId, now: Time) -> Result<(), Error> {
    let in_force = InForce::read(&**tx, now).await?;
    let phase: Option<Phase> = school::Entity::find_by_id(of)
        .select_only()
        .column(school::Column::Phase)
        .into_tuple()
        .one(&**tx)
        .await?;
    let phase = phase.ok_or(AccessError::NotFound)?;
    let rows: Vec<(PersonId, Role)> = person_role::Entity::find()
        .select_only()
        .columns([person_role::Column::PersonId, person_role::Column::Role])
        .filter(person_role::Column::SchoolId.eq(of))
        .filter(person_role::Column::EndedAt.is_null())
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut people = std::collections::BTreeMap::<PersonId, Roles>::new();
    for (person, role) in rows {
        let roles = people.entry(person).or_default();
        *roles = roles.with(role);
    }
    let (mut standings, mut events) = (Vec::new(), Vec::new());
    for (person, roles) in people {
        let notice = in_force.notice_for(roles, phase).map(|notice| notice.id);
        let terms = in_force
            .of(PolicyDocument::Terms)
            .filter(|_| answers_terms(roles))
            .map(|terms| terms.id);
        standings.push(
            notice_standing::Model {
                id: new_id(),
                school_id: of,
                person_id: person,
                shown_id: notice,
                read_id: notice,
                used_id: notice,
                terms_id: terms,
            }
            .into_active_model()
            .reset_all(),
        );
        let met = [
            (notice, NoticeKind::Shown, FIRST_PAGE),
            (notice, NoticeKind::Acknowledged, FIRST_PAGE),
            (terms, NoticeKind::Accepted, TERMS_PAGE),
        ];
        for (version, kind, channel) in met {
            let Some(version) = version else { continue };
            events.push(event((of, person), (version, kind, channel), now));
        }
    }
    for rows in standings.chunks(AT_ONCE) {
        let once = OnConflict::column(notice_standing::Column::PersonId)
            .do_nothing()
            .to_owned();
        notice_standing::Entity::insert_many(rows.to_vec())
            .on_conflict(once)
            .exec_without_returning(&**tx)
            .await?;
    }
    for rows in events.chunks(AT_ONCE) {
        notice_event::Entity::insert_many(rows.to_vec())
            .on_conflict(once())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

fn once() -> OnConflict {
    OnConflict::columns([
        notice_event::Column::PersonId,
        notice_event::Column::VersionId,
        notice_event::Column::Kind,
    ])
    .do_nothing()
    .to_owned()
}

fn event(
    (school, person): (SchoolId, PersonId),
    (version, kind, channel): (PolicyVersionId, NoticeKind, &'static str),
    now: Time,
) -> notice_event::ActiveModel {
    notice_event::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(person),
        version_id: Set(version),
        kind: Set(kind),
        channel: Set(channel.to_owned()),
        language: Set(LANGUAGE.to_owned()),
        at: Set(now),
    }
}

/// Written before is written: the same again adds nothing.
async fn write(
    tx: &Write,
    who: (SchoolId, PersonId),
    what: (PolicyVersionId, NoticeKind, &'static str),
    now: Time,
) -> Result<(), DbErr> {
    notice_event::Entity::insert(event(who, what, now))
        .on_conflict(once())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

async fn stand(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    column: notice_standing::Column,
    version: Option<PolicyVersionId>,
) -> Result<(), DbErr> {
    let mut row = notice_standing::Model {
        id: new_id(),
        school_id: school,
        person_id: person,
        shown_id: None,
        read_id: None,
        used_id: None,
        terms_id: None,
    }
    .into_active_model()
    .reset_all();
    row.set(column, version.into());
    notice_standing::Entity::insert(row)
        .on_conflict(
            OnConflict::column(notice_standing::Column::PersonId)
                .update_column(column)
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}
