//! Who is not in a roster any more, and who was never from one.

use chrono::TimeDelta;
use domain::rosters::{Error, Wish};
use entity::{person, session};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use test_kit::{Roster, School};
use vocab::people::Role;
use vocab::rosters::{Losses, RosterKind};

use super::{account_of, everything, found, import, of, open_places, roles_of, try_import};

#[tokio::test]
async fn a_leaver_is_ended_with_places_ties_and_sign_ins() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let student = found(&school, "s1").await;
    let account = account_of(&school, student.id).await;
    session::ActiveModel {
        id: Set(vocab::ids::SessionId(student.id.0)),
        school_id: Set(school.id),
        account_id: Set(account.id),
        token_hash: Set("one".to_owned()),
        device: Set("A tablet".to_owned()),
        created_at: Set(school.now()),
        last_used_at: Set(school.now()),
        expires_at: Set(school.now() + TimeDelta::hours(1)),
        ended_at: Set(None),
        device_id: Set(None),
        badge_id: Set(None),
        is_shared: Set(false),
        is_own: Set(false),
    }
    .insert(school.db.read())
    .await
    .expect("the session is written");

    let outcome = import(&school, &Roster::five_people().without("s1")).await;
    assert_eq!(of(&outcome, RosterKind::People), (0, 0, 1, 4));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (0, 0, 1, 2));
    assert_eq!(of(&outcome, RosterKind::Guardianships), (0, 0, 1, 0));
    assert!(found(&school, "s1").await.ended_at.is_some());
    assert!(account_of(&school, student.id).await.disabled_at.is_some());
    assert_eq!(roles_of(&school, student.id).await, []);
    assert_eq!(open_places(&school, student.id).await, 0);
    let open_sessions = session::Entity::find()
        .filter(session::Column::AccountId.eq(account.id))
        .filter(session::Column::EndedAt.is_null())
        .count(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(open_sessions, 0);

    let back = import(&school, &Roster::five_people()).await;
    assert_eq!(of(&back, RosterKind::People), (1, 0, 0, 4));
    assert_eq!(of(&back, RosterKind::Enrolments), (1, 0, 0, 2));
    let returned = found(&school, "s1").await;
    assert_eq!((returned.id, returned.ended_at), (student.id, None));
    assert!(account_of(&school, student.id).await.disabled_at.is_none());
    assert_eq!(roles_of(&school, student.id).await, [Role::Student]);
}

#[tokio::test]
async fn an_import_that_would_end_more_than_a_tenth_stops_and_asks() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let before = everything(&school).await;
    let fewer = Roster::five_people().without("s1").bytes();
    let look = try_import(&school, fewer.clone(), Wish::Look)
        .await
        .expect("looking is free");
    assert!(look.asks_about_leavers);
    let error = try_import(&school, fewer.clone(), Wish::BringIn)
        .await
        .expect_err("one of five is more than a tenth");
    assert!(matches!(
        error,
        Error::TooManyLeavers(Losses {
            leavers: 1,
            roleless: 0,
            people: 5
        })
    ));
    assert_eq!(before, everything(&school).await);
    try_import(&school, fewer, Wish::BringInWithLeavers)
        .await
        .expect("somebody said that it is right");
}

#[tokio::test]
async fn an_import_that_would_take_the_last_role_of_more_than_a_tenth_stops_and_asks() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let before = everything(&school).await;
    let mut over = Roster::five_people();
    for user in &mut over.users {
        user.role_ends = "2026-11-20";
    }
    let look = try_import(&school, over.bytes(), Wish::Look)
        .await
        .expect("looking is free");
    assert_eq!(of(&look, RosterKind::People).2, 0);
    assert!(look.asks_about_leavers);
    let error = try_import(&school, over.bytes(), Wish::BringIn)
        .await
        .expect_err("three of five is more than a tenth");
    // The teacher's place in a class makes her a teacher still.
    assert!(matches!(
        error,
        Error::TooManyLeavers(Losses {
            leavers: 0,
            roleless: 3,
            people: 5
        })
    ));
    let words = error.to_string();
    assert!(
        words.starts_with("3 of 5 people would lose their last role"),
        "{words}"
    );
    assert_eq!(before, everything(&school).await);

    let taken = import(&school, &over).await;
    assert_eq!(of(&taken, RosterKind::People), (0, 3, 0, 2));
    let sean = found(&school, "s1").await;
    assert_eq!(roles_of(&school, sean.id).await, []);
    assert!(
        taken
            .problems
            .iter()
            .any(|problem| problem.reason.contains("ended on 2026-11-20"))
    );
    let again = try_import(&school, over.bytes(), Wish::BringIn).await;
    again.expect("nobody loses anything a second time");
}

#[tokio::test]
async fn people_made_by_hand_are_never_ended() {
    let school = School::new().await;
    import(&school, &Roster::five_people()).await;
    let zainab = school.person("zainab");
    let ended = person::Entity::find_by_id(zainab)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("Zainab is there")
        .ended_at;
    assert!(ended.is_none());
    assert_eq!(open_places(&school, zainab).await, 1);
}
