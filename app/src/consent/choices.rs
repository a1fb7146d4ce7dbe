//! `/settings/privacy`: every choice about oneself and about one's children, with its
//! two answers side by side. The forms are answered by `server/src/routes/consent.rs`.

use domain::consent;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::consent::{
    AgeBand, ConsentChoice, ConsentPurpose, ConsentState, ConsentWord, ConsentsOf,
};
use vocab::ids::{ConsentRequestId, PersonId};

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::readers::Reader;
use crate::ssr;
use crate::ui::{Button, Chip, CollectErased, Erased, IconName, Notice, PageHead, Spread, Tone};

/// `/settings/privacy`.
#[component]
pub(crate) fn PrivacyRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let all = consent::all(db.read(), &actor, now).await?;
            Ok::<_, AppError>((actor, all))
        },
        |(actor, all)| {
            let reader = Reader::of(&actor);
            view! {
                <Title text=format!("Privacy - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="Privacy"
                        crumbs=vec![("/settings".to_owned(), "Account".to_owned())]
                        lede={"Each of these is your choice. Everything here works the same whatever you answer, and you can change your mind at any time.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again={ssr::again::<()>()} />
                    {all.into_iter().map(|of| view! { <Choices of /> }).collect_erased()}
                    <Spread id="sharing" title="Sharing with others">
                        <ul class="rows" role="list">
                            <li class="row">
                                <a class="row-title" href="/settings/sharing">
                                    "What your school asks to give to others"
                                </a>
                            </li>
                        </ul>
                    </Spread>
                    <GoesOn reader />
                    <Spread id="more" title="Your data">
                        <ul class="rows" role="list">
                            <li class="row">
                                <a class="row-title" href="/my-data">
                                    "See, download, correct or erase your data"
                                </a>
                            </li>
                            <li class="row">
                                <a class="row-title" href="/privacy">
                                    "What is kept, why and for how long"
                                </a>
                            </li>
                        </ul>
                    </Spread>
                </Page>
            }
        },
    )
}

/// What does not depend on any answer above, each with the law that allows it. The youngest
/// read what it is for, in their own words.
#[component]
fn GoesOn(reader: Reader) -> impl IntoView {
    let is_young = reader == Reader::Youngest;
    let note = reader.words(
        "Your school does this for everybody. You can say no to it under My data",
        "It has its own reason in law, and you can object to it under My data",
    );
    let rows = domain::notice::activities()
        .into_iter()
        .map(|activity| {
            let what = if is_young {
                activity.purpose.words_for_children()
            } else {
                activity.purpose.words()
            };
            let law = (!is_young)
                .then(|| view! { <div class="row-meta">{activity.bases.join("; ")}</div> });
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{what}</span>
                        {law}
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread
            id="goes-on"
            title="What goes on whatever you answer"
            note=note.to_owned()
        >
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn Choices(of: ConsentsOf) -> impl IntoView {
    if of.choices.is_empty() {
        return ().into_any();
    }
    let title = if of.is_own {
        "About me".to_owned()
    } else {
        format!("About {}", of.name)
    };
    let person = of.person;
    let asks_them = !of.is_own && of.age == AgeBand::From13;
    let rows = of
        .choices
        .into_iter()
        .map(|choice| {
            // What a school asks once, guardians answer up to sixteen.
            let only_no = asks_them && choice.request.is_none();
            view! { <Choice choice person only_no /> }
        })
        .collect_erased();
    view! {
        <Spread id=format!("of-{person}") title>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

/// Where a consent stands, as shape and word.
#[component]
pub(crate) fn StateOf(
    /// Where it stands.
    state: ConsentState,
) -> impl IntoView {
    let (tone, icon) = match state {
        ConsentState::Given => (Tone::Ok, IconName::TickCircle),
        ConsentState::Waiting => (Tone::Warn, IconName::Clock),
        ConsentState::Refused | ConsentState::Withdrawn => (Tone::Plain, IconName::Lock),
        ConsentState::None | ConsentState::Expired => (Tone::Plain, IconName::Circle),
    };
    view! {
        <Chip tone icon=Some(icon)>
            {state.label()}
        </Chip>
    }
    .erased()
}

#[component]
fn Choice(
    choice: ConsentChoice,
    person: PersonId,
    /// The student says yes themselves; of the reader, who looks after them, a no is heard.
    only_no: bool,
) -> impl IntoView {
    let answered = choice.answered.map(|(who, at)| {
        let receipt = choice.receipt.map(|id| {
            view! { " " <a href=format!("/privacy/receipts/{id}")>"Receipt"</a> }
        });
        view! {
            <div class="row-meta">
                {who} ", " <time datetime=at.iso>{at.words}</time> {receipt}
            </div>
        }
    });
    let is_yes = choice.state == ConsentState::Given;
    let is_no = matches!(
        choice.state,
        ConsentState::Refused | ConsentState::Withdrawn
    );
    let (to_yes, to_no) = (
        format!(" to {}", choice.title),
        format!(" to {}", choice.title),
    );
    let to = Answering {
        action: format!("/consents/{person}"),
        purpose: choice.purpose,
        request: choice.request,
        title: choice.title.clone(),
    };
    let buttons = match choice.closed_because {
        Some(why) => view! {
            <p class="small muted">{why}</p>
            {(only_no && choice.may_say_no)
                .then(|| {
                    view! {
                        <p class="small muted">
                            "You can still say no. While your no holds, nothing is done, even if they say yes."
                        </p>
                    }
                })}
            {choice.may_say_no.then(|| view! { <SayNo to=to.clone() /> })}
        }
        .into_any(),
        None => view! {
            <AnswerTo to=to.clone()>
                <Button name="answer" value=ConsentWord::Yes.as_str() pressed=is_yes>
                    "Yes" <span class="hush">{to_yes}</span>
                </Button>
                <Button name="answer" value=ConsentWord::No.as_str() pressed=is_no>
                    "No" <span class="hush">{to_no}</span>
                </Button>
            </AnswerTo>
        }
        .into_any(),
    };
    let take_back = choice
        .may_take_no_back
        .then(|| view! { <TakeNoBack to=to.clone() /> });
    view! {
        <li class="row row-top">
            <div class="stack gap-2">
                <h3 class="row-title">{choice.title.clone()}</h3>
                <p>{choice.question}</p>
                {answered}
                {buttons}
                {take_back}
            </div>
            <div class="row-end">
                <StateOf state=choice.state.among_choices() />
            </div>
        </li>
    }
    .into_any()
}

/// Which choice a form answers.
#[derive(Clone, Debug)]
pub struct Answering {
    /// Where its answer is taken.
    pub(crate) action: String,
    /// What it is about.
    pub(crate) purpose: ConsentPurpose,
    /// The school's request, where it is one.
    pub(crate) request: Option<ConsentRequestId>,
    /// What stands over it.
    pub(crate) title: String,
}

/// The form of a choice around its buttons, each of them an answer.
#[component]
pub(crate) fn AnswerTo(
    /// Which choice.
    to: Answering,
    /// Its buttons.
    children: Children,
) -> impl IntoView {
    let request = to.request.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <form class="cluster" method="post" action=to.action>
            <input type="hidden" name="purpose" value=to.purpose.as_str() />
            <input type="hidden" name="request" value=request />
            {children()}
        </form>
    }
    .erased()
}

/// The no of whoever may not say yes.
#[component]
pub(crate) fn SayNo(
    /// To which choice.
    to: Answering,
) -> impl IntoView {
    let to_what = format!(" to {}", to.title);
    view! {
        <AnswerTo to>
            <Button name="answer" value=ConsentWord::No.as_str()>
                "No" <span class="hush">{to_what}</span>
            </Button>
        </AnswerTo>
    }
    .erased()
}

/// The way back from one's own no, with what it does.
#[component]
pub(crate) fn TakeNoBack(
    /// Of which choice.
    to: Answering,
) -> impl IntoView {
    let about = format!(": {}", to.title);
    view! {
        <p class="small muted">
            "Your no holds. If you take it back, it is as if you had not answered: what others answered counts again."
        </p>
        <AnswerTo to>
            <Button name="answer" value=ConsentWord::TakeBack.as_str()>
                "Take my no back" <span class="hush">{about}</span>
            </Button>
        </AnswerTo>
    }
    .erased()
}

/// A word beside a form about consent, for whoever wonders.
#[component]
pub(super) fn NoPressure() -> impl IntoView {
    view! {
        <Notice>
            <p>"Nobody has to say yes, and nobody is treated differently for saying no."</p>
        </Notice>
    }
    .erased()
}
