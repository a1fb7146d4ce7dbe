//! A whole class doing the same thing at the same moment: signing in while others read
//! their pages, and handing in.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};

use super::http::Request;
use super::load::{self, ms, percentile};
use super::process::Process;
use super::school::{Person, School};
use super::{CLASS_SIZE, let_it_begin, who_may_see};

/// Thirty people sign in.
pub(crate) struct SignIn {
    pub(crate) people: usize,
    /// Until the last was answered.
    pub(crate) all_ms: f64,
    pub(crate) p50_ms: f64,
    /// The pages of others meanwhile, four connections on a student's home.
    pub(crate) others_p99_ms: f64,
}

/// Thirty students hand in a text.
pub(crate) struct HandIn {
    pub(crate) people: usize,
    /// Until the last was answered.
    pub(crate) all_ms: f64,
    pub(crate) p50_ms: f64,
    /// Processor time of the server for one form and one POST.
    pub(crate) processor_ms: f64,
}

pub(crate) fn sign_in(
    process: &Process,
    address: &str,
    school: &School,
    readers: &[Person],
) -> Result<SignIn> {
    let forms = school.sign_in_forms(address, "student", CLASS_SIZE);
    let pages: Vec<Request> = readers
        .iter()
        .map(|reader| Request::get(address, &school.pages.student_home, &reader.cookie, "gzip"))
        .collect();
    thread::scope(|scope| {
        let meanwhile =
            scope.spawn(|| load::run(process, address, &pages, 4, Duration::from_secs(2)));
        let_it_begin();
        let start = Instant::now();
        let answers = load::all_at_once(address, &forms)?;
        let all_ms = ms(start.elapsed());
        let others = meanwhile
            .join()
            .map_err(|_| anyhow!("the readers panicked"))??;
        let p50_ms = median(&answers, 303).context("signing in at once")?;
        Ok(SignIn {
            people: answers.len(),
            all_ms,
            p50_ms,
            others_p99_ms: others.p99_ms,
        })
    })
}

pub(crate) fn hand_in(
    process: &Process,
    address: &str,
    assignment: &str,
    students: &[Person],
) -> Result<HandIn> {
    let mut class = who_may_see(address, assignment, students)?;
    class.truncate(CLASS_SIZE);
    let forms: Vec<Request> = class
        .iter()
        .map(|student| Request::get(address, assignment, &student.cookie, "gzip"))
        .collect();
    let path = format!("{assignment}/hand-in");
    let posts: Vec<Request> = class
        .iter()
        .map(|student| Request::post(address, &path, &student.cookie, FORM_TYPE, &form_body()))
        .collect();
    let before = process.processor_time()?;
    load::all_at_once(address, &forms)?;
    let start = Instant::now();
    let answers = load::all_at_once(address, &posts)?;
    let all_ms = ms(start.elapsed());
    let spent = process.spent_since(before)?;
    let p50_ms = median(&answers, 303).context("handing in at once")?;
    let count = u32::try_from(answers.len()).context("a class is small")?;
    Ok(HandIn {
        people: answers.len(),
        all_ms,
        p50_ms,
        processor_ms: ms(spent) / f64::from(count),
    })
}

const FORM_TYPE: &str = "multipart/form-data; boundary=measured-hand-in";

/// What a browser sends from a form with a text and no file chosen.
fn form_body() -> String {
    let text = "My answer. The experiment showed that the rate doubles. ".repeat(20);
    format!(
        "--measured-hand-in\r\ncontent-disposition: form-data; \
         name=\"text\"\r\n\r\n{text}\r\n--measured-hand-in--\r\n"
    )
}

/// The median time, if every answer had the wanted status.
fn median(answers: &[(u16, Duration)], status: u16) -> Result<f64> {
    for (given, _) in answers {
        ensure!(
            *given == status,
            "somebody was answered {given} instead of {status}"
        );
    }
    let mut times: Vec<Duration> = answers.iter().map(|(_, time)| *time).collect();
    times.sort_unstable();
    Ok(ms(percentile(&times, 50)))
}
