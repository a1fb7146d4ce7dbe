//! The register of providers on a real database: what stands between a proposal and its
//! use, and what a school can say against it.

use chrono::TimeDelta;
use domain::mail::Composed;
use domain::notice::{self, Recipient};
use domain::providers::{self, Closed, Error, NewProvider, NewTransfer, Reach};
use domain::schools::policy::Action;
use domain::{Permitted, access};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use test_kit::School;
use vocab::ids::SchoolId;
use vocab::providers::{
    Clause, LinkAnswer, Mechanism, ProviderPurpose, ProviderRole, ProviderState,
};

fn new(country: &str) -> NewProvider {
    NewProvider {
        name: "Example Mail".to_owned(),
        purpose: ProviderPurpose::Mail,
        role: ProviderRole::Subprocessor,
        kinds: ["contact", "credential", "activity", "history"]
            .map(str::to_owned)
            .to_vec(),
        subjects: "staff and guardians".to_owned(),
        country: country.to_owned(),
        policy_url: "https://mail.example/privacy".to_owned(),
        contract: Some((
            "C-1".to_owned(),
            "2026-09-01T00:00:00Z".parse().expect("a time"),
        )),
        clauses: Clause::ALL.to_vec(),
        sells_data: false,
    }
}

async fn propose(school: &School, new: NewProvider) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    providers::propose(&tx, new, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn activate(school: &School, emergency: Option<&str>) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    providers::activate(&tx, "Example Mail", emergency, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn notify(school: &School) -> usize {
    let tx = school.db.write().await.expect("free");
    let told = providers::notify(&tx, "Example Mail", school.now())
        .await
        .expect("told");
    tx.commit().await.expect("kept");
    told
}

async fn transfer(school: &School, days: i64) {
    let tx = school.db.write().await.expect("free");
    let new = NewTransfer {
        mechanism: Mechanism::Idta,
        assessment_ref: "TRA-1".to_owned(),
        valid_until: school.now() + TimeDelta::days(days),
    };
    providers::record_transfer(&tx, "Example Mail", new, school.now())
        .await
        .expect("written down");
    tx.commit().await.expect("kept");
}

/// A company of the United Kingdom that carries mail, in use at once.
pub(crate) async fn carries_mail(school: &School) {
    propose(school, new("GB")).await.expect("written down");
    activate(school, Some("a test")).await.expect("in use");
}

/// Why the door is closed for a school; none where it opens.
async fn closed(school: &School, of: SchoolId) -> Option<String> {
    match providers::door::<Composed>(school.db.read(), of, school.now()).await {
        Ok(_) => None,
        Err(Closed::Database(error)) => panic!("{error}"),
        Err(why) => Some(why.to_string()),
    }
}

fn lead(school: &School) -> Permitted<()> {
    access::school(&school.actor("edith"), Action::HandleRequests).expect("she is the lead")
}

async fn state(school: &School) -> ProviderState {
    let all = providers::list(school.db.read(), school.now())
        .await
        .expect("the database answers");
    all[0].state
}

#[tokio::test]
async fn a_provider_is_used_thirty_days_after_the_schools_were_told() {
    let school = School::new().await;
    propose(&school, new("GB")).await.expect("written down");
    assert!(matches!(
        activate(&school, None).await,
        Err(Error::TooEarly(_))
    ));
    assert_eq!(notify(&school).await, 3, "Desmond, Edith and Saskia");
    let written = entity::outbox_mail::Entity::find()
        .all(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(
        written
            .iter()
            .filter(|mail| mail.cause_id.is_some())
            .count(),
        4
    );
    school.clock.advance(TimeDelta::days(29));
    assert!(matches!(
        activate(&school, None).await,
        Err(Error::TooEarly(_))
    ));
    assert!(closed(&school, school.id).await.is_some());
    school.clock.advance(TimeDelta::days(1));
    activate(&school, None).await.expect("thirty days");
    assert_eq!(closed(&school, school.id).await, None);
    let public = providers::public(school.db.read(), school.now())
        .await
        .expect("the database answers");
    assert_eq!(public[0].name, "Example Mail");
    assert_eq!(public[0].state, ProviderState::Active);
}

#[tokio::test]
async fn an_emergency_is_written_down() {
    let school = School::new().await;
    propose(&school, new("GB")).await.expect("written down");
    assert!(
        activate(&school, Some("  ")).await.is_err(),
        "a reason is needed"
    );
    activate(&school, Some("The old one is gone"))
        .await
        .expect("at once");
    let kept = entity::provider::Entity::find()
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it is there");
    assert_eq!(
        kept.emergency_reason.as_deref(),
        Some("The old one is gone")
    );
}

#[tokio::test]
async fn without_the_whole_of_article_28_and_a_contract_nothing_is_used() {
    let school = School::new().await;
    let missing = NewProvider {
        clauses: Clause::ALL[1..].to_vec(),
        ..new("GB")
    };
    propose(&school, missing).await.expect("written down");
    let refused = activate(&school, Some("now")).await;
    assert!(matches!(refused, Err(Error::ClausesMissing(words)) if words == "instructions"));
    let school = School::new().await;
    let no_contract = NewProvider {
        contract: None,
        ..new("GB")
    };
    propose(&school, no_contract).await.expect("written down");
    assert!(matches!(
        activate(&school, Some("now")).await,
        Err(Error::NoContract)
    ));
}

#[tokio::test]
async fn who_sells_data_is_refused_by_the_rules_and_by_the_database() {
    let school = School::new().await;
    let seller = NewProvider {
        sells_data: true,
        ..new("GB")
    };
    assert!(matches!(
        propose(&school, seller).await,
        Err(Error::SellsData)
    ));
    propose(&school, new("GB")).await.expect("written down");
    let db = school.db.read();
    let sql = "UPDATE provider SET sells_data = TRUE";
    let forced = db
        .execute_raw(Statement::from_string(db.get_database_backend(), sql))
        .await;
    assert!(forced.is_err(), "the database refuses it");
    for words in ["sale", "sell"] {
        let is_there = |text: &str| text.contains(words);
        assert!(
            !ProviderPurpose::ALL
                .iter()
                .any(|purpose| is_there(purpose.as_str()))
        );
    }
}

#[tokio::test]
async fn abroad_needs_what_allows_it_and_pauses_by_itself_when_that_runs_out() {
    let school = School::new().await;
    propose(&school, new("us")).await.expect("written down");
    let refused = activate(&school, Some("now")).await;
    assert!(matches!(refused, Err(Error::NoTransfer(country)) if country == "US"));
    transfer(&school, 60).await;
    activate(&school, Some("now")).await.expect("allowed");
    assert_eq!(closed(&school, school.id).await, None);
    school.clock.advance(TimeDelta::days(61));
    let why = closed(&school, school.id).await;
    assert!(why.is_some_and(|why| why.contains("country")), "at once");
    let tx = school.db.write().await.expect("free");
    let paused = providers::suspend_without_transfer(&tx, school.now())
        .await
        .expect("the database answers");
    tx.commit().await.expect("kept");
    assert_eq!(paused, ["Example Mail"]);
    assert_eq!(state(&school).await, ProviderState::Suspended);
    transfer(&school, 60).await;
    notify_is_not_possible(&school).await;
    activate(&school, Some("a new agreement"))
        .await
        .expect("again");
    assert_eq!(closed(&school, school.id).await, None);
}

async fn notify_is_not_possible(school: &School) {
    let tx = school.db.write().await.expect("free");
    let refused = providers::notify(&tx, "Example Mail", school.now()).await;
    assert!(matches!(refused, Err(Error::NotNow(_))));
}

#[tokio::test]
async fn a_school_that_wants_the_uk_only_closes_the_door_for_itself_alone() {
    let school = School::new().await;
    propose(&school, new("US")).await.expect("written down");
    transfer(&school, 400).await;
    activate(&school, Some("now")).await.expect("allowed");
    let tx = school.db.write().await.expect("free");
    providers::begin_uk_only(&tx, &lead(&school), school.now())
        .await
        .expect("hers to say");
    tx.commit().await.expect("kept");
    let why = closed(&school, school.id).await;
    assert!(why.is_some_and(|why| why.contains("United Kingdom")));
    // Southbank has a rule of its own from the start, so a third school shows it.
    let page = providers::of_school(school.db.read(), &lead(&school), school.now())
        .await
        .expect("hers");
    assert!(page.providers[0].closed_because.is_some() && page.uk_only.is_some());
    let tx = school.db.write().await.expect("free");
    providers::end_uk_only(&tx, &lead(&school), school.now())
        .await
        .expect("hers to say");
    tx.commit().await.expect("kept");
    assert_eq!(closed(&school, school.id).await, None);
    assert!(closed(&school, school.south.school).await.is_some());
}

#[tokio::test]
async fn a_school_that_objects_gives_nothing_and_may_take_it_back() {
    let school = School::new().await;
    propose(&school, new("GB")).await.expect("written down");
    let id = providers::list(school.db.read(), school.now())
        .await
        .expect("the database answers")[0]
        .id;
    let object = async || {
        let tx = school.db.write().await.expect("free");
        let words = "We have our own".to_owned();
        let done = providers::object(&tx, &lead(&school), id, words, school.now()).await;
        tx.commit().await.expect("kept");
        done
    };
    assert!(
        object().await.is_err(),
        "what is only proposed is not there"
    );
    notify(&school).await;
    object().await.expect("within the thirty days");
    school.clock.advance(TimeDelta::days(30));
    activate(&school, None).await.expect("for the others");
    let why = closed(&school, school.id).await;
    assert!(why.is_some_and(|why| why.contains("objected")));
    assert_eq!(closed(&school, school.south.school).await, None);
    let tx = school.db.write().await.expect("free");
    providers::withdraw_objection(&tx, &lead(&school), id, school.now())
        .await
        .expect("hers");
    tx.commit().await.expect("kept");
    assert_eq!(closed(&school, school.id).await, None);
}

#[tokio::test]
async fn a_provider_gets_no_kind_of_data_that_its_entry_does_not_name() {
    let school = School::new().await;
    let narrow = NewProvider {
        kinds: vec!["contact".to_owned(), "activity".to_owned()],
        ..new("GB")
    };
    propose(&school, narrow).await.expect("written down");
    activate(&school, Some("now")).await.expect("in use");
    let why = closed(&school, school.id).await;
    assert_eq!(
        why.as_deref(),
        Some("the provider's entry does not allow: credential, history")
    );
    let unknown = NewProvider {
        name: "Another".to_owned(),
        kinds: vec!["everything".to_owned()],
        ..new("GB")
    };
    assert!(matches!(
        propose(&school, unknown).await,
        Err(Error::UnknownKind(..))
    ));
}

/// A way out that always finds the same.
struct Finds(LinkAnswer);

impl Reach for Finds {
    async fn ask(&self, _url: &str) -> LinkAnswer {
        self.0
    }
}

async fn look(school: &School, found: LinkAnswer) -> usize {
    providers::look_at_links(&school.db, &Finds(found), school.now())
        .await
        .expect("looked")
}

/// What the lead is told of links.
async fn link_tasks(school: &School) -> Vec<String> {
    let tasks = domain::tasks::tasks(school.db.read(), &lead(school), school.now())
        .await
        .expect("the database answers");
    let of_links = |task: &vocab::oversight::Task| task.href == "/school/privacy/providers";
    tasks
        .into_iter()
        .filter(of_links)
        .map(|task| task.words)
        .collect()
}

#[tokio::test]
async fn a_policy_link_is_looked_at_once_a_week_and_a_dead_one_is_a_task_for_the_lead() {
    let school = School::new().await;
    propose(&school, new("GB")).await.expect("written down");
    assert_eq!(
        look(&school, LinkAnswer::Gone).await,
        0,
        "nobody reads it yet"
    );
    activate(&school, Some("now")).await.expect("in use");
    assert_eq!(look(&school, LinkAnswer::There).await, 1);
    assert_eq!(link_tasks(&school).await, Vec::<String>::new());
    school.clock.advance(TimeDelta::days(6));
    assert_eq!(
        look(&school, LinkAnswer::Gone).await,
        0,
        "not before a week"
    );
    school.clock.advance(TimeDelta::days(1));
    assert_eq!(look(&school, LinkAnswer::Gone).await, 1);
    assert_eq!(
        link_tasks(&school).await,
        ["A link leads nowhere: the privacy policy of Example Mail"]
    );
    school.clock.advance(TimeDelta::days(7));
    look(&school, LinkAnswer::There).await;
    assert_eq!(
        link_tasks(&school).await,
        Vec::<String>::new(),
        "it is back"
    );
}

#[tokio::test]
async fn the_link_of_an_advertising_company_is_looked_at_and_a_dead_one_is_a_task_too() {
    let school = School::new().await;
    for purpose in ProviderPurpose::ALL {
        let company = NewProvider {
            name: format!("Example {purpose}"),
            purpose: *purpose,
            ..new("GB")
        };
        let name = company.name.clone();
        propose(&school, company).await.expect("written down");
        let tx = school.db.write().await.expect("free");
        providers::activate(&tx, &name, Some("now"), school.now())
            .await
            .expect("in use");
        tx.commit().await.expect("kept");
    }
    let all = ProviderPurpose::ALL.len();
    assert_eq!(look(&school, LinkAnswer::Gone).await, all);
    let told = link_tasks(&school).await;
    assert_eq!(told.len(), 1, "{told:?}");
    for purpose in ProviderPurpose::ALL {
        assert!(told[0].contains(&format!("Example {purpose}")), "{told:?}");
    }
}

#[tokio::test]
async fn a_host_that_does_not_answer_counts_as_gone_after_two_weeks() {
    let school = School::new().await;
    propose(&school, new("GB")).await.expect("written down");
    activate(&school, Some("now")).await.expect("in use");
    for _ in 0..2 {
        look(&school, LinkAnswer::NoAnswer).await;
        assert!(link_tasks(&school).await.is_empty());
        school.clock.advance(TimeDelta::days(7));
    }
    look(&school, LinkAnswer::NoAnswer).await;
    assert_eq!(link_tasks(&school).await.len(), 1);
}

/// Who receives data of a school, by the notice; of all schools without one.
async fn told(school: &School, of: Option<SchoolId>) -> Vec<Recipient> {
    notice::recipients(school.db.read(), of, school.now())
        .await
        .expect("the database answers")
}

#[tokio::test]
async fn the_record_of_processing_names_who_receives_data_and_what_allows_it_to_go_abroad() {
    let school = School::new().await;
    let of = Some(school.id);
    let record = notice::record_csv(None, &told(&school, of).await);
    assert!(record.contains("\"none outside the school\",\"none\""));
    propose(&school, new("US")).await.expect("written down");
    assert_eq!(told(&school, of).await, [], "only proposed");
    transfer(&school, 400).await;
    activate(&school, Some("a test")).await.expect("in use");
    let recipients = told(&school, of).await;
    let record = notice::record_csv(None, &recipients);
    let transfer = "Example Mail: US, International Data Transfer Agreement until";
    for words in ["Example Mail: Carries mail (US)", transfer] {
        assert!(record.contains(words), "{words} is not in {record}");
    }
    let linked = notice::record_json_ld(&recipients);
    let processes = linked["dpv:hasProcess"].as_array().expect("processes");
    for (activity, process) in notice::activities().iter().zip(processes) {
        let gets_some = recipients[0].receives(&activity.categories);
        let named = process["dpv:hasRecipient"][0]["dpv:hasName"] == "Example Mail";
        assert_eq!(named, gets_some, "{process}");
    }
    let tx = school.db.write().await.expect("free");
    let lead = lead(&school);
    providers::begin_uk_only(&tx, &lead, school.now())
        .await
        .expect("wished");
    tx.commit().await.expect("kept");
    assert_eq!(
        told(&school, of).await,
        [],
        "nothing of this school goes there"
    );
    assert_eq!(told(&school, None).await.len(), 1, "of others it does");
}
