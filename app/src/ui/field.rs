//! Fields to type in: a label, a hint, an error and the control, tied together
//! for screen readers. What was typed comes back through `value`, so a form
//! that was refused keeps it. The other kinds of field lean on `field_words`.

use leptos::prelude::*;

use super::Erased;
use super::icon::{Icon, IconName};

/// What kind of text a field takes; it decides the keyboard of a tablet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Any text of one line.
    #[default]
    Text,
    /// A password: never shown, never given back.
    Password,
    /// An e-mail address.
    Email,
    /// Words to look for.
    Search,
    /// A number with a decimal point, such as a mark.
    Decimal,
    /// A whole number.
    Number,
    /// An address on the web.
    Url,
}

impl InputKind {
    /// The `type` attribute. Numbers stay text: a browser's number field drops what it cannot read.
    const fn as_type(self) -> &'static str {
        match self {
            Self::Text | Self::Decimal | Self::Number => "text",
            Self::Password => "password",
            Self::Email => "email",
            Self::Search => "search",
            Self::Url => "url",
        }
    }

    const fn as_input_mode(self) -> Option<&'static str> {
        match self {
            Self::Decimal => Some("decimal"),
            Self::Number => Some("numeric"),
            _ => None,
        }
    }

    /// Names and codes are not to be corrected by a tablet.
    const fn is_plain_code(self) -> bool {
        !matches!(self, Self::Text | Self::Search)
    }
}

/// The ids that describe a control, for `aria-describedby`.
pub(crate) fn described_by(id: &str, has_hint: bool, has_error: bool) -> Option<String> {
    let ids: Vec<String> = [(has_hint, "hint"), (has_error, "error")]
        .iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, part)| format!("{id}-{part}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// The hint and the error of a field, with the ids that `described_by` names.
pub(crate) fn field_words(
    id: &str,
    hint: Option<String>,
    error: Option<String>,
) -> impl IntoView + use<> {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        {hint
            .map(|words| {
                view! {
                    <span class="hint" id=hint_id>
                        {words}
                    </span>
                }
            })}
        {error
            .map(|words| {
                view! {
                    <span class="field-error" id=error_id>
                        <Icon name=IconName::Error />
                        <span>
                            <span class="hush">"Error: "</span>
                            {words}
                        </span>
                    </span>
                }
            })}
    }
    .erased()
}

/// A field of one line.
#[component]
pub fn TextField(
    /// The control's `id`, which the error summary links to.
    #[prop(into)]
    id: String,
    /// The name that is sent; the `id` where none is given.
    #[prop(optional, into)]
    name: Option<String>,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What helps to fill it in.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// What stands in it. A password never comes back.
    #[prop(optional, into)]
    value: String,
    /// What kind of text it takes.
    #[prop(optional)]
    kind: InputKind,
    /// The browser's word for what it may fill in, such as `username`.
    #[prop(optional, into)]
    autocomplete: Option<&'static str>,
    /// Must be filled in. The server checks it and answers in words; the browser is not asked to.
    #[prop(optional)]
    required: bool,
    /// More classes of the control: `input-short`, `input-medium`, `input-full`, `input-code`.
    #[prop(optional, into)]
    input_class: Option<&'static str>,
    /// The most characters that can be typed.
    #[prop(optional, into)]
    max_length: Option<u32>,
) -> impl IntoView {
    let name = name.unwrap_or_else(|| id.clone());
    let described_by = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = format!("input {}", input_class.unwrap_or_default());
    let value = (kind != InputKind::Password).then_some(value);
    let is_code = kind.is_plain_code() || autocomplete == Some("username");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {field_words(&id, hint, error)}
            <input
                class=class.trim_end().to_owned()
                id=id
                name=name
                type=kind.as_type()
                inputmode=kind.as_input_mode()
                value=value
                autocomplete=autocomplete
                autocapitalize={is_code.then_some("none")}
                spellcheck={is_code.then_some("false")}
                maxlength={max_length.map(|most| most.to_string())}
                aria-required={required.then_some("true")}
                aria-invalid=invalid
                aria-describedby=described_by
            />
        </div>
    }
    .erased()
}

/// A field of several lines.
#[component]
pub fn TextArea(
    /// The control's `id`, which the error summary links to.
    #[prop(into)]
    id: String,
    /// The name that is sent; the `id` where none is given.
    #[prop(optional, into)]
    name: Option<String>,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What helps to fill it in.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// What stands in it.
    #[prop(optional, into)]
    value: String,
    /// Lines that show at once.
    #[prop(default = 5)]
    rows: u32,
    /// Ruled like a page of an exercise book, for a student's own words.
    #[prop(optional)]
    lined: bool,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let name = name.unwrap_or_else(|| id.clone());
    let described_by = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = if lined { "input lined" } else { "input" };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {field_words(&id, hint, error)}
            <textarea
                class=class
                id=id
                name=name
                rows=rows.to_string()
                aria-required={required.then_some("true")}
                aria-invalid=invalid
                aria-describedby=described_by
            >
                {as_content(value)}
            </textarea>
        </div>
    }
    .erased()
}

/// Words as HTML, for the two elements into which leptos writes them as they are: with
/// `</textarea>` or `</title>` among them the rest would be a part of the page.
pub(crate) fn as_raw_text(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;")
}

/// What is to stand in a `<textarea>`. The first line break is not content for a browser: one
/// more keeps it. In the browser words are words.
pub fn as_content(value: String) -> String {
    if !cfg!(feature = "ssr") {
        return value;
    }
    let written = as_raw_text(&value);
    if written.starts_with('\n') {
        format!("\n{written}")
    } else {
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_is_described_by_what_is_there() {
        assert_eq!(described_by("due", false, false), None);
        assert_eq!(
            described_by("due", true, false).as_deref(),
            Some("due-hint")
        );
        assert_eq!(
            described_by("due", true, true).as_deref(),
            Some("due-hint due-error")
        );
    }

    #[test]
    fn a_text_that_opens_with_an_empty_line_keeps_it() {
        assert_eq!(as_content("\nfirst".to_owned()), "\n\nfirst");
        assert_eq!(as_content("first".to_owned()), "first");
        assert_eq!(
            as_content("a</textarea>&lt;b>".to_owned()),
            "a&lt;/textarea>&amp;lt;b>"
        );
    }
}
