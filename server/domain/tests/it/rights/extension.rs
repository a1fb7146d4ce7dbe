//! Until when two more months can be taken: until the end of the day that the page shows,
//! by the school's clock.

use domain::Time;
use domain::rights::Error;
use test_kit::School;
use vocab::rights::RequestStep;

use super::{file, first, step};

/// Moves the clock on to a moment.
fn wait_until(school: &School, moment: &str) {
    let moment: Time = moment.parse().expect("a time");
    school.clock.advance(moment - school.now());
}

#[tokio::test]
async fn two_more_months_can_be_taken_on_the_last_day_that_is_shown() {
    let school = School::new().await;
    // Half past midnight on 28 June in London.
    wait_until(&school, "2027-06-27T23:30:00Z");
    file(&school, "zainab", "zainab").await.expect("hers");
    let request = first(&school).await;
    let due = request.due.expect("running").iso;
    assert!(due.starts_with("2027-07-28T22:59"), "{due}");
    wait_until(&school, "2027-07-28T10:00:00Z");
    step(&school, request.id, RequestStep::Extend, "Ten years")
        .await
        .expect("it is the last day");
}

#[tokio::test]
async fn two_more_months_cannot_be_taken_after_the_schools_midnight() {
    let school = School::new().await;
    wait_until(&school, "2027-06-28T10:00:00Z");
    file(&school, "zainab", "zainab").await.expect("hers");
    let id = first(&school).await.id;
    // Half past midnight on 29 July in London.
    wait_until(&school, "2027-07-28T23:30:00Z");
    let late = step(&school, id, RequestStep::Extend, "Ten years").await;
    assert!(matches!(late, Err(Error::NoExtension)));
}
