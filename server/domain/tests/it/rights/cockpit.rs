//! The lead's list: what is open stands on it, however much came since.

use chrono::TimeDelta;
use domain::home::{self, Length};
use domain::rights;
use domain::secrets::new_id;
use entity::rights_request;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use test_kit::School;
use vocab::ids::RightsRequestId;
use vocab::rights::{RequestChannel, RequestKind, RequestState, Urgency};

use super::door;

/// Questions of people without an account, one for each number of days ago; closed at once
/// where they are over.
async fn received(school: &School, days_ago: &[i64], is_over: bool) -> Vec<RightsRequestId> {
    let ids: Vec<_> = days_ago.iter().map(|_| RightsRequestId(new_id())).collect();
    let rows = ids.iter().zip(days_ago).map(|(id, days)| {
        let at = school.now() - TimeDelta::days(*days);
        rights_request::ActiveModel {
            id: Set(*id),
            school_id: Set(school.id),
            reference: Set(id.0.simple().to_string()),
            kind: Set(RequestKind::Question),
            subject_id: Set(None),
            requester_id: Set(None),
            contact: Set(Some("Ines Former, ines@mail.example".to_owned())),
            details: Set(String::new()),
            state: Set(if is_over {
                RequestState::Closed
            } else {
                RequestState::Open
            }),
            channel: Set(RequestChannel::Contact),
            received_at: Set(at),
            clock_from: Set(Some(at)),
            paused_at: Set(None),
            paused_days: Set(0),
            extended_at: Set(None),
            first_answer_at: Set(None),
            decision: Set(None),
            closed_at: Set(is_over.then_some(at)),
            acknowledged_at: Set(None),
            student_view: Set(None),
            student_view_at: Set(None),
        }
    });
    let tx = school.db.write().await.expect("free");
    rights_request::Entity::insert_many(rows)
        .exec_without_returning(&*tx)
        .await
        .expect("they can be inserted");
    tx.commit().await.expect("kept");
    ids
}

#[tokio::test]
async fn the_late_one_of_250_open_requests_stands_first_on_the_leads_list() {
    let school = School::new().await;
    let late = received(&school, &[40], false).await[0];
    received(&school, &[0; 249], false).await;
    received(&school, &[50, 60], true).await;
    let edith = school.actor("edith");
    let listed = rights::cockpit(school.db.read(), &edith, &door(&school), school.now())
        .await
        .expect("hers");
    assert_eq!(listed.len(), 252, "and those that are over");
    assert_eq!(listed[0].id, late);
    assert_eq!(listed[0].urgency, Urgency::Late);
    assert!(
        listed[250..].iter().all(|request| request.state.is_over()),
        "what is open comes first"
    );
    let page = home::page(school.db.read(), &edith, Length::Short(None), school.now())
        .await
        .expect("hers");
    let first_page = page.lead.expect("she is the lead");
    assert_eq!(first_page.open, 250, "all of them are counted");
    assert_eq!(first_page.requests[0].id, late);
}
