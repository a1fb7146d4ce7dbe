//! The server over HTTP, as the people of a school use it. Every test has a
//! database, a store and a server of its own; requests go straight into the
//! router, without a network.
#![recursion_limit = "256"]

mod arrangements;
mod assessment;
mod at_once;
mod bad_days;
mod badges;
mod classrooms;
mod command_line;
mod consents;
mod csp;
mod doors;
mod frame;
mod full_disk;
mod hand_in;
mod headers;
mod home;
mod hourly;
mod install;
mod leaving;
mod ledger;
mod legal_entity;
mod listening;
mod logs;
mod looks;
mod mail;
mod marking;
mod materials;
mod my_copy;
mod northgate;
mod notices;
mod objections;
mod office;
mod offline;
mod own_device;
mod persona;
mod policies;
mod pressed_twice;
mod process;
mod providers;
mod purposes;
mod reading;
mod registers;
mod restoring;
mod retention;
mod rosters;
mod routes;
mod safety;
mod setting_work;
mod sharing;
mod sign_in;
mod sources;
mod usage;
mod visitors;
mod words;
