//! A class that leaves the roster takes nobody's work with it: it is archived, and its people
//! read what is there.

use domain::assignments::policy::Action as WorkAction;
use domain::classrooms::policy::Action as RoomAction;
use domain::home::{self, Length};
use domain::submissions::policy::Action;
use domain::{AccessError, access, marking, rosters, submissions};
use entity::{classroom, enrolment};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use test_kit::{NewWork, Roster, School, User, user};
use vocab::classrooms::{ClassroomRole, Place};
use vocab::home::TodoGroup;
use vocab::ids::{AssignmentId, ClassroomId, EnrolmentId, PersonId, SubmissionId};
use vocab::rosters::RosterKind;

use super::{door, found, import, of, open_places};

/// The roster with 10Ma1 as a class of its own, which Ada teaches and Zainab learns in.
pub(super) async fn with_last_years_class(school: &School) -> Roster {
    classroom::Entity::update_many()
        .col_expr(classroom::Column::SourcedId, Expr::value("c2"))
        .filter(classroom::Column::Id.eq(school.classroom("10Ma1")))
        .exec(school.db.read())
        .await
        .expect("it is a class of the roster");
    let mut roster = without_last_years_class();
    roster.classes.push(("c2", "10Ma1"));
    roster.enrolments.push(("e8", "c2", "t2", "teacher"));
    roster.enrolments.push(("e9", "c2", "s9", "student"));
    roster
}

/// The same people, a year later.
pub(super) fn without_last_years_class() -> Roster {
    let mut roster = Roster::five_people();
    roster.users.push(User {
        username: "ada",
        ..user("t2", "Ada", "Achterberg", "teacher")
    });
    roster.users.push(User {
        username: "zainab",
        ..user("s9", "Zainab", "Okafor", "student")
    });
    roster
}

/// A piece of work in 10Ma1 that came back to Zainab.
async fn returned(school: &School) -> (AssignmentId, SubmissionId) {
    let sheet = NewWork::published("Sheet 6").points(20);
    let work = school.assignment("10Ma1", sheet).await;
    let answer = school.submission(work, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 17, "Neat").await;
    (work, answer)
}

async fn may(school: &School, who: &str, id: AssignmentId, action: WorkAction) -> bool {
    let (actor, now) = (school.actor(who), school.now());
    access::assignment(school.db.read(), &actor, id, action, now)
        .await
        .is_ok()
}

/// Zainab's page, as one of her family reads it.
async fn reads(school: &School, who: &str, id: AssignmentId) -> bool {
    let (db, actor, now) = (school.db.read(), school.actor(who), school.now());
    let Ok(work) = access::assignment(db, &actor, id, WorkAction::See, now).await else {
        return false;
    };
    let zainab = school.person("zainab");
    let page = submissions::student_page(db, &actor, &work, zainab, now)
        .await
        .expect("the page is there");
    assert!(!page.can_hand_in && !page.can_unsubmit, "{who}");
    assert_eq!(page.place, Place::Open, "{who}");
    assert_eq!(page.text, "x = 4", "{who}");
    page.feedback.is_some()
}

#[tokio::test]
async fn last_years_class_is_still_read_by_its_people_and_nothing_is_written_in_it() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    let (id, answer) = returned(&school).await;
    let to_mark = school
        .assignment("10Ma1", NewWork::published("Sheet 7"))
        .await;
    school.submission(to_mark, "zainab", "x = 5").await;
    import(&school, &with).await;
    let without = without_last_years_class();
    let gone = import(&school, &without).await;
    assert_eq!(of(&gone, RosterKind::Classrooms), (0, 0, 1, 1));
    assert_eq!(of(&gone, RosterKind::Enrolments), (0, 0, 0, 3));
    // The next night's file has it neither.
    let again = import(&school, &without).await;
    assert_eq!(of(&again, RosterKind::Classrooms), (0, 0, 0, 1));
    assert_eq!(of(&again, RosterKind::Enrolments), (0, 0, 0, 3));

    let (db, now, ada) = (school.db.read(), school.now(), school.actor("ada"));
    for action in [Action::See, Action::SeeHistory] {
        let found = access::submission(db, &ada, answer, action, now).await;
        let found = found.expect("she taught it");
        let desk = marking::desk(db, &ada, &found, now).await;
        desk.expect("the desk opens");
    }
    assert!(may(&school, "ada", id, WorkAction::SeeAnswers).await);
    assert!(reads(&school, "zainab", id).await && reads(&school, "rosa", id).await);
    for (who, action) in [
        ("ada", WorkAction::Edit),
        ("ada", WorkAction::Mark),
        ("ada", WorkAction::Return),
        ("zainab", WorkAction::HandIn),
        ("rosa", WorkAction::HandIn),
    ] {
        assert!(!may(&school, who, id, action).await, "{who} {action:?}");
    }
    let marked = access::submission(db, &ada, answer, Action::Mark, now).await;
    assert!(matches!(marked, Err(AccessError::Archived { .. })));
    for action in [
        RoomAction::SetWork,
        RoomAction::ManageMembers,
        RoomAction::AskConsent,
    ] {
        let room = school.classroom("10Ma1");
        let asked = access::classroom(db, &ada, room, action).await;
        assert!(
            matches!(asked, Err(AccessError::Archived { .. })),
            "{action:?}"
        );
    }
    for other in ["mei", "cleo"] {
        assert!(!may(&school, other, id, WorkAction::See).await, "{other}");
    }

    // Nothing of it is current: it asks nobody for anything.
    let page = home::page(db, &ada, Length::Whole, now).await;
    let teacher = page.expect("hers").teacher.expect("a teacher");
    assert_eq!(teacher.to_mark_total, 0);
    let names: Vec<&str> = teacher.classrooms.iter().map(|room| &*room.name).collect();
    assert_eq!(names, ["7En1"]);
    let zainab = school.actor("zainab");
    let page = home::page(db, &zainab, Length::Whole, now).await;
    assert!(page.expect("hers").student.expect("hers").groups.is_empty());
    let all = home::work(db, &zainab, now).await.expect("hers").todo;
    assert_eq!(all.groups.len(), 1);
    assert_eq!(all.groups[0].group, TodoGroup::Earlier);
    assert_eq!(all.groups[0].total, 2);
}

#[tokio::test]
async fn a_class_that_comes_back_and_an_undo_find_every_place_as_it_was() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    let (id, _) = returned(&school).await;
    import(&school, &with).await;
    let zainab = school.person("zainab");
    let gone = import(&school, &without_last_years_class()).await;
    assert_eq!(open_places(&school, zainab).await, 1);
    rosters::undo(
        &school.db,
        &door(&school),
        gone.id.expect("in"),
        school.now(),
    )
    .await
    .expect("it can be undone");
    assert!(may(&school, "zainab", id, WorkAction::HandIn).await);
    assert_eq!(open_places(&school, zainab).await, 1);

    school.clock.advance(chrono::TimeDelta::minutes(1));
    import(&school, &without_last_years_class()).await;
    assert!(!may(&school, "zainab", id, WorkAction::HandIn).await);
    let back = import(&school, &with).await;
    assert_eq!(of(&back, RosterKind::Enrolments), (0, 0, 0, 5));
    assert!(may(&school, "zainab", id, WorkAction::HandIn).await);
    let places = enrolment::Entity::find()
        .filter(enrolment::Column::PersonId.eq(zainab))
        .count(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(places, 1, "it is the same place all the time");
}

#[tokio::test]
async fn a_class_that_comes_back_with_other_people_lets_nobody_in_whose_place_was_over() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    let (id, _) = returned(&school).await;
    import(&school, &with).await;
    let mut delta = Roster::delta();
    delta.gone.push(("classes", "c2"));
    delta.gone.push(("enrollments", "e8"));
    delta.gone.push(("enrollments", "e9"));
    let gone = import(&school, &delta).await;
    assert_eq!(of(&gone, RosterKind::Classrooms), (0, 0, 1, 0));
    assert!(may(&school, "ada", id, WorkAction::SeeAnswers).await);
    assert!(reads(&school, "zainab", id).await);

    let mut delta = Roster::delta();
    delta.classes.push(("c2", "10Ma1"));
    delta.enrolments.push(("e10", "c2", "t1", "teacher"));
    delta.enrolments.push(("e11", "c2", "s1", "student"));
    let back = import(&school, &delta).await;
    assert_eq!(of(&back, RosterKind::Classrooms), (1, 0, 0, 0));
    assert_eq!(of(&back, RosterKind::Enrolments), (2, 0, 2, 0));
    assert!(!may(&school, "ada", id, WorkAction::SeeAnswers).await);
    assert!(!may(&school, "zainab", id, WorkAction::HandIn).await);
    assert_eq!(open_places(&school, school.person("zainab")).await, 0);

    // Who is in the class still when it comes back has the place of before.
    let undone = back.id.expect("it is in");
    rosters::undo(&school.db, &door(&school), undone, school.now())
        .await
        .expect("it can be undone");
    assert!(reads(&school, "zainab", id).await);
    school.clock.advance(chrono::TimeDelta::minutes(1));
    delta.enrolments.push(("e9", "c2", "s9", "student"));
    import(&school, &delta).await;
    assert!(may(&school, "zainab", id, WorkAction::HandIn).await);
    assert!(!may(&school, "ada", id, WorkAction::SeeAnswers).await);
}

#[tokio::test]
async fn who_leaves_the_school_leaves_last_years_class_as_well() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    import(&school, &with).await;
    import(&school, &without_last_years_class()).await;
    let zainab = school.person("zainab");
    assert_eq!(open_places(&school, zainab).await, 1);
    import(&school, &without_last_years_class().without("s9")).await;
    assert_eq!(open_places(&school, zainab).await, 0);
    // An export had missed her: she finds her work as before.
    import(&school, &without_last_years_class()).await;
    assert_eq!(open_places(&school, zainab).await, 1);
}

#[tokio::test]
async fn a_place_that_a_roster_takes_on_was_given_by_hand_all_the_same() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    import(&school, &with).await;
    let by_roster = async |id: &str| {
        let place = enrolment::Entity::find()
            .filter(enrolment::Column::SchoolId.eq(school.id))
            .filter(enrolment::Column::SourcedId.eq(id))
            .one(school.db.read())
            .await
            .expect("the database answers");
        place.expect("the place is there").by_roster
    };
    assert_eq!(by_roster("e1").await, Some(true));
    assert_eq!(by_roster("e9").await, Some(false));
}

/// The classroom with this id.
async fn class(school: &School, sourced_id: &str) -> ClassroomId {
    let room = classroom::Entity::find()
        .filter(classroom::Column::SchoolId.eq(school.id))
        .filter(classroom::Column::SourcedId.eq(sourced_id))
        .one(school.db.read())
        .await
        .expect("the database answers");
    room.expect("the classroom is there").id
}

/// Gives a student a place as a teacher does, by hand.
async fn place_by_hand(school: &School, room: ClassroomId, student: PersonId) -> EnrolmentId {
    let id = EnrolmentId(domain::secrets::new_id());
    enrolment::ActiveModel {
        id: Set(id),
        school_id: Set(school.id),
        classroom_id: Set(room),
        person_id: Set(student),
        role: Set(ClassroomRole::Student),
        sourced_id: Set(None),
        source_id: Set(None),
        began_at: Set(school.now()),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(school.db.read())
    .await
    .expect("the place is written");
    id
}

/// Who has an open place in a classroom, sorted.
async fn in_class(school: &School, room: ClassroomId) -> Vec<PersonId> {
    let places = enrolment::Entity::find()
        .filter(enrolment::Column::ClassroomId.eq(room))
        .filter(enrolment::Column::EndedAt.is_null())
        .all(school.db.read())
        .await
        .expect("the database answers");
    let mut people: Vec<PersonId> = places.iter().map(|place| place.person_id).collect();
    people.sort_unstable();
    people
}

#[tokio::test]
async fn a_place_whose_id_went_to_another_ends_when_its_class_comes_back_without_it() {
    for is_whole in [false, true] {
        let school = School::new().await;
        let without = without_last_years_class();
        let mut with = without.clone();
        with.classes.push(("c2", "10Sc9"));
        with.enrolments.push(("e8", "c2", "t2", "teacher"));
        with.enrolments.push(("e9", "c2", "s9", "student"));
        import(&school, &with).await;
        let room = class(&school, "c2").await;
        let (ada, zainab) = (school.person("ada"), school.person("zainab"));
        let (mei, sean) = (school.person("mei"), found(&school, "s1").await.id);
        place_by_hand(&school, room, mei).await;
        import(&school, &without).await;
        let mut reused = without.clone();
        reused.enrolments.push(("e9", "c1", "t2", "teacher"));
        let outcome = import(&school, &reused).await;
        assert_eq!(of(&outcome, RosterKind::Enrolments), (1, 1, 0, 3));
        let mut readers = [ada, zainab, mei];
        readers.sort_unstable();
        assert_eq!(in_class(&school, room).await, readers);

        let mut back = if is_whole { reused } else { Roster::delta() };
        back.classes.push(("c2", "10Sc9"));
        back.enrolments.push(("e10", "c2", "s1", "student"));
        let outcome = import(&school, &back).await;
        assert_eq!(of(&outcome, RosterKind::Enrolments).2, 2);
        // Whom a teacher let in stays.
        let mut people = [mei, sean];
        people.sort_unstable();
        assert_eq!(in_class(&school, room).await, people);
    }
}

#[tokio::test]
async fn an_import_that_gave_the_id_of_a_place_to_another_can_be_undone() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    import(&school, &with).await;
    import(&school, &without_last_years_class()).await;
    let db = school.db.read();
    let room = class(&school, "c1").await;
    let by_hand = place_by_hand(&school, room, school.person("zainab")).await;
    let whose = async || {
        let place = enrolment::Entity::find()
            .filter(enrolment::Column::SchoolId.eq(school.id))
            .filter(enrolment::Column::SourcedId.eq("e9"))
            .one(db)
            .await
            .expect("the database answers");
        place.expect("the place is there").id
    };
    let before = whose().await;
    assert_ne!(before, by_hand);

    let mut roster = without_last_years_class();
    roster.enrolments.push(("e9", "c1", "s9", "student"));
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 2, 0, 3));
    assert_eq!(whose().await, by_hand);
    let id = outcome.id.expect("it is in");
    rosters::undo(&school.db, &door(&school), id, school.now())
        .await
        .expect("it can be undone");
    assert_eq!(whose().await, before);
    assert_eq!(open_places(&school, school.person("zainab")).await, 2);
}
