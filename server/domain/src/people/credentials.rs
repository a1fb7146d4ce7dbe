//! Passwords handed out to students, who often have no e-mail: the office makes
//! new ones, a teacher makes the first ones of a classroom. They are made of
//! words, shown once to whoever asked, and kept only as hashes. First passwords that
//! were just made for many are made anew by another press of the same page, as long
//! as nobody has used them; what was handed out and not used is made anew for many as well,
//! where a printed list was lost. Staff and guardians are invited instead: nobody else
//! ever knows their password. Nor is one made for an account that the roster has
//! closed, for nobody could sign in with it.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt, TryStreamExt, stream};
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::accounts::Credential;
use vocab::classrooms::ClassroomRole;
use vocab::ids::{AccountId, PersonId, SchoolId};
use vocab::people::Role;

use super::earlier::{Earlier, First, given};
use super::read::with_role;
use super::students::{Found, Student, load};
use super::unused::{handed_out, has_not_come};
use super::{Error, Usernames, display_name, hold};
use crate::access::{AccessError, Permitted};
use crate::accounts::invitations::Link;
use crate::accounts::passwords::Hasher;
use crate::accounts::{self, guard, invitations, sessions};
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::events::{self, Event};
use crate::presses::{Handout, Press};
use crate::secrets;
use crate::secrets::new_id;
use entity::{account, classroom, enrolment, person, school};

/// A large year group; 400 hashes take about eight seconds.
pub const MOST_AT_ONCE: usize = 400;
/// What is written down where a press gave somebody their first password.
pub(super) const FIRST_GIVEN: &str = "password.first_given";
/// What is written down where somebody is given one in place of another.
pub(super) const GIVEN: &str = "password.given";
/// Hashes asked for at once, so that people who sign in meanwhile take turns with them.
const HASHES_AT_ONCE: usize = 2;

/// Gives new passwords to these students, sorted by family name. Accounts are made
/// where there are none; sessions under the old password end, and so do open invitations.
pub async fn give_passwords(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<()>,
    people: &[PersonId],
    now: Time,
) -> Result<Vec<Credential>, Error> {
    let asked: HashSet<PersonId> = people.iter().copied().collect();
    if asked.len() > MOST_AT_ONCE {
        return Err(Error::TooMany { most: MOST_AT_ONCE });
    }
    let which = person::Column::Id.is_in(asked.iter().copied());
    let which = Condition::all().add(which);
    let found = load(db.read(), permitted.school(), which).await?;
    if found.others > 0 {
        return Err(Error::StudentsOnly);
    }
    if found.all() != asked.len() {
        return Err(AccessError::NotFound.into());
    }
    let students = found.all_open()?;
    let giver = Giver {
        school: permitted.school(),
        by: permitted.actor(),
        gives: Gives::New,
    };
    Ok(giver.give(db, hasher, students, now).await?.made)
}

/// Gives first passwords to the students of a classroom who have none yet, at most
/// 400, and anew to whom another press of the same page gave one. Closed accounts are left
/// out. The permission is to manage the classroom's members.
pub async fn give_passwords_in_classroom(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<classroom::Model>,
    press: Press,
) -> Result<Handout<Credential>, Error> {
    let which = Condition::all().add(person::Column::Id.in_subquery(students_of(permitted)));
    let first = First {
        press,
        classroom: Some(permitted.id),
    };
    let giver = Giver {
        school: permitted.school(),
        by: Some(permitted.actor()),
        gives: Gives::First(first),
    };
    let found = giver.choose(db, first, which, MOST_AT_ONCE).await?;
    giver.give_many(db, hasher, found, press.at()).await
}

/// Gives first passwords to students of the school who have none yet, at most 100 at a
/// time: so many can be printed and handed out, and are made in a few seconds. Whom another
/// press of the same page gave one gets theirs anew. Closed accounts are left out.
pub async fn give_first_passwords(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<()>,
    press: Press,
) -> Result<Handout<Credential>, Error> {
    const AT_A_TIME: usize = 100;
    let which =
        Condition::all().add(person::Column::Id.in_subquery(with_role(permitted, Role::Student)));
    let first = First {
        press,
        classroom: None,
    };
    let giver = Giver {
        school: permitted.school(),
        by: permitted.actor(),
        gives: Gives::First(first),
    };
    let found = giver.choose(db, first, which, AT_A_TIME).await?;
    giver.give_many(db, hasher, found, press.at()).await
}

/// Gives new passwords to those of these students who were handed one, or a link, and have not
/// used it yet, at most 400: the list with theirs was lost. Whoever has come in keeps theirs,
/// and so does whoever was handed theirs since the page was opened, unless an earlier press of
/// the same page did it. A page that is over an hour old is refused.
pub async fn give_passwords_again(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<()>,
    people: &[PersonId],
    press: Press,
) -> Result<Handout<Credential>, Error> {
    if people.len() > MOST_AT_ONCE {
        return Err(Error::TooMany { most: MOST_AT_ONCE });
    }
    if press.is_of_an_old_page() {
        return Err(accounts::Error::PageTooOld.into());
    }
    let which = Condition::all()
        .add(person::Column::Id.is_in(people.iter().copied()))
        .add(has_not_come(permitted.school(), press.at()));
    let giver = Giver {
        school: permitted.school(),
        by: permitted.actor(),
        gives: Gives::Again(press),
    };
    let found = load(db.read(), permitted.school(), which).await?;
    giver.give_many(db, hasher, found, press.at()).await
}

/// Gives one student of a classroom a new password in place of a forgotten one.
pub async fn give_password_to_member(
    db: &Db,
    hasher: &Hasher,
    permitted: &Permitted<classroom::Model>,
    student: PersonId,
    now: Time,
) -> Result<Vec<Credential>, Error> {
    let which = Condition::all()
        .add(person::Column::Id.eq(student))
        .add(person::Column::Id.in_subquery(students_of(permitted)));
    let found = load(db.read(), permitted.school(), which).await?;
    if found.others > 0 {
        return Err(Error::StudentsOnly);
    }
    if found.all() == 0 {
        return Err(AccessError::NotFound.into());
    }
    let students = found.all_open()?;
    let giver = Giver {
        school: permitted.school(),
        by: Some(permitted.actor()),
        gives: Gives::New,
    };
    Ok(giver.give(db, hasher, students, now).await?.made)
}

/// The students who have a place in the classroom now.
fn students_of(permitted: &Permitted<classroom::Model>) -> SelectStatement {
    Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .cond_where(
            Condition::all()
                .add(enrolment::Column::ClassroomId.eq(permitted.id))
                .add(enrolment::Column::Role.eq(ClassroomRole::Student))
                .add(enrolment::Column::EndedAt.is_null()),
        )
        .take()
}

/// Whether a password that is there may be replaced.
#[derive(Clone, Copy)]
enum Gives {
    /// Any is.
    New,
    /// Only what another press of the same page gave, and nobody has used.
    First(First),
    /// Only what was handed out before the page of this press was opened, or by another press
    /// of it, and nobody has used.
    Again(Press),
}

pub(super) struct Giver {
    pub(super) school: SchoolId,
    pub(super) by: Option<PersonId>,
    gives: Gives,
}

/// A password in clear, on its way to whoever asked, and its hash.
struct Made {
    student: Student,
    password: String,
    hash: String,
}

impl Giver {
    /// Those of `which` who have no password, at most so many with those whose password is
    /// made anew. The latter come first: what they have stands in an answer that may be lost.
    async fn choose(
        &self,
        db: &Db,
        first: First,
        which: Condition,
        most: usize,
    ) -> Result<Found, Error> {
        // In this order: whoever is given one meanwhile is found in both.
        let without = which.clone().add(account::Column::PasswordSetAt.is_null());
        let mut without = load(db.read(), self.school, without).await?;
        let given = given(db.read(), self, FIRST_GIVEN, first).await?;
        let anew: Vec<PersonId> = given
            .iter()
            .filter(|(_, given)| first.press.makes_anew(given.at))
            .map(|(person, _)| *person)
            .collect();
        if anew.is_empty() {
            without.students.truncate(most);
            return Ok(without);
        }
        let which = which.add(person::Column::Id.is_in(anew));
        let mut found = load(db.read(), self.school, which).await?;
        found.closed += without.closed;
        let students = &mut found.students;
        students.truncate(MOST_AT_ONCE);
        let known: HashSet<PersonId> = students.iter().map(|student| student.id).collect();
        let room = most.saturating_sub(students.len());
        let others = without
            .students
            .into_iter()
            .filter(|student| !known.contains(&student.id));
        students.extend(others.take(room));
        students.sort_by(|one, other| (&one.sort_name, one.id).cmp(&(&other.sort_name, other.id)));
        Ok(found)
    }

    /// Whose password this press may make anew: of those whom its page names, or of these.
    async fn earlier(
        &self,
        db: &impl ConnectionTrait,
        people: Vec<PersonId>,
    ) -> Result<HashMap<PersonId, Earlier>, DbErr> {
        match self.gives {
            Gives::New => Ok(HashMap::new()),
            Gives::First(first) => given(db, self, FIRST_GIVEN, first).await,
            Gives::Again(press) => {
                let on_the_list = First {
                    press,
                    classroom: None,
                };
                let by_this_page = given(db, self, GIVEN, on_the_list).await?;
                let handed_out = handed_out(db, self.school, people, press.at()).await?;
                let mut earlier: HashMap<PersonId, Earlier> = handed_out
                    .into_iter()
                    .map(|(person, at)| {
                        let is_since = press.opened().is_none_or(|opened| at > opened);
                        let is_newest = |own: &Earlier| at <= own.at;
                        let is_own = by_this_page.get(&person).is_some_and(is_newest);
                        let earlier = Earlier {
                            at,
                            is_closed: false,
                            is_kept: is_since && !is_own,
                        };
                        (person, earlier)
                    })
                    .collect();
                // Who has come in by badge since has not read what this page lost.
                for (person, own) in by_this_page {
                    earlier.entry(person).or_insert(own);
                }
                Ok(earlier)
            }
        }
    }

    /// Gives to those of many whose account is open, and says how many were left out.
    async fn give_many(
        &self,
        db: &Db,
        hasher: &Hasher,
        found: Found,
        now: Time,
    ) -> Result<Handout<Credential>, Error> {
        let handout = self.give(db, hasher, found.students, now).await?;
        Ok(handout.leaving_out(found.closed as u64))
    }

    async fn give(
        &self,
        db: &Db,
        hasher: &Hasher,
        students: Vec<Student>,
        now: Time,
    ) -> Result<Handout<Credential>, Error> {
        if students.is_empty() {
            let given = self.earlier(db.read(), Vec::new()).await?;
            return Ok(self.handout(Vec::new(), 0, &given));
        }
        // Before the transaction: hashing takes seconds, and others want to save.
        let made: Vec<Made> = stream::iter(students)
            .map(|student| async move {
                let password = new_password();
                let hash = hasher.hash(password.clone()).await?;
                Ok::<_, Error>(Made {
                    student,
                    password,
                    hash,
                })
            })
            .buffered(HASHES_AT_ONCE)
            .try_collect()
            .await?;
        let tx = db.write().await?;
        let handout = self.keep(&tx, made, now).await?;
        tx.commit().await?;
        Ok(handout)
    }

    fn handout(
        &self,
        made: Vec<Credential>,
        made_anew: usize,
        given: &HashMap<PersonId, Earlier>,
    ) -> Handout<Credential> {
        let (press, made_anew) = match self.gives {
            Gives::New => return Handout::alone(made),
            Gives::First(First { press, .. }) => (press, made_anew),
            // All of it is made anew, which is said before the button is pressed.
            Gives::Again(press) => (press, 0),
        };
        let (kept, ours): (Vec<&Earlier>, Vec<&Earlier>) =
            given.values().partition(|given| given.is_kept);
        let later = ours
            .iter()
            .filter(|given| !given.is_closed && !press.makes_anew(given.at));
        Handout::of(press, made, made_anew, later.count()).keeping(kept.len())
    }

    async fn keep(
        &self,
        tx: &Write,
        made: Vec<Made>,
        now: Time,
    ) -> Result<Handout<Credential>, Error> {
        let whose = person::Column::Id.is_in(made.iter().map(|made| made.student.id));
        // Two presses at once come one after the other, and the second sees what the first
        // made.
        hold(tx, self.school, Condition::all().add(whose)).await?;
        let school = school::Entity::find_by_id(self.school)
            .one(&**tx)
            .await?
            .ok_or(AccessError::NotFound)?;
        let people: Vec<PersonId> = made.iter().map(|made| made.student.id).collect();
        let links = invitations::hold_open(tx, self.school, people.clone(), now).await?;
        let mut accounts = self.hold_accounts(tx, &people).await?;
        let given = self.earlier(&**tx, people).await?;
        let replaces_any = matches!(self.gives, Gives::New);
        let only_replaces = matches!(self.gives, Gives::Again(_));
        let mut usernames = if accounts.len() < made.len() {
            Some(Usernames::load(&**tx, self.school).await?)
        } else {
            None
        };
        let mut rows = Vec::with_capacity(made.len());
        let mut credentials = Vec::with_capacity(made.len());
        let (mut anew, mut closed) = (0, 0);
        for made in made {
            let Student {
                id,
                given_name,
                family_name,
                year_group,
                ..
            } = made.student;
            let known = accounts.remove(&id);
            let is_closed = known
                .as_ref()
                .is_some_and(|account| account.disabled_at.is_some());
            if is_closed {
                // An import has closed it while the password was made.
                if replaces_any {
                    return Err(accounts::Error::AccountClosed.into());
                }
                closed += 1;
                continue;
            }
            let has_one = known
                .as_ref()
                .is_some_and(|account| account.password_hash.is_some());
            if only_replaces || (has_one && !replaces_any) {
                let given = given.get(&id);
                if given.is_none_or(|given| given.is_kept || given.at > now) {
                    continue;
                }
                anew += 1;
            }
            let (account, username) = match (known, &mut usernames) {
                (Some(account), _) => (account.id, account.username),
                (None, Some(free)) => (AccountId(new_id()), free.take(&given_name, &family_name)),
                (None, None) => return Err(AccessError::NotFound.into()),
            };
            rows.push((account, id, username.clone(), made.hash));
            credentials.push(Credential {
                name: display_name(&given_name, &family_name),
                year_group: year_group.filter(|_| self.tells_year_groups()),
                school: school.code.clone(),
                username,
                password: made.password,
            });
        }
        self.write(tx, &school.code, rows, links, now).await?;
        Ok(self.handout(credentials, anew, &given).leaving_out(closed))
    }

    /// The accounts of these people, by person.
    async fn hold_accounts(
        &self,
        tx: &Write,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, account::Model>, DbErr> {
        let accounts = account::Entity::find()
            .filter(account::Column::SchoolId.eq(self.school))
            .filter(account::Column::PersonId.is_in(people.iter().copied()))
            .order_by_asc(account::Column::Id)
            // Whoever signs in at this moment has done so, or has to type the new password.
            .lock_exclusive()
            .all(&**tx)
            .await?;
        Ok(accounts
            .into_iter()
            .map(|account| (account.person_id, account))
            .collect())
    }

    /// A list of the whole school tells them: a class knows its students, and of one person
    /// there is a page.
    const fn tells_year_groups(&self) -> bool {
        match self.gives {
            Gives::New => false,
            Gives::First(first) => first.classroom.is_none(),
            Gives::Again(_) => true,
        }
    }

    async fn write(
        &self,
        tx: &Write,
        school_code: &str,
        rows: Vec<(AccountId, PersonId, String, String)>,
        mut links: Vec<Link>,
        now: Time,
    ) -> Result<(), DbErr> {
        if rows.is_empty() {
            return Ok(());
        }
        let whose: Vec<(AccountId, PersonId)> = rows.iter().map(|row| (row.0, row.1)).collect();
        let names: Vec<String> = rows.iter().map(|row| row.2.clone()).collect();
        let models = rows
            .into_iter()
            .map(|(id, person, username, hash)| account::ActiveModel {
                id: Set(id),
                school_id: Set(self.school),
                person_id: Set(person),
                username: Set(username),
                password_hash: Set(Some(hash)),
                password_set_at: Set(Some(now)),
                disabled_at: Set(None),
                created_at: Set(now),
            });
        // One statement makes the missing accounts and changes the others.
        account::Entity::insert_many(models)
            .on_conflict(
                OnConflict::column(account::Column::Id)
                    .update_columns([
                        account::Column::PasswordHash,
                        account::Column::PasswordSetAt,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await?;
        let accounts = whose.iter().map(|(account, _)| *account);
        sessions::end_of_accounts(tx, self.school, accounts, now).await?;
        guard::forget_accounts(tx, school_code, &names).await?;
        // Whoever holds a link could set another password over this one.
        let people: HashSet<PersonId> = whose.iter().map(|(_, person)| *person).collect();
        links.retain(|(_, person)| people.contains(person));
        invitations::end_replaced(tx, (self.school, self.by), links, now).await?;
        for (account, person) in whose {
            let (kind, after) = match self.gives {
                Gives::New => (GIVEN, json!({ "person": person })),
                Gives::Again(press) => {
                    let page = press.page();
                    (GIVEN, json!({ "person": person, "page": page }))
                }
                Gives::First(First { press, classroom }) => (
                    FIRST_GIVEN,
                    json!({ "person": person, "classroom": classroom, "page": press.page() }),
                ),
            };
            let event = Event {
                school: self.school,
                actor: self.by,
                kind,
                subject: account.0,
                before: None,
                after: Some(after),
            };
            events::record(&**tx, event, now).await?;
        }
        Ok(())
    }
}

/// Nobody may choose a password for somebody else, a test neither, so randomness is
/// no argument here.
fn new_password() -> String {
    secrets::password(&mut secrets::random())
}
