//! What a school has switched on, as far as it changes what happens to data, and which
//! providers it objected to. One query, which reads no row about anybody.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, DbErr};
use vocab::ids::SchoolId;

use crate::clock::Time;
use entity::{
    allowed_host, data_source, device, privacy_setting, provider, provider_objection,
    sharing_request, stat_choice, uk_only_rule,
};

/// Something that a school decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    /// There are devices on which badges work.
    Badges,
    /// Staff are named to those whose data they looked at.
    NamesShown,
    /// Nothing goes to this provider; by its name.
    Objection,
    /// Nothing goes to providers abroad.
    OnlyHome,
    /// It asks people whether their data may be shared.
    Sharing,
    /// Sites outside are open to students.
    Sites,
    /// Data comes from this system besides the school's own; by its name.
    Source,
    /// It takes part in statistics over schools.
    Statistics,
}

impl Switch {
    const fn word(self) -> &'static str {
        match self {
            Self::Badges => "badges",
            Self::NamesShown => "names_shown",
            Self::Objection => "objection",
            Self::OnlyHome => "only_home",
            Self::Sharing => "sharing",
            Self::Sites => "sites",
            Self::Source => "source",
            Self::Statistics => "statistics",
        }
    }
}

/// What is on, each with its name where it has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Switches(BTreeSet<(String, String)>);

impl Switches {
    /// Whether it is on.
    pub(super) fn is_on(&self, what: Switch) -> bool {
        self.0.iter().any(|(word, _)| word == what.word())
    }

    /// Its names, sorted.
    pub(super) fn names(&self, what: Switch) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(word, _)| word == what.word())
            .map(|(_, name)| name.as_str())
            .collect()
    }
}

/// What is on in a school now.
pub(super) async fn switches(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<Switches, DbErr> {
    let mut asked = objections(school);
    for other in [
        sources(school),
        names_shown(school),
        only_home(school),
        badges(school, now),
        sharing(school, now),
        sites(school),
        statistics(school),
    ] {
        asked.union(UnionType::Distinct, other);
    }
    let mut found = BTreeSet::new();
    for row in db.query_all(&asked).await? {
        found.insert((row.try_get("", "kind")?, row.try_get("", "name")?));
    }
    Ok(Switches(found))
}

fn named(what: Switch, name: Expr) -> SelectStatement {
    Query::select()
        .expr_as(Expr::cust(format!("'{}'", what.word())), "kind")
        .expr_as(name, "name")
        .take()
}

fn plain(what: Switch) -> SelectStatement {
    named(what, Expr::cust("''"))
}

fn objections(school: SchoolId) -> SelectStatement {
    let of = |column: provider::Column| Expr::col((provider::Entity, column));
    let said = |column: provider_objection::Column| Expr::col((provider_objection::Entity, column));
    named(Switch::Objection, of(provider::Column::Name))
        .from(provider_objection::Entity)
        .inner_join(
            provider::Entity,
            of(provider::Column::Id).equals((
                provider_objection::Entity,
                provider_objection::Column::ProviderId,
            )),
        )
        .and_where(said(provider_objection::Column::SchoolId).eq(school))
        .and_where(said(provider_objection::Column::WithdrawnAt).is_null())
        .to_owned()
}

fn sources(school: SchoolId) -> SelectStatement {
    named(Switch::Source, Expr::col(data_source::Column::System))
        .from(data_source::Entity)
        .and_where(Expr::col(data_source::Column::SchoolId).eq(school))
        .and_where(Expr::col(data_source::Column::IsOwn).eq(false))
        .and_where(Expr::col(data_source::Column::ApprovedAt).is_not_null())
        .and_where(Expr::col(data_source::Column::EndedAt).is_null())
        .to_owned()
}

fn names_shown(school: SchoolId) -> SelectStatement {
    plain(Switch::NamesShown)
        .from(privacy_setting::Entity)
        .and_where(Expr::col(privacy_setting::Column::SchoolId).eq(school))
        .and_where(Expr::col(privacy_setting::Column::NamesShown).eq(true))
        .to_owned()
}

fn only_home(school: SchoolId) -> SelectStatement {
    plain(Switch::OnlyHome)
        .from(uk_only_rule::Entity)
        .and_where(Expr::col(uk_only_rule::Column::SchoolId).eq(school))
        .and_where(Expr::col(uk_only_rule::Column::EndedAt).is_null())
        .to_owned()
}

fn badges(school: SchoolId, now: Time) -> SelectStatement {
    plain(Switch::Badges)
        .from(device::Entity)
        .and_where(Expr::col(device::Column::SchoolId).eq(school))
        .and_where(Expr::col(device::Column::EndedAt).is_null())
        .and_where(Expr::col(device::Column::ExpiresAt).gt(now))
        .to_owned()
}

fn sharing(school: SchoolId, now: Time) -> SelectStatement {
    plain(Switch::Sharing)
        .from(sharing_request::Entity)
        .and_where(Expr::col(sharing_request::Column::SchoolId).eq(school))
        .and_where(Expr::col(sharing_request::Column::EndedAt).is_null())
        .and_where(Expr::col(sharing_request::Column::UntilAt).gt(now))
        .to_owned()
}

fn sites(school: SchoolId) -> SelectStatement {
    plain(Switch::Sites)
        .from(allowed_host::Entity)
        .and_where(Expr::col(allowed_host::Column::SchoolId).eq(school))
        .to_owned()
}

fn statistics(school: SchoolId) -> SelectStatement {
    plain(Switch::Statistics)
        .from(stat_choice::Entity)
        .and_where(Expr::col(stat_choice::Column::SchoolId).eq(school))
        .and_where(Expr::col(stat_choice::Column::EndedAt).is_null())
        .to_owned()
}
