//! The server over HTTP, as the people of a school use it. Every test has a
//! database, a store and a server of its own; requests go straight into the
//! router, without a network.
#![recursion_limit = "256"]

mod bad_days;
mod command_line;
mod hand_in;
mod headers;
mod marking;
mod materials;
mod notices;
mod office;
mod persona;
mod policies;
mod process;
mod routes;
mod sign_in;
mod visitors;
