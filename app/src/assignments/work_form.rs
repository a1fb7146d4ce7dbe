//! The form that sets work, or changes it. Where somebody else changed the work while the form
//! was open, the work as it is now stands above what was typed, so that nobody saves over what
//! they have not seen. The fields themselves are in `components.rs`.

use leptos::prelude::*;
use vocab::assignments::{AssignmentForm, FileSummary, OUT_ALREADY, SetWorkPage, Stage};
use vocab::form::FieldError;
use vocab::ids::AssignmentId;
use vocab::moment::Moment;

use super::components::WorkFields;
use super::materials::{FilePicker, FilesThere};
use crate::page::{FieldsNotice, WhatIsWrong};
use crate::ssr::{self, Again};
use crate::ui::{Button, ButtonKind, ButtonLink, Erased, PageHead, as_content};

/// The form with its heading.
#[component]
pub(super) fn WorkForm(
    /// What it holds, and where it stands.
    page: SetWorkPage,
    /// The files that it has.
    #[prop(optional)]
    files: Vec<FileSummary>,
) -> impl IntoView {
    let is_out = is_out(page.stage);
    let once_out = if is_out { "" } else { " once it is out" };
    let again: Again<AssignmentForm> = ssr::again();
    let again = if is_out { out_already(again) } else { again };
    let form = again.form.clone().unwrap_or_else(|| page.form.clone());
    // Whatever is wrong with the form: what somebody else saved is not overwritten unseen.
    let is_changed = !form.seen.is_empty() && form.seen != page.form.seen;
    let changed = is_changed.then(|| (page.clone(), form.clone()));
    let unshown = again
        .form
        .as_ref()
        .and_then(|typed| unshown_time(&page, typed));
    // Of new work alone. It is kept when the form comes back, unless it is used up.
    let id = page.assignment.is_none().then(|| {
        if form.id.is_empty() {
            page.form.id.clone()
        } else {
            form.id.clone()
        }
    });
    // The script that asks before somebody leaves: what came back is nowhere else.
    let asks = if again.form.is_some() { "again" } else { "" };
    let twin = form.twice.parse::<AssignmentId>().ok();
    let classroom = format!("/classrooms/{}", page.classroom.id);
    let (title, action, back) = match page.assignment {
        Some(id) => (
            "Edit work",
            format!("/assignments/{id}/edit"),
            format!("/assignments/{id}"),
        ),
        None => (
            "Set work",
            format!("{classroom}/assignments/new"),
            classroom.clone(),
        ),
    };
    view! {
        <PageHead title=title crumbs=vec![(classroom, page.classroom.name.clone())] />
        <form class="form" method="post" action=action enctype="multipart/form-data" data-asks=asks>
            <WhatIsWrong again=again.clone() />
            {twin.map(|id| view! { <SetBefore id /> })}
            {changed.map(|(page, typed)| view! { <AsItIsNow page typed /> })}
            {unshown.map(|at| view! { <FieldsNotice title="What you wrote" fields=vec![("Goes out", at)] /> })}
            <input type="hidden" name="seen" value=page.form.seen />
            {id.map(|id| view! { <input type="hidden" name="id" value=id /> })}
            <WorkFields form again=again.clone() time_zone=page.time_zone can_schedule=!is_out />
            <FilesThere files />
            <FilePicker label="Files for the students" error=again.error("files") />
            <p class="small muted">{format!("{}{once_out}, and by the school's admins.", page.audience.words())}</p>
            <div class="cluster">
                <Intents at=page.stage />
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    "Cancel"
                </ButtonLink>
            </div>
        </form>
    }
    .erased()
}

/// The way to work that was set with the same words shortly before. Where its teacher presses
/// again, it is said that they were told of it.
#[component]
fn SetBefore(id: AssignmentId) -> impl IntoView {
    view! {
        <p>
            <a href=format!("/assignments/{id}") target="_blank">
                "Open the work that you set, in a new window"
            </a>
        </p>
        <input type="hidden" name="twice" value=id.to_string() />
    }
    .erased()
}

/// Students see the work: it has no field any more for the time at which it goes out.
fn is_out(at: Option<Stage>) -> bool {
    matches!(at, Some(Stage::Published | Stage::Closed))
}

/// Where a form comes back that was opened before the work went out, its teacher is told so; what
/// is wrong with the time to go out is not, for there is no field any more to put it right.
fn out_already(mut again: Again<AssignmentForm>) -> Again<AssignmentForm> {
    let had_time = again
        .form
        .as_ref()
        .is_some_and(|typed| !goes_out_time(typed).is_empty());
    let asked_for_it = again.errors.iter().any(is_of_going_out);
    again.errors.retain(|error| !is_of_going_out(error));
    if !had_time && !asked_for_it {
        return again;
    }
    if again.errors.is_empty() {
        again
            .sentence
            .get_or_insert_with(|| format!("{OUT_ALREADY}."));
    } else {
        let error = FieldError {
            field: String::new(),
            message: OUT_ALREADY.to_owned(),
        };
        again.errors.insert(0, error);
    }
    again
}

fn is_of_going_out(error: &FieldError) -> bool {
    matches!(error.field.as_str(), "publish_date" | "publish_time")
}

/// What can be done with the form. Enter in a field presses the first: it keeps the work as it
/// stands.
#[component]
fn Intents(at: Option<Stage>) -> impl IntoView {
    if is_out(at) {
        return view! {
            <Button kind=ButtonKind::Main name="intent" value="publish">
                "Save"
            </Button>
            <details class="confirm">
                <summary class="btn">"Take back to draft"</summary>
                <div class="confirm-box">
                    <p>
                        "Students do not see the work any more, also who is writing now, until you publish it again. What they wrote is kept. Once somebody has handed in, the work stays out: you can close handing in instead."
                    </p>
                    <div class="cluster">
                        <Button name="intent" value="draft">
                            "Save and take back to draft"
                        </Button>
                    </div>
                </div>
            </details>
        }
        .into_any();
    }
    let draft = view! {
        <Button name="intent" value="draft">
            "Save as draft"
        </Button>
    }
    .into_any();
    let schedule = view! {
        <Button name="intent" value="schedule">
            "Schedule"
        </Button>
    }
    .into_any();
    let (first, last) = if at == Some(Stage::Scheduled) {
        (schedule, draft)
    } else {
        (draft, schedule)
    };
    view! {
        {first}
        <Button kind=ButtonKind::Main name="intent" value="publish">
            "Publish now"
        </Button>
        {last}
    }
    .into_any()
}

/// The work as somebody else has just saved it: whatever differs from what was typed, and where
/// it stands.
#[component]
fn AsItIsNow(page: SetWorkPage, typed: AssignmentForm) -> impl IntoView {
    let fields = differences(&page, &typed);
    let stored = page.form.instructions;
    // They have lines, and may be long: to be read and copied in a field of their own.
    let instructions =
        (!stored.is_empty() && stored != typed.instructions.trim()).then_some(stored);
    view! {
        <FieldsNotice title="The work as it is now, since somebody else changed it" fields />
        {instructions
            .map(|words| {
                view! {
                    <div class="field">
                        <label for="other">"The instructions as they are now"</label>
                        <textarea class="input" id="other" rows="6" readonly>
                            {as_content(words)}
                        </textarea>
                    </div>
                }
            })}
    }
    .erased()
}

/// The fields of one line in which the work as it is now differs from what was typed, and always
/// where it stands; the instructions only where there are none.
fn differences(page: &SetWorkPage, typed: &AssignmentForm) -> Vec<(&'static str, String)> {
    let stored = &page.form;
    let has_instructions = !stored.instructions.is_empty();
    let fields = [
        (
            "Title",
            stored.title != typed.title.trim(),
            stored.title.clone(),
        ),
        (
            "Instructions",
            !has_instructions && !typed.instructions.trim().is_empty(),
            String::new(),
        ),
        (
            "Due",
            due_time(stored) != due_time(typed),
            words(page.due.as_ref()),
        ),
        (
            "Points",
            stored.points != typed.points.trim(),
            stored.points.clone(),
        ),
        (
            "Goes out",
            !is_out(page.stage) && goes_out_time(stored) != goes_out_time(typed),
            words(page.goes_out.as_ref()),
        ),
    ];
    let state = page.stage.map(|stage| ("State", stage.label().to_owned()));
    fields
        .into_iter()
        .filter(|(_, differs, _)| *differs)
        .map(|(label, _, words)| (label, words))
        .chain(state)
        .collect()
}

fn words(at: Option<&Moment>) -> String {
    at.map_or_else(String::new, |at| at.words.clone())
}

/// The time to go out that was typed, where the work is out meanwhile and has no field for it;
/// unless it is the time at which the work went out.
fn unshown_time(page: &SetWorkPage, typed: &AssignmentForm) -> Option<String> {
    let time = goes_out_time(typed);
    let is_lost = is_out(page.stage) && !time.is_empty() && time != goes_out_time(&page.form);
    is_lost.then_some(time)
}

fn due_time(form: &AssignmentForm) -> String {
    as_typed(&form.due_date, &form.due_time)
}

fn goes_out_time(form: &AssignmentForm) -> String {
    as_typed(&form.publish_date, &form.publish_time)
}

/// Such as "2026-11-26 15:30".
fn as_typed(date: &str, time: &str) -> String {
    format!("{} {}", date.trim(), time.trim()).trim().to_owned()
}
