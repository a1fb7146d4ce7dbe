//! A classroom over HTTP: what is said before a place ends, and where that leads; two people
//! who change its settings at once; what is left once it is archived, and what its work says.

use http::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use test_kit::NewWork;

use crate::persona::Served;

/// The form behind the last button before these words.
fn end_before(words: &str, body: &str) -> String {
    let (before, _) = body.split_once(words).expect("it is said");
    regex::Regex::new("/classrooms/[0-9a-f-]+/members/[0-9a-f-]+/end")
        .expect("a pattern")
        .find_iter(before)
        .last()
        .expect("a form")
        .as_str()
        .to_owned()
}

#[tokio::test]
async fn a_teacher_who_ends_their_own_place_is_spoken_to_and_led_to_their_classes() {
    let served = Served::new().await;
    let people = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    let mut bruno = served.as_("bruno");
    let page = bruno.get(&people).await.body;
    assert!(page.contains("Ada Achterberg leaves this classroom."));
    assert!(!page.contains("Bruno Dhillon leaves this classroom."));
    assert!(page.contains("End your place"));
    let end = end_before("You leave this classroom.", &page);
    let ended = bruno.post(&end, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    assert_eq!(ended.location(), "/classrooms?done=left");
    let classes = bruno.get(ended.location()).await;
    assert_eq!(classes.status, StatusCode::OK);
    assert!(classes.body.contains("Your place has ended."));
    assert_eq!(bruno.get(&people).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_ends_the_place_of_somebody_else_stays_on_the_page() {
    let served = Served::new().await;
    let people = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    for (who, whose) in [("ada", "Bruno Dhillon"), ("desmond", "Tomos Griffiths")] {
        let mut somebody = served.as_(who);
        let page = somebody.get(&people).await.body;
        let end = end_before(&format!("{whose} leaves this classroom."), &page);
        let ended = somebody.post(&end, &[]).await;
        assert_eq!(ended.location(), format!("{people}?done=ended"), "{who}");
    }
}

/// What the form of the settings carries.
pub(crate) fn seen_in(body: &str) -> String {
    let (_, after) = body.split_once("name=\"seen\"").expect("the field");
    let (_, after) = after.split_once("value=\"").expect("its value");
    let (value, _) = after.split_once('"').expect("its end");
    value.replace("&quot;", "\"")
}

#[tokio::test]
async fn of_two_who_rename_a_classroom_at_once_the_second_reads_both_and_overwrites_nothing() {
    let served = Served::new().await;
    let settings = format!("/classrooms/{}/settings", served.school.classroom("10Ma1"));
    let (mut ada, mut bruno) = (served.as_("ada"), served.as_("bruno"));
    let to_ada = seen_in(&ada.get(&settings).await.body);
    let to_bruno = seen_in(&bruno.get(&settings).await.body);
    let saved = ada
        .post(
            &settings,
            &[
                ("name", "10Ma7"),
                ("subject", "Algebra"),
                ("seen", to_ada.as_str()),
            ],
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

    // What is wrong with a form does not hide that somebody else was first.
    let empty = bruno
        .post(
            &settings,
            &[
                ("name", ""),
                ("subject", "Sums"),
                ("seen", to_bruno.as_str()),
            ],
        )
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("The classroom as it is now"));

    let typed = [
        ("name", "10Ma8"),
        ("subject", "Sums"),
        ("seen", to_bruno.as_str()),
    ];
    let refused = bruno.post(&settings, &typed).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("The classroom as it is now"));
    for written in ["10Ma7", "Algebra"] {
        assert!(
            refused.body.contains(&format!("<dd>{written}</dd>")),
            "{written}"
        );
    }
    for typed in ["10Ma8", "Sums"] {
        assert!(
            refused.body.contains(&format!("value=\"{typed}\"")),
            "{typed}"
        );
    }
    let now = ada.get(&settings).await.body;
    assert!(now.contains("value=\"10Ma7\"") && !now.contains("10Ma8"));

    let to_bruno = seen_in(&refused.body);
    let typed = [
        ("name", "10Ma8"),
        ("subject", "Sums"),
        ("seen", to_bruno.as_str()),
    ];
    let saved = bruno.post(&settings, &typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(ada.get(&settings).await.body.contains("value=\"10Ma8\""));
}

#[tokio::test]
async fn whoever_renames_a_classroom_that_was_archived_meanwhile_reads_that_and_what_they_wrote() {
    let served = Served::new().await;
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let archived = served
        .as_("ada")
        .post(&format!("{room}/archive"), &[])
        .await;
    assert_eq!(archived.status, StatusCode::SEE_OTHER);
    let path = format!("{room}/settings");
    let refused = served.as_("bruno").post(&path, &[("name", "10Ma9")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused
            .body
            .contains("This classroom was archived meanwhile")
    );
    assert!(refused.body.contains("<dd>10Ma9</dd>"), "{}", refused.body);
    let zainab = served.as_("zainab").post(&path, &[("name", "x")]).await;
    assert_eq!(zainab.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_list_of_classrooms_goes_on_over_pages_and_what_is_archived_stands_apart() {
    let served = Served::new().await;
    served.school.classrooms("A", 501, true).await;
    served.school.classrooms("B", 60, false).await;
    served.school.classrooms("Z", 1, false).await;
    let mut desmond = served.as_("desmond");
    let first = desmond.get("/classrooms").await;
    assert!(first.statements() <= 6, "{} statements", first.statements());
    let to = |page: &str| format!("href=\"/classrooms{page}\"");
    for named in ["Page 1 of 2", "64 classrooms", "Archived classrooms (501)"] {
        assert!(first.body.contains(named), "{named}");
    }
    assert!(first.body.contains(&to("?page=2")) && first.body.contains(&to("?archived=on")));
    assert!(!first.body.contains("A001") && !first.body.contains("Z001"));
    assert!(
        desmond
            .get("/classrooms?page=2")
            .await
            .body
            .contains("Z001")
    );

    let found = desmond.get("/classrooms?q=z00").await.body;
    for named in ["Z001", "1 classroom found", "value=\"z00\""] {
        assert!(found.contains(named), "{named}");
    }
    let nothing = desmond.get("/classrooms?q=nowhere").await.body;
    assert!(nothing.contains("No classroom found") && nothing.contains("Show all"));

    let archived = desmond.get("/classrooms?archived=on&page=11").await.body;
    for named in ["A501", "Page 11 of 11", "501 classrooms", "Archived on "] {
        assert!(archived.contains(named), "{named}");
    }
    assert!(!archived.contains("Z001") && !archived.contains("B001"));
}

#[tokio::test]
async fn a_short_list_of_classrooms_has_nothing_to_search() {
    let served = Served::new().await;
    let page = served.as_("ada").get("/classrooms").await.body;
    assert!(page.contains("10Ma1"));
    for absent in ["role=\"search\"", "Pages of classrooms", "Archived"] {
        assert!(!page.contains(absent), "{absent}");
    }
}

#[tokio::test]
async fn the_people_of_a_large_classroom_go_on_over_pages() {
    let served = Served::new().await;
    served.school.crowd("10Ma1", 501).await;
    let people = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    let mut ada = served.as_("ada");
    let first = ada.get(&format!("{people}?q=saskia")).await;
    assert!(first.statements() <= 6, "{} statements", first.statements());
    for named in [
        "Bruno Dhillon",
        "Pupil 001 Aalto",
        "504 in this classroom",
        "Page 1 of 3",
    ] {
        assert!(first.body.contains(named), "{named}");
    }
    assert!(first.body.contains(&format!("href=\"{people}?page=2\"")));
    let last = ada.get(&format!("{people}?page=3")).await.body;
    assert!(last.contains("Tomos Griffiths") && last.contains("504 in this classroom"));
    assert!(!last.contains("id=\"teachers\"") && !last.contains("Nobody yet."));
}

#[tokio::test]
async fn whom_a_classroom_cannot_take_stays_found_with_the_reason_beside_them() {
    let served = Served::new().await;
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let (people, add) = (format!("{room}/people"), format!("{room}/members"));
    let mei = served.school.person("mei").to_string();
    let mut ada = served.as_("ada");
    let found = ada.get(&format!("{people}?q=mei")).await;
    let search = "name=\"q\" value=\"mei\"";
    assert!(found.form(&add).contains(search), "{}", found.body);
    let as_teacher = [("person", mei.as_str()), ("role", "teacher"), ("q", "mei")];
    let refused = ada.post(&add, &as_teacher).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("href=\"#person\""),
        "{}",
        refused.body
    );
    // The answer begins where it is found, also on a phone.
    let find = refused.form(&format!("{people}#add"));
    assert!(find.contains("value=\"mei\""), "{find}");
    for expected in ["id=\"person\"", "Choose somebody who is here now"] {
        assert!(refused.body.contains(expected), "{}", refused.body);
    }
    // The place is that which fits her, whatever was sent.
    let form = refused.form(&add);
    let person = format!("value=\"{mei}\"");
    for expected in [search, person.as_str(), "value=\"student\""] {
        assert!(form.contains(expected), "{expected}: {form}");
    }
    let as_student = [("person", mei.as_str()), ("role", "student"), ("q", "mei")];
    let added = ada.post(&add, &as_student).await;
    assert_eq!(added.location(), format!("{people}?done=added"));
}

#[tokio::test]
async fn a_guardian_reads_in_a_classroom_where_the_child_stands_and_finds_no_bar_of_one_part() {
    let served = Served::new().await;
    let school = &served.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    school.submission(work, "zainab", "x = 4").await;
    let room = format!("/classrooms/{}", school.classroom("10Ma1"));
    let mut petra = served.as_("petra");
    let of_one = petra.get(&room).await;
    assert!(of_one.body.contains("Not started") && !of_one.body.contains("Published"));
    assert!(!of_one.body.contains("Tomos Griffiths"));
    assert!(!of_one.body.contains("class=\"tabs\""));
    assert!(
        of_one.statements() <= 6,
        "{} statements",
        of_one.statements()
    );
    let zainab = served.as_("zainab").get(&room).await.body;
    assert!(zainab.contains("class=\"tabs\""));

    school.looks_after("petra", "zainab").await;
    let of_two = petra.get(&room).await.body;
    for said in [
        "Tomos Griffiths",
        "Not started",
        "Zainab Okafor",
        "Handed in",
    ] {
        assert!(of_two.contains(said), "{said}");
    }
    let classes = petra.get("/classrooms").await;
    assert!(classes.body.contains("Mei Cheung. Science. Year 8"));
    assert!(
        classes.statements() <= 6,
        "{} statements",
        classes.statements()
    );
}

#[tokio::test]
async fn work_and_desk_of_an_archived_classroom_are_read_and_offer_no_form() {
    let served = Served::new().await;
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let work = NewWork::published("Sheet 6").points(20);
    let work = served.school.assignment("10Ma1", work).await;
    let answer = served.school.submission(work, "zainab", "x is 3").await;
    served.school.submission(work, "tomos", "x is 4").await;
    let (page, desk) = (
        format!("/assignments/{work}"),
        format!("/submissions/{answer}"),
    );
    let mut ada = served.as_("ada");
    let mark = [("points", "12"), ("version", "0"), ("intent", "save")];
    let marked = ada.post(&format!("{desk}/mark"), &mark).await;
    assert_eq!(marked.status, StatusCode::SEE_OTHER, "{}", marked.body);
    let settings = ada.get(&format!("{room}/settings")).await;
    let waits = "1 answer is not marked, 1 answer is marked and not returned. That stays so.";
    assert!(settings.body.contains(waits), "{}", settings.body);
    assert!(
        settings.statements() <= 6,
        "{} statements",
        settings.statements()
    );
    let form = |path: &str| format!("action=\"{path}/");
    assert!(ada.get(&page).await.body.contains(&form(&page)));
    assert!(ada.get(&desk).await.body.contains(&form(&desk)));
    let archived = ada.post(&format!("{room}/archive"), &[]).await;
    assert_eq!(archived.status, StatusCode::SEE_OTHER, "{}", archived.body);

    for (path, read) in [(&page, "Zainab"), (&desk, "x is 3")] {
        let shown = ada.get(path).await.body;
        assert!(shown.contains("This classroom is archived"), "{shown}");
        assert!(shown.contains(read), "{shown}");
        assert!(!shown.contains(&form(path)), "{shown}");
        for offered in ["/edit\"", "Return marked work", ">Mark<"] {
            assert!(!shown.contains(offered), "{offered}: {shown}");
        }
    }
    let shown = ada.get(&page).await.body;
    assert!(
        shown.contains(&format!("href=\"{room}/settings\"")),
        "{shown}"
    );
    let hers = served.as_("zainab").get(&page).await.body;
    assert!(hers.contains("This classroom is archived"), "{hers}");
    assert!(!hers.contains(&format!("{room}/settings")), "{hers}");
}

#[tokio::test]
async fn a_form_from_before_a_classroom_was_archived_comes_back_with_why_and_what_was_typed() {
    let served = Served::new().await;
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let work = NewWork::published("Sheet 6").points(20);
    let work = served.school.assignment("10Ma1", work).await;
    let answer = served.school.submission(work, "zainab", "x is 3").await;
    let archived = served
        .as_("ada")
        .post(&format!("{room}/archive"), &[])
        .await;
    assert_eq!(archived.status, StatusCode::SEE_OTHER, "{}", archived.body);
    let new_work = format!("{room}/assignments/new");
    let set = [("title", "unmistakable"), ("intent", "publish")];
    let mark = [
        ("points", "12"),
        ("comment", "unmistakable"),
        ("version", "0"),
    ];
    let asked = [("title", "Trip"), ("details", "unmistakable")];
    let draft = [("text", "unmistakable"), ("version", "0")];
    for (who, path, fields) in [
        ("ada", new_work.clone(), &set[..]),
        ("ada", format!("/assignments/{work}/edit"), &set),
        ("ada", format!("/submissions/{answer}/mark"), &mark),
        ("ada", format!("{room}/consents"), &asked),
        ("tomos", format!("/assignments/{work}/draft"), &draft),
    ] {
        let refused = served.as_(who).post(&path, fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
        for said in ["archived on 24 November 2026", "unmistakable"] {
            assert!(refused.body.contains(said), "{path}: {}", refused.body);
        }
    }
    let person = served.school.person("mei").to_string();
    let member = [("person", person.as_str()), ("role", "student")];
    let refused = served
        .as_("ada")
        .post(&format!("{room}/members"), &member)
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("archived on 24 November 2026"));

    // Whoever could not do it before reads nothing of it.
    for (who, status) in [
        ("zainab", StatusCode::FORBIDDEN),
        ("cleo", StatusCode::NOT_FOUND),
    ] {
        let refused = served.as_(who).post(&new_work, &set).await;
        assert_eq!(refused.status, status, "{who}");
        assert!(!refused.body.contains("archived on"), "{who}");
    }
}

#[tokio::test]
async fn of_work_whose_time_is_past_every_reader_reads_when_it_was_due() {
    let served = Served::new().await;
    let school = &served.school;
    let room = format!("/classrooms/{}", school.classroom("10Ma1"));
    let past = NewWork::published("Sheet 6").due("2026-11-23T15:30:00Z");
    let past = school.assignment("10Ma1", past).await;
    let next = NewWork::published("Sheet 7").due("2026-11-26T15:30:00Z");
    school.assignment("10Ma1", next).await;
    for who in ["zainab", "rosa", "ada"] {
        let mut reader = served.as_(who);
        let list = reader.get(&room).await.body;
        for words in [
            "Was due Monday 23 November, 15:30",
            "Due Thursday 26 November, 15:30",
        ] {
            assert!(list.contains(words), "{who}: {list}");
        }
        let page = reader.get(&format!("/assignments/{past}")).await.body;
        assert!(page.contains("Was due "), "{who}: {page}");
    }
}

#[tokio::test]
async fn only_a_class_of_a_roster_is_said_to_be_changed_back_by_the_next_import() {
    let served = Served::new().await;
    let settings = format!("/classrooms/{}/settings", served.school.classroom("10Ma1"));
    let words = "The next roster import may change it back";
    let mut desmond = served.as_("desmond");
    assert!(!desmond.get(&settings).await.body.contains(words));
    let db = served.school.db.read();
    let known = Statement::from_string(
        db.get_database_backend(),
        "UPDATE classroom SET sourced_id = 'c2' WHERE name = '10Ma1'",
    );
    db.execute_raw(known).await.expect("written");
    assert!(desmond.get(&settings).await.body.contains(words));
}

#[tokio::test]
async fn who_looks_for_somebody_without_a_name_is_told_to_type_one() {
    let served = Served::new().await;
    let people = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    let mut ada = served.as_("ada");
    for (query, is_told) in [
        ("", false),
        ("?q=", true),
        ("?q=+", true),
        ("?q=mei", false),
    ] {
        let page = ada.get(&format!("{people}{query}")).await.body;
        assert_eq!(page.contains("Type a name"), is_told, "{query}");
    }
}
