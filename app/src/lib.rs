//! The pages of Classimize. They are rendered on the server and are whole
//! without WASM; an island is what must answer to a keystroke.
//!
//! With the feature `ssr` this crate holds pages, their routes and the bodies of
//! the server functions; with `hydrate` only the calls that islands make, and those islands
//! that are asked for: `draft`, `desk`.
#![recursion_limit = "256"]
#![cfg_attr(
    feature = "ssr",
    expect(
        clippy::needless_pass_by_value,
        reason = "components take their props by value"
    )
)]
#![expect(
    unreachable_pub,
    reason = "the component macro makes the types of its props public"
)]

pub mod assignments;
pub mod error;
#[cfg(any(feature = "ssr", feature = "desk"))]
pub mod marking;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod accounts;
#[cfg(feature = "ssr")]
pub mod arrangements;
#[cfg(feature = "ssr")]
pub mod badges;
#[cfg(feature = "ssr")]
pub mod classrooms;
#[cfg(feature = "ssr")]
pub mod consent;
#[cfg(feature = "ssr")]
pub mod design;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod install;
#[cfg(feature = "ssr")]
pub mod links;
#[cfg(feature = "ssr")]
pub mod looks;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
mod more;
#[cfg(feature = "ssr")]
mod navigation;
#[cfg(feature = "ssr")]
pub mod notices;
#[cfg(feature = "ssr")]
pub mod offline;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod policies;
#[cfg(feature = "ssr")]
pub mod providers;
#[cfg(feature = "ssr")]
mod readers;
#[cfg(feature = "ssr")]
pub mod reading;
#[cfg(feature = "ssr")]
pub mod registers;
#[cfg(feature = "ssr")]
pub mod rights;
#[cfg(feature = "ssr")]
pub mod rosters;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod safety;
#[cfg(feature = "ssr")]
pub mod schools;
#[cfg(feature = "ssr")]
pub mod sharing;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
#[cfg(feature = "ssr")]
pub mod usage;
#[cfg(feature = "ssr")]
pub mod visitors;
