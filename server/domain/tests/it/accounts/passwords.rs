//! Hashes, and changing one's own password.

use domain::accounts::passwords::{Cost, Hasher, Verdict};
use domain::accounts::sign_in::SignInError;
use domain::accounts::{Error, change_password, sessions};
use entity::account;
use sea_orm::EntityTrait;
use test_kit::{PASSWORD, School};
use vocab::accounts::ChangePassword;
use vocab::form::error_for;

use super::{NEW_PASSWORD, events_as_text, hasher, is_in, try_as};

#[tokio::test]
async fn accents_typed_in_two_ways_are_one_password() {
    let hasher = hasher();
    let composed = hasher
        .hash("caf\u{e9} au lait".to_owned())
        .await
        .expect("a hash");
    let verdict = hasher
        .verify("cafe\u{301} au lait".to_owned(), Some(composed))
        .await;
    assert_eq!(verdict.expect("it is checked"), Verdict::Right);
}

#[tokio::test]
async fn a_hash_is_a_phc_string_with_a_new_salt_each_time() {
    let hasher = hasher();
    let one = hasher.hash("the same".to_owned()).await.expect("a hash");
    let two = hasher.hash("the same".to_owned()).await.expect("a hash");
    assert!(one.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{one}");
    assert_ne!(one, two);
    let wrong = hasher.verify("another".to_owned(), Some(one)).await;
    assert_eq!(wrong.expect("it is checked"), Verdict::Wrong);
    let broken = hasher
        .verify("the same".to_owned(), Some("no hash".to_owned()))
        .await;
    assert_eq!(broken.expect("it is checked"), Verdict::Wrong);
}

#[tokio::test]
async fn a_weak_old_hash_is_made_stronger_at_sign_in() {
    let school = School::new().await;
    let standard = Hasher::new(Cost::Standard);
    try_as(&school, &standard, "zainab", PASSWORD)
        .await
        .expect("she is in");
    let kept = account::Entity::find_by_id(school.actor("zainab").account)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .and_then(|account| account.password_hash)
        .expect("she has a password");
    assert!(
        kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{kept}"
    );
    try_as(&school, &standard, "zainab", PASSWORD)
        .await
        .expect("it still fits");
}

#[tokio::test]
async fn changing_a_password_ends_the_other_sessions() {
    let school = School::new().await;
    let hasher = hasher();
    let here = try_as(&school, &hasher, "ada", PASSWORD)
        .await
        .expect("she is in");
    let there = try_as(&school, &hasher, "ada", PASSWORD)
        .await
        .expect("she is in");
    let me = sessions::find(&school.db, &here.token, school.now()).await;
    let me = me.expect("the database answers").expect("she is in").actor;
    let form = ChangePassword {
        current_password: PASSWORD.to_owned(),
        new_password: NEW_PASSWORD.to_owned(),
    };
    change_password(&school.db, &hasher, &me, &form, school.now())
        .await
        .expect("the old one is right");
    assert!(is_in(&school, &here.token).await && !is_in(&school, &there.token).await);
    try_as(&school, &hasher, "ada", NEW_PASSWORD)
        .await
        .expect("she is in");
    let old = try_as(&school, &hasher, "ada", PASSWORD).await;
    assert!(matches!(old, Err(SignInError::Wrong)));
    let events = events_as_text(&school).await;
    assert!(events.contains("password.changed"));
    assert!(!events.contains(NEW_PASSWORD) && !events.contains("argon2"));
}

#[tokio::test]
async fn a_new_password_that_others_would_guess_is_refused_and_the_old_one_stays() {
    let school = School::new().await;
    let (hasher, ada) = (hasher(), school.actor("ada"));
    for guessed in ["manchesterunited", "P4ssw0rd2026", "northgate-2026"] {
        let form = ChangePassword {
            current_password: PASSWORD.to_owned(),
            new_password: guessed.to_owned(),
        };
        let outcome = change_password(&school.db, &hasher, &ada, &form, school.now()).await;
        let Err(Error::Invalid(errors)) = outcome else {
            panic!("{guessed}: {outcome:?}")
        };
        let why = error_for(&errors, "new_password").expect("it is beside its field");
        assert!(why.contains("too easy to guess"), "{guessed}: {why}");
    }
    try_as(&school, &hasher, "ada", PASSWORD)
        .await
        .expect("the old one stays");
}

#[tokio::test]
async fn a_wrong_old_password_changes_nothing_and_is_slowed() {
    let school = School::new().await;
    let (hasher, ada) = (hasher(), school.actor("ada"));
    let form = |current: &str, new: &str| ChangePassword {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
    };
    let change = async |current: &str, new: &str| {
        change_password(&school.db, &hasher, &ada, &form(current, new), school.now()).await
    };
    let Err(Error::Invalid(errors)) = change("a guess", "short").await else {
        panic!("both are wrong")
    };
    assert!(error_for(&errors, "current_password").is_some());
    assert!(error_for(&errors, "new_password").is_some());
    let Err(Error::Invalid(errors)) = change("", "").await else {
        panic!("both are missing")
    };
    assert_eq!(errors.len(), 2);
    for _ in 0..4 {
        let wrong = change("a guess", NEW_PASSWORD).await;
        assert!(matches!(wrong, Err(Error::Invalid(_))));
    }
    let slowed = change(PASSWORD, NEW_PASSWORD).await;
    assert!(matches!(slowed, Err(Error::Wait { .. })));
}

#[tokio::test]
async fn whoever_would_wait_too_long_is_told_at_once() {
    let hasher = hasher();
    // Some are done while the others ask, so that not exactly 256 are taken.
    let all = (0..2_000).map(|_| hasher.verify("a guess".to_owned(), None));
    let outcomes = futures::future::join_all(all).await;
    let busy = |outcome: &Result<Verdict, Error>| matches!(outcome, Err(Error::Busy));
    let refused = outcomes.iter().filter(|outcome| busy(outcome)).count();
    assert!(
        refused > 0 && refused <= 2_000 - 256,
        "{refused} were refused"
    );
    assert_eq!(hasher.hashes(), 2_000 - refused as u64);
    let later = hasher.verify("a guess".to_owned(), None).await;
    assert_eq!(later.expect("the queue is empty again"), Verdict::Wrong);
}
