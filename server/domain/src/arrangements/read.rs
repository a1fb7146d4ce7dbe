//! A student's arrangements as one page shows them, and the extra time beside everything
//! that has a time.

use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;
use vocab::arrangements::{Arranged, ArrangementPage, ValidArrangement};
use vocab::classrooms::Standing;
use vocab::ids::{PersonId, SchoolId};
use vocab::reading::Reading;

use super::policy::{self, Action};
use super::{Error, Learner};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::keys::{Place, text};
use crate::moments::moment;
use crate::people::display_name;
use entity::{access_arrangement, person};

/// What is arranged for the student. Two queries.
pub async fn page(
    db: &impl Keyed,
    actor: &Actor,
    learner: &Permitted<Learner>,
    now: Time,
) -> Result<ArrangementPage, Error> {
    let (given, family): (String, String) = person::Entity::find_by_id(learner.0)
        .select_only()
        .columns([person::Column::GivenName, person::Column::FamilyName])
        .filter(person::Column::SchoolId.eq(learner.school()))
        .into_tuple()
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let row = access_arrangement::Entity::find()
        .filter(access_arrangement::Column::SchoolId.eq(learner.school()))
        .filter(access_arrangement::Column::PersonId.eq(learner.0))
        .one(db)
        .await?;
    let may_set = policy::allows(learner.standing(), Action::Set);
    let seen = version(row.as_ref());
    let mut set = None;
    let mut arrangement = ValidArrangement::default();
    if let Some(row) = row {
        set = Some(moment(row.set_at, actor.time_zone, now));
        let place = what_helps_in(learner.school(), row.id);
        let what_helps = text::open(db, &place, &row.what_helps).await?;
        let what_helps = if may_set {
            what_helps.editable()?
        } else {
            what_helps.words()
        };
        arrangement = arranged(&row, what_helps);
    }
    Ok(ArrangementPage {
        student: learner.0,
        name: display_name(&given, &family),
        is_own: learner.standing() == Standing::Student,
        is_child: learner.standing() == Standing::Guardian,
        may_set,
        set,
        arrangement,
        seen,
    })
}

/// Which arrangements stand there: each that is set is a row of its own.
pub(super) fn version(row: Option<&access_arrangement::Model>) -> String {
    row.map_or_else(|| "none".to_owned(), |row| row.id.to_string())
}

/// Where the words are kept that are sealed.
pub(super) fn what_helps_in(school: SchoolId, id: Uuid) -> Place<'static> {
    Place {
        school,
        table: "access_arrangement",
        column: "what_helps",
        row: id,
    }
}

pub(super) fn arranged(row: &access_arrangement::Model, what_helps: String) -> ValidArrangement {
    ValidArrangement {
        extra_time_percent: percent(Some(row.extra_time_percent)),
        rest_breaks: row.rest_breaks,
        what_helps,
        reading: Reading {
            theme: row.theme,
            size: row.size,
            line: row.line,
            letters: row.letters,
            measure: row.measure,
            font: row.font,
            ruler: row.ruler,
            aloud: row.aloud,
        },
    }
}

/// The extra time of the person in a column, for a query that has it: per cent, or
/// nothing.
pub(crate) fn extra_time(person: impl IntoColumnRef) -> Expr {
    extra_time_where(|id| id.eq(Expr::col(person)))
}

/// The same for one person.
pub(crate) fn extra_time_of(person: PersonId) -> Expr {
    extra_time_where(|id| id.eq(person))
}

fn extra_time_where(is_theirs: impl FnOnce(Expr) -> Expr) -> Expr {
    let person_id = Expr::col((
        access_arrangement::Entity,
        access_arrangement::Column::PersonId,
    ));
    let select = Query::select()
        .column(access_arrangement::Column::ExtraTimePercent)
        .from(access_arrangement::Entity)
        .and_where(is_theirs(person_id))
        .take();
    Expr::SubQuery(None, Box::new(select.into()))
}

/// What stands beside a student's work, from the extra time that a query found: none
/// where nothing is arranged.
pub(crate) fn beside(student: PersonId, stored: Option<i32>) -> Option<Arranged> {
    stored.map(|_| Arranged {
        student,
        extra_time_percent: percent(stored),
    })
}

/// As it stands in the database.
pub(crate) fn percent(stored: Option<i32>) -> u16 {
    stored
        .and_then(|percent| u16::try_from(percent).ok())
        .unwrap_or(0)
}
