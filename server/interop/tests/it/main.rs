//! Everything this crate reads, tried with what schools send and with what attackers send.
//!
//! One binary, one module per subject. Sample data lies outside the repository:
//! where it is absent, the tests that need it say so and pass.

mod any_bytes;
mod conformance;
mod hostile_archives;
mod large_school;
mod older_exports;
mod packages;
mod strictness;
mod what_is_kept;
