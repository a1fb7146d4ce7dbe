//! Settings, Sharing: what the school asks to give to whom about oneself and one's
//! children, with exactly what it would be, and where each answer stands. None is no.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait,
};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, ConsentState, GivenBy};
use vocab::ids::{ConsentRequestId, PersonId, RecipientId, SharingId};
use vocab::moment::Moment;
use vocab::sharing::{ShareChoice, ShareColumn, SharesOf};

use super::read::{last_day, told};
use super::{is_over, is_restricted, value};
use crate::access::children_of;
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent::{self, Said, Speaker, fold, holds_a_no, may_say_no, may_say_yes};
use crate::looks::Whose;
use crate::moments::moment;
use crate::people::display_name;
use entity::{consent_event, person, recipient, shared_entry, sharing_request};

/// Everything that is asked about the actor and about each child whom they look after.
/// Five queries, however many there are.
pub async fn choices(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Vec<SharesOf>, DbErr> {
    let people = whom(db, actor).await?;
    for Whom { person, .. } in &people {
        let (whose, relation) = (
            Whose::Person(person.id),
            vocab::looks::LookRelation::Guardian,
        );
        actor.saw_list(whose, vocab::looks::LookKind::Consents, relation);
    }
    let of_sharing = Query::select()
        .column(sharing_request::Column::RequestId)
        .from(sharing_request::Entity)
        .and_where(sharing_request::Column::SchoolId.eq(actor.school))
        .take();
    let mut entries = consent::entries()
        .filter(consent_event::Column::SchoolId.eq(actor.school))
        .filter(consent_event::Column::SubjectId.is_in(people.iter().map(Whom::id)))
        .filter(consent_event::Column::RequestId.in_subquery(of_sharing))
        .into_model::<Said>()
        .all(db)
        .await?;
    // Asked for in their order, SQLite would read all of the school's record.
    entries.sort_by_key(|said| said.entry.seq);
    let asked: Vec<ConsentRequestId> = entries
        .iter()
        .filter_map(|said| said.entry.request_id)
        .collect();
    let mut sharings = sharing_request::Entity::find()
        .filter(sharing_request::Column::RequestId.is_in(asked))
        .all(db)
        .await?;
    // Ids are made in the order of time.
    sharings.sort_by_key(|sharing| std::cmp::Reverse(sharing.id));
    let recipients: HashMap<RecipientId, recipient::Model> = recipient::Entity::find()
        .filter(recipient::Column::Id.is_in(sharings.iter().map(|sharing| sharing.recipient_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|found| (found.id, found))
        .collect();
    let mut given: HashMap<(SharingId, PersonId), Vec<Moment>> = HashMap::new();
    let rows = shared_entry::Entity::find()
        .filter(shared_entry::Column::SubjectId.is_in(people.iter().map(Whom::id)))
        .order_by_desc(shared_entry::Column::At)
        .all(db)
        .await?;
    for row in rows {
        let at = moment(row.at, actor.time_zone, now);
        given
            .entry((row.sharing_id, row.subject_id))
            .or_default()
            .push(at);
    }
    Ok(people
        .into_iter()
        .map(|Whom { person, rests }| {
            let reader = Reader {
                actor,
                person: &person,
                rests,
                now,
            };
            let choices = sharings
                .iter()
                .filter_map(|sharing| {
                    let own: Vec<&Said> = entries
                        .iter()
                        .filter(|said| {
                            said.entry.subject_id == person.id
                                && said.entry.request_id == Some(sharing.request_id)
                        })
                        .collect();
                    let to = recipients.get(&sharing.recipient_id)?;
                    let given = given.remove(&(sharing.id, person.id)).unwrap_or_default();
                    (!own.is_empty()).then(|| reader.choice(sharing, to, &own, given))
                })
                .collect();
            SharesOf {
                person: person.id,
                name: display_name(&person.given_name, &person.family_name),
                is_own: person.id == actor.person,
                choices,
            }
        })
        .filter(|of: &SharesOf| !of.choices.is_empty())
        .collect())
}

/// The actor, and then each child whom they look after, by family name. One query.
async fn whom(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Whom>, DbErr> {
    let mut people = person::Entity::find()
        .expr_as(is_restricted(), "is_restricted")
        .filter(person::Column::SchoolId.eq(actor.school))
        .filter(
            Condition::any()
                .add(person::Column::Id.eq(actor.person))
                .add(person::Column::Id.in_subquery(children_of(actor))),
        )
        .order_by_asc(person::Column::SortName)
        .into_model::<Whom>()
        .all(db)
        .await?;
    people.sort_by_key(|whom| whom.id() != actor.person);
    Ok(people)
}

/// Somebody about whom is asked, and whether their data is restricted.
struct Whom {
    person: person::Model,
    rests: bool,
}

impl Whom {
    fn id(&self) -> PersonId {
        self.person.id
    }
}

impl FromQueryResult for Whom {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            person: person::Model::from_query_result(row, prefix)?,
            rests: row.try_get(prefix, "is_restricted")?,
        })
    }
}

struct Reader<'a> {
    actor: &'a Actor,
    person: &'a person::Model,
    rests: bool,
    now: Time,
}

impl Reader<'_> {
    fn choice(
        &self,
        sharing: &sharing_request::Model,
        to: &recipient::Model,
        entries: &[&Said],
        given: Vec<Moment>,
    ) -> ShareChoice {
        let purpose = ConsentPurpose::SchoolRequest;
        let age = AgeBand::of_year_group(self.person.year_group.as_deref());
        let speaker = Speaker::at_screen(self.actor.person, self.person.id);
        let answers = || entries.iter().map(|said| said.answered());
        let state = fold(purpose, age, answers(), self.now);
        let last = entries
            .iter()
            .rev()
            .map(|said| &said.entry)
            .find(|entry| entry.kind != ConsentKind::Requested);
        let is_over = is_over(sharing, to, self.now);
        let closed_because = match may_say_yes(purpose, age, speaker.voice) {
            _ if is_over && state != ConsentState::Given => {
                Some("This has ended: nothing is given any more.".to_owned())
            }
            Ok(()) => None,
            Err(why) => Some(why.to_owned()),
        };
        let has_said_no = holds_a_no((purpose, age), speaker, answers());
        // Once it has ended, a no is needed only against a yes.
        let may_say_no = may_say_no(purpose, age, speaker.voice).is_ok()
            && !has_said_no
            && (!is_over || state == ConsentState::Given);
        ShareChoice {
            request: sharing.request_id,
            recipient: told(to.clone()),
            purpose: sharing.purpose.clone(),
            until: last_day(sharing.until_at, self.actor.time_zone),
            claims: ShareColumn::split(&sharing.columns)
                .into_iter()
                .map(|column| (column.label(), value(self.person, column)))
                .collect(),
            state,
            is_restricted: self.rests && !is_over,
            answered: last.map(|entry| {
                let is_own = self.person.id == self.actor.person;
                let who = match (entry.given_by, entry.actor_id) {
                    (GivenBy::Paper, _) if !entry.age_band.answers_alone() => {
                        "A guardian, on paper"
                    }
                    (GivenBy::Paper, _) if is_own => "You, on paper",
                    (GivenBy::Paper, _) => "Your child, on paper",
                    (_, Some(id)) if id == self.actor.person => "You",
                    (GivenBy::Own, _) => "Your child",
                    _ => "A guardian",
                };
                let at = moment(entry.at, self.actor.time_zone, self.now);
                (entry.kind.said_by(who), at)
            }),
            receipt: last.map(|entry| entry.id),
            closed_because,
            may_say_no,
            may_take_no_back: has_said_no && !is_over,
            given,
        }
    }
}

/// The open proposals that wait for an answer which the actor may give: for their first
/// page, just in time.
pub(crate) fn asked_query(actor: &Actor, now: Time) -> SelectStatement {
    let by_guardian = [AgeBand::Under13, AgeBand::From13];
    let own = Condition::all()
        .add(consent_event::Column::SubjectId.eq(actor.person))
        .add(consent_event::Column::AgeBand.is_not_in(by_guardian));
    let of_children = Condition::all()
        .add(consent_event::Column::SubjectId.in_subquery(children_of(actor)))
        .add(consent_event::Column::AgeBand.is_in(by_guardian));
    asked_about(actor, own, now)
        .union(UnionType::All, asked_about(actor, of_children, now))
        .take()
}

/// Entries that ask about somebody, and are not answered. The school stands in the request:
/// a condition on the entry's own school as well would have SQLite read all of its record.
fn asked_about(actor: &Actor, whom: Condition, now: Time) -> SelectStatement {
    let open = Query::select()
        .column(sharing_request::Column::RequestId)
        .from(sharing_request::Entity)
        .and_where(sharing_request::Column::SchoolId.eq(actor.school))
        .and_where(sharing_request::Column::EndedAt.is_null())
        .and_where(sharing_request::Column::UntilAt.gt(now))
        .take();
    let answer = sea_orm::sea_query::Alias::new("answer");
    let column = |column: consent_event::Column| Expr::col((consent_event::Entity, column));
    let of_answer = |column: consent_event::Column| Expr::col((answer.clone(), column));
    let is_answered = Query::select()
        .expr(Expr::val(1))
        .from_as(consent_event::Entity, answer.clone())
        .and_where(
            of_answer(consent_event::Column::RequestId)
                .eq(column(consent_event::Column::RequestId)),
        )
        .and_where(
            of_answer(consent_event::Column::SubjectId)
                .eq(column(consent_event::Column::SubjectId)),
        )
        .and_where(of_answer(consent_event::Column::Kind).ne(ConsentKind::Requested))
        .take();
    consent_event::Entity::find()
        .select_only()
        .column(consent_event::Column::Id)
        .filter(whom)
        .filter(consent_event::Column::Kind.eq(ConsentKind::Requested))
        .filter(consent_event::Column::RequestId.in_subquery(open))
        .filter(Expr::exists(is_answered).not())
        .into_query()
}
