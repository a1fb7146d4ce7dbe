//! Everything that the data map calls private, written once through the real doors.

use bytes::Bytes;
use domain::assignments::{self, policy::Action as WorkAction};
use domain::consent::{self, Evidence, Signer};
use domain::erasure::{self, Ask, Means};
use domain::files::Store;
use domain::schools::policy::Action as SchoolAction;
use domain::submissions::{self, FileToAdd, policy::Action};
use domain::{
    Permitted, access, arrangements, breaches, disclosures, holds, marking, offline, people,
    rights, rosters, safety, secrets,
};
use test_kit::{NewWork, Roster, School, Tablet};
use vocab::arrangements::ValidArrangement;
use vocab::breaches::{BreachForm, BreachRisk, BreachStep};
use vocab::consent::ConsentAnswer;
use vocab::disclosures::{DataKind, DisclosureForm, DisclosureStep};
use vocab::erasure::ErasureState;
use vocab::ids::{AssignmentId, SubmissionId};
use vocab::marking::ValidMark;
use vocab::people::{Role, ValidDetails, ValidPerson};
use vocab::points::Points;
use vocab::restrictions::RestrictionGround;
use vocab::retention::ValidHold;
use vocab::rights::{ContactForm, RequestKind, RequestStep};
use vocab::safety::ReportForm;

/// A word that stands in everything private.
pub(super) const CANARY: &str = "zqprivatecanary";

pub(super) async fn answer(school: &School, id: SubmissionId) -> Permitted<access::Answer> {
    let (db, ada) = (school.db.read(), school.actor("ada"));
    access::submission(db, &ada, id, Action::Mark, school.now())
        .await
        .expect("she teaches it")
}

pub(super) async fn work(school: &School, who: &str, id: AssignmentId) -> Permitted<access::Work> {
    let (db, actor) = (school.db.read(), school.actor(who));
    access::assignment(db, &actor, id, WorkAction::HandIn, school.now())
        .await
        .expect("it is set")
}

pub(super) async fn mark(school: &School, id: SubmissionId, comment: &str) {
    let answer = answer(school, id).await;
    let given = ValidMark {
        points: Some(Points::whole(12)),
        comment: comment.to_owned(),
        version: 0,
        attempt: None,
    };
    let tx = school.db.write().await.expect("free");
    marking::save(&tx, &school.actor("ada"), &answer, &given, school.now())
        .await
        .expect("marked");
    tx.commit().await.expect("kept");
}

pub(super) async fn every_private_thing_is_written(school: &School, store: &Store) {
    a_person_is_added_and_corrected(school).await;
    an_answer_is_handed_in_and_marked(school, store).await;
    what_helps_a_student_is_set(school).await;
    a_consent_is_given(school).await;
    requests_are_made_and_refused(school).await;
    a_roster_is_brought_in(school, store).await;
    the_office_writes_into_its_registers(school).await;
    a_tablet_brings_words_too_late(school, store).await;
    somebody_is_about_to_be_erased(school, store).await;
}

async fn a_person_is_added_and_corrected(school: &School) {
    let door = access::school(&school.actor("desmond"), SchoolAction::ManagePeople).expect("his");
    let email = |n: u8| Some(format!("{CANARY}{n}@school.example"));
    let new = ValidPerson {
        given_name: "Nora".to_owned(),
        family_name: "New".to_owned(),
        role: Role::Teacher,
        year_group: None,
        email: email(1),
        username: None,
    };
    let tx = school.db.write().await.expect("free");
    let id = people::add(&tx, &door, &new, school.now())
        .await
        .expect("added");
    let details = ValidDetails {
        given_name: "Nora".to_owned(),
        family_name: "New".to_owned(),
        year_group: None,
        email: email(2),
        username: None,
        seen: String::new(),
    };
    people::edit(&tx, &door, id, &details, school.now())
        .await
        .expect("corrected");
    tx.commit().await.expect("kept");
}

async fn what_helps_a_student_is_set(school: &School) {
    let admin = school.actor("desmond");
    let student = school.person("zainab");
    let set = arrangements::policy::Action::Set;
    let learner = access::arrangements(school.db.read(), &admin, student, set)
        .await
        .expect("his");
    // Set twice: the words are bound to the row that stays.
    for words in [format!("First {CANARY}"), format!("Sits near the {CANARY}")] {
        let new = ValidArrangement {
            what_helps: words.clone(),
            ..ValidArrangement::default()
        };
        let tx = school.db.write().await.expect("free");
        arrangements::set(&tx, &learner, &new, "", school.now())
            .await
            .expect("set");
        tx.commit().await.expect("kept");
        let page = arrangements::page(school.db.read(), &admin, &learner, school.now())
            .await
            .expect("read");
        assert_eq!(page.arrangement.what_helps, words);
    }
}

fn file() -> (
    FileToAdd,
    futures::stream::Iter<std::vec::IntoIter<Result<Bytes, std::io::Error>>>,
) {
    let named = FileToAdd {
        name: "plan.txt".to_owned(),
        media_type: "text/plain".to_owned(),
    };
    let bytes = Bytes::from(CANARY.repeat(9_000));
    (named, futures::stream::iter(vec![Ok(bytes)]))
}

async fn an_answer_is_handed_in_and_marked(school: &School, store: &Store) {
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6").points(20))
        .await;
    let zainab = school.actor("zainab");
    let (named, bytes) = file();
    let limit = 1_000_000;
    submissions::attach(
        &school.db,
        store,
        &zainab,
        sheet,
        named,
        bytes,
        limit,
        &school.clock,
    )
    .await
    .expect("room");
    let (named, bytes) = file();
    assignments::store_file((store, school.db.keys()), school.id, &named, bytes)
        .await
        .expect("room");
    let own = work(school, "zainab", sheet).await;
    let tx = school.db.write().await.expect("free");
    let text = format!("My {CANARY} essay");
    let mut random = secrets::random();
    submissions::hand_in(&tx, &zainab, &own, (&text, None), &mut random, school.now())
        .await
        .expect("handed in");
    let draft = format!("{text} goes on");
    submissions::save_draft(&tx, &zainab, &own, &draft, 1, school.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");
    let other = school.submission(sheet, "tomos", "").await;
    mark(school, other, CANARY).await;
    // Marked again: the record of changes holds both comments.
    let answer = answer(school, other).await;
    let given = ValidMark {
        points: None,
        comment: format!("{CANARY} again"),
        version: 1,
        attempt: None,
    };
    let tx = school.db.write().await.expect("free");
    marking::save(&tx, &school.actor("ada"), &answer, &given, school.now())
        .await
        .expect("marked");
    tx.commit().await.expect("kept");
}

async fn a_consent_is_given(school: &School) {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor("zainab"), school.person("zainab"))
        .await
        .expect("her own");
    let form = ConsentAnswer {
        purpose: vocab::consent::ConsentPurpose::ALL[0].to_string(),
        request: String::new(),
        answer: "no".to_owned(),
    };
    let evidence = Evidence {
        device: CANARY.to_owned(),
        ..Evidence::default()
    };
    consent::answer(&tx, &about, &form, evidence, school.now())
        .await
        .expect("heard");
    tx.commit().await.expect("kept");
}

async fn requests_are_made_and_refused(school: &School) {
    let form = ContactForm {
        school: "NORTH".to_owned(),
        name: format!("Ines {CANARY}"),
        contact: format!("ines@{CANARY}.example"),
        topic: RequestKind::Complaint.to_string(),
        text: format!("About {CANARY}"),
        website: String::new(),
    };
    let edith = school.actor("edith");
    let lead = access::school(&edith, SchoolAction::HandleRequests).expect("she leads");
    let tx = school.db.write().await.expect("free");
    let valid = form.validate().expect("complete");
    rights::file_by_contact(&tx, valid, None, school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    let listed = rights::cockpit(school.db.read(), &edith, &lead, school.now())
        .await
        .expect("hers");
    assert!(
        listed[0].about.contains(CANARY),
        "it opens for who may read it"
    );
    let tx = school.db.write().await.expect("free");
    let words = (RequestStep::Refuse, CANARY);
    rights::step(&tx, &lead, listed[0].id, words, school.now())
        .await
        .expect("refused");
    tx.commit().await.expect("kept");
}

async fn a_roster_is_brought_in(school: &School, store: &Store) {
    let door = access::school(&school.actor("desmond"), SchoolAction::ImportRoster).expect("his");
    let mut roster = Roster::five_people();
    for user in &mut roster.users {
        user.email = "zqprivatecanary@roster.example";
    }
    let check = |bytes| rosters::check(&school.db, store, &door, "n.zip", bytes, school.now());
    let id = check(roster.bytes()).await.expect("it can be read");
    rosters::confirm(&school.db, store, &door, id, true, school.now())
        .await
        .expect("brought in");
    // And again with other addresses: the record holds what they were.
    for user in &mut roster.users {
        user.email = "zqprivatecanary2@roster.example";
    }
    let again = check(roster.bytes()).await.expect("it can be read");
    rosters::confirm(&school.db, store, &door, again, true, school.now())
        .await
        .expect("brought in");
    // One more that waits: its package lies in the store.
    check(roster.bytes()).await.expect("it can be read");
}

async fn the_office_writes_into_its_registers(school: &School) {
    let office = |who| {
        access::school(&school.actor(who), SchoolAction::HandleRequests).expect("of the office")
    };
    let (edith, desmond) = (office("edith"), office("desmond"));
    let (now, words) = (school.now(), || format!("Words of {CANARY}"));
    let tx = school.db.write().await.expect("free");
    let form = BreachForm {
        kind: "confidentiality".to_owned(),
        what: words(),
        categories: "names".to_owned(),
        people: "12".to_owned(),
    };
    let new = form.validate().expect("complete");
    let id = breaches::report(&tx, &edith, new, now)
        .await
        .expect("reported");
    for (step, risk) in [
        (BreachStep::Assess, Some(BreachRisk::Unlikely)),
        (BreachStep::Close, None),
    ] {
        let taken = (step, risk, words());
        let done = breaches::step(&tx, &edith, id, taken, now).await;
        done.expect("led to its end");
    }
    let form = DisclosureForm {
        kind: "legal".to_owned(),
        requester: words(),
        authority: "Order 12/26".to_owned(),
        basis: "A duty under the law".to_owned(),
        categories: "Work and marks".to_owned(),
        username: "zainab".to_owned(),
        ticked: [(DataKind::Work.field(), "yes".to_owned())].into(),
    };
    let new = form.validate().expect("complete");
    let id = disclosures::ask(&tx, &edith, new, now)
        .await
        .expect("asked");
    for step in [DisclosureStep::NotTold, DisclosureStep::Refuse] {
        let done = disclosures::step(&tx, &edith, id, (step, words()), now).await;
        done.expect("done");
    }
    for username in [Some("zainab".to_owned()), None] {
        let new = ValidHold {
            matter: words(),
            authority: words(),
            username,
            days: 30,
        };
        let id = holds::open(&tx, &desmond, new, now).await.expect("opened");
        let done = holds::release(&tx, &edith, id, words(), now).await;
        done.expect("released");
    }
    let ground = RestrictionGround::Unlawful;
    rights::restrict_for(&tx, &edith, ("mei", ground), now)
        .await
        .expect("restricted");
    let listed = rights::list_restrictions(&*tx, &school.actor("edith"), &edith, now).await;
    let id = listed.expect("hers")[0].id;
    rights::give_notice(&tx, &edith, id, &words(), now)
        .await
        .expect("announced");
    let form = ReportForm {
        kind: "behaviour".to_owned(),
        words: words(),
        place: words(),
    };
    let new = form.validate().expect("complete");
    let id = safety::file(&tx, &school.actor("zainab"), new, now)
        .await
        .expect("filed");
    safety::step(&tx, &edith, id, Some(&words()), now)
        .await
        .expect("answered");
    tx.commit().await.expect("kept");
}

async fn a_tablet_brings_words_too_late(school: &School, store: &Store) {
    let work = NewWork::published("Sheet 7").points(20);
    let sheet = school.assignment("10Ma1", work).await;
    let keys = offline::Keys::new(&Signer::new([7; 32]));
    let zainab = school.actor("zainab");
    let tablet = Tablet::new(offline::issue(&keys, &zainab, "a-device", school.now()));
    // What another device wrote meanwhile stands: these words are kept aside.
    let own = self::work(school, "zainab", sheet).await;
    let tx = school.db.write().await.expect("free");
    submissions::save_draft(&tx, &zainab, &own, "from home", 0, school.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");
    let item = tablet.draft(sheet, 0, &format!("On a tablet, {CANARY}"));
    offline::deliver((&school.db, store), &keys, &item.body, school.now())
        .await
        .expect("taken");
}

async fn somebody_is_about_to_be_erased(school: &School, store: &Store) {
    let tx = school.db.write().await.expect("free");
    let door = access::school(&school.actor("desmond"), SchoolAction::ManagePeople).expect("his");
    let new = ValidPerson {
        given_name: "Otto".to_owned(),
        family_name: "Old".to_owned(),
        role: Role::Teacher,
        year_group: None,
        email: Some(format!("{CANARY}3@school.example")),
        username: None,
    };
    let person = people::add(&tx, &door, &new, school.now())
        .await
        .expect("added");
    let ask = Ask {
        request: None,
        rule: Some("staff.account"),
        by: None,
        cooling_off_until: None,
    };
    let job = erasure::start(&tx, (school.id, person), ask, school.now())
        .await
        .expect("it begins");
    tx.commit().await.expect("kept");
    let means = Means {
        db: &school.db,
        store,
        signer: &Signer::new([7; 32]),
    };
    // It stops where what is searched for is noted down.
    for expected in [ErasureState::Locked, ErasureState::Erasing] {
        let state = erasure::advance(means, job, school.now()).await;
        assert_eq!(state.expect("it goes on"), expected);
    }
}
