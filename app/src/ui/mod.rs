//! The parts that pages are made of: one component a file, rendered on the
//! server and safe inside islands. They show what they are given and fetch
//! nothing. Their looks are in `style/components`, one sheet for each; no part
//! carries a `style` attribute, which the content security policy would refuse.

pub mod any;
pub mod assets;
pub mod avatar;
pub mod button;
pub mod card;
pub mod chip;
pub mod confirm;
pub mod empty;
pub mod error_summary;
pub mod field;
pub mod file_field;
pub mod frame;
pub mod icon;
pub mod listed;
pub mod moment_field;
pub mod notice;
pub mod page_head;
pub mod pager;
pub mod progress;
pub mod select;
pub mod spread;
pub mod switch;
pub mod table;
pub mod tabs;
pub mod theme_form;
pub mod tick;
pub mod tone;
pub mod when;

pub use any::{CollectErased, Erased};
pub use assets::Assets;
pub use avatar::{Avatar, AvatarSize, initials_of};
pub use button::{Button, ButtonKind, ButtonLink};
pub use card::Card;
pub use chip::{Chip, Closed, Restricted};
pub use confirm::Confirm;
pub use empty::Empty;
pub use error_summary::ErrorSummary;
pub use field::{InputKind, TextArea, TextField, as_content};
pub use file_field::FileField;
pub use frame::{Door, Frame, Here, NavItem, SignedIn};
pub use icon::{Icon, IconName};
pub use listed::{Layout, Listed};
pub use moment_field::DateTimeField;
pub use notice::Notice;
pub use page_head::PageHead;
pub use pager::Pager;
pub use progress::Progress;
pub use select::{SelectField, choose_from, options};
pub use spread::Spread;
pub use switch::Switch;
pub use table::{Column, Table};
pub use tabs::{Tab, Tabs};
pub use theme_form::ThemeForm;
pub use tick::TickField;
pub use tone::Tone;
pub use when::When;

#[cfg(all(test, feature = "ssr"))]
mod contrast_tests;
#[cfg(all(test, feature = "ssr"))]
mod tests;
