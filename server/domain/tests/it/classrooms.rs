//! Classrooms: who is in them, what their stream shows to whom, how they end.

mod many;

use domain::classrooms::policy::Action;
use domain::classrooms::{self, Error, Search};
use domain::{Permitted, access};
use entity::{classroom, event};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use test_kit::{CANARY, NewWork, School};
use vocab::assignments::{Stage, WorkState};
use vocab::classrooms::{
    ClassroomPage, ClassroomRole, ClassroomsPage, MembersPage, ValidClassroom,
};

async fn door(
    school: &School,
    who: &str,
    room: &str,
    action: Action,
) -> Permitted<classroom::Model> {
    let room = school.classroom(room);
    access::classroom(school.db.read(), &school.actor(who), room, action)
        .await
        .expect("the door is open")
}

/// Ada archives a classroom of hers.
pub(crate) async fn put_away(school: &School, room: &str) {
    let door = door(school, "ada", room, Action::Archive).await;
    let tx = school.db.write().await.expect("free");
    classrooms::archive(&tx, &door, school.now())
        .await
        .expect("put away");
    tx.commit().await.expect("kept");
}

async fn page(school: &School, who: &str, room: &str) -> ClassroomPage {
    let door = door(school, who, room, Action::See).await;
    classrooms::page(school.db.read(), &school.actor(who), &door, school.now())
        .await
        .expect("the page is there")
}

async fn members(school: &School, who: &str, room: &str, query: &str) -> MembersPage {
    let door = door(school, who, room, Action::SeeMembers).await;
    classrooms::members(
        school.db.read(),
        &school.actor(who),
        &door,
        (query, 1),
        school.now(),
    )
    .await
    .expect("the page is there")
}

async fn add(school: &School, by: &str, who: &str, role: ClassroomRole) -> Result<(), Error> {
    let door = door(school, by, "10Ma1", Action::ManageMembers).await;
    let tx = school.db.write().await.expect("free");
    classrooms::add_member(&tx, &door, school.person(who), role, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn end(school: &School, by: &str, who: &str) -> Result<(), Error> {
    let door = door(school, by, "10Ma1", Action::ManageMembers).await;
    let place = members(school, by, "10Ma1", "")
        .await
        .members
        .into_iter()
        .find(|member| member.person == school.person(who))
        .expect("they have a place");
    let tx = school.db.write().await.expect("free");
    classrooms::end_member(&tx, &door, place.enrolment, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

fn new(name: &str) -> ValidClassroom {
    ValidClassroom {
        name: name.to_owned(),
        subject: Some("Latin".to_owned()),
        year_group: None,
        seen: String::new(),
    }
}

async fn events(school: &School, kind: &str) -> u64 {
    event::Entity::find()
        .filter(event::Column::Kind.eq(kind))
        .count(school.db.read())
        .await
        .expect("events can be counted")
}

async fn found(school: &School, who: &str, search: Search<'_>) -> ClassroomsPage {
    classrooms::list(school.db.read(), &school.actor(who), &search)
        .await
        .expect("the list is there")
}

fn names(page: &ClassroomsPage) -> Vec<&str> {
    let names = page.classrooms.iter().map(|room| room.name.as_str());
    names.collect()
}

async fn listed(school: &School, who: &str) -> Vec<String> {
    let page = found(school, who, Search::default()).await;
    names(&page).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn everybody_lists_the_classrooms_that_concern_them() {
    let school = School::new().await;
    assert_eq!(listed(&school, "ada").await, ["10Ma1", "7En1"]);
    assert_eq!(listed(&school, "zainab").await, ["10Ma1"]);
    assert_eq!(listed(&school, "petra").await, ["10Ma1", "8Sc1"]);
    assert_eq!(listed(&school, "desmond").await, ["10Ma1", "7En1", "8Sc1"]);
    assert!(listed(&school, "edith").await.is_empty());
}

#[tokio::test]
async fn a_teachers_list_counts_students_and_what_waits() {
    let school = School::new().await;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let marked = school.submission(work, "zainab", "x = 4").await;
    school.submission(work, "tomos", "x = 5").await;
    school.mark(marked, "bruno", 3, "").await;
    let rooms = found(&school, "ada", Search::default()).await.classrooms;
    assert_eq!(rooms[0].teachers, "Ada Achterberg, Bruno Dhillon");
    assert_eq!((rooms[0].students, rooms[0].to_mark), (3, 1));
    assert_eq!((rooms[1].students, rooms[1].to_mark), (0, 0));
}

#[tokio::test]
async fn a_teacher_sees_every_stage_with_counts_and_a_student_what_is_out_with_their_state() {
    let school = School::new().await;
    school.assignment("10Ma1", NewWork::draft("Draft")).await;
    let later = NewWork::scheduled("Later", "2026-11-25T08:00:00Z");
    school.assignment("10Ma1", later).await;
    let out = NewWork::published("Out").due("2026-11-26T15:30:00Z");
    let out = school.assignment("10Ma1", out).await;
    school.submission(out, "zainab", "x = 4").await;
    let ada = page(&school, "ada", "10Ma1").await;
    let stages: Vec<Stage> = ada.work.iter().map(|work| work.stage).collect();
    assert_eq!(ada.teachers, ["Ada Achterberg", "Bruno Dhillon"]);
    assert_eq!(ada.students, 3);
    assert_eq!(stages.len(), 3);
    assert_eq!(stages[2], Stage::Published);
    let counts = ada.work[2].counts.expect("teachers see counts");
    assert_eq!(
        (counts.students, counts.handed_in, counts.to_mark),
        (3, 1, 1)
    );
    assert!(ada.work[2].mine.is_none());

    let zainab = page(&school, "zainab", "10Ma1").await;
    assert_eq!(zainab.work.len(), 1);
    assert_eq!(zainab.work[0].mine, Some(WorkState::HandedIn));
    assert!(zainab.work[0].counts.is_none());
    let tomos = page(&school, "tomos", "10Ma1").await;
    assert_eq!(tomos.work[0].mine, Some(WorkState::NotStarted));
    let rosa = page(&school, "rosa", "10Ma1").await;
    assert!(rosa.work.len() == 1 && rosa.work[0].mine.is_none());
}

/// Whose state a guardian reads beside the first work of the stream.
fn children_beside(page: &ClassroomPage) -> Vec<(&str, WorkState)> {
    let children = page.work[0].children.iter();
    children
        .map(|child| (child.name.as_str(), child.state))
        .collect()
}

#[tokio::test]
async fn a_guardian_sees_where_each_child_of_theirs_stands_and_nobody_elses() {
    let school = School::new().await;
    let work = NewWork::published("Sheet 6").due("2026-11-26T15:30:00Z");
    let work = school.assignment("10Ma1", work).await;
    let answer = school.submission(work, "zainab", "x = 4").await;
    school.draft(work, "tomos", "x = ").await;
    let zainabs = ("Zainab Okafor", WorkState::HandedIn);
    let tomos = ("Tomos Griffiths", WorkState::Draft);
    let rosa = page(&school, "rosa", "10Ma1").await;
    assert_eq!(children_beside(&rosa), [zainabs]);
    let petra = page(&school, "petra", "10Ma1").await;
    assert_eq!(children_beside(&petra), [tomos]);
    for who in ["ada", "zainab", "desmond"] {
        let other = page(&school, who, "10Ma1").await;
        assert!(other.work[0].children.is_empty(), "{who}");
    }

    // A mark that is not back yet is no news to a guardian either.
    school.mark(answer, "ada", 14, "Neat").await;
    school.looks_after("petra", "zainab").await;
    let petra = page(&school, "petra", "10Ma1").await;
    assert_eq!(children_beside(&petra), [tomos, zainabs]);
    assert_eq!(
        children_beside(&page(&school, "rosa", "10Ma1").await),
        [zainabs]
    );
}

#[tokio::test]
async fn a_guardian_reads_the_state_and_the_due_time_of_work_that_the_child_reads() {
    let school = School::new().await;
    let late = NewWork::published("Late").due("2026-11-23T15:30:00Z");
    school.assignment("10Ma1", late).await;
    let back = NewWork::published("Back").due("2026-11-25T15:30:00Z");
    let back = school.assignment("10Ma1", back).await;
    let answer = school.submission(back, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 14, "Neat").await;
    crate::arrangements::set(&school, "zainab", &crate::arrangements::some()).await;
    let hers = page(&school, "zainab", "10Ma1").await;
    let rosa = page(&school, "rosa", "10Ma1").await;
    assert_eq!(rosa.work.len(), 2);
    for (own, read) in hers.work.iter().zip(&rosa.work) {
        let states: Vec<Option<WorkState>> = read
            .children
            .iter()
            .map(|child| Some(child.state))
            .collect();
        assert_eq!(states, [own.mine]);
        assert_eq!((read.id, &read.due), (own.id, &own.due));
    }
}

#[tokio::test]
async fn a_guardians_list_says_which_child_each_classroom_belongs_to() {
    let school = School::new().await;
    school.looks_after("petra", "zainab").await;
    let petra = found(&school, "petra", Search::default()).await.classrooms;
    assert_eq!(petra[0].children, ["Tomos Griffiths", "Zainab Okafor"]);
    assert_eq!(petra[1].children, ["Mei Cheung"]);
    let rosa = found(&school, "rosa", Search::default()).await.classrooms;
    assert_eq!(rosa[0].children, ["Zainab Okafor"]);
    for who in ["ada", "zainab", "desmond"] {
        let rooms = found(&school, who, Search::default()).await.classrooms;
        assert!(rooms.iter().all(|room| room.children.is_empty()), "{who}");
    }
}

#[tokio::test]
async fn a_student_who_left_is_counted_no_more() {
    let school = School::new().await;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    school.submission(work, "zainab", "x = 4").await;
    end(&school, "ada", "zainab").await.expect("she leaves");
    let counts = page(&school, "ada", "10Ma1").await.work[0]
        .counts
        .expect("teachers see counts");
    assert_eq!((counts.students, counts.handed_in), (2, 0));
}

#[tokio::test]
async fn usernames_are_for_staff_and_classmates_see_names_alone() {
    let school = School::new().await;
    let ada = members(&school, "ada", "10Ma1", "").await;
    assert_eq!(ada.members.len(), 5);
    assert_eq!(ada.members[0].role, ClassroomRole::Teacher);
    assert!(ada.members.iter().any(|member| member.username.is_some()));
    let zainab = members(&school, "zainab", "10Ma1", "mei").await;
    assert!(
        zainab
            .members
            .iter()
            .all(|member| member.username.is_none())
    );
    assert!(zainab.found.is_empty(), "students do not search people");
}

#[tokio::test]
async fn the_search_for_new_members_stays_in_the_school_and_leaves_out_who_is_in() {
    let school = School::new().await;
    let found = members(&school, "ada", "10Ma1", "MEI cheu").await.found;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "Mei Cheung");
    for query in ["okafor", CANARY, "lockyer", "%", "_"] {
        let found = members(&school, "ada", "10Ma1", query).await.found;
        assert!(found.is_empty(), "{query}: {found:?}");
    }
}

#[tokio::test]
async fn whoever_is_found_is_told_apart_and_has_the_place_that_fits_them() {
    let school = School::new().await;
    let one = async |who, query| {
        let mut found = members(&school, who, "10Ma1", query).await.found;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    };
    let mei = one("ada", "mei").await;
    assert_eq!(mei.role, ClassroomRole::Student);
    assert_eq!(mei.about(), "Student, Year 8");
    let cleo = one("ada", "cleo").await;
    assert_eq!(cleo.role, ClassroomRole::Teacher);
    assert_eq!(cleo.about(), "Teacher");
    // An admin finds usernames on the page of people too.
    assert_eq!(one("desmond", "mei").await.about(), "Student, Year 8, mei");
}

#[tokio::test]
async fn adding_somebody_twice_is_no_mistake_and_one_place() {
    let school = School::new().await;
    for _ in 0..2 {
        add(&school, "ada", "mei", ClassroomRole::Student)
            .await
            .expect("she fits");
    }
    assert_eq!(members(&school, "ada", "10Ma1", "").await.members.len(), 6);
    assert_eq!(events(&school, "enrolment.began").await, 1);
}

#[tokio::test]
async fn only_teachers_teach_and_only_people_of_the_school_come_in() {
    let school = School::new().await;
    for (who, role) in [
        ("mei", ClassroomRole::Teacher),
        ("cleo", ClassroomRole::Student),
        ("rosa", ClassroomRole::Student),
        ("sid", ClassroomRole::Student),
        ("sam", ClassroomRole::Teacher),
    ] {
        let refused = add(&school, "ada", who, role).await;
        assert!(matches!(refused, Err(Error::DoesNotFit)), "{who}");
    }
}

#[tokio::test]
async fn a_teacher_cannot_end_the_last_teacher_and_an_admin_can() {
    let school = School::new().await;
    end(&school, "ada", "bruno").await.expect("ada stays");
    let refused = end(&school, "ada", "ada").await;
    assert!(matches!(refused, Err(Error::LastTeacher)));
    end(&school, "desmond", "ada")
        .await
        .expect("the office may");
    assert_eq!(events(&school, "enrolment.ended").await, 2);
}

#[tokio::test]
async fn a_teacher_who_makes_a_classroom_teaches_it() {
    let school = School::new().await;
    let cleo = school.actor("cleo");
    let make = domain::schools::policy::Action::MakeClassroom;
    let door = access::school(&cleo, make).expect("teachers may");
    let tx = school.db.write().await.expect("free");
    let id = classrooms::create(&tx, &cleo, &door, &new("9La1"), school.now())
        .await
        .expect("it is made");
    tx.commit().await.expect("kept");
    access::classroom(school.db.read(), &cleo, id, Action::SetWork)
        .await
        .expect("it is hers");
    assert_eq!(listed(&school, "cleo").await, ["8Sc1", "9La1"]);
}

#[tokio::test]
async fn an_event_of_a_new_name_holds_what_changed_and_no_more() {
    let school = School::new().await;
    let door = door(&school, "ada", "7En1", Action::Rename).await;
    let tx = school.db.write().await.expect("free");
    let renamed = ValidClassroom {
        name: "7En2".to_owned(),
        subject: Some("English".to_owned()),
        year_group: Some("7".to_owned()),
        seen: String::new(),
    };
    classrooms::rename(&tx, &door, &renamed, school.now())
        .await
        .expect("renamed");
    tx.commit().await.expect("kept");
    let event = event::Entity::find()
        .filter(event::Column::Kind.eq("classroom.renamed"))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it is written down");
    assert_eq!(event.before, Some(serde_json::json!({ "name": "7En1" })));
    assert_eq!(event.after, Some(serde_json::json!({ "name": "7En2" })));
}

#[tokio::test]
async fn who_changes_a_classroom_from_an_older_page_changes_it_as_it_is_now() {
    let school = School::new().await;
    let older = door(&school, "ada", "7En1", Action::Rename).await;
    for name in ["7En2", "7En3"] {
        let tx = school.db.write().await.expect("free");
        classrooms::rename(&tx, &older, &new(name), school.now())
            .await
            .expect("renamed");
        tx.commit().await.expect("kept");
    }
    let renamed = event::Entity::find()
        .filter(event::Column::Kind.eq("classroom.renamed"))
        .order_by_asc(event::Column::Id)
        .all(school.db.read())
        .await
        .expect("events can be read");
    let second = serde_json::json!({ "name": "7En2" });
    assert_eq!(renamed[1].before, Some(second), "what it was by then");

    let older = door(&school, "ada", "7En1", Action::Archive).await;
    for _ in 0..2 {
        let tx = school.db.write().await.expect("free");
        classrooms::archive(&tx, &older, school.now())
            .await
            .expect("put away");
        tx.commit().await.expect("kept");
        school.clock.advance(chrono::TimeDelta::minutes(1));
    }
    assert_eq!(events(&school, "classroom.archived").await, 1);
}

async fn rename(school: &School, who: &str, renamed: &ValidClassroom) -> Result<(), Error> {
    let door = door(school, who, "7En1", Action::Rename).await;
    let tx = school.db.write().await.expect("free");
    classrooms::rename(&tx, &door, renamed, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

#[tokio::test]
async fn of_two_who_change_a_classroom_at_once_the_second_overwrites_nothing() {
    let school = School::new().await;
    let opened = async |who| classrooms::form(&door(&school, who, "7En1", Action::Rename).await);
    let mut first = opened("ada").await.validate().expect("as it was");
    let mut second = opened("desmond").await.validate().expect("as it was");
    first.name = "7En2".to_owned();
    rename(&school, "ada", &first)
        .await
        .expect("nobody else did");
    second.subject = Some("Drama".to_owned());
    let refused = rename(&school, "desmond", &second).await;
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
    let now = opened("desmond").await;
    assert_eq!(now.name, "7En2");
    assert_ne!(now.subject, "Drama");

    let same = ValidClassroom {
        seen: second.seen.clone(),
        ..first
    };
    rename(&school, "desmond", &same)
        .await
        .expect("both wrote the same");
    second.seen = now.seen;
    rename(&school, "desmond", &second).await.expect("seen now");
    assert_eq!(opened("ada").await.subject, "Drama");
}

#[tokio::test]
async fn a_classroom_is_put_away_and_brought_back() {
    let school = School::new().await;
    for is_archived in [true, false] {
        let door = door(&school, "ada", "7En1", Action::Archive).await;
        let tx = school.db.write().await.expect("free");
        if is_archived {
            classrooms::archive(&tx, &door, school.now())
                .await
                .expect("put away");
        } else {
            classrooms::restore(&tx, &door, school.now())
                .await
                .expect("brought back");
        }
        tx.commit().await.expect("kept");
        let room = page(&school, "ada", "7En1").await;
        assert_eq!(room.head.archived.is_some(), is_archived);
    }
    let changes = event::Entity::find()
        .filter(event::Column::Kind.is_in(["classroom.archived", "classroom.restored"]))
        .order_by_asc(event::Column::Id)
        .all(school.db.read())
        .await
        .expect("events can be read");
    let then = serde_json::json!({ "archived_at": school.now() });
    let open = serde_json::json!({ "archived_at": null });
    let said: Vec<_> = changes
        .into_iter()
        .map(|event| (event.before, event.after))
        .collect();
    assert_eq!(
        said,
        [
            (Some(open.clone()), Some(then.clone())),
            (Some(then), Some(open))
        ]
    );
}
