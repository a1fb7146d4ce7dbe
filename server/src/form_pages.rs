//! The page of every form. A form that comes back with what is wrong leaves the address that it
//! was sent to in the browser's bar, and whoever opens that address is led to the page on which
//! the form stands. Nothing is looked up for it: it tells nobody what is there, and the page
//! answers as ever.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use axum::routing::MethodRouter;
use http::Uri;

use crate::respond::on_to;
use crate::router::page_paths;
use crate::routes::public;
use crate::site::Site;

/// How addresses of forms begin that do not stand below their page, and the page.
const ELSEWHERE: [(&str, &str); 12] = [
    ("/classrooms/{id}/archive", "/classrooms/{id}/settings"),
    ("/classrooms/{id}/restore", "/classrooms/{id}/settings"),
    ("/classrooms/{id}/members", "/classrooms/{id}/people"),
    ("/classrooms/{id}/passwords", "/classrooms/{id}/people"),
    ("/consents/", "/settings/privacy"),
    ("/my-data/restriction", "/my-data/objections"),
    ("/notice/read", "/home"),
    ("/offline/forgotten", "/home"),
    ("/school/privacy/holds", "/school/privacy/retention"),
    ("/school/privacy/uk-only", "/school/privacy/providers"),
    ("/sign-out", "/home"),
    ("/theme", "/settings/reading"),
];

/// The handler of a form, with an answer for whoever opens its address.
pub(crate) fn with_its_page(form: &'static str, handler: MethodRouter<Site>) -> MethodRouter<Site> {
    let Some(page) = page_of(form) else {
        return handler.get(public::file_or_page);
    };
    handler.get(move |address: Uri| {
        let there = filled(page, form, address.path());
        async move { on_to(&there) }
    })
}

/// The page on which a form stands: most often the nearest one above its address. None where
/// the address is a page itself.
fn page_of(form: &'static str) -> Option<&'static str> {
    static PAGES: LazyLock<HashSet<String>> = LazyLock::new(|| page_paths().into_iter().collect());
    if PAGES.contains(form) {
        return None;
    }
    let elsewhere = ELSEWHERE
        .iter()
        .find_map(|(begins, page)| form.starts_with(begins).then_some(*page));
    elsewhere.or_else(|| {
        form.rmatch_indices('/')
            .map(|(at, _)| &form[..at])
            .find(|above| PAGES.contains(*above))
    })
}

/// The page's address, with what the form's address has in place of each `{…}`.
fn filled(page: &str, form: &str, address: &str) -> String {
    let parts = form.split('/').zip(address.split('/'));
    let given: HashMap<&str, &str> = parts.filter(|(name, _)| name.starts_with('{')).collect();
    page.split('/')
        .map(|part| given.get(part).copied().unwrap_or(part))
        .collect::<Vec<_>>()
        .join("/")
}
