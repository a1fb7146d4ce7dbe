//! A teacher whose own child learns in the classroom. Of that child's work they read what any
//! guardian of the child reads, and nothing beyond it; for all the others they are its teacher.

use chrono::TimeDelta;
use domain::assignments::policy::Action;
use domain::submissions::{self, Error};
use domain::{AccessError, Actor, Permitted, Time, access};
use entity::{assignment, guardianship, submission_file};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::assignments::StudentWork;
use vocab::classrooms::Standing;
use vocab::ids::{AssignmentId, FileId};
use vocab::looks::LookRelation;
use vocab::people::Role;

use super::files::{attach, some, store};
use super::{hand_in, page, sheet};

/// Northgate, where Ada looks after a student whom she teaches; and Ada.
async fn where_ada_looks_after(child: &str) -> (School, Actor) {
    let school = School::new().await;
    school.looks_after("ada", child).await;
    let mut ada = school.actor("ada");
    ada.roles = ada.roles.with(Role::Guardian);
    (school, ada)
}

async fn as_guardian(
    school: &School,
    actor: &Actor,
    id: AssignmentId,
    student: &str,
) -> Result<StudentWork, Error> {
    let (db, now) = (school.db.read(), school.now());
    let work = access::assignment_as_guardian(db, actor, id, now).await?;
    submissions::student_page(db, actor, &work, school.person(student), now).await
}

async fn is_hidden(school: &School, actor: &Actor, id: AssignmentId, student: &str) -> bool {
    matches!(
        as_guardian(school, actor, id, student).await,
        Err(Error::Access(AccessError::NotFound))
    )
}

#[tokio::test]
async fn who_teaches_their_own_child_reads_of_it_what_any_guardian_of_the_child_reads() {
    let (school, ada) = where_ada_looks_after("zainab").await;
    let begun = sheet(&school).await;
    school.draft(begun, "zainab", "x = ").await;
    let returned = sheet(&school).await;
    let answer = school.submission(returned, "zainab", "x = 4").await;
    school.returned_mark(answer, "bruno", 18, "**Neat**").await;
    for id in [begun, returned] {
        let hers = as_guardian(&school, &ada, id, "zainab").await;
        let others = page(&school, "rosa", id, "zainab").await;
        assert_eq!(hers.expect("her child's"), others);
    }
    let looks = ada.looks.take();
    assert!(!looks.is_empty());
    for look in looks {
        assert_eq!(look.relation, LookRelation::Guardian);
    }
    for action in [Action::SeeAnswers, Action::Mark, Action::Edit] {
        let work = access::assignment(school.db.read(), &ada, returned, action, school.now()).await;
        let standing = work.expect("she teaches it").standing();
        assert_eq!(standing, Standing::Teacher, "{action:?}");
    }
}

#[tokio::test]
async fn who_teaches_their_own_child_reads_nothing_more_of_anybody_elses() {
    let (school, ada) = where_ada_looks_after("zainab").await;
    let id = sheet(&school).await;
    for student in ["zainab", "tomos"] {
        school.draft(id, student, "x = ").await;
    }
    // Tomos is in the class, and Mei is not.
    for student in ["tomos", "mei", "ada"] {
        assert!(is_hidden(&school, &ada, id, student).await, "{student}");
    }
    let not_out = school.assignment("10Ma1", NewWork::draft("Sheet 7")).await;
    assert!(is_hidden(&school, &ada, not_out, "zainab").await);
    // In this class, which she teaches too, no child of hers learns.
    let english = NewWork::published("A poem");
    let english = school.assignment("7En1", english).await;
    assert!(is_hidden(&school, &ada, english, "zainab").await);
    // A teacher who looks after nobody, and Ada once the role has ended.
    for teacher in ["bruno", "ada"] {
        let teacher = school.actor(teacher);
        assert!(is_hidden(&school, &teacher, id, "zainab").await);
    }
    as_guardian(&school, &ada, id, "zainab")
        .await
        .expect("the tie is open");
    guardianship::Entity::update_many()
        .col_expr(guardianship::Column::EndedAt, Expr::value(school.now()))
        .filter(guardianship::Column::GuardianId.eq(ada.person))
        .exec(school.db.read())
        .await
        .expect("the tie is ended");
    assert!(is_hidden(&school, &ada, id, "zainab").await);
}

async fn opens(
    school: &School,
    actor: &Actor,
    file: FileId,
) -> Result<Permitted<submission_file::Model>, AccessError> {
    access::file(school.db.read(), actor, file, school.now()).await
}

/// Work of Zainab's, with a plan that was handed in and a film that came after it.
async fn plan_and_film(school: &School) -> (AssignmentId, FileId, FileId) {
    let id = sheet(school).await;
    let (_folder, store) = store();
    let plan = attach(school, &store, id, "plan.txt", some(10)).await;
    hand_in(school, "zainab", id, "x = 4").await.expect("in");
    school.clock.advance(TimeDelta::minutes(1));
    let film = attach(school, &store, id, "film.jpg", some(20)).await;
    (id, plan.expect("room").id, film.expect("room").id)
}

#[tokio::test]
async fn who_teaches_their_own_child_opens_a_file_that_came_after_the_hand_in() {
    let (school, ada) = where_ada_looks_after("zainab").await;
    let (id, plan, film) = plan_and_film(&school).await;
    for file in [plan, film] {
        for guardian in [&ada, &school.actor("rosa")] {
            let opened = opens(&school, guardian, file).await.expect("her child's");
            assert_eq!(opened.standing(), Standing::Guardian, "{}", guardian.name);
        }
    }
    let bruno = school.actor("bruno");
    opens(&school, &bruno, plan).await.expect("handed in");
    let asked = opens(&school, &bruno, film).await;
    assert!(matches!(asked, Err(AccessError::NotFound)), "he teaches");

    // Guardians find work no more that was taken back to a draft; its teachers do.
    assignment::Entity::update_many()
        .col_expr(
            assignment::Column::PublishAt,
            Expr::value(Option::<Time>::None),
        )
        .filter(assignment::Column::Id.eq(id))
        .exec(school.db.read())
        .await
        .expect("it is a draft again");
    let opened = opens(&school, &ada, plan).await.expect("handed in");
    assert_eq!(opened.standing(), Standing::Teacher);
    let asked = opens(&school, &ada, film).await;
    assert!(matches!(asked, Err(AccessError::NotFound)), "not out");
}

#[tokio::test]
async fn who_looks_after_one_student_has_of_the_files_of_another_what_a_teacher_has() {
    let (school, ada) = where_ada_looks_after("tomos").await;
    let (_, plan, film) = plan_and_film(&school).await;
    let opened = opens(&school, &ada, plan).await.expect("handed in");
    assert_eq!(opened.standing(), Standing::Teacher);
    let asked = opens(&school, &ada, film).await;
    assert!(matches!(asked, Err(AccessError::NotFound)));
}

#[tokio::test]
async fn who_teaches_their_own_child_marks_as_the_teacher() {
    use domain::submissions::policy::Action;
    let (school, ada) = where_ada_looks_after("zainab").await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    for (action, standing) in [
        (Action::See, Standing::Guardian),
        (Action::SeeHistory, Standing::Teacher),
        (Action::Mark, Standing::Teacher),
        (Action::Return, Standing::Teacher),
    ] {
        let found = access::submission(school.db.read(), &ada, answer, action, school.now()).await;
        assert_eq!(found.expect("hers").standing(), standing, "{action:?}");
    }
}
