//! What waits for a teacher while somebody objects to teaching: nothing of theirs. The list of
//! who has handed in says why, and so does the queue of the marking desk, which leads past it.

use domain::home::{self, Length};
use domain::{access, assignments, classrooms, marking, submissions};
use entity::person;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use test_kit::{NewWork, School};
use vocab::assignments::{TeacherWork, WaitsFor, WorkCounts, WorkState};
use vocab::classrooms::ClassroomSummary;
use vocab::home::ToMark;
use vocab::ids::{AssignmentId, SubmissionId};
use vocab::marking::{MarkingDesk, QueueLine};
use vocab::objections::ObjectionUse;

use super::says;
use crate::classrooms::put_away;

/// How much is to be marked, and to be given back.
type Waiting = (u64, u64);

/// The page on which Ada reads who has handed in.
async fn list(school: &School, id: AssignmentId) -> TeacherWork {
    let (db, ada, now) = (school.db.read(), school.actor("ada"), school.now());
    let see = assignments::policy::Action::SeeAnswers;
    let work = access::assignment(db, &ada, id, see, now)
        .await
        .expect("hers");
    assignments::teacher_page(db, &ada, &work, now)
        .await
        .expect("hers")
}

/// Whose lines say that somebody objected.
pub(super) async fn noted(school: &School, id: AssignmentId) -> Vec<String> {
    let lines = list(school, id).await.lines.into_iter();
    lines
        .filter(|line| line.is_objected_to)
        .map(|line| line.name)
        .collect()
}

/// What waits for Ada: on the work's own page, in its classroom, on her first page, under
/// "Marking" and in the queue of the marking desk.
pub(super) async fn waits_for_ada(school: &School, id: AssignmentId) -> [Waiting; 5] {
    let of = |counts: WorkCounts| (counts.to_mark, counts.to_return);
    [
        of(list(school, id).await.counts),
        of(in_its_classroom(school, id).await),
        on_the_first_page(school).await,
        under_marking(school).await,
        in_the_queue(school, id).await,
    ]
}

async fn in_its_classroom(school: &School, id: AssignmentId) -> WorkCounts {
    let (db, ada) = (school.db.read(), school.actor("ada"));
    let see = classrooms::policy::Action::See;
    let room = school.classroom("10Ma1");
    let room = access::classroom(db, &ada, room, see).await.expect("hers");
    let stream = classrooms::page(db, &ada, &room, school.now())
        .await
        .expect("hers");
    let counts = stream.work.iter().find(|line| line.id == id);
    counts
        .and_then(|line| line.counts)
        .expect("it is in the stream")
}

async fn on_the_first_page(school: &School) -> Waiting {
    let (db, ada) = (school.db.read(), school.actor("ada"));
    let page = home::page(db, &ada, Length::Short(None), school.now())
        .await
        .expect("hers");
    let page = page.teacher.expect("she teaches");
    let waits = in_all(&page.to_mark);
    assert_eq!(to_mark_beside(&page.classrooms), waits.0);
    waits
}

async fn under_marking(school: &School) -> Waiting {
    let (db, ada) = (school.db.read(), school.actor("ada"));
    let listed = classrooms::list(db, &ada, &classrooms::Search::default())
        .await
        .expect("hers");
    let waits = home::to_mark(db, &ada, school.now()).await.expect("hers");
    let waits = in_all(&waits);
    assert_eq!(to_mark_beside(&listed.classrooms), waits.0);
    waits
}

/// What the queue says, which says of the same people as the list that somebody objected.
async fn in_the_queue(school: &School, id: AssignmentId) -> Waiting {
    let lines = list(school, id).await.lines;
    let first = lines.iter().find_map(|line| line.submission);
    let desk = desk(school, first.expect("somebody handed it in")).await;
    let those_who = |state: &str| names(&desk.queue, |line| line.state == state);
    let objected = names(&desk.queue, |line| line.is_objected_to);
    assert_eq!(objected, noted(school, id).await);
    assert_eq!(objected, those_who("Somebody objected"));
    let to_mark = those_who("To mark").len() as u64;
    assert_eq!(desk.total - desk.marked, to_mark);
    (to_mark, those_who("Marked").len() as u64)
}

fn names(queue: &[QueueLine], which: impl Fn(&QueueLine) -> bool) -> Vec<String> {
    let lines = queue.iter().filter(|line| which(line));
    lines.map(|line| line.name.clone()).collect()
}

/// An answer on Ada's desk, to be read. Its form, which is for browsers without the island,
/// leads to the same answer after it.
async fn desk(school: &School, id: SubmissionId) -> MarkingDesk {
    let (db, ada, now) = (school.db.read(), school.actor("ada"), school.now());
    let see = submissions::policy::Action::SeeHistory;
    let answer = access::submission(db, &ada, id, see, now)
        .await
        .expect("hers to read");
    let desk = marking::desk(db, &ada, &answer, now).await.expect("there");
    let next = marking::next_after(db, &answer).await.expect("answered");
    assert_eq!(next, desk.next);
    desk
}

/// The answers that the desk leads to from this one: before it, and after it.
async fn ways_from(
    school: &School,
    id: SubmissionId,
) -> (Option<SubmissionId>, Option<SubmissionId>) {
    let desk = desk(school, id).await;
    (desk.previous, desk.next)
}

/// How many are marked, of how many; before that, which of them this one is.
async fn progress_at(school: &School, id: SubmissionId) -> (Option<u64>, u64, u64) {
    let desk = desk(school, id).await;
    (desk.position, desk.marked, desk.total)
}

/// Somebody comes last wherever people stand by name.
async fn comes_last(school: &School, who: &str) {
    let last = person::ActiveModel {
        id: Set(school.person(who)),
        sort_name: Set("zz".to_owned()),
        ..Default::default()
    };
    last.update(school.db.read()).await.expect("renamed");
}

fn to_mark_beside(rooms: &[ClassroomSummary]) -> u64 {
    rooms.iter().map(|room| room.to_mark).sum()
}

fn in_all(work: &[ToMark]) -> Waiting {
    let waits = |work: &ToMark| work.to_mark + work.to_return;
    assert!(
        work.iter().all(|work| waits(work) > 0),
        "nothing is listed that does not wait"
    );
    (
        work.iter().map(|work| work.to_mark).sum(),
        work.iter().map(|work| work.to_return).sum(),
    )
}

#[tokio::test]
async fn nothing_waits_to_be_marked_of_who_objects_until_it_is_taken_back() {
    let school = School::new().await;
    let id = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    school.submission(id, "zainab", "x = 4").await;
    assert_eq!(waits_for_ada(&school, id).await, [(1, 0); 5]);
    says(&school, ("rosa", "zainab"), ObjectionUse::Teaching, true)
        .await
        .expect("her child");
    assert_eq!(waits_for_ada(&school, id).await, [(0, 0); 5]);
    let page = list(&school, id).await;
    assert_eq!(page.counts.handed_in, 1, "she handed it in all the same");
    let line = page.lines.iter().find(|line| line.is_objected_to);
    let line = line.expect("it says why");
    assert_eq!(line.student, school.person("zainab"));
    assert_eq!(line.state, WorkState::HandedIn);
    assert_eq!(line.waits_for, Some(WaitsFor::Mark));
    says(&school, ("rosa", "zainab"), ObjectionUse::Teaching, false)
        .await
        .expect("hers to take back");
    assert_eq!(waits_for_ada(&school, id).await, [(1, 0); 5]);
    assert_eq!(noted(&school, id).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_marking_desk_leads_past_who_objects_until_it_is_taken_back() {
    let school = School::new().await;
    let id = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    comes_last(&school, "priya").await;
    let tomos = school.submission(id, "tomos", "x = 3").await;
    let zainab = school.submission(id, "zainab", "x = 4").await;
    let priya = school.submission(id, "priya", "x = 5").await;
    assert_eq!(ways_from(&school, tomos).await, (None, Some(zainab)));
    assert_eq!(ways_from(&school, priya).await, (Some(zainab), None));
    assert_eq!(progress_at(&school, priya).await, (Some(3), 0, 3));

    says(&school, ("rosa", "zainab"), ObjectionUse::Teaching, true)
        .await
        .expect("her child");
    assert_eq!(ways_from(&school, tomos).await, (None, Some(priya)));
    assert_eq!(ways_from(&school, priya).await, (Some(tomos), None));
    assert!(!desk(&school, priya).await.is_objected_to);
    let hers = desk(&school, zainab).await;
    assert!(hers.is_objected_to, "why it cannot be saved");
    assert_eq!(hers.text, "x = 4", "it is read as before");
    assert_eq!((hers.previous, hers.next), (Some(tomos), Some(priya)));
    let states: Vec<&str> = hers.queue.iter().map(|line| line.state.as_str()).collect();
    assert_eq!(states, ["To mark", "Somebody objected", "To mark"]);

    for other in [tomos, priya] {
        school.mark(other, "ada", 12, "Neat").await;
    }
    assert_eq!(progress_at(&school, zainab).await, (None, 2, 2));
    assert_eq!(progress_at(&school, priya).await, (Some(2), 2, 2));

    says(&school, ("rosa", "zainab"), ObjectionUse::Teaching, false)
        .await
        .expect("hers to take back");
    assert_eq!(ways_from(&school, tomos).await, (None, Some(zainab)));
    assert_eq!(ways_from(&school, priya).await, (Some(zainab), None));
    assert_eq!(progress_at(&school, zainab).await, (Some(2), 2, 3));
    assert!(!desk(&school, zainab).await.is_objected_to);
}

#[tokio::test]
async fn a_teacher_is_told_of_an_objection_only_where_it_keeps_them_from_something() {
    let school = School::new().await;
    let id = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let returned = school.submission(id, "zainab", "x = 4").await;
    school.returned_mark(returned, "ada", 12, "Neat").await;
    for who in ["zainab", "tomos"] {
        says(&school, (who, who), ObjectionUse::Teaching, true)
            .await
            .expect("theirs");
    }
    assert_eq!(
        noted(&school, id).await,
        Vec::<String>::new(),
        "one has it back, the other has not handed in"
    );
    school.submission(id, "tomos", "x = 5").await;
    assert_eq!(noted(&school, id).await, ["Tomos Griffiths"]);
    put_away(&school, "10Ma1").await;
    assert_eq!(
        noted(&school, id).await,
        Vec::<String>::new(),
        "nobody marks in an archived classroom"
    );
}
