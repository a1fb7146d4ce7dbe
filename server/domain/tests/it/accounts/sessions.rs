//! How long a session lasts, and who ends it.

use chrono::TimeDelta;
use domain::AccessError;
use domain::accounts::sessions;
use test_kit::{PASSWORD, School};

use super::{hasher, is_in, kinds, try_as};

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let school = School::new().await;
    let hasher = hasher();
    let student = try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("she is in");
    let teacher = try_as(&school, &hasher, "ada", PASSWORD)
        .await
        .expect("she is in");
    school.clock.advance(TimeDelta::minutes(29));
    assert!(is_in(&school, &student.token).await && is_in(&school, &teacher.token).await);
    school.clock.advance(TimeDelta::minutes(1));
    assert!(is_in(&school, &student.token).await && !is_in(&school, &teacher.token).await);
    school.clock.advance(TimeDelta::minutes(30));
    assert!(!is_in(&school, &student.token).await);
}

#[tokio::test]
async fn a_used_session_lasts_twelve_hours_and_no_longer() {
    let school = School::new().await;
    let signed_in = try_as(&school, &hasher(), "ada", PASSWORD)
        .await
        .expect("she is in");
    assert_eq!(signed_in.expires_at, school.now() + TimeDelta::hours(12));
    for _ in 0..35 {
        school.clock.advance(TimeDelta::minutes(20));
        let found = sessions::find(&school.db, &signed_in.token, school.now())
            .await
            .expect("the database answers")
            .expect("she works on");
        assert!(found.needs_touch);
        sessions::touch(&school.db, found.actor.session, school.now())
            .await
            .expect("the use is written down");
        let again = sessions::find(&school.db, &signed_in.token, school.now()).await;
        let again = again.expect("the database answers").expect("she works on");
        assert!(!again.needs_touch, "at most once a minute");
    }
    school.clock.advance(TimeDelta::minutes(20));
    assert!(!is_in(&school, &signed_in.token).await);
}

#[tokio::test]
async fn a_session_costs_one_query() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    let school = School::new().await;
    let count = Arc::new(AtomicU64::new(0));
    let mut db = school.db.clone();
    let counter = count.clone();
    db.watch_statements(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let found = sessions::find(&db, &school.session_token("ada"), school.now()).await;
    assert!(found.expect("the database answers").is_some());
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_ended_session_lets_nobody_in_and_nobody_ends_anothers() {
    let school = School::new().await;
    let hasher = hasher();
    let here = try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("she is in");
    let there = try_as(&school, &hasher, "zainab", PASSWORD)
        .await
        .expect("she is in");
    let actor = |found: Option<sessions::Found>| found.expect("she is in").actor;
    let find = |token: String| {
        let (db, now) = (school.db.clone(), school.now());
        async move {
            sessions::find(&db, &token, now)
                .await
                .expect("the database answers")
        }
    };
    let (me, other) = (
        actor(find(here.token.clone()).await),
        actor(find(there.token.clone()).await),
    );
    let listed = sessions::list(school.db.read(), &me, school.now())
        .await
        .expect("the database answers");
    assert_eq!(listed.len(), 3, "these two and the cast's own");
    assert_eq!(
        listed.iter().filter(|session| session.is_this_one).count(),
        1
    );

    let tx = school.db.write().await.expect("the database is free");
    let by_another = sessions::end(&tx, &school.actor("tomos"), other.session, school.now()).await;
    assert!(matches!(by_another, Err(AccessError::NotFound)));
    sessions::end(&tx, &me, other.session, school.now())
        .await
        .expect("it is hers");
    let twice = sessions::end(&tx, &me, other.session, school.now()).await;
    assert!(matches!(twice, Err(AccessError::NotFound)));
    tx.commit().await.expect("it is kept");
    assert!(is_in(&school, &here.token).await && !is_in(&school, &there.token).await);

    let tx = school.db.write().await.expect("the database is free");
    sessions::end_current(&tx, &me, school.now())
        .await
        .expect("she signs out");
    sessions::end_current(&tx, &me, school.now())
        .await
        .expect("twice is no mistake");
    tx.commit().await.expect("it is kept");
    assert!(!is_in(&school, &here.token).await);
    assert_eq!(
        kinds(&school).await,
        [
            "session.started",
            "session.started",
            "session.ended",
            "session.ended"
        ]
    );
}
