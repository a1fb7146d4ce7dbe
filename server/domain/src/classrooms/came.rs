//! When set work came to a student: with the place in which they learn now, or with an
//! earlier one that ended after the work had gone out. Whoever is put back in a classroom
//! finds what they had there as before; what went out and was over while they were away is
//! not theirs. A place that is opened again begins anew for that, and its time before stays as a
//! row of its own ([`time_before_ends`]). Written for queries that read many rows: the earlier places are looked up
//! only for work that was over when the present place began.

use chrono::TimeDelta;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Alias, CaseStatement, Condition, Expr, ExprTrait, Func, Query};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, PersonId};

use crate::clock::Time;
use entity::{assignment, enrolment};

/// When the row ends that keeps the time of a place before its person went, where the place
/// ended at this moment and is opened again. It is another moment: what ended together with
/// somebody is known by it, and is opened again with them.
pub(crate) fn time_before_ends(ended_at: Time) -> Time {
    ended_at - TimeDelta::milliseconds(1)
}

/// The times of set work, in a query.
pub(crate) struct WorkTimes {
    published: Expr,
    due: Expr,
    closed: Expr,
}

impl WorkTimes {
    /// Of each work that a query joins.
    pub(crate) fn joined() -> Self {
        Self {
            published: assignment::Column::PublishAt.into_expr(),
            due: assignment::Column::DueAt.into_expr(),
            closed: assignment::Column::ClosedAt.into_expr(),
        }
    }

    /// Of one work that is known.
    pub(crate) fn of(work: &assignment::Model) -> Self {
        Self {
            published: Expr::value(work.publish_at),
            due: Expr::value(work.due_at),
            closed: Expr::value(work.closed_at),
        }
    }
}

/// When the work came to each student whose present place a query joins as `enrolment`.
pub(crate) fn came_at(work: WorkTimes) -> Expr {
    let place = Place {
        student: enrolment::Column::PersonId.into_expr(),
        classroom: enrolment::Column::ClassroomId.into_expr(),
        began_at: enrolment::Column::BeganAt.into_expr(),
    };
    place.came_at(work)
}

/// The same for one student of a classroom: nothing where they have no place in it now.
pub(crate) fn came_at_of(student: PersonId, classroom: ClassroomId, work: WorkTimes) -> Expr {
    let began_at = Query::select()
        .column(enrolment::Column::BeganAt)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::PersonId.eq(student))
        .and_where(enrolment::Column::ClassroomId.eq(classroom))
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take();
    let place = Place {
        student: Expr::value(student),
        classroom: Expr::value(classroom),
        began_at: Expr::SubQuery(None, Box::new(began_at.into())),
    };
    place.came_at(work)
}

/// A student's present place, in a query.
struct Place {
    student: Expr,
    classroom: Expr,
    began_at: Expr,
}

impl Place {
    fn came_at(self, work: WorkTimes) -> Expr {
        // Extra time moves the due time on, never back: what this lets pass as not over is
        // not over for anybody.
        let was_over = Condition::any()
            .add(work.due.lt(self.began_at.clone()))
            .add(work.closed.lte(self.began_at.clone()));
        let name = Alias::new("earlier");
        let earlier = |column: enrolment::Column| Expr::col((name.clone(), column));
        let first = Query::select()
            .expr(Func::min(earlier(enrolment::Column::BeganAt)))
            .from_as(enrolment::Entity, name.clone())
            .and_where(earlier(enrolment::Column::PersonId).eq(self.student))
            .and_where(earlier(enrolment::Column::ClassroomId).eq(self.classroom))
            .and_where(earlier(enrolment::Column::Role).eq(ClassroomRole::Student))
            .and_where(earlier(enrolment::Column::EndedAt).gt(work.published))
            .take();
        let first = Expr::SubQuery(None, Box::new(first.into()));
        CaseStatement::new()
            .case(was_over, Func::coalesce([first, self.began_at.clone()]))
            .finally(self.began_at)
            .into()
    }
}
