//! The record of consents on the lead's page: checking it, and comparing it with a signed
//! statement that the school kept elsewhere.

use domain::consent::{Compared, Report};
use leptos::prelude::*;

use crate::ssr::Posted;
use crate::ui::{Button, ButtonLink, Notice, Spread, TextArea, Tone};

/// The statement that was pasted, if one was.
pub(super) fn pasted() -> Option<String> {
    match use_context::<Posted>()? {
        Posted::Statement(kept) if !kept.trim().is_empty() => Some(kept),
        _ => None,
    }
}

#[component]
pub(super) fn Record(
    /// What a check found, where one was asked for.
    report: Option<Report>,
    /// What a statement says that was pasted.
    compared: Option<Compared>,
    /// How far the record has come was signed before.
    is_signed: bool,
) -> impl IntoView {
    let found = report.map(|report| match report.broken {
        None => view! {
            <Notice tone=Tone::Ok title="The record holds".to_owned()>
                <p>
                    {format!(
                        "{} entries are as they were written; {} signed statements hold.",
                        report.entries,
                        report.checkpoints,
                    )}
                </p>
            </Notice>
        }
        .into_any(),
        Some(broken) => view! {
            <Notice tone=Tone::Error title=format!("The record is broken at entry {}", broken.seq)>
                <p>{format!("Reason: {}. Keep everything as it is, and call whoever runs this server.", broken.why)}</p>
            </Notice>
        }
        .into_any(),
    });
    let compared = compared.map(|compared| {
        let (tone, title, words) = told(compared);
        view! {
            <Notice tone title=title.to_owned()>
                <p>{words}</p>
            </Notice>
        }
    });
    let statement = if is_signed {
        view! { <ButtonLink href="/school/privacy/record.txt" download=true>"Newest signed statement"</ButtonLink> }
            .into_any()
    } else {
        view! { <span class="muted">"Nothing is signed yet"</span> }.into_any()
    };
    view! {
        <Spread id="record" title="Record of consents" note="Every answer, in order: nothing can be changed unnoticed".to_owned()>
            <div class="stack">
                {found}
                {compared}
                <p class="cluster">
                    <ButtonLink href="/school/privacy?check=on#record">"Check the record"</ButtonLink>
                    {statement}
                </p>
                <form class="form no-print" method="post" action="/school/privacy#record">
                    <TextArea
                        id="kept"
                        label="Compare with a statement that you kept"
                        hint=Some("Every new one is mailed to admins and data protection leads. Keep them outside this server, and paste the mail or the file here later: whoever owns the server can rewrite the record, and not what you have".to_owned())
                        value=pasted().unwrap_or_default()
                        rows=3
                    />
                    <div class="cluster">
                        <Button>"Compare"</Button>
                    </div>
                </form>
            </div>
        </Spread>
    }
    .into_any()
}

fn told(compared: Compared) -> (Tone, &'static str, String) {
    match compared {
        Compared::Contained { entries } => (
            Tone::Ok,
            "The record still holds what was signed",
            format!("Its first {entries} entries are as they were then."),
        ),
        Compared::NotContained { entries } => (
            Tone::Error,
            "The record is not the one that was signed",
            format!(
                "Something among its first {entries} entries was changed or is missing. Keep your statement and everything as it is, and call whoever runs this server."
            ),
        ),
        Compared::NotOurs => (
            Tone::Warn,
            "This is no statement of this server about your school",
            "Paste the whole text of the file or of the mail. If you are sure that it came from here, something is wrong: keep it, and call whoever runs this server.".to_owned(),
        ),
    }
}
