//! Restrictions on a real database: who switches them on and off, and what becomes of
//! what is written meanwhile. `uses` tries every use of data.

mod uses;

use domain::guard::{Effect, Use};
use domain::rights::{self, Error};
use domain::schools::policy::Action;
use domain::{AccessError, access};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::ids::RestrictionId;
use vocab::restrictions::{RestrictionGround, RestrictionLine};
use vocab::rights::{RequestKind, RequestState, RequestStep};

pub(crate) use uses::Stage;

/// Restricts at the word of somebody.
pub(crate) async fn restricts(school: &School, who: &str, whom: &str) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(whom)).await?;
    rights::restrict(&tx, &about, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

/// Ends it at the word of somebody.
pub(crate) async fn ends(school: &School, who: &str, whom: &str) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(whom)).await?;
    rights::end(&tx, &about, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn lines(school: &School) -> Vec<RestrictionLine> {
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    rights::list_restrictions(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers")
}

async fn gives_notice(school: &School, id: RestrictionId, reason: &str) -> Result<(), Error> {
    let door = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let tx = school.db.write().await.expect("free");
    rights::give_notice(&tx, &door, id, reason, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

#[tokio::test]
async fn what_a_student_writes_while_restricted_is_kept_and_read_once_it_has_ended() {
    let stage = Stage::new().await;
    let school = &stage.school;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 7").points(20))
        .await;
    restricts(school, "zainab", "zainab").await.expect("hers");
    let answer = school.submission(work, "zainab", "y = 7").await;
    let see = async || {
        let action = domain::submissions::policy::Action::See;
        access::submission(
            school.db.read(),
            &school.actor("ada"),
            answer,
            action,
            school.now(),
        )
        .await
    };
    assert!(matches!(see().await, Err(AccessError::Restricted)));
    ends(school, "zainab", "zainab").await.expect("hers");
    see().await.expect("nothing was lost");
}

#[tokio::test]
async fn staff_see_a_name_that_it_is_restricted_and_the_lead_alone_sees_more() {
    let stage = Stage::new().await;
    let school = &stage.school;
    restricts(school, "rosa", "zainab")
        .await
        .expect("her child");
    let seen = async |who: &str| {
        let id = school.person("zainab");
        domain::people::find(school.db.read(), &school.actor(who), id, school.now())
            .await
            .expect("of the office")
    };
    let (admin, lead) = (seen("desmond").await, seen("edith").await);
    assert!(admin.summary.is_restricted && lead.summary.is_restricted);
    assert_eq!(admin.summary.year_group, None);
    assert!(admin.family.is_empty() && admin.classrooms.is_empty());
    assert!(lead.summary.year_group.is_some() && !lead.family.is_empty());
    let search = domain::people::Search {
        query: "zainab",
        page: 1,
        ..Default::default()
    };
    let listed = domain::people::list(school.db.read(), &school.actor("desmond"), &search)
        .await
        .expect("his");
    assert!(listed.people[0].is_restricted && listed.people[0].year_group.is_none());
}

#[tokio::test]
async fn a_roster_passes_over_who_is_restricted_and_says_so() {
    use domain::rosters::{Wish, import_now};
    let school = School::new().await;
    let door = access::school(&school.actor("desmond"), Action::ImportRoster).expect("an admin");
    let bring = async || {
        let roster = test_kit::Roster::five_people().bytes();
        import_now(
            &school.db,
            &door,
            "north.zip",
            roster,
            Wish::BringInWithLeavers,
            school.now(),
        )
        .await
        .expect("it goes in")
    };
    bring().await;
    let of_the_roster = async || {
        entity::person::Entity::find()
            .filter(entity::person::Column::SchoolId.eq(school.id))
            .filter(entity::person::Column::SourcedId.is_not_null())
            .filter(entity::person::Column::YearGroup.is_not_null())
            .one(school.db.read())
            .await
            .expect("answers")
            .expect("a student")
    };
    let student = of_the_roster().await;
    let account = entity::account::Entity::find()
        .filter(entity::account::Column::PersonId.eq(student.id))
        .one(school.db.read())
        .await
        .expect("answers")
        .expect("theirs");
    let tx = school.db.write().await.expect("free");
    let lead = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let ground = RestrictionGround::AccuracyContested;
    rights::restrict_for(&tx, &lead, (&account.username, ground), school.now())
        .await
        .expect("restricted");
    let renamed = entity::person::ActiveModel {
        id: sea_orm::ActiveValue::Set(student.id),
        given_name: sea_orm::ActiveValue::Set("Contested".to_owned()),
        ..Default::default()
    };
    sea_orm::ActiveModelTrait::update(renamed, &*tx)
        .await
        .expect("changed");
    tx.commit().await.expect("kept");
    let outcome = bring().await;
    assert_eq!(outcome.counts.changed, 0, "nobody is changed");
    assert!(
        outcome
            .problems
            .iter()
            .any(|problem| problem.code == "person.restricted")
    );
    let now = entity::person::Entity::find_by_id(student.id)
        .one(school.db.read())
        .await
        .expect("answers")
        .expect("there");
    assert_eq!(now.given_name, "Contested", "the roster passed over them");
}

#[tokio::test]
async fn the_sweep_keeps_what_is_restricted() {
    let school = School::new().await;
    for who in ["zainab", "tomos"] {
        let tx = school.db.write().await.expect("free");
        let door = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
        domain::people::end(&tx, &door, school.person(who), school.now())
            .await
            .expect("they leave");
        tx.commit().await.expect("kept");
    }
    let due = async || {
        domain::retention::dry_run(&school.db, school.id, school.now())
            .await
            .expect("counted")["student.account"]
    };
    school.clock.advance(chrono::TimeDelta::days(400));
    assert_eq!((due().await.due, due().await.held), (2, 0));
    let username = entity::account::Entity::find()
        .filter(entity::account::Column::PersonId.eq(school.person("zainab")))
        .one(school.db.read())
        .await
        .expect("answers")
        .expect("hers")
        .username;
    let tx = school.db.write().await.expect("free");
    let lead = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let ground = RestrictionGround::LegalClaim;
    rights::restrict_for(&tx, &lead, (&username, ground), school.now())
        .await
        .expect("restricted");
    tx.commit().await.expect("kept");
    assert_eq!((due().await.due, due().await.held), (2, 1));
}

#[tokio::test]
async fn a_restriction_ends_a_week_after_the_person_was_told_why_and_not_before() {
    let school = School::new().await;
    restricts(&school, "zainab", "zainab").await.expect("hers");
    let id = lines(&school).await[0].id;
    gives_notice(&school, id, "It was looked into and is right.")
        .await
        .expect("told");
    let again = gives_notice(&school, id, "Once more").await;
    assert!(matches!(again, Err(Error::NotNow)));
    let zainab = school.actor("zainab");
    let people = domain::consent::people(school.db.read(), &zainab)
        .await
        .expect("hers");
    let told = rights::restrictions(school.db.read(), &zainab, &people, school.now())
        .await
        .expect("hers");
    let (_, reason) = told[0].lifts.clone().expect("she is told");
    assert_eq!(reason, "It was looked into and is right.");
    school.clock.advance(chrono::TimeDelta::days(6));
    assert_eq!(
        rights::lift_due(&school.db, school.now())
            .await
            .expect("runs"),
        0
    );
    assert!(lines(&school).await[0].ended.is_none());
    school.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(
        rights::lift_due(&school.db, school.now())
            .await
            .expect("runs"),
        1
    );
    assert!(lines(&school).await[0].ended.is_some());
}

#[tokio::test]
async fn refusing_the_request_needs_reasons_and_gives_the_same_week() {
    let school = School::new().await;
    restricts(&school, "zainab", "zainab").await.expect("hers");
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    let request = rights::cockpit(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers")
        .remove(0);
    assert_eq!(request.kind, RequestKind::Restriction);
    let refuse = async |words: &str| {
        let tx = school.db.write().await.expect("free");
        rights::step(
            &tx,
            &door,
            request.id,
            (RequestStep::Refuse, words),
            school.now(),
        )
        .await?;
        tx.commit().await.expect("kept");
        Ok::<_, Error>(())
    };
    assert!(matches!(refuse(" ").await, Err(Error::NoReasons)));
    refuse("No ground of Article 18 holds.")
        .await
        .expect("refused");
    let line = lines(&school).await.remove(0);
    assert!(
        line.lifts.is_some() && line.ended.is_none(),
        "it still holds"
    );
}

#[tokio::test]
async fn who_switched_it_on_ends_it_and_nobody_switches_it_on_for_who_is_old_enough() {
    let school = School::new().await;
    restricts(&school, "rosa", "zainab")
        .await
        .expect("her child, year 10");
    let other = ends(&school, "zainab", "zainab").await;
    assert!(matches!(other, Err(Error::Access(AccessError::NotFound))));
    ends(&school, "rosa", "zainab").await.expect("hers");
    assert!(lines(&school).await[0].ended.is_some());
    restricts(&school, "zainab", "zainab").await.expect("hers");
    ends(&school, "zainab", "zainab").await.expect("hers");
    let mine = rights::mine(school.db.read(), &school.actor("zainab"), school.now())
        .await
        .expect("hers");
    assert!(mine.iter().any(|one| one.state == RequestState::TakenBack));
    older(&school).await;
    let refused = restricts(&school, "rosa", "zainab").await;
    assert!(matches!(refused, Err(Error::TheirsToSay)));
    let stranger = restricts(&school, "petra", "zainab").await;
    assert!(matches!(
        stranger,
        Err(Error::Access(AccessError::NotFound))
    ));
}

/// Zainab is in year 12.
pub(crate) async fn older(school: &School) {
    let older = entity::person::ActiveModel {
        id: sea_orm::ActiveValue::Set(school.person("zainab")),
        year_group: sea_orm::ActiveValue::Set(Some("12".to_owned())),
        ..Default::default()
    };
    sea_orm::ActiveModelTrait::update(older, school.db.read())
        .await
        .expect("changed");
}

/// Files that write rows about people and have no use to ask the guard for, with why.
const NEED_NOT_ASK: &[(&str, &str)] = &[
    (
        "accounts/invitations.rs",
        "somebody takes up their own account",
    ),
    ("accounts/password_change.rs", "somebody's own password"),
    ("accounts/sign_in.rs", "the way in"),
    (
        "classrooms/write.rs",
        "whoever makes a classroom gives themselves a place",
    ),
    ("delegations.rs", "a tie is only ended"),
    ("marking/earlier.rs", "called by `marking/write.rs` alone"),
    ("marking/take_off.rs", "called by `marking/write.rs` alone"),
    (
        "marking/write.rs",
        "its doors ask: `access::submission` for one answer, `submissions::handed_in` for all",
    ),
    ("people/credentials.rs", "the way in"),
    (
        "rosters/apply.rs",
        "writes what `plan.rs` left after it passed over people",
    ),
    (
        "consent/ledger.rs",
        "an answer is somebody's own word; `requests.rs` asks",
    ),
    ("submissions/write.rs", "somebody's own work"),
    (
        "erasure/",
        "what was asked for, or what the sweep found after it passed over people",
    ),
    ("demo/", "people who do not exist"),
    ("demo.rs", "people who do not exist"),
    ("measure.rs", "people who do not exist"),
];

/// Tables whose rows say something about a person that others wrote.
const ABOUT_PEOPLE: [&str; 7] = [
    "person",
    "person_role",
    "guardianship",
    "enrolment",
    "mark",
    "earlier_mark",
    "consent_event",
];

#[test]
fn whatever_writes_about_somebody_asks_the_guard_or_says_why_not() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&folder, &mut found);
    let mut writers = 0;
    for file in found {
        let name = file
            .strip_prefix(&folder)
            .expect("inside")
            .to_string_lossy()
            .replace('\\', "/");
        let text = std::fs::read_to_string(&file).expect("it is text");
        let has_writes = ABOUT_PEOPLE.iter().any(|table| {
            ["ActiveModel {", "Entity::insert", "Entity::update_many"]
                .iter()
                .any(|how| text.contains(&format!(" {table}::{how}")))
        });
        if !has_writes {
            continue;
        }
        writers += 1;
        let is_listed = NEED_NOT_ASK.iter().any(|(path, _)| name.starts_with(path));
        assert!(
            is_listed || text.contains("guard::"),
            "{name} writes about people and does not ask the guard of restrictions"
        );
    }
    assert!(writers > 8, "the search finds what writes");
}

#[test]
fn every_use_that_is_stopped_is_named_where_it_is_stopped() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&folder, &mut found);
    let texts: Vec<String> = found
        .iter()
        .filter(|file| !file.ends_with("guard.rs"))
        .map(|file| std::fs::read_to_string(file).expect("it is text"))
        .collect();
    for of in Use::ALL {
        let name = format!("Use::{of:?}");
        let is_named = texts.iter().any(|text| text.contains(&name));
        assert_eq!(is_named, of.effect() != Effect::Goes, "{name}");
    }
}

fn sources(folder: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else {
            into.push(path);
        }
    }
}
