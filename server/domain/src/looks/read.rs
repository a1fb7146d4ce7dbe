//! Somebody's own answer to "who looked at my data": by relation, and by name where the
//! school shows names. What is seen in data protection work stays out while a request
//! about the person is open; the lead sees it.

use chrono::Days;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use vocab::ids::PersonId;
use vocab::looks::{LookKind, LookLine, LookRelation, LookVia, WhoLooked};

use super::settings::choices;
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::moments::moment;
use crate::people::{display_name, names_of};
use entity::{access_event, classroom, disclosure, enrolment, person, rights_request};

/// A page shows no more than this; the others stand on the next.
const MOST_LISTED: u64 = 200;
/// More pages than anybody's year has.
const LAST_PAGE: u64 = 10_000;
/// And no older than this: what is older is kept for the lead, and is in a copy.
const DAYS: u64 = 365;

#[derive(FromQueryResult)]
struct Row {
    actor_id: Option<PersonId>,
    relation: LookRelation,
    kind: LookKind,
    last_at: Time,
    times: i32,
    subject: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
}

/// Everybody who looked at the person's data in the last year, newest first: 200 on a page, of
/// which 1 is the first.
pub async fn who_looked(
    db: &impl ConnectionTrait,
    actor: &Actor,
    about: &Permitted<PersonId>,
    page: u64,
    now: Time,
) -> Result<WhoLooked, AccessError> {
    let page = page.clamp(1, LAST_PAGE);
    let person = **about;
    let with_names = choices(db, about.school()).await?.names_shown;
    let name = if person == actor.person {
        None
    } else {
        names_of(db, [person].into_iter()).await?.remove(&person)
    };
    let mut rows = rows(db, about, page, now).await?;
    let most = usize::try_from(MOST_LISTED).unwrap_or(usize::MAX);
    let has_older = rows.len() > most;
    rows.truncate(most);
    let looks = rows
        .into_iter()
        .map(|row| {
            let (who, why) = match &name {
                None => (row.who(with_names), row.relation.why().to_owned()),
                Some(child) => (
                    row.who_for_guardian(actor.person, with_names),
                    row.relation.why_for_guardians(child),
                ),
            };
            LookLine {
                at: moment(row.last_at, actor.time_zone, now),
                who,
                what: row.kind.label(),
                why,
                times: row.times.unsigned_abs(),
            }
        })
        .collect();
    Ok(WhoLooked {
        person,
        name,
        looks,
        page,
        has_older,
    })
}

/// The rows of a page, and one more where there are older ones.
async fn rows(
    db: &impl ConnectionTrait,
    about: &Permitted<PersonId>,
    page: u64,
    now: Time,
) -> Result<Vec<Row>, DbErr> {
    let person = **about;
    let to_classroom: RelationDef = access_event::Entity::belongs_to(classroom::Entity)
        .from(access_event::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    let to_reader: RelationDef = access_event::Entity::belongs_to(person::Entity)
        .from(access_event::Column::ActorId)
        .to(person::Column::Id)
        .into();
    let of_everybody = Condition::all()
        .add(access_event::Column::SubjectId.is_null())
        .add(access_event::Column::ClassroomId.is_null());
    access_event::Entity::find()
        .select_only()
        .columns([
            access_event::Column::ActorId,
            access_event::Column::Relation,
            access_event::Column::Kind,
            access_event::Column::LastAt,
            access_event::Column::Times,
        ])
        .column_as(classroom::Column::Subject, "subject")
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .join(JoinType::LeftJoin, to_classroom)
        .join(JoinType::LeftJoin, to_reader)
        .filter(access_event::Column::SchoolId.eq(about.school()))
        .filter(access_event::Column::LastAt.gt(now - Days::new(DAYS)))
        .filter(
            Condition::any()
                .add(access_event::Column::ActorId.is_null())
                .add(access_event::Column::ActorId.ne(person)),
        )
        .filter(
            Condition::any()
                .add(access_event::Column::SubjectId.eq(person))
                .add(was_there(person))
                .add(of_everybody),
        )
        .filter(
            Condition::any()
                .add(access_event::Column::Via.ne(LookVia::Protection))
                .add(
                    Condition::all()
                        .add(no_open_request(person))
                        .add(no_untold_disclosure(person)),
                ),
        )
        .order_by_desc(access_event::Column::LastAt)
        .order_by_desc(access_event::Column::Id)
        .offset((page - 1) * MOST_LISTED)
        .limit(MOST_LISTED + 1)
        .into_model::<Row>()
        .all(db)
        .await
}

/// The list was of a classroom in which the person had a place at the time.
fn was_there(person: PersonId) -> Expr {
    let at = |column| Expr::col((access_event::Entity, column));
    let places = Query::select()
        .column(enrolment::Column::Id)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::PersonId.eq(person))
        .and_where(
            Expr::col((enrolment::Entity, enrolment::Column::ClassroomId))
                .eq(at(access_event::Column::ClassroomId)),
        )
        .and_where(
            Expr::col((enrolment::Entity, enrolment::Column::BeganAt))
                .lte(at(access_event::Column::LastAt)),
        )
        .cond_where(
            Condition::any()
                .add(enrolment::Column::EndedAt.is_null())
                .add(
                    Expr::col((enrolment::Entity, enrolment::Column::EndedAt))
                        .gte(at(access_event::Column::FirstAt)),
                ),
        )
        .take();
    Expr::exists(places)
}

fn no_open_request(person: PersonId) -> Expr {
    let open = Query::select()
        .column(rights_request::Column::Id)
        .from(rights_request::Entity)
        .and_where(rights_request::Column::SubjectId.eq(person))
        .and_where(rights_request::Column::ClosedAt.is_null())
        .take();
    Expr::exists(open).not()
}

/// Whoever is not told that their data was given is not told by this page either.
fn no_untold_disclosure(person: PersonId) -> Expr {
    let untold = Query::select()
        .column(disclosure::Column::Id)
        .from(disclosure::Entity)
        .and_where(disclosure::Column::SubjectId.eq(person))
        .and_where(disclosure::Column::ToldAt.is_null())
        .take();
    Expr::exists(untold).not()
}

impl Row {
    /// "Your Mathematics teacher (Ada Achterberg)".
    fn who(&self, with_names: bool) -> String {
        let who = match (&self.subject, self.relation) {
            (Some(subject), LookRelation::Teacher) => format!("Your {subject} teacher"),
            (_, relation) => relation.label().to_owned(),
        };
        self.named(who, with_names)
    }

    /// The same for who looks after the person: "The Mathematics teacher (Ada Achterberg)". No
    /// guardian is named to another.
    fn who_for_guardian(&self, reader: PersonId, with_names: bool) -> String {
        if self.actor_id == Some(reader) {
            return "You".to_owned();
        }
        let who = match (&self.subject, self.relation) {
            (Some(subject), LookRelation::Teacher) => format!("The {subject} teacher"),
            (_, relation) => relation.label_for_guardians().to_owned(),
        };
        self.named(who, with_names && self.relation != LookRelation::Guardian)
    }

    fn named(&self, who: String, with_names: bool) -> String {
        match (&self.given_name, &self.family_name) {
            (Some(given), Some(family)) if with_names => {
                format!("{who} ({})", display_name(given, family))
            }
            _ => who,
        }
    }
}
