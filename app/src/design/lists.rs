//! The parts that hold many: rows, tables, tabs, pages, figures, facts, trails.

use leptos::prelude::*;
use vocab::moment::Moment;

use crate::ui::{
    Avatar, Button, ButtonLink, Card, Chip, Column, Erased, Icon, IconName, Layout, Listed, Pager,
    Spread, Switch, Tab, Table, Tabs, Tone, When, initials_of,
};

/// Everything that holds many.
#[component]
pub(super) fn Lists() -> impl IntoView {
    view! {
        <Rows />
        <UnderAHeading />
        <Tables />
        <Spread id="tabs" title="Tabs" note="Links, each with its own address".to_owned()>
            <Tabs
                label="Example"
                items=vec![
                    Tab { href: "#tabs".to_owned(), label: "Work".to_owned(), current: true, count: None },
                    Tab { href: "#rows".to_owned(), label: "People".to_owned(), current: false, count: None },
                    Tab { href: "#chips".to_owned(), label: "Consents".to_owned(), current: false, count: Some(2) },
                ]
            />
            <Switch
                label="Which child"
                items=vec![
                    Tab { href: "#tabs".to_owned(), label: "Mei Cheung".to_owned(), current: true, count: None },
                    Tab { href: "#rows".to_owned(), label: "Tomos Griffiths".to_owned(), current: false, count: None },
                ]
            />
        </Spread>
        <Spread id="pager" title="Pages of a list">
            <Pager
                label="Pages of the example"
                words="Page 2 of 7"
                before="#pager".to_owned()
                after="#pager".to_owned()
            />
        </Spread>
        <Numbers />
        <Trail />
        <Written />
    }
    .erased()
}

#[component]
fn Rows() -> impl IntoView {
    let name = "Tomos Griffiths";
    view! {
        <Spread id="rows" title="Row" note="The whole row opens".to_owned()>
            <ul class="rows" role="list">
                <li class="row">
                    <div>
                        <a class="row-title" href="#rows">
                            "Quadratics: sheet 6"
                        </a>
                        <div class="row-meta">"10B Maths, Ingrid Achterberg. Due Thursday 26 November, 15:30"</div>
                    </div>
                    <div class="row-end">
                        <Chip>"Not started"</Chip>
                        <ButtonLink href="#rows">"Hand in"</ButtonLink>
                    </div>
                </li>
                <li class="row row-lead row-tight">
                    <Avatar initials=initials_of(name) />
                    <div>
                        <a class="row-title" href="#rows">
                            {name}
                        </a>
                        <div class="row-meta">"Year 10"</div>
                    </div>
                    <div class="row-end">
                        <Chip tone=Tone::Ok>"Here"</Chip>
                    </div>
                </li>
                <li class="row row-many">
                    <div>
                        <span class="row-title">"Tablet 1"</span>
                        <div class="row-meta">"Shared, last used today"</div>
                    </div>
                    <div class="row-end">
                        <Button submit=false>"Rename"</Button>
                        <Button submit=false>"Forget"</Button>
                        <Button submit=false>"Print its label"</Button>
                    </div>
                </li>
            </ul>
        </Spread>
    }
    .erased()
}

/// A list that brings its heading, as lines, as cards, and with nothing in it.
#[component]
fn UnderAHeading() -> impl IntoView {
    let row = |title: &'static str, meta: &'static str| {
        view! {
            <li class="row">
                <div>
                    <span class="row-title">{title}</span>
                    <div class="row-meta">{meta}</div>
                </div>
            </li>
        }
        .into_any()
    };
    let card = |id: &'static str, title: &'static str, words: &'static str| {
        view! {
            <Card labelled_by=id>
                <h3 id=id>{title}</h3>
                <p class="muted">{words}</p>
            </Card>
        }
        .into_any()
    };
    view! {
        <Listed
            id="listed-rows"
            title="List of lines"
            empty="Nobody was told anything"
            explains="Whom the school gave data stands here."
            lines=vec![
                row("Class photograph", "Until Thursday 24 December"),
                row("School nurse", "Until the end of the school year"),
            ]
        />
        <Listed
            id="listed-cards"
            title="List of cards"
            empty="Nothing was reported"
            explains="What somebody reports stands here."
            layout=Layout::Cards
            lines=vec![
                card("listed-first", "A page that cannot be read", "Somebody looks into it."),
                card("listed-second", "A link that leads nowhere", "Closed on Monday 23 November."),
            ]
        />
        <Listed
            id="listed-empty"
            title="List of nothing"
            icon=IconName::Message
            empty="Nothing was reported"
            explains="What somebody reports stands here."
            lines=Vec::new()
        />
    }
    .into_any()
}

#[component]
fn Tables() -> impl IntoView {
    view! {
        <Spread id="tables" title="Table" note="Each row a block on a phone".to_owned()>
            <Table
                caption="Next deletions"
                head=vec![
                    Column::text("What"),
                    Column::text("Runs"),
                    Column::number("People"),
                    Column::hidden("Act"),
                ]
            >
                <tr>
                    <th scope="row">
                        <a href="#tables">"Sign-in logs"</a>
                    </th>
                    <td data-label="Runs">"Every night"</td>
                    <td class="n" data-label="People">
                        "1,204"
                    </td>
                    <td>
                        <Button submit=false>"Hold"</Button>
                    </td>
                </tr>
                <tr>
                    <th scope="row">"Leavers' work"</th>
                    <td data-label="Runs">"30 November"</td>
                    <td class="n" data-label="People">
                        "118"
                    </td>
                    <td></td>
                </tr>
            </Table>
        </Spread>
    }
    .erased()
}

#[component]
fn Numbers() -> impl IntoView {
    let at = Moment {
        iso: "2026-11-26T15:30:00Z".to_owned(),
        words: "Thursday 26 November, 15:30".to_owned(),
    };
    view! {
        <Spread id="figures" title="Figures">
            <dl class="figures">
                <div>
                    <dt>"new people"</dt>
                    <dd>"412"</dd>
                </div>
                <div>
                    <dt>"leavers"</dt>
                    <dd>"6"</dd>
                </div>
                <div data-tone="error">
                    <dt>"problems"</dt>
                    <dd>
                        <Icon name=IconName::Error />
                        "3"
                    </dd>
                </div>
            </dl>
        </Spread>
        <Spread id="facts" title="Facts" note="A word and its value".to_owned()>
            <dl class="facts">
                <dt>"Received"</dt>
                <dd>
                    <When at />
                </dd>
                <dt>"In their words"</dt>
                <dd class="as-typed">"My name is spelt\nwith an accent."</dd>
            </dl>
        </Spread>
    }
    .erased()
}

#[component]
fn Trail() -> impl IntoView {
    view! {
        <Spread id="trail" title="Trail" note="Receipts, newest first".to_owned()>
            <ol class="trail">
                <li data-tone="ok">
                    <Icon name=IconName::TickCircle />
                    <span>
                        <b>"Handed in, on time"</b>
                        " Thursday 26 November, 15:02"
                        <br />
                        <span class="small muted">"Receipt "</span>
                        <span class="receipt">"KX4-72M"</span>
                    </span>
                </li>
                <li>
                    <Icon name=IconName::Undo />
                    <span>
                        <b>"Handed in"</b>
                        " Wednesday 25 November, 19:40, taken back"
                    </span>
                </li>
            </ol>
        </Spread>
    }
    .erased()
}

#[component]
fn Written() -> impl IntoView {
    let html = domain::markdown::to_html(
        "Read **both** pages, then:\n\n1. name three causes\n2. give *one* example of each\n\n> Write in whole sentences.\n\nSee [the museum](https://museum.example/steam).",
    );
    view! {
        <Spread id="written" title="What a teacher wrote">
            <div class="prose" inner_html=html></div>
        </Spread>
        <Spread id="history" title="What unfolds">
            <details class="history">
                <summary>"What was handed in as try 1"</summary>
                <article class="paper as-typed">"Five sixths."</article>
            </details>
        </Spread>
    }
    .erased()
}
