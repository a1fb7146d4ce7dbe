//! What was done with a breach, step by step: nothing is written over, and what is from
//! before steps were kept is not lost.

use chrono::TimeDelta;
use domain::breaches;
use domain::export;
use domain::keys;
use entity::breach_step;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use test_kit::School;
use vocab::breaches::{BreachRisk, BreachStep};

use super::{breach, door, lost_list};

/// Writes a breach down.
async fn report(school: &School) {
    let tx = school.db.write().await.expect("free");
    breaches::report(&tx, &door(school, "edith"), lost_list(), school.now())
        .await
        .expect("written down");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::minutes(1));
}

async fn take(school: &School, step: BreachStep, risk: Option<BreachRisk>, words: &str) {
    let id = breach(school).await.id;
    let tx = school.db.write().await.expect("free");
    let taken = (step, risk, words.to_owned());
    breaches::step(&tx, &door(school, "edith"), id, taken, school.now())
        .await
        .expect("taken");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::minutes(1));
}

/// What the register says was done, by whom, and with which words.
async fn history(school: &School) -> Vec<(&'static str, Option<String>, String)> {
    breach(school)
        .await
        .history
        .into_iter()
        .map(|done| (done.what(), done.by, done.words))
        .collect()
}

fn by_edith(what: &'static str, words: &str) -> (&'static str, Option<String>, String) {
    (what, Some("Edith Pryce".to_owned()), words.to_owned())
}

fn by_nobody(what: &'static str, words: &str) -> (&'static str, Option<String>, String) {
    (what, None, words.to_owned())
}

/// The breach as it was kept before its steps were: each word in the breach's own row.
async fn led_before_steps_were_kept(school: &School, is_closed: bool) {
    let at = |minutes| Some(school.now() + TimeDelta::minutes(minutes));
    entity::breach::Entity::update_many()
        .set(entity::breach::ActiveModel {
            risk: Set(Some(BreachRisk::High)),
            reason: Set("Found outside".to_owned()),
            assessed_at: Set(at(0)),
            commissioner_told_at: Set(at(1)),
            commissioner_reference: Set("IC-12".to_owned()),
            people_told_at: Set(at(2)),
            measures: Set("By letter".to_owned()),
            closed_at: Set(at(3).filter(|_| is_closed)),
            ..Default::default()
        })
        .filter(entity::breach::Column::SchoolId.eq(school.id))
        .exec(school.db.read())
        .await
        .expect("as it was");
    school.clock.advance(TimeDelta::minutes(5));
}

#[tokio::test]
async fn every_step_of_a_breach_stays_with_its_words_and_who_took_it_and_when() {
    let school = School::new().await;
    report(&school).await;
    let assess = BreachStep::Assess;
    take(&school, assess, Some(BreachRisk::Unlikely), "Few names").await;
    take(&school, assess, Some(BreachRisk::High), "Found outside").await;
    take(&school, BreachStep::CommissionerTold, None, "IC-12").await;
    take(&school, BreachStep::PeopleTold, None, "By letter").await;
    take(&school, BreachStep::Close, None, "A new lock").await;
    assert_eq!(
        history(&school).await,
        [
            by_edith("Written down", ""),
            by_edith("Assessed", "Few names"),
            by_edith("Assessed", "Found outside"),
            by_edith("The Commissioner was told", "IC-12"),
            by_edith("The people concerned were told", "By letter"),
            by_edith("Closed", "A new lock"),
        ]
    );
    let done = breach(&school).await.history;
    assert_eq!(done[1].risk, Some(BreachRisk::Unlikely));
    assert_eq!(done[2].risk, Some(BreachRisk::High));
    assert!(done.windows(2).all(|two| two[0].at.iso < two[1].at.iso));
    let kept = breach_step::Entity::find()
        .filter(breach_step::Column::SchoolId.eq(school.id))
        .all(school.db.read())
        .await
        .expect("read");
    assert_eq!(kept.len(), 5);
    assert!(kept.iter().all(|step| keys::is_sealed(&step.words)));
}

#[tokio::test]
async fn a_copy_tells_of_the_steps_that_its_person_took_with_a_breach_that_another_reported() {
    let school = School::new().await;
    let tx = school.db.write().await.expect("free");
    let now = school.now();
    breaches::report_by_operator(&tx, school.id, lost_list(), now, now)
        .await
        .expect("the school is told");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::minutes(1));
    let unlikely = Some(BreachRisk::Unlikely);
    take(&school, BreachStep::Assess, unlikely, "Few names").await;
    for (who, steps) in [("edith", 1), ("desmond", 0)] {
        let copy = export::gather(school.db.read(), school.id, school.person(who))
            .await
            .expect("gathered");
        let group = copy.groups.iter().find(|of| of.table == "breach_step");
        assert_eq!(group.map_or(0, |of| of.rows.len()), steps, "{who}");
    }
}

#[tokio::test]
async fn what_was_written_before_steps_were_kept_is_shown_and_outlives_the_next_step() {
    let school = School::new().await;
    report(&school).await;
    led_before_steps_were_kept(&school, false).await;
    let mut expected = vec![
        by_edith("Written down", ""),
        by_nobody("Assessed", "Found outside"),
        by_nobody("The Commissioner was told", "IC-12"),
        by_nobody("The people concerned were told", "By letter"),
    ];
    assert_eq!(history(&school).await, expected);
    let again = Some(BreachRisk::High);
    take(&school, BreachStep::Assess, again, "Seen by three").await;
    take(&school, BreachStep::Close, None, "A new lock").await;
    expected.push(by_edith("Assessed", "Seen by three"));
    expected.push(by_edith("Closed", "A new lock"));
    assert_eq!(history(&school).await, expected);
}

#[tokio::test]
async fn what_a_breach_that_was_closed_before_says_of_its_measures_is_shown() {
    let school = School::new().await;
    report(&school).await;
    led_before_steps_were_kept(&school, true).await;
    let history = history(&school).await;
    assert_eq!(history.last(), Some(&by_nobody("Closed", "By letter")));
}

#[tokio::test]
async fn the_database_refuses_to_change_a_step_or_to_let_one_go() {
    let school = School::new().await;
    report(&school).await;
    let risk = Some(BreachRisk::NearMiss);
    take(&school, BreachStep::Assess, risk, "Found at once").await;
    for sql in [
        "UPDATE breach_step SET words = 'other words' WHERE words LIKE 'sealed:%'",
        "UPDATE breach_step SET risk = 'high'",
        "UPDATE breach_step SET actor_id = NULL",
        "DELETE FROM breach_step",
    ] {
        let done = school.db.read().execute_unprepared(sql).await;
        assert!(done.is_err(), "{sql}");
    }
}
