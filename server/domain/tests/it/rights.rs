//! Requests about data on a real database: who may file and lead them, and that their
//! clocks begin, stand and end as they must.

mod carry_out;
mod cockpit;
mod deserted;
mod extension;
mod in_part;
mod order;
mod question;
pub(crate) mod recipients;
mod repeated;
mod stops;
mod student_view;

use chrono::TimeDelta;
use domain::rights::{self, Error};
use domain::schools::policy::Action;
use domain::{AccessError, Permitted, access};
use entity::{outbox_mail, rights_event};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use test_kit::School;
use vocab::form::error_for;
use vocab::home::LeadHome;
use vocab::ids::RightsRequestId;
use vocab::rights::{
    ContactForm, RequestKind, RequestPage, RequestState, RequestStep, RequestSummary, Tally,
    Urgency, WhoAsks,
};

fn door(school: &School) -> Permitted<()> {
    access::school(&school.actor("edith"), Action::HandleRequests).expect("she is the lead")
}

async fn file(school: &School, who: &str, about: &str) -> Result<String, Error> {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(about)).await?;
    let kind = RequestKind::Access;
    let filed = rights::file(&tx, &about, kind, String::new(), school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(filed)
}

async fn contact(school: &School, kind: RequestKind, code: &str) -> Result<String, Error> {
    let form = ContactForm {
        school: code.to_owned(),
        name: "Ines Former".to_owned(),
        contact: "ines@mail.example".to_owned(),
        topic: kind.to_string(),
        text: "I was at your school until 2019".to_owned(),
        website: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    let valid = form.validate().expect("complete");
    let filed = rights::file_by_contact(&tx, valid, Some("a browser"), school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(filed)
}

async fn step(
    school: &School,
    id: RightsRequestId,
    step: RequestStep,
    words: &str,
) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    rights::step(&tx, &door(school), id, (step, words), school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn first(school: &School) -> RequestSummary {
    let edith = school.actor("edith");
    let listed = rights::cockpit(school.db.read(), &edith, &door(school), school.now())
        .await
        .expect("hers");
    listed.into_iter().next().expect("there is one")
}

#[tokio::test]
async fn a_request_is_filed_seen_led_and_answered() {
    let school = School::new().await;
    let reference = file(&school, "rosa", "zainab").await.expect("her child");
    for who in ["rosa", "zainab"] {
        let mine = rights::mine(school.db.read(), &school.actor(who), school.now())
            .await
            .expect("theirs");
        assert_eq!(mine[0].reference, reference, "{who} sees it");
    }
    let petra = rights::mine(school.db.read(), &school.actor("petra"), school.now())
        .await
        .expect("hers");
    assert!(petra.is_empty());
    let request = first(&school).await;
    assert_eq!(request.about, "Zainab Okafor");
    school.does_not_mind("zainab", request.id).await;
    step(&school, request.id, RequestStep::Approve, "")
        .await
        .expect("granted");
    step(&school, request.id, RequestStep::Complete, "Here it is.")
        .await
        .expect("done");
    let edith = school.actor("edith");
    let page = rights::page(
        school.db.read(),
        &edith,
        &door(&school),
        request.id,
        school.now(),
    )
    .await
    .expect("hers");
    assert_eq!(page.summary.state, RequestState::Closed);
    assert!(page.letter.contains("Here it is.") && page.letter.contains("ico.org.uk"));
    assert_eq!(page.history.len(), 4, "every step is kept");
    let again = step(&school, request.id, RequestStep::Refuse, "no").await;
    assert!(
        matches!(again, Err(Error::NotNow)),
        "what is over stays over"
    );
}

#[tokio::test]
async fn nobody_asks_about_somebody_who_is_not_theirs_or_leads_without_the_role() {
    let school = School::new().await;
    for who in ["rosa", "ada", "desmond", "sid"] {
        let outcome = file(&school, who, "mei").await;
        assert!(
            matches!(outcome, Err(Error::Access(AccessError::NotFound))),
            "{who}"
        );
    }
    for who in ["ada", "zainab", "rosa", "olga"] {
        let no_door = access::school(&school.actor(who), Action::HandleRequests);
        assert!(matches!(no_door, Err(AccessError::NotFound)), "{who}");
    }
    let south = access::school(&school.actor("saskia"), Action::HandleRequests).expect("her own");
    file(&school, "rosa", "zainab").await.expect("her child");
    let request = first(&school).await;
    let page = rights::page(
        school.db.read(),
        &school.actor("saskia"),
        &south,
        request.id,
        school.now(),
    )
    .await;
    assert!(matches!(page, Err(Error::Access(AccessError::NotFound))));
}

#[tokio::test]
async fn who_writes_without_an_account_has_to_show_who_they_are_before_the_clock_begins() {
    let school = School::new().await;
    contact(&school, RequestKind::Access, "north")
        .await
        .expect("taken");
    let request = first(&school).await;
    assert_eq!(request.state, RequestState::IdentityNeeded);
    assert!(request.due.is_none(), "the month has not begun");
    assert!(request.first_answer_due.is_some(), "the 48 hours have");
    school.clock.advance(TimeDelta::days(10));
    step(&school, request.id, RequestStep::IdentityShown, "")
        .await
        .expect("a passport was shown");
    let due = first(&school).await.due.expect("it has begun");
    assert!(
        due.iso.as_str() > (school.now() + TimeDelta::days(27)).to_rfc3339().as_str(),
        "a month from now: {}",
        due.iso
    );
}

#[tokio::test]
async fn a_complaint_is_answered_whoever_writes_and_a_school_that_is_not_there_is_named() {
    let school = School::new().await;
    contact(&school, RequestKind::Complaint, "NORTH")
        .await
        .expect("taken");
    assert_eq!(first(&school).await.state, RequestState::Open);
    let Err(Error::Invalid(errors)) = contact(&school, RequestKind::Access, "NOWHERE").await else {
        panic!("there is no such school");
    };
    assert!(error_for(&errors, "school").is_some());
}

#[tokio::test]
async fn the_clock_stands_while_a_clarification_is_awaited() {
    let school = School::new().await;
    file(&school, "zainab", "zainab").await.expect("hers");
    let request = first(&school).await;
    let before = request.due.expect("running").iso;
    step(
        &school,
        request.id,
        RequestStep::AskClarification,
        "Which year?",
    )
    .await
    .expect("asked");
    assert!(first(&school).await.due.is_none(), "it stands");
    school.clock.advance(TimeDelta::days(12));
    step(&school, request.id, RequestStep::Clarified, "")
        .await
        .expect("told");
    let after = first(&school).await.due.expect("running").iso;
    assert!(after > before, "{after} is later than {before}");
}

#[tokio::test]
async fn two_more_months_are_taken_once_within_the_first_and_with_a_reason() {
    let school = School::new().await;
    file(&school, "zainab", "zainab").await.expect("hers");
    let id = first(&school).await.id;
    step(&school, id, RequestStep::Extend, "Ten years of work")
        .await
        .expect("in time");
    let twice = step(&school, id, RequestStep::Extend, "and more").await;
    assert!(matches!(twice, Err(Error::NoExtension)));
    file(&school, "tomos", "tomos").await.expect("his");
    school.clock.advance(TimeDelta::days(45));
    let tomos = rights::mine(school.db.read(), &school.actor("tomos"), school.now())
        .await
        .expect("his");
    let late = step(&school, tomos[0].id, RequestStep::Extend, "too late").await;
    assert!(matches!(late, Err(Error::NoExtension)));
}

#[tokio::test]
async fn a_leads_first_page_tells_how_long_is_left_of_what_is_due_first() {
    let school = School::new().await;
    let lead = async || {
        let (edith, length) = (school.actor("edith"), domain::home::Length::Whole);
        let page = domain::home::page(school.db.read(), &edith, length, school.now()).await;
        page.expect("hers").lead.expect("she is the lead")
    };
    assert_eq!(lead().await, LeadHome::default());
    file(&school, "zainab", "zainab").await.expect("hers");
    school.clock.advance(TimeDelta::hours(72));
    for who in ["tomos", "mei"] {
        file(&school, who, who).await.expect("theirs");
    }
    for _ in 0..3 {
        contact(&school, RequestKind::Complaint, "NORTH")
            .await
            .expect("taken");
    }
    let found = lead().await;
    assert_eq!((found.requests.len(), found.open), (5, 6));
    assert!(found.breaches.is_none());
    let told = |at: usize| {
        let request = &found.requests[at];
        (request.urgency, request.left.as_deref())
    };
    assert_eq!(found.requests[0].about, "Zainab Okafor");
    assert_eq!(told(0), (Urgency::Late, Some("1 day late")));
    assert_eq!(told(1), (Urgency::Fine, Some("2 days left")));

    let late = found.requests[0].id;
    step(&school, late, RequestStep::Refuse, "It is about others.")
        .await
        .expect("refused");
    let after = lead().await;
    assert_eq!(after.open, 5);
    assert!(after.requests.iter().all(|request| request.id != late));
}

#[tokio::test]
async fn what_is_late_is_shown_first_and_as_late() {
    let school = School::new().await;
    file(&school, "zainab", "zainab").await.expect("hers");
    assert_eq!(first(&school).await.urgency, Urgency::Fine);
    school.clock.advance(TimeDelta::hours(37));
    assert_eq!(first(&school).await.urgency, Urgency::Soon);
    school.clock.advance(TimeDelta::hours(12));
    file(&school, "tomos", "tomos").await.expect("his");
    let listed = first(&school).await;
    assert_eq!(
        (listed.urgency, listed.about.as_str()),
        (Urgency::Late, "Zainab Okafor")
    );
    step(&school, listed.id, RequestStep::Approve, "")
        .await
        .expect("granted");
    assert_ne!(first(&school).await.id, listed.id, "its 48 hours are met");
}

#[tokio::test]
async fn who_asked_takes_it_back_and_nobody_else() {
    let school = School::new().await;
    file(&school, "rosa", "zainab").await.expect("her child");
    let id = first(&school).await.id;
    for (who, may) in [("petra", false), ("rosa", true)] {
        let tx = school.db.write().await.expect("free");
        let taken = rights::take_back(&tx, &school.actor(who), id, school.now()).await;
        tx.commit().await.expect("kept");
        assert_eq!(taken.is_ok(), may, "{who}");
    }
    assert_eq!(first(&school).await.state, RequestState::TakenBack);
    let steps = rights_event::Entity::find()
        .filter(rights_event::Column::RequestId.eq(id))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(steps, 2);
}

#[tokio::test]
async fn an_open_request_stays_on_the_list_however_many_came_and_were_closed_since() {
    let school = School::new().await;
    file(&school, "zainab", "zainab").await.expect("hers");
    let old = first(&school).await.id;
    let filed = entity::rights_request::Entity::find_by_id(old)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it is there");
    school.clock.advance(TimeDelta::hours(1));
    for number in 0..210 {
        use sea_orm::IntoActiveModel;
        let closed = entity::rights_request::Model {
            id: RightsRequestId(domain::secrets::new_id()),
            reference: format!("R-{number}"),
            state: RequestState::Closed,
            received_at: school.now(),
            closed_at: Some(school.now()),
            ..filed.clone()
        };
        entity::rights_request::Entity::insert(sea_orm::ActiveModelTrait::reset_all(
            closed.into_active_model(),
        ))
        .exec_without_returning(school.db.read())
        .await
        .expect("inserted");
    }
    assert_eq!(first(&school).await.id, old);
}

#[tokio::test]
async fn everybody_sees_how_often_the_school_answered_within_48_hours() {
    let school = School::new().await;
    let tally = async || {
        rights::tally(school.db.read(), &school.actor("rosa"), school.now())
            .await
            .expect("counted")
    };
    file(&school, "zainab", "zainab").await.expect("hers");
    assert_eq!(tally().await, Tally::default(), "its time is not over");
    let id = first(&school).await.id;
    school.clock.advance(TimeDelta::hours(48));
    step(&school, id, RequestStep::Approve, "")
        .await
        .expect("granted in the last minute");
    assert_eq!(
        tally().await,
        Tally {
            in_time: 1,
            late: 0
        }
    );
    file(&school, "tomos", "tomos").await.expect("his");
    school.clock.advance(TimeDelta::hours(49));
    assert_eq!(
        tally().await,
        Tally {
            in_time: 1,
            late: 1
        }
    );
    let late = first(&school).await.id;
    step(&school, late, RequestStep::Approve, "")
        .await
        .expect("granted late");
    assert_eq!(
        tally().await,
        Tally {
            in_time: 1,
            late: 1
        },
        "late stays late"
    );
}

#[tokio::test]
async fn more_time_is_no_answer_and_what_was_taken_back_is_not_counted() {
    let school = School::new().await;
    let tally = async || {
        rights::tally(school.db.read(), &school.actor("rosa"), school.now())
            .await
            .expect("counted")
    };
    let late = Tally {
        in_time: 0,
        late: 1,
    };
    file(&school, "zainab", "zainab").await.expect("hers");
    let extended = first(&school).await.id;
    step(&school, extended, RequestStep::Extend, "Ten years of work")
        .await
        .expect("told in time");
    assert!(
        first(&school).await.first_answer_due.is_some(),
        "its 48 hours go on"
    );
    file(&school, "tomos", "tomos").await.expect("his");
    let mine = rights::mine(school.db.read(), &school.actor("tomos"), school.now())
        .await
        .expect("his");
    let tx = school.db.write().await.expect("free");
    rights::take_back(&tx, &school.actor("tomos"), mine[0].id, school.now())
        .await
        .expect("his");
    tx.commit().await.expect("kept");
    assert_eq!(tally().await, Tally::default(), "nothing is answered yet");
    school.clock.advance(TimeDelta::hours(49));
    assert_eq!(tally().await, late, "more time is not what was promised");
    step(&school, extended, RequestStep::Complete, "Here it is.")
        .await
        .expect("done");
    assert_eq!(tally().await, late);
}

/// A request by the contact page of which the lead knows whom it is about.
async fn known(school: &School, kind: RequestKind, about: &str) -> RightsRequestId {
    known_from(school, kind, (about, WhoAsks::Themselves)).await
}

/// The same, with who asks.
async fn known_from(school: &School, kind: RequestKind, whom: (&str, WhoAsks)) -> RightsRequestId {
    let reference = contact(school, kind, "north").await.expect("taken");
    let edith = school.actor("edith");
    let listed = rights::cockpit(school.db.read(), &edith, &door(school), school.now())
        .await
        .expect("hers");
    let came = listed.into_iter().find(|one| one.reference == reference);
    let id = came.expect("it is listed").id;
    step(school, id, RequestStep::IdentityShown, "")
        .await
        .expect("a passport was shown");
    let tx = school.db.write().await.expect("free");
    rights::say_whom(&tx, &door(school), id, whom, school.now())
        .await
        .expect("known");
    tx.commit().await.expect("kept");
    id
}

/// What the newest mail about a request says.
async fn mailed(school: &School, id: RightsRequestId) -> String {
    let told = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::CauseId.eq(id.0))
        .order_by_desc(outbox_mail::Column::Id)
        .one(school.db.read())
        .await
        .expect("read")
        .expect("queued");
    let words = school.opened("outbox_mail.variables", told.id.0, &told.variables);
    words.await
}

async fn page(school: &School, id: RightsRequestId) -> RequestPage {
    let edith = school.actor("edith");
    rights::page(school.db.read(), &edith, &door(school), id, school.now())
        .await
        .expect("hers")
}

#[tokio::test]
async fn a_complaint_is_due_to_be_acknowledged_whatever_is_asked_meanwhile_and_then_no_more() {
    let school = School::new().await;
    contact(&school, RequestKind::Complaint, "north")
        .await
        .expect("taken");
    let request = first(&school).await;
    let due = request.due.expect("it runs").iso;
    for (taken, words) in [
        (RequestStep::AskIdentity, ""),
        (RequestStep::IdentityShown, ""),
        (RequestStep::AskClarification, "Which letter?"),
    ] {
        school.clock.advance(TimeDelta::days(3));
        step(&school, request.id, taken, words)
            .await
            .expect("possible");
        let now_due = first(&school).await.due.expect("it runs on").iso;
        assert_eq!(now_due, due, "{taken}");
    }
    assert!(page(&school, request.id).await.acknowledged.is_none());
    step(&school, request.id, RequestStep::Acknowledge, "")
        .await
        .expect("possible");
    let shown = page(&school, request.id).await;
    assert!(shown.acknowledged.is_some() && shown.summary.due.is_none());
    assert_eq!(shown.summary.state, RequestState::Clarification);
    assert!(!shown.steps.contains(&RequestStep::Acknowledge));
    let twice = step(&school, request.id, RequestStep::Acknowledge, "").await;
    assert!(matches!(twice, Err(Error::NotNow)));
}

#[tokio::test]
async fn a_complaint_ends_with_its_outcome_in_words_and_only_complaints_are_acknowledged() {
    let school = School::new().await;
    contact(&school, RequestKind::Complaint, "north")
        .await
        .expect("taken");
    let id = first(&school).await.id;
    let without = step(&school, id, RequestStep::Complete, " ").await;
    assert!(matches!(without, Err(Error::NoOutcome)));
    let outcome = "The letter went to the wrong address. We have changed how we check.";
    step(&school, id, RequestStep::Complete, outcome)
        .await
        .expect("with its outcome");
    let shown = page(&school, id).await;
    assert_eq!(shown.decision.as_deref(), Some(outcome));
    assert!(shown.letter.contains(outcome));
    file(&school, "zainab", "zainab").await.expect("hers");
    let other = first(&school).await.id;
    let refused = step(&school, other, RequestStep::Acknowledge, "").await;
    assert!(matches!(refused, Err(Error::NotNow)));
    assert!(
        !page(&school, other)
            .await
            .steps
            .contains(&RequestStep::Acknowledge)
    );
}

#[tokio::test]
async fn the_school_days_of_an_educational_record_run_from_the_day_it_was_asked_for() {
    let school = School::new().await;
    contact(&school, RequestKind::EducationRecord, "north")
        .await
        .expect("taken");
    let request = first(&school).await;
    let due = request.due.expect("it runs").iso;
    for (taken, words) in [
        (RequestStep::IdentityShown, ""),
        (RequestStep::AskClarification, "Which years?"),
        (RequestStep::Clarified, ""),
    ] {
        school.clock.advance(TimeDelta::days(2));
        step(&school, request.id, taken, words)
            .await
            .expect("possible");
        let now_due = first(&school).await.due.expect("it runs on").iso;
        assert_eq!(now_due, due, "{taken}");
    }
}

#[tokio::test]
async fn an_educational_record_is_asked_for_about_a_child_and_by_nobody_about_themselves() {
    let school = School::new().await;
    let tx = school.db.write().await.expect("free");
    let zainab = school.person("zainab");
    for (who, is_taken) in [("rosa", true), ("zainab", false)] {
        let about = access::about(&*tx, &school.actor(who), zainab)
            .await
            .expect("theirs");
        let kind = RequestKind::EducationRecord;
        let asked = rights::file(&tx, &about, kind, String::new(), school.now()).await;
        assert_eq!(asked.is_ok(), is_taken, "{who}");
    }
}
