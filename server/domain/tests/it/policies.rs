//! Policy versions: two people, a fixed text, an announced change; and what is written
//! down about who has met which.

use chrono::TimeDelta;
use domain::policies::{self, Cache, Error, InForce, Proposal, Standing};
use domain::{Actor, Db, access, rights};
use entity::{consent_event, notice_event, notice_standing, outbox_mail, policy_version};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ModelTrait, PaginatorTrait,
    QueryFilter, QueryOrder,
};
use test_kit::School;
use vocab::mail::MailState;
use vocab::policies::{DiffLine, NoticeKind, PolicyDocument, PolicyState, Semver};

const NOTICE: PolicyDocument = PolicyDocument::PrivacyNotice;

fn change(number: Semver, text: &str, is_material: bool) -> Proposal {
    Proposal {
        document: NOTICE,
        semver: number,
        is_material,
        change_log: "One line is new.".to_owned(),
        author: "Ines Author".to_owned(),
        text: Some(text.to_owned()),
    }
}

async fn begun() -> School {
    let school = School::new().await;
    let tx = school.db.write().await.expect("free");
    assert!(policies::begin(&tx, school.now()).await.expect("begun"));
    assert!(!policies::begin(&tx, school.now()).await.expect("once"));
    tx.commit().await.expect("kept");
    school
}

/// Proposes, approves and schedules a version of the notice.
async fn publish(school: &School, new: Proposal, in_days: i64) -> Result<(), Error> {
    let (which, now) = ((new.document, new.semver), school.now());
    let tx = school.db.write().await.expect("free");
    policies::propose(&tx, new, now).await?;
    policies::approve(&tx, which, "Tom Approver", now).await?;
    policies::schedule(&tx, which, now + TimeDelta::days(in_days), now).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

async fn version(db: &Db, number: &str) -> policy_version::Model {
    policy_version::Entity::find()
        .filter(policy_version::Column::Document.eq(NOTICE))
        .filter(policy_version::Column::Semver.eq(number))
        .one(db.read())
        .await
        .expect("the database answers")
        .expect("it is there")
}

async fn state(school: &School, number: &str) -> PolicyState {
    let all = policies::list(school.db.read()).await.expect("listed");
    let of = version(&school.db, number).await;
    policies::state_of(&of, &all, school.now())
}

#[tokio::test]
async fn a_version_goes_from_draft_to_approved_to_scheduled_to_in_force_to_superseded() {
    let school = begun().await;
    let (which, now) = ((NOTICE, Semver(1, 1, 0)), school.now());
    let tx = school.db.write().await.expect("free");
    policies::propose(&tx, change(which.1, "New.\n", true), now)
        .await
        .expect("proposed");
    tx.commit().await.expect("kept");
    assert_eq!(state(&school, "1.1.0").await, PolicyState::Draft);
    let tx = school.db.write().await.expect("free");
    let unapproved = policies::schedule(&tx, which, now + TimeDelta::days(40), now).await;
    assert!(matches!(unapproved, Err(Error::NotApproved)));
    policies::approve(&tx, which, "Tom Approver", now)
        .await
        .expect("approved");
    tx.commit().await.expect("kept");
    assert_eq!(state(&school, "1.1.0").await, PolicyState::Approved);
    let tx = school.db.write().await.expect("free");
    policies::schedule(&tx, which, now + TimeDelta::days(30), now)
        .await
        .expect("scheduled");
    tx.commit().await.expect("kept");
    assert_eq!(state(&school, "1.1.0").await, PolicyState::Scheduled);
    assert_eq!(state(&school, "1.0.0").await, PolicyState::InForce);
    school.clock.advance(TimeDelta::days(30));
    assert_eq!(state(&school, "1.1.0").await, PolicyState::InForce);
    assert_eq!(state(&school, "1.0.0").await, PolicyState::Superseded);
}

#[tokio::test]
async fn whoever_wrote_a_version_cannot_approve_it_however_they_spell_their_name() {
    let school = begun().await;
    let (which, now) = ((NOTICE, Semver(1, 1, 0)), school.now());
    let tx = school.db.write().await.expect("free");
    policies::propose(&tx, change(which.1, "New.\n", false), now)
        .await
        .expect("proposed");
    for same in ["Ines Author", " ines  AUTHOR "] {
        let approved = policies::approve(&tx, which, same, now).await;
        assert!(matches!(approved, Err(Error::SamePerson(_))), "{same}");
    }
    let nobody = policies::approve(&tx, which, "  ", now).await;
    assert!(matches!(nobody, Err(Error::Nameless)));
}

#[tokio::test]
async fn the_database_refuses_another_text_once_a_version_is_approved() {
    let school = begun().await;
    publish(&school, change(Semver(1, 1, 0), "New.\n", false), 0)
        .await
        .expect("published");
    let db = school.db.read();
    let fixed = version(&school.db, "1.1.0").await;
    let other = || policy_version::ActiveModel {
        id: Set(fixed.id),
        ..Default::default()
    };
    let tries = [
        policy_version::ActiveModel {
            text: Set("Other.\n".to_owned()),
            ..other()
        },
        policy_version::ActiveModel {
            is_material: Set(true),
            ..other()
        },
        policy_version::ActiveModel {
            approver: Set(Some("Somebody Else".to_owned())),
            ..other()
        },
        policy_version::ActiveModel {
            effective_from: Set(None),
            ..other()
        },
        policy_version::ActiveModel {
            effective_from: Set(Some(school.now() + TimeDelta::days(400))),
            ..other()
        },
    ];
    for tried in tries {
        let refused = tried.update(db).await.expect_err("it is fixed");
        assert!(refused.to_string().contains("fixed once"), "{refused}");
    }
    assert!(fixed.clone().delete(db).await.is_err(), "it stays");
    assert_eq!(version(&school.db, "1.1.0").await, fixed);
    let tx = school.db.write().await.expect("free");
    let again = policies::propose(
        &tx,
        change(Semver(1, 1, 0), "Third.\n", false),
        school.now(),
    )
    .await;
    assert!(matches!(again, Err(Error::Fixed)));
    let earlier = policies::propose(&tx, change(Semver(1, 0, 9), "X.\n", false), school.now());
    assert!(matches!(earlier.await, Err(Error::NotLater(..))));
    let same = policies::propose(&tx, change(Semver(1, 2, 0), "New.\n", false), school.now());
    assert!(matches!(same.await, Err(Error::NoChange(_))));
}

#[tokio::test]
async fn a_draft_may_still_be_written_anew() {
    let school = begun().await;
    let tx = school.db.write().await.expect("free");
    for text in ["First try.\n", "Second try.\n"] {
        let draft = change(Semver(1, 1, 0), text, false);
        policies::propose(&tx, draft, school.now())
            .await
            .expect("a draft");
    }
    tx.commit().await.expect("kept");
    assert_eq!(version(&school.db, "1.1.0").await.text, "Second try.\n");
}

#[tokio::test]
async fn a_change_that_matters_holds_thirty_days_ahead_at_the_earliest_and_admins_know() {
    let school = begun().await;
    let soon = publish(&school, change(Semver(2, 0, 0), "New.\n", true), 29).await;
    assert!(matches!(soon, Err(Error::TooSoon(_))), "{soon:?}");
    publish(&school, change(Semver(2, 0, 0), "New.\n", true), 30)
        .await
        .expect("in time");
    let in_force = InForce::read(school.db.read(), school.now())
        .await
        .expect("read");
    let told = |who: &str| {
        let asked = in_force.asked(&school.actor(who), Standing::default());
        asked.coming.len()
    };
    assert_eq!((told("desmond"), told("edith")), (1, 1));
    assert_eq!((told("ada"), told("rosa"), told("zainab")), (0, 0, 0));
}

#[tokio::test]
async fn a_text_that_is_not_what_the_program_does_is_found() {
    let school = begun().await;
    let drift = policies::drift(school.db.read(), school.now())
        .await
        .expect("read");
    assert_eq!(drift, [], "a new installation says what it does");
    publish(&school, change(Semver(1, 1, 0), "Less.\n", false), 0)
        .await
        .expect("published");
    let drift = policies::drift(school.db.read(), school.now())
        .await
        .expect("read");
    assert_eq!(drift.len(), 1);
    assert_eq!(drift[0].document, NOTICE);
    assert_eq!(drift[0].in_force.as_deref(), Some("1.1.0"));
    assert_eq!(drift[0].on_its_way, None);
    let today = Proposal {
        text: None,
        ..change(Semver(1, 2, 0), "", true)
    };
    publish(&school, today, 30).await.expect("announced");
    let drift = policies::drift(school.db.read(), school.now())
        .await
        .expect("read");
    let scheduled = Some(("1.2.0".to_owned(), PolicyState::Scheduled));
    assert_eq!(drift[0].on_its_way, scheduled);
    school.clock.advance(TimeDelta::days(31));
    let drift = policies::drift(school.db.read(), school.now())
        .await
        .expect("read");
    assert_eq!(drift, []);
}

/// What the data map makes people be told, committed so that a change of it is seen.
#[test]
fn what_people_are_told_changes_only_where_somebody_sees_it() {
    let texts: Vec<String> = PolicyDocument::ALL
        .iter()
        .map(|document| policies::text_of(*document))
        .collect();
    crate::access::compare("policy_texts.txt", &texts.join("\n"));
}

#[tokio::test]
async fn the_history_holds_every_version_with_its_difference_to_the_one_before() {
    let school = begun().await;
    let before = version(&school.db, "1.0.0").await.text;
    let after = format!("{before}And a new line.\n");
    publish(&school, change(Semver(1, 1, 0), &after, false), 0)
        .await
        .expect("published");
    let tx = school.db.write().await.expect("free");
    let draft = change(Semver(1, 2, 0), "A secret draft.\n", false);
    policies::propose(&tx, draft, school.now())
        .await
        .expect("a draft");
    tx.commit().await.expect("kept");
    let lines = policies::history(school.db.read(), school.now())
        .await
        .expect("read");
    assert_eq!(lines.len(), PolicyDocument::ALL.len() + 1, "without drafts");
    let numbers: Vec<_> = lines
        .iter()
        .filter(|line| line.document == NOTICE)
        .map(|line| line.semver.as_str())
        .collect();
    assert_eq!(numbers, ["1.1.0", "1.0.0"]);
    let page = policies::page(school.db.read(), lines[0].id, school.now())
        .await
        .expect("read");
    let (since, changes) = page.changes.expect("there is one before");
    assert_eq!(since, "1.0.0");
    let kinds: Vec<_> = changes
        .into_iter()
        .filter(|line| !matches!(line, DiffLine::Same(_)))
        .collect();
    assert_eq!(kinds, [DiffLine::Added("And a new line.".to_owned())]);
    let draft = version(&school.db, "1.2.0").await.id;
    let hidden = policies::page(school.db.read(), draft, school.now()).await;
    assert!(matches!(hidden, Err(Error::Access(_))));
}

async fn meets(school: &School, actor: &Actor, shows_notice: bool) {
    let standing = standing_of(school, actor).await;
    let now = school.now();
    let in_force = InForce::read(school.db.read(), now).await.expect("read");
    policies::meet(&school.db, &in_force, actor, standing, shows_notice, now)
        .await
        .expect("written");
}

async fn standing_of(school: &School, actor: &Actor) -> Standing {
    let row = notice_standing::Entity::find()
        .filter(notice_standing::Column::PersonId.eq(actor.person))
        .one(school.db.read())
        .await
        .expect("the database answers");
    row.map(|row| Standing {
        shown: row.shown_id,
        read: row.read_id,
        used: row.used_id,
        terms: row.terms_id,
    })
    .unwrap_or_default()
}

async fn kinds(school: &School, actor: &Actor) -> Vec<NoticeKind> {
    let mut rows = notice_event::Entity::find()
        .filter(notice_event::Column::PersonId.eq(actor.person))
        .all(school.db.read())
        .await
        .expect("the database answers");
    rows.sort_by_key(|row| (row.at, row.id));
    rows.into_iter().map(|row| row.kind).collect()
}

#[tokio::test]
async fn going_on_after_a_change_is_written_once_and_is_never_a_consent() {
    let school = begun().await;
    let zainab = school.actor("zainab");
    meets(&school, &zainab, true).await;
    assert_eq!(kinds(&school, &zainab).await, [NoticeKind::Shown]);
    publish(&school, change(Semver(2, 0, 0), "New.\n", true), 30)
        .await
        .expect("announced");
    meets(&school, &zainab, false).await;
    assert_eq!(kinds(&school, &zainab).await.len(), 1, "not yet in force");
    school.clock.advance(TimeDelta::days(30));
    for _ in 0..3 {
        meets(&school, &zainab, false).await;
    }
    assert_eq!(
        kinds(&school, &zainab).await,
        [NoticeKind::Shown, NoticeKind::UseContinued]
    );
    let consents = consent_event::Entity::find()
        .filter(consent_event::Column::SubjectId.eq(zainab.person))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(consents, 0, "going on says yes to nothing");
    let in_force = InForce::read(school.db.read(), school.now())
        .await
        .expect("read");
    let asked = in_force.asked(&zainab, standing_of(&school, &zainab).await);
    assert!(asked.notice.is_some(), "nor is it reading");
}

#[tokio::test]
async fn reading_is_asked_again_only_after_a_newer_version() {
    let school = begun().await;
    let rosa = school.actor("rosa");
    let in_force = InForce::read(school.db.read(), school.now())
        .await
        .expect("read");
    let first = in_force.of(NOTICE).expect("in force").id;
    let tx = school.db.write().await.expect("free");
    policies::acknowledge(&tx, &rosa, first, school.now())
        .await
        .expect("read");
    tx.commit().await.expect("kept");
    let asked = |in_force: &InForce, standing| in_force.asked(&rosa, standing).notice;
    assert_eq!(asked(&in_force, standing_of(&school, &rosa).await), None);
    publish(&school, change(Semver(1, 1, 0), "New.\n", false), 0)
        .await
        .expect("published");
    let in_force = InForce::read(school.db.read(), school.now())
        .await
        .expect("read");
    let notice = asked(&in_force, standing_of(&school, &rosa).await).expect("it is newer");
    assert!(notice.is_change && notice.semver == "1.1.0");
    let tx = school.db.write().await.expect("free");
    let old = policies::acknowledge(&tx, &rosa, first, school.now()).await;
    assert!(matches!(old, Err(Error::Changed)));
}

#[tokio::test]
async fn terms_are_for_staff_and_guardians_and_asked_again_when_a_change_matters() {
    let school = begun().await;
    let in_force = InForce::read(school.db.read(), school.now())
        .await
        .expect("read");
    let terms = in_force.of(PolicyDocument::Terms).expect("in force").id;
    for (who, asks, stops) in [
        ("ada", true, true),
        ("desmond", true, true),
        ("edith", true, true),
        ("rosa", true, false),
        ("zainab", false, false),
    ] {
        let asked = in_force.asked(&school.actor(who), Standing::default());
        assert_eq!(
            (asked.terms.is_some(), asked.is_stopped),
            (asks, stops),
            "{who}"
        );
    }
    let zainab = school.actor("zainab");
    let tx = school.db.write().await.expect("free");
    let refused = policies::answer_terms(&tx, &zainab, terms, true, school.now()).await;
    assert!(
        matches!(refused, Err(Error::Access(_))),
        "students contract nothing"
    );
    let ada = school.actor("ada");
    for accepts in [false, true] {
        policies::answer_terms(&tx, &ada, terms, accepts, school.now())
            .await
            .expect("answered");
    }
    tx.commit().await.expect("kept");
    assert_eq!(
        kinds(&school, &ada).await,
        [NoticeKind::Refused, NoticeKind::Accepted],
        "two rows, and none about privacy"
    );
    let of_terms = |number, is_material| Proposal {
        document: PolicyDocument::Terms,
        ..change(number, &format!("Terms {number}\n"), is_material)
    };
    let is_asked = async || {
        let in_force = InForce::read(school.db.read(), school.now())
            .await
            .expect("read");
        in_force
            .asked(&ada, standing_of(&school, &ada).await)
            .terms
            .is_some()
    };
    publish(&school, of_terms(Semver(1, 0, 1), false), 0)
        .await
        .expect("published");
    assert!(!is_asked().await, "a small change asks nobody");
    publish(&school, of_terms(Semver(2, 0, 0), true), 30)
        .await
        .expect("announced");
    school.clock.advance(TimeDelta::days(30));
    assert!(is_asked().await);
}

#[tokio::test]
async fn what_holds_is_read_once_a_minute() {
    let school = begun().await;
    let cache = Cache::default();
    let read = async || {
        cache
            .get(school.db.read(), school.now())
            .await
            .expect("read")
    };
    let first = read().await;
    publish(&school, change(Semver(1, 1, 0), "New.\n", false), 0)
        .await
        .expect("published");
    assert_eq!(read().await, first, "from memory");
    school.clock.advance(TimeDelta::minutes(1));
    let number = |in_force: &InForce| in_force.of(NOTICE).expect("in force").semver.clone();
    assert_eq!(number(&*read().await), "1.1.0");
}

/// The mails about a version, in the order in which they were written down.
async fn mails(school: &School, number: &str) -> Vec<outbox_mail::Model> {
    let about = version(&school.db, number).await.id.0;
    outbox_mail::Entity::find()
        .filter(outbox_mail::Column::CauseId.eq(about))
        .order_by_asc(outbox_mail::Column::Id)
        .all(school.db.read())
        .await
        .expect("the database answers")
}

/// Who was written to about a version, in the order of their ids; twice would be seen.
async fn told(school: &School, number: &str) -> Vec<vocab::ids::PersonId> {
    let mut mails = mails(school, number).await;
    mails.retain(|mail| mail.state != MailState::Suppressed);
    let mut people: Vec<_> = mails.iter().filter_map(|mail| mail.recipient_id).collect();
    people.sort_unstable();
    people
}

async fn announce(school: &School) -> usize {
    let tx = school.db.write().await.expect("free");
    let queued = policies::announce(&tx, school.now()).await.expect("told");
    tx.commit().await.expect("kept");
    queued
}

#[tokio::test]
async fn admins_are_written_to_once_and_at_least_thirty_days_before_a_material_change() {
    let school = begun().await;
    publish(&school, change(Semver(1, 0, 1), "Small.\n", false), 40)
        .await
        .expect("scheduled");
    publish(&school, change(Semver(1, 1, 0), "New.\n", true), 60)
        .await
        .expect("scheduled");
    assert!(told(&school, "1.1.0").await.is_empty(), "60 days ahead");
    school.clock.advance(TimeDelta::days(28));
    assert_eq!(announce(&school).await, 0, "32 days ahead");
    school.clock.advance(TimeDelta::days(1));
    assert_eq!(announce(&school).await, 3, "Desmond, Edith and Saskia");
    let people = told(&school, "1.1.0").await;
    assert!(people.contains(&school.person("desmond")));
    assert!(people.contains(&school.person("edith")));
    for _ in 0..3 {
        assert_eq!(announce(&school).await, 0, "each is told once");
        school.clock.advance(TimeDelta::days(10));
    }
    assert_eq!(told(&school, "1.1.0").await, people);
    assert!(told(&school, "1.0.1").await.is_empty(), "not material");
}

#[tokio::test]
async fn a_change_that_is_scheduled_just_thirty_days_ahead_is_told_with_it() {
    let school = begun().await;
    publish(&school, change(Semver(1, 1, 0), "New.\n", true), 30)
        .await
        .expect("scheduled");
    assert_eq!(told(&school, "1.1.0").await.len(), 3);
    assert_eq!(announce(&school).await, 0);
}

/// Makes the mail of somebody end so.
async fn ends(school: &School, whose: &str, state: MailState) {
    outbox_mail::Entity::update_many()
        .col_expr(outbox_mail::Column::State, Expr::value(state))
        .col_expr(
            outbox_mail::Column::EndedAt,
            Expr::value(Some(school.now())),
        )
        .filter(outbox_mail::Column::RecipientId.eq(school.person(whose)))
        .exec(school.db.read())
        .await
        .expect("changed");
}

#[tokio::test]
async fn whom_the_mail_about_a_change_did_not_reach_is_written_to_again_once_a_day() {
    let school = begun().await;
    publish(&school, change(Semver(1, 1, 0), "New.\n", true), 30)
        .await
        .expect("scheduled");
    let people = told(&school, "1.1.0").await;
    assert_eq!(people.len(), 3);
    for (person, state) in [
        ("desmond", MailState::Failed),
        ("edith", MailState::Suppressed),
        ("saskia", MailState::Sent),
    ] {
        ends(&school, person, state).await;
    }
    assert_eq!(announce(&school).await, 0, "not within a day");
    school.clock.advance(TimeDelta::hours(25));
    assert_eq!(announce(&school).await, 2, "Desmond and Edith");
    assert_eq!(told(&school, "1.1.0").await, people, "one mail each");
    assert_eq!(announce(&school).await, 0);
}

#[tokio::test]
async fn no_mail_about_a_change_is_deleted_and_whoever_is_restricted_is_passed_over_until_it_ends()
{
    let school = begun().await;
    publish(&school, change(Semver(1, 1, 0), "New.\n", true), 30)
        .await
        .expect("scheduled");
    let before = mails(&school, "1.1.0").await;
    let edith = school.actor("edith");
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &edith, edith.person)
        .await
        .expect("herself");
    rights::restrict(&tx, &about, school.now())
        .await
        .expect("hers");
    tx.commit().await.expect("kept");
    ends(&school, "desmond", MailState::Failed).await;
    ends(&school, "saskia", MailState::Sent).await;
    let ids = |mails: &[outbox_mail::Model]| mails.iter().map(|mail| mail.id).collect::<Vec<_>>();
    for again in [1, 0, 0] {
        school.clock.advance(TimeDelta::hours(25));
        assert_eq!(announce(&school).await, again, "Desmond alone, and once");
        let now = mails(&school, "1.1.0").await;
        assert_eq!(ids(&now), ids(&before), "the same mails");
    }
    let tx = school.db.write().await.expect("free");
    rights::end(&tx, &about, school.now()).await.expect("hers");
    tx.commit().await.expect("kept");
    assert_eq!(announce(&school).await, 1, "Edith");
}
