//! The parts that pages are made of: one component a file, rendered on the
//! server and safe inside islands. They show what they are given and fetch
//! nothing. Their looks are in `style/components`, one sheet for each; no part
//! carries a `style` attribute, which the content security policy would refuse.

mod assets;
mod avatar;
mod button;
mod card;
mod chip;
mod dialog;
mod empty;
mod error_summary;
mod field;
mod file_field;
mod frame;
mod icon;
mod moment_field;
mod notice;
mod page_head;
mod progress;
mod select;
mod spread;
mod table;
mod tabs;
mod theme_form;
mod tick;
mod tone;
mod when;

pub use assets::Assets;
pub use avatar::{Avatar, AvatarSize, initials_of};
pub use button::{Button, ButtonKind, ButtonLink};
pub use card::Card;
pub use chip::Chip;
pub use dialog::{Confirm, Dialog, DialogButton};
pub use empty::Empty;
pub use error_summary::ErrorSummary;
pub use field::{InputKind, TextArea, TextField};
pub use file_field::FileField;
pub use frame::{Door, Frame, NavItem};
pub use icon::{Icon, IconName};
pub use moment_field::DateTimeField;
pub use notice::{Notice, Toast};
pub use page_head::PageHead;
pub use progress::Progress;
pub use select::SelectField;
pub use spread::Spread;
pub use table::{Column, Table};
pub use tabs::{Tab, Tabs};
pub use theme_form::ThemeForm;
pub use tick::TickField;
pub use tone::Tone;
pub use when::When;
