//! What an iPad shows at each step, drawn in lines: where to look, and what to tap. The
//! words beside each drawing say the same, so none of them is read out.

use leptos::prelude::*;

use crate::ui::Erased;

/// The drawing of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drawing {
    /// The page in the browser.
    Browser,
    /// The sign to share with.
    Share,
    /// The list that opens, with the line to tap.
    List,
    /// The home screen with the app on it.
    HomeScreen,
}

/// The tablet itself, 160 by 116.
const TABLET: &str = "M12 3h136a9 9 0 0 1 9 9v92a9 9 0 0 1-9 9H12a9 9 0 0 1-9-9V12a9 9 0 0 1 9-9z";
/// The browser's bar, and lines of a page.
const BAR: &str = "M3 27h154M46 10h68a5 5 0 0 1 0 10H46a5 5 0 0 1 0-10z";
const PAGE: &str = "M22 44h70M22 56h104M22 68h88";
/// A square with an arrow that leaves it.
const SHARE: &str = "M132 14h-4v10h12V14h-4M134 19V7m-4 4 4-4 4 4";
/// The list, and its lines: the middle one is the one to tap.
const LIST: &str = "M76 34h72v70H76zM76 52h72M76 70h72";
const TO_TAP: &str = "M76 52h72v18H76z";
const IN_LIST: &str = "M84 43h34M84 79h44M84 90h28M84 61h38";
const PLUS: &str = "M132 55h12v12h-12zM138 58v6M135 61h6";
/// Other apps, and ours.
const APPS: &str = "M24 22h18v18H24zM72 22h18v18H72zM96 22h18v18H96zM120 22h18v18h-18zM24 52h18v18H24zM48 52h18v18H48z";
const OURS: &str = "M48 22h18v18H48z";
const TICK: &str = "m52 31 4 4 6-8";
const DOCK: &str = "M34 92h92a6 6 0 0 1 6 6v9H28v-9a6 6 0 0 1 6-6z";

/// A drawing: lines, and in colour what it is about.
#[component]
pub(super) fn Drawn(
    /// Which.
    drawing: Drawing,
) -> impl IntoView {
    let (lines, filled, told): (&[&str], Option<&str>, &[&str]) = match drawing {
        Drawing::Browser => (&[TABLET, PAGE], None, &[BAR]),
        Drawing::Share => (&[TABLET, BAR, PAGE], None, &[SHARE]),
        Drawing::List => (&[TABLET, BAR, LIST, IN_LIST], Some(TO_TAP), &[PLUS]),
        Drawing::HomeScreen => (&[TABLET, APPS, DOCK], Some(OURS), &[TICK]),
    };
    view! {
        <svg class="install-drawn" viewBox="0 0 160 116" aria-hidden="true" focusable="false">
            {filled.map(|line| view! { <path class="is-filled" d=line /> })}
            <path d=lines.concat() />
            <path class="is-told" d=told.concat() />
        </svg>
    }
    .erased()
}
