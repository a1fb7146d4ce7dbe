//! Setting work over HTTP: what its teacher is told where it does not go out, and where it went
//! out while they still wrote.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use http::StatusCode;
use test_kit::NewWork;
use vocab::assignments::{NOT_OF_DRAFT, OUT_ALREADY, PASSED_DUE_OF_DRAFT};
use vocab::ids::AssignmentId;

use crate::classrooms::seen_in;
use crate::leaving::signed_in;
use crate::persona::{Answer, Persona, Served};
use crate::pressed_twice::hidden;

#[tokio::test]
async fn a_draft_whose_due_time_has_passed_stays_one_and_its_teacher_is_told_beside_the_button() {
    let served = Served::new().await;
    let draft = NewWork::draft("Sheet 6").due("2026-11-23T15:30:00Z");
    let id = served.school.assignment("10Ma1", draft).await;
    let page = format!("/assignments/{id}");
    let refused = served
        .as_("ada")
        .post(&format!("{page}/publish"), &[])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let beside = regex::Regex::new("(?s)<form[^>]*id=\"publish\".*?</form>").expect("a pattern");
    let form = beside.find(&refused.body).expect("the button").as_str();
    assert!(
        form.contains(PASSED_DUE_OF_DRAFT) && form.contains("Publish now"),
        "{form}"
    );
    assert!(refused.body.contains("Sheet 6") && refused.body.contains("href=\"#publish\""));
    let hidden = served.as_("zainab").get(&page).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}

/// The form of work that was to go out at 10:05, opened before and sent at 10:06.
async fn sent_after_it_went_out(
    served: &Served,
    fields: &[(&'static str, &'static str)],
) -> (AssignmentId, Answer) {
    let work = NewWork::scheduled("Sheet 6", "2026-11-24T10:05:00Z");
    let id = served.school.assignment("10Ma1", work).await;
    let edit = format!("/assignments/{id}/edit");
    let mut ada = served.as_("ada");
    let seen = seen_in(&ada.get(&edit).await.body);
    served.school.clock.advance(TimeDelta::minutes(6));
    let mut sent = fields.to_vec();
    sent.push(("seen", seen.as_str()));
    let answer = ada.post_files(&edit, &sent, &[]).await;
    (id, answer)
}

/// Every field that the list of what is wrong leads to.
fn led_to(body: &str) -> Vec<String> {
    let Some((_, after)) = body.split_once("class=\"error-summary\"") else {
        return Vec::new();
    };
    let (list, _) = after.split_once("</ul>").expect("its end");
    regex::Regex::new("href=\"#([^\"]+)\"")
        .expect("a pattern")
        .captures_iter(list)
        .map(|found| found[1].to_owned())
        .collect()
}

#[tokio::test]
async fn whoever_schedules_work_that_went_out_meanwhile_reads_that_and_saves_what_they_wrote() {
    let served = Served::new().await;
    let typed = [
        ("title", "Sheet 6, corrected"),
        ("instructions", "Do half of it."),
        ("publish_date", "2026-11-24"),
        ("publish_time", "10:05"),
        ("intent", "schedule"),
    ];
    let (id, refused) = sent_after_it_went_out(&served, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in [
        OUT_ALREADY,
        "value=\"Sheet 6, corrected\"",
        "Do half of it.",
    ] {
        assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
    }
    for gone in [
        "This time has passed",
        "publish_date",
        "The work as it is now",
        "What you wrote</p>",
    ] {
        assert!(!refused.body.contains(gone), "{gone}: {}", refused.body);
    }
    // Enter in a field saves, and takes nothing back.
    let (_, first) = refused
        .body
        .split_once("name=\"intent\"")
        .expect("a button");
    let first = first.split_once("</button>").expect("its end").0;
    assert!(first.contains("value=\"publish\"") && first.contains("Save"));

    let seen = seen_in(&refused.body);
    let again = [
        ("title", "Sheet 6, corrected"),
        ("instructions", "Do half of it."),
        ("intent", "publish"),
        ("seen", seen.as_str()),
    ];
    let page = format!("/assignments/{id}");
    let mut ada = served.as_("ada");
    let saved = ada.post_files(&format!("{page}/edit"), &again, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let shown = served.as_("zainab").get(&page).await;
    assert!(shown.body.contains("Sheet 6, corrected"), "{}", shown.body);
}

#[tokio::test]
async fn no_mistake_in_a_form_of_work_that_went_out_meanwhile_leads_to_a_field_that_is_gone() {
    for (time, intent) in [
        ("10:05", "schedule"),
        ("10:03", "schedule"),
        ("soon", "schedule"),
        ("11:30", "publish"),
        ("10:05", "draft"),
    ] {
        let served = Served::new().await;
        let typed = [
            ("title", ""),
            ("instructions", "Do half of it."),
            ("publish_date", "2026-11-24"),
            ("publish_time", time),
            ("intent", intent),
        ];
        let (_, refused) = sent_after_it_went_out(&served, &typed).await;
        let body = &refused.body;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{time}");
        assert_eq!(led_to(body), ["title"], "{time}, {intent}");
        for shown in [OUT_ALREADY, "Enter a title", "Do half of it."] {
            assert!(body.contains(shown), "{time}, {intent}: {shown}");
        }
        // Another time than that at which it went out is kept to be read.
        let kept = format!("<dd>2026-11-24 {time}</dd>");
        assert_eq!(body.contains(&kept), time != "10:05", "{time}, {intent}");
    }
}

#[tokio::test]
async fn scheduled_work_that_is_saved_as_a_draft_keeps_its_time_until_its_teacher_empties_it() {
    let served = Served::new().await;
    let work = NewWork::scheduled("Sheet 6", "2026-11-30T09:00:00Z");
    let id = served.school.assignment("10Ma1", work).await;
    let page = format!("/assignments/{id}");
    let edit = format!("{page}/edit");
    let mut ada = served.as_("ada");
    let seen = seen_in(&ada.get(&edit).await.body);
    let typed = |date: &'static str, time: &'static str| {
        [
            ("title", "Sheet 6, corrected"),
            ("publish_date", date),
            ("publish_time", time),
            ("intent", "draft"),
            ("seen", seen.as_str()),
        ]
    };
    let refused = ada
        .post_files(&edit, &typed("2026-11-30", "09:00"), &[])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in [
        NOT_OF_DRAFT,
        "value=\"Sheet 6, corrected\"",
        "value=\"2026-11-30\"",
        "value=\"09:00\"",
    ] {
        assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
    }
    let goes_out = "Goes out Monday 30 November, 09:00";
    assert!(ada.get(&page).await.body.contains(goes_out));

    let saved = ada.post_files(&edit, &typed("", ""), &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(!ada.get(&page).await.body.contains(goes_out));
}

/// The work that a classroom shows.
async fn work_in(room: &str, somebody: &mut Persona) -> BTreeSet<String> {
    let body = somebody.get(room).await.body;
    addresses("/assignments/[0-9a-f-]{36}", &body)
}

fn addresses(pattern: &str, body: &str) -> BTreeSet<String> {
    regex::Regex::new(pattern)
        .expect("a pattern")
        .find_iter(body)
        .map(|found| found.as_str().to_owned())
        .collect()
}

fn fields<'a>(id: &'a str, title: &'a str) -> [(&'a str, &'a str); 3] {
    [("id", id), ("title", title), ("intent", "publish")]
}

/// The form for new work, as Ada has opened it.
struct Opened {
    ada: Persona,
    /// Address of the classroom.
    room: String,
    /// Address of the form.
    page: String,
    /// The id that the form carries.
    id: String,
}

async fn opened(served: &Served) -> Opened {
    let mut ada = served.as_("ada");
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let page = format!("{room}/assignments/new");
    let id = hidden("id", &ada.get(&page).await.body);
    Opened {
        ada,
        room,
        page,
        id,
    }
}

const SHEET: [(&str, &str, &[u8]); 1] = [("files", "sheet.pdf", b"a sheet")];

#[tokio::test]
async fn work_that_is_sent_again_after_a_lost_answer_is_there_once_with_its_files_once() {
    let served = Served::new().await;
    let Opened {
        mut ada,
        room,
        page,
        id,
    } = opened(&served).await;
    let form = fields(&id, "Sheet 6");
    let first = ada.post_files(&page, &form, &SHEET).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let second = ada.post_files(&page, &form, &SHEET).await;
    let made = format!("/assignments/{id}?done=created");
    assert_eq!(second.location(), made, "{}", second.body);
    assert_eq!(
        first.location(),
        format!("/assignments/{id}?done=published")
    );
    assert_eq!(work_in(&room, &mut ada).await.len(), 1);
    let work = ada.get(second.location()).await.body;
    let files = addresses("/materials/[0-9a-f-]{36}", &work);
    assert_eq!(files.len(), 1, "{files:?}");

    // A sheet that was forgotten is not let go in silence.
    let another: [(&str, &str, &[u8]); 1] = [("files", "answers.pdf", b"the answers")];
    let refused = ada.post_files(&page, &form, &another).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains("value=\"Sheet 6\""));

    // Without the field the form sets work each time, as it always did.
    for sheets in [2, 3] {
        ada.post(&page, &form[1..]).await;
        assert_eq!(work_in(&room, &mut ada).await.len(), sheets);
    }
}

#[tokio::test]
async fn of_two_presses_at_once_both_lead_to_the_one_piece_of_work() {
    let served = Served::new().await;
    let Opened {
        mut ada,
        room,
        page,
        id,
    } = opened(&served).await;
    let form = fields(&id, "Sheet 6");
    let mut again = ada.clone();
    let (one, other) = tokio::join!(
        ada.post_files(&page, &form, &SHEET),
        again.post_files(&page, &form, &SHEET),
    );
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.body);
    let to = |answer: &Answer| answer.location().split('?').next().map(str::to_owned);
    assert_eq!(to(&one), to(&other), "{}", other.body);
    assert_eq!(work_in(&room, &mut ada).await.len(), 1);
    let work = ada.get(one.location()).await.body;
    assert_eq!(addresses("/materials/[0-9a-f-]{36}", &work).len(), 1);
}

#[tokio::test]
async fn a_form_that_comes_back_with_mistakes_sets_its_work_once_all_the_same() {
    let served = Served::new().await;
    let Opened {
        mut ada, page, id, ..
    } = opened(&served).await;
    let refused = ada.post(&page, &fields(&id, "")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(hidden("id", &refused.body), id);
}

#[tokio::test]
async fn a_form_that_was_filled_in_anew_after_it_was_sent_keeps_what_was_typed() {
    let served = Served::new().await;
    let Opened {
        mut ada,
        room,
        page,
        id,
    } = opened(&served).await;
    ada.post(&page, &fields(&id, "Sheet 6")).await;
    // Back to the form as the browser kept it, for the next sheet.
    let refused = ada.post(&page, &fields(&id, "Sheet 7")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("This form was sent before"));
    assert!(refused.body.contains("value=\"Sheet 7\""));
    assert!(!refused.body.contains("The instructions as they are now"));
    let next = hidden("id", &refused.body);
    assert_ne!(next, id);
    let set = ada.post(&page, &fields(&next, "Sheet 7")).await;
    assert_eq!(
        set.location(),
        format!("/assignments/{next}?done=published")
    );
    assert_eq!(work_in(&room, &mut ada).await.len(), 2);
}

#[tokio::test]
async fn whoever_goes_back_and_presses_again_is_asked_before_the_work_is_set_a_second_time() {
    let served = Served::new().await;
    let Opened {
        mut ada,
        room,
        page,
        id: first,
    } = opened(&served).await;
    ada.post(&page, &fields(&first, "Sheet 6")).await;
    served.school.clock.advance(TimeDelta::minutes(1));
    // The page is made anew, and the browser fills in what was typed.
    let anew = hidden("id", &ada.get(&page).await.body);
    let refused = ada.post(&page, &fields(&anew, "Sheet 6")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let way = format!("href=\"/assignments/{first}\"");
    for shown in [
        "You set this work at 10:00 already",
        way.as_str(),
        "value=\"Sheet 6\"",
    ] {
        assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
    }
    assert_eq!(work_in(&room, &mut ada).await.len(), 1);

    // What they were told stays with the form, also where it comes back for another reason.
    let twice = hidden("twice", &refused.body);
    let again = |title: &'static str| {
        let mut form = fields(&anew, title).to_vec();
        form.push(("twice", twice.as_str()));
        form
    };
    let nameless = ada.post(&page, &again("")).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(hidden("twice", &nameless.body), twice);
    let set = ada.post(&page, &again("Sheet 6")).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    assert_eq!(work_in(&room, &mut ada).await.len(), 2);

    // In another lesson nobody is asked.
    served.school.clock.advance(TimeDelta::minutes(61));
    let mut ada = signed_in(&served, "north", "ada").await;
    let later = hidden("id", &ada.get(&page).await.body);
    let set = ada.post(&page, &fields(&later, "Sheet 6")).await;
    let made = format!("/assignments/{later}?done=published");
    assert_eq!(set.location(), made, "{}", set.body);
}

#[tokio::test]
async fn a_form_with_another_sheet_that_came_back_asks_no_second_question() {
    let served = Served::new().await;
    let Opened {
        mut ada, page, id, ..
    } = opened(&served).await;
    ada.post_files(&page, &fields(&id, "Sheet 6"), &SHEET).await;
    let another: [(&str, &str, &[u8]); 1] = [("files", "answers.pdf", b"the answers")];
    let refused = ada
        .post_files(&page, &fields(&id, "Sheet 6"), &another)
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let (next, twice) = (hidden("id", &refused.body), hidden("twice", &refused.body));
    let mut form = fields(&next, "Sheet 6").to_vec();
    form.push(("twice", twice.as_str()));
    let set = ada.post_files(&page, &form, &another).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
}

#[tokio::test]
async fn the_id_of_somebody_elses_work_sets_nothing_and_tells_nothing_of_it() {
    let served = Served::new().await;
    let theirs = NewWork::draft("Unmistakable");
    let id = served.school.assignment("8Sc1", theirs).await.to_string();
    let mut ada = served.as_("ada");
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let page = format!("{room}/assignments/new");
    let refused = ada.post(&page, &fields(&id, "Sheet 6")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(!refused.body.contains("Unmistakable") && !refused.body.contains(&id));
    assert_eq!(work_in(&room, &mut ada).await.len(), 0);
}

#[tokio::test]
async fn the_form_of_work_that_is_out_shows_its_files_and_who_sees_it_now() {
    let served = Served::new().await;
    let out = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let draft = served
        .school
        .assignment("10Ma1", NewWork::draft("Sheet 7"))
        .await;
    let mut ada = served.as_("ada");
    let materials = format!("/assignments/{out}/materials");
    let file: (&str, &str, &[u8]) = ("files", "map.pdf", b"a map");
    let added = ada.post_files(&materials, &[], &[file]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);

    let of_out = ada.get(&format!("/assignments/{out}/edit")).await;
    for shown in [
        "map.pdf",
        "Seen by",
        " teachers, and by the school's admins.",
        "also who is writing now",
        "Once somebody has handed in, the work stays out",
        "at 23:59",
    ] {
        assert!(of_out.body.contains(shown), "{shown}: {}", of_out.body);
    }
    assert!(!of_out.body.contains("once it is out"), "{}", of_out.body);
    assert!(
        of_out.statements() <= 6,
        "{} statements",
        of_out.statements()
    );
    let of_draft = ada.get(&format!("/assignments/{draft}/edit")).await.body;
    for shown in [" teachers once it is out, and by", "at 00:00"] {
        assert!(of_draft.contains(shown), "{shown}: {of_draft}");
    }
    // Nobody can have handed in what nobody sees.
    let room = format!("/classrooms/{}", served.school.classroom("10Ma1"));
    let room = ada.get(&room).await.body;
    assert_eq!(room.matches("of 3 handed in").count(), 1, "{room}");
}
