//! From state to state the database goes as the rules do, and no other way.

use domain::rights;
use entity::rights_request::{ActiveModel, Entity, Model};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use test_kit::School;
use vocab::ids::RightsRequestId;
use vocab::rights::{RequestState, RequestStep};

use super::{file, first};

/// What whoever tries another way is told, whichever database it is.
const REFUSAL: &str = "a request about data does not go from its state to this one";

/// Whether a step of the rules leads there.
fn leads_to(from: RequestState, to: RequestState) -> bool {
    RequestStep::ALL
        .iter()
        .any(|step| rights::next(from, *step) == Some(to))
}

/// A request that stands in this state.
async fn standing_in(school: &School, like: &Model, state: RequestState, number: usize) -> Model {
    let row = Model {
        id: RightsRequestId(domain::secrets::new_id()),
        reference: format!("R-{number}"),
        state,
        ..like.clone()
    };
    Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(school.db.read())
        .await
        .expect("inserted");
    row
}

#[tokio::test]
async fn the_database_refuses_every_change_of_state_that_the_rules_do_not_know() {
    let school = School::new().await;
    file(&school, "zainab", "zainab").await.expect("hers");
    let filed = first(&school).await.id;
    let filed = Entity::find_by_id(filed)
        .one(school.db.read())
        .await
        .expect("read")
        .expect("it is there");
    let pairs = RequestState::ALL
        .iter()
        .flat_map(|from| RequestState::ALL.iter().map(|to| (*from, *to)));
    let mut led = 0;
    for (number, (from, to)) in pairs.enumerate() {
        let row = standing_in(&school, &filed, from, number).await;
        let changed = ActiveModel {
            id: Set(row.id),
            state: Set(to),
            paused_days: Set(3),
            ..Default::default()
        };
        match changed.update(school.db.read()).await {
            Ok(now) => {
                assert!(from == to || leads_to(from, to), "{from} to {to}");
                assert_eq!((now.state, now.paused_days), (to, 3));
                led += usize::from(from != to);
            }
            Err(error) => {
                assert!(from != to && !leads_to(from, to), "{from} to {to}");
                let words = error.to_string();
                assert!(words.contains(REFUSAL), "{from} to {to}: {words}");
            }
        }
    }
    assert_eq!(led, 17, "as many as the migration lists");
}
