//! `/school/privacy/new`: writing down a request that came by letter, telephone, word of
//! mouth or e-mail. The form is answered by `server/src/routes/rights.rs`.

use domain::schools::policy::Action;
use domain::{access, people};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::PersonId;
use vocab::rights::{IntakeChannel, IntakeForm, RequestKind};

use crate::error::AppError;
use crate::page::{Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, PageHead, SelectField, TextArea, TextField, TickField, choose_from,
};

/// `/school/privacy/new?of=…`: by whom it is, where that is somebody of the school.
#[component]
pub(crate) fn IntakeRoute() -> impl IntoView {
    let of = ssr::query("of").and_then(|id| id.parse::<PersonId>().ok());
    load(
        async move {
            let actor = ssr::actor()?;
            let door = access::school(&actor, Action::HandleRequests)?;
            let name = match of {
                Some(id) => people::find_name(ssr::db().read(), &door, id).await?,
                None => None,
            };
            Ok::<_, AppError>((actor, name))
        },
        |(actor, name)| {
            let again: Again<IntakeForm> = ssr::again();
            let form = again.form.clone().unwrap_or_else(|| IntakeForm {
                name: name.unwrap_or_default(),
                ..IntakeForm::default()
            });
            let channels = choice(
                IntakeChannel::ALL
                    .iter()
                    .map(|channel| (channel.to_string(), channel.label())),
            );
            let kinds = choice(
                RequestKind::ALL
                    .iter()
                    .map(|kind| (kind.to_string(), kind.label())),
            );
            view! {
                <Title text=format!("Write a request down - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Write a request down"
                        crumbs=vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
                        lede={"What came by letter, telephone, word of mouth or e-mail has the same clocks as everything else.".to_owned()}
                    />
                    <form class="form" method="post" action="/school/privacy/new">
                        <WhatIsWrong again=again.clone() />
                        <SelectField id="channel" label="How did it come?" error=again.error("channel") options=channels selected=form.channel />
                        <TextField
                            id="arrived"
                            label="The day it came"
                            hint=Some("Such as 2026-11-24. Its clocks count from then".to_owned())
                            error=again.error("arrived")
                            value=form.arrived
                            input_class="input-short"
                        />
                        <TextField id="name" label="Who asks?" error=again.error("name") value=form.name />
                        <TextField
                            id="contact"
                            label="How to reach them"
                            hint=Some("Where this is an e-mail address, they get a mail with the reference".to_owned())
                            error=again.error("contact")
                            value=form.contact
                        />
                        <SelectField id="topic" label="What do they want?" error=again.error("topic") options=kinds selected=form.topic />
                        <TextArea id="text" label="What is it about?" error=again.error("text") value=form.text rows=6 />
                        <TickField id="known" label="It is clear that they are who they say" checked={form.known == "yes"} />
                        <div class="cluster">
                            <Button kind=ButtonKind::Main>"Keep"</Button>
                        </div>
                    </form>
                </Page>
            }
        },
    )
}

fn choice(words: impl Iterator<Item = (String, &'static str)>) -> Vec<(String, String)> {
    choose_from(words.map(|(value, label)| (value, label.to_owned())))
}
