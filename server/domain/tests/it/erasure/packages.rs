//! A roster package names many people, and goes as a whole with any of them. While somebody
//! who may be in it is held, it outlives the erasure of another, and goes with the release.

use bytes::Bytes;
use chrono::TimeDelta;
use domain::rosters::{self, Error};
use domain::schools::policy::Action;
use domain::secrets::new_id;
use domain::{Permitted, access, erasure, people};
use entity::{
    erasure_certificate, erasure_job, erasure_step, event, person, roster_change, roster_import,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use serde_json::json;
use test_kit::{Roster, School, User, user};
use vocab::erasure::{ErasureState, StepAction, StepStatus};
use vocab::ids::{ErasureJobId, ImportId, PersonId};
use vocab::people::ValidDetails;
use vocab::rosters::{ImportPage, ImportStage};

use super::Place;

impl Place {
    fn importer(&self) -> Permitted<()> {
        access::school(&self.school.actor("desmond"), Action::ImportRoster).expect("an admin")
    }

    /// A package that the office has read in, and not confirmed.
    async fn package(&self) -> ImportId {
        self.look_at(&Roster::five_people()).await
    }

    async fn look_at(&self, roster: &Roster) -> ImportId {
        let (school, door) = (&self.school, self.importer());
        let (file, bytes) = ("north.zip", roster.bytes());
        rosters::check(&school.db, &self.store, &door, file, bytes, school.now())
            .await
            .expect("it can be read")
    }

    async fn keeps(&self, id: ImportId) -> bool {
        let row = roster_import::Entity::find_by_id(id)
            .one(self.school.db.read())
            .await
            .expect("read")
            .expect("the row stays");
        let key = format!("rosters/{}/{id}.zip", self.school.id);
        let is_there = self.store.holds(&key).await.expect("the store answers");
        assert_eq!(row.object_key.is_some(), is_there, "both or none");
        is_there
    }

    async fn step_about_packages(&self, job: ErasureJobId) -> erasure_step::Model {
        erasure_step::Entity::find()
            .filter(erasure_step::Column::JobId.eq(job))
            .filter(erasure_step::Column::Action.eq(StepAction::DeleteFiles))
            .filter(erasure_step::Column::Target.eq("roster_import"))
            .one(self.school.db.read())
            .await
            .expect("read")
            .expect("it is planned")
    }

    /// How often it is on record that what an erasure had put off went.
    async fn recorded(&self, job: ErasureJobId) -> u64 {
        event::Entity::find()
            .filter(event::Column::Kind.eq("person.files_erased"))
            .filter(event::Column::SubjectId.eq(job.0))
            .count(self.school.db.read())
            .await
            .expect("counted")
    }

    /// A package of Southbank that an erasure has put off there, which is over; its key.
    async fn put_off_in_southbank(&self) -> String {
        let (school, now) = (&self.school, self.school.now());
        let (south, sid) = (school.south.school, school.south.student);
        let (id, job) = (ImportId(new_id()), ErasureJobId(new_id()));
        let key = format!("rosters/{south}/{id}.zip");
        self.store
            .put_bytes(&key, Bytes::from_static(b"a package"))
            .await
            .expect("kept");
        let tx = school.db.write().await.expect("free");
        roster_import::ActiveModel {
            id: Set(id),
            school_id: Set(south),
            file_name: Set("south.zip".to_owned()),
            file_sha256: Set(String::new()),
            object_key: Set(Some(key.clone())),
            stage: Set(ImportStage::Checked),
            report: Set(json!({})),
            made_by: Set(None),
            checked_at: Set(now),
            applied_at: Set(None),
            undone_at: Set(None),
            system: Set(None),
            source_id: Set(None),
            org_ids: Set(None),
        }
        .insert(&*tx)
        .await
        .expect("the package can be inserted");
        erasure_job::ActiveModel {
            id: Set(job),
            school_id: Set(south),
            person_id: Set(sid),
            request_id: Set(None),
            rule: Set("student.account".to_owned()),
            state: Set(ErasureState::Complete),
            plan_hash: Set(None),
            traces: Set(String::new()),
            cooling_off_until: Set(None),
            attempts: Set(0),
            last_error: Set(None),
            asked_by: Set(None),
            created_at: Set(now),
            failed_at: Set(None),
            ended_at: Set(Some(now)),
        }
        .insert(&*tx)
        .await
        .expect("the erasure can be inserted");
        erasure_step::ActiveModel {
            job_id: Set(job),
            n: Set(1),
            school_id: Set(south),
            target: Set("roster_import".to_owned()),
            action: Set(StepAction::DeleteFiles),
            expected: Set(1),
            actual: Set(Some(1)),
            status: Set(StepStatus::Exempt),
            note: Set("A legal hold".to_owned()),
            done_at: Set(None),
        }
        .insert(&*tx)
        .await
        .expect("the step can be inserted");
        tx.commit().await.expect("kept");
        key
    }

    /// What the server does every hour with what was put off.
    async fn delete_put_off(&self) -> u64 {
        erasure::delete_put_off(self.means(), self.school.now())
            .await
            .expect("it runs")
    }
}

#[tokio::test]
async fn a_package_outlives_an_erasure_while_another_is_held_and_goes_with_the_release() {
    let place = Place::new().await;
    let package = place.package().await;
    let hold = place.hold(Some("tomos")).await;
    place.approve("edith", hold).await.expect("a second person");
    let job = place.start("zainab").await;
    assert_eq!(place.run(&[job]).await, [ErasureState::Complete]);
    assert_eq!(place.person("zainab").await.given_name, "");
    assert!(place.keeps(package).await, "Tomos may be in it");
    let step = place.step_about_packages(job).await;
    assert_eq!((step.status, step.actual), (StepStatus::Exempt, Some(1)));
    assert!(step.note.contains("legal hold"), "{}", step.note);
    assert_eq!(place.delete_put_off().await, 0, "he is still held");
    let (school, door) = (&place.school, place.importer());
    let confirmed =
        rosters::confirm(&school.db, &place.store, &door, package, true, school.now()).await;
    assert!(
        matches!(confirmed, Err(Error::PackageGone)),
        "nobody comes back by it"
    );

    place.release(hold).await;
    assert_eq!(place.delete_put_off().await, 1);
    assert!(!place.keeps(package).await);
    let step = place.step_about_packages(job).await;
    assert_eq!(step.status, StepStatus::Done);
    assert!(step.note.contains("went on 24 November"), "{}", step.note);
    assert_eq!(place.delete_put_off().await, 0, "once");
    assert_eq!(place.recorded(job).await, 1, "and that is on record");
}

#[tokio::test]
async fn a_package_that_was_read_in_after_the_erasure_stays_when_what_was_put_off_goes() {
    let place = Place::new().await;
    let older = place.package().await;
    let hold = place.hold(Some("tomos")).await;
    place.approve("edith", hold).await.expect("a second person");
    let job = place.start("zainab").await;
    assert_eq!(place.run(&[job]).await, [ErasureState::Complete]);
    place.school.clock.advance(TimeDelta::minutes(1));
    let newer = place.package().await;
    place.release(hold).await;
    assert_eq!(place.delete_put_off().await, 1);
    assert!(!place.keeps(older).await);
    assert!(place.keeps(newer).await, "nobody was erased since");
    assert_eq!(place.recorded(job).await, 1);
    assert_eq!(place.delete_put_off().await, 0, "once");
    assert!(place.keeps(newer).await);
}

#[tokio::test]
async fn a_file_of_one_school_that_does_not_go_keeps_none_of_another() {
    let place = Place::new().await;
    let package = place.package().await;
    let hold = place.hold(Some("tomos")).await;
    place.approve("edith", hold).await.expect("a second person");
    let job = place.start("zainab").await;
    assert_eq!(place.run(&[job]).await, [ErasureState::Complete]);
    place.release(hold).await;
    let of_southbank = place.put_off_in_southbank().await;
    // A folder where the file was does not go as a file does.
    let key = format!("rosters/{}/{package}.zip", place.school.id);
    let file = place.folder.path().join(key);
    std::fs::remove_file(&file).expect("it is there");
    std::fs::create_dir(&file).expect("a folder in its place");
    std::fs::write(file.join("more"), "words").expect("with a file in it");

    assert_eq!(place.delete_put_off().await, 1);
    let is_there = place.store.holds(&of_southbank).await;
    assert!(!is_there.expect("the store answers"), "Southbank's went");
    let step = place.step_about_packages(job).await;
    assert_eq!(step.status, StepStatus::Exempt, "it is tried again");
    std::fs::remove_dir_all(&file).expect("it is mended");
    assert_eq!(place.delete_put_off().await, 1);
    let step = place.step_about_packages(job).await;
    assert_eq!(step.status, StepStatus::Done);
}

#[tokio::test]
async fn a_certificate_tells_what_goes_later_apart_from_what_stays() {
    let place = Place::new().await;
    place.package().await;
    let hold = place.hold(Some("tomos")).await;
    place.approve("edith", hold).await.expect("a second person");
    let job = place.start("zainab").await;
    assert_eq!(place.run(&[job]).await, [ErasureState::Complete]);
    let certificate = erasure_certificate::Entity::find()
        .filter(erasure_certificate::Column::JobId.eq(job))
        .one(place.school.db.read())
        .await
        .expect("read")
        .expect("it is issued");
    let later = &certificate.summary["goes_when_nothing_is_held_any_more"];
    assert_eq!(later[0]["to"], "roster_import");
    let stays = certificate.summary["kept"].to_string();
    assert!(!stays.contains("\"roster_import\""), "{stays}");
    assert_eq!(place.recorded(job).await, 0, "nothing went yet");
}

#[tokio::test]
async fn a_package_outlives_the_next_upload_and_its_import_while_somebody_is_held() {
    let place = Place::new().await;
    let older = place.package().await;
    let hold = place.hold(Some("tomos")).await;
    place.approve("edith", hold).await.expect("a second person");
    place.school.clock.advance(TimeDelta::minutes(1));
    let newer = place.package().await;
    assert!(place.keeps(older).await, "Tomos may be in it");
    assert!(place.keeps(newer).await);
    let (school, door) = (&place.school, place.importer());
    let confirm = |id| rosters::confirm(&school.db, &place.store, &door, id, true, school.now());
    let refused = confirm(older).await;
    assert!(
        matches!(refused, Err(Error::PackageGone)),
        "the newest alone"
    );
    confirm(newer).await.expect("it goes in");
    assert!(place.keeps(older).await && place.keeps(newer).await);
    let refused = confirm(older).await;
    assert!(matches!(refused, Err(Error::PackageGone)), "it is older");

    place.release(hold).await;
    place.school.clock.advance(TimeDelta::minutes(1));
    let newest = place.package().await;
    assert!(!place.keeps(older).await && !place.keeps(newer).await);
    assert!(place.keeps(newest).await, "it waits");
}

#[tokio::test]
async fn a_hold_that_comes_after_the_plan_keeps_the_package_as_well() {
    let place = Place::new().await;
    let package = place.package().await;
    let job = place.start("zainab").await;
    // Signed out, then planned.
    for _ in 0..2 {
        erasure::advance(place.means(), job, place.school.now())
            .await
            .expect("it goes on");
    }
    let step = place.step_about_packages(job).await;
    assert_eq!(step.status, StepStatus::Todo);
    let hold = place.hold(Some("tomos")).await;
    place.approve("edith", hold).await.expect("a second person");
    assert_eq!(place.run(&[job]).await, [ErasureState::Complete]);
    assert!(place.keeps(package).await);
    let step = place.step_about_packages(job).await;
    assert_eq!(step.status, StepStatus::Exempt);
}

#[tokio::test]
async fn a_package_goes_with_an_erasure_where_nobody_is_held() {
    let place = Place::new().await;
    let package = place.package().await;
    let job = place.start("zainab").await;
    assert_eq!(place.run(&[job]).await, [ErasureState::Complete]);
    assert!(!place.keeps(package).await);
}

#[tokio::test]
async fn what_is_left_of_an_import_names_nobody_who_was_erased_by_username_and_is_read_still() {
    let place = Place::new().await;
    let (school, door) = (&place.school, place.importer());
    let mut roster = Roster::five_people();
    roster.user("s1").username = "zainab";
    let import = rosters::check(
        &school.db,
        &place.store,
        &door,
        "north.zip",
        roster.bytes(),
        school.now(),
    )
    .await
    .expect("it can be read");
    let taken = async || {
        let desmond = school.actor("desmond");
        let page = rosters::page(school.db.read(), &desmond, &door, import, school.now())
            .await
            .expect("the page is there");
        assert_eq!(page.counts[0].1.created, 5);
        let mut problems = page.problems.into_iter();
        problems
            .find(|problem| problem.code == "user.username_taken")
            .expect("it is hers")
            .reason
    };
    let ends = "belongs to somebody else in the school; this person signs in as \"zainab2\".";
    assert_eq!(taken().await, format!("\"zainab\" {ends}"));
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    assert_eq!(taken().await, format!("(erased) {ends}"));
}

/// The office corrects somebody's name, and the name to sign in with.
async fn rename(school: &School, id: PersonId, (given, family): (&str, &str), username: &str) {
    let office = access::school(&school.actor("desmond"), Action::ManagePeople).expect("an admin");
    let details = ValidDetails {
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        year_group: None,
        email: None,
        username: Some(username.to_owned()),
        seen: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    people::edit(&tx, &office, id, &details, school.now())
        .await
        .expect("corrected");
    tx.commit().await.expect("kept");
}

impl Place {
    async fn page_of(&self, import: ImportId) -> ImportPage {
        let (school, door) = (&self.school, self.importer());
        let desmond = school.actor("desmond");
        rosters::page(school.db.read(), &desmond, &door, import, school.now())
            .await
            .expect("the page is there")
    }
}

/// The sentence of a problem.
fn reason(page: ImportPage, code: &str) -> String {
    let mut problems = page.problems.into_iter();
    let found = problems.find(|problem| problem.code == code);
    found.expect("it is a problem").reason
}

#[tokio::test]
async fn what_is_left_of_an_import_names_nobody_who_was_erased_by_what_they_were_called_before() {
    let place = Place::new().await;
    let (school, zainab) = (&place.school, place.school.person("zainab"));
    let mut roster = Roster::five_people();
    roster.user("s1").username = "zainab";
    roster.users.push(User {
        email: "zainab@northgate.example",
        ..user("x9", "Zara", "Okafor", "student")
    });
    let import = place.look_at(&roster).await;
    let same_email = reason(place.page_of(import).await, "user.same_email");
    assert!(same_email.starts_with("Zainab Okafor was"), "{same_email}");
    let taken = reason(place.page_of(import).await, "user.username_taken");
    assert!(taken.starts_with("\"zainab\" belongs"), "{taken}");

    rename(school, zainab, ("Zainab", "Adeyemi"), "zadeyemi").await;
    rename(school, zainab, ("Zaynab", "Adeyemi"), "zadeyemi").await;
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    let same_email = reason(place.page_of(import).await, "user.same_email");
    assert!(same_email.starts_with("(erased) was"), "{same_email}");
    let taken = reason(place.page_of(import).await, "user.username_taken");
    assert!(taken.starts_with("(erased) belongs"), "{taken}");
}

#[tokio::test]
async fn a_username_that_somebody_else_took_over_stays_theirs_when_its_first_owner_is_erased() {
    let place = Place::new().await;
    let (school, zainab) = (&place.school, place.school.person("zainab"));
    rename(school, zainab, ("Zainab", "Okafor"), "zadeyemi").await;
    let mut roster = Roster::five_people();
    roster.user("s1").username = "zainab";
    let import = place.look_at(&roster).await;
    let door = place.importer();
    rosters::confirm(&school.db, &place.store, &door, import, true, school.now())
        .await
        .expect("it goes in");
    let id = place.start("zainab").await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    let kept = roster_change::Entity::find()
        .filter(roster_change::Column::ImportId.eq(import))
        .all(school.db.read())
        .await
        .expect("read");
    let mut states = kept.iter().filter_map(|change| change.after.as_ref());
    assert!(states.any(|after| after["username"] == "zainab"));
}

#[tokio::test]
async fn who_is_erased_is_in_no_list_of_an_import_whatever_they_were_called_then() {
    let place = Place::new().await;
    let school = &place.school;
    let first = place.look_at(&Roster::five_people()).await;
    let door = place.importer();
    rosters::confirm(&school.db, &place.store, &door, first, true, school.now())
        .await
        .expect("it goes in");
    school.clock.advance(TimeDelta::minutes(1));
    let second = place.look_at(&Roster::five_people().without("s1")).await;
    let names = async |import| {
        let page = place.page_of(import).await;
        let samples = page.samples.into_iter().map(|sample| sample.name);
        let lost = page.lost.into_iter().map(|person| person.name);
        samples.chain(lost).collect::<Vec<String>>()
    };
    assert_eq!(names(second).await, ["Séan Stone", "Séan Stone"]);
    let sean = person::Entity::find()
        .filter(person::Column::SchoolId.eq(school.id))
        .filter(person::Column::SourcedId.eq("s1"))
        .one(school.db.read())
        .await
        .expect("read")
        .expect("he is here");
    rename(school, sean.id, ("Kim", "Parker"), "kim.parker").await;
    let id = place.start_of(sean.id).await;
    assert_eq!(place.run(&[id]).await, [ErasureState::Complete]);
    assert!(names(second).await.is_empty());
    let of_the_first = names(first).await;
    assert_eq!(of_the_first.len(), 4, "{of_the_first:?}");
    assert!(!of_the_first.contains(&"(erased)".to_owned()));
}
