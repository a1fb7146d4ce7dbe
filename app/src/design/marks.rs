//! The parts that say something: type, drawings, buttons, notices, chips, faces.

use leptos::prelude::*;
use vocab::assignments::{Stage, WorkState};

use crate::assignments::{StageChip, StateChip};
use crate::page::theme_word;
use crate::ui::{
    Avatar, AvatarSize, Button, ButtonKind, ButtonLink, Card, Chip, Closed, CollectErased, Confirm,
    Empty, Erased, Icon, IconName, Notice, Progress, Restricted, Spread, Tone, initials_of,
};

const TONES: [(Tone, &str); 5] = [
    (Tone::Plain, "Nothing to notice"),
    (Tone::Ok, "Done and safe"),
    (Tone::Warn, "Soon to matter"),
    (Tone::Error, "Late or refused"),
    (Tone::Info, "Begun or new"),
];

/// Everything that says something.
#[component]
pub(super) fn Marks() -> impl IntoView {
    view! {
        <Type />
        <Drawings />
        <Buttons />
        <Questions />
        <Notices />
        <Chips />
        <Spread id="cards" title="Card" note="Boxed, or ruled where it leads".to_owned()>
            <div class="cards">
                <Card lead=true labelled_by="card-lead">
                    <p class="muted small">"Next lesson, 11:20"</p>
                    <h3 id="card-lead">"Completing the square"</h3>
                </Card>
                <Card labelled_by="card-boxed">
                    <h3 id="card-boxed">"Ask for a copy"</h3>
                    <p class="muted">"One choice among others."</p>
                </Card>
            </div>
        </Spread>
        <Spread id="empty" title="Empty" note="What it is, and one thing to do".to_owned()>
            <Empty icon=IconName::Work title="No work in this topic yet">
                <p class="muted">"Most classes start with something short to read."</p>
                <ButtonLink href="#empty">"Set work"</ButtonLink>
            </Empty>
        </Spread>
        <Spread id="progress" title="Progress">
            <div class="stack">
                <Progress id="progress-none" label="0 of 28 marked" value=0 max=28 />
                <Progress id="progress-some" label="5 of 28 marked" value=5 max=28 />
                <Progress id="progress-all" label="28 of 28 marked" value=28 max=28 />
            </div>
        </Spread>
        <Spread id="avatars" title="Initials" note="The name always stands beside them".to_owned()>
            <div class="cluster">
                <Avatar initials=initials_of("Zainab Okafor") size=AvatarSize::Small />
                "Zainab Okafor"
                <Avatar initials=initials_of("Tomos Griffiths") />
                "Tomos Griffiths"
                <Avatar initials=initials_of("Maria Costa") size=AvatarSize::Large />
                "Maria Costa"
                <Avatar initials=initials_of("Jo Wu") size=AvatarSize::Huge />
                "Jo Wu"
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn Type() -> impl IntoView {
    view! {
        <Spread id="type" title="Words">
            <div class="stack">
                <h3>"A heading within a part"</h3>
                <h4>"A smaller one"</h4>
                <p class="lede">"A sentence under a title. " <strong>"Its main word."</strong></p>
                <p>
                    "Text that is read, with " <strong>"strong words"</strong> ", "
                    <a href="#type">"a link within it"</a> ", " <code>"code"</code> ", a key " <kbd>"J"</kbd>
                    " and " <s>"what no longer holds"</s> "."
                </p>
                <p class="muted small">"A hint, small and quiet."</p>
                <p class="score">"17"</p>
                <p class="receipt">"KX4-72M"</p>
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn Drawings() -> impl IntoView {
    let all = IconName::ALL
        .iter()
        .map(|icon| {
            view! {
                <li class="cluster gap-2">
                    <Icon name=*icon />
                    {icon.as_str()}
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="drawings" title="Drawings" note="Never without a word".to_owned()>
            <ul class="cards" role="list">
                {all}
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <Spread id="buttons" title="Button" note="One main act a screen".to_owned()>
            <div class="stack">
                <div class="cluster">
                    <Button submit=false kind=ButtonKind::Main>
                        "Hand in"
                    </Button>
                    <Button submit=false>"Save draft"</Button>
                    <Button submit=false kind=ButtonKind::Quiet>
                        "Cancel"
                    </Button>
                    <Button submit=false kind=ButtonKind::Danger>
                        "Delete for good"
                    </Button>
                    <Button submit=false icon_alone=IconName::Close>
                        "Close"
                    </Button>
                </div>
                <div class="cluster">
                    <Button submit=false icon=IconName::Plus>
                        "Add a person"
                    </Button>
                    <Button submit=false disabled=true>
                        "Return all"
                    </Button>
                    <span class="muted small">"Opens when one piece is marked"</span>
                </div>
                <div class="cluster">
                    <Button submit=false pressed=true>
                        "Yes"
                    </Button>
                    <Button submit=false pressed=false>
                        "No"
                    </Button>
                    <ButtonLink href="#buttons" icon=IconName::Download>
                        "A link that looks like one"
                    </ButtonLink>
                    <ButtonLink href="#buttons" icon_alone=IconName::ArrowRight>
                        "Next student"
                    </ButtonLink>
                </div>
                <Button submit=false kind=ButtonKind::Main big=true>
                    "Sign in"
                </Button>
                <Button submit=false wide=true>
                    "As wide as its column"
                </Button>
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn Questions() -> impl IntoView {
    view! {
        <Spread id="questions" title="Question before an act" note="Unfolds without a script".to_owned()>
            <div class="stack">
                <Confirm
                    summary="Return all 24 that are marked"
                    message="These students see their mark and your words at once."
                    action="/theme"
                    button="Return all"
                >
                    <StayHere />
                </Confirm>
                <Confirm
                    summary="Archive 10B"
                    message="Nobody can hand in any more. Everything in it can still be read."
                    action="/theme"
                    button="Archive 10B"
                    danger=true
                >
                    <StayHere />
                </Confirm>
            </div>
        </Spread>
    }
    .erased()
}

/// An example's form chooses the colours that hold already: it leads back and changes nothing.
#[component]
fn StayHere() -> impl IntoView {
    view! {
        <input type="hidden" name="theme" value=theme_word() />
        <input type="hidden" name="back" value="/design" />
    }
    .erased()
}

#[component]
fn Notices() -> impl IntoView {
    let all = TONES.map(|(tone, words)| {
        view! {
            <Notice tone title=words.to_owned()>
                <p>"What happened, what was kept, " <a href="#notices">"what to do next"</a> "."</p>
            </Notice>
        }
    });
    view! {
        <Spread id="notices" title="Notice">
            <div class="notices">
                {all.into_iter().collect_erased()}
                <Notice tone=Tone::Ok>
                    <p>"Saved."</p>
                </Notice>
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn Chips() -> impl IntoView {
    let bare = TONES.map(|(tone, words)| view! { <Chip tone>{words}</Chip> });
    let filled = TONES.map(|(tone, words)| view! { <Chip tone fill=true>{words}</Chip> });
    let work = WorkState::ALL
        .iter()
        .map(|state| view! { <StateChip state=*state /> })
        .collect_erased();
    let stages = Stage::ALL
        .iter()
        .map(|stage| view! { <StageChip stage=*stage /> })
        .collect_erased();
    view! {
        <Spread id="chips" title="State" note="Shape, word and colour, in that order".to_owned()>
            <div class="stack">
                <div class="cluster gap-5">{bare.into_iter().collect_erased()}</div>
                <div class="cluster gap-5">{filled.into_iter().collect_erased()}</div>
                <h3>"Of a student's work"</h3>
                <div class="cluster gap-5">{work}</div>
                <h3>"Of somebody's data"</h3>
                <div class="cluster">
                    <Restricted />
                    <Closed />
                </div>
                <h3>"Of set work"</h3>
                <div class="cluster gap-5">{stages}</div>
                <h3>"Of what was done without a network"</h3>
                <div class="cluster gap-5">
                    <Chip tone=Tone::Info icon=Some(IconName::Waiting)>
                        "On this tablet"
                    </Chip>
                    <Chip tone=Tone::Info icon=Some(IconName::Upload)>
                        "Sending"
                    </Chip>
                    <Chip tone=Tone::Ok icon=Some(IconName::TickCircle)>
                        "Received 14:02 (KX4-72M)"
                    </Chip>
                    <Chip tone=Tone::Warn icon=Some(IconName::Warn)>
                        "Needs you"
                    </Chip>
                </div>
            </div>
        </Spread>
    }
    .erased()
}
