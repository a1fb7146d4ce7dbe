//! Notices and terms over HTTP: nobody's work waits for the notice, staff answer the
//! terms, and everybody may read the history.

use chrono::TimeDelta;
use domain::policies::{self, Proposal};
use entity_rows::{kinds_of, notice_in_force};
use http::StatusCode;
use test_kit::NewWork;
use vocab::policies::{PolicyDocument, Semver};

use crate::persona::Served;

mod entity_rows {
    use domain::policies::InForce;
    use sea_orm::{ConnectionTrait, Statement};
    use vocab::ids::PolicyVersionId;
    use vocab::policies::PolicyDocument;

    use crate::persona::Served;

    /// What was written about somebody, as words.
    pub(super) async fn kinds_of(served: &Served, who: &str) -> Vec<String> {
        let db = served.school.db.read();
        let person = served.school.person(who);
        let select = Statement::from_sql_and_values(
            db.get_database_backend(),
            "SELECT kind, channel, language FROM notice_event WHERE person_id = $1 ORDER BY at, id",
            [person.0.into()],
        );
        let rows = db.query_all_raw(select).await.expect("rows");
        rows.iter()
            .map(|row| {
                let word = |at| row.try_get_by_index::<String>(at).expect("a word");
                assert!(!word(1).is_empty() && word(2) == "en-GB");
                word(0)
            })
            .collect()
    }

    pub(super) async fn notice_in_force(
        served: &Served,
        document: PolicyDocument,
    ) -> PolicyVersionId {
        InForce::read(served.school.db.read(), served.school.now())
            .await
            .expect("read")
            .of(document)
            .expect("in force")
            .id
    }
}

async fn begun() -> Served {
    let served = Served::new().await;
    let tx = served.school.db.write().await.expect("free");
    policies::begin(&tx, served.school.now())
        .await
        .expect("begun");
    tx.commit().await.expect("kept");
    served
}

async fn announce(served: &Served, number: Semver, text: &str, is_material: bool, in_days: i64) {
    let school = &served.school;
    let (which, now) = ((PolicyDocument::PrivacyNotice, number), school.now());
    let tx = school.db.write().await.expect("free");
    let new = Proposal {
        document: which.0,
        semver: number,
        is_material,
        change_log: "A line <b>more</b> & less.".to_owned(),
        author: "Ines Author".to_owned(),
        text: Some(text.to_owned()),
    };
    policies::propose(&tx, new, now).await.expect("proposed");
    policies::approve(&tx, which, "Tom Approver", now)
        .await
        .expect("approved");
    policies::schedule(&tx, which, now + TimeDelta::days(in_days), now)
        .await
        .expect("scheduled");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn a_student_who_has_not_read_the_notice_can_do_their_work() {
    let served = begun().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut zainab = served.as_("zainab");
    let home = zainab.get("/home").await;
    assert!(home.body.contains("I have read it"), "it is shown");
    assert!(!home.body.contains("/terms"), "and no terms");
    let page = zainab.get(&format!("/assignments/{work}")).await;
    assert_eq!(page.status, StatusCode::OK);
    let handed_in = zainab
        .post(
            &format!("/assignments/{work}/hand-in"),
            &[("text", "x = 4")],
        )
        .await;
    assert!(handed_in.location().contains("done=handed-in"));
    assert_eq!(kinds_of(&served, "zainab").await, ["shown"]);
    let terms = zainab.get("/terms").await;
    assert_eq!(
        terms.status,
        StatusCode::NOT_FOUND,
        "students never see them"
    );
}

#[tokio::test]
async fn young_students_read_the_notice_in_their_words_and_older_ones_the_whole() {
    let served = begun().await;
    let young = served.as_("sid").get("/home").await.body;
    assert!(young.contains("What your school keeps about you") && young.contains("for=child"));
    let older = served.as_("zainab").get("/home").await.body;
    assert!(older.contains("How your data is used here"));
}

#[tokio::test]
async fn the_band_goes_once_it_is_read_and_comes_back_with_a_newer_version() {
    let served = begun().await;
    let mut rosa = served.as_("rosa");
    let version = notice_in_force(&served, PolicyDocument::PrivacyNotice).await;
    rosa.get("/home").await;
    let read = rosa
        .post("/notice/read", &[("version", &version.to_string())])
        .await;
    assert_eq!(read.location(), "/home?done=read");
    let home = rosa.get("/home").await.body;
    assert!(!home.contains("I have read it") && !home.contains("Changed since your last visit"));
    announce(&served, Semver(1, 1, 0), "New.\n", false, 0).await;
    served.school.clock.advance(TimeDelta::minutes(2));
    let home = rosa.get("/home").await.body;
    assert!(home.contains("Changed since your last visit"));
    let expected = [
        "shown",
        "acknowledged",
        "use_continued_after_notice",
        "shown",
    ];
    let mut kinds = kinds_of(&served, "rosa").await;
    // The last two are of one moment.
    kinds[2..].sort_unstable();
    kinds[2..].reverse();
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn staff_who_refuse_the_terms_see_why_they_are_stopped_and_keep_their_rights() {
    let served = begun().await;
    let mut ada = served.as_("ada");
    let led = ada.get("/home").await;
    assert_eq!(
        (led.status, led.location()),
        (StatusCode::SEE_OTHER, "/terms")
    );
    let page = ada.get("/terms").await.body;
    assert!(page.contains("I accept the terms of use") && page.contains("I do not accept"));
    let version = notice_in_force(&served, PolicyDocument::Terms)
        .await
        .to_string();
    let unticked = ada
        .post("/terms", &[("version", &version), ("intent", "accept")])
        .await;
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = ada
        .post("/terms", &[("version", &version), ("intent", "refuse")])
        .await;
    let why = ada.get(refused.location()).await.body;
    assert!(why.contains("You have not accepted the terms"));
    for path in ["/classrooms", "/marking", "/settings"] {
        assert_eq!(ada.get(path).await.location(), "/terms", "{path}");
    }
    let stopped = ada.post("/classrooms/new", &[("name", "")]).await;
    assert_eq!(stopped.location(), "/terms");
    for path in ["/my-data", "/settings/privacy", "/privacy", "/contact"] {
        assert_eq!(ada.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(
        kinds_of(&served, "ada").await,
        ["refused"],
        "not about privacy"
    );
    let accepted = ada
        .post(
            "/terms",
            &[
                ("version", &version),
                ("intent", "accept"),
                ("accept", "yes"),
            ],
        )
        .await;
    assert_eq!(accepted.location(), "/home?done=terms");
    assert_eq!(ada.get("/home").await.status, StatusCode::OK);
    let kinds = kinds_of(&served, "ada").await;
    assert!(!kinds.contains(&"acknowledged".to_owned()), "{kinds:?}");
}

#[tokio::test]
async fn words_that_arrive_once_new_terms_hold_are_given_back_with_the_way_to_the_terms() {
    let served = begun().await;
    let room = served.school.classroom("10Ma1");
    let path = format!("/classrooms/{room}/assignments/new");
    let fields = [("title", "Sheet 7"), ("instructions", "unmistakable")];
    let mut ada = served.as_("ada");
    for stopped in [
        ada.post_files(&path, &fields, &[("files", "graph.png", b"bytes")])
            .await,
        ada.post(&path, &fields).await,
    ] {
        assert_eq!(stopped.status, StatusCode::CONFLICT);
        for expected in ["unmistakable", "This was not saved", "href=\"/terms\""] {
            let is_there = stopped.body.contains(expected);
            assert!(is_there, "{expected}: {}", stopped.body);
        }
    }
    let stream = served
        .as_("zainab")
        .get(&format!("/classrooms/{room}"))
        .await;
    assert!(!stream.body.contains("Sheet 7"), "nothing was kept");
}

#[tokio::test]
async fn a_guardian_sees_their_child_whatever_they_say_to_the_terms() {
    let served = begun().await;
    let mut rosa = served.as_("rosa");
    let home = rosa.get("/home").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("Read the terms") && home.body.contains("Zainab"));
}

#[tokio::test]
async fn everybody_reads_the_history_its_differences_and_its_feed() {
    let served = begun().await;
    announce(&served, Semver(2, 0, 0), "Only this line.\n", true, 30).await;
    let mut nobody = served.stranger();
    let history = nobody.get("/privacy/history").await.body;
    for word in ["Version 1.0.0", "Version 2.0.0", "Scheduled", "In force"] {
        assert!(history.contains(word), "{word}");
    }
    let link = regex::Regex::new("/privacy/versions/[0-9a-f-]{36}").expect("a pattern");
    let newest = link.find(&history).expect("a version").as_str();
    let page = nobody.get(newest).await.body;
    assert!(page.contains("<ins>Only this line.</ins>") && page.contains("<del>"));
    assert!(page.contains("Ines Author") && page.contains("Tom Approver"));
    let feed = nobody.get("/privacy/history.atom").await;
    assert_eq!(
        feed.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let entries = feed.body.matches("<entry>").count();
    assert_eq!(entries, PolicyDocument::ALL.len() + 1);
    for needed in ["<id>", "<updated>", "<title>", "rel=\"self\""] {
        assert!(feed.body.matches(needed).count() >= 1, "{needed}");
    }
    assert!(feed.body.contains("&lt;b&gt;more&lt;/b&gt; &amp; less"));
    let desmond = served.as_("desmond");
    let mut desmond = desmond;
    let version = notice_in_force(&served, PolicyDocument::Terms)
        .await
        .to_string();
    desmond
        .post(
            "/terms",
            &[
                ("version", &version),
                ("intent", "accept"),
                ("accept", "yes"),
            ],
        )
        .await;
    let home = desmond.get("/home").await.body;
    assert!(
        home.contains("Privacy notice changes on 24 December 2026"),
        "{home}"
    );
}

#[tokio::test]
async fn what_policies_ask_costs_no_statement() {
    let served = begun().await;
    let mut zainab = served.as_("zainab");
    zainab.get("/home").await;
    let with = zainab.get("/home").await.statements();
    let plain = Served::new().await;
    let mut without = plain.as_("zainab");
    without.get("/home").await;
    assert_eq!(with, without.get("/home").await.statements());
}
