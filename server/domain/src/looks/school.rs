//! The lead's page: who looked at whom, and what stands out in the last 30 days. What
//! stands out is a question to ask, not an accusation.

use chrono::Days;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use vocab::ids::PersonId;
use vocab::looks::{LookRelation, LookVia, Oddity, SchoolLook, SchoolLooks};

use super::same_name::of_the_same_name;
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::moments::moment;
use crate::people::names_of;
use entity::{access_event, classroom, guardianship};

const MOST_LISTED: u64 = 200;
/// Different people whom one reader opened one by one within an hour.
const MANY: i64 = 30;
const DAYS: u64 = 30;

/// Who looked at whom, newest first, and what stands out. Five queries.
pub async fn school_looks(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<SchoolLooks, DbErr> {
    let since = now - Days::new(DAYS);
    let rows = newest(db, permitted).await?;
    let own = own_children(db, permitted, since).await?;
    let (many, has_operator) = many_at_once(db, permitted, since).await?;
    let mut named_alike = of_the_same_name(db, permitted, since).await?;
    // Of whom it is known that they are family stands there already.
    named_alike.retain(|pair| !own.contains(pair));
    let people: Vec<PersonId> = rows
        .iter()
        .flat_map(|(row, _)| [row.actor_id, row.subject_id])
        .flatten()
        .chain(own.iter().flat_map(|(reader, child)| [*reader, *child]))
        .chain(
            named_alike
                .iter()
                .flat_map(|(reader, student)| [*reader, *student]),
        )
        .chain(many.iter().map(|(reader, _, _)| *reader))
        .collect();
    let names = names_of(db, people.into_iter()).await?;
    let name = |id: PersonId| names.get(&id).cloned().unwrap_or_default();
    let of_own = own.iter().map(|(reader, child)| Oddity {
        who: name(*reader),
        what: format!("looked at their own child, {}, as staff", name(*child)),
    });
    let of_alike = named_alike.iter().map(|(reader, student)| Oddity {
        who: name(*reader),
        what: format!(
            "opened the data of {}, who has the same family name and is not taught by them: they may be family",
            name(*student)
        ),
    });
    let of_many = many.iter().map(|(reader, people, hour)| Oddity {
        who: name(*reader),
        what: format!(
            "opened the data of {people} different people within an hour, {}",
            moment(*hour, actor.time_zone, now).words
        ),
    });
    let oddities = of_own
        .chain(of_alike)
        .chain(of_many)
        .chain(has_operator.then(|| Oddity {
            who: "The operator".to_owned(),
            what: "looked inside the school with a support grant".to_owned(),
        }))
        .collect();
    let looks = rows
        .into_iter()
        .map(|(row, room)| SchoolLook {
            at: moment(row.last_at, actor.time_zone, now),
            who: row.actor_id.map_or_else(|| "The operator".to_owned(), name),
            role: row.relation.role(),
            whom: match (row.subject_id, room) {
                (Some(person), _) => name(person),
                (None, Some(room)) => room,
                (None, None) => "Everybody".to_owned(),
            },
            what: row.kind.label(),
            times: row.times.unsigned_abs(),
        })
        .collect();
    Ok(SchoolLooks { looks, oddities })
}

async fn newest(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
) -> Result<Vec<(access_event::Model, Option<String>)>, DbErr> {
    let to_classroom: RelationDef = access_event::Entity::belongs_to(classroom::Entity)
        .from(access_event::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    let rows = access_event::Entity::find()
        .join(JoinType::LeftJoin, to_classroom)
        .select_also(classroom::Entity)
        .filter(access_event::Column::SchoolId.eq(permitted.school()))
        .order_by_desc(access_event::Column::LastAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(row, room)| (row, room.map(|room| room.name)))
        .collect())
}

/// Staff who read about a child of their own, not as its guardian.
async fn own_children(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    since: Time,
) -> Result<Vec<(PersonId, PersonId)>, DbErr> {
    let to_tie: RelationDef = access_event::Entity::belongs_to(guardianship::Entity)
        .from(access_event::Column::SubjectId)
        .to(guardianship::Column::StudentId)
        .into();
    access_event::Entity::find()
        .select_only()
        .column(access_event::Column::ActorId)
        .column(access_event::Column::SubjectId)
        .distinct()
        .join(JoinType::InnerJoin, to_tie)
        .filter(access_event::Column::SchoolId.eq(permitted.school()))
        .filter(access_event::Column::LastAt.gt(since))
        .filter(access_event::Column::Relation.ne(LookRelation::Guardian))
        .filter(guardianship::Column::EndedAt.is_null())
        .filter(
            guardianship::Column::GuardianId
                .into_expr()
                .equals((access_event::Entity, access_event::Column::ActorId)),
        )
        .limit(MOST_LISTED)
        .into_tuple()
        .all(db)
        .await
}

/// Readers who opened many people one by one within an hour, and whether the operator, who is
/// nobody of the school, looked under a support grant: that stands out however much others
/// looked since.
async fn many_at_once(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    since: Time,
) -> Result<(Vec<(PersonId, i64, Time)>, bool), DbErr> {
    let people = || access_event::Column::SubjectId.into_expr().count_distinct();
    let by_operator = || access_event::Column::Relation.eq(LookRelation::Operator);
    let of_operator = || Func::max(CaseStatement::new().case(by_operator(), 1).finally(0));
    let rows: Vec<(Option<PersonId>, i64, Time, i32)> = access_event::Entity::find()
        .select_only()
        .column(access_event::Column::ActorId)
        .expr(people())
        .column(access_event::Column::Period)
        .expr(of_operator())
        .filter(access_event::Column::SchoolId.eq(permitted.school()))
        .filter(access_event::Column::LastAt.gt(since))
        .filter(
            Condition::any().add(by_operator()).add(
                access_event::Column::ActorId
                    .is_not_null()
                    .and(access_event::Column::Via.ne(LookVia::List)),
            ),
        )
        .group_by(access_event::Column::ActorId)
        .group_by(access_event::Column::Period)
        .having(
            Condition::any()
                .add(people().gte(MANY))
                .add(Expr::expr(of_operator()).eq(1)),
        )
        .order_by_desc(Expr::expr(of_operator()))
        .limit(MOST_LISTED)
        .into_tuple()
        .all(db)
        .await?;
    let has_operator = rows.iter().any(|(_, _, _, of_operator)| *of_operator == 1);
    let many = rows
        .into_iter()
        .filter(|(_, _, _, of_operator)| *of_operator == 0)
        .filter_map(|(reader, people, hour, _)| Some((reader?, people, hour)))
        .collect();
    Ok((many, has_operator))
}
