//! A signed statement that a school kept elsewhere finds what nobody can see in the record
//! itself: that all of it was written anew.

use domain::consent::{self, Compared, Signer};
use domain::schools::policy::Action;
use domain::{Permitted, access};
use entity::{consent_event, ledger_checkpoint};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use test_kit::School;

use super::{some_entries, without_guards};

fn server() -> Signer {
    Signer::new([7; 32])
}

fn door(school: &School, who: &str) -> Permitted<()> {
    access::school(&school.actor(who), Action::HandleRequests).expect("the lead")
}

/// The newest statement, once it is signed how far the record has come.
async fn kept(school: &School, signer: &Signer) -> String {
    let tx = school.db.write().await.expect("free");
    consent::sign_checkpoint(&tx, school.id, signer, school.now())
        .await
        .expect("signed");
    tx.commit().await.expect("kept");
    consent::newest_statement(school.db.read(), &door(school, "edith"))
        .await
        .expect("read")
        .expect("it was signed")
}

async fn compared(school: &School, statement: &str) -> Compared {
    consent::compare(
        school.db.read(),
        &door(school, "edith"),
        &server(),
        statement,
    )
    .await
    .expect("read")
}

async fn holds(school: &School) -> bool {
    let report = consent::verify(school.db.read(), school.id, &server()).await;
    report.expect("read").broken.is_none()
}

#[tokio::test]
async fn a_record_still_holds_what_was_signed_when_more_has_come() {
    let school = School::new().await;
    let before = consent::newest_statement(school.db.read(), &door(&school, "edith")).await;
    assert_eq!(before.expect("read"), None, "nothing is signed yet");
    some_entries(&school).await;
    let statement = kept(&school, &server()).await;
    assert!(!statement.contains("Mei"), "{statement}");
    some_entries(&school).await;
    let with_windows_lines = statement.replace('\n', "\r\n");
    for text in [statement.as_str(), &with_windows_lines] {
        let found = compared(&school, text).await;
        assert_eq!(found, Compared::Contained { entries: 6 });
    }
}

#[tokio::test]
async fn a_record_that_was_written_anew_with_new_signatures_is_found_by_a_kept_statement() {
    let school = School::new().await;
    some_entries(&school).await;
    let statement = kept(&school, &server()).await;
    without_guards(&school).await;
    ledger_checkpoint::Entity::delete_many()
        .filter(ledger_checkpoint::Column::SchoolId.eq(school.id))
        .exec(school.db.read())
        .await
        .expect("gone");
    consent_event::Entity::delete_many()
        .filter(consent_event::Column::SchoolId.eq(school.id))
        .exec(school.db.read())
        .await
        .expect("gone");
    some_entries(&school).await;
    let anew = kept(&school, &server()).await;
    assert!(holds(&school).await, "nothing of it is wrong in itself");
    assert_eq!(
        compared(&school, &anew).await,
        Compared::Contained { entries: 6 }
    );
    assert_eq!(
        compared(&school, &statement).await,
        Compared::NotContained { entries: 6 }
    );
}

#[tokio::test]
async fn an_entry_that_was_changed_is_found_by_a_kept_statement() {
    for change in ["kind = 'refused'", "payload = payload || ' '"] {
        let school = School::new().await;
        some_entries(&school).await;
        let statement = kept(&school, &server()).await;
        without_guards(&school).await;
        school
            .db
            .read()
            .execute_unprepared(&format!("UPDATE consent_event SET {change} WHERE seq = 4"))
            .await
            .expect("changed");
        assert_eq!(
            compared(&school, &statement).await,
            Compared::NotContained { entries: 6 },
            "{change}"
        );
    }
}

#[tokio::test]
async fn entries_that_were_cut_off_are_found_by_a_kept_statement() {
    let school = School::new().await;
    some_entries(&school).await;
    let statement = kept(&school, &server()).await;
    without_guards(&school).await;
    ledger_checkpoint::Entity::delete_many()
        .filter(ledger_checkpoint::Column::SchoolId.eq(school.id))
        .exec(school.db.read())
        .await
        .expect("gone");
    consent_event::Entity::delete_many()
        .filter(consent_event::Column::SchoolId.eq(school.id))
        .filter(consent_event::Column::Seq.eq(6))
        .exec(school.db.read())
        .await
        .expect("gone");
    assert!(holds(&school).await, "what is left follows");
    assert_eq!(
        compared(&school, &statement).await,
        Compared::NotContained { entries: 6 }
    );
}

#[tokio::test]
async fn what_another_signed_or_somebody_changed_or_of_another_school_is_no_statement_of_ours() {
    let school = School::new().await;
    some_entries(&school).await;
    let statement = kept(&school, &server()).await;
    for changed in [
        String::new(),
        "nothing of the kind".to_owned(),
        statement.replace("entries 6", "entries 5"),
        statement.replace("hash ", "hash 0"),
        statement.replace("at 1", "at 2"),
        statement.replace("signature ", "signature 00"),
        statement.lines().take(5).collect::<Vec<_>>().join("\n"),
    ] {
        let found = compared(&school, &changed).await;
        assert_eq!(found, Compared::NotOurs, "{changed}");
    }
    let south = consent::compare(
        school.db.read(),
        &door(&school, "saskia"),
        &server(),
        &statement,
    )
    .await
    .expect("read");
    assert_eq!(south, Compared::NotOurs);

    let school = School::new().await;
    some_entries(&school).await;
    let forged = kept(&school, &Signer::new([9; 32])).await;
    assert_eq!(compared(&school, &forged).await, Compared::NotOurs);
}
