//! Invitations: they work once, for two weeks, for one person.

use chrono::TimeDelta;
use domain::accounts::sign_in::SignInError;
use domain::accounts::{Error, invitations};
use domain::schools::policy::Action;
use domain::{AccessError, access};
use test_kit::{PASSWORD, School};
use vocab::accounts::AcceptInvitation;
use vocab::form::error_for;

use super::{NEW_PASSWORD, events_as_text, hasher, is_in, kinds, try_as};

async fn invite(school: &School, key: &str) -> invitations::Invited {
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("an admin");
    let tx = school.db.write().await.expect("the database is free");
    let invited = invitations::invite(&tx, &door, school.person(key), school.now())
        .await
        .expect("the person is here");
    tx.commit().await.expect("it is kept");
    invited
}

async fn accept(
    school: &School,
    token: &str,
    username: &str,
    password: &str,
) -> Result<(String, String), Error> {
    let form = AcceptInvitation {
        username: username.to_owned(),
        password: password.to_owned(),
    };
    invitations::accept(&school.db, &hasher(), token, &form, school.now()).await
}

#[tokio::test]
async fn an_invitation_makes_an_account_and_works_once() {
    let school = School::new().await;
    let invited = invite(&school, "priya").await;
    assert_eq!(invited.name, "Priya Nair");
    let page = invitations::open(school.db.read(), &invited.token, school.now())
        .await
        .expect("it is open");
    assert_eq!(page.username, "priya.nair");
    assert!(page.is_student);
    let (code, username) = accept(&school, &invited.token, " Priya ", "eight888")
        .await
        .expect("she may choose a short one");
    assert_eq!((code.as_str(), username.as_str()), ("NORTH", "priya"));
    try_as(&school, &hasher(), "priya", "eight888")
        .await
        .expect("she is in");
    let again = accept(&school, &invited.token, "priya2", "nine99999").await;
    assert!(matches!(again, Err(Error::InvitationGone)));
    let opened = invitations::open(school.db.read(), &invited.token, school.now()).await;
    assert!(matches!(opened, Err(Error::InvitationGone)));
    assert_eq!(
        kinds(&school).await,
        [
            "invitation.made",
            "invitation.used",
            "password.changed",
            "session.started"
        ]
    );
    let events = events_as_text(&school).await;
    assert!(!events.contains("eight888") && !events.contains(&invited.token));
}

#[tokio::test]
async fn an_invitation_gives_a_new_password_and_ends_the_sessions_under_the_old() {
    let school = School::new().await;
    let old = try_as(&school, &hasher(), "rosa", PASSWORD)
        .await
        .expect("she is in");
    let invited = invite(&school, "rosa").await;
    accept(&school, &invited.token, "rosa", NEW_PASSWORD)
        .await
        .expect("she may");
    assert!(!is_in(&school, &old.token).await);
    let before = try_as(&school, &hasher(), "rosa", PASSWORD).await;
    assert!(matches!(before, Err(SignInError::Wrong)));
    try_as(&school, &hasher(), "rosa", NEW_PASSWORD)
        .await
        .expect("she is in");
}

#[tokio::test]
async fn an_old_a_replaced_and_a_made_up_invitation_are_alike() {
    let school = School::new().await;
    let replaced = invite(&school, "priya").await;
    let good = invite(&school, "priya").await;
    for token in [replaced.token.as_str(), "made-up"] {
        let outcome = accept(&school, token, "priya", "eight888").await;
        assert!(matches!(outcome, Err(Error::InvitationGone)));
    }
    school.clock.advance(TimeDelta::days(14));
    let outcome = accept(&school, &good.token, "priya", "eight888").await;
    assert!(matches!(outcome, Err(Error::InvitationGone)));
}

#[tokio::test]
async fn everything_wrong_with_an_acceptance_is_told_at_once() {
    let school = School::new().await;
    let invited = invite(&school, "rosa").await;
    let outcome = accept(&school, &invited.token, "zainab", "short").await;
    let Err(Error::Invalid(errors)) = outcome else {
        panic!("{outcome:?}")
    };
    let taken = error_for(&errors, "username").expect("Zainab has that name");
    assert!(taken.contains("rosa.okafor"), "{taken}");
    assert!(error_for(&errors, "password").is_some());
    let own_name = accept(&school, &invited.token, "rosa", "rosaokafor2026").await;
    let Err(Error::Invalid(errors)) = own_name else {
        panic!("a name is no password")
    };
    assert!(error_for(&errors, "password").is_some());
    accept(&school, &invited.token, "rosa", NEW_PASSWORD)
        .await
        .expect("a refused form does not use the invitation up");
}

#[tokio::test]
async fn nobody_is_invited_into_another_school() {
    let school = School::new().await;
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("an admin");
    let tx = school.db.write().await.expect("the database is free");
    let outcome = invitations::invite(&tx, &door, school.person("sid"), school.now()).await;
    assert!(matches!(outcome, Err(Error::Access(AccessError::NotFound))));
}
