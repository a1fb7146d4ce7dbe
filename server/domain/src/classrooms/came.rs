//! When set work came to a student: with the place in which they learn now, or with an
//! earlier one that ended after the work had gone out. Whoever is put back in a classroom
//! finds what they had there as before; what went out and was over while they were away is
//! not theirs, whether another place began when they came back or the same one was opened
//! again. Written for queries that read many rows: the earlier places are looked up only for
//! work that was over when the present place began.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Alias, CaseStatement, Condition, Expr, ExprTrait, Func, Query};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, PersonId};

use entity::{assignment, enrolment};

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
        away_since: enrolment::Column::AwaySince.into_expr(),
        back_at: enrolment::Column::BackAt.into_expr(),
    };
    place.came_at(work)
}

/// The same for one student of a classroom: nothing where they have no place in it now.
pub(crate) fn came_at_of(student: PersonId, classroom: ClassroomId, work: WorkTimes) -> Expr {
    let of_place = |column: enrolment::Column| {
        let select = Query::select()
            .column(column)
            .from(enrolment::Entity)
            .and_where(enrolment::Column::PersonId.eq(student))
            .and_where(enrolment::Column::ClassroomId.eq(classroom))
            .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
            .and_where(enrolment::Column::EndedAt.is_null())
            .take();
        Expr::SubQuery(None, Box::new(select.into()))
    };
    let place = Place {
        student: Expr::value(student),
        classroom: Expr::value(classroom),
        began_at: of_place(enrolment::Column::BeganAt),
        away_since: of_place(enrolment::Column::AwaySince),
        back_at: of_place(enrolment::Column::BackAt),
    };
    place.came_at(work)
}

/// A student's present place, in a query.
struct Place {
    student: Expr,
    classroom: Expr,
    began_at: Expr,
    away_since: Expr,
    back_at: Expr,
}

impl Place {
    fn came_at(self, work: WorkTimes) -> Expr {
        // Extra time moves the due time on, never back: what this lets pass as not over is
        // not over for anybody.
        let was_over_at = |moment: &Expr| {
            Condition::any()
                .add(work.due.clone().lt(moment.clone()))
                .add(work.closed.clone().lte(moment.clone()))
        };
        let (was_over, was_over_when_back) =
            (was_over_at(&self.began_at), was_over_at(&self.back_at));
        let went_out_meanwhile = work.published.clone().gte(self.away_since);
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
            .case(
                Condition::all()
                    .add(went_out_meanwhile)
                    .add(was_over_when_back),
                self.back_at,
            )
            .finally(self.began_at)
            .into()
    }
}
