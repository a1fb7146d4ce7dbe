//! Accounts that the roster has closed: nothing is made for them that nobody could use, and the
//! office is told why.

use chrono::TimeDelta;
use domain::accounts::invitations::{self, Invited};
use domain::accounts::passwords::{Cost, Hasher};
use domain::people::{self, Error, Search};
use domain::presses::{Handout, Press, page_made};
use domain::{access, accounts, classrooms};
use entity::classroom;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{Roster, School, user};
use vocab::accounts::Credential;
use vocab::people::{Role, SigningIn, Standing};

use super::leavers::door_to_people;
use super::{found, import};

/// The five people and a second guardian; these are not let in.
fn without(ids: &[&str]) -> Roster {
    let mut roster = Roster::five_people();
    roster.users.push(user("g2", "Gil", "Moss", "parent"));
    for id in ids {
        roster.user(id).is_closed = true;
    }
    roster
}

fn hasher() -> Hasher {
    Hasher::new(Cost::ForTests)
}

/// Invites the guardians who wait: how many were left out, and who was not.
async fn invited(school: &School) -> (u64, Vec<String>) {
    let links = invite(school, Press::new("", school.now())).await;
    let names = links.made.into_iter().map(|made| made.name).collect();
    (links.closed, names)
}

async fn invite(school: &School, press: Press) -> Handout<Invited> {
    let tx = school.db.write().await.expect("free");
    let links =
        invitations::invite_waiting(&tx, &door_to_people(school), Role::Guardian, press).await;
    tx.commit().await.expect("kept");
    links.expect("they wait")
}

fn names(given: &Handout<Credential>) -> Vec<&str> {
    given.made.iter().map(|made| made.name.as_str()).collect()
}

#[tokio::test]
async fn whom_the_roster_does_not_let_in_gets_no_link_until_a_package_lets_them_in() {
    let school = School::new().await;
    import(&school, &without(&["g1"])).await;
    let greta = found(&school, "g1").await.id;
    let tx = school.db.write().await.expect("free");
    let link = invitations::invite(&tx, &door_to_people(&school), greta, school.now()).await;
    drop(tx);
    assert!(matches!(link, Err(accounts::Error::AccountClosed)));
    let (closed, made) = invited(&school).await;
    assert_eq!(closed, 1);
    assert!(made.contains(&"Gil Moss".to_owned()), "{made:?}");
    assert!(!made.contains(&"Greta Stone".to_owned()), "{made:?}");

    import(&school, &without(&[])).await;
    let (closed, made) = invited(&school).await;
    assert_eq!((closed, made), (0, vec!["Greta Stone".to_owned()]));
}

#[tokio::test]
async fn whom_the_roster_does_not_let_in_gets_no_password_from_the_office_nor_from_a_teacher() {
    let school = School::new().await;
    import(&school, &without(&["s1"])).await;
    let (sean, now) = (found(&school, "s1").await.id, school.now());
    let (db, hasher) = (&school.db, hasher());
    let room = classroom::Entity::find()
        .filter(classroom::Column::SourcedId.eq("c1"))
        .one(db.read())
        .await
        .expect("the database answers")
        .expect("it is there");
    let (desmond, manage) = (
        school.actor("desmond"),
        classrooms::policy::Action::ManageMembers,
    );
    let room = access::classroom(db.read(), &desmond, room.id, manage)
        .await
        .expect("an admin may");
    let door = door_to_people(&school);
    let press = Press::new("", now);
    let of_class = people::give_passwords_in_classroom(db, &hasher, &room, press).await;
    let of_class = of_class.expect("he may");
    assert_eq!((names(&of_class), of_class.closed), (vec!["Tilly Moss"], 1));
    let of_school = people::give_first_passwords(db, &hasher, &door, press).await;
    let of_school = of_school.expect("he may");
    assert_eq!(of_school.closed, 1);
    assert!(!names(&of_school).contains(&"Séan Stone"));
    for given in [
        people::give_passwords(db, &hasher, &door, &[sean], now).await,
        people::give_password_to_member(db, &hasher, &room, sean, now).await,
    ] {
        let closed = accounts::Error::AccountClosed.to_string();
        let refused = given.expect_err("his account is closed");
        assert!(matches!(
            refused,
            Error::Passwords(accounts::Error::AccountClosed)
        ));
        assert_eq!(refused.to_string(), closed);
    }
}

#[tokio::test]
async fn what_a_press_made_is_not_made_anew_for_whom_the_roster_has_closed_since() {
    let school = School::new().await;
    import(&school, &without(&[])).await;
    let page = page_made(school.now());
    school.clock.advance(TimeDelta::seconds(1));
    let early = Press::new(&page, school.now());
    school.clock.advance(TimeDelta::seconds(1));
    let (door, hasher) = (door_to_people(&school), hasher());
    let give = async |press: Press| {
        let given = people::give_first_passwords(&school.db, &hasher, &door, press).await;
        given.expect("he may")
    };
    let first = give(Press::new(&page, school.now())).await;
    assert!(names(&first).contains(&"Séan Stone") && first.closed == 0);
    let links = invite(&school, Press::new(&page, school.now())).await;
    assert!(links.made.iter().any(|made| made.name == "Greta Stone"));

    import(&school, &without(&["g1", "s1"])).await;
    let late = give(early).await;
    assert_eq!(late.made_later, first.made.len() - 1);
    let late = invite(&school, early).await;
    assert_eq!((late.made_later, late.closed), (links.made.len() - 1, 1));
    school.clock.advance(TimeDelta::seconds(1));
    let again = give(Press::new(&page, school.now())).await;
    assert!(names(&again).contains(&"Tilly Moss") && !names(&again).contains(&"Séan Stone"));
    assert_eq!((again.made_anew, again.closed), (first.made.len() - 1, 1));
    let again = invite(&school, Press::new(&page, school.now())).await;
    assert!(again.made.iter().all(|made| made.name != "Greta Stone"));
    assert_eq!((again.made_anew, again.closed), (links.made.len() - 1, 1));
}

#[tokio::test]
async fn a_persons_page_and_the_lists_say_that_the_roster_has_closed_an_account() {
    let school = School::new().await;
    import(&school, &without(&["s1"])).await;
    let (sean, db, now) = (
        found(&school, "s1").await.id,
        school.db.read(),
        school.now(),
    );
    let desmond = school.actor("desmond");
    let page = people::find(db, &desmond, sean, now).await;
    let page = page.expect("he may look");
    assert_eq!(page.summary.signing_in, SigningIn::Closed);
    let search = Search {
        query: "s",
        standing: Some((Standing::Waiting, now)),
        ..Search::default()
    };
    let list = people::list(db, &desmond, &search).await;
    let list = list.expect("he may look").people;
    for (name, state) in [
        ("Séan Stone", SigningIn::Closed),
        ("Tilly Moss", SigningIn::NotYet),
    ] {
        let line = list.iter().find(|person| person.name == name);
        assert_eq!(line.expect("listed").signing_in, state, "{name}");
    }
    let room = page.classrooms[0].0;
    let manage = classrooms::policy::Action::ManageMembers;
    let room = access::classroom(db, &desmond, room, manage)
        .await
        .expect("an admin may");
    let members = classrooms::members(db, &desmond, &room, ("", 1), now)
        .await
        .expect("the page is there")
        .members;
    let closed: Vec<&str> = members
        .iter()
        .filter(|member| member.is_closed)
        .map(|member| member.name.as_str())
        .collect();
    assert_eq!(closed, ["Séan Stone"]);
}
