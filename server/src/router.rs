//! Which address goes where, and what every request passes on its way: the log,
//! the headers, the refusal of other sites, and who is asking.

use std::collections::HashSet;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::form_pages::with_its_page;
use crate::routes::{
    accounts, arrangements, assignments, badges, bench, classrooms, consent, cookies, csp, devices,
    files, health, install, links, looks, mail, marking, materials, notices, offline, own_device,
    people, policies, providers, public, reading, registers, restrictions, retention, rights,
    rosters, safety, schools, sharing, statistics, submissions,
};
use crate::site::Site;
use crate::{logging, owners, security, session};

/// Is pressed when it is built.
const WASM: &str = "application/wasm";

/// Is pressed already, and goes out as it is made.
const ZIP: &str = "application/zip";

/// Every address that takes a form, with its handler; pages are found by `app::routes`.
fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    let mut forms = vec![
        ("/set-up", post(schools::set_up)),
        ("/sign-in", post(accounts::sign_in)),
        ("/sign-out", post(accounts::sign_out)),
        ("/invitation/{token}", post(accounts::accept_invitation)),
        ("/settings/password", post(accounts::change_password)),
        ("/settings/sessions/{id}/end", post(accounts::end_session)),
        (
            "/settings/sessions/end-others",
            post(accounts::end_other_sessions),
        ),
        ("/school/declaration", post(schools::sign_declaration)),
        ("/school/details", post(schools::edit)),
        ("/school/leaving", post(schools::ask_to_leave)),
        ("/school/leaving/confirm", post(schools::confirm_leaving)),
        ("/school/leaving/call-off", post(schools::call_off_leaving)),
        ("/school/leaving/copy", post(schools::take_copy)),
        ("/people/import", rosters::upload()),
        ("/people/import/{id}/confirm", post(rosters::confirm)),
        ("/people/import/{id}/undo", post(rosters::undo)),
        ("/classrooms/new", post(classrooms::create)),
        ("/classrooms/{id}/settings", post(classrooms::rename)),
        ("/classrooms/{id}/members", post(classrooms::add_member)),
        (
            "/classrooms/{id}/members/{enrolment}/end",
            post(classrooms::end_member),
        ),
        (
            "/classrooms/{id}/passwords",
            post(classrooms::give_passwords),
        ),
        (
            "/classrooms/{id}/passwords/{person}",
            post(classrooms::give_password),
        ),
        ("/classrooms/{id}/archive", post(classrooms::archive)),
        ("/classrooms/{id}/restore", post(classrooms::restore)),
        ("/submissions/{id}/mark", post(marking::save)),
        ("/submissions/{id}/return", post(marking::return_to_student)),
    ];
    forms.extend(people::forms());
    forms.extend(assignments::forms());
    forms.extend(consent::forms());
    forms.extend(rights::forms());
    forms.extend(safety::forms());
    forms.extend(restrictions::forms());
    forms.extend(retention::forms());
    forms.extend(looks::forms());
    forms.extend(registers::forms());
    forms.extend(sharing::forms());
    forms.extend(statistics::forms());
    forms.extend(mail::forms());
    forms.extend(providers::forms());
    forms.extend(policies::forms());
    forms.extend(cookies::forms());
    forms.extend(links::forms());
    forms.extend(submissions::forms());
    forms.extend(offline::forms());
    forms.extend(materials::forms());
    forms.extend(badges::forms());
    forms.extend(devices::forms());
    forms.extend(reading::forms());
    forms.extend(arrangements::forms());
    forms.extend(own_device::forms());
    forms
}

/// Every address that takes a form, for the test that no route goes unproved.
pub fn form_paths() -> Vec<&'static str> {
    forms().into_iter().map(|(path, _)| path).collect()
}

/// The address of every page, as the app registers it, with `{…}` for what changes.
pub fn page_paths() -> Vec<String> {
    leptos_axum::generate_route_list(app::routes::App)
        .iter()
        .map(|route| route.path().to_owned())
        .collect()
}

/// Files and lists that are fetched, each by who may have it.
fn downloads() -> Vec<(&'static str, MethodRouter<Site>)> {
    let mut downloads = vec![
        ("/files/{id}", get(files::download)),
        ("/materials/{id}", get(materials::download)),
        ("/people/import/{id}/problems.csv", get(rosters::problems)),
    ];
    downloads.extend(consent::downloads());
    downloads.extend(offline::downloads());
    downloads.extend(statistics::downloads());
    downloads
}

/// The addresses of downloads, for the same test.
pub fn download_paths() -> Vec<&'static str> {
    downloads().into_iter().map(|(path, _)| path).collect()
}

/// Every word that stands in an address of ours, without the parts that change.
pub(crate) fn words_of_addresses() -> HashSet<String> {
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    let named = ["/pkg", "/fonts"];
    page_paths()
        .into_iter()
        .chain(functions)
        .chain(form_paths().into_iter().map(str::to_owned))
        .chain(download_paths().into_iter().map(str::to_owned))
        .chain(read_paths().into_iter().map(str::to_owned))
        .chain(post_paths().into_iter().map(str::to_owned))
        .chain(switched_paths().into_iter().map(str::to_owned))
        .chain(named.into_iter().map(str::to_owned))
        .flat_map(|path| path.split('/').map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| !word.starts_with(['{', ':']))
        .collect()
}

/// Addresses that are read and are no pages.
fn reads() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/", get(public::first_page)),
        ("/badge.js", get(badges::script)),
        ("/hue/{name}", get(reading::style_sheet)),
        ("/healthz", get(health::alive)),
        ("/readyz", get(health::ready)),
        ("/manifest.webmanifest", get(install::manifest)),
        ("/sw.js", get(offline::worker)),
        ("/shell", get(offline::shell)),
        ("/offline/ticket", get(offline::ticket)),
        ("/offline/pack", get(offline::pack)),
        ("/offline/standing", get(own_device::standing)),
        ("/school/privacy/due.ics", get(rights::due)),
        ("/school/privacy/record.txt", get(consent::statement)),
        ("/school/privacy/assessment.csv", get(notices::assessment)),
        ("/privacy/record.csv", get(notices::record_csv)),
        ("/privacy/history.atom", get(policies::feed)),
        (
            "/privacy/record-30-1.csv",
            get(notices::record_as_controller),
        ),
        (
            "/privacy/record-30-2.csv",
            get(notices::record_as_processor),
        ),
        ("/privacy/record.jsonld", get(notices::record_json_ld)),
        (
            "/.well-known/change-password",
            get(notices::change_password),
        ),
        ("/.well-known/security.txt", get(notices::security_txt)),
        (
            "/.well-known/gpc.json",
            get(notices::global_privacy_control),
        ),
    ]
}

/// The addresses of what is read and is no page, for the same test.
pub fn read_paths() -> Vec<&'static str> {
    reads().into_iter().map(|(path, _)| path).collect()
}

/// Addresses that take what no form of a page sends.
fn posts() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/api/{*function}", post(public::server_function)),
        ("/outbox", offline::outbox()),
        (security::REPORTS, csp::reports()),
    ]
}

/// The addresses of what no form sends, for the same test.
pub fn post_paths() -> Vec<&'static str> {
    posts().into_iter().map(|(path, _)| path).collect()
}

/// What a server that is measured has besides, with nothing around it.
fn of_measurements() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![("/bench/plain", get(bench::plain))]
}

/// What a developer's server has besides, whose pages load anew by themselves.
fn of_developers() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/dev/reload", get(public::started)),
        ("/dev/reload.js", get(public::reload_script)),
    ]
}

/// The addresses that are there only where a switch says so, for the test that they are not
/// there otherwise.
pub fn switched_paths() -> Vec<&'static str> {
    of_measurements()
        .into_iter()
        .chain(of_developers())
        .map(|(path, _)| path)
        .collect()
}

/// The one place that gives the router an address, so that each stands in a list above.
fn add(router: Router<Site>, (path, handler): (&str, MethodRouter<Site>)) -> Router<Site> {
    router.route(path, handler)
}

/// The whole server.
pub fn router(site: Site) -> Router {
    let pages = forms()
        .into_iter()
        .map(|(path, handler)| (path, with_its_page(path, handler)))
        .chain(reads())
        .chain(downloads())
        .chain(posts())
        .fold(Router::new(), add)
        .fallback(public::file_or_page)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(
            site.clone(),
            crate::policies::stop_without_terms,
        ))
        .layer(from_fn_with_state(site.clone(), session::stop_nobody))
        .layer(from_fn_with_state(
            site.clone(),
            security::refuse_other_sites,
        ))
        .layer(from_fn_with_state(
            site.clone(),
            crate::cookies::know_the_choice,
        ))
        .layer(from_fn_with_state(site.clone(), crate::doors::know_the_hue))
        .layer(from_fn_with_state(site.clone(), session::know_the_device))
        .layer(from_fn_with_state(site.clone(), security::only_encrypted))
        .layer(from_fn_with_state(site.clone(), session::know_the_actor))
        .layer(from_fn_with_state(site.clone(), security::headers))
        .layer(from_fn_with_state(site.clone(), public::count_statements))
        .layer(from_fn(owners::keep_apart));
    let mut switched = Vec::new();
    if site.config.bench {
        switched.extend(of_measurements());
    }
    if site.config.dev_reload {
        switched.extend(of_developers());
    }
    switched
        .into_iter()
        .fold(Router::new().merge(pages), add)
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(
                    DefaultPredicate::new()
                        .and(NotForContentType::const_new(WASM))
                        .and(NotForContentType::const_new(ZIP)),
                ),
        )
        .layer(from_fn(logging::log))
        .with_state(site)
}

/// A mistake of ours: said plainly, without its insides.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request ended in a panic");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        [
            ("content-type", "text/plain; charset=utf-8"),
            ("cache-control", "no-store"),
        ],
        "Something went wrong on our side. Nothing that was saved is lost. Go back and try again.",
    )
        .into_response()
}
