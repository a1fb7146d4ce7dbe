//! What the data protection lead has to do, beside requests: with a light for each.
//! Three queries.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vocab::oversight::Task;
use vocab::rights::Urgency;
use vocab::schools::DeclarationState;

use crate::access::Permitted;
use crate::breaches::commissioner_due;
use crate::clock::Time;
use crate::notice;
use crate::providers;
use crate::rights::{self, urgency};
use crate::schools;
use entity::{activity_review, breach};

/// What is to be done in the school, the most urgent first; nothing where all is well.
pub async fn tasks(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<Task>, DbErr> {
    let school = permitted.school();
    let mut tasks: Vec<Task> = breaches(db, permitted, now).await?.into_iter().collect();
    let (declared, _) = schools::declaration_state(db, school, now).await?;
    let declaration = |urgency, words: &str| Task {
        words: words.to_owned(),
        href: "/school/declaration",
        urgency,
    };
    match declared {
        DeclarationState::Holds => {}
        DeclarationState::EndsSoon => tasks.push(declaration(
            Urgency::Soon,
            "The declaration ends within 30 days: sign it again",
        )),
        DeclarationState::NotSigned => tasks.push(declaration(
            Urgency::Soon,
            "The declaration is not signed: rosters are locked",
        )),
        DeclarationState::Ended => tasks.push(declaration(
            Urgency::Late,
            "The declaration has ended: rosters are locked",
        )),
    }
    tasks.extend(reviews_and_links(db, permitted, now).await?);
    tasks.sort_by_key(|task| std::cmp::Reverse(task.urgency));
    Ok(tasks)
}

/// Breaches that wait for something, with the light of the one that is due first.
async fn breaches(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Option<Task>, DbErr> {
    let open = breach::Entity::find()
        .filter(breach::Column::SchoolId.eq(permitted.school()))
        .filter(breach::Column::ClosedAt.is_null())
        .all(db)
        .await?;
    let light = |row: &breach::Model| {
        let is_settled = row.commissioner_told_at.is_some()
            || row
                .risk
                .is_some_and(|risk| !risk.goes_to_the_commissioner());
        if is_settled {
            Urgency::Fine
        } else {
            urgency(row.aware_at, commissioner_due(row.aware_at), now)
        }
    };
    let worst = open.iter().map(light).max();
    Ok(worst.map(|urgency| Task {
        words: match open.len() {
            1 => "A breach is open".to_owned(),
            many => format!("{many} breaches are open"),
        },
        href: "/school/privacy/breaches",
        urgency,
    }))
}

/// Uses of data whose yearly review is due, links to providers' policies that lead
/// nowhere, and objections that people disagree about: one query.
async fn reviews_and_links(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<Task>, DbErr> {
    let reviewed = Query::select()
        .expr_as(Expr::cust("'review'"), "kind")
        .expr_as(Expr::col(activity_review::Column::Activity), "name")
        .from(activity_review::Entity)
        .and_where(Expr::col(activity_review::Column::SchoolId).eq(permitted.school()))
        .and_where(Expr::col(activity_review::Column::DueAt).gt(now))
        .union(
            UnionType::Distinct,
            Query::select()
                .expr(Expr::cust("'link'"))
                .column("name")
                .from_subquery(providers::dead_links(now), "dead")
                .to_owned(),
        )
        .union(
            UnionType::All,
            Query::select()
                .expr(Expr::cust("'dispute'"))
                .column("purpose")
                .from_subquery(rights::disputes(permitted.school()), "disputed")
                .to_owned(),
        )
        .to_owned();
    let (mut in_time, mut dead, mut disputes) = (Vec::new(), Vec::new(), 0_usize);
    for row in db.query_all(&reviewed).await? {
        let (kind, name): (String, String) = (row.try_get("", "kind")?, row.try_get("", "name")?);
        match kind.as_str() {
            "link" => dead.push(name),
            "dispute" => disputes += 1,
            _ => in_time.push(name),
        }
    }
    dead.sort();
    let to_decide = (disputes > 0).then(|| Task {
        words: match disputes {
            1 => "People disagree about an objection: it holds until you decide".to_owned(),
            many => format!("People disagree about {many} objections: they hold until you decide"),
        },
        href: "/school/privacy",
        urgency: Urgency::Soon,
    });
    Ok(reviews(&in_time)
        .into_iter()
        .chain(links(&dead))
        .chain(to_decide)
        .collect())
}

fn reviews(in_time: &[String]) -> Option<Task> {
    let due = notice::activities()
        .iter()
        .filter(|activity| !in_time.contains(&format!("{:?}", activity.purpose)))
        .count();
    (due > 0).then(|| Task {
        words: match due {
            1 => "A use of data is due for its review".to_owned(),
            many => format!("{many} uses of data are due for their review"),
        },
        href: "/school/privacy/activities",
        urgency: Urgency::Late,
    })
}

fn links(dead: &[String]) -> Option<Task> {
    (!dead.is_empty()).then(|| Task {
        words: format!(
            "A link leads nowhere: the privacy policy of {}",
            dead.join(", of ")
        ),
        href: "/school/privacy/providers",
        urgency: Urgency::Soon,
    })
}
