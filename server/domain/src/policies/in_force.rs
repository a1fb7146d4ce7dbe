//! What holds now, kept in memory for a minute, and what follows from it for somebody's
//! pages. A request that is signed in brings its standing along with its session, so
//! that none of this costs a query.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use vocab::ids::PolicyVersionId;
use vocab::people::{Role, Roles};
use vocab::policies::{PolicyDocument, Semver};
use vocab::schools::Phase;

use crate::actor::Actor;
use crate::clock::Time;
use entity::policy_version;

/// What was read is believed for so long; the command line may have changed it since.
const BELIEVED_FOR: TimeDelta = TimeDelta::minutes(1);

/// A version that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Which.
    pub id: PolicyVersionId,
    /// Of which document.
    pub document: PolicyDocument,
    /// Its number.
    pub semver: String,
    /// Since when it holds.
    pub since: Time,
    /// It and those before it back to the last material change: whoever accepted one of
    /// them need not be asked again.
    pub accepted_by: Vec<PolicyVersionId>,
}

/// A material change that is announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// Which.
    pub id: PolicyVersionId,
    /// Of which document.
    pub document: PolicyDocument,
    /// Its number.
    pub semver: String,
    /// From when it holds.
    pub from: Time,
}

/// What holds and what is announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InForce {
    /// At most one for each document.
    pub versions: Vec<Version>,
    /// Soonest first.
    pub coming: Vec<Coming>,
}

/// How far somebody has come: the last version of each kind that they met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The notice that was shown.
    pub shown: Option<PolicyVersionId>,
    /// The notice that they have read.
    pub read: Option<PolicyVersionId>,
    /// The notice under which they used the platform last.
    pub used: Option<PolicyVersionId>,
    /// The terms that they accepted.
    pub terms: Option<PolicyVersionId>,
}

/// A notice that somebody has not said to have read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedNotice {
    /// Which version.
    pub id: PolicyVersionId,
    /// Of which document.
    pub document: PolicyDocument,
    /// Its number.
    pub semver: String,
    /// They have read an earlier one.
    pub is_change: bool,
}

/// What somebody's pages say about policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The notice to read, if it is not read.
    pub notice: Option<AskedNotice>,
    /// The terms to answer, if they are not accepted.
    pub terms: Option<PolicyVersionId>,
    /// Nothing else is open to them before they accept.
    pub is_stopped: bool,
    /// What is announced, for those who act for the school.
    pub coming: Vec<Coming>,
}

impl InForce {
    /// Reads what holds and what is announced. One query, without the texts.
    pub async fn read(db: &impl ConnectionTrait, now: Time) -> Result<Self, DbErr> {
        type Row = (PolicyVersionId, PolicyDocument, String, bool, Option<Time>);
        let rows: Vec<Row> = policy_version::Entity::find()
            .select_only()
            .columns([
                policy_version::Column::Id,
                policy_version::Column::Document,
                policy_version::Column::Semver,
                policy_version::Column::IsMaterial,
                policy_version::Column::EffectiveFrom,
            ])
            .filter(policy_version::Column::EffectiveFrom.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        let mut found = Self::default();
        for document in PolicyDocument::ALL {
            let mut past = Vec::new();
            for (id, of, semver, is_material, from) in &rows {
                let Some(from) = from.filter(|_| of == document) else {
                    continue;
                };
                if from <= now {
                    past.push((
                        from,
                        semver.parse::<Semver>().ok(),
                        *id,
                        semver,
                        is_material,
                    ));
                } else if *is_material {
                    found.coming.push(Coming {
                        id: *id,
                        document: *document,
                        semver: semver.clone(),
                        from,
                    });
                }
            }
            past.sort_unstable();
            let first = past.iter().rposition(|row| *row.4).unwrap_or_default();
            if let Some((since, _, id, semver, _)) = past.last() {
                found.versions.push(Version {
                    id: *id,
                    document: *document,
                    semver: (*semver).clone(),
                    since: *since,
                    accepted_by: past[first..].iter().map(|row| row.2).collect(),
                });
            }
        }
        found.coming.sort_by_key(|coming| coming.from);
        Ok(found)
    }

    /// The version of a document that holds.
    pub fn of(&self, document: PolicyDocument) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.document == document)
    }

    /// The notice in the words of somebody with these roles.
    pub fn notice_for(&self, roles: Roles, phase: Phase) -> Option<&Version> {
        let is_child = is_only_student(roles) && phase == Phase::Primary;
        self.of(if is_child {
            PolicyDocument::ChildrensNotice
        } else {
            PolicyDocument::PrivacyNotice
        })
    }

    /// What the pages of an actor with this standing say.
    pub fn asked(&self, actor: &Actor, standing: Standing) -> Asked {
        let roles = actor.roles;
        let notice = self
            .notice_for(roles, actor.phase)
            .filter(|version| standing.read != Some(version.id))
            .map(|version| AskedNotice {
                id: version.id,
                document: version.document,
                semver: version.semver.clone(),
                is_change: standing.read.is_some(),
            });
        let terms = self
            .of(PolicyDocument::Terms)
            .filter(|_| answers_terms(roles))
            .filter(|version| {
                standing
                    .terms
                    .is_none_or(|accepted| !version.accepted_by.contains(&accepted))
            })
            .map(|version| version.id);
        let acts_for_the_school =
            roles.has(Role::SchoolAdmin) || roles.has(Role::DataProtectionLead);
        Asked {
            notice,
            terms,
            is_stopped: terms.is_some() && is_stopped_without(roles),
            coming: if acts_for_the_school {
                self.coming.clone()
            } else {
                Vec::new()
            },
        }
    }
}

/// Students agree to nothing; what they do here their school asks of them.
pub(super) const fn is_only_student(roles: Roles) -> bool {
    roles.has(Role::Student) && !roles.is_staff() && !roles.has(Role::Guardian)
}

/// Whom the terms are for: staff, admins and guardians.
pub(super) const fn answers_terms(roles: Roles) -> bool {
    is_stopped_without(roles) || roles.has(Role::Guardian)
}

/// Staff need the terms before they work with other people's data; a guardian always
/// sees their own child's.
const fn is_stopped_without(roles: Roles) -> bool {
    roles.has(Role::Teacher) || roles.has(Role::SchoolAdmin) || roles.has(Role::DataProtectionLead)
}

/// What holds, as it was read last.
#[derive(Debug, Default)]
pub struct Cache(Mutex<Option<(Time, Arc<InForce>)>>);

impl Cache {
    /// What holds now: from memory, unless that is older than a minute or something
    /// has come into force since.
    pub async fn get(&self, db: &impl ConnectionTrait, now: Time) -> Result<Arc<InForce>, DbErr> {
        let kept = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((read_at, in_force)) = kept {
            let is_young = read_at <= now && now - read_at < BELIEVED_FOR;
            let is_current = in_force.coming.iter().all(|coming| now < coming.from);
            if is_young && is_current {
                return Ok(in_force);
            }
        }
        let read = Arc::new(InForce::read(db, now).await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, read.clone()));
        Ok(read)
    }
}
