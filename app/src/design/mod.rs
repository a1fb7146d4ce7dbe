//! `/design`: every part that pages are made of, in every state, to look at and for the
//! browser tests to check in every theme; `/design/form`: a form that came back, in the
//! frame of public pages. They are there on a developer's own machine and in demos, and
//! nowhere else (decision 0038). Nothing here reads a record, and no button changes one.

mod fields;
mod lists;
mod marks;
mod tablet;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use leptos_meta::Title;
use vocab::form::FieldError;

use crate::error::AppError;
use crate::page::{load, theme_word};
use crate::ssr;
use crate::ui::{
    Button, ButtonKind, ButtonLink, DateTimeField, Door, ErrorSummary, FileField, Frame, Here,
    IconName, NavItem, PageHead, SelectField, Spread, TextArea, TextField, ThemeForm, TickField,
};

use fields::Fields;
use lists::Lists;
use marks::Marks;
use tablet::Tablet;

/// Who finds the gallery: nobody where a school works with this server.
fn door() -> Result<(), AppError> {
    let means = expect_context::<ssr::Means>();
    means.has_gallery.then_some(()).ok_or(AppError::NotFound)
}

/// `/design`.
#[component]
pub(crate) fn DesignRoute() -> impl IntoView {
    load(async move { door() }, |()| {
        view! {
            <Title text="Every part - Classimize" />
            <Frame nav=sections() school="Brackenfield School">
                <PageHead
                    title="Every part, in every state"
                    dateline="Made-up people and made-up work".to_owned()
                    lede="What pages are made of. The colours below hold for this device, as those of an account do.".to_owned()
                >
                    <ButtonLink href="/design/form" kind=ButtonKind::Main>
                        "See a form that came back"
                    </ButtonLink>
                </PageHead>
                <Spread id="colours" title="Colours" note="Each with 7:1 for text and 3:1 for edges".to_owned()>
                    <ThemeForm current=theme_word() back="/design" />
                </Spread>
                <Spread id="frames" title="Frame" note="One of two is around every page".to_owned()>
                    <p>
                        "This page stands in the frame of somebody who is signed in. Public pages, and those before anybody is known, stand in the door: see "
                        <a href="/design/form">"the form that came back"</a> "."
                    </p>
                </Spread>
                <Marks />
                <Fields />
                <Lists />
                <Tablet />
            </Frame>
        }
    })
}

/// `/design/form`.
#[component]
pub(crate) fn FormRoute() -> impl IntoView {
    load(async move { door() }, |()| {
        let wrong = |field: &str, message: &str| FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        };
        let errors = vec![
            wrong("title", "Give the work a title"),
            wrong("due", "Choose a due time after the work goes out"),
            wrong("files", "Choose files of up to 50 MB each"),
            wrong("", "Somebody else changed this work at 11:04"),
        ];
        view! {
            <Title text="A form that came back - Classimize" />
            <Door theme=theme_word() back="/design/form">
                <PageHead
                    title="A form that came back"
                    crumbs=vec![("/design".to_owned(), "Every part".to_owned())]
                    lede="All mistakes at once, first on the page and in focus; what was typed is still there.".to_owned()
                />
                <ErrorSummary errors />
                <form class="form" method="get" action="/design/form">
                    <TextField
                        id="title"
                        label="Title"
                        hint="Students see this".to_owned()
                        error="Give the work a title".to_owned()
                        required=true
                    />
                    <TextArea id="instructions" label="Instructions" value="Do questions 1 to 8." />
                    <SelectField
                        id="topic"
                        label="Topic"
                        error="Choose a topic of this classroom".to_owned()
                        options=vec![("quadratics".to_owned(), "Quadratics".to_owned())]
                    />
                    <DateTimeField
                        id="due"
                        label="Due"
                        error="Choose a due time after the work goes out".to_owned()
                        date="2026-11-26"
                        time="15:30"
                    />
                    <FileField
                        id="files"
                        label="Photos and files"
                        hint="Up to 50 MB each".to_owned()
                        error="Choose files of up to 50 MB each".to_owned()
                        multiple=true
                    />
                    <TickField id="sure" label="I have read it" error="Tick this before you go on".to_owned() />
                    <div class="cluster">
                        <Button kind=ButtonKind::Main>"Send it again"</Button>
                        <ButtonLink href="/design" kind=ButtonKind::Quiet>
                            "Cancel"
                        </ButtonLink>
                    </div>
                </form>
            </Door>
        }
    })
}

/// The gallery's own navigation: six entries, so that a phone shows four and the last.
fn sections() -> Vec<NavItem> {
    [
        ("/design", "Parts", IconName::Book, None),
        ("/design/form", "Form", IconName::Warn, Some(4)),
        ("/design#fields", "Fields", IconName::Work, None),
        ("/design#rows", "Lists", IconName::Menu, None),
        ("/design#tables", "Tables", IconName::Classes, None),
        ("/home", "Home", IconName::Home, None),
    ]
    .into_iter()
    .map(|(href, label, icon, count)| NavItem {
        href: href.to_owned(),
        label: label.to_owned(),
        rest: None,
        icon,
        here: if href == "/design" {
            Here::Page
        } else {
            Here::Elsewhere
        },
        count,
    })
    .collect()
}
