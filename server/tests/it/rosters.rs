//! A school brings its roster in through its pages, with the forms that they show: one that
//! would end many waits for somebody's yes, and all of it can be undone.

use chrono::TimeDelta;
use http::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use test_kit::{Roster, User, user};

use crate::northgate::first;
use crate::persona::{Persona, Served};

/// What an import could write, and who is here and where: by its words, to compare a school
/// with itself.
const COUNTS: [(&str, &str); 8] = [
    ("imports", "SELECT COUNT(*) FROM roster_import"),
    ("changes", "SELECT COUNT(*) FROM roster_change"),
    ("events", "SELECT COUNT(*) FROM event"),
    (
        "people of the roster who are here",
        "SELECT COUNT(*) FROM person WHERE sourced_id IS NOT NULL AND ended_at IS NULL",
    ),
    (
        "roles",
        "SELECT COUNT(*) FROM person_role WHERE ended_at IS NULL",
    ),
    (
        "places",
        "SELECT COUNT(*) FROM enrolment WHERE ended_at IS NULL",
    ),
    (
        "family ties",
        "SELECT COUNT(*) FROM guardianship WHERE ended_at IS NULL",
    ),
    (
        "accounts that are shut",
        "SELECT COUNT(*) FROM account WHERE disabled_at IS NOT NULL",
    ),
];

async fn counted(served: &Served) -> Vec<(&'static str, i64)> {
    let db = served.school.db.read();
    let mut counts = Vec::new();
    for (what, sql) in COUNTS {
        let row = db
            .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .expect("the database answers")
            .expect("a count has a row");
        counts.push((what, row.try_get_by_index(0).expect("a number")));
    }
    counts
}

/// Chooses a file and looks at what it would change; the page of this import.
async fn look_at(served: &Served, admin: &mut Persona, name: &str, roster: &Roster) -> String {
    // Each file is read at a time of its own.
    served.school.clock.advance(TimeDelta::minutes(1));
    let bytes = roster.bytes();
    let files = [("file", name, &bytes[..])];
    let looked = admin.post_files("/people/import", &[], &files).await;
    assert_eq!(looked.status, StatusCode::SEE_OTHER, "{}", looked.body);
    looked.location().to_owned()
}

/// Sends a form of an import's page that is taken, and follows to where it leads.
async fn taken(
    admin: &mut Persona,
    import: &str,
    button: &str,
    fields: &[(&str, &str)],
    done: &str,
) -> String {
    let action = format!("{import}/{button}");
    let page = admin.get(import).await.body;
    assert!(page.contains(&format!("action=\"{action}\"")), "{page}");
    let answer = admin.post(&action, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.location(), format!("{import}?done={done}"));
    admin.get(answer.location()).await.body
}

#[tokio::test]
async fn a_roster_that_would_end_many_waits_for_a_tick_and_an_undo_brings_them_back() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let all = Roster::five_people();
    let import = look_at(&served, &mut desmond, "all.zip", &all).await;
    let page = desmond.get(&import).await.body;
    assert!(!page.contains("leavers_are_right"), "nobody leaves: {page}");
    let page = taken(&mut desmond, &import, "confirm", &[], "imported").await;
    assert!(page.contains("It is in"), "{page}");
    let list = desmond.get("/people?q=sean").await.body;
    let sean = format!("/people/{}", first("/people", &list));
    assert!(!desmond.get(&sean).await.body.contains("Has left"));
    let with_him = counted(&served).await;

    let few = Roster::five_people().without("s1");
    let import = look_at(&served, &mut desmond, "few.zip", &few).await;
    let page = desmond.get(&import).await.body;
    assert!(page.contains("Stop and look"), "{page}");
    assert!(page.contains("name=\"leavers_are_right\""), "{page}");
    for expected in ["Who leaves", "The name", "Séan Stone"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("id=\"leavers_are_right-error\""), "{page}");
    let looked = counted(&served).await;
    let refused = desmond.post(&format!("{import}/confirm"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in [
        "href=\"#leavers_are_right\"",
        "id=\"leavers_are_right-error\"",
        "aria-describedby=\"leavers_are_right-error\"",
        "1 of 5 people would leave (20.0 %). Look at the file",
        "I looked: it is right that 1 person leaves",
    ] {
        assert!(
            refused.body.contains(expected),
            "{expected}: {}",
            refused.body
        );
    }
    assert_eq!(counted(&served).await, looked, "nothing was written");
    let page = desmond.get(&import).await.body;
    assert!(page.contains("Check before you import"), "{page}");
    assert!(!desmond.get(&sean).await.body.contains("Has left"));

    let yes = [("leavers_are_right", "yes")];
    let page = taken(&mut desmond, &import, "confirm", &yes, "imported").await;
    assert!(page.contains("It is in"), "{page}");
    assert!(desmond.get(&sean).await.body.contains("Has left"));
    let without_him = counted(&served).await;
    for (before, after) in looked.iter().zip(&without_him).skip(3).take(4) {
        assert_eq!(after.1, before.1 - 1, "{}", after.0);
    }

    served.school.clock.advance(TimeDelta::minutes(1));
    let page = taken(&mut desmond, &import, "undo", &[], "undone").await;
    assert!(page.contains("Import undone"), "{page}");
    assert!(!desmond.get(&sean).await.body.contains("Has left"));
    let back = counted(&served).await;
    // How often something happened only grows; who is here is as it was.
    assert_eq!(back[3..], with_him[3..]);
}

#[tokio::test]
async fn a_file_of_which_every_row_was_left_out_is_not_said_to_be_in_the_school_already() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let mut all = Roster::five_people();
    all.other_school = true;
    let import = look_at(&served, &mut desmond, "all.zip", &all).await;
    taken(&mut desmond, &import, "confirm", &[], "imported").await;
    let mut delta = Roster::delta();
    delta.users.push(User {
        org: "org-2",
        ..user("x1", "Wynn", "West", "student")
    });
    let cases = [
        (&all, "What of this file can go in is in the school already"),
        (&delta, "Rows of this file belong to other schools"),
    ];
    for (roster, words) in cases {
        let import = look_at(&served, &mut desmond, "x.zip", roster).await;
        let page = desmond.get(&import).await.body;
        assert!(page.contains("Nothing to do"), "{page}");
        assert!(page.contains(words), "{words}: {page}");
        assert!(!page.contains("The school is as this file says"), "{page}");
    }
}

#[tokio::test]
async fn a_file_that_changes_nothing_is_said_to_belong_to_others_only_where_rows_of_theirs_are_in_it()
 {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let all = Roster::five_people();
    let import = look_at(&served, &mut desmond, "all.zip", &all).await;
    taken(&mut desmond, &import, "confirm", &[], "imported").await;
    let mut leaver = Roster::delta();
    leaver.gone.push(("users", "a1"));
    let import = look_at(&served, &mut desmond, "delta.zip", &leaver).await;
    let yes = [("leavers_are_right", "yes")];
    taken(&mut desmond, &import, "confirm", &yes, "imported").await;
    let mut unknown = Roster::delta();
    unknown.enrolments.push(("e9", "c9", "s1", "student"));
    for (roster, problems) in [(leaver, false), (Roster::delta(), false), (unknown, true)] {
        let import = look_at(&served, &mut desmond, "again.zip", &roster).await;
        let page = desmond.get(&import).await.body;
        assert!(page.contains("Nothing to do"), "{page}");
        let words = "Nothing in this file changes your school.";
        assert!(page.contains(words), "{page}");
        let below = page.contains("The problems below say what was left out");
        assert_eq!(below, problems, "{page}");
        assert!(!page.contains("other schools"), "{page}");
    }
}

#[tokio::test]
async fn what_decides_comes_before_a_long_list_of_problems_of_which_ten_stand_open() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let mut many = Roster::five_people();
    let office = [
        "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11", "o12",
    ];
    let office = office.map(|id| user(id, "Olga", id, "administrator"));
    many.users.extend(office);
    let import = look_at(&served, &mut desmond, "many.zip", &many).await;
    let page = desmond.get(&import).await.body;
    let at = |words: &str| {
        page.find(words)
            .unwrap_or_else(|| panic!("{words}: {page}"))
    };
    assert!(at(&format!("{import}/confirm")) < at("id=\"problems\""));
    assert!(at("id=\"problems\"") < at("3 more"));

    let files = [("file", "wrong.zip", &b"not a zip"[..])];
    served.school.clock.advance(TimeDelta::minutes(1));
    let looked = desmond.post_files("/people/import", &[], &files).await;
    let refused = desmond.get(looked.location()).await.body;
    let at = |words: &str| refused.find(words).expect("it is there");
    assert!(at("id=\"problems\"") < at("Use another file"));
}

#[tokio::test]
async fn a_persons_page_says_whether_a_roster_brought_them_or_somebody_typed_them_in() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let all = Roster::five_people();
    let import = look_at(&served, &mut desmond, "all.zip", &all).await;
    taken(&mut desmond, &import, "confirm", &[], "imported").await;
    let list = desmond.get("/people?q=sean").await.body;
    let sean = first("/people", &list);
    // Known to the school's own system before anything was imported here.
    let tomos = served.school.person("tomos");
    let db = served.school.db.read();
    let known = Statement::from_sql_and_values(
        db.get_database_backend(),
        "UPDATE person SET source = 'school_import' WHERE id = $1",
        [tomos.0.into()],
    );
    db.execute_raw(known).await.expect("written");

    let comes_from = regex::Regex::new(r"Comes from</dt>\s*<dd>([^<]*)<").expect("a pattern");
    let zainab = served.school.person("zainab");
    for (who, words) in [
        (sean, "A roster import, which keeps this up to date"),
        (tomos.to_string(), "own system, by an import"),
        (zainab.to_string(), "Typed in by the school"),
    ] {
        let page = desmond.get(&format!("/people/{who}")).await.body;
        let found = comes_from.captures(&page).expect("it is said");
        assert!(found[1].ends_with(words), "{words}: {}", &found[1]);
    }
}

#[tokio::test]
async fn a_package_that_is_too_large_is_told_so_also_where_too_much_comes_after_it() {
    let served = Served::configured(None, |config| config.most_drained_bytes = 1024).await;
    let large = vec![7_u8; 33 * 1024 * 1024];
    let files: [(&str, &str, &[u8]); 2] = [
        ("file", "north.zip", &large),
        ("file", "south.zip", &[7; 4096]),
    ];
    let mut desmond = served.as_("desmond");
    let refused = desmond.post_files("/people/import", &[], &files).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("This file is larger than 32 MB"));
}

#[tokio::test]
async fn an_empty_file_is_told_apart_from_none() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    for (name, words) in [
        ("empty.zip", "empty.zip is empty"),
        ("", "Choose the zip file with the roster"),
    ] {
        let refused = desmond
            .post_files("/people/import", &[], &[("file", name, b"")])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(words), "{name}: {}", refused.body);
    }
}
