//! `/school/privacy/duties`: who reads the security log, and who leads reports.

use domain::schools::policy::Action;
use domain::{access, safety};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::safety::{Duty, DutyForm, DutyLine};

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::registers;
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Erased, IconName, Listed, PageHead, SelectField, Spread, TextField, options,
};

/// `/school/privacy/duties`.
#[component]
pub(crate) fn DutiesRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::GiveDuties)?;
            let lines = safety::list(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines))
        },
        |(actor, lines)| {
            let again: Again<DutyForm> = ssr::again();
            view! {
                <Title text=format!("Duties - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Duties"
                        crumbs=registers::crumbs()
                        lede={"Who reads the security log, and who leads reports. Nobody has a duty by their role, and nobody gives one to themselves.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Lines lines />
                    <Give again />
                </Page>
            }
        },
    )
}

#[component]
fn Lines(lines: Vec<DutyLine>) -> impl IntoView {
    let lines = lines
        .into_iter()
        .map(|line| {
            let hush = format!(": {}", line.who);
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{line.who}</span>
                        <div class="row-meta">{format!("{}. {}", line.duty.label(), line.given)}</div>
                    </div>
                    <div class="row-end">
                        <form method="post" action=format!("/school/privacy/duties/{}/end", line.id)>
                            <Button kind=ButtonKind::Danger>
                                "End duty" <span class="hush">{hush}</span>
                            </Button>
                        </form>
                    </div>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <Listed
            id="duties"
            title="Who has which"
            icon=IconName::People
            empty="Nobody yet"
            explains="Reports go to the data protection lead and the admins, and nobody reads the security log."
            lines
        />
    }
    .into_any()
}

#[component]
fn Give(again: Again<DutyForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    let duties = options(Duty::ALL.iter().map(|word| (word, word.label())));
    view! {
        <Spread id="give" title="Give a duty">
            <form class="form" method="post" action="/school/privacy/duties">
                <TextField
                    id="username"
                    label="Their username"
                    error=again.error("username")
                    value=form.username
                    input_class="input-medium"
                    autocomplete="off"
                />
                <SelectField id="duty" label="Which duty?" error=again.error("duty") options=duties selected=form.duty />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Give it"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
