//! Where data comes from, on a real database: only from the school's own system and from
//! what two people declared and approved.

use domain::rosters::{Error, Outcome, Wish, import_now};
use domain::schools::policy::Action;
use domain::sources::{self, Error as SourceError};
use domain::{AccessError, Permitted, access};
use entity::data_source;
use sea_orm::{EntityTrait, PaginatorTrait};
use test_kit::{Roster, School};
use vocab::form::error_for;
use vocab::ids::DataSourceId;
use vocab::sources::{SourceForm, SourcesPage};

fn door(school: &School, who: &str) -> Permitted<()> {
    access::school(&school.actor(who), Action::HandleRequests).expect("of the office")
}

async fn brings(school: &School, system: &'static str) -> Result<Outcome, Error> {
    let door = access::school(&school.actor("desmond"), Action::ImportRoster).expect("an admin");
    let roster = Roster {
        system,
        ..Roster::five_people()
    };
    let wish = Wish::BringInWithLeavers;
    let bytes = roster.bytes();
    import_now(&school.db, &door, "north.zip", bytes, wish, school.now()).await
}

pub(crate) async fn declares(
    school: &School,
    who: &str,
    system: &str,
) -> Result<DataSourceId, SourceError> {
    let form = SourceForm {
        system: system.to_owned(),
        what: "Names and classes".to_owned(),
        because: "The trust keeps the roll".to_owned(),
        assessment: "DPIA 12".to_owned(),
        replaces_roster: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    let new = form.validate().expect("complete");
    let id = sources::declare(&tx, &door(school, who), new, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(id)
}

pub(crate) async fn approves(
    school: &School,
    who: &str,
    id: DataSourceId,
) -> Result<(), SourceError> {
    let tx = school.db.write().await.expect("free");
    sources::approve(&tx, &door(school, who), id, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn page(school: &School) -> SourcesPage {
    let edith = school.actor("edith");
    sources::page(
        school.db.read(),
        &edith,
        &door(school, "edith"),
        school.now(),
    )
    .await
    .expect("hers")
}

#[tokio::test]
async fn no_source_is_there_before_a_school_brings_in_its_own_roster() {
    let school = School::new().await;
    let northgates = page(&school).await;
    assert_eq!(
        (northgates.own_system, northgates.lines),
        (None, Vec::new())
    );
    brings(&school, "").await.expect("its own");
    assert_eq!(page(&school).await.own_system, None, "it named no system");
    brings(&school, "Own MIS").await.expect("its own");
    assert_eq!(page(&school).await.own_system.as_deref(), Some("Own MIS"));
    brings(&school, "own mis")
        .await
        .expect("the same in other letters");
    let all = data_source::Entity::find()
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(all, 2, "one here, and Southbank's");
}

#[tokio::test]
async fn a_package_from_an_undeclared_source_is_refused_with_the_reason() {
    let school = School::new().await;
    brings(&school, "Own MIS").await.expect("its own");
    let refused = brings(&school, "Broker").await.expect_err("not declared");
    assert!(matches!(&refused, Error::UndeclaredSource(name) if name == "Broker"));
    assert!(refused.is_refusal());
    assert_eq!(refused.problems()[0].code, "school.undeclared_source");
}

#[tokio::test]
async fn a_source_counts_once_a_second_person_approved_it_and_until_it_has_ended() {
    let school = School::new().await;
    brings(&school, "Own MIS").await.expect("its own");
    let id = declares(&school, "edith", "Trust directory")
        .await
        .expect("declared");
    let early = brings(&school, "Trust directory").await;
    assert!(
        matches!(early, Err(Error::UndeclaredSource(_))),
        "one person is not enough"
    );
    let alone = approves(&school, "edith", id).await;
    assert!(matches!(alone, Err(SourceError::SecondPerson)));
    let twice = declares(&school, "desmond", "trust DIRECTORY").await;
    assert!(
        matches!(twice, Err(SourceError::Invalid(_))),
        "it stands already"
    );
    approves(&school, "desmond", id)
        .await
        .expect("a second person");
    let again = approves(&school, "desmond", id).await;
    assert!(matches!(again, Err(SourceError::NothingToDo)));
    brings(&school, "Trust directory")
        .await
        .expect("declared and approved");
    let tx = school.db.write().await.expect("free");
    sources::end(&tx, &door(&school, "edith"), id, school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    let late = brings(&school, "Trust directory").await;
    assert!(matches!(late, Err(Error::UndeclaredSource(_))));
}

#[tokio::test]
async fn a_source_needs_a_purpose_and_an_assessment() {
    let errors = SourceForm {
        system: "Broker".to_owned(),
        ..SourceForm::default()
    }
    .validate()
    .expect_err("most is missing");
    for field in ["what", "because", "assessment"] {
        assert!(error_for(&errors, field).is_some(), "{field}");
    }
    assert!(error_for(&errors, "system").is_none());
}

#[tokio::test]
async fn another_schools_source_is_neither_found_nor_used() {
    use sea_orm::{ActiveModelTrait, ActiveValue::Set};
    let school = School::new().await;
    brings(&school, "Own MIS").await.expect("its own");
    let souths = data_source::Entity::find()
        .all(school.db.read())
        .await
        .expect("answers")
        .into_iter()
        .find(|row| row.school_id == school.south.school)
        .expect("Southbank has one");
    let refused = approves(&school, "desmond", souths.id).await;
    assert!(matches!(
        refused,
        Err(SourceError::Access(AccessError::NotFound))
    ));
    data_source::ActiveModel {
        id: Set(souths.id),
        system: Set("Trust directory".to_owned()),
        approved_at: Set(Some(school.now())),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("approved there");
    let refused = brings(&school, "Trust directory").await;
    assert!(matches!(refused, Err(Error::UndeclaredSource(_))));
}

#[tokio::test]
async fn everybody_reads_where_what_the_school_has_came_from() {
    let school = School::new().await;
    let told = async |who: &str| {
        let actor = school.actor(who);
        let about = access::about(school.db.read(), &actor, actor.person)
            .await
            .expect("themselves");
        let held = domain::rights::held(school.db.read(), &about)
            .await
            .expect("theirs");
        sources::origins(school.db.read(), &actor, &about, &held, school.now())
            .await
            .expect("theirs")
    };
    let typed = told("zainab").await;
    assert!(
        typed[0]
            .from
            .starts_with("Written down by the school office")
    );
    assert!(
        typed
            .iter()
            .any(|one| one.from.contains("the person themselves"))
    );
}
