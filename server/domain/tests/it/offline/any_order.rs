//! A tablet that two students share, in any order of writing, sending, losing, doubling and
//! signing out, with photos, by the form and without a network, whatever the tablet's clock
//! says: every item is applied once by the real `offline::deliver`, counted in hand-ins,
//! drafts and files, nobody reads what is another's, and at the end each word is somewhere or
//! was changed by whoever wrote it.

use std::collections::HashSet;
use std::convert::Infallible;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::submissions::{self, FileToAdd};
use domain::{Actor, offline};
use entity::{attempt, attempt_file, outbox_file, outbox_item, submission, submission_file};
use futures::stream;
use proptest::prelude::*;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{NewWork, SealedItem, Tablet};
use tokio::runtime::Runtime;
use uuid::Uuid;
use vocab::assignments::MAX_FILE_BYTES;
use vocab::ids::{AssignmentId, FileId};
use vocab::outbox::{ItemState, Operation, Outcome, Step};

use super::Desk;

/// What happens to the tablet.
#[derive(Clone, Debug)]
enum Happening {
    Write {
        photo: bool,
    },
    HandIn {
        photo: bool,
    },
    /// A form brings a hand-in that was sealed before it went; without an answer the sealed
    /// one stays, and comes after it.
    Post {
        photo: bool,
        is_answered: bool,
    },
    /// The page is opened anew, with the draft as the server has it: what was sealed before
    /// and did not arrive is not in its field.
    Open,
    Send(usize),
    /// Two tabs send it at once.
    SendTwice(usize),
    /// It arrives, and the answer does not.
    LoseAnswer(usize),
    /// It does not arrive.
    Lose(usize),
    SignOut,
    SignIn(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
    let post = |(photo, is_answered)| Happening::Post { photo, is_answered };
    prop_oneof![
        3 => any::<bool>().prop_map(|photo| Happening::Write { photo }),
        2 => any::<bool>().prop_map(|photo| Happening::HandIn { photo }),
        2 => any::<(bool, bool)>().prop_map(post),
        1 => Just(Happening::Open),
        3 => (0..8_usize).prop_map(Happening::Send),
        1 => (0..8_usize).prop_map(Happening::SendTwice),
        2 => (0..8_usize).prop_map(Happening::LoseAnswer),
        2 => (0..8_usize).prop_map(Happening::Lose),
        1 => Just(Happening::SignOut),
        2 => (0..2_u8).prop_map(Happening::SignIn),
    ]
}

const STUDENTS: [&str; 2] = ["zainab", "tomos"];

/// Something sealed on the tablet, and what became of it.
struct Item {
    who: usize,
    words: String,
    photo: Option<String>,
    sealed: SealedItem,
    state: ItemState,
    /// The answer that arrived first.
    receipt: Option<String>,
}

/// How much the server has of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    attempts: u64,
    /// Each draft and each hand-in that is applied raises it.
    version: i32,
    files: usize,
}

struct World<'a> {
    desk: &'a Desk,
    work: AssignmentId,
    tablets: [Tablet; 2],
    actors: [Actor; 2],
    /// The version of the draft that each one's page shows.
    pages: [i32; 2],
    /// The words in its field.
    fields: [Option<String>; 2],
    /// All that anybody wrote.
    said: Vec<(usize, String)>,
    /// Words, and those that took their place in a page that showed them.
    changed: Vec<(String, String)>,
    signed_in: Option<usize>,
    sign_ins: u128,
    written: u128,
    /// How wrong the tablet's clock is.
    skew: TimeDelta,
    items: Vec<Item>,
}

impl World<'_> {
    async fn step(&mut self, happening: &Happening) {
        self.desk.school.clock.advance(TimeDelta::minutes(1));
        match happening {
            Happening::SignIn(who) => self.sign_in(usize::from(*who)).await,
            Happening::SignOut => self.signed_in = None,
            Happening::Write { photo } => self.seal(Operation::Draft, *photo),
            Happening::HandIn { photo } => self.seal(Operation::HandIn, *photo),
            Happening::Post { photo, is_answered } => self.post(*photo, *is_answered).await,
            Happening::Open => self.open().await,
            Happening::Send(at) => self.send(*at, 1, true).await,
            Happening::SendTwice(at) => self.send(*at, 2, true).await,
            Happening::LoseAnswer(at) => self.send(*at, 1, false).await,
            Happening::Lose(at) => self.send(*at, 0, false).await,
        }
        self.nobody_reads_another();
    }

    async fn sign_in(&mut self, who: usize) {
        self.sign_ins += 1;
        let actor = self.desk.elsewhere(STUDENTS[who], self.sign_ins);
        let now = self.desk.school.now();
        let ticket = offline::issue(&self.desk.keys, &actor, "a-device", now);
        self.tablets[who] = Tablet::new(ticket);
        self.actors[who] = actor;
        self.signed_in = Some(who);
        self.open().await;
    }

    async fn open(&mut self) {
        if let Some(who) = self.signed_in {
            self.tablets[who] = self.tablets[who].in_another_window();
            self.pages[who] = self.kept(who).await.version;
            self.fields[who] = self.draft(who).await;
        }
    }

    fn seal(&mut self, operation: Operation, has_photo: bool) {
        let Some(who) = self.signed_in else {
            return;
        };
        self.written += 1;
        let words = format!("plain words {} of {who}", self.written);
        self.said.push((who, words.clone()));
        if let Some(older) = self.fields[who].replace(words.clone()) {
            self.changed.push((older, words.clone()));
        }
        let photo = has_photo.then(|| format!("photo-{}.png", self.written));
        let files: Vec<(&str, &[u8])> = photo
            .iter()
            .map(|name| (name.as_str(), name.as_bytes()))
            .collect();
        let id = Uuid::from_u128(self.work.0.as_u128().wrapping_add(self.written));
        let clock = self.desk.school.now() + self.skew;
        let tablet = &mut self.tablets[who];
        tablet.clock = clock.to_rfc3339();
        let sealed = tablet.seal(id, operation, self.work, self.pages[who], &words, &files);
        self.items.push(Item {
            who,
            words,
            photo,
            sealed,
            state: ItemState::Kept,
            receipt: None,
        });
    }

    async fn post(&mut self, has_photo: bool, is_answered: bool) {
        let Some(who) = self.signed_in else {
            return;
        };
        // The page that the form stands on has sent what waited.
        let waiting = self.items.iter().enumerate();
        let waiting: Vec<usize> = waiting
            .filter(|(_, item)| item.who == who)
            .map(|(at, _)| at)
            .collect();
        for at in waiting {
            self.send(at, 1, true).await;
        }
        self.open().await;
        self.seal(Operation::HandIn, has_photo);
        let item = self.items.last().expect("it was sealed just now");
        let (words, photo) = (item.words.clone(), item.photo.clone());
        if let Some(photo) = photo
            && !self.attach(who, photo).await
        {
            // There is no room for it: the form did not get through.
            return;
        }
        let given = (words.as_str(), self.pages[who]);
        self.desk
            .by_form(&self.actors[who], self.work, given)
            .await
            .expect("it is handed in");
        let all = self.everything_of(who).await;
        assert!(all.contains(&words), "{words} is nowhere: {all:?}");
        if is_answered {
            self.items.pop();
            self.open().await;
        }
    }

    /// Whether the form's photo was taken.
    async fn attach(&self, who: usize, name: String) -> bool {
        let school = &self.desk.school;
        let bytes = stream::iter([Ok::<_, Infallible>(Bytes::from(name.clone()))]);
        let file = FileToAdd {
            name,
            media_type: "image/png".to_owned(),
        };
        let added = submissions::attach(
            &school.db,
            &self.desk.store,
            &self.actors[who],
            self.work,
            file,
            bytes,
            MAX_FILE_BYTES,
            &school.clock,
        );
        added.await.is_ok()
    }

    async fn send(&mut self, at: usize, times: u8, is_answered: bool) {
        let Some(item) = self.items.get(at) else {
            return;
        };
        if item.state == ItemState::Received {
            return;
        }
        let (who, sealed) = (item.who, item.sealed.clone());
        let before = self.kept(who).await;
        let answers = match times {
            0 => Vec::new(),
            1 => vec![self.desk.deliver(&sealed).await],
            _ => {
                let (one, two) =
                    tokio::join!(self.desk.deliver(&sealed), self.desk.deliver(&sealed));
                vec![one, two]
            }
        };
        let after = self.kept(who).await;
        let item = &mut self.items[at];
        let is_first = item.receipt.is_none() && !answers.is_empty();
        for answer in answers {
            let receipt = answer.expect("it is taken");
            let first = item.receipt.get_or_insert_with(|| receipt.clone());
            assert_eq!(*first, receipt, "the same item has the same answer");
        }
        item.state = item.state.after(Step::Send);
        item.state = item.state.after(if is_answered {
            Step::Receipt
        } else {
            Step::Lost
        });
        if is_first {
            self.is_there_once(at, before, after).await;
        } else {
            assert_eq!(after, before, "what came before changes nothing");
        }
        if is_answered && self.signed_in == Some(who) {
            self.learn(at);
        }
    }

    /// What arrived for the first time is somewhere, and was applied once at most.
    async fn is_there_once(&self, at: usize, before: Kept, after: Kept) {
        assert!(after.attempts - before.attempts <= 1, "one hand-in");
        assert!((0..=1).contains(&(after.version - before.version)), "once");
        assert!(after.files - before.files <= 1, "one photo");
        let Item {
            who, words, photo, ..
        } = &self.items[at];
        let all = self.everything_of(*who).await;
        assert!(all.contains(words), "{words} is nowhere: {all:?}");
        if let Some(photo) = photo {
            let all = self.photos_of(*who).await;
            assert!(all.contains(photo), "{photo} is nowhere: {all:?}");
        }
    }

    /// The page hears which version its own words have become.
    fn learn(&mut self, at: usize) {
        let item = &self.items[at];
        let (who, receipt) = (item.who, item.receipt.as_ref());
        let receipt = receipt.filter(|_| self.tablets[who].knows(item.sealed.id));
        let read = receipt.and_then(|receipt| self.tablets[who].read(item.sealed.id, receipt));
        if let Some(receipt) = read
            && receipt.outcome == Outcome::Done
        {
            self.pages[who] = self.pages[who].max(receipt.version);
        }
    }

    /// All that is on the tablet, searched for whose it is and what they wrote.
    fn nobody_reads_another(&self) {
        for item in &self.items {
            let bytes = String::from_utf8_lossy(&item.sealed.body);
            assert!(!bytes.contains("plain words"));
            for who in STUDENTS {
                let person = self.desk.school.person(who).to_string();
                assert!(!bytes.contains(&person), "{who}");
            }
            let other = &self.tablets[1 - item.who];
            let is_read = item
                .receipt
                .as_ref()
                .and_then(|receipt| other.read(item.sealed.id, receipt));
            assert!(is_read.is_none(), "a receipt is its owner's alone");
        }
    }

    /// Somebody's answer to the work.
    async fn own(&self, who: usize) -> Option<submission::Model> {
        let school = &self.desk.school;
        submission::Entity::find()
            .filter(submission::Column::StudentId.eq(school.person(STUDENTS[who])))
            .filter(submission::Column::AssignmentId.eq(self.work))
            .one(school.db.read())
            .await
            .expect("read")
    }

    async fn attempts(&self, own: &submission::Model) -> Vec<attempt::Model> {
        attempt::Entity::find()
            .filter(attempt::Column::SubmissionId.eq(own.id))
            .all(self.desk.school.db.read())
            .await
            .expect("read")
    }

    /// What is remembered of somebody's items.
    async fn delivered(&self, who: usize) -> Vec<outbox_item::Model> {
        let school = &self.desk.school;
        outbox_item::Entity::find()
            .filter(outbox_item::Column::PersonId.eq(school.person(STUDENTS[who])))
            .filter(outbox_item::Column::AssignmentId.eq(self.work))
            .all(school.db.read())
            .await
            .expect("read")
    }

    async fn kept(&self, who: usize) -> Kept {
        let files = self.photos_of(who).await.len();
        let Some(own) = self.own(who).await else {
            return Kept {
                attempts: 0,
                version: 0,
                files,
            };
        };
        let attempts = attempt::Entity::find().filter(attempt::Column::SubmissionId.eq(own.id));
        Kept {
            attempts: attempts
                .count(self.desk.school.db.read())
                .await
                .expect("read"),
            version: own.draft_version,
            files,
        }
    }

    /// The names of somebody's photos in their answer.
    async fn photos_in_answer(&self, who: usize) -> Vec<String> {
        let Some(own) = self.own(who).await else {
            return Vec::new();
        };
        let files = submission_file::Entity::find()
            .filter(submission_file::Column::SubmissionId.eq(own.id))
            .all(self.desk.school.db.read())
            .await
            .expect("read");
        files.into_iter().map(|file| file.name).collect()
    }

    /// The same with those that wait for them.
    async fn photos_of(&self, who: usize) -> Vec<String> {
        let mut all = self.photos_in_answer(who).await;
        let items = self.delivered(who).await;
        let waiting = outbox_file::Entity::find()
            .filter(outbox_file::Column::ItemId.is_in(items.iter().map(|item| item.id)))
            .all(self.desk.school.db.read())
            .await
            .expect("read");
        all.extend(waiting.into_iter().map(|file| file.name));
        all
    }

    /// The words of somebody's draft.
    async fn draft(&self, who: usize) -> Option<String> {
        let own = self.own(who).await?;
        let school = &self.desk.school;
        let draft = school.opened("submission.draft_text", own.id.0, &own.draft_text);
        Some(draft.await).filter(|words| !words.is_empty())
    }

    /// Whether words are among these, or those that took their place in a page that showed
    /// them are.
    fn is_found(&self, words: &str, all: &[String]) -> bool {
        let mut newer = self.changed.iter().filter(|(older, _)| older == words);
        all.iter().any(|one| one == words) || newer.any(|(_, newer)| self.is_found(newer, all))
    }

    /// What somebody wrote, wherever it is: in the draft, handed in, or aside.
    async fn everything_of(&self, who: usize) -> Vec<String> {
        let school = &self.desk.school;
        let mut all = Vec::new();
        for row in self.delivered(who).await {
            all.push(school.opened("outbox_item.text", row.id, &row.text).await);
        }
        let Some(own) = self.own(who).await else {
            return all;
        };
        all.extend(self.draft(who).await);
        for attempt in self.attempts(&own).await {
            all.push(self.desk.said(&attempt).await);
        }
        all
    }

    /// Each hand-in of somebody: its words and its files.
    async fn handed_in(&self, who: usize) -> Vec<(String, Vec<FileId>)> {
        let Some(own) = self.own(who).await else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for attempt in self.attempts(&own).await {
            let files = attempt_file::Entity::find()
                .filter(attempt_file::Column::AttemptId.eq(attempt.id))
                .all(self.desk.school.db.read())
                .await
                .expect("read");
            let mut files: Vec<FileId> = files.into_iter().map(|file| file.file_id).collect();
            files.sort_unstable();
            all.push((self.desk.said(&attempt).await, files));
        }
        all
    }
}

/// Plays a story to its end, where the network is there at last, whoever is signed in.
async fn play(desk: &Desk, story: &[Happening], skew: TimeDelta) {
    let mut world = World {
        desk,
        work: desk
            .school
            .assignment("10Ma1", NewWork::published("Sheet"))
            .await,
        tablets: STUDENTS.map(|who| desk.tablet(who)),
        actors: STUDENTS.map(|who| desk.school.actor(who)),
        pages: [0, 0],
        fields: [None, None],
        said: Vec::new(),
        changed: Vec::new(),
        signed_in: None,
        sign_ins: 0,
        written: 0,
        skew,
        items: Vec::new(),
    };
    for happening in story {
        world.step(happening).await;
    }
    for at in 0..world.items.len() {
        world.send(at, 1, true).await;
    }
    for item in &world.items {
        assert_eq!(item.state, ItemState::Received);
    }
    for who in 0..STUDENTS.len() {
        let all = world.everything_of(who).await;
        for (_, words) in world.said.iter().filter(|(writer, _)| *writer == who) {
            let is_found = world.is_found(words, &all);
            assert!(is_found, "{words} is nowhere: {all:?}");
        }
        let handed_in = world.handed_in(who).await;
        let distinct: HashSet<_> = handed_in.iter().collect();
        assert_eq!(distinct.len(), handed_in.len(), "once: {handed_in:?}");
        let photos = world.photos_in_answer(who).await;
        let distinct: HashSet<_> = photos.iter().collect();
        assert_eq!(distinct.len(), photos.len(), "once: {photos:?}");
    }
}

#[test]
fn any_order_ends_with_everything_done_once_and_nothing_read_by_another() {
    let runtime = Runtime::new().expect("a runtime");
    let desk = runtime.block_on(Desk::new());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 32,
        ..ProptestConfig::default()
    });
    let stories = prop::collection::vec(happening(), 0..40);
    // In minutes: more than a day before and behind.
    let skews = -2_000..2_000_i64;
    runner
        .run(&(stories, skews), |(story, skew)| {
            runtime.block_on(play(&desk, &story, TimeDelta::minutes(skew)));
            Ok(())
        })
        .expect("in every order");
}
