//! A file that came after the hand-in, where nothing more can be handed in: it is kept, and
//! nobody is told of a new try.

use http::StatusCode;

use super::handed_in;
use super::moved::take_out;
use crate::persona::{Answer, Persona, Served};

const CLOSED: &str =
    "Kept with your draft. Your teacher does not see it, and handing in is closed.";

/// Sends a film beside the words that were handed in.
pub(super) async fn send_film(zainab: &mut Persona, page: &str) -> Answer {
    let words = [("text", "first try"), ("version", "1")];
    let late = zainab
        .post_files(
            &format!("{page}/draft"),
            &words,
            &[("files", "film.jpg", b"a film")],
        )
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    late
}

fn expect_closed(shown: &Answer) {
    assert!(shown.body.contains("film.jpg"), "{}", shown.body);
    assert!(shown.body.contains(CLOSED), "{}", shown.body);
    assert!(!shown.body.contains("once this one is returned"));
}

#[tokio::test]
async fn who_sends_a_file_after_the_work_was_closed_reads_that_handing_in_is_closed() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    let closed = served.as_("ada").post(&format!("{page}/close"), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    let late = send_film(&mut zainab, &page).await;
    let said = "without film.jpg. That is kept with your draft: handing in is closed.";
    assert!(late.body.contains(said), "{}", late.body);
    expect_closed(&late);
    expect_closed(&zainab.get(&page).await);
}

#[tokio::test]
async fn who_has_left_the_class_reads_of_no_new_try_for_a_file_that_came_after_the_hand_in() {
    let served = Served::new().await;
    let (mut zainab, page) = handed_in(&served).await;
    send_film(&mut zainab, &page).await;
    take_out(&served, "Zainab Okafor").await;
    expect_closed(&zainab.get(&page).await);
}
