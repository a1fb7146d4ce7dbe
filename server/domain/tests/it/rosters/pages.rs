//! A package in the browser: read and shown, confirmed, refused, listed.

use std::path::Path;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::access;
use domain::files::Store;
use domain::looks::{Look, Whose};
use domain::rosters::{self, Error};
use entity::person;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tempfile::TempDir;
use test_kit::{Roster, School, User, user};
use vocab::ids::ImportId;
use vocab::looks::{LookKind, LookRelation, LookVia};
use vocab::rosters::{ImportStage, Loss, WhyNot};

use super::restricted::restrict;
use super::{door, found, import};

#[tokio::test]
async fn a_package_is_checked_shown_confirmed_and_let_go() {
    let school = School::new().await;
    let (store, folder) = store();
    let (door, desmond) = (door(&school), school.actor("desmond"));
    let bytes = Roster::five_people().bytes();
    let check = |bytes: Bytes| {
        let (store, door, school) = (&store, &door, &school);
        async move {
            rosters::check(
                &school.db,
                store,
                door,
                "C:\\out\\n.zip",
                bytes,
                school.now(),
            )
            .await
        }
    };
    let older = check(bytes.clone()).await.expect("it can be read");
    let id = check(bytes).await.expect("it can be read");
    let page = page(&school, id).await;
    assert_eq!(
        (page.stage, page.file_name.as_str()),
        (ImportStage::Checked, "n.zip")
    );
    assert_eq!(page.counts[0].1.created, 5);
    assert!(!page.asks_about_leavers && page.undo_until.is_none());
    assert_eq!(page.why_not, None);
    assert_eq!(page.by, "Desmond Lockyer");
    assert_eq!(page.samples.len(), 5);
    assert_eq!(page.samples[0].fate, "New");
    let people = person::Entity::find()
        .filter(person::Column::SourcedId.is_not_null())
        .count(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(people, 0);

    assert_eq!(files_in(folder.path()), 1, "the older package is let go");
    let replaced = self::page(&school, older).await;
    assert_eq!(replaced.why_not, Some(WhyNot::Replaced));
    let gone = rosters::confirm(&school.db, &store, &door, older, false, school.now()).await;
    assert!(matches!(gone, Err(Error::PackageGone)));
    rosters::confirm(&school.db, &store, &door, id, false, school.now())
        .await
        .expect("it goes in");
    let twice = rosters::confirm(&school.db, &store, &door, id, false, school.now()).await;
    assert!(matches!(
        twice,
        Err(Error::WrongStage(ImportStage::Applied))
    ));
    let list = rosters::list(school.db.read(), &desmond, &door, school.now())
        .await
        .expect("the list is there");
    assert!(list.is_declared && list.imports.len() == 2);
    assert!(!list.imports[0].is_replaced && list.imports[1].is_replaced);
    assert_eq!(files_in(folder.path()), 0, "no package is kept");
    let page = self::page(&school, id).await;
    assert_eq!(page.stage, ImportStage::Applied);
    assert_eq!(
        page.undo_until.map(|until| until.iso).as_deref(),
        Some("2026-12-24T10:00:00Z")
    );
}

#[tokio::test]
async fn a_refused_package_is_shown_with_its_problems() {
    let school = School::new().await;
    let (store, _folder) = store();
    let door = door(&school);
    let bytes = Bytes::from_static(b"not a zip");
    let id = rosters::check(&school.db, &store, &door, "x.zip", bytes, school.now())
        .await
        .expect("a refusal is an answer");
    let page = page(&school, id).await;
    assert_eq!(page.stage, ImportStage::Refused);
    assert!(!page.problems.is_empty());
    let csv = rosters::problems_csv(school.db.read(), &school.actor("desmond"), &door, id)
        .await
        .expect("the file is there");
    assert!(csv.starts_with("file,row,field,code,reason\r\n"));
    let confirmed = rosters::confirm(&school.db, &store, &door, id, true, school.now()).await;
    assert!(matches!(
        confirmed,
        Err(Error::WrongStage(ImportStage::Refused))
    ));
}

/// Five people, and six more in year 7.
fn eleven_people() -> Roster {
    let mut roster = Roster::five_people();
    let six = [
        ("n1", "Ann"),
        ("n2", "Ben"),
        ("n3", "Cyd"),
        ("n4", "Dot"),
        ("n5", "Eve"),
        ("n6", "Fay"),
    ];
    roster.users.extend(six.map(|(id, given)| User {
        grade: "07",
        ..user(id, given, "Newman", "student")
    }));
    roster
}

#[tokio::test]
async fn everybody_who_would_leave_or_be_shut_out_is_named_to_whoever_says_that_it_is_right() {
    let school = School::new().await;
    let (store, _folder) = store();
    let door = door(&school);
    import(&school, &eleven_people()).await;
    let mut fewer = Roster::five_people();
    fewer.user("t1").is_closed = true;
    let id = rosters::check(
        &school.db,
        &store,
        &door,
        "x.zip",
        fewer.bytes(),
        school.now(),
    )
    .await
    .expect("it can be read");
    let looked_at = page(&school, id).await;
    let lost = looked_at.lost.iter();
    let named: Vec<(&str, Option<&str>, Loss)> = lost
        .map(|person| {
            let year = person.year_group.as_deref();
            (person.name.as_str(), year, person.loss)
        })
        .collect();
    let leaver = |name| (name, Some("7"), Loss::Everything);
    assert_eq!(
        named,
        [
            leaver("Ann Newman"),
            leaver("Ben Newman"),
            leaver("Cyd Newman"),
            leaver("Dot Newman"),
            leaver("Eve Newman"),
            leaver("Fay Newman"),
            ("Wanda Teale", None, Loss::Account),
        ]
    );
    assert_eq!(looked_at.losses.all(), 7);
    rosters::confirm(&school.db, &store, &door, id, true, school.now())
        .await
        .expect("it goes in");
    assert_eq!(page(&school, id).await.lost, looked_at.lost);
    rosters::undo(&school.db, &door, id, school.now())
        .await
        .expect("it can be undone");
    assert!(page(&school, id).await.lost.is_empty(), "they are back");
}

#[tokio::test]
async fn who_stays_because_their_data_is_restricted_is_not_shown_as_a_leaver() {
    let school = School::new().await;
    let (store, _folder) = store();
    import(&school, &Roster::five_people()).await;
    restrict(&school, found(&school, "s1").await.id).await;
    let bytes = Roster::five_people().without("s1").bytes();
    let door = door(&school);
    let id = rosters::check(&school.db, &store, &door, "x.zip", bytes, school.now())
        .await
        .expect("it can be read");
    let page = page(&school, id).await;
    assert!(page.samples.is_empty(), "{:?}", page.samples);
    assert!(page.lost.is_empty(), "{:?}", page.lost);
}

#[tokio::test]
async fn who_is_restricted_after_an_import_was_looked_at_stands_on_its_page_by_name_alone() {
    let school = School::new().await;
    let (store, _folder) = store();
    import(&school, &Roster::five_people()).await;
    let bytes = Roster::five_people().without("s1").without("s2").bytes();
    let door = door(&school);
    let id = rosters::check(&school.db, &store, &door, "x.zip", bytes, school.now())
        .await
        .expect("it can be read");
    // Of both: the year in the list, and whether more is said of them among the samples.
    let said_of = async |name: &str| {
        let page = page(&school, id).await;
        let lost = page.lost.into_iter().find(|person| person.name == name);
        let sample = page.samples.into_iter().find(|one| one.name == name);
        let year = lost.expect("they would leave").year_group;
        (year, !sample.expect("there are two").facts.is_empty())
    };
    let all = (Some("7".to_owned()), true);
    assert_eq!(said_of("Séan Stone").await, all);
    restrict(&school, found(&school, "s1").await.id).await;
    assert_eq!(said_of("Séan Stone").await, (None, false));
    assert_eq!(said_of("Tilly Moss").await, all);
}

#[tokio::test]
async fn whoever_opens_an_import_that_names_people_has_looked_at_them() {
    let school = School::new().await;
    let (store, _folder) = store();
    let (door, desmond) = (door(&school), school.actor("desmond"));
    let mut looks = Vec::new();
    for bytes in [Roster::five_people().bytes(), Bytes::from_static(b"no zip")] {
        let id = rosters::check(&school.db, &store, &door, "x.zip", bytes, school.now())
            .await
            .expect("an answer");
        rosters::page(school.db.read(), &desmond, &door, id, school.now())
            .await
            .expect("the page is there");
        looks.push(desmond.looks.take());
    }
    let look = Look {
        whose: Whose::School,
        kind: LookKind::Details,
        relation: LookRelation::Office,
        via: LookVia::List,
    };
    assert_eq!(looks, [vec![look], Vec::new()]);
}

#[tokio::test]
async fn whoever_reads_problems_that_name_people_on_the_page_or_in_the_file_has_looked_at_them() {
    let school = School::new().await;
    let (store, _folder) = store();
    let (door, desmond) = (door(&school), school.actor("desmond"));
    import(&school, &Roster::five_people()).await;
    restrict(&school, found(&school, "s1").await.id).await;
    let kept_as_they_are = Roster::five_people().without("s1").bytes();
    let mut looks = Vec::new();
    for bytes in [kept_as_they_are, Bytes::from_static(b"no zip")] {
        let id = rosters::check(&school.db, &store, &door, "x.zip", bytes, school.now())
            .await
            .expect("an answer");
        let page = rosters::page(school.db.read(), &desmond, &door, id, school.now())
            .await
            .expect("the page is there");
        assert!(page.lost.is_empty() && page.samples.is_empty());
        let by_page = desmond.looks.take();
        let csv = rosters::problems_csv(school.db.read(), &desmond, &door, id)
            .await
            .expect("the file is there");
        looks.push((csv.contains("Séan Stone"), by_page, desmond.looks.take()));
    }
    let look = Look {
        whose: Whose::School,
        kind: LookKind::Details,
        relation: LookRelation::Office,
        via: LookVia::List,
    };
    let of_the_first = (true, vec![look], vec![look]);
    assert_eq!(looks, [of_the_first, (false, Vec::new(), Vec::new())]);
}

#[tokio::test]
async fn a_refused_package_replaces_none_that_was_looked_at() {
    let school = School::new().await;
    let (store, _folder) = store();
    let door = door(&school);
    let good = Roster::five_people().bytes();
    let mut ids = Vec::new();
    for bytes in [good, Bytes::from_static(b"not a zip")] {
        let id = rosters::check(&school.db, &store, &door, "x.zip", bytes, school.now()).await;
        ids.push(id.expect("an answer"));
        school.clock.advance(TimeDelta::minutes(1));
    }
    assert_eq!(page(&school, ids[1]).await.stage, ImportStage::Refused);
    assert_eq!(page(&school, ids[0]).await.why_not, None);
    let desmond = school.actor("desmond");
    let list = rosters::list(school.db.read(), &desmond, &door, school.now()).await;
    let list = list.expect("the list is there").imports;
    assert!(list.iter().all(|import| !import.is_replaced));
    rosters::confirm(&school.db, &store, &door, ids[0], false, school.now())
        .await
        .expect("it goes in");
}

#[tokio::test]
async fn what_can_be_undone_stays_in_the_list_however_many_files_are_looked_at_after_it() {
    let school = School::new().await;
    let (store, _folder) = store();
    let (door, desmond) = (door(&school), school.actor("desmond"));
    let id = import(&school, &Roster::five_people()).await.id;
    for _ in 0..21 {
        let bytes = Bytes::from_static(b"not a zip");
        rosters::check(&school.db, &store, &door, "x.zip", bytes, school.now())
            .await
            .expect("a refusal is an answer");
        school.clock.advance(TimeDelta::minutes(1));
    }
    let list = async || {
        rosters::list(school.db.read(), &desmond, &door, school.now())
            .await
            .expect("the list is there")
            .imports
    };
    let listed = list().await;
    assert_eq!(listed.len(), 21);
    assert!(listed[0].counts.is_empty(), "it was refused");
    let oldest = &listed[20];
    assert_eq!((Some(oldest.id), oldest.stage), (id, ImportStage::Applied));
    assert_eq!(oldest.counts[0].1.created, 5);
    school.clock.advance(TimeDelta::days(31));
    assert_eq!(list().await.len(), 20);
}

fn files_in(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| entry.expect("the folder can be listed").path())
        .map(|path| if path.is_dir() { files_in(&path) } else { 1 })
        .sum()
}

/// A store in a folder of its own.
fn store() -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let store = Store::local(folder.path()).expect("the folder is there");
    (store, folder)
}

async fn page(school: &School, id: ImportId) -> vocab::rosters::ImportPage {
    let desmond = school.actor("desmond");
    rosters::page(school.db.read(), &desmond, &door(school), id, school.now())
        .await
        .expect("the page is there")
}

#[tokio::test]
async fn the_page_offers_to_undo_an_import_where_it_can_be_undone_and_says_why_it_cannot() {
    let school = School::new().await;
    let first = import(&school, &Roster::five_people())
        .await
        .id
        .expect("in");
    let offer = async |id| {
        let page = page(&school, id).await;
        (page.undo_until.is_some(), page.why_not)
    };
    assert_eq!(offer(first).await, (true, None));
    let roster = Roster::five_people().without("s1");
    let second = import(&school, &roster).await.id.expect("in");
    assert_eq!(offer(first).await, (false, Some(WhyNot::BuiltOn)));
    assert_eq!(offer(second).await, (true, None));
    rosters::undo(&school.db, &door(&school), second, school.now())
        .await
        .expect("it can be undone");
    assert_eq!(offer(second).await, (false, None));
    assert_eq!(offer(first).await, (true, None));
    school.clock.advance(TimeDelta::days(31));
    assert_eq!(offer(first).await, (false, Some(WhyNot::TooLate)));
}

#[tokio::test]
async fn another_schools_import_is_not_found() {
    let school = School::new().await;
    let id = import(&school, &Roster::five_people())
        .await
        .id
        .expect("in");
    let saskia = school.actor("saskia");
    let south = access::school_as_operator(school.south.school);
    let page = rosters::page(school.db.read(), &saskia, &south, id, school.now()).await;
    assert!(matches!(page, Err(Error::Access(_))));
    let undone = rosters::undo(&school.db, &south, id, school.now()).await;
    assert!(matches!(undone, Err(Error::Access(_))));
}
