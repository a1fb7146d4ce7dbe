//! The choices about oneself and about one's children, with where each stands, who
//! answered last, and whether the reader may answer.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use vocab::consent::{
    AgeBand, ConsentChoice, ConsentKind, ConsentPurpose, ConsentState, ConsentsOf, GivenBy,
};
use vocab::ids::{ConsentRequestId, PersonId};
use vocab::looks::{LookKind, LookRelation};
use vocab::people::Role;
use vocab::schools::Phase;

use super::Error;
use super::authority::{Speaker, may_say_no, may_say_yes};
use super::said::{Said, entries};
use super::state::{fold, holds_a_no};
use super::who::who;
use crate::access::children_of;
use crate::actor::Actor;
use crate::clock::Time;
use crate::looks::Whose;
use crate::moments::moment;
use crate::people::display_name;
use entity::{consent_event, consent_request, person, person_role, sharing_request};

type Key = (ConsentPurpose, Option<ConsentRequestId>);

/// The choices about the actor, and about each child whom they look after. Three
/// queries, however many children and answers there are.
pub async fn all(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Vec<ConsentsOf>, Error> {
    let people = people(db, actor).await?;
    for about in &people {
        let whose = Whose::Person(about.id);
        actor.saw_list(whose, LookKind::Consents, LookRelation::Guardian);
    }
    let mut all = entries()
        .filter(consent_event::Column::SchoolId.eq(actor.school))
        .filter(consent_event::Column::SubjectId.is_in(people.iter().map(|about| about.id)))
        .into_model::<Said>()
        .all(db)
        .await?;
    // Asked for in their order, SQLite would read all of the school's record.
    all.sort_by_key(|said| said.entry.seq);
    let asked = requests(db, &all).await?;
    let mut of: HashMap<PersonId, BTreeMap<Key, Vec<Said>>> = HashMap::new();
    for said in all {
        of.entry(said.entry.subject_id)
            .or_default()
            .entry((said.entry.purpose, said.entry.request_id))
            .or_default()
            .push(said);
    }
    Ok(people
        .into_iter()
        .map(|about| {
            let entries = of.remove(&about.id).unwrap_or_default();
            choices(actor, about, entries, &asked, now)
        })
        .collect())
}

/// Somebody about whom the actor may answer and ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// How old they are.
    pub age: AgeBand,
}

/// The actor first, then their children by name.
pub async fn people(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<About>, DbErr> {
    let student = Query::select()
        .column(person_role::Column::PersonId)
        .from(person_role::Entity)
        .and_where(person_role::Column::SchoolId.eq(actor.school))
        .and_where(person_role::Column::Role.eq(Role::Student))
        .cond_where(student_to_the_end(Expr::col((
            person::Entity,
            person::Column::EndedAt,
        ))))
        .take();
    let is_student = Expr::col((person::Entity, person::Column::Id)).in_subquery(student);
    let rows: Vec<(PersonId, String, String, Option<String>, bool)> = person::Entity::find()
        .select_only()
        .columns([
            person::Column::Id,
            person::Column::GivenName,
            person::Column::FamilyName,
            person::Column::YearGroup,
        ])
        .expr(is_student)
        .filter(person::Column::SchoolId.eq(actor.school))
        .filter(
            Condition::any()
                .add(person::Column::Id.eq(actor.person))
                .add(person::Column::Id.in_subquery(children_of(actor))),
        )
        .order_by_asc(person::Column::SortName)
        .into_tuple()
        .all(db)
        .await?;
    let mut people: Vec<About> = rows
        .into_iter()
        .map(|(id, given, family, year_group, is_student)| About {
            id,
            name: display_name(&given, &family),
            age: if is_student {
                AgeBand::of_year_group(year_group.as_deref())
            } else {
                AgeBand::Adult
            },
        })
        .collect();
    people.sort_by_key(|about| about.id != actor.person);
    Ok(people)
}

/// That a role has not ended, or only when the person left: who left as a student still
/// has the age of one, so that a yes can be taken back.
pub(super) fn student_to_the_end(left: Expr) -> Condition {
    Condition::any()
        .add(person_role::Column::EndedAt.is_null())
        .add(Expr::col((person_role::Entity, person_role::Column::EndedAt)).eq(left))
}

fn choices(
    actor: &Actor,
    about: About,
    mut by_key: BTreeMap<Key, Vec<Said>>,
    asked: &[consent_request::Model],
    now: Time,
) -> ConsentsOf {
    let is_own = about.id == actor.person;
    let age = about.age;
    let reader = Reader {
        actor,
        speaker: Speaker::at_screen(actor.person, about.id),
        age,
        now,
    };
    let is_young = actor.phase == Phase::Primary && is_own && age == AgeBand::Under13;
    let mut choices: Vec<ConsentChoice> = ConsentPurpose::ALL
        .iter()
        .copied()
        .filter(|purpose| is_asked(*purpose, age))
        .map(|purpose| {
            let question = if is_young {
                purpose.question_for_children()
            } else {
                purpose.question()
            };
            let entries = by_key.remove(&(purpose, None)).unwrap_or_default();
            let words = (purpose.label().to_owned(), question.to_owned());
            reader.choice((purpose, None), words, &entries, false)
        })
        .collect();
    for request in asked {
        let key = (ConsentPurpose::SchoolRequest, Some(request.id));
        if let Some(entries) = by_key.remove(&key) {
            let is_over =
                request.closed_at.is_some() || request.answer_until.is_some_and(|end| end <= now);
            let words = (request.title.clone(), request.details.clone());
            choices.push(reader.choice(key, words, &entries, is_over));
        }
    }
    ConsentsOf {
        person: about.id,
        name: about.name,
        is_own,
        age,
        choices,
    }
}

/// What stands among these choices: only what an answer has an effect on. Work is that of
/// students; news has a page of its own, and what a school asks once stands below.
pub(super) const fn is_asked(purpose: ConsentPurpose, age: AgeBand) -> bool {
    match purpose {
        ConsentPurpose::PhotosInSchool | ConsentPurpose::PhotosInPublic => true,
        ConsentPurpose::KeepMyWork => !matches!(age, AgeBand::Adult),
        ConsentPurpose::NewsOwn | ConsentPurpose::NewsPartners | ConsentPurpose::SchoolRequest => {
            false
        }
    }
}

struct Reader<'a> {
    actor: &'a Actor,
    speaker: Speaker,
    age: AgeBand,
    now: Time,
}

impl Reader<'_> {
    fn choice(
        &self,
        (purpose, request): Key,
        (title, question): (String, String),
        entries: &[Said],
        is_over: bool,
    ) -> ConsentChoice {
        let answered = entries.iter().map(Said::answered);
        let state = fold(purpose, self.age, answered, self.now);
        let last = entries
            .iter()
            .rev()
            .map(|said| &said.entry)
            .find(|entry| entry.kind != ConsentKind::Requested);
        let voice = self.speaker.voice;
        let closed_because = match may_say_yes(purpose, self.age, voice) {
            _ if is_over && state != ConsentState::Given => {
                Some("The school takes no more answers.".to_owned())
            }
            Ok(()) => None,
            Err(why) => Some(why.to_owned()),
        };
        let answered = entries.iter().map(Said::answered);
        let has_said_no = holds_a_no((purpose, self.age), self.speaker, answered);
        // Once the school takes no more answers, a no is needed only against a yes.
        let may_say_no = may_say_no(purpose, self.age, voice).is_ok()
            && !has_said_no
            && (!is_over || state == ConsentState::Given);
        ConsentChoice {
            purpose,
            request,
            title,
            question,
            state,
            answered: last.map(|entry| {
                (
                    entry.kind.said_by(self.who(entry)),
                    moment(entry.at, self.actor.time_zone, self.now),
                )
            }),
            receipt: last.map(|entry| entry.id),
            closed_because,
            may_say_no,
            may_take_no_back: has_said_no && !is_over,
        }
    }

    fn who(&self, entry: &consent_event::Model) -> &'static str {
        let reader = self.actor.person;
        let is_paper = entry.given_by == GivenBy::Paper;
        if !is_paper && entry.actor_id == Some(reader) {
            "You"
        } else if is_paper && reader == entry.subject_id && entry.age_band.answers_alone() {
            "You, on paper"
        } else {
            who(entry, Some(reader))
        }
    }
}

/// The school's requests that are named by entries, newest first.
async fn requests(
    db: &impl ConnectionTrait,
    entries: &[Said],
) -> Result<Vec<consent_request::Model>, DbErr> {
    let ids = entries.iter().filter_map(|said| said.entry.request_id);
    consent_request::Entity::find()
        .filter(consent_request::Column::Id.is_in(ids))
        // What is asked to be shared stands on a page of its own.
        .filter(
            consent_request::Column::Id.not_in_subquery(
                Query::select()
                    .column(sharing_request::Column::RequestId)
                    .from(sharing_request::Entity)
                    .take(),
            ),
        )
        .order_by_desc(consent_request::Column::CreatedAt)
        .all(db)
        .await
}
