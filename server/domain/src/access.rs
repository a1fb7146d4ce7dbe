//! The one door to a row that somebody wants to see or change. Each function
//! takes the actor and what they want to do; it answers a [`Permitted`] row, or
//! the same "not found" for what is absent and for what is not theirs.
//!
//! The rules stand beside their features: `visible_to` narrows to what the
//! actor may know of, `allows` says what their standing may do with it.

mod answer;
mod standing;

pub use answer::{Answer, file, submission};
pub(crate) use standing::{
    children_of, classrooms_of, classrooms_of_children, was_handed_in_by, with_classroom,
};

use std::ops::Deref;

use sea_orm::sea_query::{CaseStatement, Expr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryResult,
    QuerySelect,
};
use vocab::classrooms::Standing;
use vocab::ids::{AssignmentId, ClassroomId, FileId, PersonId, SchoolId};
use vocab::looks::{LookKind, LookRelation};
use vocab::objections::ObjectionUse;
use vocab::people::Role;
use vocab::rights::RequestState;
use vocab::safety::Duty;

use crate::actor::Actor;
use crate::arrangements::Learner;
use crate::clock::Time;
use crate::guard::{self, Use};
use crate::{arrangements, assignments, classrooms, moments, rights, safety, schools};
use entity::{assignment, assignment_file, classroom, guardianship, person_role, submission_file};
use standing::{CLASSROOM, Seen, SeenWork, standing_columns, work_columns};

/// Why a row is not handed out.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// It is not there, or the actor may not know that it is.
    #[error("not found")]
    NotFound,
    /// The actor may see it, but not do this with it.
    #[error("not allowed")]
    NotAllowed,
    /// It was put away: their standing lets them do it, but for that.
    #[error(
        "This classroom was archived on {on}, and nothing in it can be changed. Its teacher or your school's admin can bring it back."
    )]
    Archived {
        /// The day, by the school's own calendar.
        on: String,
    },
    /// Whose data it is objects to this use of it.
    #[error(
        "Somebody objected to this use of the data. Nothing can be changed until the objection is taken back, or the school has compelling reasons to go on."
    )]
    Objected,
    /// The data is restricted: kept, and nothing else.
    #[error(
        "This person's data is restricted: it is kept, and nothing else is done with it until the restriction ends. The school's data protection lead knows more."
    )]
    Restricted,
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// What a permission is about, and who can hold one.
pub trait Subject {
    /// A person; for the school as a whole perhaps nobody, where the operator's
    /// command line has it.
    type By: Copy + std::fmt::Debug;
}

impl Subject for () {
    type By = Option<PersonId>;
}

/// Rows are handed out to people alone.
macro_rules! only_for_people {
    ($($row:ty),+) => { $(impl Subject for $row { type By = PersonId; })+ };
}
only_for_people!(
    classroom::Model,
    Work,
    Answer,
    assignment_file::Model,
    submission_file::Model,
    Learner,
    PersonId
);

/// A row that the actor may do the named thing with. Only this module makes one.
#[derive(Clone, Debug)]
pub struct Permitted<T: Subject> {
    row: T,
    standing: Standing,
    school: SchoolId,
    actor: T::By,
}

impl<T: Subject> Permitted<T> {
    /// How the actor stands to the row.
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// Whose world the row is in.
    pub const fn school(&self) -> SchoolId {
        self.school
    }

    /// Who asked; of the school's door nobody, where the operator's command line did.
    pub const fn actor(&self) -> T::By {
        self.actor
    }
}

impl<T: Subject> Deref for Permitted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.row
    }
}

/// Something that concerns the school as a whole.
pub fn school(
    actor: &Actor,
    action: schools::policy::Action,
) -> Result<Permitted<()>, AccessError> {
    if !schools::policy::allows(actor.roles, action) {
        return Err(AccessError::NotFound);
    }
    Ok(of_the_school(actor))
}

/// What somebody may do by a duty, and not by a role: the security log for who has the
/// duty of security, and for nobody else.
pub async fn duty(
    db: &impl ConnectionTrait,
    actor: &Actor,
    duty: Duty,
) -> Result<Permitted<()>, AccessError> {
    if actor.roles.is_staff() && safety::holds(db, actor.school, actor.person, duty).await? {
        return Ok(of_the_school(actor));
    }
    Err(AccessError::NotFound)
}

/// What people have reported: for who has the duty of safeguarding. Where nobody has it,
/// for the data protection lead and the admins, so that no report lies unread.
pub async fn reports(
    db: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<Permitted<()>, AccessError> {
    match duty(db, actor, Duty::Safeguarding).await {
        Err(AccessError::NotFound) => {}
        found => return found,
    }
    let is_office = actor.is(Role::DataProtectionLead) || actor.is(Role::SchoolAdmin);
    if is_office && !safety::anybody_holds(db, actor.school, Duty::Safeguarding).await? {
        return Ok(of_the_school(actor));
    }
    Err(AccessError::NotFound)
}

const fn of_the_school(actor: &Actor) -> Permitted<()> {
    Permitted {
        row: (),
        standing: Standing::Admin,
        school: actor.school,
        actor: Some(actor.person),
    }
}

/// The operator's own door to a school, for the command line: no person acts, and
/// what is done is recorded without one. Only the binary's commands call this; a
/// request never does.
pub const fn school_as_operator(school: SchoolId) -> Permitted<()> {
    Permitted {
        row: (),
        standing: Standing::Admin,
        school,
        actor: None,
    }
}

/// A classroom.
pub async fn classroom(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: ClassroomId,
    action: classrooms::policy::Action,
) -> Result<Permitted<classroom::Model>, AccessError> {
    let found = standing_columns(
        classroom::Entity::find(),
        actor,
        (classroom::Entity, classroom::Column::Id),
    )
    .filter(classroom::Column::Id.eq(id))
    .filter(classrooms::policy::visible_to(actor))
    .into_model::<Seen<classroom::Model>>()
    .one(db)
    .await?
    .ok_or(AccessError::NotFound)?;
    let standing = found
        .standing(actor, [Standing::Admin, Standing::Guardian])
        .ok_or(AccessError::NotFound)?;
    if !classrooms::policy::allows(standing, action) {
        return Err(AccessError::NotAllowed);
    }
    if !action.is_open_when_archived() {
        require_in_use(&found.row, actor)?;
    }
    Ok(permit(found.row, standing, actor))
}

/// Of what is archived everything is read and nothing changed. Asked last: only of who could
/// do it otherwise.
fn require_in_use(room: &classroom::Model, actor: &Actor) -> Result<(), AccessError> {
    match room.archived_at {
        Some(at) => Err(AccessError::Archived {
            on: moments::day_in(at, actor.time_zone),
        }),
        None => Ok(()),
    }
}

/// A classroom, to see who of its students may be photographed: for whom its policy lets,
/// and for the data protection lead, who finds each classroom of the school for this alone.
pub async fn photos(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: ClassroomId,
) -> Result<Permitted<classroom::Model>, AccessError> {
    if !actor.is(Role::DataProtectionLead) {
        return classroom(db, actor, id, classrooms::policy::Action::SeePhotos).await;
    }
    let found = classroom::Entity::find_by_id(id)
        .filter(classroom::Column::SchoolId.eq(actor.school))
        .filter(classroom::Column::ArchivedAt.is_null())
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    Ok(permit(found, Standing::Admin, actor))
}

/// Set work, together with the classroom it is set in.
#[derive(Clone, Debug)]
pub struct Work {
    /// The work.
    pub assignment: assignment::Model,
    /// Where it is set.
    pub classroom: classroom::Model,
}

impl FromQueryResult for Work {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            assignment: assignment::Model::from_query_result(row, prefix)?,
            classroom: classroom::Model::from_query_result(row, CLASSROOM)?,
        })
    }
}

/// A piece of set work. Who handed it in and has no place in its classroom any more, or whose
/// child did, may see it, and do nothing else.
pub async fn assignment(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: AssignmentId,
    action: assignments::policy::Action,
    now: Time,
) -> Result<Permitted<Work>, AccessError> {
    let found = work_columns(with_classroom(assignment::Entity::find()), actor)
        .filter(assignment::Column::Id.eq(id))
        .filter(assignments::policy::visible_to(actor, now))
        .into_model::<SeenWork>()
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let (standing, is_over) = found.standing(actor).ok_or(AccessError::NotFound)?;
    let found = found.seen;
    let is_open = !is_over || action == assignments::policy::Action::See;
    if !is_open || !assignments::policy::allows(standing, action) {
        return Err(AccessError::NotAllowed);
    }
    if !action.is_open_when_archived() {
        require_in_use(&found.row.classroom, actor)?;
    }
    if action == assignments::policy::Action::HandIn {
        let whose = (actor.school, actor.person);
        rights::require_no_objection(db, whose, ObjectionUse::Teaching).await?;
    }
    Ok(permit(found.row, standing, actor))
}

/// A piece of set work as a guardian sees it, whatever else the actor is: for a teacher of the
/// classroom who looks after one of its students. Nothing of a teacher's comes with it.
pub async fn assignment_as_guardian(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: AssignmentId,
    now: Time,
) -> Result<Permitted<Work>, AccessError> {
    let guardian = actor.as_guardian().ok_or(AccessError::NotFound)?;
    assignment(db, &guardian, id, assignments::policy::Action::See, now).await
}

/// A file of set work, for who may see the work. One that was taken off is gone.
pub async fn material(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: FileId,
    now: Time,
) -> Result<Permitted<assignment_file::Model>, AccessError> {
    let file = assignment_file::Entity::find()
        .filter(assignment_file::Column::Id.eq(id))
        .filter(assignment_file::Column::SchoolId.eq(actor.school))
        .filter(assignment_file::Column::RemovedAt.is_null())
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let action = assignments::policy::Action::See;
    let work = assignment(db, actor, file.assignment_id, action, now).await?;
    Ok(permit(file, work.standing(), actor))
}

/// Oneself, or a child whom one looks after: somebody about whom one may answer and ask.
pub async fn about(
    db: &impl ConnectionTrait,
    actor: &Actor,
    person: PersonId,
) -> Result<Permitted<PersonId>, AccessError> {
    if person == actor.person {
        return Ok(permit(person, Standing::Student, actor));
    }
    tie(db, actor, person, LookKind::Consents).await
}

/// A student, to see or set what is arranged for them. One query finds how the actor
/// stands to them, a second one whether they are restricted; a look of somebody else is
/// noted.
pub async fn arrangements(
    db: &impl ConnectionTrait,
    actor: &Actor,
    student: PersonId,
    action: arrangements::policy::Action,
) -> Result<Permitted<Learner>, AccessError> {
    let standings = arrangements::policy::standings(actor);
    let first = (0_i32..)
        .zip(&standings)
        .fold(CaseStatement::new(), |first, (at, (_, holds))| {
            first.case(holds.clone(), Expr::val(at))
        });
    let at: Option<Option<i32>> = person_role::Entity::find()
        .select_only()
        .expr_as(first, "standing")
        .filter(arrangements::policy::is_student(actor, student))
        .into_tuple()
        .one(db)
        .await?;
    let standing = at
        .flatten()
        .and_then(|at| standings.get(usize::try_from(at).ok()?))
        .map(|(standing, _)| *standing)
        .ok_or(AccessError::NotFound)?;
    if !arrangements::policy::allows(standing, action) {
        return Err(AccessError::NotAllowed);
    }
    if matches!(standing, Standing::Teacher | Standing::Admin) {
        guard::require(db, (actor.school, student), Use::Arrange).await?;
    }
    actor.saw(student, LookKind::Needs, relation_of(standing));
    Ok(permit(Learner(student), standing, actor))
}

/// Whose data an approved disclosure is about: the only way by which the office makes a
/// copy of somebody's data.
pub(crate) async fn under_disclosure(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    approved: &entity::disclosure::Model,
) -> Result<Permitted<PersonId>, AccessError> {
    let (Some(person), Some(actor)) = (approved.subject_id, permitted.actor()) else {
        return Err(AccessError::NotFound);
    };
    guard::require(db, (permitted.school(), person), Use::Disclose).await?;
    Ok(Permitted {
        row: person,
        standing: Standing::Admin,
        school: permitted.school(),
        actor,
    })
}

/// Whose copy a granted request asks for: the only way by which the data protection lead
/// makes it for who asked. What somebody restricted is still answered. A request that is done
/// asks for it only where the copy has to be looked through again.
pub(crate) fn under_request(
    actor: &Actor,
    request: &entity::rights_request::Model,
    looks_again: bool,
) -> Result<Permitted<PersonId>, AccessError> {
    if request.school_id != actor.school || !actor.is(Role::DataProtectionLead) {
        return Err(AccessError::NotFound);
    }
    let is_granted = request.state == RequestState::Approved
        || (request.state == RequestState::Closed && looks_again);
    let person = request
        .subject_id
        .filter(|_| request.kind.asks_for_a_copy() && is_granted)
        .ok_or(AccessError::NotAllowed)?;
    Ok(permit(person, Standing::Admin, actor))
}

/// A child of a guardian, as a person whose work may be seen.
pub async fn child(
    db: &impl ConnectionTrait,
    actor: &Actor,
    child: PersonId,
) -> Result<Permitted<PersonId>, AccessError> {
    tie(db, actor, child, LookKind::Work).await
}

async fn tie(
    db: &impl ConnectionTrait,
    actor: &Actor,
    child: PersonId,
    kind: LookKind,
) -> Result<Permitted<PersonId>, AccessError> {
    if !looks_after(db, actor, child).await? {
        return Err(AccessError::NotFound);
    }
    actor.saw(child, kind, LookRelation::Guardian);
    Ok(permit(child, Standing::Guardian, actor))
}

/// Whether the actor is the guardian of a student now.
async fn looks_after(
    db: &impl ConnectionTrait,
    actor: &Actor,
    child: PersonId,
) -> Result<bool, DbErr> {
    if !actor.is(Role::Guardian) {
        return Ok(false);
    }
    let tie = guardianship::Entity::find()
        .filter(guardianship::Column::SchoolId.eq(actor.school))
        .filter(guardianship::Column::GuardianId.eq(actor.person))
        .filter(guardianship::Column::StudentId.eq(child))
        .filter(guardianship::Column::EndedAt.is_null())
        .one(db)
        .await?;
    Ok(tie.is_some())
}

/// As what somebody with this standing reads.
pub(crate) const fn relation_of(standing: Standing) -> LookRelation {
    match standing {
        Standing::Teacher | Standing::Student => LookRelation::Teacher,
        Standing::Guardian => LookRelation::Guardian,
        Standing::Admin => LookRelation::Office,
    }
}

fn permit<T: Subject<By = PersonId>>(row: T, standing: Standing, actor: &Actor) -> Permitted<T> {
    Permitted {
        row,
        standing,
        school: actor.school,
        actor: actor.person,
    }
}
