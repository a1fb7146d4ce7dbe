//! Set work: its stages, its times in the school's zone, and what a teacher sees.

mod set_once;

use domain::assignments::policy::Action;
use domain::assignments::{self, Error};
use domain::{Permitted, access, classrooms};
use entity::{assignment, event};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use test_kit::{NewWork, School};
use vocab::assignments::{
    Intent, PASSED_DUE_OF_DRAFT, Stage, TeacherWork, ValidAssignment, WorkState,
};
use vocab::classrooms::Standing;
use vocab::ids::AssignmentId;
use vocab::points::Points;

use crate::late_joiners::leave;

async fn door(
    school: &School,
    who: &str,
    id: AssignmentId,
    action: Action,
) -> Permitted<access::Work> {
    access::assignment(
        school.db.read(),
        &school.actor(who),
        id,
        action,
        school.now(),
    )
    .await
    .expect("the door is open")
}

async fn load(school: &School, id: AssignmentId) -> assignment::Model {
    assignment::Entity::find_by_id(id)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it is there")
}

fn form(title: &str, intent: Intent) -> ValidAssignment {
    ValidAssignment {
        title: title.to_owned(),
        instructions: "Do **all** of it.".to_owned(),
        due: "2026-11-26T15:30:00".parse().ok(),
        points: Some(Points::whole(20)),
        publish: None,
        intent,
        seen: String::new(),
    }
}

async fn create(school: &School, new: &ValidAssignment) -> Result<AssignmentId, Error> {
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let room = school.classroom("10Ma1");
    let room = access::classroom(&*tx, &ada, room, classrooms::policy::Action::SetWork)
        .await
        .expect("hers");
    let id = assignments::create(&tx, &ada, &room, new, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(id)
}

async fn edit(school: &School, id: AssignmentId, new: &ValidAssignment) -> Result<(), Error> {
    let door = door(school, "ada", id, Action::Edit).await;
    let tx = school.db.write().await.expect("free");
    assignments::edit(&tx, &school.actor("ada"), &door, new, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn publish(school: &School, work: &Permitted<access::Work>) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    assignments::publish(&tx, work, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn close(school: &School, work: &Permitted<access::Work>) {
    let tx = school.db.write().await.expect("free");
    assignments::close(&tx, work, school.now())
        .await
        .expect("closed");
    tx.commit().await.expect("kept");
}

async fn reopen(school: &School, work: &Permitted<access::Work>) {
    let tx = school.db.write().await.expect("free");
    assignments::reopen(&tx, work, school.now())
        .await
        .expect("open");
    tx.commit().await.expect("kept");
}

async fn teacher_page(school: &School, who: &str, id: AssignmentId) -> TeacherWork {
    let door = door(school, who, id, Action::Mark).await;
    assignments::teacher_page(school.db.read(), &school.actor(who), &door, school.now())
        .await
        .expect("the page is there")
}

fn field(error: &Error) -> &str {
    match error {
        Error::Invalid(errors) => &errors[0].field,
        other => panic!("not a mistake in the form: {other}"),
    }
}

#[tokio::test]
async fn times_are_the_schools_own_and_kept_in_utc() {
    let school = School::new().await;
    let mut summer = form("Sheet 6", Intent::Draft);
    summer.due = "2027-07-01T15:30:00".parse().ok();
    let id = create(&school, &summer).await.expect("set");
    let set = load(&school, id).await;
    assert_eq!(
        set.due_at.map(|at| at.to_rfc3339()),
        Some("2027-07-01T14:30:00+00:00".to_owned())
    );
    let page = assignments::edit_work_page(
        &school.actor("ada"),
        &door(&school, "ada", id, Action::Edit).await,
        vocab::assignments::Audience::default(),
        school.now(),
    );
    assert_eq!(page.form.due_date, "2027-07-01");
    assert_eq!(page.form.due_time, "15:30");
    assert_eq!(page.stage, Some(Stage::Draft));
}

#[tokio::test]
async fn work_is_a_draft_scheduled_published_closed_and_open_again() {
    let school = School::new().await;
    let mut later = form("Sheet 6", Intent::Schedule);
    later.publish = "2026-11-25T09:00:00".parse().ok();
    let id = create(&school, &later).await.expect("set");
    let stage = async |school: &School| teacher_page(school, "ada", id).await.head.stage;
    assert_eq!(stage(&school).await, Stage::Scheduled);
    school.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(stage(&school).await, Stage::Published, "by itself");
    let at = |action| door(&school, "ada", id, action);
    close(&school, &at(Action::Close).await).await;
    assert_eq!(stage(&school).await, Stage::Closed);
    reopen(&school, &at(Action::Close).await).await;
    assert_eq!(stage(&school).await, Stage::Published);
    let closed_at = close_events(&school).await;
    let now = serde_json::json!({ "closed_at": school.now() });
    let open = serde_json::json!({ "closed_at": null });
    assert_eq!(closed_at, [(open.clone(), now.clone()), (now, open)]);
}

/// What it was and what it is, of each closing and reopening.
async fn close_events(school: &School) -> Vec<(serde_json::Value, serde_json::Value)> {
    event::Entity::find()
        .filter(event::Column::Kind.is_in(["assignment.closed", "assignment.reopened"]))
        .order_by_asc(event::Column::Id)
        .all(school.db.read())
        .await
        .expect("events can be read")
        .into_iter()
        .map(|event| (event.before.expect("said"), event.after.expect("said")))
        .collect()
}

#[tokio::test]
async fn a_draft_goes_out_once_and_cannot_be_closed_before() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Draft))
        .await
        .expect("set");
    let work = door(&school, "ada", id, Action::Publish).await;
    let tx = school.db.write().await.expect("free");
    let refused = assignments::close(&tx, &work, school.now()).await;
    assert!(matches!(refused, Err(Error::NotOut)));
    assignments::publish(&tx, &work, school.now())
        .await
        .expect("out");
    tx.commit().await.expect("kept");
    assert_eq!(load(&school, id).await.publish_at, Some(school.now()));
}

#[tokio::test]
async fn work_cannot_be_scheduled_for_the_past() {
    let school = School::new().await;
    let mut past = form("Sheet 6", Intent::Schedule);
    past.publish = "2026-11-24T09:00:00".parse().ok();
    let refused = create(&school, &past).await.expect_err("it has passed");
    assert_eq!(field(&refused), "publish_date");
}

#[tokio::test]
async fn a_time_that_the_clocks_skip_is_not_taken_for_another() {
    let school = School::new().await;
    let mut skipped = form("Sheet 6", Intent::Schedule);
    skipped.due = "2028-03-26T01:59:00".parse().ok();
    skipped.publish = "2027-03-28T01:30:00".parse().ok();
    let errors = match create(&school, &skipped).await {
        Err(Error::Invalid(errors)) => errors,
        other => panic!("no such time: {other:?}"),
    };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["due_time", "publish_time"]);

    // Of an hour that comes twice the first is meant.
    let mut twice = form("Sheet 6", Intent::Schedule);
    twice.due = None;
    twice.publish = "2027-10-31T01:30:00".parse().ok();
    let id = create(&school, &twice).await.expect("set");
    let out = load(&school, id).await.publish_at.expect("scheduled");
    assert_eq!(out.to_rfc3339(), "2027-10-31T00:30:00+00:00");
    let refused = edit(&school, id, &skipped).await;
    assert_eq!(field(&refused.expect_err("no such time")), "due_time");
}

#[tokio::test]
async fn work_that_somebody_handed_in_cannot_become_a_draft_again() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Publish))
        .await
        .expect("set");
    edit(&school, id, &form("Sheet 6", Intent::Draft))
        .await
        .expect("nobody handed in");
    edit(&school, id, &form("Sheet 6", Intent::Publish))
        .await
        .expect("out again");
    school.submission(id, "zainab", "x = 4").await;
    let refused = edit(&school, id, &form("Sheet 6", Intent::Draft)).await;
    assert!(matches!(refused, Err(Error::HandedInAlready)));
}

#[tokio::test]
async fn work_that_was_closed_and_taken_back_to_draft_goes_out_open() {
    let school = School::new().await;
    let (draft, out) = (
        form("Sheet 6", Intent::Draft),
        form("Sheet 6", Intent::Publish),
    );
    let id = create(&school, &out).await.expect("set");
    close(&school, &door(&school, "ada", id, Action::Close).await).await;
    let renamed = form("Sheet 7", Intent::Publish);
    edit(&school, id, &renamed).await.expect("it stays out");
    let stage = async |school: &School| teacher_page(school, "ada", id).await.head.stage;
    assert_eq!(stage(&school).await, Stage::Closed, "saving opens nothing");
    edit(&school, id, &draft).await.expect("nobody handed in");
    assert_eq!(load(&school, id).await.closed_at, None);
    edit(&school, id, &out).await.expect("out again");
    assert_eq!(stage(&school).await, Stage::Published);
}

#[tokio::test]
async fn a_draft_that_is_still_called_closed_goes_out_open() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Draft))
        .await
        .expect("set");
    assignment::Entity::update_many()
        .col_expr(assignment::Column::ClosedAt, Expr::value(school.now()))
        .filter(assignment::Column::Id.eq(id))
        .exec(school.db.read())
        .await
        .expect("as older versions left it");
    publish(&school, &door(&school, "ada", id, Action::Publish).await)
        .await
        .expect("out");
    let page = teacher_page(&school, "ada", id).await;
    assert_eq!(page.head.stage, Stage::Published);
}

#[tokio::test]
async fn a_draft_whose_due_time_has_passed_is_not_sent_out_by_its_button_either() {
    let school = School::new().await;
    let mut draft = form("Sheet 6", Intent::Draft);
    let id = create(&school, &draft).await.expect("set");
    school.clock.advance(chrono::TimeDelta::days(3));
    let work = door(&school, "ada", id, Action::Publish).await;
    match publish(&school, &work).await {
        Err(Error::Invalid(errors)) => {
            assert_eq!(errors[0].field, "publish");
            assert_eq!(errors[0].message, PASSED_DUE_OF_DRAFT);
        }
        other => panic!("it went out overdue: {other:?}"),
    }
    assert_eq!(load(&school, id).await.publish_at, None);
    draft.due = None;
    edit(&school, id, &draft).await.expect("no due time");
    publish(&school, &work).await.expect("out");
    assert_eq!(load(&school, id).await.publish_at, Some(school.now()));
}

#[tokio::test]
async fn who_presses_a_button_on_an_older_page_changes_the_work_as_it_is_now() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Draft))
        .await
        .expect("set");
    let older = door(&school, "bruno", id, Action::Publish).await;
    publish(&school, &door(&school, "ada", id, Action::Publish).await)
        .await
        .expect("out");
    let out = load(&school, id).await.publish_at;
    school.clock.advance(chrono::TimeDelta::minutes(1));
    publish(&school, &older).await.expect("it is out already");
    assert_eq!(load(&school, id).await.publish_at, out);

    let older = door(&school, "bruno", id, Action::Close).await;
    close(&school, &door(&school, "ada", id, Action::Close).await).await;
    let closed = load(&school, id).await.closed_at;
    school.clock.advance(chrono::TimeDelta::minutes(1));
    close(&school, &older).await;
    assert_eq!(load(&school, id).await.closed_at, closed);

    let older = door(&school, "bruno", id, Action::Close).await;
    reopen(&school, &door(&school, "ada", id, Action::Close).await).await;
    reopen(&school, &older).await;
    assert_eq!(close_events(&school).await.len(), 2, "each once");
}

#[tokio::test]
async fn points_stay_at_or_above_every_mark_that_was_given() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Publish))
        .await
        .expect("set");
    let answer = school.submission(id, "zainab", "x = 4").await;
    school.mark(answer, "ada", 18, "").await;
    let mut lower = form("Sheet 6", Intent::Publish);
    for points in [Some(Points::whole(17)), None] {
        lower.points = points;
        let refused = edit(&school, id, &lower).await.expect_err("18 was given");
        assert_eq!(field(&refused), "points");
    }
    lower.points = Some(Points::whole(18));
    edit(&school, id, &lower).await.expect("18 is enough");
}

#[tokio::test]
async fn setting_work_writes_down_its_instructions_too() {
    let school = School::new().await;
    create(&school, &form("Sheet 6", Intent::Draft))
        .await
        .expect("set");
    let event = event::Entity::find()
        .filter(event::Column::Kind.eq("assignment.created"))
        .one(school.db.read())
        .await
        .expect("events can be read")
        .expect("it is written down");
    let after = event.after.expect("said");
    assert_eq!(after["instructions"], "Do **all** of it.");
}

#[tokio::test]
async fn an_edit_writes_down_what_changed_and_no_more() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Publish))
        .await
        .expect("set");
    edit(&school, id, &form("Sheet 6", Intent::Publish))
        .await
        .expect("nothing changes");
    edit(&school, id, &form("Sheet 7", Intent::Publish))
        .await
        .expect("a new title");
    let edits = event::Entity::find()
        .filter(event::Column::Kind.eq("assignment.edited"))
        .all(school.db.read())
        .await
        .expect("events can be read");
    assert_eq!(edits.len(), 1);
    assert_eq!(
        edits[0].before,
        Some(serde_json::json!({ "title": "Sheet 6" }))
    );
    assert_eq!(
        edits[0].after,
        Some(serde_json::json!({ "title": "Sheet 7" }))
    );
    assert_eq!(edits[0].actor_id, Some(school.person("ada")));
}

#[tokio::test]
async fn a_teacher_sees_who_handed_in_and_nothing_of_a_draft() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Publish))
        .await
        .expect("set");
    school.submission(id, "zainab", "x = 4").await;
    school.draft(id, "tomos", "a secret draft").await;
    let page = teacher_page(&school, "bruno", id).await;
    let names: Vec<&str> = page.lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["Tomos Griffiths", "Priya Nair", "Zainab Okafor"]);
    assert_eq!(page.lines[0].state, WorkState::NotStarted);
    assert_eq!(page.lines[0].submission, None);
    assert_eq!(page.lines[2].state, WorkState::HandedIn);
    assert_eq!((page.counts.students, page.counts.handed_in), (3, 1));
    assert!(
        !serde_json::to_string(&page)
            .expect("json")
            .contains("secret")
    );
    assert_eq!(page.head.teacher, "Ada Achterberg");
    assert!(page.head.instructions_html.contains("<strong>all</strong>"));
}

#[tokio::test]
async fn who_left_after_handing_in_is_listed_last_and_not_counted() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Publish))
        .await
        .expect("set");
    school.submission(id, "tomos", "x = 5").await;
    leave(&school, "tomos").await;
    let page = teacher_page(&school, "ada", id).await;
    assert_eq!((page.counts.students, page.counts.handed_in), (2, 0));
    assert_eq!(page.lines.len(), 3);
    assert_eq!(page.lines[2].name, "Tomos Griffiths");
    assert!(page.lines[2].submission.is_some());
}

#[tokio::test]
async fn whoever_handed_in_late_stays_late_when_it_is_marked_and_returned() {
    let school = School::new().await;
    let id = school
        .assignment(
            "10Ma1",
            NewWork::published("Sheet 6")
                .points(20)
                .due("2026-11-20T15:30:00Z"),
        )
        .await;
    let answer = school.submission(id, "zainab", "x = 3").await;
    school
        .returned_mark(answer, "ada", 12, "Late, but good")
        .await;
    let page = teacher_page(&school, "ada", id).await;
    let line = page
        .lines
        .iter()
        .find(|line| line.submission == Some(answer))
        .expect("listed");
    assert!(line.is_late && line.points.is_some());
}

#[tokio::test]
async fn of_two_teachers_who_edit_at_once_the_second_overwrites_nothing() {
    let school = School::new().await;
    let id = create(&school, &form("Sheet 6", Intent::Draft))
        .await
        .expect("set");
    let work = door(&school, "ada", id, Action::Edit).await;
    let page = assignments::edit_work_page(
        &school.actor("ada"),
        &work,
        vocab::assignments::Audience::default(),
        school.now(),
    );
    let clocks = domain::moments::local(school.now(), school.actor("ada").time_zone);
    let mut first = page.form.validate(clocks).expect("as it was");
    let mut second = first.clone();
    school.clock.advance(chrono::TimeDelta::minutes(1));
    first.title = "First".to_owned();
    edit(&school, id, &first).await.expect("nobody else did");
    second.title = "Second".to_owned();
    let refused = edit(&school, id, &second).await;
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
    assert_eq!(load(&school, id).await.title, "First");
    let work = door(&school, "ada", id, Action::Edit).await;
    let again = assignments::edit_work_page(
        &school.actor("ada"),
        &work,
        vocab::assignments::Audience::default(),
        school.now(),
    );
    second.seen = again.form.seen;
    edit(&school, id, &second).await.expect("seen now");
}

#[tokio::test]
async fn the_audience_that_a_form_names_is_who_can_open_it() {
    let school = School::new().await;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let told = assignments::audience(school.db.read(), school.id, school.classroom("10Ma1"))
        .await
        .expect("counted");
    let mut let_in = vocab::assignments::Audience::default();
    for who in school.everybody() {
        let actor = school.actor(who);
        let door =
            access::assignment(school.db.read(), &actor, work, Action::See, school.now()).await;
        match door.map(|work| work.standing()) {
            Ok(Standing::Student) => let_in.students += 1,
            Ok(Standing::Guardian) => let_in.guardians += 1,
            Ok(Standing::Teacher) => let_in.teachers += 1,
            Ok(Standing::Admin) | Err(_) => {}
        }
    }
    assert!(let_in.students > 1 && let_in.guardians > 1 && let_in.teachers > 0);
    // Priya is in the class and has no account yet.
    let_in.students += 1;
    assert_eq!(told, let_in);
    assert_eq!(
        vocab::assignments::Audience {
            students: 28,
            guardians: 1,
            teachers: 2
        }
        .words(),
        "Seen by 28 students, 1 guardian and 2 teachers"
    );
}
