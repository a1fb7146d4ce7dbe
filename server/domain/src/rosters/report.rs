//! What is kept of an import's comparison in its row: counts, problems, samples, who is lost.
//! Problems are for the office: a file, a row, a column and a sentence.

use std::collections::HashSet;

use entity::roster_import;
use interop::oneroster::{Problem, Table};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vocab::ids::{ImportId, PersonId, SchoolId};
use vocab::rosters::{Counts, Losses, LostPerson, RosterKind, RosterProblem, SamplePerson, Stayed};

use super::plan::Plan;
use super::{lost, samples};
use crate::db::Keyed;
use crate::keys::{Place, Ring};

/// Problems that are kept and shown.
pub(super) const MOST_PROBLEMS: usize = 1_000;

/// What is said of somebody, with who it is: their data may be restricted later.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct About<T> {
    /// None in reports that are older than this.
    #[serde(default)]
    pub(super) person: Option<PersonId>,
    #[serde(flatten)]
    pub(super) told: T,
}

/// The `report` column of an import.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Report {
    pub(super) counts: Vec<(RosterKind, Counts)>,
    pub(super) problems: Vec<RosterProblem>,
    pub(super) samples: Vec<About<SamplePerson>>,
    /// None in reports that are older than the list.
    #[serde(default)]
    pub(super) lost: Vec<About<LostPerson>>,
    pub(super) people_now: u64,
    /// None in reports that are older than the count.
    #[serde(default)]
    pub(super) roleless: u64,
    /// None in reports that are older than the count.
    #[serde(default)]
    pub(super) closed: u64,
    /// Places in classes: none in reports that are older than the count.
    #[serde(default)]
    pub(super) places: u64,
    /// None in reports that are older than the count.
    #[serde(default)]
    pub(super) places_now: u64,
    /// None in reports that are older than the count.
    #[serde(default)]
    pub(super) back: u64,
    pub(super) asks_about_leavers: bool,
    /// What was left behind when it was undone.
    #[serde(default)]
    pub(super) stayed: Option<Stayed>,
}

/// The report as its row keeps it: sealed with the school's key, for it quotes people.
pub(super) async fn seal(
    db: &impl Keyed,
    school: SchoolId,
    id: ImportId,
    report: &Report,
) -> Result<Value, DbErr> {
    let text = serde_json::to_string(report).map_err(|error| DbErr::Json(error.to_string()))?;
    let ring = db.keys().to_seal([school.into()]).await?;
    Ok(Value::String(ring.seal(
        school,
        &place(school, id),
        &text,
    )?))
}

/// What an import's row says; nothing where it cannot be read, or an older version
/// wrote something else.
pub(super) async fn open(db: &impl Keyed, import: &roster_import::Model) -> Result<Report, DbErr> {
    let ring = ring(db, &[&import.report]).await?;
    Ok(read(&ring, import.school_id, import.id, &import.report))
}

/// The keys to [`read`] these reports, in one statement for all of them.
pub(super) async fn ring(db: &impl Keyed, kept: &[&Value]) -> Result<Ring, DbErr> {
    let sealed = kept.iter().filter_map(|report| report.as_str());
    Ok(db.keys().to_open(sealed).await?)
}

/// The same of a row whose keys are there.
pub(super) fn read(ring: &Ring, school: SchoolId, id: ImportId, kept: &Value) -> Report {
    let Some(sealed) = kept.as_str() else {
        return serde_json::from_value(kept.clone()).unwrap_or_default();
    };
    let opened = ring.open(&place(school, id), sealed);
    serde_json::from_str(&opened.text().unwrap_or_default()).unwrap_or_default()
}

fn place(school: SchoolId, id: ImportId) -> Place<'static> {
    Place {
        school,
        table: "roster_import",
        column: "report",
        row: id.0,
    }
}

impl Report {
    /// Everybody of whom it says something.
    pub(super) fn people(&self) -> impl Iterator<Item = PersonId> {
        let lost = self.lost.iter().filter_map(|one| one.person);
        lost.chain(self.samples.iter().filter_map(|one| one.person))
    }

    /// Whether it tells of somebody of the school, and not only how many there are.
    pub(super) fn tells_of_people(&self) -> bool {
        let is_empty = self.lost.is_empty() && self.samples.is_empty();
        !is_empty || self.has_problems_with_people()
    }

    /// Whether a problem tells of somebody of the school: what is found by comparing a package
    /// with it does, by a name, a username or a row; what is wrong with the package itself does
    /// not.
    pub(super) fn has_problems_with_people(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.code.starts_with("user.") || problem.code.starts_with("person."))
    }

    pub(super) fn is_about_any(&self, people: &HashSet<PersonId>) -> bool {
        self.people().any(|person| people.contains(&person))
    }

    /// Says nothing of these people any more, but for its problems and its counts.
    pub(super) fn leave_out(&mut self, people: &HashSet<PersonId>) {
        let stays = |person: Option<PersonId>| person.is_none_or(|id| !people.contains(&id));
        self.lost.retain(|one| stays(one.person));
        self.samples.retain(|one| stays(one.person));
    }

    pub(super) fn of(plan: &Plan) -> Self {
        let losses = plan.losses();
        Self {
            counts: RosterKind::ALL
                .iter()
                .map(|kind| (*kind, plan.counts(*kind)))
                .collect(),
            problems: plan.remarks.clone(),
            samples: samples::pick(&plan.people),
            lost: lost::list(&plan.people),
            people_now: losses.people,
            roleless: losses.roleless,
            closed: losses.closed,
            places: losses.places,
            places_now: losses.places_now,
            back: plan.back(),
            asks_about_leavers: losses.is_many(),
            stayed: None,
        }
    }

    /// Who and what would be lost, or was.
    pub(super) fn losses(&self) -> Losses {
        let people = self
            .counts
            .iter()
            .find(|(kind, _)| *kind == RosterKind::People);
        Losses {
            leavers: people.map_or(0, |(_, counts)| counts.ended),
            roleless: self.roleless,
            closed: self.closed,
            people: self.people_now,
            places: self.places,
            places_now: self.places_now,
        }
    }

    pub(super) fn refused(problems: Vec<RosterProblem>) -> Self {
        Self {
            problems,
            ..Self::default()
        }
    }
}

/// The codec's problems in the words of the pages.
pub(super) fn problems(found: &[Problem]) -> Vec<RosterProblem> {
    found.iter().take(MOST_PROBLEMS).map(problem).collect()
}

fn problem(found: &Problem) -> RosterProblem {
    RosterProblem {
        file: found.file.clone(),
        row: found.row,
        field: found.field.clone(),
        code: found.code.to_owned(),
        reason: found.reason.clone(),
    }
}

/// Problems gathered while a plan is made; what goes beyond the cap is counted.
#[derive(Debug)]
pub(super) struct Remarks {
    kept: Vec<RosterProblem>,
    left_out: usize,
}

impl Remarks {
    pub(super) fn from_warnings(warnings: &[Problem]) -> Self {
        Self {
            kept: warnings
                .iter()
                .take(MOST_PROBLEMS / 2)
                .map(problem)
                .collect(),
            left_out: warnings.len().saturating_sub(MOST_PROBLEMS / 2),
        }
    }

    /// The remarks of one kind that are kept so far.
    pub(super) fn of(&self, code: &str) -> impl Iterator<Item = &RosterProblem> {
        self.kept.iter().filter(move |kept| kept.code == code)
    }

    /// One more, of which only the number is told: there are many of its kind.
    pub(super) const fn pass_over(&mut self) {
        self.left_out += 1;
    }

    pub(super) fn add(
        &mut self,
        table: Table,
        row: Option<u64>,
        field: Option<&str>,
        code: &str,
        reason: impl Into<String>,
    ) {
        // One place is kept for the line that says how many there are more.
        if self.kept.len() + 1 >= MOST_PROBLEMS {
            self.left_out += 1;
            return;
        }
        self.kept.push(RosterProblem {
            file: table.file_name().to_owned(),
            row,
            field: field.map(str::to_owned),
            code: code.to_owned(),
            reason: reason.into(),
        });
    }

    pub(super) fn into_problems(mut self) -> Vec<RosterProblem> {
        if self.left_out > 0 {
            self.kept.push(RosterProblem {
                file: String::new(),
                row: None,
                field: None,
                code: "package.more_remarks".to_owned(),
                reason: format!("There are {} more that are not shown.", self.left_out),
            });
        }
        self.kept
    }
}

/// Problems as a CSV file that a spreadsheet opens without running anything in it.
pub(super) fn csv(problems: &[RosterProblem]) -> String {
    let mut text = String::from("file,row,field,code,reason\r\n");
    for problem in problems {
        let row = problem.row.map(|row| row.to_string()).unwrap_or_default();
        let cells = [
            cell(&problem.file),
            row,
            cell(problem.field.as_deref().unwrap_or_default()),
            cell(&problem.code),
            cell(&problem.reason),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell in quotation marks. What a spreadsheet would take for a formula gets an
/// apostrophe in front (OWASP, CSV injection).
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_is_handed_no_formula() {
        let problem = RosterProblem {
            file: "users.csv".into(),
            row: Some(7),
            field: Some("@email".into()),
            code: "row.invalid_email".into(),
            reason: "=HYPERLINK(\"x\")".into(),
        };
        assert_eq!(
            csv(&[problem]),
            "file,row,field,code,reason\r\n\
             \"users.csv\",7,\"'@email\",\"row.invalid_email\",\"'=HYPERLINK(\"\"x\"\")\"\r\n"
        );
    }

    #[test]
    fn problems_beyond_the_cap_are_counted() {
        let mut remarks = Remarks::from_warnings(&[]);
        for row in 0..1_200 {
            remarks.add(Table::Users, Some(row), None, "x", "y");
        }
        let problems = remarks.into_problems();
        assert_eq!(problems.len(), MOST_PROBLEMS);
        assert!(problems[MOST_PROBLEMS - 1].reason.contains("201 more"));
    }
}
