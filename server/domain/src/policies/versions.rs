//! How a version comes to be: proposed, approved by a second person, scheduled. Where it
//! stands follows from its times, so nothing has to be flipped on the day.

use chrono::{SubsecRound as _, TimeDelta};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder,
};
use vocab::ids::PolicyVersionId;
use vocab::policies::{PolicyDocument, PolicyState, Semver};

use super::announce::announce;
use super::text::text_of;
use super::{Error, LANGUAGE};
use crate::clock::Time;
use crate::db::Write;
use crate::secrets::{fingerprint, new_id};
use entity::policy_version;

/// A material change is announced so many days before it holds.
pub const NOTICE_DAYS: i64 = 30;

const FIRST: Semver = Semver(1, 0, 0);

/// A new version, as its author hands it in.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Of which document.
    pub document: PolicyDocument,
    /// Its number.
    pub semver: Semver,
    /// It changes what people may expect.
    pub is_material: bool,
    /// What changed, in plain words.
    pub change_log: String,
    /// Who wrote it.
    pub author: String,
    /// Its text; none takes the one that this program would publish today.
    pub text: Option<String>,
}

/// Where a version stands among all of its document.
pub fn state_of(
    version: &policy_version::Model,
    all: &[policy_version::Model],
    now: Time,
) -> PolicyState {
    let Some(from) = version.effective_from else {
        return match version.approved_at {
            Some(_) => PolicyState::Approved,
            None => PolicyState::Draft,
        };
    };
    if from > now {
        return PolicyState::Scheduled;
    }
    let is_last = all
        .iter()
        .filter(|other| other.document == version.document)
        .filter(|other| other.effective_from.is_some_and(|from| from <= now))
        .all(|other| order(other) <= order(version));
    if is_last {
        PolicyState::InForce
    } else {
        PolicyState::Superseded
    }
}

/// Later versions are greater.
pub(super) fn order(version: &policy_version::Model) -> (Option<Time>, Option<Semver>) {
    (version.effective_from, version.semver.parse().ok())
}

/// Every version of every document, oldest first.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<policy_version::Model>, DbErr> {
    let mut all = policy_version::Entity::find()
        .order_by_asc(policy_version::Column::ProposedAt)
        .order_by_asc(policy_version::Column::Id)
        .all(db)
        .await?;
    all.sort_by_key(|version| (version.document, version.semver.parse::<Semver>().ok()));
    Ok(all)
}

/// Freezes a text as a draft. A draft of the same number is replaced; an approved one
/// never is.
pub async fn propose(tx: &Write, new: Proposal, now: Time) -> Result<PolicyVersionId, Error> {
    let author = named(&new.author)?;
    if new.change_log.trim().is_empty() {
        return Err(Error::NothingSaid);
    }
    let others: Vec<_> = list(&**tx)
        .await?
        .into_iter()
        .filter(|version| version.document == new.document)
        .collect();
    let text = new.text.unwrap_or_else(|| text_of(new.document));
    if let Some(last) = others.iter().rfind(|version| version.approved_at.is_some())
        && let Ok(number) = last.semver.parse::<Semver>()
    {
        if number >= new.semver {
            return Err(if number == new.semver {
                Error::Fixed
            } else {
                Error::NotLater(new.semver, number)
            });
        }
        if last.text == text {
            return Err(Error::NoChange(number));
        }
    }
    policy_version::Entity::delete_many()
        .filter(policy_version::Column::Document.eq(new.document))
        .filter(policy_version::Column::Semver.eq(new.semver.to_string()))
        .filter(policy_version::Column::ApprovedAt.is_null())
        .exec(&**tx)
        .await?;
    let id = PolicyVersionId(new_id());
    policy_version::ActiveModel {
        id: Set(id),
        document: Set(new.document),
        language: Set(LANGUAGE.to_owned()),
        semver: Set(new.semver.to_string()),
        is_material: Set(new.is_material),
        change_log: Set(new.change_log.trim().to_owned()),
        text_sha256: Set(fingerprint(&text)),
        text: Set(text),
        author: Set(author),
        proposed_at: Set(now),
        approver: Set(None),
        approved_at: Set(None),
        effective_from: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// A second person says that the text is right. From now on the database keeps it.
pub async fn approve(
    tx: &Write,
    which: (PolicyDocument, Semver),
    approver: &str,
    now: Time,
) -> Result<(), Error> {
    let version = find(tx, which).await?;
    let approver = named(approver)?;
    if version.approved_at.is_some() {
        return Err(Error::Fixed);
    }
    if spelt(&approver) == spelt(&version.author) {
        return Err(Error::SamePerson(version.author));
    }
    policy_version::ActiveModel {
        id: Set(version.id),
        approver: Set(Some(approver)),
        approved_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(())
}

/// Sets the day from which an approved version holds: a material one at least
/// [`NOTICE_DAYS`] days ahead, any other now at the earliest.
pub async fn schedule(
    tx: &Write,
    which: (PolicyDocument, Semver),
    from: Time,
    now: Time,
) -> Result<(), Error> {
    let version = find(tx, which).await?;
    if version.approved_at.is_none() {
        return Err(Error::NotApproved);
    }
    if version.effective_from.is_some() {
        return Err(Error::AlreadyScheduled);
    }
    let earliest = if version.is_material {
        now + TimeDelta::days(NOTICE_DAYS)
    } else {
        now
    };
    // A day is given to the second; the same second is not too soon.
    if from < earliest.trunc_subsecs(0) {
        return Err(Error::TooSoon(earliest));
    }
    policy_version::ActiveModel {
        id: Set(version.id),
        effective_from: Set(Some(from)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    // Thirty days ahead to the hour is told within the same transaction.
    announce(tx, now).await?;
    Ok(())
}

/// On an installation that never published anything: 1.0.0 of each document, in force from now on.
/// Nobody was promised anything else before, so nothing has to be announced. Answers
/// whether there was something to do.
pub async fn begin(tx: &Write, now: Time) -> Result<bool, Error> {
    let is_published = |version: &policy_version::Model| version.approved_at.is_some();
    if list(&**tx).await?.iter().any(is_published) {
        return Ok(false);
    }
    for document in PolicyDocument::ALL {
        let text = text_of(*document);
        policy_version::ActiveModel {
            id: Set(PolicyVersionId(new_id())),
            document: Set(*document),
            language: Set(LANGUAGE.to_owned()),
            semver: Set(FIRST.to_string()),
            is_material: Set(true),
            change_log: Set("The first version.".to_owned()),
            text_sha256: Set(fingerprint(&text)),
            text: Set(text),
            author: Set("the makers of Classimize".to_owned()),
            proposed_at: Set(now),
            approver: Set(Some("whoever set up this platform".to_owned())),
            approved_at: Set(Some(now)),
            effective_from: Set(Some(now)),
        }
        .insert(&**tx)
        .await?;
    }
    Ok(true)
}

/// A document whose text in force is not what this program does today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Which document.
    pub document: PolicyDocument,
    /// The version that holds; none where no version does.
    pub in_force: Option<String>,
    /// A later version with today's text, and where that one stands.
    pub on_its_way: Option<(String, PolicyState)>,
}

/// Every document that people are told something else in than the data map says. A
/// changed data map is found here, so that it cannot go out unannounced.
pub async fn drift(db: &impl ConnectionTrait, now: Time) -> Result<Vec<Drift>, DbErr> {
    let all = list(db).await?;
    Ok(PolicyDocument::ALL
        .iter()
        .filter_map(|document| {
            let today = fingerprint(&text_of(*document));
            let of = || all.iter().filter(|version| version.document == *document);
            let stands = |version: &policy_version::Model| state_of(version, &all, now);
            let in_force = of().find(|version| stands(version) == PolicyState::InForce);
            if in_force.is_some_and(|version| version.text_sha256 == today) {
                return None;
            }
            let on_its_way = of()
                .filter(|version| version.text_sha256 == today)
                .map(|version| (version.semver.clone(), stands(version)))
                .rfind(|(_, state)| *state != PolicyState::Superseded);
            Some(Drift {
                document: *document,
                in_force: in_force.map(|version| version.semver.clone()),
                on_its_way,
            })
        })
        .collect())
}

async fn find(
    tx: &Write,
    (document, semver): (PolicyDocument, Semver),
) -> Result<policy_version::Model, Error> {
    policy_version::Entity::find()
        .filter(policy_version::Column::Document.eq(document))
        .filter(policy_version::Column::Semver.eq(semver.to_string()))
        .one(&**tx)
        .await?
        .ok_or(Error::NoSuchVersion(document, semver))
}

fn named(name: &str) -> Result<String, Error> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Error::Nameless);
    }
    Ok(name)
}

fn spelt(name: &str) -> String {
    name.to_lowercase()
}
