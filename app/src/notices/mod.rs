//! The public pages about privacy: the notice at three reading levels, the cookies, the
//! retention schedule, and every promise with how it is kept. For the data protection lead,
//! made of the same: where a kind of data is kept, and a draft of the school's assessment.

pub mod assessment;
pub mod childrens_code;
pub mod fields;
pub mod pages;
pub mod transfer;
pub mod trust;

pub use assessment::{IS_A_DRAFT, number_of};
pub use trust::{Promise, promises_by_id};
