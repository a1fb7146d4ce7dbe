//! Sessions: a sign-in on one device. The cookie holds 256 random bits, the
//! database only their fingerprint. A session ends by signing out, by being
//! ended from another device, by a new sign-in in the same browser, by lying idle,
//! or after twelve hours; and nobody is let in by one whose account is disabled or
//! whose person has left.

mod end;
mod find;
mod lasting;
mod list;
mod start;

pub use end::{end, end_all_others, end_current, end_left_behind};
pub(crate) use end::{end_of_accounts, end_of_badge, end_on_device, end_replaced};
pub use find::{Found, began_at, find, find_touched};
pub(crate) use find::{may_sign_in, to_person, to_role, was_ended};
pub use lasting::{IDLE_OTHERS, IDLE_SHARED, IDLE_STAFF, LONGEST, forget_old, idle_limit, touch};
pub use list::list;
pub(crate) use start::new_token;
pub use start::{Beginner, Origin, Started, companion, is_companion, start};

use sea_orm::{ColumnTrait, Condition};

use crate::actor::Actor;
use entity::session;

fn own(actor: &Actor) -> Condition {
    Condition::all()
        .add(session::Column::SchoolId.eq(actor.school))
        .add(session::Column::AccountId.eq(actor.account))
        .add(session::Column::EndedAt.is_null())
}
