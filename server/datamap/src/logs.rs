//! What a line of the server's log may hold: the register of its fields. Nothing in it is
//! about anybody, but for the link of an invitation where no mail is set up. Tests hold the
//! program's own calls and the lines of a server that is asked for everything against it. It
//! holds for the level `info`: at `debug` libraries say more, in fields of their own.

use crate::class::Category::{self, Credential, School, Technical};

/// One field of a line, or of the span around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogField {
    /// Its name, with the name of what it is part of where there is one: "done.sent".
    pub name: &'static str,
    /// What kind of data it holds.
    pub category: Category,
    /// What it says, and why that is about nobody.
    pub holds: &'static str,
}

const fn field(name: &'static str, category: Category, holds: &'static str) -> LogField {
    LogField {
        name,
        category,
        holds,
    }
}

/// Every field, by name.
pub const LOG: &[LogField] = &[
    // This and the threshold below are of the database's library, where the machine is slow.
    field(
        "acquired_after_secs",
        Technical,
        "how long a connection to the database was waited for",
    ),
    field(
        "again",
        Technical,
        "how many people came back with an old copy of the database",
    ),
    field("at", Technical, "which line of the program broke"),
    field(
        "blocked",
        Technical,
        "the host of what a browser refused, without its path",
    ),
    field("column", Technical, "the name of a column"),
    field("deleted", Technical, "how many rows a sweep deleted"),
    field(
        "directive",
        Technical,
        "the rule by which a browser refused something",
    ),
    field("done.ended", Technical, "how many mails were given up"),
    field("done.put_off", Technical, "how many mails are tried again"),
    field("done.sent", Technical, "how many mails were sent"),
    field(
        "drift",
        Technical,
        "which policy document does not say what the program does, and what to do about it",
    ),
    field(
        "error",
        Technical,
        "what went wrong, in the words of the program, the database or the store",
    ),
    field("failed", Technical, "how many could not be done"),
    field(
        "id",
        Technical,
        "the number of the request, made up for it alone",
    ),
    field("job", Technical, "the number of an erasure"),
    field(
        "key",
        Technical,
        "under which numbers a file lies in the store",
    ),
    field("kind", Technical, "the name of a kind of event"),
    field("left_out", Technical, "the names of fields, without values"),
    field("level", Technical, "how bad it is"),
    // Handed on by the operator, who treats the log as they would treat the link.
    field(
        "link",
        Credential,
        "the link of an invitation, only while no mail is set up",
    ),
    field("looked", Technical, "how many links were looked at"),
    field("message", Technical, "words of the program"),
    field("method", Technical, "the verb of a request"),
    field("name", Technical, "the name of a span"),
    field(
        "party",
        School,
        "the name of a company of the public pages, from the configuration",
    ),
    field(
        "provider",
        School,
        "the name of a company, from the register of providers",
    ),
    field(
        "reason",
        Technical,
        "why something is not done, in the words of the program",
    ),
    field(
        "replayed.again",
        Technical,
        "how many keys were destroyed once more",
    ),
    field(
        "route",
        Technical,
        "the shape of an address: its own words, without ids and tokens",
    ),
    field(
        "row",
        Technical,
        "the number of a row whose text cannot be read",
    ),
    field("sealed", Technical, "how many texts or files were sealed"),
    field(
        "slow_acquire_threshold_secs",
        Technical,
        "from when on such a wait is logged",
    ),
    field("status", Technical, "the number of an answer"),
    field(
        "swept.left_over",
        Technical,
        "how many files no row named any more",
    ),
    field(
        "swept.removed",
        Technical,
        "how many files that were taken away are gone",
    ),
    field("table", Technical, "the name of a table"),
    field("times", Technical, "how often browsers refused it"),
    field("timestamp", Technical, "when the line was written"),
    field("took_ms", Technical, "how long an answer took"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_of_the_log_is_about_anybody_but_the_link_of_an_invitation() {
        let personal: Vec<&str> = LOG
            .iter()
            .filter(|field| field.category.is_personal())
            .map(|field| field.name)
            .collect();
        assert_eq!(personal, ["link"]);
    }

    #[test]
    fn every_field_of_the_log_stands_there_once_by_its_name_and_says_what_it_holds() {
        assert!(LOG.is_sorted_by(|one, next| one.name < next.name));
        for field in LOG {
            assert!(!field.holds.is_empty(), "{}", field.name);
        }
    }
}
