//! What stands in a mail: for whom it is, and that nothing of a student's is in it.

use std::collections::BTreeSet;

use datamap::{MAILS, MailKind};
use domain::consent::{self, Evidence, Signer};
use domain::mail::{Composed, Delivered, Mail};
use domain::{access, providers, rights};
use vocab::consent::ConsentAnswer;
use vocab::mail::MailTemplate;
use vocab::rights::{ContactForm, RequestKind, RequestStep};

use super::{Kept, answer, ask, deliver, outbox, remind, with_mail};

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
    let tx = school.db.write().await.expect("free");
    consent::sign_checkpoint(&tx, school.id, &Signer::new([7; 32]), school.now())
        .await
        .expect("signed");
    tx.commit().await.expect("kept");
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

#[tokio::test]
async fn guardians_hear_of_a_yes_to_photos_in_public_that_their_child_gave_from_thirteen_on() {
    let school = with_mail().await;
    for (purpose, word) in [
        ("photos_in_school", "yes"),
        ("photos_in_public", "no"),
        ("photos_in_public", "yes"),
        ("photos_in_public", "yes"),
    ] {
        let tx = school.db.write().await.expect("free");
        let zainab = school.actor("zainab");
        let about = access::about(&*tx, &zainab, zainab.person)
            .await
            .expect("herself");
        let form = ConsentAnswer {
            purpose: purpose.to_owned(),
            request: String::new(),
            answer: word.to_owned(),
        };
        consent::answer(&tx, &about, &form, Evidence::default(), school.now())
            .await
            .expect("hers to say");
        tx.commit().await.expect("kept");
    }
    let told = outbox(&school).await;
    let [mail] = told.as_slice() else {
        panic!("one mail, for one yes: {told:?}");
    };
    assert_eq!(mail.recipient_id, Some(school.person("rosa")));
    assert_eq!(mail.template, MailTemplate::ConsentReceipt);
    let carrier = Kept::default();
    deliver(&school, &carrier).await;
    let mail = carrier.mails().remove(0);
    assert_eq!(mail.subject, "Your child's answer: Photos in public");
    assert!(mail.text.contains("You can say no"), "{}", mail.text);
    assert!(!mail.text.contains("Zainab"), "{}", mail.text);
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
    // The address stands on the mail, and no field of its words holds one.
    let in_fields: BTreeSet<&str> = MAILS
        .iter()
        .flat_map(|kind| kind.fields)
        .filter(|(_, kind)| kind.is_personal())
        .map(|(_, kind)| providers::kind_word(*kind))
        .collect();
    assert_eq!(
        in_fields,
        BTreeSet::from(["credential", "activity", "history"])
    );
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
    let templates: Vec<&str> = MAILS.iter().map(|kind| kind.template).collect();
    let known: Vec<&str> = MailTemplate::ALL
        .iter()
        .map(|template| template.as_str())
        .collect();
    assert_eq!(templates, known);
    for MailKind { template, fields } in MAILS {
        let mut told = serde_json::Map::new();
        for (field, _) in *fields {
            let is_flag = field.starts_with("is_") || *field == "has_account";
            let value = if is_flag { true.into() } else { "x".into() };
            told.insert((*field).to_owned(), value);
        }
        told.insert("template".to_owned(), (*template).into());
        let told = serde_json::Value::Object(told);
        let mail: Mail = serde_json::from_value(told.clone()).expect("these are its fields");
        assert_eq!(
            serde_json::to_value(&mail).expect("JSON"),
            told,
            "{template}"
        );
        assert_eq!(mail.template().as_str(), *template);
    }
}
