//! The advertising pixel. It is compiled in only with the feature `ads`, which is off: a
//! usual binary does not know the pixel's hosts.

use vocab::visitors::{Ground, ThirdParty, ThirdPartyPurpose};

/// The pixel of Meta with the operator's id.
pub fn meta_pixel(id: &str) -> ThirdParty {
    let listed = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    ThirdParty {
        purpose: ThirdPartyPurpose::Ads,
        name: "Facebook Pixel".to_owned(),
        script: "https://connect.facebook.net/en_GB/fbevents.js".to_owned(),
        start: format!(
            "window.fbq=window.fbq||function(){{(fbq.queue=fbq.queue||[]).push(arguments)}};fbq.version='2.0';fbq('init','{id}');fbq('track','PageView');"
        ),
        hosts: listed(&["https://connect.facebook.net", "https://www.facebook.com"]),
        cookies: listed(&["_fbp", "_fbc"]),
        collects: listed(&[
            "your IP address",
            "the kind of your device and browser",
            "the addresses of the pages you visit here",
            "what you do on them",
            "whether you have an account there, to match you with advertising",
        ]),
        policy: "https://www.facebook.com/privacy/policy".to_owned(),
        ground: Ground::Unknown,
    }
}
