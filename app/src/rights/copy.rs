//! `/my-data/:person/copy`: what a copy of everything holds and how much it is, and the
//! password that fetches it. The form is answered by `server/src/routes/rights.rs`.

use domain::export::{self, Door, Inside};
use domain::{Actor, consent};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::PersonId;
use vocab::rights::CopyForm;

use crate::error::AppError;
use crate::page::{Page, WhatIsWrong, load};
use crate::routes::part_of_path;
use crate::ssr::{self, Again};
use crate::ui::{Button, ButtonKind, ButtonLink, Erased, InputKind, PageHead, Spread, TextField};

/// `/my-data/:person/copy`.
#[component]
pub(crate) fn CopyRoute() -> impl IntoView {
    let person = part_of_path::<PersonId>("person");
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let person = person?;
            let door = match export::door(db.read(), &actor, person, now).await? {
                Door::Open(about) => about,
                Door::LooksAgain => return Ok((actor, None)),
            };
            let people = consent::people(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            let name = people
                .into_iter()
                .find(|about| about.id == *door && about.id != actor.person)
                .map(|about| about.name);
            let inside = export::inside(db.read(), &door)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, Some((*door, name, inside))))
        },
        |(actor, found)| {
            let Some((person, name, inside)) = found else {
                return view! { <LooksAgain actor /> }.into_any();
            };
            view! { <Fetch actor person name inside /> }.into_any()
        },
    )
}

/// In place of a copy that the school looks through once more.
#[component]
fn LooksAgain(actor: Actor) -> impl IntoView {
    view! {
        <Title text=format!("A copy - {}", actor.school_name) />
        <Page actor current="/settings">
            <PageHead
                title="The school is looking through it again"
                crumbs=vec![("/my-data".to_owned(), "My data".to_owned())]
                lede={"You find the copy under My data again as soon as they have.".to_owned()}
            />
            <p class="cluster">
                <ButtonLink href="/my-data#asked">"Back to what you asked"</ButtonLink>
            </p>
        </Page>
    }
    .erased()
}

/// What is inside, and the password that fetches it.
#[component]
fn Fetch(
    actor: Actor,
    person: PersonId,
    /// Whose it is, where it is another's.
    name: Option<String>,
    inside: Inside,
) -> impl IntoView {
    let again: Again<CopyForm> = ssr::again();
    let title = match name {
        Some(name) => format!("A copy of everything about {name}"),
        None => "A copy of everything about you".to_owned(),
    };
    view! {
        <Title text=format!("A copy - {}", actor.school_name) />
        <Page actor current="/settings">
            <PageHead
                title=title
                crumbs=vec![("/my-data".to_owned(), "My data".to_owned())]
                lede={"It is sent straight to this device while it is made. Keep it where others cannot open it.".to_owned()}
            />
            <WhatIsWrong again=again.clone() />
            <Spread id="inside" title="What is inside">
                <ul class="prose">
                    <li>"data.html: everything, to read"</li>
                    <li>"data.json: the same for machines, and schema.json, which describes it"</li>
                    <li>"about.json: what each part is kept for, on what basis, for how long, and who receives it"</li>
                    <li>"receipts: one for each answer about consent"</li>
                    <li>{files_words(&inside)}</li>
                </ul>
            </Spread>
            <Spread id="get" title="Show that it is you">
                <form class="form" method="post" action=format!("/my-data/{person}/copy")>
                    <TextField
                        id="password"
                        label="Your password"
                        kind=InputKind::Password
                        error=again.error("password")
                        autocomplete="current-password"
                    />
                    <p class="small muted">
                        "The download begins at once and grows until every file is in it. One that breaks off does not open: then start it again."
                    </p>
                    <div class="cluster">
                        <Button kind=ButtonKind::Main>"Download"</Button>
                    </div>
                </form>
            </Spread>
        </Page>
    }
    .erased()
}

/// How much is in the folder of files, so that whoever waits knows how far the download is.
fn files_words(inside: &Inside) -> String {
    let size = &inside.size_words;
    match inside.files {
        0 => "files: empty, as no file was added".to_owned(),
        1 => format!("files: 1 file of {size}, as it was added"),
        many => format!("files: {many} files, {size} together, as they were added"),
    }
}
