//! Marking over HTTP, without the island.

use chrono::TimeDelta;
use http::StatusCode;
use test_kit::NewWork;

use crate::persona::Served;

async fn handed_in(served: &Served) -> (String, String) {
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let answer = served.school.submission(work, "zainab", "x is 3").await;
    (
        format!("/assignments/{work}"),
        format!("/submissions/{answer}"),
    )
}

#[tokio::test]
async fn a_student_and_their_guardian_see_the_mark_only_after_it_is_returned() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let mut ada = served.as_("ada");
    let form = [
        ("points", "17.5"),
        ("comment", "Very **clear** steps"),
        ("version", "0"),
        ("intent", "save"),
    ];
    assert_eq!(
        ada.post(&format!("{answer}/mark"), &form).await.status,
        StatusCode::SEE_OTHER
    );
    for reader in ["zainab", "rosa"] {
        let page = served.as_(reader).get(&work).await;
        assert!(
            !page.body.contains("17.5") && !page.body.contains("steps"),
            "{reader} sees it too early"
        );
    }
    assert_eq!(
        ada.post(&format!("{answer}/return"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    for reader in ["zainab", "rosa"] {
        let page = served.as_(reader).get(&work).await;
        assert!(
            page.body.contains("17.5") && page.body.contains("<strong>clear</strong>"),
            "{reader}"
        );
    }
}

#[tokio::test]
async fn a_comment_is_kept_with_its_lines_and_is_the_same_however_it_is_sent_again() {
    let served = Served::new().await;
    let (_, answer) = handed_in(&served).await;
    let mut ada = served.as_("ada");
    // A form sends CRLF, and the desk's script sends LF.
    for (comment, version) in [
        ("Clear steps\r\nMind the sign", "0"),
        ("Clear steps\r\nMind the sign", "1"),
        ("Clear steps\nMind the sign", "1"),
    ] {
        let form = [
            ("comment", comment),
            ("version", version),
            ("intent", "save"),
        ];
        let saved = ada.post(&format!("{answer}/mark"), &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    }
    let page = ada.get(&answer).await;
    assert!(page.body.contains("Clear steps\nMind the sign"));
    assert!(!page.body.contains("Clear steps\r\nMind the sign"));
    assert!(page.body.contains("Wrote a comment"));
    assert!(!page.body.contains("Changed the comment"));
}

#[tokio::test]
async fn work_that_came_back_with_words_alone_does_not_wait_to_be_marked() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let mut ada = served.as_("ada");
    let links = regex::Regex::new("<a [^>]*>").expect("a pattern");
    let offers_to_mark = |body: &str| {
        links.find_iter(body).any(|link| {
            let link = link.as_str();
            link.contains("btn-main") && link.contains(&answer)
        })
    };
    assert!(offers_to_mark(&ada.get(&work).await.body));
    let form = [
        ("comment", "Well argued"),
        ("version", "0"),
        ("intent", "return"),
    ];
    let returned = ada.post(&format!("{answer}/mark"), &form).await;
    assert_eq!(returned.status, StatusCode::SEE_OTHER, "{}", returned.body);
    assert!(!offers_to_mark(&ada.get(&work).await.body));
}

#[tokio::test]
async fn of_two_teachers_who_mark_at_once_the_second_is_shown_both() {
    let served = Served::new().await;
    let (_, answer) = handed_in(&served).await;
    let mark = |points: &'static str, comment: &'static str| {
        [
            ("points", points),
            ("comment", comment),
            ("version", "0"),
            ("intent", "save"),
        ]
    };
    let first = served
        .as_("ada")
        .post(&format!("{answer}/mark"), &mark("12", "Ada's words"))
        .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = served
        .as_("bruno")
        .post(&format!("{answer}/mark"), &mark("15", "Bruno's words"))
        .await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    for text in ["Ada", "12", "Bruno", "15"] {
        assert!(second.body.contains(text), "{text}");
    }
    // The second is taken to both, and reads what saving does now.
    assert!(second.body.contains("autofocus"), "{}", second.body);
    assert!(second.body.contains("Save mine over Ada Achterberg"));
    assert!(!second.body.contains("Save and return"));
    let kept = served.as_("ada").get(&answer).await;
    assert!(
        kept.body.contains("value=\"12\"") && !kept.body.contains("Bruno's words"),
        "nothing was overwritten"
    );
}

#[tokio::test]
async fn a_mark_above_what_the_work_is_worth_is_refused_beside_its_field() {
    let served = Served::new().await;
    let (_, answer) = handed_in(&served).await;
    let form = [("points", "21"), ("comment", "Good"), ("version", "0")];
    let page = served
        .as_("ada")
        .post(&format!("{answer}/mark"), &form)
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body.contains("The mark must be 20 or less") && page.body.contains("value=\"21\"")
    );
    assert!(page.body.contains("Error: "), "{}", page.body);
}

#[tokio::test]
async fn a_teacher_whose_student_took_the_work_back_reads_so_and_keeps_what_was_typed() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let mut zainab = served.as_("zainab");
    let back = zainab.post(&format!("{work}/unsubmit"), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    let form = [
        ("points", "17.25"),
        ("comment", "Nearly there"),
        ("version", "0"),
        ("intent", "next"),
    ];
    let mark = format!("{answer}/mark");
    let refused = served.as_("ada").post(&mark, &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    for text in ["The student took this back.", "17.25", "Nearly there"] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    for other in ["cleo", "desmond", "sam"] {
        let refused = served.as_(other).post(&mark, &form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{other}");
        assert!(!refused.body.contains("took this back"), "{other}");
    }
}

#[tokio::test]
async fn the_script_of_the_desk_is_told_that_the_work_was_taken_back_and_nobody_else_is() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let mut zainab = served.as_("zainab");
    zainab.post(&format!("{work}/unsubmit"), &[]).await;
    let id = answer.trim_start_matches("/submissions/");
    let call = [("id", id), ("form[points]", "12"), ("form[comment]", "")];
    let refused = served.as_("ada").post("/api/marking/save", &call).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains("The student took this back."));
    let outsider = served.as_("cleo").post("/api/marking/save", &call).await;
    assert_eq!(outsider.status, StatusCode::NOT_FOUND);
    assert!(!outsider.body.contains("took this back"));
}

#[tokio::test]
async fn a_teacher_whose_place_has_ended_keeps_what_was_typed_and_learns_nothing() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    served
        .as_("zainab")
        .post(&format!("{work}/unsubmit"), &[])
        .await;
    let place = place_of(&served, "Bruno Dhillon").await;
    let ended = served.as_("ada").post(&place, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    let form = [("comment", "Nearly there"), ("version", "0")];
    let refused = served
        .as_("bruno")
        .post(&format!("{answer}/mark"), &form)
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert!(refused.body.contains("Nearly there"));
    assert!(!refused.body.contains("took this back"));
}

/// Ada saves a mark a minute later: points, words, version and the button.
async fn give(served: &Served, answer: &str, [points, words, version, button]: [&str; 4]) {
    served.school.clock.advance(TimeDelta::minutes(1));
    let form = [
        ("points", points),
        ("comment", words),
        ("version", version),
        ("intent", button),
    ];
    let saved = served
        .as_("ada")
        .post(&format!("{answer}/mark"), &form)
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
}

#[tokio::test]
async fn what_came_back_for_an_older_try_can_be_read_while_the_newer_waits_and_afterwards() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    give(&served, &answer, ["12.25", "Once more", "0", "return"]).await;
    served.school.clock.advance(TimeDelta::minutes(1));
    let mut zainab = served.as_("zainab");
    let again = zainab
        .post(&format!("{work}/hand-in"), &[("text", "x is 5")])
        .await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    let desk = served.as_("ada").get(&answer).await.body;
    assert!(desk.contains("The student sees nothing until you return it."));
    assert!(!desk.contains("return again") && !desk.contains("A change is seen at once."));
    give(&served, &answer, ["19.75", "There it is", "2", "save"]).await;
    for reader in ["zainab", "rosa"] {
        let page = served.as_(reader).get(&work).await;
        for there in ["12.25", "Once more", "For an earlier try."] {
            assert!(page.body.contains(there), "{reader}: {there}");
        }
        for not_yet in ["19.75", "There it is", "Earlier feedback"] {
            assert!(!page.body.contains(not_yet), "{reader}: {not_yet}");
        }
        let simple = served.as_(reader).get(&format!("{work}/simple")).await;
        for there in ["Once more", "For an earlier try.", "Handed in"] {
            assert!(simple.body.contains(there), "{reader}: {there}");
        }
        assert!(!simple.body.contains("There it is"), "{reader}");
        assert!(page.statements() <= 6, "{} statements", page.statements());
    }
    give(&served, &answer, ["19.75", "There it is", "3", "return"]).await;
    for reader in ["zainab", "rosa"] {
        let page = served.as_(reader).get(&work).await.body;
        for there in ["19.75", "There it is", "12.25", "Once more"] {
            assert!(page.contains(there), "{reader}: {there}");
        }
        assert!(page.contains("Earlier feedback, for try 1"), "{reader}");
        assert!(!page.contains("For an earlier try."), "{reader}");
        let simple = served.as_(reader).get(&format!("{work}/simple")).await.body;
        assert!(!simple.contains("For an earlier try."), "{reader}");
    }
}

#[tokio::test]
async fn a_teacher_whose_desk_is_from_before_the_return_reads_that_the_student_has_it() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    give(&served, &answer, ["18.25", "Neat", "0", "save"]).await;
    let mut bruno = served.as_("bruno");
    let nothing_yet = "The student sees nothing until you return it.";
    assert!(bruno.get(&answer).await.body.contains(nothing_yet));
    let all = served
        .as_("ada")
        .post(&format!("{work}/return-all"), &[])
        .await;
    assert_eq!(all.status, StatusCode::SEE_OTHER, "{}", all.body);
    let form = [
        ("points", "3.75"),
        ("comment", "Rough words"),
        ("version", "1"),
        ("intent", "next"),
    ];
    let refused = bruno.post(&format!("{answer}/mark"), &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    for text in ["This was returned already", "A change is seen at once."] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    for text in ["18.25", "Neat", "3.75", "Rough words"] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    assert!(!refused.body.contains(nothing_yet), "{}", refused.body);
    for reader in ["zainab", "rosa"] {
        let page = served.as_(reader).get(&work).await.body;
        assert!(page.contains("18.25") && page.contains("Neat"), "{reader}");
        assert!(!page.contains("Rough words"), "{reader}");
    }
}

#[tokio::test]
async fn a_teacher_with_two_windows_is_not_told_that_somebody_else_was_first() {
    let served = Served::new().await;
    let (_, answer) = handed_in(&served).await;
    give(&served, &answer, ["12", "From one window", "0", "save"]).await;
    let second = [
        ("points", "15"),
        ("comment", "From the other"),
        ("version", "0"),
        ("intent", "save"),
    ];
    let mut ada = served.as_("ada");
    let refused = ada.post(&format!("{answer}/mark"), &second).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    for said in [
        "You saved something else before",
        "From one window",
        "Save this one",
    ] {
        assert!(refused.body.contains(said), "{said}: {}", refused.body);
    }
    assert!(!refused.body.contains("marked this first"));
}

#[tokio::test]
async fn a_mark_that_was_not_returned_is_taken_off_by_saving_nothing_and_the_page_says_so() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let mark = format!("{answer}/mark");
    let nothing = |version: &'static str, button: &'static str| {
        [
            ("points", ""),
            ("comment", " "),
            ("version", version),
            ("intent", button),
        ]
    };
    let mut ada = served.as_("ada");
    let refused = ada.post(&mark, &nothing("0", "save")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Enter a mark, a comment, or both"));
    give(&served, &answer, ["12", "Half a sen", "0", "save"]).await;
    let refused = ada.post(&mark, &nothing("1", "return")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains("There is nothing to return yet."));
    let off = ada.post(&mark, &nothing("1", "save")).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.body);
    let page = ada.get(off.location()).await;
    assert!(page.body.contains("The mark is taken off."));
    assert!(page.body.contains("0 of 1 marked"), "{}", page.body);
    assert!(page.statements() <= 6, "{} statements", page.statements());
    assert!(ada.get(&work).await.body.contains("1 to mark, 0 to return"));
}

#[tokio::test]
async fn work_that_gets_words_only_asks_for_a_comment_and_for_no_mark() {
    let served = Served::new().await;
    let work = served
        .school
        .assignment("10Ma1", NewWork::published("Diary"))
        .await;
    let answer = served.school.submission(work, "zainab", "Monday").await;
    let address = format!("/submissions/{answer}");
    let is_hidden = |body: &str| {
        let (before, _) = body.split_once("<label for=\"points\"").expect("a field");
        let (_, around) = before.rsplit_once('<').expect("what holds the field");
        around.contains("hidden")
    };
    let mut ada = served.as_("ada");
    assert!(is_hidden(&ada.get(&address).await.body));
    let nothing = [
        ("points", ""),
        ("comment", " "),
        ("version", "0"),
        ("intent", "save"),
    ];
    let refused = ada.post(&format!("{address}/mark"), &nothing).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"comment-error\""));
    assert!(refused.body.contains("Enter a comment"));
    let (_, with_points) = handed_in(&served).await;
    assert!(!is_hidden(&ada.get(&with_points).await.body));
}

#[tokio::test]
async fn before_all_is_returned_the_teacher_reads_who_has_a_comment_and_no_mark() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let mut ada = served.as_("ada");
    let warning = "Your comment and no mark: Zainab Okafor.";
    give(&served, &answer, ["", "Half a sen", "0", "save"]).await;
    let page = ada.get(&work).await.body;
    for there in ["Return the one that is marked", warning, "Comment only"] {
        assert!(page.contains(there), "{there}: {page}");
    }
    give(&served, &answer, ["12", "A sentence.", "1", "save"]).await;
    let page = ada.get(&work).await.body;
    assert!(page.contains("Return the one that is marked"), "{page}");
    assert!(!page.contains(warning) && !page.contains("Comment only"));
}

#[tokio::test]
async fn who_has_left_is_marked_below_the_class_and_counted_nowhere() {
    let served = Served::new().await;
    let (work, answer) = handed_in(&served).await;
    let id = work.trim_start_matches("/assignments/");
    let id = id.parse().expect("an id");
    let other = served.school.submission(id, "tomos", "x is 5").await;
    let place = place_of(&served, "Zainab Okafor").await;
    let mut ada = served.as_("ada");
    let ended = ada.post(&place, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    let page = ada.get(&work).await;
    for there in ["Left the class", ". Not counted: 1 who left the class"] {
        assert!(page.body.contains(there), "{there}: {}", page.body);
    }
    assert!(page.statements() <= 6, "{} statements", page.statements());
    let other = format!("/submissions/{other}");
    for desk in [answer, other] {
        let page = ada.get(&desk).await.body;
        assert!(page.contains("0 of 1 marked"), "{desk}: {page}");
    }
}

/// The form that ends somebody's place in 10Ma1.
async fn place_of(served: &Served, name: &str) -> String {
    let people = format!("/classrooms/{}/people", served.school.classroom("10Ma1"));
    let body = served.as_("ada").get(&people).await.body;
    let (_, from_name) = body.split_once(name).expect("in the classroom");
    regex::Regex::new("/classrooms/[0-9a-f-]+/members/[0-9a-f-]+/end")
        .expect("a pattern")
        .find(from_name)
        .expect("a form")
        .as_str()
        .to_owned()
}
