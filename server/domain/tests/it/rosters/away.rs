//! Who comes back to a place that had ended, by a roster or by hand: what was set and due
//! meanwhile is not theirs, and what they had there before is.

use chrono::TimeDelta;
use domain::{people, rosters};
use test_kit::{NewWork, Roster, School};
use vocab::assignments::WorkState;
use vocab::ids::AssignmentId;
use vocab::rosters::{RosterKind, Stayed};

use super::leavers::door_to_people;
use super::year_end::{with_last_years_class, without_last_years_class};
use super::{door, import, of, open_places};
use crate::late_joiners::{leave, listed, student_page};

/// Work in 10Ma1 from before Zainab was away and from meanwhile.
struct Works {
    returned: AssignmentId,
    before: AssignmentId,
    between: AssignmentId,
}

/// Work that is there before somebody goes; Zainab has one piece of it back.
async fn set(school: &School) -> (AssignmentId, AssignmentId) {
    let returned = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let answer = school.submission(returned, "zainab", "x = 4").await;
    school.returned_mark(answer, "ada", 17, "Neat").await;
    let before = NewWork::published("Before").due("2026-11-25T15:30:00Z");
    (returned, school.assignment("10Ma1", before).await)
}

/// Three days later: work that went out meanwhile, and was over this morning.
async fn later(school: &School, (returned, before): (AssignmentId, AssignmentId)) -> Works {
    school.clock.advance(TimeDelta::days(3));
    let between = NewWork::published("Between").due("2026-11-27T08:00:00Z");
    let between = school.assignment("10Ma1", between).await;
    school.clock.advance(TimeDelta::minutes(1));
    Works {
        returned,
        before,
        between,
    }
}

/// Zainab is in the class again, with what she had and nothing of the time between.
async fn is_back(school: &School, works: &Works) {
    assert_eq!(open_places(school, school.person("zainab")).await, 1);
    for (work, state) in [
        (works.before, WorkState::Missing),
        (works.between, WorkState::NotStarted),
    ] {
        assert_eq!(listed(school, "zainab", work).await, state);
        let page = student_page(school, "zainab", "zainab", work).await;
        assert_eq!(page.state, state);
    }
    let page = student_page(school, "zainab", "zainab", works.returned).await;
    assert_eq!(page.text, "x = 4");
    assert!(page.feedback.is_some(), "her mark came back before");
}

/// The same file changes nothing.
async fn changes_nothing(school: &School, roster: &Roster) {
    let counts = import(school, roster).await.counts;
    assert_eq!((counts.created, counts.changed, counts.ended), (0, 0, 0));
}

/// Brings a file in by which Zainab is back: after an undo of it as well, and the same file
/// changes nothing more.
async fn comes_back_by(school: &School, roster: &Roster, works: &Works) {
    let back = import(school, roster).await;
    assert_eq!(of(&back, RosterKind::Enrolments).0, 1);
    is_back(school, works).await;
    changes_nothing(school, roster).await;
    let id = back.id.expect("it is in");
    rosters::undo(&school.db, &door(school), id, school.now())
        .await
        .expect("it can be undone");
    assert_eq!(open_places(school, school.person("zainab")).await, 0);
    school.clock.advance(TimeDelta::minutes(1));
    let again = import(school, roster).await;
    assert_eq!(of(&again, RosterKind::Enrolments).0, 1);
    is_back(school, works).await;
    changes_nothing(school, roster).await;
}

#[tokio::test]
async fn whose_place_one_file_had_missed_has_nothing_of_the_time_between() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    import(&school, &with).await;
    let first = set(&school).await;
    let mut missed = with.clone();
    missed.enrolments.retain(|row| row.0 != "e9");
    import(&school, &missed).await;
    let works = later(&school, first).await;
    comes_back_by(&school, &with, &works).await;
}

#[tokio::test]
async fn a_leaver_who_is_in_the_roster_again_has_nothing_of_the_time_between() {
    // The class is the roster's, or the place is by hand.
    for is_of_roster in [true, false] {
        let school = School::new().await;
        let with = if is_of_roster {
            with_last_years_class(&school).await
        } else {
            without_last_years_class()
        };
        import(&school, &with).await;
        let first = set(&school).await;
        let missed = import(&school, &with.clone().without("s9")).await;
        assert_eq!(of(&missed, RosterKind::People), (0, 0, 1, 6));
        let works = later(&school, first).await;
        comes_back_by(&school, &with, &works).await;
    }
}

#[tokio::test]
async fn who_is_brought_back_by_hand_has_nothing_of_the_time_between_and_is_the_rosters_still() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    import(&school, &with).await;
    let first = set(&school).await;
    let missed = import(&school, &with.clone().without("s9")).await;
    let works = later(&school, first).await;
    let tx = school.db.write().await.expect("free");
    let zainab = school.person("zainab");
    people::restore(&tx, &door_to_people(&school), zainab, school.now())
        .await
        .expect("brought back");
    tx.commit().await.expect("kept");
    is_back(&school, &works).await;

    // The file that had missed her can be undone, and leaves her as she is.
    let id = missed.id.expect("it is in");
    rosters::undo(&school.db, &door(&school), id, school.now())
        .await
        .expect("it can be undone");
    is_back(&school, &works).await;
    let desmond = school.actor("desmond");
    let page = rosters::page(school.db.read(), &desmond, &door(&school), id, school.now())
        .await
        .expect("the page is there");
    assert_eq!(page.stayed, Some(Stayed::default()));
    school.clock.advance(TimeDelta::minutes(1));
    changes_nothing(&school, &with).await;
}

#[tokio::test]
async fn a_place_that_somebody_ended_by_hand_stays_over_when_the_file_that_opened_it_is_undone() {
    let school = School::new().await;
    let with = with_last_years_class(&school).await;
    import(&school, &with).await;
    import(&school, &with.clone().without("s9")).await;
    school.clock.advance(TimeDelta::days(3));
    let back = import(&school, &with).await;
    leave(&school, "zainab").await;
    school.clock.advance(TimeDelta::minutes(1));
    rosters::undo(
        &school.db,
        &door(&school),
        back.id.expect("it is in"),
        school.now(),
    )
    .await
    .expect("it can be undone");
    assert_eq!(open_places(&school, school.person("zainab")).await, 0);
}

#[tokio::test]
async fn who_is_brought_back_twice_has_nothing_of_either_absence() {
    let school = School::new().await;
    let first = set(&school).await;
    let (zainab, door) = (school.person("zainab"), door_to_people(&school));
    let mut both = Vec::new();
    for _ in 0..2 {
        let tx = school.db.write().await.expect("free");
        people::end(&tx, &door, zainab, school.now())
            .await
            .expect("ended");
        tx.commit().await.expect("kept");
        let works = later(&school, first).await;
        let tx = school.db.write().await.expect("free");
        people::restore(&tx, &door, zainab, school.now())
            .await
            .expect("brought back");
        tx.commit().await.expect("kept");
        both.push(works);
    }
    for works in &both {
        is_back(&school, works).await;
    }
}
