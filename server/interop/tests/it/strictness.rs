//! What version 1.2 refuses, one fault at a time.

use std::fmt::Write as _;

use interop::oneroster::{Problem, Table, Version, read};

use crate::packages::{ORGS, ROLES, Sketch, USERS, codes, small_school, zip_of};

fn refused(sketch: &Sketch) -> Vec<Problem> {
    read(&sketch.zip()).expect_err("refused")
}

#[test]
fn a_sound_package_has_no_warnings() {
    assert_eq!(read(&small_school().zip()).expect("sound").warnings, []);
}

#[test]
fn each_fault_has_its_code_row_and_column() {
    let cases = [
        (
            Table::Users,
            "ada,,,true",
            "a da,,,true",
            "row.invalid_guid",
            3,
            "sourcedId",
        ),
        (
            Table::Users,
            "ada,,,true",
            "ada,,,TRUE",
            "row.invalid_boolean",
            3,
            "enabledUser",
        ),
        (
            Table::Users,
            "Ada,Chen,Grace",
            ",Chen,Grace",
            "row.missing_required_value",
            3,
            "givenName",
        ),
        (
            Table::Users,
            "mum,\"07",
            "nobody,\"07",
            "reference.missing_record",
            3,
            "agentSourcedIds",
        ),
        (
            Table::Users,
            "\"07,08\"",
            "\"07,,08\"",
            "row.invalid_list",
            3,
            "grades",
        ),
        (
            Table::Users,
            "Ada,Chen",
            "A\u{7}da,Chen",
            "row.invalid_text",
            3,
            "givenName",
        ),
        (
            Table::Roles,
            "guardian",
            "Guardian",
            "row.invalid_enum",
            2,
            "role",
        ),
        (
            Table::Roles,
            "2027-07-21",
            "21/07/2027",
            "row.invalid_date",
            3,
            "endDate",
        ),
        (
            Table::Roles,
            "r4,,,tom",
            "r3,,,tom",
            "reference.duplicate_sourced_id",
            5,
            "sourcedId",
        ),
        (
            Table::Roles,
            "r4,,,tom",
            "r4,active,,tom",
            "row.field_forbidden_in_bulk",
            5,
            "status",
        ),
        (
            Table::Orgs,
            "identifier,",
            "Identifier,",
            "header.unknown_column",
            1,
            "Identifier",
        ),
        (
            Table::Orgs,
            "name,type",
            "type,name",
            "header.wrong_order",
            1,
            "name",
        ),
        (
            Table::Orgs,
            "name,type",
            "name,name",
            "header.duplicate_column",
            1,
            "name",
        ),
    ];
    for (table, from, to, code, row, field) in cases {
        let problems = refused(&small_school().but(table, from, to));
        let is_found = problems.iter().any(|problem| {
            problem.code == code
                && problem.file == table.file_name()
                && problem.row == Some(row)
                && problem.field.as_deref() == Some(field)
        });
        assert!(is_found, "{code}: {problems:#?}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let sketch = small_school()
        .but(Table::Users, "ada,,,true", "ada,,,maybe")
        .but(Table::Roles, "guardian", "nanny")
        .but(Table::Orgs, "Northgate", "");
    let mut found = codes(&refused(&sketch));
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "row.invalid_boolean",
            "row.invalid_enum",
            "row.missing_required_value"
        ]
    );
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_shows_them() {
    let sketch = small_school().with(
        Table::Orgs,
        &ORGS
            .replace('\n', "\r\n")
            .replace("org-1", "\r\norg-1")
            .replace("Northgate", "\"North\ngate\""),
    );
    assert!(read(&sketch.zip()).is_ok());
    let worse = sketch.but(Table::Orgs, ",school,", ",skool,");
    assert_eq!(refused(&worse)[0].row, Some(3));
}

#[test]
fn a_byte_order_mark_and_blank_ends_do_not_matter() {
    let sketch = small_school().with(Table::Orgs, &format!("\u{feff}{ORGS}\r\n\r\n,,,,,,\r\n"));
    assert_eq!(read(&sketch.zip()).expect("sound").orgs.len(), 1);
}

#[test]
fn a_shifted_row_is_refused() {
    let wide = small_school().but(Table::Orgs, "100001,", "100001,,extra");
    assert_eq!(codes(&refused(&wide)), ["row.wrong_cell_count"]);
    let short = small_school().but(Table::Orgs, ",100001,", ",100001");
    assert_eq!(codes(&refused(&short)), ["row.wrong_cell_count"]);
    let open = small_school().but(Table::Orgs, "Northgate", "\"Northgate");
    assert!(codes(&refused(&open)).contains(&"row.open_quote"));
}

#[test]
fn a_file_in_another_encoding_is_refused() {
    let sketch = small_school();
    let latin: Vec<u8> = USERS
        .replace("Mei", "M§")
        .bytes()
        .filter(|b| *b != 0xC2)
        .collect();
    let manifest = sketch.manifest();
    let files: [(&str, &[u8]); 4] = [
        ("manifest.csv", manifest.as_bytes()),
        ("orgs.csv", ORGS.as_bytes()),
        ("roles.csv", ROLES.as_bytes()),
        ("users.csv", &latin),
    ];
    let problems = read(&zip_of(&files)).expect_err("refused");
    assert_eq!(codes(&problems), ["row.not_utf8"]);
    assert_eq!(problems[0].row, Some(2));
}

#[test]
fn an_empty_bulk_table_would_send_everybody_away_and_is_refused() {
    let header = USERS.lines().next().expect("a header");
    let sketch = small_school().with(Table::Users, header);
    assert!(codes(&refused(&sketch)).contains(&"file.no_rows"));
    let sketch = small_school().with(Table::Users, "");
    assert_eq!(codes(&refused(&sketch)), ["file.empty"]);
}

#[test]
fn the_number_of_problems_is_bounded() {
    let mut users = USERS.to_owned();
    for i in 0..1_500 {
        writeln!(users, "u{i},,,maybe,,,A,B,,,,,,,,,,,,,,").expect("a string takes it");
    }
    let problems = refused(&small_school().with(Table::Users, &users));
    assert_eq!(problems.len(), 1_001);
    assert_eq!(problems[1_000].code, "package.too_many_problems");
}

#[test]
fn a_long_cell_is_never_echoed() {
    let long = "x".repeat(5_000);
    let problems = refused(&small_school().but(Table::Roles, "guardian", &long));
    assert!(
        problems[0].reason.chars().count() < 300,
        "{}",
        problems[0].reason
    );
    let long = "x".repeat(9_000);
    let problems = refused(&small_school().but(Table::Users, "Ada,", &format!("{long},")));
    assert_eq!(codes(&problems), ["row.value_too_long"]);
}

#[test]
fn the_manifest_is_held_to_the_letter() {
    let school = small_school();
    let manifest = school.manifest();
    let cases = [
        (
            "propertyName,value",
            "propertyname,value",
            "manifest.invalid_header",
        ),
        (
            "oneroster.version,1.2",
            "oneroster.version,2.0",
            "manifest.unsupported_version",
        ),
        (
            "manifest.version,1.0",
            "manifest.version,9",
            "manifest.unsupported_version",
        ),
        ("oneroster.version,1.2\n", "", "manifest.missing_property"),
        ("file.results,absent\n", "", "manifest.missing_property"),
        (
            "file.results,absent",
            "file.users,bulk",
            "manifest.duplicate_property",
        ),
        (
            "file.results,absent",
            "file.results,none",
            "manifest.invalid_value",
        ),
        (
            "file.results,absent",
            "file.results,bulk",
            "manifest.file_missing",
        ),
        (
            "file.users,bulk",
            "file.users,absent",
            "manifest.file_unexpected",
        ),
    ];
    for (from, to, code) in cases {
        assert!(manifest.contains(from));
        let mut files = vec![("manifest.csv".to_owned(), manifest.replace(from, to))];
        files.extend(school.files.iter().cloned());
        let problems = read(&zip_of(&files)).expect_err("refused");
        assert!(codes(&problems).contains(&code), "{code}: {problems:#?}");
    }
    let problems = read(&zip_of(&school.files)).expect_err("refused");
    assert_eq!(codes(&problems), ["manifest.missing"]);

    // Somebody made the zip file of a folder and of what lay beside it.
    let mut files = vec![("manifest.csv".to_owned(), manifest)];
    files.extend(school.files.iter().cloned());
    let mut files: Vec<_> = files
        .into_iter()
        .map(|(name, text)| (format!("export/{name}"), text))
        .collect();
    files.push(("LICENSE".to_owned(), "Free".to_owned()));
    let problems = read(&zip_of(&files)).expect_err("refused");
    assert_eq!(
        codes(&problems),
        ["manifest.missing", "package.unknown_file"]
    );
    assert!(
        problems[0]
            .reason
            .contains("in a folder of the zip file, \"export\"")
    );
}

#[test]
fn a_delta_may_speak_of_people_who_came_before() {
    let delta = Sketch::new(Version::V1_2, "delta").with(
        Table::Roles,
        &ROLES
            .replace(",,,", ",active,2026-10-01T08:00:00Z,")
            .replace("2026-09-01,active,2026-10-01T08:00:00Z,", "2026-09-01,,"),
    );
    let package = read(
        &delta
            .but(
                Table::Roles,
                "ext:librarian,active,2026-10-01T08:00:00Z,",
                "ext:librarian,,,",
            )
            .but(
                Table::Roles,
                "teacher,active,2026-10-01T08:00:00Z,",
                "teacher,,,",
            )
            .zip(),
    )
    .expect("sound");
    assert_eq!(package.loose_roles.len(), 4);
    assert_eq!(package.loose_roles[0].user.as_deref(), Some("mum"));
}

#[test]
fn a_deleted_row_of_a_delta_needs_only_its_id() {
    let header = USERS.lines().next().expect("a header");
    let row = format!("gone,tobedeleted,2026-10-01T08:00:00Z{}", ",".repeat(19));
    let delta =
        Sketch::new(Version::V1_2, "delta").with(Table::Users, &format!("{header}\n{row}\n"));
    let package = read(&delta.zip()).expect("sound");
    assert_eq!(
        package.users[0].status,
        Some(interop::oneroster::RowStatus::ToBeDeleted)
    );
    let unsure = delta.but(Table::Users, "tobedeleted", "");
    assert!(codes(&refused(&unsure)).contains(&"row.missing_required_value"));
}
