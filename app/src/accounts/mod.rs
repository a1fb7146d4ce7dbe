//! Doors: signing in, accepting an invitation, one's own account.

pub mod pages;
