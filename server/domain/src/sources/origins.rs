//! Where what the school has about one person came from, as they read it (UK GDPR
//! Article 14).

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::ids::{DataSourceId, PersonId};
use vocab::people::PersonSource;
use vocab::rosters::{ImportStage, RosterKind};
use vocab::sources::Origin;

use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::moments::moment;
use crate::rights::Held;
use entity::{roster_change, roster_import};

/// Where what the school has about somebody came from. One query.
pub async fn origins(
    db: &impl ConnectionTrait,
    actor: &Actor,
    about: &Permitted<PersonId>,
    held: &Held,
    now: Time,
) -> Result<Vec<Origin>, AccessError> {
    let when = |at: Time| moment(at, actor.time_zone, now).words;
    let from_import = roster_change::Entity::belongs_to(roster_import::Entity)
        .from(roster_change::Column::ImportId)
        .to(roster_import::Column::Id)
        .into();
    let import: Option<(Option<String>, Option<DataSourceId>, Option<Time>)> =
        roster_change::Entity::find()
            .select_only()
            .column(roster_import::Column::System)
            .column(roster_import::Column::SourceId)
            .column(roster_import::Column::AppliedAt)
            .join(JoinType::InnerJoin, from_import)
            .filter(roster_change::Column::SchoolId.eq(about.school()))
            .filter(roster_change::Column::Kind.eq(RosterKind::People))
            .filter(roster_change::Column::SubjectId.eq(about.0))
            .filter(roster_import::Column::Stage.eq(ImportStage::Applied))
            .order_by_desc(roster_import::Column::AppliedAt)
            .into_tuple()
            .one(db)
            .await?;
    let identity = match (held.source, import) {
        (_, Some((system, source, at))) => {
            let whose = match source {
                Some(_) => "a system that the school has declared",
                None => "the school's own information system",
            };
            let named = system.map(|name| format!(" ({name})")).unwrap_or_default();
            let at = at.map(|at| format!(", {}", when(at))).unwrap_or_default();
            format!("By a roster import from {whose}{named}{at}")
        }
        (PersonSource::SchoolImport, None) => {
            "By a roster import from the school's own information system".to_owned()
        }
        (PersonSource::Typed, None) => {
            format!(
                "Written down by the school office, {}",
                when(held.created_at)
            )
        }
    };
    let origin = |what: &str, from: String| Origin {
        what: what.to_owned(),
        from,
    };
    let mut all = vec![
        origin("Name, year group, classrooms, family", identity),
        origin(
            "Work, settings, requests and answers",
            "From the person themselves, or from who looks after them".to_owned(),
        ),
        origin(
            "Marks and comments",
            "From the teachers of the school".to_owned(),
        ),
    ];
    if held.has_paper {
        all.push(origin(
            "Answers on paper",
            "From a guardian, written down by the school".to_owned(),
        ));
    }
    Ok(all)
}
