//! All that lies on the table for one answer, by one query: the files of the work,
//! the files of the draft, every try with its words and files, and what came back for
//! older ones.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, DbErr, FromQueryResult, Order, Value};
use uuid::Uuid;
use vocab::assignments::{AttemptSummary, EarlierFeedback, Feedback, FileSummary};
use vocab::ids::{AssignmentId, AttemptId, EarlierMarkId, FileId, SubmissionId};
use vocab::points::Points;

use super::{file_summary, seals};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::moment;
use crate::people::display_name;
use crate::{markdown, marking};
use entity::{assignment_file, attempt, attempt_file, earlier_mark, mark, person, submission_file};

/// A page shows no more tries than this.
const MOST_TRIES: u64 = 20;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Papers {
    /// The files of the work.
    pub(crate) materials: Vec<FileSummary>,
    /// The files of the draft.
    pub(crate) draft: Vec<FileSummary>,
    /// Newest first, each with its words and files.
    pub(crate) tries: Vec<AttemptSummary>,
    /// What came back for older tries, newest first; nothing of what stands for the answer.
    pub(crate) earlier: Vec<EarlierFeedback>,
}

impl Papers {
    /// Takes words and files of the try that stands, which a page shows in full.
    pub(crate) fn take(&mut self, standing: Option<AttemptId>) -> (String, Vec<FileSummary>) {
        self.tries
            .iter_mut()
            .find(|tried| Some(tried.id) == standing)
            .map(|tried| {
                (
                    std::mem::take(&mut tried.text),
                    std::mem::take(&mut tried.files),
                )
            })
            .unwrap_or_default()
    }
}

/// Reads the papers of an answer, or the work's alone where nothing was begun.
pub(crate) async fn papers(
    db: &impl Keyed,
    actor: &Actor,
    work: AssignmentId,
    submission: Option<SubmissionId>,
    now: Time,
) -> Result<Papers, DbErr> {
    let mut select = of_the_work(work);
    if let Some(submission) = submission {
        select
            .union(UnionType::All, of_the_draft(submission))
            .union(UnionType::All, tries(submission))
            .union(UnionType::All, of_the_tries(submission))
            .union(UnionType::All, came_back(submission));
    }
    let mut rows = Row::find_by_statement(db.get_database_backend().build(&select))
        .all(db)
        .await?;
    let texts = rows.iter().filter_map(|row| row.text.as_deref());
    let ring = db.keys().to_open(texts).await?;
    for row in &mut rows {
        if let Some(text) = &mut row.text {
            let place = if row.kind == CAME_BACK {
                marking::earlier_place(actor.school, EarlierMarkId(row.id))
            } else {
                seals::attempt(actor.school, AttemptId(row.id))
            };
            *text = ring.open(&place, text).words();
        }
    }
    // Ids are made in the order of time.
    rows.sort_by_key(|row| (row.kind, row.id));
    let mut papers = Papers::default();
    for row in rows {
        match row.kind {
            WORK => papers.materials.push(row.file()),
            DRAFT => papers.draft.push(row.file()),
            TRY => papers.tries.extend(row.tried(actor, now)),
            CAME_BACK => papers.earlier.extend(row.came_back(actor, now)),
            _ => {
                let tried = papers
                    .tries
                    .iter_mut()
                    .find(|tried| Some(tried.id.0) == row.attempt);
                if let Some(tried) = tried {
                    tried.files.push(row.file());
                }
            }
        }
    }
    papers
        .tries
        .sort_by_key(|tried| std::cmp::Reverse(tried.number));
    papers.earlier.reverse();
    Ok(papers)
}

const WORK: i32 = 0;
const DRAFT: i32 = 1;
const TRY: i32 = 2;
const OF_A_TRY: i32 = 3;
const CAME_BACK: i32 = 4;

/// One row of the five lists: a file, a try whose receipt stands as its name, or what came
/// back for a try, under the given name of who marked it.
#[derive(FromQueryResult)]
struct Row {
    kind: i32,
    id: Uuid,
    name: String,
    /// A file's bytes, a try's number, or the points that came back.
    number: Option<i64>,
    attempt: Option<Uuid>,
    /// Of what came back, when it did.
    handed_in_at: Option<Time>,
    is_late: Option<bool>,
    withdrawn_at: Option<Time>,
    written_at: Option<Time>,
    text: Option<String>,
    /// Of who marked it.
    family_name: Option<String>,
}

impl Row {
    fn file(self) -> FileSummary {
        file_summary(FileId(self.id), self.name, self.number.unwrap_or_default())
    }

    fn tried(self, actor: &Actor, now: Time) -> Option<AttemptSummary> {
        Some(AttemptSummary {
            id: AttemptId(self.id),
            number: i32::try_from(self.number?).ok()?,
            handed_in: moment(self.handed_in_at?, actor.time_zone, now),
            written: self.written_at.map(|at| moment(at, actor.time_zone, now)),
            receipt: self.name,
            is_late: self.is_late.unwrap_or(false),
            is_withdrawn: self.withdrawn_at.is_some(),
            text: self.text.unwrap_or_default(),
            files: Vec::new(),
        })
    }

    fn came_back(self, actor: &Actor, now: Time) -> Option<EarlierFeedback> {
        let points = self.number.and_then(|number| i32::try_from(number).ok());
        let family_name = self.family_name.unwrap_or_default();
        Some(EarlierFeedback {
            attempt: AttemptId(self.attempt?),
            feedback: Feedback {
                points: points.map(Points),
                comment_html: markdown::to_html(self.text.as_deref().unwrap_or_default()),
                marked_by: display_name(&self.name, &family_name),
                returned: moment(self.handed_in_at?, actor.time_zone, now),
            },
        })
    }
}

/// The columns that only a try has, empty for files.
fn no_try(select: &mut SelectStatement) {
    select
        .expr_as(Expr::value(Value::ChronoDateTimeUtc(None)), "handed_in_at")
        .expr_as(Expr::value(Value::Bool(None)), "is_late")
        .expr_as(Expr::value(Value::ChronoDateTimeUtc(None)), "withdrawn_at")
        .expr_as(Expr::value(Value::ChronoDateTimeUtc(None)), "written_at")
        .expr_as(Expr::value(Value::String(None)), "text")
        .expr_as(Expr::value(Value::String(None)), "family_name");
}

fn of_the_work(work: AssignmentId) -> SelectStatement {
    use assignment_file::{Column, Entity};
    let mut select = Query::select()
        .expr_as(Expr::val(WORK), "kind")
        .expr_as(Column::Id.into_expr(), "id")
        .expr_as(Column::Name.into_expr(), "name")
        .expr_as(Column::SizeBytes.into_expr(), "number")
        .expr_as(Expr::value(Value::Uuid(None)), "attempt")
        .from(Entity)
        .and_where(Column::AssignmentId.eq(work))
        .and_where(Column::RemovedAt.is_null())
        .take();
    no_try(&mut select);
    select
}

fn of_the_draft(submission: SubmissionId) -> SelectStatement {
    use submission_file::{Column, Entity};
    let mut select = Query::select()
        .expr_as(Expr::val(DRAFT), "kind")
        .expr_as(Column::Id.into_expr(), "id")
        .expr_as(Column::Name.into_expr(), "name")
        .expr_as(Column::SizeBytes.into_expr(), "number")
        .expr_as(Expr::value(Value::Uuid(None)), "attempt")
        .from(Entity)
        .and_where(Column::SubmissionId.eq(submission))
        .and_where(Column::RemovedAt.is_null())
        .take();
    no_try(&mut select);
    select
}

fn tries(submission: SubmissionId) -> SelectStatement {
    use attempt::{Column, Entity};
    Query::select()
        .expr_as(Expr::val(TRY), "kind")
        .expr_as(Column::Id.into_expr(), "id")
        .expr_as(Column::Receipt.into_expr(), "name")
        .expr_as(Column::Number.into_expr(), "number")
        .expr_as(Expr::value(Value::Uuid(None)), "attempt")
        .expr_as(Column::HandedInAt.into_expr(), "handed_in_at")
        .expr_as(Column::IsLate.into_expr(), "is_late")
        .expr_as(Column::WithdrawnAt.into_expr(), "withdrawn_at")
        .expr_as(Column::WrittenAt.into_expr(), "written_at")
        .expr_as(Column::Text.into_expr(), "text")
        .expr_as(Expr::value(Value::String(None)), "family_name")
        .from(Entity)
        .and_where(Column::Id.in_subquery(newest(submission)))
        .take()
}

fn of_the_tries(submission: SubmissionId) -> SelectStatement {
    use submission_file::{Column, Entity};
    let held = attempt_file::Column::FileId
        .into_expr()
        .equals((Entity, Column::Id));
    let mut select = Query::select()
        .expr_as(Expr::val(OF_A_TRY), "kind")
        .expr_as(Column::Id.into_expr(), "id")
        .expr_as(Column::Name.into_expr(), "name")
        .expr_as(Column::SizeBytes.into_expr(), "number")
        .expr_as(attempt_file::Column::AttemptId.into_expr(), "attempt")
        .from(Entity)
        .inner_join(attempt_file::Entity, held)
        .and_where(Column::SubmissionId.eq(submission))
        .and_where(attempt_file::Column::AttemptId.in_subquery(newest(submission)))
        .take();
    no_try(&mut select);
    select
}

fn came_back(submission: SubmissionId) -> SelectStatement {
    use earlier_mark::{Column, Entity};
    let of_mark = mark::Column::Id
        .into_expr()
        .equals((Entity, Column::MarkId));
    let by = person::Column::Id
        .into_expr()
        .equals((Entity, Column::MarkedBy));
    Query::select()
        .expr_as(Expr::val(CAME_BACK), "kind")
        .expr_as(Column::Id.into_expr(), "id")
        .expr_as(person::Column::GivenName.into_expr(), "name")
        .expr_as(Column::Points.into_expr(), "number")
        .expr_as(Column::AttemptId.into_expr(), "attempt")
        .expr_as(Column::ReturnedAt.into_expr(), "handed_in_at")
        .expr_as(Expr::value(Value::Bool(None)), "is_late")
        .expr_as(Expr::value(Value::ChronoDateTimeUtc(None)), "withdrawn_at")
        .expr_as(Expr::value(Value::ChronoDateTimeUtc(None)), "written_at")
        .expr_as(Column::Comment.into_expr(), "text")
        .expr_as(person::Column::FamilyName.into_expr(), "family_name")
        .from(Entity)
        .inner_join(mark::Entity, of_mark)
        .inner_join(person::Entity, by)
        .and_where(mark::Column::SubmissionId.eq(submission))
        .take()
}

fn newest(submission: SubmissionId) -> SelectStatement {
    Query::select()
        .column(attempt::Column::Id)
        .from(attempt::Entity)
        .and_where(attempt::Column::SubmissionId.eq(submission))
        .order_by(attempt::Column::Number, Order::Desc)
        .limit(MOST_TRIES)
        .take()
}
