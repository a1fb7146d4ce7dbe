//! What the doctor finds, and in which words.

use super::*;

fn at(text: &str) -> Time {
    text.parse().expect("a time")
}

#[test]
fn a_clock_that_went_wrong_is_named() {
    let now = at("2026-11-24T10:00:00Z");
    assert_eq!(time(now, Some(now), None).verdict, Verdict::Fine);
    assert_eq!(
        time(at("1970-01-01T00:00:05Z"), None, None).verdict,
        Verdict::Wrong
    );
    let late = time(now, None, Some(at("2026-11-24T10:05:00Z")));
    assert!(
        late.words.contains("the database are 300 seconds apart"),
        "{late}"
    );
}

#[test]
fn the_file_of_the_database_is_found_in_its_address() {
    assert_eq!(
        sqlite_file("sqlite:///srv/school/classimize.db?mode=rwc"),
        Some(PathBuf::from("/srv/school/classimize.db"))
    );
    assert_eq!(
        sqlite_file("sqlite://data/classimize.db"),
        Some(PathBuf::from("data/classimize.db"))
    );
    assert_eq!(sqlite_file("sqlite::memory:"), None);
    assert_eq!(sqlite_file("postgres://school@localhost/school"), None);
}

#[test]
fn keys_in_the_data_folder_are_noted_and_keys_elsewhere_are_not() {
    let config = |keys_url: Option<&str>, master_key: Option<&str>| {
        crate::config::Options {
            data: Some(PathBuf::from("/srv/school")),
            keys_url: keys_url.map(str::to_owned),
            master_key: master_key.map(|key| key.parse().expect("any text")),
            ..Default::default()
        }
        .resolve()
        .expect("a configuration")
    };
    let said =
        |keys_url, master_key| keys_lie(&config(keys_url, master_key)).map(|finding| finding.words);
    let both = said(None, None).expect("a note");
    assert!(
        both.contains("keys.db") && both.contains("the master key"),
        "{both}"
    );
    let elsewhere = Some("sqlite:///srv/keys/keys.db");
    let master = said(elsewhere, None).expect("a note");
    assert!(!master.contains("keys.db") && master.contains("the master key"));
    assert_eq!(said(elsewhere, Some("00")), None);
}

#[test]
fn a_data_folder_that_is_a_file_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data");
    std::fs::write(&file, "not a folder").expect("written");
    assert_eq!(data_folder(&file).0.verdict, Verdict::Wrong);
    let (good, written) = data_folder(folder.path());
    assert_eq!((good.verdict, written.is_some()), (Verdict::Fine, true));
    assert!(!folder.path().join(PROBE_NAME).exists());
}

#[test]
fn a_data_folder_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("data");
    assert_eq!(data_folder(&missing).0.verdict, Verdict::Note);
    assert!(!missing.exists());
}

#[test]
fn mail_that_was_given_up_is_counted_as_people_count() {
    for (failed, verdict, words) in [
        (0, Verdict::Fine, "No mail that cannot be missed was"),
        (1, Verdict::Note, "One mail that cannot be missed was"),
        (2, Verdict::Note, "2 mails that cannot be missed were"),
    ] {
        let found = found_of_mail(Ok(failed));
        assert_eq!(found.verdict, verdict);
        assert!(found.words.starts_with(words), "{found}");
    }
}
