//! Keys and erasures: the key goes last and only after everything else has gone, and what
//! is taken out of a record about several people leaves each of them their own key.

use domain::consent::Signer;
use domain::erasure::{self, Ask, Means};
use domain::events::{self, Event};
use domain::files::Store;
use domain::keys::Place;
use domain::people::contact;
use entity::{erasure_step, event};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use test_kit::{NewWork, School};
use vocab::erasure::{ErasureState, StepAction, StepStatus};
use vocab::ids::ErasureJobId;

struct Office {
    school: School,
    store: Store,
    signer: Signer,
    _folder: tempfile::TempDir,
}

impl Office {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            school: School::new().await,
            store: Store::local(folder.path()).expect("a store"),
            signer: Signer::new([7; 32]),
            _folder: folder,
        }
    }

    fn means(&self) -> Means<'_> {
        Means {
            db: &self.school.db,
            store: &self.store,
            signer: &self.signer,
        }
    }

    async fn start(&self, who: &str) -> ErasureJobId {
        let ask = Ask {
            request: None,
            rule: Some("student.account"),
            by: None,
            cooling_off_until: None,
        };
        let tx = self.school.db.write().await.expect("free");
        let whose = (self.school.id, self.school.person(who));
        let id = erasure::start(&tx, whose, ask, self.school.now()).await;
        tx.commit().await.expect("kept");
        id.expect("it begins")
    }

    async fn run(&self, job: ErasureJobId) -> ErasureState {
        let ended = erasure::run(self.means(), &[job], self.school.now()).await;
        ended.expect("it runs")[0].1
    }

    async fn destroyed(&self) -> u64 {
        self.school.db.keys().counts().await.expect("counted").1
    }
}

#[tokio::test]
async fn a_step_that_fails_before_it_leaves_the_key_alive_and_the_next_run_destroys_it() {
    let office = Office::new().await;
    let school = &office.school;
    domain::keys::seal_old_rows(&school.db)
        .await
        .expect("sealed");
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    school.submission(sheet, "zainab", "x = 4").await;
    let job = office.start("zainab").await;
    for expected in [ErasureState::Locked, ErasureState::Erasing] {
        let state = erasure::advance(office.means(), job, school.now()).await;
        assert_eq!(state.expect("it goes on"), expected);
    }
    // The last step before the key finds something else than the plan says, so that its
    // transaction is not kept.
    let steps = erasure_step::Entity::find()
        .filter(erasure_step::Column::JobId.eq(job))
        .filter(erasure_step::Column::Status.eq(StepStatus::Todo))
        .order_by_desc(erasure_step::Column::N)
        .all(school.db.read())
        .await
        .expect("read");
    assert_eq!(steps[0].action, StepAction::DestroyKey, "the key is last");
    erasure_step::Entity::update_many()
        .col_expr(
            erasure_step::Column::Expected,
            Expr::col(erasure_step::Column::Expected).add(1),
        )
        .filter(erasure_step::Column::JobId.eq(job))
        .filter(erasure_step::Column::N.eq(steps[1].n))
        .exec(school.db.read())
        .await
        .expect("written");
    let mut error = None;
    for _ in 0..=steps.len() {
        error = erasure::advance(office.means(), job, school.now())
            .await
            .err();
        if error.is_some() {
            break;
        }
    }
    assert!(matches!(error, Some(erasure::Error::Differs { .. })));
    assert_eq!(office.destroyed().await, 0, "nothing is lost yet");
    let email = contact::address_of(school.db.read(), school.person("zainab"));
    assert!(email.await.expect("read").is_some());
    // A run begins anew, with a plan of its own.
    assert_eq!(office.run(job).await, ErasureState::Complete);
    assert_eq!(office.destroyed().await, 1);
}

#[tokio::test]
async fn what_is_taken_out_of_a_record_leaves_each_field_its_own_key() {
    let office = Office::new().await;
    let school = &office.school;
    let (desmond, tomos) = (school.person("desmond"), school.person("tomos"));
    let told = |after| Event {
        school: school.id,
        actor: None,
        kind: "person.edited",
        subject: tomos.0,
        before: None,
        after: Some(after),
    };
    let tx = school.db.write().await.expect("free");
    let after = json!({ "family_name": "zainab@northgate.example" });
    let id = events::record(&*tx, told(after), school.now()).await;
    tx.commit().await.expect("kept");
    let id = id.expect("kept");
    // Two fields of two people: his address, and words about her under another's key.
    let owners = [tomos.into(), desmond.into()];
    let ring = school.db.keys().to_seal(owners).await.expect("keys");
    let at = |column| Place {
        school: school.id,
        table: "event",
        column,
        row: id.0,
    };
    let seal = |owner, column, words| ring.seal(owner, &at(column), words).expect("sealed");
    let after = json!({
        "family_name": "zainab@northgate.example",
        "email": seal(tomos, "after.email", "tomos@home.example"),
        "comment": seal(desmond, "after.comment", "Ask zainab@northgate.example"),
    });
    event::Entity::update_many()
        .col_expr(event::Column::After, Expr::value(after.clone()))
        .filter(event::Column::Id.eq(id))
        .exec(school.db.read())
        .await
        .expect("written");
    let job = office.start("zainab").await;
    assert_eq!(office.run(job).await, ErasureState::Complete);

    let row = event::Entity::find_by_id(id)
        .one(school.db.read())
        .await
        .expect("read")
        .expect("it stays");
    let left = row.after.expect("what is left");
    assert_eq!(left["family_name"], "(erased)");
    let text = |name: &str| left[name].as_str().expect("a text").to_owned();
    let (email, comment) = (text("email"), text("comment"));
    let owner = |text: &str| text.split(':').nth(2).map(str::to_owned);
    assert_eq!(owner(&email), Some(tomos.0.simple().to_string()));
    assert_eq!(owner(&comment), Some(desmond.0.simple().to_string()));
    let opened = school.opened("event.after.email", id.0, &email).await;
    assert_eq!(opened, "tomos@home.example");
    let opened = school.opened("event.after.comment", id.0, &comment).await;
    assert_eq!(opened, "Ask (erased)");
}
