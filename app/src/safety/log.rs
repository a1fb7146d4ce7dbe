//! `/school/security`: the security log, for who has the duty.

use domain::{access, safety};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::safety::{Duty, SecurityLine};

use crate::error::AppError;
use crate::page::{Page, load};
use crate::ssr;
use crate::ui::{Listed, PageHead};

/// `/school/security`.
#[component]
pub(crate) fn SecurityRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::duty(db.read(), &actor, Duty::Security).await?;
            let lines = safety::security_log(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines))
        },
        |(actor, lines)| {
            view! {
                <Title text=format!("Security log - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="Security log"
                        crumbs=vec![("/settings".to_owned(), "Account".to_owned())]
                        lede={"Refused sign-ins, accounts that have to wait, doors that stayed closed, sign-outs from elsewhere. A line goes after 30 days.".to_owned()}
                    />
                    <Lines lines />
                </Page>
            }
        },
    )
}

#[component]
fn Lines(lines: Vec<SecurityLine>) -> impl IntoView {
    let lines = lines
        .into_iter()
        .map(|line| {
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{line.kind.label()}</span>
                        <div class="row-meta">{format!("{}. {}. {}", line.at.words, line.who, line.detail)}</div>
                    </div>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <Listed
            id="log"
            title="Last 30 days"
            empty="Nothing"
            explains="Nothing stood out."
            lines
        />
    }
    .into_any()
}
