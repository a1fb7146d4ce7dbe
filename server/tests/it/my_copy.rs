//! Fetching the copy of everything: the password shows once more who asks.

use http::StatusCode;

use crate::persona::Served;

#[tokio::test]
async fn a_copy_is_sent_to_whoever_knows_the_password_and_to_nobody_else() {
    let served = Served::new().await;
    let own = format!("/my-data/{}/copy", served.school.person("zainab"));
    let mut zainab = served.as_("zainab");
    let page = zainab.get(&own).await;
    assert!(page.body.contains("Show that it is you"));
    for (typed, says) in [
        ("", "Enter your password, to show that it is you"),
        ("not my password", "This is not your password"),
    ] {
        let refused = zainab.post(&own, &[("password", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(refused.body.contains(says), "{typed}");
        assert!(
            !refused.body.contains("not my password"),
            "it is never sent back"
        );
    }
    let password = test_kit::PASSWORD;
    let copy = zainab.post(&own, &[("password", password)]).await;
    assert_eq!(copy.status, StatusCode::OK);
    assert_eq!(copy.header("content-type"), "application/zip");
    for _ in 0..6 {
        zainab.post(&own, &[("password", "a guess")]).await;
    }
    let slowed = zainab.post(&own, &[("password", password)]).await;
    assert_eq!(
        slowed.status,
        StatusCode::TOO_MANY_REQUESTS,
        "guesses are slowed"
    );
    let mut other = served.as_("tomos");
    assert_eq!(other.get(&own).await.status, StatusCode::NOT_FOUND);
    let refused = other.post(&own, &[("password", password)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}
