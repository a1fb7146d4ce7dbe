//! `/install`: how the platform gets among the apps of a tablet or computer, step by
//! step; and `/accessibility`, the public statement.

pub mod accessibility;
mod drawings;
pub mod pages;
