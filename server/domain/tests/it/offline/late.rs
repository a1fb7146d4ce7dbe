//! What a tablet brings late: it never takes the place of what was handed in since, and
//! what knew of that does, whatever the tablet's clock says.

use chrono::TimeDelta;
use domain::assignments::policy::Action;
use domain::{Actor, access, assignments, submissions};
use entity::{attempt, submission};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use test_kit::{NewWork, SealedItem, Tablet};
use uuid::Uuid;
use vocab::assignments::{DraftSaved, Intent, ValidAssignment};
use vocab::ids::AssignmentId;
use vocab::outbox::{Operation, Outcome, Waiting};
use vocab::points::Points;

use super::Desk;

const AT_HOME: u128 = 2;
const ON_THE_TABLET: u128 = 3;

impl Desk {
    /// A tablet on which Zainab has signed in anew.
    fn signed_in_again(&self) -> Tablet {
        let actor = self.elsewhere("zainab", ON_THE_TABLET);
        let now = self.school.now();
        Tablet::new(domain::offline::issue(&self.keys, &actor, "a-device", now))
    }

    /// Zainab's answer with the words of each hand-in, the first first.
    pub(super) async fn answer(&self, work: AssignmentId) -> (submission::Model, Vec<String>) {
        let db = self.school.db.read();
        let answer = submission::Entity::find()
            .filter(submission::Column::AssignmentId.eq(work))
            .filter(submission::Column::StudentId.eq(self.school.person("zainab")))
            .one(db)
            .await
            .expect("read")
            .expect("hers");
        let handed_in = attempt::Entity::find()
            .filter(attempt::Column::SubmissionId.eq(answer.id))
            .order_by_asc(attempt::Column::Number)
            .all(db)
            .await
            .expect("read");
        let mut words = Vec::new();
        for one in &handed_in {
            words.push(self.said(one).await);
        }
        (answer, words)
    }

    /// What somebody types is saved by itself, and then handed in by the form. Answers the
    /// draft's version on a page that is opened then.
    async fn types_and_hands_in(
        &self,
        actor: &Actor,
        work: AssignmentId,
        (words, version): (&str, i32),
    ) -> i32 {
        let (tx, now) = (
            self.school.db.write().await.expect("free"),
            self.school.now(),
        );
        let own = access::assignment(&*tx, actor, work, Action::HandIn, now)
            .await
            .expect("theirs");
        let saved = submissions::save_draft(&tx, actor, &own, words, version, now)
            .await
            .expect("saved");
        let DraftSaved::Kept { version, .. } = saved else {
            panic!("{saved:?}");
        };
        tx.commit().await.expect("kept");
        self.by_form(actor, work, (words, version))
            .await
            .expect("handed in");
        self.answer(work).await.0.draft_version
    }

    /// As a hand-in left the draft's version while it raised it for new words alone.
    async fn did_not_raise_the_version(&self, work: AssignmentId, version: i32) {
        let tx = self.school.db.write().await.expect("free");
        submission::Entity::update_many()
            .col_expr(submission::Column::DraftVersion, Expr::value(version))
            .filter(submission::Column::AssignmentId.eq(work))
            .exec(&*tx)
            .await
            .expect("changed");
        tx.commit().await.expect("kept");
    }

    async fn is_taken(&self, tablet: &Tablet, item: &SealedItem) {
        assert_eq!(self.told(tablet, item).await.outcome, Outcome::Done);
    }

    pub(super) async fn draft_words(&self, answer: &submission::Model) -> String {
        let sealed = &answer.draft_text;
        let words = self
            .school
            .opened("submission.draft_text", answer.id.0, sealed);
        words.await
    }

    pub(super) async fn waiting(&self) -> Vec<Waiting> {
        let zainab = self.school.actor("zainab");
        domain::offline::waiting(self.school.db.read(), &zainab, self.school.now())
            .await
            .expect("read")
    }
}

#[tokio::test]
async fn what_lay_in_a_drawer_does_not_take_the_place_of_a_newer_hand_in_nor_make_it_late() {
    let desk = Desk::new().await;
    let set = NewWork::published("Sheet 6").due("2026-11-24T20:00:00Z");
    let work = desk.school.assignment("10Ma1", set).await;
    let mut tablet = desk.tablet("zainab");
    tablet.clock = "2026-11-24T10:00:00Z".to_owned();
    let photo: (&str, &[u8]) = ("graph.png", b"a picture");
    let item = tablet.hand_in(work, 0, "the first try", &[photo]);
    // At six, at home, in time and with a receipt.
    desk.school.clock.advance(TimeDelta::hours(8));
    let at_home = desk.elsewhere("zainab", AT_HOME);
    desk.by_form(&at_home, work, ("the better one", 0))
        .await
        .expect("handed in");
    let (before, _) = desk.answer(work).await;
    // The next morning the tablet finds the network.
    desk.school.clock.advance(TimeDelta::hours(14));
    let receipt = desk.told(&tablet, &item).await;
    assert_eq!(receipt.outcome, Outcome::OtherWords);
    assert_eq!(receipt.reference, "", "it was not handed in");
    let (after, words) = desk.answer(work).await;
    assert_eq!(words, ["the better one"]);
    assert_eq!(after, before, "all stands as it stood");
    assert!(!after.is_late);
    assert!(desk.files_of(work).await.is_empty());
    let waiting = desk.waiting().await;
    assert_eq!(waiting[0].text, "the first try");
    assert_eq!(waiting[0].files[0].name, "graph.png");
    assert!(waiting[0].why().contains("That hand-in stands"));
    assert!(waiting[0].why().contains("was not handed in"));
    // Once more it is the same.
    assert_eq!(desk.told(&tablet, &item).await, receipt);
    assert_eq!(desk.waiting().await.len(), 1);
}

#[tokio::test]
async fn a_wrong_clock_does_not_bring_what_lay_in_a_drawer_before_a_newer_hand_in() {
    let desk = Desk::new().await;
    for clock in ["2027-02-01T10:00:00Z", "2019-02-01T10:00:00Z", "no time"] {
        let work = desk.work().await;
        let mut tablet = desk.tablet("zainab");
        tablet.clock = clock.to_owned();
        let item = tablet.hand_in(work, 0, "the first try", &[]);
        desk.school.clock.advance(TimeDelta::hours(8));
        let at_home = desk.elsewhere("zainab", AT_HOME);
        desk.by_form(&at_home, work, ("the better one", 0))
            .await
            .expect("handed in");
        desk.school.clock.advance(TimeDelta::hours(14));
        let receipt = desk.told(&tablet, &item).await;
        assert_eq!(receipt.outcome, Outcome::OtherWords, "{clock}");
        assert_eq!(desk.answer(work).await.1, ["the better one"], "{clock}");
    }
}

#[tokio::test]
async fn what_another_tablet_brought_since_stands_too_where_its_sign_in_was_the_later_one() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let mut drawer = desk.tablet("zainab");
    drawer.clock = "2027-02-01T10:00:00Z".to_owned();
    let older = drawer.hand_in(work, 0, "the first try", &[]);
    desk.school.clock.advance(TimeDelta::hours(2));
    let mut second = desk.signed_in_again();
    second.clock = "2026-11-24T12:30:00Z".to_owned();
    let newer = second.hand_in(work, 0, "the better one", &[]);
    desk.school.clock.advance(TimeDelta::hours(1));
    assert_eq!(desk.told(&second, &newer).await.outcome, Outcome::Done);
    let receipt = desk.told(&drawer, &older).await;
    assert_eq!(receipt.outcome, Outcome::OtherWords);
    assert_eq!(desk.answer(work).await.1, ["the better one"]);
}

#[tokio::test]
async fn what_is_handed_in_again_without_a_network_takes_the_place_whatever_the_clock_says() {
    let desk = Desk::new().await;
    for clock in ["2027-02-01T10:00:00Z", "2019-02-01T10:00:00Z"] {
        let mut tablet = desk.tablet("zainab");
        tablet.clock = clock.to_owned();
        let zainab = desk.school.actor("zainab");
        desk.school.clock.advance(TimeDelta::hours(1));
        // Handed in by the form, and then again by the same sign-in, from a page that was
        // kept before.
        let work = desk.work().await;
        desk.by_form(&zainab, work, ("one", 0)).await.expect("in");
        desk.school.clock.advance(TimeDelta::hours(1));
        let item = tablet.hand_in(work, 0, "one two", &[]);
        assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::Done);
        // And once more, before the answer to that is known to the page.
        let item = tablet.hand_in(work, 0, "one two three", &[]);
        assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::Done);
        let (answer, words) = desk.answer(work).await;
        assert_eq!(words, ["one", "one two", "one two three"], "{clock}");
        assert_eq!(answer.handed_in_at, Some(desk.school.now()));
        // Handed in on another device, which the page on the tablet has seen.
        let work = desk.work().await;
        let at_home = desk.elsewhere("zainab", AT_HOME);
        let seen = desk
            .types_and_hands_in(&at_home, work, ("at home", 0))
            .await;
        desk.school.clock.advance(TimeDelta::hours(1));
        let item = tablet.hand_in(work, seen, "at home, and more", &[]);
        assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::Done);
        assert_eq!(
            desk.answer(work).await.1,
            ["at home", "at home, and more"],
            "{clock}"
        );
        // Handed in on another device, before the sign-in on the tablet.
        let work = desk.work().await;
        desk.by_form(&at_home, work, ("at home", 0))
            .await
            .expect("in");
        desk.school.clock.advance(TimeDelta::hours(1));
        let mut tablet = desk.signed_in_again();
        tablet.clock = clock.to_owned();
        let item = tablet.hand_in(work, 0, "on the tablet", &[]);
        assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::Done);
        assert_eq!(
            desk.answer(work).await.1,
            ["at home", "on the tablet"],
            "{clock}"
        );
    }
    assert!(desk.waiting().await.is_empty(), "nothing needs her");
}

#[tokio::test]
async fn what_was_handed_in_meanwhile_word_for_word_has_the_receipt_that_stands() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let same = tablet.hand_in(work, 0, "x is 3", &[]);
    let with_photo = tablet.hand_in(work, 0, "x is 3", &[("graph.png", b"a picture")]);
    desk.school.clock.advance(TimeDelta::hours(8));
    let at_home = desk.elsewhere("zainab", AT_HOME);
    let attempt = desk.by_form(&at_home, work, ("x is 3", 0)).await;
    let receipt = desk.told(&tablet, &same).await;
    assert_eq!(receipt.outcome, Outcome::Done);
    assert_eq!(receipt.reference, attempt.expect("in").receipt);
    // A photo that is not in it is something else.
    let receipt = desk.told(&tablet, &with_photo).await;
    assert_eq!(receipt.outcome, Outcome::OtherWords);
    assert_eq!(desk.waiting().await[0].files.len(), 1);
    assert_eq!(desk.answer(work).await.1, ["x is 3"]);
}

#[tokio::test]
async fn a_draft_from_before_a_hand_in_goes_neither_over_its_words_nor_among_its_files() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let mut tablet = desk.tablet("zainab");
    tablet.clock = "2026-11-24T10:00:00Z".to_owned();
    let begun = tablet.draft(work, 0, "one");
    assert_eq!(desk.told(&tablet, &begun).await.version, 1);
    let photo: (&str, &[u8]) = ("graph.png", b"a picture");
    let id = Uuid::from_u128(1);
    let more = tablet.seal(id, Operation::Draft, work, 1, "one two", &[photo]);
    // At home the draft is handed in as it stands.
    desk.school.clock.advance(TimeDelta::hours(8));
    let at_home = desk.elsewhere("zainab", AT_HOME);
    desk.by_form(&at_home, work, ("one", 1)).await.expect("in");
    let (before, _) = desk.answer(work).await;
    assert_eq!(before.draft_version, 2);
    desk.school.clock.advance(TimeDelta::hours(14));
    assert_eq!(desk.told(&tablet, &more).await.outcome, Outcome::OtherWords);
    let (after, words) = desk.answer(work).await;
    assert_eq!((after.clone(), words), (before, vec!["one".to_owned()]));
    assert_eq!(desk.draft_words(&after).await, "one");
    assert!(desk.files_of(work).await.is_empty());
    let waiting = desk.waiting().await;
    assert_eq!(waiting[0].text, "one two");
    assert_eq!(waiting[0].files[0].name, "graph.png");
    // The same words again ask for nothing.
    let same = tablet.draft(work, 1, "one");
    assert_eq!(desk.told(&tablet, &same).await.outcome, Outcome::Done);
    // And what comes after them knows no more of the hand-in than they did.
    let item = tablet.hand_in(work, 1, "one two", &[]);
    assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::OtherWords);
    assert_eq!(desk.answer(work).await.1, ["one"]);
}

#[tokio::test]
async fn whoever_has_seen_a_hand_in_goes_on_from_it_on_a_tablet_that_signed_in_before() {
    let desk = Desk::new().await;
    let clocks = ["2027-02-01T10:00:00Z", "2019-02-01T10:00:00Z"];
    for (id, clock) in (1..).map(Uuid::from_u128).zip(clocks) {
        let mut tablet = desk.tablet("zainab");
        tablet.clock = clock.to_owned();
        desk.school.clock.advance(TimeDelta::hours(1));
        let work = desk.work().await;
        let at_home = desk.elsewhere("zainab", AT_HOME);
        let seen = desk
            .types_and_hands_in(&at_home, work, ("at home", 0))
            .await;
        desk.school.clock.advance(TimeDelta::hours(1));
        // Neither page hears of the other before the network is back.
        let photo: (&str, &[u8]) = ("graph.png", b"a picture");
        let draft = tablet.seal(id, Operation::Draft, work, seen, "at home, and", &[photo]);
        let hand_in = tablet.hand_in(work, seen, "at home, and more", &[]);
        desk.is_taken(&tablet, &draft).await;
        desk.is_taken(&tablet, &hand_in).await;
        let (_, words) = desk.answer(work).await;
        assert_eq!(words, ["at home", "at home, and more"], "{clock}");
        assert_eq!(desk.files_of(work).await.len(), 1);
    }
    assert!(desk.waiting().await.is_empty(), "nothing needs her");
}

#[tokio::test]
async fn whoever_has_seen_what_another_tablet_handed_in_goes_on_from_it_too() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let mut laptop = desk.tablet("zainab");
    laptop.clock = "2019-02-01T10:00:00Z".to_owned();
    desk.school.clock.advance(TimeDelta::hours(2));
    let second = desk.signed_in_again();
    let draft = second.draft(work, 0, "on the bus");
    desk.is_taken(&second, &draft).await;
    let hand_in = second.hand_in(work, 1, "on the bus", &[]);
    desk.is_taken(&second, &hand_in).await;
    let seen = desk.answer(work).await.0.draft_version;
    let better = laptop.hand_in(work, seen, "at the desk", &[]);
    desk.is_taken(&laptop, &better).await;
    assert_eq!(desk.answer(work).await.1, ["on the bus", "at the desk"]);
    assert!(desk.waiting().await.is_empty(), "nothing needs her");
}

#[tokio::test]
async fn a_hand_in_follows_the_draft_that_was_taken_after_one_that_raised_no_version() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let mut tablet = desk.tablet("zainab");
    desk.school.clock.advance(TimeDelta::hours(1));
    let at_home = desk.elsewhere("zainab", AT_HOME);
    desk.types_and_hands_in(&at_home, work, ("at home", 0))
        .await;
    desk.did_not_raise_the_version(work, 1).await;
    tablet.clock = "2026-11-24T12:00:00Z".to_owned();
    let photo: (&str, &[u8]) = ("graph.png", b"a picture");
    let id = Uuid::from_u128(1);
    let draft = tablet.seal(id, Operation::Draft, work, 1, "at home, and", &[photo]);
    let hand_in = tablet.hand_in(work, 1, "at home, and more", &[]);
    desk.is_taken(&tablet, &draft).await;
    desk.is_taken(&tablet, &hand_in).await;
    let (_, words) = desk.answer(work).await;
    assert_eq!(words, ["at home", "at home, and more"]);
}

#[tokio::test]
async fn a_page_that_did_not_hear_of_its_own_hand_in_goes_on_writing() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let zainab = desk.school.actor("zainab");
    let begun = tablet.draft(work, 0, "one");
    desk.is_taken(&tablet, &begun).await;
    // The answer to the form is lost: the page still has the version from before.
    desk.by_form(&zainab, work, ("one", 1)).await.expect("in");
    let more = tablet.draft(work, 1, "one two");
    desk.is_taken(&tablet, &more).await;
    // What was sealed before even that version was known follows its own too.
    desk.by_form(&zainab, work, ("one two", 3))
        .await
        .expect("in");
    let last = tablet.draft(work, 0, "one two three");
    desk.is_taken(&tablet, &last).await;
    let (answer, words) = desk.answer(work).await;
    assert_eq!(words, ["one", "one two"]);
    assert_eq!(desk.draft_words(&answer).await, "one two three");
    assert!(desk.waiting().await.is_empty(), "nothing needs her");
}

#[tokio::test]
async fn a_hand_in_that_arrives_while_the_work_is_changed_and_the_change_do_not_stop_each_other() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let zainab = desk.school.actor("zainab");
    desk.types_and_hands_in(&zainab, work, ("one", 0)).await;
    for day in 1..10 {
        let due = format!("2026-12-0{day}T15:30:00");
        let new = ValidAssignment {
            title: "Sheet 6".to_owned(),
            instructions: "Do all of it.".to_owned(),
            due: Some(due.parse().expect("a time")),
            points: Some(Points::whole(20)),
            publish: None,
            intent: Intent::Publish,
            seen: String::new(),
        };
        let change = async {
            let (ada, now) = (desk.school.actor("ada"), desk.school.now());
            let tx = desk.school.db.write().await.expect("free");
            let hers = access::assignment(&*tx, &ada, work, Action::Edit, now)
                .await
                .expect("hers");
            assignments::edit(&tx, &ada, &hers, &new, now)
                .await
                .expect("changed");
            tx.commit().await.expect("kept");
        };
        let words = format!("try {day}");
        let item = tablet.hand_in(work, 0, &words, &[]);
        let (receipt, ()) = tokio::join!(desk.told(&tablet, &item), change);
        assert_eq!(receipt.outcome, Outcome::Done, "{words}");
    }
}
