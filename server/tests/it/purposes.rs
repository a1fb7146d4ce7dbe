//! What data is not taken, and what it is not used for.

use http::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use test_kit::NewWork;

use crate::persona::Served;

/// How often a text stands in any column of any table.
async fn rows_with(served: &Served, text: &str) -> usize {
    let db = served.school.db.read();
    let backend = db.get_database_backend();
    let mut found = 0;
    for (table, columns) in served.school.database.schema().await {
        for column in columns {
            let rows =
                format!("SELECT 1 FROM \"{table}\" WHERE CAST(\"{column}\" AS TEXT) LIKE $1");
            let statement =
                Statement::from_sql_and_values(backend, rows, [format!("%{text}%").into()]);
            found += db.query_all_raw(statement).await.expect("read").len();
        }
    }
    found
}

#[tokio::test]
async fn what_somebody_searches_for_is_kept_nowhere() {
    let served = Served::new().await;
    assert!(
        rows_with(&served, "Okafor").await > 0,
        "the scan finds a name"
    );
    let found = served.as_("desmond").get("/people?q=zqsearchedfor").await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(rows_with(&served, "zqsearchedfor").await, 0);
}

#[tokio::test]
async fn a_telephone_number_is_neither_asked_for_nor_taken() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let edit = format!("/people/{}/edit", served.school.person("zainab"));
    let names = [("given_name", "Noor"), ("family_name", "Zqhaddad")];
    let new = [names[0], names[1], ("role", "student")];
    let forms = [("/people/new", &new[..]), (edit.as_str(), &names[..])];
    for (page, complete) in forms {
        let form = desmond.get(page).await.body.to_lowercase();
        for field in [
            "type=\"tel\"",
            "name=\"phone",
            "whatsapp",
            "name=\"address",
            "birth",
        ] {
            assert!(!form.contains(field), "{page} asks for {field}");
        }
        for field in ["phone", "address", "birth_date"] {
            let with_more = [complete, &[(field, "07700 900123")][..]].concat();
            let refused = desmond.post(page, &with_more).await;
            assert!(
                refused.status.is_client_error(),
                "{page} takes {field}: {}",
                refused.status
            );
        }
        assert_eq!(rows_with(&served, "900123").await, 0, "{page}");
        assert_eq!(rows_with(&served, "Zqhaddad").await, 0, "{page}");
    }
    for (page, complete) in forms {
        let taken = desmond.post(page, complete).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{page} without them");
    }
}

#[tokio::test]
async fn a_field_that_names_somebody_says_what_it_is_for() {
    let served = Served::new().await;
    let page = served.as_("desmond").get("/people/new").await.body;
    assert!(page.contains("Used only to tell them what the school has to say"));
}

#[tokio::test]
async fn what_a_student_did_before_changes_nothing_of_the_order_of_their_work() {
    let served = Served::new().await;
    let school = &served.school;
    for (title, due) in [
        ("Zqsheet third", "2026-11-26T15:00:00Z"),
        ("Zqsheet first", "2026-11-24T15:00:00Z"),
        ("Zqsheet second", "2026-11-25T15:00:00Z"),
    ] {
        school
            .assignment("10Ma1", NewWork::published(title).due(due))
            .await;
    }
    let busy = school
        .assignment(
            "10Ma1",
            NewWork::published("Zqsheet done").due("2026-11-20T15:00:00Z"),
        )
        .await;
    school.submission(busy, "zainab", "done").await;
    let order = async |who: &str| {
        let mut persona = served.as_(who);
        if who == "zainab" {
            for _ in 0..3 {
                persona.get(&format!("/assignments/{busy}")).await;
            }
        }
        let home = persona.get("/home").await.body;
        let at = |title: &str| {
            home.find(title)
                .unwrap_or_else(|| panic!("{title} for {who}"))
        };
        assert!(at("Zqsheet first") < at("Zqsheet second"), "{who}");
        assert!(at("Zqsheet second") < at("Zqsheet third"), "{who}");
    };
    order("zainab").await;
    order("tomos").await;
}

#[tokio::test]
async fn what_a_withdrawn_consent_does_not_stop_is_shown_with_its_own_reason() {
    let served = Served::new().await;
    let page = served.as_("rosa").get("/settings/privacy").await.body;
    assert!(page.contains("What goes on whatever you answer"));
    for activity in domain::notice::activities() {
        assert!(
            page.contains(activity.purpose.words()),
            "{:?}",
            activity.purpose
        );
        assert!(!activity.bases.is_empty(), "{:?}", activity.purpose);
        for basis in activity.bases {
            assert!(page.contains(basis), "{basis}");
            assert!(
                !basis.contains("consent"),
                "no purpose falls back from a consent"
            );
        }
    }
}

#[tokio::test]
async fn who_will_read_it_is_said_where_it_is_written() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let mut zainab = served.as_("zainab");
    let first = zainab.get(&format!("/assignments/{work}")).await.body;
    assert!(first.contains("Who sees this"));
    assert!(first.contains("They may talk about what they read"));
    assert!(first.contains("Whoever looks after you can read your draft too"));
    served.school.draft(work, "tomos", "Begun").await;
    let petra = served
        .as_("petra")
        .get(&format!("/assignments/{work}"))
        .await;
    assert!(petra.body.contains("Begun"), "it is so");
    served.school.submission(work, "zainab", "done").await;
    zainab
        .post(&format!("/assignments/{work}/unsubmit"), &[])
        .await;
    let again = zainab.get(&format!("/assignments/{work}")).await.body;
    assert!(again.contains("Who sees this"));
    assert!(!again.contains("They may talk about what they read"));
    let room = served.school.classroom("10Ma1");
    let form = served
        .as_("ada")
        .get(&format!("/classrooms/{room}/assignments/new"))
        .await
        .body;
    assert!(form.contains("Seen by "), "the audience is counted");
}
