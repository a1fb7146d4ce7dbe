//! The public pages about privacy: the notice at three reading levels, the cookies, the
//! retention schedule, and every promise with how it is kept.

pub mod childrens_code;
pub mod pages;
pub mod transfer;
pub mod trust;
