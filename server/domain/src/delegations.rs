//! Who may act for somebody or see their data: guardians, teachers by classroom, the
//! operator while the school lets them in. A guardian may give up a tie of their own;
//! everything else is ended by the office.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use serde_json::json;
use vocab::classrooms::ClassroomRole;
use vocab::delegations::Delegation;
use vocab::ids::PersonId;

use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::people::display_name;
use crate::people::family::{self, Side};
use entity::{classroom, enrolment, guardianship, person, support_grant};

/// A page names no more than this of each kind.
const MOST_LISTED: u64 = 200;

/// Everybody who may see or act, family first. Four queries.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Vec<Delegation>, DbErr> {
    let mut all: Vec<Delegation> = family::of(db, actor.school, actor.person, Side::Guardians)
        .await?
        .into_iter()
        .map(|(_, who)| Delegation {
            who,
            may: "Your guardian: sees your work, also a draft, and your marks, answers for you where you are under 13, and asks about your data".to_owned(),
            ends: "The school office ends it. Ask them, or write under My data",
            own_tie: None,
        })
        .collect();
    let children = family::of(db, actor.school, actor.person, Side::Children).await?;
    all.extend(children.into_iter().map(|(child, who)| Delegation {
        who,
        may: "Your child: you see their work, also a draft, and their marks, and may answer and ask for them".to_owned(),
        ends: "You can end it, or the school office",
        own_tie: Some(child),
    }));
    all.extend(teachers(db, actor).await?);
    let is_let_in = support_grant::Entity::find()
        .filter(support_grant::Column::SchoolId.eq(actor.school))
        .filter(support_grant::Column::EndedAt.is_null())
        .filter(support_grant::Column::UntilAt.gt(now))
        .one(db)
        .await?
        .is_some();
    if is_let_in {
        all.push(Delegation {
            who: "Whoever runs the platform".to_owned(),
            may: "Let into your school for some hours, to help".to_owned(),
            ends: "It ends by itself, or an admin of the school ends it",
            own_tie: None,
        });
    }
    Ok(all)
}

/// The teachers of the classrooms in which the actor learns.
async fn teachers(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Delegation>, DbErr> {
    let to_person: RelationDef = enrolment::Entity::belongs_to(person::Entity)
        .from(enrolment::Column::PersonId)
        .to(person::Column::Id)
        .into();
    let to_classroom: RelationDef = enrolment::Entity::belongs_to(classroom::Entity)
        .from(enrolment::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    let mine = crate::access::classrooms_of(actor, ClassroomRole::Student);
    let rows: Vec<(String, String, String, Option<Time>)> = enrolment::Entity::find()
        .select_only()
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .column(classroom::Column::Name)
        .column(classroom::Column::ArchivedAt)
        .join(JoinType::InnerJoin, to_person)
        .join(JoinType::InnerJoin, to_classroom)
        .filter(enrolment::Column::SchoolId.eq(actor.school))
        .filter(enrolment::Column::Role.eq(ClassroomRole::Teacher))
        .filter(enrolment::Column::EndedAt.is_null())
        .filter(Expr::col((enrolment::Entity, enrolment::Column::ClassroomId)).in_subquery(mine))
        .order_by_asc(classroom::Column::Name)
        .order_by_asc(person::Column::SortName)
        .limit(MOST_LISTED)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(given, family, room, archived_at)| Delegation {
            who: display_name(&given, &family),
            may: if archived_at.is_some() {
                format!("Taught {room}, which is archived: sees what you handed in there")
            } else {
                format!("Teaches {room}: sees and marks what you hand in there, and no draft")
            },
            ends: "It ends when you leave the class, or they do",
            own_tie: None,
        })
        .collect())
}

/// A guardian gives up their tie to a child: from the next request on they find nothing
/// of the child.
pub async fn give_up(
    tx: &Write,
    child: &Permitted<PersonId>,
    now: Time,
) -> Result<(), AccessError> {
    let tie = guardianship::Entity::find()
        .filter(guardianship::Column::SchoolId.eq(child.school()))
        .filter(guardianship::Column::GuardianId.eq(child.actor()))
        .filter(guardianship::Column::StudentId.eq(**child))
        .filter(guardianship::Column::EndedAt.is_null())
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    guardianship::Entity::update_many()
        .col_expr(guardianship::Column::EndedAt, Expr::value(Some(now)))
        .filter(guardianship::Column::Id.eq(tie.id))
        .exec(&**tx)
        .await?;
    let event = Event {
        school: child.school(),
        actor: Some(child.actor()),
        kind: "guardianship.ended",
        subject: tie.id.0,
        before: None,
        after: Some(json!({ "guardian": tie.guardian_id, "student": tie.student_id })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}
