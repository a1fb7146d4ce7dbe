//! Erasures as they are asked for, called off, held, broken off and gone on with, and
//! what is answered afterwards.

mod outline;
mod packages;
mod restored;
mod rests;
mod told;

use chrono::TimeDelta;
use domain::consent::{self, Evidence, Signer};
use domain::erasure::{self, Ask, Error, Means};
use domain::files::Store;
use domain::rights::{self, Error as RightsError};
use domain::schools::policy::Action;
use domain::{AccessError, Permitted, access, accounts, export, holds, people};
use entity::{
    erasure_certificate, erasure_job, erasure_step, event, person, rights_request, submission,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use tempfile::TempDir;
use test_kit::{NewWork, School};
use vocab::consent::ConsentAnswer;
use vocab::erasure::{ErasureState, StepStatus};
use vocab::ids::{ErasureJobId, LegalHoldId, PersonId, RightsRequestId};
use vocab::retention::ValidHold;
use vocab::rights::{ContactForm, RequestKind, RequestState, RequestStep};

/// A school with a store of files.
struct Place {
    school: School,
    store: Store,
    signer: Signer,
    folder: TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::local(folder.path()).expect("it opens");
        Self {
            school: School::new().await,
            store,
            signer: Signer::new([7; 32]),
            folder,
        }
    }

    fn means(&self) -> Means<'_> {
        Means {
            db: &self.school.db,
            store: &self.store,
            signer: &self.signer,
        }
    }

    fn door(&self, who: &str) -> Permitted<()> {
        access::school(&self.school.actor(who), Action::HandleRequests).expect("theirs")
    }

    /// Somebody asks to be erased, or for a child of theirs.
    async fn ask(&self, who: &str, about: &str) -> RightsRequestId {
        let school = &self.school;
        let tx = school.db.write().await.expect("free");
        let about = access::about(&*tx, &school.actor(who), school.person(about))
            .await
            .expect("theirs");
        let kind = RequestKind::Erasure;
        rights::file(&tx, &about, kind, String::new(), school.now())
            .await
            .expect("filed");
        tx.commit().await.expect("kept");
        rights::mine(school.db.read(), &school.actor(who), school.now())
            .await
            .expect("theirs")[0]
            .id
    }

    async fn step(&self, id: RightsRequestId, step: RequestStep) -> Result<(), RightsError> {
        let tx = self.school.db.write().await.expect("free");
        rights::step(
            &tx,
            &self.door("edith"),
            id,
            (step, "words"),
            self.school.now(),
        )
        .await?;
        tx.commit().await.expect("kept");
        Ok(())
    }

    async fn start(&self, who: &str) -> ErasureJobId {
        self.start_of(self.school.person(who)).await
    }

    async fn start_of(&self, person: PersonId) -> ErasureJobId {
        let tx = self.school.db.write().await.expect("free");
        let ask = Ask {
            request: None,
            rule: Some("student.account"),
            by: None,
            cooling_off_until: None,
        };
        let whose = (self.school.id, person);
        let id = erasure::start(&tx, whose, ask, self.school.now())
            .await
            .expect("it begins");
        tx.commit().await.expect("kept");
        id
    }

    async fn run(&self, jobs: &[ErasureJobId]) -> Vec<ErasureState> {
        let ended = erasure::run(self.means(), jobs, self.school.now())
            .await
            .expect("it runs");
        ended.into_iter().map(|(_, state)| state).collect()
    }

    /// What the server does every hour.
    async fn go_on(&self) -> Vec<ErasureState> {
        let open = erasure::open_jobs(self.school.db.read(), self.school.now())
            .await
            .expect("listed");
        self.run(&open).await
    }

    async fn request(&self, id: RightsRequestId) -> rights_request::Model {
        rights_request::Entity::find_by_id(id)
            .one(self.school.db.read())
            .await
            .expect("read")
            .expect("there")
    }

    async fn job_of(&self, who: &str) -> erasure_job::Model {
        erasure_job::Entity::find()
            .filter(erasure_job::Column::PersonId.eq(self.school.person(who)))
            .order_by_desc(erasure_job::Column::Id)
            .one(self.school.db.read())
            .await
            .expect("read")
            .expect("there")
    }

    async fn person(&self, who: &str) -> person::Model {
        person::Entity::find_by_id(self.school.person(who))
            .one(self.school.db.read())
            .await
            .expect("read")
            .expect("a number is left")
    }

    async fn hold(&self, who: Option<&str>) -> LegalHoldId {
        let tx = self.school.db.write().await.expect("free");
        let new = ValidHold {
            matter: "A claim".to_owned(),
            authority: "County Court".to_owned(),
            username: who.map(str::to_owned),
            days: 30,
        };
        let id = holds::open(&tx, &self.door("desmond"), new, self.school.now())
            .await
            .expect("opened");
        tx.commit().await.expect("kept");
        id
    }

    async fn approve(&self, who: &str, id: LegalHoldId) -> Result<(), holds::Error> {
        let tx = self.school.db.write().await.expect("free");
        holds::approve(&tx, &self.door(who), id, self.school.now()).await?;
        tx.commit().await.expect("kept");
        Ok(())
    }

    async fn release(&self, id: LegalHoldId) {
        let tx = self.school.db.write().await.expect("free");
        let reason = "The claim is over".to_owned();
        holds::release(&tx, &self.door("edith"), id, reason, self.school.now())
            .await
            .expect("released");
        tx.commit().await.expect("kept");
    }

    /// Work with an answer, a mark and a consent of Zainab's.
    async fn at_work(&self) {
        let school = &self.school;
        let sheet = school
            .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
            .await;
        let answer = school.submission(sheet, "zainab", "x is 3").await;
        school.returned_mark(answer, "ada", 12, "Good").await;
        let tx = school.db.write().await.expect("free");
        let rosa = school.actor("rosa");
        let about = access::about(&*tx, &rosa, school.person("zainab"))
            .await
            .expect("hers");
        let no = ConsentAnswer {
            purpose: "photos_in_school".to_owned(),
            answer: "no".to_owned(),
            ..Default::default()
        };
        consent::answer(&tx, &about, &no, Evidence::default(), school.now())
            .await
            .expect("answered");
        tx.commit().await.expect("kept");
    }
}

#[tokio::test]
async fn a_granted_request_of_a_guardian_erases_the_child_and_answers_with_a_certificate() {
    let place = Place::new().await;
    place.at_work().await;
    let other = place.ask("rosa", "zainab").await;
    let id = place.ask("rosa", "zainab").await;
    place.school.does_not_mind("zainab", id).await;
    place.step(id, RequestStep::Approve).await.expect("granted");
    let by_hand = place.step(id, RequestStep::Complete).await;
    assert!(matches!(by_hand, Err(RightsError::DoneByItself)));
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    let left = place.person("zainab").await;
    assert_eq!(
        (left.given_name.as_str(), left.email, left.year_group),
        ("", None, None)
    );
    let work = submission::Entity::find()
        .filter(submission::Column::StudentId.eq(left.id))
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert_eq!(work, 0);
    for request in [id, other] {
        let closed = place.request(request).await;
        assert_eq!(closed.state, RequestState::Closed);
        let answer = closed.decision.expect("answered");
        let answer = place
            .school
            .opened("rights_request.decision", request.0, &answer);
        let answer = answer.await;
        assert!(answer.contains("certificate"), "{answer}");
    }
    let tx = place.school.db.write().await.expect("free");
    let again = erasure::start(
        &tx,
        (place.school.id, left.id),
        Ask {
            request: None,
            rule: None,
            by: None,
            cooling_off_until: None,
        },
        place.school.now(),
    )
    .await;
    assert!(matches!(again, Err(Error::Gone(_))));
    let back = people::restore(&tx, &place.door("desmond"), left.id, place.school.now()).await;
    assert!(back.is_err(), "nobody brings them back");
}

#[tokio::test]
async fn the_record_of_consents_holds_after_an_erasure_and_its_evidence_is_empty() {
    let place = Place::new().await;
    place.at_work().await;
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    let report = consent::verify(
        place.school.db.read(),
        place.school.id,
        &Signer::new([7; 32]),
    )
    .await
    .expect("read");
    assert_eq!((report.entries, report.broken), (1, None));
    let entry = entity::consent_event::Entity::find()
        .filter(entity::consent_event::Column::SchoolId.eq(place.school.id))
        .one(place.school.db.read())
        .await
        .expect("read")
        .expect("there");
    assert_eq!(entry.payload, "");
}

#[tokio::test]
async fn an_adult_has_seven_days_to_call_it_off_and_nobody_else_can() {
    let place = Place::new().await;
    let school = &place.school;
    let id = place.ask("rosa", "rosa").await;
    place.step(id, RequestStep::Approve).await.expect("granted");
    assert!(place.go_on().await.is_empty(), "nothing may begin yet");
    let actor = school.actor("rosa");
    let until = erasure::own(school.db.read(), &actor, school.now())
        .await
        .expect("read");
    assert!(until.is_some());
    let off = async |who: &str| {
        let tx = school.db.write().await.expect("free");
        let off = erasure::call_off(&tx, &school.actor(who), school.now()).await;
        tx.commit().await.expect("kept");
        off
    };
    let not_his = off("tomos").await;
    assert!(matches!(not_his, Err(Error::Access(AccessError::NotFound))));
    off("rosa").await.expect("hers, in time");
    assert_eq!(place.request(id).await.state, RequestState::TakenBack);
    school.clock.advance(TimeDelta::days(8));
    assert!(place.go_on().await.is_empty(), "it was called off");

    let id = place.ask("rosa", "rosa").await;
    place
        .step(id, RequestStep::Approve)
        .await
        .expect("granted again");
    school.clock.advance(TimeDelta::days(7));
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    assert!(
        matches!(off("rosa").await, Err(Error::Access(_))),
        "it is too late"
    );
}

#[tokio::test]
async fn it_ends_the_same_wherever_it_is_broken_off() {
    let end = async |stop_after: usize| {
        let place = Place::new().await;
        place.at_work().await;
        let id = place.start("zainab").await;
        let mut is_over = false;
        for _ in 0..stop_after {
            let state = erasure::advance(place.means(), id, place.school.now())
                .await
                .expect("it goes on");
            is_over = state.is_over();
        }
        // The server is killed here; another one goes on with what is written down.
        place.go_on().await;
        let steps = erasure_step::Entity::find()
            .filter(erasure_step::Column::JobId.eq(id))
            .order_by_asc(erasure_step::Column::N)
            .all(place.school.db.read())
            .await
            .expect("read");
        let done: Vec<_> = steps
            .into_iter()
            .map(|step| (step.n, step.action, step.target, step.actual, step.status))
            .collect();
        let state = place.job_of("zainab").await.state;
        let left = place.person("zainab").await;
        (is_over, (state, done, left.sort_name, left.email))
    };
    let (_, whole) = end(0).await;
    assert_eq!(whole.0, ErasureState::Complete);
    assert!(whole.1.iter().all(|step| step.4 != StepStatus::Todo));
    for stop_after in 1.. {
        let (is_over, broken_off) = end(stop_after).await;
        assert_eq!(broken_off, whole, "broken off after {stop_after}");
        if is_over {
            assert!(stop_after > 8, "there are many places to break off");
            break;
        }
    }
}

#[tokio::test]
async fn a_hold_keeps_what_an_erasure_would_delete_until_it_is_released() {
    let place = Place::new().await;
    let hold = place.hold(Some("zainab")).await;
    let alone = place.approve("desmond", hold).await;
    assert!(matches!(alone, Err(holds::Error::SecondPerson)));
    place.approve("edith", hold).await.expect("a second person");
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Held]);
    assert_eq!(place.person("zainab").await.given_name, "Zainab");
    place.release(hold).await;
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
    assert_eq!(place.person("zainab").await.given_name, "");
}

#[tokio::test]
async fn a_hold_that_comes_in_the_middle_stops_it_there() {
    let place = Place::new().await;
    place.at_work().await;
    let id = place.start("zainab").await;
    for _ in 0..3 {
        erasure::advance(place.means(), id, place.school.now())
            .await
            .expect("it goes on");
    }
    let hold = place.hold(None).await;
    place.approve("edith", hold).await.expect("a second person");
    assert_eq!(place.run(&[id]).await, [ErasureState::Held]);
    assert_eq!(place.person("zainab").await.given_name, "Zainab");
    place.release(hold).await;
    assert_eq!(place.go_on().await, [ErasureState::Complete]);
}

#[tokio::test]
async fn nobody_who_is_being_erased_stays_signed_in() {
    let place = Place::new().await;
    let school = &place.school;
    let token = school.session_token("zainab");
    let id = place.start("zainab").await;
    erasure::advance(place.means(), id, school.now())
        .await
        .expect("locked");
    let found = accounts::sessions::find(&school.db, &token, school.now())
        .await
        .expect("read");
    assert!(found.is_none());
    assert!(place.person("zainab").await.ended_at.is_some());
}

#[tokio::test]
async fn the_last_admin_is_not_erased() {
    let place = Place::new().await;
    let id = place.start("desmond").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Failed]);
    assert_eq!(place.person("desmond").await.given_name, "Desmond");
}

#[tokio::test]
async fn who_asks_about_somebody_who_was_erased_is_told_when_and_under_which_rule() {
    let place = Place::new().await;
    let school = &place.school;
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    let form = ContactForm {
        school: "NORTH".to_owned(),
        name: "Okafor, Zainab".replace(',', ""),
        contact: "zainab@mail.example".to_owned(),
        topic: RequestKind::Access.to_string(),
        text: "I was at your school".to_owned(),
        website: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    let reference =
        rights::file_by_contact(&tx, form.validate().expect("complete"), None, school.now())
            .await
            .expect("taken");
    let who = (reference.as_str(), form.name.as_str());
    erasure::tell_request(&tx, &place.signer, who, school.now())
        .await
        .expect("told");
    tx.commit().await.expect("kept");
    let edith = school.actor("edith");
    let door = place.door("edith");
    let listed = rights::cockpit(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers");
    let page = rights::page(school.db.read(), &edith, &door, listed[0].id, school.now())
        .await
        .expect("hers");
    let told = &page.history[0].3;
    assert!(
        told.contains("student.account") && told.contains("certificate"),
        "{told}"
    );
    let nobody = erasure::gone(
        school.db.read(),
        &place.signer,
        school.id,
        "Tomos Griffiths",
    )
    .await;
    assert_eq!(nobody.expect("read"), None);
    let other_key = erasure::gone(
        school.db.read(),
        &Signer::new([8; 32]),
        school.id,
        "Zainab Okafor",
    )
    .await;
    assert_eq!(
        other_key.expect("read"),
        None,
        "nobody finds it without the server's key"
    );
}

#[tokio::test]
async fn a_certificate_names_nobody() {
    let place = Place::new().await;
    place.at_work().await;
    let id = place.start("zainab").await;
    place.run(&[id]).await;
    let certificate = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::JobId.eq(id))
        .one(place.school.db.read())
        .await
        .expect("read")
        .expect("issued");
    let text = format!("{certificate:?}").to_lowercase();
    for word in ["zainab", "okafor", "northgate.example"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    assert!(certificate.backups_gone_at > place.school.now() + TimeDelta::days(30));
    let copies = event::Entity::find()
        .filter(event::Column::SubjectId.eq(place.school.person("zainab").0))
        .filter(event::Column::After.is_not_null())
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert_eq!(copies, 0, "no copy of an old value is left");
    let copy = export::gather(
        place.school.db.read(),
        place.school.id,
        place.school.person("zainab"),
    )
    .await
    .expect("gathered");
    assert!(!format!("{copy:?}").contains("Okafor"));
}

#[tokio::test]
async fn what_the_law_wants_kept_stays_with_its_reason() {
    let place = Place::new().await;
    // She signed the school's declaration.
    let id = place.start("edith").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    let kept = erasure_step::Entity::find()
        .filter(erasure_step::Column::JobId.eq(id))
        .filter(erasure_step::Column::Target.eq("declaration.signed_by"))
        .one(place.school.db.read())
        .await
        .expect("read")
        .expect("it is told");
    assert_eq!((kept.status, kept.actual), (StepStatus::Exempt, Some(1)));
    assert!(kept.note.contains("Article"), "{}", kept.note);
    let signed = entity::declaration::Entity::find()
        .filter(entity::declaration::Column::SchoolId.eq(place.school.id))
        .count(place.school.db.read())
        .await
        .expect("counted");
    assert_eq!(signed, 1);
}

#[tokio::test]
async fn nobody_whose_erasure_is_under_way_or_done_is_brought_back() {
    let place = Place::new().await;
    let school = &place.school;
    let desmond = access::school(&school.actor("desmond"), Action::ManagePeople).expect("his");
    let restore = async || {
        let tx = school.db.write().await.expect("free");
        let done = people::restore(&tx, &desmond, school.person("zainab"), school.now()).await;
        tx.commit().await.expect("kept");
        done
    };
    let tx = school.db.write().await.expect("free");
    people::end(&tx, &desmond, school.person("zainab"), school.now())
        .await
        .expect("she leaves");
    tx.commit().await.expect("kept");
    let job = place.start("zainab").await;
    assert!(matches!(restore().await, Err(people::Error::BeingErased)));
    assert_eq!(place.run(&[job]).await, [ErasureState::Complete]);
    assert!(restore().await.is_err(), "nothing comes back");
}
