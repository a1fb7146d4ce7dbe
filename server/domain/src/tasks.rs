//! What the data protection lead has to do, beside requests: with a light for each.
//! Three queries, three more where somebody said no about a student, four where a recipient is
//! to hear of something, and a few where a guardian may fetch a copy.

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait as _, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vocab::ids::RightsRequestId;
use vocab::oversight::Task;
use vocab::rights::Urgency;
use vocab::schools::DeclarationState;

use crate::access::Permitted;
use crate::breaches;
use crate::clock::Time;
use crate::consent::{self, Between};
use crate::db::Keyed;
use crate::mail;
use crate::notice;
use crate::providers;
use crate::retention;
use crate::rights::{self, ToTell, urgency};
use crate::schools;
use entity::{activity_review, breach, erasure_job, legal_hold, outbox_mail, school};

/// What is to be done in the school, the most urgent first; nothing where all is well.
pub async fn tasks(
    db: &impl Keyed,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<Task>, DbErr> {
    Ok(tasks_and_record(db, permitted, now).await?.0)
}

/// The same, and whether a statement of the record of consents was ever signed, which
/// stands on the same page. No query more.
pub async fn tasks_and_record(
    db: &impl Keyed,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<(Vec<Task>, bool), DbErr> {
    let school = permitted.school();
    let mut tasks: Vec<Task> = breaches(db, permitted, now).await?.into_iter().collect();
    let (declared, _) = schools::declaration_state(db, school, now).await?;
    let declaration = |urgency, words: &str| Task {
        words: words.to_owned(),
        href: "/school/declaration".to_owned(),
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
    let (others, is_signed) = reviews_and_links(db, permitted, now).await?;
    tasks.extend(others);
    tasks.sort_by_key(|task| std::cmp::Reverse(task.urgency));
    Ok((tasks, is_signed))
}

/// Breaches that wait for something, with the light of the one that is due first. One query.
pub(crate) async fn breaches(
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
        breaches::clock(row).map_or(Urgency::Fine, |(begun, end)| urgency(begun, end, now))
    };
    let worst = open.iter().map(light).max();
    Ok(worst.map(|urgency| Task {
        words: match open.len() {
            1 => "A breach is open".to_owned(),
            many => format!("{many} breaches are open"),
        },
        href: "/school/privacy/breaches".to_owned(),
        urgency,
    }))
}

/// What two guardians of a child disagree about, or a student and a guardian: one task for
/// each.
async fn disagreements(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<Task>, DbErr> {
    let found = consent::disagreements(db, permitted.school(), now).await?;
    let task = |found: consent::Disagreement| Task {
        words: match found.between {
            Between::Guardians => format!(
                "The guardians of {} disagree about \u{201c}{}\u{201d}: the no holds until they agree",
                found.name, found.about
            ),
            Between::StudentAndGuardian => format!(
                "{} and a guardian disagree about \u{201c}{}\u{201d}: the no holds until whoever said it takes it back",
                found.name, found.about
            ),
        },
        href: format!("/people/{}", found.child),
        urgency: Urgency::Soon,
    };
    Ok(found.into_iter().map(task).collect())
}

/// Uses of data whose yearly review is due, links to providers' policies that lead
/// nowhere, objections that people disagree about, erasures that failed, holds that nobody
/// looked at again, mail that did not arrive, recipients who are to be told and copies to
/// look through again; and whether a statement was signed: one query.
async fn reviews_and_links(
    db: &impl Keyed,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<(Vec<Task>, bool), DbErr> {
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
                .take(),
        )
        .union(
            UnionType::All,
            Query::select()
                .expr(Expr::cust("'dispute'"))
                .column("purpose")
                .from_subquery(rights::disputes(permitted.school()), "disputed")
                .take(),
        )
        .union(UnionType::All, failed_erasures(permitted, now))
        .union(UnionType::All, overdue_holds(permitted, now))
        .union(UnionType::All, failed_mail(permitted, now))
        .union(UnionType::All, any_yes_and_no(permitted))
        .union(UnionType::All, rights::recipients_wait(permitted.school()))
        .union(UnionType::All, signed(permitted))
        .union(
            UnionType::All,
            rights::copies_of_others(permitted.school(), now),
        )
        .take();
    let (mut may_disagree, mut is_to_tell) = (false, false);
    let (mut is_signed, mut has_copies) = (false, false);
    let (mut in_time, mut dead, mut disputes) = (Vec::new(), Vec::new(), 0_usize);
    let (mut failed, mut overdue) = (Vec::new(), 0_usize);
    let mut not_arrived = 0_u64;
    for row in db.query_all(&reviewed).await? {
        let (kind, name): (String, String) = (row.try_get("", "kind")?, row.try_get("", "name")?);
        match kind.as_str() {
            "link" => dead.push(name),
            "dispute" => disputes += 1,
            "erasure" => failed.push(name),
            "hold" => overdue += 1,
            "mail" => not_arrived = name.parse().unwrap_or(0),
            "no" => may_disagree = true,
            "tell" => is_to_tell = true,
            "signed" => is_signed = true,
            "copy" => has_copies = true,
            _ => in_time.push(name),
        }
    }
    dead.sort();
    let to_decide = (disputes > 0).then(|| Task {
        words: match disputes {
            1 => "People disagree about an objection: it holds until you decide".to_owned(),
            many => format!("People disagree about {many} objections: they hold until you decide"),
        },
        href: "/school/privacy".to_owned(),
        urgency: Urgency::Soon,
    });
    let disagreements = if may_disagree {
        disagreements(db, permitted, now).await?
    } else {
        Vec::new()
    };
    let to_tell = if is_to_tell {
        rights::to_tell(db, permitted.school()).await?
    } else {
        Vec::new()
    };
    let to_look_again = if has_copies {
        rights::to_look_again(db, permitted.school(), now).await?
    } else {
        Vec::new()
    };
    let tasks = disagreements
        .into_iter()
        .chain(to_look_again.into_iter().map(look_again))
        .chain(to_tell.iter().map(recipients))
        .chain(reviews(&in_time))
        .chain(links(&dead))
        .chain(to_decide)
        .chain(erasures(&failed))
        .chain(holds(overdue))
        .chain(mails(not_arrived))
        .collect();
    Ok((tasks, is_signed))
}

/// Whoever was given data that was corrected, restricted or erased: one task for each
/// request.
fn recipients(to_tell: &ToTell) -> Task {
    Task {
        words: format!(
            "Tell {} that data was {} ({}): they were given it before",
            to_tell.names.join(", "),
            to_tell.what,
            to_tell.reference
        ),
        href: format!("/school/privacy/requests/{}#recipients", to_tell.request),
        urgency: Urgency::Soon,
    }
}

/// The copy of a request that holds what nobody looked through: one task for each.
pub(crate) fn look_again((request, reference): (RightsRequestId, String)) -> Task {
    Task {
        words: format!(
            "Look through a copy again ({reference}): until then who asked cannot fetch it"
        ),
        href: format!("/school/privacy/requests/{request}#copy"),
        urgency: Urgency::Soon,
    }
}

/// One row where about a student both a yes and a no was said: only then may two disagree.
fn any_yes_and_no(permitted: &Permitted<()>) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("'no'"))
        .expr(Expr::cust("''"))
        .from(school::Entity)
        .and_where(Expr::col(school::Column::Id).eq(permitted.school()))
        .and_where(Expr::exists(consent::with_yes_and_no(permitted.school())))
        .take()
}

/// One row where a statement of the record of consents was ever signed.
fn signed(permitted: &Permitted<()>) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("'signed'"))
        .expr(Expr::cust("''"))
        .from(school::Entity)
        .and_where(Expr::col(school::Column::Id).eq(permitted.school()))
        .and_where(Expr::exists(consent::statements(permitted.school())))
        .take()
}

const LONG_AGO: &str = "long ago";

/// Erasures that failed and have not ended since.
fn failed_erasures(permitted: &Permitted<()>, now: Time) -> SelectStatement {
    let is_long_ago = Expr::col(erasure_job::Column::FailedAt).lt(now - retention::OVERDUE);
    Query::select()
        .expr(Expr::cust("'erasure'"))
        .expr(
            CaseStatement::new()
                .case(is_long_ago, Expr::cust(format!("'{LONG_AGO}'")))
                .finally(Expr::cust("'lately'")),
        )
        .from(erasure_job::Entity)
        .and_where(Expr::col(erasure_job::Column::SchoolId).eq(permitted.school()))
        .and_where(Expr::col(erasure_job::Column::LastError).is_not_null())
        .and_where(Expr::col(erasure_job::Column::EndedAt).is_null())
        .take()
}

fn erasures(failed: &[String]) -> Option<Task> {
    (!failed.is_empty()).then(|| Task {
        words: match failed.len() {
            1 => "An erasure has failed: it is tried again every night".to_owned(),
            many => format!("{many} erasures have failed: they are tried again every night"),
        },
        href: "/school/privacy/retention".to_owned(),
        urgency: if failed.iter().any(|when| when == LONG_AGO) {
            Urgency::Late
        } else {
            Urgency::Soon
        },
    })
}

/// Holds whose day to be looked at again has passed.
fn overdue_holds(permitted: &Permitted<()>, now: Time) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("'hold'"))
        .expr(Expr::cust("''"))
        .from(legal_hold::Entity)
        .and_where(Expr::col(legal_hold::Column::SchoolId).eq(permitted.school()))
        .and_where(Expr::col(legal_hold::Column::ReleasedAt).is_null())
        .and_where(Expr::col(legal_hold::Column::ReviewAt).lte(now))
        .take()
}

fn holds(overdue: usize) -> Option<Task> {
    (overdue > 0).then(|| Task {
        words: match overdue {
            1 => "A legal hold has to be looked at again".to_owned(),
            many => format!("{many} legal holds have to be looked at again"),
        },
        href: "/school/privacy/retention".to_owned(),
        urgency: Urgency::Late,
    })
}

/// How many mails that cannot be missed did not arrive lately.
fn failed_mail(permitted: &Permitted<()>, now: Time) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("'mail'"))
        .expr(Expr::cust("CAST(COUNT(*) AS TEXT)"))
        .from(outbox_mail::Entity)
        .cond_where(mail::failed_lately(permitted.school(), now))
        .take()
}

fn mails(not_arrived: u64) -> Option<Task> {
    (not_arrived > 0).then(|| Task {
        words: match not_arrived {
            1 => "A mail that cannot be missed did not arrive".to_owned(),
            many => format!("{many} mails that cannot be missed did not arrive"),
        },
        href: "/school/privacy/mail".to_owned(),
        urgency: Urgency::Soon,
    })
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
        href: "/school/privacy/activities".to_owned(),
        urgency: Urgency::Late,
    })
}

fn links(dead: &[String]) -> Option<Task> {
    (!dead.is_empty()).then(|| Task {
        words: format!(
            "A link leads nowhere: the privacy policy of {}",
            dead.join(", of ")
        ),
        href: "/school/privacy/providers".to_owned(),
        urgency: Urgency::Soon,
    })
}
