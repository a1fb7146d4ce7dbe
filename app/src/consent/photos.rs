//! `/classrooms/:id/photos`: who of a classroom may be photographed, as the record stands
//! at this moment, to read and to print.

use domain::{access, consent};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::consent::{ConsentPurpose, PhotoLine, PhotosPage};
use vocab::ids::ClassroomId;
use vocab::people::Role;

use crate::error::AppError;
use crate::page::{Page, load};
use crate::routes::id_in_path;
use crate::ssr;
use crate::ui::{
    Chip, CollectErased, Column, Empty, Erased, IconName, PageHead, Spread, Table, Tone,
};

/// `/classrooms/:id/photos`.
#[component]
pub(crate) fn PhotosRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let room = access::photos(db.read(), &actor, id?).await?;
            let page = consent::photos(db.read(), &actor, &room, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            // The lead comes from somebody's page, and finds no other of the classroom.
            let has_way_back = actor.is(Role::SchoolAdmin) || !actor.is(Role::DataProtectionLead);
            let name = page.classroom_name.clone();
            let crumbs = if has_way_back {
                let path = format!("/classrooms/{}", page.classroom);
                vec![
                    (path.clone(), name.clone()),
                    (format!("{path}/people"), "People".to_owned()),
                ]
            } else {
                vec![("/people".to_owned(), "People".to_owned())]
            };
            view! {
                <Title text=format!("May be photographed - {name}") />
                <Page actor current="/classrooms">
                    <PageHead
                        title="May be photographed"
                        dateline=format!("{name}, {}", page.at.words)
                        crumbs
                        lede={"Only who has a Yes here may be photographed; whoever is missing may not. An answer can change at any time: look again before you take a picture or show one.".to_owned()}
                    />
                    <Photos page />
                </Page>
            }
        },
    )
}

#[component]
fn Photos(page: PhotosPage) -> impl IntoView {
    if page.lines.is_empty() {
        return view! {
            <Spread id="students" title="Students">
                <Empty icon=IconName::People title="Nobody may be photographed">
                    <p class="muted">"No student of this classroom can be listed now. Look again before you take a picture."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let (inside, public) = (
        ConsentPurpose::PhotosInSchool.label(),
        ConsentPurpose::PhotosInPublic.label(),
    );
    let rows = page
        .lines
        .into_iter()
        .map(
            |PhotoLine {
                 name,
                 in_school,
                 in_public,
             }| {
                view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td data-label=inside>
                            <MayBe yes=in_school />
                        </td>
                        <td data-label=public>
                            <MayBe yes=in_public />
                        </td>
                    </tr>
                }
            },
        )
        .collect_erased();
    view! {
        <Spread id="students" title="Students">
            <Table
                caption="May be photographed"
                hide_caption=true
                head=vec![Column::text("Name"), Column::text(inside), Column::text(public)]
            >
                {rows}
            </Table>
        </Spread>
    }
    .into_any()
}

/// Only a yes that stands is one: no answer is no.
#[component]
fn MayBe(yes: bool) -> impl IntoView {
    let (tone, icon, word) = if yes {
        (Tone::Ok, IconName::TickCircle, "Yes")
    } else {
        (Tone::Plain, IconName::Lock, "No")
    };
    view! {
        <Chip tone icon=Some(icon)>
            {word}
        </Chip>
    }
    .erased()
}
