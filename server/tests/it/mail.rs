//! Mail over HTTP: the links that work without signing in, the switches, the contact
//! page, what the office writes down, the developer's mailbox, and a mail server that
//! offers no encryption.

use std::sync::{Arc, Mutex};

use domain::consent::Signer;
use domain::mail::{self, Letterhead, LinkKey};
use http::{HeaderValue, Method, StatusCode};
use sea_orm::{ConnectionTrait, Statement};
use server::config::{Security, Smtp};
use server::egress::SmtpDoor;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use vocab::legal_entity::LegalEntity;

use crate::hourly::count;
use crate::persona::Served;
use crate::process::binary;

/// A server on a developer's machine, which shows its mail.
async fn at_home() -> Served {
    Served::configured(None, |config| {
        "http://127.0.0.1:3000".clone_into(&mut config.public_url);
    })
    .await
}

/// The words of the newest mail whose subject holds `subject`.
async fn mail_with(served: &Served, subject: &str) -> String {
    let list = served.stranger().get("/mailbox").await.body;
    let link = regex::Regex::new("href=\"(/mailbox\\?mail=[0-9a-f-]{36})\"[^>]*>([^<]*)<")
        .expect("a pattern");
    let found = link
        .captures_iter(&list)
        .find(|found| found[2].contains(subject))
        .unwrap_or_else(|| panic!("no mail about {subject} in {list}"));
    served.stranger().get(&found[1]).await.body
}

fn link_in(body: &str, begins: &str) -> String {
    regex::Regex::new(&format!("href=\"({begins}[A-Za-z0-9_-]+)\""))
        .expect("a pattern")
        .captures(body)
        .expect("there is a link")[1]
        .to_owned()
}

async fn one(served: &Served, sql: &str) -> String {
    let db = served.school.db.read();
    db.query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .expect("the database answers")
        .expect("there is a row")
        .try_get_by_index(0)
        .expect("it is text")
}

/// Rosa answers about Zainab, which makes a receipt; its link to switch receipts off.
async fn unsubscribe_link(served: &Served) -> String {
    let zainab = served.school.person("zainab");
    let answer = [("purpose", "photos_in_school"), ("answer", "no")];
    served
        .as_("rosa")
        .post(&format!("/consents/{zainab}"), &answer)
        .await;
    link_in(&mail_with(served, "Your answer").await, "/unsubscribe/")
}

const STATE: &str = "SELECT state FROM mail_choice WHERE changed_at IS NOT NULL AND category = 'service_optional' \
                     AND person_id IN (SELECT id FROM person WHERE given_name = 'Rosa')";

#[tokio::test]
async fn opening_the_link_changes_nothing_and_one_click_without_cookies_switches_off() {
    let served = at_home().await;
    let link = unsubscribe_link(&served).await;
    for method in [Method::GET, Method::HEAD] {
        let opened = served.stranger().send(method, &link, None).await;
        assert_eq!(opened.status, StatusCode::OK);
        assert_eq!(
            one(&served, STATE).await,
            "on",
            "a scanner opens every link"
        );
    }
    let page = served.stranger().get(&link).await.body;
    assert!(page.contains("Send me no more") && !page.contains("Rosa"));
    let body = || {
        let kind = "application/x-www-form-urlencoded";
        Some((kind, "List-Unsubscribe=One-Click".into()))
    };
    for _ in 0..2 {
        // A mail program has no cookies and names no origin of ours.
        let mut program = served.stranger();
        program
            .headers
            .insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
        let done = program.send(Method::POST, &link, body()).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert!(done.headers.get("location").is_none());
        assert_eq!(one(&served, STATE).await, "off");
    }
    let page = served.stranger().get(&link).await.body;
    assert!(page.contains("Switched off"));
}

#[tokio::test]
async fn the_button_of_the_page_switches_off_too_and_a_made_up_link_is_not_there() {
    let served = at_home().await;
    let link = unsubscribe_link(&served).await;
    let mut visitor = served.stranger();
    let done = visitor.post(&link, &[]).await;
    assert_eq!(done.location(), link);
    assert_eq!(one(&served, STATE).await, "off");
    let made_up = format!("{}AAAA", &link[..link.len() - 4]);
    assert_eq!(visitor.get(&made_up).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        visitor.post(&made_up, &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_guard_against_other_sites_lets_this_one_form_through_and_no_other() {
    let served = at_home().await;
    let link = unsubscribe_link(&served).await;
    let mut other_site = served.as_("rosa");
    other_site
        .headers
        .insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    for path in [
        "/settings/messages",
        "/unsubscribe/",
        "/unsubscribe",
        "/news/x",
        "/contact",
    ] {
        let refused = other_site.post(path, &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    let refused = other_site.post(&format!("{link}/more"), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_ne!(
        other_site.post(&link, &[]).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn messages_are_switched_under_settings_and_news_come_after_a_second_yes() {
    let served = at_home().await;
    let mut rosa = served.as_("rosa");
    let page = rosa.get("/settings/messages").await;
    assert!(page.body.contains("Always") && page.body.contains("Reminders and receipts"));
    assert!(!page.body.contains("News of partners"), "there are none");
    let off = [("category", "service_optional"), ("answer", "off")];
    let done = rosa.post("/settings/messages", &off).await;
    assert_eq!(done.location(), "/settings/messages?done=saved");
    assert_eq!(one(&served, STATE).await, "off");
    let essential = [("category", "service_essential"), ("answer", "off")];
    let refused = rosa.post("/settings/messages", &essential).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let news = [("category", "marketing_own"), ("answer", "on")];
    rosa.post("/settings/messages", &news).await;
    assert!(
        rosa.get("/settings/messages")
            .await
            .body
            .contains("We sent you a mail")
    );
    let link = link_in(&mail_with(&served, "Do you want our news").await, "/news/");
    let mut elsewhere = served.stranger();
    assert!(
        elsewhere
            .get(&link)
            .await
            .body
            .contains("Yes, send me news")
    );
    assert!(
        rosa.get("/settings/messages")
            .await
            .body
            .contains("We sent you a mail")
    );
    let done = elsewhere.post(&link, &[]).await;
    assert!(
        elsewhere
            .get(done.location())
            .await
            .body
            .contains("You get news")
    );
    let mut zainab = served.as_("zainab");
    assert!(!zainab.get("/settings/messages").await.body.contains("News"));
    let refused = zainab.post("/settings/messages", &news).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_mailbox_is_on_a_developers_machine_alone() {
    let served = Served::new().await;
    for who in ["desmond", "olga"] {
        let hidden = served.as_(who).get("/mailbox").await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    }
    let with_smtp = Served::configured(None, |config| {
        config.public_url = "http://127.0.0.1:3000".to_owned();
        config.smtp = Some(smtp(1));
    })
    .await;
    let hidden = with_smtp.stranger().get("/mailbox").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let shown = at_home().await.stranger().get("/mailbox").await;
    assert!(shown.body.contains("No mail waits"));
}

#[tokio::test]
async fn the_mailbox_says_why_a_mail_would_not_be_sent() {
    let served = at_home().await;
    let link = unsubscribe_link(&served).await;
    served.stranger().post(&link, &[]).await;
    let opened = mail_with(&served, "Your answer").await;
    assert!(opened.contains("they do not want this kind of mail"));
}

#[tokio::test]
async fn mail_that_was_given_up_stands_on_the_leads_page_with_a_button_that_tries_it_again() {
    let served = Served::new().await;
    let school = &served.school;
    let mut edith = served.as_("edith");
    let page = edith.get("/school/privacy/mail").await.body;
    assert!(page.contains("Everything arrived"));
    let me = school.person("rosa").to_string();
    let ask = [
        ("about", me.as_str()),
        ("kind", "access"),
        ("text", "Everything"),
    ];
    served.as_("rosa").post("/my-data", &ask).await;
    let tx = school.db.write().await.expect("free");
    let a_week_on = school.now() + chrono::TimeDelta::days(8);
    domain::mail::expire(&tx, a_week_on)
        .await
        .expect("given up");
    tx.commit().await.expect("kept");
    let page = edith.get("/school/privacy/mail").await.body;
    assert!(page.contains("Rosa Okafor"));
    let again = "/school/privacy/mail/again";
    let refused = served.as_("ada").post(again, &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let done = edith.post(again, &[]).await;
    assert_eq!(done.location(), "/school/privacy/mail?done=mail-again");
    let page = edith.get(done.location()).await.body;
    assert!(page.contains("They are tried again now"));
    assert!(page.contains("Everything arrived"));
}

fn fields<'a>(topic: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("school", "north"),
        ("name", "Ines Former"),
        ("contact", "ines@mail.example"),
        ("topic", topic),
        ("text", text),
    ]
}

#[tokio::test]
async fn a_message_keeps_which_notice_stood_there_is_acknowledged_by_mail_and_is_no_yes_to_news() {
    let served = at_home().await;
    let mut visitor = served.stranger();
    let page = visitor.get("/contact").await.body;
    assert!(page.contains("It is no yes to news"));
    assert!(!page.contains("captcha") && !page.contains("<script src=\"http"));
    let sent = visitor
        .post("/contact", &fields("erasure", "Please erase me"))
        .await;
    let reference = sent
        .location()
        .split("received=")
        .nth(1)
        .expect("a reference")
        .to_owned();
    let mail = mail_with(&served, &reference).await;
    assert!(mail.contains("ines@mail.example") && mail.contains("Thursday 26 November"));
    assert_eq!(
        one(
            &served,
            "SELECT notice_version FROM contact_message WHERE sender_hash <> 'zqsouthcanary'"
        )
        .await,
        domain::rights::CONTACT_NOTICE
    );
    let count = "SELECT CAST(COUNT(*) AS TEXT) FROM consent_event WHERE purpose LIKE 'news%'";
    assert_eq!(one(&served, count).await, "0");
}

#[tokio::test]
async fn every_topic_of_the_contact_page_becomes_its_kind_of_request() {
    let served = Served::new().await;
    for kind in vocab::rights::RequestKind::ALL {
        let mut visitor = served.stranger();
        visitor.get("/contact").await;
        // What they wrote is sealed, so that it cannot be looked for.
        let counted =
            format!("SELECT CAST(COUNT(*) AS TEXT) FROM rights_request WHERE kind = '{kind}'");
        let before: u32 = one(&served, &counted).await.parse().expect("a number");
        let sent = visitor
            .post("/contact", &fields(kind.as_str(), &format!("about {kind}")))
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{kind}: {}", sent.body);
        let kept = one(&served, &counted).await;
        assert_eq!(kept, (before + 1).to_string(), "{kind}");
    }
}

#[tokio::test]
async fn one_browser_cannot_flood_a_school_and_others_still_get_through() {
    let served = Served::new().await;
    let mut flooder = served.stranger();
    flooder.get("/contact").await;
    assert!(flooder.cookies.contains_key("device"));
    let message = fields("question", "again");
    for _ in 0..6 {
        let taken = flooder.post("/contact", &message).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER);
    }
    let refused = flooder.post("/contact", &message).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("Try again in an hour") && refused.body.contains("again"));
    let mut other = served.stranger();
    other.get("/contact").await;
    let taken = other.post("/contact", &message).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    served.school.clock.advance(chrono::TimeDelta::minutes(61));
    let taken = flooder.post("/contact", &message).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "an hour later");
}

#[tokio::test]
async fn the_lead_writes_down_what_came_by_letter_and_its_clock_counts_from_that_day() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let empty = edith.post("/school/privacy/new", &[("name", "Ines")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("value=\"Ines\""));
    let form = [
        ("channel", "post"),
        ("arrived", "2026-11-20"),
        ("name", "Ines Former"),
        ("contact", "12 Mill Lane"),
        ("topic", "access"),
        ("text", "Everything, please"),
        ("known", "yes"),
    ];
    let kept = edith.post("/school/privacy/new", &form).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let page = edith.get(kept.location()).await.body;
    for words in [
        "Ines Former, 12 Mill Lane",
        "By letter: Everything, please",
        "21 December",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let teacher = served.as_("ada").post("/school/privacy/new", &form).await;
    assert_eq!(teacher.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_request_is_written_down_on_a_day_that_has_come_and_is_not_ten_years_ago() {
    let served = Served::new().await;
    let mut edith = served.as_("edith");
    let not_yet = "This day has not come yet";
    let long_ago = "This day is more than ten years ago. Check the year";
    for (day, words) in [
        ("2026-11-25", Some(not_yet)),
        ("2027-03-01", Some(not_yet)),
        ("2016-11-23", Some(long_ago)),
        ("0001-01-01", Some("Enter the day it came, like 2026-11-24")),
        ("2016-11-24", None),
        ("2026-11-24", None),
    ] {
        let form = [
            ("channel", "post"),
            ("arrived", day),
            ("name", "Ines Former"),
            ("contact", "12 Mill Lane"),
            ("topic", "access"),
            ("text", "Everything, please"),
        ];
        let answer = edith.post("/school/privacy/new", &form).await;
        let Some(words) = words else {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{day}");
            continue;
        };
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        let is_kept = answer.body.contains(&format!("value=\"{day}\""));
        assert!(is_kept && answer.body.contains(words), "{day}");
    }
}

#[tokio::test]
async fn a_mail_that_came_in_becomes_a_request_that_waits_to_know_who_asks() {
    let folder = TempDir::new().expect("a folder");
    let made = binary(folder.path())
        .args(["school", "create", "--code", "NORTH", "--name", "Northgate"])
        .output()
        .expect("the binary starts");
    assert!(made.status.success());
    let file = folder.path().join("in.eml");
    let mail = "From: Ines Former <ines@mail.example>\r\nSubject: My data\r\n\r\nPlease delete everything.\r\n";
    std::fs::write(&file, mail).expect("written");
    let taken = binary(folder.path())
        .args(["intake", "--school", "NORTH"])
        .arg(&file)
        .stdout(std::process::Stdio::piped())
        .output()
        .expect("the binary starts");
    let words = String::from_utf8_lossy(&taken.stdout).into_owned();
    assert!(
        taken.status.success(),
        "{}",
        String::from_utf8_lossy(&taken.stderr)
    );
    assert!(words.contains("waits until somebody of the school knows who asks"));
    let url = format!("sqlite://{}", folder.path().join("classimize.db").display());
    let db = domain::Db::connect(&url, 1).await.expect("it opens");
    let waits = "rights_request WHERE kind = 'erasure' AND channel = 'office' \
                 AND state = 'identity_needed' AND clock_from IS NULL AND subject_id IS NULL";
    for rows in ["rights_request", waits] {
        assert_eq!(count(&db, rows).await, 1, "{rows}");
    }
    db.close().await.expect("closed");
    std::fs::write(&file, "Subject: x\r\n\r\ny").expect("written");
    let refused = binary(folder.path())
        .args(["intake", "--school", "NORTH"])
        .arg(&file)
        .output()
        .expect("the binary starts");
    assert!(!refused.status.success());
}

#[tokio::test]
async fn whoever_finds_a_hole_is_told_where_to_write_and_the_word_never_runs_out() {
    let served = Served::configured(None, |config| {
        config.legal_entity = LegalEntity {
            email: "office@operator.example".to_owned(),
            ..LegalEntity::default()
        };
    })
    .await;
    for _ in 0..3 {
        let text = served
            .stranger()
            .get("/.well-known/security.txt")
            .await
            .body;
        assert!(
            text.contains("Contact: mailto:office@operator.example\n"),
            "{text}"
        );
        let expires: domain::Time = text
            .split("Expires: ")
            .nth(1)
            .and_then(|rest| rest.lines().next())
            .expect("it says until when")
            .parse()
            .expect("a time");
        let left = expires - served.school.now();
        assert!((30..366).contains(&left.num_days()), "{left}");
        served.school.clock.advance(chrono::TimeDelta::days(200));
    }
    let unnamed = Served::new().await;
    let missing = unnamed.stranger().get("/.well-known/security.txt").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_answer_over_https_tells_the_browser_to_stay_there_and_http_leads_to_it() {
    let served = Served::configured(None, |config| {
        config.public_url = "https://learn.school.test".to_owned();
    })
    .await;
    let routes = leptos_axum::generate_route_list(app::routes::App);
    for path in routes.iter().map(leptos_axum::AxumRouteListing::path) {
        let mut visitor = served.stranger();
        let answer = visitor.get(path).await;
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=63072000; includeSubDomains",
            "{path}"
        );
        visitor
            .headers
            .insert("x-forwarded-proto", HeaderValue::from_static("http"));
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{path}");
        assert_eq!(
            answer.location(),
            format!("https://learn.school.test{path}")
        );
    }
}

fn smtp(port: u16) -> Smtp {
    Smtp {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::StartTls,
        credentials: None,
        from: "no-reply@school.test".to_owned(),
        ca: None,
    }
}

/// A mail server that offers no encryption; everything that it hears.
async fn deaf_server(heard: Arc<Mutex<Vec<String>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let mut lines = BufReader::new(connection);
            let _ = lines.get_mut().write_all(b"220 mail\r\n").await;
            let mut line = String::new();
            while lines.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                heard.lock().expect("nobody panicked").push(line.clone());
                line.clear();
                let _ = lines.get_mut().write_all(b"250 mail\r\n").await;
            }
        }
    });
    port
}

#[tokio::test]
async fn a_mail_server_without_encryption_is_told_nothing_and_the_mail_waits() {
    let served = Served::new().await;
    let school = &served.school;
    let tx = school.db.write().await.expect("free");
    let new = domain::providers::NewProvider {
        name: "Example Mail".to_owned(),
        purpose: vocab::providers::ProviderPurpose::Mail,
        role: vocab::providers::ProviderRole::Subprocessor,
        kinds: ["contact", "credential", "activity", "history"]
            .map(str::to_owned)
            .to_vec(),
        subjects: "guardians".to_owned(),
        country: "GB".to_owned(),
        policy_url: "https://mail.example/privacy".to_owned(),
        contract: Some(("C-1".to_owned(), school.now())),
        clauses: vocab::providers::Clause::ALL.to_vec(),
        sells_data: false,
    };
    domain::providers::propose(&tx, new, school.now())
        .await
        .expect("written down");
    domain::providers::activate(&tx, "Example Mail", Some("test"), school.now())
        .await
        .expect("in use");
    tx.commit().await.expect("kept");
    let zainab = school.person("zainab");
    let answer = [("purpose", "photos_in_school"), ("answer", "no")];
    served
        .as_("rosa")
        .post(&format!("/consents/{zainab}"), &answer)
        .await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let port = deaf_server(heard.clone()).await;
    let letterhead = Letterhead {
        public_url: "https://school.test".to_owned(),
        entity: LegalEntity::default(),
        key: LinkKey::of(&Signer::new([7; 32])),
    };
    let door = SmtpDoor::new(&smtp(port)).expect("it can be built");
    let done = mail::deliver(&school.db, &letterhead, &door, school.now())
        .await
        .expect("the database answers");
    assert_eq!((done.sent, done.put_off), (0, 1));
    let all = heard.lock().expect("nobody panicked").join("");
    assert!(all.contains("EHLO"), "it was asked: {all}");
    assert!(
        !all.contains("MAIL FROM") && !all.contains("rosa@"),
        "{all}"
    );
    let why = "SELECT reason FROM outbox_mail WHERE state = 'queued' AND reason IS NOT NULL";
    assert_eq!(one(&served, why).await, "the mail server offers no TLS");
}
