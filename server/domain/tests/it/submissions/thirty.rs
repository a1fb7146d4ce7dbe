//! A whole class that presses the button in the same moment.

use domain::assignments::policy::Action;
use domain::submissions::{self, Error};
use domain::{Actor, access, classrooms, people, secrets};
use entity::{attempt, attempt_file, submission};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use test_kit::{NewWork, School};
use tokio::task::JoinSet;
use vocab::assignments::DraftSaved;
use vocab::classrooms::ClassroomRole;
use vocab::ids::PersonId;
use vocab::people::{Role, ValidPerson};

/// A class of thirty more in 10Ma1.
async fn thirty_students(school: &School) -> Vec<PersonId> {
    let office = access::school(
        &school.actor("desmond"),
        domain::schools::policy::Action::ManagePeople,
    )
    .expect("his");
    let room = access::classroom(
        school.db.read(),
        &school.actor("ada"),
        school.classroom("10Ma1"),
        domain::classrooms::policy::Action::ManageMembers,
    )
    .await
    .expect("hers");
    let tx = school.db.write().await.expect("free");
    let mut students = Vec::new();
    for number in 1..=30 {
        let new = ValidPerson {
            given_name: format!("Number{number}"),
            family_name: "Ofmany".to_owned(),
            role: Role::Student,
            year_group: Some("10".to_owned()),
            email: None,
            username: None,
        };
        let id = people::add(&tx, &office, &new, school.now())
            .await
            .expect("added");
        classrooms::add_member(&tx, &room, id, ClassroomRole::Student, school.now())
            .await
            .expect("a place");
        students.push(id);
    }
    tx.commit().await.expect("kept");
    students
}

#[tokio::test]
async fn thirty_students_save_and_hand_in_at_once_and_nobody_is_refused() {
    let school = School::new().await;
    let mut works = Vec::new();
    for number in 0..10 {
        let title = format!("Sheet {number}");
        works.push(school.assignment("10Ma1", NewWork::published(&title)).await);
    }
    let students = thirty_students(&school).await;
    let mut writers = JoinSet::new();
    for (number, (id, student)) in works.iter().cycle().zip(students).enumerate() {
        let (db, id, now) = (school.db.clone(), *id, school.now());
        let actor = Actor {
            person: student,
            ..school.actor("zainab")
        };
        writers.spawn(async move {
            let text = format!("answer {number}");
            let tx = db.write().await?;
            let work = access::assignment(&*tx, &actor, id, Action::HandIn, now).await?;
            let saved = submissions::save_draft(&tx, &actor, &work, &text, 0, now).await?;
            tx.commit().await?;
            let tx = db.write().await?;
            let work = access::assignment(&*tx, &actor, id, Action::HandIn, now).await?;
            let mut random = secrets::random();
            submissions::hand_in(&tx, &actor, &work, (&text, None), &mut random, now).await?;
            tx.commit().await?;
            Ok::<_, Error>(saved)
        });
    }
    while let Some(writer) = writers.join_next().await {
        let saved = writer.expect("nobody panics").expect("nobody is refused");
        assert!(
            matches!(saved, DraftSaved::Kept { version: 1, .. }),
            "{saved:?}"
        );
    }
    let attempts = attempt::Entity::find()
        .filter(attempt::Column::SchoolId.eq(school.id))
        .order_by_asc(attempt::Column::Id)
        .all(school.db.read())
        .await
        .expect("attempts can be read");
    assert_eq!(attempts.len(), 30);
    let receipts: std::collections::HashSet<_> =
        attempts.iter().map(|attempt| &attempt.receipt).collect();
    assert_eq!(receipts.len(), 30);
    let drafts = submission::Entity::find()
        .filter(submission::Column::SchoolId.eq(school.id))
        .filter(submission::Column::DraftVersion.eq(2))
        .count(school.db.read())
        .await
        .expect("drafts can be counted");
    assert_eq!(drafts, 30);
    let held = attempt_file::Entity::find()
        .filter(attempt_file::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("files can be counted");
    assert_eq!(held, 0);
}
