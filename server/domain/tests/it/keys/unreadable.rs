//! Words that are there and do not open, here because the key store is another one: nothing
//! that goes on from them may write them over, and no form shows something in their place.

use chrono::TimeDelta;
use domain::people::contact;
use domain::rosters::{self, Wish};
use domain::schools::policy::Action;
use domain::{Clock, Db, access, arrangements, keys::Keys, marking, people, submissions};
use entity::person;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{NewWork, Roster, School};
use vocab::arrangements::ValidArrangement;
use vocab::marking::ValidMark;
use vocab::people::ValidDetails;
use vocab::points::Points;

use super::story;

/// The same data with a key store that has none of its keys.
async fn with_other_keys(school: &School) -> Db {
    let keys = Keys::in_memory(Clock::system()).await.expect("keys");
    school.db.clone().with_keys(keys)
}

#[tokio::test]
async fn a_draft_that_cannot_be_read_is_not_written_over_and_its_page_says_so() {
    let school = School::new().await;
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let (zainab, her) = (school.actor("zainab"), school.person("zainab"));
    let work = story::work(&school, "zainab", sheet).await;
    let tx = school.db.write().await.expect("free");
    submissions::save_draft(&tx, &zainab, &work, "My words", 0, school.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");

    let other = with_other_keys(&school).await;
    let page = submissions::student_page(other.read(), &zainab, &work, her, school.now()).await;
    let Err(error @ submissions::Error::Unreadable(_)) = page else {
        panic!("a form was shown for words that cannot be read");
    };
    assert!(error.to_string().contains("is kept"), "{error}");
    let tx = other.write().await.expect("free");
    let saved = submissions::save_draft(&tx, &zainab, &work, "Others", 1, school.now()).await;
    assert!(matches!(saved, Err(submissions::Error::Unreadable(_))));
    let mut random = domain::secrets::random();
    let handed_in = submissions::hand_in(
        &tx,
        &zainab,
        &work,
        ("Others", None),
        &mut random,
        school.now(),
    )
    .await;
    assert!(matches!(handed_in, Err(submissions::Error::Unreadable(_))));
    tx.commit().await.expect("nothing was written");

    let page = submissions::student_page(school.db.read(), &zainab, &work, her, school.now());
    assert_eq!(page.await.expect("hers").text, "My words");
}

#[tokio::test]
async fn a_comment_that_cannot_be_read_is_not_written_over_and_the_desk_says_so() {
    let school = School::new().await;
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let id = school.submission(sheet, "zainab", "x = 4").await;
    story::mark(&school, id, "Neat").await;
    let (ada, answer) = (school.actor("ada"), story::answer(&school, id).await);
    let desk = marking::desk(school.db.read(), &ada, &answer, school.now());
    let lines = desk.await.expect("hers").history.len();

    let other = with_other_keys(&school).await;
    let desk = marking::desk(other.read(), &ada, &answer, school.now()).await;
    assert!(matches!(desk, Err(marking::Error::Unreadable(_))));
    let given = ValidMark {
        points: Some(Points::whole(3)),
        comment: "Others".to_owned(),
        version: 1,
        attempt: None,
    };
    let tx = other.write().await.expect("free");
    let saved = marking::save(&tx, &ada, &answer, &given, school.now()).await;
    assert!(matches!(saved, Err(marking::Error::Unreadable(_))));
    tx.commit().await.expect("nothing was written");

    let desk = marking::desk(school.db.read(), &ada, &answer, school.now());
    let desk = desk.await.expect("hers");
    assert_eq!(
        (desk.mark.comment.as_str(), desk.mark.points),
        ("Neat", Some(Points::whole(12)))
    );
    assert_eq!(desk.history.len(), lines, "and nothing was noted");
}

#[tokio::test]
async fn what_helps_a_student_is_not_written_over_while_it_cannot_be_read() {
    let school = School::new().await;
    let admin = school.actor("desmond");
    let set = arrangements::policy::Action::Set;
    let learner = access::arrangements(school.db.read(), &admin, school.person("zainab"), set)
        .await
        .expect("his");
    let words = |what_helps: &str| ValidArrangement {
        what_helps: what_helps.to_owned(),
        ..ValidArrangement::default()
    };
    let tx = school.db.write().await.expect("free");
    let new = words("Sits near the door");
    arrangements::set(&tx, &learner, &new, "", school.now())
        .await
        .expect("set");
    tx.commit().await.expect("kept");

    let other = with_other_keys(&school).await;
    let page = arrangements::page(other.read(), &admin, &learner, school.now()).await;
    assert!(matches!(page, Err(arrangements::Error::Unreadable(_))));
    let tx = other.write().await.expect("free");
    for new in ["Others", ""] {
        let done = arrangements::set(&tx, &learner, &words(new), "", school.now()).await;
        assert!(matches!(done, Err(arrangements::Error::Unreadable(_))));
    }
    tx.commit().await.expect("nothing was written");

    let page = arrangements::page(school.db.read(), &admin, &learner, school.now()).await;
    let kept = page.expect("read").arrangement.what_helps;
    assert_eq!(kept, "Sits near the door");
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_left_by_an_import_by_its_undoing_and_by_the_office() {
    let school = School::new().await;
    let import = access::school(&school.actor("desmond"), Action::ImportRoster).expect("his");
    let mut roster = Roster::five_people();
    roster.user("s2").email = "first@roster.example";
    let bring_in = async |db: &Db, roster: &Roster| {
        let (wish, now) = (Wish::BringInWithLeavers, school.now());
        rosters::import_now(db, &import, "north.zip", roster.bytes(), wish, now)
            .await
            .expect("brought in")
    };
    bring_in(&school.db, &roster).await;
    school.clock.advance(TimeDelta::minutes(1));
    let read = async || {
        let row = person::Entity::find()
            .filter(person::Column::SchoolId.eq(school.id))
            .filter(person::Column::SourcedId.eq("s2"))
            .one(school.db.read())
            .await
            .expect("read")
            .expect("there");
        let address = contact::address_of(school.db.read(), row.id).await;
        (row.id, row.given_name, address.expect("read"))
    };
    let first = || Some("first@roster.example".to_owned());
    let (id, name, address) = read().await;
    assert_eq!(address, first());

    let other = with_other_keys(&school).await;
    roster.user("s2").email = "second@roster.example";
    roster.user("s2").preferred = "Thea";
    let outcome = bring_in(&other, &roster).await;
    let mut codes = outcome.problems.iter().map(|problem| problem.code.as_str());
    assert!(codes.any(|code| code == "user.email_unreadable"));
    assert_eq!(read().await, (id, "Thea".to_owned(), first()));

    school.clock.advance(TimeDelta::minutes(1));
    let done = outcome.id.expect("it went in");
    rosters::undo(&other, &import, done, school.now())
        .await
        .expect("undone");
    assert_eq!(read().await, (id, name, first()));

    let office = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
    let details = ValidDetails {
        given_name: "Matilda".to_owned(),
        family_name: "Moss".to_owned(),
        year_group: None,
        email: Some("third@school.example".to_owned()),
        username: None,
        seen: String::new(),
    };
    let tx = other.write().await.expect("free");
    let edited = people::edit(&tx, &office, id, &details, school.now()).await;
    assert!(matches!(edited, Err(people::Error::Unreadable(_))));
    tx.commit().await.expect("nothing was written");
    assert_eq!(read().await.2, first());
}
