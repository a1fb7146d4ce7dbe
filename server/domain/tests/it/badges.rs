//! Badges: on enrolled devices alone, in the hours that the school set, for students
//! alone, and slowed after wrong pictures.

mod at_once;
mod one_each;

use chrono::TimeDelta;
use domain::access::{self, AccessError};
use domain::accounts::sessions;
use domain::accounts::sign_in::Device;
use domain::badges::sign_in::{BadgeError, sign_in};
use domain::badges::{self, BadgeKeys, devices};
use domain::classrooms::policy::Action;
use domain::consent::Signer;
use domain::schools::policy::Action as SchoolAction;
use entity::{badge, device, event, session};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use test_kit::School;
use vocab::badges::{
    BadgeHours, DeviceProfile, PICTURES, Picture, ValidBadgeSignIn, ValidDevice, spell_code,
};
use vocab::ids::{BadgeId, DeviceId, PersonId};

fn keys() -> BadgeKeys {
    BadgeKeys::new(&Signer::new([7; 32]))
}

/// Enrols a tablet of the school; the secret in its cookie.
pub(crate) async fn tablet(school: &School, by: &str, profile: DeviceProfile) -> devices::Enrolled {
    let mut actor = school.actor(by);
    // The session of the cast stays, for the rest of the test.
    actor.session = vocab::ids::SessionId(uuid::Uuid::nil());
    let tx = school.db.write().await.expect("free");
    let door = devices::may_enrol(&*tx, &actor).await.expect("theirs");
    let new = ValidDevice {
        label: "Tablet 1".to_owned(),
        profile,
    };
    let enrolled = devices::enrol(&tx, &door, &actor, &new, school.now())
        .await
        .expect("enrolled");
    tx.commit().await.expect("kept");
    enrolled
}

async fn issue(school: &School, teacher: &str, room: &str) -> usize {
    let actor = school.actor(teacher);
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &actor, school.classroom(room), Action::GiveBadges)
        .await
        .expect("theirs");
    let issued = badges::issue_missing(&tx, &keys(), &room, actor.time_zone, school.now())
        .await
        .expect("issued");
    tx.commit().await.expect("kept");
    issued
}

/// What stands on somebody's newest badge, with the right pictures.
async fn form(school: &School, person: PersonId) -> ValidBadgeSignIn {
    let row = badge::Entity::find()
        .filter(badge::Column::PersonId.eq(person))
        .filter(badge::Column::EndedAt.is_null())
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("they have a badge");
    ValidBadgeSignIn {
        code: keys().code(row.id),
        pictures: keys().pictures(row.id, row.picture_round),
    }
}

/// The same badge with three other pictures.
fn wrong(form: &ValidBadgeSignIn) -> ValidBadgeSignIn {
    ValidBadgeSignIn {
        code: form.code.clone(),
        pictures: Picture::ALL
            .iter()
            .copied()
            .filter(|picture| !form.pictures.contains(picture))
            .take(PICTURES)
            .collect(),
    }
}

fn on(token: &str) -> Device {
    Device {
        id: None,
        label: "Chrome on Android".to_owned(),
        session: None,
        enrolment: Some(token.to_owned()),
    }
}

async fn try_on(
    school: &School,
    token: &str,
    form: &ValidBadgeSignIn,
) -> Result<String, BadgeError> {
    sign_in(&school.db, &keys(), form, &on(token), school.now())
        .await
        .map(|started| started.token)
}

async fn is_in(school: &School, token: &str) -> bool {
    sessions::find(&school.db, token, school.now())
        .await
        .expect("the database answers")
        .is_some()
}

#[tokio::test]
async fn two_students_sign_in_by_badge_one_after_the_other() {
    let school = School::new().await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    assert_eq!(issue(&school, "ada", "10Ma1").await, 3);
    assert_eq!(issue(&school, "ada", "10Ma1").await, 0);
    let zainab = form(&school, school.person("zainab")).await;
    let first = try_on(&school, &tablet.token, &zainab).await.expect("in");
    let tomos = form(&school, school.person("tomos")).await;
    let mut browser = on(&tablet.token);
    browser.session = Some(first.clone());
    let second = sign_in(&school.db, &keys(), &tomos, &browser, school.now())
        .await
        .expect("in")
        .token;
    assert!(!is_in(&school, &first).await);
    assert!(is_in(&school, &second).await);
    let row = session::Entity::find()
        .filter(session::Column::TokenHash.eq(domain::secrets::fingerprint(&second)))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("it is there");
    assert_eq!(row.device_id, Some(tablet.id));
    assert!(row.badge_id.is_some() && row.is_shared);
}

#[tokio::test]
async fn a_shared_device_signs_out_after_ten_minutes_and_a_personal_one_does_not() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let (zainab, tomos) = (school.person("zainab"), school.person("tomos"));
    let shared = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let own = tablet(&school, "desmond", DeviceProfile::Personal).await;
    let on_shared = try_on(&school, &shared.token, &form(&school, zainab).await)
        .await
        .expect("in");
    let on_own = try_on(&school, &own.token, &form(&school, tomos).await)
        .await
        .expect("in");
    school.clock.advance(TimeDelta::minutes(9));
    assert!(is_in(&school, &on_shared).await);
    school.clock.advance(TimeDelta::minutes(1));
    assert!(!is_in(&school, &on_shared).await);
    assert!(is_in(&school, &on_own).await);
}

#[tokio::test]
async fn a_badge_opens_nothing_where_no_staff_enrolled_the_device() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let zainab = form(&school, school.person("zainab")).await;
    let nowhere = try_on(&school, "a-token-that-nobody-was-given", &zainab).await;
    assert!(matches!(nowhere, Err(BadgeError::NotEnrolled)));
    let mut browser = on("x");
    browser.enrolment = None;
    let at_home = sign_in(&school.db, &keys(), &zainab, &browser, school.now()).await;
    assert!(matches!(at_home, Err(BadgeError::NotEnrolled)));
}

#[tokio::test]
async fn a_forgotten_device_takes_no_badge_and_signs_out_who_is_there() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let zainab = form(&school, school.person("zainab")).await;
    let inside = try_on(&school, &tablet.token, &zainab).await.expect("in");
    let admin = school.actor("desmond");
    let tx = school.db.write().await.expect("free");
    let door = access::school(&admin, SchoolAction::ManageDevices).expect("theirs");
    devices::end(&tx, &door, tablet.id, school.now())
        .await
        .expect("ended");
    tx.commit().await.expect("kept");
    assert!(!is_in(&school, &inside).await);
    let again = try_on(&school, &tablet.token, &zainab).await;
    assert!(matches!(again, Err(BadgeError::NotEnrolled)));
}

#[tokio::test]
async fn badges_sleep_outside_the_hours_that_the_school_set() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let zainab = form(&school, school.person("zainab")).await;
    school.clock.advance(TimeDelta::hours(8));
    let evening = try_on(&school, &tablet.token, &zainab).await;
    assert!(matches!(evening, Err(BadgeError::Closed(_))));
    let admin = school.actor("desmond");
    let tx = school.db.write().await.expect("free");
    let door = access::school(&admin, SchoolAction::ManageDevices).expect("theirs");
    let late = BadgeHours {
        until: 20 * 60,
        ..BadgeHours::default()
    };
    badges::choose(&tx, &door, &late, "", school.now())
        .await
        .expect("chosen");
    tx.commit().await.expect("kept");
    try_on(&school, &tablet.token, &zainab).await.expect("in");
    // Saturday.
    school.clock.advance(TimeDelta::hours(4 * 24 - 4));
    let weekend = try_on(&school, &tablet.token, &zainab).await;
    assert!(matches!(weekend, Err(BadgeError::Closed(_))));
}

#[tokio::test]
async fn wrong_pictures_are_slowed_for_the_badge_and_the_right_ones_wait_too() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let zainab = form(&school, school.person("zainab")).await;
    for number in 0..5 {
        let outcome = try_on(&school, &tablet.token, &wrong(&zainab)).await;
        assert!(matches!(outcome, Err(BadgeError::Wrong)), "{number}");
    }
    let slowed = try_on(&school, &tablet.token, &zainab).await;
    assert!(matches!(slowed, Err(BadgeError::Wait { seconds: 5 })));
    let tomos = form(&school, school.person("tomos")).await;
    try_on(&school, &tablet.token, &tomos)
        .await
        .expect("a classmate does not wait");
    school.clock.advance(TimeDelta::seconds(5));
    try_on(&school, &tablet.token, &zainab).await.expect("in");
}

#[tokio::test]
async fn guesses_at_many_badges_are_slowed_for_the_device() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let zainab = form(&school, school.person("zainab")).await;
    for number in 0..21 {
        let guess = ValidBadgeSignIn {
            code: format!("AAAAAAA{number}"),
            ..zainab.clone()
        };
        let outcome = try_on(&school, &tablet.token, &guess).await;
        assert!(matches!(outcome, Err(BadgeError::Wrong)), "{number}");
    }
    let slowed = try_on(&school, &tablet.token, &zainab).await;
    assert!(matches!(slowed, Err(BadgeError::Wait { .. })));
}

#[tokio::test]
async fn a_new_badge_stops_the_old_one_at_once_and_no_other() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let (zainab, tomos) = (school.person("zainab"), school.person("tomos"));
    let (old, of_tomos) = (form(&school, zainab).await, form(&school, tomos).await);
    let inside = try_on(&school, &tablet.token, &old).await.expect("in");
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &ada, school.classroom("10Ma1"), Action::GiveBadges)
        .await
        .expect("hers");
    badges::reissue(&tx, &keys(), &room, zainab, ada.time_zone, school.now())
        .await
        .expect("reissued");
    tx.commit().await.expect("kept");
    assert!(!is_in(&school, &inside).await);
    let again = try_on(&school, &tablet.token, &old).await;
    assert!(matches!(again, Err(BadgeError::Wrong)));
    let new = form(&school, zainab).await;
    try_on(&school, &tablet.token, &new).await.expect("in");
    try_on(&school, &tablet.token, &of_tomos)
        .await
        .expect("his is as it was");
}

#[tokio::test]
async fn new_pictures_leave_the_badge_and_a_taken_badge_opens_nothing() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let zainab = school.person("zainab");
    let old = form(&school, zainab).await;
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &ada, school.classroom("10Ma1"), Action::GiveBadges)
        .await
        .expect("hers");
    badges::new_pictures(&tx, &keys(), &room, zainab, school.now())
        .await
        .expect("changed");
    tx.commit().await.expect("kept");
    let new = form(&school, zainab).await;
    assert_eq!(old.code, new.code);
    assert_ne!(old.pictures, new.pictures);
    let before = try_on(&school, &tablet.token, &old).await;
    assert!(matches!(before, Err(BadgeError::Wrong)));
    try_on(&school, &tablet.token, &new).await.expect("in");

    let tx = school.db.write().await.expect("free");
    badges::end(&tx, &room, zainab, school.now())
        .await
        .expect("taken away");
    tx.commit().await.expect("kept");
    let taken = try_on(&school, &tablet.token, &new).await;
    assert!(matches!(taken, Err(BadgeError::Wrong)));
    let kinds: Vec<String> = event::Entity::find()
        .all(school.db.read())
        .await
        .expect("the database answers")
        .into_iter()
        .map(|event| event.kind)
        .filter(|kind| kind.starts_with("badge."))
        .collect();
    for kind in ["badge.issued", "badge.pictures_changed", "badge.ended"] {
        assert!(kinds.iter().any(|known| known == kind), "{kind}");
    }
}

#[tokio::test]
async fn a_badge_of_another_school_opens_nothing_on_this_schools_device() {
    let school = School::new().await;
    let south = school.actor("sam");
    let tx = school.db.write().await.expect("free");
    let room = access::classroom(&*tx, &south, school.classroom("3Owls"), Action::GiveBadges)
        .await
        .expect("his");
    let sid = school.person("sid");
    badges::reissue(&tx, &keys(), &room, sid, south.time_zone, school.now())
        .await
        .expect("issued");
    tx.commit().await.expect("kept");
    let of_sid = form(&school, sid).await;
    let here = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let outcome = try_on(&school, &here.token, &of_sid).await;
    assert!(matches!(outcome, Err(BadgeError::Wrong)));
    let there = tablet(&school, "saskia", DeviceProfile::Shared).await;
    try_on(&school, &there.token, &of_sid).await.expect("in");
}

#[tokio::test]
async fn a_badge_is_worthless_in_the_hands_of_staff_guardians_and_leads() {
    let school = School::new().await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    for who in ["ada", "rosa", "desmond", "edith"] {
        let id = BadgeId(domain::secrets::new_id());
        let tx = school.db.write().await.expect("free");
        badge::ActiveModel {
            id: Set(id),
            school_id: Set(school.id),
            person_id: Set(school.person(who)),
            code_hash: Set(keys().lookup(&keys().code(id))),
            picture_round: Set(0),
            issued_by: Set(school.person("desmond")),
            created_at: Set(school.now()),
            expires_at: Set(school.now() + TimeDelta::days(1)),
            ended_at: Set(None),
        }
        .insert(&*tx)
        .await
        .expect("it can be written");
        tx.commit().await.expect("kept");
        let typed = ValidBadgeSignIn {
            code: keys().code(id),
            pictures: keys().pictures(id, 0),
        };
        let outcome = try_on(&school, &tablet.token, &typed).await;
        assert!(matches!(outcome, Err(BadgeError::Wrong)), "{who}");
    }
}

#[tokio::test]
async fn badges_are_given_to_students_of_ones_own_classroom_alone() {
    let school = School::new().await;
    let room = school.classroom("10Ma1");
    let refused = |who: &'static str| {
        let school = &school;
        async move {
            access::classroom(
                school.db.read(),
                &school.actor(who),
                room,
                Action::GiveBadges,
            )
            .await
        }
    };
    for outsider in ["cleo", "mei", "edith", "sam"] {
        let outcome = refused(outsider).await;
        assert!(matches!(outcome, Err(AccessError::NotFound)), "{outsider}");
    }
    for inside in ["zainab", "rosa"] {
        let outcome = refused(inside).await;
        assert!(matches!(outcome, Err(AccessError::NotAllowed)), "{inside}");
    }
    let ada = school.actor("ada");
    let tx = school.db.write().await.expect("free");
    let own = access::classroom(&*tx, &ada, room, Action::GiveBadges)
        .await
        .expect("hers");
    for stranger in ["mei", "bruno", "sid"] {
        let person = school.person(stranger);
        let outcome =
            badges::reissue(&tx, &keys(), &own, person, ada.time_zone, school.now()).await;
        assert!(
            matches!(outcome, Err(badges::Error::Access(AccessError::NotFound))),
            "{stranger}"
        );
    }
}

#[tokio::test]
async fn teachers_enrol_devices_where_the_school_lets_them_and_nobody_else_does() {
    let school = School::new().await;
    let db = school.db.read();
    for who in ["ada", "zainab", "rosa", "edith", "olga"] {
        let outcome = devices::may_enrol(db, &school.actor(who)).await;
        assert!(matches!(outcome, Err(AccessError::NotFound)), "{who}");
    }
    let tx = school.db.write().await.expect("free");
    let door =
        access::school(&school.actor("desmond"), SchoolAction::ManageDevices).expect("theirs");
    let open = BadgeHours {
        teachers_enrol: true,
        ..BadgeHours::default()
    };
    badges::choose(&tx, &door, &open, "", school.now())
        .await
        .expect("chosen");
    tx.commit().await.expect("kept");
    assert!(devices::may_enrol(db, &school.actor("ada")).await.is_ok());
    let student = devices::may_enrol(db, &school.actor("zainab")).await;
    assert!(matches!(student, Err(AccessError::NotFound)));
}

#[tokio::test]
async fn devices_and_badges_end_with_the_school_year_and_badges_are_forgotten_a_month_later() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let zainab = form(&school, school.person("zainab")).await;
    // Wednesday 1 September 2027, 10:00 by the world's clock.
    school.clock.advance(TimeDelta::hours(281 * 24));
    let late = try_on(&school, &tablet.token, &zainab).await;
    assert!(matches!(late, Err(BadgeError::NotEnrolled)));
    let next_year = self::tablet(&school, "desmond", DeviceProfile::Shared).await;
    let outcome = try_on(&school, &next_year.token, &zainab).await;
    assert!(matches!(outcome, Err(BadgeError::Wrong)));
    school.clock.advance(TimeDelta::hours(31 * 24));
    let tx = school.db.write().await.expect("free");
    // Three badges of Northgate, and one of Southbank, which is older.
    let gone = badges::forget_old(&tx, school.now()).await.expect("gone");
    assert!(gone >= 3, "{gone}");
    tx.commit().await.expect("kept");
    let left = badge::Entity::find()
        .filter(badge::Column::SchoolId.eq(school.id))
        .one(school.db.read())
        .await
        .expect("the database answers");
    assert!(left.is_none());
}

/// The devices that are still known after the hourly job.
async fn known_devices(school: &School) -> Vec<DeviceId> {
    let tx = school.db.write().await.expect("free");
    badges::forget_old(&tx, school.now()).await.expect("gone");
    tx.commit().await.expect("kept");
    device::Entity::find()
        .filter(device::Column::SchoolId.eq(school.id))
        .all(school.db.read())
        .await
        .expect("the database answers")
        .into_iter()
        .map(|row| row.id)
        .collect()
}

#[tokio::test]
async fn a_device_is_known_as_long_as_it_may_hold_its_cookie_and_forgotten_a_month_later() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let used = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let unused = tablet(&school, "desmond", DeviceProfile::Shared).await;
    // A Tuesday in June: whoever signs in gives the cookie another year.
    let june = TimeDelta::weeks(31);
    school.clock.advance(june);
    let zainab = form(&school, school.person("zainab")).await;
    try_on(&school, &used.token, &zainab).await.expect("in");
    school.clock.advance(devices::COOKIE_LASTS - june);
    let known = known_devices(&school).await;
    assert!(known.contains(&used.id) && known.contains(&unused.id));
    school.clock.advance(TimeDelta::days(31));
    let known = known_devices(&school).await;
    assert!(known.contains(&used.id) && !known.contains(&unused.id));
    school.clock.advance(june);
    assert!(!known_devices(&school).await.contains(&used.id));
}

#[tokio::test]
async fn a_leavers_badge_opens_nothing() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let tablet = tablet(&school, "desmond", DeviceProfile::Shared).await;
    let zainab = school.person("zainab");
    let typed = form(&school, zainab).await;
    let tx = school.db.write().await.expect("free");
    entity::person::ActiveModel {
        id: Set(zainab),
        ended_at: Set(Some(school.now())),
        ..Default::default()
    }
    .update(&*tx)
    .await
    .expect("she leaves");
    tx.commit().await.expect("kept");
    let outcome = try_on(&school, &tablet.token, &typed).await;
    assert!(matches!(outcome, Err(BadgeError::Wrong)));
}

#[tokio::test]
async fn the_database_alone_tells_neither_codes_nor_pictures() {
    let school = School::new().await;
    issue(&school, "ada", "10Ma1").await;
    let rows = badge::Entity::find()
        .filter(badge::Column::SchoolId.eq(school.id))
        .all(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(rows.len(), 3);
    for row in rows {
        let code = keys().code(row.id);
        assert_eq!(spell_code(&code), code);
        // A plain hash of nine signs could be guessed; this one needs the server's key.
        assert_ne!(row.code_hash, domain::secrets::fingerprint(&code));
        assert!(!format!("{row:?}").contains(&code));
    }
}
