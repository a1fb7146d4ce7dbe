//! What is kept how long, over HTTP: each of the many forms of the page answers in its own
//! place.

use http::StatusCode;

use crate::leaving::holds_tomos;
use crate::northgate::first;
use crate::persona::Served;

const PAGE: &str = "/school/privacy/retention";
const HOLDS: &str = "/school/privacy/holds";

#[tokio::test]
async fn days_that_no_hold_can_be_kept_for_come_back_in_its_own_form() {
    let served = Served::new().await;
    holds_tomos(&served).await;
    let mut edith = served.as_("edith");
    let hold = first(HOLDS, &edith.get(PAGE).await.body);
    let (keep, release) = (
        format!("{HOLDS}/{hold}/keep"),
        format!("{HOLDS}/{hold}/release"),
    );
    let refused = edith.post(&keep, &[("days", "120")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let link = format!("href=\"#days-{hold}\"");
    assert!(refused.body.contains(&link), "{}", refused.body);
    let (field, typed) = (format!("id=\"days-{hold}\""), "value=\"120\"");
    let mistake = "Enter a number of days, at most 90";
    let form = refused.form(&keep);
    for expected in [field.as_str(), typed, mistake] {
        assert!(form.contains(expected), "{expected}: {form}");
    }
    for other in [HOLDS, PAGE, &release] {
        let form = refused.form(other);
        let is_there = form.contains(typed) || form.contains(mistake);
        assert!(!is_there, "{other}: {form}");
    }
}

#[tokio::test]
async fn a_reason_that_releases_no_hold_comes_back_in_its_own_form() {
    let served = Served::new().await;
    holds_tomos(&served).await;
    let mut edith = served.as_("edith");
    let hold = first(HOLDS, &edith.get(PAGE).await.body);
    let release = format!("{HOLDS}/{hold}/release");
    let empty = edith.post(&release, &[("reason", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.form(&release).contains("Enter a reason"));

    let long = "unmistakable ".repeat(200);
    let refused = edith.post(&release, &[("reason", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let link = format!("href=\"#reason-{hold}\"");
    assert!(refused.body.contains(&link), "{}", refused.body);
    let (field, typed) = (format!("id=\"reason-{hold}\""), "unmistakable");
    let mistake = "Reason must be 2000 characters or fewer";
    let form = refused.form(&release);
    for expected in [field.as_str(), typed, mistake] {
        assert!(form.contains(expected), "{expected}: {form}");
    }
    for other in [HOLDS, PAGE, &format!("{HOLDS}/{hold}/keep")] {
        let form = refused.form(other);
        let is_there = form.contains(typed) || form.contains(mistake);
        assert!(!is_there, "{other}: {form}");
    }
}
