//! Everybody's first page: what stands on it, in which group, and for whom.

use bytes::Bytes;
use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::accounts::invitations;
use domain::files::Store;
use domain::home::{self, Facts, Length, group};
use domain::rosters::{self, Wish};
use domain::{AccessError, Time, people};
use entity::{assignment, classroom};
use proptest::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use test_kit::{CANARY, NewWork, Roster, School};
use vocab::home::{AllWork, HomePage, Todo, TodoGroup};
use vocab::ids::AssignmentId;
use vocab::people::{Role, Standing};

async fn page(school: &School, who: &str) -> HomePage {
    let short = Length::Short(None);
    home::page(school.db.read(), &school.actor(who), short, school.now())
        .await
        .expect("the page is there")
}

fn titles(todo: &Todo, wanted: TodoGroup) -> Vec<&str> {
    todo.groups
        .iter()
        .filter(|part| part.group == wanted)
        .flat_map(|part| part.items.iter().map(|item| item.title.as_str()))
        .collect()
}

#[tokio::test]
async fn a_student_finds_work_in_the_group_where_they_look_for_it() {
    let school = School::new().await;
    for (title, due) in [
        ("Overdue", "2026-11-23T15:30:00Z"),
        ("Today", "2026-11-24T23:59:00Z"),
        ("This week", "2026-11-30T15:30:00Z"),
        ("Later", "2026-12-20T15:30:00Z"),
        ("Long ago", "2026-09-01T15:30:00Z"),
    ] {
        school
            .assignment("10Ma1", NewWork::published(title).due(due))
            .await;
    }
    let closed = NewWork::published("Closed").closed("2026-11-24T09:00:00Z");
    school.assignment("10Ma1", closed).await;
    school
        .assignment("10Ma1", NewWork::published("Any time"))
        .await;
    school.assignment("10Ma1", NewWork::draft("Draft")).await;
    school.assignment("8Sc1", NewWork::published("Cells")).await;
    let done = school.assignment("10Ma1", NewWork::published("Done")).await;
    school.submission(done, "zainab", "x = 4").await;
    let back = NewWork::published("Back").points(20);
    let back = school.assignment("10Ma1", back).await;
    let answer = school.submission(back, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 14, "Neat").await;

    let todo = page(&school, "zainab").await.student.expect("a student");
    let groups: Vec<TodoGroup> = todo.groups.iter().map(|part| part.group).collect();
    let [all_but_earlier @ .., TodoGroup::Earlier] = TodoGroup::ALL else {
        panic!("it comes last")
    };
    assert_eq!(groups, *all_but_earlier);
    assert_eq!(titles(&todo, TodoGroup::Overdue), ["Overdue"]);
    assert_eq!(titles(&todo, TodoGroup::Today), ["Today"]);
    assert_eq!(titles(&todo, TodoGroup::ThisWeek), ["This week"]);
    assert_eq!(titles(&todo, TodoGroup::Later), ["Later", "Any time"]);
    assert_eq!(titles(&todo, TodoGroup::BackToYou), ["Back"]);
    assert_eq!(titles(&todo, TodoGroup::Done), ["Done"]);
    let back = &todo.groups[4].items;
    assert_eq!(back[0].mark.as_deref(), Some("14 of 20"));
    assert_eq!(back[0].teacher, "Ada Achterberg");
}

#[tokio::test]
async fn a_mark_that_is_not_back_yet_is_not_on_the_list() {
    let school = School::new().await;
    let id = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.mark(answer, "ada", 14, "Neat").await;
    let todo = page(&school, "zainab").await.student.expect("a student");
    assert_eq!(titles(&todo, TodoGroup::Done), ["Sheet 6"]);
    assert_eq!(todo.groups[0].items[0].mark, None);
}

#[tokio::test]
async fn a_guardian_sees_the_list_of_each_child_as_the_child_sees_it() {
    let school = School::new().await;
    school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    school.assignment("8Sc1", NewWork::published("Cells")).await;
    let children = page(&school, "petra").await.children.expect("a guardian");
    let names: Vec<&str> = children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(names, ["Mei Cheung", "Tomos Griffiths"]);
    for (child, key) in children.iter().zip(["mei", "tomos"]) {
        let own = page(&school, key).await.student.expect("a student");
        assert_eq!(child.todo, own);
    }
}

#[tokio::test]
async fn what_does_not_press_is_short_until_it_is_asked_for_whole() {
    let school = School::new().await;
    for number in 0..7 {
        let overdue = NewWork::published(&format!("Overdue {number}")).due("2026-11-23T15:30:00Z");
        school.assignment("10Ma1", overdue).await;
        let later = NewWork::published(&format!("Later {number}"));
        school.assignment("10Ma1", later).await;
    }
    let zainab = school.actor("zainab");
    let rosa = school.actor("rosa");
    let others = Some((rosa.person, TodoGroup::Later));
    let own = Some((zainab.person, TodoGroup::Later));
    for (length, later) in [
        (Length::Short(None), 5),
        (Length::Short(others), 5),
        (Length::Short(own), 7),
        (Length::Whole, 7),
    ] {
        let page = home::page(school.db.read(), &zainab, length, school.now()).await;
        let todo = page.expect("the page is there").student.expect("a student");
        let shown: Vec<(TodoGroup, usize, usize)> = todo
            .groups
            .iter()
            .map(|part| (part.group, part.items.len(), part.total))
            .collect();
        let expected = [(TodoGroup::Overdue, 7, 7), (TodoGroup::Later, later, 7)];
        assert_eq!(shown, expected, "{length:?}");
    }
    let of_the_child = Length::Short(own);
    let page = home::page(school.db.read(), &rosa, of_the_child, school.now()).await;
    let children = page
        .expect("the page is there")
        .children
        .expect("a guardian");
    let zainabs = children.iter().find(|child| child.person == zainab.person);
    assert_eq!(zainabs.expect("hers").todo.groups[1].items.len(), 7);
}

#[tokio::test]
async fn the_page_of_all_work_shows_every_piece_however_many_and_to_students_alone() {
    let school = School::new().await;
    for number in 0..52 {
        let later = NewWork::published(&format!("Later {number}"));
        school.assignment("10Ma1", later).await;
    }
    let done = school.assignment("10Ma1", NewWork::published("Done")).await;
    school.submission(done, "zainab", "x = 4").await;
    let work = async |who: &str| {
        let actor = school.actor(who);
        home::work(school.db.read(), &actor, school.now()).await
    };
    let AllWork { todo, is_cut } = work("zainab").await.expect("hers");
    assert!(!is_cut);
    assert_eq!(titles(&todo, TodoGroup::Later).len(), 52);
    assert_eq!(todo.groups[0].total, 52);
    assert_eq!(titles(&todo, TodoGroup::Done), ["Done"]);
    for other in ["ada", "rosa", "desmond", "edith", "olga"] {
        let refused = work(other).await;
        assert!(
            matches!(refused, Err(home::Error::Access(AccessError::NotFound))),
            "{other}"
        );
    }
}

#[tokio::test]
async fn the_page_of_all_work_also_has_what_is_over_or_long_done_newest_first() {
    let school = School::new().await;
    let late = NewWork::published("Long ago").due("2026-09-01T15:30:00Z");
    school.assignment("10Ma1", late).await;
    let closed = NewWork::published("Closed").closed("2026-11-24T09:00:00Z");
    school.assignment("10Ma1", closed).await;
    let done = NewWork::published("Done").due("2026-11-20T15:30:00Z");
    let done = school.assignment("10Ma1", done).await;
    school.submission(done, "zainab", "x = 4").await;
    let back = NewWork::published("Back").due("2026-11-19T15:30:00Z");
    let back = school.assignment("10Ma1", back).await;
    let answer = school.submission(back, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 14, "Neat").await;
    school.clock.advance(TimeDelta::days(15));
    let new = NewWork::published("New").due("2026-12-20T15:30:00Z");
    school.assignment("10Ma1", new).await;
    let first = page(&school, "zainab").await.student.expect("a student");
    assert_eq!(titles(&first, TodoGroup::Later), ["New"]);
    assert_eq!(first.groups.len(), 1, "the first page has no more");
    let earlier = ["Closed", "Done", "Back", "Long ago"];
    let zainab = school.actor("zainab");
    let all = home::work(school.db.read(), &zainab, school.now()).await;
    let all = all.expect("hers").todo;
    assert_eq!(titles(&all, TodoGroup::Later), ["New"]);
    assert_eq!(titles(&all, TodoGroup::Earlier), earlier);
    assert_eq!(all.groups[1].items[2].mark.as_deref(), Some("14"));
    // In an archived classroom nothing asks for doing any more.
    classroom::Entity::update_many()
        .col_expr(classroom::Column::ArchivedAt, Expr::value(school.now()))
        .filter(classroom::Column::Id.eq(school.classroom("10Ma1")))
        .exec(school.db.read())
        .await
        .expect("archived");
    let first = page(&school, "zainab").await.student.expect("a student");
    assert!(first.groups.is_empty());
    let all = home::work(school.db.read(), &zainab, school.now()).await;
    let all = all.expect("hers").todo;
    assert_eq!(all.groups.len(), 1);
    assert_eq!(titles(&all, TodoGroup::Earlier)[0], "New");
    assert_eq!(titles(&all, TodoGroup::Earlier)[1..], earlier);
}

#[tokio::test]
async fn the_page_of_all_work_says_where_it_was_cut_and_leaves_out_the_oldest() {
    let school = School::new().await;
    let oldest = NewWork::scheduled("Oldest", "2026-09-01T08:00:00Z");
    let oldest = school.assignment("10Ma1", oldest).await;
    let row = assignment::Entity::find_by_id(oldest)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it is set");
    let newer: Vec<assignment::ActiveModel> = (0..1_000)
        .map(|_| assignment::ActiveModel {
            id: Set(AssignmentId(domain::secrets::new_id())),
            title: Set("Newer".to_owned()),
            publish_at: Set(Some(school.now())),
            ..row.clone().into_active_model().reset_all()
        })
        .collect();
    for some in newer.chunks(100) {
        assignment::Entity::insert_many(some.to_vec())
            .exec_without_returning(school.db.read())
            .await
            .expect("inserted");
    }
    let work = home::work(school.db.read(), &school.actor("zainab"), school.now()).await;
    let AllWork { todo, is_cut } = work.expect("hers");
    assert!(is_cut);
    let shown = titles(&todo, TodoGroup::Later);
    assert_eq!(shown.len(), 1_000);
    assert!(!shown.contains(&"Oldest"));
}

#[tokio::test]
async fn a_teacher_finds_what_waits_oldest_first_and_their_classrooms() {
    let school = School::new().await;
    let newer = NewWork::published("Newer").due("2026-11-26T15:30:00Z");
    let newer = school.assignment("10Ma1", newer).await;
    let older = NewWork::published("Older").due("2026-11-20T15:30:00Z");
    let older = school.assignment("10Ma1", older).await;
    for id in [newer, older] {
        school.submission(id, "zainab", "x = 4").await;
        let tomos = school.submission(id, "tomos", "x = 5").await;
        school.mark(tomos, "bruno", 3, "").await;
    }
    school.assignment("8Sc1", NewWork::published("Cells")).await;
    let teacher = page(&school, "ada").await.teacher.expect("a teacher");
    let waiting: Vec<(&str, u64, u64)> = teacher
        .to_mark
        .iter()
        .map(|work| (work.title.as_str(), work.to_mark, work.to_return))
        .collect();
    assert_eq!(waiting, [("Older", 1, 1), ("Newer", 1, 1)]);
    let rooms: Vec<(&str, u64)> = teacher
        .classrooms
        .iter()
        .map(|room| (room.name.as_str(), room.to_mark))
        .collect();
    assert_eq!(rooms, [("10Ma1", 2), ("7En1", 0)]);
    let list = home::to_mark(school.db.read(), &school.actor("ada"), school.now())
        .await
        .expect("the list is there");
    assert_eq!(list, teacher.to_mark);
}

#[tokio::test]
async fn a_first_page_says_how_many_wait_and_the_page_of_its_own_lists_them_all() {
    let school = School::new().await;
    for at in 0..51 {
        let work = NewWork::published(&format!("Sheet {at}"));
        let work = school.assignment("10Ma1", work).await;
        school.submission(work, "zainab", "x = 4").await;
    }
    let teacher = page(&school, "ada").await.teacher.expect("a teacher");
    assert_eq!((teacher.to_mark.len(), teacher.to_mark_total), (50, 51));
    let list = home::to_mark(school.db.read(), &school.actor("ada"), school.now())
        .await
        .expect("the list is there");
    assert_eq!(list.len(), 51);
}

#[tokio::test]
async fn an_admin_sees_the_school_in_numbers() {
    let school = School::new().await;
    let admin = page(&school, "desmond").await.admin.expect("an admin");
    assert_eq!((admin.students, admin.teachers, admin.guardians), (4, 3, 2));
    assert_eq!((admin.classrooms, admin.students_without_way_in), (3, 1));
    assert!(admin.is_declared && admin.last_import.is_none());
    let saskia = page(&school, "saskia").await.admin.expect("an admin");
    assert!(!saskia.is_declared);
}

#[tokio::test]
async fn an_admin_reads_who_has_no_way_in_yet_of_every_role_that_a_roster_brings() {
    let school = School::new().await;
    let waiting = async || {
        let admin = page(&school, "desmond").await.admin.expect("an admin");
        (
            admin.students_without_way_in,
            admin.teachers_without_way_in,
            admin.guardians_without_way_in,
        )
    };
    let (students, teachers, guardians) = waiting().await;
    let action = domain::schools::policy::Action::ImportRoster;
    let door = domain::access::school(&school.actor("desmond"), action).expect("an admin");
    let (bytes, now) = (Roster::five_people().bytes(), school.now());
    rosters::import_now(&school.db, &door, "in.zip", bytes, Wish::BringIn, now)
        .await
        .expect("it goes in");
    let expected = (students + 2, teachers + 1, guardians + 1);
    assert_eq!(waiting().await, expected);
}

#[tokio::test]
async fn whom_an_admin_gave_a_link_is_not_counted_until_it_is_too_old_and_the_list_agrees() {
    let school = School::new().await;
    let action = domain::schools::policy::Action::ManagePeople;
    let door = domain::access::school(&school.actor("desmond"), action).expect("an admin");
    let counted = async || {
        let admin = page(&school, "desmond").await.admin.expect("an admin");
        let search = people::Search {
            role: Some(Role::Student),
            standing: Some((Standing::NoLink, school.now())),
            ..people::Search::default()
        };
        let list = people::list(school.db.read(), &school.actor("desmond"), &search).await;
        let listed = list.expect("he may look").total;
        assert_eq!(admin.students_without_way_in, listed);
        listed
    };
    assert_eq!(counted().await, 1, "Priya");
    let tx = school.db.write().await.expect("free");
    let (priya, now) = (school.person("priya"), school.now());
    invitations::invite(&tx, &door, priya, now)
        .await
        .expect("invited");
    tx.commit().await.expect("kept");
    assert_eq!(counted().await, 0);
    school.clock.advance(TimeDelta::days(14));
    assert_eq!(counted().await, 1);
}

#[tokio::test]
async fn whose_account_the_roster_closed_is_not_among_those_whom_an_admin_is_to_let_in() {
    let school = School::new().await;
    let waiting = async || {
        let admin = page(&school, "desmond").await.admin.expect("an admin");
        admin.students_without_way_in
    };
    let before = waiting().await;
    let action = domain::schools::policy::Action::ImportRoster;
    let door = domain::access::school(&school.actor("desmond"), action).expect("an admin");
    let mut roster = Roster::five_people();
    roster.user("s1").is_closed = true;
    let (bytes, now) = (roster.bytes(), school.now());
    rosters::import_now(&school.db, &door, "in.zip", bytes, Wish::BringIn, now)
        .await
        .expect("it goes in");
    assert_eq!(waiting().await, before + 1, "the other of the two students");
}

#[tokio::test]
async fn an_admins_last_import_is_the_last_one_that_went_in() {
    let school = School::new().await;
    let action = domain::schools::policy::Action::ImportRoster;
    let door = domain::access::school(&school.actor("desmond"), action).expect("an admin");
    let bytes = Roster::five_people().bytes();
    let now = school.now();
    rosters::import_now(&school.db, &door, "in.zip", bytes, Wish::BringIn, now)
        .await
        .expect("it goes in");
    school.clock.advance(TimeDelta::minutes(1));
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let store = Store::local(folder.path()).expect("the folder is there");
    let wrong = Bytes::from_static(b"not a zip");
    rosters::check(&school.db, &store, &door, "wrong.zip", wrong, school.now())
        .await
        .expect("a refusal is an answer");
    let admin = page(&school, "desmond").await.admin.expect("an admin");
    let (_, file, _) = admin.last_import.expect("one is in");
    assert_eq!(file, "in.zip");
}

#[tokio::test]
async fn nobody_in_one_school_finds_anything_of_the_other_on_their_first_page() {
    let school = School::new().await;
    for who in school.everybody() {
        if school.actor(who).school == school.id {
            let page = serde_json::to_string(&page(&school, who).await).expect("json");
            assert!(!page.contains(CANARY), "{who}");
        }
    }
}

#[tokio::test]
async fn a_first_page_costs_no_more_for_a_longer_list() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    let mut school = School::new().await;
    let statements = Arc::new(AtomicU64::new(0));
    let counter = statements.clone();
    for number in 0..12 {
        let title = format!("Sheet {number}");
        let id = school.assignment("10Ma1", NewWork::published(&title)).await;
        school.submission(id, "zainab", "x = 4").await;
    }
    school.db.watch_statements(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    for (who, most) in [
        ("zainab", 1),
        ("petra", 3),
        ("ada", 3),
        ("desmond", 2),
        ("edith", 3),
    ] {
        statements.store(0, Ordering::Relaxed);
        page(&school, who).await;
        let asked = statements.load(Ordering::Relaxed);
        assert!(asked > 0 && asked <= most, "{who}: {asked} statements");
    }
}

fn at(minutes: i64) -> Time {
    Time::UNIX_EPOCH + TimeDelta::minutes(29_000_000 + minutes)
}

fn maybe_time() -> impl Strategy<Value = Option<Time>> {
    proptest::option::of((-200_000_i64..200_000).prop_map(at))
}

fn zones() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![
        Tz::Europe__London,
        Tz::Pacific__Auckland,
        Tz::America__Los_Angeles,
        Tz::UTC,
    ])
}

proptest! {
    #[test]
    fn open_work_that_is_not_long_overdue_is_in_exactly_one_group_that_asks_for_doing(
        due_at in maybe_time(),
        zone in zones(),
    ) {
        let now = at(0);
        let facts = Facts {
            came_at: at(-200_000),
            due_at,
            closed_at: None,
            handed_in_at: None,
            returned_at: None,
        };
        let is_old = due_at.is_some_and(|due| due <= now - TimeDelta::days(60));
        let found = group(&facts, zone, now);
        prop_assert_eq!(found.is_none(), is_old);
        prop_assert!(!matches!(found, Some(TodoGroup::Done | TodoGroup::BackToYou)));
        let is_overdue = domain::assignments::is_late(due_at, now);
        prop_assert_eq!(found == Some(TodoGroup::Overdue), is_overdue && !is_old);
    }

    #[test]
    fn work_that_was_due_before_a_student_came_never_asks_for_doing(
        due in -200_000_i64..0,
        later in 1_i64..200_000,
        zone in zones(),
    ) {
        let came = (due + later).min(0);
        let facts = Facts {
            came_at: at(came),
            due_at: Some(at(due)),
            closed_at: None,
            handed_in_at: None,
            returned_at: None,
        };
        prop_assert_eq!(group(&facts, zone, at(0)), None);
    }

    #[test]
    fn work_that_is_handed_in_never_asks_for_doing(
        due_at in maybe_time(),
        closed_at in maybe_time(),
        handed_in in -200_000_i64..=0,
        is_returned: bool,
        zone in zones(),
    ) {
        let handed_in_at = Some(at(handed_in));
        let returned_at = handed_in_at.filter(|_| is_returned);
        let came_at = at(-200_000);
        let facts = Facts { came_at, due_at, closed_at, handed_in_at, returned_at };
        let found = group(&facts, zone, at(0));
        let is_recent = handed_in > -14 * 24 * 60;
        let expected = if is_returned { TodoGroup::BackToYou } else { TodoGroup::Done };
        prop_assert_eq!(found, is_recent.then_some(expected));
    }
}
