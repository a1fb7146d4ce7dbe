//! Whoever has left a classroom after handing in still reads that and what came back for it,
//! and so does who looks after them. Nothing else of the classroom is theirs.

use domain::assignments::policy::Action;
use domain::home::Length;
use domain::{AccessError, access, classrooms, home, submissions};
use entity::guardianship;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::classrooms::Place;
use vocab::home::TodoGroup;
use vocab::ids::AssignmentId;
use vocab::people::{Role, Roles};

use super::{page, sheet};
use crate::late_joiners::leave;

async fn opens(
    school: &School,
    who: &str,
    id: AssignmentId,
    action: Action,
) -> Result<(), AccessError> {
    let (actor, now) = (school.actor(who), school.now());
    let found = access::assignment(school.db.read(), &actor, id, action, now).await;
    found.map(|_| ())
}

async fn is_hidden(school: &School, who: &str, id: AssignmentId) -> bool {
    matches!(
        opens(school, who, id, Action::See).await,
        Err(AccessError::NotFound)
    )
}

#[tokio::test]
async fn who_left_after_handing_in_reads_what_comes_back_and_writes_nothing() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    leave(&school, "zainab").await;
    let waits = page(&school, "zainab", id, "zainab").await;
    assert_eq!((waits.text.as_str(), waits.feedback), ("x = 4", None));
    // Her teacher has her answer on the desk still.
    school.returned_mark(answer, "ada", 17, "Neat").await;
    for who in ["zainab", "rosa"] {
        let page = page(&school, who, id, "zainab").await;
        assert_eq!(page.place, Place::Ended, "{who}");
        assert_eq!(page.text, "x = 4", "{who}");
        let feedback = page.feedback.expect("it came back");
        assert!(feedback.comment_html.contains("Neat"), "{who}");
        assert!(!page.can_hand_in && !page.can_unsubmit, "{who}");
        for action in [Action::HandIn, Action::Edit, Action::SeeAnswers] {
            let asked = opens(&school, who, id, action).await;
            assert!(
                matches!(asked, Err(AccessError::NotAllowed)),
                "{who} {action:?}"
            );
        }
        let (actor, room) = (school.actor(who), school.classroom("10Ma1"));
        let see = classrooms::policy::Action::See;
        let room = access::classroom(school.db.read(), &actor, room, see).await;
        assert!(matches!(room, Err(AccessError::NotFound)), "{who}");
    }
    for other in ["mei", "cleo"] {
        assert!(is_hidden(&school, other, id).await, "{other}");
    }
    // Of other work in the classroom, set before or after, she finds nothing.
    let later = school
        .assignment("10Ma1", NewWork::published("Sheet 7"))
        .await;
    assert!(is_hidden(&school, "zainab", later).await);
}

#[tokio::test]
async fn who_left_with_a_draft_alone_or_is_no_student_any_more_finds_nothing() {
    let school = School::new().await;
    let id = sheet(&school).await;
    school.draft(id, "tomos", "x =").await;
    school.submission(id, "zainab", "x = 4").await;
    for who in ["tomos", "zainab"] {
        leave(&school, who).await;
    }
    for who in ["tomos", "petra"] {
        assert!(is_hidden(&school, who, id).await, "{who}");
    }
    opens(&school, "zainab", id, Action::See)
        .await
        .expect("she handed in");
    let mut zainab = school.actor("zainab");
    zainab.roles = Roles::default().with(Role::Guardian);
    let asked = access::assignment(school.db.read(), &zainab, id, Action::See, school.now()).await;
    assert!(matches!(asked, Err(AccessError::NotFound)));
    guardianship::Entity::update_many()
        .col_expr(guardianship::Column::EndedAt, Expr::value(school.now()))
        .filter(guardianship::Column::StudentId.eq(school.person("zainab")))
        .exec(school.db.read())
        .await
        .expect("the tie is ended");
    assert!(is_hidden(&school, "rosa", id).await);
}

#[tokio::test]
async fn what_was_handed_in_before_leaving_is_found_where_one_looks_for_it() {
    let school = School::new().await;
    let id = sheet(&school).await;
    school.submission(id, "zainab", "x = 4").await;
    school
        .assignment("10Ma1", NewWork::published("Sheet 7"))
        .await;
    leave(&school, "zainab").await;
    let (db, now) = (school.db.read(), school.now());
    let (zainab, rosa) = (school.actor("zainab"), school.actor("rosa"));
    let all = home::work(db, &zainab, now).await.expect("hers").todo;
    let found: Vec<AssignmentId> = all
        .groups
        .iter()
        .flat_map(|part| part.items.iter().map(|item| item.assignment))
        .collect();
    assert_eq!(found, [id]);

    let work = access::assignment(db, &rosa, id, Action::See, now)
        .await
        .expect("her child's");
    let children = submissions::children_in(db, &rosa, &work).await;
    assert_eq!(children.expect("the list").len(), 1);
    for (reader, about) in [
        (&zainab, access::about(db, &zainab, zainab.person).await),
        (&rosa, access::child(db, &rosa, zainab.person).await),
    ] {
        let about = about.expect("theirs");
        let receipts = submissions::receipts(db, reader, &about, now).await;
        let lines = receipts.expect("the list").lines;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].work, Some(id));
    }
}

/// What stands on the first page in a group: of a student, or of the first child.
async fn at_home(school: &School, who: &str, wanted: TodoGroup) -> Vec<AssignmentId> {
    let (actor, short) = (school.actor(who), Length::Short(None));
    let page = home::page(school.db.read(), &actor, short, school.now()).await;
    let page = page.expect("the page is there");
    let children = page.children.unwrap_or_default();
    let of_child = children.into_iter().map(|child| child.todo).next();
    let todo = page.student.or(of_child).expect("a list");
    let groups = todo.groups.into_iter();
    groups
        .filter(|part| part.group == wanted)
        .flat_map(|part| part.items.into_iter().map(|item| item.assignment))
        .collect()
}

#[tokio::test]
async fn what_comes_back_from_a_classroom_that_was_left_stands_on_the_first_page_for_a_while() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    // Of what she did not hand in, nothing asks for doing any more.
    school
        .assignment("10Ma1", NewWork::published("Sheet 7"))
        .await;
    leave(&school, "zainab").await;
    let readers = ["zainab", "rosa"];
    for who in readers {
        assert_eq!(at_home(&school, who, TodoGroup::Done).await, [id], "{who}");
        let later = at_home(&school, who, TodoGroup::Later).await;
        assert!(later.is_empty(), "{who}");
    }
    school.returned_mark(answer, "ada", 17, "Neat").await;
    for who in readers {
        let back = at_home(&school, who, TodoGroup::BackToYou).await;
        assert_eq!(back, [id], "{who}");
    }
    // Put back, she has it once.
    school.clock.advance(chrono::TimeDelta::hours(1));
    crate::late_joiners::join(&school, "zainab").await;
    for who in readers {
        let back = at_home(&school, who, TodoGroup::BackToYou).await;
        assert_eq!(back, [id], "{who}");
    }
    leave(&school, "zainab").await;
    school.clock.advance(chrono::TimeDelta::days(15));
    for who in readers {
        let back = at_home(&school, who, TodoGroup::BackToYou).await;
        assert!(back.is_empty(), "{who}");
    }
}

#[tokio::test]
async fn who_was_put_back_has_their_work_once_and_may_write_again() {
    let school = School::new().await;
    let id = sheet(&school).await;
    school.submission(id, "tomos", "x = 4").await;
    leave(&school, "tomos").await;
    school.clock.advance(chrono::TimeDelta::hours(1));
    crate::late_joiners::join(&school, "tomos").await;
    let all = home::work(school.db.read(), &school.actor("tomos"), school.now()).await;
    let items: usize = all
        .expect("his")
        .todo
        .groups
        .iter()
        .map(|part| part.items.len())
        .sum();
    assert_eq!(items, 1);
    let page = page(&school, "tomos", id, "tomos").await;
    assert_eq!(page.place, Place::Open);
    assert!(page.can_unsubmit);
}
