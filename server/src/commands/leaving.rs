//! `classimize school leave`: whoever runs the platform ends a school's use, or takes that
//! back. Nothing of the school's inside is read for it, so no admin has to let them in.

use std::process::ExitCode;

use chrono::NaiveDate;
use domain::access;
use domain::schools::{self, Error, leaving};

use super::{CommandError, clock, open};
use crate::config::Config;

/// What is said where the month after the last day is over.
const TOO_LATE: &str = "nothing was changed: the month after the school's last day is over, and what it had is deleted or goes this night. It cannot be called off, and no other last day can be given. Where the month is not over, somebody else changed it just before: try again";

pub(super) async fn run(
    config: &Config,
    code: &str,
    last_day: Option<NaiveDate>,
) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    let code = vocab::schools::spell_code(code);
    let school = schools::find_by_code(db.read(), &code)
        .await?
        .filter(|school| school.code != schools::OPERATOR_CODE)
        .ok_or_else(|| CommandError::Said(format!("there is no school with the code {code}")))?;
    let door = access::school_as_operator(school.id);
    let (tx, now) = (db.write().await?, clock().now());
    let done = if let Some(day) = last_day {
        leaving::end_by_operator(&tx, &door, day, now)
            .await
            .map_err(said)?;
        format!("{} leaves: {day} is its last day.", school.name)
    } else {
        let open = leaving::open_of(&*tx, &door).await?;
        let id =
            open.ok_or_else(|| CommandError::Said(format!("{} is not leaving", school.name)))?;
        leaving::call_off(&tx, &door, id, now).await.map_err(said)?;
        format!("{} stays.", school.name)
    };
    tx.commit().await?;
    println!("{done}");
    Ok(ExitCode::SUCCESS)
}

fn said(error: Error) -> CommandError {
    match error {
        Error::Invalid(errors) => {
            let words: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            CommandError::Said(format!("--last-day: {}", words.join("; ")))
        }
        Error::LeavingChanged => CommandError::said(TOO_LATE),
        Error::Database(error) => error.into(),
        other => CommandError::said(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_after_the_month_is_told_that_nothing_was_changed_and_why() {
        let words = said(Error::LeavingChanged).to_string();
        assert!(
            words.contains("nothing was changed") && words.contains("month"),
            "{words}"
        );
    }
}
