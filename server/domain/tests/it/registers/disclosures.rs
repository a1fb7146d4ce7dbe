//! What third parties ask for: two approvers, what the person is told, and a file that
//! holds what was approved.

use std::io::Read;

use chrono::TimeDelta;
use domain::disclosures::{self, Error};
use domain::files::Store;
use domain::{AccessError, access, looks};
use entity::disclosure;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use test_kit::{NewWork, School};
use vocab::disclosures::{
    DataKind, DisclosureForm, DisclosureKind, DisclosureLine, DisclosureState, DisclosureStep,
};
use vocab::ids::DisclosureId;

use super::door;

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
    write_down(school, &court(kind, username)).await
}

async fn write_down(school: &School, form: &DisclosureForm) -> Result<DisclosureId, Error> {
    let tx = school.db.write().await.expect("free");
    let new = form.validate().expect("complete");
    let id = disclosures::ask(&tx, &door(school, "edith"), new, school.now()).await?;
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

/// Two approve it, and what becomes of the person's being told is settled.
async fn approve(school: &School, id: DisclosureId, settled: DisclosureStep) {
    for (who, taken) in [
        ("edith", DisclosureStep::Approve),
        ("desmond", DisclosureStep::Approve),
        ("edith", settled),
    ] {
        step(school, who, id, taken).await.expect("approved");
    }
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
    approve(&school, id, DisclosureStep::Told).await;
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
    let id = write_down(&school, &form).await.expect("asked");
    approve(&school, id, DisclosureStep::Told).await;
    let everything = whole(give(&school, id).await.expect("approved by two"));
    for kept_back in ["Okafor", "Zainab", "access_arrangement", "\"event\""] {
        assert!(!everything.contains(kept_back), "{kept_back}");
    }
}

#[tokio::test]
async fn what_was_written_down_before_kinds_could_be_chosen_does_not_go_out() {
    let school = School::new().await;
    let id = ask(&school, "legal", "zainab").await.expect("asked");
    approve(&school, id, DisclosureStep::Told).await;
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
    approve(&school, id, DisclosureStep::NotTold).await;
    give(&school, id).await.expect("approved by two");
    let (db, zainab) = (school.db.read(), school.actor("zainab"));
    let about = access::about(db, &zainab, zainab.person)
        .await
        .expect("hers");
    let page = looks::who_looked(db, &zainab, &about, 1, school.now())
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
