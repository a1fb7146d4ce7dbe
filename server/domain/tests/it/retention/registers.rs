//! The lead's registers go six years after what they tell, with everything that hangs on it.

use chrono::TimeDelta;
use domain::breaches;
use entity::{breach, breach_step};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use vocab::breaches::{BreachForm, BreachRisk, BreachStep};

use super::Place;

#[tokio::test]
async fn a_breach_goes_after_six_years_together_with_its_steps_and_not_before() {
    let place = Place::new().await;
    let (school, door) = (&place.school, place.door("edith"));
    let form = BreachForm {
        kind: "confidentiality".to_owned(),
        what: "A list lay in the printer".to_owned(),
        categories: "names".to_owned(),
        people: "12".to_owned(),
    };
    let tx = school.db.write().await.expect("free");
    let id = breaches::report(&tx, &door, form.validate().expect("complete"), school.now())
        .await
        .expect("written down");
    let nothing = Some(BreachRisk::NearMiss);
    let taken = (BreachStep::Assess, nothing, "Found at once".to_owned());
    breaches::step(&tx, &door, id, taken, school.now())
        .await
        .expect("assessed");
    tx.commit().await.expect("kept");
    let left = async || {
        let breaches = breach::Entity::find()
            .filter(breach::Column::SchoolId.eq(school.id))
            .count(school.db.read())
            .await
            .expect("counted");
        let steps = breach_step::Entity::find()
            .filter(breach_step::Column::SchoolId.eq(school.id))
            .count(school.db.read())
            .await
            .expect("counted");
        (breaches, steps)
    };
    school.clock.advance(TimeDelta::days(6 * 365));
    assert_eq!(place.sweep("register").await.deleted, 0);
    assert_eq!(left().await, (1, 1));
    school.clock.advance(TimeDelta::days(3));
    assert_eq!(place.sweep("register").await.deleted, 1);
    assert_eq!(left().await, (0, 0));
}
