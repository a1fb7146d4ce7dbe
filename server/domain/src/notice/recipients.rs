//! Who receives personal data besides the people of the school: the companies in the
//! register of providers, and whoever a school shares with by consent. Made of these
//! registers alone. An authority that asks in one case is no recipient (UK GDPR Article
//! 4(9)); it stands in the record of disclosures.

use std::collections::{BTreeMap, BTreeSet};

use datamap::registry;
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter,
    QuerySelect, RelationDef,
};
use vocab::ids::{RecipientId, SchoolId};
use vocab::providers::{HOME, ProviderState};
use vocab::sharing::ShareColumn;

use super::switches::{Switch, Switches, switches};
use crate::clock::Time;
use crate::providers::list;
use entity::{recipient, shared_entry, sharing_request};

/// Said where nobody receives anything.
const NOBODY: &str = "none outside the school";

/// Somebody outside the school who receives personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its name.
    pub name: String,
    /// What it does.
    pub does: String,
    /// Where it works: a code of ISO 3166-1.
    pub country: String,
    /// What allows data to go to another country, if anything does.
    pub allowed_by: Option<String>,
    /// The kinds of data that it may be given, in the words of the notice.
    pub kinds: BTreeSet<String>,
}

impl Recipient {
    /// Whether it may be given one of these kinds of data.
    pub fn receives(&self, kinds: &[&str]) -> bool {
        !self.given(kinds).is_empty()
    }

    /// Which of these kinds of data it may be given, in their order.
    pub(super) fn given<'a>(&self, kinds: &[&'a str]) -> Vec<&'a str> {
        let is_given = |kind: &&str| self.kinds.contains(*kind);
        kinds.iter().copied().filter(is_given).collect()
    }

    /// Who it is and what it does.
    pub fn sentence(&self) -> String {
        format!("{}: {} ({})", self.name, self.does, self.country)
    }

    /// To which country data goes and what allows it; none at home.
    pub fn transfer(&self) -> Option<String> {
        let allowed_by = self
            .allowed_by
            .as_deref()
            .unwrap_or("nothing allows it now");
        (self.country != HOME).then(|| format!("{}: {}, {allowed_by}", self.name, self.country))
    }
}

/// Who receives data of these kinds, in words.
pub fn who_receives(recipients: &[Recipient], kinds: &[&str]) -> String {
    let told: Vec<String> = recipients
        .iter()
        .filter(|recipient| recipient.receives(kinds))
        .map(Recipient::sentence)
        .collect();
    if told.is_empty() {
        NOBODY.to_owned()
    } else {
        told.join("; ")
    }
}

/// The same with the kinds that each may be given, one text for each: whoever is given one
/// kind of a use is not given the others.
pub(super) fn who_receives_which(recipients: &[Recipient], kinds: &[&str]) -> Vec<String> {
    let mut told: Vec<String> = recipients
        .iter()
        .map(|recipient| (recipient, recipient.given(kinds)))
        .filter(|(_, given)| !given.is_empty())
        .map(|(recipient, given)| {
            format!(
                "{}, may be given: {}",
                recipient.sentence(),
                given.join("; ")
            )
        })
        .collect();
    if told.is_empty() {
        told.push(NOBODY.to_owned());
    }
    told
}

/// Everybody who receives data of a school now; without a school, the providers alone:
/// whom a school shares with is its own to tell. A provider to which the school objected
/// gets nothing of it. Four queries.
pub async fn recipients(
    db: &impl ConnectionTrait,
    school: Option<SchoolId>,
    now: Time,
) -> Result<Vec<Recipient>, DbErr> {
    match school {
        Some(school) => Ok(with_switches(db, school, now).await?.0),
        None => of_providers(db, &Switches::default(), now).await,
    }
}

/// The same of a school, with what it has switched on. No query more.
pub(super) async fn with_switches(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<(Vec<Recipient>, Switches), DbErr> {
    let switches = switches(db, school, now).await?;
    let mut all = of_providers(db, &switches, now).await?;
    all.extend(of_sharing(db, school, now).await?);
    Ok((all, switches))
}

/// A paused provider still has what it was given.
async fn of_providers(
    db: &impl ConnectionTrait,
    switches: &Switches,
    now: Time,
) -> Result<Vec<Recipient>, DbErr> {
    let shut = switches.names(Switch::Objection);
    let is_home_only = switches.is_on(Switch::OnlyHome);
    Ok(list(db, now)
        .await?
        .into_iter()
        .filter(|line| matches!(line.state, ProviderState::Active | ProviderState::Suspended))
        .filter(|line| !shut.contains(&&*line.name) && (!is_home_only || line.country == HOME))
        .map(|line| Recipient {
            does: line.purpose.label().to_owned(),
            allowed_by: line
                .transfer
                .map(|(mechanism, until)| format!("{} until {until}", mechanism.label())),
            name: line.name,
            country: line.country,
            kinds: line.kinds.into_iter().collect(),
        })
        .collect())
}

/// Whose id, name, work, country and permission, and the columns that are shared.
type Proposal = (RecipientId, String, String, String, Option<String>, String);

/// Whom the school gave data, and whom it will give some: a proposal stands.
async fn of_sharing(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Vec<Recipient>, DbErr> {
    let given = Query::select()
        .column(shared_entry::Column::SharingId)
        .from(shared_entry::Entity)
        .and_where(shared_entry::Column::SchoolId.eq(school))
        .take();
    let stands = Condition::all()
        .add(sharing_request::Column::EndedAt.is_null())
        .add(sharing_request::Column::UntilAt.gt(now));
    let to_recipient: RelationDef = sharing_request::Entity::belongs_to(recipient::Entity)
        .from(sharing_request::Column::RecipientId)
        .to(recipient::Column::Id)
        .into();
    let proposals: Vec<Proposal> = sharing_request::Entity::find()
        .select_only()
        .column(recipient::Column::Id)
        .column(recipient::Column::Name)
        .column(recipient::Column::Does)
        .column(recipient::Column::Country)
        .column(recipient::Column::AllowedBy)
        .column(sharing_request::Column::Columns)
        .join(JoinType::InnerJoin, to_recipient)
        .filter(sharing_request::Column::SchoolId.eq(school))
        .filter(recipient::Column::SchoolId.eq(school))
        .filter(
            Condition::any()
                .add(stands)
                .add(sharing_request::Column::Id.in_subquery(given)),
        )
        .into_tuple()
        .all(db)
        .await?;
    let mut found: BTreeMap<RecipientId, Recipient> = BTreeMap::new();
    for (id, name, does, country, allowed_by, columns) in proposals {
        let one = found.entry(id).or_insert_with(|| Recipient {
            kinds: BTreeSet::new(),
            name,
            does,
            country,
            allowed_by,
        });
        one.kinds.extend(kinds_of(&columns));
    }
    let mut found: Vec<Recipient> = found.into_values().collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// What the data map says of the columns that are shared.
fn kinds_of(columns: &str) -> BTreeSet<String> {
    let tables = registry();
    ShareColumn::split(columns)
        .into_iter()
        .filter_map(|shared| {
            let (table, column) = shared.as_str().split_once('.')?;
            let table = tables.iter().find(|map| map.table == table)?;
            Some(table.class(column)?.category.words().to_owned())
        })
        .collect()
}
