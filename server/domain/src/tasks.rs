//! What the data protection lead has to do, beside requests: with a light for each.
//! Three queries.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use vocab::oversight::Task;
use vocab::rights::Urgency;
use vocab::schools::DeclarationState;

use crate::access::Permitted;
use crate::breaches::commissioner_due;
use crate::clock::Time;
use crate::notice;
use crate::rights::urgency;
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
    tasks.extend(reviews(db, permitted, now).await?);
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

/// Uses of data whose yearly review is due.
async fn reviews(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Option<Task>, DbErr> {
    let in_time: Vec<String> = activity_review::Entity::find()
        .select_only()
        .column(activity_review::Column::Activity)
        .distinct()
        .filter(activity_review::Column::SchoolId.eq(permitted.school()))
        .filter(activity_review::Column::DueAt.gt(now))
        .into_tuple()
        .all(db)
        .await?;
    let due = notice::activities()
        .iter()
        .filter(|activity| !in_time.contains(&format!("{:?}", activity.purpose)))
        .count();
    Ok((due > 0).then(|| Task {
        words: match due {
            1 => "A use of data is due for its review".to_owned(),
            many => format!("{many} uses of data are due for their review"),
        },
        href: "/school/privacy/activities",
        urgency: Urgency::Late,
    }))
}
