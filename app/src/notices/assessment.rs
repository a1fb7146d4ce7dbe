//! `/school/privacy/assessment`: a draft of the school's assessment of the risks, made from
//! the data map and the registers, to print or to take along as a table. Nothing of it is
//! kept: its number says later whether anything in it has changed.

use std::collections::BTreeMap;

use domain::access;
use domain::moments::day_in;
use domain::notice::{self, Assessment, Entry, Line, Part, Says};
use domain::schools::policy::Action;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::legal_entity::LegalEntity;

use super::trust::{Promise, promises_by_id};
use crate::error::AppError;
use crate::page::{Page, load};
use crate::registers::crumbs;
use crate::ssr;
use crate::ui::{
    Button, ButtonLink, CollectErased, Erased, Notice, PageHead, Spread, TextField, Tone,
};

/// What stands over every draft.
pub const IS_A_DRAFT: &str = "This is a draft. It does not replace your judgement.";

/// The number of a draft: of its words, the wording of the promises, the school's name and
/// who runs the platform. How many tests prove a promise is not in it: a new test takes
/// nothing from an assessment.
pub fn number_of(
    draft: &Assessment,
    promises: &BTreeMap<String, Promise>,
    school: &str,
    entity: &LegalEntity,
) -> String {
    let run_by = entity.sentence();
    let around = [("School", school), ("Run by", &*run_by)];
    draft.number(&around, |id| {
        let says = promises.get(id).map(|promise| promise.says.as_str());
        format!("{id}: {}", says.unwrap_or_default())
    })
}

/// `/school/privacy/assessment`.
#[component]
pub(crate) fn AssessmentRoute() -> impl IntoView {
    let was = ssr::query("was").unwrap_or_default();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let draft = notice::assessment(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            let made = day_in(now, actor.time_zone);
            Ok::<_, AppError>((actor, draft, made))
        },
        move |(actor, draft, made)| {
            let promises = promises_by_id();
            let entity = ssr::head().entity;
            let number = number_of(&draft, &promises, &actor.school_name, &entity);
            let shown = number.clone();
            let parts = draft
                .parts
                .into_iter()
                .map(|part| part_of_draft(part, &promises))
                .collect_erased();
            let school = actor.school_name.clone();
            view! {
                <Title text=format!("Draft of the assessment of the risks - {school}") />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Draft of your assessment of the risks"
                        crumbs=crumbs()
                        dateline=format!("{school}, {made}")
                        lede={"A data protection impact assessment (DPIA), as far as the program can write it: from the list of everything that it stores, and from the registers as they are today.".to_owned()}
                    >
                        <ButtonLink href="/school/privacy/assessment.csv" download=true>
                            "The same as a table to edit (CSV)"
                        </ButtonLink>
                    </PageHead>
                    <Notice tone=Tone::Warn title=IS_A_DRAFT.to_owned()>
                        <p>
                            "It says what the program does. What only your school knows is left for it to write, and what the law asks of it is for your school and its data protection officer to judge. The numbers such as P-001 are promises; the tests of each stand on "
                            <a href="/trust">"the page of promises"</a> " and in the table."
                        </p>
                    </Notice>
                    <Spread id="draft" title="This draft">
                        <dl class="facts">
                            <dt>"School"</dt>
                            <dd>{school}</dd>
                            <dt>"Made on"</dt>
                            <dd>{made}</dd>
                            <dt>"Number"</dt>
                            <dd>
                                <code>{shown}</code>
                                ". It is another one as soon as a word below is; how many tests prove a promise does not count. Write it on your assessment."
                            </dd>
                        </dl>
                    </Spread>
                    <Compare number was />
                    {parts}
                    <p class="muted">{entity.sentence()}</p>
                </Page>
            }
        },
    )
}

/// Whether the draft that an assessment was made from is the one of today.
#[component]
fn Compare(
    /// Today's number.
    number: String,
    /// What was typed.
    was: String,
) -> impl IntoView {
    let typed = was.trim().to_lowercase();
    let told = (!typed.is_empty()).then(|| {
        let (tone, title, words) = if typed == number {
            (
                Tone::Ok,
                "Nothing has changed",
                "This draft says what the one said that your assessment was made from. How many tests prove a promise was not compared.",
            )
        } else if notice::is_number(&typed) {
            (
                Tone::Warn,
                "Something has changed",
                "A purpose, a period, a company, a choice of your school, a measure, a promise or a name is not what it was in the draft with that number. Look at your assessment again (UK GDPR Article 35(11)).",
            )
        } else {
            (
                Tone::Error,
                "That is no number of a draft",
                "It has 12 characters: digits, and letters from a to f. Nothing was compared. Look at your assessment, and type its number again.",
            )
        };
        view! {
            <Notice tone title=title.to_owned()>
                <p>{words}</p>
            </Notice>
        }
    });
    view! {
        <Spread id="compare" title="Has anything changed?">
            <div class="stack">
                {told}
                <form class="form" method="get" action="/school/privacy/assessment">
                    <TextField id="was" label="The number on the assessment that your school made" value=was input_class="input-code" />
                    <div class="cluster">
                        <Button>"Compare"</Button>
                    </div>
                </form>
            </div>
        </Spread>
    }
    .erased()
}

fn part_of_draft(part: Part, promises: &BTreeMap<String, Promise>) -> AnyView {
    let entries = part
        .entries
        .into_iter()
        .map(|entry| entry_of_draft(entry, promises))
        .collect_erased();
    view! {
        <Spread id=part.id title=part.title>
            <div class="stack gap-5">{entries}</div>
        </Spread>
    }
    .into_any()
}

fn entry_of_draft(entry: Entry, promises: &BTreeMap<String, Promise>) -> AnyView {
    let title = entry.title;
    let heading = (!title.is_empty()).then(|| view! { <h3>{title}</h3> });
    let lines = entry
        .lines
        .into_iter()
        .map(|line| line_of_draft(line, promises))
        .collect_erased();
    view! {
        <div>
            <div class="stack gap-2">
                {heading}
                <dl class="facts">{lines}</dl>
            </div>
        </div>
    }
    .into_any()
}

fn line_of_draft(line: Line, promises: &BTreeMap<String, Promise>) -> AnyView {
    let answer = match line.says {
        Says::Words(words) => view! { <dd>{words}</dd> }.into_any(),
        Says::Promised(words, ids) => {
            let proofs = ids
                .iter()
                .filter_map(|id| promises.get(*id))
                .map(|promise| view! { <li>{proof(promise)}</li> })
                .collect_erased();
            view! {
                <dd>
                    {words} <ul class="small">{proofs}</ul>
                </dd>
            }
            .into_any()
        }
        Says::School => view! {
            <dd class="muted">
                "For your school to write " <span aria-hidden="true">"________________"</span>
            </dd>
        }
        .into_any(),
    };
    view! {
        <dt>{line.what}</dt>
        {answer}
    }
    .into_any()
}

/// A promise, and how many tests prove it.
fn proof(promise: &Promise) -> String {
    let tests = match promise.tests.len() {
        1 => "1 test".to_owned(),
        many => format!("{many} tests"),
    };
    format!("{}: {} ({tests})", promise.id, promise.says)
}
