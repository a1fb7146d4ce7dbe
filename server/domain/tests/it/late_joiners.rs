//! Who comes to a classroom later: what was over by then is neither overdue nor missing for
//! them, on no list, and can still be handed in. Who is put back finds what they had.

use chrono::TimeDelta;
use domain::assignments::policy::Action;
use domain::{Permitted, access, assignments, classrooms, home, secrets, submissions};
use test_kit::{NewWork, School};
use vocab::assignments::{StudentWork, WorkState};
use vocab::classrooms::ClassroomRole;
use vocab::home::{Todo, TodoGroup};
use vocab::ids::AssignmentId;

/// Gives somebody a place in 10Ma1 from now on.
pub(crate) async fn join(school: &School, who: &str) {
    let manage = classrooms::policy::Action::ManageMembers;
    let (ada, room) = (school.actor("ada"), school.classroom("10Ma1"));
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &ada, room, manage)
        .await
        .expect("hers");
    let role = ClassroomRole::Student;
    classrooms::add_member(&tx, &room, school.person(who), role, school.now())
        .await
        .expect("they fit");
    tx.commit().await.expect("kept");
}

/// Ends somebody's place in 10Ma1.
pub(crate) async fn leave(school: &School, who: &str) {
    let manage = classrooms::policy::Action::ManageMembers;
    let (ada, room) = (school.actor("ada"), school.classroom("10Ma1"));
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &ada, room, manage)
        .await
        .expect("hers");
    let page = classrooms::members(&*tx, &ada, &room, ("", 1), school.now())
        .await
        .expect("the page is there");
    let place = page
        .members
        .iter()
        .find(|member| member.person == school.person(who))
        .expect("they have a place");
    classrooms::end_member(&tx, &room, place.enrolment, school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
}

/// Work that was due yesterday.
async fn overdue(school: &School) -> AssignmentId {
    let work = NewWork::published("Before").due("2026-11-23T15:30:00Z");
    school.assignment("10Ma1", work).await
}

/// Work that is due in two days.
async fn open(school: &School) -> AssignmentId {
    let work = NewWork::published("After").due("2026-11-26T15:30:00Z");
    school.assignment("10Ma1", work).await
}

async fn door(
    school: &School,
    who: &str,
    id: AssignmentId,
    action: Action,
) -> Permitted<access::Work> {
    let (actor, now) = (school.actor(who), school.now());
    access::assignment(school.db.read(), &actor, id, action, now)
        .await
        .expect("the door is open")
}

pub(crate) async fn student_page(
    school: &School,
    who: &str,
    student: &str,
    id: AssignmentId,
) -> StudentWork {
    let work = door(school, who, id, Action::See).await;
    let (actor, student) = (school.actor(who), school.person(student));
    submissions::student_page(school.db.read(), &actor, &work, student, school.now())
        .await
        .expect("the page is there")
}

/// Where somebody stands in the teacher's list.
pub(crate) async fn listed(school: &School, who: &str, id: AssignmentId) -> WorkState {
    let work = door(school, "ada", id, Action::SeeAnswers).await;
    let (ada, now) = (school.actor("ada"), school.now());
    let page = assignments::teacher_page(school.db.read(), &ada, &work, now)
        .await
        .expect("the page is there");
    let line = page
        .lines
        .into_iter()
        .find(|line| line.student == school.person(who));
    line.expect("they are in the list").state
}

async fn todo(school: &School, who: &str) -> Todo {
    let (actor, whole) = (school.actor(who), home::Length::Whole);
    home::page(school.db.read(), &actor, whole, school.now())
        .await
        .expect("the page is there")
        .student
        .expect("a student")
}

/// Title and state of everything in a group.
fn of(todo: &Todo, group: TodoGroup) -> Vec<(&str, WorkState)> {
    todo.groups
        .iter()
        .filter(|part| part.group == group)
        .flat_map(|part| &part.items)
        .map(|item| (item.title.as_str(), item.state))
        .collect()
}

#[tokio::test]
async fn what_was_due_before_a_student_came_is_not_overdue_for_them_nor_for_their_guardian() {
    let school = School::new().await;
    overdue(&school).await;
    open(&school).await;
    join(&school, "mei").await;
    let tomos = todo(&school, "tomos").await;
    let before = [("Before", WorkState::Missing)];
    let after = [("After", WorkState::NotStarted)];
    assert_eq!(of(&tomos, TodoGroup::Overdue), before);
    let mei = todo(&school, "mei").await;
    let groups: Vec<TodoGroup> = mei.groups.iter().map(|part| part.group).collect();
    assert_eq!(groups, [TodoGroup::ThisWeek]);
    assert_eq!(of(&mei, TodoGroup::ThisWeek), after);

    let (petra, whole) = (school.actor("petra"), home::Length::Whole);
    let page = home::page(school.db.read(), &petra, whole, school.now())
        .await
        .expect("the page is there");
    let children = page.children.expect("a guardian");
    let child = |who: &str| {
        let found = children
            .iter()
            .find(|child| child.person == school.person(who));
        &found.expect("hers").todo
    };
    assert_eq!(*child("mei"), mei);
    assert_eq!(*child("tomos"), tomos);

    let all = home::work(school.db.read(), &school.actor("mei"), school.now())
        .await
        .expect("hers");
    let earlier = [("Before", WorkState::NotStarted)];
    assert_eq!(of(&all.todo, TodoGroup::Earlier), earlier);

    school.clock.advance(TimeDelta::days(3));
    let mei = todo(&school, "mei").await;
    let after = [("After", WorkState::Missing)];
    assert_eq!(of(&mei, TodoGroup::Overdue), after);
}

#[tokio::test]
async fn a_teacher_does_not_read_missing_of_what_was_over_before_a_student_came() {
    let school = School::new().await;
    let before = overdue(&school).await;
    let closed = NewWork::published("Closed").closed("2026-11-23T15:30:00Z");
    let closed = school.assignment("10Ma1", closed).await;
    let after = open(&school).await;
    join(&school, "mei").await;
    for id in [before, closed] {
        assert_eq!(listed(&school, "mei", id).await, WorkState::NotStarted);
        assert_eq!(listed(&school, "tomos", id).await, WorkState::Missing);
    }
    school.clock.advance(TimeDelta::days(3));
    assert_eq!(listed(&school, "mei", after).await, WorkState::Missing);
}

#[tokio::test]
async fn the_classroom_and_the_works_own_page_call_it_not_started_and_it_is_handed_in() {
    let school = School::new().await;
    let id = overdue(&school).await;
    join(&school, "mei").await;
    let room = school.classroom("10Ma1");
    for (who, state) in [
        ("mei", WorkState::NotStarted),
        ("tomos", WorkState::Missing),
    ] {
        let (actor, see) = (school.actor(who), classrooms::policy::Action::See);
        let room = access::classroom(school.db.read(), &actor, room, see)
            .await
            .expect("theirs");
        let page = classrooms::page(school.db.read(), &actor, &room, school.now())
            .await
            .expect("the page is there");
        assert_eq!(page.work[0].mine, Some(state), "{who}");
        for reader in [who, "petra"] {
            let page = student_page(&school, reader, who, id).await;
            assert_eq!(page.state, state, "{reader} of {who}");
        }
    }
    let mei = school.actor("mei");
    let work = door(&school, "mei", id, Action::HandIn).await;
    let random = &mut secrets::random();
    let tx = school.db.write().await.expect("free");
    submissions::hand_in(&tx, &mei, &work, ("x = 4", None), random, school.now())
        .await
        .expect("it is open");
    tx.commit().await.expect("kept");
    assert_eq!(
        listed(&school, "mei", id).await,
        WorkState::HandedInLate,
        "as the due time says"
    );
}

/// Where somebody stands in the stream of 10Ma1, by title.
async fn in_the_stream(school: &School, who: &str) -> Vec<(String, WorkState)> {
    let (actor, see) = (school.actor(who), classrooms::policy::Action::See);
    let room = access::classroom(school.db.read(), &actor, school.classroom("10Ma1"), see)
        .await
        .expect("theirs");
    let page = classrooms::page(school.db.read(), &actor, &room, school.now())
        .await
        .expect("the page is there");
    let lines = page.work.into_iter();
    lines
        .map(|work| (work.title, work.mine.expect("a student's")))
        .collect()
}

#[tokio::test]
async fn who_is_put_back_finds_what_they_had_there_as_before_and_nothing_of_the_time_between() {
    let school = School::new().await;
    let (before, after) = (overdue(&school).await, open(&school).await);
    let closes = NewWork::published("Closes").closed("2026-11-25T15:30:00Z");
    let closes = school.assignment("10Ma1", closes).await;
    assert_eq!(listed(&school, "tomos", before).await, WorkState::Missing);
    assert_eq!(listed(&school, "tomos", after).await, WorkState::NotStarted);
    leave(&school, "tomos").await;
    // It went out on the 26th.
    school.clock.advance(TimeDelta::days(3));
    let between = NewWork::published("Between").due("2026-11-27T08:00:00Z");
    let between = school.assignment("10Ma1", between).await;
    for who in ["tomos", "mei"] {
        join(&school, who).await;
    }
    for (id, title, state) in [
        (before, "Before", WorkState::Missing),
        (after, "After", WorkState::Missing),
        (closes, "Closes", WorkState::Missing),
        (between, "Between", WorkState::NotStarted),
    ] {
        for (who, state) in [("tomos", state), ("mei", WorkState::NotStarted)] {
            assert_eq!(listed(&school, who, id).await, state, "{who}: {title}");
            let page = student_page(&school, who, who, id).await;
            assert_eq!(page.state, state, "{who}: {title}");
            let line = (title.to_owned(), state);
            let stream = in_the_stream(&school, who).await;
            assert!(stream.contains(&line), "{who}: {line:?} in {stream:?}");
        }
    }
    let tomos = todo(&school, "tomos").await;
    let missed = [
        ("Before", WorkState::Missing),
        ("After", WorkState::Missing),
    ];
    assert_eq!(of(&tomos, TodoGroup::Overdue), missed);
    assert!(of(&todo(&school, "mei").await, TodoGroup::Overdue).is_empty());

    let (petra, whole) = (school.actor("petra"), home::Length::Whole);
    let page = home::page(school.db.read(), &petra, whole, school.now())
        .await
        .expect("the page is there");
    let children = page.children.expect("a guardian");
    let mut children = children.iter();
    let child = children.find(|child| child.person == school.person("tomos"));
    assert_eq!(child.expect("hers").todo, tomos);
}

#[tokio::test]
async fn of_several_earlier_places_each_counts_for_the_work_of_its_own_time() {
    let school = School::new().await;
    leave(&school, "tomos").await;
    school.clock.advance(TimeDelta::days(3));
    let between = NewWork::published("Between").due("2026-11-27T08:00:00Z");
    let between = school.assignment("10Ma1", between).await;
    join(&school, "tomos").await;
    let again = NewWork::published("Again").due("2026-11-30T15:30:00Z");
    let again = school.assignment("10Ma1", again).await;
    school.clock.advance(TimeDelta::days(1));
    leave(&school, "tomos").await;
    school.clock.advance(TimeDelta::days(7));
    join(&school, "tomos").await;
    for (id, state) in [
        (between, WorkState::NotStarted),
        (again, WorkState::Missing),
    ] {
        assert_eq!(listed(&school, "tomos", id).await, state);
    }
}
