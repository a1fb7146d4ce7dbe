//! The declaration of a school over HTTP: what is shown of it, and putting it right.

use crate::office::{done, refused};
use crate::persona::Served;

#[tokio::test]
async fn a_declaration_that_holds_is_shown_whole_and_can_be_put_right() {
    let served = Served::new().await;
    let mut saskia = served.as_("saskia");
    let path = "/school/declaration";
    let declared = |contact: &'static str, assessment: &'static str| {
        [
            ("text_version", "2026-12"),
            ("establishment_number", "URN 10 00 44"),
            ("contact_name", "Edith Pryce"),
            ("contact", contact),
            ("basis", "public_task"),
            ("assessment", assessment),
            ("purposes", "yes"),
        ]
    };
    refused(&mut saskia, path, &declared("x", "underway"), &["contact"]).await;
    let signed = done(&mut saskia, path, &declared("0161 496 0000", "underway")).await;
    for words in [
        "Establishment number 100044.",
        "Contact: Edith Pryce, 0161 496 0000.",
        "What allows it: Our task in the public interest (state schools).",
        "Assessment of the risks (DPIA): Being written.",
        "Change something, and sign it anew",
    ] {
        assert!(signed.body.contains(words), "{words}");
    }
    let form = signed.form(path);
    assert!(form.contains("0161 496 0000") && form.contains("Edith Pryce"));
    let twice = saskia
        .post(path, &declared("0161 496 0000", "underway"))
        .await;
    assert!(twice.body.contains("signed already, with these words"));
    let right = done(&mut saskia, path, &declared("0161 496 0000", "done")).await;
    assert!(right.body.contains("Assessment of the risks (DPIA): Done."));
    assert!(right.body.contains("(DPIA): Being written."));
}
