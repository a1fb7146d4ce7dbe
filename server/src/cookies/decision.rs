//! Which third parties a page may load. One pure function decides it for each request;
//! the content security policy and the page are both made of what it answers, so that a
//! mistake in a page cannot load what was not allowed.

use vocab::visitors::{ThirdParty, ThirdPartyPurpose, Visit};

use super::choice::Choice;

/// What kind of address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteClass {
    /// A public page about the platform, the same for everybody.
    Public,
    /// A page of a school, a door to one, a form, a file.
    School,
}

impl RouteClass {
    /// The class of an address. Whatever is not named is a school's: the contact page
    /// too, because a reference can stand in its address.
    pub(crate) fn of(path: &str) -> Self {
        const PUBLIC: [&str; 6] = [
            "/trust",
            "/terms",
            "/privacy",
            "/privacy/cookies",
            "/privacy/retention",
            "/privacy/history",
        ];
        if PUBLIC.contains(&path) {
            Self::Public
        } else {
            Self::School
        }
    }
}

/// What is known of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    /// The class of its address.
    pub(crate) class: RouteClass,
    /// It brought a session cookie, whether or not that still lets anybody in.
    pub(crate) has_session: bool,
    /// `Sec-GPC: 1`.
    pub(crate) has_gpc: bool,
    /// A choice that still holds.
    pub(crate) choice: Option<&'a Choice>,
}

/// What follows from it. Without a yes, without a ground in the register, or with any
/// doubt, nothing is loaded.
pub(crate) fn decide(asking: Asking<'_>, configured: &[ThirdParty]) -> Visit {
    let chosen: Vec<ThirdPartyPurpose> = asking
        .choice
        .map(|choice| choice.allowed.clone())
        .unwrap_or_default();
    let is_a_visitor = asking.class == RouteClass::Public && !asking.has_session;
    if !is_a_visitor || configured.is_empty() || asking.has_gpc {
        return Visit {
            has_refused_by_browser: asking.has_gpc,
            chosen: if asking.has_gpc { Vec::new() } else { chosen },
            ..Visit::default()
        };
    }
    let loaded = configured
        .iter()
        .filter(|party| party.is_open() && chosen.contains(&party.purpose))
        .cloned()
        .collect();
    Visit {
        is_asked: asking.choice.is_none() && configured.iter().any(ThirdParty::is_open),
        chosen,
        loaded,
        ..Visit::default()
    }
}

#[cfg(test)]
mod tests {
    use vocab::visitors::Ground;

    use super::*;

    fn party(purpose: ThirdPartyPurpose) -> ThirdParty {
        ThirdParty {
            purpose,
            name: "Counter".to_owned(),
            script: "https://counter.example/x.js".to_owned(),
            start: String::new(),
            hosts: vec!["https://counter.example".to_owned()],
            cookies: Vec::new(),
            collects: Vec::new(),
            policy: String::new(),
            ground: Ground::Open(Vec::new()),
        }
    }

    fn said(allowed: Vec<ThirdPartyPurpose>) -> Choice {
        Choice {
            browser: "b".to_owned(),
            at: 0,
            register: "r".to_owned(),
            allowed,
        }
    }

    /// Every combination: only a visitor of a public page who said yes loads anything.
    #[test]
    fn third_parties_are_loaded_by_a_yes_of_a_visitor_of_a_public_page_alone() {
        use ThirdPartyPurpose::{Ads, Analytics};
        let configured = [party(Analytics), party(Ads)];
        let choices = [
            None,
            Some(said(vec![])),
            Some(said(vec![Analytics])),
            Some(said(vec![Analytics, Ads])),
        ];
        for class in [RouteClass::Public, RouteClass::School] {
            for has_session in [false, true] {
                for has_gpc in [false, true] {
                    for choice in &choices {
                        let asking = Asking {
                            class,
                            has_session,
                            has_gpc,
                            choice: choice.as_ref(),
                        };
                        let visit = decide(asking, &configured);
                        let is_open = class == RouteClass::Public && !has_session && !has_gpc;
                        let allowed = choice.as_ref().map_or(0, |choice| choice.allowed.len());
                        let expected = if is_open { allowed } else { 0 };
                        assert_eq!(visit.loaded.len(), expected, "{asking:?}");
                        assert_eq!(visit.is_asked, is_open && choice.is_none(), "{asking:?}");
                        let nothing = decide(asking, &[]);
                        assert!(!nothing.is_asked && nothing.loaded.is_empty(), "{asking:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn without_a_ground_in_the_register_nobody_is_asked_and_a_yes_loads_nothing() {
        use ThirdPartyPurpose::{Ads, Analytics};
        let yes = said(vec![Analytics, Ads]);
        let asking = |choice| Asking {
            class: RouteClass::Public,
            has_session: false,
            has_gpc: false,
            choice,
        };
        let rests = |ground: Ground| ThirdParty {
            ground,
            ..party(Analytics)
        };
        for ground in [Ground::Unknown, Ground::Closed("It ended.".to_owned())] {
            let alone = [rests(ground.clone())];
            let visit = decide(asking(Some(&yes)), &alone);
            assert!(visit.loaded.is_empty());
            assert_eq!(visit.chosen, [Analytics, Ads], "what was said stays");
            assert!(!decide(asking(None), &alone).is_asked);
            let beside = [rests(ground), party(Ads)];
            let visit = decide(asking(Some(&yes)), &beside);
            assert_eq!(visit.loaded, [party(Ads)]);
            assert!(decide(asking(None), &beside).is_asked);
        }
    }

    #[test]
    fn no_page_of_a_school_is_a_public_one() {
        for path in [
            "/home",
            "/sign-in",
            "/contact",
            "/my-data",
            "/invitation/x",
            "/privacy/receipts/1",
            "/settings/privacy",
            "/",
        ] {
            assert_eq!(RouteClass::of(path), RouteClass::School, "{path}");
        }
    }
}
