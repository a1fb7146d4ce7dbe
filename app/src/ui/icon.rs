//! One drawing of the sprite, `public/icons.svg`, in the colour of the words
//! beside it. A drawing never speaks alone: it is hidden from screen readers,
//! and the word or a `.hush` text stands next to it.

use leptos::prelude::*;

use super::assets::icons_url;

/// The drawings of the sprite; each name is the symbol's id without `i-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// A calendar leaf: the day.
    Today,
    /// A sheet of set work.
    Work,
    /// An open book.
    Book,
    /// A board: classrooms.
    Classes,
    /// Two people.
    People,
    /// A pencil: marking.
    Marking,
    /// A speech bubble.
    Message,
    /// One person: the own account.
    Account,
    /// Three lines.
    Menu,
    /// A bare tick.
    Check,
    /// A filled circle with a tick: done, handed in.
    TickCircle,
    /// An empty circle: not started.
    Circle,
    /// A half-filled circle: begun, a draft.
    Half,
    /// A clock: scheduled, closing.
    Clock,
    /// A dashed circle with an arrow: waiting to go.
    Waiting,
    /// An empty diamond: missing.
    Missing,
    /// A triangle: take care.
    Warn,
    /// A circle with an i.
    Info,
    /// A filled diamond: late, refused, wrong.
    Error,
    /// A plus: add.
    Plus,
    /// Back, previous.
    ArrowLeft,
    /// On, next.
    ArrowRight,
    /// A file.
    File,
    /// Send a file.
    Upload,
    /// Fetch a file.
    Download,
    /// Throw away.
    Trash,
    /// Closed to others.
    Lock,
    /// Take back.
    Undo,
    /// A magnifying glass.
    Search,
    /// A door and an arrow.
    SignOut,
    /// Two sliders.
    Settings,
    /// A clock that runs backwards.
    History,
    /// Visible; looked at.
    Eye,
    /// A chain: an address.
    Link,
    /// A month.
    Calendar,
    /// A school building.
    School,
    /// A tray that things drop into.
    Import,
    /// The light theme.
    Sun,
    /// The dark theme.
    Moon,
    /// Leads to another site.
    External,
    /// A house: the first page.
    Home,
    /// A cross.
    Close,
    /// A bubble with a tick: given back with feedback.
    Returned,
    /// Half light, half dark: as the device has it.
    Auto,
}

impl IconName {
    /// Every drawing, in the order of the sprite.
    pub const ALL: &[Self] = &[
        Self::Today,
        Self::Work,
        Self::Book,
        Self::Classes,
        Self::People,
        Self::Marking,
        Self::Message,
        Self::Account,
        Self::Menu,
        Self::Check,
        Self::TickCircle,
        Self::Circle,
        Self::Half,
        Self::Clock,
        Self::Waiting,
        Self::Missing,
        Self::Warn,
        Self::Info,
        Self::Error,
        Self::Plus,
        Self::ArrowLeft,
        Self::ArrowRight,
        Self::File,
        Self::Upload,
        Self::Download,
        Self::Trash,
        Self::Lock,
        Self::Undo,
        Self::Search,
        Self::SignOut,
        Self::Settings,
        Self::History,
        Self::Eye,
        Self::Link,
        Self::Calendar,
        Self::School,
        Self::Import,
        Self::Sun,
        Self::Moon,
        Self::External,
        Self::Home,
        Self::Close,
        Self::Returned,
        Self::Auto,
    ];

    /// The symbol's id in the sprite, without its `i-`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Work => "work",
            Self::Book => "book",
            Self::Classes => "classes",
            Self::People => "people",
            Self::Marking => "marking",
            Self::Message => "message",
            Self::Account => "account",
            Self::Menu => "menu",
            Self::Check => "check",
            Self::TickCircle => "tick-circle",
            Self::Circle => "circle",
            Self::Half => "half",
            Self::Clock => "clock",
            Self::Waiting => "waiting",
            Self::Missing => "missing",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Error => "error",
            Self::Plus => "plus",
            Self::ArrowLeft => "arrow-left",
            Self::ArrowRight => "arrow-right",
            Self::File => "file",
            Self::Upload => "upload",
            Self::Download => "download",
            Self::Trash => "trash",
            Self::Lock => "lock",
            Self::Undo => "undo",
            Self::Search => "search",
            Self::SignOut => "sign-out",
            Self::Settings => "settings",
            Self::History => "history",
            Self::Eye => "eye",
            Self::Link => "link",
            Self::Calendar => "calendar",
            Self::School => "school",
            Self::Import => "import",
            Self::Sun => "sun",
            Self::Moon => "moon",
            Self::External => "external",
            Self::Home => "home",
            Self::Close => "close",
            Self::Returned => "returned",
            Self::Auto => "auto",
        }
    }
}

/// A drawing of the sprite.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> impl IntoView {
    let href = format!("{}#i-{}", icons_url(), name.as_str());
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=href />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_drawn_in_the_sprite_and_nothing_else_is() {
        let sprite = include_str!("../../../public/icons.svg");
        for icon in IconName::ALL {
            let symbol = format!("<symbol id=\"i-{}\"", icon.as_str());
            assert!(sprite.contains(&symbol), "{symbol} is missing");
        }
        assert_eq!(sprite.matches("<symbol ").count(), IconName::ALL.len());
    }
}
