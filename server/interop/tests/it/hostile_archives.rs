//! Archives made to hurt: refused with a clear word, never unpacked.

use std::fs;
use std::io::{Cursor, Write};

use interop::oneroster::{Table, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::packages::{ORGS, codes, sample, small_school, zip_of};

#[test]
fn every_hostile_sample_is_refused_with_its_reason() {
    let Some(folder) = sample("data/security/made-here") else {
        return;
    };
    for (file, code) in [
        ("abs-path.zip", "archive.unsafe_path"),
        ("backslash.zip", "archive.unsafe_path"),
        ("bomb-nested-10x100MB.zip", "package.unknown_file"),
        ("html-as-png.png", "archive.not_a_zip"),
        ("many-entries-20000.zip", "archive.too_many_entries"),
        ("symlink.zip", "archive.symlink"),
        ("truncated.zip", "archive.damaged"),
        ("xxe-imsmanifest.zip", "package.unknown_file"),
        ("zipslip.zip", "archive.unsafe_path"),
    ] {
        let bytes = fs::read(folder.join(file)).expect("the sample is there");
        let problems = read(&bytes).expect_err(file);
        assert!(codes(&problems).contains(&code), "{file}: {problems:#?}");
        assert!(problems.iter().all(|problem| !problem.reason.is_empty()));
    }
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let bytes = fs::read(&path).expect("readable");
        assert!(read(&bytes).is_err(), "{} was accepted", path.display());
    }
}

#[test]
fn a_table_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("users.csv", SimpleFileOptions::default())
        .expect("a new entry");
    let zeros = vec![b'a'; 1 << 20];
    for _ in 0..70 {
        zip.write_all(&zeros).expect("memory takes it");
    }
    let bytes = zip.finish().expect("memory takes it").into_inner();
    assert_eq!(
        codes(&read(&bytes).expect_err("refused")),
        ["archive.too_large"]
    );
}

#[test]
fn more_rows_than_any_school_has_are_refused() {
    let rows = "x\n".repeat(250_001);
    let bytes = small_school()
        .with(Table::Orgs, &format!("{ORGS}{rows}"))
        .zip();
    let problems = read(&bytes).expect_err("refused");
    assert!(codes(&problems).contains(&"package.too_many_rows"));
}

/// Offset of the uncompressed size in a central directory header.
const CENTRAL_SIZE: usize = 24;

fn central_header(bytes: &[u8], name: &str) -> usize {
    let name = name.as_bytes();
    (0..bytes.len())
        .find(|at| {
            bytes[*at..].starts_with(b"PK\x01\x02")
                && bytes.get(at + 46..at + 46 + name.len()) == Some(name)
        })
        .expect("the entry is in the directory")
}

#[test]
fn a_size_that_lies_is_found_out() {
    let sound = small_school().zip();
    let at = central_header(&sound, "users.csv") + CENTRAL_SIZE;
    let real = u32::from_le_bytes(sound[at..at + 4].try_into().expect("four bytes"));
    for lie in [0, 1, real - 1, real + 1, real * 2] {
        let mut bytes = sound.clone();
        bytes[at..at + 4].copy_from_slice(&lie.to_le_bytes());
        let problems = read(&bytes).expect_err("refused");
        assert!(
            codes(&problems).contains(&"archive.damaged"),
            "{lie}: {problems:#?}"
        );
    }
    let mut bytes = sound;
    bytes[at..at + 4].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
    assert_eq!(
        codes(&read(&bytes).expect_err("refused")),
        ["archive.too_large"]
    );
}

#[test]
fn a_number_of_entries_that_lies_is_refused() {
    let mut bytes = small_school().zip();
    let end = bytes.len() - 22;
    bytes[end + 10..end + 12].copy_from_slice(&60_000_u16.to_le_bytes());
    assert_eq!(
        codes(&read(&bytes).expect_err("refused")),
        ["archive.too_many_entries"]
    );
}

#[test]
fn an_encrypted_entry_is_refused() {
    let mut bytes = small_school().zip();
    let at = central_header(&bytes, "users.csv") + 8;
    bytes[at] |= 1;
    assert_eq!(
        codes(&read(&bytes).expect_err("refused")),
        ["archive.encrypted"]
    );
}

#[test]
fn a_name_that_comes_twice_is_refused() {
    let school = small_school();
    let mut files = school.files.clone();
    files.push(("manifest.csv".to_owned(), school.manifest()));
    files.push(("Users.csv".to_owned(), "x".to_owned()));
    assert_eq!(
        codes(&read(&zip_of(&files)).expect_err("refused")),
        ["archive.repeated_name"]
    );
    // The writer refuses a real repetition, so the name is changed in place.
    let mut bytes = zip_of(&[("users.csv", "a"), ("userz.csv", "b")]);
    for at in 0..bytes.len() - 9 {
        if bytes[at..].starts_with(b"userz.csv") {
            bytes[at + 4] = b's';
        }
    }
    assert_eq!(
        codes(&read(&bytes).expect_err("refused")),
        ["archive.repeated_name"]
    );
}

#[test]
fn a_table_in_a_folder_of_its_own_is_not_taken_for_one_of_the_package() {
    let school = small_school();
    let mut files = school.files.clone();
    files.push(("manifest.csv".to_owned(), school.manifest()));
    files.push(("old/users.csv".to_owned(), "x".to_owned()));
    let problems = read(&zip_of(&files)).expect_err("refused");
    assert_eq!(codes(&problems), ["package.unknown_file"]);
}
