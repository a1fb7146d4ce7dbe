//! The schedule as everybody may read it: as it is built in, or as it holds in the school
//! of whoever is signed in.

use sea_orm::{ConnectionTrait, DbErr};

use super::schedule::{Periods, periods, rules};
use crate::actor::Actor;
use crate::notice;

/// One line of the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldLine {
    /// Which kinds of data, in a word or two each.
    pub what: String,
    /// Whose.
    pub whose: &'static str,
    /// How long, and from when.
    pub period: String,
    /// What a school may choose; none where nothing.
    pub bounds: Option<String>,
    /// The school chose another period than the built-in one.
    pub is_chosen: bool,
    /// The schedule's name for it.
    pub code: &'static str,
}

impl ToldLine {
    /// How long, from when, and whether the school chose it.
    pub fn words(&self) -> String {
        let chosen = if self.is_chosen {
            ", chosen by the school"
        } else {
            ""
        };
        format!("{}{chosen}", self.period)
    }
}

/// The schedule of an actor's school, or the built-in one for nobody. One query, or none.
pub async fn told(
    db: &impl ConnectionTrait,
    actor: Option<&Actor>,
) -> Result<Vec<ToldLine>, DbErr> {
    let hold = match actor {
        Some(actor) => periods(db, actor.school).await?,
        None => Periods::default(),
    };
    let kinds = notice::retention();
    Ok(rules()
        .map(|rule| {
            let bounds = rule.bounds();
            let period = hold.of(rule);
            ToldLine {
                what: kinds
                    .iter()
                    .find(|line| line.code == rule.code)
                    .map(|line| line.labels.join(", "))
                    .unwrap_or_default(),
                whose: rule.subject.words(),
                period: format!("{} {}", period.words(), rule.anchor.words()),
                bounds: (bounds.least != bounds.most)
                    .then(|| format!("{} to {}", bounds.least.words(), bounds.most.words())),
                is_chosen: period != rule.period,
                code: rule.code,
            }
        })
        .collect())
}
