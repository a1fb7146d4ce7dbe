//! Objections on a real database: they stop their use at once, it goes on for written
//! reasons alone, and news never go on. `waiting` reads what waits for a teacher meanwhile.

mod waiting;

use domain::accounts::sessions;
use domain::mail::Mail;
use domain::marking::ReturnedAll;
use domain::rights::{self, Error};
use domain::schools::policy::Action;
use domain::{AccessError, access, assignments, mail, marking, submissions};
use entity::{mail_choice, outbox_mail};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use test_kit::{NewWork, School};
use vocab::ids::{AssignmentId, MailChoiceId, RightsRequestId, SubmissionId};
use vocab::mail::{ChooseMessages, MailChoiceState, MailState, MessageCategory};
use vocab::objections::{ObjectionChoice, ObjectionState, ObjectionStep, ObjectionUse};
use vocab::rights::{RequestKind, RequestState, RequestStep};

use waiting::{noted, waits_for_ada};

async fn says(
    school: &School,
    (who, about): (&str, &str),
    purpose: ObjectionUse,
    objects: bool,
) -> Result<(), Error> {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(about)).await?;
    if objects {
        rights::object(&tx, &about, purpose, school.now()).await?;
    } else {
        rights::withdraw(&tx, &about, purpose, school.now()).await?;
    }
    tx.commit().await.expect("kept");
    Ok(())
}

async fn stands(school: &School, who: &str, purpose: ObjectionUse) -> ObjectionChoice {
    let actor = school.actor(who);
    rights::objections(school.db.read(), &actor)
        .await
        .expect("theirs")
        .into_iter()
        .find(|of| of.is_self)
        .and_then(|of| of.uses.into_iter().find(|one| one.purpose == purpose))
        .expect("it is offered")
}

/// The newest objection in the lead's cockpit.
async fn filed(school: &School) -> RightsRequestId {
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("she is the lead");
    rights::cockpit(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers")
        .into_iter()
        .find(|request| request.kind == RequestKind::Objection)
        .expect("it is there")
        .id
}

async fn leads(
    school: &School,
    id: RightsRequestId,
    step: RequestStep,
    words: &str,
) -> Result<(), Error> {
    let door = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let tx = school.db.write().await.expect("free");
    rights::step(&tx, &door, id, (step, words), school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

/// Whether the next page of somebody is counted.
async fn is_counted(school: &School, who: &str) -> bool {
    let found = sessions::find(&school.db, &school.session_token(who), school.now()).await;
    found
        .expect("the database answers")
        .expect("signed in")
        .counts
}

/// Somebody said yes to news.
async fn wants_news(school: &School, who: &str) {
    mail_choice::ActiveModel {
        id: Set(MailChoiceId(domain::secrets::new_id())),
        school_id: Set(school.id),
        person_id: Set(school.person(who)),
        category: Set(MessageCategory::MarketingOwn),
        state: Set(MailChoiceState::On),
        changed_at: Set(school.now()),
    }
    .insert(school.db.read())
    .await
    .expect("they said yes");
}

fn news() -> Mail {
    Mail::News {
        subject: "New pages".to_owned(),
        text: "There are new pages.".to_owned(),
    }
}

/// A school that uses Zainab's data in every way, and writes news to Rosa.
struct InUse {
    school: School,
    work: AssignmentId,
    answer: SubmissionId,
}

impl InUse {
    async fn new() -> Self {
        let school = School::new().await;
        let work = school
            .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
            .await;
        let answer = school.submission(work, "zainab", "x = 4").await;
        wants_news(&school, "rosa").await;
        Self {
            school,
            work,
            answer,
        }
    }

    /// Tries a use, and lets nothing of it stay. Answers whether it goes on.
    async fn goes_on(&self, purpose: ObjectionUse) -> bool {
        let (school, now) = (&self.school, self.school.now());
        match purpose {
            ObjectionUse::Teaching => self.is_taught().await,
            ObjectionUse::Counting => is_counted(school, "zainab").await,
            ObjectionUse::News => {
                let tx = school.db.write().await.expect("free");
                mail::send_news(&tx, &news(), now).await.expect("sent") > 0
            }
            ObjectionUse::Record => {
                let form = vocab::people::EditPerson {
                    given_name: "Zaynab".to_owned(),
                    family_name: "Hussain".to_owned(),
                    ..Default::default()
                };
                let details = form.validate().expect("complete");
                let office = access::school(&school.actor("desmond"), Action::ManagePeople);
                let tx = school.db.write().await.expect("free");
                let (door, zainab) = (office.expect("an admin"), school.person("zainab"));
                domain::people::edit(&tx, &door, zainab, &details, now)
                    .await
                    .is_ok()
            }
            ObjectionUse::SigningIn => {
                sessions::find(&school.db, &school.session_token("zainab"), now)
                    .await
                    .expect("the database answers")
                    .is_some()
            }
        }
    }

    /// She hands in, and her teacher marks and gives back; all of it or nothing.
    async fn is_taught(&self) -> bool {
        let (db, now) = (self.school.db.read(), self.school.now());
        let (zainab, ada) = (self.school.actor("zainab"), self.school.actor("ada"));
        let hand_in = assignments::policy::Action::HandIn;
        let mut goes_on = vec![
            access::assignment(db, &zainab, self.work, hand_in, now)
                .await
                .is_ok(),
        ];
        for action in [
            submissions::policy::Action::Mark,
            submissions::policy::Action::Return,
        ] {
            let asked = access::submission(db, &ada, self.answer, action, now).await;
            goes_on.push(asked.is_ok());
        }
        assert!(goes_on.iter().all(|one| *one == goes_on[0]), "{goes_on:?}");
        goes_on[0]
    }
}

#[tokio::test]
async fn an_objection_to_teaching_alone_leaves_the_counting_as_it_is() {
    let school = School::new().await;
    says(&school, ("zainab", "zainab"), ObjectionUse::Teaching, true)
        .await
        .expect("hers");
    assert!(is_counted(&school, "zainab").await);
}

#[tokio::test]
async fn an_objection_to_teaching_stops_it_at_once_and_reading_goes_on() {
    let school = School::new().await;
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let answer = school.submission(work, "zainab", "x = 4").await;
    let (db, now) = (school.db.read(), school.now());
    let (zainab, ada) = (school.actor("zainab"), school.actor("ada"));
    let hand_in = assignments::policy::Action::HandIn;
    access::assignment(db, &zainab, work, hand_in, now)
        .await
        .expect("nobody objected");
    says(&school, ("rosa", "zainab"), ObjectionUse::Teaching, true)
        .await
        .expect("her child");
    let asked = access::assignment(db, &zainab, work, hand_in, now).await;
    assert!(matches!(asked, Err(AccessError::Objected)), "handing in");
    for action in submissions::policy::Action::ALL {
        let asked = access::submission(db, &ada, answer, action, now).await;
        let writes = matches!(
            action,
            submissions::policy::Action::Mark | submissions::policy::Action::Return
        );
        assert_eq!(
            matches!(asked, Err(AccessError::Objected)),
            writes,
            "{action:?}"
        );
        assert_eq!(asked.is_ok(), !writes, "{action:?}");
    }
    let tomos = school.actor("tomos");
    access::assignment(db, &tomos, work, hand_in, now)
        .await
        .expect("nobody else is stopped");
}

#[tokio::test]
async fn nothing_is_returned_in_passing_to_who_objects() {
    let school = School::new().await;
    let id = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let mut answers = Vec::new();
    for who in ["zainab", "tomos"] {
        answers.push(school.submission(id, who, "x = 4").await);
    }
    let (ada, now) = (school.actor("ada"), school.now());
    let mark = submissions::policy::Action::Mark;
    for answer in answers {
        let tx = school.db.write().await.expect("free");
        let answer = access::submission(&*tx, &ada, answer, mark, now)
            .await
            .expect("hers to mark");
        let valid = vocab::marking::MarkForm {
            points: "12".to_owned(),
            ..Default::default()
        }
        .validate("20".parse().ok())
        .expect("complete");
        marking::save(&tx, &ada, &answer, &valid, now)
            .await
            .expect("marked");
        tx.commit().await.expect("kept");
    }
    assert_eq!(waits_for_ada(&school, id).await, [(0, 2); 5]);
    says(&school, ("zainab", "zainab"), ObjectionUse::Teaching, true)
        .await
        .expect("hers");
    assert_eq!(waits_for_ada(&school, id).await, [(0, 1); 5]);
    let returns = assignments::policy::Action::Return;
    for (returned, why) in [(1, "the other one's alone"), (0, "nor at the next press")] {
        let tx = school.db.write().await.expect("free");
        let work = access::assignment(&*tx, &ada, id, returns, now)
            .await
            .expect("hers");
        let came = marking::return_all(&tx, &work, now).await.expect("done");
        tx.commit().await.expect("kept");
        let expected = ReturnedAll {
            returned,
            objected_to: 1,
        };
        assert_eq!(came, expected, "{why}");
        assert_eq!(waits_for_ada(&school, id).await, [(0, 0); 5], "{why}");
        assert_eq!(noted(&school, id).await, ["Zainab Okafor"], "{why}");
    }
}

#[tokio::test]
async fn it_goes_on_only_for_reasons_that_were_written_down_and_they_are_read() {
    let school = School::new().await;
    says(&school, ("zainab", "zainab"), ObjectionUse::Counting, true)
        .await
        .expect("hers");
    let counts = async || is_counted(&school, "zainab").await;
    assert!(!counts().await, "not one visit more");
    let id = filed(&school).await;
    for nothing in ["", "   "] {
        let refused = leads(&school, id, RequestStep::Refuse, nothing).await;
        assert!(matches!(refused, Err(Error::NoReasons)), "{nothing:?}");
        assert!(!counts().await, "it stays stopped");
    }
    leads(&school, id, RequestStep::Refuse, "The law asks for it")
        .await
        .expect("with reasons");
    assert!(counts().await);
    let now = stands(&school, "zainab", ObjectionUse::Counting).await;
    assert_eq!(now.state, Some(ObjectionState::Resumed));
    assert_eq!(now.reasons.as_deref(), Some("The law asks for it"));
}

#[tokio::test]
async fn what_is_said_to_be_done_stays_stopped_until_who_objected_takes_it_back() {
    let school = School::new().await;
    says(&school, ("rosa", "zainab"), ObjectionUse::Counting, true)
        .await
        .expect("her child");
    says(&school, ("rosa", "zainab"), ObjectionUse::Counting, true)
        .await
        .expect("twice is no mistake");
    let id = filed(&school).await;
    leads(&school, id, RequestStep::Complete, "It has stopped.")
        .await
        .expect("done");
    let counts = async || is_counted(&school, "zainab").await;
    assert!(!counts().await);
    let other = says(&school, ("zainab", "zainab"), ObjectionUse::Counting, false).await;
    assert!(
        matches!(other, Err(Error::Access(AccessError::NotFound))),
        "only who objected takes it back"
    );
    says(&school, ("rosa", "zainab"), ObjectionUse::Counting, false)
        .await
        .expect("hers");
    assert!(counts().await);
    let stranger = says(&school, ("petra", "zainab"), ObjectionUse::Teaching, true).await;
    assert!(matches!(
        stranger,
        Err(Error::Access(AccessError::NotFound))
    ));
}

#[tokio::test]
async fn taking_the_request_back_takes_the_objection_back() {
    let school = School::new().await;
    says(&school, ("zainab", "zainab"), ObjectionUse::Teaching, true)
        .await
        .expect("hers");
    says(&school, ("zainab", "zainab"), ObjectionUse::Teaching, false)
        .await
        .expect("hers");
    let mine = rights::mine(school.db.read(), &school.actor("zainab"), school.now())
        .await
        .expect("hers");
    assert_eq!(mine[0].state, RequestState::TakenBack);
    let now = stands(&school, "zainab", ObjectionUse::Teaching).await;
    assert_eq!(now.state, Some(ObjectionState::TakenBack));
}

#[tokio::test]
async fn news_that_somebody_objected_to_never_come_again() {
    let school = School::new().await;
    wants_news(&school, "rosa").await;
    let send = async || {
        let tx = school.db.write().await.expect("free");
        let queued = mail::send_news(&tx, &news(), school.now())
            .await
            .expect("sent");
        tx.commit().await.expect("kept");
        queued
    };
    assert_eq!(send().await, 1);
    says(&school, ("rosa", "rosa"), ObjectionUse::News, true)
        .await
        .expect("hers");
    let waiting = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::Category.eq(MessageCategory::MarketingOwn))
        .filter(outbox_mail::Column::State.eq(MailState::Queued))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(waiting, 0, "what waits is not sent");
    assert_eq!(send().await, 0);
    let id = filed(&school).await;
    let resumed = leads(&school, id, RequestStep::Refuse, "We would like to").await;
    assert!(matches!(resumed, Err(Error::NewsNeverResume)));
    assert_eq!(send().await, 0);
    let form = ChooseMessages {
        category: MessageCategory::MarketingOwn.to_string(),
        answer: "on".to_owned(),
    };
    let tx = school.db.write().await.expect("free");
    let entity = vocab::legal_entity::LegalEntity::default();
    let on = mail::choose(&tx, &school.actor("rosa"), &form, &entity, school.now()).await;
    assert!(matches!(on, Err(AccessError::Objected)));
}

#[tokio::test]
async fn every_use_on_a_public_task_or_legitimate_interests_has_a_switch() {
    use datamap::{LawfulBasis, Purpose};
    let mut missing = Vec::new();
    for table in datamap::registry() {
        for (column, class) in &table.columns {
            let rests_on_them = matches!(
                class.lawful_basis,
                Some(LawfulBasis::PublicTask | LawfulBasis::LegitimateInterests)
            );
            let Some(purpose) = class.purpose.filter(|_| rests_on_them) else {
                continue;
            };
            if rights::objection_to(purpose).is_some() {
                continue;
            }
            // A browser's number: nobody can be found by it (Article 11).
            let leads_to_nobody =
                purpose == Purpose::PublicPages && table.table == "browser_choice";
            if !leads_to_nobody {
                missing.push(format!("{}.{column}", table.table));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[tokio::test]
async fn every_switch_stops_its_use_in_the_same_moment_and_reasons_alone_let_it_go_on() {
    for purpose in ObjectionUse::ALL.iter().copied() {
        let place = InUse::new().await;
        let school = &place.school;
        assert!(place.goes_on(purpose).await, "{purpose} before");
        let is_news = purpose == ObjectionUse::News;
        let who = if is_news { "rosa" } else { "zainab" };
        says(school, (who, who), purpose, true)
            .await
            .expect("theirs");
        assert!(!place.goes_on(purpose).await, "{purpose} has stopped");
        assert_eq!(
            stands(school, who, purpose).await.state,
            Some(ObjectionState::Objected),
            "{purpose}"
        );
        let id = filed(school).await;
        let nothing = leads(school, id, RequestStep::Refuse, " ").await;
        assert!(
            matches!(nothing, Err(Error::NoReasons | Error::NewsNeverResume)),
            "{purpose}"
        );
        assert!(!place.goes_on(purpose).await, "{purpose} without reasons");
        let resumed = leads(school, id, RequestStep::Refuse, "Compelling").await;
        assert_eq!(resumed.is_ok(), purpose.can_resume(), "{purpose}");
        if purpose == ObjectionUse::Record {
            assert!(!place.goes_on(purpose).await, "they are told a week before");
            school.clock.advance(chrono::TimeDelta::days(7));
            rights::lift_due(&school.db, school.now())
                .await
                .expect("runs");
        }
        assert_eq!(
            place.goes_on(purpose).await,
            purpose.can_resume(),
            "{purpose} with reasons"
        );
    }
}

#[tokio::test]
async fn an_objection_to_the_record_restricts_it_and_going_on_takes_a_week_of_notice() {
    let school = School::new().await;
    let is_restricted = async || {
        let edith = school.actor("edith");
        domain::people::find(
            school.db.read(),
            &edith,
            school.person("zainab"),
            school.now(),
        )
        .await
        .expect("hers")
        .summary
        .is_restricted
    };
    says(&school, ("zainab", "zainab"), ObjectionUse::Record, true)
        .await
        .expect("hers");
    assert!(is_restricted().await);
    let id = filed(&school).await;
    leads(&school, id, RequestStep::Refuse, "The law asks for a roll")
        .await
        .expect("with reasons");
    assert!(is_restricted().await, "she is told first");
    school.clock.advance(chrono::TimeDelta::days(7));
    rights::lift_due(&school.db, school.now())
        .await
        .expect("runs");
    assert!(!is_restricted().await);
}

#[tokio::test]
async fn an_objection_to_signing_in_closes_the_account_to_everybody_until_it_is_opened() {
    let school = School::new().await;
    let token = school.session_token("zainab");
    let is_in = async || {
        sessions::find(&school.db, &token, school.now())
            .await
            .expect("the database answers")
            .is_some()
    };
    assert!(is_in().await);
    says(&school, ("rosa", "zainab"), ObjectionUse::SigningIn, true)
        .await
        .expect("her child");
    assert!(!is_in().await, "signed out in the same moment");
    says(&school, ("rosa", "zainab"), ObjectionUse::SigningIn, false)
        .await
        .expect("hers");
    assert!(is_in().await);
}

#[tokio::test]
async fn from_sixteen_on_they_decide_alone_and_before_that_a_no_outweighs_a_yes() {
    let school = School::new().await;
    let counting = ObjectionUse::Counting;
    says(&school, ("rosa", "zainab"), counting, true)
        .await
        .expect("her child, in year 10");
    let hers = stands(&school, "zainab", counting).await;
    assert_eq!(hers.may, Some(ObjectionStep::Disagree));
    let tx = school.db.write().await.expect("free");
    let zainab = school.actor("zainab");
    let about = access::about(&*tx, &zainab, zainab.person)
        .await
        .expect("herself");
    rights::disagree(&tx, &about, counting, school.now())
        .await
        .expect("heard");
    tx.commit().await.expect("kept");
    let hers = stands(&school, "zainab", counting).await;
    assert!(hers.is_disputed && hers.may.is_none(), "she has said it");
    assert!(!is_counted(&school, "zainab").await, "the no holds");
    let door = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let to_do = domain::tasks::tasks(school.db.read(), &door, school.now())
        .await
        .expect("hers");
    assert!(
        to_do
            .iter()
            .any(|task| task.words.starts_with("People disagree"))
    );
    crate::restrictions::older(&school).await;
    let hers = stands(&school, "zainab", counting).await;
    assert_eq!(hers.may, Some(ObjectionStep::TakeBack));
    let refused = says(&school, ("rosa", "zainab"), ObjectionUse::Teaching, true).await;
    assert!(matches!(refused, Err(Error::TheirsToSay)));
    says(&school, ("zainab", "zainab"), counting, false)
        .await
        .expect("hers to decide now");
    assert!(is_counted(&school, "zainab").await);
}
