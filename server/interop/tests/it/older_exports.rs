//! Version 1.1 as schools' systems really write it.

use std::fs;

use interop::oneroster::{RosterRole, RowStatus, Table, Version, read};

use crate::packages::{Sketch, codes, sample, zip_of};

const ORGS: &str = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\no1,,,Northgate,school,,\n";
const USERS: &str = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n\
    u1,,,true,o1,student,ada,,Ada,Chen,,,,,,,7,secret\n\
    u2,,,true,o1,teacher,tom,,Tom,Green,,,,,,,,\n";
const CLASSES: &str = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\nc1,,,7Ma1,7,,,scheduled,,o1,,,,\n";
const ENROLLMENTS: &str = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\ne1,,,c1,o1,u1,student,false,,\ne2,,,c1,o1,u2,teacher,true,,\n";

fn older_school() -> Sketch {
    Sketch::new(Version::V1_1, "bulk")
        .with(Table::Orgs, ORGS)
        .with(Table::Users, USERS)
        .with(Table::Classes, CLASSES)
        .with(Table::Enrollments, ENROLLMENTS)
}

#[test]
fn a_real_export_is_read_with_warnings() {
    let Some(folder) = sample("data/oneroster/oat-sa__oneroster-import/OneRosterv1p1BaseCSV")
    else {
        return;
    };
    let files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, fs::read(path).expect("readable"))
        })
        .collect();
    let package = read(&zip_of(&files)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    for warning in &package.warnings {
        println!("{warning:?}");
    }
    assert_eq!(package.version, Version::V1_1);
    assert_eq!(package.orgs.len(), 2);
    assert_eq!(package.users.len(), 2);
    assert_eq!(package.classes.len(), 3);
    assert_eq!(package.enrollments.len(), 3);
    assert_eq!(package.users[0].roles[0].role, RosterRole::Student);
    assert_eq!(package.users[0].roles[0].org.as_deref(), Some("12345"));
    assert_eq!(package.classes[0].terms, Vec::<String>::new());
    let unknown_term = package.warnings.iter().find(|warning| {
        warning.code == "reference.missing_record"
            && warning.field.as_deref() == Some("termSourcedIds")
    });
    let unknown_term = unknown_term.expect("the unknown term is told");
    assert_eq!(
        (unknown_term.file.as_str(), unknown_term.row),
        ("classes.csv", Some(2))
    );
    assert_eq!(
        unknown_term.reason,
        "The year or term \"1\" is not in academicSessions.csv."
    );
}

#[test]
fn liberties_whose_meaning_is_clear_are_taken() {
    let school = older_school()
        .but(Table::Users, "sourcedId,status", "SourcedID,Status")
        .but(Table::Users, "agentSourcedIds,grades", "agents,grade")
        .but(
            Table::Users,
            "u1,,,true",
            "u1,active,2017-05-06 08:01:05,TRUE",
        )
        .but(Table::Users, "teacher", "Teacher")
        .but(
            Table::Enrollments,
            "student,false,",
            "student,,2026-09-01T00:00:00Z",
        );
    let package = read(&school.zip()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(package.users[0].status, Some(RowStatus::Active));
    assert_eq!(package.users[0].grades, ["7"]);
    assert_eq!(package.users[1].roles[0].role, RosterRole::Teacher);
    assert!(package.enrollments[0].begin.is_some());
    assert!(codes(&package.warnings).contains(&"header.renamed_column"));
}

#[test]
fn what_would_make_wrong_data_is_refused() {
    let cases = [
        (
            Table::Users,
            "u2,,,true",
            "u1,,,true",
            "reference.duplicate_sourced_id",
        ),
        (
            Table::Users,
            "Ada,Chen",
            ",Chen",
            "row.missing_required_value",
        ),
        (Table::Users, "u1,,", ",,", "row.missing_required_value"),
        (Table::Users, "o1,student", "o1,pupil", "row.invalid_enum"),
        (
            Table::Users,
            "u1,,,true",
            "u1,perhaps,,true",
            "row.invalid_enum",
        ),
        (
            Table::Enrollments,
            "u1,student",
            "u9,student",
            "reference.missing_record",
        ),
        (
            Table::Enrollments,
            "c1,o1,u1",
            "c9,o1,u1",
            "reference.missing_record",
        ),
        (
            Table::Enrollments,
            "userSourcedId",
            "somebody",
            "header.missing_column",
        ),
    ];
    for (table, from, to, code) in cases {
        let problems = read(&older_school().but(table, from, to).zip()).expect_err("refused");
        assert!(codes(&problems).contains(&code), "{code}: {problems:#?}");
    }
}

#[test]
fn what_can_be_left_out_is_left_out_with_a_warning() {
    let cases = [
        (
            Table::Enrollments,
            "c1,o1,u1",
            "c1,o9,u1",
            "reference.missing_record",
        ),
        (
            Table::Enrollments,
            "student,false,",
            "student,false,1/9/26",
            "row.invalid_date",
        ),
        (Table::Classes, "scheduled", "lesson", "row.invalid_enum"),
        (
            Table::Classes,
            "o1,,",
            "o1,t1,",
            "reference.missing_target_file",
        ),
    ];
    for (table, from, to, code) in cases {
        let package = read(&older_school().but(table, from, to).zip())
            .unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert!(
            codes(&package.warnings).contains(&code),
            "{:#?}",
            package.warnings
        );
        assert!(package.enrollments[0].begin.is_none());
    }
}
