//! Who of the package is who of the school. People are known by the id that the
//! source of the package gave them; somebody added by hand, or left over from a source that is
//! over, is taken on as `by_hand` says; whom another source keeps is left out as `elsewhere`
//! says; everybody else is new.

use std::collections::{HashMap, HashSet};

use interop::oneroster::{Mode, Table, User, UserRole};
use vocab::ids::PersonId;
use vocab::people::Role;
use vocab::rosters::RosterKind;

use super::altered;
use super::by_hand::ByHand;
use super::elsewhere::Elsewhere;
use super::match_roles::RoleRules;
use super::names;
use super::plan::{Cast, PersonChange, Plan, Setting};
use super::present::PersonNow;
use super::report::Remarks;
use super::scope::is_active;
use super::states::{PersonState, Touched};
use super::usernames::{Usernames, Wish};
use crate::people::sort_name;
use crate::secrets::new_id;
use crate::sources::Source;

/// Plans the people and tells who is who for the rest of the plan.
pub(super) fn plan<'p>(setting: &Setting<'p>, plan: &mut Plan, remarks: &mut Remarks) -> Cast<'p> {
    let mut matching = Matching::begin(setting);
    let mut cast = Cast::default();
    let mut gone = HashSet::new();
    let mut found = Vec::new();
    let (package, scope) = (setting.package, &setting.scope);
    for user in &package.users {
        let id = user.sourced_id.as_str();
        if !is_active(user.status) || scope.gives_away(user, package, setting.present) {
            gone.insert(id);
        } else if !scope.holds_user(user) {
            cast.left_out.insert(id);
        } else if !cast.active.contains_key(id) {
            if let Some(person) = matching.person(user, plan, remarks) {
                cast.active.insert(id, person.row.id);
                if matching.roles.has_later(user) {
                    cast.to_come.insert(person.row.id);
                }
                found.push((user, person));
            } else {
                cast.left_out.insert(id);
            }
        }
    }
    matching.accounts(&mut found, remarks);
    for (_, person) in found {
        keep(person, &mut cast, plan);
    }
    matching.by_hand.remark(remarks);
    matching.roles_alone(&mut cast, plan, remarks);
    matching.roles.remark_on_later(remarks);
    let is_whole = package.mode_of(Table::Users) == Some(Mode::Bulk);
    if is_whole {
        matching.by_hand.remark_on_who_stays(remarks);
    }
    for person in setting.present.roster_people() {
        let id = person.state.sourced_id.as_deref().unwrap_or_default();
        // The id may be somebody else's by now, whom the system has listed since.
        let who = cast.active.get(id).copied();
        let leaves = (who.is_none() && gone.contains(id)) || is_whole;
        if leaves && who != Some(person.id) {
            end(person, setting, &mut cast, plan, remarks);
        }
    }
    cast.left_out.extend(gone);
    cast
}

/// Counts a person, and keeps the change if there is one.
fn keep(person: PersonChange, cast: &mut Cast<'_>, plan: &mut Plan) {
    let counts = plan.count(RosterKind::People);
    match &person.row.before {
        Some(before) if *before == person.row.after => {
            counts.unchanged += 1;
            return;
        }
        Some(before) if before.ended_at.is_none() => counts.changed += 1,
        _ => counts.created += 1,
    }
    cast.after.insert(person.row.id, person.row.after.clone());
    plan.people.push(person);
}

fn end(
    person: &PersonNow,
    setting: &Setting<'_>,
    cast: &mut Cast<'_>,
    plan: &mut Plan,
    remarks: &mut Remarks,
) {
    let runs_the_school = [Role::SchoolAdmin, Role::DataProtectionLead]
        .into_iter()
        .any(|role| person.state.has(role));
    if runs_the_school {
        plan.count(RosterKind::People).unchanged += 1;
        let name = person.state.name();
        remarks.add(
            Table::Users,
            None,
            None,
            "user.admin_kept",
            format!(
                "{name} is not in the roster any more, but runs the school here: \
                 end this person by hand if that is right."
            ),
        );
        return;
    }
    let after = person.state.ended(setting.now);
    plan.count(RosterKind::People).ended += 1;
    cast.leavers.insert(person.id);
    cast.after.insert(person.id, after.clone());
    plan.people.push(change(person, after));
}

fn change(person: &PersonNow, after: PersonState) -> PersonChange {
    PersonChange {
        row: Touched {
            id: person.id,
            before: Some(person.state.clone()),
            after,
        },
        created_at: person.created_at,
        account: person.account,
    }
}

struct Matching<'s, 'p> {
    setting: &'s Setting<'p>,
    usernames: Usernames,
    by_hand: ByHand<'p>,
    elsewhere: Elsewhere<'p>,
    roles: RoleRules<'s, 'p>,
}

impl<'s, 'p> Matching<'s, 'p> {
    fn begin(setting: &'s Setting<'p>) -> Self {
        let asked_for = setting
            .package
            .users
            .iter()
            .filter(|user| is_active(user.status))
            .filter_map(|user| names::username(user.username.as_deref()?))
            .collect();
        Self {
            setting,
            usernames: Usernames::new(setting.present.usernames.clone(), asked_for),
            by_hand: ByHand::begin(setting),
            elsewhere: Elsewhere::begin(setting),
            roles: RoleRules::begin(setting),
        }
    }

    /// Who a row is and becomes; `None` for somebody whom another source keeps.
    fn person(
        &mut self,
        user: &User,
        plan: &mut Plan,
        remarks: &mut Remarks,
    ) -> Option<PersonChange> {
        let present = self.setting.present;
        let is_student = self.roles.is_student(user);
        let known = present
            .by_sourced_id(&user.sourced_id)
            .or_else(|| self.by_hand.take_on(user, is_student));
        if known.is_none() && self.elsewhere.keeps(user, is_student, remarks) {
            return None;
        }
        let mut after = names_and_contact(user, known, present.lineage.source, remarks);
        self.roles.of_user(user, known, &mut after, plan, remarks);
        if after.has(Role::Student)
            && let Some(group) = names::year_group(&user.grades)
        {
            altered::remark_on_year_group(user, &group, remarks);
            after.year_group = Some(group);
        }
        // Nothing else closes the account of somebody who is here.
        after.disabled_at = if user.enabled {
            None
        } else {
            after.disabled_at.or(Some(self.setting.now))
        };
        Some(match known {
            Some(person) => change(person, after),
            None => PersonChange {
                row: Touched {
                    id: PersonId(new_id()),
                    before: None,
                    after,
                },
                created_at: self.setting.now,
                account: None,
            },
        })
    }

    /// The usernames of those who are here, once all of them are known: one may have the name
    /// that another gives up.
    fn accounts(&mut self, found: &mut [(&User, PersonChange)], remarks: &mut Remarks) {
        let wishes: Vec<Wish> = found
            .iter()
            .map(|(user, person)| self.wish(user, person))
            .collect();
        let came_true = self.usernames.settle(&wishes);
        for (((user, person), wish), came_true) in found.iter_mut().zip(wishes).zip(came_true) {
            let after = &mut person.row.after;
            if came_true {
                after.username = wish.wants;
            } else if let Some(has) = wish.has {
                if let Some(wanted) = wish.wants {
                    remark_on_taken(user, &wanted, &has, remarks);
                }
            } else {
                let username = self.new_username(user, wish.wants.as_deref(), after, remarks);
                after.username = Some(username);
            }
            altered::remark_on_username(user, person, remarks);
        }
    }

    /// Somebody's username, and the one that the file gives them. What people sign in with
    /// already stays, and so does all of whoever is passed over.
    fn wish(&self, user: &User, person: &PersonChange) -> Wish {
        let has = person.account.and(person.row.after.username.clone());
        let has_password = person.account.is_some_and(|account| account.has_password);
        let is_passed_over = self.setting.present.restricted.contains(&person.row.id);
        let wants = user
            .username
            .as_deref()
            .and_then(names::username)
            .filter(|_| !has_password && !is_passed_over)
            .filter(|wanted| has.as_ref() != Some(wanted));
        Wish { has, wants }
    }

    /// A username for a new account that does not have the one of the file.
    fn new_username(
        &mut self,
        user: &User,
        wanted: Option<&str>,
        after: &PersonState,
        remarks: &mut Remarks,
    ) -> String {
        let Some(wanted) = wanted else {
            return self
                .usernames
                .take_for(&after.given_name, &after.family_name);
        };
        let username = self.usernames.take_like(wanted);
        remark_on_taken(user, wanted, &username, remarks);
        username
    }

    /// A delta may change roles of people whom it does not list.
    fn roles_alone(&mut self, cast: &mut Cast<'p>, plan: &mut Plan, remarks: &mut Remarks) {
        let mut loose: HashMap<&str, Vec<UserRole>> = HashMap::new();
        for row in &self.setting.package.loose_roles {
            match row.user.as_deref() {
                Some(user) => loose.entry(user).or_default().push(row.role.clone()),
                None => remarks.add(
                    Table::Roles,
                    Some(row.role.row),
                    Some("userSourcedId"),
                    "role.nobody",
                    "The row does not say whose role is taken away; it was left out.",
                ),
            }
        }
        let mut loose: Vec<_> = loose.into_iter().collect();
        loose.sort_by_key(|(_, roles)| roles.first().map(|role| role.row));
        for (user, roles) in loose {
            let known = self
                .setting
                .present
                .by_sourced_id(user)
                .filter(|person| person.state.ended_at.is_none());
            let Some(person) = known else {
                remarks.add(
                    Table::Roles,
                    roles.first().map(|role| role.row),
                    Some("userSourcedId"),
                    "reference.unknown_person",
                    "Nobody in the school has this id; the role was left out.",
                );
                continue;
            };
            let after = self.roles.alone(&roles, person, plan, remarks);
            keep(change(person, after), cast, plan);
        }
    }
}

/// Says that somebody does not get the username of the file, each time that it is read.
fn remark_on_taken(user: &User, wanted: &str, username: &str, remarks: &mut Remarks) {
    remarks.add(
        Table::Users,
        Some(user.row),
        Some("username"),
        "user.username_taken",
        format!(
            "\"{wanted}\" belongs to somebody else in the school; this person signs in as \
             \"{username}\"."
        ),
    );
}

/// Names as the person goes by them, and what an empty cell does not wipe.
fn names_and_contact(
    user: &User,
    known: Option<&PersonNow>,
    source_id: Source,
    remarks: &mut Remarks,
) -> PersonState {
    let [given_name, family_name] = altered::called(user).map(|(_, name)| names::clean(name));
    altered::remark_on_names(user, remarks);
    let before = known.map(|person| &person.state);
    let written = user.email.as_deref().filter(|text| !text.trim().is_empty());
    let email = written.and_then(names::email);
    if written.is_some() && email.is_none() {
        let reason = if before.is_some_and(|before| before.email.is_some()) {
            "This is not an e-mail address; the old address stays."
        } else {
            "This is not an e-mail address; the person comes in without it."
        };
        remarks.add(
            Table::Users,
            Some(user.row),
            Some("email"),
            "user.email_not_usable",
            reason,
        );
    }
    let is_unreadable = before.is_some_and(PersonState::has_unreadable_email);
    if is_unreadable && email.is_some() {
        remarks.add(
            Table::Users,
            Some(user.row),
            Some("email"),
            "user.email_unreadable",
            "The address that is kept cannot be read just now, so it was left as it is.",
        );
    }
    PersonState {
        sort_name: sort_name(&given_name, &family_name),
        given_name,
        family_name,
        year_group: before.and_then(|before| before.year_group.clone()),
        email: email
            .filter(|_| !is_unreadable)
            .or_else(|| before.and_then(|before| before.email.clone())),
        sourced_id: Some(user.sourced_id.clone()),
        ended_at: None,
        username: before.and_then(|before| before.username.clone()),
        disabled_at: before.and_then(|before| before.disabled_at),
        roles: before
            .map(|before| before.roles.clone())
            .unwrap_or_default(),
        source_id,
        roles_back: Vec::new(),
    }
}
