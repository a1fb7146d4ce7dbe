//! Usernames that move from one person to another within one file.

use domain::rosters;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use test_kit::{Roster, School, User, user};
use vocab::rosters::{RosterKind, Stayed};

use super::restricted::{lift, restrict};
use super::{account_of, codes, door, found, import, of};

/// The five people with these usernames, and newcomers with theirs.
fn named(names: &[(&'static str, &'static str)]) -> Roster {
    let mut roster = Roster::five_people();
    for &(id, username) in names {
        if roster.users.iter().any(|row| row.id == id) {
            roster.user(id).username = username;
        } else {
            roster.users.push(User {
                username,
                ..user(id, "New", "Comer", "student")
            });
        }
    }
    roster
}

async fn username(school: &School, id: &str) -> String {
    let person = found(school, id).await.id;
    account_of(school, person).await.username
}

/// Brings a file in, asks for these usernames, and that the same file changes nothing more.
async fn settles(school: &School, roster: &Roster, names: &[(&str, &str)]) {
    import(school, roster).await;
    for (id, name) in names {
        assert_eq!(username(school, id).await, *name, "{id}");
    }
    let again = import(school, roster).await.counts;
    assert_eq!((again.created, again.changed, again.ended), (0, 0, 0));
}

#[tokio::test]
async fn a_newcomer_has_the_username_that_somebody_gives_up_wherever_they_stand_in_the_file() {
    for newcomer_is_first in [false, true] {
        let school = School::new().await;
        import(&school, &named(&[("s1", "x")])).await;
        let mut roster = named(&[("s1", "y"), ("s7", "x")]);
        if newcomer_is_first {
            roster.users.reverse();
        }
        let outcome = import(&school, &roster).await;
        assert!(!codes(&outcome).contains(&"user.username_taken"));
        assert_eq!(of(&outcome, RosterKind::People), (1, 1, 0, 4));
        settles(&school, &roster, &[("s1", "y"), ("s7", "x")]).await;
    }
}

#[tokio::test]
async fn usernames_move_in_a_chain_and_go_round_and_the_same_file_changes_nothing_more() {
    let school = School::new().await;
    let before = [("s1", "x"), ("s2", "y"), ("t1", "z")];
    import(&school, &named(&before)).await;
    let chain = [("s1", "y"), ("s2", "z"), ("t1", "w"), ("s7", "x")];
    settles(&school, &named(&chain), &chain).await;
    let ring = [("s1", "z"), ("s2", "w"), ("t1", "y"), ("s7", "x")];
    settles(&school, &named(&ring), &ring).await;
    let swapped = [("s1", "w"), ("s2", "z"), ("t1", "x"), ("s7", "y")];
    settles(&school, &named(&swapped), &swapped).await;
}

#[tokio::test]
async fn each_username_of_the_file_that_is_not_given_is_a_problem_whenever_it_is_read() {
    let school = School::new().await;
    // "ada" is a teacher's already, and two rows ask for "twin".
    let roster = named(&[("s1", "ada"), ("s7", "twin"), ("s8", "twin")]);
    for _ in 0..2 {
        let outcome = import(&school, &roster).await;
        let codes = codes(&outcome);
        let taken = codes.iter().filter(|code| **code == "user.username_taken");
        assert_eq!(taken.count(), 2);
    }
    let names = [("s1", "ada2"), ("s7", "twin"), ("s8", "twin2")];
    settles(&school, &roster, &names).await;
}

#[tokio::test]
async fn a_username_is_given_up_by_nobody_who_cannot_have_the_other() {
    let school = School::new().await;
    import(&school, &named(&[("s1", "x"), ("s2", "y")])).await;
    let tilly = found(&school, "s2").await.id;
    let mut account = account_of(&school, tilly).await.into_active_model();
    account.password_hash = Set(Some("a hash".to_owned()));
    account.password_set_at = Set(Some(school.now()));
    account.update(school.db.read()).await.expect("written");
    // Tilly signs in as "y" already, so Séan does not get it, and keeps "x".
    let roster = named(&[("s1", "y"), ("s2", "z"), ("s7", "x")]);
    settles(&school, &roster, &[("s1", "x"), ("s2", "y"), ("s7", "x2")]).await;
}

#[tokio::test]
async fn whose_data_is_restricted_keeps_the_username_and_nobody_else_gets_it_until_then() {
    let school = School::new().await;
    import(&school, &named(&[("s1", "x")])).await;
    restrict(&school, found(&school, "s1").await.id).await;
    let roster = named(&[("s1", "y"), ("s7", "x")]);
    let outcome = import(&school, &roster).await;
    assert!(codes(&outcome).contains(&"user.username_taken"));
    settles(&school, &roster, &[("s1", "x"), ("s7", "x2")]).await;
    lift(&school).await;
    settles(&school, &roster, &[("s1", "y"), ("s7", "x")]).await;
}

#[tokio::test]
async fn an_undo_puts_usernames_back_that_were_changed_for_each_other() {
    let school = School::new().await;
    let before = [("s1", "x"), ("s2", "y")];
    import(&school, &named(&before)).await;
    let swapped = import(&school, &named(&[("s1", "y"), ("s2", "x")])).await;
    let id = swapped.id.expect("it is in");
    let (door, now) = (door(&school), school.now());
    rosters::undo(&school.db, &door, id, now)
        .await
        .expect("it can be undone");
    for (id, name) in before {
        assert_eq!(username(&school, id).await, name);
    }
    let desmond = school.actor("desmond");
    let page = rosters::page(school.db.read(), &desmond, &door, id, now)
        .await
        .expect("the page is there");
    assert_eq!(page.stayed, Some(Stayed::default()));
}
