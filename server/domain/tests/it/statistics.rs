//! Counts over schools on a real database: of schools that agreed alone, without those who
//! object or whose data rests, kept for good with what was searched for.

use chrono::{TimeDelta, TimeZone, Utc};
use domain::consent::Signer;
use domain::schools::policy::Action;
use domain::seal::Seal;
use domain::statistics::{self, Error, Listed, Period, TooAlike};
use domain::{Time, access};
use entity::{
    assignment, classroom, enrolment, person, restriction, rights_request, school, stat_cell,
    stat_choice, stat_release, submission,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use test_kit::School;
use vocab::classrooms::ClassroomRole;
use vocab::ids::{
    AssignmentId, AttemptId, ClassroomId, EnrolmentId, PersonId, ReleaseId, RestrictionId,
    RightsRequestId, SchoolId, SubmissionId,
};
use vocab::people::PersonSource;
use vocab::restrictions::RestrictionGround;
use vocab::rights::{RequestChannel, RequestKind, RequestState};
use vocab::schools::Phase;
use vocab::statistics::StatTemplate;

const STUDENTS: usize = 12;
const HANDED_IN: usize = 8;
const LATE: usize = 6;

fn september() -> Time {
    Utc.with_ymd_and_hms(2026, 9, 15, 15, 0, 0)
        .single()
        .expect("a time")
}

/// A school with twelve students in year 10 and one piece of work, which eight have handed
/// in, six of them late.
async fn add_school(of: &School, code: &str, agrees: bool) -> (SchoolId, Vec<PersonId>) {
    let (db, now) = (of.db.read(), of.now());
    let id = SchoolId(domain::secrets::new_id());
    school::ActiveModel {
        id: Set(id),
        code: Set(code.to_owned()),
        name: Set(code.to_owned()),
        phase: Set(Phase::Secondary),
        time_zone: Set("Europe/London".to_owned()),
        created_at: Set(now),
        hue: Set(None),
        roster_came_unnamed: Set(false),
        roster_org_ids: Set(None),
    }
    .insert(db)
    .await
    .expect("the school");
    let mut students = Vec::new();
    for number in 0..STUDENTS {
        students.push(add_person(of, id, &format!("{code}{number}")).await);
    }
    let room = ClassroomId(domain::secrets::new_id());
    classroom::ActiveModel {
        id: Set(room),
        school_id: Set(id),
        name: Set("10A".to_owned()),
        subject: Set(Some("Maths".to_owned())),
        year_group: Set(Some("10".to_owned())),
        created_at: Set(now),
        ..Default::default()
    }
    .insert(db)
    .await
    .expect("the classroom");
    let work = AssignmentId(domain::secrets::new_id());
    assignment::ActiveModel {
        id: Set(work),
        school_id: Set(id),
        classroom_id: Set(room),
        title: Set("Sheet".to_owned()),
        instructions: Set(String::new()),
        points: Set(None),
        due_at: Set(Some(september())),
        publish_at: Set(Some(september() - TimeDelta::days(7))),
        closed_at: Set(None),
        created_by: Set(students[0]),
        created_at: Set(now),
        updated_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the work");
    for (at, student) in students.iter().enumerate() {
        enrolment::ActiveModel {
            id: Set(EnrolmentId(domain::secrets::new_id())),
            school_id: Set(id),
            classroom_id: Set(room),
            person_id: Set(*student),
            role: Set(ClassroomRole::Student),
            sourced_id: Set(None),
            source_id: Set(None),
            began_at: Set(september() - TimeDelta::days(14)),
            ended_at: Set(None),
            by_roster: Set(Some(false)),
        }
        .insert(db)
        .await
        .expect("the place");
        if at < HANDED_IN {
            submission::ActiveModel {
                id: Set(SubmissionId(domain::secrets::new_id())),
                school_id: Set(id),
                assignment_id: Set(work),
                student_id: Set(*student),
                draft_text: Set(String::new()),
                draft_version: Set(0),
                draft_saved_at: Set(None),
                attempt_id: Set(Some(AttemptId(domain::secrets::new_id()))),
                handed_in_at: Set(Some(september())),
                is_late: Set(at < LATE),
                draft_saved_by: Set(None),
            }
            .insert(db)
            .await
            .expect("the answer");
        }
    }
    if agrees {
        stat_choice::ActiveModel {
            id: Set(domain::secrets::new_id()),
            school_id: Set(id),
            chosen_by: Set(students[0]),
            began_at: Set(now),
            ended_at: Set(None),
        }
        .insert(db)
        .await
        .expect("the choice");
    }
    (id, students)
}

async fn add_person(of: &School, school: SchoolId, name: &str) -> PersonId {
    let id = PersonId(domain::secrets::new_id());
    person::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        given_name: Set(name.to_owned()),
        family_name: Set("Student".to_owned()),
        sort_name: Set(name.to_lowercase()),
        year_group: Set(Some("10".to_owned())),
        email: Set(None),
        sourced_id: Set(None),
        source_id: Set(None),
        created_at: Set(of.now()),
        ended_at: Set(None),
        source: Set(PersonSource::Typed),
        tie_erased_at: Set(None),
    }
    .insert(of.db.read())
    .await
    .expect("the person");
    id
}

async fn release(of: &School, template: StatTemplate) -> Result<ReleaseId, Error> {
    release_with(of, template, [7; 32]).await
}

/// By a server whose signing key has this secret.
async fn release_with(
    of: &School,
    template: StatTemplate,
    secret: [u8; 32],
) -> Result<ReleaseId, Error> {
    let seal = Seal::new(&Signer::new(secret), "statistics");
    let period = Period::of_months("2026-09", "2026-09", of.now())?;
    let tx = of.db.write().await.expect("free");
    let id = statistics::release(&tx, &seal, template, period, of.now()).await?;
    tx.commit().await.expect("kept");
    Ok(id)
}

/// How many people stand behind the line over all, by the marks that the ledger keeps.
async fn people_behind(of: &School, id: ReleaseId) -> usize {
    let total = stat_cell::Entity::find()
        .filter(stat_cell::Column::ReleaseId.eq(id))
        .order_by_desc(stat_cell::Column::Place)
        .one(of.db.read())
        .await
        .expect("read")
        .expect("a line");
    total
        .cohort
        .split(',')
        .filter(|mark| !mark.is_empty())
        .count()
}

async fn three_schools(of: &School) -> Vec<(SchoolId, Vec<PersonId>)> {
    let mut all = Vec::new();
    for code in ["ELM", "OAK", "ASH"] {
        all.push(add_school(of, code, true).await);
    }
    all
}

#[tokio::test]
async fn a_release_is_rounded_searched_and_kept_for_good() {
    let of = School::new().await;
    three_schools(&of).await;
    let id = release(&of, StatTemplate::HandedInByYear)
        .await
        .expect("released");
    let told = statistics::one(of.db.read(), id).await.expect("read");
    let lines: Vec<_> = told
        .lines
        .iter()
        .map(|line| (line.label.as_str(), line.people, line.value))
        .collect();
    // 24 of 36 are 66 per cent.
    assert_eq!(
        lines,
        [("Year 10", Some(35), Some(65)), ("All", Some(35), Some(65))]
    );
    assert_eq!((told.schools, told.hidden), (3, 0));
    assert!(
        told.check.starts_with("2 shown lines: 0 small"),
        "{}",
        told.check
    );
    let csv = statistics::as_csv(&told);
    assert_eq!(
        csv,
        "\"Year group\",\"People\",\"Per cent handed in\"\r\n\"Year 10\",35,65\r\n\"All\",35,65\r\n"
    );
    let late = release(&of, StatTemplate::LateByMonth)
        .await
        .expect("of half of them");
    let told = statistics::one(of.db.read(), late).await.expect("read");
    assert_eq!(
        (told.lines[0].label.as_str(), told.lines[0].value),
        ("2026-09", Some(20))
    );
    let again = release(&of, StatTemplate::LateByMonth).await;
    assert!(
        matches!(again, Err(Error::TooAlike(TooAlike::Again))),
        "{again:?}"
    );
    let changed = stat_cell::Entity::update_many()
        .col_expr(stat_cell::Column::Value, Expr::value(1))
        .exec(of.db.read())
        .await;
    assert!(changed.is_err(), "the ledger is only added to");
    let renamed = stat_release::Entity::update_many()
        .col_expr(stat_release::Column::MarkKey, Expr::value("another"))
        .exec(of.db.read())
        .await;
    assert!(renamed.is_err(), "nor is the name of its key changed");
    let gone = stat_release::Entity::delete_many().exec(of.db.read()).await;
    assert!(gone.is_err());
}

#[tokio::test]
async fn after_the_signing_key_has_changed_nothing_is_released_beside_what_it_cannot_compare() {
    let of = School::new().await;
    three_schools(&of).await;
    release(&of, StatTemplate::HandedInByYear)
        .await
        .expect("released");
    let by_another = release_with(&of, StatTemplate::LateByMonth, [8; 32]).await;
    assert!(
        matches!(by_another, Err(Error::TooAlike(TooAlike::OtherKey))),
        "{by_another:?}"
    );
    release(&of, StatTemplate::LateByMonth)
        .await
        .expect("with the key of before");
}

#[tokio::test]
async fn every_release_can_be_read_and_the_page_says_how_many_it_leaves_out() {
    let of = School::new().await;
    for number in 0..26 {
        let from = september() - TimeDelta::days(40 * number);
        stat_release::ActiveModel {
            id: Set(ReleaseId(domain::secrets::new_id())),
            template: Set(StatTemplate::LateByMonth),
            from_at: Set(from),
            until_at: Set(from + TimeDelta::days(30)),
            fewest: Set(10),
            rounding: Set(5),
            schools: Set(3),
            hidden: Set(0),
            check_text: Set(String::new()),
            released_at: Set(of.now() - TimeDelta::days(number)),
            mark_key: Set(None),
        }
        .insert(of.db.read())
        .await
        .expect("an earlier one");
    }
    let db = of.db.read();
    assert_eq!(statistics::list(db).await.expect("read").len(), 26);
    let door = access::school(&of.actor("edith"), Action::HandleRequests).expect("the lead");
    for (listed, expected) in [(Listed::Newest, (24, 2)), (Listed::All, (26, 0))] {
        let page = statistics::page(db, &door, listed).await.expect("read");
        assert_eq!((page.releases.len(), page.older), expected, "{listed:?}");
    }
}

#[tokio::test]
async fn a_school_that_has_not_agreed_or_has_left_is_in_no_release() {
    let of = School::new().await;
    three_schools(&of).await;
    add_school(&of, "FIR", false).await;
    let id = release(&of, StatTemplate::HandedInByYear)
        .await
        .expect("released");
    assert_eq!(people_behind(&of, id).await, 3 * STUDENTS, "without FIR");

    let of = School::new().await;
    let schools = three_schools(&of).await;
    stat_choice::Entity::update_many()
        .col_expr(stat_choice::Column::EndedAt, Expr::value(Some(of.now())))
        .filter(stat_choice::Column::SchoolId.eq(schools[0].0))
        .exec(of.db.read())
        .await
        .expect("it leaves");
    let two = release(&of, StatTemplate::HandedInByYear).await;
    assert!(
        matches!(two, Err(Error::AllHidden)),
        "two would know each other: {two:?}"
    );
}

#[tokio::test]
async fn nobody_is_counted_for_work_that_was_due_before_they_joined() {
    let of = School::new().await;
    let schools = three_schools(&of).await;
    let later = september() + TimeDelta::days(1);
    enrolment::Entity::update_many()
        .col_expr(enrolment::Column::BeganAt, Expr::value(later))
        .filter(enrolment::Column::PersonId.eq(schools[0].1[0]))
        .exec(of.db.read())
        .await
        .expect("they joined the day after");
    let id = release(&of, StatTemplate::HandedInByYear)
        .await
        .expect("released");
    assert_eq!(people_behind(&of, id).await, 3 * STUDENTS - 1);
}

#[tokio::test]
async fn who_was_away_since_is_counted_for_work_that_was_due_before() {
    let of = School::new().await;
    let schools = three_schools(&of).await;
    let theirs = enrolment::Column::PersonId.eq(schools[0].1[0]);
    let (db, later) = (of.db.read(), september() + TimeDelta::days(1));
    let found = enrolment::Entity::find().filter(theirs.clone()).one(db);
    let place = found.await.expect("the database answers").expect("a place");
    enrolment::Entity::update_many()
        .col_expr(enrolment::Column::BeganAt, Expr::value(later))
        .filter(theirs)
        .exec(db)
        .await
        .expect("they came back the day after");
    enrolment::ActiveModel {
        id: Set(EnrolmentId(domain::secrets::new_id())),
        ended_at: Set(Some(september() + TimeDelta::hours(1))),
        ..place.into_active_model().reset_all()
    }
    .insert(db)
    .await
    .expect("the time before");
    let id = release(&of, StatTemplate::HandedInByYear)
        .await
        .expect("released");
    assert_eq!(people_behind(&of, id).await, 3 * STUDENTS);
}

#[tokio::test]
async fn an_admin_or_lead_agrees_for_the_school_and_leaves_again() {
    let of = School::new().await;
    let door = access::school(&of.actor("edith"), Action::HandleRequests).expect("the lead");
    let page = async || {
        statistics::page(of.db.read(), &door, Listed::Newest)
            .await
            .expect("read")
    };
    assert!(
        page().await.agreed.is_none(),
        "nobody is in it before they agree"
    );
    for (agrees, name) in [(true, Some("Edith Pryce")), (false, None)] {
        let tx = of.db.write().await.expect("free");
        if agrees {
            statistics::agree(&tx, &door, of.now())
                .await
                .expect("agreed");
            statistics::agree(&tx, &door, of.now())
                .await
                .expect("twice is no mistake");
        } else {
            statistics::leave(&tx, &door, of.now()).await.expect("left");
        }
        tx.commit().await.expect("kept");
        let agreed = page().await.agreed.map(|(name, _)| name);
        assert_eq!(agreed.as_deref(), name);
    }
    let refused = access::school(&of.actor("ada"), Action::HandleRequests);
    assert!(refused.is_err());
}

#[tokio::test]
async fn who_objects_or_whose_data_is_restricted_is_in_no_release() {
    let of = School::new().await;
    let schools = three_schools(&of).await;
    // What was granted holds by the guard, after its request is closed.
    restriction::ActiveModel {
        id: Set(RestrictionId(domain::secrets::new_id())),
        school_id: Set(schools[1].0),
        person_id: Set(schools[1].1[1]),
        ground: Set(RestrictionGround::Asked),
        begun_by: Set(None),
        begun_at: Set(of.now()),
        request_id: Set(None),
        lift_reason: Set(None),
        told_at: Set(None),
        lifts_at: Set(None),
        ended_at: Set(None),
    }
    .insert(of.db.read())
    .await
    .expect("the restriction");
    // The fourth was refused, and counts again.
    for (number, (kind, state)) in [
        (RequestKind::Restriction, RequestState::Open),
        (RequestKind::Restriction, RequestState::Closed),
        (RequestKind::Objection, RequestState::Open),
        (RequestKind::Objection, RequestState::Refused),
    ]
    .into_iter()
    .enumerate()
    {
        let (school, students) = &schools[number % 3];
        rights_request::ActiveModel {
            id: Set(RightsRequestId(domain::secrets::new_id())),
            school_id: Set(*school),
            reference: Set(format!("RRR-00{number}")),
            kind: Set(kind),
            subject_id: Set(Some(students[number])),
            requester_id: Set(None),
            contact: Set(None),
            details: Set(String::new()),
            state: Set(state),
            channel: Set(RequestChannel::Account),
            received_at: Set(of.now()),
            clock_from: Set(None),
            paused_at: Set(None),
            paused_days: Set(0),
            extended_at: Set(None),
            first_answer_at: Set(None),
            decision: Set(None),
            closed_at: Set(None),
            acknowledged_at: Set(None),
            student_view: Set(None),
            student_view_at: Set(None),
        }
        .insert(of.db.read())
        .await
        .expect("the request");
    }
    let id = release(&of, StatTemplate::HandedInByYear)
        .await
        .expect("released");
    assert_eq!(people_behind(&of, id).await, 3 * STUDENTS - 3);
}
