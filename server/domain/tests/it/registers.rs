//! The lead's registers on a real database: breaches and their clocks, reviews of what
//! data is used for, and support grants; disclosures have a file of their own.

mod disclosures;
mod steps;

use chrono::TimeDelta;
use domain::breaches::{self, Error as BreachError};
use domain::schools::policy::Action;
use domain::{AccessError, Permitted, access, looks, reviews, support, tasks};
use test_kit::School;
use vocab::breaches::{BreachForm, BreachLine, BreachRisk, BreachStep};
use vocab::oversight::ReviewForm;
use vocab::rights::Urgency;

fn door(school: &School, who: &str) -> Permitted<()> {
    access::school(&school.actor(who), Action::HandleRequests).expect("of the office")
}

pub(crate) fn lost_list() -> vocab::breaches::ValidBreach {
    BreachForm {
        kind: "confidentiality".to_owned(),
        what: "A list lay in the printer".to_owned(),
        categories: "names".to_owned(),
        people: "12".to_owned(),
    }
    .validate()
    .expect("complete")
}

async fn breach(school: &School) -> BreachLine {
    let edith = school.actor("edith");
    breaches::list(
        school.db.read(),
        &edith,
        &door(school, "edith"),
        school.now(),
    )
    .await
    .expect("hers")
    .remove(0)
}

async fn lead(
    school: &School,
    step: BreachStep,
    risk: Option<BreachRisk>,
) -> Result<(), BreachError> {
    let id = breach(school).await.id;
    let tx = school.db.write().await.expect("free");
    let taken = (step, risk, "words".to_owned());
    breaches::step(&tx, &door(school, "edith"), id, taken, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

#[tokio::test]
async fn the_commissioners_72_hours_run_from_when_the_school_knows_and_end_when_it_is_told() {
    let school = School::new().await;
    let tx = school.db.write().await.expect("free");
    breaches::report(&tx, &door(&school, "edith"), lost_list(), school.now())
        .await
        .expect("written down");
    tx.commit().await.expect("kept");
    let due = breach(&school).await.due.expect("the clock runs").iso;
    let end = school.now() + TimeDelta::hours(72);
    assert_eq!(due, end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    school.clock.advance(TimeDelta::hours(53));
    assert_eq!(breach(&school).await.urgency, Urgency::Fine);
    school.clock.advance(TimeDelta::hours(1));
    assert_eq!(breach(&school).await.urgency, Urgency::Soon);
    school.clock.advance(TimeDelta::hours(19));
    assert_eq!(breach(&school).await.urgency, Urgency::Late);
    let to_do = tasks::tasks(school.db.read(), &door(&school, "edith"), school.now())
        .await
        .expect("hers");
    assert!(
        to_do
            .iter()
            .any(|task| task.href.ends_with("breaches") && task.urgency == Urgency::Late)
    );

    let early = lead(&school, BreachStep::Close, None).await;
    assert!(
        matches!(early, Err(BreachError::NotNow)),
        "nobody said how bad it is"
    );
    lead(&school, BreachStep::Assess, Some(BreachRisk::High))
        .await
        .expect("assessed");
    assert!(
        breach(&school)
            .await
            .letter
            .expect("for people")
            .contains("ico.org.uk")
    );
    let early = lead(&school, BreachStep::Close, None).await;
    assert!(matches!(early, Err(BreachError::NotNow)), "nobody was told");
    for step in [
        BreachStep::CommissionerTold,
        BreachStep::PeopleTold,
        BreachStep::Close,
    ] {
        lead(&school, step, None).await.expect("done");
    }
    let line = breach(&school).await;
    assert!(line.steps.is_empty() && line.due.is_none() && line.commissioner.is_some());
}

#[tokio::test]
async fn a_near_miss_stays_in_the_register_though_nobody_is_told() {
    let school = School::new().await;
    let tx = school.db.write().await.expect("free");
    breaches::report(&tx, &door(&school, "edith"), lost_list(), school.now())
        .await
        .expect("written down");
    tx.commit().await.expect("kept");
    lead(&school, BreachStep::Assess, Some(BreachRisk::NearMiss))
        .await
        .expect("assessed");
    lead(&school, BreachStep::Close, None).await.expect("over");
    let line = breach(&school).await;
    assert_eq!(line.urgency, Urgency::Over);
    assert!(line.commissioner.is_none() && line.steps.is_empty());
}

#[tokio::test]
async fn what_the_operator_reports_stands_in_the_schools_register_with_how_long_it_took() {
    let school = School::new().await;
    let now = school.now();
    for (hours, is_late) in [(23, false), (25, true)] {
        let tx = school.db.write().await.expect("free");
        let known = now - TimeDelta::hours(hours);
        breaches::report_by_operator(&tx, school.id, lost_list(), known, school.now())
            .await
            .expect("written down");
        tx.commit().await.expect("kept");
        let line = breach(&school).await;
        assert!(
            line.by_operator && line.operator_was_late == is_late,
            "{hours}"
        );
        school.clock.advance(TimeDelta::minutes(1));
    }
    let edith = school.actor("edith");
    let all = breaches::list(
        school.db.read(),
        &edith,
        &door(&school, "edith"),
        school.now(),
    )
    .await
    .expect("hers");
    assert_eq!(all.len(), 2, "and nothing of another school");
}

#[tokio::test]
async fn every_use_of_data_has_a_basis_and_a_review_that_is_due_within_a_year() {
    let school = School::new().await;
    let edith = school.actor("edith");
    let list = async || {
        reviews::list(
            school.db.read(),
            &edith,
            &door(&school, "edith"),
            school.now(),
        )
        .await
        .expect("hers")
    };
    let all = list().await;
    assert!(
        all.iter()
            .all(|line| line.is_overdue && !line.bases.is_empty())
    );
    let red = async || {
        let to_do = tasks::tasks(school.db.read(), &door(&school, "edith"), school.now()).await;
        to_do
            .expect("hers")
            .into_iter()
            .any(|task| task.href.ends_with("activities") && task.urgency == Urgency::Late)
    };
    assert!(red().await);
    let tx = school.db.write().await.expect("free");
    for line in &all {
        let taken = (line.code.as_str(), 12, "As it should be");
        reviews::review(&tx, &door(&school, "edith"), taken, school.now())
            .await
            .expect("reviewed");
    }
    let edith_door = door(&school, "edith");
    let unknown = reviews::review(&tx, &edith_door, ("Profiling", 12, "x"), school.now()).await;
    assert!(matches!(unknown, Err(reviews::Error::Invalid(_))));
    tx.commit().await.expect("kept");
    assert!(!red().await && list().await.iter().all(|line| !line.is_overdue));
    school.clock.advance(TimeDelta::days(366));
    assert!(red().await, "a year has passed");
    for months in ["0", "13", ""] {
        let form = ReviewForm {
            activity: "Teaching".to_owned(),
            months: months.to_owned(),
            note: "x".to_owned(),
        };
        assert!(form.validate().is_err(), "{months:?}");
    }
}

#[tokio::test]
async fn the_operator_looks_inside_a_school_only_while_an_admin_lets_them_and_on_record() {
    let school = School::new().await;
    let desmond = school.actor("desmond");
    let enter = async || {
        let tx = school.db.write().await.expect("free");
        let entered = support::enter(&tx, school.id, school.now()).await;
        tx.commit().await.expect("kept");
        entered
    };
    assert!(matches!(enter().await, Err(AccessError::NotFound)));
    assert!(
        access::school(&school.actor("edith"), Action::GrantSupport).is_err(),
        "an admin's alone"
    );
    let admin = access::school(&desmond, Action::GrantSupport).expect("an admin");
    let grant = async |hours| {
        let tx = school.db.write().await.expect("free");
        let id = support::grant(
            &tx,
            &admin,
            (hours, "A roster does not come in"),
            school.now(),
        )
        .await
        .expect("granted");
        tx.commit().await.expect("kept");
        id
    };
    grant(2).await;
    enter().await.expect("let in");
    let zainab = school.actor("zainab");
    let db = school.db.read();
    let about = access::about(db, &zainab, zainab.person)
        .await
        .expect("hers");
    let page = looks::who_looked(db, &zainab, &about, 1, school.now())
        .await
        .expect("hers");
    assert!(page.looks[0].who.contains("runs the platform"));
    let lead = looks::school_looks(
        db,
        &school.actor("edith"),
        &door(&school, "edith"),
        school.now(),
    )
    .await
    .expect("hers");
    assert!(!lead.oddities.is_empty(), "the lead is shown it");
    school.clock.advance(TimeDelta::hours(2));
    assert!(enter().await.is_err(), "its time is over");
    let id = grant(72).await;
    enter().await.expect("let in");
    let tx = school.db.write().await.expect("free");
    support::end(&tx, &admin, id, school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    assert!(enter().await.is_err(), "ended before its time");
}

#[tokio::test]
async fn a_grant_ends_after_three_days_whatever_was_asked_for() {
    let school = School::new().await;
    let admin = access::school(&school.actor("desmond"), Action::GrantSupport).expect("an admin");
    let tx = school.db.write().await.expect("free");
    support::grant(&tx, &admin, (1_000, "It takes long"), school.now())
        .await
        .expect("granted");
    tx.commit().await.expect("kept");
    let is_let_in = async || {
        let tx = school.db.write().await.expect("free");
        support::enter(&tx, school.id, school.now()).await.is_ok()
    };
    school
        .clock
        .advance(TimeDelta::hours(72) - TimeDelta::seconds(1));
    assert!(is_let_in().await);
    school.clock.advance(TimeDelta::seconds(1));
    assert!(!is_let_in().await, "three days are over");
}

#[tokio::test]
async fn a_review_is_due_again_within_a_year_whatever_was_asked_for() {
    let school = School::new().await;
    let edith = school.actor("edith");
    let lead = door(&school, "edith");
    let tx = school.db.write().await.expect("free");
    let taken = ("Teaching", 40, "As it should be");
    reviews::review(&tx, &lead, taken, school.now())
        .await
        .expect("reviewed");
    tx.commit().await.expect("kept");
    let is_overdue = async || {
        let lines = reviews::list(school.db.read(), &edith, &lead, school.now()).await;
        lines
            .expect("hers")
            .iter()
            .any(|line| line.code == "Teaching" && line.is_overdue)
    };
    assert!(!is_overdue().await);
    school.clock.advance(TimeDelta::days(365));
    assert!(is_overdue().await, "a year is over");
}
