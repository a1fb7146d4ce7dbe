//! The set-up page, which is there only until the first school is, and the
//! school's declaration. Their forms are answered by `server/src/routes/schools.rs`.

use domain::schools::{self, policy::Action};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::schools::{
    Assessment, DeclarationForm, DeclarationPage, DeclarationState, DeclaredBasis, NewSchool,
    Phase, SchoolDetails, SignedDeclaration,
};

use crate::error::AppError;
use crate::page::{Done, FieldsNotice, Page, WhatIsWrong, load, theme_word};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Door, Erased, IconName, InputKind, Notice,
    PageHead, SelectField, Spread, TextField, TickField, Tone, When, options,
};

/// The zones that are offered, London first: the schools of the British Isles,
/// British schools elsewhere, and one zone for each part of the world.
const TIME_ZONES: [&str; 24] = [
    "Europe/London",
    "Europe/Dublin",
    "Europe/Isle_of_Man",
    "Europe/Jersey",
    "Europe/Guernsey",
    "Europe/Gibraltar",
    "Europe/Lisbon",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Madrid",
    "Europe/Warsaw",
    "Asia/Nicosia",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Hong_Kong",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
];

/// `/set-up`.
#[component]
pub(crate) fn SetUpRoute() -> impl IntoView {
    load(
        async move {
            if schools::any_exists(ssr::db().read())
                .await
                .map_err(ssr::unavailable)?
            {
                return Err(AppError::NotFound);
            }
            Ok(())
        },
        |()| view! { <SetUp /> },
    )
}

#[component]
fn SetUp() -> impl IntoView {
    let again: Again<NewSchool> = ssr::again();
    view! {
        <Title text="Set up your school - Classimize" />
        <Door theme=theme_word() back="/set-up">
            <PageHead title="Set up your school" dateline={"Classimize".to_owned()} lede={"The first school on this server, and its admin.".to_owned()} />
            <form class="door-form" method="post" action="/set-up">
                <WhatIsWrong again=again.clone() />
                <SetUpFields again />
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true>
                        "Make the school"
                    </Button>
                </div>
            </form>
            <section class="door-or" aria-labelledby="code-h">
                <h2 id="code-h">"Where is the set-up code?"</h2>
                <p class="muted">"In the window where the server was started, and in its log. It works once, for the first school."</p>
            </section>
        </Door>
    }
    .erased()
}

#[component]
fn SetUpFields(again: Again<NewSchool>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    let hint = |words: &str| Some(words.to_owned());
    view! {
        <TextField
            id="setup_code"
            label="Set-up code"
            hint=hint("From the server's log")
            error=again.error("setup_code")
            value=form.setup_code
            autocomplete="one-time-code"
            input_class="input-code"
        />
        <TextField id="school_name" label="The school's name" error=again.error("school_name") value=form.school_name autocomplete="organization" />
        <TextField
            id="school_code"
            label="School code"
            hint=hint("Everybody types it to sign in. 3 to 12 letters and digits, such as BRK417")
            error=again.error("school_code")
            value=form.school_code
            input_class="input-code"
        />
        <SelectField id="phase" label="Phase" error=again.error("phase") options=phases() selected=form.phase />
        <SelectField
            id="time_zone"
            label="Time zone"
            hint=hint("Due dates are meant in it")
            error=again.error("time_zone")
            options=zones(&form.time_zone)
            selected=form.time_zone
        />
        <TextField id="given_name" label="Your given name" error=again.error("given_name") value=form.given_name autocomplete="given-name" />
        <TextField id="family_name" label="Your family name" error=again.error("family_name") value=form.family_name autocomplete="family-name" />
        <TextField
            id="username"
            label="Username"
            hint=hint("You will sign in with it")
            error=again.error("username")
            value=form.username
            autocomplete="username"
        />
        <TextField
            id="password"
            label="Password"
            kind=InputKind::Password
            hint=hint("At least 12 characters. Three or four words make a good password")
            error=again.error("password")
            autocomplete="new-password"
        />
    }
    .erased()
}

/// `/school/details`.
#[component]
pub(crate) fn SchoolDetailsRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            let door = domain::access::school(&actor, Action::ChangeSchool)?;
            let details = schools::details(ssr::db().read(), &door).await?;
            Ok::<_, AppError>((actor, details))
        },
        |(actor, details)| {
            let again: Again<SchoolDetails> = ssr::again();
            let form = again.form.clone().unwrap_or_else(|| details.clone());
            // Whatever is wrong with the form: what somebody else saved is not overwritten unseen.
            let is_changed = !form.seen.is_empty() && form.seen != details.seen;
            let seen = details.seen.clone();
            view! {
                <Title text=format!("The school - {}", actor.school_name) />
                <Page actor current="/more">
                    <PageHead title="The school" crumbs=vec![("/more".to_owned(), "All pages".to_owned())]>
                        <ButtonLink href="/school/colour">"Colour"</ButtonLink>
                    </PageHead>
                    <Done />
                    <form class="form" method="post" action="/school/details">
                        <WhatIsWrong again=again.clone() />
                        {is_changed.then(|| view! { <AsItIsNow details /> })}
                        <input type="hidden" name="seen" value=seen />
                        <TextField id="school_name" label="The school's name" error=again.error("school_name") value=form.school_name autocomplete="off" />
                        <SelectField id="phase" label="Phase" error=again.error("phase") options=phases() selected=form.phase />
                        <SelectField
                            id="time_zone"
                            label="Time zone"
                            hint=Some("Due dates that are set stay the same moments; they are shown by the new clock".to_owned())
                            error=again.error("time_zone")
                            options=zones(&form.time_zone)
                            selected=form.time_zone
                        />
                        <div class="cluster">
                            <Button kind=ButtonKind::Main>"Save"</Button>
                        </div>
                    </form>
                </Page>
            }
        },
    )
}

/// The school as somebody else has just saved it.
#[component]
fn AsItIsNow(details: SchoolDetails) -> impl IntoView {
    let phase = details.phase.parse::<Phase>().map_or("", Phase::label);
    let fields = vec![
        ("The school's name", details.school_name),
        ("Phase", phase.to_owned()),
        ("Time zone", zone_label(&details.time_zone)),
    ];
    view! { <FieldsNotice title="The school as it is now" fields /> }
}

fn phases() -> Vec<(String, String)> {
    [Phase::Secondary, Phase::Primary]
        .map(|phase| (phase.to_string(), phase.label().to_owned()))
        .to_vec()
}

/// The zones to choose from, and the one that was sent if it is another.
fn zones(sent: &str) -> Vec<(String, String)> {
    let is_another = !sent.is_empty() && !TIME_ZONES.contains(&sent);
    TIME_ZONES
        .into_iter()
        .chain(is_another.then_some(sent))
        .map(|zone| (zone.to_owned(), zone_label(zone)))
        .collect()
}

/// "Isle of Man (Europe)".
fn zone_label(zone: &str) -> String {
    match zone.split_once('/') {
        Some((part, city)) => format!("{} ({part})", city.replace('_', " ")),
        None => zone.to_owned(),
    }
}

/// `/school/declaration`.
#[component]
pub(crate) fn DeclarationRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let page = schools::declaration(db.read(), &actor, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let may_sign = schools::policy::allows(actor.roles, Action::SignDeclaration);
            let may_import = schools::policy::allows(actor.roles, Action::ImportRoster);
            view! {
                <Title text=format!("Declaration - {}", actor.school_name) />
                <Page actor=actor.clone() current="/more">
                    <PageHead
                        title="The school's declaration"
                        crumbs=vec![("/more".to_owned(), "All pages".to_owned())]
                        dateline=actor.school_name.clone()
                        lede={"The school's word that it may process its students' data, and what whoever runs the platform owes the school. It lasts a year. Rosters stay locked until it is signed; until then, try the platform with made-up people.".to_owned()}
                    />
                    <Done />
                    <Declaration page signer=actor.name.clone() may_sign may_import />
                </Page>
            }
        },
    )
}

fn sentences(sentences: Vec<String>) -> impl IntoView {
    let items = sentences
        .into_iter()
        .map(|sentence| view! { <li>{sentence}</li> })
        .collect_erased();
    view! { <ol class="prose">{items}</ol> }
}

#[component]
fn Declaration(
    page: DeclarationPage,
    /// Who would sign it now.
    signer: String,
    may_sign: bool,
    may_import: bool,
) -> impl IntoView {
    let (tone, title, words) = match page.state {
        DeclarationState::NotSigned => (
            Tone::Warn,
            "Not signed yet",
            "No roster can be imported: the school is a sandbox.",
        ),
        DeclarationState::Ended => (
            Tone::Error,
            "Over",
            "A year has passed. Rosters are locked; classes go on. Sign it again.",
        ),
        DeclarationState::EndsSoon => (
            Tone::Warn,
            "Sign it again soon",
            "It ends within 30 days. After that rosters are locked; classes go on.",
        ),
        DeclarationState::Holds => (Tone::Ok, "Signed", "Rosters can be imported."),
    };
    let may_import = may_import && page.state.opens_the_roster();
    let newest = page.history.first().cloned();
    let sign = may_sign.then(|| {
        view! { <Sign state=page.state newest text_version=page.text_version.clone() purposes=page.purposes signer /> }
    });
    view! {
        <Spread id="text" title="What the school declares" note=format!("Text of {}", page.text_version)>
            {sentences(page.sentences)}
        </Spread>
        <Spread id="obligations" title="What the platform owes the school" note="The school's responsibility is never the only one".to_owned()>
            {sentences(page.obligations)}
        </Spread>
        <Spread id="signature" title="Signature">
            <div class="stack">
                <Notice tone title=title.to_owned()>
                    <p>{words}</p>
                    {may_import
                        .then(|| {
                            view! {
                                <p>
                                    <ButtonLink href="/people/import" icon=IconName::Import>
                                        "Import a roster"
                                    </ButtonLink>
                                </p>
                            }
                        })}
                </Notice>
                {sign}
            </div>
        </Spread>
        {(!page.history.is_empty()).then(|| view! { <Declared history=page.history /> })}
    }
    .erased()
}

/// The form to sign, with what was declared last. Folded away while a declaration holds: a
/// mistake in it can be put right at any time.
#[component]
fn Sign(
    state: DeclarationState,
    /// What was declared last, if anything was.
    newest: Option<SignedDeclaration>,
    text_version: String,
    purposes: Vec<String>,
    signer: String,
) -> impl IntoView {
    let again: Again<DeclarationForm> = ssr::again();
    let is_open = again.form.is_some();
    let form = view! { <SignForm again newest text_version purposes signer /> };
    if state == DeclarationState::Holds {
        view! {
            <details class="confirm" open=is_open>
                <summary class="btn">"Change something, and sign it anew"</summary>
                <p>"It counts for a year from today. What was signed before stays in the list."</p>
                {form}
            </details>
        }
        .into_any()
    } else {
        form.into_any()
    }
}

#[component]
fn SignForm(
    again: Again<DeclarationForm>,
    newest: Option<SignedDeclaration>,
    text_version: String,
    purposes: Vec<String>,
    signer: String,
) -> impl IntoView {
    let form = again
        .form
        .clone()
        .or_else(|| newest.map(|newest| newest.said_again()))
        .unwrap_or_default();
    let bases = options(
        DeclaredBasis::ALL
            .iter()
            .map(|basis| (basis, basis.label())),
    );
    let assessments = options(Assessment::ALL.iter().map(|how| (how, how.label())));
    let purposes = purposes
        .into_iter()
        .map(|purpose| view! { <li>{purpose}</li> })
        .collect_erased();
    view! {
        <form class="form" method="post" action="/school/declaration">
            <WhatIsWrong again=again.clone() />
            <input type="hidden" name="text_version" value=text_version />
            <TextField
                id="establishment_number"
                label="Establishment number"
                hint=Some("Your school's number in the public register: the URN in England".to_owned())
                error=again.error("establishment_number")
                value=form.establishment_number
                input_class="input-code"
            />
            <TextField
                id="contact_name"
                label="Who answers for data protection"
                error=again.error("contact_name")
                value=form.contact_name
                autocomplete="off"
            />
            <TextField
                id="contact"
                label="How to reach them"
                hint=Some("An e-mail address or a telephone number".to_owned())
                error=again.error("contact")
                value=form.contact
                autocomplete="off"
            />
            <SelectField id="basis" label="What allows your school to use the data?" error=again.error("basis") options=bases selected=form.basis />
            <SelectField
                id="assessment"
                label="Assessment of the risks (DPIA)"
                hint=Some("A draft of it stands under Data protection".to_owned())
                error=again.error("assessment")
                options=assessments
                selected=form.assessment
            />
            <p>"The purposes:"</p>
            <ul class="prose">{purposes}</ul>
            <TickField
                id="purposes"
                label="For these purposes and no others"
                error=again.error("purposes")
                checked={form.purposes == "yes"}
            />
            <p>{format!("You sign as {signer}, for the school. Your name, the time and this text are kept.")}</p>
            <div class="cluster">
                <Button kind=ButtonKind::Main big=true>
                    "Sign the declaration"
                </Button>
            </div>
        </form>
    }
    .erased()
}

#[component]
fn Declared(history: Vec<SignedDeclaration>) -> impl IntoView {
    let rows = history
        .into_iter()
        .map(|signed| {
            let number = signed.establishment_number;
            let declared = (!number.is_empty()).then(|| {
                let contact = format!("Contact: {}, {}.", signed.contact_name, signed.contact);
                let basis = signed
                    .basis
                    .map(|basis| format!("What allows it: {}.", basis.label()));
                let assessment = signed
                    .assessment
                    .map(|how| format!("Assessment of the risks (DPIA): {}.", how.label()));
                [
                    Some(format!("Establishment number {number}.")),
                    Some(contact),
                    basis,
                    assessment,
                ]
                .into_iter()
                .flatten()
                .map(|words| view! { <div class="row-meta">{words}</div> })
                .collect_erased()
            });
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{format!("Signed by {}", signed.signer)}</span>
                        <div class="row-meta">
                            <When at=signed.signed />
                            ", until "
                            <When at=signed.until />
                            {format!(". Text of {}.", signed.text_version)}
                        </div>
                        {declared}
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="history" title="Every declaration">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_that_is_not_offered_is_kept_when_the_form_comes_back() {
        assert_eq!(zones("").len(), TIME_ZONES.len());
        assert_eq!(
            zones("Asia/Tokyo")
                .last()
                .map(|(zone, label)| (zone.as_str(), label.as_str())),
            Some(("Asia/Tokyo", "Tokyo (Asia)"))
        );
    }
}
