//! What is kept how long in a school, and the sweep: what is due goes, what is held or
//! not due stays, and a dry run counts the same and deletes nothing.

mod complaints;
mod packages;
mod registers;
mod roles;
mod work;

use chrono::TimeDelta;
use domain::consent::{self, Evidence, Signer};
use domain::erasure::{self, Ask, Means};
use domain::files::Store;
use domain::retention::{self, Counted, Error};
use domain::schools::policy::Action;
use domain::{AccessError, Permitted, access, holds, people};
use entity::{
    erasure_certificate, event, guardianship, invitation, person, retention_choice, retention_run,
    rights_event, rights_request,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use tempfile::TempDir;
use test_kit::School;
use vocab::consent::ConsentAnswer;
use vocab::form::error_for;
use vocab::ids::InvitationId;
use vocab::people::Role;
use vocab::retention::{PeriodForm, ValidHold};
use vocab::rights::{RequestKind, RequestStep, Urgency};

struct Place {
    school: School,
    store: Store,
    signer: Signer,
    _folder: TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("it opens");
        Self {
            school: School::new().await,
            store,
            signer: Signer::new([7; 32]),
            _folder: folder,
        }
    }

    fn door(&self, who: &str) -> Permitted<()> {
        access::school(&self.school.actor(who), Action::HandleRequests).expect("theirs")
    }

    async fn leave(&self, who: &str) {
        let tx = self.school.db.write().await.expect("free");
        people::end(
            &tx,
            &self.door("desmond"),
            self.school.person(who),
            self.school.now(),
        )
        .await
        .expect("they leave");
        tx.commit().await.expect("kept");
    }

    async fn dry(&self, rule: &str) -> Counted {
        let counts = retention::dry_run(&self.school.db, self.school.id, self.school.now())
            .await
            .expect("counted");
        counts[rule]
    }

    async fn sweep(&self, rule: &str) -> Counted {
        let means = Means {
            db: &self.school.db,
            store: &self.store,
            signer: &self.signer,
        };
        let counts = retention::sweep(means, self.school.id, self.school.now())
            .await
            .expect("swept");
        counts[rule]
    }

    async fn name_of(&self, who: &str) -> String {
        person::Entity::find_by_id(self.school.person(who))
            .one(self.school.db.read())
            .await
            .expect("read")
            .expect("a number is left")
            .given_name
    }

    /// How urgent a task of the data protection lead is; none where it is not there.
    async fn task(&self, words: &str) -> Option<Urgency> {
        let school = &self.school;
        let door = self.door("edith");
        let tasks = domain::tasks::tasks(school.db.read(), &door, school.now());
        let tasks = tasks.await.expect("hers");
        let task = tasks
            .into_iter()
            .find(|task| task.words.starts_with(words))?;
        assert_eq!(task.href, "/school/privacy/retention");
        Some(task.urgency)
    }

    async fn choose(&self, rule: &str, length: &str, unit: &str) -> Result<(), Error> {
        let form = PeriodForm {
            rule: rule.to_owned(),
            length: length.to_owned(),
            unit: unit.to_owned(),
            reason: "The governors decided it".to_owned(),
        };
        let tx = self.school.db.write().await.expect("free");
        let new = form.validate().map_err(Error::Invalid)?;
        retention::choose(&tx, &self.door("edith"), new, self.school.now()).await?;
        tx.commit().await.expect("kept");
        Ok(())
    }

    async fn consent(&self, who: &str, about: &str, answer: &str) {
        let school = &self.school;
        let tx = school.db.write().await.expect("free");
        let about = access::about(&*tx, &school.actor(who), school.person(about))
            .await
            .expect("theirs");
        let form = ConsentAnswer {
            purpose: "keep_my_work".to_owned(),
            answer: answer.to_owned(),
            ..Default::default()
        };
        consent::answer(&tx, &about, &form, Evidence::default(), school.now())
            .await
            .expect("answered");
        tx.commit().await.expect("kept");
    }
}

#[tokio::test]
async fn a_leaver_is_counted_then_deleted_when_the_time_is_over_and_not_before() {
    let place = Place::new().await;
    place.leave("zainab").await;
    assert_eq!(place.sweep("student.account").await, Counted::default());
    place.school.clock.advance(TimeDelta::days(366));
    let due = Counted {
        due: 1,
        ..Counted::default()
    };
    assert_eq!(place.dry("student.account").await, due);
    assert_eq!(
        place.name_of("zainab").await,
        "Zainab",
        "a dry run deletes nothing"
    );
    let done = Counted {
        due: 1,
        deleted: 1,
        ..Counted::default()
    };
    assert_eq!(place.sweep("student.account").await, done);
    assert_eq!(place.name_of("zainab").await, "");
    assert_eq!(place.name_of("tomos").await, "Tomos", "who is here stays");
    let certificates = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::SchoolId.eq(place.school.id))
        .filter(erasure_certificate::Column::Rule.eq("student.account"))
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert_eq!(certificates, 1);
    assert_eq!(
        place.sweep("student.account").await,
        Counted::default(),
        "once"
    );
    let runs = retention_run::Entity::find()
        .filter(retention_run::Column::SchoolId.eq(place.school.id))
        .filter(retention_run::Column::Rule.eq("student.account"))
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert_eq!(runs, 2, "what was counted and what was done is kept");
}

#[tokio::test]
async fn a_guardian_of_an_erased_child_stays_for_their_own_time() {
    let place = Place::new().await;
    place.school.clock.advance(TimeDelta::days(190));
    let tx = place.school.db.write().await.expect("free");
    let ask = Ask {
        request: None,
        rule: None,
        by: None,
        cooling_off_until: None,
    };
    let zainab = (place.school.id, place.school.person("zainab"));
    let job = erasure::start(&tx, zainab, ask, place.school.now())
        .await
        .expect("granted");
    tx.commit().await.expect("kept");
    let means = Means {
        db: &place.school.db,
        store: &place.store,
        signer: &place.signer,
    };
    erasure::run(means, &[job], place.school.now())
        .await
        .expect("erased");
    assert_eq!(place.name_of("zainab").await, "");
    assert_eq!(
        place.sweep("guardian.account").await.due,
        0,
        "the next night"
    );
    place.school.clock.advance(TimeDelta::days(190));
    assert_eq!(place.sweep("guardian.account").await.due, 1);
}

#[tokio::test]
async fn a_guardian_whose_tie_ended_goes_although_the_child_stays() {
    let place = Place::new().await;
    let (school, now) = (&place.school, place.school.now());
    let tx = school.db.write().await.expect("free");
    guardianship::Entity::update_many()
        .col_expr(guardianship::Column::EndedAt, Expr::value(Some(now)))
        .filter(guardianship::Column::StudentId.eq(school.person("zainab")))
        .exec(&*tx)
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    assert_eq!(place.sweep("guardian.account").await.due, 0);
    school.clock.advance(TimeDelta::days(190));
    assert_eq!(place.sweep("guardian.account").await.due, 1);
    assert_eq!(place.name_of("rosa").await, "");
    assert_eq!(place.name_of("zainab").await, "Zainab");
}

#[tokio::test]
async fn a_guardian_goes_after_the_last_child_has_left() {
    let place = Place::new().await;
    place.leave("tomos").await;
    place.school.clock.advance(TimeDelta::days(190));
    assert_eq!(
        place.sweep("guardian.account").await.due,
        0,
        "Mei is still here"
    );
    place.leave("mei").await;
    place.school.clock.advance(TimeDelta::days(190));
    let done = Counted {
        due: 1,
        deleted: 1,
        ..Counted::default()
    };
    assert_eq!(place.sweep("guardian.account").await, done);
    assert_eq!(place.name_of("petra").await, "");
}

#[tokio::test]
async fn a_hold_keeps_what_the_sweep_would_delete_and_its_release_lets_it_go() {
    let place = Place::new().await;
    place.leave("zainab").await;
    place.school.clock.advance(TimeDelta::days(366));
    let tx = place.school.db.write().await.expect("free");
    let new = ValidHold {
        matter: "A claim".to_owned(),
        authority: "County Court".to_owned(),
        username: Some("zainab".to_owned()),
        days: 90,
    };
    let now = place.school.now();
    let order = holds::open(&tx, &place.door("desmond"), new, now)
        .await
        .expect("opened");
    holds::approve(&tx, &place.door("edith"), order, now)
        .await
        .expect("approved");
    tx.commit().await.expect("kept");
    let held = Counted {
        due: 1,
        held: 1,
        ..Counted::default()
    };
    assert_eq!(place.dry("student.account").await, held);
    assert_eq!(place.sweep("student.account").await, held);
    assert_eq!(place.name_of("zainab").await, "Zainab");
    let tx = place.school.db.write().await.expect("free");
    holds::release(&tx, &place.door("edith"), order, "over".to_owned(), now)
        .await
        .expect("released");
    tx.commit().await.expect("kept");
    place.school.clock.advance(TimeDelta::hours(23));
    let done = Counted {
        due: 1,
        deleted: 1,
        ..Counted::default()
    };
    assert_eq!(place.sweep("student.account").await, done);
    assert_eq!(place.name_of("zainab").await, "");
}

#[tokio::test]
async fn an_overdue_hold_is_a_task_until_it_is_kept_or_released() {
    let place = Place::new().await;
    let school = &place.school;
    let tx = school.db.write().await.expect("free");
    let new = ValidHold {
        matter: "A claim".to_owned(),
        authority: "County Court".to_owned(),
        username: Some("zainab".to_owned()),
        days: 30,
    };
    let now = school.now();
    let order = holds::open(&tx, &place.door("desmond"), new, now)
        .await
        .expect("opened");
    holds::approve(&tx, &place.door("edith"), order, now)
        .await
        .expect("approved");
    tx.commit().await.expect("kept");
    let task = async || place.task("A legal hold has to be looked at again").await;
    school.clock.advance(TimeDelta::days(29));
    assert_eq!(task().await, None);
    school.clock.advance(TimeDelta::days(1));
    assert_eq!(task().await, Some(Urgency::Late));
    let tx = school.db.write().await.expect("free");
    holds::keep(&tx, &place.door("edith"), order, 10, school.now())
        .await
        .expect("still needed");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::days(9));
    assert_eq!(task().await, None, "looked at");
    school.clock.advance(TimeDelta::days(1));
    assert_eq!(task().await, Some(Urgency::Late), "each time");
    let tx = school.db.write().await.expect("free");
    let over = "over".to_owned();
    holds::release(&tx, &place.door("edith"), order, over, school.now())
        .await
        .expect("released");
    tx.commit().await.expect("kept");
    let tx = school.db.write().await.expect("free");
    let again = holds::keep(&tx, &place.door("edith"), order, 10, school.now()).await;
    assert!(
        matches!(again, Err(holds::Error::NothingToDo)),
        "it is over"
    );
    drop(tx);
    assert_eq!(task().await, None);
}

#[tokio::test]
async fn a_consent_keeps_a_leavers_work_until_it_is_taken_back() {
    let place = Place::new().await;
    place.consent("zainab", "zainab", "yes").await;
    place.leave("zainab").await;
    place.school.clock.advance(TimeDelta::days(400));
    assert_eq!(
        place.sweep("student.account").await.due,
        0,
        "the consent keeps it"
    );
    assert_eq!(place.name_of("zainab").await, "Zainab");
    place.consent("zainab", "zainab", "no").await;
    let done = Counted {
        due: 1,
        deleted: 1,
        ..Counted::default()
    };
    assert_eq!(place.sweep("student.account").await, done);
    assert_eq!(place.name_of("zainab").await, "");
}

#[tokio::test]
async fn a_consent_keeps_work_for_two_years_and_no_longer() {
    let place = Place::new().await;
    place.consent("zainab", "zainab", "yes").await;
    place.leave("zainab").await;
    place.school.clock.advance(TimeDelta::days(735));
    assert_eq!(place.sweep("student.account").await.deleted, 1);
}

#[tokio::test]
async fn a_school_shortens_or_lengthens_within_the_bounds_and_every_choice_is_kept() {
    let place = Place::new().await;
    place.leave("zainab").await;
    place.school.clock.advance(TimeDelta::days(100));
    assert_eq!(place.dry("student.account").await.due, 0);
    place
        .choose("student.account", "3", "months")
        .await
        .expect("within the bounds");
    assert_eq!(place.dry("student.account").await.due, 1);
    place
        .choose("student.account", "24", "months")
        .await
        .expect("within the bounds");
    assert_eq!(place.dry("student.account").await.due, 0);
    let kept = retention_choice::Entity::find()
        .filter(retention_choice::Column::SchoolId.eq(place.school.id))
        .all(place.school.db.read())
        .await
        .expect("read");
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|choice| !choice.reason.is_empty()));
    let changes = event::Entity::find()
        .filter(event::Column::Kind.eq("retention.chosen"))
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert_eq!(changes, 2);
    for (rule, length, field) in [
        ("student.account", "120", "length"),
        ("consent", "1", "rule"),
        ("nothing.of.ours", "1", "rule"),
    ] {
        let Err(Error::Invalid(errors)) = place.choose(rule, length, "months").await else {
            panic!("{rule} of {length} months is not for a school to choose");
        };
        assert!(error_for(&errors, field).is_some(), "{rule}");
    }
    let page = retention::page(
        place.school.db.read(),
        &place.school.actor("edith"),
        &place.door("edith"),
        place.school.now(),
    )
    .await
    .expect("hers");
    let line = page
        .rules
        .iter()
        .find(|line| line.code == "student.account")
        .expect("listed");
    assert!(line.period.starts_with("24 months"), "{}", line.period);
    assert!(
        line.changed
            .as_deref()
            .is_some_and(|who| who.contains("Edith Pryce"))
    );
}

#[tokio::test]
async fn nobody_without_the_role_sees_or_changes_what_is_kept() {
    let place = Place::new().await;
    for who in ["ada", "zainab", "rosa", "olga"] {
        let door = access::school(&place.school.actor(who), Action::HandleRequests);
        assert!(matches!(door, Err(AccessError::NotFound)), "{who}");
    }
    let south =
        access::school(&place.school.actor("saskia"), Action::HandleRequests).expect("hers");
    let page = retention::page(
        place.school.db.read(),
        &place.school.actor("edith"),
        &place.door("edith"),
        place.school.now(),
    )
    .await
    .expect("hers");
    assert!(
        page.holds.is_empty() && page.runs.is_empty(),
        "nothing of another school"
    );
    assert_eq!(south.school(), place.school.south.school);
}

#[tokio::test]
async fn an_invitation_that_nobody_used_and_a_request_that_was_answered_go_in_their_time() {
    let place = Place::new().await;
    let school = &place.school;
    let tx = school.db.write().await.expect("free");
    invitation::ActiveModel {
        id: Set(InvitationId(domain::secrets::new_id())),
        school_id: Set(school.id),
        person_id: Set(school.person("priya")),
        token_hash: Set("nobody used it".to_owned()),
        created_by: Set(Some(school.person("desmond"))),
        created_at: Set(school.now()),
        expires_at: Set(school.now()),
        used_at: Set(None),
    }
    .insert(&*tx)
    .await
    .expect("invited");
    let zainab = school.actor("zainab");
    let about = access::about(&*tx, &zainab, zainab.person)
        .await
        .expect("herself");
    domain::rights::file(
        &tx,
        &about,
        RequestKind::Access,
        String::new(),
        school.now(),
    )
    .await
    .expect("filed");
    tx.commit().await.expect("kept");
    let mine = domain::rights::mine(school.db.read(), &zainab, school.now())
        .await
        .expect("hers");
    let tx = school.db.write().await.expect("free");
    let step = (RequestStep::Complete, "Here it is.");
    domain::rights::step(&tx, &place.door("edith"), mine[0].id, step, school.now())
        .await
        .expect("answered");
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::days(91));
    assert_eq!(place.sweep("never_used").await.deleted, 1);
    assert_eq!(place.sweep("rights_request").await.due, 0);
    school.clock.advance(TimeDelta::days(1_010));
    assert_eq!(place.sweep("rights_request").await.deleted, 1);
    let of_north = rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("counted");
    let steps = rights_event::Entity::find()
        .filter(rights_event::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!((of_north, steps), (0, 0));
}

#[tokio::test]
async fn what_failed_for_a_week_is_shown() {
    let place = Place::new().await;
    let school = &place.school;
    // The only admin cannot be ended: the job fails until there is another.
    let tx = school.db.write().await.expect("free");
    let ask = domain::erasure::Ask {
        request: None,
        rule: None,
        by: None,
        cooling_off_until: None,
    };
    let id = domain::erasure::start(
        &tx,
        (school.id, school.person("desmond")),
        ask,
        school.now(),
    )
    .await
    .expect("it begins");
    tx.commit().await.expect("kept");
    let means = Means {
        db: &school.db,
        store: &place.store,
        signer: &place.signer,
    };
    domain::erasure::run(means, &[id], school.now())
        .await
        .expect("it runs");
    let overdue = async || {
        let edith = school.actor("edith");
        retention::page(school.db.read(), &edith, &place.door("edith"), school.now())
            .await
            .expect("hers")
            .overdue
    };
    assert_eq!(overdue().await, 0);
    let task = async || place.task("An erasure has failed").await;
    assert_eq!(task().await, Some(Urgency::Soon), "the lead hears at once");
    school.clock.advance(TimeDelta::days(8));
    domain::erasure::run(means, &[id], school.now())
        .await
        .expect("it runs again");
    assert_eq!(overdue().await, 1, "counted from the first failure");
    assert_eq!(task().await, Some(Urgency::Late));
    // A second admin: now the only one can go.
    let tx = school.db.write().await.expect("free");
    let office = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
    people::add_role(
        &tx,
        &office,
        school.person("ada"),
        Role::SchoolAdmin,
        school.now(),
    )
    .await
    .expect("given");
    tx.commit().await.expect("kept");
    domain::erasure::run(means, &[id], school.now())
        .await
        .expect("it runs to its end");
    assert_eq!(task().await, None, "it has ended");
}
