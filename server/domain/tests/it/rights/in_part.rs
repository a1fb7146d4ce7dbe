//! A request of which only a part is granted: who asked reads what is not, why, and where
//! they can complain.

use domain::rights::{self, Error};
use test_kit::School;
use vocab::rights::{RequestKind, RequestState, RequestStep};

use super::{file, first, known, mailed, page, step};

const WHY: &str = "Notes of another student, because they are theirs.";

#[tokio::test]
async fn what_is_not_granted_stands_in_the_answer_with_its_reason_until_the_end() {
    let school = School::new().await;
    let id = known(&school, RequestKind::Access, "zainab").await;
    for nothing in ["", "  "] {
        let silent = step(&school, id, RequestStep::ApproveInPart, nothing).await;
        assert!(matches!(silent, Err(Error::NotSaidWhat)), "{nothing:?}");
    }
    step(&school, id, RequestStep::ApproveInPart, WHY)
        .await
        .expect("with what and why");
    let shown = page(&school, id).await;
    assert_eq!(shown.summary.state, RequestState::Approved);
    assert!(shown.summary.first_answer_due.is_none(), "it is an answer");
    assert!(shown.history[0].3.contains(WHY), "it is kept");
    assert!(shown.letter.contains("in part") && shown.letter.contains(WHY));
    assert!(shown.letter.contains("ico.org.uk"));
    let words = mailed(&school, id).await;
    assert!(words.contains(WHY), "{words}");
    assert!(
        words.contains("\"is_over\":true"),
        "the Commissioner is named"
    );
    step(&school, id, RequestStep::Complete, "Here is the rest.")
        .await
        .expect("done");
    let decision = page(&school, id).await.decision.expect("decided");
    assert!(decision.contains(WHY) && decision.contains("Here is the rest."));
}

#[tokio::test]
async fn what_stops_erases_or_complains_has_no_parts() {
    let school = School::new().await;
    for kind in [
        RequestKind::Erasure,
        RequestKind::Restriction,
        RequestKind::Objection,
        RequestKind::OptOut,
    ] {
        let id = known(&school, kind, "zainab").await;
        let steps = page(&school, id).await.steps;
        assert!(!steps.contains(&RequestStep::ApproveInPart), "{kind}");
        let asked = step(&school, id, RequestStep::ApproveInPart, WHY).await;
        assert!(matches!(asked, Err(Error::NotNow)), "{kind}");
    }
}

#[tokio::test]
async fn a_guardian_reads_the_words_under_my_data_and_the_student_does_not() {
    let school = School::new().await;
    file(&school, "rosa", "zainab").await.expect("her child");
    let id = first(&school).await.id;
    school.does_not_mind("zainab", id).await;
    step(&school, id, RequestStep::ApproveInPart, WHY)
        .await
        .expect("granted in part");
    for (who, reads) in [("rosa", true), ("zainab", false)] {
        let mine = rights::mine(school.db.read(), &school.actor(who), school.now())
            .await
            .expect("theirs");
        let found = mine[0].decision.as_deref();
        assert_eq!(
            found.is_some_and(|words| words.contains(WHY)),
            reads,
            "{who}"
        );
    }
}
