//! What a package hands on, and what it never does.

use chrono::NaiveDate;
use interop::oneroster::{Mode, RosterRole, Table, Version, read};

use crate::packages::{small_school, zip_of};

#[test]
fn people_come_with_their_roles_main_role_first() {
    let package = read(&small_school().zip()).expect("sound");
    assert_eq!((package.version, package.mode), (Version::V1_2, Mode::Bulk));
    assert_eq!(package.mode_of(Table::Users), Some(Mode::Bulk));
    assert_eq!(package.mode_of(Table::Enrollments), None);
    let [mum, ada, tom] = package.users.as_slice() else {
        panic!("three people: {:#?}", package.users);
    };
    assert_eq!((mum.row, ada.row), (2, 3));
    assert_eq!(ada.given_name, "Ada");
    assert_eq!(ada.preferred_given_name.as_deref(), Some("Addy"));
    assert_eq!(ada.middle_name.as_deref(), Some("Grace"));
    assert_eq!(ada.agent_sourced_ids, ["mum"]);
    assert_eq!(ada.grades, ["07", "08"]);
    assert_eq!(ada.email, None);
    assert_eq!(ada.primary_org.as_deref(), Some("org-1"));
    assert_eq!(ada.roles[0].end, NaiveDate::from_ymd_opt(2027, 7, 21));
    assert!(ada.enabled && !tom.enabled);
    assert_eq!(tom.family_name, "O'Brien");
    assert_eq!(tom.roles[0].role, RosterRole::Teacher);
    assert_eq!(tom.roles[1].role, RosterRole::Other("librarian".to_owned()));
    assert!(package.loose_roles.is_empty());
}

#[test]
fn passwords_and_telephone_numbers_are_never_kept() {
    let package = read(&small_school().zip()).expect("sound");
    let everything = format!("{package:?}");
    assert!(!everything.contains("secret"), "a password was kept");
    assert!(!everything.contains("0123"), "a telephone number was kept");
}

#[test]
fn one_folder_around_everything_and_clutter_do_not_matter() {
    let school = small_school();
    let mut files = vec![("export/manifest.csv".to_owned(), school.manifest())];
    for (name, content) in &school.files {
        files.push((format!("export/{name}"), content.clone()));
    }
    files.push(("__MACOSX/export/._users.csv".to_owned(), "x".to_owned()));
    files.push(("export/.DS_Store".to_owned(), "x".to_owned()));
    let package = read(&zip_of(&files)).expect("sound");
    assert_eq!(package.users.len(), 3);
    assert!(package.warnings.iter().all(|w| w.code == "package.clutter"));
    assert_eq!(package.warnings.len(), 2);
}
