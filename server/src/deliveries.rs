//! Bounds for the door that takes sealed items from anybody: a flood from one tablet, or
//! from a class that finds the network in one moment, must not take the memory or the
//! processor of the others.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use domain::Time;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How often tablets deliver: so many at once, so many a minute. An item is in memory
/// while it is opened, and opening costs a fraction of a millisecond.
#[derive(Debug)]
pub struct Deliveries {
    at_once: Semaphore,
    minute: Mutex<Option<Time>>,
    in_it: AtomicU32,
}

impl Default for Deliveries {
    fn default() -> Self {
        Self {
            at_once: Semaphore::new(Self::AT_ONCE),
            minute: Mutex::new(None),
            in_it: AtomicU32::new(0),
        }
    }
}

impl Deliveries {
    const AT_ONCE: usize = 4;
    /// A school of 1,200 tablets that all find the network in one minute.
    const IN_A_MINUTE: u32 = 1_200;

    /// A turn, as soon as one is free; none where it has to come again later.
    pub(crate) async fn turn(&self, now: Time) -> Option<SemaphorePermit<'_>> {
        if !self.count(now) {
            return None;
        }
        self.at_once.acquire().await.ok()
    }

    /// Counts one; false if it has to wait.
    fn count(&self, now: Time) -> bool {
        let Ok(mut minute) = self.minute.lock() else {
            return true;
        };
        if minute.is_none_or(|began| now >= began + TimeDelta::minutes(1) || now < began) {
            *minute = Some(now);
            self.in_it.store(0, Ordering::Relaxed);
        }
        self.in_it.fetch_add(1, Ordering::Relaxed) < Self::IN_A_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_waits_until_the_minute_is_over() {
        let deliveries = Deliveries::default();
        let now = Time::from_timestamp(1_800_000_000, 0).expect("a time");
        let taken = (0..2_000).filter(|_| deliveries.count(now)).count();
        assert_eq!(taken, Deliveries::IN_A_MINUTE as usize);
        assert!(deliveries.count(now + TimeDelta::minutes(1)));
    }
}
