//! More than one page of a list names: students of a classroom, and classrooms of a school.

use entity::{classroom, enrolment, person, person_role};
use sea_orm::ActiveValue::Set;
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, EnrolmentId, PersonId};
use vocab::people::{PersonSource, Role};

use crate::roll::insert_all;
use crate::school::{School, new_id};

impl School {
    /// So many more students in a classroom of Northgate, without accounts. By name they
    /// come before the cast: "Pupil 001 Aalto" is the first.
    ///
    /// # Panics
    /// If the database does not take them.
    pub async fn crowd(&self, room: &str, how_many: usize) {
        let (room, since) = (self.classroom(room), self.now());
        let (mut people, mut roles, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for number in 1..=how_many {
            let id = PersonId(new_id());
            people.push(person::ActiveModel {
                id: Set(id),
                school_id: Set(self.id),
                given_name: Set(format!("Pupil {number:03}")),
                family_name: Set("Aalto".to_owned()),
                sort_name: Set(format!("aalto pupil {number:03}")),
                year_group: Set(None),
                email: Set(None),
                sourced_id: Set(None),
                source_id: Set(None),
                created_at: Set(since),
                ended_at: Set(None),
                source: Set(PersonSource::Typed),
                tie_erased_at: Set(None),
            });
            roles.push(person_role::ActiveModel {
                id: Set(new_id()),
                school_id: Set(self.id),
                person_id: Set(id),
                role: Set(Role::Student),
                began_at: Set(since),
                ended_at: Set(None),
                by_roster: Set(Some(false)),
            });
            places.push(enrolment::ActiveModel {
                id: Set(EnrolmentId(new_id())),
                school_id: Set(self.id),
                classroom_id: Set(room),
                person_id: Set(id),
                role: Set(ClassroomRole::Student),
                sourced_id: Set(None),
                source_id: Set(None),
                began_at: Set(since),
                ended_at: Set(None),
                by_roster: Set(Some(false)),
            });
        }
        let tx = self.db.write().await.expect("free");
        insert_all::<person::ActiveModel>(&*tx, people).await;
        insert_all::<person_role::ActiveModel>(&*tx, roles).await;
        insert_all::<enrolment::ActiveModel>(&*tx, places).await;
        tx.commit().await.expect("kept");
    }

    /// So many more classrooms of Northgate with nobody in them: "A001" is the first where
    /// `prefix` is "A".
    ///
    /// # Panics
    /// If the database does not take them.
    pub async fn classrooms(&self, prefix: &str, how_many: usize, are_archived: bool) {
        let now = self.now();
        let rooms = (1..=how_many)
            .map(|number| classroom::ActiveModel {
                id: Set(ClassroomId(new_id())),
                school_id: Set(self.id),
                name: Set(format!("{prefix}{number:03}")),
                subject: Set(None),
                year_group: Set(None),
                sourced_id: Set(None),
                source_id: Set(None),
                created_at: Set(now),
                archived_at: Set(are_archived.then_some(now)),
                archived_by: Set(are_archived.then(|| self.person("desmond"))),
            })
            .collect();
        let tx = self.db.write().await.expect("free");
        insert_all::<classroom::ActiveModel>(&*tx, rooms).await;
        tx.commit().await.expect("kept");
    }
}
