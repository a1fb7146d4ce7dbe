//! The server: requests in, pages and answers out. It knows HTTP, cookies and
//! files; what a school may do is decided in `domain`.
#![recursion_limit = "256"]

pub mod assets;
pub mod commands;
pub mod config;
pub mod cookies;
pub mod deliveries;
mod doors;
pub mod egress;
mod erasing;
mod form_pages;
mod forms;
pub mod listening;
pub mod logging;
mod mailer;
mod owners;
mod policies;
mod respond;
pub mod router;
mod routes;
mod security;
mod session;
pub mod site;
pub mod violations;
