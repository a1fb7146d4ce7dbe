//! Carrying out what a request asks for: a consent taken back, messages switched off, with
//! the request as the evidence and nobody's name but theirs.

use chrono::TimeDelta;
use domain::consent::{self, Evidence};
use domain::rights::{self, Error};
use domain::schools::policy::Action;
use domain::secrets::new_id;
use domain::{access, people};
use entity::{consent_event, event, mail_choice, rights_event};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use test_kit::School;
use vocab::consent::{ConsentAnswer, ConsentKind, ConsentPurpose, ConsentState, GivenBy};
use vocab::form::error_for;
use vocab::ids::{MailChoiceId, PersonId, RightsRequestId};
use vocab::mail::{MailChoiceState, MessageCategory};
use vocab::rights::{CarryOutForm, RequestKind, RequestState};

use super::{contact, door, first, known, page};

async fn carry_out(
    school: &School,
    id: RightsRequestId,
    wish: &str,
    by: &str,
) -> Result<(), Error> {
    let form = CarryOutForm {
        wish: wish.to_owned(),
        by: match by {
            "" => String::new(),
            key => school.person(key).to_string(),
        },
    };
    let tx = school.db.write().await.expect("free");
    rights::carry_out(&tx, &door(school), id, &form, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

/// Petra says yes to pictures of Mei, who is in year 8.
async fn says_yes(school: &School) {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor("petra"), school.person("mei"))
        .await
        .expect("her child");
    let form = ConsentAnswer {
        purpose: ConsentPurpose::PhotosInPublic.to_string(),
        request: String::new(),
        answer: "yes".to_owned(),
    };
    consent::answer(&tx, &about, &form, Evidence::default(), school.now())
        .await
        .expect("heard");
    tx.commit().await.expect("kept");
}

async fn pictures_of_mei(school: &School) -> ConsentState {
    consent::all(school.db.read(), &school.actor("petra"), school.now())
        .await
        .expect("hers")
        .into_iter()
        .find(|of| of.person == school.person("mei"))
        .expect("her child")
        .choices
        .into_iter()
        .find(|choice| choice.purpose == ConsentPurpose::PhotosInPublic)
        .expect("offered")
        .state
}

/// The end of the record of consents about somebody, and its evidence.
async fn last_entry_about(school: &School, who: &str) -> (consent_event::Model, String) {
    let entry = consent_event::Entity::find()
        .filter(consent_event::Column::SubjectId.eq(school.person(who)))
        .order_by_desc(consent_event::Column::Seq)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it was written");
    let place = "consent_event.payload";
    let evidence = school.opened(place, entry.id.0, &entry.payload).await;
    (entry, evidence)
}

#[tokio::test]
async fn a_consent_is_taken_back_for_who_asked_by_the_contact_page_with_the_request_as_evidence() {
    let school = School::new().await;
    says_yes(&school).await;
    assert_eq!(pictures_of_mei(&school).await, ConsentState::Given);
    school.clock.advance(TimeDelta::hours(1));
    let id = known(&school, RequestKind::Withdrawal, "mei").await;
    carry_out(&school, id, "photos_in_public", "petra")
        .await
        .expect("carried out");
    assert_eq!(pictures_of_mei(&school).await, ConsentState::Withdrawn);
    let request = first(&school).await;
    assert_eq!(request.state, RequestState::Closed);
    let (entry, evidence) = last_entry_about(&school, "mei").await;
    assert_eq!(
        (entry.kind, entry.given_by, entry.actor_id),
        (
            ConsentKind::Withdrawn,
            GivenBy::Guardian,
            Some(school.person("petra"))
        )
    );
    assert!(evidence.contains(&request.reference), "{evidence}");
    let history = rights_event::Entity::find()
        .filter(rights_event::Column::RequestId.eq(id))
        .filter(rights_event::Column::ToState.eq(RequestState::Closed))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it was written");
    assert_eq!(history.actor_id, Some(school.person("edith")), "by whom");
}

#[tokio::test]
async fn messages_are_switched_off_for_who_asked_and_the_request_is_done_with_it() {
    let school = School::new().await;
    let id = known(&school, RequestKind::OptOut, "rosa").await;
    let Err(Error::Invalid(errors)) = carry_out(&school, id, "service_essential", "").await else {
        panic!("what cannot be missed is sent");
    };
    assert!(error_for(&errors, "wish").is_some());
    carry_out(&school, id, "service_optional", "")
        .await
        .expect("carried out");
    let choice = mail_choice::Entity::find()
        .filter(mail_choice::Column::PersonId.eq(school.person("rosa")))
        .filter(mail_choice::Column::Category.eq(MessageCategory::ServiceOptional))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it was written");
    assert_eq!(choice.state, MailChoiceState::Off);
    assert_eq!(
        who_switched(&school, "rosa").await,
        Some(school.person("edith"))
    );
    assert_eq!(first(&school).await.state, RequestState::Closed);
    let again = carry_out(&school, id, "service_optional", "").await;
    assert!(matches!(again, Err(Error::NotNow)), "it is over");
}

#[tokio::test]
async fn nothing_is_carried_out_before_it_is_clear_whom_it_is_about() {
    let school = School::new().await;
    contact(&school, RequestKind::Withdrawal, "north")
        .await
        .expect("taken");
    let id = first(&school).await.id;
    let early = carry_out(&school, id, "photos_in_public", "petra").await;
    assert!(matches!(early, Err(Error::NotNow)));
}

#[tokio::test]
async fn nothing_is_taken_back_in_the_name_of_who_does_not_look_after_them() {
    let school = School::new().await;
    says_yes(&school).await;
    school.clock.advance(TimeDelta::hours(1));
    let id = known(&school, RequestKind::Withdrawal, "mei").await;
    for by in ["rosa", "edith", ""] {
        let Err(Error::Invalid(errors)) = carry_out(&school, id, "photos_in_public", by).await
        else {
            panic!("{by} does not look after Mei");
        };
        assert!(error_for(&errors, "by").is_some(), "{by}");
    }
    assert_eq!(pictures_of_mei(&school).await, ConsentState::Given);
}

/// Who changed which messages somebody gets.
async fn who_switched(school: &School, who: &str) -> Option<PersonId> {
    event::Entity::find()
        .filter(event::Column::Kind.eq("mail.chosen"))
        .filter(event::Column::SubjectId.eq(school.person(who).0))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it was written")
        .actor_id
}

#[tokio::test]
async fn news_end_with_the_request_as_evidence_and_it_is_written_down_who_switched_them_off() {
    let school = School::new().await;
    let rosa = school.person("rosa");
    let tx = school.db.write().await.expect("free");
    mail_choice::ActiveModel {
        id: Set(MailChoiceId(new_id())),
        school_id: Set(school.id),
        person_id: Set(rosa),
        category: Set(MessageCategory::MarketingOwn),
        state: Set(MailChoiceState::On),
        changed_at: Set(school.now()),
    }
    .insert(&*tx)
    .await
    .expect("she said yes twice");
    tx.commit().await.expect("kept");
    let id = known(&school, RequestKind::OptOut, "rosa").await;
    carry_out(&school, id, "marketing_own", "")
        .await
        .expect("carried out");
    let (entry, evidence) = last_entry_about(&school, "rosa").await;
    assert_eq!(
        (entry.purpose, entry.given_by, entry.actor_id),
        (ConsentPurpose::NewsOwn, GivenBy::Own, Some(rosa)),
        "it is her wish"
    );
    let reference = first(&school).await.reference;
    assert!(evidence.contains(&reference), "{evidence}");
    assert!(!evidence.contains("link in a mail"), "{evidence}");
    let by = who_switched(&school, "rosa").await;
    assert_eq!(by, Some(school.person("edith")), "by whom");
}

#[tokio::test]
async fn what_a_school_asked_for_one_occasion_is_not_taken_back_here_whatever_is_posted() {
    let school = School::new().await;
    let id = known(&school, RequestKind::Withdrawal, "mei").await;
    let offered = page(&school, id).await.carry_out.expect("it can be done");
    assert!(
        !offered
            .what
            .iter()
            .any(|(wish, _)| wish == "school_request")
    );
    let Err(Error::Invalid(errors)) = carry_out(&school, id, "school_request", "petra").await
    else {
        panic!("it names no request of the school");
    };
    assert!(error_for(&errors, "wish").is_some());
}

#[tokio::test]
async fn who_looked_after_a_leaver_until_the_end_may_still_take_back_and_nobody_from_before() {
    let school = School::new().await;
    says_yes(&school).await;
    school.clock.advance(TimeDelta::hours(1));
    let (mei, rosa) = (school.person("mei"), school.person("rosa"));
    let office = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
    let tx = school.db.write().await.expect("free");
    people::add_guardianship(&tx, &office, rosa, mei, school.now())
        .await
        .expect("tied");
    people::end_guardianship(&tx, &office, rosa, mei, school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    let id = known(&school, RequestKind::Withdrawal, "mei").await;
    school.clock.advance(TimeDelta::hours(1));
    let tx = school.db.write().await.expect("free");
    people::end(&tx, &office, mei, school.now())
        .await
        .expect("she left");
    tx.commit().await.expect("kept");
    let Err(Error::Invalid(_)) = carry_out(&school, id, "photos_in_public", "rosa").await else {
        panic!("Rosa's tie had ended before");
    };
    carry_out(&school, id, "photos_in_public", "petra")
        .await
        .expect("she looked after Mei until the end");
    let (entry, _) = last_entry_about(&school, "mei").await;
    assert_eq!(
        (entry.kind, entry.actor_id),
        (ConsentKind::Withdrawn, Some(school.person("petra")))
    );
}
