//! From when a row's own period counts, found from its table's columns: so that the
//! sweep has no list of tables of its own, and a new table is swept as soon as it is
//! classified.

use crate::handling::{Anchor, Retention, RetentionRule};
use crate::table::{SubjectPath, TableMap};

/// When the rows of a table are due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// With the person they are about.
    WithPerson,
    /// With the row they hang on.
    WithParent,
    /// Some time after the first of these moments that is there; never while none is. By
    /// the first rule, but for rows that are another rule's only.
    After(Vec<&'static str>, Vec<RetentionRule>),
    /// Only when the school leaves the platform, or by a job of its own.
    Otherwise(&'static str),
}

/// Moments that say when a row was written, in the order in which they are looked for.
const WRITTEN: [&str; 14] = [
    "at",
    "created_at",
    "checked_at",
    "received_at",
    "last_failed_at",
    "began_at",
    "last_at",
    "queued_at",
    "asked_at",
    "aware_at",
    "reviewed_at",
    "granted_at",
    "changed_at",
    "set_at",
];
/// Moments that say when a row came to its end.
const ENDED: [&str; 5] = [
    "closed_at",
    "released_at",
    "lifted_at",
    "ended_at",
    "decided_at",
];
/// Moments that say in which school year a row belongs.
const IN_THE_YEAR: [&str; 3] = ["handed_in_at", "marked_at", "draft_saved_at"];

/// When the rows of a table are due. `Err` where nothing can be found: the table has to
/// be given a moment that is named as above.
pub fn due(tables: &[TableMap], table: &TableMap) -> Result<Due, &'static str> {
    let Some(retention) = retention_of(table)? else {
        return Ok(Due::Otherwise("it is about nobody"));
    };
    if let SubjectPath::Through { table: parent, .. } = table.subject {
        let parent = tables.iter().find(|table| table.table == parent);
        let of_parent = parent.map(retention_of).transpose()?.flatten();
        if of_parent == Some(retention) {
            return Ok(Due::WithParent);
        }
    }
    let Some(rule) = retention.rules().first() else {
        return Err("its rule has no line");
    };
    let names: &[&'static str] = match retention {
        Retention::SignIn | Retention::SecurityLog => {
            return Ok(Due::Otherwise("the server itself ends it every hour"));
        }
        Retention::Consent => {
            return Ok(Due::Otherwise(
                "the record is only added to; its evidence goes with the person",
            ));
        }
        Retention::Account => return Ok(Due::WithPerson),
        Retention::NeverUsed
        | Retention::StudentWork
        | Retention::Marks
        | Retention::Material
        | Retention::ChangeRecord
        | Retention::Import
        | Retention::Evidence
        | Retention::RightsRequest
        | Retention::Looks
        | Retention::Register
        | Retention::Mail
        | Retention::Outbox
        | Retention::Report => match rule.anchor {
            Anchor::Written => &WRITTEN,
            Anchor::Ended => &ENDED,
            Anchor::EndOfSchoolYear => &IN_THE_YEAR,
            Anchor::LeftSchool | Anchor::LastChildLeft => return Ok(Due::WithPerson),
            Anchor::SchoolLeft => {
                return Ok(Due::Otherwise("it stays while the school is here"));
            }
        },
    };
    let found: Vec<&'static str> = names
        .iter()
        .copied()
        .filter(|name| table.class(name).is_some())
        .collect();
    if found.is_empty() {
        return Err("it has no moment from which its rule counts");
    }
    let of_table = |rule: &RetentionRule| {
        rule.only
            .is_none_or(|(column, _)| table.class(column).is_some())
    };
    let rules = retention.rules().iter().copied().filter(of_table).collect();
    Ok(Due::After(found, rules))
}

/// The one rule of a table.
fn retention_of(table: &TableMap) -> Result<Option<Retention>, &'static str> {
    let mut rules = table
        .columns
        .iter()
        .filter_map(|(_, class)| class.retention);
    let first = rules.next();
    if rules.any(|other| Some(other) != first) {
        return Err("its columns name several rules");
    }
    Ok(first)
}
