//! `/school/devices`: enrol the device that one holds, see the others, set the hours.

use domain::badges::devices;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::badges::{
    BadgeHours, DAYS, DeviceForm, DeviceProfile, DeviceSummary, DevicesPage, HoursForm,
};

use crate::error::AppError;
use crate::page::{Done, FieldsNotice, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Chip, CollectErased, Confirm, Empty, Erased, IconName, PageHead,
    SelectField, Spread, TextField, TickField, Tone,
};

/// `/school/devices`.
#[component]
pub(crate) fn DevicesRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = devices::may_enrol(db.read(), &actor).await?;
            let page = devices::page(db.read(), &door, &actor, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let DevicesPage {
                devices,
                hours,
                may_manage,
            } = page;
            let words = hours.words();
            view! {
                <Title text=format!("Devices - {}", actor.school_name) />
                <Page actor current="/more">
                    <PageHead
                        title="Devices for badges"
                        crumbs=vec![("/more".to_owned(), "All pages".to_owned())]
                        lede={"Students sign in with a badge and three pictures, on these devices alone.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again={ssr::again::<DeviceForm>()} />
                    <Enrol />
                    <Spread id="devices" title="Enrolled" note="Until the end of August, when each is set up anew".to_owned()>
                        <Devices devices may_manage />
                    </Spread>
                    <Spread id="hours" title="When badges work" note=words>
                        {may_manage.then(|| view! { <Hours hours /> })}
                    </Spread>
                </Page>
            }
        },
    )
}

#[component]
fn Enrol() -> impl IntoView {
    let again: Again<DeviceForm> = ssr::again_alone();
    let form = again.form.clone().unwrap_or_default();
    let options = vec![
        (
            DeviceProfile::Shared.to_string(),
            "A class shares it".to_owned(),
        ),
        (
            DeviceProfile::Personal.to_string(),
            "One student has it".to_owned(),
        ),
    ];
    view! {
        <Spread id="enrol" title="Set up this device" note="The one that you hold now".to_owned()>
            <form class="form" method="post" action="/school/devices">
                <TextField
                    id="label"
                    label="Name of the device"
                    hint=Some("Such as Tablet 3".to_owned())
                    error=again.error("label")
                    value=form.label
                />
                <SelectField
                    id="profile"
                    label="Who uses it"
                    hint=Some("On a shared device, whoever does nothing for ten minutes is signed out. On a student's own, work to read stays when the browser closes".to_owned())
                    options
                    selected=form.profile
                />
                <p class="muted">"You are signed out of it afterwards, and it shows the page for badges."</p>
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Set it up"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

#[component]
fn Devices(devices: Vec<DeviceSummary>, may_manage: bool) -> impl IntoView {
    if devices.is_empty() {
        return view! {
            <Empty icon=IconName::Account title="No devices yet">
                <p class="muted">"Open this page on a tablet and set it up there."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = devices
        .into_iter()
        .map(|device| view! { <DeviceRow device may_manage /> })
        .collect_erased();
    view! { <ul class="rows" role="list">{rows}</ul> }.into_any()
}

#[component]
fn DeviceRow(device: DeviceSummary, may_manage: bool) -> impl IntoView {
    let who = match device.profile {
        DeviceProfile::Shared => "Shared",
        DeviceProfile::Personal => "One student's",
    };
    let seen = match &device.last_seen {
        Some(at) => format!("last used {}", at.words),
        None => "not used yet".to_owned(),
    };
    let meta = format!(
        "{who}, {seen}. Set up by {} {}",
        device.enrolled_by, device.enrolled.words
    );
    let path = format!("/school/devices/{}", device.id);
    let field = format!("label-{}", device.id);
    let typed: Option<DeviceForm> = ssr::again_under(&device.id.to_string());
    let is_open = typed.is_some();
    let error = ssr::again::<()>().error(&field);
    let label = typed.map_or_else(|| device.label.clone(), |form| form.label);
    let name = device.label.clone();
    view! {
        <li class="row row-many">
            <div>
                <span class="row-title">{device.label.clone()}</span>
                <div class="row-meta">{meta}</div>
                {device
                    .has_run_out
                    .then(|| {
                        view! {
                            <div class="row-meta">
                                <Chip tone=Tone::Warn>"Set it up again"</Chip>
                                " No badge works there since its school year ended."
                            </div>
                        }
                    })}
            </div>
            {may_manage
                .then(|| {
                    view! {
                        <div class="row-end">
                            <Confirm
                                summary=format!("Rename {name}")
                                message="Only its name changes."
                                action=format!("{path}/rename")
                                button="Rename"
                                open=is_open
                            >
                                <TextField id=field name="label" label="New name" error value=label />
                            </Confirm>
                            <Confirm
                                summary=format!("Forget {name}")
                                message="No badge works there any more, and whoever is signed in there is signed out. As soon as it finds the network, everything that it keeps to read goes; work that was not sent yet is sent first. It can be set up again."
                                action=format!("{path}/end")
                                button=format!("Forget {name}")
                                danger=true
                            />
                        </div>
                    }
                })}
        </li>
    }
    .erased()
}

#[component]
fn Hours(hours: BadgeHours) -> impl IntoView {
    let again: Again<HoursForm> = ssr::again();
    let seen = hours.seen();
    // The other form of the page comes back as well, and says nothing of hours.
    let typed = again.form.clone().filter(|form| !form.seen.is_empty());
    let is_changed = typed.as_ref().is_some_and(|form| form.seen != seen);
    let form = typed.unwrap_or_else(|| HoursForm::from(&hours));
    let enrols_too = !form.teachers_enrol.is_empty();
    let ticked = form.days();
    let days = DAYS
        .iter()
        .zip(ticked)
        .map(|((id, name), checked)| {
            view! { <TickField id=*id label=*name checked error=again.error(id) /> }
        })
        .collect_erased();
    view! {
        <form class="form" method="post" action="/school/devices/hours">
            {is_changed.then(|| view! { <AsTheyAreNow hours /> })}
            <input type="hidden" name="seen" value=seen />
            <TextField id="from" label="From" error=again.error("from") value=form.from input_class="input-short" />
            <TextField id="until" label="Until" error=again.error("until") value=form.until input_class="input-short" />
            {days}
            <TickField
                id="teachers_enrol"
                label="Teachers may set up devices too"
                checked=enrols_too
            />
            <div class="cluster">
                <Button kind=ButtonKind::Main>"Save"</Button>
            </div>
        </form>
    }
    .erased()
}

/// The hours as somebody else has just saved them.
#[component]
fn AsTheyAreNow(hours: BadgeHours) -> impl IntoView {
    let enrol = if hours.teachers_enrol { "Yes" } else { "No" };
    let fields = vec![
        ("When badges work", hours.words()),
        ("Teachers may set up devices too", enrol.to_owned()),
    ];
    view! { <FieldsNotice title="The hours as they are now" fields /> }
}
