//! What browsers report of the content security policy: taken from our own pages, bounded,
//! and without anybody being looked up.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode};
use tower::ServiceExt;

use crate::persona::{Answer, Persona, Served};

const PATH: &str = "/csp-report";

const OLD: (&str, &str) = (
    "application/csp-report",
    r#"{"csp-report": {"effective-directive": "script-src", "blocked-uri": "https://tracker.example/x"}}"#,
);
const NEW: (&str, &str) = (
    "application/reports+json",
    r#"[{"type": "csp-violation", "body": {"effectiveDirective": "img-src", "blockedURL": "inline"}}]"#,
);

async fn report(who: &mut Persona, (kind, body): (&str, &str)) -> Answer {
    let body = Bytes::from(body.to_owned());
    who.send(Method::POST, PATH, Some((kind, body))).await
}

#[tokio::test]
async fn every_policy_says_where_browsers_report_what_it_made_them_refuse() {
    let served = Served::new().await;
    for path in ["/sign-in", "/home", "/nowhere", "/robots.txt"] {
        let answer = served.as_("ada").get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("report-uri /csp-report"), "{path}");
        assert!(policy.contains("report-to csp"), "{path}");
        let endpoints = answer.header("reporting-endpoints");
        assert_eq!(endpoints, "csp=\"/csp-report\"", "{path}");
    }
}

#[tokio::test]
async fn a_report_of_our_own_page_is_taken_and_nobody_is_looked_up_for_it() {
    let served = Served::new().await;
    for (who, mut persona) in [("ada", served.as_("ada")), ("nobody", served.stranger())] {
        for form in [OLD, NEW] {
            let taken = report(&mut persona, form).await;
            assert_eq!(taken.status, StatusCode::NO_CONTENT, "{who} {}", form.0);
            assert!(taken.body.is_empty() && taken.header("set-cookie").is_empty());
            assert_eq!(taken.statements(), 0, "{who}");
        }
    }
}

#[tokio::test]
async fn browsers_that_report_without_saying_from_where_are_heard_and_other_sites_are_not() {
    let served = Served::new().await;
    let silent = Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header("host", "school.test")
        .header("content-type", NEW.0)
        .body(Body::from(NEW.1))
        .expect("a request");
    let taken = served.router.clone().oneshot(silent).await;
    let taken = taken.expect("the router always answers");
    assert_eq!(taken.status(), StatusCode::NO_CONTENT);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let mut stranger = served.stranger();
        stranger
            .headers
            .insert(name, HeaderValue::from_static(value));
        let refused = report(&mut stranger, OLD).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{value}");
    }
}

#[tokio::test]
async fn what_is_no_report_is_refused_and_so_are_a_huge_one_and_too_many() {
    let served = Served::new().await;
    let mut stranger = served.stranger();
    for (sent, status) in [
        ((OLD.0, "no JSON"), StatusCode::BAD_REQUEST),
        (("text/plain", OLD.1), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ((OLD.0, &*" ".repeat(20_000)), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let refused = report(&mut stranger, sent).await;
        assert_eq!(refused.status, status);
    }
    let mut last = StatusCode::NO_CONTENT;
    for _ in 0..200 {
        last = report(&mut stranger, OLD).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
