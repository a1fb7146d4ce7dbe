//! What islands and pages ask about set work.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use vocab::assignments::{AssignmentHead, ChildChoice, DraftSaved, StudentWork, TeacherWork};
use vocab::ids::{AssignmentId, PersonId};

use crate::error::AppError;

/// The page of a piece of work, as the reader's standing shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WorkPage {
    /// Its teacher: who has handed in.
    Teacher(TeacherWork),
    /// Its student, or a guardian for one child.
    Student(StudentWork),
    /// A teacher of it who looks after one of its students: that child's, as its guardian
    /// reads it.
    OwnChild(StudentWork),
    /// A guardian with several children in the classroom.
    Choose(AssignmentHead, Vec<ChildChoice>),
    /// Somebody who sees the work alone.
    Head(AssignmentHead),
}

/// The page of a piece of work. `child` is whose answer a guardian wants to see; a teacher of
/// it reads their own list where that is no child of theirs.
#[server(endpoint = "assignments/page")]
pub async fn page(id: AssignmentId, child: Option<PersonId>) -> Result<WorkPage, AppError> {
    crate::ssr::told(on_server::page(id, child).await)
}

/// Keeps the text of one's own draft. `page` is what the page carries (`page_of`), and
/// `version` the one that the text began from.
#[server(endpoint = "assignments/save-draft")]
pub async fn save_draft(page: String, text: String, version: i32) -> Result<DraftSaved, AppError> {
    crate::ssr::told(on_server::save_draft(&page, &text, version).await)
}

/// What a page where somebody writes carries, to be handed back with the text: which work it
/// is, and whose page. One word for both, which the browser does not read and so need not
/// know the ids of.
#[cfg(feature = "ssr")]
pub(crate) fn page_of(work: AssignmentId, whose: PersonId) -> String {
    format!("{work} {whose}")
}

#[cfg(feature = "ssr")]
mod on_server {
    use domain::assignments::{self, policy::Action};
    use domain::{Actor, Db, Time, access, submissions};
    use vocab::assignments::DraftSaved;
    use vocab::classrooms::Standing;
    use vocab::ids::{AssignmentId, PersonId};

    use super::WorkPage;
    use crate::error::AppError;
    use crate::ssr;

    pub(super) async fn page(
        id: AssignmentId,
        child: Option<PersonId>,
    ) -> Result<WorkPage, AppError> {
        let (actor, records, now) = (ssr::actor()?, ssr::db(), ssr::now());
        let db = records.read();
        let work = access::assignment(db, &actor, id, Action::See, now).await?;
        let of_student = async |student| {
            Ok::<_, AppError>(WorkPage::Student(
                submissions::student_page(db, &actor, &work, student, now).await?,
            ))
        };
        let of_teacher = async || {
            Ok::<_, AppError>(WorkPage::Teacher(
                assignments::teacher_page(db, &actor, &work, now).await?,
            ))
        };
        match (work.standing(), child) {
            (Standing::Teacher, Some(child)) => {
                match of_own_child(&records, &actor, id, child, now).await {
                    Err(AppError::NotFound) => of_teacher().await,
                    found => found,
                }
            }
            (Standing::Teacher, None) => of_teacher().await,
            (Standing::Student, _) => of_student(actor.person).await,
            (Standing::Guardian, Some(child)) => {
                of_student(*access::child(db, &actor, child).await?).await
            }
            (Standing::Guardian, None) => match submissions::children_in(db, &actor, &work)
                .await?
                .as_slice()
            {
                [only] => of_student(only.person).await,
                children => Ok(WorkPage::Choose(
                    assignments::head(db, &actor, &work, now).await?,
                    children.to_vec(),
                )),
            },
            (Standing::Admin, _) => Ok(WorkPage::Head(
                assignments::head(db, &actor, &work, now).await?,
            )),
        }
    }

    /// Not found where the child is not theirs, or has no part in the work.
    async fn of_own_child(
        db: &Db,
        actor: &Actor,
        id: AssignmentId,
        child: PersonId,
        now: Time,
    ) -> Result<WorkPage, AppError> {
        let work = access::assignment_as_guardian(db.read(), actor, id, now).await?;
        let page = submissions::student_page(db.read(), actor, &work, child, now).await?;
        Ok(WorkPage::OwnChild(page))
    }

    pub(super) async fn save_draft(
        page: &str,
        text: &str,
        version: i32,
    ) -> Result<DraftSaved, AppError> {
        let (actor, now) = (ssr::actor()?, ssr::now());
        let (id, whose) = read_page(page).ok_or(AppError::Interrupted)?;
        let tx = ssr::db().write().await.map_err(ssr::unavailable)?;
        let work = access::assignment(&*tx, &actor, id, Action::HandIn, now).await?;
        submissions::expect_own_page(&actor, whose)?;
        let saved = submissions::save_draft(&tx, &actor, &work, text, version, now).await?;
        tx.commit().await.map_err(ssr::unavailable)?;
        Ok(saved)
    }

    /// What `page_of` has written.
    fn read_page(page: &str) -> Option<(AssignmentId, PersonId)> {
        let (work, whose) = page.split_once(' ')?;
        Some((work.parse().ok()?, whose.parse().ok()?))
    }
}
