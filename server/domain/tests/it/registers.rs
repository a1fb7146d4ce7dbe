//! The lead's registers on a real database: breaches and their clocks, disclosures and
//! their two approvers, reviews of what data is used for, and support grants.

use std::io::Read;

use chrono::TimeDelta;
use domain::breaches::{self, Error as BreachError};
use domain::disclosures::{self, Error};
use domain::files::Store;
use domain::schools::policy::Action;
use domain::{AccessError, Permitted, access, looks, reviews, support, tasks};
use entity::disclosure;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use test_kit::{NewWork, School};
use vocab::breaches::{BreachForm, BreachLine, BreachRisk, BreachStep};
use vocab::disclosures::{
    DataKind, DisclosureForm, DisclosureKind, DisclosureLine, DisclosureState, DisclosureStep,
};
use vocab::ids::DisclosureId;
use vocab::oversight::ReviewForm;
use vocab::rights::Urgency;

fn door(school: &School, who: &str) -> Permitted<()> {
    access::school(&school.actor(who), Action::HandleRequests).expect("of the office")
}

fn lost_list() -> vocab::breaches::ValidBreach {
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

fn court(kind: &str, username: &str) -> DisclosureForm {
    DisclosureForm {
        kind: kind.to_owned(),
        requester: "The family court".to_owned(),
        authority: "Order 12/26".to_owned(),
        basis: "A duty under the law".to_owned(),
        categories: "Work and marks".to_owned(),
        username: username.to_owned(),
        ticked: [DataKind::Identity, DataKind::Assessment]
            .map(|kind| (kind.field(), "yes".to_owned()))
            .into(),
    }
}

async fn ask(school: &School, kind: &str, username: &str) -> Result<DisclosureId, Error> {
    let tx = school.db.write().await.expect("free");
    let form = court(kind, username).validate().expect("complete");
    let id = disclosures::ask(&tx, &door(school, "edith"), form, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(id)
}

async fn step(
    school: &School,
    who: &str,
    id: DisclosureId,
    step: DisclosureStep,
) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    let taken = (step, "It would warn somebody".to_owned());
    disclosures::step(&tx, &door(school, who), id, taken, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn give(school: &School, id: DisclosureId) -> Result<std::fs::File, Error> {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("a store");
    let edith = school.actor("edith");
    let given = disclosures::give(
        domain::export::Means {
            db: &school.db,
            store: &store,
            platform: &vocab::legal_entity::LegalEntity::default(),
            signer: &domain::consent::Signer::new([7; 32]),
        },
        &edith,
        &door(school, "edith"),
        id,
        school.now(),
    )
    .await;
    let noted = edith.looks.take();
    looks::write(
        school.db.read(),
        school.id,
        Some(edith.person),
        &noted,
        school.now(),
    )
    .await
    .expect("kept");
    given
}

async fn log(school: &School) -> Vec<DisclosureLine> {
    let edith = school.actor("edith");
    disclosures::list(
        school.db.read(),
        &edith,
        &door(school, "edith"),
        school.now(),
    )
    .await
    .expect("hers")
}

#[tokio::test]
async fn nothing_goes_out_before_two_different_people_have_approved_it() {
    let school = School::new().await;
    let id = ask(&school, "legal", "zainab").await.expect("asked");
    assert!(matches!(give(&school, id).await, Err(Error::NotApproved)));
    step(&school, "edith", id, DisclosureStep::Approve)
        .await
        .expect("once");
    let twice = step(&school, "edith", id, DisclosureStep::Approve).await;
    assert!(matches!(twice, Err(Error::TwoPeople)));
    step(&school, "edith", id, DisclosureStep::NotTold)
        .await
        .expect("with its reason");
    assert!(
        matches!(give(&school, id).await, Err(Error::NotApproved)),
        "one is not two"
    );
    step(&school, "desmond", id, DisclosureStep::Approve)
        .await
        .expect("twice");
    give(&school, id).await.expect("approved by two");
    assert!(
        matches!(give(&school, id).await, Err(Error::NotApproved)),
        "once, not again"
    );
    let line = log(&school).await.remove(0);
    assert_eq!(line.state, DisclosureState::Given);
    assert_eq!(line.approvers.len(), 2);
    assert_eq!(line.given.expect("given").1.len(), 64, "its hash is kept");
    let edith = school.actor("edith");
    let counts = disclosures::counts(school.db.read(), &edith, &door(&school, "edith"))
        .await
        .expect("hers");
    assert_eq!(
        (counts[0].year, counts[0].asked, counts[0].given),
        (2026, 1, 1)
    );
}

#[tokio::test]
async fn nothing_goes_out_before_the_person_was_told_or_the_reason_is_kept() {
    let school = School::new().await;
    let id = ask(&school, "legal", "zainab").await.expect("asked");
    for who in ["edith", "desmond"] {
        step(&school, who, id, DisclosureStep::Approve)
            .await
            .expect("approved");
    }
    assert!(matches!(give(&school, id).await, Err(Error::NotApproved)));
    step(&school, "desmond", id, DisclosureStep::Told)
        .await
        .expect("told");
    give(&school, id).await.expect("approved, and told");
}

#[tokio::test]
async fn the_file_holds_the_kinds_of_data_that_were_approved_and_nothing_else() {
    let school = School::new().await;
    let work = NewWork::published("Sheet 6").points(20);
    let sheet = school.assignment("10Ma1", work).await;
    let answer = school.submission(sheet, "zainab", "zqanswer").await;
    school.returned_mark(answer, "ada", 12, "zqfeedback").await;
    let id = ask(&school, "legal", "zainab").await.expect("asked");
    for who in ["edith", "desmond"] {
        step(&school, who, id, DisclosureStep::Approve)
            .await
            .expect("approved");
    }
    step(&school, "edith", id, DisclosureStep::Told)
        .await
        .expect("told");
    let line = log(&school).await.remove(0);
    assert_eq!(line.kinds, [DataKind::Identity, DataKind::Assessment]);

    let file = give(&school, id).await.expect("approved by two");
    let everything = whole(file);
    assert!(everything.contains("Okafor") && everything.contains("zqfeedback"));
    for kept_back in [
        "zqanswer",
        "password",
        "northgate.example",
        "role",
        "photos_in_school",
        "Rosa",
        "receipts/",
        "you asked",
    ] {
        assert!(
            !everything.contains(kept_back),
            "{kept_back} was not asked for"
        );
    }
}

/// Every name and every word of an archive.
fn whole(file: std::fs::File) -> String {
    let mut zip = zip::ZipArchive::new(file).expect("an archive");
    let mut all = String::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("in it");
        all.push_str(&file.name().expect("a name"));
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("whole");
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    all
}

/// When somebody did something tells nothing of what helps them.
#[tokio::test]
async fn a_date_does_not_tell_of_what_was_not_approved() {
    let school = School::new().await;
    crate::arrangements::set(&school, "zainab", &crate::arrangements::some()).await;
    let mut form = court("legal", "zainab");
    form.ticked = [(DataKind::Activity.field(), "yes".to_owned())].into();
    let tx = school.db.write().await.expect("free");
    let new = form.validate().expect("complete");
    let id = disclosures::ask(&tx, &door(&school, "edith"), new, school.now())
        .await
        .expect("asked");
    tx.commit().await.expect("kept");
    for who in ["edith", "desmond"] {
        step(&school, who, id, DisclosureStep::Approve)
            .await
            .expect("approved");
    }
    step(&school, "edith", id, DisclosureStep::Told)
        .await
        .expect("told");
    let everything = whole(give(&school, id).await.expect("approved by two"));
    for kept_back in ["Okafor", "Zainab", "access_arrangement", "\"event\""] {
        assert!(!everything.contains(kept_back), "{kept_back}");
    }
}

#[tokio::test]
async fn what_was_written_down_before_kinds_could_be_chosen_does_not_go_out() {
    let school = School::new().await;
    let id = ask(&school, "legal", "zainab").await.expect("asked");
    for who in ["edith", "desmond"] {
        step(&school, who, id, DisclosureStep::Approve)
            .await
            .expect("approved");
    }
    step(&school, "edith", id, DisclosureStep::Told)
        .await
        .expect("told");
    disclosure::ActiveModel {
        id: Set(id),
        kinds: Set(None),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("as an older version left it");
    assert!(matches!(give(&school, id).await, Err(Error::NothingChosen)));
    assert!(!log(&school).await.remove(0).may_be_made);
}

#[test]
fn a_disclosure_about_somebody_says_what_the_file_may_hold() {
    let mut form = court("legal", "zainab");
    form.ticked.clear();
    let errors = form.validate().expect_err("nothing is ticked");
    assert_eq!(errors[0].field, DataKind::ALL[0].field());
    form.username.clear();
    form.validate().expect("about the school itself");
}

#[test]
fn every_kind_that_a_file_may_hold_is_one_of_the_data_map() {
    for kind in DataKind::ALL {
        assert!(
            domain::providers::kind_of(kind.as_str()).is_some(),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn who_is_not_told_of_a_disclosure_is_not_told_by_the_page_of_looks_or_a_copy() {
    let school = School::new().await;
    let id = ask(&school, "legal", "zainab").await.expect("asked");
    for who in ["edith", "desmond"] {
        step(&school, who, id, DisclosureStep::Approve)
            .await
            .expect("approved");
    }
    step(&school, "edith", id, DisclosureStep::NotTold)
        .await
        .expect("with its reason");
    give(&school, id).await.expect("approved by two");
    let (db, zainab) = (school.db.read(), school.actor("zainab"));
    let about = access::about(db, &zainab, zainab.person)
        .await
        .expect("hers");
    let page = looks::who_looked(db, &zainab, &about, school.now())
        .await
        .expect("hers");
    assert!(page.looks.is_empty());
    let copy = domain::export::gather(db, school.id, zainab.person)
        .await
        .expect("hers");
    assert!(copy.groups.iter().all(|group| group.table != "disclosure"));
}

#[tokio::test]
async fn no_student_or_guardian_is_ever_given_for_fraud_or_credit_and_a_sale_has_no_kind() {
    let school = School::new().await;
    for username in ["zainab", "rosa"] {
        let refused = ask(&school, "fraud", username).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{username}");
    }
    ask(&school, "fraud", "")
        .await
        .expect("about the school's own bills");
    assert_eq!(DisclosureKind::ALL.len(), 6);
    for kind in DisclosureKind::ALL {
        for sale in ["sale", "sell", "sold", "rent", "lease"] {
            assert!(!kind.as_str().contains(sale), "{kind}");
        }
    }
    for word in ["sale", "rent", "lease"] {
        assert!(court(word, "zainab").validate().is_err(), "{word}");
    }
}

#[tokio::test]
async fn how_often_in_a_year_is_counted_by_kind_and_names_nobody() {
    let school = School::new().await;
    let given = ask(&school, "legal", "zainab").await.expect("asked");
    for (who, taken) in [
        ("edith", DisclosureStep::Approve),
        ("edith", DisclosureStep::NotTold),
        ("desmond", DisclosureStep::Approve),
    ] {
        step(&school, who, given, taken).await.expect("taken");
    }
    give(&school, given).await.expect("approved by two");
    let refused = ask(&school, "legal", "tomos").await.expect("asked");
    step(&school, "edith", refused, DisclosureStep::Refuse)
        .await
        .expect("refused");
    ask(&school, "safety", "mei").await.expect("asked");
    school.clock.advance(TimeDelta::days(60));
    ask(&school, "legal", "zainab")
        .await
        .expect("the year after");
    let edith = school.actor("edith");
    let counts = disclosures::counts(school.db.read(), &edith, &door(&school, "edith"))
        .await
        .expect("hers");
    let told: Vec<_> = counts
        .iter()
        .map(|count| {
            (
                count.year,
                count.kind,
                count.asked,
                count.given,
                count.refused,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (2027, DisclosureKind::Legal, 1, 0, 0),
            (2026, DisclosureKind::Legal, 2, 1, 1),
            (2026, DisclosureKind::Safety, 1, 0, 0),
        ]
    );
    let words = serde_json::to_string(&counts).expect("they can be told");
    for name in [
        "Zainab",
        "Tomos",
        "Mei",
        &school.person("zainab").to_string(),
    ] {
        assert!(!words.contains(name), "{name}");
    }
}

#[tokio::test]
async fn a_disclosure_of_another_school_is_not_found() {
    let school = School::new().await;
    let south = disclosure::Entity::find()
        .all(school.db.read())
        .await
        .expect("rows")
        .remove(0);
    assert_eq!(south.school_id, school.south.school);
    let refused = step(&school, "edith", south.id, DisclosureStep::Approve).await;
    assert!(matches!(refused, Err(Error::Access(AccessError::NotFound))));
    let given = give(&school, south.id).await;
    assert!(matches!(given, Err(Error::Access(AccessError::NotFound))));
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
    let page = looks::who_looked(db, &zainab, &about, school.now())
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
