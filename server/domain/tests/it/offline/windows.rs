//! One sign-in in several windows, none of which hears of the others before the network is
//! back: what each of them wrote is found, and what a window wrote anew is no other's words.

use vocab::outbox::Outcome;

use super::Desk;

#[tokio::test]
async fn words_that_two_windows_wrote_over_one_draft_are_both_found() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let one = desk.tablet("zainab");
    let two = one.in_another_window();
    let (first, second) = (
        one.draft(work, 0, "base one"),
        two.draft(work, 0, "base two"),
    );
    assert_eq!(desk.told(&one, &first).await.outcome, Outcome::Done);
    assert_eq!(desk.told(&two, &second).await.outcome, Outcome::OtherWords);
    let (answer, _) = desk.answer(work).await;
    assert_eq!(desk.draft_words(&answer).await, "base one");
    assert_eq!(desk.waiting().await[0].text, "base two");
}

#[tokio::test]
async fn what_one_window_hands_in_over_the_words_of_another_keeps_those_aside() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let one = desk.tablet("zainab");
    let two = one.in_another_window();
    let draft = one.draft(work, 0, "base one");
    let hand_in = two.hand_in(work, 0, "base two", &[]);
    assert_eq!(desk.told(&one, &draft).await.outcome, Outcome::Done);
    let receipt = desk.told(&two, &hand_in).await;
    assert_eq!(receipt.outcome, Outcome::OtherWords);
    assert_eq!(receipt.reference.len(), 11, "it is handed in");
    assert_eq!(desk.answer(work).await.1, ["base two"]);
    assert_eq!(desk.waiting().await[0].text, "base one");
}

#[tokio::test]
async fn words_that_had_to_wait_and_are_handed_in_after_all_need_nobody() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let one = desk.tablet("zainab");
    let two = one.in_another_window();
    // The photo takes long: words that were typed since are saved, and handed in behind it.
    let with_photo = one.hand_in(work, 0, "x = 3", &[("sums.png", b"a photo")]);
    let saved = two.draft(work, 0, "x = 3 or -3");
    let other = two.draft(work, 1, "y");
    let newer = one.hand_in(work, 0, "Sorry: x = 3 or -3", &[]);
    assert_eq!(desk.told(&two, &saved).await.outcome, Outcome::Done);
    let receipt = desk.told(&one, &with_photo).await;
    assert_eq!(receipt.outcome, Outcome::OtherWords);
    assert_eq!(desk.told(&two, &other).await.outcome, Outcome::OtherWords);
    assert_eq!(desk.waiting().await.len(), 2);
    assert_eq!(desk.told(&one, &newer).await.outcome, Outcome::Done);
    assert_eq!(desk.answer(work).await.1, ["x = 3", "Sorry: x = 3 or -3"]);
    let left = desk.waiting().await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].text, "y", "what is handed in nowhere still waits");
}

#[tokio::test]
async fn a_window_that_corrects_its_own_words_or_holds_those_of_another_meets_no_conflict() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let one = desk.tablet("zainab");
    let two = one.in_another_window();
    for words in ["The cat sat.", "The dog sat.", "The dog lay."] {
        let item = one.draft(work, 0, words);
        assert_eq!(desk.told(&one, &item).await.outcome, Outcome::Done);
    }
    let more = two.draft(work, 0, "The dog lay. It slept.");
    assert_eq!(desk.told(&two, &more).await.outcome, Outcome::Done);
    let below = one.hand_in(work, 0, "Today.\n\nThe dog lay. It slept.", &[]);
    assert_eq!(desk.told(&one, &below).await.outcome, Outcome::Done);
    assert!(desk.waiting().await.is_empty(), "nothing needs her");
}

#[tokio::test]
async fn a_window_goes_on_from_the_words_that_it_showed_and_the_other_does_not_know_of_it() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let one = desk.tablet("zainab");
    let two = one.in_another_window();
    let begun = one.draft(work, 0, "The cat sat.");
    two.shows(&begun);
    let shown = two.draft(work, 0, "The dog sat.");
    let unaware = one.draft(work, 0, "The hen sat.");
    assert_eq!(desk.told(&one, &begun).await.outcome, Outcome::Done);
    assert_eq!(desk.told(&two, &shown).await.outcome, Outcome::Done);
    assert_eq!(desk.told(&one, &unaware).await.outcome, Outcome::OtherWords);
    let (answer, _) = desk.answer(work).await;
    assert_eq!(desk.draft_words(&answer).await, "The dog sat.");
    assert_eq!(desk.waiting().await[0].text, "The hen sat.");
}
