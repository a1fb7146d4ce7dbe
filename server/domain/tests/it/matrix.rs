//! Every state that somebody's data can be in against everything that is done with it:
//! restricted, objected to, held, and being erased.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use domain::consent::Signer;
use domain::erasure::{self, Ask, Means};
use domain::files::Store;
use domain::mail::{self, Carried, Carrier, Composed, Letterhead, LinkKey, Mail, Outgoing, To};
use domain::providers::Door;
use domain::schools::policy::Action as OfSchool;
use domain::{AccessError, access, accounts, assignments, disclosures, people, retention, rights};
use entity::person;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use test_kit::School;
use vocab::erasure::ErasureState;
use vocab::legal_entity::LegalEntity;
use vocab::objections::ObjectionUse;

use crate::holds::hold;
use crate::restrictions::{Stage, restricts};
use crate::rights::recipients::mail_is_carried;

/// What Zainab's data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Free,
    Restricted,
    ObjectedToTheRecord,
    ObjectedToCounting,
    Held,
    /// She was signed out, and nothing is deleted yet.
    Erasing,
}

/// What is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// The office reads a list of people, with what it says of her.
    List,
    /// A teacher reads how far the classroom is.
    CountWork,
    /// Her visits are counted.
    CountVisits,
    /// The school gives it to a third party.
    Give,
    /// The nightly sweep, long after she left.
    Delete,
    /// A provider carries a mail to her.
    Mail,
    /// The data protection lead reads it.
    ReadByLead,
}

const STATES: [State; 6] = [
    State::Free,
    State::Restricted,
    State::ObjectedToTheRecord,
    State::ObjectedToCounting,
    State::Held,
    State::Erasing,
];

const ACTIONS: [Action; 7] = [
    Action::List,
    Action::CountWork,
    Action::CountVisits,
    Action::Give,
    Action::Delete,
    Action::Mail,
    Action::ReadByLead,
];

/// Whether it is done, and with her in it.
fn goes(state: State, action: Action) -> bool {
    match state {
        State::Free => true,
        State::Restricted | State::ObjectedToTheRecord => action == Action::ReadByLead,
        State::ObjectedToCounting => action != Action::CountVisits,
        State::Held => action != Action::Delete,
        State::Erasing => matches!(action, Action::Delete | Action::ReadByLead),
    }
}

async fn turn_to(school: &School, state: State) {
    let (zainab, now) = (school.actor("zainab"), school.now());
    match state {
        State::Free => {}
        State::Restricted => restricts(school, "zainab", "zainab").await.expect("hers"),
        State::ObjectedToTheRecord | State::ObjectedToCounting => {
            let purpose = if state == State::ObjectedToCounting {
                ObjectionUse::Counting
            } else {
                ObjectionUse::Record
            };
            let tx = school.db.write().await.expect("free");
            let about = access::about(&*tx, &zainab, zainab.person)
                .await
                .expect("hers");
            rights::object(&tx, &about, purpose, now)
                .await
                .expect("hers");
            tx.commit().await.expect("kept");
        }
        State::Held => {
            hold(school, Some("zainab")).await;
        }
        State::Erasing => {
            let tx = school.db.write().await.expect("free");
            let ask = Ask {
                request: None,
                rule: Some("student.account"),
                by: None,
                cooling_off_until: None,
            };
            let id = erasure::start(&tx, (school.id, zainab.person), ask, now)
                .await
                .expect("it begins");
            tx.commit().await.expect("kept");
            let folder = tempfile::tempdir().expect("a folder");
            let means = Means {
                db: &school.db,
                store: &Store::local(folder.path()).expect("it opens"),
                signer: &Signer::new([7; 32]),
            };
            let state = erasure::advance(means, id, now).await.expect("it goes on");
            assert_eq!(state, ErasureState::Locked);
        }
    }
}

/// Does it, and answers whether it was done with her in it.
async fn tries(on: &Stage, state: State, action: Action) -> bool {
    let (school, now) = (&on.school, on.school.now());
    let (db, zainab) = (school.db.read(), school.person("zainab"));
    match action {
        Action::List => {
            let search = people::Search::default();
            let listed = people::list(db, &school.actor("desmond"), &search).await;
            let listed = listed.expect("his").people;
            let line = listed.iter().find(|line| line.id == zainab);
            line.is_some_and(|line| line.year_group.is_some())
        }
        Action::CountWork => {
            let ada = school.actor("ada");
            let see = assignments::policy::Action::SeeAnswers;
            let work = access::assignment(db, &ada, on.work, see, now).await;
            let page = assignments::teacher_page(db, &ada, &work.expect("hers"), now).await;
            page.expect("hers").counts.handed_in == 1
        }
        Action::CountVisits => {
            let token = school.session_token("zainab");
            let found = accounts::sessions::find(&school.db, &token, now).await;
            found.expect("answers").is_some_and(|found| found.counts)
        }
        Action::Give => match on.gives_to_others().await {
            Ok(()) => true,
            Err(
                disclosures::Error::Access(AccessError::Restricted)
                | disclosures::Error::BeingErased,
            ) => false,
            Err(error) => panic!("{error}"),
        },
        Action::Delete => is_due(school, state).await,
        Action::Mail => is_written_to(school).await,
        Action::ReadByLead => {
            let seen = people::find(db, &school.actor("edith"), zainab, now).await;
            let seen = seen.expect("hers");
            seen.given_name == "Zainab" && seen.summary.year_group.is_some()
        }
    }
}

/// Whether the sweep deletes her, more than a year after she left.
async fn is_due(school: &School, state: State) -> bool {
    // Whose erasure has begun has left with it.
    if state != State::Erasing {
        let door = access::school(&school.actor("desmond"), OfSchool::ManagePeople).expect("his");
        let tx = school.db.write().await.expect("free");
        people::end(&tx, &door, school.person("zainab"), school.now())
            .await
            .expect("she leaves");
        tx.commit().await.expect("kept");
    }
    school.clock.advance(TimeDelta::days(400));
    let counts = retention::dry_run(&school.db, school.id, school.now())
        .await
        .expect("counted");
    let counted = counts["student.account"];
    assert_eq!(counted.due, 1);
    counted.held == 0
}

/// The title in the reminder.
const TITLE: &str = "Trip to the museum";

/// Counts the reminders that it gets: answers to what she asked go on.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Carrier for Counting {
    async fn carry(&self, _: &Door<Composed>, mail: &Composed) -> Carried {
        let is_reminder = mail.subject.contains(TITLE);
        self.0
            .fetch_add(usize::from(is_reminder), Ordering::Relaxed);
        Ok(())
    }
}

/// Whether a reminder to her leaves the house.
async fn is_written_to(school: &School) -> bool {
    mail_is_carried(school, "Example Mail").await;
    person::ActiveModel {
        id: Set(school.person("zainab")),
        email: Set(Some("zainab@northgate.example".to_owned())),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("she has an address");
    let reminder = Outgoing {
        school: school.id,
        to: To::Person(school.person("zainab")),
        mail: Mail::ConsentReminder {
            title: TITLE.to_owned(),
            answer_by: None,
            is_sharing: false,
            is_own: true,
        },
        cause: None,
        until: None,
    };
    let tx = school.db.write().await.expect("free");
    mail::queue(&tx, reminder, school.now())
        .await
        .expect("written");
    tx.commit().await.expect("kept");
    let head = Letterhead {
        public_url: "https://school.test".to_owned(),
        entity: LegalEntity::default(),
        key: LinkKey::of(&Signer::new([7; 32])),
    };
    let carrier = Counting::default();
    mail::deliver(&school.db, &head, &carrier, school.now())
        .await
        .expect("the database answers");
    carrier.0.into_inner() == 1
}

#[tokio::test]
async fn in_every_state_everything_is_done_or_left_undone_as_the_state_says() {
    for state in STATES {
        for action in ACTIONS {
            let stage = Stage::new().await;
            turn_to(&stage.school, state).await;
            let went = tries(&stage, state, action).await;
            assert_eq!(went, goes(state, action), "{state:?}, {action:?}");
        }
    }
}

#[tokio::test]
async fn a_legal_hold_stops_an_erasure_that_has_begun_and_lets_the_data_be_given_again() {
    let stage = Stage::new().await;
    let school = &stage.school;
    turn_to(school, State::Erasing).await;
    let refused = stage.gives_to_others().await;
    assert!(matches!(refused, Err(disclosures::Error::BeingErased)));
    hold(school, Some("zainab")).await;
    let folder = tempfile::tempdir().expect("a folder");
    let means = Means {
        db: &school.db,
        store: &Store::local(folder.path()).expect("it opens"),
        signer: &Signer::new([7; 32]),
    };
    let open = erasure::open_jobs(school.db.read(), school.now())
        .await
        .expect("listed");
    let ended = erasure::run(means, &open, school.now())
        .await
        .expect("it runs");
    assert_eq!(ended, [(open[0], ErasureState::Held)]);
    stage.gives_to_others().await.expect("the court asks");
}
