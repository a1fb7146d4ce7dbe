//! A school that has left is not deleted while something of it is held or restricted. Who can
//! end that stays as well, signs in and ends it, and the next sweep goes on.

use chrono::TimeDelta;
use domain::accounts::sessions;
use domain::schools::leaving;
use domain::schools::policy::Action;
use domain::{Actor, Permitted, access, holds, people, rights};
use entity::{objection, person, restriction};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use vocab::ids::LegalHoldId;
use vocab::leaving::InTheWay;
use vocab::objections::ObjectionUse;
use vocab::people::Role;
use vocab::restrictions::RestrictionGround;
use vocab::retention::ValidHold;
use vocab::rights::RequestStep;

use super::{Gone, NONE, leave_sessions_open};

impl Gone {
    /// Southbank has left, and Sam is its data protection lead.
    async fn with_a_lead() -> Self {
        let gone = Self::new().await;
        let school = &gone.school;
        let office = access::school(&school.actor("saskia"), Action::ManagePeople).expect("hers");
        let tx = school.db.write().await.expect("free");
        let (sam, now) = (school.person("sam"), school.now());
        people::add_role(&tx, &office, sam, Role::DataProtectionLead, now)
            .await
            .expect("given");
        tx.commit().await.expect("kept");
        gone
    }

    /// The lead, who is let in, and their door.
    async fn lead(&self) -> (Actor, Permitted<()>) {
        let school = &self.school;
        leave_sessions_open(school, school.now()).await;
        let token = school.session_token("sam");
        let found = sessions::find(&school.db, &token, school.now()).await;
        let lead = found.expect("read").expect("the lead is let in").actor;
        let door = access::school(&lead, Action::HandleRequests).expect("theirs");
        (lead, door)
    }

    /// What stands in the way, as the lead reads it.
    async fn in_the_way(&self) -> InTheWay {
        let (lead, _) = self.lead().await;
        let door = access::school(&lead, Action::LeaveThePlatform).expect("theirs");
        let db = self.school.db.read();
        let page = leaving::page(db, &lead, &door, self.school.now()).await;
        page.expect("theirs").in_the_way
    }

    async fn is_here(&self, who: &str) -> bool {
        person::Entity::find_by_id(self.school.person(who))
            .one(self.school.db.read())
            .await
            .expect("read")
            .is_some_and(|person| !person.sort_name.is_empty())
    }

    /// A month later Sid's work is there, and who can end what keeps it.
    async fn a_month_later_it_is_kept(&self) {
        let south = self.school.south.school;
        let before = self.rows(south).await;
        self.months_later(1);
        assert_eq!(self.sweep().await, NONE, "kept is not failed");
        let left = self.rows(south).await;
        for table in ["assignment", "submission"] {
            assert_eq!(left[table], before[table], "{table} may tell of Sid");
        }
        for (who, is_kept) in [
            ("sid", true),
            ("sam", true),
            ("saskia", true),
            ("gus", false),
        ] {
            assert_eq!(self.is_here(who).await, is_kept, "{who}");
        }
    }

    /// The next sweep goes on as if nothing had been kept.
    async fn everything_goes(&self) {
        assert_eq!(self.sweep().await, NONE, "nothing failed");
        let south = self.school.south.school;
        assert_eq!(self.rows(south).await["submission"], 0);
        for who in ["sid", "sam", "saskia"] {
            assert!(!self.is_here(who).await, "{who}");
        }
        self.months_later(72);
        assert_eq!(self.sweep().await, NONE, "nothing failed");
        assert_eq!(self.rows(south).await["person"], 0, "it is forgotten");
    }

    /// A hold on Sid that Saskia opened and the lead approved.
    async fn hold(&self) -> LegalHoldId {
        let school = &self.school;
        let office = access::school(&school.actor("saskia"), Action::HandleRequests);
        let office = office.expect("hers");
        let (_, lead) = self.lead().await;
        let new = ValidHold {
            matter: "A claim".to_owned(),
            authority: "County Court".to_owned(),
            username: Some("sid".to_owned()),
            days: 90,
        };
        let tx = school.db.write().await.expect("free");
        let id = holds::open(&tx, &office, new, school.now()).await;
        let id = id.expect("opened");
        holds::approve(&tx, &lead, id, school.now())
            .await
            .expect("approved");
        tx.commit().await.expect("kept");
        id
    }
}

#[tokio::test]
async fn what_is_held_outlives_the_school_until_it_is_released() {
    let gone = Gone::with_a_lead().await;
    let school = &gone.school;
    let hold = gone.hold().await;
    gone.a_month_later_it_is_kept().await;
    let one_hold = InTheWay {
        holds: 1,
        ..InTheWay::default()
    };
    assert_eq!(gone.in_the_way().await, one_hold);
    let (_, lead) = gone.lead().await;
    let tx = school.db.write().await.expect("free");
    let reason = "The claim is over".to_owned();
    holds::release(&tx, &lead, hold, reason, school.now())
        .await
        .expect("released");
    tx.commit().await.expect("kept");
    gone.everything_goes().await;
}

#[tokio::test]
async fn the_last_admin_does_not_go_before_what_is_held() {
    let gone = Gone::with_a_lead().await;
    let school = &gone.school;
    gone.hold().await;
    gone.months_later(1);
    let tx = school.db.write().await.expect("free");
    let operator = access::school_as_operator(school.south.school);
    let ended = people::end(&tx, &operator, school.person("saskia"), school.now()).await;
    assert!(matches!(ended, Err(people::Error::LastAdmin)));
}

#[tokio::test]
async fn what_is_restricted_outlives_the_school_until_the_lead_has_ended_it() {
    let gone = Gone::with_a_lead().await;
    let school = &gone.school;
    let (_, lead) = gone.lead().await;
    let tx = school.db.write().await.expect("free");
    let claim = ("sid", RestrictionGround::LegalClaim);
    rights::restrict_for(&tx, &lead, claim, school.now())
        .await
        .expect("restricted");
    tx.commit().await.expect("kept");
    gone.a_month_later_it_is_kept().await;
    let one_restriction = InTheWay {
        restrictions: 1,
        ..InTheWay::default()
    };
    assert_eq!(gone.in_the_way().await, one_restriction);

    let standing = restriction::Entity::find()
        .filter(restriction::Column::PersonId.eq(school.person("sid")))
        .filter(restriction::Column::EndedAt.is_null())
        .one(school.db.read())
        .await
        .expect("read")
        .expect("it stands");
    let (_, lead) = gone.lead().await;
    let tx = school.db.write().await.expect("free");
    rights::give_notice(&tx, &lead, standing.id, "The claim is over", school.now())
        .await
        .expect("told");
    tx.commit().await.expect("kept");
    assert_eq!(gone.sweep().await, NONE);
    assert!(gone.is_here("sid").await, "it holds for another week");
    school.clock.advance(TimeDelta::days(7));
    let lifted = rights::lift_due(&school.db, school.now()).await;
    assert_eq!(lifted.expect("runs"), 1);
    gone.everything_goes().await;
}

#[tokio::test]
async fn an_objection_outlives_the_school_until_it_is_granted() {
    let gone = Gone::with_a_lead().await;
    let school = &gone.school;
    let sid = school.person("sid");
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor("sid"), sid)
        .await
        .expect("his own");
    rights::object(&tx, &about, ObjectionUse::Record, school.now())
        .await
        .expect("his to say");
    tx.commit().await.expect("kept");
    gone.a_month_later_it_is_kept().await;
    let one_objection = InTheWay {
        objections: 1,
        ..InTheWay::default()
    };
    assert_eq!(gone.in_the_way().await, one_objection);

    let standing = objection::Entity::find()
        .filter(objection::Column::PersonId.eq(sid))
        .filter(objection::Column::EndedAt.is_null())
        .one(school.db.read())
        .await
        .expect("read")
        .expect("it stands");
    let (_, lead) = gone.lead().await;
    let tx = school.db.write().await.expect("free");
    let granted = (RequestStep::Complete, "Nothing is done with it any more.");
    rights::step(&tx, &lead, standing.request_id, granted, school.now())
        .await
        .expect("granted");
    tx.commit().await.expect("kept");
    assert_eq!(gone.in_the_way().await, InTheWay::default());
    gone.everything_goes().await;
}
