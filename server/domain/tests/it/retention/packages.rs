//! A roster package names many people: nobody is taken out of it, so a legal hold on one of
//! them keeps all of it.

use chrono::TimeDelta;
use domain::retention::Counted;
use domain::schools::policy::Action;
use domain::{access, holds, rosters};
use test_kit::Roster;
use vocab::retention::ValidHold;

use super::Place;

#[tokio::test]
async fn a_package_stays_beyond_its_time_while_somebody_who_may_be_in_it_is_held() {
    let place = Place::new().await;
    let school = &place.school;
    let door = access::school(&school.actor("desmond"), Action::ImportRoster).expect("an admin");
    let (file, bytes) = ("north.zip", Roster::five_people().bytes());
    let package = rosters::check(&school.db, &place.store, &door, file, bytes, school.now())
        .await
        .expect("it can be read");
    let key = format!("rosters/{}/{package}.zip", school.id);
    let tx = school.db.write().await.expect("free");
    let new = ValidHold {
        matter: "A claim".to_owned(),
        authority: "County Court".to_owned(),
        username: Some("tomos".to_owned()),
        days: 90,
    };
    let hold = holds::open(&tx, &place.door("desmond"), new, school.now())
        .await
        .expect("opened");
    holds::approve(&tx, &place.door("edith"), hold, school.now())
        .await
        .expect("approved");
    tx.commit().await.expect("kept");

    school.clock.advance(TimeDelta::days(91));
    let kept = Counted {
        due: 1,
        held: 1,
        ..Counted::default()
    };
    assert_eq!(place.dry("import").await, kept);
    assert_eq!(place.sweep("import").await, kept);
    assert!(place.store.holds(&key).await.expect("the store answers"));

    let tx = school.db.write().await.expect("free");
    let reason = "The claim is over".to_owned();
    holds::release(&tx, &place.door("edith"), hold, reason, school.now())
        .await
        .expect("released");
    tx.commit().await.expect("kept");
    assert_eq!(place.sweep("import").await.deleted, 1);
    assert!(!place.store.holds(&key).await.expect("the store answers"));
}
