//! Load on one page: a number of connections, each with a session of its own, each
//! asking again as soon as it has its answer, for a fixed time. Gives requests a second,
//! the spread of times, and what the server's process spent.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};

use super::http::{Connection, Request};
use super::process::Process;

/// What a load on a page gave.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) requests_per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Processor time of the server for one request, in milliseconds.
    pub(crate) processor_ms: f64,
}

/// Puts load on the server through this many connections, which share the requests out
/// among themselves: each request belongs to another signed-in person.
pub(crate) fn run(
    process: &Process,
    address: &str,
    requests: &[Request],
    connections: usize,
    duration: Duration,
) -> Result<Figures> {
    ensure!(!requests.is_empty(), "nobody to ask for");
    let barrier = Barrier::new(connections + 1);
    thread::scope(|scope| {
        let askers: Vec<_> = requests
            .iter()
            .cycle()
            .take(connections)
            .map(|request| {
                let barrier = &barrier;
                scope.spawn(move || ask_until(address, request, barrier, duration))
            })
            .collect();
        barrier.wait();
        let before = process.processor_time()?;
        let start = Instant::now();
        let mut times = Vec::new();
        for asker in askers {
            times.extend(asker.join().map_err(|_| anyhow!("an asker panicked"))??);
        }
        let elapsed = start.elapsed();
        let spent = process.spent_since(before)?;
        figures(times, elapsed, spent)
    })
}

fn ask_until(
    address: &str,
    request: &Request,
    barrier: &Barrier,
    duration: Duration,
) -> Result<Vec<Duration>> {
    // The first request opens the connection and warms up; it is not counted. The
    // barrier is waited for also after an error, or the others would wait for ever.
    let warmed = warm_up(address, request);
    barrier.wait();
    let mut connection = warmed?;
    let end = Instant::now() + duration;
    let mut times = Vec::with_capacity(4096);
    while Instant::now() < end {
        let start = Instant::now();
        let answer = connection.ask(request)?;
        times.push(start.elapsed());
        ensure!(
            answer.status == request.status,
            "under load the answer was {}",
            answer.status
        );
    }
    Ok(times)
}

fn warm_up(address: &str, request: &Request) -> Result<Connection> {
    let mut connection = Connection::open(address)?;
    connection.ask(request)?;
    Ok(connection)
}

fn figures(mut times: Vec<Duration>, elapsed: Duration, spent: Duration) -> Result<Figures> {
    times.sort_unstable();
    let count = u32::try_from(times.len()).context("more requests than can be counted")?;
    ensure!(count > 0, "no request was answered in time");
    Ok(Figures {
        requests_per_second: f64::from(count) / elapsed.as_secs_f64(),
        p50_ms: ms(percentile(&times, 50)),
        p99_ms: ms(percentile(&times, 99)),
        processor_ms: ms(spent) / f64::from(count),
    })
}

/// The time within which this share of sorted times lies.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Sends each request on a connection of its own, all at the same moment, and gives each
/// answer's status and time. One request that breaks breaks the whole.
pub(crate) fn all_at_once(address: &str, requests: &[Request]) -> Result<Vec<(u16, Duration)>> {
    let barrier = Barrier::new(requests.len());
    thread::scope(|scope| {
        let askers: Vec<_> = requests
            .iter()
            .map(|request| {
                let barrier = &barrier;
                scope.spawn(move || -> Result<(u16, Duration)> {
                    let connection = Connection::open(address);
                    barrier.wait();
                    let mut connection = connection?;
                    let start = Instant::now();
                    let answer = connection.ask(request)?;
                    Ok((answer.status, start.elapsed()))
                })
            })
            .collect();
        askers
            .into_iter()
            .map(|asker| asker.join().map_err(|_| anyhow!("an asker panicked"))?)
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(100));
        assert_eq!(percentile(&times, 99), Duration::from_millis(198));
        assert_eq!(percentile(&times[..1], 99), Duration::from_millis(1));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }
}
