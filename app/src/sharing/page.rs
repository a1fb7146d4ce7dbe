//! `/school/privacy/sharing/:id`: every answer to one proposal, and row by row what a file
//! made now would hold.

use domain::schools::policy::Action;
use domain::{access, sharing};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::SharingId;
use vocab::moment::Moment;
use vocab::sharing::{ShareAnswer, ShareColumn, SharingPage};

use super::office::in_words;
use crate::consent::StateOf;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::people::people_words;
use crate::routes::id_in_path;
use crate::ssr;
use crate::ui::{
    Button, ButtonKind, Chip, CollectErased, Column, Confirm, Empty, Erased, IconName, PageHead,
    Spread, Table, Tone,
};

/// `/school/privacy/sharing/:id`.
#[component]
pub(crate) fn SharingPageRoute() -> impl IntoView {
    let id = id_in_path::<SharingId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let page = sharing::page(db.read(), &actor, &door, id?, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let mut crumbs = super::crumbs();
            crumbs.push((
                "/school/privacy/sharing".to_owned(),
                "Sharing by consent".to_owned(),
            ));
            let (line, files) = (page.line.clone(), page.files.clone());
            let answers = page.answers.clone();
            let lede = format!(
                "{}. {}. Until {}.",
                line.purpose,
                in_words(&line.columns),
                line.until
            );
            let title = format!("{} - {}", line.recipient, actor.school_name);
            view! {
                <Title text=title />
                <Page actor current="/school/privacy">
                    <PageHead title=line.recipient crumbs lede />
                    <Done />
                    <WhatIsWrong again={ssr::again::<()>()} />
                    <Now page />
                    <Answers answers />
                    <Files files />
                </Page>
            }
        },
    )
}

#[component]
fn Now(page: SharingPage) -> impl IntoView {
    let path = format!("/school/privacy/sharing/{}", page.line.id);
    let stop = (!page.line.is_over).then(|| {
        view! {
            <Confirm
                summary="Stop"
                message="Nothing is given any more, and nobody is asked any more. It cannot be begun again."
                action=format!("{path}/stop")
                button="Stop sharing"
                danger=true
            />
        }
    });
    let answers = page.answers.iter();
    let withheld = answers.filter(|answer| answer.withheld.is_some()).count();
    if page.would_hold.is_empty() {
        let (title, words) = if page.line.is_over {
            ("This is over", NO_YES)
        } else if withheld == 0 {
            ("Nobody has said yes", NO_YES)
        } else {
            (
                "Nothing may be given now",
                "Whoever has said yes is restricted or has left.",
            )
        };
        return view! {
            <Spread id="now" title="What would go out now">
                <Empty icon=IconName::Lock title>
                    <p class="muted">{words}</p>
                </Empty>
                {stop}
            </Spread>
        }
        .into_any();
    }
    let columns: Vec<ShareColumn> = page.line.columns.clone();
    let rows = page
        .would_hold
        .iter()
        .map(|row| {
            let cells = row
                .iter()
                .zip(&columns)
                .map(|(value, column)| view! { <td data-label=column.label()>{value.clone()}</td> })
                .collect_erased();
            view! { <tr>{cells}</tr> }
        })
        .collect_erased();
    let head = columns
        .iter()
        .map(|column| Column::text(column.label()))
        .collect();
    let note = who_says_yes(page.would_hold.len(), withheld);
    view! {
        <Spread
            id="now"
            title="What would go out now"
            note
        >
            <div class="stack">
                <Table caption="What would go out now" hide_caption=true head>
                    {rows}
                </Table>
                <form method="post" action=format!("{path}/file")>
                    <Button kind=ButtonKind::Main icon=IconName::Import>
                        "Make the file"
                    </Button>
                </form>
                <p class="small muted">
                    "It is written down as a disclosure, and each person in it sees when it was given. Whoever takes their yes back before you press is not in it."
                </p>
                {stop}
            </div>
        </Spread>
    }
    .into_any()
}

/// Where there is no row.
const NO_YES: &str = "Without a yes nothing is given.";

/// How many say yes, and how many of them are in no file all the same.
fn who_says_yes(given: usize, withheld: usize) -> String {
    let all = given + withheld;
    let say = if all == 1 { "says" } else { "say" };
    let but = match withheld {
        0 => String::new(),
        some => format!(", {some} of them restricted or gone"),
    };
    format!(
        "{} {say} yes{but}. Exactly these rows, and nothing else",
        people_words(all as u64)
    )
}

#[component]
fn Answers(answers: Vec<ShareAnswer>) -> impl IntoView {
    let rows = answers
        .into_iter()
        .map(|answer| {
            let why = answer.withheld.map(|why| {
                view! {
                    <Chip tone=Tone::Warn icon=Some(IconName::Lock)>
                        {why.label()}
                    </Chip>
                }
            });
            view! {
                <li class="row">
                    <span class="row-title">{answer.name}</span>
                    <div class="row-end cluster">
                        {why}
                        <StateOf state=answer.state />
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="answers" title="Answers" note="No answer is no".to_owned()>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn Files(files: Vec<(String, Moment, u64)>) -> impl IntoView {
    if files.is_empty() {
        return ().into_any();
    }
    let rows = files
        .into_iter()
        .map(|(reference, at, people)| {
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{reference}</span>
                        <div class="row-meta">
                            <time datetime=at.iso>{at.words}</time>
                            {format!(", about {}", people_words(people))}
                        </div>
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="files" title="Files that were made">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::who_says_yes;

    #[test]
    fn who_says_yes_is_counted_with_those_of_whom_nothing_is_given() {
        assert!(who_says_yes(1, 0).starts_with("1 person says yes. Exactly"));
        assert!(who_says_yes(2, 0).starts_with("2 people say yes. Exactly"));
        let both = who_says_yes(1, 1);
        assert!(both.starts_with("2 people say yes, 1 of them restricted or gone. Exactly"));
    }
}
