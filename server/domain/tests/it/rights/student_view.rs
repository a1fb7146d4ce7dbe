//! A guardian asks for the data of a student of 13 or older: the student is asked first.

use chrono::TimeDelta;
use domain::rights::{self, Error};
use domain::{AccessError, access};
use test_kit::School;
use vocab::ids::RightsRequestId;
use vocab::rights::{RequestKind, RequestState, RequestStep, StudentView, WhoAsks};

use super::{contact, first, known_from, page, step};

async fn asks(school: &School, who: &str, about: &str, kind: RequestKind) -> RightsRequestId {
    let tx = school.db.write().await.expect("free");
    let door = access::about(&*tx, &school.actor(who), school.person(about))
        .await
        .expect("theirs");
    let reference = rights::file(&tx, &door, kind, "Family name".to_owned(), school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    let mine = rights::mine(school.db.read(), &school.actor(who), school.now())
        .await
        .expect("theirs");
    let filed = mine.iter().find(|one| one.reference == reference);
    filed.expect("it is listed").id
}

async fn says(
    school: &School,
    who: &str,
    id: RightsRequestId,
    view: StudentView,
) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    rights::say_view(&tx, &school.actor(who), id, view, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn grant(school: &School, id: RightsRequestId, words: &str) -> Result<(), Error> {
    step(school, id, RequestStep::Approve, words).await
}

async fn is_asked_at_home(school: &School) -> bool {
    let length = domain::home::Length::Whole;
    domain::home::page(
        school.db.read(),
        &school.actor("zainab"),
        length,
        school.now(),
    )
    .await
    .expect("hers")
    .is_asked_first
}

#[tokio::test]
async fn what_a_guardian_asks_is_granted_once_the_student_has_been_heard() {
    let school = School::new().await;
    assert!(!is_asked_at_home(&school).await);
    let id = asks(&school, "rosa", "zainab", RequestKind::Access).await;
    assert!(is_asked_at_home(&school).await);
    let listed = rights::mine(school.db.read(), &school.actor("zainab"), school.now())
        .await
        .expect("it is about her");
    assert_eq!(
        (listed[0].asks_you, listed[0].is_own),
        (Some(StudentView::Asked), false),
        "she is asked, and cannot take back what another asked"
    );
    assert!(matches!(
        grant(&school, id, "").await,
        Err(Error::StudentFirst)
    ));
    let done = step(&school, id, RequestStep::Complete, "Here it is").await;
    assert!(matches!(done, Err(Error::StudentFirst)), "no way around it");
    says(&school, "zainab", id, StudentView::Agrees)
        .await
        .expect("she is asked");
    assert!(!is_asked_at_home(&school).await);
    let shown = page(&school, id).await;
    assert_eq!(
        shown.student_view.map(|(view, _)| view),
        Some(StudentView::Agrees)
    );
    assert!(
        shown.history.iter().any(|line| line.1.contains("Zainab")),
        "it stands in the history"
    );
    grant(&school, id, "").await.expect("she was heard");
    let late = says(&school, "zainab", id, StudentView::Minds).await;
    assert!(matches!(late, Err(Error::NotNow)), "it is granted");
}

#[tokio::test]
async fn a_student_who_says_nothing_for_a_week_stops_nobody() {
    let school = School::new().await;
    let id = asks(&school, "rosa", "zainab", RequestKind::Portability).await;
    school
        .clock
        .advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    assert!(matches!(
        grant(&school, id, "").await,
        Err(Error::StudentFirst)
    ));
    school.clock.advance(TimeDelta::minutes(1));
    grant(&school, id, "").await.expect("a week has passed");
    assert!(
        !is_asked_at_home(&school).await,
        "nothing is left to be said"
    );
}

#[tokio::test]
async fn against_the_students_wish_the_school_writes_down_why() {
    let school = School::new().await;
    let id = asks(&school, "rosa", "zainab", RequestKind::Erasure).await;
    says(&school, "zainab", id, StudentView::Agrees)
        .await
        .expect("she is asked");
    says(&school, "zainab", id, StudentView::Minds)
        .await
        .expect("she may think again");
    let without = grant(&school, id, " ").await;
    assert!(matches!(without, Err(Error::AgainstTheStudent)));
    step(
        &school,
        id,
        RequestStep::Refuse,
        "She is old enough to say no.",
    )
    .await
    .expect("a refusal needs nobody");
    let other = asks(&school, "rosa", "zainab", RequestKind::Rectification).await;
    says(&school, "zainab", other, StudentView::Minds)
        .await
        .expect("she is asked");
    grant(&school, other, "The name on the register is wrong.")
        .await
        .expect("with the reason");
    assert_eq!(
        page(&school, other).await.summary.state,
        RequestState::Approved
    );
}

/// What somebody's own copy holds of requests, as text.
async fn copy_of(school: &School, who: &str) -> String {
    let copy = domain::export::gather(school.db.read(), school.id, school.person(who))
        .await
        .expect("theirs");
    let of_requests = |group: &&domain::export::Group| group.table.starts_with("rights_");
    let groups: Vec<_> = copy.groups.iter().filter(of_requests).collect();
    format!("{groups:?}")
}

#[tokio::test]
async fn what_a_student_said_is_in_their_own_copy_and_not_in_their_guardians() {
    let school = School::new().await;
    let id = asks(&school, "rosa", "zainab", RequestKind::Access).await;
    says(&school, "zainab", id, StudentView::Minds)
        .await
        .expect("she is asked");
    let (hers, guardians) = (
        copy_of(&school, "zainab").await,
        copy_of(&school, "rosa").await,
    );
    assert!(hers.contains("minds"), "{hers}");
    for said in ["minds", StudentView::Minds.label()] {
        assert!(!guardians.contains(said), "{guardians}");
    }
    assert!(guardians.contains("The student was heard."), "{guardians}");
}

#[tokio::test]
async fn nobody_else_speaks_for_the_student_and_nobody_is_asked_without_need() {
    let school = School::new().await;
    let id = asks(&school, "rosa", "zainab", RequestKind::Access).await;
    for other in ["rosa", "tomos", "petra", "edith", "sid"] {
        let said = says(&school, other, id, StudentView::Agrees).await;
        assert!(
            matches!(said, Err(Error::Access(AccessError::NotFound))),
            "{other}"
        );
    }
    for (who, about, kind) in [
        ("zainab", "zainab", RequestKind::Access),
        ("petra", "mei", RequestKind::Access),
        ("rosa", "zainab", RequestKind::Withdrawal),
        ("rosa", "zainab", RequestKind::Complaint),
    ] {
        let id = asks(&school, who, about, kind).await;
        assert_eq!(
            page(&school, id).await.student_view,
            None,
            "{who} {about} {kind}"
        );
        let unasked = says(&school, about, id, StudentView::Agrees).await;
        assert!(matches!(unasked, Err(Error::Access(AccessError::NotFound))));
    }
}

#[tokio::test]
async fn nothing_is_granted_from_outside_before_it_is_said_whom_it_is_about() {
    let school = School::new().await;
    contact(&school, RequestKind::Access, "north")
        .await
        .expect("taken");
    let id = first(&school).await.id;
    step(&school, id, RequestStep::IdentityShown, "")
        .await
        .expect("a passport was shown");
    assert!(matches!(
        grant(&school, id, "").await,
        Err(Error::WhomFirst)
    ));
    let shown = page(&school, id).await;
    assert!(!shown.steps.contains(&RequestStep::Approve), "nor offered");
    assert!(shown.steps.contains(&RequestStep::Refuse));
}

#[tokio::test]
async fn a_student_is_asked_first_too_where_somebody_asks_from_outside() {
    let school = School::new().await;
    let whom = ("zainab", WhoAsks::Another);
    let id = known_from(&school, RequestKind::Access, whom).await;
    assert!(is_asked_at_home(&school).await);
    assert!(matches!(
        grant(&school, id, "").await,
        Err(Error::StudentFirst)
    ));
    says(&school, "zainab", id, StudentView::Agrees)
        .await
        .expect("she is asked");
    grant(&school, id, "").await.expect("she does not mind");
    for (kind, whom) in [
        (RequestKind::Access, ("mei", WhoAsks::Another)),
        (RequestKind::Access, ("ada", WhoAsks::Another)),
        (RequestKind::Withdrawal, ("zainab", WhoAsks::Another)),
        (RequestKind::Access, ("zainab", WhoAsks::Themselves)),
    ] {
        let id = known_from(&school, kind, whom).await;
        assert_eq!(
            page(&school, id).await.student_view,
            None,
            "{kind} {whom:?}"
        );
    }
}
