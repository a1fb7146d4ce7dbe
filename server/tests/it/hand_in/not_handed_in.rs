//! Drafts where nobody can hand in any more, or that somebody else reads: they do not look as
//! if they were handed in.

use http::StatusCode;
use test_kit::NewWork;

use crate::persona::Served;

const CLOSED: &str = "Handing in is closed. This draft was not handed in.";
const OPEN: &str = "This is a draft. It is not handed in.";

#[tokio::test]
async fn a_draft_of_closed_work_says_that_it_was_not_handed_in() {
    let served = Served::new().await;
    let work = NewWork::published("Sheet 6");
    let work = served.school.assignment("10Ma1", work).await;
    served.school.draft(work, "zainab", "begun").await;
    let answer = served.school.submission(work, "tomos", "finished").await;
    let page = format!("/assignments/{work}");
    let open = served.as_("rosa").get(&page).await.body;
    assert!(open.contains(OPEN) && open.contains("begun"), "{open}");
    served.school.returned_mark(answer, "ada", 17, "Neat").await;
    let returned = served.as_("petra").get(&page).await.body;
    assert!(returned.contains("finished"), "{returned}");
    assert!(!returned.contains(OPEN), "it was handed in: {returned}");
    let close = format!("{page}/close");
    let closed = served.as_("ada").post(&close, &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    for reader in ["zainab", "rosa"] {
        let shown = served.as_(reader).get(&page).await.body;
        assert!(
            shown.contains(CLOSED) && shown.contains("begun"),
            "{reader}: {shown}"
        );
        assert!(!shown.contains(OPEN), "{reader}: {shown}");
    }
    let handed_in = served.as_("tomos").get(&page).await.body;
    assert!(handed_in.contains("finished") && !handed_in.contains(CLOSED));
}
