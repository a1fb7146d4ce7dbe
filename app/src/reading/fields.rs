//! The fields of the reading settings, for everybody's own page and for what the school
//! sets for a student: a few words of which one is chosen, each with a large target.

use leptos::prelude::*;
use vocab::form::{FieldError, error_for};
use vocab::reading::{Font, Measure, Reading, ReadingForm, Spacing, Switch, TextSize, Theme};

use crate::ui::{CollectErased, Erased};

/// A setting: its field, what it asks, and what helps to choose.
struct Setting {
    name: &'static str,
    legend: &'static str,
    hint: Option<&'static str>,
    choices: Vec<(&'static str, &'static str)>,
}

macro_rules! choices {
    ($words:ty) => {
        <$words>::ALL
            .iter()
            .map(|word| (word.as_str(), word.label()))
            .collect()
    };
}

fn settings() -> [Setting; 8] {
    [
        Setting {
            name: "theme",
            legend: "Colours",
            hint: Some("Cream is a tint for whoever finds white too bright"),
            choices: choices!(Theme),
        },
        Setting {
            name: "size",
            legend: "Text size",
            hint: None,
            choices: choices!(TextSize),
        },
        Setting {
            name: "line",
            legend: "Space between lines",
            hint: None,
            choices: choices!(Spacing),
        },
        Setting {
            name: "letters",
            legend: "Space between letters and words",
            hint: None,
            choices: choices!(Spacing),
        },
        Setting {
            name: "measure",
            legend: "Length of a line",
            hint: None,
            choices: choices!(Measure),
        },
        Setting {
            name: "font",
            legend: "Letters",
            hint: Some(
                "Try spacing first: it helps more readers than other letters do. Without a network the letters may be missing",
            ),
            choices: choices!(Font),
        },
        Setting {
            name: "ruler",
            legend: "Reading ruler",
            hint: Some(
                "A band that follows the pointer, a tap, the focus and the up and down keys. Escape or a tap on it hides it",
            ),
            choices: choices!(Switch),
        },
        Setting {
            name: "aloud",
            legend: "Read aloud",
            hint: Some(
                "Adds buttons to instructions and feedback, where this device has a voice. Without a network there are none",
            ),
            choices: choices!(Switch),
        },
    ]
}

/// All of them.
#[component]
pub(crate) fn ReadingFields(
    /// What they hold.
    form: ReadingForm,
    /// What is wrong with them.
    errors: Vec<FieldError>,
    /// The words of a further choice, which sends nothing; without one there is none.
    #[prop(optional_no_strip)]
    unchosen: Option<&'static str>,
) -> impl IntoView {
    settings()
        .into_iter()
        .map(|setting| {
            let selected = form.word(setting.name).to_owned();
            let error = error_for(&errors, setting.name).map(str::to_owned);
            view! { <OneOf setting selected error unchosen /> }
        })
        .collect_erased()
}

#[component]
fn OneOf(
    setting: Setting,
    selected: String,
    error: Option<String>,
    unchosen: Option<&'static str>,
) -> impl IntoView {
    let Setting {
        name,
        legend,
        hint,
        choices,
    } = setting;
    let buttons = unchosen
        .map(|words| ("", words))
        .into_iter()
        .chain(choices)
        .enumerate()
        .map(|(at, (value, label))| {
            // The error summary leads to the first of them.
            let id = if at == 0 {
                name.to_owned()
            } else {
                format!("{name}-{value}")
            };
            view! {
                <label class="choice" for=id.clone()>
                    <input type="radio" id=id.clone() name=name value=value checked={value == selected} />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_erased();
    view! {
        <fieldset class="field">
            <legend class="legend">{legend}</legend>
            {hint.map(|hint| view! { <span class="hint">{hint}</span> })}
            {error.map(|error| view! { <p class="field-error">{error}</p> })}
            <div class="choices">{buttons}</div>
        </fieldset>
    }
    .erased()
}

/// The settings that are chosen, in words: "Text size: Large".
pub(crate) fn said(reading: Reading) -> Vec<String> {
    settings()
        .into_iter()
        .zip(reading.words())
        .filter_map(|(setting, word)| {
            let word = word?;
            let (_, label) = setting.choices.iter().find(|(value, _)| *value == word)?;
            Some(format!("{}: {label}", setting.legend))
        })
        .collect()
}
