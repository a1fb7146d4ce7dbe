//! `/privacy/providers`: every company that gets anything, what, and on what ground.

use domain::providers;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::providers::ProviderLine;

use crate::page::{load, theme_word};
use crate::ssr;
use crate::ui::{CollectErased, Door, Erased, PageHead};

/// `/privacy/providers`.
#[component]
pub(crate) fn ProvidersRoute() -> impl IntoView {
    load(
        async move {
            providers::public(ssr::db().read(), ssr::now())
                .await
                .map_err(ssr::unavailable)
        },
        |lines| {
            let lede = if lines.is_empty() {
                "Nobody. This server gives nothing to any other company."
            } else {
                "Every company that works for this platform, what it is given, and why it may be. Nothing is ever sold, and nothing goes to anybody who is not on this page. Schools are told 30 days before a company is added, and may object."
            };
            let parts = lines
                .into_iter()
                .map(|line| view! { <section><h2>{line.name.clone()}</h2><ProviderFacts line /></section> })
                .collect_erased();
            view! {
                <Title text="Providers - Classimize" />
                <Door theme=theme_word() back="/privacy/providers">
                    <div class="door-wide stack">
                        <PageHead title="Who works for this platform" crumbs=vec![("/privacy".to_owned(), "Privacy".to_owned())] lede={lede.to_owned()} />
                        {parts}
                        <p class="muted">{ssr::head().entity.sentence()}</p>
                    </div>
                </Door>
            }
        },
    )
}

/// What the register says of a provider.
#[component]
pub(super) fn ProviderFacts(
    /// The provider.
    line: ProviderLine,
) -> impl IntoView {
    let (country, transfer) = match line.transfer {
        Some((mechanism, until)) => (
            line.country,
            Some(format!("{}, until {until}", mechanism.label())),
        ),
        None => (line.country, None),
    };
    view! {
        <dl class="facts">
            <dt>"What it does"</dt>
            <dd>{line.purpose.label()}</dd>
            <dt>"What it is"</dt>
            <dd>{line.role.label()}</dd>
            <dt>"What it is given"</dt>
            <dd>{line.kinds.join("; ")}</dd>
            <dt>"About whom"</dt>
            <dd>{line.subjects}</dd>
            <dt>"Country"</dt>
            <dd>{country}</dd>
            {transfer.map(|words| view! { <dt>"What allows that"</dt> <dd>{words}</dd> })}
            {line.contract_day.map(|day| view! { <dt>"Contract of"</dt> <dd>{day}</dd> })}
            <dt>"State"</dt>
            <dd>{format!("{} since {}", line.state.label(), line.since)}</dd>
            <dt>"Its own policy"</dt>
            <dd>
                <code class="handover">{line.policy_url}</code>
            </dd>
        </dl>
    }
    .erased()
}
