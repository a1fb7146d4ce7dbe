//! What browsers refused because of our content security policy, as they report it. Of a
//! report two words are kept: the directive, and the host that was blocked. On which page it
//! happened, to whom and with which address is thrown away unread. One line of the log an
//! hour for each pair says how often, so that a mistake in a page and a script that somebody
//! slipped in are both noticed, and nobody can fill the log.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use domain::Time;
use serde_json::Value;
use url::Url;

/// Reports that are read within a minute, from all browsers together.
const IN_A_MINUTE: u32 = 120;
/// Violations that are read from one report.
const IN_ONE: usize = 20;
/// Pairs that are told apart; more of them are one.
const MOST_PAIRS: usize = 100;
/// So long nothing more is said of a pair.
const QUIET_FOR: TimeDelta = TimeDelta::hours(1);
/// The longest name that a host may have (RFC 1035, 2.3.4).
const LONGEST_HOST: usize = 255;

/// In place of what is not known here.
const OTHER: &str = "other";

/// The directives of our policy, and the finer ones that browsers name in their place.
const DIRECTIVES: [&str; 22] = [
    "base-uri",
    "child-src",
    "connect-src",
    "default-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "prefetch-src",
    "require-trusted-types-for",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
    "worker-src",
];

/// What stands in a report where no address was blocked.
const WORDS: [&str; 8] = [
    "blob",
    "data",
    "eval",
    "inline",
    "self",
    "trusted-types-policy",
    "trusted-types-sink",
    "wasm-eval",
];

/// Addresses that are no host's. What follows in one may tell which extensions somebody has.
const SCHEMES: [&str; 7] = [
    "about",
    "blob",
    "chrome-extension",
    "data",
    "filesystem",
    "moz-extension",
    "safari-web-extension",
];

/// What was blocked, and by which directive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Violation {
    directive: &'static str,
    blocked: String,
}

/// How often each violation was reported since it was said last.
#[derive(Debug, Default)]
pub struct Violations(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    minute: Option<Time>,
    in_it: u32,
    pairs: HashMap<Violation, Pair>,
}

/// When a pair was said last, and how often it was reported since.
#[derive(Debug)]
struct Pair {
    said: Time,
    times: u64,
}

impl Violations {
    /// Counts a report; false where there were too many in this minute.
    pub(crate) fn admit(&self, now: Time) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |began: Time| now >= began + TimeDelta::minutes(1) || now < began;
        if counted.minute.is_none_or(is_over) {
            counted.minute = Some(now);
            counted.in_it = 0;
        }
        counted.in_it = counted.in_it.saturating_add(1);
        counted.in_it <= IN_A_MINUTE
    }

    /// Counts what was blocked, and says it where it was not said within the hour.
    pub(crate) fn note(&self, violations: Vec<Violation>, now: Time) {
        for violation in violations {
            if let Some((violation, times)) = self.count(violation, now) {
                tracing::warn!(
                    directive = violation.directive,
                    blocked = violation.blocked,
                    times,
                    "browsers refused something because of the content security policy"
                );
            }
        }
    }

    /// The pair, and how often it was reported since it was said last; none while nothing
    /// more is said of it.
    fn count(&self, violation: Violation, now: Time) -> Option<(Violation, u64)> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = &mut counted.pairs;
        if pairs.len() >= MOST_PAIRS && !pairs.contains_key(&violation) {
            pairs.retain(|_, pair| now < pair.said + QUIET_FOR);
        }
        let violation = if pairs.len() >= MOST_PAIRS && !pairs.contains_key(&violation) {
            Violation {
                directive: OTHER,
                blocked: OTHER.to_owned(),
            }
        } else {
            violation
        };
        let Some(pair) = pairs.get_mut(&violation) else {
            pairs.insert(
                violation.clone(),
                Pair {
                    said: now,
                    times: 0,
                },
            );
            return Some((violation, 1));
        };
        pair.times += 1;
        if now < pair.said + QUIET_FOR {
            return None;
        }
        let times = std::mem::take(&mut pair.times);
        pair.said = now;
        Some((violation, times))
    }
}

/// What a report says was blocked; none where it is no report. Both forms are read: that of
/// `report-uri` and that of the Reporting API.
pub(crate) fn read(report: &[u8]) -> Option<Vec<Violation>> {
    let report: Value = serde_json::from_slice(report).ok()?;
    if let Some(old) = report.get("csp-report") {
        let directive = Some(text(old, "effective-directive"))
            .filter(|directive| !directive.is_empty())
            .unwrap_or_else(|| text(old, "violated-directive"));
        return Some(vec![violation(directive, text(old, "blocked-uri"))]);
    }
    let reports = report.as_array()?;
    let of_policy = reports
        .iter()
        .filter(|report| text(report, "type") == "csp-violation")
        .filter_map(|report| report.get("body"))
        .map(|body| violation(text(body, "effectiveDirective"), text(body, "blockedURL")));
    Some(of_policy.take(IN_ONE).collect())
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn violation(directive: &str, blocked: &str) -> Violation {
    // Older browsers send the whole directive with its sources.
    let named = directive.split_whitespace().next().unwrap_or_default();
    Violation {
        directive: DIRECTIVES
            .into_iter()
            .find(|known| *known == named)
            .unwrap_or(OTHER),
        blocked: host(blocked),
    }
}

/// The name of an address's host, or a word in its place: no log holds a device's number.
fn host(blocked: &str) -> String {
    if WORDS.contains(&blocked) {
        return blocked.to_owned();
    }
    let Ok(url) = Url::parse(blocked) else {
        return OTHER.to_owned();
    };
    match url.scheme() {
        "http" | "https" | "ws" | "wss" => url
            .domain()
            .filter(|host| host.len() <= LONGEST_HOST)
            .unwrap_or(OTHER)
            .to_owned(),
        scheme if SCHEMES.contains(&scheme) => scheme.to_owned(),
        _ => OTHER.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Time {
        Time::from_timestamp(1_800_000_000, 0).expect("a time")
    }

    fn pair(directive: &'static str, blocked: &str) -> Violation {
        Violation {
            directive,
            blocked: blocked.to_owned(),
        }
    }

    #[test]
    fn of_a_report_only_directive_and_host_are_kept_in_both_of_its_forms() {
        let old = br#"{"csp-report": {
            "document-uri": "https://learn.school.example/people/0190a1b2?name=zainab",
            "referrer": "https://learn.school.example/people",
            "violated-directive": "script-src 'self' 'nonce-x'",
            "blocked-uri": "https://Tracker.example:8443/zainab?id=7#x",
            "script-sample": "alert('zainab')"
        }}"#;
        let new = br#"[
            {"type": "deprecation", "body": {"id": "zainab"}},
            {"type": "csp-violation", "url": "https://learn.school.example/people/0190a1b2",
             "user_agent": "zainab", "body": {
                "documentURL": "https://learn.school.example/people/0190a1b2",
                "effectiveDirective": "img-src",
                "blockedURL": "https://zainab:secret@pixel.example/zainab.gif",
                "sample": "zainab"
            }}
        ]"#;
        assert_eq!(read(old), Some(vec![pair("script-src", "tracker.example")]));
        assert_eq!(read(new), Some(vec![pair("img-src", "pixel.example")]));
    }

    #[test]
    fn what_is_no_host_is_a_word_of_ours() {
        for (blocked, kept) in [
            ("inline", "inline"),
            ("data:image/png;base64,AAAA", "data"),
            ("chrome-extension://abcdefgh/inject.js", "chrome-extension"),
            ("http://192.0.2.7/x.js", "other"),
            ("zainab.okafor:secret", "other"),
            ("zainab okafor", "other"),
            ("", "other"),
        ] {
            assert_eq!(host(blocked), kept, "{blocked}");
        }
        assert_eq!(violation("zainab-src", "eval").directive, OTHER);
        for nothing in ["", "null", "{}", "\"csp-report\"", "{\"csp-report\": "] {
            assert_eq!(read(nothing.as_bytes()), None, "{nothing}");
        }
        let empty = read(br#"{"csp-report": {}}"#);
        assert_eq!(empty, Some(vec![pair(OTHER, OTHER)]));
    }

    #[test]
    fn each_pair_is_said_once_an_hour_with_how_often_it_came_meanwhile() {
        let violations = Violations::default();
        let seen = pair("script-src", "tracker.example");
        let first = violations.count(seen.clone(), now());
        assert_eq!(first, Some((seen.clone(), 1)));
        for minute in 1..60 {
            let later = now() + TimeDelta::minutes(minute);
            assert_eq!(violations.count(seen.clone(), later), None);
        }
        let other = pair("img-src", "tracker.example");
        let said = violations.count(other, now() + TimeDelta::minutes(5));
        assert!(said.is_some(), "another directive is another line");
        let later = now() + TimeDelta::minutes(60);
        assert_eq!(violations.count(seen.clone(), later), Some((seen, 60)));
    }

    #[test]
    fn however_many_hosts_are_made_up_the_memory_and_the_log_stay_small() {
        let violations = Violations::default();
        let said = (0..10_000)
            .filter_map(|number| {
                let made_up = pair("img-src", &format!("h{number}.example"));
                violations.count(made_up, now())
            })
            .count();
        assert_eq!(said, MOST_PAIRS + 1, "and one line for all the others");
        let admitted = (0..1_000).filter(|_| violations.admit(now())).count();
        assert_eq!(admitted, IN_A_MINUTE as usize);
        assert!(violations.admit(now() + TimeDelta::minutes(1)));
    }
}
