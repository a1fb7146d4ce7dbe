//! Whoever owns the database rewrites the record, and is found: by a signature that is not
//! this server's, by evidence that is missing of somebody who was not erased, by whatever
//! they change.

use domain::consent::{self, Broken, Signer};
use domain::erasure::{self, Ask};
use domain::keys;
use entity::{consent_event, erasure_job, ledger_checkpoint};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use test_kit::School;
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::erasure::ErasureState;

use super::{form, say, some_entries, without_guards};

fn server() -> Signer {
    Signer::new([7; 32])
}

async fn sign(school: &School, signer: &Signer) {
    let tx = school.db.write().await.expect("free");
    consent::sign_checkpoint(&tx, school.id, signer, school.now())
        .await
        .expect("signed");
    tx.commit().await.expect("kept");
}

async fn broken(school: &School, signer: &Signer) -> Option<Broken> {
    consent::verify(school.db.read(), school.id, signer)
        .await
        .expect("read")
        .broken
}

#[tokio::test]
async fn a_record_that_somebody_signed_with_another_key_is_found() {
    let school = School::new().await;
    some_entries(&school).await;
    sign(&school, &server()).await;
    assert_eq!(broken(&school, &server()).await, None);
    without_guards(&school).await;
    ledger_checkpoint::Entity::delete_many()
        .exec(school.db.read())
        .await
        .expect("gone");
    let other = Signer::new([9; 32]);
    sign(&school, &other).await;
    let found = broken(&school, &server()).await.expect("it is found");
    assert_eq!(
        found.why,
        "it was signed with a key that is not this server's"
    );

    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, what: &[u8]| std::fs::write(folder.path().join(name), what);
    write("signing.key", &[7; 32]).expect("kept");
    write("signing.earlier", other.public_key().as_bytes()).expect("kept");
    let replaced = Signer::open(folder.path()).expect("it opens");
    assert_eq!(broken(&school, &replaced).await, None, "once it was ours");
}

#[tokio::test]
async fn evidence_is_missed_unless_its_person_is_erased() {
    let school = School::new().await;
    some_entries(&school).await;
    let of_mei = school.person("mei");
    consent_event::Entity::update_many()
        .col_expr(consent_event::Column::Payload, Expr::value(""))
        .filter(consent_event::Column::SubjectId.eq(of_mei))
        .exec(school.db.read())
        .await
        .expect("the database lets evidence go");
    let found = broken(&school, &server()).await.expect("it is found");
    assert_eq!(found.why, "its evidence was emptied, and nobody was erased");
    let tx = school.db.write().await.expect("free");
    let ask = Ask {
        request: None,
        rule: Some("student.account"),
        by: None,
        cooling_off_until: None,
    };
    let job = erasure::start(&tx, (school.id, of_mei), ask, school.now())
        .await
        .expect("it begins");
    tx.commit().await.expect("kept");
    let is_granted_only = broken(&school, &server()).await.is_some();
    assert!(is_granted_only, "nothing was erased yet");
    let set = async |state: ErasureState| {
        erasure_job::Entity::update_many()
            .col_expr(erasure_job::Column::State, Expr::value(state))
            .filter(erasure_job::Column::Id.eq(job))
            .exec(school.db.read())
            .await
            .expect("set")
    };
    set(ErasureState::Erasing).await;
    assert_eq!(broken(&school, &server()).await, None, "it is under way");
    set(ErasureState::CalledOff).await;
    assert!(broken(&school, &server()).await.is_some());
    let tx = school.db.write().await.expect("free");
    keys::destroy(&tx, of_mei, "erasure", school.now())
        .await
        .expect("destroyed");
    tx.commit().await.expect("kept");
    assert_eq!(
        broken(&school, &server()).await,
        None,
        "and the chain holds"
    );
}

/// One field of an entry with another value; what is drawn decides which.
fn of_entry(
    row: &consent_event::Model,
    others: [vocab::ids::PersonId; 2],
    (field, drawn): (usize, usize),
) -> (consent_event::Column, SimpleExpr) {
    use consent_event::Column;
    fn other<T: Copy + PartialEq>(all: &[T], but: T, drawn: usize) -> T {
        let rest: Vec<T> = all.iter().copied().filter(|one| *one != but).collect();
        rest[drawn % rest.len()]
    }
    let fields = [
        (Column::Seq, Expr::value(row.seq + 50)),
        (
            Column::SubjectId,
            Expr::value(other(&others, row.subject_id, drawn)),
        ),
        (
            Column::Purpose,
            Expr::value(other(ConsentPurpose::ALL, row.purpose, drawn)),
        ),
        (
            Column::Kind,
            Expr::value(other(ConsentKind::ALL, row.kind, drawn)),
        ),
        (
            Column::GivenBy,
            Expr::value(other(GivenBy::ALL, row.given_by, drawn)),
        ),
        (
            Column::AgeBand,
            Expr::value(other(AgeBand::ALL, row.age_band, drawn)),
        ),
        (Column::ActorId, Expr::cust("NULL")),
        (
            Column::ValidUntil,
            Expr::value(row.at + chrono::TimeDelta::days(400)),
        ),
        (
            Column::At,
            Expr::value(row.at + chrono::TimeDelta::milliseconds(1)),
        ),
        (
            Column::TextVersion,
            Expr::value(twisted(&row.text_version, drawn)),
        ),
        (Column::Payload, Expr::value(twisted(&row.payload, drawn))),
        (Column::Payload, Expr::value("")),
        (
            Column::PayloadCommitment,
            Expr::value(twisted(&row.payload_commitment, drawn)),
        ),
        (
            Column::PrevHash,
            Expr::value(twisted(&row.prev_hash, drawn)),
        ),
        (
            Column::EntryHash,
            Expr::value(twisted(&row.entry_hash, drawn)),
        ),
    ];
    fields[field % fields.len()].clone()
}

/// The same for a signed statement.
fn of_statement(
    row: &ledger_checkpoint::Model,
    (field, drawn): (usize, usize),
) -> (ledger_checkpoint::Column, SimpleExpr) {
    use ledger_checkpoint::Column;
    let fields = [
        (Column::UpToSeq, Expr::value(row.up_to_seq + 50)),
        (
            Column::RootHash,
            Expr::value(twisted(&row.root_hash, drawn)),
        ),
        (
            Column::Signature,
            Expr::value(twisted(&row.signature, drawn)),
        ),
        (
            Column::PublicKey,
            Expr::value(twisted(&row.public_key, drawn)),
        ),
        (
            Column::SignedAt,
            Expr::value(row.signed_at + chrono::TimeDelta::milliseconds(1)),
        ),
    ];
    fields[field % fields.len()].clone()
}

/// The text with another letter in one place.
fn twisted(text: &str, drawn: usize) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    if signs.is_empty() {
        return "0".to_owned();
    }
    let at = drawn % signs.len();
    signs[at] = if signs[at] == '0' { '1' } else { '0' };
    signs.into_iter().collect()
}

/// Changes a field, tells whether that was found, and puts everything back.
async fn is_found(school: &School, is_statement: bool, which: usize, how: (usize, usize)) -> bool {
    let db = school.db.read();
    if is_statement {
        let before = ledger_checkpoint::Entity::find()
            .filter(ledger_checkpoint::Column::SchoolId.eq(school.id))
            .one(db)
            .await
            .expect("read")
            .expect("signed");
        let (column, value) = of_statement(&before, how);
        ledger_checkpoint::Entity::update_many()
            .col_expr(column, value)
            .filter(ledger_checkpoint::Column::Id.eq(before.id))
            .exec(db)
            .await
            .expect("changed");
        let found = broken(school, &server()).await.is_some();
        ledger_checkpoint::Entity::delete_by_id(before.id)
            .exec(db)
            .await
            .expect("gone");
        put_back(school, before).await;
        return found;
    }
    let rows = consent_event::Entity::find()
        .filter(consent_event::Column::SchoolId.eq(school.id))
        .order_by_asc(consent_event::Column::Seq)
        .all(db)
        .await
        .expect("read");
    let before = rows[which % rows.len()].clone();
    let others = [school.person("zainab"), school.person("tomos")];
    let (column, value) = of_entry(&before, others, how);
    consent_event::Entity::update_many()
        .col_expr(column, value)
        .filter(consent_event::Column::Id.eq(before.id))
        .exec(db)
        .await
        .expect("changed");
    let found = broken(school, &server()).await.is_some();
    consent_event::Entity::delete_by_id(before.id)
        .exec(db)
        .await
        .expect("gone");
    put_back(school, before).await;
    found
}

async fn put_back<M>(school: &School, row: M)
where
    M: sea_orm::ModelTrait + sea_orm::IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: sea_orm::ActiveModelTrait<Entity = M::Entity>,
{
    use sea_orm::ActiveModelTrait;
    M::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(school.db.read())
        .await
        .expect("as it was");
}

#[test]
fn whatever_is_changed_in_any_row_of_any_record_is_found() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let ledgers = proptest::collection::vec((any::<bool>(), any::<bool>()), 1..6);
    let change = (any::<bool>(), any::<usize>(), any::<(usize, usize)>());
    let changes = proptest::collection::vec(change, 12);
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(6)
    });
    let outcome = runner.run(&(ledgers, changes), |(answers, changes)| {
        runtime.block_on(async {
            let school = School::new().await;
            for (is_yes, is_public) in answers {
                let purpose = if is_public {
                    ConsentPurpose::PhotosInPublic
                } else {
                    ConsentPurpose::PhotosInSchool
                };
                say(&school, "petra", "mei", &form(purpose, None, is_yes))
                    .await
                    .expect("taken");
            }
            sign(&school, &server()).await;
            without_guards(&school).await;
            for (is_statement, which, how) in changes {
                let found = is_found(&school, is_statement, which, how).await;
                prop_assert!(found, "statement {is_statement}, row {which}, {how:?}");
                prop_assert_eq!(broken(&school, &server()).await, None, "put back");
            }
            Ok(())
        })
    });
    outcome.expect("every change is found");
}
