//! Who may be photographed: what the record says at the moment of reading, of the students
//! of a classroom, for those who take the pictures.

use domain::looks::{Look, Whose};
use domain::{AccessError, access, consent};
use test_kit::School;
use vocab::consent::ConsentPurpose;
use vocab::looks::{LookKind, LookRelation, LookVia};

use super::{form, say, with_a_second_guardian};

/// Each student of a classroom, with whether they may be photographed in school and in
/// public.
async fn listed(school: &School, reader: &str, room: &str) -> Vec<(String, bool, bool)> {
    let (db, actor) = (school.db.read(), school.actor(reader));
    let room = access::photos(db, &actor, school.classroom(room))
        .await
        .expect("theirs");
    consent::photos(db, &actor, &room, school.now())
        .await
        .expect("the database answers")
        .lines
        .into_iter()
        .map(|line| (line.name, line.in_school, line.in_public))
        .collect()
}

#[tokio::test]
async fn only_a_yes_that_stands_is_one_and_it_is_gone_at_the_next_look() {
    let school = with_a_second_guardian().await;
    let mei = |in_school, in_public| vec![("Mei Cheung".to_owned(), in_school, in_public)];
    let (inside, public) = (
        ConsentPurpose::PhotosInSchool,
        ConsentPurpose::PhotosInPublic,
    );
    assert_eq!(
        listed(&school, "cleo", "8Sc1").await,
        mei(false, false),
        "no answer is no"
    );
    for purpose in [inside, public] {
        say(&school, "petra", "mei", &form(purpose, None, true))
            .await
            .expect("hers to say");
    }
    assert_eq!(listed(&school, "cleo", "8Sc1").await, mei(true, true));
    say(&school, "petra", "mei", &form(inside, None, false))
        .await
        .expect("taken back");
    assert_eq!(listed(&school, "cleo", "8Sc1").await, mei(false, true));
    say(&school, "rosa", "mei", &form(public, None, false))
        .await
        .expect("heard");
    assert_eq!(listed(&school, "cleo", "8Sc1").await, mei(false, false));
}

#[tokio::test]
async fn the_list_is_for_the_teachers_of_the_classroom_the_office_and_the_lead() {
    let school = School::new().await;
    let (db, room) = (school.db.read(), school.classroom("10Ma1"));
    for reader in ["ada", "bruno", "desmond", "edith"] {
        assert_eq!(listed(&school, reader, "10Ma1").await.len(), 3, "{reader}");
    }
    for reader in ["cleo", "sam", "sid", "gus", "saskia", "olga"] {
        let refused = access::photos(db, &school.actor(reader), room).await;
        assert!(matches!(refused, Err(AccessError::NotFound)), "{reader}");
    }
    for reader in ["zainab", "rosa"] {
        let refused = access::photos(db, &school.actor(reader), room).await;
        assert!(matches!(refused, Err(AccessError::NotAllowed)), "{reader}");
    }
    let refused = access::photos(db, &school.actor("edith"), school.south.classroom).await;
    assert!(matches!(refused, Err(AccessError::NotFound)));
}

#[tokio::test]
async fn each_look_at_the_list_is_noted_of_everybody_in_the_classroom() {
    let school = School::new().await;
    for (reader, relation) in [
        ("ada", LookRelation::Teacher),
        ("desmond", LookRelation::Office),
        ("edith", LookRelation::ProtectionLead),
    ] {
        let (db, actor) = (school.db.read(), school.actor(reader));
        let room = access::photos(db, &actor, school.classroom("10Ma1"))
            .await
            .expect("theirs");
        consent::photos(db, &actor, &room, school.now())
            .await
            .expect("the database answers");
        let look = Look {
            whose: Whose::Classroom(room.id),
            kind: LookKind::Consents,
            relation,
            via: LookVia::List,
        };
        assert_eq!(actor.looks.take(), [look], "{reader}");
    }
}
