//! What somebody can open: the entries of the navigation, most used first, and the whole
//! list of their pages for `/more`. Both name only pages that answer this person.

use domain::Actor;
use domain::schools::policy::{self, Action};
use vocab::people::{Role, Roles};

use crate::readers::Reader;
use crate::rights::DOCUMENTS;
use crate::ui::{Here, IconName, NavItem};

/// The list of all pages.
pub(crate) const MORE: &str = "/more";

/// Address, label and drawing of an entry.
type Entry = (&'static str, &'static str, IconName);

/// How many things wait behind an entry, by its address. Only pages that have read it anyway
/// say so: the first page, marking, a student's work and the lead's requests. To count on every
/// page would cost each a statement, or the session's own a subquery that reads every hand-in
/// of a teacher's classrooms: no index tells which of them has no mark yet.
pub(crate) type Counts = Vec<(&'static str, u64)>;

/// What somebody may do by the school's word and not by their role alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grants {
    /// Sets up devices for badges.
    pub(crate) sets_up_devices: bool,
    /// Reads what people report.
    pub(crate) reads_reports: bool,
    /// Reads the security log.
    pub(crate) reads_log: bool,
}

/// A part of the list of all pages: its heading, then address and words of each page.
pub(crate) struct PageGroup {
    /// The heading's `id`.
    pub(crate) id: &'static str,
    /// The heading.
    pub(crate) title: &'static str,
    /// Address and words, in the order shown.
    pub(crate) pages: Vec<(&'static str, &'static str)>,
}

/// The navigation of somebody who is on `path`. `belongs_to` is the entry of a page whose
/// address does not say it, such as an assignment's; an empty one is no entry's.
pub(crate) fn navigation(
    actor: &Actor,
    belongs_to: &str,
    path: &str,
    counts: &[(&str, u64)],
) -> Vec<NavItem> {
    let mut all = entries(actor.roles, Reader::of(actor));
    all.push((MORE, "More", IconName::Menu));
    listed(all, belongs_to, path, counts)
}

fn listed(all: Vec<Entry>, belongs_to: &str, path: &str, counts: &[(&str, u64)]) -> Vec<NavItem> {
    let part = part_of(&all, belongs_to, path);
    all.into_iter()
        .map(|(href, words, icon)| {
            let (label, rest) = in_the_bar(words);
            let count = counts.iter().find(|(address, _)| *address == href);
            NavItem {
                href: href.to_owned(),
                label: label.to_owned(),
                rest,
                icon,
                here: match (href == path, part == Some(href)) {
                    (true, _) => Here::Page,
                    (false, true) => Here::Part,
                    (false, false) => Here::Elsewhere,
                },
                count: count.map(|(_, count)| *count),
            }
        })
        .collect()
}

/// The word that an entry shows, and what follows it unseen: a phone has room for one.
fn in_the_bar(words: &'static str) -> (&'static str, Option<&'static str>) {
    match words.find(" of ") {
        Some(at) => (&words[..at], Some(&words[at..])),
        None => (words, None),
    }
}

/// The entry that a page belongs to: the nearest one above it, else the nearest one above
/// the page that it names, else the list in which it is found.
fn part_of(all: &[Entry], belongs_to: &str, path: &str) -> Option<&'static str> {
    let nearest_above = |path: &str| {
        all.iter()
            .map(|(href, ..)| *href)
            .filter(|href| path == *href || path.starts_with(&format!("{href}/")))
            .max_by_key(|href| href.len())
    };
    nearest_above(path)
        .or_else(|| nearest_above(belongs_to))
        .or((!belongs_to.is_empty()).then_some(MORE))
}

/// What these roles lead to, most used first: the bar of a phone shows four. Who is the lead
/// and neither teaches nor runs the school has the clocks before the first page.
fn entries(roles: Roles, reader: Reader) -> Vec<Entry> {
    let is = |role| roles.has(role);
    let is_lead = is(Role::DataProtectionLead);
    let is_lead_alone = is_lead && !is(Role::Teacher) && !is(Role::SchoolAdmin);
    let is_guardian_only = is(Role::Guardian) && !is(Role::Student) && !roles.is_staff();
    let (first, icon) = match (is(Role::Student), is(Role::Teacher)) {
        (true, _) => (reader.words("To do", "Today"), IconName::Today),
        (false, true) => ("Today", IconName::Today),
        (false, false) => ("Home", IconName::Home),
    };
    let home = ("/home", first, icon);
    let mut all = Vec::new();
    if !is_lead_alone {
        all.push(home);
    }
    if is(Role::Student) {
        all.push(("/work", "Work", IconName::Work));
    }
    if is(Role::Teacher) {
        all.push(("/marking", "Marking", IconName::Marking));
    }
    if is_lead {
        all.extend([
            ("/school/privacy", "Requests", IconName::Message),
            ("/school/privacy/activities", "Records", IconName::File),
            ("/school/privacy/who-looked", "Log of access", IconName::Eye),
            ("/school/privacy/retention", "Retention", IconName::Clock),
            ("/school/privacy/breaches", "Breaches", IconName::Warn),
        ]);
    }
    if is_lead_alone {
        all.push(home);
    }
    if is(Role::SchoolAdmin) || is_lead {
        all.push(("/people", "People", IconName::People));
    }
    if is(Role::Student) || is(Role::Teacher) || is(Role::SchoolAdmin) || is_guardian_only {
        all.push(("/classrooms", "Classes", IconName::Classes));
    }
    if is(Role::SchoolAdmin) {
        all.push(("/people/import", "Import", IconName::Import));
        if !is_lead {
            all.push(("/school/privacy", "Privacy", IconName::School));
        }
    }
    if is_guardian_only {
        all.push(("/settings/privacy", "Privacy", IconName::Lock));
    }
    if is_guardian_only || reader != Reader::Adult {
        all.push(("/my-data", "My data", IconName::File));
    }
    all.push(("/settings", "Account", IconName::Account));
    all
}

/// Every page that this person can open from anywhere, by what it is about. A page stands
/// in one place alone.
pub(crate) fn all_pages(actor: &Actor, grants: Grants) -> Vec<PageGroup> {
    let daily: Vec<_> = entries(actor.roles, Reader::of(actor))
        .into_iter()
        .map(|(href, label, _)| (href, label))
        .collect();
    let groups = [
        ("daily", "Every day", daily),
        ("school", "The school", of_the_school(actor, grants)),
        ("data-protection", "Data protection", of_the_lead(actor)),
        ("about-you", "About you", about_oneself(actor)),
        ("platform", "This platform", PLATFORM.to_vec()),
    ];
    let mut known = Vec::new();
    groups
        .into_iter()
        .map(|(id, title, mut pages)| {
            pages.retain(|(href, _)| !known.contains(href));
            known.extend(pages.iter().map(|(href, _)| *href));
            PageGroup { id, title, pages }
        })
        .filter(|group| !group.pages.is_empty())
        .collect()
}

/// The pages that are called by every word that was typed, in their own words or in their
/// part's heading; all of them where nothing was.
pub(crate) fn called(groups: Vec<PageGroup>, typed: &str) -> Vec<PageGroup> {
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    groups
        .into_iter()
        .map(|mut group| {
            let title = group.title.to_lowercase();
            group.pages.retain(|(_, label)| {
                let label = label.to_lowercase();
                words
                    .iter()
                    .all(|word| label.contains(*word) || title.contains(*word))
            });
            group
        })
        .filter(|group| !group.pages.is_empty())
        .collect()
}

fn of_the_school(actor: &Actor, grants: Grants) -> Vec<(&'static str, &'static str)> {
    let by_word = [
        (grants.reads_reports, "/school/reports", "Reports of others"),
        (grants.reads_log, "/school/security", "Security log"),
    ]
    .into_iter()
    .filter(|(is_granted, ..)| *is_granted)
    .map(|(_, href, words)| (href, words));
    [
        (
            Action::MakeClassroom,
            "/classrooms/new",
            "Make a new classroom",
        ),
        (Action::ManagePeople, "/people/new", "Add a person"),
        (
            Action::ImportRoster,
            "/people/import",
            "Import people from a file",
        ),
        (
            Action::EnrolDevices,
            "/school/devices",
            "Devices for badges",
        ),
        (
            Action::ChangeSchool,
            "/school/details",
            "The school's name and time zone",
        ),
        (
            Action::ChangeSchool,
            "/school/colour",
            "The school's colour",
        ),
        (
            Action::ChangeSchool,
            "/school/links",
            "Sites outside that students may visit",
        ),
        (
            Action::SeeDeclaration,
            "/school/declaration",
            "The school's declaration",
        ),
        (
            Action::LeaveThePlatform,
            "/school/leaving",
            "Leave Classimize",
        ),
    ]
    .into_iter()
    .filter(|(action, ..)| policy::allows(actor.roles, *action))
    .filter(|(action, ..)| grants.sets_up_devices || *action != Action::EnrolDevices)
    .map(|(_, href, words)| (href, words))
    .chain(by_word)
    .collect()
}

fn of_the_lead(actor: &Actor) -> Vec<(&'static str, &'static str)> {
    if !policy::allows(actor.roles, Action::HandleRequests) {
        return Vec::new();
    }
    [
        ("/school/privacy", "Requests about data"),
        ("/school/privacy/new", "Write a request down"),
    ]
    .into_iter()
    .chain(DOCUMENTS)
    .filter(|(href, _)| !PLATFORM.iter().any(|(public, _)| public == href))
    .collect()
}

fn about_oneself(actor: &Actor) -> Vec<(&'static str, &'static str)> {
    let mut pages = vec![("/settings", "Account, colours and password")];
    if actor.is(Role::Student) {
        pages.extend([
            ("/needs-you", "What your tablet could not put in its place"),
            ("/my-data/receipts", "What I handed in, with receipts"),
            ("/share", "Add a photo to my work"),
        ]);
    }
    pages.extend([
        ("/my-data", "My data"),
        ("/my-data/who-looked", "Who looked at my data"),
        ("/my-data/who-may", "Who may see my data"),
        ("/my-data/objections", "Say no to a use of my data"),
        ("/settings/privacy", "My choices"),
        ("/settings/sharing", "What my school asks to share"),
        ("/settings/reading", "Letters, spacing and reading aloud"),
        ("/settings/messages", "Which mail I get"),
        ("/report", "Report a problem"),
    ]);
    pages
}

/// What everybody may read.
const PLATFORM: [(&str, &str); 8] = [
    ("/privacy", "What is kept, why and for how long"),
    ("/privacy/cookies", "Cookies"),
    (
        "/privacy/providers",
        "Companies that work for this platform",
    ),
    ("/privacy/history", "What changed in the policies"),
    ("/trust", "Every promise, and how it is kept"),
    ("/accessibility", "How accessible it is"),
    ("/install", "Put it among your apps"),
    ("/contact", "Contact"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Entry; 3] = [
        ("/people", "People", IconName::People),
        ("/people/import", "Import", IconName::Import),
        (MORE, "More", IconName::Menu),
    ];

    fn first_five(roles: &[Role], reader: Reader) -> Vec<&'static str> {
        let all = entries(roles.iter().copied().collect(), reader);
        let labels = all.iter().map(|(_, label, _)| *label);
        labels.take(5).collect()
    }

    #[test]
    fn each_role_finds_first_what_it_does_daily() {
        let adult = |roles: &[Role]| first_five(roles, Reader::Adult);
        assert_eq!(
            adult(&[Role::DataProtectionLead]),
            [
                "Requests",
                "Records",
                "Log of access",
                "Retention",
                "Breaches"
            ]
        );
        assert_eq!(
            adult(&[Role::Teacher]),
            ["Today", "Marking", "Classes", "Account"]
        );
        assert_eq!(
            adult(&[Role::SchoolAdmin]),
            ["Home", "People", "Classes", "Import", "Privacy"]
        );
        for (reader, first) in [(Reader::Youngest, "To do"), (Reader::Student, "Today")] {
            assert_eq!(
                first_five(&[Role::Student], reader),
                [first, "Work", "Classes", "My data", "Account"]
            );
        }
        assert_eq!(
            adult(&[Role::Guardian]),
            ["Home", "Classes", "Privacy", "My data", "Account"]
        );
    }

    #[test]
    fn a_lead_who_teaches_or_runs_the_school_begins_with_that() {
        for (other, first) in [(Role::Teacher, "Today"), (Role::SchoolAdmin, "Home")] {
            let roles = [Role::DataProtectionLead, other];
            assert_eq!(first_five(&roles, Reader::Adult)[0], first, "{other}");
        }
    }

    #[test]
    fn everybody_comes_back_to_their_first_page() {
        for role in Role::ALL {
            let all = entries([*role].into_iter().collect(), Reader::Adult);
            assert!(all.iter().any(|(href, ..)| *href == "/home"), "{role}");
        }
    }

    #[test]
    fn a_page_is_found_by_any_of_its_words_and_by_the_heading_above_it() {
        let found = |typed: &str| {
            let platform = PageGroup {
                id: "platform",
                title: "This platform",
                pages: PLATFORM.to_vec(),
            };
            let groups = called(vec![platform], typed);
            let pages = groups.iter().flat_map(|group| &group.pages);
            pages.map(|(href, _)| *href).collect::<Vec<_>>()
        };
        assert_eq!(found("COOKIE"), ["/privacy/cookies"]);
        assert_eq!(found("long kept"), ["/privacy"]);
        assert_eq!(found("platform contact"), ["/contact"]);
        assert_eq!(found("  ").len(), PLATFORM.len());
        assert!(found("cookies contact").is_empty());
    }

    #[test]
    fn a_page_belongs_to_the_nearest_entry_above_it() {
        assert_eq!(
            part_of(&ALL, "/people", "/people/import/7"),
            Some("/people/import")
        );
        assert_eq!(
            part_of(&ALL, "/people/import", "/people/7/edit"),
            Some("/people")
        );
        assert_eq!(part_of(&ALL, "/people", "/peoples"), Some("/people"));
    }

    #[test]
    fn a_receipt_of_a_consent_belongs_to_the_choices_or_to_the_account_above_them() {
        let part = |role| {
            let all = entries([role].into_iter().collect(), Reader::Adult);
            part_of(&all, "/settings/privacy", "/privacy/receipts/7")
        };
        assert_eq!(part(Role::Guardian), Some("/settings/privacy"));
        assert_eq!(part(Role::Teacher), Some("/settings"));
    }

    #[test]
    fn what_waits_is_told_at_its_own_entry_alone() {
        let found = listed(ALL.to_vec(), "", "/people", &[("/people/import", 3)]);
        let counts: Vec<_> = found.iter().map(|item| item.count).collect();
        assert_eq!(counts, [None, Some(3), None]);
        let nothing = listed(ALL.to_vec(), "", "/people", &[]);
        assert!(nothing.iter().all(|item| item.count.is_none()));
    }

    #[test]
    fn a_page_without_an_entry_is_found_under_more_and_one_that_is_not_there_nowhere() {
        assert_eq!(part_of(&ALL, "/home", "/school/links"), Some(MORE));
        assert_eq!(part_of(&ALL, "", "/no/such/page"), None);
    }
}
