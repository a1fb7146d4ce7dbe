//! Setting work over HTTP: what its teacher is told where it does not go out, and where it went
//! out while they still wrote.

use chrono::TimeDelta;
use http::StatusCode;
use test_kit::NewWork;
use vocab::assignments::{OUT_ALREADY, PASSED_DUE_OF_DRAFT};
use vocab::ids::AssignmentId;

use crate::classrooms::seen_in;
use crate::persona::{Answer, Served};

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

/// The form of work that was to go out at 10:05, opened before and sent at 10:06.
async fn sent_after_it_went_out(
    served: &Served,
    fields: &[(&'static str, &'static str)],
) -> (AssignmentId, Answer) {
    let work = NewWork::scheduled("Sheet 6", "2026-11-24T10:05:00Z");
    let id = served.school.assignment("10Ma1", work).await;
    let edit = format!("/assignments/{id}/edit");
    let mut ada = served.as_("ada");
    let seen = seen_in(&ada.get(&edit).await.body);
    served.school.clock.advance(TimeDelta::minutes(6));
    let mut sent = fields.to_vec();
    sent.push(("seen", seen.as_str()));
    let answer = ada.post_files(&edit, &sent, &[]).await;
    (id, answer)
}

/// Every field that the list of what is wrong leads to.
fn led_to(body: &str) -> Vec<String> {
    let Some((_, after)) = body.split_once("class=\"error-summary\"") else {
        return Vec::new();
    };
    let (list, _) = after.split_once("</ul>").expect("its end");
    regex::Regex::new("href=\"#([^\"]+)\"")
        .expect("a pattern")
        .captures_iter(list)
        .map(|found| found[1].to_owned())
        .collect()
}

#[tokio::test]
async fn whoever_schedules_work_that_went_out_meanwhile_reads_that_and_saves_what_they_wrote() {
    let served = Served::new().await;
    let typed = [
        ("title", "Sheet 6, corrected"),
        ("instructions", "Do half of it."),
        ("publish_date", "2026-11-24"),
        ("publish_time", "10:05"),
        ("intent", "schedule"),
    ];
    let (id, refused) = sent_after_it_went_out(&served, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in [
        OUT_ALREADY,
        "value=\"Sheet 6, corrected\"",
        "Do half of it.",
    ] {
        assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
    }
    for gone in [
        "This time has passed",
        "publish_date",
        "The work as it is now",
        "What you wrote</p>",
    ] {
        assert!(!refused.body.contains(gone), "{gone}: {}", refused.body);
    }
    // Enter in a field saves, and takes nothing back.
    let (_, first) = refused
        .body
        .split_once("name=\"intent\"")
        .expect("a button");
    let first = first.split_once("</button>").expect("its end").0;
    assert!(first.contains("value=\"publish\"") && first.contains("Save"));

    let seen = seen_in(&refused.body);
    let again = [
        ("title", "Sheet 6, corrected"),
        ("instructions", "Do half of it."),
        ("intent", "publish"),
        ("seen", seen.as_str()),
    ];
    let page = format!("/assignments/{id}");
    let mut ada = served.as_("ada");
    let saved = ada.post_files(&format!("{page}/edit"), &again, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let shown = served.as_("zainab").get(&page).await;
    assert!(shown.body.contains("Sheet 6, corrected"), "{}", shown.body);
}

#[tokio::test]
async fn no_mistake_in_a_form_of_work_that_went_out_meanwhile_leads_to_a_field_that_is_gone() {
    for (time, intent) in [
        ("10:05", "schedule"),
        ("10:03", "schedule"),
        ("soon", "schedule"),
        ("11:30", "publish"),
        ("10:05", "draft"),
    ] {
        let served = Served::new().await;
        let typed = [
            ("title", ""),
            ("instructions", "Do half of it."),
            ("publish_date", "2026-11-24"),
            ("publish_time", time),
            ("intent", intent),
        ];
        let (_, refused) = sent_after_it_went_out(&served, &typed).await;
        let body = &refused.body;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{time}");
        assert_eq!(led_to(body), ["title"], "{time}, {intent}");
        for shown in [OUT_ALREADY, "Enter a title", "Do half of it."] {
            assert!(body.contains(shown), "{time}, {intent}: {shown}");
        }
        // Another time than that at which it went out is kept to be read.
        let kept = format!("<dd>2026-11-24 {time}</dd>");
        assert_eq!(body.contains(&kept), time != "10:05", "{time}, {intent}");
    }
}
