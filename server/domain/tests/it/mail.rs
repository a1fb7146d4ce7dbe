//! Mail on a real database: who gets what, that nothing is lost or doubled in words, that
//! a no is obeyed, and that nothing of a student's is in any of it.

mod choices;
mod contents;
mod failed;
mod statements;

use std::sync::Mutex;

use chrono::TimeDelta;
use domain::consent::{self, Evidence, Signer};
use domain::mail::{
    self, Adult, Carried, Carrier, CarryError, Composed, Delivered, Letterhead, Link, LinkKey, Mail,
};
use domain::providers::Door;
use domain::{access, rights, sharing};
use entity::{mail_choice, outbox_mail};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use test_kit::School;
use vocab::consent::{ConsentAnswer, ValidAsk};
use vocab::ids::ConsentRequestId;
use vocab::legal_entity::LegalEntity;
use vocab::mail::{ChooseMessages, MailChoiceState, MailState, MailTemplate, MessageCategory};
use vocab::rights::RequestKind;
use vocab::sharing::{RecipientForm, ShareForm};

use crate::rights::recipients::mail_is_carried;

/// A mail server that keeps what it gets, and says what it is told to.
#[derive(Default)]
struct Kept {
    mails: Mutex<Vec<Composed>>,
    says: Option<CarryError>,
}

impl Kept {
    fn mails(&self) -> Vec<Composed> {
        self.mails.lock().expect("nobody panicked").clone()
    }
}

impl Carrier for Kept {
    async fn carry(&self, door: &Door<Composed>, mail: &Composed) -> Carried {
        assert_eq!(door.name(), "Example Mail");
        self.mails
            .lock()
            .expect("nobody panicked")
            .push(mail.clone());
        self.says.map_or(Ok(()), Err)
    }
}

fn head() -> Letterhead {
    Letterhead {
        public_url: "https://school.test".to_owned(),
        entity: LegalEntity {
            name: "Example Operator".to_owned(),
            ..LegalEntity::default()
        },
        key: LinkKey::of(&Signer::new([7; 32])),
    }
}

/// A school whose mail has a provider in use.
async fn with_mail() -> School {
    let school = School::new().await;
    mail_is_carried(&school, "Example Mail").await;
    school
}

async fn deliver(school: &School, carrier: &Kept) -> Delivered {
    mail::deliver(&school.db, &head(), carrier, school.now())
        .await
        .expect("the database answers")
}

async fn outbox(school: &School) -> Vec<outbox_mail::Model> {
    outbox_mail::Entity::find()
        .filter(outbox_mail::Column::SchoolId.eq(school.id))
        .order_by_asc(outbox_mail::Column::Id)
        .all(school.db.read())
        .await
        .expect("the database answers")
}

/// Asks the guardians of 10Ma1 about a trip.
async fn ask(school: &School, answer_by: Option<&str>) -> ConsentRequestId {
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(
        &*tx,
        &ada,
        school.classroom("10Ma1"),
        domain::classrooms::policy::Action::AskConsent,
    )
    .await
    .expect("hers");
    let new = ValidAsk {
        title: "Trip to the museum".to_owned(),
        details: "By coach. Zainab Okafor carries the map.".to_owned(),
        answer_by: answer_by.map(|day| day.parse().expect("a day")),
    };
    let id = consent::ask(&tx, &ada, &room, &new, school.now())
        .await
        .expect("asked");
    tx.commit().await.expect("kept");
    id
}

async fn remind(school: &School, request: ConsentRequestId) -> usize {
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(
        &*tx,
        &ada,
        school.classroom("10Ma1"),
        domain::classrooms::policy::Action::AskConsent,
    )
    .await
    .expect("hers");
    let reminded = consent::remind(&tx, &room, request, school.now())
        .await
        .expect("open");
    tx.commit().await.expect("kept");
    reminded
}

async fn answer(school: &School, who: &str, about: &str, request: ConsentRequestId, word: &str) {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(about))
        .await
        .expect("theirs");
    let form = ConsentAnswer {
        purpose: "school_request".to_owned(),
        request: request.to_string(),
        answer: word.to_owned(),
    };
    consent::answer(&tx, &about, &form, Evidence::default(), school.now())
        .await
        .expect("taken");
    tx.commit().await.expect("kept");
}

async fn choose(school: &School, who: &str, category: MessageCategory, word: &str) -> bool {
    let form = ChooseMessages {
        category: category.to_string(),
        answer: word.to_owned(),
    };
    let tx = school.db.write().await.expect("free");
    let done = mail::choose(&tx, &school.actor(who), &form, &head().entity, school.now()).await;
    if done.is_ok() {
        tx.commit().await.expect("kept");
    }
    done.is_ok()
}

#[tokio::test]
async fn a_mail_is_written_with_its_cause_sent_once_and_its_words_forgotten() {
    let school = with_mail().await;
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor("rosa"), school.person("zainab"))
        .await
        .expect("her child");
    rights::file(
        &tx,
        &about,
        RequestKind::Access,
        String::new(),
        school.now(),
    )
    .await
    .expect("filed");
    drop(tx);
    assert!(outbox(&school).await.is_empty(), "undone with its cause");
    let tx = school.db.write().await.expect("free");
    let reference = rights::file(
        &tx,
        &about,
        RequestKind::Access,
        String::new(),
        school.now(),
    )
    .await
    .expect("filed");
    tx.commit().await.expect("kept");
    let carrier = Kept::default();
    assert_eq!(deliver(&school, &carrier).await.sent, 1);
    assert_eq!(deliver(&school, &carrier).await, Delivered::default());
    let mails = carrier.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "rosa@northgate.example");
    assert!(mails[0].text.contains(&reference) && mails[0].html.contains(&reference));
    assert!(
        mails[0].text.contains("Thursday 26 November"),
        "the deadline"
    );
    assert!(mails[0].text.contains("Example Operator"));
    assert_eq!(mails[0].unsubscribe, None, "it cannot be switched off");
    let row = &outbox(&school).await[0];
    assert_eq!(row.state, MailState::Sent);
    assert!(row.variables.is_empty() && row.address.is_none());
}

#[tokio::test]
async fn a_server_that_dies_while_it_sends_tries_again_with_the_same_message_id() {
    let school = with_mail().await;
    ask(&school, None).await;
    let dying = Kept {
        says: Some(CarryError::NoAnswer),
        ..Kept::default()
    };
    let first = deliver(&school, &dying).await;
    assert!(first.put_off > 0 && first.sent == 0);
    assert_eq!(
        deliver(&school, &dying).await,
        Delivered::default(),
        "it waits"
    );
    school.clock.advance(TimeDelta::minutes(2));
    let alive = Kept::default();
    assert_eq!(deliver(&school, &alive).await.sent, first.put_off);
    let ids = |kept: &Kept| {
        let mut ids: Vec<String> = kept
            .mails()
            .into_iter()
            .map(|mail| mail.message_id)
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&dying), ids(&alive));
}

#[tokio::test]
async fn what_cannot_be_sent_is_given_up_with_its_reason_and_never_for_ever() {
    let school = with_mail().await;
    ask(&school, None).await;
    let deaf = Kept {
        says: Some(CarryError::NoTls),
        ..Kept::default()
    };
    deliver(&school, &deaf).await;
    let row = &outbox(&school).await[0];
    assert_eq!(row.state, MailState::Queued);
    assert_eq!(row.reason.as_deref(), Some("the mail server offers no TLS"));
    for _ in 0..40 {
        school.clock.advance(TimeDelta::hours(2));
        deliver(&school, &deaf).await;
    }
    for row in outbox(&school).await {
        assert_eq!(row.state, MailState::Failed);
        assert!(row.variables.is_empty());
        assert!(row.attempts <= 10, "{}", row.attempts);
    }
}

#[tokio::test]
async fn without_a_provider_in_use_nothing_leaves_and_the_mail_waits() {
    let school = School::new().await;
    ask(&school, None).await;
    let carrier = Kept::default();
    assert!(deliver(&school, &carrier).await.put_off > 0);
    assert!(carrier.mails().is_empty());
    let row = &outbox(&school).await[0];
    assert_eq!(
        row.reason.as_deref(),
        Some("no provider for this is in use")
    );
}

#[tokio::test]
async fn guardians_are_asked_reminded_once_a_day_and_left_in_peace_once_they_answered() {
    let school = with_mail().await;
    let request = ask(&school, Some("2026-11-30")).await;
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let mut asked: Vec<String> = carrier.mails().into_iter().map(|mail| mail.to).collect();
    asked.sort();
    assert_eq!(asked, ["petra@northgate.example", "rosa@northgate.example"]);
    answer(&school, "rosa", "zainab", request, "yes").await;
    assert_eq!(remind(&school, request).await, 1, "Petra alone");
    assert_eq!(remind(&school, request).await, 0, "not twice a day");
    school.clock.advance(TimeDelta::days(2));
    let auto = async || {
        let tx = school.db.write().await.expect("free");
        let reminded = consent::remind_before_deadlines(&tx, school.now())
            .await
            .expect("the database answers");
        tx.commit().await.expect("kept");
        reminded
    };
    assert_eq!(auto().await, 0, "the last day is far");
    school.clock.advance(TimeDelta::days(3));
    assert_eq!(auto().await, 0, "she was reminded this week");
    let other = ask(&school, Some("2026-12-02")).await;
    school.clock.advance(TimeDelta::hours(40));
    assert_eq!(auto().await, 2, "both, two days before {other}");
    assert_eq!(auto().await, 0, "once");
}

#[tokio::test]
async fn nobody_is_reminded_for_a_school_that_has_left() {
    let school = with_mail().await;
    let request = ask(&school, Some("2026-11-27")).await;
    school.clock.advance(TimeDelta::days(2));
    school.leaves().await;
    let auto = async || {
        let tx = school.db.write().await.expect("free");
        let reminded = consent::remind_before_deadlines(&tx, school.now()).await;
        tx.commit().await.expect("kept");
        reminded.expect("the database answers")
    };
    assert_eq!(auto().await, 0, "they could not answer");
    assert_eq!(remind(&school, request).await, 0, "nor by hand");
    entity::school_leaving::Entity::delete_many()
        .exec(school.db.read())
        .await
        .expect("it stays after all");
    assert_eq!(auto().await, 2, "both guardians");
}

#[tokio::test]
async fn a_student_of_sixteen_is_asked_and_reminded_and_not_their_guardian() {
    let school = with_mail().await;
    let tomos = school.person("tomos");
    entity::person::ActiveModel {
        id: Set(tomos),
        year_group: Set(Some("12".to_owned())),
        email: Set(Some("tomos@northgate.example".to_owned())),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("two years later");
    let request = ask(&school, Some("2026-11-30")).await;
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let mut asked: Vec<String> = carrier.mails().into_iter().map(|mail| mail.to).collect();
    asked.sort();
    assert_eq!(asked, ["rosa@northgate.example", "tomos@northgate.example"]);
    for mail in carrier.mails() {
        let is_about_a_child = mail.text.contains("about your child");
        assert_eq!(
            is_about_a_child,
            mail.to.starts_with("rosa"),
            "{}",
            mail.text
        );
    }
    answer(&school, "rosa", "zainab", request, "yes").await;
    assert_eq!(remind(&school, request).await, 1, "Tomos alone");
    answer(&school, "tomos", "tomos", request, "no").await;
    school.clock.advance(TimeDelta::days(2));
    assert_eq!(remind(&school, request).await, 0, "left in peace");
}

#[tokio::test]
async fn a_mail_about_sharing_leads_to_the_page_where_it_is_answered() {
    let school = with_mail().await;
    ask(&school, None).await;
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    for mail in carrier.mails() {
        assert!(
            mail.text.contains("https://school.test/settings/privacy\n"),
            "{}",
            mail.text
        );
    }
    let edith = school.actor("edith");
    let door = access::school(&edith, domain::schools::policy::Action::HandleRequests)
        .expect("of the office");
    let tx = school.db.write().await.expect("free");
    let recipient = RecipientForm {
        name: "Bright Lens".to_owned(),
        does: "Takes class photographs".to_owned(),
        country: "GB".to_owned(),
        policy_url: "https://brightlens.example/privacy".to_owned(),
        sells_nothing: "yes".to_owned(),
        ..RecipientForm::default()
    };
    let recipient = recipient.validate().expect("complete");
    let recipient = sharing::add_recipient(&tx, &door, recipient, school.now())
        .await
        .expect("written down");
    let form = ShareForm {
        recipient: recipient.to_string(),
        classroom: school.classroom("10Ma1").to_string(),
        purpose: "Names under the class photograph".to_owned(),
        given_name: "yes".to_owned(),
        until: "2026-12-24".to_owned(),
        ..ShareForm::default()
    };
    let form = form.validate().expect("complete");
    sharing::propose(&tx, &edith, &door, &form, school.now())
        .await
        .expect("asked");
    tx.commit().await.expect("kept");
    let request = sharing::choices(school.db.read(), &school.actor("rosa"), school.now())
        .await
        .expect("read")[0]
        .choices[0]
        .request;
    answer(&school, "rosa", "zainab", request, "yes").await;
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    school.clock.advance(TimeDelta::days(29));
    let tx = school.db.write().await.expect("free");
    consent::remind_before_deadlines(&tx, school.now())
        .await
        .expect("read");
    tx.commit().await.expect("kept");
    deliver(&school, &carrier).await;
    let mails = carrier.mails();
    for subject in ["asks: Share", "Your answer: Share", "Still open: Share"] {
        let mail = mails
            .iter()
            .find(|mail| mail.subject.contains(subject))
            .unwrap_or_else(|| panic!("{subject}"));
        assert!(
            mail.text.contains("https://school.test/settings/sharing\n"),
            "{}",
            mail.text
        );
    }
}

#[tokio::test]
async fn what_was_switched_off_is_suppressed_and_what_is_essential_cannot_be() {
    let school = with_mail().await;
    assert!(choose(&school, "rosa", MessageCategory::ServiceOptional, "off").await);
    assert!(!choose(&school, "rosa", MessageCategory::ServiceEssential, "off").await);
    let request = ask(&school, None).await;
    answer(&school, "rosa", "zainab", request, "yes").await;
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    assert!(
        carrier
            .mails()
            .iter()
            .all(|mail| !mail.subject.starts_with("Your answer"))
    );
    let receipt = outbox(&school)
        .await
        .into_iter()
        .find(|row| row.template == MailTemplate::ConsentReceipt)
        .expect("a row says so");
    assert_eq!(receipt.state, MailState::Suppressed);
    assert!(receipt.variables.is_empty());
}

#[tokio::test]
async fn a_receipt_carries_a_link_that_switches_it_off_and_the_next_is_not_sent() {
    let school = with_mail().await;
    let request = ask(&school, None).await;
    answer(&school, "rosa", "zainab", request, "yes").await;
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let receipt = carrier
        .mails()
        .into_iter()
        .find(|mail| mail.subject == "Your answer: Trip to the museum")
        .expect("it was sent");
    let url = receipt.unsubscribe.expect("it can be switched off");
    assert!(receipt.text.contains(&url), "visible too");
    let token = url
        .strip_prefix("https://school.test/unsubscribe/")
        .expect("ours");
    let rosa = school.person("rosa").to_string();
    assert!(!token.contains(&rosa) && !token.contains(&rosa.replace('-', "")));
    for _ in 0..2 {
        let tx = school.db.write().await.expect("free");
        mail::unsubscribe(&tx, &head().key, token, school.now())
            .await
            .expect("once more is no mistake");
        tx.commit().await.expect("kept");
    }
    answer(&school, "rosa", "zainab", request, "no").await;
    assert_eq!(deliver(&school, &carrier).await, Delivered::default());
    let tx = school.db.write().await.expect("free");
    let forged = head().key.token(
        Link::Confirm,
        vocab::ids::MailChoiceId(domain::secrets::new_id()),
    );
    assert!(
        mail::unsubscribe(&tx, &head().key, &forged, school.now())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn news_go_only_to_adults_who_said_yes_twice() {
    let school = with_mail().await;
    let news = Mail::News {
        subject: "New pages".to_owned(),
        text: "There are new pages.".to_owned(),
    };
    let send = async || {
        let tx = school.db.write().await.expect("free");
        let queued = mail::send_news(&tx, &news, school.now())
            .await
            .expect("sent");
        tx.commit().await.expect("kept");
        queued
    };
    assert_eq!(send().await, 0, "nobody said yes");
    assert!(outbox(&school).await.is_empty());
    assert!(Adult::of(&school.actor("zainab")).is_none());
    let own = MessageCategory::MarketingOwn;
    assert!(
        !choose(&school, "zainab", own, "on").await,
        "not to a student"
    );
    let partners = MessageCategory::MarketingPartner;
    assert!(
        !choose(&school, "rosa", partners, "on").await,
        "there are none"
    );
    assert!(choose(&school, "rosa", own, "on").await);
    assert_eq!(send().await, 0, "once is not enough");
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let mail = carrier.mails().remove(0);
    let token = mail
        .text
        .lines()
        .find_map(|line| line.strip_prefix("https://school.test/news/"))
        .expect("a link")
        .to_owned();
    let tx = school.db.write().await.expect("free");
    mail::confirm(&tx, &head().key, &token, school.now())
        .await
        .expect("twice");
    tx.commit().await.expect("kept");
    assert_eq!(send().await, 1);
    let kept = entity::consent_event::Entity::find()
        .filter(entity::consent_event::Column::SubjectId.eq(school.person("rosa")))
        .all(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(kept.len(), 1, "it stands in the record of consents");
    assert!(choose(&school, "rosa", own, "off").await);
    assert_eq!(send().await, 0, "taken back, at once");
    deliver(&school, &carrier).await;
    let is_news = |mail: &Composed| mail.subject == "New pages";
    assert!(!carrier.mails().iter().any(is_news), "nor what waited");
    let choice = mail_choice::Entity::find()
        .filter(mail_choice::Column::PersonId.eq(school.person("rosa")))
        .filter(mail_choice::Column::Category.eq(own))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it is there");
    assert_eq!(choice.state, MailChoiceState::Off);
    // The old link does not bring them back.
    let tx = school.db.write().await.expect("free");
    mail::confirm(&tx, &head().key, &token, school.now())
        .await
        .expect("nothing is done");
    tx.commit().await.expect("kept");
    assert_eq!(send().await, 0);
}
