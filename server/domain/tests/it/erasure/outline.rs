//! What an erasure can do to each table, committed so that a change of it is seen, and that
//! no erasure does anything else.

use std::fmt::Write as _;

use datamap::{OnErasure, registry};
use domain::erasure;
use entity::erasure_step;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use vocab::erasure::{ErasureState, StepAction};

use super::Place;
use crate::access::compare;

/// What becomes of a column.
fn fate(way: OnErasure) -> String {
    match way {
        OnErasure::Nothing => "is nobody's".to_owned(),
        OnErasure::DeleteRow => "goes with its row".to_owned(),
        OnErasure::Clear => "is emptied".to_owned(),
        OnErasure::Pseudonymise => "leads to a row that names nobody".to_owned(),
        OnErasure::Redact => "loses what is about the person".to_owned(),
        OnErasure::Keep(reason) => format!("stays: {}", reason.words()),
    }
}

#[test]
fn what_an_erasure_does_to_each_table_changes_only_where_somebody_sees_it() {
    let tables = registry();
    let mut told =
        "What an erasure can do, table by table in the order of the plan; the person's key goes last\n"
            .to_owned();
    for outline in erasure::outline() {
        let table = tables.iter().find(|table| table.table == outline.table);
        let table = table.expect("a table of the map");
        let steps: Vec<&str> = outline.steps.iter().map(|step| step.label()).collect();
        let steps = if steps.is_empty() {
            "no step".to_owned()
        } else {
            steps.join(", ")
        };
        let _ = write!(told, "\n{}: {steps}\n", outline.table);
        for (column, class) in &table.columns {
            let (kind, fate) = (class.category.words(), fate(class.on_erasure));
            let _ = writeln!(told, "  {column} ({kind}) {fate}");
        }
    }
    compare("erasure_plan.txt", &told);
}

#[tokio::test]
async fn an_erasure_takes_no_step_that_is_not_in_the_outline() {
    let outline = erasure::outline();
    let place = Place::new().await;
    place.at_work().await;
    for who in ["zainab", "rosa"] {
        let id = place.start(who).await;
        assert_eq!(place.run(&[id]).await, [ErasureState::Complete], "{who}");
        let steps = erasure_step::Entity::find()
            .filter(erasure_step::Column::JobId.eq(id))
            .all(place.school.db.read())
            .await
            .expect("read");
        assert!(steps.len() > 3, "{who}: {steps:?}");
        for step in steps {
            let target = step.target.as_str();
            let (table, column) = target.split_once('.').unwrap_or((target, ""));
            let found = outline.iter().find(|outline| outline.table == table);
            let is_named = match step.action {
                StepAction::EmptyCopies
                | StepAction::DeleteFiles
                | StepAction::DeleteRows
                | StepAction::Clear => {
                    found.is_some_and(|outline| outline.steps.contains(&step.action))
                }
                StepAction::Keep => found
                    .is_some_and(|outline| outline.kept.iter().any(|(kept, _)| *kept == column)),
                // They are about no table: what names several people, the key, the search.
                StepAction::TakeOut | StepAction::DestroyKey | StepAction::Search => true,
            };
            assert!(is_named, "{who}: {step:?}");
        }
    }
}
