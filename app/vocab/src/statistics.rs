//! Counts over schools that agreed, in which nobody can be found.

use serde::{Deserialize, Serialize};

use crate::ids::ReleaseId;

words! {
    /// What is counted. There are templates alone: nobody can ask a question of their own.
    StatTemplate {
        /// How much of the set work was handed in, by the year group on the day of the
        /// release: no history of year groups is kept.
        HandedInByYear = "handed_in_by_year",
        /// How many answers came in late, by the month in which they were due.
        LateByMonth = "late_by_month",
    }
}

impl StatTemplate {
    /// As the page says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::HandedInByYear => "Set work that was handed in, by year group",
            Self::LateByMonth => "Answers that came in late, by month",
        }
    }

    /// What a line is about.
    pub const fn line(self) -> &'static str {
        match self {
            Self::HandedInByYear => "Year group",
            Self::LateByMonth => "Month",
        }
    }

    /// What the value is.
    pub const fn value(self) -> &'static str {
        match self {
            Self::HandedInByYear => "Per cent handed in",
            Self::LateByMonth => "Late answers",
        }
    }

    /// True where the value is a share of something, and not a count.
    pub const fn is_rate(self) -> bool {
        matches!(self, Self::HandedInByYear)
    }
}

/// One line of a released table; a hidden one has no numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatLine {
    /// What it is about.
    pub label: String,
    /// About how many students.
    pub people: Option<i32>,
    /// The value of the template.
    pub value: Option<i32>,
}

/// A table that was given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Which.
    pub id: ReleaseId,
    /// What is counted.
    pub template: StatTemplate,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// When it was released.
    pub released: String,
    /// Of how many schools.
    pub schools: i32,
    /// How many lines are hidden.
    pub hidden: i32,
    /// What the search for somebody in it found.
    pub check: String,
    /// The table; the line over all stands last.
    pub lines: Vec<StatLine>,
}

/// The school's page about statistics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsPage {
    /// Who agreed for the school, and when; none where it does not take part.
    pub agreed: Option<(String, String)>,
    /// What was released, newest first.
    pub releases: Vec<Release>,
    /// How many older ones are not listed.
    pub older: usize,
}
