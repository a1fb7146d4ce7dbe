//! Every kind of event that may be recorded, with every field that its copies of what
//! was and is may hold. Nothing else is written down: `domain::events` drops what is
//! not declared here, and a test run stops at it.

use crate::class::Category::{
    self, Activity, Assessment, Contact, Credential, Device, Identity, Link, Material, Membership,
    School, Technical, Work,
};

/// One kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventKind {
    /// Noun and verb, such as "assignment.published".
    pub name: &'static str,
    /// The fields of its `before` and `after`, with the kind of data of each.
    pub fields: &'static [(&'static str, Category)],
}

const fn kind(name: &'static str, fields: &'static [(&'static str, Category)]) -> EventKind {
    EventKind { name, fields }
}

/// The kinds by name.
pub const EVENTS: &[EventKind] = &[
    kind(
        "activity.reviewed",
        &[("activity", School), ("months", Technical)],
    ),
    kind("arrangement.ended", &[]),
    kind("arrangement.set", &[]),
    kind("assignment.closed", &[("closed_at", Material)]),
    kind(
        "assignment.created",
        &[
            ("due_at", Material),
            ("instructions", Material),
            ("points", Material),
            ("publish_at", Material),
            ("title", Material),
        ],
    ),
    kind(
        "assignment.edited",
        &[
            ("closed_at", Material),
            ("due_at", Material),
            ("instructions", Material),
            ("points", Material),
            ("publish_at", Material),
            ("title", Material),
        ],
    ),
    kind(
        "assignment.file_added",
        &[
            ("file", Technical),
            ("name", Material),
            ("size_bytes", Technical),
        ],
    ),
    kind(
        "assignment.file_removed",
        &[("file", Technical), ("name", Material)],
    ),
    kind(
        "assignment.published",
        &[("closed_at", Material), ("publish_at", Material)],
    ),
    kind("assignment.reopened", &[("closed_at", Material)]),
    kind("badge.ended", &[]),
    kind("badge.issued", &[]),
    kind("badge.pictures_changed", &[]),
    kind("badge.replaced", &[]),
    kind(
        "badge_setting.chosen",
        &[
            ("days", School),
            ("from", School),
            ("teachers_enrol", School),
            ("until", School),
        ],
    ),
    kind("breach.assessed", &[("risk", School)]),
    kind("breach.closed", &[]),
    kind("breach.commissioner_told", &[]),
    kind("breach.people_told", &[]),
    kind("breach.reported", &[]),
    kind("classroom.archived", &[("archived_at", School)]),
    kind(
        "classroom.created",
        &[
            ("name", School),
            ("subject", School),
            ("year_group", School),
        ],
    ),
    kind(
        "classroom.renamed",
        &[
            ("name", School),
            ("subject", School),
            ("year_group", School),
        ],
    ),
    kind("classroom.restored", &[("archived_at", School)]),
    kind(
        "consent.asked",
        &[("classroom", School), ("title", Material)],
    ),
    kind("consent.closed", &[]),
    kind("consent.reminded", &[("reminded", Technical)]),
    kind("copy.looked_through", &[]),
    kind("copy.reminded", &[]),
    kind("data.copied", &[("tables", Technical)]),
    kind("deadline.told", &[("end", Technical)]),
    kind(
        "declaration.signed",
        &[
            ("assessment", School),
            ("basis", School),
            ("corrected", Technical),
            ("establishment_number", School),
            ("text_sha256", Technical),
            ("text_version", School),
        ],
    ),
    kind("demo.made", &[]),
    kind("demo.passwords_given", &[("accounts", Technical)]),
    kind("device.ended", &[]),
    kind("device.enrolled", &[("label", School), ("profile", School)]),
    kind("device.renamed", &[("label", School)]),
    kind("disclosure.asked", &[("state", School)]),
    kind("disclosure.given", &[("state", School)]),
    kind("disclosure.step", &[("state", School)]),
    kind(
        "enrolment.began",
        &[
            ("classroom", School),
            ("person", Link),
            ("role", Membership),
        ],
    ),
    kind(
        "enrolment.ended",
        &[
            ("classroom", School),
            ("ended_at", Membership),
            ("person", Link),
            ("role", Membership),
        ],
    ),
    kind("erasure.called_off", &[]),
    kind("erasure.granted", &[("rule", School), ("state", Technical)]),
    kind(
        "guardianship.added",
        &[("guardian", Link), ("student", Link)],
    ),
    kind(
        "guardianship.ended",
        &[("guardian", Link), ("student", Link)],
    ),
    kind("hold.approved", &[("hold", Technical)]),
    kind("hold.kept", &[("review_at", Technical)]),
    kind("hold.opened", &[("hold", Technical)]),
    kind("hold.released", &[("hold", Technical)]),
    kind("invitation.ended", &[("person", Link)]),
    kind(
        "invitation.made",
        &[
            ("page", Technical),
            ("person", Link),
            ("replaced", Technical),
            ("role", Membership),
        ],
    ),
    kind(
        "invitation.used",
        &[("person", Link), ("username", Credential)],
    ),
    kind(
        "mail.chosen",
        &[("category", Membership), ("state", Membership)],
    ),
    kind("mark.returned", &[("returned_at", Activity)]),
    kind(
        "mark.saved",
        &[("comment", Assessment), ("points", Assessment)],
    ),
    kind(
        "password.changed",
        &[("person", Link), ("username", Credential)],
    ),
    kind(
        "objection.changed",
        &[("purpose", Membership), ("state", Membership)],
    ),
    kind("objection.disputed", &[("purpose", Membership)]),
    kind("duty.ended", &[("duty", Membership)]),
    kind("duty.given", &[("duty", Membership)]),
    kind("report.changed", &[("state", Activity)]),
    kind("source.approved", &[("system", School)]),
    kind("source.declared", &[("system", School)]),
    kind("source.ended", &[("system", School)]),
    kind("restriction.announced", &[("lifts_at", Activity)]),
    kind("restriction.begun", &[("ground", Membership)]),
    kind("restriction.ended", &[]),
    kind(
        "outbox.delivered",
        &[
            ("operation", Technical),
            ("outcome", Technical),
            ("files", Technical),
        ],
    ),
    kind("outbox.seen", &[]),
    kind(
        "password.first_given",
        &[("classroom", School), ("page", Technical), ("person", Link)],
    ),
    kind("password.given", &[("page", Technical), ("person", Link)]),
    kind(
        "person.added",
        &[
            ("family_name", Identity),
            ("given_name", Identity),
            ("role", Membership),
            ("username", Credential),
            ("year_group", Identity),
        ],
    ),
    kind(
        "person.edited",
        &[
            ("email", Contact),
            ("family_name", Identity),
            ("given_name", Identity),
            ("username", Credential),
            ("year_group", Identity),
        ],
    ),
    kind(
        "person.ended",
        &[
            ("ended_at", Membership),
            ("enrolments", Technical),
            ("guardianships", Technical),
            ("roles", Technical),
        ],
    ),
    kind(
        "person.erased",
        &[("rule", School), ("certificate", Technical)],
    ),
    kind("person.files_erased", &[("table", Technical)]),
    kind(
        "person.restored",
        &[
            ("ended_at", Membership),
            ("enrolments", Technical),
            ("guardianships", Technical),
            ("roles", Technical),
        ],
    ),
    kind(
        "person.role_ended",
        &[("ended_at", Membership), ("role", Membership)],
    ),
    kind("person.role_given", &[("role", Membership)]),
    kind("privacy_setting.chosen", &[("names_shown", School)]),
    kind("provider.changed", &[("name", School), ("state", School)]),
    kind("provider.objected", &[]),
    kind("provider.objection_withdrawn", &[]),
    kind("providers.not_uk_only", &[]),
    kind("providers.uk_only", &[]),
    kind("reading.chosen", &[]),
    kind("recipient.added", &[("name", School)]),
    kind("recipient.ended", &[]),
    kind("recipients.to_tell", &[("providers", School)]),
    kind("recipients.told", &[]),
    kind("retention.chosen", &[("rule", School), ("period", School)]),
    kind("roster.checked", &[("file", School), ("stage", School)]),
    kind(
        "roster.imported",
        &[
            ("classrooms", Technical),
            ("enrolments", Technical),
            ("guardianships", Technical),
            ("people", Technical),
        ],
    ),
    kind(
        "roster.undone",
        &[
            ("classrooms", Technical),
            ("enrolments", Technical),
            ("guardianships", Technical),
            ("people", Technical),
        ],
    ),
    kind(
        "school.copied",
        &[
            ("files", Technical),
            ("missing", Technical),
            ("rows", Technical),
            ("tables", Technical),
        ],
    ),
    kind(
        "school.edited",
        &[("name", School), ("phase", School), ("time_zone", School)],
    ),
    kind("school.hue_chosen", &[("hue", School)]),
    kind("school.leaving_asked", &[("last_day", School)]),
    kind("school.leaving_confirmed", &[]),
    kind("school.made", &[("code", School), ("name", School)]),
    kind("school.stays", &[]),
    kind("session.ended", &[("sessions", Technical)]),
    kind("session.left_behind", &[]),
    kind("session.others_ended", &[("sessions", Technical)]),
    kind("session.replaced", &[]),
    kind("session.started", &[("device", Device)]),
    kind(
        "sharing.given",
        &[("disclosure", Technical), ("people", Technical)],
    ),
    kind(
        "sharing.proposed",
        &[("columns", School), ("recipient", School)],
    ),
    kind("sharing.stopped", &[]),
    kind("site.closed", &[("host", School)]),
    kind("site.opened", &[("host", School)]),
    kind("statistics.joined", &[]),
    kind("statistics.left", &[]),
    kind("submission.draft_begun", &[]),
    kind(
        "submission.file_added",
        &[("file", Technical), ("size_bytes", Technical)],
    ),
    kind("submission.file_removed", &[("file", Technical)]),
    kind(
        "submission.handed_in",
        &[
            ("attempt", Technical),
            ("files", Technical),
            ("is_late", Work),
            ("is_new_text", Technical),
            ("number", Technical),
            ("session", Technical),
            ("signed_in_at", Activity),
            ("version", Technical),
        ],
    ),
    kind("submission.taken_back", &[("attempt", Technical)]),
    kind("support.ended", &[]),
    kind("support.granted", &[]),
];

/// The kind of this name; none where nobody declared it.
pub fn event_kind(name: &str) -> Option<&'static EventKind> {
    EVENTS.iter().find(|kind| kind.name == name)
}

impl EventKind {
    /// Whether its copies may hold a field of this name.
    pub fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|(name, _)| *name == field)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_declared_once_and_says_what_its_fields_are() {
        let mut names = BTreeSet::new();
        for kind in EVENTS {
            assert!(names.insert(kind.name), "{} stands there twice", kind.name);
            assert!(kind.name.contains('.'), "{} is noun and verb", kind.name);
            let fields: BTreeSet<_> = kind.fields.iter().map(|(name, _)| name).collect();
            assert_eq!(fields.len(), kind.fields.len(), "{}", kind.name);
        }
        assert!(event_kind("mark.saved").is_some_and(|kind| kind.has("comment")));
        assert!(event_kind("page.read").is_none());
    }
}
