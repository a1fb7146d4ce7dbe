//! Invitations: they work once, for two weeks, for one person.

use chrono::TimeDelta;
use domain::accounts::sign_in::SignInError;
use domain::accounts::{Error, invitations};
use domain::consent::{self, Evidence, Signer};
use domain::schools::policy::Action;
use domain::{AccessError, access};
use entity::consent_event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use test_kit::{PASSWORD, School};
use vocab::accounts::AcceptInvitation;
use vocab::consent::{ConsentKind, ConsentPurpose, GivenBy};
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
    accept_with(school, token, (username, password), &[]).await
}

async fn accept_with(
    school: &School,
    token: &str,
    (username, password): (&str, &str),
    on: &[ConsentPurpose],
) -> Result<(String, String), Error> {
    let switch = |purpose| if on.contains(&purpose) { "yes" } else { "" }.to_owned();
    let form = AcceptInvitation {
        username: username.to_owned(),
        password: password.to_owned(),
        photos_in_school: switch(ConsentPurpose::PhotosInSchool),
        photos_in_public: switch(ConsentPurpose::PhotosInPublic),
    };
    let evidence = Evidence {
        channel: "invitation page",
        device: "Chrome on Android".to_owned(),
        ..Evidence::default()
    };
    invitations::accept(&school.db, &hasher(), token, &form, evidence, school.now()).await
}

/// The entries about somebody in the record of consents.
async fn entries(school: &School, key: &str) -> Vec<consent_event::Model> {
    consent_event::Entity::find()
        .filter(consent_event::Column::SubjectId.eq(school.person(key)))
        .order_by_asc(consent_event::Column::Seq)
        .all(school.db.read())
        .await
        .expect("read")
}

#[tokio::test]
async fn an_account_works_with_every_switch_off_and_each_one_turned_on_is_an_entry_of_its_own() {
    use ConsentPurpose::{PhotosInPublic, PhotosInSchool};
    let both = [PhotosInSchool, PhotosInPublic];
    for (key, on) in [("ada", &[][..]), ("rosa", &both[..1]), ("petra", &both[..])] {
        let school = School::new().await;
        let invited = invite(&school, key).await;
        let page = invitations::open(school.db.read(), &invited.token, school.now())
            .await
            .expect("it is open");
        assert_eq!(page.choices, both, "{key} is asked");
        assert_eq!(page.is_guardian, key != "ada", "{key}");
        accept_with(&school, &invited.token, (key, NEW_PASSWORD), on)
            .await
            .expect("the account is made");
        try_as(&school, &hasher(), key, NEW_PASSWORD)
            .await
            .expect("it works");
        let entries = entries(&school, key).await;
        let purposes: Vec<_> = entries.iter().map(|entry| entry.purpose).collect();
        assert_eq!(purposes, on, "one entry for each switch of {key}");
        for entry in &entries {
            assert_eq!(entry.kind, ConsentKind::Given);
            assert_eq!(entry.given_by, GivenBy::Own);
            let place = ("consent_event.payload", entry.id.0);
            let evidence = &school.opened(place.0, place.1, &entry.payload).await;
            for kept in [
                "invitation page",
                "Chrome on Android",
                entry.purpose.question(),
                consent::TEXT_VERSION,
                "\"screen\":",
                "en-GB",
            ] {
                assert!(evidence.contains(kept), "{kept}: {evidence}");
            }
        }
        let report = consent::verify(school.db.read(), school.id, &Signer::new([7; 32]))
            .await
            .expect("read");
        assert!(report.broken.is_none());
    }
}

#[tokio::test]
async fn who_has_answered_is_not_asked_again_with_a_new_password() {
    let school = School::new().await;
    let first = invite(&school, "rosa").await;
    let on = [ConsentPurpose::PhotosInSchool];
    accept_with(&school, &first.token, ("rosa", NEW_PASSWORD), &on)
        .await
        .expect("the account is made");
    let second = invite(&school, "rosa").await;
    let page = invitations::open(school.db.read(), &second.token, school.now())
        .await
        .expect("it is open");
    assert_eq!(page.choices, [ConsentPurpose::PhotosInPublic]);
    accept(&school, &second.token, "rosa", NEW_PASSWORD)
        .await
        .expect("a new password");
    assert_eq!(
        entries(&school, "rosa").await.len(),
        1,
        "nothing is taken back"
    );
}

#[tokio::test]
async fn a_child_under_13_is_shown_no_switch_and_a_made_up_one_keeps_nothing() {
    let school = School::new().await;
    let invited = invite(&school, "mei").await;
    let page = invitations::open(school.db.read(), &invited.token, school.now())
        .await
        .expect("it is open");
    assert!(page.choices.is_empty());
    let on = [ConsentPurpose::PhotosInPublic];
    let outcome = accept_with(&school, &invited.token, ("mei", "otter-shed"), &on).await;
    assert!(matches!(outcome, Err(Error::Consent(_))), "{outcome:?}");
    assert!(entries(&school, "mei").await.is_empty());
    accept(&school, &invited.token, "mei", "otter-shed")
        .await
        .expect("the invitation is still good, and works without it");
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
    let (code, username) = accept(&school, &invited.token, " Priya ", "otter-shed")
        .await
        .expect("she may choose a short one");
    assert_eq!((code.as_str(), username.as_str()), ("NORTH", "priya"));
    try_as(&school, &hasher(), "priya", "otter-shed")
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
    assert!(!events.contains("otter-shed") && !events.contains(&invited.token));
}

#[tokio::test]
async fn an_invitation_that_two_use_at_once_works_for_one_of_them() {
    let school = School::new().await;
    let invited = invite(&school, "priya").await;
    let use_it = async |username| accept(&school, &invited.token, username, "otter-shed").await;
    let (one, other) = tokio::join!(use_it("priya"), use_it("priya2"));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
    for outcome in [one, other] {
        assert!(
            matches!(outcome, Ok(_) | Err(Error::InvitationGone)),
            "{outcome:?}"
        );
    }
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
        let outcome = accept(&school, token, "priya", "otter-shed").await;
        assert!(matches!(outcome, Err(Error::InvitationGone)));
    }
    school.clock.advance(TimeDelta::days(14));
    let outcome = accept(&school, &good.token, "priya", "otter-shed").await;
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
