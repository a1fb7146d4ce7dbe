//! Every use of `guard::Use`, tried on somebody whose data is restricted and on the same
//! person before.

use domain::guard::{Effect, Use};
use domain::rights::{self, Error};
use domain::schools::policy::Action;
use domain::{AccessError, access, disclosures};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{NewWork, School};
use vocab::ids::{AssignmentId, SubmissionId};
use vocab::people::Role;
use vocab::rights::RequestKind;

use super::restricts;

/// What a use came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// Done, and they were in it.
    Through,
    /// Refused with the sentence about restrictions.
    Refused,
    /// Done, and they were not in it.
    Without,
}

fn came<T, E: Into<Said>>(asked: Result<T, E>) -> Came {
    match asked.map_err(Into::into) {
        Ok(_) => Came::Through,
        Err(Said(true, _)) => Came::Refused,
        Err(Said(false, why)) => panic!("{why}"),
    }
}

/// Whether an error says that somebody is restricted, and what it says.
struct Said(bool, String);

macro_rules! says {
    ($($error:ty),+) => { $(impl From<$error> for Said {
        fn from(error: $error) -> Self {
            let words = error.to_string();
            Self(words.contains("restricted"), words)
        }
    })+ };
}
says!(
    AccessError,
    domain::people::Error,
    domain::classrooms::Error,
    domain::submissions::Error,
    domain::marking::Error,
    Error
);

const fn in_it(is_in_it: bool) -> Came {
    if is_in_it {
        Came::Through
    } else {
        Came::Without
    }
}

/// Every use, and what it comes to while somebody is restricted: as the policy promises it,
/// not as the guard says it.
const PROMISED: [(Use, Came); 23] = [
    (Use::OwnWork, Came::Through),
    (Use::OwnReading, Came::Through),
    (Use::OwnWord, Came::Through),
    (Use::Lead, Came::Through),
    (Use::WayIn, Came::Through),
    (Use::TakeAway, Came::Through),
    (Use::ReadWork, Came::Refused),
    (Use::Mark, Came::Refused),
    (Use::ReturnMark, Came::Refused),
    (Use::Arrange, Came::Refused),
    (Use::Edit, Came::Refused),
    (Use::BringBack, Came::Refused),
    (Use::GiveRole, Came::Refused),
    (Use::TieFamily, Came::Refused),
    (Use::Enrol, Came::Refused),
    (Use::Disclose, Came::Refused),
    (Use::Roster, Came::Without),
    (Use::ReturnAll, Came::Without),
    (Use::Count, Came::Without),
    (Use::CountVisits, Came::Without),
    (Use::AskConsent, Came::Without),
    (Use::Mail, Came::Without),
    (Use::Sweep, Came::Without),
];

/// Zainab, with work that was handed in and marked.
pub(crate) struct Stage {
    pub(crate) school: School,
    pub(crate) work: AssignmentId,
    answer: SubmissionId,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let school = School::new().await;
        let work = school
            .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
            .await;
        let answer = school.submission(work, "zainab", "x = 4").await;
        let stage = Self {
            school,
            work,
            answer,
        };
        stage.mark().await;
        stage
    }

    async fn mark(&self) {
        let (school, now) = (&self.school, self.school.now());
        let ada = school.actor("ada");
        let action = domain::submissions::policy::Action::Mark;
        let tx = school.db.write().await.expect("free");
        let answer = access::submission(&*tx, &ada, self.answer, action, now)
            .await
            .expect("hers to mark");
        let mark = vocab::marking::MarkForm {
            points: "12".to_owned(),
            ..Default::default()
        };
        let mark = mark.validate("20".parse().ok()).expect("complete");
        domain::marking::save(&tx, &ada, &answer, &mark, now)
            .await
            .expect("marked");
        tx.commit().await.expect("kept");
    }

    /// Tries a use and lets nothing of it stay.
    async fn tries(&self, of: Use) -> Came {
        use domain::{assignments, classrooms, marking, people, submissions};
        let (school, now) = (&self.school, self.school.now());
        let (zainab, ada, desmond) = ("zainab", school.actor("ada"), school.actor("desmond"));
        let id = school.person(zainab);
        let tx = school.db.write().await.expect("free");
        let office = |action| access::school(&desmond, action).expect("an admin");
        let answer = async |action| access::submission(&*tx, &ada, self.answer, action, now).await;
        match of {
            Use::OwnWork => {
                let own = school.actor(zainab);
                let hand_in = assignments::policy::Action::HandIn;
                came(access::assignment(&*tx, &own, self.work, hand_in, now).await)
            }
            Use::OwnReading => {
                let see = submissions::policy::Action::See;
                let (own, mother) = (school.actor(zainab), school.actor("rosa"));
                let hers = access::submission(&*tx, &mother, self.answer, see, now).await;
                assert_eq!(came(hers), Came::Through, "who looks after them reads on");
                came(access::submission(&*tx, &own, self.answer, see, now).await)
            }
            Use::OwnWord => {
                let about = access::about(&*tx, &school.actor("rosa"), id).await;
                let about = about.expect("her child");
                let words = "It is wrong".to_owned();
                came(rights::file(&tx, &about, RequestKind::Rectification, words, now).await)
            }
            Use::Lead => {
                let seen = people::find(&*tx, &school.actor("edith"), id, now).await;
                in_it(!seen.expect("hers").classrooms.is_empty())
            }
            Use::WayIn => {
                drop(tx);
                let door = office(Action::ManagePeople);
                let hasher = domain::accounts::passwords::Hasher::new(
                    domain::accounts::passwords::Cost::ForTests,
                );
                let given = people::give_passwords(&school.db, &hasher, &door, &[id], now).await;
                came(given)
            }
            Use::TakeAway => came(
                people::end_guardianship(
                    &tx,
                    &office(Action::ManagePeople),
                    school.person("rosa"),
                    id,
                    now,
                )
                .await,
            ),
            Use::ReadWork => came(answer(submissions::policy::Action::See).await),
            Use::Mark => came(answer(submissions::policy::Action::Mark).await),
            Use::ReturnMark => came(answer(submissions::policy::Action::Return).await),
            Use::Arrange => {
                let see = domain::arrangements::policy::Action::See;
                came(access::arrangements(&*tx, &ada, id, see).await)
            }
            Use::Edit => {
                let form = vocab::people::EditPerson {
                    given_name: "Zaynab".to_owned(),
                    family_name: "Hussain".to_owned(),
                    ..Default::default()
                };
                let details = form.validate().expect("complete");
                came(people::edit(&tx, &office(Action::ManagePeople), id, &details, now).await)
            }
            Use::BringBack => {
                let door = office(Action::ManagePeople);
                people::end(&tx, &door, id, now).await.expect("she leaves");
                came(people::restore(&tx, &door, id, now).await)
            }
            Use::GiveRole => {
                let door = office(Action::ManagePeople);
                people::end_role(&tx, &door, id, Role::Student, now)
                    .await
                    .expect("taken away");
                came(people::add_role(&tx, &door, id, Role::Guardian, now).await)
            }
            Use::TieFamily => {
                let petra = school.person("petra");
                came(
                    people::add_guardianship(&tx, &office(Action::ManagePeople), petra, id, now)
                        .await,
                )
            }
            Use::Enrol => {
                let action = classrooms::policy::Action::ManageMembers;
                let room = school.classroom("10Ma1");
                let room = access::classroom(&*tx, &desmond, room, action).await;
                let (room, role) = (
                    room.expect("his"),
                    vocab::classrooms::ClassroomRole::Student,
                );
                came(classrooms::add_member(&tx, &room, id, role, now).await)
            }
            Use::ReturnAll => {
                let action = assignments::policy::Action::Return;
                let work = access::assignment(&*tx, &ada, self.work, action, now).await;
                let returned = marking::return_all(&tx, &work.expect("hers"), now).await;
                in_it(returned.expect("done").returned > 0)
            }
            Use::Count => {
                let action = assignments::policy::Action::SeeAnswers;
                let work = access::assignment(&*tx, &ada, self.work, action, now).await;
                let page = assignments::teacher_page(&*tx, &ada, &work.expect("hers"), now).await;
                let page = page.expect("hers");
                let line = page.lines.iter().find(|line| line.student == id);
                let line = line.expect("she is named");
                assert_eq!(line.is_restricted, page.counts.handed_in == 0);
                assert_eq!(line.points.is_some(), page.counts.handed_in > 0);
                in_it(page.counts.handed_in > 0)
            }
            Use::CountVisits => {
                drop(tx);
                let token = school.session_token(zainab);
                let found = domain::accounts::sessions::find(&school.db, &token, now);
                in_it(found.await.expect("answers").expect("signed in").counts)
            }
            Use::AskConsent => {
                let action = classrooms::policy::Action::AskConsent;
                let room = access::classroom(&*tx, &ada, school.classroom("10Ma1"), action).await;
                let form = vocab::consent::AskConsent {
                    title: "Trip".to_owned(),
                    details: "To the museum".to_owned(),
                    ..Default::default()
                };
                let (room, new) = (room.expect("hers"), form.validate().expect("complete"));
                domain::consent::ask(&tx, &ada, &room, &new, now)
                    .await
                    .expect("asked");
                let asked = entity::consent_event::Entity::find()
                    .filter(entity::consent_event::Column::SubjectId.eq(id))
                    .one(&*tx)
                    .await;
                in_it(asked.expect("answers").is_some())
            }
            Use::Mail => {
                let mail = domain::mail::Mail::ConsentReminder {
                    title: "Trip".to_owned(),
                    answer_by: None,
                    is_sharing: false,
                    is_own: false,
                };
                let new = domain::mail::Outgoing {
                    school: school.id,
                    to: domain::mail::To::Person(id),
                    mail,
                    cause: None,
                    until: None,
                };
                let state = domain::mail::queue(&tx, new, now).await.expect("written");
                in_it(state == vocab::mail::MailState::Queued)
            }
            // In tests of their own below: they take more than a transaction.
            Use::Disclose => {
                drop(tx);
                match self.gives_to_others().await {
                    Ok(()) => Came::Through,
                    Err(disclosures::Error::Access(AccessError::Restricted)) => Came::Refused,
                    Err(error) => panic!("{error}"),
                }
            }
            Use::Roster | Use::Sweep => unreachable!("tried in tests of their own"),
        }
    }
}

impl Stage {
    /// Approves and gives a disclosure.
    pub(crate) async fn gives_to_others(&self) -> Result<(), disclosures::Error> {
        use vocab::disclosures::{DataKind, DisclosureForm, DisclosureStep};
        let (school, now) = (&self.school, self.school.now());
        let door = |who: &str| access::school(&school.actor(who), Action::HandleRequests);
        let form = DisclosureForm {
            kind: "legal".to_owned(),
            requester: "The family court".to_owned(),
            authority: "Order 12/26".to_owned(),
            basis: "A duty under the law".to_owned(),
            categories: "Work and marks".to_owned(),
            username: "zainab".to_owned(),
            ticked: [(DataKind::Work.field(), "yes".to_owned())].into(),
        };
        let tx = school.db.write().await.expect("free");
        let form = form.validate().expect("complete");
        let id = disclosures::ask(&tx, &door("edith").expect("hers"), form, now)
            .await
            .expect("asked");
        for (who, step) in [
            ("edith", DisclosureStep::Approve),
            ("desmond", DisclosureStep::Approve),
            ("edith", DisclosureStep::Told),
        ] {
            let taken = (step, "words".to_owned());
            disclosures::step(&tx, &door(who).expect("theirs"), id, taken, now)
                .await
                .expect("led");
        }
        tx.commit().await.expect("kept");
        let folder = tempfile::tempdir().expect("a folder");
        let store = domain::files::Store::local(folder.path()).expect("a store");
        let means = domain::export::Means {
            db: &school.db,
            store: &store,
            platform: &vocab::legal_entity::LegalEntity::default(),
            signer: &domain::consent::Signer::new([7; 32]),
        };
        let edith = school.actor("edith");
        disclosures::give(means, &edith, &door("edith").expect("hers"), id, now).await?;
        Ok(())
    }
}

#[tokio::test]
async fn every_use_does_what_the_guard_says_while_somebody_is_restricted_and_all_of_them_before() {
    assert_eq!(PROMISED.map(|(of, _)| of), Use::ALL, "each has its line");
    for (of, promised) in PROMISED {
        let said = match of.effect() {
            Effect::Goes => Came::Through,
            Effect::Refused => Came::Refused,
            Effect::PassesOver => Came::Without,
        };
        assert_eq!(said, promised, "{of:?} by the guard");
        // These two take more than a transaction: they have tests of their own below.
        if matches!(of, Use::Roster | Use::Sweep) {
            continue;
        }
        let stage = Stage::new().await;
        if of != Use::Enrol {
            assert_eq!(stage.tries(of).await, Came::Through, "{of:?} before");
        }
        let stage = Stage::new().await;
        restricts(&stage.school, "zainab", "zainab")
            .await
            .expect("her own");
        assert_eq!(stage.tries(of).await, promised, "{of:?} while restricted");
    }
}
