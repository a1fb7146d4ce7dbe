//! Links to sites outside: where one leads, and whether a school's students may follow it.
//! A link in what somebody wrote leads over our own page, which goes nowhere by itself.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use url::Url;
use uuid::Uuid;
use vocab::form::{Checks, FieldError};
use vocab::links::{AllowHost, AllowedHost};

use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::secrets::new_id;
use entity::allowed_host;

/// A list shows no more.
const MOST_LISTED: u64 = 500;
/// No address of a page is longer.
const LONGEST: usize = 2_000;

/// Why a site is not opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Social networks by their host: name and privacy policy.
const NETWORKS: [(&str, &str, &str); 6] = [
    (
        "facebook.com",
        "Facebook",
        "https://www.facebook.com/privacy/policy",
    ),
    (
        "instagram.com",
        "Instagram",
        "https://privacycenter.instagram.com/policy",
    ),
    ("twitter.com", "X (Twitter)", "https://x.com/en/privacy"),
    ("x.com", "X (Twitter)", "https://x.com/en/privacy"),
    (
        "linkedin.com",
        "LinkedIn",
        "https://www.linkedin.com/legal/privacy-policy",
    ),
    (
        "youtube.com",
        "YouTube",
        "https://policies.google.com/privacy",
    ),
];

/// A site outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The whole address, as a browser understands it.
    pub url: String,
    /// Its host, in letters that cannot be mistaken for others (Punycode).
    pub host: String,
    /// Name and privacy policy, where it is a social network that we know.
    pub network: Option<(&'static str, &'static str)>,
}

/// Where an address leads: `http` and `https` to a named host, without a name or password
/// in it. Anything else leads nowhere.
pub fn outside(address: &str) -> Option<Outside> {
    if address.len() > LONGEST {
        return None;
    }
    let url = Url::parse(address).ok()?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none();
    let host = url.host_str().filter(|_| is_plain)?.to_owned();
    let network = NETWORKS
        .iter()
        .find(|(of, ..)| is_within(&host, of))
        .map(|(_, name, policy)| (*name, *policy));
    Some(Outside {
        url: url.to_string(),
        host,
        network,
    })
}

/// The address of our page before the site outside; none where it leads nowhere.
pub fn leaving(address: &str) -> Option<(String, String)> {
    let outside = outside(address)?;
    let to: String = url::form_urlencoded::byte_serialize(outside.url.as_bytes()).collect();
    Some((format!("/leaving?to={to}"), outside.host))
}

/// Whether `host` is `of` or below it: "www.bbc.co.uk" is within "bbc.co.uk", and
/// "notbbc.co.uk" is not.
fn is_within(host: &str, of: &str) -> bool {
    host == of
        || host
            .strip_suffix(of)
            .is_some_and(|before| before.ends_with('.'))
}

/// The sites that are open to the school's students, by name.
pub async fn list(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
) -> Result<Vec<AllowedHost>, Error> {
    let rows: Vec<(Uuid, String)> = allowed_host::Entity::find()
        .select_only()
        .columns([allowed_host::Column::Id, allowed_host::Column::Host])
        .filter(allowed_host::Column::SchoolId.eq(permitted.school()))
        .order_by_asc(allowed_host::Column::Host)
        .limit(MOST_LISTED)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, host)| AllowedHost { id, host })
        .collect())
}

/// Whether the actor's school has opened a host. One query.
pub async fn is_allowed(
    db: &impl ConnectionTrait,
    actor: &Actor,
    host: &str,
) -> Result<bool, Error> {
    // The host itself and everything above it, so that one look-up answers.
    let labels: Vec<&str> = host.split('.').collect();
    let names = (0..labels.len()).map(|at| labels[at..].join("."));
    let found = allowed_host::Entity::find()
        .filter(allowed_host::Column::SchoolId.eq(actor.school))
        .filter(allowed_host::Column::Host.is_in(names))
        .count(db)
        .await?;
    Ok(found > 0)
}

/// Opens a site to the school's students. One that is open stays so.
pub async fn allow(
    tx: &Write,
    permitted: &Permitted<()>,
    form: &AllowHost,
    now: Time,
) -> Result<(), Error> {
    let typed = form.host.trim();
    let address = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    };
    let mut checks = Checks::default();
    // A whole ending such as "uk" would open half the world.
    let host = outside(&address)
        .map(|outside| outside.host)
        .filter(|host| host.contains('.') && !typed.is_empty());
    if host.is_none() {
        checks.fail("host", "Enter a site such as bbc.co.uk");
    }
    checks.finish(|| ()).map_err(Error::Invalid)?;
    let host = host.unwrap_or_default();
    let is_open = allowed_host::Entity::find()
        .filter(allowed_host::Column::SchoolId.eq(permitted.school()))
        .filter(allowed_host::Column::Host.eq(&host))
        .count(&**tx)
        .await?
        > 0;
    if is_open {
        return Ok(());
    }
    let id = new_id();
    allowed_host::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        host: Set(host.clone()),
        added_by: Set(permitted.actor()),
        added_at: Set(now),
    }
    .insert(&**tx)
    .await?;
    record(tx, permitted, ("site.opened", id, host), now).await
}

/// Closes a site again.
pub async fn close(
    tx: &Write,
    permitted: &Permitted<()>,
    id: Uuid,
    now: Time,
) -> Result<(), Error> {
    let row = allowed_host::Entity::find_by_id(id)
        .filter(allowed_host::Column::SchoolId.eq(permitted.school()))
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    allowed_host::Entity::delete_by_id(row.id)
        .exec(&**tx)
        .await?;
    record(tx, permitted, ("site.closed", row.id, row.host), now).await
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    (kind, subject, host): (&'static str, Uuid, String),
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject,
        before: None,
        after: Some(json!({ "host": host })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_of_named_hosts_lead_anywhere() {
        for nowhere in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/home",
            "https://school.example@evil.example/",
            "https://",
            "mailto:a@b.example",
            "file:///etc/passwd",
            "",
        ] {
            assert_eq!(outside(nowhere), None, "{nowhere}");
        }
        let bbc = outside("https://www.bbc.co.uk/news?a=1#b").expect("a site");
        assert_eq!((bbc.host.as_str(), bbc.network), ("www.bbc.co.uk", None));
        let network = outside("https://m.facebook.com/x").expect("a site").network;
        assert_eq!(network.map(|(name, _)| name), Some("Facebook"));
        let other = outside("https://notfacebook.com/").expect("a site").network;
        assert_eq!(other, None);
        let tricky = outside("https:\\\\evil.example\\@bbc.co.uk").map(|outside| outside.host);
        assert_eq!(tricky.as_deref(), Some("evil.example"));
    }
}
