//! Where a piece of work stands, which follows from its two times alone: nothing
//! has to happen at the hour it goes out.

use vocab::assignments::Stage;

use crate::clock::Time;

/// The stage at `now`. Work that was closed and never went out is still a draft.
pub fn stage(publish_at: Option<Time>, closed_at: Option<Time>, now: Time) -> Stage {
    match (publish_at, closed_at) {
        (None, _) => Stage::Draft,
        (Some(out), _) if out > now => Stage::Scheduled,
        (_, Some(closed)) if closed <= now => Stage::Closed,
        _ => Stage::Published,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn work_goes_out_at_its_minute_and_closes_when_it_is_closed() {
        let now = Time::UNIX_EPOCH + TimeDelta::days(20_000);
        let (before, after) = (now - TimeDelta::seconds(1), now + TimeDelta::seconds(1));
        assert_eq!(stage(None, None, now), Stage::Draft);
        assert_eq!(stage(Some(after), None, now), Stage::Scheduled);
        assert_eq!(stage(Some(now), None, now), Stage::Published);
        assert_eq!(stage(Some(before), Some(now), now), Stage::Closed);
        assert_eq!(stage(Some(before), Some(after), now), Stage::Published);
    }
}
