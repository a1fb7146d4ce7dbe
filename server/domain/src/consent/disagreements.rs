//! Guardians who disagree about a child, or a student and a guardian of theirs: the no holds
//! by itself, and the data protection lead hears of it, so that somebody talks to them. Found
//! from the record, kept nowhere.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{ConsentRequestId, PersonId, SchoolId};

use super::said::{Said, entries};
use super::state::{Between, disagreement};
use crate::clock::Time;
use crate::people::display_name;
use entity::{consent_event, consent_request, person};

/// Two who have a say about a child now, of whom one says yes and the other no, and both
/// count at the age of now. A guardian on paper is one of them: whose it was is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The child.
    pub child: PersonId,
    /// The child's name.
    pub name: String,
    /// Between whom.
    pub between: Between,
    /// What it is about: the name of the choice, or the title of the school's request.
    pub about: String,
}

type Key = (PersonId, ConsentPurpose, Option<ConsentRequestId>);

/// The disagreements that stand in a school about children who are at it, by the
/// child's name. Three queries, or one where nobody ever said no about a student.
pub async fn disagreements(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Vec<Disagreement>, DbErr> {
    let all = entries()
        .filter(consent_event::Column::SchoolId.eq(school))
        .filter(consent_event::Column::GivenBy.ne(GivenBy::School))
        .filter(consent_event::Column::SubjectId.in_subquery(with_a_no(school)))
        .order_by_asc(consent_event::Column::Seq)
        .into_model::<Said>()
        .all(db)
        .await?;
    let mut by_key: BTreeMap<Key, Vec<Said>> = BTreeMap::new();
    for said in all {
        let entry = &said.entry;
        by_key
            .entry((entry.subject_id, entry.purpose, entry.request_id))
            .or_default()
            .push(said);
    }
    if by_key.is_empty() {
        return Ok(Vec::new());
    }
    let children: HashMap<PersonId, person::Model> = person::Entity::find()
        .filter(person::Column::Id.is_in(by_key.keys().map(|(child, _, _)| *child)))
        .filter(person::Column::EndedAt.is_null())
        .all(db)
        .await?
        .into_iter()
        .map(|child| (child.id, child))
        .collect();
    let open = open_requests(
        db,
        by_key.keys().filter_map(|(_, _, request)| *request),
        now,
    )
    .await?;
    let mut found: Vec<Disagreement> = by_key
        .into_iter()
        .filter_map(|((child, purpose, request), entries)| {
            let about = match request {
                Some(request) => open.get(&request)?.clone(),
                None => purpose.label().to_owned(),
            };
            let person = children.get(&child)?;
            let age = AgeBand::of_year_group(person.year_group.as_deref());
            let answers = entries.iter().map(Said::answered);
            let between = disagreement(purpose, age, answers, now)?;
            Some(Disagreement {
                child,
                name: display_name(&person.given_name, &person.family_name),
                between,
                about,
            })
        })
        .collect();
    found.sort_by(|one, other| (&one.name, &one.about).cmp(&(&other.name, &other.about)));
    Ok(found)
}

/// The students about whom anybody ever said no, themselves or a guardian, by screen or on
/// paper.
pub(crate) fn with_a_no(school: SchoolId) -> SelectStatement {
    Query::select()
        .column(consent_event::Column::SubjectId)
        .from(consent_event::Entity)
        .and_where(consent_event::Column::SchoolId.eq(school))
        .and_where(consent_event::Column::AgeBand.ne(AgeBand::Adult))
        .and_where(
            consent_event::Column::Kind.is_in([ConsentKind::Refused, ConsentKind::Withdrawn]),
        )
        .to_owned()
}

/// The titles of the school's requests that still take answers.
async fn open_requests(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = ConsentRequestId>,
    now: Time,
) -> Result<HashMap<ConsentRequestId, String>, DbErr> {
    let rows = consent_request::Entity::find()
        .filter(consent_request::Column::Id.is_in(ids))
        .filter(consent_request::Column::ClosedAt.is_null())
        .filter(
            Condition::any()
                .add(consent_request::Column::AnswerUntil.is_null())
                .add(consent_request::Column::AnswerUntil.gt(now)),
        )
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}
