//! What waits for a teacher while somebody objects to teaching: nothing of theirs, and the
//! list of who has handed in says why.

use domain::home::{self, Length};
use domain::{access, assignments, classrooms};
use test_kit::{NewWork, School};
use vocab::assignments::{TeacherWork, WaitsFor, WorkCounts, WorkState};
use vocab::classrooms::ClassroomSummary;
use vocab::home::ToMark;
use vocab::ids::AssignmentId;
use vocab::objections::ObjectionUse;

use super::says;

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

/// What waits for Ada: on the work's own page, in its classroom, on her first page and
/// under "Marking".
pub(super) async fn waits_for_ada(school: &School, id: AssignmentId) -> [Waiting; 4] {
    let of = |counts: WorkCounts| (counts.to_mark, counts.to_return);
    [
        of(list(school, id).await.counts),
        of(in_its_classroom(school, id).await),
        on_the_first_page(school).await,
        under_marking(school).await,
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
    assert_eq!(waits_for_ada(&school, id).await, [(1, 0); 4]);
    says(&school, ("rosa", "zainab"), ObjectionUse::Teaching, true)
        .await
        .expect("her child");
    assert_eq!(waits_for_ada(&school, id).await, [(0, 0); 4]);
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
    assert_eq!(waits_for_ada(&school, id).await, [(1, 0); 4]);
    assert_eq!(noted(&school, id).await, Vec::<String>::new());
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
    let (ada, room) = (school.actor("ada"), school.classroom("10Ma1"));
    let tx = school.db.write().await.expect("free");
    let archive = classrooms::policy::Action::Archive;
    let door = access::classroom(&*tx, &ada, room, archive)
        .await
        .expect("hers");
    classrooms::archive(&tx, &door, school.now())
        .await
        .expect("archived");
    tx.commit().await.expect("kept");
    assert_eq!(
        noted(&school, id).await,
        Vec::<String>::new(),
        "nobody marks in an archived classroom"
    );
}
