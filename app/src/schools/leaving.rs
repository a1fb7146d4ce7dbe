//! `/school/leaving`: the school stops using the platform. What happens when, what stands in
//! the way of deleting everything, and the buttons of the two people who settle it. Its forms
//! are answered by `server/src/routes/schools.rs`.

use domain::access;
use domain::actor::Actor;
use domain::schools::leaving;
use domain::schools::policy::{self, Action};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::LeavingId;
use vocab::leaving::{InTheWay, LeavingAsker, LeavingForm, LeavingPage, LeavingStage};
use vocab::rights::CopyForm;

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, CollectErased, Erased, InputKind, Notice, PageHead, Spread, TextField, Tone,
};

const PAGE: &str = "/school/leaving";

/// `/school/leaving`.
#[component]
pub(crate) fn SchoolLeavingRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::LeaveThePlatform)?;
            let page = leaving::page(db.read(), &actor, &door, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let again: Again<LeavingForm> = ssr::again();
            view! {
                <Title text=format!("Leave Classimize - {}", actor.school_name) />
                <Page actor=actor.clone() current="/more">
                    <PageHead
                        title="Leave Classimize"
                        crumbs=vec![("/more".to_owned(), "All pages".to_owned())]
                        dateline=actor.school_name.clone()
                        lede={"One person of your school asks for it, and a second confirms it.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Standing page=page.clone() />
                    {page.has_copy.then(|| view! { <Take /> })}
                    {(!page.in_the_way.is_nothing()).then(|| view! { <StandsInTheWay found=page.in_the_way /> })}
                    <Days page=page.clone() />
                    {(page.stage == LeavingStage::Stays).then(|| view! { <Ask page again /> })}
                </Page>
            }
        },
    )
}

/// How far it is, with what the reader can do about it.
#[component]
fn Standing(page: LeavingPage) -> impl IntoView {
    let LeavingPage {
        last_day,
        deleted_on,
        asked_by,
        ..
    } = page.clone();
    let who = if page.asker == LeavingAsker::Operator {
        "Whoever runs Classimize has ended your school's use. "
    } else {
        ""
    };
    let (tone, title, words) = match page.stage {
        LeavingStage::Stays => return ().into_any(),
        LeavingStage::Asked => (
            Tone::Warn,
            "A second person has to confirm it",
            format!(
                "{asked_by} asked that {last_day} is the last day. Another admin or the data protection lead confirms it here."
            ),
        ),
        LeavingStage::Confirmed => (
            Tone::Warn,
            "Your school leaves",
            format!("{who}{last_day} is the last day. Everybody reads it on their pages."),
        ),
        LeavingStage::Left if page.is_due => (
            Tone::Error,
            "Your school has left",
            format!(
                "{who}{last_day} was the last day, and since {deleted_on} what nothing stands in the way of is deleted. Only admins and the data protection lead can sign in."
            ),
        ),
        LeavingStage::Left => (
            Tone::Error,
            "Your school has left",
            format!(
                "{who}{last_day} was the last day. Only admins and the data protection lead can sign in. On {deleted_on} everything is deleted."
            ),
        ),
    };
    let confirms = page.stage == LeavingStage::Asked && page.asker != LeavingAsker::Reader;
    let not_everything = not_everything(page.in_the_way);
    let may_still_stay = page.asker != LeavingAsker::Operator && !page.is_due;
    let buttons = page.leaving.filter(|_| may_still_stay).map(|id| {
        view! {
            <div class="cluster below">
                {confirms
                    .then(|| view! { <Step id to="confirm" kind=ButtonKind::Danger words="Confirm: our school leaves" /> })}
                <Step id to="call-off" kind=ButtonKind::Plain words="Call it off: our school stays" />
            </div>
        }
    });
    view! {
        <Notice tone title=title.to_owned()>
            <p>{words}</p>
            {not_everything}
        </Notice>
        {buttons}
    }
    .into_any()
}

/// That not everything will be deleted as things stand; nothing where all of it will.
fn not_everything(found: InTheWay) -> Option<AnyView> {
    if found.is_nothing() {
        return None;
    }
    Some(
        view! {
            <p>
                "As things stand, not everything can be deleted. "
                <a href="#in-the-way">"What stands in the way"</a>
            </p>
        }
        .into_any(),
    )
}

/// What keeps the school's data although it leaves, each with where it is ended.
#[component]
fn StandsInTheWay(found: InTheWay) -> impl IntoView {
    let lines = [
        (
            found.holds,
            ("legal hold", "legal holds"),
            "/school/privacy/retention#holds",
            "released with a reason, under What is kept how long",
        ),
        (
            found.restrictions,
            ("restriction", "restrictions"),
            "/school/privacy/restrictions",
            "each ends a week after you have said so, with your reason",
        ),
        (
            found.objections,
            ("objection", "objections"),
            "/school/privacy",
            "answer the requests that they came with",
        ),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, (one, several), href, how)| {
        let what = if count == 1 { one } else { several };
        view! { <li><a href=href>{format!("{count} {what}")}</a> ": " {how} "." </li> }
    })
    .collect_erased();
    view! {
        <Spread id="in-the-way" title="What stands in the way">
            <div class="prose">
                <p>
                    "Once your school has left, these keep not only what they are about: set work, hand-ins, marks and files of the whole school stay as well, because they may tell of the same people. Admins and the data protection lead stay until the last of these has ended, so that they can sign in and end it. The night after that, everything else is deleted."
                </p>
                <ul>{lines}</ul>
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn Step(
    id: LeavingId,
    /// What is done, as the address says it.
    to: &'static str,
    kind: ButtonKind,
    words: &'static str,
) -> impl IntoView {
    view! {
        <form method="post" action=format!("{PAGE}/{to}")>
            <input type="hidden" name="leaving" value=id.to_string() />
            <Button kind>{words}</Button>
        </form>
    }
    .erased()
}

/// The school's copy of all that is its own.
#[component]
fn Take() -> impl IntoView {
    let again: Again<CopyForm> = ssr::again();
    view! {
        <Spread id="copy" title="Take your school's copy">
            <div class="prose">
                <p>
                    "One archive with every table and every file that Classimize keeps for your school. It is made when you press the button, which can take some minutes."
                </p>
                <p>
                    "It holds everybody's data, also what was reported in confidence. Whoever gets hold of it can read it: keep it where only those can reach it who must, and delete it when it is not needed any more. Everybody reads in \u{201c}Who looked at my data\u{201d} that it was taken."
                </p>
            </div>
            <form class="form" method="post" action=format!("{PAGE}/copy")>
                <TextField
                    id="password"
                    label="Your password"
                    kind=InputKind::Password
                    error=again.error("password")
                    autocomplete="current-password"
                />
                <div class="cluster">
                    <Button>"Take your school's copy"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

/// What happens on which day.
#[component]
fn Days(page: LeavingPage) -> impl IntoView {
    let stays = page.stage == LeavingStage::Stays;
    let day = |known: String, otherwise: &str| if stays { otherwise.to_owned() } else { known };
    let days = [
        (
            day(page.last_day, "The last day"),
            "Everything works until this day is over. People can take a copy of what is theirs under My data. Once it is confirmed that your school leaves, its own copy can be taken on this page.",
        ),
        (
            if stays { "The day after".to_owned() } else { "From the day after".to_owned() },
            "Only admins and the data protection lead can sign in. Nothing is deleted yet: the school's copy can still be taken, and it can still be called off.",
        ),
        (
            day(page.deleted_on, "A month later"),
            "There is no copy to take any more. People, accounts, classrooms, set work, hand-ins, marks and files are deleted for good. What is under a legal hold or restricted stays until that has ended, with what may tell of it, and so do admins and the data protection lead, who end it.",
        ),
        (
            day(page.evidence_until, "Six years later"),
            "What proves what was done is deleted as well: declarations, the record of consents, requests about data and registers. They name nobody who was erased.",
        ),
    ]
    .map(|(when, what)| view! { <li><strong>{when} ":"</strong> " " {what}</li> });
    view! {
        <Spread id="days" title="What happens when">
            <ol class="prose">{days.collect_erased()}</ol>
        </Spread>
    }
    .erased()
}

#[component]
fn Ask(page: LeavingPage, again: Again<LeavingForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    view! {
        <Spread id="ask" title="Ask for it">
            <form class="form" method="post" action=PAGE>
                <TextField
                    id="last_day"
                    label="The last day"
                    hint=Some(format!("Year, month and day, from {} to {}", page.earliest, page.latest))
                    error=again.error("last_day")
                    value=form.last_day
                    autocomplete="off"
                />
                <TextField
                    id="code"
                    label="Your school's code"
                    hint=Some("So that nobody does this by accident".to_owned())
                    error=again.error("code")
                    value=form.code
                    autocomplete="off"
                    input_class="input-code"
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Danger>"Ask that our school leaves"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

/// What everybody reads on their pages once it is settled; nothing where the school stays.
pub(crate) fn notice(actor: &Actor) -> Option<AnyView> {
    let last_day = leaving::last_day(actor.leaves_at?, actor.time_zone);
    let settles = policy::allows(actor.roles, Action::LeaveThePlatform);
    let (href, link) = if settles {
        (PAGE, "What happens when")
    } else {
        ("/my-data", "Take a copy of what is yours")
    };
    Some(
        view! {
            <Notice tone=Tone::Warn title="Your school stops using Classimize".to_owned()>
                <p>
                    {format!("Its last day here is {last_day}.")} " " <a href=href>{link}</a>
                </p>
            </Notice>
        }
        .into_any(),
    )
}
