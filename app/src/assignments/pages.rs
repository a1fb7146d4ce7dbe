//! The pages of set work. Their forms are answered by
//! `server/src/routes/{assignments,submissions}.rs`.

use domain::{access, assignments};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::arrangements::{Arranged, extra_time_words};
use vocab::assignments::{
    AssignmentHead, ChildChoice, Stage, StudentWork, TeacherWork, WaitsFor, WorkState,
};
use vocab::ids::{AssignmentId, ClassroomId, PersonId};
use vocab::moment::Moment;

use super::answer::{AnswerText, draft_words, waits_for};
use super::api::{self, WorkPage};
use super::components::{
    DueLine, FOR_AN_EARLIER_TRY, FeedbackView, Line, Receipts, StageChip, StateChip,
};
use super::draft::DraftField;
use super::give_back::{ReturnAll, ToReturn};
use super::left::{left_crumbs, left_words, who_left};
use super::materials::WhatToDo;
use super::papers::Files;
use super::simple::ToSimple;
use super::work_form::WorkForm;
use crate::classrooms::ArchivedNotice;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr::{self, Again};
use crate::ui::field::field_words;
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Confirm, Empty, Erased, FileField, IconName,
    PageHead, Progress, Spread,
};

/// `/assignments/:id`.
#[component]
pub(crate) fn AssignmentRoute() -> impl IntoView {
    let id = id_in_path::<AssignmentId>();
    let child = ssr::query("child").and_then(|child| child.parse().ok());
    load(
        async move { Ok::<_, AppError>((ssr::actor()?, api::page(id?, child).await?)) },
        |(actor, page)| {
            let reader = actor.person;
            // A student's own work belongs to all their work, from wherever they came.
            let is_own = matches!(&page, WorkPage::Student(work) if work.is_own);
            let current = if is_own { "/work" } else { "/classrooms" };
            let (title, inside) = match page {
                WorkPage::Teacher(work) => (
                    work.head.title.clone(),
                    view! { <TeacherView work /> }.into_any(),
                ),
                WorkPage::Student(work) => (
                    work.head.title.clone(),
                    view! { <StudentView work reader as_teacher=None /> }.into_any(),
                ),
                WorkPage::OwnChild(work) => {
                    let as_teacher = Some(format!("/assignments/{}", work.head.id));
                    (
                        work.head.title.clone(),
                        view! { <StudentView work reader as_teacher /> }.into_any(),
                    )
                }
                WorkPage::Choose(head, children) => (
                    head.title.clone(),
                    view! { <ChooseChild head children_here=children /> }.into_any(),
                ),
                WorkPage::Head(head) => {
                    (head.title.clone(), view! { <HeadView head /> }.into_any())
                }
            };
            view! {
                <Title text=format!("{title} - {}", actor.school_name) />
                <Page actor current>
                    {inside}
                </Page>
            }
        },
    )
}

fn crumbs(head: &AssignmentHead) -> Vec<(String, String)> {
    crumbs_from(("/classrooms", "Classes"), head)
}

/// The way to the work over its classroom, from one of the reader's entries.
fn crumbs_from(first: (&str, &str), head: &AssignmentHead) -> Vec<(String, String)> {
    vec![
        (first.0.to_owned(), first.1.to_owned()),
        (
            format!("/classrooms/{}", head.classroom.id),
            head.classroom.name.clone(),
        ),
    ]
}

fn dateline(head: &AssignmentHead) -> String {
    [head.classroom.subject.clone(), Some(head.teacher.clone())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

#[component]
fn HeadView(head: AssignmentHead) -> impl IntoView {
    view! {
        <PageHead title=head.title.clone() crumbs=crumbs(&head) dateline=dateline(&head) />
        <ArchivedNotice classroom=head.classroom.clone() />
        <DueLine head=head.clone() />
        <WhatToDo head=head.clone() />
    }
    .erased()
}

#[component]
fn ChooseChild(head: AssignmentHead, children_here: Vec<ChildChoice>) -> impl IntoView {
    let rows = children_here
        .into_iter()
        .map(|child| {
            let href = format!("/assignments/{}?child={}", head.id, child.person);
            view! {
                <li class="row">
                    <a class="row-title" href=href>
                        {child.name}
                    </a>
                </li>
            }
        })
        .collect_erased();
    view! {
        <PageHead title=head.title.clone() crumbs=crumbs(&head) dateline=dateline(&head) />
        <Spread id="whose" title="Whose work?" note="You have more than one child in this classroom".to_owned()>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn StudentView(
    work: StudentWork,
    reader: PersonId,
    /// The teacher's page of the work, for a teacher who reads their own child's.
    as_teacher: Option<String>,
) -> impl IntoView {
    let StudentWork {
        head,
        student,
        is_own,
        place,
        state,
        text,
        draft_version,
        draft_saved,
        files,
        left_out,
        attempts,
        feedback,
        earlier,
        arranged,
        class_due,
        can_hand_in,
        can_unsubmit,
    } = work;
    let again: Again<AnswerAgain> = ssr::again();
    let waits_for = waits_for(&head, place, is_own, can_unsubmit);
    let draft = draft_words(&head, place, state, &attempts, draft_saved.as_ref());
    let path = format!("/assignments/{}", head.id);
    let out_of = head.points.map(|points| points.to_string());
    let of_earlier = out_of.clone();
    let is_older = state != WorkState::Returned;
    let take_back = if head.due.is_some() {
        "You can change your work and hand it in again. Once it is due, handing in counts as late. Until you hand in again your teacher has nothing from you."
    } else {
        "You can change your work and hand it in again. Until then your teacher has nothing from you."
    };
    let has_receipt = attempts.iter().any(|attempt| !attempt.is_withdrawn);
    let title = if is_own {
        "My work".to_owned()
    } else {
        format!("{student}'s work")
    };
    let answer = Answer {
        path: path.clone(),
        id: head.id,
        whose: reader,
        text,
        version: draft_version,
        saved: draft_saved.map(|at| at.words),
        has_receipt,
        was_handed_in: !attempts.is_empty(),
    };
    let crumbs = left_crumbs(place, is_own).unwrap_or_else(|| {
        if is_own {
            crumbs_from(("/work", "Work"), &head)
        } else {
            crumbs(&head)
        }
    });
    let left = left_words(place, &head.classroom.name, is_own);
    view! {
        <PageHead title=head.title.clone() crumbs dateline=dateline(&head)>
            <StateChip state fill=true />
            {(can_hand_in && state == WorkState::NotStarted)
                .then(|| {
                    // Takes the chip's place as soon as words are saved (`keeper.rs`).
                    view! {
                        <template id="begun">
                            <StateChip state=WorkState::Draft fill=true />
                        </template>
                    }
                })}
            {as_teacher.map(|href| view! { <ButtonLink href>"As their teacher"</ButtonLink> })}
        </PageHead>
        <Done />
        {left.map(|words| view! { <p class="muted">{words}</p> })}
        <ArchivedNotice classroom=head.classroom.clone() />
        <WhatIsWrong again=again.clone() />
        <DueLine head=head.clone() />
        {arranged.map(|arranged| view! { <Longer arranged class_due is_own /> })}
        {feedback
            .map(|feedback| {
                view! {
                    <Spread id="feedback" title="Feedback" note=is_older.then(|| FOR_AN_EARLIER_TRY.to_owned())>
                        <FeedbackView feedback out_of />
                    </Spread>
                }
            })}
        <WhatToDo head=head.clone()>
            <ToSimple id=head.id />
        </WhatToDo>
        {(!attempts.is_empty())
            .then(|| {
                view! {
                    <Spread id="receipt" title="Receipt" note="This is the proof that it arrived".to_owned()>
                        <div class="stack">
                            <Receipts attempts earlier out_of=of_earlier />
                            {can_unsubmit
                                .then(|| {
                                    view! {
                                        <Confirm
                                            summary="Take it back"
                                            message=take_back
                                            action=format!("{path}/unsubmit")
                                            button="Take it back"
                                        >
                                            <input type="hidden" name="whose" value=reader.to_string() />
                                        </Confirm>
                                    }
                                })}
                        </div>
                    </Spread>
                }
            })}
        <Spread id="mine" title=title note=(is_own && can_hand_in && !has_receipt).then(|| "Your teacher sees nothing of it until you hand it in".to_owned())>
            {if can_hand_in {
                view! { <AnswerForm answer files again /> }.into_any()
            } else {
                let typed = again.form.and_then(|form| form.text);
                view! { <AnswerText text=answer.text files left_out waits_for draft typed is_own /> }.into_any()
            }}
        </Spread>
    }
    .into_any()
}

/// How the due time came about, where a student has longer than the class.
#[component]
fn Longer(arranged: Arranged, class_due: Option<Moment>, is_own: bool) -> impl IntoView {
    let whose = if is_own { "your" } else { "their" };
    let extra = extra_time_words(arranged.extra_time_percent);
    view! {
        {class_due
            .zip(extra)
            .map(|(due, extra)| {
                view! {
                    <p class="muted below">
                        {format!("With {whose} {extra}. For the class it is due ")} <time datetime=due.iso>{due.words}</time> "."
                    </p>
                }
            })}
    }
    .erased()
}

struct Answer {
    path: String,
    id: AssignmentId,
    /// Whose page it is, said with what is sent: somebody else may sign in meanwhile.
    whose: PersonId,
    text: String,
    version: i32,
    saved: Option<String>,
    has_receipt: bool,
    was_handed_in: bool,
}

#[component]
fn AnswerForm(
    answer: Answer,
    files: Vec<vocab::assignments::FileSummary>,
    again: Again<AnswerAgain>,
) -> impl IntoView {
    let typed = again.form.as_ref().and_then(|form| form.text.clone());
    let theirs = again.form.as_ref().and_then(|form| form.theirs.clone());
    let unsaved = typed.as_ref().is_some_and(|typed| *typed != answer.text);
    let text = typed.unwrap_or(answer.text);
    let hand_in = if answer.has_receipt {
        "Hand in this version"
    } else {
        "Hand in"
    };
    let has_files = !files.is_empty();
    view! {
        <form class="form" method="post" action=format!("{}/hand-in", answer.path) enctype="multipart/form-data">
            <input type="hidden" name="whose" value=answer.whose.to_string() />
            <DraftField page=api::page_of(answer.id, answer.whose) text version=answer.version saved=answer.saved unsaved theirs error=again.error("text") />
            {has_files.then(|| view! { <Files files remove=Some(format!("{}/files", answer.path)) /> })}
                <FileField
                    id="files"
                    label="Photos and files"
                    hint=Some("Up to 20 files, 50 MB each. They are added when you save or hand in".to_owned())
                    error=again.error("files")
                    multiple=true
                />
            <WhoSees is_first=!answer.was_handed_in />
            <div class="cluster">
                <Button kind=ButtonKind::Main big=true>
                    {hand_in}
                </Button>
                <Button formaction=format!("{}/draft", answer.path)>"Save draft"</Button>
            </div>
            <p>
                <ButtonLink href="/my-data" kind=ButtonKind::Quiet>
                    "Not sure what to write about yourself? Ask about privacy"
                </ButtonLink>
            </p>
        </form>
    }
    .erased()
}

/// Who reads an answer, said where it is written; before the first hand-in also what
/// that means.
#[component]
fn WhoSees(is_first: bool) -> impl IntoView {
    view! {
        <p class="small muted">
            "Who sees this: your teachers of this class, once you hand it in. Whoever looks after you can read your draft too, before you hand it in. Nobody else in the class."
            {is_first
                .then_some(
                    " They may talk about what they read, so leave out what you want to keep to yourself.",
                )}
        </p>
    }
    .erased()
}

/// An answer that came back with errors; without a text where the form had none,
/// as when work is taken back.
#[derive(Clone, Debug, Default, serde::Deserialize)]
struct AnswerAgain {
    text: Option<String>,
    theirs: Option<String>,
}

#[component]
fn TeacherView(work: TeacherWork) -> impl IntoView {
    let to_return = ToReturn::of(&work);
    let TeacherWork {
        head,
        counts,
        lines,
        ..
    } = work;
    let out_of = head.points;
    let path = format!("/assignments/{}", head.id);
    let first_to_mark = lines
        .iter()
        .find(|line| line.waits_for == Some(WaitsFor::Mark) && !line.is_objected_to)
        .and_then(|line| line.submission);
    let stage = head.stage;
    // Of what is archived everything is read and nothing changed.
    let can_change = head.classroom.archived.is_none();
    let return_all = format!("{path}/return-all");
    let people = format!("/classrooms/{}/people", head.classroom.id);
    let (publish, edit) = (format!("{path}/publish"), format!("{path}/edit"));
    let again: Again<()> = ssr::again();
    let stays_in = again.error("publish");
    let goes_out = head
        .goes_out
        .clone()
        .filter(|_| stage == Stage::Scheduled)
        .map(|at| format!("Goes out {}", at.words));
    view! {
        <PageHead title=head.title.clone() crumbs=crumbs(&head) dateline=dateline(&head)>
            <StageChip stage />
            {first_to_mark
                .filter(|_| can_change)
                .map(|id| view! { <ButtonLink href=format!("/submissions/{id}") kind=ButtonKind::Main>"Mark"</ButtonLink> })}
            {can_change.then(|| view! { <ButtonLink href=edit>"Edit"</ButtonLink> })}
        </PageHead>
        <Done />
        <ArchivedNotice classroom=head.classroom.clone() />
        <WhatIsWrong again />
        <DueLine head=head.clone() />
        {goes_out.map(|words| view! { <p class="muted">{words}</p> })}
        {(can_change && matches!(stage, Stage::Draft | Stage::Scheduled))
            .then(|| {
                view! {
                    <form method="post" action=publish class="stage-form" id="publish" tabindex="-1">
                        {field_words("publish", None, stays_in)}
                        <Button kind=ButtonKind::Main>"Publish now"</Button>
                    </form>
                }
            })}
        <WhatToDo head=head.clone() />
        {matches!(stage, Stage::Published | Stage::Closed)
            .then(|| {
                view! {
                    <Spread
                        id="who"
                        title="Who has handed in"
                        note=format!("{} to mark, {} to return", counts.to_mark, counts.to_return)
                    >
                        <div class="stack">
                            <Progress
                                id="handed-in"
                                label=format!("{} of {} handed in, {} returned{}", counts.handed_in, counts.students, counts.returned, who_left(&lines))
                                value=counts.handed_in
                                max=counts.students
                            />
                            {to_return
                                .filter(|_| can_change)
                                .map(|to_return| view! { <ReturnAll to_return action=return_all /> })}
                            {if lines.is_empty() {
                                view! {
                                    <Empty icon=IconName::People title="No students yet">
                                        <p class="muted">"Whoever is in the classroom gets this work."</p>
                                        {can_change.then(|| view! { <ButtonLink href=people>"Add students"</ButtonLink> })}
                                    </Empty>
                                }
                                    .into_any()
                            } else {
                                view! {
                                    <ul class="rows" role="list">
                                        {lines.into_iter().map(|line| view! { <Line line out_of /> }).collect_erased()}
                                    </ul>
                                }
                                    .into_any()
                            }}
                        </div>
                    </Spread>
                    {can_change.then(|| view! { <HandingIn path stage /> })}
                }
            })}
    }
    .into_any()
}

/// Whether the work is handed in, and the way to change that.
#[component]
fn HandingIn(path: String, stage: Stage) -> impl IntoView {
    view! {
        <Spread id="hand-in" title="Handing in">
            {if stage == Stage::Published {
                view! {
                    <Confirm
                        summary="Close handing in"
                        message="Students still see the work, but nobody hands in any more. You can open it again."
                        action=format!("{path}/close")
                        button="Close"
                    />
                }
                    .into_any()
            } else {
                view! {
                    <form method="post" action=format!("{path}/reopen")>
                        <Button>"Open again"</Button>
                    </form>
                }
                    .into_any()
            }}
        </Spread>
    }
    .into_any()
}

/// `/classrooms/:id/assignments/new`.
#[component]
pub(crate) fn SetWorkRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let classroom = access::classroom(
                db.read(),
                &actor,
                id?,
                domain::classrooms::policy::Action::SetWork,
            )
            .await?;
            let audience = assignments::audience(db.read(), actor.school, classroom.id)
                .await
                .map_err(ssr::unavailable)?;
            let page = assignments::new_work_page(&actor, &classroom, audience, now);
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            view! {
                <Title text=format!("Set work - {}", page.classroom.name) />
                <Page actor current="/classrooms">
                    <WorkForm page />
                </Page>
            }
        },
    )
}

/// `/assignments/:id/edit`.
#[component]
pub(crate) fn EditWorkRoute() -> impl IntoView {
    let id = id_in_path::<AssignmentId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let work = access::assignment(
                db.read(),
                &actor,
                id?,
                assignments::policy::Action::Edit,
                now,
            )
            .await?;
            let audience = assignments::audience(db.read(), actor.school, work.classroom.id)
                .await
                .map_err(ssr::unavailable)?;
            let files = assignments::files(db.read(), &work)
                .await
                .map_err(ssr::unavailable)?;
            let page = assignments::edit_work_page(&actor, &work, audience, now);
            Ok::<_, AppError>((actor, page, files))
        },
        |(actor, page, files)| {
            view! {
                <Title text=format!("Edit work - {}", page.classroom.name) />
                <Page actor current="/classrooms">
                    <WorkForm page files />
                </Page>
            }
        },
    )
}
