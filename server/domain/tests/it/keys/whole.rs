//! A key store that does not belong to the data: it would be filled with new keys, and what
//! was sealed before could never be read again.

use domain::keys::{self, Error, Owner};
use domain::schools::policy::Action;
use domain::{Db, access, people};
use entity::{person, school};
use sea_orm::EntityTrait;
use tempfile::TempDir;
use test_kit::School;
use vocab::ids::PersonId;
use vocab::people::{Role, ValidPerson};

use super::{copy, open};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

async fn with_keys_in(school: &School, folder: &TempDir) -> Db {
    school.db.clone().with_keys(open(folder.path()).await)
}

/// How many keys are missing of how many, where the store is refused.
async fn refused(db: &Db) -> Option<(usize, usize)> {
    match keys::require_whole(db).await {
        Ok(()) => None,
        Err(Error::OtherStore { missing, count }) => Some((missing, count)),
        Err(error) => panic!("the stores answer: {error}"),
    }
}

async fn somebody_new(school: &School, db: &Db) -> PersonId {
    let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
    let new = ValidPerson {
        given_name: "Nora".to_owned(),
        family_name: "New".to_owned(),
        role: Role::Teacher,
        year_group: None,
        email: Some("nora@northgate.example".to_owned()),
        username: None,
    };
    let tx = db.write().await.expect("free");
    let id = people::add(&tx, &door, &new, school.now()).await;
    tx.commit().await.expect("kept");
    id.expect("added")
}

#[tokio::test]
async fn a_key_store_that_is_empty_or_another_one_is_refused_and_given_no_key() {
    let school = School::new().await;
    let (own, empty, other) = (folder(), folder(), folder());
    let unsealed = with_keys_in(&school, &empty).await;
    assert_eq!(refused(&unsealed).await, None, "nothing is sealed yet");
    let db = with_keys_in(&school, &own).await;
    keys::seal_old_rows(&db).await.expect("sealed");
    assert_eq!(refused(&db).await, None);

    let db = with_keys_in(&school, &empty).await;
    let (missing, sealed) = refused(&db).await.expect("refused");
    assert!(missing == sealed && sealed > 10);
    assert_eq!(db.keys().counts().await.expect("counted"), (0, 0));

    // Keys of the same people, which open nothing.
    let db = with_keys_in(&school, &other).await;
    let people = person::Entity::find().all(db.read()).await.expect("people");
    let schools = school::Entity::find()
        .all(db.read())
        .await
        .expect("schools");
    let people = people.into_iter().map(|row| Owner::from(row.id));
    let schools = schools.into_iter().map(|row| Owner::from(row.id));
    let made = db.keys().to_seal(people.chain(schools)).await;
    made.expect("made");
    assert_eq!(refused(&db).await, Some((0, sealed)));
}

#[tokio::test]
async fn a_key_store_that_is_older_than_the_data_is_refused_until_only_destroyed_keys_are_missing()
{
    let school = School::new().await;
    let (own, older) = (folder(), folder());
    let db = with_keys_in(&school, &own).await;
    keys::seal_old_rows(&db).await.expect("sealed");
    copy(own.path(), older.path());
    let master = |folder: &TempDir| folder.path().join("keys/master");
    std::fs::create_dir(older.path().join("keys")).expect("made");
    std::fs::copy(master(&own), master(&older)).expect("copied");
    let old = with_keys_in(&school, &older).await;
    assert_eq!(refused(&old).await, None, "a copy of the same time");

    let nora = somebody_new(&school, &db).await;
    assert_eq!(refused(&db).await, None);
    let missing = refused(&old).await.map(|(missing, _)| missing);
    assert_eq!(missing, Some(1), "hers");

    let tx = db.write().await.expect("free");
    let done = keys::destroy(&tx, nora, "erasure", school.now()).await;
    done.expect("destroyed");
    tx.commit().await.expect("kept");
    assert_eq!(refused(&old).await, None, "hers is gone from every store");
}
