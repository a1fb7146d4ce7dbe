//! Whose word stops a use of somebody's data, and whose lets it go on again. A stop is a
//! no, and is heard as `consent::authority` hears one: from the person at every age, and
//! from who looks after somebody under 16. From 16 on they decide alone. To go on is a
//! yes against a no: who said the no says it, or the person from 16 on. Where people
//! disagree, the no holds, and the lead hears of it.

use sea_orm::ConnectionTrait;
use vocab::consent::{AgeBand, ConsentPurpose};
use vocab::ids::PersonId;

use super::Error;
use crate::access::Permitted;
use crate::consent::{self, Voice, may_say_no};
use crate::db::Write;

/// Whether this voice may stop a use.
pub const fn stops(age: AgeBand, is_own: bool) -> bool {
    let voice = if is_own { Voice::Own } else { Voice::Guardian };
    may_say_no(ConsentPurpose::KeepMyWork, age, voice).is_ok()
}

/// Whether this voice may let a use go on.
pub const fn ends(age: AgeBand, is_own: bool, said_the_no: bool) -> bool {
    (said_the_no && stops(age, is_own))
        || (is_own && matches!(age, AgeBand::From16 | AgeBand::Adult))
}

/// Refuses where somebody is old enough to say it themselves.
pub(super) async fn may_stop(tx: &Write, about: &Permitted<PersonId>) -> Result<(), Error> {
    if stops(age(&**tx, about).await?, is_own(about)) {
        Ok(())
    } else {
        Err(Error::TheirsToSay)
    }
}

/// Whether who asks may let something go on that `said_by` stopped.
pub(super) async fn may_end(
    tx: &Write,
    about: &Permitted<PersonId>,
    said_by: Option<PersonId>,
) -> Result<bool, Error> {
    let said_the_no = said_by == Some(about.actor());
    Ok(ends(age(&**tx, about).await?, is_own(about), said_the_no))
}

fn is_own(about: &Permitted<PersonId>) -> bool {
    **about == about.actor()
}

async fn age(db: &impl ConnectionTrait, about: &Permitted<PersonId>) -> Result<AgeBand, Error> {
    Ok(consent::age_of(db, about.school(), **about).await?)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// Who stops (S), and who lets it go on again whoever stopped it (A), or what they
    /// stopped themselves (o).
    const TABLE: &str = "\
age          own guardian
under_13     So  So
13_to_15     So  So
16_or_older  SA  --
adult        SA  --
";

    #[test]
    fn who_stops_a_use_and_who_lets_it_go_on_stands_in_a_table_that_can_be_read() {
        let mut table = "age          own guardian\n".to_owned();
        for age in AgeBand::ALL {
            let cell = |is_own| {
                let stop = if stops(*age, is_own) { 'S' } else { '-' };
                let end = match (ends(*age, is_own, true), ends(*age, is_own, false)) {
                    (_, true) => 'A',
                    (true, false) => 'o',
                    (false, false) => '-',
                };
                format!("{stop}{end}")
            };
            let _ = writeln!(
                table,
                "{:<12} {}  {}",
                age.as_str(),
                cell(true),
                cell(false)
            );
        }
        assert_eq!(table, TABLE);
    }
}
