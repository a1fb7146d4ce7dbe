//! A school leaves the platform: two people settle it, everybody but who settles it is
//! locked out after the last day, a month later everything goes but the evidence, and six
//! years later that as well. Another school notices nothing.

mod answers;
mod in_the_way;

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate, TimeDelta};
use datamap::{Retention, SubjectPath};
use domain::accounts::sessions;
use domain::consent::Signer;
use domain::erasure::Means;
use domain::files::Store;
use domain::schools::policy::Action;
use domain::schools::{Error, leaving};
use domain::{Permitted, Time, access, mail, retention};
use entity::{activity_review, erasure_job, legal_hold, restriction, school_leaving};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter,
};
use test_kit::School;
use vocab::form::error_for;
use vocab::ids::{LeavingId, SchoolId};
use vocab::leaving::{LeavingForm, LeavingStage, ValidLeaving};

/// Nothing failed.
const NONE: [&str; 0] = [];

fn door(school: &School, who: &str) -> Permitted<()> {
    access::school(&school.actor(who), Action::LeaveThePlatform).expect("theirs")
}

fn in_days(school: &School, days: i64) -> NaiveDate {
    (school.now() + TimeDelta::days(days)).date_naive()
}

async fn ask(school: &School, who: &str, day: NaiveDate, code: &str) -> Result<LeavingId, Error> {
    let tx = school.db.write().await.expect("free");
    let new = ValidLeaving {
        last_day: day,
        code: code.to_owned(),
    };
    let id = leaving::ask(&tx, &door(school, who), &new, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(id)
}

async fn confirm(school: &School, who: &str, id: LeavingId) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    leaving::confirm(&tx, &door(school, who), id, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn call_off(school: &School, who: &str, id: LeavingId) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    leaving::call_off(&tx, &door(school, who), id, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn stage(school: &School) -> LeavingStage {
    let (edith, door) = (school.actor("edith"), door(school, "edith"));
    let page = leaving::page(school.db.read(), &edith, &door, school.now()).await;
    page.expect("hers").stage
}

async fn is_in(school: &School, who: &str) -> bool {
    let token = school.session_token(who);
    let found = sessions::find(&school.db, &token, school.now()).await;
    found.expect("read").is_some()
}

fn code_of(school: &School) -> String {
    school.actor("edith").school_code
}

#[tokio::test]
async fn a_second_person_confirms_it_and_the_first_cannot() {
    let school = School::new().await;
    let code = code_of(&school);
    let id = ask(&school, "edith", in_days(&school, 30), &code)
        .await
        .expect("asked");
    assert_eq!(stage(&school).await, LeavingStage::Asked);
    assert!(matches!(
        confirm(&school, "edith", id).await,
        Err(Error::SecondPerson)
    ));
    assert!(matches!(
        ask(&school, "desmond", in_days(&school, 40), &code).await,
        Err(Error::LeavesAlready)
    ));
    confirm(&school, "desmond", id).await.expect("a second");
    assert_eq!(stage(&school).await, LeavingStage::Confirmed);
    assert!(matches!(
        confirm(&school, "desmond", id).await,
        Err(Error::LeavingChanged)
    ));
    call_off(&school, "edith", id).await.expect("called off");
    assert_eq!(stage(&school).await, LeavingStage::Stays);
    assert!(matches!(
        call_off(&school, "edith", id).await,
        Err(Error::LeavingChanged)
    ));
}

#[tokio::test]
async fn everybody_has_seven_days_from_the_second_yes_on() {
    let school = School::new().await;
    let id = ask(&school, "edith", in_days(&school, 8), &code_of(&school))
        .await
        .expect("asked");
    school.clock.advance(TimeDelta::days(2));
    assert!(matches!(
        confirm(&school, "desmond", id).await,
        Err(Error::LeavingTooSoon)
    ));
    call_off(&school, "desmond", id).await.expect("called off");
}

#[tokio::test]
async fn what_whoever_runs_the_platform_ended_the_school_does_not_call_off() {
    let school = School::new().await;
    ask(&school, "edith", in_days(&school, 400), &code_of(&school))
        .await
        .expect("asked, and in nobody's way");
    let operator = access::school_as_operator(school.id);
    let tx = school.db.write().await.expect("free");
    let early = leaving::end_by_operator(&tx, &operator, in_days(&school, 29), school.now()).await;
    assert!(matches!(early, Err(Error::Invalid(_))));
    drop(tx);
    let tx = school.db.write().await.expect("free");
    leaving::end_by_operator(&tx, &operator, in_days(&school, 31), school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    assert_eq!(stage(&school).await, LeavingStage::Confirmed);
    let id = leaving::open_of(school.db.read(), &operator).await;
    let id = id.expect("read").expect("one is open");
    assert!(matches!(
        call_off(&school, "edith", id).await,
        Err(Error::EndedByOperator)
    ));
    let tx = school.db.write().await.expect("free");
    leaving::call_off(&tx, &operator, id, school.now())
        .await
        .expect("theirs");
    tx.commit().await.expect("kept");
    assert_eq!(stage(&school).await, LeavingStage::Stays);
}

#[tokio::test]
async fn a_school_whose_month_is_over_gets_no_other_last_day_and_stays_closed() {
    let school = School::new().await;
    school.leaves().await;
    let operator = access::school_as_operator(school.id);
    let to_another_day = async || {
        let tx = school.db.write().await.expect("free");
        let (day, now) = (in_days(&school, 60), school.now());
        let done = leaving::end_by_operator(&tx, &operator, day, now).await;
        drop(tx);
        done
    };
    school.clock.advance(TimeDelta::days(20));
    to_another_day().await.expect("the month is not over");
    school.clock.advance(TimeDelta::days(12));
    let late = to_another_day().await;
    assert!(matches!(late, Err(Error::LeavingChanged)), "{late:?}");
    leave_sessions_open(&school, school.now()).await;
    assert_eq!(stage(&school).await, LeavingStage::Left);
    assert!(!is_in(&school, "zainab").await, "no account opens again");
}

#[tokio::test]
async fn a_day_too_soon_or_the_code_of_another_school_is_refused_beside_its_field() {
    let school = School::new().await;
    let code = code_of(&school);
    let field = |error: Error, field: &str| match error {
        Error::Invalid(errors) => error_for(&errors, field).is_some(),
        _ => false,
    };
    let soon = ask(&school, "edith", in_days(&school, 6), &code).await;
    assert!(field(soon.expect_err("too soon"), "last_day"));
    let far = ask(&school, "edith", in_days(&school, 800), &code).await;
    assert!(field(far.expect_err("too far"), "last_day"));
    let other = ask(&school, "edith", in_days(&school, 30), "SOUTH").await;
    assert!(field(other.expect_err("another's code"), "code"));
    let empty = LeavingForm::default().validate().expect_err("empty");
    assert!(error_for(&empty, "last_day").is_some() && error_for(&empty, "code").is_some());
}

#[tokio::test]
async fn after_the_last_day_only_admins_and_the_lead_are_let_in() {
    let school = School::new().await;
    let code = code_of(&school);
    let last = in_days(&school, 8);
    let id = ask(&school, "edith", last, &code).await.expect("asked");
    confirm(&school, "desmond", id).await.expect("confirmed");
    for who in ["edith", "desmond", "ada", "zainab"] {
        assert!(is_in(&school, who).await, "{who} before");
    }
    // The day itself is whole: in London it is still going on.
    let end = last.and_hms_opt(23, 0, 0).expect("a time").and_utc();
    leave_sessions_open(&school, end).await;
    assert!(is_in(&school, "zainab").await, "on the last day");
    leave_sessions_open(&school, end + TimeDelta::hours(2)).await;
    for (who, lets_in) in [
        ("edith", true),
        ("desmond", true),
        ("ada", false),
        ("zainab", false),
    ] {
        assert_eq!(is_in(&school, who).await, lets_in, "{who} afterwards");
    }
    assert_eq!(stage(&school).await, LeavingStage::Left);
    call_off(&school, "edith", id)
        .await
        .expect("within the month");
    assert!(is_in(&school, "zainab").await, "the school stays after all");
}

/// Moves the clock there, with everybody's session as if just used.
async fn leave_sessions_open(school: &School, at: Time) {
    school.clock.advance(at - school.now());
    let tx = school.db.write().await.expect("free");
    entity::session::Entity::update_many()
        .col_expr(entity::session::Column::LastUsedAt, Expr::value(at))
        .col_expr(
            entity::session::Column::ExpiresAt,
            Expr::value(at + TimeDelta::hours(12)),
        )
        .exec(&*tx)
        .await
        .expect("moved");
    tx.commit().await.expect("kept");
}

struct Gone {
    school: School,
    store: Store,
    signer: Signer,
    _folder: tempfile::TempDir,
}

impl Gone {
    /// Southbank, which has rows in every table, has left today.
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("it opens");
        let gone = Self {
            school: School::new().await,
            store,
            signer: Signer::new([7; 32]),
            _folder: folder,
        };
        let school = &gone.school;
        let tx = school.db.write().await.expect("free");
        school_leaving::Entity::delete_many()
            .filter(school_leaving::Column::SchoolId.eq(school.south.school))
            .exec(&*tx)
            .await
            .expect("nothing was asked before");
        legal_hold::Entity::update_many()
            .col_expr(legal_hold::Column::ReleasedAt, Expr::value(school.now()))
            .exec(&*tx)
            .await
            .expect("nothing is held");
        restriction::Entity::update_many()
            .col_expr(restriction::Column::EndedAt, Expr::value(school.now()))
            .exec(&*tx)
            .await
            .expect("nobody is restricted");
        school_leaving::ActiveModel {
            id: Set(LeavingId(domain::secrets::new_id())),
            school_id: Set(school.south.school),
            leaves_at: Set(school.now()),
            asked_by: Set(Some(school.person("saskia"))),
            asked_at: Set(school.now()),
            confirmed_by: Set(Some(school.person("sam"))),
            confirmed_at: Set(Some(school.now())),
            called_off_by: Set(None),
            called_off_at: Set(None),
        }
        .insert(&*tx)
        .await
        .expect("it leaves");
        let said = domain::schools::declaration::of_a_demo();
        let saskia = school.actor("saskia");
        let door = access::school(&saskia, Action::SignDeclaration).expect("her own school's");
        domain::schools::sign_declaration(&tx, &door, &said, school.now())
            .await
            .expect("signed by somebody");
        tx.commit().await.expect("kept");
        gone
    }

    /// The school is here after all, and each row has only its own rule.
    async fn stays(&self) {
        let tx = self.school.db.write().await.expect("free");
        school_leaving::Entity::delete_many()
            .filter(school_leaving::Column::SchoolId.eq(self.school.south.school))
            .exec(&*tx)
            .await
            .expect("it stays");
        tx.commit().await.expect("kept");
    }

    /// Sweeps once; what failed, by its rule, with the reasons of erasures.
    async fn sweep(&self) -> Vec<String> {
        let means = Means {
            db: &self.school.db,
            store: &self.store,
            signer: &self.signer,
        };
        let (south, now) = (self.school.south.school, self.school.now());
        let counts = retention::sweep(means, south, now).await.expect("swept");
        let jobs = erasure_job::Entity::find()
            .filter(erasure_job::Column::SchoolId.eq(south))
            .filter(erasure_job::Column::FailedAt.is_not_null())
            .all(self.school.db.read())
            .await
            .expect("read");
        counts
            .into_iter()
            .filter(|(_, counted)| counted.failed > 0)
            .map(|(rule, counted)| format!("{rule}: {}", counted.failed))
            .chain(jobs.into_iter().filter_map(|job| job.last_error))
            .collect()
    }

    /// How many rows each table has of a school.
    async fn rows(&self, of: SchoolId) -> BTreeMap<&'static str, u64> {
        let mut rows = BTreeMap::new();
        for table in datamap::registry() {
            if table.class("school_id").is_none() {
                continue;
            }
            let select = Query::select()
                .expr_as(Expr::cust("COUNT(*)"), "n")
                .from(Alias::new(table.table))
                .and_where(Expr::col(Alias::new("school_id")).eq(of.0))
                .to_owned();
            let row = self.school.db.read().query_one(&select).await;
            let row = row.expect("every table can be read");
            let n: i64 = row.expect("a count").try_get("", "n").expect("a number");
            rows.insert(table.table, u64::try_from(n).expect("not negative"));
        }
        rows
    }

    /// What the mail server did not take within a week is given up, and goes the next night.
    async fn mail_is_given_up(&self) {
        self.school.clock.advance(TimeDelta::days(8));
        let tx = self.school.db.write().await.expect("free");
        mail::expire(&tx, self.school.now())
            .await
            .expect("given up");
        tx.commit().await.expect("kept");
        assert_eq!(self.sweep().await, NONE, "nothing failed");
    }

    fn months_later(&self, months: u32) {
        let later = self.school.now() + Months::new(months) + TimeDelta::hours(1);
        self.school.clock.advance(later - self.school.now());
    }
}

#[tokio::test]
async fn a_month_later_only_evidence_is_left_and_after_six_years_nothing() {
    let gone = Gone::new().await;
    let (north, south) = (gone.school.id, gone.school.south.school);
    let (before, of_north) = (gone.rows(south).await, gone.rows(north).await);
    assert_eq!(gone.sweep().await, NONE, "nothing is due on the first day");
    assert_eq!(gone.rows(south).await["submission"], before["submission"]);

    gone.months_later(1);
    assert_eq!(gone.sweep().await, NONE, "nothing failed");
    gone.mail_is_given_up().await;
    let left = gone.rows(south).await;
    for table in datamap::registry() {
        let is_evidence = table.columns.iter().any(|(_, class)| {
            matches!(
                class.retention,
                Some(
                    Retention::Evidence
                        | Retention::Consent
                        | Retention::RightsRequest
                        | Retention::Register
                )
            )
        });
        let is_nobodys = matches!(table.subject, SubjectPath::Itself | SubjectPath::Nobody(_));
        if let Some(rows) = left.get(table.table)
            && !is_evidence
            && !is_nobodys
            && table.table != "classroom"
        {
            assert_eq!(*rows, 0, "{} is no evidence", table.table);
        }
    }
    for table in ["consent_event", "breach", "rights_request", "person"] {
        assert!(left[table] > 0, "{table} proves something");
    }

    gone.months_later(72);
    assert_eq!(gone.sweep().await, NONE, "nothing failed");
    for (table, rows) in gone.rows(south).await {
        assert_eq!(rows, 0, "{table} has nothing of a school that is forgotten");
    }
    let school = entity::school::Entity::find_by_id(south)
        .one(gone.school.db.read())
        .await
        .expect("read");
    assert_eq!(school, None);
    assert_eq!(
        gone.rows(north).await,
        of_north,
        "another school notices nothing"
    );
}

#[tokio::test]
async fn what_is_only_ever_added_goes_when_its_six_years_are_over_and_not_by_hand() {
    let gone = Gone::new().await;
    let db = &gone.school.db;
    let reviews = async || {
        activity_review::Entity::find()
            .filter(activity_review::Column::SchoolId.eq(gone.school.south.school))
            .count(db.read())
            .await
            .expect("counted")
    };
    assert!(reviews().await > 0);
    let by_hand = async {
        let tx = db.write().await?;
        activity_review::Entity::delete_many().exec(&*tx).await
    };
    assert!(by_hand.await.is_err(), "the database refuses it");
    gone.stays().await;
    gone.months_later(73);
    assert_eq!(gone.sweep().await, NONE, "nothing failed");
    assert_eq!(reviews().await, 0);
}

#[tokio::test]
async fn work_goes_with_the_files_that_were_handed_in() {
    let gone = Gone::new().await;
    let south = gone.school.south.school;
    let before = gone.rows(south).await;
    assert!(before["attempt_file"] > 0, "a file was handed in");
    gone.stays().await;
    gone.months_later(25);
    assert_eq!(gone.sweep().await, NONE, "nothing failed");
    let left = gone.rows(south).await;
    for table in ["attempt_file", "submission_file", "attempt", "submission"] {
        assert_eq!(left[table], 0, "{table}");
    }
}
