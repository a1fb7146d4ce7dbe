//! The public history: every version that was ever approved, and what each changed.
//! Drafts are nobody's business but their authors'.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use vocab::ids::PolicyVersionId;
use vocab::policies::{PolicyDocument, PolicyLine, PolicyPage};

use super::Error;
use super::diff::difference;
use super::versions::{list, order, state_of};
use crate::access::AccessError;
use crate::clock::Time;
use crate::moments::day;
use entity::policy_version;

/// Every approved version, document by document, the newest first. One query.
pub async fn history(db: &impl ConnectionTrait, now: Time) -> Result<Vec<PolicyLine>, Error> {
    let mut all = published(db).await?;
    all.sort_by_key(|version| (version.document, std::cmp::Reverse(order(version))));
    Ok(all.iter().map(|version| line(version, &all, now)).collect())
}

/// One approved version with its text and its difference to the one before. One query.
pub async fn page(
    db: &impl ConnectionTrait,
    id: PolicyVersionId,
    now: Time,
) -> Result<PolicyPage, Error> {
    let of = policy_version::Entity::find_by_id(id)
        .filter(policy_version::Column::ApprovedAt.is_not_null())
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let mut all = published(db).await?;
    all.retain(|version| version.document == of.document);
    let semver =
        |version: &policy_version::Model| version.semver.parse::<vocab::policies::Semver>().ok();
    let before = all
        .iter()
        .filter(|version| semver(version) < semver(&of))
        .max_by_key(|version| semver(version));
    Ok(PolicyPage {
        line: line(&of, &all, now),
        changes: before.map(|before| (before.semver.clone(), difference(&before.text, &of.text))),
        text: of.text.clone(),
        sha256: of.text_sha256.clone(),
        people: (of.author.clone(), of.approver.clone().unwrap_or_default()),
    })
}

/// The version of a document that holds, with its text.
pub async fn in_force(
    db: &impl ConnectionTrait,
    document: PolicyDocument,
    now: Time,
) -> Result<Option<(PolicyLine, String)>, Error> {
    let all = published(db).await?;
    Ok(all
        .iter()
        .filter(|version| version.document == document)
        .find(|version| state_of(version, &all, now) == vocab::policies::PolicyState::InForce)
        .map(|version| (line(version, &all, now), version.text.clone())))
}

async fn published(db: &impl ConnectionTrait) -> Result<Vec<policy_version::Model>, Error> {
    let mut all = list(db).await?;
    all.retain(|version| version.approved_at.is_some());
    Ok(all)
}

fn line(version: &policy_version::Model, all: &[policy_version::Model], now: Time) -> PolicyLine {
    PolicyLine {
        id: version.id,
        document: version.document,
        semver: version.semver.clone(),
        state: state_of(version, all, now),
        from: version
            .effective_from
            .map_or_else(|| "no day yet".to_owned(), day),
        changed: version
            .effective_from
            .filter(|from| *from <= now)
            .or(version.approved_at)
            .unwrap_or(version.proposed_at)
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string(),
        is_material: version.is_material,
        change_log: version.change_log.clone(),
    }
}
