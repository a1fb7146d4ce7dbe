//! What happened to an answer, in words, read from the events. What a student
//! does with a draft is their own and is not told.

use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use serde_json::Value;
use vocab::ids::{EventId, SchoolId};
use vocab::marking::HistoryLine;
use vocab::points::Points;

use super::Error;
use crate::access::{Answer, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::events;
use crate::keys::{Opened, open_fields, private_texts};
use crate::moments::moment;
use crate::people::display_name;
use entity::{event, mark, person};

/// A history shows no more lines than this.
const MOST_LINES: u64 = 100;

const TOLD: [&str; 4] = [
    "submission.handed_in",
    "submission.taken_back",
    "mark.saved",
    "mark.returned",
];

#[derive(FromQueryResult)]
struct Row {
    id: EventId,
    kind: String,
    at: Time,
    before: Option<Value>,
    after: Option<Value>,
    given_name: Option<String>,
    family_name: Option<String>,
}

/// Newest first; at most 100 lines. One query.
pub async fn history(
    db: &impl Keyed,
    actor: &Actor,
    answer: &Permitted<Answer>,
    now: Time,
) -> Result<Vec<HistoryLine>, Error> {
    let to_actor: RelationDef = event::Entity::belongs_to(person::Entity)
        .from(event::Column::ActorId)
        .to(person::Column::Id)
        .into();
    let its_mark = Query::select()
        .column(mark::Column::Id)
        .from(mark::Entity)
        .and_where(mark::Column::SubmissionId.eq(answer.submission.id))
        .take();
    let mut rows = event::Entity::find()
        .select_only()
        .columns([
            event::Column::Id,
            event::Column::Kind,
            event::Column::At,
            event::Column::Before,
            event::Column::After,
        ])
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .join(JoinType::LeftJoin, to_actor)
        // Both subjects are of the school; a condition on the school as well would
        // have SQLite read every event in it.
        .filter(
            Condition::any()
                .add(event::Column::SubjectId.eq(answer.submission.id.0))
                .add(event::Column::SubjectId.in_subquery(its_mark)),
        )
        .filter(event::Column::Kind.is_in(TOLD))
        .order_by_desc(event::Column::At)
        .order_by_desc(event::Column::Id)
        .limit(MOST_LINES)
        .into_model::<Row>()
        .all(db)
        .await?;
    open(db, answer.school(), &mut rows).await?;
    Ok(rows
        .into_iter()
        .map(|row| HistoryLine {
            at: moment(row.at, actor.time_zone, now),
            who: match (&row.given_name, &row.family_name) {
                (Some(given), Some(family)) => display_name(given, family),
                _ => "Classimize".to_owned(),
            },
            what: words(&row.kind, row.before.as_ref(), row.after.as_ref()),
        })
        .collect())
}

/// Opens the comments: the one that was written over is told in full.
async fn open(db: &impl Keyed, school: SchoolId, rows: &mut [Row]) -> Result<(), DbErr> {
    let texts = rows
        .iter()
        .flat_map(|row| [row.before.as_ref(), row.after.as_ref()])
        .flat_map(private_texts);
    let ring = db.keys().to_open(texts).await?;
    for row in rows {
        for (column, value) in [("before", &mut row.before), ("after", &mut row.after)] {
            if let Some(value) = value {
                let place = events::place(school, column, row.id);
                open_fields(&ring, &place, value, Opened::text);
            }
        }
    }
    Ok(())
}

fn words(kind: &str, before: Option<&Value>, after: Option<&Value>) -> String {
    match kind {
        "submission.handed_in" => handed_in(after),
        "submission.taken_back" => "Took it back".to_owned(),
        "mark.returned" => "Returned it".to_owned(),
        _ => marked(before, after),
    }
}

fn handed_in(after: Option<&Value>) -> String {
    let field = |name: &str| after.and_then(|after| after.get(name));
    let is_again = field("number").and_then(Value::as_i64).unwrap_or(1) > 1;
    let is_late = field("is_late").and_then(Value::as_bool).unwrap_or(false);
    let again = if is_again { " again" } else { "" };
    let late = if is_late { ", late" } else { "" };
    format!("Handed in{again}{late}")
}

fn marked(before: Option<&Value>, after: Option<&Value>) -> String {
    let (was, is) = (points(before), points(after));
    let was_said = comment(before);
    let has_new_words = was_said != comment(after);
    let mark = match (was, is) {
        (Some(was), Some(is)) if was != is => Some(format!("Marked {is} (was {was})")),
        (None, Some(is)) => Some(format!("Marked {is}")),
        (Some(was), None) => Some(format!("Took the mark away (was {was})")),
        _ => None,
    };
    let (changed, turned) = if comment(after).is_empty() {
        ("Took the comment away", "took the comment away")
    } else {
        ("Changed the comment", "changed the comment")
    };
    match (mark, has_new_words, was_said.is_empty()) {
        (Some(mark), false, _) => mark,
        (Some(mark), true, true) => format!("{mark}, with a comment"),
        (Some(mark), true, false) => format!("{mark}, and {turned}. It was: {was_said}"),
        (None, true, true) => "Wrote a comment".to_owned(),
        (None, true, false) => format!("{changed}. It was: {was_said}"),
        (None, false, _) => "Looked again and kept the mark".to_owned(),
    }
}

fn points(side: Option<&Value>) -> Option<Points> {
    let hundredths = side?.get("points")?.as_i64()?;
    i32::try_from(hundredths).ok().map(Points)
}

fn comment(side: Option<&Value>) -> &str {
    side.and_then(|side| side.get("comment"))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::words;

    #[test]
    fn a_changed_mark_says_what_it_was() {
        let (before, after) = (
            json!({ "points": 1200, "comment": "Good" }),
            json!({ "points": 1450, "comment": "Good" }),
        );
        let said = words("mark.saved", Some(&before), Some(&after));
        assert_eq!(said, "Marked 14.5 (was 12)");
        let first = words("mark.saved", None, Some(&before));
        assert_eq!(first, "Marked 12, with a comment");
        let other_words = json!({ "points": 1200, "comment": "Better" });
        assert_eq!(
            words("mark.saved", Some(&before), Some(&other_words)),
            "Changed the comment. It was: Good"
        );
        let words_only = json!({ "points": null, "comment": "Good" });
        assert_eq!(
            words("mark.saved", None, Some(&words_only)),
            "Wrote a comment"
        );
    }

    #[test]
    fn a_mark_that_was_taken_off_says_what_it_was() {
        let before = json!({ "points": 1200, "comment": "Good" });
        let words_only = json!({ "points": null, "comment": "Good" });
        let after = json!({ "points": null, "comment": "" });
        assert_eq!(
            words("mark.saved", Some(&before), Some(&after)),
            "Took the mark away (was 12), and took the comment away. It was: Good"
        );
        assert_eq!(
            words("mark.saved", Some(&words_only), Some(&after)),
            "Took the comment away. It was: Good"
        );
    }

    #[test]
    fn a_second_hand_in_says_so() {
        let after = json!({ "number": 2, "is_late": true });
        assert_eq!(
            words("submission.handed_in", None, Some(&after)),
            "Handed in again, late"
        );
    }
}
