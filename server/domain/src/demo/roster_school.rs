//! A school of any size, full of work: ten pieces in every classroom, most of
//! them handed in, marked and given back. Written in bulk, to be measured with.

use std::collections::HashMap;

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{AssignmentId, AttemptId, ClassroomId, MarkId, PersonId, SchoolId, SubmissionId};
use vocab::points::Points;

use super::Error;
use crate::clock::Time;
use crate::db::{Db, Write};
use entity::{account, assignment, attempt, enrolment, mark, submission};

const WORKS_IN_A_CLASSROOM: i64 = 10;
const ROWS_AT_ONCE: usize = 500;
const ANSWER: &str = "Photosynthesis happens in the leaves. The plant takes in carbon dioxide through the stomata and \
                      water through its roots.\n\nWith energy from light it makes glucose, which it uses or keeps as \
                      starch. Oxygen is what is left over.";

/// Gives every account of a school that the demo made the password, and every
/// classroom its work.
pub async fn fill(db: &Db, school: SchoolId, password_hash: &str, now: Time) -> Result<(), Error> {
    let tx = db.write().await?;
    super::own::require_own(&tx, school).await?;
    account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(password_hash))
        .col_expr(account::Column::PasswordSetAt, Expr::value(now))
        .filter(account::Column::SchoolId.eq(school))
        .exec(&*tx)
        .await?;
    super::busiest::crowd(&tx, school, now).await?;
    be_there_before(&tx, school, now).await?;
    crate::policies::settle(&tx, school, now)
        .await
        .map_err(Error::refused)?;
    let mut places: HashMap<ClassroomId, (Option<PersonId>, Vec<PersonId>)> = HashMap::new();
    let enrolments = enrolment::Entity::find()
        .filter(enrolment::Column::SchoolId.eq(school))
        .filter(enrolment::Column::EndedAt.is_null())
        .order_by_asc(enrolment::Column::Id)
        .all(&*tx)
        .await?;
    for place in enrolments {
        let (teacher, students) = places.entry(place.classroom_id).or_default();
        match place.role {
            ClassroomRole::Teacher => *teacher = Some(place.person_id),
            ClassroomRole::Student => students.push(place.person_id),
        }
    }
    let mut rows = Rows::new(school, now);
    for (classroom, (teacher, students)) in places {
        let Some(teacher) = teacher else { continue };
        for number in 0..WORKS_IN_A_CLASSROOM {
            rows.add_work(classroom, teacher, &students, number);
        }
    }
    rows.insert(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets everybody's place begin before the first of the work was due.
async fn be_there_before(tx: &Write, school: SchoolId, now: Time) -> Result<(), DbErr> {
    let since = now - TimeDelta::days(60);
    enrolment::Entity::update_many()
        .col_expr(enrolment::Column::BeganAt, Expr::value(since))
        .filter(enrolment::Column::SchoolId.eq(school))
        .filter(enrolment::Column::BeganAt.gt(since))
        .exec(&**tx)
        .await?;
    Ok(())
}

struct Rows {
    school: SchoolId,
    now: Time,
    works: Vec<assignment::ActiveModel>,
    submissions: Vec<submission::ActiveModel>,
    attempts: Vec<attempt::ActiveModel>,
    marks: Vec<mark::ActiveModel>,
}

impl Rows {
    fn new(school: SchoolId, now: Time) -> Self {
        Self {
            school,
            now,
            works: Vec::new(),
            submissions: Vec::new(),
            attempts: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Work 0 to 4 is returned, 5 and 6 wait to be marked, 7 to 9 are still open.
    fn add_work(
        &mut self,
        classroom: ClassroomId,
        teacher: PersonId,
        students: &[PersonId],
        number: i64,
    ) {
        let id = AssignmentId(crate::secrets::new_id());
        let due = self.now + TimeDelta::days((number - 6) * 4) + TimeDelta::hours(6);
        let began = (due - TimeDelta::days(7)).min(self.now - TimeDelta::days(1));
        self.works.push(assignment::ActiveModel {
            id: Set(id),
            school_id: Set(self.school),
            classroom_id: Set(classroom),
            title: Set(format!("Sheet {}: photosynthesis", number + 1)),
            instructions: Set("Read pages 40 to 43. Answer in your own words:\n\n- Where does it happen?\n- What goes in, what comes out?".to_owned()),
            points: Set(Some(Points::whole(20))),
            due_at: Set(Some(due)),
            publish_at: Set(Some(began)),
            closed_at: Set(None),
            created_by: Set(teacher),
            created_at: Set(began),
            updated_at: Set(began),
        });
        for (place, student) in students.iter().enumerate() {
            let hands_in = match number {
                0..=4 => true,
                5 | 6 => place % 5 != 0,
                _ => place % 4 == 0,
            };
            if hands_in {
                let at = (due - TimeDelta::hours(20)).min(self.now - TimeDelta::hours(1));
                self.add_answer(
                    id,
                    *student,
                    teacher,
                    at,
                    number <= 4 || (number <= 6 && place % 2 == 0),
                    number <= 4,
                );
            }
        }
    }

    fn add_answer(
        &mut self,
        work: AssignmentId,
        student: PersonId,
        teacher: PersonId,
        at: Time,
        is_marked: bool,
        is_returned: bool,
    ) {
        let (id, attempt_id) = (
            SubmissionId(crate::secrets::new_id()),
            AttemptId(crate::secrets::new_id()),
        );
        let number = self.submissions.len();
        self.submissions.push(submission::ActiveModel {
            id: Set(id),
            school_id: Set(self.school),
            assignment_id: Set(work),
            student_id: Set(student),
            draft_text: Set(ANSWER.to_owned()),
            draft_version: Set(1),
            draft_saved_at: Set(Some(at)),
            attempt_id: Set(Some(attempt_id)),
            handed_in_at: Set(Some(at)),
            is_late: Set(false),
            draft_saved_by: Set(None),
        });
        self.attempts.push(attempt::ActiveModel {
            written_at: Set(None),
            id: Set(attempt_id),
            school_id: Set(self.school),
            submission_id: Set(id),
            number: Set(1),
            text: Set(ANSWER.to_owned()),
            receipt: Set(format!("DEMO-{number:06}")),
            handed_in_at: Set(at),
            is_late: Set(false),
            withdrawn_at: Set(None),
        });
        if is_marked {
            let marked = (at + TimeDelta::hours(30)).min(self.now);
            self.marks.push(mark::ActiveModel {
                id: Set(MarkId(crate::secrets::new_id())),
                school_id: Set(self.school),
                submission_id: Set(id),
                points: Set(Some(Points::whole(
                    i32::try_from(10 + number % 11).unwrap_or(10),
                ))),
                comment: Set(
                    "Clear and in your own words. Say next **why** the plant needs light."
                        .to_owned(),
                ),
                version: Set(1),
                marked_by: Set(teacher),
                marked_at: Set(marked),
                returned_at: Set(is_returned.then_some(marked)),
                returned_by: Set(is_returned.then_some(teacher)),
            });
        }
    }

    async fn insert(self, tx: &Write) -> Result<(), DbErr> {
        insert_all::<assignment::Entity, _>(tx, self.works).await?;
        insert_all::<submission::Entity, _>(tx, self.submissions).await?;
        insert_all::<attempt::Entity, _>(tx, self.attempts).await?;
        insert_all::<mark::Entity, _>(tx, self.marks).await
    }
}

async fn insert_all<E, A>(tx: &Write, rows: Vec<A>) -> Result<(), DbErr>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E> + Clone + Send,
{
    for chunk in rows.chunks(ROWS_AT_ONCE) {
        E::insert_many(chunk.iter().cloned())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}
