//! A tablet that two students share, in any order of writing, sending, losing, doubling and
//! signing out: every item is applied once by the real `offline::deliver`, and nobody reads
//! what is another's.

use entity::{attempt, event, outbox_item, submission};
use proptest::prelude::*;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{NewWork, SealedItem, Tablet};
use tokio::runtime::Runtime;
use uuid::Uuid;
use vocab::ids::AssignmentId;
use vocab::outbox::{ItemState, Step};

use super::Desk;

/// What happens to the tablet.
#[derive(Clone, Debug)]
enum Happening {
    Write,
    HandIn,
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
    prop_oneof![
        3 => Just(Happening::Write),
        1 => Just(Happening::HandIn),
        3 => (0..8_usize).prop_map(Happening::Send),
        1 => (0..8_usize).prop_map(Happening::SendTwice),
        2 => (0..8_usize).prop_map(Happening::LoseAnswer),
        2 => (0..8_usize).prop_map(Happening::Lose),
        1 => Just(Happening::SignOut),
        1 => (0..2_u8).prop_map(Happening::SignIn),
    ]
}

const STUDENTS: [&str; 2] = ["zainab", "tomos"];

/// Something sealed on the tablet, and what became of it.
struct Item {
    who: usize,
    words: String,
    sealed: SealedItem,
    state: ItemState,
    /// The answer that arrived first.
    receipt: Option<String>,
}

struct World<'a> {
    desk: &'a Desk,
    work: AssignmentId,
    tablets: [Tablet; 2],
    signed_in: Option<usize>,
    items: Vec<Item>,
}

impl World<'_> {
    async fn step(&mut self, happening: &Happening) {
        match happening {
            Happening::SignIn(who) => {
                let who = usize::from(*who);
                self.tablets[who] = self.desk.tablet(STUDENTS[who]);
                self.signed_in = Some(who);
            }
            Happening::SignOut => self.signed_in = None,
            Happening::Write => self.seal(false),
            Happening::HandIn => self.seal(true),
            Happening::Send(at) => self.send(*at, 1, true).await,
            Happening::SendTwice(at) => self.send(*at, 2, true).await,
            Happening::LoseAnswer(at) => self.send(*at, 1, false).await,
            Happening::Lose(at) => self.send(*at, 0, false).await,
        }
        self.nobody_reads_another();
    }

    fn seal(&mut self, is_hand_in: bool) {
        let Some(who) = self.signed_in else {
            return;
        };
        let words = format!("plain words {} of {who}", self.items.len());
        let tablet = &self.tablets[who];
        let sealed = if is_hand_in {
            tablet.hand_in(self.work, 0, &words, &[])
        } else {
            tablet.draft(self.work, 0, &words)
        };
        self.items.push(Item {
            who,
            words,
            sealed,
            state: ItemState::Kept,
            receipt: None,
        });
    }

    async fn send(&mut self, at: usize, times: u8, is_answered: bool) {
        let Some(item) = self.items.get_mut(at) else {
            return;
        };
        if item.state == ItemState::Received {
            return;
        }
        item.state = item.state.after(Step::Send);
        let answers = match times {
            0 => Vec::new(),
            1 => vec![self.desk.deliver(&item.sealed).await],
            _ => {
                let (one, two) = tokio::join!(
                    self.desk.deliver(&item.sealed),
                    self.desk.deliver(&item.sealed)
                );
                vec![one, two]
            }
        };
        let is_first = item.receipt.is_none() && !answers.is_empty();
        for answer in answers {
            let receipt = answer.expect("it is taken");
            let first = item.receipt.get_or_insert_with(|| receipt.clone());
            assert_eq!(*first, receipt, "the same item has the same answer");
        }
        item.state = item.state.after(if is_answered {
            Step::Receipt
        } else {
            Step::Lost
        });
        let (who, words) = (item.who, item.words.clone());
        if is_first {
            let all = self.everything_of(who).await;
            assert!(all.contains(&words), "{words} is nowhere: {all:?}");
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

    /// How often the server applied an item.
    async fn applied(&self, id: Uuid) -> u64 {
        event::Entity::find()
            .filter(event::Column::Kind.eq("outbox.delivered"))
            .filter(event::Column::SubjectId.eq(id))
            .count(self.desk.school.db.read())
            .await
            .expect("read")
    }

    /// What somebody wrote, wherever it is: in the draft, handed in, or aside.
    async fn everything_of(&self, who: usize) -> Vec<String> {
        let school = &self.desk.school;
        let (person, db) = (school.person(STUDENTS[who]), school.db.read());
        let aside = outbox_item::Entity::find()
            .filter(outbox_item::Column::PersonId.eq(person))
            .filter(outbox_item::Column::AssignmentId.eq(self.work));
        let mut all = Vec::new();
        for row in aside.all(db).await.expect("read") {
            all.push(school.opened("outbox_item.text", row.id, &row.text).await);
        }
        let own = submission::Entity::find()
            .filter(submission::Column::StudentId.eq(person))
            .filter(submission::Column::AssignmentId.eq(self.work));
        let Some(own) = own.one(db).await.expect("read") else {
            return all;
        };
        let draft = school.opened("submission.draft_text", own.id.0, &own.draft_text);
        all.push(draft.await);
        let handed_in = attempt::Entity::find().filter(attempt::Column::SubmissionId.eq(own.id));
        for attempt in handed_in.all(db).await.expect("read") {
            all.push(self.desk.said(&attempt).await);
        }
        all
    }
}

/// Plays a story to its end, where the network is there at last, whoever is signed in.
async fn play(desk: &Desk, story: &[Happening]) {
    let mut world = World {
        desk,
        work: desk
            .school
            .assignment("10Ma1", NewWork::published("Sheet"))
            .await,
        tablets: STUDENTS.map(|who| desk.tablet(who)),
        signed_in: None,
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
        assert_eq!(world.applied(item.sealed.id).await, 1, "once");
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
    runner
        .run(&prop::collection::vec(happening(), 0..40), |story| {
            runtime.block_on(play(&desk, &story));
            Ok(())
        })
        .expect("in every order");
}
