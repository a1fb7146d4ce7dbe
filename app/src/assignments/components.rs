//! The parts of the pages of set work: chips for where it stands, its receipt,
//! its files, its feedback, the teacher's list and the form that sets it.

use leptos::prelude::*;
use vocab::arrangements::Arranged;
use vocab::assignments::{
    AssignmentForm, AssignmentHead, AttemptSummary, EarlierFeedback, Feedback, Stage,
    SubmissionLine, WaitsFor, WorkState,
};
use vocab::classrooms::Place;
use vocab::points::Points;

use super::papers::EarlierTry;
use crate::reading::AloudRoom;
use crate::ssr::Again;
use crate::ui::{
    ButtonKind, ButtonLink, Chip, CollectErased, DateTimeField, Erased, Icon, IconName, InputKind,
    Restricted, TextArea, TextField, Tone,
};

/// Where a student stands, as shape, word and colour.
#[component]
pub(crate) fn StateChip(
    /// Where they stand.
    state: WorkState,
    /// Filled, where the eye must stop.
    #[prop(optional)]
    fill: bool,
) -> impl IntoView {
    let (tone, icon) = match state {
        WorkState::NotStarted => (Tone::Plain, IconName::Circle),
        WorkState::Draft => (Tone::Info, IconName::Half),
        WorkState::HandedIn => (Tone::Ok, IconName::TickCircle),
        WorkState::HandedInLate => (Tone::Warn, IconName::Clock),
        WorkState::Returned => (Tone::Ok, IconName::Returned),
        WorkState::Missing => (Tone::Error, IconName::Missing),
    };
    view! {
        <Chip tone icon=Some(icon) fill>
            {state.label()}
        </Chip>
    }
    .erased()
}

/// Where a piece of work stands, for its teachers.
#[component]
pub(crate) fn StageChip(
    /// Where it stands.
    stage: Stage,
) -> impl IntoView {
    let (tone, icon) = match stage {
        Stage::Draft => (Tone::Plain, IconName::Half),
        Stage::Scheduled => (Tone::Info, IconName::Clock),
        Stage::Published => (Tone::Ok, IconName::TickCircle),
        Stage::Closed => (Tone::Plain, IconName::Lock),
    };
    view! {
        <Chip tone icon=Some(icon)>
            {stage.label()}
        </Chip>
    }
    .erased()
}

/// When it is due and what it is worth, in one line.
#[component]
pub(crate) fn DueLine(
    /// The work.
    head: AssignmentHead,
) -> impl IntoView {
    let points = head.points.map(|points| format!(" Worth {points} points."));
    let begins = if head.was_due { "Was due " } else { "Due " };
    view! {
        <p class="lede below">
            {match (head.due, head.due_distance) {
                (Some(due), distance) => view! {
                    {begins}
                    <time datetime=due.iso>
                        <strong>{due.words}</strong>
                    </time>
                    {distance.map(|distance| format!(", {distance}"))}
                    "."
                }
                    .into_any(),
                (None, _) => "No due date.".into_any(),
            }}
            {points}
        </p>
    }
    .into_any()
}

/// The instructions as the teacher wrote them.
#[component]
pub(crate) fn Instructions(
    /// Sanitised HTML.
    html: String,
) -> impl IntoView {
    if html.is_empty() {
        view! { <p class="muted">"No instructions."</p> }.into_any()
    } else {
        view! {
            <AloudRoom />
            <div class="prose" data-aloud="What to do" inner_html=html></div>
        }
        .into_any()
    }
}

/// Every hand-in with its receipt, newest first.
#[component]
pub(crate) fn Receipts(
    /// The hand-ins.
    attempts: Vec<AttemptSummary>,
    /// What came back for older ones.
    earlier: Vec<EarlierFeedback>,
    /// What the work is worth.
    out_of: Option<String>,
) -> impl IntoView {
    let rows = attempts
        .into_iter()
        .map(|attempt| {
            let (tone, icon, words) = match (attempt.is_withdrawn, attempt.is_late) {
                (true, _) => (None, IconName::Undo, "Handed in"),
                (false, true) => (Some("warn"), IconName::Clock, "Handed in, late"),
                (false, false) => (Some("ok"), IconName::TickCircle, "Handed in, on time"),
            };
            let came_back = earlier
                .iter()
                .find(|earlier| earlier.attempt == attempt.id)
                .map(|earlier| {
                    let (number, out_of) = (attempt.number, out_of.clone());
                    view! { <CameBack number feedback=earlier.feedback.clone() out_of /> }
                });
            view! {
                <li data-tone=tone>
                    <Icon name=icon />
                    <span>
                        <b>{words}</b>
                        " "
                        <time datetime=attempt.handed_in.iso.clone()>{attempt.handed_in.words.clone()}</time>
                        {attempt.is_withdrawn.then_some(", taken back")}
                        {attempt.written.clone().map(|at| view! { ", written without a network " <time datetime=at.iso>{at.words}</time> " by the tablet's clock" })}
                        <br />
                        <span class="small muted">"Receipt "</span>
                        <span class="receipt">{attempt.receipt.clone()}</span>
                        <EarlierTry attempt />
                        {came_back}
                    </span>
                </li>
            }
        })
        .collect_erased();
    view! { <ol class="trail">{rows}</ol> }
}

/// What came back for an older try, to be opened beside it.
#[component]
fn CameBack(number: i32, feedback: Feedback, out_of: Option<String>) -> impl IntoView {
    view! {
        <details class="history">
            <summary>{format!("Earlier feedback, for try {number}")}</summary>
            <FeedbackView feedback out_of called="Earlier feedback" />
        </details>
    }
    .erased()
}

/// Said beside what came back, where something newer was handed in since.
pub(super) const FOR_AN_EARLIER_TRY: &str = "For an earlier try. The newest one is not back yet";

/// Mark and words, once they are given back.
#[component]
pub(crate) fn FeedbackView(
    /// Mark and words.
    feedback: Feedback,
    /// What the work is worth.
    out_of: Option<String>,
    /// What the words are called where they are read aloud.
    #[prop(default = "Feedback")]
    called: &'static str,
) -> impl IntoView {
    view! {
        <div class="stack">
            {feedback
                .points
                .map(|points| {
                    view! {
                        <p>
                            <span class="score">{points.to_string()}</span>
                            <span class="muted">{out_of.map(|out_of| format!(" of {out_of}"))}</span>
                        </p>
                    }
                })}
            {(!feedback.comment_html.is_empty())
                .then(|| {
                    view! {
                        <AloudRoom />
                        <div class="prose paper" data-aloud=called inner_html=feedback.comment_html></div>
                    }
                })}
            <p class="small muted">
                {feedback.marked_by} ", " <time datetime=feedback.returned.iso>{feedback.returned.words}</time>
            </p>
        </div>
    }
    .erased()
}

/// That something is arranged for a student, and the way to it.
#[component]
pub(crate) fn ArrangedLink(
    /// What.
    arranged: Arranged,
) -> impl IntoView {
    view! {
        <ButtonLink href=format!("/arrangements/{}", arranged.student) kind=ButtonKind::Quiet>
            {arranged.label()}
        </ButtonLink>
    }
    .erased()
}

/// One student in the teacher's list.
#[component]
pub(crate) fn Line(
    /// The student.
    line: SubmissionLine,
    /// What the work is worth; none where it gets words only.
    #[prop(optional_no_strip)]
    out_of: Option<Points>,
) -> impl IntoView {
    if line.is_restricted {
        return view! {
            <li class="row">
                <span class="row-title">{line.name}</span>
                <div class="row-end">
                    <Restricted />
                </div>
            </li>
        }
        .into_any();
    }
    let is_open = matches!(
        line.state,
        WorkState::HandedIn | WorkState::HandedInLate | WorkState::Returned
    );
    let marked = if out_of.is_some() && line.points.is_none() {
        "Comment only"
    } else {
        "Marked"
    };
    let when = line
        .handed_in
        .map(|at| view! { "Handed in " <time datetime=at.iso>{at.words}</time> });
    let name = match line.submission.filter(|_| is_open) {
        Some(id) => {
            view! { <a class="row-title" href=format!("/submissions/{id}")>{line.name}</a> }
                .into_any()
        }
        None => view! { <span class="row-title">{line.name}</span> }.into_any(),
    };
    view! {
        <li class="row">
            <div>{name} <div class="row-meta">{when}</div></div>
            <div class="row-end">
                {line.arranged.map(|arranged| view! { <ArrangedLink arranged /> })}
                {line.points.map(|points| view! { <span class="num"><span class="hush">"Mark "</span>{points.to_string()}</span> })}
                {if line.waits_for == Some(WaitsFor::Return) {
                    view! {
                        <Chip tone=Tone::Info icon=Some(IconName::Check)>
                            {marked}
                        </Chip>
                    }
                        .into_any()
                } else {
                    view! { <StateChip state=line.state /> }.into_any()
                }}
                {line
                    .is_objected_to
                    .then(|| {
                        view! {
                            <Chip tone=Tone::Warn icon=Some(IconName::Lock)>
                                "Somebody objected"
                            </Chip>
                        }
                    })}
                {(line.place == Place::Ended)
                    .then(|| {
                        view! {
                            <Chip icon=Some(IconName::SignOut)>
                                "Left the class"
                            </Chip>
                        }
                    })}
                {(line.is_late && line.state != WorkState::HandedInLate)
                    .then(|| {
                        view! {
                            <Chip tone=Tone::Warn icon=Some(IconName::Clock)>
                                "Late"
                            </Chip>
                        }
                    })}
            </div>
        </li>
    }
    .into_any()
}

/// The fields of the form that sets work.
#[component]
pub(crate) fn WorkFields(
    /// What they hold.
    form: AssignmentForm,
    /// What is wrong with them.
    again: Again<AssignmentForm>,
    /// The school's zone, for the hint.
    time_zone: String,
    /// Whether it can still be scheduled.
    can_schedule: bool,
) -> impl IntoView {
    let date_error = |name: &str| {
        again
            .error(&format!("{name}_date"))
            .or_else(|| again.error(&format!("{name}_time")))
    };
    view! {
        <TextField id="title" label="Title" error=again.error("title") value=form.title.clone() max_length=200u32 />
        <TextArea
            id="instructions"
            label="Instructions"
            hint=Some("You can use **bold** and lists with -. An address such as https://… becomes a link".to_owned())
            error=again.error("instructions")
            value=form.instructions.clone()
            rows=8
        />
        <DateTimeField
            id="due"
            label="Due"
            hint=Some(format!("Leave empty if there is no due date. Without a time it is due at 23:59. Times are those of {time_zone}"))
            error=date_error("due")
            date=form.due_date.clone()
            time=form.due_time.clone()
        />
        <TextField
            id="points"
            label="Points"
            hint=Some("What the work is worth. Leave empty for feedback in words only".to_owned())
            error=again.error("points")
            value=form.points.clone()
            kind=InputKind::Decimal
        />
        {can_schedule
            .then(|| {
                view! {
                    <DateTimeField
                        id="publish"
                        label="Goes out"
                        hint=Some("Only for work that is to go out later by itself. Without a time it goes out at 00:00".to_owned())
                        error=date_error("publish")
                        date=form.publish_date.clone()
                        time=form.publish_time.clone()
                    />
                }
            })}
    }
    .erased()
}
