//! The page with the file picker and the imports so far. Its form is answered by
//! `server/src/routes/rosters.rs`.

use domain::access;
use domain::rosters;
use domain::schools::policy::Action;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::rosters::{ImportLine, ImportStage, ImportsPage};

use super::MOST_PACKAGE_MIB;
use super::counts::did_words;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, CollectErased, Empty, Erased, FileField, IconName,
    Notice, PageHead, Spread, Tone,
};

pub(crate) use super::check::ImportRoute;

/// `/people/import`.
#[component]
pub(crate) fn ImportsRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let school = access::school(&actor, Action::ImportRoster)?;
            let page = rosters::list(db.read(), &actor, &school, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let again: Again<()> = ssr::again();
            view! {
                <Title text=format!("Import people - {}", actor.school_name) />
                <Page actor current="/people/import">
                    <PageHead
                        title="Import people"
                        crumbs=vec![("/people".to_owned(), "People".to_owned())]
                        lede={"Bring in people, classrooms and families from your school's information system. You see first what would change.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Imports page again />
                </Page>
            }
        },
    )
}

#[component]
fn Imports(page: ImportsPage, again: Again<()>) -> impl IntoView {
    let picker = if page.is_declared {
        view! {
            <form class="form" method="post" action="/people/import" enctype="multipart/form-data">
                <FileField
                    id="file"
                    label="Roster package"
                    hint=Some(format!("One zip file of at most {MOST_PACKAGE_MIB} MB, as your information system exports it"))
                    error=again.error("file")
                    accept=".zip,application/zip"
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true icon=IconName::Eye>
                        "Look at what would change"
                    </Button>
                </div>
                <p class="small muted">"Nothing is changed until you say so on the next page."</p>
            </form>
        }
        .into_any()
    } else {
        view! { <Locked /> }.into_any()
    };
    view! {
        <Spread id="package" title="New import" note={"OneRoster 1.1 or 1.2, as a zip of CSV files".to_owned()}>
            {picker}
        </Spread>
        <Spread id="imports" title="Imports so far">
            <ImportRows imports=page.imports />
        </Spread>
    }
    .into_any()
}

/// The roster is locked until the school has signed.
#[component]
fn Locked() -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn icon=Some(IconName::Lock) title={"The roster is locked".to_owned()}>
            <p>"Before students' data comes in, somebody signs for the school that it may be processed here."</p>
            <p>
                <ButtonLink href="/school/declaration" kind=ButtonKind::Main>
                    "Read and sign the declaration"
                </ButtonLink>
            </p>
        </Notice>
    }
    .erased()
}

#[component]
fn ImportRows(imports: Vec<ImportLine>) -> impl IntoView {
    if imports.is_empty() {
        return view! {
            <Empty icon=IconName::Import title="No imports yet">
                <p class="muted">"Each file that you look at appears here, with what it did."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = imports
        .into_iter()
        .map(|import| {
            let read = format!("Read {}", import.checked.words);
            let meta = match did_words(&import.counts) {
                Some(did) => format!("{read}. {did}"),
                None => read,
            };
            view! {
                <li class="row">
                    <div>
                        <a class="row-title" href=format!("/people/import/{}", import.id)>
                            {import.file_name}
                        </a>
                        <div class="row-meta">{meta}</div>
                    </div>
                    <div class="row-end">
                        <ImportStageChip stage=import.stage is_replaced=import.is_replaced />
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! { <ul class="rows" role="list">{rows}</ul> }.into_any()
}

/// Where an import stands, as shape, word and colour.
#[component]
fn ImportStageChip(stage: ImportStage, is_replaced: bool) -> impl IntoView {
    let (tone, icon, words) = match stage {
        ImportStage::Checked if is_replaced => {
            (Tone::Plain, IconName::Eye, "Looked at, and replaced")
        }
        ImportStage::Checked => (Tone::Info, IconName::Eye, "Looked at"),
        ImportStage::Refused => (Tone::Error, IconName::Error, "Refused"),
        ImportStage::Applied => (Tone::Ok, IconName::TickCircle, "Imported"),
        ImportStage::Undone => (Tone::Plain, IconName::Undo, "Undone"),
    };
    view! {
        <Chip tone icon=Some(icon)>
            {words}
        </Chip>
    }
    .erased()
}
