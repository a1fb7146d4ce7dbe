//! A form that sets work is sent twice, by a second press or after a lost answer: the work
//! is there once.

use chrono::TimeDelta;
use domain::assignments::{self, Error, Sent};
use domain::secrets::new_id;
use domain::{access, classrooms};
use entity::{assignment, event};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::School;
use vocab::assignments::{Intent, ValidAssignment};
use vocab::ids::AssignmentId;

use super::{edit, form, load};

/// Who sends the form, on the page of which classroom.
type Sender<'a> = (&'a str, &'a str);

async fn send(
    school: &School,
    (who, room): Sender<'_>,
    id: AssignmentId,
    new: &ValidAssignment,
) -> Result<Sent, Error> {
    let actor = school.actor(who);
    let tx = school.db.write().await.expect("free");
    let action = classrooms::policy::Action::SetWork;
    let room = access::classroom(&*tx, &actor, school.classroom(room), action)
        .await
        .expect("theirs");
    let sent = assignments::create_once(&tx, &actor, &room, (id, new), school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(sent)
}

/// How many pieces of work there are in the school, and how many times one was set or sent out.
async fn counts(school: &School) -> (u64, u64) {
    let db = school.db.read();
    let work = assignment::Entity::find()
        .filter(assignment::Column::SchoolId.eq(school.id))
        .count(db)
        .await;
    let told = event::Entity::find()
        .filter(event::Column::Kind.is_in(["assignment.created", "assignment.published"]))
        .count(db)
        .await;
    (work.expect("an answer"), told.expect("an answer"))
}

const ADA: Sender<'static> = ("ada", "10Ma1");

fn scheduled(title: &str) -> ValidAssignment {
    ValidAssignment {
        publish: "2026-11-25T09:00:00".parse().ok(),
        ..form(title, Intent::Schedule)
    }
}

#[tokio::test]
async fn a_form_that_is_sent_again_sets_its_work_once() {
    let school = School::new().await;
    let forms = [
        form("Sheet 6", Intent::Draft),
        form("Sheet 6", Intent::Publish),
        scheduled("Sheet 6"),
    ];
    for new in &forms {
        let id = AssignmentId(new_id());
        let first = send(&school, ADA, id, new).await.expect("set");
        assert_eq!(first, Sent::Now);
        let (there, so_far) = (load(&school, id).await, counts(&school).await);
        school.clock.advance(TimeDelta::seconds(7));
        let second = send(&school, ADA, id, new).await.expect("no mistake");
        assert_eq!(second, Sent::Before);
        assert_eq!(load(&school, id).await, there, "{:?}", new.intent);
        assert_eq!(counts(&school).await, so_far, "{:?}", new.intent);
    }
}

#[tokio::test]
async fn a_form_that_is_sent_again_leaves_what_was_changed_since() {
    let school = School::new().await;
    let (id, new) = (AssignmentId(new_id()), form("Sheet 6", Intent::Publish));
    send(&school, ADA, id, &new).await.expect("set");
    edit(&school, id, &form("Sheet 6b", Intent::Publish))
        .await
        .expect("saved");
    let again = send(&school, ADA, id, &new).await.expect("no mistake");
    assert_eq!(again, Sent::Before);
    assert_eq!(load(&school, id).await.title, "Sheet 6b");
}

#[tokio::test]
async fn an_id_that_is_there_for_anything_else_sets_nothing_and_changes_nothing() {
    let school = School::new().await;
    let (id, new) = (AssignmentId(new_id()), form("Sheet 6", Intent::Draft));
    send(&school, ADA, id, &new).await.expect("set");
    let (there, so_far) = (load(&school, id).await, counts(&school).await);
    let (other_words, out) = (
        form("Sheet 7", Intent::Draft),
        form("Sheet 6", Intent::Publish),
    );
    let sendings = [
        (ADA, &other_words),
        (ADA, &out),
        (("bruno", "10Ma1"), &new),
        (("ada", "7En1"), &new),
        (("cleo", "8Sc1"), &new),
    ];
    for (from, new) in sendings {
        let refused = send(&school, from, id, new).await;
        assert!(matches!(refused, Err(Error::SentBefore)), "{from:?}");
    }
    assert_eq!(load(&school, id).await, there);
    assert_eq!(counts(&school).await, so_far);
}

#[tokio::test]
async fn of_two_sendings_at_once_one_sets_the_work_and_the_other_finds_it() {
    let school = School::new().await;
    let (id, new) = (AssignmentId(new_id()), form("Sheet 6", Intent::Publish));
    let (one, other) = tokio::join!(send(&school, ADA, id, &new), send(&school, ADA, id, &new));
    let sent = [one.expect("no mistake"), other.expect("no mistake")];
    assert!(sent.contains(&Sent::Now) && sent.contains(&Sent::Before));
    assert_eq!(counts(&school).await, (1, 2));

    // The id is taken, whoever is quicker.
    let (id, another) = (AssignmentId(new_id()), form("Sheet 7", Intent::Publish));
    let (one, other) = tokio::join!(
        send(&school, ADA, id, &new),
        send(&school, ADA, id, &another)
    );
    let successes = [&one, &other].into_iter().filter(|one| one.is_ok());
    assert_eq!(successes.count(), 1, "{one:?} {other:?}");
    for refused in [one, other].into_iter().filter_map(Result::err) {
        assert!(matches!(refused, Error::SentBefore), "{refused}");
    }
}
