//! Two of the office who choose the hours of badges at once.

use domain::access;
use domain::badges::{self, Error, devices};
use domain::schools::policy::Action;
use test_kit::School;
use vocab::badges::BadgeHours;

async fn choose(school: &School, new: &BadgeHours, seen: &str) -> Result<(), Error> {
    let door = access::school(&school.actor("desmond"), Action::ManageDevices).expect("theirs");
    let tx = school.db.write().await.expect("free");
    badges::choose(&tx, &door, new, seen, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn shown(school: &School) -> BadgeHours {
    let desmond = school.actor("desmond");
    let door = devices::may_enrol(school.db.read(), &desmond)
        .await
        .expect("theirs");
    devices::page(school.db.read(), &door, &desmond, school.now())
        .await
        .expect("the page is there")
        .hours
}

#[tokio::test]
async fn of_two_who_choose_the_hours_at_once_the_second_overwrites_nothing() {
    let school = School::new().await;
    let seen = shown(&school).await.seen();
    let later = BadgeHours {
        until: 20 * 60,
        ..BadgeHours::default()
    };
    let open = BadgeHours {
        teachers_enrol: true,
        ..BadgeHours::default()
    };
    choose(&school, &later, &seen)
        .await
        .expect("nobody else did");
    let refused = choose(&school, &open, &seen).await;
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
    assert_eq!(shown(&school).await, later);
    choose(&school, &later, &seen)
        .await
        .expect("both wrote the same");
    choose(&school, &open, &later.seen())
        .await
        .expect("seen now");
    assert_eq!(shown(&school).await, open);
}

#[tokio::test]
async fn of_two_who_choose_the_hours_in_one_moment_one_is_told() {
    let school = School::new().await;
    let seen = shown(&school).await.seen();
    let hours = [18, 19].map(|hour| BadgeHours {
        until: hour * 60,
        ..BadgeHours::default()
    });
    let (one, other) = tokio::join!(
        choose(&school, &hours[0], &seen),
        choose(&school, &hours[1], &seen)
    );
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
}
