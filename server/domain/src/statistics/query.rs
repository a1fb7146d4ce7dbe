//! What people contribute to each template. People who object or whose data is restricted,
//! who left, and all of schools that have not agreed, contribute nothing; nor does anybody
//! to work that was due before they joined its classroom. A year group is that of the day
//! of the release: a person's row holds today's, and no history of it is kept.

use std::collections::{BTreeMap, HashMap};

use chrono::Datelike as _;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{AssignmentId, PersonId, SchoolId};
use vocab::statistics::StatTemplate;

use super::hide::Contribution;
use super::release::Period;
use crate::clock::Time;
use crate::rights;
use entity::{assignment, enrolment, person, stat_choice, submission};

/// The schools that have agreed.
pub(super) fn agreed() -> SelectStatement {
    Query::select()
        .column(stat_choice::Column::SchoolId)
        .from(stat_choice::Entity)
        .and_where(stat_choice::Column::EndedAt.is_null())
        .take()
}

/// One piece of work that was set for somebody.
type Set = (SchoolId, AssignmentId, Time, PersonId, Option<String>);

/// Everything that is contributed to a template in a period. Two queries.
pub(super) async fn contributions(
    db: &impl ConnectionTrait,
    template: StatTemplate,
    period: Period,
) -> Result<Vec<Contribution>, DbErr> {
    let set = set_work(db, period).await?;
    let to_assignment = submission::Entity::belongs_to(assignment::Entity)
        .from(submission::Column::AssignmentId)
        .to(assignment::Column::Id)
        .into();
    let answers: HashMap<(AssignmentId, PersonId), bool> = submission::Entity::find()
        .select_only()
        .columns([
            submission::Column::AssignmentId,
            submission::Column::StudentId,
            submission::Column::IsLate,
        ])
        .join(JoinType::InnerJoin, to_assignment)
        .filter(submission::Column::SchoolId.in_subquery(agreed()))
        .filter(submission::Column::AttemptId.is_not_null())
        .filter(assignment::Column::DueAt.gte(period.from()))
        .filter(assignment::Column::DueAt.lt(period.until()))
        .into_tuple::<(AssignmentId, PersonId, bool)>()
        .all(db)
        .await?
        .into_iter()
        .map(|(work, student, is_late)| ((work, student), is_late))
        .collect();
    let mut sums: BTreeMap<(SchoolId, PersonId, String), (i64, i64)> = BTreeMap::new();
    for (school, work, due, student, year_group) in set {
        let answer = answers.get(&(work, student));
        let (label, counted, of) = match template {
            StatTemplate::HandedInByYear => {
                let Some(year) = year_of(year_group.as_deref()) else {
                    continue;
                };
                (year, i64::from(answer.is_some()), 1)
            }
            StatTemplate::LateByMonth => {
                let late = i64::from(answer.is_some_and(|is_late| *is_late));
                (format!("{}-{:02}", due.year(), due.month()), late, late)
            }
        };
        let sum = sums.entry((school, student, label)).or_default();
        sum.0 += counted;
        sum.1 += of;
    }
    Ok(sums
        .into_iter()
        .map(|((school, person, label), (counted, of))| Contribution {
            school: school.0,
            person: person.0,
            label,
            counted,
            of,
        })
        .collect())
}

/// Everything that was due in the period, for everybody who has a place in its classroom
/// now and had it when it was due.
async fn set_work(db: &impl ConnectionTrait, period: Period) -> Result<Vec<Set>, DbErr> {
    let to_place = assignment::Entity::belongs_to(enrolment::Entity)
        .from(assignment::Column::ClassroomId)
        .to(enrolment::Column::ClassroomId)
        .into();
    let to_person = enrolment::Entity::belongs_to(person::Entity)
        .from(enrolment::Column::PersonId)
        .to(person::Column::Id)
        .into();
    assignment::Entity::find()
        .select_only()
        .columns([
            assignment::Column::SchoolId,
            assignment::Column::Id,
            assignment::Column::DueAt,
        ])
        .column(person::Column::Id)
        .column(person::Column::YearGroup)
        .join(JoinType::InnerJoin, to_place)
        .join(JoinType::InnerJoin, to_person)
        .filter(assignment::Column::SchoolId.in_subquery(agreed()))
        .filter(assignment::Column::PublishAt.lt(period.until()))
        .filter(assignment::Column::DueAt.gte(period.from()))
        .filter(assignment::Column::DueAt.lt(period.until()))
        .filter(enrolment::Column::Role.eq(ClassroomRole::Student))
        .filter(enrolment::Column::EndedAt.is_null())
        .filter(Expr::exists(held_when_due()))
        .filter(person::Column::EndedAt.is_null())
        .filter(person::Column::Id.not_in_subquery(rights::objecting_or_restricted()))
        .into_tuple()
        .all(db)
        .await
}

/// The place of a student in the classroom of the work when it was due: the one of today, or
/// one that has ended, as where somebody was away in between.
fn held_when_due() -> SelectStatement {
    let name = Alias::new("held");
    let held = |column: enrolment::Column| Expr::col((name.clone(), column));
    let due = || Expr::col((assignment::Entity, assignment::Column::DueAt));
    let of_today = |column: enrolment::Column| Expr::col((enrolment::Entity, column));
    Query::select()
        .column((name.clone(), enrolment::Column::Id))
        .from_as(enrolment::Entity, name.clone())
        .and_where(
            held(enrolment::Column::ClassroomId).eq(of_today(enrolment::Column::ClassroomId)),
        )
        .and_where(held(enrolment::Column::PersonId).eq(of_today(enrolment::Column::PersonId)))
        .and_where(held(enrolment::Column::Role).eq(ClassroomRole::Student))
        .and_where(held(enrolment::Column::BeganAt).lte(due()))
        .cond_where(
            Condition::any()
                .add(held(enrolment::Column::EndedAt).is_null())
                .add(held(enrolment::Column::EndedAt).gte(due())),
        )
        .take()
}

/// "Year 10" of today, however a school writes it; none where it says no number.
fn year_of(year_group: Option<&str>) -> Option<String> {
    let digits: String = year_group?.chars().filter(char::is_ascii_digit).collect();
    let year: u8 = digits.parse().ok()?;
    (1..=13).contains(&year).then(|| format!("Year {year:02}"))
}
