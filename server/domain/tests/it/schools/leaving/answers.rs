//! Who asked something before the school was deleted is answered, although they are deleted
//! themselves in the same night.

use domain::keys::Place;
use domain::{access, rights};
use entity::{outbox_mail, rights_request};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use vocab::mail::{MailState, MailTemplate};
use vocab::rights::RequestKind;

use super::{Gone, NONE};

impl Gone {
    /// Where answers are on their way to, sorted.
    async fn answered(&self) -> Vec<String> {
        let (db, school) = (&self.school.db, self.school.south.school);
        let mails = outbox_mail::Entity::find()
            .filter(outbox_mail::Column::SchoolId.eq(school))
            .filter(outbox_mail::Column::State.eq(MailState::Queued))
            .filter(outbox_mail::Column::Template.eq(MailTemplate::RequestAnswered))
            .all(db.read())
            .await
            .expect("read");
        let mut addresses = Vec::new();
        for mail in mails {
            let sealed = mail.address.as_deref().expect("it goes to an address");
            let place = Place {
                school,
                table: "outbox_mail",
                column: "address",
                row: mail.id.0,
            };
            let ring = db.keys().to_open([sealed]).await.expect("the keys");
            let address = ring.open(&place, sealed).text();
            addresses.push(address.expect("it can be read"));
        }
        addresses.sort_unstable();
        addresses
    }
}

#[tokio::test]
async fn a_guardian_of_a_school_that_is_deleted_is_answered_once_at_their_address() {
    let gone = Gone::new().await;
    let school = &gone.school;
    let (gus, sid) = (school.actor("gus"), school.person("sid"));
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &gus, sid).await.expect("his child");
    let kind = RequestKind::Access;
    rights::file(&tx, &about, kind, String::new(), school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");

    gone.months_later(1);
    assert_eq!(gone.sweep().await, NONE, "nothing failed");
    let open = rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(school.south.school))
        .filter(rights_request::Column::SubjectId.eq(sid))
        .filter(rights_request::Column::ClosedAt.is_null())
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(open, 0, "every request about him is answered");
    // Sid asked for his own data as well.
    let told = ["gus@zqsouthcanary.example", "sid@zqsouthcanary.example"];
    assert_eq!(gone.answered().await, told);
    assert_eq!(gone.sweep().await, NONE, "the next night");
    assert_eq!(
        gone.answered().await,
        told,
        "the mail waits, and is the only one"
    );

    gone.mail_is_given_up().await;
    let left = gone.rows(school.south.school).await;
    assert_eq!(left["outbox_mail"], 0, "and no longer than a week");
}
