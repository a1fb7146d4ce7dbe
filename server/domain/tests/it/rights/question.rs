//! What the school asks who asked: they read it where their request stands, and answer there.
//! The letter names the days that stand there.

use domain::rights;
use entity::person;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use vocab::rights::{RequestKind, RequestStep};

use super::*;

async fn asked(school: &School, who: &str) -> Option<String> {
    let mine = rights::mine(school.db.read(), &school.actor(who), school.now()).await;
    mine.expect("theirs")[0].question.clone()
}

async fn answer(school: &School, who: &str, id: RightsRequestId) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    let (actor, words) = (school.actor(who), "Year 9 alone");
    rights::answer_question(&tx, &actor, id, words, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

#[tokio::test]
async fn who_asked_reads_the_question_answers_it_and_the_clock_goes_on() {
    let school = School::new().await;
    file(&school, "rosa", "zainab").await.expect("her child");
    let id = first(&school).await.id;
    for question in ["Which year?", "And which subject?"] {
        assert_eq!(asked(&school, "rosa").await, None);
        step(&school, id, RequestStep::AskClarification, question)
            .await
            .expect("asked");
        assert_eq!(asked(&school, "rosa").await.as_deref(), Some(question));
        assert_eq!(asked(&school, "zainab").await, None, "she did not ask");
        let mine = rights::mine(school.db.read(), &school.actor("rosa"), school.now()).await;
        assert_eq!(mine.expect("hers").len(), 1, "it is listed once");
        let not_hers = answer(&school, "zainab", id).await;
        assert!(matches!(
            not_hers,
            Err(Error::Access(AccessError::NotFound))
        ));
        school.clock.advance(TimeDelta::days(2));
        answer(&school, "rosa", id).await.expect("hers");
        let shown = page(&school, id).await;
        assert_eq!(shown.summary.state, RequestState::Open);
        assert!(shown.summary.due.is_some(), "its clock goes on");
        assert_eq!(shown.history[0].3, "Year 9 alone");
    }
    let twice = answer(&school, "rosa", id).await;
    assert!(matches!(twice, Err(Error::NotNow)));
}

#[tokio::test]
async fn the_lead_knows_whom_no_mail_reaches() {
    let school = School::new().await;
    file(&school, "rosa", "zainab").await.expect("her child");
    let id = first(&school).await.id;
    assert!(page(&school, id).await.has_mail);
    let tx = school.db.write().await.expect("free");
    let rosa = person::ActiveModel {
        id: Set(school.person("rosa")),
        email: Set(None),
        ..Default::default()
    };
    rosa.update(&*tx).await.expect("she has none any more");
    tx.commit().await.expect("kept");
    assert!(!page(&school, id).await.has_mail);
    let by_contact = known(&school, RequestKind::Access, "tomos").await;
    assert!(page(&school, by_contact).await.has_mail);
}

#[tokio::test]
async fn the_letter_says_that_the_time_stands_only_where_it_does() {
    let school = School::new().await;
    for (kind, stands) in [
        (RequestKind::Access, true),
        (RequestKind::EducationRecord, false),
    ] {
        let id = known(&school, kind, "zainab").await;
        step(&school, id, RequestStep::AskClarification, "Which year?")
            .await
            .expect("asked");
        let letter = page(&school, id).await.letter;
        assert_eq!(letter.contains("The time stands"), stands, "{kind}");
    }
}

#[tokio::test]
async fn the_letter_names_the_same_days_as_the_page_of_who_asked() {
    let school = School::new().await;
    file(&school, "rosa", "zainab").await.expect("her child");
    let letter = page(&school, first(&school).await.id).await.letter;
    let mine = rights::mine(school.db.read(), &school.actor("rosa"), school.now()).await;
    let mine = mine.expect("hers").remove(0);
    let first_answer = mine.first_answer_due.expect("it is waited for").words;
    let done = mine.due.expect("it runs").words;
    assert!(
        letter.contains(&format!("You hear from us by {first_answer}.")),
        "{letter}"
    );
    assert!(
        letter.contains(&format!("It is done by {done} at the latest.")),
        "{letter}"
    );
}
