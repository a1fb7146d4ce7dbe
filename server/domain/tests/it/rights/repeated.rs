//! What was asked twice is answered once, and who asked knows under which reference.

use domain::rights;
use vocab::rights::{RequestPage, SameForm};

use super::*;

async fn page_of(school: &School, reference: &str) -> RequestPage {
    let edith = school.actor("edith");
    let (db, now) = (school.db.read(), school.now());
    let listed = rights::cockpit(db, &edith, &door(school), now).await;
    let listed = listed.expect("hers");
    let one = listed.iter().find(|one| one.reference == reference);
    let id = one.expect("it is listed").id;
    let page = rights::page(db, &edith, &door(school), id, now).await;
    page.expect("hers")
}

async fn close(school: &School, id: RightsRequestId, same_as: &str) -> Result<(), Error> {
    let form = SameForm {
        same_as: same_as.to_owned(),
    };
    let tx = school.db.write().await.expect("free");
    rights::close_as_repeated(&tx, &door(school), id, &form, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

#[tokio::test]
async fn what_was_asked_twice_is_closed_and_names_the_request_that_is_answered() {
    let school = School::new().await;
    let kept = file(&school, "zainab", "zainab").await.expect("hers");
    let twice = file(&school, "zainab", "zainab").await.expect("hers");
    let of_her_mother = file(&school, "rosa", "zainab").await.expect("her child");
    let page = page_of(&school, &twice).await;
    let [(first, words)] = &page.may_repeat[..] else {
        panic!("one alone: {:?}", page.may_repeat);
    };
    assert!(words.starts_with(&kept));
    let mother = page_of(&school, &of_her_mother).await;
    assert!(mother.may_repeat.is_empty(), "she hears of nobody else's");
    let other = mother.summary.id.to_string();
    for wrong in ["", &other, &page.summary.id.to_string()] {
        let refused = close(&school, page.summary.id, wrong).await;
        let Err(Error::Invalid(errors)) = refused else {
            panic!("{wrong:?} is none that it repeats");
        };
        assert!(error_for(&errors, "same_as").is_some());
    }
    let by_words = step(&school, page.summary.id, RequestStep::AsksTheSame, &kept).await;
    assert!(
        matches!(by_words, Err(Error::NotNow)),
        "it has to be chosen"
    );
    close(&school, page.summary.id, first)
        .await
        .expect("closed");
    let closed = page_of(&school, &twice).await;
    assert_eq!(closed.summary.state, RequestState::Closed);
    let answer = closed.decision.expect("an answer");
    assert!(answer.contains(&kept), "{answer}");
    let under = format!("Answered under {kept}");
    assert_eq!(
        closed.summary.standing(),
        under,
        "it is not said to be done"
    );
    assert!(!closed.letter.contains("is done."), "{}", closed.letter);
    assert!(
        closed
            .letter
            .contains(&format!("is answered under {kept}."))
    );
    assert_eq!(
        page_of(&school, &kept).await.summary.state,
        RequestState::Open
    );
}

#[tokio::test]
async fn what_stops_something_at_once_and_what_is_over_repeats_nothing() {
    let school = School::new().await;
    let kept = contact(&school, RequestKind::Restriction, "NORTH").await;
    let twice = contact(&school, RequestKind::Restriction, "NORTH").await;
    let (kept, twice) = (kept.expect("filed"), twice.expect("filed"));
    assert!(page_of(&school, &twice).await.may_repeat.is_empty());
    let question = contact(&school, RequestKind::Question, "NORTH").await;
    let again = contact(&school, RequestKind::Question, "NORTH").await;
    let (question, again) = (question.expect("filed"), again.expect("filed"));
    let page = page_of(&school, &again).await;
    assert_eq!(page.may_repeat.len(), 1);
    let answered = page_of(&school, &question).await.summary.id;
    let said = step(&school, answered, RequestStep::Complete, "It is.").await;
    said.expect("done");
    assert!(page_of(&school, &again).await.may_repeat.is_empty());
    assert!(page_of(&school, &kept).await.may_repeat.is_empty());
}

#[tokio::test]
async fn whoever_reads_of_a_request_that_was_asked_twice_reads_where_it_is_answered() {
    let school = School::new().await;
    let kept = file(&school, "rosa", "zainab").await.expect("her child");
    let twice = file(&school, "rosa", "zainab").await.expect("her child");
    let page = page_of(&school, &twice).await;
    let id = page.summary.id;
    close(&school, id, &page.may_repeat[0].0)
        .await
        .expect("closed");
    let under = format!("Answered under {kept}");
    for who in ["rosa", "zainab"] {
        let mine = rights::mine(school.db.read(), &school.actor(who), school.now()).await;
        let mine = mine.expect("theirs").into_iter().find(|one| one.id == id);
        assert_eq!(mine.expect("it is listed").standing(), under, "{who}");
    }
    let told = mailed(&school, id).await;
    assert!(told.contains(&under), "the mail says so as well");
}

#[tokio::test]
async fn what_was_asked_twice_counts_once_among_what_was_answered() {
    let school = School::new().await;
    file(&school, "zainab", "zainab").await.expect("hers");
    let twice = file(&school, "zainab", "zainab").await.expect("hers");
    let page = page_of(&school, &twice).await;
    close(&school, page.summary.id, &page.may_repeat[0].0)
        .await
        .expect("closed");
    let tally = async || {
        let zainab = school.actor("zainab");
        let tally = rights::tally(school.db.read(), &zainab, school.now()).await;
        tally.expect("counted")
    };
    assert_eq!(tally().await, Tally::default(), "nothing is answered yet");
    school.clock.advance(TimeDelta::hours(49));
    let late = Tally {
        in_time: 0,
        late: 1,
    };
    assert_eq!(tally().await, late);
}
