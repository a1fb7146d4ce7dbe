//! Buttons that hand something out to many, pressed twice: what a press made stands in its
//! one answer, and a browser shows only the last.

use chrono::TimeDelta;
use domain::accounts::invitations::{self, Invited};
use domain::accounts::sign_in::{Device, sign_in};
use domain::people;
use domain::presses::{Handout, Press, page_made};
use domain::{Permitted, access, classrooms};
use test_kit::School;
use vocab::accounts::{Credential, SignIn};
use vocab::people::Role;

use super::{add, door, hasher, person};

/// Northgate with two students who have no password, and what a page that is opened now
/// carries. A second later the button is pressed.
pub(super) async fn opened() -> (School, String) {
    let school = School::new().await;
    add(&school, &person("Nia", "Owen", None))
        .await
        .expect("new");
    let page = page_made(school.now());
    school.clock.advance(TimeDelta::seconds(1));
    (school, page)
}

pub(super) async fn give(school: &School, press: Press) -> Handout<Credential> {
    people::give_first_passwords(&school.db, &hasher(), &door(school), press)
        .await
        .expect("made")
}

/// A press of the page that carries this, now.
async fn give_now(school: &School, page: &str) -> Handout<Credential> {
    give(school, Press::new(page, school.now())).await
}

pub(super) fn names(handout: &Handout<Credential>) -> Vec<&str> {
    handout.made.iter().map(|one| one.name.as_str()).collect()
}

/// Whether somebody signs in with this.
pub(super) async fn opens(school: &School, given: &Credential) -> bool {
    let form = SignIn {
        school: given.school.clone(),
        username: given.username.clone(),
        password: given.password.clone(),
        ..SignIn::default()
    };
    let device = Device {
        id: None,
        label: "A test".to_owned(),
        session: None,
        enrolment: None,
    };
    sign_in(&school.db, &hasher(), &form, &device, school.now())
        .await
        .is_ok()
}

/// How many of these somebody signs in with.
async fn how_many_open(school: &School, handout: &Handout<Credential>) -> usize {
    let mut open = 0;
    for given in &handout.made {
        open += usize::from(opens(school, given).await);
    }
    open
}

#[tokio::test]
async fn a_second_press_of_the_same_page_shows_passwords_that_work_for_everybody() {
    let (school, page) = opened().await;
    let first = give_now(&school, &page).await;
    assert_eq!(names(&first), ["Priya Nair", "Nia Owen"]);
    assert_eq!((first.made_anew, first.made_later), (0, 0));
    add(&school, &person("Amy", "Abara", None))
        .await
        .expect("new");
    school.clock.advance(TimeDelta::seconds(1));
    let second = give_now(&school, &page).await;
    assert_eq!(names(&second), ["Amy Abara", "Priya Nair", "Nia Owen"]);
    assert_eq!((second.made_anew, second.made_later), (2, 0));
    assert_eq!(how_many_open(&school, &first).await, 0);
    assert_eq!(how_many_open(&school, &second).await, 3);
    let third = give_now(&school, &page).await;
    assert!(third.made.is_empty(), "all of them have used theirs");
}

#[tokio::test]
async fn a_page_that_was_made_after_the_passwords_makes_none_anew() {
    let (school, page) = opened().await;
    let first = give_now(&school, &page).await;
    let answer = page_made(school.now());
    let to_come = page_made(school.now() + TimeDelta::days(1));
    for later in [answer.as_str(), to_come.as_str(), "", "x"] {
        assert!(give_now(&school, later).await.made.is_empty(), "{later}");
    }
    school.clock.advance(TimeDelta::minutes(61));
    for forged in [page.as_str(), "0"] {
        assert!(give_now(&school, forged).await.made.is_empty(), "{forged}");
    }
    assert_eq!(how_many_open(&school, &first).await, 2);
}

#[tokio::test]
async fn whoever_has_used_their_password_keeps_it_whatever_the_form_carries() {
    let (school, page) = opened().await;
    let first = give_now(&school, &page).await;
    assert!(opens(&school, &first.made[0]).await, "Priya has used hers");
    for (carried, anew) in [(page.as_str(), Some("Nia Owen")), ("0", None)] {
        school.clock.advance(TimeDelta::seconds(1));
        let made = give_now(&school, carried).await;
        assert_eq!(names(&made), Vec::from_iter(anew), "{carried}");
    }
    assert!(opens(&school, &first.made[0]).await);
}

async fn room(school: &School, who: &str) -> Permitted<entity::classroom::Model> {
    let action = classrooms::policy::Action::ManageMembers;
    let room = school.classroom("10Ma1");
    access::classroom(school.db.read(), &school.actor(who), room, action)
        .await
        .expect("it is theirs")
}

#[tokio::test]
async fn a_press_makes_nothing_anew_that_somebody_else_or_another_page_gave() {
    let (school, page) = opened().await;
    let press = || Press::new(&page, school.now());
    let in_class = async |who: &str| {
        let room = room(&school, who).await;
        people::give_passwords_in_classroom(&school.db, &hasher(), &room, press())
            .await
            .expect("theirs")
    };
    let first = in_class("ada").await;
    assert_eq!(names(&first), ["Priya Nair"]);
    assert!(in_class("bruno").await.made.is_empty(), "a colleague's");
    assert!(in_class("desmond").await.made.is_empty());
    // The same page in a tab that was opened earlier: its own press was none of these.
    let older = page_made(school.now() - TimeDelta::minutes(30));
    let room_of_ada = room(&school, "ada").await;
    let in_another_tab = people::give_passwords_in_classroom(
        &school.db,
        &hasher(),
        &room_of_ada,
        Press::new(&older, school.now()),
    )
    .await
    .expect("theirs");
    assert!(
        in_another_tab.made.is_empty(),
        "{:?}",
        names(&in_another_tab)
    );
    assert_eq!(names(&give(&school, press()).await), ["Nia Owen"]);
    let anew = in_class("ada").await;
    assert_eq!(names(&anew), ["Priya Nair"]);

    // A new one for Priya alone is no press of this button.
    school.clock.advance(TimeDelta::seconds(1));
    let room = room(&school, "ada").await;
    let priya = school.person("priya");
    let alone =
        people::give_password_to_member(&school.db, &hasher(), &room, priya, school.now()).await;
    assert!(in_class("ada").await.made.is_empty());
    assert!(opens(&school, &alone.expect("hers")[0]).await);
}

#[tokio::test]
async fn of_two_presses_at_once_one_answer_holds_for_everybody_and_the_other_for_nobody() {
    let (school, page) = opened().await;
    let (one, other) = tokio::join!(give_now(&school, &page), give_now(&school, &page));
    assert_eq!((one.made.len(), other.made.len()), (2, 2));
    assert_eq!(one.made_anew + other.made_anew, 2, "the later knows");
    let later = if one.made_anew > 0 { &one } else { &other };
    let earlier = if one.made_anew > 0 { &other } else { &one };
    assert_eq!(how_many_open(&school, earlier).await, 0);
    assert_eq!(how_many_open(&school, later).await, 2);
}

#[tokio::test]
async fn the_answer_of_the_later_press_holds_also_where_it_was_ready_first() {
    let (school, page) = opened().await;
    let slow = Press::new(&page, school.now());
    school.clock.advance(TimeDelta::seconds(1));
    let quick = give_now(&school, &page).await;
    let none = give(&school, slow).await;
    assert_eq!((none.made.len(), none.made_later), (0, 2));

    // Whoever has only that answer presses again.
    let carried = none.carries_on().expect("the form can do it");
    assert_eq!(quick.carries_on(), None);
    school.clock.advance(TimeDelta::seconds(1));
    let again = give_now(&school, &carried).await;
    assert_eq!(again.made_anew, 2);
    assert_eq!(how_many_open(&school, &again).await, 2);
}

pub(super) async fn invite(school: &School, press: Press) -> Handout<Invited> {
    let tx = school.db.write().await.expect("free");
    let made = invitations::invite_waiting(&tx, &door(school), Role::Guardian, press)
        .await
        .expect("invited");
    tx.commit().await.expect("kept");
    made
}

pub(super) async fn works(school: &School, link: &Invited) -> bool {
    invitations::open(school.db.read(), &link.token, school.now())
        .await
        .is_ok()
}

/// Northgate with two guardians who wait, and what a page that is opened now carries.
pub(super) async fn two_wait() -> (School, String) {
    let school = School::new().await;
    for given in ["Gia", "Gwen"] {
        let mut guardian = person(given, "Garden", None);
        guardian.role = Role::Guardian;
        guardian.year_group = None;
        add(&school, &guardian).await.expect("new");
    }
    let page = page_made(school.now());
    school.clock.advance(TimeDelta::seconds(1));
    (school, page)
}

#[tokio::test]
async fn a_second_press_of_the_same_page_shows_links_that_work_for_everybody() {
    let (school, page) = two_wait().await;
    let press = || Press::new(&page, school.now());
    let slow = press();
    school.clock.advance(TimeDelta::seconds(1));
    let first = invite(&school, press()).await;
    assert_eq!((first.made.len(), first.made_anew), (2, 0));
    let early = invite(&school, slow).await;
    assert_eq!((early.made.len(), early.made_later), (0, 2));
    school.clock.advance(TimeDelta::seconds(1));
    let second = invite(&school, press()).await;
    assert_eq!((second.made.len(), second.made_anew), (2, 2));
    for (old, new) in first.made.iter().zip(&second.made) {
        assert_eq!(old.name, new.name, "both lists are by name");
        assert!(!works(&school, old).await && works(&school, new).await);
    }
    let answer = Press::new(&page_made(school.now()), school.now());
    assert!(invite(&school, answer).await.made.is_empty());
    assert!(works(&school, &second.made[0]).await);
}

#[tokio::test]
async fn a_link_that_was_made_for_somebody_alone_outlasts_a_press_for_many() {
    let (school, page) = two_wait().await;
    let found = people::find_by_username(school.db.read(), &door(&school), "gia.garden").await;
    let gia = found.expect("the database answers").expect("she waits");
    let tx = school.db.write().await.expect("free");
    let alone = invitations::invite(&tx, &door(&school), gia, school.now())
        .await
        .expect("invited");
    tx.commit().await.expect("kept");
    let made = invite(&school, Press::new(&page, school.now())).await;
    assert_eq!(made.made.len(), 1, "Gwen");
    assert!(works(&school, &alone).await);
}

#[tokio::test]
async fn of_two_presses_for_links_at_once_one_answer_holds_for_everybody() {
    let (school, page) = two_wait().await;
    let press = || Press::new(&page, school.now());
    let (one, other) = tokio::join!(invite(&school, press()), invite(&school, press()));
    assert_eq!((one.made.len(), other.made.len()), (2, 2));
    let later = if one.made_anew > 0 { &one } else { &other };
    for handout in [&one, &other] {
        for link in &handout.made {
            let is_last = std::ptr::eq(handout, later);
            assert_eq!(works(&school, link).await, is_last);
        }
    }
}
