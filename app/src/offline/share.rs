//! `/share`: a photo from the camera or another app becomes a part of a student's work.
//! What was shared is put into the form by the script; without it a file is chosen here.

use domain::offline::WorkToShareWith;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::PersonId;

use crate::error::AppError;
use crate::page::{Done, Page, load};
use crate::ssr;
use crate::ui::{Button, ButtonLink, CollectErased, Empty, FileField, IconName, PageHead, Spread};

/// `/share`.
#[component]
pub(crate) fn ShareRoute() -> impl IntoView {
    load(
        async move {
            let (actor, now) = (ssr::actor()?, ssr::now());
            let works = domain::offline::works_to_share_with(ssr::db().read(), &actor, now).await?;
            Ok::<_, AppError>((actor, works))
        },
        |(actor, works)| {
            let whose = actor.person;
            view! {
                <Title text=format!("Add a photo - {}", actor.school_name) />
                <Page actor current="/home">
                    <PageHead
                        title="Add a photo"
                        lede={"It lies with your draft afterwards. Your teacher sees nothing of it until you hand in.".to_owned()}
                    />
                    <Done />
                    <Spread id="works" title="Which work is it for?">
                        <Works works whose />
                    </Spread>
                </Page>
            }
        },
    )
}

#[component]
fn Works(works: Vec<WorkToShareWith>, whose: PersonId) -> impl IntoView {
    if works.is_empty() {
        return view! {
            <Empty icon=IconName::TickCircle title="Nothing waits to be handed in">
                <ButtonLink href="/home">"Back to the first page"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    let rows = works
        .into_iter()
        .map(|work| {
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{work.title.clone()}</span>
                        <div class="row-meta">{work.classroom}</div>
                    </div>
                    <div class="row-end">
                        <Button formaction=format!("/assignments/{}/files", work.id)>
                            "Add" <span class="hush">{format!(" to {}", work.title)}</span>
                        </Button>
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <form class="stack" id="share-form" method="post" action="/share" enctype="multipart/form-data">
            <input type="hidden" name="whose" value=whose.to_string() />
            <FileField id="files" label="Photos and files" hint=Some("Up to 50 MB each".to_owned()) multiple=true />
            <ul class="rows" role="list">{rows}</ul>
        </form>
    }
    .into_any()
}
