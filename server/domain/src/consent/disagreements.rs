//! Guardians who disagree about a child, or a student and a guardian of theirs: the no holds
//! by itself, and the data protection lead hears of it, so that somebody talks to them. Found
//! from the record, kept nowhere.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{ConsentRequestId, PersonId, SchoolId};

use super::said::{Word, words};
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
/// child's name. Three queries, or one where about nobody both a yes and a no was said.
pub async fn disagreements(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Vec<Disagreement>, DbErr> {
    let all = words()
        .filter(consent_event::Column::SchoolId.eq(school))
        .filter(consent_event::Column::GivenBy.ne(GivenBy::School))
        .filter(consent_event::Column::SubjectId.in_subquery(with_yes_and_no(school)))
        .order_by_asc(consent_event::Column::Seq)
        .into_model::<Word>()
        .all(db)
        .await?;
    let mut by_key: BTreeMap<Key, Vec<Word>> = BTreeMap::new();
    for word in all {
        by_key
            .entry((word.subject_id, word.purpose, word.request_id))
            .or_default()
            .push(word);
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
            let answers = entries.iter().map(Word::answered);
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

/// The students at the school about whom both a yes and a no was ever said of the same, by
/// themselves or a guardian, by screen or on paper: only about them may two disagree.
pub(crate) fn with_yes_and_no(school: SchoolId) -> SelectStatement {
    use consent_event::Column;
    let yes = Alias::new("yes");
    let of_yes = |column: Column| Expr::col((yes.clone(), column));
    let of_no = |column: Column| Expr::col((consent_event::Entity, column));
    let of_no_request = Condition::all()
        .add(of_yes(Column::RequestId).is_null())
        .add(of_no(Column::RequestId).is_null());
    let said_yes = Query::select()
        .expr(Expr::val(1))
        .from_as(consent_event::Entity, yes.clone())
        .and_where(of_yes(Column::SubjectId).eq(of_no(Column::SubjectId)))
        .and_where(of_yes(Column::Purpose).eq(of_no(Column::Purpose)))
        .and_where(of_yes(Column::Kind).eq(ConsentKind::Given))
        .cond_where(
            Condition::any()
                .add(of_yes(Column::RequestId).eq(of_no(Column::RequestId)))
                .add(of_no_request),
        )
        .take();
    let here = Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .and_where(person::Column::SchoolId.eq(school))
        .and_where(person::Column::EndedAt.is_null())
        .take();
    Query::select()
        .column(Column::SubjectId)
        .from(consent_event::Entity)
        .and_where(Column::SchoolId.eq(school))
        .and_where(Column::AgeBand.ne(AgeBand::Adult))
        .and_where(Column::Kind.is_in([ConsentKind::Refused, ConsentKind::Withdrawn]))
        .and_where(Column::SubjectId.in_subquery(here))
        .and_where(Expr::exists(said_yes))
        .take()
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
