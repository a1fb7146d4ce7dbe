//! An answer that its student took back while a teacher was marking it.

use domain::assignments::policy::Action as WorkAction;
use domain::marking::{self, Error};
use domain::{AccessError, access, submissions};
use test_kit::School;
use vocab::ids::AssignmentId;

use super::{door, given, sheet};

/// Zainab takes her answer back.
pub(super) async fn take_back(school: &School, id: AssignmentId) {
    let zainab = school.actor("zainab");
    let tx = school.db.write().await.expect("free");
    let work = access::assignment(&*tx, &zainab, id, WorkAction::HandIn, school.now())
        .await
        .expect("hers");
    submissions::unsubmit(&tx, &zainab, &work, school.now())
        .await
        .expect("back");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn a_teacher_is_told_that_the_work_was_taken_back_and_others_are_told_nothing() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let draft = school.draft(id, "tomos", "x =").await;
    take_back(&school, id).await;
    for (who, asked) in [
        ("ada", answer),
        ("bruno", answer),
        ("cleo", answer),
        ("desmond", answer),
        ("sam", answer),
        ("ada", draft),
    ] {
        let actor = school.actor(who);
        let found = marking::door(school.db.read(), &actor, asked, school.now()).await;
        if ["ada", "bruno"].contains(&who) && asked == answer {
            assert!(matches!(found, Err(Error::TakenBack)), "{who}");
        } else {
            let is_hidden = matches!(found, Err(Error::Access(AccessError::NotFound)));
            assert!(is_hidden, "{who}");
        }
    }
}

#[tokio::test]
async fn a_mark_for_what_was_taken_back_meanwhile_is_refused_with_the_reason() {
    let school = School::new().await;
    let id = sheet(&school).await;
    let answer = school.submission(id, "zainab", "x = 4").await;
    let opened_before = door(&school, "ada", answer).await;
    take_back(&school, id).await;
    let (ada, now) = (school.actor("ada"), school.now());
    let tx = school.db.write().await.expect("free");
    let refused = marking::save(&tx, &ada, &opened_before, &given(18, "", 0), now).await;
    assert!(matches!(refused, Err(Error::TakenBack)));
}
