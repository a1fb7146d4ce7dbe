//! Guesses are slowed for an account and for a device, and for nobody else.

use chrono::TimeDelta;
use domain::accounts::guard;
use domain::accounts::sign_in::{SignInError, sign_in};
use entity::sign_in_guard;
use futures::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use test_kit::{PASSWORD, School};

use super::{device, form, hasher, try_as};

#[tokio::test]
async fn guesses_at_one_account_are_slowed_and_nobody_else_waits() {
    let school = School::new().await;
    let hasher = hasher();
    for _ in 0..5 {
        let wrong = try_as(&school, &hasher, "zainab", "a guess").await;
        assert!(matches!(wrong, Err(SignInError::Wrong)));
    }
    let before = hasher.hashes();
    let guess = try_as(&school, &hasher, "zainab", "a guess").await;
    assert!(
        matches!(guess, Err(SignInError::Wait { seconds: 5 })),
        "{guess:?}"
    );
    // The right password waits as well, and nothing is hashed.
    let right = try_as(&school, &hasher, "zainab", PASSWORD).await;
    assert!(matches!(right, Err(SignInError::Wait { seconds: 5 })));
    assert_eq!(hasher.hashes(), before);
    // The same school, the same address: another account is not slowed.
    try_as(&school, &hasher, "tomos", PASSWORD)
        .await
        .expect("he is in");

    school.clock.advance(TimeDelta::seconds(5));
    try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("the wait is over");
    let after = try_as(&school, &hasher, "zainab", "a guess").await;
    assert!(
        matches!(after, Err(SignInError::Wrong)),
        "the count began anew"
    );
}

#[tokio::test]
async fn a_username_that_does_not_exist_is_slowed_like_one_that_does() {
    let school = School::new().await;
    let hasher = hasher();
    for _ in 0..5 {
        let _ = try_as(&school, &hasher, "nobody", "a guess").await;
    }
    let guess = try_as(&school, &hasher, "nobody", "a guess").await;
    assert!(matches!(guess, Err(SignInError::Wait { .. })));
}

#[tokio::test]
async fn guesses_sent_at_once_are_all_counted() {
    let school = School::new().await;
    let hasher = hasher();
    let guesses = (0..20).map(|_| try_as(&school, &hasher, "zainab", "a guess"));
    let looked_at = join_all(guesses)
        .await
        .into_iter()
        .filter(|outcome| matches!(outcome, Err(SignInError::Wrong)))
        .count();
    assert_eq!(looked_at, 5);
    assert_eq!(hasher.hashes(), 5);
}

#[tokio::test]
async fn a_shared_tablet_has_more_patience_than_an_account() {
    let school = School::new().await;
    let hasher = hasher();
    let tablet = device(Some("a-tablet"));
    for number in 0..21 {
        let typed = form("NORTH", &format!("nobody{number}"), "a guess");
        let wrong = sign_in(&school.db, &hasher, &typed, &tablet, school.now()).await;
        assert!(matches!(wrong, Err(SignInError::Wrong)), "{number}");
    }
    let typed = form("NORTH", "zainab", PASSWORD);
    let slowed = sign_in(&school.db, &hasher, &typed, &tablet, school.now()).await;
    assert!(matches!(slowed, Err(SignInError::Wait { .. })));
    sign_in(
        &school.db,
        &hasher,
        &typed,
        &device(Some("another")),
        school.now(),
    )
    .await
    .expect("another device does not wait");
}

#[tokio::test]
async fn guesses_across_accounts_without_a_device_are_slowed_and_the_school_signs_in() {
    let school = School::new().await;
    let hasher = hasher();
    let spray = |number: u32| {
        let (school, hasher) = (&school, &hasher);
        async move {
            let guess = form("NORTH", &format!("pupil{number}"), "Password1");
            sign_in(&school.db, hasher, &guess, &device(None), school.now()).await
        }
    };
    for number in 0..=guard::FREE_WITHOUT_A_DEVICE {
        let wrong = spray(number).await;
        assert!(
            matches!(wrong, Err(SignInError::Wrong)),
            "{number}: {wrong:?}"
        );
    }
    let looked_at = hasher.hashes();
    let outcome = spray(5_000).await;
    assert!(
        matches!(outcome, Err(SignInError::Wait { seconds: 5 })),
        "{outcome:?}"
    );
    assert_eq!(hasher.hashes(), looked_at, "nothing is hashed meanwhile");
    school.clock.advance(TimeDelta::seconds(5));
    assert!(matches!(spray(5_001).await, Err(SignInError::Wrong)));
    let longer = spray(5_002).await;
    assert!(matches!(longer, Err(SignInError::Wait { seconds: 10 })));

    // The school's own browsers got an id with the form: none of them waits.
    for (number, who) in ["zainab", "tomos", "mei", "ada", "rosa"].iter().enumerate() {
        let typed = form("NORTH", who, PASSWORD);
        let browser = device(Some(&format!("browser {number}")));
        sign_in(&school.db, &hasher, &typed, &browser, school.now())
            .await
            .expect("a browser with an id of its own does not wait");
    }
    // Nor does another school, wherever it is signed in from.
    let typed = form("SOUTH", "sid", PASSWORD);
    sign_in(&school.db, &hasher, &typed, &device(None), school.now())
        .await
        .expect("each school is counted for itself");
}

#[tokio::test]
async fn right_passwords_without_a_device_are_never_counted() {
    let school = School::new().await;
    let hasher = hasher();
    for _ in 0..guard::FREE_WITHOUT_A_DEVICE + 20 {
        try_as(&school, &hasher, "zainab", PASSWORD)
            .await
            .expect("a right password is never counted");
    }
}

#[tokio::test]
async fn whoever_came_first_and_is_counted_second_does_not_wait() {
    let school = School::new().await;
    let hasher = hasher();
    for id in [None, Some("a-tablet")] {
        let typed = form("NORTH", "zainab", PASSWORD);
        let shared = device(id);
        sign_in(&school.db, &hasher, &typed, &shared, school.now())
            .await
            .expect("she is in");
        let typed = form("NORTH", "tomos", PASSWORD);
        let earlier = school.now() - TimeDelta::milliseconds(300);
        sign_in(&school.db, &hasher, &typed, &shared, earlier)
            .await
            .expect("nothing was wrong, so nobody waits");
    }
}

#[tokio::test]
async fn a_class_signs_in_on_one_tablet_all_day() {
    let school = School::new().await;
    let hasher = hasher();
    let tablet = device(Some("a-tablet"));
    let typed = form("NORTH", "zainab", PASSWORD);
    for _ in 0..40 {
        sign_in(&school.db, &hasher, &typed, &tablet, school.now())
            .await
            .expect("a right password is never counted");
    }
}

#[tokio::test]
async fn old_counts_are_forgotten() {
    let school = School::new().await;
    let _ = try_as(&school, &hasher(), "zainab", "a guess").await;
    let left_after = async |quiet| {
        school.clock.advance(quiet);
        let tx = school.db.write().await.expect("the database is free");
        guard::forget_old(&tx, school.now()).await.expect("they go");
        tx.commit().await.expect("it is kept");
        let left = sign_in_guard::Entity::find().count(school.db.read()).await;
        left.expect("the database answers")
    };
    assert_eq!(
        left_after(TimeDelta::hours(24)).await,
        2,
        "the account's and that of senders without a device, for a day"
    );
    assert_eq!(left_after(TimeDelta::seconds(1)).await, 0, "and no longer");
}

mod delays {
    use domain::accounts::guard::{LONGEST_WAIT, delay, delay_beyond, remembered};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn more_failures_never_wait_less_and_never_longer_than_the_longest(
            free in 0..100_u32,
            failures in any::<u32>(),
            more in 0..50_u32,
        ) {
            let (less, longer) = (
                delay_beyond(free, failures),
                delay_beyond(free, failures.saturating_add(more)),
            );
            prop_assert!(less <= longer);
            prop_assert!(longer <= LONGEST_WAIT);
            prop_assert!(delay(failures).is_zero() == (failures <= 4));
        }

        #[test]
        fn time_only_forgets(failures in any::<u32>(), minutes in -1_000_000..1_000_000_i64, more in 0..10_000_i64) {
            let after = |minutes| remembered(failures, chrono::TimeDelta::minutes(minutes));
            prop_assert!(after(minutes) <= failures);
            prop_assert!(after(minutes + more) <= after(minutes));
        }
    }
}
