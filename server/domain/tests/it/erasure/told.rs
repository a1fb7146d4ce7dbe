//! Who asked for an erasure hears by mail that it is done, whoever they are; and the lead is to
//! tell whoever was given the data.

use chrono::TimeDelta;
use domain::rights;
use entity::{erasure_certificate, outbox_mail};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use vocab::erasure::ErasureState;
use vocab::ids::RightsRequestId;
use vocab::mail::MailState;
use vocab::rights::{ContactForm, RequestKind, RequestState, RequestStep, WhoAsks};

use super::Place;
use crate::rights::recipients::{gave, mail_is_carried, to_tell};

/// The last mail about a request, which has to name the certificate.
async fn last_mail(place: &Place, id: RightsRequestId) -> outbox_mail::Model {
    let db = place.school.db.read();
    let mail = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::CauseId.eq(id.0))
        .order_by_desc(outbox_mail::Column::Id)
        .one(db)
        .await
        .expect("read")
        .expect("it is queued");
    let certificate = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::SchoolId.eq(place.school.id))
        .one(db)
        .await
        .expect("read")
        .expect("issued");
    let column = "outbox_mail.variables";
    let words = place.school.opened(column, mail.id.0, &mail.variables);
    let words = words.await;
    assert!(words.contains(&certificate.number), "{words}");
    assert_eq!(mail.state, MailState::Queued);
    mail
}

async fn address(place: &Place, mail: &outbox_mail::Model) -> String {
    let sealed = mail.address.as_deref().expect("it goes to an address");
    let column = "outbox_mail.address";
    place.school.opened(column, mail.id.0, sealed).await
}

#[tokio::test]
async fn who_asked_by_the_contact_page_is_told_at_the_address_that_they_gave() {
    let place = Place::new().await;
    let school = &place.school;
    let form = ContactForm {
        school: "NORTH".to_owned(),
        name: "Zainab Okafor".to_owned(),
        contact: "zainab@mail.example".to_owned(),
        topic: RequestKind::Erasure.to_string(),
        text: "Please erase me".to_owned(),
        website: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    let valid = form.validate().expect("complete");
    rights::file_by_contact(&tx, valid, None, school.now())
        .await
        .expect("taken");
    tx.commit().await.expect("kept");
    let edith = school.actor("edith");
    let listed = rights::cockpit(school.db.read(), &edith, &place.door("edith"), school.now())
        .await
        .expect("hers");
    let id = listed[0].id;
    place
        .step(id, RequestStep::IdentityShown)
        .await
        .expect("a passport was shown");
    let tx = school.db.write().await.expect("free");
    let whom = ("zainab", WhoAsks::Themselves);
    rights::say_whom(&tx, &place.door("edith"), id, whom, school.now())
        .await
        .expect("known");
    tx.commit().await.expect("kept");
    place.step(id, RequestStep::Approve).await.expect("granted");
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    let mail = last_mail(&place, id).await;
    assert_eq!(address(&place, &mail).await, "zainab@mail.example");
    assert_eq!(
        place.job_of("zainab").await.traces,
        "",
        "the address is kept no longer"
    );
}

#[tokio::test]
async fn a_guardian_who_asked_for_a_child_is_told() {
    let place = Place::new().await;
    let id = place.ask("rosa", "zainab").await;
    place.school.does_not_mind("zainab", id).await;
    place.step(id, RequestStep::Approve).await.expect("granted");
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    let mail = last_mail(&place, id).await;
    assert_eq!(mail.recipient_id, Some(place.school.person("rosa")));
}

/// Every mail about a request that goes to an address, with the certificate of somebody's
/// erasure in its words.
async fn told_about(place: &Place, id: RightsRequestId, whose: &str) -> Vec<String> {
    let db = place.school.db.read();
    let job = place.job_of(whose).await;
    let certificate = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::JobId.eq(job.id))
        .one(db)
        .await
        .expect("read")
        .expect("issued");
    let mails = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::CauseId.eq(id.0))
        .filter(outbox_mail::Column::State.eq(MailState::Queued))
        .all(db)
        .await
        .expect("read");
    let mut addresses = Vec::new();
    for mail in mails {
        let column = "outbox_mail.variables";
        let words = place.school.opened(column, mail.id.0, &mail.variables);
        let words = words.await;
        assert!(words.contains(&certificate.number), "{words}");
        addresses.push(address(place, &mail).await);
    }
    addresses
}

#[tokio::test]
async fn a_guardian_who_is_erased_in_the_same_run_is_told_once_and_at_their_address() {
    let place = Place::new().await;
    let id = place.ask("rosa", "zainab").await;
    let jobs = [place.start("rosa").await, place.start("zainab").await];
    assert_eq!(place.run(&jobs).await, [ErasureState::Complete; 2]);
    assert_eq!(place.request(id).await.state, RequestState::Closed);
    let told = told_about(&place, id, "zainab").await;
    assert_eq!(told, ["rosa@northgate.example"]);
    assert_eq!(
        place.job_of("zainab").await.traces,
        "",
        "the address is kept no longer"
    );
    assert!(place.go_on().await.is_empty(), "nothing is left to do");
    assert_eq!(told_about(&place, id, "zainab").await.len(), 1, "once");
}

#[tokio::test]
async fn a_guardian_who_was_erased_while_the_child_was_held_is_told_when_the_child_goes() {
    let place = Place::new().await;
    let id = place.ask("rosa", "zainab").await;
    let hold = place.hold(Some("zainab")).await;
    place.approve("edith", hold).await.expect("a second person");
    let jobs = [place.start("rosa").await, place.start("zainab").await];
    let states = [ErasureState::Complete, ErasureState::Held];
    assert_eq!(place.run(&jobs).await, states);
    assert_ne!(place.request(id).await.state, RequestState::Closed);
    place.release(hold).await;
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    assert_eq!(place.request(id).await.state, RequestState::Closed);
    let told = told_about(&place, id, "zainab").await;
    assert_eq!(told, ["rosa@northgate.example"]);
}

#[tokio::test]
async fn an_adult_who_asked_for_themselves_is_told_where_mail_reached_them_before() {
    let place = Place::new().await;
    let id = place.ask("rosa", "rosa").await;
    place.step(id, RequestStep::Approve).await.expect("granted");
    place.school.clock.advance(TimeDelta::days(8));
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    let mail = last_mail(&place, id).await;
    assert_eq!(mail.recipient_id, None, "nobody is there any more");
    assert_eq!(address(&place, &mail).await, "rosa@northgate.example");
}

#[tokio::test]
async fn whoever_was_given_what_was_erased_is_to_hear_of_it_though_the_mail_to_them_is_gone() {
    let place = Place::new().await;
    mail_is_carried(&place.school, "Example Mail").await;
    gave(&place.school, "rosa", "The family court").await;
    place.school.clock.advance(TimeDelta::hours(1));
    let id = place.ask("rosa", "rosa").await;
    place.step(id, RequestStep::Approve).await.expect("granted");
    assert!(to_tell(&place.school).await.is_empty(), "nothing is erased");
    place.school.clock.advance(TimeDelta::days(8));
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    let to_do = to_tell(&place.school).await;
    assert_eq!(to_do.len(), 1, "{to_do:?}");
    assert!(
        to_do[0].contains("Example Mail, The family court") && to_do[0].contains("erased"),
        "{to_do:?}"
    );
    assert!(!to_do[0].contains("Rosa"), "nothing of hers: {to_do:?}");
}
