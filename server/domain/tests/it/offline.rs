//! Work without a network, on a real database: sealed items are applied as the person who
//! made them, once for each key, and what the rules refuse is kept for its owner.

mod any_order;
mod late;
mod windows;

use chrono::TimeDelta;
use domain::Actor;
use domain::access;
use domain::assignments::{self, policy::Action};
use domain::consent::Signer;
use domain::files::Store;
use domain::offline::{self, Error, Keys, Spoilt};
use domain::submissions;
use entity::{attempt, outbox_item, submission};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use test_kit::{NewWork, School, SealedItem, Tablet};
use uuid::Uuid;
use vocab::assignments::AttemptSummary;
use vocab::ids::{AssignmentId, SessionId};
use vocab::objections::ObjectionUse;
use vocab::outbox::{Operation, Outcome, Receipt};

struct Desk {
    school: School,
    store: Store,
    keys: Keys,
    _folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            school: School::new().await,
            store: Store::local(folder.path()).expect("a store"),
            keys: Keys::new(&Signer::new([7; 32])),
            _folder: folder,
        }
    }

    fn tablet(&self, who: &str) -> Tablet {
        let ticket = offline::issue(
            &self.keys,
            &self.school.actor(who),
            "a-device",
            self.school.now(),
        );
        Tablet::new(ticket)
    }

    async fn deliver(&self, item: &SealedItem) -> Result<String, Error> {
        let places = (&self.school.db, &self.store);
        Box::pin(offline::deliver(
            places,
            &self.keys,
            &item.body,
            self.school.now(),
        ))
        .await
        .map(|delivered| delivered.receipt)
    }

    /// Delivers and reads the receipt as its owner.
    async fn told(&self, tablet: &Tablet, item: &SealedItem) -> Receipt {
        let receipt = self.deliver(item).await.expect("it is taken");
        tablet.read(item.id, &receipt).expect("it is their own")
    }

    async fn work(&self) -> AssignmentId {
        let work = NewWork::published("Sheet 6").points(20);
        self.school.assignment("10Ma1", work).await
    }

    /// Somebody at another device, where they signed in anew.
    fn elsewhere(&self, who: &str, sign_in: u128) -> Actor {
        Actor {
            session: SessionId(Uuid::from_u128(sign_in)),
            ..self.school.actor(who)
        }
    }

    /// Hands in by the form, words that began from `version`.
    async fn by_form(
        &self,
        actor: &Actor,
        work: AssignmentId,
        (words, version): (&str, i32),
    ) -> Result<AttemptSummary, submissions::Error> {
        let (tx, now) = (self.school.db.write().await?, self.school.now());
        let own = access::assignment(&*tx, actor, work, Action::HandIn, now).await?;
        let random = &mut domain::secrets::random();
        let given = (words, Some(version));
        let attempt = submissions::hand_in(&tx, actor, &own, given, random, now).await?;
        tx.commit().await?;
        Ok(attempt)
    }

    async fn attempts(&self) -> Vec<attempt::Model> {
        attempt::Entity::find()
            .filter(attempt::Column::SchoolId.eq(self.school.id))
            .all(self.school.db.read())
            .await
            .expect("read")
    }

    /// The names and sizes of the files that Zainab has with a piece of work.
    async fn files_of(&self, work: AssignmentId) -> Vec<(String, i64)> {
        let zainab = self.school.actor("zainab");
        let page = offline::work(self.school.db.read(), &zainab, work, self.school.now())
            .await
            .expect("hers");
        let files = page.work.files.into_iter();
        files.map(|file| (file.name, file.size_bytes)).collect()
    }

    /// The words of a hand-in.
    async fn said(&self, attempt: &attempt::Model) -> String {
        let words = self
            .school
            .opened("attempt.text", attempt.id.0, &attempt.text);
        words.await
    }

    /// What is remembered of somebody's items.
    async fn items_of(&self, who: &str) -> Vec<outbox_item::Model> {
        outbox_item::Entity::find()
            .filter(outbox_item::Column::PersonId.eq(self.school.person(who)))
            .all(self.school.db.read())
            .await
            .expect("read")
    }

    async fn draft_of(&self, who: &str) -> Option<submission::Model> {
        submission::Entity::find()
            .filter(submission::Column::StudentId.eq(self.school.person(who)))
            .one(self.school.db.read())
            .await
            .expect("read")
    }
}

#[tokio::test]
async fn what_was_handed_in_without_a_network_is_handed_in_once_it_arrives() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.hand_in(work, 0, "x is 3", &[("graph.png", b"a picture")]);
    let receipt = desk.told(&tablet, &item).await;
    assert_eq!(receipt.outcome, Outcome::Done);
    assert_eq!(receipt.reference.len(), 11);
    let attempts = desk.attempts().await;
    assert_eq!(attempts.len(), 1);
    assert_eq!(desk.said(&attempts[0]).await, "x is 3");
    assert_eq!(attempts[0].receipt, receipt.reference);
    let files = desk.files_of(work).await;
    assert_eq!(files, [("graph.png".to_owned(), 9)]);
}

#[tokio::test]
async fn a_hand_in_counts_when_it_was_received_and_both_clocks_are_kept() {
    let desk = Desk::new().await;
    let work = desk
        .school
        .assignment(
            "10Ma1",
            NewWork::published("Sheet 6").due("2026-11-24T09:45:00Z"),
        )
        .await;
    let mut tablet = desk.tablet("zainab");
    tablet.clock = "2026-11-24T09:30:00.250Z".to_owned();
    let item = tablet.hand_in(work, 0, "in time by my clock", &[]);
    desk.told(&tablet, &item).await;
    let attempt = desk.attempts().await.remove(0);
    assert_eq!(attempt.handed_in_at, desk.school.now());
    assert!(attempt.is_late, "it counts when it was received");
    let written = attempt.written_at.expect("kept").to_rfc3339();
    assert!(written.starts_with("2026-11-24T09:30:00.25"), "{written}");
    // A clock that shows nothing sensible stops nobody.
    tablet.clock = "1970-01-01T00:00:00Z".to_owned();
    let item = tablet.hand_in(work, 1, "and once more", &[]);
    assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::Done);
}

#[tokio::test]
async fn the_same_item_again_gets_the_same_answer_and_is_done_once() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.hand_in(work, 0, "x is 3", &[("graph.png", b"a picture")]);
    let first = desk.deliver(&item).await.expect("taken");
    desk.school.clock.advance(TimeDelta::days(3));
    assert_eq!(desk.deliver(&item).await.expect("taken"), first);
    assert_eq!(desk.attempts().await.len(), 1);
    let both = tokio::join!(desk.deliver(&item), desk.deliver(&item));
    assert_eq!(
        (both.0.expect("taken"), both.1.expect("taken")),
        (first.clone(), first)
    );
    assert_eq!(desk.items_of("zainab").await.len(), 1);
}

#[tokio::test]
async fn two_tabs_that_deliver_at_once_hand_in_once() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.hand_in(work, 0, "x is 3", &[("graph.png", b"a picture")]);
    let (one, two) = tokio::join!(desk.deliver(&item), desk.deliver(&item));
    assert_eq!(one.expect("taken"), two.expect("taken"));
    assert_eq!(desk.attempts().await.len(), 1);
}

#[tokio::test]
async fn what_the_form_had_brought_already_is_not_added_a_second_time() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let photo: (&str, &[u8]) = ("graph.png", b"a picture");
    desk.told(&tablet, &tablet.hand_in(work, 0, "x is 3", &[photo]))
        .await;
    // The answer was lost: the tablet has sealed the same once more, under another key.
    let other: (&str, &[u8]) = ("graph.png", b"another picture of that name");
    let again = tablet.hand_in(work, 1, "x is 3", &[photo, other]);
    assert_eq!(desk.told(&tablet, &again).await.outcome, Outcome::Done);
    let files = desk.files_of(work).await;
    let sizes: Vec<i64> = files.iter().map(|(_, size)| *size).collect();
    assert_eq!(sizes, [9, 28], "one of each");
}

#[tokio::test]
async fn a_hand_in_that_was_sealed_before_newer_words_and_comes_after_them_loses_none() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let mut tablet = desk.tablet("zainab");
    tablet.clock = "2026-11-24T09:50:00Z".to_owned();
    let hand_in = tablet.hand_in(work, 0, "the first words", &[]);
    tablet.clock = "2026-11-24T09:55:00Z".to_owned();
    let newer = tablet.draft(work, 0, "the first words, and more");
    assert_eq!(desk.told(&tablet, &newer).await.outcome, Outcome::Done);
    assert_eq!(
        desk.told(&tablet, &hand_in).await.outcome,
        Outcome::OtherWords
    );
    assert_eq!(
        desk.said(&desk.attempts().await[0]).await,
        "the first words"
    );
    let zainab = desk.school.actor("zainab");
    let waiting = offline::waiting(desk.school.db.read(), &zainab, desk.school.now())
        .await
        .expect("read");
    assert_eq!(waiting[0].text, "the first words, and more");
}

#[tokio::test]
async fn a_key_that_was_used_is_refused_for_anything_else() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.hand_in(work, 0, "x is 3", &[]);
    desk.deliver(&item).await.expect("taken");
    let other = tablet.seal(item.id, Operation::HandIn, work, 0, "x is 4", &[]);
    assert!(matches!(desk.deliver(&other).await, Err(Error::OtherBody)));
    assert_eq!(desk.attempts().await.len(), 1);
}

#[tokio::test]
async fn a_key_that_the_next_student_uses_up_is_still_free_for_its_owner() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let (zainab, tomos) = (desk.tablet("zainab"), desk.tablet("tomos"));
    let hers = zainab.hand_in(work, 0, "x is 3", &[("graph.png", b"a picture")]);
    let his = tomos.seal(hers.id, Operation::Draft, work, 0, "burnt", &[]);
    assert_eq!(desk.told(&tomos, &his).await.outcome, Outcome::Done);
    assert_eq!(desk.told(&zainab, &hers).await.outcome, Outcome::Done);
    assert_eq!(desk.said(&desk.attempts().await[0]).await, "x is 3");
    // Each has their own answer again, and neither may use the key for something else.
    assert_eq!(desk.told(&tomos, &his).await.outcome, Outcome::Done);
    assert_eq!(desk.told(&zainab, &hers).await.outcome, Outcome::Done);
    let other = zainab.seal(hers.id, Operation::HandIn, work, 1, "x is 4", &[]);
    assert!(matches!(desk.deliver(&other).await, Err(Error::OtherBody)));
    assert_eq!(desk.attempts().await.len(), 1);
}

#[tokio::test]
async fn what_was_delivered_under_the_tablets_key_alone_is_not_done_again() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.hand_in(work, 0, "x is 3", &[]);
    let first = desk.deliver(&item).await.expect("taken");
    let row = desk.items_of("zainab").await.remove(0);
    assert_ne!(row.id, item.id);
    // As it was kept before keys were a person's own.
    let tx = desk.school.db.write().await.expect("free");
    outbox_item::Entity::update_many()
        .col_expr(outbox_item::Column::Id, Expr::value(item.id))
        .filter(outbox_item::Column::Id.eq(row.id))
        .exec(&*tx)
        .await
        .expect("changed");
    tx.commit().await.expect("kept");
    assert_eq!(desk.deliver(&item).await.expect("taken"), first);
    assert_eq!(desk.items_of("zainab").await.len(), 1);
    assert_eq!(desk.attempts().await.len(), 1);
}

#[tokio::test]
async fn whoever_delivers_for_another_learns_nothing() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let (zainab, tomos) = (desk.tablet("zainab"), desk.tablet("tomos"));
    let done = zainab.hand_in(work, 0, "a secret of zainab", &[]);
    let gone = zainab.hand_in(AssignmentId(done.id), 0, "to nowhere", &[]);
    let body = String::from_utf8_lossy(&done.body).into_owned();
    let person = desk.school.person("zainab").to_string();
    assert!(!body.contains("secret") && !body.contains(&person));
    assert!(!body.contains(&work.to_string()));
    let (first, second) = (
        desk.deliver(&done).await.expect("taken"),
        desk.deliver(&gone).await.expect("taken"),
    );
    assert_eq!(first.len(), second.len(), "the length tells nothing");
    assert!(tomos.read(done.id, &first).is_none());
    assert!(zainab.read(done.id, &first).is_some());
}

#[tokio::test]
async fn what_was_changed_on_the_way_or_made_by_no_sign_in_is_refused() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.hand_in(work, 0, "x is 3", &[]);
    let spoilt = async |body: Vec<u8>| {
        let item = SealedItem {
            id: item.id,
            body: body.into(),
        };
        match desk.deliver(&item).await {
            Err(Error::Spoilt(why)) => why,
            other => panic!("{other:?}"),
        }
    };
    let mut changed = item.body.to_vec();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert_eq!(spoilt(changed).await, Spoilt::Seal);
    let mut relabelled = item.body.to_vec();
    relabelled[20] = if relabelled[20] == b'0' { b'1' } else { b'0' };
    assert!(matches!(
        spoilt(relabelled).await,
        Spoilt::Seal | Spoilt::Form
    ));
    assert_eq!(spoilt(b"CZO1".to_vec()).await, Spoilt::Form);
    assert_eq!(spoilt(vec![0; 13 * 1024 * 1024]).await, Spoilt::TooLarge);
    // Tomos has a ticket of his own, and writes Zainab's name into it.
    let mut forged = desk.tablet("tomos");
    let owner = forged.ticket.owner.clone();
    forged.ticket.ticket = tablet.ticket.ticket.clone();
    forged.ticket.owner = tablet.ticket.owner.clone();
    let item = forged.hand_in(work, 0, "not hers", &[]);
    assert_eq!(spoilt(item.body.to_vec()).await, Spoilt::Proof);
    let mut other_owner = tablet.clone();
    other_owner.ticket.owner = owner;
    let item = other_owner.hand_in(work, 0, "x", &[]);
    assert_eq!(spoilt(item.body.to_vec()).await, Spoilt::Proof);
    let elsewhere = Keys::new(&Signer::new([8; 32]));
    let ticket = offline::issue(
        &elsewhere,
        &desk.school.actor("zainab"),
        "",
        desk.school.now(),
    );
    let item = Tablet::new(ticket).hand_in(work, 0, "x", &[]);
    assert_eq!(spoilt(item.body.to_vec()).await, Spoilt::OtherKey);
    assert!(desk.attempts().await.is_empty());
}

#[tokio::test]
async fn an_item_is_taken_for_sixty_days_and_its_key_remembered_for_longer() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.draft(work, 0, "late words");
    desk.school.clock.advance(TimeDelta::days(59));
    assert!(desk.deliver(&item).await.is_ok());
    let late = tablet.draft(work, 1, "later words");
    desk.school.clock.advance(TimeDelta::days(1));
    assert!(matches!(
        desk.deliver(&late).await,
        Err(Error::Spoilt(Spoilt::TooOld))
    ));
    let kept = datamap::Retention::Outbox.rules()[0].period.about_days();
    assert!(i64::from(kept) > offline::DELIVERED_WITHIN.num_days() + 1);
}

#[tokio::test]
async fn words_of_one_sign_in_follow_each_other_and_anothers_are_never_written_over() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    for (at, words) in ["one", "one two", "one two three"].iter().enumerate() {
        let item = tablet.draft(work, 0, words);
        let receipt = desk.told(&tablet, &item).await;
        assert_eq!(receipt.outcome, Outcome::Done);
        assert_eq!(receipt.version, i32::try_from(at).expect("few") + 1);
    }
    // At home she goes on from there; then the other tablet, which began from nothing.
    let zainab = desk.school.actor("zainab");
    let now = desk.school.now();
    let tx = desk.school.db.write().await.expect("free");
    let permitted = access::assignment(&*tx, &zainab, work, Action::HandIn, now)
        .await
        .expect("hers");
    submissions::save_draft(&tx, &zainab, &permitted, "from home", 3, now)
        .await
        .expect("saved");
    tx.commit().await.expect("kept");
    let item = tablet.draft(work, 0, "from the tablet");
    assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::OtherWords);
    let draft = desk.draft_of("zainab").await.expect("hers");
    let kept = ("submission.draft_text", draft.id.0, &*draft.draft_text);
    assert_eq!(
        desk.school.opened(kept.0, kept.1, kept.2).await,
        "from home"
    );
    let waiting = offline::waiting(desk.school.db.read(), &zainab, now)
        .await
        .expect("read");
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].text, "from the tablet");
    // Handing in is what she asked for; the words of home are kept aside.
    let item = tablet.hand_in(work, 0, "handed in", &[]);
    assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::OtherWords);
    assert_eq!(desk.said(&desk.attempts().await[0]).await, "handed in");
    let waiting = offline::waiting(desk.school.db.read(), &zainab, now)
        .await
        .expect("read");
    assert!(waiting.iter().any(|item| item.text == "from home"));
}

#[tokio::test]
async fn what_the_rules_refuse_waits_for_its_owner_with_its_files() {
    let desk = Desk::new().await;
    let school = &desk.school;
    let (closed, marked) = (desk.work().await, desk.work().await);
    let tablet = desk.tablet("zainab");
    let ada = school.actor("ada");
    let now = school.now();
    let tx = school.db.write().await.expect("free");
    let work = access::assignment(&*tx, &ada, closed, Action::Close, now)
        .await
        .expect("hers");
    assignments::close(&tx, &work, now).await.expect("closed");
    tx.commit().await.expect("kept");
    let answer = school.submission(marked, "zainab", "the first").await;
    school.mark(answer, "ada", 12, "Good").await;
    let cases = [
        (closed, Outcome::Closed),
        (marked, Outcome::Marked),
        (AssignmentId(answer.0), Outcome::Gone),
    ];
    for (work, outcome) in cases {
        let words = format!("zainab wrote this: {outcome}");
        let item = tablet.hand_in(work, 0, &words, &[("photo.png", b"a photo")]);
        assert_eq!(desk.told(&tablet, &item).await.outcome, outcome);
    }
    let zainab = school.actor("zainab");
    let waiting = offline::waiting(school.db.read(), &zainab, now)
        .await
        .expect("read");
    assert_eq!(waiting.len(), 3);
    for item in &waiting {
        assert!(item.text.starts_with("zainab wrote this"), "{item:?}");
        let (name, size, key) = offline::file(school.db.read(), &zainab, item.files[0].id)
            .await
            .expect("hers");
        assert_eq!((name.as_str(), size), ("photo.png", 7));
        let kept = domain::keys::files::get_bytes(&desk.store, school.db.keys(), &key).await;
        assert_eq!(&kept.expect("kept")[..], b"a photo");
        for other in ["tomos", "ada", "rosa", "desmond", "sid"] {
            let other_one = school.actor(other);
            let theirs = offline::file(school.db.read(), &other_one, item.files[0].id);
            assert!(theirs.await.is_err(), "{other}");
        }
    }
    let tx = school.db.write().await.expect("free");
    assert!(
        offline::see(&tx, &school.actor("tomos"), waiting[0].id, now)
            .await
            .is_err()
    );
    offline::see(&tx, &zainab, waiting[0].id, now)
        .await
        .expect("seen");
    tx.commit().await.expect("kept");
    let left = offline::waiting(school.db.read(), &zainab, now).await;
    assert_eq!(left.expect("read").len(), 2);
}

#[tokio::test]
async fn work_of_somebody_who_objects_to_teaching_waits_for_them_and_is_not_sent_for_ever() {
    let desk = Desk::new().await;
    let (school, work) = (&desk.school, desk.work().await);
    let (tablet, zainab) = (desk.tablet("zainab"), school.actor("zainab"));
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &zainab, zainab.person)
        .await
        .expect("herself");
    domain::rights::object(&tx, &about, ObjectionUse::Teaching, school.now())
        .await
        .expect("she may");
    tx.commit().await.expect("kept");
    let item = tablet.hand_in(work, 0, "x is 3", &[]);
    assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::Objected);
    assert!(desk.attempts().await.is_empty());
    let waiting = offline::waiting(school.db.read(), &zainab, school.now())
        .await
        .expect("read");
    assert_eq!(waiting[0].text, "x is 3");
    assert_eq!(waiting[0].outcome, Outcome::Objected);
    assert!(waiting[0].outcome.words().contains("objected"));
}

#[tokio::test]
async fn words_of_somebody_who_left_are_kept_and_change_nothing() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.hand_in(work, 0, "my last words here", &[]);
    let person = desk.school.person("zainab");
    let tx = desk.school.db.write().await.expect("free");
    entity::person::Entity::update_many()
        .col_expr(
            entity::person::Column::EndedAt,
            Expr::value(Some(desk.school.now())),
        )
        .filter(entity::person::Column::Id.eq(person))
        .exec(&*tx)
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::Left);
    assert!(desk.attempts().await.is_empty());
    let row = desk.items_of("zainab").await.remove(0);
    let words = desk.school.opened("outbox_item.text", row.id, &row.text);
    assert_eq!(words.await, "my last words here");
}

#[tokio::test]
async fn nothing_is_handed_in_at_a_school_that_has_left() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let tablet = desk.tablet("zainab");
    let item = tablet.hand_in(work, 0, "a day too late", &[]);
    desk.school.leaves().await;
    assert_eq!(desk.told(&tablet, &item).await.outcome, Outcome::Left);
    assert!(desk.attempts().await.is_empty());
    // Within the month it can stay after all, and the words are there.
    let row = desk.items_of("zainab").await.remove(0);
    let words = desk.school.opened("outbox_item.text", row.id, &row.text);
    assert_eq!(words.await, "a day too late");
}

#[tokio::test]
async fn a_pack_is_a_students_own_and_holds_what_is_next() {
    let desk = Desk::new().await;
    let work = desk.work().await;
    let school = &desk.school;
    let now = school.now();
    let pack = offline::pack(school.db.read(), &school.actor("zainab"), now)
        .await
        .expect("hers");
    assert_eq!(pack.works, [work]);
    for other in ["ada", "rosa", "desmond"] {
        assert!(
            offline::pack(school.db.read(), &school.actor(other), now)
                .await
                .is_err(),
            "{other}"
        );
        assert!(
            offline::work(school.db.read(), &school.actor(other), work, now)
                .await
                .is_err(),
            "{other}"
        );
    }
}
