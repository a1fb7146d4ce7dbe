//! Who of a classroom may be photographed, folded from the record at the moment of
//! reading: for whoever is about to take a picture, or to show one.

use std::collections::BTreeMap;

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::consent::{AgeBand, ConsentPurpose, ConsentState, PhotoLine, PhotosPage};
use vocab::ids::PersonId;
use vocab::looks::LookKind;

use super::Error;
use super::said::{Said, entries};
use super::state::{Answered, fold};
use crate::access::{Permitted, relation_of};
use crate::actor::Actor;
use crate::clock::Time;
use crate::guard;
use crate::looks::Whose;
use crate::moments::moment;
use crate::people::display_name;
use entity::{classroom, consent_event, enrolment, person};

/// The students of a classroom by family name, with what the record says of pictures now.
/// Whose data is restricted is passed over: no picture of them is taken. Two queries.
pub async fn photos(
    db: &impl ConnectionTrait,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    now: Time,
) -> Result<PhotosPage, Error> {
    let relation = match classroom.standing() {
        Standing::Admin => actor.office_relation(),
        standing => relation_of(standing),
    };
    actor.saw_list(Whose::Classroom(classroom.id), LookKind::Consents, relation);
    let learns_here = Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::ClassroomId.eq(classroom.id))
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take();
    let students = person::Entity::find()
        .filter(person::Column::Id.in_subquery(learns_here))
        .filter(person::Column::EndedAt.is_null())
        .filter(person::Column::Id.not_in_subquery(guard::restricted()))
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .all(db)
        .await?;
    let purposes = [
        ConsentPurpose::PhotosInSchool,
        ConsentPurpose::PhotosInPublic,
    ];
    let mut all = entries()
        .filter(consent_event::Column::SchoolId.eq(classroom.school()))
        .filter(consent_event::Column::SubjectId.is_in(students.iter().map(|student| student.id)))
        .filter(consent_event::Column::Purpose.is_in(purposes))
        .into_model::<Said>()
        .all(db)
        .await?;
    // Asked for in their order, SQLite would read all of the school's record.
    all.sort_by_key(|said| said.entry.seq);
    let mut answers: BTreeMap<(PersonId, ConsentPurpose), Vec<Answered>> = BTreeMap::new();
    for said in &all {
        let key = (said.entry.subject_id, said.entry.purpose);
        answers.entry(key).or_default().push(said.answered());
    }
    let lines = students.into_iter().map(|student| {
        let age = AgeBand::of_year_group(student.year_group.as_deref());
        let mut says_yes = |purpose| {
            let own = answers.remove(&(student.id, purpose)).unwrap_or_default();
            fold(purpose, age, own, now) == ConsentState::Given
        };
        PhotoLine {
            in_school: says_yes(ConsentPurpose::PhotosInSchool),
            in_public: says_yes(ConsentPurpose::PhotosInPublic),
            name: display_name(&student.given_name, &student.family_name),
        }
    });
    Ok(PhotosPage {
        classroom: classroom.id,
        classroom_name: classroom.name.clone(),
        at: moment(now, actor.time_zone, now),
        lines: lines.collect(),
    })
}
