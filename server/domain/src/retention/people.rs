//! Who has left so long ago that everything about them is due: a pure rule over a few
//! facts, and the reading of these facts for a whole school.

use std::collections::HashMap;

use datamap::{Anchor, Retention, RetentionRule, Subject};
use sea_orm::sea_query::{Expr, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::consent::{AgeBand, ConsentPurpose, ConsentState};
use vocab::ids::{PersonId, SchoolId};
use vocab::people::Role;

use super::schedule::{Periods, later};
use crate::clock::Time;
use crate::consent::{self, Answered, Said};
use datamap::Period;
use entity::{consent_event, guardianship, person, person_role};

/// A leaver's own work is kept so much longer where they said yes to it.
const KEEP_MY_WORK: Period = Period::Months(24);

/// A role, and when it ended; `None` while somebody has it.
type Held = (Role, Option<Time>);

/// What the rule asks of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Every role they ever had here, each once.
    pub roles: Vec<Held>,
    /// When they were added.
    pub added: Time,
    /// When they left.
    pub left: Option<Time>,
    /// When the last of their children left, or was not theirs any more; `None` where one
    /// is still here.
    pub last_child_left: Option<Time>,
    /// They look after somebody, or did, who was not erased.
    pub has_children: bool,
    /// When a child of theirs was last erased.
    pub child_erased: Option<Time>,
    /// They said yes to keeping their work longer.
    pub keeps_work: bool,
}

impl Facts {
    /// From when the rule of a role counts, which may have ended; none where it does not
    /// count yet. A role may end without the person: the office takes it away.
    fn counts_from(&self, rule: &RetentionRule, ended: Option<Time>) -> Option<Time> {
        if rule.anchor != Anchor::LastChildLeft {
            return ended;
        }
        // Without the role they look after nobody, although a tie is left. Who looks after
        // nobody counts from when they left, or from when they came.
        let over = [self.last_child_left, ended].into_iter().flatten().min();
        let alone = self
            .left
            .or_else(|| (!self.has_children).then_some(self.added));
        let last = over.or(alone)?;
        Some(self.child_erased.map_or(last, |erased| erased.max(last)))
    }
}

/// From when somebody is due, and under which rule; none while they are here. Of several
/// rules the one that ends last holds. Each counts from the end of its own role: whoever
/// stops teaching and stays as a guardian is due when both times are over.
pub fn due_at(facts: &Facts, periods: &Periods) -> Option<(Time, &'static RetentionRule)> {
    let mut due: Option<(Time, &'static RetentionRule)> = None;
    for &(role, ended) in &facts.roles {
        // Whoever still does something here other than looking after somebody stays.
        if ended.is_none() && role != Role::Guardian {
            return None;
        }
        let rule = rule_of(role)?;
        let from = facts.counts_from(rule, ended)?;
        let mut end = later(from, periods.of(rule));
        if role == Role::Student && facts.keeps_work {
            end = end.max(later(from, KEEP_MY_WORK));
        }
        if due.is_none_or(|(last, _)| end > last) {
            due = Some((end, rule));
        }
    }
    due
}

/// Who is due in a school now. Those who were erased are not among them.
pub(super) async fn due(
    db: &impl ConnectionTrait,
    school: SchoolId,
    periods: &Periods,
    now: Time,
) -> Result<Vec<(PersonId, &'static RetentionRule)>, DbErr> {
    let people = person::Entity::find()
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::SortName.ne(""))
        .order_by_asc(person::Column::Id)
        .all(db)
        .await?;
    let roles = roles_of_all(db, school).await?;
    let children = children_of_all(db, school, (people.as_slice(), &roles)).await?;
    let keeps = keeps_work(db, school, &people, now).await?;
    Ok(people
        .iter()
        .filter_map(|person| {
            let theirs = children.get(&person.id).map_or(&[][..], Vec::as_slice);
            let facts = Facts {
                roles: roles.get(&person.id)?.clone(),
                added: person.created_at,
                left: person.ended_at,
                last_child_left: all_over(theirs),
                has_children: !theirs.is_empty(),
                child_erased: person.tie_erased_at,
                keeps_work: keeps.get(&person.id).copied().unwrap_or_default(),
            };
            due_at(&facts, periods)
                .filter(|(at, _)| *at <= now)
                .map(|(_, rule)| (person.id, rule))
        })
        .collect())
}

/// Every role that somebody of a school has or had, each once: an open one counts, or the
/// one that ended last.
async fn roles_of_all(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<HashMap<PersonId, Vec<Held>>, DbErr> {
    let rows: Vec<(PersonId, Role, Option<Time>)> = person_role::Entity::find()
        .select_only()
        .columns([
            person_role::Column::PersonId,
            person_role::Column::Role,
            person_role::Column::EndedAt,
        ])
        .filter(person_role::Column::SchoolId.eq(school))
        .into_tuple()
        .all(db)
        .await?;
    let mut roles: HashMap<PersonId, Vec<Held>> = HashMap::new();
    for (person, role, ended) in rows {
        let theirs = roles.entry(person).or_default();
        match theirs.iter_mut().find(|(one, _)| *one == role) {
            Some((_, until)) => {
                *until = until.zip(ended).map(|(one, other)| one.max(other));
            }
            None => theirs.push((role, ended)),
        }
    }
    Ok(roles)
}

/// Whom each guardian of a school looks after or did: when that was over, and `None` while
/// it is not. A child has left as well where only the role as a student was ended.
async fn children_of_all(
    db: &impl ConnectionTrait,
    school: SchoolId,
    (people, roles): (&[person::Model], &HashMap<PersonId, Vec<Held>>),
) -> Result<HashMap<PersonId, Vec<Option<Time>>>, DbErr> {
    let stopped_learning = |id: &PersonId| {
        let mut theirs = roles.get(id)?.iter();
        theirs.find(|(role, _)| *role == Role::Student)?.1
    };
    let left: HashMap<PersonId, Time> = people
        .iter()
        .filter_map(|person| {
            let left = stopped_learning(&person.id).or(person.ended_at)?;
            Some((person.id, left))
        })
        .collect();
    let ties: Vec<(PersonId, PersonId, Option<Time>)> = guardianship::Entity::find()
        .select_only()
        .columns([
            guardianship::Column::GuardianId,
            guardianship::Column::StudentId,
            guardianship::Column::EndedAt,
        ])
        .filter(guardianship::Column::SchoolId.eq(school))
        .into_tuple()
        .all(db)
        .await?;
    let mut children: HashMap<PersonId, Vec<Option<Time>>> = HashMap::new();
    for (guardian, student, ended) in ties {
        let left = left.get(&student).copied();
        let over = [left, ended].into_iter().flatten().min();
        children.entry(guardian).or_default().push(over);
    }
    Ok(children)
}

/// Everybody of a school who was not erased, each under the rule of an account of theirs:
/// for a school that has left, whose month is over.
pub(super) async fn everybody(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Vec<(PersonId, &'static RetentionRule)>, DbErr> {
    let rows: Vec<(PersonId, Option<Role>)> = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .column_as(Expr::SubQuery(None, Box::new(a_role().into())), "role")
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::SortName.ne(""))
        .order_by_asc(person::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, role)| Some((id, rule_of(role.unwrap_or(Role::Student))?)))
        .collect())
}

/// A role that somebody has or had.
fn a_role() -> SelectStatement {
    Query::select()
        .column(person_role::Column::Role)
        .from(person_role::Entity)
        .and_where(Expr::cust("person_role.person_id = person.id"))
        .order_by(person_role::Column::Role, Order::Asc)
        .limit(1)
        .take()
}

/// The rule under which an account goes with this role.
fn rule_of(role: Role) -> Option<&'static RetentionRule> {
    let subject = match role {
        Role::Student => Subject::Student,
        Role::Guardian => Subject::Guardian,
        _ => Subject::Staff,
    };
    let rules = Retention::Account.rules();
    rules.iter().find(|rule| rule.subject == subject)
}

/// When the last of these was over, if all are.
fn all_over(ends: &[Option<Time>]) -> Option<Time> {
    let mut last = None;
    for end in ends {
        last = last.max(Some((*end)?));
    }
    last
}

/// The students whose work stays: while they are here, and for a time after they left.
pub(super) async fn who_keep_work(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Vec<PersonId>, DbErr> {
    let answered = Query::select()
        .column(consent_event::Column::SubjectId)
        .from(consent_event::Entity)
        .and_where(consent_event::Column::SchoolId.eq(school))
        .and_where(consent_event::Column::Purpose.eq(ConsentPurpose::KeepMyWork))
        .take();
    let people = person::Entity::find()
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::Id.in_subquery(answered))
        .all(db)
        .await?;
    let keeps = keeps_work(db, school, &people, now).await?;
    Ok(people
        .iter()
        .filter(|person| keeps.get(&person.id).copied().unwrap_or_default())
        .filter(|person| {
            person
                .ended_at
                .is_none_or(|left| later(left, KEEP_MY_WORK) > now)
        })
        .map(|person| person.id)
        .collect())
}

/// Whose consent to keep their work longer stands. A leaver has no role any more: their
/// year group still says who may say yes for them.
async fn keeps_work(
    db: &impl ConnectionTrait,
    school: SchoolId,
    people: &[person::Model],
    now: Time,
) -> Result<HashMap<PersonId, bool>, DbErr> {
    let rows = consent::entries()
        .filter(consent_event::Column::SchoolId.eq(school))
        .filter(consent_event::Column::Purpose.eq(ConsentPurpose::KeepMyWork))
        .order_by_asc(consent_event::Column::Seq)
        .into_model::<Said>()
        .all(db)
        .await?;
    let mut answers: HashMap<PersonId, Vec<Answered>> = HashMap::new();
    for said in rows {
        let person = said.entry.subject_id;
        answers.entry(person).or_default().push(said.answered());
    }
    Ok(people
        .iter()
        .filter_map(|person| {
            let answers = answers.remove(&person.id)?;
            let age = AgeBand::of_year_group(person.year_group.as_deref());
            let state = consent::fold(ConsentPurpose::KeepMyWork, age, answers, now);
            Some((person.id, state == ConsentState::Given))
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().expect("a time")
    }

    const LEFT: &str = "2025-07-20T12:00:00Z";

    fn left(role: Role) -> Facts {
        Facts {
            roles: vec![(role, Some(time(LEFT)))],
            added: time("2020-09-01T08:00:00Z"),
            left: Some(time(LEFT)),
            last_child_left: None,
            has_children: false,
            child_erased: None,
            keeps_work: false,
        }
    }

    /// Somebody whom the office never ended, with these roles.
    fn here(roles: &[Held]) -> Facts {
        Facts {
            roles: roles.to_vec(),
            left: None,
            ..left(Role::Student)
        }
    }

    fn due(facts: &Facts) -> Option<Time> {
        due_at(facts, &Periods::default()).map(|(at, _)| at)
    }

    #[test]
    fn each_role_has_its_own_time_and_the_longest_of_several_holds() {
        assert_eq!(
            due(&left(Role::Student)),
            Some(time("2026-07-20T12:00:00Z"))
        );
        assert_eq!(
            due(&left(Role::Teacher)),
            Some(time("2026-01-20T12:00:00Z"))
        );
        let ended = Some(time(LEFT));
        let both = Facts {
            roles: vec![(Role::Student, ended), (Role::Teacher, ended)],
            ..left(Role::Student)
        };
        assert_eq!(due(&both), Some(time("2026-07-20T12:00:00Z")));
    }

    #[test]
    fn who_is_here_is_never_due_but_a_guardian_whose_last_child_left_is() {
        assert_eq!(due(&here(&[(Role::Student, None)])), None);
        let guardian = Facts {
            has_children: true,
            ..here(&[(Role::Guardian, None)])
        };
        assert_eq!(due(&guardian), None, "a child is still here");
        let alone = Facts {
            last_child_left: Some(time(LEFT)),
            ..guardian.clone()
        };
        assert_eq!(due(&alone), Some(time("2026-01-20T12:00:00Z")));
        let erased = Facts {
            has_children: false,
            child_erased: Some(time("2026-03-01T12:00:00Z")),
            ..guardian
        };
        assert_eq!(
            due(&erased),
            Some(time("2026-09-01T12:00:00Z")),
            "not from 2020"
        );
        let teaches_too = Facts {
            roles: vec![(Role::Guardian, None), (Role::Teacher, None)],
            ..alone.clone()
        };
        assert_eq!(due(&teaches_too), None);
        let runs_the_school = Facts {
            roles: vec![(Role::Teacher, Some(time(LEFT))), (Role::SchoolAdmin, None)],
            ..alone
        };
        assert_eq!(due(&runs_the_school), None, "another role is open");
    }

    #[test]
    fn who_lost_their_last_role_is_due_although_nobody_ended_the_person() {
        let ended = Some(time(LEFT));
        for (role, at) in [
            (Role::Student, "2026-07-20T12:00:00Z"),
            (Role::Teacher, "2026-01-20T12:00:00Z"),
            (Role::SchoolAdmin, "2026-01-20T12:00:00Z"),
            (Role::Guardian, "2026-01-20T12:00:00Z"),
        ] {
            assert_eq!(due(&here(&[(role, ended)])), Some(time(at)), "{role}");
        }
        let with_a_child = Facts {
            has_children: true,
            ..here(&[(Role::Guardian, ended)])
        };
        assert_eq!(
            due(&with_a_child),
            Some(time("2026-01-20T12:00:00Z")),
            "the tie gives nothing without the role"
        );
    }

    #[test]
    fn who_stopped_teaching_and_stayed_as_a_guardian_is_due_after_the_later_of_both() {
        let taught_until = |ended: &str| Facts {
            has_children: true,
            last_child_left: Some(time(LEFT)),
            ..here(&[(Role::Teacher, Some(time(ended))), (Role::Guardian, None)])
        };
        assert_eq!(
            due(&taught_until("2022-08-31T12:00:00Z")),
            Some(time("2026-01-20T12:00:00Z")),
            "the child left last"
        );
        assert_eq!(
            due(&taught_until("2025-10-01T12:00:00Z")),
            Some(time("2026-04-01T12:00:00Z")),
            "the teaching ended last"
        );
        let child_here = Facts {
            last_child_left: None,
            ..taught_until("2022-08-31T12:00:00Z")
        };
        assert_eq!(due(&child_here), None);
    }

    #[test]
    fn a_consent_keeps_work_for_two_years_and_never_shortens() {
        let keeps = Facts {
            keeps_work: true,
            ..left(Role::Student)
        };
        assert_eq!(due(&keeps), Some(time("2027-07-20T12:00:00Z")));
        let long = Periods::default().with("student.account", Period::Months(60));
        let at = due_at(&keeps, &long).map(|(at, _)| at);
        assert_eq!(at, Some(time("2030-07-20T12:00:00Z")));
    }
}
