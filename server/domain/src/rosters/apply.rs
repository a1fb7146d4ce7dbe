//! Writing a plan down: all of it in one transaction, a few hundred rows to a
//! statement, with one `roster_change` for every row that is touched and one event
//! for the whole.

use std::collections::HashMap;

use entity::{
    classroom, enrolment, guardianship, invitation, person, person_role, roster_import, session,
};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition,
    ConnectionTrait, DbErr, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use serde_json::json;
use vocab::ids::{AccountId, ImportId, PersonId, SchoolId};
use vocab::people::{PersonSource, Role};
use vocab::rosters::{ImportStage, RosterKind, WhyNot};

use super::apply_accounts::save_accounts;
use super::changes::Log;
use super::check::{
    forget, let_go, locked_school, make_plan, read, require_declared, require_source,
};
use super::plan::{PersonChange, Plan};
use super::report::{self, Report};
use super::states::{ClassroomState, EnrolmentState, PersonState, TieState, Touched};
use super::{Error, present::IDS_AT_ONCE};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::{Db, Keyed, Write};
use crate::events::{self, Event};
use crate::files::Store;
use crate::keys::{self, Ring};
use crate::people::contact;
use crate::secrets::new_id;
use crate::{erasure, sources};

/// Values in one statement: SQLite takes 32,766, PostgreSQL twice as many.
const VALUES_AT_ONCE: usize = 16_000;

/// Brings in a package that was checked, the newest alone. It is compared again first, because
/// the school may have changed since. Afterwards it is let go, or kept for a legal hold alone.
pub async fn confirm(
    db: &Db,
    store: &Store,
    school: &Permitted<()>,
    id: ImportId,
    leavers_are_right: bool,
    now: Time,
) -> Result<(), Error> {
    let import = find(db.read(), school.school(), id).await?;
    let key = waiting_key(db.read(), &import).await?;
    let bytes = keys::files::get_bytes(store, db.keys(), &key).await;
    let bytes = bytes.map_err(|error| Error::Store(error.to_string()))?;
    let package = read(bytes).await?.map_err(Error::Refused)?;
    let tx = db.write().await?;
    let row = locked_school(&*tx, school.school()).await?;
    require_declared(&*tx, school.school(), now).await?;
    // Since then it may have come in, a newer one may have been read, or somebody erased.
    let import = find(&*tx, school.school(), id).await?;
    waiting_key(&*tx, &import).await?;
    let lineage = require_source(&*tx, school.school(), &package).await?;
    let source = lineage.source;
    if source != import.source_id {
        return Err(Error::SourceChanged);
    }
    let plan = make_plan(&*tx, row, &package, lineage, now).await?;
    require_few_leavers(&plan, leavers_are_right)?;
    let origin = (package.system.as_deref(), source);
    sources::note_own(&tx, school, origin, now).await?;
    sources::note_said(&tx, school.school(), origin, plan.org_ids()).await?;
    let gone = let_go(&tx, school.school()).await?;
    roster_import::ActiveModel {
        id: Set(id),
        stage: Set(ImportStage::Applied),
        report: Set(report::seal(&*tx, school.school(), id, &Report::of(&plan)).await?),
        applied_at: Set(Some(now)),
        source_id: Set(source),
        org_ids: Set(plan.org_ids()),
        ..<roster_import::ActiveModel as ActiveModelBehavior>::new()
    }
    .update(&*tx)
    .await?;
    write(&tx, school, id, plan, now).await?;
    tx.commit().await?;
    for key in gone {
        forget(store, &key).await;
    }
    Ok(())
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    school: SchoolId,
    id: ImportId,
) -> Result<roster_import::Model, Error> {
    let row = roster_import::Entity::find_by_id(id)
        .filter(roster_import::Column::SchoolId.eq(school))
        .one(db)
        .await?;
    row.ok_or(Error::Access(AccessError::NotFound))
}

/// Where the package of an import lies that may still come in.
async fn waiting_key(
    db: &impl ConnectionTrait,
    import: &roster_import::Model,
) -> Result<String, Error> {
    if import.stage != ImportStage::Checked {
        return Err(Error::WrongStage(import.stage));
    }
    if let Some(why) = why_not_brought_in(db, import).await? {
        return Err(why.into());
    }
    import.object_key.clone().ok_or(Error::PackageGone)
}

/// Why a package that was only looked at does not come in any more; nothing where it may.
/// What is kept for a legal hold alone does not: a newer one was read since, or somebody who
/// may be in it was erased and would come back.
pub(super) async fn why_not_brought_in(
    db: &impl ConnectionTrait,
    import: &roster_import::Model,
) -> Result<Option<WhyNot>, DbErr> {
    if is_replaced(db, import).await? {
        return Ok(Some(WhyNot::Replaced));
    }
    let is_gone = import.object_key.is_none()
        || erasure::is_kept_for_a_hold(db, import.school_id, import.checked_at).await?;
    Ok(is_gone.then_some(WhyNot::Gone))
}

/// Whether another package of the school was read after that of an import. One that was refused
/// takes the place of none.
async fn is_replaced(
    db: &impl ConnectionTrait,
    import: &roster_import::Model,
) -> Result<bool, DbErr> {
    use roster_import::Column;
    let at_the_same_time = Condition::all()
        .add(Column::CheckedAt.eq(import.checked_at))
        .add(Column::Id.gt(import.id));
    let newer: Option<ImportId> = roster_import::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SchoolId.eq(import.school_id))
        .filter(Column::Stage.ne(ImportStage::Refused))
        .filter(
            Condition::any()
                .add(Column::CheckedAt.gt(import.checked_at))
                .add(at_the_same_time),
        )
        .into_tuple()
        .one(db)
        .await?;
    Ok(newer.is_some())
}

/// Stops an import by which more than a tenth would leave, lose their last role or be locked
/// out, or more than a tenth of the places in classes would go, unless somebody said yes to it.
pub(super) fn require_few_leavers(plan: &Plan, leavers_are_right: bool) -> Result<(), Error> {
    let losses = plan.losses();
    if losses.is_many() && !leavers_are_right {
        return Err(Error::TooManyLeavers(losses));
    }
    Ok(())
}

/// Writes a plan down.
pub(super) async fn write(
    tx: &Write,
    school: &Permitted<()>,
    import: ImportId,
    plan: Plan,
    now: Time,
) -> Result<(), Error> {
    let db = &**tx;
    let school_id = school.school();
    let counts: serde_json::Map<_, _> = RosterKind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), json!(plan.counts(*kind))))
        .collect();
    save_people(db, school_id, &plan.people, (RolesFrom::Roster, now)).await?;
    save_classrooms(db, school_id, &plan.classrooms, now).await?;
    save_enrolments(db, school_id, &plan.enrolments).await?;
    save_ties(db, school_id, &plan.ties).await?;
    let log = Log { school_id, import };
    let people = plan.people.iter().map(|person| &person.row);
    log.keep(db, RosterKind::People, people.map(|row| (row.id.0, row)))
        .await?;
    let rooms = plan.classrooms.iter().map(|row| (row.id.0, row));
    log.keep(db, RosterKind::Classrooms, rooms).await?;
    let places = plan.enrolments.iter().map(|row| (row.id.0, row));
    log.keep(db, RosterKind::Enrolments, places).await?;
    let ties = plan.ties.iter().map(|row| (row.id.0, row));
    log.keep(db, RosterKind::Guardianships, ties).await?;
    let event = Event {
        school: school_id,
        actor: school.actor(),
        kind: "roster.imported",
        subject: import.0,
        before: None,
        after: Some(counts.into()),
    };
    events::record(db, event, now).await?;
    Ok(())
}

/// Inserts rows, or updates `columns` of those that are there, in few statements.
pub(super) async fn save<A>(
    db: &impl ConnectionTrait,
    rows: Vec<A>,
    key: <A::Entity as EntityTrait>::Column,
    columns: &[<A::Entity as EntityTrait>::Column],
) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send,
{
    let per_row = <A::Entity as EntityTrait>::Column::iter().count();
    let at_once = VALUES_AT_ONCE / per_row.max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<A> = rows.by_ref().take(at_once).collect();
        let mut insert = <A::Entity as EntityTrait>::insert_many(chunk);
        if !columns.is_empty() {
            let on_conflict = OnConflict::column(key)
                .update_columns(columns.iter().copied())
                .to_owned();
            insert = insert.on_conflict(on_conflict);
        }
        insert.exec_without_returning(db).await?;
    }
    Ok(())
}

/// Where the roles come from that people have anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RolesFrom {
    /// From the roster, but for what is back with somebody who returns.
    Roster,
    /// From before an import that is undone: they are by whom they were.
    Before,
}

/// Writes people with their accounts and roles, and signs out whoever may not be in any more.
pub(super) async fn save_people(
    db: &impl Keyed,
    school: SchoolId,
    people: &[PersonChange],
    (from, now): (RolesFrom, Time),
) -> Result<(), DbErr> {
    use person::Column as P;
    let with_email = people
        .iter()
        .filter(|person| {
            person.row.after.email.is_some() && !person.row.after.has_unreadable_email()
        })
        .map(|person| person.row.id.into());
    let ring = db.keys().to_seal(with_email).await?;
    let rows = people
        .iter()
        .map(|person| person_row(school, person, &ring))
        .collect::<Result<_, _>>()?;
    let columns = [
        P::GivenName,
        P::FamilyName,
        P::SortName,
        P::YearGroup,
        P::Email,
        P::SourcedId,
        P::EndedAt,
        P::Source,
        P::SourceId,
    ];
    save::<person::ActiveModel>(db, rows, P::Id, &columns).await?;
    save_accounts(db, school, people, now).await?;
    save_roles(db, school, people, (from, now)).await?;
    shut_out(db, school, people, now).await
}

fn person_row(
    school: SchoolId,
    person: &PersonChange,
    ring: &Ring,
) -> Result<person::ActiveModel, DbErr> {
    let state: &PersonState = &person.row.after;
    let id = person.row.id;
    // Of whom the key was destroyed, no address is kept again.
    let email = state.email.as_deref().filter(|_| !ring.is_destroyed(id));
    Ok(person::ActiveModel {
        id: Set(person.row.id),
        school_id: Set(school),
        given_name: Set(state.given_name.clone()),
        family_name: Set(state.family_name.clone()),
        sort_name: Set(state.sort_name.clone()),
        year_group: Set(state.year_group.clone()),
        email: Set(contact::seal(ring, school, id, email)?),
        sourced_id: Set(state.sourced_id.clone()),
        created_at: Set(person.created_at),
        ended_at: Set(state.ended_at),
        source: Set(PersonSource::of(state.sourced_id.as_deref())),
        tie_erased_at: Set(None),
        source_id: Set(state.source_id),
    })
}

async fn save_roles(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: &[PersonChange],
    (from, now): (RolesFrom, Time),
) -> Result<(), DbErr> {
    let ended = match from {
        RolesFrom::Roster => HashMap::new(),
        RolesFrom::Before => ended_roles(db, school, people).await?,
    };
    let by_roster = |person: &PersonChange, role: Role| match from {
        RolesFrom::Roster => Some(!person.row.after.roles_back.contains(&role)),
        RolesFrom::Before => ended.get(&(person.row.id, role)).copied().flatten(),
    };
    let mut given = Vec::new();
    for role in Role::ALL.iter().copied() {
        let mut taken = Vec::new();
        for person in people {
            let had = person
                .row
                .before
                .as_ref()
                .is_some_and(|before| before.has(role));
            match (had, person.row.after.has(role)) {
                (true, false) => taken.push(person.row.id),
                (false, true) => given.push(person_role::ActiveModel {
                    id: Set(new_id()),
                    school_id: Set(school),
                    person_id: Set(person.row.id),
                    role: Set(role),
                    began_at: Set(now),
                    ended_at: Set(None),
                    by_roster: Set(by_roster(person, role)),
                }),
                _ => {}
            }
        }
        for people in taken.chunks(IDS_AT_ONCE) {
            person_role::Entity::update_many()
                .col_expr(person_role::Column::EndedAt, Expr::value(now))
                .filter(person_role::Column::SchoolId.eq(school))
                .filter(person_role::Column::Role.eq(role))
                .filter(person_role::Column::EndedAt.is_null())
                .filter(person_role::Column::PersonId.is_in(people.iter().copied()))
                .exec(db)
                .await?;
        }
    }
    save::<person_role::ActiveModel>(db, given, person_role::Column::Id, &[]).await
}

/// Ends roles at the moments at which their people had left, so that they are back when these
/// are brought back by hand. One that had ended with them already stays as it is.
pub(super) async fn end_roles_then(
    db: &impl ConnectionTrait,
    school: SchoolId,
    roles: &[(PersonId, Role, Time)],
) -> Result<(), DbErr> {
    use person_role::Column;
    for (person, role, then) in roles {
        let ended_then = person_role::Entity::find()
            .select_only()
            .column(Column::Role)
            .filter(Column::SchoolId.eq(school))
            .filter(Column::PersonId.eq(*person))
            .filter(Column::EndedAt.eq(*then))
            .into_query();
        person_role::Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(*then))
            .filter(Column::SchoolId.eq(school))
            .filter(Column::PersonId.eq(*person))
            .filter(Column::Role.eq(*role))
            .filter(Column::EndedAt.is_null())
            .filter(Column::Role.not_in_subquery(ended_then))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The roles that people had, and whether a roster gave them: the newest of each.
async fn ended_roles(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: &[PersonChange],
) -> Result<HashMap<(PersonId, Role), Option<bool>>, DbErr> {
    use person_role::Column;
    let ids: Vec<PersonId> = people.iter().map(|person| person.row.id).collect();
    let mut ended = HashMap::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let rows: Vec<(PersonId, Role, Option<bool>)> = person_role::Entity::find()
            .select_only()
            .columns([Column::PersonId, Column::Role, Column::ByRoster])
            .filter(Column::SchoolId.eq(school))
            .filter(Column::EndedAt.is_not_null())
            .filter(Column::PersonId.is_in(ids.iter().copied()))
            .order_by_asc(Column::EndedAt)
            .into_tuple()
            .all(db)
            .await?;
        let rows = rows.into_iter();
        ended.extend(rows.map(|(person, role, by_roster)| ((person, role), by_roster)));
    }
    Ok(ended)
}

/// Ends the sign-ins of whoever may not be in any more, and a leaver's invitations.
async fn shut_out(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: &[PersonChange],
    now: Time,
) -> Result<(), DbErr> {
    let is_closed = |state: &PersonState| state.ended_at.is_some() || state.disabled_at.is_some();
    let accounts: Vec<AccountId> = people
        .iter()
        .filter(|person| is_closed(&person.row.after))
        .filter_map(|person| person.account.map(|account| account.id))
        .collect();
    for accounts in accounts.chunks(IDS_AT_ONCE) {
        session::Entity::update_many()
            .col_expr(session::Column::EndedAt, Expr::value(now))
            .filter(session::Column::SchoolId.eq(school))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::AccountId.is_in(accounts.iter().copied()))
            .exec(db)
            .await?;
    }
    let leavers: Vec<PersonId> = people
        .iter()
        .filter(|person| person.row.after.ended_at.is_some())
        .map(|person| person.row.id)
        .collect();
    for leavers in leavers.chunks(IDS_AT_ONCE) {
        invitation::Entity::update_many()
            .col_expr(invitation::Column::ExpiresAt, Expr::value(now))
            .filter(invitation::Column::SchoolId.eq(school))
            .filter(invitation::Column::UsedAt.is_null())
            .filter(invitation::Column::ExpiresAt.gt(now))
            .filter(invitation::Column::PersonId.is_in(leavers.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Writes classrooms. Whose archiving a roster undoes, it was a roster that archived it.
pub(super) async fn save_classrooms(
    db: &impl ConnectionTrait,
    school: SchoolId,
    rows: &[Touched<vocab::ids::ClassroomId, ClassroomState>],
    now: Time,
) -> Result<(), DbErr> {
    use classroom::Column as C;
    let rows = rows
        .iter()
        .map(|row| classroom::ActiveModel {
            id: Set(row.id),
            school_id: Set(school),
            name: Set(row.after.name.clone()),
            subject: Set(row.after.subject.clone()),
            year_group: Set(row.after.year_group.clone()),
            sourced_id: Set(row.after.sourced_id.clone()),
            created_at: Set(now),
            archived_at: Set(row.after.archived_at),
            archived_by: Set(Option::<PersonId>::None),
            source_id: Set(row.after.source_id),
        })
        .collect();
    let columns = [
        C::Name,
        C::Subject,
        C::YearGroup,
        C::SourcedId,
        C::ArchivedAt,
        C::SourceId,
    ];
    save::<classroom::ActiveModel>(db, rows, C::Id, &columns).await
}

/// Writes places: ended ones first, so that a place is free before it is filled, and before all
/// of them what loses its id, so that another may have it.
pub(super) async fn save_enrolments(
    db: &impl ConnectionTrait,
    school: SchoolId,
    rows: &[Touched<vocab::ids::EnrolmentId, EnrolmentState>],
) -> Result<(), DbErr> {
    use enrolment::Column as E;
    let loses_id = |row: &&Touched<vocab::ids::EnrolmentId, EnrolmentState>| {
        let before = row.before.as_ref();
        let id = before.and_then(EnrolmentState::id_of_source);
        id.is_some() && id != row.after.id_of_source()
    };
    let without_id: Vec<_> = rows.iter().filter(loses_id).map(|row| row.id).collect();
    for ids in without_id.chunks(IDS_AT_ONCE) {
        enrolment::Entity::update_many()
            .col_expr(E::SourcedId, Expr::value(Option::<String>::None))
            .filter(E::SchoolId.eq(school))
            .filter(E::Id.is_in(ids.iter().copied()))
            .exec(db)
            .await?;
    }
    let (ended, open): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.after.ended_at.is_some());
    let (known, new): (Vec<_>, Vec<_>) = open.into_iter().partition(|row| row.before.is_some());
    for rows in [ended, known, new] {
        let rows = rows
            .into_iter()
            .map(|row| enrolment::ActiveModel {
                id: Set(row.id),
                school_id: Set(school),
                classroom_id: Set(row.after.classroom_id),
                person_id: Set(row.after.person_id),
                role: Set(row.after.role),
                sourced_id: Set(row.after.sourced_id.clone()),
                began_at: Set(row.after.began_at),
                ended_at: Set(row.after.ended_at),
                source_id: Set(row.after.source_id),
                by_roster: Set(row.after.by_roster),
            })
            .collect();
        let columns = [E::SourcedId, E::BeganAt, E::EndedAt, E::SourceId];
        save::<enrolment::ActiveModel>(db, rows, E::Id, &columns).await?;
    }
    Ok(())
}

/// Writes ties.
pub(super) async fn save_ties(
    db: &impl ConnectionTrait,
    school: SchoolId,
    rows: &[Touched<vocab::ids::GuardianshipId, TieState>],
) -> Result<(), DbErr> {
    use guardianship::Column as G;
    let rows = rows
        .iter()
        .map(|row| guardianship::ActiveModel {
            id: Set(row.id),
            school_id: Set(school),
            guardian_id: Set(row.after.guardian_id),
            student_id: Set(row.after.student_id),
            began_at: Set(row.after.began_at),
            ended_at: Set(row.after.ended_at),
            by_roster: Set(row.after.by_roster),
        })
        .collect();
    save::<guardianship::ActiveModel>(db, rows, G::Id, &[G::EndedAt]).await
}
