//! What was handed out to many: who has not used it yet, the list of whom it was for, and making
//! it anew where that list was lost. And who has left, as the list names them.

use chrono::TimeDelta;
use domain::accounts::invitations::{self, Invited};
use domain::people::{self, Error, Search};
use domain::presses::{Handout, Press, page_made};
use domain::{access, accounts, classrooms};
use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
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

async fn try_again(
    school: &School,
    shown: &[PersonId],
    press: Press,
) -> Result<Handout<Credential>, Error> {
    people::give_passwords_again(&school.db, &hasher(), &door(school), shown, press).await
}

async fn again(school: &School, shown: &[PersonId], press: Press) -> Handout<Credential> {
    try_again(school, shown, press).await.expect("made")
}

/// A press of a list that is opened now.
fn of_a_new_page(school: &School) -> Press {
    Press::new(&page_made(school.now()), school.now())
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
    school.clock.advance(TimeDelta::days(1));
    let page = page_made(school.now());
    let slow = Press::new(&page, school.now());
    school.clock.advance(TimeDelta::seconds(1));
    let anew = again(&school, &shown, Press::new(&page, school.now())).await;
    assert_eq!(names(&anew), ["Nia Owen"]);
    let late = again(&school, &shown, slow).await;
    assert_eq!((late.made.len(), late.made_later), (0, 1));
    assert!(!opens(&school, &first.made[1]).await);
    assert!(opens(&school, &first.made[0]).await, "hers is in use");
    assert!(opens(&school, &anew.made[0]).await);
    let nobody = again(&school, &shown, of_a_new_page(&school)).await;
    assert!(nobody.made.is_empty(), "both have come in");
}

#[tokio::test]
async fn a_list_that_was_opened_before_leaves_the_passwords_that_were_handed_out_since() {
    let (school, _) = opened().await;
    give(&school, Press::new("", school.now())).await;
    let shown = [
        school.person("priya"),
        by_username(&school, "nia.owen").await,
    ];
    let older = page_made(school.now());
    school.clock.advance(TimeDelta::seconds(1));
    let page = page_made(school.now());
    school.clock.advance(TimeDelta::seconds(1));
    let first = again(&school, &shown, Press::new(&page, school.now())).await;
    assert_eq!(first.made.len(), 2);
    let none = again(&school, &shown, Press::new(&older, school.now())).await;
    assert_eq!((none.made.len(), none.made_later, none.kept), (0, 0, 2));

    // The same page again, because no answer came.
    school.clock.advance(TimeDelta::seconds(1));
    let second = again(&school, &shown, Press::new(&page, school.now())).await;
    assert_eq!((second.made.len(), second.kept), (2, 0));
    assert!(!opens(&school, &first.made[0]).await);

    school.clock.advance(TimeDelta::minutes(61));
    for old in [page.as_str(), ""] {
        let refused = try_again(&school, &shown, Press::new(old, school.now())).await;
        let is_old = matches!(refused, Err(Error::Passwords(accounts::Error::PageTooOld)));
        assert!(is_old, "{old}");
    }
    assert!(opens(&school, &second.made[0]).await);
}

#[tokio::test]
async fn a_student_who_has_not_used_a_link_gets_a_password_in_its_place() {
    let (school, _) = opened().await;
    let nia = by_username(&school, "nia.owen").await;
    let link = invited(&school, nia).await;
    let student = Some(Role::Student);
    let waits = listed(&school, student, Standing::NotCome).await;
    assert_eq!(waits, ["Nia Owen"]);
    assert!(works(&school, &link).await);
    school.clock.advance(TimeDelta::minutes(1));
    let shown = [school.person("priya"), nia];
    let made = again(&school, &shown, of_a_new_page(&school)).await;
    assert_eq!(names(&made), ["Nia Owen"], "Priya was handed nothing");
    assert!(!works(&school, &link).await);
    assert!(opens(&school, &made.made[0]).await);
}

/// A link for somebody alone.
async fn invited(school: &School, person: PersonId) -> Invited {
    let tx = school.db.write().await.expect("free");
    let link = invitations::invite(&tx, &door(school), person, school.now())
        .await
        .expect("invited");
    tx.commit().await.expect("kept");
    link
}

/// The people whose link a password has ended, as events have it.
async fn whose_link_ended(school: &School) -> Vec<String> {
    let events = event::Entity::find()
        .filter(event::Column::Kind.eq("invitation.ended"))
        .order_by_asc(event::Column::Id)
        .all(school.db.read())
        .await
        .expect("the database answers");
    let person = |event: event::Model| Some(event.after?.get("person")?.as_str()?.to_owned());
    events.into_iter().filter_map(person).collect()
}

#[tokio::test]
async fn nobody_sets_a_password_with_an_older_link_over_one_that_was_made_since() {
    let (school, page) = opened().await;
    let (priya, zainab) = (school.person("priya"), school.person("zainab"));
    let first = invited(&school, priya).await;
    let other = invited(&school, school.person("rosa")).await;
    let untouched = invited(&school, zainab).await;
    school.clock.advance(TimeDelta::seconds(1));
    give(&school, Press::new(&page, school.now())).await;
    assert!(!works(&school, &first).await, "she has a first password");
    assert!(works(&school, &other).await && works(&school, &untouched).await);
    assert_eq!(whose_link_ended(&school).await, [priya.to_string()]);

    let second = invited(&school, priya).await;
    let now = school.now();
    people::give_passwords(&school.db, &hasher(), &door(&school), &[priya], now)
        .await
        .expect("a new one");
    assert!(!works(&school, &second).await);

    let action = classrooms::policy::Action::ManageMembers;
    let (ada, room) = (school.actor("ada"), school.classroom("10Ma1"));
    let room = access::classroom(school.db.read(), &ada, room, action)
        .await
        .expect("she teaches it");
    people::give_password_to_member(&school.db, &hasher(), &room, zainab, now)
        .await
        .expect("hers");
    assert!(!works(&school, &untouched).await);
    assert!(works(&school, &other).await);
    let ended = [priya, priya, zainab].map(|person| person.to_string());
    assert_eq!(whose_link_ended(&school).await, ended);
}

#[tokio::test]
async fn a_link_that_came_after_a_press_of_the_list_stays_when_it_is_pressed_again() {
    let (school, _) = opened().await;
    give(&school, Press::new("", school.now())).await;
    let nia = by_username(&school, "nia.owen").await;
    school.clock.advance(TimeDelta::seconds(1));
    let page = page_made(school.now());
    school.clock.advance(TimeDelta::seconds(1));
    let made = again(&school, &[nia], Press::new(&page, school.now())).await;
    assert_eq!(made.made.len(), 1);
    school.clock.advance(TimeDelta::seconds(1));
    let link = invited(&school, nia).await;
    school.clock.advance(TimeDelta::seconds(1));
    let none = again(&school, &[nia], Press::new(&page, school.now())).await;
    assert_eq!((none.made.len(), none.kept), (0, 1));
    assert!(works(&school, &link).await);
}

#[tokio::test]
async fn a_password_that_was_handed_out_long_ago_is_never_taken_for_a_lost_one() {
    let (school, _) = opened().await;
    give(&school, Press::new("", school.now())).await;
    school.clock.advance(TimeDelta::days(15));
    let student = Some(Role::Student);
    assert!(listed(&school, student, Standing::NotCome).await.is_empty());
    let shown = [by_username(&school, "nia.owen").await];
    let made = again(&school, &shown, of_a_new_page(&school)).await;
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

    let older = page_made(school.now());
    school.clock.advance(TimeDelta::minutes(1));
    let page = page_made(school.now());
    let slow = Press::new(&page, school.now());
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
    let anew = again(Press::new(&page, school.now())).await;
    assert_eq!(anew.made.len(), 2, "Rosa has a password");
    assert_eq!(anew.made[0].children, ["Mei Cheung"]);
    let late = again(slow).await;
    assert_eq!((late.made.len(), late.made_later), (0, 2));
    let none = again(Press::new(&older, school.now())).await;
    assert_eq!((none.made.len(), none.made_later, none.kept), (0, 0, 2));
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
