//! `/accessibility`: the public statement. It says what was tested and how, and what is
//! known not to work yet; the tests that it names run before every release.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::page::theme_word;
use crate::ui::{CollectErased, Door, Erased, PageHead};

const WORKS: [&str; 10] = [
    "Buttons, links and fields are the browser's own, so the keyboard reaches them all, and what has the focus is marked.",
    "Every page has one main heading, a way to skip to its content, and names for each field, button and part.",
    "Reading, writing, handing in, marking and all forms work without scripts.",
    "Text stands out from its ground by at least 7 to 1 in every theme: light, dark, cream and high contrast. The colours that a device forces are obeyed.",
    "Text size, spacing, length of lines, letters, colours and a reading ruler can be set for every page, signed in or not.",
    "Instructions and feedback have buttons that read them aloud, for whoever chooses that, and in the simple view of a piece of work for everybody.",
    "Whatever is pressed is at least 44 pixels high. Links within a sentence are as high as their line; where teachers mark with a mouse, 24 pixels are enough.",
    "Nothing moves if your device asks for less motion, and nothing has to be dragged.",
    "Pages as narrow as a phone show everything without scrolling sideways.",
    "A student's page that closes because nobody touches it asks a minute before, and stays open with a key, a touch, a turn of the wheel, or while it reads aloud.",
];
const LIMITS: [&str; 7] = [
    "Files that teachers and students add are as accessible as whoever made them did it.",
    "Reading aloud uses the voice of your browser or device; where there is none, the buttons are not shown. It is there for instructions, for feedback and for the sample on the page about reading; no other text is read aloud.",
    "Without a network nothing is read aloud, because the voices of many tablets need one.",
    "Without a network the letters that somebody chose may be missing: they are not kept on a tablet, where they would tell the next user how somebody reads.",
    "Staff who do nothing for 30 minutes, and guardians for 60, have to sign in again and are not asked before. What they had typed in the form that they send then is given back.",
    "We have tested with programs and with the keyboard, and not yet with people who use screen readers every day.",
    "Pictures on badges are told apart by name for screen readers; signing in by badge with a camera needs sight, and typing is offered beside it.",
];

/// `/accessibility`.
#[component]
pub(crate) fn AccessibilityRoute() -> impl IntoView {
    let list = |points: &'static [&'static str]| {
        points
            .iter()
            .map(|point| view! { <li>{*point}</li> })
            .collect_erased()
    };
    view! {
        <Title text="Accessibility - Classimize" />
        <Door theme=theme_word() back="/accessibility">
            <div class="door-wide stack">
                <PageHead
                    title="Accessibility"
                    lede={"Everybody at school has to be able to use this. Our aim is level AA of the Web Content Accessibility Guidelines 2.2, and level AAA for contrast and for the size of what is pressed. This is our own assessment.".to_owned()}
                />
                <section>
                    <h2>"What works"</h2>
                    <ul>{list(&WORKS)}</ul>
                </section>
                <section>
                    <h2>"How it is tested"</h2>
                    <p>
                        "Before each release a program opens every page for every role that may see it, light and dark, and looks for faults with axe and in the order of headings. It measures the size of what is pressed, and whether anything moves while a page loads. With the keyboard alone it signs in by password and by badge, hands in, marks, answers a question about consent, brings in a roster and closes a request. It plays the whole way from setting work to reading feedback with scripts and without. The contrast of the colours of every theme is computed."
                    </p>
                </section>
                <section>
                    <h2>"What we know is missing"</h2>
                    <ul>{list(&LIMITS)}</ul>
                </section>
                <section>
                    <h2>"Tell us"</h2>
                    <p>
                        "If something keeps you from your work, " <a href="/contact">"write to us"</a>
                        ", or tell your school. If the answer does not help, the Equality Advisory and Support Service advises people in Great Britain."
                    </p>
                </section>
            </div>
        </Door>
    }
    .erased()
}
