//! What a form of set work may and may not say.

use super::*;
use chrono::NaiveDate;

#[test]
fn a_due_date_without_a_time_means_the_end_of_that_day() {
    let form = AssignmentForm {
        title: "Essay".into(),
        due_date: "2026-11-26".into(),
        ..AssignmentForm::default()
    };
    let work = form.validate(noon()).expect("title and date are enough");
    assert_eq!(
        work.due.map(|due| due.to_string()),
        Some("2026-11-26 23:59:00".into())
    );
}

#[test]
fn every_wrong_field_of_set_work_is_named_at_once() {
    let form = AssignmentForm {
        due_date: "26/11/2026".into(),
        due_time: "half past".into(),
        points: "lots".into(),
        intent: "schedule".into(),
        ..AssignmentForm::default()
    };
    let fields: Vec<String> = form
        .validate(noon())
        .expect_err("all wrong")
        .into_iter()
        .map(|e| e.field)
        .collect();
    assert_eq!(
        fields,
        ["title", "due_date", "due_time", "points", "publish_date"]
    );
}

fn noon() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 20)
        .and_then(|day| day.and_hms_opt(12, 0, 0))
        .expect("a day")
}

#[test]
fn a_time_that_has_passed_is_named_together_with_everything_else() {
    let form = AssignmentForm {
        publish_date: "2026-11-19".into(),
        intent: "schedule".into(),
        ..AssignmentForm::default()
    };
    let fields: Vec<String> = form
        .validate(noon())
        .expect_err("no title, and yesterday")
        .into_iter()
        .map(|e| e.field)
        .collect();
    assert_eq!(fields, ["title", "publish_date"]);
}

#[test]
fn new_work_is_not_published_when_it_was_due_already_or_has_a_time_to_go_out() {
    let wrong = |form: AssignmentForm| {
        let form = AssignmentForm {
            title: "Essay".into(),
            intent: "publish".into(),
            ..form
        };
        form.validate(noon()).err().map(|e| e[0].field.clone())
    };
    let due = |date: &str| AssignmentForm {
        due_date: date.into(),
        ..AssignmentForm::default()
    };
    assert_eq!(wrong(due("2020-01-01")).as_deref(), Some("due_date"));
    assert_eq!(wrong(due("2026-11-20")), None, "until the end of today");
    let goes_out = AssignmentForm {
        publish_date: "2027-01-01".into(),
        ..AssignmentForm::default()
    };
    assert_eq!(wrong(goes_out).as_deref(), Some("publish_date"));
    let long_out = AssignmentForm {
        seen: "as it was".into(),
        ..due("2020-01-01")
    };
    assert_eq!(wrong(long_out), None, "work that is out may be corrected");
}

#[test]
fn work_cannot_be_due_before_it_goes_out() {
    let form = AssignmentForm {
        title: "Essay".into(),
        due_date: "2026-11-26".into(),
        publish_date: "2026-11-27".into(),
        intent: "schedule".into(),
        ..AssignmentForm::default()
    };
    assert_eq!(
        form.validate(noon()).expect_err("due too early")[0].field,
        "due_date"
    );
}

#[test]
fn a_time_to_go_out_is_not_dropped_by_saving_a_draft() {
    let form = AssignmentForm {
        title: "Essay".into(),
        publish_date: "2026-12-10".into(),
        intent: "draft".into(),
        ..AssignmentForm::default()
    };
    for seen in ["", "as it was scheduled"] {
        let errors = AssignmentForm {
            seen: seen.into(),
            ..form.clone()
        }
        .validate(noon())
        .expect_err("a draft has no such time");
        assert_eq!(errors[0].field, "publish_date");
        assert_eq!(errors[0].message, NOT_OF_DRAFT);
    }
    let emptied = AssignmentForm {
        publish_date: String::new(),
        ..form
    };
    assert!(emptied.validate(noon()).is_ok());
}

#[test]
fn a_date_in_a_year_that_is_not_taken_is_told_which_are() {
    for date in ["9999-12-31", "0001-01-01", "1999-12-31", "2200-01-01"] {
        let form = AssignmentForm {
            title: "Essay".into(),
            due_date: date.into(),
            ..AssignmentForm::default()
        };
        let errors = form.validate(noon()).expect_err("no such year");
        assert_eq!(errors.len(), 1, "{date}");
        assert_eq!(
            errors[0].message, "Enter a due date in the years 2000 to 2199",
            "{date}"
        );
    }
}
