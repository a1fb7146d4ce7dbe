//! The people of a classroom over HTTP: what is said before a place ends, and where that
//! leads.

use http::StatusCode;

use crate::persona::Served;

/// The form behind the last button before these words.
fn end_before(words: &str, body: &str) -> String {
    let (before, _) = body.split_once(words).expect("it is said");
    regex::Regex::new("/classrooms/[0-9a-f-]+/members/[0-9a-f-]+/end")
        .expect("a pattern")
        .find_iter(before)
        .last()
        .expect("a form")
        .as_str()
        .to_owned()
}

#[tokio::test]
async fn a_teacher_who_ends_their_own_place_is_spoken_to_and_led_to_their_classes() {
    let served = Served::new().await;
    let people = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    let mut bruno = served.as_("bruno");
    let page = bruno.get(&people).await.body;
    assert!(page.contains("Ada Achterberg leaves this classroom."));
    assert!(!page.contains("Bruno Dhillon leaves this classroom."));
    assert!(page.contains("End your place"));
    let end = end_before("You leave this classroom.", &page);
    let ended = bruno.post(&end, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    assert_eq!(ended.location(), "/classrooms?done=left");
    let classes = bruno.get(ended.location()).await;
    assert_eq!(classes.status, StatusCode::OK);
    assert!(classes.body.contains("Your place has ended."));
    assert_eq!(bruno.get(&people).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_ends_the_place_of_somebody_else_stays_on_the_page() {
    let served = Served::new().await;
    let people = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    for (who, whose) in [("ada", "Bruno Dhillon"), ("desmond", "Tomos Griffiths")] {
        let mut somebody = served.as_(who);
        let page = somebody.get(&people).await.body;
        let end = end_before(&format!("{whose} leaves this classroom."), &page);
        let ended = somebody.post(&end, &[]).await;
        assert_eq!(ended.location(), format!("{people}?done=ended"), "{who}");
    }
}
