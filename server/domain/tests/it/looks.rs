//! Who looked: what the doors note, what the person is told, and what stands out.

use chrono::TimeDelta;
use domain::looks::{self, Choices, Look, Recorder, Whose};
use domain::schools::policy::Action;
use domain::{Permitted, access, submissions};
use entity::{access_event, person};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};
use test_kit::{NewWork, School};
use vocab::ids::PersonId;
use vocab::looks::{LookKind, LookRelation, LookVia, Oddity, WhoLooked};
use vocab::people::{PersonSource, Role};

/// What the person is told about themselves or a child.
async fn told(school: &School, reader: &str, about: &str) -> WhoLooked {
    page(school, (reader, about), 1).await
}

/// One page of it.
async fn page(school: &School, (reader, about): (&str, &str), number: u64) -> WhoLooked {
    let (db, actor) = (school.db.read(), school.actor(reader));
    let about: Permitted<PersonId> = access::about(db, &actor, school.person(about))
        .await
        .expect("theirs");
    looks::who_looked(db, &actor, &about, number, school.now())
        .await
        .expect("the database answers")
}

/// Opens Zainab's answer as somebody, and writes down what the doors noted.
async fn opens_the_answer(school: &School, reader: &str, recorder: &Recorder) {
    let work = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(work, "zainab", "x = 3").await;
    let actor = school.actor(reader);
    let see = submissions::policy::Action::See;
    access::submission(school.db.read(), &actor, answer, see, school.now())
        .await
        .expect("theirs to see");
    let noted = actor.looks.take();
    recorder
        .keep(actor.school, actor.person, noted, school.now())
        .await
        .expect("kept");
}

#[tokio::test]
async fn a_teacher_who_opens_an_answer_stands_on_the_students_page_by_relation() {
    let school = School::new().await;
    let recorder = Recorder::start(school.db.clone());
    opens_the_answer(&school, "ada", &recorder).await;
    for (reader, words) in [("zainab", "Your teacher"), ("rosa", "A teacher")] {
        let page = told(&school, reader, "zainab").await;
        let by_teacher: Vec<_> = page
            .looks
            .iter()
            .filter(|look| look.who.contains("teacher"))
            .collect();
        assert_eq!(by_teacher.len(), 1, "{reader}");
        assert_eq!(by_teacher[0].who, words);
        assert_eq!(by_teacher[0].what, LookKind::Work.label());
    }
    assert!(told(&school, "tomos", "tomos").await.looks.is_empty());
}

#[tokio::test]
async fn a_guardian_who_looked_is_you_to_themselves_and_a_guardian_to_the_others() {
    let school = School::new().await;
    school.looks_after("bruno", "zainab").await;
    let recorder = Recorder::start(school.db.clone());
    opens_the_answer(&school, "rosa", &recorder).await;
    let mut bruno = school.actor("bruno");
    bruno.roles = bruno.roles.with(Role::Guardian);
    let to_bruno = {
        let about = access::about(school.db.read(), &bruno, school.person("zainab"))
            .await
            .expect("he looks after her");
        looks::who_looked(school.db.read(), &bruno, &about, 1, school.now())
            .await
            .expect("the database answers")
    };
    let to_rosa = told(&school, "rosa", "zainab").await;
    let to_zainab = told(&school, "zainab", "zainab").await;
    for (page, who, why) in [
        (to_rosa, "You", "To look after Zainab Okafor"),
        (to_bruno, "Another guardian", "To look after Zainab Okafor"),
        (to_zainab, "Your guardian", "To look after you"),
    ] {
        let told: Vec<_> = page
            .looks
            .iter()
            .map(|look| (&*look.who, &*look.why))
            .collect();
        assert_eq!(told, [(who, why)]);
    }
}

#[tokio::test]
async fn ones_own_data_is_no_look() {
    let school = School::new().await;
    let recorder = Recorder::start(school.db.clone());
    opens_the_answer(&school, "zainab", &recorder).await;
    assert!(told(&school, "zainab", "zainab").await.looks.is_empty());
}

#[tokio::test]
async fn staff_are_named_only_where_the_school_chose_so() {
    let school = School::new().await;
    let recorder = Recorder::start(school.db.clone());
    opens_the_answer(&school, "ada", &recorder).await;
    let door = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let tx = school.db.write().await.expect("free");
    let new = Choices { names_shown: true };
    looks::choose(&tx, &door, new, school.now())
        .await
        .expect("chosen");
    tx.commit().await.expect("kept");
    let page = told(&school, "zainab", "zainab").await;
    assert_eq!(page.looks[0].who, "Your teacher (Ada Achterberg)");
}

#[tokio::test]
async fn a_list_is_written_once_a_day_and_every_other_look_is_counted() {
    let school = School::new().await;
    let recorder = Recorder::start(school.db.clone());
    let (ada, room) = (school.actor("ada"), school.classroom("10Ma1"));
    let look = |whose, via| Look {
        whose,
        kind: LookKind::HandIns,
        relation: LookRelation::Teacher,
        via,
    };
    let zainab = Whose::Person(school.person("zainab"));
    for _ in 0..3 {
        let looks = vec![
            look(Whose::Classroom(room), LookVia::List),
            look(zainab, LookVia::Page),
        ];
        recorder
            .keep(ada.school, ada.person, looks, school.now())
            .await
            .expect("kept");
        school.clock.advance(TimeDelta::minutes(5));
    }
    recorder.settle().await.expect("added");
    let rows = access_event::Entity::find()
        .filter(access_event::Column::ActorId.eq(ada.person))
        .all(school.db.read())
        .await
        .expect("rows");
    let times = |via| {
        let mut of = rows.iter().filter(|row| row.via == via);
        (of.next().map(|row| row.times), of.count())
    };
    assert_eq!(times(LookVia::List), (Some(1), 0));
    assert_eq!(times(LookVia::Page), (Some(3), 0));
    let page = told(&school, "zainab", "zainab").await;
    assert_eq!(page.looks.len(), 2, "the list held her too");
    assert!(
        page.looks
            .iter()
            .any(|look| look.who == "Your Mathematics teacher")
    );
    assert!(
        told(&school, "mei", "mei").await.looks.is_empty(),
        "she is in another classroom"
    );
}

#[tokio::test]
async fn a_look_in_the_next_hour_is_a_row_of_its_own_and_is_waited_for() {
    let school = School::new().await;
    let recorder = Recorder::start(school.db.clone());
    for _ in 0..2 {
        opens_the_answer(&school, "ada", &recorder).await;
        school.clock.advance(TimeDelta::hours(1));
    }
    let ada = school.person("ada");
    let rows = access_event::Entity::find()
        .filter(access_event::Column::ActorId.eq(ada))
        .filter(access_event::Column::Via.eq(LookVia::Page))
        .all(school.db.read())
        .await
        .expect("rows");
    assert_eq!(rows.iter().map(|row| row.times).collect::<Vec<_>>(), [1, 1]);
}

#[tokio::test]
async fn a_second_look_within_the_hour_waits_for_nothing() {
    let school = School::new().await;
    let recorder = Recorder::start(school.db.clone());
    opens_the_answer(&school, "ada", &recorder).await;
    school
        .db
        .read()
        .execute_unprepared("DROP TABLE access_event")
        .await
        .expect("dropped");
    opens_the_answer(&school, "ada", &recorder).await;
    recorder.settle().await.expect_err("nowhere to count");
}

#[tokio::test]
async fn thirty_readers_at_once_are_all_written() {
    let school = School::new().await;
    let recorder = Recorder::start(school.db.clone());
    let ada = school.actor("ada");
    let people = ["zainab", "tomos", "priya"].map(|who| school.person(who));
    let all = (0..30).map(|number| {
        let (recorder, ada, now) = (recorder.clone(), ada.clone(), school.now());
        let look = Look {
            whose: Whose::Person(people[number % 3]),
            kind: LookKind::Work,
            relation: LookRelation::Teacher,
            via: LookVia::Page,
        };
        tokio::spawn(async move { recorder.keep(ada.school, ada.person, vec![look], now).await })
    });
    for one in all.collect::<Vec<_>>() {
        one.await.expect("it ran").expect("kept");
    }
    let rows = access_event::Entity::find()
        .filter(access_event::Column::ActorId.eq(ada.person))
        .all(school.db.read())
        .await
        .expect("rows");
    assert_eq!(rows.len(), 3);
}

#[tokio::test]
async fn data_protection_work_is_hidden_while_it_goes_on_and_told_afterwards() {
    let school = School::new().await;
    let zainab = school.actor("zainab");
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &zainab, zainab.person)
        .await
        .expect("hers");
    let kind = vocab::rights::RequestKind::Access;
    domain::rights::file(&tx, &about, kind, String::new(), school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    let (db, now) = (school.db.read(), school.now());
    let request = domain::rights::cockpit(db, &edith, &door, now)
        .await
        .expect("hers")[0]
        .id;
    edith.looks.take();
    domain::rights::page(db, &edith, &door, request, now)
        .await
        .expect("hers");
    let noted = edith.looks.take();
    looks::write(db, edith.school, Some(edith.person), &noted, now)
        .await
        .expect("kept");
    assert!(told(&school, "zainab", "zainab").await.looks.is_empty());
    let lead = looks::school_looks(db, &edith, &door, now)
        .await
        .expect("hers");
    assert_eq!(lead.looks[0].whom, "Zainab Okafor");
    let tx = school.db.write().await.expect("free");
    let step = (vocab::rights::RequestStep::Complete, "Here it is.");
    domain::rights::step(&tx, &door, request, step, now)
        .await
        .expect("done");
    tx.commit().await.expect("kept");
    let page = told(&school, "zainab", "zainab").await;
    assert_eq!(page.looks[0].who, "The data protection lead");
}

#[tokio::test]
async fn who_opens_many_people_or_their_own_child_as_staff_stands_out() {
    let school = School::new().await;
    let (db, now) = (school.db.read(), school.now());
    let (edith, rosa) = (school.actor("edith"), school.person("rosa"));
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    let calm = looks::school_looks(db, &edith, &door, now)
        .await
        .expect("hers");
    assert!(calm.oddities.is_empty());
    let own = Look {
        whose: Whose::Person(school.person("zainab")),
        kind: LookKind::Details,
        relation: LookRelation::Office,
        via: LookVia::Page,
    };
    looks::write(db, school.id, Some(rosa), &[own], now)
        .await
        .expect("kept");
    let page = looks::school_looks(db, &edith, &door, now)
        .await
        .expect("hers");
    assert_eq!(page.oddities.len(), 1);
    assert!(page.oddities[0].what.contains("own child"));
}

/// Students of Northgate beside the cast, all with this family name.
async fn more_students(school: &School, many: usize, family: &str) -> Vec<PersonId> {
    let mut students = Vec::new();
    for number in 0..many {
        let id = PersonId(domain::secrets::new_id());
        let given = format!("Student {number}");
        person::ActiveModel {
            id: Set(id),
            school_id: Set(school.id),
            sort_name: Set(format!(
                "{} {}",
                family.to_lowercase(),
                given.to_lowercase()
            )),
            given_name: Set(given),
            family_name: Set(family.to_owned()),
            year_group: Set(Some("10".to_owned())),
            email: Set(None),
            sourced_id: Set(None),
            source_id: Set(None),
            created_at: Set(school.now()),
            ended_at: Set(None),
            source: Set(PersonSource::Typed),
            tie_erased_at: Set(None),
        }
        .insert(school.db.read())
        .await
        .expect("added");
        students.push(id);
    }
    students
}

/// Somebody of the school looks at these people's pages, one by one.
async fn look_at(
    school: &School,
    reader: &str,
    people: &[PersonId],
    (relation, via): (LookRelation, LookVia),
) {
    let looks: Vec<Look> = people
        .iter()
        .map(|person| Look {
            whose: Whose::Person(*person),
            kind: LookKind::Details,
            relation,
            via,
        })
        .collect();
    let reader = Some(school.person(reader));
    looks::write(school.db.read(), school.id, reader, &looks, school.now())
        .await
        .expect("kept");
}

/// What stands out on the lead's page.
async fn oddities(school: &School) -> Vec<Oddity> {
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    looks::school_looks(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers")
        .oddities
}

#[tokio::test]
async fn thirty_people_within_an_hour_stand_out_and_twenty_nine_do_not() {
    let school = School::new().await;
    let students = more_students(&school, 31, "Many").await;
    let as_teacher = (LookRelation::Teacher, LookVia::Page);
    look_at(&school, "ada", &students[..29], as_teacher).await;
    // Somebody else, a list, the same person once more: none of it is a thirtieth.
    look_at(&school, "bruno", &students[29..30], as_teacher).await;
    let in_a_list = (LookRelation::Teacher, LookVia::List);
    look_at(&school, "ada", &students[29..30], in_a_list).await;
    look_at(&school, "ada", &students[..1], as_teacher).await;
    assert!(oddities(&school).await.is_empty());
    school.clock.advance(TimeDelta::hours(1));
    look_at(&school, "ada", &students[30..], as_teacher).await;
    assert!(oddities(&school).await.is_empty(), "it is another hour");
    look_at(&school, "bruno", &students[..30], as_teacher).await;
    let found = oddities(&school).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].who, "Bruno Dhillon");
    assert!(
        found[0]
            .what
            .starts_with("opened the data of 30 different people within an hour"),
        "{}",
        found[0].what
    );
}

#[tokio::test]
async fn staff_who_open_a_student_of_their_own_family_name_may_be_family() {
    let school = School::new().await;
    let office = (LookRelation::Office, LookVia::Page);
    let (zainab, mei) = (school.person("zainab"), school.person("mei"));
    renamed(&school, "zainab", "Löckyer").await;
    look_at(&school, "desmond", &[mei], office).await;
    assert!(oddities(&school).await.is_empty(), "another name");
    renamed(&school, "desmond", "LOCKYER").await;
    let in_a_list = (LookRelation::Office, LookVia::List);
    look_at(&school, "desmond", &[zainab], in_a_list).await;
    assert!(oddities(&school).await.is_empty(), "it was a list");
    let teaches = (LookRelation::Teacher, LookVia::Page);
    look_at(&school, "desmond", &[zainab], teaches).await;
    assert!(oddities(&school).await.is_empty(), "he teaches her");
    look_at(&school, "desmond", &[zainab], office).await;
    let found = oddities(&school).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].who, "Desmond LOCKYER");
    assert!(found[0].what.contains("Zainab Löckyer"), "{found:?}");
    assert!(found[0].what.ends_with("they may be family"), "{found:?}");
    school.clock.advance(TimeDelta::days(31));
    assert!(oddities(&school).await.is_empty(), "long ago");
}

#[tokio::test]
async fn of_a_known_child_it_is_said_once_and_an_adult_of_the_same_name_is_no_student() {
    let school = School::new().await;
    let office = (LookRelation::Office, LookVia::Page);
    // Rosa Okafor is Zainab Okafor's guardian; here she works in the office as well.
    look_at(&school, "rosa", &[school.person("zainab")], office).await;
    let found = oddities(&school).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].what.contains("own child"), "{found:?}");
    renamed(&school, "desmond", "Griffiths").await;
    // Petra Griffiths is a guardian, Tomos Griffiths a student.
    look_at(&school, "desmond", &[school.person("petra")], office).await;
    assert_eq!(oddities(&school).await.len(), 1);
    look_at(&school, "desmond", &[school.person("tomos")], office).await;
    assert_eq!(oddities(&school).await.len(), 2);
}

async fn renamed(school: &School, who: &str, family: &str) {
    person::ActiveModel {
        id: Set(school.person(who)),
        family_name: Set(family.to_owned()),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("renamed");
}

/// Ada opened Zainab's work so many times, one minute after the other until now.
async fn ada_looked(school: &School, times: i64) {
    let (ada, zainab) = (school.person("ada"), school.person("zainab"));
    let rows = (0..times).map(|minutes| {
        let at = school.now() - TimeDelta::minutes(minutes);
        access_event::ActiveModel {
            id: Set(domain::secrets::new_id()),
            school_id: Set(school.id),
            actor_id: Set(Some(ada)),
            relation: Set(LookRelation::Teacher),
            subject_id: Set(Some(zainab)),
            classroom_id: Set(None),
            about_id: Set(zainab.0),
            kind: Set(LookKind::Work),
            via: Set(LookVia::Page),
            period: Set(at),
            first_at: Set(at),
            last_at: Set(at),
            times: Set(1),
        }
    });
    access_event::Entity::insert_many(rows)
        .exec_without_returning(school.db.read())
        .await
        .expect("they can be inserted");
}

#[tokio::test]
async fn who_looked_more_than_200_times_ago_stands_on_the_next_page() {
    let school = School::new().await;
    let first = school.now() - TimeDelta::days(300);
    let by_the_office = Look {
        whose: Whose::Person(school.person("zainab")),
        kind: LookKind::Details,
        relation: LookRelation::Office,
        via: LookVia::Page,
    };
    let desmond = Some(school.person("desmond"));
    let db = school.db.read();
    looks::write(db, school.id, desmond, &[by_the_office], first)
        .await
        .expect("kept");
    ada_looked(&school, 200).await;
    let newest = told(&school, "zainab", "zainab").await;
    assert_eq!((newest.looks.len(), newest.has_older), (200, true));
    let older = page(&school, ("zainab", "zainab"), 2).await;
    assert_eq!((older.looks.len(), older.has_older), (1, false));
    assert_eq!(older.looks[0].what, LookKind::Details.label());
    let none = page(&school, ("zainab", "zainab"), u64::MAX).await;
    assert!(none.looks.is_empty() && !none.has_older);
}

#[tokio::test]
async fn that_the_operator_looked_stands_out_for_30_days_however_much_was_looked_at_since() {
    let school = School::new().await;
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    let by_operator = Look {
        whose: Whose::Person(school.person("zainab")),
        kind: LookKind::Details,
        relation: LookRelation::Operator,
        via: LookVia::Page,
    };
    let at = school.now();
    looks::write(school.db.read(), school.id, None, &[by_operator], at)
        .await
        .expect("kept");
    let stands_out = async || {
        let found = looks::school_looks(school.db.read(), &edith, &door, school.now()).await;
        let oddities = found.expect("hers").oddities;
        oddities.iter().any(|oddity| oddity.who == "The operator")
    };
    school.clock.advance(TimeDelta::days(29));
    ada_looked(&school, 200).await;
    assert!(stands_out().await, "behind 200 others");
    school.clock.advance(TimeDelta::days(2));
    assert!(!stands_out().await, "for 30 days");
}
