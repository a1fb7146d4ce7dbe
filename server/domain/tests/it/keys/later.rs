//! Requests by the contact page: sealed with the school's key while nobody knows whom they
//! are about, and with the person's from then on. And what the database itself refuses.

use domain::keys::{self, FIRST_WORDS_OF_SEALED as SEALED};
use domain::rights;
use domain::schools::policy::Action;
use domain::{Permitted, access};
use entity::{rights_event, rights_request};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use test_kit::School;
use uuid::Uuid;
use vocab::ids::RightsRequestId;
use vocab::rights::{ContactForm, RequestKind, RequestStep, WhoAsks};

const WORDS: &str = "My daughter is spoken of in a letter";

fn lead(school: &School) -> Permitted<()> {
    access::school(&school.actor("edith"), Action::HandleRequests).expect("she leads")
}

/// Somebody without an account asks, and the lead asks back.
async fn asked(school: &School) -> RightsRequestId {
    let form = ContactForm {
        school: "NORTH".to_owned(),
        name: "Ines".to_owned(),
        contact: "ines@mail.example".to_owned(),
        topic: RequestKind::Access.to_string(),
        text: WORDS.to_owned(),
        website: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    let valid = form.validate().expect("complete");
    rights::file_by_contact(&tx, valid, None, school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    let (edith, door) = (school.actor("edith"), lead(school));
    let listed = rights::cockpit(school.db.read(), &edith, &door, school.now());
    let id = listed.await.expect("hers")[0].id;
    let tx = school.db.write().await.expect("free");
    let back = (RequestStep::IdentityShown, "Her passport was shown");
    rights::step(&tx, &door, id, back, school.now())
        .await
        .expect("asked back");
    tx.commit().await.expect("kept");
    id
}

/// Everything that is written of a request, as it is kept.
async fn kept(school: &School, id: RightsRequestId) -> Vec<String> {
    let row = rights_request::Entity::find_by_id(id)
        .one(school.db.read())
        .await
        .expect("read")
        .expect("there");
    let notes = rights_event::Entity::find()
        .filter(rights_event::Column::RequestId.eq(id))
        .all(school.db.read())
        .await
        .expect("read");
    [Some(row.details), row.contact]
        .into_iter()
        .flatten()
        .chain(notes.into_iter().map(|row| row.note))
        .filter(|text| !text.is_empty())
        .collect()
}

fn of(owner: Uuid) -> String {
    format!("{SEALED}{}:", owner.simple())
}

#[tokio::test]
async fn a_request_is_sealed_with_the_key_of_whom_it_is_about_once_that_is_known() {
    let school = School::new().await;
    let id = asked(&school).await;
    let before = kept(&school, id).await;
    assert_eq!(before.len(), 3, "details, contact and a note");
    assert!(
        before.iter().all(|text| text.starts_with(&of(school.id.0))),
        "nobody is known yet"
    );
    let tx = school.db.write().await.expect("free");
    rights::say_whom(
        &tx,
        &lead(&school),
        id,
        ("zainab", WhoAsks::Themselves),
        school.now(),
    )
    .await
    .expect("it is about her");
    tx.commit().await.expect("kept");
    let zainab = school.person("zainab");
    let after = kept(&school, id).await;
    assert_eq!(after.len(), 4);
    assert!(
        after.iter().all(|text| text.starts_with(&of(zainab.0))),
        "{after:?}"
    );
    let page = || async {
        let (edith, door) = (school.actor("edith"), lead(&school));
        let page = rights::page(school.db.read(), &edith, &door, id, school.now());
        page.await.expect("hers")
    };
    let read = page().await;
    assert_eq!(read.details, WORDS);
    assert!(read.asked_by.contains("ines@mail.example"));
    let shown =
        |page: &vocab::rights::RequestPage, words| page.history.iter().any(|line| line.3 == words);
    assert!(shown(&read, "Her passport was shown"));

    let tx = school.db.write().await.expect("free");
    let done = keys::destroy(&tx, zainab, "erasure", school.now()).await;
    done.expect("destroyed");
    tx.commit().await.expect("kept");
    let read = page().await;
    assert_eq!(read.details, "[deleted]");
    assert!(!shown(&read, "Her passport was shown"));
}

#[tokio::test]
async fn the_database_lets_a_note_be_sealed_and_passed_on_and_refuses_any_other_change() {
    let school = School::new().await;
    asked(&school).await;
    let (north, zainab) = (of(school.id.0), of(school.person("zainab").0));
    let try_to = async |sql: String| school.db.read().execute_unprepared(&sql).await.is_ok();
    let note =
        |text: &str| format!("UPDATE rights_event SET note = '{text}' WHERE note LIKE '{SEALED}%'");
    assert!(!try_to(note("other words")).await);
    assert!(
        !try_to(note(&format!("{north}other"))).await,
        "the school's again"
    );
    let actor = format!("UPDATE rights_event SET at = at, actor_id = NULL, note = '{zainab}x'");
    assert!(!try_to(actor).await, "nothing beside the note");
    assert!(!try_to("DELETE FROM rights_event".to_owned()).await, "open");
    assert!(try_to(note(&format!("{zainab}a"))).await, "passed on");
    assert!(!try_to(note(&format!("{zainab}b"))).await, "only once");
    assert!(!try_to(note(&format!("{north}b"))).await, "and not back");
    assert!(try_to(note("")).await, "emptied");
    let close = "UPDATE rights_request SET state = 'closed', closed_at = received_at";
    assert!(try_to(close.to_owned()).await);
    assert!(
        try_to("DELETE FROM rights_event".to_owned()).await,
        "closed requests go with their steps"
    );
}
