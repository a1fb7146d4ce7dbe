//! Who is let in, who is not, and that the answer tells nobody why.

use domain::access;
use domain::accounts::sessions;
use domain::accounts::sign_in::{Device, SignInError, sign_in};
use domain::schools::policy::Action;
use entity::{account, event};
use futures::future::join_all;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{PASSWORD, School};

use super::{device, form, hasher, is_in, kinds, try_as};

#[tokio::test]
async fn signing_in_makes_a_session_with_a_token_of_its_own() {
    let school = School::new().await;
    let hasher = hasher();
    let first = try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("she is in");
    let second = try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("she is in");
    assert_ne!(first.token, second.token);
    assert_eq!(first.token.len(), 43);
    let found = sessions::find(&school.db, &second.token, school.now())
        .await
        .expect("the database answers")
        .expect("the token lets her in");
    let zainab = school.actor("zainab");
    assert_eq!(found.actor.person, zainab.person);
    assert_eq!(found.actor.account, zainab.account);
    assert_eq!(found.actor.roles, zainab.roles);
    assert_eq!(found.actor.name, "Zainab Okafor");
    assert_eq!(found.actor.school_code, "NORTH");
    assert_ne!(found.actor.session, zainab.session);
    assert!(!found.needs_touch);
    assert_eq!(kinds(&school).await, ["session.started", "session.started"]);
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_held() {
    let school = School::new().await;
    let hasher = hasher();
    let elsewhere = try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("she is in");
    let held = try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("she is in");
    let browser = Device {
        session: Some(held.token.clone()),
        ..device(None)
    };
    let wrong = form("NORTH", "tomos", "a guess");
    let outcome = sign_in(&school.db, &hasher, &wrong, &browser, school.now()).await;
    assert!(matches!(outcome, Err(SignInError::Wrong)));
    assert!(
        is_in(&school, &held.token).await,
        "a wrong try ends nothing"
    );

    // Tomos takes the tablet over: Zainab's session on it ends, her phone's does not.
    let right = form("NORTH", "tomos", PASSWORD);
    let tomos = sign_in(&school.db, &hasher, &right, &browser, school.now())
        .await
        .expect("he is in");
    assert!(!is_in(&school, &held.token).await);
    assert!(is_in(&school, &elsewhere.token).await);
    assert!(is_in(&school, &tomos.token).await);
    let replaced = event::Entity::find()
        .filter(event::Column::Kind.eq("session.replaced"))
        .all(school.db.read())
        .await
        .expect("events can be read");
    assert_eq!(replaced.len(), 1);
    assert_eq!(replaced[0].actor_id, Some(school.person("zainab")));

    // A cookie that is worth nothing stops nobody.
    let again = sign_in(&school.db, &hasher, &right, &browser, school.now()).await;
    assert!(again.is_ok(), "{again:?}");
}

#[tokio::test]
async fn username_and_school_are_forgiving_and_the_password_is_not() {
    let school = School::new().await;
    let typed = form(" nor-th ", " Zainab ", PASSWORD);
    let typed = typed.validate().expect("nothing is missing");
    let hasher = hasher();
    sign_in(&school.db, &hasher, &typed, &device(None), school.now())
        .await
        .expect("she is in");
    let shouted = try_as(&school, &hasher, "zainab", &PASSWORD.to_uppercase()).await;
    assert!(matches!(shouted, Err(SignInError::Wrong)));
}

#[tokio::test]
async fn every_wrong_sign_in_is_the_same_answer_and_costs_one_hash() {
    let school = School::new().await;
    let disabled = school.actor("mei").account;
    account::Entity::update_many()
        .col_expr(account::Column::DisabledAt, Expr::value(Some(school.now())))
        .filter(account::Column::Id.eq(disabled))
        .exec(school.db.read())
        .await
        .expect("the account can be disabled");
    let no_password = school.actor("tomos").account;
    account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(None::<String>))
        .filter(account::Column::Id.eq(no_password))
        .exec(school.db.read())
        .await
        .expect("the password can be taken away");
    for (code, username, password) in [
        ("NOWHERE", "zainab", PASSWORD),
        ("NORTH", "nobody", PASSWORD),
        ("NORTH", "sid", PASSWORD),
        ("NORTH", "zainab", "wrong"),
        ("NORTH", "mei", PASSWORD),
        ("NORTH", "tomos", PASSWORD),
    ] {
        let hasher = hasher();
        let typed = form(code, username, password);
        let outcome = sign_in(&school.db, &hasher, &typed, &device(None), school.now()).await;
        assert!(
            matches!(outcome, Err(SignInError::Wrong)),
            "{code} {username}: {outcome:?}"
        );
        assert_eq!(hasher.hashes(), 1, "{code} {username}");
    }
    assert!(kinds(&school).await.is_empty());
}

#[tokio::test]
async fn a_leaver_cannot_sign_in_and_is_put_out() {
    let school = School::new().await;
    let hasher = hasher();
    let signed_in = try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("she is in");
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("an admin");
    let tx = school.db.write().await.expect("the database is free");
    domain::people::end(&tx, &door, school.person("zainab"), school.now())
        .await
        .expect("she leaves");
    tx.commit().await.expect("it is kept");
    assert!(!is_in(&school, &signed_in.token).await);
    let again = try_as(&school, &hasher, "zainab", PASSWORD).await;
    assert!(matches!(again, Err(SignInError::Wrong)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_people_sign_in_at_once() {
    let school = School::new().await;
    let hasher = hasher();
    let everybody = [
        "ada", "bruno", "cleo", "zainab", "tomos", "mei", "rosa", "petra", "desmond", "edith",
    ];
    let tries = (0..30).map(|number| try_as(&school, &hasher, everybody[number % 10], PASSWORD));
    for (number, outcome) in join_all(tries).await.into_iter().enumerate() {
        assert!(outcome.is_ok(), "{number}: {outcome:?}");
    }
    assert_eq!(hasher.hashes(), 30);
}
