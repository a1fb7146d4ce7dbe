//! Two of the office, or two teachers, who change the same at once, over HTTP: the second reads
//! both, keeps what was typed and overwrites nothing.

use chrono::TimeDelta;
use http::StatusCode;
use test_kit::NewWork;

use crate::classrooms::seen_in;
use crate::persona::Served;

type Fields = &'static [(&'static str, &'static str)];

/// A form that two send.
struct Form {
    /// Where it stands.
    page: String,
    /// What is behind that where it is sent to.
    action: &'static str,
    first: Fields,
    second: Fields,
    /// What stands above what the first saved.
    title: &'static str,
    /// What the first saved, as the second reads it.
    saved: &'static str,
    /// What the second typed, as it comes back.
    kept: &'static [&'static str],
}

fn with_seen<'a>(
    fields: &[(&'static str, &'static str)],
    seen: &'a str,
) -> Vec<(&'static str, &'a str)> {
    let mut all = fields.to_vec();
    all.push(("seen", seen));
    all
}

async fn the_second_overwrites_nothing(served: &Served, form: &Form) {
    let page = form.page.as_str();
    let action = format!("{page}{}", form.action);
    let mut desmond = served.as_("desmond");
    let seen = seen_in(&desmond.get(page).await.body);
    let saved = desmond.post(&action, &with_seen(form.first, &seen)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

    let refused = desmond.post(&action, &with_seen(form.second, &seen)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{page}");
    for told in ["Nothing was overwritten", form.title, form.saved] {
        assert!(refused.body.contains(told), "{page}: {told}");
    }
    for typed in form.kept {
        assert!(refused.body.contains(typed), "{page}: {typed}");
    }
    let now = desmond.get(page).await.body;
    for typed in form.kept {
        assert!(!now.contains(typed), "{page}: {typed} was written");
    }
    assert!(!now.contains(form.title));

    let seen = seen_in(&refused.body);
    let saved = desmond.post(&action, &with_seen(form.second, &seen)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let now = desmond.get(page).await.body;
    for typed in form.kept {
        assert!(now.contains(typed), "{page}: {typed} was not written");
    }
}

#[tokio::test]
async fn of_two_who_set_what_is_arranged_the_second_reads_both() {
    let served = Served::new().await;
    let form = Form {
        page: format!("/arrangements/{}", served.school.person("zainab")),
        action: "",
        first: &[("extra_time", "25"), ("what_helps", "Sits near the front.")],
        second: &[("extra_time", "10"), ("what_helps", "Reads aloud at home.")],
        title: "What is arranged now",
        saved: "Sits near the front.",
        kept: &["value=\"10\"", "Reads aloud at home."],
    };
    the_second_overwrites_nothing(&served, &form).await;
}

#[tokio::test]
async fn of_two_who_correct_a_person_the_second_reads_both() {
    let served = Served::new().await;
    let form = Form {
        page: format!("/people/{}/edit", served.school.person("zainab")),
        action: "",
        first: &[
            ("given_name", "Zaynab"),
            ("family_name", "Okafor"),
            ("year_group", "11"),
        ],
        second: &[
            ("given_name", "Zoe"),
            ("family_name", "Ode"),
            ("year_group", "10"),
        ],
        title: "The person as they are now",
        saved: "<dd>Zaynab</dd>",
        kept: &["value=\"Zoe\"", "value=\"Ode\""],
    };
    the_second_overwrites_nothing(&served, &form).await;
}

#[tokio::test]
async fn of_two_who_change_the_school_the_second_reads_both() {
    let served = Served::new().await;
    let form = Form {
        page: "/school/details".to_owned(),
        action: "",
        first: &[
            ("school_name", "Northgate Academy"),
            ("phase", "secondary"),
            ("time_zone", "Europe/London"),
        ],
        second: &[
            ("school_name", "Northgate High"),
            ("phase", "secondary"),
            ("time_zone", "Europe/London"),
        ],
        title: "The school as it is now",
        saved: "<dd>Northgate Academy</dd>",
        kept: &["value=\"Northgate High\""],
    };
    the_second_overwrites_nothing(&served, &form).await;
}

#[tokio::test]
async fn of_two_who_choose_the_hours_of_badges_the_second_reads_both() {
    let served = Served::new().await;
    let form = Form {
        page: "/school/devices".to_owned(),
        action: "/hours",
        first: &[("from", "07:00"), ("until", "18:00"), ("mon", "yes")],
        second: &[("from", "09:10"), ("until", "15:20"), ("fri", "yes")],
        title: "The hours as they are now",
        saved: "<dd>Monday, from 07:00 to 18:00</dd>",
        kept: &["value=\"09:10\"", "value=\"15:20\""],
    };
    the_second_overwrites_nothing(&served, &form).await;
}

#[tokio::test]
async fn of_two_teachers_who_change_work_the_second_reads_every_field_that_differs() {
    let served = Served::new().await;
    let draft = NewWork::draft("Sheet 6")
        .due("2026-11-26T15:30:00Z")
        .points(20);
    let id = served.school.assignment("10Ma1", draft).await;
    let edit = format!("/assignments/{id}/edit");
    let (mut ada, mut bruno) = (served.as_("ada"), served.as_("bruno"));
    let seen = seen_in(&bruno.get(&edit).await.body);
    // In June the school's clocks are an hour before UTC.
    let first = [
        ("title", "Sheet 7"),
        ("instructions", "Do half of it."),
        ("due_date", "2027-06-03"),
        ("due_time", "09:15"),
        ("points", "25"),
        ("publish_date", "2026-11-30"),
        ("publish_time", "08:00"),
        ("intent", "schedule"),
    ];
    let saved = ada.post_files(&edit, &with_seen(&first, &seen), &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

    served.school.clock.advance(TimeDelta::minutes(1));
    let second = [
        ("title", "Sheet 8"),
        ("instructions", "Do a third of it."),
        ("due_date", "2026-12-04"),
        ("due_time", "10:00"),
        ("points", "30"),
        ("intent", "draft"),
    ];
    let refused = bruno
        .post_files(&edit, &with_seen(&second, &seen), &[])
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    for shown in [
        "Nothing was overwritten",
        "The work as it is now",
        "<dd>Sheet 7</dd>",
        "<dd>Thursday 3 June 2027, 09:15</dd>",
        "<dd>25</dd>",
        "<dd>Monday 30 November, 08:00</dd>",
        "<dd>Scheduled</dd>",
        "Do half of it.",
        "value=\"Sheet 8\"",
        "value=\"2026-12-04\"",
        "value=\"10:00\"",
        "value=\"30\"",
        "Do a third of it.",
    ] {
        assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
    }
    let now = ada.get(&edit).await.body;
    assert!(now.contains("value=\"Sheet 7\"") && !now.contains("The work as it is now"));

    let seen = seen_in(&refused.body);
    let saved = bruno
        .post_files(&edit, &with_seen(&second, &seen), &[])
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(ada.get(&edit).await.body.contains("value=\"Sheet 8\""));
}

#[tokio::test]
async fn what_is_wrong_with_a_form_of_set_work_does_not_hide_what_another_teacher_saved() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6")
        .due("2026-11-26T15:30:00Z")
        .points(20);
    let id = served.school.assignment("10Ma1", work).await;
    let edit = format!("/assignments/{id}/edit");
    let (mut ada, mut bruno) = (served.as_("ada"), served.as_("bruno"));
    let seen = seen_in(&bruno.get(&edit).await.body);
    let form = |title: &'static str, due_date: &'static str| {
        [
            ("title", title),
            ("instructions", "Do all of it."),
            ("due_date", due_date),
            ("due_time", "15:30"),
            ("points", "20"),
            ("intent", "publish"),
        ]
    };
    let later = form("Sheet 6", "2026-12-03");
    let saved = ada.post_files(&edit, &with_seen(&later, &seen), &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

    // A field, or a file: both are looked at before the work is compared.
    let files = [("files", "map.txt", b"a map".as_slice()); 21];
    let mut fresh = String::new();
    for (title, files, wrong) in [
        ("", &files[..0], "Enter a title"),
        ("Sheet 6", &files[..], "Choose at most 20 files at once"),
    ] {
        let typed = form(title, "2026-11-26");
        let refused = bruno
            .post_files(&edit, &with_seen(&typed, &seen), files)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        for shown in [
            wrong,
            "The work as it is now, since somebody else changed it",
            "<dd>Thursday 3 December, 15:30</dd>",
            "<dd>Published</dd>",
            "value=\"2026-11-26\"",
        ] {
            assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
        }
        // What is the same stands in the form alone.
        assert!(!refused.body.contains("<dd>20</dd>"));
        assert!(!refused.body.contains("The instructions as they are now"));
        fresh = seen_in(&refused.body);
    }
    let now = ada.get(&edit).await.body;
    assert!(now.contains("value=\"2026-12-03\"") && !now.contains("The work as it is now"));

    // Whoever has read it may keep their own.
    let typed = form("Sheet 6", "2026-11-26");
    let saved = bruno
        .post_files(&edit, &with_seen(&typed, &fresh), &[])
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
}
