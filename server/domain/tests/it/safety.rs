//! The security log, the duties of who reads it, and reports, on a real database.

use chrono::TimeDelta;
use domain::accounts::passwords::{Cost, Hasher};
use domain::accounts::{sessions, sign_in};
use domain::safety::{self, Error};
use domain::schools::policy::Action;
use domain::{AccessError, access};
use entity::{abuse_report, security_event};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::School;
use vocab::accounts::SignIn;
use vocab::people::Role;
use vocab::safety::{Duty, ReportForm, ReportLine, ReportState, SecurityKind, SecurityLine};

async fn gives(school: &School, by: &str, whom: &str, duty: Duty) -> Result<(), Error> {
    let door = access::school(&school.actor(by), Action::GiveDuties).map_err(Error::Access)?;
    let account = entity::account::Entity::find()
        .filter(entity::account::Column::PersonId.eq(school.person(whom)))
        .one(school.db.read())
        .await
        .expect("answers")
        .expect("they have one");
    let tx = school.db.write().await.expect("free");
    safety::give(&tx, &door, (&account.username, duty), school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn log(school: &School, who: &str) -> Result<Vec<SecurityLine>, AccessError> {
    let actor = school.actor(who);
    let door = access::duty(school.db.read(), &actor, Duty::Security).await?;
    Ok(safety::security_log(school.db.read(), &actor, &door, school.now()).await?)
}

async fn tries(school: &School, username: &str, password: &str) -> bool {
    let form = SignIn {
        school: "NORTH".to_owned(),
        username: username.to_owned(),
        password: password.to_owned(),
    };
    let device = sign_in::Device {
        id: None,
        label: "Chrome on Android".to_owned(),
        session: None,
        enrolment: None,
    };
    let hasher = Hasher::new(Cost::ForTests);
    sign_in::sign_in(&school.db, &hasher, &form, &device, school.now())
        .await
        .is_ok()
}

async fn reports(school: &School, who: &str) -> Result<Vec<ReportLine>, AccessError> {
    let actor = school.actor(who);
    let door = access::reports(school.db.read(), &actor).await?;
    Ok(safety::reports(school.db.read(), &actor, &door, school.now()).await?)
}

async fn files(school: &School, who: &str) -> Result<(), Error> {
    let form = ReportForm {
        kind: "behaviour".to_owned(),
        words: "Somebody is unkind".to_owned(),
        place: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    let new = form.validate().expect("complete");
    safety::file(&tx, &school.actor(who), new, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

#[tokio::test]
async fn no_role_reads_the_security_log_only_who_was_given_the_duty() {
    let school = School::new().await;
    for who in school.everybody() {
        let found = log(&school, who).await;
        let is_south = school.actor(who).school != school.id;
        // Southbank's lead has it, in Southbank.
        assert!(
            is_south || matches!(found, Err(AccessError::NotFound)),
            "{who}"
        );
    }
    gives(&school, "desmond", "bruno", Duty::Security)
        .await
        .expect("staff");
    for who in school.everybody() {
        let actor = school.actor(who);
        if actor.school == school.id {
            let found = log(&school, who).await;
            assert_eq!(found.is_ok(), who == "bruno", "{who}");
        }
    }
}

#[tokio::test]
async fn who_gives_and_who_reads_stands_in_a_matrix_by_role() {
    use domain::schools::policy::role_allows;
    for role in Role::ALL.iter().copied() {
        let gives = matches!(role, Role::SchoolAdmin | Role::DataProtectionLead);
        assert_eq!(role_allows(role, Action::GiveDuties), gives, "{role}");
    }
    let school = School::new().await;
    let own = gives(&school, "desmond", "desmond", Duty::Security).await;
    assert!(matches!(own, Err(Error::Yourself)));
    for (by, whom) in [("ada", "bruno"), ("zainab", "bruno"), ("rosa", "bruno")] {
        let refused = gives(&school, by, whom, Duty::Security).await;
        assert!(
            matches!(refused, Err(Error::Access(AccessError::NotFound))),
            "{by}"
        );
    }
    for whom in ["zainab", "rosa"] {
        let refused = gives(&school, "desmond", whom, Duty::Security).await;
        assert!(
            matches!(refused, Err(Error::Invalid(_))),
            "{whom} is no staff"
        );
    }
}

#[tokio::test]
async fn a_duty_ends_at_once_and_with_the_last_role_of_staff() {
    let school = School::new().await;
    gives(&school, "desmond", "bruno", Duty::Security)
        .await
        .expect("staff");
    let desmond = school.actor("desmond");
    let door = access::school(&desmond, Action::GiveDuties).expect("an admin");
    let line = safety::list(school.db.read(), &desmond, &door, school.now())
        .await
        .expect("his")
        .remove(0);
    let tx = school.db.write().await.expect("free");
    safety::end(&tx, &door, line.id, school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    assert!(log(&school, "bruno").await.is_err());
    gives(&school, "desmond", "bruno", Duty::Security)
        .await
        .expect("again");
    let mut left = school.actor("bruno");
    left.roles = [Role::Guardian].into_iter().collect();
    let asked = access::duty(school.db.read(), &left, Duty::Security).await;
    assert!(matches!(asked, Err(AccessError::NotFound)));
}

#[tokio::test]
async fn refused_sign_ins_waits_and_sign_outs_stand_in_the_log() {
    let school = School::new().await;
    gives(&school, "desmond", "bruno", Duty::Security)
        .await
        .expect("staff");
    let username = entity::account::Entity::find()
        .filter(entity::account::Column::PersonId.eq(school.person("zainab")))
        .one(school.db.read())
        .await
        .expect("answers")
        .expect("hers")
        .username;
    for _ in 0..5 {
        assert!(!tries(&school, &username, "wrong").await);
    }
    assert!(!tries(&school, "no.such.person", "wrong").await);
    for _ in 0..3 {
        assert!(!tries(&school, &username, "wrong").await, "it waits");
    }
    let tx = school.db.write().await.expect("free");
    school.session_token("zainab");
    let mut elsewhere = school.actor("zainab");
    elsewhere.session = vocab::ids::SessionId(domain::secrets::new_id());
    sessions::end_all_others(&tx, &elsewhere, school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    let lines = log(&school, "bruno").await.expect("his duty");
    let count = |kind| lines.iter().filter(|line| line.kind == kind).count();
    assert_eq!(
        count(SecurityKind::RefusedSignIn),
        6,
        "with the unknown name"
    );
    assert_eq!(count(SecurityKind::SlowedAccount), 1, "once for a while");
    assert_eq!(count(SecurityKind::SessionsEnded), 1);
    assert!(lines.iter().any(|line| line.who == "Nobody's account"));
}

#[tokio::test]
async fn a_line_of_the_log_goes_after_thirty_days_and_a_closed_report_after_twelve_months() {
    let school = School::new().await;
    assert!(!tries(&school, "no.such.person", "wrong").await);
    let here = async || {
        security_event::Entity::find()
            .filter(security_event::Column::SchoolId.eq(school.id))
            .count(school.db.read())
            .await
            .expect("counted")
    };
    let purge = async || {
        let tx = school.db.write().await.expect("free");
        safety::forget_old(&tx, school.now()).await.expect("runs");
        tx.commit().await.expect("kept");
    };
    school.clock.advance(TimeDelta::days(29));
    purge().await;
    assert_eq!(here().await, 1);
    school.clock.advance(TimeDelta::days(2));
    purge().await;
    assert_eq!(here().await, 0);

    for who in ["zainab", "tomos"] {
        files(&school, who).await.expect("theirs");
    }
    let id = reports(&school, "edith")
        .await
        .expect("nobody has the duty")[0]
        .id;
    let tx = school.db.write().await.expect("free");
    let door = access::reports(&*tx, &school.actor("edith"))
        .await
        .expect("hers");
    safety::step(&tx, &door, id, Some("We spoke with them."), school.now())
        .await
        .expect("closed");
    tx.commit().await.expect("kept");
    let folder = tempfile::tempdir().expect("a folder");
    let store = domain::files::Store::local(folder.path()).expect("a store");
    let signer = domain::consent::Signer::new([7; 32]);
    let sweep = async || {
        let means = domain::erasure::Means {
            db: &school.db,
            store: &store,
            signer: &signer,
        };
        domain::retention::sweep(means, school.id, school.now())
            .await
            .expect("swept");
        abuse_report::Entity::find()
            .filter(abuse_report::Column::SchoolId.eq(school.id))
            .count(school.db.read())
            .await
            .expect("counted")
    };
    school.clock.advance(TimeDelta::days(360));
    assert_eq!(sweep().await, 2);
    school.clock.advance(TimeDelta::days(8));
    assert_eq!(sweep().await, 1, "the one that is open stays");
}

#[tokio::test]
async fn a_report_goes_to_the_safeguarding_lead_and_to_the_office_only_while_there_is_none() {
    let school = School::new().await;
    files(&school, "zainab").await.expect("hers");
    for who in ["edith", "desmond"] {
        assert_eq!(reports(&school, who).await.expect("no lead yet").len(), 1);
    }
    gives(&school, "edith", "bruno", Duty::Safeguarding)
        .await
        .expect("staff");
    let lines = reports(&school, "bruno").await.expect("his duty");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].reporter.is_some());
    for who in ["edith", "desmond", "ada", "zainab", "rosa", "sid", "olga"] {
        let found = reports(&school, who).await;
        let is_south = school.actor(who).school != school.id;
        assert!(
            is_south || matches!(found, Err(AccessError::NotFound)),
            "{who}"
        );
    }
}

#[tokio::test]
async fn who_reported_sees_how_far_it_is_and_nobody_else_does() {
    let school = School::new().await;
    files(&school, "zainab").await.expect("hers");
    let mine = async |who: &str| {
        safety::mine(school.db.read(), &school.actor(who), school.now())
            .await
            .expect("theirs")
    };
    assert_eq!(mine("zainab").await[0].state, ReportState::Received);
    assert!(mine("tomos").await.is_empty() && mine("rosa").await.is_empty());
    let id = mine("zainab").await[0].id;
    let step = async |answer: Option<&str>| {
        let tx = school.db.write().await.expect("free");
        let door = access::reports(&*tx, &school.actor("edith")).await?;
        safety::step(&tx, &door, id, answer, school.now()).await?;
        tx.commit().await.expect("kept");
        Ok::<_, Error>(())
    };
    step(None).await.expect("looked into");
    assert_eq!(mine("zainab").await[0].state, ReportState::LookedInto);
    assert!(matches!(step(Some(" ")).await, Err(Error::NoAnswer)));
    step(Some("We spoke with them.")).await.expect("closed");
    let told = mine("zainab").await.remove(0);
    assert_eq!(told.state, ReportState::Closed);
    assert_eq!(told.answer.as_deref(), Some("We spoke with them."));
    assert!(matches!(step(Some("Again")).await, Err(Error::NothingToDo)));
}

#[tokio::test]
async fn nobody_floods_the_safeguarding_lead() {
    let school = School::new().await;
    for _ in 0..20 {
        files(&school, "zainab").await.expect("hers");
    }
    assert!(matches!(
        files(&school, "zainab").await,
        Err(Error::TooMany)
    ));
    files(&school, "tomos").await.expect("his own");
    school.clock.advance(TimeDelta::days(1));
    files(&school, "zainab").await.expect("another day");
}
