//! Whoever was given somebody's data hears of its correction or restriction: a task of the
//! lead until it is done, and nothing where nobody was given anything.

use chrono::TimeDelta;
use domain::export::gather;
use domain::providers::{self, NewProvider};
use domain::rights::{self, Error};
use domain::schools::policy::Action;
use domain::secrets::new_id;
use domain::{AccessError, access, tasks};
use entity::{disclosure, event, person, provider};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use test_kit::School;
use vocab::disclosures::{DisclosureKind, DisclosureState};
use vocab::ids::{DisclosureId, RightsRequestId};
use vocab::providers::{Clause, ProviderPurpose, ProviderRole, ProviderState};
use vocab::rights::{RequestKind, RequestStep};

use super::{door, first, known, page, step};

/// Somebody's data was given to a third party, without their being told.
pub(crate) async fn gave(school: &School, whose: &str, to: &str) {
    let tx = school.db.write().await.expect("free");
    disclosure::ActiveModel {
        id: Set(DisclosureId(new_id())),
        school_id: Set(school.id),
        reference: Set(format!("REF-{to}")),
        kind: Set(DisclosureKind::Legal),
        state: Set(DisclosureState::Given),
        requester: Set(to.to_owned()),
        authority: Set("Order 12/26".to_owned()),
        basis: Set("A duty under the law".to_owned()),
        categories: Set("Work and marks".to_owned()),
        kinds: Set(Some("identity".to_owned())),
        subject_id: Set(Some(school.person(whose))),
        asked_by: Set(school.person("edith")),
        asked_at: Set(school.now()),
        first_by: Set(Some(school.person("edith"))),
        first_at: Set(Some(school.now())),
        second_by: Set(Some(school.person("desmond"))),
        second_at: Set(Some(school.now())),
        told_at: Set(None),
        not_told_because: Set(Some("It would warn somebody".to_owned())),
        refused_because: Set(None),
        given_at: Set(Some(school.now())),
        payload_sha256: Set(Some("0".repeat(64))),
    }
    .insert(&*tx)
    .await
    .expect("it can be inserted");
    tx.commit().await.expect("kept");
}

/// A provider of this name carries mail from now on.
pub(crate) async fn mail_is_carried(school: &School, name: &str) {
    let tx = school.db.write().await.expect("free");
    let new = NewProvider {
        name: name.to_owned(),
        purpose: ProviderPurpose::Mail,
        role: ProviderRole::Subprocessor,
        kinds: ["contact", "credential", "activity", "history"]
            .map(str::to_owned)
            .to_vec(),
        subjects: "staff and guardians".to_owned(),
        country: "GB".to_owned(),
        policy_url: "https://mail.example/privacy".to_owned(),
        contract: Some(("C-1".to_owned(), school.now())),
        clauses: Clause::ALL.to_vec(),
        sells_data: false,
    };
    providers::propose(&tx, new, school.now())
        .await
        .expect("written down");
    let at_once = Some("The old one is gone");
    providers::activate(&tx, name, at_once, school.now())
        .await
        .expect("in use");
    tx.commit().await.expect("kept");
}

/// Nothing goes to this provider any more.
async fn stops(school: &School, name: &str) {
    provider::Entity::update_many()
        .col_expr(provider::Column::State, Expr::value(ProviderState::Ended))
        .col_expr(provider::Column::StoppedAt, Expr::value(Some(school.now())))
        .filter(provider::Column::Name.eq(name))
        .exec(school.db.read())
        .await
        .expect("changed");
}

/// What the lead is to tell others.
pub(crate) async fn to_tell(school: &School) -> Vec<String> {
    tasks::tasks(school.db.read(), &door(school), school.now())
        .await
        .expect("hers")
        .into_iter()
        .filter(|task| task.href.ends_with("#recipients"))
        .map(|task| task.words)
        .collect()
}

async fn told(school: &School, id: RightsRequestId) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    rights::recipients_told(&tx, &door(school), id, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn complete(school: &School, id: RightsRequestId) {
    step(school, id, RequestStep::Complete, "It is corrected.")
        .await
        .expect("done");
}

#[tokio::test]
async fn whoever_was_given_what_was_corrected_is_to_hear_of_it_until_the_lead_says_that_they_have()
{
    let school = School::new().await;
    gave(&school, "mei", "The family court").await;
    gave(&school, "mei", "The borough").await;
    gave(&school, "zainab", "Somebody else").await;
    school.clock.advance(TimeDelta::hours(1));
    let id = known(&school, RequestKind::Rectification, "mei").await;
    assert!(
        to_tell(&school).await.is_empty(),
        "nothing is corrected yet"
    );
    complete(&school, id).await;
    let to_do = to_tell(&school).await;
    assert_eq!(to_do.len(), 1, "one task for the request: {to_do:?}");
    assert!(
        to_do[0].contains("The borough, The family court") && to_do[0].contains("corrected"),
        "{to_do:?}"
    );
    let shown = page(&school, id).await.recipients.expect("they are listed");
    assert_eq!(shown.names, ["The borough", "The family court"]);
    assert!(shown.told.is_none());

    told(&school, id).await.expect("done by a click");
    assert!(to_tell(&school).await.is_empty());
    let shown = page(&school, id)
        .await
        .recipients
        .expect("they stay listed");
    assert_eq!(shown.told.expect("it was done").1, "Edith Pryce");
    assert!(matches!(told(&school, id).await, Err(Error::NotNow)));
}

#[tokio::test]
async fn a_restriction_is_told_on_as_well_and_nobody_is_to_be_told_where_nobody_was_given_anything()
{
    let school = School::new().await;
    let nobody = known(&school, RequestKind::Rectification, "zainab").await;
    complete(&school, nobody).await;
    assert!(to_tell(&school).await.is_empty());
    assert!(page(&school, nobody).await.recipients.is_none());
    assert!(matches!(told(&school, nobody).await, Err(Error::NotNow)));

    school.clock.advance(TimeDelta::hours(1));
    gave(&school, "mei", "The family court").await;
    let id = known(&school, RequestKind::Restriction, "mei").await;
    complete(&school, id).await;
    let to_do = to_tell(&school).await;
    assert!(to_do[0].contains("restricted"), "{to_do:?}");
    let copy = known(&school, RequestKind::Access, "mei").await;
    complete(&school, copy).await;
    assert_eq!(to_tell(&school).await.len(), 1, "a copy changes nothing");
}

/// Somebody restricts their own data, or lets it be used again.
async fn restricts(school: &School, who: &str, begins: bool) {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(who))
        .await
        .expect("themselves");
    let done = if begins {
        rights::restrict(&tx, &about, school.now()).await
    } else {
        rights::end(&tx, &about, school.now()).await
    };
    done.expect("theirs");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn whoever_restricts_their_own_data_is_told_on_at_once_and_once() {
    let school = School::new().await;
    gave(&school, "zainab", "The borough").await;
    school.clock.advance(TimeDelta::hours(1));
    restricts(&school, "zainab", true).await;
    let to_do = to_tell(&school).await;
    assert_eq!(to_do.len(), 1, "{to_do:?}");
    assert!(to_do[0].contains("The borough") && to_do[0].contains("restricted"));
    let id = first(&school).await.id;
    let shown = page(&school, id).await.recipients;
    assert_eq!(shown.expect("they are listed").names, ["The borough"]);
    told(&school, id).await.expect("done by a click");
    complete(&school, id).await;
    assert!(to_tell(&school).await.is_empty(), "they were told");
}

#[tokio::test]
async fn nobody_hears_of_a_restriction_that_ended_before_they_were_told() {
    let school = School::new().await;
    gave(&school, "zainab", "The borough").await;
    school.clock.advance(TimeDelta::hours(1));
    restricts(&school, "zainab", true).await;
    let id = first(&school).await.id;
    restricts(&school, "zainab", false).await;
    assert!(to_tell(&school).await.is_empty());
    assert!(page(&school, id).await.recipients.is_none());
}

#[tokio::test]
async fn the_copy_of_who_was_not_told_of_a_disclosure_does_not_tell_it_by_the_back_door() {
    let school = School::new().await;
    gave(&school, "mei", "The family court").await;
    let id = known(&school, RequestKind::Rectification, "mei").await;
    complete(&school, id).await;
    told(&school, id).await.expect("done");
    let copy = gather(school.db.read(), school.id, school.person("mei"))
        .await
        .expect("gathered");
    assert!(!format!("{copy:?}").contains("family court"));
    let kept = event::Entity::find()
        .filter(event::Column::SubjectId.eq(id.0))
        .all(school.db.read())
        .await
        .expect("the database answers");
    assert!(!format!("{kept:?}").contains("family court"));
}

#[tokio::test]
async fn another_schools_lead_says_nothing_of_it() {
    let school = School::new().await;
    gave(&school, "mei", "The family court").await;
    let id = known(&school, RequestKind::Rectification, "mei").await;
    complete(&school, id).await;
    let south = access::school(&school.actor("saskia"), Action::HandleRequests).expect("her own");
    let theirs = tasks::tasks(school.db.read(), &south, school.now())
        .await
        .expect("hers");
    assert!(!format!("{theirs:?}").contains("family court"));
    let tx = school.db.write().await.expect("free");
    let refused = rights::recipients_told(&tx, &south, id, school.now()).await;
    assert!(matches!(refused, Err(Error::Access(AccessError::NotFound))));
}

#[tokio::test]
async fn every_provider_of_mail_since_they_came_hears_of_it_though_no_mail_is_left() {
    let school = School::new().await;
    mail_is_carried(&school, "Long Ago Mail").await;
    school.clock.advance(TimeDelta::days(1));
    stops(&school, "Long Ago Mail").await;
    school.clock.advance(TimeDelta::days(1));
    let came = person::ActiveModel {
        id: Set(school.person("mei")),
        created_at: Set(school.now()),
        ..Default::default()
    };
    came.update(school.db.read()).await.expect("changed");
    mail_is_carried(&school, "Old Mail").await;
    school.clock.advance(TimeDelta::days(100));
    stops(&school, "Old Mail").await;
    mail_is_carried(&school, "New Mail").await;
    let id = known(&school, RequestKind::Rectification, "mei").await;
    complete(&school, id).await;
    let shown = page(&school, id).await.recipients.expect("they are listed");
    assert_eq!(shown.names, ["New Mail", "Old Mail"]);
}
