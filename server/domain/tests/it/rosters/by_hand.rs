//! People who were added by hand: whom a roster takes on, and whom it leaves alone.

use entity::{person, person_role};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{Roster, School, User, user};
use vocab::people::Role;
use vocab::rosters::RosterKind;

use super::{account_of, codes, found, import, of, open_places, roles_of};

/// The five people, and these.
fn with(users: impl IntoIterator<Item = User>) -> Roster {
    let mut roster = Roster::five_people();
    roster.users.extend(users);
    roster
}

fn with_email(email: &'static str, mut user: User) -> User {
    user.email = email;
    user
}

const ZAINABS: &str = "zainab@northgate.example";

/// Zainab's account is hers: no row has taken her on.
async fn zainab_is_left_alone(school: &School) {
    let zainab = school.person("zainab");
    let row = person::Entity::find_by_id(zainab)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("she is there");
    assert_eq!((row.given_name.as_str(), row.sourced_id), ("Zainab", None));
    assert_eq!(account_of(school, zainab).await.username, "zainab");
    assert_eq!(roles_of(school, zainab).await, [Role::Student]);
    assert_eq!(open_places(school, zainab).await, 1);
}

#[tokio::test]
async fn somebody_made_by_hand_is_taken_on_by_email_both_names_and_role() {
    let school = School::new().await;
    let roster = with([
        with_email(
            "Zainab@Northgate.example",
            User {
                preferred: "Zainab",
                ..user("s9", "Zay", "Okafor", "student")
            },
        ),
        with_email(
            "petra@northgate.example",
            user("g9", "Petra", "Griffiths", "parent"),
        ),
    ]);
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::People), (5, 2, 0, 0));
    assert_eq!(codes(&outcome), ["user.no_role"]);
    let zainab = found(&school, "s9").await;
    assert_eq!(zainab.id, school.person("zainab"));
    assert_eq!(account_of(&school, zainab.id).await.username, "zainab");
    assert_eq!(open_places(&school, zainab.id).await, 1);
    assert_eq!(found(&school, "g9").await.id, school.person("petra"));
}

#[tokio::test]
async fn a_sibling_or_parent_with_a_students_address_does_not_take_over_the_account() {
    for (given, role) in [("Zara", "student"), ("Hugo", "parent")] {
        let school = School::new().await;
        let roster = with([with_email(ZAINABS, user("x9", given, "Okafor", role))]);
        let outcome = import(&school, &roster).await;
        assert_eq!(of(&outcome, RosterKind::People), (6, 0, 0, 0), "{given}");
        assert_eq!(codes(&outcome), ["user.no_role", "user.same_email"]);
        let remark = &outcome.problems[1];
        assert_eq!(remark.row, Some(7), "{given}");
        assert!(
            remark.reason.starts_with("Zainab Okafor was added by hand"),
            "{}",
            remark.reason
        );
        let newcomer = found(&school, "x9").await;
        assert_eq!(newcomer.given_name, given);
        zainab_is_left_alone(&school).await;

        let again = import(&school, &roster).await;
        assert_eq!(of(&again, RosterKind::People), (0, 0, 0, 6), "{given}");
        assert_eq!(codes(&again), ["user.no_role"], "it is said once");
    }
}

#[tokio::test]
async fn a_student_is_taken_on_by_the_row_of_a_student_alone() {
    let rows = [
        ("", "parent"),
        ("zainab", "teacher"),
        ("zainab", "administrator"),
        ("", ""),
    ];
    for (username, role) in rows {
        let school = School::new().await;
        let roster = with([User {
            username,
            email: ZAINABS,
            ..user("x9", "Zainab", "Okafor", role)
        }]);
        let outcome = import(&school, &roster).await;
        assert_eq!(of(&outcome, RosterKind::People), (6, 0, 0, 0), "{role}");
        assert!(codes(&outcome).contains(&"user.same_email"), "{role}");
        zainab_is_left_alone(&school).await;
    }
    let school = School::new().await;
    let roster = with([User {
        username: "ada",
        email: "ada@northgate.example",
        ..user("x9", "Ada", "Achterberg", "student")
    }]);
    let outcome = import(&school, &roster).await;
    assert_eq!(of(&outcome, RosterKind::People), (6, 0, 0, 0));
    assert!(codes(&outcome).contains(&"user.username_taken"));
    let pupil = found(&school, "x9").await;
    assert_ne!(pupil.id, school.person("ada"));
    assert_eq!(account_of(&school, pupil.id).await.username, "ada2");
}

#[tokio::test]
async fn somebody_without_a_role_is_taken_on_as_a_student_by_username_and_both_names_alone() {
    for (given, is_hers) in [("Zainab", true), ("Zara", false)] {
        let school = School::new().await;
        let zainab = school.person("zainab");
        let tx = school.db.write().await.expect("free");
        person_role::Entity::update_many()
            .col_expr(
                person_role::Column::EndedAt,
                Expr::value(Some(school.now())),
            )
            .filter(person_role::Column::PersonId.eq(zainab))
            .exec(&*tx)
            .await
            .expect("ended");
        tx.commit().await.expect("kept");
        let row = User {
            username: "zainab",
            ..user("s9", given, "Okafor", "student")
        };
        import(&school, &with([row])).await;
        assert_eq!(found(&school, "s9").await.id == zainab, is_hers, "{given}");
        assert_eq!(account_of(&school, zainab).await.username, "zainab");
    }
}

#[tokio::test]
async fn an_address_that_several_rows_share_takes_nobody_on() {
    let school = School::new().await;
    let parent = with_email(ZAINABS, user("g9", "Hugo", "Okafor", "parent"));
    let pupil = with_email(ZAINABS, user("s9", "Zainab", "Okafor", "student"));
    let outcome = import(&school, &with([parent.clone(), pupil.clone()])).await;
    assert_eq!(of(&outcome, RosterKind::People), (7, 0, 0, 0));
    let of_both = ["user.no_role", "user.same_email", "user.same_email"];
    assert_eq!(codes(&outcome), of_both);
    zainab_is_left_alone(&school).await;

    // Her username tells who she is, and then there is nothing to decide about her father.
    let school = School::new().await;
    let pupil = User {
        username: "zainab",
        ..pupil
    };
    let outcome = import(&school, &with([parent, pupil])).await;
    assert_eq!(of(&outcome, RosterKind::People), (6, 1, 0, 0));
    assert_eq!(codes(&outcome), ["user.no_role"]);
    assert_eq!(found(&school, "s9").await.id, school.person("zainab"));
}
