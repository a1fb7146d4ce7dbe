//! Mail on a real database: who gets what, that nothing is lost or doubled in words, that
//! a no is obeyed, and that nothing of a student's is in any of it.

use std::sync::Mutex;

use chrono::TimeDelta;
use domain::consent::{self, Evidence, Signer};
use domain::mail::{
    self, Adult, Carried, Carrier, CarryError, Composed, Delivered, Letterhead, Link, LinkKey, Mail,
};
use domain::providers::{self, Door, NewProvider};
use domain::{access, rights};
use entity::{mail_choice, outbox_mail};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use test_kit::School;
use vocab::consent::{ConsentAnswer, ValidAsk};
use vocab::ids::ConsentRequestId;
use vocab::legal_entity::LegalEntity;
use vocab::mail::{ChooseMessages, MailChoiceState, MailState, MailTemplate, MessageCategory};
use vocab::providers::{Clause, ProviderPurpose, ProviderRole};
use vocab::rights::{ContactForm, RequestKind, RequestStep};

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
    let tx = school.db.write().await.expect("free");
    let new = NewProvider {
        name: "Example Mail".to_owned(),
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
    providers::activate(&tx, "Example Mail", Some("the first"), school.now())
        .await
        .expect("in use");
    tx.commit().await.expect("kept");
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

#[tokio::test]
async fn a_message_without_an_account_is_acknowledged_and_answered_by_mail() {
    let school = with_mail().await;
    let form = ContactForm {
        school: "NORTH".to_owned(),
        name: "Ines Former".to_owned(),
        contact: "ines@mail.example".to_owned(),
        topic: RequestKind::Complaint.to_string(),
        text: "It took too long".to_owned(),
        website: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    let valid = form.validate().expect("complete");
    let reference = rights::file_by_contact(&tx, valid, None, school.now())
        .await
        .expect("taken");
    tx.commit().await.expect("kept");
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let mail = carrier.mails().remove(0);
    assert_eq!(mail.to, "ines@mail.example");
    assert!(
        mail.text.contains(&reference) && mail.text.contains("23 December 2026"),
        "{}",
        mail.text
    );
    let edith = school.actor("edith");
    let door =
        access::school(&edith, domain::schools::policy::Action::HandleRequests).expect("hers");
    let listed = rights::cockpit(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers");
    let tx = school.db.write().await.expect("free");
    let words = (RequestStep::Complete, "We are sorry. It was put right.");
    rights::step(&tx, &door, listed[0].id, words, school.now())
        .await
        .expect("done");
    tx.commit().await.expect("kept");
    deliver(&school, &carrier).await;
    let mail = carrier.mails().remove(1);
    assert!(mail.text.contains("It was put right") && mail.text.contains("ico.org.uk"));
    assert!(
        outbox(&school)
            .await
            .iter()
            .all(|row| row.address.is_none())
    );
}

#[tokio::test]
async fn an_invitation_goes_to_an_adult_by_mail_and_to_no_student() {
    let school = with_mail().await;
    let desmond = school.actor("desmond");
    let door =
        access::school(&desmond, domain::schools::policy::Action::ManagePeople).expect("his");
    let mut tokens = Vec::new();
    for who in ["rosa", "zainab"] {
        let tx = school.db.write().await.expect("free");
        let invited =
            domain::accounts::invitations::invite(&tx, &door, school.person(who), school.now())
                .await
                .expect("invited");
        tx.commit().await.expect("kept");
        tokens.push(invited.token);
    }
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let mails = carrier.mails();
    assert_eq!(mails.len(), 1);
    let link = format!("https://school.test/invitation/{}", tokens[0]);
    assert!(mails[0].text.contains(&link) && mails[0].html.contains(&link));
    assert!(
        outbox(&school).await[0].variables.is_empty(),
        "the link is not kept"
    );
}

/// Everything that today's features send, for a whole school, is read for anything of a
/// student's: names, work, and the words that a teacher wrote about them.
#[tokio::test]
async fn no_students_name_or_work_leaves_in_any_mail() {
    let school = with_mail().await;
    let work = school
        .assignment("10Ma1", test_kit::NewWork::published("Sheet 6 zqcanary"))
        .await;
    let handed_in = school.submission(work, "zainab", "zqcanary work").await;
    school
        .returned_mark(handed_in, "ada", 7, "zqcanary words")
        .await;
    let request = ask(&school, Some("2026-11-30")).await;
    remind(&school, request).await;
    answer(&school, "rosa", "zainab", request, "yes").await;
    answer(&school, "petra", "tomos", request, "no").await;
    let desmond = school.actor("desmond");
    let people =
        access::school(&desmond, domain::schools::policy::Action::ManagePeople).expect("his");
    for who in ["rosa", "petra", "ada"] {
        let tx = school.db.write().await.expect("free");
        domain::accounts::invitations::invite(&tx, &people, school.person(who), school.now())
            .await
            .expect("invited");
        tx.commit().await.expect("kept");
    }
    for (who, about) in [("rosa", "zainab"), ("tomos", "tomos")] {
        let tx = school.db.write().await.expect("free");
        let about = access::about(&*tx, &school.actor(who), school.person(about))
            .await
            .expect("theirs");
        let words = "zqcanary details about Zainab".to_owned();
        rights::file(&tx, &about, RequestKind::Erasure, words, school.now())
            .await
            .expect("filed");
        tx.commit().await.expect("kept");
    }
    let carrier = Kept::default();
    while deliver(&school, &carrier).await != Delivered::default() {}
    let mails = carrier.mails();
    assert!(mails.len() >= 10, "{}", mails.len());
    for mail in mails {
        let all = format!("{} {} {}", mail.subject, mail.text, mail.html).to_lowercase();
        for student in [
            "zainab",
            "okafor",
            "tomos",
            "griffiths",
            "mei",
            "cheung",
            "priya",
            "nair",
            "zqcanary",
        ] {
            let found = all
                .split(|sign: char| !sign.is_alphanumeric())
                .any(|word| word == student);
            assert!(!found, "{student} is in: {all}");
        }
    }
}

/// What the data map says a mail carries, held against what is in one. A new field of a
/// mail, or a new kind of data, changes this test and with it the providers' entries.
#[test]
fn a_mail_carries_what_the_register_is_asked_for_and_has_no_other_field() {
    let kinds: Vec<&str> = providers::CARRIED_BY_MAIL
        .iter()
        .map(|kind| providers::kind_word(*kind))
        .collect();
    assert_eq!(kinds, ["contact", "credential", "activity", "history"]);
    let mail = Composed {
        to: "a".to_owned(),
        subject: "b".to_owned(),
        text: "c".to_owned(),
        html: "d".to_owned(),
        message_id: "e".to_owned(),
        unsubscribe: None,
    };
    let Composed {
        to: _,
        subject: _,
        text: _,
        html: _,
        message_id: _,
        unsubscribe: _,
    } = mail;
    let variables = [
        ("invitation", vec!["token", "until"]),
        (
            "request_received",
            vec!["reference", "what", "answer_by", "done_by", "has_account"],
        ),
        (
            "request_answered",
            vec!["reference", "what", "state", "words", "is_over"],
        ),
        ("consent_asked", vec!["title", "answer_by"]),
        ("consent_reminder", vec!["title", "answer_by"]),
        ("consent_receipt", vec!["title", "answer", "receipt"]),
        ("confirm_news", vec!["whose"]),
        ("provider_notice", vec!["name", "purpose", "from"]),
        ("news", vec!["subject", "text"]),
        ("partner_news", vec!["partner", "subject", "text"]),
    ];
    assert_eq!(variables.len(), MailTemplate::ALL.len());
    for (template, fields) in variables {
        let mut told = serde_json::Map::new();
        for field in fields {
            let is_flag = matches!(field, "has_account" | "is_over");
            let value = if is_flag { true.into() } else { "x".into() };
            told.insert(field.to_owned(), value);
        }
        told.insert("template".to_owned(), template.into());
        let told = serde_json::Value::Object(told);
        let mail: Mail = serde_json::from_value(told.clone()).expect("these are its fields");
        assert_eq!(
            serde_json::to_value(&mail).expect("JSON"),
            told,
            "{template}"
        );
        assert_eq!(mail.template().as_str(), template);
    }
}
