//! The office's and the classroom's forms over HTTP: what is wrong is said beside its
//! field and what was typed stays; what is done is there afterwards.

use chrono::TimeDelta;
use domain::access;
use domain::rosters::{self, Wish};
use domain::schools::policy::Action;
use http::StatusCode;
use test_kit::{NewWork, Roster};

use crate::persona::{Answer, Persona, Served};

/// Sends a form that has mistakes: refused, each named, and every word still there.
pub(crate) async fn refused(
    persona: &mut Persona,
    path: &str,
    fields: &[(&str, &str)],
    wrong: &[&str],
) {
    let answer = persona.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    for field in wrong {
        assert!(
            answer.body.contains(&format!("href=\"#{field}\"")),
            "{path}: the summary leads to {field}"
        );
    }
    for (name, typed) in fields.iter().filter(|(name, _)| *name != "password") {
        assert!(
            typed.is_empty() || answer.body.contains(typed),
            "{path}: {name} is kept"
        );
    }
}

/// Sends a form that is taken, and gives the page that it leads to.
pub(crate) async fn done(persona: &mut Persona, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = persona.post(path, fields).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{path}: {}",
        answer.body
    );
    persona.get(answer.location()).await
}

#[tokio::test]
async fn a_person_is_added_corrected_ended_and_brought_back() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    refused(
        &mut desmond,
        "/people/new",
        &[
            ("given_name", ""),
            ("family_name", "Unmistakable"),
            ("role", ""),
            ("email", "no address"),
        ],
        &["given_name", "role", "email"],
    )
    .await;
    let added = desmond
        .post(
            "/people/new",
            &[
                ("given_name", "Noor"),
                ("family_name", "Haddad"),
                ("role", "teacher"),
            ],
        )
        .await;
    let page = added
        .location()
        .split('?')
        .next()
        .expect("a path")
        .to_owned();
    refused(
        &mut desmond,
        &format!("{page}/edit"),
        &[("given_name", "Noora"), ("family_name", "")],
        &["family_name"],
    )
    .await;
    let edited = done(
        &mut desmond,
        &format!("{page}/edit"),
        &[("given_name", "Noora"), ("family_name", "Haddad")],
    )
    .await;
    assert!(edited.body.contains("Noora Haddad"));
    let ended = done(&mut desmond, &format!("{page}/end"), &[]).await;
    assert!(ended.body.contains("Has left"));
    assert!(ended.body.contains("Teacher until "), "{}", ended.body);
    let back = done(&mut desmond, &format!("{page}/restore"), &[]).await;
    assert!(!back.body.contains("Has left"));
}

#[tokio::test]
async fn all_that_is_wrong_with_a_person_is_said_at_once_with_the_taken_username() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let wrong = [
        ("given_name", ""),
        ("family_name", "Unmistakable"),
        ("role", "guardian"),
        ("year_group", "Year 10"),
        ("email", "not@an@address"),
        ("username", "ZAINAB"),
    ];
    let named = ["given_name", "year_group", "email", "username"];
    refused(&mut desmond, "/people/new", &wrong, &named).await;
    let ada = format!("/people/{}/edit", served.school.person("ada"));
    let wrong = [
        ("given_name", ""),
        ("family_name", "Unmistakable"),
        ("username", "zainab"),
    ];
    refused(&mut desmond, &ada, &wrong, &["given_name", "username"]).await;
    let own = [("given_name", ""), ("username", "ada")];
    let page = desmond.post(&ada, &own).await.body;
    assert!(!page.contains("Somebody else has this username"), "hers");
    for page in ["/people/new", &ada] {
        let page = desmond.get(page).await.body;
        assert!(page.contains("novalidate"), "the browser checks nothing");
    }
}

#[tokio::test]
async fn what_a_person_asks_the_office_is_written_down_in_their_name() {
    let served = Served::new().await;
    let zainab = served.school.person("zainab");
    let form = format!("/school/privacy/new?of={zainab}");
    let mut desmond = served.as_("desmond");
    let page = desmond.get(&format!("/people/{zainab}")).await.body;
    assert!(page.contains(&form), "{page}");
    let asked = desmond.get(&form).await.body;
    assert!(asked.contains("value=\"Zainab Okafor\""), "{asked}");
    let nobody = "/school/privacy/new?of=00000000-0000-7000-8000-000000000000";
    let blank = desmond.get(nobody).await;
    assert_eq!(blank.status, StatusCode::OK);
    assert!(!blank.body.contains("Zainab"));
}

#[tokio::test]
async fn roles_and_family_ties_are_given_and_ended_on_a_persons_page() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let ada = format!("/people/{}", served.school.person("ada"));
    refused(
        &mut desmond,
        &format!("{ada}/roles"),
        &[("role", "teacher")],
        &["role"],
    )
    .await;
    done(
        &mut desmond,
        &format!("{ada}/roles"),
        &[("role", "guardian")],
    )
    .await;
    refused(
        &mut desmond,
        &format!("{ada}/children"),
        &[("child", "nobody-here")],
        &["child"],
    )
    .await;
    let family = done(
        &mut desmond,
        &format!("{ada}/children"),
        &[("child", "zainab")],
    )
    .await;
    assert!(family.body.contains("Zainab"));
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let rosa = format!("/people/{}", served.school.person("rosa"));
    let zainab = served.school.person("zainab");
    assert_eq!(
        served
            .as_("rosa")
            .get(&format!("/assignments/{work}"))
            .await
            .status,
        StatusCode::OK
    );
    done(&mut desmond, &format!("{rosa}/family/{zainab}/end"), &[]).await;
    assert_eq!(
        served
            .as_("rosa")
            .get(&format!("/assignments/{work}"))
            .await
            .status,
        StatusCode::NOT_FOUND,
        "from the next click on"
    );
    let own = desmond
        .post(
            &format!(
                "/people/{}/roles/school_admin/end",
                served.school.person("desmond")
            ),
            &[],
        )
        .await;
    assert_eq!(own.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_link_is_shown_once_and_opens_an_account() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let link = regex::Regex::new("/invitation/[A-Za-z0-9_-]{20,}").expect("a pattern");
    done(
        &mut desmond,
        "/people/new",
        &[
            ("given_name", "Gia"),
            ("family_name", "Garden"),
            ("role", "guardian"),
        ],
    )
    .await;
    let made = desmond.post("/people/invitations/guardian", &[]).await;
    assert_eq!(made.status, StatusCode::OK);
    let path = link.find(&made.body).expect("a link").as_str().to_owned();
    let again = desmond.post("/people/invitations/guardian", &[]).await;
    assert!(link.find(&again.body).is_none(), "each gets one link");
    let mut gia = served.stranger();
    let page = gia.get(&path).await.body;
    let switches = regex::Regex::new("<input[^>]*type=\"checkbox\"[^>]*>").expect("a pattern");
    let switches: Vec<&str> = switches.find_iter(&page).map(|tag| tag.as_str()).collect();
    assert_eq!(switches.len(), 2, "one for each purpose");
    assert!(
        switches.iter().all(|tag| !tag.contains(" checked")),
        "all off"
    );
    // What is consented to reads the same everywhere: whose it is stands around it.
    for words in [
        ">About you, only if you want to<",
        "Photos inside the school",
        "Pictures may stand on the school's website",
        "These are about you alone. About your child you answer once you have signed in, under Privacy.",
    ] {
        assert!(page.replace("&#x27;", "'").contains(words), "{words}");
    }
    refused(
        &mut gia,
        &path,
        &[("username", "gia.garden"), ("password", "short")],
        &["password"],
    )
    .await;
    let taken = [
        ("username", "zainab"),
        ("password", "four plain words here"),
    ];
    refused(&mut gia, &path, &taken, &["username", "password"]).await;
    let taken = gia.post(&path, &taken).await.body;
    assert!(taken.contains("Type your password again"), "it is gone");
    let accepted = gia
        .post(
            &path,
            &[
                ("username", "gia.garden"),
                ("password", "four plain words here"),
            ],
        )
        .await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.body);
    let twice = gia.get(&path).await;
    assert!(!twice.body.contains("name=\"password\""), "it works once");
}

#[tokio::test]
async fn an_account_that_the_roster_closed_gets_no_link_and_no_password_and_the_pages_say_why() {
    let served = Served::new().await;
    let mut roster = Roster::five_people();
    for id in ["g1", "s1"] {
        roster.user(id).is_closed = true;
    }
    let (school, bytes) = (&served.school, roster.bytes());
    let door = access::school(&school.actor("desmond"), Action::ImportRoster).expect("an admin");
    rosters::import_now(
        &school.db,
        &door,
        "x.zip",
        bytes,
        Wish::BringIn,
        school.now(),
    )
    .await
    .expect("it goes in");
    let mut desmond = served.as_("desmond");
    let list = desmond.get("/people?q=stone").await.body;
    assert_eq!(list.matches("Closed by the roster").count(), 2);
    for (name, act) in [("Greta Stone", "invite"), ("Séan Stone", "password")] {
        let link = format!("href=\"(/people/[0-9a-f-]{{36}})\"[^>]*>{name}");
        let link = regex::Regex::new(&link).expect("a pattern");
        let path = link.captures(&list).expect("a link")[1].to_owned();
        let page = desmond.get(&path).await.body;
        assert!(page.contains("The next import that has it enabled opens it."));
        assert!(!page.contains(&format!("{path}/{act}")), "no such button");
        let refused = desmond.post(&format!("{path}/{act}"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("and nothing was made for it"));
    }
    for path in ["/people/invitations/guardian", "/people/passwords"] {
        let made = desmond.post(path, &[]).await;
        assert_eq!(made.status, StatusCode::OK);
        assert!(made.body.contains("1 person was left out"), "{path}");
        let again = desmond.post(path, &[]).await.body;
        assert!(again.contains("Everybody else here has a "), "{path}");
        assert!(again.contains("1 person was left out"), "{path}");
    }
}

#[tokio::test]
async fn a_classroom_is_made_renamed_archived_and_restored() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    refused(
        &mut ada,
        "/classrooms/new",
        &[("name", ""), ("subject", "Unmistakable")],
        &["name"],
    )
    .await;
    let made = ada
        .post(
            "/classrooms/new",
            &[("name", "9Ge4"), ("subject", "Geography")],
        )
        .await;
    let room = made
        .location()
        .split('?')
        .next()
        .expect("a path")
        .to_owned();
    done(&mut ada, &format!("{room}/settings"), &[("name", "9Ge5")]).await;
    let person = served.school.person("zainab").to_string();
    let people = done(
        &mut ada,
        &format!("{room}/members"),
        &[("person", &person), ("role", "student")],
    )
    .await;
    assert!(people.body.contains("Zainab"));
    done(&mut ada, &format!("{room}/archive"), &[]).await;
    let closed = ada.get(&format!("{room}/assignments/new")).await;
    assert_eq!(closed.status, StatusCode::CONFLICT);
    done(&mut ada, &format!("{room}/restore"), &[]).await;
    let open = ada.get(&format!("{room}/assignments/new")).await;
    assert_eq!(open.status, StatusCode::OK);
}

#[tokio::test]
async fn work_goes_out_by_the_clock_and_is_closed_and_opened_by_hand() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    let room = served.school.classroom("10Ma1");
    let new = format!("/classrooms/{room}/assignments/new");
    refused(
        &mut ada,
        &new,
        &[
            ("title", ""),
            ("instructions", "unmistakable"),
            ("points", "many"),
            ("intent", "publish"),
        ],
        &["title", "points"],
    )
    .await;
    // In November the clocks of London show UTC.
    let soon = served.school.now() + chrono::TimeDelta::minutes(20);
    let set = ada
        .post(
            &new,
            &[
                ("title", "Rivers"),
                ("instructions", "Draw one"),
                ("publish_date", &soon.format("%Y-%m-%d").to_string()),
                ("publish_time", &soon.format("%H:%M").to_string()),
                ("intent", "schedule"),
            ],
        )
        .await;
    let page = set.location().split('?').next().expect("a path").to_owned();
    let status = async |who: &str| served.as_(who).get(&page).await.status;
    assert_eq!(status("ada").await, StatusCode::OK);
    assert_eq!(status("zainab").await, StatusCode::NOT_FOUND);
    served.school.clock.advance(chrono::TimeDelta::minutes(21));
    assert_eq!(status("zainab").await, StatusCode::OK, "by itself");
    let home = served.as_("zainab").get("/home").await;
    assert!(home.body.contains("Rivers"));
    done(&mut ada, &format!("{page}/close"), &[]).await;
    let late = served
        .as_("zainab")
        .post(
            &format!("{page}/hand-in"),
            &[("text", "x"), ("version", "0")],
        )
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    done(&mut ada, &format!("{page}/reopen"), &[]).await;
    let taken = served
        .as_("zainab")
        .post(
            &format!("{page}/hand-in"),
            &[("text", "x"), ("version", "1")],
        )
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
}

#[tokio::test]
async fn the_school_is_corrected_and_a_zone_that_is_none_is_refused() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    refused(
        &mut desmond,
        "/school/details",
        &[
            ("school_name", "Unmistakable"),
            ("phase", "secondary"),
            ("time_zone", "Europe/Atlantis"),
        ],
        &["time_zone"],
    )
    .await;
    let page = done(
        &mut desmond,
        "/school/details",
        &[
            ("school_name", "Northgate Academy"),
            ("phase", "secondary"),
            ("time_zone", "Europe/London"),
        ],
    )
    .await;
    assert!(page.body.contains("Northgate Academy"));
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_says_all_that_is_wrong() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    let page = ada.get("/settings").await;
    let fields = regex::Regex::new(
        "type=\"password\"[^>]*name=\"([a-z_]+)\"|name=\"([a-z_]+)\"[^>]*type=\"password\"",
    )
    .expect("a pattern");
    let names: Vec<&str> = fields
        .captures_iter(&page.body)
        .filter_map(|found| {
            found
                .get(1)
                .or_else(|| found.get(2))
                .map(|name| name.as_str())
        })
        .collect();
    let [current, new] = names.as_slice() else {
        panic!("the old and the new one: {names:?}");
    };
    let wrong = [
        (*current, "not this one at all"),
        (*new, "four plain words here"),
    ];
    let answer = ada.post("/settings/password", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        !answer.body.contains("four plain words here"),
        "never shown again"
    );
    let right = [
        (*current, test_kit::PASSWORD),
        (*new, "four plain words here"),
    ];
    done(&mut ada, "/settings/password", &right).await;
}

#[tokio::test]
async fn a_time_zone_that_does_not_exist_is_named_together_with_everything_else() {
    let served = Served::new().await;
    refused(
        &mut served.as_("desmond"),
        "/school/details",
        &[
            ("school_name", ""),
            ("phase", "secondary"),
            ("time_zone", "Mars/Base"),
        ],
        &["school_name", "time_zone"],
    )
    .await;
}

#[tokio::test]
async fn enter_in_a_field_of_set_work_never_sends_it_out() {
    let served = Served::new().await;
    let school = &served.school;
    let first_intent = |body: &str| -> String {
        let form = body
            .split("name=\"intent\"")
            .next()
            .expect("before it")
            .len();
        let button = &body[form..];
        let value = button.split("value=\"").nth(1).expect("a value");
        value.split('"').next().unwrap_or_default().to_owned()
    };
    let mut ada = served.as_("ada");
    let room = school.classroom("10Ma1");
    let new = ada
        .get(&format!("/classrooms/{room}/assignments/new"))
        .await;
    assert_eq!(first_intent(&new.body), "draft");
    let out = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let edit = ada.get(&format!("/assignments/{out}/edit")).await;
    assert_eq!(first_intent(&edit.body), "publish");
    assert!(edit.body.contains("take back to draft"));
}

#[tokio::test]
async fn no_button_stands_on_an_import_that_would_be_refused_when_it_is_pressed() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let package = test_kit::Roster::five_people().bytes();
    let mut looked_at = Vec::new();
    for _ in 0..2 {
        let files = [("file", "north.zip", &package[..])];
        let read = desmond.post_files("/people/import", &[], &files).await;
        assert_eq!(read.status, StatusCode::SEE_OTHER, "{}", read.body);
        looked_at.push(read.location().to_owned());
        served.school.clock.advance(TimeDelta::minutes(1));
    }
    let (older, newer) = (&looked_at[0], &looked_at[1]);
    let replaced = desmond.get(older).await.body;
    assert!(!replaced.contains(&format!("{older}/confirm")));
    assert!(replaced.contains("A newer file was read since."));
    let waiting = desmond.get(newer).await.body;
    assert!(waiting.contains(&format!("{newer}/confirm")));
    let list = desmond.get("/people/import").await.body;
    assert_eq!(list.matches("Looked at, and replaced").count(), 1);

    let first = done(&mut desmond, &format!("{newer}/confirm"), &[]).await;
    assert!(first.body.contains(&format!("{newer}/undo")));
    let without = test_kit::Roster::five_people().without("s1").bytes();
    let action = domain::schools::policy::Action::ImportRoster;
    let door = domain::access::school(&served.school.actor("desmond"), action).expect("an admin");
    let wish = domain::rosters::Wish::BringInWithLeavers;
    let (db, now) = (&served.school.db, served.school.now());
    domain::rosters::import_now(db, &door, "later.zip", without, wish, now)
        .await
        .expect("it goes in");
    let built_on = desmond.get(newer).await.body;
    assert!(!built_on.contains(&format!("{newer}/undo")));
    assert!(built_on.contains("a later import builds on it"));
}
