//! All that lies on the table for one answer, by one query: the files of the work,
//! the files of the draft, and every try with its words and files.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, DbErr, FromQueryResult, Order, Value};
use uuid::Uuid;
use vocab::assignments::{AttemptSummary, FileSummary};
use vocab::ids::{AssignmentId, AttemptId, FileId, SubmissionId};

use super::{file_summary, seals};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::moment;
use entity::{assignment_file, attempt, attempt_file, submission_file};

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
            .union(UnionType::All, of_the_tries(submission));
    }
    let mut rows = Row::find_by_statement(db.get_database_backend().build(&select))
        .all(db)
        .await?;
    let texts = rows.iter().filter_map(|row| row.text.as_deref());
    let ring = db.keys().to_open(texts).await?;
    for row in &mut rows {
        if let Some(text) = &mut row.text {
            let place = seals::attempt(actor.school, AttemptId(row.id));
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
    Ok(papers)
}

const WORK: i32 = 0;
const DRAFT: i32 = 1;
const TRY: i32 = 2;
const OF_A_TRY: i32 = 3;

/// One row of the four lists: a file, or a try whose receipt stands as its name.
#[derive(FromQueryResult)]
struct Row {
    kind: i32,
    id: Uuid,
    name: String,
    /// A file's bytes, or a try's number.
    number: i64,
    attempt: Option<Uuid>,
    handed_in_at: Option<Time>,
    is_late: Option<bool>,
    withdrawn_at: Option<Time>,
    written_at: Option<Time>,
    text: Option<String>,
}

impl Row {
    fn file(self) -> FileSummary {
        file_summary(FileId(self.id), self.name, self.number)
    }

    fn tried(self, actor: &Actor, now: Time) -> Option<AttemptSummary> {
        Some(AttemptSummary {
            id: AttemptId(self.id),
            number: i32::try_from(self.number).ok()?,
            handed_in: moment(self.handed_in_at?, actor.time_zone, now),
            written: self.written_at.map(|at| moment(at, actor.time_zone, now)),
            receipt: self.name,
            is_late: self.is_late.unwrap_or(false),
            is_withdrawn: self.withdrawn_at.is_some(),
            text: self.text.unwrap_or_default(),
            files: Vec::new(),
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
        .expr_as(Expr::value(Value::String(None)), "text");
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
        .to_owned();
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
        .to_owned();
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
        .from(Entity)
        .and_where(Column::Id.in_subquery(newest(submission)))
        .to_owned()
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
        .to_owned();
    no_try(&mut select);
    select
}

fn newest(submission: SubmissionId) -> SelectStatement {
    Query::select()
        .column(attempt::Column::Id)
        .from(attempt::Entity)
        .and_where(attempt::Column::SubmissionId.eq(submission))
        .order_by(attempt::Column::Number, Order::Desc)
        .limit(MOST_TRIES)
        .to_owned()
}
