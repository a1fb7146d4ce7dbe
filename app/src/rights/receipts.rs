//! `/my-data/receipts`: the proof of everything that a student handed in, in whatever
//! classroom they are now; for themselves, and for who looks after them.

use domain::{access, consent, submissions};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::assignments::{ReceiptLine, Receipts};
use vocab::ids::PersonId;
use vocab::people::Role;

use crate::error::AppError;
use crate::page::{Page, load};
use crate::rights::whose::Whose;
use crate::ssr;
use crate::ui::{CollectErased, Column, Empty, IconName, PageHead, Spread, Table, When};

/// `/my-data/receipts?of=…`: oneself where nobody is named.
#[component]
pub(crate) fn ReceiptsRoute() -> impl IntoView {
    let of = ssr::query("of");
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let person = match of {
                Some(id) => id.parse().map_err(|_| AppError::NotFound)?,
                None => actor.person,
            };
            let about = if person == actor.person {
                access::about(db.read(), &actor, person).await?
            } else {
                access::child(db.read(), &actor, person).await?
            };
            let receipts = submissions::receipts(db.read(), &actor, &about, now).await?;
            let mut people = consent::people(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            people.retain(|other| other.id != actor.person || actor.is(Role::Student));
            Ok::<_, AppError>((actor, receipts, people, *about))
        },
        |(actor, receipts, people, shown)| {
            let one = actor.person;
            let title = receipts.name.as_ref().map_or_else(
                || "What I handed in".to_owned(),
                |name| format!("What {name} handed in"),
            );
            view! {
                <Title text=format!("{title} - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title
                        crumbs=vec![
                            ("/settings".to_owned(), "Account".to_owned()),
                            ("/my-data".to_owned(), "My data".to_owned()),
                        ]
                        lede="Every receipt, newest first, also from classrooms that were left. Each proves that the work arrived, and when.".to_owned()
                    />
                    <Whose people one shown address={|id| format!("/my-data/receipts?of={id}")} />
                    <Lines receipts child={(shown != one).then_some(shown)} />
                </Page>
            }
        },
    )
}

#[component]
fn Lines(
    receipts: Receipts,
    /// Whose they are, on a guardian's page.
    child: Option<PersonId>,
) -> impl IntoView {
    if receipts.lines.is_empty() {
        return view! {
            <Spread id="receipts" title="Receipts">
                <Empty icon=IconName::Work title="Nothing yet">
                    <p class="muted">"When work is handed in, its receipt stands here."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let rows = receipts
        .lines
        .into_iter()
        .map(|one| line(one, child))
        .collect_erased();
    view! {
        <Table
            caption="Receipts"
            hide_caption=true
            head=vec![
                Column::text("Work"),
                Column::text("Classroom"),
                Column::text("Handed in"),
                Column::text("Receipt"),
                Column::text("Mark"),
            ]
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn line(line: ReceiptLine, child: Option<PersonId>) -> impl IntoView {
    let query = child
        .map(|child| format!("?child={child}"))
        .unwrap_or_default();
    let title = match line.work {
        Some(work) => {
            let href = format!("/assignments/{work}{query}");
            view! { <a href=href>{line.title}</a> }.into_any()
        }
        None => line.title.into_any(),
    };
    let state = match (line.is_withdrawn, line.is_late) {
        (true, _) => " (taken back)",
        (false, true) => " (late)",
        (false, false) => "",
    };
    view! {
        <tr>
            <th scope="row">{title}</th>
            <td data-label="Classroom">{line.classroom}</td>
            <td data-label="Handed in">
                <When at=line.handed_in />
                {state}
            </td>
            <td data-label="Receipt">
                <code>{line.receipt}</code>
            </td>
            <td data-label="Mark">{line.mark.unwrap_or_else(|| "Not yet".to_owned())}</td>
        </tr>
    }
    .into_any()
}
