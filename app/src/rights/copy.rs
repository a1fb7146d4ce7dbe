//! `/my-data/:person/copy`: what a copy of everything holds, and the password that
//! fetches it. The form is answered by `server/src/routes/rights.rs`.

use domain::{consent, export};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::PersonId;
use vocab::rights::CopyForm;

use crate::error::AppError;
use crate::page::{Page, WhatIsWrong, load};
use crate::routes::part_of_path;
use crate::ssr::{self, Again};
use crate::ui::{Button, ButtonKind, InputKind, PageHead, Spread, TextField};

/// `/my-data/:person/copy`.
#[component]
pub(crate) fn CopyRoute() -> impl IntoView {
    let person = part_of_path::<PersonId>("person");
    load(
        async move {
            let (actor, db) = (ssr::actor()?, ssr::db());
            let door = export::door(db.read(), &actor, person?, ssr::now()).await?;
            let people = consent::people(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            let name = people
                .into_iter()
                .find(|about| about.id == *door && about.id != actor.person)
                .map(|about| about.name);
            Ok::<_, AppError>((actor, *door, name))
        },
        |(actor, person, name)| {
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
                        lede={"It is made now and sent straight to this device. Keep it where others cannot open it.".to_owned()}
                    />
                    <WhatIsWrong again=again.clone() />
                    <Spread id="inside" title="What is inside">
                        <ul class="prose">
                            <li>"data.html: everything, to read"</li>
                            <li>"data.json: the same for machines, and schema.json, which describes it"</li>
                            <li>"about.json: what each part is kept for, on what basis, for how long, and who receives it"</li>
                            <li>"receipts: one for each answer about consent"</li>
                            <li>"files: every file, as it was added"</li>
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
                            <div class="cluster">
                                <Button kind=ButtonKind::Main>"Download"</Button>
                            </div>
                        </form>
                    </Spread>
                </Page>
            }
        },
    )
}
