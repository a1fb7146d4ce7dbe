//! What was handed out to many: who has not used it yet, the list of whom it was for, and making
//! it anew where that list was lost. And who has left, as the list names them.

use chrono::TimeDelta;
use domain::accounts::{self, invitations};
use domain::people::{self, Error, Search};
use domain::presses::{Handout, Press, page_made};
use test_kit::School;
use vocab::accounts::Credential;
use vocab::ids::PersonId;
use vocab::people::{Role, Roles, Standing};

use super::pressed_twice::{give, invite, names, opened, opens, two_wait, works};
use super::{door, hasher};

/// The names of those of a role who stand so now.
async fn listed(school: &School, role: Option<Role>, standing: Standing) -> Vec<String> {
    let search = Search {
        role,
        standing: Some((standing, school.now())),
        ..Search::default()
    };
    let page = people::list(school.db.read(), &school.actor("desmond"), &search).await;
    let people = page.expect("he may look").people;
    people.into_iter().map(|person| person.name).collect()
}

async fn by_username(school: &School, username: &str) -> PersonId {
    people::find_by_username(school.db.read(), &door(school), username)
        .await
        .expect("the database answers")
        .expect("somebody has it")
}

#[tokio::test]
async fn a_lost_list_of_passwords_is_made_anew_for_whoever_has_not_used_theirs() {
    let (school, _) = opened().await;
    let student = Some(Role::Student);
    assert!(listed(&school, student, Standing::NotCome).await.is_empty());
    let first = give(&school, Press::new("", school.now())).await;
    assert_eq!(names(&first), ["Priya Nair", "Nia Owen"]);
    assert_eq!(first.made[1].year_group.as_deref(), Some("10"));
    let both = ["Priya Nair", "Nia Owen"];
    assert_eq!(listed(&school, student, Standing::NotCome).await, both);
    assert!(opens(&school, &first.made[0]).await, "Priya comes in");
    assert_eq!(
        listed(&school, student, Standing::NotCome).await,
        ["Nia Owen"]
    );

    let shown = [
        school.person("priya"),
        by_username(&school, "nia.owen").await,
    ];
    let slow = Press::new("", school.now());
    school.clock.advance(TimeDelta::days(1));
    let again = async |press| {
        people::give_passwords_again(&school.db, &hasher(), &door(&school), &shown, press)
            .await
            .expect("made")
    };
    let anew = again(Press::new("", school.now())).await;
    assert_eq!(names(&anew), ["Nia Owen"]);
    let late = again(slow).await;
    assert_eq!((late.made.len(), late.made_later), (0, 1));
    assert!(!opens(&school, &first.made[1]).await);
    assert!(opens(&school, &first.made[0]).await, "hers is in use");
    assert!(opens(&school, &anew.made[0]).await);
    let nobody = again(Press::new("", school.now())).await;
    assert!(nobody.made.is_empty(), "both have come in");
}

#[tokio::test]
async fn a_password_that_was_handed_out_long_ago_is_never_taken_for_a_lost_one() {
    let (school, _) = opened().await;
    give(&school, Press::new("", school.now())).await;
    school.clock.advance(TimeDelta::days(15));
    let student = Some(Role::Student);
    assert!(listed(&school, student, Standing::NotCome).await.is_empty());
    let shown = [by_username(&school, "nia.owen").await];
    let press = Press::new("", school.now());
    let made = people::give_passwords_again(&school.db, &hasher(), &door(&school), &shown, press)
        .await
        .expect("nothing to do");
    assert!(made.made.is_empty());
}

#[tokio::test]
async fn a_lost_list_of_links_is_made_anew_and_names_whose_guardian_each_is() {
    let (school, _) = two_wait().await;
    let (gia, gwen) = (
        by_username(&school, "gia.garden").await,
        by_username(&school, "gwen.garden").await,
    );
    let tx = school.db.write().await.expect("free");
    let (mei, now) = (school.person("mei"), school.now());
    people::add_guardianship(&tx, &door(&school), gia, mei, now)
        .await
        .expect("hers");
    tx.commit().await.expect("kept");
    let guardian = Some(Role::Guardian);
    let both = ["Gia Garden", "Gwen Garden"];
    assert_eq!(listed(&school, guardian, Standing::NoLink).await, both);
    let first = invite(&school, Press::new("", now)).await;
    assert_eq!(first.made[0].children, ["Mei Cheung"]);
    assert!(first.made[1].children.is_empty());
    assert!(listed(&school, guardian, Standing::NoLink).await.is_empty());
    for standing in [Standing::NotCome, Standing::Waiting] {
        assert_eq!(listed(&school, guardian, standing).await, both);
    }

    let slow = Press::new("", school.now());
    school.clock.advance(TimeDelta::minutes(1));
    let again = async |press| {
        let tx = school.db.write().await.expect("free");
        let shown = [gia, gwen, school.person("rosa")];
        let made = invitations::invite_again(&tx, &door(&school), Role::Guardian, &shown, press)
            .await
            .expect("invited");
        tx.commit().await.expect("kept");
        made
    };
    let anew = again(Press::new("", school.now())).await;
    assert_eq!(anew.made.len(), 2, "Rosa has a password");
    assert_eq!(anew.made[0].children, ["Mei Cheung"]);
    let late = again(slow).await;
    assert_eq!((late.made.len(), late.made_later), (0, 2));
    for (old, new) in first.made.iter().zip(&anew.made) {
        assert!(!works(&school, old).await && works(&school, new).await);
    }
}

#[tokio::test]
async fn whoever_has_left_is_listed_with_the_role_they_had() {
    let school = School::new().await;
    assert!(listed(&school, None, Standing::Left).await.is_empty());
    let tx = school.db.write().await.expect("free");
    for who in ["zainab", "ada"] {
        people::end(&tx, &door(&school), school.person(who), school.now())
            .await
            .expect("they leave");
    }
    tx.commit().await.expect("kept");
    assert_eq!(
        listed(&school, None, Standing::Left).await,
        ["Ada Achterberg", "Zainab Okafor"]
    );
    let search = Search {
        standing: Some((Standing::Left, school.now())),
        ..Search::default()
    };
    let page = people::list(school.db.read(), &school.actor("desmond"), &search).await;
    let people = page.expect("he may look").people;
    let roles: Vec<Roles> = people.iter().map(|person| person.roles).collect();
    let had = [Role::Teacher, Role::Student].map(|role| Roles::default().with(role));
    assert_eq!(roles, had);
    let of = async |role| listed(&school, Some(role), Standing::Left).await;
    assert_eq!(of(Role::Student).await, ["Zainab Okafor"]);
    assert_eq!(of(Role::Teacher).await, ["Ada Achterberg"]);
    assert!(of(Role::Guardian).await.is_empty());
    let found = super::names(&school, "zainab", Some(Role::Student)).await;
    assert_eq!(found, ["Zainab Okafor"], "a search finds her as before");
    let waiting = listed(&school, None, Standing::Waiting).await;
    assert!(!waiting.contains(&"Zainab Okafor".to_owned()));
}
