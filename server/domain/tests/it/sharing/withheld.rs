//! What a proposal says of a yes that is not followed.

use domain::rights;
use domain::{access, sharing};
use entity::person;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use test_kit::School;
use vocab::ids::SharingId;
use vocab::sharing::Withheld;

use super::{asked, door, of, say};

/// Whose yes is not followed, and why.
async fn withheld(school: &School, id: SharingId) -> Vec<(String, Withheld)> {
    let edith = school.actor("edith");
    let page = sharing::page(school.db.read(), &edith, &door(school), id, school.now())
        .await
        .expect("hers");
    let answers = page.answers.into_iter();
    answers
        .filter_map(|answer| Some((answer.name, answer.withheld?)))
        .collect()
}

#[tokio::test]
async fn a_yes_of_somebody_who_is_restricted_or_left_stands_there_as_not_given() {
    let school = School::new().await;
    let id = asked(&school).await;
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor("zainab"), school.person("zainab"))
        .await
        .expect("herself");
    rights::restrict(&tx, &about, school.now())
        .await
        .expect("hers to say");
    tx.commit().await.expect("kept");
    assert!(withheld(&school, id).await.is_empty(), "there is no yes");
    assert!(of(&school, "rosa", "zainab").await.is_restricted);
    assert!(!of(&school, "petra", "tomos").await.is_restricted);
    say(&school, "rosa", "zainab", "yes").await.expect("hers");
    say(&school, "petra", "tomos", "yes").await.expect("hers");
    let zainab = ("Zainab Okafor".to_owned(), Withheld::Restricted);
    assert_eq!(withheld(&school, id).await, std::slice::from_ref(&zainab));
    person::ActiveModel {
        id: Set(school.person("tomos")),
        ended_at: Set(Some(school.now())),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("he leaves");
    let found = withheld(&school, id).await;
    assert_eq!(found.len(), 2);
    assert!(found.contains(&zainab) && found.iter().any(|(_, why)| *why == Withheld::Left));
    let tx = school.db.write().await.expect("free");
    sharing::stop(&tx, &door(&school), id, school.now())
        .await
        .expect("done");
    tx.commit().await.expect("kept");
    assert!(withheld(&school, id).await.is_empty(), "it is over");
    assert!(!of(&school, "rosa", "zainab").await.is_restricted);
}
