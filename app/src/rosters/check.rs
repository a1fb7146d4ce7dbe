//! The page of one import: what it would change, people to look at, the buttons that bring it
//! in or undo it, and its problems.

use domain::access;
use domain::rosters::{self, UNDO_DAYS};
use domain::schools::policy::Action;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use vocab::ids::ImportId;
use vocab::rosters::{ImportPage, ImportStage, Losses, RosterKind, WhyNot};

use super::counts::{all_changes, people_of};
use super::people::{Lost, Samples};
use super::problems::{Problems, problems_words};
use super::undone::undone_words;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Column, Confirm, Erased, Icon, IconName, Notice,
    PageHead, Spread, Table, TickField, Tone,
};

/// The form that brings an import in.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ConfirmForm {
    /// "yes" where it was ticked that so many people are to leave or lose their last role, or
    /// classes so many of their places.
    pub leavers_are_right: Option<String>,
}

/// `/people/import/:id`.
#[component]
pub(crate) fn ImportRoute() -> impl IntoView {
    let id = id_in_path::<ImportId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let school = access::school(&actor, Action::ImportRoster)?;
            let import = rosters::page(db.read(), &actor, &school, id?, now).await?;
            Ok::<_, AppError>((actor, import))
        },
        |(actor, import)| {
            let title = title_of(&import);
            let samples_title = if waits(&import) {
                "Do these look right?"
            } else {
                "Some of the people"
            };
            let of = touched(&import);
            // What decides comes before a list that may be long. Of a file that cannot go in,
            // the list is what matters.
            let (problems_first, problems_last) = match import.stage {
                ImportStage::Refused => (Some(import.clone()), None),
                ImportStage::Checked | ImportStage::Applied | ImportStage::Undone => {
                    (None, Some(import.clone()))
                }
            };
            let again: Again<ConfirmForm> = ssr::again();
            view! {
                <Title text=format!("{title} - {}", actor.school_name) />
                <Page actor current="/people/import">
                    <PageHead
                        title=title
                        dateline=dateline_of(&import)
                        crumbs=vec![
                            ("/people".to_owned(), "People".to_owned()),
                            ("/people/import".to_owned(), "Imports".to_owned()),
                        ]
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    {(import.stage != ImportStage::Refused).then(|| view! { <Figures import=import.clone() /> })}
                    <Verdict import=import.clone() />
                    <Samples samples=import.samples.clone() of title=samples_title />
                    <Lost lost=import.lost.clone() losses=import.losses />
                    <Kinds import=import.clone() />
                    {problems_first.map(|import| view! { <Problems import /> })}
                    <Acts import again />
                    {problems_last.map(|import| view! { <Problems import /> })}
                </Page>
            }
        },
    )
}

/// Whether it was looked at and can still be brought in.
pub(super) fn waits(import: &ImportPage) -> bool {
    import.stage == ImportStage::Checked && import.why_not.is_none()
}

fn title_of(import: &ImportPage) -> &'static str {
    match import.stage {
        ImportStage::Checked if waits(import) => "Check before you import",
        ImportStage::Checked => "Looked at, and not brought in",
        ImportStage::Refused => "This file cannot go in",
        ImportStage::Applied => "Imported",
        ImportStage::Undone => "Import undone",
    }
}

fn dateline_of(import: &ImportPage) -> String {
    let read = format!(
        "{}, read {} by {}",
        import.file_name, import.checked.words, import.by
    );
    match import.stage {
        ImportStage::Checked if waits(import) => format!("{read}. Nothing has changed yet"),
        ImportStage::Checked | ImportStage::Refused => format!("{read}. Nothing was changed"),
        ImportStage::Applied | ImportStage::Undone => read,
    }
}

/// How many people are new, changed or leave.
fn touched(import: &ImportPage) -> u64 {
    let people = people_of(&import.counts);
    people.created + people.changed + people.ended
}

/// The large numbers on top.
#[component]
fn Figures(import: ImportPage) -> impl IntoView {
    let people = people_of(&import.counts);
    let problems = import.problems.len();
    view! {
        <dl class="figures">
            <div>
                <dt>"new people"</dt>
                <dd>{people.created}</dd>
            </div>
            <div>
                <dt>"changed"</dt>
                <dd>{people.changed}</dd>
            </div>
            <div>
                <dt>"the same"</dt>
                <dd>{people.unchanged}</dd>
            </div>
            <div data-tone={(import.asks_about_leavers && import.losses.is_many_people()).then_some("warn")}>
                <dt>{if people.ended == 1 { "leaver" } else { "leavers" }}</dt>
                <dd>{people.ended}</dd>
            </div>
            <div data-tone={(problems > 0).then_some("error")}>
                <dt>{if problems == 1 { "problem" } else { "problems" }}</dt>
                <dd>{(problems > 0).then(|| view! { <Icon name=IconName::Error /> })} {problems}</dd>
            </div>
        </dl>
    }
    .erased()
}

/// Whether it is safe to go on, or what became of it.
#[component]
fn Verdict(import: ImportPage) -> impl IntoView {
    let (tone, icon, title, words) = verdict(&import);
    view! {
        <Notice tone icon=Some(icon) title=title.to_owned()>
            <p>{words}</p>
        </Notice>
    }
    .erased()
}

fn verdict(import: &ImportPage) -> (Tone, IconName, &'static str, String) {
    let losses = import.losses;
    // What a file lacks that is not the school's of today.
    let look = if losses.is_many_places() {
        "Is this the whole school's file, and has its year begun? Places that begin on a day to come are left out until then."
    } else {
        "Is this the whole school's file, and this year's?"
    };
    match import.stage {
        ImportStage::Checked if !waits(import) => (
            Tone::Plain,
            IconName::Lock,
            "Nothing is brought in from it any more",
            import.why_not.map(why_not_words).unwrap_or_default(),
        ),
        ImportStage::Checked if all_changes(&import.counts) == 0 => {
            let (tone, icon, words) = nothing_to_do(import);
            (tone, icon, "Nothing to do", words.to_owned())
        }
        ImportStage::Checked if import.asks_about_leavers => (
            Tone::Warn,
            IconName::Warn,
            "Stop and look",
            format!("{losses}. That is more than a tenth. {look} We go on only if you say below that it is right."),
        ),
        ImportStage::Checked => (
            Tone::Ok,
            IconName::TickCircle,
            "Safe to run",
            format!("{losses}. We stop by ourselves above 10 %. You can undo the whole import for {UNDO_DAYS} days."),
        ),
        ImportStage::Refused => (
            Tone::Error,
            IconName::Error,
            "Refused",
            "The problems below say why. Put them right where the file was made, export it again and choose the new file.".to_owned(),
        ),
        ImportStage::Applied => (
            Tone::Ok,
            IconName::TickCircle,
            "It is in",
            match &import.undo_until {
                Some(until) => format!("You can undo the whole of it until {}.", until.words),
                None => import.why_not.map(why_not_words).unwrap_or_default(),
            },
        ),
        ImportStage::Undone => (
            Tone::Plain,
            IconName::Undo,
            "Undone",
            undone_words(import.stayed),
        ),
    }
}

/// What is said of a file that would change nothing: all is as it says, or it was left out.
/// Of a package of changes nobody counts who left by it before, so that no more is said of one
/// in which nothing is known than that it changes nothing.
fn nothing_to_do(import: &ImportPage) -> (Tone, IconName, &'static str) {
    let is_known = import.counts.iter().any(|(_, counts)| counts.unchanged > 0);
    let mut problems = import.problems.iter();
    let is_of_others = problems.any(|problem| problem.code == "org.other_school");
    match (is_known, import.problems.is_empty()) {
        (true, true) => (
            Tone::Ok,
            IconName::TickCircle,
            "The school is as this file says already.",
        ),
        (true, false) => (
            Tone::Ok,
            IconName::TickCircle,
            "What of this file can go in is in the school already. The problems below say what was left out or needs a look.",
        ),
        (false, true) => (
            Tone::Plain,
            IconName::Info,
            "Nothing in this file changes your school.",
        ),
        (false, false) if is_of_others => (
            Tone::Warn,
            IconName::Warn,
            "Rows of this file belong to other schools and were left out, and nothing else in it changes yours. The problems below say which, and why.",
        ),
        (false, false) => (
            Tone::Warn,
            IconName::Warn,
            "Nothing in this file changes your school. The problems below say what was left out, and why.",
        ),
    }
}

/// Why there is no button to bring it in or to undo it.
fn why_not_words(why: WhyNot) -> String {
    match why {
        WhyNot::Replaced => {
            "A newer file was read since. Go on with that one, or choose this one again.".to_owned()
        }
        WhyNot::Gone => {
            "It is not kept any more: somebody who may be in it was erased, or its time is over. Choose a file anew.".to_owned()
        }
        WhyNot::BuiltOn => {
            "It cannot be undone now: a later import builds on it. Undo that one first.".to_owned()
        }
        WhyNot::TooLate => format!(
            "It cannot be undone any more: an import can be undone for {UNDO_DAYS} days, and they are over."
        ),
    }
}

/// What the admin says by ticking.
fn tick_words(losses: Losses) -> String {
    let what = [
        (losses.leavers, "leaves", "leave"),
        (
            losses.roleless,
            "loses their last role",
            "lose their last role",
        ),
        (
            losses.closed,
            "cannot sign in any more",
            "cannot sign in any more",
        ),
    ];
    let mut words: Vec<_> = what
        .into_iter()
        .filter(|(many, ..)| *many > 0)
        .enumerate()
        .map(|(at, (many, one_does, many_do))| {
            let who = match (at, many) {
                (0, 1) => " person",
                (0, _) => " people",
                (_, _) => "",
            };
            let does = if many == 1 { one_does } else { many_do };
            format!("{many}{who} {does}")
        })
        .collect();
    if losses.is_many_places() {
        let places = losses.places;
        words.push(format!("classes lose {places} places"));
    }
    let last = words.pop().unwrap_or_else(|| "nobody leaves".to_owned());
    let before = if words.is_empty() {
        String::new()
    } else {
        format!("{} and ", words.join(", "))
    };
    format!("I looked: it is right that {before}{last}")
}

/// What changes, by kind.
#[component]
fn Kinds(import: ImportPage) -> impl IntoView {
    if import.stage == ImportStage::Refused {
        return ().into_any();
    }
    let back = back_words(import.back).map(|words| view! { <p class="muted above">{words}</p> });
    let rows = import
        .counts
        .iter()
        .map(|(kind, counts)| {
            view! {
                <tr>
                    <th scope="row">{kind_words(*kind)}</th>
                    <td class="n" data-label="New">{counts.created}</td>
                    <td class="n" data-label="Changed">{counts.changed}</td>
                    <td class="n" data-label="Ended">{counts.ended}</td>
                    <td class="n" data-label="The same">{counts.unchanged}</td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Spread id="kinds" title="All of it">
            <Table
                caption="What changes, by kind"
                hide_caption=true
                head=vec![
                    Column::text("Kind"),
                    Column::number("New"),
                    Column::number("Changed"),
                    Column::number("Ended"),
                    Column::number("The same"),
                ]
            >
                {rows}
            </Table>
            {back}
        </Spread>
    }
    .into_any()
}

/// What was made by hand and comes back beside the file; nothing where nothing does.
fn back_words(count: u64) -> Option<String> {
    match count {
        0 => None,
        1 => Some(
            "1 role, place or family tie that was made by hand is back with somebody who had left."
                .to_owned(),
        ),
        many => Some(format!(
            "{many} roles, places and family ties that were made by hand are back with people who had left."
        )),
    }
}

const fn kind_words(kind: RosterKind) -> &'static str {
    match kind {
        RosterKind::People => "People",
        RosterKind::Classrooms => "Classes",
        RosterKind::Enrolments => "Places in classes",
        RosterKind::Guardianships => "Family ties",
    }
}

/// The buttons, as the import stands.
#[component]
fn Acts(import: ImportPage, again: Again<ConfirmForm>) -> impl IntoView {
    let path = format!("/people/import/{}", import.id);
    match import.stage {
        ImportStage::Checked if waits(&import) => {
            view! { <BringIn import path again /> }.into_any()
        }
        ImportStage::Applied if import.undo_until.is_some() => view! {
            <Spread id="undo" title="Undo">
                <Confirm
                    summary="Undo this import"
                    message="What it changed is put back as it was before, unless somebody changed it again since. Who came by it is ended, who left by it is back, classes that it made are archived. Work, marks and feedback are kept."
                    action=format!("{path}/undo")
                    button="Undo the whole import"
                    danger=true
                />
            </Spread>
        }
        .into_any(),
        ImportStage::Checked
        | ImportStage::Applied
        | ImportStage::Refused
        | ImportStage::Undone => view! {
            <p class="cluster above">
                <ButtonLink href="/people/import">"Use another file"</ButtonLink>
            </p>
        }
        .into_any(),
    }
}

#[component]
fn BringIn(import: ImportPage, path: String, again: Again<ConfirmForm>) -> impl IntoView {
    let changes = all_changes(&import.counts);
    if changes == 0 {
        return view! {
            <p class="cluster above">
                <ButtonLink href="/people/import">"Use another file"</ButtonLink>
            </p>
        }
        .into_any();
    }
    let button = if changes == 1 {
        "Import 1 change".to_owned()
    } else {
        format!("Import {changes} changes")
    };
    let was_asked = again.error("leavers_are_right").is_some();
    let is_ticked = again
        .form
        .as_ref()
        .is_some_and(|form| form.leavers_are_right.is_some());
    let tick = (import.asks_about_leavers || was_asked).then(|| {
        view! {
            <TickField
                id="leavers_are_right"
                label=tick_words(import.losses)
                error=again.error("leavers_are_right")
                checked=is_ticked
            />
        }
    });
    let problems = import.problems.len();
    let below = (problems > 0).then(|| {
        let words = problems_words(problems);
        view! { <p class="small muted">{format!("{words} below: what is left out or needs a look.")}</p> }
    });
    view! {
        <Spread id="go" title="Import">
            <form class="form" method="post" action=format!("{path}/confirm")>
                {tick}
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true>
                        {button}
                    </Button>
                    <ButtonLink href="/people/import" kind=ButtonKind::Quiet>
                        "Use another file"
                    </ButtonLink>
                </div>
                {below}
                <p class="small muted">"It goes in as a whole or not at all. No messages go out."</p>
            </form>
        </Spread>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tick_names_leavers_and_those_who_lose_their_last_role_or_their_account() {
        let words = |leavers, roleless, closed| {
            tick_words(Losses {
                leavers,
                roleless,
                closed,
                people: 756,
                ..Losses::default()
            })
        };
        let cases = [
            ((80, 0, 0), "80 people leave"),
            ((0, 700, 0), "700 people lose their last role"),
            ((6, 300, 0), "6 people leave and 300 lose their last role"),
            ((1, 0, 0), "1 person leaves"),
            ((0, 1, 0), "1 person loses their last role"),
            ((1, 1, 0), "1 person leaves and 1 loses their last role"),
            ((0, 0, 90), "90 people cannot sign in any more"),
            (
                (6, 300, 1),
                "6 people leave, 300 lose their last role and 1 cannot sign in any more",
            ),
        ];
        for ((leavers, roleless, closed), what) in cases {
            assert_eq!(
                words(leavers, roleless, closed),
                format!("I looked: it is right that {what}")
            );
        }
        let empties_classes = Losses {
            leavers: 8,
            people: 142,
            places: 605,
            places_now: 605,
            ..Losses::default()
        };
        assert_eq!(
            tick_words(empties_classes),
            "I looked: it is right that 8 people leave and classes lose 605 places"
        );
    }
}
