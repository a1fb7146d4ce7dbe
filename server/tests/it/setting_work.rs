//! Setting work over HTTP: what its teacher is told where it does not go out.

use http::StatusCode;
use test_kit::NewWork;
use vocab::assignments::PASSED_DUE_OF_DRAFT;

use crate::persona::Served;

#[tokio::test]
async fn a_draft_whose_due_time_has_passed_stays_one_and_its_teacher_is_told_beside_the_button() {
    let served = Served::new().await;
    let draft = NewWork::draft("Sheet 6").due("2026-11-23T15:30:00Z");
    let id = served.school.assignment("10Ma1", draft).await;
    let page = format!("/assignments/{id}");
    let refused = served
        .as_("ada")
        .post(&format!("{page}/publish"), &[])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let beside = regex::Regex::new("(?s)<form[^>]*id=\"publish\".*?</form>").expect("a pattern");
    let form = beside.find(&refused.body).expect("the button").as_str();
    assert!(
        form.contains(PASSED_DUE_OF_DRAFT) && form.contains("Publish now"),
        "{form}"
    );
    assert!(refused.body.contains("Sheet 6") && refused.body.contains("href=\"#publish\""));
    let hidden = served.as_("zainab").get(&page).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}
