//! Buttons and forms that are sent twice over HTTP, by a double click or because no answer
//! came: what the browser shows last is what holds.

use chrono::TimeDelta;
use http::StatusCode;

use crate::persona::{Persona, Served};

/// What a hidden field of a page holds.
pub(crate) fn hidden(name: &str, body: &str) -> String {
    let pattern = format!("<input[^>]*name=\"{name}\"[^>]*value=\"([^\"]*)\"");
    let pattern = regex::Regex::new(&pattern).expect("a pattern");
    let found = pattern.captures(body);
    found.unwrap_or_else(|| panic!("no {name} in {body}"))[1].to_owned()
}

fn all(pattern: &str, body: &str) -> Vec<String> {
    regex::Regex::new(pattern)
        .expect("a pattern")
        .find_iter(body)
        .map(|found| found.as_str().to_owned())
        .collect()
}

fn passwords(body: &str) -> Vec<String> {
    all("<code>[a-z]+(?:-[a-z]+){3}-[0-9]{2}</code>", body)
        .iter()
        .map(|shown| shown.replace("<code>", "").replace("</code>", ""))
        .collect()
}

fn links(body: &str) -> Vec<String> {
    all("/invitation/[A-Za-z0-9_-]{20,}", body)
}

async fn opens(served: &Served, password: &str) -> bool {
    let form = [
        ("school", "north"),
        ("username", "priya.nair"),
        ("password", password),
    ];
    let answer = served.stranger().post("/sign-in", &form).await;
    answer.status == StatusCode::SEE_OTHER
}

/// What the button of a page carries, which is pressed a second later.
async fn opened(served: &Served, somebody: &mut Persona, page: &str) -> String {
    let body = somebody.get(page).await.body;
    served.school.clock.advance(TimeDelta::seconds(1));
    hidden("page_made", &body)
}

#[tokio::test]
async fn passwords_for_a_class_are_shown_by_the_second_press_too_and_those_work() {
    let served = Served::new().await;
    let mut ada = served.as_("ada");
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let carried = opened(&served, &mut ada, &format!("{room}/people")).await;
    let form = [("page_made", carried.as_str())];
    let button = format!("{room}/passwords");
    let first = ada.post(&button, &form).await;
    let second = ada.post(&button, &form).await;
    let before = "The button was pressed before on the same page";
    assert!(!first.body.contains(before) && second.body.contains(before));
    let (old, new) = (passwords(&first.body), passwords(&second.body));
    assert_eq!((old.len(), new.len()), (1, 1), "{}", second.body);
    assert!(!opens(&served, &old[0]).await);
    assert!(opens(&served, &new[0]).await);

    // She has used hers, and the page of the answer is a new one.
    let third = ada.post(&button, &form).await;
    assert!(third.body.contains("Everybody here has a password already"));
    assert!(opens(&served, &new[0]).await);
}

#[tokio::test]
async fn of_two_presses_at_once_one_answer_shows_the_passwords_that_work() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let page = "/people?role=student&state=waiting";
    let carried = opened(&served, &mut desmond, page).await;
    let form = [("page_made", carried.as_str())];
    let mut again = desmond.clone();
    let (one, other) = tokio::join!(
        desmond.post("/people/passwords", &form),
        again.post("/people/passwords", &form),
    );
    let mut open = 0;
    for answer in [&one, &other] {
        assert_eq!(answer.status, StatusCode::OK);
        let shown = passwords(&answer.body);
        assert_eq!(shown.len(), 1, "{}", answer.body);
        open += usize::from(opens(&served, &shown[0]).await);
    }
    assert_eq!(open, 1);
}

#[tokio::test]
async fn links_are_shown_by_the_second_press_too_and_those_open() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let gia = [
        ("given_name", "Gia"),
        ("family_name", "Garden"),
        ("role", "guardian"),
    ];
    desmond.post("/people/new", &gia).await;
    let page = "/people?role=guardian&state=waiting";
    let carried = opened(&served, &mut desmond, page).await;
    let form = [("page_made", carried.as_str())];
    let button = "/people/invitations/guardian";
    let first = desmond.post(button, &form).await;
    let second = desmond.post(button, &form).await;
    assert!(second.body.contains("The button was pressed before"));
    let (old, new) = (links(&first.body), links(&second.body));
    assert_eq!((old.len(), new.len()), (1, 1), "{}", second.body);
    let mut gia = served.stranger();
    let closed = gia.get(&old[0]).await;
    assert!(!closed.body.contains("name=\"password\""));
    let open = gia.get(&new[0]).await;
    assert!(open.body.contains("name=\"password\""));
}

#[tokio::test]
async fn what_is_handed_out_stands_alone_on_its_page_and_is_made_anew_where_that_was_lost() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let gia = [
        ("given_name", "Gia"),
        ("family_name", "Garden"),
        ("role", "guardian"),
    ];
    desmond.post("/people/new", &gia).await;
    let first = desmond.post("/people/invitations/guardian", &[]).await.body;
    for words in [
        "Links to hand out",
        "1 person",
        "None of them goes by mail",
        "Go on with the list",
    ] {
        assert!(first.contains(words), "{words}: {first}");
    }
    for other in ["Nobody waits", "0 people found", "name=\"q\""] {
        assert!(!first.contains(other), "{other}");
    }
    let none = desmond.post("/people/invitations/guardian", &[]).await.body;
    assert!(none.contains("/people?role=guardian&amp;state=not_come"));

    let page = "/people?role=guardian&state=not_come";
    let list = desmond.get(page).await;
    assert!(list.statements() <= 6, "{} statements", list.statements());
    let carried = ["page_made", "people", "list"].map(|name| hidden(name, &list.body));
    let [made, people, address] = carried.each_ref().map(|value| value.replace("&amp;", "&"));
    let form = [
        ("page_made", made.as_str()),
        ("people", people.as_str()),
        ("list", address.as_str()),
    ];
    served.school.clock.advance(TimeDelta::seconds(1));
    let button = "/people/invitations/guardian/again";
    let anew = desmond.post(button, &form).await.body;
    let (old, new) = (links(&first), links(&anew));
    assert_eq!((old.len(), new.len()), (1, 1), "{anew}");
    let mut gia = served.stranger();
    let closed = gia.get(&old[0]).await.body;
    let open = gia.get(&new[0]).await.body;
    assert!(!closed.contains("name=\"password\"") && open.contains("name=\"password\""));

    let passwords_page = desmond.post("/people/passwords", &[]).await.body;
    let shown = passwords(&passwords_page);
    assert!(passwords_page.contains("Passwords to hand out") && !shown.is_empty());
    let list = desmond.get("/people?role=student&state=not_come").await;
    assert!(list.statements() <= 6, "{} statements", list.statements());
    let [made, people] = ["page_made", "people"].map(|name| hidden(name, &list.body));
    let form = [("page_made", made.as_str()), ("people", people.as_str())];
    let anew = desmond.post("/people/passwords/again", &form).await.body;
    assert_eq!(passwords(&anew).len(), shown.len(), "nobody came in");
    let left = desmond.get("/people?state=left&q=zainab").await;
    assert!(left.body.contains("Nobody found") && left.statements() <= 6);
}

#[tokio::test]
async fn a_list_that_was_open_for_long_makes_nothing_anew_and_comes_back_as_it_is_now() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let first = desmond.post("/people/passwords", &[]).await.body;
    let list = desmond.get("/people?role=student&state=not_come").await;
    assert!(list.body.contains("they are signed out everywhere"));
    let [made, people] = ["page_made", "people"].map(|name| hidden(name, &list.body));
    let made: i64 = made.parse().expect("a moment");
    let long_ago = (made - 2 * 3_600_000_000).to_string();
    let form = [
        ("page_made", long_ago.as_str()),
        ("people", people.as_str()),
    ];
    let refused = desmond.post("/people/passwords/again", &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let words = "The list had been open for over an hour";
    assert!(refused.body.contains(words), "{}", refused.body);
    assert!(passwords(&refused.body).is_empty());
    assert_eq!(hidden("page_made", &refused.body), made.to_string());
    assert!(opens(&served, &passwords(&first)[0]).await);
}

#[tokio::test]
async fn first_passwords_are_offered_where_the_list_shows_all_whom_they_are_for() {
    let served = Served::new().await;
    let mut desmond = served.as_("desmond");
    let button = "action=\"/people/passwords\"";
    let all = desmond.get("/people?role=student&state=waiting").await.body;
    assert!(all.contains(button) && all.contains("Priya Nair"));
    for part in ["state=waiting&q=nair", "state=no_link"] {
        let list = desmond.get(&format!("/people?role=student&{part}")).await;
        assert!(list.body.contains("Priya Nair"), "{part}");
        assert!(!list.body.contains(button), "{part}");
    }
}

#[tokio::test]
async fn whoever_makes_passwords_for_many_reads_first_that_it_signs_out_who_came_by_badge() {
    let served = Served::new().await;
    let of_class = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    let mut pages = vec![served.as_("ada").get(&of_class).await.body];
    let mut desmond = served.as_("desmond");
    let list = "/people?role=student&state=waiting";
    pages.push(desmond.get(list).await.body);
    desmond.post("/people/passwords", &[]).await;
    let list = "/people?role=student&state=not_come";
    pages.push(desmond.get(list).await.body);
    for body in pages {
        for said in [
            "by badge",
            "signed out",
            "what they wrote on a tablet is kept",
        ] {
            assert!(body.contains(said), "nothing of {said}: {body}");
        }
    }
}
