//! The parts as HTML: how labels, hints and errors are tied to their control,
//! and what must never be in a page.

use leptos::prelude::*;
use vocab::form::{FieldError, PASSWORD_AGAIN};
use vocab::moment::Moment;

use super::*;

fn html_of<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(Assets {
            icons: "/icons-1.svg".to_owned(),
            ..Assets::default()
        });
        view().into_view().to_html()
    })
}

#[test]
fn a_refused_field_names_its_error_and_keeps_what_was_typed() {
    let html = html_of(|| {
        view! {
            <TextField
                id="title"
                label="Title"
                hint="Students see this".to_owned()
                error="Enter a title".to_owned()
                value="<b>Sheet 6"
            />
        }
    });
    for part in [
        r#"<label for="title">Title</label>"#,
        r#"id="title-hint""#,
        r#"id="title-error""#,
        r#"name="title""#,
        r#"aria-invalid="true""#,
        r#"aria-describedby="title-hint title-error""#,
        "&lt;b&gt;Sheet 6",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn a_password_never_comes_back() {
    let html = html_of(|| {
        view! { <TextField id="password" label="Password" kind=InputKind::Password value="secret" /> }
    });
    assert!(!html.contains("secret"), "{html}");
}

#[test]
fn an_error_summary_leads_to_each_field() {
    let errors = vec![
        FieldError {
            field: "due_date".to_owned(),
            message: "The work must be due after it goes out".to_owned(),
        },
        FieldError {
            field: String::new(),
            message: "The school is closed".to_owned(),
        },
    ];
    let html = html_of(move || view! { <ErrorSummary errors /> });
    assert!(html.contains("Two things to put right"), "{html}");
    assert!(html.contains(r##"<a href="#due_date">"##), "{html}");
    assert!(html.contains("<li>The school is closed</li>"), "{html}");
    assert!(
        html.contains(r#"role="alert""#) && html.contains("autofocus"),
        "{html}"
    );

    let nothing = html_of(|| view! { <ErrorSummary errors=vec![] /> });
    assert!(!nothing.contains("error-summary"), "{nothing}");
}

#[test]
fn a_password_that_has_to_be_typed_again_is_not_counted_as_a_mistake() {
    let errors = [
        ("setup_code", "This is not it"),
        ("password", PASSWORD_AGAIN),
    ];
    let errors = errors.map(|(field, message)| FieldError {
        field: field.to_owned(),
        message: message.to_owned(),
    });
    let html = html_of(move || view! { <ErrorSummary errors=errors.to_vec() /> });
    assert!(html.contains("One thing to put right"), "{html}");
    assert!(html.contains(r##"<a href="#password">"##), "{html}");
}

#[test]
fn a_date_and_a_time_are_sent_under_two_names() {
    let html = html_of(|| {
        view! { <DateTimeField id="due" label="Due" date="2026-11-26" time="15:30" /> }
    });
    for part in [
        r#"name="due_date""#,
        r#"id="due_date""#,
        r#"value="2026-11-26""#,
        r#"name="due_time""#,
        r#"value="15:30""#,
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn a_confirmation_is_a_form_that_needs_no_script() {
    let html = html_of(|| {
        view! {
            <Confirm
                summary="Archive"
                message="Nobody can hand in any more."
                action="/classrooms/1/archive"
                button="Archive 10B"
                danger=true
            >
                <input type="hidden" name="version" value="3" />
            </Confirm>
        }
    });
    assert!(html.contains("<details"), "{html}");
    assert!(
        html.contains(r#"method="post" action="/classrooms/1/archive""#),
        "{html}"
    );
    assert!(html.contains(r#"name="version" value="3""#), "{html}");
    assert!(html.contains("Archive 10B"), "{html}");
}

#[test]
fn a_frame_has_a_skip_link_one_list_and_a_main() {
    let html = html_of(|| {
        view! {
            <Frame
                nav=vec![NavItem {
                    href: "/marking".to_owned(),
                    label: "Marking".to_owned(),
                    rest: None,
                    icon: IconName::Marking,
                    here: Here::Page,
                    count: Some(24),
                }]
                school="Brackenfield School"
                person=Some(("Ingrid Achterberg".to_owned(), "IA".to_owned(), "1".to_owned()))
            >
                <PageHead
                    title="Marking"
                    crumbs=vec![("/home".to_owned(), "Today".to_owned())]
                />
                <When at=Moment {
                    iso: "2026-11-26T15:30:00Z".to_owned(),
                    words: "Thursday 26 November, 15:30".to_owned(),
                } />
            </Frame>
        }
    });
    for part in [
        r##"<a class="skip" href="#main">"##,
        r#"<main id="main" tabindex="-1""#,
        r#"<a href="/marking" aria-current="page">"#,
        r#"<use href="/icons-1.svg#i-marking""#,
        r#"<time datetime="2026-11-26T15:30:00Z">Thursday 26 November, 15:30</time>"#,
        r#"<a href="/home">Today</a>"#,
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert_eq!(html.matches("<h1").count(), 1, "{html}");
}

#[test]
fn no_part_carries_a_style_attribute() {
    let html = html_of(|| {
        view! {
            <Door theme="dark" back="/invite/x">
                <Notice tone=Tone::Ok title="Handed in.".to_owned() live=true />
                <Spread id="a" title="Today" note="Two things".to_owned()>
                    <Empty icon=IconName::Work title="No work yet" />
                    <Chip tone=Tone::Error fill=true>"4 days late"</Chip>
                    <Progress id="p" label="5 of 28 marked" value=5 max=28 />
                    <Avatar initials="ZO" size=AvatarSize::Large />
                </Spread>
                <Confirm summary="Return" message="Students see marks at once." action="/return" button="Return 24" />
                <Pager label="Pages" words="Page 2 of 3" before="/a".to_owned() after="/b".to_owned() />
                <FileField id="files" label="Files" multiple=true accept=".zip" />
                <TextArea id="words" label="My words" lined=true value="\nfirst" />
                <SelectField
                    id="role"
                    label="Role"
                    options=vec![("teacher".to_owned(), "Teacher".to_owned())]
                    selected="teacher"
                />
                <TickField id="seen" label="Seen" checked=true />
                <Tabs
                    label="10B"
                    items=vec![Tab { href: "/a".to_owned(), label: "Work".to_owned(), current: true, count: None }]
                />
                <Table caption="People" head=vec![Column::text("Name"), Column::number("Work"), Column::hidden("Act")]>
                    <tr>
                        <th scope="row">"Zainab"</th>
                    </tr>
                </Table>
                <Card lead=true class="child">"x"</Card>
                <ButtonLink href="/x" kind=ButtonKind::Main icon=IconName::Plus>"Set work"</ButtonLink>
            </Door>
        }
    });
    assert!(!html.contains("style="), "{html}");
    assert!(
        html.contains(r#"name="theme" value="dark" aria-pressed="true""#),
        "{html}"
    );
}

#[test]
fn every_theme_has_its_button_and_the_chosen_one_is_pressed() {
    for theme in crate::shell::THEMES {
        let html = html_of(|| view! { <ThemeForm current=theme back="/settings" /> });
        let button = format!(r#"name="theme" value="{theme}" aria-pressed="true""#);
        assert!(html.contains(&button), "{button} is missing in {html}");
        assert_eq!(html.matches(r#"aria-pressed="true""#).count(), 1, "{html}");
    }
}
