//! Access arrangements: who sees and sets them, and that they are obeyed.

use chrono::TimeDelta;
use domain::arrangements::policy::Action;
use domain::arrangements::{self, Learner};
use domain::{AccessError, Permitted, access, assignments, home, marking, secrets, submissions};
use entity::{access_arrangement, event, person_role};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::arrangements::{Arranged, ArrangementPage, ValidArrangement};
use vocab::assignments::WorkState;
use vocab::home::{HomePage, Todo, TodoGroup};
use vocab::ids::AssignmentId;
use vocab::looks::LookKind;
use vocab::people::Role;
use vocab::reading::{Font, Reading, Switch, Theme};

async fn door(
    school: &School,
    who: &str,
    student: &str,
    action: Action,
) -> Result<Permitted<Learner>, AccessError> {
    let actor = school.actor(who);
    access::arrangements(school.db.read(), &actor, school.person(student), action).await
}

pub(crate) fn some() -> ValidArrangement {
    ValidArrangement {
        extra_time_percent: 20,
        rest_breaks: true,
        what_helps: "Sits near the front.".to_owned(),
        reading: Reading {
            theme: Some(Theme::Cream),
            font: Some(Font::Lexend),
            aloud: Some(Switch::On),
            ..Reading::default()
        },
    }
}

pub(crate) async fn set(school: &School, student: &str, new: &ValidArrangement) {
    let learner = door(school, "desmond", student, Action::Set)
        .await
        .expect("an admin");
    let tx = school.db.write().await.expect("free");
    arrangements::set(&tx, &learner, new, "", school.now())
        .await
        .expect("set");
    tx.commit().await.expect("kept");
}

/// Sets it from a form that said `seen`.
async fn set_as_seen(
    school: &School,
    new: &ValidArrangement,
    seen: &str,
) -> Result<(), arrangements::Error> {
    let learner = door(school, "desmond", "zainab", Action::Set)
        .await
        .expect("an admin");
    let tx = school.db.write().await.expect("free");
    arrangements::set(&tx, &learner, new, seen, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

/// Takes it away by a form that said `seen`.
async fn take_away_as_seen(school: &School, seen: &str) -> Result<(), arrangements::Error> {
    let learner = door(school, "desmond", "zainab", Action::Set)
        .await
        .expect("an admin");
    let tx = school.db.write().await.expect("free");
    arrangements::take_away(&tx, &learner, seen, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn opened(school: &School) -> ArrangementPage {
    let learner = door(school, "desmond", "zainab", Action::Set)
        .await
        .expect("an admin");
    let actor = school.actor("desmond");
    arrangements::page(school.db.read(), &actor, &learner, school.now())
        .await
        .expect("a page")
}

#[tokio::test]
async fn of_two_who_set_what_is_arranged_at_once_the_second_overwrites_nothing() {
    let school = School::new().await;
    let other = ValidArrangement {
        extra_time_percent: 50,
        ..ValidArrangement::default()
    };
    let nothing = ValidArrangement::default();
    for _ in 0..2 {
        // First of nothing, then of something.
        let seen = opened(&school).await.seen;
        set_as_seen(&school, &some(), &seen)
            .await
            .expect("nobody else did");
        for new in [&other, &nothing] {
            let refused = set_as_seen(&school, new, &seen).await;
            assert!(matches!(
                refused,
                Err(arrangements::Error::ChangedMeanwhile)
            ));
        }
        assert_eq!(opened(&school).await.arrangement, some());
        set_as_seen(&school, &some(), &seen)
            .await
            .expect("both wrote the same");
    }
    let seen = opened(&school).await.seen;
    set_as_seen(&school, &other, &seen).await.expect("seen now");
    assert_eq!(opened(&school).await.arrangement, other);
}

#[tokio::test]
async fn of_two_who_save_what_is_arranged_in_one_moment_one_is_told() {
    let school = School::new().await;
    let seen = opened(&school).await.seen;
    let other = ValidArrangement {
        rest_breaks: false,
        ..some()
    };
    let (one, two) = (some(), other);
    let (one, two) = tokio::join!(
        set_as_seen(&school, &one, &seen),
        set_as_seen(&school, &two, &seen)
    );
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
}

#[tokio::test]
async fn what_somebody_else_has_just_set_is_not_taken_away_unseen() {
    let school = School::new().await;
    set(&school, "zainab", &some()).await;
    let seen = opened(&school).await.seen;
    let other = ValidArrangement {
        extra_time_percent: 50,
        ..some()
    };
    set_as_seen(&school, &other, &seen)
        .await
        .expect("nobody else did");
    let refused = take_away_as_seen(&school, &seen).await;
    assert!(matches!(refused, Err(arrangements::Error::SetMeanwhile)));
    let now = opened(&school).await;
    assert_eq!(now.arrangement, other);

    take_away_as_seen(&school, &now.seen)
        .await
        .expect("seen now");
    assert!(opened(&school).await.arrangement.is_empty());
    take_away_as_seen(&school, &now.seen)
        .await
        .expect("nothing is left");
}

#[tokio::test]
async fn of_one_who_sets_and_one_who_takes_away_in_one_moment_one_is_told() {
    let school = School::new().await;
    set(&school, "zainab", &some()).await;
    let seen = opened(&school).await.seen;
    let other = ValidArrangement {
        rest_breaks: false,
        ..some()
    };
    let (is_set, is_gone) = tokio::join!(
        set_as_seen(&school, &other, &seen),
        take_away_as_seen(&school, &seen)
    );
    assert_ne!(is_set.is_ok(), is_gone.is_ok());
    let left = opened(&school).await.arrangement;
    assert_eq!(left.is_empty(), is_gone.is_ok());
}

#[tokio::test]
async fn the_student_their_guardian_and_their_teachers_see_and_an_admin_alone_sets() {
    let school = School::new().await;
    set(&school, "zainab", &some()).await;
    for who in ["zainab", "rosa", "ada", "bruno", "desmond"] {
        let learner = door(&school, who, "zainab", Action::See)
            .await
            .unwrap_or_else(|error| panic!("{who}: {error}"));
        let actor = school.actor(who);
        let page = arrangements::page(school.db.read(), &actor, &learner, school.now())
            .await
            .expect("a page");
        assert_eq!(page.arrangement, some(), "{who}");
        assert_eq!(page.may_set, who == "desmond");
        let asked = door(&school, who, "zainab", Action::Set).await;
        assert_eq!(asked.is_ok(), who == "desmond", "{who}");
    }
    for who in ["tomos", "petra", "cleo", "edith", "olga", "saskia", "sam"] {
        for action in Action::ALL {
            let asked = door(&school, who, "zainab", action).await;
            assert!(matches!(asked, Err(AccessError::NotFound)), "{who}");
        }
    }
    let asked = door(&school, "desmond", "ada", Action::Set).await;
    assert!(
        matches!(asked, Err(AccessError::NotFound)),
        "a teacher is no student"
    );
}

#[tokio::test]
async fn a_teacher_sees_nothing_once_they_teach_the_student_no_more() {
    let school = School::new().await;
    set(&school, "zainab", &some()).await;
    entity::enrolment::Entity::update_many()
        .col_expr(
            entity::enrolment::Column::EndedAt,
            Expr::value(school.now()),
        )
        .filter(entity::enrolment::Column::PersonId.eq(school.person("zainab")))
        .exec(school.db.read())
        .await
        .expect("ended");
    let asked = door(&school, "ada", "zainab", Action::See).await;
    assert!(matches!(asked, Err(AccessError::NotFound)));
    person_role::Entity::update_many()
        .col_expr(person_role::Column::EndedAt, Expr::value(school.now()))
        .filter(person_role::Column::PersonId.eq(school.person("zainab")))
        .filter(person_role::Column::Role.eq(Role::Student))
        .exec(school.db.read())
        .await
        .expect("ended");
    let asked = door(&school, "desmond", "zainab", Action::Set).await;
    assert!(matches!(asked, Err(AccessError::NotFound)), "she has left");
}

#[tokio::test]
async fn each_look_of_somebody_else_is_noted_and_ones_own_is_not() {
    let school = School::new().await;
    set(&school, "zainab", &some()).await;
    for (who, noted) in [
        ("zainab", false),
        ("rosa", true),
        ("ada", true),
        ("desmond", true),
    ] {
        let actor = school.actor(who);
        access::arrangements(
            school.db.read(),
            &actor,
            school.person("zainab"),
            Action::See,
        )
        .await
        .expect("theirs to see");
        let looks = actor.looks.take();
        let is_noted = looks.iter().any(|look| look.kind == LookKind::Needs);
        assert_eq!(is_noted, noted, "{who}");
    }
}

#[tokio::test]
async fn an_arrangement_is_one_row_that_is_replaced_and_goes_when_nothing_is_arranged() {
    let school = School::new().await;
    let rows = async || {
        access_arrangement::Entity::find()
            .filter(access_arrangement::Column::PersonId.eq(school.person("zainab")))
            .all(school.db.read())
            .await
            .expect("rows")
    };
    set(&school, "zainab", &some()).await;
    let less = ValidArrangement {
        what_helps: String::new(),
        ..some()
    };
    set(&school, "zainab", &less).await;
    let kept = rows().await;
    assert_eq!((kept.len(), kept[0].what_helps.as_str()), (1, ""));
    set(&school, "zainab", &ValidArrangement::default()).await;
    assert!(rows().await.is_empty());
    let told = event::Entity::find()
        .filter(event::Column::Kind.is_in(["arrangement.set", "arrangement.ended"]))
        .filter(event::Column::Before.is_null())
        .filter(event::Column::After.is_null())
        .count(school.db.read())
        .await
        .expect("a count");
    assert_eq!(told, 3, "what was arranged stands in no event");
}

/// Went out on Monday at 10:00 and is due on Thursday at 15:30: 77 and a half hours, of
/// which a fifth is 15 and a half.
async fn sheet(school: &School) -> AssignmentId {
    let sheet = NewWork::published("Sheet 6").due("2026-11-26T15:30:00Z");
    school.assignment("10Ma1", sheet).await
}

async fn hand_in(school: &School, who: &str, id: AssignmentId) -> bool {
    let (actor, mut random) = (school.actor(who), secrets::random());
    let action = assignments::policy::Action::HandIn;
    let work = access::assignment(school.db.read(), &actor, id, action, school.now())
        .await
        .expect("open");
    let tx = school.db.write().await.expect("free");
    let attempt = submissions::hand_in(
        &tx,
        &actor,
        &work,
        ("x = 4", None),
        &mut random,
        school.now(),
    )
    .await
    .expect("taken");
    tx.commit().await.expect("kept");
    attempt.is_late
}

async fn take_back(school: &School, who: &str, id: AssignmentId) -> Result<(), submissions::Error> {
    let actor = school.actor(who);
    let action = assignments::policy::Action::HandIn;
    let work = access::assignment(school.db.read(), &actor, id, action, school.now()).await?;
    let tx = school.db.write().await.expect("free");
    submissions::unsubmit(&tx, &actor, &work, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

#[tokio::test]
async fn with_extra_time_work_is_late_only_after_it() {
    let school = School::new().await;
    let id = sheet(&school).await;
    set(&school, "zainab", &some()).await;
    // An hour after the class's due time, 14 and a half before Zainab's.
    school
        .clock
        .advance(TimeDelta::hours(54) + TimeDelta::minutes(30));
    assert!(hand_in(&school, "tomos", id).await);
    assert!(!hand_in(&school, "zainab", id).await);
    take_back(&school, "zainab", id).await.expect("not due yet");
    let tomos = take_back(&school, "tomos", id).await;
    assert!(matches!(tomos, Err(submissions::Error::TooLateToTakeBack)));
    school.clock.advance(TimeDelta::hours(15));
    assert!(hand_in(&school, "zainab", id).await, "late even so");
}

#[tokio::test]
async fn every_list_and_page_of_the_student_counts_from_their_own_due_time() {
    let school = School::new().await;
    let id = sheet(&school).await;
    set(&school, "zainab", &some()).await;
    school
        .clock
        .advance(TimeDelta::hours(54) + TimeDelta::minutes(30));
    let now = school.now();
    let due = "Friday 27 November, 07:00";
    for (who, student) in [("zainab", "zainab"), ("rosa", "zainab"), ("tomos", "tomos")] {
        let actor = school.actor(who);
        let see = assignments::policy::Action::See;
        let work = access::assignment(school.db.read(), &actor, id, see, now)
            .await
            .expect("theirs");
        let student_id = school.person(student);
        let page = submissions::student_page(school.db.read(), &actor, &work, student_id, now)
            .await
            .expect("a page");
        let has_longer = student == "zainab";
        assert_eq!(page.state == WorkState::Missing, !has_longer, "{who}");
        assert_eq!(page.arranged.is_some(), has_longer);
        assert_eq!(page.class_due.is_some(), has_longer);
        if has_longer {
            assert_eq!(page.head.due.expect("due").words, due);
        }
    }
    let home = home::page(
        school.db.read(),
        &school.actor("zainab"),
        home::Length::Whole,
        now,
    )
    .await
    .expect("a page");
    let groups = home.student.expect("a student").groups;
    assert!(
        groups.iter().all(|part| part.group != TodoGroup::Overdue),
        "{groups:?}"
    );
}

#[tokio::test]
async fn overdue_work_stays_on_the_list_for_sixty_days_from_the_students_own_due_time() {
    let school = School::new().await;
    // Given for 90 days, of which a quarter is 22 and a half: due on 7 October.
    let project = NewWork::scheduled("Project", "2026-06-17T10:00:00Z");
    let project = project.due("2026-09-15T10:00:00Z");
    school.assignment("10Ma1", project).await;
    let older = NewWork::scheduled("Older", "2026-05-01T10:00:00Z").due("2026-06-01T10:00:00Z");
    school.assignment("10Ma1", older).await;
    let quarter = ValidArrangement {
        extra_time_percent: 25,
        ..some()
    };
    set(&school, "zainab", &quarter).await;
    let titles = |todo: Todo| -> Vec<String> {
        let items = todo.groups.into_iter().flat_map(|part| part.items);
        items.map(|item| item.title).collect()
    };
    for (who, shown) in [("zainab", vec!["Project"]), ("tomos", vec![])] {
        let own = first_page(&school, who).await.student.expect("a student");
        assert_eq!(titles(own), shown, "{who}");
    }
    let children = first_page(&school, "rosa").await.children;
    let zainab = children.expect("a guardian").remove(0);
    assert_eq!(titles(zainab.todo), ["Project"]);
}

async fn first_page(school: &School, who: &str) -> HomePage {
    let (actor, whole) = (school.actor(who), home::Length::Whole);
    home::page(school.db.read(), &actor, whole, school.now())
        .await
        .expect("a page")
}

#[tokio::test]
async fn the_teacher_sees_the_extra_time_in_the_list_and_at_the_desk() {
    let school = School::new().await;
    let id = sheet(&school).await;
    set(&school, "zainab", &some()).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let (ada, now) = (school.actor("ada"), school.now());
    let see = assignments::policy::Action::SeeAnswers;
    let work = access::assignment(school.db.read(), &ada, id, see, now)
        .await
        .expect("hers");
    let list = assignments::teacher_page(school.db.read(), &ada, &work, now)
        .await
        .expect("a list");
    let arranged = Arranged {
        student: school.person("zainab"),
        extra_time_percent: 20,
    };
    for line in list.lines {
        let is_zainab = line.student == arranged.student;
        assert_eq!(
            line.arranged,
            is_zainab.then_some(arranged),
            "{}",
            line.name
        );
    }
    let action = submissions::policy::Action::Mark;
    let answer = access::submission(school.db.read(), &ada, answer, action, now)
        .await
        .expect("hers");
    let desk = marking::desk(school.db.read(), &ada, &answer, now)
        .await
        .expect("a desk");
    assert_eq!(desk.arranged, Some(arranged));
    let looks = ada.looks.take();
    assert!(looks.iter().any(|look| look.kind == LookKind::Needs));
}

#[tokio::test]
async fn classmates_see_nothing_of_it_in_the_list_of_people() {
    let school = School::new().await;
    set(&school, "zainab", &some()).await;
    let room = school.classroom("10Ma1");
    for (who, sees) in [
        ("ada", true),
        ("desmond", true),
        ("tomos", false),
        ("zainab", false),
    ] {
        let actor = school.actor(who);
        let action = domain::classrooms::policy::Action::SeeMembers;
        let classroom = access::classroom(school.db.read(), &actor, room, action)
            .await
            .expect("a member");
        let page = domain::classrooms::members(
            school.db.read(),
            &actor,
            &classroom,
            ("", 1),
            school.now(),
        )
        .await
        .expect("a list");
        let shown = page.members.iter().any(|member| member.arranged.is_some());
        assert_eq!(shown, sees, "{who}");
    }
}
