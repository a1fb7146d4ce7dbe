//! `/school/support`: for how long whoever runs the platform may look inside the school.

use domain::schools::policy::{self, Action};
use domain::{access, support};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::oversight::{GrantForm, GrantLine};

use super::crumbs;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Erased, InputKind, Listed, PageHead, Spread, TextArea, TextField,
};

/// `/school/support`.
#[component]
pub(crate) fn SupportRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let lines = support::list(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines))
        },
        |(actor, lines)| {
            let again: Again<GrantForm> = ssr::again();
            let may_grant = policy::allows(actor.roles, Action::GrantSupport);
            view! {
                <Title text=format!("Support - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Support"
                        crumbs=crumbs()
                        lede={"Whoever runs the platform sees nothing of your school unless an admin lets them in, for some hours and for a reason. Each time they look stands under Who looked.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Grants lines may_grant />
                    {may_grant.then(|| view! { <LetIn again /> })}
                </Page>
            }
        },
    )
}

#[component]
fn Grants(lines: Vec<GrantLine>, may_grant: bool) -> impl IntoView {
    let lines = lines
        .into_iter()
        .map(|line| {
            let whose = format!(": {}", line.reason);
            let end = (line.lasts && may_grant).then(|| {
                view! {
                    <form method="post" action=format!("/school/support/{}/end", line.id)>
                        <Button kind=ButtonKind::Danger>
                            "End it now" <span class="hush">{whose}</span>
                        </Button>
                    </form>
                }
            });
            let lasts = if line.lasts { "Lasts until" } else { "Ended" };
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{line.reason}</span>
                        <div class="row-meta">
                            {format!("Let in by {}, {}. {lasts} {}.", line.granted.0, line.granted.1.words, line.until.words)}
                        </div>
                    </div>
                    <div class="row-end">{end}</div>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <Listed
            id="grants"
            title="Let in"
            empty="Never"
            explains="Nobody from outside the school was let in."
            lines
        />
    }
    .into_any()
}

#[component]
fn LetIn(again: Again<GrantForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    view! {
        <Spread id="let-in" title="Let them in">
            <form class="form" method="post" action="/school/support">
                <TextArea id="reason" label="What for?" error=again.error("reason") value=form.reason rows=3 />
                <TextField
                    id="hours"
                    label="For how many hours?"
                    kind=InputKind::Number
                    hint=Some("1 to 72".to_owned())
                    error=again.error("hours")
                    value=form.hours
                    autocomplete="off"
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Let them in"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
