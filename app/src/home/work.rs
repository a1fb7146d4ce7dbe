//! `/work`: all of a student's work, in the groups of the first page and whole, and then what
//! is over or long done. Nothing is handed in here; each piece has a page of its own.

use leptos::prelude::*;
use leptos_meta::Title;
use vocab::home::{AllWork, Todo};

use super::todo::{TodoList, pressing};
use crate::error::AppError;
use crate::page::{Page, load};
use crate::ssr;
use crate::ui::{PageHead, Spread};

/// `/work`.
#[component]
pub(crate) fn WorkRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            let work = domain::home::work(ssr::db().read(), &actor, ssr::now()).await?;
            Ok::<_, AppError>((actor, work))
        },
        |(actor, AllWork { todo, is_cut })| {
            let counts = vec![("/work", pressing(&todo))];
            view! {
                <Title text=format!("Work - {}", actor.school_name) />
                <Page actor current="/work" counts>
                    <PageHead title="Work" dateline=how_many(&todo) />
                    <TodoList todo whose=None />
                    {is_cut
                        .then(|| {
                            view! { <p class="muted">"This is the newest. Older work is in its classroom."</p> }
                        })}
                    <Spread id="receipts" title="Receipts" note="Also of work from long ago".to_owned()>
                        <ul class="rows" role="list">
                            <li class="row">
                                <a class="row-title" href="/my-data/receipts">
                                    "Everything I handed in, with its receipt"
                                </a>
                            </li>
                        </ul>
                    </Spread>
                </Page>
            }
        },
    )
}

/// "1 piece of work", "12 pieces of work"; nothing where there is none.
fn how_many(todo: &Todo) -> Option<String> {
    match todo.groups.iter().map(|part| part.total).sum::<usize>() {
        0 => None,
        1 => Some("1 piece of work".to_owned()),
        many => Some(format!("{many} pieces of work")),
    }
}
