//! The third parties that an operator can set up for the public pages, with everything
//! that the question has to say about them.

use vocab::visitors::{Ground, ThirdParty, ThirdPartyPurpose};

/// Google Analytics with the operator's measurement id.
pub fn google_analytics(id: &str) -> ThirdParty {
    let listed = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    ThirdParty {
        purpose: ThirdPartyPurpose::Analytics,
        name: "Google Analytics".to_owned(),
        script: format!("https://www.googletagmanager.com/gtag/js?id={id}"),
        start: format!(
            "window.dataLayer=window.dataLayer||[];function gtag(){{dataLayer.push(arguments)}}gtag('js',new Date());gtag('config','{id}',{{'allow_google_signals':false,'allow_ad_personalization_signals':false}});"
        ),
        hosts: listed(&[
            "https://www.googletagmanager.com",
            "https://*.google-analytics.com",
        ]),
        cookies: vec![
            "_ga".to_owned(),
            "_gid".to_owned(),
            format!("_ga_{}", id.trim_start_matches("G-")),
        ],
        collects: listed(&[
            "your IP address",
            "the kind of your device and browser",
            "the addresses of the pages you visit here",
            "what you do on them and how long",
            "the hardware address of your device, where it can be read",
            "identifiers of your mobile device",
        ]),
        policy: "https://policies.google.com/privacy".to_owned(),
        ground: Ground::Unknown,
    }
}

/// Whether an id is one of theirs: letters, digits and hyphens, so that nothing else
/// gets into the page by it.
pub fn is_id(id: &str) -> bool {
    (4..=32).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
